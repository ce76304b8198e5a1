//! Where numbers go that criterion does not keep: one line each, which `report` makes a page of.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

/// The file: `PFSTATELOG_BENCH_RESULTS`, else `target/bench/results.tsv` in the package.
pub fn path() -> PathBuf {
    let default =
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench/results.tsv"));
    std::env::var_os("PFSTATELOG_BENCH_RESULTS").map_or_else(default, PathBuf::from)
}

/// Appends a measurement.
pub fn add(group: &str, name: &str, value: f64, unit: &str, note: &str) {
    let path = path();
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        let mut file = File::options().create(true).append(true).open(&path)?;
        writeln!(file, "{group}\t{name}\t{value}\t{unit}\t{note}")
    };
    if let Err(error) = write() {
        eprintln!("{}: {error}", path.display());
    }
}
