//! Live capture from interfaces, in network namespaces that each test makes for itself: nothing
//! leaves them, and they are gone with the test.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::process::Command;
use std::thread;
use std::time::Duration;

use common_cli::*;
use pcap::{Active, Capture};
use pfstatelog::wire::grammar::{Body, Frame, StateId};

/// The end of the cable on which the test sends.
struct Sender(Capture<Active>);

impl Sender {
    fn on(interface: &str) -> Self {
        Self(Capture::from_device(interface).unwrap().open().unwrap())
    }

    fn send(&mut self, packet: &[u8]) {
        self.0.sendpacket(packet).unwrap();
    }

    fn pfsync(&mut self, frame: &[u8]) {
        self.send(&ethernet(&[], 240, frame));
    }
}

/// The program, listening.
fn listening(args: &[&str]) -> Watched {
    let mut program = Watched::spawn(&mut program(args));
    program.wait_for_error("listening on");
    program
}

#[test]
fn frames_of_an_interface_are_told_and_counted() {
    if !inside_namespace("frames_of_an_interface_are_told_and_counted", "n", CABLE) {
        return;
    }
    let mut program = listening(&["-v", "-o", "-", "--stats", "v1"]);
    let start = program.wait_for_error("listening on");
    let words = "pfstatelog: listening on v1 (EN10MB), events go to standard output";
    assert!(start.starts_with(words), "{start}");
    let mut sender = Sender::on("v0");
    // What is not pfsync is left out by the kernel already: as much of it as you like.
    for _ in 0..20 {
        sender.send(&ethernet(&[], 17, &[0; 64]));
        sender.send(&ethernet(&[7], 6, &[0; 64]));
    }
    sender.pfsync(&ins(&[1, 2]));
    program.wait_for(&id_words(2));
    // Silence for longer than any time limit in the program, then more.
    thread::sleep(Duration::from_millis(1500));
    sender.pfsync(&del(&[1]));
    program.wait_for("Z end");
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!((ended.code, ended.lines().len()), (Some(0), 3), "{ended:?}");
    assert_eq!(ended.err.lines().count(), 2, "{ended:?}");
    let stats = ended.stats();
    assert_eq!((&stats["packets"], &stats["frames"]), (&2.into(), &2.into()));
    assert_eq!((&stats["not_pfsync"], &stats["dropped_capture"]), (&0.into(), &0.into()));
    assert_eq!((&stats["messages"]["INS"], &stats["lines"]), (&2.into(), &3.into()));
}

#[test]
fn frames_behind_vlan_tags_are_told() {
    if !inside_namespace("frames_behind_vlan_tags_are_told", "n", CABLE) {
        return;
    }
    let mut program = listening(&["-o", "-", "--stats", "v1"]);
    let mut sender = Sender::on("v0");
    // The kernel takes the tag off into the packet's metadata; libpcap puts it back.
    sender.send(&ethernet(&[7], 240, &ins(&[1])));
    program.wait_for(&id_words(1));
    sender.send(&ethernet(&[7, 9], 240, &ins(&[2])));
    program.wait_for(&id_words(2));
    sender.send(&ethernet(&[], 240, &ins(&[3])));
    program.wait_for(&id_words(3));
    program.signal("INT");
    let ended = program.ended();
    assert_eq!((ended.code, ended.lines().len()), (Some(0), 3), "{ended:?}");
    assert_eq!(ended.stats()["frames"], 3);
}

