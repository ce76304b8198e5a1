//! Reading the text again: everything that is wrong is told with its place.

#![forbid(unsafe_code)]

use std::io::{self, BufRead, Read as _};

use crate::dump::named::{
    Body, Header, MAGIC, MAX_LINE_BYTES, Mistake, Mistakes, VERSION, Wrong, quoted,
};
use crate::pf::StateTable;

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
        reader.line += 1;
        if bytes.len() > MAX_LINE_BYTES {
            reader.wrong((
                0,
                format!("a line of more than {MAX_LINE_BYTES} bytes is none of a state"),
            ));
            break;
        }
        if let Err(wrong) = reader.line(&bytes) {
            reader.wrong(wrong);
        }
        // Without a sound first line nothing else can be read.
        let lost = reader.body.is_none() && !reader.mistakes.is_empty();
        if lost {
            break;
        }
    }
    Ok(reader.end().map_err(Mistakes::into_parts))
}

#[derive(Default)]
struct Reader {
    strict: bool,
    line: u64,
    body: Option<Body>,
    ended: bool,
    mistakes: Mistakes,
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
    fn wrong(&mut self, wrong: Wrong) {
        self.mistakes.push(self.line, wrong);
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
                let mut header = Header::default();
                for word in words {
                    let (at, word) = word?;
                    let (name, value_at, value) = split(at, word)?;
                    header.say(name, at, value_at, value)?;
                }
                self.body = Some(Body::new(header.end(at)?, self.strict));
                Ok(())
            }
            (word, None) => Err((
                at,
                format!(
                    "{}: '{MAGIC} version={VERSION} release=...' is expected first",
                    quoted(word)
                ),
            )),
            (b"state", Some(body)) => {
                body.begin();
                for word in words {
                    let (at, word) = word?;
                    let (name, value_at, value) = split(at, word)?;
                    body.say(name, at, value_at, value)?;
                }
                body.state(self.line)
            }
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

    fn end(mut self) -> Result<StateTable, Mistakes> {
        if !self.ended && self.mistakes.is_empty() {
            self.line += 1;
            let what = match &self.body {
                Some(_) => "the last line 'end' is expected: the file was cut short".to_string(),
                None => format!(
                    "'{MAGIC} version={VERSION} release=...' is expected, and was not found"
                ),
            };
            self.wrong((0, what));
        }
        match self.body {
            Some(body) => body.end(self.mistakes),
            None => Err(self.mistakes),
        }
    }
}
