//! JSON, written by hand into the line: what the formats that are JSON share.
//!
//! Nothing here allocates but the line itself, and nothing needs to know whether a key is the first
//! of its object: each has a comma before it, and that of the first becomes the opening brace.

#![forbid(unsafe_code)]

use super::{Short, is_plain, write_address, write_decimal, write_escaped, write_hex, write_ip};
use crate::line::{Decimal, Line, ZEROS, eight, without_zeros};
use crate::state::{Address, Endpoint, IfName};
use crate::time::{Rfc3339, Time};
use std::net::IpAddr;

/// A key in its quotes, with a comma before it and its colon: made by [`key!`], so that it is one copy
/// of a fixed size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// `,"name":"` and room behind it.
    bytes: [u8; 32],
    /// Bytes up to the colon.
    len: usize,
}

impl Key {
    /// Of a name.
    pub const fn new(name: &str) -> Self {
        let (mut bytes, name) = ([0; 32], name.as_bytes());
        (bytes[0], bytes[1]) = (b',', b'"');
        let mut at = 0;
        while at < name.len() {
            bytes[at + 2] = name[at];
            at += 1;
        }
        (bytes[at + 2], bytes[at + 3], bytes[at + 4]) = (b'"', b':', b'"');
        Self { bytes, len: at + 4 }
    }
}

/// A key and its value, where that is known before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    bytes: [u8; 32],
    len: usize,
}

impl Said {
    /// `,"name":value`
    pub const fn new(name: &str, value: &str) -> Self {
        let Key { mut bytes, mut len } = Key::new(name);
        let (mut at, value) = (0, value.as_bytes());
        while at < value.len() {
            bytes[len] = value[at];
            (at, len) = (at + 1, len + 1);
        }
        Self { bytes, len }
    }

    /// Appends it.
    #[inline(always)]
    pub fn write(&self, out: &mut Line) {
        out.put(self.bytes, self.len);
    }
}

/// The [`Said`] of a name and a value, which is written as it stands.
macro_rules! said {
    ($name:literal, $value:literal) => {
        const { &$crate::format::object::Said::new($name, $value) }
    };
}
pub(super) use said;

/// The [`Key`] of a name.
macro_rules! key {
    ($name:literal) => {
        const { $crate::format::object::Key::new($name) }
    };
}
pub(super) use key;

impl<const N: usize> Short<'_, N> {
    /// An address that is an IP address, and a port, with their keys. Takes up to 128 bytes of room.
    #[inline(always)]
    pub fn push_endpoint(&mut self, host: Key, port: Key, endpoint: Endpoint) {
        self.push(host.bytes, host.len + 1);
        match endpoint.addr {
            Address::Ip(IpAddr::V4(v4)) => self.push_v4(v4.octets(), 0),
            Address::Ip(IpAddr::V6(v6)) => self.push_v6(&v6.octets()),
            Address::Unknown(_) => {}
        }
        self.push(*b"\"", 1);
        self.push(port.bytes, port.len);
        self.push_decimal(endpoint.port);
    }

    /// A key and a number. Takes up to 48 bytes of room.
    #[inline(always)]
    pub fn push_number(&mut self, key: Key, number: u32) {
        self.push(key.bytes, key.len);
        // The two digits more that there may be.
        let high = number / 100_000_000;
        if high > 0 {
            let (digits, zeros) = without_zeros(high);
            self.push(digits, 8 - zeros);
            self.push((eight(number % 100_000_000) | ZEROS).to_le_bytes(), 8);
            return;
        }
        let (digits, zeros) = without_zeros(number);
        self.push(digits, 8 - zeros);
    }

    /// A key and its value.
    #[inline(always)]
    pub fn push_said(&mut self, said: &Said) {
        self.push(said.bytes, said.len);
    }
}

/// Appends a key.
#[inline(always)]
pub(super) fn write_key(out: &mut Line, key: Key) {
    out.put(key.bytes, key.len);
}

/// Appends an object; `fields` writes what is in it.
#[inline]
pub(super) fn braces(out: &mut Line, fields: impl FnOnce(&mut Line)) {
    let start = out.len();
    fields(out);
    match out.as_mut_bytes().get_mut(start) {
        // The comma before its first key.
        Some(first) => *first = b'{',
        None => out.push(b'{'),
    }
    out.push(b'}');
}

/// Appends an object and its key; `fields` writes what is in it.
#[inline]
pub(super) fn object(out: &mut Line, key: Key, fields: impl FnOnce(&mut Line)) {
    write_key(out, key);
    braces(out, fields);
}

