//! The README's table of what is read is what the program knows.

mod common;

use std::fmt::Write as _;

use pfstatelog::abi::Release;

const BEGIN: &str =
    "<!-- the releases that are known; written by UPDATE_GOLDEN=1 cargo test --test readme -->\n";
const END: &str = "<!-- end -->\n";

/// A row for each run of releases that send the same.
fn table() -> String {
    let mut rows: Vec<(Release, Release)> = Vec::new();
    let same = |a: Release, b: Release| {
        let key = |r: Release| (r.system(), r.version(), r.state_bytes());
        key(a) == key(b)
    };
    for release in Release::ALL.iter().copied() {
        match rows.last_mut() {
            Some((_, last)) if same(*last, release) => *last = release,
            _ => rows.push((release, release)),
        }
    }
    // OpenBSD first, then the others by name.
    rows.sort_by_key(|(first, _)| (first.system() != "openbsd", first.system()));
    let mut table = String::from(
        "| system | releases | pfsync version | bytes of a state |\n|---|---|---:|---:|\n",
    );
    for (first, last) in rows {
        let system = match first.system() {
            "openbsd" => "OpenBSD",
            "freebsd" => "FreeBSD",
            "netbsd" => "NetBSD",
            "dragonfly" => "DragonFly",
            other => other,
        };
        let number = |release: Release| release.name().split_once('-').unwrap().1;
        let releases = match (number(first), number(last)) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first} to {last}"),
        };
        let (version, bytes) = (first.version(), first.state_bytes());
        writeln!(table, "| {system} | {releases} | {version} | {bytes} |").unwrap();
    }
    table
}

#[test]
fn the_table_of_releases_is_true() {
    let path = common::root().join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("where the table begins");
    let (shown, after) = rest.split_once(END).expect("where it ends");
    let table = table();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(shown, table, "UPDATE_GOLDEN=1 if meant");
}
