//! The program as a user meets it: its options, what it prints, how it ends.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use common_cli::*;
use pfstatelog::abi::Release;
use pfstatelog::wire::grammar::{Frame, FrameHeader};

#[test]
fn help_names_every_option_and_fits_a_terminal() {
    let help = run(&["--help"]);
    assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    for word in [
        "INTERFACE",
        "-i,",
        "-r, --read",
        "-v, --verbose",
        "-vv",
        "-d, --debug",
        "-f, --format",
        "-o, --output",
        "syslog:FACILITY",
        "-e, --events",
        "-R, --release",
        "-c, --count",
        "-j, --jobs",
        "--buffer",
        "--snaplen",
        "--stats",
        "--no-dst",
        "--summary",
        "--nat",
        "--proto",
        "--host",
        "--port",
        "--ifname",
        "--direction",
        "--queue",
        "--mode",
        "--group",
        "--rotate-size",
        "--rotate-keep",
        "--sync",
        "--drain-timeout",
        "-D, --daemon",
        "--pidfile",
        "--user",
        "--chroot",
        "--poll",
        "--quiet-warn",
        "--metrics",
        "-C, --config",
        "--check",
        "--list-releases",
        "-h, --help",
        "-V, --version",
        "Exit status: 0 done, 1 could not run, 2 usage",
    ] {
        assert!(help.out.contains(word), "{word} is not in\n{}", help.out);
    }
    for line in help.out.lines() {
        assert!(line.chars().count() <= 80, "too long: {line}");
        assert_eq!(line, line.trim_end());
    }
    let version = run(&["-V"]);
    assert_eq!(version.out, concat!("pfstatelog ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn usage_errors_are_a_line_that_says_what_to_do_and_exit_2() {
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &["name an interface", "-r FILE", "--help"]),
        (&["--bogus"], &["--bogus", "--help"]),
        (&["--verbos", "em0"], &["'--verbos'", "similar", "'--verbose'"]),
        (&["-r"], &["--read", "value is required"]),
        (&["-r", "x", "-c", "many"], &["--count", "'many'", "a number of events"]),
        (&["-r", "x", "-R", "openbsd-9.9"], &["--release", "openbsd-9.9", "see --list-releases"]),
        (&["-r", "x", "-e", "start,stop"], &["--events", "\"stop\"", "update, end"]),
        (&["-r", "x", "-o", "syslog:lokal0"], &["--output", "lokal0", "local0 local1"]),
        (&["-r", "x", "-o", "sylog"], &["--output", "\"sylog\"", "\"syslog\"", "./sylog"]),
        (&["-r", "x", "-o", "xml=-"], &["--output", "xml", "text"]),
        (&["-r", "x", "-f", "xml"], &["--format", "xml", "text"]),
        (&["em0", "-r", "x"], &["cannot be used with", "--read"]),
        (&["em0", "-i", "em1", "-r", "x"], &["cannot be used with", "--read"]),
        (&["-r", "-", "-r", "-"], &["standard input", "once"]),
        (&["-o", "-", "-o", "text=-", "-r", "x"], &["standard output", "once"]),
        (&["--buffer", "5T", "em0"], &["--buffer", "512K"]),
        (&["--snaplen", "0", "em0"], &["--snaplen", "too few"]),
        (&["em0", "-i", "em0"], &["em0", "twice"]),
    ];
    for (args, words) in cases {
        let ended = run(args);
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{args:?}: {ended:?}");
        assert_one_line(&ended, words);
    }
}

