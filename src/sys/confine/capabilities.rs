//! Linux: of what root may do, the part that opening takes, capset(2).

#![allow(unsafe_code)]

use std::io;

/// `_LINUX_CAPABILITY_VERSION_3`: two words of 32 bits.
const VERSION: u32 = 0x2008_0522;

/// CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER: files and folders of others, and the group of a new file. KILL:
/// signals for the worker, which is another user. SETGID, SETUID: a reader becomes that user. NET_RAW: interfaces.
const OF_OPENER: u32 = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 13;

#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

#[repr(C)]
#[derive(Clone, Copy, Default, PartialEq)]
struct Word {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// Gives up, for this thread and those that it starts, what an opener never needs.
pub(super) fn keep_those_of_opener() -> io::Result<()> {
    let mut header = Header { version: VERSION, pid: 0 };
    let mut words = [Word::default(); 2];
    // SAFETY: a header and as many words as its version has, ours and borrowed for the call alone.
    check(unsafe { libc::syscall(libc::SYS_capget, &raw mut header, words.as_mut_ptr()) })?;
    let had = words;
    let [low, high] = &mut words;
    for set in [&mut low.effective, &mut low.permitted, &mut low.inheritable] {
        *set &= OF_OPENER;
    }
    *high = Word::default();
    if words == had {
        // Whoever started it with no more may have taken the call as well.
        return Ok(());
    }
    // SAFETY: as above; here the words are read alone.
    check(unsafe { libc::syscall(libc::SYS_capset, &raw mut header, words.as_ptr()) })
}

fn check(done: libc::c_long) -> io::Result<()> {
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
