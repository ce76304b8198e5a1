//! pf's states by ioctl(2) on /dev/pf: DIOCGETSTATES, DIOCADDSTATE, DIOCGETSTATE and DIOCKILLSTATES
//! (wire-openbsd.md 6). Records are bytes here; whose they are, the caller knows. Not run on a BSD yet.
//!
//! Nothing here takes pf's lock of states, so nothing can leave it behind.

#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

use crate::abi::Release;

/// `_IOWR('D', number, struct of so many bytes)`: directions, 13 bits of size, group, number.
pub const fn request(number: u8, struct_bytes: usize) -> u32 {
    0xc000_0000 | (struct_bytes as u32 & 0x1fff) << 16 | (b'D' as u32) << 8 | number as u32
}

/// `DIOCGETSTATE`: a `pfioc_state`, which is a record and no more.
pub const GET_STATE: u8 = 19;
/// `DIOCGETSTATES`: a `pfioc_states`.
pub const GET_STATES: u8 = 25;
/// `DIOCADDSTATE`: a `pfioc_state`.
pub const ADD_STATE: u8 = 37;
/// `DIOCKILLSTATES`: a `pfioc_state_kill`.
pub const KILL_STATES: u8 = 41;

/// `struct pfioc_states` from OpenBSD 6.5 on, where `ps_len` is a `size_t`.
#[repr(C)]
#[derive(Debug)]
pub struct States {
    len: usize,
    records: *mut u8,
}

/// `struct pfioc_states` up to OpenBSD 6.4, and FreeBSD's: `ps_len` is an `int`.
#[repr(C)]
#[derive(Debug)]
pub struct OldStates {
    len: libc::c_int,
    records: *mut u8,
}

/// `struct pfioc_state_kill`, as it is where pointers have 64 bits: `pf_rule_addr` holds one.
#[repr(C, align(8))]
#[derive(Debug)]
pub struct Kill {
    /// As the kernel keeps it: network order.
    id: [u8; 8],
    creatorid: [u8; 4],
    direction: u8,
    pad: [u8; 3],
    af: u8,
    pad2: [u8; 3],
    proto: libc::c_int,
    src: [u8; 56],
    dst: [u8; 56],
    ifname: [u8; 16],
    label: [u8; 64],
    killed: libc::c_uint,
    rdomain: u16,
    pad3: u16,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<States>() == 16 && size_of::<OldStates>() == 16);
    assert!(std::mem::offset_of!(States, records) == 8);
    assert!(std::mem::offset_of!(OldStates, records) == 8);
    assert!(size_of::<Kill>() == 224);
    assert!(std::mem::offset_of!(Kill, af) == 16 && std::mem::offset_of!(Kill, proto) == 20);
    assert!(std::mem::offset_of!(Kill, src) == 24 && std::mem::offset_of!(Kill, dst) == 80);
    assert!(std::mem::offset_of!(Kill, ifname) == 136 && std::mem::offset_of!(Kill, label) == 152);
    assert!(
        std::mem::offset_of!(Kill, killed) == 216 && std::mem::offset_of!(Kill, rdomain) == 220
    );
};

/// Whether `ps_len` is an `int` in this release.
pub fn has_old_states(release: Release) -> bool {
    release.system() != "openbsd" || release < Release::OpenBsd6_5
}

/// /dev/pf.
#[derive(Debug)]
pub struct Device {
    file: File,
    /// `ps_len` is an `int`.
    old: bool,
}

impl Device {
    /// Opens it; states can be read without write permission, but not be changed.
    ///
    /// # Errors
    /// What open(2) says.
    pub fn open(write: bool, release: Release) -> io::Result<Self> {
        let file = File::options().read(true).write(write).open("/dev/pf")?;
        Ok(Self { file, old: has_old_states(release) })
    }

    /// How many states there are, whose records have so many bytes.
    ///
    /// # Errors
    /// What ioctl(2) says.
    pub fn count(&self, record_bytes: usize) -> io::Result<usize> {
        Ok(self.ask(&mut [])? / record_bytes.max(1))
    }

    /// All states, records of so many bytes one behind the other.
    ///
    /// # Errors
    /// What ioctl(2) says.
    pub fn states(&self, record_bytes: usize) -> io::Result<Vec<u8>> {
        // States may come while it is asked how many there are: an answer that fills all the room
        // may not be all.
        let mut room = self.ask(&mut [])?;
        loop {
            room = room.saturating_add(room / 8).saturating_add(64 * record_bytes);
            let mut records = vec![0; room];
            let used = self.ask(&mut records)?;
            if used < room {
                records.truncate(used - used % record_bytes.max(1));
                return Ok(records);
            }
        }
    }

