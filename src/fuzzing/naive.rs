//! A state table as simple as can be, written from the contract of the events alone.
//!
//! Where the contract leaves freedom, this is what is meant:
//! - Overdue states are looked for when the table's clock comes into another second, by whole
//!   seconds: the second of the clock, the second in which the state was heard of. Several at one
//!   moment are told in the order in which they became overdue, then by id and creator.
//! - The 120 s for which an end is remembered go by the table's clock as well, which never goes
//!   backwards.
//! - Nearest to expiry is what is overdue first, by what is known of its class now; then by id and
//!   creator. What would be overdue more than 136 years after the first message never is.
//! - States that a flush takes along end in the order of id and creator.
//! - A full delete of a state that is known under other keys tells that one as replaced first.

#![forbid(unsafe_code)]

use std::collections::HashMap;

use crate::event::{EventKind, Why};
use crate::state::{State, StateId, StatePeer, Update};
use crate::time::Time;
use crate::wire::Action;

use super::seen::Seen;

/// One message.
#[derive(Debug, Clone)]
pub enum Message {
    /// INS, UPD, DEL
    Full(Action, Box<State>),
    /// UPD_C
    UpdC(Update),
    /// DEL_C
    DelC(StateId),
    /// CLR
    Clr {
        /// As on the wire; all zeros for all interfaces.
        ifname: [u8; 16],
        /// Whose states.
        creatorid: u32,
    },
    /// A message of no one state.
    Bus,
}

#[derive(Clone)]
struct Known {
    state: State,
    start: Time,
    counters_time: Time,
    heard: Time,
    overdue: bool,
}

#[derive(Clone)]
struct Gone {
    /// `None` where it ended without ever having been seen: all that is known is that it did.
    state: Option<State>,
    start: Time,
    at: Time,
}

/// The table.
pub struct Naive {
    max_states: usize,
    known: HashMap<StateId, Known>,
    gone: HashMap<StateId, Gone>,
    longest_s: HashMap<u8, u32>,
    first: Option<Time>,
    clock: Option<Time>,
    seen: Vec<Seen>,
}

const NANOS: i128 = 1_000_000_000;

fn apart_ns(a: Time, b: Time) -> i128 {
    i128::from(a.nanos()) - i128::from(b.nanos())
}

fn is_same(known: &State, known_start: Time, state: &State, start: Time) -> bool {
    (known.proto, known.direction, known.wire, known.stack)
        == (state.proto, state.direction, state.wire, state.stack)
        && apart_ns(known_start, start).abs() <= 3 * NANOS
}

/// `set optimization conservative`, by `PFTM_*`.
fn conservative_s(class: u8) -> u32 {
    let minutes = 60;
    match class {
        0 => 60 * minutes,
        1 => 15 * minutes,
        2 => 5 * 24 * 60 * minutes,
        3 => 60 * minutes,
        4 => 10 * minutes,
        5 => 3 * minutes,
        6 | 8 | 11 | 13 => 60,
        7 | 12 => 30,
        9 => 20,
        10 => 10,
        _ => 5 * 24 * 60 * minutes,
    }
}

impl Naive {
    /// An empty one of at most so many states.
    pub fn new(max_states: usize) -> Self {
        Self {
            max_states,
            known: HashMap::new(),
            gone: HashMap::new(),
            longest_s: HashMap::new(),
            first: None,
            clock: None,
            seen: Vec::new(),
        }
    }

    /// States that are known.
    pub fn states(&self) -> usize {
        self.known.len()
    }

    /// When a state of this name is known to have begun.
    pub fn start_of(&self, id: StateId) -> Option<Time> {
        let known = self.known.get(&id).map(|known| known.start);
        known.or_else(|| self.gone.get(&id).map(|gone| gone.start))
    }

    /// What is told of the messages of one packet.
    pub fn packet(&mut self, time: Time, messages: &[Message]) -> Vec<Seen> {
        self.advance(time);
        for message in messages {
            self.message(time, message);
        }
        std::mem::take(&mut self.seen)
    }

