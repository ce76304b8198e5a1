//! Lines to the local syslog daemon, through the syslog crate.
//!
//! The message is `<PRI>tag[pid]: line`: the daemon puts the time of receipt before it, the line
//! itself begins with that of capture. The crate's own formatter is not used: it writes a local
//! time, which on OpenBSD, in threads and in a chroot cannot be had, and panics then.

#![forbid(unsafe_code)]

use std::fmt::Display;
use std::io::{self, Write};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::{Duration, Instant};

pub use syslog::Facility;
use syslog::{Error, LogFormat, Logger, LoggerBackend, Severity};

use super::{Connect, Lost, Output};
use crate::line::Line;
use crate::time::Time;

/// How long a daemon that is gone is left alone before it is looked for again.
const RETRY: Duration = Duration::from_secs(1);

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

impl SyslogDest {
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

/// Where the daemon is looked for, as the crate does.
const PATHS: [&str; 3] = ["/dev/log", "/var/run/syslog", "/var/run/log"];

/// Connects to the daemon, for a [`Syslog`] in a process that may not.
///
/// # Errors
/// No daemon is there.
pub fn connect() -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    let mut done = Err(io::ErrorKind::NotFound.into());
    for path in PATHS {
        done = done.or_else(|_| socket.connect(path));
    }
    done.map(|()| socket)
}

/// The local syslog daemon, at level info.
pub struct Syslog {
    dest: SyslogDest,
    /// Instead of the places where the daemon is looked for.
    path: Option<PathBuf>,
    /// Who connects, where this process may not.
    connect_by: Option<Connect>,
    /// The process that messages name.
    pid: u32,
    logger: Option<Logger<LoggerBackend, Message>>,
    tried: Instant,
    lost: Option<Lost>,
    /// The line that is being sent.
    line: Line,
}

impl Syslog {
    /// Connects to the daemon where the system has it, or at `path`.
    ///
    /// # Errors
    /// No daemon is there.
    pub fn open(dest: SyslogDest, path: Option<PathBuf>) -> io::Result<Self> {
        let tried = Instant::now();
        let mut this = Self {
            dest,
            path,
            connect_by: None,
            pid: std::process::id(),
            logger: None,
            tried,
            lost: None,
            line: Line::new(),
        };
        this.connect()?;
        Ok(this)
    }

    fn connect(&mut self) -> io::Result<()> {
        self.tried = Instant::now();
        let message = Message { facility: self.dest.facility, pid: self.pid };
        let logger = match (&mut self.connect_by, &self.path) {
            (Some(connect), _) => {
                Logger::new(LoggerBackend::Unix(UnixDatagram::from(connect()?)), message)
            }
            (None, Some(path)) => syslog::unix_custom(message, path).map_err(io_error)?,
            (None, None) => syslog::unix(message).map_err(io_error)?,
        };
        self.logger = Some(logger);
        Ok(())
    }

