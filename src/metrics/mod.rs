//! How it goes, in numbers, for Prometheus: by HTTP, or as a file for node_exporter.
//!
//! The loop publishes a [`Snapshot`] once a second, and has nothing else to do with it. A thread makes text of
//! the last one when somebody asks, so that a scrape costs the loop nothing, and is answered even where the
//! loop hangs: the time at which the numbers were taken is one of them.
//!
//! What takes privileges is behind traits: [`Accept`] for connections, [`Textfile`] for files. A process that
//! has them is served by [`Listener`] and [`Replaced`], one that has not asks another.

#![forbid(unsafe_code)]

mod http;
mod server;
mod text;
mod textfile;

use std::fmt;
use std::io::{self, PipeReader, PipeWriter};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::abi::Release;
use crate::event::Stats;
use crate::time::Time;

pub use server::{Accept, Listener, serve};
pub use text::write_text;
pub use textfile::{Replaced, Textfile, keep, write_file};

/// How it goes at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// When the program started.
    pub started: Time,
    /// When these numbers were taken.
    pub taken: Time,
    /// What was seen, told and lost since the start. The lines and drops in it are not looked at: sources and
    /// outputs below say which of them.
    pub stats: Stats,
    /// As whose the last frame was read.
    pub sender: Option<Release>,
    /// The mirror of the state table, where there is one.
    pub table: Option<TableSize>,
    /// What is captured from, as configured.
    pub sources: Vec<Source>,
    /// Where lines go, as configured.
    pub outputs: Vec<Output>,
}

/// How large the mirror of the state table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableSize {
    /// States that it holds.
    pub states: u64,
    /// States that it may hold at most.
    pub max_states: u64,
    /// States that ended and are remembered.
    pub tombstones: u64,
}

/// An interface that is captured from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Its name.
    pub interface: String,
    /// Whether it is there, up, and captured from.
    pub up: bool,
    /// Packets that passed the filter (on some systems: packets that came to it), where that is known.
    pub received: Option<u64>,
    /// Packets that the kernel dropped because the capture buffer was full.
    pub dropped_capture: u64,
    /// Packets that the interface or its driver dropped.
    pub dropped_interface: u64,
}

/// A place that lines go to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// Its name, as the command line has it.
    pub name: String,
    /// Whether it takes lines.
    pub up: bool,
    /// Lines that it took.
    pub lines: u64,
    /// Lines that were dropped for certain.
    pub dropped_lines: u64,
    /// Lines that may have been lost at most, when connections broke.
    pub uncertain_lines: u64,
    /// Times that it connected again, or opened its file again.
    pub reconnects: u64,
    /// The lines that wait for it, where it has a queue.
    pub queue: Option<Queue>,
}

/// Lines that wait for an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Queue {
    /// How many.
    pub lines: u64,
    /// Bytes of memory that they take.
    pub bytes: u64,
    /// Bytes beyond which lines are dropped.
    pub limit_bytes: u64,
    /// How long the one that waits longest is there; zero where none waits.
    pub lag: Duration,
}

/// The last snapshot, for whoever wants it.
#[derive(Debug, Default)]
pub struct Published(Mutex<Arc<Snapshot>>);

impl Published {
    /// Puts this one in the place of the last. Does not wait for readers: they hold the lock for as long as it
    /// takes to copy a pointer.
    pub fn publish(&self, snapshot: Snapshot) {
        let new = Arc::new(snapshot);
        let old =
            std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), new);
        // What it holds is freed here, behind the lock.
        drop(old);
    }

    /// The last one; one of zeros before there was any.
    pub fn last(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Says something to a person.
pub type Say = Box<dyn FnMut(fmt::Arguments<'_>) + Send>;

/// A thread that serves metrics. It ends, and is waited for, when this value is dropped; what was published
/// before that still gets into a file.
#[derive(Debug)]
pub struct Service {
    wake: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Service {
    /// Starts a thread that does this until the other end of its pipe is closed.
    fn start(run: impl FnOnce(PipeReader) + Send + 'static) -> io::Result<Self> {
        let (ended, wake) = io::pipe()?;
        let thread = thread::Builder::new().name("metrics".into()).spawn(move || run(ended))?;
        Ok(Self { wake: Some(wake), thread: Some(thread) })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            // A panic was told by the thread itself.
            let _ = thread.join();
        }
    }
}
