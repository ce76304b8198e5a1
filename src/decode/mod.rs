//! The whole way from a captured packet to events.
//!
//! It is gone in two steps. First several packets are looked at ([`Decoder::look_ahead`]): where the
//! frame is in each, who sent it, where its sections are, and of which states they speak, so that the
//! table can fetch what it has of all of them while none has to wait for it. Then each is decoded
//! ([`Decoder::decode`]).

#![forbid(unsafe_code)]

mod ahead;

use std::net::IpAddr;

use crate::abi::record::{BusRecord, ClrRecord, StateRecord};
use crate::abi::{Dialect, Release, with_dialect};
use crate::capture::Packet;
use crate::event::{Body, Event, EventKind, Gap, Reason, Stats, Told, Where};
use crate::link::LinkErrorKind;
use crate::pflog::{self, Logged, PflogErrorKind};
use crate::state::{IfName, State, StateId, Tdb, Update};
use crate::table::{Said, Table};
use crate::time::Time;
use crate::wire::{Action, Counter, OldTdb, Section, Sender, WireError};
use ahead::What;

pub use ahead::{Ahead, Looked, Looker};

/// Turns captured packets into events, and counts.
///
/// ```
/// use pfstatelog::capture::{ByteOrder, LinkType, Packet};
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
///     order: ByteOrder::NATIVE,
/// };
/// let mut events = Vec::new();
/// Decoder::new(None).packet(&packet, None, &mut |event| events.push(event.kind.name()));
/// assert_eq!(events, ["end"]);
/// ```
#[derive(Debug)]
pub struct Decoder {
    release: Option<Release>,
    looker: Looker,
    /// As whose the last frame was read.
    sender: Option<Sender>,
    raise: &'static str,
    table: Option<Table>,
    /// Of [`Self::packet`]; kept for its memory.
    single: Ahead,
    /// What was seen so far.
    pub stats: Stats,
}

