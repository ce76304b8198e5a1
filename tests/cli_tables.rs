//! The subcommands dump, restore and convert as a user meets them. There is no pf here: what needs one
//! says so, and everything else is done.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use common_cli::*;
use pcap::Capture;
use pfstatelog::config::{self, Asked, Input};
use pfstatelog::wire::grammar::{Body, Frame};

/// A capture with two sound states.
fn capture(dir: &tempfile::TempDir) -> PathBuf {
    let path = dir.path().join("states.pcap");
    fs::write(&path, pcap(&[(10, ins(&[1, 2]))])).unwrap();
    path
}

#[test]
fn a_capture_becomes_a_dump_a_text_json_and_a_capture_again() {
    let dir = tempfile::tempdir().unwrap();
    let capture = capture(&dir);
    let file = |name: &str| dir.path().join(name);
    let (dump, text, json) = (file("states.pfs"), file("states.txt"), file("states.json"));
    let done = |args: &[&str]| {
        let ended = run(args);
        assert_eq!(
            (ended.code, ended.out.as_str(), ended.err.as_str()),
            (Some(0), "", ""),
            "{args:?}"
        );
    };
    done(&["dump", "-o", utf8(&dump), utf8(&capture)]);
    done(&["convert", utf8(&dump), utf8(&text)]);
    done(&["convert", utf8(&text), utf8(&file("again.pfs"))]);
    assert_eq!(fs::read(&dump).unwrap(), fs::read(file("again.pfs")).unwrap());
    assert!(fs::read(&dump).unwrap().starts_with(b"\x89PFST\r\n\x1a"));
    done(&["convert", "-f", "json", utf8(&dump), utf8(&json)]);
    let lines = fs::read_to_string(&json).unwrap();
    let states = lines.lines().filter(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        (&line["ifname"], &line["wire.port1"]) == (&"em0".into(), &60211.into())
    });
    assert_eq!((states.count(), lines.lines().count()), (2, 4), "{lines}");
    done(&["convert", utf8(&json), utf8(&file("of-json.pfs"))]);
    assert_eq!(fs::read(&dump).unwrap(), fs::read(file("of-json.pfs")).unwrap());
    done(&["convert", utf8(&text), utf8(&file("again.pcap"))]);
    let told = run(&["-r", utf8(&file("again.pcap"))]);
    assert_eq!(kinds(&told.out), ["start", "start"], "{told:?}");
    // Standard input and output.
    let (program, mut input) = Watched::fed(&["convert", "-f", "text", "-", "-"]);
    feed(&mut input, &fs::read(&dump).unwrap());
    drop(input);
    let shown = program.ended();
    assert_eq!(shown.out.as_bytes(), fs::read(&text).unwrap());
    let only = run(&["dump", "--only", "port=1", "-f", "text", "-o", "-", utf8(&dump)]);
    assert_eq!(only.lines().len(), 3, "{only:?}");
}

