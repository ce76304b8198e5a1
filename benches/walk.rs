//! How close the walk comes to the limit: reading the bytes at all.
//!
//! One buffer of 1 GiB holds frames as a firewall sends them (five states, 1,344 bytes). In one
//! run: the sum of its bytes, the walk over its states with ten fields touched, and the walk with
//! each state turned into an owned value. Rounds are taken in turn and the best of each counts,
//! since these machines are noisy; the last column is the ratio to the sum.
//!
//! `cargo bench --bench walk [-- ROUNDS]`

use std::hint::black_box;
use std::time::{Duration, Instant};

use pfstatelog::abi::record::{PeerRecord, StateRecord};
use pfstatelog::abi::{Dialect, openbsd_7_9};
use pfstatelog::state::State;
use pfstatelog::wire::{Frame, Message};

mod input;

type Newest = openbsd_7_9::Dialect;

const BUFFER_BYTES: usize = 1 << 30;
const STATES: u64 = 5;

fn main() {
    let rounds = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(5);
    let (frame_bytes, buffer) = frames();
    let frames = buffer.chunks_exact(frame_bytes);
    let states = frames.len() as u64 * STATES;
    let mut best = [Duration::MAX; 3];
    for _ in 0..rounds {
        let stages: [&dyn Fn() -> u64; 3] =
            [&|| sum(&buffer), &|| frames.clone().map(walk).fold(0, u64::wrapping_add), &|| {
                frames.clone().map(own).fold(0, u64::wrapping_add)
            }];
        for (best, stage) in best.iter_mut().zip(stages) {
            let start = Instant::now();
            black_box(stage());
            *best = start.elapsed().min(*best);
        }
    }
    println!("{} bytes, {states} states, best of {rounds} rounds", buffer.len());
    println!("{:<32}{:>8}{:>12}{:>12}{:>8}", "", "GB/s", "M states/s", "ns/state", "ratio");
    for (name, time) in
        ["sum of the bytes", "walk, ten fields", "walk, owned state"].iter().zip(best)
    {
        let secs = time.as_secs_f64();
        println!(
            "{name:<32}{:>8.2}{:>12.1}{:>12.2}{:>8.2}",
            buffer.len() as f64 / secs / 1e9,
            states as f64 / secs / 1e6,
            secs * 1e9 / states as f64,
            secs / best[0].as_secs_f64(),
        );
    }
}

/// Frames of inserted states, all different, end to end.
fn frames() -> (usize, Vec<u8>) {
    let mut buffer = Vec::with_capacity(BUFFER_BYTES + 4096);
    let mut frame_bytes = 0;
    for first in (0..).step_by(STATES as usize) {
        let frame = input::inserts(first, STATES);
        frame_bytes = frame.len();
        buffer.extend_from_slice(&frame);
        if buffer.len() >= BUFFER_BYTES {
            break;
        }
    }
    (frame_bytes, buffer)
}

fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let words = words.iter().fold(0u64, |sum, word| sum.wrapping_add(u64::from_ne_bytes(*word)));
    rest.iter().fold(words, |sum, byte| sum.wrapping_add(u64::from(*byte)))
}

fn walk(bytes: &[u8]) -> u64 {
    let Ok(frame) = Frame::parse(bytes, bytes.len()) else { return 0 };
    let mut sum = 0u64;
    for message in frame.messages::<Newest>() {
        if let Ok(Message::Ins(state)) = message {
            sum = sum.wrapping_add(touch(state));
        }
    }
    sum
}

/// Ten fields, from the first bytes of the record to the last.
#[inline(always)]
fn touch(state: &<Newest as Dialect>::State) -> u64 {
    let (wire, stack) = (state.wire_key(), state.stack_key());
    let fields = [
        state.id(),
        u64::from(state.creatorid()),
        u64::from(wire.addr[1][3]),
        u64::from(stack.addr[1][3]),
        u64::from(wire.port[1]),
        u64::from(stack.port[1]),
        u64::from(state.src().state()),
        u64::from(state.dst().state()),
        u64::from(state.creation()),
        u64::from(state.proto()),
    ];
    fields.into_iter().fold(0, u64::wrapping_add)
}

fn own(bytes: &[u8]) -> u64 {
    let Ok(frame) = Frame::parse(bytes, bytes.len()) else { return 0 };
    let mut sum = 0u64;
    for message in frame.messages::<Newest>() {
        if let Ok(Message::Ins(record)) = message {
            let state = black_box(State::from_record(record));
            sum = sum.wrapping_add(state.id.id);
        }
    }
    sum
}
