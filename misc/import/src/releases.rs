//! Which releases are known, and which folder of `headers/` serves each.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::bind::{self, Source};
use crate::model::Model;

/// What a snapshot holds, in the order in which the files include one another.
pub const FILES: [&str; 3] = ["pfvar.h", "if_pfsync.h", "if_pflog.h"];

const SYSTEMS: [&str; 4] = ["openbsd", "freebsd", "netbsd", "dragonfly"];

/// An operating system, by the first word of its releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System(&'static str);

impl System {
    pub fn name(&self) -> &'static str {
        self.0
    }

    /// What clang calls it.
    pub fn clang(&self) -> &'static str {
        self.0
    }
}

/// `openbsd-7.9`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    pub system: System,
    version: (u32, u32),
    pub name: String,
}

impl Release {
    pub fn parse(name: &str) -> Option<Self> {
        let (system, version) = name.split_once('-')?;
        let system = System(SYSTEMS.into_iter().find(|s| *s == system)?);
        let (major, minor) = version.split_once('.')?;
        let number = |digits: &str| -> Option<u32> {
            let plain = digits == "0" || !digits.starts_with(['0', '+']);
            if plain { digits.parse().ok() } else { None }
        };
        Some(Self { system, version: (number(major)?, number(minor)?), name: name.to_string() })
    }

    fn is_at_or_before(&self, other: &Self) -> bool {
        self.system == other.system && self.version.cmp(&other.version) != Ordering::Greater
    }
}

/// `headers/`: the releases of one system, and its snapshots.
pub struct Headers {
    pub dir: PathBuf,
    /// As `releases` lists them; other systems' are left out.
    pub listed: Vec<Release>,
    /// Those with a folder, oldest first.
    pub snapshots: Vec<Snapshot>,
    /// Constants of base.h.
    base: Model,
}

pub struct Snapshot {
    pub release: Release,
    pub model: Model,
}

impl Headers {
    /// Reads every snapshot of the system; where it has none yet, OpenBSD's, which then are only
    /// what a new one is modelled on.
    pub fn read(dir: &Path, system: &System) -> Result<Self, String> {
        let list = dir.join("releases");
        let text = fs::read_to_string(&list).map_err(|e| format!("{}: {e}", list.display()))?;
        let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let all: Vec<Release> = lines.filter_map(Release::parse).collect();
        let listed = all.into_iter().filter(|r| r.system == *system).collect();
        let base = read(dir, None)?;
        let mut headers = Self { dir: dir.to_path_buf(), listed, snapshots: Vec::new(), base };
        headers.snapshots = headers.folders(system)?;
        Ok(headers)
    }

    /// The snapshots of a system, oldest first.
    pub fn folders(&self, system: &System) -> Result<Vec<Snapshot>, String> {
        let entries =
            fs::read_dir(&self.dir).map_err(|e| format!("{}: {e}", self.dir.display()))?;
        let mut releases: Vec<Release> = entries
            .flatten()
            .filter(|entry| entry.path().join("if_pfsync.h").is_file())
            .filter_map(|entry| Release::parse(&entry.file_name().to_string_lossy()))
            .filter(|release| release.system == *system)
            .collect();
        releases.sort_by_key(|release| release.version);
        let model = |release: &Release| self.snapshot(&self.dir.join(&release.name));
        releases
            .into_iter()
            .map(|release| Ok(Snapshot { model: model(&release)?, release }))
            .collect()
    }

    /// Reads one folder. Of the constants only its own: not those of base.h.
    pub fn snapshot(&self, folder: &Path) -> Result<Model, String> {
        let mut model = read(&self.dir, Some(folder))?;
        let base = &self.base;
        model.constants.retain(|c| base.value(&c.name) != Some(c.value));
        Ok(model)
    }

    pub fn base(&self) -> &Model {
        &self.base
    }

    pub fn is_listed(&self, release: &Release) -> bool {
        self.listed.contains(release)
    }

    pub fn has_folder(&self, release: &Release) -> bool {
        self.snapshots.iter().any(|s| s.release == *release)
    }

    /// The snapshot that serves a release, by the rule that build.rs follows: the last folder at
    /// or before it in the list.
    pub fn server(&self, release: &Release) -> Option<&Snapshot> {
        self.snapshots.iter().rev().find(|s| s.release.is_at_or_before(release))
    }

    /// The line of `releases` behind which a new release has its place.
    pub fn line_before(&self, release: &Release) -> Option<&Release> {
        self.listed.iter().rev().find(|other| other.is_at_or_before(release))
    }

    /// Every constant that a snapshot of this system has.
    pub fn known_constants(&self) -> BTreeSet<String> {
        let constants = self.snapshots.iter().flat_map(|s| &s.model.constants);
        constants.map(|c| c.name.clone()).collect()
    }
}

fn read(headers: &Path, folder: Option<&Path>) -> Result<Model, String> {
    let mut text = format!("#include \"{}\"\n", headers.join("base.h").display());
    for file in folder.iter().flat_map(|folder| FILES.map(|file| folder.join(file))) {
        text += &format!("#include \"{}\"\n", file.display());
    }
    let source = Source {
        text,
        arguments: vec!["--target=x86_64-unknown-openbsd".to_string()],
        constants: "[A-Z].*".to_string(),
        types: "pfsync_.*|pfloghdr|sockaddr_.*|in6?_addr".to_string(),
    };
    bind::read(&source).map_err(|errors| errors.first().to_string())
}