#[test]
fn the_corpus_on_a_wire_is_told_as_from_its_files() {
    let Some(corpus) = corpus() else { return };
    if !inside_namespace("the_corpus_on_a_wire_is_told_as_from_its_files", "n", CABLE) {
        return;
    }
    for name in [
        "openbsd-7.9/nat_out_tcp.wire.pcap",
        "openbsd-7.9/afto_in_4to6.wire.pcap",
        "openbsd-7.9/lifecycle_small.wire.pcap",
        "openbsd-7.9/clr.wire.pcap",
        "openbsd-5.0/counters.wire.pcap",
        "openbsd-4.7/tdb.wire.pcap",
        "malformed/ipv6_outer.pcap",
        "malformed/ip_options.pcap",
        "malformed/ip_fragments.pcap",
    ] {
        let path = corpus.join(name);
        let mut file = Capture::from_file(&path).unwrap();
        let from_file = run(&["-e", "all", "--no-table", "-r", path.to_str().unwrap()]);
        let count = from_file.lines().len();
        assert!(count > 0, "{from_file:?}");
        let mut sender = Sender::on("v0");
        // Durations are those of the times, which are others here.
        let count = count.to_string();
        let program = listening(&["-e", "all", "--no-table", "-o", "-", "-c", &count, "v1"]);
        while let Ok(packet) = file.next_packet() {
            sender.send(packet.data);
        }
        let live = program.ended();
        assert_eq!(live.code, Some(0), "{live:?}");
        // All but the times, and what follows from them.
        let words = |ended: &Ended| -> Vec<Vec<String>> {
            let words = |line: &str| {
                let all = line.split(' ').skip(1).map(str::to_string);
                all.filter(|word| !(word.starts_with("20") && word.ends_with('Z'))).collect()
            };
            ended.out.lines().map(words).collect()
        };
        assert_eq!(words(&live), words(&from_file), "{name}");
    }
}

#[test]
fn count_stops_a_live_capture() {
    if !inside_namespace("count_stops_a_live_capture", "n", CABLE) {
        return;
    }
    let program = listening(&["-o", "-", "-c", "2", "v1"]);
    Sender::on("v0").pfsync(&ins(&[1, 2, 3, 4]));
    let ended = program.ended();
    assert_eq!((ended.code, ended.lines().len()), (Some(0), 2), "{ended:?}");
}

#[test]
fn a_short_snaplen_is_a_gap_that_names_it() {
    if !inside_namespace("a_short_snaplen_is_a_gap_that_names_it", "n", CABLE) {
        return;
    }
    // Ethernet, IP, pfsync and section headers, one record and a part of the next.
    let snaplen = (14 + 20 + 24 + 264 + 100).to_string();
    let mut program = listening(&["-o", "-", "--stats", "--snaplen", &snaplen, "v1"]);
    Sender::on("v0").pfsync(&ins(&[1, 2]));
    let gap = program.wait_for(" gap ");
    assert!(gap.contains("where capture certain yes reason cut captured"), "{gap}");
    assert!(gap.ends_with("raise --snaplen"), "{gap}");
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!(ended.code, Some(0));
    assert!(ended.lines()[0].ends_with(&id_words(1)), "what is whole is told: {ended:?}");
    assert_eq!(ended.stats()["cut"], 1);
}

#[test]
fn two_interfaces_are_told_apart() {
    let setup = format!(
        "{CABLE}\nip link add w0 type veth peer name w1\nip link set w0 up\nip link set w1 up"
    );
    if !inside_namespace("two_interfaces_are_told_apart", "n", &setup) {
        return;
    }
    let mut program = listening(&["-o", "-", "v1", "-i", "w1"]);
    assert!(program.wait_for_error("listening").contains("on v1 (EN10MB) and w1 (EN10MB), "));
    let (mut v0, mut w0) = (Sender::on("v0"), Sender::on("w0"));
    for round in 0..3 {
        v0.pfsync(&ins(&[10 + round]));
        w0.pfsync(&ins(&[20 + round]));
        assert!(program.wait_for(&id_words(10 + round)).ends_with(" source v1"));
        assert!(program.wait_for(&id_words(20 + round)).ends_with(" source w1"));
    }
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!((ended.code, ended.lines().len()), (Some(0), 6), "{ended:?}");
}

#[test]
fn the_loopback_interface_works() {
    if !inside_namespace("the_loopback_interface_works", "n", CABLE) {
        return;
    }
    let mut program = listening(&["-o", "-", "lo"]);
    Sender::on("lo").pfsync(&ins(&[1]));
    program.wait_for(&id_words(1));
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
}

