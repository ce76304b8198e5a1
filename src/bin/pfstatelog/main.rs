//! The program: exit codes, and nothing else.

#![forbid(unsafe_code)]

mod cli;
mod emit;
mod run;
mod signals;
mod sources;

use std::io;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let result = cli::Cli::parse().checked().and_then(run::run);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has read enough.
        Err(run::Fatal::Output { error, .. }) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(fatal @ run::Fatal::Told) => fatal.exit_code(),
        Err(fatal) => {
            eprintln!("pfstatelog: {fatal}");
            fatal.exit_code()
        }
    }
}
