//! The command line, and what it comes to.

#![forbid(unsafe_code)]

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use clap::{ArgAction, Parser};
use pfstatelog::abi::Release;
use pfstatelog::event::EventSet;
use pfstatelog::filter::Filter;
use pfstatelog::format::Options;
use pfstatelog::output::SyslogDest;
use pfstatelog::sys::pf;
use pfstatelog::view::Detail;

use crate::filters::Filters;
use crate::run::Fatal;
use crate::view::Printed;

/// Log every state change that pf(4) tells on pfsync(4): who was behind the NAT, and when.
#[derive(Debug, Parser)]
#[command(name = "pfstatelog", version, override_usage = USAGE, after_help = AFTER_HELP)]
pub struct Cli {
    /// Log what is seen on these interfaces: pfsync0, or the syncdev
    #[arg(value_name = "INTERFACE", conflicts_with = "read")]
    interfaces: Vec<String>,

    /// The same, whatever its name looks like
    #[arg(short = 'i', long = "interface", value_name = "NAME", conflicts_with = "read")]
    named: Vec<String>,

    /// Read capture files instead: pcap or pcapng, also .gz and .zst;
    /// - is standard input; several are read in time order
    #[arg(short, long, value_name = "FILE", num_args = 1.., verbatim_doc_comment)]
    read: Vec<PathBuf>,

    /// Also write to standard output; -vv: and there every event,
    /// unless -e was given. With a view: the detail
    #[arg(short, long, action = ArgAction::Count, verbatim_doc_comment)]
    verbose: u8,

    /// Say on standard error what the decoder makes of each frame
    /// that is not sound
    #[arg(short, long, verbatim_doc_comment)]
    debug: bool,

    /// How events are written: text (the default), json or ecs (Elastic
    /// Common Schema); or a view of what is on the wire, whatever -e
    /// says: pfctl (states as pfctl -ss prints them), tcpdump (frames
    /// as tcpdump -n prints them)
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_default_value = true,
        verbatim_doc_comment
    )]
    format: Printed,

    /// Where events go: - (standard output), syslog, syslog:FACILITY;
    /// FORMAT=DEST gives each its own format; may be repeated
    /// [default: syslog, with -r or a view -]
    #[arg(short, long = "output", value_name = "[FORMAT=]DEST", verbatim_doc_comment)]
    outputs: Vec<OutputArg>,

    /// Which events: a list of start, update, end, expire, clear,
    /// bulk, request, ack, tdb, gap, or all
    /// [default: start,end,expire,clear,gap]
    #[arg(short, long, value_name = "LIST", verbatim_doc_comment)]
    events: Option<EventSet>,

    /// The release of the sender, such as openbsd-7.9 [default: told
    /// from the frames, the newest where they do not tell]
    #[arg(short = 'R', long, value_name = "RELEASE", verbatim_doc_comment)]
    release: Option<Release>,

    /// Stop after this many events (states of -f pfctl, frames of
    /// -f tcpdump)
    #[arg(short, long, value_name = "N", value_parser = count, verbatim_doc_comment)]
    count: Option<u64>,

    /// Keep no mirror of the state table: events carry only what
    /// their own message says
    #[arg(long, verbatim_doc_comment, conflicts_with = "max_states")]
    no_table: bool,

    /// Leave out whom states were for: destination addresses and
    /// ports, before and after translation (RFC 6888)
    #[arg(long, verbatim_doc_comment)]
    no_dst: bool,

    /// States that the mirror holds at most [default: live, twice
    /// what pf holds, where /dev/pf tells it; else 1000000]
    #[arg(long, value_name = "N", value_parser = states, verbatim_doc_comment)]
    max_states: Option<usize>,

    /// Workers for -r, each of which keeps a core busy
    /// [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = jobs, verbatim_doc_comment)]
    jobs: Option<usize>,

    /// Size of the capture buffer in bytes, also as 512K or 64M
    /// [default: 16M]
    #[arg(long, value_name = "BYTES", value_parser = bytes, verbatim_doc_comment)]
    buffer: Option<u32>,

    /// Bytes of each packet to capture [default: what the interface's
    /// MTU can need]
    #[arg(long, value_name = "BYTES", value_parser = bytes, verbatim_doc_comment)]
    snaplen: Option<u32>,

    /// Write all counters to standard error at the end, as one JSON
    /// object
    #[arg(long, verbatim_doc_comment)]
    stats: bool,

    /// At the end, write what it all comes to to standard error: events,
    /// states, translated hosts, gaps; a table, with -f json one object
    #[arg(long, verbatim_doc_comment)]
    summary: bool,

    /// List the releases that are known, and the header snapshot
    /// that serves each
    #[arg(long, verbatim_doc_comment)]
    list_releases: bool,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten)]
    running: Running,
}

