//! Events, owned, and frames to make them from: what the tests of the table share.

#![forbid(unsafe_code)]

use crate::abi::Release;
use crate::capture::{ByteOrder, LinkType, Packet};
use crate::decode::Decoder;
use crate::event::{Body, Event, EventKind, Why};
use crate::state::{State, StateId, StatePeer, Update};
use crate::time::Time;
use crate::wire::grammar::{self, Frame};
use crate::wire::{Action, grammar::Body as Records};

/// Numbers of the actions on the wire.
pub mod number {
    /// CLR
    pub const CLR: u8 = 0;
    /// INS_ACK
    pub const INS_ACK: u8 = 2;
    /// UPD_C
    pub const UPD_C: u8 = 4;
    /// UPD_REQ
    pub const UPD_REQ: u8 = 5;
    /// DEL
    pub const DEL: u8 = 6;
    /// DEL_C
    pub const DEL_C: u8 = 7;
    /// BUS
    pub const BUS: u8 = 10;
    /// INS
    pub const INS: u8 = 13;
    /// UPD
    pub const UPD: u8 = 14;
    /// TDB, from OpenBSD 5.2 on
    pub const TDB: u8 = 15;
}

/// Timeout classes.
pub mod class {
    /// tcp.established
    pub const TCP_ESTABLISHED: u8 = 2;
    /// udp.first
    pub const UDP_FIRST: u8 = 6;
    /// udp.single
    pub const UDP_SINGLE: u8 = 7;
    /// udp.multiple
    pub const UDP_MULTIPLE: u8 = 8;
}

/// The creator of most states.
pub const A: u32 = 0x1a2b_3c4d;

/// Another one.
pub const B: u32 = 0x9988_7766;

/// When it all begins.
pub const T0: Time = Time::new(1_800_000_000, 0);

/// `ms` milliseconds after [`T0`].
pub fn after(ms: i64) -> Time {
    Time::from_nanos(T0.nanos() + ms * 1_000_000)
}

/// The name of a state.
pub fn name(id: u64, creatorid: u32) -> StateId {
    StateId { id, creatorid }
}

/// An event, owned.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// When, as the event says.
    pub time: Time,
    /// What happened.
    pub kind: EventKind,
    /// The message that told it.
    pub action: Option<Action>,
    /// `None` of an event that is of no one state.
    pub id: Option<StateId>,
    /// What is known of the state.
    pub state: Option<State>,
    /// What a compressed update says.
    pub update: Option<Update>,
    /// The message carries the state.
    pub full: bool,
    /// When the state began.
    pub start: Option<Time>,
    /// It was told within 2 s of its beginning.
    pub first: bool,
    /// When its counters were true.
    pub counters_time: Option<Time>,
    /// Why, where the kind does not say.
    pub reason: Option<Why>,
    /// The state was never seen.
    pub unknown: bool,
    /// How long it was there, in nanoseconds.
    pub duration_ns: Option<u64>,
    /// A frame says so, not the table.
    pub is_of_a_frame: bool,
}

impl Seen {
    /// What a frame says without saying more than this.
    pub fn blank(time: Time, kind: EventKind, action: Option<Action>, id: Option<StateId>) -> Self {
        Self {
            time,
            kind,
            action,
            id,
            state: None,
            update: None,
            full: false,
            start: None,
            first: false,
            counters_time: None,
            reason: None,
            unknown: false,
            duration_ns: None,
            is_of_a_frame: true,
        }
    }

    /// What matters of an event.
    pub fn new(event: &Event<'_>) -> Self {
        let mut seen = Self {
            is_of_a_frame: event.release.is_some(),
            ..Self::blank(event.time, event.kind, event.action, None)
        };
        if let Body::State(told) = &event.body {
            seen.id = Some(told.id);
            seen.state = told.state.copied();
            seen.update = told.update.copied();
            seen.duration_ns = told.duration_ns(event.time);
            (seen.full, seen.start, seen.first) = (told.full, told.start, told.first);
            (seen.counters_time, seen.reason) = (told.counters_time, told.reason);
            seen.unknown = told.unknown;
        }
        seen
    }

    /// What decides, in one line: `start INS 1 first`, `expire - 1 overdue`; of another creator
    /// than [`A`] the id has its creator behind it.
    pub fn line(&self) -> String {
        let action = self.action.map_or("-", |action| action.name());
        let mut line = format!("{} {action}", self.kind.name());
        if let Some(id) = self.id {
            line += &format!(" {:x}", id.id);
            if id.creatorid != A {
                line += &format!("/{:x}", id.creatorid);
            }
        }
        line += if self.first { " first" } else { "" };
        line += if self.unknown { " unknown" } else { "" };
        self.reason.map_or(line.clone(), |why| line + " " + why.word())
    }
}

/// A decoder and what it tells.
pub struct Log {
    /// What decodes.
    pub decoder: Decoder,
}

impl Log {
    /// With a table of at most `max_states`.
    pub fn new(max_states: usize) -> Self {
        Self { decoder: Decoder::new(Some(Release::OpenBsd7_9)).with_table(max_states) }
    }

