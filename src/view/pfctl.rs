//! States as `pfctl -ss` prints them, with `-v` and `-vv` (wire-openbsd.md 4.2). tcpdump prints
//! the same lines but for the first (4.3).

#![forbid(unsafe_code)]

use super::Detail;
use super::era::Era;
use super::words::{write_hms, write_id, write_raw};
use crate::abi::Dialect;
use crate::abi::consts::{
    PFSTATE_PFLOW, PFSTATE_SLOPPY, PFSYNC_FLAG_NATSRCNODE, PFSYNC_FLAG_SRCNODE,
};
use crate::format::pfctl::{left_right, write_hosts_as, write_pair_as, write_proto};
use crate::format::write_decimal;
use crate::state::names::IPPROTO_TCP;
use crate::state::{State, StatePeer};
use crate::wire::{Frame, Message};

/// The low bits of `wscale`; the others are flags (wire-openbsd.md 2.4).
const WSCALE_MASK: u8 = 0x0f;

/// Gives `sink` every full state of a frame, in the order of the wire; `text` is for its use.
pub fn states<D: Dialect>(
    frame: &Frame<'_>,
    (era, detail): (&Era, Detail),
    text: &mut Vec<u8>,
    sink: &mut impl FnMut(&[u8]),
) {
    for message in frame.messages::<D>().map_while(Result::ok) {
        let (Message::Ins(record) | Message::Upd(record) | Message::Del(record)) = message else {
            continue;
        };
        text.clear();
        write_state(text, &State::from_record(record), era, detail);
        sink(text);
    }
}

/// Appends a state, without the last line break.
pub fn write_state(out: &mut Vec<u8>, state: &State, era: &Era, detail: Detail) {
    // pfctl prints the name raw in every release.
    write_raw(out, state.ifname.as_bytes());
    out.push(b' ');
    write_proto(out, state.proto);
    out.push(b' ');
    write_hosts_as(out, state, era.pfctl());
    out.extend_from_slice(b"       ");
    write_pair_as(out, state, era.pfctl());
    if detail >= Detail::Verbose {
        write_counters(out, state);
        write_flags(out, era.flags(state.state_flags), state.sync_flags.unwrap_or(0));
    }
    if detail >= Detail::Full {
        write_name(out, state);
    }
}

/// The lines of `-v`, each behind a line break: sequence numbers, where it is TCP, then age,
/// counters and rules.
pub(super) fn write_counters(out: &mut Vec<u8>, state: &State) {
    if state.proto == IPPROTO_TCP {
        let (left, right) = left_right(state);
        // Window scaling takes two.
        let scaled = left.wscale != 0 && right.wscale != 0;
        out.extend_from_slice(b"\n   ");
        write_seq(out, left, scaled);
        out.extend_from_slice(b"  ");
        write_seq(out, right, scaled);
    }
    out.extend_from_slice(b"\n   age ");
    write_hms(out, state.age_s);
    out.extend_from_slice(b", expires in ");
    write_hms(out, state.expire_s);
    for ([forth, back], unit) in [(state.packets, b" pkts".as_slice()), (state.bytes, b" bytes")] {
        out.extend_from_slice(b", ");
        write_decimal(out, forth);
        out.push(b':');
        write_decimal(out, back);
        out.extend_from_slice(unit);
    }
    for (word, number) in [(b", anchor ".as_slice(), state.anchor), (b", rule ", state.rule)] {
        if let Some(number) = number {
            out.extend_from_slice(word);
            write_decimal(out, number);
        }
    }
}

/// The line of `-vv`, behind a line break.
pub(super) fn write_name(out: &mut Vec<u8>, state: &State) {
    out.extend_from_slice(b"\n   ");
    write_id(out, state.id);
}

/// `[1000 + 65535](+77) wscale 7`
fn write_seq(out: &mut Vec<u8>, peer: &StatePeer, scaled: bool) {
    out.push(b'[');
    write_decimal(out, peer.seqlo);
    out.extend_from_slice(b" + ");
    write_decimal(out, peer.seqhi.wrapping_sub(peer.seqlo));
    out.push(b']');
    if peer.seqdiff != 0 {
        out.extend_from_slice(b"(+");
        write_decimal(out, peer.seqdiff);
        out.push(b')');
    }
    if scaled {
        out.extend_from_slice(b" wscale ");
        write_decimal(out, peer.wscale & WSCALE_MASK);
    }
}

fn write_flags(out: &mut Vec<u8>, state_flags: u16, sync_flags: u8) {
    let (state_flags, sync_flags) = (u32::from(state_flags), u32::from(sync_flags));
    for (is_set, word) in [
        (state_flags & PFSTATE_SLOPPY != 0, b", sloppy".as_slice()),
        (state_flags & PFSTATE_PFLOW != 0, b", pflow"),
        (sync_flags & PFSYNC_FLAG_SRCNODE != 0, b", source-track"),
        (sync_flags & PFSYNC_FLAG_NATSRCNODE != 0, b", sticky-address"),
    ] {
        if is_set {
            out.extend_from_slice(word);
        }
    }
}
