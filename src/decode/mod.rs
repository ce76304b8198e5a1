//! The whole way from a captured packet to events.

#![forbid(unsafe_code)]

use std::net::IpAddr;

use crate::abi::record::{BusRecord, ClrRecord};
use crate::abi::{Dialect, Release, with_dialect};
use crate::capture::Packet;
use crate::event::{Body, Event, EventKind, Gap, Reason, Stats, Told, Where};
use crate::link::{self, Found, LinkErrorKind, Payload};
use crate::state::{IfName, State, StateId, Tdb, Update};
use crate::table::{Said, Table};
use crate::time::Time;
use crate::wire::{Action, Counter, Frame, Message, Sender, Senders, WireError};

/// Turns captured packets into events, and counts.
///
/// ```
/// use pfstatelog::capture::{LinkType, Packet};
/// use pfstatelog::decode::Decoder;
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
    senders: Senders,
    /// As whose the last frame was read.
    sender: Option<Sender>,
    raise: &'static str,
    table: Option<Table>,
    /// The states of what was looked at ahead; kept for its memory.
    ids: Vec<StateId>,
    /// What was seen so far.
    pub stats: Stats,
}

/// What all events of a packet have in common.
#[derive(Clone, Copy, Default)]
struct Context<'a> {
    time: Time,
    sender: Option<IpAddr>,
    source: Option<&'a str>,
    release: Option<Release>,
    captured: usize,
    wire_len: usize,
}

impl<'a> Context<'a> {
    fn event(&self, kind: EventKind, action: Option<Action>, body: Body<'a>) -> Event<'a> {
        let Self { time, sender, source, release, .. } = *self;
        Event { time, kind, action, sender, source, release, body }
    }
}

impl Decoder {
    /// For frames of a sender of this release; without one, each frame's bytes decide, and where
    /// they do not tell, the newest release.
    pub fn new(release: Option<Release>) -> Self {
        // A capture file was cut by whoever wrote it.
        let raise = "tcpdump:-s";
        Self {
            senders: Senders::new(release),
            sender: None,
            raise,
            table: None,
            ids: Vec::new(),
            stats: Stats::default(),
        }
    }

    /// Joins messages with what was said of their states before, in a table of at most
    /// `max_states`. Without this each event carries what its own message says.
    pub fn with_table(mut self, max_states: usize) -> Self {
        self.table = Some(Table::new(max_states));
        self
    }

    /// The mirror of the state table.
    pub fn table(&self) -> Option<&Table> {
        self.table.as_ref()
    }

    /// Moves the table's clock on though no packet came: live, by the clock of this machine.
    pub fn advance(&mut self, time: Time, sink: &mut impl FnMut(&Event<'_>)) {
        let Self { table: Some(table), stats, .. } = self else { return };
        let context = Context { time, ..Context::default() };
        table.advance(time, &mut |kind, action, told| {
            stats.event(kind);
            stats.inferred += 1;
            sink(&context.event(kind, action, Body::State(told)));
        });
    }

    /// As whose the last frame was read: the release that was asked for, or the newest that can have
    /// sent it.
    pub fn sender(&self) -> Option<Sender> {
        self.sender
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
        // Whatever is in it: what is overdue by now no frame says, so it has no sender.
        self.advance(packet.time, sink);
        let wire_len = usize::try_from(packet.wire_len).unwrap_or(usize::MAX);
        let mut context = Context {
            time: packet.time,
            sender: None,
            source,
            release: None,
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
        let sender = match self.senders.of(&frame) {
            Ok(sender) => sender,
            // As whose it was read that far is told with the error.
            Err((release, error)) => {
                let context = Context { release: Some(release), ..*context };
                if error.is_cut() {
                    return self.cut(&context, sink);
                }
                self.stats.error(Counter::Badver);
                return self.gap(&context, Where::Frame, None, Reason::Misread(error), sink);
            }
        };
        self.sender = Some(sender);
        self.stats.untold += u64::from(!sender.told);
        let context = Context { release: Some(sender.release), ..*context };
        with_dialect!(sender.release.layout(), D => self.messages::<D>(&frame, &context, sink));
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
            self.message(message, context, sink);
        }
    }

    /// Lets the table fetch what the states in these packets need, all at once: on its own each
    /// would wait for memory. Changes nothing that is told of them, when they are decoded next.
    pub fn look_ahead<'p>(&mut self, packets: impl Iterator<Item = Packet<'p>>) {
        if self.table.is_none() {
            return;
        }
        self.ids.clear();
        // Where the layout changes, some of what is fetched will not be needed.
        let layout = self.sender.map_or(Release::NEWEST, |sender| sender.release).layout();
        for packet in packets {
            let wire_len = usize::try_from(packet.wire_len).unwrap_or(usize::MAX);
            let Ok(Found::Pfsync(payload)) = link::find(packet.link, packet.data, wire_len) else {
                continue;
            };
            if let Ok(frame) = Frame::parse(payload.bytes, payload.wire_len) {
                with_dialect!(layout, D => self.ids_of::<D>(&frame));
            }
        }
        if let Some(table) = &mut self.table {
            table.prepare(&self.ids);
        }
    }

