//! The lists of calls that are left, as filters for seccomp(2). Everything else fails with `EPERM`.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use super::Calls;

/// What writes to the descriptor of its first argument, or makes another number for it. A worker captures
/// from sockets that would send whatever frame is written to them: these calls it has for other descriptors
/// alone. All calls that write and are not here, or beside `sendto` in [`rules`], it does not have.
const WRITING: &[c_long] =
    &[libc::SYS_write, libc::SYS_writev, libc::SYS_pwrite64, libc::SYS_dup, libc::SYS_dup3];
#[cfg(target_arch = "x86_64")]
const WRITING_OF_OLD: &[c_long] = &[libc::SYS_dup2];
#[cfg(not(target_arch = "x86_64"))]
const WRITING_OF_OLD: &[c_long] = &[];

/// Reading and waiting on what is open, and what changes a file.
const ON_DESCRIPTORS: &[c_long] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_fstat,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_fadvise64,
    libc::SYS_getsockopt,
    libc::SYS_setsockopt,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_shutdown,
    libc::SYS_accept4,
    libc::SYS_ppoll,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    libc::SYS_pipe2,
];

/// Memory, time, locks between threads, signals to oneself, the end.
const OF_ITSELF: &[c_long] = &[
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_membarrier,
    libc::SYS_rseq,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getcpu,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getrusage,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_sigaltstack,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigreturn,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_getpriority,
    libc::SYS_setpriority,
    // What C libraries ask for, to hear that they fall back on clone: see `apply`.
    libc::SYS_clone3,
];

/// Names for some of it that aarch64 does not have.
#[cfg(target_arch = "x86_64")]
const OF_OLD: &[c_long] = &[
    libc::SYS_poll,
    libc::SYS_select,
    libc::SYS_pselect6,
    libc::SYS_epoll_wait,
    libc::SYS_time,
    libc::SYS_getpgrp,
];
#[cfg(not(target_arch = "x86_64"))]
const OF_OLD: &[c_long] = &[libc::SYS_pselect6];

/// What it takes to open files and interfaces, to connect, to ask for addresses, and to make, confine and
/// wait for readers. Landlock says which paths.
const OF_OPENER: &[c_long] = &[
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_copy_file_range,
    libc::SYS_sendfile,
    libc::SYS_splice,
    libc::SYS_openat,
    libc::SYS_statx,
    libc::SYS_newfstatat,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_fchmod,
    libc::SYS_fchown,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_unlinkat,
    libc::SYS_umask,
    libc::SYS_flock,
    libc::SYS_fcntl,
    libc::SYS_ioctl,
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_recvmmsg,
    libc::SYS_sendmmsg,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_prlimit64,
    libc::SYS_clone,
    libc::SYS_wait4,
    // What ends a write to a standard error that takes nothing.
    libc::SYS_setitimer,
    libc::SYS_kill,
    libc::SYS_tgkill,
    libc::SYS_prctl,
    libc::SYS_seccomp,
    libc::SYS_landlock_create_ruleset,
    libc::SYS_landlock_restrict_self,
    libc::SYS_setgroups,
    libc::SYS_setresgid,
    libc::SYS_setresuid,
    libc::SYS_setuid,
];

#[cfg(target_arch = "x86_64")]
const OF_OPENER_OF_OLD: &[c_long] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_rename,
    libc::SYS_unlink,
    libc::SYS_fork,
    libc::SYS_pipe,
];
#[cfg(not(target_arch = "x86_64"))]
const OF_OPENER_OF_OLD: &[c_long] = &[];

/// The ioctls that are left: how much can be read, whether it is a terminal and how wide, non-blocking, what
/// of a socket is not acknowledged, and what libpcap asks when an interface goes down.
const IOCTLS: &[u64] = &[
    libc::FIONREAD as _,
    libc::TCGETS as _,
    libc::TIOCGWINSZ as _,
    libc::FIONBIO as _,
    libc::TIOCOUTQ as _,
    libc::SIOCGIFINDEX as _,
    libc::SIOCGIFFLAGS as _,
];

/// Whatever moves a descriptor or looks at it; no locks, no signals, and a file is written at its end alone.
const FCNTLS_THAT_COPY: &[u64] = &[libc::F_DUPFD as u64, libc::F_DUPFD_CLOEXEC as u64];
const FCNTLS: &[u64] = &[libc::F_GETFD as u64, libc::F_SETFD as u64, libc::F_GETFL as u64];

type Rules = BTreeMap<i64, Vec<SeccompRule>>;
type Result<T> = std::result::Result<T, seccompiler::BackendError>;

