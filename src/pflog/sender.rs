//! Whose headers they are. Their length tells the layout, not the release; that decides how numbers are
//! named and which of the two is the packet where it was translated.
//!
//! | bytes | what tells | read as |
//! |---|---|---|
//! | 72 | the length | the newest FreeBSD |
//! | 64 | family 28, or no process is 100000 | FreeBSD before 14 |
//! | 64 | no process is 32767 | OpenBSD 4.8 |
//! | 100 | no process is 32767 | OpenBSD 5.3 |
//! | 100 | rewritten, and no family is told behind translation | OpenBSD 5.0 |
//! | 100 | rewritten, and the packet is as it went on (`rewritten`) | OpenBSD 6.7 |
//! | 100 | rewritten, and the packet is as pf received it | the newest OpenBSD |
//!
//! What tells nothing is taken for what the last record of its length was, else for the newest. A
//! release that was asked for is taken wherever its headers have that length.
//! Facts: `spec/wire-openbsd.md` 5, "Seen when the real loggers ran".

#![forbid(unsafe_code)]

use super::header::{Header, NO_PID, OLD_NO_PID, Record};
use super::rewritten::{self, Packet};
use crate::abi::Release;
use crate::wire::Sender;

/// Whose the records so far were, by the length of their headers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Senders {
    release: Option<Release>,
    /// Of 64 and of 100 bytes.
    last: [Option<Release>; 2],
}

/// The last release of FreeBSD that has a header of 64 bytes.
const FREEBSD_64: Release = Release::FreeBsd13_5;
/// The last of OpenBSD.
const OPENBSD_64: Release = Release::OpenBsd4_8;
/// The last of which it is known that no process is 32767.
const OPENBSD_OLD: Release = Release::OpenBsd5_3;
/// The last that does not say the family behind translation.
const OPENBSD_NO_NAF: Release = Release::OpenBsd5_0;
/// The last that logs translated packets.
const OPENBSD_REWRITING: Release = Release::OpenBsd6_7;
/// FreeBSD's number of IPv6, which no other system has.
const FREEBSD_INET6: u8 = 28;

impl Senders {
    /// For records of this release, or of whoever their bytes tell.
    pub fn new(release: Option<Release>) -> Self {
        Self { release, last: [None; 2] }
    }

    /// The release that was asked for.
    pub fn asked(&self) -> Option<Release> {
        self.release
    }

    /// As whose a record is read.
    #[inline]
    pub fn of(&mut self, record: &Record<'_>) -> Sender {
        if let Some(release) = self.release.filter(|r| r.pflog_bytes() == record.offset) {
            return Sender { release, told: true };
        }
        let told = tells(record);
        let newest = if record.header.addresses.is_some() { Release::NEWEST } else { OPENBSD_64 };
        let last = match record.header {
            Header { ridentifier: Some(_), .. } => {
                return Sender { release: Release::FreeBsd15_0, told: true };
            }
            Header { addresses: Some(_), .. } => &mut self.last[1],
            _ => &mut self.last[0],
        };
        *last = told.or(*last);
        Sender { release: last.unwrap_or(newest), told: last.is_some() }
    }
}

fn tells(record: &Record<'_>) -> Option<Release> {
    let Header { af, uid, pid, rewritten, addresses, .. } = record.header;
    let nobody = uid == u32::MAX;
    match addresses {
        None if af == FREEBSD_INET6 || pid == NO_PID => Some(FREEBSD_64),
        None if nobody && pid == OLD_NO_PID => Some(OPENBSD_64),
        None => None,
        Some(_) if nobody && pid == OLD_NO_PID => Some(OPENBSD_OLD),
        Some(_) if rewritten && record.header.naf == Some(0) => Some(OPENBSD_NO_NAF),
        Some(_) if rewritten => Some(match rewritten::packet(record)? {
            Packet::Received => Release::NEWEST,
            Packet::Translated => OPENBSD_REWRITING,
        }),
        Some(_) => None,
    }
}

/// Whether the packet of a record that is read as this release's is the translated one.
pub fn payload_is_translated(record: &Record<'_>, release: Release) -> bool {
    let is_old = release.system() == "openbsd" && release < Release::OpenBsd6_8;
    record.header.rewritten && is_old
}
