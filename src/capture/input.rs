//! The buffer in which records are found.
//!
//! Bytes are read in large pieces straight into it and parsed where they lie. They move only when
//! the room behind them runs out, and then it is the beginning of one record that moves.

#![forbid(unsafe_code)]

use std::io::{self, Read};
use std::ops::Range;

use super::decompress::{self, Codec};
use super::error::CaptureError;

/// Size of the buffer at the start, in bytes.
const START_BYTES: usize = 256 * 1024;

/// Below this much room, in bytes, what is left is moved to the front before the next read.
const READ_BYTES: usize = 64 * 1024;

/// Why no more bytes come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The end of the file.
    Eof,
    /// The compressed file ends inside its stream.
    Cut,
    /// The compressed stream is damaged.
    Undecodable(Codec),
    /// The system's error.
    Io { kind: io::ErrorKind, os: Option<i32> },
}

/// A reader and the bytes read from it that were not consumed yet.
pub(super) struct Input {
    reader: Box<dyn Read + Send>,
    codec: Option<Codec>,
    buf: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes consumed so far: the offset of `start` in the stream.
    offset: u64,
    ending: Option<Ending>,
}

impl Input {
    pub(super) fn new(reader: Box<dyn Read + Send>) -> Self {
        Self { reader, codec: None, buf: Vec::new(), start: 0, end: 0, offset: 0, ending: None }
    }

    /// The bytes that are there.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buf.get(self.start..self.end).unwrap_or_default()
    }

    /// Offset of the first of them in the stream.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Steps over `len` bytes, or all there are. They stay in the buffer until the next
    /// [`fill`](Self::fill): the range is where they lie.
    pub(super) fn consume(&mut self, len: usize) -> Range<usize> {
        let from = self.start;
        self.start = from.saturating_add(len).min(self.end);
        self.offset += (self.start - from) as u64;
        from..self.start
    }

    /// Bytes by a range of [`consume`](Self::consume).
    pub(super) fn consumed(&self, range: Range<usize>) -> &[u8] {
        self.buf.get(range).unwrap_or_default()
    }

    /// Reads once, into room for at least `needed` bytes in all. `None` if bytes came, else why
    /// there are no more: the same at every later call.
    ///
    /// # Errors
    /// Only those that end nothing (`WouldBlock`, `TimedOut`).
    pub(super) fn fill(&mut self, needed: usize) -> Result<Option<Ending>, CaptureError> {
        if self.ending.is_some() {
            return Ok(self.ending);
        }
        self.make_room(needed);
        let room = self.buf.get_mut(self.end..).unwrap_or_default();
        loop {
            match self.reader.read(room) {
                Ok(0) => self.ending = Some(Ending::Eof),
                Ok(n) => self.end += n.min(room.len()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => {
                    let error = CaptureError::io(&e, self.offset);
                    if error.is_pause() {
                        return Err(error);
                    }
                    self.ending = Some(self.why(&e));
                }
            }
            return Ok(self.ending);
        }
    }

    /// Begins anew with what `codec` makes of the stream. Only at its start.
    pub(super) fn decompress(&mut self, codec: Codec) {
        let head = self.bytes().to_vec();
        let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = decompress::reader(codec, head, reader);
        self.codec = Some(codec);
        (self.start, self.end, self.ending) = (0, 0, None);
    }

    /// The bytes that are there, and all that are to come.
    pub(super) fn into_reader(self) -> impl Read + Send {
        let there = self.bytes().to_vec();
        io::Cursor::new(there).chain(self.reader)
    }

    /// How the stream is compressed, if it is.
    pub(super) const fn codec(&self) -> Option<Codec> {
        self.codec
    }

    fn make_room(&mut self, needed: usize) {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
        let missing = needed.saturating_sub(self.end - self.start).max(READ_BYTES);
        if self.buf.len() - self.end < missing && self.start > 0 {
            self.buf.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.buf.len() - self.end < missing {
            let len = (self.end + missing).max(START_BYTES);
            self.buf.resize(len.next_multiple_of(START_BYTES), 0);
        }
    }

    /// Sorts a reader's error: the system's, or the decompressor's.
    fn why(&self, error: &io::Error) -> Ending {
        use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
        match (self.codec, error.raw_os_error(), error.kind()) {
            (Some(_), None, UnexpectedEof) => Ending::Cut,
            (Some(codec), None, InvalidData | InvalidInput | Other) => Ending::Undecodable(codec),
            (_, os, kind) => Ending::Io { kind, os },
        }
    }
}
