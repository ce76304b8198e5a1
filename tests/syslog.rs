//! Lines on their way to a syslog daemon: one that the test plays, and a real rsyslogd. Both sit
//! in mount namespaces with a /dev of their own; the machine's log sees nothing of it.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};

use common_cli::*;

const LOG: &str = "/dev/log";

/// A syslog daemon that keeps what it gets.
struct Daemon(UnixDatagram);

impl Daemon {
    fn start() -> Self {
        let socket = UnixDatagram::bind(LOG).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(socket)
    }

    fn stop(self) {
        drop(self);
        fs::remove_file(LOG).unwrap();
    }

    /// The next message; `None` if none comes.
    fn message(&self) -> Option<String> {
        let mut bytes = [0; 65_536];
        let len = self.0.recv(&mut bytes).ok()?;
        Some(String::from_utf8(bytes[..len].to_vec()).unwrap())
    }

    /// The message that is there already, if any.
    fn waiting(&self) -> Option<String> {
        self.0.set_nonblocking(true).unwrap();
        let message = self.message();
        self.0.set_nonblocking(false).unwrap();
        message
    }
}

/// A capture of many frames, and the lines that the program makes of it.
fn capture(path: &Path) -> Vec<String> {
    let frames: Vec<_> = (0..200_u32)
        .map(|n| (n, if n % 2 == 0 { ins(&[n.into()]) } else { del(&[u64::from(n) - 1]) }))
        .collect();
    fs::write(path, pcap(&frames)).unwrap();
    let lines = run(&["-r", path.to_str().unwrap()]);
    assert_eq!(lines.lines().len(), 200);
    lines.out.lines().map(str::to_string).collect()
}

#[test]
fn each_line_is_a_message_with_priority_tag_and_pid() {
    if !inside_namespace("each_line_is_a_message_with_priority_tag_and_pid", "m", EMPTY_DEV) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("capture");
    let lines = capture(&path);
    let path = path.to_str().unwrap();
    // Priority: facility times 8, and 6 for info.
    for (output, priority) in [("syslog:local3", 19 * 8 + 6), ("syslog", 3 * 8 + 6)] {
        let daemon = Daemon::start();
        // Nothing is held back for a daemon that is slow: its socket is full after a few.
        let program = Watched::spawn(&mut program(&["-o", output, "-r", path]));
        let tag = format!("<{priority}>pfstatelog[{}]: ", program.pid());
        for line in &lines {
            assert_eq!(daemon.message(), Some(format!("{tag}{line}")));
        }
        let ended = program.ended();
        assert_eq!((ended.code, &*ended.out, &*ended.err), (Some(0), "", ""));
        assert_eq!(daemon.waiting(), None, "a line came twice");
        daemon.stop();
    }
    // Beside standard output, each has all.
    let daemon = Daemon::start();
    let program = Watched::spawn(&mut program(&["-v", "-o", "syslog", "-r", path]));
    let got: Vec<_> = lines.iter().map_while(|_| daemon.message()).collect();
    assert_eq!(program.ended().out.lines().count(), lines.len());
    assert!(got.iter().zip(&lines).all(|(got, line)| got.ends_with(line)) && got.len() == 200);
}

#[test]
fn without_a_daemon_it_does_not_start() {
    if !inside_namespace("without_a_daemon_it_does_not_start", "m", EMPTY_DEV) {
        return;
    }
    let nobody = || {
        let ended = run(&["-o", "syslog", "-r", "/dev/null"]);
        assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{ended:?}");
        assert_eq!(ended.err.lines().count(), 1, "{ended:?}");
        for word in ["pfstatelog: no syslog daemon", "start one", "-o -"] {
            assert!(ended.err.contains(word), "{ended:?}");
        }
    };
    nobody();
    // A daemon that went away and left its socket behind.
    drop(Daemon::start());
    assert!(Path::new(LOG).exists());
    nobody();
}

