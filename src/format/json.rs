//! One JSON object an event, on one line. The order of the keys is part of it; one that is not known
//! is left out. `misc/event.schema.json` says the same to machines.
//!
//! ```text
//! {"time":"2026-11-20T13:05:02.123456Z","event":"start","action":"INS","id":"5f3a1b2c00000001",...}
//! ```

#![forbid(unsafe_code)]

use super::fields::{
    StateOptions, counted, duration_ns, write_age, write_bulk, write_counters_time, write_creator,
    write_gap, write_peers, write_rdomain, write_release, write_states, write_tdb,
};
use super::object::{
    Key, address, braces, flag, interface, ip, key, name_or_number, number, number_as_text, pair,
    said, seconds, text, time, word,
};
use super::packet::{write_json_packet, write_packet_keys};
use super::{Ids, Options, Pairs, Short};
use crate::event::{Body, Event, Told};
use crate::line::Line;
use crate::state::{Af, Direction, Endpoint, Nat, State, names};
use crate::time::Rfc3339;

/// Writes lines; remembers how the seconds of the last one are written.
#[derive(Debug, Clone)]
pub struct Json {
    options: Options,
    ids: Ids<48>,
    pairs: Pairs<64>,
    options_text: StateOptions,
    time: Rfc3339,
    start: Rfc3339,
    other: Rfc3339,
}

impl Json {
    pub(super) fn new(options: Options) -> Self {
        Self {
            options,
            ids: Ids::new(",\"id\":\"", "\",\"creatorid\":\"", "\""),
            pairs: Pairs::default(),
            options_text: StateOptions::default(),
            time: Rfc3339::default(),
            start: Rfc3339::default(),
            other: Rfc3339::default(),
        }
    }

    /// Appends the line of an event, without a line break.
    // Not into the loop over outputs: see `Text::write`.
    #[inline(never)]
    pub fn write(&mut self, out: &mut Line, event: &Event<'_>) {
        braces(out, |out| self.fields(out, event));
    }

    #[inline]
    fn fields(&mut self, out: &mut Line, event: &Event<'_>) {
        time(out, key!("time"), &mut self.time, event.time);
        if let Some(sender) = event.sender {
            ip(out, key!("sender"), sender);
        }
        if let Some(source) = event.source {
            text(out, key!("source"), source.as_bytes());
        }
        word(out, key!("event"), event.kind.name());
        if let Some(action) = event.action_name() {
            word(out, key!("action"), action);
        }
        match &event.body {
            Body::State(told) => {
                self.state(out, event, told);
                write_release(out, event);
                write_peers(out, told);
            }
            Body::Clear { ifname, creatorid } => {
                write_creator(out, *creatorid);
                if !ifname.is_empty() {
                    interface(out, key!("ifname"), *ifname);
                }
                write_release(out, event);
            }
            Body::Bulk { creatorid, endtime_s, status } => {
                write_creator(out, *creatorid);
                write_release(out, event);
                write_bulk(out, *status, *endtime_s);
            }
            Body::Tdb(tdb) => {
                write_rdomain(out, key!("rdomain"), tdb.rdomain.unwrap_or(0));
                write_release(out, event);
                write_tdb(out, tdb);
            }
            Body::Packet(logged) => {
                write_json_packet(out, logged, self.options);
                write_release(out, event);
                write_packet_keys(out, logged);
            }
            Body::Gap(gap) => {
                word(out, key!("reason"), gap.reason.word());
                write_release(out, event);
                time(out, key!("from"), &mut self.start, gap.from);
                time(out, key!("to"), &mut self.other, gap.to);
                write_gap(out, gap);
            }
        }
    }

    /// From id to known.
    pub(super) fn state(&mut self, out: &mut Line, event: &Event<'_>, told: &Told<'_>) {
        self.ids.write(out, told.id);
        if let Some(state) = told.state {
            write_endpoints(out, state, self.options);
        }
        write_states(out, told, &mut self.pairs);
        if let Some(start) = told.start {
            time(out, key!("start"), &mut self.start, start);
        }
        write_age(out, told);
        if let Some(duration_ns) = duration_ns(event, told) {
            seconds(out, key!("duration"), duration_ns);
        }
        if let Some(state) = counted(told) {
            pair(out, key!("packets"), state.packets);
            pair(out, key!("bytes"), state.bytes);
            write_counters_time(out, &mut self.other, told);
        }
        if let Some(rule) = told.state.and_then(|state| state.rule) {
            number(out, key!("rule"), rule);
        }
        if let Some(anchor) = told.state.and_then(|state| state.anchor) {
            number(out, key!("anchor"), anchor);
        }
        if let Some(nat_rule) = told.state.and_then(|state| state.nat_rule) {
            number(out, key!("nat_rule"), nat_rule);
        }
        self.options_text.write(out, told);
        if let Some(reason) = told.reason {
            word(out, key!("reason"), reason.word());
        }
        if told.unknown {
            said!("known", "false").write(out);
        }
    }
}

