//! What the build makes of headers that are wrong: a copy of the project with a damaged snapshot
//! must not build, and must say which field it is about. Dependencies come from the target folder
//! of this very test run, so that only the library is built again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of what a build of the library reads.
struct Copy {
    dir: tempfile::TempDir,
}

impl Copy {
    fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let dir = tempfile::tempdir().unwrap();
        for name in ["Cargo.toml", "Cargo.lock", "build.rs", "README.md"] {
            if root.join(name).exists() {
                fs::copy(root.join(name), dir.path().join(name)).unwrap();
            }
        }
        for name in ["build", "headers", "src", "benches"] {
            copy_tree(&root.join(name), &dir.path().join(name));
        }
        // The manifest names it, because it has no harness.
        fs::create_dir_all(dir.path().join("tests")).unwrap();
        fs::copy(root.join("tests/confine.rs"), dir.path().join("tests/confine.rs")).unwrap();
        let copy = Self { dir };
        // A package of another version: otherwise what is built of the damaged copy would be taken
        // for the project's own by the next build in this target folder.
        let version = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
        let other = concat!("version = \"", env!("CARGO_PKG_VERSION"), "-damaged\"");
        let name = "name = \"pfstatelog\"\n";
        for file in ["Cargo.toml", "Cargo.lock"] {
            copy.edit(file, &format!("{name}{version}"), &format!("{name}{other}"));
        }
        copy
    }

    /// Replaces `old` in a file by `new`; it must be there, once.
    fn edit(&self, file: &str, old: &str, new: &str) {
        let path = self.dir.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(old).count(), 1, "{file}: {old:?}");
        fs::write(path, text.replace(old, new)).unwrap();
    }

    /// Builds the library; gives success and what the compiler said.
    fn build(&self, without_libclang: bool) -> (bool, String) {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["build", "--lib", "--offline", "--locked", "--no-default-features"])
            .current_dir(self.dir.path())
            .env("CARGO_TARGET_DIR", target_dir())
            .env("CARGO_TERM_COLOR", "never")
            .env_remove("UPDATE_GOLDEN")
            .env_remove("UPDATE_GENERATED")
            .env_remove("PFSTATELOG_NO_LIBCLANG")
            .env_remove("RUSTFLAGS");
        if without_libclang {
            cargo.env("PFSTATELOG_NO_LIBCLANG", "1");
        }
        let output = cargo.output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn target_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_path_buf()
}

fn copy_tree(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else { return };
    fs::create_dir_all(to).unwrap();
    for entry in entries {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// One test, since builds in one target folder wait for one another anyway.
#[test]
fn damaged_headers_do_not_build_and_name_the_field() {
    without_libclang_the_committed_modules_serve();
    a_missing_pad_byte_is_named();
}

fn without_libclang_the_committed_modules_serve() {
    let copy = Copy::new();
    let (built, said) = copy.build(true);
    assert!(built, "{said}");
    let warnings = said.lines().filter(|l| l.contains("no libclang")).count();
    assert_eq!(warnings, 1, "{said}");

    copy.edit("headers/openbsd-7.9/if_pfsync.h", "_pad[3]", "_pad[2]");
    let (built, said) = copy.build(true);
    assert!(!built, "headers that are not those of the committed modules were used");
    assert!(said.contains("install libclang"), "{said}");
}

fn a_missing_pad_byte_is_named() {
    let copy = Copy::new();
    // Not packed in C: there the two passes disagree by themselves.
    copy.edit("headers/openbsd-7.9/pfvar.h", "\tu_int8_t                    pad;\n", "");
    // Packed: at the end of a struct, in the middle of one, and the end of the nested peer.
    copy.edit("headers/openbsd-5.1/if_pfsync.h", "_pad[2]", "_pad[1]");
    copy.edit("headers/openbsd-5.2/pfvar.h", "\tu_int8_t                    pad0;\n", "");
    copy.edit("headers/openbsd-4.7/pfvar.h", "pad[6]", "pad[5]");
    let (built, said) = copy.build(false);
    if said.contains("no libclang") {
        println!("skipped: no libclang");
        return;
    }
    assert!(!built, "damaged headers were built");
    for named in [
        "openbsd-7.9: pfsync_state_key ends elsewhere in C than on the wire",
        "openbsd-7.9: pfsync_state.key: C lays it out at another offset or size",
        "openbsd-7.9: pfsync_state_key.pad is not where headers/layout.golden has it",
        "openbsd-5.1: pfsync_upd_c._pad is not where headers/layout.golden has it",
        "openbsd-5.2: pfsync_state.pad0 is not where headers/layout.golden has it",
        "openbsd-4.7: pfsync_state_peer.pad is not where headers/layout.golden has it",
    ] {
        assert!(said.contains(named), "not said: {named}\n{said}");
    }
    // The damage is what is complained about, nothing else.
    let errors: Vec<_> = said.lines().filter(|l| l.starts_with("error")).collect();
    assert!(
        errors.iter().all(|e| e.contains("E0080") || e.contains("could not compile")),
        "{errors:?}\n{said}"
    );
}
