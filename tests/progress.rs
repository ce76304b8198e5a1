//! When the progress bar is shown, and that nothing is left of it. script(1) gives the terminal.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::fs;
use std::path::Path;
use std::process::Command;

use common_cli::*;

/// util-linux's script runs a command on a terminal of its own, and ends as the command does.
fn has_script(name: &str) -> bool {
    let version = Command::new("script").arg("--version").output();
    let known = version.is_ok_and(|v| String::from_utf8_lossy(&v.stdout).contains("util-linux"));
    // Where there are no pseudo-terminals it cannot give one.
    let mut probe = Command::new("script");
    probe.args(["-qec", "true", "/dev/null"]).stdin(std::process::Stdio::null());
    let works = known && probe.output().is_ok_and(|probe| probe.status.success());
    if !works {
        println!("skipped: {name}: no script(1) of util-linux, or no terminal for it");
    }
    works
}

/// What a terminal got from a shell line in which `$0` is the program.
fn on_terminal(folder: &Path, line: &str) -> String {
    let mut command = Command::new("script");
    let line = line.replace("$0", PROGRAM);
    command.args(["-qec", &line, "/dev/null"]).current_dir(folder).env("TERM", "xterm");
    let ended = Watched::spawn(command.stdin(std::process::Stdio::null())).ended();
    assert!(matches!(ended.code, Some(0 | 1)), "{ended:?}");
    ended.out
}

/// A capture of at least so many bytes, quickly read: an insert, and packets that are not pfsync.
fn capture(path: &Path, bytes: usize) {
    let mut out = pcap_header(1);
    out.extend(pcap_record(1, &ethernet(&[], 240, &ins(&[1]))));
    let other = pcap_record(2, &ethernet(&[], 17, &[0; 8_000]));
    while out.len() < bytes {
        out.extend_from_slice(&other);
    }
    fs::write(path, out).unwrap();
}

/// What stands in every drawing of the bar.
const BAR: &str = " % of ";

/// Clears a line of the terminal.
const CLEAR: &str = "\u{1b}[2K";

#[test]
fn a_bar_is_shown_where_a_person_looks_and_leaves_nothing_behind() {
    if !has_script("a_bar_is_shown") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    capture(&at("half"), 26_000_000);
    fs::copy(at("half"), at("other")).unwrap();

    // All files together, events to a file.
    let said = on_terminal(dir.path(), "$0 -r half other >log");
    assert!(said.contains(BAR) && said.contains(" % of 52.0"), "{said:?}");
    // Behind the last clearing of the line nothing follows.
    let (_, rest) = said.rsplit_once(CLEAR).unwrap();
    assert!(!rest.contains('%'), "{said:?}");
    assert_eq!(kinds(&fs::read_to_string(at("log")).unwrap()), ["start"]);

    // What is said meanwhile and at the end has lines of its own.
    fs::write(at("garbage"), b"this is no capture").unwrap();
    let said = on_terminal(dir.path(), "$0 -d -r half other garbage >log");
    assert!(said.contains(BAR), "{said:?}");
    for words in ["garbage: ", "frames of version 6 are read as"] {
        let (before, _) = said.split_once(&format!("pfstatelog: {words}")).unwrap();
        // The bar was wiped out before: nothing of it stands behind the last clearing of its line.
        let visible = before.rsplit(['\n', '\r']).next().unwrap();
        let visible = visible.rsplit(CLEAR).next().unwrap();
        assert!(!visible.contains('%'), "{said:?}");
    }

    // Not where there is little to read, nor where events come to a terminal or go through a pipe,
    // at whose other end may be one.
    for quiet in [
        "$0 -r half >log",
        "$0 -r half other",
        "$0 -r half other | cat",
        "$0 -r half other >log 2>errors",
        "cat half other | $0 -r - >log",
    ] {
        let said = on_terminal(dir.path(), quiet);
        assert!(!said.contains(BAR), "{quiet}: {said:?}");
    }
    assert_eq!(fs::read_to_string(at("errors")).unwrap(), "");
}
