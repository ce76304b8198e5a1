//! What is printed of each capture in fixtures/, against the files beside it.
//!
//! The ending names the command: `X.text` is what `pfstatelog -r X.pcap` prints, `X.vv.text` what
//! `pfstatelog -vv -r X.pcap` does. UPDATE_GOLDEN=1 writes them anew.

mod common;

use std::path::{Path, PathBuf};

use common::corpus;
use pfstatelog::event::{Body, EventSet, Told, Why};
use pfstatelog::format::{Format, Options};

/// Ending of the file, the option that makes it, the events that it has.
const COMMANDS: [(&str, Option<&str>, EventSet); 2] =
    [("text", None, EventSet::DEFAULT), ("vv.text", Some("-vv"), EventSet::ALL)];

/// Captures that have golden files. Those in malformed/ have a table of their own.
fn captures() -> Vec<PathBuf> {
    let fixtures = common::root().join("fixtures");
    let releases = corpus::releases(&fixtures.join("corpus"));
    let captures: Vec<_> = releases
        .into_iter()
        .flat_map(|(_, folder)| corpus::entries(&folder))
        .map(|(_, path)| path)
        .chain([fixtures.join("nat.pcap")])
        .filter(|path| path.extension().is_some_and(|ending| ending == "pcap"))
        .collect();
    assert!(captures.len() > 40, "{} captures", captures.len());
    captures
}

fn golden(capture: &Path, ending: &str) -> PathBuf {
    capture.with_extension(ending)
}

/// The lines of a capture, as the library writes them.
fn lines(capture: &Path, events: EventSet) -> String {
    let mut decoder = common::decoder(None).with_table(1000);
    let mut writer = Format::Text.writer(Options::default());
    let mut out = Vec::new();
    for packet in common::read_sound(capture) {
        decoder.packet(&packet.packet(), None, &mut |event| {
            let is_second =
                matches!(event.body, Body::State(Told { reason: Some(Why::Duplicate), .. }));
            if events.contains(event.kind) && (!is_second || events == EventSet::ALL) {
                writer.write(&mut out, event);
                out.push(b'\n');
            }
        });
    }
    String::from_utf8(out).unwrap()
}

fn recorded(path: &Path) -> String {
    std::fs::read_to_string(path)
        .unwrap_or_else(|e| panic!("{}: {e}; UPDATE_GOLDEN=1 writes it", path.display()))
}

#[test]
fn every_capture_prints_what_is_recorded_of_it() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut compared = 0;
    for capture in captures() {
        for (ending, _, events) in COMMANDS {
            let path = golden(&capture, ending);
            let ours = lines(&capture, events);
            if update {
                std::fs::write(&path, ours).unwrap();
                continue;
            }
            let golden = recorded(&path);
            for (at, (then, now)) in golden.lines().zip(ours.lines()).enumerate() {
                let place = format!("{}:{}", path.display(), at + 1);
                assert_eq!(now, then, "{place}: UPDATE_GOLDEN=1 if meant");
            }
            assert_eq!(ours.len(), golden.len(), "{}: lines", path.display());
            compared += ours.lines().count();
        }
    }
    assert!(update || compared > 300, "{compared} lines");
    println!("{compared} lines compared");
}

/// A golden file whose capture is gone proves nothing.
#[test]
fn every_golden_file_has_its_capture() {
    let captures = captures();
    let mut files = 0;
    let folders = captures.iter().filter_map(|capture| capture.parent());
    for folder in folders.collect::<std::collections::BTreeSet<_>>() {
        for (name, path) in corpus::entries(folder).iter().filter(|(n, _)| n.ends_with(".text")) {
            let stem = name.trim_end_matches(".text").trim_end_matches(".vv");
            assert!(folder.join(format!("{stem}.pcap")).is_file(), "{}", path.display());
            files += 1;
        }
    }
    assert_eq!(files, captures.len() * COMMANDS.len());
}

#[cfg(feature = "cli")]
#[test]
fn the_program_prints_what_the_library_writes() {
    for capture in captures() {
        for (ending, option, _) in COMMANDS {
            let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_pfstatelog"));
            let output = program.args(option).arg("-r").arg(&capture).output().unwrap();
            let place = golden(&capture, ending);
            assert!(output.status.success(), "{}", place.display());
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{}", place.display());
            let printed = String::from_utf8(output.stdout).unwrap();
            assert_eq!(printed, recorded(&place), "{}", place.display());
        }
    }
}
