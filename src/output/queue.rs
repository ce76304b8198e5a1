//! Between the loop that has lines and the thread that writes them: chunks, bounded in bytes.
//!
//! The loop takes the lock once a batch, the thread once a chunk, and neither holds it while it writes
//! or waits for anybody but the other. Past the bound whole chunks leave, the oldest first, so what was
//! dropped always lies just before the first chunk that is left; that is where it is told.

#![forbid(unsafe_code)]

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::chunk::Chunk;
use super::{Lost, Owed};

/// Empty chunks that are kept to be filled again.
const SPARE: usize = 3;

/// How often a loss that goes on is told on other outputs.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// How long a thread that is about to write may take for its word on what it wrote.
const LAST_WORD: Duration = Duration::from_secs(1);

/// How often a loop that waits for room asks whether it still shall.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// What happens to lines that do not fit into a queue.
#[derive(Clone)]
pub enum Policy {
    /// The oldest are dropped: capture must not wait.
    DropOldest,
    /// The loop waits until there is room, or until this says that it shall not: then lines are dropped.
    Block(Arc<dyn Fn() -> bool + Send + Sync>),
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DropOldest => "DropOldest",
            Self::Block(_) => "Block",
        })
    }
}

/// Says that the end is not to wait for outputs any more: what is not written a moment later is lost.
#[derive(Debug, Clone, Default)]
pub struct Hurry {
    asked: Arc<AtomicBool>,
    /// Since when somebody knows.
    since: Arc<OnceLock<Instant>>,
}

impl Hurry {
    /// Once this is set, be it by a signal's handler.
    pub fn when(asked: Arc<AtomicBool>) -> Self {
        Self { asked, since: Arc::default() }
    }

    fn since(&self) -> Option<Instant> {
        self.asked.load(Ordering::Relaxed).then(|| *self.since.get_or_init(Instant::now))
    }
}

/// What an output did so far, and how it is now.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutputStats {
    /// Bytes of memory that lines take which wait, those included that are being written.
    pub queued_bytes: u64,
    /// Lines that wait.
    pub queued_lines: u64,
    /// Lines that were handed to the system.
    pub written_lines: u64,
    /// Lines that were dropped for certain.
    pub dropped_lines: u64,
    /// Lines that may have been lost at most, when connections broke.
    pub uncertain_lines: u64,
    /// How long the chunk that waits longest is there.
    pub oldest: Option<Duration>,
    /// Times that it connected again, or opened its file again.
    pub reconnects: u64,
    /// Since when it takes nothing; `None` where all is well.
    pub suspended: Option<Duration>,
}

/// What the thread gets.
pub(super) enum Taken {
    /// Something was dropped here, then these lines follow, where there are any.
    Work(Option<Lost>, Option<Chunk>),
    /// Nothing came.
    Idle,
    /// Nothing will come any more.
    Ended,
}

pub(super) struct Queue {
    state: Mutex<State>,
    /// For the thread: there is something to do.
    ready: Condvar,
    /// For the loop: there is room again, or the thread ended.
    moved: Condvar,
    limit: usize,
    policy: Policy,
    hurry: Hurry,
}

#[derive(Default)]
struct State {
    chunks: VecDeque<(Chunk, Instant)>,
    spare: Vec<Chunk>,
    /// Cost of all chunks that wait.
    cost: usize,
    /// Dropped before the first of them.
    dropped: Option<Lost>,
    /// Lost, and to be told on other outputs.
    untold: Owed,
    told: Option<Instant>,
    /// What of the chunk that is being written is not written, what it costs and since when it waits.
    in_hand: Option<(Lost, usize, Instant)>,
    /// Rises with everything that the thread gets done.
    progress: u64,
    suspended: Option<Instant>,
    closed: bool,
    /// Since when.
    closed_at: Option<Instant>,
    /// From when on nobody waits for the thread any more, where that is known beforehand.
    late_at: Option<Instant>,
    abandoned: bool,
    /// The thread ended.
    over: bool,
    /// What made the output useless.
    failed: Option<(io::ErrorKind, Option<i32>, String)>,
    stats: OutputStats,
    /// Something the thread is to look at before its time.
    nudged: bool,
}

