//! A state as the table keeps it: 120 bytes, and 64 more where an address is IPv6.
//!
//! What does not fit (counters of packets beyond 32 bits, address families without a name and the
//! like) is kept whole beside the slots; no sender that is sound makes many of these.

#![forbid(unsafe_code)]

use super::names::Names;
use crate::state::{Af, Direction, IfName, State, StateId, StateKey, StatePeer};
use crate::time::Time;

/// A state without the parts that only its own message tells: sequence numbers, age and expiry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub id: u64,
    pub start: Time,
    pub counters_time: Time,
    bytes: [u64; 2],
    packets: [u32; 2],
    pub creatorid: u32,
    /// The second of the table's clock in which it was heard of last.
    pub heard_s: u32,
    /// Wire 0, wire 1, stack 0, stack 1, where all are IPv4; else the first is the index of the
    /// addresses in the pool.
    addr: [[u8; 4]; 4],
    rt_addr: [u8; 4],
    port: [[u16; 2]; 2],
    rdomain: [u16; 2],
    rule: u32,
    anchor: u32,
    rtableid: [i16; 2],
    ifname: u16,
    state_flags: u16,
    max_mss: u16,
    has: u16,
    set_prio: [u8; 2],
    pub proto: u8,
    direction: Way,
    log: u8,
    pub timeout: u8,
    sync_flags: u8,
    rt: u8,
    min_ttl: u8,
    set_tos: u8,
    pub src_state: u8,
    pub dst_state: u8,
}

/// A direction that a slot can hold. That it leaves values unused makes an empty place in a chunk
/// no larger than a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Way {
    In,
    Out,
}

const _: () = assert!(size_of::<Option<Slot>>() <= 120);

/// Wire 0, wire 1, stack 0, stack 1.
pub(super) type Addresses = [[u8; 16]; 4];

/// Bits of `Slot::has`.
mod has {
    pub const RULE: u16 = 1 << 0;
    pub const ANCHOR: u16 = 1 << 1;
    pub const RTABLEID: u16 = 1 << 2;
    pub const MAX_MSS: u16 = 1 << 3;
    pub const SYNC_FLAGS: u16 = 1 << 4;
    pub const RT: u16 = 1 << 5;
    pub const MIN_TTL: u16 = 1 << 6;
    pub const SET_TOS: u16 = 1 << 7;
    pub const SET_PRIO: u16 = 1 << 8;
    /// `addr[0]` is an index.
    pub const POOLED: u16 = 1 << 9;
    pub const WIRE_INET6: u16 = 1 << 10;
    pub const STACK_INET6: u16 = 1 << 11;
    /// Kept whole beside the slots.
    pub const WHOLE: u16 = 1 << 12;
    pub const OVERDUE: u16 = 1 << 13;
}

/// What a state comes to.
pub(super) enum Packed {
    /// A slot.
    Slot(Slot),
    /// A slot, and addresses for the pool.
    Pooled(Slot, Addresses),
    /// A slot that holds little more than the name: the state has to be kept as it is.
    Whole(Slot),
}

impl Slot {
    pub fn state_id(&self) -> StateId {
        StateId { id: self.id, creatorid: self.creatorid }
    }

    /// A byte of each cache line in which the slot lies: the first, the middle and the last.
    pub fn touch(&self) -> u64 {
        self.id ^ u64::from(self.packets[0]) ^ u64::from(self.dst_state)
    }

    pub fn is_overdue(&self) -> bool {
        self.has & has::OVERDUE != 0
    }

    pub fn set_overdue(&mut self, overdue: bool) {
        self.has = if overdue { self.has | has::OVERDUE } else { self.has & !has::OVERDUE };
    }

    pub fn is_whole(&self) -> bool {
        self.has & has::WHOLE != 0
    }

    /// The index of its addresses in the pool, where they are there.
    pub fn pooled(&self) -> Option<u32> {
        (self.has & has::POOLED != 0).then(|| u32::from_ne_bytes(self.addr[0]))
    }

    pub fn set_pooled(&mut self, index: u32) {
        self.addr[0] = index.to_ne_bytes();
    }