/// Appends a word of this program's own, which needs no escaping.
#[inline]
pub(super) fn word(out: &mut Line, key: Key, word: &str) {
    out.put(key.bytes, key.len + 1);
    out.extend_from_slice(word.as_bytes());
    out.push(b'"');
}

/// Appends a name, or the number as text where it has none.
#[inline]
pub(super) fn name_or_number(out: &mut Line, key: Key, name: Option<&str>, number: impl Decimal) {
    match name {
        Some(name) => word(out, key, name),
        None => number_as_text(out, key, number),
    }
}

/// Appends a number in quotes.
#[inline]
pub(super) fn number_as_text(out: &mut Line, key: Key, number: impl Decimal) {
    quoted(out, key, |out| write_decimal(out, number));
}

/// Appends bytes from the wire, or from whoever named a thing.
#[inline]
pub(super) fn text(out: &mut Line, key: Key, bytes: &[u8]) {
    quoted(out, key, |out| write_text(out, bytes));
}

/// Appends the name of an interface.
#[inline]
pub(super) fn interface(out: &mut Line, key: Key, ifname: IfName) {
    quoted(out, key, |out| match is_plain(ifname) {
        true => out.put(ifname.padded(), ifname.len()),
        false => write_text(out, ifname.as_bytes()),
    });
}

/// Appends bytes from the wire as they stand in a text line: what is not printable ASCII, and the
/// space and the backslash, as `\xNN`. Of that, JSON wants the backslash doubled.
#[inline]
pub(super) fn write_text(out: &mut Line, bytes: &[u8]) {
    let plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    if bytes.iter().all(plain) {
        return out.extend_from_slice(bytes);
    }
    for byte in bytes {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\x5c"),
            byte if byte.is_ascii_graphic() => out.push(*byte),
            byte => {
                out.push(b'\\');
                write_escaped(out, &[*byte]);
            }
        }
    }
}

/// Appends a number.
#[inline]
pub(super) fn number(out: &mut Line, key: Key, number: impl Decimal) {
    match number.parts() {
        (false, small @ 0..100_000_000) => out.edit::<64>(|place| {
            place[..32].copy_from_slice(&key.bytes);
            let (digits, zeros) = without_zeros(small as u32);
            if let Some(room) = place.get_mut(key.len..key.len + 8) {
                room.copy_from_slice(&digits);
            }
            key.len + 8 - zeros
        }),
        _ => {
            write_key(out, key);
            write_decimal(out, number);
        }
    }
}

/// Appends a pair of numbers.
#[inline]
pub(super) fn pair<T: Decimal>(out: &mut Line, key: Key, [first, second]: [T; 2]) {
    if let [(false, a @ 0..100_000_000), (false, b @ 0..100_000_000)] =
        [first.parts(), second.parts()]
    {
        return out.edit::<96>(|room| {
            let mut text = Short::new(room);
            text.push(key.bytes, key.len);
            for (before, number) in [(b'[', a), (b',', b)] {
                text.push([before], 1);
                let (digits, zeros) = without_zeros(number as u32);
                text.push(digits, 8 - zeros);
            }
            text.push(*b"]", 1);
            text.len
        });
    }
    write_key(out, key);
    out.push(b'[');
    write_decimal(out, first);
    out.push(b',');
    write_decimal(out, second);
    out.push(b']');
}

/// Appends a truth.
#[inline]
pub(super) fn flag(out: &mut Line, key: Key, flag: bool) {
    write_key(out, key);
    if flag { out.put(*b"true", 4) } else { out.put(*b"false   ", 5) }
}

/// Appends a number in hex, as text, with zeros up to `DIGITS`.
#[inline]
pub(super) fn hex<const DIGITS: usize>(out: &mut Line, key: Key, number: u64) {
    quoted(out, key, |out| write_hex::<DIGITS>(out, number));
}

/// Appends an IP address.
#[inline]
pub(super) fn ip(out: &mut Line, key: Key, ip: IpAddr) {
    quoted(out, key, |out| write_ip(out, ip));
}

/// Appends an address of any family.
#[inline]
pub(super) fn address(out: &mut Line, key: Key, address: Address) {
    quoted(out, key, |out| write_address(out, address));
}

/// Appends a time with microseconds.
#[inline]
pub(super) fn time(out: &mut Line, key: Key, calendar: &mut Rfc3339, time: Time) {
    out.put(key.bytes, key.len + 1);
    calendar.write_micros_and(out, time, b'"');
}