    /// Without a table.
    pub fn bare() -> Self {
        Self { decoder: Decoder::new(Some(Release::OpenBsd7_9)) }
    }

    /// What is told of a frame of these sections that was captured then.
    pub fn at(&mut self, time: Time, sections: Vec<(u8, Records)>) -> Vec<Seen> {
        let data = Frame::build(sections);
        let wire_len = u32::try_from(data.len()).unwrap();
        let packet =
            Packet { time, data: &data, wire_len, link: LinkType(246), order: ByteOrder::NATIVE };
        let mut seen = Vec::new();
        self.decoder.packet(&packet, None, &mut |event| seen.push(Seen::new(event)));
        seen
    }

    /// What is told of a frame of one section, `ms` after [`T0`], in lines.
    pub fn lines(&mut self, ms: i64, section: (u8, Records)) -> Vec<String> {
        self.at(after(ms), vec![section]).iter().map(Seen::line).collect()
    }

    /// States that are known.
    pub fn states(&self) -> usize {
        self.decoder.table().map_or(0, |table| table.len())
    }
}

/// A TCP state through a translation, established, on em0.
pub fn state(id: u64) -> grammar::State {
    let last = id as u8;
    let key = |inside: [u8; 4], port: u16| {
        let mut addr = [[0; 16]; 2];
        addr[0][..4].copy_from_slice(&[198, 51, 100, 9]);
        addr[1][..4].copy_from_slice(&inside);
        grammar::Key { addr, port: [443, port], rdomain: 0, af: 2, pad: 0 }
    };
    let peer = grammar::Peer { state: 4, seqlo: 77, mss: 1460, ..Default::default() };
    grammar::State {
        id,
        ifname: interface("em0"),
        key: [key([203, 0, 113, 7], 50_000), key([192, 168, 1, last], 1024 + u16::from(last))],
        src: peer,
        dst: peer,
        rule: 12,
        anchor: u32::MAX,
        nat_rule: u32::MAX,
        expire: 86_400,
        packets: [10, 8],
        bytes: [1000, 8000],
        creatorid: A,
        rtableid: [0, 0],
        af: 2,
        proto: 6,
        direction: 2,
        timeout: class::TCP_ESTABLISHED,
        ..Default::default()
    }
}

/// A UDP state that was seen once, which may be silent for 93 s.
pub fn udp(id: u64) -> grammar::State {
    let (proto, timeout) = (17, class::UDP_SINGLE);
    grammar::State { proto, timeout, expire: 30, ..state(id) }
}

/// The name of an interface, as on the wire.
pub fn interface(name: &str) -> [u8; 16] {
    let mut ifname = [0; 16];
    ifname[..name.len()].copy_from_slice(name.as_bytes());
    ifname
}

/// INS of one state.
pub fn ins(state: grammar::State) -> (u8, Records) {
    (number::INS, Records::State(vec![state]))
}

/// UPD of one state.
pub fn upd(state: grammar::State) -> (u8, Records) {
    (number::UPD, Records::State(vec![state]))
}

/// DEL of one state.
pub fn del(state: grammar::State) -> (u8, Records) {
    (number::DEL, Records::State(vec![state]))
}

/// A compressed update to these states of the peers.
pub fn upd_c(id: u64, peers: [u8; 2], timeout: u8) -> (u8, Records) {
    let peer = |state| grammar::Peer { state, seqlo: 4711, ..Default::default() };
    let (src, dst) = (peer(peers[0]), peer(peers[1]));
    let update = grammar::UpdC { id, src, dst, creatorid: A, timeout, ..Default::default() };
    (number::UPD_C, Records::UpdC(vec![update]))
}

/// DEL_C of a state of [`A`].
pub fn del_c(id: u64) -> (u8, Records) {
    del_c_of(id, A)
}

/// DEL_C of a state.
pub fn del_c_of(id: u64, creatorid: u32) -> (u8, Records) {
    (number::DEL_C, Records::DelC(vec![grammar::StateId { id, creatorid }]))
}

/// CLR of a creator's states on an interface, or on all.
pub fn clr(ifname: &str, creatorid: u32) -> (u8, Records) {
    (number::CLR, Records::Clr(vec![grammar::Clr { ifname: interface(ifname), creatorid }]))
}

/// Milliseconds of a second.
pub const SECOND: i64 = 1000;
/// Milliseconds of a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Milliseconds of an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds of a day.
pub const DAY: i64 = 24 * HOUR;

/// What a full state says, as a decoder without a table tells it.
pub fn plain(state: grammar::State) -> State {
    Log::bare().at(T0, vec![ins(state)])[0].state.unwrap()
}

/// What of it lasts beyond its own message.
pub fn lasting(state: grammar::State) -> State {
    let state = plain(state);
    let peer = |peer: StatePeer| StatePeer { state: peer.state, ..StatePeer::default() };
    State { src: peer(state.src), dst: peer(state.dst), age_s: 0, expire_s: 0, ..state }
}