    fn ids_of<D: Dialect>(&mut self, frame: &Frame<'_>) {
        let messages = frame.messages::<D>().map_while(Result::ok);
        self.ids.extend(messages.filter_map(|message| StateId::of_message(&message)));
    }

    #[inline]
    fn message<D: Dialect>(
        &mut self,
        message: Message<'_, D>,
        context: &Context<'_>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        // By reference: a state is large, and every move of it copies it.
        let mut state = State::of_message(&message);
        if D::VERSION == 3
            && context.release.is_some_and(|release| release.system() == "netbsd")
            && let Some(state) = &mut state
        {
            // NetBSD never sets it (wire-others.md 2.5).
            state.nat_rule = None;
        }
        if let (Some(state), Some(action)) = (&state, message.action()) {
            return self.say(action.told(), Said::Full(state), context, sink);
        }
        match message {
            Message::UpdC(record) => {
                let update = Update::from_record(record);
                self.say(Action::UpdC, Said::Update(&update), context, sink);
            }
            Message::DelC(record) => {
                let id = StateId::from_record(record);
                self.say(Action::DelC, Said::Delete(id), context, sink);
            }
            Message::InsAck(record) => {
                let body = Body::State(Told::name(StateId::from_record(record)));
                self.tell(EventKind::Ack, Action::InsAck, body, context, sink);
            }
            Message::UpdReq(record) => {
                let body = Body::State(Told::name(StateId::from_record(record)));
                self.tell(EventKind::Request, Action::UpdReq, body, context, sink);
            }
            Message::Clr(record) => {
                let (ifname, creatorid) = (IfName::new(*record.ifname()), record.creatorid());
                let body = Body::Clear { ifname, creatorid };
                self.tell(EventKind::Clear, Action::Clr, body, context, sink);
                self.say(Action::Clr, Said::Clear { ifname, creatorid }, context, sink);
            }
            Message::Bus(record) => {
                let body = Body::Bulk {
                    creatorid: record.creatorid(),
                    endtime_s: record.endtime(),
                    status: record.status(),
                };
                self.tell(EventKind::Bulk, Action::Bus, body, context, sink);
            }
            Message::Tdb(record) => {
                let body = Body::Tdb(&Tdb::from_record(record));
                self.tell(EventKind::Tdb, Action::Tdb, body, context, sink);
            }
            Message::Otdb(record) => {
                let body = Body::Tdb(&Tdb::from_record(record));
                self.tell(EventKind::Tdb, Action::Otdb, body, context, sink);
            }
            // Full states are told by now, and what was skipped as gaps.
            _ => {}
        }
    }

    /// What a message says of states: through the table, if there is one.
    #[inline]
    fn say(
        &mut self,
        action: Action,
        said: Said<'_>,
        context: &Context<'_>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        let Self { table, stats, .. } = self;
        let mut tell = |kind: EventKind, action: Option<Action>, told: Told<'_>| {
            stats.event(kind);
            stats.inferred += u64::from(action.is_none());
            let context: Context<'_> = *context;
            sink(&context.event(kind, action, Body::State(told)));
        };
        if let Some(table) = table {
            return table.say(context.time, action, said, &mut tell);
        }
        match said {
            Said::Full(state) => {
                let kind = match action {
                    Action::Ins => EventKind::Start,
                    Action::Del => EventKind::End,
                    _ => EventKind::Update,
                };
                tell(kind, Some(action), Told::full(state, context.time, action));
            }
            Said::Update(update) => tell(EventKind::Update, Some(action), Told::update(update)),
            Said::Delete(id) => tell(EventKind::End, Some(action), Told::name(id)),
            // The flush itself was told; which states it takes along only a table knows.
            Said::Clear { .. } => {}
        }
    }

    /// What a message says that is of no one state.
    fn tell(
        &mut self,
        kind: EventKind,
        action: Action,
        body: Body<'_>,
        context: &Context<'_>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        self.stats.event(kind);
        let context: Context<'_> = *context;
        sink(&context.event(kind, Some(action), body));
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
        let Context { time, sender, source, release, .. } = *context;
        let gap = Gap { from: time, to: time, lost, at, certain: true, reason };
        self.stats.event(EventKind::Gap);
        sink(&Event { sender, source, release, ..Event::gap(gap) });
    }
}
