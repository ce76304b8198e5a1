//! The packet behind the header: IPv4 or IPv6, and the first bytes of what it carries.
//!
//! etherparse reads the single headers, as in `link`. The packet may be cut anywhere, by the snap length
//! or by whoever sent it: all is told that its bytes say, and nothing is taken from where they end.
//! Lengths are told and not believed: pf logged the packet because it is what it is.

#![forbid(unsafe_code)]

use std::net::IpAddr;

use etherparse::err::{ipv4, ipv6};
use etherparse::{
    IpAuthHeaderSlice, Ipv4HeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice,
    Ipv6RawExtHeaderSlice, TcpHeaderSlice, UdpHeaderSlice,
};

use crate::state::Af;
use crate::state::names::{IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP};

const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AUTH: u8 = 51;
const DESTINATION: u8 = 60;
const UDP_LITE: u8 = 136;
const DCCP: u8 = 33;

/// Bytes of an IPv4 header without options.
const V4_BYTES: usize = 20;
/// Bytes of an IPv6 header without extension headers.
const V6_BYTES: usize = 40;

/// What the bytes of a packet say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Inner {
    /// Why it could not be read at all, or not to where its ports would be.
    pub problem: Option<Problem>,
    /// Source and destination.
    pub addresses: Option<(IpAddr, IpAddr)>,
    /// Its protocol, behind extension headers.
    pub proto: Option<u8>,
    /// Ports of TCP, UDP and the like.
    pub ports: Option<(u16, u16)>,
    /// Flags of TCP, as they are in its header's byte 13.
    pub tcp_flags: Option<u8>,
    /// Type and code of ICMP.
    pub icmp: Option<(u8, u8)>,
    /// The id that an ICMP query or its answer has.
    pub icmp_id: Option<u16>,
    /// Bytes of the whole IP packet, by its own header.
    pub length: Option<u32>,
    /// Where it belongs, if it is a fragment.
    pub fragment: Option<Fragment>,
}

/// A fragment's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    /// What its fellows have as well.
    pub id: u32,
    /// Bytes before it.
    pub offset: u16,
    /// It is not the last.
    pub more: bool,
}

/// Why a packet could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// There is none.
    Empty,
    /// It ends inside a header.
    Truncated,
    /// It is neither IPv4 nor IPv6, or not what pf's header says.
    Version,
    /// Its header says that it is shorter than a header can be.
    HeaderLength,
}

impl Problem {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Empty, Self::Truncated, Self::Version, Self::HeaderLength];

    /// One word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Truncated => "truncated",
            Self::Version => "bad-version",
            Self::HeaderLength => "bad-header-length",
        }
    }
}

impl Inner {
    /// Reads a packet. `families` are what pf's header says of it, in the sender's numbers: it is one of
    /// these, before translation or behind it, and its version tells which.
    #[inline]
    pub fn read(packet: &[u8], families: [Option<u8>; 2]) -> Self {
        let Some(first) = packet.first() else { return Self::failed(Problem::Empty) };
        let named = families.map(|family| family.map_or(Af::Other(0), Af::from_wire));
        let said = |af: Af| named.contains(&af) || !named.iter().any(|af| is_named(*af));
        match first >> 4 {
            4 if said(Af::Inet) => Self::v4(packet),
            6 if said(Af::Inet6) => Self::v6(packet),
            _ => Self::failed(Problem::Version),
        }
    }

    fn failed(problem: Problem) -> Self {
        Self { problem: Some(problem), ..Self::default() }
    }

    #[inline]
    fn v4(packet: &[u8]) -> Self {
        match Ipv4HeaderSlice::from_slice(packet) {
            Ok(header) => {
                let mut this = Self::of_v4(&header);
                let behind = packet.get(header.slice().len()..).unwrap_or_default();
                this.transport(header.protocol().0, behind);
                this
            }
            Err(ipv4::HeaderSliceError::Content(_)) => Self::failed(Problem::HeaderLength),
            // Where options are cut, all before them is there.
            Err(ipv4::HeaderSliceError::Len(_)) => match packet.first_chunk::<V4_BYTES>() {
                Some(fixed) => {
                    let mut without = *fixed;
                    without[0] = 0x45;
                    let read = Ipv4HeaderSlice::from_slice(&without);
                    let known =
                        read.map_or_else(|_| Self::default(), |header| Self::of_v4(&header));
                    Self { problem: Some(Problem::Truncated), ..known }
                }
                None => Self::failed(Problem::Truncated),
            },
        }
    }

    #[inline]
    fn of_v4(header: &Ipv4HeaderSlice<'_>) -> Self {
        let fragment = Fragment {
            id: u32::from(header.identification()),
            offset: header.fragments_offset().byte_offset(),
            more: header.more_fragments(),
        };
        Self {
            addresses: Some((header.source_addr().into(), header.destination_addr().into())),
            proto: Some(header.protocol().0),
            length: Some(u32::from(header.total_len())),
            fragment: header.is_fragmenting_payload().then_some(fragment),
            ..Self::default()
        }
    }

