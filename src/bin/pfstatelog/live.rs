//! The loop of a live capture: a batch of packets, a flush, a look at flags and interfaces, again.

#![forbid(unsafe_code)]

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pfstatelog::capture::live::{LiveSource, LiveStats};
use pfstatelog::capture::relay::RelaySource;
use pfstatelog::capture::{Batch, CaptureError, Dropped, Interleave, LiveError, Packet};
use pfstatelog::decode::Ahead;
use pfstatelog::event::{Gap, Reason, Where};
use pfstatelog::metrics::Source;
use pfstatelog::pf::StateTable;
use pfstatelog::sys::interface::Interface;
use pfstatelog::sys::privsep::{Answer, Asker, Client, Request};
use pfstatelog::time::Time;

use crate::opener::verb;
use crate::poll::Polled;
use crate::run::{Fatal, Job, TURN_BATCHES};
use crate::say::say;
use crate::signals::Signals;
use crate::watch::Watch;

/// How often the kernel is asked what it dropped, and interfaces are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to wait for packets, and so how long a signal may wait.
const TICK: Duration = Duration::from_millis(100);

/// When all that was captured before the start was over has long been decoded.
const CATCH_UP: Duration = Duration::from_secs(10);
/// How long the kernel holds packets back at most, and some more.
const HELD_BACK: Duration = Duration::from_millis(150);
/// How long at most what it holds back is read at the end, where more and more comes.
const READ_OUT: Duration = Duration::from_millis(500);

/// An interface that is listened on.
pub struct Tap {
    /// Its number among those that are configured.
    index: u16,
    name: String,
    /// Its link type, for a person.
    link: String,
    feed: Feed,
    /// A capture of its own that is of no use any more. It stays open, since on Linux the worker is confined by
    /// its number: an output that was opened anew and got that number could not be written to.
    retired: Feed,
    /// What was dropped when that was asked last, and when.
    seen: Dropped,
    asked: Time,
    /// Packets, where its source tells how many.
    received: Option<u64>,
    watch: Watch,
}

/// Where its packets come from.
enum Feed {
    /// A capture that was opened before the privileges were given up.
    Own(Box<LiveSource>),
    /// One that was opened since, by the opener.
    Relayed(Box<RelaySource>),
    /// Nowhere: it is gone.
    None,
}

impl Feed {
    fn next_packet(&mut self) -> Result<Option<Packet<'_>>, CaptureError> {
        match self {
            Self::Own(source) => source.next_packet(),
            Self::Relayed(source) => source.next_packet(),
            Self::None => Ok(None),
        }
    }

    /// The packets that are there, until the batch is full. What came before an error is in the batch.
    fn fill(&mut self, batch: &mut Batch) -> Result<(), CaptureError> {
        batch.clear();
        while !batch.is_full()
            && let Some(packet) = self.next_packet()?
        {
            batch.push(0, &packet);
        }
        Ok(())
    }

    fn wait(&self, tick: Duration) -> io::Result<bool> {
        match self {
            Self::Own(source) => source.wait(tick),
            Self::Relayed(source) => source.wait(tick),
            Self::None => {
                std::thread::sleep(tick);
                Ok(false)
            }
        }
    }

    /// What was dropped, and what was received where that is told.
    fn dropped(&mut self) -> Result<(Dropped, Option<u64>), CaptureError> {
        Ok(match self {
            Self::Own(source) => {
                let LiveStats { received, dropped_kernel, dropped_interface } = source.stats()?;
                let dropped = Dropped { kernel: dropped_kernel, interface: dropped_interface };
                (dropped, Some(received))
            }
            Self::Relayed(source) => (source.dropped(), None),
            Self::None => (Dropped::default(), None),
        })
    }
}

