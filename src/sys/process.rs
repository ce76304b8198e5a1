//! Processes of our own: fork(2), wait(2), kill(2), and signals that are passed on.

#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, AtomicUsize, Ordering};

/// A child of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pid(libc::pid_t);

impl Pid {
    /// Its number.
    pub fn number(self) -> i32 {
        self.0
    }
}

/// On which side of a fork one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In the process that forked: this is its child.
    Parent(Pid),
    /// In the new process.
    Child,
}

/// Makes a second process of this one, fork(2). Both go on from here with all that there is.
///
/// # Errors
/// What fork(2) says. `Unsupported` where other threads run: in the child they would be gone, and
/// whatever they held with them. Only Linux tells; elsewhere it is the caller's to know.
pub fn fork() -> io::Result<Side> {
    let threads = std::fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
    if cfg!(target_os = "linux") && threads > 1 {
        let text = format!("{threads} threads run; a process is to be forked before any");
        return Err(io::Error::new(io::ErrorKind::Unsupported, text));
    }
    // SAFETY: there is no other thread that could hold a lock, so the child finds everything as any
    // single-threaded program does.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(Side::Child),
        pid => Ok(Side::Parent(Pid(pid))),
    }
}

/// Makes a process that has no descriptors but 0, 1, 2 and `keep`, does `work`, and ends with the
/// status that it gives. What the caller holds is not dropped there: `work` has to own what it uses
/// or to find it in `keep`.
///
/// # Errors
/// As for [`fork`].
pub fn fork_apart(keep: &[RawFd], work: impl FnOnce() -> u8) -> io::Result<Pid> {
    match fork()? {
        Side::Parent(pid) => Ok(pid),
        Side::Child => {
            let mut keep = keep.to_vec();
            keep.sort_unstable();
            close_all_but(&keep);
            // A panic must not unwind into what the parent was about to do.
            let work = std::panic::AssertUnwindSafe(work);
            let status = std::panic::catch_unwind(work).unwrap_or(101);
            // SAFETY: ends the process, and runs nothing that was meant for the parent's end.
            unsafe { libc::_exit(status.into()) }
        }
    }
}

/// `keep` is in order. What is not open is passed over.
fn close_all_but(keep: &[RawFd]) {
    let mut from = 3;
    for fd in keep.iter().copied().filter(|fd| *fd >= 3) {
        close_range(from, fd - 1);
        from = fd + 1;
    }
    close_range(from, RawFd::MAX);
}

fn close_range(first: RawFd, last: RawFd) {
    if first > last {
        return;
    }
    #[cfg(target_os = "linux")]
    {
        // SAFETY: three numbers; in this process, which was just made for it, nobody uses these
        // descriptors any more.
        let closed = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
        if closed == 0 {
            return;
        }
    }
    // SAFETY: asks for a number.
    let most = unsafe { libc::sysconf(libc::_SC_OPEN_MAX) };
    let most = RawFd::try_from(most).unwrap_or(RawFd::MAX).min(1 << 16);
    for fd in first..=last.min(most) {
        // SAFETY: as above.
        unsafe { libc::close(fd) };
    }
}

/// Whether a signal is ignored, as whoever started this program may have wanted.
pub fn is_ignored(signal: libc::c_int) -> bool {
    // SAFETY: all zeros are a valid sigaction: the default, an empty mask, no flags.
    let mut now: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: nothing is set; `now` is ours, and borrowed for the call alone.
    let asked = unsafe { libc::sigaction(signal, std::ptr::null(), &raw mut now) };
    asked == 0 && now.sa_sigaction == libc::SIG_IGN
}

/// How a child ended; `None` as long as it runs, unless it is to be waited for.
///
/// # Errors
/// What waitpid(2) says, `EINTR` excepted: there is no such child.
pub fn wait(child: Pid, until_it_ends: bool) -> io::Result<Option<ExitStatus>> {
    let mut status = 0;
    let options = if until_it_ends { 0 } else { libc::WNOHANG };
    loop {
        // SAFETY: `status` is ours, and borrowed for the call alone.
        match unsafe { libc::waitpid(child.0, &raw mut status, options) } {
            0 => return Ok(None),
            -1 => {
                let error = io::Error::last_os_error();
                if error.kind() != io::ErrorKind::Interrupted {
                    return Err(error);
                }
            }
            _ => return Ok(Some(ExitStatus::from_raw(status))),
        }
    }
}

/// Ends a child at once.
pub fn kill(child: Pid) {
    signal(child, libc::SIGKILL);
}

/// Sends a child a signal.
pub fn signal(child: Pid, signal: libc::c_int) {
    // SAFETY: two numbers. That it has ended already is no error.
    unsafe { libc::kill(child.0, signal) };
}

