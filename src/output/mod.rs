//! Where lines go. An output knows lines and nothing of what they say.
//!
//! Each line is offered once. What an output did not take it counts, with the time of the first
//! and of the last line lost; that is told as a gap on it once it takes lines again, and on the others
//! at once.
//!
//! | module | what it holds |
//! |---|---|
//! | `stream` | lines to anything that takes bytes, in the thread that has them: files are read so fast |
//! | [`Queued`] | any [`Target`] behind a queue and a thread: nobody waits for it |
//! | `chunk`, `queue` | lines that wait, bounded, and what becomes of those that do not fit |
//! | `facility`, `files` | what the command line says of syslog and of files, without anything that writes |
//! | `target` | what is opened, connected, renamed: all that needs names, for an [`Opener`] to do |
//! | `sink` | what a thread writes to: `file` (with `archive`), `socket` (with `rfc5424`, `unacked`), `stdout`, `system` |

#![forbid(unsafe_code)]

#[cfg(feature = "cli")]
mod archive;
#[cfg(feature = "cli")]
mod chunk;
mod facility;
#[cfg(feature = "cli")]
mod file;
mod files;
mod lost;
#[cfg(feature = "cli")]
mod queue;
#[cfg(feature = "cli")]
mod queued;
#[cfg(feature = "cli")]
mod rfc5424;
#[cfg(feature = "cli")]
mod sink;
#[cfg(feature = "cli")]
mod socket;
#[cfg(feature = "cli")]
mod stdout;
mod stream;
#[cfg(feature = "cli")]
mod syslog;
#[cfg(feature = "cli")]
mod system;
#[cfg(feature = "cli")]
mod target;
#[cfg(feature = "cli")]
mod unacked;

use std::io;

pub use facility::{Facility, SyslogDest};
pub use files::{Fsync, Rotate};
pub use lost::{Lost, Owed};
#[cfg(feature = "cli")]
pub use queue::{Hurry, OutputStats, Policy};
#[cfg(feature = "cli")]
pub use queued::{GapLine, Handle, Hooks, Queued, Say, Settings};
pub use stream::Stream;
#[cfg(feature = "cli")]
pub use target::{Direct, FileTarget, OUT_OF_REACH, Opener, SYSLOG_PATHS, Target, Verb};

use crate::line::Line;
use crate::time::Time;

/// What the queue of an output takes at least, in bytes. Lines move through it in chunks of up to some 100 KB with
/// what is kept of each line, and it gives way by whole ones: of this at least half is always kept, of less it
/// could be nothing.
pub const QUEUE_LEAST: u32 = 256 << 10;

/// A place that lines go to.
pub trait Output {
    /// Its name, as the command line has it.
    fn name(&self) -> &str;

    /// Offers one line, without a line break, which `write` appends to what it is given: where lines go
    /// on together, that is where they are held, so that none is copied. `time` is what the line is
    /// about.
    ///
    /// # Errors
    /// What leaves the output useless: a closed pipe, a full disk. A line that was lost while the
    /// output may come back is no error, but counted.
    fn line(&mut self, time: Time, write: &mut dyn FnMut(&mut Line)) -> io::Result<()>;

    /// Offers several lines, each of which ends with a line break, where it says, and is about the time
    /// that stands there.
    ///
    /// # Errors
    /// As for [`Output::line`].
    fn lines(&mut self, lines: &[u8], ends: &[(usize, Time)]) -> io::Result<()> {
        let mut from = 0;
        for (end, time) in ends {
            let line = lines.get(from..end.saturating_sub(1)).unwrap_or_default();
            self.line(*time, &mut |held| held.extend_from_slice(line))?;
            from = *end;
        }
        Ok(())
    }

    /// Hands over what is held back.
    ///
    /// # Errors
    /// As for [`Output::line`].
    fn flush(&mut self) -> io::Result<()>;

    /// Begins to write, for the process of this number: a queue starts its thread. Until then lines wait.
    ///
    /// # Errors
    /// No thread can be had.
    fn start(&mut self, _pid: u32) -> io::Result<()> {
        Ok(())
    }

    /// What was lost and is to be told on the other outputs now; asked until there is nothing. Where
    /// [`Output::tells_itself`] is false it is to be told on this one as well.
    fn lost(&mut self) -> Option<Lost> {
        None
    }

    /// Whether it tells itself, among its own lines, what it lost.
    fn tells_itself(&self) -> bool {
        false
    }

    /// No more lines come: what waits is written from now on with no thought of more.
    fn close(&mut self) {}

    /// Waits until what waits is written, as long as that is sensible. Gives what was not; what
    /// [`Output::lost`] has to tell comes on top.
    fn lost_at_end(&mut self) -> Option<Lost> {
        None
    }
}
