//! A capture that another process makes, through a pipe: for who may not open an interface himself.
//!
//! What goes through the pipe is pcapng in the machine's byte order, with nothing that a capture file does
//! not have too; what the kernel dropped goes along as interface statistics. So whoever reads it trusts
//! the other side no more than a file.

#![forbid(unsafe_code)]

use std::io::{self, PipeReader, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use super::live::{LiveSource, LiveStats};
use super::{CaptureError, Dropped, FileSource, Packet, Source};
use crate::sys;

/// How often counters are told, and by that whether anybody still reads.
const STATS_EVERY: Duration = Duration::from_secs(1);

/// How long to wait for packets at a time.
const TICK: Duration = Duration::from_millis(100);

/// Bytes that are gathered before they are written though there is more to read.
const BATCH_BYTES: usize = 64 * 1024;

/// Hands on what `source` captures until nobody reads it, which is no error.
///
/// # Errors
/// [`CaptureError`]: the capture ended.
pub fn relay(mut source: LiveSource, to: &mut impl Write) -> Result<(), CaptureError> {
    let mut out = Vec::new();
    header(&mut out, source.link().0, source.snaplen());
    let mut told = Instant::now();
    loop {
        let mut ended = None;
        while out.len() < BATCH_BYTES {
            match source.next_packet() {
                Ok(Some(packet)) => enhanced_packet(&mut out, &packet),
                Ok(None) => break,
                Err(error) => {
                    ended = Some(error);
                    break;
                }
            }
        }
        let is_quiet = out.is_empty();
        if told.elapsed() >= STATS_EVERY || ended.is_some() {
            told = Instant::now();
            // Of a capture that ended there may be none.
            if let Ok(stats) = source.stats() {
                statistics(&mut out, &stats);
            }
        }
        if to.write_all(&out).is_err() {
            return Ok(());
        }
        out.clear();
        if let Some(error) = ended {
            return Err(error);
        }
        if is_quiet && let Err(error) = source.wait(TICK) {
            return Err(CaptureError::io(&error, 0));
        }
    }
}

/// The end of the pipe at which such a capture is read.
pub struct RelaySource {
    source: FileSource,
    /// The same pipe, to wait on.
    pipe: OwnedFd,
}

impl RelaySource {
    /// Reads from `pipe`, without ever waiting.
    ///
    /// # Errors
    /// What fcntl(2) says.
    pub fn new(pipe: OwnedFd, interface: &str) -> io::Result<Self> {
        sys::poll::set_nonblocking(pipe.as_fd())?;
        let reader = PipeReader::from(pipe.try_clone()?);
        Ok(Self { source: FileSource::from_reader(Box::new(reader), interface), pipe })
    }

    /// Waits until there may be packets, for at most `timeout`.
    ///
    /// # Errors
    /// What poll(2) says; a signal is no error.
    pub fn wait(&self, timeout: Duration) -> io::Result<bool> {
        sys::poll::readable(self.pipe.as_fd(), timeout)
    }

    /// The next packet, or `None` if there is none right now.
    ///
    /// # Errors
    /// [`CaptureError`]: the other process ended, or sends what is no capture.
    pub fn next_packet(&mut self) -> Result<Option<Packet<'_>>, CaptureError> {
        match self.source.next_packet() {
            Ok(Some(packet)) => Ok(Some(packet)),
            Ok(None) => Err(super::LiveError::Vanished.into()),
            Err(error) if error.is_pause() => Ok(None),
            // It ended before or within a block.
            Err(CaptureError::Empty | CaptureError::CutShort { .. }) => {
                Err(super::LiveError::Vanished.into())
            }
            Err(error) => Err(error),
        }
    }

    /// What was dropped, as far as the other process told.
    pub fn dropped(&self) -> Dropped {
        self.source.dropped()
    }
}

/// A block: `type 4 | length 4 | body, padded to 4 | length 4`.
fn block(out: &mut Vec<u8>, kind: u32, body: &[&[u8]]) {
    let body_len: usize = body.iter().map(|part| part.len()).sum();
    let padding = body_len.next_multiple_of(4) - body_len;
    // Nothing that is captured comes near to 4 GB.
    let len = u32::try_from(12 + body_len + padding).unwrap_or(u32::MAX).to_ne_bytes();
    out.extend(kind.to_ne_bytes());
    out.extend(len);
    body.iter().for_each(|part| out.extend_from_slice(part));
    out.extend(&[0; 3][..padding]);
    out.extend(len);
}

