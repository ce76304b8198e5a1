//! Where lines go, as `-o [FORMAT=]DEST` has it.

#![forbid(unsafe_code)]

use std::fmt;
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::str::FromStr;

use super::plan::Printed;
use super::values::closest;
use crate::output::SyslogDest;

/// Where lines go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dest {
    /// `-`: standard output.
    Stdout,
    /// `syslog`, `syslog:FACILITY`: the local syslog daemon.
    Syslog(SyslogDest),
    /// A path: a file that lines are appended to.
    File(PathBuf),
    /// `unix:PATH`: a syslog daemon at a Unix socket.
    Unix(PathBuf),
    /// `udp://HOST:PORT`: a syslog daemon that takes datagrams.
    Udp(HostPort),
    /// `tcp://HOST:PORT`: a syslog daemon that takes a stream.
    Tcp(HostPort),
}

/// Another machine's end of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPort {
    /// Name or address, without brackets.
    pub host: String,
    /// Not 0.
    pub port: u16,
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Display for Dest {
    /// As the command line has it; a path may be written otherwise than it was given.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("-"),
            Self::Syslog(syslog) => f.write_str(syslog.name()),
            Self::File(path) if path.parent().is_some_and(|dir| dir.as_os_str().is_empty()) => {
                write!(f, "./{}", path.display())
            }
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Udp(to) => write!(f, "udp://{to}"),
            Self::Tcp(to) => write!(f, "tcp://{to}"),
        }
    }
}

impl FromStr for Dest {
    type Err = String;

    /// What begins with a slash or a dot is a path, whatever its name looks like. What looks like one
    /// of the other words misspelt is an error, and no file of that name.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        if word.starts_with(['/', '.']) {
            return path(word, word).map(Self::File);
        }
        match word.split_once(':') {
            None => match word {
                "-" => Ok(Self::Stdout),
                "syslog" => Ok(Self::Syslog(SyslogDest::default())),
                _ => not_misspelt(word, word).and_then(|()| path(word, word)).map(Self::File),
            },
            Some(("syslog", facility)) => facility.parse().map(Self::Syslog),
            Some(("unix", name)) => socket_path(word, name).map(Self::Unix),
            Some(("udp", to)) => host_port(word, to).map(Self::Udp),
            Some(("tcp", to)) => host_port(word, to).map(Self::Tcp),
            // A file in a folder may have any name.
            Some((before, behind)) if before.contains('/') && !behind.starts_with("//") => {
                path(word, word).map(Self::File)
            }
            Some((before, _)) => {
                not_misspelt(word, before)?;
                Err(format!("{word:?} is no destination: {DESTINATIONS}"))
            }
        }
    }
}

const DESTINATIONS: &str = "there are -, syslog, syslog:FACILITY, udp://HOST:PORT, \
                            tcp://HOST:PORT, unix:PATH and files, as ./NAME";

/// An error where a part of a word is a slip for something else.
fn not_misspelt(word: &str, part: &str) -> Result<(), String> {
    const WORDS: [&str; 4] = ["syslog", "unix", "udp", "tcp"];
    let meant = match part {
        "" => return Err(format!("a destination is needed: {DESTINATIONS}")),
        "stdout" => Some("-"),
        "udp" => Some("udp://HOST:PORT"),
        "tcp" => Some("tcp://HOST:PORT"),
        "unix" => Some("unix:PATH"),
        _ if part.contains('/') => None,
        _ if part.parse::<Printed>().is_ok() => {
            return Err(format!(
                "{word:?} is a format: give {part}=DEST, -f {part}, or ./{part} for a file"
            ));
        }
        _ => closest(part, WORDS.into_iter()),
    };
    match meant {
        Some(meant) => {
            Err(format!("{word:?} is no destination: did you mean {meant:?}? A file is ./{word}"))
        }
        None => Ok(()),
    }
}

