//! The local syslog daemon, as the syslog crate speaks to it: facilities and messages. The crate sends as
//! well, through the descriptor that an opener gave; see `socket.rs`.
//!
//! The message is `<PRI>tag[pid]: line`: the daemon puts the time of receipt before it, the line
//! itself begins with that of capture. The crate's own formatter is not used: it writes a local
//! time, which on OpenBSD, in threads and in a chroot cannot be had, and panics then.

#![forbid(unsafe_code)]

use std::fmt::Display;
use std::io::{self, Write};

use syslog::{Error, LogFormat, Severity};

use super::Facility;
use crate::line::Line;

/// The system's error inside the crate's.
pub(super) fn io_error(error: Error) -> io::Error {
    match error {
        Error::Write(error) | Error::Io(error) => error,
        // The system's own words, without the crate's around them.
        Error::Initialization(error) => match error.downcast::<Error>() {
            Ok(inner) => io_error(*inner),
            Err(error) => io::Error::other(error),
        },
    }
}

/// What goes to the daemon: `<PRI>tag[pid]: line`, at level info.
#[derive(Debug, Clone)]
pub(super) struct Tagged {
    facility: Facility,
    pid: u32,
}

impl Tagged {
    /// Messages of the process `pid`.
    pub fn new(facility: Facility, pid: u32) -> Self {
        Self { facility, pid }
    }

    /// Appends the message of a line, for a daemon that takes streams.
    pub fn append(&self, to: &mut Line, line: &[u8]) {
        to.push(b'<');
        to.decimal(self.facility.code() << 3 | Severity::LOG_INFO as u8);
        to.extend_from_slice(b">pfstatelog[");
        to.decimal(self.pid);
        to.extend_from_slice(b"]: ");
        to.extend_from_slice(line);
    }
}

impl<T: Display> LogFormat<T> for Tagged {
    fn format<W: Write>(&self, to: &mut W, severity: Severity, line: T) -> syslog::Result<()> {
        let priority = self.facility.code() << 3 | severity as u8;
        write!(to, "<{priority}>pfstatelog[{}]: {line}", self.pid).map_err(Error::Write)
    }
}

#[cfg(test)]
mod tests {
    use super::super::SyslogDest;
    use super::*;

    #[test]
    fn a_stream_gets_the_message_that_the_crate_makes() {
        let tagged = Tagged::new("local3".parse::<SyslogDest>().unwrap().facility(), 7);
        let mut crates = Vec::new();
        tagged.format(&mut crates, Severity::LOG_INFO, "2026-11-20T13:05:02.123456Z end").unwrap();
        let mut ours = Line::new();
        tagged.append(&mut ours, b"2026-11-20T13:05:02.123456Z end");
        assert_eq!(ours.as_bytes(), crates);
        assert!(crates.starts_with(b"<158>pfstatelog[7]"));
    }
}
