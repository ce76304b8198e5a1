//! Logged packets as tcpdump.org's tcpdump prints them, which FreeBSD has: the header, and TCP, UDP and
//! ICMP behind it.
//!
//! ```text
//! rule 3/0(match): block in on em0: 192.0.2.1.41854 > 198.51.100.7.6379: Flags [S], seq 1, win 64240, length 0
//! ```

#![forbid(unsafe_code)]

use super::Flows;
use super::dns;
use super::ip::{Ip, be16, be32, ipv4_at, ipv6_at, say, say_hex, say_number, transport_checksum};
use crate::abi::Release;
use crate::format::{write_decimal, write_hex, write_ip};
use crate::line::Line;
use crate::pflog::{Header, names};
use crate::state::names::{IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP};

/// Whose actions it knows, whatever the system: its list ends with match.
const ACTIONS_OF: Release = Release::OpenBsd4_6;
/// Whose reasons: the list ends with map-failed.
const REASONS_OF: Release = Release::FreeBsd14_0;

/// `rule 3.ftp-proxy.0/0(match) [uid 0]: block in on em0: `
pub(super) fn write_prefix(out: &mut Line, header: &Header, release: Release) {
    let is_new = release >= Release::FreeBsd14_0;
    say(out, "rule ");
    match header.rule {
        Some(rule) => write_decimal(out, rule),
        None => write_decimal(out, u32::MAX),
    }
    if let Some(subrule) = header.subrule {
        say(out, ".");
        write_name(out, header.ruleset.as_bytes());
        say_number(out, ".", subrule);
    }
    say(out, "/");
    match names::reason(header.reason, REASONS_OF).word() {
        Some(reason) => {
            write_decimal(out, header.reason);
            say(out, "(");
            say(out, reason);
            say(out, ")");
        }
        None => unknown(out, header.reason),
    }
    if is_new && header.uid != u32::MAX {
        say_number(out, " [uid ", header.uid);
        say(out, "]");
    }
    if let Some(ridentifier) = header.ridentifier.filter(|ridentifier| *ridentifier != 0) {
        say_number(out, " [ridentifier ", ridentifier);
        say(out, "]");
    }
    say(out, ": ");
    match names::action(header.action, ACTIONS_OF).word() {
        Some(action) => say(out, action),
        None => unknown(out, header.action),
    }
    say(out, " ");
    match header.dir {
        0 => say(out, "in/out"),
        1 => say(out, "in"),
        2 => say(out, "out"),
        other => unknown(out, other),
    }
    say(out, " on ");
    write_name(out, header.ifname.as_bytes());
    say(out, ": ");
}

fn unknown(out: &mut Line, number: u8) {
    say_number(out, "unkn(", number);
    say(out, ")");
}

/// `^J` for a control character, `M-` before what has the high bit.
fn write_name(out: &mut Line, name: &[u8]) {
    for byte in name.iter().copied() {
        if byte >= 0x80 {
            say(out, "M-");
        }
        match byte & 0x7f {
            0x7f => say(out, "^?"),
            control @ 0..=0x1f => out.extend_from_slice(&[b'^', control + b'@']),
            graphic => out.push(graphic),
        }
    }
}

/// The packet.
pub(super) fn write_payload(
    out: &mut Line,
    af: u8,
    bytes: &[u8],
    wire_len: usize,
    verbose: bool,
    flows: &mut Flows,
) {
    match af {
        2 => v4(out, bytes, wire_len, verbose, flows),
        24 | 28 | 30 => v6(out, bytes, verbose, flows),
        _ => say_number(out, "unknown address family ", af),
    }
}

