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
