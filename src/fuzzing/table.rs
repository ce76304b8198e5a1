//! Sequences of messages against a naive table: the same events, and a life of each state that makes
//! sense.
//!
//! The input is read as a plan of packets by `arbitrary`; there is no layout to draw.

#![forbid(unsafe_code)]

use std::collections::HashSet;

use arbitrary::{Arbitrary, Result, Unstructured};
use binrw::BinRead;
use binrw::io::Cursor;

use super::naive::{Message, Naive};
use super::seen::{A, B, Log, SECOND, Seen, T0, after, clr, del_c_of, interface, number, state};
use crate::abi::Release;
use crate::decode::Decoder;
use crate::event::{EventKind, Why};
use crate::state::StateId;
use crate::wire::{Action, grammar};

/// Packets of a sequence.
const MAX_PACKETS: usize = 60;
/// Messages of a packet.
const MAX_MESSAGES: usize = 5;

/// The target.
pub fn run(input: &[u8]) {
    let mut input = Unstructured::new(input);
    // Too few bytes are an input that says nothing; those that were read say what they say.
    let Ok((release, max_states)) = settings(&mut input) else { return };
    let mut packets = Vec::new();
    while packets.len() < MAX_PACKETS
        && !input.is_empty()
        && let Ok(packet) = packet(&mut input)
    {
        packets.push(packet);
    }
    compare(release, max_states, packets, &mut |_| {});
}

fn settings(input: &mut Unstructured<'_>) -> Result<(Release, usize)> {
    let releases = [Release::NEWEST, Release::OpenBsd4_7, Release::OpenBsd5_0, Release::OpenBsd7_0];
    Ok((*input.choose(&releases)?, input.int_in_range(1..=8)?))
}

/// How far the clock goes on, in milliseconds, and messages.
fn packet(input: &mut Unstructured<'_>) -> Result<(i64, Vec<Plan>)> {
    let step = match input.int_in_range(0..=9u8)? {
        0..=3 => input.int_in_range(0..=50)?,
        4 | 5 => input.int_in_range(0..=5 * SECOND)?,
        6 => input.int_in_range(0..=240 * SECOND)?,
        7 => input.int_in_range(0..=2 * 3600 * SECOND)?,
        8 => input.int_in_range(0..=100 * 86_400 * SECOND)?,
        _ => input.int_in_range(-2 * 86_400 * SECOND..=0)?,
    };
    let count = input.int_in_range(0..=MAX_MESSAGES)?;
    let plans = (0..count).map(|_| plan(input)).collect::<Result<_>>()?;
    Ok((step, plans))
}

fn plan(input: &mut Unstructured<'_>) -> Result<Plan> {
    let name = |input: &mut Unstructured<'_>| -> Result<Name> {
        Ok((input.int_in_range(1..=4)?, input.choose_index(CREATORS.len())?))
    };
    Ok(match input.int_in_range(0..=19u8)? {
        0..=8 => Plan::Full {
            action: *input.choose(&[number::INS, number::UPD, number::DEL])?,
            name: name(input)?,
            age: match input.int_in_range(0..=3u8)? {
                0 => Age::Seconds(input.int_in_range(0..=6)?),
                1 => Age::Seconds(u32::arbitrary(input)?),
                _ => Age::Known(input.int_in_range(-5..=5)?),
            },
            record: Box::new(record(input)?),
        },
        9..=13 => Plan::UpdC { name: name(input)?, record: Box::new(update(input)?) },
        14..=17 => Plan::DelC(name(input)?),
        18 => Plan::Clr {
            ifname: input.choose_index(NAMES.len())?,
            creator: input.choose_index(CREATORS.len())?,
        },
        _ => Plan::Bus,
    })
}

