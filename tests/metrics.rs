//! Metrics: whether Prometheus can read them, and whether clients and files are treated as they should be.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common_cli::*;
use pcap::{Active, Capture};
use pfstatelog::abi::Release;
use pfstatelog::event::{EventKind, Stats};
use pfstatelog::metrics::{
    self, Listener, Output, Published, Queue, Replaced, Snapshot, Source, TableSize,
};
use pfstatelog::time::Time;
use pfstatelog::wire::{Action, Counter};

// --- Text ---

/// All families there are, in their order.
const FAMILIES: &[(&str, &str)] = &[
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
fn packets(packets: u64) -> Stats {
    let mut stats = Stats::default();
    stats.packets = packets;
    stats
}

/// One that has everything, names that mean no good among it.
fn full() -> Snapshot {
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

fn text_of(snapshot: &Snapshot) -> String {
    let mut out = Vec::new();
    metrics::write_text(snapshot, &mut out);
    String::from_utf8(out).unwrap()
}

/// A sample: its name without `pfstatelog_`, and its labels.
type Sample = (String, BTreeMap<String, String>);

/// Labels in braces, with escapes, up to the closing one; what is behind it.
fn labels(text: &str) -> (BTreeMap<String, String>, &str) {
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
fn parsed(text: &str) -> (Vec<(String, String)>, BTreeMap<Sample, f64>) {
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
fn value(text: &str, name: &str, labels: &[(&str, &str)]) -> f64 {
    let labels = labels.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    let sample = (name.to_string(), labels.collect());
    *parsed(text).1.get(&sample).unwrap_or_else(|| panic!("{sample:?} is not in {text}"))
}

/// What promtool has to say against a text; nothing where it is not there.
fn promtool(test: &str, text: &str) -> Option<String> {
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

#[test]
fn every_family_is_there_with_its_type() {
    let (families, samples) = parsed(&text_of(&full()));
    let expected: Vec<_> =
        FAMILIES.iter().map(|(name, kind)| (name.to_string(), kind.to_string())).collect();
    assert_eq!(families, expected);
    let count = |of: &str| samples.keys().filter(|(name, _)| name == of).count();
    assert_eq!(count("events_total"), EventKind::ALL.len());
    assert_eq!(count("messages_total"), Action::ALL.len() - 4);
    assert_eq!(count("errors_total"), Counter::ALL.len() - 1);
    assert_eq!(count("capture_dropped_packets_total"), 6);
    let outputs: BTreeSet<_> = samples
        .keys()
        .filter(|(name, _)| name == "output_lag_seconds")
        .map(|(_, labels)| labels["output"].as_str())
        .collect();
    assert_eq!(outputs, BTreeSet::from(["-", "- (2)", "/var/log/\"pf\n\\log\""]));
}

#[test]
fn numbers_stand_where_they_belong() {
    let text = text_of(&full());
    let of = |name: &str, labels: &[(&str, &str)]| value(&text, name, labels);
    assert_eq!(of("packets_total", &[]), 9.0);
    assert_eq!(of("messages_total", &[("action", "INS")]), 5.0);
    assert_eq!(of("events_total", &[("kind", "gap")]), 1.0);
    assert_eq!(of("errors_total", &[("counter", "badlen")]), 1.0);
    assert_eq!(of("errors_total", &[("counter", "badver")]), 0.0);
    let dropped = |interface, place| {
        of("capture_dropped_packets_total", &[("interface", interface), ("place", place)])
    };
    assert_eq!((dropped("em0", "capture"), dropped("em0 (2)", "interface")), (2.0, 1.0));
    assert_eq!(of("output_lag_seconds", &[("output", "-")]), 1.5);
    assert_eq!(of("snapshot_timestamp_seconds", &[]), 1_700_000_001.25);
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    assert_eq!(of("build_info", &version), 1.0);
    let release = Release::NEWEST.to_string();
    assert_eq!(of("sender_info", &[("release", &release), ("version", "6")]), 1.0);
}

#[test]
fn promtool_finds_nothing_to_say() {
    for snapshot in [full(), Snapshot::default()] {
        let text = text_of(&snapshot);
        let Some(said) = promtool("promtool_finds_nothing_to_say", &text) else { return };
        assert_eq!(said, "", "{text}");
    }
    // It would say something.
    assert_ne!(promtool("", "pfstatelog_x{a=\"b\"} 1\npfstatelog_x{a=\"b\"} 1\n").unwrap(), "");
}

#[test]
fn the_readme_names_every_family_and_no_other() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let word = |rest: &str| -> String {
        rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect()
    };
    let names = readme.split("`pfstatelog_").skip(1).map(word);
    // Which is a script.
    let named: BTreeSet<_> = names.filter(|name| name != "pflog").collect();
    assert_eq!(named, FAMILIES.iter().map(|(name, _)| name.to_string()).collect());
}

// --- HTTP ---

/// A server of this snapshot on loopback; it ends with the service.
fn server(snapshot: Snapshot) -> (metrics::Service, SocketAddr) {
    let listener = Listener::bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let address = listener.address().unwrap();
    let published = Arc::new(Published::default());
    published.publish(snapshot);
    let say = Box::new(|words: std::fmt::Arguments<'_>| panic!("{words}"));
    (metrics::serve(listener, published, say).unwrap(), address)
}

fn connected(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Status line, headers and body of the answer to a request.
fn asked(address: SocketAddr, request: &[u8]) -> (String, String, String) {
    let mut stream = connected(address);
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
    let (status, headers) = head.split_once("\r\n").expect(&answer);
    (status.to_string(), headers.to_string(), body.to_string())
}

const GET: &[u8] = b"GET /metrics HTTP/1.1\r\nHost: fw:9100\r\nAccept: */*\r\n\r\n";

fn scraped(address: SocketAddr) -> String {
    let (status, headers, body) = asked(address, GET);
    assert_eq!(status, "HTTP/1.1 200 OK");
    let length = format!("\r\nContent-Length: {}\r\n", body.len());
    assert!(headers.contains(&length), "{headers}");
    body
}

/// Whether the other end has cut the connection, seen by reading.
fn is_cut(stream: &mut TcpStream) -> bool {
    use std::io::ErrorKind::{ConnectionReset, TimedOut, WouldBlock};
    match stream.read(&mut [0; 1]) {
        Ok(0) => true,
        Ok(_) => panic!("something was answered"),
        Err(error) => match error.kind() {
            ConnectionReset => true,
            WouldBlock | TimedOut => false,
            _ => panic!("{error}"),
        },
    }
}

#[test]
fn what_is_published_last_is_served() {
    let listener = Listener::bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let address = listener.address().unwrap();
    let published = Arc::new(Published::default());
    let say = Box::new(|words: std::fmt::Arguments<'_>| panic!("{words}"));
    let service = metrics::serve(listener, Arc::clone(&published), say).unwrap();
    for count in [0, 1, 1, 77] {
        let stats = packets(count);
        published.publish(Snapshot { stats, ..Snapshot::default() });
        assert_eq!(value(&scraped(address), "packets_total", &[]), count as f64);
    }
    drop(service);
    // Nobody is there any more.
    assert!(TcpStream::connect_timeout(&address, PATIENCE).is_err());
}

#[test]
fn a_slow_client_is_cut_off_and_keeps_nobody_waiting() {
    let (_service, address) = server(full());
    let began = Instant::now();
    let mut slow = connected(address);
    slow.set_read_timeout(Some(LOOK)).unwrap();
    let mut served = 0;
    // A header that never ends: each byte would be a reason to wait on.
    let begun = b"GET /metrics HTTP/1.1\r\nX: ".iter().copied();
    for byte in begun.chain(std::iter::repeat(b'x')) {
        let wrote = slow.write_all(&[byte]);
        if wrote.is_err() || is_cut(&mut slow) {
            break;
        }
        assert_eq!(scraped(address), text_of(&full()));
        served += 1;
        assert!(began.elapsed() < PATIENCE, "not cut off");
    }
    assert!(began.elapsed() >= Duration::from_secs(2), "cut off after {:?}", began.elapsed());
    assert!(served > 0);
}

#[test]
fn a_client_that_stays_behind_its_answer_is_cut_off() {
    let (_service, address) = server(full());
    let began = Instant::now();
    let mut staying = connected(address);
    staying.write_all(GET).unwrap();
    let mut answer = Vec::new();
    staying.read_to_end(&mut answer).unwrap();
    assert!(answer.ends_with(text_of(&full()).as_bytes()));
    // It may say more for as long as it is there, which nobody minds.
    while staying.write_all(b"more").is_ok() {
        assert!(began.elapsed() < PATIENCE, "not cut off");
        thread::sleep(LOOK);
    }
    assert!(began.elapsed() >= Duration::from_secs(2), "cut off after {:?}", began.elapsed());
}

#[test]
fn clients_that_hang_make_room() {
    let (_service, address) = server(full());
    // More than there is room for, and those that come later are no better.
    let mut hanging: Vec<_> = (0..40).map(|_| connected(address)).collect();
    hanging.iter_mut().for_each(|client| client.write_all(b"GET /met").unwrap());
    for _ in 0..3 {
        assert_eq!(scraped(address), text_of(&full()));
    }
    for client in &mut hanging {
        assert!(is_cut(client));
    }
}

#[test]
fn garbage_is_refused_and_harms_nobody() {
    let (_service, address) = server(full());
    let mut long = b"GET /metrics HTTP/1.1\r\nX-Long: ".to_vec();
    long.resize(100_000, b'x');
    let many = format!("GET /metrics HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(500));
    for (request, status) in [
        (&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], "400 Bad Request"),
        (b"\0\0\0\0\0\0\0\0", "400 Bad Request"),
        (b"GET /metrics HTTP/9.9\r\n\r\n", "400 Bad Request"),
        (b"GET /etc/passwd HTTP/1.1\r\n\r\n", "404 Not Found"),
        (b"GET /metrics/../x HTTP/1.1\r\n\r\n", "404 Not Found"),
        (b"DELETE /metrics HTTP/1.1\r\n\r\n", "405 Method Not Allowed"),
        (&long, "431 Request Header Fields Too Large"),
        (many.as_bytes(), "431 Request Header Fields Too Large"),
        (b"GET / HTTP/1.1\r\n\r\n", "200 OK"),
        (b"GET /metrics HTTP/1.1\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n", "200 OK"),
    ] {
        let (told, headers, body) = asked(address, request);
        assert_eq!(told, format!("HTTP/1.1 {status}"));
        assert!(headers.ends_with("Connection: close"), "{headers}");
        assert!(!body.is_empty());
    }
    let (status, headers, body) = asked(address, b"HEAD /metrics HTTP/1.1\r\n\r\n");
    assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 200 OK", ""));
    assert!(headers.contains(&format!("Content-Length: {}", text_of(&full()).len())));
    // Bytes without sense, each time others; and clients that go away in the middle.
    let mut seed = 1_u32;
    for len in (0..300).map(|round| round * 7) {
        let noise: Vec<u8> = (0..len)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 24) as u8
            })
            .collect();
        let mut stream = connected(address);
        // It may be refused before all of it is written.
        let _ = stream.write_all(&noise);
    }
    assert_eq!(scraped(address), text_of(&full()));
}

#[test]
fn a_request_may_come_in_pieces() {
    let (_service, address) = server(full());
    let mut stream = connected(address);
    for piece in GET.chunks(GET.len() / 4) {
        stream.write_all(piece).unwrap();
        thread::sleep(Duration::from_millis(5));
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with(&text_of(&full())));
}

// --- Files ---

#[test]
fn a_file_is_whole_at_every_moment() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.prom");
    let snapshot = |count: u64| {
        // The same number first and last, and a lot between.
        let stats = packets(count);
        let output = |at| Output { name: format!("/{at}"), lines: count, ..Output::default() };
        let outputs = (0..200 + count % 50).map(output).collect();
        Snapshot { stats, outputs, ..Snapshot::default() }
    };
    let mut file = Replaced::at(&path).unwrap();
    metrics::write_file(&mut file, &snapshot(0)).unwrap();
    let ended = Arc::new(AtomicBool::new(false));
    let writer = thread::spawn({
        let ended = Arc::clone(&ended);
        move || {
            for count in 1.. {
                metrics::write_file(&mut file, &snapshot(count)).unwrap();
                if ended.load(Ordering::Relaxed) {
                    return count;
                }
            }
            0
        }
    });
    let (mut seen, mut last) = (BTreeSet::new(), -1.0);
    let end = Instant::now() + PATIENCE;
    while seen.len() < 20 && Instant::now() < end {
        let text = fs::read_to_string(&path).unwrap();
        let count = value(&text, "packets_total", &[]);
        assert!(count >= last, "back from {last} to {count}");
        last = count;
        assert_eq!(text, text_of(&snapshot(count as u64)));
        seen.insert(count as u64);
    }
    ended.store(true, Ordering::Relaxed);
    let written = writer.join().unwrap();
    assert!(seen.len() > 1, "{seen:?} of {written}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_file_has_what_was_published_last_when_the_service_ends() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.prom");
    let published = Arc::new(Published::default());
    let say = Box::new(|words: std::fmt::Arguments<'_>| panic!("{words}"));
    let file = Replaced::at(&path).unwrap();
    let service = metrics::keep(file, Arc::clone(&published), say).unwrap();
    let end = Instant::now() + PATIENCE;
    while !path.exists() && Instant::now() < end {
        thread::sleep(LOOK);
    }
    published.publish(full());
    drop(service);
    assert_eq!(fs::read_to_string(&path).unwrap(), text_of(&full()));
}

#[test]
fn a_file_that_cannot_be_written_is_told_once_and_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("folder");
    let file = Replaced::at(&folder.join("pf.prom")).unwrap();
    let (told, hears) = std::sync::mpsc::channel();
    let say = Box::new(move |words: std::fmt::Arguments<'_>| told.send(words.to_string()).unwrap());
    let service = metrics::keep(file, Arc::default(), say).unwrap();
    let said = hears.recv_timeout(PATIENCE).unwrap();
    assert!(said.starts_with("metrics: the file is not written: "), "{said}");
    fs::create_dir(&folder).unwrap();
    drop(service);
    let said: Vec<_> = hears.iter().collect();
    assert_eq!(said, ["metrics: the file is written again"]);
    assert!(folder.join("pf.prom").exists());
}

// --- The program ---

/// A cable with two ends: what is sent on v0 arrives at v1.
const CABLE: &str = "\
ip link add v0 type veth peer name v1
ip link set lo up
ip link set v0 up
ip link set v1 up";

fn cable() -> Capture<Active> {
    Capture::from_device("v0").unwrap().open().unwrap()
}

fn send(cable: &mut Capture<Active>, frame: &[u8]) {
    cable.sendpacket(ethernet(&[], 240, frame)).unwrap();
}

/// The program, listening on v1, and where its metrics are.
fn listening(args: &[&str]) -> (Watched, String) {
    let mut program = Watched::spawn(&mut program(args));
    let told = program.wait_for_error("metrics ");
    program.wait_for_error("listening on");
    (program, told)
}

#[test]
fn the_program_is_scraped_under_load() {
    if !inside_namespace("the_program_is_scraped_under_load", "n", CABLE) {
        return;
    }
    let (program, told) = listening(&["-o", "-", "-e", "start", "--metrics", "0", "v1"]);
    let address = told.strip_prefix("pfstatelog: metrics are at http://").expect(&told);
    let address: SocketAddr = address.strip_suffix("/metrics").expect(&told).parse().unwrap();
    assert!(address.ip().is_loopback());
    let ended = Arc::new(AtomicBool::new(false));
    let sending = thread::spawn({
        let ended = Arc::clone(&ended);
        let mut cable = cable();
        move || {
            let mut id = 1;
            while !ended.load(Ordering::Relaxed) {
                send(&mut cable, &ins(&[id, id + 1, id + 2]));
                id += 3;
                // Not more than the table holds, however long this takes.
                if id % 24 == 1 {
                    thread::sleep(Duration::from_millis(1));
                }
            }
        }
    });
    let (mut times, mut before) = (BTreeSet::new(), BTreeMap::new());
    let end = Instant::now() + PATIENCE;
    let mut text = String::new();
    while (times.len() < 4 || before["frames"] == 0.0) && Instant::now() < end {
        text = scraped(address);
        let of = |name: &str, labels: &[(&str, &str)]| value(&text, name, labels);
        let ins = of("messages_total", &[("action", "INS")]);
        let now = BTreeMap::from([
            ("frames", of("frames_total", &[])),
            ("ins", ins),
            ("lines", of("output_lines_total", &[("output", "-")])),
            ("taken", of("snapshot_timestamp_seconds", &[])),
        ]);
        before.iter().for_each(|(name, was)| assert!(now[name] >= *was, "{name}: {text}"));
        // The numbers are those of one moment.
        assert_eq!(of("frames_total", &[]) * 3.0, ins, "{text}");
        assert_eq!(of("events_total", &[("kind", "start")]), ins, "{text}");
        assert_eq!(of("table_states", &[]), ins, "{text}");
        // Lines are counted once they were handed to the system.
        assert!(now["lines"] <= ins, "{text}");
        times.insert(now["taken"].to_bits());
        before = now;
        thread::sleep(LOOK);
    }
    ended.store(true, Ordering::Relaxed);
    sending.join().unwrap();
    assert!(times.len() >= 4 && before["frames"] > 0.0, "{} {before:?}", times.len());
    assert_eq!(value(&text, "capture_up", &[("interface", "v1")]), 1.0);
    assert!(value(&text, "capture_received_packets_total", &[("interface", "v1")]) > 0.0);
    if let Some(said) = promtool("the_program_is_scraped_under_load", &text) {
        assert_eq!(said, "", "{text}");
    }
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!((ended.code, ended.err.lines().count()), (Some(0), 2), "{}", ended.err);
}

#[test]
fn views_are_counted_as_well() {
    if !inside_namespace("views_are_counted_as_well", "n", CABLE) {
        return;
    }
    let (mut program, told) = listening(&["-f", "pfctl", "--metrics", "127.0.0.1:0", "v1"]);
    let address = told.rsplit('/').nth(1).unwrap().parse().unwrap();
    send(&mut cable(), &ins(&[1, 2]));
    program.wait_for("em0 tcp");
    let end = Instant::now() + PATIENCE;
    let mut text = scraped(address);
    while value(&text, "frames_total", &[]) == 0.0 && Instant::now() < end {
        thread::sleep(LOOK);
        text = scraped(address);
    }
    assert_eq!(value(&text, "frames_total", &[]), 1.0);
    assert_eq!(value(&text, "output_lines_total", &[("output", "-")]), 2.0);
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
}

#[test]
fn the_file_of_the_program_is_there_first_and_last() {
    if !inside_namespace("the_file_of_the_program_is_there_first_and_last", "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.prom");
    let (mut program, told) = listening(&["-o", "-", "--metrics", utf8(&path), "v1"]);
    assert_eq!(told, format!("pfstatelog: metrics go to {}", path.display()));
    assert_eq!(value(&fs::read_to_string(&path).unwrap(), "frames_total", &[]), 0.0);
    let mut cable = cable();
    send(&mut cable, &ins(&[1, 2]));
    send(&mut cable, &del(&[1]));
    program.wait_for("Z end");
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(value(&text, "frames_total", &[]), 2.0);
    assert_eq!(value(&text, "table_states", &[]), 1.0);
    assert_eq!(value(&text, "table_tombstones", &[]), 1.0);
    assert_eq!(value(&text, "output_lines_total", &[("output", "-")]), 3.0);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn places_that_cannot_be_are_told_at_the_start() {
    if !inside_namespace("places_that_cannot_be_are_told_at_the_start", "n", CABLE) {
        return;
    }
    let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let in_nothing = Path::new("/nowhere/pf.prom");
    for (at, words) in [
        (taken.as_str(), "name another port"),
        ("192.0.2.1:9100", "no interface has this address"),
        (utf8(in_nothing), "make its folder first"),
    ] {
        let ended = run(&["-o", "-", "--metrics", at, "v1"]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert_one_line(&ended, &[at, words]);
    }
}
