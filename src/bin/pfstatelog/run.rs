//! The loop: a batch of packets, a flush, a look at the signal flag, again.

#![forbid(unsafe_code)]

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use pfstatelog::abi::Release;
use pfstatelog::capture::{Batch, CaptureError, Dropped, FileSource, Lack, Merge};
use pfstatelog::config::{self, Asked, Dest, Input, Plan, PlannedOutput, SummaryAs};
use pfstatelog::decode::{Ahead, Decoder, Looked};
use pfstatelog::event::{Event, EventKind, Gap, Reason, Stats, Where};
use pfstatelog::metrics::{Snapshot, Source, TableSize};
use pfstatelog::output::{Hurry, Lost};
use pfstatelog::sys::confine::{self, Worker};
use pfstatelog::sys::{local, pf};
use pfstatelog::time::Time;
use pfstatelog::wire::Sender;

use crate::emit::{self, Outputs};
use crate::hint::{First, Foreign, Fullness};
use crate::metrics::Metrics;
use crate::opening::{self, Opening};
use crate::parallel;
use crate::progress::{Amount, Progress};
use crate::say::{self, say};
use crate::signals::{Reopen, Stop};
use crate::sources::{self, STDIN};
use crate::start;
use crate::tasks;
use crate::view::Views;

/// Batches between two looks at the signal flag.
pub const TURN_BATCHES: usize = 32;
/// Why the program ends with an error.
#[derive(Debug)]
pub enum Fatal {
    /// The command line asks for what cannot be.
    Usage(String),
    /// A capture file that cannot be opened.
    Open { path: PathBuf, error: io::Error },
    /// A capture that cannot be read on.
    Capture { name: String, error: CaptureError },
    /// Waiting for packets failed.
    Wait { name: String, error: io::Error },
    /// No syslog daemon.
    Syslog { error: io::Error },
    /// An output that is of no use any more.
    Output { name: String, error: io::Error },
    /// An output that took no more lines before the end.
    Lost { name: String, lost: Lost },
    /// Metrics cannot be had where they are asked for.
    Metrics { at: String, error: io::Error },
    /// Signals cannot be caught.
    Signals { error: io::Error },
    /// A step of the start: what was to be done.
    Start { doing: String, error: io::Error },
    /// A subcommand: what, and what to do.
    Task(String),
    /// Told already, file by file.
    Told,
}

/// Where the syslog crate looks for the daemon.
pub const NO_SYSLOG: &str =
    "no syslog daemon takes messages at /dev/log, /var/run/syslog or /var/run/log";

impl Fatal {
    /// An output that is of no use any more.
    pub fn output(name: &str, error: io::Error) -> Self {
        Self::Output { name: name.to_string(), error }
    }

    /// Metrics cannot be had where they are asked for.
    pub fn metrics(at: &config::Metrics, error: io::Error) -> Self {
        let at = match at {
            config::Metrics::Http(address) => address.to_string(),
            config::Metrics::File(path) => path.display().to_string(),
        };
        Self::Metrics { at, error }
    }

    /// 2 for usage, 1 for the rest.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(if matches!(self, Self::Usage(_)) { 2 } else { 1 })
    }
}

/// What helps against an error with a path or an address.
fn what_to_do(error: &io::Error) -> &'static str {
    match error.raw_os_error() {
        Some(libc::ELOOP) => "; a symbolic link is not followed: name the file itself",
        Some(libc::ENOENT) => "; make its folder first",
        Some(libc::EISDIR) => "; name a file in it",
        Some(libc::EADDRINUSE) => "; name another port, or end what has this one",
        Some(libc::EADDRNOTAVAIL) => "; no interface has this address",
        _ => "",
    }
}

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Task(text) => f.write_str(text),
            Self::Open { path, error } => {
                write!(f, "{}: {error}", path.display())?;
                let too_many = error.raw_os_error() == Some(libc::EMFILE);
                if too_many { f.write_str("; name fewer, or raise ulimit -n") } else { Ok(()) }
            }
            Self::Capture { name, error } => write!(f, "{name}: {error}"),
            Self::Wait { name, error } => write!(f, "{name}: waiting for packets: {error}"),
            Self::Syslog { error } => {
                write!(f, "{NO_SYSLOG} ({error}): start one, or use -o - for standard output")
            }
            Self::Output { name, error } if name == "-" => write!(f, "standard output: {error}"),
            Self::Output { name, error } => {
                write!(f, "{name}: {error}")?;
                f.write_str(what_to_do(error))
            }
            Self::Lost { name, lost } => {
                write!(f, "{name}: {lost}: nothing took them until the end")
            }
            Self::Metrics { at, error } => {
                write!(f, "--metrics {at}: {error}")?;
                f.write_str(what_to_do(error))
            }
            Self::Signals { error } => write!(f, "signals cannot be caught: {error}"),
            Self::Start { doing, error } => {
                write!(f, "{doing}: {error}")?;
                f.write_str(what_to_do(error))
            }
            Self::Told => Ok(()),
        }
    }
}

