//! Which releases there are, and which folder of `headers/` serves each.

use std::fs;
use std::path::{Path, PathBuf};

/// One folder of `headers/`: the reduced headers of one release.
pub struct Snapshot {
    /// `openbsd-7.9`
    pub name: String,
    pub dir: PathBuf,
}

impl Snapshot {
    /// `openbsd`
    pub fn system(&self) -> &str {
        system(&self.name)
    }

    /// `openbsd_7_9`
    pub fn module(&self) -> String {
        self.name.replace(['-', '.'], "_")
    }
}

/// A release and the snapshot (by index) that serves it.
pub struct Release {
    pub name: String,
    pub snapshot: usize,
}

fn system(name: &str) -> &str {
    name.split_once('-').map_or(name, |(system, _)| system)
}

/// Reads `headers/releases`. A release without a folder is served by the last folder before it of
/// the same system.
pub fn find(headers: &Path) -> Result<(Vec<Release>, Vec<Snapshot>), String> {
    let list = headers.join("releases");
    let text = fs::read_to_string(&list).map_err(|e| format!("{}: {e}", list.display()))?;
    let mut releases = Vec::new();
    let mut snapshots: Vec<Snapshot> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let name = line.trim();
        if name.is_empty() || name.starts_with('#') {
            continue;
        }
        let dir = headers.join(name);
        if dir.is_dir() {
            snapshots.push(Snapshot { name: name.to_string(), dir });
        }
        let of_system = |snapshot: &Snapshot| snapshot.system() == system(name);
        let Some(snapshot) = snapshots.len().checked_sub(1).filter(|at| of_system(&snapshots[*at]))
        else {
            return Err(format!(
                "{}:{}: {name} has no folder and none of its system stands before it",
                list.display(),
                at + 1
            ));
        };
        releases.push(Release { name: name.to_string(), snapshot });
    }
    // A snapshot that no line names would be left out without a word.
    let entries = fs::read_dir(headers).map_err(|e| format!("{}: {e}", headers.display()))?;
    for entry in entries {
        let entry = entry.map_err(|e| format!("{}: {e}", headers.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_snapshot = entry.path().join(HEADER_FILES[0]).is_file();
        if is_snapshot && !snapshots.iter().any(|snapshot| snapshot.name == name) {
            return Err(format!(
                "{}: there is a folder {name}, and no line: add it behind the release before it",
                list.display()
            ));
        }
    }
    if releases.is_empty() {
        return Err(format!("{}: no release in it", list.display()));
    }
    Ok((releases, snapshots))
}

/// FNV-1a over names and contents of everything that the generated modules are made from, so
/// that committed modules made from other headers are noticed where libclang is missing.
pub fn fingerprint(headers: &Path, snapshots: &[Snapshot]) -> Result<String, String> {
    let mut files = vec![headers.join("base.h"), headers.join("releases")];
    for snapshot in snapshots {
        files.extend(HEADER_FILES.iter().map(|file| snapshot.dir.join(file)));
    }
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        let bytes = fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let name = file.strip_prefix(headers).unwrap_or(&file).to_string_lossy().into_owned();
        // A checkout with CRLF line ends is the same headers.
        let bytes = bytes.iter().filter(|b| **b != b'\r');
        for byte in name.bytes().chain([0]).chain(bytes.copied()).chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(format!("{hash:016x}"))
}

/// What every snapshot holds, in the order in which they include one another.
pub const HEADER_FILES: [&str; 3] = ["pfvar.h", "if_pfsync.h", "if_pflog.h"];
