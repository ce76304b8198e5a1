//! Lines to a file: opened anew on request, rotated by size, brought to the disk as was asked for.
//!
//! A line is in one file, whole. What a full disk left of a line is written first when there is room
//! again, and taken back where there is none to the end; what a crash left of one is ended before anything
//! else is appended.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::archive::Archiver;
use super::chunk::{Chunk, Cursor};
use super::sink::{Put, Sink, Trouble};
use super::target::{OUT_OF_REACH, Opener, Verb};
use super::{Fsync, Rotate};

/// How often what failed is tried again, and how often a file is brought to the disk with
/// [`Fsync::Interval`].
const RETRY: Duration = Duration::from_secs(1);

/// What [`OUT_OF_REACH`] means to a person.
const FOLDER_REPLACED: &str = "its folder is not the one of the start any more, to which the process that opens \
                               files is confined: restart the program";

pub(super) struct FileSink {
    opener: Arc<dyn Opener>,
    output: u16,
    sync: Fsync,
    rotate: Option<Rotate>,
    file: Option<File>,
    /// Bytes in the file.
    size: u64,
    /// The last byte of what was there ended no line.
    is_torn: bool,
    /// How often it was asked to open anew, and how often it did.
    asked: Arc<AtomicU64>,
    done: u64,
    /// Since when it fails to open anew or to rotate, and by which of the system's errors.
    failed: Option<(Instant, Option<i32>)>,
    is_dirty: bool,
    synced: Instant,
    sync_failed: bool,
    archiver: Archiver,
    reopened: u64,
    notes: Vec<String>,
}

impl FileSink {
    /// `asked` counts the requests to open it anew.
    pub fn new(
        opener: Arc<dyn Opener>,
        output: u16,
        (sync, rotate): (Fsync, Option<Rotate>),
        asked: Arc<AtomicU64>,
    ) -> Self {
        Self {
            archiver: Archiver::new(Arc::clone(&opener), output),
            opener,
            output,
            sync,
            rotate,
            file: None,
            size: 0,
            is_torn: false,
            done: asked.load(Ordering::Acquire),
            asked,
            failed: None,
            is_dirty: false,
            synced: Instant::now(),
            sync_failed: false,
            reopened: 0,
            notes: Vec::new(),
        }
    }

    /// Takes a descriptor for the file that is written from now on.
    fn take(&mut self, fd: Option<OwnedFd>) -> io::Result<()> {
        let fd = fd.ok_or_else(|| io::Error::other("no descriptor came"))?;
        let file = File::from(fd);
        let size = file.metadata()?.len();
        let mut last = [b'\n'];
        if let Some(at) = size.checked_sub(1) {
            file.read_at(&mut last, at)?;
        }
        (self.size, self.is_torn) = (size, last != [b'\n']);
        // What is in the old one comes to the disk before it is let go.
        self.sync_now();
        self.file = Some(file);
        Ok(())
    }

    /// Between two lines: opens anew or rotates where that is due. What fails is tried again a second
    /// later; until then lines go where they went.
    fn turn(&mut self) {
        if self.failed.is_some_and(|(failed, _)| failed.elapsed() < RETRY) {
            return;
        }
        let asked = self.asked.load(Ordering::Acquire);
        let is_large = self.size > 0 && self.rotate.is_some_and(|rotate| self.size >= rotate.size);
        let verb = match (asked != self.done, is_large) {
            (true, _) => Verb::Open,
            // One that is not compressed yet would be moved away under whoever compresses it.
            (false, true) if !self.archiver.is_busy() => Verb::Rotate,
            _ => return,
        };
        match self.opener.ask(self.output, verb).and_then(|fd| self.take(fd)) {
            Ok(()) => {
                self.reopened += 1;
                if self.failed.take().is_some() {
                    self.notes.push("opened anew".to_string());
                }
                match verb {
                    Verb::Rotate => self.archiver.start(),
                    _ => self.done = asked,
                }
            }
            Err(error) => {
                let code = error.raw_os_error();
                let before = self.failed.replace((Instant::now(), code));
                if before.is_none_or(|(_, before)| before != code) {
                    let what = if verb == Verb::Rotate { "rotated" } else { "opened anew" };
                    let why = match code {
                        Some(code) if code == OUT_OF_REACH => FOLDER_REPLACED.to_string(),
                        _ => error.to_string(),
                    };
                    self.notes.push(format!(
                        "cannot be {what}: {why}: lines go on into the file that is open"
                    ));
                }
            }
        }
    }

