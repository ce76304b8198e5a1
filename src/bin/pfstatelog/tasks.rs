//! The subcommands about state tables: what they are asked, the library does; here it is told.

#![forbid(unsafe_code)]

use std::fmt;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use pfstatelog::config::tasks::{Convert, Dump, From, Restore, Task, To};
use pfstatelog::dump::restore::{self, Edits, Outcome, RestoreError, what_to_do};
use pfstatelog::dump::source::{self, DEV_PF, Kind, Options, SourceError};
use pfstatelog::dump::{self, Format, Losses, file, frames};
use pfstatelog::filter::Filter;
use pfstatelog::pf::{DevPf, Form, Kernel, StateTable};
use pfstatelog::state::StateId;
use pfstatelog::sys::{mtu, raw_ip};
use pfstatelog::time::Time;

use crate::run::Fatal;
use crate::say::say;
use crate::signals::Stop;
use crate::sources::STDIN;
use crate::states;

/// Does what a subcommand asks for.
pub fn run(task: Task) -> Result<(), Fatal> {
    match task {
        Task::Dump(Dump { from, only, output, format }) => {
            let mut table = open(&from, false)?;
            restore::edit(&mut table, &Edits { only, ..Edits::default() });
            write(&table, format, &output)
        }
        Task::Convert(Convert { from, output, format }) => {
            write(&open(&from, false)?, format, &output)
        }
        Task::Restore(asked) => restore(asked),
        Task::States(asked) => states::run(&asked),
    }
}

pub fn name(path: &Path) -> String {
    if path == Path::new("-") { STDIN.to_string() } else { path.display().to_string() }
}

/// Reads a table, and tells what was not sound about it.
pub fn open(from: &From, strict: bool) -> Result<StateTable, Fatal> {
    let From { path, release, at } = from;
    let (name, is_pf) = (name(path), path == Path::new(DEV_PF));
    let opened = source::open(path, &Options { release: *release, at: *at, strict });
    let opened = opened.map_err(|error| match error {
        SourceError::Mistakes(mistakes, more) => {
            mistakes.iter().for_each(|mistake| say!("{name}:{mistake}"));
            if more > 0 {
                say!("{name}: and {more} more lines with mistakes");
            }
            Fatal::Told
        }
        SourceError::Io(error) if is_pf => {
            let elsewhere = match error.kind() {
                io::ErrorKind::Unsupported | io::ErrorKind::NotFound => {
                    "; name a dump or a capture"
                }
                _ => "",
            };
            Fatal::Task(format!("{name}: {error}{}{elsewhere}", of_pf(&error)))
        }
        error => Fatal::Task(format!("{name}: {error}")),
    })?;
    if opened.kind != Kind::Capture && (release.is_some() || at.is_some()) {
        let text = format!("{name}: --release and --at are for captures, and this is none");
        return Err(Fatal::Usage(text));
    }
    if opened.unread > 0 {
        say!(
            "{name}: {} frames could not be read to their end: states may be missing",
            opened.unread
        );
    }
    tell_losses(&opened.losses, format_args!("{name}: states of several releases; left out"));
    Ok(opened.table)
}

fn of_pf(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "; is this a firewall with pf?",
        io::ErrorKind::PermissionDenied => "; reading states needs root",
        _ => "",
    }
}

/// Writes a table to a file.
fn write(table: &StateTable, format: Format, output: &Path) -> Result<(), Fatal> {
    if format == Format::Pcap {
        let recast = recast(table, frames::target(table.form(), None))?;
        return write_frames(recast.as_ref().unwrap_or(table), output);
    }
    if format == Format::Binary && output == Path::new("-") && io::stdout().is_terminal() {
        let text =
            "standard output is a terminal, and a dump is no text: -f text is, or name a file";
        return Err(Fatal::Task(text.into()));
    }
    let written = to_file(output, |out| dump::write(table, format, out));
    written.map_err(|error| Fatal::output(&output.display().to_string(), error))
}

/// Writes a file, whole or not at all, also where a signal ends it: what was written of it is taken away.
fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if path == Path::new("-") {
        return file::write(path, write);
    }
    let stop = Stop::on_signals(None)?;
    file::write(path, |out| {
        let mut until = Until { out, stop: &stop };
        write(&mut until)?;
        // Also one that came with the last of it.
        until.flush()
    })
}

/// Takes no more once a signal came.
struct Until<'o> {
    out: &'o mut dyn Write,
    stop: &'o Stop,
}

impl Write for Until<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        go_on(self.stop)?;
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        go_on(self.stop)?;
        self.out.flush()
    }
}

