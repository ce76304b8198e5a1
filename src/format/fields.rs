//! What json and ecs say in the same words: what is pf's own of a state, and of what is no state.

#![forbid(unsafe_code)]

use super::object::{
    Key, address, bits, flag, hex, ip, key, name_or_number, number, object, pair, said, text, time,
    word, write_key, write_text,
};
use super::{Pairs, Short, write_decimal};
use crate::abi::record::Rtable;
use crate::event::{Event, EventKind, Gap, Reason, START_ERR_S, Told, Where};
use crate::line::Line;
use crate::state::names::{self, FREEBSD_STATE_FLAGS, LOG, Machine, STATE_FLAGS, SYNC_FLAGS};
use crate::state::{FreeBsd, Route, State, StateId, StatePeer, Tdb};
use crate::time::Rfc3339;

/// id, creatorid
pub(super) fn write_id(out: &mut Line, id: StateId) {
    hex::<16>(out, key!("id"), id.id);
    write_creator(out, id.creatorid);
}

/// creatorid
pub(super) fn write_creator(out: &mut Line, creatorid: u32) {
    hex::<8>(out, key!("creatorid"), u64::from(creatorid));
}

/// A routing domain, where it is not the default one.
pub(super) fn write_rdomain(out: &mut Line, key: Key, rdomain: u16) {
    if rdomain != 0 {
        number(out, key, rdomain);
    }
}

/// src_state, dst_state: the initiator's and the responder's.
#[inline]
pub(super) fn write_states(out: &mut Line, told: &Told<'_>, pairs: &mut Pairs<64>) {
    let (machine, src, dst) = match (told.state, told.update) {
        (Some(state), _) => (Some(state.machine()), state.src.state, state.dst.state),
        // A compressed update has no protocol, but its timeout class tells how states are named.
        (None, Some(update)) => {
            (names::machine_of_timeout(update.timeout), update.src.state, update.dst.state)
        }
        (None, None) => return,
    };
    // Where nobody knows, they are numbers, as ICMP's are.
    let machine = machine.unwrap_or(Machine::Icmp);
    pairs.write(out, machine, [src, dst], |out| {
        name_or_number(out, key!("src_state"), names::peer_state(machine, src), src);
        name_or_number(out, key!("dst_state"), names::peer_state(machine, dst), dst);
    });
}

/// start_err, first, age, expires
#[inline]
pub(super) fn write_age(out: &mut Line, told: &Told<'_>) {
    if told.start.is_some() {
        const { assert!(START_ERR_S == 1) }
        said!("start_err", "1").write(out);
    }
    if told.first {
        flag(out, key!("first"), true);
    }
    if let Some(state) = told.state.filter(|_| told.full) {
        number(out, key!("age"), state.age_s);
        if told.sight.is_none_or(|sight| sight.expiry_known) {
            number(out, key!("expires"), state.expire_s);
        }
    } else if let Some(expire_s) = told.update.and_then(|update| update.expire_s) {
        number(out, key!("expires"), expire_s);
    }
}

/// The state whose counters can be told: they are this very message's, or it is known of when.
#[inline]
pub(super) fn counted<'a>(told: &Told<'a>) -> Option<&'a State> {
    told.state.filter(|_| told.full || told.counters_time.is_some())
}

/// counters_time
#[inline]
pub(super) fn write_counters_time(out: &mut Line, calendar: &mut Rfc3339, told: &Told<'_>) {
    if let Some(counters_time) = told.counters_time.filter(|_| !told.full || told.sight.is_some()) {
        time(out, key!("counters_time"), calendar, counters_time);
    }
}

/// How long the state lasted, or has so far, where the event is about that; in nanoseconds.
#[inline]
pub(super) fn duration_ns(event: &Event<'_>, told: &Told<'_>) -> Option<u64> {
    let is_over = matches!(event.kind, EventKind::End | EventKind::Expire);
    told.duration_ns(event.time).filter(|_| is_over)
}

/// What pf.conf's options made of a state, and how the last ones were written: states of one rule, and
/// of most rules, have the same.
#[derive(Debug, Clone, Default)]
pub(super) struct StateOptions {
    last: Option<Shared>,
    text: Line,
}

