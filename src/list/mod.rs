//! A state table as lines: which of its states, in which order, printed how.
//!
//! ```
//! use pfstatelog::abi::Release;
//! use pfstatelog::format::Options;
//! use pfstatelog::list::{self, Listing, Sort, Style};
//! use pfstatelog::pf::{Form, StateTable};
//! use pfstatelog::time::Time;
//!
//! let table = StateTable::new(Form::new(Release::OpenBsd7_9), Time::now());
//! let busiest = Listing { sort: Some(Sort::Bytes), top: Some(10), ..Listing::default() };
//! let mut lines = Vec::new();
//! list::write(&table, &busiest, Style::Json(Options::default()), &mut lines)?;
//! assert!(lines.is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```

#![forbid(unsafe_code)]

use std::cmp::Reverse;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use crate::filter::Filter;
use crate::format::{Options, StateJson};
use crate::line::Line;
use crate::pf::StateTable;
use crate::state::State;
use crate::view::{Detail, StatePrinter};

/// What states are sorted by, those with the most of it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Seconds since they were made.
    Age,
    /// Bytes, both ways.
    Bytes,
    /// Packets, both ways.
    Packets,
    /// Seconds until they run out.
    Expire,
}

impl Sort {
    /// All of them, with their names.
    pub const ALL: [(&'static str, Self); 4] = [
        ("age", Self::Age),
        ("bytes", Self::Bytes),
        ("packets", Self::Packets),
        ("expire", Self::Expire),
    ];

    /// What of a state it goes by.
    pub fn key(self, state: &State) -> u64 {
        let both = |[forth, back]: [u64; 2]| forth.saturating_add(back);
        match self {
            Self::Age => state.age_s.into(),
            Self::Expire => state.expire_s.into(),
            Self::Bytes => both(state.bytes),
            Self::Packets => both(state.packets),
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, sort)| sort == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

impl FromStr for Sort {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().find(|(name, _)| *name == word);
        known
            .map(|(_, sort)| *sort)
            .ok_or_else(|| "age, bytes, packets or expire is expected".into())
    }
}

/// Which states of a table, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Those that are kept.
    pub filter: Filter,
    /// Their order; the table's own without one.
    pub sort: Option<Sort>,
    /// Whether the order is turned around.
    pub reverse: bool,
    /// How many at most, the first ones of the order.
    pub top: Option<usize>,
}

impl Listing {
    /// How many states there are to list.
    pub fn count(&self, table: &StateTable) -> usize {
        let kept = match self.filter.keeps_all() {
            true => table.len(),
            false => table.states().filter(|state| self.filter.keeps_state(state)).count(),
        };
        self.top.map_or(kept, |top| top.min(kept))
    }

    /// Gives `each` the states in order, until it fails. Where there is an order, 16 bytes a state are
    /// needed for it, else nothing.
    ///
    /// # Errors
    /// Those of `each`.
    pub fn each<E>(
        &self,
        table: &StateTable,
        mut each: impl FnMut(&State) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each_numbered(table, |_, state| each(state))
    }

    /// The same, with the number of each in the table.
    fn each_numbered<E>(
        &self,
        table: &StateTable,
        mut each: impl FnMut(usize, &State) -> Result<(), E>,
    ) -> Result<(), E> {
        let top = self.top.unwrap_or(usize::MAX);
        if self.sort.is_none() && !self.reverse {
            let kept = table.states().enumerate();
            let kept = kept.filter(|(_, state)| self.filter.keeps_state(state));
            return kept.take(top).try_for_each(|(number, state)| each(number, &state));
        }
        for (_, number) in self.order(table, top) {
            if let Some(state) = table.state(number as usize) {
                each(number as usize, &state)?;
            }
        }
        Ok(())
    }

    /// The first `top` states, by what they are sorted by and then as the table has them.
    fn order(&self, table: &StateTable, top: usize) -> Vec<(u64, u32)> {
        let key = |state: &State| self.sort.map_or(0, |sort| sort.key(state));
        let mut order: Vec<(u64, u32)> = (0..)
            .zip(table.states())
            .filter(|(_, state)| self.filter.keeps_state(state))
            .map(|(number, state)| (key(&state), number))
            .collect();
        match (self.reverse, self.sort) {
            (true, None) => first(&mut order, top, |(_, number)| Reverse(number)),
            (true, Some(_)) => first(&mut order, top, |(key, number)| (key, number)),
            (false, _) => first(&mut order, top, |(key, number)| (Reverse(key), number)),
        }
        order
    }
}

/// Sorts, and keeps the first `top`; the others are not sorted first.
fn first<K: Ord>(order: &mut Vec<(u64, u32)>, top: usize, by: impl Fn((u64, u32)) -> K) {
    if top < order.len() {
        order.select_nth_unstable_by_key(top, |item| by(*item));
        order.truncate(top);
    }
    order.sort_unstable_by_key(|item| by(*item));
}

/// How states are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As `pfctl -ss` of the table's release prints them, some lines each.
    Pfctl(Detail, Options),
    /// As JSON, one object a line, with all that a state has.
    Json(Options),
}

/// What has come together before it is handed on, in bytes.
const CHUNK_BYTES: usize = 64 << 10;

/// Writes the states of a table.
///
/// # Errors
/// Those of `out`.
pub fn write(
    table: &StateTable,
    listing: &Listing,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (time, release) = (table.time(), table.form().release());
    match style {
        Style::Pfctl(detail, options) => {
            let printer = StatePrinter::new(release, detail, options);
            lines(table, listing, out, |line, _, state| printer.write(line, state))
        }
        Style::Json(options) => {
            let mut writer = StateJson::new(options);
            lines(table, listing, out, |line, number, state| {
                writer.write(line, (time, release), state, table.sight(number));
            })
        }
    }
}

fn lines(
    table: &StateTable,
    listing: &Listing,
    out: &mut dyn Write,
    mut write: impl FnMut(&mut Line, usize, &State),
) -> io::Result<()> {
    let mut text = Line::new();
    listing.each_numbered(table, |number, state| {
        write(&mut text, number, state);
        text.push(b'\n');
        if text.len() >= CHUNK_BYTES {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
        Ok::<_, io::Error>(())
    })?;
    out.write_all(text.as_bytes())
}
