//! Opens outputs: behind a queue where something else goes on meanwhile, directly where files are read to
//! standard output, which is fastest.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use pfstatelog::config::{Dest, Files, Input, Plan, PlannedOutput};
use pfstatelog::output::{
    Direct, FileTarget, GapLine, Handle, Hooks, Hurry, Opener, Output, Policy, Queued, Settings,
    Stream, Target, Verb,
};
use pfstatelog::sys::privsep::{Client, Request};
use pfstatelog::sys::{poll, stdio, user};

use crate::opener;
use crate::run::Fatal;
use crate::say::say;
use crate::signals::Stop;

/// What outputs are opened with.
pub struct Opening {
    targets: Vec<Target>,
    openers: Arc<Openers>,
    settings: Settings,
    is_live: bool,
    handles: Vec<Handle>,
    /// Files that were opened, by device and number.
    files: Vec<((u64, u64), String)>,
}

impl Opening {
    /// For the outputs of a plan, which are known by their place in it. `stop` ends a wait for an output
    /// where files are read, `hurry` the one for what queues have at the end of a live capture.
    pub fn of(plan: &Plan, stop: Option<&Stop>, hurry: Hurry) -> Result<Self, Fatal> {
        let group = plan.files.group.as_deref().map(group).transpose()?;
        let target = |output: &PlannedOutput| target(&output.dest, &plan.files, group);
        let targets: Vec<_> = plan.outputs.iter().map(target).collect();
        let openers = Arc::new(Openers { direct: Direct(targets.clone()), other: OnceLock::new() });
        let is_live = matches!(plan.input, Input::Live { .. });
        let policy = match stop.cloned() {
            None => Policy::DropOldest,
            // A file waits: nothing of it need be lost.
            Some(stop) => Policy::Block(Arc::new(move || stop.is_set())),
        };
        let settings = Settings {
            queue_bytes: plan.queue_bytes as usize,
            policy,
            patience: plan.running.drain_timeout,
            hurry,
        };
        Ok(Self { targets, openers, settings, is_live, handles: Vec::new(), files: Vec::new() })
    }

    /// Opens output number `at`.
    pub fn open(&mut self, at: usize, gap: GapLine) -> Result<Box<dyn Output + Send>, Fatal> {
        let Some(target) = self.targets.get(at) else { return Err(Fatal::Told) };
        if *target == Target::Stdout {
            stdout_is_there()?;
        }
        let number = u16::try_from(at).unwrap_or(u16::MAX);
        if !self.is_live && *target == Target::Stdout {
            let stdout = self.openers.ask(number, Verb::Open);
            let stdout = stdout.map_err(|error| Fatal::output("-", error))?;
            let stdout =
                stdout.ok_or_else(|| Fatal::output("-", io::ErrorKind::NotFound.into()))?;
            // Not through the standard library's line buffer: a batch is one write.
            return Ok(Box::new(Stream::new("-", Patient(File::from(stdout)))));
        }
        let hooks = Hooks { gap, say: Box::new(|words| say!("{words}")) };
        let (openers, settings) = (Arc::clone(&self.openers), self.settings.clone());
        match Queued::open(target, openers, number, settings, hooks) {
            Ok(output) => {
                self.handles.push(output.handle());
                let file = match target {
                    Target::File(file) => Some(file.path.clone()),
                    _ => None,
                };
                file.map_or(Ok(()), |path| self.is_new(&path))?;
                Ok(Box::new(output))
            }
            Err(error) if matches!(target, Target::SyslogLocal { .. }) => {
                Err(Fatal::Syslog { error })
            }
            Err(error) => Err(Fatal::output(&target.to_string(), error)),
        }
    }

    /// An error where a file was opened before, be it by another name: each would rotate it away under the other.
    fn is_new(&mut self, path: &Path) -> Result<(), Fatal> {
        let name = path.display().to_string();
        let Ok(meta) = path.symlink_metadata() else { return Ok(()) };
        let this = (meta.dev(), meta.ino());
        match self.files.iter().find(|(file, _)| *file == this) {
            Some((_, other)) => {
                Err(Fatal::Usage(format!("{name} is the same file as {other}: name it once")))
            }
            None => {
                self.files.push((this, name));
                Ok(())
            }
        }
    }

    /// Of all that were opened behind a queue.
    pub fn handles(&self) -> Vec<Handle> {
        self.handles.clone()
    }

    /// What there is to open, by number.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Whether an output may have to be opened again before the end: a connection that breaks, a file that
    /// somebody moved away.
    pub fn opens_anew(&self) -> bool {
        let stays = |target: &Target| matches!(target, Target::Stdout | Target::SyslogLocal { .. });
        !self.targets.iter().all(stays)
    }

    /// Whether one of them is the local syslog daemon.
    pub fn has_syslog(&self) -> bool {
        self.targets.iter().any(|target| matches!(target, Target::SyslogLocal { .. }))
    }

    /// From now on the other process opens; each output has a channel of its own.
    pub fn hand_over(&self, clients: Vec<Arc<Client>>) {
        // It is done once.
        let _ = self.openers.other.set(clients);
    }
}

/// Opens in this process, until another one does it.
struct Openers {
    direct: Direct,
    other: OnceLock<Vec<Arc<Client>>>,
}

impl Opener for Openers {
    fn ask(&self, output: u16, verb: Verb) -> io::Result<Option<OwnedFd>> {
        match self.other.get() {
            None => self.direct.ask(output, verb),
            Some(clients) => {
                let client = clients.get(usize::from(output));
                let client = client.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
                let request = Request { verb: opener::verb::of_output(verb), index: output };
                client.ask(request).map(|answer| answer.fd)
            }
        }
    }
}

/// An error where standard output was closed at the start: what is written to it would go nowhere.
pub fn stdout_is_there() -> Result<(), Fatal> {
    match stdio::stdout_was_closed() {
        true => Err(Fatal::output("-", io::Error::other(CLOSED))),
        false => Ok(()),
    }
}

const CLOSED: &str = "it is closed: leave it open, or name another output with -o";

/// A group by its name or number.
pub fn group(name: &str) -> Result<u32, Fatal> {
    let found = user::group(name)
        .map_err(|error| Fatal::Start { doing: format!("group {name} (--group)"), error })?;
    found.ok_or_else(|| Fatal::Usage(format!("there is no group {name} (--group)")))
}

/// What is opened for a destination.
fn target(dest: &Dest, files: &Files, group: Option<u32>) -> Target {
    let Files { mode, group: _, rotate, sync } = files;
    match dest.clone() {
        Dest::Stdout => Target::Stdout,
        Dest::Syslog(dest) => Target::SyslogLocal { dest, path: None },
        Dest::Unix(path) => Target::Unix { path },
        Dest::Udp(to) => Target::Udp { host: to.host, port: to.port },
        Dest::Tcp(to) => Target::Tcp { host: to.host, port: to.port },
        Dest::File(path) => {
            Target::File(FileTarget { path, mode: *mode, group, rotate: *rotate, sync: *sync })
        }
    }
}

/// Waits where a write would have to: standard output may be a pipe that whoever gave it made
/// non-blocking.
struct Patient<W>(W);

/// How long to wait at a time.
const TICK: Duration = Duration::from_millis(100);

impl<W: Write + AsFd> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    poll::writable(self.0.as_fd(), TICK)?;
                }
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
