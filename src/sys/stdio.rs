//! Whether standard output was there when the program was started.
//!
//! Rust's runtime puts /dev/null in the place of a standard descriptor that is closed, before anything of the program
//! runs: lines would go nowhere without a word. So it is looked at before that, by a function that the loader calls.

#![allow(unsafe_code)]

use std::sync::atomic::{AtomicBool, Ordering};

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