/// Does what is asked for.
pub fn run(asked: Asked) -> Result<(), Fatal> {
    let plan = match asked {
        Asked::Plan(plan) => plan,
        Asked::Page(page) => return show(&page),
        Asked::Check(plan, page) => return check(&plan, &page),
        Asked::Task(task) => return tasks::run(*task),
    };
    match &plan.input {
        Input::Live { .. } => start::live(&plan),
        Input::Files(paths) => {
            let is_file = |output: &PlannedOutput| matches!(output.dest, Dest::File(_));
            let reopen = plan.outputs.iter().any(is_file).then(Reopen::default);
            let stop = Stop::on_signals(reopen.as_ref());
            let stop = stop.map_err(|error| Fatal::Signals { error })?;
            let mut opening = Opening::of(&plan, Some(&stop), Hurry::default())?;
            let mut job = Job::open(&plan, &mut opening, plan.release)?;
            job.outputs.reopen_on(reopen);
            let done = job.files(paths, (&plan.outputs, &opening), &stop);
            job.end(&plan, done)
        }
    }
}

fn show(page: &str) -> Result<(), Fatal> {
    opening::stdout_is_there()?;
    let written = io::stdout().write_all(page.as_bytes());
    written.map_err(|error| Fatal::output("-", error))
}

/// Looks up users and groups as the start would, and shows what is in force.
fn check(plan: &Plan, page: &str) -> Result<(), Fatal> {
    plan.files.group.as_deref().map(opening::group).transpose()?;
    match &plan.input {
        Input::Live { .. } => {
            let who = start::reads_as(plan.running.user.as_deref())?;
            show(&format!("{page}\n# Packets are read {who}.\n"))
        }
        Input::Files(_) => show(page),
    }
}

/// From packets to lines, whatever they are read from.
pub struct Job {
    pub decoder: Decoder,
    pub outputs: Outputs,
    pub views: Views,
    /// Whose frames they are taken for, where that is known beforehand.
    release: Option<Release>,
    /// Live, and where somebody asked for them.
    pub metrics: Option<Metrics>,
    /// The interfaces, as they were published last.
    sources: Vec<Source>,
    /// As whose frames were read so far, for diagnostics: said once of each.
    senders: Vec<Sender>,
    /// Live, the first frame tells whether anything can be read at all.
    pub first: Option<First>,
    /// Who listens in the wrong place is told so.
    foreign: Foreign,
    fullness: Fullness,
    debug: bool,
    stats: bool,
    /// Workers for files, where it was said.
    jobs: Option<usize>,
}

impl Job {
    /// Opens the outputs.
    pub fn open(
        plan: &Plan,
        opening: &mut Opening,
        release: Option<Release>,
    ) -> Result<Self, Fatal> {
        let mut outputs = Outputs::open(plan, opening)?;
        // What local time is stands in a file that cannot be opened later.
        let local = plan.stamps.then(local::prepare);
        let detail = (plan.detail, local);
        let views = Views::open(&plan.outputs, opening, detail, release, plan.count)?;
        outputs.behind(opening.handles());
        Ok(Self {
            decoder: match plan.mirror.max_states(pf::state_limit) {
                Some(max_states) => Decoder::new(release).with_table(max_states),
                None => Decoder::new(release),
            },
            outputs,
            views,
            release,
            senders: Vec::new(),
            metrics: None,
            sources: Vec::new(),
            first: None,
            foreign: Foreign::default(),
            fullness: Fullness::default(),
            debug: plan.debug,
            stats: plan.stats,
            jobs: plan.jobs.or_else(|| thread::available_parallelism().ok().map(usize::from)),
        })
    }

