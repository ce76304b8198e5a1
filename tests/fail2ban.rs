//! misc/fail2ban with the real fail2ban: its filters on what the program prints of logged packets, and a server
//! that reads the program's file while that is rotated. Nothing here needs root: bans are written to a file.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;
mod common_fail2ban;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use common_cli::{Watched, feed, run, utf8};
use common_fail2ban::*;

/// Lines that a filter takes, as they are.
fn matched(dir: &Path, jail: &str, lines: &[String]) -> Vec<String> {
    let path = dir.join("lines");
    fs::write(&path, lines.concat_lines()).unwrap();
    let filter = misc().join("filter.d").join(jail).with_extension("conf");
    let ran =
        Command::new("fail2ban-regex").args(["-o", "msg"]).args([&path, &filter]).output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(ran.status.success() || ran.stdout.is_empty(), "{said}");
    assert!(!said.contains("ERROR"), "{said}");
    String::from_utf8(ran.stdout).unwrap().lines().map(String::from).collect()
}

trait ConcatLines {
    fn concat_lines(&self) -> String;
}

impl ConcatLines for [String] {
    fn concat_lines(&self) -> String {
        self.iter().flat_map(|line| [line, "\n"]).collect()
    }
}

/// A line is planted where a scanner's packet was refused, or where one that tries passwords was let in. The
/// filter of scans takes others' lines as well, but such alone as could be a scanner's: the jail counts targets.
/// That of brute force takes the planted ones and no other.
#[test]
fn filters_match_every_planted_line() {
    let test = "filters_match_every_planted_line";
    if !is_here(test) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for scan in scans() {
        for format in ["text", "json"] {
            let lines = scan.lines(format);
            for jail in JAILS {
                let name = format!("{} {format} {jail}", scan.folder);
                let counts = |number: &usize| scan.rows[*number].counts == Some(jail);
                let expected: Vec<usize> = (0..lines.len()).filter(counts).collect();
                let planted = &scan.planted_rows[jail];
                assert!(planted.iter().all(counts) && !planted.is_empty(), "{name}");
                if jail == BRUTE_FORCE {
                    assert!(expected.iter().eq(planted), "{name}");
                }
                let expected: Vec<_> = expected.iter().map(|number| &lines[*number]).collect();
                let matched = matched(dir.path(), jail, &lines);
                let differs = matched.iter().zip(&expected).find(|(is, should)| is != *should);
                assert_eq!(differs, None, "{name}");
                assert_eq!(matched.len(), expected.len(), "{name}");
            }
        }
    }
}

