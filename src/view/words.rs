//! The words that both views share: names from the wire, times, ids.

#![forbid(unsafe_code)]

use crate::format::{write_decimal, write_hex};
use crate::line::Line;

/// Appends a name as `VIS_WHITE` has it: only graphic ASCII stays, and the backslash is doubled.
pub fn write_encoded(out: &mut Line, name: &[u8]) {
    for byte in name.iter().copied() {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            byte if byte.is_ascii_graphic() => out.push(byte),
            byte => write_byte(out, byte),
        }
    }
}

/// Appends a name whose printable bytes, the space and the backslash among them, stay what they
/// are: for originals that print names raw. Those let control characters through to the terminal,
/// this does not.
pub fn write_raw(out: &mut Line, name: &[u8]) {
    for byte in name.iter().copied() {
        match byte {
            b' '..=b'~' => out.push(byte),
            byte => write_byte(out, byte),
        }
    }
}

/// `\^I` for a control character, `\M-i` and `\M^A` for bytes from 128 on; spaces in octal.
fn write_byte(out: &mut Line, byte: u8) {
    out.push(b'\\');
    let low = byte & 0x7f;
    if low == b' ' {
        for shift in [6, 3, 0] {
            out.push(b'0' + (byte >> shift & 7));
        }
        return;
    }
    if byte != low {
        out.push(b'M');
    }
    match low {
        0x7f => out.extend_from_slice(b"^?"),
        control @ 0..=0x1f => out.extend_from_slice(&[b'^', control + b'@']),
        graphic => out.extend_from_slice(&[b'-', graphic]),
    }
}

/// Appends `HH:MM:SS`; hours have at least two digits and no upper bound.
pub fn write_hms(out: &mut Line, secs: u32) {
    let (hours, minutes, seconds) = (secs / 3600, secs / 60 % 60, secs % 60);
    for (at, number) in [hours, minutes, seconds].into_iter().enumerate() {
        if at > 0 {
            out.push(b':');
        }
        if number < 10 {
            out.push(b'0');
        }
        write_decimal(out, number);
    }
}

/// Appends `id: 5f3a1b2c00000001 creatorid: 8a7b6c5d`.
pub fn write_id(out: &mut Line, id: crate::state::StateId) {
    out.extend_from_slice(b"id: ");
    write_hex::<16>(out, id.id);
    write_creator(out, b" creatorid: ", id.creatorid);
}

/// Appends a creator behind a word.
pub fn write_creator(out: &mut Line, word: &[u8], creatorid: u32) {
    out.extend_from_slice(word);
    write_hex::<8>(out, u64::from(creatorid));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(name: &[u8]) -> String {
        let mut out = Line::new();
        write_encoded(&mut out, name);
        String::from_utf8(out.into_bytes()).unwrap()
    }

    #[test]
    fn names_are_encoded_as_vis_does() {
        assert_eq!(encoded(b"vlan1234"), "vlan1234");
        assert_eq!(encoded(b"we ird"), r"we\040ird");
        assert_eq!(encoded(b"t\tab\x1b\n\x7f"), r"t\^Iab\^[\^J\^?");
        assert_eq!(encoded(b"hi\xff\xe9\xa0\x80"), r"hi\M^?\M-i\240\M^@");
        assert_eq!(encoded(b"b\\s\"',;`$"), r#"b\\s"',;`$"#);
    }

    #[test]
    fn nothing_but_printable_ascii_comes_out() {
        let every: Vec<u8> = (0..=255).collect();
        for write in [write_encoded, write_raw] {
            let mut out = Line::new();
            write(&mut out, &every);
            assert!(out.as_bytes().iter().all(|byte| matches!(byte, b' '..=b'~')));
        }
        let mut out = Line::new();
        write_raw(&mut out, b"we ird\\\n");
        assert_eq!(out.as_bytes(), br"we ird\\^J");
    }

    #[test]
    fn hours_are_not_wrapped() {
        for (secs, text) in [
            (0, "00:00:00"),
            (3661, "01:01:01"),
            (360_000, "100:00:00"),
            (u32::MAX, "1193046:28:15"),
        ] {
            let mut out = Line::new();
            write_hms(&mut out, secs);
            assert_eq!(out.as_bytes(), text.as_bytes());
        }
    }
}
