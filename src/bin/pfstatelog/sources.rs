//! Opening what is read.

#![forbid(unsafe_code)]

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use pfstatelog::capture::FileSource;
use pfstatelog::sys::poll;

use crate::progress::Amount;
use crate::run::Fatal;
use crate::signals::Stop;

/// What `-r -` is called.
pub const STDIN: &str = "standard input";

/// Opens a capture file, a pipe, or standard input for `-`.
/// Adds to the amount what there is to read of it.
pub fn open(path: &Path, stop: &Stop, amount: &mut Amount) -> Result<FileSource, Fatal> {
    if path == Path::new("-") {
        let reader = UntilStopped { from: io::stdin(), stop: stop.clone(), read: None };
        return Ok(FileSource::from_reader(Box::new(reader), STDIN));
    }
    let fatal = |error| Fatal::Open { path: path.into(), error };
    let Some(file) = open_file(path, stop).map_err(fatal)? else {
        return Ok(FileSource::from_reader(Box::new(io::empty()), path));
    };
    let meta = file.metadata().map_err(fatal)?;
    if meta.is_dir() {
        return Err(fatal(io::ErrorKind::IsADirectory.into()));
    }
    let read = meta.is_file().then(|| {
        amount.total = amount.total.saturating_add(meta.len());
        Arc::clone(&amount.read)
    });
    let reader = UntilStopped { from: file, stop: stop.clone(), read };
    Ok(FileSource::from_reader(Box::new(reader), path))
}

/// `None` if the program was asked to end first. Opening a named pipe waits until somebody writes
/// to it, whatever signals come: a thread does that, which ends with the program.
fn open_file(path: &Path, stop: &Stop) -> io::Result<Option<File>> {
    if !fs::metadata(path)?.file_type().is_fifo() {
        return File::open(path).map(Some);
    }
    let (sender, receiver) = mpsc::channel();
    let path = path.to_path_buf();
    thread::Builder::new().spawn(move || {
        // Nobody receives once the program was asked to end.
        let _ = sender.send(File::open(path));
    })?;
    while !stop.is_set() {
        match receiver.recv_timeout(TICK) {
            Ok(file) => return file.map(Some),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(io::ErrorKind::NotFound.into()),
        }
    }
    Ok(None)
}

/// A reader that is at its end once the program was asked to end. Reading a pipe alone would wait
/// for whoever writes it, whatever signals come.
struct UntilStopped<R> {
    from: R,
    stop: Stop,
    /// Counts the bytes, where it is known how many there are.
    read: Option<Arc<AtomicU64>>,
}

/// How long a signal may wait.
const TICK: Duration = Duration::from_millis(100);

impl<R: Read + AsFd> Read for UntilStopped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.stop.is_set() {
            if poll::readable(self.from.as_fd(), TICK)? {
                let len = self.from.read(buffer)?;
                if let Some(read) = &self.read {
                    read.fetch_add(len as u64, Ordering::Relaxed);
                }
                return Ok(len);
            }
        }
        Ok(0)
    }
}
