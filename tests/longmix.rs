//! The long captures of the corpus: tens of thousands of states whose whole lives are known, from
//! two firewalls with overlapping ids. Counts, and for each state what was told of it.

mod common;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use common::corpus;
use flate2::read::GzDecoder;
use pfstatelog::capture::{FileSource, Source};
use pfstatelog::decode::Decoder;
use pfstatelog::event::{Body, Event, EventKind, Told};
use pfstatelog::state::{State, StateId};
use pfstatelog::wire::Action;
use serde_json::{Value, json};

#[test]
fn every_state_of_the_long_captures_is_told_as_it_lived() {
    let Some(folder) = common::shared_corpus() else { return };
    let mut captures = 0;
    for (release, folder) in corpus::releases(&folder) {
        for (file, path) in corpus::entries(&folder) {
            if file.starts_with("longmix.") && file.ends_with(".pcap") {
                compare(&release, &folder, &path);
                captures += 1;
            }
        }
    }
    assert!(captures >= 2, "{captures} long captures");
}

/// What was told of one state.
#[derive(Default)]
struct Life {
    inserts: u64,
    insert: Option<(f64, State)>,
    started: f64,
    full_updates: u64,
    updates: u64,
    updated: Option<f64>,
    levels: Option<[u8; 2]>,
    counters: Option<([u64; 2], [u64; 2])>,
    deleted: Option<f64>,
}

impl Life {
    fn add(&mut self, event: &Event<'_>) {
        let now = event.time.nanos() as f64 / 1e9;
        let Body::State(told) = &event.body else { panic!("{event:?}") };
        match (event.kind, told) {
            (EventKind::Start, Told { state: Some(state), start: Some(start), .. }) => {
                self.inserts += 1;
                self.started = start.nanos() as f64 / 1e9;
                self.insert = Some((now, **state));
                self.levels = Some([state.src.state, state.dst.state]);
            }
            (EventKind::Update, Told { state: Some(state), .. }) => {
                self.full_updates += 1;
                self.counters = Some((state.packets, state.bytes));
                self.updated = Some(now);
                self.levels = Some([state.src.state, state.dst.state]);
            }
            (EventKind::Update, Told { update: Some(update), .. }) => {
                self.updates += 1;
                self.updated = Some(now);
                self.levels = Some([update.src.state, update.dst.state]);
            }
            (EventKind::End, Told { state: None, .. }) => {
                assert_eq!(self.deleted, None, "a second delete");
                self.deleted = Some(now);
            }
            (EventKind::Request, Told { state: None, .. }) => {}
            (kind, body) => panic!("{kind:?} {body:?}"),
        }
    }
}

fn id_of(event: &Event<'_>) -> Option<StateId> {
    match &event.body {
        Body::State(told) => Some(told.id),
        _ => None,
    }
}

fn compare(release: &str, folder: &Path, capture: &Path) {
    let place = capture.display();
    let summary = std::fs::read_to_string(folder.join("longmix.summary.json")).unwrap();
    let summary: Value = serde_json::from_str(&summary).unwrap();
    let (mut lives, decoder, details) = lives(release, capture);
    compare_details(&folder.join("longmix.pfctl-ss-vv.txt.gz"), &details);

    assert_eq!(json!(decoder.stats.packets), summary["packets"], "{place}: packets");
    assert_eq!(decoder.stats.frames, decoder.stats.packets, "{place}: frames");
    assert_eq!(decoder.stats.events_of(EventKind::Gap), 0, "{place}: gaps");
    for action in Action::ALL {
        let expected = summary["messages"].get(action.name()).cloned().unwrap_or(json!(0));
        let counted = decoder.stats.messages_of(action);
        assert_eq!(json!(counted), expected, "{place}: {}", action.name());
    }
    let truth = File::open(folder.join("longmix.truth.jsonl.gz")).unwrap();
    let mut states = 0;
    let mut inserted = 0;
    for line in BufReader::new(GzDecoder::new(truth)).lines() {
        let truth: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let hex = |name: &str| u64::from_str_radix(truth[name].as_str().unwrap(), 16).unwrap();
        let id = StateId { id: hex("id"), creatorid: hex("creatorid") as u32 };
        let life = lives.remove(&id).unwrap_or_default();
        inserted += life.inserts;
        states += 1;
        compare_life(&truth, &life, &format!("{place}: {:016x}/{:08x}", id.id, id.creatorid));
    }
    assert_eq!(json!(states), summary["states_created"], "{place}: states");
    assert_eq!(json!(inserted), summary["states_with_INS_on_wire"], "{place}: inserts");
    // UPD_REQ 0/0 asks for everything; it names no state.
    lives.remove(&StateId { id: 0, creatorid: 0 });
    assert_eq!(lives.len(), 0, "{place}: states that never were");
    println!("{place}: {} packets, {states} states, {inserted} inserts", decoder.stats.packets);
}

