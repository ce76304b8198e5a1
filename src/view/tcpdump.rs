//! Frames as `tcpdump -n` prints them, with `-v` and `-vv` (wire-openbsd.md 4.3), without the time
//! stamp.
//!
//! The original steps from record to record by its own idea of their size, and stops at an action
//! that it does not know. Here the step is the wire's, so both are gone over. What it says of
//! lengths that do not fit is said in its words:
//!
//! | words | when |
//! |---|---|
//! | `[\|pfsync]` | the header is not whole |
//! | `invalid header length` | the header's length is below its own |
//! | `...` | the capture, the packet or the records end before the frame does; or records are too short, or cannot be stepped over |
//! | `invalid packet length` | the packet goes on after the frame |

#![forbid(unsafe_code)]

use std::net::IpAddr;

use binrw::BinRead;
use binrw::io::Cursor;

use super::Detail;
use super::era::Era;
use super::pfctl;
use super::words::{write_creator, write_encoded, write_hms, write_id, write_raw};
use crate::abi::openbsd_7_9::wire::pfsync_subheader;
use crate::abi::record::{BusRecord, ClrRecord, IdRecord, StateRecord, TdbRecord, UpdCRecord};
use crate::abi::{Dialect, Layout, Release, with_dialect};
use crate::format::pfctl::{write_hosts_as, write_pair_as};
use crate::format::{write_decimal, write_hex, write_ip};
use crate::line::Line;
use crate::link::Payload;
use crate::state::names::{self, IPPROTO_TCP};
use crate::state::{IfName, State, StateId};
use crate::wire::grammar::{FrameHeader, SectionHeader};
use crate::wire::{Action, ActionTable, ErrorKind, Frame, Section, WireError};

/// Bytes of a section's header, as the wire has it.
const SECTION_HEADER_BYTES: usize = size_of::<pfsync_subheader>();

/// Reads a frame: one that is longer than its packet as one whose capture was cut.
pub fn parse<'a>(payload: &Payload<'a>) -> Result<Frame<'a>, WireError> {
    let header = FrameHeader::read(&mut Cursor::new(payload.bytes));
    let len = header.map_or(0, |header| match header.version {
        5 | 6 => usize::from(header.len),
        _ => 0,
    });
    Frame::parse(payload.bytes, payload.wire_len.max(len))
}

/// Appends a frame, without the last line break. `sender` is as whose it is read and how that is
/// printed; `None` where nobody's reading leads through it.
pub fn write_frame(
    out: &mut Line,
    payload: &Payload<'_>,
    frame: Result<Frame<'_>, WireError>,
    sender: Option<(Release, &Era)>,
    detail: Detail,
) {
    // On pfsync0 there is nothing to tell of addresses, also where an IP header comes first.
    if let Some((src, dst)) = payload.addresses.filter(|_| !payload.ip_first_on_pfsync) {
        write_addresses(out, src, dst, detail);
    }
    if let Ok(frame) = &frame
        && frame.header().is_none()
    {
        return write_flat(out, frame, sender, detail);
    }
    let Ok(header) = FrameHeader::read(&mut Cursor::new(payload.bytes)) else {
        out.extend_from_slice(b"[|pfsync]");
        return;
    };
    out.extend_from_slice(b"PFSYNCv");
    write_decimal(out, header.version);
    out.extend_from_slice(b" len ");
    write_decimal(out, header.len);
    let frame = match frame {
        Ok(frame) => frame,
        Err(WireError { kind: ErrorKind::LenBelowHeader(_), .. }) => {
            return write_words(out, b"invalid header length");
        }
        // Of other versions the original says no more.
        Err(_) => return,
    };
    // Of a frame that is nobody's the original says no more either.
    let Some((release, era)) = sender else { return };
    let (layout, style) = (release.layout(), (era, detail));
    let whole = with_dialect!(layout, D => write_sections::<D>(out, &frame, layout, style));
    if whole && payload.wire_len > usize::from(header.len) {
        write_words(out, b"invalid packet length");
    }
}

