//! pfsync packets that this machine sends: a raw socket of protocol 240, to pfsync's group, with the
//! TTL that receivers ask for (wire-openbsd.md 1.1). Needs root.

#![allow(unsafe_code)]

use std::ffi::CStr;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

/// pfsync's protocol number.
const IPPROTO_PFSYNC: i32 = 240;
/// Packets with any other are dropped by whoever receives them.
const TTL: u32 = 255;
/// `INADDR_PFSYNC_GROUP`
const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 240);

/// Sends pfsync frames out of an interface.
#[derive(Debug)]
pub struct Sender {
    socket: Socket,
    to: SockAddr,
}

impl Sender {
    /// Opens the socket; packets leave through this interface, whatever routes say.
    ///
    /// # Errors
    /// What socket(2) and setsockopt(2) say; `AddrNotAvailable` for an interface without an IPv4
    /// address, but on Linux, which needs none.
    pub fn open(interface: &str) -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::from(IPPROTO_PFSYNC)))?;
        socket.set_multicast_ttl_v4(TTL)?;
        socket.set_multicast_loop_v4(false)?;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        socket.bind_device(Some(interface.as_bytes()))?;
        match address(interface)? {
            Some(address) => socket.set_multicast_if_v4(&address)?,
            None if cfg!(any(target_os = "linux", target_os = "android")) => {}
            None => return Err(io::ErrorKind::AddrNotAvailable.into()),
        }
        Ok(Self { socket, to: SockAddr::from(SocketAddrV4::new(GROUP, 0)) })
    }

    /// Sends a frame, in front of which the system puts the IP header.
    ///
    /// # Errors
    /// What sendto(2) says.
    pub fn send(&self, frame: &[u8]) -> io::Result<()> {
        self.socket.send_to(frame, &self.to).map(drop)
    }
}

/// The first IPv4 address of an interface.
fn address(interface: &str) -> io::Result<Option<Ipv4Addr>> {
    let mut first: *mut libc::ifaddrs = std::ptr::null_mut();
    // SAFETY: the place for the list is ours; it is given back below.
    if unsafe { libc::getifaddrs(&raw mut first) } < 0 {
        return Err(io::Error::last_os_error());
    }
    let mut found = None;
    let mut next = first;
    // SAFETY: the list is the system's until it is given back, and its end is null.
    while let Some(entry) = unsafe { next.as_ref() } {
        next = entry.ifa_next;
        // SAFETY: a name is a C string, which lives as long as the list.
        let name = unsafe { CStr::from_ptr(entry.ifa_name) };
        if found.is_some() || name.to_bytes() != interface.as_bytes() || entry.ifa_addr.is_null() {
            continue;
        }
        // SAFETY: not null, and every address begins with its family.
        if i32::from(unsafe { (*entry.ifa_addr).sa_family }) == libc::AF_INET {
            // SAFETY: an address of this family is such a struct; it may lie anywhere.
            let address = unsafe { entry.ifa_addr.cast::<libc::sockaddr_in>().read_unaligned() };
            found = Some(Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr)));
        }
    }
    // SAFETY: as it was given, and nothing of it is used any more.
    unsafe { libc::freeifaddrs(first) };
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_have_addresses() {
        assert_eq!(address("no-such-if0").unwrap(), None);
        if cfg!(target_os = "linux") {
            assert_eq!(address("lo").unwrap(), Some(Ipv4Addr::LOCALHOST));
        }
    }
}
