//! An output behind a queue, with a thread that writes: it never holds up whoever has lines for it.

#![forbid(unsafe_code)]

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::chunk::{Chunk, Cursor};
use super::file::FileSink;
use super::queue::{Hurry, OutputStats, Policy, Queue, Taken};
use super::sink::{Put, Sink, Trouble};
use super::socket::{Protocol, SocketSink};
use super::stdout::StdoutSink;
use super::system::{self, SystemSink};
use super::target::{Opener, Target};
use super::{Lost, Output, Owed};
use crate::line::Line;
use crate::time::Time;

/// How long the thread waits for lines before it looks after its output, how long what failed is left
/// alone, and how long an output that takes nothing is called slow.
const TICK: Duration = Duration::from_secs(1);

/// How long an output may take nothing before that is said.
const SLOW: Duration = Duration::from_secs(5);

/// How an output behaves where it cannot keep up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Bytes that lines which wait may take, their bookkeeping included. What is allocated for them may be
    /// twice as much.
    pub queue_bytes: usize,
    /// What happens to lines beyond that.
    pub policy: Policy,
    /// How long [`Output::lost_at_end`] waits for what is left: in all with [`Policy::DropOldest`], without
    /// any progress with [`Policy::Block`].
    pub patience: Duration,
    /// With [`Policy::DropOldest`], what cuts that short.
    pub hurry: Hurry,
}

impl Default for Settings {
    /// 8 MB, of which the oldest are dropped; 5 s.
    fn default() -> Self {
        let (policy, patience) = (Policy::DropOldest, Duration::from_secs(5));
        Self { queue_bytes: 8 << 20, policy, patience, hurry: Hurry::default() }
    }
}

/// Appends the line that tells of a loss, without a line break; nothing where an output is not to have such
/// lines.
pub type GapLine = Box<dyn FnMut(&Lost, &mut Line) + Send>;

