//! The generated structs, and the seam to them.
//!
//! build.rs lets bindgen read every snapshot in `headers/` twice: as C lays it out (`raw`) and in
//! the byte order of the wire with alignment 1 (`wire`), and asserts at compile time that both
//! agree on every field. Snapshots with the same fingerprint (fields, offsets, sizes, action
//! numbers) share one module. Which layout a frame has is decided once, by `with_dialect!`; from
//! there on it is a type.

#![forbid(unsafe_code)]

pub mod record;
pub mod types;

mod generated {
    use super::Snapshot;
    include!(concat!(env!("OUT_DIR"), "/abi/mod.rs"));
}

/// The layout as `headers/layout.golden` records it, asserted when this is compiled.
mod golden {
    include!(concat!(env!("OUT_DIR"), "/abi/golden.rs"));
}

use std::fmt;
use std::str::FromStr;

pub(crate) use generated::with_dialect;
pub use generated::*;
use record::{BusRecord, ClrRecord, IdRecord, PflogRecord, StateRecord, TdbRecord, UpdCRecord};
use types::Field;

/// The records of one layout, as types.
pub trait Dialect: fmt::Debug + Copy + 'static {
    /// Full state: INS, UPD, and but for FreeBSD 14 and later DEL.
    type State: StateRecord;
    /// Full state of FreeBSD 14, where a release knows it and others.
    type State1400: StateRecord;
    /// Full state of FreeBSD up to 13, where a release knows it and others.
    type State1301: StateRecord;
    /// Compressed update.
    type UpdC: UpdCRecord;
    /// Acknowledged insert.
    type InsAck: IdRecord;
    /// Request for an update.
    type UpdReq: IdRecord;
    /// Compressed delete.
    type DelC: IdRecord;
    /// Flush.
    type Clr: ClrRecord;
    /// Bulk update status.
    type Bus: BusRecord;
    /// IPsec SA, as action TDB carries it.
    type Tdb: TdbRecord;
    /// The header that pflog(4) puts before a packet.
    type Pflog: PflogRecord;
    /// The protocol version, as the first byte of a frame has it.
    const VERSION: u8;
    /// The value that stands for this type.
    const LAYOUT: Layout;
    /// Number and name (without `PFSYNC_ACT_`) of every action, by number.
    const ACTIONS: &'static [(u8, &'static str)];
}

/// One folder of `headers/`, as data.
#[derive(Debug, Clone, Copy)]
pub struct Snapshot {
    /// `openbsd-7.9`
    pub name: &'static str,
    /// Every field of every wire struct, in the kernel's order.
    pub fields: &'static [Field],
    /// Every constant, by the kernel's name.
    pub constants: &'static [(&'static str, u32)],
}

impl Release {
    /// The newest release of OpenBSD that is known.
    pub const NEWEST: Self = Self::ALL[Self::ALL.len() - 1];

    /// `openbsd`, `freebsd`, `netbsd` or `dragonfly`
    pub fn system(self) -> &'static str {
        self.name().split_once('-').map_or("", |(system, _)| system)
    }

    /// The release whose frames a system sends, by what uname(3) says of it (`OpenBSD`, `7.9`;
    /// `FreeBSD`, `15.0-RELEASE-p3`): the newest known one that is not newer. `None` for a system
    /// that is not known, and for releases before its first.
    pub fn of_host(system: &str, release: &str) -> Option<Self> {
        let number = |release: &str| {
            let mut parts = release.split(|c: char| !c.is_ascii_digit());
            let major: u32 = parts.next()?.parse().ok()?;
            let minor = parts.next().and_then(|minor| minor.parse::<u32>().ok());
            Some((major, minor.unwrap_or(0)))
        };
        let system = match system {
            "OpenBSD" => "openbsd",
            "FreeBSD" => "freebsd",
            "NetBSD" => "netbsd",
            "DragonFly" => "dragonfly",
            _ => return None,
        };
        let host = number(release)?;
        let mut known = Self::ALL.iter().copied().filter(|known| known.system() == system);
        known.rfind(|known| known.number().is_some_and(|known| known <= host))
    }

    /// Major and minor.
    fn number(self) -> Option<(u32, u32)> {
        let (major, minor) = self.name().split_once('-')?.1.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    }

    /// Bytes of a full state as this release sends it.
    pub fn state_bytes(self) -> usize {
        with_dialect!(self.layout(), D => size_of::<<D as Dialect>::State>())
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A release that is not among [`Release::ALL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRelease(String);

impl fmt::Display for UnknownRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown release {:?}: those that are known look like", self.0)?;
        for system in ["openbsd", "freebsd", "netbsd", "dragonfly"] {
            let newest = Release::ALL.iter().rev().find(|release| release.system() == system);
            newest.map_or(Ok(()), |release| write!(f, " {release}"))?;
        }
        f.write_str(", see --list-releases")
    }
}

impl std::error::Error for UnknownRelease {}

impl FromStr for Release {
    type Err = UnknownRelease;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().copied().find(|release| release.name() == name);
        known.ok_or_else(|| UnknownRelease(name.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_sends_what_the_newest_release_sends_that_is_not_newer() {
        let of = |system, release| Release::of_host(system, release).map(Release::name);
        for (system, release, expected) in [
            ("OpenBSD", "7.9", Some("openbsd-7.9")),
            ("OpenBSD", "7.4", Some("openbsd-7.4")),
            ("OpenBSD", "12.0", Some("openbsd-7.9")),
            ("OpenBSD", "4.0", Some("openbsd-3.7")),
            ("OpenBSD", "3.4", None),
            ("FreeBSD", "15.0-RELEASE-p3", Some("freebsd-15.0")),
            ("FreeBSD", "14.3-STABLE", Some("freebsd-14.3")),
            ("FreeBSD", "9.3-RELEASE", Some("freebsd-9.3")),
            ("NetBSD", "10.1_STABLE", Some("netbsd-10.1")),
            ("DragonFly", "6.4-RELEASE", Some("dragonfly-6.4")),
            ("Linux", "6.8.0", None),
            ("OpenBSD", "current", None),
        ] {
            assert_eq!(of(system, release), expected, "{system} {release}");
        }
    }

    /// Of each system they stand in the order of their numbers, on which that rests.
    #[test]
    fn releases_are_in_order() {
        let key = |release: &Release| (release.system(), release.number().unwrap());
        assert!(Release::ALL.is_sorted_by_key(key));
    }
}
