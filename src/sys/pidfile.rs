//! A file with this process's number, which also keeps a second one from starting.

#![allow(unsafe_code)]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a program whose first process was killed may take for its end.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// Bytes of a pidfile at most: a number and a line break.
const BYTES: u64 = 32;

/// A pidfile that is held: locked by this process and those forked from it, as long as one of them has it open, and
/// removed when it is dropped.
#[derive(Debug)]
pub struct PidFile {
    path: PathBuf,
    file: File,
    /// Who made it. A process that was forked from it shares the value, and removes nothing.
    pid: u32,
}

impl PidFile {
    /// Makes it, or takes over one that nobody holds any more. Not through a symbolic link, and nothing that is no
    /// pidfile.
    ///
    /// # Errors
    /// `AlreadyExists`, with the number of the process that holds it; `InvalidInput` for any other file; or what
    /// open(2), flock(2) or write(2) say.
    pub fn hold(path: &Path) -> io::Result<Self> {
        let mut file = locked(path, true)?;
        let pid = std::process::id();
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{pid}")?;
        Ok(Self { path: path.into(), file, pid })
    }

    /// Whether [`hold`](Self::hold) would work, as far as that shows without making anything.
    ///
    /// # Errors
    /// As of that.
    pub fn look(path: &Path) -> io::Result<()> {
        match locked(path, false) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            looked => looked.map(drop),
        }
    }
}

/// Opens a pidfile and locks it.
fn locked(path: &Path, create: bool) -> io::Result<File> {
    let start = Instant::now();
    loop {
        let file = open(path, create)?;
        let is_locked = lock(&file)?;
        let number = number_in(&file)?;
        if is_locked && is_at(&file, path) {
            return Ok(file);
        }
        // A worker whose opener was killed is about to end. A file that was removed is made anew.
        if start.elapsed() >= LAST_MOMENT {
            let holder = number.filter(|_| !is_locked);
            let holder = holder.map_or("another process".into(), |pid| format!("process {pid}"));
            let text = format!("{holder} holds it: it runs already");
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn open(path: &Path, create: bool) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(create)
        .truncate(false)
        .mode(0o644)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "is no regular file")),
    }
}

/// The number in a pidfile; none in an empty one.
fn number_in(file: &File) -> io::Result<Option<libc::pid_t>> {
    let other = || {
        let text = "is no pidfile: there is something else in it than a process's number";
        io::Error::new(io::ErrorKind::InvalidInput, text)
    };
    if file.metadata()?.len() > BYTES {
        return Err(other());
    }
    let mut bytes = [0; BYTES as usize];
    let len = file.read_at(&mut bytes, 0)?;
    let text = std::str::from_utf8(bytes.get(..len).unwrap_or_default()).map_err(|_| other())?;
    match text.strip_suffix('\n').unwrap_or(text) {
        "" if text.is_empty() => Ok(None),
        number => number.parse().map(Some).map_err(|_| other()),
    }
}

/// Whether a path leads to this very file.
fn is_at(file: &File, path: &Path) -> bool {
    let ours = file.metadata().map(|meta| (meta.dev(), meta.ino()));
    let there = fs::symlink_metadata(path).map(|meta| (meta.dev(), meta.ino()));
    matches!((ours, there), (Ok(ours), Ok(there)) if ours == there)
}

impl Drop for PidFile {
    fn drop(&mut self) {
        if self.pid != std::process::id() {
            return;
        }
        // Somebody may have put another one in its place.
        if is_at(&self.file, &self.path) {
            // Where that is not allowed an unlocked file stays behind, which harms nobody.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Locks a file, if nobody has: for this process and those forked from it, until the last one closes it.
fn lock(file: &File) -> io::Result<bool> {
    // SAFETY: two numbers.
    if unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) } == 0 {
        return Ok(true);
    }
    let error = io::Error::last_os_error();
    if error.kind() == io::ErrorKind::WouldBlock { Ok(false) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_who_and_is_gone_afterwards() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pid");
        // No process has this number: none can be so high.
        fs::write(&path, "2147483647\n").unwrap();
        PidFile::look(&path).unwrap();
        let held = PidFile::hold(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", std::process::id()));
        let again = PidFile::hold(&path).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert!(again.to_string().contains(&format!("process {} ", std::process::id())));
        assert!(PidFile::look(&path).is_err());
        drop(held);
        assert!(!path.exists());
        PidFile::look(&path).unwrap();
        assert!(!path.exists(), "it was made");
    }

    #[test]
    fn what_is_no_pidfile_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pid");
        for text in ["precious", "12 13\n", "\n", "12\n\n", &"1".repeat(100)] {
            fs::write(&path, text).unwrap();
            let error = PidFile::hold(&path).unwrap_err();
            assert!(error.to_string().contains("no pidfile"), "{text:?}: {error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        for text in ["", "2147483647", "2147483647\n"] {
            fs::write(&path, text).unwrap();
            PidFile::hold(&path).unwrap();
        }
    }

    #[test]
    fn one_whose_holder_is_gone_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pid");
        fs::write(&path, "2147483647\n").unwrap();
        // As a worker that has it open for a moment longer than the process whose number stands there.
        let worker = locked(&path, false).unwrap();
        let ending = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            drop(worker);
        });
        PidFile::hold(&path).unwrap();
        ending.join().unwrap();
    }

    #[test]
    fn what_another_one_put_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pid");
        let held = PidFile::hold(&path).unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, "1\n").unwrap();
        drop(held);
        assert_eq!(fs::read_to_string(&path).unwrap(), "1\n");
    }

    #[test]
    fn links_and_folders_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let (target, link) = (dir.path().join("target"), dir.path().join("link"));
        fs::write(&target, "precious").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(PidFile::hold(&link).is_err() && PidFile::hold(dir.path()).is_err());
        assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
    }
}
