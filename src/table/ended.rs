//! Tombstones: the names of states that ended not long ago, so that late updates and second
//! deletes are told apart from those of states that were never seen.

#![forbid(unsafe_code)]

use std::collections::VecDeque;

use crate::state::{Af, Direction, State, StateId, StateKey};
use crate::time::Time;

/// How long a name is remembered, in nanoseconds.
const KEEP_NS: i64 = 120 * 1_000_000_000;

/// What is remembered of a state that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended {
    id: u64,
    at: Time,
    start: Time,
    creatorid: u32,
    /// What it was, so that the same name on another state is told apart; 0 where nobody knows.
    print: u32,
}

impl Ended {
    /// Of the state with this name and [`print_of`], which began at `start` and ended at `at`.
    pub fn new(name: StateId, print: u32, start: Time, at: Time) -> Self {
        Self { id: name.id, at, start, creatorid: name.creatorid, print }
    }

    pub fn state_id(&self) -> StateId {
        StateId { id: self.id, creatorid: self.creatorid }
    }

    /// Whether it is remembered still.
    pub fn is_kept(&self, now: Time) -> bool {
        now.nanos_since(self.at) <= KEEP_NS
    }

    /// Whether that was at `time` or later.
    pub fn is_since(&self, time: Time) -> bool {
        self.at >= time
    }

    /// Where `state`, which began at `start`, is the one that ended, and not another of its name:
    /// when it was first seen to have begun.
    pub fn start_of(&self, state: &State, start: Time) -> Option<Time> {
        let same = self.print == print_of(state) && super::same_start(self.start, start);
        same.then_some(self.start)
    }
}

/// The states that ended not long ago, each by a number. The oldest are forgotten first where there are
/// too many.
#[derive(Debug)]
pub(super) struct Tombstones {
    /// In the order in which they ended.
    order: VecDeque<Ended>,
    /// The number of the first of them; numbers go round.
    first: u32,
    max: usize,
}

/// Numbers are below this.
pub(super) const NUMBERS: u32 = 1 << 31;

impl Tombstones {
    /// At most `max`.
    pub fn new(max: usize) -> Self {
        Self { order: VecDeque::new(), first: 0, max: max.min(NUMBERS as usize) }
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether the oldest has to be forgotten before one more can be remembered.
    pub fn is_full(&self) -> bool {
        self.order.len() >= self.max
    }

    /// Remembers one; gives its number.
    pub fn put(&mut self, ended: Ended) -> u32 {
        let len = self.order.len();
        if len == self.order.capacity() {
            // Not more than there may be: what goes round in it touches all of it.
            let more = self.max.saturating_sub(len).min(len / 2 + 1024);
            self.order.reserve_exact(more);
        }
        self.order.push_back(ended);
        self.first.wrapping_add(self.order.len() as u32 - 1) % NUMBERS
    }

    pub fn get(&self, number: u32) -> Option<&Ended> {
        self.order.get((number.wrapping_sub(self.first) % NUMBERS) as usize)
    }

    /// The oldest, those that are to be forgotten next.
    pub fn oldest(&self) -> impl Iterator<Item = &Ended> {
        self.order.iter()
    }

    /// Forgets the oldest; gives its number and its name.
    pub fn forget_oldest(&mut self) -> Option<(u32, StateId)> {
        let ended = self.order.pop_front()?;
        let number = self.first;
        self.first = (number + 1) % NUMBERS;
        Some((number, ended.state_id()))
    }
}

/// Protocol, direction and keys in one number. Only states of one name are compared by it, so it need
/// not be safe from whoever looks for two that are alike.
pub(super) fn print_of(state: &State) -> u32 {
    let halves = |addr: [u8; 16]| {
        let addr = u128::from_ne_bytes(addr);
        [addr as u64, (addr >> 64) as u64]
    };
    let af = |af: Af| match af {
        Af::Inet => 1,
        Af::Inet6 => 2,
        Af::Other(number) => 0x100 | u64::from(number),
    };
    let direction = match state.direction {
        Direction::In => 1,
        Direction::Out => 2,
        Direction::Other(number) => 0x100 | u64::from(number),
    };
    let key = |key: &StateKey| {
        let [a, b] = key.port;
        let low = u64::from(a) | u64::from(b) << 16 | u64::from(key.rdomain) << 32;
        let ([c, d], [e, f]) = (halves(key.addr[0]), halves(key.addr[1]));
        [c, d, e, f, low | af(key.af) << 48]
    };
    let words = key(&state.wire).into_iter().chain(key(&state.stack));
    let words = words.chain([u64::from(state.proto) | direction << 8]);
    // A number that is odd has an inverse: what differs goes on to differ, down to the last step.
    let mixed = words.fold(0_u64, |mixed, word| {
        (mixed ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    });
    (mixed >> 32) as u32 | 1
}
