//! Metrics: whether Prometheus can read them, and whether clients and files are treated as they should be.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;
mod common_metrics;

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common_cli::*;
use common_metrics::*;
use pfstatelog::abi::Release;
use pfstatelog::event::EventKind;
use pfstatelog::metrics::{self, Listener, Output, Published, Replaced, Snapshot};
use pfstatelog::wire::{Action, Counter};

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
