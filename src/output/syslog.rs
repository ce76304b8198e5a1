//! The local syslog daemon, as the syslog crate speaks to it: facilities and messages. The crate sends as
//! well, through the descriptor that an opener gave; see `socket.rs`.
//!
//! The message is `<PRI>tag[pid]: line`: the daemon puts the time of receipt before it, the line
//! itself begins with that of capture. The crate's own formatter is not used: it writes a local
//! time, which on OpenBSD, in threads and in a chroot cannot be had, and panics then.

#![forbid(unsafe_code)]

use std::fmt::Display;
use std::io::{self, Write};
use std::str::FromStr;

pub use syslog::Facility;
use syslog::{Error, LogFormat, Severity};

use crate::line::Line;

/// `syslog` or `syslog:FACILITY`, as the command line has it.
#[derive(Debug, Clone, Copy)]
pub struct SyslogDest {
    facility: Facility,
    name: &'static str,
}

/// The facilities by their names in syslog.conf(5).
const FACILITIES: &[(&str, &str, Facility)] = &[
    ("daemon", "syslog:daemon", Facility::LOG_DAEMON),
    ("kern", "syslog:kern", Facility::LOG_KERN),
    ("user", "syslog:user", Facility::LOG_USER),
    ("mail", "syslog:mail", Facility::LOG_MAIL),
    ("auth", "syslog:auth", Facility::LOG_AUTH),
    ("authpriv", "syslog:authpriv", Facility::LOG_AUTHPRIV),
    ("syslog", "syslog:syslog", Facility::LOG_SYSLOG),
    ("lpr", "syslog:lpr", Facility::LOG_LPR),
    ("news", "syslog:news", Facility::LOG_NEWS),
    ("uucp", "syslog:uucp", Facility::LOG_UUCP),
    ("cron", "syslog:cron", Facility::LOG_CRON),
    ("ftp", "syslog:ftp", Facility::LOG_FTP),
    ("local0", "syslog:local0", Facility::LOG_LOCAL0),
    ("local1", "syslog:local1", Facility::LOG_LOCAL1),
    ("local2", "syslog:local2", Facility::LOG_LOCAL2),
    ("local3", "syslog:local3", Facility::LOG_LOCAL3),
    ("local4", "syslog:local4", Facility::LOG_LOCAL4),
    ("local5", "syslog:local5", Facility::LOG_LOCAL5),
    ("local6", "syslog:local6", Facility::LOG_LOCAL6),
    ("local7", "syslog:local7", Facility::LOG_LOCAL7),
];

// The crate's facilities cannot be compared; their names are as good.
impl PartialEq for SyslogDest {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for SyslogDest {}

impl SyslogDest {
    /// The facility.
    pub fn facility(&self) -> Facility {
        self.facility
    }

    /// `syslog:daemon`
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl Default for SyslogDest {
    fn default() -> Self {
        let (_, name, facility) = FACILITIES[0];
        Self { facility, name }
    }
}

impl FromStr for SyslogDest {
    type Err = String;

    /// The name of a facility.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = FACILITIES.iter().find(|(known, ..)| *known == word);
        known.map(|(_, name, facility)| Self { facility: *facility, name }).ok_or_else(|| {
            let all: Vec<_> = FACILITIES.iter().map(|(known, ..)| *known).collect();
            format!("no facility is called {word:?}; there are {}", all.join(" "))
        })
    }
}

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
    /// Messages of this process.
    pub fn new(facility: Facility) -> Self {
        Self { facility, pid: std::process::id() }
    }

    /// Appends the message of a line, for a daemon that takes streams.
    pub fn append(&self, to: &mut Line, line: &[u8]) {
        to.push(b'<');
        to.decimal(self.facility as u8 | Severity::LOG_INFO as u8);
        to.extend_from_slice(b">pfstatelog[");
        to.decimal(self.pid);
        to.extend_from_slice(b"]: ");
        to.extend_from_slice(line);
    }
}

impl<T: Display> LogFormat<T> for Tagged {
    fn format<W: Write>(&self, to: &mut W, severity: Severity, line: T) -> syslog::Result<()> {
        let priority = self.facility as u8 | severity as u8;
        write!(to, "<{priority}>pfstatelog[{}]: {line}", self.pid).map_err(Error::Write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_gets_the_message_that_the_crate_makes() {
        let tagged = Tagged::new(Facility::LOG_LOCAL3);
        let mut crates = Vec::new();
        tagged.format(&mut crates, Severity::LOG_INFO, "2026-11-20T13:05:02.123456Z end").unwrap();
        let mut ours = Line::new();
        tagged.append(&mut ours, b"2026-11-20T13:05:02.123456Z end");
        assert_eq!(ours.as_bytes(), crates);
        assert!(crates.starts_with(b"<158>pfstatelog["));
    }

    #[test]
    fn facilities_are_those_of_syslog_conf() {
        assert_eq!("local0".parse::<SyslogDest>().unwrap().name(), "syslog:local0");
        let error = "lokal0".parse::<SyslogDest>().unwrap_err();
        assert!(error.contains("lokal0") && error.contains("local0"), "{error}");
        assert_eq!(SyslogDest::default().name(), "syslog:daemon");
    }
}
