//! Which system this is: uname(3).

#![allow(unsafe_code)]

use std::ffi::CStr;

/// The system's name and its release: `OpenBSD` and `7.9`. `None` where it does not tell.
pub fn system() -> Option<(String, String)> {
    let name = uname()?;
    Some((text(&name.sysname)?, text(&name.release)?))
}

/// The name of this machine. `None` where it does not tell.
pub fn name() -> Option<String> {
    text(&uname()?.nodename).filter(|name| !name.is_empty())
}

fn uname() -> Option<libc::utsname> {
    // SAFETY: all zeros is a value of this struct of byte arrays.
    let mut name: libc::utsname = unsafe { std::mem::zeroed() };
    // SAFETY: the struct is ours, and as large as uname wants it.
    if unsafe { libc::uname(&raw mut name) } < 0 { None } else { Some(name) }
}

fn text(field: &[libc::c_char]) -> Option<String> {
    let bytes: Vec<u8> = field.iter().map(|byte| byte.to_ne_bytes()[0]).collect();
    let text = CStr::from_bytes_until_nul(&bytes).ok()?;
    text.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_system_says_what_it_is() {
        let (name, release) = super::system().unwrap();
        assert!(!name.is_empty() && release.contains('.'), "{name} {release}");
    }
}
