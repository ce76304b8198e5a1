//! The system's log by a system call.

#![allow(unsafe_code)]

/// Hands a message (priority in front, `<30>tag: ...`) to the kernel for syslogd, sendsyslog(2). It
/// needs no socket and no path, so it works in a chroot and under pledge.
///
/// # Errors
/// What sendsyslog(2) says: `ENOBUFS` or `ENOTCONN` where syslogd does not take it.
pub fn sendsyslog(message: &[u8]) -> std::io::Result<()> {
    unsafe extern "C" {
        fn sendsyslog(
            message: *const libc::c_void,
            len: libc::size_t,
            flags: libc::c_int,
        ) -> libc::c_int;
    }
    // SAFETY: the bytes are borrowed for the call, with their length.
    let done = unsafe { sendsyslog(message.as_ptr().cast(), message.len(), 0) };
    if done < 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
}
