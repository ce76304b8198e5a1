//! Opens outputs: behind a queue where something else goes on meanwhile, directly where files are read to
//! standard output, which is fastest.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use pfstatelog::config::{self, Dest, Files, Input, Plan};
use pfstatelog::output::{
    Direct, FileTarget, Fsync, GapLine, Handle, Hooks, Opener, Output, Policy, Queued, Rotate,
    Settings, Stream, Target, Verb,
};
use pfstatelog::sys::poll;

use crate::run::Fatal;
use crate::say::say;
use crate::signals::Stop;

/// What outputs are opened with.
pub struct Opening {
    targets: Vec<Target>,
    opener: Arc<dyn Opener>,
    settings: Settings,
    is_live: bool,
    handles: Vec<Handle>,
}

impl Opening {
    /// For the outputs of a plan, which are known by their place in it.
    pub fn of(plan: &Plan, stop: &Stop) -> Self {
        let targets: Vec<_> =
            plan.outputs.iter().map(|output| target(&output.dest, &plan.files)).collect();
        let opener = Arc::new(Direct(targets.clone()));
        let is_live = matches!(plan.input, Input::Live { .. });
        let policy = match is_live {
            true => Policy::DropOldest,
            // A file waits: nothing of it need be lost.
            false => {
                let stop = stop.clone();
                Policy::Block(Arc::new(move || stop.is_set()))
            }
        };
        let settings = Settings {
            queue_bytes: plan.queue_bytes as usize,
            policy,
            patience: plan.running.drain_timeout,
        };
        Self { targets, opener, settings, is_live, handles: Vec::new() }
    }

    /// Opens output number `at`.
    pub fn open(&mut self, at: usize, gap: GapLine) -> Result<Box<dyn Output + Send>, Fatal> {
        let Some(target) = self.targets.get(at) else { return Err(Fatal::Told) };
        let number = u16::try_from(at).unwrap_or(u16::MAX);
        if !self.is_live && *target == Target::Stdout {
            let stdout = self.opener.ask(number, Verb::Open);
            let stdout = stdout.map_err(|error| Fatal::output("-", error))?;
            let stdout =
                stdout.ok_or_else(|| Fatal::output("-", io::ErrorKind::NotFound.into()))?;
            // Not through the standard library's line buffer: a batch is one write.
            return Ok(Box::new(Stream::new("-", Patient(File::from(stdout)))));
        }
        let hooks = Hooks { gap, say: Box::new(|words| say!("{words}")) };
        let (opener, settings) = (Arc::clone(&self.opener), self.settings.clone());
        match Queued::open(target, opener, number, settings, hooks) {
            Ok(output) => {
                self.handles.push(output.handle());
                Ok(Box::new(output))
            }
            Err(error) if matches!(target, Target::SyslogLocal { .. }) => {
                Err(Fatal::Syslog { error })
            }
            Err(error) => Err(Fatal::output(&target.to_string(), error)),
        }
    }

    /// Of all that were opened behind a queue.
    pub fn handles(self) -> Vec<Handle> {
        self.handles
    }
}

/// What is opened for a destination.
fn target(dest: &Dest, files: &Files) -> Target {
    let Files { mode, group: _, rotate, sync } = files;
    match dest.clone() {
        Dest::Stdout => Target::Stdout,
        Dest::Syslog(dest) => Target::SyslogLocal { dest, path: None },
        Dest::Unix(path) => Target::Unix { path },
        Dest::Udp(to) => Target::Udp { host: to.host, port: to.port },
        Dest::Tcp(to) => Target::Tcp { host: to.host, port: to.port },
        Dest::File(path) => Target::File(FileTarget {
            path,
            mode: *mode,
            group: None,
            rotate: rotate.map(|rotate| Rotate { size: rotate.size, keep: rotate.keep }),
            sync: match sync {
                config::Sync::Always => Fsync::Always,
                config::Sync::Interval => Fsync::Interval,
                config::Sync::Never => Fsync::Never,
            },
        }),
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