    fn advance(&mut self, time: Time) {
        self.first.get_or_insert(time);
        let before = *self.clock.get_or_insert(time);
        if time <= before {
            return;
        }
        self.clock = Some(time);
        if before.secs() == time.secs() {
            return;
        }
        let due = |known: &Known| !known.overdue && self.due_s(known) <= i128::from(time.secs());
        let mut due: Vec<StateId> =
            self.known.iter().filter(|(_, known)| due(known)).map(|(id, _)| *id).collect();
        due.sort_by_key(|id| (self.due_s(&self.known[id]), *id));
        for id in due {
            self.known.get_mut(&id).unwrap().overdue = true;
            self.tell_known(time, EventKind::Expire, None, id, Some(Why::Overdue));
            self.seen.last_mut().unwrap().is_of_a_frame = false;
        }
    }

    /// The first second, since the epoch, in which it is overdue.
    fn due_s(&self, known: &Known) -> i128 {
        let class = known.state.timeout;
        let longest_s = self.longest_s.get(&class).copied().unwrap_or(0).max(conservative_s(class));
        let allowed_s = i128::from(longest_s) + i128::from(longest_s / 10) + 60;
        let due_s = i128::from(known.heard.secs()) + allowed_s + 1;
        let first_s = i128::from(self.first.unwrap().secs());
        if due_s - first_s >= i128::from(u32::MAX) { i128::MAX } else { due_s }
    }

    fn message(&mut self, time: Time, message: &Message) {
        match message {
            Message::Full(action, state) => self.full(time, *action, state),
            Message::UpdC(update) => self.upd_c(time, *update),
            Message::DelC(id) => self.del_c(time, *id),
            Message::Clr { ifname, creatorid } => {
                let creatorid = *creatorid;
                self.tell(time, EventKind::Clear, Some(Action::Clr), None);
                let name = crate::state::IfName::new(*ifname);
                let taken = |known: &Known| {
                    let on = name.as_bytes().is_empty() || known.state.ifname == name;
                    known.state.id.creatorid == creatorid && on
                };
                let mut ids: Vec<StateId> =
                    self.known.iter().filter(|(_, k)| taken(k)).map(|(id, _)| *id).collect();
                ids.sort();
                for id in ids {
                    self.end(time, None, id, Some(Why::Clear));
                }
            }
            Message::Bus => {
                self.tell(time, EventKind::Bulk, Some(Action::Bus), None);
            }
        }
    }

    fn full(&mut self, time: Time, action: Action, state: &State) {
        let (id, start) = (state.id, time.minus_secs(state.age_s));
        let longest_s = self.longest_s.entry(state.timeout).or_default();
        *longest_s = state.expire_s.max(*longest_s);
        let mut told = Seen {
            state: Some(*state),
            full: true,
            start: Some(start),
            ..Seen::blank(time, EventKind::Start, Some(action), Some(id))
        };
        let remembered = self.gone.get(&id).filter(|gone| self.is_late(gone)).cloned();
        let late = remembered.filter(|gone| {
            gone.state.is_some_and(|known| is_same(&known, gone.start, state, start))
        });
        if let Some(known) = self.known.get(&id).cloned() {
            if is_same(&known.state, known.start, state, start) {
                told.start = Some(known.start);
                if action == Action::Del {
                    told.kind = EventKind::End;
                    self.forget(id);
                } else {
                    told.kind = EventKind::Update;
                    told.reason = known.overdue.then_some(Why::Revived);
                    self.know(time, state, known.start);
                }
                return self.push(told);
            }
            self.tell_known(time, EventKind::Expire, None, id, Some(Why::Replaced));
            self.known.remove(&id);
        } else if let Some(gone) = late {
            let (kind, why) = match action {
                Action::Del => (EventKind::End, Why::Duplicate),
                _ => (EventKind::Update, Why::Late),
            };
            told = Seen { kind, reason: Some(why), start: Some(gone.start), ..told };
            return self.push(told);
        }
        if action == Action::Del {
            self.gone.insert(id, Gone { state: Some(*state), start, at: self.clock.unwrap() });
            return self.push(Seen { kind: EventKind::End, ..told });
        }
        self.gone.remove(&id);
        if self.known.len() >= self.max_states {
            let next = |id: &StateId| {
                let known = &self.known[id];
                (!known.overdue, self.due_s(known), *id)
            };
            let id = *self.known.keys().min_by_key(|id| next(id)).unwrap();
            self.tell_known(time, EventKind::Expire, None, id, Some(Why::TableFull));
            self.known.remove(&id);
        }
        told.first = action == Action::Ins && state.age_s <= 2;
        self.know(time, state, start);
        self.push(told);
    }