/// Says something to a person.
pub type Say = Box<dyn FnMut(fmt::Arguments<'_>) + Send>;

/// What an output cannot know: how a loss reads as a line, and who is told in words.
pub struct Hooks {
    /// How a loss reads.
    pub gap: GapLine,
    /// Who is told.
    pub say: Say,
}

/// An output behind a queue. It is written by a thread of its own, which ends once this value was dropped or
/// drained.
pub struct Queued {
    name: String,
    queue: Arc<Queue>,
    /// Lines of the batch that has not ended.
    held: Chunk,
    handle: Handle,
    settings: Settings,
    /// Until it begins to write.
    writer: Option<Writer>,
}

/// Looks at an output from elsewhere, and asks it to open its file anew.
#[derive(Clone)]
pub struct Handle {
    name: Arc<str>,
    limit_bytes: u64,
    queue: Arc<Queue>,
    asked: Arc<AtomicU64>,
}

impl Handle {
    /// The output's name, as the command line has it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes beyond which lines are dropped, or waited for.
    pub fn limit_bytes(&self) -> u64 {
        self.limit_bytes
    }

    /// Counters, and how it is now.
    pub fn stats(&self) -> OutputStats {
        self.queue.stats()
    }

    /// A file is opened anew by its name, between two lines, and the host of datagrams is looked up anew. Other
    /// outputs take no notice.
    pub fn reopen(&self) {
        self.asked.fetch_add(1, Ordering::Release);
        self.queue.nudge();
    }
}

impl Queued {
    /// Opens `target`, by `opener` and the number that it knows it by. Lines wait until [`Output::start`].
    ///
    /// # Errors
    /// A file cannot be opened, or no local daemon is there. A daemon at the other
    /// end of a network, or at a socket of its own, may come later: that is said, and lines wait.
    pub fn open(
        target: &Target,
        opener: Arc<dyn Opener>,
        output: u16,
        settings: Settings,
        mut hooks: Hooks,
    ) -> io::Result<Self> {
        let name = target.to_string();
        let asked = Arc::new(AtomicU64::new(0));
        let socket = |protocol, is_remote| -> Box<dyn Sink> {
            let how = (protocol, is_remote);
            Box::new(SocketSink::new(Arc::clone(&opener), output, how, Arc::clone(&asked)))
        };
        let rfc5424 = |octets| Protocol::Rfc5424 { octets };
        let mut sink: Box<dyn Sink> = match target {
            Target::File(file) => {
                let how = (file.sync, file.rotate);
                Box::new(FileSink::new(Arc::clone(&opener), output, how, Arc::clone(&asked)))
            }
            Target::Unix { .. } => socket(rfc5424(false), false),
            Target::Udp { .. } => socket(rfc5424(false), true),
            Target::Tcp { .. } => socket(rfc5424(true), true),
            Target::SyslogLocal { dest, path } => match system::SYSTEM {
                Some(send) if path.is_none() => Box::new(SystemSink::new(send, dest.facility())),
                _ => socket(Protocol::Local(dest.facility()), false),
            },
            Target::Stdout => Box::new(StdoutSink::new(Arc::clone(&opener), output)),
        };
        let queue = Queue::new(settings.queue_bytes, settings.policy.clone());
        let queue = Arc::new(queue.hurried_by(settings.hurry.clone()));
        let may_wait =
            matches!(target, Target::Unix { .. } | Target::Udp { .. } | Target::Tcp { .. });
        match sink.open() {
            Err(error) if may_wait => {
                queue.suspend(true);
                (hooks.say)(format_args!("{name}: {error}: lines wait until it is there"));
            }
            opened => opened?,
        }
        let handle = Handle {
            name: name.as_str().into(),
            limit_bytes: settings.queue_bytes as u64,
            queue: Arc::clone(&queue),
            asked,
        };
        let writer = Writer {
            name: name.clone(),
            queue: Arc::clone(&queue),
            sink,
            hooks,
            owed: Owed::default(),
            moved: Instant::now(),
        };
        Ok(Self { name, queue, held: Chunk::default(), handle, settings, writer: Some(writer) })
    }

    /// To look at it from elsewhere.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Takes no more lines, and waits for at most `patience` until those that there are were written. Gives
    /// what was not.
    pub fn drain(&mut self, patience: Duration) -> Option<Lost> {
        self.queue.push(&mut self.held);
        self.queue.drain(patience, self.lingers())
    }

    /// Whether it is waited for as long as it goes on.
    fn lingers(&self) -> bool {
        matches!(self.settings.policy, Policy::Block(_))
    }

    fn failed(&self) -> io::Result<()> {
        self.queue.failed().map_or(Ok(()), Err)
    }
}

impl Output for Queued {
    fn start(&mut self, pid: u32) -> io::Result<()> {
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        writer.sink.begin(pid);
        let label =
            Path::new(&self.name).file_name().map_or("output".into(), |n| n.to_string_lossy());
        // The system may show 15 bytes of it.
        let label = label.chars().filter(char::is_ascii_graphic).take(15).collect();
        thread::Builder::new().name(label).spawn(move || writer.run()).map(drop)
    }

    fn name(&self) -> &str {
        &self.name
    }

    #[inline]
    fn line(&mut self, time: Time, write: &mut dyn FnMut(&mut Line)) -> io::Result<()> {
        self.held.push(time, write);
        if self.held.is_full() { self.flush() } else { Ok(()) }
    }

    fn lines(&mut self, lines: &[u8], ends: &[(usize, Time)]) -> io::Result<()> {
        let (mut from, mut rest) = (0, ends);
        while !rest.is_empty() {
            // As many as make a chunk.
            let room = from + super::chunk::FULL_BYTES;
            let count = rest.iter().take_while(|(end, _)| *end <= room).count().max(1);
            let (these, others) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            let to = these.last().map_or(from, |(end, _)| *end);
            if !self.held.is_empty() {
                self.queue.push(&mut self.held);
            }
            self.held.extend(lines.get(from..to).unwrap_or_default(), from, these);
            self.queue.push(&mut self.held);
            (from, rest) = (to, others);
        }
        self.failed()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.queue.push(&mut self.held);
        self.failed()
    }

    fn lost(&mut self) -> Option<Lost> {
        self.queue.untold()
    }

    fn tells_itself(&self) -> bool {
        true
    }

    fn close(&mut self) {
        self.queue.push(&mut self.held);
        self.queue.close((!self.lingers()).then_some(self.settings.patience));
    }

    fn lost_at_end(&mut self) -> Option<Lost> {
        self.drain(self.settings.patience)
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.queue.push(&mut self.held);
        self.queue.close(None);
    }
}

/// The thread that writes.
struct Writer {
    name: String,
    queue: Arc<Queue>,
    sink: Box<dyn Sink>,
    hooks: Hooks,
    /// Lost, and to be told on this output before the next line.
    owed: Owed,
    /// When the output took something for the last time.
    moved: Instant,
}

/// Whether the thread goes on.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goes {
    On,
    Nowhere,
}

