//! The look at packets before they are decoded.

#![forbid(unsafe_code)]

use std::net::IpAddr;

use super::{Decoder, wire_len};
use crate::abi::record::{IdRecord, StateRecord, UpdCRecord};
use crate::abi::{Dialect, Release, with_dialect};
use crate::capture::{Batch, Packet};
use crate::link::{self, Found, LinkError};
use crate::pflog;
use crate::state::StateId;
use crate::wire::{Action, Frame, Section, Sender, Senders, Walked, WireError};

/// Packets that are decoded one after the other, and what was found in them.
#[derive(Debug, Default)]
pub struct Ahead {
    /// The packets. Whoever fills it gives it to [`Decoder::look_ahead`] or a [`Looker`] next.
    pub batch: Batch,
    /// What is in each of them, and the number of the first section that is not its own any more.
    seen: Vec<(What, usize)>,
    sections: Vec<Part>,
    /// The states of which they speak, in that order.
    ids: Vec<StateId>,
}

/// Looks at packets: says where the frame is in each, who sent it, and where its sections are. Frames that
/// do not say whose they are are taken for those of the sender before, so whoever looks has to look
/// at all packets, in their order.
#[derive(Debug)]
pub struct Looker {
    senders: Senders,
    loggers: pflog::Senders,
    /// The states of which they speak are asked for.
    ids: bool,
    /// Kept for its memory.
    spare: Walked<'static>,
}

/// A section, without its bytes.
#[derive(Debug, Clone, Copy)]
struct Part {
    section: Section<'static>,
    body_bytes: usize,
}

/// A packet that was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// The packet.
    pub packet: Packet<'a>,
    pub(super) what: What,
    sections: &'a [Part],
}

/// What was found in a packet. `ip` is the source of the IP header, where there is one.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// A frame, which begins at an offset: as whose it is read, and what ends its sections before its
    /// end.
    Frame {
        ip: Option<IpAddr>,
        offset: usize,
        sender: Result<Sender, (Release, WireError)>,
        error: Option<WireError>,
    },
    /// A frame without a sound header.
    BadFrame { ip: Option<IpAddr>, error: WireError },
    /// A fragment of one, and where it belongs.
    Fragment { ip: Option<IpAddr>, offset: usize },
    /// Headers in front of it that are not sound.
    BadLink(LinkError),
    /// A packet that pf logged, and as whose its header is read.
    Pflog(Option<Release>),
    /// No pfsync.
    Other,
}

impl Ahead {
    /// The packets, once they were looked at.
    pub fn packets(&self) -> impl Iterator<Item = Looked<'_>> {
        let mut from = 0;
        self.batch.packets().zip(&self.seen).map(move |(packet, (what, to))| {
            let sections = self.sections.get(from..*to).unwrap_or_default();
            from = *to;
            Looked { packet, what: *what, sections }
        })
    }
}

impl<'a> Looked<'a> {
    /// The sections of its frame.
    pub(super) fn sections(&self) -> impl Iterator<Item = Section<'a>> {
        let start = if let What::Frame { offset, .. } = self.what { offset } else { 0 };
        let frame = self.packet.data.get(start..).unwrap_or_default();
        self.sections.iter().map(move |Part { section, body_bytes }| {
            let body = frame.get(section.body_offset..).and_then(|body| body.get(..*body_bytes));
            Section { body: body.unwrap_or_default(), ..*section }
        })
    }
}

impl Looker {
    /// For frames of a sender of this release, or of whoever their bytes tell; `ids` says whether the
    /// states are asked for of which they speak.
    pub(super) fn new(release: Option<Release>, ids: bool) -> Self {
        Self {
            senders: Senders::new(release),
            loggers: pflog::Senders::new(release),
            ids,
            spare: Walked::default(),
        }
    }

    /// Looks at the packets of a batch.
    pub fn look(&mut self, ahead: &mut Ahead) {
        let Ahead { batch, seen, sections, ids } = ahead;
        seen.clear();
        sections.clear();
        ids.clear();
        let mut walked = std::mem::take(&mut self.spare);
        for packet in batch.packets() {
            let what = self.look_at(&packet, &mut walked, ids);
            sections.extend(walked.sections.iter().map(|section| Part {
                section: Section { body: &[], ..*section },
                body_bytes: section.body.len(),
            }));
            seen.push((what, sections.len()));
            walked.sections.clear();
        }
        self.spare = walked.emptied();
    }

    /// As whose the header of a logged packet is read, where that can be.
    fn logger(&mut self, packet: &Packet<'_>) -> Option<Release> {
        let record = pflog::parse(packet, self.loggers.asked()).ok()?;
        Some(self.loggers.of(&record).release)
    }

    fn look_at<'p>(
        &mut self,
        packet: &Packet<'p>,
        walked: &mut Walked<'p>,
        ids: &mut Vec<StateId>,
    ) -> What {
        let payload = match link::find(packet.link, packet.data, wire_len(packet)) {
            Ok(Found::Pfsync(payload)) => payload,
            Ok(Found::Fragment { fragment_offset, sender, .. }) => {
                return What::Fragment { ip: sender, offset: fragment_offset };
            }
            Ok(Found::Pflog) => return What::Pflog(self.logger(packet)),
            Ok(Found::Other) => return What::Other,
            Err(error) => return What::BadLink(error),
        };
        let ip = payload.sender;
        let frame = match Frame::parse(payload.bytes, payload.wire_len) {
            Ok(frame) => frame,
            Err(error) => return What::BadFrame { ip, error },
        };
        let sender = self.senders.walk(&frame, walked);
        match &sender {
            Ok(sender) if self.ids => {
                let sections = &walked.sections;
                with_dialect!(sender.release.layout(), D => {
                    sections.iter().for_each(|section| ids_of::<D>(section, ids));
                });
            }
            Ok(_) => {}
            Err(_) => walked.sections.clear(),
        }
        What::Frame { ip, offset: payload.offset, sender, error: walked.error }
    }
}

impl Decoder {
    /// One that looks at packets as this decoder wants it.
    pub fn looker(&self) -> Looker {
        Looker::new(self.release, self.table.is_some())
    }

    /// One for the same senders, without a table, that has counted nothing.
    pub fn alike(&self) -> Self {
        Self { raise: self.raise, ..Self::new(self.release) }
    }

    /// Looks at packets that are decoded next, and [`prepare`](Self::prepare)s for that.
    pub fn look_ahead(&mut self, ahead: &mut Ahead) {
        self.looker.look(ahead);
        self.prepare(ahead);
    }

    /// Lets the table fetch what it has of the states of which packets speak that were looked at and are
    /// decoded next: on its own each would wait for memory.
    pub fn prepare(&mut self, ahead: &Ahead) {
        if let Some(table) = &mut self.table {
            table.prepare(&ahead.ids);
        }
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
