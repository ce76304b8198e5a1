//! What can be wrong with the headers in front of a pfsync frame.

#![forbid(unsafe_code)]

use std::fmt;

use crate::capture::LinkType;

/// A header that cannot be read. Offsets count from the start of the captured packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkError {
    /// What is wrong.
    pub kind: LinkErrorKind,
    /// The header that it is wrong with.
    pub layer: Layer,
    /// Where that header begins, in bytes.
    pub offset: usize,
    /// Bytes that it needs from there on; 0 where length is not what is wrong.
    pub needed: usize,
    /// Bytes that were there, or that its length field grants.
    pub had: usize,
}

/// What is wrong with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkErrorKind {
    /// The packet was longer on the wire: the capture cut it (raise the snap length).
    CaptureCut,
    /// The packet itself ends inside the header, or so its IP header says.
    Short,
    /// The version of the IP header is not the one announced, or neither 4 nor 6.
    Version(u8),
    /// The header length field of IPv4, in words of 4 bytes, is below 5.
    HeaderLength(u8),
    /// The total length of IPv4 is shorter than its header.
    TotalLength,
    /// The length field of an authentication header is 0.
    AuthLength,
    /// The link type is none in which pfsync is looked for.
    UnknownLinkType(LinkType),
}

/// The headers in front of a pfsync frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Ethernet with its VLAN tags, cooked, loopback or enc(4) header.
    Link,
    /// IPv4, options included.
    Ipv4,
    /// IPv6, without extension headers.
    Ipv6,
    /// An extension header of IPv6, or an authentication header.
    Extension,
}

impl std::error::Error for LinkError {}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, layer, offset, needed, had } = self;
        match kind {
            LinkErrorKind::CaptureCut => write!(
                f,
                "the capture was cut inside the {layer} at byte {offset}: {needed} bytes are \
                 needed, {had} were captured; raise the snap length"
            ),
            LinkErrorKind::Short => write!(
                f,
                "the packet ends inside the {layer} at byte {offset}: {needed} bytes are needed, \
                 {had} are there"
            ),
            LinkErrorKind::Version(version) => {
                write!(f, "the {layer} at byte {offset} has version {version}")
            }
            LinkErrorKind::HeaderLength(words) => write!(
                f,
                "the {layer} at byte {offset} says it is {words} words long; 5 are needed"
            ),
            LinkErrorKind::TotalLength => write!(
                f,
                "the {layer} at byte {offset} says the packet has {had} bytes; the header alone \
                 has {needed}"
            ),
            LinkErrorKind::AuthLength => {
                write!(f, "the {layer} at byte {offset} says it is shorter than it can be")
            }
            LinkErrorKind::UnknownLinkType(link) => {
                write!(f, "link-layer type {link} carries no pfsync")
            }
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Link => "link-layer header",
            Self::Ipv4 => "IPv4 header",
            Self::Ipv6 => "IPv6 header",
            Self::Extension => "extension header",
        })
    }
}

/// Captured bytes and how many there were on the wire.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) data: &'a [u8],
    /// Never below `data.len()`.
    pub(super) wire_len: usize,
}

impl<'a> View<'a> {
    pub(super) fn new(data: &'a [u8], wire_len: usize) -> Self {
        Self { data, wire_len: wire_len.max(data.len()) }
    }

    /// The same packet, on the wire no longer than `end`.
    pub(super) fn until(self, end: usize) -> Self {
        let data = self.data.get(..end).unwrap_or(self.data);
        Self { data, wire_len: self.wire_len.min(end).max(data.len()) }
    }

    /// `len` bytes from `offset` on, or whose fault it is that they are not there.
    pub(super) fn need(
        self,
        layer: Layer,
        offset: usize,
        len: usize,
    ) -> Result<&'a [u8], LinkError> {
        let end = offset.saturating_add(len);
        self.data.get(offset..end).ok_or_else(|| {
            let cut = end <= self.wire_len;
            LinkError {
                kind: if cut { LinkErrorKind::CaptureCut } else { LinkErrorKind::Short },
                layer,
                offset,
                needed: len,
                had: self.data.len().saturating_sub(offset),
            }
        })
    }

    /// The 16-bit number in network order at `at`, in a header that begins with the packet.
    pub(super) fn be16(self, layer: Layer, at: usize) -> Result<u16, LinkError> {
        let header = self.need(layer, 0, at.saturating_add(2))?;
        Ok(header.last_chunk().copied().map_or(0, u16::from_be_bytes))
    }

    /// What is left from `offset` on.
    pub(super) fn rest(self, offset: usize) -> &'a [u8] {
        self.data.get(offset..).unwrap_or_default()
    }
}
