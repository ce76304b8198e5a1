//! From events to lines on every output that wants them.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::time::Duration;

use pfstatelog::config::{Dest, Plan, Printed};
use pfstatelog::event::{Body, Event, EventSet, Gap, Reason, Told, Where, Why};
use pfstatelog::filter::Filter;
use pfstatelog::format::Writer;
use pfstatelog::line::Line;
use pfstatelog::metrics;
use pfstatelog::output::{Lost, Output, Stream, Syslog};
use pfstatelog::summary::Summary;
use pfstatelog::sys::poll;
use pfstatelog::time::{Rfc3339, Time};

use crate::run::{Fatal, NO_SYSLOG};
use crate::say::say;

/// The outputs.
pub struct Outputs {
    slots: Vec<Slot>,
    filter: Filter,
    /// What it all comes to, where that was asked for.
    pub summary: Option<Summary>,
    /// Events that may still be written.
    left: Option<u64>,
    /// Lines offered so far.
    pub lines: u64,
    /// Lines lost so far.
    pub lost: u64,
    /// Gaps told about lines that were lost.
    pub gaps: u64,
    /// What made an output useless.
    failed: Option<Fatal>,
    debug: bool,
    /// The file that is being read, for diagnostics: events do not carry it.
    pub reading: Option<String>,
}

struct Slot {
    events: EventSet,
    writer: Writer,
    output: Box<dyn Output + Send>,
    /// Lines offered so far, and those of them that were lost.
    lines: u64,
    lost: u64,
}

/// Opens an output.
pub fn open(dest: &Dest) -> Result<Box<dyn Output + Send>, Fatal> {
    Ok(match dest {
        // Not through the standard library's line buffer: a batch is one write.
        Dest::Stdout => {
            let stdout = io::stdout().as_fd().try_clone_to_owned();
            let stdout = stdout.map_err(|e| Fatal::output("-", e))?;
            Box::new(Stream::new("-", Patient(File::from(stdout))))
        }
        Dest::Syslog(dest) => {
            Box::new(Syslog::open(*dest, None).map_err(|error| Fatal::Syslog { error })?)
        }
        Dest::File(_) | Dest::Unix(_) | Dest::Udp(_) | Dest::Tcp(_) => {
            return Err(Fatal::output(&dest.to_string(), io::ErrorKind::Unsupported.into()));
        }
    })
}

/// An output's name, for a person.
pub fn name(output: &dyn Output) -> String {
    match output.name() {
        "-" => "standard output".to_string(),
        name => name.replace("syslog:", "syslog (") + ".info)",
    }
}

/// What writes the lines of each output.
#[derive(Clone)]
pub struct Writers(Vec<(EventSet, Writer)>);

/// Lines that were made and not handed over yet, for each output.
pub struct Made(Vec<(Line, Vec<(usize, Time)>)>);

impl Writers {
    /// No lines.
    pub fn nothing(&self) -> Made {
        Made(self.0.iter().map(|_| (Line::new(), Vec::new())).collect())
    }

    /// Makes the lines of an event.
    pub fn write(&mut self, event: &Event<'_>, made: &mut Made) {
        for ((events, writer), (lines, ends)) in self.0.iter_mut().zip(&mut made.0) {
            if is_wanted(*events, event) {
                writer.write(lines, event);
                lines.push(b'\n');
                ends.push((lines.len(), event.time));
            }
        }
    }
}

impl Made {
    /// Bytes of all lines.
    pub fn bytes(&self) -> usize {
        self.0.iter().map(|(lines, _)| lines.len()).sum()
    }

    /// Drops all; what it has of memory is kept.
    pub fn clear(&mut self) {
        for (lines, ends) in &mut self.0 {
            lines.clear();
            ends.clear();
        }
    }
}

/// Whether an output that gets `events` gets this one. A second delete is news only to whoever wants to
/// see everything.
#[inline]
fn is_wanted(events: EventSet, event: &Event<'_>) -> bool {
    let is_second = matches!(event.body, Body::State(Told { reason: Some(Why::Duplicate), .. }));
    events.contains(event.kind) && (!is_second || events == EventSet::ALL)
}

impl Outputs {
    /// What writes their lines.
    pub fn writers(&self) -> Writers {
        Writers(self.slots.iter().map(|slot| (slot.events, slot.writer.clone())).collect())
    }

    /// Which events they get.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Hands over lines that were made.
    pub fn write_made(&mut self, made: &Made) {
        for (slot, (lines, ends)) in self.slots.iter_mut().zip(&made.0) {
            self.lines += ends.len() as u64;
            slot.lines += ends.len() as u64;
            if let Err(error) = slot.output.lines(lines.as_bytes(), ends) {
                self.failed.get_or_insert_with(|| Fatal::output(slot.output.name(), error));
            }
        }
    }

    /// Opens those that get events.
    pub fn open(plan: &Plan) -> Result<Self, Fatal> {
        let others = plan.outputs.len() > 1;
        let mut slots = Vec::new();
        for planned in &plan.outputs {
            let Printed::Events(format) = planned.format else { continue };
            let output = match open(&planned.dest) {
                // Somebody asked to see events, and nobody for syslog.
                Err(Fatal::Syslog { error }) if planned.by_default && others => {
                    say!("{NO_SYSLOG} ({error}): events go to standard output alone");
                    continue;
                }
                opened => opened?,
            };
            let writer = format.writer(plan.options);
            slots.push(Slot { events: planned.events, writer, output, lines: 0, lost: 0 });
        }
        Ok(Self {
            slots,
            filter: plan.filter.clone(),
            summary: plan.summary.is_some().then(Summary::new),
            left: plan.count,
            lines: 0,
            lost: 0,
            gaps: 0,
            failed: None,
            debug: plan.debug,
            reading: None,
        })
    }

