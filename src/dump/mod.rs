//! State tables in files, and back into a kernel: what is behind `pfstatelog dump`, `restore` and
//! `convert`.
//!
//! | module | what it holds |
//! |---|---|
//! | `binary` | a header and a kernel's records as they are |
//! | `text` | the same, one state a line, to be read and edited |
//! | `json` | the same as JSON, one object a state |
//! | `named`, `notation` | what text and JSON have in common: fields by name, and their words |
//! | `frames` | states as pfsync frames, in captures and on the wire |
//! | [`source`] | a table from any of them, told by its first bytes, from a capture, or from /dev/pf |
//! | `replay` | the table that a capture comes to |
//! | `recast` | states of one release as another has them |
//! | `check` | what a kernel would refuse |
//! | [`restore`] | a table into a kernel: checked first, then applied, every refusal told |
//! | `file` | files that are whole or not there |
//!
//! ```
//! use pfstatelog::abi::Release;
//! use pfstatelog::dump::{self, Format, source};
//! use pfstatelog::pf::{Form, StateTable};
//! use pfstatelog::time::Time;
//!
//! let table = StateTable::new(Form::new(Release::OpenBsd7_9), Time::new(1_795_179_902, 5));
//! for format in [Format::Binary, Format::Text, Format::Json] {
//!     let mut file = Vec::new();
//!     dump::write(&table, format, &mut file)?;
//!     let again = source::read(Box::new(&*file.leak()), "here", &source::Options::default())?;
//!     assert_eq!(again.table, table);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod binary;
pub(crate) mod check;
pub mod file;
pub mod frames;
mod json;
mod named;
mod notation;
mod recast;
mod replay;
pub mod restore;
pub mod source;
mod text;

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

pub use binary::Damage;
pub use named::Mistake;
pub use recast::{LeftOut, Losses, recast};

use crate::pf::StateTable;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The kernel's records, behind a header.
    Binary,
    /// One state a line, as `name=value`.
    Text,
    /// One JSON object a state, with the names and words of the text.
    Json,
    /// A capture of pfsync frames that insert the states.
    Pcap,
}

impl Format {
    /// All of them, with their names.
    pub const ALL: [(&'static str, Self); 4] = [
        ("binary", Self::Binary),
        ("text", Self::Text),
        ("json", Self::Json),
        ("pcap", Self::Pcap),
    ];

    /// What the ending of a file's name says, in whichever letters: `.txt` and `.text`, `.json` and `.jsonl`,
    /// `.pcap`; anything else is binary.
    ///
    /// # Errors
    /// What is wrong with an ending that speaks of something that is not written: compressed, pcapng.
    pub fn of_path(path: &Path) -> Result<Self, String> {
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        match ending.to_str() {
            Some("txt" | "text") => Ok(Self::Text),
            Some("json" | "jsonl") => Ok(Self::Json),
            Some("pcap") => Ok(Self::Pcap),
            Some(ending @ ("gz" | "zst" | "xz" | "bz2" | "pcapng")) => Err(format!(
                "{}: no .{ending} is written: give the file another ending, or say with --format what is \
                 to be in it",
                path.display()
            )),
            _ => Ok(Self::Binary),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, format)| format == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().find(|(name, _)| *name == word);
        known
            .map(|(_, format)| *format)
            .ok_or_else(|| format!("unknown format {word:?}: there are binary text json pcap"))
    }
}

/// Writes a table. As a capture its states are those of the release that [`frames::target`] says.
///
/// # Errors
/// Those of `out`; `InvalidInput` for states that cannot be had in frames.
pub fn write(table: &StateTable, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Binary => binary::write(table, out),
        Format::Text => text::write(table, out),
        Format::Json => json::write(table, out),
        Format::Pcap => {
            let form = frames::target(table.form(), None);
            let invalid = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
            match recast(table, form).map_err(invalid)? {
                (Some(recast), _) => frames::write_pcap(&recast, out),
                (None, _) => frames::write_pcap(table, out),
            }
        }
    }
}
