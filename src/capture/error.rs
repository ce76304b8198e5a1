//! What can go wrong while packets are fetched.
//!
//! Offsets count bytes from the start of the capture; where the file is compressed, from the
//! start of what comes out of the decompressor.

#![forbid(unsafe_code)]

use std::fmt;
use std::io;

use super::Codec;

/// Why a source ended, or could not be opened.
///
/// The text of `Display` does not name the file or interface: whoever opened it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureError {
    /// The operating system refused to open or read.
    Io {
        /// The kind of the error.
        kind: io::ErrorKind,
        /// The system's error number, where it came from the system.
        os: Option<i32>,
        /// Bytes read before it.
        offset: u64,
    },
    /// Not one byte was there.
    Empty,
    /// The first bytes are none of a known format.
    UnknownFormat {
        /// The first bytes; those from `had` on are zero.
        first: [u8; 4],
        /// How many bytes there were, at most 4.
        had: u8,
    },
    /// The capture ends inside a header or record. Everything whole before it was delivered.
    CutShort {
        /// Where the header or record begins.
        offset: u64,
        /// Bytes that it needs at least.
        needed: usize,
        /// Bytes that were there.
        had: usize,
    },
    /// A record claims a length that no capture has: its header is damaged, and with it the way
    /// to the next one.
    TooLong {
        /// Where the record begins.
        offset: u64,
        /// The length in bytes that it claims.
        claimed: u64,
        /// The length in bytes that is believed at most.
        limit: u32,
    },
    /// A pcapng block that contradicts itself or the file.
    BadBlock {
        /// Where the block begins.
        offset: u64,
        /// What is wrong with it.
        kind: BadBlock,
    },
    /// Compressed data that is damaged, or needs what is not offered (a dictionary, a window of
    /// more than 128 MiB).
    Undecodable {
        /// How the file is compressed.
        codec: Codec,
        /// Bytes that came out before.
        offset: u64,
    },
    /// Live capture.
    Live(LiveError),
}

/// What is wrong with a pcapng block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadBlock {
    /// The byte-order magic of a section header, as it is in the file.
    ByteOrder([u8; 4]),
    /// A block length, in bytes, that is too short for the block or no multiple of 4.
    Length(u32),
    /// The length, in bytes, at the block's end differs from the one at its start.
    LengthsDiffer {
        /// The length at the start.
        first: u32,
        /// The length at the end.
        last: u32,
    },
    /// A packet names an interface that its section has not described.
    NoInterface(u32),
    /// A packet claims more bytes than its block holds.
    Caplen {
        /// Bytes that it claims.
        claimed: u32,
        /// Bytes that the block has for it.
        had: u32,
    },
    /// A section or interface header that cannot be read.
    Header,
}

/// Why an interface cannot be captured from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveError {
    /// There is no interface of that name.
    NoSuchInterface,
    /// The system does not let this user capture.
    NotPermitted,
    /// The interface is not up.
    Down,
    /// The interface was there, and is no more.
    Vanished,
    /// Its link-layer type is none in which pfsync is looked for.
    LinkType {
        /// The number, as libpcap has it on this system.
        number: i32,
        /// libpcap's name for it; empty where it has none.
        name: Box<str>,
        /// libpcap's description of it; empty where it has none.
        description: Box<str>,
    },
    /// Anything else that libpcap says.
    Libpcap {
        /// What was being done.
        doing: LiveStep,
        /// libpcap's own words.
        text: Box<str>,
    },
}

/// A step of live capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveStep {
    /// Opening the interface.
    Open,
    /// Setting the capture filter.
    Filter,
    /// Waiting for packets or reading them.
    Read,
    /// Asking for the counters.
    Stats,
}

impl CaptureError {
    pub(super) fn io(error: &io::Error, offset: u64) -> Self {
        Self::Io { kind: error.kind(), os: error.raw_os_error(), offset }
    }

