//! FreeBSD: capability mode, cap_enter(2). Type-checked, not run yet.

#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use super::{Confined, Reach, Worker};

/// `BIOCGSTATS`: `_IOR('B', 111, struct bpf_stat)`, two numbers of 32 bits.
const BIOCGSTATS: libc::c_ulong = 0x4008_426f;

/// Confines the worker: what it has not opened it cannot name any more.
///
/// # Errors
/// What cap_rights_limit(2) or cap_enter(2) say.
pub fn worker(worker: &Worker<'_>) -> io::Result<Confined> {
    reader(&worker.captures)
}

/// Confines a process that hands on what is captured.
///
/// # Errors
/// As for [`worker`].
pub fn reader(captures: &[BorrowedFd<'_>]) -> io::Result<Confined> {
    captures.iter().try_for_each(|capture| limit(*capture))?;
    // SAFETY: takes nothing.
    check(unsafe { libc::cap_enter() })?;
    Ok(Confined { by: vec!["Capsicum".to_string()], lacks: Vec::new() })
}

/// The opener opens paths, which capability mode does not know: it stays as it is.
///
/// # Errors
/// None.
pub fn opener(_paths: &[Reach]) -> io::Result<Confined> {
    Ok(Confined::default())
}

/// A capture is read, waited for and asked for its counters.
fn limit(capture: BorrowedFd<'_>) -> io::Result<()> {
    let fd = capture.as_raw_fd();
    // SAFETY: all zeros is a value of this struct of numbers.
    let mut rights: libc::cap_rights_t = unsafe { std::mem::zeroed() };
    let ioctls = [BIOCGSTATS];
    // SAFETY: rights of ours, filled in by the list of rights, which ends with 0 as the system's own macro
    // has it; then numbers, and one request whose count says one.
    unsafe {
        libc::__cap_rights_init(
            libc::CAP_RIGHTS_VERSION,
            &raw mut rights,
            libc::CAP_READ,
            libc::CAP_EVENT,
            libc::CAP_IOCTL,
            0_u64,
        );
        check(libc::cap_rights_limit(fd, &raw const rights))?;
        check(libc::cap_ioctls_limit(fd, ioctls.as_ptr(), ioctls.len()))
    }
}

fn check(done: libc::c_int) -> io::Result<()> {
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
