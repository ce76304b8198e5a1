//! Views: what is captured, printed as pfctl and tcpdump print it, past all that makes events.

#![forbid(unsafe_code)]

use pfstatelog::abi::Release;
use pfstatelog::capture::Packet;
use pfstatelog::config::{PlannedOutput, Printed};
use pfstatelog::line::Line;
use pfstatelog::output::{Lost, Output};
use pfstatelog::view::{Detail, Local, Printer};

use crate::emit;
use crate::opening::Opening;
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
}

impl Views {
    /// Opens those of the outputs that get a view.
    pub fn open(
        planned: &[PlannedOutput],
        opening: &mut Opening,
        (detail, local): (Detail, Option<Local>),
        release: Option<Release>,
        left: Option<u64>,
    ) -> Result<Self, Fatal> {
        let mut slots = Vec::new();
        for (at, planned) in planned.iter().enumerate() {
            if let Printed::View(view) = planned.format {
                // They have no line for it: it is said.
                let no_gaps = Box::new(|_: &Lost, _: &mut Line| {});
                let mut printer = Printer::new(view, detail, release);
                if let Some(local) = local {
                    printer = printer.with_stamps(local);
                }
                slots.push(Slot { printer, output: opening.open(at, no_gaps)?, left });
            }
        }
        Ok(Self { slots, lines: 0, lost: 0, failed: None })
    }

    /// Lines are written from now on, by the process of this number.
    pub fn start(&mut self, pid: u32) -> Result<(), Fatal> {
        for slot in &mut self.slots {
            emit::start(slot.output.as_mut(), pid)?;
        }
        Ok(())
    }

    /// Whether no output gets a view.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Their outputs' names, for a person.
    pub fn names(&self) -> Vec<String> {
        self.slots.iter().map(|slot| emit::name(slot.output.as_ref())).collect()
    }

    /// Whether there is no more to print: enough of everything, or an output that is of no use.
    pub fn is_done(&self) -> bool {
        self.failed.is_some() || self.slots.iter().all(|slot| slot.left == Some(0))
    }

    /// Prints a packet to every output that gets a view.
    pub fn packet(&mut self, packet: &Packet<'_>) {
        let Self { slots, lines, failed, .. } = self;
        for Slot { printer, output, left } in slots {
            printer.packet(packet, &mut |item| {
                if *left == Some(0) || failed.is_some() {
                    return;
                }
                if let Some(left) = left {
                    *left -= 1;
                }
                for line in item.split(|byte| *byte == b'\n') {
                    *lines += 1;
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
        for Slot { output, .. } in &mut self.slots {
            if let Err(error) = output.flush() {
                self.failed.get_or_insert_with(|| Fatal::output(output.name(), error));
            }
            while let Some(lost) = output.lost() {
                self.lost += lost.lines;
                say!("{}: {lost}", output.name());
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

    /// Waits for what outputs have in their queues; what one lost by then is an error.
    pub fn finish(&mut self) -> Result<(), Fatal> {
        let mut done = Ok(());
        for Slot { output, .. } in &mut self.slots {
            let (lines, ended) = emit::end(output.as_mut());
            self.lost += lines;
            done = emit::both(done, ended);
        }
        done
    }
}
