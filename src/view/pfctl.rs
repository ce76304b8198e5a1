//! States as `pfctl -ss` prints them, with `-v` and `-vv` (wire-openbsd.md 4.2). tcpdump prints
//! the same lines but for the first (4.3).

#![forbid(unsafe_code)]

use super::Detail;
use super::era::{Era, System};
use super::words::{write_hms, write_id, write_raw};
use crate::abi::Dialect;
use crate::abi::freebsd_15_0::consts::{
    PF_LOG_ALL, PFSTATE_ACK, PFSTATE_ALLOWOPTS, PFSTATE_DN_IS_PIPE, PFSTATE_DN_IS_QUEUE,
    PFSTATE_NODF, PFSTATE_NOSYNC, PFSTATE_PFLOW, PFSTATE_RANDOMID, PFSTATE_SCRUB_TCP,
    PFSTATE_SETPRIO, PFSTATE_SETTOS, PFSTATE_SLOPPY, PFSYNC_FLAG_NATSRCNODE, PFSYNC_FLAG_SRCNODE,
};
use crate::abi::record::Rtable;
use crate::format::pfctl::{Notation, left_right, write_hosts_as, write_pair_as, write_proto};
use crate::format::{write_address, write_decimal, write_hex};
use crate::line::Line;
use crate::state::names::{self, IPPROTO_TCP};
use crate::state::{FreeBsd, State, StatePeer};
use crate::wire::Frame;

/// The low bits of `wscale`; the others are flags (wire-openbsd.md 2.4).
const WSCALE_MASK: u8 = 0x0f;

/// Gives `sink` every full state of a frame, in the order of the wire; `text` is for its use.
pub fn states<D: Dialect>(
    frame: &Frame<'_>,
    (era, detail): (&Era, Detail),
    text: &mut Line,
    sink: &mut impl FnMut(&[u8]),
) {
    for message in frame.messages::<D>().map_while(Result::ok) {
        let Some(state) = State::of_message(&message) else { continue };
        text.clear();
        write_state(text, &state, era, detail);
        sink(text.as_bytes());
    }
}

/// Appends a state, without the last line break.
pub fn write_state(out: &mut Line, state: &State, era: &Era, detail: Detail) {
    write_state_as(out, state, (era, era.pfctl()), detail);
}

/// As [`write_state`], with hosts in another notation.
pub(super) fn write_state_as(
    out: &mut Line,
    state: &State,
    (era, notation): (&Era, Notation),
    detail: Detail,
) {
    // pfctl prints the name raw in every release.
    write_raw(out, state.ifname.as_bytes());
    out.push(b' ');
    match state.proto {
        // FreeBSD has no name for the last of them.
        u8::MAX if era.system == System::FreeBsd => write_decimal(out, state.proto),
        proto => write_proto(out, proto),
    }
    out.push(b' ');
    write_hosts_as(out, state, notation);
    out.extend_from_slice(b"       ");
    write_pair_as(out, state, notation);
    if detail >= Detail::Verbose {
        write_counters(out, state);
        match state.freebsd.filter(|_| era.system == System::FreeBsd) {
            Some(freebsd) => write_freebsd_flags(out, state, &freebsd),
            None => write_flags(out, era.flags(state.state_flags), state.sync_flags.unwrap_or(0)),
        }
    }
    if detail >= Detail::Full {
        write_name(out, state);
        if let Some(freebsd) = state.freebsd.filter(|_| era.system == System::FreeBsd) {
            write_freebsd_lines(out, state, &freebsd);
        }
    }
}

/// What FreeBSD's pfctl says behind the rule. Of these words the corpus has `log` alone.
fn write_freebsd_flags(out: &mut Line, state: &State, freebsd: &FreeBsd) {
    let is_set = |flag: u32| u32::from(state.state_flags) & flag != 0;
    let word = |out: &mut Line, word: &[u8]| {
        out.extend_from_slice(b", ");
        out.extend_from_slice(word);
    };
    for (flag, name) in [
        (PFSTATE_ALLOWOPTS, b"allow-opts".as_slice()),
        (PFSTATE_SLOPPY, b"sloppy"),
        (PFSTATE_NOSYNC, b"no-sync"),
        (PFSTATE_ACK, b"psync-ack"),
        (PFSTATE_NODF, b"no-df"),
        (PFSTATE_SETTOS, b"set-tos"),
        (PFSTATE_RANDOMID, b"random-id"),
        (PFSTATE_SCRUB_TCP, b"reassemble-tcp"),
        (PFSTATE_SETPRIO, b"set-prio"),
        (PFSTATE_DN_IS_PIPE, b"dummynet pipe"),
        (PFSTATE_DN_IS_QUEUE, b"dummynet queue"),
    ] {
        if !is_set(flag) {
            continue;
        }
        word(out, name);
        match flag {
            PFSTATE_SETTOS => {
                out.extend_from_slice(b" 0x");
                write_hex::<2>(out, u64::from(state.set_tos.unwrap_or(0)));
            }
            PFSTATE_SETPRIO => {
                let [first, second] = state.set_prio.unwrap_or_default();
                out.extend_from_slice(b" (0x");
                write_hex::<2>(out, u64::from(first));
                out.extend_from_slice(b" 0x");
                write_hex::<2>(out, u64::from(second));
                out.push(b')');
            }
            PFSTATE_DN_IS_PIPE | PFSTATE_DN_IS_QUEUE => {
                out.extend_from_slice(b" (");
                write_decimal(out, freebsd.pipes[0]);
                out.push(b' ');
                write_decimal(out, freebsd.pipes[1]);
                out.push(b')');
            }
            _ => {}
        }
    }
    write_flags(out, 0, state.sync_flags.unwrap_or(0));
    if state.log != 0 {
        word(out, b"log");
        if u32::from(state.log) & PF_LOG_ALL != 0 {
            out.extend_from_slice(b" (all)");
        }
    }
    for (name, number) in [
        (b"min-ttl ".as_slice(), u16::from(state.min_ttl.unwrap_or(0))),
        (b"max-mss ", state.max_mss.unwrap_or(0)),
    ] {
        if number != 0 {
            word(out, name);
            write_decimal(out, number);
        }
    }
}

/// What FreeBSD's pfctl says behind the name and on a line of its own.
fn write_freebsd_lines(out: &mut Line, state: &State, freebsd: &FreeBsd) {
    if let Some(name) = state.rt.and_then(names::route)
        && let Some(hop) = state.next_hop(state.wire.af)
    {
        out.push(b' ');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        write_address(out, hop);
        out.push(b'@');
        write_raw(out, freebsd.rt_ifname.as_bytes());
    }
    if let Some(Rtable::One(table)) = state.rtableid
        && table != -1
    {
        out.extend_from_slice(b" rtable: ");
        write_decimal(out, table);
    }
    if !freebsd.orig_ifname.is_empty() && freebsd.orig_ifname != state.ifname {
        out.extend_from_slice(b"\n   origif: ");
        write_raw(out, freebsd.orig_ifname.as_bytes());
    }
}

/// The lines of `-v`, each behind a line break: sequence numbers, where it is TCP, then age,
/// counters and rules.
pub(super) fn write_counters(out: &mut Line, state: &State) {
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
pub(super) fn write_name(out: &mut Line, state: &State) {
    out.extend_from_slice(b"\n   ");
    write_id(out, state.id);
}

/// `[1000 + 65535](+77) wscale 7`
fn write_seq(out: &mut Line, peer: &StatePeer, scaled: bool) {
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

fn write_flags(out: &mut Line, state_flags: u16, sync_flags: u8) {
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
