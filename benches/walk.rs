//! How close the walk comes to the limit: reading the bytes at all.
//!
//! One buffer of 1 GiB holds frames as a firewall sends them when its table fills (five states,
//! 1,344 bytes). In one run: the sum of its bytes, the walk over its states with ten fields touched,
//! and the walk with each state turned into an owned value. Rounds are taken in turn and the best of
//! each counts, since these machines are noisy; the last column is the ratio to the sum.
//!
//! `cargo bench --bench walk [-- ROUNDS]`

use std::hint::black_box;
use std::time::{Duration, Instant};

use input::frames::{Clock, Frames};
use input::traffic::{Settings, Traffic};
use input::{results, walk};

mod input;

const BUFFER_BYTES: usize = 1 << 30;

/// More than the buffer has room for.
const STATES_MAX: u32 = 1 << 22;

fn main() {
    let rounds = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(5);
    let frames = filled();
    let buffer = &frames.bytes;
    // All are of one length, so that nothing but the buffer has to be read.
    let frame_bytes = frames.frames().next().map_or(1, <[u8]>::len);
    let each = buffer.chunks_exact(frame_bytes);
    assert_eq!(each.remainder().len(), 0);
    let mut best = [Duration::MAX; 3];
    for _ in 0..rounds {
        let stages: [&dyn Fn() -> u64; 3] = [
            &|| walk::sum(buffer),
            &|| each.clone().map(walk::touch).fold(0, u64::wrapping_add),
            &|| each.clone().map(walk::own).fold(0, u64::wrapping_add),
        ];
        for (best, stage) in best.iter_mut().zip(stages) {
            let start = Instant::now();
            black_box(stage());
            *best = start.elapsed().min(*best);
        }
    }
    tell(&frames, rounds, best);
}

fn tell(frames: &Frames, rounds: u32, best: [Duration; 3]) {
    let (bytes, states) = (frames.bytes.len() as f64, frames.messages as f64);
    println!("{bytes} bytes, {states} states, best of {rounds} rounds");
    println!("{:<32}{:>8}{:>12}{:>12}{:>8}", "", "GB/s", "M states/s", "ns/state", "ratio");
    for (name, time) in
        ["sum of the bytes", "walk, ten fields", "walk, owned state"].iter().zip(best)
    {
        let secs = time.as_secs_f64();
        let (speed, ratio) = (bytes / secs / 1e9, secs / best[0].as_secs_f64());
        println!(
            "{name:<32}{speed:>8.2}{:>12.1}{:>12.2}{ratio:>8.2}",
            states / secs / 1e6,
            secs * 1e9 / states,
        );
        let note = format!("{:.1} M states/s, {ratio:.2} times the sum", states / secs / 1e6);
        results::add("walk", name, speed, "GB/s", &note);
    }
}

/// Frames of inserted states, all different, end to end.
fn filled() -> Frames {
    let mut traffic = Traffic::new(&Settings::new(STATES_MAX, 0, 1));
    let mut frames = Frames::default();
    frames.bytes.reserve_exact(BUFFER_BYTES + 4096);
    while frames.bytes.len() < BUFFER_BYTES && frames.take(&mut traffic, &mut Clock::default()) {}
    frames
}
