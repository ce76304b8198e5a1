//! Files of state tables: an error that says where, or a table that is the same however it is written
//! and read again.

#![forbid(unsafe_code)]

use std::io::Cursor;

use crate::dump::restore::{self, Edits};
use crate::dump::source::{self, Kind, Opened, Options, SourceError};
use crate::dump::{self, Format};
use crate::pf::StateTable;
use crate::pf::fake::FakeKernel;

/// The target.
pub fn run(input: &[u8]) {
    match read(input.to_vec(), false) {
        Ok(opened) => {
            let table = &opened.table;
            for format in [Format::Binary, Format::Text, Format::Json] {
                let again = read(written(table, format), false);
                let again = again.unwrap_or_else(|error| panic!("{format} reads back: {error}"));
                assert_eq!(again.table, *table, "{format} reads back as it was");
            }
            // A capture with states of several releases may have been made one of the first.
            if opened.kind != Kind::Capture {
                restored(table);
            }
        }
        Err(error) => sound(&error),
    }
    if let Err(error) = read(input.to_vec(), true) {
        sound(&error);
    }
}

fn read(bytes: Vec<u8>, strict: bool) -> Result<Opened, SourceError> {
    let options = Options { strict, ..Options::default() };
    source::read(Box::new(Cursor::new(bytes)), "input", &options)
}

fn written(table: &StateTable, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    dump::write(table, format, &mut out).unwrap_or_else(|error| panic!("{format}: {error}"));
    out
}

/// What was checked a kernel takes, all of it, and what was not sound it never sees.
fn restored(table: &StateTable) {
    let mut kernel = FakeKernel::new(table.form());
    let form = table.form();
    match restore::restore(table.clone(), &Edits::default(), form, Some(&mut kernel), false) {
        Ok(outcome) => {
            assert!(outcome.report.is_some_and(|report| report.is_complete()), "all is taken");
            assert_eq!(kernel.len(), table.len());
        }
        Err(_) => assert_eq!(kernel.added, 0, "nothing is applied"),
    }
}

/// An error is one line, and says where in a text.
fn sound(error: &SourceError) {
    let told = error.to_string();
    assert!(!told.is_empty() && !told.chars().any(char::is_control), "{told:?}");
    if let SourceError::Mistakes(mistakes, _) = error {
        assert!((1..=20).contains(&mistakes.len()), "{}", mistakes.len());
        for mistake in mistakes {
            assert!(mistake.line >= 1 && mistake.column >= 1, "{mistake:?}");
            assert!(!mistake.what.chars().any(char::is_control), "{mistake:?}");
        }
    }
}