/// How a live capture runs.
#[derive(Debug, Clone, clap::Args)]
pub struct Running {
    /// Leave the terminal once interfaces and outputs are open
    #[arg(short = 'D', long)]
    pub daemon: bool,

    /// Write the process's number to this file, and let no second
    /// one start that has the same
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    pub pidfile: Option<PathBuf>,

    /// Started as root, become this user [default: _pfstatelog, or
    /// nobody where there is no such user]
    #[arg(long, value_name = "NAME", verbatim_doc_comment)]
    pub user: Option<String>,

    /// Make this folder the root of all paths for the process that
    /// reads packets
    #[arg(long, value_name = "DIR", verbatim_doc_comment)]
    pub chroot: Option<PathBuf>,

    /// Seconds that outputs have for what they hold when the program
    /// is asked to end
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds, verbatim_doc_comment)]
    pub drain_timeout: Duration,

    /// Seconds of silence after which an interface is suspected not
    /// to carry pfsync at all; 0 for never
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds, verbatim_doc_comment)]
    pub quiet_warn: Duration,
}

fn seconds(word: &str) -> Result<Duration, &'static str> {
    // So many that they can be added to any time.
    let number = word.parse::<u32>().map_err(|_| "a number of seconds is needed")?;
    Ok(Duration::from_secs(number.into()))
}

const USAGE: &str = "\
    pfstatelog [OPTIONS] INTERFACE...    log what is seen on the interfaces
       pfstatelog [OPTIONS] -r FILE...      the same from capture files";

const AFTER_HELP: &str = "\
Examples:
  pfstatelog pfsync0                    log to syslog (daemon.info)
  pfstatelog -v pfsync0                 and to standard output
  pfstatelog -r pfsync.pcap             what a capture tells
  ssh fw tcpdump -s 1600 -w - -i pfsync0 | pfstatelog -r -

Exit status: 0 done, 1 could not run, 2 usage. Capturing needs root.";

/// What the command line comes to; `None` where help or version was asked for, and written.
///
/// # Errors
/// [`Fatal::Usage`], on one line: clap's own pages of several lines are for a terminal alone, and
/// this program's errors end up in logs as well.
pub fn plan() -> Result<Option<Plan>, Fatal> {
    match Cli::try_parse() {
        Ok(cli) => cli.checked().map(Some),
        Err(error) if error.use_stderr() => Err(Fatal::Usage(usage(&error.to_string()))),
        Err(page) => match io::stdout().write_all(page.to_string().as_bytes()) {
            Ok(()) => Ok(None),
            Err(error) => Err(Fatal::output("-", error)),
        },
    }
}

/// What clap says on a page, on a line: the error, and what it may have been meant for.
fn usage(page: &str) -> String {
    // Why a value is wrong says what is right. The value may have line breaks of its own.
    let paragraph = page.split("\n\n").next().unwrap_or_default();
    if let Some(error) = paragraph.strip_prefix("error: invalid value") {
        return format!("invalid value{}", error.trim_end().replace('\n', "\\n"));
    }
    let mut lines = page.lines();
    let error = lines.next().unwrap_or_default();
    let mut line = error.trim_start_matches("error: ").to_string();
    // The names of several arguments follow on lines of their own.
    if line.ends_with(':') {
        for name in lines.by_ref().map_while(|line| line.strip_prefix("  ")) {
            line = line + " " + name.trim();
        }
    }
    for tip in lines.filter_map(|line| line.trim().strip_prefix("tip: ")) {
        // Not the one that shows how a value that looks like an option is given.
        if tip.contains("similar") {
            line = line + "; " + tip;
        }
    }
    line + "; see --help"
}

