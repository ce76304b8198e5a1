//! States as JSON, one object a line: the events `start` that they would be, as `-f json` writes them
//! (misc/event.schema.json). They have no `action`, since no message carried them. Padding and what
//! else an event leaves out is not in them, so they are not read again.

#![forbid(unsafe_code)]

use std::io::{self, Write};

use crate::event::{Event, Told};
use crate::format::{Format, Options};
use crate::line::Line;
use crate::pf::StateTable;

/// Lines are handed on when there are so many bytes of them.
const CHUNK_BYTES: usize = 64 << 10;

/// Writes a table.
///
/// # Errors
/// Those of `out`.
pub(super) fn write(table: &StateTable, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = Format::Json.writer(Options::default());
    let mut line = Line::new();
    for (number, state) in table.states().enumerate() {
        let at = table.time();
        let told = Told::of_table(&state, at, table.sight(number));
        let event = Event::of_table(at, table.form().release(), told);
        writer.write(&mut line, &event);
        line.push(b'\n');
        if line.len() >= CHUNK_BYTES {
            out.write_all(line.as_bytes())?;
            line.clear();
        }
    }
    out.write_all(line.as_bytes())
}
