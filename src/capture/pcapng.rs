//! pcapng: sections of blocks (draft-ietf-opsawg-pcapng).
//!
//! ```text
//! block type 4 | block length 4 | body ... | block length 4
//! ```
//! A section header gives the byte order of what follows and forgets the interfaces before it;
//! each interface has a link type and a clock of its own. Blocks that hold no packet are stepped
//! over.
//!
//! Section and interface headers are read by pcap-parser. Packets are read here: their fields lie
//! at fixed places, and pcap-parser would walk every packet's options, refuse the packet where an
//! option is damaged, and take a packet longer than its block for one that is not whole yet.

#![forbid(unsafe_code)]

use std::ops::Range;

use super::byte_order::ByteOrder;
use super::error::{BadBlock, CaptureError};
use super::file::{Record, Step};
use super::link_type::LinkType;
use super::pcap::PACKET_LIMIT;
use crate::time::Time;

/// Bytes that a block has at most.
pub const BLOCK_LIMIT: u32 = 16 * 1024 * 1024;

/// Type of a section header, the same in both byte orders: the format's magic number.
const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
const INTERFACE: u32 = 1;
/// Obsolete, but old files have it.
const PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const INTERFACE_STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;

/// Options of interface statistics, of 8 bytes each: when the capture began; what the interface dropped; what
/// the system dropped for want of room. Wireshark's dumpcap counts the latter with the interface.
const ISB_STARTTIME: u32 = 2;
const ISB_IFDROP: u32 = 5;
const ISB_OSDROP: u32 = 7;

/// Options of an interface: the resolution of its clock, in one byte, and what is added, in seconds.
const IF_TSRESOL: u32 = 9;
const IF_TSOFFSET: u32 = 14;

/// Bytes of a section header without options.
const SECTION_LEN: u32 = 28;

/// Type and length in front of the body, in bytes.
const HEAD: usize = 8;
/// The length behind the body, in bytes.
const TAIL: usize = 4;

/// What the current section has said.
#[derive(Default)]
pub(super) struct PcapNg {
    big_endian: bool,
    interfaces: Vec<Interface>,
    /// Time of the last packet that had one: simple packets have none.
    last: Time,
    /// Of the first packet.
    first: Option<Time>,
    dropped: Dropped,
    /// What of that nobody asked for yet.
    lack: Option<Lack>,
}

/// Packets that a capture lacks, by the last word of its statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dropped {
    /// The system had no room for them.
    pub kernel: u64,
    /// Interface or driver dropped them.
    pub interface: u64,
}

impl Dropped {
    /// Both together. Counters come from files, and may say anything.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let kernel = self.kernel.saturating_add(other.kernel);
        Self { kernel, interface: self.interface.saturating_add(other.interface) }
    }

    /// All of them.
    pub fn packets(self) -> u64 {
        self.kernel.saturating_add(self.interface)
    }
}

/// What statistics in a capture file say that it lacks, beyond what those before them said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lack {
    /// Packets.
    pub dropped: Dropped,
    /// The first moment at which they can have been dropped: that of the statistics before, or of the start.
    pub from: Time,
    /// When that was counted.
    pub to: Time,
}

struct Interface {
    link: LinkType,
    snaplen: u32,
    units_per_s: u128,
    offset_s: i64,
    /// The last word of its statistics, and when that was.
    dropped: Dropped,
    counted: Option<Time>,
}

/// A whole block: its type, length and body.
struct Block<'a> {
    kind: u32,
    len: u32,
    body: &'a [u8],
}

impl PcapNg {
    /// True if a file that begins with `magic` is of this format.
    pub(super) fn matches(magic: [u8; 4]) -> bool {
        magic == SECTION
    }

