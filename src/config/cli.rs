//! The command line as clap has it. Its long names are the keys of configuration files, too.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::Resettable;
use clap::{ArgAction, Args, Parser};

use super::dest::OutputArg;
use super::filters::Filters;
use super::plan::Printed;
use super::running::Metrics;
use super::values::{
    bytes, count, duration, file_size, jobs, keep, mode, name, path, poll, queue, states,
};
use crate::abi::Release;
use crate::event::EventSet;
use crate::output::Fsync;

/// Log each state change that pf(4) tells on pfsync(4): who was behind NAT, when
#[derive(Debug, Parser)]
#[command(
    name = "pfstatelog",
    version,
    override_usage = USAGE,
    after_help = AFTER_HELP,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) telling: Telling,
    #[command(flatten)]
    pub(super) filters: Filters,
    #[command(flatten)]
    pub(super) table: Table,
    #[command(flatten)]
    pub(super) writing: Writing,
    #[command(flatten)]
    pub(super) service: Service,
    #[command(flatten)]
    pub(super) other: Other,
}

/// What is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is read")]
pub(super) struct Reading {
    /// What is seen on these is told: pfsync0, the
    /// syncdev, pflog0
    #[arg(
        value_name = "INTERFACE",
        value_parser = name,
        conflicts_with = "read",
        help_heading = Resettable::Reset
    )]
    pub(super) interfaces: Vec<String>,

    /// Of an interface, whatever its name looks like
    #[arg(
        short = 'i',
        long = "interface",
        value_name = "NAME",
        value_parser = name,
        conflicts_with = "read"
    )]
    pub(super) named: Vec<String>,

    /// Captures instead: pcap or pcapng, also .gz and
    /// .zst; - is standard input; several are read in
    /// time order
    #[arg(short, long, value_name = "FILE", num_args = 1.., verbatim_doc_comment)]
    pub(super) read: Vec<PathBuf>,

    /// Release of the sender, such as openbsd-7.9
    /// [default: told from the frames, the newest
    /// where they do not tell]
    #[arg(short = 'R', long, value_name = "RELEASE", verbatim_doc_comment)]
    pub(super) release: Option<Release>,

    /// Workers for -r, each of which keeps a core busy
    /// [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = jobs, verbatim_doc_comment)]
    pub(super) jobs: Option<usize>,

    /// Size of the capture buffer in bytes, also as
    /// 512K or 64M [default: 16M]
    #[arg(long, value_name = "BYTES", value_parser = bytes, verbatim_doc_comment)]
    pub(super) buffer: Option<u32>,

    /// Bytes of each packet to capture [default: what
    /// the interface's MTU can need]
    #[arg(long, value_name = "BYTES", value_parser = bytes, verbatim_doc_comment)]
    pub(super) snaplen: Option<u32>,
}

/// What is told of it, how and where.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is told")]
pub(super) struct Telling {
    /// Which events: a list of start, update, end,
    /// expire, clear, bulk, request, ack, tdb, gap,
    /// packet, or all [default: start,end,expire,
    /// clear,gap,packet]
    #[arg(short, long, value_name = "LIST", verbatim_doc_comment)]
    pub(super) events: Option<EventSet>,

    /// How events are written: text (the default),
    /// json, or ecs (Elastic Common Schema); or a view
    /// of what is on the wire, whatever -e says: pfctl
    /// (states as pfctl -ss prints them), tcpdump
    /// (frames as tcpdump -n prints them, pflog as
    /// tcpdump -n -e -ttt)
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_default_value = true,
        verbatim_doc_comment
    )]
    pub(super) format: Printed,

    /// Where events go: - (standard output), syslog,
    /// syslog:FACILITY, a file's path (./NAME here),
    /// udp://HOST:PORT, tcp://HOST:PORT, unix:PATH;
    /// FORMAT=DEST gives each its own format; may be
    /// repeated [default: syslog, with -r or a view -]
    #[arg(short, long = "output", value_name = "[F=]DEST", verbatim_doc_comment)]
    pub(super) outputs: Vec<OutputArg>,

    /// Also write to standard output; -vv: and there
    /// every event, unless -e was given. With a view:
    /// the detail
    #[arg(short, long, action = ArgAction::Count, verbatim_doc_comment)]
    pub(super) verbose: u8,

    /// With -f tcpdump: leave out the time before
    /// packets of pflog
    #[arg(short = 't', long = "no-stamp", verbatim_doc_comment)]
    pub(super) no_stamp: bool,

    /// Leave out whom states were for: destination
    /// addresses and ports, before and after
    /// translation (RFC 6888)
    #[arg(long, verbatim_doc_comment)]
    pub(super) no_dst: bool,

    /// Stop after this many events (states of
    /// -f pfctl, frames of -f tcpdump)
    #[arg(short, long, value_name = "N", value_parser = count, verbatim_doc_comment)]
    pub(super) count: Option<u64>,

    /// Write all counters to standard error at the
    /// end, as one JSON object
    #[arg(long, verbatim_doc_comment)]
    pub(super) stats: bool,

    /// At the end, write what it all comes to to
    /// standard error: events, states, translated
    /// hosts, gaps; a table, with -f json one object
    #[arg(long, verbatim_doc_comment)]
    pub(super) summary: bool,
}

/// The mirror of the firewall's state table.
#[derive(Debug, Args)]
#[command(next_help_heading = "Mirror of the state table")]
pub(super) struct Table {
    /// Keep none: events carry only what their own
    /// message says
    #[arg(long, verbatim_doc_comment, conflicts_with = "max_states")]
    pub(super) no_table: bool,

