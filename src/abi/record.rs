//! Accessors of the generated structs, by the kernel's names, in the host's byte order.
//!
//! The implementations are generated: one for each layout, from the fields that it has. A method
//! that gives an `Option` is `None` where the release has no such field, whatever the bytes are.

#![forbid(unsafe_code)]

use std::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, big_endian::U32};

/// What every record is: plain bytes that can be looked at where they lie, at any address.
pub trait Record:
    FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned + fmt::Debug + 'static
{
}

impl<T> Record for T where
    T: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned + fmt::Debug + 'static
{
}

/// A 64-bit number declared as two 32-bit ones, the high word first.
#[inline(always)]
pub(crate) fn high_low([high, low]: [U32; 2]) -> u64 {
    u64::from(high.get()) << 32 | u64::from(low.get())
}

/// `pfsync_state_key` (wire-openbsd.md 2.3).
pub trait KeyRecord: Record {
    /// The two addresses, network order; IPv4 in the first four bytes.
    fn addr(&self) -> &[[u8; 16]; 2];
    /// The two ports.
    fn port(&self) -> [u16; 2];
    /// Routing domain.
    fn rdomain(&self) -> Option<u16>;
    /// Address family of the sender's system; 0 where the sender does not fill it.
    fn af(&self) -> Option<u8>;
    /// All of it by value.
    #[inline(always)]
    fn parts(&self) -> Key {
        Key { addr: *self.addr(), port: self.port(), rdomain: self.rdomain(), af: self.af() }
    }
}

/// A key of any layout by value: not all layouts have keys as such (wire-others.md 2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// See [`KeyRecord::addr`].
    pub addr: [[u8; 16]; 2],
    /// See [`KeyRecord::port`].
    pub port: [u16; 2],
    /// See [`KeyRecord::rdomain`].
    pub rdomain: Option<u16>,
    /// See [`KeyRecord::af`].
    pub af: Option<u8>,
}

/// Routing tables of a state; -1 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rtable {
    /// FreeBSD: one for all.
    One(i32),
    /// OpenBSD: on the wire's and on the stack's side.
    Sides([i32; 2]),
}

/// Stands for a record that a layout does not have. No action leads to it.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct NoRecord;

impl IdRecord for NoRecord {
    fn id(&self) -> u64 {
        0
    }
    fn creatorid(&self) -> u32 {
        0
    }
}

impl TdbRecord for NoRecord {
    fn spi(&self) -> u32 {
        0
    }
    fn dst(&self) -> &[u8; 28] {
        &[0; 28]
    }
    fn rpl(&self) -> u64 {
        0
    }
    fn cur_bytes(&self) -> u64 {
        0
    }
    fn sproto(&self) -> u8 {
        0
    }
    fn rdomain(&self) -> Option<u16> {
        None
    }
}

/// `pfsync_state_scrub` (wire-openbsd.md 2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scrub {
    /// `pfss_flags`; only 0x0001 (timestamp modulation) is ever sent.
    pub flags: u16,
    /// Lowest TTL seen.
    pub ttl: u8,
    /// 0x01: the other fields are valid.
    pub scrub_flag: u8,
    /// Offset of the TCP timestamps.
    pub ts_mod: u32,
}

/// `pfsync_state_peer` (wire-openbsd.md 2.4).
pub trait PeerRecord: Record {
    /// The scrub group.
    fn scrub(&self) -> Scrub;
    /// Highest sequence number sent.
    fn seqlo(&self) -> u32;
    /// Highest sequence number that the other side acknowledged, plus window.
    fn seqhi(&self) -> u32;
    /// Offset of sequence number modulation.
    fn seqdiff(&self) -> u32;
    /// Largest window, before scaling.
    fn max_win(&self) -> u16;
    /// Maximum segment size.
    fn mss(&self) -> u16;
    /// `TCPS_*`, `PFUDPS_*` or `PFOTHERS_*`, by protocol.
    fn state(&self) -> u8;
    /// Window scale in the low four bits; 0x80: the option was seen.
    fn wscale(&self) -> u8;
}