/// Keeps other processes of the same user from looking into this one, from tracing it and from having it leave a
/// core; root can all the same. Where a system has no such word for itself nothing is done.
///
/// # Errors
/// What prctl(2) or procctl(2) say.
pub fn keep_to_oneself() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    // SAFETY: numbers alone.
    let done = unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0) };
    #[cfg(target_os = "freebsd")]
    let done = {
        let mut how = libc::PROC_TRACE_CTL_DISABLE;
        let this = libc::id_t::from(std::process::id());
        // SAFETY: the number is ours, and borrowed for the call alone.
        unsafe { libc::procctl(libc::P_PID, this, libc::PROC_TRACE_CTL, (&raw mut how).cast()) }
    };
    #[cfg(not(any(target_os = "linux", target_os = "freebsd")))]
    let done = 0;
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// This process is asked to end, by SIGTERM, when its parent ends. To be called once it will not become another user
/// any more, by which the kernel would forget it. Where a system has no such word nothing is done; nor is a parent
/// that has ended before this noticed.
///
/// # Errors
/// What prctl(2) or procctl(2) say.
pub fn end_with_parent() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    // SAFETY: numbers alone.
    let done = unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM, 0, 0, 0) };
    #[cfg(target_os = "freebsd")]
    let done = {
        let mut signal = libc::SIGTERM;
        // SAFETY: the number is ours, and borrowed for the call alone; process 0 is this one.
        unsafe { libc::procctl(libc::P_PID, 0, libc::PROC_PDEATHSIG_CTL, (&raw mut signal).cast()) }
    };
    #[cfg(not(any(target_os = "linux", target_os = "freebsd")))]
    let done = 0;
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Closes all descriptors but the first three: whoever started this process may have left others open. To be called
/// before anything is opened here.
pub fn close_inherited() {
    close_all_but(&[]);
}

/// Leaves the terminal: a session of its own, setsid(2).
///
/// # Errors
/// `EPERM` where this process leads a group already.
pub fn new_session() -> io::Result<()> {
    // SAFETY: takes nothing.
    if unsafe { libc::setsid() } < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// One of the three descriptors that are always there.
#[derive(Debug, Clone, Copy)]
pub enum Std {
    /// 0
    Input = 0,
    /// 1
    Output = 1,
    /// 2
    Error = 2,
}

/// Makes one of the three the same as `from`, dup2(2).
///
/// # Errors
/// What dup2(2) says.
pub fn redirect(from: BorrowedFd<'_>, to: Std) -> io::Result<()> {
    // SAFETY: `from` is open as long as it is borrowed. The three belong to nobody, and stay open.
    let done = unsafe { libc::dup2(from.as_raw_fd(), to as libc::c_int) };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Signals that go on to a child as they come, from the handler itself: however long this process
/// is held up, they are not.
#[derive(Debug, Clone, Default)]
pub struct Forward {
    to: Arc<AtomicI32>,
    ends: Arc<Ends>,
}

/// How often the program was asked to end.
#[derive(Debug, Default)]
struct Ends {
    /// Times, those that came together as one.
    times: AtomicUsize,
    /// When it was asked last, in milliseconds of a clock that never stands still; 0 for never.
    last_ms: AtomicU64,
    /// More than once.
    again: Arc<AtomicBool>,
}

impl Ends {
    /// It is asked to end now. Gives how often by now; what comes within [`TOGETHER_MS`] is no new time. For a
    /// handler: nothing here takes a lock or memory.
    fn ask(&self) -> Option<usize> {
        let now = now_ms().max(1);
        let last = self.last_ms.load(Ordering::Relaxed);
        if last != 0 && now.saturating_sub(last) < TOGETHER_MS {
            return None;
        }
        self.last_ms.store(now, Ordering::Relaxed);
        let times = self.times.fetch_add(1, Ordering::Relaxed) + 1;
        if times > 1 {
            self.again.store(true, Ordering::Relaxed);
        }
        Some(times)
    }
}

/// Signals that end the program and come within this time are one: a terminal's ^C, timeout(1) and systemd send
/// them to all processes of a group, and the opener passes its own on.
const TOGETHER_MS: u64 = 1000;

fn now_ms() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the struct is ours, and borrowed for the call alone, which may be made in a handler.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    let secs = u64::try_from(now.tv_sec).unwrap_or(0);
    secs.saturating_mul(1000).saturating_add(u64::try_from(now.tv_nsec).unwrap_or(0) / 1_000_000)
}

impl Forward {
    /// Passes these signals on, once [`to`](Self::to) has said to whom. Those in `ends` ask it to end; the third
    /// time, whichever it is, kills the child. What comes within a second is one time.
    ///
    /// # Errors
    /// What sigaction(2) says.
    pub fn on(signals: &[libc::c_int], ends: &[libc::c_int]) -> io::Result<Self> {
        let this = Self::default();
        for signal in signals.iter().copied() {
            let (to, ends_) = (Arc::clone(&this.to), Arc::clone(&this.ends));
            let is_end = ends.contains(&signal);
            let pass_on = move || {
                let times = if is_end { ends_.ask() } else { None };
                let pid = to.load(Ordering::Relaxed);
                if pid > 0 {
                    let is_enough = times.is_some_and(|times| times > 2);
                    // SAFETY: two numbers; kill(2) may be called in a handler.
                    unsafe { libc::kill(pid, if is_enough { libc::SIGKILL } else { signal }) };
                }
            };
            // SAFETY: the action calls nothing but atomics, a clock and kill(2), which are allowed in a handler,
            // and does not panic.
            unsafe { signal_hook::low_level::register(signal, pass_on) }?;
        }
        Ok(this)
    }

    /// From now on they go to this child; with `None` nowhere, once it was waited for.
    pub fn to(&self, child: Option<Pid>) {
        self.to.store(child.map_or(0, Pid::number), Ordering::Relaxed);
    }

    /// Sends a child a signal as if it had come from outside. One that ends it counts as the first.
    pub fn send(&self, child: Pid, signal: libc::c_int) {
        self.ends.ask();
        self::signal(child, signal);
    }

    /// Set once it was asked to end more than once.
    pub fn again(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.ends.again)
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[test]
    fn nothing_is_forked_beside_threads() {
        // The harness runs this test in a thread of its own.
        let error = super::fork().unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::Unsupported);
        assert!(error.to_string().contains("threads run"), "{error}");
    }
}
