//! Gaps: what was or may have been lost. An answer that is given months later rests on them.

#![forbid(unsafe_code)]

use std::fmt;

use crate::link::{LinkError, LinkErrorKind};
use crate::pflog::{PflogError, PflogErrorKind};
use crate::time::Time;
use crate::wire::{Action, Counter, ErrorKind, WireError};

/// Something was lost, or may have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap<'a> {
    /// The first moment at which it can have been lost.
    pub from: Time,
    /// The last.
    pub to: Time,
    /// How many packets (capture, kernel), messages (frame) or lines (output), where that is known.
    pub lost: Option<u64>,
    /// Where it was lost.
    pub at: Where<'a>,
    /// Whether something was lost for certain.
    pub certain: bool,
    /// Why.
    pub reason: Reason,
}

/// Where something was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where<'a> {
    /// Between the interface and this program, or in a capture file.
    Capture,
    /// Inside a frame.
    Frame,
    /// On the way to an output, by its name.
    Output(&'a str),
}

/// Why something was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The frame is malformed.
    Frame(WireError),
    /// The headers in front of the frame are malformed.
    Link(LinkError),
    /// The header of a logged packet is malformed.
    Pflog(PflogError),
    /// The packet was longer than what was captured of it.
    Cut {
        /// Bytes that were captured.
        captured: usize,
        /// Bytes that the packet had.
        wire_len: usize,
        /// The option that captures more, of this program or of the one that wrote the file.
        raise: &'static str,
    },
    /// An IP fragment: fragments are not put together.
    Fragment {
        /// Where it belongs in the packet, in bytes.
        offset: usize,
    },
    /// A frame of versions 2 to 5, which do not say how long their records are, that leads to its end
    /// by no release's sizes; this is where it ended by those of the likeliest.
    Misread(WireError),
    /// A section of an action that is not decoded.
    SkippedAction {
        /// Its number.
        number: u8,
        /// Its name, where it has one.
        action: Option<Action>,
        /// Bytes of one record, by the wire's own word.
        size_bytes: usize,
    },
    /// The capture buffer was full.
    Dropped,
    /// The interface was not there.
    InterfaceGone,
    /// The interface was down.
    InterfaceDown,
    /// The capture file is damaged: what follows could not be read.
    FileDamaged,
    /// The capture file ends inside a record.
    FileCut {
        /// Bytes from the start of the file to the record.
        offset: u64,
    },
    /// The output did not take it.
    Output,
}

