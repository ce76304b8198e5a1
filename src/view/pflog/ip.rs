//! IPv4 and IPv6 as OpenBSD's tcpdump prints them.

#![forbid(unsafe_code)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Era, Style, icmp, transport};
use crate::format::{write_decimal, write_hex, write_ip};
use crate::line::Line;
use crate::pflog::checksum::{folded, words};
use crate::state::names::{IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP};

/// An IP header, as far as what is behind it needs it.
#[derive(Clone, Copy)]
pub(super) struct Ip {
    pub src: IpAddr,
    pub dst: IpAddr,
    /// The addresses were printed already, before an extension header.
    pub printed: bool,
    /// Bytes behind the header, as far as the packet has them.
    pub len: usize,
}

pub(super) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map(|b| u16::from_be_bytes(*b))
}

pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map(|b| u32::from_be_bytes(*b))
}

pub(super) fn ipv4_at(bytes: &[u8], at: usize) -> Option<IpAddr> {
    be32(bytes, at).map(|bits| Ipv4Addr::from_bits(bits).into())
}

pub(super) fn ipv6_at(bytes: &[u8], at: usize) -> Option<IpAddr> {
    let octets = bytes.get(at..).and_then(|rest| rest.first_chunk::<16>())?;
    Some(Ipv6Addr::from(*octets).into())
}

pub(super) fn say(out: &mut Line, word: &str) {
    out.extend_from_slice(word.as_bytes());
}

pub(super) fn say_number(out: &mut Line, before: &str, number: impl crate::line::Decimal) {
    say(out, before);
    write_decimal(out, number);
}

pub(super) fn say_hex(out: &mut Line, before: &str, number: u32) {
    say(out, before);
    let digits = format!("{number:x}");
    say(out, &digits);
}

/// `192.0.2.1 > 198.51.100.7: `
pub(super) fn say_hosts(out: &mut Line, ip: &Ip) {
    write_ip(out, ip.src);
    say(out, " > ");
    write_ip(out, ip.dst);
    say(out, ": ");
}

/// The ones' complement of the sum of 16-bit words.
pub(super) fn checksum(parts: &[&[u8]]) -> u16 {
    !folded(parts.iter().map(|part| words(part)).sum())
}

/// The checksum of what is behind an IP header, its pseudo header included: 0 where it holds.
pub(super) fn transport_checksum(ip: &Ip, proto: u8, bytes: &[u8]) -> u16 {
    let len = (bytes.len() as u32).to_be_bytes();
    let next = [0, proto];
    match (ip.src, ip.dst) {
        (IpAddr::V4(src), IpAddr::V4(dst)) => {
            checksum(&[&src.octets(), &dst.octets(), &next, &len, bytes])
        }
        (IpAddr::V6(src), IpAddr::V6(dst)) => {
            checksum(&[&src.octets(), &dst.octets(), &len, &[0, 0], &next, bytes])
        }
        _ => 0,
    }
}

/// Appends an IPv4 packet of `length` bytes, of which these were captured.
pub(super) fn v4(out: &mut Line, bytes: &[u8], length: usize, style: &mut Style<'_>) {
    if bytes.len() < 20 {
        return say(out, "[|ip]");
    }
    let version = bytes[0] >> 4;
    if version != 4 {
        return say_number(out, "bad-ip-version ", version);
    }
    let total = usize::from(be16(bytes, 2).unwrap_or(0));
    if length < total {
        say_number(out, "truncated-ip - ", total - length);
        say(out, " bytes missing!");
    }
    let header_len = usize::from(bytes[0] & 15) * 4;
    let len = total.min(length);
    if header_len < 20 || header_len > len {
        return say_number(out, "bad-hlen ", header_len);
    }
    let (Some(src), Some(dst)) = (ipv4_at(bytes, 12), ipv4_at(bytes, 16)) else { return };
    let ip = Ip { src, dst, printed: false, len: len - header_len };
    let field = be16(bytes, 6).unwrap_or(0);
    let fragment = usize::from(field & 0x1fff) * 8;
    let proto = bytes[9];
    let body = bytes.get(header_len..).unwrap_or_default();
    let encapsulates =
        matches!(proto, 4 | 41) && fragment == 0 && !(proto == 41 && style.era == Era::Old);
    if fragment > 0 {
        say_hosts(out, &ip);
        // The blank behind the colon is the one before the parenthesis.
        return v4_end(out, bytes, (&ip, total, true), style);
    }
    if encapsulates {
        if style.verbose {
            say_hosts(out, &ip);
        }
        match proto {
            4 => v4(out, body, ip.len, style),
            _ => v6(out, body, ip.len, style),
        }
        if !style.verbose {
            return say(out, " (encap)");
        }
    } else {
        protocol(out, body, proto, &ip, style);
    }
    v4_end(out, bytes, (&ip, total, false), style);
}

