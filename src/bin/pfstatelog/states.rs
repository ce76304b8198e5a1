//! The subcommand `states`.

#![forbid(unsafe_code)]

use std::io::{self, Write as _};

use pfstatelog::config::states::{Show, States};
use pfstatelog::list;

use crate::run::Fatal;
use crate::tasks;
use crate::viewer;

/// Shows the states that are asked for.
pub fn run(asked: &States) -> Result<(), Fatal> {
    let States { from, listing, show } = asked;
    if let Show::Watch { interval, options } = show {
        return viewer::run(asked, *interval, *options);
    }
    let mut out = io::stdout().lock();
    let written = match show {
        Show::Print(style) => list::write(&tasks::open(from, false)?, listing, *style, &mut out),
        Show::Count => writeln!(out, "{}", listing.count(&tasks::open(from, false)?)),
        Show::Watch { .. } => Ok(()),
    };
    written.and_then(|()| out.flush()).map_err(|error| Fatal::output("-", error))
}
