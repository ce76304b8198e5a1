//! Reading the text again: everything that is wrong is told with its place.

#![forbid(unsafe_code)]

use std::io::{self, BufRead, Read as _};

use crate::dump::named::{
    Header, MAGIC, MAX_LINE_BYTES, Read, Reading, Said, VERSION, Wrong, quoted,
};

/// Reads a table from text. `strict` also finds what no kernel would take, and states that are there
/// twice.
///
/// # Errors
/// Reading; or all that is wrong, 20 mistakes at most and how many more there are.
pub(crate) fn read(input: &mut dyn BufRead, strict: bool) -> io::Result<Read> {
    let mut reading = Reading { strict, ..Reading::default() };
    let mut bytes = Vec::new();
    let mut number = 0;
    loop {
        bytes.clear();
        let most = MAX_LINE_BYTES as u64 + 1;
        if (&mut *input).take(most).read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        number += 1;
        if bytes.len() > MAX_LINE_BYTES {
            let what = format!("a line of more than {MAX_LINE_BYTES} bytes is none of a state");
            reading.mistakes.push(number, (0, what));
            break;
        }
        if let Err(wrong) = line(&mut reading, &bytes, number) {
            reading.mistakes.push(number, wrong);
        }
        // Without a sound first line nothing else can be read.
        let lost = reading.body.is_none() && !reading.mistakes.is_empty();
        if lost {
            break;
        }
    }
    let first = format!("'{MAGIC} version={VERSION} release=...'");
    Ok(reading.end(number + 1, &first, "the last line 'end' is expected"))
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

/// `name=value`.
fn split<'l>(at: usize, word: &'l [u8]) -> Result<Said<'l>, Wrong> {
    let equals = word.iter().position(|byte| *byte == b'=');
    let parts = equals.and_then(|equals| Some((equals, word.split_at_checked(equals)?)));
    let Some((equals, (name, [_, value @ ..]))) = parts else {
        return Err((at, format!("{}: NAME=VALUE is expected", quoted(word))));
    };
    Ok(Said { name, at, value_at: at + equals + 1, value })
}

/// Takes a line.
fn line(reading: &mut Reading, line: &[u8], number: u64) -> Result<(), Wrong> {
    let mut words = Words { line, at: 0 };
    let Some(first) = words.next() else { return Ok(()) };
    let (at, first) = first?;
    if reading.ended {
        return Err((at, format!("{}: nothing is expected behind the line 'end'", quoted(first))));
    }
    let split = |word: Result<(usize, _), Wrong>| word.and_then(|(at, word)| split(at, word));
    match (first, &mut reading.body) {
        (word, None) if word == MAGIC.as_bytes() => {
            let mut header = Header::default();
            words.map(split).try_for_each(|said| header.say(said?))?;
            reading.begin(header, at)
        }
        (word, None) => Err((
            at,
            format!("{}: '{MAGIC} version={VERSION} release=...' is expected first", quoted(word)),
        )),
        (b"state", Some(body)) => {
            body.begin();
            words.map(split).try_for_each(|said| body.say(said?))?;
            body.state(number)
        }
        (b"end", Some(_)) => match words.next() {
            None => {
                reading.ended = true;
                Ok(())
            }
            Some(more) => Err((more?.0, "nothing is expected behind 'end'".to_string())),
        },
        (word, Some(_)) => {
            Err((at, format!("{}: 'state' or 'end' is expected at the start", quoted(word))))
        }
    }
}
