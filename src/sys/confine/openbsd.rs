//! OpenBSD: pledge(2) and unveil(2). Type-checked, not run yet.

#![allow(unsafe_code)]

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;

use super::{Confined, Reach, Worker};

/// Confines the worker: it computes, uses what it has, is handed descriptors, and asks bpf(4) for its
/// counters.
///
/// # Errors
/// What pledge(2) says.
pub fn worker(worker: &Worker<'_>) -> io::Result<Confined> {
    pledge(match (worker.receives, worker.connects) {
        (true, _) => c"stdio recvfd bpf",
        (false, true) => c"stdio unix",
        (false, false) => c"stdio",
    })
}

/// Confines a process that hands on what is captured.
///
/// # Errors
/// What pledge(2) says.
pub fn reader(_captures: &[BorrowedFd<'_>]) -> io::Result<Confined> {
    pledge(c"stdio bpf")
}

/// Confines the opener to these paths.
///
/// # Errors
/// What unveil(2) says.
pub fn opener(paths: &[Reach]) -> io::Result<Confined> {
    for reach in paths {
        let path = CString::new(reach.path.as_os_str().as_bytes())?;
        let rights = if reach.write { c"rwc" } else { c"r" };
        // SAFETY: two C strings that live until the call is over.
        if unsafe { libc::unveil(path.as_ptr(), rights.as_ptr()) } < 0 {
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::NotFound {
                return Err(error);
            }
        }
    }
    // SAFETY: null twice ends the list, as unveil(2) has it.
    if unsafe { libc::unveil(std::ptr::null(), std::ptr::null()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Confined { by: vec!["unveil".to_string()], lacks: Vec::new() })
}

fn pledge(promises: &CStr) -> io::Result<Confined> {
    // SAFETY: a C string that lives until the call is over; null leaves what exec would be allowed as it
    // is, and exec is not.
    if unsafe { libc::pledge(promises.as_ptr(), std::ptr::null()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    let by = format!("pledge \"{}\"", promises.to_string_lossy());
    Ok(Confined { by: vec![by], lacks: Vec::new() })
}
