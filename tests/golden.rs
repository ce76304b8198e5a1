//! What is printed of each capture in fixtures/, against the files beside it.
//!
//! The ending names the command: `X.text` is what `pfstatelog -r X.pcap` prints, `X.vv.text` what
//! `pfstatelog -vv -r X.pcap` does, and of some captures `X.events.json` and `X.ecs.json` what
//! `pfstatelog -vv -f json` and `-vv -f ecs` do. UPDATE_GOLDEN=1 writes them anew.

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::corpus;
use pfstatelog::event::{Body, EventSet, Told, Why};
use pfstatelog::format::{Format, Options};

/// A file beside a capture, and what makes it.
struct Command {
    ending: &'static str,
    #[cfg_attr(not(feature = "cli"), allow(dead_code))]
    options: &'static [&'static str],
    format: Format,
    events: EventSet,
}

const TEXT: [Command; 2] = [
    Command { ending: "text", options: &[], format: Format::Text, events: EventSet::DEFAULT },
    Command { ending: "vv.text", options: &["-vv"], format: Format::Text, events: EventSet::ALL },
];

/// For the captures of [`IN_JSON`].
const JSON: [Command; 2] = [
    Command {
        ending: "events.json",
        options: &["-vv", "-f", "json"],
        format: Format::Json,
        events: EventSet::ALL,
    },
    Command {
        ending: "ecs.json",
        options: &["-vv", "-f", "ecs"],
        format: Format::Ecs,
        events: EventSet::ALL,
    },
];

/// Captures whose events are recorded as JSON too: messages of every kind, translation of every
/// kind, the oldest layout and the newest.
const IN_JSON: [&str; 10] = [
    "fixtures/nat",
    "openbsd-4.7/multi.pfsync0",
    "openbsd-7.9/bus.pfsync0",
    "openbsd-7.9/clr.pfsync0",
    "openbsd-7.9/counters.pfsync0",
    "openbsd-7.9/ins_ack.pfsync0",
    "openbsd-7.9/route_to.pfsync0",
    "openbsd-7.9/tdb.pfsync0",
    "openbsd-7.9/track_failover.wire",
    "openbsd-7.9/upd_req.pfsync0",
];

fn commands(capture: &Path) -> impl Iterator<Item = &'static Command> {
    let in_json = IN_JSON.iter().any(|name| capture.with_extension("").ends_with(name));
    TEXT.iter().chain(JSON.iter().filter(move |_| in_json))
}

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
fn lines(capture: &Path, format: Format, events: EventSet) -> String {
    let mut decoder = common::decoder(None).with_table(1000);
    let mut writer = format.writer(Options::default());
    let mut out = pfstatelog::line::Line::new();
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
    String::from_utf8(out.into_bytes()).unwrap()
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
        for Command { ending, format, events, .. } in commands(&capture) {
            let path = golden(&capture, ending);
            let ours = lines(&capture, *format, *events);
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
    let expected: BTreeSet<_> = captures
        .iter()
        .flat_map(|capture| commands(capture).map(|command| golden(capture, command.ending)))
        .collect();
    let folders: BTreeSet<_> = captures.iter().filter_map(|capture| capture.parent()).collect();
    let is_golden = |name: &str| {
        let mut endings = TEXT.iter().chain(&JSON).map(|command| command.ending);
        endings.any(|ending| name.ends_with(&format!(".{ending}")))
    };
    let there: BTreeSet<_> = folders
        .into_iter()
        .flat_map(corpus::entries)
        .filter(|(name, _)| is_golden(name))
        .map(|(_, path)| path)
        .collect();
    assert_eq!(there, expected);
    assert_eq!(expected.len(), 2 * captures.len() + JSON.len() * IN_JSON.len());
}

#[cfg(feature = "cli")]
#[test]
fn the_program_prints_what_the_library_writes() {
    for capture in captures() {
        for Command { ending, options, .. } in commands(&capture) {
            let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_pfstatelog"));
            let output = program.args(*options).arg("-r").arg(&capture).output().unwrap();
            let place = golden(&capture, ending);
            assert!(output.status.success(), "{}", place.display());
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{}", place.display());
            let printed = String::from_utf8(output.stdout).unwrap();
            assert_eq!(printed, recorded(&place), "{}", place.display());
        }
    }
}
