//! State tables as JSON: one object a line, with the names and words that the text has, so that both say
//! the same and either is read again.
//!
//! ```text
//! {"format":"pfstatelog-states","version":1,"release":"openbsd-7.9","record":264,"time":"2026-11-26T18:39:06.000000000Z"}
//! {"id":"5f3a1b2c00000001","creatorid":"8a7b6c5d","ifname":"em0","direction":"out","proto":"tcp",...}
//! {"end":true}
//! ```
//!
//! Where the text has a number in decimal it is a number here, but for those above 2^53, which many programs
//! round; all other words are strings, and in names `\x` stands for a byte as it does in the text. What is
//! read may have either, in any order, and an object on several lines.

#![forbid(unsafe_code)]

mod read;

use std::io::{self, Write};

use super::named::{self, MAGIC, VERSION};
use super::notation::{self, Context};
use crate::line::Line;
use crate::pf::StateTable;
use crate::pf::form::{Kind, Leaf, Shape};
pub(crate) use read::read;

/// Numbers above this are strings: many programs have them as floating point.
const MAX_NUMBER: u64 = 1 << 53;

/// Writes a table.
///
/// # Errors
/// Those of `out`.
pub(super) fn write(table: &StateTable, out: &mut dyn Write) -> io::Result<()> {
    let form = table.form();
    let (mut line, mut word) = (Line::new(), Line::new());
    let header = format!(
        r#"{{"format":"{MAGIC}","version":{VERSION},"release":"{}","record":{},"time":""#,
        form.release(),
        form.record_bytes(),
    );
    line.extend_from_slice(header.as_bytes());
    notation::time(&mut line, table.time());
    line.extend_from_slice(b"\"}\n");
    named::write(table, out, line, b"{\"end\":true}\n", |line, shape, record| {
        state(line, &mut word, shape, record);
    })
}

/// The line of a state, without its end.
fn state(line: &mut Line, word: &mut Line, shape: &Shape, record: &[u8]) {
    let context = Context::of(shape, record);
    let mut before = b'{';
    for leaf in shape.leaves.iter().filter(|leaf| leaf.is_said(record)) {
        line.put([before, b'"'], 2);
        line.extend_from_slice(leaf.name.as_bytes());
        line.extend_from_slice(b"\":");
        word.clear();
        notation::write(word, shape, leaf, leaf.of(record), &context);
        value(line, leaf, record, word.as_bytes());
        before = b',';
    }
    line.push(b'}');
}

/// A word of the text as JSON has it. It is visible ASCII.
fn value(line: &mut Line, leaf: &Leaf, record: &[u8], word: &[u8]) {
    use Kind::{Address, Hex, Name, Padding, Text};
    let is_number = match leaf.kind {
        Name | Text | Address(_) | Padding | Hex => false,
        // Words of protocols may begin with digits.
        _ => word.strip_prefix(b"-").unwrap_or(word).iter().all(u8::is_ascii_digit),
    };
    if is_number && (word.starts_with(b"-") || leaf.number(record) <= MAX_NUMBER) {
        return line.extend_from_slice(word);
    }
    let bare = word.strip_prefix(b"\"").and_then(|word| word.strip_suffix(b"\""));
    line.push(b'"');
    for byte in bare.unwrap_or(word) {
        if *byte == b'\\' {
            line.push(b'\\');
        }
        line.push(*byte);
    }
    line.push(b'"');
}