#[test]
fn restore_says_what_it_would_do_and_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let capture = capture(&dir);
    let text = dir.path().join("states.txt");
    assert_eq!(run(&["dump", "-o", utf8(&text), utf8(&capture)]).code, Some(0));
    let sound = run(&["restore", "-n", "--map-if", "em0=vio0", utf8(&text)]);
    assert_eq!(sound.code, Some(0), "{sound:?}");
    assert!(sound.err.contains("2 states go to interfaces of other names"), "{sound:?}");
    assert!(sound.err.contains("2 of 2 states are sound"), "{sound:?}");
    let none = run(&["restore", "-n", "--map-if", "em7=vio0", utf8(&text)]);
    assert!(none.err.contains("no state is on interface em7"), "{none:?}");
    let marked = dir.path().join("marked.txt");
    let lines = fs::read_to_string(&text).unwrap().replace(" timeout=", " set_prio0=3 timeout=");
    fs::write(&marked, lines).unwrap();
    let (out, release) = (dir.path().join("none.pcap"), "openbsd-4.7");
    for more in [
        &["--for-release", release][..],
        &["--for-release", release, "--to", "pcap", "-o", utf8(&out)],
    ] {
        let told = run(&[&["restore", "-n"][..], more, &[utf8(&marked)]].concat());
        assert_eq!(told.code, Some(0), "{told:?}");
        assert!(told.err.contains("states of openbsd-4.7 do not have it: set_prio0"), "{told:?}");
        assert!(told.err.contains("sound for openbsd-4.7") && !out.exists(), "{told:?}");
    }
    let aged = run(&["restore", "-n", "--subtract-downtime", utf8(&text)]);
    assert!(aged.err.contains("2 states ran out since"), "{aged:?}");
    let broken = fs::read_to_string(&text).unwrap().replace(" proto=", " prato=");
    fs::write(&text, broken).unwrap();
    let told = run(&["restore", "-n", utf8(&text)]);
    assert_eq!(told.code, Some(1));
    let place = format!("pfstatelog: {}:3:", text.display());
    let lines: Vec<&str> = told.err.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with(&place) && lines[0].contains("'prato'"),
        "{told:?}"
    );
}

#[test]
fn what_cannot_be_is_a_line_that_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let capture = capture(&dir);
    let capture = utf8(&capture);
    let cases: &[(&[&str], i32, &[&str])] = &[
        (&["dump"], 2, &["--output", "--help"]),
        (&["dump", "-o", "x", "-f", "xml"], 2, &["xml", "binary text json pcap"]),
        (&["dump", "-o", "x.json.gz", capture], 2, &["x.json.gz", "no .gz is written", "--format"]),
        (&["convert", capture, "X.PCAPNG"], 2, &["X.PCAPNG", "no .pcapng is written"]),
        (&["dump", "-o", "x", "--only", "colour=red"], 2, &["--only", "proto="]),
        (&["dump", "-o", "x", "--only", "host=nobody"], 2, &["--only", "nobody"]),
        (&["dump", "-o", "x", "--at", "noon", capture], 2, &["--at", "2026-11-20T13:05:02Z"]),
        (&["dump", "-o", "/no/such/folder/x", capture], 1, &["/no/such/folder/x", "folder"]),
        (&["convert", "/no/such/file", "x"], 1, &["/no/such/file", "No such file"]),
        (&["convert", "/etc/passwd", "x"], 1, &["/etc/passwd:1:1", "pfstatelog-states"]),
        (&["restore"], 2, &["FILE", "--help"]),
        (&["restore", "--map-if", "em0", "x"], 2, &["--map-if", "OLD=NEW"]),
        (&["restore", "--map-if", "a=b", "--map-if", "a=c", "x"], 2, &["--map-if", "twice"]),
        (&["restore", "--to", "pdf", "-o", "y", "x"], 2, &["--to", "pcap"]),
        (&["restore", "--to", "pcap", "x"], 2, &["--output"]),
        (&["restore", "-n", "--send", "em0", "/no/such"], 1, &["/no/such", "No such file"]),
        (&["restore", "--send", "no-such-if0", capture], 1, &["no-such-if0"]),
    ];
    for (args, code, words) in cases {
        let ended = run(args);
        assert_eq!((ended.code, ended.out.as_str()), (Some(*code), ""), "{args:?}: {ended:?}");
        assert_one_line(&ended, words);
    }
    if cfg!(target_os = "linux") {
        for args in [&["dump", "-o", "x"][..], &["restore", capture]] {
            assert_one_line(&run(args), &["/dev/pf", "Linux", "OpenBSD and FreeBSD"]);
        }
    }
}

