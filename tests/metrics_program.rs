//! Metrics of the program: scraped under load, in a file, and told where they cannot be.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;
mod common_metrics;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common_cli::*;
use common_metrics::*;
use pcap::{Active, Capture};

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
