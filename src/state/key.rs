//! Addresses and the pairs of them that a state has.

#![forbid(unsafe_code)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Address family. The number of IPv6 differs between systems, the family does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Af {
    /// IPv4.
    Inet,
    /// IPv6.
    Inet6,
    /// A number that is neither; the kernel refuses such a state.
    Other(u8),
}

impl Af {
    /// From the wire: 2 is IPv4 everywhere; IPv6 is 24 on OpenBSD and NetBSD, 28 on FreeBSD, 30 on
    /// Darwin (wire-others.md 1.8), and none of these is anything else on the others.
    pub const fn from_wire(number: u8) -> Self {
        match number {
            2 => Self::Inet,
            24 | 28 | 30 => Self::Inet6,
            other => Self::Other(other),
        }
    }
}

/// An address of any family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Address {
    /// IPv4 or IPv6.
    Ip(IpAddr),
    /// Of a family that has no name: all 16 bytes.
    Unknown([u8; 16]),
}

impl Address {
    /// From 16 bytes in network order, IPv4 in the first four.
    pub const fn new(af: Af, bytes: &[u8; 16]) -> Self {
        match af {
            Af::Inet => Self::Ip(IpAddr::V4(Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]))),
            Af::Inet6 => Self::Ip(IpAddr::V6(Ipv6Addr::from_bits(u128::from_be_bytes(*bytes)))),
            Af::Other(_) => Self::Unknown(*bytes),
        }
    }

    /// As an IP address, where it is one.
    pub const fn ip(self) -> Option<IpAddr> {
        match self {
            Self::Ip(ip) => Some(ip),
            Self::Unknown(_) => None,
        }
    }
}

/// An address with its port and routing domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The address.
    pub addr: Address,
    /// Port; of ICMP the id on the side that asks, the request's type on the other.
    pub port: u16,
    /// Routing domain; 0 is the default one.
    pub rdomain: u16,
}

/// A pair of addresses and ports (wire-openbsd.md 2.3). Which index is the source depends on the
/// direction of the state: see [`super::Nat`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StateKey {
    /// Family of both addresses.
    pub af: Af,
    /// In network order, IPv4 in the first four bytes.
    pub addr: [[u8; 16]; 2],
    /// Ports.
    pub port: [u16; 2],
    /// Routing domain.
    pub rdomain: u16,
}

impl StateKey {
    /// The endpoint at index 0, or for anything else at index 1.
    #[inline]
    pub const fn endpoint(&self, index: usize) -> Endpoint {
        let index = if index == 0 { 0 } else { 1 };
        Endpoint {
            addr: Address::new(self.af, &self.addr[index]),
            port: self.port[index],
            rdomain: self.rdomain,
        }
    }
}
