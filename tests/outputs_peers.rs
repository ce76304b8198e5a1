//! Lines to a real rsyslogd, by every way that it listens on: what it files in the end, however it is
//! treated meanwhile. Each test has a network and mounts of its own.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;
mod common_outputs;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common_cli::{Watched, inside_namespace};
use common_outputs::{Arrived, Tested, text_of, time_of, until};
use pfstatelog::output::{Settings, Target};
use pfstatelog::time::Rfc3339;

const SETUP: &str = "mount --make-rprivate /\nip link set lo up";

/// A daemon that files what comes by TCP, UDP and two Unix sockets, at once and in order.
struct Rsyslogd {
    config: PathBuf,
    dir: tempfile::TempDir,
    running: Option<Watched>,
}

impl Rsyslogd {
    /// `None`, and a word, where there is none.
    fn start(test: &str) -> Option<Self> {
        if Command::new("rsyslogd").arg("-v").stdout(Stdio::null()).status().is_err() {
            println!("skipped: {test}: no rsyslogd");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let config = dir.path().join("rsyslog.conf");
        let at = dir.path().display();
        let rules = format!(
            "global(workDirectory=\"{at}\" maxMessageSize=\"64k\")\n\
             main_queue(queue.type=\"Direct\")\n\
             module(load=\"imuxsock\" sysSock.Use=\"off\")\n\
             module(load=\"imptcp\")\nmodule(load=\"imtcp\")\nmodule(load=\"imudp\")\n\
             input(type=\"imuxsock\" socket=\"{at}/datagram\" ruleset=\"all\"\n\
             \tuseSpecialParser=\"off\" parseHostname=\"on\" ignoreTimestamp=\"off\" rateLimit.Interval=\"0\")\n\
             input(type=\"imptcp\" path=\"{at}/stream\" ruleset=\"all\")\n\
             input(type=\"imtcp\" address=\"127.0.0.1\" port=\"5514\" ruleset=\"all\")\n\
             input(type=\"imudp\" address=\"127.0.0.1\" port=\"5514\" ruleset=\"all\" rcvbufSize=\"4m\")\n\
             template(name=\"whole\" type=\"string\" string=\"%timereported:::date-rfc3339% \
             %syslogfacility-text%.%syslogseverity-text% \
             %app-name% %procid% %structured-data% %msg%\\n\")\n\
             ruleset(name=\"all\") {{ action(type=\"omfile\" file=\"{at}/all.log\" template=\"whole\") }}\n"
        );
        fs::write(&config, rules).unwrap();
        let mut this = Self { config, dir, running: None };
        if let Err(said) = this.run() {
            println!("skipped: {test}: rsyslogd does not run here: {said}");
            return None;
        }
        Some(this)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&mut self) -> Result<(), String> {
        let mut command = Command::new("rsyslogd");
        command.args(["-n", "-f"]).arg(&self.config).arg("-i").arg(self.path("pid"));
        for name in ["datagram", "stream"] {
            let _ = fs::remove_file(self.path(name));
        }
        let mut running = Watched::spawn(command.stdin(Stdio::null()));
        let ports =
            || fs::read_to_string("/proc/net/tcp").is_ok_and(|text| text.contains(":158A "));
        let is_there = || self.path("datagram").exists() && self.path("stream").exists() && ports();
        until("rsyslogd listens", || is_there() || !running.is_running());
        if !running.is_running() {
            return Err(running.ended().err.replace('\n', "; "));
        }
        self.running = Some(running);
        Ok(())
    }

    fn signal(&self, name: &str) {
        self.running.as_ref().unwrap().signal(name);
    }

    /// Stops all of its threads, and comes back when they stand.
    fn hold(&self) {
        self.signal("STOP");
        let tasks = format!("/proc/{}/task", self.running.as_ref().unwrap().pid());
        let stands = |task: std::io::Result<fs::DirEntry>| {
            let stat = fs::read_to_string(task.unwrap().path().join("stat")).unwrap();
            stat.rsplit_once(") ").unwrap().1.starts_with('T')
        };
        until("it stands", || fs::read_dir(&tasks).unwrap().all(stands));
    }

    /// Ends it by a signal, and starts it anew.
    fn restart(&mut self, signal: &str) {
        let running = self.running.take().unwrap();
        running.signal(signal);
        running.ended();
        self.run().unwrap();
    }

    /// Lines that were filed, what stands before them apart.
    fn filed(&self) -> Vec<(Vec<String>, String)> {
        let text = fs::read(self.path("all.log")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let split = |line: &str| {
            let (head, rest) = line.split_once(" [meta ").unwrap_or((line, ""));
            let (number, message) = rest.split_once("] ").unwrap_or((rest, ""));
            let mut head: Vec<_> = head.split(' ').map(str::to_string).collect();
            head.push(number.to_string());
            (head, message.trim_start().to_string())
        };
        text.lines().map(split).collect()
    }

    fn arrived(&self) -> Arrived {
        let filed = self.filed();
        Arrived::of(filed.iter().map(|(_, line)| line.as_str()))
    }

    /// Waits until nothing more comes, and this line is there.
    fn wait_for_line(&self, number: u64) {
        let line = text_of(number);
        until("the last line is filed", || self.filed().iter().any(|(_, filed)| *filed == line));
    }
}

fn tcp() -> Target {
    Target::Tcp { host: "127.0.0.1".into(), port: 5514 }
}

fn udp() -> Target {
    Target::Udp { host: "127.0.0.1".into(), port: 5514 }
}

#[test]
fn every_way_brings_each_line_with_its_own_time() {
    let name = "every_way_brings_each_line_with_its_own_time";
    if !inside_namespace(name, "mn", SETUP) {
        return;
    }
    let Some(rsyslogd) = Rsyslogd::start(name) else { return };
    let unix = |name: &str| Target::Unix { path: rsyslogd.path(name) };
    for target in [tcp(), udp(), unix("datagram"), unix("stream")] {
        let mut tested = Tested::open(target.clone(), Settings::default());
        for sent in 1..=20 {
            tested.batch(10);
            // UDP has nobody who would wait.
            until("it is sent", || tested.handle.stats().written_lines == 10 * sent);
        }
        tested.end_well();
        rsyslogd.wait_for_line(199);
        let filed = rsyslogd.filed();
        let mut time = Rfc3339::default();
        for (number, (head, line)) in (0..).zip(&filed) {
            let mut expected = pfstatelog::line::Line::new();
            time.write_micros(&mut expected, time_of(number));
            let expected = String::from_utf8(expected.into_bytes()).unwrap();
            assert_eq!(*line, text_of(number), "{target}");
            // rsyslogd writes UTC as an offset, and may leave zeros out.
            assert!(head[0].starts_with(expected.trim_end_matches('Z')), "{target}: {head:?}");
            let pid = std::process::id().to_string();
            assert_eq!(head[1..4], ["daemon.info", "pfstatelog", &pid], "{target}");
            assert_eq!(head[4], format!("sequenceId=\"{}\"", number + 1), "{target}");
        }
        assert_eq!(filed.len(), 200, "{target}");
        fs::remove_file(rsyslogd.path("all.log")).unwrap();
        rsyslogd.signal("HUP");
        until("it files anew", || {
            let mut probe = Tested::open(tcp(), Settings::default());
            probe.batch(1);
            probe.end_well();
            rsyslogd.path("all.log").exists()
        });
        // It files in the order in which it takes: behind this one there is no probe any more.
        let mut last = Tested::open(tcp(), Settings::default());
        last.batch(2);
        last.end_well();
        rsyslogd.wait_for_line(1);
        fs::write(rsyslogd.path("all.log"), "").unwrap();
    }
}

/// Sends lines while the daemon is ended and started anew by each of the signals; all that did not arrive
/// has to be told.
fn survives(target: &Target, rsyslogd: &mut Rsyslogd, signals: &[&str]) -> (Tested, Arrived) {
    let mut tested = Tested::open(target.clone(), Settings::default());
    let send = |tested: &mut Tested, batches: u64| {
        for _ in 0..batches {
            tested.batch(50);
            thread::sleep(Duration::from_millis(1));
        }
    };
    for signal in signals {
        send(&mut tested, 100);
        let running = rsyslogd.running.take().unwrap();
        running.signal(signal);
        // In the midst of it.
        send(&mut tested, 50);
        running.ended();
        rsyslogd.run().unwrap();
        let waits = || tested.handle.stats().queued_lines > 0;
        until("it takes lines again", || !waits());
    }
    send(&mut tested, 10);
    tested.end_well();
    rsyslogd.wait_for_line(tested.next - 1);
    let arrived = rsyslogd.arrived();
    (tested, arrived)
}

fn check_survival(name: &str, target: impl Fn(&Rsyslogd) -> Target) {
    if !inside_namespace(name, "mn", SETUP) {
        return;
    }
    let Some(mut rsyslogd) = Rsyslogd::start(name) else { return };
    let target = target(&rsyslogd);
    let signals = ["TERM", "KILL", "KILL", "TERM"];
    let (tested, arrived) = survives(&target, &mut rsyslogd, &signals);
    arrived.assert_accounted(tested.next);
    let missing = tested.next - arrived.numbers.len() as u64;
    println!("{target}: {} sent, {missing} missing, gaps {:?}", tested.next, arrived.gaps);
    // What nobody can know is not told as certain; on other outputs it is told as well.
    assert!(arrived.gaps.iter().all(|(.., certain)| !certain), "{:?}", arrived.gaps);
    assert!(tested.told[0] == 0 && tested.told[1] >= missing, "{:?}", tested.told);
    assert!(tested.handle.stats().reconnects >= signals.len() as u64);
    // rsyslogd may file the part of a line that was there when the connection broke.
    assert!(arrived.torn.len() <= signals.len(), "{:?}", arrived.torn);
    assert!(arrived.order.is_sorted());
}

#[test]
fn tcp_tells_what_may_be_lost_when_the_daemon_is_restarted_or_killed() {
    check_survival("tcp_tells_what_may_be_lost_when_the_daemon_is_restarted_or_killed", |_| tcp());
}

#[test]
fn a_datagram_socket_tells_what_may_be_lost() {
    check_survival("a_datagram_socket_tells_what_may_be_lost", |rsyslogd| Target::Unix {
        path: rsyslogd.path("datagram"),
    });
}

#[test]
fn a_stream_socket_tells_what_may_be_lost() {
    check_survival("a_stream_socket_tells_what_may_be_lost", |rsyslogd| Target::Unix {
        path: rsyslogd.path("stream"),
    });
}

#[test]
fn a_killed_daemon_that_did_not_read_is_told_of() {
    let name = "a_killed_daemon_that_did_not_read_is_told_of";
    if !inside_namespace(name, "mn", SETUP) {
        return;
    }
    for by in ["tcp", "datagram", "stream"] {
        let Some(mut rsyslogd) = Rsyslogd::start(name) else { return };
        let target = match by {
            "tcp" => tcp(),
            name => Target::Unix { path: rsyslogd.path(name) },
        };
        let mut tested = Tested::open(target, Settings::default());
        tested.batch(5);
        rsyslogd.wait_for_line(4);
        rsyslogd.hold();
        // The system takes these for the daemon, which never will.
        tested.batch(8);
        until("they are sent", || tested.handle.stats().written_lines == 13);
        thread::sleep(Duration::from_millis(1500));
        rsyslogd.restart("KILL");
        tested.batch(1);
        tested.end_well();
        rsyslogd.wait_for_line(13);
        let arrived = rsyslogd.arrived();
        assert_eq!(arrived.numbers.len(), 6, "{by}: {:?}", arrived.order);
        arrived.assert_accounted(14);
    }
}

#[test]
fn udp_goes_on_whoever_listens() {
    let name = "udp_goes_on_whoever_listens";
    if !inside_namespace(name, "mn", SETUP) {
        return;
    }
    let Some(mut rsyslogd) = Rsyslogd::start(name) else { return };
    let mut tested = Tested::open(udp(), Settings::default());
    tested.batch(5);
    rsyslogd.wait_for_line(4);
    let running = rsyslogd.running.take().unwrap();
    running.signal("KILL");
    running.ended();
    for _ in 0..5 {
        tested.batch(1);
        thread::sleep(Duration::from_millis(20));
    }
    until("they are sent", || tested.handle.stats().written_lines == 10);
    rsyslogd.run().unwrap();
    // That nobody was there is told once somebody may be again.
    until("it is told", || {
        tested.batch(1);
        tested.told[1] > 0
    });
    tested.end_well();
    rsyslogd.wait_for_line(tested.next - 1);
    let arrived = rsyslogd.arrived();
    assert!(!arrived.gaps.is_empty() && arrived.gaps.iter().all(|(.., certain)| !certain));
    assert!(arrived.twice.is_empty() && arrived.torn.is_empty());
}

#[test]
fn a_daemon_that_was_held_back_for_10_s_files_the_time_of_the_capture() {
    let name = "a_daemon_that_was_held_back_for_10_s_files_the_time_of_the_capture";
    if !inside_namespace(name, "mn", SETUP) {
        return;
    }
    let Some(rsyslogd) = Rsyslogd::start(name) else { return };
    let unix = |name: &str| Target::Unix { path: rsyslogd.path(name) };
    let targets = [tcp(), udp(), unix("datagram"), unix("stream")];
    let mut all: Vec<_> =
        targets.iter().map(|to| Tested::open(to.clone(), Settings::default())).collect();
    rsyslogd.hold();
    let stopped = Instant::now();
    all.iter_mut().for_each(|tested| tested.batch(3));
    thread::sleep(Duration::from_secs(10).saturating_sub(stopped.elapsed()));
    // It is not taken for dead meanwhile.
    assert!(all.iter().all(|tested| tested.handle.stats().reconnects == 0));
    assert!(rsyslogd.filed().is_empty(), "it was not held back");
    rsyslogd.signal("CONT");
    all.iter_mut().for_each(Tested::end_well);
    until("all are filed", || rsyslogd.filed().len() >= 12);
    for (head, line) in rsyslogd.filed() {
        let number = common_outputs::number_in(&line).unwrap();
        assert!(head[0].starts_with(&format!("2023-11-14T22:13:20.00{number}")), "{head:?}");
    }
}

#[test]
fn a_host_that_is_not_there_yet_is_waited_for() {
    let name = "a_host_that_is_not_there_yet_is_waited_for";
    if !inside_namespace(name, "mn", SETUP) {
        return;
    }
    let mut tested = Tested::open(tcp(), Settings::default());
    assert!(tested.has_said("tcp://127.0.0.1:5514: ") && tested.has_said("lines wait"));
    tested.batch(30);
    let Some(rsyslogd) = Rsyslogd::start(name) else { return };
    tested.end_well();
    rsyslogd.wait_for_line(29);
    assert_eq!(rsyslogd.arrived().order, (0..30).collect::<Vec<_>>());
    // One that never comes is an end that tells what was not sent.
    drop(rsyslogd);
    let mut nobody = Tested::open(tcp(), Settings::default());
    nobody.batch(30);
    let left = nobody.end(Duration::from_millis(300)).unwrap();
    assert_eq!((left.lines, left.certain), (30, true));
}
