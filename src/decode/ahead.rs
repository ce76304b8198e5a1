//! The look at packets before they are decoded.

#![forbid(unsafe_code)]

use std::net::IpAddr;

use super::{Decoder, wire_len};
use crate::abi::record::{IdRecord, StateRecord, UpdCRecord};
use crate::abi::{Dialect, Release, with_dialect};
use crate::capture::Packet;
use crate::link::{self, Found, LinkError};
use crate::state::StateId;
use crate::wire::{Action, Frame, Section, Sender, Walked, WireError};

/// Packets that were looked at, in their order.
#[derive(Debug, Default)]
pub struct Ahead<'p> {
    /// Each with the number of the first section that is not its own any more.
    packets: Vec<(Packet<'p>, What, usize)>,
    walked: Walked<'p>,
}

/// A packet that was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a, 'p> {
    /// The packet.
    pub packet: Packet<'p>,
    pub(super) what: What,
    pub(super) sections: &'a [Section<'p>],
}

/// What was found in a packet. `ip` is the source of the IP header, where there is one.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// A frame: as whose it is read, and what ends its sections before its end.
    Frame {
        ip: Option<IpAddr>,
        sender: Result<Sender, (Release, WireError)>,
        error: Option<WireError>,
    },
    /// A frame without a sound header.
    BadFrame { ip: Option<IpAddr>, error: WireError },
    /// A fragment of one, and where it belongs.
    Fragment { ip: Option<IpAddr>, offset: usize },
    /// Headers in front of it that are not sound.
    BadLink(LinkError),
    /// No pfsync.
    Other,
}

impl<'p> Ahead<'p> {
    /// The packets.
    pub fn packets(&self) -> impl Iterator<Item = Looked<'_, 'p>> {
        let mut from = 0;
        self.packets.iter().map(move |(packet, what, to)| {
            let sections = self.walked.sections.get(from..*to).unwrap_or_default();
            from = *to;
            Looked { packet: *packet, what: *what, sections }
        })
    }
}

impl Ahead<'_> {
    /// Nothing, in the same memory.
    pub(super) fn emptied(self) -> Ahead<'static> {
        /// The standard library makes the new vector of the old one, which holds nothing.
        fn emptied<A, B>(mut vec: Vec<A>) -> Vec<B> {
            vec.clear();
            vec.into_iter().filter_map(|_| None).collect()
        }
        let Self { packets, walked } = self;
        let sections = emptied(walked.sections);
        let walked = Walked { sections, ..Walked::default() };
        Ahead { packets: emptied(packets), walked }
    }
}

impl Decoder {
    /// Looks at packets that are decoded next, and lets the table fetch what it has of the states of
    /// which they speak, of all at once: on its own each would wait for memory. What it gives has
    /// memory that [`done_with`](Self::done_with) takes back.
    pub fn look_ahead<'p>(&mut self, packets: impl Iterator<Item = Packet<'p>>) -> Ahead<'p> {
        let mut ahead: Ahead<'p> = std::mem::take(&mut self.spare);
        self.ids.clear();
        for packet in packets {
            let what = self.look(&packet, &mut ahead.walked);
            ahead.packets.push((packet, what, ahead.walked.sections.len()));
        }
        if let Some(table) = &mut self.table {
            table.prepare(&self.ids);
        }
        ahead
    }

    /// Keeps the memory of what was looked at for what is looked at next.
    pub fn done_with(&mut self, ahead: Ahead<'_>) {
        self.spare = ahead.emptied();
    }

    fn look<'p>(&mut self, packet: &Packet<'p>, walked: &mut Walked<'p>) -> What {
        let payload = match link::find(packet.link, packet.data, wire_len(packet)) {
            Ok(Found::Pfsync(payload)) => payload,
            Ok(Found::Fragment { fragment_offset, sender, .. }) => {
                return What::Fragment { ip: sender, offset: fragment_offset };
            }
            Ok(Found::Other) => return What::Other,
            Err(error) => return What::BadLink(error),
        };
        let ip = payload.sender;
        let frame = match Frame::parse(payload.bytes, payload.wire_len) {
            Ok(frame) => frame,
            Err(error) => return What::BadFrame { ip, error },
        };
        let begin = walked.sections.len();
        let sender = self.senders.walk(&frame, walked);
        match &sender {
            Ok(sender) if self.table.is_some() => {
                let sections = walked.sections.get(begin..).unwrap_or_default();
                with_dialect!(sender.release.layout(), D => {
                    sections.iter().for_each(|section| ids_of::<D>(section, &mut self.ids));
                });
            }
            Ok(_) => {}
            Err(_) => walked.sections.truncate(begin),
        }
        What::Frame { ip, sender, error: walked.error }
    }
}

/// The states of which a section speaks that may be in a table.
fn ids_of<D: Dialect>(section: &Section<'_>, ids: &mut Vec<StateId>) {
    fn full<S: StateRecord>(section: &Section<'_>, ids: &mut Vec<StateId>) {
        let states = section.records::<S>();
        ids.extend(states.map(|state| StateId { id: state.id(), creatorid: state.creatorid() }));
    }
    match section.action {
        Some(Action::Ins | Action::Upd) => full::<D::State>(section, ids),
        Some(Action::Ins1400 | Action::Upd1400) => full::<D::State1400>(section, ids),
        Some(Action::Ins1301 | Action::Upd1301 | Action::Del) => full::<D::State1301>(section, ids),
        Some(Action::UpdC) => ids.extend(
            section
                .records::<D::UpdC>()
                .map(|update| StateId { id: update.id(), creatorid: update.creatorid() }),
        ),
        Some(Action::DelC) => {
            let names = section.records::<D::DelC>();
            ids.extend(names.map(|name| StateId { id: name.id(), creatorid: name.creatorid() }));
        }
        _ => {}
    }
}
