//! Actions and reasons by their names, which differ between systems from 11 and 15 on.

#![forbid(unsafe_code)]

use crate::abi::Release;
use crate::abi::types::same;

/// A number, and the word for it where the sender's release has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// As it is in the header.
    pub number: u8,
    /// Its word's place among [`ACTIONS`] or [`REASONS`], one behind the last for what has none.
    pub place: u8,
    word: Option<&'static str>,
}

impl Code {
    fn new(number: u8, words: &[&'static str], place: Option<u8>) -> Self {
        let place = place.unwrap_or(words.len() as u8);
        Self { number, place, word: words.get(usize::from(place)).copied() }
    }

    /// The word.
    pub const fn word(self) -> Option<&'static str> {
        self.word
    }

    /// Whether the word is this one.
    pub fn is(self, word: &str) -> bool {
        self.word == Some(word)
    }
}

/// The place of a word that is there.
const fn place(words: &[&str], word: &str) -> u8 {
    let mut at = 0;
    while !same(words[at], word) {
        at += 1;
    }
    at as u8
}

/// Every action that any system has.
pub const ACTIONS: [&str; 20] = [
    "pass",
    "block",
    "scrub",
    "noscrub",
    "nat",
    "nonat",
    "binat",
    "nobinat",
    "rdr",
    "nordr",
    "synproxy-drop",
    "defer",
    "match",
    "divert",
    "rt",
    "afrt",
    "dummynet",
    "nodummynet",
    "nat64",
    "nonat64",
];

/// Every reason that any system has.
pub const REASONS: [&str; 20] = [
    "match",
    "bad-offset",
    "fragment",
    "short",
    "normalize",
    "memory",
    "bad-timestamp",
    "congestion",
    "ip-option",
    "proto-cksum",
    "state-mismatch",
    "state-insert",
    "state-limit",
    "src-limit",
    "synproxy",
    "translate",
    "no-route",
    "map-failed",
    "state-locked",
    "dummynet",
];

/// What a number means in a system, from a release on.
struct Meaning {
    number: u8,
    system: &'static str,
    since: Option<Release>,
    /// Place among the words.
    place: u8,
}

const fn meaning(
    number: u8,
    system: &'static str,
    since: Option<Release>,
    (words, word): (&[&str], &str),
) -> Meaning {
    Meaning { number, system, since, place: place(words, word) }
}

/// macOS sends no pfsync and is no release here; the family of IPv6 tells its records.
const MACOS: &str = "macos";
/// The number of that family, which no other system has.
const MACOS_INET6: u8 = 30;

/// The last action that means the same in all systems.
const COMMON_ACTIONS: u8 = 10;
/// The last reason that does.
const COMMON_REASONS: u8 = 14;

/// Actions beyond (wire-openbsd.md 3, wire-others.md 4).
const NEWER_ACTIONS: [Meaning; 13] = [
    meaning(11, "freebsd", Some(Release::FreeBsd9_0), (&ACTIONS, "defer")),
    meaning(12, "freebsd", Some(Release::FreeBsd14_0), (&ACTIONS, "match")),
    meaning(13, "freebsd", Some(Release::FreeBsd14_0), (&ACTIONS, "afrt")),
    meaning(14, "freebsd", Some(Release::FreeBsd14_0), (&ACTIONS, "rt")),
    meaning(11, "openbsd", Some(Release::OpenBsd4_5), (&ACTIONS, "defer")),
    meaning(12, "openbsd", Some(Release::OpenBsd4_6), (&ACTIONS, "match")),
    meaning(13, "openbsd", Some(Release::OpenBsd4_7), (&ACTIONS, "divert")),
    meaning(14, "openbsd", Some(Release::OpenBsd4_7), (&ACTIONS, "rt")),
    meaning(15, "openbsd", Some(Release::OpenBsd5_1), (&ACTIONS, "afrt")),
    meaning(11, MACOS, None, (&ACTIONS, "dummynet")),
    meaning(12, MACOS, None, (&ACTIONS, "nodummynet")),
    meaning(13, MACOS, None, (&ACTIONS, "nat64")),
    meaning(14, MACOS, None, (&ACTIONS, "nonat64")),
];

/// Reasons beyond (wire-openbsd.md 3, wire-others.md 4).
const NEWER_REASONS: [Meaning; 6] = [
    meaning(15, "freebsd", Some(Release::FreeBsd14_0), (&REASONS, "map-failed")),
    meaning(16, "freebsd", Some(Release::FreeBsd15_0), (&REASONS, "translate")),
    meaning(15, "openbsd", Some(Release::OpenBsd5_4), (&REASONS, "translate")),
    meaning(16, "openbsd", Some(Release::OpenBsd5_8), (&REASONS, "no-route")),
    meaning(15, "netbsd", None, (&REASONS, "state-locked")),
    meaning(15, MACOS, None, (&REASONS, "dummynet")),
];

/// Who uses a number.
#[derive(Debug, Clone, Copy)]
pub struct Whose {
    system: &'static str,
    release: Release,
}

