//! A disk that is full to the very end: what stands in the file then, and what is told of what does not.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::fs;
use std::path::Path;

use common_cli::*;
use pcap::Capture;

/// A cable, and a disk for a page or two.
const SETUP: &str = "\
mount --make-rprivate /
mount -t tmpfs -o size=64k tmpfs /mnt
ip link add v0 type veth peer name v1
ip link set lo up
ip link set v0 up
ip link set v1 up";

/// The sample of an output's metric.
fn sample(text: &str, name: &str, output: &str) -> u64 {
    let start = format!("pfstatelog_{name}{{output=\"{output}\"}} ");
    text.lines().find_map(|line| line.strip_prefix(&start)).expect(text).parse().unwrap()
}

/// The counters, behind which it is said what was lost.
fn counters(ended: &Ended) -> serde_json::Value {
    let line = ended.err.lines().find(|line| line.starts_with('{')).unwrap();
    serde_json::from_str(line).unwrap()
}

#[test]
fn the_last_metrics_have_what_was_lost_at_the_end() {
    if !inside_namespace("the_last_metrics_have_what_was_lost_at_the_end", "mn", SETUP) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (path, metrics) = (Path::new("/mnt/pf.log"), dir.path().join("pf.prom"));
    let args =
        ["-o", utf8(path), "--metrics", utf8(&metrics), "--drain-timeout", "1", "--stats", "v1"];
    let mut program = Watched::spawn(&mut program(&args));
    program.wait_for_error("listening on");
    let mut cable = Capture::from_device("v0").unwrap().open().unwrap();
    let ids: Vec<u64> = (1..=1000).collect();
    for ids in ids.chunks(5) {
        cable.sendpacket(ethernet(&[], 240, &ins(ids))).unwrap();
    }
    program.wait_for_error("No space left");
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let text = fs::read_to_string(&metrics).unwrap();
    let of = |name: &str| sample(&text, name, utf8(path));
    let (written, lost) = (of("output_lines_total"), of("output_dropped_lines_total"));
    assert!(lost > 0, "{text}");
    // As it is said, and counted, and as it stands in the file.
    assert!(ended.err.contains(&format!("{lost} lines were lost")), "{ended:?}");
    let stats = counters(&ended);
    assert_eq!(stats["dropped_output"], lost);
    assert_eq!(written + lost, stats["events"]["start"].as_u64().unwrap());
    let text = fs::read_to_string(path).unwrap();
    assert!(text.ends_with('\n'), "it ends in a part of a line");
    assert_eq!(text.lines().count() as u64, written);
    assert_eq!(of("output_queue_lines"), 0);
}

#[test]
fn no_line_is_torn_where_a_capture_is_read() {
    if !inside_namespace("no_line_is_torn_where_a_capture_is_read", "mn", SETUP) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (path, capture) = (Path::new("/mnt/pf.log"), dir.path().join("capture"));
    let frames: Vec<_> = (1..=1000).map(|id| (id, ins(&[id.into()]))).collect();
    fs::write(&capture, pcap(&frames)).unwrap();
    // Lines of another length each time, so that it is no matter of luck where the last one ends.
    for (format, other) in [("text", ""), ("json", "x"), ("ecs", "xyz")] {
        fs::write(path, format!("{other}\n")).unwrap();
        let to = format!("{format}={}", utf8(path));
        let args = ["-o", &to, "--drain-timeout", "1", "--stats", "-r", utf8(&capture)];
        let mut program = Watched::spawn(&mut program(&args));
        program.wait_for_error("No space left");
        program.signal("TERM");
        let ended = program.ended();
        assert_eq!(ended.code, Some(1), "{ended:?}");
        let text = fs::read_to_string(path).unwrap();
        assert!(text.ends_with('\n'), "{format}: it ends in a part of a line");
        // What is counted as written is there, and the rest is told.
        assert_eq!(counters(&ended)["lines"], text.lines().count() - 1, "{ended:?}");
        assert!(ended.err.contains("lines were lost"), "{ended:?}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn what_is_left_of_a_line_is_not_put_into_a_file_that_was_emptied() {
    let name = "what_is_left_of_a_line_is_not_put_into_a_file_that_was_emptied";
    if !inside_namespace(name, "mn", SETUP) {
        return;
    }
    let path = Path::new("/mnt/pf.log");
    let args = ["-o", utf8(path), "--drain-timeout", "1", "v1"];
    let mut program = Watched::spawn(&mut program(&args));
    program.wait_for_error("listening on");
    let mut cable = Capture::from_device("v0").unwrap().open().unwrap();
    let ids: Vec<u64> = (1..=1000).collect();
    for ids in ids.chunks(5) {
        cable.sendpacket(ethernet(&[], 240, &ins(ids))).unwrap();
    }
    program.wait_for_error("No space left");
    fs::OpenOptions::new().write(true).open(path).unwrap().set_len(0).unwrap();
    until("it is written again", || !fs::read_to_string(path).unwrap().is_empty());
    let text = fs::read_to_string(path).unwrap();
    assert!(text.starts_with("20"), "{:?}", text.lines().next());
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
}
