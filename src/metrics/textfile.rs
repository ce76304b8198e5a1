//! Metrics as a file, for node_exporter's textfile collector: always whole, because it is written beside its
//! place and renamed into it.

#![forbid(unsafe_code)]

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, PipeReader, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Published, Say, Service, Snapshot, write_text};
use crate::sys::poll;

/// How often the file is written: Prometheus seldom asks more often.
const EVERY: Duration = Duration::from_secs(15);

/// Permissions of the file: node_exporter has a user of its own.
const MODE: u32 = 0o644;

/// A file that is always whole.
pub trait Textfile: Send {
    /// An empty file, to be written and then committed.
    ///
    /// # Errors
    /// What open(2) says.
    fn create(&mut self) -> io::Result<OwnedFd>;

    /// Puts what was written since [`Textfile::create`] in the file's place.
    ///
    /// # Errors
    /// What rename(2) says.
    fn commit(&mut self) -> io::Result<()>;
}

/// A file that is replaced by what was written to `.NAME.new` beside it. Nothing is brought to the disk:
/// after a crash of the system the next one is written soon.
#[derive(Debug)]
pub struct Replaced {
    path: PathBuf,
    new: PathBuf,
    /// Whether the new one is there and not in its place.
    pending: bool,
}

impl Replaced {
    /// The file at `path`, which need not be there.
    ///
    /// # Errors
    /// `path` does not end in a name.
    pub fn at(path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        // node_exporter reads all names that end in .prom.
        let mut new = std::ffi::OsString::from(".");
        new.push(name);
        new.push(".new");
        Ok(Self { path: path.to_path_buf(), new: path.with_file_name(new), pending: false })
    }
}

impl Textfile for Replaced {
    fn create(&mut self) -> io::Result<OwnedFd> {
        // What a crash left behind, or a link that somebody put there: it goes, and is not followed.
        match fs::remove_file(&self.new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(&self.new)?;
        self.pending = true;
        // Whatever the umask is.
        file.set_permissions(Permissions::from_mode(MODE))?;
        Ok(file.into())
    }

    fn commit(&mut self) -> io::Result<()> {
        fs::rename(&self.new, &self.path)?;
        self.pending = false;
        Ok(())
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        if self.pending {
            // It is in nobody's way, and the next start removes it.
            let _ = fs::remove_file(&self.new);
        }
    }
}

/// Writes a snapshot to a file. Where that fails the file stays as it was.
///
/// # Errors
/// What creating, writing and renaming say.
pub fn write_file(file: &mut dyn Textfile, snapshot: &Snapshot) -> io::Result<()> {
    let mut text = Vec::new();
    write_text(snapshot, &mut text);
    File::from(file.create()?).write_all(&text)?;
    file.commit()
}

/// Starts a thread that writes what was published last to a file: now, every 15 s, and at the end. `say` is told
/// what goes wrong, once until it goes well again.
///
/// # Errors
/// No thread, or no pipe to wake it with.
pub fn keep(
    file: impl Textfile + 'static,
    published: Arc<Published>,
    say: Say,
) -> io::Result<Service> {
    let mut keeper = Keeper { file, published, failing: false, say };
    Service::start(move |ended| {
        while !keeper.write_and_wait(&ended) {}
        keeper.write();
    })
}

struct Keeper<T> {
    file: T,
    published: Arc<Published>,
    /// Whether that something goes wrong was told.
    failing: bool,
    say: Say,
}

impl<T: Textfile> Keeper<T> {
    /// True once it is to end.
    fn write_and_wait(&mut self, ended: &PipeReader) -> bool {
        self.write();
        let next = Instant::now() + EVERY;
        loop {
            let left = next.saturating_duration_since(Instant::now());
            match poll::readable(ended.as_fd(), left) {
                Ok(true) => return true,
                // A signal may have come first.
                Ok(false) if Instant::now() < next => {}
                Ok(false) => return false,
                Err(_) => {
                    std::thread::sleep(Duration::from_secs(1));
                    return false;
                }
            }
        }
    }

    fn write(&mut self) {
        match write_file(&mut self.file, &self.published.last()) {
            Ok(()) if std::mem::take(&mut self.failing) => {
                (self.say)(format_args!("metrics: the file is written again"));
            }
            Ok(()) => {}
            Err(error) if !std::mem::replace(&mut self.failing, true) => {
                (self.say)(format_args!("metrics: the file is not written: {error}: trying again"));
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_in_the_way_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (path, victim) = (dir.path().join("pf.prom"), dir.path().join("victim"));
        fs::write(&victim, "kept").unwrap();
        symlink(&victim, dir.path().join(".pf.prom.new")).unwrap();
        // The file itself may be one as well: it is replaced, not what it leads to.
        symlink(&victim, &path).unwrap();
        let mut file = Replaced::at(&path).unwrap();
        write_file(&mut file, &Snapshot::default()).unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "kept");
        let meta = fs::symlink_metadata(&path).unwrap();
        assert!(meta.is_file());
        assert_eq!(meta.permissions().mode() & 0o7777, MODE);
        assert!(fs::read_to_string(&path).unwrap().contains("\npfstatelog_frames_total 0\n"));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "nothing is left beside it");
    }

    #[test]
    fn what_was_not_committed_leaves_the_file_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pf.prom");
        fs::write(&path, "old").unwrap();
        let mut file = Replaced::at(&path).unwrap();
        File::from(file.create().unwrap()).write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(Replaced::at(Path::new("/var/..")).is_err());
    }
}
