//! What the originals' releases print differently, in one table.
//!
//! Each row is a set of printers: pfctl's and tcpdump's of one release, which serve all releases
//! up to the next row. Where nobody knows the very release that brought a change, the row begins
//! at the first that has it for certain.

#![forbid(unsafe_code)]

use crate::abi::Release;
use crate::format::pfctl::Notation;
use crate::wire::Action;

/// Whose printers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// OpenBSD's; also for the systems whose printers nobody has texts of.
    OpenBsd,
    /// FreeBSD's, of which pfctl says more than OpenBSD's.
    FreeBsd,
}

/// The printers of some releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Era {
    /// The first release that has them.
    pub since: Release,
    /// Whose they are.
    pub system: System,
    /// pfctl has the names of UDP's states for those of ICMPv6, as tcpdump always.
    pub icmp6_named: bool,
    /// Routing domains are printed in the wire's byte order by a little-endian host.
    pub rdomain_swapped: bool,
    /// tcpdump's name of action TDB.
    pub tdb_name: &'static str,
    /// What tcpdump puts before the digits of a TDB's SPI.
    pub spi_prefix: &'static str,
    /// pfctl tests `state_flags` in the wire's byte order on a little-endian host.
    pub flags_swapped: bool,
    /// tcpdump encodes interface names as vis(3) does, white space included.
    pub encodes_names: bool,
    /// pfctl prints the next hop of route-to and the like.
    pub hop: bool,
}

/// 4.5 and 4.6 have none; 4.7 and 4.8 print routing domains as they lie in memory (wire-openbsd.md 4.2; pfctl's
/// pf_print_state.c r1.56).
const FIRST: Era = Era {
    since: Release::OpenBsd4_5,
    system: System::OpenBsd,
    icmp6_named: true,
    rdomain_swapped: true,
    tdb_name: "TDB UPD",
    spi_prefix: "",
    flags_swapped: false,
    encodes_names: false,
    hop: false,
};

/// ICMPv6 is told from UDP (pfctl's text of the two releases).
const FROM_4_6: Era = Era { since: Release::OpenBsd4_6, icmp6_named: false, ..FIRST };

/// Routing domains are turned into the host's order (pf_print_state.c r1.58).
const FROM_4_9: Era = Era { since: Release::OpenBsd4_9, rdomain_swapped: false, ..FROM_4_6 };

/// TDB became action 15 and was renamed (wire-openbsd.md 2.1); `state_flags` became 16 bits on the
/// wire, and pfctl forgot to turn them around (4.2; pf_print_state.c r1.62).
const FROM_5_2: Era =
    Era { since: Release::OpenBsd5_2, tdb_name: "UPD TDB", flags_swapped: true, ..FROM_4_9 };

/// pfctl turns the flags around (r1.63), tcpdump marks the SPI as hex (4.3).
const FROM_5_3: Era =
    Era { since: Release::OpenBsd5_3, spi_prefix: "0x", flags_swapped: false, ..FROM_5_2 };

/// tcpdump's pf_print_state.c r1.14 is of 2018, pfctl's r1.69 of February 2019; neither had come
/// by the end of 2015 (4.2, 4.3). 6.5 is the first release after both.
const FROM_6_5: Era =
    Era { since: Release::OpenBsd6_5, encodes_names: true, hop: true, ..FROM_5_3 };

/// All of them, oldest first.
pub const ERAS: [Era; 6] = [FIRST, FROM_4_6, FROM_4_9, FROM_5_2, FROM_5_3, FROM_6_5];

/// FreeBSD 15's pfctl. Of older ones nobody has texts.
const FREEBSD: Era =
    Era { since: Release::FreeBsd9_0, system: System::FreeBsd, encodes_names: true, ..FROM_5_3 };

impl Era {
    /// The newest of OpenBSD.
    pub const NEWEST: &'static Self = &ERAS[ERAS.len() - 1];