    /// The block at the start of `bytes`, which lies at `offset` in the file.
    pub(super) fn step(&mut self, bytes: &[u8], offset: u64) -> Result<Step, CaptureError> {
        let bad = |kind| CaptureError::BadBlock { offset, kind };
        let Some(len) = self.block_len(bytes).map_err(bad)? else {
            return Ok(Step::Need(if bytes.starts_with(&SECTION) { HEAD + 4 } else { HEAD }));
        };
        if len > BLOCK_LIMIT {
            return Err(CaptureError::TooLong {
                offset,
                claimed: u64::from(len),
                limit: BLOCK_LIMIT,
            });
        }
        let Some(whole) = bytes.get(..len as usize) else {
            return Ok(Step::Need(len as usize));
        };
        if whole.starts_with(&SECTION) {
            self.section(whole).map_err(bad)?;
            return Ok(Step::Skip(whole.len()));
        }
        let block = self.block(whole, len).map_err(bad)?;
        let record = match block.kind {
            INTERFACE => {
                let interface = self.interface(&block).ok_or(bad(BadBlock::Header))?;
                self.interfaces.push(interface);
                return Ok(Step::Skip(whole.len()));
            }
            INTERFACE_STATISTICS => {
                self.statistics(&block);
                return Ok(Step::Skip(whole.len()));
            }
            ENHANCED_PACKET => self.enhanced(&block),
            SIMPLE_PACKET => self.simple(&block),
            PACKET => self.obsolete(&block),
            _ => return Ok(Step::Skip(whole.len())),
        }
        .map_err(bad)?;
        if record.data.len() > PACKET_LIMIT as usize {
            let claimed = record.data.len() as u64;
            return Err(CaptureError::TooLong { offset, claimed, limit: PACKET_LIMIT });
        }
        self.last = record.time;
        self.first.get_or_insert(record.time);
        Ok(Step::Record(record))
    }

    /// What was dropped, as far as interface statistics came.
    pub(super) fn dropped(&self) -> Dropped {
        self.dropped
    }

    /// What was dropped since this was asked last.
    pub(super) fn take_lack(&mut self) -> Option<Lack> {
        self.lack.take()
    }

    /// `interface 4 | time 8 | options`; those that are damaged end what is read of them. Counters are those
    /// since the capture began, and may come again and again: what counts is by how much they rose.
    fn statistics(&mut self, block: &Block<'_>) {
        let units = |high: u32, low: u32| u64::from(high) << 32 | u64::from(low);
        let word = |at| self.word(block.body, at);
        let (Some(id), Some(high), Some(low)) = (word(0), word(4), word(8)) else { return };
        let Some(interface) = self.interfaces.get(id as usize) else { return };
        let (mut now, mut began) = (interface.dropped, None);
        for (code, value) in self.options(block.body, 12) {
            let Ok(bytes) = value.try_into() else { continue };
            let number = match self.big_endian {
                true => u64::from_be_bytes(bytes),
                false => u64::from_le_bytes(bytes),
            };
            match code {
                // Times are two numbers, the upper one first.
                ISB_STARTTIME => {
                    let halves = (self.word(value, 0), self.word(value, 4));
                    began = halves.0.zip(halves.1).map(|(high, low)| units(high, low));
                }
                ISB_IFDROP => now.interface = now.interface.max(number),
                ISB_OSDROP => now.kernel = now.kernel.max(number),
                _ => {}
            }
        }
        let dropped = Dropped {
            kernel: now.kernel.saturating_sub(interface.dropped.kernel),
            interface: now.interface.saturating_sub(interface.dropped.interface),
        };
        let to = match units(high, low) {
            0 => self.last,
            units => interface.time(units),
        };
        let began = began.map(|units| interface.time(units));
        let from = interface.counted.or(began).or(self.first).unwrap_or(to).min(to);
        if let Some(interface) = self.interfaces.get_mut(id as usize) {
            (interface.dropped, interface.counted) = (now, Some(to));
        }
        self.dropped = self.dropped.and(dropped);
        if dropped.packets() > 0 {
            let lack = Lack { dropped, from, to };
            self.lack = Some(self.lack.map_or(lack, |before| Lack {
                dropped: before.dropped.and(dropped),
                from: before.from.min(from),
                to: before.to.max(to),
            }));
        }
    }

