//! The state table against the corpus: the long captures, in which the whole life of each state is
//! known, and the puzzles, whose answers stand here.

mod common;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use common::corpus;
use flate2::read::GzDecoder;
use pfstatelog::abi::Release;
use pfstatelog::decode::Decoder;
use pfstatelog::event::EventKind;
use pfstatelog::fuzzing::seen::Seen;
use pfstatelog::state::StateId;
use pfstatelog::wire::Action;
use serde_json::{Value, json};

/// The events of a capture from a packet on, and how many states are left open.
fn told(release: &str, path: &Path, from: usize) -> (Vec<Seen>, usize) {
    let release: Release = release.parse().unwrap();
    let mut decoder = Decoder::new(Some(release)).with_table(1_000_000);
    let mut seen = Vec::new();
    for packet in common::read_sound(path).iter().skip(from) {
        decoder.packet(&packet.packet(), None, &mut |event| seen.push(Seen::new(event)));
    }
    (seen, decoder.table().map_or(0, |table| table.len()))
}

/// The events of each state.
fn by_state(seen: Vec<Seen>) -> HashMap<StateId, Vec<Seen>> {
    let mut lives: HashMap<StateId, Vec<Seen>> = HashMap::new();
    for seen in seen {
        if let Some(id) = seen.id {
            lives.entry(id).or_default().push(seen);
        }
    }
    // UPD_REQ 0/0 asks for everything.
    lives.remove(&StateId { id: 0, creatorid: 0 });
    lives
}

/// The states of a long capture, as they lived.
fn truths(folder: &Path) -> Vec<(StateId, Value)> {
    let file = File::open(folder.join("longmix.truth.jsonl.gz")).unwrap();
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    let hex = |value: &Value| u64::from_str_radix(value.as_str().unwrap(), 16).unwrap();
    let truths = lines.map(|line| {
        let truth: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let (id, creatorid) = (hex(&truth["id"]), hex(&truth["creatorid"]) as u32);
        (StateId { id, creatorid }, truth)
    });
    truths.collect()
}

/// Microseconds since the epoch, of which the truth has a fraction of seconds.
fn micros(seconds: &Value) -> Option<i64> {
    seconds.as_f64().map(|seconds| (seconds * 1e6).round() as i64)
}

fn long_captures() -> Vec<(String, std::path::PathBuf, std::path::PathBuf)> {
    let Some(corpus) = common::shared_corpus() else { return Vec::new() };
    let mut captures = Vec::new();
    for (release, folder) in corpus::releases(&corpus) {
        for (file, path) in corpus::entries(&folder) {
            if file.starts_with("longmix.") && file.ends_with(".pcap") {
                captures.push((release.clone(), folder.clone(), path));
            }
        }
    }
    assert!(captures.len() >= 2, "{} long captures", captures.len());
    captures
}

#[test]
fn each_state_of_the_long_captures_starts_and_ends_as_it_did() {
    let mut younger = 0;
    for (release, folder, path) in long_captures() {
        let summary = std::fs::read_to_string(folder.join("longmix.summary.json")).unwrap();
        let summary: Value = serde_json::from_str(&summary).unwrap();
        let (seen, left_open) = told(&release, &path, 0);
        let count = |kind| seen.iter().filter(|seen| seen.kind == kind).count();
        let unknown = seen.iter().filter(|seen| seen.unknown).count();
        let of_updates =
            |seen: &&Seen| seen.kind == EventKind::Start && seen.action != Some(Action::Ins);
        let by_update = seen.iter().filter(of_updates).count() + unknown;
        let clears = summary["messages"]["CLR"].as_u64().unwrap_or(0);
        for (name, ours) in [
            ("states_with_INS_on_wire", count(EventKind::Start)),
            ("deleted_on_wire", count(EventKind::End)),
            ("left_open", left_open),
            ("first_seen_by_update_or_delete", by_update),
        ] {
            assert_eq!(json!(ours), summary[name], "{release}: {name}");
        }
        assert_eq!(count(EventKind::Clear) as u64, clears, "{release}: clears");
        // Nothing is inferred, and nothing comes late or twice.
        let odd = seen.iter().find(|seen| seen.action.is_none() || seen.reason.is_some());
        assert_eq!(odd, None, "{release}");
        let mut lives = by_state(seen);
        for (id, truth) in truths(&folder) {
            let life = lives.remove(&id).unwrap_or_default();
            younger += lived(&truth, &life, &format!("{release} {id:?}"));
        }
        assert!(lives.is_empty(), "{release}: states that never were");
    }
    // The truth has the age when the frame left, the wire the age when it was packed.
    assert!(younger == 116 || long_captures().is_empty(), "{younger} are younger on the wire");
}

