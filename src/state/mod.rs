//! Native values: what a state is, whatever release told it.
//!
//! Numbers are in the host's byte order, addresses in network order. A field that the release
//! does not have is `None`, never 0. Code points that have no name stay what they are.

#![forbid(unsafe_code)]

mod convert;
mod key;
pub mod names;
mod nat;

pub use key::{Address, Af, Endpoint, StateKey};
pub use nat::Nat;

use std::fmt;

use crate::abi::consts;
use crate::abi::record::{Rtable, Scrub};

/// What names a state: unique together. The same id under two creators is two states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateId {
    /// Given by the creator: high 32 bits the time at which pf was enabled, low 32 a counter
    /// (FreeBSD counts otherwise). Printed as 16 hex digits.
    pub id: u64,
    /// pf's hostid of the creator. Printed as 8 hex digits.
    pub creatorid: u32,
}

/// An interface name: up to 16 bytes, none of them NUL.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct IfName([u8; 16]);

impl IfName {
    /// From the wire, where it is ended by a NUL if shorter. What follows the NUL is stale
    /// (wire-openbsd.md 2.2) and takes no part in anything.
    #[inline]
    pub const fn new(wire: [u8; 16]) -> Self {
        const ONES: u128 = u128::from_ne_bytes([1; 16]);
        let name = u128::from_le_bytes(wire);
        // The high bit of the first byte that is 0, and of some behind it.
        let ends = name.wrapping_sub(ONES) & !name & (ONES << 7);
        // All below the first of them; where there is none, all.
        let kept = match ends {
            0 => u128::MAX,
            ends => (1 << (ends.trailing_zeros() - 7)) - 1,
        };
        Self((name & kept).to_le_bytes())
    }

    /// The name: not necessarily ASCII, since nobody has checked it.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.get(..self.len()).unwrap_or_default()
    }

    /// The name, and NULs behind it.
    #[inline]
    pub const fn padded(&self) -> [u8; 16] {
        self.0
    }

    /// Bytes of the name.
    #[inline]
    pub const fn len(&self) -> usize {
        16 - u128::from_le_bytes(self.0).leading_zeros() as usize / 8
    }

    /// Whether it names no interface: in a CLR, all of them.
    pub const fn is_empty(&self) -> bool {
        self.0[0] == 0
    }
}

impl fmt::Debug for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

/// Which way the packet went that made the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Into the firewall.
    In,
    /// Out of it.
    Out,
    /// A number that is neither; the kernel refuses such a state.
    Other(u8),
}

impl Direction {
    /// From `pfsync_state.direction`.
    pub const fn from_wire(number: u8) -> Self {
        match number as u32 {
            consts::PF_IN => Self::In,
            consts::PF_OUT => Self::Out,
            _ => Self::Other(number),
        }
    }
}

/// One side of a connection (wire-openbsd.md 2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatePeer {
    /// Highest sequence number sent.
    pub seqlo: u32,
    /// Highest sequence number that the other side acknowledged, plus window.
    pub seqhi: u32,
    /// Offset of sequence number modulation; 0 without.
    pub seqdiff: u32,
    /// Largest window, before scaling.
    pub max_win: u16,
    /// Maximum segment size in bytes.
    pub mss: u16,
    /// State by protocol: see [`names`].
    pub state: u8,
    /// Window scale in the low four bits; 0x80: the option was seen.
    pub wscale: u8,
    /// The scrub group; `None` where the sender says that it is not valid.
    pub scrub: Option<Scrub>,
}

/// A state, whole, as INS, UPD and DEL carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Its name.
    pub id: StateId,
    /// The interface that it is bound to, or `all`.
    pub ifname: IfName,
    /// Which way the first packet went.
    pub direction: Direction,
    /// IP protocol, as the wire key has it.
    pub proto: u8,
    /// The addresses as seen on the cable side of the interface.
    pub wire: StateKey,
    /// The addresses as seen by the host's own stack.
    pub stack: StateKey,
    /// The initiator's side, whatever the direction.
    pub src: StatePeer,
    /// The responder's side.
    pub dst: StatePeer,
    /// Next hop of route-to and the like; all zero for none.
    pub rt_addr: [u8; 16],
    /// What is routed there; from OpenBSD 6.9 and FreeBSD 14 on.
    pub rt: Option<Route>,
    /// Rule number.
    pub rule: Option<u32>,
    /// Anchor number.
    pub anchor: Option<u32>,
    /// NAT rule number; not used by v6 senders, nor by FreeBSD 15.
    pub nat_rule: Option<u32>,
    /// Seconds since it was created.
    pub age_s: u32,
    /// Seconds until it expires if nothing comes.
    pub expire_s: u32,
    /// Packets in the state's own direction, and back.
    pub packets: [u64; 2],
    /// Bytes in the state's own direction, and back.
    pub bytes: [u64; 2],
    /// `PF_LOG_*`
    pub log: u8,
    /// `PFSTATE_*`; up to OpenBSD 4.9 only the low eight bits.
    pub state_flags: u16,
    /// Timeout class, `PFTM_*`.
    pub timeout: u8,
    /// `PFSYNC_FLAG_*`
    pub sync_flags: Option<u8>,
    /// Routing tables.
    pub rtableid: Option<Rtable>,
    /// `max-mss` of the rule; 0 for none.
    pub max_mss: Option<u16>,
    /// `min-ttl` of the rule; 0 for none.
    pub min_ttl: Option<u8>,
    /// `set tos` of the rule.
    pub set_tos: Option<u8>,
    /// `set prio` of the rule, meaningful with the flag set-prio.
    pub set_prio: Option<[u8; 2]>,
    /// What FreeBSD says besides; `Some` for all of FreeBSD's states from version 5 on.
    pub freebsd: Option<FreeBsd>,
}

