//! States as pfsync frames that insert them: for a capture, or for the firewalls that listen on a
//! syncdev, which take them in though no program of ours is there.

#![forbid(unsafe_code)]

use std::io::{self, Write};

use binrw::io::Cursor;
use binrw::{BinRead, BinWrite};

use crate::abi::Release;
use crate::pf::{Form, StateTable};
use crate::pflog::checksum;
use crate::time::Time;
use crate::wire::ActionTable;
use crate::wire::grammar::{self, Body, FlatHeader, FrameHeader, SectionHeader};

/// Bytes of an IPv4 header without options.
pub const IP_HEADER_BYTES: usize = 20;
/// What pfsync's own packets have at most unless its MTU is raised (wire-openbsd.md 1.1).
pub const MTU: usize = 1500;

/// Header and section header of versions 5 and 6, and EOF of version 5.
const OVERHEAD_BYTES: usize = 28;
/// pfsync's IP protocol number.
const IPPROTO_PFSYNC: u8 = 240;

/// As whose states are sent that a kernel of `form` had: those of a release that was asked for; else
/// FreeBSD's as they are, and all others as the newest OpenBSD has them.
pub fn target(form: Form, asked: Option<Release>) -> Form {
    match asked {
        Some(release) if release == form.release() => form,
        Some(release) => Form::new(release),
        None if form.is_freebsd() => form,
        None => Form::new(Release::NEWEST),
    }
}

/// The action that inserts states of a form: its number.
fn insert(form: Form) -> Option<u8> {
    use crate::wire::Action::{Ins, Ins1301, Ins1400};
    let (release, bytes) = (form.release(), form.record_bytes());
    let table = ActionTable::of(release.layout());
    (0..=u8::MAX).find(|number| {
        let row = table.row(*number);
        let row = row.filter(|row| matches!(row.action, Ins | Ins1400 | Ins1301));
        row.is_some_and(|row| row.record_bytes == Some(bytes))
    })
}

/// Frames that insert the states of a table, each in a packet of at most `mtu` bytes, IP header
/// included. The digest of the rules is zeros, as OpenBSD 7.4 and later send it: states get the
/// default rule.
///
/// # Errors
/// `Unsupported` for states that no frame carries; those of `each`, which is given one frame after the other.
pub fn each_frame(
    table: &StateTable,
    mtu: usize,
    mut each: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let form = table.form();
    let action = insert(form).ok_or(io::ErrorKind::Unsupported)?;
    let room = mtu.saturating_sub(headers(form.release()));
    let states = (room / form.record_bytes()).clamp(1, u8::MAX.into());
    let version = form.release().version();
    for records in table.as_bytes().chunks(states * form.record_bytes()) {
        let count = records.len() / form.record_bytes();
        let frame = match version {
            6 => version_6(action, records),
            5 => version_5(form.release(), action, records, count),
            version => flat(version, action, records, count),
        };
        each(&frame.map_err(|error| io::Error::other(error.to_string()))?)?;
    }
    Ok(())
}

/// The least MTU for frames of this form: what a packet with one state has, IP header included.
pub fn least_mtu(form: Form) -> usize {
    headers(form.release()) + form.record_bytes()
}

/// Bytes of a packet that are no states.
fn headers(release: Release) -> usize {
    IP_HEADER_BYTES + OVERHEAD_BYTES + eof_bytes(release)
}

/// Bytes behind the header of EOF: an HMAC that OpenBSD 4.5 makes room for, and never fills.
fn eof_bytes(release: Release) -> usize {
    const HMAC_BYTES: usize = 20;
    if release == Release::OpenBsd4_5 { HMAC_BYTES } else { 0 }
}

/// By the grammar, which has one state for all of version 6.
fn version_6(action: u8, records: &[u8]) -> binrw::BinResult<Vec<u8>> {
    let mut input = Cursor::new(records);
    let mut states = Vec::new();
    while input.position() < records.len() as u64 {
        states.push(grammar::State::read_be(&mut input)?);
    }
    Ok(grammar::Frame::build(vec![(action, Body::State(states))]))
}

/// Section headers without the length of records, and EOF behind, which in 4.5 has a body
/// (wire-openbsd.md 1.3, 1.4).
fn version_5(
    release: Release,
    action: u8,
    records: &[u8],
    count: usize,
) -> binrw::BinResult<Vec<u8>> {
    const EOF: u8 = 12;
    let mut out = Cursor::new(Vec::new());
    let hmac = eof_bytes(release);
    let len = (OVERHEAD_BYTES + records.len() + hmac) as u16;
    FrameHeader { version: 5, len, ..FrameHeader::default() }.write(&mut out)?;
    SectionHeader { action, len: 0, count: count as u16 }.write(&mut out)?;
    records.write_be(&mut out)?;
    SectionHeader { action: EOF, len: 0, count: 1 }.write(&mut out)?;
    vec![0u8; hmac].write_be(&mut out)?;
    Ok(out.into_inner())
}

/// One action a frame (wire-others.md 2.1).
fn flat(version: u8, action: u8, records: &[u8], count: usize) -> binrw::BinResult<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    FlatHeader { version, af: 0, action, count: count as u8 }.write(&mut out)?;
    if version > 2 {
        [0u8; 16].write(&mut out)?;
    }
    records.write_be(&mut out)?;
    Ok(out.into_inner())
}

/// Writes a capture of such frames: Ethernet, from no address to pfsync's group, so that it can be looked at
/// or sent by whatever reads pcap.
///
/// # Errors
/// Those of `out`, and of [`each_frame`].
pub fn write_pcap(table: &StateTable, out: &mut dyn Write) -> io::Result<()> {
    const ETHERNET: u32 = 1;
    // Magic of microseconds, version 2.4, time zone and accuracy, snap length, link type.
    for word in [0xa1b2_c3d4, 0x0002_0004, 0, 0, 0x0004_0000, ETHERNET] {
        out.write_all(&u32::to_be_bytes(word))?;
    }
    let time = table.time();
    each_frame(table, MTU, |frame| packet(out, time, frame))
}

/// A record of a capture: headers, and a frame.
fn packet(out: &mut dyn Write, time: Time, frame: &[u8]) -> io::Result<()> {
    const ETHERNET_HEADER: [u8; 14] = [
        0x01, 0x00, 0x5e, 0x00, 0x00, 0xf0, // the group's address
        0, 0, 0, 0, 0, 0, // nobody's
        0x08, 0x00, // IPv4
    ];
    let ip = ip_header(frame.len());
    let len = (ETHERNET_HEADER.len() + ip.len() + frame.len()) as u32;
    for word in [time.secs() as u32, time.subsec_micros(), len, len] {
        out.write_all(&word.to_be_bytes())?;
    }
    out.write_all(&ETHERNET_HEADER)?;
    out.write_all(&ip)?;
    out.write_all(frame)
}

/// As pf's own packets have it (wire-openbsd.md 1.1): low delay, not to be fragmented, TTL 255.
fn ip_header(frame_bytes: usize) -> [u8; IP_HEADER_BYTES] {
    let total = (IP_HEADER_BYTES + frame_bytes) as u16;
    let [high, low] = total.to_be_bytes();
    let mut header = [
        0x45,
        0x10,
        high,
        low,
        0,
        0,
        0x40,
        0,
        255,
        IPPROTO_PFSYNC,
        0,
        0,
        0,
        0,
        0,
        0,
        224,
        0,
        0,
        240,
    ];
    let sum = !checksum::folded(checksum::words(&header));
    if let Some(place) = header.get_mut(10..12) {
        place.copy_from_slice(&sum.to_be_bytes());
    }
    header
}
