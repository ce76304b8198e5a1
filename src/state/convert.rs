//! From the records of the wire to native values.

#![forbid(unsafe_code)]

use std::net::IpAddr;

use super::{
    Address, Af, Direction, FreeBsd, IfName, Route, State, StateId, StateKey, StatePeer, Tag, Tdb,
    Update,
};
use crate::abi::Dialect;
use crate::abi::consts::PFSYNC_SCRUB_FLAG_VALID;
use crate::abi::record::{IdRecord, Key, PeerRecord, StateRecord, TdbRecord, UpdCRecord};
use crate::wire::{Message, untold_stack_af};

/// The only bit of `pfss_flags` that is ever sent (wire-openbsd.md 2.4).
const PFSS_TIMESTAMP: u16 = 0x0001;

/// Rule and anchor numbers: none.
const NONE: u32 = u32::MAX;

fn unless_none(number: u32) -> Option<u32> {
    (number != NONE).then_some(number)
}

impl State {
    /// A full state of any layout.
    #[inline]
    pub fn from_record<S: StateRecord>(record: &S) -> Self {
        let af = record.af();
        let (wire, stack) = (record.wire_key(), record.stack_key());
        let stack_af = match record.stack_af() {
            Some(stack_af) => stack_af,
            None if S::HAS_AF_TO => untold_stack_af(af, &wire, &stack),
            None => af,
        };
        Self {
            id: StateId { id: record.id(), creatorid: record.creatorid() },
            ifname: IfName::new(*record.ifname()),
            direction: Direction::from_wire(record.direction()),
            proto: record.proto(),
            wire: StateKey::from_record(wire, af),
            stack: StateKey::from_record(stack, stack_af),
            src: StatePeer::from_record(record.src()),
            dst: StatePeer::from_record(record.dst()),
            rt_addr: *record.rt_addr(),
            rt: record.rt().map(|rt| Route::from_wire(rt, S::ROUTE_TO)),
            rule: unless_none(record.rule()),
            anchor: unless_none(record.anchor()),
            nat_rule: record.nat_rule().and_then(unless_none),
            age_s: record.creation(),
            expire_s: record.expire(),
            packets: record.packets(),
            bytes: record.bytes(),
            log: record.log(),
            state_flags: record.state_flags() & S::STATE_FLAGS,
            timeout: record.timeout(),
            sync_flags: record.sync_flags(),
            rtableid: record.rtableid(),
            max_mss: record.max_mss(),
            min_ttl: record.min_ttl(),
            set_tos: record.set_tos(),
            set_prio: record.set_prio(),
            freebsd: S::IS_FREEBSD.then(|| FreeBsd::from_record(record)),
        }
    }

    /// The full state that a message carries, if it does.
    #[inline]
    pub fn of_message<D: Dialect>(message: &Message<'_, D>) -> Option<Self> {
        Some(match message {
            Message::Ins(record) | Message::Upd(record) => Self::from_record(*record),
            Message::Ins1400(record) | Message::Upd1400(record) => Self::from_record(*record),
            Message::Ins1301(record) | Message::Upd1301(record) | Message::Del(record) => {
                Self::from_record(*record)
            }
            _ => return None,
        })
    }
}

impl FreeBsd {
    fn from_record<S: StateRecord>(record: &S) -> Self {
        let name = |name: Option<&[u8; 16]>| name.map_or(IfName::default(), |n| IfName::new(*n));
        // 0 where there is no next hop.
        let rt_af = record.rt_af().filter(|af| *af != 0);
        Self {
            rt_ifname: name(record.rt_ifname()),
            rt_af: rt_af.map(Af::from_wire),
            stack_proto: record.stack_proto(),
            orig_ifname: name(record.orig_ifname()),
            tag: record.tagname().map_or(Tag::default(), |tag| Tag::new(*tag)),
            queues: [record.qid().unwrap_or(0), record.pqid().unwrap_or(0)],
            pipes: [record.dnpipe().unwrap_or(0), record.dnrpipe().unwrap_or(0)],
        }
    }
}

impl StateKey {
    /// A key of any layout; `state_af` is the family of the state, for senders that leave the
    /// key's own at 0 (wire-openbsd.md 2.3).
    #[inline]
    pub fn from_record(key: Key, state_af: u8) -> Self {
        let af = key.af.filter(|af| *af != 0).unwrap_or(state_af);
        Self {
            af: Af::from_wire(af),
            addr: key.addr,
            port: key.port,
            rdomain: key.rdomain.unwrap_or(0),
        }
    }
}

impl StatePeer {
    /// A peer of any layout.
    #[inline]
    pub fn from_record<P: PeerRecord>(record: &P) -> Self {
        let scrub = record.scrub();
        // OpenBSD 4.7 does not clear the group where it has nothing to say, so in UPD_C stale bytes
        // stand there (wire-openbsd.md 2.2): only what a sender can have meant is believed.
        let valid = u32::from(scrub.scrub_flag) == PFSYNC_SCRUB_FLAG_VALID
            && scrub.flags & !PFSS_TIMESTAMP == 0;
        Self {
            seqlo: record.seqlo(),
            seqhi: record.seqhi(),
            seqdiff: record.seqdiff(),
            max_win: record.max_win(),
            mss: record.mss(),
            state: record.state(),
            wscale: record.wscale(),
            scrub: valid.then_some(scrub),
        }
    }
}

impl StateId {
    /// From a message that is nothing but a name.
    #[inline]
    pub fn from_record<R: IdRecord>(record: &R) -> Self {
        Self { id: record.id(), creatorid: record.creatorid() }
    }
}

impl Update {
    /// A compressed update of any layout.
    #[inline]
    pub fn from_record<U: UpdCRecord>(record: &U) -> Self {
        // From 5.1 on senders leave it at 0, which is not "expires now".
        let expire_s = record.expire();
        Self {
            id: StateId { id: record.id(), creatorid: record.creatorid() },
            src: StatePeer::from_record(record.src()),
            dst: StatePeer::from_record(record.dst()),
            timeout: record.timeout(),
            expire_s: (expire_s != 0).then_some(expire_s),
        }
    }
}

impl Tdb {
    /// A TDB of any layout.
    pub fn from_record<T: TdbRecord>(record: &T) -> Self {
        Self {
            spi: record.spi(),
            dst: sockaddr(record.dst()),
            rpl: record.rpl(),
            cur_bytes: record.cur_bytes(),
            sproto: record.sproto(),
            rdomain: record.rdomain(),
        }
    }
}

/// The address in a BSD socket address: family at 1, IPv4 address at 4, IPv6 address at 8.
fn sockaddr(bytes: &[u8; 28]) -> Option<IpAddr> {
    let [_, family, _, _, rest @ ..] = bytes;
    let af = Af::from_wire(*family);
    let mut addr = [0; 16];
    match af {
        Af::Inet => addr[..4].copy_from_slice(rest.first_chunk::<4>()?),
        Af::Inet6 => addr = *rest.get(4..)?.first_chunk::<16>()?,
        Af::Other(_) => return None,
    }
    Address::new(af, &addr).ip()
}