/// What stands behind the packet: ` (DF) [tos 0x10] [ttl 1] (ttl 64, id 1, len 60)`.
fn v4_end(
    out: &mut Line,
    bytes: &[u8],
    (ip, total, bare): (&Ip, usize, bool),
    style: &mut Style<'_>,
) {
    let field = be16(bytes, 6).unwrap_or(0);
    let offset = usize::from(field & 0x1fff) * 8;
    let is_fragment = field & 0x3fff != 0;
    let id = be16(bytes, 4).unwrap_or(0);
    if is_fragment {
        say_number(out, if bare { "(frag " } else { " (frag " }, id);
        say_number(out, ":", ip.len);
        say_number(out, "@", offset);
        say(out, if field & 0x2000 != 0 { "+)" } else { ")" });
    } else if field & 0x4000 != 0 {
        say(out, " (DF)");
    }
    let (tos, ttl) = (bytes[1], bytes[8]);
    if tos != 0 {
        say_hex(out, " [tos 0x", u32::from(tos));
        match tos & 3 {
            0 => {}
            3 => say(out, " (C)"),
            _ => say(out, " (E)"),
        }
        say(out, "]");
    }
    if ttl <= 1 {
        say_number(out, " [ttl ", ttl);
        say(out, "]");
    }
    if !style.verbose {
        return;
    }
    let mut before = " (";
    if ttl > 1 {
        say_number(out, " (ttl ", ttl);
        before = ", ";
    }
    if !is_fragment {
        say_number(out, if before == ", " { ", id " } else { " (id " }, id);
        before = ", ";
    }
    say(out, before);
    say_number(out, "len ", total);
    let header_len = usize::from(bytes[0] & 15) * 4;
    if let Some(header) = bytes.get(..header_len)
        && checksum(&[header]) != 0
    {
        let said = be16(bytes, 10).unwrap_or(0);
        if style.era == Era::New {
            say_hex(out, ", bad ip cksum ", u32::from(said));
            let right = checksum(&[&header[..10], &header[12..]]);
            say_hex(out, "! -> ", u32::from(right));
        } else {
            say_hex(out, ", bad cksum ", u32::from(said));
            say(out, "!");
        }
    }
    if header_len > 20 {
        say_number(out, ", optlen=", header_len - 20);
        options(out, bytes.get(20..).unwrap_or_default(), header_len - 20);
    }
    say(out, ")");
}

/// Options of IPv4, a blank before each.
fn options(out: &mut Line, bytes: &[u8], len: usize) {
    let mut at = 0;
    while at < len {
        let Some(&kind) = bytes.get(at) else { return say(out, "[|ip]") };
        let option_len = match kind {
            0 | 1 => 1,
            _ => match bytes.get(at + 1) {
                Some(option_len) => usize::from(*option_len),
                None => return say(out, "[|ip]"),
            },
        };
        if option_len == 0 || at + option_len > len {
            return say(out, "[|ip]");
        }
        let Some(option) = bytes.get(at..at + option_len) else { return say(out, "[|ip]") };
        match kind {
            0 => return say(out, " EOL"),
            1 => say(out, " NOP"),
            7 => {
                say_number(out, " RR{", option_len);
                say(out, "}=");
                route(out, " RR{", option);
            }
            68 => {
                say_number(out, " TS{", option_len);
                say(out, "}");
            }
            131 => route(out, " LSRR{", option),
            137 => route(out, " SSRR{", option),
            kind => {
                say_number(out, " IPOPT-", kind);
                say_number(out, "{", option_len);
                say(out, "}");
            }
        }
        at += option_len;
    }
}

