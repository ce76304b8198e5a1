//! The two processes of a live capture: who they are, what is passed on, and what becomes of one when
//! the other ends. They are looked at through /proc, so all of it is for Linux.

#![cfg(all(feature = "cli", target_os = "linux"))]
#![forbid(unsafe_code)]

mod common_cli;

use std::fs::{self, File};
use std::process::{Command, Stdio};

use common_cli::*;
use pcap::{Active, Capture};

fn sender() -> Capture<Active> {
    Capture::from_device("v0").unwrap().open().unwrap()
}

fn send(sender: &mut Capture<Active>, frame: &[u8]) {
    sender.sendpacket(&*ethernet(&[], 240, frame)).unwrap();
}

/// The program, listening, and its worker.
fn listening(args: &[&str]) -> (Watched, u32) {
    let mut program = Watched::spawn(&mut program(args));
    program.wait_for_error("listening on");
    // It is there from before that line on.
    let worker = program.children()[0];
    (program, worker)
}

#[test]
fn the_worker_is_nobody_and_both_are_confined() {
    if !inside_namespace("the_worker_is_nobody_and_both_are_confined", "n", CABLE) {
        return;
    }
    let (mut program, worker) = listening(&["-o", "-", "-d", "v1"]);
    // The opener is confined about when the worker is.
    let opener = program.wait_for_error("opener: confined by");
    let said = program.wait_for_error("worker: confined by");
    for (pid, said) in [(program.pid(), opener), (worker, said)] {
        if said.contains("seccomp") {
            assert_eq!(status_of(pid, "Seccomp").as_deref(), Some("2"), "{said}");
        }
        assert_eq!(status_of(pid, "NoNewPrivs").as_deref(), Some("1"));
    }
    let listening = program.wait_for_error("listening on");
    let uid = status_of(worker, "Uid").unwrap();
    if listening.contains(", as nobody") {
        assert_eq!(status_of(program.pid(), "Uid").unwrap(), "0\t0\t0\t0");
        assert_eq!(uid, "65534\t65534\t65534\t65534");
        assert_eq!(status_of(worker, "CapEff").unwrap(), "0000000000000000");
        assert_eq!(status_of(worker, "Groups").unwrap().split_whitespace().count(), 1);
    } else {
        println!("skipped: the_worker_is_nobody_and_both_are_confined: {listening}");
    }
    // Of what root may do the opener has what opening takes: files of others, a reader's user, interfaces.
    let has = u64::from_str_radix(&status_of(program.pid(), "CapEff").unwrap(), 16).unwrap();
    assert_eq!(has & !0x20ef, 0, "{has:x}");
    // It works all the same.
    send(&mut sender(), &ins(&[1]));
    program.wait_for(&id_words(1));
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
}

#[test]
fn user_and_chroot_are_those_that_were_asked_for() {
    if !inside_namespace("user_and_chroot_are_those_that_were_asked_for", "n", CABLE) {
        return;
    }
    if fs::read_to_string("/proc/self/uid_map").unwrap().split_whitespace().last() == Some("1") {
        println!(
            "skipped: user_and_chroot_are_those_that_were_asked_for: root alone is known here"
        );
        return;
    }
    let (program, worker) = listening(&["-o", "-", "--user", "root", "v1"]);
    assert_eq!(status_of(worker, "Uid").unwrap(), "0\t0\t0\t0");
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));

    let dir = tempfile::tempdir().unwrap();
    let args = ["-o", "-", "--user", "daemon", "--chroot", utf8(dir.path()), "v1"];
    let (mut program, worker) = listening(&args);
    assert_eq!(status_of(worker, "Uid").unwrap(), "1\t1\t1\t1");
    let root = fs::read_link(format!("/proc/{worker}/root")).unwrap();
    assert_eq!(root, dir.path().canonicalize().unwrap());
    assert_eq!(fs::read_link(format!("/proc/{worker}/cwd")).unwrap(), root);
    send(&mut sender(), &ins(&[1]));
    program.wait_for(&id_words(1));
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));

    let ended = run(&["-o", "-", "--user", "no-such-user", "v1"]);
    assert_eq!(ended.code, Some(2));
    assert_one_line(&ended, &["no user no-such-user"]);
    let ended = run(&["-o", "-", "--chroot", "/no/such/folder", "v1"]);
    assert_eq!(ended.code, Some(1));
    assert_one_line(&ended, &["/no/such/folder"]);
}

