//! Running without a terminal: -D, pidfiles, and what systemd is told. Linux alone, for it looks into /proc.

#![cfg(all(feature = "cli", target_os = "linux"))]
#![forbid(unsafe_code)]

mod common_cli;

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use common_cli::*;

/// A daemon, which ends with this value.
struct Daemon(u32);

impl Daemon {
    /// Starts it; it says that it listens, and nothing else, before the terminal is free again.
    fn start(args: &[&str], log: impl Into<Stdio>, pidfile: &Path) -> Self {
        let ended = Watched::spawn_to(&mut program(args), log).ended();
        assert_eq!((ended.code, ended.err.lines().count()), (Some(0), 1), "{ended:?}");
        assert!(ended.err.contains("listening on v1"), "{ended:?}");
        let pid = fs::read_to_string(pidfile).unwrap();
        Self(pid.strip_suffix('\n').unwrap().parse().unwrap())
    }

    fn end(self) {
        assert!(kill("TERM", self.0));
        until("the daemon ends", || !is_there(self.0));
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        kill("KILL", self.0);
    }
}

fn field_of_stat(pid: u32, number: usize) -> String {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name, in brackets, may have anything in it.
    let rest = stat.rsplit_once(") ").unwrap().1;
    rest.split(' ').nth(number - 3).unwrap().to_string()
}

