//! One capture file, pipe or standard input.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::byte_order::ByteOrder;
use super::decompress::Codec;
use super::error::CaptureError;
use super::input::{Ending, Input};
use super::link_type::LinkType;
use super::pcap::Pcap;
use super::pcapng::{Dropped, Lack, PcapNg};
use super::{Packet, Source};
use crate::time::Time;

/// Where a packet lies: all that is known of a record but its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) time: Time,
    pub(super) link: LinkType,
    pub(super) order: ByteOrder,
    pub(super) wire_len: u32,
    /// The packet, counted from the start of the record.
    pub(super) data: Range<usize>,
    /// Length of the record in bytes, headers included.
    pub(super) len: usize,
}

/// What stands at the start of the bytes that a format was shown.
#[derive(Debug)]
pub(super) enum Step {
    /// A packet.
    Record(Record),
    /// So many bytes without a packet; never 0.
    Skip(usize),
    /// Nothing whole yet: so many bytes are needed in all, always more than there are.
    Need(usize),
}

enum Format {
    /// The first bytes have not been seen yet.
    Unknown,
    Pcap(Pcap),
    PcapNg(PcapNg),
}

/// Packets of a capture file (pcap or pcapng, plain or compressed), a pipe or standard input.
///
/// A pipe may still be written to: each packet is given out as soon as its last byte was read,
/// and no read asks for more than the record needs that comes next.
pub struct FileSource {
    name: PathBuf,
    input: Input,
    format: Format,
    /// The next record, once it is whole.
    next: Option<Record>,
    ended: bool,
}

impl FileSource {
    /// Opens a file. What it holds is looked at by the first call for a packet.
    ///
    /// # Errors
    /// [`CaptureError::Io`].
    pub fn open(path: &Path) -> Result<Self, CaptureError> {
        let file = File::open(path).map_err(|e| CaptureError::io(&e, 0))?;
        Ok(Self::from_reader(Box::new(file), path))
    }