impl State {
    fn drop_lines(&mut self, lost: Lost) {
        self.dropped = Some(lost.after(self.dropped));
        self.untold.add(lost);
        self.stats.dropped_lines += lost.lines;
    }

    fn drop_front(&mut self) {
        let Some((mut chunk, _)) = self.chunks.pop_front() else { return };
        self.cost -= chunk.cost();
        if let Some(lost) = chunk.lost(0, chunk.lines()) {
            self.drop_lines(lost);
        }
        chunk.clear();
        self.keep(chunk);
    }

    fn keep(&mut self, chunk: Chunk) {
        if self.spare.len() < SPARE {
            self.spare.push(chunk);
        }
    }
}

impl State {
    /// No more lines come; gives since when that is so.
    fn close(&mut self) -> Instant {
        self.closed = true;
        *self.closed_at.get_or_insert_with(Instant::now)
    }
}

impl Queue {
    /// Room for `limit` bytes, counted with [`Chunk::cost`].
    pub fn new(limit: usize, policy: Policy) -> Self {
        let (ready, moved) = (Condvar::new(), Condvar::new());
        let (state, hurry) = (Mutex::new(State::default()), Hurry::default());
        Self { state, ready, moved, limit, policy, hurry }
    }

    /// The same, which ends when this says so.
    pub fn hurried_by(self, hurry: Hurry) -> Self {
        Self { hurry, ..self }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the lines of a chunk, which is empty after that.
    pub fn push(&self, chunk: &mut Chunk) {
        if chunk.is_empty() {
            return;
        }
        let cost = chunk.cost();
        let mut state = self.state();
        if let Policy::Block(give_up) = &self.policy {
            while state.cost + cost > self.limit && !state.chunks.is_empty() && !state.over {
                if give_up() {
                    break;
                }
                let waited = self.moved.wait_timeout(state, ASK_EVERY);
                state = waited.map_or_else(|e| e.into_inner().0, |(state, _)| state);
            }
        }
        let is_useless = state.closed || state.over;
        while state.cost + cost > self.limit && !state.chunks.is_empty() && !is_useless {
            state.drop_front();
        }
        if is_useless || cost > self.limit {
            if let Some(lost) = chunk.lost(0, chunk.lines()) {
                state.drop_lines(lost);
            }
            chunk.clear();
        } else {
            state.cost += cost;
            match state.chunks.back_mut() {
                Some((last, _)) if last.has_room_for(chunk) => {
                    last.append(chunk);
                    chunk.clear();
                }
                _ => {
                    let empty = state.spare.pop().unwrap_or_default();
                    state.chunks.push_back((std::mem::replace(chunk, empty), Instant::now()));
                }
            }
        }
        drop(state);
        self.ready.notify_one();
    }

    /// The next chunk, waiting for one for at most `wait`.
    pub fn take(&self, wait: Duration) -> Taken {
        let mut state = self.state();
        let idle = |state: &mut State| {
            state.chunks.is_empty() && state.dropped.is_none() && !state.closed && !state.nudged
        };
        if idle(&mut state) {
            let waited = self.ready.wait_timeout_while(state, wait, idle);
            state = waited.map_or_else(|e| e.into_inner().0, |(state, _)| state);
        }
        state.nudged = false;
        if self.is_late(&state) {
            return Taken::Ended;
        }
        let lost = state.dropped.take();
        let next = state.chunks.pop_front();
        if let Some((chunk, since)) = &next {
            state.cost -= chunk.cost();
            state.in_hand = chunk.lost(0, chunk.lines()).map(|lost| (lost, chunk.cost(), *since));
        }
        match (lost, next) {
            (None, None) if state.closed => Taken::Ended,
            (None, None) => Taken::Idle,
            (lost, next) => {
                drop(state);
                self.moved.notify_all();
                Taken::Work(lost, next.map(|(chunk, _)| chunk))
            }
        }
    }

    /// The thread wrote so many lines, and this is left of what it has in hand.
    pub fn wrote(&self, lines: u64, left: Option<Lost>) {
        let mut state = self.state();
        state.progress += 1;
        state.stats.written_lines += lines;
        state.in_hand = match (left, state.in_hand) {
            (Some(left), Some((_, cost, since))) => Some((left, cost, since)),
            _ => None,
        };
    }

    /// A chunk that was written.
    pub fn give_back(&self, mut chunk: Chunk) {
        chunk.clear();
        self.state().keep(chunk);
    }

    /// What a connection that broke may have lost, or what could not be sent at all: it was in the
    /// thread's hands, which tells it on this output itself.
    pub fn lost(&self, lost: Lost) {
        let mut state = self.state();
        state.untold.add(lost);
        match lost.certain {
            true => state.stats.dropped_lines += lost.lines,
            false => state.stats.uncertain_lines += lost.lines,
        }
    }

    /// The output connected again, or opened its file again.
    pub fn reconnected(&self) {
        self.state().stats.reconnects += 1;
    }

    /// The output takes nothing, or takes lines again. True if that is news.
    pub fn suspend(&self, is_suspended: bool) -> bool {
        let mut state = self.state();
        let is_news = state.suspended.is_some() != is_suspended;
        match is_suspended {
            true => _ = state.suspended.get_or_insert_with(Instant::now),
            false => state.suspended = None,
        }
        is_news
    }

    /// Waits for at most `wait`; ends early where there is something that the thread is to look at.
    pub fn rest(&self, wait: Duration) {
        let idle = |state: &mut State| !self.is_late(state) && !state.nudged;
        let state = self.state();
        let late_in = self.late_at(&state).map(|at| at.saturating_duration_since(Instant::now()));
        let wait = late_in.map_or(wait, |late_in| wait.min(late_in));
        let waited = self.ready.wait_timeout_while(state, wait, idle);
        waited.map_or_else(|e| e.into_inner().0, |(state, _)| state).nudged = false;
    }

    /// The thread shall look around.
    pub fn nudge(&self) {
        self.state().nudged = true;
        self.ready.notify_all();
    }

    /// Whether nobody waits for the thread any more.
    pub fn is_abandoned(&self) -> bool {
        self.is_late(&self.state())
    }

    fn is_late(&self, state: &State) -> bool {
        state.abandoned || self.late_at(state).is_some_and(|at| Instant::now() >= at)
    }

    /// From when on nobody waits for the thread any more, as far as that is known. It is the same for all outputs
    /// that were closed together, so that each thread sees it by itself.
    fn late_at(&self, state: &State) -> Option<Instant> {
        let hurried = || self.hurry.since().map(|since| since + ASK_EVERY);
        let hurried = if state.closed { hurried() } else { None };
        [state.late_at, hurried].into_iter().flatten().min()
    }

    /// The output is of no use any more.
    pub fn fail(&self, error: &io::Error) {
        let mut state = self.state();
        state.failed.get_or_insert_with(|| (error.kind(), error.raw_os_error(), error.to_string()));
    }

    /// What made the output useless.
    pub fn failed(&self) -> Option<io::Error> {
        let state = self.state();
        let (kind, code, words) = state.failed.as_ref()?;
        Some(match code {
            Some(code) => io::Error::from_raw_os_error(*code),
            None => io::Error::new(*kind, words.clone()),
        })
    }

    /// The thread ends.
    pub fn end(&self) {
        self.state().over = true;
        self.moved.notify_all();
    }

    /// What was lost and is to be told on other outputs: the first at once, then once a second.
    pub fn untold(&self) -> Option<Lost> {
        let mut state = self.state();
        let is_time = state.told.is_none_or(|told| told.elapsed() >= TELL_EVERY);
        if state.untold.is_empty() || !is_time && !state.closed {
            return None;
        }
        let lost = state.untold.take();
        if state.untold.is_empty() {
            state.told = Some(Instant::now());
        }
        lost
    }

    /// No more lines come; what is not written after `patience`, where there is one, is not any more.
    pub fn close(&self, patience: Option<Duration>) {
        let mut state = self.state();
        let closed_at = state.close();
        state.late_at = state.late_at.or(patience.map(|patience| closed_at + patience));
        drop(state);
        self.ready.notify_all();
    }

    /// Waits until all is written, while that makes progress for at most `patience` at a time, or in all
    /// where it must not `linger`. Gives what was not written. A thread that is about to write then has as long again
    /// for its word on what it wrote, and no longer than a second.
    pub fn drain(&self, patience: Duration, linger: bool) -> Option<Lost> {
        // Several outputs are closed together, and have this time together.
        self.close((!linger).then_some(patience));
        let mut state = self.state();
        let mut patient_until = Instant::now() + patience;
        let mut seen = state.progress;
        while !state.over {
            let now = Instant::now();
            if linger && state.progress != seen {
                (seen, patient_until) = (state.progress, now + patience);
            }
            let late_at = self.late_at(&state).unwrap_or(patient_until);
            if now >= late_at {
                state.abandoned = true;
                self.ready.notify_all();
                let is_hurried = self.hurry.since().is_some();
                let word = if is_hurried { ASK_EVERY } else { patience.min(LAST_WORD) };
                if now >= late_at + word {
                    break;
                }
            }
            let waited = self.moved.wait_timeout(state, ASK_EVERY / 2);
            state = waited.map_or_else(|e| e.into_inner().0, |(state, _)| state);
        }
        let mut left = state.in_hand.take().map(|(left, ..)| left);
        while let Some((chunk, _)) = state.chunks.pop_front() {
            left = chunk.lost(0, chunk.lines()).map(|lost| lost.after(left)).or(left);
        }
        state.cost = 0;
        state.stats.dropped_lines += left.map_or(0, |left| left.lines);
        left
    }

    /// Counters, and how it is now.
    pub fn stats(&self) -> OutputStats {
        let state = self.state();
        let (in_hand_lines, in_hand_cost, since) = match state.in_hand {
            Some((left, cost, since)) => (left.lines, cost, Some(since)),
            None => (0, 0, None),
        };
        let waiting: usize = state.chunks.iter().map(|(chunk, _)| chunk.lines()).sum();
        let oldest = since.or_else(|| state.chunks.front().map(|(_, since)| *since));
        OutputStats {
            queued_bytes: (state.cost + in_hand_cost) as u64,
            queued_lines: waiting as u64 + in_hand_lines,
            oldest: oldest.map(|since| since.elapsed()),
            suspended: state.suspended.map(|since| since.elapsed()),
            ..state.stats
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    fn lines(range: std::ops::Range<i64>) -> Chunk {
        let mut chunk = Chunk::default();
        range.for_each(|secs| chunk.push_line(Time::new(secs, 0), &[b'x'; 999]));
        chunk
    }

    /// A chunk of 40 lines, of which two do not fit into one.
    fn push(queue: &Queue, from: i64) {
        queue.push(&mut lines(from..from + 40));
    }

    fn taken(queue: &Queue) -> (Option<Lost>, i64) {
        match queue.take(Duration::ZERO) {
            Taken::Work(lost, Some(chunk)) => (lost, chunk.line(0).unwrap().1.secs()),
            _ => panic!("nothing is there"),
        }
    }

    #[test]
    fn past_the_bound_the_oldest_leave_and_are_told_before_what_is_left() {
        let queue = Queue::new(3 * lines(0..40).cost(), Policy::DropOldest);
        (0..5).for_each(|n| push(&queue, 100 * n));
        assert_eq!(queue.stats().queued_lines, 120);
        let (lost, first) = taken(&queue);
        let lost = lost.unwrap();
        assert_eq!((lost.lines, lost.bytes, lost.certain), (80, 80_000, true));
        assert_eq!((lost.from.secs(), lost.to.secs(), first), (0, 139, 200));
        // The others are told at once, and what comes right after that only a second later.
        assert_eq!(queue.untold(), Some(lost));
        (5..8).for_each(|n| push(&queue, 100 * n));
        assert_eq!(queue.untold(), None);
        assert_eq!(taken(&queue).0.map(|lost| lost.lines), Some(80));
        queue.close(None);
        assert_eq!(queue.untold().map(|lost| lost.lines), Some(80));
        assert_eq!(queue.stats().dropped_lines, 160);
    }

    #[test]
    fn the_smallest_queue_that_can_be_asked_for_keeps_half_of_it() {
        let limit = crate::output::QUEUE_LEAST as usize;
        // Lines as short as no format has them, and as long; what is lost is never all that there is.
        for len in [20, 60, 200, 1500, 4000] {
            let queue = Queue::new(limit, Policy::DropOldest);
            let line = vec![b'x'; len];
            while queue.stats().dropped_lines < 20_000 {
                let mut chunk = Chunk::default();
                while !chunk.is_full() {
                    chunk.push_line(Time::default(), &line);
                }
                queue.push(&mut chunk);
                let stats = queue.stats();
                let is_half = stats.queued_bytes >= limit as u64 / 2;
                assert!(is_half || stats.dropped_lines == 0, "lines of {len}: {stats:?}");
            }
        }
    }

    #[test]
    fn what_is_larger_than_the_queue_is_dropped_whole() {
        let queue = Queue::new(2000, Policy::DropOldest);
        push(&queue, 0);
        assert!(
            matches!(queue.take(Duration::ZERO), Taken::Work(Some(lost), None) if lost.lines == 40)
        );
        assert!(matches!(queue.take(Duration::ZERO), Taken::Idle));
    }

    #[test]
    fn small_chunks_become_one() {
        let queue = Queue::new(1 << 20, Policy::DropOldest);
        (0..50).for_each(|n| queue.push(&mut lines(n..n + 1)));
        let Taken::Work(None, Some(chunk)) = queue.take(Duration::ZERO) else { panic!() };
        assert_eq!(chunk.lines(), 50);
        assert_eq!(chunk.line(49).map(|(_, time)| time.secs()), Some(49));
    }

    #[test]
    fn a_loop_that_must_not_lose_waits_for_room() {
        let queue = Arc::new(Queue::new(lines(0..40).cost(), Policy::Block(Arc::new(|| false))));
        push(&queue, 0);
        let other = Arc::clone(&queue);
        let pushing = std::thread::spawn(move || push(&other, 100));
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(queue.stats().queued_lines, 40, "it did not wait");
        assert_eq!(taken(&queue), (None, 0));
        pushing.join().unwrap();
        assert_eq!(taken(&queue), (None, 100));

        // Until it is told not to.
        let queue = Queue::new(lines(0..40).cost(), Policy::Block(Arc::new(|| true)));
        push(&queue, 0);
        push(&queue, 100);
        assert_eq!(taken(&queue).0.map(|lost| lost.lines), Some(40));
    }

    #[test]
    fn what_is_left_at_the_end_is_counted_to_the_line() {
        let queue = Queue::new(1 << 20, Policy::DropOldest);
        push(&queue, 0);
        push(&queue, 100);
        let Taken::Work(None, Some(chunk)) = queue.take(Duration::ZERO) else { panic!() };
        queue.wrote(15, chunk.lost(15, 40));
        let left = queue.drain(Duration::from_millis(10), false).unwrap();
        assert_eq!((left.lines, left.from.secs(), left.to.secs()), (65, 15, 139));
        assert!(queue.is_abandoned() && matches!(queue.take(Duration::ZERO), Taken::Ended));
        // Nobody takes what comes now.
        push(&queue, 200);
        assert_eq!(queue.stats().dropped_lines, 65 + 40);
    }

    #[test]
    fn the_end_comes_at_once_when_there_is_no_time() {
        let asked = Arc::new(AtomicBool::new(false));
        let queue = Queue::new(1 << 20, Policy::DropOldest).hurried_by(Hurry::when(asked.clone()));
        push(&queue, 0);
        let Taken::Work(None, Some(_)) = queue.take(Duration::ZERO) else { panic!() };
        let setting = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            asked.store(true, Ordering::Relaxed);
        });
        let before = Instant::now();
        let left = queue.drain(Duration::from_secs(20), false).unwrap();
        assert_eq!(left.lines, 40);
        assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
        setting.join().unwrap();
    }

    #[test]
    fn outputs_that_are_closed_together_have_their_time_together() {
        let queues = [(); 4].map(|()| Queue::new(1 << 20, Policy::DropOldest));
        let patience = Duration::from_millis(300);
        for queue in &queues {
            push(queue, 0);
            queue.close(Some(patience));
        }
        let before = Instant::now();
        for queue in &queues {
            assert_eq!(queue.drain(patience, false).map(|left| left.lines), Some(40));
        }
        // As long again for the word of a thread that was about to write.
        let took = before.elapsed();
        assert!(took >= patience && took < 4 * patience, "{took:?}");
    }
}