#[test]
fn lines_wait_while_the_daemon_restarts_and_what_may_be_lost_is_told() {
    let name = "lines_wait_while_the_daemon_restarts_and_what_may_be_lost_is_told";
    if !inside_namespace(name, "m", EMPTY_DEV) {
        return;
    }
    let daemon = Daemon::start();
    let (mut program, mut input) =
        Watched::fed(&["-v", "-o", "syslog:local3", "--stats", "-r", "-"]);
    feed(&mut input, &pcap_header(PFSYNC));
    let mut feed_one = |program: &mut Watched, id: u32| {
        feed(&mut input, &pcap_record(id, &ins(&[id.into()])));
        program.wait_for(&id_words(id.into()));
    };
    for id in [1, 2] {
        feed_one(&mut program, id);
        assert!(daemon.message().unwrap().ends_with(&id_words(id.into())));
    }
    daemon.stop();
    for id in [3, 4, 5] {
        feed_one(&mut program, id);
    }
    program.wait_for_error("syslog:local3: ");
    let daemon = Daemon::start();
    // That the second was read nobody can tell; when the third was taken to the daemon, it was gone.
    let gap = daemon.message().unwrap();
    let words = "where output:syslog:local3";
    assert!(gap.contains(words) && gap.contains(" certain no reason output"), "{gap}");
    let lost = gap.split(" lost ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    assert!(matches!(lost, "1" | "2"), "{gap}");
    for id in [3, 4, 5] {
        assert!(daemon.message().unwrap().ends_with(&id_words(id)));
    }
    feed_one(&mut program, 6);
    assert!(daemon.message().unwrap().ends_with(&id_words(6)));
    program.wait_for(words);
    drop(input);
    let ended = program.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.err.contains("syslog:local3: takes lines again"), "{ended:?}");
    let stats = ended.stats();
    assert_eq!((&stats["dropped_output"], &stats["events"]["gap"]), (&0.into(), &1.into()));
    // Two outputs, and the gap on standard output; on its own the output writes it itself.
    assert_eq!(stats["lines"], 2 * 6 + 1);
    assert_eq!(daemon.waiting(), None);
}

#[test]
fn what_is_lost_until_the_end_is_an_error() {
    if !inside_namespace("what_is_lost_until_the_end_is_an_error", "m", EMPTY_DEV) {
        return;
    }
    let daemon = Daemon::start();
    let (mut program, mut input) = Watched::fed(&["-o", "syslog", "-o", "-", "--stats", "-r", "-"]);
    feed(&mut input, &pcap(&[(1, ins(&[1]))]));
    program.wait_for(&id_words(1));
    assert!(daemon.message().unwrap().ends_with(&id_words(1)));
    daemon.stop();
    feed(&mut input, &pcap_record(2, &ins(&[2, 3])));
    program.wait_for(&id_words(3));
    drop(input);
    let ended = program.ended();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("pfstatelog: syslog:daemon: 2 lines were lost"), "{ended:?}");
    let stats = ended.err.lines().find(|line| line.starts_with('{')).unwrap();
    let stats: serde_json::Value = serde_json::from_str(stats).unwrap();
    // Of two outputs that got three each; that the first may be lost is told on the one that is left.
    assert_eq!(stats["dropped_output"], 2);
    assert_eq!(stats["lines"], 4 + stats["events"]["gap"].as_u64().unwrap());
}