#[test]
fn filters_know_a_probe_from_an_answer() {
    const UDP: Made = Made { proto: "udp", flags: None, ..MADE };
    const V6: Made =
        Made { src: ("2001:db8:bad::1", Some(41_854)), dst: ("2001:db8:1::7", Some(22)), ..MADE };
    let test = "filters_know_a_probe_from_an_answer";
    if !is_here(test) {
        return;
    }
    let none: Option<&str> = None;
    let cases = [
        // Probes.
        (MADE, Some(SCAN)),
        (V6, Some(SCAN)),
        (Made { flags: Some("SEW"), ..MADE }, Some(SCAN)),
        (Made { flags: Some("F"), ..V6 }, Some(SCAN)),
        (Made { flags: Some(""), ..V6 }, Some(SCAN)),
        (Made { flags: None, ..MADE }, Some(SCAN)),
        (Made { src: ("192.0.2.1", Some(443)), ..MADE }, Some(SCAN)),
        (Made { src: ("192.0.2.1", Some(443)), flags: Some(""), ..MADE }, Some(SCAN)),
        (Made { flags: Some("FPU"), ..V6 }, Some(SCAN)),
        (Made { reason: "normalize", ..MADE }, Some(SCAN)),
        (Made { anchor: Some("overload"), ..MADE }, Some(SCAN)),
        (Made { nat_dst: Some(("10.0.0.5", 8022)), ..MADE }, Some(SCAN)),
        (UDP, Some(SCAN)),
        (Made { src: ("192.0.2.1", Some(1024)), ..UDP }, Some(SCAN)),
        // Connections.
        (PASSED, Some(BRUTE_FORCE)),
        (Made { action: "pass", dst: ("2001:db8:1::25", Some(587)), ..V6 }, Some(BRUTE_FORCE)),
        (Made { nat_dst: Some(("10.0.0.5", 8022)), ..PASSED }, Some(BRUTE_FORCE)),
        (Made { flags: Some("SEW"), ..PASSED }, Some(BRUTE_FORCE)),
        (Made { flags: None, ..PASSED }, Some(BRUTE_FORCE)),
        (Made { anchor: Some("a/b"), ..PASSED }, Some(BRUTE_FORCE)),
        // Answers, and what is left of connections.
        (Made { flags: Some("SA"), ..MADE }, none),
        (Made { flags: Some("R"), ..MADE }, none),
        (Made { flags: Some("RA"), ..MADE }, none),
        (Made { flags: Some("A"), ..MADE }, none),
        (Made { flags: Some("FA"), ..MADE }, none),
        (Made { flags: Some("PA"), ..PASSED }, none),
        (Made { flags: Some("SA"), ..PASSED }, none),
        (Made { src: ("192.0.2.1", Some(443)), flags: None, ..MADE }, none),
        (Made { src: ("192.0.2.1", Some(53)), ..UDP }, none),
        (Made { src: ("192.0.2.1", Some(1023)), ..UDP }, none),
        // Neither.
        (Made { direction: "out", ..MADE }, none),
        (Made { direction: "out", ..PASSED }, none),
        (Made { reason: "state-mismatch", ..MADE }, none),
        (Made { reason: "memory", ..MADE }, none),
        (Made { action: "match", ..MADE }, none),
        (Made { dst: ("198.51.100.7", Some(443)), ..PASSED }, none),
        (Made { dst: ("198.51.100.7", Some(2222)), ..PASSED }, none),
        (Made { proto: "udp", flags: None, ..PASSED }, none),
        (
            Made { proto: "icmp", src: ("192.0.2.1", None), dst: ("198.51.100.7", None), ..UDP },
            none,
        ),
        (Made { src: ("192.0.2.1", None), dst: ("198.51.100.7", None), ..UDP }, none),
        // Names that would be more than names.
        (Made { anchor: Some("x\\x20reason\\x20match"), reason: "state-mismatch", ..MADE }, none),
        (Made { anchor: Some("\"reason\":\"match\","), reason: "state-mismatch", ..MADE }, none),
    ];
    let dir = tempfile::tempdir().unwrap();
    for jail in JAILS {
        for format in [Made::text, Made::json] {
            let lines: Vec<_> = cases.iter().map(|(made, _)| format(made)).collect();
            let theirs = cases.iter().zip(&lines).filter(|((_, to), _)| *to == Some(jail));
            let expected: Vec<_> = theirs.map(|(_, line)| line.clone()).collect();
            assert_eq!(matched(dir.path(), jail, &lines), expected, "{jail}");
        }
    }
}

// --- The server ---

/// How many of these packets each jail's filter takes.
fn counted<'a>(rows: impl Iterator<Item = &'a Row>) -> BTreeMap<&'static str, usize> {
    let mut counted = BTreeMap::from(JAILS.map(|jail| (jail, 0)));
    rows.filter_map(|row| row.counts).for_each(|jail| *counted.get_mut(jail).unwrap() += 1);
    counted
}

/// The program's file is moved away again and again, and the program told to open it anew. What it writes before
/// that goes into the old file, where fail2ban does not look any more.
fn rotated(scan: &Scan, format: &str, pieces: usize) {
    /// Packets that come when the file was moved and the program not told yet.
    const UNSEEN: usize = 20;
    /// The first packets after it was told may still be among those that it had read before.
    const LATE: usize = 3;
    let mut fail2ban = Fail2ban::prepare();
    let log = fail2ban.log();
    let output = format!("{format}={}", utf8(&log));
    let (program, mut input) = Watched::fed(&["-r", "-", "-e", "packet", "-o", &output]);
    // What fail2ban finds when it begins must not be older than findtime. Later on it takes times that differ
    // from its own by more than a minute for now.
    let (header, records) = scan.begun(Duration::from_secs(60));
    feed(&mut input, &header);
    until("it opens its file", &String::new, || log.exists());
    fail2ban.start();

    let count = |path: &Path| {
        fs::read(path).map_or(0, |text| text.iter().filter(|byte| **byte == b'\n').count())
    };
    let (mut fed, mut old_lines, mut seen) = (0, 0, 0);
    let mut found = counted([].iter());
    let mut last_old = None::<PathBuf>;
    for turn in 0..pieces {
        let end = records.len() * (turn + 1) / pieces;
        let in_old = || old_lines + last_old.as_deref().map_or(0, count);
        let written = |fed| {
            let said = || format!("{} and {} of {fed}", in_old(), count(&log));
            until("lines are written", &said, || in_old() + count(&log) == fed);
        };
        while !log.exists() {
            feed(&mut input, &records[fed]);
            fed += 1;
            written(fed);
        }
        feed(&mut input, &records[fed..end - UNSEEN].concat());
        fed = end - UNSEEN;
        written(fed);
        seen += count(&log);
        let more = counted(scan.rows[in_old()..fed].iter());
        more.iter().for_each(|(jail, more)| *found.get_mut(jail).unwrap() += more);
        fail2ban.wait_for(&found);

        old_lines = in_old();
        let old = fail2ban.path(&format!("packets.log.{turn}"));
        fs::rename(&log, &old).unwrap();
        feed(&mut input, &records[fed..end].concat());
        fed = end;
        let said = || format!("{old_lines} and {} of {fed}", count(&old));
        until("lines go on into the old file", &said, || old_lines + count(&old) == fed);
        last_old = Some(old);
        program.signal("HUP");
    }
    assert!(seen + pieces * (UNSEEN + LATE) >= fed, "{seen} of {fed}");
    drop(input);
    assert_eq!(program.ended().code, Some(0));
    for jail in JAILS {
        assert_eq!(fail2ban.found(jail), found[jail], "{} {format} {jail}", scan.folder);
    }
    fail2ban.banned_are(&scan.planted);
}