/// From ifname to nat_rdomain.
#[inline]
fn write_endpoints(out: &mut Line, state: &State, options: Options) {
    interface(out, key!("ifname"), state.ifname);
    name_or_number(out, key!("proto"), names::proto(state.proto), state.proto);
    number(out, key!("protonum"), state.proto);
    match state.direction {
        Direction::In => said!("direction", "\"in\"").write(out),
        Direction::Out => said!("direction", "\"out\"").write(out),
        Direction::Other(number) => number_as_text(out, key!("direction"), number),
    }
    let nat = state.nat();
    let (before, after) = match state.direction {
        Direction::Out => (state.stack.af, state.wire.af),
        Direction::In | Direction::Other(_) => (state.wire.af, state.stack.af),
    };
    let translated = nat.translated();
    match (before, after) {
        (Af::Inet | Af::Inet6, Af::Inet | Af::Inet6) => {
            write_ip_endpoints(out, &nat, [before, after], translated, options);
        }
        _ => write_any_endpoints(out, &nat, [before, after], translated, options),
    }
    write_rdomain(out, key!("rdomain"), nat.src.rdomain);
    if translated || nat.nat_src.rdomain != nat.src.rdomain {
        write_rdomain(out, key!("nat_rdomain"), nat.nat_src.rdomain);
    }
}

/// From af to nat_dport, of families that have a name: in one piece, since it is what most of a line is.
#[inline]
fn write_ip_endpoints(
    out: &mut Line,
    nat: &Nat,
    [before, after]: [Af; 2],
    translated: bool,
    options: Options,
) {
    out.edit::<512>(|room| {
        let mut text = Short::new(room);
        text.push_said(match before {
            Af::Inet6 => said!("af", "\"inet6\""),
            _ => said!("af", "\"inet\""),
        });
        text.push_endpoint(key!("src"), key!("sport"), nat.src);
        if !options.no_dst {
            text.push_endpoint(key!("dst"), key!("dport"), nat.dst);
        }
        if !translated {
            text.push_said(said!("translated", "false"));
            return text.len;
        }
        text.push_said(said!("translated", "true"));
        text.push_said(match after {
            Af::Inet6 => said!("nat_af", "\"inet6\""),
            _ => said!("nat_af", "\"inet\""),
        });
        text.push_endpoint(key!("nat_src"), key!("nat_sport"), nat.nat_src);
        if !options.no_dst {
            text.push_endpoint(key!("nat_dst"), key!("nat_dport"), nat.nat_dst);
        }
        text.len
    });
}

/// The same, of any families.
#[cold]
fn write_any_endpoints(
    out: &mut Line,
    nat: &Nat,
    [before, after]: [Af; 2],
    translated: bool,
    options: Options,
) {
    write_af(out, key!("af"), before);
    write_endpoint(out, key!("src"), key!("sport"), nat.src);
    if !options.no_dst {
        write_endpoint(out, key!("dst"), key!("dport"), nat.dst);
    }
    flag(out, key!("translated"), translated);
    if translated {
        write_af(out, key!("nat_af"), after);
        write_endpoint(out, key!("nat_src"), key!("nat_sport"), nat.nat_src);
        if !options.no_dst {
            write_endpoint(out, key!("nat_dst"), key!("nat_dport"), nat.nat_dst);
        }
    }
}

pub(super) fn write_af(out: &mut Line, key: Key, af: Af) {
    match af {
        Af::Inet => word(out, key, "inet"),
        Af::Inet6 => word(out, key, "inet6"),
        Af::Other(number) => number_as_text(out, key, number),
    }
}

#[inline]
fn write_endpoint(out: &mut Line, host: Key, port: Key, endpoint: Endpoint) {
    address(out, host, endpoint.addr);
    number(out, port, endpoint.port);
}
