//! Stages of the way from a frame to a line, for callgrind to count their instructions.
//!
//! Where clocks differ by a third from one minute to the next, as on virtual machines, instructions
//! do not: they are what a change is held to. `misc/instructions.sh` runs this under valgrind, one
//! stage a process, and has it collect in the functions `counted_*` alone: making the input is not
//! counted, and the input is the same in each process.
//!
//! | stage | what is counted |
//! |---|---|
//! | walk | frame to records, ten fields of each state touched |
//! | table | packet to event, joined in the table; looking ahead too |
//! | text, json | such an event to a line |
//!
//! By itself: `cargo bench --bench instructions -- STAGE` prints the stage's events.

use std::hint::black_box;

use pfstatelog::abi::record::{IdRecord, PeerRecord, StateRecord, UpdCRecord};
use pfstatelog::abi::{Dialect, openbsd_7_9};
use pfstatelog::capture::{ByteOrder, LinkType, Packet};
use pfstatelog::decode::{Ahead, Decoder};
use pfstatelog::event::Event;
use pfstatelog::format::{Format, Options, Writer};
use pfstatelog::line::Line;
use pfstatelog::time::Time;
use pfstatelog::wire::{Frame, Message};

mod input;

use input::ring::{Kind, Link, Traffic};

type Newest = openbsd_7_9::Dialect;

/// Frames of the ring: 6,144 states are live.
const RING: u64 = 4096;
/// Frames that are decoded, of twelve messages each.
const FRAMES: u32 = 20_000;
/// States that the table may hold: it is never full.
const MAX_STATES: usize = 100_000;

fn main() {
    let stage = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let events = match stage.as_deref() {
        Some("walk") => walk(),
        Some("table") => table(),
        Some("text") => lines(Format::Text),
        Some("json") => lines(Format::Json),
        Some(other) => panic!("no stage is called {other:?}: walk, table, text, json"),
        None => return println!("skipped: instructions are counted by misc/instructions.sh"),
    };
    println!("events {events}");
}

fn walk() -> u64 {
    let mut traffic = traffic();
    (0..FRAMES).map(|_| counted_walk(traffic.next_frame())).sum()
}

fn table() -> u64 {
    batches(counted_table)
}

fn lines(format: Format) -> u64 {
    let mut writer = format.writer(Options::default());
    let mut line = Line::new();
    batches(|decoder, ahead| {
        let mut lines = 0;
        decode(decoder, ahead, |event| {
            counted_line(&mut writer, &mut line, event);
            lines += 1;
        });
        lines
    })
}

#[inline(never)]
fn counted_walk(bytes: &[u8]) -> u64 {
    let Ok(frame) = Frame::parse(bytes, bytes.len()) else { return 0 };
    let (mut messages, mut sum) = (0, 0u64);
    for message in frame.messages::<Newest>().map_while(Result::ok) {
        messages += 1;
        sum = sum.wrapping_add(match message {
            Message::Ins(state) => touch(state),
            Message::UpdC(update) => update.id(),
            Message::DelC(gone) => gone.id(),
            _ => 0,
        });
    }
    black_box(sum);
    messages
}

#[inline(never)]
fn counted_table(decoder: &mut Decoder, ahead: &mut Ahead) -> u64 {
    let mut events = 0;
    decode(decoder, ahead, |event| {
        black_box(event);
        events += 1;
    });
    events
}

#[inline(never)]
fn counted_line(writer: &mut Writer, line: &mut Line, event: &Event<'_>) {
    line.clear();
    writer.write(line, event);
    black_box(line);
}

/// Decodes a batch as the program does. Nothing else here knows how that goes.
#[inline(always)]
fn decode(decoder: &mut Decoder, ahead: &mut Ahead, mut sink: impl FnMut(&Event<'_>)) {
    decoder.look_ahead(ahead);
    for looked in ahead.packets() {
        decoder.decode(&looked, None, &mut sink);
    }
}

fn traffic() -> Traffic {
    Traffic::new(Kind::Mixed, Link::Pfsync, RING)
}

/// Hands over all frames, a batch at a time, a millisecond from one to the next.
fn batches(mut each: impl FnMut(&mut Decoder, &mut Ahead) -> u64) -> u64 {
    let mut traffic = traffic();
    let mut decoder = Decoder::new(None).with_table(MAX_STATES);
    let mut ahead = Ahead::default();
    let mut events = 0;
    for at in 0..FRAMES {
        let data = traffic.next_frame();
        let time = Time::new(1_795_179_902 + i64::from(at / 1000), at % 1000 * 1_000_000);
        ahead.batch.push(
            0,
            &Packet {
                time,
                data,
                wire_len: data.len() as u32,
                link: LinkType(246),
                order: ByteOrder::NATIVE,
            },
        );
        if ahead.batch.is_full() || at + 1 == FRAMES {
            events += each(&mut decoder, &mut ahead);
            ahead.batch.clear();
        }
    }
    events
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
