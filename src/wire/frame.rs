//! A frame and its sections: lengths are checked here, once.
//!
//! ```text
//!  0        1        2        3        4                                20
//! +--------+--------+-----------------+---------------- ... ------------+
//! | version|  _pad  |       len       |  pfcksum (spare from 7.9 on)    |  pfsync_header
//! +--------+--------+-----------------+---------------- ... ------------+
//! | action |  len   |      count      |  count records of len x 4 bytes |  pfsync_subheader
//! +--------+--------+-----------------+---------------- ... ------------+
//! | action |  len   |      count      |  ...                               and so on up to header.len
//! ```
//!
//! All numbers are in network order. `header.len` counts from the header's first byte; what
//! follows it (the padding of a short Ethernet frame) is ignored, as the kernel does.

#![forbid(unsafe_code)]

use binrw::BinRead;
use binrw::io::Cursor;

use super::action::{Action, ActionTable};
use super::error::{Believed, ErrorKind, Layer, WireError};
use super::grammar::{FrameHeader, SectionHeader};
use super::message::{Messages, Records};
use crate::abi::consts::PFSYNC_VERSION;
use crate::abi::record::Record;
use crate::abi::{Dialect, Layout, openbsd_7_9::wire as newest};

/// Bytes of `pfsync_header`.
pub(super) const HEADER_BYTES: usize = size_of::<newest::pfsync_header>();
/// Bytes of `pfsync_subheader`.
pub(super) const SECTION_HEADER_BYTES: usize = size_of::<newest::pfsync_subheader>();
/// `pfsync_subheader.len` counts words of this many bytes (wire-openbsd.md 1.3).
pub(super) const STRIDE_UNIT_BYTES: usize = 4;

/// A pfsync frame whose header was found sound.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    header: FrameHeader,
    /// From the pfsync header to `header.len`, or to where the capture was cut.
    bytes: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Reads the header of the frame at the start of `bytes`, of which `wire_len` bytes were on
    /// the wire: more than `bytes` has where the capture was cut.
    ///
    /// # Errors
    /// A header that is not whole, another version than 6, a length that is below the header's
    /// own or beyond the packet.
    pub fn parse(bytes: &'a [u8], wire_len: usize) -> Result<Self, WireError> {
        let wire_len = wire_len.max(bytes.len());
        let error = |kind| WireError { kind, layer: Layer::Header, offset: 0 };
        let short = ErrorKind::Short {
            needed: HEADER_BYTES,
            had: bytes.len(),
            believed: if wire_len > bytes.len() { Believed::Capture } else { Believed::Packet },
        };
        if bytes.len() < HEADER_BYTES {
            return Err(error(short));
        }
        let Ok(header) = FrameHeader::read(&mut Cursor::new(bytes)) else {
            return Err(error(short));
        };
        if u32::from(header.version) != PFSYNC_VERSION {
            return Err(error(ErrorKind::Version(header.version)));
        }
        let len = usize::from(header.len);
        if len < HEADER_BYTES {
            return Err(error(ErrorKind::LenBelowHeader(header.len)));
        }
        if len > wire_len {
            return Err(error(ErrorKind::LenBeyondPacket { len: header.len, had: wire_len }));
        }
        Ok(Self { header, bytes: bytes.get(..len).unwrap_or(bytes) })
    }

    /// The header as it stands on the wire.
    pub fn header(&self) -> FrameHeader {
        self.header
    }

    /// The captured bytes from the header on, at most `header.len` of them.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The sections, read with the actions of `table`.
    pub fn sections(&self, table: &'static ActionTable) -> Sections<'a> {
        Sections {
            bytes: self.bytes,
            end: usize::from(self.header.len),
            at: HEADER_BYTES,
            table,
            salvage: false,
            failed: None,
        }
    }

    /// The sections, read as `layout` has them.
    pub fn sections_of(&self, layout: Layout) -> Sections<'a> {
        self.sections(ActionTable::of(layout))
    }

    /// The messages of all sections, in the order of the wire.
    pub fn messages<D: Dialect>(&self) -> Messages<'a, D> {
        Messages::new(self)
    }
}

/// A section: a header and the whole records behind it.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// As it stands on the wire.
    pub header: SectionHeader,
    /// Bytes from the start of the frame to the section header.
    pub offset: usize,
    /// What it holds; `None` for a section that is skipped.
    pub action: Option<Action>,
    /// The name of a known action that is skipped (OINS, EOF and the like).
    pub skipped_action: Option<Action>,
    /// The whole records that are there; of a skipped section all its bytes that are there.
    pub body: &'a [u8],
}

impl<'a> Section<'a> {
    /// Bytes from one record to the next, by the wire's own word.
    pub fn stride_bytes(&self) -> usize {
        usize::from(self.header.len) * STRIDE_UNIT_BYTES
    }

    /// The records as `T`, of which each is the known prefix where the wire has longer ones. Empty
    /// for a section that is skipped, and where `T` is longer than a record.
    pub fn records<T: Record>(&self) -> Records<'a, T> {
        let body = if self.action.is_some() { self.body } else { &[] };
        Records::new(body, self.stride_bytes())
    }
}