fn route(out: &mut Line, name: &str, option: &[u8]) {
    say(out, name);
    let pointer = option.get(2).map_or(0, |pointer| usize::from(*pointer));
    let mut at = 3;
    while let Some(hop) = ipv4_at(option, at) {
        if at > 3 {
            say(out, " ");
        }
        if pointer == at + 1 {
            say(out, "#");
        }
        write_ip(out, hop);
        at += 4;
    }
    say(out, "}");
}

/// Appends an IPv6 packet of `length` bytes, of which these were captured.
pub(super) fn v6(out: &mut Line, bytes: &[u8], length: usize, style: &mut Style<'_>) {
    if bytes.len() < 40 {
        return say(out, "[|ip6]");
    }
    let version = bytes[0] >> 4;
    if version != 6 {
        return say_number(out, "bad-ip6-version ", version);
    }
    let len = usize::from(be16(bytes, 4).unwrap_or(0));
    if length < len + 40 {
        say_number(out, "truncated-ip6 - ", len + 40 - length);
        say(out, " bytes missing!");
    }
    let (Some(src), Some(dst)) = (ipv6_at(bytes, 8), ipv6_at(bytes, 24)) else { return };
    let ip = Ip { src, dst, printed: false, len };
    headers(out, bytes, ip, style);
    let limit = bytes[7];
    if limit <= 1 {
        say_number(out, " [hlim ", limit);
        say(out, "]");
    }
    if style.verbose {
        say_number(out, " (len ", len);
        if limit > 1 {
            say_number(out, ", hlim ", limit);
        }
        say(out, ")");
    }
}

/// Extension headers, and what is behind them.
fn headers(out: &mut Line, bytes: &[u8], mut ip: Ip, style: &mut Style<'_>) {
    let (mut next, mut at) = (bytes[6], 40);
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        if matches!(next, 0 | 43 | 44 | 60 | 59) && !ip.printed {
            say_hosts(out, &ip);
            ip.printed = true;
        }
        let len = match next {
            0 | 60 => {
                let name = if next == 0 { "HBH" } else { "DSTOPT" };
                let len = rest.get(1).map_or(0, |len| (usize::from(*len) + 1) * 8);
                let Some(header) = rest.get(..len).filter(|_| len > 0) else {
                    say(out, "[|");
                    say(out, name);
                    return say(out, "]");
                };
                say(out, name);
                say(out, " ");
                if style.verbose {
                    extension_options(out, header);
                }
                len
            }
            43 => {
                let len = rest.get(1).map_or(0, |len| (usize::from(*len) + 1) * 8);
                let Some(header) = rest.get(..len).filter(|_| len > 0) else {
                    return say(out, "[|srcrt]");
                };
                say_number(out, "srcrt (len=", header[1]);
                say_number(out, ", type=", header[2]);
                say_number(out, ", segleft=", header[3]);
                if style.verbose {
                    say_hex(out, ", rsv=0x", be32(header, 4).unwrap_or(0));
                }
                let mut hop = 0usize;
                while let Some(addr) = ipv6_at(header, 8 + 16 * hop) {
                    say_number(out, ", [", hop);
                    say(out, "]");
                    write_ip(out, addr);
                    hop += 1;
                }
                say(out, ")");
                len
            }
            44 => {
                let Some(header) = rest.first_chunk::<8>() else { return say(out, "[|frag]") };
                let field = be16(header, 2).unwrap_or(0);
                let (offset, more) = (usize::from(field & !7), field & 1 != 0);
                say(out, "frag (0x");
                write_hex::<8>(out, u64::from(be32(header, 4).unwrap_or(0)));
                say_number(out, ":", ip.len.saturating_sub(at - 40 + 8));
                say_number(out, "@", offset);
                say(out, if more { "+)" } else { ")" });
                if offset > 0 {
                    return;
                }
                say(out, " ");
                8
            }
            59 => return say(out, "no next header"),
            proto => {
                ip.len = ip.len.saturating_sub(at - 40);
                return protocol(out, rest, proto, &ip, style);
            }
        };
        next = rest.first().copied().unwrap_or(59);
        at += len;
    }
}