/// A state of a few that differ in what makes a state another one and in what does not, or of any bytes.
fn record(input: &mut Unstructured<'_>) -> Result<grammar::State> {
    let timeout = *input.choose(&[7, 8, 2, 10, 200])?;
    if input.ratio(1u8, 8u8)? {
        let mut bytes = [0; 264];
        input.fill_buffer(&mut bytes)?;
        let any = grammar::State::read_be(&mut Cursor::new(&bytes));
        return any.map_err(|_| arbitrary::Error::IncorrectFormat);
    }
    let expire = match input.int_in_range(0..=3u8)? {
        0 | 1 => 20,
        2 => 5000,
        _ => u32::arbitrary(input)? % 3_000_000,
    };
    let mut record = grammar::State { timeout, expire, ..state(1) };
    record.ifname = interface(input.choose(&NAMES)?);
    record.packets = *input.choose(&[[1, 2], [3, 4], [1 << 33, 5], [u64::MAX, 0]])?;
    record.bytes = record.packets;
    match input.int_in_range(0..=15u8)? {
        1 => record.key[0].port[0] += 1,
        2 => record.key[1].addr[0][0] ^= 1,
        3 => record.proto = 17,
        4 => record.direction = 1,
        5 => record.direction = 7,
        6 => record.key[1].af = 77,
        7 => record.rtableid = [70_000, -1],
        8 => record.rt_addr = [9; 16],
        9 => record.key[0].rdomain = 3,
        10 => {
            let other = u8::arbitrary(input)? & 1;
            for half in &mut record.key {
                half.af = 24;
                half.addr[0][15] = other;
            }
        }
        _ => {}
    }
    Ok(record)
}

fn update(input: &mut Unstructured<'_>) -> Result<grammar::UpdC> {
    let peer = |input: &mut Unstructured<'_>| -> Result<grammar::Peer> {
        let state = u8::arbitrary(input)?;
        Ok(grammar::Peer { state, seqlo: u32::arbitrary(input)?, ..grammar::Peer::default() })
    };
    Ok(grammar::UpdC {
        src: peer(input)?,
        dst: peer(input)?,
        timeout: *input.choose(&[7, 8, 2, 10, 77])?,
        expire: *input.choose(&[0, 0, 0, 5000, 200])?,
        ..grammar::UpdC::default()
    })
}

/// A message that is not made yet: what it says may depend on what is known by then.
#[derive(Debug, Clone)]
pub enum Plan {
    /// INS, UPD or DEL, by its number.
    Full {
        /// Its number.
        action: u8,
        /// Whose it is.
        name: Name,
        /// Since when it is.
        age: Age,
        /// The rest.
        record: Box<grammar::State>,
    },
    /// A compressed update.
    UpdC {
        /// Whose it is.
        name: Name,
        /// The rest.
        record: Box<grammar::UpdC>,
    },
    /// A compressed delete.
    DelC(Name),
    /// A flush.
    Clr {
        /// Which of [`NAMES`].
        ifname: usize,
        /// Which of [`CREATORS`].
        creator: usize,
    },
    /// A message of no one state.
    Bus,
}

/// An id, and which of [`CREATORS`].
pub type Name = (u64, usize);

/// How long a state is there, by its own word.
#[derive(Debug, Clone, Copy)]
pub enum Age {
    /// So many seconds.
    Seconds(u32),
    /// So that the start is this many seconds after the one that is known.
    Known(i64),
}

/// Who makes states.
pub const CREATORS: [u32; 2] = [A, B];
/// The interfaces of states.
pub const NAMES: [&str; 3] = ["", "em0", "em1"];

/// The message that a plan comes to, as it is on the wire.
fn made(plan: Plan, ms: i64, naive: &Naive) -> (u8, grammar::Body) {
    let named = |(id, creator): Name| StateId { id, creatorid: CREATORS[creator] };
    match plan {
        Plan::Full { action, name, age, record } => {
            let name = named(name);
            let creation = match (age, naive.start_of(name)) {
                (Age::Seconds(age_s), _) => age_s,
                (Age::Known(_), None) => 0,
                (Age::Known(later_s), Some(start)) => {
                    let age_s = after(ms).nanos_since(start) / 1_000_000_000 - later_s;
                    u32::try_from(age_s).unwrap_or(0)
                }
            };
            let StateId { id, creatorid } = name;
            let record = grammar::State { id, creatorid, creation, ..*record };
            (action, grammar::Body::State(vec![record]))
        }
        Plan::UpdC { name, record } => {
            let StateId { id, creatorid } = named(name);
            let record = grammar::UpdC { id, creatorid, ..*record };
            (number::UPD_C, grammar::Body::UpdC(vec![record]))
        }
        Plan::DelC(name) => del_c_of(named(name).id, named(name).creatorid),
        Plan::Clr { ifname, creator } => clr(NAMES[ifname], CREATORS[creator]),
        Plan::Bus => (number::BUS, grammar::Body::Bus(vec![grammar::Bus::default()])),
    }
}

