//! What is to be done, after everything that can be checked was checked.

#![forbid(unsafe_code)]

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::UsageError;
use super::cli::{Cli, Reading, Service, Writing};
use super::dest::Dest;
use super::running::{Files, Metrics, Poll, Running};
use crate::abi::Release;
use crate::event::EventSet;
use crate::filter::Filter;
use crate::format::{Format, Options};
use crate::output::{Rotate, SyslogDest};
use crate::view::{Detail, View};

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What is read.
    pub input: Input,
    /// Where lines go, at least one.
    pub outputs: Vec<PlannedOutput>,
    /// Which events the outputs get.
    pub filter: Filter,
    /// What their formats leave out.
    pub options: Options,
    /// The sender's, where it was named.
    pub release: Option<Release>,
    /// How much views show.
    pub detail: Detail,
    /// Whether views put the time before packets of pflog.
    pub stamps: bool,
    /// The mirror of the table.
    pub mirror: Mirror,
    /// Bytes that an output holds back at most, 64 KB to 2 GB less one.
    pub queue_bytes: u32,
    /// What becomes of files that outputs write.
    pub files: Files,
    /// How a live capture runs.
    pub running: Running,
    /// Events that are written before it ends.
    pub count: Option<u64>,
    /// Workers for files, 1 to 256; one for each core where it was not said.
    pub jobs: Option<usize>,
    /// Whether the decoder's diagnostics are wanted.
    pub debug: bool,
    /// Whether the counters are wanted at the end.
    pub stats: bool,
    /// The summary, where it is wanted.
    pub summary: Option<SummaryAs>,
}

/// How the summary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SummaryAs {
    /// For a person.
    Table,
    /// For a program.
    Json,
}

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// What is seen on interfaces.
    Live {
        /// Their names, at least one, none of them twice.
        interfaces: Vec<String>,
        /// Size of the capture buffer, 1 byte to 2 GB less one.
        buffer_bytes: Option<u32>,
        /// Bytes that are captured of a packet, 1 byte to 2 GB less one.
        snaplen: Option<u32>,
    },
    /// Captures, `-` for standard input, which is among them once at most.
    Files(Vec<PathBuf>),
}

/// The mirror of the firewall's state table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mirror {
    /// None is kept.
    None,
    /// One of so many states at most, 1 to `u32::MAX`.
    Of(usize),
    /// One of twice the states that pf itself keeps at most, because a peer's are seen on the syncdev
    /// too.
    AsPf,
}

impl Mirror {
    /// States where nothing says how many.
    const DEFAULT: usize = 1_000_000;

    /// States that it holds at most, `None` for no mirror; pf's own limit is asked for where it counts.
    pub fn max_states(self, pf_limit: impl FnOnce() -> Option<u32>) -> Option<usize> {
        match self {
            Self::None => None,
            Self::Of(states) => Some(states),
            Self::AsPf => {
                let own = pf_limit().and_then(|limit| usize::try_from(limit).ok());
                Some(own.map_or(Self::DEFAULT, |own| own.saturating_mul(2)))
            }
        }
    }
}

/// An output with its format and the events that it gets; a view gets no events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedOutput {
    /// What it gets.
    pub format: Printed,
    /// Where it is.
    pub dest: Dest,
    /// The kinds of events that it gets.
    pub events: EventSet,
    /// Nobody asked for it: it is what there is unless something else is asked for.
    pub by_default: bool,
}

/// What an output gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    /// Events, in a format.
    Events(Format),
    /// What is on the wire.
    View(View),
}

impl Printed {
    /// Whether it is a view.
    pub fn is_view(self) -> bool {
        matches!(self, Self::View(_))
    }

    /// Whether a program reads it, and not a person.
    pub fn is_json(self) -> bool {
        matches!(self, Self::Events(Format::Json | Format::Ecs))
    }
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Events(format) => format.name(),
            Self::View(view) => view.name(),
        })
    }
}

impl Plan {
    /// Bytes that an output holds back where nobody says how many.
    pub const QUEUE_BYTES: u32 = 8 << 20;

    /// What a command line comes to.
    pub(super) fn of(cli: Cli) -> Result<Self, UsageError> {
        let mut outputs = outputs(&cli)?;
        let files = files(&cli.writing)?;
        let anyway = cli.table.poll_anyway;
        let poll = cli.table.poll.map(|every| Poll { every, anyway });
        let mut running = running(cli.service, cli.writing.drain_timeout, poll);
        if running.daemon || running.chroot.is_some() {
            make_absolute(&mut outputs, &mut running)?;
        }
        let verbose = cli.telling.verbose;
        let summary_as =
            if cli.telling.format.is_json() { SummaryAs::Json } else { SummaryAs::Table };
        let (release, jobs) = (cli.reading.release, cli.reading.jobs);
        let input = input(cli.reading)?;
        let is_live = matches!(input, Input::Live { .. });
        if is_live && jobs.is_some() {
            let text = "--jobs is for captures: it goes with -r, --read";
            return Err(UsageError::about("jobs", text));
        }
        Ok(Self {
            outputs,
            filter: cli.filters.compiled(),
            options: Options { no_dst: cli.telling.no_dst },
            release,
            detail: Detail::of(verbose),
            stamps: !cli.telling.no_stamp,
            mirror: match cli.table.max_states {
                _ if cli.table.no_table => Mirror::None,
                Some(states) => Mirror::Of(states),
                None if is_live => Mirror::AsPf,
                None => Mirror::Of(Mirror::DEFAULT),
            },
            queue_bytes: cli.writing.queue.unwrap_or(Self::QUEUE_BYTES),
            files,
            running,
            count: cli.telling.count,
            jobs,
            debug: cli.other.debug,
            stats: cli.telling.stats,
            summary: cli.telling.summary.then_some(summary_as),
            input,
        })
    }
}

