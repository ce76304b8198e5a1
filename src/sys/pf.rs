//! What pf(4) says of itself, by ioctl(2) on /dev/pf. Not run on a BSD yet.

#![allow(unsafe_code)]

/// How many states pf keeps at most (`set limit states`). `None` where there is no pf, or where it
/// may not be asked.
#[cfg(any(
    target_os = "openbsd",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "dragonfly"
))]
pub fn state_limit() -> Option<u32> {
    use std::os::fd::AsRawFd;

    /// `struct pfioc_limit`
    #[repr(C)]
    struct Limit {
        index: libc::c_int,
        limit: libc::c_uint,
    }
    /// `PF_LIMIT_STATES`
    const STATES: libc::c_int = 0;
    /// `DIOCGETLIMIT`: `_IOWR('D', 39, struct pfioc_limit)`.
    const GET_LIMIT: libc::c_ulong =
        0xc000_0000 | (size_of::<Limit>() as libc::c_ulong) << 16 | 0x44 << 8 | 39;
    const _: () = assert!(GET_LIMIT == 0xc008_4427);

    let pf = std::fs::File::open("/dev/pf").ok()?;
    let mut limit = Limit { index: STATES, limit: 0 };
    // SAFETY: the request reads and writes a struct of this very layout, which is ours.
    let done = unsafe { libc::ioctl(pf.as_raw_fd(), GET_LIMIT, &raw mut limit) };
    (done == 0 && limit.limit > 0).then_some(limit.limit)
}

/// There is no pf here.
#[cfg(not(any(
    target_os = "openbsd",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "dragonfly"
)))]
pub fn state_limit() -> Option<u32> {
    None
}
