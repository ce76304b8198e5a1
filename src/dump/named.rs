//! States said by named words: what text and JSON have in common once their own grammar is read.

#![forbid(unsafe_code)]

use std::fmt;
use std::io::{self, Write};
use std::ops::Range;

use super::check;
use super::notation::{self, Context};
use crate::line::Line;
use crate::pf::form::{Kind, Shape};
use crate::pf::{Form, StateTable};
use crate::time::Time;

/// What a text begins with, comments apart, and what JSON has as its `format`.
pub(super) const MAGIC: &str = "pfstatelog-states";
/// The version that is written, and read.
pub(super) const VERSION: u64 = 1;

/// Something in a text, or in JSON, that is not as it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line, from 1 on.
    pub line: u64,
    /// Byte of the line, from 1 on.
    pub column: usize,
    /// What is wrong, and what is expected.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.what)
    }
}

/// Mistakes that are told; what comes behind so many is counted.
const MAX_MISTAKES: usize = 20;
/// No line of a state comes near this.
pub(super) const MAX_LINE_BYTES: usize = 64 << 10;
/// Characters of a word that a mistake quotes.
const QUOTED_CHARS: usize = 60;

/// A byte of the line, and what is wrong there.
pub(super) type Wrong = (usize, String);

/// A word for a message: what is not visible is escaped, and what is long cut.
pub(super) fn quoted(word: &[u8]) -> String {
    let text: String = word.escape_ascii().map(char::from).take(QUOTED_CHARS + 1).collect();
    match text.len() > QUOTED_CHARS {
        true => format!("'{}...'", text.get(..QUOTED_CHARS).unwrap_or_default()),
        false => format!("'{text}'"),
    }
}

/// All that is wrong: the first mistakes, and how many more there are.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    told: Vec<Mistake>,
    more: u64,
}

impl Mistakes {
    /// One more; `at` is the byte of the line, from 0 on.
    pub fn push(&mut self, line: u64, (at, what): Wrong) {
        self.extend([Mistake { line, column: at + 1, what }]);
    }

    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    pub fn extend(&mut self, mistakes: impl IntoIterator<Item = Mistake>) {
        for mistake in mistakes {
            match self.told.len() < MAX_MISTAKES {
                true => self.told.push(mistake),
                false => self.more += 1,
            }
        }
    }

    fn into_parts(self) -> (Vec<Mistake>, u64) {
        (self.told, self.more)
    }
}

/// A name and its value as they stand in a line: where each begins, from 0 on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'l> {
    pub name: &'l [u8],
    pub at: usize,
    pub value_at: usize,
    pub value: &'l [u8],
}

/// A table, or the mistakes, 20 at most, and how many more there are.
pub(super) type Read = Result<StateTable, (Vec<Mistake>, u64)>;

/// What was read so far, whichever the grammar.
#[derive(Default)]
pub(super) struct Reading {
    /// Also what no kernel would take is wrong, and states that are there twice.
    pub strict: bool,
    /// Once the header was there.
    pub body: Option<Body>,
    /// What ends a file was there.
    pub ended: bool,
    pub mistakes: Mistakes,
}

impl Reading {
    /// All of the header was said; `at` is where it begins.
    pub fn begin(&mut self, header: Header, at: usize) -> Result<(), Wrong> {
        self.body = Some(Body::new(header.end(at)?, self.strict));
        Ok(())
    }

    /// All was read; `line` is the one behind. `first` is what begins a file, `last` what is said of its end.
    pub fn end(mut self, line: u64, first: &str, last: &str) -> Read {
        if !self.ended && self.mistakes.is_empty() {
            let what = match &self.body {
                Some(_) => format!("{last}: the file was cut short"),
                None => format!("{first} is expected, and was not found"),
            };
            self.mistakes.push(line, (0, what));
        }
        let table = match self.body {
            Some(body) => body.end(self.mistakes),
            None => Err(self.mistakes),
        };
        table.map_err(Mistakes::into_parts)
    }
}

/// Lines are handed on when there are so many bytes of them.
const CHUNK_BYTES: usize = 64 << 10;