#[test]
fn what_cannot_be_read_is_a_line_that_names_it_and_exit_1() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let missing = dir.path().join("missing");
    let sparse = file("sparse", b"");
    fs::File::options().write(true).open(&sparse).unwrap().set_len(1 << 40).unwrap();
    let mut damaged = pcap(&[(1, ins(&[1]))]);
    // A record that claims 4 GB less one byte.
    damaged.extend([0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);
    let mut cases: Vec<(PathBuf, &str)> = vec![
        (missing, "No such file"),
        (dir.path().to_path_buf(), "is a directory"),
        (file("empty", b""), "no bytes at all"),
        (file("garbage", b"this is no capture"), "begins with 74 68 69 73"),
        (file("short", &pcap_header(1)[..23]), "24 bytes are needed, 23 are there"),
        (file("gzip", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff]), "gzip"),
        (file("damaged", &damaged), "damaged"),
        (sparse, "begins with 00 00 00 00"),
    ];
    for device in ["/dev/zero", "/dev/null", "/dev/urandom"] {
        if Path::new(device).exists() {
            cases.push((device.into(), ""));
        }
    }
    for (path, why) in &cases {
        let ended = run(&["-r", utf8(path)]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert_one_line(&ended, &[utf8(path), why]);
        // Other outputs learn of what was lost behind the damage as well.
        let told = if *why == "damaged" { &["start", "gap"][..] } else { &[] };
        assert_eq!(kinds(&ended.out), told, "{ended:?}");
    }
    // What is whole is read all the same; each that is not has its line.
    let good = file("good", &life());
    let [empty, garbage] = [&cases[2].0, &cases[3].0];
    let ended = run(&["-r", utf8(empty), utf8(&good), utf8(garbage)]);
    assert_eq!((ended.code, ended.err.lines().count()), (Some(1), 2), "{ended:?}");
    assert_eq!(ended.lines().len(), 6);
}

#[test]
fn a_file_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let path = dir.path().join("secret");
    fs::write(&path, life()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let mut command = program(&["-r", utf8(&path)]);
    if fs::File::open(&path).is_ok() {
        // Root reads everything.
        let nobody = ["--reuid=65534", "--clear-groups", "--", PROGRAM];
        let tried = Command::new("setpriv").args(nobody).arg("-V").output();
        if !tried.is_ok_and(|tried| tried.status.success()) {
            println!("skipped: a_file_without_permission_is_named: root, and no setpriv");
            return;
        }
        command = Command::new("setpriv");
        command.args(nobody).args(["-r", utf8(&path)]);
    }
    let ended = Watched::spawn(&mut command).ended();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_one_line(&ended, &[utf8(&path), "ermission"]);
}

#[test]
fn several_files_come_in_the_order_of_time() {
    let dir = tempfile::tempdir().unwrap();
    let names: Vec<PathBuf> = ["a", "b", "c"].iter().map(|name| dir.path().join(name)).collect();
    fs::write(&names[0], pcap(&[(1, ins(&[1])), (4, ins(&[4])), (5, ins(&[5]))])).unwrap();
    fs::write(&names[1], pcap(&[(2, ins(&[2])), (6, ins(&[6]))])).unwrap();
    fs::write(&names[2], pcap(&[(3, ins(&[3]))])).unwrap();
    let [a, b, c] = [0, 1, 2].map(|at| utf8(&names[at]));
    for args in [["-r", c, b, "-r", a], ["-r", a, "-r", b, c]] {
        let ended = run(&args);
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
        let lines = ended.lines();
        assert_eq!(lines.len(), 6);
        for (line, id) in lines.iter().zip(1..) {
            assert!(line.starts_with(&format!("1970-01-01T00:00:0{id}.000000Z start em0")));
            assert!(line.ends_with(&id_words(id)), "{line}");
        }
    }
}

#[test]
fn each_event_is_printed_once_however_it_was_asked_for() {
    let all = ["start", "start", "start", "ack", "end", "end", "end"];
    let default = ["start", "start", "start", "end", "end", "end"];
    for args in [&[][..], &["-v"], &["-o", "-"], &["-v", "-o", "text=-"], &["-f", "text", "-v"]] {
        let ended = run_on(&life(), args);
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{args:?}");
        assert_eq!(kinds(&ended.out), default, "{args:?}");
    }
    for args in [&["-vv"][..], &["-e", "all"], &["-vv", "-o", "-"], &["-vv", "-e", "all"]] {
        assert_eq!(kinds(&run_on(&life(), args).out), all, "{args:?}");
    }
    assert_eq!(kinds(&run_on(&life(), &["-e", "ack"]).out), ["ack"]);
    assert_eq!(kinds(&run_on(&life(), &["-e", "start,ack", "-vv"]).out), [&all[..4]].concat());
}

