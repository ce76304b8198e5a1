//! `pfstatelog states`: the table of a capture is what the corpus says that it was, at its end and
//! before; what is printed is pfctl's, or as the schema says.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common;
mod common_cli;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::net::IpAddr;
use std::path::Path;
use std::process::{Command, Output};

use common::corpus::{self, Variant};
use flate2::read::GzDecoder;
use pfstatelog::abi::Release;
use pfstatelog::dump::source::{self, Options};
use pfstatelog::filter::{Choice, Filter};
use pfstatelog::format;
use pfstatelog::fuzzing::schema::Schema;
use pfstatelog::list::{self, Listing, Sort, Style};
use pfstatelog::pf::StateTable;
use pfstatelog::state::{State, StateId};
use pfstatelog::time::Time;
use pfstatelog::view::Detail;
use serde_json::Value;

/// The keys, in the order that users are promised.
const ORDER: &str = "time id creatorid ifname proto protonum direction af src sport dst dport translated \
     nat_af nat_src nat_sport nat_dst nat_dport rdomain nat_rdomain src_state dst_state start start_err age \
     expires packets bytes counters_time rule anchor nat_rule rt rt_addr rt_ifname timeout state_flags sync_flags log \
     min_ttl set_tos set_prio max_mss rtableid tag origif qid pqid dnpipe dnrpipe stack_proto release \
     src_peer dst_peer wire stack";

fn pfstatelog(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pfstatelog")).args(args).output().unwrap()
}