/// What states of a rule have in common, but for where they are routed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shared {
    log: u8,
    sync_flags: Option<u8>,
    min_ttl: Option<u8>,
    set_tos: Option<u8>,
    set_prio: Option<[u8; 2]>,
    max_mss: Option<u16>,
    rtableid: Option<Rtable>,
}

impl Shared {
    fn of(state: &State) -> Self {
        let State { log, sync_flags, min_ttl, set_tos, set_prio, max_mss, rtableid, .. } = *state;
        Self { log, sync_flags, min_ttl, set_tos, set_prio, max_mss, rtableid }
    }

    /// sync_flags, log, min_ttl, set_tos, set_prio, max_mss, rtableid
    fn write(&self, out: &mut Line) {
        if let Some(sync_flags) = self.sync_flags {
            bits(out, key!("sync_flags"), u16::from(sync_flags), &SYNC_FLAGS);
        }
        bits(out, key!("log"), u16::from(self.log), &LOG);
        if let Some(min_ttl) = self.min_ttl {
            number(out, key!("min_ttl"), min_ttl);
        }
        if let Some(set_tos) = self.set_tos {
            number(out, key!("set_tos"), set_tos);
        }
        if let Some(set_prio) = self.set_prio {
            pair(out, key!("set_prio"), set_prio);
        }
        if let Some(max_mss) = self.max_mss {
            number(out, key!("max_mss"), max_mss);
        }
        match self.rtableid {
            Some(Rtable::Sides(tables)) => pair(out, key!("rtableid"), tables),
            Some(Rtable::One(table)) => number(out, key!("rtableid"), table),
            None => {}
        }
    }
}

impl StateOptions {
    /// rt, rt_addr, rt_ifname, timeout, state_flags, sync_flags, log, min_ttl, set_tos, set_prio, max_mss,
    /// rtableid, and what only FreeBSD says: tag, origif, qid, pqid, dnpipe, dnrpipe, stack_proto; of a
    /// compressed update of an unknown state the timeout alone.
    #[inline]
    pub(super) fn write(&mut self, out: &mut Line, told: &Told<'_>) {
        let Some(state) = told.state else {
            if let Some(update) = told.update {
                write_timeout(out, update.timeout, Machine::Other);
            }
            return;
        };
        if let Some(rt) = state.rt.filter(|rt| *rt != Route::No) {
            let number = if let Route::Other(number) = rt { number } else { 0 };
            name_or_number(out, key!("rt"), names::route(rt), number);
        }
        if let Some(hop) = state.next_hop(state.wire.af) {
            address(out, key!("rt_addr"), hop);
        }
        let freebsd = state.freebsd.as_ref();
        write_name(out, key!("rt_ifname"), freebsd.map(|freebsd| freebsd.rt_ifname.as_bytes()));
        write_timeout(out, state.timeout, state.machine());
        let named: &[_] = if freebsd.is_some() { &FREEBSD_STATE_FLAGS } else { &STATE_FLAGS };
        bits(out, key!("state_flags"), state.state_flags, named);
        let shared = Shared::of(state);
        if self.last != Some(shared) {
            self.last = Some(shared);
            self.text.clear();
            shared.write(&mut self.text);
        }
        out.extend_from_slice(self.text.as_bytes());
        if let Some(freebsd) = freebsd {
            write_freebsd(out, state, freebsd);
        }
    }
}

fn write_freebsd(out: &mut Line, state: &State, freebsd: &FreeBsd) {
    write_name(out, key!("tag"), Some(freebsd.tag.as_bytes()));
    write_name(out, key!("origif"), Some(freebsd.orig_ifname.as_bytes()));
    let ([qid, pqid], [dnpipe, dnrpipe]) = (freebsd.queues, freebsd.pipes);
    for (key, value) in [
        (key!("qid"), qid),
        (key!("pqid"), pqid),
        (key!("dnpipe"), dnpipe),
        (key!("dnrpipe"), dnrpipe),
    ] {
        if value != 0 {
            number(out, key, value);
        }
    }
    // Where af-to changed it: ICMP for ICMPv6, or the other way round.
    if let Some(proto) = freebsd.stack_proto.filter(|proto| *proto != state.proto) {
        name_or_number(out, key!("stack_proto"), names::proto(proto), proto);
    }
}

