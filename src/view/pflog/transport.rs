//! TCP and UDP as OpenBSD's tcpdump prints them.

#![forbid(unsafe_code)]

use super::ip::{Ip, be16, be32, say, say_hex, say_hosts, say_number, transport_checksum};
use super::{Era, Style, dns};
use crate::format::{write_decimal, write_ip};
use crate::line::Line;
use crate::state::names::{IPPROTO_TCP, IPPROTO_UDP};

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const PUSH: u8 = 0x08;
const ACK: u8 = 0x10;
const URG: u8 = 0x20;
const ECE: u8 = 0x40;
const CWR: u8 = 0x80;

/// Bytes of a TCP header without options.
const TCP_BYTES: usize = 20;
/// Bytes of a UDP header.
const UDP_BYTES: usize = 8;

/// `192.0.2.1.41854 > 198.51.100.7.6379:`, or `41854 > 6379:` where the addresses were printed.
fn say_ends(out: &mut Line, ip: &Ip, (sport, dport): (u16, u16), short: bool) {
    if short {
        write_decimal(out, sport);
        say_number(out, " > ", dport);
        return say(out, ":");
    }
    write_ip(out, ip.src);
    say_number(out, ".", sport);
    say(out, " > ");
    write_ip(out, ip.dst);
    say_number(out, ".", dport);
    say(out, ":");
}

/// Appends TCP.
pub(super) fn tcp(out: &mut Line, bytes: &[u8], ip: &Ip, style: &mut Style<'_>) {
    if ip.len < TCP_BYTES {
        return say_number(out, "truncated-tcp ", ip.len);
    }
    let (Some(sport), Some(dport)) = (be16(bytes, 0), be16(bytes, 2)) else {
        if !ip.printed {
            say_hosts(out, ip);
        }
        return say(out, "[|tcp]");
    };
    say_ends(out, ip, (sport, dport), ip.printed);
    say(out, " ");
    let Some(header) = bytes.first_chunk::<TCP_BYTES>() else {
        // Up to its flags the original goes by the first eight bytes alone.
        if let (Some(seq), None) = (be32(bytes, 4), bytes.get(12)) {
            write_decimal(out, seq);
            say(out, " ");
        }
        return say(out, "[|tcp]");
    };
    let flags = header[13];
    write_flags(out, flags);
    let header_len = usize::from(header[12] >> 4) * 4;
    let Some(payload) = ip.len.checked_sub(header_len) else {
        return say(out, " [bad hdr length]");
    };
    let sums = style.era > Era::Old || ip.src.is_ipv4();
    if let Some(whole) = bytes.get(..ip.len).filter(|_| style.verbose && sums) {
        write_sum(out, whole, ip, style.era);
    }
    let (mut seq, mut ack) = (be32(header, 4).unwrap_or(0), be32(header, 8).unwrap_or(0));
    if flags & ACK != 0 {
        let ends = [(ip.src, sport), (ip.dst, dport)];
        (seq, ack) = style.flows.relative(ends, flags & SYN != 0, (seq, ack));
    }
    if payload > 0 || flags & (SYN | FIN | RST) != 0 {
        say_number(out, " ", seq);
        say_number(out, ":", seq.wrapping_add(payload as u32));
        say_number(out, "(", payload);
        say(out, ")");
    }
    if flags & ACK != 0 {
        say_number(out, " ack ", ack);
    }
    say_number(out, " win ", be16(header, 14).unwrap_or(0));
    if flags & URG != 0 {
        say_number(out, " urg ", be16(header, 18).unwrap_or(0));
    }
    if header_len > TCP_BYTES {
        say(out, " <");
        options(out, bytes.get(TCP_BYTES..).unwrap_or_default(), header_len - TCP_BYTES);
        say(out, ">");
    }
}

fn write_flags(out: &mut Line, flags: u8) {
    let letters = [(SYN, b'S'), (FIN, b'F'), (RST, b'R'), (PUSH, b'P'), (CWR, b'W'), (ECE, b'E')];
    if letters.iter().all(|(bit, _)| flags & bit == 0) {
        return say(out, ".");
    }
    letters.iter().filter(|(bit, _)| flags & bit != 0).for_each(|(_, letter)| out.push(*letter));
}

/// ` [tcp sum ok]`
fn write_sum(out: &mut Line, whole: &[u8], ip: &Ip, era: Era) {
    let rest = transport_checksum(ip, IPPROTO_TCP, whole);
    if rest == 0 {
        return say(out, " [tcp sum ok]");
    }
    if era == Era::New {
        say_hex(out, " [bad tcp cksum ", u32::from(be16(whole, 16).unwrap_or(0)));
        let mut without = whole.to_vec();
        without[16..18].fill(0);
        let right = transport_checksum(ip, IPPROTO_TCP, &without);
        say_hex(out, "! -> ", u32::from(right));
        return say(out, "]");
    }
    // What the sum comes to, as a little-endian host has it.
    say_hex(out, " [bad tcp cksum ", u32::from(rest.swap_bytes()));
    say(out, "!]");
}