    /// True if a whole packet stands in `bytes` with nothing before it but blocks that are
    /// stepped over. False once a section begins: its byte order is not known yet.
    pub(super) fn has_packet(&self, mut bytes: &[u8]) -> bool {
        while !bytes.starts_with(&SECTION)
            && let Ok(Some(len)) = self.block_len(bytes)
            && let Some((block, rest)) = bytes.split_at_checked(len as usize)
        {
            if matches!(self.word(block, 0), Some(ENHANCED_PACKET | SIMPLE_PACKET | PACKET)) {
                return true;
            }
            bytes = rest;
        }
        false
    }

    /// The length of the block that `bytes` begin with, `None` if they are too few to tell.
    fn block_len(&self, bytes: &[u8]) -> Result<Option<u32>, BadBlock> {
        let big_endian = match (bytes.starts_with(&SECTION), bytes.get(HEAD..HEAD + 4)) {
            (false, _) => self.big_endian,
            (true, None) => return Ok(None),
            (true, Some([0x1a, 0x2b, 0x3c, 0x4d])) => true,
            (true, Some([0x4d, 0x3c, 0x2b, 0x1a])) => false,
            (true, Some(magic)) => {
                return Err(BadBlock::ByteOrder(magic.try_into().unwrap_or_default()));
            }
        };
        match word(big_endian, bytes, 4) {
            Some(len) if len < (HEAD + TAIL) as u32 || !len.is_multiple_of(4) => {
                Err(BadBlock::Length(len))
            }
            len => Ok(len),
        }
    }

