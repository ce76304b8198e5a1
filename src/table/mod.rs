//! A mirror of the firewall's state table: joins compressed updates and deletes with the state that
//! they speak of.
//!
//! Two creators with the same id are two states. What the table has to get right:
//!
//! - A full state of a known name is the same state only if protocol, direction and both keys are
//!   equal and its start is within 3 s of the known one; else the old one expires (`replaced`).
//! - A state that ended leaves a tombstone for 120 s: late updates and second deletes are told apart
//!   from those of states that were never seen.
//! - A state of which nothing was heard for longer than its timeout class allows is *overdue*: that is
//!   told once, and it stays, so that a later delete is a normal end.
//! - At the most states that are allowed, overdue ones leave first, then those nearest to expiry.

#![forbid(unsafe_code)]

mod ended;
mod index;
mod interned;
mod leaving;
mod overdue;
mod policy;
mod slot;
mod snapshot;
mod store;

use crate::event::{EventKind, Told, Why};
use crate::state::{IfName, State, StateId, Update};
use crate::time::Time;
use crate::wire::Action;
use ended::{Ended, print_of};
use leaving::{Leaving, Rank};
pub(crate) use overdue::conservative;
use overdue::{Allowed, Clock};
use slot::{Scratch, Slot};
use store::{Known, Store};