fn told(args: &[&str]) -> String {
    let ran = pfstatelog(args);
    assert!(ran.status.success() && ran.stderr.is_empty(), "{args:?} {ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

fn table(path: &Path, release: Option<&str>, at: Option<Time>) -> StateTable {
    let release = release.map(|release| release.parse().unwrap());
    let opened = source::open(path, &Options { release, at, strict: false });
    opened.unwrap_or_else(|error| panic!("{}: {error}", path.display())).table
}

fn written(table: &StateTable, listing: &Listing, style: Style) -> String {
    let mut out = Vec::new();
    list::write(table, listing, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn schema() -> Schema {
    let path = common::root().join("misc/state.schema.json");
    Schema::new(&std::fs::read_to_string(path).unwrap())
}

fn hold(schema: &Schema, line: &str) -> Value {
    common::json::held(schema, ORDER, line)
}

/// Those scenarios whose every message is the insert of a state of its own: their tables are what the
/// originals printed.
fn is_plain(truth: &Value) -> bool {
    let mut names = BTreeSet::new();
    let packets = truth["packets"].as_array().unwrap();
    let messages: Vec<_> = packets.iter().flat_map(|p| p["messages"].as_array().unwrap()).collect();
    !messages.is_empty()
        && packets.iter().all(|packet| packet["ts"] == packets[0]["ts"])
        && messages.iter().all(|message| {
            let state = &message["state"];
            let name = (state["id"].to_string(), state["creatorid"].to_string());
            matches!(message["action"].as_str(), Some("INS")) && names.insert(name)
        })
}

#[test]
fn tables_of_captures_are_printed_as_pfctl_does() {
    let Some(corpus) = common::shared_corpus() else { return };
    let mut compared = 0;
    for scenario in corpus::scenarios(&corpus).iter().filter(|scenario| is_plain(&scenario.truth)) {
        let folder = corpus.join(&scenario.folder);
        for capture in scenario.captures.iter().filter(|c| c.variant == Variant::Wire) {
            let table = table(&capture.path, Some(&scenario.release), None);
            for (ending, verbose) in [("ss", 0), ("ss-v", 1), ("ss-vv", 2)] {
                // FreeBSD's pfctl prints ids with their bytes swapped on little-endian machines.
                if verbose > 1 && scenario.folder.starts_with("freebsd") {
                    continue;
                }
                let text = folder.join(format!("{}.pfctl-{ending}.txt", scenario.name));
                let Ok(text) = std::fs::read_to_string(text) else { continue };
                let style = Style::Pfctl(Detail::of(verbose), format::Options::default());
                let printed = written(&table, &Listing::default(), style);
                let place = format!("{}/{} -{ending}", scenario.folder, scenario.name);
                assert_eq!(printed, text, "{place}");
                compared += 1;
            }
        }
    }
    println!("{compared} texts compared");
    assert!(compared > 300, "{compared} texts compared");
}

/// Each state that a capture leaves, whatever happened before: every line is JSON as promised, and says what
/// the ground truth has.
#[test]
fn json_is_as_the_schema_and_the_truth_say() {
    let schema = schema();
    let (mut lines, mut seen, mut compared) = (0, BTreeSet::new(), 0);
    let Some(corpus) = common::shared_corpus() else { return };
    for scenario in &corpus::scenarios(&corpus) {
        let truth = is_plain(&scenario.truth).then(|| states_of(&scenario.truth));
        for capture in &scenario.captures {
            let release = scenario.release.parse().ok();
            let opened = source::open(&capture.path, &Options { release, ..Options::default() });
            let Ok(opened) = opened else { continue };
            for no_dst in [false, true] {
                let style = Style::Json(format::Options { no_dst });
                for line in written(&opened.table, &Listing::default(), style).lines() {
                    let value = hold(&schema, line);
                    lines += 1;
                    if no_dst {
                        let keys = ["dst", "dport", "nat_dst", "nat_dport", "wire", "stack"];
                        assert!(keys.iter().all(|key| value.get(key).is_none()), "{line}");
                        continue;
                    }
                    let name = value["id"].as_str().unwrap().to_string();
                    if let Some(state) = truth.as_ref().and_then(|truth| truth.get(&name)) {
                        compare(&value, state, line);
                        compared += 1;
                    }
                    seen.extend(value.as_object().unwrap().keys().cloned());
                }
            }
        }
    }
    let known = schema.root["properties"].as_object().unwrap().keys();
    let never: Vec<_> = known.filter(|key| !seen.contains(*key)).collect();
    assert!(never.is_empty(), "{never:?} is never printed");
    println!("{lines} lines held to the schema, {compared} to the truth");
    assert!(lines > 5000 && compared > 1500, "{lines} {compared}");
}

fn states_of(truth: &Value) -> BTreeMap<String, &Value> {
    let packets = truth["packets"].as_array().unwrap().iter();
    let messages = packets.flat_map(|packet| packet["messages"].as_array().unwrap());
    let states = messages.map(|message| &message["state"]);
    states.map(|state| (state["id"].as_str().unwrap().to_string(), state)).collect()
}

fn compare(told: &Value, truth: &Value, line: &str) {
    let same = |told: &Value, truth: &Value, what: &str| {
        // What is null there is not on the wire of the release; keys always have a routing domain.
        let absent = truth.is_null() && (told.is_null() || told == 0);
        assert!(told == truth || absent, "{what}: {truth}\n{line}");
    };
    for key in
        ["creatorid", "direction", "rule", "anchor", "packets", "bytes", "max_mss", "min_ttl"]
    {
        same(&told[key], &truth[key], key);
    }
    same(&told["age"], &truth["age"], "age");
    same(&told["expires"], &truth["expire"], "expire");
    same(&told["protonum"], &truth["proto"], "proto");
    for (peer, side) in [("src_peer", "src"), ("dst_peer", "dst")] {
        for key in ["seqlo", "seqhi", "seqdiff", "max_win", "mss", "wscale"] {
            same(&told[peer][key], &truth[side][key], key);
        }
        let scrub = &truth[side]["scrub"];
        same(&told[peer]["scrub"]["ttl"], &scrub["ttl"], "ttl");
        same(&told[peer]["scrub"]["ts_mod"], &scrub["ts_mod"], "ts_mod");
    }
    for key in ["wire", "stack"] {
        for field in ["port", "rdomain"] {
            same(&told[key][field], &truth["key"][key][field], field);
        }
        // The same address may be written in several ways.
        let addrs = |value: &Value| {
            [0, 1].map(|at| value["addr"][at].as_str().unwrap().parse::<IpAddr>().unwrap())
        };
        assert_eq!(addrs(&told[key]), addrs(&truth["key"][key]), "{line}");
    }
}

/// What the truth says of a state in a long capture.
struct Life {
    id: StateId,
    inserted_s: f64,
    deleted_s: f64,
    levels: Option<[u8; 2]>,
}

fn lives(folder: &Path) -> Vec<Life> {
    let truth = std::fs::File::open(folder.join("longmix.truth.jsonl.gz")).unwrap();
    let lines = BufReader::new(GzDecoder::new(truth)).lines();
    lines
        .map(|line| {
            let truth: Value = serde_json::from_str(&line.unwrap()).unwrap();
            let hex = |key: &str| u64::from_str_radix(truth[key].as_str().unwrap(), 16).unwrap();
            let levels = truth["last_levels"].as_array();
            Life {
                id: StateId { id: hex("id"), creatorid: hex("creatorid") as u32 },
                inserted_s: truth["ins_ts"].as_f64().unwrap_or(f64::INFINITY),
                deleted_s: truth["del_ts"].as_f64().unwrap_or(f64::INFINITY),
                levels: levels.map(|pair| [0, 1].map(|at| pair[at].as_u64().unwrap() as u8)),
            }
        })
        .collect()
}

#[test]
fn tables_of_the_long_captures_are_those_of_their_time() {
    let Some(corpus) = common::shared_corpus() else { return };
    for (release, file) in
        [("openbsd-7.9", "longmix.wire.pcap"), ("openbsd-4.9", "longmix.pfsync0.pcap")]
    {
        let folder = corpus.join(release);
        let lives = lives(&folder);
        let end = table(&folder.join(file), Some(release), None);
        // Times in the truth are rounded to milliseconds: between two of them nothing is in doubt.
        let times = [40.0005, 200.0005, 333.3335].map(|secs| 1_730_005_000.0 + secs);
        for at in times.into_iter().map(Some).chain([None]) {
            let limit = at.unwrap_or(f64::MAX);
            let time = at.map(|secs| Time::from_nanos((secs * 1e9) as i64));
            let table = table(&folder.join(file), Some(release), time);
            let states: BTreeMap<StateId, State> =
                table.states().map(|state| (state.id, state)).collect();
            let alive = |life: &&Life| life.inserted_s <= limit && life.deleted_s > limit;
            let expected: BTreeSet<StateId> = lives.iter().filter(alive).map(|l| l.id).collect();
            assert!(expected.len() > 30, "{} states", expected.len());
            let differs: Vec<_> =
                expected.symmetric_difference(&states.keys().copied().collect()).copied().collect();
            assert_eq!(differs, [], "{release} at {at:?}");
            if at.is_none() {
                for life in lives.iter().filter(alive) {
                    let state = &states[&life.id];
                    let levels = [state.src.state, state.dst.state];
                    assert!(life.levels.is_none_or(|known| known == levels), "{:?}", life.id);
                    // Ages go on until the end; they were 0 or a few seconds on the wire.
                    let age = end.time().nanos() as f64 / 1e9 - life.inserted_s;
                    let told = f64::from(state.age_s);
                    assert!(told > age - 1.5 && told < age + 310.0, "{age} {told}");
                }
            }
            println!("{release} at {at:?}: {} states", states.len());
        }
    }
}

/// A capture of three states: ids, ages, counters and times left that no two orders have in common.
fn three(dir: &Path) -> String {
    use pfstatelog::wire::grammar::{Body, Frame};
    let state = |id, creation, expire, packets: u64, bytes: u64| {
        let counters = |number: u64| [number, 1];
        let mut state = common_cli::state(id);
        (state.creation, state.expire) = (creation, expire);
        (state.packets, state.bytes) = (counters(packets), counters(bytes));
        state
    };
    let mut states =
        vec![state(1, 10, 200, 5, 100), state(2, 30, 100, 1, 900), state(3, 20, 300, 9, 50)];
    // The second is not translated, and udp.
    states[1].key[1] = states[1].key[0];
    states[1].proto = 17;
    let frame = Frame::build(vec![(13, Body::State(states))]);
    let path = dir.join("three.pcap");
    std::fs::write(&path, common_cli::pcap(&[(1_795_179_902, frame)])).unwrap();
    path.to_str().unwrap().to_string()
}

#[test]
fn states_are_sorted_chosen_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let path = &*three(dir.path());
    let ids = |args: &[&str]| {
        let all = [&["states", "-f", "json", path], args].concat();
        let lines = told(&all);
        let id = |line: &str| {
            let value: Value = serde_json::from_str(line).unwrap();
            value["id"].as_str().unwrap().trim_start_matches('0').to_string()
        };
        lines.lines().map(id).collect::<String>()
    };
    for (args, expected) in [
        (&[][..], "123"),
        (&["--reverse"], "321"),
        (&["--sort", "age"], "231"),
        (&["--sort", "bytes"], "213"),
        (&["--sort", "packets"], "312"),
        (&["--sort", "expire"], "312"),
        (&["--sort", "expire", "--reverse"], "213"),
        (&["--sort", "age", "--top", "2"], "23"),
        (&["--top", "2"], "12"),
        (&["--reverse", "--top", "2"], "32"),
        (&["--top", "9"], "123"),
        (&["--nat"], "13"),
        (&["--nat", "--sort", "bytes", "--top", "1"], "1"),
        (&["--proto", "udp"], "2"),
        (&["--host", "192.168.1.0/24"], "13"),
        (&["--port", "443"], "123"),
        (&["--ifname", "em1"], ""),
        (&["--direction", "in"], ""),
    ] {
        assert_eq!(ids(args), expected, "{args:?}");
    }
    for (args, expected) in [
        (&["--count"][..], "3\n"),
        (&["--count", "--nat"], "2\n"),
        (&["-c", "--proto", "esp"], "0\n"),
    ] {
        assert_eq!(told(&[&["states", path], args].concat()), expected, "{args:?}");
    }
    let text = told(&["states", "--no-dst", path]);
    assert!(!text.contains("198.51.100.9") && text.contains("192.168.1.10:51234"), "{text}");
    assert!(text.contains("-> *"), "{text}");
}

#[test]
fn a_dump_is_as_good_as_a_capture() {
    let dir = tempfile::tempdir().unwrap();
    let path = &*three(dir.path());
    let dump = dir.path().join("dump").to_str().unwrap().to_string();
    told(&["dump", path, "-o", &dump]);
    assert_eq!(told(&["states", "-vv", &dump]), told(&["states", "-vv", path]));
    assert_eq!(told(&["states", "-vv", path]).lines().count(), 4 + 3 + 4);
}

/// Nothing is an answer: before the first state, and of a table of none.
#[test]
fn a_table_of_none_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = &*three(dir.path());
    let before = pfstatelog(&["states", "--count", "--at", "1990-11-20T13:05:02+01:00", path]);
    assert_eq!((before.status.code(), &*before.stdout), (Some(0), &b"0\n"[..]), "{before:?}");
    let empty = dir.path().join("empty.pcap");
    let empty = empty.to_str().unwrap();
    let none = pfstatelog(&["dump", "--only", "port=9", "-o", empty, path]);
    assert_eq!(none.status.code(), Some(0), "{none:?}");
    let count = pfstatelog(&["states", "--count", empty]);
    assert_eq!((count.status.code(), &*count.stdout), (Some(0), &b"0\n"[..]), "{count:?}");
    let text = pfstatelog(&["convert", "-f", "text", empty, "-"]);
    assert!(text.stdout.ends_with(b"end\n") && text.status.success(), "{text:?}");
}

#[test]
fn what_cannot_be_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = &*three(dir.path());
    for (args, code, said) in [
        (&["states", "--sort", "size", path][..], 2, "age, bytes, packets or expire is expected"),
        (&["states", "--count", "--top", "3", path], 2, "--count"),
        (&["states", "-f", "ecs", path], 2, "ecs"),
        (&["states", "--at", "yesterday", path], 2, "2026-11-20T13:05:02Z"),
        (&["states", "--watch", "-"], 2, "name a file"),
        (&["states", "--interval", "1", path], 2, "--watch"),
        (&["states", "--watch", "--at", "2026-11-20T13:05:02Z", path], 2, "leave out --at"),
        (&["states", "--watch", path], 1, "terminal"),
        (&["states", "/nowhere/at/all"], 1, "/nowhere/at/all"),
    ] {
        let ran = pfstatelog(args);
        let error = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(code), "{args:?}: {error}");
        assert!(error.contains(said) && error.lines().count() == 1, "{args:?}: {error}");
        assert!(ran.stdout.is_empty(), "{args:?}");
    }
    if Release::of_host("Linux", "6").is_none() && !Path::new("/dev/pf").exists() {
        let ran = pfstatelog(&["states"]);
        let error = String::from_utf8(ran.stderr).unwrap();
        assert!(error.contains("/dev/pf") && error.contains("a dump or a capture"), "{error}");
    }
}

#[test]
fn the_first_of_an_order_are_those_of_all() {
    let Some(corpus) = common::shared_corpus() else { return };
    let table = table(&corpus.join("openbsd-7.9/longmix.wire.pcap"), None, None);
    let names = |listing: &Listing| {
        let mut names = Vec::new();
        let _ = listing.each(&table, |state| {
            names.push((state.id, listing.sort.map(|sort| sort.key(state))));
            Ok::<_, ()>(())
        });
        names
    };
    let filter = Filter::new(&Choice { nat: true, ..Choice::default() });
    for (_, sort) in Sort::ALL {
        for reverse in [false, true] {
            let all = Listing { filter: filter.clone(), sort: Some(sort), reverse, top: None };
            let first = names(&Listing { top: Some(100), ..all.clone() });
            let all = names(&all);
            assert_eq!(first, all[..100], "{sort}");
            let sorted =
                all.is_sorted_by_key(|(_, key)| key.map(|key| if reverse { key } else { !key }));
            assert!(sorted, "{sort}");
        }
    }
}