fn v4(out: &mut Line, bytes: &[u8], wire_len: usize, verbose: bool, flows: &mut Flows) {
    let Some(first) = bytes.first() else { return say(out, " [|ip]") };
    if first >> 4 != 4 {
        say_number(out, " [version ", first >> 4);
        return say(out, " != 4] (invalid)");
    }
    let header_len = usize::from(first & 15) * 4;
    if header_len < 20 {
        say_number(out, " [header length ", header_len);
        return say(out, " < 20] (invalid)");
    }
    let (Some(src), Some(dst)) = (ipv4_at(bytes, 12), ipv4_at(bytes, 16)) else {
        return say(out, " [|ip]");
    };
    let total = usize::from(be16(bytes, 2).unwrap_or(0));
    let len = if total == 0 { wire_len } else { total };
    let field = be16(bytes, 6).unwrap_or(0);
    let offset = usize::from(field & 0x1fff) * 8;
    if verbose {
        say_hex(out, "(tos 0x", u32::from(bytes[1]));
        say(
            out,
            match bytes[1] & 3 {
                1 => ",ECT(1)",
                2 => ",ECT(0)",
                3 => ",CE",
                _ => "",
            },
        );
        say_number(out, ", ttl ", bytes[8]);
        say_number(out, ", id ", be16(bytes, 4).unwrap_or(0));
        say_number(out, ", offset ", offset);
        say(
            out,
            match field >> 13 {
                0 => ", flags [none]",
                1 => ", flags [+]",
                2 => ", flags [DF]",
                _ => ", flags [+, DF]",
            },
        );
        say(out, ", proto ");
        say(out, proto_name(bytes[9]));
        say_number(out, " (", bytes[9]);
        say_number(out, "), length ", len);
        say(out, ")\n    ");
    }
    if offset > 0 {
        write_ip(out, src);
        say(out, " > ");
        write_ip(out, dst);
        return say_number(out, ": ip-proto-", bytes[9]);
    }
    let body = bytes.get(header_len..).unwrap_or_default();
    let ends = [src, dst];
    carried(
        out,
        body,
        (bytes[9], len.saturating_sub(header_len)),
        ends,
        (flows, verbose && field & 0x3fff == 0),
    );
}

fn v6(out: &mut Line, bytes: &[u8], verbose: bool, flows: &mut Flows) {
    let Some(first) = bytes.first() else { return say(out, " [|ip6]") };
    if first >> 4 != 6 {
        say_number(out, " [version ", first >> 4);
        return say(out, " != 6] (invalid)");
    }
    let (Some(src), Some(dst)) = (ipv6_at(bytes, 8), ipv6_at(bytes, 24)) else {
        return say(out, " [|ip6]");
    };
    let len = be16(bytes, 4).unwrap_or(0);
    if verbose {
        say_number(out, "(hlim ", bytes[7]);
        say(out, ", next-header ");
        say(out, proto_name(bytes[6]));
        say_number(out, " (", bytes[6]);
        say_number(out, "), payload length ", len);
        say(out, ") ");
    }
    let body = bytes.get(40..).unwrap_or_default();
    carried(out, body, (bytes[6], usize::from(len)), [src, dst], (flows, verbose));
}

fn proto_name(proto: u8) -> &'static str {
    match proto {
        0 => "HBH",
        1 => "ICMP",
        2 => "IGMP",
        4 => "IPIP",
        6 => "TCP",
        17 => "UDP",
        41 => "IPv6",
        43 => "Routing",
        44 => "Fragment",
        47 => "GRE",
        50 => "ESP",
        51 => "AH",
        58 => "ICMPv6",
        60 => "DSTOPT",
        89 => "OSPF",
        103 => "PIM",
        108 => "Compressed IP",
        112 => "VRRP",
        132 => "SCTP",
        _ => "unknown",
    }
}

