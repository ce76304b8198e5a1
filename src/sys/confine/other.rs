//! Systems without such means: chroot and the user are all there is.

#![forbid(unsafe_code)]

use std::io;
use std::os::fd::BorrowedFd;

use super::{Confined, Reach, Worker};

fn nothing() -> io::Result<Confined> {
    let lacks = vec!["pledge, capability mode or seccomp".to_string()];
    Ok(Confined { by: Vec::new(), lacks })
}

/// Says that there is nothing.
///
/// # Errors
/// None.
pub fn worker(_worker: &Worker<'_>) -> io::Result<Confined> {
    nothing()
}

/// The same.
///
/// # Errors
/// None.
pub fn reader(_captures: &[BorrowedFd<'_>]) -> io::Result<Confined> {
    nothing()
}

/// The same.
///
/// # Errors
/// None.
pub fn opener(_paths: &[Reach]) -> io::Result<Confined> {
    nothing()
}