#[test]
fn a_line_is_as_the_contract_shows_it() {
    let ended = run_on(&life(), &[]);
    assert_eq!(
        ended.lines()[0],
        "1970-01-01T00:00:10.000000Z start em0 tcp 203.0.113.7:60211 (192.168.1.10:51234) -> \
         198.51.100.9:443 SYN_SENT:CLOSED rule 12 id 0000000000000001 creator 8a7b6c5d"
    );
    assert_eq!(
        ended.lines()[3],
        "1970-01-01T00:00:12.000000Z end em0 tcp 203.0.113.7:60211 (192.168.1.10:51234) -> \
         198.51.100.9:443 SYN_SENT:CLOSED start 1970-01-01T00:00:10Z duration 2s \
         id 0000000000000001 creator 8a7b6c5d"
    );
    let ended = run_on(&life(), &["--no-table"]);
    assert_eq!(
        ended.lines()[3],
        "1970-01-01T00:00:12.000000Z end id 0000000000000001 creator 8a7b6c5d"
    );
}

#[test]
fn debugging_says_what_is_wrong_just_before_its_gap() {
    let dir = tempfile::tempdir().unwrap();
    let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
    let wrong = Frame {
        header: Some(FrameHeader { version: 9, len: 20, ..Default::default() }),
        ..Default::default()
    };
    fs::write(&a, pcap(&[(1, ins(&[1])), (2, wrong.write()), (5, ins(&[2]))])).unwrap();
    fs::write(&b, pcap(&[(3, wrong.write())])).unwrap();
    // Both streams into one, as on a terminal.
    let both = |files: &str| {
        let script = format!("cd \"$1\" && exec \"$0\" -d -r {files} 2>&1");
        let mut command = Command::new("sh");
        command.args(["-c", &script, PROGRAM, utf8(dir.path())]);
        let ended = Watched::spawn(&mut command).ended();
        assert_eq!(ended.code, Some(0));
        ended.out
    };
    let line = |n: u32| format!("1970-01-01T00:00:0{n}.000000Z");
    let version = "header at byte 0: version 9 is not one that is decoded";
    let starts = [
        format!("{} start ", line(1)),
        format!("pfstatelog: a: {}: {version}", line(2)),
        format!("{} gap ", line(2)),
        format!("pfstatelog: b: {}: {version}", line(3)),
        format!("{} gap ", line(3)),
        format!("{} start ", line(5)),
    ];
    let out = both("a b");
    let told: Vec<&str> = out.lines().filter(|line| !line.contains("are read as")).collect();
    assert_eq!(told.len(), starts.len(), "{out}");
    for (line, start) in told.iter().zip(&starts) {
        assert!(line.starts_with(start), "{start:?} / {out}");
    }
    // Of one file the name is known.
    assert!(both("b").contains(&format!("pfstatelog: {}: {version}", line(3))));
    assert_eq!(out.matches("frames of version 6 are read as openbsd-7.9").count(), 1);
}

#[test]
fn count_stops_after_so_many_events() {
    for (count, lines) in [("1", 1), ("2", 2), ("4", 4), ("6", 6), ("99", 6)] {
        let ended = run_on(&life(), &["-c", count]);
        assert_eq!((ended.code, ended.lines().len()), (Some(0), lines));
    }
    // Events that are not shown do not count.
    assert_eq!(kinds(&run_on(&life(), &["-c", "1", "-e", "ack"]).out), ["ack"]);
    // Whoever feeds it need not have ended.
    let (program, mut input) = Watched::fed(&["-r", "-", "-c", "2"]);
    feed(&mut input, &pcap(&[(1, ins(&[1, 2, 3]))]));
    let ended = program.ended();
    assert_eq!((ended.code, ended.lines().len()), (Some(0), 2));
}

