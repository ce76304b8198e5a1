//! What happened: the only thing that formats and outputs know.

#![forbid(unsafe_code)]

mod gap;
mod held;
mod kind;
mod stats;

pub use gap::{Gap, Reason, Where};
pub use held::HeldEvents;
pub use kind::{EventKind, EventSet, UnknownEvent};
pub use stats::Stats;

use std::net::IpAddr;

use crate::abi::Release;
use crate::pf::Sight;
use crate::pflog::Logged;
use crate::state::{IfName, State, StateId, Tdb, Update};
use crate::time::Time;
use crate::wire::Action;

/// One thing that happened.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// Capture time of the message; of a gap, when it was noticed.
    pub time: Time,
    /// What kind of thing.
    pub kind: EventKind,
    /// The action of the message that this tells; `None` for what no message said.
    pub action: Option<Action>,
    /// IP source of the frame, where the link has one.
    pub sender: Option<IpAddr>,
    /// The interface that it came from, where there are several.
    pub source: Option<&'a str>,
    /// The release as which the frame was read; `None` for what no frame said.
    pub release: Option<Release>,
    /// What is known of it.
    pub body: Body<'a>,
}

impl<'a> Event<'a> {
    /// The first sight of a state that no message tells, but a table of `release` as it is at `time`.
    pub const fn of_table(time: Time, release: Release, told: Told<'a>) -> Self {
        Self {
            time,
            kind: EventKind::Start,
            action: None,
            sender: None,
            source: None,
            release: Some(release),
            body: Body::State(told),
        }
    }

    /// What it is told by, as the formats name it: the action of a message, or a snapshot of pf's states.
    #[inline]
    pub fn action_name(&self) -> Option<&'static str> {
        match (self.action, &self.body) {
            (Some(action), _) => Some(action.name()),
            (None, Body::State(Told { snapshot: true, .. })) => Some("SNAPSHOT"),
            (None, _) => None,
        }
    }

    /// A gap of which no frame says who sent it, when its last moment is over.
    pub const fn gap(gap: Gap<'a>) -> Self {
        Self {
            time: gap.to,
            kind: EventKind::Gap,
            action: None,
            sender: None,
            source: None,
            release: None,
            body: Body::Gap(gap),
        }
    }
}

/// What is known of an event.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// Of one state.
    State(Told<'a>),
    /// CLR: the states of a creator are gone, on one interface or on all.
    Clear {
        /// Empty for all.
        ifname: IfName,
        /// Whose states.
        creatorid: u32,
    },
    /// BUS: a bulk update starts or ends.
    Bulk {
        /// Who was asked for its states.
        creatorid: u32,
        /// Seconds since the request; 0 from OpenBSD 7.4 on.
        endtime_s: u32,
        /// `PFSYNC_BUS_*`
        status: u8,
    },
    /// TDB: an IPsec SA.
    Tdb(&'a Tdb),
    /// Something was lost, or may have been.
    Gap(Gap<'a>),
    /// A rule logged a packet.
    Packet(&'a Logged),
}

/// What is told of one state: what its message says, joined with what the table knows.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Its name.
    pub id: StateId,
    /// All that is known of it; `None` where nothing but the name is.
    pub state: Option<&'a State>,
    /// This very message carries the whole of `state`: peers, expiry and counters are its own.
    pub full: bool,
    /// The compressed update that this tells. Its peers and timeout are in `state` already, where
    /// that is known.
    pub update: Option<&'a Update>,
    /// When it began: capture time less age, when it was first seen.
    pub start: Option<Time>,
    /// It was seen from its beginning: inserted with an age of at most [`FIRST_MAX_AGE_S`].
    pub first: bool,
    /// When the counters in `state` were true, where that is not this very message; `None` also
    /// where there are none to tell.
    pub counters_time: Option<Time>,
    /// It is a state of a table that a capture came to, and this is what was said of it there.
    pub sight: Option<Sight>,
    /// Why, where the message alone does not say.
    pub reason: Option<Why>,
    /// The table has never seen this state.
    pub unknown: bool,
    /// No message says it: pf had it when it was asked for its states.
    pub snapshot: bool,
}

/// Why an event of a state is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A second delete: both hosts of a CARP pair may announce one.
    Duplicate,
    /// An update of a state that is gone.
    Late,
    /// An update of a state that was overdue.
    Revived,
    /// Nothing was heard for longer than its timeout class allows.
    Overdue,
    /// The same name came back as another state.
    Replaced,
    /// There was no room for it.
    TableFull,
    /// A flush took it along.
    Clear,
}

impl Why {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Late => "late",
            Self::Revived => "revived",
            Self::Overdue => "overdue",
            Self::Replaced => "replaced",
            Self::TableFull => "table-full",
            Self::Clear => "clear",
        }
    }
}

/// Seconds of age up to which an insert is taken for the very beginning of its state: pfsync holds
/// messages back for up to a second, and ages are whole seconds.
pub const FIRST_MAX_AGE_S: u32 = 2;

/// How sure a start is, in seconds: ages are whole ones.
pub const START_ERR_S: u32 = 1;

impl<'a> Told<'a> {
    /// Nothing but the name.
    pub fn name(id: StateId) -> Self {
        Self {
            id,
            state: None,
            full: false,
            update: None,
            start: None,
            first: false,
            counters_time: None,
            sight: None,
            reason: None,
            unknown: false,
            snapshot: false,
        }
    }

    /// What a message says that carries the whole state, at `time`.
    pub fn full(state: &'a State, time: Time, action: Action) -> Self {
        Self {
            state: Some(state),
            full: true,
            start: Some(time.minus_secs(state.age_s)),
            first: action == Action::Ins && state.age_s <= FIRST_MAX_AGE_S,
            ..Self::name(state.id)
        }
    }

    /// What a table says of a state, as it is at `time`; with `sight` one that comes from a capture.
    pub fn of_table(state: &'a State, time: Time, sight: Option<Sight>) -> Self {
        Self {
            state: Some(state),
            full: true,
            start: Some(sight.map_or(time.minus_secs(state.age_s), |sight| sight.start)),
            counters_time: sight.map(|sight| sight.full).filter(|full| *full != time),
            sight,
            ..Self::name(state.id)
        }
    }

    /// What a compressed update says.
    pub fn update(update: &'a Update) -> Self {
        Self { update: Some(update), ..Self::name(update.id) }
    }

    /// How long the state lasted, or has so far, at `time`; in nanoseconds. `None` where the clock
    /// that says so stepped back behind its start.
    pub fn duration_ns(&self, time: Time) -> Option<u64> {
        self.start.and_then(|start| u64::try_from(time.nanos_since(start)).ok())
    }
}
