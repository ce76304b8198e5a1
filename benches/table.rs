//! The state table: time of an event and memory of a state, one in five of them IPv6 (and at a
//! million states or more, none and all of them).
//!
//! States are inserted until so many are live; then comes a mix of 25 % inserts, 50 % compressed
//! updates and 25 % deletes, updates and deletes of states picked at random, so that the table
//! stays as large as it is. Frames lie in memory; an event goes from the frame to a text line. Each
//! size runs in a process of its own, whose memory nothing else has used before; the peak is that of
//! filling.
//!
//! `cargo bench --bench table [-- STATES...]`

use std::hint::black_box;
use std::time::{Duration, Instant};

use pfstatelog::capture::{Batch, LinkType, Packet};
use pfstatelog::decode::Decoder;
use pfstatelog::format::{Format, Options};
use pfstatelog::time::Time;

mod input;

/// States of one kind of message in a frame of the mix.
const EACH: u64 = 3;
/// Frames that are made and then decoded, again and again: making them takes longer.
const ROUND_FRAMES: u64 = 4096;
const WARM_UP_ROUNDS: u32 = 40;
const ROUNDS: u32 = 40;

/// One state in so many is of IPv6, where nothing else is said.
const V6_EVERY: u64 = 5;

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    if std::env::var_os(CASE).is_some() {
        return run(numbers[0], numbers[1]);
    }
    let sizes = if numbers.is_empty() { vec![1_000, 1_000_000] } else { numbers };
    println!(
        "{:>12}{:>8}{:>12}{:>14}{:>14}{:>14}",
        "live", "IPv6", "peak MB", "bytes/state", "mix ns", "M events/s"
    );
    for size in sizes {
        // Memory of each family for itself, where it is large enough to tell.
        let families = if size >= 1_000_000 { &[V6_EVERY, 0, 1][..] } else { &[V6_EVERY] };
        for v6_every in families {
            let this = std::env::current_exe().expect("this program has a path");
            let mut case = std::process::Command::new(this);
            case.args([size.to_string(), v6_every.to_string()]).env(CASE, "1");
            assert!(case.status().is_ok_and(|status| status.success()));
        }
    }
}

/// Set for the process of one case.
const CASE: &str = "PFSTATELOG_BENCH_CASE";

fn run(live: u64, v6_every: u64) {
    let mut mix = Mix::new(live, v6_every);
    let before = resident_bytes("VmRSS:");
    let mut job = Job::new(live);
    for first in (0..live).step_by(5) {
        let frame = input::dual_inserts(first, 5.min(live - first), v6_every);
        job.frames(std::iter::once(frame.as_slice()));
    }
    let peak = resident_bytes("VmHWM:").saturating_sub(before);

    // Until as many tombstones as there may be are there: from then on nothing grows.
    for _ in 0..WARM_UP_ROUNDS {
        mix.round(&mut job);
    }
    let lines = job.lines;
    let took: Duration = (0..ROUNDS).map(|_| mix.round(&mut job)).sum();
    let events = (job.lines - lines) as f64;
    let family = match v6_every {
        0 => "none".to_string(),
        1 => "all".to_string(),
        n => format!("1 in {n}"),
    };
    println!(
        "{live:>12}{family:>8}{:>12.0}{:>14.0}{:>14.0}{:>14.2}",
        peak as f64 / 1e6,
        peak as f64 / live as f64,
        took.as_nanos() as f64 / events,
        events / took.as_secs_f64() / 1e6
    );
}

/// The life of as many states as there are: who is live, and who comes next.
struct Mix {
    ids: Vec<u64>,
    random: Random,
    next: u64,
    v6_every: u64,
}

impl Mix {
    fn new(live: u64, v6_every: u64) -> Self {
        Self { ids: (0..live).collect(), random: Random(live | 1), next: live, v6_every }
    }

    fn frame(&mut self) -> Vec<u8> {
        let Self { ids, random, next, v6_every } = self;
        let mut pick = || random.below(ids.len() as u64) as usize;
        let updates: Vec<u64> = (0..2 * EACH).map(|_| ids[pick()]).collect();
        let deletes: Vec<u64> =
            (0..EACH).map(|_| ids.swap_remove(random.below(ids.len() as u64) as usize)).collect();
        let inserts: Vec<u64> = (*next..*next + EACH).collect();
        *next += EACH;
        ids.extend(&inserts);
        input::mix(&updates, &deletes, &inserts, *v6_every)
    }

    /// The time that the frames of a round take.
    fn round(&mut self, job: &mut Job) -> Duration {
        let frames: Vec<Vec<u8>> = (0..ROUND_FRAMES).map(|_| self.frame()).collect();
        let start = Instant::now();
        job.frames(frames.iter().map(Vec::as_slice));
        start.elapsed()
    }
}

struct Job {
    decoder: Decoder,
    text: pfstatelog::format::Writer,
    line: pfstatelog::line::Line,
    lines: u64,
    batch: Batch,
    count: u32,
}

impl Job {
    fn new(live: u64) -> Self {
        let decoder = Decoder::new(None).with_table(2 * live as usize);
        Self {
            decoder,
            text: Format::Text.writer(Options::default()),
            line: pfstatelog::line::Line::new(),
            lines: 0,
            batch: Batch::default(),
            count: 0,
        }
    }

    /// Decodes frames as the program does: several are looked at before the first is applied.
    fn frames<'a>(&mut self, frames: impl Iterator<Item = &'a [u8]>) {
        for frame in frames {
            self.count += 1;
            self.batch.push(
                0,
                &Packet {
                    time: Time::new(1_795_179_902, self.count % 1_000_000_000),
                    data: frame,
                    wire_len: frame.len() as u32,
                    link: LinkType(246),
                },
            );
            if self.batch.is_full() {
                self.apply();
            }
        }
        self.apply();
    }

    fn apply(&mut self) {
        let Self { decoder, batch, text, line, lines, .. } = self;
        let ahead = decoder.look_ahead(batch.packets());
        for looked in ahead.packets() {
            decoder.decode(&looked, None, &mut |event| {
                line.clear();
                text.write(line, event);
                black_box(&line);
                *lines += 1;
            });
        }
        batch.clear();
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
