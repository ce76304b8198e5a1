//! What --summary says at the end, and where.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::collections::BTreeMap;

use common_cli::*;

/// The number behind these words in the table.
fn number(table: &str, words: &str) -> u64 {
    let line = table.lines().find(|line| line.trim_start().starts_with(words));
    let line = line.unwrap_or_else(|| panic!("no {words} in\n{table}"));
    let rest = line.trim_start().strip_prefix(words).unwrap();
    rest.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn the_table_stands_on_standard_error_and_events_are_as_ever() {
    let plain = run_on(&life(), &[]);
    let ended = run_on(&life(), &["--summary"]);
    assert_eq!((ended.code, &ended.out), (Some(0), &plain.out));
    let table = &ended.err;
    assert!(table.starts_with(
        "from 1970-01-01T00:00:10.000000Z to 1970-01-01T00:00:13.000000Z\n3 s, 4 packets\n\nEVENTS"
    ));
    // Whatever is shown, all that happened is counted.
    for (words, count) in [("start ", 3), ("end ", 3), ("ack ", 1), ("tcp ", 3)] {
        assert_eq!(number(table, words), count, "{words}");
    }
    assert_eq!(number(table, "192.168.1.10 "), 3);
    assert!(table.contains("  203.0.113.7\n") && !table.contains("198.51.100.9"), "{table}");
    assert!(table.ends_with("lost\n  none\n"), "{table}");
    assert!(table.lines().all(|line| line.len() <= 80 && line == line.trim_end()));
    assert_eq!(run_on(&life(), &["--summary", "-e", "gap"]).err, *table);
}

#[test]
fn filters_and_counts_bound_it_and_the_counters_follow() {
    let ended = run_on(&life(), &["--summary", "--stats", "--proto", "udp"]);
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), ""));
    assert!(!ended.err.contains("  start ") && ended.err.contains("4 packets"), "{ended:?}");
    assert_eq!(ended.stats()["events"]["start"], 3);
    let ended = run_on(&life(), &["--summary", "-c", "2"]);
    assert_eq!(number(&ended.err, "start "), 2);
}

#[test]
fn what_was_lost_is_in_it_and_a_view_may_have_one() {
    let cut = &life()[..life().len() - 5];
    let ended = run_on(cut, &["--summary"]);
    assert_eq!(ended.code, Some(0));
    assert_eq!(number(&ended.err, "capture file-cut"), 1);
    assert_eq!(number(&ended.err, "end "), 2);
    let ended = run_on(&life(), &["--summary", "-f", "pfctl"]);
    assert_eq!((ended.lines().len(), number(&ended.err, "start ")), (3, 3));
}

#[test]
fn a_long_capture_comes_to_what_its_lines_say() {
    let Some(corpus) = corpus() else { return };
    let capture = corpus.join("openbsd-7.9/longmix.wire.pcap");
    let ended = run(&["-r", utf8(&capture), "--summary", "-e", "start"]);
    assert_eq!(ended.code, Some(0));
    let mut protos = BTreeMap::<&str, (u64, u64)>::new();
    let mut hosts = BTreeMap::<&str, u64>::new();
    for line in ended.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let counts = protos.entry(words[3]).or_default();
        counts.0 += 1;
        // Of IN states in this capture it is the destination that is another.
        let nat = words.iter().position(|word| word.starts_with('('));
        counts.1 += u64::from(nat.is_some());
        if let Some(at) = nat.filter(|_| words.contains(&"->")) {
            let (host, _) = words[at].trim_start_matches('(').split_once(':').unwrap();
            *hosts.entry(host).or_default() += 1;
        }
    }
    for (proto, (all, translated)) in protos {
        let line = format!("  {proto:<22}{all:>12}{translated:>12}\n");
        assert!(ended.err.contains(&line), "{line} is not in\n{}", ended.err);
    }
    let most = hosts.values().max().unwrap();
    let (_, told) = ended.err.split_once("TRANSLATED HOSTS").unwrap();
    let first: Vec<&str> = told.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!((hosts[first[0]], first[1]), (*most, most.to_string().as_str()));
    assert!(told.contains(&format!("and {} more", hosts.len() - 10)), "{told}");
}
