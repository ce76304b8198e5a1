//! Giving up what a process will not need: one function for each kind of process, by the means of the
//! system.
//!
//! | | worker | reader | opener |
//! |---|---|---|---|
//! | Linux | Landlock: no path, no TCP; seccomp: a list of calls, and nothing sent by what is captured from | the same, and no thread | Landlock: the paths it names; seccomp: a longer list, without exec; capabilities: what opening takes |
//! | OpenBSD | pledge `stdio recvfd bpf` | `stdio bpf` | unveil: the paths it names |
//! | FreeBSD | capability mode | capability mode | nothing |
//! | others | nothing | nothing | nothing |
//!
//! The opener is not pledged: opening an interface sets up bpf(4), for which there is no promise. On FreeBSD
//! a process that opens paths cannot be in capability mode.
//!
//! A call that is refused fails with `EPERM` (Landlock: `EACCES`; capability mode: `ECAPMODE`), and who made it
//! tells that as any other error: a log that ends without a word because a library made a call that was not
//! thought of would be the greater harm. OpenBSD kills, as its programs are used to.
//!
//! Threads may be started afterwards; they are confined as well. Those that run already are not on
//! Linux: confine first.

use std::fmt;
use std::os::fd::BorrowedFd;
use std::path::PathBuf;

#[cfg(target_os = "linux")]
mod capabilities;
#[cfg(target_os = "freebsd")]
#[path = "freebsd.rs"]
mod system;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(target_os = "openbsd")]
#[path = "openbsd.rs"]
mod system;
#[cfg(not(any(target_os = "linux", target_os = "openbsd", target_os = "freebsd")))]
#[path = "other.rs"]
mod system;

pub use system::{opener, reader, worker};

/// What a worker is left with, beyond descriptors that it has and computing.
#[derive(Debug, Default)]
pub struct Worker<'a> {
    /// Descriptors that it captures from. They have to stay open as long as it lives: on Linux their numbers
    /// are no good for any other.
    pub captures: Vec<BorrowedFd<'a>>,
    /// Whether it may ask another process for descriptors; only OpenBSD tells the difference.
    pub receives: bool,
    /// Whether it connects to sockets by itself: an output that nobody does it for.
    pub connects: bool,
}

/// A path that an opener needs. What does not exist is passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// A file, or a folder with all in it.
    pub path: PathBuf,
    /// Whether things are written, made, renamed and removed there, or only read.
    pub write: bool,
}

impl Reach {
    /// Reading.
    pub fn read(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), write: false }
    }

    /// Reading, writing, making, renaming and removing.
    pub fn write(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), write: true }
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Confined {
    /// By what it is confined.
    pub by: Vec<String>,
    /// What the system could not do.
    pub lacks: Vec<String>,
}

impl fmt::Display for Confined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.by.is_empty() {
            true => f.write_str("not confined"),
            false => write!(f, "confined by {}", self.by.join(", ")),
        }
    }
}
