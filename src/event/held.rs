//! Events that are kept for a while: what they borrow is kept with them.

#![forbid(unsafe_code)]

use super::{Body, Event, Gap, Told, Where};
use crate::pflog::Logged;
use crate::state::{State, Tdb, Update};

/// Events, in the order in which they happened.
#[derive(Debug, Default)]
pub struct HeldEvents {
    /// Without what they borrow.
    events: Vec<Held>,
    states: Vec<State>,
    updates: Vec<Update>,
    tdbs: Vec<Tdb>,
    packets: Vec<Logged>,
}

#[derive(Debug)]
struct Held {
    /// A logged packet stands as a flush of nothing.
    event: Event<'static>,
    /// It has a state, an update, a packet: the next ones of those that are kept.
    state: bool,
    update: bool,
    packet: bool,
    /// The name of an interface, or of the output that lost something.
    source: Option<Box<str>>,
    output: Option<Box<str>>,
}

impl HeldEvents {
    /// Keeps an event.
    pub fn push(&mut self, event: &Event<'_>) {
        let (mut state, mut update, mut packet, mut output) = (false, false, false, None);
        let body = match event.body {
            Body::State(told) => {
                self.states.extend(told.state);
                self.updates.extend(told.update);
                (state, update) = (told.state.is_some(), told.update.is_some());
                Body::State(Told { state: None, update: None, ..told })
            }
            Body::Packet(logged) => {
                self.packets.push(*logged);
                packet = true;
                Body::Clear { ifname: logged.ifname, creatorid: 0 }
            }
            Body::Clear { ifname, creatorid } => Body::Clear { ifname, creatorid },
            Body::Bulk { creatorid, endtime_s, status } => {
                Body::Bulk { creatorid, endtime_s, status }
            }
            Body::Tdb(tdb) => {
                self.tdbs.push(*tdb);
                Body::Tdb(&NO_TDB)
            }
            Body::Gap(Gap { from, to, lost, at, certain, reason }) => {
                let at = match at {
                    Where::Capture => Where::Capture,
                    Where::Frame => Where::Frame,
                    Where::Output(name) => {
                        output = Some(name.into());
                        Where::Output("")
                    }
                };
                Body::Gap(Gap { from, to, lost, at, certain, reason })
            }
        };
        let Event { time, kind, action, sender, source, release, .. } = *event;
        let event = Event { time, kind, action, sender, source: None, release, body };
        let source = source.map(Into::into);
        self.events.push(Held { event, state, update, packet, source, output });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Gives each event to `sink`.
    pub fn each(&self, mut sink: impl FnMut(&Event<'_>)) {
        let (mut states, mut updates) = (self.states.iter(), self.updates.iter());
        let (mut tdbs, mut packets) = (self.tdbs.iter(), self.packets.iter());
        for held in &self.events {
            let mut event: Event<'_> = held.event;
            event.source = held.source.as_deref();
            match &mut event.body {
                Body::State(told) => {
                    told.state = if held.state { states.next() } else { None };
                    told.update = if held.update { updates.next() } else { None };
                }
                Body::Tdb(tdb) => *tdb = tdbs.next().unwrap_or(&NO_TDB),
                Body::Gap(gap) => {
                    if let (Where::Output(name), Some(output)) = (&mut gap.at, &held.output) {
                        *name = output;
                    }
                }
                Body::Packet(_) | Body::Clear { .. } | Body::Bulk { .. } => {}
            }
            if held.packet
                && let Some(logged) = packets.next()
            {
                event.body = Body::Packet(logged);
            }
            sink(&event);
        }
    }

    /// Lets all go; what they have of memory is kept.
    pub fn clear(&mut self) {
        self.events.clear();
        self.states.clear();
        self.updates.clear();
        self.tdbs.clear();
        self.packets.clear();
    }
}

/// Stands in for one that is kept.
static NO_TDB: Tdb = Tdb { spi: 0, dst: None, rpl: 0, cur_bytes: 0, sproto: 0, rdomain: None };
