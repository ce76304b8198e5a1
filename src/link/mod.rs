//! The pfsync frame inside a captured packet.
//!
//! | what stands in front | link types |
//! |---|---|
//! | the header of pflog(4), and no pfsync at all | 117 |
//! | nothing, or IP (OpenBSD 7.4 and later) | pfsync: 18, 121, 246 |
//! | Ethernet, VLAN tags, IP | 1 |
//! | IP | raw: 12, 14, 101, 228, 229 |
//! | address family, IP | loopback: 0, 12, 108; enc(4): 13, 109 |
//! | Linux cooked header, VLAN tags, IP | 113, 276 |
//!
//! Facts: `spec/wire-openbsd.md` 1.5, `spec/wire-others.md` 1.1 to 1.3. The link headers are read
//! here by their fixed offsets: etherparse refuses cooked headers of hardware types it does not
//! know, and knows no enc(4), no loopback and no version 2 of cooked capture.
//!
//! What is no pfsync at all is [`Found::Other`], however broken it is: on a syncdev other things
//! go by that are none of this program's business.

#![forbid(unsafe_code)]

mod error;
mod ip;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

pub use error::{Layer, LinkError, LinkErrorKind};

use crate::capture::{Framing, LinkType};
use error::View;
use ip::Version;

/// A pfsync frame and what is known of the packet that carried it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payload<'a> {
    /// The frame, from the pfsync header on, as far as it was captured.
    pub bytes: &'a [u8],
    /// Bytes that the frame had on the wire, padding excluded: more than `bytes.len()` where the
    /// capture was cut, never fewer.
    pub wire_len: usize,
    /// Where `bytes` begin in the captured packet.
    pub offset: usize,
    /// Source address of the IP header. `None` where there was none, or where it was 0.0.0.0 or
    /// `::` (what OpenBSD 7.4 and later show on pfsync0).
    pub sender: Option<IpAddr>,
    /// Source and destination of the IP header, whatever they are; `None` where there was none.
    pub addresses: Option<(IpAddr, IpAddr)>,
    /// The link type is pfsync and an IP header came first: OpenBSD 7.4 and later.
    pub ip_first_on_pfsync: bool,
}

/// What a captured packet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'a> {
    /// A pfsync frame.
    Pfsync(Payload<'a>),
    /// A fragment of an IP packet of protocol 240, to be counted: fragments are not put together.
    Fragment {
        /// It is the first, so it begins with a pfsync header.
        first: bool,
        /// Where it belongs in the frame, in bytes.
        fragment_offset: usize,
        /// As in [`Payload`].
        sender: Option<IpAddr>,
    },
    /// A packet that pf logged, behind its header: see [`pflog`](crate::pflog).
    Pflog,
    /// Not pfsync.
    Other,
}

/// Finds the pfsync frame in a packet that was captured as `data` and had `wire_len` bytes on the
/// wire (a value below `data.len()` counts as that).
///
/// # Errors
/// A header that is cut off or contradicts itself. Only in packets that are, or may be, pfsync.
pub fn find(link: LinkType, data: &[u8], wire_len: usize) -> Result<Found<'_>, LinkError> {
    let view = View::new(data, wire_len);
    let Some(framing) = link.framing() else {
        let kind = LinkErrorKind::UnknownLinkType(link);
        return Err(LinkError { kind, layer: Layer::Link, offset: 0, needed: 0, had: data.len() });
    };
    match framing {
        Framing::Pfsync => pfsync(view),
        Framing::Pflog => Ok(Found::Pflog),
        Framing::Ethernet => ethernet(view, 12),
        Framing::Cooked => ethernet(view, 14),
        Framing::Cooked2 => {
            let ether_type = view.be16(Layer::Link, 0)?;
            // Tags stand behind the header, of which the type is not the last field.
            if is_vlan(ether_type) {
                ethernet(view, 22)
            } else {
                ip_by_ether_type(view, ether_type, 20)
            }
        }
        Framing::Ip => ip::any(view, 0),
        Framing::Ipv4 => ip::find(view, 0, Version::V4),
        Framing::Ipv6 => ip::find(view, 0, Version::V6),
        Framing::Family => family(view, 4),
        Framing::Enc => family(view, 12),
        Framing::IpOrLoop => match data.first() {
            Some(0) => family(view, 4),
            _ => ip::any(view, 0),
        },
    }
}

