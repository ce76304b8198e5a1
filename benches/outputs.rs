//! What an output costs, against a bare loop that writes the same bytes to the same kind of file.
//!
//! Lines as the program makes them lie in memory, as many as fit 256 KiB: a line that was just made is
//! in the nearest cache, so these have to be near as well. The loop gathers
//! them and hands 256 KiB at a time to the system; [`Stream`] is offered them line by line. Both in turn, the best of some rounds
//! counts: CPU of this thread, user and system, on a file that grows, as a log does, and on
//! /dev/null, where what is left is what the capture thread itself spends on a line.
//!
//! `cargo bench --bench outputs [-- ROUNDS]`; `misc/bench-outputs.sh` holds it to its targets.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use pfstatelog::capture::{ByteOrder, LinkType, Packet};
use pfstatelog::decode::Decoder;
use pfstatelog::format::{Format, Options};
use pfstatelog::line::Line;
use pfstatelog::output::{Output, Stream};
use pfstatelog::time::Time;

mod input;

use input::ring::{Kind, Link, Traffic};

/// Bytes in one write of the loop: as many as `Stream` gathers.
const PIECE: usize = 256 << 10;
/// Times that these are written in a round.
const TIMES: usize = 512;

fn main() {
    let rounds = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(7);
    if cpu_ns().is_none() {
        return println!("skipped: outputs: this system does not tell a thread's CPU time");
    }
    let lines = Lines::make();
    let dir = std::env::var_os("TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let log = dir.join(format!("pfstatelog-bench-{}.log", std::process::id()));
    let count = lines.ends.len() * TIMES;
    println!("{count} lines, {} bytes, best of {rounds} rounds", lines.bytes.len() * TIMES);
    println!("{:<12}{:>12}{:>12}{:>12}", "ns/line", "bare loop", "Stream", "more");
    for (name, path) in [("file", log.as_path()), ("null", Path::new("/dev/null"))] {
        let mut best = [u64::MAX; 2];
        for _ in 0..rounds {
            for (best, how) in best.iter_mut().zip([bare, stream]) {
                *best = timed(&lines, path, how).min(*best);
            }
        }
        let [bare, stream] = best.map(|ns| ns as f64 / count as f64);
        println!("{name:<12}{bare:>12.2}{stream:>12.2}{:>12.2}", stream - bare);
    }
    let _ = fs::remove_file(log);
}

/// Lines, each with its end, and where it is.
struct Lines {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Lines {
    /// Text lines of the mix, as long as they are on a firewall.
    fn make() -> Self {
        let mut traffic = Traffic::new(Kind::Mixed, Link::Pfsync, 4096);
        let mut decoder = Decoder::new(None).with_table(100_000);
        let mut text = Format::Text.writer(Options::default());
        let (mut bytes, mut ends) = (Vec::with_capacity(PIECE + 4096), Vec::new());
        let (mut at, mut line) = (0, Line::new());
        while bytes.len() < PIECE {
            at += 1;
            let data = traffic.next_frame();
            let time = Time::new(1_795_179_902 + at / 1000, 0);
            let (wire_len, link) = (data.len() as u32, LinkType(246));
            let order = ByteOrder::NATIVE;
            decoder.packet(&Packet { time, data, wire_len, link, order }, None, &mut |event| {
                line.clear();
                text.write(&mut line, event);
                bytes.extend_from_slice(line.as_bytes());
                bytes.push(b'\n');
                ends.push(bytes.len());
            });
        }
        Self { bytes, ends }
    }
}

/// CPU that a round takes, in nanoseconds.
fn timed(lines: &Lines, path: &Path, how: fn(&Lines, File) -> io::Result<()>) -> u64 {
    // Removed, not cut: cutting off what the last round wrote would be work of this one.
    if !path.starts_with("/dev") {
        let _ = fs::remove_file(path);
    }
    let file = File::options().create(true).write(true).truncate(false).open(path);
    let file = file.expect("a file to write to");
    let start = cpu_ns().expect("it told before");
    how(lines, file).expect("room for the lines");
    cpu_ns().expect("it told before") - start
}

fn bare(lines: &Lines, mut file: File) -> io::Result<()> {
    let mut held = Line::new();
    for _ in 0..TIMES {
        let mut from = 0;
        for to in &lines.ends {
            held.extend_from_slice(&lines.bytes[from..*to]);
            from = *to;
            if held.len() >= PIECE {
                file.write_all(held.as_bytes())?;
                held.clear();
            }
        }
    }
    file.write_all(held.as_bytes())
}

fn stream(lines: &Lines, file: File) -> io::Result<()> {
    // As the program holds it: behind the trait.
    let mut output: Box<dyn Output> = Box::new(Stream::new("-", file));
    for _ in 0..TIMES {
        let mut from = 0;
        for to in &lines.ends {
            // It adds the end of the line itself.
            let line = &lines.bytes[from..to - 1];
            output.line(Time::default(), &mut |held| held.extend_from_slice(line))?;
            from = *to;
        }
    }
    output.flush()
}

/// What this thread has had of a CPU, in nanoseconds; `None` where the system does not say.
fn cpu_ns() -> Option<u64> {
    // The kernel adds up what ran when it lets go of a core, or at its tick: this lets go of it.
    std::thread::yield_now();
    let stat = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split_whitespace().next()?.parse().ok().filter(|ns| *ns > 0)
}