/// A file that is there when fail2ban starts: each line has its own time then, which the jails go by.
fn read_afterwards(scan: &Scan, format: &str) {
    let mut fail2ban = Fail2ban::prepare();
    // The capture is as long as findtime.
    let longer = "findtime = 15m\n";
    for jail in JAILS {
        let path = fail2ban.path(&format!("jail.d/{jail}.local"));
        fs::write(path, format!("[{jail}]\n{longer}")).unwrap();
    }
    let (header, records) = scan.begun(Duration::from_secs(605));
    let capture = fail2ban.path("capture");
    fs::write(&capture, [header, records.concat()].concat()).unwrap();
    let output = format!("{format}={}", utf8(&fail2ban.log()));
    let ended = run(&["-r", utf8(&capture), "-e", "packet", "-o", &output]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    fail2ban.start();
    fail2ban.wait_for(&counted(scan.rows.iter()));
    fail2ban.banned_are(&scan.planted);
}

/// The last release that has text, any other that has json: the other pairings take as long again.
#[test]
fn fail2ban_bans_the_planted_sources_while_the_file_is_rotated() {
    let test = "fail2ban_bans_the_planted_sources_while_the_file_is_rotated";
    if !is_here(test) {
        return;
    }
    for (scan, format) in scans().iter().zip(["text", "json"].iter().cycle()) {
        rotated(scan, format, 5);
    }
}

#[test]
fn fail2ban_bans_the_planted_sources_of_a_file_that_is_there() {
    let test = "fail2ban_bans_the_planted_sources_of_a_file_that_is_there";
    if !is_here(test) {
        return;
    }
    for (scan, format) in scans().iter().zip(["json", "text"].iter().cycle()) {
        read_afterwards(scan, format);
    }
}

#[test]
#[ignore = "takes some minutes: every capture in both formats, rotated 50 times"]
fn fail2ban_bans_the_planted_sources_however_often_the_file_is_rotated() {
    let test = "fail2ban_bans_the_planted_sources_however_often_the_file_is_rotated";
    if !is_here(test) {
        return;
    }
    for scan in scans() {
        for format in ["text", "json"] {
            rotated(&scan, format, 50);
        }
    }
}

/// Many lines of few targets are nothing to ban for, however the jail is reloaded; one target more than the
/// jail allows is, beside them.
#[test]
fn jails_count_targets_and_connections_not_lines() {
    let test = "jails_count_targets_and_connections_not_lines";
    if !is_here(test) {
        return;
    }
    let mut fail2ban = Fail2ban::prepare();
    fail2ban.append(&[]);
    fail2ban.start();
    let mut found = BTreeMap::from(JAILS.map(|jail| (jail, 0)));
    let mut write = |fail2ban: &Fail2ban, jail: &'static str, made: &[Made]| {
        fail2ban.append(made);
        *found.get_mut(jail).unwrap() += made.len();
        fail2ban.wait_for(&found);
    };
    let to = |port: u16| Made { dst: ("198.51.100.7", Some(port)), ..MADE };
    let from = |port: u16| Made { src: ("192.0.2.2", Some(port)), ..PASSED };

    let repeated = |of: &dyn Fn(u16) -> Made, targets: u16| {
        (0..targets * 40).map(|number| of(1 + number % targets)).collect::<Vec<_>>()
    };
    write(&fail2ban, SCAN, &repeated(&to, 24));
    write(&fail2ban, BRUTE_FORCE, &repeated(&from, 49));
    fail2ban.client(&["reload"]);
    write(&fail2ban, SCAN, &repeated(&to, 24));
    write(&fail2ban, BRUTE_FORCE, &repeated(&from, 49));
    assert!(fail2ban.bans().is_empty(), "{:?}", fail2ban.bans());
    write(&fail2ban, SCAN, &[to(25)]);
    write(&fail2ban, BRUTE_FORCE, &[from(50)]);
    let pair = |jail: &str, ip: &str| (jail.to_string(), ip.to_string());
    fail2ban.banned_are(&BTreeSet::from([pair(SCAN, "192.0.2.1"), pair(BRUTE_FORCE, "192.0.2.2")]));
}