/// What a message says, by a decoder without a table.
fn read(bare: &mut Log, message: &(u8, grammar::Body)) -> Message {
    if let grammar::Body::Clr(records) = &message.1 {
        let grammar::Clr { ifname, creatorid } = records[0];
        return Message::Clr { ifname, creatorid };
    }
    let seen = bare.at(T0, vec![message.clone()]).remove(0);
    match seen.action {
        Some(action @ (Action::Ins | Action::Upd | Action::Del)) => {
            Message::Full(action, Box::new(seen.state.unwrap()))
        }
        Some(Action::UpdC) => Message::UpdC(seen.update.unwrap()),
        Some(Action::DelC) => Message::DelC(seen.id.unwrap()),
        _ => Message::Bus,
    }
}

/// What holds of any sequence of events: who is there.
#[derive(Default)]
struct Lives(HashSet<StateId>);

impl Lives {
    fn follow(&mut self, seen: &Seen) {
        let Some(id) = seen.id else { return };
        let is_there = self.0.contains(&id);
        let ok = match (seen.kind, seen.reason) {
            (EventKind::Start, None) => self.0.insert(id),
            (EventKind::Update, Some(Why::Late)) => !is_there,
            (EventKind::Update, _) => is_there != seen.unknown,
            (EventKind::Expire, Some(Why::Overdue)) => is_there,
            (EventKind::Expire, Some(Why::Replaced | Why::TableFull)) => self.0.remove(&id),
            (EventKind::End, Some(Why::Duplicate)) => !is_there,
            (EventKind::End, None | Some(Why::Clear)) if !seen.unknown => {
                // Of all that ends, only what a full delete tells need not have been there.
                self.0.remove(&id) || seen.action == Some(Action::Del)
            }
            (EventKind::End, None) => !is_there,
            _ => false,
        };
        assert!(ok, "{seen:?} of a state that is {}there", if is_there { "" } else { "not " });
    }
}

/// Tells both tables of these packets, each so many milliseconds after the one before; gives `kind` each
/// event's line without the name of its state.
pub fn compare(
    release: Release,
    max_states: usize,
    packets: Vec<(i64, Vec<Plan>)>,
    kind: &mut impl FnMut(String),
) {
    let mut log = Log { decoder: Decoder::new(Some(release)).with_table(max_states) };
    let mut bare = Log { decoder: Decoder::new(Some(release)) };
    let (mut naive, mut lives) = (Naive::new(max_states), Lives::default());
    let mut ms = 0;
    for (step, plans) in packets {
        ms += step;
        let (mut expected, mut sections) = (Vec::new(), Vec::new());
        let mut of_message = naive.packet(after(ms), &[]);
        for plan in plans {
            expected.append(&mut of_message);
            let message = made(plan, ms, &naive);
            of_message = naive.packet(after(ms), &[read(&mut bare, &message)]);
            sections.push(message);
        }
        expected.append(&mut of_message);
        let seen = log.at(after(ms), sections);
        for (at, (seen, expected)) in seen.iter().zip(&expected).enumerate() {
            assert_eq!(seen, expected, "event {at} at {ms} ms");
            lives.follow(seen);
            kind(Seen { id: None, ..seen.clone() }.line());
        }
        let lines = |events: &[Seen]| events.iter().map(Seen::line).collect::<Vec<_>>();
        assert_eq!(lines(&seen), lines(&expected), "at {ms} ms");
        assert_eq!((log.states(), lives.0.len()), (naive.states(), naive.states()));
        assert!(log.states() <= max_states);
    }
}
