//! Packets that a capture file lacks by its own word: told as a live capture's are, and each once.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use common_cli::*;
use serde_json::{Value, json};

/// Interface statistics at a second: what the interface dropped and what the system dropped so far.
fn statistics(interface: u32, secs: u64, dropped: [u64; 2]) -> Vec<u8> {
    let [by_interface, by_system] = dropped.map(u64::to_le_bytes);
    pcapng_statistics(interface, secs * 1_000_000, &[(5, by_interface), (7, by_system)])
}

fn packet(secs: u32) -> Vec<u8> {
    pcapng_record(secs, &ins(&[secs.into()]))
}

/// Times, and how many, of all gaps.
fn gaps(out: &str) -> Vec<Value> {
    let lines = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let gaps = lines.filter(|line| line["event"] == "gap");
    gaps.map(|gap| {
        assert_eq!((&gap["where"], &gap["reason"]), (&json!("capture"), &json!("dropped")));
        assert_eq!(gap["certain"], true);
        let at = |key: &str| gap[key].as_str().unwrap()[14..19].to_string();
        json!([at("from"), at("to"), gap["lost"]])
    })
    .collect()
}

#[test]
fn statistics_are_told_by_how_much_they_rose() {
    let capture = [
        pcapng_header(PFSYNC as u16),
        packet(10),
        packet(11),
        statistics(0, 20, [3, 4]),
        packet(21),
        // The same again, and as after a counter that began anew: nothing.
        statistics(0, 22, [3, 4]),
        statistics(0, 23, [1, 0]),
        packet(24),
        statistics(0, 30, [5, 4]),
        // No interface has this number.
        statistics(1, 31, [9, 9]),
        packet(32),
    ]
    .concat();
    let ended = run_on(&capture, &["-f", "json", "--stats", "-j", "1"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let expected = [json!(["00:10", "00:20", 7]), json!(["00:23", "00:30", 2])];
    assert_eq!(gaps(&ended.out), expected);
    let stats = ended.stats();
    assert_eq!((&stats["dropped_capture"], &stats["dropped_interface"]), (&json!(4), &json!(5)));
    assert_eq!((&stats["events"]["gap"], &stats["lines"]), (&json!(2), &json!(7)));
    // Several workers tell the same in the same place.
    let others = run_on(&capture, &["-f", "json", "--stats", "-j", "3"]);
    assert_eq!((others.out, others.err), (ended.out, ended.err));
}

#[test]
fn what_ends_a_file_is_one_gap_and_a_section_counts_anew() {
    let start = (2, [[0; 4], 5_000_000_u32.to_le_bytes()].concat().try_into().unwrap());
    let two = [pcapng_header(PFSYNC as u16), pcapng_header(PFSYNC as u16)[28..].to_vec()];
    let section = [
        two.concat(),
        packet(10),
        pcapng_statistics(0, 12_000_000, &[start, (5, 6_u64.to_le_bytes())]),
        statistics(1, 13, [0, 1]),
    ]
    .concat();
    let ended = run_on(&section, &["-f", "json"]);
    assert_eq!(gaps(&ended.out), [json!(["00:05", "00:13", 7])]);
    let ended = run_on(&section.repeat(2), &["-f", "json"]);
    assert_eq!(gaps(&ended.out).len(), 2, "{}", ended.out);
    // With numbers that no capture has.
    let much = statistics(0, 14, [u64::MAX; 2]);
    let ended = run_on(&[&section[..], &much, &section, &much].concat(), &["--stats"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stats()["dropped_capture"], u64::MAX);
}

#[test]
fn views_say_it() {
    let capture = [pcapng_header(PFSYNC as u16), packet(10), statistics(0, 20, [2, 0])].concat();
    let ended = run_on(&capture, &["-f", "tcpdump"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_one_line(&ended, &["2 packets lost", "--buffer"]);
    // The same as events.
    let ended = run_on(&capture, &[]);
    assert_eq!(kinds(&ended.out), ["start", "gap"]);
    assert_eq!(ended.err, "");
}