/// The outputs that were asked for, that of `-v`, or the default.
fn outputs(cli: &Cli) -> Result<Vec<PlannedOutput>, UsageError> {
    let events = cli.telling.events.unwrap_or_default();
    let planned = |format, dest, by_default| PlannedOutput { format, dest, events, by_default };
    let mut outputs: Vec<_> = cli
        .telling
        .outputs
        .iter()
        .map(|output| {
            planned(output.format.unwrap_or(cli.telling.format), output.dest.clone(), false)
        })
        .collect();
    if outputs.is_empty() {
        let to_syslog = cli.reading.read.is_empty() && !cli.telling.format.is_view();
        let dest = if to_syslog { Dest::Syslog(SyslogDest::default()) } else { Dest::Stdout };
        outputs.push(planned(cli.telling.format, dest, true));
    }
    let is_stdout = |output: &PlannedOutput| output.dest == Dest::Stdout;
    if outputs.iter().filter(|output| is_stdout(output)).count() > 1 {
        let text = "standard output is written once: give -o - once";
        return Err(UsageError::about("output", text));
    }
    for (at, output) in outputs.iter().enumerate() {
        let is_file = matches!(output.dest, Dest::File(_));
        if is_file && outputs.iter().take(at).any(|other| other.dest == output.dest) {
            let text = format!("{} is written once: give -o {0} once", output.dest);
            return Err(UsageError::about("output", text));
        }
    }
    if cli.service.daemon && outputs.iter().any(is_stdout) {
        return Err(UsageError::about(
            "daemon",
            "with -D, --daemon nobody sees standard output: give -o another destination, or leave \
             -D out",
        ));
    }
    // With a view -v says how much it shows, not where.
    let views = outputs.iter().any(|output| output.format.is_view());
    if views && cli.telling.no_dst {
        return Err(UsageError::about(
            "no-dst",
            "--no-dst cannot be had with the views pfctl and tcpdump, which print what is on the \
             wire: leave out one or the other",
        ));
    }
    if cli.telling.verbose > 0 && !views && !outputs.iter().any(is_stdout) {
        outputs.push(planned(cli.telling.format, Dest::Stdout, false));
    }
    if cli.telling.verbose > 1 && cli.telling.events.is_none() {
        outputs.iter_mut().filter(|o| is_stdout(o)).for_each(|o| o.events = EventSet::ALL);
    }
    Ok(outputs)
}

/// What becomes of files.
fn files(asked: &Writing) -> Result<Files, UsageError> {
    let rotate = match (asked.rotate_size, asked.rotate_keep) {
        (None, Some(_)) => {
            let text = "--rotate-keep says how many files are kept of those that --rotate-size \
                        makes: give that as well";
            return Err(UsageError::about("rotate-keep", text));
        }
        (size, keep) => size.map(|size| Rotate { size, keep: keep.unwrap_or(Rotate::KEEP) }),
    };
    let default = Files::default();
    Ok(Files {
        mode: asked.mode.unwrap_or(default.mode),
        group: asked.group.clone(),
        rotate,
        sync: asked.sync.unwrap_or(default.sync),
    })
}

/// How it runs.
fn running(asked: Service, drain_timeout: Option<Duration>, poll: Option<Poll>) -> Running {
    let default = Running::default();
    Running {
        daemon: asked.daemon,
        pidfile: asked.pidfile,
        user: asked.user,
        chroot: asked.chroot,
        drain_timeout: drain_timeout.unwrap_or(default.drain_timeout),
        quiet_warn: asked.quiet_warn.unwrap_or(default.quiet_warn),
        metrics: asked.metrics,
        poll,
    }
}

/// Makes paths mean what they mean now wherever the program goes.
fn make_absolute(outputs: &mut [PlannedOutput], running: &mut Running) -> Result<(), UsageError> {
    let of_outputs = outputs.iter_mut().filter_map(|output| match &mut output.dest {
        Dest::File(path) | Dest::Unix(path) => Some(path),
        Dest::Stdout | Dest::Syslog(_) | Dest::Udp(_) | Dest::Tcp(_) => None,
    });
    let of_metrics = match &mut running.metrics {
        Some(Metrics::File(path)) => Some(path),
        Some(Metrics::Http(_)) | None => None,
    };
    let paths = of_outputs.chain(of_metrics).chain(&mut running.pidfile).chain(&mut running.chroot);
    for path in paths {
        *path = std::path::absolute(&*path).map_err(|error| {
            let path = path.display();
            UsageError::new(format!("{path}: {error}: give the whole path, from the root on"))
        })?;
    }
    Ok(())
}

/// What is read: interfaces, or files where there are any.
fn input(asked: Reading) -> Result<Input, UsageError> {
    if !asked.read.is_empty() {
        let is_stdin = |file: &&PathBuf| file.as_path() == Path::new("-");
        if asked.read.iter().filter(is_stdin).count() > 1 {
            let text = "standard input can be read once: give -r - once";
            return Err(UsageError::about("read", text));
        }
        return Ok(Input::Files(asked.read));
    }
    let mut distinct: Vec<String> = Vec::new();
    for name in asked.interfaces.into_iter().chain(asked.named) {
        // Its events would all be told twice.
        if distinct.contains(&name) {
            let text = format!("interface {name} is named twice");
            return Err(UsageError::about("interface", text));
        }
        distinct.push(name);
    }
    if distinct.is_empty() {
        return Err(UsageError::new(
            "name an interface (pfstatelog pfsync0) or a capture (pfstatelog -r FILE); see --help",
        ));
    }
    let (buffer_bytes, snaplen) = (asked.buffer, asked.snaplen);
    Ok(Input::Live { interfaces: distinct, buffer_bytes, snaplen })
}