#[test]
fn every_release_that_is_listed_is_taken() {
    let list = run(&["--list-releases"]);
    assert_eq!(list.code, Some(0));
    let names: Vec<&str> = list.lines()[1..].iter().filter_map(|l| l.split(' ').next()).collect();
    let known: Vec<&str> = Release::ALL.iter().map(|release| release.name()).collect();
    assert_eq!(names, known);
    assert!(list.lines().iter().all(|line| line.split_whitespace().count() == 4), "{list:?}");
    for release in Release::ALL {
        let ended = run_on(&life(), &["-R", release.name()]);
        let gaps = ended.lines().iter().filter(|line| line.contains("reason bad-version")).count();
        // Frames of version 6 are no other version's: there are four of them.
        let expected = if release.version() == 6 { (6, 0) } else { (4, 4) };
        assert_eq!((ended.code, (ended.lines().len(), gaps)), (Some(0), expected), "{release}");
    }
}

/// What stands in the counters, added up.
#[track_caller]
fn assert_adds_up(ended: &Ended) {
    let stats = ended.stats();
    let of = |name: &str| stats[name].as_u64().unwrap_or_else(|| panic!("{name} in {stats}"));
    let message = |name: &str| stats["messages"][name].as_u64().unwrap();
    let event = |name: &str| stats["events"][name].as_u64().unwrap();
    // What the table infers, and a state that is first seen by an update, is beside these.
    let of_states = ["INS", "UPD", "UPD_C", "DEL", "DEL_C"].map(message).iter().sum::<u64>();
    let told = event("start") + event("update") + event("end") + event("expire");
    assert_eq!(told, of_states + of("inferred"), "{stats}");
    assert_eq!(event("clear"), message("CLR"));
    assert_eq!(event("bulk"), message("BUS"));
    assert_eq!(event("request"), message("UPD_REQ"));
    assert_eq!(event("ack"), message("INS_ACK"));
    assert_eq!(event("tdb"), message("TDB") + message("OTDB"));
    let errors = of("hdrops") + of("badver") + of("badact") + of("badlen") + of("cut");
    let gaps = errors + of("fragments") + of("bad_link") + of("skipped_sections");
    let file_cut = ended.out.matches(" reason file-cut ").count() as u64;
    assert_eq!(event("gap"), gaps + file_cut, "{stats}");
    // A frame whose header is not sound is counted by its error alone.
    let sure = of("frames") + of("not_pfsync") + of("fragments") + of("bad_link");
    assert!((sure..=sure + errors).contains(&of("packets")), "{stats}");
    if errors == 0 {
        assert_eq!(of("packets"), sure, "{stats}");
    }
    let events: u64 =
        stats["events"].as_object().unwrap().values().filter_map(|n| n.as_u64()).sum();
    assert_eq!(of("lines"), events, "{stats}");
    assert_eq!(of("lines"), ended.lines().len() as u64);
}

#[test]
fn the_counters_are_one_json_object_and_add_up() {
    let ended = run_on(&life(), &["--stats", "-e", "all"]);
    assert_eq!((ended.code, ended.err.lines().count()), (Some(0), 1));
    let stats = ended.stats();
    assert_eq!(stats["packets"], 4);
    assert_eq!(stats["frames"], 4);
    assert_eq!(stats["messages"]["INS"], 3);
    assert_eq!(stats["messages"]["DEL_C"], 3);
    assert_eq!(stats["events"]["ack"], 1);
    assert_adds_up(&ended);

    let mut mixed = pcap_header(1);
    for packet in [ethernet(&[], 240, &ins(&[1])), ethernet(&[], 17, &[0; 40])] {
        mixed.extend(pcap_record(1, &packet));
    }
    let ended = run_on(&mixed, &["--stats", "-e", "all"]);
    assert_eq!((&ended.stats()["frames"], &ended.stats()["not_pfsync"]), (&1.into(), &1.into()));
    assert_adds_up(&ended);
}