fn carried(
    out: &mut Line,
    bytes: &[u8],
    (proto, len): (u8, usize),
    [src, dst]: [std::net::IpAddr; 2],
    (flows, summed): (&mut Flows, bool),
) {
    let ports = be16(bytes, 0).zip(be16(bytes, 2));
    let has_ports = matches!(proto, IPPROTO_TCP | IPPROTO_UDP);
    write_ip(out, src);
    if let (true, Some((sport, _))) = (has_ports, ports) {
        say_number(out, ".", sport);
    }
    say(out, " > ");
    write_ip(out, dst);
    if let (true, Some((_, dport))) = (has_ports, ports) {
        say_number(out, ".", dport);
    }
    say(out, ": ");
    match (proto, ports) {
        (IPPROTO_TCP, Some((sport, dport))) => {
            tcp(out, bytes, len, [(src, sport), (dst, dport)], (flows, summed));
        }
        (IPPROTO_TCP, None) => say(out, "[|tcp]"),
        (IPPROTO_UDP, Some(_)) => match be16(bytes, 4) {
            Some(said) => {
                let length = usize::from(said).saturating_sub(8);
                let is_domain = ports.is_some_and(|(sport, dport)| sport == 53 || dport == 53);
                let body = bytes.get(8..).unwrap_or_default();
                if !is_domain || !dns::write(out, body, length, (" [|domain]", " (")) {
                    say_number(out, "UDP, length ", length);
                }
            }
            None => say(out, " [|udp]"),
        },
        (IPPROTO_ICMP, _) => icmp(out, bytes, len),
        (proto, _) => {
            say_number(out, " ip-proto-", proto);
            say_number(out, " ", len);
        }
    }
}

fn tcp(
    out: &mut Line,
    bytes: &[u8],
    len: usize,
    ends: [(std::net::IpAddr, u16); 2],
    (flows, summed): (&mut Flows, bool),
) {
    let Some(header) = bytes.first_chunk::<20>() else { return say(out, " [|tcp]") };
    let header_len = usize::from(header[12] >> 4) * 4;
    if header_len < 20 {
        say_number(out, " tcp ", len.saturating_sub(header_len));
        say_number(out, " [bad hdr length ", header_len);
        return say(out, " - too short, < 20]");
    }
    let flags = header[13];
    say(out, "Flags [");
    let letters = [
        (0x01, "F"),
        (0x02, "S"),
        (0x04, "R"),
        (0x08, "P"),
        (0x10, "."),
        (0x20, "U"),
        (0x40, "E"),
        (0x80, "W"),
    ];
    if flags == 0 {
        say(out, "none");
    }
    for (bit, letter) in letters {
        say(out, if flags & bit != 0 { letter } else { "" });
    }
    say(out, "]");
    if header_len > len {
        say_number(out, " [bad hdr length ", header_len);
        say_number(out, " - too long, > ", len);
        return say(out, "]");
    }
    let payload = len - header_len;
    if let Some(whole) = bytes.get(..len).filter(|_| summed) {
        let ip = Ip { src: ends[0].0, dst: ends[1].0, printed: true, len };
        say(out, ", cksum 0x");
        write_hex::<4>(out, u64::from(be16(whole, 16).unwrap_or(0)));
        if transport_checksum(&ip, IPPROTO_TCP, whole) == 0 {
            say(out, " (correct)");
        } else {
            let mut without = whole.to_vec();
            if let Some(field) = without.get_mut(16..18) {
                field.fill(0);
            }
            say(out, " (incorrect -> 0x");
            write_hex::<4>(out, u64::from(transport_checksum(&ip, IPPROTO_TCP, &without)));
            say(out, ")");
        }
    }
    let (mut seq, mut ack) = (be32(header, 4).unwrap_or(0), be32(header, 8).unwrap_or(0));
    if flags & 0x10 != 0 {
        (seq, ack) = flows.relative(ends, flags & 0x02 != 0, (seq, ack));
    }
    if payload > 0 || flags & 0x07 != 0 {
        say_number(out, ", seq ", seq);
        if payload > 0 {
            say_number(out, ":", seq.wrapping_add(payload as u32));
        }
    }
    if flags & 0x10 != 0 {
        say_number(out, ", ack ", ack);
    }
    say_number(out, ", win ", be16(header, 14).unwrap_or(0));
    if flags & 0x20 != 0 {
        say_number(out, ", urg ", be16(header, 18).unwrap_or(0));
    }
    if header_len > 20 {
        say(out, ", options [");
        if !options(out, bytes.get(20..).unwrap_or_default(), header_len - 20) {
            return say(out, " [|tcp]");
        }
        say(out, "]");
    }
    say_number(out, ", length ", payload);
}