/// Options of TCP: `mss 1460,sackOK,timestamp 1 2,nop,wscale 7`.
fn options(out: &mut Line, bytes: &[u8], len: usize) {
    let mut at = 0;
    while at < len {
        if at > 0 {
            say(out, ",");
        }
        let cut = |out: &mut Line| say(out, "[|tcp]");
        let Some(&kind) = bytes.get(at) else { return cut(out) };
        if kind == 0 {
            return say(out, "eol");
        }
        if kind == 1 {
            say(out, "nop");
            at += 1;
            continue;
        }
        let Some(option_len) = bytes.get(at + 1).map(|len| usize::from(*len)) else {
            return cut(out);
        };
        if option_len < 2 || at + option_len > len {
            return say(out, "[bad opt]");
        }
        let value = bytes.get(at + 2..).unwrap_or_default();
        match (kind, option_len) {
            (2, 4) => {
                say(out, "mss");
                match be16(value, 0) {
                    Some(mss) => say_number(out, " ", mss),
                    None => return cut(out),
                }
            }
            (3, 3) => {
                say(out, "wscale");
                match value.first() {
                    Some(shift) => say_number(out, " ", *shift),
                    None => return cut(out),
                }
            }
            (4, _) => say(out, "sackOK"),
            (8, 10) => {
                say(out, "timestamp");
                for part in [0, 4] {
                    match be32(value, part) {
                        Some(stamp) => say_number(out, " ", stamp),
                        None => return cut(out),
                    }
                }
            }
            (5, _) => {
                say_number(out, "sack ", (option_len - 2) / 8);
                for block in 0..(option_len - 2) / 8 {
                    let (Some(from), Some(to)) =
                        (be32(value, block * 8), be32(value, block * 8 + 4))
                    else {
                        return cut(out);
                    };
                    say_number(out, " {", from);
                    say_number(out, ":", to);
                    say(out, "}");
                }
            }
            (kind, _) => {
                say_number(out, "opt-", kind);
                say(out, ":");
                let Some(value) = value.get(..option_len - 2) else { return cut(out) };
                value.iter().for_each(|byte| crate::format::write_hex::<2>(out, u64::from(*byte)));
            }
        }
        at += option_len;
    }
}

/// Ports of the domain name system, multicast's too.
const DOMAIN: u16 = 53;
const MULTICAST_DOMAIN: u16 = 5353;

/// Appends UDP.
pub(super) fn udp(out: &mut Line, bytes: &[u8], ip: &Ip, style: &mut Style<'_>) {
    let Some(header) = bytes.first_chunk::<UDP_BYTES>() else {
        if style.era == Era::New && !ip.printed {
            say_hosts(out, ip);
        }
        return say(out, "[|udp]");
    };
    let (sport, dport) = (be16(header, 0).unwrap_or(0), be16(header, 2).unwrap_or(0));
    let said = usize::from(be16(header, 4).unwrap_or(0));
    let is_new = style.era == Era::New;
    say_ends(out, ip, (sport, dport), ip.printed && !is_new);
    // The old ones leave the blank to what follows; where the addresses were printed both do it.
    say(
        out,
        if is_new {
            " "
        } else if ip.printed {
            "  "
        } else {
            " "
        },
    );
    if is_new && said > ip.len {
        say_number(out, " truncated-udp - ", said - ip.len);
        say(out, " bytes missing!");
    }
    // IP may say that there is less than a header of it.
    let whole = bytes.get(..ip.len).filter(|whole| whole.len() >= UDP_BYTES);
    if let Some(whole) = whole.filter(|_| style.verbose) {
        let sum = be16(header, 6).unwrap_or(0);
        if sum == 0 {
            say(out, "[no udp cksum] ");
        } else {
            let rest = transport_checksum(ip, IPPROTO_UDP, whole);
            match (rest, is_new) {
                (0, _) => say(out, "[udp sum ok] "),
                (_, true) => {
                    say_hex(out, "[bad udp cksum ", u32::from(sum));
                    let mut without = whole.to_vec();
                    without[6..8].fill(0);
                    let right = transport_checksum(ip, IPPROTO_UDP, &without);
                    say_hex(out, "! -> ", u32::from(right));
                    say(out, "] ");
                }
                (rest, false) => {
                    say_hex(out, "[bad udp cksum ", u32::from(rest.swap_bytes()));
                    say(out, "!] ");
                }
            }
        }
    }
    let body = bytes.get(UDP_BYTES..).unwrap_or_default();
    let length = match is_new {
        true => ip.len.saturating_sub(UDP_BYTES),
        false => said.saturating_sub(UDP_BYTES),
    };
    let is_domain = [sport, dport].iter().any(|port| matches!(*port, DOMAIN | MULTICAST_DOMAIN));
    let words = ("[|domain]", if is_new { "(" } else { " (" });
    if is_domain && dns::write(out, body, length, words) {
        return;
    }
    if (sport == NTP || dport == NTP) && !style.verbose {
        return ntp(out, body, length, is_new);
    }
    say_number(out, "udp ", length);
}

/// The port of NTP, and bytes of its packets without extensions.
const NTP: u16 = 123;
const NTP_BYTES: usize = 48;

/// `v4 client strat 0 poll 0 prec 0`
fn ntp(out: &mut Line, bytes: &[u8], length: usize, is_new: bool) {
    if length != NTP_BYTES {
        say_number(out, if is_new { " [len=" } else { "[len=" }, length);
        say(out, if is_new { "]" } else { "] " });
    }
    let Some(&first) = bytes.first() else { return say(out, " [|ntp]") };
    say_number(out, "v", first >> 3 & 7);
    say(
        out,
        match first >> 6 {
            1 => " +1s",
            2 => " -1s",
            _ => "",
        },
    );
    say(
        out,
        match first & 7 {
            0 => " unspec",
            1 => " sym_act",
            2 => " sym_pas",
            3 => " client",
            4 => " server",
            5 => " bcast",
            6 => " res1",
            _ => " res2",
        },
    );
    for (at, name) in [(1, " strat "), (2, " poll "), (3, " prec ")] {
        let Some(&byte) = bytes.get(at) else { return say(out, " [|ntp]") };
        say(out, name);
        match at {
            3 => write_decimal(out, i32::from(byte.cast_signed())),
            _ => write_decimal(out, byte),
        }
    }
}