/// One whole life; 1 where the wire says that it is a second younger than the truth does.
fn lived(truth: &Value, life: &[Seen], place: &str) -> usize {
    let Some(inserted) = micros(&truth["ins_ts"]) else {
        assert!(life.is_empty(), "{place} is not on the wire, but {life:?}");
        return 0;
    };
    let [start, rest @ ..] = life else { panic!("{place} was not told") };
    let at = |seen: &Seen| seen.time.nanos() / 1000;
    assert_eq!((start.kind, start.action), (EventKind::Start, Some(Action::Ins)), "{place}");
    assert_eq!(at(start), inserted, "{place}: when it was inserted");
    let state = start.state.unwrap();
    let age_s = i64::from(state.age_s);
    let started = start.start.unwrap().nanos() / 1000;
    assert_eq!(started, inserted - age_s * 1_000_000, "{place}: start");
    assert_eq!(start.first, age_s <= 2, "{place}: first");
    let off = truth["ins_age"].as_i64().unwrap() - age_s;
    assert!(off == 0 || off == 1, "{place}: age {age_s}");
    let created = micros(&truth["created"]).unwrap();
    assert!((started - created).abs() <= 1_000_000, "{place}: sure to a second");

    let deleted = micros(&truth["del_ts"]);
    let (end, updates) = match (deleted, rest) {
        (None, updates) => (None, updates),
        (Some(_), [updates @ .., end]) => (Some(end), updates),
        (Some(_), []) => panic!("{place} has no end"),
    };
    assert!(updates.iter().all(|seen| seen.kind == EventKind::Update), "{place}");
    let full = updates.iter().filter(|seen| seen.full).count();
    assert_eq!(json!(full), truth["upd"], "{place}: full updates");
    assert_eq!(json!(updates.len() - full), truth["upd_c"], "{place}: compressed updates");
    if let Some(end) = end {
        assert_eq!((end.kind, end.action), (EventKind::End, Some(Action::DelC)), "{place}");
        assert_eq!(Some(at(end)), deleted, "{place}: when it was deleted");
        let lasted = end.duration_ns.unwrap() as i64 / 1000;
        assert_eq!(lasted, deleted.unwrap() - started, "{place}: duration");
    }
    for later in rest {
        let known = later.state.unwrap_or_else(|| panic!("{place}: {later:?}"));
        let same = (known.wire, known.stack, known.ifname, known.proto, known.rule);
        assert_eq!(same, (state.wire, state.stack, state.ifname, state.proto, state.rule));
        assert_eq!(later.start, start.start, "{place}");
    }
    let last = rest.last().unwrap_or(start).state.unwrap();
    if truth["last_levels"].is_array() {
        assert_eq!(json!([last.src.state, last.dst.state]), truth["last_levels"], "{place}");
    }
    let counted = updates.iter().rfind(|seen| seen.full).unwrap_or(start);
    let counts = counted.state.unwrap();
    if truth["upd_packets"].is_array() {
        assert_eq!(json!(counts.packets), truth["upd_packets"], "{place}");
        assert_eq!(json!(counts.bytes), truth["upd_bytes"], "{place}");
    }
    assert_eq!((last.packets, last.bytes), (counts.packets, counts.bytes), "{place}");
    if let Some(end) = end {
        assert_eq!(end.counters_time, Some(counted.time), "{place}");
    }
    off as usize
}