impl Tap {
    /// On an interface that was just opened.
    pub fn new(index: u16, source: LiveSource) -> Self {
        let name = source.interface().to_string();
        Self {
            index,
            link: source.link().name().unwrap_or("?").to_string(),
            watch: Watch::new(&name),
            name,
            feed: Feed::Own(Box::new(source)),
            retired: Feed::None,
            seen: Dropped::default(),
            asked: Time::now(),
            received: None,
        }
    }

    /// What it is captured from, as long as it is its own.
    pub fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        match &self.feed {
            Feed::Own(source) => Some(source.as_fd()),
            Feed::Relayed(_) | Feed::None => None,
        }
    }

    fn lost(&mut self, error: &CaptureError) {
        let feed = std::mem::replace(&mut self.feed, Feed::None);
        if matches!(feed, Feed::Own(_)) && cfg!(target_os = "linux") {
            self.retired = feed;
        }
        self.seen = Dropped::default();
        match error {
            CaptureError::Live(LiveError::Vanished) => self.watch.lost(None),
            error => self.watch.lost(Some(error)),
        }
    }
}

/// A live capture.
pub struct Live<'a> {
    job: &'a mut Job,
    taps: Vec<Tap>,
    /// The opener, for which nothing here ever waits.
    opener: Asker<'a>,
    quiet_warn: Duration,
    /// How often the opener is told that the loop goes round, where somebody looks.
    alive_every: Option<Duration>,
    /// Of several interfaces: what they captured, on its way into one order.
    interleave: Option<Interleave>,
    /// Counters that are read again, where that is wanted.
    pub polled: Option<Polled>,
}

impl<'a> Live<'a> {
    /// From these interfaces.
    pub fn new(
        job: &'a mut Job,
        taps: Vec<Tap>,
        client: &'a Client,
        quiet_warn: Duration,
        alive_every: Option<Duration>,
    ) -> Self {
        let several = taps.len() > 1;
        let interleave = several.then(|| Interleave::new(taps.len(), TICK));
        Self {
            job,
            taps,
            opener: Asker::new(client),
            quiet_warn,
            alive_every,
            interleave,
            polled: None,
        }
    }

    /// Says where it listens and where events go; `and` is what more there is to say.
    pub fn say_what_it_does(&self, and: &str) {
        let listening: Vec<_> =
            self.taps.iter().map(|tap| format!("{} ({})", tap.name, tap.link)).collect();
        let names = [self.job.outputs.names(), self.job.views.names()].concat();
        say!("listening on {}, events go to {}{and}", listening.join(" and "), names.join(" and "));
    }

    /// Somebody may ask how it goes from now on.
    pub fn start_metrics(&mut self, client: &Arc<Client>) -> Result<(), Fatal> {
        self.publish();
        let Some(metrics) = &mut self.job.metrics else { return Ok(()) };
        metrics.start(client).map_err(|error| Fatal::Metrics { at: "thread".into(), error })
    }

    /// Takes in what pf had when captures were open already.
    pub fn prime(&mut self, table: StateTable, signals: &Signals) -> Result<(), Fatal> {
        self.job.prime(table, &signals.stop)
    }

    fn publish(&mut self) {
        let source = |tap: &Tap| Source {
            interface: tap.name.clone(),
            up: !matches!(tap.feed, Feed::None),
            received: tap.received,
            dropped_capture: tap.seen.kernel,
            dropped_interface: tap.seen.interface,
        };
        let taps = &self.taps;
        self.job.publish(|| taps.iter().map(source).collect());
    }

