//! Which states leave next when there is no room. To look for them means to look at all states, so
//! many are looked for at a time.

#![forbid(unsafe_code)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::state::StateId;

/// What decides when a state leaves: the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// It is not overdue.
    pub in_time: bool,
    /// The second in which it is overdue.
    pub due_s: u32,
    pub id: StateId,
}

/// The states of the lowest ranks, with their indices.
#[derive(Debug, Default)]
pub(super) struct Leaving {
    next: BinaryHeap<Reverse<(Rank, u32)>>,
    /// No state up to this rank is missing; `None` where nothing is known.
    complete_to: Option<Rank>,
    max: usize,
}

impl Leaving {
    /// The lowest of `all`, of which there are `len`.
    pub fn lowest(all: impl Iterator<Item = (Rank, u32)>, len: usize) -> Self {
        let some = (len / 64).max(16);
        let mut lowest = BinaryHeap::with_capacity(some);
        for ranked in all {
            if lowest.len() < some {
                lowest.push(ranked);
            } else if let Some(mut highest) = lowest.peek_mut()
                && ranked < *highest
            {
                *highest = ranked;
            }
        }
        let complete_to = lowest.peek().map(|(rank, _)| *rank);
        let next = lowest.into_iter().map(Reverse).collect();
        Self { next, complete_to, max: 4 * some }
    }

    /// Whether there is anything to be kept up to date.
    pub fn is_known(&self) -> bool {
        self.complete_to.is_some()
    }

    /// A state has this rank now.
    pub fn offer(&mut self, rank: Rank, index: u32) {
        if self.complete_to.is_none_or(|highest| rank > highest) {
            return;
        }
        if self.next.len() < self.max {
            self.next.push(Reverse((rank, index)));
        } else {
            // Most of them are of old ranks: looking anew is cheaper than to keep them all.
            *self = Self::default();
        }
    }

    /// The next one, by the rank that it had when it was offered.
    pub fn pop(&mut self) -> Option<(Rank, u32)> {
        let next = self.next.pop().map(|Reverse(next)| next);
        if next.is_none() {
            self.complete_to = None;
        }
        next
    }
}
