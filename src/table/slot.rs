//! A state as the table keeps it: 128 bytes, and 64 more where an address is IPv6.
//!
//! What does not fit (address families without a name, more rules and interfaces than there are
//! numbers for) is kept whole beside the slots; no sender that is sound makes any of these.

#![forbid(unsafe_code)]

use super::interned::Interned;
use super::policy::Policy;
use crate::state::{Af, Direction, IfName, State, StateId, StateKey};
use crate::time::Time;

/// A state without the parts that only its own message tells: sequence numbers, age and expiry.
/// Two lines of the cache that lie side by side, which many processors fetch together.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(128))]
pub(super) struct Slot {
    pub id: u64,
    pub start: Time,
    pub counters_time: Time,
    bytes: [u64; 2],
    packets: [u64; 2],
    pub creatorid: u32,
    /// The second of the table's clock in which it was heard of last.
    pub heard_s: u32,
    /// Wire 0, wire 1, stack 0, stack 1, where all are IPv4; else the first is the index of the
    /// addresses in the pool.
    addr: [[u8; 4]; 4],
    port: [[u16; 2]; 2],
    rdomain: [u16; 2],
    rule: u32,
    anchor: u32,
    /// The number of its name.
    pub ifname: u16,
    policy: u16,
    state_flags: u16,
    has: u16,
    pub proto: u8,
    direction: Way,
    pub timeout: u8,
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

const _: () = assert!(size_of::<Option<Slot>>() == 128);

/// Wire 0, wire 1, stack 0, stack 1: one line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Addresses(pub [[u8; 16]; 4]);

/// What states share, by number.
#[derive(Debug, Default)]
pub(super) struct Shared {
    names: Interned<IfName>,
    policies: Interned<Policy>,
}

impl Shared {
    /// The number of a name that was seen.
    pub fn number_of(&self, ifname: IfName) -> Option<u16> {
        self.names.number_of(ifname)
    }
}

/// Bits of `Slot::has`.
mod has {
    pub const RULE: u16 = 1 << 0;
    pub const ANCHOR: u16 = 1 << 1;
    /// `addr[0]` is an index.
    pub const POOLED: u16 = 1 << 2;
    pub const WIRE_INET6: u16 = 1 << 3;
    pub const STACK_INET6: u16 = 1 << 4;
    /// Kept whole beside the slots.
    pub const WHOLE: u16 = 1 << 5;
    pub const OVERDUE: u16 = 1 << 6;
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
    pub fn pack(state: &State, time: Time, shared: &mut Shared) -> Packed {
        let mut has = 0;
        let mut bit = |bit: u16, set: bool| has |= if set { bit } else { 0 };
        bit(has::RULE, state.rule.is_some());
        bit(has::ANCHOR, state.anchor.is_some());
        bit(has::WIRE_INET6, state.wire.af == Af::Inet6);
        bit(has::STACK_INET6, state.stack.af == Af::Inet6);
        let name = shared.names.intern(state.ifname);
        let policy = shared.policies.intern(Policy::of(state));
        let addresses = addresses(state);
        let slot = Self {
            id: state.id.id,
            start: time.minus_secs(state.age_s),
            counters_time: time,
            bytes: state.bytes,
            packets: state.packets,
            creatorid: state.id.creatorid,
            heard_s: 0,
            addr: addresses.0.map(|addr| [addr[0], addr[1], addr[2], addr[3]]),
            port: [state.wire.port, state.stack.port],
            rdomain: [state.wire.rdomain, state.stack.rdomain],
            rule: state.rule.unwrap_or_default(),
            anchor: state.anchor.unwrap_or_default(),
            ifname: name.unwrap_or_default(),
            policy: policy.unwrap_or_default(),
            state_flags: state.state_flags,
            has,
            proto: state.proto,
            direction: if state.direction == Direction::Out { Way::Out } else { Way::In },
            timeout: state.timeout,
            src_state: state.src.state,
            dst_state: state.dst.state,
        };
        let named = |af| matches!(af, Af::Inet | Af::Inet6);
        let all_v4 = (state.wire.af, state.stack.af) == (Af::Inet, Af::Inet);
        let fits = name.is_some()
            && policy.is_some()
            && named(state.wire.af)
            && named(state.stack.af)
            && !matches!(state.direction, Direction::Other(_))
            && !(all_v4 && addresses.0.iter().any(|addr| addr[4..] != [0; 12]));
        if !fits {
            return Packed::Whole(Self { has: slot.has | has::WHOLE, ..slot });
        }
        if all_v4 {
            return Packed::Slot(slot);
        }
        Packed::Pooled(Self { has: slot.has | has::POOLED, ..slot }, addresses)
    }

