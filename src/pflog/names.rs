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

/// What a rule did: `PF_PASS` and so on (wire-openbsd.md 3, wire-others.md 4). Up to 10 all
/// systems agree.
pub fn action(number: u8, release: Release) -> Code {
    let system = release.system();
    let place = match (number, system) {
        (0..=10, _) => Some(number),
        (11, "freebsd") if release >= Release::FreeBsd9_0 => {
            Some(const { place(&ACTIONS, "defer") })
        }
        (11, "openbsd") if release >= Release::OpenBsd4_5 => {
            Some(const { place(&ACTIONS, "defer") })
        }
        (12, "openbsd") if release >= Release::OpenBsd4_6 => {
            Some(const { place(&ACTIONS, "match") })
        }
        (13, "openbsd") if release >= Release::OpenBsd4_7 => {
            Some(const { place(&ACTIONS, "divert") })
        }
        (14, "openbsd") if release >= Release::OpenBsd4_7 => Some(const { place(&ACTIONS, "rt") }),
        (15, "openbsd") if release >= Release::OpenBsd5_1 => {
            Some(const { place(&ACTIONS, "afrt") })
        }
        (12, "freebsd") if release >= Release::FreeBsd14_0 => {
            Some(const { place(&ACTIONS, "match") })
        }
        (13, "freebsd") if release >= Release::FreeBsd14_0 => {
            Some(const { place(&ACTIONS, "afrt") })
        }
        (14, "freebsd") if release >= Release::FreeBsd14_0 => Some(const { place(&ACTIONS, "rt") }),
        _ => None,
    };
    Code::new(number, &ACTIONS, place)
}

/// Why: `PFRES_*` (wire-openbsd.md 3, wire-others.md 4). Up to 14 all systems agree.
pub fn reason(number: u8, release: Release) -> Code {
    let place = match (number, release.system()) {
        (0..=14, _) => Some(number),
        (15, "openbsd") if release >= Release::OpenBsd5_4 => {
            Some(const { place(&REASONS, "translate") })
        }
        (16, "openbsd") if release >= Release::OpenBsd5_8 => {
            Some(const { place(&REASONS, "no-route") })
        }
        (15, "freebsd") if release >= Release::FreeBsd14_0 => {
            Some(const { place(&REASONS, "map-failed") })
        }
        (16, "freebsd") if release >= Release::FreeBsd15_0 => {
            Some(const { place(&REASONS, "translate") })
        }
        (15, "netbsd") => Some(const { place(&REASONS, "state-locked") }),
        _ => None,
    };
    Code::new(number, &REASONS, place)
}

/// The family of IPv6 on macOS, which tells its records: it has no release here, since it sends no pfsync.
pub(super) const MACOS_INET6: u8 = 30;

/// What a rule of macOS did (wire-others.md 4).
pub(super) fn action_of_macos(number: u8) -> Code {
    let place = match number {
        0..=10 => Some(number),
        11 => Some(const { place(&ACTIONS, "dummynet") }),
        12 => Some(const { place(&ACTIONS, "nodummynet") }),
        13 => Some(const { place(&ACTIONS, "nat64") }),
        14 => Some(const { place(&ACTIONS, "nonat64") }),
        _ => None,
    };
    Code::new(number, &ACTIONS, place)
}

/// Why, on macOS (wire-others.md 4).
pub(super) fn reason_of_macos(number: u8) -> Code {
    let place = match number {
        0..=14 => Some(number),
        15 => Some(const { place(&REASONS, "dummynet") }),
        _ => None,
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
        assert_eq!(action_of_macos(13).word(), Some("nat64"));
        assert_eq!(action_of_macos(1).word(), Some("block"));
        assert_eq!(reason_of_macos(15).word(), Some("dummynet"));
        assert_eq!((action_of_macos(15).word(), reason_of_macos(16).word()), (None, None));
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
