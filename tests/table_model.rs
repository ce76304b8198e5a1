//! The state table against a naive one: random sequences of messages, the same events.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::Cursor;

use binrw::BinRead;
use pfstatelog::abi::Release;
use pfstatelog::fuzzing::seen::*;
use pfstatelog::fuzzing::table::{Age, CREATORS, NAMES, Name, Plan, compare};
use pfstatelog::wire::grammar;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

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
        let mut kind = |line| {
            kinds.insert(line);
        };
        compare(Release::OpenBsd7_9, max_states, packets, &mut kind);
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
            compare(*release, max_states, packets.clone(), &mut |line| {
                kinds.insert(line);
            });
        }
    });
}