#[test]
fn live_lines_go_to_the_daemon_by_default() {
    let setup = format!(
        "ip link add v0 type veth peer name v1\nip link set v0 up\nip link set v1 up\n{EMPTY_DEV}"
    );
    if !inside_namespace("live_lines_go_to_the_daemon_by_default", "mn", &setup) {
        return;
    }
    let daemon = Daemon::start();
    let mut sender = pcap::Capture::from_device("v0").unwrap().open().unwrap();
    for (args, to) in [
        (&["v1"][..], "syslog (daemon.info)"),
        (&["-vv", "v1"], "syslog (daemon.info) and standard output"),
    ] {
        let mut program = Watched::spawn(&mut program(args));
        let start = program.wait_for_error("listening");
        let words = format!("pfstatelog: listening on v1 (EN10MB), events go to {to}");
        assert!(start.starts_with(&words), "{start}");
        // The acknowledgement is for -vv and standard output alone.
        for frame in [ack(7), ins(&[8])] {
            sender.sendpacket(&*ethernet(&[], 240, &frame)).unwrap();
        }
        let message = daemon.message().unwrap();
        assert!(message.starts_with(&format!("<30>pfstatelog[{}]: 20", program.pid())));
        assert!(message.contains(" start em0 ") && message.ends_with(&id_words(8)), "{message}");
        if args.len() > 1 {
            program.wait_for(" ack ");
            program.wait_for(" start ");
        }
        program.signal("TERM");
        assert_eq!(program.ended().code, Some(0));
        assert_eq!(daemon.waiting(), None);
    }
    // Without a daemon the terminal is told all the same, if it was asked for; else there is
    // nowhere to log to.
    drop(daemon);
    let mut watching = Watched::spawn(&mut program(&["-v", "v1"]));
    watching.wait_for_error("no syslog daemon");
    watching.wait_for_error("events go to standard output");
    watching.wait_for_error("listening on v1 (EN10MB), events go to standard output");
    sender.sendpacket(&*ethernet(&[], 240, &ins(&[9]))).unwrap();
    watching.wait_for(&id_words(9));
    watching.signal("TERM");
    assert_eq!(watching.ended().code, Some(0));
    for args in [&["v1"][..], &["-o", "syslog", "-v", "v1"]] {
        assert_eq!(run(args).code, Some(1));
    }
    assert!(run(&["nosuch0"]).err.contains("no such interface"));
}

#[test]
fn a_real_rsyslogd_files_them() {
    if !inside_namespace("a_real_rsyslogd_files_them", "m", EMPTY_DEV) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (config, file) = (dir.path().join("rsyslog.conf"), dir.path().join("pf.log"));
    let other = dir.path().join("other.log");
    let rules = format!(
        "global(workDirectory=\"{dir}\")\n\
         module(load=\"imuxsock\" sysSock.Name=\"{LOG}\" sysSock.RateLimit.Interval=\"0\")\n\
         template(name=\"whole\" type=\"string\"\n\
         \tstring=\"%syslogfacility-text%.%syslogseverity-text% %syslogtag%%msg%\\n\")\n\
         if $programname == \"pfstatelog\" and $syslogfacility-text == \"local3\" then {{\n\
         \taction(type=\"omfile\" file=\"{file}\" template=\"whole\")\n\
         \tstop\n\
         }}\n\
         *.* action(type=\"omfile\" file=\"{other}\" template=\"whole\")\n",
        dir = dir.path().display(),
        file = file.display(),
        other = other.display(),
    );
    fs::write(&config, rules).unwrap();
    let mut rsyslogd = Command::new("rsyslogd");
    rsyslogd.args(["-n", "-f"]).arg(&config).arg("-i").arg(dir.path().join("pid"));
    if Command::new("rsyslogd").arg("-v").stdout(Stdio::null()).status().is_err() {
        println!("skipped: a_real_rsyslogd_files_them: no rsyslogd");
        return;
    }
    let mut rsyslogd = Watched::spawn(rsyslogd.stdin(Stdio::null()));
    until("rsyslogd makes its socket", || Path::new(LOG).exists() || !rsyslogd.is_running());
    if !rsyslogd.is_running() {
        let said = rsyslogd.ended().err.replace('\n', "; ");
        println!("skipped: a_real_rsyslogd_files_them: rsyslogd does not run here: {said}");
        return;
    }
    let capture_path = dir.path().join("capture");
    let lines = capture(&capture_path);
    let args = ["-o", "syslog:local3", "-r", capture_path.to_str().unwrap()];
    let program = Watched::spawn(&mut program(&args));
    let tag = format!("local3.info pfstatelog[{}]: ", program.pid());
    let ended = program.ended();
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let filed = || fs::read_to_string(&file).unwrap_or_default();
    until("all lines are filed", || filed().lines().count() >= lines.len());
    rsyslogd.signal("TERM");
    rsyslogd.ended();
    let expected: Vec<String> = lines.iter().map(|line| format!("{tag}{line}")).collect();
    assert_eq!(filed().lines().collect::<Vec<_>>(), expected);
    assert!(!fs::read_to_string(&other).unwrap_or_default().contains("pfstatelog"));
}
