//! The state table: time of an event and memory of a state, one in five of them IPv6.
//!
//! States are inserted until so many are live; then comes a mix of 25 % inserts, 50 % compressed
//! updates and 25 % deletes, updates and deletes of states picked at random, so that the table
//! stays as large as it is. Frames lie in memory; an event goes from the frame to a text line. Each
//! size runs in a process of its own, whose memory nothing else has used before; the peak is that of
//! filling.
//!
//! `cargo bench --bench table [-- STATES...]`

use std::hint::black_box;
use std::time::Instant;

use pfstatelog::capture::{LinkType, Packet};
use pfstatelog::decode::Decoder;
use pfstatelog::format::{Format, Options};
use pfstatelog::time::Time;

mod input;

const EVENTS: u64 = 2_000_000;
/// States of one kind of message in a frame of the mix.
const EACH: u64 = 3;

fn main() {
    let sizes: Vec<u64> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    if let [size] = sizes[..] {
        return run(size);
    }
    let sizes = if sizes.is_empty() { vec![1_000, 1_000_000] } else { sizes };
    println!(
        "{:>12}{:>12}{:>14}{:>14}{:>14}{:>14}",
        "live", "fill ns", "bytes/state", "peak MB", "mix ns", "M events/s"
    );
    for size in sizes {
        let this = std::env::current_exe().expect("this program has a path");
        let status = std::process::Command::new(this).arg(size.to_string()).status();
        assert!(status.is_ok_and(|status| status.success()));
    }
}

fn run(live: u64) {
    let before = resident_bytes("VmRSS:");
    let mut job = Job::new(live);
    let start = Instant::now();
    for first in (0..live).step_by(5) {
        job.frame(&input::dual_inserts(first, 5.min(live - first)));
    }
    let fill = start.elapsed();
    let bytes = resident_bytes("VmRSS:").saturating_sub(before);
    let peak = resident_bytes("VmHWM:").saturating_sub(before);

    let mut ids: Vec<u64> = (0..live).collect();
    let mut random = Random(live | 1);
    let mut next = live;
    let frames: Vec<Vec<u8>> = (0..EVENTS / (4 * EACH))
        .map(|_| {
            let mut pick = || random.below(ids.len() as u64) as usize;
            let updates: Vec<u64> = (0..2 * EACH).map(|_| ids[pick()]).collect();
            let deletes: Vec<u64> = (0..EACH)
                .map(|_| ids.swap_remove(random.below(ids.len() as u64) as usize))
                .collect();
            let inserts: Vec<u64> = (next..next + EACH).collect();
            next += EACH;
            ids.extend(&inserts);
            input::mix(&updates, &deletes, &inserts)
        })
        .collect();
    let lines = job.lines;
    let start = Instant::now();
    for frame in &frames {
        job.frame(frame);
    }
    let mix = start.elapsed();
    let events = (job.lines - lines) as f64;
    println!(
        "{live:>12}{:>12.0}{:>14.0}{:>14.0}{:>14.0}{:>14.2}",
        fill.as_nanos() as f64 / live as f64,
        bytes as f64 / live as f64,
        peak as f64 / 1e6,
        mix.as_nanos() as f64 / events,
        events / mix.as_secs_f64() / 1e6
    );
}

struct Job {
    decoder: Decoder,
    text: pfstatelog::format::Writer,
    line: Vec<u8>,
    lines: u64,
    frames: u32,
}

impl Job {
    fn new(live: u64) -> Self {
        let decoder = Decoder::new(None).with_table(2 * live as usize);
        Self {
            decoder,
            text: Format::Text.writer(Options::default()),
            line: Vec::new(),
            lines: 0,
            frames: 0,
        }
    }

    fn frame(&mut self, frame: &[u8]) {
        self.frames += 1;
        let packet = Packet {
            time: Time::new(1_795_179_902, self.frames % 1_000_000_000),
            data: frame,
            wire_len: frame.len() as u32,
            link: LinkType(246),
        };
        let Self { decoder, text, line, lines, .. } = self;
        decoder.packet(&packet, None, &mut |event| {
            line.clear();
            text.write(line, event);
            black_box(&line);
            *lines += 1;
        });
    }
}

/// xorshift: the order need not be more than mixed up.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// Memory of this process in bytes, now (`VmRSS:`) or at its peak (`VmHWM:`); 0 where the system does
/// not tell.
fn resident_bytes(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.unwrap_or(0u64) * 1024
}
