//! The grammar of pfsync frames, declared once, for reading and for writing.
//!
//! Production reads the frame header and every section header through it and casts the records in
//! place ([`super::Frame`]); here the whole frame is declared, record bodies included, which makes
//! it the executable specification: fixtures and seeds are written with it, and a test holds the
//! views to what it reads. Its field names are the kernel's; every number is in network order.
//!
//! One declaration of the 264-byte state serves all of v6, because nothing but the meaning of
//! byte 254 and of bytes 260 to 263 changed between its releases (wire-openbsd.md 2.5).

#![forbid(unsafe_code)]
// Fields bear the kernel's names; crate::abi::record says of each what it is.
#![allow(missing_docs)]

use binrw::io::{Cursor, Seek, SeekFrom};
use binrw::{BinRead, BinResult, BinWrite, binrw};

use super::action::{Action, ActionTable, Row};
use super::error::{Believed, ErrorKind, Layer, WireError};
use crate::abi::Layout;
use crate::abi::openbsd_7_9::wire;

/// `pfsync_header`, 20 bytes.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FrameHeader {
    /// 6 from OpenBSD 4.7 on; 5 of OpenBSD 4.5 and 4.6, and of FreeBSD.
    pub version: u8,
    /// 0
    pub pad: u8,
    /// Bytes from the first of this header to the last of the last record.
    pub len: u16,
    /// MD5 of the sender's ruleset, no checksum of the frame; 0 from OpenBSD 7.4 on.
    pub pfcksum: [u8; 16],
}

/// `pfsync_header` of versions 2 to 4: one action for the whole frame (wire-others.md 2.1). 4 bytes;
/// from version 3 on 16 of a checksum of the ruleset follow, which not every sender writes.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlatHeader {
    /// 2, 3 or 4.
    pub version: u8,
    /// 0
    pub af: u8,
    /// What the records are.
    pub action: u8,
    /// Records.
    pub count: u8,
}

/// `pfsync_subheader`, 4 bytes.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SectionHeader {
    /// What the records are.
    pub action: u8,
    /// 32-bit words of one record; padding in version 5.
    pub len: u8,
    /// Records.
    pub count: u16,
}

/// `pfsync_clr`, 20 bytes.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clr {
    pub ifname: [u8; 16],
    pub creatorid: u32,
}

/// `pfsync_ins_ack`, `pfsync_upd_req` and `pfsync_del_c`, 12 bytes.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateId {
    pub id: u64,
    pub creatorid: u32,
}

/// `pfsync_bus`, 12 bytes.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bus {
    pub creatorid: u32,
    pub endtime: u32,
    pub status: u8,
    pub pad: [u8; 3],
}

/// `pfsync_tdb` of OpenBSD 5.2 and later, 52 bytes.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tdb {
    pub spi: u32,
    pub dst: SockAddr,
    pub rpl: u64,
    pub cur_bytes: u64,
    pub sproto: u8,
    pub updates: u8,
    pub rdomain: u16,
}

/// `pfsync_tdb` up to OpenBSD 5.1, 48 bytes. Up to 4.7 the rdomain is padding.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OldTdb {
    pub spi: u32,
    pub dst: SockAddr,
    pub rpl: u32,
    pub cur_bytes: u64,
    pub sproto: u8,
    pub updates: u8,
    pub rdomain: u16,
}

/// A BSD socket address as a TDB carries it.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SockAddr(pub [u8; 28]);

/// `pfsync_state_peer` with its scrub group, 32 bytes.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Peer {
    pub pfss_flags: u16,
    pub pfss_ttl: u8,
    pub scrub_flag: u8,
    pub pfss_ts_mod: u32,
    pub seqlo: u32,
    pub seqhi: u32,
    pub seqdiff: u32,
    pub max_win: u16,
    pub mss: u16,
    pub state: u8,
    pub wscale: u8,
    pub pad: [u8; 6],
}

/// `pfsync_upd_c`, 84 bytes.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UpdC {
    pub id: u64,
    pub src: Peer,
    pub dst: Peer,
    pub creatorid: u32,
    pub expire: u32,
    pub timeout: u8,
    pub state_flags: u8,
    pub pad: [u8; 2],
}

/// `pfsync_state_key`, 40 bytes; `af` is padding up to OpenBSD 4.9.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Key {
    pub addr: [[u8; 16]; 2],
    pub port: [u16; 2],
    pub rdomain: u16,
    pub af: u8,
    pub pad: u8,
}

/// `pfsync_state` of v6, 264 bytes.
#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State {
    pub id: u64,
    pub ifname: [u8; 16],
    pub key: [Key; 2],
    pub src: Peer,
    pub dst: Peer,
    pub rt_addr: [u8; 16],
    pub rule: u32,
    pub anchor: u32,
    pub nat_rule: u32,
    pub creation: u32,
    pub expire: u32,
    pub packets: [u64; 2],
    pub bytes: [u64; 2],
    pub creatorid: u32,
    pub rtableid: [i32; 2],
    pub max_mss: u16,
    pub af: u8,
    pub proto: u8,
    pub direction: u8,
    pub log: u8,
    /// Byte 254: the low flags up to 5.1, nothing up to 6.8, from 6.9 on `rt`.
    pub flags_or_rt: u8,
    pub timeout: u8,
    pub sync_flags: u8,
    pub updates: u8,
    pub min_ttl: u8,
    pub set_tos: u8,
    /// Bytes 260 and 261: nothing up to 4.9, then all flags.
    pub state_flags: u16,
    /// Bytes 262 and 263: from 5.7 on.
    pub set_prio: [u8; 2],
}