    /// Whether no output gets events.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Their names, for a person.
    pub fn names(&self) -> Vec<String> {
        self.slots.iter().map(|slot| name(slot.output.as_ref())).collect()
    }

    /// How each of them goes.
    pub fn metrics(&self) -> Vec<metrics::Output> {
        let of = |slot: &Slot| metrics::Output {
            name: slot.output.name().to_string(),
            up: true,
            lines: slot.lines.saturating_sub(slot.lost),
            dropped_lines: slot.lost,
            ..metrics::Output::default()
        };
        self.slots.iter().map(of).collect()
    }

    /// Whether only so many events are written.
    pub fn is_limited(&self) -> bool {
        self.left.is_some()
    }

    /// Whether there is no more to write: enough events, or an output that is of no use.
    pub fn is_done(&self) -> bool {
        self.left == Some(0) || self.failed.is_some()
    }

    /// Writes an event to every output that wants it.
    #[inline]
    pub fn event(&mut self, event: &Event<'_>) {
        if self.is_done() || !self.filter.keeps(event) {
            return;
        }
        if let Some(summary) = &mut self.summary {
            summary.event(event);
        }
        if self.write(event) {
            self.left = self.left.map(|left| left - 1);
        }
    }

    /// True if an output wanted it.
    #[inline]
    fn write(&mut self, event: &Event<'_>) -> bool {
        // That a file was cut was said already, debugging or not.
        if let (true, Body::Gap(gap)) = (self.debug, &event.body)
            && !matches!(gap.reason, Reason::FileCut { .. } | Reason::FileDamaged)
        {
            self.diagnose(event, gap);
        }
        let mut wanted = false;
        for slot in &mut self.slots {
            if !is_wanted(slot.events, event) {
                continue;
            }
            wanted = true;
            self.lines += 1;
            slot.lines += 1;
            let writer = &mut slot.writer;
            let written = slot.output.line(event.time, &mut |line| writer.write(line, event));
            if let Err(error) = written {
                self.failed.get_or_insert_with(|| Fatal::output(slot.output.name(), error));
            }
        }
        wanted
    }

    /// Says in full what a gap is about, after the lines before it and just before its own.
    #[cold]
    fn diagnose(&mut self, event: &Event<'_>, gap: &Gap<'_>) {
        for slot in &mut self.slots {
            if let Err(error) = slot.output.flush() {
                self.failed.get_or_insert_with(|| Fatal::output(slot.output.name(), error));
            }
        }
        let mut time = Line::new();
        Rfc3339::default().write_micros(&mut time, event.time);
        let time = String::from_utf8_lossy(time.as_bytes());
        let of_a_frame = matches!(gap.reason, Reason::Frame(_) | Reason::Misread(_));
        let release = match event.release.filter(|_| of_a_frame) {
            Some(release) => format!(" (read as {release})"),
            None => String::new(),
        };
        match event.source.or(self.reading.as_deref()) {
            Some(source) => say!("{source}: {time}: {}{release}", gap.reason),
            None => say!("{time}: {}{release}", gap.reason),
        }
    }

    /// Ends a batch: hands over what is held back, tells what outputs lost.
    pub fn flush(&mut self) -> Result<(), Fatal> {
        // The gaps first: they are lines of this batch.
        for at in 0..self.slots.len() {
            let slot = &mut self.slots[at];
            if let Some(lost) = slot.output.lost() {
                slot.lost += lost.lines;
                let name = slot.output.name().to_string();
                self.tell_lost(&name, lost);
            }
        }
        for slot in &mut self.slots {
            if let Err(error) = slot.output.flush() {
                self.failed.get_or_insert_with(|| Fatal::output(slot.output.name(), error));
            }
        }
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Ends the last batch. What an output lost and cannot tell itself any more is an error: no
    /// line says so.
    pub fn finish(&mut self) -> Result<(), Fatal> {
        let mut done = self.flush();
        for slot in &mut self.slots {
            if let Some(lost) = slot.output.lost_at_end() {
                self.lost += lost.lines;
                slot.lost += lost.lines;
                let name = slot.output.name().to_string();
                done = done.and(Err(Fatal::Lost { name, lost }));
            }
        }
        done
    }

    fn tell_lost(&mut self, name: &str, lost: Lost) {
        self.lost += lost.lines;
        let gap = Gap {
            from: lost.from,
            to: lost.to,
            lost: Some(lost.lines),
            at: Where::Output(name),
            certain: true,
            reason: Reason::Output,
        };
        let event = Event::gap(gap);
        // It is told even if enough events were, or nobody would know.
        self.gaps += 1;
        if let Some(summary) = &mut self.summary {
            summary.event(&event);
        }
        self.write(&event);
    }
}

/// Waits where a write would have to: standard output may be a pipe that whoever gave it made
/// non-blocking.
struct Patient<W>(W);

/// How long to wait at a time.
const TICK: Duration = Duration::from_millis(100);

impl<W: Write + AsFd> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    poll::writable(self.0.as_fd(), TICK)?;
                }
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
