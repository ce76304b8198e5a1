//! Metrics as whoever scrapes them sees them: the text taken apart, promtool's word for it, and a client.

// Every test is a crate of its own and uses its own part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::common_cli::*;
use pfstatelog::abi::Release;
use pfstatelog::event::{EventKind, Stats};
use pfstatelog::metrics::{self, Output, Queue, Snapshot, Source, TableSize};
use pfstatelog::time::Time;
use pfstatelog::wire::{Action, Counter};

/// All families there are, in their order.
pub const FAMILIES: &[(&str, &str)] = &[
    ("build_info", "gauge"),
    ("start_time_seconds", "gauge"),
    ("snapshot_timestamp_seconds", "gauge"),
    ("packets_total", "counter"),
    ("captured_bytes_total", "counter"),
    ("not_pfsync_packets_total", "counter"),
    ("cut_packets_total", "counter"),
    ("fragments_total", "counter"),
    ("bad_link_packets_total", "counter"),
    ("frames_total", "counter"),
    ("untold_frames_total", "counter"),
    ("skipped_sections_total", "counter"),
    ("inferred_events_total", "counter"),
    ("errors_total", "counter"),
    ("messages_total", "counter"),
    ("logged_packets_total", "counter"),
    ("bad_pflog_packets_total", "counter"),
    ("unread_packets_total", "counter"),
    ("packet_actions_total", "counter"),
    ("packet_reasons_total", "counter"),
    ("events_total", "counter"),
    ("sender_info", "gauge"),
    ("table_states", "gauge"),
    ("table_states_limit", "gauge"),
    ("table_tombstones", "gauge"),
    ("capture_up", "gauge"),
    ("capture_received_packets_total", "counter"),
    ("capture_dropped_packets_total", "counter"),
    ("output_up", "gauge"),
    ("output_lines_total", "counter"),
    ("output_dropped_lines_total", "counter"),
    ("output_uncertain_lines_total", "counter"),
    ("output_reconnects_total", "counter"),
    ("output_queue_lines", "gauge"),
    ("output_queue_bytes", "gauge"),
    ("output_queue_limit_bytes", "gauge"),
    ("output_lag_seconds", "gauge"),
];

/// Counters of so many packets, and of nothing else.
pub fn packets(packets: u64) -> Stats {
    let mut stats = Stats::default();
    stats.packets = packets;
    stats
}

/// One that has everything, names that mean no good among it.
pub fn full() -> Snapshot {
    let mut stats = packets(9);
    stats.messages(Action::Ins, 5);
    stats.event(EventKind::Gap);
    stats.error(Counter::Badlen);
    let queue = Queue { lag: Duration::from_millis(1500), ..Queue::default() };
    let output = |name: &str| Output {
        name: name.into(),
        up: true,
        lines: 3,
        queue: Some(queue),
        ..Output::default()
    };
    let source = |name: &str| Source {
        interface: name.into(),
        up: true,
        received: Some(4),
        dropped_capture: 2,
        dropped_interface: 1,
    };
    Snapshot {
        started: Time::new(1_700_000_000, 0),
        taken: Time::new(1_700_000_001, 250_000_000),
        stats,
        sender: Some(Release::NEWEST),
        table: Some(TableSize { states: 6, max_states: 100, tombstones: 1 }),
        sources: vec![source("em0"), source("em0"), source("a\"b\\c\nd{}=, ü")],
        outputs: vec![output("-"), output("-"), output("/var/log/\"pf\n\\log\"")],
    }
}

pub fn text_of(snapshot: &Snapshot) -> String {
    let mut out = Vec::new();
    metrics::write_text(snapshot, &mut out);
    String::from_utf8(out).unwrap()
}

/// A sample: its name without `pfstatelog_`, and its labels.
pub type Sample = (String, BTreeMap<String, String>);

