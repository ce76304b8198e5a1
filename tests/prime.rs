//! A table that begins with what pf has: what was captured meanwhile is told, and neither undoes what the
//! snapshot says nor is undone by it.

#![forbid(unsafe_code)]

mod common;

use binrw::BinWrite;
use pfstatelog::abi::Release;
use pfstatelog::capture::{ByteOrder, LinkType, Packet};
use pfstatelog::decode::Decoder;
use pfstatelog::event::{Body, Event};
use pfstatelog::format::{Format, Options};
use pfstatelog::fuzzing::schema::Schema;
use pfstatelog::pf::fake::FakeKernel;
use pfstatelog::pf::{Form, Kernel, StateTable};
use pfstatelog::time::Time;
use pfstatelog::wire::grammar::{Body as Section, Clr, Frame, Peer, State, StateId, UpdC};
use serde_json::Value;

const CREATOR: u32 = 0x8a7b_6c5d;
/// When pf is asked.
const AT: i64 = 1_795_179_902;

fn state(id: u64, age_s: u32, packets: u64) -> State {
    let peer = |state| Peer { state, ..Peer::default() };
    let mut state = State {
        id,
        creatorid: CREATOR,
        ifname: *b"em0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        src: peer(4),
        dst: peer(4),
        creation: age_s,
        expire: 86_400,
        packets: [packets, 1],
        bytes: [packets * 100, 40],
        anchor: u32::MAX,
        nat_rule: u32::MAX,
        rtableid: [-1, -1],
        af: 2,
        proto: 6,
        direction: 2,
        timeout: 2,
        ..State::default()
    };
    for (key, source) in [(0, [203, 0, 113, 7]), (1, [192, 168, 1, 10])] {
        state.key[key].af = 2;
        state.key[key].addr[0][..4].copy_from_slice(&[198, 51, 100, 9]);
        state.key[key].addr[1][..4].copy_from_slice(&source);
        state.key[key].port = [443, 51_234];
    }
    state
}

fn record(state: &State) -> Vec<u8> {
    let mut record = std::io::Cursor::new(Vec::new());
    state.write_be(&mut record).unwrap();
    record.into_inner()
}

/// What pf of OpenBSD 7.9 has with these states.
fn snapshot(states: &[State], at: i64) -> StateTable {
    let mut kernel = FakeKernel::new(Form::new(Release::OpenBsd7_9));
    for state in states {
        kernel.add(&record(state)).unwrap();
    }
    let taken = StateTable::of_kernel(&mut kernel).unwrap();
    assert!(taken.time() <= Time::now());
    StateTable::from_records(taken.form(), Time::new(at, 0), taken.as_bytes().to_vec()).unwrap()
}

/// A decoder that tells lines of JSON.
struct Told(Decoder);

impl Told {
    fn new(max_states: usize) -> Self {
        Self(Decoder::new(Some(Release::OpenBsd7_9)).with_table(max_states))
    }

    fn prime(&mut self, table: &StateTable) -> Vec<Value> {
        self.lines(|decoder, sink| {
            for state in table {
                let release = table.form().release();
                decoder.prime(table.time(), release, &state, &mut |event| sink(event));
            }
        })
    }

    /// A frame that was captured so many milliseconds after pf was asked.
    fn at(&mut self, millis: i64, action: u8, section: Section) -> Vec<Value> {
        let bytes = Frame::build(vec![(action, section)]);
        let time = Time::from_nanos((AT * 1000 + millis) * 1_000_000);
        let (data, wire_len, link) = (&*bytes, bytes.len() as u32, LinkType(246));
        let packet = Packet { time, data, wire_len, link, order: ByteOrder::NATIVE };
        self.lines(|decoder, sink| decoder.packet(&packet, None, &mut |event| sink(event)))
    }

