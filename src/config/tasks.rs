//! The subcommands about state tables: `states`, `dump`, `restore` and `convert`. They stand in front of all
//! options, each with options of its own; an interface of such a name is given with `-i`.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{ArgAction, Args, CommandFactory, Parser};

use super::states::{self, States};
use super::values::{name, path};
use super::{Asked, UsageError};
use crate::abi::Release;
use crate::dump::Format;
use crate::filter::{Choice, Filter, Interface};
use crate::state::IfName;
use crate::time::Time;

/// What is to be done with a state table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Write one to a file.
    Dump(Dump),
    /// Apply one.
    Restore(Restore),
    /// Read one and write it otherwise.
    Convert(Convert),
    /// Print or watch one.
    States(States),
}

/// The source of a table, as far as it has to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct From {
    /// Where it is: /dev/pf, a file, `-` for standard input.
    pub path: PathBuf,
    /// Of a capture, whose frames they are.
    pub release: Option<Release>,
    /// Of a capture, the time that is asked for.
    pub at: Option<Time>,
}

/// See [`Task::Dump`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump {
    /// What is read.
    pub from: From,
    /// What of it.
    pub only: Filter,
    /// Where it goes, `-` for standard output.
    pub output: PathBuf,
    /// How.
    pub format: Format,
}

/// See [`Task::Convert`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Convert {
    /// What is read.
    pub from: From,
    /// Where it goes, `-` for standard output.
    pub output: PathBuf,
    /// How.
    pub format: Format,
}

/// See [`Task::Restore`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// What is read.
    pub from: From,
    /// What of it.
    pub only: Filter,
    /// Interfaces that have new names.
    pub interfaces: Vec<(IfName, IfName)>,
    /// States are older by what went by since the dump.
    pub subtract_downtime: bool,
    /// States that were added are taken away again once one is refused.
    pub all_or_nothing: bool,
    /// Where states go.
    pub to: To,
}

/// Where states are restored to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// Nowhere: what would be done is checked and told.
    Nowhere {
        /// As for frames, and not for pf of this machine.
        frames: bool,
        /// As whose states; see [`crate::dump::frames::target`].
        release: Option<Release>,
    },
    /// pf of this machine.
    DevPf,
    /// A capture of frames that insert them, which as `release` has them.
    Pcap {
        /// Its path, `-` for standard output.
        output: PathBuf,
        /// As whose states; see [`crate::dump::frames::target`].
        release: Option<Release>,
    },
    /// The firewalls that listen on this interface.
    Send {
        /// Its name.
        interface: String,
        /// As whose states; see [`crate::dump::frames::target`].
        release: Option<Release>,
        /// States in a second.
        rate: u32,
    },
}

/// States that are sent in a second where nobody says how many: what a receiver takes in beside its work.
const RATE: u32 = 20_000;

/// Write a state table to a file
#[derive(Debug, Parser)]
#[command(name = "dump", bin_name = "pfstatelog dump", after_help = FORMATS, disable_help_flag = true)]
struct DumpArgs {
    /// Where states come from: /dev/pf, another dump of
    /// any format, a capture of pfsync, either of them
    /// compressed or not, - for standard input [default:
    /// /dev/pf]
    #[arg(value_name = "SOURCE", value_parser = path, verbatim_doc_comment)]
    source: Option<PathBuf>,

    /// The file to write, - for standard output; it is
    /// there whole, or not at all
    #[arg(short, long, value_name = "FILE", value_parser = path, required = true, verbatim_doc_comment)]
    output: PathBuf,

    #[command(flatten)]
    format: FormatArg,

    #[command(flatten)]
    only: OnlyArgs,

    #[command(flatten)]
    capture: CaptureArgs,
}

/// Put the states of a dump or of a capture into pf
#[derive(Debug, Parser)]
#[command(name = "restore", bin_name = "pfstatelog restore", after_help = RESTORE_HELP, disable_help_flag = true)]
struct RestoreArgs {
    /// What is read: a dump of any format, as it was or
    /// edited, or a capture; - for standard input
    #[arg(value_name = "FILE", value_parser = path, verbatim_doc_comment)]
    file: PathBuf,

    /// Check everything, say what would be done, and
    /// do nothing; with --to, --send or --for-release
    /// as for these
    #[arg(short = 'n', long, verbatim_doc_comment)]
    dry_run: bool,

    /// States on interface OLD are on NEW now; may be
    /// repeated
    #[arg(long, value_name = "OLD=NEW", value_parser = map_if, verbatim_doc_comment)]
    map_if: Vec<(IfName, IfName)>,

    /// Let states be as much older as time went by
    /// since the dump, and leave out what ran out
    #[arg(long, verbatim_doc_comment)]
    subtract_downtime: bool,

    /// Once a state is refused, take away again what
    /// was added
    #[arg(long, conflicts_with_all = ["to", "send"], verbatim_doc_comment)]
    all_or_nothing: bool,

