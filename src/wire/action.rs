//! The actions: what a section holds.
//!
//! Numbers and names come from the headers (`Dialect::ACTIONS`); which record goes with which
//! name is said here, once. An action in a header that has no row here does not compile.

#![forbid(unsafe_code)]

use crate::abi::types::same;
use crate::abi::{Dialect, Layout, openbsd_5_1, with_dialect};

/// Action 11 of OpenBSD 5.2 and later, OTDB: the record that action TDB carried until then.
pub type OldTdb = openbsd_5_1::wire::pfsync_tdb;

/// What a section holds, by the kernel's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// States flushed.
    Clr,
    /// The insert of older protocols; dead.
    Oins,
    /// A peer acknowledges an insert.
    InsAck,
    /// The update of older protocols; dead.
    Oupd,
    /// Compressed update.
    UpdC,
    /// Request for an update, or with id 0 for all.
    UpdReq,
    /// Delete with the full state; accepted but never sent.
    Del,
    /// Compressed delete.
    DelC,
    /// Fragment inserted; never implemented.
    InsF,
    /// Fragment deleted; never implemented.
    DelF,
    /// Bulk update starts or ends.
    Bus,
    /// IPsec SA as OpenBSD 5.1 and earlier told it.
    Otdb,
    /// End of frame; deprecated.
    Eof,
    /// A state was inserted.
    Ins,
    /// Full update.
    Upd,
    /// IPsec SA: replay counter and bytes.
    Tdb,
    /// INS with the state of FreeBSD 14.
    Ins1400,
    /// UPD with the state of FreeBSD 14.
    Upd1400,
    /// INS with the state of FreeBSD 13 and earlier.
    Ins1301,
    /// UPD with the state of FreeBSD 13 and earlier.
    Upd1301,
}

impl Action {
    /// All actions, in the order of the enum.
    pub const ALL: [Self; 20] = [
        Self::Clr,
        Self::Oins,
        Self::InsAck,
        Self::Oupd,
        Self::UpdC,
        Self::UpdReq,
        Self::Del,
        Self::DelC,
        Self::InsF,
        Self::DelF,
        Self::Bus,
        Self::Otdb,
        Self::Eof,
        Self::Ins,
        Self::Upd,
        Self::Tdb,
        Self::Ins1400,
        Self::Upd1400,
        Self::Ins1301,
        Self::Upd1301,
    ];

    /// The kernel's constant without `PFSYNC_ACT_`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clr => "CLR",
            Self::Oins => "OINS",
            Self::InsAck => "INS_ACK",
            Self::Oupd => "OUPD",
            Self::UpdC => "UPD_C",
            Self::UpdReq => "UPD_REQ",
            Self::Del => "DEL",
            Self::DelC => "DEL_C",
            Self::InsF => "INS_F",
            Self::DelF => "DEL_F",
            Self::Bus => "BUS",
            Self::Otdb => "OTDB",
            Self::Eof => "EOF",
            Self::Ins => "INS",
            Self::Upd => "UPD",
            Self::Tdb => "TDB",
            Self::Ins1400 => "INS_1400",
            Self::Upd1400 => "UPD_1400",
            Self::Ins1301 => "INS_1301",
            Self::Upd1301 => "UPD_1301",
        }
    }

    /// What it says, whichever generation of states it says it with: INS for INS_1301.
    pub const fn told(self) -> Self {
        match self {
            Self::Ins1400 | Self::Ins1301 => Self::Ins,
            Self::Upd1400 | Self::Upd1301 => Self::Upd,
            other => other,
        }
    }

    /// Whether it carries records that are decoded; sections of the others are skipped whole.
    pub const fn is_decoded(self) -> bool {
        !matches!(self, Self::Oins | Self::Oupd | Self::InsF | Self::DelF | Self::Eof)
    }

    /// Bytes of one record, as this dialect declares it; `None` for the actions that carry
    /// nothing that is decoded.
    const fn record_bytes<D: Dialect>(self) -> Option<usize> {
        match self {
            Self::Ins | Self::Upd => Some(size_of::<D::State>()),
            Self::Ins1400 | Self::Upd1400 => Some(size_of::<D::State1400>()),
            // DEL kept the oldest state that its release knows (wire-others.md 1.6).
            Self::Ins1301 | Self::Upd1301 | Self::Del => Some(size_of::<D::State1301>()),
            Self::Clr => Some(size_of::<D::Clr>()),
            Self::InsAck => Some(size_of::<D::InsAck>()),
            Self::UpdC => Some(size_of::<D::UpdC>()),
            Self::UpdReq => Some(size_of::<D::UpdReq>()),
            Self::DelC => Some(size_of::<D::DelC>()),
            Self::Bus => Some(size_of::<D::Bus>()),
            Self::Otdb => Some(size_of::<OldTdb>()),
            Self::Tdb => Some(size_of::<D::Tdb>()),
            Self::Oins | Self::Oupd | Self::InsF | Self::DelF | Self::Eof => None,
        }
    }

    /// Fails to compile, naming it, for a name that has no row.
    const fn by_name(name: &'static str) -> Self {
        // Other names of the same: of FreeBSD's newest states, and of the flat formats.
        let mut at = 0;
        while at < ALIASES.len() {
            if same(ALIASES[at].0, name) {
                return ALIASES[at].1;
            }
            at += 1;
        }
        let mut at = 0;
        while at < Self::ALL.len() {
            if same(Self::ALL[at].name(), name) {
                return Self::ALL[at];
            }
            at += 1;
        }
        panic!("{}", name)
    }
}

