//! What a thread writes to: one for each kind of destination.

#![forbid(unsafe_code)]

use std::io;
use std::time::Duration;

use super::Lost;
use super::chunk::{Chunk, Cursor};

/// How far a sink came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// Something was written, or there is nothing more to write.
    Moved,
    /// It takes nothing now: [`Sink::wait`] tells when to try again.
    Full,
}

/// Why a sink takes nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It may again later: a full disk, nobody at the other end.
    Passing(io::Error),
    /// It never will: whoever read it went away.
    Lasting(io::Error),
}

/// A destination, as the thread that writes sees it. What is said to a person gathers in `notes`.
pub(super) trait Sink: Send {
    /// It is written to from now on, by a thread, after the program has forked and was confined; lines are
    /// those of the process of this number.
    fn begin(&mut self, _pid: u32) {}

    /// Opens it, so that it is known whether it works.
    fn open(&mut self) -> io::Result<()>;

    /// Writes of a chunk what it takes, and moves the cursor by that. Never waits for long.
    fn put(&mut self, chunk: &Chunk, at: &mut Cursor) -> Result<Put, Trouble>;

    /// Waits until it may take more, for at most so long.
    fn wait(&mut self, most: Duration);

    /// Nothing came for a while: looks after what there is to look after.
    ///
    /// # Errors
    /// Lines would not be taken now: the connection broke, or cannot be had again yet. Asked once more it tries
    /// again.
    fn idle(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// What it lost, or may have lost, since this was asked last.
    fn lost(&mut self) -> Option<Lost> {
        None
    }

    /// Times that it opened anew since this was asked last.
    fn reopened(&mut self) -> u64 {
        0
    }

    /// What is to be said to a person since this was asked last.
    fn notes(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// What is left of a chunk is not written any more: takes back the part of a line that was, where that can
    /// be done.
    fn abandon(&mut self, _chunk: &Chunk, _at: Cursor) {}

    /// Nothing will come any more.
    fn finish(&mut self) {}
}
