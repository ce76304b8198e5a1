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
//!
//! That is version 6. In version 5 the second byte of a section header is padding: records have the
//! size that their action has in the sender's release, and the frame ends with a section EOF
//! (wire-openbsd.md 1.4, wire-others.md 1.5). In versions 2 to 4 a frame is one section:
//!
//! ```text
//! +--------+--------+--------+--------+---------------- ... ------------+
//! | version|   af   | action | count  |  pf_chksum, not in version 2    |  pfsync_header
//! +--------+--------+--------+--------+---------------- ... ------------+
//! | count records, up to the end of the packet                         |
//! ```

#![forbid(unsafe_code)]

use binrw::BinRead;
use binrw::io::Cursor;

use super::action::{Action, ActionTable};
use super::error::{Believed, ErrorKind, Layer, WireError};
use super::grammar::{FlatHeader, FrameHeader, SectionHeader};
use super::message::{Messages, Records};
use crate::abi::record::Record;
use crate::abi::{Dialect, Layout, openbsd_7_9::wire as newest};

/// Bytes of `pfsync_header` from version 3 on.
pub(super) const HEADER_BYTES: usize = size_of::<newest::pfsync_header>();
/// Bytes of `pfsync_header` of version 2.
const HEADER_2_BYTES: usize = size_of::<crate::abi::freebsd_5_3::wire::pfsync_header>();
/// Bytes of `pfsync_subheader`.
pub(super) const SECTION_HEADER_BYTES: usize = size_of::<newest::pfsync_subheader>();
/// The header of a section and the shortest record there is, a name.
const SMALLEST_SECTION_BYTES: usize = SECTION_HEADER_BYTES + size_of::<newest::pfsync_del_c>();
/// `pfsync_subheader.len` counts words of this many bytes (wire-openbsd.md 1.3).
pub(super) const STRIDE_UNIT_BYTES: usize = 4;

/// A pfsync frame whose header was found sound.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    header: Header,
    /// From the pfsync header to the frame's end, or to where the capture was cut.
    bytes: &'a [u8],
}

/// The two kinds of headers.
#[derive(Debug, Clone, Copy)]
enum Header {
    /// Versions 5 and 6.
    Sections(FrameHeader),
    /// Versions 2 to 4, and where the packet ends.
    Flat(FlatHeader, usize),
}

impl<'a> Frame<'a> {
    /// Reads the header of the frame at the start of `bytes`, of which `wire_len` bytes were on
    /// the wire: more than `bytes` has where the capture was cut.
    ///
    /// # Errors
    /// A header that is not whole, a version that is not 2 to 6, a length that is below the
    /// header's own or beyond the packet.
    pub fn parse(bytes: &'a [u8], wire_len: usize) -> Result<Self, WireError> {
        let wire_len = wire_len.max(bytes.len());
        let error = |kind| WireError { kind, layer: Layer::Header, offset: 0 };
        let version = bytes.first().copied().unwrap_or_default();
        let needed = if version == 2 { HEADER_2_BYTES } else { HEADER_BYTES };
        let short = ErrorKind::Short {
            needed,
            had: bytes.len(),
            believed: if wire_len > bytes.len() { Believed::Capture } else { Believed::Packet },
        };
        if bytes.len() < needed {
            return Err(error(short));
        }
        if matches!(version, 2..=4) {
            let header = FlatHeader::read(&mut Cursor::new(bytes)).map_err(|_| error(short))?;
            return Ok(Self { header: Header::Flat(header, wire_len), bytes });
        }
        let Ok(header) = FrameHeader::read(&mut Cursor::new(bytes)) else {
            return Err(error(short));
        };
        if !matches!(version, 5 | 6) {
            return Err(error(ErrorKind::Version(version)));
        }
        let len = usize::from(header.len);
        if len < HEADER_BYTES {
            return Err(error(ErrorKind::LenBelowHeader(header.len)));
        }
        if len > wire_len {
            return Err(error(ErrorKind::LenBeyondPacket { len: header.len, had: wire_len }));
        }
        Ok(Self { header: Header::Sections(header), bytes: bytes.get(..len).unwrap_or(bytes) })
    }

    /// The header as it stands on the wire; `None` in versions 2 to 4.
    pub fn header(&self) -> Option<FrameHeader> {
        match self.header {
            Header::Sections(header) => Some(header),
            Header::Flat(..) => None,
        }
    }

    /// Its version.
    pub fn version(&self) -> u8 {
        match self.header {
            Header::Sections(header) => header.version,
            Header::Flat(header, _) => header.version,
        }
    }

