//! The state table against a naive one: random sequences of messages, the same events.

mod common;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::io::Cursor;

use binrw::BinRead;
use common::events::*;
use common::naive::{Message, Naive};
use pfstatelog::abi::Release;
use pfstatelog::decode::Decoder;
use pfstatelog::event::{EventKind, Why};
use pfstatelog::state::StateId;
use pfstatelog::wire::{Action, grammar};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// A message that is not made yet: what it says may depend on what is known by then.
#[derive(Debug, Clone)]
enum Plan {
    Full { action: u8, name: Name, age: Age, record: Box<grammar::State> },
    UpdC { name: Name, record: Box<grammar::UpdC> },
    DelC(Name),
    Clr { ifname: usize, creator: usize },
    Bus,
}

type Name = (u64, usize);

#[derive(Debug, Clone, Copy)]
enum Age {
    Seconds(u32),
    /// So that the start is this many seconds after the one that is known.
    Known(i64),
}

const CREATORS: [u32; 2] = [A, B];
const NAMES: [&str; 3] = ["", "em0", "em1"];

fn names() -> impl Strategy<Value = Name> {
    (1..4u64, 0..CREATORS.len())
}

fn ages() -> impl Strategy<Value = Age> {
    prop_oneof![
        2 => (0..6u32).prop_map(Age::Seconds),
        1 => any::<u32>().prop_map(Age::Seconds),
        4 => (-5..=5i64).prop_map(Age::Known),
        4 => Just(Age::Known(0)),
    ]
}

/// A sound state of a few that differ in what makes a state another one, and in what does not.
fn sound() -> impl Strategy<Value = grammar::State> {
    let keys = (0..8u8, 0..12u8, prop_oneof![4 => Just(0u8), 1 => Just(1)]);
    let classes = prop_oneof![Just(7u8), Just(8), Just(2), Just(10), Just(200)];
    let expires =
        prop_oneof![6 => Just(20u32), 1 => Just(100), 1 => Just(5000), 1 => 0..3_000_000u32];
    (keys, classes, expires, 0..3usize, 0..4u64).prop_map(
        |((key, odd, other), timeout, expire, ifname, counted)| {
            let mut state = grammar::State { timeout, expire, ..state(1) };
            state.ifname = interface(NAMES[ifname]);
            state.packets = [[1, 2], [3, 4], [1 << 33, 5], [u64::MAX, 0]][counted as usize];
            state.bytes = state.packets;
            state.key[0].port[0] += u16::from(key == 1);
            state.key[1].addr[0][0] ^= u8::from(key == 2);
            state.proto = if key == 3 { 17 } else { 6 };
            state.direction = if key == 4 { 1 } else { 2 };
            if key >= 6 {
                for half in &mut state.key {
                    half.af = 24;
                    half.addr[0][15] = other;
                }
            }
            match odd {
                0 => state.direction = 7,
                1 => state.key[1].af = 77,
                2 => state.rtableid = [70_000, -1],
                3 => state.rt_addr = [9; 16],
                4 => state.key[0].rdomain = 3,
                _ => {}
            }
            state
        },
    )
}

/// Whatever these bytes are.
fn arbitrary() -> impl Strategy<Value = grammar::State> {
    let bytes = proptest::collection::vec(any::<u8>(), 264);
    (bytes, 0..4u8).prop_map(|(bytes, timeout)| {
        let state = grammar::State::read_be(&mut Cursor::new(&bytes)).unwrap();
        if timeout == 0 { state } else { grammar::State { timeout, ..state } }
    })
}

fn updates() -> impl Strategy<Value = grammar::UpdC> {
    let bytes = proptest::collection::vec(any::<u8>(), 84);
    let classes = prop_oneof![Just(7u8), Just(8), Just(2), Just(10), any::<u8>()];
    let expires = prop_oneof![8 => Just(0u32), 1 => Just(5000), 1 => Just(200)];
    (bytes, classes, expires).prop_map(|(bytes, timeout, expire)| {
        let update = grammar::UpdC::read_be(&mut Cursor::new(&bytes)).unwrap();
        grammar::UpdC { timeout, expire, ..update }
    })
}

fn plans(states: BoxedStrategy<grammar::State>) -> impl Strategy<Value = Plan> {
    let actions = prop_oneof![
        5 => Just(number::INS),
        5 => Just(number::UPD),
        4 => Just(number::DEL)
    ];
    let full = (actions, names(), ages(), states).prop_map(|(action, name, age, record)| {
        Plan::Full { action, name, age, record: Box::new(record) }
    });
    let upd_c = (names(), updates())
        .prop_map(|(name, record)| Plan::UpdC { name, record: Box::new(record) });
    prop_oneof![
        8 => full,
        5 => upd_c,
        5 => names().prop_map(Plan::DelC),
        1 => (0..NAMES.len(), 0..CREATORS.len())
            .prop_map(|(ifname, creator)| Plan::Clr { ifname, creator }),
        1 => Just(Plan::Bus),
    ]
}

