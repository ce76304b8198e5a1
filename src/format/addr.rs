//! Addresses as inet_ntop(3) writes them.

#![forbid(unsafe_code)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::write_hex;
use crate::line::{Line, without_zeros};
use crate::state::{Address, Af, StateKey};

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

/// Appends the hosts of a state of which nothing but addresses of one family and ports is to be told,
/// in one piece: what most of most lines is.
#[inline]
pub(super) fn write_plain_hosts(out: &mut Line, [near, far]: [&StateKey; 2], is_out: bool) {
    match near.af {
        Af::Inet6 => out.edit::<256>(|room| {
            let mut text = Short::new(room);
            text.push_hosts::<16>(near, far, is_out, |text, addr, port| {
                text.push_v6(addr);
                if port != 0 {
                    text.push(*b"[", 1);
                    text.push_decimal(port);
                    text.push(*b"]", 1);
                }
            });
            text.len
        }),
        _ => out.edit::<128>(|room| {
            let mut text = Short::new(room);
            text.push_hosts::<4>(near, far, is_out, |text, [a, b, c, d, ..], port| {
                text.push_v4([*a, *b, *c, *d], port);
            });
            text.len
        }),
    }
}

/// Every octet with its dot, and in the last byte the length of both.
static OCTETS: [u64; 256] = {
    let mut all = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        let digits =
            [b'0' + (octet / 100) as u8, b'0' + (octet / 10 % 10) as u8, b'0' + (octet % 10) as u8];
        all[octet] = u64::from_le_bytes(match octet {
            0..10 => [digits[2], b'.', 0, 0, 0, 0, 0, 2],
            10..100 => [digits[1], digits[2], b'.', 0, 0, 0, 0, 3],
            _ => [digits[0], digits[1], digits[2], b'.', 0, 0, 0, 4],
        });
        octet += 1;
    }
    all
};

fn write_v6(out: &mut Line, v6: Ipv6Addr) {
    out.edit::<64>(|room| {
        let mut text = Short::new(room);
        text.push_v6(&v6.octets());
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
pub(super) struct Short<'a, const N: usize> {
    room: &'a mut [u8; N],
    pub len: usize,
}

impl<'a, const N: usize> Short<'a, N> {
    #[inline(always)]
    pub fn new(room: &'a mut [u8; N]) -> Self {
        Self { room, len: 0 }
    }

    #[inline(always)]
    pub fn push<const K: usize>(&mut self, piece: [u8; K], used: usize) {
        if let Some(place) = self.room.get_mut(self.len..self.len + K) {
            place.copy_from_slice(&piece);
            self.len += used;
        }
    }

    /// Two hosts, each as `host` writes it, and in parentheses what it is on the other side of the
    /// translation; the arrow between them. Addresses are compared by their first `BYTES`.
    #[inline(always)]
    fn push_hosts<const BYTES: usize>(
        &mut self,
        near: &StateKey,
        far: &StateKey,
        is_out: bool,
        mut host: impl FnMut(&mut Self, &[u8; 16], u16),
    ) {
        for index in [1, 0] {
            host(self, &near.addr[index], near.port[index]);
            let same = near.addr[index][..BYTES] == far.addr[index][..BYTES];
            if !same || near.port[index] != far.port[index] {
                self.push(*b" (", 2);
                host(self, &far.addr[index], far.port[index]);
                self.push(*b")", 1);
            }
            if index == 1 {
                self.push(if is_out { *b" -> " } else { *b" <- " }, 4);
            }
        }
    }

    /// An address, and where it is not 0, its port. Takes up to 28 bytes of room.
    #[inline(always)]
    pub fn push_v4(&mut self, octets: [u8; 4], port: u16) {
        for octet in octets {
            let digits = OCTETS[usize::from(octet)];
            self.push((digits as u32).to_le_bytes(), (digits >> 56) as usize);
        }
        // In the place of the last dot.
        self.len -= 1;
        if port != 0 {
            self.push(*b":", 1);
            self.push_decimal(port);
        }
    }

    #[inline(always)]
    pub fn push_decimal(&mut self, number: u16) {
        let (digits, zeros) = without_zeros(u32::from(number));
        self.push(digits, 8 - zeros);
    }

    /// The first longest run of at least two zero groups is `::`; an address whose first six groups
    /// are zero, or five and ffff, ends in dotted decimal. The standard library writes the former as
    /// hex. Takes up to 47 bytes of room.
    #[inline(always)]
    pub fn push_v6(&mut self, addr: &[u8; 16]) {
        let (groups, _) = addr.as_chunks::<2>();
        let group = |at: usize| groups.get(at).map_or(0, |group| u16::from_be_bytes(*group));
        let zeros = (0..8).fold(0, |zeros, at| zeros | usize::from(group(at) == 0) << at);
        let (start, len) = LONGEST[zeros];
        let (start, len) = (usize::from(start), usize::from(len));
        let dotted = start == 0 && (len == 6 || (len == 5 && group(5) == 0xffff));
        let written = if dotted { 6 } else { 8 };
        let mut at = 0;
        while at < written {
            if len >= 2 && at == start {
                self.push(*b"::", 1 + usize::from(at == 0));
                at += len;
                continue;
            }
            self.push_hex(group(at));
            at += 1;
        }
        if dotted {
            let [.., a, b, c, d] = *addr;
            self.push_v4([a, b, c, d], 0);
        } else if len < 2 || start + len < 8 {
            // Behind the last group stands a colon.
            self.len -= 1;
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