/// A name from the wire, where there is one.
fn write_name(out: &mut Line, key: Key, name: Option<&[u8]>) {
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        text(out, key, name);
    }
}

fn write_timeout(out: &mut Line, timeout: u8, machine: Machine) {
    name_or_number(out, key!("timeout"), names::timeout(timeout, machine), timeout);
}

/// src_peer, dst_peer
#[inline]
pub(super) fn write_peers(out: &mut Line, told: &Told<'_>) {
    if let Some(state) = told.state.filter(|_| told.full) {
        write_peer(out, key!("src_peer"), &state.src);
        write_peer(out, key!("dst_peer"), &state.dst);
    }
}

#[inline]
fn write_peer(out: &mut Line, key: Key, peer: &StatePeer) {
    object(out, key, |out| write_in_peer(out, peer));
}

/// seqlo, seqhi, seqdiff, max_win, mss, wscale, scrub
#[inline]
pub(super) fn write_in_peer(out: &mut Line, peer: &StatePeer) {
    out.edit::<256>(|room| {
        let mut text = Short::new(room);
        text.push_number(key!("seqlo"), peer.seqlo);
        text.push_number(key!("seqhi"), peer.seqhi);
        text.push_number(key!("seqdiff"), peer.seqdiff);
        text.push_number(key!("max_win"), peer.max_win.into());
        text.push_number(key!("mss"), peer.mss.into());
        text.push_number(key!("wscale"), peer.wscale.into());
        text.len
    });
    if let Some(scrub) = peer.scrub {
        object(out, key!("scrub"), |out| {
            number(out, key!("flags"), scrub.flags);
            number(out, key!("ttl"), scrub.ttl);
            number(out, key!("ts_mod"), scrub.ts_mod);
        });
    }
}

/// release
#[inline]
pub(super) fn write_release(out: &mut Line, event: &Event<'_>) {
    if let Some(release) = event.release {
        word(out, key!("release"), release.name());
    }
}

/// status, endtime
pub(super) fn write_bulk(out: &mut Line, status: u8, endtime_s: u32) {
    name_or_number(out, key!("status"), names::bus_status(status), status);
    number(out, key!("endtime"), endtime_s);
}

/// spi, tdb_dst, rpl, cur_bytes, sproto
pub(super) fn write_tdb(out: &mut Line, tdb: &Tdb) {
    write_key(out, key!("spi"));
    out.extend_from_slice(b"\"0x");
    super::write_hex::<8>(out, u64::from(tdb.spi));
    out.push(b'"');
    if let Some(dst) = tdb.dst {
        ip(out, key!("tdb_dst"), dst);
    }
    number(out, key!("rpl"), tdb.rpl);
    number(out, key!("cur_bytes"), tdb.cur_bytes);
    name_or_number(out, key!("sproto"), names::proto(tdb.sproto), tdb.sproto);
}

/// lost, where, certain, detail
pub(super) fn write_gap(out: &mut Line, gap: &Gap<'_>) {
    if let Some(lost) = gap.lost {
        number(out, key!("lost"), lost);
    }
    match gap.at {
        Where::Capture => word(out, key!("where"), "capture"),
        Where::Frame => word(out, key!("where"), "frame"),
        Where::Output(name) => {
            write_key(out, key!("where"));
            out.extend_from_slice(b"\"output ");
            write_text(out, name.as_bytes());
            out.push(b'"');
        }
    }
    flag(out, key!("certain"), gap.certain);
    if gap.reason.details().next().is_some() {
        object(out, key!("detail"), |out| write_detail(out, &gap.reason));
    }
}

fn write_detail(out: &mut Line, reason: &Reason) {
    for (name, value) in reason.details() {
        out.extend_from_slice(b",\"");
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
        write_decimal(out, value);
    }
    if let Reason::SkippedAction { action: Some(action), .. } = reason {
        word(out, key!("name"), action.name());
    }
    if let Reason::Cut { raise, .. } = reason {
        text(out, key!("raise"), raise.as_bytes());
    }
}
