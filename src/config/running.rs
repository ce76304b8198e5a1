//! How the program runs, and what becomes of files that it writes.

#![forbid(unsafe_code)]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::output::{Fsync, Rotate};

/// How a live capture runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Whether it leaves the terminal, once interfaces and outputs are open.
    pub daemon: bool,
    /// The file that has the process's number; no zero byte in its path.
    pub pidfile: Option<PathBuf>,
    /// Whom it becomes, by name, where it was said.
    pub user: Option<String>,
    /// What it takes for the root of all paths.
    pub chroot: Option<PathBuf>,
    /// How long outputs may take to write what they hold when it is asked to end.
    pub drain_timeout: Duration,
    /// How long an interface may deliver nothing before that is told; zero for ever.
    pub quiet_warn: Duration,
    /// Where its metrics are, if anywhere.
    pub metrics: Option<Metrics>,
    /// Whether pf is asked for counters again.
    pub poll: Option<Poll>,
}

/// How pf is asked for counters again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poll {
    /// How often, 30 s to a day.
    pub every: Duration,
    /// However many states there are.
    pub anyway: bool,
}

impl Default for Running {
    fn default() -> Self {
        Self {
            daemon: false,
            pidfile: None,
            user: None,
            chroot: None,
            drain_timeout: Duration::from_secs(5),
            quiet_warn: Duration::from_secs(600),
            metrics: None,
            poll: None,
        }
    }
}

/// Where metrics are to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Metrics {
    /// At this address, by HTTP; port 0 is any that is free.
    Http(SocketAddr),
    /// In this file, for node_exporter.
    File(PathBuf),
}

impl FromStr for Metrics {
    type Err = String;

    /// `ADDR:PORT`, `PORT` on loopback, or a path, which has a slash in it.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        if word.contains('/') && !word.ends_with('/') && !word.contains(['\0']) {
            return Ok(Self::File(word.into()));
        }
        let is_number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        let port = word.parse().ok().filter(|_| is_number);
        let on_loopback = port.map(|port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
        on_loopback.or_else(|| word.parse().ok()).map(Self::Http).ok_or_else(|| {
            format!(
                "{word:?}: a port (9100, on loopback), an address and a port (192.0.2.1:9100, \
                 [::1]:9100) or the path of a file, with a slash in it, is needed"
            )
        })
    }
}

/// What becomes of files that outputs write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// Permissions of a file that is created, up to 0o777.
    pub mode: u32,
    /// Its group, name or number; where none was named it is that of the process.
    pub group: Option<String>,
    /// Whether it is rotated.
    pub rotate: Option<Rotate>,
    /// When it is brought to the disk.
    pub sync: Fsync,
}

impl Default for Files {
    fn default() -> Self {
        Self { mode: 0o640, group: None, rotate: None, sync: Fsync::Never }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_on_loopback_unless_told_otherwise() {
        let http = |addr: &str| Ok(Metrics::Http(addr.parse().unwrap()));
        assert_eq!("9100".parse(), http("127.0.0.1:9100"));
        assert_eq!("0.0.0.0:9100".parse(), http("0.0.0.0:9100"));
        assert_eq!("[::]:9100".parse(), http("[::]:9100"));
        assert_eq!("./pf.prom".parse(), Ok(Metrics::File("./pf.prom".into())));
        for wrong in ["", "pf.prom", "65536", "+1", "127.0.0.1", "localhost:1", "/var/", "/a\0b"] {
            let error = wrong.parse::<Metrics>().unwrap_err();
            assert!(error.contains("a port (9100, on loopback)"), "{wrong}: {error}");
        }
    }
}