    /// Captures until it is asked to end.
    pub fn run(&mut self, signals: &Signals) -> Result<(), Fatal> {
        let (begin, mut looked, mut told) = (Instant::now(), Instant::now(), Instant::now());
        let mut ahead = Ahead::default();
        while !signals.stop.is_set() && !self.job.is_done() && !self.opener.is_alone() {
            let quiet = self.turn(&mut ahead);
            if let Some(polled) = &mut self.polled {
                polled.take_in(self.job);
            }
            if signals.take_reopen() {
                self.job.outputs.reopen();
            }
            if signals.take_stats() {
                self.job.write_stats();
            }
            if looked.elapsed() >= LOOK_EVERY {
                looked = Instant::now();
                self.ask_for_drops();
                self.look_at_interfaces();
                if begin.elapsed() >= CATCH_UP {
                    self.job.decoder.forget_snapshot();
                }
                let outputs = &mut self.job.outputs;
                self.job.decoder.advance(Time::now(), &mut |event| outputs.event(event));
                self.publish();
            }
            if self.alive_every.is_some_and(|every| told.elapsed() >= every) {
                told = Instant::now();
                self.opener.want(Request { verb: verb::ALIVE, index: 0 });
            }
            self.take_answers();
            self.job.flush()?;
            if quiet {
                self.wait()?;
            }
        }
        let is_alone = self.opener.is_alone();
        if is_alone {
            say!("the process that opens interfaces and outputs is gone: ending");
            // Whoever is started in its place captures already, and writes to the same outputs.
            signals.hurry();
        } else {
            self.read_out(&mut ahead)?;
        }
        self.let_go(&mut ahead, true);
        self.ask_for_drops();
        for at in 0..self.taps.len() {
            if let Some(gap) = self.taps.get_mut(at).and_then(|tap| tap.watch.end()) {
                self.gap(at, gap);
            }
        }
        self.publish();
        if is_alone { Err(Fatal::Told) } else { Ok(()) }
    }

    /// Reads what came before the end and the kernel still holds back, until it has handed nothing over for longer
    /// than it holds anything back. Where packets go on coming it is no longer than a while.
    fn read_out(&mut self, ahead: &mut Ahead) -> Result<(), Fatal> {
        let start = Instant::now();
        let mut heard = start;
        while !self.job.is_done() && start.elapsed() < READ_OUT && heard.elapsed() < HELD_BACK {
            if self.turn(ahead) {
                self.wait()?;
            } else {
                heard = Instant::now();
                self.job.flush()?;
            }
        }
        Ok(())
    }

    /// What it captured from.
    pub fn into_taps(self) -> Vec<Tap> {
        self.taps
    }

    /// Decodes what is there; whether that was nothing.
    fn turn(&mut self, ahead: &mut Ahead) -> bool {
        let mut quiet = true;
        for (at, tap) in self.taps.iter_mut().enumerate() {
            for _ in 0..TURN_BATCHES {
                let failed = tap.feed.fill(&mut ahead.batch).err();
                if !ahead.batch.is_empty() {
                    quiet = false;
                    tap.watch.heard();
                    match &mut self.interleave {
                        Some(interleave) => {
                            ahead.batch.packets().for_each(|packet| interleave.push(at, &packet));
                        }
                        None => {
                            self.job.decode(ahead, |_| None, |_| None);
                        }
                    }
                }
                let ended = failed.is_some() || ahead.batch.is_empty();
                if let Some(error) = failed {
                    tap.lost(&error);
                }
                if ended || self.job.is_done() {
                    break;
                }
            }
        }
        self.let_go(ahead, false);
        quiet
    }

    /// Decodes what was held back of several interfaces and need not wait any more; in the end, all.
    fn let_go(&mut self, ahead: &mut Ahead, all: bool) {
        let Some(interleave) = &mut self.interleave else { return };
        let now = Time::now();
        while !self.job.is_done() {
            interleave.fill(now, all, &mut ahead.batch);
            if ahead.batch.is_empty() {
                return;
            }
            let taps = &self.taps;
            self.job.decode(ahead, |at| taps.get(at).map(|tap| tap.name.as_str()), |_| None);
        }
    }

    /// Several interfaces share the tick; each is read after it, whoever had something.
    fn wait(&mut self) -> Result<(), Fatal> {
        let mut tick = TICK / u32::try_from(self.taps.len()).unwrap_or(u32::MAX);
        if self.interleave.as_ref().is_some_and(|interleave| !interleave.is_empty()) {
            // What is held back has waited for a part of it already.
            tick /= 4;
        }
        for tap in &self.taps {
            let name = || tap.name.clone();
            tap.feed.wait(tick).map_err(|error| Fatal::Wait { name: name(), error })?;
        }
        Ok(())
    }

