//! A headers folder and a kernel's tree to try on, and the program itself.

#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, id};
use std::sync::atomic::{AtomicU32, Ordering};

/// True, having said so, where there is no libclang: then nothing can be tried.
pub fn skipped() -> bool {
    match clang_sys::load() {
        Ok(()) => false,
        Err(e) => {
            println!("skipped: no libclang ({e})");
            true
        }
    }
}

/// A folder that is gone with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("import-test.{}.{}", id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Every file below, with its text.
    pub fn files(&self) -> Vec<(PathBuf, String)> {
        let mut files = Vec::new();
        let mut open = vec![self.0.clone()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let text = fs::read_to_string(&path).unwrap();
                    files.push((path, text));
                }
            }
        }
        files.sort();
        files
    }

    /// Replaces `old`, which must be there once, in a file below.
    pub fn edit(&self, file: &str, old: &str, new: &str) {
        let path = self.0.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(old).count(), 1, "{file}: {old:?}");
        fs::write(path, text.replace(old, new)).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../headers")
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A headers folder with these snapshots of the project's, and these releases.
pub fn headers(snapshots: &[&str], releases: &[&str]) -> Folder {
    let folder = Folder::new();
    fs::copy(project().join("base.h"), folder.0.join("base.h")).unwrap();
    for snapshot in snapshots {
        copy(&project().join(snapshot), &folder.0.join(snapshot));
    }
    fs::write(folder.0.join("releases"), format!("# by hand\n{}\n", releases.join("\n"))).unwrap();
    folder
}

/// A kernel's tree with the very headers of a snapshot: base.h stands for all that pf includes.
pub fn tree_of(snapshot: &str) -> Folder {
    let folder = Folder::new();
    let (sys, net) = (folder.0.join("sys"), folder.0.join("net"));
    copy(&project().join(snapshot), &net);
    fs::create_dir(&sys).unwrap();
    let base = fs::read_to_string(project().join("base.h")).unwrap();
    fs::write(sys.join("base.h"), format!("#ifndef BASE_H\n#define BASE_H\n{base}\n#endif\n"))
        .unwrap();
    for header in ["types.h", "param.h"] {
        fs::write(sys.join(header), "#include <sys/base.h>\n").unwrap();
    }
    folder
}

/// A copy of a made-up tree: `openbsd` or `freebsd`.
pub fn made_up(system: &str) -> Folder {
    let folder = Folder::new();
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees").join(system).join("sys");
    copy(&tree, &folder.0);
    folder
}

/// What the program said, and its exit status.
pub struct Said {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// One of its lines is this.
    pub fn line(&self, line: &str) -> bool {
        self.out.lines().any(|l| l.trim() == line)
    }
}

pub fn import(headers: &Path, arguments: &[&str], sys: &Path) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_import-headers"))
        .arg("--headers")
        .arg(headers)
        .args(arguments)
        .arg(sys)
        .output()
        .unwrap();
    Said {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
