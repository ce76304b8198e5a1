//! What a destination is, and all that needs the file system or the network to name something.
//!
//! What writes lines has descriptors and no names: it asks an [`Opener`] for them by a verb and the
//! number of the output. So it can be confined, and whoever opens for it needs to know these verbs alone.

#![forbid(unsafe_code)]

use std::fmt;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::net::{TcpStream, ToSocketAddrs, UdpSocket};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use socket2::{Domain, SockAddr, SockRef, Socket, Type};

use super::{Fsync, Rotate, SyslogDest};
use crate::sys::poll;

/// How long connecting may take, over all addresses of a host.
const CONNECT: Duration = Duration::from_secs(5);

/// How long TCP goes on sending what the other end does not acknowledge or take. Long, because a daemon
/// that is held up is no reason to give up what it has.
#[cfg(target_os = "linux")]
const UNACKED: Duration = Duration::from_secs(120);

/// The system's error that an [`Opener`] gives for a file whose folder was replaced where it is confined to the
/// folder that was there before.
pub const OUT_OF_REACH: i32 = libc::ESTALE;

/// Where local syslog daemons listen: Linux, macOS, the BSDs.
pub const SYSLOG_PATHS: [&str; 3] = ["/dev/log", "/var/run/syslog", "/var/run/log"];

/// A destination of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file, which is appended to.
    File(FileTarget),
    /// A syslog daemon at a Unix socket, RFC 5424.
    Unix {
        /// The socket.
        path: PathBuf,
    },
    /// A syslog daemon, RFC 5424 in datagrams (RFC 5426).
    Udp {
        /// Name or address.
        host: String,
        /// Port.
        port: u16,
    },
    /// A syslog daemon, RFC 5424 with octet counts (RFC 6587).
    Tcp {
        /// Name or address.
        host: String,
        /// Port.
        port: u16,
    },
    /// The local syslog daemon.
    SyslogLocal {
        /// Facility.
        dest: SyslogDest,
        /// Instead of the places where the daemon is looked for.
        path: Option<PathBuf>,
    },
    /// Standard output.
    Stdout,
}

/// A file that is appended to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTarget {
    /// Where it is.
    pub path: PathBuf,
    /// Its permissions where it is created.
    pub mode: u32,
    /// Its group where it is created.
    pub group: Option<u32>,
    /// Whether it is rotated by us.
    pub rotate: Option<Rotate>,
    /// When it is brought to the disk.
    pub sync: Fsync,
}

impl FileTarget {
    /// A file at `path` with what holds where nothing else is said: 0640, not rotated, not synced.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), mode: 0o640, group: None, rotate: None, sync: Fsync::default() }
    }
}

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Verb {
    /// A descriptor to write to: opens the file, connects.
    Open = 1,
    /// Moves the files that are kept by one, the one that is written too, and opens it anew.
    Rotate = 2,
    /// The newest file that was rotated and not compressed, to be read; nothing where there is none.
    Rotated = 3,
    /// A new file for its compressed form.
    Archive = 4,
    /// The compressed form is whole: it takes the place of the other.
    Archived = 5,
}

impl Verb {
    /// By its number.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Open,
            2 => Self::Rotate,
            3 => Self::Rotated,
            4 => Self::Archive,
            5 => Self::Archived,
            _ => return None,
        })
    }
}

/// Who opens what outputs need.
pub trait Opener: Send + Sync {
    /// Does what the verb says for the output of this number.
    ///
    /// # Errors
    /// What the system says; where it is not about the destination itself, what it is about. [`OUT_OF_REACH`].
    fn ask(&self, output: u16, verb: Verb) -> io::Result<Option<OwnedFd>>;
}

/// Opens in this very process.
#[derive(Debug, Clone)]
pub struct Direct(pub Vec<Target>);

impl Opener for Direct {
    fn ask(&self, output: u16, verb: Verb) -> io::Result<Option<OwnedFd>> {
        match self.0.get(usize::from(output)) {
            Some(target) => target.perform(verb),
            None => Err(io::Error::other(format!("there is no output {output}"))),
        }
    }
}