/// A subcommand is what stands first, and nothing else: interfaces may have any name.
#[test]
fn interfaces_may_be_called_like_subcommands() {
    for args in [&["-i", "dump"][..], &["-v", "dump"], &["--", "restore"], &["em0", "convert"]] {
        let words = std::iter::once("pfstatelog").chain(args.iter().copied());
        let Ok(Asked::Plan(plan)) = config::plan(words.map(Into::into)) else { panic!("{args:?}") };
        let Input::Live { interfaces, .. } = plan.input else { panic!("{args:?}") };
        assert_eq!(interfaces.last().map(String::as_str), args.last().copied());
    }
    for name in ["dump", "restore", "convert"] {
        let help = run(&[name, "--help"]);
        assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
        assert!(help.out.contains(&format!("Usage: pfstatelog {name}")), "{}", help.out);
        assert!(help.out.lines().all(|line| line.chars().count() <= 80), "{}", help.out);
    }
}

/// What is sent on a syncdev is what a firewall takes: protocol 240, to the group, with a TTL of 255.
#[test]
fn frames_are_sent_out_of_an_interface() {
    if !inside_namespace("frames_are_sent_out_of_an_interface", "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = capture(&dir);
    let mut wire = Capture::from_device("v1").unwrap().timeout(100).open().unwrap();
    wire.filter("ip proto 240", true).unwrap();
    let ended = run(&["restore", "--send", "v0", utf8(&path)]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.err.contains("2 states were sent out of v0 (frames: 1)"), "{ended:?}");
    let mut packet = None;
    until("a packet", || {
        packet =
            packet.take().or_else(|| wire.next_packet().ok().map(|packet| packet.data.to_vec()));
        packet.is_some()
    });
    let packet = packet.unwrap();
    assert_eq!(packet[..6], [0x01, 0x00, 0x5e, 0x00, 0x00, 0xf0]);
    assert_eq!((packet[22], packet[23], &packet[30..34]), (255, 240, &[224, 0, 0, 240][..]));
    let frame = Frame::read(&packet[34..], packet.len() - 34, pfstatelog::abi::Layout::OpenBsd7_9);
    assert_eq!(frame.error, None);
    let Body::State(states) = &frame.sections[0].body else { panic!("{frame:?}") };
    assert_eq!((states.len(), states[0].id, states[1].id), (2, 1, 2));
    // With an address it goes out the same way.
    assert!(
        Command::new("ip")
            .args(["addr", "add", "192.0.2.1/24", "dev", "v0"])
            .status()
            .unwrap()
            .success()
    );
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(run(&["restore", "--send", "v0", utf8(&path)]).code, Some(0));
}

/// A signal while a file is written: what is there of it goes, what was there before stays.
#[test]
fn a_dump_that_is_ended_leaves_nothing_behind() {
    use std::os::unix::process::ExitStatusExt;
    let dir = tempfile::tempdir().unwrap();
    let big = dir.path().join("big.pfs");
    let form = pfstatelog::pf::Form::new(pfstatelog::abi::Release::OpenBsd7_9);
    let mut table = pfstatelog::pf::StateTable::new(form, pfstatelog::time::Time::new(9, 0));
    (0..400_000u32).for_each(|_| assert!(table.push(&[1; 264])));
    pfstatelog::dump::file::write(&big, |out| {
        pfstatelog::dump::write(&table, pfstatelog::dump::Format::Binary, out)
    })
    .unwrap();
    let folder = dir.path().join("out");
    fs::create_dir(&folder).unwrap();
    let names = || fs::read_dir(&folder).unwrap().count();
    for signal in ending_signals("a_dump_that_is_ended_leaves_nothing_behind") {
        let out = folder.join("states.txt");
        let mut child = Command::new(env!("CARGO_BIN_EXE_pfstatelog"))
            .args(["convert", utf8(&big), utf8(&out)])
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        until("a temporary file", || names() > 0);
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        let ended = child.wait().unwrap();
        assert_eq!((ended.code(), ended.signal()), (Some(1), None), "{signal}");
        assert_eq!(names(), 0, "{signal}");
    }
}
