//! How far reading is: a bar on standard error, where a person looks at it and nothing else is
//! written there.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pfstatelog::config::{Dest, PlannedOutput};

/// Files of more bytes than this, all together, take long enough for a bar.
const WORTH_BYTES: u64 = 50_000_000;

/// The bar that is shown. There is one standard error, so there is one bar.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Bytes of the files that are read, compressed ones as they lie there. Pipes have no end that is
/// known, and are not counted.
#[derive(Debug, Default)]
pub struct Amount {
    /// All that there are.
    pub total: u64,
    /// Those that were read.
    pub read: Arc<AtomicU64>,
}

/// Shows the bar as long as it lives.
#[derive(Debug)]
pub struct Progress {
    shown: Option<(ProgressBar, Arc<AtomicU64>)>,
}

impl Progress {
    /// A bar, if there is enough to read and a terminal that nothing else is written to.
    pub fn of(amount: &Amount, outputs: &[PlannedOutput]) -> Self {
        let lines = outputs.iter().any(|output| output.dest == Dest::Stdout);
        if amount.total <= WORTH_BYTES
            || !io::stderr().is_terminal()
            || (lines && may_reach_a_terminal(io::stdout()))
        {
            return Self { shown: None };
        }
        let bar = ProgressBar::with_draw_target(Some(amount.total), ProgressDrawTarget::stderr());
        let template = "[{wide_bar}] {percent:>3} % of {decimal_total_bytes}, {eta} left";
        // A template that is wrong leaves the style as it was.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        *BAR.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.clone());
        Self { shown: Some((bar, Arc::clone(&amount.read))) }
    }

    /// Shows how far it is by now; draws no more often than a person can see.
    pub fn show(&self) {
        if let Some((bar, read)) = &self.shown {
            bar.set_position(read.load(Ordering::Relaxed));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((bar, _)) = self.shown.take() {
            *BAR.lock().unwrap_or_else(PoisonError::into_inner) = None;
            bar.finish_and_clear();
        }
    }
}

/// Writes something to standard error without the bar in its way.
pub fn beside<T>(write: impl FnOnce() -> T) -> T {
    let bar = BAR.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// A terminal, or a pipe: at its other end may be a pager, or a grep that writes to this terminal.
fn may_reach_a_terminal(stdout: impl AsFd + IsTerminal) -> bool {
    let is_pipe = || -> io::Result<bool> {
        let kind = File::from(stdout.as_fd().try_clone_to_owned()?).metadata()?.file_type();
        Ok(kind.is_fifo() || kind.is_socket())
    };
    stdout.is_terminal() || is_pipe().unwrap_or(true)
}