/// Of two hosts that it may remember, it forgets the one that had nothing new for longest.
#[test]
fn the_counter_remembers_so_many_hosts() {
    let test = "the_counter_remembers_so_many_hosts";
    if !is_here(test) {
        return;
    }
    let mut fail2ban = Fail2ban::prepare();
    let few = format!(
        "[{SCAN}]\nmaxretry = 3\n\
         action = pfstatelog-distinct.py[target=\"dst dport\", hosts=2]\n    record[name=\"{SCAN}\"]\n"
    );
    fs::write(fail2ban.path("jail.d/few.local"), few).unwrap();
    let to = |src, port| Made { src: (src, Some(2000)), dst: ("198.51.100.7", Some(port)), ..MADE };
    let [a, b, c] = ["192.0.2.1", "192.0.2.2", "2001:db8::3"];
    // a and b come near it, c lets a be forgotten, and both are as far as before.
    let made = [(a, 1), (b, 1), (a, 2), (b, 2), (c, 1), (a, 3), (c, 2), (c, 1), (c, 3)];
    fail2ban.append(&[]);
    fail2ban.start();
    fail2ban.append(&made.map(|(src, port)| to(src, port)));
    fail2ban.wait_for(&BTreeMap::from([(SCAN, made.len())]));
    fail2ban.banned_are(&BTreeSet::from([(SCAN.to_string(), c.to_string())]));
}

/// pfctl is asked for nothing but the table, and for the states of who is banned.
#[test]
fn the_action_keeps_a_table_of_pf() {
    let test = "the_action_keeps_a_table_of_pf";
    if !is_here(test) {
        return;
    }
    let mut fail2ban = Fail2ban::prepare();
    let (pfctl, calls) = (fail2ban.path("pfctl"), fail2ban.path("calls"));
    // Made by another process, lest a test beside this one forks while it is open to be written.
    let made = "printf '#!/bin/sh\\necho \"$*\" >>\"%s\"\\n' \"$2\" >\"$1\" && chmod +x \"$1\"";
    let made = Command::new("sh").args(["-c", made, "sh"]).args([&pfctl, &calls]).status();
    assert!(made.unwrap().success());
    let here = format!("[Init]\npfctl = {}\n", utf8(&pfctl));
    fs::write(fail2ban.path("action.d/pfstatelog-pf.local"), here).unwrap();
    let jail = |name: &str| format!("[{name}]\nbanaction = pfstatelog-pf\n");
    fs::write(fail2ban.path("jail.d/zz.local"), JAILS.map(jail).concat()).unwrap();
    let jails = fs::read_to_string(fail2ban.path("jail.local")).unwrap();
    fs::write(fail2ban.path("jail.local"), jails.replace("banaction = record\n", "")).unwrap();
    fail2ban.append(&[]);
    fail2ban.start();
    let mut seen = 0;
    let mut called = |expected: &[&str]| {
        let read = || {
            let calls = fs::read_to_string(&calls).unwrap_or_default();
            calls.lines().skip(seen).map(String::from).collect::<Vec<_>>()
        };
        until("it is called", &|| format!("{:?}", read()), || read().len() >= expected.len());
        let mut calls = read();
        if expected[0].ends_with("show") {
            // Both jails begin at once.
            calls.sort();
        }
        assert_eq!(calls, expected);
        seen += calls.len();
    };
    called(&["-q -t bruteforcers -T show", "-q -t scanners -T show"]);
    for ip in ["192.0.2.1", "2001:db8:bad::1"] {
        fail2ban.client(&["set", SCAN, "banip", ip]);
        called(&[&format!("-q -t scanners -T add {ip}"), &format!("-q -k {ip}")]);
    }
    fail2ban.client(&["set", BRUTE_FORCE, "banip", "192.0.2.1"]);
    called(&["-q -t bruteforcers -T add 192.0.2.1", "-q -k 192.0.2.1"]);
    fail2ban.client(&["set", SCAN, "unbanip", "192.0.2.1"]);
    called(&["-q -t scanners -T delete 192.0.2.1"]);
    // Whoever is left is let go one by one: nobody else's address in these tables is touched.
    fail2ban.client(&["stop", SCAN]);
    called(&["-q -t scanners -T delete 2001:db8:bad::1"]);
    fail2ban.client(&["stop", BRUTE_FORCE]);
    called(&["-q -t bruteforcers -T delete 192.0.2.1"]);
}
