//! Files that are whole or not there.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Bytes that are written at once.
const CHUNK_BYTES: usize = 256 << 10;

/// Writes a file: what is there of that name stays until all of the new one is on the disk. Only its owner may
/// read it, since addresses and sequence numbers of connections are in it. What is no regular file
/// (a pipe, /dev/null) is written as it is, and `-` is standard output.
///
/// # Errors
/// Those of `write`, and of the file system; the temporary file is gone then. `InvalidInput` for a symbolic link to
/// a file, or to nothing: who may make links in its folder would say what root overwrites.
pub fn write(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let through = |file: &mut dyn Write| {
        let mut out = BufWriter::with_capacity(CHUNK_BYTES, file);
        write(&mut out)?;
        out.flush()
    };
    if path == Path::new("-") {
        return through(&mut io::stdout().lock());
    }
    if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return through(&mut File::options().write(true).open(path)?);
    }
    if fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink()) {
        let text = "it is a symbolic link, which is not followed: name the file itself (- is standard output)";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    let temporary = Temporary(beside(path)?);
    let mut file = create(&temporary.0)?;
    through(&mut file)?;
    file.sync_all()?;
    fs::rename(&temporary.0, path)?;
    // The new name has to be on the disk as well; not every file system can say so.
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
    Ok(())
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

/// A name in the same folder that nobody else has.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
    for number in 0..100 {
        let mut own = OsString::from(".");
        own.push(name);
        own.push(format!(".{}.{number}", std::process::id()));
        let own = path.with_file_name(own);
        if fs::symlink_metadata(&own).is_err() {
            return Ok(own);
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Gone with whatever goes wrong before it has its name.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // After the rename there is none.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("states");
        fs::write(&path, "old").unwrap();
        let fails = write(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("no more"))
        });
        assert_eq!(fails.unwrap_err().to_string(), "no more");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        write(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            let (link, nowhere) = (dir.path().join("link"), dir.path().join("nowhere"));
            std::os::unix::fs::symlink(&path, &link).unwrap();
            std::os::unix::fs::symlink(dir.path().join("none"), &nowhere).unwrap();
            for link in [link, nowhere] {
                let refused = write(&link, |out| out.write_all(b"x")).unwrap_err();
                assert!(refused.to_string().contains("symbolic link"), "{refused}");
                assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            }
            assert_eq!(fs::read(&path).unwrap(), b"new");
            let null = dir.path().join("null");
            std::os::unix::fs::symlink("/dev/null", &null).unwrap();
            write(&null, |out| out.write_all(b"x")).unwrap();
        }
        assert!(write(dir.path(), |_| Ok(())).is_err());
        assert!(write(&dir.path().join("none/states"), |_| Ok(())).is_err());
        write(Path::new("/dev/null"), |out| out.write_all(b"x")).unwrap();
    }
}