#[test]
fn an_interface_that_vanishes_is_waited_for() {
    if !inside_namespace("an_interface_that_vanishes_is_waited_for", "n", CABLE) {
        return;
    }
    let mut program = listening(&["-o", "-", "--stats", "v1"]);
    Sender::on("v0").pfsync(&ins(&[1]));
    program.wait_for(&id_words(1));
    // Twice: the second time it is heard through a process that was made for it.
    for round in [2, 3] {
        assert!(ip("link del v0"));
        until_said(&mut program, "v1 is gone: it is waited for", round - 1);
        assert!(ip("link add v0 type veth peer name v1"));
        assert!(ip("link set v0 up") && ip("link set v1 up"));
        until_said(&mut program, "v1 is back", round - 1);
        let mut sender = Sender::on("v0");
        until("what is sent is told", || {
            sender.pfsync(&ins(&[round]));
            program.has_come(&id_words(round))
        });
        until("the gap is told", || program.count(" gap ") == round as usize - 1);
    }
    let gap = program.wait_for(" gap ");
    assert!(gap.contains("where capture from 20"), "{gap}");
    assert!(gap.ends_with(" certain no reason interface-gone"), "{gap}");
    // Where it is root, what captures anew is not, and can do as little as the worker.
    if cfg!(target_os = "linux") {
        let [worker, reader] = program.children()[..] else { panic!("{:?}", program.children()) };
        for name in ["Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp"] {
            assert_eq!(status_of(worker, name), status_of(reader, name), "{name}");
        }
    }
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stats()["messages"]["DEL_C"], 0);
}

#[test]
fn an_interface_that_goes_down_and_up_is_heard_again() {
    if !inside_namespace("an_interface_that_goes_down_and_up_is_heard_again", "n", CABLE) {
        return;
    }
    let mut program = listening(&["-o", "-", "v1"]);
    let mut sender = Sender::on("v0");
    sender.pfsync(&ins(&[1]));
    program.wait_for(&id_words(1));
    assert!(ip("link set v1 down"));
    let down = program.wait_for_error("v1 went down");
    assert!(down.ends_with("(ifconfig v1 up)"), "{down}");
    assert!(ip("link set v1 up"));
    program.wait_for_error("v1 is up again");
    // The link takes a moment to carry frames again, and what is sent before is lost.
    until("what is sent is told", || {
        sender.pfsync(&ins(&[2]));
        program.has_come(&id_words(2))
    });
    let gap = program.wait_for(" gap ");
    assert!(gap.ends_with(" certain no reason interface-down"), "{gap}");
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!((ended.code, ended.err.lines().count()), (Some(0), 3), "{ended:?}");
}

#[test]
fn silence_is_suspected_once() {
    if !inside_namespace("silence_is_suspected_once", "n", CABLE) {
        return;
    }
    let mut program = listening(&["-o", "-", "--quiet-warn", "1", "v1"]);
    let suspected = program.wait_for_error("no pfsync came for 1 s");
    assert!(suspected.starts_with("pfstatelog: v1: ") && suspected.contains("syncdev"));
    Sender::on("v0").pfsync(&ins(&[1]));
    program.wait_for(&id_words(1));
    // What was heard may fall silent again.
    until_said(&mut program, "no pfsync came for 1 s", 2);
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
}

#[test]
fn a_first_frame_that_cannot_be_read_is_said_with_what_to_do() {
    let name = "a_first_frame_that_cannot_be_read_is_said_with_what_to_do";
    if !inside_namespace(name, "n", CABLE) {
        return;
    }
    let mut program = listening(&["-o", "-", "v1"]);
    let mut sender = Sender::on("v0");
    // A version that there is none of, twice; then one that can be read.
    let mut wrong = ins(&[1]);
    wrong[0] = 99;
    sender.pfsync(&wrong);
    sender.pfsync(&wrong);
    let said = program.wait_for_error("the first frame cannot be read");
    assert!(said.contains("(-R)") && said.contains("99"), "{said}");
    sender.pfsync(&ins(&[2]));
    program.wait_for(&id_words(2));
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!((ended.code, ended.err.lines().count()), (Some(0), 2), "{ended:?}");
}

