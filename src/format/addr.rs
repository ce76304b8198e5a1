//! Addresses as inet_ntop(3) writes them.

#![forbid(unsafe_code)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::write_hex;
use crate::state::{Address, StateKey};

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
    write_v4_port(out, v4, 0);
}

/// Appends an IPv4 address and, where it is not 0, its port: `192.0.2.1:80`.
#[inline]
pub(super) fn write_v4_port(out: &mut Vec<u8>, v4: Ipv4Addr, port: u16) {
    let mut text = Short::<24>::default();
    text.push_v4(v4.octets(), port);
    text.write(out);
}

/// Appends the hosts of a state of which nothing but IPv4 addresses and ports is to be told, in one
/// piece: what most of most lines is.
#[inline]
pub(super) fn write_v4_hosts(out: &mut Vec<u8>, near: &StateKey, far: &StateKey, is_out: bool) {
    let mut text = Short::<128>::default();
    for index in [1, 0] {
        let host = |key: &StateKey| {
            let [a, b, c, d, ..] = key.addr[index];
            ([a, b, c, d], key.port[index])
        };
        let (near, far) = (host(near), host(far));
        text.push_v4(near.0, near.1);
        if far != near {
            text.push_all(*b" (");
            text.push_v4(far.0, far.1);
            text.push(b')');
        }
        if index == 1 {
            text.push_all(if is_out { *b" -> " } else { *b" <- " });
        }
    }
    text.write(out);
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
    let mut text = Short::<40>::default();
    let mut at = 0;
    while at < groups.len() {
        if len >= 2 && at == start {
            text.push(b':');
            text.push(b':');
            at += len;
            continue;
        }
        if at > 0 && !(len >= 2 && at == start + len) {
            text.push(b':');
        }
        text.push_hex(groups[at]);
        at += 1;
    }
    if dotted && len == 5 {
        text.push(b':');
    }
    text.write(out);
    if dotted {
        let [.., a, b, c, d] = v6.octets();
        write_v4(out, Ipv4Addr::new(a, b, c, d));
    }
}

/// Text of at most `N` bytes on its way into the line. Small pieces of a fixed size are copied as a
/// whole, and what is too much of one is overwritten by the next.
struct Short<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Default for Short<N> {
    fn default() -> Self {
        Self { bytes: [0; N], len: 0 }
    }
}

impl<const N: usize> Short<N> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.bytes.get(..self.len).unwrap_or_default());
    }

    #[inline]
    fn push(&mut self, byte: u8) {
        self.push_all([byte]);
    }

    #[inline]
    fn push_all<const K: usize>(&mut self, piece: [u8; K]) {
        if let Some(place) = self.bytes.get_mut(self.len..self.len + K) {
            place.copy_from_slice(&piece);
            self.len += K;
        }
    }

    /// An address, and where it is not 0, its port.
    #[inline]
    fn push_v4(&mut self, octets: [u8; 4], port: u16) {
        for octet in octets {
            let (digits, len) = OCTETS[usize::from(octet)];
            self.push_all(digits);
            self.len -= 4 - usize::from(len);
        }
        // In the place of the last dot.
        self.len -= 1;
        if port != 0 {
            self.push(b':');
            let digits = u32::from(port);
            let all = [10_000, 1000, 100, 10, 1].map(|unit| b'0' + (digits / unit % 10) as u8);
            let zeros = all.iter().take_while(|digit| **digit == b'0').count();
            for digit in all.into_iter().skip(zeros) {
                self.push(digit);
            }
        }
    }

    /// Without leading zeros.
    #[inline]
    fn push_hex(&mut self, group: u16) {
        let digits = (16 - group.leading_zeros()).div_ceil(4).max(1);
        for digit in (0..digits).rev() {
            let nibble = (group >> (4 * digit) & 15) as u8;
            self.push(nibble + if nibble < 10 { b'0' } else { b'a' - 10 });
        }
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
