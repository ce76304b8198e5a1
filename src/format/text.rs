//! One line an event, in pf's own notation.
//!
//! ```text
//! 2026-11-20T13:05:02.123456Z start em0 tcp 203.0.113.7:60211 (192.168.1.10:51234) -> 198.51.100.9:443 SYN_SENT:CLOSED rule 12 id 5f3a1b2c00000001 creator 8a7b6c5d
//! ```
//! Time and event, what `pfctl -ss` would print of the state, then name and value. Without
//! destinations a `*` stands where the responder would: `203.0.113.7:60211 (192.168.1.10:51234) -> *`,
//! of an IN state `* <- 203.0.113.9:51000`.

#![forbid(unsafe_code)]

use super::packet::write_text_packet;
use super::{
    Ids, Options, Pairs, pfctl, write_decimal, write_escaped, write_hex, write_ifname, write_ip,
};
use crate::event::{Body, Event, EventKind, Gap, Reason, Told, Where};
use crate::line::Line;
use crate::state::names::{self, Machine};
use crate::state::{Tdb, Update};
use crate::time::Rfc3339;

/// Writes lines; remembers how the second of the last one is written.
#[derive(Debug, Clone)]
pub struct Text {
    options: Options,
    time: Rfc3339,
    start: Rfc3339,
    ids: Ids<40>,
    pairs: Pairs<32>,
}

impl Text {
    pub(super) fn new(options: Options) -> Self {
        Self {
            options,
            time: Rfc3339::default(),
            start: Rfc3339::default(),
            ids: Ids::new(" id ", " creator ", ""),
            pairs: Pairs::default(),
        }
    }

    /// Appends the line of an event, without a line break.
    // Not into the loop over outputs: what no turn of a loop changes is worked out before it, which
    // here is all of the line, in every shape that it can have.
    #[inline(never)]
    pub fn write(&mut self, out: &mut Line, event: &Event<'_>) {
        self.time.write_micros(out, event.time);
        write_word(out, event.kind.name());
        match &event.body {
            Body::State(told) => self.state(out, event, told),
            Body::Packet(logged) => write_text_packet(out, logged, self.options),
            _ => self.other(out, event),
        }
        if let Some(source) = event.source {
            out.extend_from_slice(b" source ");
            write_escaped(out, source.as_bytes());
        }
    }

    /// What is not of one state.
    #[cold]
    fn other(&mut self, out: &mut Line, event: &Event<'_>) {
        match event.body {
            Body::State(_) | Body::Packet(_) => {}
            Body::Clear { ifname, creatorid } => {
                if !ifname.is_empty() {
                    out.push(b' ');
                    write_ifname(out, ifname);
                }
                write_creator(out, creatorid);
            }
            Body::Bulk { creatorid, endtime_s, status } => {
                write_creator(out, creatorid);
                out.extend_from_slice(b" status ");
                match names::bus_status(status) {
                    Some(name) => out.extend_from_slice(name.as_bytes()),
                    None => write_decimal(out, status),
                }
                write_number(out, "endtime", u64::from(endtime_s));
            }
            Body::Tdb(tdb) => write_tdb(out, tdb),
            Body::Gap(gap) => self.gap(out, event, &gap),
        }
    }

    fn state(&mut self, out: &mut Line, event: &Event<'_>, told: &Told<'_>) {
        if let Some(state) = told.state {
            out.push(b' ');
            pfctl::write_hosts(out, state, self.options.no_dst);
            out.push(b' ');
            let (left, right) = pfctl::left_right(state);
            let states = [left.state, right.state];
            let write = |out: &mut Line| pfctl::write_pair(out, state);
            self.pairs.write(out, state.machine(), states, write);
            if event.kind == EventKind::Update {
                write_timeout(out, state.timeout, state.machine());
            }
        } else if let Some(update) = told.update {
            write_update(out, update);
        }
        let is_start = event.kind == EventKind::Start;
        if let Some(start) = told.start.filter(|_| !told.first) {
            out.extend_from_slice(b" start ");
            self.start.write_secs(out, start);
        }
        if matches!(event.kind, EventKind::End | EventKind::Expire)
            && let Some(duration_ns) = told.duration_ns(event.time)
        {
            write_number(out, "duration", (duration_ns + 500_000_000) / 1_000_000_000);
            out.push(b's');
        }
        if let Some(state) = told.state.filter(|_| told.full) {
            if !is_start {
                write_counters(out, "packets", state.packets);
                write_counters(out, "bytes", state.bytes);
            }
            if let Some(rule) = state.rule {
                write_number(out, "rule", u64::from(rule));
            }
            if let Some(anchor) = state.anchor {
                write_number(out, "anchor", u64::from(anchor));
            }
        }
        if let Some(reason) = told.reason {
            out.extend_from_slice(b" reason ");
            out.extend_from_slice(reason.word().as_bytes());
        }
        if told.unknown {
            out.extend_from_slice(b" known no");
        }
        self.ids.write(out, told.id);
    }

