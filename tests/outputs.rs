//! Lines to files, and to outputs that stall: what is where in the end, to the line.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;
mod common_outputs;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use common_cli::{
    Watched, feed, id_words, ins, inside_namespace, pcap_header, pcap_record, program,
};
use common_outputs::{Arrived, PATIENCE, Tested, number_in, text_of, until};
use pfstatelog::output::{FileTarget, Fsync, Policy, Rotate, Settings, Target};

fn file(path: &Path) -> Target {
    Target::File(FileTarget::new(path))
}

/// A file that may be compressed, as text.
fn text(path: &Path) -> String {
    let mut text = String::new();
    let file = File::open(path).unwrap();
    match path.extension().is_some_and(|ending| ending == "gz") {
        true => flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap(),
        false => { file }.read_to_string(&mut text).unwrap(),
    };
    text
}

fn kept(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}.{ending}", path.display()))
}

#[test]
fn a_file_has_every_line_once_and_the_mode_that_was_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.log");
    for sync in [Fsync::Never, Fsync::Interval, Fsync::Always] {
        let target = FileTarget { sync, ..FileTarget::new(&path) };
        let mut tested = Tested::open(Target::File(target), Settings::default());
        (0..50).for_each(|_| tested.batch(40));
        tested.end_well();
        let stats = tested.handle.stats();
        assert_eq!((stats.written_lines, stats.dropped_lines, stats.queued_bytes), (2000, 0, 0));
    }
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o640);
    let expected: String = (0..2000).map(|number| text_of(number) + "\n").collect();
    assert!(text(&path) == expected.repeat(3), "not the lines that were written");
}

#[test]
fn what_is_no_file_of_ours_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (real, link) = (dir.path().join("real"), dir.path().join("link"));
    fs::write(&real, "kept\n").unwrap();
    symlink(&real, &link).unwrap();
    let refused = |path: &Path| match Tested::try_open(file(path), Settings::default()) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{} was opened", path.display()),
    };
    refused(&link);
    assert!(refused(Path::new("/dev/null")).contains("regular file"));
    assert!(refused(&dir.path().join("none/pf.log")).contains("No such"));
    let fifo = dir.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    assert!(refused(&fifo).contains("regular file"));
    assert_eq!(text(&real), "kept\n");
}

#[test]
fn a_line_that_a_crash_left_is_ended_first() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.log");
    fs::write(&path, "whole\nline 000").unwrap();
    for _ in 0..2 {
        let mut tested = Tested::open(file(&path), Settings::default());
        tested.batch(1);
        tested.end_well();
    }
    let line = text_of(0);
    assert_eq!(text(&path), format!("whole\nline 000\n{line}\n{line}\n"));
}

#[test]
fn files_that_are_moved_away_under_load_have_each_line_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.log");
    let mut tested = Tested::open(file(&path), Settings::default());
    let mut moved = 0;
    for turn in 0..400 {
        tested.batch(97);
        if turn % 5 == 0 && path.exists() {
            fs::rename(&path, kept(&path, &moved.to_string())).unwrap();
            tested.handle.reopen();
            moved += 1;
            // Else it would be a storm of requests for one file.
            if turn % 25 == 0 {
                until("it is there again", || path.exists());
            }
        }
    }
    tested.end_well();
    assert!(moved > 10, "only {moved} times");
    let mut all = String::new();
    for number in 0..moved {
        let text = text(&kept(&path, &number.to_string()));
        assert!(text.is_empty() || text.ends_with('\n'), "file {number} ends in a line");
        all += &text;
    }
    if path.exists() {
        all += &text(&path);
    }
    let arrived = Arrived::of(all.lines());
    assert_eq!((arrived.torn.len(), arrived.gaps.len()), (0, 0), "{:?}", arrived.torn);
    assert_eq!(arrived.order, (0..tested.next).collect::<Vec<_>>(), "lines or their order");
    assert!(tested.handle.stats().reconnects > 0);
}

#[test]
fn where_a_file_cannot_be_opened_anew_the_old_one_is_written_on() {
    let dir = tempfile::tempdir().unwrap();
    let (path, old) = (dir.path().join("pf.log"), dir.path().join("old"));
    let mut tested = Tested::open(file(&path), Settings::default());
    tested.batch(1);
    until("it is written", || tested.handle.stats().written_lines == 1);
    fs::rename(&path, &old).unwrap();
    // In its way stands what is no file.
    fs::create_dir(&path).unwrap();
    tested.handle.reopen();
    tested.batch(1);
    until("it is said", || tested.has_said("cannot be opened anew"));
    until("it is written", || tested.handle.stats().written_lines == 2);
    fs::remove_dir(&path).unwrap();
    until("it is there again", || path.exists());
    tested.batch(1);
    tested.end_well();
    assert_eq!(text(&old), format!("{}\n{}\n", text_of(0), text_of(1)));
    assert_eq!(text(&path), text_of(2) + "\n");
    assert_eq!(tested.said.lock().unwrap().len(), 2, "said once, and that it works again");
}