/// `pfsync_state` (wire-openbsd.md 2.5; wire-others.md 1.7 and 2.5).
pub trait StateRecord: Record {
    /// Its peers.
    type Peer: PeerRecord;
    /// `PF_ROUTETO`, after which come `PF_DUPTO` and `PF_REPLYTO`.
    const ROUTE_TO: u8;
    /// FreeBSD's, of version 5.
    const IS_FREEBSD: bool;
    /// The release has af-to, whether or not this struct has room to say so.
    const HAS_AF_TO: bool;
    /// The bits of `state_flags` that are a state's, and not the sender's own business.
    const STATE_FLAGS: u16;
    /// Unique within the creator.
    fn id(&self) -> u64;
    /// NUL-terminated; what follows the NUL is to be ignored.
    fn ifname(&self) -> &[u8; 16];
    /// The key `PF_SK_WIRE`.
    fn wire_key(&self) -> Key;
    /// The key `PF_SK_STACK`.
    fn stack_key(&self) -> Key;
    /// The initiator's side.
    fn src(&self) -> &Self::Peer;
    /// The responder's side.
    fn dst(&self) -> &Self::Peer;
    /// Next hop of route-to and the like; all zero for none.
    fn rt_addr(&self) -> &[u8; 16];
    /// Rule number; 0xffffffff for none.
    fn rule(&self) -> u32;
    /// Anchor number; 0xffffffff for none.
    fn anchor(&self) -> u32;
    /// NAT rule number; always 0xffffffff in v6.
    fn nat_rule(&self) -> Option<u32>;
    /// Age in seconds, not a time.
    fn creation(&self) -> u32;
    /// Seconds left.
    fn expire(&self) -> u32;
    /// Packets in the state's own direction, and back.
    fn packets(&self) -> [u64; 2];
    /// Bytes in the state's own direction, and back.
    fn bytes(&self) -> [u64; 2];
    /// pf's hostid of the host that created the state.
    fn creatorid(&self) -> u32;
    /// Routing tables.
    fn rtableid(&self) -> Option<Rtable>;
    /// `max-mss` of the rule.
    fn max_mss(&self) -> Option<u16>;
    /// Address family of the wire key, in the sender's numbers.
    fn af(&self) -> u8;
    /// Address family of the stack key, where the state says it: FreeBSD 15.
    fn stack_af(&self) -> Option<u8>;
    /// IP protocol of the wire key.
    fn proto(&self) -> u8;
    /// IP protocol of the stack key: FreeBSD 15.
    fn stack_proto(&self) -> Option<u8>;
    /// `PF_IN` or `PF_OUT`.
    fn direction(&self) -> u8;
    /// `PF_LOG_*`
    fn log(&self) -> u8;
    /// `PFSTATE_*`; only the low eight bits up to OpenBSD 4.9 and FreeBSD 13.
    fn state_flags(&self) -> u16;
    /// `PF_ROUTETO` and the like; from OpenBSD 6.9 and FreeBSD 14 on.
    fn rt(&self) -> Option<u8>;
    /// Address family of `rt_addr`: FreeBSD 15.
    fn rt_af(&self) -> Option<u8>;
    /// The interface to which packets are routed: FreeBSD 14.
    fn rt_ifname(&self) -> Option<&[u8; 16]>;
    /// `PFTM_*`
    fn timeout(&self) -> u8;
    /// `PFSYNC_FLAG_*`
    fn sync_flags(&self) -> Option<u8>;
    /// `min-ttl` of the rule.
    fn min_ttl(&self) -> Option<u8>;
    /// `set tos` of the rule.
    fn set_tos(&self) -> Option<u8>;
    /// `set prio` of the rule; from OpenBSD 5.7 and FreeBSD 14 on.
    fn set_prio(&self) -> Option<[u8; 2]>;
    /// `tag` of the rule, NUL-terminated: FreeBSD 15.
    fn tagname(&self) -> Option<&[u8; 64]>;
    /// The interface on which it began, also where it is bound to none: FreeBSD 15.
    fn orig_ifname(&self) -> Option<&[u8; 16]>;
    /// ALTQ's queue: FreeBSD 14.
    fn qid(&self) -> Option<u16>;
    /// ALTQ's queue of packets with low delay: FreeBSD 14.
    fn pqid(&self) -> Option<u16>;
    /// dummynet's pipe or queue: FreeBSD 14.
    fn dnpipe(&self) -> Option<u16>;
    /// dummynet's pipe or queue of the way back: FreeBSD 14.
    fn dnrpipe(&self) -> Option<u16>;
}

/// `pfsync_clr` (wire-openbsd.md 2.2): states flushed.
pub trait ClrRecord: Record {
    /// Empty for all interfaces; stale bytes may follow the NUL.
    fn ifname(&self) -> &[u8; 16];
    /// Only states of this creator.
    fn creatorid(&self) -> u32;
}

