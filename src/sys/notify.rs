//! What systemd wants to be told, where it asks for it: sd_notify(3) without its library.

#![forbid(unsafe_code)]

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

/// The socket to which states are told.
#[derive(Debug)]
pub struct Notify {
    socket: UnixDatagram,
    watchdog: Option<Duration>,
}

impl Notify {
    /// Connects to where the environment says (`NOTIFY_SOCKET`); `None` where it says nothing.
    ///
    /// # Errors
    /// What connect(2) says.
    pub fn from_env() -> io::Result<Option<Self>> {
        let Some(name) = env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty()) else {
            return Ok(None);
        };
        let number = |name| env::var(name).ok().and_then(|word| word.parse::<u64>().ok());
        // It may have been meant for another process, which handed its environment on.
        let is_ours = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
        let watchdog = number("WATCHDOG_USEC").filter(|usec| *usec > 0 && is_ours);
        let socket = UnixDatagram::unbound()?;
        connect(&socket, name)?;
        // Whoever does not listen is not waited for.
        socket.set_nonblocking(true)?;
        Ok(Some(Self { socket, watchdog: watchdog.map(Duration::from_micros) }))
    }

    /// How often [`alive`](Self::alive) is to be told: half the time after which systemd takes this
    /// process for hung. `None` where it does not look.
    pub fn alive_every(&self) -> Option<Duration> {
        self.watchdog.map(|limit| limit / 2)
    }

    /// The start is over, and this is the process to watch.
    pub fn ready(&self) {
        self.tell(&format!("READY=1\nMAINPID={}", std::process::id()));
    }

    /// It does what it should.
    pub fn alive(&self) {
        self.tell("WATCHDOG=1");
    }

    /// It was asked to end, and does.
    pub fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    fn tell(&self, state: &str) {
        // systemd acts by itself on what it does not hear.
        let _ = self.socket.send(state.as_bytes());
    }
}

/// A path, or with `@` a name in Linux's abstract space.
fn connect(socket: &UnixDatagram, name: OsString) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::net::SocketAddr;
        if let Some(name) = name.as_bytes().strip_prefix(b"@") {
            return socket.connect_addr(&SocketAddr::from_abstract_name(name)?);
        }
    }
    socket.connect(name)
}
