//! Files on several cores: the same lines in the same order, whatever comes in between.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;
#[path = "../benches/input/mod.rs"]
mod input;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use common_cli::*;
use input::frames::Frames;

/// A capture of some hundred turns' worth of frames, and here and there one that is not sound.
fn long_capture(dir: &Path, name: &str, seed_frames: u32) -> PathBuf {
    let (fill, mix) = Frames::new(2_000, 60_000);
    let mut bytes = pcap_header(246);
    for (at, frame) in (seed_frames..).zip(fill.frames().chain(mix.frames())) {
        let secs = 1_800_000_000 + at / 50;
        bytes.extend(pcap_record(secs, frame));
        match at % 97 {
            // A version that nobody knows, a frame that is cut, one of an action that is skipped.
            3 => bytes.extend(pcap_record(secs, &[9; 40])),
            50 => bytes.extend(pcap_record(secs, &frame[..frame.len() / 2])),
            70 => bytes.extend(pcap_record(secs, &clr(b"em0"))),
            _ => {}
        }
    }
    let path = dir.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// What a run comes to, with the words for the number of workers at its end.
fn told(args: &[&str], jobs: &str) -> Ended {
    run(&[args, &["-j", jobs]].concat())
}

/// One worker and several tell the same.
fn same(args: &[&str]) -> Ended {
    let one = told(args, "1");
    for jobs in ["2", "5"] {
        let several = told(args, jobs);
        assert_eq!(several.code, one.code, "{args:?}: {}", several.err);
        assert_eq!(several.err, one.err, "{args:?}");
        // Lines, not one text: what differs is what is shown.
        for (at, (ours, theirs)) in several.lines().iter().zip(one.lines()).enumerate() {
            assert_eq!(*ours, theirs, "{args:?}: line {at} with {jobs} workers");
        }
        assert_eq!(several.lines().len(), one.lines().len(), "{args:?}");
    }
    one
}

#[test]
fn lines_are_the_same_with_any_number_of_workers() {
    let dir = tempfile::tempdir().unwrap();
    let long = long_capture(dir.path(), "long.pcap", 0);
    let long = long.to_str().unwrap();
    for args in [
        &["-e", "all", "--stats"][..],
        &["-f", "json"],
        &["-f", "ecs", "--nat", "--no-dst"],
        &["-e", "all", "--no-table", "--stats"],
        &["-e", "all", "--max-states", "500"],
        &["--proto", "udp", "-e", "start,gap"],
    ] {
        let ended = same(&[&["-r", long], args].concat());
        assert_eq!(ended.code, Some(0), "{args:?}: {}", ended.err);
        assert!(ended.lines().len() > 1000, "{args:?}: {} lines", ended.lines().len());
    }
}

#[test]
fn files_are_read_in_time_order_and_what_is_wrong_with_them_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let first = long_capture(dir.path(), "first.pcap", 0);
    let second = long_capture(dir.path(), "second.pcap", 25);
    // One ends inside a record, of another the end is damaged.
    let bytes = fs::read(&second).unwrap();
    fs::write(&second, &bytes[..bytes.len() - 7]).unwrap();
    let damaged = dir.path().join("damaged.pcap");
    let mut bytes = bytes[..bytes.len() / 3].to_vec();
    bytes.extend([0xff; 64]);
    fs::write(&damaged, &bytes).unwrap();
    let [first, second, damaged] = [&first, &second, &damaged].map(|path| path.to_str().unwrap());
    let cut = same(&["-e", "all", "-r", first, second]);
    assert_eq!(cut.code, Some(0), "{}", cut.err);
    assert!(cut.out.contains("reason file-cut"), "{}", cut.err);
    let damaged = same(&["-e", "all", "--no-table", "-r", first, damaged, second]);
    assert_eq!(damaged.code, Some(1), "{}", damaged.err);
}

/// One message that ends all states is more events than a turn keeps.
#[test]
fn a_flush_of_many_states_is_told_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let (fill, mix) = Frames::new(30_000, 20_000);
    let mut bytes = pcap_header(246);
    let mut flush = clr(b"");
    // Of the generator's creator.
    let creator = flush.len() - 4;
    flush[creator..].copy_from_slice(&input::record::CREATORID.to_be_bytes());
    let records = fill.frames().chain([flush.as_slice()]).chain(mix.frames());
    records.for_each(|frame| bytes.extend(pcap_record(1_800_000_000, frame)));
    let path = dir.path().join("flush.pcap");
    fs::write(&path, bytes).unwrap();
    let ended = same(&["-e", "all", "-r", path.to_str().unwrap()]);
    let flushed = ended.lines().iter().filter(|line| line.contains("reason clear")).count();
    assert_eq!(flushed, 30_000);
    same(&["-e", "all", "--no-table", "-r", path.to_str().unwrap()]);
}

#[test]
fn whoever_reads_may_go_at_any_time() {
    let dir = tempfile::tempdir().unwrap();
    let long = long_capture(dir.path(), "long.pcap", 0);
    for table in [&[][..], &["--no-table"]] {
        let args = [&["-e", "all", "-j", "4", "-r", long.to_str().unwrap()], table].concat();
        let mut child =
            program(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let status = wait(&mut child).expect("it ends by itself");
        assert_eq!(status.code(), Some(0));
    }
}

#[test]
fn a_number_of_workers_that_makes_no_sense_is_refused() {
    for (args, word) in [
        (&["-r", "x", "-j", "0"][..], "from 1 to 256"),
        (&["-r", "x", "-j", "many"], "from 1 to 256"),
        (&["-j", "2", "pfsync0"], "--read"),
    ] {
        let ended = run(args);
        assert_eq!(ended.code, Some(2), "{args:?}");
        assert!(ended.err.contains(word), "{args:?}: {}", ended.err);
    }
}
