//! Link-layer types: the ones in which pfsync is found, and pflog.

#![forbid(unsafe_code)]

use std::fmt;

/// A link-layer type as a capture file (LINKTYPE) or a live capture (DLT) names it.
///
/// The two number spaces differ in a few values only; where they do, all numbers of a type are
/// known here (`spec/wire-others.md` 1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkType(pub u16);

/// What stands in front of the pfsync header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Nothing, or from OpenBSD 7.4 on an IP header (`spec/wire-openbsd.md` 1.5).
    Pfsync,
    /// No pfsync: the header of pflog(4) and a packet that was logged.
    Pflog,
    /// Ethernet, VLAN tags, IP.
    Ethernet,
    /// IP of either version.
    Ip,
    /// IPv4 alone.
    Ipv4,
    /// IPv6 alone.
    Ipv6,
    /// IP, or on OpenBSD an address family of 4 bytes and then IP: 12 is DLT_RAW here, DLT_LOOP
    /// there.
    IpOrLoop,
    /// An address family of 4 bytes, in network order or in that of the capturing host, then IP.
    Family,
    /// Linux cooked capture: a header of 16 bytes, the protocol in its last two.
    Cooked,
    /// Linux cooked capture, version 2: a header of 20 bytes, the protocol in its first two.
    Cooked2,
    /// enc(4): address family, SPI and flags in 12 bytes, then IP.
    Enc,
}

/// Number, framing and libpcap's name of each type that is known.
const KNOWN: [(u16, Framing, &str); 16] = [
    (0, Framing::Family, "NULL"),
    (1, Framing::Ethernet, "EN10MB"),
    (12, Framing::IpOrLoop, "RAW"),
    (13, Framing::Enc, "ENC"),
    (14, Framing::Ip, "RAW"),
    (18, Framing::Pfsync, "PFSYNC"),
    (101, Framing::Ip, "RAW"),
    (108, Framing::Family, "LOOP"),
    (109, Framing::Enc, "ENC"),
    (113, Framing::Cooked, "LINUX_SLL"),
    (117, Framing::Pflog, "PFLOG"),
    (121, Framing::Pfsync, "PFSYNC"),
    (228, Framing::Ipv4, "IPV4"),
    (229, Framing::Ipv6, "IPV6"),
    (246, Framing::Pfsync, "PFSYNC"),
    (276, Framing::Cooked2, "LINUX_SLL2"),
];

impl LinkType {
    /// From the 32-bit field of a capture file: the upper half carries the length of the
    /// Ethernet check sequence and flags, not the type.
    pub const fn from_file(field: u32) -> Self {
        Self((field & 0xffff) as u16)
    }

    /// What stands in front of the pfsync header; `None` for a type in which pfsync is not
    /// looked for.
    pub fn framing(self) -> Option<Framing> {
        KNOWN.iter().find(|known| known.0 == self.0).map(|known| known.1)
    }

    /// libpcap's name of a type that [`framing`](Self::framing) knows.
    pub fn name(self) -> Option<&'static str> {
        KNOWN.iter().find(|known| known.0 == self.0).map(|known| known.2)
    }
}

impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} ({name})", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pfsync_number_is_known_and_flags_are_masked() {
        for number in [18, 121, 246] {
            assert_eq!(LinkType(number).framing(), Some(Framing::Pfsync));
        }
        assert_eq!(LinkType::from_file(0x5400_0001), LinkType(1));
        assert_eq!(LinkType(127).framing(), None);
        assert_eq!(LinkType(246).to_string(), "246 (PFSYNC)");
        assert_eq!(LinkType(127).to_string(), "127");
    }
}
