//! Tombstones: the names of states that ended not long ago, so that late updates and second
//! deletes are told apart from those of states that were never seen.

#![forbid(unsafe_code)]

use std::collections::VecDeque;
use std::hash::BuildHasher;

use hashbrown::HashTable;

use super::Prepared;
use crate::state::{State, StateId};
use crate::time::Time;

/// How long a name is remembered, in nanoseconds.
const KEEP_NS: i64 = 120 * 1_000_000_000;

/// What is remembered of a state that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ended {
    id: u64,
    at: Time,
    start: Time,
    creatorid: u32,
    /// What it was, so that the same name on another state is told apart; 0 where nobody knows.
    print: u32,
}

impl Ended {
    fn is_named(&self, id: StateId) -> bool {
        (self.id, self.creatorid) == (id.id, id.creatorid)
    }
}

/// The states that ended not long ago; the oldest are forgotten first where there are too many.
#[derive(Debug)]
pub(super) struct Tombstones {
    /// In the order in which they ended.
    order: VecDeque<Ended>,
    /// The number of the first of them; numbers go round.
    first: u32,
    /// The number of the last one of each name.
    index: HashTable<u32>,
    hasher: foldhash::fast::RandomState,
    max: usize,
}

impl Tombstones {
    /// At most `max`; hashed as the states themselves are.
    pub fn new(max: usize, hasher: foldhash::fast::RandomState) -> Self {
        let (order, index) = (VecDeque::new(), HashTable::new());
        Self { order, first: 0, index, hasher, max: max.min(1 << 31) }
    }

    /// Brings into the cache what looking for these names, by their hashes, will need, and what
    /// forgetting as many old ones will.
    pub fn touch(&self, prepared: &[Prepared]) {
        let number = |hash: u64| self.index.find(hash, |_| true).copied().unwrap_or_default();
        let oldest = self.order.iter().take(prepared.len() / 4);
        let oldest = oldest.map(|ended| self.hasher.hash_one((ended.id, ended.creatorid)));
        let names = prepared.iter().map(|prepared| prepared.hash);
        let sum = names.chain(oldest).fold(0, |sum, hash| sum ^ number(hash));
        std::hint::black_box(sum);
    }

    /// Remembers a state that ended.
    pub fn put(&mut self, state: &State, hash: u64, start: Time, now: Time) {
        self.put_ended(state.id, hash, print_of(state), start, now);
    }

    /// Remembers that a state ended which was never seen.
    pub fn put_unknown(&mut self, id: StateId, hash: u64, now: Time) {
        self.put_ended(id, hash, 0, now, now);
    }

    fn put_ended(&mut self, name: StateId, hash: u64, print: u32, start: Time, now: Time) {
        while self.order.len() >= self.max {
            self.forget_oldest();
        }
        let StateId { id, creatorid } = name;
        self.forget(name, hash);
        let number = self.first.wrapping_add(self.order.len() as u32);
        self.order.push_back(Ended { id, at: now, start, creatorid, print });
        let (order, first, hasher) = (&self.order, self.first, &self.hasher);
        let rehash = |number: &u32| {
            let ended = order.get(number.wrapping_sub(first) as usize);
            hasher.hash_one(ended.map(|ended| (ended.id, ended.creatorid)).unwrap_or_default())
        };
        self.index.insert_unique(hash, number, rehash);
    }

    /// Forgets what ended long enough ago.
    pub fn age(&mut self, now: Time) {
        while self.order.front().is_some_and(|ended| now.nanos_since(ended.at) > KEEP_NS) {
            self.forget_oldest();
        }
    }

    pub fn contains(&self, id: StateId, now: Time) -> bool {
        self.find(id, self.hash(id), now).is_some()
    }

    /// Where `state`, which began at `start`, is one that ended, and not another of its name: when
    /// it was first seen to have begun.
    pub fn start_of(&self, state: &State, hash: u64, start: Time, now: Time) -> Option<Time> {
        let ended = self.find(state.id, hash, now)?;
        let same = ended.print == print_of(state) && super::same_start(ended.start, start);
        same.then_some(ended.start)
    }

    /// Its name is used anew.
    pub fn forget(&mut self, id: StateId, hash: u64) {
        let (order, first) = (&self.order, self.first);
        let named = |number: &u32| {
            let ended = order.get(number.wrapping_sub(first) as usize);
            ended.is_some_and(|ended| ended.is_named(id))
        };
        if let Ok(entry) = self.index.find_entry(hash, named) {
            entry.remove();
        }
    }

    fn find(&self, id: StateId, hash: u64, now: Time) -> Option<&Ended> {
        if self.index.is_empty() {
            return None;
        }
        let ended = |number: &u32| self.order.get(number.wrapping_sub(self.first) as usize);
        let named = |number: &u32| ended(number).is_some_and(|ended| ended.is_named(id));
        let ended = ended(self.index.find(hash, named)?)?;
        (now.nanos_since(ended.at) <= KEEP_NS).then_some(ended)
    }

    fn hash(&self, id: StateId) -> u64 {
        self.hasher.hash_one((id.id, id.creatorid))
    }

    fn forget_oldest(&mut self) {
        let Some(Ended { id, creatorid, .. }) = self.order.pop_front() else { return };
        let number = self.first;
        self.first = number.wrapping_add(1);
        let hash = self.hash(StateId { id, creatorid });
        if let Ok(entry) = self.index.find_entry(hash, |known| *known == number) {
            entry.remove();
        }
    }
}

/// Protocol, direction and keys in one number. Only states of one name are compared by it.
fn print_of(state: &State) -> u32 {
    let print = foldhash::fast::FixedState::with_seed(0).hash_one((
        state.proto,
        state.direction,
        state.wire,
        state.stack,
    ));
    (print >> 32) as u32 | 1
}