    /// Writes what is left to be written, be it behind an error.
    pub fn end(&mut self, plan: &Plan, done: Result<(), Fatal>) -> Result<(), Fatal> {
        // What was decoded before an error is told all the same.
        let flushed = self.finish();
        // What the end wrote and lost is in the last word as well.
        self.publish_outputs();
        let unread = self.views.unread();
        if unread > 0 && !plan.debug {
            let release = self.release.map_or(String::new(), |r| format!(" as {r} has them"));
            say!("{unread} frames could not be read{release}: -d tells why");
        }
        if let Some(form) = plan.summary {
            self.write_summary(form);
        }
        if plan.stats {
            self.write_stats();
        }
        emit::both(done, flushed)
    }

    fn packet(&mut self, looked: &Looked<'_>, source: Option<&str>) {
        let packet = &looked.packet;
        self.views.packet(packet);
        // Views alone have no use for events; what is counted and told of frames is.
        let counted =
            self.debug || self.stats || self.outputs.summary.is_some() || self.metrics.is_some();
        if self.outputs.is_empty() && !counted {
            return;
        }
        if let Some(summary) = &mut self.outputs.summary {
            summary.packet(packet.time);
        }
        let (outputs, foreign, first) = (&mut self.outputs, &mut self.foreign, &mut self.first);
        self.decoder.decode(looked, source, &mut |event| {
            if let Some(first) = first {
                first.look(event);
            }
            foreign.look(event);
            outputs.event(event);
        });
        self.fullness.look(&self.decoder);
        if self.debug
            && let Some(sender) = self.decoder.sender()
            && !self.senders.contains(&sender)
        {
            self.senders.push(sender);
            let Sender { release, told } = sender;
            let doubt = match told {
                true => "",
                false => ", though their bytes do not tell the release (-R names it)",
            };
            say!("frames of version {} are read as {release} has them{doubt}", release.version());
        }
    }

    /// Whether there is no more to write, on any output.
    pub fn is_done(&self) -> bool {
        match (self.outputs.is_empty(), self.views.is_empty()) {
            (true, false) => self.views.is_done(),
            (_, true) => self.outputs.is_done(),
            (false, false) => self.outputs.is_done() && self.views.is_done(),
        }
    }

    pub fn flush(&mut self) -> Result<(), Fatal> {
        let views = self.views.flush();
        self.outputs.flush().and(views)
    }

    /// Ends the last batch. All outputs are closed before one is waited for: they have the time together.
    fn finish(&mut self) -> Result<(), Fatal> {
        let views = self.views.close();
        let closed = self.outputs.close().and(views);
        let finished = emit::both(self.outputs.finish(), self.views.finish());
        emit::both(closed, finished)
    }

