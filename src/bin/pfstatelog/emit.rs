//! From events to lines on every output that wants them.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use pfstatelog::event::{Body, Event, EventKind, EventSet, Gap, Reason, Where};
use pfstatelog::format::Writer;
use pfstatelog::output::{Lost, Output, Stream, Syslog};

use crate::cli::{Dest, PlannedOutput};
use crate::run::Fatal;

/// The outputs.
pub struct Outputs {
    slots: Vec<Slot>,
    /// Events that may still be written.
    left: Option<u64>,
    /// The line that is being made.
    line: Vec<u8>,
    /// Lines offered so far.
    pub lines: u64,
    /// Lines lost so far.
    pub lost: u64,
    /// What made an output useless.
    failed: Option<Fatal>,
    debug: bool,
}

struct Slot {
    events: EventSet,
    writer: Writer,
    output: Box<dyn Output>,
}

impl Outputs {
    /// Opens them all.
    pub fn open(planned: &[PlannedOutput], left: Option<u64>, debug: bool) -> Result<Self, Fatal> {
        let open = |planned: &PlannedOutput| -> Result<Slot, Fatal> {
            let output: Box<dyn Output> = match planned.dest {
                // Not through the standard library's line buffer: a batch is one write.
                Dest::Stdout => {
                    let stdout = io::stdout().as_fd().try_clone_to_owned();
                    let stdout = stdout.map_err(|e| Fatal::output("-", e))?;
                    Box::new(Stream::new("-", File::from(stdout)))
                }
                Dest::Syslog(dest) => {
                    Box::new(Syslog::open(dest, None).map_err(|error| Fatal::Syslog { error })?)
                }
            };
            Ok(Slot { events: planned.events, writer: planned.format.writer(), output })
        };
        let slots = planned.iter().map(open).collect::<Result<_, _>>()?;
        let line = Vec::with_capacity(1024);
        Ok(Self { slots, left, line, lines: 0, lost: 0, failed: None, debug })
    }

    /// Their names, for a person.
    pub fn names(&self) -> String {
        let names = self.slots.iter().map(|slot| match slot.output.name() {
            "-" => "standard output".to_string(),
            name => name.replace("syslog:", "syslog (") + ".info)",
        });
        names.collect::<Vec<_>>().join(" and ")
    }

    /// Whether there is no more to write: enough events, or an output that is of no use.
    pub fn is_done(&self) -> bool {
        self.left == Some(0) || self.failed.is_some()
    }

    /// Writes an event to every output that wants it.
    #[inline]
    pub fn event(&mut self, event: &Event<'_>) {
        if self.is_done() {
            return;
        }
        if let (true, Body::Gap(gap)) = (self.debug, &event.body) {
            eprintln!("pfstatelog: {}: {}", event.source.unwrap_or("capture"), gap.reason);
        }
        let mut wanted = false;
        for slot in &mut self.slots {
            if !slot.events.contains(event.kind) {
                continue;
            }
            wanted = true;
            self.line.clear();
            slot.writer.write(&mut self.line, event);
            self.lines += 1;
            if let Err(error) = slot.output.line(&self.line, event.time) {
                self.failed.get_or_insert_with(|| Fatal::output(slot.output.name(), error));
            }
        }
        if let (true, Some(left)) = (wanted, &mut self.left) {
            *left -= 1;
        }
    }

    /// Ends a batch: hands over what is held back, tells what outputs lost.
    pub fn flush(&mut self) -> Result<(), Fatal> {
        for at in 0..self.slots.len() {
            let slot = &mut self.slots[at];
            if let Err(error) = slot.output.flush() {
                self.failed.get_or_insert_with(|| Fatal::output(slot.output.name(), error));
            }
            if let Some(lost) = slot.output.lost() {
                let name = slot.output.name().to_string();
                self.tell_lost(&name, lost);
            }
        }
        self.failed.take().map_or(Ok(()), Err)
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
        self.event(&Event {
            time: lost.to,
            kind: EventKind::Gap,
            action: None,
            sender: None,
            source: None,
            body: Body::Gap(gap),
        });
    }
}