    /// The state again, into `scratch`; `pooled` are its addresses where they are in the pool.
    pub fn unpack(&self, pooled: Option<&Addresses>, shared: &Shared, scratch: &mut Scratch) {
        let widen = |addr: [u8; 4]| {
            let mut wide = [0; 16];
            wide[..4].copy_from_slice(&addr);
            wide
        };
        let given = |bit: u16| self.has & bit != 0;
        scratch.has_from_rule(self.policy, shared);
        let State { wire, stack, .. } = &mut scratch.state;
        [wire.addr, stack.addr] = match pooled {
            Some(Addresses([wire0, wire1, stack0, stack1])) => {
                [[*wire0, *wire1], [*stack0, *stack1]]
            }
            None => {
                let [wire0, wire1, stack0, stack1] = self.addr.map(widen);
                [[wire0, wire1], [stack0, stack1]]
            }
        };
        let af = |bit: u16| if given(bit) { Af::Inet6 } else { Af::Inet };
        (wire.af, stack.af) = (af(has::WIRE_INET6), af(has::STACK_INET6));
        [wire.port, stack.port] = self.port;
        [wire.rdomain, stack.rdomain] = self.rdomain;
        let state = &mut scratch.state;
        state.id = self.state_id();
        state.ifname = shared.names.get(self.ifname);
        state.direction = match self.direction {
            Way::In => Direction::In,
            Way::Out => Direction::Out,
        };
        state.proto = self.proto;
        (state.src.state, state.dst.state) = (self.src_state, self.dst_state);
        state.rule = given(has::RULE).then_some(self.rule);
        state.anchor = given(has::ANCHOR).then_some(self.anchor);
        (state.packets, state.bytes) = (self.packets, self.bytes);
        (state.state_flags, state.timeout) = (self.state_flags, self.timeout);
    }

    /// The name of the interface, where the slot has it.
    pub fn bound_to(&self, shared: &Shared) -> IfName {
        shared.names.get(self.ifname)
    }
}

/// A state that was unpacked, kept to be used again: most of it is alike from one to the next.
#[derive(Debug)]
pub(super) struct Scratch {
    /// Without the parts that only its own message tells.
    pub state: State,
    /// What it has from its rule, where that has a number.
    policy: Option<u16>,
}

impl Scratch {
    pub fn new() -> Self {
        Self { state: nothing(), policy: None }
    }

    /// Takes a state that is kept whole.
    pub fn set(&mut self, state: &State) {
        *self = Self { state: *state, policy: None };
    }

    /// Sets what all states of a rule share, and what slots do not have.
    #[inline]
    fn has_from_rule(&mut self, number: u16, shared: &Shared) {
        if self.policy == Some(number) {
            return;
        }
        let policy = shared.policies.get(number);
        self.policy = Some(number);
        self.state = State {
            rt_addr: policy.rt_addr,
            rt: policy.rt,
            nat_rule: policy.nat_rule,
            log: policy.log,
            sync_flags: policy.sync_flags,
            rtableid: policy.rtableid,
            max_mss: policy.max_mss,
            min_ttl: policy.min_ttl,
            set_tos: policy.set_tos,
            set_prio: policy.set_prio,
            freebsd: policy.freebsd,
            ..nothing()
        };
    }
}

/// A state of which nothing is known.
fn nothing() -> State {
    let key = StateKey { af: Af::Inet, addr: [[0; 16]; 2], port: [0; 2], rdomain: 0 };
    State::bare(Direction::In, 0, key, key)
}

fn addresses(state: &State) -> Addresses {
    let ([wire0, wire1], [stack0, stack1]) = (state.wire.addr, state.stack.addr);
    Addresses([wire0, wire1, stack0, stack1])
}
