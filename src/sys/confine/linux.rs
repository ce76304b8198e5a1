//! Linux: Landlock for what is named by paths and ports, seccomp for calls.

#![forbid(unsafe_code)]

use std::io;
use std::os::fd::BorrowedFd;
use std::path::PathBuf;

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetCreated,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};

use super::{Confined, Reach, Worker, capabilities};

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
#[path = "seccomp.rs"]
mod seccomp;

/// The newest version whose restrictions are asked for; an older kernel does what it can. Later ones would
/// stand between a worker and the syslog daemon's socket.
const VERSION: ABI = ABI::V6;

/// Confines the worker: no path can be opened, nothing be listened to, no program be run, and nothing be written
/// to the descriptors that it captures from. Those go by their numbers, so they have to stay open: another
/// descriptor that got such a number could not be written to either.
///
/// # Errors
/// None: what the kernel, or whoever runs the container, does not let it do is named in what it lacks.
pub fn worker(worker: &Worker<'_>) -> io::Result<Confined> {
    let mut confined = Confined::default();
    landlock(&mut confined, Landlock::Nothing);
    let left = if worker.connects { Calls::WorkerConnecting } else { Calls::Worker };
    calls(&mut confined, left, &worker.captures);
    Ok(confined)
}

/// Confines a process that hands on what is captured.
///
/// # Errors
/// As for [`worker`].
pub fn reader(captures: &[BorrowedFd<'_>]) -> io::Result<Confined> {
    let mut confined = Confined::default();
    landlock(&mut confined, Landlock::Nothing);
    calls(&mut confined, Calls::Reader, captures);
    Ok(confined)
}

/// Confines the opener to these paths, to opening, connecting and capturing, and to what root needs for that. It may
/// make readers.
///
/// # Errors
/// As for [`worker`].
pub fn opener(paths: &[Reach]) -> io::Result<Confined> {
    let mut confined = Confined::default();
    landlock(&mut confined, Landlock::Paths(paths));
    if let Err(error) = capabilities::keep_those_of_opener() {
        confined.lacks.push(format!("capabilities ({error})"));
    }
    calls(&mut confined, Calls::Opener, &[]);
    Ok(confined)
}

/// What is left of the file system, and of the network.
enum Landlock<'a> {
    Nothing,
    /// These paths, and all of the network: outputs are there, and names are asked for.
    Paths(&'a [Reach]),
}

fn landlock(confined: &mut Confined, left: Landlock<'_>) {
    match restrict(left) {
        Err(error) => confined.lacks.push(format!("Landlock ({error})")),
        Ok(status) => match (status.ruleset, status.landlock) {
            (RulesetStatus::NotEnforced, _) => {
                confined.lacks.push("Landlock (Linux 5.13)".to_string());
            }
            (_, LandlockStatus::Available { effective_abi, .. }) => {
                confined.by.push(format!("Landlock {}", effective_abi as i32));
            }
            _ => confined.by.push("Landlock".to_string()),
        },
    }
}

fn restrict(left: Landlock<'_>) -> Result<landlock::RestrictionStatus, RulesetError> {
    let ruleset = Ruleset::default().handle_access(AccessFs::from_all(VERSION))?;
    let rules = match left {
        Landlock::Nothing => ruleset
            .handle_access(AccessNet::from_all(VERSION))?
            .scope(Scope::from_all(VERSION))?
            .create()?,
        Landlock::Paths(paths) => {
            let of = |write: bool| -> Vec<&PathBuf> {
                paths.iter().filter(|reach| reach.write == write).map(|reach| &reach.path).collect()
            };
            let read = AccessFs::from_read(VERSION) & !AccessFs::Execute;
            let made = AccessFs::MakeReg | AccessFs::RemoveFile | AccessFs::Truncate;
            let write = read | AccessFs::WriteFile | AccessFs::IoctlDev | made;
            let rules: RulesetCreated = ruleset.create()?;
            rules
                .add_rules(path_beneath_rules(of(false), read))?
                .add_rules(path_beneath_rules(of(true), write))?
        }
    };
    rules.restrict_self()
}

/// Which calls are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calls {
    Reader,
    Worker,
    WorkerConnecting,
    Opener,
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn calls(confined: &mut Confined, left: Calls, captures: &[BorrowedFd<'_>]) {
    match seccomp::apply(left, captures) {
        Ok(()) => confined.by.push("seccomp".to_string()),
        Err(error) => confined.lacks.push(error.to_string()),
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn calls(confined: &mut Confined, _: Calls, _: &[BorrowedFd<'_>]) {
    confined.lacks.push("seccomp (x86_64 and aarch64 alone)".to_string());
}
