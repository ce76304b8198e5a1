//! Signals, as flags that a loop reads.

#![forbid(unsafe_code)]

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pfstatelog::sys::process::{self, Forward, Pid};
#[cfg(any(target_os = "openbsd", target_os = "freebsd", target_os = "netbsd"))]
use signal_hook::consts::SIGINFO;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::{SigId, flag, low_level};

/// What prints the counters. A BSD's terminal sends INFO at ^T.
#[cfg(any(target_os = "openbsd", target_os = "freebsd", target_os = "netbsd"))]
const STATS: &[i32] = &[SIGUSR2, SIGINFO];
#[cfg(not(any(target_os = "openbsd", target_os = "freebsd", target_os = "netbsd")))]
const STATS: &[i32] = &[SIGUSR2];

/// Whether the program was asked to end.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Set by TERM and INT, and by HUP where that asks for nothing else. The same signal a second time
    /// ends the program at once, should something hold the loop up. Who started it with HUP ignored, as nohup(1)
    /// does, wants it to go on.
    pub fn on_signals(reopen: Option<&Reopen>) -> io::Result<Self> {
        let stop = Self::default();
        for signal in [SIGTERM, SIGINT] {
            stop.on(signal)?;
        }
        let Some(Reopen(asked)) = reopen else {
            if !process::is_ignored(SIGHUP) {
                stop.on(SIGHUP)?;
            }
            return Ok(stop);
        };
        for signal in [SIGHUP, SIGUSR1] {
            flag::register(signal, Arc::clone(asked))?;
        }
        Ok(stop)
    }

    /// Asked so far?
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn on(&self, signal: i32) -> io::Result<SigId> {
        let at_once = flag::register_conditional_shutdown(signal, 1, Arc::clone(&self.0))?;
        flag::register(signal, Arc::clone(&self.0))?;
        Ok(at_once)
    }
}

/// Whether files that are written are to be opened anew while others are read, because somebody moved
/// them away: HUP, USR1.
#[derive(Debug, Clone, Default)]
pub struct Reopen(Arc<AtomicBool>);

impl Reopen {
    /// Asked since this was called last?
    pub fn take(&self) -> bool {
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed)
    }
}

/// What a live capture is told by signals. Both of its processes have them; what the outer one gets
/// it passes on to the inner one.
#[derive(Debug)]
pub struct Signals {
    /// TERM, INT.
    pub stop: Stop,
    /// HUP, USR1.
    reopen: Arc<AtomicBool>,
    /// HUP alone: it may mean that the terminal is gone.
    hang_up: Arc<AtomicBool>,
    /// USR2, INFO.
    stats: Arc<AtomicBool>,
    forward: Forward,
    /// What ends this process at a second signal.
    at_once: Vec<SigId>,
}

impl Signals {
    /// Catches them. As long as there is one process, TERM or INT a second time ends it at once.
    pub fn catch() -> io::Result<Self> {
        let stop = Stop::default();
        let at_once = [SIGTERM, SIGINT].map(|signal| stop.on(signal));
        let at_once = at_once.into_iter().collect::<io::Result<_>>()?;
        let flags = [(); 3].map(|()| Arc::new(AtomicBool::new(false)));
        let [reopen, hang_up, stats] = flags;
        let passed_on = [&[SIGTERM, SIGINT, SIGHUP, SIGUSR1][..], STATS].concat();
        let forward = Forward::on(&passed_on, &[SIGTERM, SIGINT])?;
        for signal in STATS {
            flag::register(*signal, Arc::clone(&stats))?;
        }
        flag::register(SIGUSR1, Arc::clone(&reopen))?;
        flag::register(SIGHUP, Arc::clone(&hang_up))?;
        flag::register(SIGHUP, Arc::clone(&reopen))?;
        Ok(Self { stop, reopen, hang_up, stats, forward, at_once })
    }

    /// From now on there are two processes. TERM and INT again do not end this one by themselves: a terminal sends
    /// them to both, and then they come to the inner one twice.
    pub fn now_two(&mut self) {
        for id in self.at_once.drain(..) {
            low_level::unregister(id);
        }
    }

    /// Set where TERM or INT came again, later than together with the first: nothing is waited for any more.
    pub fn again(&self) -> Arc<AtomicBool> {
        self.forward.again()
    }

    /// From now on nothing is waited for.
    pub fn hurry(&self) {
        self.again().store(true, Ordering::Relaxed);
    }

    /// Passes everything on to the worker from now on, and what came before. TERM or INT for the third time
    /// kills it.
    pub fn pass_on(&self, worker: Pid) {
        self.forward.to(Some(worker));
        // What came between the fork and now the handler had nobody to pass on to.
        if self.stop.is_set() {
            self.end(worker);
        }
        if self.take_reopen() {
            process::signal(worker, SIGUSR1);
        }
        if self.take_stats() {
            process::signal(worker, SIGUSR2);
        }
    }

    /// Asks the worker to end.
    pub fn end(&self, worker: Pid) {
        self.forward.send(worker, SIGTERM);
    }

    /// The worker is gone: its number may be another one's from now on.
    pub fn pass_on_no_more(&self) {
        self.forward.to(None);
    }

    /// Files are to be opened anew. Once for each time it was asked.
    pub fn take_reopen(&self) -> bool {
        self.reopen.swap(false, Ordering::Relaxed)
    }

    /// HUP came.
    pub fn take_hang_up(&self) -> bool {
        self.hang_up.swap(false, Ordering::Relaxed)
    }

    /// The counters are to be printed.
    pub fn take_stats(&self) -> bool {
        self.stats.swap(false, Ordering::Relaxed)
    }
}