    fn files(
        &mut self,
        paths: &[PathBuf],
        (outputs, opening): (&[PlannedOutput], &Opening),
        stop: &Stop,
    ) -> Result<(), Fatal> {
        // All are opened first: a name that is wrong is told before anything is written.
        let mut amount = Amount::default();
        let open = |path: &PathBuf| sources::open(path, stop, &mut amount);
        let sources: Vec<FileSource> = paths.iter().map(open).collect::<Result<_, _>>()?;
        let progress = Progress::of(&amount, outputs);
        self.confine(opening);
        self.start(std::process::id())?;
        let names: Vec<_> = match (self.debug, paths) {
            (true, [_, _, ..]) => sources.iter().map(|s| s.name().display().to_string()).collect(),
            _ => Vec::new(),
        };
        let mut merge = Merge::new(sources);
        if let Some(jobs) = self.jobs.filter(|jobs| *jobs > 1 && self.is_simple(paths)) {
            let (told, hints) =
                ((&mut self.decoder, &mut self.outputs), (&mut self.foreign, &mut self.fullness));
            return parallel::files(jobs, merge, told, hints, (stop, &progress));
        }
        let mut told = Ok(());
        let mut last = None;
        let reading = |index: usize| names.get(index).map(String::as_str);
        let mut ahead = Ahead::default();
        while !stop.is_set() && !self.is_done() {
            progress.show();
            for _ in 0..TURN_BATCHES {
                let ended = next_batch(&mut merge, &mut ahead.batch);
                last = self.decode(&mut ahead, |_| None, reading).or(last);
                while let Some((index, lack)) = merge.take_lack() {
                    self.lack(merge.name(index), &lack);
                }
                match ended {
                    Ok(true) => return told,
                    Ok(false) => {}
                    Err(_) if stop.is_set() => {}
                    Err((index, error)) => {
                        let (gap, is_fatal) = broken_off(&merge, index, &error, last);
                        if let Some(gap) = gap {
                            self.gap(gap, None);
                        }
                        if is_fatal {
                            told = Err(Fatal::Told);
                        }
                    }
                }
                // Reading may wait for whoever writes a pipe: what is known is told before.
                if !merge.buffered() {
                    self.flush()?;
                }
                if self.is_done() {
                    break;
                }
            }
        }
        told
    }

    /// Lines are written from now on, by the process of this number.
    pub fn start(&mut self, pid: u32) -> Result<(), Fatal> {
        self.outputs.start(pid)?;
        self.views.start(pid)
    }

    /// All is open: what is read now may have been made to break what reads it. A machine that cannot do
    /// it reads files as any other program does.
    fn confine(&self, opening: &Opening) {
        if opening.opens_anew() {
            if self.debug {
                say!("not confined: outputs may have to be opened anew");
            }
            return;
        }
        let worker = Worker { connects: opening.has_syslog(), ..Worker::default() };
        match confine::worker(&worker) {
            Ok(confined) if self.debug && !confined.lacks.is_empty() => {
                say!("this system cannot confine it by {}", confined.lacks.join(", "));
            }
            Err(error) if self.debug => say!("it is not confined: {error}"),
            Ok(_) | Err(_) => {}
        }
    }

    /// Whether files can be read by several workers: what is asked for is all lines of all events, and
    /// reading does not wait for anybody.
    fn is_simple(&self, paths: &[PathBuf]) -> bool {
        let counted = self.debug || self.outputs.summary.is_some() || self.outputs.is_limited();
        let is_file = |path: &PathBuf| path.metadata().is_ok_and(|meta| meta.is_file());
        !counted && self.views.is_empty() && paths.iter().all(is_file)
    }

