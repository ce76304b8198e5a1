//! Lines as syslog messages: the header before them, and what parts them on a stream.
//!
//! ```text
//! <30>1 2026-11-20T13:05:02.123456Z host pfstatelog 4711 - [meta sequenceId="17"] LINE
//! ```
//! The time is that of the capture, however late the message is sent. The number goes up by one with
//! each message of an output, so whoever receives datagrams can see that one is missing, and a message that
//! was sent again because a connection broke has the number that it had (RFC 5424, 7.3.1).

#![forbid(unsafe_code)]

use super::Facility;
use crate::line::Line;
use crate::sys::host;
use crate::time::{Rfc3339, Time};

/// RFC 5424 gives a host's name so many bytes.
const HOST_BYTES: usize = 255;

/// Numbers go from 1 to this one and begin anew.
const LAST_NUMBER: u32 = i32::MAX as u32;

/// What ends a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// It is a datagram.
    Datagram,
    /// A line break.
    Newline,
    /// Its length stands before it (RFC 6587, 3.4.1).
    Octets,
}

/// Makes messages of lines.
#[derive(Debug)]
pub(super) struct Messages {
    /// Priority and version, and what stands between time and number.
    start: String,
    middle: String,
    time: Rfc3339,
    message: Line,
}

impl Messages {
    /// Those of the process `pid`, at `facility` and level info.
    pub fn new(facility: Facility, pid: u32) -> Self {
        const INFO: u8 = 6;
        let host = printable(&host::name().unwrap_or_default(), HOST_BYTES);
        let name = env!("CARGO_PKG_NAME");
        Self {
            start: format!("<{}>1 ", facility.code() << 3 | INFO),
            middle: format!(" {host} {name} {pid} - [meta sequenceId=\""),
            time: Rfc3339::default(),
            message: Line::new(),
        }
    }

    /// Appends the message of a line with the number `number`.
    pub fn append(
        &mut self,
        to: &mut Line,
        framing: Framing,
        number: u32,
        line: &[u8],
        time: Time,
    ) {
        self.message.clear();
        self.message.extend_from_slice(self.start.as_bytes());
        self.time.write_micros(&mut self.message, time);
        self.message.extend_from_slice(self.middle.as_bytes());
        self.message.decimal(number);
        self.message.extend_from_slice(b"\"] ");
        self.message.extend_from_slice(line);
        if framing == Framing::Octets {
            to.decimal(self.message.len());
            to.push(b' ');
        }
        to.extend_from_slice(self.message.as_bytes());
        if framing == Framing::Newline {
            to.push(b'\n');
        }
    }
}

/// The number after this one.
pub(super) fn next_number(number: u32) -> u32 {
    if number >= LAST_NUMBER { 1 } else { number + 1 }
}

/// What a header's field can hold: visible ASCII, or `-` for nothing.
fn printable(text: &str, most: usize) -> String {
    let visible: String = text.chars().filter(char::is_ascii_graphic).take(most).collect();
    if visible.is_empty() { "-".to_string() } else { visible }
}

#[cfg(test)]
mod tests {
    use super::super::SyslogDest;
    use super::*;

    #[test]
    fn a_message_has_the_time_of_the_line_and_its_number() {
        let mut messages = Messages::new("local0".parse::<SyslogDest>().unwrap().facility(), 4711);
        let host = printable(&host::name().unwrap(), 255);
        let mut framed = |framing| {
            let mut out = Line::new();
            let time = Time::new(1_700_000_000, 123_456_789);
            messages.append(&mut out, framing, 17, b"end em0", time);
            String::from_utf8(out.into_bytes()).unwrap()
        };
        let expected = format!(
            "<134>1 2023-11-14T22:13:20.123456Z {host} pfstatelog 4711 - [meta sequenceId=\"17\"] \
             end em0"
        );
        assert_eq!(framed(Framing::Datagram), expected);
        assert_eq!(framed(Framing::Newline), format!("{expected}\n"));
        assert_eq!(framed(Framing::Octets), format!("{} {expected}", expected.len()));
    }

    #[test]
    fn numbers_begin_anew_and_names_are_visible() {
        assert_eq!((next_number(1), next_number(LAST_NUMBER)), (2, 1));
        assert_eq!(printable("a b\u{7}é.c", 255), "ab.c");
        assert_eq!((printable("", 9), printable("abcdef", 3)), ("-".into(), "abc".into()));
    }
}
