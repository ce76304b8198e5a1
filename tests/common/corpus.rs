//! The corpus: which scenarios there are, and where their files lie.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A scenario of one release.
pub struct Scenario {
    /// `openbsd-7.9`
    pub release: String,
    /// `nat_out_tcp`
    pub name: String,
    /// The ground truth.
    pub truth: Value,
    /// Its captures.
    pub captures: Vec<Capture>,
}

/// Where the capture was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// On pfsync0, as the release's kernel taps it.
    Pfsync0,
    /// On the syncdev.
    Wire,
    /// From the pfsync header on.
    Payload,
}

impl Variant {
    const ALL: [(Self, &str); 3] = [
        (Self::Pfsync0, ".pfsync0.pcap"),
        (Self::Wire, ".wire.pcap"),
        (Self::Payload, ".payload.pcap"),
    ];
}

/// One capture file of a scenario.
pub struct Capture {
    pub variant: Variant,
    pub path: PathBuf,
}

/// `(major, minor)` of a folder of an OpenBSD release.
fn version(folder: &str) -> Option<(u32, u32)> {
    let (major, minor) = folder.strip_prefix("openbsd-")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Folders of the releases that speak v6: OpenBSD 4.7 and later, oldest first.
pub fn releases(corpus: &Path) -> Vec<(String, PathBuf)> {
    let mut folders: Vec<_> = entries(corpus)
        .into_iter()
        .filter_map(|(name, path)| Some((version(&name)?, name, path)))
        .filter(|(version, ..)| *version >= (4, 7))
        .collect();
    folders.sort();
    folders.into_iter().map(|(_, name, path)| (name, path)).collect()
}

/// Names and paths in a folder, in the order of the names.
pub fn entries(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut entries: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .collect();
    entries.sort();
    entries
}

/// Every scenario of a v6 release that has a ground truth.
pub fn scenarios(corpus: &Path) -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (release, folder) in releases(corpus) {
        for (file, path) in entries(&folder) {
            let Some(name) = file.strip_suffix(".json").filter(|name| !name.contains('.')) else {
                continue;
            };
            let text = std::fs::read_to_string(&path).unwrap();
            let truth = serde_json::from_str(&text).unwrap();
            let captures: Vec<_> = Variant::ALL
                .into_iter()
                .map(|(variant, ending)| (variant, folder.join(format!("{name}{ending}"))))
                .filter(|(_, path)| path.is_file())
                .map(|(variant, path)| Capture { variant, path })
                .collect();
            assert!(!captures.is_empty(), "{release}/{name} has no capture");
            scenarios.push(Scenario {
                release: release.clone(),
                name: name.to_string(),
                truth,
                captures,
            });
        }
    }
    scenarios
}

/// `release/scenario` -> packets and messages, as INDEX.tsv says, of the v6 releases.
pub fn index(corpus: &Path) -> BTreeMap<String, (usize, usize)> {
    let text = std::fs::read_to_string(corpus.join("INDEX.tsv")).unwrap();
    text.lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|row| version(row[0]).is_some_and(|version| version >= (4, 7)))
        .map(|row| {
            let number = |at: usize| row[at].parse().unwrap();
            (format!("{}/{}", row[0], row[1]), (number(2), number(3)))
        })
        .collect()
}

/// How many captures of scenarios the folders hold, whatever was made of them.
pub fn capture_files(corpus: &Path) -> usize {
    let files = releases(corpus).into_iter().flat_map(|(_, folder)| entries(&folder));
    files.filter(|(name, _)| name.ends_with(".pcap") && !name.starts_with("longmix.")).count()
}
