//! Captures made in memory, for the tests of this layer.

#![forbid(unsafe_code)]

use std::io::{self, Read};
use std::path::PathBuf;

use super::{CaptureError, FileSource, LinkType, Packet, Source};
use crate::time::Time;

/// A packet that outlives its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owned {
    pub(super) time: Time,
    pub(super) data: Vec<u8>,
    pub(super) wire_len: u32,
    pub(super) link: LinkType,
}

impl From<Packet<'_>> for Owned {
    fn from(p: Packet<'_>) -> Self {
        Self { time: p.time, data: p.data.to_vec(), wire_len: p.wire_len, link: p.link }
    }
}

/// Byte order and variant of a pcap file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) magic: u32,
    pub(super) big_endian: bool,
}

/// Every variant that is read: microseconds, nanoseconds, Kuznetzov's, in both byte orders.
pub(super) fn variants() -> Vec<Variant> {
    [0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34]
        .into_iter()
        .flat_map(|magic| [false, true].map(|big_endian| Variant { magic, big_endian }))
        .collect()
}

impl Variant {
    /// Little-endian, microseconds.
    pub(super) const PLAIN: Self = Self { magic: 0xa1b2_c3d4, big_endian: false };

    pub(super) fn modified(self) -> bool {
        self.magic == 0xa1b2_cd34
    }

    pub(super) fn nanos(self) -> bool {
        self.magic == 0xa1b2_3c4d
    }

    pub(super) fn word(self, n: u32) -> [u8; 4] {
        if self.big_endian { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    pub(super) fn header(self, link: u32, snaplen: u32) -> Vec<u8> {
        let version = if self.big_endian { [0, 2, 0, 4] } else { [2, 0, 4, 0] };
        let mut out = self.word(self.magic).to_vec();
        out.extend(version);
        out.extend([0; 8]);
        out.extend(self.word(snaplen));
        out.extend(self.word(link));
        out
    }

    pub(super) fn record(self, secs: u32, frac: u32, wire_len: u32, data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for field in [secs, frac, data.len() as u32, wire_len] {
            out.extend(self.word(field));
        }
        if self.modified() {
            out.extend([9; 8]);
        }
        out.extend(data);
        out
    }
}

/// Writes pcapng blocks in one byte order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ng {
    pub(super) big_endian: bool,
}

impl Ng {
    pub(super) fn u16(self, n: u16) -> [u8; 2] {
        if self.big_endian { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    pub(super) fn u32(self, n: u32) -> [u8; 4] {
        if self.big_endian { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    pub(super) fn u64(self, n: u64) -> [u8; 8] {
        if self.big_endian { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    pub(super) fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let len = 12 + body.len().next_multiple_of(4);
        let mut out = self.u32(kind).to_vec();
        out.extend(self.u32(len as u32));
        out.extend(body);
        out.resize(len - 4, 0);
        out.extend(self.u32(len as u32));
        out
    }

    pub(super) fn option(self, code: u16, value: &[u8]) -> Vec<u8> {
        let mut out = self.u16(code).to_vec();
        out.extend(self.u16(value.len() as u16));
        out.extend(value);
        out.resize(out.len().next_multiple_of(4), 0);
        out
    }

    pub(super) fn section(self) -> Vec<u8> {
        let mut body = self.u32(0x1a2b_3c4d).to_vec();
        body.extend(self.u16(1));
        body.extend(self.u16(0));
        body.extend([0xff; 8]);
        body.extend(self.option(3, b"an operating system"));
        body.extend(self.option(0, b""));
        self.block(0x0a0d_0d0a, &body)
    }

    pub(super) fn interface(self, link: u16, snaplen: u32, options: &[u8]) -> Vec<u8> {
        let mut body = self.u16(link).to_vec();
        body.extend([0; 2]);
        body.extend(self.u32(snaplen));
        body.extend(options);
        self.block(1, &body)
    }

    /// Options that give a clock.
    pub(super) fn clock(self, resolution: u8, offset_s: i64) -> Vec<u8> {
        let mut out = self.option(9, &[resolution]);
        out.extend(self.option(14, &self.u64(offset_s.cast_unsigned())));
        out.extend(self.option(0, b""));
        out
    }

    pub(super) fn enhanced(self, id: u32, units: u64, wire_len: u32, data: &[u8]) -> Vec<u8> {
        let mut body = self.u32(id).to_vec();
        self.timed(&mut body, units, wire_len, data);
        body.extend(self.option(1, b"a comment"));
        body.extend(self.option(0, b""));
        self.block(6, &body)
    }

    pub(super) fn obsolete(self, id: u16, units: u64, wire_len: u32, data: &[u8]) -> Vec<u8> {
        let mut body = self.u16(id).to_vec();
        body.extend(self.u16(0xffff));
        self.timed(&mut body, units, wire_len, data);
        self.block(2, &body)
    }

    fn timed(self, body: &mut Vec<u8>, units: u64, wire_len: u32, data: &[u8]) {
        body.extend(self.u32((units >> 32) as u32));
        body.extend(self.u32(units as u32));
        body.extend(self.u32(data.len() as u32));
        body.extend(self.u32(wire_len));
        body.extend(data);
        body.resize(body.len().next_multiple_of(4), 0);
    }

    pub(super) fn simple(self, wire_len: u32, data: &[u8]) -> Vec<u8> {
        let mut body = self.u32(wire_len).to_vec();
        body.extend(data);
        self.block(3, &body)
    }
}

/// A source over bytes.
pub(super) fn source(bytes: Vec<u8>) -> FileSource {
    FileSource::from_reader(Box::new(io::Cursor::new(bytes)), "bytes")
}

/// A source over bytes that come `step` at a time.
pub(super) fn slow_source(bytes: Vec<u8>, step: usize) -> FileSource {
    struct Slow(io::Cursor<Vec<u8>>, usize);
    impl Read for Slow {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let len = out.len().min(self.1);
            self.0.read(&mut out[..len])
        }
    }
    FileSource::from_reader(Box::new(Slow(io::Cursor::new(bytes), step)), "slow")
}

/// All packets, and the error at the end. Asks on after the end: a source must stay there.
pub(super) fn drain(source: &mut FileSource) -> (Vec<Owned>, Option<CaptureError>) {
    let mut packets = Vec::new();
    let error = loop {
        let promised = source.buffered();
        match source.next_packet() {
            Ok(Some(packet)) => packets.push(Owned::from(packet)),
            Ok(None) => break None,
            Err(error) => {
                let cut = matches!(error, CaptureError::CutShort { .. });
                assert!(!(promised && cut), "a whole record was promised: {error}");
                break Some(error);
            }
        }
    };
    for _ in 0..3 {
        assert!(!source.buffered());
        assert_eq!(source.next_packet(), Ok(None));
    }
    (packets, error)
}

pub(super) fn read(bytes: &[u8]) -> (Vec<Owned>, Option<CaptureError>) {
    drain(&mut source(bytes.to_vec()))
}

/// The corpus beside the project, where it is there.
pub(super) fn corpus() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus"));
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no corpus at {}", path.display());
    None
}
