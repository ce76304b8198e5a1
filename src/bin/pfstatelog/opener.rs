//! The process that keeps the privileges it was started with. It reads no packet and no byte that came from
//! the network: it opens what the configuration names, when the worker asks for it by a number.

#![forbid(unsafe_code)]

use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use pfstatelog::capture::live::{LiveOptions, LiveSource};
use pfstatelog::capture::{CaptureError, LiveError, relay};
use pfstatelog::output::{OUT_OF_REACH, SYSLOG_PATHS, Target, Verb};
use pfstatelog::sys::confine::{self, Reach};
use pfstatelog::sys::detach::Start;
use pfstatelog::sys::interface::Interface;
use pfstatelog::sys::notify::Notify;
use pfstatelog::sys::pidfile::PidFile;
use pfstatelog::sys::poll::{self, Until};
use pfstatelog::sys::privsep::{Answer, Asked, Request, Server};
use pfstatelog::sys::process::{self, Pid};
use pfstatelog::sys::user::User;

use crate::metrics::Served;
use crate::poll::Poller;
use crate::run::Fatal;
use crate::say::say;
use crate::signals::Signals;
use crate::voice::Voice;

/// Who asks, by the place of the channel that it asks through.
pub mod channel {
    /// The loop.
    pub const LOOP: usize = 0;
    /// The metrics.
    pub const METRICS: usize = 1;
    /// What reads counters again.
    pub const POLL: usize = 2;
    /// The first output; the others follow.
    pub const OUTPUTS: usize = 3;
}

/// What a worker can ask for. An index is that of an interface or an output, as configured.
pub mod verb {
    use pfstatelog::output::Verb;

    /// Tells that everything is open and the worker confined: the start is over.
    pub const READY: u8 = 1;
    /// Tells that the worker's loop goes round.
    pub const ALIVE: u8 = 2;
    /// Whether an interface is there, and its flags: a number, 0 for none.
    pub const INTERFACE: u8 = 3;
    /// Opens an interface anew: a pipe with what is captured there.
    pub const CAPTURE: u8 = 4;
    /// Takes somebody who asks for metrics: a socket, or none.
    pub const ACCEPT: u8 = 5;
    /// Makes the new file of metrics.
    pub const METRICS_FILE: u8 = 6;
    /// Puts it in its place.
    pub const METRICS_DONE: u8 = 7;
    /// Asks pf for its states: a pipe with what it says.
    pub const POLL: u8 = 8;
    /// Opens or rotates an output: this and what is wanted of it.
    const OUTPUT: u8 = 16;

    /// What opens or rotates an output.
    pub const fn of_output(verb: Verb) -> u8 {
        OUTPUT + verb as u8
    }

    /// What is wanted of an output, if it is something of that.
    pub fn for_output(verb: u8) -> Option<Verb> {
        verb.checked_sub(OUTPUT).and_then(Verb::from_byte)
    }
}

/// How often it looks at flags and at its children, when nobody asks for anything.
const TICK: Duration = Duration::from_secs(1);

/// How long a worker may take for what is not its outputs' when it was asked to end.
const GRACE: Duration = Duration::from_secs(5);

/// How long it may take where it was asked again.
const HASTE: Duration = Duration::from_secs(3);

/// What is configured, and what it runs with.
pub struct Opener {
    /// By who asks: see [`channel`].
    pub servers: Vec<Server>,
    pub interfaces: Vec<String>,
    pub options: LiveOptions,
    /// By their numbers.
    pub outputs: Vec<Target>,
    /// The folder of each output that is a file, as it was when it was first opened.
    pub folders: Vec<Option<Folder>>,
    pub metrics: Option<Served>,
    /// Who asks pf for counters, where that is wanted.
    pub poller: Option<Poller>,
    /// Who reads packets.
    pub user: Option<User>,
    pub notify: Option<Notify>,
    pub pidfile: Option<PidFile>,
    /// The folder of the pidfile.
    pub pid_dir: Option<PathBuf>,
    pub drain_timeout: Duration,
    /// Of a daemon: how its start goes.
    pub start: Option<Start>,
    pub voice: Voice,
    pub debug: bool,
}

