//! Logged packets as `tcpdump -n -e -ttt` prints them, with `-v` as with that (wire-openbsd.md 5).
//!
//! ```text
//! Nov 20 13:05:02.123456 rule 3/(match) block in on em0: 192.0.2.1.41854 > 198.51.100.7.6379: S ...
//! ```
//! What stands before the packet is the original's to the byte, but for names, of which nothing gets
//! into a line that is not printable ASCII, and for numbers that the originals read in the wrong byte
//! order. Of the packet the usual is: TCP, UDP, ICMP, fragments, extension headers, queries of DNS
//! and the first line of NTP. Other protocols whose payload the originals take apart (SNMP, OSPF, GRE ...)
//! are named with their length.
//!
//! | originals | which |
//! |---|---|
//! | up to 4.8 | those of 4.4 |
//! | 4.9 to 6.8 | those of 5.3 |
//! | 6.9 and later | those of 7.9 |
//! | FreeBSD | tcpdump.org's, 4.9 up to 13 and 4.99 from 14 on |

#![forbid(unsafe_code)]

mod dns;
mod flows;
mod icmp;
mod ip;
mod org;
mod transport;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Detail;
use crate::abi::Release;
use crate::capture::Packet;
use crate::format::{write_decimal, write_ip};
use crate::line::Line;
use crate::pflog::{self, Addresses, Header, names};
use crate::state::{Af, Direction};
use crate::time::Time;
pub use flows::Flows;

/// Bytes below which OpenBSD's tcpdump takes no header for one, and tcpdump.org's.
const OPENBSD_LEAST: u8 = 45;
const ORG_LEAST: u8 = 61;

/// Whose printers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Era {
    /// OpenBSD 4.4's.
    Old,
    /// OpenBSD 5.3's.
    Middle,
    /// OpenBSD 7.9's.
    New,
}

/// How a packet is printed.
struct Style<'a> {
    era: Era,
    verbose: bool,
    flows: &'a mut Flows,
}

/// Appends a captured packet of pflog, which is read as `release` has it; false where its header could
/// not be.
pub fn write_packet(
    out: &mut Line,
    packet: &Packet<'_>,
    release: Release,
    detail: Detail,
    flows: &mut Flows,
) -> bool {
    let verbose = detail >= Detail::Verbose;
    let is_org = release.system() != "openbsd";
    let data = packet.data;
    let Some(&length) = data.first() else {
        out.extend_from_slice(b"[|pflog]");
        return false;
    };
    if length < if is_org { ORG_LEAST } else { OPENBSD_LEAST } {
        out.extend_from_slice(b"[pflog: invalid header length!]");
        return false;
    }
    // In eight bits, as theirs is: the last three lengths are 0, but not to 4.4.
    let offset = match release {
        release if release < Release::OpenBsd4_9 => usize::from(length).next_multiple_of(4),
        _ => usize::from(length.wrapping_add(3) & 0xfc),
    };
    let header = pflog::header_as(packet, release);
    let (Some(payload), Some(header)) = (data.get(offset..), header) else {
        out.extend_from_slice(b"[|pflog]");
        return false;
    };
    let wire_len = usize::try_from(packet.wire_len).unwrap_or(usize::MAX).max(data.len()) - offset;
    if is_org {
        org::write_prefix(out, &header, release);
        org::write_payload(out, header.af, payload, wire_len, verbose, flows);
        return true;
    }
    let era = match release {
        release if release < Release::OpenBsd4_9 => Era::Old,
        release if release < Release::OpenBsd6_9 => Era::Middle,
        _ => Era::New,
    };
    write_prefix(out, &header, release, (era, verbose));
    // From 5.1 on the original went by the family behind translation, from 6.9 on by the packet's.
    let family = match (era, header.naf) {
        (Era::Middle, Some(naf)) => naf,
        _ => header.af,
    };
    let mut style = Style { era, verbose, flows };
    match family {
        INET => ip::v4(out, payload, wire_len, &mut style),
        INET6 => ip::v6(out, payload, wire_len, &mut style),
        other => {
            out.extend_from_slice(b"unknown-af ");
            write_decimal(out, other);
        }
    }
    true
}

/// OpenBSD's numbers: those of other systems are none to its tcpdump.
const INET: u8 = crate::abi::consts::AF_INET as u8;
const INET6: u8 = crate::abi::consts::AF_INET6 as u8;