/// Versions 2 to 4, where a frame is one section.
fn write_flat(out: &mut Line, frame: &Frame<'_>, sender: Option<(Release, &Era)>, detail: Detail) {
    out.extend_from_slice(b"PFSYNCv");
    write_decimal(out, frame.version());
    out.extend_from_slice(b" len ");
    write_decimal(out, frame.wire_len());
    if let Some((release, era)) = sender {
        let layout = release.layout();
        with_dialect!(layout, D => write_sections::<D>(out, frame, layout, (era, detail)));
    }
}

/// `10.0.99.1: `, and with -v `10.0.99.1 > 224.0.0.240: `.
fn write_addresses(out: &mut Line, src: IpAddr, dst: IpAddr, detail: Detail) {
    write_ip(out, src);
    if detail >= Detail::Verbose {
        out.extend_from_slice(b" > ");
        write_ip(out, dst);
    }
    out.extend_from_slice(b": ");
}

/// Begins a line on a section, or on the frame.
fn write_words(out: &mut Line, words: &[u8]) {
    out.extend_from_slice(b"\n    ");
    out.extend_from_slice(words);
}

/// Appends all sections; whether the frame has all that it says it has.
fn write_sections<D: Dialect>(
    out: &mut Line,
    frame: &Frame<'_>,
    layout: Layout,
    style: (&Era, Detail),
) -> bool {
    // Whether the last section was one whose records are not shown anyway.
    let mut unshown = false;
    for section in frame.sections_of(layout).salvaging() {
        match section {
            Ok(section) => {
                let action = section.action.or(section.skipped_action);
                write_act(out, section.header, action, style.0);
                unshown = section.action.is_none();
                match section.action {
                    Some(action) => write_records::<D>(out, &section, action, style),
                    None if frame.version() == 5 && !section.body.is_empty() => {
                        out.extend_from_slice(b"\n\thmac: ");
                        section.body.iter().for_each(|b| write_hex::<2>(out, u64::from(*b)));
                    }
                    None => write_skipped(out, section.skipped_action),
                }
            }
            Err(error) => {
                let mut end = error.offset;
                if let ErrorKind::Unskippable { action, count, .. } = error.kind {
                    let header = SectionHeader { action, len: 0, count };
                    let known = ActionTable::of(layout).row(action).map(|row| row.action);
                    write_act(out, header, known, style.0);
                    unshown = known.is_none();
                    end += SECTION_HEADER_BYTES;
                }
                if !unshown && end < frame.wire_len() {
                    write_words(out, b"...");
                    return false;
                }
            }
        }
    }
    true
}

/// `act INS ST count 1`
fn write_act(out: &mut Line, header: SectionHeader, action: Option<Action>, era: &Era) {
    let Some(action) = action else {
        write_words(out, b"act UNKNOWN id ");
        return write_decimal(out, header.action);
    };
    write_words(out, b"act ");
    out.extend_from_slice(era.action_name(action).as_bytes());
    out.extend_from_slice(b" count ");
    write_decimal(out, header.count);
}

/// What is said in place of records that are stepped over.
fn write_skipped(out: &mut Line, action: Option<Action>) {
    match action {
        // An unknown action was named as such; EOF has no records.
        None | Some(Action::Eof) => {}
        Some(Action::Oins | Action::Oupd | Action::InsF | Action::DelF | Action::Otdb) => {
            write_words(out, b"unimplemented action");
        }
        // Records that are shorter than the action's.
        Some(_) => write_words(out, b"..."),
    }
}