fn rotating(path: &Path, size: u64, keep: u32) -> Target {
    let rotate = Some(Rotate { size, keep });
    Target::File(FileTarget { rotate, ..FileTarget::new(path) })
}

#[test]
fn files_are_rotated_between_lines_compressed_and_bounded_in_number() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.log");
    let mut tested = Tested::open(rotating(&path, 20_000, 3), Settings::default());
    for rotated in 1..=5 {
        // More than a file takes, then until the compressed one is there: the next waits for it.
        tested.batch(300);
        until("it is written", || tested.handle.stats().written_lines == tested.next);
        until("it is rotated", || tested.handle.stats().reconnects >= rotated);
        until("it is compressed", || kept(&path, "0.gz").exists() && !kept(&path, "0").exists());
    }
    tested.end_well();
    let names: Vec<_> = ["2.gz", "1.gz", "0.gz"].map(|ending| kept(&path, ending)).into();
    let all: String = names.iter().chain([&path]).map(|path| text(path)).collect();
    let arrived = Arrived::of(all.lines());
    let first = arrived.order[0];
    assert!(first > 0, "nothing was too old");
    assert_eq!(arrived.order, (first..tested.next).collect::<Vec<_>>());
    assert!(arrived.torn.is_empty() && !kept(&path, "3.gz").exists());
    for name in &names {
        assert_eq!(fs::metadata(name).unwrap().permissions().mode() & 0o7777, 0o640);
        // It was full, and not by more than a line; what it had to take while another was compressed
        // comes on top.
        assert!(text(name).len() >= 20_000, "{}", name.display());
    }
    assert_eq!(tested.said.lock().unwrap().len(), 0, "{:?}", tested.said);
}

#[test]
fn what_a_crash_left_of_a_rotation_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.log");
    let (plain, packed) = (kept(&path, "0"), kept(&path, "0.gz"));
    let start = || Tested::open(rotating(&path, 1 << 20, 3), Settings::default());
    // Before it was compressed, or while it was.
    fs::write(&plain, "old\n").unwrap();
    fs::write(kept(&path, "0.gz.tmp"), "half").unwrap();
    let mut tested = start();
    until("it is compressed", || packed.exists() && !plain.exists());
    tested.end_well();
    assert_eq!(text(&packed), "old\n");
    assert!(!kept(&path, "0.gz.tmp").exists());
    // When it was compressed and not removed.
    fs::write(&plain, "old\n").unwrap();
    let mut tested = start();
    until("the other is removed", || !plain.exists());
    tested.end_well();
    assert_eq!(text(&packed), "old\n");
}