/// How far the clock of the capture goes on, in milliseconds.
fn steps() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => 0..50i64,
        4 => 0..5 * SECOND,
        4 => 5 * SECOND..4 * MINUTE,
        2 => 0..2 * HOUR,
        1 => 0..7 * DAY,
        1 => 7 * DAY..100 * DAY,
        2 => -5 * SECOND..0,
        1 => -2 * DAY..0,
    ]
}

fn packets(states: BoxedStrategy<grammar::State>) -> impl Strategy<Value = Vec<(i64, Vec<Plan>)>> {
    let packet = (steps(), proptest::collection::vec(plans(states), 0..5));
    proptest::collection::vec(packet, 1..40)
}

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
fn read(release: Release, message: &(u8, grammar::Body)) -> Message {
    if let grammar::Body::Clr(records) = &message.1 {
        let grammar::Clr { ifname, creatorid } = records[0];
        return Message::Clr { ifname, creatorid };
    }
    let mut bare = Log { decoder: Decoder::new(Some(release)) };
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

fn compare(
    release: Release,
    max_states: usize,
    packets: Vec<(i64, Vec<Plan>)>,
    kinds: &mut BTreeSet<String>,
) {
    let mut log = Log { decoder: Decoder::new(Some(release)).with_table(max_states) };
    let (mut naive, mut lives) = (Naive::new(max_states), Lives::default());
    let mut ms = 0;
    for (step, plans) in packets {
        ms += step;
        let (mut expected, mut sections) = (Vec::new(), Vec::new());
        let mut of_message = naive.packet(after(ms), &[]);
        for plan in plans {
            expected.append(&mut of_message);
            let message = made(plan, ms, &naive);
            of_message = naive.packet(after(ms), &[read(release, &message)]);
            sections.push(message);
        }
        expected.append(&mut of_message);
        let seen = log.at(after(ms), sections);
        for (at, (seen, expected)) in seen.iter().zip(&expected).enumerate() {
            assert_eq!(seen, expected, "event {at} at {ms} ms");
            lives.follow(seen);
            kinds.insert(Seen { id: None, ..seen.clone() }.line());
        }
        let lines = |events: &[Seen]| events.iter().map(Seen::line).collect::<Vec<_>>();
        assert_eq!(lines(&seen), lines(&expected), "at {ms} ms");
        assert_eq!((log.len(), lives.0.len()), (naive.len(), naive.len()));
        assert!(log.len() <= max_states);
    }
}

/// Runs `cases` sequences of packets, and says which kinds of events there were, by their lines
/// without the state's name.
fn run(
    cases: u32,
    states: BoxedStrategy<grammar::State>,
    compare: impl Fn(usize, Vec<(i64, Vec<Plan>)>, &mut BTreeSet<String>),
) -> BTreeSet<String> {
    let config = ProptestConfig { cases, failure_persistence: None, ..Default::default() };
    let kinds = RefCell::new(BTreeSet::new());
    let result = TestRunner::new(config).run(&(1..8usize, packets(states)), |(max, packets)| {
        compare(max, packets, &mut kinds.borrow_mut());
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    kinds.into_inner()
}

#[test]
fn sound_messages_are_told_as_a_naive_table_tells_them() {
    let kinds = run(2000, sound().boxed(), |max_states, packets, kinds| {
        compare(Release::OpenBsd7_9, max_states, packets, kinds);
    });
    // Everything that the table can tell was told.
    let expected = [
        "bulk BUS",
        "clear CLR",
        "end - clear",
        "end DEL",
        "end DEL duplicate",
        "end DEL_C",
        "end DEL_C duplicate",
        "end DEL_C unknown",
        "expire - overdue",
        "expire - replaced",
        "expire - table-full",
        "start INS",
        "start INS first",
        "start UPD",
        "update INS",
        "update INS late",
        "update INS revived",
        "update UPD",
        "update UPD late",
        "update UPD revived",
        "update UPD_C",
        "update UPD_C late",
        "update UPD_C revived",
        "update UPD_C unknown",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn records_of_any_bytes_are_told_as_a_naive_table_tells_them_in_every_layout() {
    let mut layouts: Vec<Release> = Vec::new();
    for release in Release::ALL.iter().copied().filter(|release| release.version() == 6) {
        if !layouts.iter().any(|known| known.layout() == release.layout()) {
            layouts.push(release);
        }
    }
    assert!(layouts.len() >= 9, "{layouts:?}");
    run(40, prop_oneof![sound(), arbitrary()].boxed(), |max_states, packets, kinds| {
        for release in &layouts {
            compare(*release, max_states, packets.clone(), kinds);
        }
    });
}
