//! How each kind of field is written as a word, and read again: never with anything lost.
//!
//! | kind | word |
//! |---|---|
//! | id, creatorid | all hex digits |
//! | names | as they are; in quotes with `\x` where they hold anything but visible ASCII, or bytes behind the NUL |
//! | addresses | as inet_ntop(3) has them; where bytes behind an IPv4 address, or of no family: `0x` and 32 hex digits |
//! | families, protocols, directions, timeout classes, peers' states, flags, routes | their names, else their numbers |
//! | rules | a number, or `none` |
//! | padding | `0x` and hex digits |
//! | all else | a number |
//!
//! Numbers are read in decimal, and with `0x` in hexadecimal, wherever numbers stand.

#![forbid(unsafe_code)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::abi::Release;
use crate::format::write_ip;
use crate::line::Line;
use crate::pf::form::{Bits, Kind, Leaf, Shape, Side};
use crate::state::names::{self, Machine};
use crate::state::{Af, Route};
use crate::time::{Rfc3339, Time};

/// The family of IPv4, everywhere.
const AF_INET: u8 = 2;

/// What the other fields of a record say of the one that is written or read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    wire: Af,
    stack: Af,
    hop: Af,
    machine: Machine,
}

impl Context {
    /// Of a record whose families and protocol are there.
    pub fn of(shape: &Shape, record: &[u8]) -> Self {
        let roles = &shape.roles;
        let byte = |role: usize| shape.role(role, record) as u8;
        let unless_0 = |af: u8, other: u8| if af == 0 { other } else { af };
        let af = byte(roles.af);
        let [wire, stack] = roles.key_afs.map_or([0; 2], |afs| afs.map(byte));
        let stack_af = roles.stack_af.map_or(af, byte);
        let hop = roles.rt_af.map_or(af, |rt_af| unless_0(byte(rt_af), af));
        Self {
            wire: Af::from_wire(unless_0(wire, af)),
            stack: Af::from_wire(unless_0(stack, stack_af)),
            hop: Af::from_wire(hop),
            machine: names::machine(byte(roles.proto), shape.form.is_freebsd()),
        }
    }

    fn family(&self, side: Side) -> Af {
        match side {
            Side::Wire => self.wire,
            Side::Stack => self.stack,
            Side::Hop => self.hop,
        }
    }
}

/// Appends the word for a field.
pub(super) fn write(out: &mut Line, shape: &Shape, leaf: &Leaf, bytes: &[u8], context: &Context) {
    let number = bytes.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
    let byte = bytes.first().copied().unwrap_or_default();
    let named = |out: &mut Line, name: Option<&str>| match name {
        Some(name) => out.extend_from_slice(name.as_bytes()),
        None => out.decimal(number),
    };
    match leaf.kind {
        Kind::Name => hex(out, bytes),
        Kind::Text => text(out, bytes),
        Kind::Address(side) => address(out, bytes, context.family(side)),
        Kind::Family => named(
            out,
            match byte {
                AF_INET => Some("inet"),
                byte if byte == shape.form.inet6() => Some("inet6"),
                _ => None,
            },
        ),
        Kind::Proto => named(out, names::proto(byte)),
        Kind::Direction => named(
            out,
            match byte {
                1 => Some("in"),
                2 => Some("out"),
                _ => None,
            },
        ),
        Kind::Timeout => named(out, names::timeout(byte, context.machine)),
        Kind::PeerState => named(out, names::peer_state(context.machine, byte)),
        Kind::Flags(bits) => flags(out, number as u32, flag_names(bits, shape)),
        Kind::Route => named(out, route_name(byte, shape)),
        Kind::Rule if number == u64::from(u32::MAX) => out.extend_from_slice(b"none"),
        Kind::Signed => out.decimal(number as u32 as i32),
        Kind::Hex | Kind::Padding => {
            out.extend_from_slice(b"0x");
            hex(out, bytes);
        }
        Kind::Rule | Kind::Number => out.decimal(number),
    }
}

