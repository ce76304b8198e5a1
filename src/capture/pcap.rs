//! Classic pcap: a header of 24 bytes, then records.
//!
//! ```text
//! magic 4 | major 2, minor 2 | zone 4 | accuracy 4 | snap length 4 | link type 4
//! seconds 4 | fraction 4 | captured bytes 4 | bytes on the wire 4 | packet ...
//! ```
//! The magic number tells byte order, unit of the fraction and Kuznetzov's variant, whose record
//! headers have 8 bytes more. The time zone is not applied: every writer stores 0 and UTC.

#![forbid(unsafe_code)]

use pcap_parser::nom::{Err as NomErr, IResult, Needed};
use pcap_parser::{
    LegacyPcapBlock, PcapError, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified,
    parse_pcap_header,
};

use super::byte_order::ByteOrder;
use super::error::CaptureError;
use super::file::{Record, Step};
use super::link_type::LinkType;
use crate::time::Time;

/// Bytes that a captured packet has at most: the largest snap length that libpcap writes.
pub const PACKET_LIMIT: u32 = 256 * 1024;

/// Size of the file header in bytes.
const HEADER_LEN: usize = 24;

/// Size of a record header in bytes.
const RECORD_LEN: usize = 16;

/// Size of a record header in Kuznetzov's variant: interface, protocol and packet type follow.
const MODIFIED_RECORD_LEN: usize = 24;

type ParseRecord =
    for<'a> fn(&'a [u8]) -> IResult<&'a [u8], LegacyPcapBlock<'a>, PcapError<&'a [u8]>>;

/// What the header of a classic pcap file says.
pub(super) struct Pcap {
    link: LinkType,
    order: ByteOrder,
    parse: ParseRecord,
    record_len: usize,
    /// Nanoseconds of one unit of the fraction.
    unit_ns: i64,
}

impl Pcap {
    /// True if a file that begins with `magic` is of this format.
    pub(super) fn matches(magic: [u8; 4]) -> bool {
        Self::variant(magic).is_some()
    }

    fn variant(magic: [u8; 4]) -> Option<(ParseRecord, usize, i64)> {
        Some(match magic {
            [0xd4, 0xc3, 0xb2, 0xa1] => (parse_pcap_frame, RECORD_LEN, 1000),
            [0xa1, 0xb2, 0xc3, 0xd4] => (parse_pcap_frame_be, RECORD_LEN, 1000),
            [0x4d, 0x3c, 0xb2, 0xa1] => (parse_pcap_frame, RECORD_LEN, 1),
            [0xa1, 0xb2, 0x3c, 0x4d] => (parse_pcap_frame_be, RECORD_LEN, 1),
            [0x34, 0xcd, 0xb2, 0xa1] => (parse_pcap_frame_modified, MODIFIED_RECORD_LEN, 1000),
            [0xa1, 0xb2, 0xcd, 0x34] => (parse_modified_be, MODIFIED_RECORD_LEN, 1000),
            _ => return None,
        })
    }

    /// Reads the header at the start of `bytes`; a matching magic number was seen.
    pub(super) fn header(bytes: &[u8]) -> Result<(Self, usize), usize> {
        let Some(header) = bytes.get(..HEADER_LEN) else {
            return Err(HEADER_LEN);
        };
        let magic: [u8; 4] = bytes.first_chunk().copied().unwrap_or_default();
        // All magic numbers begin with a1 where the highest byte comes first.
        let order = if magic[0] == 0xa1 { ByteOrder::Big } else { ByteOrder::Little };
        let (parse, record_len, unit_ns) = Self::variant(magic).ok_or(HEADER_LEN)?;
        let field = match parse_pcap_header(header) {
            Ok((_, header)) => header.network.0.cast_unsigned(),
            // pcap-parser does not know the variant in big-endian order.
            Err(_) => header.last_chunk().map_or(0, |field| u32::from_be_bytes(*field)),
        };
        Ok((
            Self { link: LinkType::from_file(field), order, parse, record_len, unit_ns },
            HEADER_LEN,
        ))
    }

    /// The record at the start of `bytes`, which lies at `offset` in the file.
    pub(super) fn step(&self, bytes: &[u8], offset: u64) -> Result<Step, CaptureError> {
        let limit = self.record_len + PACKET_LIMIT as usize;
        let too_long = |len: usize| CaptureError::TooLong {
            offset,
            claimed: len.saturating_sub(self.record_len) as u64,
            limit: PACKET_LIMIT,
        };
        match (self.parse)(bytes) {
            Ok((rest, block)) => {
                let len = bytes.len() - rest.len();
                if len > limit {
                    return Err(too_long(len));
                }
                Ok(Step::Record(Record {
                    time: self.time(block.ts_sec, block.ts_usec),
                    link: self.link,
                    order: self.order,
                    wire_len: block.origlen.max(block.caplen),
                    data: self.record_len..len,
                    len,
                }))
            }
            Err(NomErr::Incomplete(Needed::Size(more))) => {
                let len = bytes.len().saturating_add(more.get());
                if len > limit { Err(too_long(len)) } else { Ok(Step::Need(len)) }
            }
            // The parsers know no other outcome; asking for one byte more still ends at the end.
            Err(_) => Ok(Step::Need(bytes.len() + 1)),
        }
    }

    /// A fraction of a second or more is carried over, as it stands.
    fn time(&self, secs: u32, fraction: u32) -> Time {
        Time::from_nanos(i64::from(secs) * 1_000_000_000 + i64::from(fraction) * self.unit_ns)
    }
}

/// Kuznetzov's variant in big-endian order, which pcap-parser lacks: the first 16 bytes of the
/// record header are as ever, 8 more follow.
fn parse_modified_be(bytes: &[u8]) -> IResult<&[u8], LegacyPcapBlock<'_>, PcapError<&[u8]>> {
    let incomplete = |needed: usize| NomErr::Incomplete(Needed::new(needed - bytes.len()));
    let Some((header, rest)) = bytes.split_at_checked(MODIFIED_RECORD_LEN) else {
        return Err(incomplete(MODIFIED_RECORD_LEN));
    };
    let word = |at: usize| {
        header.get(at..).and_then(|h| h.first_chunk()).map_or(0, |w| u32::from_be_bytes(*w))
    };
    let caplen = word(8);
    let Some((data, rest)) = rest.split_at_checked(caplen as usize) else {
        return Err(incomplete(MODIFIED_RECORD_LEN.saturating_add(caplen as usize)));
    };
    let block =
        LegacyPcapBlock { ts_sec: word(0), ts_usec: word(4), caplen, origlen: word(12), data };
    Ok((rest, block))
}
