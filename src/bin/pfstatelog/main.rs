//! The program: exit codes, and nothing else.

#![forbid(unsafe_code)]

mod cli;
mod emit;
mod filters;
mod hint;
mod live;
mod opener;
mod parallel;
mod progress;
mod run;
mod say;
mod signals;
mod sources;
mod start;
mod view;
mod watch;

use std::io;
use std::process::ExitCode;

use crate::run::Fatal;
use crate::say::say;

fn main() -> ExitCode {
    match cli::plan().and_then(|plan| plan.map_or(Ok(()), run::run)) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has read enough.
        Err(Fatal::Output { error, .. }) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(told @ run::Fatal::Told) => told.exit_code(),
        Err(fatal) => {
            if !matches!(fatal, Fatal::Told) {
                say!("{fatal}");
            }
            fatal.exit_code()
        }
    }
}
