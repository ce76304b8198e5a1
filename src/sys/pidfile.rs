//! A file with this process's number, which also keeps a second one from starting.

#![allow(unsafe_code)]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A pidfile that is held: locked by this process, and removed when it is dropped.
#[derive(Debug)]
pub struct PidFile {
    path: PathBuf,
    file: File,
    /// Who holds it. A process that was forked from it shares the value and does not.
    pid: u32,
}

impl PidFile {
    /// Makes it, or takes over one that nobody holds any more. Not through a symbolic link.
    ///
    /// # Errors
    /// `AlreadyExists`, with the number of the process that holds it; or what open(2), fcntl(2) or
    /// write(2) say.
    pub fn hold(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
            .open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "is no regular file"));
        }
        if let Some(holder) = lock(&file)? {
            let text = format!("process {holder} holds it: it runs already");
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
        }
        let pid = std::process::id();
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{pid}")?;
        Ok(Self { path: path.into(), file, pid })
    }
}

impl Drop for PidFile {
    fn drop(&mut self) {
        if self.pid != std::process::id() {
            return;
        }
        // Somebody may have put another one in its place.
        let ours = self.file.metadata().map(|meta| (meta.dev(), meta.ino()));
        let there = fs::symlink_metadata(&self.path).map(|meta| (meta.dev(), meta.ino()));
        if let (Ok(ours), Ok(there)) = (ours, there)
            && ours == there
        {
            // Where that is not allowed an unlocked file stays behind, which harms nobody.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Locks a file for this process; gives the number of another one that has it. Such locks belong to
/// the process, not to those forked from it, and are gone with it however it ends.
fn lock(file: &File) -> io::Result<Option<libc::pid_t>> {
    // SAFETY: all zeros is a value of this struct of numbers: from the start to the end.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = libc::F_WRLCK as _;
    lock.l_whence = libc::SEEK_SET as _;
    // SAFETY: a lock of ours, borrowed for the call alone.
    if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETLK, &raw const lock) } == 0 {
        return Ok(None);
    }
    let error = io::Error::last_os_error();
    if !matches!(error.raw_os_error(), Some(libc::EACCES | libc::EAGAIN)) {
        return Err(error);
    }
    // SAFETY: as above; here the system writes into it.
    if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETLK, &raw mut lock) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Some(lock.l_pid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_who_and_is_gone_afterwards() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pid");
        fs::write(&path, "a longer text from before\n").unwrap();
        let held = PidFile::hold(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", std::process::id()));
        drop(held);
        assert!(!path.exists());
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
