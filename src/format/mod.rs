//! An event as bytes of a line. No format puts a control character, a line break or anything else
//! that is not printable ASCII into it: what the wire says is escaped.

#![forbid(unsafe_code)]

mod addr;
mod ecs;
mod fields;
mod json;
mod object;
mod packet;
pub mod pfctl;
mod text;
mod whole;

use std::fmt;
use std::str::FromStr;

use addr::Short;
pub use addr::{write_address, write_ip};
pub use whole::StateJson;

use crate::event::Event;
use crate::line::{Decimal, Line, ZEROS};
use crate::state::names::Machine;
use crate::state::{IfName, StateId};
use ecs::Ecs;
use json::Json;
use text::Text;

/// What all formats leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Whom a state was for, before and after translation, address and port: a log of who was who
    /// need not say whom they spoke to (RFC 6888, REQ-12).
    pub no_dst: bool,
}

/// The formats there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// One line an event, in pf's own notation.
    #[default]
    Text,
    /// One JSON object an event, on a line.
    Json,
    /// The same in the names of the Elastic Common Schema.
    Ecs,
}

impl Format {
    /// All formats, by the names that the command line knows.
    pub const ALL: &'static [(&'static str, Self)] =
        &[("text", Self::Text), ("json", Self::Json), ("ecs", Self::Ecs)];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }

    /// What writes it.
    pub fn writer(self, options: Options) -> Writer {
        match self {
            Self::Text => Writer::Text(Text::new(options)),
            Self::Json => Writer::Json(Json::new(options)),
            Self::Ecs => Writer::Ecs(Ecs::new(options)),
        }
    }
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no format is called {:?}; there is", self.0)?;
        Format::ALL.iter().try_for_each(|(name, _)| write!(f, " {name}"))
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().find(|(known, _)| *known == name);
        known.map(|(_, format)| *format).ok_or_else(|| UnknownFormat(name.to_string()))
    }
}

/// A format with what it remembers from line to line.
#[derive(Debug, Clone)]
pub enum Writer {
    /// See [`Format::Text`].
    Text(Text),
    /// See [`Format::Json`].
    Json(Json),
    /// See [`Format::Ecs`].
    Ecs(Ecs),
}

impl Writer {
    /// Appends the line of an event, without a line break.
    #[inline]
    pub fn write(&mut self, out: &mut Line, event: &Event<'_>) {
        match self {
            Self::Text(text) => text.write(out, event),
            Self::Json(json) => json.write(out, event),
            Self::Ecs(ecs) => ecs.write(out, event),
        }
    }
}

/// How pairs of states were written, in at most `N` bytes each; there are few of them.
#[derive(Debug, Clone)]
struct Pairs<const N: usize> {
    /// By what they are pairs of, somewhat mixed up: what it is, how it is written and how long that is.
    known: [(u32, [u8; N], u8); 64],
}

impl<const N: usize> Default for Pairs<N> {
    fn default() -> Self {
        Self { known: [(u32::MAX, [0; N], 0); 64] }
    }
}

impl<const N: usize> Pairs<N> {
    /// Appends what `write` says of two peers' states, which it is asked where nobody knows it.
    #[inline]
    fn write(
        &mut self,
        out: &mut Line,
        machine: Machine,
        states: [u8; 2],
        write: impl FnOnce(&mut Line),
    ) {
        let [first, second] = states.map(u32::from);
        let name = (machine as u32) << 16 | first << 8 | second;
        let place = (first * 11 + second + machine as u32 * 23) as usize % self.known.len();
        let (known, text, len) = &mut self.known[place];
        if *known != name {
            let mut pair = Line::new();
            write(&mut pair);
            let Some(room) = text.get_mut(..pair.len()) else {
                return out.extend_from_slice(pair.as_bytes());
            };
            room.copy_from_slice(pair.as_bytes());
            (*known, *len) = (name, pair.len() as u8);
        }
        out.put(*text, usize::from(*len));
    }
}

/// How the name of a state is written, `N` bytes, of which the first `len` count. The upper half of most
/// ids, and the creator, are those of the one before.
#[derive(Debug, Clone)]
struct Ids<const N: usize> {
    high: u32,
    creatorid: u32,
    text: [u8; N],
    len: usize,
    /// Where the id and the creator stand.
    places: [usize; 2],
}

