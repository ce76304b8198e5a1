//! Who this process is, and becoming somebody with fewer rights for good.

#![allow(unsafe_code)]

use std::ffi::{CString, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A user of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    uid: libc::uid_t,
    gid: libc::gid_t,
}

impl User {
    /// The user of this name, or of this number; `None` if there is none: a number alone has no group.
    ///
    /// # Errors
    /// What getpwnam_r(3) or getpwuid_r(3) say.
    pub fn named(name: &str) -> io::Result<Option<Self>> {
        let by_name = look_up(name, |name, entry, room, len, found| {
            // SAFETY: `look_up` gives a C string, a struct and room that live until the call is over.
            unsafe { libc::getpwnam_r(name, entry, room, len, found) }
        })?;
        let found = match (by_name, name.parse()) {
            (None, Ok(uid)) => look_up(name, |_, entry, room, len, found| {
                // SAFETY: as above.
                unsafe { libc::getpwuid_r(uid, entry, room, len, found) }
            })?,
            (found, _) => found,
        };
        Ok(found.map(|entry: libc::passwd| Self {
            name: name.into(),
            uid: entry.pw_uid,
            gid: entry.pw_gid,
        }))
    }

    /// The number of the user.
    pub fn uid(&self) -> u32 {
        self.uid
    }

    /// Whether it is root.
    pub fn is_root(&self) -> bool {
        self.uid == 0
    }

    /// Becomes this user, with its group and no others, and makes sure that there is no way back.
    ///
    /// # Errors
    /// What setgroups, setresgid or setresuid say, and `PermissionDenied` where root could be had again.
    pub fn become_for_good(&self) -> io::Result<()> {
        let check = |done: libc::c_int| match done {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        };
        // SAFETY: one group, and the count says one; the rest are numbers.
        unsafe {
            check(libc::setgroups(1, &raw const self.gid))?;
            check(set_gid(self.gid))?;
            check(set_uid(self.uid))?;
        }
        // SAFETY: numbers alone. Here it is success that would be the mistake.
        if self.uid != 0 && (unsafe { libc::setuid(0) } == 0 || is_root()) {
            let text = format!("root can be had again after becoming {}", self.name);
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
        Ok(())
    }

    /// Whether the system knows this user here: a container may have root alone.
    pub fn is_mapped(&self) -> bool {
        let Ok(map) = std::fs::read_to_string("/proc/self/uid_map") else { return true };
        let is_in = |line: &str| {
            let mut numbers = line.split_whitespace().map_while(|word| word.parse::<u64>().ok());
            let (first, _, count) = (numbers.next()?, numbers.next()?, numbers.next()?);
            Some((first..first.saturating_add(count)).contains(&u64::from(self.uid)))
        };
        map.lines().any(|line| is_in(line) == Some(true))
    }
}

/// The number of the group of this name, or of this number; `None` if there is no such name.
///
/// # Errors
/// What getgrnam_r(3) says.
pub fn group(name: &str) -> io::Result<Option<u32>> {
    let found = look_up(name, |name, entry, room, len, found| {
        // SAFETY: `look_up` gives a C string, a struct and room that live until the call is over.
        unsafe { libc::getgrnam_r(name, entry, room, len, found) }
    })?;
    Ok(found.map(|entry: libc::group| entry.gr_gid).or_else(|| name.parse().ok()))
}

/// Asks `call`, getpwnam_r(3) or getgrnam_r(3), with as much room as it needs. Of what it gives only numbers
/// may be used: the room that names are in is gone.
fn look_up<E: Copy>(
    name: &str,
    call: impl Fn(*const libc::c_char, *mut E, *mut libc::c_char, usize, *mut *mut E) -> libc::c_int,
) -> io::Result<Option<E>> {
    let Ok(c_name) = CString::new(name) else { return Ok(None) };
    let mut room: Vec<libc::c_char> = vec![0; 1024];
    loop {
        // SAFETY: both are structs of numbers and pointers, of which all zeros is a value.
        let mut entry: E = unsafe { std::mem::zeroed() };
        let mut found = std::ptr::null_mut();
        let error =
            call(c_name.as_ptr(), &raw mut entry, room.as_mut_ptr(), room.len(), &raw mut found);
        return match error {
            0 if found.is_null() => Ok(None),
            0 => Ok(Some(entry)),
            libc::ERANGE if room.len() < 1 << 20 => {
                room.resize(room.len() * 4, 0);
                continue;
            }
            // Some systems say so where there is no such name.
            libc::ENOENT | libc::ESRCH => Ok(None),
            error => Err(io::Error::from_raw_os_error(error)),
        };
    }
}

/// NetBSD has no setresuid; its setuid sets all three for root.
#[cfg(target_os = "netbsd")]
unsafe fn set_uid(uid: libc::uid_t) -> libc::c_int {
    // SAFETY: a number.
    unsafe { libc::setuid(uid) }
}

#[cfg(target_os = "netbsd")]
unsafe fn set_gid(gid: libc::gid_t) -> libc::c_int {
    // SAFETY: a number.
    unsafe { libc::setgid(gid) }
}

#[cfg(not(any(target_os = "netbsd", target_vendor = "apple")))]
unsafe fn set_uid(uid: libc::uid_t) -> libc::c_int {
    // SAFETY: numbers.
    unsafe { libc::setresuid(uid, uid, uid) }
}

#[cfg(not(any(target_os = "netbsd", target_vendor = "apple")))]
unsafe fn set_gid(gid: libc::gid_t) -> libc::c_int {
    // SAFETY: numbers.
    unsafe { libc::setresgid(gid, gid, gid) }
}

#[cfg(target_vendor = "apple")]
unsafe fn set_uid(uid: libc::uid_t) -> libc::c_int {
    // SAFETY: a number.
    unsafe { libc::setuid(uid) }
}

#[cfg(target_vendor = "apple")]
unsafe fn set_gid(gid: libc::gid_t) -> libc::c_int {
    // SAFETY: a number.
    unsafe { libc::setgid(gid) }
}

/// Whether this process is root, in effect or by right.
pub fn is_root() -> bool {
    // SAFETY: they take nothing.
    unsafe { libc::geteuid() == 0 || libc::getuid() == 0 }
}

/// Makes `dir` the root of all paths, and goes there.
///
/// # Errors
/// What chroot(2) or chdir(2) say.
pub fn chroot(dir: &Path) -> io::Result<()> {
    let os: &OsStr = dir.as_os_str();
    let c_dir = CString::new(os.as_bytes()).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: a C string that lives until the call is over.
    if unsafe { libc::chroot(c_dir.as_ptr()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    std::env::set_current_dir("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_name() {
        let root = User::named("root").unwrap().unwrap();
        assert!(root.is_root() && root.is_mapped());
        assert!(!User::named("nobody").unwrap().unwrap().is_root());
        assert_eq!(User::named("no such user").unwrap(), None);
        assert_eq!(User::named("ro\0ot").unwrap(), None);
    }
}
