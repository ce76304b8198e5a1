//! Files on several cores: `-j`.
//!
//! Packets are taken in turns of some thousand messages. A worker takes its turn through all that there
//! is to do with it: it reads packets and looks at them, decodes them, writes their lines, and hands these
//! to the outputs. Reading and handing over, and decoding where there is a table, is done by one worker at
//! a time, in the order of the turns; writing lines by all of them at once. So the lines are the same ones
//! in the same order, however many workers there are.
//!
//! Did each worker do one kind of work instead, all would wait for the one whose work takes longest, and
//! what a turn has would have to go from one core's cache to the next.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use pfstatelog::capture::{Dropped, Merge};
use pfstatelog::decode::{Ahead, Decoder, Looker};
use pfstatelog::event::{Event, EventKind, Gap, HeldEvents};
use pfstatelog::filter::Filter;
use pfstatelog::time::Time;

use crate::emit::{Made, Outputs, Writers};
use crate::hint::{Foreign, Fullness};
use crate::progress::Progress;
use crate::run::{Fatal, broken_off, dropped, lacking, next_batch};
use crate::signals::Stop;

/// Batches in a turn: so many that workers rarely wait for one another, so few that what they need stays
/// in the cache.
const TURN_BATCHES: usize = 12;

/// Events of a turn that are kept at most, four times those of most turns, and bytes of lines.
const HELD_EVENTS: usize = 8192;
const HELD_BYTES: usize = 4 << 20;

/// What workers do one after the other, in the order of the turns.
struct InTurn<T> {
    state: Mutex<(u64, T)>,
    moved: Condvar,
    /// Whose turn it is, for a look without the lock.
    now: AtomicU64,
}

/// Looks at whose turn it is before a worker sleeps: to be woken takes as long as some hundred messages.
const LOOKS: u32 = 3000;

impl<T> InTurn<T> {
    fn new(value: T) -> Self {
        Self { state: Mutex::new((0, value)), moved: Condvar::new(), now: AtomicU64::new(0) }
    }

    /// Waits for the turn of `number`, does `work`, and lets the next one go on.
    fn take(&self, number: u64, work: impl FnOnce(&mut T)) {
        let mut state = self.wait(number);
        work(&mut state.1);
        state.0 += 1;
        self.now.store(state.0, Ordering::Relaxed);
        drop(state);
        self.moved.notify_all();
    }

    /// Waits for the turn of `number` and does some of its work.
    fn begin(&self, number: u64, work: impl FnOnce(&mut T)) {
        work(&mut self.wait(number).1);
    }

    fn wait(&self, number: u64) -> MutexGuard<'_, (u64, T)> {
        for _ in 0..LOOKS {
            if self.now.load(Ordering::Relaxed) == number {
                break;
            }
            std::hint::spin_loop();
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.0 != number {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state
    }
}

/// Ends the program if its thread panics: the others would wait for its turn for ever.
struct EndsAll;

impl Drop for EndsAll {
    fn drop(&mut self) {
        if thread::panicking() {
            // As a program ends whose one thread panics.
            std::process::exit(101);
        }
    }
}

/// Where packets come from.
struct Reader<'a> {
    merge: Merge,
    looker: Looker,
    progress: &'a Progress,
    /// Turns so far.
    turns: u64,
    /// Time of the last packet.
    last: Option<Time>,
    /// All was read.
    is_over: bool,
    /// A file could not be read on, and the program ends with an error for that.
    is_broken: bool,
}

/// What is decoded in order, and what is told of that.
struct Decoding<'a> {
    decoder: &'a mut Decoder,
    foreign: &'a mut Foreign,
    fullness: &'a mut Fullness,
}

/// Where lines go, and the first error there.
struct Writing<'a> {
    outputs: &'a mut Outputs,
    failed: Option<Fatal>,
}

/// What a worker has of a turn; used again for the next.
struct Turn {
    aheads: Vec<Ahead>,
    /// How many of them are of this turn.
    batches: usize,
    /// Files that could not be read on behind these, or lack packets by their own word: so many.
    gaps: Vec<(Gap<'static>, Dropped)>,
    events: HeldEvents,
    made: Made,
}

/// What the workers share.
struct Shared<'a> {
    reader: Mutex<Reader<'a>>,
    decoding: InTurn<Decoding<'a>>,
    writing: InTurn<Writing<'a>>,
    filter: Filter,
    stop: &'a Stop,
    /// There is no more to be done.
    is_done: AtomicBool,
    /// There is a table, which has to be told of all in order.
    in_order: bool,
}

/// Reads all files with so many workers.
///
/// # Errors
/// As the loop with one.
pub fn files(
    jobs: usize,
    merge: Merge,
    (decoder, outputs): (&mut Decoder, &mut Outputs),
    (foreign, fullness): (&mut Foreign, &mut Fullness),
    (stop, progress): (&Stop, &Progress),
) -> Result<(), Fatal> {
    let (looker, in_order) = (decoder.looker(), decoder.table().is_some());
    let (writers, filter) = (outputs.writers(), outputs.filter().clone());
    // Where order does not matter each worker decodes for itself.
    let mut own: Vec<Decoder> = (0..jobs).map(|_| decoder.alike()).collect();
    let (turns, last, is_over, is_broken) = (0, None, false, false);
    let reader = Reader { merge, looker, progress, turns, last, is_over, is_broken };
    let shared = Shared {
        reader: Mutex::new(reader),
        decoding: InTurn::new(Decoding { decoder, foreign, fullness }),
        writing: InTurn::new(Writing { outputs, failed: None }),
        filter,
        stop,
        is_done: AtomicBool::new(false),
        in_order,
    };
    thread::scope(|scope| {
        for own in &mut own {
            let (shared, mut writers) = (&shared, writers.clone());
            scope.spawn(move || shared.work(own, &mut writers));
        }
    });
    let Shared { reader, decoding, writing, .. } = shared;
    let (_, decoding) = decoding.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    own.iter().for_each(|own| decoding.decoder.stats.add(&own.stats));
    let (_, writing) = writing.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    let reader = reader.into_inner().unwrap_or_else(PoisonError::into_inner);
    let told = if reader.is_broken { Err(Fatal::Told) } else { Ok(()) };
    writing.failed.map_or(told, Err)
}

