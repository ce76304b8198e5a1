//! Tombstones: the names of states that ended not long ago, so that late updates and second
//! deletes are told apart from those of states that were never seen.

#![forbid(unsafe_code)]

use std::collections::{HashMap, VecDeque};

use crate::state::{State, StateId};
use crate::time::Time;

/// How long a name is remembered, in nanoseconds.
const KEEP_NS: i64 = 120 * 1_000_000_000;

/// What is remembered of a state that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ended {
    at: Time,
    /// What it was, so that the same name on another state is told apart.
    print: u64,
    start: Time,
}

/// The states that ended not long ago; the oldest are forgotten first where there are too many.
#[derive(Debug)]
pub(super) struct Tombstones {
    ended: HashMap<StateId, Ended, foldhash::fast::RandomState>,
    order: VecDeque<(Time, StateId)>,
    max: usize,
}

impl Tombstones {
    pub fn new(max: usize) -> Self {
        Self { ended: HashMap::default(), order: VecDeque::new(), max }
    }

    /// Remembers a state that ended.
    pub fn put(&mut self, state: &State, start: Time, now: Time) {
        let print = print_of(state);
        self.ended.insert(state.id, Ended { at: now, print, start });
        self.order.push_back((now, state.id));
        while self.order.len() > self.max {
            self.forget_oldest();
        }
    }

    /// Forgets what ended long enough ago.
    pub fn age(&mut self, now: Time) {
        while let Some((at, _)) = self.order.front()
            && now.nanos_since(*at) > KEEP_NS
        {
            self.forget_oldest();
        }
    }

    pub fn contains(&self, id: StateId, now: Time) -> bool {
        self.ended.get(&id).is_some_and(|ended| now.nanos_since(ended.at) <= KEEP_NS)
    }

    /// Where `state`, which began at `start`, is one that ended, and not another of its name: when
    /// it was first seen to have begun.
    pub fn start_of(&self, state: &State, start: Time, now: Time) -> Option<Time> {
        let ended = self.ended.get(&state.id).filter(|_| self.contains(state.id, now))?;
        let same = ended.print == print_of(state) && super::same_start(ended.start, start);
        same.then_some(ended.start)
    }

    /// Its name is used anew.
    pub fn forget(&mut self, id: StateId) {
        self.ended.remove(&id);
    }

    fn forget_oldest(&mut self) {
        if let Some((at, id)) = self.order.pop_front()
            && self.ended.get(&id).is_some_and(|ended| ended.at == at)
        {
            self.ended.remove(&id);
        }
    }
}

/// Protocol, direction and keys in one number. Only states of one name are compared by it.
fn print_of(state: &State) -> u64 {
    use std::hash::BuildHasher;
    foldhash::fast::FixedState::with_seed(0).hash_one((
        state.proto,
        state.direction,
        state.wire,
        state.stack,
    ))
}
