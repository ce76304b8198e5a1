//! Standard streams: whether output was there when the program was started, and writing to one that may hold up
//! whoever writes.
//!
//! Rust's runtime puts /dev/null in the place of a standard descriptor that is closed, before anything of the program
//! runs: lines would go nowhere without a word. So it is looked at before that, by a function that the loader calls.

#![allow(unsafe_code)]

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::poll;

static WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether standard output was closed when the program was started.
pub fn stdout_was_closed() -> bool {
    WAS_CLOSED.load(Ordering::Relaxed)
}

// SAFETY: the section holds addresses of functions that take what C's main takes, which this one leaves alone, and
// that are called once, before main and by the one thread there is. It uses nothing of the standard library that
// would have to be set up before: an atomic, errno and a system call.
#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
static LOOK: extern "C" fn() = look;

extern "C" fn look() {
    // SAFETY: asks for the flags of a descriptor by its number, whether or not there is one.
    let is_closed = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) } < 0;
    WAS_CLOSED.store(is_closed, Ordering::Relaxed);
}

/// Writes what is taken within `most`, by a descriptor that others share, so that it cannot be made non-blocking: a
/// terminal that was stopped, a pipe that nobody reads. For a process that has one thread alone: what ends the wait
/// is a signal (`SIGALRM`), which goes to any of several.
///
/// # Errors
/// `WouldBlock` where nothing was taken; what poll(2), sigaction(2), setitimer(2) or write(2) say.
pub fn write_within(to: BorrowedFd<'_>, bytes: &[u8], most: Duration) -> io::Result<usize> {
    // Who is known to take nothing is not waited for at all.
    if !poll::writable(to, Duration::ZERO)? {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    catch_alarms()?;
    set_alarms(most)?;
    // SAFETY: the bytes are borrowed for the call, with their length; the descriptor is open as long as `to`.
    let done = unsafe { libc::write(to.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) };
    let error = io::Error::last_os_error();
    set_alarms(Duration::ZERO)?;
    match usize::try_from(done) {
        Ok(len) => Ok(len),
        Err(_) if error.kind() == io::ErrorKind::Interrupted => {
            Err(io::ErrorKind::WouldBlock.into())
        }
        Err(_) => Err(error),
    }
}

extern "C" fn nothing(_signal: libc::c_int) {}

/// Lets an alarm interrupt a system call, which is not begun again.
fn catch_alarms() -> io::Result<()> {
    static CAUGHT: AtomicBool = AtomicBool::new(false);
    if CAUGHT.load(Ordering::Relaxed) {
        return Ok(());
    }
    // SAFETY: all zeros is a value of this struct of numbers, flags and an empty set. The handler does nothing. The
    // struct is ours and borrowed for the call alone.
    let done = unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        action.sa_sigaction = nothing as extern "C" fn(libc::c_int) as libc::sighandler_t;
        libc::sigaction(libc::SIGALRM, &raw const action, std::ptr::null_mut())
    };
    if done < 0 {
        return Err(io::Error::last_os_error());
    }
    CAUGHT.store(true, Ordering::Relaxed);
    Ok(())
}

/// An alarm so often, because one alone could come before the call that it is to end; with zero none any more.
fn set_alarms(every: Duration) -> io::Result<()> {
    let time = libc::timeval { tv_sec: every.as_secs() as _, tv_usec: every.subsec_micros() as _ };
    let timer = libc::itimerval { it_interval: time, it_value: time };
    // SAFETY: the struct is ours and borrowed for the call alone.
    let done =
        unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, std::ptr::null_mut()) };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