/// What a message says of states.
#[derive(Debug, Clone, Copy)]
pub enum Said<'a> {
    /// INS, UPD or DEL, by `action`.
    Full(&'a State),
    /// UPD_C
    Update(&'a Update),
    /// DEL_C
    Delete(StateId),
    /// CLR
    Clear {
        /// Empty for all interfaces.
        ifname: IfName,
        /// Whose states.
        creatorid: u32,
    },
}

/// What the table makes of a message: the kind of event, the message's action where it is the
/// message's own event, and what is known of the state.
pub trait Sink: FnMut(EventKind, Option<Action>, Told<'_>) {}

impl<S: FnMut(EventKind, Option<Action>, Told<'_>)> Sink for S {}

/// A state that is asked for soon.
#[derive(Debug, Clone, Copy)]
struct Prepared {
    id: StateId,
    hash: u64,
    /// What the index has for it, likely.
    likely: Option<u32>,
}

/// States that ended and are remembered at most: with a second delete of each in a second or two, enough
/// for any rate. In smaller tables there are a quarter as many as states.
const MAX_ENDED: usize = 2_000_000;

/// Starts within this many seconds of one another are one start.
const SAME_START_S: u64 = 3;

/// The states, by name.
#[derive(Debug)]
pub struct Table {
    store: Store,
    allowed: Allowed,
    max_states: usize,
    clock: Clock,
    /// The states that leave next, when there is no room.
    leaving: Leaving,
    /// Of [`Self::prepare`]: the states that are asked for next, in that order.
    prepared: Vec<Prepared>,
    /// The next of them.
    next: usize,
    /// Of [`Self::advance`].
    overdue: Vec<u32>,
    /// When pf was asked for its states last, as long as older messages may come.
    snapshot: Option<Time>,
    /// The state that is told of.
    scratch: Box<Scratch>,
}

/// `a` and `b` are one start.
fn same_start(a: Time, b: Time) -> bool {
    a.nanos_since(b).unsigned_abs() <= SAME_START_S * 1_000_000_000
}

impl Table {
    /// An empty table for at most `max_states` states (at least one).
    pub fn new(max_states: usize) -> Self {
        Self {
            store: Store::new((max_states / 4).clamp(1024, MAX_ENDED)),
            allowed: Allowed::default(),
            max_states: max_states.clamp(1, u32::MAX as usize),
            clock: Clock::default(),
            leaving: Leaving::default(),
            prepared: Vec::new(),
            next: 0,
            overdue: Vec::new(),
            snapshot: None,
            scratch: Box::new(Scratch::new()),
        }
    }

    /// States that are known.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// States that may be known at most.
    pub fn max_states(&self) -> usize {
        self.max_states
    }

    /// States that ended and are remembered.
    pub fn tombstones(&self) -> usize {
        self.store.tombstones()
    }

    /// Begins to fetch what messages about these states will need: each look-up on its own would wait
    /// for memory several times. They are found fastest in this order.
    ///
    /// Each step needs what the one before it fetched, and takes all states in one go, so that the loads
    /// of all are under way together. To begin with the next states before these are decoded was tried,
    /// and was slower: by then the nearest cache has lost what it was given.
    pub fn prepare(&mut self, ids: &[StateId]) {
        self.next = 0;
        self.prepared.clear();
        for id in ids {
            let hash = self.store.hash(*id);
            self.store.prefetch_index(hash);
            self.prepared.push(Prepared { id: *id, hash, likely: None });
        }
        // About a quarter of all states end.
        self.store.prefetch_forgotten(ids.len() / 4);
        self.prepared.iter_mut().for_each(|prepared| self.store.prefetch_likely(prepared));
        self.prepared.iter().for_each(|prepared| self.store.prefetch_pooled(prepared));
    }

    /// The hash of a name, and what is known of it.
    #[inline]
    fn locate(&mut self, id: StateId) -> (u64, Known) {
        if let Some(prepared) = self.prepared.get(self.next).filter(|prepared| prepared.id == id) {
            self.next += 1;
            return (prepared.hash, self.store.find_prepared(prepared));
        }
        let hash = self.store.hash(id);
        (hash, self.store.find(id, hash))
    }

    /// The tombstone of a name, where it has one that is remembered still.
    fn kept(&self, known: Known) -> Option<&Ended> {
        let Known::Ended(number) = known else { return None };
        self.store.tombstone(number).filter(|ended| ended.is_kept(self.clock.latest()))
    }

    /// Tells the table what a message said at `time`. The message's own event is given to `sink`
    /// with its action; what the table infers comes without one, before it or, for the states that
    /// a flush takes along, behind it.
    pub fn say(&mut self, time: Time, action: Action, said: Said<'_>, sink: &mut impl Sink) {
        self.advance(time, sink);
        match said {
            Said::Full(state) if action == Action::Del => self.deleted(time, action, state, sink),
            Said::Full(state) => self.full(time, action, state, sink),
            Said::Update(update) => self.update(time, action, update, sink),
            Said::Delete(id) => self.delete(action, id, sink),
            Said::Clear { ifname, creatorid } => self.clear(time, ifname, creatorid, sink),
        }
    }

    /// Moves the clock on, and tells which states are overdue by then. A time that lies before
    /// the clock moves nothing.
    pub fn advance(&mut self, time: Time, sink: &mut impl Sink) {
        if !self.clock.advance(time) {
            return;
        }
        self.store.age(time);
        let now_s = self.clock.now_s();
        let Self { store, allowed, overdue, .. } = self;
        let due_of =
            |slot: &Slot| (!slot.is_overdue()).then(|| allowed.due(slot.timeout, slot.heard_s));
        store.overdue(now_s, due_of, overdue);
        if overdue.is_empty() {
            return;
        }
        let mut overdue = std::mem::take(&mut self.overdue);
        overdue.sort_unstable_by_key(|index| self.rank(*index));
        for index in overdue.drain(..) {
            if let Some(slot) = self.store.slot_mut(index) {
                slot.set_overdue(true);
            }
            self.ranked(index);
            self.tell_known(index, EventKind::Expire, None, Some(Why::Overdue), sink);
        }
        self.overdue = overdue;
    }

    /// A state was heard of.
    fn heard(&mut self, index: u32) {
        let now_s = self.clock.now_s();
        let Some(slot) = self.store.slot_mut(index) else { return };
        slot.heard_s = now_s;
        let due_s = self.allowed.due(slot.timeout, now_s);
        self.store.due_from(index, due_s);
        self.ranked(index);
    }

    fn full(&mut self, time: Time, action: Action, state: &State, sink: &mut impl Sink) {
        let start = time.minus_secs(state.age_s);
        let (hash, mut known) = self.locate(state.id);
        self.allowed.saw(state.timeout, state.expire_s);
        if let Known::Live(index) = known {
            if self.is_older(index, time) {
                return self.full_before(time, action, (index, state), sink);
            }
            if self.is_same(index, state, start) {
                return self.seen_again(time, action, index, state, sink);
            }
            self.tell_known(index, EventKind::Expire, None, Some(Why::Replaced), sink);
            self.store.remove(index, hash);
            known = Known::Not;
        } else if let Some(start) = self.kept(known).and_then(|ended| ended.start_of(state, start))
        {
            let told = Told {
                start: Some(start),
                first: false,
                reason: Some(Why::Late),
                ..Told::full(state, time, action)
            };
            return sink(EventKind::Update, Some(action), told);
        }
        if self.store.len() >= self.max_states {
            self.make_room(sink);
        }
        let index = self.store.insert(state, time, hash, known);
        self.heard(index);
        sink(EventKind::Start, Some(action), Told::full(state, time, action));
    }

    /// A full state that is known: it is where it was, and says all anew.
    fn seen_again(
        &mut self,
        time: Time,
        action: Action,
        index: u32,
        state: &State,
        sink: &mut impl Sink,
    ) {
        let was_overdue = self.store.slot(index).is_some_and(|slot| slot.is_overdue());
        self.store.replace(index, state, time);
        self.heard(index);
        let Some(slot) = self.store.slot(index) else { return };
        let told = Told {
            start: Some(slot.start),
            first: false,
            reason: was_overdue.then_some(Why::Revived),
            ..Told::full(state, time, action)
        };
        sink(EventKind::Update, Some(action), told);
    }

    /// DEL: the full state of what is gone. No sender is known to send it, but it is accepted.
    fn deleted(&mut self, time: Time, action: Action, state: &State, sink: &mut impl Sink) {
        let (hash, known) = self.locate(state.id);
        let mut told = Told { first: false, ..Told::full(state, time, action) };
        let start = time.minus_secs(state.age_s);
        self.allowed.saw(state.timeout, state.expire_s);
        if let Known::Live(index) = known {
            if self.is_same(index, state, start) {
                told.start = self.store.slot(index).map(|slot| slot.start);
            } else {
                self.tell_known(index, EventKind::Expire, None, Some(Why::Replaced), sink);
            }
        } else if let Some(start) = self.kept(known).and_then(|ended| ended.start_of(state, start))
        {
            (told.start, told.reason) = (Some(start), Some(Why::Duplicate));
        }
        if told.reason.is_none() {
            let start = told.start.unwrap_or(start);
            let ended = Ended::new(state.id, print_of(state), start, self.clock.latest());
            self.store.bury(ended, hash, known);
        }
        sink(EventKind::End, Some(action), told);
    }

    fn update(&mut self, time: Time, action: Action, update: &Update, sink: &mut impl Sink) {
        let (_, known) = self.locate(update.id);
        if let Some(expire_s) = update.expire_s {
            self.allowed.saw(update.timeout, expire_s);
        }
        let Some(index) = known.live() else {
            let late = self.kept(known).is_some();
            let reason = late.then_some(Why::Late);
            let told = Told { reason, unknown: !late, ..Told::update(update) };
            return sink(EventKind::Update, Some(action), told);
        };
        let is_older = self.is_older(index, time);
        let Some(slot) = self.store.slot_mut(index) else { return };
        let reason = slot.is_overdue().then_some(Why::Revived);
        slot.set_overdue(false);
        if !is_older {
            slot.timeout = update.timeout;
            (slot.src_state, slot.dst_state) = (update.src.state, update.dst.state);
        }
        self.heard(index);
        let Some(slot) = self.store.unpack(index, &mut self.scratch) else { return };
        let told = Told {
            state: Some(&self.scratch.state),
            start: Some(slot.start),
            counters_time: Some(slot.counters_time),
            reason,
            ..Told::update(update)
        };
        sink(EventKind::Update, Some(action), told);
    }

    fn delete(&mut self, action: Action, id: StateId, sink: &mut impl Sink) {
        let (hash, known) = self.locate(id);
        if let Known::Live(index) = known {
            return self.end(Some(action), index, hash, None, sink);
        }
        let duplicate = self.kept(known).is_some();
        if !duplicate {
            let now = self.clock.latest();
            self.store.bury(Ended::new(id, 0, now, now), hash, known);
        }
        let reason = duplicate.then_some(Why::Duplicate);
        let told = Told { reason, unknown: !duplicate, ..Told::name(id) };
        sink(EventKind::End, Some(action), told);
    }

    fn end(
        &mut self,
        action: Option<Action>,
        index: u32,
        hash: u64,
        reason: Option<Why>,
        sink: &mut impl Sink,
    ) {
        let Some(start) = self.tell_known(index, EventKind::End, action, reason, sink) else {
            return;
        };
        let state = &self.scratch.state;
        let ended = Ended::new(state.id, print_of(state), start, self.clock.latest());
        self.store.bury(ended, hash, Known::Live(index));
    }

    /// The event of the flush itself is its caller's: it speaks of no one state.
    /// A flush from before a snapshot took along none of the states that are known from it.
    fn clear(&mut self, time: Time, ifname: IfName, creatorid: u32, sink: &mut impl Sink) {
        if !self.store.may_have(creatorid, ifname) {
            return;
        }
        let flushed = |slot: &Slot, index: u32| {
            slot.creatorid == creatorid
                && (ifname.is_empty() || self.store.bound_to(index, slot) == ifname)
                && !self.is_older(index, time)
        };
        let gone = self.store.iter().filter(|(index, slot)| flushed(slot, *index));
        let mut gone: Vec<u32> = gone.map(|(index, _)| index).collect();
        let id_of = |index: u32| self.store.slot(index).map(|slot| slot.state_id());
        gone.sort_unstable_by_key(|index| id_of(*index));
        for index in gone {
            let Some(id) = self.store.slot(index).map(|slot| slot.state_id()) else { continue };
            let hash = self.store.hash(id);
            self.end(None, index, hash, Some(Why::Clear), sink);
        }
    }

    fn is_same(&mut self, index: u32, state: &State, start: Time) -> bool {
        let Some(slot) = self.store.slot(index) else { return false };
        if !same_start(slot.start, start) || slot.proto != state.proto {
            return false;
        }
        let known = self.store.unpack(index, &mut self.scratch).map(|_| &self.scratch.state);
        known.is_some_and(|known| {
            (known.direction, known.wire, known.stack) == (state.direction, state.wire, state.stack)
        })
    }

    /// Tells what is known of a state, though no message says it now; gives its start, and leaves it
    /// in the scratch.
    fn tell_known(
        &mut self,
        index: u32,
        kind: EventKind,
        action: Option<Action>,
        reason: Option<Why>,
        sink: &mut impl Sink,
    ) -> Option<Time> {
        let slot = self.store.unpack(index, &mut self.scratch)?;
        let state = &self.scratch.state;
        let told = Told {
            state: Some(state),
            start: Some(slot.start),
            counters_time: Some(slot.counters_time),
            reason,
            ..Told::name(state.id)
        };
        sink(kind, action, told);
        told.start
    }

    /// What decides when a state leaves, if there is no room.
    fn rank(&self, index: u32) -> Option<Rank> {
        self.store.slot(index).map(|slot| Rank {
            in_time: !slot.is_overdue(),
            due_s: self.allowed.due(slot.timeout, slot.heard_s),
            id: slot.state_id(),
        })
    }

    /// The rank of a state may have become lower.
    fn ranked(&mut self, index: u32) {
        if self.leaving.is_known()
            && let Some(rank) = self.rank(index)
        {
            self.leaving.offer(rank, index);
        }
    }

    /// Lets one state go: an overdue one first, else the one nearest to expiry.
    fn make_room(&mut self, sink: &mut impl Sink) {
        let (index, rank) = loop {
            let Some((rank, index)) = self.leaving.pop() else {
                let all = self.store.iter().filter_map(|(at, _)| Some((self.rank(at)?, at)));
                self.leaving = Leaving::lowest(all, self.store.len());
                if self.leaving.is_known() {
                    continue;
                }
                return;
            };
            match self.rank(index) {
                Some(now) if now == rank => break (index, rank),
                // It may leave later than it seemed when it was ranked.
                Some(now) if now.id == rank.id => self.leaving.offer(now, index),
                _ => {}
            }
        };
        self.tell_known(index, EventKind::Expire, None, Some(Why::TableFull), sink);
        self.store.remove(index, self.store.hash(rank.id));
    }
}
