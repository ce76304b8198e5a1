//! Which of two a packet is that was translated: as pf received it, or as it went on.
//!
//! The header has the other's addresses and ports. What of the packet was not made anew tells whose it is:
//! with af-to the family; IP's checksum, which the copy that OpenBSD up to 6.7 rewrites keeps from the packet
//! as it was; and that of TCP and UDP. A packet on its way out may have no checksum of IP yet, or one from
//! before its TTL was lowered: then only the latter tell.
//! Facts: `spec/wire-openbsd.md` 5, "Seen when the real loggers ran".

#![forbid(unsafe_code)]

use super::checksum::{folded, words};
use super::header::{Addresses, Record};
use crate::state::Af;
use crate::state::names::{IPPROTO_TCP, IPPROTO_UDP};

/// What the packet of a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packet {
    /// As pf received it: the header has the addresses behind translation.
    Received,
    /// As it went on: the header has those before translation.
    Translated,
}

/// What the bytes of a record that says `rewritten` tell; `None` where they tell nothing.
pub(super) fn packet(record: &Record<'_>) -> Option<Packet> {
    let addresses = record.header.addresses?;
    let version = record.payload.first()? >> 4;
    let own = match version {
        4 => Af::Inet,
        6 => Af::Inet6,
        _ => return None,
    };
    let [before, after] = [record.header.af, record.header.naf.unwrap_or(0)].map(Af::from_wire);
    let is_named = |af: Af| matches!(af, Af::Inet | Af::Inet6);
    if is_named(before) && is_named(after) && before != after {
        return Some(if own == before { Packet::Received } else { Packet::Translated });
    }
    match version {
        4 => v4(record.payload, addresses),
        _ => v6(record.payload, addresses),
    }
}

/// Which of the two a sum holds for, if it is one alone.
fn one_of(own: bool, other: bool) -> Option<Packet> {
    match (own, other) {
        (true, false) => Some(Packet::Received),
        (false, true) => Some(Packet::Translated),
        _ => None,
    }
}

fn v4(packet: &[u8], addresses: Addresses) -> Option<Packet> {
    /// One of TTL, in the sum of 16-bit words.
    const TTL: u64 = 0x0100;
    let header = packet.get(..usize::from(packet.first()? & 15) * 4)?;
    let (own, protocol) = (header.get(12..20)?, *header.get(9)?);
    let (src, dst) = (addresses.src.first_chunk::<4>()?, addresses.dst.first_chunk::<4>()?);
    let sum = words(header);
    let other = without(sum, words(own)) + words(src) + words(dst);
    let holds = |more: u64| one_of(is_sound(sum + more), is_sound(other + more));
    holds(0).or_else(|| holds(TTL)).or_else(|| {
        let length = usize::from(u16::from_be_bytes(*header.get(2..4)?.first_chunk()?));
        let is_fragment = u16::from_be_bytes(*header.get(6..8)?.first_chunk()?) & 0x3fff != 0;
        let segment = packet.get(header.len()..length).filter(|_| !is_fragment)?;
        transport(protocol, segment, own, (src, dst), addresses)
    })
}

fn v6(packet: &[u8], addresses: Addresses) -> Option<Packet> {
    const HEADER_BYTES: usize = 40;
    let (own, protocol) = (packet.get(8..40)?, *packet.get(6)?);
    let length = usize::from(u16::from_be_bytes(*packet.get(4..6)?.first_chunk()?));
    let segment = packet.get(HEADER_BYTES..HEADER_BYTES + length)?;
    transport(protocol, segment, own, (&addresses.src, &addresses.dst), addresses)
}

/// By the checksum of TCP or UDP over a whole segment; `own` are the packet's addresses.
fn transport(
    protocol: u8,
    segment: &[u8],
    own: &[u8],
    (src, dst): (&[u8], &[u8]),
    addresses: Addresses,
) -> Option<Packet> {
    let has_sum = match protocol {
        IPPROTO_TCP => segment.len() >= 20,
        IPPROTO_UDP => segment.len() >= 8 && segment.get(6..8) != Some(&[0, 0]),
        _ => false,
    };
    if !has_sum {
        return None;
    }
    let rest = words(segment) + u64::from(protocol) + segment.len() as u64;
    let ports = words(segment.get(..4)?);
    let others = match (addresses.sport, addresses.dport) {
        (0, 0) => ports,
        (sport, dport) => u64::from(sport) + u64::from(dport),
    };
    let other = without(rest, ports) + others + words(src) + words(dst);
    one_of(is_sound(rest + words(own)), is_sound(other))
}

/// A sum without some of its words.
fn without(sum: u64, words: u64) -> u64 {
    sum + u64::from(!folded(words))
}

/// Whether a sum with its checksum in it is that of what arrived whole.
fn is_sound(sum: u64) -> bool {
    folded(sum) == 0xffff
}