/// A section of unknown length, and its one interface, whose clock counts nanoseconds.
fn header(out: &mut Vec<u8>, link: u16, snaplen: u32) {
    let (magic, version) = (0x1a2b_3c4d_u32.to_ne_bytes(), 1_u16.to_ne_bytes());
    block(out, 0x0a0d_0d0a, &[&magic, &version, &[0; 2], &[0xff; 8]]);
    // if_tsresol, and the end of options.
    let (code, len) = (9_u16.to_ne_bytes(), 1_u16.to_ne_bytes());
    let options = [&code[..], &len, &[9, 0, 0, 0], &[0; 4]].concat();
    block(out, 1, &[&link.to_ne_bytes(), &[0; 2], &snaplen.to_ne_bytes(), &options]);
}

fn enhanced_packet(out: &mut Vec<u8>, packet: &Packet<'_>) {
    let nanos = u64::try_from(packet.time.nanos()).unwrap_or(0);
    let (high, low) = ((nanos >> 32) as u32, nanos as u32);
    let caplen = u32::try_from(packet.data.len()).unwrap_or(u32::MAX);
    let fields = [0, high, low, caplen, packet.wire_len].map(u32::to_ne_bytes);
    block(out, 6, &[fields.as_flattened(), packet.data]);
}

fn statistics(out: &mut Vec<u8>, stats: &LiveStats) {
    let option = |code: u16, value: u64| {
        [&code.to_ne_bytes()[..], &8_u16.to_ne_bytes(), &value.to_ne_bytes()].concat()
    };
    let interface = option(5, stats.dropped_interface);
    let kernel = option(7, stats.dropped_kernel);
    // Interface 0, at no particular time.
    block(out, 5, &[&[0; 12], &interface, &kernel, &[0; 4]]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{ByteOrder, LinkType};
    use crate::time::Time;

    #[test]
    fn what_goes_in_comes_out() {
        let packet = |at: i64, data| Packet {
            time: Time::new(1_800_000_000 + at, 123_456_789),
            data,
            wire_len: 1500,
            link: LinkType(246),
            order: ByteOrder::NATIVE,
        };
        let stats = LiveStats { received: 9, dropped_kernel: 1 << 40, dropped_interface: 7 };
        let (reader, mut writer) = io::pipe().unwrap();
        let mut source = RelaySource::new(reader.into(), "em0").unwrap();
        assert_eq!(source.next_packet().unwrap(), None);
        assert!(!source.wait(Duration::ZERO).unwrap());
        let mut out = Vec::new();
        header(&mut out, 246, 65_535);
        enhanced_packet(&mut out, &packet(0, b"one"));
        let half = out.len() - 5;
        writer.write_all(&out[..half]).unwrap();
        assert_eq!(source.next_packet().unwrap(), None);
        writer.write_all(&out[half..]).unwrap();
        assert_eq!(source.next_packet().unwrap(), Some(packet(0, b"one")));
        assert_eq!(source.dropped(), Dropped::default());
        out.clear();
        statistics(&mut out, &stats);
        for (at, data) in [(1, &b""[..]), (2, b"1234"), (3, b"12345")] {
            enhanced_packet(&mut out, &packet(at, data));
        }
        writer.write_all(&out).unwrap();
        for (at, data) in [(1, &b""[..]), (2, b"1234"), (3, b"12345")] {
            assert_eq!(source.next_packet().unwrap(), Some(packet(at, data)));
        }
        assert_eq!(source.dropped(), Dropped { kernel: 1 << 40, interface: 7 });
        drop(writer);
        let vanished = CaptureError::Live(super::super::LiveError::Vanished);
        assert_eq!(source.next_packet().unwrap_err(), vanished);
    }

    #[test]
    fn a_process_that_ends_before_it_began_is_a_capture_that_is_gone() {
        let (reader, writer) = io::pipe().unwrap();
        let mut source = RelaySource::new(reader.into(), "em0").unwrap();
        drop(writer);
        let vanished = CaptureError::Live(super::super::LiveError::Vanished);
        assert_eq!(source.next_packet().unwrap_err(), vanished);
    }
}
