//! Which system this is: uname(3).

#![allow(unsafe_code)]

use std::ffi::CStr;

/// The system's name and its release: `OpenBSD` and `7.9`. `None` where it does not tell.
pub fn system() -> Option<(String, String)> {
    // SAFETY: all zeros is a value of this struct of byte arrays.
    let mut name: libc::utsname = unsafe { std::mem::zeroed() };
    // SAFETY: the struct is ours, and as large as uname wants it.
    if unsafe { libc::uname(&raw mut name) } < 0 {
        return None;
    }
    let text = |field: &[libc::c_char]| {
        let bytes: Vec<u8> = field.iter().map(|byte| byte.to_ne_bytes()[0]).collect();
        let text = CStr::from_bytes_until_nul(&bytes).ok()?;
        text.to_str().ok().map(str::to_owned)
    };
    Some((text(&name.sysname)?, text(&name.release)?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_system_says_what_it_is() {
        let (name, release) = super::system().unwrap();
        assert!(!name.is_empty() && release.contains('.'), "{name} {release}");
    }
}
