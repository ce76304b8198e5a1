//! What happened: the only thing that formats and outputs know.
//!
//! Until there is a mirror of the state table, an event carries what its own message says and no
//! more: a compressed update has no addresses, a delete nothing but a name.

#![forbid(unsafe_code)]

mod decode;
mod gap;
mod kind;
mod stats;

pub use decode::Decoder;
pub use gap::{Gap, Reason, Where};
pub use kind::{EventKind, EventSet, UnknownEvent};
pub use stats::Stats;

use std::net::IpAddr;

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
    /// The interface or file that it came from, where there are several.
    pub source: Option<&'a str>,
    /// What is known of it.
    pub body: Body<'a>,
}

/// What is known of an event.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// A whole state: INS, UPD, DEL.
    State(&'a State),
    /// A compressed update.
    Update(&'a Update),
    /// The name of a state and nothing else: DEL_C, INS_ACK, UPD_REQ.
    Name(StateId),
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
}

/// Seconds of age up to which an insert is taken for the very beginning of its state: pfsync holds
/// messages back for up to a second, and ages are whole seconds.
pub const FIRST_MAX_AGE_S: u32 = 2;

impl Event<'_> {
    /// When the state began: capture time less age; sure to a second.
    pub fn start(&self) -> Option<Time> {
        match self.body {
            Body::State(state) => Some(self.time.minus_secs(state.age_s)),
            _ => None,
        }
    }
}