    /// Bytes that the frame has on the wire, header included: by its own word where it says so.
    pub fn wire_len(&self) -> usize {
        match self.header {
            Header::Sections(header) => usize::from(header.len),
            Header::Flat(_, wire_len) => wire_len,
        }
    }

    /// The captured bytes from the header on, at most those of the frame.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The sections, read with the actions of `table`.
    pub fn sections(&self, table: &'static ActionTable) -> Sections<'a> {
        let (at, flat) = match self.header {
            Header::Sections(_) => (HEADER_BYTES, None),
            Header::Flat(header, _) if header.version == 2 => (HEADER_2_BYTES, Some(header)),
            Header::Flat(header, _) => (HEADER_BYTES, Some(header)),
        };
        // What another version's release knows of actions does not help.
        let failed = (self.version() != table.version).then_some(WireError {
            kind: ErrorKind::Version(self.version()),
            layer: Layer::Header,
            offset: 0,
        });
        let (bytes, end) = (self.bytes, self.wire_len());
        Sections { bytes, end, at, table, flat, salvage: false, failed }
    }

    /// The sections, read as `layout` has them.
    pub fn sections_of(&self, layout: Layout) -> Sections<'a> {
        self.sections(ActionTable::of(layout))
    }

    /// The messages of all sections, in the order of the wire.
    pub fn messages<D: Dialect>(&self) -> Messages<'a, D> {
        Messages::new(self)
    }

    /// Walks a frame of versions 2 to 5 from section to section as `table` has their sizes. Nothing
    /// but where that leads to tells whether they are the sender's. Gives whether the frame ends
    /// with EOF, as all of version 5 do, or the capture was cut before its end.
    ///
    /// # Errors
    /// It does not lead to the end of the frame.
    pub fn walk(&self, table: &'static ActionTable) -> Result<bool, WireError> {
        let (mut ends, mut at) = (false, 0);
        for section in self.sections(table) {
            let section = match section {
                // Behind the section that was cut there is room for EOF, or for another section
                // and EOF.
                Err(error) if error.is_cut() => {
                    let (rest, eof) =
                        (self.wire_len() - at, SECTION_HEADER_BYTES + table.eof_bytes);
                    if self.version() != 5 || rest == eof || rest >= SMALLEST_SECTION_BYTES + eof {
                        return Ok(true);
                    }
                    let kind = ErrorKind::Trailing { bytes: rest };
                    return Err(WireError { kind, layer: Layer::Section, offset: at });
                }
                section => section?,
            };
            at = section.body_offset
                + match section.action {
                    Some(_) => usize::from(section.header.count) * section.stride_bytes,
                    None => section.stride_bytes,
                };
            ends = section.skipped_action == Some(Action::Eof);
            let (padding, offset) = (section.header.len, section.offset);
            if self.version() == 5 && padding != 0 {
                let kind = ErrorKind::Padding(padding);
                return Err(WireError { kind, layer: Layer::Section, offset });
            }
        }
        Ok(ends)
    }
}

/// A section: a header and the whole records behind it.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// As it stands on the wire; in versions 2 to 4 made of the frame's.
    pub header: SectionHeader,
    /// Bytes from the start of the frame to the section header.
    pub offset: usize,
    /// What it holds; `None` for a section that is skipped.
    pub action: Option<Action>,
    /// The name of a known action that is skipped (OINS, EOF and the like).
    pub skipped_action: Option<Action>,
    /// The whole records that are there; of a skipped section all its bytes that are there.
    pub body: &'a [u8],
    /// Bytes from one record to the next: in version 6 by the wire's own word, else by the action.
    pub stride_bytes: usize,
    /// Bytes from the start of the frame to the records.
    pub body_offset: usize,
}

impl<'a> Section<'a> {
    /// The records as `T`, of which each is the known prefix where the wire has longer ones. Empty
    /// for a section that is skipped, and where `T` is longer than a record.
    pub fn records<T: Record>(&self) -> Records<'a, T> {
        let body = if self.action.is_some() { self.body } else { &[] };
        Records::new(body, self.stride_bytes)
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
    /// The header of versions 2 to 4.
    flat: Option<FlatHeader>,
    /// What is left of a section that overruns the frame is given.
    salvage: bool,
    /// Told after the section in which the capture was cut, or which overran the frame.
    failed: Option<WireError>,
}

