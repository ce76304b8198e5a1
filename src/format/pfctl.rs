//! A state as `pfctl -ss` writes it (wire-openbsd.md 4.2).

#![forbid(unsafe_code)]

use super::{write_address, write_decimal, write_escaped};
use crate::state::names::{self, IPPROTO_ICMP, IPPROTO_ICMPV6, Pair};
use crate::state::{Af, Direction, Endpoint, State};

/// Appends interface, protocol and the hosts:
/// `em0 tcp 203.0.113.7:60211 (192.168.1.10:51234) -> 198.51.100.9:443`.
///
/// On the left stands the side that is the firewall's own: of an OUT state the source, of an IN
/// state the destination; in parentheses what it was on the other side of the translation.
#[inline]
pub fn write_hosts(out: &mut Vec<u8>, state: &State) {
    write_escaped(out, state.ifname.as_bytes());
    out.push(b' ');
    write_proto(out, state.proto);
    out.push(b' ');
    let is_out = state.direction == Direction::Out;
    let (near, mut far) =
        if is_out { (&state.wire, state.stack) } else { (&state.stack, state.wire) };
    if matches!(state.proto, IPPROTO_ICMP | IPPROTO_ICMPV6) {
        // The request's type is no port and is not translated.
        let index = if is_out { 0 } else { 1 };
        far.port[index] = near.port[index];
    }
    let af_to = state.is_af_to();
    // af-to swaps the two addresses of the translated key.
    let far_of = |index: usize| far.endpoint(if af_to { 1 - index } else { index });
    let host = |out: &mut Vec<u8>, index: usize| {
        let near = near.endpoint(index);
        write_endpoint(out, &near);
        let far = far_of(index);
        if far != near {
            out.extend_from_slice(b" (");
            write_endpoint(out, &far);
            out.push(b')');
        }
    };
    let hop = |out: &mut Vec<u8>, af: Af| {
        if let Some(hop) = state.next_hop(af) {
            out.extend_from_slice(b" {");
            write_address(out, hop);
            out.push(b'}');
        }
    };
    host(out, 1);
    if !is_out {
        hop(out, far.af);
    }
    let is_to = is_out || (af_to && state.direction == Direction::In);
    out.extend_from_slice(if is_to { b" -> " } else { b" <- " });
    host(out, 0);
    if is_out {
        hop(out, near.af);
    }
}

/// Appends the states of both sides, in the order of the hosts: `SYN_SENT:CLOSED`.
#[inline]
pub fn write_pair(out: &mut Vec<u8>, state: &State) {
    let (left, right) = match state.direction {
        Direction::Out => (state.src.state, state.dst.state),
        Direction::In | Direction::Other(_) => (state.dst.state, state.src.state),
    };
    write_levels(out, names::pair(state.proto, left, right));
}

/// Appends a pair of states.
pub fn write_levels(out: &mut Vec<u8>, pair: Pair) {
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
pub fn write_proto(out: &mut Vec<u8>, proto: u8) {
    match names::proto(proto) {
        Some(name) => out.extend_from_slice(name.as_bytes()),
        None => write_decimal(out, proto),
    }
}

/// Appends `(2) 192.0.2.1:80` or `2001:db8::1[80]`; the routing domain where it is not 0, the port
/// likewise.
#[inline]
fn write_endpoint(out: &mut Vec<u8>, endpoint: &Endpoint) {
    if endpoint.rdomain != 0 {
        out.push(b'(');
        write_decimal(out, endpoint.rdomain);
        out.extend_from_slice(b") ");
    }
    write_address(out, endpoint.addr);
    if endpoint.port != 0 {
        let v4 = endpoint.addr.ip().is_some_and(|ip| ip.is_ipv4());
        out.push(if v4 { b':' } else { b'[' });
        write_decimal(out, endpoint.port);
        if !v4 {
            out.push(b']');
        }
    }
}
