//! `import-headers RELEASE SYSDIR`: see `HELP`, and headers/README.md.

#![forbid(unsafe_code)]

mod args;
mod bind;
mod compare;
mod import;
mod includes;
mod lift;
mod model;
mod releases;
mod rust;
mod scratch;
mod template;
mod tree;
mod write;

use std::io::Write;
use std::process::ExitCode;

use args::Asked;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == bind::READER) {
        return bind::reader().unwrap_or(ExitCode::FAILURE);
    }
    let arguments = match args::read(std::env::args_os().skip(1)) {
        Ok(Asked::Import(arguments)) => arguments,
        Ok(Asked::Help) => {
            let _ = std::io::stdout().write_all(args::HELP.as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(e) => {
            eprintln!("import-headers: {e}\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match import::import(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("import-headers: {e}");
            ExitCode::FAILURE
        }
    }
}