fn extension_options(out: &mut Line, header: &[u8]) {
    let mut at = 2;
    while at < header.len() {
        let len = match header[at] {
            0 => 1,
            5 => {
                say(out, "(rtalert: 0x");
                write_hex::<4>(out, u64::from(be16(header, at + 2).unwrap_or(0)));
                say(out, ") ");
                4
            }
            _ => 2 + header.get(at + 1).map_or(0, |len| usize::from(*len)),
        };
        at += len;
    }
}

/// What IP carries; `bytes` are what was captured of its `ip.len`.
fn protocol(out: &mut Line, bytes: &[u8], proto: u8, ip: &Ip, style: &mut Style<'_>) {
    let hosts = |out: &mut Line| {
        if !ip.printed {
            say_hosts(out, ip);
        }
    };
    match proto {
        IPPROTO_TCP => transport::tcp(out, bytes, ip, style),
        IPPROTO_UDP => transport::udp(out, bytes, ip, style),
        IPPROTO_ICMP if ip.src.is_ipv4() => {
            hosts(out);
            icmp::v4(out, bytes, ip, style);
        }
        IPPROTO_ICMPV6 if ip.src.is_ipv6() => {
            hosts(out);
            icmp::v6(out, bytes, ip, style);
        }
        2 if ip.src.is_ipv4() => {
            hosts(out);
            match bytes.first() {
                Some(0x11) => say(out, "igmp query"),
                Some(kind) => say_number(out, "igmp-", kind & 15),
                None => say(out, "[|igmp]"),
            }
        }
        50 => {
            let (Some(spi), Some(seq)) = (be32(bytes, 0), be32(bytes, 4)) else {
                return say(out, "[|esp]");
            };
            if style.era == Era::New {
                hosts(out);
                say(out, "esp spi 0x");
            } else {
                security(out, "esp ", ip);
                say(out, " spi 0x");
            }
            match style.era {
                Era::Old => say(out, &format!("{spi:08X}")),
                _ => write_hex::<8>(out, u64::from(spi)),
            }
            say_number(out, " seq ", seq);
            say_number(out, " len ", ip.len);
        }
        51 => {
            let (Some(spi), Some(seq)) = (be32(bytes, 4), be32(bytes, 8)) else {
                return say(out, "[|ah]");
            };
            security(out, "ah ", ip);
            say(out, " spi 0x");
            write_hex::<8>(out, u64::from(spi));
            say_number(out, " seq ", seq);
            say_number(out, " len ", ip.len);
            if style.verbose {
                let (next, len) = (bytes[0], (usize::from(bytes[1]) + 2) * 4);
                say(out, if style.era == Era::New { " [ " } else { "\n\t[ " });
                let inner = Ip { printed: true, len: ip.len.saturating_sub(len), ..*ip };
                protocol(out, bytes.get(len..).unwrap_or_default(), next, &inner, style);
                say(out, " ]");
            }
        }
        108 => {
            let (Some(&[next, flags]), Some(cpi)) = (bytes.first_chunk::<2>(), be16(bytes, 2))
            else {
                return say(out, "[|ipcomp]");
            };
            security(out, "ipcomp ", ip);
            say(out, " cpi 0x");
            write_hex::<4>(out, u64::from(cpi));
            say_hex(out, " flags ", u32::from(flags));
            say_number(out, " next ", next);
        }
        proto => {
            hosts(out);
            say_number(out, "ip-proto-", proto);
            say_number(out, " ", ip.len);
        }
    }
}

fn security(out: &mut Line, name: &str, ip: &Ip) {
    say(out, name);
    write_ip(out, ip.src);
    say(out, " > ");
    write_ip(out, ip.dst);
}