/// What each full state told, in the order of the wire, as `pfctl -vv` prints it.
fn lives(release: &str, capture: &Path) -> (HashMap<StateId, Life>, Decoder, Vec<String>) {
    let mut source = FileSource::open(capture).unwrap();
    let mut lives: HashMap<StateId, Life> = HashMap::new();
    let mut decoder = common::decoder(Some(release));
    let mut details = Vec::new();
    while let Some(packet) = source.next_packet().unwrap() {
        decoder.packet(&packet, None, &mut |event| {
            if let Body::State(Told { state: Some(state), .. }) = &event.body {
                details.push(detail(state));
            }
            if let Some(id) = id_of(event) {
                lives.entry(id).or_default().add(event);
            }
        });
    }
    (lives, decoder, details)
}

fn detail(state: &State) -> String {
    let clock = |s: u32| format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    let ([p0, p1], [b0, b1]) = (state.packets, state.bytes);
    let rule = state.rule.map(|rule| format!(", rule {rule}")).unwrap_or_default();
    let (age, expire) = (clock(state.age_s), clock(state.expire_s));
    format!("age {age}, expires in {expire}, {p0}:{p1} pkts, {b0}:{b1} bytes{rule}")
}

/// Against the lines that pfctl's own code printed for the same records.
fn compare_details(text: &Path, ours: &[String]) {
    let lines = BufReader::new(GzDecoder::new(File::open(text).unwrap())).lines();
    let lines = lines.map(Result::unwrap).filter(|line| line.starts_with("   age "));
    let mut printed = 0;
    for (at, line) in lines.enumerate() {
        let ours = ours.get(at).map(String::as_str);
        assert_eq!(ours, Some(line.trim()), "{}: full state {}", text.display(), at + 1);
        printed += 1;
    }
    assert_eq!(printed, ours.len(), "{}: full states", text.display());
}

/// Both in seconds, of which the truth has microseconds.
fn same_time(truth: &Value, ours: Option<f64>) -> bool {
    match (truth.as_f64(), ours) {
        (Some(truth), Some(ours)) => (truth - ours).abs() < 2e-6,
        (None, None) => true,
        _ => false,
    }
}

fn compare_life(truth: &Value, life: &Life, place: &str) {
    let same = |name: &str, ours: Value| {
        assert_eq!(ours, truth[name], "{place}: {name}");
    };
    same("upd_c", json!(life.updates));
    same("upd", json!(life.full_updates));
    same("upd_packets", json!(life.counters.map(|(packets, _)| packets)));
    same("upd_bytes", json!(life.counters.map(|(_, bytes)| bytes)));
    let inserted = life.insert.as_ref();
    for (name, ours) in [
        ("ins_ts", inserted.map(|(time, _)| *time)),
        ("last_upd_ts", life.updated),
        ("del_ts", life.deleted),
    ] {
        assert!(same_time(&truth[name], ours), "{place}: {name} {} is {ours:?}", truth[name]);
    }
    if truth["last_levels"].is_array() {
        same("last_levels", json!(life.levels));
    }
    let Some((_, state)) = inserted else { return };
    assert_eq!(life.inserts, 1, "{place}: inserts");
    let ours = common::json::state(state);
    for name in ["proto", "direction", "ifname", "rule"] {
        same(name, ours[name].clone());
    }
    for side in ["wire", "stack"] {
        same(side, ours["key"][side].clone());
    }
    // The truth has them as they were when the frame left; a frame that was full was packed before
    // that, so some say less. What they do say is held against the printer's text.
    let at_most = |name: &str, ours: u64, truth: &Value| {
        assert!(truth.as_u64().is_some_and(|t| ours <= t), "{place}: {name} {truth} is {ours}");
    };
    at_most("ins_age", u64::from(state.age_s), &truth["ins_age"]);
    at_most("ins_packets[0]", state.packets[0], &truth["ins_packets"][0]);
    at_most("ins_packets[1]", state.packets[1], &truth["ins_packets"][1]);
    let created = truth["created"].as_f64().unwrap();
    let off = (life.started - created).abs();
    assert!(off <= 1.0, "{place}: began {off} s from when it is said to have begun");
}
