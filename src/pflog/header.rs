//! The header, by the layout that its length tells.

#![forbid(unsafe_code)]

use std::fmt;

use zerocopy::FromBytes;

use crate::abi::record::PflogRecord;
use crate::abi::{Dialect, Layout, Release, with_dialect};
use crate::capture::{ByteOrder, Packet};
use crate::state::IfName;

/// The header as native values: numbers in this host's order, addresses in network order. What the
/// layout lacks is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Its length in bytes as it says it, before it is rounded up.
    pub length: u8,
    /// Address family, in the sender's numbers.
    pub af: u8,
    /// `PF_PASS`, `PF_DROP` ...
    pub action: u8,
    /// `PFRES_*`
    pub reason: u8,
    /// The interface.
    pub ifname: IfName,
    /// The anchor's name.
    pub ruleset: IfName,
    /// Rule number; `None` is the default rule.
    pub rule: Option<u32>,
    /// Rule number within the anchor.
    pub subrule: Option<u32>,
    /// Owner of the socket; `u32::MAX` where it is not known.
    pub uid: u32,
    /// Process of the socket; see `is_no_pid`.
    pub pid: u32,
    /// Who loaded the rules.
    pub rule_uid: u32,
    /// The process that loaded the rules.
    pub rule_pid: u32,
    /// `PF_IN`, `PF_OUT`, `PF_FWD`, or what else is there.
    pub dir: u8,
    /// The packet was translated, as far as the logger knew.
    pub rewritten: bool,
    /// Address family behind translation.
    pub naf: Option<u8>,
    /// What is not the packet's own, where it was translated.
    pub addresses: Option<Addresses>,
    /// `ridentifier` of the rule.
    pub ridentifier: Option<u32>,
}

/// Addresses and ports in a header: OpenBSD 4.9 and later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// Source, IPv4 in the first four bytes.
    pub src: [u8; 16],
    /// Destination.
    pub dst: [u8; 16],
    /// Source port; 0 of what has none.
    pub sport: u16,
    /// Destination port.
    pub dport: u16,
}

impl Header {
    fn of<R: PflogRecord>(record: &R, order: ByteOrder) -> Self {
        let numbered = |number: u32| Some(number).filter(|number| *number != u32::MAX);
        let addresses = match (record.saddr(), record.daddr(), record.sport(), record.dport()) {
            (Some(src), Some(dst), Some(sport), Some(dport)) => {
                Some(Addresses { src: *src, dst: *dst, sport, dport })
            }
            _ => None,
        };
        Self {
            length: record.length(),
            af: record.af(),
            action: record.action(),
            reason: record.reason(),
            ifname: IfName::new(*record.ifname()),
            ruleset: IfName::new(*record.ruleset()),
            rule: numbered(record.rulenr()),
            subrule: numbered(record.subrulenr()),
            uid: order.u32(record.uid()),
            pid: order.u32(record.pid()),
            rule_uid: order.u32(record.rule_uid()),
            rule_pid: order.u32(record.rule_pid()),
            dir: record.dir(),
            rewritten: record.rewritten().is_some_and(|rewritten| rewritten != 0),
            naf: record.naf().filter(|_| addresses.is_some()),
            addresses,
            ridentifier: record.ridentifier(),
        }
    }
}

/// What stands for no process: one more than the greatest number that a process may have, which was
/// 32766 and became 99999. The old one may be a process today, but then its owner is known.
pub(crate) fn is_no_pid(pid: u32, uid: Option<u32>) -> bool {
    pid == NO_PID || (pid == OLD_NO_PID && uid.is_none())
}

/// `NO_PID` nowadays, and on FreeBSD.
pub(super) const NO_PID: u32 = 100_000;
/// `NO_PID` on OpenBSD 5.3 and before.
pub(super) const OLD_NO_PID: u32 = 32_767;

/// A header and the packet behind it.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The header.
    pub header: Header,
    /// Where the packet begins, in bytes: the header's length, rounded up to a multiple of 4.
    pub offset: usize,
    /// The packet, as far as it was captured.
    pub payload: &'a [u8],
    /// Bytes that the packet had: more than `payload.len()` where the capture was cut.
    pub wire_len: usize,
}

