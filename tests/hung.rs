//! Whoever should read what the program says, and does not: nothing else waits for that. Linux alone, for its
//! namespaces.

#![cfg(all(feature = "cli", target_os = "linux"))]
#![forbid(unsafe_code)]

mod common_cli;

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use common_cli::*;

/// Sends a state until its line stands in the file.
fn until_it_is_logged(log: &Path, id: u64) {
    let mut sender = pcap::Capture::from_device("v0").unwrap().open().unwrap();
    until("a state is logged", || {
        sender.sendpacket(&*ethernet(&[], 240, &ins(&[id]))).unwrap();
        fs::read_to_string(log).is_ok_and(|lines| lines.contains(&id_words(id)))
    });
}

#[test]
fn a_syslogd_that_hangs_holds_up_nothing_but_its_own_lines() {
    let setup = format!("{CABLE}\n{EMPTY_DEV}");
    if !inside_namespace("a_syslogd_that_hangs_holds_up_nothing_but_its_own_lines", "mn", &setup) {
        return;
    }
    let syslogd = UnixDatagram::bind("/dev/log").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (pidfile, log) = (dir.path().join("pid"), dir.path().join("log"));
    let args = ["-D", "-o", utf8(&log), "--pidfile", utf8(&pidfile), "v1"];
    assert_eq!(run(&args).code, Some(0));
    let pid: u32 = fs::read_to_string(&pidfile).unwrap().trim().parse().unwrap();
    let other = UnixDatagram::unbound().unwrap();
    other.connect("/dev/log").unwrap();
    other.set_nonblocking(true).unwrap();
    while other.send(b"<13>somebody else").is_ok() {}

    // The daemon has something to say, to nobody.
    for _ in 0..3 {
        assert!(kill("USR2", pid));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(ip("link set v1 down"));
    std::thread::sleep(Duration::from_millis(1500));
    assert!(ip("link set v1 up"));
    until_it_is_logged(&log, 1);
    fs::rename(&log, dir.path().join("log.0")).unwrap();
    assert!(kill("HUP", pid));
    until_it_is_logged(&log, 2);

    // What it could not say is told once somebody reads again.
    syslogd.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut told = String::new();
    until("it is told", || {
        let mut bytes = [0; 4096];
        let len = syslogd.recv(&mut bytes).unwrap();
        told = String::from_utf8_lossy(&bytes[..len]).into_owned();
        told.contains("lines were to be said")
    });
    assert!(told.starts_with(&format!("<29>pfstatelog[{pid}]: ")), "{told}");

    while other.send(b"<13>somebody else").is_ok() {}
    let before = Instant::now();
    assert!(kill("USR2", pid) && kill("TERM", pid));
    until("it ends", || !is_there(pid));
    assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
}

#[test]
fn a_standard_error_that_nobody_reads_holds_up_nothing() {
    if !inside_namespace("a_standard_error_that_nobody_reads_holds_up_nothing", "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let (mut reader, mut writer) = io::pipe().unwrap();
    // As many bytes as a pipe takes, or what is said would still fit.
    writer.write_all(&[b'\n'; 65_536]).unwrap();
    let mut command = program(&["-o", utf8(&log), "v1"]);
    let mut child = command.stdout(Stdio::null()).stderr(writer).spawn().unwrap();
    drop(command);
    until_it_is_logged(&log, 1);
    let pid = child.id();
    for _ in 0..300 {
        assert!(kill("USR2", pid));
    }
    fs::rename(&log, dir.path().join("log.0")).unwrap();
    assert!(kill("HUP", pid));
    until_it_is_logged(&log, 2);
    // What was dropped is told once somebody reads.
    let mut full = vec![0; 65_536];
    reader.read_exact(&mut full).unwrap();
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        let mut byte = [0];
        match reader.read(&mut byte) {
            Ok(1) => line.push(byte[0]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => panic!("{other:?}"),
        }
    }
    let line = String::from_utf8(line).unwrap();
    assert!(line.contains(" lines were to be said before this one"), "{line}");
    let before = Instant::now();
    assert!(kill("TERM", pid));
    let status = wait(&mut child).expect("it hangs");
    assert_eq!(status.code(), Some(0));
    assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
}

/// What the program says at its end.
fn told_of<'a>(ended: &'a Ended, output: &str) -> Vec<&'a str> {
    ended.err.lines().filter(|line| line.contains(output) && line.contains("were lost")).collect()
}

