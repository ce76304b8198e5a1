//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::releases::Release;

pub const USAGE: &str =
    "usage: misc/import-headers [--dry-run] [--force] [--headers DIR] RELEASE SYSDIR";

pub const HELP: &str = "\
usage: misc/import-headers [--dry-run] [--force] [--headers DIR] RELEASE SYSDIR

Reads the pf headers of a kernel's source tree with libclang, says what changed against the newest
snapshot of the same system, and writes the snapshot headers/RELEASE where one is needed.

  RELEASE        openbsd-8.0, freebsd-16.0, netbsd-11.0, dragonfly-6.6
  SYSDIR         the tree's sys folder: /usr/src/sys
  --dry-run      say everything, write nothing
  --force        write headers/RELEASE anew although the release is known
  --headers DIR  instead of the headers folder of this project

A release that is known and agrees with its snapshot changes nothing. The exit status is 0, or 1
where something failed or a known release disagrees, or 2 where the command line is wrong.
";

pub struct Arguments {
    pub release: Release,
    pub sys: PathBuf,
    pub headers: PathBuf,
    pub dry_run: bool,
    pub force: bool,
}

pub enum Asked {
    Help,
    Import(Arguments),
}

pub fn read(words: impl Iterator<Item = OsString>) -> Result<Asked, String> {
    let mut headers = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../headers"));
    let (mut dry_run, mut force, mut options) = (false, false, true);
    let mut rest = Vec::new();
    let mut words = words;
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--") if options => options = false,
            Some("-h" | "--help") if options => return Ok(Asked::Help),
            Some("--dry-run") if options => dry_run = true,
            Some("--force") if options => force = true,
            Some("--headers") if options => {
                headers = words.next().ok_or("--headers wants a folder")?.into();
            }
            Some(option) if options && option.starts_with('-') && option.len() > 1 => {
                return Err(format!("{option} is no option of it"));
            }
            _ => rest.push(word),
        }
    }
    let [release, sys] = &rest[..] else {
        return Err("it wants a release and a sys folder".to_string());
    };
    let release = release.to_string_lossy();
    let release = Release::parse(&release)
        .ok_or_else(|| format!("{release}: a release is like openbsd-8.0 or freebsd-16.0"))?;
    Ok(Asked::Import(Arguments { release, sys: sys.into(), headers, dry_run, force }))
}