fn write_records<D: Dialect>(
    out: &mut Line,
    section: &Section<'_>,
    action: Action,
    style: (&Era, Detail),
) {
    let (era, _) = style;
    match action {
        Action::Ins | Action::Upd => write_states(out, section.records::<D::State>(), style),
        Action::Ins1400 | Action::Upd1400 => {
            write_states(out, section.records::<D::State1400>(), style);
        }
        Action::Ins1301 | Action::Upd1301 | Action::Del => {
            write_states(out, section.records::<D::State1301>(), style);
        }
        Action::InsAck => write_ids(out, section.records::<D::InsAck>()),
        Action::UpdReq => write_ids(out, section.records::<D::UpdReq>()),
        Action::DelC => write_ids(out, section.records::<D::DelC>()),
        Action::UpdC => {
            for record in section.records::<D::UpdC>() {
                let id = StateId { id: record.id(), creatorid: record.creatorid() };
                write_tabbed_id(out, id);
            }
        }
        Action::Clr => {
            section.records::<D::Clr>().for_each(|record| write_clr(out, record, era));
        }
        Action::Bus => section.records::<D::Bus>().for_each(|record| write_bus(out, record)),
        Action::Tdb => section.records::<D::Tdb>().for_each(|record| write_tdb(out, record, era)),
        // The action that carries the old record has no printer in the originals.
        Action::Otdb => write_skipped(out, Some(action)),
        Action::Oins | Action::Oupd | Action::InsF | Action::DelF | Action::Eof => {}
    }
}

fn write_states<'a, S: StateRecord>(
    out: &mut Line,
    records: impl Iterator<Item = &'a S>,
    style: (&Era, Detail),
) {
    for record in records {
        out.push(b'\n');
        write_state(out, &State::from_record(record), style);
    }
}

/// As pfctl, but for the first line: numbers of protocols, the notation, and TCP's pair on a line
/// of its own.
fn write_state(out: &mut Line, state: &State, (era, detail): (&Era, Detail)) {
    write_ifname(out, state.ifname, era);
    out.push(b' ');
    write_decimal(out, state.proto);
    out.push(b' ');
    write_hosts_as(out, state, era.tcpdump());
    out.extend_from_slice(b"    ");
    if state.proto == IPPROTO_TCP {
        out.push(b'\n');
    }
    out.extend_from_slice(b"   ");
    write_pair_as(out, state, era.tcpdump());
    if detail >= Detail::Verbose {
        pfctl::write_counters(out, state);
    }
    if detail >= Detail::Full {
        pfctl::write_name(out, state);
    }
}

fn write_ifname(out: &mut Line, ifname: IfName, era: &Era) {
    let write = if era.encodes_names { write_encoded } else { write_raw };
    write(out, ifname.as_bytes());
}

fn write_ids<'a, R: IdRecord>(out: &mut Line, records: impl Iterator<Item = &'a R>) {
    records.for_each(|record| write_tabbed_id(out, StateId::from_record(record)));
}

fn write_tabbed_id(out: &mut Line, id: StateId) {
    out.extend_from_slice(b"\n\t");
    write_id(out, id);
}

fn write_clr(out: &mut Line, record: &impl ClrRecord, era: &Era) {
    write_creator(out, b"\n\tcreatorid: ", record.creatorid());
    let ifname = IfName::new(*record.ifname());
    if !ifname.is_empty() {
        out.extend_from_slice(b" interface: ");
        write_ifname(out, ifname, era);
    }
}

fn write_bus(out: &mut Line, record: &impl BusRecord) {
    write_creator(out, b"\n\tcreatorid: ", record.creatorid());
    out.extend_from_slice(b" age: ");
    write_hms(out, record.endtime());
    out.extend_from_slice(b" status: ");
    out.extend_from_slice(names::bus_status(record.status()).unwrap_or("UNKNOWN").as_bytes());
}

fn write_tdb(out: &mut Line, record: &impl TdbRecord, era: &Era) {
    out.extend_from_slice(b"\n\tspi: ");
    out.extend_from_slice(era.spi_prefix.as_bytes());
    write_hex::<8>(out, u64::from(record.spi()));
    out.extend_from_slice(b" rpl: ");
    write_decimal(out, record.rpl());
    out.extend_from_slice(b" cur_bytes: ");
    write_decimal(out, record.cur_bytes());
}
