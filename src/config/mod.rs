//! What the program is asked to do: read from the command line and a configuration file, checked,
//! and made a [`Plan`].
//!
//! Nothing here prints or ends anything, and nothing but the configuration file is opened.
//!
//! The command line wins over the file, option by option: what it gives takes the place of all that
//! the file has for the same option (lists are not joined), and of what the file has for options that
//! exclude it. So `-r FILE` on the command line takes the place of the file's interfaces, and `-v`
//! and `-o -` of its `daemon`.

#![forbid(unsafe_code)]

mod cli;
mod dest;
pub mod file;
mod filters;
mod plan;
mod running;
mod show;
pub mod states;
pub mod tasks;
mod values;

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches};

use crate::abi::Release;
use cli::Cli;
use dest::OutputArg;
pub use dest::{Dest, HostPort};
use file::Settings;
pub use plan::{Input, Mirror, Plan, PlannedOutput, Printed, SummaryAs};
pub use running::{Files, Metrics, Poll, Running};
pub use tasks::Task;

/// What a command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To do this.
    Plan(Box<Plan>),
    /// To look whether this could be done as far as that takes opening nothing, to show this page, which is the
    /// configuration file that asks for it, and to do no more.
    Check(Box<Plan>, String),
    /// To do something with a state table, and nothing else.
    Task(Box<Task>),
    /// To show this page, which ends with a line break, and to do nothing.
    Page(String),
}

/// Reads a command line, the program's name first.
///
/// # Errors
/// A command line or a configuration file that asks for what is not understood, or cannot be.
///
/// ```
/// use pfstatelog::config::{self, Asked, Input};
///
/// let args = ["pfstatelog", "-r", "monday.pcap", "--nat"];
/// let Asked::Plan(plan) = config::plan(args.map(Into::into))? else { panic!("no page") };
/// assert_eq!(plan.input, Input::Files(vec!["monday.pcap".into()]));
/// # Ok::<(), config::UsageError>(())
/// ```
pub fn plan(args: impl IntoIterator<Item = OsString>) -> Result<Asked, UsageError> {
    plan_with(args, &mut |path| {
        let mut bytes = Vec::new();
        // One more, so that what is too large is told from what just fits.
        File::open(path)?.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    })
}

/// The same where `read` gives the bytes of the configuration file, if one is named.
///
/// # Errors
/// As for [`plan`], and of `read`.
pub fn plan_with(
    args: impl IntoIterator<Item = OsString>,
    read: &mut dyn FnMut(&Path) -> io::Result<Vec<u8>>,
) -> Result<Asked, UsageError> {
    let mut args: Vec<OsString> = args.into_iter().collect();
    if let Some(asked) = tasks::plan(&args)? {
        return Ok(asked);
    }
    let mut matches = match Cli::command().try_get_matches_from(&args) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => return Err(UsageError::of_clap(&error)),
        Err(page) => return Ok(Asked::Page(page.to_string())),
    };
    let mut settings = Settings::default();
    if let Some(path) = matches.get_one::<PathBuf>("config") {
        settings = read_settings(path, read)?;
        let to_stdout = |output: &OutputArg| output.dest == Dest::Stdout;
        let mut outputs = matches.get_many("outputs").into_iter().flatten();
        let to_stdout = outputs.any(to_stdout);
        let is_given = |id: &str| {
            // Whoever wants to see something has a terminal.
            matches.value_source(id) == Some(ValueSource::CommandLine)
                || id == "daemon" && to_stdout
        };
        let first = args.len().min(1);
        args.splice(first..first, settings.args(is_given));
        let again = Cli::command().try_get_matches_from(&args);
        matches = again.map_err(|error| UsageError::of_clap(&error))?;
    }
    let cli = Cli::from_arg_matches(&matches).map_err(|error| UsageError::of_clap(&error))?;
    if cli.other.list_releases {
        return Ok(Asked::Page(releases()));
    }
    let check = cli.other.check;
    let plan = Plan::of(cli).map_err(|error| settings.placed(error))?;
    Ok(match check {
        true => {
            let page = show::toml(&Cli::command(), &matches, &plan)?;
            Asked::Check(Box::new(plan), page)
        }
        false => Asked::Plan(Box::new(plan)),
    })
}

/// A file of more bytes than this is none for people, and looking at each value takes time.
const MAX_FILE_BYTES: usize = 1 << 20;

/// Reads and checks a configuration file.
fn read_settings(
    path: &Path,
    read: &mut dyn FnMut(&Path) -> io::Result<Vec<u8>>,
) -> Result<Settings, UsageError> {
    let name = path.display().to_string();
    let bytes = read(path).map_err(|error| {
        UsageError::new(format!("{name}: the configuration file cannot be read: {error}"))
    })?;
    if bytes.len() > MAX_FILE_BYTES {
        let text = format!("{name}: more than {MAX_FILE_BYTES} bytes are no configuration file");
        return Err(UsageError::new(text));
    }
    file::parse_bytes(&name, &bytes)
}

/// The command line's declaration, subcommands included, for whoever makes completions or a manual of
/// it.
pub fn command() -> clap::Command {
    let command = Cli::command().disable_help_subcommand(true);
    command.args_conflicts_with_subcommands(true).subcommands(tasks::commands())
}

/// Every release that is known, and the header snapshot that serves it.
fn releases() -> String {
    let mut table = format!("{:<16}{:<8}{:<16}{}\n", "RELEASE", "PFSYNC", "SNAPSHOT", "STATE");
    for release in Release::ALL {
        let (name, version, snapshot) = (release.name(), release.version(), release.snapshot());
        table += &format!("{name:<16}v{version:<7}{snapshot:<16}{}\n", release.state_bytes());
    }
    table
}

/// Why what was asked for is not understood, or cannot be: one line that says what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageError {
    text: String,
    /// The long name of the option that it is about, where it is about one.
    option: Option<&'static str>,
}

impl UsageError {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), option: None }
    }

    fn about(option: &'static str, text: impl Into<String>) -> Self {
        Self { text: text.into(), option: Some(option) }
    }

    /// clap's own pages of several lines are for a terminal alone, and this program's errors end up
    /// in logs as well.
    fn of_clap(error: &clap::Error) -> Self {
        Self::new(cli::usage(&error.to_string()))
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What the user gave may hold anything, and is quoted.
        self.text.chars().try_for_each(|char| match char.is_control() {
            true => write!(f, "{}", char.escape_default()),
            false => write!(f, "{char}"),
        })
    }
}

impl std::error::Error for UsageError {}

#[cfg(test)]
mod tests;