#[test]
fn signals_are_passed_on() {
    if !inside_namespace("signals_are_passed_on", "n", CABLE) {
        return;
    }
    let mut sender = sender();
    for (round, end) in (1..).zip(["TERM", "INT"]) {
        let (mut program, worker) = listening(&["-o", "-", "v1"]);
        program.signal("USR2");
        assert!(program.wait_for_error("{\"packets\":").contains("\"messages\""));
        // These end nothing.
        program.signal("HUP");
        program.signal("USR1");
        send(&mut sender, &ins(&[round]));
        program.wait_for(&id_words(round));
        program.signal(end);
        let ended = program.ended();
        assert_eq!((ended.code, ended.err.lines().count()), (Some(0), 2), "{ended:?}");
        assert!(!is_there(worker));
    }
    // A terminal sends it to both at once.
    let (program, worker) = listening(&["-o", "-", "v1"]);
    assert!(kill("INT", worker));
    program.signal("INT");
    let ended = program.ended();
    assert_eq!((ended.code, ended.err.lines().count()), (Some(0), 1), "{ended:?}");
}

#[test]
fn a_worker_that_is_killed_ends_the_program_with_an_error() {
    let name = "a_worker_that_is_killed_ends_the_program_with_an_error";
    if !inside_namespace(name, "n", CABLE) {
        return;
    }
    let (program, worker) = listening(&["-o", "-", "v1"]);
    assert!(kill("KILL", worker));
    let ended = program.ended();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.ends_with("\npfstatelog: the worker was killed by signal 9\n"), "{ended:?}");
}

#[test]
fn a_worker_whose_opener_is_killed_ends_too() {
    if !inside_namespace("a_worker_whose_opener_is_killed_ends_too", "n", CABLE) {
        return;
    }
    let (mut program, worker) = listening(&["-o", "-", "v1"]);
    let mut sender = sender();
    send(&mut sender, &ins(&[1]));
    program.wait_for(&id_words(1));
    program.signal("KILL");
    until("the worker is gone", || !is_there(worker));
    let ended = program.ended();
    assert_eq!(ended.code, None);
    assert!(ended.err.contains("is gone: ending"), "{ended:?}");
}

#[test]
fn a_worker_that_does_not_end_is_killed() {
    if !inside_namespace("a_worker_that_does_not_end_is_killed", "n", CABLE) {
        return;
    }
    // Soon where it is asked for again and again,
    let (mut program, worker) = listening(&["-o", "-", "v1"]);
    assert!(kill("STOP", worker));
    until("it stopped", || status_of(worker, "State").unwrap().starts_with('T'));
    until("it is killed", || {
        // Two that come before the first is looked at are one.
        program.signal("TERM");
        !program.is_running()
    });
    let ended = program.ended();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("killed by signal 9"), "{ended:?}");
    // and in the end even so.
    let (program, worker) = listening(&["-o", "-", "--drain-timeout", "0", "v1"]);
    assert!(kill("STOP", worker));
    until("it stopped", || status_of(worker, "State").unwrap().starts_with('T'));
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("did not end in time"), "{ended:?}");
    assert!(!is_there(worker));
}

