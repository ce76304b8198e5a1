//! The state table: time of an event and memory of a state.
//!
//! States are inserted until so many are live; then comes the steady state of the generator, so that
//! the table stays as large as it is. Frames lie in memory, events go nowhere. Each size runs in a
//! process of its own, whose memory nothing else has used before; the peak is that of filling. The
//! best of the rounds counts, since these machines are noisy.
//!
//! `cargo bench --bench table [-- STATES...]`; 10 M states too where `PFSTATELOG_BENCH_LARGE` is set.

use std::hint::black_box;
use std::time::{Duration, Instant};

use input::frames::{Clock, Frames};
use input::traffic::{Settings, Traffic};
use input::{decode, results};
use pfstatelog::decode::{Ahead, Decoder};

mod input;

/// Messages that are made and then decoded, again and again: making them takes about as long.
const ROUND: u64 = 1 << 16;
const ROUNDS: u32 = 40;

/// Set for the process of one case.
const CASE: &str = "PFSTATELOG_BENCH_CASE";

fn main() {
    let numbers: Vec<u32> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    if std::env::var_os(CASE).is_some() {
        return run(numbers[0]);
    }
    let sizes = match numbers.as_slice() {
        [] if std::env::var_os("PFSTATELOG_BENCH_LARGE").is_some() => {
            &[1_000, 1_000_000, 10_000_000]
        }
        [] => &[1_000, 1_000_000][..],
        numbers => numbers,
    };
    println!(
        "{:>12}{:>12}{:>14}{:>14}{:>14}",
        "live", "peak MB", "bytes/state", "ns/event", "M events/s"
    );
    for size in sizes {
        let this = std::env::current_exe().expect("this program has a path");
        let mut case = std::process::Command::new(this);
        case.arg(size.to_string()).env(CASE, "1");
        assert!(case.status().is_ok_and(|status| status.success()));
    }
}

fn run(live: u32) {
    let mut job = Job::new(live);
    let before = resident_bytes("VmRSS:");
    while job.traffic.is_filling() {
        job.round();
    }
    let peak = resident_bytes("VmHWM:").saturating_sub(before);

    // Until as many tombstones as there may be are there: from then on nothing grows.
    for _ in 0..(u64::from(live) * 2 / ROUND).max(ROUNDS.into()) {
        job.round();
    }
    let best = (0..ROUNDS).map(|_| job.round()).min_by(f64::total_cmp).unwrap_or(0.0);
    println!(
        "{live:>12}{:>12.0}{:>14.0}{best:>14.0}{:>14.2}",
        peak as f64 / 1e6,
        peak as f64 / f64::from(live),
        1e3 / best
    );
    let name = |what: &str| format!("{live} live states: {what}");
    results::add("table", &name("an event"), best, "ns", &format!("{:.2} M events/s", 1e3 / best));
    // Below that, what the table begins with is most of it.
    if live >= 100_000 {
        let note = format!("{:.0} MB at the peak of filling", peak as f64 / 1e6);
        results::add("table", &name("a state"), peak as f64 / f64::from(live), "bytes", &note);
    }
}

struct Job {
    traffic: Traffic,
    clock: Clock,
    frames: Frames,
    decoder: Decoder,
    ahead: Ahead,
}

impl Job {
    fn new(live: u32) -> Self {
        Self {
            traffic: Traffic::new(&Settings::new(live, u64::MAX, 1)),
            clock: Clock::default(),
            // What a round needs of memory is not the table's.
            frames: Frames::with_room(ROUND as usize),
            decoder: Decoder::new(None).with_table(2 * live as usize),
            ahead: Ahead::default(),
        }
    }

    /// Nanoseconds of an event of the next messages, which never mix the fill with what follows.
    fn round(&mut self) -> f64 {
        let Self { traffic, clock, frames, decoder, ahead } = self;
        frames.clear();
        let filling = traffic.is_filling();
        while frames.messages < ROUND && traffic.is_filling() == filling {
            frames.take(traffic, clock);
        }
        let start = Instant::now();
        decode::all(decoder, ahead, frames.packets(), &mut |event| {
            black_box(event);
        });
        let took: Duration = start.elapsed();
        took.as_nanos() as f64 / frames.messages as f64
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