    /// States that it holds at most [default: live,
    /// twice what pf holds, where /dev/pf tells it;
    /// else 1000000]
    #[arg(long, value_name = "N", value_parser = states, verbatim_doc_comment)]
    pub(super) max_states: Option<usize>,

    /// Read the counters of all states from /dev/pf
    /// again, every so many seconds (30 or more), but
    /// never for more than 1 % of the time
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = poll,
        conflicts_with_all = ["read", "no_table"],
        verbatim_doc_comment
    )]
    pub(super) poll: Option<Duration>,

    /// Also where there are more than 200000 states
    #[arg(long, requires = "poll")]
    pub(super) poll_anyway: bool,
}

/// How outputs are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Files and queues of outputs")]
pub(super) struct Writing {
    /// Bytes that an output may hold back while it is
    /// not written to, 256K or more [default: 8M]
    #[arg(long, value_name = "BYTES", value_parser = queue, verbatim_doc_comment)]
    pub(super) queue: Option<u32>,

    /// Permissions of files that are created
    /// [default: 0640]
    #[arg(long, value_name = "OCTAL", value_parser = mode, verbatim_doc_comment)]
    pub(super) mode: Option<u32>,

    /// Their group, by name or number
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub(super) group: Option<String>,

    /// Begin a new file when one has this many bytes
    #[arg(long, value_name = "BYTES", value_parser = file_size)]
    pub(super) rotate_size: Option<u64>,

    /// Files that are kept then [default: 7]
    #[arg(long, value_name = "N", value_parser = keep)]
    pub(super) rotate_keep: Option<u32>,

    /// When files are brought to the disk: always,
    /// interval (once a second) or never, which leaves
    /// it to the system [default: never]
    #[arg(long, value_name = "WHEN", verbatim_doc_comment)]
    pub(super) sync: Option<Fsync>,

    /// How long outputs may take at the end to write
    /// what they hold: seconds, 10m, 1h [default: 5]
    #[arg(long, value_name = "TIME", value_parser = duration, verbatim_doc_comment)]
    pub(super) drain_timeout: Option<Duration>,
}

/// How a live capture runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "As a service")]
pub(super) struct Service {
    /// Leave the terminal once interfaces and outputs
    /// are open
    #[arg(
        short = 'D',
        long,
        conflicts_with_all = ["read", "verbose"],
        verbatim_doc_comment
    )]
    pub(super) daemon: bool,

    /// Write the number of the process to this file
    #[arg(long, value_name = "FILE", value_parser = path, conflicts_with = "read")]
    pub(super) pidfile: Option<PathBuf>,

    /// Whom it becomes when root started it [default:
    /// _pfstatelog, or nobody where there is none]
    #[arg(
        long,
        value_name = "USER",
        value_parser = name,
        conflicts_with = "read",
        verbatim_doc_comment
    )]
    pub(super) user: Option<String>,

    /// Folder that it sees as the root of all
    #[arg(long, value_name = "DIR", value_parser = path, conflicts_with = "read")]
    pub(super) chroot: Option<PathBuf>,

    /// How long nothing may come from an interface
    /// before that is told; 0: for ever [default: 10m]
    #[arg(
        long,
        value_name = "TIME",
        value_parser = duration,
        conflicts_with = "read",
        verbatim_doc_comment
    )]
    pub(super) quiet_warn: Option<Duration>,

    /// Metrics for Prometheus: PORT on loopback,
    /// ADDRESS:PORT, or the path of a file for
    /// node_exporter [default: none]
    #[arg(long, value_name = "WHERE", conflicts_with = "read", verbatim_doc_comment)]
    pub(super) metrics: Option<Metrics>,
}

/// What is asked of the program itself.
#[derive(Debug, Args)]
#[command(next_help_heading = "The program itself")]
pub(super) struct Other {
    /// Take options from this TOML file, by their long
    /// names; the command line's take their place
    #[arg(short = 'C', long, value_name = "FILE", verbatim_doc_comment)]
    pub(super) config: Option<PathBuf>,

    /// Check all of it, user and group too, write what
    /// is in force as a configuration file to standard
    /// output, and end
    #[arg(long, verbatim_doc_comment)]
    pub(super) check: bool,

    /// Say on standard error what the decoder makes of
    /// each frame that is not sound
    #[arg(short, long, verbatim_doc_comment)]
    pub(super) debug: bool,

    /// List the releases that are known, and the
    /// header snapshot that serves each
    #[arg(long, verbatim_doc_comment)]
    pub(super) list_releases: bool,

    /// Print help
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,

    /// Print version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

const USAGE: &str = "\
    pfstatelog [OPTIONS] INTERFACE...    log what is seen on the interfaces
       pfstatelog [OPTIONS] -r FILE...      the same from capture files
       pfstatelog states [SOURCE]           the state table, printed or watched
       pfstatelog dump | restore | convert  the same in files; see
                                            pfstatelog dump --help";

const AFTER_HELP: &str = "\
Examples:
  pfstatelog pfsync0                    log to syslog (daemon.info)
  pfstatelog -v pfsync0                 and to standard output
  pfstatelog -r pfsync.pcap             what a capture tells
  ssh fw tcpdump -s 1600 -w - -i pfsync0 | pfstatelog -r -

Exit status: 0 done, 1 could not run, 2 usage. Capturing needs root.";

/// What clap says on a page, on a line: the error, and what it may have been meant for.
pub(super) fn usage(page: &str) -> String {
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
