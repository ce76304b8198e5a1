//! Views: what is captured, printed as pfctl and tcpdump print it, past all that makes events.

#![forbid(unsafe_code)]

use pfstatelog::abi::Release;
use pfstatelog::capture::Packet;
use pfstatelog::config::{PlannedOutput, Printed};
use pfstatelog::metrics;
use pfstatelog::output::Output;
use pfstatelog::view::{Detail, Printer};

use crate::emit;
use crate::run::Fatal;
use crate::say::say;

/// The outputs that get a view.
pub struct Views {
    slots: Vec<Slot>,
    /// Lines offered so far.
    pub lines: u64,
    /// Lines lost so far.
    pub lost: u64,
    /// What made an output useless.
    failed: Option<Fatal>,
}

struct Slot {
    printer: Printer,
    output: Box<dyn Output + Send>,
    /// States or frames that may still be printed.
    left: Option<u64>,
    /// Lines offered so far, and those of them that were lost.
    lines: u64,
    lost: u64,
}

impl Views {
    /// Opens those of the outputs that get a view.
    pub fn open(
        planned: &[PlannedOutput],
        detail: Detail,
        release: Option<Release>,
        left: Option<u64>,
    ) -> Result<Self, Fatal> {
        let mut slots = Vec::new();
        for planned in planned {
            if let Printed::View(view) = planned.format {
                let printer = Printer::new(view, detail, release);
                let output = emit::open(&planned.dest)?;
                slots.push(Slot { printer, output, left, lines: 0, lost: 0 });
            }
        }
        Ok(Self { slots, lines: 0, lost: 0, failed: None })
    }

    /// Whether no output gets a view.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Their outputs' names, for a person.
    pub fn names(&self) -> Vec<String> {
        self.slots.iter().map(|slot| emit::name(slot.output.as_ref())).collect()
    }

    /// How each of their outputs goes.
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

    /// Whether there is no more to print: enough of everything, or an output that is of no use.
    pub fn is_done(&self) -> bool {
        self.failed.is_some() || self.slots.iter().all(|slot| slot.left == Some(0))
    }

    /// Prints a packet to every output that gets a view.
    pub fn packet(&mut self, packet: &Packet<'_>) {
        let Self { slots, lines, failed, .. } = self;
        for Slot { printer, output, left, lines: of_slot, .. } in slots {
            printer.packet(packet, &mut |item| {
                if *left == Some(0) || failed.is_some() {
                    return;
                }
                if let Some(left) = left {
                    *left -= 1;
                }
                for line in item.split(|byte| *byte == b'\n') {
                    *lines += 1;
                    *of_slot += 1;
                    if let Err(error) =
                        output.line(packet.time, &mut |out| out.extend_from_slice(line))
                    {
                        failed.get_or_insert_with(|| Fatal::output(output.name(), error));
                    }
                }
            });
        }
    }

    /// Frames that could not be read: all views read the same.
    pub fn unread(&self) -> u64 {
        self.slots.iter().map(|slot| slot.printer.unread()).max().unwrap_or(0)
    }

    /// Ends a batch: hands over what is held back.
    pub fn flush(&mut self) -> Result<(), Fatal> {
        for Slot { output, lost: of_slot, .. } in &mut self.slots {
            if let Err(error) = output.flush() {
                self.failed.get_or_insert_with(|| Fatal::output(output.name(), error));
            }
            if let Some(lost) = output.lost() {
                self.lost += lost.lines;
                *of_slot += lost.lines;
                say!("{}: {lost}", output.name());
            }
        }
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Ends the last batch; what an output lost by then is an error.
    pub fn finish(&mut self) -> Result<(), Fatal> {
        let mut done = self.flush();
        for Slot { output, .. } in &mut self.slots {
            if let Some(lost) = output.lost_at_end() {
                self.lost += lost.lines;
                done = done.and(Err(Fatal::Lost { name: output.name().to_string(), lost }));
            }
        }
        done
    }
}
