//! Reading the text again: everything that is wrong is told with its place.

#![forbid(unsafe_code)]

use std::fmt;
use std::io::{self, BufRead, Read as _};

use super::notation::{self, Context};
use super::{MAGIC, VERSION};
use crate::dump::check;
use crate::pf::form::{Kind, Shape};
use crate::pf::{Form, StateTable};
use crate::time::Time;

/// Something in a text that is not as it has to be.
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
const MAX_LINE_BYTES: usize = 64 << 10;
/// Characters of a word that a mistake quotes.
const QUOTED_CHARS: usize = 60;

/// Reads a table from text. `strict` also finds what no kernel would take, and states that are there
/// twice.
///
/// # Errors
/// Reading; or all that is wrong, 20 mistakes at most and how many more there are.
pub(crate) fn read(
    input: &mut dyn BufRead,
    strict: bool,
) -> io::Result<Result<StateTable, (Vec<Mistake>, u64)>> {
    let mut reader = Reader { strict, ..Reader::default() };
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let most = MAX_LINE_BYTES as u64 + 1;
        if (&mut *input).take(most).read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        reader.at.line += 1;
        if bytes.len() > MAX_LINE_BYTES {
            reader
                .wrong(0, format!("a line of more than {MAX_LINE_BYTES} bytes is none of a state"));
            break;
        }
        if let Err((at, what)) = reader.line(&bytes) {
            reader.wrong(at, what);
        }
        // Without a sound first line nothing else can be read.
        let lost = reader.body.is_none() && !reader.mistakes.is_empty();
        if lost {
            break;
        }
    }
    Ok(reader.end())
}

/// A byte of the line, and what is wrong there.
type Wrong = (usize, String);

#[derive(Default)]
struct Reader {
    strict: bool,
    at: Place,
    body: Option<Body>,
    ended: bool,
    mistakes: Vec<Mistake>,
    /// Mistakes beside those.
    more: u64,
}

#[derive(Default)]
struct Place {
    line: u64,
}

/// What is read once the header says what it is.
struct Body {
    shape: Shape,
    table: StateTable,
    /// What a state is of which nothing is said.
    blank: Vec<u8>,
    record: Vec<u8>,
    /// What a blank state says of others' words.
    none: Context,
    /// For each leaf, where its name begins and its word stands in the line.
    said: Vec<Option<(usize, usize, usize)>>,
    /// The line of each state.
    lines: Vec<u64>,
}

/// The words of a line, and where each begins: to the next blank that is not in quotes, or to a comment.
struct Words<'l> {
    line: &'l [u8],
    at: usize,
}

impl<'l> Iterator for Words<'l> {
    type Item = Result<(usize, &'l [u8]), Wrong>;

    fn next(&mut self) -> Option<Self::Item> {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let rest = self.line.get(self.at..)?;
        let from = self.at + rest.iter().position(|byte| !is_blank(byte))?;
        let rest = self.line.get(from..).filter(|rest| !rest.starts_with(b"#"))?;
        let (mut quote, mut escaped) = (None, false);
        let mut len = rest.len();
        for (at, byte) in rest.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quote.is_some() => escaped = true,
                b'"' => quote = if quote.is_some() { None } else { Some(from + at) },
                b'\n' => len = at,
                byte if is_blank(byte) && quote.is_none() => len = at,
                _ => continue,
            }
            if len == at {
                break;
            }
        }
        self.at = from + len;
        if let Some(quote) = quote {
            self.at = self.line.len();
            return Some(Err((
                quote,
                "a quote that begins here has no end: \" is expected".into(),
            )));
        }
        rest.get(..len).map(|word| Ok((from, word)))
    }
}

/// A word for a message: what is not visible is escaped, and what is long cut.
fn quoted(word: &[u8]) -> String {
    let text: String = word.escape_ascii().map(char::from).take(QUOTED_CHARS + 1).collect();
    match text.len() > QUOTED_CHARS {
        true => format!("'{}...'", text.get(..QUOTED_CHARS).unwrap_or_default()),
        false => format!("'{text}'"),
    }
}