    /// Instead of pf: pcap, a capture of pfsync frames
    /// that insert the states, written to --output
    #[arg(long, value_name = "WHAT", value_parser = to, requires = "output", verbatim_doc_comment)]
    to: Option<()>,

    /// The file that --to writes
    #[arg(short, long, value_name = "FILE", value_parser = path, requires = "to")]
    output: Option<PathBuf>,

    /// Instead of pf: send these frames out of an
    /// interface, the syncdev of firewalls that take
    /// them; needs root
    #[arg(long, value_name = "INTERFACE", value_parser = name, conflicts_with = "to", verbatim_doc_comment)]
    send: Option<String>,

    /// States in a second that are sent [default: 20000]
    #[arg(
        long,
        value_name = "STATES",
        value_parser = clap::value_parser!(u32).range(1..),
        requires = "send",
        verbatim_doc_comment
    )]
    rate: Option<u32>,

    /// Of --to, --send and -n: the release that receives
    /// the states [default: the newest OpenBSD, of
    /// FreeBSD's states their own]
    #[arg(long, value_name = "RELEASE", verbatim_doc_comment)]
    for_release: Option<Release>,

    #[command(flatten)]
    only: OnlyArgs,

    #[command(flatten)]
    capture: CaptureArgs,
}

/// Write a dump or a capture in another format
#[derive(Debug, Parser)]
#[command(name = "convert", bin_name = "pfstatelog convert", after_help = FORMATS, disable_help_flag = true)]
struct ConvertArgs {
    /// What is read: a dump of any format, or a capture
    /// of pfsync, either of them compressed or not, told
    /// by its first bytes; - for standard input
    #[arg(value_name = "IN", value_parser = path, verbatim_doc_comment)]
    input: PathBuf,

    /// The file to write, - for standard output
    #[arg(value_name = "OUT", value_parser = path)]
    output: PathBuf,

    #[command(flatten)]
    format: FormatArg,

    #[command(flatten)]
    capture: CaptureArgs,
}

#[derive(Debug, Args)]
struct FormatArg {
    /// How it is written: binary, text, json or pcap
    /// [default: by the name of the file: .txt, .json,
    /// .pcap, else binary]
    #[arg(short, long, value_name = "FORMAT", verbatim_doc_comment)]
    format: Option<Format>,
}

#[derive(Debug, Args)]
struct OnlyArgs {
    /// Only states that match: proto=, host=, port=,
    /// ifname=, direction=, with commas between
    /// values, or nat; may be repeated, as the options
    /// of these names
    #[arg(long, value_name = "FILTER", verbatim_doc_comment)]
    only: Vec<Only>,
}

#[derive(Debug, Args)]
pub(super) struct CaptureArgs {
    /// Of a capture: the release of its sender
    #[arg(short = 'R', long, value_name = "RELEASE")]
    pub(super) release: Option<Release>,

    /// Of a capture: the table at this time, as
    /// 2026-11-20T13:05:02Z [default: at its end]
    #[arg(long, value_name = "TIME", value_parser = time, verbatim_doc_comment)]
    pub(super) at: Option<Time>,

    /// Print help
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,
}

const FORMATS: &str = "\
Formats:
  binary   the kernel's records, behind a header
  text     one state a line, to be edited and restored
  json     the same as JSON, one object a line, for jq
  pcap     pfsync frames that insert the states";

const RESTORE_HELP: &str = "\
Nothing is applied unless all of it is sound. States that pf refuses are told
one by one, and the exit status is 1 then. Nothing is locked.";

/// One `--only`: of a kind some values.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Only(Choice);

impl FromStr for Only {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        fn list<T: FromStr<Err: ToString>>(values: &str) -> Result<Vec<T>, String> {
            values.split(',').map(|word| word.parse().map_err(|e: T::Err| e.to_string())).collect()
        }
        let mut choice = Choice::default();
        match word.split_once('=') {
            None if word == "nat" => choice.nat = true,
            Some(("proto", values)) => choice.protos = list(values)?,
            Some(("host", values)) => choice.hosts = list(values)?,
            Some(("port", values)) => choice.ports = list(values)?,
            Some(("ifname", values)) => choice.ifnames = list(values)?,
            Some(("direction", values)) => choice.directions = list(values)?,
            _ => {
                return Err("proto=, host=, port=, ifname=, direction= or nat is expected".into());
            }
        }
        Ok(Self(choice))
    }
}

impl OnlyArgs {
    fn filter(self) -> Filter {
        let mut all = Choice::default();
        for Only(choice) in self.only {
            let Choice { nat, protos, hosts, ports, ifnames, directions } = choice;
            all.nat |= nat;
            all.protos.extend(protos);
            all.hosts.extend(hosts);
            all.ports.extend(ports);
            all.ifnames.extend(ifnames);
            all.directions.extend(directions);
        }
        Filter::new(&all)
    }
}