impl From<Release> for Whose {
    fn from(release: Release) -> Self {
        Self { system: release.system(), release }
    }
}

impl Whose {
    /// The sender of a record that is read as this release's; `af` is the family in its header.
    pub fn of_record(release: Release, af: u8) -> Self {
        let whose = Self::from(release);
        if af == MACOS_INET6 { Self { system: MACOS, ..whose } } else { whose }
    }

    /// The place of a number that has a meaning of its own here.
    fn newer(self, meanings: &[Meaning], number: u8) -> Option<u8> {
        let means = |meaning: &&Meaning| {
            (meaning.number, meaning.system) == (number, self.system)
                && meaning.since.is_none_or(|since| self.release >= since)
        };
        meanings.iter().find(means).map(|meaning| meaning.place)
    }
}

/// What a rule did: `PF_PASS` and so on.
pub fn action(number: u8, whose: impl Into<Whose>) -> Code {
    let place = match number {
        0..=COMMON_ACTIONS => Some(number),
        _ => whose.into().newer(&NEWER_ACTIONS, number),
    };
    Code::new(number, &ACTIONS, place)
}

/// Why: `PFRES_*`.
pub fn reason(number: u8, whose: impl Into<Whose>) -> Code {
    let place = match number {
        0..=COMMON_REASONS => Some(number),
        _ => whose.into().newer(&NEWER_REASONS, number),
    };
    Code::new(number, &REASONS, place)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kernel's name of each, without its prefix.
    const CONSTANTS: [(&str, &str); 35] = [
        ("PF_PASS", "pass"),
        ("PF_DROP", "block"),
        ("PF_SCRUB", "scrub"),
        ("PF_NOSCRUB", "noscrub"),
        ("PF_NAT", "nat"),
        ("PF_NONAT", "nonat"),
        ("PF_BINAT", "binat"),
        ("PF_NOBINAT", "nobinat"),
        ("PF_RDR", "rdr"),
        ("PF_NORDR", "nordr"),
        ("PF_SYNPROXY_DROP", "synproxy-drop"),
        ("PF_DEFER", "defer"),
        ("PF_MATCH", "match"),
        ("PF_DIVERT", "divert"),
        ("PF_RT", "rt"),
        ("PF_AFRT", "afrt"),
        ("PFRES_MATCH", "match"),
        ("PFRES_BADOFF", "bad-offset"),
        ("PFRES_FRAG", "fragment"),
        ("PFRES_SHORT", "short"),
        ("PFRES_NORM", "normalize"),
        ("PFRES_MEMORY", "memory"),
        ("PFRES_TS", "bad-timestamp"),
        ("PFRES_CONGEST", "congestion"),
        ("PFRES_IPOPTIONS", "ip-option"),
        ("PFRES_PROTCKSUM", "proto-cksum"),
        ("PFRES_BADSTATE", "state-mismatch"),
        ("PFRES_STATEINS", "state-insert"),
        ("PFRES_MAXSTATES", "state-limit"),
        ("PFRES_SRCLIMIT", "src-limit"),
        ("PFRES_SYNPROXY", "synproxy"),
        ("PFRES_TRANSLATE", "translate"),
        ("PFRES_NOROUTE", "no-route"),
        ("PFRES_MAPFAILED", "map-failed"),
        ("PFRES_STATELOCKED", "state-locked"),
    ];

    /// What the headers of a release number is what it is called here.
    #[test]
    fn numbers_are_those_of_the_headers() {
        let mut held = 0;
        for release in Release::ALL.iter().copied().filter(|r| r.pflog_bytes() > 48) {
            let mut all = crate::abi::SNAPSHOTS.iter();
            let snapshot = all.find(|snapshot| snapshot.name == release.snapshot()).unwrap();
            for (constant, word) in CONSTANTS {
                let known = snapshot.constants.iter().find(|(name, _)| *name == constant);
                let Some((_, number)) = known else { continue };
                let named = match constant.starts_with("PFRES_") {
                    true => reason(*number as u8, release),
                    false => action(*number as u8, release),
                };
                assert_eq!(named.word(), Some(word), "{constant} of {release}");
                held += 1;
            }
        }
        assert!(held > 1000, "{held}");
    }

    #[test]
    fn macos_has_words_of_its_own() {
        let macos = Whose::of_record(Release::OpenBsd4_8, MACOS_INET6);
        let action = |number| action(number, macos).word();
        let reason = |number| reason(number, macos).word();
        assert_eq!(action(13), Some("nat64"));
        assert_eq!(action(1), Some("block"));
        assert_eq!(reason(15), Some("dummynet"));
        assert_eq!((action(15), reason(16)), (None, None));
    }

    #[test]
    fn what_has_no_name_keeps_its_number() {
        let code = action(99, Release::NEWEST);
        assert_eq!((code.number, code.word()), (99, None));
        assert_eq!(usize::from(code.place), ACTIONS.len());
        assert_eq!(action(13, Release::FreeBsd15_0).word(), Some("afrt"));
        assert_eq!(reason(15, Release::OpenBsd5_3).word(), None);
    }
}
