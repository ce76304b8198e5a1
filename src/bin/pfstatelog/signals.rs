//! Signals, as a flag that the loop reads.

#![forbid(unsafe_code)]

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook::flag;

/// Whether the program was asked to end.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Set by TERM and INT, and by HUP where that asks for nothing else. The same signal a second time ends the program at once, should
    /// something hold the loop up.
    pub fn on_signals(reopen: Option<&Reopen>) -> io::Result<Self> {
        let stop = Self::default();
        let ends: &[_] = match reopen {
            Some(_) => &[SIGTERM, SIGINT],
            None => &[SIGTERM, SIGINT, SIGHUP],
        };
        for &signal in ends {
            flag::register_conditional_shutdown(signal, 1, Arc::clone(&stop.0))?;
            flag::register(signal, Arc::clone(&stop.0))?;
        }
        if let Some(reopen) = reopen {
            for signal in [SIGUSR1, SIGHUP] {
                flag::register(signal, Arc::clone(&reopen.0))?;
            }
        }
        Ok(stop)
    }

    /// Asked so far?
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Whether files are to be opened anew, because somebody moved them away: HUP and USR1.
#[derive(Debug, Clone, Default)]
pub struct Reopen(Arc<AtomicBool>);

impl Reopen {
    /// Asked since this was called last?
    pub fn take(&self) -> bool {
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed)
    }
}
