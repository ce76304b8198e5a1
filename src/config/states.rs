//! The subcommand `states`: the state table, printed or watched.

#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser};

use super::filters::Filters;
use super::tasks::{CaptureArgs, From};
use super::values::{interval, path, states};
use crate::dump::source::DEV_PF;
use crate::format::Options;
use crate::list::{Listing, Sort, Style};
use crate::view::Detail;

/// What is to be shown of a state table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct States {
    /// What is read.
    pub from: From,
    /// Which states, in which order.
    pub listing: Listing,
    /// What becomes of them.
    pub show: Show,
}

/// How states are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Show {
    /// Printed.
    Print(Style),
    /// How many there are.
    Count,
    /// In the terminal, looked at again after this time.
    Watch {
        /// Between two looks.
        interval: Duration,
        /// What is left out.
        options: Options,
    },
}

/// What `-f` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Pfctl,
    Json,
}

impl FromStr for Form {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "pfctl" => Ok(Self::Pfctl),
            "json" => Ok(Self::Json),
            _ => Err("pfctl or json is expected (text and binary are what dump writes)".into()),
        }
    }
}

/// Between two looks at what is watched.
const INTERVAL: Duration = Duration::from_secs(2);

/// Print the state table, as pfctl -ss does or as JSON
#[derive(Debug, Parser)]
#[command(name = "states", bin_name = "pfstatelog states", after_help = AFTER_HELP, disable_help_flag = true)]
struct StatesArgs {
    /// Where states come from: /dev/pf, a dump of any
    /// format, a capture of pfsync, either of them
    /// compressed or not, - for standard input [default:
    /// /dev/pf]
    #[arg(value_name = "SOURCE", value_parser = path, verbatim_doc_comment)]
    source: Option<PathBuf>,

    /// How states are printed: pfctl (the default), as
    /// pfctl -ss prints them, or json, one object a
    /// line with all that a state has
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        conflicts_with_all = ["count", "watch"],
        verbatim_doc_comment
    )]
    format: Option<Form>,

    /// As pfctl -v: sequence numbers, age, counters;
    /// -vv: ids, too
    #[arg(short, long, action = ArgAction::Count, conflicts_with_all = ["count", "watch"], verbatim_doc_comment)]
    verbose: u8,

    /// Those with the most of it first: age, bytes,
    /// packets or expire, the time left [default: as
    /// the table has them]
    #[arg(long, value_name = "WHAT", conflicts_with = "count", verbatim_doc_comment)]
    sort: Option<Sort>,

    /// The other way round
    #[arg(long, conflicts_with = "count")]
    reverse: bool,

    /// The first N states of that order
    #[arg(long, value_name = "N", value_parser = states, conflicts_with = "count")]
    top: Option<usize>,

    /// Print the number of states, and nothing else
    #[arg(short, long, conflicts_with = "watch")]
    count: bool,

    /// Leave out whom states are for: destination
    /// addresses and ports, before and after
    /// translation (RFC 6888)
    #[arg(long, verbatim_doc_comment)]
    no_dst: bool,

    /// Show them in the terminal, with what goes
    /// through them in a second; a file is read again
    /// when it changes
    #[arg(short, long, verbatim_doc_comment)]
    watch: bool,

    /// Between two looks, in seconds [default: 2]
    #[arg(long, value_name = "SECONDS", value_parser = interval, requires = "watch")]
    interval: Option<Duration>,

    #[command(flatten)]
    capture: CaptureArgs,

    #[command(flatten)]
    filters: Filters,
}

const AFTER_HELP: &str = "\
Examples:
  pfstatelog states                             what pfctl -ss prints
  pfstatelog states --nat --sort bytes --top 10 -v
  pfstatelog states -f json yesterday.dump
  pfstatelog states --at 2026-11-20T13:05:02Z pfsync.pcap
  pfstatelog states --watch                     q quits, s sorts, / filters";

/// Filters keep events elsewhere; here it is states.
const FILTERS: &str = "Keep only states that match";

/// The declaration, for completions and the manual.
pub(super) fn command() -> clap::Command {
    StatesArgs::command().mut_args(|arg| match arg.get_help_heading() {
        Some(heading) if heading.starts_with("Keep only") => arg.help_heading(FILTERS),
        _ => arg,
    })
}

/// Reads what stands behind `pfstatelog`, `states` first.
pub(super) fn parse(args: &[std::ffi::OsString]) -> Result<States, clap::Error> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(args)?;
    let args = StatesArgs::from_arg_matches(&matches)?;
    let is_stdin = args.source.as_deref() == Some(Path::new("-"));
    if args.watch && (is_stdin || args.capture.at.is_some()) {
        let text = match is_stdin {
            true => "--watch reads its source again and again: name a file, not -",
            false => "--watch shows a table as it is: leave out --at",
        };
        return Err(command.error(clap::error::ErrorKind::ArgumentConflict, text));
    }
    Ok(args.states())
}

impl StatesArgs {
    fn states(self) -> States {
        let options = Options { no_dst: self.no_dst };
        let show = match (self.watch, self.count, self.format) {
            (true, ..) => Show::Watch { interval: self.interval.unwrap_or(INTERVAL), options },
            (_, true, _) => Show::Count,
            (.., Some(Form::Json)) => Show::Print(Style::Json(options)),
            _ => Show::Print(Style::Pfctl(Detail::of(self.verbose), options)),
        };
        let CaptureArgs { release, at, .. } = self.capture;
        let path = self.source.unwrap_or_else(|| DEV_PF.into());
        let (sort, reverse, top) = (self.sort, self.reverse, self.top);
        let listing = Listing { filter: self.filters.compiled(), sort, reverse, top };
        States { from: From { path, release, at }, listing, show }
    }
}