#[test]
fn counters_add_up_over_the_corpus() {
    let Some(corpus) = corpus() else { return };
    let mut seen = 0;
    for folder in ["malformed", "openbsd-7.9", "openbsd-4.7", "freebsd-12.1"] {
        for entry in fs::read_dir(corpus.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            // The long one says nothing more here, and takes its time.
            let long = utf8(&path).contains("longmix");
            if path.extension().is_none_or(|ending| ending != "pcap") || long {
                continue;
            }
            let ended = run(&["-r", utf8(&path), "-e", "all", "--stats"]);
            assert!(matches!(ended.code, Some(0 | 1)), "{}: {ended:?}", path.display());
            assert!(ended.out.bytes().all(|byte| byte == b'\n' || (32..127).contains(&byte)));
            assert_adds_up(&ended);
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

/// Feeds `head`, `one` and then `two` to the program by way of `pack`, and looks whether the line
/// of each comes out before the next goes in.
fn told_while_written(head: Vec<u8>, one: Vec<u8>, two: Vec<u8>) {
    let (mut program, mut input) = Watched::fed(&["-r", "-"]);
    feed(&mut input, &head);
    feed(&mut input, &one);
    program.wait_for(&id_words(1));
    // A record that is not whole is waited for.
    let (begin, rest) = two.split_at(two.len() / 2);
    feed(&mut input, begin);
    feed(&mut input, rest);
    program.wait_for(&id_words(2));
    drop(input);
    let ended = program.ended();
    assert_eq!((ended.code, ended.err.as_str(), ended.lines().len()), (Some(0), "", 2));
}

#[test]
fn a_pipe_is_told_while_it_is_written() {
    let records = [1, 2].map(|id| pcap_record(1, &ins(&[id])));
    told_while_written(pcap_header(PFSYNC), records[0].clone(), records[1].clone());
}

#[test]
fn a_pipe_of_pcapng_is_told_while_it_is_written() {
    let records = [1, 2].map(|id| pcapng_record(1, &ins(&[id])));
    told_while_written(pcapng_header(PFSYNC as u16), records[0].clone(), records[1].clone());
}

#[test]
fn a_pipe_of_gzip_is_told_while_it_is_written() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut pack = |bytes: &[u8]| {
        packer.write_all(bytes).unwrap();
        packer.flush().unwrap();
        std::mem::take(packer.get_mut())
    };
    let head = pack(&pcap_header(PFSYNC));
    let one = pack(&pcap_record(1, &ins(&[1])));
    let mut two = pack(&pcap_record(2, &ins(&[2])));
    two.extend(packer.finish().unwrap());
    told_while_written(head, one, two);
}

#[test]
fn a_named_pipe_is_read_and_waiting_for_its_writer_can_be_ended() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("fifo");
    if !Command::new("mkfifo").arg(&path).status().is_ok_and(|status| status.success()) {
        println!("skipped: a_named_pipe_is_read: no mkfifo");
        return;
    }
    let args = ["-d", "-r", utf8(&path), "--stats"];
    let reader = Watched::spawn(&mut program(&args));
    // Another program writes: opening it here would wait for a reader that may never come.
    let whole = dir.path().join("whole");
    fs::write(&whole, life()).unwrap();
    let mut writer = Command::new("sh");
    writer.args(["-c", "cat \"$0\" >\"$1\""]).args([&whole, &path]);
    let _writer = Watched::spawn(&mut writer);
    let ended = reader.ended();
    assert_eq!((ended.code, ended.lines().len()), (Some(0), 6), "{ended:?}");

    // Nobody writes; the one thing that is known from outside is that signals are caught.
    let waiting = Watched::spawn(&mut program(&args));
    wait_until_signals_are_caught(waiting.pid());
    waiting.signal("TERM");
    let ended = waiting.ended();
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), ""), "{ended:?}");
}

