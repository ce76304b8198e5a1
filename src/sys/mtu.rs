//! The MTU of an interface, by the ioctl SIOCGIFMTU.

#![allow(unsafe_code)]

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// What the ioctl takes: a name of 16 bytes with its NUL, then the answer. The rest is room: the
/// systems' own structs have between 32 and 144 bytes.
#[repr(C, align(8))]
struct Request {
    name: [u8; 16],
    mtu: libc::c_int,
    rest: [u8; 236],
}

/// The request number: Linux counts them, the BSDs put direction, size of the struct, group and
/// number into it.
#[cfg(any(target_os = "linux", target_os = "android"))]
const SIOCGIFMTU: u32 = 0x8921;
#[cfg(target_os = "openbsd")]
const SIOCGIFMTU: u32 = bsd_request(32, 126);
#[cfg(target_os = "netbsd")]
const SIOCGIFMTU: u32 = bsd_request(144, 126);
#[cfg(any(target_os = "freebsd", target_os = "dragonfly", target_vendor = "apple"))]
const SIOCGIFMTU: u32 = bsd_request(32, 51);

/// `_IOWR('i', number, struct of size bytes)` of the BSDs.
#[allow(dead_code, reason = "only the BSDs build their request from it; tested everywhere")]
pub(super) const fn bsd_request(size: u32, number: u32) -> u32 {
    0xc000_0000 | size << 16 | (b'i' as u32) << 8 | number
}

/// The MTU of an interface in bytes. `None` where the system does not tell: no such interface, a
/// pseudo-interface like `any`, or a system whose request number is not known here.
pub fn mtu(interface: &str) -> Option<u32> {
    let mut request = Request { name: [0; 16], mtu: 0, rest: [0; 236] };
    let name = interface.as_bytes();
    // One byte stays for the NUL.
    if name.is_empty() || name.len() >= request.name.len() {
        return None;
    }
    request.name.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
    ask(&mut request)?;
    u32::try_from(request.mtu).ok().filter(|mtu| *mtu > 0)
}

#[cfg(any(
    target_os = "linux",
    target_os = "android",
    target_os = "openbsd",
    target_os = "netbsd",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_vendor = "apple"
))]
fn ask(request: &mut Request) -> Option<()> {
    // SAFETY: takes three numbers and no memory.
    let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM, 0) };
    if fd < 0 {
        return None;
    }
    // SAFETY: `fd` was opened on the line above and nobody else has it.
    let socket = unsafe { OwnedFd::from_raw_fd(fd) };
    // SAFETY: `request` is larger than the struct that this request reads and writes on any of
    // these systems, aligned for it, and borrowed for the call alone; every bit pattern is a
    // valid `Request`.
    let answer =
        unsafe { libc::ioctl(socket.as_raw_fd(), SIOCGIFMTU as _, std::ptr::from_mut(request)) };
    (answer == 0).then_some(())
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "openbsd",
    target_os = "netbsd",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_vendor = "apple"
)))]
fn ask(_: &mut Request) -> Option<()> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_numbers_are_the_systems() {
        assert_eq!(bsd_request(32, 126), 0xc020_697e);
        assert_eq!(bsd_request(144, 126), 0xc090_697e);
        assert_eq!(bsd_request(32, 51), 0xc020_6933);
    }

    #[test]
    fn names_that_no_interface_has() {
        assert_eq!(mtu(""), None);
        assert_eq!(mtu("no-such-if0"), None);
        assert_eq!(mtu("a-name-of-more-than-15-bytes"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_loopback_interface_has_an_mtu() {
        assert!(mtu("lo").is_some_and(|mtu| mtu >= 1280), "{:?}", mtu("lo"));
    }
}
