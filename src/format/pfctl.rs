//! A state in pf's own notation, as pfctl(8) and tcpdump(8) write it (wire-openbsd.md 4.2, 4.3).

#![forbid(unsafe_code)]

use std::net::{IpAddr, Ipv6Addr};

use super::{addr, write_address, write_decimal, write_ifname, write_ip};
use crate::line::Line;
use crate::state::names::{self, IPPROTO_ICMP, IPPROTO_ICMPV6, Machine, Pair};
use crate::state::{Address, Af, Direction, Endpoint, State, StatePeer};

/// How hosts and pairs are written: what differs between the two programs, and between their
/// releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notation {
    /// As tcpdump writes them: of an af-to state the hosts change places and the arrow follows the
    /// direction alone, and a routing domain alone does not count as translated (wire-openbsd.md
    /// 4.3).
    pub tcpdump: bool,
    /// The states of ICMPv6 have the names of UDP's.
    pub icmp6_named: bool,
    /// The next hop of route-to and the like is written, in braces.
    pub hop: bool,
    /// Routing domains are written with their bytes swapped.
    pub rdomain_swapped: bool,
    /// Addresses of a family that has no name are written as if they were IPv6.
    pub unknown_as_v6: bool,
    /// A `*` stands for the responder, before and after translation: RFC 6888, REQ-12.
    pub no_dst: bool,
}

/// What the newest pfctl writes; an address of an unknown family is written as what it is.
const NEWEST: Notation = Notation {
    tcpdump: false,
    icmp6_named: false,
    hop: true,
    rdomain_swapped: false,
    unknown_as_v6: false,
    no_dst: false,
};

/// Appends interface, protocol and the hosts, as the newest pfctl has them but for the interface,
/// which is escaped: `em0 tcp 203.0.113.7:60211 (192.168.1.10:51234) -> 198.51.100.9:443`. With
/// `no_dst` a `*` stands for the responder, wherever he has his place.
#[inline]
pub fn write_hosts(out: &mut Line, state: &State, no_dst: bool) {
    write_ifname(out, state.ifname);
    out.push(b' ');
    write_proto(out, state.proto);
    out.push(b' ');
    write_hosts_as(out, state, Notation { no_dst, ..NEWEST });
}

/// Appends the hosts: `203.0.113.7:60211 (192.168.1.10:51234) -> 198.51.100.9:443`.
///
/// On the left stands the side that is the firewall's own: of an OUT state the source, of an IN
/// state the destination; in parentheses what it was on the other side of the translation.
#[inline]
pub fn write_hosts_as(out: &mut Line, state: &State, notation: Notation) {
    let is_out = state.direction == Direction::Out;
    let (near, far) =
        if is_out { (&state.wire, &state.stack) } else { (&state.stack, &state.wire) };
    let mut changed;
    let mut far = far;
    if matches!(state.proto, IPPROTO_ICMP | IPPROTO_ICMPV6) {
        // The request's type is no port and is not translated.
        let index = if is_out { 0 } else { 1 };
        changed = *far;
        changed.port[index] = near.port[index];
        far = &changed;
    }
    if is_plain(state, notation) {
        return addr::write_plain_hosts(out, [near, far], is_out);
    }
    let af_to = state.is_af_to();
    // In the key that is written first the responder has index 0 of OUT states, 1 of IN states, and
    // the other one where af-to swapped them: see `Nat`. So `*` is never the initiator.
    let responder = usize::from(is_out == af_to);
    let host = |out: &mut Line, index: usize| {
        if notation.no_dst && index == responder {
            return out.push(b'*');
        }
        let near = near.endpoint(index);
        write_endpoint(out, &near, notation);
        // af-to swaps the two addresses of the translated key.
        let far = far.endpoint(if af_to { 1 - index } else { index });
        let same_rdomain = notation.tcpdump || far.rdomain == near.rdomain;
        if af_to || (far.addr, far.port) != (near.addr, near.port) || !same_rdomain {
            out.extend_from_slice(b" (");
            write_endpoint(out, &far, notation);
            out.push(b')');
        }
    };
    let hop = |out: &mut Line, af: Af| {
        if let Some(hop) = state.next_hop(af).filter(|_| notation.hop) {
            out.extend_from_slice(b" {");
            write_address_as(out, hop, notation);
            out.push(b'}');
        }
    };
    let left = if af_to && notation.tcpdump { 0 } else { 1 };
    host(out, left);
    if !is_out {
        hop(out, far.af);
    }
    let is_to = is_out || (af_to && state.direction == Direction::In && !notation.tcpdump);
    out.extend_from_slice(if is_to { b" -> " } else { b" <- " });
    host(out, 1 - left);
    if is_out {
        hop(out, near.af);
    }
}