    /// Fills `records`, and says how many bytes that were; with no room, how many there are.
    fn ask(&self, records: &mut [u8]) -> io::Result<usize> {
        let (len, records) = (records.len(), records.as_mut_ptr());
        if self.old {
            let int = libc::c_int::try_from(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
            let mut states = OldStates { len: int, records };
            // SAFETY: the kernel writes `len` bytes at most to `records`, which are that many, and reads and
            // writes a struct of this layout.
            unsafe { self.ioctl(GET_STATES, &mut states)? };
            return usize::try_from(states.len).map_err(|_| io::ErrorKind::InvalidData.into());
        }
        let mut states = States { len, records };
        // SAFETY: as above.
        unsafe { self.ioctl(GET_STATES, &mut states)? };
        Ok(states.len)
    }

    /// Adds a state.
    ///
    /// # Errors
    /// What ioctl(2) says.
    pub fn add(&self, record: &mut [u8]) -> io::Result<()> {
        // SAFETY: the number has the record's own length, and the kernel reads and writes that many bytes.
        unsafe { self.call(request(ADD_STATE, record.len()), record.as_mut_ptr().cast()) }
    }

    /// Looks a state up by the id and creatorid that are in the record, and fills in the rest; whether
    /// there is one.
    ///
    /// # Errors
    /// What ioctl(2) says.
    pub fn get(&self, record: &mut [u8]) -> io::Result<bool> {
        // SAFETY: as for `add`.
        match unsafe { self.call(request(GET_STATE, record.len()), record.as_mut_ptr().cast()) } {
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(false),
            done => done.map(|()| true),
        }
    }

    /// Takes a state away; how many that were.
    ///
    /// # Errors
    /// What ioctl(2) says; `Unsupported` where pointers have 32 bits, whose struct is not known.
    pub fn kill(&self, id: u64, creatorid: u32) -> io::Result<u32> {
        if cfg!(not(target_pointer_width = "64")) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let mut kill = Kill {
            id: id.to_be_bytes(),
            creatorid: creatorid.to_be_bytes(),
            direction: 0,
            pad: [0; 3],
            af: 0,
            pad2: [0; 3],
            proto: 0,
            src: [0; 56],
            dst: [0; 56],
            ifname: [0; 16],
            label: [0; 64],
            killed: 0,
            rdomain: 0,
            pad3: 0,
        };
        // SAFETY: reads and writes a struct of this very layout.
        unsafe { self.ioctl(KILL_STATES, &mut kill)? };
        Ok(kill.killed)
    }

    /// # Safety
    /// `T` has to be what the request takes, and pointers in it have to lead where it says.
    unsafe fn ioctl<T>(&self, number: u8, argument: &mut T) -> io::Result<()> {
        // SAFETY: the caller's word for the struct.
        unsafe { self.call(request(number, size_of::<T>()), std::ptr::from_mut(argument).cast()) }
    }

    /// # Safety
    /// `argument` has to have as many bytes as the number says, of what the request takes.
    unsafe fn call(&self, number: u32, argument: *mut libc::c_void) -> io::Result<()> {
        // SAFETY: the caller's word for the argument; the descriptor is open.
        let done = unsafe { libc::ioctl(self.file.as_raw_fd(), number as _, argument) };
        if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pf::Form;

    /// wire-openbsd.md 6; the sizes are those of the generated structs, and on LP64 those above.
    #[test]
    fn numbers_are_those_of_the_kernels() {
        let state = |number, release| request(number, Form::of_ioctls(release).record_bytes());
        for release in [Release::OpenBsd4_7, Release::OpenBsd5_1, Release::OpenBsd7_9] {
            assert_eq!(state(GET_STATE, release), 0xc108_4413);
            assert_eq!(state(ADD_STATE, release), 0xc108_4425);
        }
        for release in [Release::OpenBsd4_4, Release::OpenBsd4_6] {
            assert_eq!(state(GET_STATE, release), 0xc0f0_4413);
            assert_eq!(state(ADD_STATE, release), 0xc0f0_4425);
        }
        // pfioc_state of FreeBSD has 242 bytes, of 10.4, 12.1 and 15 alike (layouts.json).
        for release in [Release::FreeBsd10_4, Release::FreeBsd12_1, Release::FreeBsd15_0] {
            assert_eq!(state(GET_STATE, release), 0xc0f2_4413);
            assert_eq!(state(ADD_STATE, release), 0xc0f2_4425);
        }
        if cfg!(target_pointer_width = "64") {
            assert_eq!(request(GET_STATES, size_of::<States>()), 0xc010_4419);
            assert_eq!(request(GET_STATES, size_of::<OldStates>()), 0xc010_4419);
            assert_eq!(request(KILL_STATES, size_of::<Kill>()), 0xc0e0_4429);
        }
    }

    #[test]
    fn ps_len_grew_in_openbsd_6_5() {
        assert!(has_old_states(Release::OpenBsd6_4) && has_old_states(Release::FreeBsd12_1));
        assert!(!has_old_states(Release::OpenBsd6_5) && !has_old_states(Release::OpenBsd7_9));
    }
}