impl Target {
    /// Does what the verb says. Only a file can be rotated.
    ///
    /// # Errors
    /// What the system says; where it is not about the destination itself, what it is about.
    pub fn perform(&self, verb: Verb) -> io::Result<Option<OwnedFd>> {
        match (self, verb) {
            (Self::File(file), verb) => file.perform(verb),
            (Self::Unix { path }, Verb::Open) => connect_unix(path).map(Some),
            (Self::Udp { host, port }, Verb::Open) => connect_udp(host, *port).map(Some),
            (Self::Tcp { host, port }, Verb::Open) => connect_tcp(host, *port).map(Some),
            (Self::SyslogLocal { path: Some(path), .. }, Verb::Open) => {
                connect_unix(path).map(Some)
            }
            (Self::SyslogLocal { path: None, .. }, Verb::Open) => connect_syslog().map(Some),
            (Self::Stdout, Verb::Open) => io::stdout().as_fd().try_clone_to_owned().map(Some),
            _ => Err(io::Error::other(format!("{self} cannot be rotated"))),
        }
    }
}

impl fmt::Display for Target {
    /// As the command line has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |f: &mut fmt::Formatter<'_>, scheme, host: &str, port| match host.contains(':') {
            true => write!(f, "{scheme}://[{host}]:{port}"),
            false => write!(f, "{scheme}://{host}:{port}"),
        };
        match self {
            Self::File(file) => write!(f, "{}", file.path.display()),
            Self::Unix { path } => write!(f, "unix:{}", path.display()),
            Self::Udp { host, port } => at(f, "udp", host, port),
            Self::Tcp { host, port } => at(f, "tcp", host, port),
            Self::SyslogLocal { dest, .. } => f.write_str(dest.name()),
            Self::Stdout => f.write_str("-"),
        }
    }
}

/// The system's words with what they are about before them; its number would be lost in that, so the
/// kind is kept.
fn about(what: impl fmt::Display) -> impl FnOnce(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{what}: {error}"))
}

// --- Connections ---

/// The socket does not block, nor does this: where as many wait for a daemon as it lets wait, that is an error.
fn connect_unix(path: &Path) -> io::Result<OwnedFd> {
    let address = SockAddr::unix(path)?;
    let of_type = |of: Type| {
        let socket = Socket::new(Domain::UNIX, of, None)?;
        poll::set_nonblocking(socket.as_fd())?;
        socket.connect(&address)?;
        Ok(OwnedFd::from(socket))
    };
    // One that takes streams says that the type is wrong.
    of_type(Type::DGRAM).or_else(|error: io::Error| match error.raw_os_error() {
        Some(libc::EPROTOTYPE) => of_type(Type::STREAM),
        _ => Err(error),
    })
}

fn connect_syslog() -> io::Result<OwnedFd> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for path in SYSLOG_PATHS {
        match connect_unix(Path::new(path)) {
            Ok(socket) => return Ok(socket),
            // Why the daemon that is there does not answer is better than that others are not there.
            Err(error) if error.kind() != io::ErrorKind::NotFound => last = error,
            Err(_) => {}
        }
    }
    Err(last)
}