/// The sections of a frame. Ends after an error.
#[derive(Debug, Clone)]
pub struct Sections<'a> {
    bytes: &'a [u8],
    /// Where the frame ends by its own word; beyond `bytes` where the capture was cut.
    end: usize,
    at: usize,
    table: &'static ActionTable,
    /// What is left of a section that overruns the frame is given.
    salvage: bool,
    /// Told after the section in which the capture was cut, or which overran the frame.
    failed: Option<WireError>,
}

impl<'a> Iterator for Sections<'a> {
    type Item = Result<Section<'a>, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.failed.take() {
            self.at = self.end;
            return Some(Err(error));
        }
        if self.at >= self.end {
            return None;
        }
        let section = self.section();
        if section.is_err() {
            self.at = self.end;
        }
        Some(section)
    }
}

impl std::iter::FusedIterator for Sections<'_> {}

impl<'a> Sections<'a> {
    /// A section that overruns the frame gives its whole records before its error, as if the
    /// capture had been cut. The kernel takes none of them: this is for looking at frames.
    pub fn salvaging(self) -> Self {
        Self { salvage: true, ..self }
    }

    fn section(&mut self) -> Result<Section<'a>, WireError> {
        let offset = self.at;
        let rest = self.bytes.get(offset..).unwrap_or_default();
        if rest.len() < SECTION_HEADER_BYTES {
            return Err(self.short(Layer::Section, offset, SECTION_HEADER_BYTES));
        }
        let Ok(header) = SectionHeader::read(&mut Cursor::new(rest)) else {
            return Err(self.short(Layer::Section, offset, SECTION_HEADER_BYTES));
        };
        let stride_bytes = usize::from(header.len) * STRIDE_UNIT_BYTES;
        let row = self.table.row(header.action);
        let decoded = row.filter(|row| row.record_bytes.is_some_and(|n| n <= stride_bytes));
        let dead = row.is_some_and(|row| row.record_bytes.is_none());
        if decoded.is_none() && !dead && (header.count == 0 || stride_bytes == 0) {
            let kind =
                ErrorKind::Unskippable { action: header.action, stride_bytes, count: header.count };
            return Err(WireError { kind, layer: Layer::Section, offset });
        }
        let start = offset + SECTION_HEADER_BYTES;
        let needed = usize::from(header.count) * stride_bytes;
        if needed > self.end - start && !self.salvage {
            return Err(self.short(Layer::Records, start, needed));
        }
        let body = self.bytes.get(start..).unwrap_or_default();
        let body = match body.get(..needed) {
            Some(body) => {
                self.at = start + needed;
                body
            }
            None => {
                // The capture was cut, or the section overruns the frame and is salvaged: the
                // whole records come out, then the error.
                let whole = match decoded {
                    Some(_) => body.len() - body.len() % stride_bytes,
                    None => body.len(),
                };
                let error = self.short(Layer::Records, start + whole, needed - whole);
                self.failed = Some(error);
                body.get(..whole).unwrap_or_default()
            }
        };
        Ok(Section {
            header,
            offset,
            action: decoded.map(|row| row.action),
            skipped_action: if decoded.is_none() { row.map(|row| row.action) } else { None },
            body,
        })
    }

    /// Too few bytes at `offset`: the capture's fault if it was cut before the frame's end.
    fn short(&self, layer: Layer, offset: usize, needed: usize) -> WireError {
        let claimed = self.end.saturating_sub(offset);
        let (had, believed) = if needed > claimed {
            (claimed, Believed::Header)
        } else {
            (self.bytes.len().saturating_sub(offset), Believed::Capture)
        };
        WireError { kind: ErrorKind::Short { needed, had, believed }, layer, offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::Release;
    use crate::wire::grammar;

    /// A section that overruns its frame gives nothing, as in the kernel, unless it is salvaged.
    #[test]
    fn salvaging_gives_the_whole_records_of_a_section_that_overruns() {
        let record = grammar::StateId { id: 1, creatorid: 2 };
        let mut bytes = grammar::Frame::build(vec![(7, grammar::Body::DelC(vec![record; 2]))]);
        // The section claims three records; two and a half are in the frame.
        bytes[23] = 3;
        bytes.extend([0; 6]);
        bytes[3] = bytes.len() as u8;
        let frame = Frame::parse(&bytes, bytes.len()).unwrap();
        let layout = Release::NEWEST.layout();
        assert!(matches!(frame.sections_of(layout).next(), Some(Err(_))));
        let mut salvaged = frame.sections_of(layout).salvaging();
        let section = salvaged.next().unwrap().unwrap();
        assert_eq!((section.header.count, section.body.len()), (3, 24));
        let error = salvaged.next().unwrap().unwrap_err();
        let kind = ErrorKind::Short { needed: 12, had: 6, believed: Believed::Header };
        assert_eq!(error, WireError { kind, layer: Layer::Records, offset: 48 });
        assert!(salvaged.next().is_none());
    }
}