/// A folder, however its name is used later: device and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folder(u64, u64);

impl Folder {
    /// That of an output which is a file, as its path has it now.
    pub fn of(target: &Target) -> Option<Self> {
        let Target::File(file) = target else { return None };
        let meta = folder(&file.path).metadata().ok()?;
        Some(Self(meta.dev(), meta.ino()))
    }
}

/// The folder of a file.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl Drop for Opener {
    /// Be it by a panic: the last words are handed on.
    fn drop(&mut self) {
        self.voice.end();
    }
}

impl Opener {
    /// Serves the worker until it ends, and ends as it did.
    pub fn run(mut self, worker: Pid, signals: &Signals) -> Result<(), Fatal> {
        signals.pass_on(worker);
        if let Err(error) = self.voice.speak() {
            say!("words may have to wait for whoever reads them: {error}");
        }
        let confined = confine::opener(&self.reach());
        if !confined.as_ref().is_ok_and(|confined| !confined.by.is_empty()) {
            // Whatever has its path is reached.
            self.folders.clear();
        }
        match confined {
            Ok(confined) if self.debug => say!("opener: {confined}"),
            // What it lacks the worker lacks too, and says.
            Ok(_) => {}
            Err(error) => say!("the process that opens files is not confined: {error}"),
        }
        let mut children = Vec::new();
        let served = self.serve(worker, &mut children, signals);
        // Whatever went wrong here, there is no worker without an opener.
        if served.is_err() {
            process::kill(worker);
        }
        let ended = process::wait(worker, true);
        signals.pass_on_no_more();
        // They would learn within a second that nobody reads; whoever waits for the end of what this
        // program writes is not to wait for that.
        for child in children {
            process::kill(child);
            let _ = process::wait(child, true);
        }
        let told = self.how_it_ended(ended, served);
        self.voice.hand_on();
        drop(self.pidfile.take());
        told
    }

    fn how_it_ended(
        &self,
        ended: io::Result<Option<std::process::ExitStatus>>,
        served: io::Result<bool>,
    ) -> Result<(), Fatal> {
        let status = ended.ok().flatten();
        match (served, status.and_then(|s| s.code()), status.and_then(|s| s.signal())) {
            (Err(error), ..) => say!("the worker cannot be served: {error}"),
            (Ok(true), ..) => say!(
                "the worker did not end in time: what its outputs held is lost (--drain-timeout)"
            ),
            (Ok(false), Some(0), _) => return Ok(()),
            (Ok(false), Some(101), _) => say!("the worker panicked"),
            // It said why.
            (Ok(false), Some(_), _) => {}
            (Ok(false), None, Some(signal)) => say!("the worker was killed by signal {signal}"),
            (Ok(false), None, None) => say!("the worker is gone"),
        }
        Err(Fatal::Told)
    }

