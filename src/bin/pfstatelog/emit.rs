//! From events to lines on every output that wants them.

#![forbid(unsafe_code)]

use pfstatelog::config::{Plan, Printed};
use pfstatelog::event::{Body, Event, EventSet, Gap, Reason, Told, Where, Why};
use pfstatelog::filter::Filter;
use pfstatelog::format::Writer;
use pfstatelog::line::Line;
use pfstatelog::metrics;
use pfstatelog::output::{GapLine, Handle, Lost, Output};
use pfstatelog::summary::Summary;
use pfstatelog::time::{Rfc3339, Time};

use crate::opening::Opening;
use crate::run::{Fatal, NO_SYSLOG};
use crate::say::say;
use crate::signals::Reopen;

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
    /// The queues behind outputs.
    handles: Vec<Handle>,
    /// Whether files are to be opened anew, where files are read.
    reopen: Option<Reopen>,
}

struct Slot {
    events: EventSet,
    writer: Writer,
    output: Box<dyn Output + Send>,
}

/// An output's name, for a person.
pub fn name(output: &dyn Output) -> String {
    match output.name() {
        "-" => "standard output".to_string(),
        name => match name.strip_prefix("syslog:") {
            Some(facility) => format!("syslog ({facility}.info)"),
            None => name.to_string(),
        },
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
            if let Err(error) = slot.output.lines(lines.as_bytes(), ends) {
                self.failed.get_or_insert_with(|| Fatal::output(slot.output.name(), error));
            }
        }
    }

    /// Opens those that get events.
    pub fn open(plan: &Plan, opening: &mut Opening) -> Result<Self, Fatal> {
        let others = plan.outputs.len() > 1;
        let mut slots = Vec::new();
        for (at, planned) in plan.outputs.iter().enumerate() {
            let Printed::Events(format) = planned.format else { continue };
            let writer = format.writer(plan.options);
            let gap = gap_line(planned.dest.to_string(), planned.events, writer.clone());
            let output = match opening.open(at, gap) {
                // Somebody asked to see events, and nobody for syslog.
                Err(Fatal::Syslog { error }) if planned.by_default && others => {
                    say!("{NO_SYSLOG} ({error}): events go to standard output alone");
                    continue;
                }
                opened => opened?,
            };
            slots.push(Slot { events: planned.events, writer, output });
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
            handles: Vec::new(),
            reopen: None,
        })
    }

    /// The queues behind all outputs, those of views too.
    pub fn behind(&mut self, handles: Vec<Handle>) {
        self.handles = handles;
    }

    /// Whether no output gets events.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Their names, for a person.
    pub fn names(&self) -> Vec<String> {
        self.slots.iter().map(|slot| name(slot.output.as_ref())).collect()
    }

    /// Lines are written from now on, by the process of this number.
    pub fn start(&mut self, pid: u32) -> Result<(), Fatal> {
        for slot in &mut self.slots {
            start(slot.output.as_mut(), pid)?;
        }
        Ok(())
    }

    /// When this says so, files are opened anew with the next batch.
    pub fn reopen_on(&mut self, reopen: Option<Reopen>) {
        self.reopen = reopen;
    }

    /// Files are opened anew by their names.
    pub fn reopen(&self) {
        self.handles.iter().for_each(Handle::reopen);
    }

    /// How each output goes, those of views too.
    pub fn metrics(&self) -> Vec<metrics::Output> {
        let of = |handle: &Handle| {
            let stats = handle.stats();
            metrics::Output {
                name: handle.name().to_string(),
                up: stats.suspended.is_none(),
                lines: stats.written_lines,
                dropped_lines: stats.dropped_lines,
                uncertain_lines: stats.uncertain_lines,
                reconnects: stats.reconnects,
                queue: Some(metrics::Queue {
                    lines: stats.queued_lines,
                    bytes: stats.queued_bytes,
                    limit_bytes: handle.limit_bytes(),
                    lag: stats.oldest.unwrap_or_default(),
                }),
            }
        };
        self.handles.iter().map(of).collect()
    }

    /// Whether an output holds half of what it may hold back.
    pub fn are_busy(&self) -> bool {
        let is_busy = |handle: &Handle| handle.stats().queued_bytes > handle.limit_bytes() / 2;
        // One that is not written to at all is not waited for.
        let mut writing = self.handles.iter().filter(|handle| handle.stats().suspended.is_none());
        writing.any(is_busy)
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
        if self.write(event, None) {
            self.left = self.left.map(|left| left - 1);
        }
    }

    /// True if an output wanted it, but for one that is left out.
    #[inline]
    fn write(&mut self, event: &Event<'_>, but: Option<usize>) -> bool {
        // That a file was cut was said already, debugging or not.
        if let (true, Body::Gap(gap)) = (self.debug, &event.body)
            && !matches!(gap.reason, Reason::FileCut { .. } | Reason::FileDamaged)
        {
            self.diagnose(event, gap);
        }
        let mut wanted = false;
        for (at, slot) in self.slots.iter_mut().enumerate() {
            if !is_wanted(slot.events, event) || but == Some(at) {
                continue;
            }
            wanted = true;
            self.lines += 1;
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
        if self.reopen.as_ref().is_some_and(Reopen::take) {
            self.reopen();
        }
        // The gaps first: they are lines of this batch.
        for at in 0..self.slots.len() {
            while let Some(lost) = self.slots.get_mut(at).and_then(|slot| slot.output.lost()) {
                self.tell_lost(at, lost);
            }
        }
        for slot in &mut self.slots {
            if let Err(error) = slot.output.flush() {
                self.failed.get_or_insert_with(|| Fatal::output(slot.output.name(), error));
            }
        }
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Ends the last batch.
    pub fn close(&mut self) -> Result<(), Fatal> {
        let done = self.flush();
        self.slots.iter_mut().for_each(|slot| slot.output.close());
        done
    }

    /// Waits for what outputs have in their queues. What one lost and cannot tell itself any more is an error: no
    /// line says so.
    pub fn finish(&mut self) -> Result<(), Fatal> {
        let mut done = Ok(());
        for slot in &mut self.slots {
            let (lines, ended) = end(slot.output.as_mut());
            self.lost += lines;
            done = both(done, ended);
        }
        done
    }

    /// Tells what the output `of` lost: on the others, and on itself where it does not do that.
    fn tell_lost(&mut self, of: usize, lost: Lost) {
        let Some(slot) = self.slots.get(of) else { return };
        let (name, is_told) = (slot.output.name().to_string(), slot.output.tells_itself());
        self.lost += if lost.certain { lost.lines } else { 0 };
        let event = Event::gap(gap(&name, &lost));
        // It is told even if enough events were, or nobody would know.
        self.gaps += 1;
        if let Some(summary) = &mut self.summary {
            summary.event(&event);
        }
        self.write(&event, is_told.then_some(of));
    }
}

/// The first error of two. What the other output lost is said: nothing else would tell it. Not so where it is of the
/// same output, which is of no use any more.
pub fn both(first: Result<(), Fatal>, second: Result<(), Fatal>) -> Result<(), Fatal> {
    if let (Err(first), Err(lost @ Fatal::Lost { name, .. })) = (&first, &second)
        && !matches!(first, Fatal::Output { name: useless, .. } if useless == name)
    {
        say!("{lost}");
    }
    first.and(second)
}

/// An output is written to from now on, by the process of this number.
pub fn start(output: &mut dyn Output, pid: u32) -> Result<(), Fatal> {
    output.start(pid).map_err(|error| Fatal::output(output.name(), error))
}

/// Waits until an output wrote what it has. Gives how many lines were lost of which no line tells; that
/// such ones are lost for certain is an error, that they may be is said.
pub fn end(output: &mut dyn Output) -> (u64, Result<(), Fatal>) {
    let mut certain = output.lost_at_end();
    let name = output.name().to_string();
    while let Some(lost) = output.lost() {
        match lost.certain {
            true => certain = Some(lost.after(certain)),
            false => say!("{name}: {lost}"),
        }
    }
    match certain {
        Some(lost) => (lost.lines, Err(Fatal::Lost { name, lost })),
        None => (0, Ok(())),
    }
}

/// What an output lost, as an event has it.
fn gap<'a>(name: &'a str, lost: &Lost) -> Gap<'a> {
    Gap {
        from: lost.from,
        to: lost.to,
        lost: Some(lost.lines),
        at: Where::Output(name),
        certain: lost.certain,
        reason: Reason::Output,
    }
}

/// Makes the line that tells on an output itself what it lost.
fn gap_line(name: String, events: EventSet, mut writer: Writer) -> GapLine {
    Box::new(move |lost, line| {
        let event = Event::gap(gap(&name, lost));
        if is_wanted(events, &event) {
            writer.write(line, &event);
        }
    })
}
