//! From the headers to the generated modules: finds the releases, lets bindgen read each snapshot
//! twice, compares, emits. Where libclang is missing the committed modules are used instead.
//!
//! Environment: `PFSTATELOG_NO_LIBCLANG` takes the committed modules though libclang is there,
//! `UPDATE_GENERATED` writes `headers/generated` anew, `UPDATE_GOLDEN` leaves the comparison with
//! `headers/layout.golden` out, so that the test that writes it can be built.

#[path = "build/bind.rs"]
mod bind;
#[path = "build/emit.rs"]
mod emit;
#[path = "build/golden.rs"]
mod golden;
#[path = "build/layout.rs"]
mod layout;
#[path = "build/records.rs"]
mod records;
#[path = "build/snapshots.rs"]
mod snapshots;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=headers");
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=build.rs");
    for variable in ["PFSTATELOG_NO_LIBCLANG", "UPDATE_GENERATED", "UPDATE_GOLDEN"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    let headers = path("CARGO_MANIFEST_DIR").join("headers");
    let out = path("OUT_DIR").join("abi");
    if let Err(e) = build(&headers, &out) {
        eprintln!("{e}");
        std::process::exit(1);
    }
}

fn build(headers: &Path, out: &Path) -> Result<(), String> {
    let (releases, snapshots) = snapshots::find(headers)?;
    let fingerprint = snapshots::fingerprint(headers, &snapshots)?;
    let libclang = match env::var_os("PFSTATELOG_NO_LIBCLANG") {
        Some(_) => Err("PFSTATELOG_NO_LIBCLANG is set".to_string()),
        None => bind::libclang(),
    };
    let files = match libclang {
        Ok(()) => {
            let mut bound = Vec::new();
            for snapshot in &snapshots {
                let raw = bind::raw(headers, snapshot)?;
                bound.push(emit::Bound::new(snapshot, raw, bind::wire(headers, snapshot)?));
            }
            let files = emit::files(&releases, &bound, &fingerprint)?;
            keep(&headers.join("generated"), &files)?;
            files
        }
        Err(why) => committed(&headers.join("generated"), &fingerprint, &why)?,
    };
    fs::create_dir_all(out).map_err(|e| format!("{}: {e}", out.display()))?;
    for (name, text) in &files {
        write(&out.join(name), text)?;
    }
    let golden = match env::var_os("UPDATE_GOLDEN") {
        Some(_) => String::new(),
        None => golden::assertions(&headers.join("layout.golden"))?,
    };
    write(&out.join("golden.rs"), &golden)
}

/// Writes the committed modules when asked to; else says so where they are not those just made.
fn keep(dir: &Path, files: &[(String, String)]) -> Result<(), String> {
    if env::var_os("UPDATE_GENERATED").is_some() {
        // A snapshot that is gone leaves no module behind.
        let _ = fs::remove_dir_all(dir);
        fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        return files.iter().try_for_each(|(name, text)| write(&dir.join(name), text));
    }
    let same = |(name, text): &(String, String)| {
        fs::read_to_string(dir.join(name)).is_ok_and(|committed| committed == *text)
    };
    if !files.iter().all(same) {
        println!(
            "cargo:warning=headers/generated is not what the headers make: run \
             `UPDATE_GENERATED=1 cargo build` and commit it"
        );
    }
    Ok(())
}

/// The committed modules, if they were made from these very headers.
fn committed(dir: &Path, fingerprint: &str, why: &str) -> Result<Vec<(String, String)>, String> {
    let entries = fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| format!("{}: {e}", dir.display()))?;
        let text = fs::read_to_string(entry.path())
            .map_err(|e| format!("{}: {e}", entry.path().display()))?;
        files.push((entry.file_name().to_string_lossy().into_owned(), text));
    }
    let line = format!("// headers {fingerprint}\n");
    if !files.iter().any(|(name, text)| name == "mod.rs" && text.starts_with(&line)) {
        return Err(format!(
            "headers/ was changed after headers/generated was made from it, and making it anew \
             needs libclang ({why}): install libclang, or take the change to headers/ back"
        ));
    }
    println!("cargo:warning=no libclang ({why}): building from headers/generated");
    Ok(files)
}

/// Leaves a file alone that has this text already, so that nothing is built again for it.
fn write(file: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()))
}

fn path(variable: &str) -> PathBuf {
    PathBuf::from(env::var_os(variable).unwrap_or_default())
}