/// Writes a capture of the states as they are.
fn write_frames(table: &StateTable, output: &Path) -> Result<(), Fatal> {
    let written = to_file(output, |out| frames::write_pcap(table, out));
    written.map_err(|error| Fatal::output(&output.display().to_string(), error))
}

/// Tells what was left out.
fn recast(table: &StateTable, to: Form) -> Result<Option<StateTable>, Fatal> {
    let recast = dump::recast(table, to).map_err(|error| Fatal::Task(error.to_string()))?;
    tell_recast(&recast.1, to);
    Ok(recast.0)
}

fn tell_recast(losses: &Losses, to: Form) {
    tell_losses(losses, format_args!("left out, since states of {} do not have it", to.release()));
}

/// Tells which fields were lost, and each state that is not there any more.
fn tell_losses(losses: &Losses, why: fmt::Arguments<'_>) {
    if losses.iter().next().is_some() {
        say!("{why}: {losses}");
    }
    losses.left_out().iter().for_each(|state| say!("left out whole: {state}"));
    let untold = losses.left_out_count() - losses.left_out().len() as u64;
    if untold > 0 {
        say!("and {untold} more");
    }
    if losses.left_out_count() > 0 {
        say!("{} states were left out whole", losses.left_out_count());
    }
}

fn restore(asked: Restore) -> Result<(), Fatal> {
    let Restore { from, only, interfaces, subtract_downtime, all_or_nothing, to } = asked;
    let name = name(&from.path);
    let table = open(&from, true)?;
    let now = subtract_downtime.then(Time::now);
    let edits = Edits { only, interfaces, now };
    let states = table.len();
    let own = table.form();
    let mut kernel = None;
    let form = match &to {
        To::DevPf => {
            let opened = DevPf::open(true);
            let opened = opened
                .map_err(|error| Fatal::Task(format!("{DEV_PF}: {error}{}", of_pf(&error))))?;
            kernel.insert(opened).form()
        }
        // Where there is no pf, states are checked as those of the kernel that they are from.
        To::Nowhere { frames: true, release } => frames::target(own, *release),
        To::Nowhere { .. } => DevPf::open(false).map_or(own, |kernel| kernel.form()),
        To::Pcap { release, .. } | To::Send { release, .. } => frames::target(own, *release),
    };
    // Where there is nothing to stop half-way a signal ends the program as it always does.
    let until_signal = |kernel| Ok(UntilSignal { kernel, stop: Stop::on_signals(None)? });
    let mut kernel = kernel
        .map(until_signal)
        .transpose()
        .map_err(|error: io::Error| Fatal::Signals { error })?;
    let kernel = kernel.as_mut().map(|kernel| kernel as &mut dyn Kernel);
    let outcome = restore::restore(table, &edits, form, kernel, all_or_nothing);
    let outcome = outcome.map_err(|error| not_sound(&name, &error))?;
    tell_edits(&outcome, &edits.only, form);
    match to {
        To::Nowhere { .. } => {
            let release = form.release();
            let count = outcome.table.len();
            say!(
                "{name}: {count} of {states} states are sound for {release}, and nothing was done"
            );
            Ok(())
        }
        To::DevPf => tell_report(&name, &outcome),
        To::Pcap { output, .. } => write_frames(&outcome.table, &output),
        To::Send { interface, rate, .. } => send(&outcome.table, &interface, rate),
    }
}

/// Adds no more once a signal came; what was added can be taken away again nevertheless.
struct UntilSignal<K> {
    kernel: K,
    stop: Stop,
}

impl<K: Kernel> Kernel for UntilSignal<K> {
    fn form(&self) -> Form {
        self.kernel.form()
    }

    fn count(&mut self) -> io::Result<usize> {
        self.kernel.count()
    }

    fn snapshot(&mut self) -> io::Result<Vec<u8>> {
        self.kernel.snapshot()
    }

    fn add(&mut self, record: &[u8]) -> io::Result<()> {
        match self.stop.is_set() {
            true => Err(io::Error::new(io::ErrorKind::Interrupted, ENDED)),
            false => self.kernel.add(record),
        }
    }

    fn get(&mut self, id: StateId) -> io::Result<Option<Vec<u8>>> {
        self.kernel.get(id)
    }

    fn kill(&mut self, id: StateId) -> io::Result<u32> {
        self.kernel.kill(id)
    }
}