#[test]
fn each_output_that_lost_lines_says_so_at_the_end() {
    if !inside_namespace("each_output_that_lost_lines_says_so_at_the_end", "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let nobody = ["one", "two", "three"].map(|name| format!("unix:{}", path(name).display()));
    let log = path("log");
    let mut args = vec!["--drain-timeout", "0", "-o", utf8(&log)];
    nobody.iter().for_each(|output| args.extend(["-o", output]));
    args.push("v1");
    let mut program = Watched::spawn(&mut program(&args));
    program.wait_for_error("listening on");
    until_it_is_logged(&log, 1);
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for output in &nobody {
        assert_eq!(told_of(&ended, output).len(), 1, "{output}: {ended:?}");
    }
}

#[test]
fn signals_that_come_together_end_it_once_and_a_later_one_at_once() {
    let name = "signals_that_come_together_end_it_once_and_a_later_one_at_once";
    if !inside_namespace(name, "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (log, nobody) = (dir.path().join("log"), dir.path().join("nobody"));
    let output = format!("unix:{}", nobody.display());
    let args = ["--drain-timeout", "60", "-o", utf8(&log), "-o", &output, "v1"];
    let mut program = Watched::spawn(&mut program(&args));
    program.wait_for_error("listening on");
    let worker = program.children()[0];
    until_it_is_logged(&log, 1);
    // As to a group of processes, and by somebody without patience.
    for _ in 0..4 {
        program.signal("TERM");
        assert!(kill("TERM", worker));
        std::thread::sleep(Duration::from_millis(100));
    }
    std::thread::sleep(Duration::from_millis(900));
    assert!(program.is_running(), "it does not wait for what is queued");
    let before = Instant::now();
    program.signal("TERM");
    let ended = program.ended();
    assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(told_of(&ended, &output).len(), 1, "{ended:?}");
}

#[test]
fn what_came_before_the_end_is_logged() {
    if !inside_namespace("what_came_before_the_end_is_logged", "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut sender = pcap::Capture::from_device("v0").unwrap().open().unwrap();
    for round in 0..6 {
        let log = dir.path().join(format!("log{round}"));
        let mut program = Watched::spawn(&mut program(&["-o", utf8(&log), "v1"]));
        program.wait_for_error("listening on");
        // At another moment of the time for which the kernel holds packets back.
        std::thread::sleep(Duration::from_millis(17 * round));
        for id in 0..50 {
            sender.sendpacket(&*ethernet(&[], 240, &ins(&[id]))).unwrap();
        }
        program.signal("TERM");
        assert_eq!(program.ended().code, Some(0));
        assert_eq!(fs::read_to_string(&log).unwrap().lines().count(), 50, "round {round}");
    }
}

#[test]
fn a_worker_does_not_outlive_its_opener_by_more_than_a_moment() {
    let name = "a_worker_does_not_outlive_its_opener_by_more_than_a_moment";
    if !inside_namespace(name, "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (log, pidfile) = (dir.path().join("log"), dir.path().join("pid"));
    let nobody = format!("unix:{}", dir.path().join("nobody").display());
    let args = ["--pidfile", utf8(&pidfile), "-o", utf8(&log), "-o", &nobody, "v1"];
    for _ in 0..3 {
        // The next one starts at once, and finds the pidfile free.
        let mut program = Watched::spawn(&mut program(&args));
        program.wait_for_error("listening on");
        let worker = program.children()[0];
        let id = u64::from(worker);
        until_it_is_logged(&log, id);
        program.signal("KILL");
        let before = Instant::now();
        until("the worker is gone", || !is_there(worker));
        assert!(before.elapsed() < Duration::from_millis(900), "{:?}", before.elapsed());
    }
}

#[test]
fn the_last_metrics_get_into_their_file() {
    if !inside_namespace("the_last_metrics_get_into_their_file", "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (log, metrics) = (dir.path().join("log"), dir.path().join("pf.prom"));
    // Standard output takes nothing: what it holds at the end is lost.
    let (_reader, mut writer) = io::pipe().unwrap();
    writer.write_all(&[b'\n'; 65_536]).unwrap();
    let args = ["-o", "-", "-o", utf8(&log), "--metrics", utf8(&metrics), "--drain-timeout", "1"];
    let mut program = Watched::spawn_to(&mut program(&[&args[..], &["v1"]].concat()), writer);
    program.wait_for_error("listening on");
    until_it_is_logged(&log, 1);
    program.signal("TERM");
    let ended = program.ended();
    assert!(!ended.err.contains("not written"), "{ended:?}");
    let lines = fs::read_to_string(&log).unwrap().lines().count();
    let text = fs::read_to_string(&metrics).unwrap();
    let dropped = format!("output_dropped_lines_total{{output=\"-\"}} {lines}\n");
    assert!(text.contains(&dropped), "{dropped} is not in {text}");
}

#[test]
fn where_nobody_listens_a_loss_is_told_once() {
    if !inside_namespace("where_nobody_listens_a_loss_is_told_once", "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let args = ["-o", utf8(&log), "-o", "udp://127.0.0.1:5999", "v1"];
    let mut program = Watched::spawn(&mut program(&args));
    program.wait_for_error("listening on");
    let mut sender = pcap::Capture::from_device("v0").unwrap().open().unwrap();
    let sent = 40;
    for round in 0..4 {
        for id in 0..sent / 4 {
            let frame = ethernet(&[], 240, &ins(&[100 * round + id]));
            sender.sendpacket(&*frame).unwrap();
        }
        std::thread::sleep(Duration::from_millis(1300));
        program.signal("HUP");
        std::thread::sleep(Duration::from_millis(200));
    }
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
    let log = fs::read_to_string(&log).unwrap();
    let lost = |line: &str| -> Option<u64> {
        let (_, lost) = line.split_once(" lost ")?;
        lost.split(' ').next()?.parse().ok()
    };
    let told: u64 = log.lines().filter(|line| line.contains(" gap ")).filter_map(lost).sum();
    assert!((1..=sent).contains(&told), "{sent} sent, {told} told: {log}");
}

#[test]
fn what_others_left_open_is_closed() {
    if !inside_namespace("what_others_left_open_is_closed", "n", CABLE) {
        return;
    }
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "exec 7</dev/zero; exec \"$@\"", "sh", PROGRAM, "-o", "-", "v1"]);
    let mut program = Watched::spawn(command.stdin(Stdio::null()));
    program.wait_for_error("listening on");
    for pid in [program.pid(), program.children()[0]] {
        let open = fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
        for fd in open {
            let to = fs::read_link(fd.unwrap().path()).unwrap();
            assert_ne!(to, Path::new("/dev/zero"), "of {pid}");
        }
    }
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
}

#[test]
fn an_interface_that_is_gone_at_the_end_is_a_gap() {
    if !inside_namespace("an_interface_that_is_gone_at_the_end_is_a_gap", "n", CABLE) {
        return;
    }
    let mut program = Watched::spawn(&mut program(&["-o", "-", "v1"]));
    program.wait_for_error("listening on");
    assert!(ip("link del v0"));
    program.wait_for_error("v1 is gone");
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains(" gap ") && ended.out.contains("interface-gone"), "{ended:?}");
}