    /// What the kernel dropped since it was asked last is a gap.
    fn ask_for_drops(&mut self) {
        for at in 0..self.taps.len() {
            let Some(tap) = self.taps.get_mut(at) else { return };
            let now = match tap.feed.dropped() {
                Ok((now, received)) => {
                    tap.received = received;
                    now
                }
                Err(error) => {
                    tap.lost(&error);
                    continue;
                }
            };
            let kernel = now.kernel.saturating_sub(tap.seen.kernel);
            let interface = now.interface.saturating_sub(tap.seen.interface);
            let (from, to) = (tap.asked, Time::now());
            (tap.seen, tap.asked) = (now, to);
            self.job.decoder.stats.dropped_capture += kernel;
            self.job.decoder.stats.dropped_interface += interface;
            if kernel > 0 {
                if !self.job.views.is_empty() {
                    // Views have no line for it.
                    say!("{}: {kernel} packets lost: {}", tap.name, Reason::Dropped);
                }
                let (at_, lost) = (Where::Capture, Some(kernel));
                let gap = Gap { from, to, lost, at: at_, certain: true, reason: Reason::Dropped };
                self.gap(at, gap);
            }
        }
    }

    /// Asks whether interfaces are there and up, and for those that are gone.
    fn look_at_interfaces(&mut self) {
        for tap in &mut self.taps {
            let verb = match tap.feed {
                Feed::None => verb::CAPTURE,
                Feed::Own(_) | Feed::Relayed(_) => verb::INTERFACE,
            };
            self.opener.want(Request { verb, index: tap.index });
            tap.watch.suspect(self.quiet_warn);
        }
    }

    /// What the opener found of interfaces, as far as it has answered.
    fn take_answers(&mut self) {
        while let Some((request, answer)) = self.opener.next_answer() {
            let Some(at) = self.taps.iter().position(|tap| tap.index == request.index) else {
                continue;
            };
            let Some(tap) = self.taps.get_mut(at) else { return };
            if let Some(gap) = tap.hears(request.verb, answer) {
                self.gap(at, gap);
            }
        }
    }

    fn gap(&mut self, at: usize, gap: Gap<'static>) {
        let several = self.taps.len() > 1;
        let source = self.taps.get(at).filter(|_| several).map(|tap| tap.name.clone());
        self.job.gap(gap, source.as_deref());
    }
}

impl Tap {
    /// What the opener answered about it.
    fn hears(&mut self, asked: u8, answer: io::Result<Answer>) -> Option<Gap<'static>> {
        let is_gone = matches!(self.feed, Feed::None);
        match (asked, answer) {
            (verb::CAPTURE, Ok(answer)) if is_gone => self.reopened(answer.fd),
            (verb::CAPTURE, Err(error)) if is_gone => {
                self.watch.refused(&error);
                None
            }
            // A pseudo-interface of libpcap is never there, and works all the same: that one is gone is told by
            // reading from it.
            (verb::INTERFACE, Ok(answer)) if !is_gone => {
                self.watch.look(Interface::from_number(answer.number)?)
            }
            // Reading goes on without it.
            _ => None,
        }
    }

    /// What the opener gave for an interface that was gone.
    fn reopened(&mut self, fd: Option<std::os::fd::OwnedFd>) -> Option<Gap<'static>> {
        let fd = fd.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData));
        match fd.and_then(|fd| RelaySource::new(fd, &self.name)) {
            Ok(source) => {
                self.feed = Feed::Relayed(Box::new(source));
                (self.seen, self.asked) = (Dropped::default(), Time::now());
                self.watch.found()
            }
            Err(error) => {
                self.watch.refused(&error);
                None
            }
        }
    }
}
