//! Compresses a file that was rotated, from descriptor to descriptor, in a thread that gives way.
//!
//! Whenever the program ends in between, the file is still there uncompressed, and the next start does
//! it again: the compressed one gets its name only once it is whole and on the disk.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::target::{Opener, Verb};
use crate::sys::priority;

/// Bytes that are read at a time.
const PIECE: usize = 64 << 10;

pub(super) struct Archiver {
    opener: Arc<dyn Opener>,
    output: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    is_busy: AtomicBool,
    notes: Mutex<Vec<String>>,
}

impl Archiver {
    pub fn new(opener: Arc<dyn Opener>, output: u16) -> Self {
        Self { opener, output, shared: Arc::default() }
    }

    /// Whether it is at work.
    pub fn is_busy(&self) -> bool {
        self.shared.is_busy.load(Ordering::Acquire)
    }

    /// What went wrong.
    pub fn notes(&self) -> Vec<String> {
        std::mem::take(&mut *self.shared.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Compresses the newest file that is not, if there is one and it is not at work already.
    pub fn start(&self) {
        if self.shared.is_busy.swap(true, Ordering::AcqRel) {
            return;
        }
        let (opener, output, shared) =
            (Arc::clone(&self.opener), self.output, Arc::clone(&self.shared));
        let work = move || {
            priority::give_way();
            if let Err(error) = archive(opener.as_ref(), output) {
                let words = format!("a rotated file stays uncompressed: {error}");
                shared.notes.lock().unwrap_or_else(PoisonError::into_inner).push(words);
            }
            shared.is_busy.store(false, Ordering::Release);
        };
        let started = thread::Builder::new().name("gzip".to_string()).spawn(work);
        if let Err(error) = started {
            self.shared.is_busy.store(false, Ordering::Release);
            let words = format!("a rotated file stays uncompressed: no thread: {error}");
            self.shared.notes.lock().unwrap_or_else(PoisonError::into_inner).push(words);
        }
    }
}

fn archive(opener: &dyn Opener, output: u16) -> io::Result<()> {
    let Some(from) = opener.ask(output, Verb::Rotated)? else { return Ok(()) };
    let to = opener.ask(output, Verb::Archive)?;
    let to = File::from(to.ok_or_else(|| io::Error::other("no descriptor came"))?);
    compress(File::from(from), to)?.sync_all()?;
    opener.ask(output, Verb::Archived).map(drop)
}

fn compress<W: Write>(mut from: impl Read, to: W) -> io::Result<W> {
    let mut encoder = GzEncoder::new(to, Compression::default());
    let mut piece = vec![0; PIECE];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return encoder.finish(),
            Ok(len) => encoder.write_all(piece.get(..len).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