    fn v6(packet: &[u8]) -> Self {
        let header = match Ipv6HeaderSlice::from_slice(packet) {
            Ok(header) => header,
            Err(ipv6::HeaderSliceError::Len(_)) => return Self::failed(Problem::Truncated),
            Err(ipv6::HeaderSliceError::Content(_)) => return Self::failed(Problem::Version),
        };
        let mut this = Self {
            addresses: Some((header.source_addr().into(), header.destination_addr().into())),
            length: Some(u32::from(header.payload_length()) + V6_BYTES as u32),
            ..Self::default()
        };
        let mut next = header.next_header().0;
        let mut rest = packet.get(V6_BYTES..).unwrap_or_default();
        // Every turn steps over at least 8 captured bytes.
        loop {
            let read = match next {
                HOP_BY_HOP | ROUTING | DESTINATION => Ipv6RawExtHeaderSlice::from_slice(rest)
                    .ok()
                    .map(|header| (header.slice().len(), header.next_header().0)),
                AUTH => IpAuthHeaderSlice::from_slice(rest)
                    .ok()
                    .map(|header| (header.slice().len(), header.next_header().0)),
                FRAGMENT => Ipv6FragmentHeaderSlice::from_slice(rest).ok().map(|header| {
                    let fragment = Fragment {
                        id: header.identification(),
                        offset: header.fragment_offset().byte_offset(),
                        more: header.more_fragments(),
                    };
                    this.fragment.get_or_insert(fragment);
                    (header.slice().len(), header.next_header().0)
                }),
                proto => {
                    this.proto = Some(proto);
                    this.transport(proto, rest);
                    return this;
                }
            };
            match read {
                Some((len, then)) => {
                    rest = rest.get(len..).unwrap_or_default();
                    next = then;
                }
                None => {
                    // What follows stands in the first byte.
                    this.proto = rest.first().copied().filter(|next| !is_extension(*next));
                    this.problem = Some(Problem::Truncated);
                    return this;
                }
            }
            if this.fragment.is_some_and(|fragment| fragment.offset > 0) {
                this.proto = Some(next);
                return this;
            }
        }
    }

    /// What stands behind the IP header, of the first fragment or a whole packet.
    #[inline]
    fn transport(&mut self, proto: u8, bytes: &[u8]) {
        if self.fragment.is_some_and(|fragment| fragment.offset > 0) {
            return;
        }
        let pair = || {
            let [a, b, c, d] = *bytes.first_chunk::<4>()?;
            Some((u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])))
        };
        match proto {
            IPPROTO_TCP => {
                // One that is not whole, or lies about its length, still says so much.
                match TcpHeaderSlice::from_slice(bytes) {
                    Ok(tcp) => self.ports = Some((tcp.source_port(), tcp.destination_port())),
                    Err(_) => self.ports = pair(),
                }
                self.tcp_flags = bytes.get(13).copied();
                self.ends_before(self.tcp_flags.is_none());
            }
            IPPROTO_UDP => {
                self.ports = match UdpHeaderSlice::from_slice(bytes) {
                    Ok(udp) => Some((udp.source_port(), udp.destination_port())),
                    Err(_) => pair(),
                };
                self.ends_before(self.ports.is_none());
            }
            IPPROTO_SCTP | UDP_LITE | DCCP => {
                self.ports = pair();
                self.ends_before(self.ports.is_none());
            }
            IPPROTO_ICMP | IPPROTO_ICMPV6 => {
                self.icmp = bytes.first_chunk::<2>().map(|[kind, code]| (*kind, *code));
                self.icmp_id = match bytes {
                    [kind, _, _, _, high, low, ..] if request_of(proto, *kind).is_some() => {
                        Some(u16::from_be_bytes([*high, *low]))
                    }
                    _ => None,
                };
                self.ends_before(self.icmp.is_none());
            }
            _ => {}
        }
    }

    fn ends_before(&mut self, ends: bool) {
        if ends {
            self.problem = Some(Problem::Truncated);
        }
    }

    /// Family of its addresses.
    pub const fn af(&self) -> Option<Af> {
        match self.addresses {
            Some((IpAddr::V4(_), _)) => Some(Af::Inet),
            Some((IpAddr::V6(_), _)) => Some(Af::Inet6),
            None => None,
        }
    }
}

const fn is_extension(next: u8) -> bool {
    matches!(next, HOP_BY_HOP | ROUTING | FRAGMENT | AUTH | DESTINATION)
}

const fn is_named(af: Af) -> bool {
    matches!(af, Af::Inet | Af::Inet6)
}

/// The type of the request that an ICMP message is, or answers: (the type of the request, whether it is
/// one). Those that pf keeps states of by id.
pub const fn request_of(proto: u8, kind: u8) -> Option<(u8, bool)> {
    Some(match (proto, kind) {
        (IPPROTO_ICMP, 8) | (IPPROTO_ICMP, 13) | (IPPROTO_ICMP, 15) | (IPPROTO_ICMP, 17) => {
            (kind, true)
        }
        (IPPROTO_ICMP, 0) => (8, false),
        (IPPROTO_ICMP, 14) => (13, false),
        (IPPROTO_ICMP, 16) => (15, false),
        (IPPROTO_ICMP, 18) => (17, false),
        (IPPROTO_ICMPV6, 128) => (128, true),
        (IPPROTO_ICMPV6, 129) => (128, false),
        _ => return None,
    })
}

/// Flags of TCP as pf.conf writes them, the lowest bit first.
pub const TCP_FLAGS: [u8; 8] = *b"FSRPAUEW";