impl Writer {
    fn run(mut self) {
        loop {
            let goes = match self.queue.take(TICK) {
                Taken::Ended => Goes::Nowhere,
                Taken::Idle => {
                    match self.sink.idle() {
                        Ok(()) => self.went_on(),
                        Err(error) => self.passing(&error),
                    }
                    self.listen();
                    self.tell()
                }
                Taken::Work(lost, chunk) => {
                    lost.into_iter().for_each(|lost| self.owed.add(lost));
                    self.work(chunk)
                }
            };
            if goes == Goes::Nowhere {
                break;
            }
        }
        self.sink.finish();
        self.listen();
        self.queue.end();
    }

    fn work(&mut self, chunk: Option<Chunk>) -> Goes {
        if self.tell() == Goes::Nowhere {
            return Goes::Nowhere;
        }
        let Some(chunk) = chunk else { return Goes::On };
        let goes = self.write(&chunk, true);
        self.queue.give_back(chunk);
        goes
    }

    /// Writes the lines that tell of what was lost.
    fn tell(&mut self) -> Goes {
        while let Some(lost) = self.owed.take() {
            let mut gap = Chunk::default();
            let Hooks { gap: write, .. } = &mut self.hooks;
            let mut line = Line::new();
            write(&lost, &mut line);
            if line.is_empty() {
                continue;
            }
            gap.push_line(lost.to, line.as_bytes());
            gap.stands_for = Some(lost);
            if self.write(&gap, false) == Goes::Nowhere {
                return Goes::Nowhere;
            }
        }
        Goes::On
    }

    /// Writes all lines of a chunk, however long it takes. If it is none that tells of a loss, such ones
    /// come in between where that is due.
    fn write(&mut self, chunk: &Chunk, may_tell: bool) -> Goes {
        let mut at = Cursor::default();
        while !chunk.is_written(at) {
            if self.queue.is_abandoned() {
                self.sink.abandon(chunk, at);
                return Goes::Nowhere;
            }
            let before = at;
            let put = self.sink.put(chunk, &mut at);
            self.count(chunk, before, at, may_tell);
            self.listen();
            match put {
                Ok(Put::Moved) => self.went_on(),
                Ok(Put::Full) => {
                    self.sink.wait(TICK / 4);
                    if self.moved.elapsed() >= SLOW && self.queue.suspend(true) {
                        (self.hooks.say)(format_args!("{}: takes nothing: lines wait", self.name));
                    }
                }
                Err(Trouble::Passing(error)) => {
                    self.passing(&error);
                    self.queue.rest(TICK);
                }
                Err(Trouble::Lasting(error)) => {
                    self.queue.fail(&error);
                    return Goes::Nowhere;
                }
            }
            if may_tell && at.in_line == 0 && self.tell() == Goes::Nowhere {
                return Goes::Nowhere;
            }
        }
        Goes::On
    }

    /// Tells the queue what was written, of lines that came through it.
    fn count(&mut self, chunk: &Chunk, before: Cursor, at: Cursor, is_counted: bool) {
        let lines = at.line.saturating_sub(before.line) as u64;
        if before == at || !is_counted {
            return;
        }
        self.queue.wrote(lines, chunk.lost(at.line, chunk.lines()));
    }

    /// The output takes nothing for now.
    fn passing(&mut self, error: &io::Error) {
        if self.queue.suspend(true) {
            (self.hooks.say)(format_args!("{}: {error}: lines wait", self.name));
        }
    }

    /// The output took something, or would.
    fn went_on(&mut self) {
        self.moved = Instant::now();
        if self.queue.suspend(false) {
            (self.hooks.say)(format_args!("{}: takes lines again", self.name));
        }
    }

    /// Hears what the sink has to tell.
    fn listen(&mut self) {
        while let Some(lost) = self.sink.lost() {
            self.queue.lost(lost);
            self.owed.add(lost);
        }
        for note in self.sink.notes() {
            (self.hooks.say)(format_args!("{}: {note}", self.name));
        }
        (0..self.sink.reopened()).for_each(|_| self.queue.reconnected());
    }
}
