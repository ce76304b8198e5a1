//! Configuration files: the command line's options by their long names, in TOML.
//!
//! | on the command line | in a file |
//! |---|---|
//! | a flag (`--nat`) | `true`; `false` is as if it were not there |
//! | a flag that counts (`-vv`) | a number |
//! | a value (`--max-states 5000`, `--buffer 64M`) | a string, or where it is a number, a number |
//! | what may be repeated, or takes a list (`-o`, `--host`, `-e`) | an array, or one value |
//!
//! Which options there are, and what values they take, the command line's declaration says: there
//! is no second list of them.

#![forbid(unsafe_code)]

use std::error::Error as _;
use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, CommandFactory};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::cli::Cli;
use super::{UsageError, values};

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// What the file is called.
    name: String,
    /// In the order of the file.
    entries: Vec<Entry>,
}

/// What a file says of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// The option's long name.
    option: String,
    /// As it would be on the command line; nothing for a flag that is `false`.
    args: Vec<OsString>,
    place: Place,
}

/// A place in a text, both numbers from 1; columns are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    line: usize,
    column: usize,
}

impl Place {
    /// Of the byte at `offset`; the end for what is behind it.
    fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
    }

    fn error(self, name: &str, text: &str) -> UsageError {
        UsageError::new(format!("{name}:{}:{}: {text}", self.line, self.column))
    }
}

/// Reads the text of a configuration file; `name` is what errors call it. Every option and every
/// value by itself is checked, and that no two of them exclude each other.
///
/// # Errors
/// One line, `NAME:LINE:COLUMN: what is wrong there`; columns are counted in characters.
///
/// ```
/// use pfstatelog::config::file;
///
/// assert!(file::parse("pf.toml", "interface = ['pfsync0']\nbuffer = '64M'").is_ok());
/// let error = file::parse("pf.toml", "nat = true\nbufer = '64M'").unwrap_err();
/// assert_eq!(error.to_string(), "pf.toml:2:1: no option is called \"bufer\": did you mean \"buffer\"?");
/// ```
pub fn parse(name: &str, text: &str) -> Result<Settings, UsageError> {
    let table = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(text.len(), |span| span.start);
        Place::of(text, offset).error(name, error.message())
    })?;
    let mut command = Cli::command();
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut settings = Settings { name: name.to_string(), entries: Vec::new() };
    for (key, value) in entries {
        let place = Place::of(text, key.span().start);
        let option = key.get_ref();
        let arg = option_of(&command, option, value.get_ref())
            .map_err(|error| place.error(name, &error))?;
        if let Some(other) = settings.entries.iter().find(|other| {
            let other = find(&command, &other.option);
            other.is_some_and(|other| exclude(&command, &arg, other))
        }) {
            let text =
                format!("{option} cannot stand beside {}, line {}", other.option, other.place.line);
            return Err(place.error(name, &text));
        }
        let args = match args(&mut command, &arg, value) {
            Ok(args) => args,
            Err((offset, error)) => {
                return Err(Place::of(text, offset).error(name, &format!("{option}: {error}")));
            }
        };
        settings.entries.push(Entry { option: option.to_string(), args, place });
    }
    Ok(settings)
}

/// The same of bytes that may not be text at all.
pub(super) fn parse_bytes(name: &str, bytes: &[u8]) -> Result<Settings, UsageError> {
    let chunk = bytes.utf8_chunks().next();
    let valid = chunk.as_ref().map_or("", |chunk| chunk.valid());
    if valid.len() < bytes.len() {
        let place = Place::of(valid, valid.len());
        return Err(place.error(name, "this is no UTF-8, which a configuration file is written in"));
    }
    parse(name, valid)
}

impl Settings {
    /// As they would be on the command line, without those that `is_given` there: they give way.
    pub(super) fn args(&self, is_given: impl Fn(&str) -> bool) -> Vec<OsString> {
        let command = Cli::command();
        let gives_way = |entry: &&Entry| {
            let Some(arg) = find(&command, &entry.option) else { return true };
            // Interfaces need not be named by their option.
            let same = |other: &Arg| {
                other == arg || (entry.option == "interface" && other.is_positional())
            };
            let mut all = command.get_arguments();
            all.any(|other| {
                is_given(other.get_id().as_str()) && (same(other) || exclude(&command, arg, other))
            })
        };
        let entries = self.entries.iter().filter(|entry| !gives_way(entry));
        entries.flat_map(|entry| entry.args.iter().cloned()).collect()
    }

    /// The same error with the place where the file has the option that it is about, if it has it.
    pub(super) fn placed(&self, error: UsageError) -> UsageError {
        let entry = self.entries.iter().find(|entry| Some(entry.option.as_str()) == error.option);
        entry.map_or(error.clone(), |entry| entry.place.error(&self.name, &error.text))
    }
}

/// Options that a file cannot have: what they do is done before anything else, or instead.
const ONLY_ON_COMMAND_LINE: [&str; 5] = ["config", "check", "help", "version", "list-releases"];

/// The options that a file may have, in the order of `--help`.
pub(super) fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    let is_ours = |arg: &&Arg| arg.get_long().is_some_and(|l| !ONLY_ON_COMMAND_LINE.contains(&l));
    command.get_arguments().filter(is_ours)
}

fn find<'c>(command: &'c Command, option: &str) -> Option<&'c Arg> {
    options(command).find(|arg| arg.get_long() == Some(option))
}

