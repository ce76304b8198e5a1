//! Leaving the terminal, so that whoever started it learns what the start came to.

#![forbid(unsafe_code)]

use std::fs::{File, OpenOptions};
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsFd;

use super::process::{self, Side, Std};

/// On which side of the detachment one is.
#[derive(Debug)]
pub enum Detached {
    /// In the process that was started: it waits, and ends.
    Launcher(Launcher),
    /// In the one that goes on, in a session of its own, and not at its head, so that no terminal ever
    /// becomes its own. The terminal is still there until [`Start::done`].
    Daemon(Start),
}

/// What is left in the terminal.
#[derive(Debug)]
pub struct Launcher(PipeReader);

/// How the start goes, for whoever waits in the terminal.
#[derive(Debug)]
pub struct Start {
    tell: PipeWriter,
    null: File,
}

/// Makes a process that goes on without the terminal. No thread may run.
///
/// # Errors
/// What pipe(2), fork(2), setsid(2) or open(2) on /dev/null say.
pub fn detach() -> io::Result<Detached> {
    let null = OpenOptions::new().read(true).write(true).open("/dev/null")?;
    let (wait, tell) = io::pipe()?;
    if let Side::Parent(_) = process::fork()? {
        return Ok(Detached::Launcher(Launcher(wait)));
    }
    drop(wait);
    process::new_session()?;
    if let Side::Parent(_) = process::fork()? {
        // The head of the session; the terminal's end of the pipe is the other one's now.
        std::process::exit(0);
    }
    Ok(Detached::Daemon(Start { tell, null }))
}

impl Launcher {
    /// Waits until the daemon is started; whether it is. If not it said why on standard error.
    pub fn wait(mut self) -> bool {
        let mut byte = [0];
        self.0.read_exact(&mut byte).is_ok()
    }
}

impl Start {
    /// All is open: standard input and output become /dev/null, standard error what is given, and
    /// whoever waits is told.
    ///
    /// # Errors
    /// What dup2(2) says.
    pub fn done(mut self, error: &PipeWriter) -> io::Result<()> {
        without_terminal(&self.null, error)?;
        // Whoever waited may have been interrupted.
        let _ = self.tell.write_all(&[0]);
        Ok(())
    }
}

impl Start {
    /// What leaves the terminal in another process that shares it, when it is time.
    ///
    /// # Errors
    /// What dup(2) says.
    pub fn null(&self) -> io::Result<File> {
        self.null.try_clone()
    }
}

/// Standard input and output become `null`, standard error becomes `error`.
///
/// # Errors
/// What dup2(2) says.
pub fn without_terminal(null: &File, error: &PipeWriter) -> io::Result<()> {
    process::redirect(null.as_fd(), Std::Input)?;
    process::redirect(null.as_fd(), Std::Output)?;
    process::redirect(error.as_fd(), Std::Error)
}