#[test]
fn errors_of_the_start_reach_the_terminal() {
    if !inside_namespace("errors_of_the_start_reach_the_terminal", "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let pidfile = dir.path().join("pid");
    let cannot = |args: &[&str], words: &[&str]| {
        let log = dir.path().join("log");
        let ended = run(&[&["-D", "-o", utf8(&log), "--pidfile", utf8(&pidfile)], args].concat());
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert_one_line(&ended, words);
        assert!(!pidfile.exists());
    };
    cannot(&["nosuch0"], &["nosuch0: no such interface"]);
    // Also what goes wrong when the terminal is about to be left.
    cannot(&["--chroot", "/no/such/folder", "v1"], &["/no/such/folder"]);
    // What is no pidfile is left alone, and nothing else is touched either.
    let (other, log) = (dir.path().join("other"), dir.path().join("new.log"));
    fs::write(&other, "precious\n").unwrap();
    let ended = run(&["-D", "-o", utf8(&log), "--pidfile", utf8(&other), "v1"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_one_line(&ended, &[utf8(&other), "is no pidfile"]);
    assert_eq!(fs::read_to_string(&other).unwrap(), "precious\n");
    assert!(!log.exists());
    let log = dir.path().join("log");
    let ended = run(&["-D", "-o", utf8(&log), "--pidfile", "/no/such/folder/pid", "v1"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_one_line(&ended, &["/no/such/folder/pid"]);
}

#[test]
fn a_daemon_leaves_the_terminal_and_ends_when_asked() {
    if !inside_namespace("a_daemon_leaves_the_terminal_and_ends_when_asked", "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (pidfile, log) = (dir.path().join("pid"), dir.path().join("log"));
    let args = ["-D", "-o", utf8(&log), "--pidfile", utf8(&pidfile), "v1"];
    let daemon = Daemon::start(&args, Stdio::null(), &pidfile);
    let pid = daemon.0;
    // A session that it does not head, and no terminal.
    let session = field_of_stat(pid, 6);
    assert_ne!(session, field_of_stat(std::process::id(), 6));
    assert_ne!(session, pid.to_string());
    assert_eq!(field_of_stat(pid, 7), "0");
    let worker = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    let worker: u32 = worker.trim().parse().unwrap();
    for pid in [pid, worker] {
        for fd in 0..2 {
            let fd = fs::read_link(format!("/proc/{pid}/fd/{fd}")).unwrap();
            assert_eq!(fd, Path::new("/dev/null"));
        }
    }

    // A second one is refused, and harms nothing.
    let ended = run(&args);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_one_line(&ended, &[utf8(&pidfile), &format!("process {pid} "), "runs already"]);
    assert_eq!(fs::read_to_string(&pidfile).unwrap(), format!("{pid}\n"));

    let mut sender = pcap::Capture::from_device("v0").unwrap().open().unwrap();
    let frames = 500;
    for id in 0..frames {
        sender.sendpacket(&*ethernet(&[], 240, &ins(&[id]))).unwrap();
    }
    let lines = || fs::read_to_string(&log).unwrap().lines().count();
    until("lines come", || lines() > 0);
    until("all come", || lines() == frames as usize);
    daemon.end();
    assert!(!is_there(worker) && !pidfile.exists());
    // Where one was killed, the next one takes over what it left.
    let daemon = Daemon::start(&args, Stdio::null(), &pidfile);
    assert!(kill("KILL", daemon.0));
    until("it is gone", || !is_there(daemon.0));
    assert!(pidfile.exists());
    let daemon = Daemon::start(&args, Stdio::null(), &pidfile);
    daemon.end();
    assert!(!pidfile.exists());
}

#[test]
fn what_a_daemon_has_to_say_goes_to_the_log() {
    let setup = format!("{CABLE}\n{EMPTY_DEV}");
    if !inside_namespace("what_a_daemon_has_to_say_goes_to_the_log", "mn", &setup) {
        return;
    }
    let log = UnixDatagram::bind("/dev/log").unwrap();
    log.set_read_timeout(Some(PATIENCE)).unwrap();
    let next = |log: &UnixDatagram| {
        let mut bytes = [0; 4096];
        let len = log.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..len]).into_owned()
    };
    let dir = tempfile::tempdir().unwrap();
    let pidfile = dir.path().join("pid");
    let args = ["-D", "-o", "syslog:local3", "--pidfile", utf8(&pidfile), "v1"];
    let daemon = Daemon::start(&args, Stdio::null(), &pidfile);
    let tag = format!("pfstatelog[{}]: ", daemon.0);
    let mut sender = pcap::Capture::from_device("v0").unwrap().open().unwrap();
    sender.sendpacket(&*ethernet(&[], 240, &ins(&[1]))).unwrap();
    let event = next(&log);
    // Events go to local3.info under the number of the pidfile; words to daemon.notice.
    assert!(
        event.starts_with(&format!("<158>{tag}20")) && event.ends_with(&id_words(1)),
        "{event}"
    );
    assert!(ip("link set v1 down"));
    let said = next(&log);
    assert!(said.starts_with("<29>") && said.contains(&format!("{tag}v1 went down")), "{said}");
    assert!(ip("link set v1 up"));
    // They come from two processes, so in any order.
    let both = [next(&log), next(&log)].concat();
    assert!(both.contains("v1 is up again") && both.contains("reason interface-down"), "{both}");

    // A daemon of the log that was started anew is found, though the worker itself cannot connect.
    drop(log);
    fs::remove_file("/dev/log").unwrap();
    let log = UnixDatagram::bind("/dev/log").unwrap();
    log.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let mut id = 10;
    let mut came = String::new();
    until("a line reaches the new daemon", || {
        id += 1;
        sender.sendpacket(&*ethernet(&[], 240, &ins(&[id]))).unwrap();
        let mut bytes = [0; 4096];
        let Ok(len) = log.recv(&mut bytes) else { return false };
        came = String::from_utf8_lossy(&bytes[..len]).into_owned();
        // That the output waited for it is said there, too.
        came.starts_with("<158>")
    });
    assert!(came.starts_with(&format!("<158>{tag}20")), "{came}");
    daemon.end();
}

#[test]
fn systemd_is_told_what_it_asks_for() {
    if !inside_namespace("systemd_is_told_what_it_asks_for", "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    let next = |patience| {
        socket.set_read_timeout(Some(patience)).unwrap();
        let mut bytes = [0; 256];
        let len = socket.recv(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes[..len]).into_owned())
    };
    let mut command = program(&["-o", "-", "v1"]);
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "400000");
    let mut program = Watched::spawn(&mut command);
    program.wait_for_error("listening on");
    let ready = format!("READY=1\nMAINPID={}", program.pid());
    assert_eq!(next(PATIENCE), Some(ready));
    for _ in 0..3 {
        assert_eq!(next(PATIENCE).as_deref(), Some("WATCHDOG=1"));
    }
    // A loop that hangs falls silent.
    let worker = program.children()[0];
    assert!(kill("STOP", worker));
    until("it falls silent", || next(Duration::from_secs(1)).is_none());
    assert!(kill("CONT", worker));
    assert_eq!(next(PATIENCE).as_deref(), Some("WATCHDOG=1"));
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
    let mut last = None;
    while let Some(told) = next(Duration::from_millis(1)) {
        last = Some(told);
    }
    assert_eq!(last.as_deref(), Some("STOPPING=1"));
}