/// The option of a key, or why it is none.
fn option_of(command: &Command, key: &str, value: &DeValue<'_>) -> Result<Arg, String> {
    if ONLY_ON_COMMAND_LINE.contains(&key) {
        return Err(format!("--{key} is for the command line alone"));
    }
    find(command, key).cloned().ok_or_else(|| {
        let known = options(command).filter_map(Arg::get_long);
        let meant = values::closest(key, known);
        let tip = match (meant, value) {
            (Some(meant), _) => format!("did you mean {meant:?}?"),
            (None, DeValue::Table(_)) => "options stand in no table".to_string(),
            (None, _) => "see --help".to_string(),
        };
        format!("no option is called {key:?}: {tip}")
    })
}

/// Whether the command line takes one of the two only; either may say so.
fn exclude(command: &Command, one: &Arg, other: &Arg) -> bool {
    let says = |one, other| command.get_arg_conflicts_with(one).contains(&other);
    says(one, other) || says(other, one)
}

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// `true` or `false`.
    Flag,
    /// How often it is given.
    Count,
    /// A value.
    One,
    /// Values.
    Several,
    /// Values that the command line has with commas between, as one.
    List,
}

impl Takes {
    pub(super) fn of(arg: &Arg) -> Self {
        match arg.get_action() {
            ArgAction::SetTrue => Self::Flag,
            ArgAction::Count => Self::Count,
            ArgAction::Append => Self::Several,
            _ if value_name(arg) == "LIST" => Self::List,
            _ => Self::One,
        }
    }
}

fn value_name(arg: &Arg) -> &str {
    arg.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str())
}

/// Which numbers may stand for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    None,
    Decimal,
    /// Permissions: a decimal number would be read as what nobody means.
    Octal,
}

impl Numbers {
    pub(super) fn of(arg: &Arg) -> Self {
        match value_name(arg) {
            "N" | "BYTES" | "PROTO" | "PORT" | "TIME" | "WHERE" => Self::Decimal,
            "OCTAL" => Self::Octal,
            _ => Self::None,
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::None => "a string",
            Self::Decimal => "a string or a number",
            Self::Octal => "a string as \"0640\", or a number as 0o640,",
        }
    }
}

/// An error and the byte at which it is.
type At = (usize, String);

/// A value as it would be on the command line.
fn args(
    command: &mut Command,
    arg: &Arg,
    value: &Spanned<DeValue<'_>>,
) -> Result<Vec<OsString>, At> {
    let long = arg.get_long().unwrap_or_default();
    let numbers = Numbers::of(arg);
    let takes = Takes::of(arg);
    let wrong = |expected: &str| {
        let text = format!("{expected} is expected, not {}", describe(value.get_ref()));
        (value.span().start, text)
    };
    let elements = match (takes, value.get_ref()) {
        (Takes::Flag, DeValue::Boolean(on)) => {
            return Ok(on.then(|| format!("--{long}").into()).into_iter().collect());
        }
        (Takes::Flag, _) => return Err(wrong("true or false")),
        (Takes::Count, DeValue::Integer(number)) => {
            let times = plain(number).and_then(|number| number.parse::<u8>().ok());
            let expected = "a number from 0 to 255 is expected".to_string();
            let times = times.ok_or((value.span().start, expected))?;
            return Ok((0..times).map(|_| format!("--{long}").into()).collect());
        }
        (Takes::Count, _) => return Err(wrong("a number")),
        (Takes::Several | Takes::List, DeValue::Array(elements)) => elements.iter().collect(),
        (Takes::Several | Takes::List, DeValue::Table(_)) => return Err(wrong("an array")),
        _ => vec![value],
    };
    let words =
        elements.iter().map(|element| word(element, numbers)).collect::<Result<Vec<_>, _>>()?;
    let args: Vec<OsString> = match takes {
        // An empty list is no list: the option asks for something.
        Takes::List => vec![format!("--{long}={}", words.join(",")).into()],
        _ => words.iter().map(|word| format!("--{long}={word}").into()).collect(),
    };
    check(command, &args).map_err(|error| {
        // Which of them it is.
        let wrong = elements.iter().zip(&words).find_map(|(element, word)| {
            let error = check(command, &[format!("--{long}={word}").into()]).err()?;
            let quoted = format!("{word:?}");
            let is_told = error.contains(&quoted);
            let text = if is_told { error } else { format!("{quoted}: {error}") };
            Some((element.span().start, text))
        });
        wrong.unwrap_or((value.span().start, error))
    })?;
    Ok(args)
}

/// A string, or a number where it may be one.
fn word(value: &Spanned<DeValue<'_>>, numbers: Numbers) -> Result<String, At> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) if numbers == Numbers::Octal && number.radix() == 8 => {
            Ok(number.as_str().to_string())
        }
        DeValue::Integer(number) if numbers == Numbers::Decimal => plain(number)
            .ok_or_else(|| (value.span().start, "this number is too large".to_string())),
        other => {
            let expected = numbers.expected();
            let text = format!("{expected} is expected, not {}", describe(other));
            Err((value.span().start, text))
        }
    }
}

/// A number in decimal digits.
fn plain(number: &DeInteger<'_>) -> Option<String> {
    match number.radix() {
        10 => Some(number.as_str().to_string()),
        radix => u64::from_str_radix(number.as_str(), radix).ok().map(|number| number.to_string()),
    }
}

/// Whether the command line would take these; if not, why.
fn check(command: &mut Command, args: &[OsString]) -> Result<(), String> {
    let line = std::iter::once("pfstatelog".into()).chain(args.iter().cloned());
    let Err(error) = command.try_get_matches_from_mut::<_, OsString>(line) else { return Ok(()) };
    // What the parser of the value says, without clap's words around it.
    Err(error.source().map_or("a value is needed".to_string(), ToString::to_string))
}

fn describe(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
