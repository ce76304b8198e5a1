//! Reading JSON again: everything that is wrong is told with its place, as of a text.

#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, Read as _};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::dump::named::{
    Header, MAGIC, MAX_LINE_BYTES, Read, Reading, Said, VERSION, Wrong, quoted,
};
use crate::pf::form::Kind;

/// Reads a table from JSON. `strict` also finds what no kernel would take, and states that are there twice.
///
/// # Errors
/// Reading; or all that is wrong, 20 mistakes at most and how many more there are.
pub(crate) fn read(input: &mut dyn BufRead, strict: bool) -> io::Result<Read> {
    let mut reading = Reading { strict, ..Reading::default() };
    let mut object = Vec::new();
    // Lines before those of the object.
    let mut before = 0;
    loop {
        let lines = next(input, &mut object)?;
        if object.is_empty() {
            break;
        }
        let result = match object.len() > MAX_LINE_BYTES {
            true => {
                let what =
                    format!("an object of more than {MAX_LINE_BYTES} bytes is none of a state");
                Err((0, what))
            }
            false => take(&mut reading, &object, before + 1),
        };
        if let Err((offset, what)) = result {
            let (line, at) = place(&object, offset);
            reading.mistakes.push(before + line, (at, what));
            // Without a sound first object nothing else can be read.
            if reading.body.is_none() || object.len() > MAX_LINE_BYTES {
                break;
            }
        }
        before += lines;
    }
    let first = format!(r#"{{"format":"{MAGIC}",...}}"#);
    Ok(reading.end(before + 1, &first, r#"{"end":true} is expected last"#))
}

/// Reads an object: mostly a line, or several up to one that ends in a brace, or before one that begins
/// with one. Says how many; none at the end.
fn next(input: &mut dyn BufRead, object: &mut Vec<u8>) -> io::Result<u64> {
    object.clear();
    let mut lines = 0;
    loop {
        let most = (MAX_LINE_BYTES + 1 - object.len().min(MAX_LINE_BYTES)) as u64;
        let from = object.len();
        if (&mut *input).take(most).read_until(b'\n', object)? == 0 {
            return Ok(lines);
        }
        lines += 1;
        let line = object.get(from..).unwrap_or_default().trim_ascii();
        let another = input.fill_buf()?.first() == Some(&b'{');
        let is_empty = object.trim_ascii().is_empty();
        if object.len() > MAX_LINE_BYTES || (!is_empty && (line.ends_with(b"}") || another)) {
            return Ok(lines);
        }
    }
}

/// A byte of an object on several lines: in which of them, from 1 on, and where there, from 0 on.
fn place(object: &[u8], offset: usize) -> (u64, usize) {
    let before = object.get(..offset).unwrap_or(object);
    let line = before.iter().filter(|byte| **byte == b'\n').count() as u64;
    let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    (line + 1, before.len() - begin)
}

/// Takes an object; what is wrong is told by its byte in the object.
fn take(reading: &mut Reading, object: &[u8], line: u64) -> Result<(), Wrong> {
    let text = str::from_utf8(object)
        .map_err(|error| (error.valid_up_to(), "UTF-8 is expected".to_string()))?;
    let start = text.len() - text.trim_start().len();
    // A line break at the end, and nothing at all behind the last one.
    if start == text.len() {
        return Ok(());
    }
    let Fields(fields) = serde_json::from_str(text).map_err(|error| not_json(object, &error))?;
    if reading.ended {
        return Err((start, r#"nothing is expected behind {"end":true}"#.to_string()));
    }
    let Some(body) = &mut reading.body else {
        return reading.begin(header(text, &fields, start)?, start);
    };
    if let [Field { name, value }] = fields.as_slice()
        && name == "end"
    {
        reading.ended = value.get() == "true";
        let wrong = || (start, r#"{"end":true} is expected"#.to_string());
        return reading.ended.then_some(()).ok_or_else(wrong);
    }
    body.begin();
    for field in &fields {
        let word = field.word(text)?;
        // In quotes, so that any character may stand in it.
        let word = match body.kind(&field.name) {
            Some(Kind::Text) => Cow::Owned(format!("\"{word}\"")),
            _ => word,
        };
        body.say(field.said(text, &word))?;
    }
    body.state(line).map_err(|(at, what)| (at.max(start), what))
}

/// What the first object says; `start` is where it begins.
fn header(text: &str, fields: &[Field<'_>], start: usize) -> Result<Header, Wrong> {
    let formats = || fields.iter().filter(|field| field.name == "format");
    if !formats().any(|field| field.word(text).is_ok_and(|word| word == MAGIC)) {
        let what = format!(
            r#"{{"format":"{MAGIC}","version":{VERSION},"release":...}} is expected first; what 'states -f json' and the log have is not read"#
        );
        return Err((start, what));
    }
    if let Some(again) = formats().nth(1) {
        return Err((again.said(text, "").at, "'format' is said twice".to_string()));
    }
    let mut header = Header::default();
    for field in fields.iter().filter(|field| field.name != "format") {
        header.say(field.said(text, &field.word(text)?))?;
    }
    Ok(header)
}

/// What the parser says, by the byte of the object.
fn not_json(object: &[u8], error: &serde_json::Error) -> Wrong {
    let lines = object.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    let said = said_of(error);
    let offset = before + error.column().saturating_sub(1);
    // At the end of what is there, where that is too short.
    (offset.min(object.trim_ascii_end().len()), format!("no JSON object: {said}"))
}

/// What the parser says, without the place: it is told in front, in the whole file.
fn said_of(error: &serde_json::Error) -> String {
    error.to_string().split(" at line ").next().unwrap_or_default().to_string()
}

/// The fields of an object, in their order.
struct Fields<'o>(Vec<Field<'o>>);

/// A name, and what stands behind it.
struct Field<'o> {
    name: Cow<'o, str>,
    value: &'o RawValue,
}

impl<'o> Field<'o> {
    /// What it says in `object`, with `value` as its word.
    fn said<'s>(&'s self, object: &str, value: &'s str) -> Said<'s> {
        let value_at = offset(self.value.get(), object);
        let at = match &self.name {
            Cow::Borrowed(name) => offset(name, object).saturating_sub(1),
            Cow::Owned(_) => value_at,
        };
        Said { name: self.name.as_bytes(), at, value_at, value: value.as_bytes() }
    }

    /// A string, or a number as it stands there in `object`.
    fn word(&self, object: &str) -> Result<Cow<'o, str>, Wrong> {
        let raw = self.value.get();
        let wrong =
            |what: String| (offset(raw, object), format!("{}: {what}", quoted(raw.as_bytes())));
        match raw.as_bytes().first() {
            Some(b'"') => {
                let text = serde_json::from_str(raw).map(|Text(text)| text);
                text.map_err(|error| wrong(said_of(&error)))
            }
            Some(b'0'..=b'9' | b'-') => Ok(Cow::Borrowed(raw)),
            _ => Err(wrong(format!("a string or a number is expected for {}", self.name))),
        }
    }
}

/// Where a part of the object lies in it.
fn offset(part: &str, object: &str) -> usize {
    (part.as_ptr() as usize).wrapping_sub(object.as_ptr() as usize)
}

/// A string, borrowed where it has no escapes.
struct Text<'o>(Cow<'o, str>);

impl<'de: 'o, 'o> Deserialize<'de> for Text<'o> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsText;
        impl<'de> Visitor<'de> for AsText {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_string())))
            }
        }
        deserializer.deserialize_str(AsText)
    }
}

impl<'de: 'o, 'o> Deserialize<'de> for Fields<'o> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsFields;
        impl<'de> Visitor<'de> for AsFields {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields<'de>, M::Error> {
                let mut fields = Vec::new();
                while let Some((Text(name), value)) = map.next_entry()? {
                    fields.push(Field { name, value });
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(AsFields)
    }
}