fn connect_udp(host: &str, port: u16) -> io::Result<OwnedFd> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in (host, port).to_socket_addrs()? {
        let any: std::net::SocketAddr = match address {
            std::net::SocketAddr::V4(_) => (std::net::Ipv4Addr::UNSPECIFIED, 0).into(),
            std::net::SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let connected = UdpSocket::bind(any).and_then(|socket| {
            socket.connect(address)?;
            Ok(socket)
        });
        match connected {
            Ok(socket) => return Ok(socket.into()),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn connect_tcp(host: &str, port: u16) -> io::Result<OwnedFd> {
    let end = Instant::now() + CONNECT;
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in (host, port).to_socket_addrs()? {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match TcpStream::connect_timeout(&address, left) {
            Ok(stream) => {
                stay_awake(&SockRef::from(&stream))?;
                return Ok(stream.into());
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Lets the system find out by itself that the other end is gone.
fn stay_awake(socket: &SockRef<'_>) -> io::Result<()> {
    socket.set_keepalive(true)?;
    #[cfg(target_os = "linux")]
    {
        let keepalive = socket2::TcpKeepalive::new()
            .with_time(Duration::from_secs(60))
            .with_interval(Duration::from_secs(10))
            .with_retries(3);
        socket.set_tcp_keepalive(&keepalive)?;
        socket.set_tcp_user_timeout(Some(UNACKED))?;
    }
    Ok(())
}

// --- Files ---

impl FileTarget {
    fn perform(&self, verb: Verb) -> io::Result<Option<OwnedFd>> {
        match verb {
            Verb::Open => self.open().map(|file| Some(file.into())),
            Verb::Rotate => self.rotate().map(|file| Some(file.into())),
            Verb::Rotated => self.rotated().map(|file| file.map(OwnedFd::from)),
            Verb::Archive => self.archive().map(|file| Some(file.into())),
            Verb::Archived => self.archived().map(|()| None),
        }
    }

    fn open(&self) -> io::Result<File> {
        loop {
            match options().open(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                opened => return opened.and_then(regular),
            }
            match options().create_new(true).mode(self.mode).open(&self.path) {
                // Somebody else was faster: it is there now.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                created => return created.and_then(|file| self.owned(file)),
            }
        }
    }

    /// A file that was just created, with the permissions and the group that were asked for, whatever
    /// the umask.
    fn owned(&self, file: File) -> io::Result<File> {
        if self.group.is_some() {
            fchown(&file, None, self.group)?;
        }
        file.set_permissions(Permissions::from_mode(self.mode))?;
        Ok(file)
    }

    /// The name of a file that is kept: `NAME.0`, `NAME.0.gz`.
    fn kept(&self, number: u32, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}{ending}"));
        name.into()
    }

    /// Each step leaves every line in a file that the next rotation finds.
    fn rotate(&self) -> io::Result<File> {
        let keep = self.rotate.map_or(1, |rotate| rotate.keep.max(1));
        remove(&self.kept(0, ".gz.tmp"))?;
        for number in (0..keep).rev() {
            for ending in ["", ".gz"] {
                let kept = self.kept(number, ending);
                // Both are there where the program ended between making one and removing the other.
                if ending.is_empty() && self.kept(number, ".gz").exists() || number + 1 == keep {
                    remove(&kept)?;
                } else {
                    rename(&kept, &self.kept(number + 1, ending))?;
                }
            }
        }
        rename(&self.path, &self.kept(0, ""))?;
        self.open()
    }

    fn rotated(&self) -> io::Result<Option<File>> {
        let (plain, packed) = (self.kept(0, ""), self.kept(0, ".gz"));
        if !plain.exists() {
            remove(&self.kept(0, ".gz.tmp"))?;
            return Ok(None);
        }
        if packed.exists() {
            // It was whole before it got its name.
            remove(&plain)?;
            return Ok(None);
        }
        let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
        let opened = OpenOptions::new().read(true).custom_flags(flags).open(&plain);
        opened.and_then(regular).map(Some).map_err(about(plain.display()))
    }

    fn archive(&self) -> io::Result<File> {
        let unfinished = self.kept(0, ".gz.tmp");
        remove(&unfinished)?;
        let created = options().create_new(true).mode(self.mode).open(&unfinished);
        created.and_then(|file| self.owned(file)).map_err(about(unfinished.display()))
    }

    fn archived(&self) -> io::Result<()> {
        rename(&self.kept(0, ".gz.tmp"), &self.kept(0, ".gz"))?;
        remove(&self.kept(0, ""))
    }
}

/// Append only, never through a link, and without waiting should it be a pipe. It is read as well, once:
/// how it ends.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    options
}

fn regular(file: File) -> io::Result<File> {
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "is no regular file: use -o - and redirect standard output",
        )),
    }
}

/// Removes a file that may not be there.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(about(path.display())(error)),
        _ => Ok(()),
    }
}

/// Renames a file that may not be there.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(about(from.display())(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
