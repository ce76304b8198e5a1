//! States that were not told by a message, but read from pf: at the start, and again for their counters.
//!
//! Captures are open before a snapshot is taken, so that nothing is missed between the two; messages from
//! before it come after it, then. What they say is older: it is told, but what the snapshot says
//! stays. A delete wins, whenever it was sent: names are not given twice within seconds.

#![forbid(unsafe_code)]

use super::store::Known;
use super::{Sink, Table, Told};
use crate::abi::consts::PFSTATE_NOSYNC;
use crate::event::{EventKind, Why};
use crate::state::State;
use crate::time::Time;

impl Table {
    /// Takes in a state that pf had at `time`. It is told as a `start` unless it is known, or ended since.
    /// A state of a rule with `no-sync` is left out: no message will ever tell its end.
    pub fn prime(&mut self, time: Time, state: &State, sink: &mut impl Sink) {
        if u32::from(state.state_flags) & PFSTATE_NOSYNC != 0 {
            return;
        }
        self.advance(time, sink);
        self.snapshot = Some(time);
        let start = time.minus_secs(state.age_s);
        let (hash, mut known) = self.locate(state.id);
        self.allowed.saw(state.timeout, state.expire_s);
        if let Known::Live(index) = known {
            if self.is_newer(index, time) {
                return;
            }
            if self.is_same(index, state, start) {
                self.store.replace(index, state, time);
                return self.heard(index);
            }
            self.tell_known(index, EventKind::Expire, None, Some(Why::Replaced), sink);
            self.store.remove(index, hash);
            known = Known::Not;
        } else if self
            .kept(known)
            .is_some_and(|ended| ended.is_since(time) || ended.start_of(state, start).is_some())
        {
            return;
        }
        if self.store.len() >= self.max_states {
            self.make_room(sink);
        }
        let index = self.store.insert(state, time, hash, known);
        self.heard(index);
        let told = Told {
            state: Some(state),
            full: true,
            start: Some(start),
            snapshot: true,
            ..Told::name(state.id)
        };
        sink(EventKind::Start, None, told);
    }

    /// Takes in the counters that a state had at `time`, where it is known. Nothing is told: each later
    /// event of the state has them, with their time. Whether they were taken.
    pub fn count(&mut self, time: Time, state: &State) -> bool {
        let (_, known) = self.locate(state.id);
        let start = time.minus_secs(state.age_s);
        let Known::Live(index) = known else { return false };
        if self.is_newer(index, time) || !self.is_same(index, state, start) {
            return false;
        }
        self.snapshot = self.snapshot.max(Some(time));
        let Some(slot) = self.store.slot(index) else { return false };
        let was_overdue = slot.is_overdue();
        // Messages may have moved it on since.
        let mut counted = *state;
        (counted.src.state, counted.dst.state) = (slot.src_state, slot.dst_state);
        counted.timeout = slot.timeout;
        self.store.replace(index, &counted, time);
        match self.store.slot_mut(index).filter(|_| was_overdue) {
            // Only a message revives it, which is told.
            Some(slot) => slot.set_overdue(true),
            None => self.heard(index),
        }
        true
    }

    /// No message from before the last snapshot is to come any more. Clocks may step back afterwards without
    /// all that is said being taken for old.
    pub fn forget_snapshot(&mut self) {
        self.snapshot = None;
    }

    /// Something that was known later than `time` is known of a state already.
    fn is_newer(&self, index: u32, time: Time) -> bool {
        self.store.slot(index).is_some_and(|slot| slot.counters_time > time)
    }

    /// What a message of `time` says of a state is older than the snapshot that it is known from.
    pub(super) fn is_older(&self, index: u32, time: Time) -> bool {
        let snapshot = self.snapshot.filter(|snapshot| time < *snapshot);
        let slot = self.store.slot(index);
        snapshot.is_some_and(|at| slot.is_some_and(|slot| slot.counters_time >= at))
    }

    /// Tells a full state whose message is older than what is known of the name.
    pub(super) fn full_before(
        &mut self,
        time: Time,
        action: crate::wire::Action,
        (index, state): (u32, &State),
        sink: &mut impl Sink,
    ) {
        let start = time.minus_secs(state.age_s);
        let same = self.is_same(index, state, start);
        let known = self.store.slot(index).filter(|_| same).map(|slot| slot.start);
        let told = Told {
            start: Some(known.unwrap_or(start)),
            first: false,
            // Of another one that had the name before.
            reason: (!same).then_some(Why::Late),
            ..Told::full(state, time, action)
        };
        sink(EventKind::Update, Some(action), told);
    }
}