/// Waits until these words were said so often.
#[track_caller]
fn until_said(program: &mut Watched, words: &str, times: u64) {
    until(words, || program.count_errors(words) as u64 >= times);
}

#[test]
fn states_of_a_peer_that_were_never_seen_are_hinted_at_once() {
    if !inside_namespace("states_of_a_peer_that_were_never_seen_are_hinted_at_once", "n", CABLE) {
        return;
    }
    let mut program = listening(&["-o", "-", "-c", "4", "v1"]);
    let mut sender = Sender::on("v0");
    let foreign = |id| {
        let gone = StateId { id, creatorid: 0x1a2b_3c4d };
        Frame::build(vec![(7, Body::DelC(vec![gone]))])
    };
    // An unknown state of our own is none of a peer's.
    for frame in [ins(&[1]), del(&[2]), foreign(3), foreign(4)] {
        sender.pfsync(&frame);
    }
    program.wait_for_error("states of creator 1a2b3c4d");
    let ended = program.ended();
    assert_eq!((ended.code, ended.err.lines().count()), (Some(0), 2), "{ended:?}");
}

#[test]
fn a_reader_that_has_read_enough_ends_a_live_capture() {
    if !inside_namespace("a_reader_that_has_read_enough_ends_a_live_capture", "n", CABLE) {
        return;
    }
    // The shell's status is that of the program; head ends after the first line.
    let script = "{ \"$0\" -o - v1; echo \"ended $?\" >&2; } | head -n 1";
    let mut command = Command::new("sh");
    command.args(["-c", script, PROGRAM]);
    let mut both = Watched::spawn(&mut command);
    both.wait_for_error("listening on");
    let mut sender = Sender::on("v0");
    sender.pfsync(&ins(&[1]));
    both.wait_for(&id_words(1));
    // It learns that nobody reads when it writes next, and head may take its time to end.
    let end = std::time::Instant::now() + PATIENCE;
    while both.is_running() && std::time::Instant::now() < end {
        sender.pfsync(&ins(&[2]));
        thread::sleep(LOOK);
    }
    let ended = both.ended();
    assert!(ended.err.ends_with("\nended 0\n") && ended.err.lines().count() == 2, "{ended:?}");
}

#[test]
fn interfaces_that_cannot_be_heard_are_named() {
    if !inside_namespace("interfaces_that_cannot_be_heard_are_named", "n", CABLE) {
        return;
    }
    let cannot = |args: &[&str], words: &[&str]| {
        let ended = run(args);
        assert_eq!((ended.code, ended.err.lines().count()), (Some(1), 1), "{ended:?}");
        words.iter().for_each(|word| assert!(ended.err.contains(word), "{word}: {ended:?}"));
    };
    cannot(&["-o", "-", "nosuch0"], &["nosuch0: no such interface", "create it"]);
    cannot(&["-o", "-", "v1", "nosuch0"], &["nosuch0: no such interface"]);
    cannot(&["-o", "-", "a-name-that-no-interface-can-have"], &["a-name-that-no-interface"]);
    if ip("link add nlmon0 type nlmon") && ip("link set nlmon0 up") {
        cannot(&["-o", "-", "nlmon0"], &["nlmon0: link-layer type", "NETLINK", "syncdev"]);
    } else if Capture::from_device("nflog").and_then(|device| device.open()).is_ok() {
        // libpcap's own, where the kernel has no such device.
        cannot(&["-o", "-", "nflog"], &["nflog: link-layer type 239 (NFLOG", "syncdev"]);
    } else {
        println!("skipped: interfaces_that_cannot_be_heard_are_named: no nlmon, no nflog");
    }
}