/// From the middle on: what was inserted before is seen first by an update, or is not known.
#[test]
fn a_long_capture_that_begins_in_the_middle_tells_what_is_not_known() {
    let (mut by_update, mut captures) = (0, 0);
    for (release, folder, path) in long_captures() {
        captures += 1;
        let packets = common::read_sound(&path);
        let middle = packets.len() / 4;
        let (seen, left_open) = told(&release, &path, middle);
        let from = packets[middle].time.nanos() / 1000;
        let mut lives = by_state(seen);
        let (mut unknown_ends, mut open) = (0, 0);
        for (id, truth) in truths(&folder) {
            let place = format!("{release} {id:?}");
            let life = lives.remove(&id).unwrap_or_default();
            let inserted = micros(&truth["ins_ts"]);
            let deleted = micros(&truth["del_ts"]);
            // Packets of one moment may lie on both sides.
            if inserted == Some(from) || deleted == Some(from) {
                open += usize::from(is_open(&life));
                continue;
            }
            if inserted.is_none_or(|inserted| inserted > from) {
                lived(&truth, &life, &place);
                open += usize::from(inserted.is_some() && deleted.is_none());
                continue;
            }
            let begins = life.iter().position(|seen| seen.kind == EventKind::Start);
            let (before, after) = life.split_at(begins.unwrap_or(life.len()));
            assert!(before.iter().all(|seen| seen.unknown && seen.state.is_none()), "{place}");
            if let Some(start) = after.first() {
                assert_eq!((start.action, start.first), (Some(Action::Upd), false), "{place}");
                let started = start.start.unwrap().nanos() / 1000;
                let created = micros(&truth["created"]).unwrap();
                assert!((started - created).abs() <= 1_000_000, "{place}: sure to a second");
                assert!(after.iter().all(|seen| !seen.unknown && seen.start == start.start));
                by_update += 1;
            }
            let ended = deleted.is_some_and(|deleted| deleted > from);
            let end = life.last().filter(|seen| seen.kind == EventKind::End);
            assert_eq!(end.is_some(), ended, "{place}: {life:?}");
            unknown_ends += usize::from(end.is_some_and(|end| end.unknown));
            open += usize::from(is_open(&life));
        }
        assert!(lives.is_empty(), "{release}");
        assert_eq!(open, left_open, "{release}: left open");
        assert!(unknown_ends > 100, "{release}: {unknown_ends} ends of unknown states");
    }
    // The bulk update of one of them shows what it has not shown before.
    assert!(by_update > 0 || captures == 0);
}

fn is_open(life: &[Seen]) -> bool {
    life.iter().any(|seen| seen.kind == EventKind::Start)
        && life.iter().all(|seen| seen.kind != EventKind::End)
}

/// Events with letters for the names of states, small ones for ids and large ones for creators, in
/// the order in which they come: `+14.0 end DEL_C aA of 14.0`, seconds from the first packet.
fn puzzle(seen: &[Seen]) -> Vec<String> {
    let (mut ids, mut creators) = (Vec::new(), Vec::new());
    let letter = |list: &mut Vec<u64>, first: u8, value: u64| {
        let at = list.iter().position(|known| *known == value).unwrap_or_else(|| {
            list.push(value);
            list.len() - 1
        });
        char::from(first + at as u8)
    };
    let begin = seen.first().map_or(0, |seen| seen.time.nanos());
    let mut lines = Vec::new();
    for seen in seen {
        let seconds = |nanos: i64| format!("{:.2}", nanos as f64 / 1e9);
        let anonymous =
            Seen { id: None, first: false, reason: None, unknown: false, ..seen.clone() };
        let mut line = format!("+{} {}", seconds(seen.time.nanos() - begin), anonymous.line());
        if let Some(id) = seen.id {
            let id = [
                letter(&mut ids, b'a', id.id),
                letter(&mut creators, b'A', u64::from(id.creatorid)),
            ];
            line.extend([' ', id[0], id[1]]);
        }
        line += if seen.first { " first" } else { "" };
        line += if seen.unknown { " unknown" } else { "" };
        line += &seen.reason.map_or(String::new(), |why| format!(" {}", why.word()));
        if let Some(state) = &seen.state {
            let port = state.nat().nat_src.port;
            line += &format!(" {} {port}", state.ifname.as_bytes().escape_ascii());
        }
        if let (Some(nanos), false) = (seen.duration_ns, seen.kind == EventKind::Update) {
            line += &format!(" of {}", seconds(nanos as i64));
        }
        if let Some(time) = seen.counters_time {
            line += &format!(", counted at +{}", seconds(time.nanos() - begin));
        }
        lines.push(line);
    }
    lines
}