/// Labels in braces, with escapes, up to the closing one; what is behind it.
pub fn labels(text: &str) -> (BTreeMap<String, String>, &str) {
    let mut labels = BTreeMap::new();
    let mut left = text;
    loop {
        let (name, rest) = left.split_once("=\"").expect(text);
        assert!(!name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase()), "{text}");
        let mut value = String::new();
        let mut chars = rest.char_indices();
        let end = loop {
            match chars.next().expect(text) {
                (at, '"') => break at,
                (_, '\\') => value.push(match chars.next().expect(text).1 {
                    'n' => '\n',
                    same @ ('\\' | '"') => same,
                    other => panic!("escape {other} in {text}"),
                }),
                (_, other) => value.push(other),
            }
        };
        assert_eq!(labels.insert(name.to_string(), value), None, "{text}");
        match rest[end + 1..].split_at(1) {
            (",", more) => left = more,
            ("}", behind) => return (labels, behind),
            _ => panic!("{text}"),
        }
    }
}

/// Reads the format, and holds it to its rules: help and type before the samples of a family, once; no sample
/// twice; a line break behind the last. Gives families with their types, and samples.
pub fn parsed(text: &str) -> (Vec<(String, String)>, BTreeMap<Sample, f64>) {
    assert!(text.ends_with('\n'), "{text}");
    let (mut families, mut samples) = (Vec::<(String, String)>::new(), BTreeMap::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(help) = line.strip_prefix("# HELP pfstatelog_") {
            let (name, help) = help.split_once(' ').unwrap();
            assert!(help.ends_with('.') || help.contains(": "), "{line}");
            let kind = lines.next().unwrap();
            let kind = kind.strip_prefix(&format!("# TYPE pfstatelog_{name} ")).expect(kind);
            assert!(families.iter().all(|(known, _)| known != name), "{line}");
            families.push((name.to_string(), kind.to_string()));
            continue;
        }
        let sample = line.strip_prefix("pfstatelog_").expect(line);
        let end = sample.find(['{', ' ']).expect(line);
        let (name, rest) = sample.split_at(end);
        let (labels, value) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest),
            None => (BTreeMap::new(), rest),
        };
        assert_eq!(families.last().map(|(family, _)| family.as_str()), Some(name), "{line}");
        let value = value.strip_prefix(' ').and_then(|value| value.parse().ok()).expect(line);
        assert_eq!(samples.insert((name.to_string(), labels), value), None, "twice: {line}");
    }
    (families, samples)
}

/// The value of a sample whose labels are these.
#[track_caller]
pub fn value(text: &str, name: &str, labels: &[(&str, &str)]) -> f64 {
    let labels = labels.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    let sample = (name.to_string(), labels.collect());
    *parsed(text).1.get(&sample).unwrap_or_else(|| panic!("{sample:?} is not in {text}"))
}

/// What promtool has to say against a text; nothing where it is not there.
pub fn promtool(test: &str, text: &str) -> Option<String> {
    let mut command = Command::new("promtool");
    command.args(["check", "metrics"]).stdin(Stdio::piped());
    let Ok(mut child) = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() else {
        println!("skipped: {test}: no promtool");
        return None;
    };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let ran = child.wait_with_output().unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(ran.status.success() || !said.is_empty());
    Some(said)
}

pub fn connected(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Status line, headers and body of the answer to a request.
pub fn asked(address: SocketAddr, request: &[u8]) -> (String, String, String) {
    let mut stream = connected(address);
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
    let (status, headers) = head.split_once("\r\n").expect(&answer);
    (status.to_string(), headers.to_string(), body.to_string())
}

pub const GET: &[u8] = b"GET /metrics HTTP/1.1\r\nHost: fw:9100\r\nAccept: */*\r\n\r\n";

pub fn scraped(address: SocketAddr) -> String {
    let (status, headers, body) = asked(address, GET);
    assert_eq!(status, "HTTP/1.1 200 OK");
    let length = format!("\r\nContent-Length: {}\r\n", body.len());
    assert!(headers.contains(&length), "{headers}");
    body
}
