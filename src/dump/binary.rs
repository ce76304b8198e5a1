//! State tables as a kernel has them: a header, then the records as they are.
//!
//! ```text
//! offset size
//!      0    8  magic: 89 50 46 53 54 0d 0a 1a; a text transfer breaks it
//!      8    2  version: 1
//!     10    2  bytes of this header: 72
//!     12    4  01 02 03 04: numbers in the records are in network order
//!     16    4  bytes of a record
//!     20    4  0
//!     24    8  records
//!     32    8  nanoseconds since 1970-01-01T00:00:00Z: when the states were as they are
//!     40   24  the release whose states they are, as `openbsd-7.9`; zeros behind it
//!     64    4  0
//!     68    4  CRC-32 (IEEE) of the header up to here, and of the records
//! ```
//!
//! All numbers of the header are in network order.

#![forbid(unsafe_code)]

use std::fmt;
use std::io::{self, Read, Write};

use binrw::io::Cursor;
use binrw::{BinRead, BinWrite, binrw};
use flate2::Crc;

use crate::pf::{Form, StateTable};
use crate::time::Time;

/// What a file begins with.
pub(crate) const MAGIC: [u8; 8] = *b"\x89PFST\r\n\x1a";
const VERSION: u16 = 1;
/// The order of numbers in records: that of the network.
const NETWORK_ORDER: [u8; 4] = [1, 2, 3, 4];
/// Bytes of the header; the last four are the checksum.
const HEADER_BYTES: usize = 72;
const CHECKSUM_BYTES: usize = 4;
/// Memory is taken for so many bytes at first, whatever the header says.
const TRUSTED_BYTES: u64 = 16 << 20;

#[binrw]
#[brw(big)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    magic: [u8; 8],
    version: u16,
    header_bytes: u16,
    order: [u8; 4],
    record_bytes: u32,
    zero: u32,
    count: u64,
    nanos: i64,
    release: [u8; 24],
    zero_too: u32,
    checksum: u32,
}

/// Why a file is no dump, or not a whole one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// It ends before the end of its header, or before all of its states.
    CutShort {
        /// Bytes that are needed.
        needed: u64,
        /// Bytes that there are.
        had: u64,
    },
    /// It goes on behind its states.
    Longer,
    /// A version that is not known.
    Version(u16),
    /// The bytes of numbers stand in another order than the network's.
    Order,
    /// A release that is not known.
    Release(String),
    /// The release has no states of this size.
    Record {
        /// Whose.
        release: &'static str,
        /// Bytes of one.
        bytes: u32,
    },
    /// The checksum is not that of the bytes.
    Checksum,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutShort { needed, had } => {
                write!(f, "cut short: {had} bytes of {needed}; take the dump again")
            }
            Self::Longer => f.write_str("there is more behind its last state; take the dump again"),
            Self::Version(version) => {
                write!(f, "a dump of version {version}, and {VERSION} is the one that is known here")
            }
            Self::Order => f.write_str(
                "the numbers of its states are not in network order, as those of all kernels are that \
                 are known here",
            ),
            Self::Release(name) => write!(f, "states of {name:?}, which is not in --list-releases"),
            Self::Record { release, bytes } => {
                write!(f, "{release} has no states of {bytes} bytes")
            }
            Self::Checksum => f.write_str("damaged: its checksum is another; take the dump again"),
        }
    }
}

/// Writes a table.
///
/// # Errors
/// Those of `out`.
pub fn write(table: &StateTable, out: &mut dyn Write) -> io::Result<()> {
    let form = table.form();
    let mut release = [0; 24];
    release.iter_mut().zip(form.release().name().bytes()).for_each(|(to, from)| *to = from);
    let mut header = Header {
        magic: MAGIC,
        version: VERSION,
        header_bytes: HEADER_BYTES as u16,
        order: NETWORK_ORDER,
        record_bytes: form.record_bytes() as u32,
        zero: 0,
        count: table.len() as u64,
        nanos: table.time().nanos(),
        release,
        zero_too: 0,
        checksum: 0,
    };
    header.checksum = checksum(&bytes_of(&header), table.as_bytes());
    out.write_all(&bytes_of(&header))?;
    out.write_all(table.as_bytes())
}

fn bytes_of(header: &Header) -> Vec<u8> {
    let mut out = Cursor::new(Vec::with_capacity(HEADER_BYTES));
    // Writing to memory cannot fail.
    let _ = header.write(&mut out);
    out.into_inner()
}

fn checksum(header: &[u8], records: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(header.get(..HEADER_BYTES - CHECKSUM_BYTES).unwrap_or_default());
    crc.update(records);
    crc.sum()
}

/// Reads a table, from its magic number on. Of `there` bytes it is known that they are there.
///
/// # Errors
/// Reading; or what is wrong with the file.
pub(crate) fn read(input: &mut dyn Read, there: u64) -> io::Result<Result<StateTable, Damage>> {
    let mut bytes = Vec::new();
    input.take(HEADER_BYTES as u64).read_to_end(&mut bytes)?;
    let (header, form) = match header(&bytes) {
        Ok(header) => header,
        Err(damage) => return Ok(Err(damage)),
    };
    // What the header says need not be so.
    let needed = u64::from(header.record_bytes).saturating_mul(header.count);
    let trusted = usize::try_from(needed.min(there.max(TRUSTED_BYTES))).unwrap_or_default();
    let mut records = Vec::with_capacity(trusted);
    input.take(needed).read_to_end(&mut records)?;
    let had = records.len() as u64;
    if had < needed {
        let header_bytes = HEADER_BYTES as u64;
        let (needed, had) = (needed.saturating_add(header_bytes), had + header_bytes);
        return Ok(Err(Damage::CutShort { needed, had }));
    }
    if input.take(1).read_to_end(&mut Vec::new())? > 0 {
        return Ok(Err(Damage::Longer));
    }
    if checksum(&bytes, &records) != header.checksum {
        return Ok(Err(Damage::Checksum));
    }
    let table = StateTable::from_records(form, Time::from_nanos(header.nanos), records);
    Ok(table.map_err(|_| Damage::Checksum))
}

fn header(bytes: &[u8]) -> Result<(Header, Form), Damage> {
    let (needed, had) = (HEADER_BYTES as u64, bytes.len() as u64);
    let header = Header::read(&mut Cursor::new(bytes));
    let header = header.map_err(|_| Damage::CutShort { needed, had })?;
    if header.version != VERSION {
        return Err(Damage::Version(header.version));
    }
    if header.order != NETWORK_ORDER {
        return Err(Damage::Order);
    }
    let name: Vec<u8> = header.release.iter().copied().take_while(|byte| *byte != 0).collect();
    let name = String::from_utf8_lossy(&name).into_owned();
    let release: crate::abi::Release = name.parse().map_err(|_| Damage::Release(name))?;
    let bytes = header.record_bytes;
    let form = usize::try_from(bytes).ok().and_then(|bytes| Form::sized(release, bytes));
    let form = form.ok_or(Damage::Record { release: release.name(), bytes })?;
    // Whatever stands in places that mean nothing yet would be lost, and the checksum covers it.
    let sound = header.zero == 0
        && header.zero_too == 0
        && usize::from(header.header_bytes) == HEADER_BYTES
        && header.release.iter().skip(release.name().len()).all(|byte| *byte == 0);
    if sound { Ok((header, form)) } else { Err(Damage::Version(header.version)) }
}