    fn upd_c(&mut self, time: Time, update: Update) {
        let id = update.id;
        if let Some(expire_s) = update.expire_s {
            let longest_s = self.longest_s.entry(update.timeout).or_default();
            *longest_s = expire_s.max(*longest_s);
        }
        let mut told = Seen::blank(time, EventKind::Update, Some(Action::UpdC), Some(id));
        told.update = Some(update);
        if let Some(known) = self.known.get_mut(&id) {
            told.reason = known.overdue.then_some(Why::Revived);
            known.overdue = false;
            known.heard = self.clock.unwrap();
            known.state.timeout = update.timeout;
            known.state.src.state = update.src.state;
            known.state.dst.state = update.dst.state;
            told.state = Some(known.state);
            told.start = Some(known.start);
            told.counters_time = Some(known.counters_time);
        } else if self.gone.get(&id).is_some_and(|gone| self.is_late(gone)) {
            told.reason = Some(Why::Late);
        } else {
            told.unknown = true;
        }
        self.push(told);
    }

    fn del_c(&mut self, time: Time, id: StateId) {
        if self.known.contains_key(&id) {
            return self.end(time, Some(Action::DelC), id, None);
        }
        let mut told = Seen::blank(time, EventKind::End, Some(Action::DelC), Some(id));
        if self.gone.get(&id).is_some_and(|gone| self.is_late(gone)) {
            told.reason = Some(Why::Duplicate);
        } else {
            told.unknown = true;
            let at = self.clock.unwrap();
            self.gone.insert(id, Gone { state: None, start: at, at });
        }
        self.push(told);
    }

    fn end(&mut self, time: Time, action: Option<Action>, id: StateId, why: Option<Why>) {
        self.tell_known(time, EventKind::End, action, id, why);
        self.forget(id);
    }

    fn forget(&mut self, id: StateId) {
        let Known { state, start, .. } = self.known.remove(&id).unwrap();
        self.gone.insert(id, Gone { state: Some(state), start, at: self.clock.unwrap() });
    }

    /// What its message alone tells is not kept.
    fn know(&mut self, time: Time, state: &State, start: Time) {
        let peer = |peer: StatePeer| StatePeer { state: peer.state, ..StatePeer::default() };
        let (src, dst) = (peer(state.src), peer(state.dst));
        let state = State { src, dst, age_s: 0, expire_s: 0, ..*state };
        let heard = self.clock.unwrap();
        let known = Known { state, start, counters_time: time, heard, overdue: false };
        self.known.insert(state.id, known);
    }

    fn tell_known(
        &mut self,
        time: Time,
        kind: EventKind,
        action: Option<Action>,
        id: StateId,
        reason: Option<Why>,
    ) {
        let known = &self.known[&id];
        let told = Seen {
            state: Some(known.state),
            start: Some(known.start),
            counters_time: Some(known.counters_time),
            reason,
            ..Seen::blank(time, kind, action, Some(id))
        };
        self.push(told);
    }

    fn is_late(&self, gone: &Gone) -> bool {
        apart_ns(self.clock.unwrap(), gone.at) <= 120 * NANOS
    }

    fn tell(&mut self, time: Time, kind: EventKind, action: Option<Action>, id: Option<StateId>) {
        self.push(Seen::blank(time, kind, action, id));
    }

    fn push(&mut self, mut told: Seen) {
        told.duration_ns =
            told.start.and_then(|start| u64::try_from(apart_ns(told.time, start)).ok());
        self.seen.push(told);
    }
}