    /// True if the worker had to be killed.
    fn serve(
        &mut self,
        worker: Pid,
        children: &mut Vec<Pid>,
        signals: &Signals,
    ) -> io::Result<bool> {
        let mut deadline: Option<Instant> = None;
        let (again, mut is_hurried) = (signals.again(), false);
        // Channels that somebody may ask through.
        let mut open: Vec<usize> = (0..self.servers.len()).collect();
        let is_daemon = self.start.is_some();
        let has_terminal = |voice: &Voice| io::stdin().is_terminal() || voice.is_terminal();
        let had_terminal = has_terminal(&self.voice);
        loop {
            let servers = open.iter().map(|at| self.server(*at).as_fd());
            let fds = servers.chain([self.voice.said().as_fd()]);
            let wanted: Vec<_> = fds.map(|fd| (fd, Until::Readable)).collect();
            let ready = poll::several(&wanted, TICK)?;
            self.voice.hand_on();
            let hung_up = signals.take_hang_up() && !is_daemon;
            if hung_up && had_terminal && !has_terminal(&self.voice) {
                // Nobody is left to see it.
                signals.end(worker);
            }
            if signals.stop.is_set() && deadline.is_none() {
                deadline = Instant::now().checked_add(self.drain_timeout + GRACE);
                self.notify.iter().for_each(Notify::stopping);
            }
            if again.load(Ordering::Relaxed) && !std::mem::replace(&mut is_hurried, true) {
                let soon = Instant::now() + HASTE;
                deadline = Some(deadline.map_or(soon, |deadline| deadline.min(soon)));
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                process::kill(worker);
                return Ok(true);
            }
            children.retain(|child| matches!(process::wait(*child, false), Ok(None)));
            let asking: Vec<usize> =
                open.iter().zip(&ready).filter(|(_, ready)| **ready).map(|(at, _)| *at).collect();
            for at in asking {
                match self.server(at).next()? {
                    Asked::Request(request) => match self.slow(request) {
                        Some(target) => match self.elsewhere(at, target, signals) {
                            Ok(child) => children.push(child),
                            Err(error) => self.server(at).answer(Err(error)),
                        },
                        None => {
                            let answer = self.perform(request, children, signals);
                            self.server(at).answer(answer);
                        }
                    },
                    Asked::Garbage => {}
                    Asked::End if at == channel::LOOP => return Ok(false),
                    Asked::End => open.retain(|open| *open != at),
                }
            }
        }
    }

    fn server(&self, at: usize) -> &Server {
        &self.servers[at]
    }

    /// The target of what may wait for another machine: a name to be resolved, a connection.
    fn slow(&self, request: Request) -> Option<&Target> {
        let target = self.outputs.get(usize::from(request.index));
        let target =
            target.filter(|target| matches!(target, Target::Udp { .. } | Target::Tcp { .. }));
        target.filter(|_| verb::for_output(request.verb) == Some(Verb::Open))
    }

    /// Opens it in a process of its own, which answers whoever asked; it ends within seconds, and at the end
    /// with all others.
    fn elsewhere(&self, at: usize, target: &Target, signals: &Signals) -> io::Result<Pid> {
        let server = self.server(at);
        process::fork_apart(&[server.as_fd().as_raw_fd()], move || {
            signals.pass_on_no_more();
            server.answer(target.perform(Verb::Open).map(|fd| Answer { number: 0, fd }));
            0
        })
    }

    fn perform(
        &mut self,
        request: Request,
        children: &mut Vec<Pid>,
        signals: &Signals,
    ) -> io::Result<Answer> {
        let unknown = || io::Error::from_raw_os_error(libc::EINVAL);
        let interface = || self.interfaces.get(usize::from(request.index)).ok_or_else(unknown);
        match request.verb {
            verb::READY => {
                if let Some(start) = self.start.take() {
                    start.done(&self.voice.say)?;
                }
                self.notify.iter().for_each(Notify::ready);
                Ok(Answer::default())
            }
            verb::ALIVE => {
                self.notify.iter().for_each(Notify::alive);
                Ok(Answer::default())
            }
            verb::INTERFACE => {
                let number = Interface::named(interface()?)?.map_or(0, Interface::to_number);
                Ok(Answer { number, fd: None })
            }
            verb::CAPTURE => {
                let name = interface()?;
                let source = LiveSource::open(name, &self.options).map_err(|e| number_of(&e))?;
                let (answer, reader) = self.reader(source, signals)?;
                children.push(reader);
                Ok(answer)
            }
            verb::POLL => {
                let poller = self.poller.as_mut().ok_or_else(unknown)?;
                let (answer, child) = poller.answer(self.user.as_ref())?;
                children.push(child);
                Ok(answer)
            }
            verb::ACCEPT => self.metrics.as_mut().ok_or_else(unknown)?.accept(),
            verb::METRICS_FILE => self.metrics.as_mut().ok_or_else(unknown)?.create(),
            verb::METRICS_DONE => self.metrics.as_mut().ok_or_else(unknown)?.commit(),
            verb => {
                let verb = verb::for_output(verb).ok_or_else(unknown)?;
                let target = self.outputs.get(usize::from(request.index)).ok_or_else(unknown)?;
                let there = self.folders.get(usize::from(request.index)).copied().flatten();
                let done = target.perform(verb).map_err(|error| match error.kind() {
                    io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound
                        if there.is_some() && Folder::of(target) != there =>
                    {
                        io::Error::from_raw_os_error(OUT_OF_REACH)
                    }
                    _ => error,
                });
                Ok(Answer { number: 0, fd: done? })
            }
        }
    }

