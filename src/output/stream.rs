//! Lines to anything that takes bytes, one write a batch.

#![forbid(unsafe_code)]

use std::io::{self, Write};

use super::Output;
use crate::line::Line;
use crate::time::Time;

/// Bytes that are gathered before they are written though no batch has ended.
const BATCH_BYTES: usize = 256 * 1024;

/// Standard output, or any other stream of lines.
pub struct Stream<W> {
    name: String,
    to: W,
    held: Line,
}

impl<W: Write> Stream<W> {
    /// Lines to `to`, which is called `name`. Give it unbuffered: the batch is the buffer.
    pub fn new(name: impl Into<String>, to: W) -> Self {
        Self { name: name.into(), to, held: Line::new() }
    }
}

impl<W: Write> Output for Stream<W> {
    fn name(&self) -> &str {
        &self.name
    }

    #[inline]
    fn line(&mut self, _time: Time, write: &mut dyn FnMut(&mut Line)) -> io::Result<()> {
        write(&mut self.held);
        self.held.push(b'\n');
        if self.held.len() >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    fn lines(&mut self, lines: &[u8], _ends: &[(usize, Time)]) -> io::Result<()> {
        self.flush()?;
        self.to.write_all(lines)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let written = self.to.write_all(self.held.as_bytes()).and_then(|()| self.to.flush());
        // After an error nobody knows how much of it was written: it is not written twice.
        self.held.clear();
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Writes(Vec<usize>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.len());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_batch_is_one_write_and_a_long_one_is_not_held_for_ever() {
        let mut writes = Writes::default();
        let mut stream = Stream::new("-", &mut writes);
        for _ in 0..10 {
            stream.line(Time::default(), &mut |line| line.extend_from_slice(b"12345")).unwrap();
        }
        stream.flush().unwrap();
        stream.flush().unwrap();
        let line = [b'x'; 999];
        for _ in 0..263 {
            let write = &mut |held: &mut Line| held.extend_from_slice(&line);
            stream.line(Time::default(), write).unwrap();
        }
        drop(stream);
        assert_eq!(writes.0, [60, 263_000]);
    }
}
