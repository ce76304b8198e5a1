//! Addresses as inet_ntop(3) writes them.

#![forbid(unsafe_code)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::write_hex;
use crate::line::{Line, without_zeros};
use crate::state::{Address, StateKey};

/// Appends an address; one of an unknown family as `0x` and all its bytes.
#[inline]
pub fn write_address(out: &mut Line, addr: Address) {
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
pub fn write_ip(out: &mut Line, ip: IpAddr) {
    match ip {
        IpAddr::V4(v4) => write_v4(out, v4),
        IpAddr::V6(v6) => write_v6(out, v6),
    }
}

#[inline]
fn write_v4(out: &mut Line, v4: Ipv4Addr) {
    write_v4_port(out, v4, 0);
}

/// Appends an IPv4 address and, where it is not 0, its port: `192.0.2.1:80`.
#[inline]
pub(super) fn write_v4_port(out: &mut Line, v4: Ipv4Addr, port: u16) {
    out.edit::<32>(|room| {
        let mut text = Short::new(room);
        text.push_v4(v4.octets(), port);
        text.len
    });
}

/// Appends the hosts of a state of which nothing but IPv4 addresses and ports is to be told, in one
/// piece: what most of most lines is.
#[inline]
pub(super) fn write_v4_hosts(out: &mut Line, near: &StateKey, far: &StateKey, is_out: bool) {
    let host = |key: &StateKey, index: usize| {
        let [a, b, c, d, ..] = key.addr[index];
        ([a, b, c, d], key.port[index])
    };
    out.edit::<128>(|room| {
        let mut text = Short::new(room);
        for index in [1, 0] {
            let (near, far) = (host(near, index), host(far, index));
            text.push_v4(near.0, near.1);
            if far != near {
                text.push(*b" (", 2);
                text.push_v4(far.0, far.1);
                text.push(*b")", 1);
            }
            if index == 1 {
                text.push(if is_out { *b" -> " } else { *b" <- " }, 4);
            }
        }
        text.len
    });
}

/// Every octet with its dot.
static OCTETS: [[u8; 4]; 256] = {
    let mut all = [[0; 4]; 256];
    let mut octet = 0;
    while octet < 256 {
        let digits =
            [b'0' + (octet / 100) as u8, b'0' + (octet / 10 % 10) as u8, b'0' + (octet % 10) as u8];
        all[octet] = match octet {
            0..10 => [digits[2], b'.', 0, 0],
            10..100 => [digits[1], digits[2], b'.', 0],
            _ => [digits[0], digits[1], digits[2], b'.'],
        };
        octet += 1;
    }
    all
};

/// The first longest run of at least two zero groups is `::`; an address whose first six groups
/// are zero, or five and ffff, ends in dotted decimal. The standard library writes the former as
/// hex.
fn write_v6(out: &mut Line, v6: Ipv6Addr) {
    let groups = v6.segments();
    let zeros = (0..8).fold(0, |zeros, at| zeros | usize::from(groups[at] == 0) << at);
    let (start, len) = LONGEST[zeros];
    let (start, len) = (usize::from(start), usize::from(len));
    let dotted = start == 0 && (len == 6 || (len == 5 && groups[5] == 0xffff));
    let written = if dotted { 6 } else { 8 };
    out.edit::<64>(|room| {
        let mut text = Short::new(room);
        let mut at = 0;
        while at < written {
            if len >= 2 && at == start {
                text.push(if at == 0 { *b"::" } else { *b": " }, if at == 0 { 2 } else { 1 });
                at += len;
                continue;
            }
            text.push_hex(groups[at]);
            at += 1;
        }
        if dotted {
            let [.., a, b, c, d] = v6.octets();
            text.push_v4([a, b, c, d], 0);
        } else if len < 2 || start + len < 8 {
            // Behind the last group stands a colon.
            text.len -= 1;
        }
        text.len
    });
}

/// By which groups are zero, a bit for each: where the first longest run of them begins and how long
/// it is.
static LONGEST: [(u8, u8); 256] = {
    let mut all = [(0, 0); 256];
    let mut zeros = 0;
    while zeros < 256 {
        let (mut at, mut len) = (0, 0);
        while at < 8 {
            len = if zeros >> at & 1 == 1 { len + 1 } else { 0 };
            if len > all[zeros].1 {
                all[zeros] = (at + 1 - len, len);
            }
            at += 1;
        }
        zeros += 1;
    }
    all
};

/// Text of at most `N` bytes in the room of a line. Small pieces of a fixed size are copied as a
/// whole, and what is too much of one is overwritten by the next.
struct Short<'a, const N: usize> {
    room: &'a mut [u8; N],
    len: usize,
}

impl<'a, const N: usize> Short<'a, N> {
    #[inline(always)]
    fn new(room: &'a mut [u8; N]) -> Self {
        Self { room, len: 0 }
    }

    #[inline(always)]
    fn push<const K: usize>(&mut self, piece: [u8; K], used: usize) {
        if let Some(place) = self.room.get_mut(self.len..self.len + K) {
            place.copy_from_slice(&piece);
            self.len += used;
        }
    }

    /// An address, and where it is not 0, its port. Takes up to 24 bytes of room.
    #[inline(always)]
    fn push_v4(&mut self, octets: [u8; 4], port: u16) {
        for octet in octets {
            let used = 2 + usize::from(octet >= 10) + usize::from(octet >= 100);
            self.push(OCTETS[usize::from(octet)], used);
        }
        // In the place of the last dot.
        self.len -= 1;
        if port != 0 {
            let (digits, zeros) = without_zeros(u32::from(port));
            self.push(*b":", 1);
            self.push(digits, 8 - zeros);
        }
    }

    /// Hex without leading zeros, and a colon.
    #[inline(always)]
    fn push_hex(&mut self, group: u16) {
        let group = u32::from(group);
        // The first digit in the lowest byte.
        let nibbles = group >> 12 | (group & 0x0f00) | (group & 0xf0) << 12 | (group & 0x0f) << 24;
        let letters = (nibbles + 0x0606_0606) >> 4 & 0x0101_0101;
        let digits = nibbles + 0x3030_3030 + letters * 0x27;
        let zeros = (nibbles | 1 << 24).trailing_zeros() / 8;
        let text = (u64::from(digits) | u64::from(b':') << 32) >> (8 * zeros);
        self.push(text.to_le_bytes(), 5 - zeros as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(ip: IpAddr) -> String {
        let mut out = Line::new();
        write_ip(&mut out, ip);
        String::from_utf8(out.into_bytes()).unwrap()
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