    fn gap(&mut self, out: &mut Line, event: &Event<'_>, gap: &Gap<'_>) {
        out.extend_from_slice(match gap.at {
            Where::Capture => b" where capture".as_slice(),
            Where::Frame => b" where frame",
            Where::Output(_) => b" where output:",
        });
        if let Where::Output(name) = gap.at {
            write_escaped(out, name.as_bytes());
        }
        if (gap.from, gap.to) != (event.time, event.time) {
            out.extend_from_slice(b" from ");
            self.start.write_micros(out, gap.from);
            out.extend_from_slice(b" to ");
            self.start.write_micros(out, gap.to);
        }
        if let Some(lost) = gap.lost {
            write_number(out, "lost", lost);
        }
        out.extend_from_slice(if gap.certain { b" certain yes" } else { b" certain no" });
        out.extend_from_slice(b" reason ");
        out.extend_from_slice(gap.reason.word().as_bytes());
        if let (Reason::Frame(_) | Reason::Misread(_), Some(release)) = (gap.reason, event.release)
        {
            out.extend_from_slice(b" release ");
            out.extend_from_slice(release.name().as_bytes());
        }
        if let Reason::SkippedAction { action: Some(action), .. } = gap.reason {
            out.extend_from_slice(b" name ");
            out.extend_from_slice(action.name().as_bytes());
        }
        for (name, number) in gap.reason.details() {
            write_number(out, name, number);
        }
        if let Reason::Cut { raise, .. } = gap.reason {
            out.extend_from_slice(b" raise ");
            out.extend_from_slice(raise.as_bytes());
        }
    }
}

/// Appends a word behind a space.
#[inline]
fn write_word(out: &mut Line, word: &str) {
    out.push(b' ');
    out.extend_from_slice(word.as_bytes());
}

fn write_number(out: &mut Line, name: &str, number: u64) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.push(b' ');
    write_decimal(out, number);
}

fn write_counters(out: &mut Line, name: &str, [forth, back]: [u64; 2]) {
    write_number(out, name, forth);
    out.push(b':');
    write_decimal(out, back);
}

fn write_creator(out: &mut Line, creatorid: u32) {
    out.extend_from_slice(b" creator ");
    write_hex::<8>(out, u64::from(creatorid));
}

/// A compressed update has no protocol, but its timeout class tells how its states are named. They
/// are in the order initiator, responder, since the direction is not known either.
fn write_update(out: &mut Line, update: &Update) {
    let (src, dst) = (update.src.state, update.dst.state);
    let machine = names::machine_of_timeout(update.timeout);
    let pair = match machine {
        Some(machine) => names::pair(machine, src, dst),
        None => names::Pair::Numbers(src, dst),
    };
    out.push(b' ');
    pfctl::write_levels(out, pair);
    write_timeout(out, update.timeout, machine.unwrap_or(Machine::Other));
    if let Some(expire_s) = update.expire_s {
        write_number(out, "expires", u64::from(expire_s));
        out.push(b's');
    }
}

fn write_timeout(out: &mut Line, timeout: u8, machine: Machine) {
    out.extend_from_slice(b" timeout ");
    match names::timeout(timeout, machine) {
        Some(class) => out.extend_from_slice(class.as_bytes()),
        None => write_decimal(out, timeout),
    }
}

fn write_tdb(out: &mut Line, tdb: &Tdb) {
    out.extend_from_slice(b" spi 0x");
    write_hex::<8>(out, u64::from(tdb.spi));
    if let Some(dst) = tdb.dst {
        out.extend_from_slice(b" dst ");
        write_ip(out, dst);
    }
    write_number(out, "rpl", tdb.rpl);
    write_number(out, "cur_bytes", tdb.cur_bytes);
    out.extend_from_slice(b" proto ");
    pfctl::write_proto(out, tdb.sproto);
    if let Some(rdomain) = tdb.rdomain.filter(|rdomain| *rdomain != 0) {
        write_number(out, "rdomain", u64::from(rdomain));
    }
}