/// True for a link type that [`find`] knows.
pub fn supported(link: LinkType) -> bool {
    link.framing().is_some()
}

/// libpcap's name of a link type that is supported.
pub fn name(link: LinkType) -> Option<&'static str> {
    link.name()
}

/// A pfsync interface: everything here is pfsync, so what is no IP header is a pfsync header,
/// also one of a version that nobody knows (the next layer says so). Version 69 is 0x45, the
/// first byte of an IPv4 header: IP's protocol field decides.
fn pfsync(view: View<'_>) -> Result<Found<'_>, LinkError> {
    let byte = |at: usize| view.data.get(at).copied();
    // Where the capture was cut before the protocol, IP is the likelier of the two.
    let protocol = |at: usize, header_len: usize| match byte(at) {
        Some(protocol) => protocol == ip::PFSYNC,
        None => view.wire_len >= header_len,
    };
    let version = match byte(0) {
        Some(0x45..=0x4f) if protocol(9, 20) => Some(Version::V4),
        Some(0x60..=0x6f) if protocol(6, 40) && ip::plausible_v6_len(view) => Some(Version::V6),
        _ => None,
    };
    if let Some(version) = version {
        let mut found = ip::find(view, 0, version)?;
        if let Found::Pfsync(payload) = &mut found {
            payload.ip_first_on_pfsync = true;
        }
        return Ok(found);
    }
    Ok(Found::Pfsync(Payload {
        bytes: view.data,
        wire_len: view.wire_len,
        offset: 0,
        sender: None,
        addresses: None,
        ip_first_on_pfsync: false,
    }))
}

/// From the Ethernet type at `at` on, over any number of VLAN tags: 802.1Q, 802.1ad and the
/// number that QinQ had before it.
fn ethernet(view: View<'_>, mut at: usize) -> Result<Found<'_>, LinkError> {
    loop {
        let ether_type = view.be16(Layer::Link, at)?;
        match ether_type {
            tag if is_vlan(tag) => at += 4,
            _ => return ip_by_ether_type(view, ether_type, at + 2),
        }
    }
}

fn is_vlan(ether_type: u16) -> bool {
    matches!(ether_type, 0x8100 | 0x88a8 | 0x9100)
}

fn ip_by_ether_type(view: View<'_>, ether_type: u16, at: usize) -> Result<Found<'_>, LinkError> {
    let version = match ether_type {
        0x0800 => Version::V4,
        0x86dd => Version::V6,
        _ => return Ok(Found::Other),
    };
    // The type may stand before the end of its header (cooked capture, version 2).
    view.need(Layer::Link, 0, at)?;
    ip::find(view, at, version)
}

/// A header of `header_len` bytes whose first 4 are an address family, in the order of the
/// capturing host or the network's: no family is the other's mirror image.
fn family(view: View<'_>, header_len: usize) -> Result<Found<'_>, LinkError> {
    let header = view.need(Layer::Link, 0, header_len)?;
    let family = header.first_chunk().copied().map_or(0, u32::from_be_bytes);
    for family in [family, family.swap_bytes()] {
        match family {
            2 => return ip::find(view, header_len, Version::V4),
            // OpenBSD and NetBSD, FreeBSD and DragonFly, Darwin, Linux.
            24 | 28 | 30 | 10 => return ip::find(view, header_len, Version::V6),
            _ => {}
        }
    }
    Ok(Found::Other)
}
