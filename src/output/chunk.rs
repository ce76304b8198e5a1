//! Lines on their way from the loop to an output's thread.

#![forbid(unsafe_code)]

use super::Lost;
use crate::line::Line;
use crate::time::Time;

/// Bytes of lines that a chunk gathers before it is full. Some less than a power of two, so that the line
/// which goes beyond it rarely doubles the room.
pub(super) const FULL_BYTES: usize = 60 << 10;

/// Bytes that a line needs beside its own.
const END_BYTES: usize = size_of::<(usize, Time)>();

/// Some lines, each with its line break, where it ends and what time it is about.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    bytes: Line,
    ends: Vec<(usize, Time)>,
    /// What a line that tells of a loss stands for: with it that would be lost as well.
    pub stands_for: Option<Lost>,
}

/// How far a chunk is written: a line, and bytes of it. `in_line` is below the line's length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Lines that are written whole.
    pub line: usize,
    /// Bytes written of the next.
    pub in_line: usize,
}

impl Chunk {
    /// Memory that counts towards a queue's bound, in bytes.
    pub fn cost(&self) -> usize {
        self.bytes.len() + self.ends.len() * END_BYTES
    }

    /// Number of lines.
    pub fn lines(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether it has as many bytes as a chunk shall have.
    pub fn is_full(&self) -> bool {
        self.bytes.len() >= FULL_BYTES
    }

    /// Whether another fits as well.
    pub fn has_room_for(&self, other: &Self) -> bool {
        self.bytes.len() + other.bytes.len() <= FULL_BYTES + (4 << 10)
    }

    /// Drops all lines; the memory is kept.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.stands_for = None;
    }

    /// Appends what `write` appends, as a line.
    #[inline]
    pub fn push(&mut self, time: Time, write: &mut dyn FnMut(&mut Line)) {
        write(&mut self.bytes);
        self.bytes.push(b'\n');
        self.ends.push((self.bytes.len(), time));
    }

    /// Appends a line that is there already, without its line break.
    pub fn push_line(&mut self, time: Time, line: &[u8]) {
        self.push(time, &mut |bytes| bytes.extend_from_slice(line));
    }

    /// Appends lines, each of which ends with a line break where `ends` says, counted from `from`.
    pub fn extend(&mut self, lines: &[u8], from: usize, ends: &[(usize, Time)]) {
        let before = self.bytes.len();
        self.bytes.extend_from_slice(lines);
        let moved = |(end, time): &(usize, Time)| (before + end.saturating_sub(from), *time);
        self.ends.extend(ends.iter().map(moved));
    }

    /// Appends another's lines.
    pub fn append(&mut self, other: &Self) {
        self.extend(other.bytes.as_bytes(), 0, &other.ends);
    }

    /// Where line `at` begins.
    pub fn start(&self, at: usize) -> usize {
        at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |(end, _)| *end)
    }

    /// Line `at` without its line break, and its time.
    pub fn line(&self, at: usize) -> Option<(&[u8], Time)> {
        let (end, time) = self.ends.get(at)?;
        let bytes = self.bytes.as_bytes().get(self.start(at)..end.saturating_sub(1))?;
        Some((bytes, *time))
    }

    /// What is not written yet.
    pub fn rest(&self, at: Cursor) -> &[u8] {
        self.bytes.as_bytes().get(self.start(at.line) + at.in_line..).unwrap_or_default()
    }

    /// Bytes of `rest` up to the end of the last line that fits in `room` bytes; at least one line.
    pub fn whole_lines(&self, at: Cursor, room: u64) -> usize {
        let from = self.start(at.line) + at.in_line;
        let left = self.ends.get(at.line..).unwrap_or_default();
        let fits = |(end, _): &&(usize, Time)| (end.saturating_sub(from)) as u64 <= room;
        let last = left.iter().take_while(fits).last().or_else(|| left.first());
        last.map_or(0, |(end, _)| end.saturating_sub(from))
    }

    /// The cursor so many bytes further on.
    pub fn advance(&self, at: &mut Cursor, bytes: usize) {
        let to = self.start(at.line) + at.in_line + bytes;
        while self.ends.get(at.line).is_some_and(|(end, _)| *end <= to) {
            at.line += 1;
        }
        at.in_line = to.saturating_sub(self.start(at.line));
    }

    /// Whether all is written.
    pub fn is_written(&self, at: Cursor) -> bool {
        at.line >= self.ends.len()
    }

    /// The lines from `from` on and before `to`, as lost for certain; what they stand for in their place.
    pub fn lost(&self, from: usize, to: usize) -> Option<Lost> {
        let ends = self.ends.get(from..to.min(self.ends.len()))?;
        let ((_, first), (last_end, _)) = (ends.first()?, ends.last()?);
        let (mut earliest, mut latest) = (*first, *first);
        for (_, time) in ends {
            (earliest, latest) = (earliest.min(*time), latest.max(*time));
        }
        let bytes = last_end.saturating_sub(self.start(from)) as u64;
        let lines = ends.len() as u64;
        let lost = Lost { lines, bytes, from: earliest, to: latest, certain: true };
        Some(self.stands_for.map_or(lost, |stands_for| stands_for.and(lost)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(lines: &[&str]) -> Chunk {
        let mut chunk = Chunk::default();
        for (secs, line) in (0..).zip(lines) {
            chunk.push_line(Time::new(secs, 0), line.as_bytes());
        }
        chunk
    }

    #[test]
    fn a_cursor_goes_by_lines_and_bytes() {
        let chunk = chunk(&["one", "", "three"]);
        let mut at = Cursor::default();
        chunk.advance(&mut at, 2);
        assert_eq!((at, chunk.rest(at)), (Cursor { line: 0, in_line: 2 }, &b"e\n\nthree\n"[..]));
        chunk.advance(&mut at, 2);
        assert_eq!(at, Cursor { line: 1, in_line: 0 });
        chunk.advance(&mut at, 3);
        assert_eq!((at, chunk.rest(at)), (Cursor { line: 2, in_line: 2 }, &b"ree\n"[..]));
        assert!(!chunk.is_written(at));
        chunk.advance(&mut at, 4);
        assert!(chunk.is_written(at) && chunk.rest(at).is_empty());
        assert_eq!(chunk.line(2), Some((&b"three"[..], Time::new(2, 0))));
        assert_eq!(chunk.line(3), None);
    }

    #[test]
    fn as_many_whole_lines_as_fit_but_one() {
        let chunk = chunk(&["one", "two", "three"]);
        let start = Cursor::default();
        let whole = |room| chunk.whole_lines(start, room);
        assert_eq!([whole(0), whole(7), whole(8), whole(13), whole(14)], [4, 4, 8, 8, 14]);
        assert_eq!(chunk.whole_lines(Cursor { line: 1, in_line: 2 }, 0), 2);
        assert_eq!(chunk.whole_lines(Cursor { line: 3, in_line: 0 }, 9), 0);
    }

    #[test]
    fn what_is_lost_is_counted_from_line_to_line() {
        let mut both = chunk(&["one", "two"]);
        both.append(&chunk(&["three", "four"]));
        let lost = both.lost(1, 4).unwrap();
        assert_eq!((lost.lines, lost.bytes), (3, 15));
        assert_eq!((lost.from, lost.to), (Time::new(0, 0), Time::new(1, 0)));
        assert_eq!(both.lost(4, 9), None);
        both.stands_for = Some(Lost { lines: 9, ..lost });
        assert_eq!(both.lost(0, 1).map(|lost| lost.lines), Some(10));
    }
}