    /// Makes the process that hands on what `source` captures, and gives the pipe through which it does.
    fn reader(&self, source: LiveSource, signals: &Signals) -> io::Result<(Answer, Pid)> {
        let (read, mut write) = io::pipe()?;
        let keep = [source.as_fd().as_raw_fd(), write.as_raw_fd()];
        let user = self.user.clone();
        let name = source.interface().to_string();
        let reader = process::fork_apart(&keep, move || {
            // A terminal's signals are not its to pass on.
            signals.pass_on_no_more();
            let dropped = user.map_or(Ok(()), |user| user.become_for_good());
            // As the worker, which said so if it cannot be.
            let _ = process::keep_to_oneself();
            let confined = dropped.and_then(|()| confine::reader(&[source.as_fd()]));
            if let Err(error) = confined {
                say!("{name}: the process that captures cannot be confined: {error}");
                return 1;
            }
            match relay::relay(source, &mut write) {
                Ok(()) => 0,
                // The worker sees that it ended, and says so.
                Err(CaptureError::Live(LiveError::Vanished)) => 1,
                Err(error) => {
                    say!("{name}: {error}");
                    1
                }
            }
        })?;
        Ok((Answer::of(read.into()), reader))
    }

    /// The paths that are needed from here on. What libpcap, name service and the system's log look at is
    /// read; only what is configured is written.
    fn reach(&self) -> Vec<Reach> {
        let mut reach: Vec<Reach> = if cfg!(target_os = "linux") {
            ["/etc", "/proc", "/sys", "/run", "/lib", "/lib64", "/usr/lib", "/usr/lib64"]
                .into_iter()
                .chain(["/usr/local/lib", "/usr/share/zoneinfo"])
                .map(Reach::read)
                .collect()
        } else {
            let read = ["/etc", "/usr/share/zoneinfo"].into_iter().map(Reach::read);
            read.chain(["/dev/bpf", "/dev/bpf0"].into_iter().map(Reach::write)).collect()
        };
        // It is removed at the end, for which its folder is needed.
        reach.extend(self.pid_dir.iter().map(Reach::write));
        let folder = |path: &Path| Reach::write(folder(path));
        reach.extend(self.metrics.iter().filter_map(Served::path).map(folder));
        for output in &self.outputs {
            match output {
                // It is moved away and made anew, for which its folder is needed.
                Target::File(file) => reach.push(folder(&file.path)),
                Target::Unix { path } => reach.push(Reach::write(path)),
                Target::SyslogLocal { .. } => {
                    let paths = SYSLOG_PATHS.into_iter().chain(["/run/systemd"]);
                    reach.extend(paths.map(Reach::write));
                }
                Target::Udp { .. } | Target::Tcp { .. } | Target::Stdout => {}
            }
        }
        reach
    }
}

/// Of errors of a capture the worker learns a number.
fn number_of(error: &CaptureError) -> io::Error {
    io::Error::from_raw_os_error(match error {
        CaptureError::Live(LiveError::NoSuchInterface | LiveError::Vanished) => libc::ENXIO,
        CaptureError::Live(LiveError::NotPermitted) => libc::EACCES,
        CaptureError::Live(LiveError::Down) => libc::ENETDOWN,
        CaptureError::Live(LiveError::LinkType { .. }) => libc::EPROTONOSUPPORT,
        _ => libc::EIO,
    })
}