/// Tells all that is wrong, by state.
fn not_sound(name: &str, error: &RestoreError) -> Fatal {
    match error {
        RestoreError::Refusals(refusals, more) => {
            refusals.iter().for_each(|refusal| say!("{name}: {refusal}"));
            if *more > 0 {
                say!("{name}: and {more} more states that no kernel takes");
            }
            Fatal::Told
        }
        error => Fatal::Task(format!("{name}: {error}")),
    }
}

fn tell_edits(outcome: &Outcome, only: &Filter, form: Form) {
    let Outcome { edited, losses, .. } = outcome;
    tell_recast(losses, form);
    if !only.keeps_all() && edited.left_out > 0 {
        say!("{} states were not asked for", edited.left_out);
    }
    if edited.renamed > 0 {
        say!("{} states go to interfaces of other names", edited.renamed);
    }
    for name in &edited.unmatched {
        let name = String::from_utf8_lossy(name.as_bytes());
        say!("no state is on interface {name}, which --map-if names");
    }
    if edited.expired > 0 {
        say!("{} states ran out since", edited.expired);
    }
    if edited.is_future {
        say!("the dump is of a time that is to come: no downtime was subtracted");
    }
    if edited.dying > 0 {
        say!("{} states, which pf was about to take away, were left out", edited.dying);
    }
}

/// Tells each state that pf refused.
fn tell_report(name: &str, outcome: &Outcome) -> Result<(), Fatal> {
    let Some(report) = &outcome.report else { return Ok(()) };
    for (id, error) in &report.refused {
        let what = what_to_do(error);
        say!("{name}: id {:016x} creatorid {:08x}: {error}{what}", id.id, id.creatorid);
    }
    if report.taken_back > 0 {
        say!("{name}: {} states were taken away again", report.taken_back);
    }
    if report.stuck > 0 {
        say!("{name}: {} states could not be taken away again", report.stuck);
    }
    if !report.refused.is_empty() {
        say!("{name}: {} states were refused", report.refused.len());
    }
    if report.not_tried > 0 {
        say!("{name}: {} states were not tried", report.not_tried);
    }
    say!("{name}: {} of {} states restored", report.added, outcome.table.len());
    match &report.failed {
        Some(error) => Err(Fatal::Task(format!("{DEV_PF}: {error}{}", what_to_do(error)))),
        None if report.is_complete() => Ok(()),
        None => Err(Fatal::Told),
    }
}

/// What ended it, where it was a signal.
const ENDED: &str = "a signal ended it";

/// An error once a signal came; none that a writer would try again.
fn go_on(stop: &Stop) -> io::Result<()> {
    if stop.is_set() { Err(io::Error::other(ENDED)) } else { Ok(()) }
}

/// Sends frames that insert the states, no more than so many states in a second.
fn send(table: &StateTable, interface: &str, rate: u32) -> Result<(), Fatal> {
    let fatal = |error: io::Error| {
        let what = match error.kind() {
            io::ErrorKind::PermissionDenied => "; sending needs root",
            io::ErrorKind::AddrNotAvailable => "; it has no IPv4 address, which is needed",
            _ => "",
        };
        Fatal::Task(format!("{interface}: {error}{what}"))
    };
    let sender = raw_ip::Sender::open(interface).map_err(fatal)?;
    let mtu = mtu::mtu(interface).and_then(|mtu| usize::try_from(mtu).ok());
    let mtu = mtu.unwrap_or(frames::MTU).min(frames::MTU);
    let needed = frames::least_mtu(table.form());
    if mtu < needed {
        let text = format!("{interface}: its MTU is {mtu} bytes, and a state takes {needed}");
        return Err(Fatal::Task(text));
    }
    let stop = Stop::on_signals(None).map_err(fatal)?;
    let (begin, mut sent) = (Instant::now(), 0_u64);
    let record_bytes = table.form().record_bytes();
    let mut frames = 0_u64;
    let done = frames::each_frame(table, mtu, |frame| {
        let due = Duration::from_micros(sent.saturating_mul(1_000_000) / u64::from(rate));
        // In pieces, so that a signal is not slept over.
        while let Some(left) = due.checked_sub(begin.elapsed())
            && !left.is_zero()
            && !stop.is_set()
        {
            thread::sleep(left.min(Duration::from_millis(100)));
        }
        go_on(&stop)?;
        sender.send(frame)?;
        sent += (frame.len() / record_bytes) as u64;
        frames += 1;
        Ok(())
    });
    let of = if done.is_err() { format!(" of {}", table.len()) } else { String::new() };
    say!("{sent}{of} states were sent out of {interface} (frames: {frames})");
    done.map_err(fatal)
}
