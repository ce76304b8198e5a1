//! State tables as text: one state a line, `name=value` with blanks between, in any order.
//!
//! ```text
//! # 2 states of openbsd-7.9
//! pfstatelog-states version=1 release=openbsd-7.9 record=264 time=2026-11-26T18:39:06.000000000Z
//! state id=5f3a1b2c00000001 creatorid=8a7b6c5d ifname=em0 direction=out proto=tcp af=inet wire.addr0=...
//! state id=5f3a1b2c00000002 ...
//! end
//! ```
//!
//! Names are the kernel's ([`Form`]'s fields), words are in `notation`. A field that is not there is 0,
//! or of rules none; those that make a state have to be there. What follows a `#` at the start of a word is a
//! comment, and so are empty lines. The last line says `end`, so that half a file is told from a
//! whole one though lines were taken out.

#![forbid(unsafe_code)]

mod read;

use std::io::{self, Write};

use super::named::{self, MAGIC, VERSION};
use super::notation::{self, Context};
use crate::line::Line;
use crate::pf::StateTable;
use crate::pf::form::{Leaf, Shape};

#[cfg(doc)]
use crate::pf::Form;
pub(crate) use read::read;

/// Writes a table as text.
///
/// # Errors
/// Those of `out`.
pub fn write(table: &StateTable, out: &mut dyn Write) -> io::Result<()> {
    let form = table.form();
    let mut line = Line::new();
    let header = format!(
        "# {} states of {1}\n{MAGIC} version={VERSION} release={1} record={2} time=",
        table.len(),
        form.release(),
        form.record_bytes(),
    );
    line.extend_from_slice(header.as_bytes());
    notation::time(&mut line, table.time());
    line.push(b'\n');
    named::write(table, out, line, b"end\n", state)
}

/// The line of a state, without its end.
pub(crate) fn state(line: &mut Line, shape: &Shape, record: &[u8]) {
    let context = Context::of(shape, record);
    line.extend_from_slice(b"state");
    for leaf in shape.leaves.iter().filter(|leaf| leaf.is_said(record)) {
        line.push(b' ');
        line.extend_from_slice(leaf.name.as_bytes());
        line.push(b'=');
        notation::write(line, shape, leaf, leaf.of(record), &context);
    }
}

/// The word for one field of a record.
pub(super) fn word(shape: &Shape, leaf: &Leaf, record: &[u8]) -> String {
    let mut word = Line::new();
    notation::write(&mut word, shape, leaf, leaf.of(record), &Context::of(shape, record));
    String::from_utf8_lossy(word.as_bytes()).into_owned()
}