    /// Packs what `state` says at `time`.
    pub fn pack(state: &State, time: Time, names: &mut Names) -> Packed {
        let mut has = 0;
        let mut bit = |bit: u16, set: bool| has |= if set { bit } else { 0 };
        bit(has::RULE, state.rule.is_some());
        bit(has::ANCHOR, state.anchor.is_some());
        bit(has::RTABLEID, state.rtableid.is_some());
        bit(has::MAX_MSS, state.max_mss.is_some());
        bit(has::SYNC_FLAGS, state.sync_flags.is_some());
        bit(has::RT, state.rt.is_some());
        bit(has::MIN_TTL, state.min_ttl.is_some());
        bit(has::SET_TOS, state.set_tos.is_some());
        bit(has::SET_PRIO, state.set_prio.is_some());
        bit(has::WIRE_INET6, state.wire.af == Af::Inet6);
        bit(has::STACK_INET6, state.stack.af == Af::Inet6);
        let name = names.intern(state.ifname);
        let packets = state.packets.map(u32::try_from);
        let rtableid = state.rtableid.unwrap_or_default().map(i16::try_from);
        let slot = Self {
            id: state.id.id,
            start: time.minus_secs(state.age_s),
            counters_time: time,
            bytes: state.bytes,
            packets: packets.map(Result::unwrap_or_default),
            creatorid: state.id.creatorid,
            heard_s: 0,
            addr: addresses(state).map(|addr| [addr[0], addr[1], addr[2], addr[3]]),
            rt_addr: [state.rt_addr[0], state.rt_addr[1], state.rt_addr[2], state.rt_addr[3]],
            port: [state.wire.port, state.stack.port],
            rdomain: [state.wire.rdomain, state.stack.rdomain],
            rule: state.rule.unwrap_or_default(),
            anchor: state.anchor.unwrap_or_default(),
            rtableid: rtableid.map(Result::unwrap_or_default),
            ifname: name.unwrap_or_default(),
            state_flags: state.state_flags,
            max_mss: state.max_mss.unwrap_or_default(),
            has,
            set_prio: state.set_prio.unwrap_or_default(),
            proto: state.proto,
            direction: if state.direction == Direction::Out { Way::Out } else { Way::In },
            log: state.log,
            timeout: state.timeout,
            sync_flags: state.sync_flags.unwrap_or_default(),
            rt: state.rt.unwrap_or_default(),
            min_ttl: state.min_ttl.unwrap_or_default(),
            set_tos: state.set_tos.unwrap_or_default(),
            src_state: state.src.state,
            dst_state: state.dst.state,
        };
        let named = |af| matches!(af, Af::Inet | Af::Inet6);
        let all_v4 = (state.wire.af, state.stack.af) == (Af::Inet, Af::Inet);
        let fits = name.is_some()
            && packets.iter().all(Result::is_ok)
            && rtableid.iter().all(Result::is_ok)
            && named(state.wire.af)
            && named(state.stack.af)
            && !matches!(state.direction, Direction::Other(_))
            && state.nat_rule.is_none()
            && state.rt_addr[4..] == [0; 12]
            && !(all_v4 && addresses(state).iter().any(|addr| addr[4..] != [0; 12]));
        if !fits {
            return Packed::Whole(Self { has: slot.has | has::WHOLE, ..slot });
        }
        if all_v4 {
            return Packed::Slot(slot);
        }
        Packed::Pooled(Self { has: slot.has | has::POOLED, ..slot }, addresses(state))
    }

    /// The state again; `pooled` are its addresses where they are in the pool.
    pub fn unpack(&self, pooled: Option<&Addresses>, names: &Names) -> State {
        let widen = |addr: [u8; 4]| {
            let mut wide = [0; 16];
            wide[..4].copy_from_slice(&addr);
            wide
        };
        let addr = pooled.copied().unwrap_or_else(|| self.addr.map(widen));
        let given = |bit: u16| self.has & bit != 0;
        let af = |bit: u16| if given(bit) { Af::Inet6 } else { Af::Inet };
        let key = |at: usize, af: Af| StateKey {
            af,
            addr: [addr[2 * at], addr[2 * at + 1]],
            port: self.port[at],
            rdomain: self.rdomain[at],
        };
        let peer = |state: u8| StatePeer { state, ..StatePeer::default() };
        State {
            id: self.state_id(),
            ifname: names.name(self.ifname),
            direction: match self.direction {
                Way::In => Direction::In,
                Way::Out => Direction::Out,
            },
            proto: self.proto,
            wire: key(0, af(has::WIRE_INET6)),
            stack: key(1, af(has::STACK_INET6)),
            src: peer(self.src_state),
            dst: peer(self.dst_state),
            rt_addr: widen(self.rt_addr),
            rt: given(has::RT).then_some(self.rt),
            rule: given(has::RULE).then_some(self.rule),
            anchor: given(has::ANCHOR).then_some(self.anchor),
            nat_rule: None,
            age_s: 0,
            expire_s: 0,
            packets: self.packets.map(u64::from),
            bytes: self.bytes,
            log: self.log,
            state_flags: self.state_flags,
            timeout: self.timeout,
            sync_flags: given(has::SYNC_FLAGS).then_some(self.sync_flags),
            rtableid: given(has::RTABLEID).then(|| self.rtableid.map(i32::from)),
            max_mss: given(has::MAX_MSS).then_some(self.max_mss),
            min_ttl: given(has::MIN_TTL).then_some(self.min_ttl),
            set_tos: given(has::SET_TOS).then_some(self.set_tos),
            set_prio: given(has::SET_PRIO).then_some(self.set_prio),
        }
    }

    /// The name of the interface, where the slot has it.
    pub fn ifname(&self, names: &Names) -> IfName {
        names.name(self.ifname)
    }
}

fn addresses(state: &State) -> Addresses {
    let ([wire0, wire1], [stack0, stack1]) = (state.wire.addr, state.stack.addr);
    [wire0, wire1, stack0, stack1]
}
