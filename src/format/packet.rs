//! Logged packets: what the formats say of them, each in its own words.
//!
//! ```text
//! 2026-11-20T13:05:02.123456Z packet em0 tcp 192.0.2.1:41854 -> 198.51.100.7:6379 block in rule 3 reason match flags S length 60
//! ```
//! Each of the words up to the direction has its place, whatever the packet is: `-` stands for what
//! could not be read of it, `*` for destinations that are left out.

#![forbid(unsafe_code)]

use std::net::IpAddr;

use super::object::{
    Key, address, flag, interface, key, name_or_number, number, number_as_text, object, text, word,
    write_key,
};
use super::{Options, addr, pfctl, write_decimal, write_ifname, write_ip};
use crate::line::Line;
use crate::pflog::inner::TCP_FLAGS;
use crate::pflog::{Code, End, Logged};
use crate::state::{Address, Af, Direction, IfName, names};

/// Interface to pid, as text.
pub(super) fn write_text_packet(out: &mut Line, logged: &Logged, options: Options) {
    out.push(b' ');
    write_name(out, logged.ifname);
    out.push(b' ');
    match logged.inner.proto {
        Some(proto) => pfctl::write_proto(out, proto),
        None => out.push(b'-'),
    }
    out.push(b' ');
    match &logged.who {
        Some(who) => {
            write_side(out, who.nat_src, who.src);
            out.extend_from_slice(b" -> ");
            match options.no_dst {
                true => out.push(b'*'),
                false => write_side(out, who.nat_dst, who.dst),
            }
        }
        None => out.extend_from_slice(if options.no_dst { b"- -> *" } else { b"- -> -" }),
    }
    out.push(b' ');
    write_code(out, logged.action);
    out.push(b' ');
    match (logged.way(), logged.direction) {
        (Some(way), _) => out.extend_from_slice(way.as_bytes()),
        (None, Direction::Other(number)) => write_decimal(out, number),
        (None, _) => out.push(b'-'),
    }
    out.extend_from_slice(b" rule ");
    match logged.rule {
        Some(rule) => write_decimal(out, rule),
        None => out.extend_from_slice(b"def"),
    }
    if !logged.ruleset.is_empty() {
        out.extend_from_slice(b" anchor ");
        write_name(out, logged.ruleset);
    }
    pair(out, b" subrule ", logged.subrule);
    out.extend_from_slice(b" reason ");
    write_code(out, logged.reason);
    let inner = &logged.inner;
    if let Some(flags) = inner.tcp_flags {
        out.extend_from_slice(b" flags ");
        match flags {
            0 => out.extend_from_slice(b"none"),
            flags => write_flags(out, flags),
        }
    }
    if let Some((kind, code)) = inner.icmp {
        pair(out, b" type ", Some(u32::from(kind)));
        pair(out, b" code ", Some(u32::from(code)));
    }
    if let Some(fragment) = inner.fragment {
        pair(out, b" fragment ", Some(u32::from(fragment.offset)));
        if fragment.more {
            out.push(b'+');
        }
    }
    pair(out, b" length ", inner.length);
    pair(out, b" uid ", logged.uid);
    pair(out, b" pid ", logged.pid);
    if let Some(problem) = inner.problem {
        out.extend_from_slice(b" problem ");
        out.extend_from_slice(problem.word().as_bytes());
    }
}

/// A name from the wire, which has its place also where there is none.
fn write_name(out: &mut Line, name: IfName) {
    if name.is_empty() { out.push(b'-') } else { write_ifname(out, name) }
}

/// `203.0.113.7:60211 (192.168.1.10:51234)`
fn write_side(out: &mut Line, near: End, far: End) {
    write_end(out, near);
    if near != far {
        out.extend_from_slice(b" (");
        write_end(out, far);
        out.push(b')');
    }
}