/// What is to be done, after everything that can be checked was checked.
#[derive(Debug)]
pub struct Plan {
    pub input: Input,
    pub outputs: Vec<PlannedOutput>,
    /// Which events the outputs get.
    pub filter: Filter,
    /// What their formats leave out.
    pub options: Options,
    pub release: Option<Release>,
    pub detail: Detail,
    /// States that the mirror of the table holds at most; `None` for no mirror.
    pub max_states: Option<usize>,
    pub count: Option<u64>,
    /// Workers for files.
    pub jobs: Option<usize>,
    pub debug: bool,
    pub stats: bool,
    pub summary: Option<SummaryAs>,
    pub running: Running,
}

/// How the summary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SummaryAs {
    Table,
    Json,
}

#[derive(Debug)]
pub enum Input {
    Live {
        interfaces: Vec<String>,
        buffer_bytes: Option<u32>,
        snaplen: Option<u32>,
    },
    Files(Vec<PathBuf>),
    /// Nothing is read: the releases are listed.
    Releases,
}

/// An output with its format and the events that it gets; a view gets no events.
#[derive(Debug, Clone, Copy)]
pub struct PlannedOutput {
    pub format: Printed,
    pub dest: Dest,
    pub events: EventSet,
    /// Nobody asked for it: it is what there is unless something else is asked for.
    pub by_default: bool,
}

/// Where lines go.
#[derive(Debug, Clone, Copy)]
pub enum Dest {
    Stdout,
    Syslog(SyslogDest),
}

impl FromStr for Dest {
    type Err = String;

    fn from_str(dest: &str) -> Result<Self, Self::Err> {
        match dest.split_once(':') {
            _ if dest == "-" => Ok(Self::Stdout),
            _ if dest == "syslog" => Ok(Self::Syslog(SyslogDest::default())),
            Some(("syslog", facility)) => facility.parse().map(Self::Syslog),
            _ => Err(format!(
                "{dest:?} is no destination of this version: there are -, syslog and \
                 syslog:FACILITY (for a file, redirect standard output)"
            )),
        }
    }
}

/// `[FORMAT=]DEST`
#[derive(Debug, Clone, Copy)]
struct OutputArg {
    format: Option<Printed>,
    dest: Dest,
}

impl FromStr for OutputArg {
    type Err = String;

    fn from_str(arg: &str) -> Result<Self, Self::Err> {
        match arg.split_once('=') {
            Some((format, dest)) => Ok(Self { format: Some(format.parse()?), dest: dest.parse()? }),
            None => Ok(Self { format: None, dest: arg.parse()? }),
        }
    }
}

/// A number of events.
fn count(word: &str) -> Result<u64, &'static str> {
    word.parse().map_err(|_| "a number of events is needed")
}

/// States that the mirror holds where nothing says otherwise. Twice pf's own, because a peer's states
/// are seen on the syncdev too.
fn max_states(input: &Input) -> usize {
    const MAX_STATES: usize = 1_000_000;
    let live = matches!(input, Input::Live { .. });
    let own = live.then(pf::state_limit).flatten().and_then(|limit| usize::try_from(limit).ok());
    own.map_or(MAX_STATES, |own| own.saturating_mul(2))
}

/// A number of states that a table can hold: its indices have 32 bits.
fn states(word: &str) -> Result<usize, String> {
    match word.parse::<u32>() {
        Ok(number @ 1..) => Ok(number as usize),
        _ => Err(format!("a number from 1 to {} is needed", u32::MAX)),
    }
}

/// More workers than there are cores gain nothing, so this is no bound for anybody.
const MAX_JOBS: usize = 256;

/// A number of workers.
fn jobs(word: &str) -> Result<usize, String> {
    let number = word.parse().ok().filter(|number| (1..=MAX_JOBS).contains(number));
    number.ok_or_else(|| format!("a number from 1 to {MAX_JOBS} is needed"))
}