#[test]
fn a_full_disk_is_waited_for_and_nothing_is_lost_that_fits_the_queue() {
    let name = "a_full_disk_is_waited_for_and_nothing_is_lost_that_fits_the_queue";
    let setup = "mount --make-rprivate /\nmount -t tmpfs -o size=400k tmpfs /mnt";
    if !inside_namespace(name, "m", setup) {
        return;
    }
    let (path, ballast) = (Path::new("/mnt/pf.log"), Path::new("/mnt/ballast"));
    for queue_bytes in [8 << 20, 80 << 10] {
        fs::write(ballast, vec![0; 200 << 10]).unwrap();
        let settings = Settings { queue_bytes, ..Settings::default() };
        let mut tested = Tested::open(file(path), settings);
        while tested.handle.stats().suspended.is_none() {
            tested.batch(50);
            let stats = || tested.handle.stats();
            until("it is written", || stats().queued_lines == 0 || stats().suspended.is_some());
        }
        assert!(tested.has_said("No space left"));
        // The large queue holds these, the small one does not.
        (0..30).for_each(|_| tested.batch(50));
        let sent = tested.next;
        let stats = tested.handle.stats();
        assert!(stats.queued_bytes <= queue_bytes as u64 + (70 << 10), "{stats:?}");
        assert!(stats.suspended.is_some() && stats.oldest.is_some());
        fs::remove_file(ballast).unwrap();
        until("it takes lines again", || tested.has_said("takes lines again"));
        tested.end_well();
        let arrived = Arrived::of(text(path).lines().collect::<Vec<_>>().into_iter());
        arrived.assert_accounted(sent);
        assert!(arrived.torn.is_empty(), "{:?}", arrived.torn);
        // What is told is what is missing, here and elsewhere.
        let missing = sent - arrived.numbers.len() as u64;
        assert_eq!((arrived.told(), tested.told), (missing, [missing, 0]));
        assert_eq!(missing > 0, queue_bytes < 1 << 20, "{missing} are missing");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_line_that_a_full_disk_cut_is_whole_in_the_next_file() {
    let name = "a_line_that_a_full_disk_cut_is_whole_in_the_next_file";
    let setup = "mount --make-rprivate /\nmount -t tmpfs -o size=400k tmpfs /mnt\nmkdir /mnt/full\n\
                 mount -t tmpfs -o size=64k tmpfs /mnt/full";
    if !inside_namespace(name, "m", setup) {
        return;
    }
    // A disk that is full stays so, and the next file is elsewhere.
    let (dir, path) = (Path::new("/mnt/logs"), Path::new("/mnt/logs/pf.log"));
    symlink("/mnt/full", dir).unwrap();
    let mut tested = Tested::open(file(path), Settings::default());
    tested.batch(2000);
    until("it is full", || tested.has_said("No space left"));
    fs::remove_file(dir).unwrap();
    fs::create_dir(dir).unwrap();
    tested.handle.reopen();
    tested.end_well();
    let (before, after) = (text(Path::new("/mnt/full/pf.log")), text(path));
    assert!(before.ends_with('\n') && !before.is_empty());
    let both = before + &after;
    let arrived = Arrived::of(both.lines());
    assert!(arrived.torn.is_empty(), "{:?}", arrived.torn);
    assert_eq!(arrived.order, (0..2000).collect::<Vec<_>>());
}

/// Set for a child that does nothing but write lines to this file.
const WRITE_TO: &str = "PFSTATELOG_TEST_WRITE_TO";

#[test]
fn after_a_kill_no_line_is_torn_and_none_is_there_twice() {
    let name = "after_a_kill_no_line_is_torn_and_none_is_there_twice";
    if let Some(path) = std::env::var_os(WRITE_TO) {
        let path = Path::new(&path);
        // What the one before wrote, it says by its last line.
        let last = text(path).lines().rev().find_map(number_in);
        let mut tested = Tested::open(file(path), Settings::default());
        tested.next = last.map_or(0, |last| last + 1);
        // Not for ever, should nobody kill it.
        for _ in 0..5000 {
            tested.batch(20);
            std::thread::sleep(Duration::from_millis(1));
        }
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.log");
    File::create(&path).unwrap();
    let size = || fs::metadata(&path).unwrap().len();
    for kill in 0..12_u64 {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", name, "--nocapture"]).env(WRITE_TO, &path);
        let child = Watched::spawn(&mut command);
        let before = size();
        // At some moment of its writing.
        until("it writes", || size() > before + 7919 * kill);
        child.signal("KILL");
        child.ended();
        // What a power failure leaves now and then.
        if kill % 3 == 0 {
            let mut file = File::options().append(true).open(&path).unwrap();
            file.write_all(b"line 0000").unwrap();
        }
    }
    let mut tested = Tested::open(file(&path), Settings::default());
    tested.batch(0);
    tested.end_well();
    let text = text(&path);
    let arrived = Arrived::of(text.lines());
    assert_eq!(arrived.twice, Vec::<u64>::new());
    assert!(arrived.order.is_sorted() && arrived.order.len() > 100);
    // Cut ones stand on lines of their own.
    for torn in &arrived.torn {
        let is_start = text_of(0).starts_with(torn.as_str())
            || torn
                .get(5..13)
                .and_then(|n| n.parse().ok())
                .is_some_and(|n| text_of(n).starts_with(torn));
        assert!(is_start, "{torn:?}");
    }
    assert!(arrived.torn.len() <= 12, "{:?}", arrived.torn);
}

#[test]
fn an_output_that_stalls_holds_up_nobody_and_is_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("socket");
    let daemon = UnixDatagram::bind(&path).unwrap();
    let settings = Settings { queue_bytes: 1 << 20, ..Settings::default() };
    let mut tested = Tested::open(Target::Unix { path }, settings);
    // As much as 100,000 lines a second for a few seconds, and as fast as it goes.
    for _ in 0..3000 {
        tested.batch(100);
        let stats = tested.handle.stats();
        assert!(stats.queued_bytes <= (1 << 20) + (70 << 10), "{stats:?}");
    }
    let stats = tested.handle.stats();
    assert_eq!(stats.queued_lines + stats.written_lines + stats.dropped_lines, tested.next);
    assert!(stats.dropped_lines > 200_000, "{stats:?}");
    assert!(tested.told[0] > 0, "the others were not told at once");
    // Now somebody reads.
    let reading = std::thread::spawn(move || {
        daemon.set_read_timeout(Some(PATIENCE)).unwrap();
        let (mut lines, mut bytes) = (Vec::new(), [0; 4096]);
        while let Ok(len @ 1..) = daemon.recv(&mut bytes) {
            let message = String::from_utf8(bytes[..len].to_vec()).unwrap();
            lines.push(message.split_once("] ").unwrap().1.to_string());
        }
        lines
    });
    tested.end_well();
    // An empty message ends it.
    UnixDatagram::unbound().unwrap().send_to(b"", dir.path().join("socket")).unwrap();
    let lines = reading.join().unwrap();
    let arrived = Arrived::of(lines.iter().map(String::as_str));
    arrived.assert_accounted(tested.next);
    let missing = tested.next - arrived.numbers.len() as u64;
    assert_eq!((arrived.told(), tested.told), (missing, [missing, 0]));
    assert!(arrived.order.is_sorted() && arrived.gaps.iter().all(|(.., certain)| *certain));
}

/// Bytes of memory that are in use, where the system tells.
fn resident() -> Option<u64> {
    let pages: u64 =
        fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

#[test]
#[ignore = "takes a minute: a stall as long as a daemon's restart is tested without"]
fn a_stall_of_a_minute_at_100_000_lines_a_second_is_bounded_in_memory() {
    const A_SECOND: u64 = 100_000;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("socket");
    let _daemon = UnixDatagram::bind(&path).unwrap();
    let mut tested = Tested::open(Target::Unix { path }, Settings::default());
    let start = std::time::Instant::now();
    let (mut first, mut most) = (0, 0);
    for tenth in 1..=600 {
        (0..10).for_each(|_| tested.batch(A_SECOND / 100));
        let due = Duration::from_millis(100 * tenth);
        std::thread::sleep(due.saturating_sub(start.elapsed()));
        let Some(now) = resident() else { continue };
        // By then the queue is full.
        if tenth == 20 {
            first = now;
        }
        most = most.max(now);
    }
    let (stats, took) = (tested.handle.stats(), start.elapsed());
    println!("{took:?}, resident {first} then {most} at most, {stats:?}");
    assert!(most <= first + (4 << 20), "it grew from {first} to {most}");
    assert!(stats.queued_bytes <= (8 << 20) + (70 << 10));
    assert_eq!(stats.queued_lines + stats.written_lines + stats.dropped_lines, tested.next);
    tested.hear();
    assert!(tested.told[0] > 0);
}

#[test]
fn where_nothing_may_be_lost_whoever_has_lines_waits() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("socket");
    let daemon = UnixDatagram::bind(&path).unwrap();
    let policy = Policy::Block(std::sync::Arc::new(|| false));
    let settings = Settings { queue_bytes: 100 << 10, policy, ..Settings::default() };
    let mut tested = Tested::open(Target::Unix { path }, settings);
    let reading = std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        (0..20_000).filter(|_| daemon.recv(&mut bytes).is_ok()).count()
    });
    (0..200).for_each(|_| tested.batch(100));
    tested.end_well();
    assert_eq!(reading.join().unwrap(), 20_000);
    assert_eq!(tested.handle.stats().dropped_lines, 0);
}