fn map_if(word: &str) -> Result<(IfName, IfName), String> {
    let wrong = || "OLD=NEW is expected, two names of interfaces of 1 to 15 bytes".to_string();
    let (old, new) = word.split_once('=').ok_or_else(wrong)?;
    let [old, new] = [old, new].map(|name| name.parse::<Interface>().map(|name| name.name()));
    match (old, new) {
        (Ok(old), Ok(new)) if new.len() < 16 => Ok((old, new)),
        _ => Err(wrong()),
    }
}

fn to(word: &str) -> Result<(), String> {
    if word == "pcap" { Ok(()) } else { Err("pcap is what there is".to_string()) }
}

fn time(word: &str) -> Result<Time, String> {
    Time::parse(word).ok_or_else(|| "a time such as 2026-11-20T13:05:02Z is expected".to_string())
}

/// The subcommand that a command line begins with, the program's name apart; `None` where it begins
/// with none.
pub(super) fn plan(args: &[OsString]) -> Result<Option<Asked>, UsageError> {
    let Some((_, [name, ..])) = args.split_first() else { return Ok(None) };
    let rest = args.get(1..).unwrap_or_default();
    let task = match name.to_str() {
        Some("dump") => DumpArgs::try_parse_from(rest).and_then(DumpArgs::task).map(Task::Dump),
        Some("restore") => RestoreArgs::try_parse_from(rest)
            .and_then(RestoreArgs::checked)
            .map(|args| Task::Restore(args.task())),
        Some("convert") => {
            ConvertArgs::try_parse_from(rest).and_then(ConvertArgs::task).map(Task::Convert)
        }
        Some("states") => states::parse(rest).map(Task::States),
        _ => return Ok(None),
    };
    match task {
        Ok(task) => Ok(Some(Asked::Task(Box::new(task)))),
        Err(error) if error.use_stderr() => Err(UsageError::of_clap(&error)),
        Err(page) => Ok(Some(Asked::Page(page.to_string()))),
    }
}

/// The declarations, for completions and the manual.
pub(super) fn commands() -> [clap::Command; 4] {
    [states::command(), DumpArgs::command(), RestoreArgs::command(), ConvertArgs::command()]
}

impl FormatArg {
    /// What was asked for, or what the name of the file says.
    fn of<C: CommandFactory>(&self, output: &Path) -> Result<Format, clap::Error> {
        self.format.map_or_else(|| Format::of_path(output), Ok).map_err(wrong::<C>)
    }
}

/// What is wrong with a value of a command, once all of its line is known.
fn wrong<C: CommandFactory>(what: String) -> clap::Error {
    C::command().error(clap::error::ErrorKind::ValueValidation, what)
}

impl DumpArgs {
    fn task(self) -> Result<Dump, clap::Error> {
        let CaptureArgs { release, at, .. } = self.capture;
        let path = self.source.unwrap_or_else(|| crate::dump::source::DEV_PF.into());
        let format = self.format.of::<Self>(&self.output)?;
        let from = From { path, release, at };
        Ok(Dump { from, only: self.only.filter(), output: self.output, format })
    }
}

impl ConvertArgs {
    fn task(self) -> Result<Convert, clap::Error> {
        let CaptureArgs { release, at, .. } = self.capture;
        let format = self.format.of::<Self>(&self.output)?;
        let from = From { path: self.input, release, at };
        Ok(Convert { from, output: self.output, format })
    }
}

impl RestoreArgs {
    /// An interface has one new name.
    fn checked(self) -> Result<Self, clap::Error> {
        let names = self.map_if.iter().enumerate();
        let mut twice = names.filter_map(|(at, (old, _))| {
            let before = self.map_if.get(..at).unwrap_or_default();
            before.iter().any(|(name, _)| name == old).then_some(old)
        });
        match twice.next() {
            None => Ok(self),
            Some(old) => {
                let name = String::from_utf8_lossy(old.as_bytes()).into_owned();
                let what = format!("--map-if names {name} twice, which can have one new name");
                Err(wrong::<Self>(what))
            }
        }
    }

    fn task(self) -> Restore {
        let CaptureArgs { release, at, .. } = self.capture;
        let to = match (self.send, self.output) {
            (send, output) if self.dry_run => To::Nowhere {
                frames: send.is_some() || output.is_some() || self.for_release.is_some(),
                release: self.for_release,
            },
            (Some(interface), _) => {
                To::Send { interface, release: self.for_release, rate: self.rate.unwrap_or(RATE) }
            }
            (None, Some(output)) => To::Pcap { output, release: self.for_release },
            (None, None) => To::DevPf,
        };
        Restore {
            from: From { path: self.file, release, at },
            only: self.only.filter(),
            interfaces: self.map_if,
            subtract_downtime: self.subtract_downtime,
            all_or_nothing: self.all_or_nothing,
            to,
        }
    }
}
