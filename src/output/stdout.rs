//! Lines to standard output, which somebody else may share: nothing about it is changed.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use super::chunk::{Chunk, Cursor};
use super::sink::{Put, Sink, Trouble};
use super::target::{Opener, Verb};
use crate::sys::poll;

pub(super) struct StdoutSink {
    opener: Arc<dyn Opener>,
    output: u16,
    file: Option<File>,
}

impl StdoutSink {
    pub fn new(opener: Arc<dyn Opener>, output: u16) -> Self {
        Self { opener, output, file: None }
    }
}

impl Sink for StdoutSink {
    fn open(&mut self) -> io::Result<()> {
        let fd = self.opener.ask(self.output, Verb::Open)?;
        self.file = Some(fd.ok_or_else(|| io::Error::other("no descriptor came"))?.into());
        Ok(())
    }

    fn put(&mut self, chunk: &Chunk, at: &mut Cursor) -> Result<Put, Trouble> {
        if self.file.is_none() {
            self.open().map_err(Trouble::Passing)?;
        }
        let Some(file) = &mut self.file else { return Ok(Put::Full) };
        match file.write(chunk.rest(*at)) {
            Ok(len) => {
                chunk.advance(at, len);
                Ok(Put::Moved)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(Put::Moved),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Put::Full),
            // Whoever read it has read enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Trouble::Lasting(error)),
            Err(error) => Err(Trouble::Passing(error)),
        }
    }

    fn wait(&mut self, most: Duration) {
        match &self.file {
            Some(file) if poll::writable(file.as_fd(), most).is_ok() => {}
            _ => std::thread::sleep(most),
        }
    }
}
