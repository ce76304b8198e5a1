//! From captured packets to events, as long as no table stands between.

#![forbid(unsafe_code)]

use std::net::IpAddr;

use super::{Body, Event, EventKind, Gap, Reason, Stats, Where};
use crate::abi::record::{BusRecord, ClrRecord};
use crate::abi::{Dialect, Layout, Release, with_dialect};
use crate::capture::Packet;
use crate::link::{self, Found, LinkErrorKind, Payload};
use crate::state::{IfName, State, StateId, Tdb, Update};
use crate::time::Time;
use crate::wire::{self, Action, Frame, Message, WireError};

/// Turns captured packets into events, and counts.
///
/// ```
/// use pfstatelog::capture::{LinkType, Packet};
/// use pfstatelog::event::Decoder;
/// use pfstatelog::time::Time;
/// use pfstatelog::wire::grammar::{Body, Frame, StateId};
///
/// // DEL_C is action 7.
/// let gone = StateId { id: 0x5f3a_1b2c_0000_0001, creatorid: 0x8a7b_6c5d };
/// let bytes = Frame::build(vec![(7, Body::DelC(vec![gone]))]);
/// let packet = Packet {
///     time: Time::now(),
///     data: &bytes,
///     wire_len: bytes.len() as u32,
///     link: LinkType(246),
/// };
/// let mut events = Vec::new();
/// Decoder::new(None).packet(&packet, None, &mut |event| events.push(event.kind.name()));
/// assert_eq!(events, ["end"]);
/// ```
#[derive(Debug)]
pub struct Decoder {
    release: Option<Release>,
    /// The layout of the last frame.
    layout: Option<Layout>,
    raise: &'static str,
    /// What was seen so far.
    pub stats: Stats,
}

/// What all events of a packet have in common.
#[derive(Clone, Copy)]
struct Context<'a> {
    time: Time,
    sender: Option<IpAddr>,
    source: Option<&'a str>,
    captured: usize,
    wire_len: usize,
}

impl<'a> Context<'a> {
    fn event(&self, kind: EventKind, action: Option<Action>, body: Body<'a>) -> Event<'a> {
        let Self { time, sender, source, .. } = *self;
        Event { time, kind, action, sender, source, body }
    }
}

impl Decoder {
    /// For frames of a sender of this release; without one, each frame's bytes decide, and where
    /// they do not tell, the newest release.
    pub fn new(release: Option<Release>) -> Self {
        // A capture file was cut by whoever wrote it.
        let raise = "tcpdump:-s";
        Self { release, layout: None, raise, stats: Stats::default() }
    }

    /// The release as which the last frame was read: the one that was asked for, or the newest
    /// that has the layout which the frame's bytes tell.
    pub fn release(&self) -> Option<Release> {
        let layout = self.layout?;
        let newest = || Release::ALL.iter().rev().copied().find(|r| r.layout() == layout);
        self.release.or_else(newest)
    }

    /// Names the option that makes captured packets longer, for those that were cut.
    pub fn cut_by(mut self, option: &'static str) -> Self {
        self.raise = option;
        self
    }

    /// Decodes one packet and gives its events to `sink`, in the order of the wire. `source` is
    /// the name of where it came from, if there are several.
    pub fn packet(
        &mut self,
        packet: &Packet<'_>,
        source: Option<&str>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        self.stats.packets += 1;
        self.stats.bytes += packet.data.len() as u64;
        let wire_len = usize::try_from(packet.wire_len).unwrap_or(usize::MAX);
        let mut context = Context {
            time: packet.time,
            sender: None,
            source,
            captured: packet.data.len(),
            wire_len,
        };
        match link::find(packet.link, packet.data, wire_len) {
            Ok(Found::Pfsync(payload)) => {
                context.sender = payload.sender;
                self.frame(&payload, &context, sink);
            }
            Ok(Found::Other) => self.stats.not_pfsync += 1,
            Ok(Found::Fragment { fragment_offset, sender, .. }) => {
                self.stats.fragments += 1;
                context.sender = sender;
                let reason = Reason::Fragment { offset: fragment_offset };
                self.gap(&context, Where::Capture, None, reason, sink);
            }
            Err(error) if error.kind == LinkErrorKind::CaptureCut => self.cut(&context, sink),
            Err(error) => {
                self.stats.bad_link += 1;
                self.gap(&context, Where::Frame, None, Reason::Link(error), sink);
            }
        }
    }

