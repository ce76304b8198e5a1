//! Queries of the domain name system, as far as their first question.

#![forbid(unsafe_code)]

use super::ip::{be16, say, say_number};
use crate::format::write_decimal;
use crate::line::Line;

/// Bytes of the header.
const HEADER_BYTES: usize = 12;

const OPERATIONS: [&str; 16] = [
    "",
    " inv_q",
    " stat",
    " op3",
    " notify",
    " update",
    " op6",
    " op7",
    " op8",
    " updateA",
    " updateD",
    " updateDA",
    " updateM",
    " updateMA",
    " zoneInit",
    " zoneRef",
];

/// Appends a query; false, and nothing, for what is none. `cut` is said where it ends early, `before` stands
/// before its length.
pub(super) fn write(
    out: &mut Line,
    bytes: &[u8],
    length: usize,
    (cut, before): (&str, &str),
) -> bool {
    let Some(header) = bytes.first_chunk::<HEADER_BYTES>() else {
        say(out, cut);
        return true;
    };
    let word = |at: usize| be16(header, at).unwrap_or(0);
    let flags = word(2);
    if flags & 0x8000 != 0 {
        return false;
    }
    write_decimal(out, word(0));
    say(out, OPERATIONS[usize::from(flags >> 11 & 15)]);
    if flags & 0x0100 != 0 {
        say(out, "+");
    }
    if flags & 0x0010 != 0 {
        say(out, "%");
    }
    if flags & !0x7910 != 0 {
        say(out, " [b2&3=0x");
        say(out, &format!("{flags:x}"));
        say(out, "]");
    }
    let [questions, answers, authorities, more] = [4, 6, 8, 10].map(word);
    for (count, name, usual) in
        [(answers, "a", 0), (questions, "q", 1), (authorities, "n", 0), (more, "au", 0)]
    {
        if count != usual {
            say_number(out, " [", count);
            say(out, name);
            say(out, "]");
        }
    }
    if questions == 0 {
        return true;
    }
    match question(bytes) {
        Some((name, kind)) => {
            say(out, " ");
            match KINDS.iter().find(|(number, _)| *number == kind) {
                Some((_, known)) => say(out, known),
                None => say_number(out, "Type", kind),
            }
            say(out, "? ");
            say(out, &name);
            say_number(out, before, length);
            say(out, ")");
        }
        None => say(out, cut),
    }
    true
}

const KINDS: [(u16, &str); 14] = [
    (1, "A"),
    (2, "NS"),
    (5, "CNAME"),
    (6, "SOA"),
    (12, "PTR"),
    (13, "HINFO"),
    (15, "MX"),
    (16, "TXT"),
    (28, "AAAA"),
    (33, "SRV"),
    (35, "NAPTR"),
    (251, "IXFR"),
    (252, "AXFR"),
    (255, "ANY"),
];

/// Name and type of the first question; `None` where it was cut, or is none.
fn question(bytes: &[u8]) -> Option<(String, u16)> {
    let mut name = String::new();
    let mut at = HEADER_BYTES;
    loop {
        let len = usize::from(*bytes.get(at)?);
        if len == 0 {
            break;
        }
        // A first question points nowhere.
        if len > 63 {
            return None;
        }
        for byte in bytes.get(at + 1..at + 1 + len)? {
            match byte {
                b'!'..=b'~' => name.push(char::from(*byte)),
                byte => name += &format!("\\{byte:03o}"),
            }
        }
        name.push('.');
        at += 1 + len;
    }
    if name.is_empty() {
        name.push('.');
    }
    let kind = be16(bytes, at + 1)?;
    be16(bytes, at + 3)?;
    Some((name, kind))
}