    /// Where a line cannot be ended on a full disk, and the file was moved away or the program ends: the line is
    /// taken out of it again, to be written whole to the next, or to be told as lost.
    fn retract(&mut self, chunk: &Chunk, at: &mut Cursor) -> bool {
        let Some(file) = &self.file else { return false };
        let in_line = at.in_line as u64;
        // Not if somebody else appends to the same file.
        let is_ours = file.metadata().is_ok_and(|meta| meta.len() == self.size);
        let Some(to) = self.size.checked_sub(in_line).filter(|_| is_ours) else { return false };
        if chunk.line(at.line).is_none() || file.set_len(to).is_err() {
            return false;
        }
        (self.size, at.in_line) = (to, 0);
        true
    }

    /// Whether somebody took away what was written, the part of a line at its end included.
    fn was_emptied(&mut self) -> bool {
        let len = self.file.as_ref().and_then(|file| Some(file.metadata().ok()?.len()));
        match len.filter(|len| *len < self.size) {
            Some(len) => {
                let mut last = [b'\n'];
                if let (Some(at), Some(file)) = (len.checked_sub(1), &self.file) {
                    // Where it cannot be read, one line break too many is no harm.
                    last = [0];
                    let _ = file.read_at(&mut last, at);
                }
                (self.size, self.is_torn) = (len, last != [b'\n']);
                true
            }
            None => false,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(file) = &mut self.file else {
            return Err(io::Error::other("the file is not open"));
        };
        loop {
            match file.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(len) => {
                    self.size += len as u64;
                    self.is_dirty = true;
                    return Ok(len);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn sync_now(&mut self) {
        if self.sync == Fsync::Never || !std::mem::take(&mut self.is_dirty) {
            return;
        }
        self.synced = Instant::now();
        let Some(file) = &self.file else { return };
        match file.sync_data() {
            Ok(()) => self.sync_failed = false,
            // What is on the disk is not known then, and to write it again would be to write it twice.
            Err(error) if !std::mem::replace(&mut self.sync_failed, true) => {
                self.notes.push(format!("was written and cannot be brought to the disk: {error}"))
            }
            Err(_) => {}
        }
    }

    fn sync_if_due(&mut self) {
        let is_due = match self.sync {
            Fsync::Always => true,
            Fsync::Interval => self.synced.elapsed() >= RETRY,
            Fsync::Never => false,
        };
        if is_due {
            self.sync_now();
        }
    }
}

impl Sink for FileSink {
    fn begin(&mut self, _pid: u32) {
        if self.rotate.is_some() {
            // What a crash left uncompressed. Before this there must not be any thread.
            self.archiver.start();
        }
    }

    fn open(&mut self) -> io::Result<()> {
        let fd = self.opener.ask(self.output, Verb::Open)?;
        self.take(fd)
    }

    fn put(&mut self, chunk: &Chunk, at: &mut Cursor) -> Result<Put, Trouble> {
        if self.file.is_none() {
            self.open().map_err(Trouble::Passing)?;
        }
        if at.in_line > 0 && self.was_emptied() {
            // The part that was written is gone with the rest.
            at.in_line = 0;
        }
        if at.in_line == 0 {
            self.turn();
        }
        if self.is_torn {
            self.write(b"\n").map_err(Trouble::Passing)?;
            self.is_torn = false;
        }
        let rest = chunk.rest(*at);
        let len = match self.rotate {
            // Up to the line with which it is full, but for what a rotation that fails adds.
            Some(rotate) if !self.archiver.is_busy() && self.failed.is_none() => {
                chunk.whole_lines(*at, rotate.size.saturating_sub(self.size))
            }
            _ => rest.len(),
        };
        if rest.is_empty() {
            return Ok(Put::Moved);
        }
        match self.write(rest.get(..len).unwrap_or(rest)) {
            Ok(len) => {
                chunk.advance(at, len);
                self.sync_if_due();
                Ok(Put::Moved)
            }
            Err(error) => {
                let asked = self.asked.load(Ordering::Acquire) != self.done;
                if asked && at.in_line > 0 && self.retract(chunk, at) {
                    return Ok(Put::Moved);
                }
                Err(Trouble::Passing(error))
            }
        }
    }

    fn wait(&mut self, most: Duration) {
        std::thread::sleep(most);
    }

    fn idle(&mut self) -> io::Result<()> {
        self.turn();
        self.sync_if_due();
        Ok(())
    }

    fn reopened(&mut self) -> u64 {
        std::mem::take(&mut self.reopened)
    }

    fn notes(&mut self) -> Vec<String> {
        self.notes.extend(self.archiver.notes());
        std::mem::take(&mut self.notes)
    }

    fn abandon(&mut self, chunk: &Chunk, mut at: Cursor) {
        if at.in_line > 0 && !self.retract(chunk, &mut at) {
            let words = "ends in a part of a line, which cannot be taken back";
            self.notes.push(words.to_string());
        }
    }

    fn finish(&mut self) {
        self.sync_now();
    }
}