    /// Reads from `reader`; `name` is only for [`name`](Self::name).
    ///
    /// A reader may give the thread back with an error of kind `WouldBlock` or `TimedOut`: it is
    /// passed on, and the next call goes on from there. (Not inside zstd: there it is asked
    /// again at once.)
    pub fn from_reader(reader: Box<dyn Read + Send>, name: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            input: Input::new(reader),
            format: Format::Unknown,
            next: None,
            ended: false,
        }
    }

    /// What the source was called when it was opened.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// What the capture lacks, by the interface statistics that were read so far. Only pcapng has them.
    pub fn dropped(&self) -> Dropped {
        match &self.format {
            Format::PcapNg(pcapng) => pcapng.dropped(),
            Format::Pcap(_) | Format::Unknown => Dropped::default(),
        }
    }

    /// What statistics that were read since this was asked last say that the capture lacks.
    pub(super) fn take_lack(&mut self) -> Option<Lack> {
        match &mut self.format {
            Format::PcapNg(pcapng) => pcapng.take_lack(),
            Format::Pcap(_) | Format::Unknown => None,
        }
    }

    /// Of what is compressed and turned out to be no capture: how, and all of it, decompressed.
    pub(crate) fn into_decompressed(self) -> Option<(Codec, impl Read + Send)> {
        let codec = self.input.codec().filter(|_| matches!(self.format, Format::Unknown));
        Some((codec?, self.input.into_reader()))
    }

    /// Time of the next packet, which is fetched if need be; `None` at the end.
    pub(super) fn peek_time(&mut self) -> Result<Option<Time>, CaptureError> {
        if self.next.is_none() && !self.ended {
            let fetched = self.fetch();
            self.ended = match &fetched {
                Ok(record) => record.is_none(),
                Err(error) => !error.is_pause(),
            };
            self.next = fetched?;
        }
        Ok(self.next.as_ref().map(|record| record.time))
    }

    /// True after the end, be it an error, was told.
    pub(super) fn is_ended(&self) -> bool {
        self.ended && self.next.is_none()
    }

    /// The next record; nothing of it is consumed.
    fn fetch(&mut self) -> Result<Option<Record>, CaptureError> {
        loop {
            let (bytes, offset) = (self.input.bytes(), self.input.offset());
            let step = match &mut self.format {
                Format::Unknown => match self.recognize()? {
                    Some(step) => step,
                    None => continue,
                },
                Format::Pcap(pcap) => pcap.step(bytes, offset)?,
                Format::PcapNg(pcapng) => pcapng.step(bytes, offset)?,
            };
            match step {
                Step::Record(record) => return Ok(Some(record)),
                Step::Skip(len) => {
                    self.input.consume(len);
                }
                Step::Need(needed) => {
                    if let Some(ending) = self.input.fill(needed)? {
                        return self.at_end(ending, needed).map(|()| None);
                    }
                }
            }
        }
    }

    /// Tells the format by its magic number. `None` if the bytes have to be looked at anew.
    fn recognize(&mut self) -> Result<Option<Step>, CaptureError> {
        let bytes = self.input.bytes();
        let Some(magic) = bytes.first_chunk().copied() else {
            return Ok(Some(Step::Need(4)));
        };
        if Pcap::matches(magic) {
            return Ok(Some(match Pcap::header(bytes) {
                Ok((pcap, len)) => {
                    self.format = Format::Pcap(pcap);
                    Step::Skip(len)
                }
                Err(needed) => Step::Need(needed),
            }));
        }
        if PcapNg::matches(magic) {
            self.format = Format::PcapNg(PcapNg::default());
            return Ok(None);
        }
        match Codec::of(&magic) {
            // Once only: what is compressed twice is no capture of ours.
            Some(codec) if self.input.codec().is_none() => {
                self.input.decompress(codec);
                Ok(None)
            }
            _ => Err(CaptureError::UnknownFormat { first: magic, had: 4 }),
        }
    }

    /// What the end of the bytes means where `needed` were wanted.
    fn at_end(&self, ending: Ending, needed: usize) -> Result<(), CaptureError> {
        let (bytes, offset) = (self.input.bytes(), self.input.offset());
        let cut = CaptureError::CutShort { offset, needed, had: bytes.len() };
        match ending {
            Ending::Undecodable(codec) => {
                let offset = offset.saturating_add(bytes.len() as u64);
                Err(CaptureError::Undecodable { codec, offset })
            }
            Ending::Io { kind, os } => {
                let offset = offset.saturating_add(bytes.len() as u64);
                Err(CaptureError::Io { kind, os, offset })
            }
            Ending::Cut => Err(cut),
            Ending::Eof => match (&self.format, bytes.len()) {
                (Format::Unknown, 0) => Err(CaptureError::Empty),
                (Format::Unknown, had @ 1..=3) => {
                    let mut first = [0; 4];
                    first.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                    Err(CaptureError::UnknownFormat { first, had: had as u8 })
                }
                (_, 0) => Ok(()),
                _ => Err(cut),
            },
        }
    }
}

impl Source for FileSource {
    fn next_packet(&mut self) -> Result<Option<Packet<'_>>, CaptureError> {
        self.peek_time()?;
        let Some(record) = self.next.take() else {
            return Ok(None);
        };
        let lies = self.input.consume(record.len);
        let Record { time, wire_len, link, order, data, .. } = record;
        let data = self.input.consumed(lies).get(data).unwrap_or_default();
        Ok(Some(Packet { time, data, wire_len, link, order }))
    }

    fn buffered(&self) -> bool {
        if self.next.is_some() || self.ended {
            return self.next.is_some();
        }
        let bytes = self.input.bytes();
        match &self.format {
            Format::Unknown => false,
            Format::Pcap(pcap) => matches!(pcap.step(bytes, 0), Ok(Step::Record(_))),
            Format::PcapNg(pcapng) => pcapng.has_packet(bytes),
        }
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
