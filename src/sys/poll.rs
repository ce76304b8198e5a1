//! Waiting for a descriptor with a time limit, by poll(2).

#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

/// Waits until `fd` has something to read, or an error to tell by reading, for at most `timeout`
/// (rounded up to milliseconds). True if so; false after the time, and where a signal came first:
/// signals are the caller's to look at, not errors.
///
/// # Errors
/// What poll(2) says, `EINTR` excepted.
pub fn readable(fd: BorrowedFd<'_>, timeout: Duration) -> io::Result<bool> {
    wait(fd, libc::POLLIN, timeout)
}

/// The same, until `fd` takes bytes or has an error to tell by writing.
///
/// # Errors
/// What poll(2) says, `EINTR` excepted.
pub fn writable(fd: BorrowedFd<'_>, timeout: Duration) -> io::Result<bool> {
    wait(fd, libc::POLLOUT, timeout)
}

/// What a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// Something to read.
    Some,
    /// Nothing, within the time.
    Nothing,
    /// Nobody at the other end any more: it would be read without end.
    HungUp,
}

/// As [`readable`], of a terminal.
///
/// # Errors
/// What poll(2) says, `EINTR` excepted.
pub fn typed(terminal: BorrowedFd<'_>, timeout: Duration) -> io::Result<Typed> {
    let came = events(terminal, libc::POLLIN, timeout)?;
    let gone = libc::POLLHUP | libc::POLLERR | libc::POLLNVAL;
    Ok(match came {
        0 => Typed::Nothing,
        came if came & gone != 0 => Typed::HungUp,
        _ => Typed::Some,
    })
}

/// Makes reading from `fd` an error of kind `WouldBlock` where it would have to wait. By ioctl(2): who is confined
/// has no fcntl(2) for it, with which a file could be written elsewhere than at its end.
///
/// # Errors
/// What ioctl(2) says.
pub fn set_nonblocking(fd: BorrowedFd<'_>) -> io::Result<()> {
    let mut on: libc::c_int = 1;
    // SAFETY: the number is ours, and borrowed for the call alone.
    let done = unsafe { libc::ioctl(fd.as_raw_fd(), libc::FIONBIO as _, &raw mut on) };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn wait(fd: BorrowedFd<'_>, until: libc::c_short, timeout: Duration) -> io::Result<bool> {
    Ok(events(fd, until, timeout)? != 0)
}

/// Which events came; none after the time, and where a signal came first.
fn events(
    fd: BorrowedFd<'_>,
    until: libc::c_short,
    timeout: Duration,
) -> io::Result<libc::c_short> {
    let timeout_ms = milliseconds(timeout);
    let mut poll = libc::pollfd { fd: fd.as_raw_fd(), events: until, revents: 0 };
    // SAFETY: `poll` is one valid pollfd, borrowed for the call alone, and the count says one;
    // the descriptor is open as long as `fd` lives.
    let ready = unsafe { libc::poll(&raw mut poll, 1, timeout_ms) };
    if ready >= 0 {
        return Ok(poll.revents);
    }
    let error = io::Error::last_os_error();
    if error.kind() == io::ErrorKind::Interrupted { Ok(0) } else { Err(error) }
}

/// As poll(2) has it, rounded up, so that what is waited for is not looked at before its time.
fn milliseconds(timeout: Duration) -> libc::c_int {
    let timeout_ms = timeout.as_nanos().div_ceil(1_000_000);
    libc::c_int::try_from(timeout_ms).unwrap_or(libc::c_int::MAX)
}

/// What is waited for on one of several descriptors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// As [`readable`].
    Readable,
    /// As [`writable`].
    Writable,
}

/// Waits until one of `waits` has come, for at most `timeout` (rounded up to milliseconds). Says of each
/// whether it has: of none after the time, and where a signal came first.
///
/// # Errors
/// What poll(2) says, `EINTR` excepted.
pub fn several(waits: &[(BorrowedFd<'_>, Until)], timeout: Duration) -> io::Result<Vec<bool>> {
    let poll_of = |(fd, until): &(BorrowedFd<'_>, Until)| {
        let events = if *until == Until::Readable { libc::POLLIN } else { libc::POLLOUT };
        libc::pollfd { fd: fd.as_raw_fd(), events, revents: 0 }
    };
    let mut polls: Vec<_> = waits.iter().map(poll_of).collect();
    let timeout_ms = milliseconds(timeout);
    // SAFETY: the count is that of the valid pollfds, borrowed for the call alone; the descriptors are
    // open as long as `waits` borrows them.
    let ready = unsafe { libc::poll(polls.as_mut_ptr(), polls.len() as _, timeout_ms) };
    if ready < 0 {
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
        return Ok(vec![false; waits.len()]);
    }
    Ok(polls.iter().map(|poll| poll.revents != 0).collect())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsFd;
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_pipe_is_readable_once_written_or_closed() {
        let (reader, mut writer) = io::pipe().unwrap();
        let before = Instant::now();
        assert!(!readable(reader.as_fd(), Duration::from_millis(20)).unwrap());
        assert!(before.elapsed() >= Duration::from_millis(20));
        writer.write_all(b"x").unwrap();
        assert!(readable(reader.as_fd(), Duration::from_secs(5)).unwrap());

        let (reader, writer) = io::pipe().unwrap();
        drop(writer);
        assert!(readable(reader.as_fd(), Duration::from_secs(5)).unwrap());
    }

    #[test]
    fn several_are_told_apart() {
        let (one, _held) = io::pipe().unwrap();
        let (two, mut writer) = io::pipe().unwrap();
        writer.write_all(b"x").unwrap();
        let ready = several(
            &[(one.as_fd(), Until::Readable), (two.as_fd(), Until::Readable)],
            Duration::from_secs(5),
        )
        .unwrap();
        assert_eq!(ready, [false, true]);
        assert_eq!(several(&[(one.as_fd(), Until::Readable)], Duration::ZERO).unwrap(), [false]);
    }

    #[test]
    fn a_socket_is_writable_until_nobody_reads() {
        let (mut writer, reader) = std::os::unix::net::UnixStream::pair().unwrap();
        assert!(writable(writer.as_fd(), Duration::from_secs(5)).unwrap());
        writer.set_nonblocking(true).unwrap();
        while writer.write(&[0; 4096]).is_ok() {}
        assert!(!writable(writer.as_fd(), Duration::from_millis(20)).unwrap());
        drop(reader);
        assert!(writable(writer.as_fd(), Duration::from_secs(5)).unwrap());
    }
    #[test]
    fn of_several_each_has_its_own_answer() {
        let (silent, _kept) = io::pipe().unwrap();
        let (spoken, mut writer) = io::pipe().unwrap();
        writer.write_all(b"x").unwrap();
        let waits = [
            (silent.as_fd(), Until::Readable),
            (spoken.as_fd(), Until::Readable),
            (writer.as_fd(), Until::Writable),
        ];
        assert_eq!(several(&waits, Duration::from_secs(5)).unwrap(), [false, true, true]);
        let before = Instant::now();
        assert_eq!(several(&waits[..1], Duration::from_millis(20)).unwrap(), [false]);
        assert!(before.elapsed() >= Duration::from_millis(20));
    }
}