    /// The parts of a whole block.
    fn block<'a>(&self, whole: &'a [u8], len: u32) -> Result<Block<'a>, BadBlock> {
        let end = whole.len().saturating_sub(TAIL);
        let last = self.word(whole, end).unwrap_or(0);
        if last != len {
            return Err(BadBlock::LengthsDiffer { first: len, last });
        }
        let kind = self.word(whole, 0).unwrap_or(0);
        Ok(Block { kind, len, body: whole.get(HEAD..end).unwrap_or_default() })
    }

    fn section(&mut self, whole: &[u8]) -> Result<(), BadBlock> {
        // The order is known before anything else is read, and told by bytes: pcap-parser goes by numbers,
        // which on big-endian machines are other ones.
        self.big_endian = whole.get(HEAD..HEAD + 4) == Some(&[0x1a, 0x2b, 0x3c, 0x4d]);
        let len = self.word(whole, 4).filter(|len| *len >= SECTION_LEN).ok_or(BadBlock::Header)?;
        self.block(whole, len)?;
        self.interfaces.clear();
        Ok(())
    }

    /// `link type 2 | 0 2 | snaplen 4 | options`; read here, because pcap-parser takes the type of this block in
    /// the wrong order on big-endian machines.
    fn interface(&self, block: &Block<'_>) -> Option<Interface> {
        let (link, _) = self.halves(self.word(block.body, 0)?);
        let snaplen = self.word(block.body, 4)?;
        let (mut resolution, mut offset_s) = (6, 0);
        for (code, value) in self.options(block.body, 8) {
            match (code, value) {
                (IF_TSRESOL, [byte, ..]) => resolution = *byte,
                (IF_TSOFFSET, value) => {
                    offset_s = match (value.first_chunk(), self.big_endian) {
                        (Some(bytes), true) => i64::from_be_bytes(*bytes),
                        (Some(bytes), false) => i64::from_le_bytes(*bytes),
                        (None, _) => 0,
                    };
                }
                _ => {}
            }
        }
        let units_per_s = units_per_s(resolution);
        let link = LinkType::from_file(link);
        let (dropped, counted) = (Dropped::default(), None);
        Some(Interface { link, snaplen, units_per_s, offset_s, dropped, counted })
    }

    /// The two numbers of 16 bits that a word holds, in the order of the file.
    fn halves(&self, word: u32) -> (u32, u32) {
        if self.big_endian { (word >> 16, word & 0xffff) } else { (word & 0xffff, word >> 16) }
    }

    /// Codes and values from `at` on, up to the end of options; one that is damaged ends them.
    fn options<'a>(&self, body: &'a [u8], mut at: usize) -> impl Iterator<Item = (u32, &'a [u8])> {
        std::iter::from_fn(move || {
            let (code, len) = self.halves(self.word(body, at)?);
            let value = body.get(at + 4..)?.get(..len as usize)?;
            at += 4 + (len as usize).next_multiple_of(4);
            (code != 0).then_some((code, value))
        })
    }

    /// `interface 4 | time 8 | captured 4 | on the wire 4 | packet, padded to 4 | options`
    fn enhanced(&self, block: &Block<'_>) -> Result<Record, BadBlock> {
        let id = self.field(block, 0)?;
        self.timed(block, id)
    }

    /// `interface 2 | drops 2 | time 8 | captured 4 | on the wire 4 | packet ...`
    fn obsolete(&self, block: &Block<'_>) -> Result<Record, BadBlock> {
        let first = self.field(block, 0)?;
        self.timed(block, if self.big_endian { first >> 16 } else { first & 0xffff })
    }

    /// What enhanced and obsolete packets have in common.
    fn timed(&self, block: &Block<'_>, id: u32) -> Result<Record, BadBlock> {
        let interface = self.interface_by_id(id)?;
        let units = u64::from(self.field(block, 4)?) << 32 | u64::from(self.field(block, 8)?);
        let caplen = self.field(block, 12)?;
        let wire_len = self.field(block, 16)?;
        let had = block.body.len().saturating_sub(20);
        if caplen as usize > had {
            return Err(BadBlock::Caplen { claimed: caplen, had: had as u32 });
        }
        let data = at(HEAD + 20, caplen);
        Ok(self.record(block, interface.time(units), interface, data, wire_len.max(caplen)))
    }

    /// `on the wire 4 | packet, cut at the first interface's snap length`
    fn simple(&self, block: &Block<'_>) -> Result<Record, BadBlock> {
        let interface = self.interface_by_id(0)?;
        let wire_len = self.field(block, 0)?;
        let snaplen = if interface.snaplen == 0 { u32::MAX } else { interface.snaplen };
        let had = block.body.len().saturating_sub(4) as u32;
        let caplen = wire_len.min(snaplen).min(had);
        Ok(self.record(block, self.last, interface, at(HEAD + 4, caplen), wire_len))
    }

    fn record(
        &self,
        block: &Block<'_>,
        time: Time,
        interface: &Interface,
        data: Range<usize>,
        wire_len: u32,
    ) -> Record {
        let order = if self.big_endian { ByteOrder::Big } else { ByteOrder::Little };
        Record { time, link: interface.link, order, wire_len, data, len: block.len as usize }
    }

    fn interface_by_id(&self, id: u32) -> Result<&Interface, BadBlock> {
        self.interfaces.get(id as usize).ok_or(BadBlock::NoInterface(id))
    }

    /// The word at `offset` of a block's body.
    fn field(&self, block: &Block<'_>, offset: usize) -> Result<u32, BadBlock> {
        self.word(block.body, offset).ok_or(BadBlock::Length(block.len))
    }

    fn word(&self, bytes: &[u8], offset: usize) -> Option<u32> {
        word(self.big_endian, bytes, offset)
    }
}

impl Interface {
    /// Saturates at the ends of what a [`Time`] can hold.
    fn time(&self, units: u64) -> Time {
        let nanos = u128::from(units) * 1_000_000_000 / self.units_per_s;
        let nanos = i128::try_from(nanos).unwrap_or(i128::MAX);
        let all = nanos.saturating_add(i128::from(self.offset_s) * 1_000_000_000);
        Time::from_nanos(all.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }
}

/// The option if_tsresol: a power of 10, or with the top bit of 2. Powers that no 128 bits hold
/// stand for a clock that has not ticked since the epoch. (pcap-parser refuses powers of 2.)
fn units_per_s(resolution: u8) -> u128 {
    let exponent = u32::from(resolution & 0x7f);
    let base: u128 = if resolution & 0x80 == 0 { 10 } else { 2 };
    base.checked_pow(exponent).unwrap_or(u128::MAX)
}

fn at(start: usize, len: u32) -> Range<usize> {
    start..start.saturating_add(len as usize)
}

fn word(big_endian: bool, bytes: &[u8], offset: usize) -> Option<u32> {
    let word = *bytes.get(offset..)?.first_chunk()?;
    Some(if big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) })
}