/// A host that does not answer is waited for by nobody but its own output.
#[test]
fn an_output_that_cannot_be_reached_holds_up_nothing_else() {
    let name = "an_output_that_cannot_be_reached_holds_up_nothing_else";
    // The address has a neighbour, so that packets leave, and nobody is there.
    let setup = format!(
        "{CABLE}\nip addr add 10.77.0.1/24 dev v1\n\
         ip neigh add 10.77.0.9 lladdr 02:00:00:00:00:09 dev v1 nud permanent"
    );
    if !inside_namespace(name, "n", &setup) {
        return;
    }
    let mut program = Watched::spawn(&mut program(&["-o", "-", "-o", "tcp://10.77.0.9:601", "v1"]));
    program.wait_for_error("listening on");
    let mut sender = pcap::Capture::from_device("v0").unwrap().open().unwrap();
    // While a connection is tried, which takes 5 s, lines go on coming: none waits for the next try.
    let began = std::time::Instant::now();
    for id in 1..=30 {
        sender.sendpacket(&*ethernet(&[], 240, &ins(&[id]))).unwrap();
        program.wait_for(&id_words(id));
    }
    // Each would have waited for a try, and all of them longer than for anything that hangs.
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.err.contains("30 lines were lost"), "{ended:?}");
}

/// Nothing may run before the fork, and what a crash left is compressed after it.
#[test]
fn rotation_starts_after_the_fork() {
    if !inside_namespace("rotation_starts_after_the_fork", "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .unwrap();
    let log = dir.path().join("pf.log");
    let left = dir.path().join("pf.log.0");
    std::fs::write(&left, "2026-11-20T13:05:02Z a line of before\n".repeat(200_000)).unwrap();
    let args = ["-o", log.to_str().unwrap(), "--rotate-size", "1M", "v1"];
    let mut program = Watched::spawn(&mut program(&args));
    program.wait_for_error("listening on");
    until("what was left is compressed", || !left.exists());
    assert!(dir.path().join("pf.log.0.gz").exists());
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
}

#[test]
fn a_file_is_opened_anew_and_written_after_an_interface_vanished() {
    let name = "a_file_is_opened_anew_and_written_after_an_interface_vanished";
    if !inside_namespace(name, "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.log");
    let has = |id| std::fs::read_to_string(&path).is_ok_and(|text| text.contains(&id_words(id)));
    let mut program = listening(&["-o", utf8(&path), "v1"]);
    Sender::on("v0").pfsync(&ins(&[1]));
    until("it is written", || has(1));
    assert!(ip("link del v0"));
    until_said(&mut program, "v1 is gone: it is waited for", 1);
    // The file's new descriptor is not to be the number that the worker may not write to.
    std::fs::rename(&path, dir.path().join("old")).unwrap();
    program.signal("HUP");
    until("it is there again", || path.exists());
    assert!(ip("link add v0 type veth peer name v1"));
    assert!(ip("link set v0 up") && ip("link set v1 up"));
    until_said(&mut program, "v1 is back", 1);
    let mut sender = Sender::on("v0");
    until("it is written", || {
        sender.pfsync(&ins(&[2]));
        has(2)
    });
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!((ended.code, ended.err.contains("lines wait")), (Some(0), false), "{ended:?}");
}

#[test]
fn a_closed_standard_output_is_no_place_to_watch() {
    if !inside_namespace("a_closed_standard_output_is_no_place_to_watch", "n", CABLE) {
        return;
    }
    for args in [&["-v", "-o", "udp://127.0.0.1:9", "v1"][..], &["-o", "-", "v1"]] {
        let mut sh = Command::new("sh");
        sh.args(["-c", "exec \"$0\" \"$@\" >&-", PROGRAM]).args(args);
        let ended = Watched::spawn(&mut sh).ended();
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert_one_line(&ended, &["standard output: it is closed"]);
    }
}