/// What only FreeBSD's states say (wire-others.md 1.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FreeBsd {
    /// The interface to which packets are routed; from 14 on, empty for none.
    pub rt_ifname: IfName,
    /// Family of the next hop; from 15 on.
    pub rt_af: Option<Af>,
    /// IP protocol on the stack's side, which af-to may change; from 15 on.
    pub stack_proto: Option<u8>,
    /// The interface on which it began, also where it is bound to none; from 15 on.
    pub orig_ifname: IfName,
    /// `tag` of the rule; from 15 on, empty for none.
    pub tag: Tag,
    /// ALTQ's queue, and that of packets with low delay; 0 for none.
    pub queues: [u16; 2],
    /// dummynet's pipes or queues, forth and back; 0 for none.
    pub pipes: [u16; 2],
}

/// A tag, up to 64 bytes, ended by a NUL if shorter; nobody has checked what is in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tag([u8; 64]);

impl Tag {
    /// From the wire; what follows the NUL is dropped.
    pub fn new(wire: [u8; 64]) -> Self {
        let end = wire.iter().position(|byte| *byte == 0).unwrap_or(wire.len());
        let mut tag = [0; 64];
        tag[..end].copy_from_slice(&wire[..end]);
        Self(tag)
    }

    /// The tag, without the NUL.
    pub fn as_bytes(&self) -> &[u8] {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len());
        &self.0[..end]
    }
}

impl Default for Tag {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

/// `route-to` and the like, whose numbers differ between systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// None.
    No,
    /// `fastroute`, which OpenBSD had until 4.9.
    Fastroute,
    /// `route-to`
    RouteTo,
    /// `dup-to`
    DupTo,
    /// `reply-to`
    ReplyTo,
    /// A number that has no name.
    Other(u8),
}

impl Route {
    /// From the wire, where `route_to` is the sender's `PF_ROUTETO`: 1 on OpenBSD since 5.0, else 2.
    pub const fn from_wire(number: u8, route_to: u8) -> Self {
        match number.wrapping_sub(route_to) {
            _ if number == 0 => Self::No,
            0 => Self::RouteTo,
            1 => Self::DupTo,
            2 => Self::ReplyTo,
            _ if number == 1 => Self::Fastroute,
            _ => Self::Other(number),
        }
    }
}

impl State {
    /// A state of which no more is known than its endpoints.
    pub(crate) fn bare(direction: Direction, proto: u8, wire: StateKey, stack: StateKey) -> Self {
        let peer = StatePeer::default();
        Self {
            id: StateId { id: 1, creatorid: 2 },
            ifname: IfName::default(),
            direction,
            proto,
            wire,
            stack,
            src: peer,
            dst: peer,
            rt_addr: [0; 16],
            rt: None,
            rule: None,
            anchor: None,
            nat_rule: None,
            age_s: 0,
            expire_s: 0,
            packets: [0; 2],
            bytes: [0; 2],
            log: 0,
            state_flags: 0,
            timeout: 0,
            sync_flags: None,
            rtableid: None,
            max_mss: None,
            min_ttl: None,
            set_tos: None,
            set_prio: None,
            freebsd: None,
        }
    }

    /// The four endpoints: who, through which translation, to whom.
    pub fn nat(&self) -> Nat {
        Nat::of(self)
    }

    /// Whether the two keys are of different families (af-to).
    pub fn is_af_to(&self) -> bool {
        self.wire.af != self.stack.af
    }

    /// What its peers' states are the states of.
    pub fn machine(&self) -> names::Machine {
        names::machine(self.proto, self.freebsd.is_some())
    }

    /// Next hop of route-to and the like, in the family that the state says, else in that of `af`;
    /// `None` where it is all zero.
    pub fn next_hop(&self, af: Af) -> Option<Address> {
        let af = self.freebsd.and_then(|freebsd| freebsd.rt_af).unwrap_or(af);
        Some(Address::new(af, &self.rt_addr)).filter(|hop| match hop {
            Address::Ip(ip) => !ip.is_unspecified(),
            Address::Unknown(bytes) => *bytes != [0; 16],
        })
    }
}

/// A compressed update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Update {
    /// The state that it speaks of.
    pub id: StateId,
    /// The initiator's side.
    pub src: StatePeer,
    /// The responder's side.
    pub dst: StatePeer,
    /// Timeout class, `PFTM_*`.
    pub timeout: u8,
    /// Seconds left, where the sender says; never filled from OpenBSD 5.1 on.
    pub expire_s: Option<u32>,
}

/// An IPsec SA, as TDB messages tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tdb {
    /// Security parameters index.
    pub spi: u32,
    /// Destination; `None` for a family that has no name.
    pub dst: Option<std::net::IpAddr>,
    /// Replay counter. Up to OpenBSD 5.1 outbound SAs add 16384.
    pub rpl: u64,
    /// Bytes so far.
    pub cur_bytes: u64,
    /// IP protocol: ESP or AH.
    pub sproto: u8,
    /// Routing domain; from OpenBSD 4.8 on.
    pub rdomain: Option<u16>,
}