/// Writes what is in `line` already, each state, and what stands behind them.
pub(super) fn write(
    table: &StateTable,
    out: &mut dyn Write,
    mut line: Line,
    behind: &[u8],
    mut state: impl FnMut(&mut Line, &Shape, &[u8]),
) -> io::Result<()> {
    let shape = Shape::of(table.form());
    for record in table.records() {
        state(&mut line, &shape, record);
        line.push(b'\n');
        if line.len() >= CHUNK_BYTES {
            out.write_all(line.as_bytes())?;
            line.clear();
        }
    }
    line.extend_from_slice(behind);
    out.write_all(line.as_bytes())
}

/// What is said of all states, ahead of them.
#[derive(Debug, Default)]
pub(super) struct Header {
    version: Option<u64>,
    release: Option<crate::abi::Release>,
    /// Where that stands, and bytes.
    record: Option<(usize, usize)>,
    time: Option<Time>,
}

impl Header {
    /// Takes a word.
    pub fn say(&mut self, Said { name, at, value_at, value }: Said<'_>) -> Result<(), Wrong> {
        let said = str::from_utf8(value).unwrap_or_default();
        let wrong =
            |expected: String| (value_at, format!("{}: {expected} is expected", quoted(value)));
        let again = match name {
            b"version" => {
                let known = said.parse::<u64>().ok().filter(|version| *version == VERSION);
                let what = || wrong(format!("version {VERSION}, the only one that is known,"));
                self.version.replace(known.ok_or_else(what)?).is_some()
            }
            b"release" => self.release.replace(notation::release(said).map_err(wrong)?).is_some(),
            b"record" => {
                let bytes = said.parse::<usize>().map_err(|_| wrong("a number of bytes".into()))?;
                self.record.replace((value_at, bytes)).is_some()
            }
            b"time" => {
                let what = || wrong("a time such as 2026-11-20T13:05:02Z".into());
                self.time.replace(Time::parse(said).ok_or_else(what)?).is_some()
            }
            name => {
                let what =
                    format!("{}: version, release, record or time is expected", quoted(name));
                return Err((at, what));
            }
        };
        if again {
            return Err((at, format!("{} is said twice", quoted(name))));
        }
        Ok(())
    }

    /// The form and the time that were said; `at` is where all of it begins.
    fn end(self, at: usize) -> Result<(Form, Time), Wrong> {
        let missing = |name: &str| (at, format!("'{MAGIC}' has no {name}, which is expected"));
        self.version.ok_or_else(|| missing("version"))?;
        let release = self.release.ok_or_else(|| missing("release"))?;
        let form = match self.record {
            None => Form::new(release),
            Some((at, bytes)) => Form::sized(release, bytes).ok_or_else(|| {
                let own = release.state_bytes();
                (at, format!("{release} has no states of {bytes} bytes: {own} is expected"))
            })?,
        };
        Ok((form, self.time.unwrap_or_default()))
    }
}

/// What is read once the header says what it is.
pub(super) struct Body {
    /// Also what no kernel would take is wrong, and states that are there twice.
    strict: bool,
    shape: Shape,
    table: StateTable,
    /// What a state is of which nothing is said.
    blank: Vec<u8>,
    record: Vec<u8>,
    /// What a blank state says of others' words.
    none: Context,
    /// For each leaf, where its word stands in the line, and in `words`.
    said: Vec<Option<(usize, Range<usize>)>>,
    words: Vec<u8>,
    /// The line of each state.
    lines: Vec<u64>,
}

impl Body {
    fn new((form, time): (Form, Time), strict: bool) -> Self {
        let shape = Shape::of(form);
        let mut blank = vec![0; shape.record_bytes];
        for leaf in &shape.leaves {
            leaf.of_mut(&mut blank).fill(leaf.default_byte());
        }
        let said = vec![None; shape.leaves.len()];
        let (record, table) = (blank.clone(), StateTable::new(form, time));
        let none = Context::of(&shape, &blank);
        let (words, lines) = (Vec::new(), Vec::new());
        Self { strict, shape, table, blank, record, none, said, words, lines }
    }

    /// A state begins.
    pub fn begin(&mut self) {
        self.said.fill(None);
        self.words.clear();
    }