/// Hex digits of each byte.
fn hex(out: &mut Line, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        let digit = |half: u8| DIGITS[usize::from(half & 15)];
        out.put([digit(byte >> 4), digit(*byte)], 2);
    }
}

/// A byte that a bare name may have.
fn is_bare(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'#')
}

/// A name that a NUL ends, and what stands behind that, if anything does.
fn text(out: &mut Line, bytes: &[u8]) {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let told = bytes.get(..end).unwrap_or_default();
    if !told.is_empty() && told.iter().all(|byte| is_bare(*byte)) {
        return out.extend_from_slice(told);
    }
    out.push(b'"');
    for byte in told {
        if is_bare(*byte) || *byte == b'#' {
            out.push(*byte);
        } else {
            out.extend_from_slice(b"\\x");
            hex(out, &[*byte]);
        }
    }
    out.push(b'"');
}

fn address(out: &mut Line, bytes: &[u8], af: Af) {
    let Some(bytes) = bytes.first_chunk::<16>() else { return };
    match af {
        Af::Inet => {
            let ([a, b, c, d, ..], behind) = (*bytes, bytes.get(4..).unwrap_or_default());
            if behind.iter().all(|byte| *byte == 0) {
                return write_ip(out, IpAddr::V4(Ipv4Addr::new(a, b, c, d)));
            }
        }
        Af::Inet6 => return write_ip(out, IpAddr::V6(Ipv6Addr::from(*bytes))),
        Af::Other(_) => {}
    }
    out.extend_from_slice(b"0x");
    hex(out, bytes);
}

fn flag_names(bits: Bits, shape: &Shape) -> &'static [(u32, &'static str)] {
    match bits {
        Bits::State if shape.form.is_freebsd() => &names::FREEBSD_STATE_FLAGS,
        Bits::State => &names::STATE_FLAGS,
        Bits::Sync => &names::SYNC_FLAGS,
        Bits::Log => &names::LOG,
    }
}

/// Names of bits with commas between, what has no name in hexadecimal; `none` for none.
fn flags(out: &mut Line, bits: u32, known: &[(u32, &str)]) {
    if bits == 0 {
        return out.extend_from_slice(b"none");
    }
    let (mut left, mut comma) = (bits, false);
    for (bit, name) in known.iter().filter(|(bit, _)| bits & bit != 0) {
        if std::mem::replace(&mut comma, true) {
            out.push(b',');
        }
        out.extend_from_slice(name.as_bytes());
        left &= !bit;
    }
    if left != 0 {
        let hex = format!("{}0x{left:x}", if comma { "," } else { "" });
        out.extend_from_slice(hex.as_bytes());
    }
}

fn route_name(number: u8, shape: &Shape) -> Option<&'static str> {
    match Route::from_wire(number, shape.form.route_to()) {
        Route::No => Some("none"),
        route => names::route(route),
    }
}

/// RFC 3339 with nanoseconds: the header's time is to come back as it was.
pub(super) fn time(line: &mut Line, time: Time) {
    let mut text = Line::new();
    Rfc3339::default().write_micros(&mut text, time);
    let micros = text.as_bytes();
    line.extend_from_slice(micros.get(..micros.len().saturating_sub(1)).unwrap_or_default());
    let nanos = format!("{:03}Z", time.nanos().rem_euclid(1000));
    line.extend_from_slice(nanos.as_bytes());
}

