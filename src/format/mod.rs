//! An event as bytes of a line. No format puts a control character, a line break or anything else
//! that is not printable ASCII into it: what the wire says is escaped.

#![forbid(unsafe_code)]

mod addr;
mod ecs;
mod fields;
mod json;
mod object;
pub mod pfctl;
mod text;

use std::fmt;
use std::str::FromStr;

pub use addr::{write_address, write_ip};

use crate::event::Event;
use crate::line::{Decimal, Line, ZEROS};
use crate::state::IfName;
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
