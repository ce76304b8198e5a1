//! The only room with unsafe code: system calls that the standard library lacks, each behind a
//! function that is safe to call.

pub mod host;
pub mod mtu;
pub mod pages;
pub mod pf;
pub mod poll;