    fn frame(
        &mut self,
        payload: &Payload<'_>,
        context: &Context<'_>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        let frame = match Frame::parse(payload.bytes, payload.wire_len) {
            Ok(frame) => frame,
            Err(error) => return self.error(context, error, sink),
        };
        self.stats.frames += 1;
        let layout = match self.release {
            Some(release) => release.layout(),
            None => wire::detect_layout(&frame),
        };
        self.layout = Some(layout);
        with_dialect!(layout, D => self.messages::<D>(&frame, context, sink));
    }

    fn messages<D: Dialect>(
        &mut self,
        frame: &Frame<'_>,
        context: &Context<'_>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        for message in frame.messages::<D>() {
            let message = match message {
                Ok(message) => message,
                Err(error) => return self.error(context, error, sink),
            };
            let action = message.action();
            if let Message::Skipped(skipped) = &message {
                self.stats.skipped_sections += 1;
                let size_bytes = skipped.stride_bytes;
                let reason = Reason::SkippedAction { number: skipped.number, action, size_bytes };
                let lost = Some(u64::from(skipped.count));
                self.gap(context, Where::Frame, lost, reason, sink);
                continue;
            }
            if let Some(action) = action {
                self.stats.message(action);
            }
            let mut tell = |kind: EventKind, body: Body<'_>| {
                self.stats.event(kind);
                sink(&Context { ..*context }.event(kind, action, body));
            };
            match message {
                Message::Ins(record) => {
                    tell(EventKind::Start, Body::State(&State::from_record(record)));
                }
                Message::Upd(record) => {
                    tell(EventKind::Update, Body::State(&State::from_record(record)));
                }
                Message::Del(record) => {
                    tell(EventKind::End, Body::State(&State::from_record(record)));
                }
                Message::UpdC(record) => {
                    tell(EventKind::Update, Body::Update(&Update::from_record(record)));
                }
                Message::DelC(record) => {
                    tell(EventKind::End, Body::Name(StateId::from_record(record)));
                }
                Message::InsAck(record) => {
                    tell(EventKind::Ack, Body::Name(StateId::from_record(record)));
                }
                Message::UpdReq(record) => {
                    tell(EventKind::Request, Body::Name(StateId::from_record(record)));
                }
                Message::Clr(record) => {
                    let ifname = IfName::new(*record.ifname());
                    tell(EventKind::Clear, Body::Clear { ifname, creatorid: record.creatorid() });
                }
                Message::Bus(record) => tell(
                    EventKind::Bulk,
                    Body::Bulk {
                        creatorid: record.creatorid(),
                        endtime_s: record.endtime(),
                        status: record.status(),
                    },
                ),
                Message::Tdb(record) => {
                    tell(EventKind::Tdb, Body::Tdb(&Tdb::from_record(record)));
                }
                Message::Otdb(record) => {
                    tell(EventKind::Tdb, Body::Tdb(&Tdb::from_record(record)));
                }
                Message::Skipped(_) => {}
            }
        }
    }

    fn error(
        &mut self,
        context: &Context<'_>,
        error: WireError,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        if error.is_cut() {
            return self.cut(context, sink);
        }
        self.stats.error(error.counter());
        self.gap(context, Where::Frame, None, Reason::Frame(error), sink);
    }

    fn cut(&mut self, context: &Context<'_>, sink: &mut impl FnMut(&Event<'_>)) {
        self.stats.cut += 1;
        let Context { captured, wire_len, .. } = *context;
        let reason = Reason::Cut { captured, wire_len, raise: self.raise };
        self.gap(context, Where::Capture, None, reason, sink);
    }

    fn gap(
        &mut self,
        context: &Context<'_>,
        at: Where<'_>,
        lost: Option<u64>,
        reason: Reason,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        let Context { time, sender, source, .. } = *context;
        let gap = Gap { from: time, to: time, lost, at, certain: true, reason };
        self.stats.event(EventKind::Gap);
        let (kind, body) = (EventKind::Gap, Body::Gap(gap));
        sink(&Event { time, kind, action: None, sender, source, body });
    }
}