impl Reason {
    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Misread(_) => "bad-version",
            Self::Frame(error) => match error.counter() {
                Counter::Hdrops => "short-header",
                Counter::Badver => "bad-version",
                Counter::Badact => "bad-action",
                Counter::Badlen => "bad-length",
                Counter::Cut => "cut",
            },
            Self::Link(error) => match error.kind {
                LinkErrorKind::CaptureCut => "cut",
                LinkErrorKind::UnknownLinkType(_) => "unknown-link-type",
                LinkErrorKind::Short
                | LinkErrorKind::Version(_)
                | LinkErrorKind::HeaderLength(_)
                | LinkErrorKind::TotalLength
                | LinkErrorKind::AuthLength => "bad-ip-header",
            },
            Self::Pflog(error) => match error.kind {
                PflogErrorKind::CaptureCut => "cut",
                PflogErrorKind::Short => "short-header",
                PflogErrorKind::Length(_) => "bad-header-length",
            },
            Self::Cut { .. } => "cut",
            Self::Fragment { .. } => "fragment",
            Self::SkippedAction { .. } => "skipped-action",
            Self::Dropped => "dropped",
            Self::InterfaceGone => "interface-gone",
            Self::InterfaceDown => "interface-down",
            Self::FileDamaged => "file-damaged",
            Self::FileCut { .. } => "file-cut",
            Self::Output => "output",
        }
    }

    /// Name and number of what the word leaves out, to be written behind it.
    pub fn details(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let pairs: [Option<(&'static str, usize)>; 4] = match *self {
            Self::Frame(WireError { kind, offset, .. })
            | Self::Misread(WireError { kind, offset, .. }) => match kind {
                ErrorKind::Short { needed, had, .. } => {
                    [pair("offset", offset), pair("needed", needed), pair("had", had), None]
                }
                ErrorKind::Version(version) => {
                    [pair("version", usize::from(version)), None, None, None]
                }
                ErrorKind::Trailing { bytes } => {
                    [pair("offset", offset), pair("trailing", bytes), None, None]
                }
                ErrorKind::Ambiguous | ErrorKind::Senseless => [None; 4],
                ErrorKind::Padding(byte) => {
                    [pair("offset", offset), pair("padding", usize::from(byte)), None, None]
                }
                ErrorKind::LenBelowHeader(len) => [pair("len", usize::from(len)), None, None, None],
                ErrorKind::LenBeyondPacket { len, had } => {
                    [pair("len", usize::from(len)), pair("had", had), None, None]
                }
                ErrorKind::Unskippable { action, stride_bytes, count } => [
                    pair("offset", offset),
                    pair("action", usize::from(action)),
                    pair("count", usize::from(count)),
                    pair("size", stride_bytes),
                ],
            },
            Self::Link(LinkError { offset, needed, had, .. }) => {
                let short = needed > 0;
                [
                    pair("offset", offset),
                    pair("needed", needed).filter(|_| short),
                    pair("had", had).filter(|_| short),
                    None,
                ]
            }
            Self::Pflog(PflogError { kind: PflogErrorKind::Length(length), .. }) => {
                [pair("length", usize::from(length)), None, None, None]
            }
            Self::Pflog(PflogError { needed, had, .. }) => {
                [pair("needed", needed), pair("had", had), None, None]
            }
            Self::Cut { captured, wire_len, .. } => {
                [pair("captured", captured), pair("of", wire_len), None, None]
            }
            Self::Fragment { offset } => [pair("offset", offset), None, None, None],
            Self::SkippedAction { number, size_bytes, .. } => {
                [pair("action", usize::from(number)), pair("size", size_bytes), None, None]
            }
            Self::FileCut { offset } => {
                [Some(("offset", usize::try_from(offset).unwrap_or(usize::MAX))), None, None, None]
            }
            Self::Dropped
            | Self::InterfaceGone
            | Self::InterfaceDown
            | Self::FileDamaged
            | Self::Output => [None; 4],
        };
        pairs.into_iter().flatten().map(|(name, number)| (name, number as u64))
    }
}

/// In full, for diagnostics.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) | Self::Misread(error) => error.fmt(f),
            Self::Link(error) => error.fmt(f),
            Self::Pflog(error) => error.fmt(f),
            Self::Cut { captured, wire_len, raise } => {
                write!(f, "{captured} of {wire_len} bytes were captured: raise {raise}")
            }
            Self::Fragment { offset } => {
                write!(f, "an IP fragment (at byte {offset} of its packet) is not decoded")
            }
            Self::SkippedAction { number, action: Some(action), size_bytes } => {
                let name = action.name();
                if action.is_decoded() {
                    write!(
                        f,
                        "action {number} ({name}): records of {size_bytes} bytes are too short"
                    )
                } else {
                    write!(f, "action {number} ({name}) is not decoded")
                }
            }
            Self::SkippedAction { number, action: None, .. } => {
                write!(f, "action {number} is unknown")
            }
            Self::Dropped => f.write_str(
                "the capture buffer was full: raise --buffer, or that of what wrote the file",
            ),
            Self::InterfaceGone => f.write_str("the interface was gone"),
            Self::InterfaceDown => f.write_str("the interface was down"),
            Self::FileDamaged => f.write_str("the file cannot be read on"),
            Self::FileCut { offset } => {
                write!(f, "the file ends inside the record at byte {offset}")
            }
            Self::Output => f.write_str("the output did not take it"),
        }
    }
}

fn pair(name: &'static str, number: usize) -> Option<(&'static str, usize)> {
    Some((name, number))
}