/// The path of a file or a socket.
fn path(word: &str, path: &str) -> Result<PathBuf, String> {
    match path {
        "" => Err(format!("{word:?}: a path is needed")),
        path if path.ends_with('/') => {
            Err(format!("{word:?} is a folder: the name of a file is needed"))
        }
        path if path.contains('\0') => Err(format!("{word:?}: a path has no zero byte in it")),
        path => Ok(path.into()),
    }
}

/// The path of a socket, for which systems have little room: some 100 bytes.
fn socket_path(word: &str, name: &str) -> Result<PathBuf, String> {
    let path = path(word, name)?;
    match std::os::unix::net::SocketAddr::from_pathname(&path) {
        Ok(_) => Ok(path),
        Err(_) => Err(format!(
            "{word:?}: {} bytes are too long for the path of a socket",
            path.as_os_str().len()
        )),
    }
}

/// What stands behind `udp:` and `tcp:`.
fn host_port(word: &str, to: &str) -> Result<HostPort, String> {
    let error = || {
        format!(
            "{word:?}: a host and a port are needed, as udp://192.0.2.1:514, \
             tcp://loghost:601 or tcp://[2001:db8::1]:601"
        )
    };
    let (host, port) =
        to.strip_prefix("//").and_then(|to| to.rsplit_once(':')).ok_or_else(error)?;
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    let port = port.parse().ok().filter(|port| *port > 0 && is_number).ok_or_else(error)?;
    let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(inner) => {
            // The interface of a link-local address is no part of it.
            let (addr, interface) = match inner.split_once('%') {
                Some((addr, interface)) => (addr, Some(interface)),
                None => (inner, None),
            };
            let addr: Ipv6Addr = addr.parse().map_err(|_| error())?;
            if addr.is_unicast_link_local() && interface.is_none_or(str::is_empty) {
                return Err(format!(
                    "{word:?}: a link-local address needs its interface, as [{addr}%em0]"
                ));
            }
            inner
        }
        None => host,
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:%".contains(&byte);
    let is_sound = (1..=255).contains(&host.len())
        && host.bytes().all(is_name)
        && (to.starts_with("//[") || !host.contains([':', '%']));
    is_sound.then(|| HostPort { host: host.to_string(), port }).ok_or_else(error)
}

/// `[FORMAT=]DEST`
#[derive(Debug, Clone)]
pub(super) struct OutputArg {
    pub(super) format: Option<Printed>,
    pub(super) dest: Dest,
}

impl FromStr for OutputArg {
    type Err = String;