    /// What kind of field this is; `None` for one that no such state has.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        Some(self.shape.leaf(name)?.kind)
    }

    /// Takes a word of the state.
    pub fn say(&mut self, Said { name, at, value_at, value }: Said<'_>) -> Result<(), Wrong> {
        let leaf = str::from_utf8(name).ok().and_then(|name| self.shape.find(name));
        let Some(said) = leaf.and_then(|leaf| self.said.get_mut(leaf)) else {
            let form = self.shape.form;
            let (release, bytes) = (form.release(), form.record_bytes());
            let what = format!(
                "{}: a field is expected that states of {release} have ({bytes} bytes)",
                quoted(name)
            );
            return Err((at, what));
        };
        let from = self.words.len();
        self.words.extend_from_slice(value);
        match said.replace((value_at, from..self.words.len())) {
            None => Ok(()),
            Some(_) => Err((at, format!("{} is said twice", quoted(name)))),
        }
    }

    /// All of a state was said; `line` is where it stands.
    pub fn state(&mut self, line: u64) -> Result<(), Wrong> {
        self.record.copy_from_slice(&self.blank);
        // What the words of others depend on comes first.
        let none = self.none;
        self.fill(&none, |kind| matches!(kind, Kind::Family | Kind::Proto))?;
        let context = Context::of(&self.shape, &self.record);
        self.fill(&context, |kind| !matches!(kind, Kind::Family | Kind::Proto))?;
        // What is only read is read back as it was written, whatever its sender made of it.
        let wrong = self.strict.then(|| check::first(&self.shape, &self.record)).flatten();
        if let Some(wrong) = wrong {
            return Err(self.refused(&wrong));
        }
        self.table.push(&self.record);
        if self.strict {
            self.lines.push(line);
        }
        Ok(())
    }

    /// Reads the words of fields of some kinds into the record.
    fn fill(&mut self, context: &Context, of: impl Fn(Kind) -> bool) -> Result<(), Wrong> {
        for (leaf, said) in self.shape.leaves.iter().zip(&self.said) {
            if !of(leaf.kind) {
                continue;
            }
            let Some((at, word)) = said else {
                if leaf.required {
                    let what = format!("this state has no {}, which is expected", leaf.name);
                    return Err((0, what));
                }
                continue;
            };
            let word = self.words.get(word.clone()).unwrap_or_default();
            let place = leaf.of_mut(&mut self.record);
            notation::read(word, &self.shape, leaf, place, context).map_err(|expected| {
                (*at, format!("{}: {expected} is expected for {}", quoted(word), leaf.name))
            })?;
        }
        Ok(())
    }

    /// A field that no kernel takes.
    fn refused(&self, wrong: &check::Wrong) -> Wrong {
        let name = self.shape.leaves.get(wrong.leaf).map_or("", |leaf| &leaf.name);
        let said = self.said.get(wrong.leaf).cloned().flatten();
        let (at, word) = said.unwrap_or_default();
        let word = self.words.get(word).unwrap_or_default();
        (at, format!("{}: {} is expected for {name}", quoted(word), wrong.expected))
    }

    /// All states were read.
    fn end(self, mut mistakes: Mistakes) -> Result<StateTable, Mistakes> {
        if self.strict {
            mistakes.extend(self.twice());
        }
        if mistakes.is_empty() { Ok(self.table) } else { Err(mistakes) }
    }

    /// States that are there more than once.
    fn twice(&self) -> Vec<Mistake> {
        let names = self.table.records().map(|record| self.shape.name(record));
        let mut names: Vec<_> = names.zip(&self.lines).collect();
        names.sort_unstable();
        let pairs = names.windows(2).filter_map(|pair| match pair {
            [(a, first), (b, line)] if a == b => Some((b, *first, **line)),
            _ => None,
        });
        let mistake = |((id, creatorid), first, line): (&(u64, u32), &u64, u64)| {
            let what = format!(
                "state {id:016x} of creator {creatorid:08x} stands on line {first} already: another \
                 id is expected"
            );
            Mistake { line, column: 1, what }
        };
        let mut mistakes: Vec<_> = pairs.map(mistake).collect();
        mistakes.sort_by_key(|mistake| mistake.line);
        mistakes
    }
}