/// `pfsync_ins_ack`, `pfsync_upd_req` and `pfsync_del_c` (wire-openbsd.md 2.2): a state's name.
pub trait IdRecord: Record {
    /// Unique within the creator.
    fn id(&self) -> u64;
    /// The host that created the state.
    fn creatorid(&self) -> u32;
}

/// `pfsync_upd_c` (wire-openbsd.md 2.2): a compressed update.
pub trait UpdCRecord: Record {
    /// Its peers.
    type Peer: PeerRecord;
    /// Unique within the creator.
    fn id(&self) -> u64;
    /// The initiator's side.
    fn src(&self) -> &Self::Peer;
    /// The responder's side.
    fn dst(&self) -> &Self::Peer;
    /// The host that created the state.
    fn creatorid(&self) -> u32;
    /// Seconds left; never filled from OpenBSD 5.1 on.
    fn expire(&self) -> u32;
    /// `PFTM_*`
    fn timeout(&self) -> u8;
}

/// `pfsync_bus` (wire-openbsd.md 2.2): a bulk update starts or ends.
pub trait BusRecord: Record {
    /// The host that is asked for its states.
    fn creatorid(&self) -> u32;
    /// Seconds since the request; 0 from OpenBSD 7.4 on.
    fn endtime(&self) -> u32;
    /// `PFSYNC_BUS_START` or `PFSYNC_BUS_END`.
    fn status(&self) -> u8;
}

/// `pfsync_tdb` (wire-openbsd.md 2.2): replay counter of an IPsec SA.
pub trait TdbRecord: Record {
    /// Security parameters index.
    fn spi(&self) -> u32;
    /// Destination as a BSD socket address: length, family, port, address at 4 (IPv4) or 8 (IPv6).
    fn dst(&self) -> &[u8; 28];
    /// Replay counter.
    fn rpl(&self) -> u64;
    /// Bytes so far.
    fn cur_bytes(&self) -> u64;
    /// IP protocol: ESP or AH.
    fn sproto(&self) -> u8;
    /// Routing domain; from OpenBSD 4.8 on.
    fn rdomain(&self) -> Option<u16>;
}

/// `pfloghdr` (wire-openbsd.md 5, wire-others.md 4): what pflog(4) puts before a logged packet.
pub trait PflogRecord: Record {
    /// Bytes of the header without what pads it to a multiple of 4.
    fn length(&self) -> u8;
    /// Address family of the packet, in the sender's numbers.
    fn af(&self) -> u8;
    /// `PF_PASS`, `PF_DROP` ...
    fn action(&self) -> u8;
    /// `PFRES_*`
    fn reason(&self) -> u8;
    /// NUL-terminated.
    fn ifname(&self) -> &[u8; 16];
    /// Name of the anchor, NUL-terminated; empty for the main ruleset.
    fn ruleset(&self) -> &[u8; 16];
    /// Rule number; 0xffffffff is the default rule.
    fn rulenr(&self) -> u32;
    /// Rule number within the anchor; 0xffffffff for none.
    fn subrulenr(&self) -> u32;
    /// Owner of the socket, in the order of the host; -1 where it is not known.
    fn uid(&self) -> [u8; 4];
    /// Process of the socket, in the order of the host.
    fn pid(&self) -> [u8; 4];
    /// Who loaded the rules, in the order of the host.
    fn rule_uid(&self) -> [u8; 4];
    /// The process that loaded the rules, in the order of the host.
    fn rule_pid(&self) -> [u8; 4];
    /// `PF_IN`, `PF_OUT`; `PF_FWD` from OpenBSD 5.0 on.
    fn dir(&self) -> u8;
    /// 1: the packet was translated; from OpenBSD 4.9 on.
    fn rewritten(&self) -> Option<u8>;
    /// Address family behind translation; from OpenBSD 5.1 on, on FreeBSD never filled.
    fn naf(&self) -> Option<u8>;
    /// The addresses and ports that are not the packet's: OpenBSD 4.9 and later.
    fn saddr(&self) -> Option<&[u8; 16]>;
    /// See [`saddr`](Self::saddr).
    fn daddr(&self) -> Option<&[u8; 16]>;
    /// See [`saddr`](Self::saddr).
    fn sport(&self) -> Option<u16>;
    /// See [`saddr`](Self::saddr).
    fn dport(&self) -> Option<u16>;
    /// `ridentifier` of the rule; from FreeBSD 14 on.
    fn ridentifier(&self) -> Option<u32>;
}
