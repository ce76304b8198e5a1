//! What a capture comes to: a table for a person at the end, or the same as JSON.
//!
//! Fed by events, as formats are: what a filter leaves out is not in it. The choice of kinds that
//! are shown is no filter, so all kinds are. Memory is bounded whatever comes: hosts are counted
//! for [`MAX_HOSTS`] at a time, and it is told if there were more.

#![forbid(unsafe_code)]

mod hosts;
mod write;

pub use hosts::{Host, Hosts};

use crate::event::{Body, Event, EventKind, Told, Where, Why};
use crate::time::Time;

/// Hosts that are counted at a time.
pub const MAX_HOSTS: usize = 65_536;

/// Hosts that are told.
pub const TOP_HOSTS: usize = 10;

/// What was seen.
#[derive(Debug)]
pub struct Summary {
    /// Time of the earliest packet and of the latest.
    span: Option<(Time, Time)>,
    packets: u64,
    events: [u64; EventKind::ALL.len()],
    /// Ends that were second deletes.
    duplicates: u64,
    /// By number of the protocol.
    protos: Vec<States>,
    hosts: Hosts,
    /// One for each place and reason that came up.
    gaps: Vec<Gaps>,
    /// Logged packets by action and reason, of which there are few words.
    logged: Vec<(ActionAndReason, u64)>,
}

/// The words of both; `None` for numbers without one.
type ActionAndReason = (Option<&'static str>, Option<&'static str>);

/// States that began.
#[derive(Debug, Clone, Copy, Default)]
struct States {
    all: u64,
    translated: u64,
}

/// Gaps of one kind.
#[derive(Debug, Clone, Copy)]
struct Gaps {
    at: Place,
    reason: &'static str,
    count: u64,
    /// What was lost, as far as it is known.
    lost: u64,
}

/// Where something was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Capture,
    Frame,
    /// Any output.
    Output,
}

impl Default for Summary {
    fn default() -> Self {
        Self::new()
    }
}

impl Summary {
    /// Of nothing so far.
    pub fn new() -> Self {
        Self {
            span: None,
            packets: 0,
            events: [0; EventKind::ALL.len()],
            duplicates: 0,
            protos: vec![States::default(); 256],
            hosts: Hosts::new(MAX_HOSTS),
            gaps: Vec::new(),
            logged: Vec::new(),
        }
    }

    /// A packet was captured at `time`.
    pub fn packet(&mut self, time: Time) {
        self.packets += 1;
        let (from, to) = self.span.unwrap_or((time, time));
        self.span = Some((from.min(time), to.max(time)));
    }

    /// Something happened.
    pub fn event(&mut self, event: &Event<'_>) {
        if let Some(count) = self.events.get_mut(event.kind as usize) {
            *count += 1;
        }
        match &event.body {
            Body::State(told) => self.state(event.kind, told),
            Body::Gap(gap) => {
                let at = match gap.at {
                    Where::Capture => Place::Capture,
                    Where::Frame => Place::Frame,
                    Where::Output(_) => Place::Output,
                };
                let (reason, lost) = (gap.reason.word(), gap.lost.unwrap_or(0));
                match self.gaps.iter_mut().find(|gaps| (gaps.at, gaps.reason) == (at, reason)) {
                    Some(gaps) => {
                        gaps.count += 1;
                        gaps.lost = gaps.lost.saturating_add(lost);
                    }
                    None => self.gaps.push(Gaps { at, reason, count: 1, lost }),
                }
            }
            Body::Packet(logged) => {
                let key = (logged.action.word(), logged.reason.word());
                match self.logged.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, count)) => *count += 1,
                    None => self.logged.push((key, 1)),
                }
            }
            Body::Clear { .. } | Body::Bulk { .. } | Body::Tdb(_) => {}
        }
    }

    fn state(&mut self, kind: EventKind, told: &Told<'_>) {
        self.duplicates += u64::from(told.reason == Some(Why::Duplicate));
        let Some(state) = told.state.filter(|_| kind == EventKind::Start) else { return };
        let nat = state.nat();
        let translated = nat.translated();
        if let Some(states) = self.protos.get_mut(usize::from(state.proto)) {
            states.all += 1;
            states.translated += u64::from(translated);
        }
        // The source of a state that only leads somewhere else (rdr-to) is no translated host.
        let other = (nat.src.addr, nat.src.port) != (nat.nat_src.addr, nat.nat_src.port);
        if let (true, Some(src), Some(nat_src)) = (other, nat.src.addr.ip(), nat.nat_src.addr.ip())
        {
            self.hosts.add(src, nat_src);
        }
    }
}

#[cfg(test)]
mod tests;