/// `rule 3.ftp-proxy.0/(match) [uid 0, pid 4711] block in on em0: `
fn write_prefix(out: &mut Line, header: &Header, release: Release, (era, verbose): (Era, bool)) {
    let number = |out: &mut Line, number: Option<u32>| match number {
        Some(number) => write_decimal(out, number),
        None => out.extend_from_slice(b"def"),
    };
    out.extend_from_slice(b"rule ");
    number(out, header.rule);
    if !header.ruleset.is_empty() {
        out.push(b'.');
        super::words::write_raw(out, header.ruleset.as_bytes());
        out.push(b'.');
        number(out, header.subrule);
    }
    match names::reason(header.reason, release).word() {
        Some(word) => {
            out.extend_from_slice(b"/(");
            out.extend_from_slice(word.as_bytes());
        }
        None => {
            out.extend_from_slice(b"/(unkn ");
            write_decimal(out, header.reason);
        }
    }
    out.extend_from_slice(b") ");
    if verbose {
        write_owner(out, header.rule_uid, header.rule_pid);
    }
    out.extend_from_slice(match header.action {
        0 => b"pass",
        1 => b"block",
        2 => b"scrub",
        4 | 5 => b"nat",
        6 | 7 => b"binat",
        8 | 9 => b"rdr",
        // 12 is match from the release on that has it.
        12 if release >= Release::OpenBsd4_6 => b"match",
        _ => b"",
    });
    let out_word = Direction::from_wire(header.dir) == Direction::Out;
    out.extend_from_slice(if out_word { b" out on " } else { b" in on " });
    super::words::write_raw(out, header.ifname.as_bytes());
    out.extend_from_slice(b": ");
    let known_uid = Some(header.uid).filter(|uid| *uid != u32::MAX);
    if verbose && !pflog::is_no_pid(header.pid, known_uid) {
        write_owner(out, header.uid, header.pid);
    }
    if let Some(addresses) = header.addresses.filter(|_| verbose && header.rewritten) {
        out.extend_from_slice(if era == Era::New { b"[rewritten: src " } else { b"[orig src " });
        write_rewritten(out, header, addresses, era);
    }
}

fn write_owner(out: &mut Line, uid: u32, pid: u32) {
    out.extend_from_slice(b"[uid ");
    write_decimal(out, uid);
    out.extend_from_slice(b", pid ");
    write_decimal(out, pid);
    out.extend_from_slice(b"] ");
}

/// The family is that behind translation where these are the new addresses, else that before it.
fn write_rewritten(out: &mut Line, header: &Header, addresses: Addresses, era: Era) {
    let af = match (era, header.naf) {
        (Era::New, Some(naf)) => naf,
        _ => header.af,
    };
    let ip = |bytes: [u8; 16]| -> IpAddr {
        match Af::from_wire(af) {
            Af::Inet6 => Ipv6Addr::from(bytes).into(),
            _ => Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into(),
        }
    };
    write_ip(out, ip(addresses.src));
    out.push(b':');
    write_decimal(out, addresses.sport);
    out.extend_from_slice(b", dst ");
    write_ip(out, ip(addresses.dst));
    out.push(b':');
    write_decimal(out, addresses.dport);
    out.extend_from_slice(b"] ");
}

/// Appends `Nov 20 13:05:02.123456 `, in a time that is `east` seconds before UTC.
pub fn write_stamp(out: &mut Line, time: Time, east: i32) {
    let shown = Time::from_nanos(time.nanos().saturating_add(i64::from(east) * 1_000_000_000));
    let date = time::OffsetDateTime::from_unix_timestamp(shown.secs())
        .unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.get(usize::from(u8::from(date.month()) - 1)).copied().unwrap_or_default();
    out.extend_from_slice(month.as_bytes());
    let two = |out: &mut Line, before: u8, number: u8| {
        out.extend_from_slice(&[before, b'0' + number / 10, b'0' + number % 10]);
    };
    two(out, b' ', date.day());
    two(out, b' ', date.hour());
    two(out, b':', date.minute());
    two(out, b':', date.second());
    out.push(b'.');
    let mut micros = [b'0'; 6];
    let mut rest = shown.subsec_micros();
    for digit in micros.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&micros);
    out.push(b' ');
}
