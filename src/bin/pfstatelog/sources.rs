//! Opening what is read.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::Path;
use std::time::Duration;

use pfstatelog::capture::FileSource;
use pfstatelog::sys::poll;

use crate::run::Fatal;
use crate::signals::Stop;

/// What `-r -` is called.
pub const STDIN: &str = "standard input";

/// Opens a capture file, a pipe, or standard input for `-`.
pub fn open(path: &Path, stop: &Stop) -> Result<FileSource, Fatal> {
    if path == Path::new("-") {
        let reader = UntilStopped { from: io::stdin(), stop: stop.clone() };
        return Ok(FileSource::from_reader(Box::new(reader), STDIN));
    }
    let file = File::open(path).map_err(|error| Fatal::Open { path: path.into(), error })?;
    if file.metadata().is_ok_and(|meta| meta.is_dir()) {
        return Err(Fatal::Open { path: path.into(), error: io::ErrorKind::IsADirectory.into() });
    }
    let reader = UntilStopped { from: file, stop: stop.clone() };
    Ok(FileSource::from_reader(Box::new(reader), path))
}

/// A reader that is at its end once the program was asked to end. Reading a pipe alone would wait
/// for whoever writes it, whatever signals come.
struct UntilStopped<R> {
    from: R,
    stop: Stop,
}

/// How long a signal may wait.
const TICK: Duration = Duration::from_millis(100);

impl<R: Read + AsFd> Read for UntilStopped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.stop.is_set() {
            if poll::readable(self.from.as_fd(), TICK)? {
                return self.from.read(buffer);
            }
        }
        Ok(0)
    }
}