fn wire_len(packet: &Packet<'_>) -> usize {
    usize::try_from(packet.wire_len).unwrap_or(usize::MAX)
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
            release,
            looker: Looker::new(release, false),
            sender: None,
            raise,
            table: None,
            single: Ahead::default(),
            stats: Stats::default(),
        }
    }

    /// Joins messages with what was said of their states before, in a table of at most
    /// `max_states`. Without this each event carries what its own message says.
    pub fn with_table(mut self, max_states: usize) -> Self {
        self.table = Some(Table::new(max_states));
        self.looker = self.looker();
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

    /// Takes in a state that pf had at `time`, and tells it where that is news: before what was captured
    /// meanwhile is decoded. See [`Table::prime`].
    pub fn prime(
        &mut self,
        time: Time,
        release: Release,
        state: &State,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        let Self { table: Some(table), stats, .. } = self else { return };
        let context = Context { time, ..Context::default() };
        table.prime(time, state, &mut |kind, action, told| {
            stats.event(kind);
            stats.inferred += u64::from(!told.snapshot);
            let release = told.snapshot.then_some(release);
            sink(&Context { release, ..context }.event(kind, action, Body::State(told)));
        });
    }

    /// Takes in the counters of a state at `time`. See [`Table::count`].
    pub fn count_again(&mut self, time: Time, state: &State) -> bool {
        self.table.as_mut().is_some_and(|table| table.count(time, state))
    }

    /// No message from before the snapshot is to come any more.
    pub fn forget_snapshot(&mut self) {
        self.table.iter_mut().for_each(Table::forget_snapshot);
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
        let mut ahead = std::mem::take(&mut self.single);
        ahead.batch.clear();
        ahead.batch.push(0, packet);
        self.look_ahead(&mut ahead);
        ahead.packets().for_each(|looked| self.decode(&looked, source, sink));
        self.single = ahead;
    }

    /// Decodes a packet that was looked at, of several in the order in which they were.
    pub fn decode(
        &mut self,
        looked: &Looked<'_>,
        source: Option<&str>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        let packet = &looked.packet;
        self.stats.packets += 1;
        self.stats.bytes += packet.data.len() as u64;
        // Whatever is in it: what is overdue by now no frame says, so it has no sender.
        self.advance(packet.time, sink);
        let mut context = Context {
            time: packet.time,
            sender: None,
            source,
            release: None,
            captured: packet.data.len(),
            wire_len: wire_len(packet),
        };
        match looked.what {
            What::Frame { ip, sender, error, .. } => {
                context.sender = ip;
                self.frame(looked, sender, error, context, sink);
            }
            What::BadFrame { ip, error } => {
                context.sender = ip;
                self.error(&context, error, sink);
            }
            What::Pflog(release) => self.logged(packet, release, context, sink),
            What::Other => self.stats.not_pfsync += 1,
            What::Fragment { offset, ip } => {
                self.stats.fragments += 1;
                context.sender = ip;
                self.gap(&context, Where::Capture, None, Reason::Fragment { offset }, sink);
            }
            What::BadLink(error) if error.kind == LinkErrorKind::CaptureCut => {
                self.cut(&context, sink);
            }
            What::BadLink(error) => {
                self.stats.bad_link += 1;
                self.gap(&context, Where::Frame, None, Reason::Link(error), sink);
            }
        }
    }

    /// A packet that pf logged.
    fn logged(
        &mut self,
        packet: &Packet<'_>,
        release: Option<Release>,
        context: Context<'_>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        let record = match pflog::parse(packet, release) {
            Ok(record) => record,
            Err(error) if error.kind == PflogErrorKind::CaptureCut => {
                return self.cut(&context, sink);
            }
            Err(error) => {
                self.stats.bad_pflog += 1;
                return self.gap(&context, Where::Frame, None, Reason::Pflog(error), sink);
            }
        };
        let release = release.unwrap_or(Release::NEWEST);
        let logged = Logged::of(&record, release);
        self.stats.packet(&logged);
        self.stats.event(EventKind::Packet);
        let context = Context { release: Some(release), ..context };
        sink(&context.event(EventKind::Packet, None, Body::Packet(&logged)));
    }

    fn frame(
        &mut self,
        looked: &Looked<'_>,
        sender: Result<Sender, (Release, WireError)>,
        error: Option<WireError>,
        context: Context<'_>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        self.stats.frames += 1;
        let sender = match sender {
            Ok(sender) => sender,
            // As whose it was read that far is told with the error.
            Err((release, error)) => {
                let context = Context { release: Some(release), ..context };
                if error.is_cut() {
                    return self.cut(&context, sink);
                }
                self.stats.error(Counter::Badver);
                return self.gap(&context, Where::Frame, None, Reason::Misread(error), sink);
            }
        };
        self.sender = Some(sender);
        self.stats.untold += u64::from(!sender.told);
        let context = Context { release: Some(sender.release), ..context };
        with_dialect!(sender.release.layout(), D => {
            for section in looked.sections() {
                self.section::<D>(&section, &context, sink);
            }
        });
        if let Some(error) = error {
            self.error(&context, error, sink);
        }
    }

    fn section<D: Dialect>(
        &mut self,
        section: &Section<'_>,
        context: &Context<'_>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        let Some(action) = section.action else {
            return self.skipped::<D>(section, context, sink);
        };
        match action {
            Action::Ins | Action::Upd => self.states::<D, D::State>(section, context, sink),
            Action::Ins1400 | Action::Upd1400 => {
                self.states::<D, D::State1400>(section, context, sink);
            }
            Action::Ins1301 | Action::Upd1301 | Action::Del => {
                self.states::<D, D::State1301>(section, context, sink);
            }
            Action::UpdC => {
                self.count(action, section.records::<D::UpdC>(), |this, record| {
                    let update = Update::from_record(record);
                    this.say(action, Said::Update(&update), context, sink);
                });
            }
            Action::DelC => {
                self.count(action, section.records::<D::DelC>(), |this, record| {
                    this.say(action, Said::Delete(StateId::from_record(record)), context, sink);
                });
            }
            Action::InsAck => {
                self.count(action, section.records::<D::InsAck>(), |this, record| {
                    let body = Body::State(Told::name(StateId::from_record(record)));
                    this.tell(EventKind::Ack, action, body, context, sink);
                });
            }
            Action::UpdReq => {
                self.count(action, section.records::<D::UpdReq>(), |this, record| {
                    let body = Body::State(Told::name(StateId::from_record(record)));
                    this.tell(EventKind::Request, action, body, context, sink);
                });
            }
            Action::Clr => {
                self.count(action, section.records::<D::Clr>(), |this, record| {
                    let (ifname, creatorid) = (IfName::new(*record.ifname()), record.creatorid());
                    let body = Body::Clear { ifname, creatorid };
                    this.tell(EventKind::Clear, action, body, context, sink);
                    this.say(action, Said::Clear { ifname, creatorid }, context, sink);
                });
            }
            Action::Bus => {
                self.count(action, section.records::<D::Bus>(), |this, record| {
                    let (creatorid, status) = (record.creatorid(), record.status());
                    let body = Body::Bulk { creatorid, endtime_s: record.endtime(), status };
                    this.tell(EventKind::Bulk, action, body, context, sink);
                });
            }
            Action::Tdb => {
                self.count(action, section.records::<D::Tdb>(), |this, record| {
                    let body = Body::Tdb(&Tdb::from_record(record));
                    this.tell(EventKind::Tdb, action, body, context, sink);
                });
            }
            Action::Otdb => {
                self.count(action, section.records::<OldTdb>(), |this, record| {
                    let body = Body::Tdb(&Tdb::from_record(record));
                    this.tell(EventKind::Tdb, action, body, context, sink);
                });
            }
            // Sections of these are skipped whole.
            Action::Oins | Action::Oupd | Action::InsF | Action::DelF | Action::Eof => {}
        }
    }

    /// Gives each record to `each`, and counts them.
    #[inline]
    fn count<R>(
        &mut self,
        action: Action,
        records: impl Iterator<Item = R>,
        mut each: impl FnMut(&mut Self, R),
    ) {
        let mut count = 0;
        for record in records {
            count += 1;
            each(self, record);
        }
        self.stats.messages(action, count);
    }

    /// A section of full states.
    fn states<D: Dialect, S: StateRecord>(
        &mut self,
        section: &Section<'_>,
        context: &Context<'_>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        let Some(action) = section.action else { return };
        let is_netbsd =
            D::VERSION == 3 && context.release.is_some_and(|release| release.system() == "netbsd");
        self.count(action, section.records::<S>(), |this, record| {
            let mut state = State::from_record(record);
            if is_netbsd {
                // NetBSD never sets it (wire-others.md 2.5).
                state.nat_rule = None;
            }
            this.say(action.told(), Said::Full(&state), context, sink);
        });
    }

    /// A section that carries nothing that is decoded; one of count 0, and the end of a frame of
    /// version 5, say nothing.
    fn skipped<D: Dialect>(
        &mut self,
        section: &Section<'_>,
        context: &Context<'_>,
        sink: &mut impl FnMut(&Event<'_>),
    ) {
        let (action, header) = (section.skipped_action, section.header);
        if header.count == 0 || (D::VERSION == 5 && action == Some(Action::Eof)) {
            return;
        }
        self.stats.skipped_sections += 1;
        let (number, size_bytes) = (header.action, section.stride_bytes);
        let reason = Reason::SkippedAction { number, action, size_bytes };
        self.gap(context, Where::Frame, Some(u64::from(header.count)), reason, sink);
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
            let context: &Context<'_> = context;
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
        let context: &Context<'_> = context;
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