/// The records of a section. The bytes by which the wire's records are longer than ours are
/// skipped when read and never written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    Clr(Vec<Clr>),
    InsAck(Vec<StateId>),
    UpdC(Vec<UpdC>),
    UpdReq(Vec<StateId>),
    DelC(Vec<StateId>),
    Bus(Vec<Bus>),
    /// INS, UPD and DEL.
    State(Vec<State>),
    Tdb(Vec<Tdb>),
    OldTdb(Vec<OldTdb>),
    /// OINS, OUPD, INS_F, DEL_F, EOF, actions without a name, and records that are too short.
    Skipped(Vec<u8>),
}

/// A section, headers as they stand on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its header.
    pub header: SectionHeader,
    /// Its records.
    pub body: Body,
}

/// A frame, read as far as it can be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// Its header; `None` where that could not be read.
    pub header: Option<FrameHeader>,
    /// The sections before the error.
    pub sections: Vec<Section>,
    /// Why reading ended.
    pub error: Option<WireError>,
}

impl Frame {
    /// Reads a frame field by field; the rules are those of [`super::Frame`].
    pub fn read(bytes: &[u8], wire_len: usize, layout: Layout) -> Self {
        let mut frame = Self::default();
        if let Err(error) = frame.fill(bytes, wire_len, ActionTable::of(layout)) {
            frame.error = Some(error);
        }
        frame
    }

    fn fill(
        &mut self,
        bytes: &[u8],
        wire_len: usize,
        table: &ActionTable,
    ) -> Result<(), WireError> {
        let fail = |kind, layer, offset| Err(WireError { kind, layer, offset });
        let mut input = Cursor::new(bytes);
        let Ok(header) = FrameHeader::read(&mut input) else {
            let cut = wire_len > bytes.len();
            let believed = if cut { Believed::Capture } else { Believed::Packet };
            let needed = size_of::<wire::pfsync_header>();
            let kind = ErrorKind::Short { needed, had: bytes.len(), believed };
            return fail(kind, Layer::Header, 0);
        };
        if header.version != 6 {
            return fail(ErrorKind::Version(header.version), Layer::Header, 0);
        }
        if header.len < 20 {
            return fail(ErrorKind::LenBelowHeader(header.len), Layer::Header, 0);
        }
        let (end, wire_len) = (u64::from(header.len), wire_len.max(bytes.len()));
        if end > wire_len as u64 {
            let kind = ErrorKind::LenBeyondPacket { len: header.len, had: wire_len };
            return fail(kind, Layer::Header, 0);
        }
        self.header = Some(header);
        let there = end.min(bytes.len() as u64);
        while input.position() < end {
            self.section(&mut input, there, end, table)?;
        }
        Ok(())
    }

    /// One section: `there` is where the captured bytes end, `end` where the frame does.
    fn section(
        &mut self,
        input: &mut Cursor<&[u8]>,
        there: u64,
        end: u64,
        table: &ActionTable,
    ) -> Result<(), WireError> {
        let short = |layer, at: u64, needed: u64| {
            let (had, believed) = if at + needed > end {
                (end - at, Believed::Header)
            } else {
                (there.saturating_sub(at), Believed::Capture)
            };
            let kind = ErrorKind::Short { needed: needed as usize, had: had as usize, believed };
            WireError { kind, layer, offset: at as usize }
        };
        let at = input.position();
        if at + 4 > there {
            return Err(short(Layer::Section, at, 4));
        }
        let header = SectionHeader::read(input).map_err(|_| short(Layer::Section, at, 4))?;
        let stride = u64::from(header.len) * 4;
        let body_at = input.position();
        let all = stride * u64::from(header.count);
        let row = table.row(header.action);
        let decoded = row.filter(|r| r.record_bytes.is_some_and(|n| n as u64 <= stride));
        let dead = row.is_some_and(|r| r.record_bytes.is_none());
        if decoded.is_none() && !dead && all == 0 {
            let kind = ErrorKind::Unskippable {
                action: header.action,
                stride_bytes: stride as usize,
                count: header.count,
            };
            return Err(WireError { kind, layer: Layer::Section, offset: at as usize });
        }
        if body_at + all > end {
            return Err(short(Layer::Records, body_at, all));
        }
        let captured = all.min(there.saturating_sub(body_at));
        let (body, used) = match decoded {
            Some(row) => {
                let whole = captured.checked_div(stride).unwrap_or(0);
                let body = Body::read(input, row, whole as usize, stride)
                    .map_err(|_| short(Layer::Records, body_at, all))?;
                (body, whole * stride)
            }
            None => {
                let mut bytes = vec![0; captured as usize];
                std::io::Read::read_exact(input, &mut bytes)
                    .map_err(|_| short(Layer::Records, body_at, all))?;
                (Body::Skipped(bytes), captured)
            }
        };
        self.sections.push(Section { header, body });
        if used < all {
            return Err(short(Layer::Records, body_at + used, all - used));
        }
        Ok(())
    }

