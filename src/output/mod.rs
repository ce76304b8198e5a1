//! Where lines go. An output knows lines and nothing of what they say.
//!
//! Each line is offered once. What an output did not take it counts, with the time of the first
//! and of the last line lost; the caller tells that as a gap once the output takes lines again.

#![forbid(unsafe_code)]

mod stream;
#[cfg(feature = "cli")]
mod syslog;

use std::fmt;
use std::io;
use std::os::fd::OwnedFd;

pub use stream::Stream;
#[cfg(feature = "cli")]
pub use syslog::{Facility, Syslog, SyslogDest, connect as connect_syslog};

use crate::line::Line;
use crate::time::Time;

/// Gives a connection that somebody else made.
pub type Connect = Box<dyn FnMut() -> io::Result<OwnedFd> + Send>;

/// A place that lines go to.
pub trait Output {
    /// Its name, as the command line has it.
    fn name(&self) -> &str;

    /// Offers one line, without a line break, which `write` appends to what it is given: where lines go
    /// on together, that is where they are held, so that none is copied. `time` is what the line is
    /// about.
    ///
    /// # Errors
    /// What leaves the output useless: a closed pipe, a full disk. A line that was lost while the
    /// output may come back is no error, but counted.
    fn line(&mut self, time: Time, write: &mut dyn FnMut(&mut Line)) -> io::Result<()>;

    /// Offers several lines, each of which ends with a line break, where it says, and is about the time
    /// that stands there.
    ///
    /// # Errors
    /// As for [`Output::line`].
    fn lines(&mut self, lines: &[u8], ends: &[(usize, Time)]) -> io::Result<()> {
        let mut from = 0;
        for (end, time) in ends {
            let line = lines.get(from..end.saturating_sub(1)).unwrap_or_default();
            self.line(*time, &mut |held| held.extend_from_slice(line))?;
            from = *end;
        }
        Ok(())
    }

    /// Hands over what is held back.
    ///
    /// # Errors
    /// As for [`Output::line`].
    fn flush(&mut self) -> io::Result<()>;

    /// From now on other processes connect for it, and it speaks for the process `pid`.
    fn hand_over(&mut self, _connect: Connect, _pid: u32) {}

    /// Opens anew what it writes to, if it has a name.
    fn reopen(&mut self) {}

    /// What was lost since this was asked last, once lines are taken again.
    fn lost(&mut self) -> Option<Lost> {
        None
    }

    /// What was lost and will not be told by [`Output::lost`], because the program ends before
    /// lines are taken again.
    fn lost_at_end(&mut self) -> Option<Lost> {
        None
    }
}

/// Lines that an output did not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// How many.
    pub lines: u64,
    /// Time of the first.
    pub from: Time,
    /// Time of the last.
    pub to: Time,
}

impl Lost {
    /// One more line at `time`, after what was lost before.
    pub fn more(before: Option<Self>, time: Time) -> Self {
        match before {
            Some(lost) => Self { lines: lost.lines + 1, to: time, ..lost },
            None => Self { lines: 1, from: time, to: time },
        }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines were lost", self.lines)
    }
}