    /// The printers of a release.
    pub fn of(release: Release) -> &'static Self {
        match release.system() {
            "openbsd" => ERAS.iter().rev().find(|era| era.since <= release).unwrap_or(&ERAS[0]),
            "freebsd" if release >= FREEBSD.since => &FREEBSD,
            _ => &ERAS[0],
        }
    }

    /// The newest printers of a release's system.
    pub fn newest_of(release: Release) -> &'static Self {
        if Self::of(release).system == System::FreeBsd { &FREEBSD } else { Self::NEWEST }
    }

    /// How pfctl writes hosts.
    pub fn pfctl(&self) -> Notation {
        let Self { icmp6_named, rdomain_swapped, hop, .. } = *self;
        Notation {
            tcpdump: false,
            icmp6_named,
            hop,
            rdomain_swapped,
            unknown_as_v6: true,
            no_dst: false,
        }
    }

    /// How tcpdump writes hosts: never with the next hop.
    pub fn tcpdump(&self) -> Notation {
        Notation { tcpdump: true, icmp6_named: true, hop: false, ..self.pfctl() }
    }

    /// The flags of a state as this era's pfctl sees them.
    pub fn flags(&self, state_flags: u16) -> u16 {
        if self.flags_swapped { state_flags.swap_bytes() } else { state_flags }
    }

    /// tcpdump's name of an action (`PFSYNC_ACTIONS`, wire-openbsd.md 2.1).
    pub fn action_name(&self, action: Action) -> &'static str {
        match action {
            Action::Clr => "CLR ST",
            Action::Oins => "INS ST OLD",
            Action::InsAck => "INS ST ACK",
            Action::Oupd => "UPD ST OLD",
            Action::UpdC => "UPD ST COMP",
            Action::UpdReq => "UPD ST REQ",
            Action::Del => "DEL ST",
            Action::DelC => "DEL ST COMP",
            Action::InsF => "INS FR",
            Action::DelF => "DEL FR",
            Action::Bus => "BULK UPD STAT",
            Action::Otdb => "UPD TDB OLD",
            Action::Eof => "EOF",
            Action::Ins | Action::Ins1400 | Action::Ins1301 => "INS ST",
            Action::Upd | Action::Upd1400 | Action::Upd1301 => "UPD ST",
            Action::Tdb => self.tdb_name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(release: Release) -> &'static str {
        Era::of(release).since.name()
    }

    #[test]
    fn eras_are_in_order_and_cover_all_releases() {
        assert!(ERAS.iter().map(|era| era.since).is_sorted_by(|a, b| a < b));
        assert_eq!(Era::of(Release::NEWEST), Era::NEWEST);
        for release in Release::ALL.iter().copied().filter(|r| *r >= Release::OpenBsd4_5) {
            assert!(Era::of(release).since <= release, "{release}");
        }
    }

    #[test]
    fn a_release_without_printers_of_its_own_has_those_before_it() {
        assert_eq!(since(Release::OpenBsd4_8), "openbsd-4.6");
        assert_eq!(since(Release::OpenBsd5_0), "openbsd-4.9");
        assert_eq!(since(Release::OpenBsd5_1), "openbsd-4.9");
        assert_eq!(since(Release::OpenBsd5_2), "openbsd-5.2");
        assert_eq!(since(Release::OpenBsd5_4), "openbsd-5.3");
        assert_eq!(since(Release::OpenBsd6_1), "openbsd-5.3");
        assert_eq!(since(Release::OpenBsd7_4), "openbsd-6.5");
    }

    #[test]
    fn only_5_2_sees_flags_turned_around() {
        for release in Release::ALL.iter().copied() {
            let turned = Era::of(release).flags(0x0002) == 0x0200;
            assert_eq!(turned, release == Release::OpenBsd5_2, "{release}");
        }
    }

    #[test]
    fn tdb_is_called_by_its_number() {
        assert_eq!(Era::of(Release::OpenBsd5_1).action_name(Action::Tdb), "TDB UPD");
        assert_eq!(Era::of(Release::OpenBsd5_2).action_name(Action::Tdb), "UPD TDB");
        assert_eq!(Era::of(Release::OpenBsd5_2).action_name(Action::Otdb), "UPD TDB OLD");
    }
}