/// `name=value`, and where the value begins.
fn split(at: usize, word: &[u8]) -> Result<(&[u8], usize, &[u8]), Wrong> {
    let equals = word.iter().position(|byte| *byte == b'=');
    let parts = equals.and_then(|equals| Some((equals, word.split_at_checked(equals)?)));
    let Some((equals, (name, [_, value @ ..]))) = parts else {
        return Err((at, format!("{}: NAME=VALUE is expected", quoted(word))));
    };
    Ok((name, at + equals + 1, value))
}

impl Reader {
    fn wrong(&mut self, at: usize, what: String) {
        if self.mistakes.len() >= MAX_MISTAKES {
            self.more += 1;
            return;
        }
        self.mistakes.push(Mistake { line: self.at.line, column: at + 1, what });
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Wrong> {
        let mut words = Words { line, at: 0 };
        let Some(first) = words.next() else { return Ok(()) };
        let (at, first) = first?;
        if self.ended {
            return Err((
                at,
                format!("{}: nothing is expected behind the line 'end'", quoted(first)),
            ));
        }
        match (first, &mut self.body) {
            (word, None) if word == MAGIC.as_bytes() => {
                self.body = Some(Body::new(header(at, words)?));
                Ok(())
            }
            (word, None) => Err((
                at,
                format!(
                    "{}: '{MAGIC} version={VERSION} release=...' is expected first",
                    quoted(word)
                ),
            )),
            (b"state", Some(body)) => body.state(line, words, self.strict, self.at.line),
            (b"end", Some(_)) => match words.next() {
                None => {
                    self.ended = true;
                    Ok(())
                }
                Some(more) => Err((more?.0, "nothing is expected behind 'end'".to_string())),
            },
            (word, Some(_)) => {
                Err((at, format!("{}: 'state' or 'end' is expected at the start", quoted(word))))
            }
        }
    }

    fn end(mut self) -> Result<StateTable, (Vec<Mistake>, u64)> {
        if !self.ended && self.mistakes.is_empty() {
            self.at.line += 1;
            let what = match &self.body {
                Some(_) => "the last line 'end' is expected: the file was cut short".to_string(),
                None => format!(
                    "'{MAGIC} version={VERSION} release=...' is expected, and was not found"
                ),
            };
            self.wrong(0, what);
        }
        let twice = match &self.body {
            Some(body) if self.strict => body.twice(),
            _ => Vec::new(),
        };
        self.mistakes.extend(twice);
        match self.body {
            Some(body) if self.mistakes.is_empty() => Ok(body.table),
            _ => {
                self.more += self.mistakes.len().saturating_sub(MAX_MISTAKES) as u64;
                self.mistakes.truncate(MAX_MISTAKES);
                Err((self.mistakes, self.more))
            }
        }
    }
}

/// The form and the time that the first line says.
fn header(at: usize, words: Words<'_>) -> Result<(Form, Time), Wrong> {
    let (mut version, mut release, mut record, mut time) = (None, None, None, None);
    for word in words {
        let (at, word) = word?;
        let (name, value_at, value) = split(at, word)?;
        let said = str::from_utf8(value).unwrap_or_default();
        let wrong =
            |expected: String| (value_at, format!("{}: {expected} is expected", quoted(value)));
        let again = match name {
            b"version" => {
                let known = said.parse::<u64>().ok().filter(|version| *version == VERSION);
                let what = || wrong(format!("version {VERSION}, the only one that is known,"));
                version.replace(known.ok_or_else(what)?).is_some()
            }
            b"release" => release.replace(notation::release(said).map_err(wrong)?).is_some(),
            b"record" => {
                let bytes = said.parse::<usize>().map_err(|_| wrong("a number of bytes".into()))?;
                record.replace((value_at, bytes)).is_some()
            }
            b"time" => {
                let what = || wrong("a time such as 2026-11-20T13:05:02Z".into());
                time.replace(Time::parse(said).ok_or_else(what)?).is_some()
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
    }
    let missing = |name: &str| (at, format!("'{MAGIC}' has no {name}=, which is expected"));
    version.ok_or_else(|| missing("version"))?;
    let release = release.ok_or_else(|| missing("release"))?;
    let form = match record {
        None => Form::new(release),
        Some((at, bytes)) => Form::sized(release, bytes).ok_or_else(|| {
            let own = release.state_bytes();
            (at, format!("{release} has no states of {bytes} bytes: {own} is expected"))
        })?,
    };
    Ok((form, time.unwrap_or_default()))
}

impl Body {
    fn new((form, time): (Form, Time)) -> Self {
        let shape = Shape::of(form);
        let mut blank = vec![0; shape.record_bytes];
        for leaf in &shape.leaves {
            leaf.of_mut(&mut blank).fill(leaf.default_byte());
        }
        let said = vec![None; shape.leaves.len()];
        let (record, table) = (blank.clone(), StateTable::new(form, time));
        let none = Context::of(&shape, &blank);
        Self { shape, table, blank, record, none, said, lines: Vec::new() }
    }

    /// A line of a state.
    fn state(
        &mut self,
        line: &[u8],
        words: Words<'_>,
        strict: bool,
        number: u64,
    ) -> Result<(), Wrong> {
        self.said.fill(None);
        for word in words {
            let (at, word) = word?;
            let (name, value_at, _) = split(at, word)?;
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
            if said.replace((at, value_at, at + word.len())).is_some() {
                return Err((at, format!("{} is said twice", quoted(name))));
            }
        }
        self.record.copy_from_slice(&self.blank);
        // What the words of others depend on comes first.
        let none = self.none;
        self.fill(line, &none, |kind| matches!(kind, Kind::Family | Kind::Proto))?;
        let context = Context::of(&self.shape, &self.record);
        self.fill(line, &context, |kind| !matches!(kind, Kind::Family | Kind::Proto))?;
        let look = if strict { check::first } else { check::families };
        if let Some(wrong) = look(&self.shape, &self.record) {
            return Err(self.refused(line, &wrong));
        }
        self.table.push(&self.record);
        if strict {
            self.lines.push(number);
        }
        Ok(())
    }

    /// Reads the words of fields of some kinds into the record.
    fn fill(
        &mut self,
        line: &[u8],
        context: &Context,
        of: impl Fn(Kind) -> bool,
    ) -> Result<(), Wrong> {
        for (leaf, said) in self.shape.leaves.iter().zip(&self.said) {
            if !of(leaf.kind) {
                continue;
            }
            let Some((_, from, to)) = *said else {
                if leaf.required {
                    let what = format!("this state has no {}=, which is expected", leaf.name);
                    return Err((0, what));
                }
                continue;
            };
            let word = line.get(from..to).unwrap_or_default();
            let place = leaf.of_mut(&mut self.record);
            notation::read(word, &self.shape, leaf, place, context).map_err(|expected| {
                (from, format!("{}: {expected} is expected for {}", quoted(word), leaf.name))
            })?;
        }
        Ok(())
    }

    /// A field that no kernel takes.
    fn refused(&self, line: &[u8], wrong: &check::Wrong) -> Wrong {
        let name = self.shape.leaves.get(wrong.leaf).map_or("", |leaf| &leaf.name);
        let said = self.said.get(wrong.leaf).copied().flatten();
        let (at, word) = said
            .map_or((0, &[][..]), |(_, from, to)| (from, line.get(from..to).unwrap_or_default()));
        (at, format!("{}: {} is expected for {name}", quoted(word), wrong.expected))
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
