//! Why a frame could not be read on: what was needed, what was there, whose length was believed.

#![forbid(unsafe_code)]

use std::fmt;

/// An error of the wire layer. It names the byte at which reading ended; everything before that
/// byte was accounted for as records or as skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireError {
    /// What was wrong.
    pub kind: ErrorKind,
    /// Which part of the frame it was in.
    pub layer: Layer,
    /// Bytes from the start of the pfsync header to the start of that part.
    pub offset: usize,
}

/// The parts of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// `pfsync_header`
    Header,
    /// `pfsync_subheader`
    Section,
    /// The records behind a section header.
    Records,
}

/// Whose word was taken for how many bytes there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Believed {
    /// The capture was cut: the packet had more bytes than were captured.
    Capture,
    /// The packet ends there.
    Packet,
    /// `pfsync_header.len`
    Header,
}

/// What was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Fewer bytes than this part needs.
    Short {
        /// Bytes that this part needs from its offset on.
        needed: usize,
        /// Bytes that are there from its offset on.
        had: usize,
        /// Who says so.
        believed: Believed,
    },
    /// `pfsync_header.version` is one that is not decoded, or not that of the release that was
    /// asked for.
    Version(u8),
    /// Version 5 only: bytes follow behind the last section. Its frames end with EOF, and whoever
    /// walks them with another release's sizes comes out elsewhere.
    Trailing {
        /// So many.
        bytes: usize,
    },
    /// Version 5 only: the frame reads well as two systems' at once, as different states.
    Ambiguous,
    /// The capture was cut, and what there is of states makes no sense as the release's that was asked
    /// for.
    Senseless,
    /// Version 5 only: the padding of a section header is not 0, so this is no section header.
    Padding(u8),
    /// `pfsync_header.len` is shorter than the header itself.
    LenBelowHeader(u16),
    /// `pfsync_header.len` is longer than the packet was on the wire.
    LenBeyondPacket {
        /// `pfsync_header.len`
        len: u16,
        /// Bytes that the packet had from the header on.
        had: usize,
    },
    /// A section that cannot be skipped: an action that is unknown, or records shorter than the
    /// action's, with a count or a length of 0.
    Unskippable {
        /// `pfsync_subheader.action`
        action: u8,
        /// `pfsync_subheader.len` in bytes.
        stride_bytes: usize,
        /// `pfsync_subheader.count`
        count: u16,
    },
}

/// Error counters under the names that the kernel gives its own (`netstat -s -p pfsync`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counter {
    /// Packets shorter than the header.
    Hdrops,
    /// Bad version.
    Badver,
    /// Bad action.
    Badact,
    /// Bad length.
    Badlen,
    /// Not the kernel's: the capture was cut.
    Cut,
}

impl WireError {
    /// The counter that this error adds to.
    pub fn counter(&self) -> Counter {
        match (self.kind, self.layer) {
            (ErrorKind::Short { believed: Believed::Capture, .. }, _) => Counter::Cut,
            (ErrorKind::Short { .. }, Layer::Header) => Counter::Hdrops,
            (ErrorKind::Short { .. }, _) => Counter::Badlen,
            (ErrorKind::LenBelowHeader(_) | ErrorKind::LenBeyondPacket { .. }, _) => {
                Counter::Badlen
            }
            (ErrorKind::Version(_) | ErrorKind::Ambiguous | ErrorKind::Senseless, _) => {
                Counter::Badver
            }
            (ErrorKind::Trailing { .. }, _) => Counter::Badlen,
            (ErrorKind::Unskippable { .. } | ErrorKind::Padding(_), _) => Counter::Badact,
        }
    }

    /// Whether the capture is to blame rather than the frame.
    pub fn is_cut(&self) -> bool {
        self.counter() == Counter::Cut
    }
}

impl Counter {
    /// All counters, in the order of the enum.
    pub const ALL: [Self; 5] = [Self::Hdrops, Self::Badver, Self::Badact, Self::Badlen, Self::Cut];

    /// The kernel's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hdrops => "hdrops",
            Self::Badver => "badver",
            Self::Badact => "badact",
            Self::Badlen => "badlen",
            Self::Cut => "cut",
        }
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.layer {
            Layer::Header => "header",
            Layer::Section => "section header",
            Layer::Records => "records",
        };
        write!(f, "{part} at byte {}: ", self.offset)?;
        match self.kind {
            ErrorKind::Short { needed, had, believed } => {
                let who = match believed {
                    Believed::Capture => "the capture was cut",
                    Believed::Packet => "the packet ends",
                    Believed::Header => "the frame's own length ends it",
                };
                write!(f, "{needed} bytes are needed, {had} are there: {who}")
            }
            ErrorKind::Version(v) => write!(f, "version {v} is not one that is decoded"),
            ErrorKind::Trailing { bytes } => {
                write!(f, "{bytes} bytes follow that are neither EOF nor a section")
            }
            ErrorKind::Ambiguous => {
                f.write_str("OpenBSD 4.6 and FreeBSD may both have sent it: name one with -R")
            }
            ErrorKind::Senseless => {
                f.write_str("its states make no sense, and its end was cut off")
            }
            ErrorKind::Padding(byte) => write!(f, "its padding is {byte}, not 0"),
            ErrorKind::LenBelowHeader(len) => {
                write!(f, "the frame's own length {len} is below that of its header")
            }
            ErrorKind::LenBeyondPacket { len, had } => {
                write!(f, "the frame's own length is {len}, the packet has {had} bytes")
            }
            ErrorKind::Unskippable { action, stride_bytes, count } => write!(
                f,
                "action {action} with {count} records of {stride_bytes} bytes can be neither \
                 decoded nor skipped"
            ),
        }
    }
}

impl std::error::Error for WireError {}