/// What each puzzle comes to, in every release and on every interface, and how many states are open
/// at its end.
const PUZZLES: &[(&str, usize, &[&str])] = &[
    // The flush of the foreign creator takes nothing along.
    (
        "track_clr_all",
        1,
        &[
            "+0.00 start INS aA em0 61022 of 100.00",
            "+0.00 start INS bA em0 61023 of 100.00",
            "+0.00 start INS cA em0 61024 of 100.00",
            "+2.75 clear CLR",
            "+4.75 clear CLR",
            "+4.75 end - aA clear em0 61022 of 104.75, counted at +0.00",
            "+4.75 end - bA clear em0 61023 of 104.75, counted at +0.00",
            "+4.75 end - cA clear em0 61024 of 104.75, counted at +0.00",
            "+5.75 start INS dA first em0 61999 of 0.00",
        ],
    ),
    // A state on all interfaces is not on em1.
    (
        "track_clr_ifname",
        2,
        &[
            "+0.00 start INS aA em0 50123 of 100.00",
            "+0.00 start INS bA em1 50123 of 100.00",
            "+0.00 start INS cA all 50123 of 100.00",
            "+4.75 clear CLR",
            "+4.75 end - bA clear em1 50123 of 104.75, counted at +0.00",
        ],
    ),
    // The creator stays who made it, whoever speaks of it.
    (
        "track_failover",
        0,
        &[
            "+0.00 start INS aA first em0 61022 of 0.00",
            "+4.75 update UPD_C aA em0 61022, counted at +0.00",
            "+7.75 update UPD aA em0 61022",
            "+10.75 update UPD_C aA em0 61022, counted at +7.75",
            "+13.75 end DEL_C aA em0 61022 of 13.75, counted at +7.75",
        ],
    ),
    // After a delete a new state, without one a state in the place of another.
    (
        "track_id_reuse",
        0,
        &[
            "+0.00 start INS aA first em0 61022 of 0.00",
            "+5.00 end DEL_C aA em0 61022 of 5.00, counted at +0.00",
            "+10.00 start INS aA first em0 61023 of 0.00",
            "+20.00 expire - aA replaced em0 61023 of 10.00, counted at +10.00",
            "+20.00 start INS aA first em0 61024 of 0.00",
            "+25.00 end DEL_C aA em0 61024 of 5.00, counted at +20.00",
        ],
    ),
    // A full update is the first sight; what has none stays unknown.
    (
        "track_midstream",
        0,
        &[
            "+0.00 update UPD_C aA unknown",
            "+0.00 update UPD_C bA unknown",
            "+1.75 start UPD aA em0 61022 of 5002.00",
            "+3.75 update UPD_C aA em0 61022, counted at +1.75",
            "+3.75 end DEL_C bA unknown",
            "+8.75 end DEL_C aA em0 61022 of 5009.00, counted at +1.75",
        ],
    ),
    // The delete of the one leaves the other.
    (
        "track_same_id_two_creators",
        1,
        &[
            "+0.00 start INS aA em0 50123 of 100.00",
            "+0.00 start INS aB em0 50123 of 100.00",
            "+3.75 end DEL_C aB em0 50123 of 103.75, counted at +0.00",
        ],
    ),
];

#[test]
fn the_puzzles_are_told_as_they_are_meant() {
    let Some(corpus) = common::shared_corpus() else { return };
    let mut solved: BTreeMap<&str, usize> = BTreeMap::new();
    for scenario in corpus::scenarios(&corpus) {
        if !scenario.name.starts_with("track_") {
            continue;
        }
        let expected = PUZZLES.iter().find(|(name, ..)| *name == scenario.name);
        let (name, open, lines) = expected.unwrap_or_else(|| panic!("{} is new", scenario.name));
        for capture in &scenario.captures {
            let (seen, left_open) = told(&scenario.release, &capture.path, 0);
            assert_eq!(puzzle(&seen), *lines, "{}", capture.path.display());
            assert_eq!(left_open, *open, "{}", capture.path.display());
            *solved.entry(name).or_default() += 1;
        }
    }
    // Every one was there, in several releases.
    assert_eq!(solved.len(), PUZZLES.len());
    assert!(solved.values().all(|captures| *captures >= 8), "{solved:?}");
}