/// Appends nanoseconds as seconds with six decimals, rounded down.
#[inline]
pub(super) fn seconds(out: &mut Line, key: Key, nanos: u64) {
    number(out, key, nanos / 1_000_000_000);
    // The leading 1 keeps the zeros, and its place is that of the point.
    let point = out.len();
    write_decimal(out, 1_000_000 + nanos % 1_000_000_000 / 1_000);
    if let Some(one) = out.as_mut_bytes().get_mut(point) {
        *one = b'.';
    }
}

/// Appends the names of the bits that are set, lowest bit first; one without a name as `0x` hex.
#[inline]
pub(super) fn bits(out: &mut Line, key: Key, bits: u16, names: &[(u32, &'static str)]) {
    write_key(out, key);
    out.push(b'[');
    let mut rest = u32::from(bits);
    while rest != 0 {
        let bit = rest & rest.wrapping_neg();
        rest &= !bit;
        out.push(b'"');
        match names.iter().find(|(named, _)| *named == bit) {
            Some((_, name)) => out.extend_from_slice(name.as_bytes()),
            None => write_bit(out, bit),
        }
        out.extend_from_slice(if rest == 0 { b"\"".as_slice() } else { b"\"," });
    }
    out.push(b']');
}

/// Hex without leading zeros: of a single bit, one digit and as many zeros as it takes.
fn write_bit(out: &mut Line, bit: u32) {
    let place = bit.trailing_zeros();
    out.extend_from_slice(b"0x");
    out.push(b'0' + (1 << (place % 4)));
    out.extend((0..place / 4).map(|_| b'0'));
}

#[inline(always)]
fn quoted(out: &mut Line, key: Key, value: impl FnOnce(&mut Line)) {
    // With the quote that begins it.
    out.put(key.bytes, key.len + 1);
    value(out);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn object_of(fields: impl FnOnce(&mut Line)) -> Value {
        let mut out = Line::new();
        braces(&mut out, fields);
        serde_json::from_slice(out.as_bytes()).unwrap_or_else(|e| panic!("{e}: {out:?}"))
    }

    #[test]
    fn keys_are_parted_by_commas_in_every_object() {
        let written = object_of(|out| {
            object(out, key!("none"), |_| {});
            object(out, key!("some"), |out| {
                number(out, key!("a"), -1);
                text(out, key!("b"), b"{");
                pair(out, key!("c"), [0_u64, u64::MAX]);
            });
            flag(out, key!("last"), false);
        });
        let some = json!({"a": -1, "b": "{", "c": [0, u64::MAX]});
        assert_eq!(written, json!({"none": {}, "some": some, "last": false}));
    }

    #[test]
    fn seconds_have_six_decimals() {
        for (nanos, expected) in [
            (0, "0.000000"),
            (1_999, "0.000001"),
            (65_000_100_000, "65.000100"),
            (999_999_999, "0.999999"),
            (u64::MAX, "18446744073.709551"),
        ] {
            let mut out = Line::new();
            seconds(&mut out, key!("s"), nanos);
            assert_eq!(String::from_utf8(out.into_bytes()).unwrap(), format!(",\"s\":{expected}"));
        }
    }

    #[test]
    fn bits_are_named_or_written_in_hex() {
        let names = [(1, "one"), (4, "four")];
        let written = object_of(|out| {
            bits(out, key!("none"), 0, &names);
            bits(out, key!("all"), u16::MAX, &names);
        });
        let hex = |place: u32| format!("0x{:x}", 1 << place);
        let all: Vec<_> = (0..16)
            .map(|place| match place {
                0 => "one".to_string(),
                2 => "four".to_string(),
                place => hex(place),
            })
            .collect();
        assert_eq!(written, json!({"none": [], "all": all}));
    }

    proptest! {
        /// The value is the word of the text format, and the line is printable ASCII.
        #[test]
        fn bytes_are_the_word_of_a_text_line(bytes: Vec<u8>) {
            let mut line = Line::new();
            text(&mut line, key!("t"), &bytes);
            prop_assert!(line.as_bytes().iter().all(|byte| (33..127).contains(byte)));
            let mut word = Line::new();
            write_escaped(&mut word, &bytes);
            let written = object_of(|out| text(out, key!("t"), &bytes));
            prop_assert_eq!(written["t"].as_str().unwrap().as_bytes(), word.as_bytes());
        }
    }
}
