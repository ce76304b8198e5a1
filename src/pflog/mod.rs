//! pflog(4): the packets that pf logged, each behind a header that says which rule logged it.
//!
//! ```text
//! +--------+----+--------+--------+--------+---------+--------+-----------+- -+-----+----- ... -+
//! | length | af | action | reason | ifname | ruleset | rulenr | subrulenr |   | dir | the packet |
//! +--------+----+--------+--------+--------+---------+--------+-----------+- -+-----+----- ... -+
//! ```
//! | module | what it holds |
//! |---|---|
//! | `checksum` | RFC 1071 |
//! | `header` | the header, by the layout that its length tells, as native values |
//! | `rewritten` | of a packet that was translated: whether it is that from before |
//! | `sender` | whose it is, where that changes what it means |
//! | [`inner`] | the packet behind it: addresses, ports, flags, lengths |
//! | `who` | who is who: which addresses are those before translation |
//! | [`names`] | actions and reasons by their names |
//!
//! Facts: `spec/wire-openbsd.md` 5, `spec/wire-others.md` 4.

#![forbid(unsafe_code)]

pub(crate) mod checksum;
mod header;
pub mod inner;
pub mod names;
mod rewritten;
mod sender;
mod who;

pub use header::{Addresses, Header, PflogError, PflogErrorKind, Record, parse};
pub(crate) use header::{header_as, is_no_pid};
pub use inner::{Fragment, Inner, Problem};
pub use names::Code;
pub use sender::{Senders, payload_is_translated};
pub use who::{End, Who};

use crate::abi::Release;
use crate::state::{Direction, IfName};

/// A packet that a rule logged: what pf says of it, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Logged {
    /// What the rule did with it.
    pub action: Code,
    /// Why.
    pub reason: Code,
    /// The interface that it went through.
    pub ifname: IfName,
    /// The anchor whose rule it was, cut at 15 bytes; empty for the main ruleset.
    pub ruleset: IfName,
    /// Which way it went; of `PF_FWD` and the rest the number.
    pub direction: Direction,
    /// The rule; `None` is the default rule.
    pub rule: Option<u32>,
    /// The rule within the anchor.
    pub subrule: Option<u32>,
    /// Owner of the socket that it is of.
    pub uid: Option<u32>,
    /// Process of that socket.
    pub pid: Option<u32>,
    /// Who loaded the rules.
    pub rule_uid: u32,
    /// The process that loaded the rules; negative for none.
    pub rule_pid: i32,
    /// `ridentifier` of the rule: FreeBSD 14 and later.
    pub ridentifier: Option<u32>,
    /// The packet.
    pub inner: Inner,
    /// Its endpoints, where they could be read.
    pub who: Option<Who>,
}

impl Logged {
    /// What a record says that is read as that of a release.
    pub fn of(record: &Record<'_>, release: Release) -> Self {
        let Header { action, reason, ifname, ruleset, dir, uid, pid, .. } = record.header;
        let header = &record.header;
        let inner = Inner::read(record.payload, [Some(header.af), header.naf]);
        let known_uid = Some(uid).filter(|uid| *uid != u32::MAX);
        let whose = names::Whose::of_record(release, header.af);
        Self {
            action: names::action(action, whose),
            reason: names::reason(reason, whose),
            ifname,
            ruleset,
            direction: Direction::from_wire(dir),
            rule: header.rule,
            subrule: header.subrule,
            uid: known_uid,
            pid: Some(pid).filter(|pid| !header::is_no_pid(*pid, known_uid)),
            rule_uid: header.rule_uid,
            rule_pid: header.rule_pid.cast_signed(),
            ridentifier: header.ridentifier,
            inner,
            who: Who::of(&inner, header, payload_is_translated(record, release)),
        }
    }

    /// The word for its direction, where pf has one.
    pub const fn way(&self) -> Option<&'static str> {
        match self.direction {
            Direction::In => Some("in"),
            Direction::Out => Some("out"),
            Direction::Other(FORWARD) => Some("fwd"),
            Direction::Other(_) => None,
        }
    }
}

/// `PF_FWD`
const FORWARD: u8 = crate::abi::consts::PF_FWD as u8;