/// `192.0.2.1:80`, `2001:db8::1[80]`; the port where it is not 0, as of states.
fn write_end(out: &mut Line, end: End) {
    let port = end.port.unwrap_or(0);
    match end.addr {
        IpAddr::V4(v4) => addr::write_v4_port(out, v4, port),
        addr @ IpAddr::V6(_) => {
            write_ip(out, addr);
            if port != 0 {
                out.push(b'[');
                write_decimal(out, port);
                out.push(b']');
            }
        }
    }
}

fn write_code(out: &mut Line, code: Code) {
    match code.word() {
        Some(word) => out.extend_from_slice(word.as_bytes()),
        None => write_decimal(out, code.number),
    }
}

fn write_flags(out: &mut Line, flags: u8) {
    for (bit, letter) in TCP_FLAGS.into_iter().enumerate() {
        if flags >> bit & 1 == 1 {
            out.push(letter);
        }
    }
}

fn pair(out: &mut Line, name: &[u8], value: Option<u32>) {
    if let Some(value) = value {
        out.extend_from_slice(name);
        write_decimal(out, value);
    }
}

/// From action to nat_dport, and the rule.
pub(super) fn write_json_packet(out: &mut Line, logged: &Logged, options: Options) {
    code(out, key!("action"), logged.action);
    interface(out, key!("ifname"), logged.ifname);
    if let Some(proto) = logged.inner.proto {
        name_or_number(out, key!("proto"), names::proto(proto), proto);
        number(out, key!("protonum"), proto);
    }
    write_direction(out, logged);
    if let Some(af) = family(logged) {
        word(out, key!("af"), af_name(af));
    }
    if let Some(who) = &logged.who {
        end(out, key!("src"), key!("sport"), who.src);
        if !options.no_dst {
            end(out, key!("dst"), key!("dport"), who.dst);
        }
        if let Some(translated) = who.translated {
            flag(out, key!("translated"), translated);
        }
        if who.translated == Some(true) {
            let af = if who.nat_src.addr.is_ipv4() { Af::Inet } else { Af::Inet6 };
            word(out, key!("nat_af"), af_name(af));
            end(out, key!("nat_src"), key!("nat_sport"), who.nat_src);
            if !options.no_dst {
                end(out, key!("nat_dst"), key!("nat_dport"), who.nat_dst);
            }
        }
    }
    if let Some(rule) = logged.rule {
        number(out, key!("rule"), rule);
    }
    code(out, key!("reason"), logged.reason);
}

/// What only packets have: ruleset to problem.
pub(super) fn write_packet_keys(out: &mut Line, logged: &Logged) {
    if !logged.ruleset.is_empty() {
        interface(out, key!("ruleset"), logged.ruleset);
    }
    if let Some(subrule) = logged.subrule {
        number(out, key!("subrule"), subrule);
    }
    let inner = &logged.inner;
    if let Some(flags) = inner.tcp_flags {
        write_key(out, key!("tcp_flags"));
        out.push(b'"');
        write_flags(out, flags);
        out.push(b'"');
    }
    if let Some((kind, code)) = inner.icmp {
        number(out, key!("icmp_type"), kind);
        number(out, key!("icmp_code"), code);
    }
    if let Some(length) = inner.length {
        number(out, key!("length"), length);
    }
    if let Some(fragment) = inner.fragment {
        number(out, key!("frag_id"), fragment.id);
        number(out, key!("frag_offset"), fragment.offset);
        flag(out, key!("more_fragments"), fragment.more);
    }
    if let Some(uid) = logged.uid {
        number(out, key!("uid"), uid);
    }
    if let Some(pid) = logged.pid {
        number(out, key!("pid"), pid);
    }
    number(out, key!("rule_uid"), logged.rule_uid);
    number(out, key!("rule_pid"), logged.rule_pid);
    if let Some(ridentifier) = logged.ridentifier {
        number(out, key!("ridentifier"), ridentifier);
    }
    if let Some(problem) = inner.problem {
        word(out, key!("problem"), problem.word());
    }
}

