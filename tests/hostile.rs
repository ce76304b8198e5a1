//! The program in surroundings that mean it no good: streams that are closed, full or slow, names
//! that command terminals, limits. It neither panics nor hangs, and its exit status is honest.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use common_cli::*;

/// More lines than any pipe or socket holds.
fn long() -> Vec<u8> {
    // None is deleted twice: a second delete is not shown.
    let ids = |secs: u32| (1..=80).map(|id| u64::from(secs) << 8 | id).collect::<Vec<_>>();
    pcap(&(0..400).map(|secs| (secs, del(&ids(secs)))).collect::<Vec<_>>())
}
const LONG_LINES: usize = 80 * 400;

#[test]
fn a_second_signal_ends_it_though_nobody_reads_what_it_writes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("long");
    fs::write(&path, long()).unwrap();
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut child = program(&["-r", utf8(&path)]).stdout(writer).spawn().unwrap();
    // It writes: from here on it waits for a reader.
    reader.read_exact(&mut [0]).unwrap();
    let kill = format!("kill -TERM {}", child.id());
    let end = Instant::now() + PATIENCE;
    // The first is waited for by a write that nobody takes, the next one is not.
    while child.try_wait().unwrap().is_none() && Instant::now() < end {
        let _ = Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status();
        thread::sleep(LOOK);
    }
    assert_eq!(wait(&mut child).and_then(|status| status.code()), Some(1));
}

#[test]
fn a_reader_that_has_read_enough_ends_it_quietly() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("long");
    fs::write(&path, long()).unwrap();
    let mut child = program(&["-r", utf8(&path)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 80];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    drop(child.stdout.take());
    let status = wait(&mut child).expect("hangs");
    assert_eq!(status.code(), Some(0));
    let mut said = String::new();
    child.stderr.as_mut().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(said, "");
}

#[test]
fn a_full_disk_is_an_error() {
    let Ok(full) = fs::File::options().write(true).open("/dev/full") else {
        println!("skipped: a_full_disk_is_an_error: no /dev/full");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("capture");
    fs::write(&path, life()).unwrap();
    for args in [&["-r", utf8(&path)][..], &["--help"], &["--list-releases"]] {
        let ran = program(args).stdout(full.try_clone().unwrap()).output().unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        assert_eq!((ran.status.code(), said.lines().count()), (Some(1), 1), "{said}");
        assert!(said.starts_with("pfstatelog: standard output: "), "{said}");
    }
    // As standard error it loses what is said, and nothing else.
    let garbage = pcap(&[(1, vec![9; 30]), (2, ins(&[1]))]);
    fs::write(&path, garbage).unwrap();
    let args = ["-d", "--stats", "-r", utf8(&path)];
    let ran = program(&args).stderr(full).output().unwrap();
    assert_eq!(ran.status.code(), Some(0));
    assert_eq!(kinds(std::str::from_utf8(&ran.stdout).unwrap()), ["gap", "start"]);
}

#[test]
fn closed_streams_are_survived() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("capture");
    fs::write(&path, pcap(&[(1, vec![9; 30]), (2, ins(&[1]))])).unwrap();
    let shell = |redirect: &str, file: &str, code: i32| {
        let script = format!("exec \"$0\" -d --stats -r \"$1\" {redirect}");
        let mut command = Command::new("sh");
        command.args(["-c", &script, PROGRAM, file]);
        let ended = Watched::spawn(&mut command).ended();
        assert_eq!(ended.code, Some(code), "{redirect}: {ended:?}");
        ended
    };
    assert_eq!(kinds(&shell("2>&-", utf8(&path), 0).out), ["gap", "start"]);
    let closed = "standard output: it is closed";
    assert!(shell(">&-", utf8(&path), 1).err.contains(closed));
    assert!(shell("<&-", "-", 1).err.contains("standard input: no bytes at all"));
    shell("<&- >&- 2>&-", utf8(&path), 1);
    shell("-o \"$1.log\" <&- >&- 2>&-", utf8(&path), 0);
    // A standard error that nobody reads any more.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = program(&["-d", "--stats", "-r", utf8(&path)]).stderr(writer).output().unwrap();
    assert_eq!(ran.status.code(), Some(0));
    assert_eq!(kinds(std::str::from_utf8(&ran.stdout).unwrap()), ["gap", "start"]);
}