    /// Sends, and where the daemon was started anew since the last line, connects again.
    fn send(&mut self, line: &str) -> io::Result<()> {
        if let Some(logger) = &mut self.logger {
            if logger.info(line).is_ok() {
                return Ok(());
            }
            self.logger = None;
        } else if self.tried.elapsed() < RETRY {
            return Err(io::ErrorKind::NotConnected.into());
        }
        self.connect()?;
        match &mut self.logger {
            Some(logger) => logger.info(line).map_err(io_error),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl Output for Syslog {
    fn name(&self) -> &str {
        self.dest.name
    }

    fn line(&mut self, time: Time, write: &mut dyn FnMut(&mut Line)) -> io::Result<()> {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        write(&mut line);
        // Formats write ASCII; anything else would be a mistake of ours, not a reason to lose it.
        if self.send(&String::from_utf8_lossy(line.as_bytes())).is_err() {
            self.lost = Some(Lost::more(self.lost, time));
        }
        self.line = line;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn hand_over(&mut self, connect: Connect, pid: u32) {
        self.connect_by = Some(connect);
        self.pid = pid;
        if let Some(logger) = &mut self.logger {
            logger.formatter.pid = pid;
        }
    }

    fn reopen(&mut self) {
        // The next line connects.
        self.logger = None;
        self.tried = self.tried.checked_sub(RETRY).unwrap_or(self.tried);
    }

    fn lost(&mut self) -> Option<Lost> {
        self.logger.as_ref()?;
        self.lost.take()
    }

    fn lost_at_end(&mut self) -> Option<Lost> {
        self.lost.take()
    }
}

fn io_error(error: Error) -> io::Error {
    match error {
        Error::Write(error) | Error::Io(error) => error,
        // The system's own words, without the crate's around them.
        Error::Initialization(error) => match error.downcast::<Error>() {
            Ok(inner) => io_error(*inner),
            Err(error) => io::Error::other(error),
        },
    }
}

/// What goes to the daemon.
#[derive(Debug, Clone)]
struct Message {
    facility: Facility,
    pid: u32,
}

impl<T: Display> LogFormat<T> for Message {
    fn format<W: Write>(&self, to: &mut W, severity: Severity, line: T) -> syslog::Result<()> {
        let priority = self.facility as u8 | severity as u8;
        write!(to, "<{priority}>pfstatelog[{}]: {line}", self.pid).map_err(Error::Write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(daemon: &UnixDatagram) -> String {
        let mut bytes = [0; 4096];
        let len = daemon.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..len].to_vec()).unwrap()
    }

    fn offer(syslog: &mut Syslog, text: &str, secs: i64) {
        let write = &mut |line: &mut Line| line.extend_from_slice(text.as_bytes());
        syslog.line(Time::new(secs, 0), write).unwrap();
    }

    #[test]
    fn a_line_is_a_message_at_daemon_info() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let daemon = UnixDatagram::bind(&path).unwrap();
        let mut syslog = Syslog::open(SyslogDest::default(), Some(path)).unwrap();
        offer(&mut syslog, "2026-11-20T13:05:02.123456Z end", 0);
        let pid = std::process::id();
        let expected = format!("<30>pfstatelog[{pid}]: 2026-11-20T13:05:02.123456Z end");
        assert_eq!(received(&daemon), expected);
        assert_eq!(syslog.lost(), None);
    }

    #[test]
    fn a_daemon_that_was_started_anew_is_found_and_what_was_lost_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let daemon = UnixDatagram::bind(&path).unwrap();
        let local3 = "local3".parse().unwrap();
        let mut syslog = Syslog::open(local3, Some(path.clone())).unwrap();
        drop(daemon);
        std::fs::remove_file(&path).unwrap();
        offer(&mut syslog, "one", 1);
        offer(&mut syslog, "two", 2);
        assert_eq!(syslog.lost(), None, "told before the daemon is back");
        let kept = syslog.lost;
        assert_eq!(syslog.lost_at_end().map(|lost| lost.lines), Some(2));
        syslog.lost = kept;

        let daemon = UnixDatagram::bind(&path).unwrap();
        syslog.tried -= RETRY;
        offer(&mut syslog, "three", 3);
        assert!(received(&daemon).ends_with(": three"));
        let lost = Lost { lines: 2, from: Time::new(1, 0), to: Time::new(2, 0) };
        assert_eq!(syslog.lost(), Some(lost));
        assert_eq!(syslog.lost(), None);
    }

    #[test]
    fn facilities_are_those_of_syslog_conf() {
        assert_eq!("local0".parse::<SyslogDest>().unwrap().name(), "syslog:local0");
        let error = "lokal0".parse::<SyslogDest>().unwrap_err();
        assert!(error.contains("lokal0") && error.contains("local0"), "{error}");
        assert_eq!(SyslogDest::default().name(), "syslog:daemon");
    }
}