impl<const N: usize> Ids<N> {
    /// Of an id and a creator that are 0, as they are written.
    fn new(id: &str, creator: &str, end: &str) -> Self {
        let zeros = format!("{id}{:016x}{creator}{:08x}{end}", 0, 0);
        let mut text = [0; N];
        text[..zeros.len()].copy_from_slice(zeros.as_bytes());
        let places = [id.len(), id.len() + 16 + creator.len()];
        Self { high: 0, creatorid: 0, text, len: zeros.len(), places }
    }

    #[inline]
    fn write(&mut self, out: &mut Line, id: StateId) {
        let (high, low) = ((id.id >> 32) as u32, id.id as u32);
        let [at, creator_at] = self.places;
        if high != self.high {
            self.high = high;
            self.text[at..at + 8].copy_from_slice(&hex::<8>(u64::from(high)));
        }
        if id.creatorid != self.creatorid {
            self.creatorid = id.creatorid;
            let digits = hex::<8>(u64::from(id.creatorid));
            self.text[creator_at..creator_at + 8].copy_from_slice(&digits);
        }
        let low = hex::<8>(u64::from(low));
        out.edit::<N>(|place| {
            *place = self.text;
            place[at + 8..at + 16].copy_from_slice(&low);
            self.len
        });
    }
}

/// Appends a number in decimal.
#[inline]
pub(crate) fn write_decimal(out: &mut Line, number: impl Decimal) {
    out.decimal(number);
}

/// Appends a number in hex, with zeros up to `DIGITS`.
#[inline]
pub(crate) fn write_hex<const DIGITS: usize>(out: &mut Line, number: u64) {
    out.extend_from_slice(&hex::<DIGITS>(number));
}

/// The last `DIGITS` hex digits of a number, at most 16.
#[inline(always)]
pub(crate) fn hex<const DIGITS: usize>(number: u64) -> [u8; DIGITS] {
    let mut all = [0; 16];
    all[..8].copy_from_slice(&eight_hex((number >> 32) as u32).to_le_bytes());
    all[8..].copy_from_slice(&eight_hex(number as u32).to_le_bytes());
    let mut text = [0; DIGITS];
    text.copy_from_slice(&all[16 - DIGITS..]);
    text
}

/// Eight hex digits, the first in the lowest byte: all at once, in one register.
#[inline(always)]
const fn eight_hex(number: u32) -> u64 {
    // One nibble in each byte.
    let wide = number.swap_bytes() as u64;
    let wide = (wide | wide << 16) & 0x0000_ffff_0000_ffff;
    let wide = (wide | wide << 8) & 0x00ff_00ff_00ff_00ff;
    let nibbles = (wide >> 4 | wide << 8) & 0x0f0f_0f0f_0f0f_0f0f;
    let letters = (nibbles + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101;
    nibbles + ZEROS + letters * (b'a' - b'9' - 1) as u64
}

/// Appends the name of an interface, escaped.
#[inline]
pub(crate) fn write_ifname(out: &mut Line, ifname: IfName) {
    if is_plain(ifname) {
        return out.put(ifname.padded(), ifname.len());
    }
    write_escaped(out, ifname.as_bytes());
}

/// Whether a name has nothing but letters, digits and points, as most have: those are written alike
/// everywhere.
#[inline]
pub(crate) fn is_plain(ifname: IfName) -> bool {
    static PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            plain[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'.';
            byte += 1;
        }
        plain
    };
    ifname.as_bytes().iter().all(|byte| PLAIN[usize::from(*byte)])
}

/// Appends bytes from the wire as one word: what is not printable ASCII, and the space and the
/// backslash, become `\x` and two hex digits.
#[inline]
pub(crate) fn write_escaped(out: &mut Line, bytes: &[u8]) {
    if bytes.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'\\') {
        return out.extend_from_slice(bytes);
    }
    for byte in bytes {
        if byte.is_ascii_graphic() && *byte != b'\\' {
            out.push(*byte);
        } else {
            out.extend_from_slice(b"\\x");
            write_hex::<2>(out, u64::from(*byte));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hex_has_all_its_digits(number: u64) {
            let expected = format!("{number:016x}");
            prop_assert_eq!(&hex::<16>(number)[..], expected.as_bytes());
            prop_assert_eq!(&hex::<8>(number)[..], &expected.as_bytes()[8..]);
            prop_assert_eq!(&hex::<2>(number)[..], &expected.as_bytes()[14..]);
        }
    }
}