#[test]
fn an_output_that_refuses_for_a_while_gets_everything() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("long");
    fs::write(&path, long()).unwrap();
    let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    theirs.set_nonblocking(true).unwrap();
    let theirs = std::os::fd::OwnedFd::from(theirs);
    let mut child = program(&["-r", utf8(&path)]).stdout(theirs).spawn().unwrap();
    let read = thread::spawn(move || {
        let mut all = Vec::new();
        ours.read_to_end(&mut all).map(|_| all)
    });
    assert_eq!(wait(&mut child).and_then(|status| status.code()), Some(0));
    let all = read.join().unwrap().unwrap();
    assert_eq!(all.iter().filter(|byte| **byte == b'\n').count(), LONG_LINES);
}

#[test]
fn nothing_that_is_quoted_commands_a_terminal() {
    let evil = b"\x1b[2J\x07\nem0 \x9b0m";
    let ended = run_on(&pcap(&[(1, ins_on(evil)), (2, clr(evil))]), &["-d"]);
    assert_eq!((ended.code, kinds(&ended.out)), (Some(0), vec!["start", "clear", "end"]));
    assert!(ended.out.bytes().all(|byte| byte == b'\n' || (32..127).contains(&byte)));
    assert!(ended.out.contains("\\x1b[2J"), "{ended:?}");
    for format in ["json", "ecs"] {
        let args = ["-vv", "-f", format];
        let ended = run_on(&pcap(&[(1, ins_on(evil)), (2, clr(evil))]), &args);
        assert_eq!((ended.code, ended.lines().len()), (Some(0), 3), "{ended:?}");
        assert!(ended.out.bytes().all(|byte| byte == b'\n' || (32..127).contains(&byte)));
        assert!(ended.out.contains("\"\\\\x1b[2J\\\\x07\\\\x0aem0\\\\x20\\\\x9b0m\""), "{ended:?}");
        let mut lines = ended.lines().into_iter().map(serde_json::from_str::<serde_json::Value>);
        assert!(lines.all(|line| line.is_ok()));
    }

    let evil = "\x1b[31m\nred\u{9b}0m";
    let dir = tempfile::tempdir().unwrap();
    for args in [
        &["-r", evil][..],
        &["-o", "-", "-i", evil],
        &["-r", "x", "-o", evil],
        &["-r", "x", "-e", evil],
        &["-r", "x", "-R", evil],
        &["--\x1b[31m", "em0"],
    ] {
        // One of them makes a file of that name.
        let ended = Watched::spawn(program(args).current_dir(dir.path())).ended();
        assert!(matches!(ended.code, Some(1 | 2)), "{ended:?}");
        assert_one_line(&ended, &[]);
        assert!(!ended.err.trim_end().contains(char::is_control), "{ended:?}");
    }
}

#[test]
fn more_files_than_can_be_open_are_an_error_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    fs::write(&path, life()).unwrap();
    let script = "ulimit -n 64; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, PROGRAM]);
    command.args((0..10_000).flat_map(|_| ["-r", utf8(&path)]));
    let ended = Watched::spawn(&mut command).ended();
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{}", ended.err);
    assert_one_line(&ended, &[utf8(&path), "ulimit -n"]);
    // Few are enough for one.
    let script = "ulimit -n 8; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, PROGRAM, "-r", utf8(&path)]);
    assert_eq!(Watched::spawn(&mut command).ended().lines().len(), 6);
}

#[test]
fn a_file_that_is_deleted_while_it_is_read_is_read_to_its_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("long");
    fs::write(&path, long()).unwrap();
    let mut child = program(&["-r", utf8(&path)]).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut first = [0; 1];
    out.read_exact(&mut first).unwrap();
    fs::remove_file(&path).unwrap();
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(wait(&mut child).and_then(|status| status.code()), Some(0));
    assert_eq!(rest.lines().count(), LONG_LINES);
}
