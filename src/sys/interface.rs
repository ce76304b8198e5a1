//! Whether an interface is there, up and running: if_nametoindex(3) and the ioctl SIOCGIFFLAGS.

#![allow(unsafe_code)]

use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// An interface that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interface {
    /// Its number, which another one of the same name does not have.
    pub index: u32,
    /// Whether it is up.
    pub up: bool,
    /// Whether it has what it needs to carry packets: a cable, say.
    pub running: bool,
}

/// What the ioctl takes: a name of 16 bytes with its NUL, then the answer. The rest is room: the
/// systems' own structs have between 32 and 144 bytes.
#[repr(C, align(8))]
struct Request {
    name: [u8; 16],
    flags: libc::c_short,
    rest: [u8; 238],
}

#[cfg(any(target_os = "linux", target_os = "android"))]
const SIOCGIFFLAGS: u32 = 0x8913;
#[cfg(target_os = "netbsd")]
const SIOCGIFFLAGS: u32 = super::mtu::bsd_request(144, 17);
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "netbsd")))]
const SIOCGIFFLAGS: u32 = super::mtu::bsd_request(32, 17);

/// The same numbers on all systems.
const IFF_UP: libc::c_short = 0x1;
const IFF_RUNNING: libc::c_short = 0x40;

impl Interface {
    /// The interface of this name, `None` if there is none.
    ///
    /// # Errors
    /// What socket(2) or ioctl(2) say, other than that there is no such interface.
    pub fn named(name: &str) -> io::Result<Option<Self>> {
        let Ok(c_name) = CString::new(name) else { return Ok(None) };
        // SAFETY: a C string that lives until the call is over.
        let index = unsafe { libc::if_nametoindex(c_name.as_ptr()) };
        let mut request = Request { name: [0; 16], flags: 0, rest: [0; 238] };
        // One byte stays for the NUL.
        if index == 0 || name.len() >= request.name.len() {
            return Ok(None);
        }
        request.name.iter_mut().zip(name.as_bytes()).for_each(|(to, from)| *to = *from);
        // SAFETY: takes three numbers and no memory.
        let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM, 0) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: `fd` was opened above and nobody else has it.
        let socket = unsafe { OwnedFd::from_raw_fd(fd) };
        // SAFETY: `request` is larger than the struct that this request reads and writes on any of
        // these systems, aligned for it, and borrowed for the call alone; every bit pattern is a valid
        // `Request`.
        let done = unsafe {
            libc::ioctl(socket.as_raw_fd(), SIOCGIFFLAGS as _, std::ptr::from_mut(&mut request))
        };
        if done < 0 {
            let error = io::Error::last_os_error();
            return match error.raw_os_error() {
                // It went in between.
                Some(libc::ENXIO | libc::ENODEV) => Ok(None),
                _ => Err(error),
            };
        }
        let has = |flag| request.flags & flag != 0;
        Ok(Some(Self { index, up: has(IFF_UP), running: has(IFF_RUNNING) }))
    }

    /// As one number, which is never 0.
    pub fn to_number(self) -> u64 {
        u64::from(self.index) << 2 | u64::from(self.running) << 1 | u64::from(self.up)
    }

    /// Back from it; 0 is for no interface.
    pub fn from_number(number: u64) -> Option<Self> {
        let index = u32::try_from(number >> 2).ok().filter(|index| *index > 0)?;
        Some(Self { index, up: number & 1 != 0, running: number & 2 != 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_interface_has() {
        for name in ["", "no-such-if0", "a-name-of-more-than-15-bytes", "l\0o"] {
            assert_eq!(Interface::named(name).unwrap(), None);
        }
    }

    #[test]
    fn numbers_are_read_back() {
        for index in [1, 77, u32::MAX] {
            for bits in 0..4 {
                let interface = Interface { index, up: bits & 1 > 0, running: bits & 2 > 0 };
                assert_eq!(Interface::from_number(interface.to_number()), Some(interface));
            }
        }
        assert_eq!(Interface::from_number(0), None);
        assert_eq!(Interface::from_number(u64::MAX), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_loopback_interface_is_there() {
        assert!(Interface::named("lo").unwrap().is_some_and(|lo| lo.index > 0));
    }
}
