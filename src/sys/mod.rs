//! The only room with unsafe code: each function here is safe to call.

#[cfg(feature = "live")]
pub mod host;
#[cfg(feature = "live")]
pub mod mtu;
#[cfg(feature = "live")]
pub mod outq;
#[cfg(feature = "live")]
pub mod pages;
#[cfg(feature = "live")]
pub mod pf;
#[cfg(feature = "live")]
pub mod poll;
pub mod prefetch;
#[cfg(feature = "live")]
pub mod priority;