/// Nothing but addresses of one family and ports, which is what most states are.
#[inline]
fn is_plain(state: &State, notation: Notation) -> bool {
    let rdomains = state.wire.rdomain | state.stack.rdomain;
    let named = matches!(state.wire.af, Af::Inet | Af::Inet6);
    named
        && state.wire.af == state.stack.af
        && rdomains == 0
        && u128::from_ne_bytes(state.rt_addr) == 0
        && !notation.no_dst
}

/// Appends the states of both sides, in the order of the hosts: `SYN_SENT:CLOSED`.
#[inline]
pub fn write_pair(out: &mut Line, state: &State) {
    write_pair_as(out, state, NEWEST);
}

/// As [`write_pair`], in another notation.
#[inline]
pub fn write_pair_as(out: &mut Line, state: &State, notation: Notation) {
    let (left, right) = left_right(state);
    let machine = match state.proto {
        IPPROTO_ICMPV6 if notation.icmp6_named => Machine::Other,
        _ => state.machine(),
    };
    write_levels(out, names::pair(machine, left.state, right.state));
}

/// The peers in the order of the hosts.
pub fn left_right(state: &State) -> (&StatePeer, &StatePeer) {
    match state.direction {
        Direction::Out => (&state.src, &state.dst),
        Direction::In | Direction::Other(_) => (&state.dst, &state.src),
    }
}

/// Appends a pair of states.
pub fn write_levels(out: &mut Line, pair: Pair) {
    match pair {
        Pair::Names(left, right) => {
            out.extend_from_slice(left.as_bytes());
            out.push(b':');
            out.extend_from_slice(right.as_bytes());
        }
        Pair::Proxy(name) => out.extend_from_slice(name.as_bytes()),
        Pair::Bad(left, right) => {
            out.extend_from_slice(b"<BAD STATE LEVELS ");
            write_decimal(out, left);
            out.push(b':');
            write_decimal(out, right);
            out.push(b'>');
        }
        Pair::Numbers(left, right) => {
            write_decimal(out, left);
            out.push(b':');
            write_decimal(out, right);
        }
    }
}

/// Appends the name of an IP protocol, or its number.
#[inline]
pub fn write_proto(out: &mut Line, proto: u8) {
    match names::proto(proto) {
        Some(name) => out.extend_from_slice(name.as_bytes()),
        None => write_decimal(out, proto),
    }
}

/// Appends `(2) 192.0.2.1:80` or `2001:db8::1[80]`; the routing domain where it is not 0, the port
/// likewise.
#[inline]
fn write_endpoint(out: &mut Line, endpoint: &Endpoint, notation: Notation) {
    if endpoint.rdomain != 0 {
        let rdomain = endpoint.rdomain;
        out.push(b'(');
        let swapped = notation.rdomain_swapped;
        write_decimal(out, if swapped { rdomain.swap_bytes() } else { rdomain });
        out.extend_from_slice(b") ");
    }
    if let Address::Ip(IpAddr::V4(v4)) = endpoint.addr {
        return addr::write_v4_port(out, v4, endpoint.port);
    }
    write_address_as(out, endpoint.addr, notation);
    if endpoint.port != 0 {
        out.push(b'[');
        write_decimal(out, endpoint.port);
        out.push(b']');
    }
}

#[inline]
fn write_address_as(out: &mut Line, addr: Address, notation: Notation) {
    match addr {
        Address::Unknown(bytes) if notation.unknown_as_v6 => {
            write_ip(out, Ipv6Addr::from(bytes).into());
        }
        addr => write_address(out, addr),
    }
}
