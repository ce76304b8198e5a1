//! Captured packets: where they come from and in which order.
//!
//! | module | what it holds |
//! |---|---|
//! | [`ByteOrder`] | in which order a host keeps its numbers |
//! | `link_type` | the link-layer types that are understood, and their names |
//! | `error` | what can go wrong, for files and for live capture |
//! | `input` | the growable buffer over a file or pipe, in which records are found |
//! | `decompress` | gzip and zstd, told by their magic numbers |
//! | `pcap`, `pcapng` | the two file formats, as steps over that buffer |
//! | [`FileSource`] | one capture file, pipe or standard input |
//! | [`Merge`] | several of them, in time order |
//! | [`Interleave`] | several live captures, in time order |
//! | [`Batch`] | packets side by side, for what looks ahead |
//! | [`live`] | an interface, through libpcap (feature `live`) |
//! | [`relay`] | the same, captured by another process (feature `live`) |
//!
//! Files do not go through libpcap: OpenBSD's knows no pcapng and no type 246, and the library
//! and its fuzzers are to link no C.

#![forbid(unsafe_code)]

mod batch;
mod byte_order;
mod decompress;
mod error;
mod file;
mod input;
mod interleave;
mod link_type;
#[cfg(feature = "live")]
pub mod live;
mod merge;
mod pcap;
mod pcapng;
#[cfg(feature = "live")]
pub mod relay;
#[cfg(test)]
mod testing;

pub use batch::Batch;
pub use byte_order::ByteOrder;
pub use decompress::Codec;
pub use error::{BadBlock, CaptureError, LiveError, LiveStep};
pub use file::FileSource;
pub use interleave::Interleave;
pub use link_type::{Framing, LinkType};
pub use merge::Merge;
pub use pcap::PACKET_LIMIT;
pub use pcapng::{BLOCK_LIMIT, Dropped, Lack};

use crate::time::Time;

/// One captured packet, borrowed from the buffer of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// When it was captured.
    pub time: Time,
    /// The bytes that were captured, from the link-layer header on.
    pub data: &'a [u8],
    /// Bytes that the packet had on the wire: never below `data.len()`, above it where the
    /// capture was cut short (snap length).
    pub wire_len: u32,
    /// What `data` begins with.
    pub link: LinkType,
    /// In which order the host keeps its numbers that captured it: a few fields of pflog are in it.
    pub order: ByteOrder,
}

/// A stream of captured packets. Each packet is borrowed until the next call.
pub trait Source {
    /// The next packet, or `None` at the end.
    ///
    /// # Errors
    /// What ended the stream; it is told once, then the stream is at its end. Only
    /// [`CaptureError::Io`] of kind `WouldBlock` or `TimedOut` ends nothing: the reader gave the
    /// thread back, and the next call goes on where this one stopped.
    fn next_packet(&mut self) -> Result<Option<Packet<'_>>, CaptureError>;

    /// True if the next call will not read: the next record lies in the buffer whole. Where it is
    /// false the call may block, so this is the moment to write out what is pending.
    fn buffered(&self) -> bool;
}
