//! Who is who in a packet, in the words that states have: `src` and `dst` are before translation,
//! `nat_src` and `nat_dst` behind it (formats.md, Who is who).
//!
//! | header | the packet is | the header's addresses are |
//! |---|---|---|
//! | of 64 and 72 bytes | one or the other, nobody says which | none |
//! | OpenBSD 4.9 to 6.7, `rewritten` | as it was translated | those before translation |
//! | OpenBSD 6.9 and later, `rewritten` | as it was received | those behind translation |
//! | OpenBSD 4.9 and later, not `rewritten` | as it was received | the packet's own; from 5.1 on, where they differ, those behind translation: 6.8 never rewrites, and all of them not what is cut |
//!
//! Seen when the real loggers ran (`spec/wire-openbsd.md` 5). Ports in the header are 0 for what has none,
//! for fragments and for what pf refused before it looked: then they are the packet's.

#![forbid(unsafe_code)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::header::{Addresses, Header};
use super::inner::{Inner, request_of};
use crate::state::names::{IPPROTO_TCP, IPPROTO_UDP};

/// An address, and a port where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The address.
    pub addr: IpAddr,
    /// Port; of an ICMP query the id on the side that asks, the request's type on the other, as states
    /// have it.
    pub port: Option<u16>,
}

/// The four endpoints of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who {
    /// Who sent it, before translation.
    pub src: End,
    /// Whom it was for, before translation.
    pub dst: End,
    /// `src` after translation.
    pub nat_src: End,
    /// `dst` after translation.
    pub nat_dst: End,
    /// Whether anything was translated; `None` where the header has no room to say.
    pub translated: Option<bool>,
}

impl Who {
    /// Of a packet whose header is this; `payload_is_translated` says which of the two is the packet
    /// where it was rewritten.
    pub(super) fn of(inner: &Inner, header: &Header, payload_is_translated: bool) -> Option<Self> {
        let (src, dst) = ends(inner)?;
        let itself = Self { src, dst, nat_src: src, nat_dst: dst, translated: None };
        let Some(addresses) = header.addresses else { return Some(itself) };
        let itself = Self { translated: Some(false), ..itself };
        let other = match header.rewritten {
            true => others(inner, header, addresses),
            // Before 5.1 this may be what the kernel had in its memory.
            false if matches!(header.naf, None | Some(0)) => None,
            // One family for both, whatever it says: its bytes are the packet's.
            false if repeats(itself, addresses) => None,
            false => others(inner, header, addresses),
        };
        let Some((other_src, other_dst)) = other else { return Some(itself) };
        let translated = Some(true);
        Some(if header.rewritten && payload_is_translated {
            Self { src: other_src, dst: other_dst, translated, ..itself }
        } else {
            Self { nat_src: other_src, nat_dst: other_dst, translated, ..itself }
        })
    }
}

/// The packet's own.
fn ends(inner: &Inner) -> Option<(End, End)> {
    let (src, dst) = inner.addresses?;
    let (sport, dport) = match (inner.ports, inner.icmp, inner.icmp_id) {
        (Some((sport, dport)), ..) => (Some(sport), Some(dport)),
        (None, Some((kind, _)), Some(id)) => match request_of(inner.proto.unwrap_or(0), kind) {
            Some((request, true)) => (Some(id), Some(u16::from(request))),
            Some((request, false)) => (Some(u16::from(request)), Some(id)),
            None => (None, None),
        },
        _ => (None, None),
    };
    Some((End { addr: src, port: sport }, End { addr: dst, port: dport }))
}

/// The header's; `None` where one of them is zero.
fn others(inner: &Inner, header: &Header, addresses: Addresses) -> Option<(End, End)> {
    let (own_src, own_dst) = ends(inner)?;
    let is_v4 = own_src.addr.is_ipv4();
    // Where there are two families the packet has one of them, and the header the other.
    let families = [Some(header.af), header.naf].map(|af| af.map(crate::state::Af::from_wire));
    let [before, after] = families;
    let af_to =
        matches!((before, after), (Some(a), Some(b)) if a != b && is_named(a) && is_named(b));
    let read = |bytes: [u8; 16]| -> IpAddr {
        match is_v4 != af_to {
            true => Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into(),
            false => Ipv6Addr::from(bytes).into(),
        }
    };
    let (src, dst) = (read(addresses.src), read(addresses.dst));
    if src.is_unspecified() || dst.is_unspecified() {
        return None;
    }
    let port = |own: Option<u16>, said: u16| match (inner.ports, said) {
        (None, 0) => own,
        (Some(_), 0) => own,
        (None, _) if !matches!(inner.proto, Some(IPPROTO_TCP | IPPROTO_UDP)) => own,
        (_, said) => Some(said),
    };
    Some((
        End { addr: src, port: port(own_src.port, addresses.sport) },
        End { addr: dst, port: port(own_dst.port, addresses.dport) },
    ))
}

const fn is_named(af: crate::state::Af) -> bool {
    matches!(af, crate::state::Af::Inet | crate::state::Af::Inet6)
}

/// Whether the header has the very bytes of the packet, and its ports or none.
fn repeats(itself: Who, addresses: Addresses) -> bool {
    let same = |own: End, bytes: [u8; 16], port: u16| {
        let is_own = match own.addr {
            IpAddr::V4(v4) => bytes.starts_with(&v4.octets()),
            IpAddr::V6(v6) => bytes == v6.octets(),
        };
        is_own && (port == 0 || own.port.is_none_or(|own| own == port))
    };
    same(itself.src, addresses.src, addresses.sport)
        && same(itself.dst, addresses.dst, addresses.dport)
}
