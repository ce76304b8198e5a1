//! The corpus: which scenarios there are, and where their files lie.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A scenario of one release.
pub struct Scenario {
    /// `openbsd-7.9`, `freebsd-15-msg1400`
    pub folder: String,
    /// `openbsd-7.9`, `freebsd-15.0`
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

/// What orders a folder of a release: its system, and `(major, minor)`.
fn version(folder: &str) -> Option<(&str, u32, u32)> {
    let (system, version) = folder.split_once('-')?;
    let (version, _message_version) = version.split_once('-').unwrap_or((version, ""));
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    Some((system, major.parse().ok()?, minor.parse().ok()?))
}

/// The release whose frames a folder holds.
pub fn release_of(folder: &str) -> String {
    let (system, major, minor) = version(folder).unwrap();
    format!("{system}-{major}.{minor}")
}

/// Folders of the releases, by system, oldest first.
pub fn releases(corpus: &Path) -> Vec<(String, PathBuf)> {
    let mut folders: Vec<_> =
        entries(corpus).into_iter().filter(|(name, _)| version(name).is_some()).collect();
    folders.sort_by(|(a, _), (b, _)| (version(a), a).cmp(&(version(b), b)));
    folders
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

/// Every scenario that has a ground truth.
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
                folder: release.clone(),
                release: release_of(&release),
                name: name.to_string(),
                truth,
                captures,
            });
        }
    }
    scenarios
}

/// `release/scenario` -> packets and messages, as INDEX.tsv says.
pub fn index(corpus: &Path) -> BTreeMap<String, (usize, usize)> {
    let text = std::fs::read_to_string(corpus.join("INDEX.tsv")).unwrap();
    text.lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|row| version(row[0]).is_some())
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