/// Reads the word for a field into its place.
///
/// # Errors
/// What is expected there.
pub(super) fn read(
    word: &[u8],
    shape: &Shape,
    leaf: &Leaf,
    place: &mut [u8],
    context: &Context,
) -> Result<(), String> {
    let said = str::from_utf8(word).unwrap_or_default();
    let by_name = |name: &dyn Fn(u8) -> Option<&'static str>| {
        number_of(said).or_else(|| (0..=u8::MAX).find(|n| name(*n) == Some(said)).map(u64::from))
    };
    let number = match leaf.kind {
        Kind::Name => return digits(word, place),
        Kind::Text => return read_text(word, place),
        Kind::Address(side) => return read_address(said, place, context.family(side)),
        Kind::Padding => return read_bytes(said, place),
        Kind::Family => match said {
            "inet" => Some(u64::from(AF_INET)),
            "inet6" => Some(u64::from(shape.form.inet6())),
            said => number_of(said),
        },
        Kind::Proto if said == "icmp6" => Some(u64::from(names::IPPROTO_ICMPV6)),
        Kind::Proto => by_name(&names::proto),
        Kind::Direction => match said {
            "in" => Some(1),
            "out" => Some(2),
            said => number_of(said),
        },
        Kind::Timeout => by_name(&|n| names::timeout(n, context.machine)),
        Kind::PeerState => by_name(&|n| names::peer_state(context.machine, n)),
        Kind::Flags(bits) => read_flags(said, flag_names(bits, shape)),
        Kind::Route => by_name(&|n| route_name(n, shape)),
        Kind::Rule if said == "none" => Some(u64::from(u32::MAX)),
        Kind::Signed => {
            let negative = said.strip_prefix('-').and_then(|said| said.parse::<u32>().ok());
            let number = negative.filter(|number| *number <= 1 << 31);
            let positive = number_of(said).filter(|number| *number <= i32::MAX as u64);
            number.map(|number| u64::from(number.wrapping_neg())).or(positive)
        }
        Kind::Rule | Kind::Number | Kind::Hex => number_of(said),
    };
    let bytes = number.unwrap_or_default().to_be_bytes();
    let low = bytes.len().checked_sub(place.len()).map(|skipped| bytes.split_at(skipped));
    match (number, low) {
        (Some(_), Some((high, low))) if high.iter().all(|byte| *byte == 0) => {
            place.copy_from_slice(low);
            Ok(())
        }
        _ => Err(expected(shape, leaf, place.len(), context)),
    }
}