#[test]
fn the_program_opens_its_file_anew_on_both_signals() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.log");
    let (program, mut input) = Watched::fed(&["-o", path.to_str().unwrap(), "-r", "-"]);
    feed(&mut input, &pcap_header(common_cli::PFSYNC));
    for (id, signal) in [(1, "HUP"), (2, "USR1"), (3, "HUP")] {
        feed(&mut input, &pcap_record(id, &ins(&[id.into()])));
        let words = id_words(id.into());
        until("it is written", || {
            fs::read_to_string(&path).is_ok_and(|text| text.contains(&words))
        });
        fs::rename(&path, kept(&path, &id.to_string())).unwrap();
        program.signal(signal);
        // The signal is heard with the next batch.
        feed(&mut input, &pcap_record(id, &ins(&[u64::from(id) + 10])));
        until("it is there again", || path.exists());
    }
    drop(input);
    let ended = program.ended();
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
    let all: String = ["1", "2", "3"].iter().map(|n| text(&kept(&path, n))).collect();
    let all = all + &text(&path);
    assert_eq!(all.lines().count(), 6, "{all}");
    assert!([1, 11, 2, 12, 3, 13].iter().all(|id| all.contains(&id_words(*id))));
}

#[test]
fn outputs_that_cannot_be_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("none/pf.log");
    let missing = missing.to_str().unwrap();
    for (dest, code, words) in [
        (missing, 1, "none/pf.log: No such file"),
        ("/dev/null", 1, "/dev/null: is no regular file"),
        ("sylsog", 2, "no destination"),
        ("udp://host", 2, "a port"),
        ("tcp://:514", 2, "a port"),
    ] {
        let ended = Watched::spawn(&mut program(&["-o", dest, "-r", "/dev/null"])).ended();
        assert_eq!(ended.code, Some(code), "{ended:?}");
        common_cli::assert_one_line(&ended, &[words]);
    }
}
