//! The program: exit codes, and nothing else.

#![forbid(unsafe_code)]

mod emit;
mod hint;
mod live;
mod metrics;
mod opener;
mod opening;
mod parallel;
mod poll;
mod prime;
mod progress;
mod run;
mod say;
mod signals;
mod sources;
mod start;
mod states;
mod tasks;
mod view;
mod viewer;
mod voice;
mod watch;

use std::env;
use std::io;
use std::process::ExitCode;

use pfstatelog::config;

use crate::run::Fatal;
use crate::say::say;

fn main() -> ExitCode {
    let asked = config::plan(env::args_os()).map_err(|error| Fatal::Usage(error.to_string()));
    match asked.and_then(run::run) {
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