    /// A frame of these sections as a sender would build it: lengths and counts are filled in, the
    /// rest of the header is 0.
    pub fn build(sections: Vec<(u8, Body)>) -> Vec<u8> {
        let sections: Vec<Section> = sections
            .into_iter()
            .map(|(action, body)| {
                let (len, count) = body.measure();
                Section { header: SectionHeader { action, len, count }, body }
            })
            .collect();
        let mut frame = Self {
            header: Some(FrameHeader { version: 6, ..FrameHeader::default() }),
            sections,
            error: None,
        };
        let len = frame.write().len();
        if let Some(header) = &mut frame.header {
            header.len = u16::try_from(len).unwrap_or(u16::MAX);
        }
        frame.write()
    }

    /// The bytes of this frame, lies in its headers included.
    pub fn write(&self) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let mut put = || -> BinResult<()> {
            if let Some(header) = &self.header {
                header.write(&mut out)?;
            }
            for section in &self.sections {
                section.header.write(&mut out)?;
                section.body.write(&mut out)?;
            }
            Ok(())
        };
        // Writing to memory cannot fail.
        let _ = put();
        out.into_inner()
    }
}

impl Body {
    fn read(input: &mut Cursor<&[u8]>, row: Row, count: usize, stride: u64) -> BinResult<Self> {
        Ok(match row.action {
            Action::Clr => Self::Clr(strided(input, count, stride)?),
            Action::InsAck => Self::InsAck(strided(input, count, stride)?),
            Action::UpdC => Self::UpdC(strided(input, count, stride)?),
            Action::UpdReq => Self::UpdReq(strided(input, count, stride)?),
            Action::DelC => Self::DelC(strided(input, count, stride)?),
            Action::Bus => Self::Bus(strided(input, count, stride)?),
            Action::Ins | Action::Upd | Action::Del => Self::State(strided(input, count, stride)?),
            // Up to 5.1 action TDB carries the old record.
            Action::Tdb if row.record_bytes == Some(size_of::<super::action::OldTdb>()) => {
                Self::OldTdb(strided(input, count, stride)?)
            }
            Action::Tdb => Self::Tdb(strided(input, count, stride)?),
            Action::Otdb => Self::OldTdb(strided(input, count, stride)?),
            // Of other versions' actions and of those that are skipped.
            _ => Self::Skipped(Vec::new()),
        })
    }

    fn write(&self, out: &mut Cursor<Vec<u8>>) -> BinResult<()> {
        match self {
            Self::Clr(records) => records.write_be(out),
            Self::InsAck(records) | Self::UpdReq(records) | Self::DelC(records) => {
                records.write_be(out)
            }
            Self::UpdC(records) => records.write_be(out),
            Self::Bus(records) => records.write_be(out),
            Self::State(records) => records.write_be(out),
            Self::Tdb(records) => records.write_be(out),
            Self::OldTdb(records) => records.write_be(out),
            Self::Skipped(bytes) => bytes.write_be(out),
        }
    }

    /// Words of one record, and records.
    fn measure(&self) -> (u8, u16) {
        let (bytes, count) = match self {
            Self::Clr(r) => (size_of::<wire::pfsync_clr>(), r.len()),
            Self::InsAck(r) | Self::UpdReq(r) | Self::DelC(r) => {
                (size_of::<wire::pfsync_del_c>(), r.len())
            }
            Self::UpdC(r) => (size_of::<wire::pfsync_upd_c>(), r.len()),
            Self::Bus(r) => (size_of::<wire::pfsync_bus>(), r.len()),
            Self::State(r) => (size_of::<wire::pfsync_state>(), r.len()),
            Self::Tdb(r) => (size_of::<wire::pfsync_tdb>(), r.len()),
            Self::OldTdb(r) => (size_of::<super::action::OldTdb>(), r.len()),
            Self::Skipped(bytes) => (bytes.len().min(1020), usize::from(!bytes.is_empty())),
        };
        ((bytes / 4) as u8, u16::try_from(count).unwrap_or(u16::MAX))
    }
}

/// `count` records, each `stride` bytes after the one before.
fn strided<T>(input: &mut Cursor<&[u8]>, count: usize, stride: u64) -> BinResult<Vec<T>>
where
    T: for<'a> BinRead<Args<'a> = ()>,
{
    let start = input.position();
    let mut records = Vec::with_capacity(count);
    for index in 0..count {
        input.seek(SeekFrom::Start(start + index as u64 * stride))?;
        records.push(T::read_be(input)?);
    }
    input.seek(SeekFrom::Start(start + count as u64 * stride))?;
    Ok(records)
}
