//! What is asked for, as it is written on a command line.

#![forbid(unsafe_code)]

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use crate::state::{Address, Direction, IfName, names};

/// What may be asked for. Of one kind any has to match, of different kinds all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Only states that are translated.
    pub nat: bool,
    /// IP protocols; none for any.
    pub protos: Vec<Proto>,
    /// Addresses of any of the four endpoints; none for any.
    pub hosts: Vec<Net>,
    /// Ports of any of the four endpoints; none for any.
    pub ports: Vec<Ports>,
    /// Interfaces; none for any.
    pub ifnames: Vec<Interface>,
    /// Directions; none for any.
    pub directions: Vec<Way>,
}

/// Why a word is nothing that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterError {
    /// No protocol.
    Proto(String),
    /// No address.
    Host(String),
    /// An address with a length of prefix that it cannot have.
    Prefix {
        /// The word.
        word: String,
        /// The longest that is possible, in bits.
        max: u8,
    },
    /// No port.
    Port(String),
    /// A range of ports that ends before it begins.
    Reversed(String),
    /// No name of an interface.
    Interface(String),
    /// No direction.
    Direction(String),
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proto(word) => write!(
                f,
                "no protocol is called {word:?}: a name that lines show (tcp, udp, icmp, \
                 ipv6-icmp, ...) or a number from 0 to 255 is needed"
            ),
            Self::Host(word) => write!(
                f,
                "{word:?} is no address: IPv4 or IPv6 is needed, as 192.0.2.1, 192.0.2.0/24 or \
                 2001:db8::/32"
            ),
            Self::Prefix { word, max } => {
                write!(f, "{word:?}: the length behind the / is a number from 0 to {max}")
            }
            Self::Port(word) => {
                write!(f, "{word:?} is no port: a number from 0 to 65535 or a range as 1024-2047")
            }
            Self::Reversed(word) => {
                write!(f, "the range {word:?} ends before it begins: the lower port comes first")
            }
            Self::Interface(word) => {
                write!(
                    f,
                    "{word:?} is no interface: its name has 1 to 16 bytes, as lines show \
                     them (\\x and two hex digits for what is not printable)"
                )
            }
            Self::Direction(word) => {
                write!(f, "{word:?} is no direction: there are in, out and fwd")
            }
        }
    }
}

impl std::error::Error for FilterError {}

/// An IP protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proto(pub u8);

impl FromStr for Proto {
    type Err = FilterError;

    /// A number, or a name in either case. `icmp6`, as pf.conf has it, is `ipv6-icmp`.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let is = |number: &u8| names::proto(*number).is_some_and(|n| n.eq_ignore_ascii_case(word));
        let known = match number(word) {
            None if word.eq_ignore_ascii_case("icmp6") => Some(names::IPPROTO_ICMPV6),
            None => (0..=u8::MAX).find(is),
            number => number,
        };
        known.map(Self).ok_or_else(|| FilterError::Proto(word.to_string()))
    }
}

/// A number of decimal digits alone: `parse` would take a sign as well.
fn number<N: FromStr>(word: &str) -> Option<N> {
    word.parse().ok().filter(|_| word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An address as a number: IPv4 as its v4-mapped IPv6 address, so that one comparison serves both
/// families, and a mapped address is the same as the bare one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bits {
    bits: u128,
    is_v4: bool,
}

impl Bits {
    /// `None` for a family that has no name.
    #[inline]
    pub(super) fn of(addr: Address) -> Option<Self> {
        Some(match addr.ip()? {
            IpAddr::V4(v4) => Self { bits: v4.to_ipv6_mapped().to_bits(), is_v4: true },
            IpAddr::V6(v6) => Self { bits: v6.to_bits(), is_v4: false },
        })
    }
}

/// Bits in front of the IPv4 address in a v4-mapped one.
const MAPPED_BITS: u8 = 96;

/// Addresses with one prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Net {
    bits: u128,
    mask: u128,
    /// The prefix is too short to tell IPv4 from IPv6: it was written as one of IPv6.
    only_v6: bool,
}