const ALIASES: [(&str, Action); 4] = [
    ("INS_1500", Action::Ins),
    ("UPD_1500", Action::Upd),
    ("UREQ", Action::UpdReq),
    ("TDB_UPD", Action::Tdb),
];

/// One row of the table: an action and the bytes of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The action.
    pub action: Action,
    /// Bytes of one record; `None` where nothing is decoded and sections are skipped whole.
    pub record_bytes: Option<usize>,
}

/// Numbers at or above this are unknown in every dialect.
const TABLE_LEN: usize = 32;

/// A dialect's actions by number.
#[derive(Debug)]
pub struct ActionTable {
    rows: [Option<Row>; TABLE_LEN],
    /// The protocol version that has them.
    pub version: u8,
    /// Bytes behind the header of version 5's EOF: an HMAC that OpenBSD 4.5 alone makes room for
    /// (wire-openbsd.md 1.4).
    pub eof_bytes: usize,
}

impl ActionTable {
    /// The table of a layout.
    pub fn of(layout: Layout) -> &'static Self {
        with_dialect!(layout, D => &<D as HasTable>::TABLE)
    }

    /// The row for a number; `None` for an unknown action.
    #[inline]
    pub fn row(&self, number: u8) -> Option<Row> {
        self.rows.get(usize::from(number)).copied().flatten()
    }

    const fn new<D: Dialect>() -> Self {
        let mut rows = [None; TABLE_LEN];
        let mut at = 0;
        while at < D::ACTIONS.len() {
            let (number, name) = D::ACTIONS[at];
            let action = Action::by_name(name);
            rows[number as usize] = Some(Row { action, record_bytes: action.record_bytes::<D>() });
            at += 1;
        }
        let eof_bytes = if matches!(D::LAYOUT, Layout::OpenBsd4_5) { 20 } else { 0 };
        Self { rows, version: D::VERSION, eof_bytes }
    }
}

/// Makes the table once for each dialect, at compile time.
pub(super) trait HasTable {
    const TABLE: ActionTable;
}

impl<D: Dialect> HasTable for D {
    const TABLE: ActionTable = ActionTable::new::<D>();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::Release;

    /// wire-openbsd.md 2.1.
    #[test]
    fn actions_have_the_numbers_and_sizes_of_their_release() {
        let row = |release: Release, number| {
            ActionTable::of(release.layout()).row(number).map(|r| (r.action, r.record_bytes))
        };
        for release in Release::ALL.iter().copied().filter(|r| r.version() == 6) {
            assert_eq!(row(release, 0), Some((Action::Clr, Some(20))));
            assert_eq!(row(release, 1), Some((Action::Oins, None)));
            assert_eq!(row(release, 2), Some((Action::InsAck, Some(12))));
            assert_eq!(row(release, 4), Some((Action::UpdC, Some(84))));
            assert_eq!(row(release, 6), Some((Action::Del, Some(264))));
            assert_eq!(row(release, 7), Some((Action::DelC, Some(12))));
            assert_eq!(row(release, 10), Some((Action::Bus, Some(12))));
            assert_eq!(row(release, 12), Some((Action::Eof, None)));
            assert_eq!(row(release, 13), Some((Action::Ins, Some(264))));
            assert_eq!(row(release, 14), Some((Action::Upd, Some(264))));
            assert_eq!(row(release, 16), None);
            assert_eq!(row(release, 255), None);
            if release <= Release::OpenBsd5_1 {
                assert_eq!(row(release, 11), Some((Action::Tdb, Some(48))));
                assert_eq!(row(release, 15), None);
            } else {
                assert_eq!(row(release, 11), Some((Action::Otdb, Some(48))));
                assert_eq!(row(release, 15), Some((Action::Tdb, Some(52))));
            }
        }
    }

    /// The tables are made when this is compiled, where nothing that runs can be watched.
    #[test]
    fn tables_are_what_their_functions_make() {
        for release in Release::ALL {
            with_dialect!(release.layout(), D => {
                let made = ActionTable::new::<D>();
                let table = ActionTable::of(release.layout());
                assert_eq!((made.rows, made.version), (table.rows, table.version), "{release}");
                assert_eq!(made.eof_bytes, table.eof_bytes, "{release}");
                for (number, name) in D::ACTIONS {
                    let action = table.row(*number).unwrap().action;
                    assert_eq!(action, Action::by_name(name), "{release}");
                    let alias = ALIASES.iter().find(|(alias, _)| alias == name);
                    assert!(alias.is_some() || action.name() == *name, "{release}: {name}");
                    assert_eq!(action.is_decoded(), action.record_bytes::<D>().is_some());
                }
            });
        }
        assert!(Action::ALL.iter().all(|action| Action::by_name(action.name()) == *action));
        assert!(std::panic::catch_unwind(|| Action::by_name("BOGUS")).is_err());
    }
}