#[test]
fn signals_end_it_with_everything_told_and_counted() {
    for signal in ending_signals("signals_end_it_with_everything_told_and_counted") {
        let (mut program, mut input) = Watched::fed(&["-r", "-", "--stats"]);
        feed(&mut input, &pcap(&[(1, ins(&[1, 2])), (2, del(&[1]))]));
        program.wait_for("Z end");
        // What is begun is not a record yet, and ends without a word.
        feed(&mut input, &pcap_record(3, &ins(&[9]))[..20]);
        program.signal(signal);
        let ended = program.ended();
        assert_eq!((ended.code, ended.lines().len()), (Some(0), 3), "{signal}: {ended:?}");
        assert_eq!(ended.err.lines().count(), 1, "{ended:?}");
        assert_eq!(ended.stats()["lines"], 3);
    }
}

#[test]
fn a_capture_that_was_cut_is_a_gap_and_no_error() {
    let whole = pcap(&[(10, ins(&[1])), (20, ins(&[2]))]);
    let ended = run_on(&whole[..whole.len() - 5], &[]);
    assert_eq!(ended.code, Some(0));
    assert_one_line(&ended, &["capture", "cut short", "everything before was read"]);
    let lines = ended.lines();
    assert_eq!(kinds(&ended.out), ["start", "gap"]);
    let at = 24 + 16 + ins(&[1]).len();
    let gap = "1970-01-01T00:00:10.000000Z gap where capture certain yes reason file-cut offset";
    assert_eq!(lines[1], format!("{gap} {at}"));
    // Without a packet before it the time is not known, and not claimed to be.
    let ended = run_on(&pcap(&[(10, ins(&[1]))])[..60], &[]);
    assert_eq!((ended.code, kinds(&ended.out)), (Some(0), vec!["gap"]));
    assert!(ended.out.contains(" from 1970-01-01T00:00:00.000000Z to 2"), "{ended:?}");
}

#[test]
fn a_closed_standard_output_is_an_error_where_something_is_to_go_there() {
    let dir = tempfile::tempdir().unwrap();
    let (capture, log) = (dir.path().join("capture"), dir.path().join("pf.log"));
    std::fs::write(&capture, life()).unwrap();
    let (capture, to) = (utf8(&capture), utf8(&log));
    let closed = |args: &[&str]| {
        let mut sh = std::process::Command::new("sh");
        sh.args(["-c", "exec \"$0\" \"$@\" >&-", PROGRAM]).args(args);
        Watched::spawn(&mut sh).ended()
    };
    for args in [
        &["-r", capture][..],
        &["-v", "-o", to, "-r", capture],
        &["-o", "-", "-r", capture],
        &["-f", "pfctl", "-r", capture],
        &["--check", "-r", capture],
        &["--list-releases"],
    ] {
        let ended = closed(args);
        assert_eq!(ended.code, Some(1), "{args:?}: {ended:?}");
        assert_one_line(&ended, &["standard output: it is closed", "-o"]);
    }
    // Where nothing goes there it may be closed.
    let ended = closed(&["-o", to, "-r", capture]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    assert_eq!(std::fs::read_to_string(&log).unwrap().lines().count(), 6);
}

#[test]
fn a_file_is_an_output_once_whatever_it_is_called() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    std::fs::write(path("one"), "").unwrap();
    std::fs::hard_link(path("one"), path("two")).unwrap();
    let (one, two) = (path("one"), path("two"));
    std::os::unix::fs::symlink(dir.path(), path("folder")).unwrap();
    let json = format!("json={}/one", path("folder").display());
    for other in [utf8(&two), &json] {
        let ended = run_on(&life(), &["-o", utf8(&one), "-o", other]);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert_one_line(&ended, &["is the same file as", utf8(&one)]);
    }
}