/// A header that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PflogError {
    /// What is wrong.
    pub kind: PflogErrorKind,
    /// Bytes that the header needs.
    pub needed: usize,
    /// Bytes that were there.
    pub had: usize,
}

/// What is wrong with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PflogErrorKind {
    /// The packet was longer: the capture cut it inside the header.
    CaptureCut,
    /// The packet ends inside the header.
    Short,
    /// No release has a header of this length.
    Length(u8),
}

impl fmt::Display for PflogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, needed, had } = self;
        match kind {
            PflogErrorKind::CaptureCut => write!(
                f,
                "the capture was cut inside the pflog header: {needed} bytes are needed, {had} were \
                 captured; raise the snap length"
            ),
            PflogErrorKind::Short => write!(
                f,
                "the packet ends inside the pflog header: {needed} bytes are needed, {had} are there"
            ),
            PflogErrorKind::Length(length) => {
                write!(f, "no release has a pflog header of {length} bytes")
            }
        }
    }
}

impl std::error::Error for PflogError {}

/// The header as a release has it, whatever its length says: for what prints it as that release's own
/// program does. `None` where not even what all have was captured.
pub(crate) fn header_as(packet: &Packet<'_>, release: Release) -> Option<Header> {
    const COMMON_BYTES: usize = 61;
    packet.data.get(..COMMON_BYTES)?;
    let mut padded = [0; 128];
    let len = packet.data.len().min(padded.len());
    padded.get_mut(..len)?.copy_from_slice(packet.data.get(..len)?);
    Some(with_dialect!(release.layout(), D => {
        let (record, _) = <D as Dialect>::Pflog::ref_from_prefix(&padded).ok()?;
        Header::of(record, packet.order)
    }))
}

impl Release {
    /// Bytes of a pflog header as this release writes it, which is where the packet begins.
    pub fn pflog_bytes(self) -> usize {
        bytes_of(self.layout())
    }
}

fn bytes_of(layout: Layout) -> usize {
    with_dialect!(layout, D => size_of::<<D as Dialect>::Pflog>())
}

/// The layout of a header of so many bytes: that of `release` if it fits, else the newest that does.
fn layout_of(bytes: usize, release: Option<Release>) -> Option<Layout> {
    let asked = release.map(Release::layout).filter(|layout| bytes_of(*layout) == bytes);
    // These have all that there is in a header of their length.
    let known = [Layout::OpenBsd7_9, Layout::FreeBsd15_0, Layout::OpenBsd4_8];
    asked.or_else(|| known.into_iter().find(|layout| bytes_of(*layout) == bytes))
}

/// The header that a captured packet of pflog begins with, and the packet behind it. Only the header's
/// length says how it is laid out.
///
/// # Errors
/// [`PflogError`]
#[inline]
pub fn parse<'a>(packet: &Packet<'a>, release: Option<Release>) -> Result<Record<'a>, PflogError> {
    let data = packet.data;
    let had = data.len();
    let wire_len = usize::try_from(packet.wire_len).unwrap_or(usize::MAX).max(had);
    let missing = |needed: usize| {
        let cut = needed <= wire_len;
        let kind = if cut { PflogErrorKind::CaptureCut } else { PflogErrorKind::Short };
        PflogError { kind, needed, had }
    };
    let Some(&length) = data.first() else { return Err(missing(1)) };
    let offset = usize::from(length).next_multiple_of(4);
    let Some(layout) = layout_of(offset, release) else {
        let kind = PflogErrorKind::Length(length);
        return Err(PflogError { kind, needed: offset, had });
    };
    let header = with_dialect!(layout, D => {
        <D as Dialect>::Pflog::ref_from_prefix(data)
            .map(|(record, _)| Header::of(record, packet.order))
            .map_err(|_| missing(offset))?
    });
    let payload = data.get(offset..).unwrap_or_default();
    Ok(Record { header, offset, payload, wire_len: wire_len - offset })
}