/// Bytes with an optional K, M or G (of 1024).
fn bytes(word: &str) -> Result<u32, String> {
    let (digits, unit) = match word.trim_end_matches(['k', 'K', 'm', 'M', 'g', 'G']) {
        digits if digits.len() == word.len() => (digits, 1),
        digits => match &word[digits.len()..] {
            "k" | "K" => (digits, 1 << 10),
            "m" | "M" => (digits, 1 << 20),
            "g" | "G" => (digits, 1 << 30),
            _ => (word, 1),
        },
    };
    let number: u32 = digits.parse().map_err(|_| "a number of bytes is needed, as 512K or 64M")?;
    let bytes = number.checked_mul(unit).filter(|bytes| i32::try_from(*bytes).is_ok());
    match bytes {
        Some(0) => Err("0 bytes are too few".to_string()),
        Some(bytes) => Ok(bytes),
        None => Err("more than 2G less one byte is not possible".to_string()),
    }
}

impl Cli {
    /// What the command line comes to.
    pub fn checked(self) -> Result<Plan, Fatal> {
        let interfaces = [self.interfaces, self.named].concat();
        let live = self.read.is_empty();
        if live && self.jobs.is_some() && !self.list_releases {
            return Err(Fatal::Usage("--jobs is for captures: it goes with -r, --read".into()));
        }
        let events = self.events.unwrap_or_default();
        let mut outputs: Vec<PlannedOutput> = self
            .outputs
            .iter()
            .map(|o| PlannedOutput {
                format: o.format.unwrap_or(self.format),
                dest: o.dest,
                events,
                by_default: false,
            })
            .collect();
        if outputs.is_empty() {
            let to_syslog = live && !self.format.is_view();
            let dest = if to_syslog { Dest::Syslog(SyslogDest::default()) } else { Dest::Stdout };
            let format = self.format;
            outputs.push(PlannedOutput { format, dest, events, by_default: true });
        }
        let is_stdout = |output: &PlannedOutput| matches!(output.dest, Dest::Stdout);
        if outputs.iter().filter(|output| is_stdout(output)).count() > 1 {
            return Err(Fatal::Usage("standard output is written once: give -o - once".into()));
        }
        // With a view -v says how much it shows, not where.
        let views = outputs.iter().any(|output| output.format.is_view());
        if views && self.no_dst {
            return Err(Fatal::Usage(
                "--no-dst cannot be had with the views pfctl and tcpdump, which print what is on \
                 the wire: leave out one or the other"
                    .into(),
            ));
        }
        if self.verbose > 0 && !views && !outputs.iter().any(is_stdout) {
            let (format, dest) = (self.format, Dest::Stdout);
            outputs.push(PlannedOutput { format, dest, events, by_default: false });
        }
        if self.verbose > 1 && self.events.is_none() {
            outputs.iter_mut().filter(|o| is_stdout(o)).for_each(|o| o.events = EventSet::ALL);
        }
        let input = match (live, interfaces.is_empty()) {
            _ if self.list_releases => Input::Releases,
            (true, true) => {
                return Err(Fatal::Usage(
                    "name an interface (pfstatelog pfsync0) or a capture (pfstatelog -r FILE); \
                     see --help"
                        .into(),
                ));
            }
            (true, false) => {
                // Its events would all be told twice.
                let twice = |at: usize| interfaces[..at].contains(&interfaces[at]);
                if let Some(at) = (0..interfaces.len()).find(|at| twice(*at)) {
                    let name = &interfaces[at];
                    return Err(Fatal::Usage(format!("interface {name} is named twice")));
                }
                Input::Live { interfaces, buffer_bytes: self.buffer, snaplen: self.snaplen }
            }
            (false, _) => {
                let stdin = |file: &&PathBuf| file.as_path() == Path::new("-");
                if self.read.iter().filter(stdin).count() > 1 {
                    return Err(Fatal::Usage(
                        "standard input can be read once: give -r - once".into(),
                    ));
                }
                Input::Files(self.read)
            }
        };
        let max_states = self.max_states.unwrap_or_else(|| max_states(&input));
        Ok(Plan {
            input,
            outputs,
            filter: self.filters.compiled(),
            options: Options { no_dst: self.no_dst },
            release: self.release,
            detail: Detail::of(self.verbose),
            max_states: (!self.no_table).then_some(max_states),
            count: self.count,
            jobs: self.jobs.or_else(|| thread::available_parallelism().ok().map(usize::from)),
            debug: self.debug,
            stats: self.stats,
            summary: self.summary.then_some(match self.format.is_json() {
                true => SummaryAs::Json,
                false => SummaryAs::Table,
            }),
            running: self.running,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use pfstatelog::event::EventKind;

    fn plan(line: &str) -> Result<Plan, Fatal> {
        let words = std::iter::once("pfstatelog").chain(line.split_whitespace());
        Cli::try_parse_from(words).expect("parses").checked()
    }

    /// Which outputs there are, and whether they get updates.
    fn outputs(line: &str) -> Vec<(String, bool)> {
        let outputs = plan(line).unwrap().outputs;
        let name = |dest| match dest {
            Dest::Stdout => "-".to_string(),
            Dest::Syslog(syslog) => syslog.name().to_string(),
        };
        outputs.iter().map(|o| (name(o.dest), o.events.contains(EventKind::Update))).collect()
    }

    #[test]
    fn the_declaration_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn outputs_are_as_the_contract_says() {
        let (console, syslog) = ("-".to_string(), "syslog:daemon".to_string());
        assert_eq!(outputs("pfsync0"), [(syslog.clone(), false)]);
        assert_eq!(outputs("-v pfsync0"), [(syslog.clone(), false), (console.clone(), false)]);
        assert_eq!(outputs("-vv pfsync0"), [(syslog, false), (console.clone(), true)]);
        assert_eq!(outputs("-r x"), [(console.clone(), false)]);
        assert_eq!(outputs("-v -r x"), [(console.clone(), false)]);
        assert_eq!(outputs("-vv -r x -o text=-"), [(console.clone(), true)]);
        assert_eq!(outputs("-vv -e end -r x"), [(console.clone(), false)]);
        assert_eq!(
            outputs("-v -o syslog:local5 -e all pfsync0"),
            [("syslog:local5".to_string(), true), (console, true)]
        );
        assert!(plan("-r x -o - -o text=-").is_err());
        assert!(plan("").is_err());
        assert!(plan("-r - x -r -").is_err());
        assert!(plan("em0 em1 -i em0").is_err());
        assert!(plan("em0 em1 -i em2").is_ok());
    }

    #[test]
    fn a_page_of_clap_becomes_a_line() {
        let said = |line: &str| {
            let words = std::iter::once("pfstatelog").chain(line.split_whitespace());
            usage(&Cli::try_parse_from(words).unwrap_err().to_string())
        };
        assert_eq!(
            said("--verbos em0"),
            "unexpected argument '--verbos' found; a similar argument exists: '--verbose'; \
             see --help"
        );
        let conflict = said("em0 -i em1 -r x");
        assert!(conflict.contains("'[INTERFACE]...' cannot be used with"), "{conflict}");
        for line in ["--bogus", "-c x em0", "-e stop em0", "-r", "em0 -i em1 -r x"] {
            assert_eq!(said(line).lines().count(), 1, "{line}");
        }
    }

    #[test]
    fn views_go_to_standard_output_and_v_is_their_detail() {
        let (console, syslog) = ("-".to_string(), "syslog:daemon".to_string());
        for line in ["-f pfctl pfsync0", "-f tcpdump -v pfsync0", "-r x -vv -o pfctl=-"] {
            let plan = plan(line).unwrap();
            assert!(plan.outputs.iter().all(|output| output.format.is_view()), "{line}");
            assert_eq!(outputs(line).len(), 1);
            assert_eq!(outputs(line)[0].0, console);
        }
        assert_eq!(plan("-f pfctl -v -r x").unwrap().detail, Detail::Verbose);
        assert_eq!(outputs("-v -o syslog -o pfctl=- pfsync0")[0], (syslog.clone(), false));
        assert_eq!(outputs("-f pfctl -v -o syslog pfsync0"), [(syslog, false)]);
        assert!(plan("-r x -o pfctl=- -o text=-").is_err());
        assert!(plan("-r x -f pfctl --no-dst").is_err());
        assert!(plan("em0 --no-dst -o tcpdump=-").is_err());
        assert!(plan("em0 --no-dst -v").unwrap().options.no_dst);
        assert!(Cli::try_parse_from(["pfstatelog", "-f", "pfct", "-r", "x"]).is_err());
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes("2048"), Ok(2048));
        assert_eq!(bytes("16M"), Ok(16 << 20));
        assert_eq!(bytes("1g"), Ok(1 << 30));
        for wrong in ["", "M", "0", "2G", "5T", "-1", "1MM", "99999999999"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