/// False where they were cut.
fn options(out: &mut Line, bytes: &[u8], len: usize) -> bool {
    let mut at = 0;
    while at < len {
        if at > 0 {
            say(out, ",");
        }
        let Some(&kind) = bytes.get(at) else { return false };
        let name = match kind {
            0 => "eol",
            1 => "nop",
            2 => "mss",
            3 => "wscale",
            4 => "sackOK",
            5 => "sack",
            8 => "TS",
            _ => "",
        };
        if kind <= 1 {
            say(out, name);
            if kind == 0 {
                return true;
            }
            at += 1;
            continue;
        }
        let Some(option) = bytes.get(at + 1).and_then(|n| bytes.get(at..at + usize::from(*n)))
        else {
            return false;
        };
        if option.len() < 2 {
            return false;
        }
        if name.is_empty() {
            say_number(out, "unknown-", kind)
        } else {
            say(out, name)
        }
        match (kind, option.len()) {
            (2, 4) => say_number(out, " ", be16(option, 2).unwrap_or(0)),
            (3, 3) => say_number(out, " ", option[2]),
            (8, 10) => {
                say_number(out, " val ", be32(option, 2).unwrap_or(0));
                say_number(out, " ecr ", be32(option, 6).unwrap_or(0));
            }
            _ => {}
        }
        at += option.len();
    }
    true
}

fn icmp(out: &mut Line, bytes: &[u8], len: usize) {
    let Some(&[kind, code]) = bytes.first_chunk::<2>() else { return say(out, " [|icmp]") };
    say(out, "ICMP ");
    let told = match (kind, code) {
        (0 | 8, _) => be16(bytes, 4).zip(be16(bytes, 6)).map(|(id, seq)| {
            say(out, if kind == 8 { "echo request, id " } else { "echo reply, id " });
            write_decimal(out, id);
            say_number(out, ", seq ", seq);
        }),
        (3, 0 | 1) => ipv4_at(bytes, 24).map(|dst| {
            say(out, if code == 0 { "net " } else { "host " });
            write_ip(out, dst);
            say(out, " unreachable");
        }),
        (3, 4) => ipv4_at(bytes, 24).map(|dst| {
            write_ip(out, dst);
            say(out, " unreachable - need to frag");
            if let Some(mtu) = be16(bytes, 6).filter(|mtu| *mtu != 0) {
                say_number(out, " (mtu ", mtu);
                say(out, ")");
            }
        }),
        (3, 3) => {
            let header_len = bytes.get(8).map_or(0, |first| usize::from(first & 15) * 4);
            let inner = ipv4_at(bytes, 24).zip(be16(bytes, 8 + header_len + 2));
            inner.map(|(dst, port)| {
                write_ip(out, dst);
                match bytes[17] {
                    IPPROTO_TCP => say(out, " tcp port "),
                    IPPROTO_UDP => say(out, " udp port "),
                    proto => {
                        say_number(out, " protocol ", proto);
                        say(out, " port ");
                    }
                }
                write_decimal(out, port);
                say(out, " unreachable");
            })
        }
        (5, 0 | 1) => ipv4_at(bytes, 24).zip(ipv4_at(bytes, 4)).map(|(dst, gateway)| {
            say(out, "redirect ");
            write_ip(out, dst);
            say(out, if code == 0 { " to net " } else { " to host " });
            write_ip(out, gateway);
        }),
        (11, 0) => {
            say(out, "time exceeded in-transit");
            Some(())
        }
        (13, _) => be16(bytes, 4).zip(be16(bytes, 6)).map(|(id, seq)| {
            say_number(out, "time stamp query id ", id);
            say_number(out, " seq ", seq);
        }),
        (kind, _) => {
            say_number(out, "type-#", kind);
            Some(())
        }
    };
    match told {
        Some(()) => say_number(out, ", length ", len),
        None => say(out, " [|icmp]"),
    }
}
