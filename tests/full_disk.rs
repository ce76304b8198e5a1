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
    let stats = ended.err.lines().find(|line| line.starts_with('{')).unwrap();
    let stats: serde_json::Value = serde_json::from_str(stats).unwrap();
    assert_eq!(stats["dropped_output"], lost);
    assert_eq!(written + lost, stats["events"]["start"].as_u64().unwrap());
    assert_eq!(fs::read_to_string(path).unwrap().matches('\n').count() as u64, written);
    assert_eq!(of("output_queue_lines"), 0);
}