impl Net {
    /// Addresses whose first `prefix_bits` bits are those of `ip`; more than the address has count
    /// as all of them. What stands behind the prefix is ignored, as pf does.
    pub fn new(ip: IpAddr, prefix_bits: u8) -> Self {
        let (bits, prefix_bits) = match ip {
            IpAddr::V4(v4) => (v4.to_ipv6_mapped(), prefix_bits.saturating_add(MAPPED_BITS)),
            IpAddr::V6(v6) => (v6, prefix_bits),
        };
        let host_bits = 128_u32.saturating_sub(prefix_bits.into());
        let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
        let bits = Ipv6Addr::to_bits(bits) & mask;
        Self { bits, mask, only_v6: prefix_bits < MAPPED_BITS }
    }

    #[inline]
    pub(super) fn has(&self, addr: Bits) -> bool {
        addr.bits & self.mask == self.bits && !(self.only_v6 && addr.is_v4)
    }
}

impl FromStr for Net {
    type Err = FilterError;

    /// An address, or a prefix of one in CIDR notation.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let (addr, len) = match word.split_once('/') {
            Some((addr, len)) => (addr, Some(len)),
            None => (word, None),
        };
        let ip: IpAddr = addr.parse().map_err(|_| FilterError::Host(word.to_string()))?;
        let max = if ip.is_ipv4() { 32 } else { 128 };
        let prefix_bits = match len {
            None => Some(max),
            Some(len) => number(len).filter(|bits| *bits <= max),
        };
        let wrong = || FilterError::Prefix { word: word.to_string(), max };
        prefix_bits.map(|bits| Self::new(ip, bits)).ok_or_else(wrong)
    }
}

/// Ports from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    first: u16,
    last: u16,
}

impl Ports {
    #[inline]
    pub(super) fn has(&self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }
}

impl FromStr for Ports {
    type Err = FilterError;

    /// A port, or a range as `1024-2047`.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => Ok(Self { first, last }),
            (Some(_), Some(_)) => Err(FilterError::Reversed(word.to_string())),
            _ => Err(FilterError::Port(word.to_string())),
        }
    }
}

/// The name of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interface(pub(super) IfName);

impl Interface {
    /// The name, as states have it.
    pub const fn name(self) -> IfName {
        self.0
    }
}

impl FromStr for Interface {
    type Err = FilterError;

    /// As lines show it, so `\x20` is a space; `all` is that of floating states.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let error = || FilterError::Interface(word.to_string());
        let mut wire = [0; 16];
        let mut places = wire.iter_mut();
        let mut rest = word.as_bytes();
        while let [first, behind @ ..] = rest {
            let (byte, behind) = match (first, behind) {
                (b'\\', [b'x', digits @ ..]) => {
                    let (digits, behind) = digits.split_at_checked(2).ok_or_else(error)?;
                    let digits = str::from_utf8(digits).map_err(|_| error())?;
                    (u8::from_str_radix(digits, 16).map_err(|_| error())?, behind)
                }
                (byte, behind) => (*byte, behind),
            };
            // A NUL ends a name, it is in none.
            *places.next().filter(|_| byte != 0).ok_or_else(error)? = byte;
            rest = behind;
        }
        let name = IfName::new(wire);
        if name.is_empty() { Err(error()) } else { Ok(Self(name)) }
    }
}

/// `PF_FWD`, of packets alone.
pub(super) const FORWARD: Direction = Direction::Other(crate::abi::consts::PF_FWD as u8);

/// Which way the packet went that made the state, or that was logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way(pub Direction);

impl FromStr for Way {
    type Err = FilterError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "in" => Ok(Self(Direction::In)),
            "out" => Ok(Self(Direction::Out)),
            "fwd" => Ok(Self(FORWARD)),
            _ => Err(FilterError::Direction(word.to_string())),
        }
    }
}
