//! How much of what a socket was given is still on its way: by ioctl(2) and getsockopt(2).

#![allow(unsafe_code)]

use std::os::fd::{AsRawFd, BorrowedFd};

/// The request: bytes that were written and that the other end did not acknowledge (TCP) or read (Unix
/// sockets). Linux's `SIOCOUTQ` has the number of `TIOCOUTQ`.
#[cfg(any(target_os = "linux", target_os = "android"))]
const UNSENT: Option<libc::c_ulong> = Some(libc::TIOCOUTQ as libc::c_ulong);
/// `FIONWRITE`, `_IOR('f', 119, int)`; of NetBSD `_IOR('f', 121, int)`.
#[cfg(any(target_os = "freebsd", target_os = "dragonfly"))]
const UNSENT: Option<libc::c_ulong> = Some(0x4004_6677);
#[cfg(target_os = "netbsd")]
const UNSENT: Option<libc::c_ulong> = Some(0x4004_6679);
/// OpenBSD has none for sockets.
#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_os = "netbsd"
)))]
const UNSENT: Option<libc::c_ulong> = None;

/// Bytes in the socket's queue: not acknowledged yet by the other end of a TCP connection, not read yet by
/// that of a Unix socket (there on Linux with the system's own overhead, so too many rather than too few).
/// `None` where the system does not tell.
pub fn unacknowledged(socket: BorrowedFd<'_>) -> Option<u64> {
    let request = UNSENT?;
    let mut bytes: libc::c_int = 0;
    // SAFETY: this request writes one int, to which the pointer leads, and the descriptor is open as long
    // as `socket` lives.
    let done = unsafe { libc::ioctl(socket.as_raw_fd(), request as _, &raw mut bytes) };
    if done < 0 { None } else { u64::try_from(bytes).ok() }
}

/// Bytes that the other end of a TCP connection is ready to take: its receive window. `None` where the
/// system does not tell.
#[cfg(target_os = "linux")]
pub fn peer_window(socket: BorrowedFd<'_>) -> Option<u64> {
    /// Where `tcpi_snd_wnd` stands in `struct tcp_info`, since Linux 5.4.
    const SND_WND: usize = 228;
    let mut info = [0_u8; 256];
    let mut len = info.len() as libc::socklen_t;
    // SAFETY: the system writes at most `len` bytes to `info`, which has as many, and to `len` how many
    // they are; both are borrowed for the call alone.
    let done = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            info.as_mut_ptr().cast(),
            &raw mut len,
        )
    };
    if done < 0 || (len as usize) < SND_WND + size_of::<u32>() {
        return None;
    }
    let window = info.get(SND_WND..)?.first_chunk()?;
    Some(u64::from(u32::from_ne_bytes(*window)))
}

/// Not told here.
#[cfg(not(target_os = "linux"))]
pub fn peer_window(_: BorrowedFd<'_>) -> Option<u64> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn what_a_unix_socket_holds_is_what_nobody_read() {
        let (mut to, mut from) = UnixStream::pair().unwrap();
        assert_eq!(unacknowledged(to.as_fd()), Some(0));
        to.write_all(&[0; 1000]).unwrap();
        assert!(unacknowledged(to.as_fd()).unwrap() >= 1000);
        from.read_exact(&mut [0; 1000]).unwrap();
        assert_eq!(unacknowledged(to.as_fd()), Some(0));
    }

    #[test]
    fn a_window_closes_where_nothing_is_read() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut to = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (_from, _) = listener.accept().unwrap();
        // A receiver offers more at first, as bytes come in; once nothing more fits, it offers nothing.
        assert!(peer_window(to.as_fd()).unwrap() > 0);
        to.set_nonblocking(true).unwrap();
        let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
        let mut window = u64::MAX;
        while window > 10_000 && std::time::Instant::now() < end {
            while to.write(&[0; 65_536]).is_ok() {}
            std::thread::sleep(std::time::Duration::from_millis(5));
            window = peer_window(to.as_fd()).unwrap();
        }
        assert!(window <= 10_000, "{window}");
        assert!(unacknowledged(to.as_fd()).unwrap() > 0);
        let pipe = std::io::pipe().unwrap();
        assert_eq!(peer_window(pipe.1.as_fd()), None);
    }
}