    /// True where the reader only gave the thread back: the source goes on at the next call.
    pub fn is_pause(&self) -> bool {
        use io::ErrorKind::{TimedOut, WouldBlock};
        matches!(self, Self::Io { kind: WouldBlock | TimedOut, .. })
    }
}

impl From<LiveError> for CaptureError {
    fn from(error: LiveError) -> Self {
        Self::Live(error)
    }
}

impl std::error::Error for CaptureError {}
impl std::error::Error for LiveError {}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { kind, os, offset } => {
                match os {
                    Some(number) => write!(f, "{}", io::Error::from_raw_os_error(*number))?,
                    None => write!(f, "{kind}")?,
                }
                if *offset > 0 { write!(f, ", after {offset} bytes") } else { Ok(()) }
            }
            Self::Empty => {
                f.write_str("no bytes at all; a capture in pcap or pcapng format is needed")
            }
            Self::UnknownFormat { first, had } => {
                f.write_str("begins with")?;
                for byte in first.iter().take(usize::from(*had)) {
                    write!(f, " {byte:02x}")?;
                }
                f.write_str("; pcap or pcapng is needed, plain or compressed by gzip or zstd")
            }
            Self::CutShort { offset, needed, had } => write!(
                f,
                "cut short: at byte {offset} {needed} bytes are needed, {had} are there; \
                 everything before was read"
            ),
            Self::TooLong { offset, claimed, limit } => write!(
                f,
                "damaged: the record at byte {offset} claims {claimed} bytes, more than {limit} \
                 cannot be; what follows cannot be found"
            ),
            Self::BadBlock { offset, kind } => {
                write!(f, "damaged: the pcapng block at byte {offset} {kind}")
            }
            Self::Undecodable { codec, offset } => write!(
                f,
                "{codec} data that cannot be decompressed, after {offset} bytes of output; \
                 `{codec} -t` says more"
            ),
            Self::Live(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for BadBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByteOrder([a, b, c, d]) => write!(
                f,
                "has the byte-order magic {a:02x} {b:02x} {c:02x} {d:02x}; 1a 2b 3c 4d or its \
                 reverse is needed"
            ),
            Self::Length(len) => write!(f, "has a length of {len} bytes"),
            Self::LengthsDiffer { first, last } => {
                write!(f, "has a length of {first} at its start and of {last} at its end")
            }
            Self::NoInterface(id) => write!(f, "names interface {id}, which was not described"),
            Self::Caplen { claimed, had } => {
                write!(f, "claims a packet of {claimed} bytes, {had} are there")
            }
            Self::Header => f.write_str("has a header that cannot be read"),
        }
    }
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchInterface => f.write_str(
                "no such interface; create it first (ifconfig pfsync0 create) or name another",
            ),
            Self::NotPermitted if cfg!(target_os = "linux") => f.write_str(
                "not permitted to capture; run as root, or once: \
                 setcap cap_net_raw=ep on the program",
            ),
            Self::NotPermitted => {
                f.write_str("not permitted to capture; run as root, or give access to /dev/bpf")
            }
            Self::Down => f.write_str("the interface is down; bring it up first (ifconfig ... up)"),
            Self::Vanished => f.write_str("the interface is gone"),
            Self::LinkType { number, name, description } => {
                write!(f, "link-layer type {number}")?;
                if !name.is_empty() {
                    write!(f, " ({name}, {description})")?;
                }
                f.write_str(
                    " carries no pfsync; name a pfsync interface or its syncdev: pfsync, \
                     Ethernet, raw IP, loopback, Linux cooked or enc",
                )
            }
            Self::Libpcap { doing, text } => write!(f, "{doing}: {text}"),
        }
    }
}

impl fmt::Display for LiveStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "cannot be opened",
            Self::Filter => "the capture filter was refused",
            Self::Read => "capture ended",
            Self::Stats => "no counters",
        })
    }
}