#[test]
fn the_exit_status_is_the_workers() {
    if !inside_namespace("the_exit_status_is_the_workers", "n", CABLE) {
        return;
    }
    // A root that is not there shows after the fork.
    let ended = run(&["-o", "-", "--chroot", "/no/such/folder", "v1"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_one_line(&ended, &["chroot to /no/such/folder", "make its folder first"]);
    // What outputs could not take until the end is told; that it was asked to end is no error.
    let mut command = program(&["-o", "-", "--drain-timeout", "1", "v1"]);
    let mut program = Watched::spawn_to(&mut command, File::create("/dev/full").unwrap());
    program.wait_for_error("listening on");
    send(&mut sender(), &ins(&[1]));
    program.wait_for_error("No space");
    program.signal("TERM");
    let ended = program.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let last = ended.err.lines().last().unwrap();
    assert!(last.starts_with("pfstatelog: ") && last.contains("lines were lost"), "{ended:?}");
}

#[test]
fn captures_are_read_confined() {
    let (mut program, mut input) = Watched::fed(&["-d", "-r", "-"]);
    feed(&mut input, &pcap(&[(1, ins(&[1]))]));
    program.wait_for(&id_words(1));
    assert_eq!(status_of(program.pid(), "NoNewPrivs").as_deref(), Some("1"));
    let seccomp = status_of(program.pid(), "Seccomp");
    drop(input);
    let ended = program.ended();
    assert_eq!(ended.code, Some(0));
    if ended.err.contains("cannot confine it by") {
        println!("skipped: captures_are_read_confined: {}", ended.err.trim());
    } else {
        assert_eq!(seccomp.as_deref(), Some("2"));
    }
}

#[test]
fn a_folder_that_was_replaced_is_told_of_with_what_to_do() {
    let name = "a_folder_that_was_replaced_is_told_of_with_what_to_do";
    if !inside_namespace(name, "n", CABLE) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let [logs, old] = ["logs", "old"].map(|name| dir.path().join(name));
    fs::create_dir(&logs).unwrap();
    let path = logs.join("pf.log");
    let (mut program, _) = listening(&["-o", utf8(&path), "-d", "v1"]);
    let opener = program.wait_for_error("opener: ");
    if !opener.contains("Landlock") {
        println!("skipped: {name}: {opener}");
        return;
    }
    fs::rename(&logs, &old).unwrap();
    program.signal("HUP");
    let said = program.wait_for_error("cannot be opened anew");
    assert!(said.contains("its folder is not the one of the start"), "{said}");
    assert!(said.contains("restart the program: lines go on into the file that is open"), "{said}");
    // It is there again, and is another one.
    fs::create_dir(&logs).unwrap();
    send(&mut sender(), &ins(&[1]));
    let text = || fs::read_to_string(old.join("pf.log")).unwrap();
    until("it is written", || text().contains(&id_words(1)));
    // Tried for longer than a second, and said once.
    std::thread::sleep(std::time::Duration::from_millis(2500));
    assert_eq!(program.count_errors("cannot be opened anew"), 1);
    // The folder of the start is within reach wherever it comes back.
    fs::remove_dir(&logs).unwrap();
    fs::rename(&old, &logs).unwrap();
    program.wait_for_error("pf.log: opened anew");
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
}

#[test]
fn who_is_not_started_by_root_keeps_the_worker_to_himself() {
    let name = "who_is_not_started_by_root_keeps_the_worker_to_himself";
    if !inside_namespace(name, "n", CABLE) {
        return;
    }
    let as_nobody = || {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        // Without these it could not look at who has them.
        command.args(["--inh-caps=+net_raw", "--ambient-caps=+net_raw", "--"]);
        command
    };
    if !as_nobody().args([PROGRAM, "-V"]).output().is_ok_and(|ran| ran.status.success()) {
        println!("skipped: {name}: nobody cannot run the program here");
        return;
    }
    let args = [PROGRAM, "-o", "-", "v1"];
    let mut program = Watched::spawn(as_nobody().args(args).stdin(Stdio::null()));
    program.wait_for_error("listening on");
    send(&mut sender(), &ins(&[1]));
    program.wait_for(&id_words(1));
    let worker = program.children()[0];
    assert_eq!(status_of(worker, "Uid"), status_of(program.pid(), "Uid"));
    let looks_into = |pid: u32| {
        let path = format!("/proc/{pid}/environ");
        as_nobody().args(["cat", &path]).output().unwrap().status.success()
    };
    assert!(looks_into(program.pid()), "nobody can look into nothing here");
    assert!(!looks_into(worker));
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
}