impl<'a> Iterator for Sections<'a> {
    type Item = Result<Section<'a>, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.failed.take() {
            (self.at, self.flat) = (self.end, None);
            return Some(Err(error));
        }
        // Also where no byte follows the header the one section of a flat frame may claim records.
        if self.at >= self.end && self.flat.is_none() {
            return None;
        }
        let section = self.section();
        self.flat = None;
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
        if let Some(FlatHeader { action, count, .. }) = self.flat {
            let header = SectionHeader { action, len: 0, count: u16::from(count) };
            return self.sized(header, 0, offset);
        }
        let rest = self.bytes.get(offset..).unwrap_or_default();
        if rest.len() < SECTION_HEADER_BYTES {
            return Err(self.short(Layer::Section, offset, SECTION_HEADER_BYTES));
        }
        let Ok(header) = SectionHeader::read(&mut Cursor::new(rest)) else {
            return Err(self.short(Layer::Section, offset, SECTION_HEADER_BYTES));
        };
        let start = offset + SECTION_HEADER_BYTES;
        if self.table.version == 5 {
            return self.sized(header, offset, start);
        }
        let stride_bytes = usize::from(header.len) * STRIDE_UNIT_BYTES;
        let row = self.table.row(header.action);
        let decoded = row.filter(|row| row.record_bytes.is_some_and(|n| n <= stride_bytes));
        let dead = row.is_some_and(|row| row.record_bytes.is_none());
        if decoded.is_none() && !dead && (header.count == 0 || stride_bytes == 0) {
            return Err(unskippable(header, stride_bytes, offset));
        }
        let action = decoded.map(|row| row.action);
        let skipped_action = if decoded.is_none() { row.map(|row| row.action) } else { None };
        let needed = usize::from(header.count) * stride_bytes;
        let body = self.take(start, needed, action.is_some().then_some(stride_bytes))?;
        Ok(Section {
            header,
            offset,
            action,
            skipped_action,
            body,
            stride_bytes,
            body_offset: start,
        })
    }

    /// A section of a version that does not say how long its records are, from `start` on.
    fn sized(
        &mut self,
        header: SectionHeader,
        offset: usize,
        start: usize,
    ) -> Result<Section<'a>, WireError> {
        let row = self.table.row(header.action);
        let Some(row) = row.filter(|row| row.record_bytes.is_some() || row.action == Action::Eof)
        else {
            return Err(unskippable(header, 0, offset));
        };
        let is_eof = row.action == Action::Eof;
        let stride_bytes = row.record_bytes.unwrap_or(self.table.eof_bytes);
        let needed = if is_eof { stride_bytes } else { usize::from(header.count) * stride_bytes };
        let body = self.take(start, needed, (!is_eof).then_some(stride_bytes))?;
        // Nothing may follow EOF, or the one section of the flat formats.
        if (is_eof || self.flat.is_some()) && self.failed.is_none() && self.at < self.end {
            let kind = ErrorKind::Trailing { bytes: self.end - self.at };
            // A frame that is one section is that section's or nobody's.
            if self.flat.is_some() && !self.salvage {
                return Err(WireError { kind, layer: Layer::Records, offset: start });
            }
            let error = WireError { kind, layer: Layer::Records, offset: self.at };
            self.failed = Some(error);
        }
        let (action, skipped_action) =
            if is_eof { (None, Some(Action::Eof)) } else { (Some(row.action), None) };
        Ok(Section {
            header,
            offset,
            action,
            skipped_action,
            body,
            stride_bytes,
            body_offset: start,
        })
    }

    /// The `needed` bytes from `start` on, and steps behind them. Where the capture was cut, or the
    /// section overruns the frame and is salvaged: as many as there are, of records (of so many
    /// bytes each) the whole ones; then comes the error.
    fn take(
        &mut self,
        start: usize,
        needed: usize,
        record_bytes: Option<usize>,
    ) -> Result<&'a [u8], WireError> {
        if needed > self.end.saturating_sub(start) && !self.salvage {
            return Err(self.short(Layer::Records, start, needed));
        }
        let body = self.bytes.get(start..).unwrap_or_default();
        if let Some(body) = body.get(..needed) {
            self.at = start + needed;
            return Ok(body);
        }
        let whole = body.len() - record_bytes.map_or(0, |bytes| body.len() % bytes);
        self.failed = Some(self.short(Layer::Records, start + whole, needed - whole));
        Ok(body.get(..whole).unwrap_or_default())
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

fn unskippable(header: SectionHeader, stride_bytes: usize, offset: usize) -> WireError {
    let kind = ErrorKind::Unskippable { action: header.action, stride_bytes, count: header.count };
    WireError { kind, layer: Layer::Section, offset }
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