impl Shared<'_> {
    /// Takes turn after turn until there is no more to read.
    fn work(&self, own: &mut Decoder, writers: &mut Writers) {
        let _ends_all = EndsAll;
        let mut turn = Turn {
            aheads: (0..TURN_BATCHES).map(|_| Ahead::default()).collect(),
            batches: 0,
            gaps: Vec::new(),
            events: HeldEvents::default(),
            made: writers.nothing(),
        };
        while let Some(number) = self.read(&mut turn) {
            if self.in_order {
                turn.events.clear();
                self.decoding
                    .take(number, |decoding| self.decode(decoding, number, &mut turn, writers));
                turn.events.each(|event| writers.write(event, &mut turn.made));
            } else {
                let Turn { aheads, batches, gaps, made, .. } = &mut turn;
                decode(
                    own,
                    aheads.iter().take(*batches),
                    gaps,
                    |_| {},
                    |event| {
                        if self.filter.keeps(event) {
                            writers.write(event, made);
                        }
                        if made.bytes() > HELD_BYTES {
                            self.writing.begin(number, |writing| self.write(writing, made));
                        }
                    },
                );
            }
            self.writing.take(number, |writing| self.write(writing, &mut turn.made));
        }
    }

    /// Reads the packets of a turn and looks at them; gives its number. `None` once all was read.
    fn read(&self, turn: &mut Turn) -> Option<u64> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let Reader { merge, looker, progress, last, is_over, is_broken, .. } = &mut *reader;
        progress.show();
        turn.batches = 0;
        turn.gaps.clear();
        for ahead in &mut turn.aheads {
            if *is_over || self.stop.is_set() || self.is_done.load(Ordering::Relaxed) {
                break;
            }
            let ended = next_batch(merge, &mut ahead.batch);
            looker.look(ahead);
            *last = ahead.packets().last().map(|looked| looked.packet.time).or(*last);
            turn.batches += 1;
            *is_over = ended == Ok(true);
            while let Some((_, lack)) = merge.take_lack() {
                turn.gaps.push((lacking(&lack), lack.dropped));
            }
            if let Err((index, error)) = ended
                && !self.stop.is_set()
            {
                let (gap, is_fatal) = broken_off(merge, index, &error, *last);
                turn.gaps.extend(gap.map(|gap| (gap, Dropped::default())));
                *is_broken |= is_fatal;
            }
            if !turn.gaps.is_empty() {
                // What is behind it is told behind it.
                break;
            }
        }
        reader.turns += u64::from(turn.batches > 0);
        (turn.batches > 0).then(|| reader.turns - 1)
    }

    /// Decodes a turn into events, which are kept. A flush of a large table is one message and as many
    /// events as there were states: then those that there are by now are written before the rest.
    fn decode(
        &self,
        decoding: &mut Decoding<'_>,
        number: u64,
        turn: &mut Turn,
        writers: &mut Writers,
    ) {
        let Decoding { decoder, foreign, fullness } = decoding;
        let Turn { aheads, batches, gaps, events, made } = turn;
        let look = |decoder: &Decoder| fullness.look(decoder);
        decode(decoder, aheads.iter().take(*batches), gaps, look, |event| {
            foreign.look(event);
            if self.filter.keeps(event) {
                events.push(event);
            }
            if events.len() >= HELD_EVENTS {
                events.each(|event| writers.write(event, made));
                events.clear();
                // Whoever has the turns before this one decoded them, and waits for nobody here.
                self.writing.begin(number, |writing| self.write(writing, made));
            }
        });
    }

    /// Hands over what was made of a turn.
    fn write(&self, writing: &mut Writing<'_>, made: &mut Made) {
        let Writing { outputs, failed } = writing;
        if failed.is_none() {
            outputs.write_made(made);
            *failed = outputs.flush().err();
        }
        made.clear();
        if failed.is_some() {
            self.is_done.store(true, Ordering::Relaxed);
        }
    }
}

/// Decodes packets that were looked at, gives the decoder to `look` after each, and tells of the gaps
/// behind them.
fn decode<'a>(
    decoder: &mut Decoder,
    aheads: impl Iterator<Item = &'a Ahead>,
    gaps: &[(Gap<'static>, Dropped)],
    mut look: impl FnMut(&Decoder),
    mut sink: impl FnMut(&Event<'_>),
) {
    for ahead in aheads {
        decoder.prepare(ahead);
        for looked in ahead.packets() {
            decoder.decode(&looked, None, &mut sink);
            look(decoder);
        }
    }
    for (gap, lacks) in gaps {
        dropped(&mut decoder.stats, *lacks);
        decoder.stats.event(EventKind::Gap);
        sink(&Event::gap(*gap));
    }
}