    fn from_str(arg: &str) -> Result<Self, Self::Err> {
        match arg.split_once('=') {
            // The path of a file may have one in it.
            Some((format, dest)) if !format.contains(['/', ':', '.']) => {
                Ok(Self { format: Some(format.parse()?), dest: dest.parse()? })
            }
            _ => Ok(Self { format: None, dest: arg.parse()? }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_destination_is_told_from_the_others() {
        let host = |host: &str, port| HostPort { host: host.into(), port };
        for (word, dest) in [
            ("-", Dest::Stdout),
            ("syslog", Dest::Syslog(SyslogDest::default())),
            ("syslog:local3", Dest::Syslog("local3".parse().unwrap())),
            ("/var/log/pf", Dest::File("/var/log/pf".into())),
            ("./sylog", Dest::File("./sylog".into())),
            ("./udp:host", Dest::File("./udp:host".into())),
            ("log/pf:1", Dest::File("log/pf:1".into())),
            ("unix:/dev/log", Dest::Unix("/dev/log".into())),
            ("unix:log", Dest::Unix("log".into())),
            ("udp://192.0.2.1:514", Dest::Udp(host("192.0.2.1", 514))),
            ("tcp://log-1.example.org:601", Dest::Tcp(host("log-1.example.org", 601))),
            ("tcp://[2001:db8::1]:601", Dest::Tcp(host("2001:db8::1", 601))),
            ("udp://[fe80::1%em0]:514", Dest::Udp(host("fe80::1%em0", 514))),
            ("udp://[2001:db8::1]:514", Dest::Udp(host("2001:db8::1", 514))),
            ("tcp://log.example:6514", Dest::Tcp(host("log.example", 6514))),
            ("unix:/var/run/syslog-ng.sock", Dest::Unix("/var/run/syslog-ng.sock".into())),
            ("./pf.json", Dest::File("./pf.json".into())),
        ] {
            assert_eq!(word.parse(), Ok(dest.clone()), "{word}");
            let shown = dest.to_string();
            assert_eq!(shown.parse(), Ok(dest), "{shown}");
        }
        // A file need not have a dot in its name; it is shown as one that has a folder.
        let plain: Dest = "states".parse().unwrap();
        assert_eq!((&plain, plain.to_string()), (&Dest::File("states".into()), "./states".into()));
        assert_eq!(".hidden".parse(), Ok(Dest::File(".hidden".into())));
    }

    #[test]
    fn what_looks_misspelt_is_no_file() {
        for (word, said) in [
            ("", "a destination is needed"),
            ("sylog", "did you mean \"syslog\"? A file is ./sylog"),
            ("sylog:local3", "did you mean \"syslog\"?"),
            ("stdout", "did you mean \"-\"?"),
            ("udp", "did you mean \"udp://HOST:PORT\"?"),
            ("json", "give json=DEST"),
            ("syslog:lokal3", "no facility is called \"lokal3\""),
            ("udp:host", "as udp://192.0.2.1:514"),
            ("udp://host", "as udp://192.0.2.1:514"),
            ("udp://host:0", "as udp://192.0.2.1:514"),
            ("udp://host:+1", "as udp://192.0.2.1:514"),
            ("tcp://host:65536", "as udp://192.0.2.1:514"),
            ("sylsog", "did you mean \"syslog\"?"),
            ("tls://host:6514", "is no destination: there are -, syslog"),
            ("udp://:514", "as udp://192.0.2.1:514"),
            ("udp://2001:db8::1:514", "[2001:db8::1]:601"),
            ("tcp://[host]:601", "[2001:db8::1]:601"),
            ("tcp://a host:601", "tcp://loghost:601"),
            ("http://host:80", "is no destination: there are -, syslog"),
            ("host:514", "is no destination: there are -, syslog"),
            ("unix:", "a path is needed"),
            ("/var/log/", "is a folder"),
            ("/a\0b", "zero byte"),
        ] {
            let error = word.parse::<Dest>().unwrap_err();
            assert!(error.contains(said), "{word}: {error}");
        }
    }

    #[test]
    fn a_format_stands_before_a_destination() {
        let read = |arg: &str| {
            let OutputArg { format, dest } = arg.parse().unwrap();
            (format.map(|format| format.to_string()), dest.to_string())
        };
        assert_eq!(read("json=/var/log/pf"), (Some("json".into()), "/var/log/pf".into()));
        assert_eq!(read("/var/log/json=pf"), (None, "/var/log/json=pf".into()));
        assert_eq!(read("./json=pf"), (None, "./json=pf".into()));
        assert_eq!(read("text=./a=b"), (Some("text".into()), "./a=b".into()));
        assert!("xml=-".parse::<OutputArg>().is_err());
    }

    #[test]
    fn what_could_never_be_reached_is_an_error() {
        let error = |word: &str| word.parse::<Dest>().unwrap_err();
        let long = format!("unix:/run/{}", "x".repeat(120));
        assert!(error(&long).contains("125 bytes are too long"), "{}", error(&long));
        assert!(format!("unix:/run/{}", "x".repeat(90)).parse::<Dest>().is_ok());
        for word in ["udp://[fe80::1]:514", "tcp://[fe80::1%]:514"] {
            assert!(error(word).contains("as [fe80::1%em0]"), "{}", error(word));
        }
        assert!("udp://[fe80::1%em0]:514".parse::<Dest>().is_ok());
        assert!("udp://[2001:db8::1]:514".parse::<Dest>().is_ok());
    }
}
