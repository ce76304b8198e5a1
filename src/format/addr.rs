//! Addresses as inet_ntop(3) writes them.

#![forbid(unsafe_code)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::write_hex;
use crate::state::Address;

/// Appends an address; one of an unknown family as `0x` and all its bytes.
#[inline]
pub fn write_address(out: &mut Vec<u8>, addr: Address) {
    match addr {
        Address::Ip(ip) => write_ip(out, ip),
        Address::Unknown(bytes) => {
            out.extend_from_slice(b"0x");
            for byte in bytes {
                write_hex::<2>(out, u64::from(byte));
            }
        }
    }
}

/// Appends an IP address.
#[inline]
pub fn write_ip(out: &mut Vec<u8>, ip: IpAddr) {
    match ip {
        IpAddr::V4(v4) => write_v4(out, v4),
        IpAddr::V6(v6) => write_v6(out, v6),
    }
}

#[inline]
fn write_v4(out: &mut Vec<u8>, v4: Ipv4Addr) {
    let (text, len) = v4_text(v4);
    out.extend_from_slice(text.get(..len).unwrap_or_default());
}

/// An IPv4 address and the length of its text. Each octet is copied with its dot, always four
/// bytes, and the next one written over what was too much.
#[inline]
fn v4_text(v4: Ipv4Addr) -> ([u8; 16], usize) {
    let (mut text, mut at) = ([0; 16], 0);
    for octet in v4.octets() {
        let (digits, len) = &OCTETS[usize::from(octet)];
        if let Some(place) = text.get_mut(at..at + 4) {
            place.copy_from_slice(digits);
        }
        at += usize::from(*len);
    }
    (text, at - 1)
}

/// Appends an IPv4 address and, where it is not 0, its port: `192.0.2.1:80`. The most frequent
/// thing in a line, made in one piece.
#[inline]
pub(super) fn write_v4_port(out: &mut Vec<u8>, v4: Ipv4Addr, port: u16) {
    let (text, mut at) = v4_text(v4);
    let mut all = [0; 24];
    all[..16].copy_from_slice(&text);
    if port != 0 {
        all[at] = b':';
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(port).as_bytes();
        at += 1;
        for digit in digits {
            all[at] = *digit;
            at += 1;
        }
    }
    out.extend_from_slice(&all[..at]);
}

/// Every octet with its dot, and the length of both.
static OCTETS: [([u8; 4], u8); 256] = {
    let mut all = [([0; 4], 0); 256];
    let mut octet = 0;
    while octet < 256 {
        let digits =
            [b'0' + (octet / 100) as u8, b'0' + (octet / 10 % 10) as u8, b'0' + (octet % 10) as u8];
        all[octet] = match octet {
            0..10 => ([digits[2], b'.', 0, 0], 2),
            10..100 => ([digits[1], digits[2], b'.', 0], 3),
            _ => ([digits[0], digits[1], digits[2], b'.'], 4),
        };
        octet += 1;
    }
    all
};

/// The first longest run of at least two zero groups is `::`; an address whose first six groups
/// are zero, or five and ffff, ends in dotted decimal. The standard library writes the former as
/// hex.
fn write_v6(out: &mut Vec<u8>, v6: Ipv6Addr) {
    let groups = v6.segments();
    let (start, len) = longest_zeros(&groups);
    let dotted = start == 0 && (len == 6 || (len == 5 && groups[5] == 0xffff));
    let groups = if dotted { &groups[..6] } else { &groups[..] };
    let mut at = 0;
    while at < groups.len() {
        if len >= 2 && at == start {
            out.extend_from_slice(b"::");
            at += len;
            continue;
        }
        if at > 0 && !(len >= 2 && at == start + len) {
            out.push(b':');
        }
        write_group(out, groups[at]);
        at += 1;
    }
    if dotted {
        let [.., a, b, c, d] = v6.octets();
        if len == 5 {
            out.push(b':');
        }
        write_v4(out, Ipv4Addr::new(a, b, c, d));
    }
}

fn longest_zeros(groups: &[u16; 8]) -> (usize, usize) {
    let (mut best, mut best_len, mut len) = (0, 0, 0);
    for (at, group) in groups.iter().enumerate() {
        len = if *group == 0 { len + 1 } else { 0 };
        if len > best_len {
            (best, best_len) = (at + 1 - len, len);
        }
    }
    (best, best_len)
}

/// Hex without leading zeros.
fn write_group(out: &mut Vec<u8>, group: u16) {
    let digits = (16 - group.leading_zeros()).div_ceil(4).max(1);
    for digit in (0..digits).rev() {
        out.push(b"0123456789abcdef"[usize::from(group >> (4 * digit) & 15)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(ip: IpAddr) -> String {
        let mut out = Vec::new();
        write_ip(&mut out, ip);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn addresses_are_written_as_inet_ntop_does() {
        for address in [
            "::",
            "::1",
            "1::",
            "::1.2.3.4",
            "::ffff:1.2.3.4",
            "1:0:0:2::3",
            "1::2:0:0:3:0",
            "2001:db8::1",
            "2001:db8:0:1:1:1:1:1",
            "0:1::",
            "1:2:3:4:5:6:7:8",
            "64:ff9b::c000:201",
            "ff02::1:ff00:10",
            "0.0.0.0",
            "255.255.255.255",
            "192.0.2.1",
            "::ffff:0:1.2.3.4",
        ] {
            let ip: IpAddr = address.parse().unwrap();
            let expected = match address {
                "::ffff:0:1.2.3.4" => "::ffff:0:102:304",
                "1::2:0:0:3:0" => "1::2:0:0:3:0",
                other => other,
            };
            assert_eq!(text(ip), expected);
        }
    }

    proptest! {
        #[test]
        fn every_address_reads_back(groups: [u16; 8], zeros: u8, v4: [u8; 4]) {
            let mut groups = groups;
            for (at, group) in groups.iter_mut().enumerate() {
                if zeros >> at & 1 == 1 {
                    *group = 0;
                }
            }
            let v6 = Ipv6Addr::from(groups);
            prop_assert_eq!(text(v6.into()).parse::<Ipv6Addr>().unwrap(), v6);
            let compatible = v6.to_ipv4().is_some() && v6.to_ipv4_mapped().is_none();
            if !compatible {
                prop_assert_eq!(text(v6.into()), v6.to_string());
            }
            let v4 = Ipv4Addr::from(v4);
            prop_assert_eq!(text(v4.into()), v4.to_string());
        }
    }
}