    fn lines(
        &mut self,
        decode: impl FnOnce(&mut Decoder, &mut dyn FnMut(&Event<'_>)),
    ) -> Vec<Value> {
        let path = common::root().join("misc/event.schema.json");
        let schema = Schema::new(&std::fs::read_to_string(path).unwrap());
        let mut json = Format::Json.writer(Options::default());
        let mut lines = Vec::new();
        decode(&mut self.0, &mut |event| {
            assert!(!matches!(event.body, Body::Gap(_)), "{event:?}");
            let value: Value = serde_json::from_str(&common::line_of(&mut json, event)).unwrap();
            schema.check(&value).unwrap_or_else(|error| panic!("{error} {value}"));
            lines.push(value);
        });
        lines
    }
}

const INS: u8 = 13;
const UPD: u8 = 14;
const UPD_C: u8 = 4;
const DEL_C: u8 = 7;
const CLR: u8 = 0;

fn full(states: &[State]) -> Section {
    Section::State(states.to_vec())
}

fn gone(id: u64) -> Section {
    Section::DelC(vec![StateId { id, creatorid: CREATOR }])
}

fn update(id: u64, level: u8) -> Section {
    let peer = Peer { state: level, ..Peer::default() };
    Section::UpdC(vec![UpdC {
        id,
        creatorid: CREATOR,
        src: peer,
        dst: peer,
        timeout: 4,
        ..UpdC::default()
    }])
}

#[test]
fn what_pf_has_is_told_as_starts_of_a_snapshot() {
    let mut no_sync = state(3, 5, 5);
    no_sync.state_flags = 8;
    let mut told = Told::new(100);
    let lines = told.prime(&snapshot(&[state(1, 60, 10), state(2, 0, 1), no_sync], AT));
    let ids: Vec<_> = lines.iter().map(|line| line["id"].as_str().unwrap()).collect();
    // Of a state that pfsync never speaks of no end will be told.
    assert_eq!(ids, ["0000000000000001", "0000000000000002"]);
    for line in &lines {
        assert_eq!((&line["event"], &line["action"]), (&"start".into(), &"SNAPSHOT".into()));
        assert_eq!(line["time"], "2026-11-20T13:05:02.000000Z");
        assert_eq!((line.get("first"), &line["release"]), (None, &"openbsd-7.9".into()));
    }
    assert_eq!(lines[0]["start"], "2026-11-20T13:04:02.000000Z");
    // Ends say since when it was.
    let end = &told.at(500, DEL_C, gone(1))[0];
    assert_eq!((&end["event"], &end["duration"]), (&"end".into(), &60.5.into()));
    assert_eq!((&end["packets"][0], &end["src"]), (&10.into(), &"192.168.1.10".into()));
    assert_eq!(end["counters_time"], "2026-11-20T13:05:02.000000Z");
    assert_eq!(told.0.stats.inferred, 0);
}

#[test]
fn what_was_captured_before_is_told_and_undoes_nothing() {
    let mut told = Told::new(100);
    told.prime(&snapshot(&[state(1, 60, 10), state(2, 60, 10)], AT));
    // Both said less than the snapshot, 200 ms before it.
    let line = &told.at(-200, UPD, full(&[state(1, 60, 3)]))[0];
    assert_eq!((&line["event"], &line["packets"][0]), (&"update".into(), &3.into()));
    let line = &told.at(-200, UPD_C, update(1, 9))[0];
    assert_eq!((&line["event"], &line["action"]), (&"update".into(), &"UPD_C".into()));
    let line = &told.at(-100, INS, full(&[state(1, 60, 4)]))[0];
    assert_eq!((&line["event"], line.get("first")), (&"update".into(), None));
    // A flush before it took along none of these.
    let clr = || Section::Clr(vec![Clr { ifname: [0; 16], creatorid: CREATOR }]);
    assert_eq!(told.at(-50, CLR, clr()).len(), 1);
    let end = &told.at(300, DEL_C, gone(1))[0];
    assert_eq!((&end["packets"][0], &end["src_state"]), (&10.into(), &"ESTABLISHED".into()));
    // One behind it does.
    let flushed = told.at(400, CLR, clr());
    assert_eq!((flushed.len(), &flushed[1]["id"]), (2, &"0000000000000002".into()));
}

#[test]
fn what_was_captured_since_is_newer() {
    let mut told = Told::new(100);
    told.prime(&snapshot(&[state(1, 60, 10)], AT));
    told.at(100, UPD, full(&[state(1, 60, 12)]));
    told.at(200, UPD_C, update(1, 9));
    let end = &told.at(300, DEL_C, gone(1))[0];
    assert_eq!((&end["packets"][0], &end["src_state"]), (&12.into(), &"FIN_WAIT_2".into()));
}

#[test]
fn a_delete_wins_whenever_it_was_sent() {
    let mut told = Told::new(100);
    told.prime(&snapshot(&[state(1, 60, 10)], AT));
    assert_eq!(told.at(-500, DEL_C, gone(1))[0]["event"], "end");
    assert!(told.0.table().unwrap().is_empty());
    // Were pf's answer to come behind the delete, it would not bring the state back.
    let mut told = Told::new(100);
    told.at(0, INS, full(&[state(1, 0, 1)]));
    told.at(900, DEL_C, gone(1));
    told.at(950, DEL_C, gone(7));
    let late = snapshot(&[state(1, 0, 1), state(7, 50, 1)], AT);
    assert_eq!(told.prime(&late), Vec::<Value>::new());
    assert!(told.0.table().unwrap().is_empty());
}

#[test]
fn a_state_that_is_known_newer_stays() {
    let mut told = Told::new(100);
    told.at(500, INS, full(&[state(1, 10, 50)]));
    assert_eq!(told.prime(&snapshot(&[state(1, 10, 3)], AT)), Vec::<Value>::new());
    assert_eq!(told.at(900, DEL_C, gone(1))[0]["packets"][0], 50);
}

#[test]
fn once_it_is_forgotten_a_clock_may_step_back() {
    let mut told = Told::new(100);
    told.prime(&snapshot(&[state(1, 60, 10)], AT));
    told.0.forget_snapshot();
    told.at(-3_000, UPD, full(&[state(1, 60, 99)]));
    assert_eq!(told.at(-2_000, DEL_C, gone(1))[0]["packets"][0], 99);
}

#[test]
fn a_table_that_is_too_small_says_so_and_holds() {
    let mut told = Told::new(10);
    let states: Vec<State> = (1..=30).map(|id| state(id, 60, 1)).collect();
    let lines = told.prime(&snapshot(&states, AT));
    let full = lines.iter().filter(|line| line["reason"] == "table-full").count();
    assert_eq!((lines.len(), full, told.0.table().unwrap().len()), (50, 20, 10));
}

#[test]
fn counters_that_are_read_again_carry_their_time() {
    let mut told = Told::new(100);
    told.prime(&snapshot(&[state(1, 60, 10), state(2, 60, 10)], AT));
    told.at(1_000, UPD_C, update(1, 9));
    let mut again = |secs: i64, states: &[State]| {
        let table = snapshot(states, AT + secs);
        table.states().filter(|s| told.0.count_again(table.time(), s)).count()
    };
    // One that is another by now, and one that nobody knows, are left alone.
    assert_eq!(again(30, &[state(1, 90, 700), state(2, 3, 8), state(5, 90, 8)]), 1);
    // What is older by then changes nothing.
    assert_eq!(again(20, &[state(1, 80, 600)]), 0);
    let end = &told.at(31_000, DEL_C, gone(1))[0];
    assert_eq!((&end["packets"][0], &end["bytes"][0]), (&700.into(), &70_000.into()));
    assert_eq!(end["counters_time"], "2026-11-20T13:05:32.000000Z");
    // Where a message moved it to since stays.
    assert_eq!(end["src_state"], "FIN_WAIT_2");
    assert_eq!(told.at(31_000, DEL_C, gone(2))[0]["packets"][0], 10);
}
