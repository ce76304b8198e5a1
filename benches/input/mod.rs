//! What benches have in common: frames as a firewall sends them, the one way in which they are
//! decoded, and where numbers go.

// Each bench uses what it needs.
#![allow(dead_code)]

pub mod decode;
pub mod frames;
pub mod life;
pub mod pcap;
pub mod random;
pub mod record;
pub mod results;
pub mod ring;
pub mod traffic;
pub mod walk;
