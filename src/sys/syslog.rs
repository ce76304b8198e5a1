//! Words to the system's log that are no events: what a daemon has to say of itself.

#![allow(unsafe_code)]

use std::ffi::CString;

/// Writes a line to the system's log, syslog(3), at daemon.notice, tagged `pfstatelog`. Where nobody
/// takes it there is nobody to tell.
pub fn say(line: &str) {
    // What is said has no NUL; if it has one, what stands before it is said.
    let line = line.split('\0').next().unwrap_or_default();
    let Ok(line) = CString::new(line) else { return };
    // SAFETY: the tag is a C string that lives for ever, as openlog wants it. The format takes one C
    // string, which lives until the call is over.
    unsafe {
        libc::openlog(c"pfstatelog".as_ptr(), libc::LOG_PID, libc::LOG_DAEMON);
        libc::syslog(libc::LOG_DAEMON | libc::LOG_NOTICE, c"%s".as_ptr(), line.as_ptr());
    }
}

/// Hands a message (priority in front, `<30>tag: ...`) to the kernel for syslogd, sendsyslog(2). It
/// needs no socket and no path, so it works in a chroot and under pledge.
///
/// # Errors
/// What sendsyslog(2) says: `ENOBUFS` or `ENOTCONN` where syslogd does not take it.
#[cfg(target_os = "openbsd")]
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
