//! What the program is asked to do: read from the command line, checked, and made a [`Plan`].
//!
//! Nothing here opens, prints or ends anything.

#![forbid(unsafe_code)]

mod cli;
mod filters;
mod plan;
mod values;

use std::ffi::OsString;
use std::fmt;

use clap::{CommandFactory, FromArgMatches};

use crate::abi::Release;
use cli::Cli;
pub use plan::{Dest, Input, Mirror, Plan, PlannedOutput, Printed, SummaryAs};

/// What a command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To do this.
    Plan(Box<Plan>),
    /// To show this page, which ends with a line break, and to do nothing.
    Page(String),
}

/// Reads a command line, the program's name first.
///
/// # Errors
/// A command line that asks for what is not understood, or cannot be.
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
    let matches = match Cli::command().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => return Err(UsageError::of_clap(&error)),
        Err(page) => return Ok(Asked::Page(page.to_string())),
    };
    let cli = Cli::from_arg_matches(&matches).map_err(|error| UsageError::of_clap(&error))?;
    if cli.list_releases {
        return Ok(Asked::Page(releases()));
    }
    Plan::of(cli).map(|plan| Asked::Plan(Box::new(plan)))
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