    /// Decodes packets; gives the time of the last of them. `source` names the interface of an index, where
    /// events are to say so; `reading` the file, for diagnostics, where it is not plain.
    pub fn decode<'n>(
        &mut self,
        ahead: &mut Ahead,
        source: impl Fn(usize) -> Option<&'n str>,
        reading: impl Fn(usize) -> Option<&'n str>,
    ) -> Option<Time> {
        self.decoder.look_ahead(ahead);
        let mut last = None;
        for (index, looked) in ahead.batch.sources().zip(ahead.packets()) {
            if self.is_done() {
                break;
            }
            last = Some(looked.packet.time);
            if let Some(name) = reading(index) {
                self.outputs.reading = Some(name.to_string());
            }
            self.packet(&looked, source(index));
        }
        last
    }

    /// Publishes how it goes, where somebody may ask.
    pub fn publish(&mut self, sources: impl FnOnce() -> Vec<Source>) {
        if self.metrics.is_some() {
            self.sources = sources();
            self.publish_outputs();
        }
    }

    /// The same with interfaces as they were.
    fn publish_outputs(&self) {
        let Some(metrics) = &self.metrics else { return };
        metrics.publish(Snapshot {
            started: metrics.started,
            taken: Time::now(),
            stats: self.stats(),
            sender: self.decoder.sender().map(|sender| sender.release),
            table: self.decoder.table().map(|table| TableSize {
                states: table.len() as u64,
                max_states: table.max_states() as u64,
                tombstones: table.tombstones() as u64,
            }),
            sources: self.sources.clone(),
            outputs: self.outputs.metrics(),
        });
    }

    /// A file says that it lacks packets.
    fn lack(&mut self, name: Option<&Path>, lack: &Lack) {
        let gap = lacking(lack);
        if let (false, Some(name)) = (self.views.is_empty(), name) {
            // Views have no line for it.
            let (packets, why) = (lack.dropped.packets(), gap.reason);
            say!("{}: {packets} packets lost: {why}", name.display());
        }
        dropped(&mut self.decoder.stats, lack.dropped);
        self.gap(gap, None);
    }

    pub fn gap(&mut self, gap: Gap<'_>, source: Option<&str>) {
        self.decoder.stats.event(EventKind::Gap);
        self.outputs.event(&Event { source, ..Event::gap(gap) });
    }

    fn write_summary(&self, form: SummaryAs) {
        let Some(summary) = &self.outputs.summary else { return };
        let mut text = Vec::new();
        // At once, and whole. Writing to memory cannot fail.
        let _ = match form {
            SummaryAs::Table => summary.write_table(&mut text),
            SummaryAs::Json => summary.write_json(&mut text),
        }
        .map(|()| say::write(&text));
    }

    /// All counters, those of outputs among them.
    fn stats(&self) -> Stats {
        let mut stats = self.decoder.stats;
        stats.lines = self.outputs.lines.saturating_sub(self.outputs.lost) + self.views.lines;
        (0..self.outputs.gaps).for_each(|_| stats.event(EventKind::Gap));
        stats.dropped_output = self.outputs.lost + self.views.lost;
        stats
    }

    pub fn write_stats(&self) {
        let mut line = Vec::new();
        // Writing to memory cannot fail.
        let _ = self.stats().write_json(&mut line);
        say::write(&line);
    }
}

/// Tells of a capture that cannot be read on, behind a packet of the time `last`; gives the gap that it
/// is, and whether the program ends with an error for it. A file that was cut short is a gap and no
/// more; with any other error the rest of it is lost.
pub fn broken_off(
    merge: &Merge,
    index: usize,
    error: &CaptureError,
    last: Option<Time>,
) -> (Option<Gap<'static>>, bool) {
    let name = merge.name(index).map(|name| name.display().to_string());
    say!("{}: {error}", name.unwrap_or_else(|| STDIN.to_string()));
    let (reason, is_fatal) = match *error {
        // Without a single whole header it was no capture to begin with.
        CaptureError::Empty
        | CaptureError::UnknownFormat { .. }
        | CaptureError::CutShort { offset: 0, .. } => return (None, true),
        CaptureError::CutShort { offset, .. } => (Reason::FileCut { offset }, false),
        _ if last.is_none() => return (None, true),
        _ => (Reason::FileDamaged, true),
    };
    // Where not one packet came out, nothing tells the time of what was lost.
    let (from, to) = last.map_or((Time::default(), Time::now()), |last| (last, last));
    let at = Where::Capture;
    (Some(Gap { from, to, lost: None, at, certain: true, reason }), is_fatal)
}

/// What a file lacks by its own word, as a gap.
pub fn lacking(lack: &Lack) -> Gap<'static> {
    let Lack { dropped, from, to } = *lack;
    let (at, reason) = (Where::Capture, Reason::Dropped);
    Gap { from, to, lost: Some(dropped.packets()), at, certain: true, reason }
}

/// Counts what a file lacks by its own word, which may be anything.
pub fn dropped(stats: &mut Stats, dropped: Dropped) {
    stats.dropped_capture = stats.dropped_capture.saturating_add(dropped.kernel);
    stats.dropped_interface = stats.dropped_interface.saturating_add(dropped.interface);
}

/// The packets that are read next, until the batch is full or reading on may wait; whether that was
/// the end. What was read before an error is in the batch. Where a file says that it lacks packets the batch
/// ends, so that it is told there.
pub fn next_batch(merge: &mut Merge, batch: &mut Batch) -> Result<bool, (usize, CaptureError)> {
    batch.clear();
    while !batch.is_full() && !merge.lacks() && (batch.is_empty() || merge.buffered()) {
        match merge.next_packet()? {
            Some((index, packet)) => batch.push(index, &packet),
            None => return Ok(true),
        }
    }
    Ok(false)
}