/// Applies the filters to this thread and to those that it starts.
/// `captures` are the descriptors that nothing may be written to.
pub(super) fn apply(left: Calls, captures: &[BorrowedFd<'_>]) -> io::Result<()> {
    let failed = |error: &dyn std::fmt::Display| io::Error::other(format!("seccomp: {error}"));
    let allowed = rules(left, captures).map_err(|e| failed(&e))?;
    let refuse = SeccompAction::Errno(libc::EPERM as u32);
    let allowed = program(allowed, refuse, SeccompAction::Allow).map_err(|e| failed(&e))?;
    // What clone3 is to do stands in memory, where a filter cannot look: where there is none, C libraries
    // take clone, whose flags it sees. Of what two filters say an error counts for more.
    let old = Rules::from([(libc::SYS_clone3, Vec::new())]);
    let missing = SeccompAction::Errno(libc::ENOSYS as u32);
    let old = program(old, SeccompAction::Allow, missing).map_err(|e| failed(&e))?;
    // The one that leaves less is last: a filter has to be let through by those before it.
    seccompiler::apply_filter(&old).map_err(|e| failed(&e))?;
    match seccompiler::apply_filter(&allowed) {
        Err(error) => Err(failed(&error)),
        Ok(()) => Ok(()),
    }
}

fn program(rules: Rules, other: SeccompAction, these: SeccompAction) -> Result<BpfProgram> {
    let arch = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, other, these, arch)?.try_into()
}

fn rules(left: Calls, captures: &[BorrowedFd<'_>]) -> Result<Rules> {
    let mut rules = Rules::new();
    let mut plain = |calls: &[c_long]| {
        // A call without a rule is allowed whatever its arguments are.
        rules.extend(calls.iter().map(|call| (*call, Vec::new())));
    };
    plain(ON_DESCRIPTORS);
    plain(OF_ITSELF);
    plain(OF_OLD);
    if left == Calls::Opener {
        plain(OF_OPENER);
        plain(OF_OPENER_OF_OLD);
        plain(WRITING);
        plain(WRITING_OF_OLD);
        return Ok(rules);
    }
    if left == Calls::WorkerConnecting {
        plain(&[libc::SYS_connect]);
        let unix = equal(0, libc::AF_UNIX as u64)?;
        rules.insert(libc::SYS_socket, vec![SeccompRule::new(vec![unix])?]);
    }
    // Nothing that was captured from can be had under another number, neither so nor by fcntl(2), nor sent to
    // oneself: there is no sendmsg(2). So the numbers say it.
    let mut no_captures = Vec::new();
    for capture in captures {
        // A descriptor that is open is no negative number.
        no_captures.push(not_equal(0, capture.as_raw_fd().unsigned_abs().into())?);
    }
    let no_capture = || no_captures.clone();
    for call in WRITING.iter().chain(WRITING_OF_OLD) {
        // An empty list of rules is none, one of no conditions a mistake.
        let rule = no_capture();
        let rule = if rule.is_empty() { Vec::new() } else { vec![SeccompRule::new(rule)?] };
        rules.insert(*call, rule);
    }
    // To whom the socket is connected, and to nobody else.
    let no_address = SeccompCondition::new(4, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)?;
    let connected = no_capture().into_iter().chain([no_address]).collect();
    rules.insert(libc::SYS_sendto, vec![SeccompRule::new(connected)?]);
    let any_of = |argument, values: &[u64]| -> Result<Vec<SeccompRule>> {
        values.iter().map(|value| SeccompRule::new(vec![equal(argument, *value)?])).collect()
    };
    let one =
        |condition| -> Result<Vec<SeccompRule>> { Ok(vec![SeccompRule::new(vec![condition])?]) };
    rules.insert(libc::SYS_ioctl, any_of(1, IOCTLS)?);
    let mut fcntls = any_of(1, FCNTLS)?;
    for command in FCNTLS_THAT_COPY {
        let conditions = no_capture().into_iter().chain([equal(1, *command)?]).collect();
        fcntls.push(SeccompRule::new(conditions)?);
    }
    rules.insert(libc::SYS_fcntl, fcntls);
    // A name for a thread, and for its memory.
    let names = [libc::PR_SET_NAME as u64, libc::PR_SET_VMA as u64];
    rules.insert(libc::SYS_prctl, any_of(0, &names)?);
    // Memory, but none that can be run.
    let no_exec = || masked(2, libc::PROT_EXEC as u64, 0);
    rules.insert(libc::SYS_mmap, one(no_exec()?)?);
    rules.insert(libc::SYS_mprotect, one(no_exec()?)?);
    // Of a descriptor, not of a path.
    let empty = libc::AT_EMPTY_PATH as u64;
    rules.insert(libc::SYS_newfstatat, one(masked(3, empty, empty)?)?);
    rules.insert(libc::SYS_statx, one(masked(2, empty, empty)?)?);
    // Limits are looked at, never set.
    let no_new = SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)?;
    rules.insert(libc::SYS_prlimit64, one(no_new)?);
    // Signals to nobody else: that is how abort(3) ends a process.
    rules.insert(libc::SYS_tgkill, one(equal(0, std::process::id().into())?)?);
    if left != Calls::Reader {
        let thread =
            u64::from((libc::CLONE_VM | libc::CLONE_THREAD | libc::CLONE_SIGHAND).cast_unsigned());
        rules.insert(libc::SYS_clone, one(masked(0, thread, thread)?)?);
    }
    Ok(rules)
}

/// That an argument is this. All that are looked at have 32 bits, and the kernel looks at no more.
fn equal(argument: u8, value: u64) -> Result<SeccompCondition> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

/// That an argument is not this, of which the kernel looks at 32 bits.
fn not_equal(argument: u8, value: u64) -> Result<SeccompCondition> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, value)
}

/// That of an argument these bits are so.
fn masked(argument: u8, mask: u64, value: u64) -> Result<SeccompCondition> {
    let operator = SeccompCmpOp::MaskedEq(mask);
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, operator, value)
}