/// That of `src`, which need not be that of the packet that was logged.
fn family(logged: &Logged) -> Option<Af> {
    match logged.who {
        Some(who) => Some(if who.src.addr.is_ipv4() { Af::Inet } else { Af::Inet6 }),
        None => logged.inner.af(),
    }
}

fn write_direction(out: &mut Line, logged: &Logged) {
    match (logged.way(), logged.direction) {
        (Some(way), _) => word(out, key!("direction"), way),
        (None, Direction::Other(number)) => number_as_text(out, key!("direction"), number),
        (None, _) => {}
    }
}

fn code(out: &mut Line, key: Key, code: Code) {
    name_or_number(out, key, code.word(), code.number);
}

const fn af_name(af: Af) -> &'static str {
    match af {
        Af::Inet6 => "inet6",
        _ => "inet",
    }
}

fn end(out: &mut Line, host: Key, port_key: Key, end: End) {
    address(out, host, Address::Ip(end.addr));
    if let Some(port) = end.port {
        number(out, port_key, port);
    }
}

/// source to rule, in the names of the Elastic Common Schema.
pub(super) fn write_ecs_packet(out: &mut Line, logged: &Logged, options: Options) {
    if let Some(who) = &logged.who {
        let translated = who.translated == Some(true);
        object(out, key!("source"), |out| ecs_side(out, who.src, who.nat_src, translated));
        if !options.no_dst {
            let dst = |out: &mut Line| ecs_side(out, who.dst, who.nat_dst, translated);
            object(out, key!("destination"), dst);
        }
    }
    object(out, key!("network"), |out| {
        match family(logged) {
            Some(Af::Inet) => word(out, key!("type"), "ipv4"),
            Some(Af::Inet6) => word(out, key!("type"), "ipv6"),
            _ => {}
        }
        if let Some(proto) = logged.inner.proto {
            if let Some(name) = names::proto(proto) {
                word(out, key!("transport"), name);
            }
            number_as_text(out, key!("iana_number"), proto);
        }
        let direction = match logged.direction {
            Direction::In => "inbound",
            Direction::Out => "outbound",
            Direction::Other(_) => "unknown",
        };
        word(out, key!("direction"), direction);
        if let Some(length) = logged.inner.length {
            number(out, key!("bytes"), length);
        }
    });
}

/// The rule, the owner of the socket and its process.
pub(super) fn write_ecs_rule(out: &mut Line, logged: &Logged) {
    if logged.rule.is_some() || !logged.ruleset.is_empty() {
        object(out, key!("rule"), |out| {
            if let Some(rule) = logged.rule {
                number_as_text(out, key!("id"), rule);
            }
            if !logged.ruleset.is_empty() {
                text(out, key!("ruleset"), logged.ruleset.as_bytes());
            }
        });
    }
    if let Some(uid) = logged.uid {
        object(out, key!("user"), |out| number_as_text(out, key!("id"), uid));
    }
    if let Some(pid) = logged.pid {
        object(out, key!("process"), |out| number(out, key!("pid"), pid));
    }
}

/// What the schema has no name for.
pub(super) fn write_ecs_own(out: &mut Line, logged: &Logged) {
    code(out, key!("action"), logged.action);
    if !matches!(logged.direction, Direction::In | Direction::Out) {
        write_direction(out, logged);
        interface(out, key!("ifname"), logged.ifname);
    }
    if let Some(translated) = logged.who.and_then(|who| who.translated) {
        flag(out, key!("translated"), translated);
    }
    write_packet_keys(out, logged);
}

fn ecs_side(out: &mut Line, end: End, translation: End, translated: bool) {
    address(out, key!("ip"), Address::Ip(end.addr));
    if let Some(port) = end.port {
        number(out, key!("port"), port);
    }
    if translated {
        object(out, key!("nat"), |out| {
            address(out, key!("ip"), Address::Ip(translation.addr));
            if let Some(port) = translation.port {
                number(out, key!("port"), port);
            }
        });
    }
}