/// A number in decimal, or with `0x` in hexadecimal. No signs.
fn number_of(word: &str) -> Option<u64> {
    let (digits, radix) = word.strip_prefix("0x").map_or((word, 10), |digits| (digits, 16));
    let known = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(digits, radix).ok().filter(|_| known)
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Hex digits, all of them.
fn digits(word: &[u8], place: &mut [u8]) -> Result<(), String> {
    let wrong = || format!("{} hex digits", place.len() * 2);
    let word = word.strip_prefix(b"0x").unwrap_or(word);
    if word.len() != place.len() * 2 || !word.iter().all(u8::is_ascii_hexdigit) {
        return Err(wrong());
    }
    for (byte, pair) in place.iter_mut().zip(word.chunks_exact(2)) {
        let [high, low] = [pair.first(), pair.last()].map(|digit| digit.copied().and_then(nibble));
        *byte = high.unwrap_or_default() << 4 | low.unwrap_or_default();
    }
    Ok(())
}

/// `0x` and hex digits, all of them.
fn read_bytes(word: &str, place: &mut [u8]) -> Result<(), String> {
    let count = place.len() * 2;
    let wrong = |_| format!("0x and {count} hex digits");
    let bare = word.strip_prefix("0x").ok_or_else(|| wrong(String::new()))?;
    digits(bare.as_bytes(), place).map_err(wrong)
}

/// A name, in quotes or bare.
fn read_text(word: &[u8], place: &mut [u8]) -> Result<(), String> {
    place.fill(0);
    let room = place.len();
    let quoted = word.strip_prefix(b"\"").and_then(|word| word.strip_suffix(b"\""));
    let mut rest = quoted.unwrap_or(word);
    if quoted.is_none() && !word.iter().all(|byte| is_bare(*byte)) {
        return Err("a name of visible ASCII, or one in quotes, with \\x20 for a blank".to_string());
    }
    let mut places = place.iter_mut();
    while let [first, behind @ ..] = rest {
        let (byte, behind) = match (first, behind) {
            (b'\\', [b'x', high, low, behind @ ..]) => {
                let byte = nibble(*high).zip(nibble(*low)).map(|(high, low)| high << 4 | low);
                (byte.ok_or("two hex digits behind \\x")?, behind)
            }
            (b'\\', [escaped @ (b'\\' | b'"'), behind @ ..]) => (*escaped, behind),
            (b'\\', _) => return Err("\\x and two hex digits, \\\\ or \\\" in quotes".to_string()),
            (byte, behind) => (*byte, behind),
        };
        let Some(place) = places.next() else { return Err(format!("at most {room} bytes")) };
        *place = byte;
        rest = behind;
    }
    Ok(())
}

fn read_address(word: &str, place: &mut [u8], af: Af) -> Result<(), String> {
    if word.starts_with("0x") {
        return read_bytes(word, place);
    }
    let expected = match af {
        Af::Inet => "an IPv4 address (the family is inet)",
        Af::Inet6 => "an IPv6 address (the family is inet6)",
        Af::Other(_) => "0x and 32 hex digits (the family has no name)",
    };
    place.fill(0);
    match (word.parse::<IpAddr>(), af) {
        (Ok(IpAddr::V4(v4)), Af::Inet) => {
            place.iter_mut().zip(v4.octets()).for_each(|(to, from)| *to = from);
        }
        (Ok(IpAddr::V6(v6)), Af::Inet6) => {
            place.iter_mut().zip(v6.octets()).for_each(|(to, from)| *to = from);
        }
        _ => return Err(expected.to_string()),
    }
    Ok(())
}

fn read_flags(word: &str, known: &[(u32, &str)]) -> Option<u64> {
    if word == "none" {
        return Some(0);
    }
    word.split(',').try_fold(0, |bits, name| {
        let bit = known.iter().find(|(_, known)| *known == name).map(|(bit, _)| u64::from(*bit));
        Some(bits | bit.or_else(|| number_of(name))?)
    })
}

/// What a field may be, in words.
fn expected(shape: &Shape, leaf: &Leaf, size: usize, context: &Context) -> String {
    let max = u64::MAX >> (64 - 8 * size.clamp(1, 8));
    let list = |names: &mut dyn Iterator<Item = &'static str>| names.collect::<Vec<_>>().join(" ");
    let numbers = 0..=u8::MAX;
    match leaf.kind {
        Kind::Family => "inet, inet6, or a number up to 255".to_string(),
        Kind::Proto => "an IP protocol by its name, or a number up to 255".to_string(),
        Kind::Direction => "in, out, or a number up to 255".to_string(),
        Kind::Timeout => {
            let known = list(&mut numbers.filter_map(|n| names::timeout(n, context.machine)));
            format!("one of {known}, or a number up to 255")
        }
        Kind::PeerState if context.machine == Machine::Icmp => {
            "a number up to 255 (ICMP has no states)".to_string()
        }
        Kind::PeerState => {
            let known = list(&mut numbers.filter_map(|n| names::peer_state(context.machine, n)));
            format!("one of {known}, or a number up to 255")
        }
        Kind::Flags(bits) => {
            let known = list(&mut flag_names(bits, shape).iter().map(|(_, name)| *name));
            format!("none, or some of {known} with commas between, or a number up to {max}")
        }
        Kind::Route => {
            let known = list(&mut numbers.filter_map(|n| route_name(n, shape)));
            format!("one of {known}, or a number up to 255")
        }
        Kind::Rule => format!("none, or a number up to {max}"),
        Kind::Signed => format!("a number from {} to {}", i32::MIN, i32::MAX),
        _ => format!("a number up to {max}"),
    }
}

/// Whether a release is named so; for errors.
pub(super) fn release(word: &str) -> Result<Release, String> {
    word.parse().map_err(|_| "a release such as openbsd-7.9, see --list-releases".to_string())
}
