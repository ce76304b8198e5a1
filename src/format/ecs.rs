//! One JSON object an event, on one line, in the names of the Elastic Common Schema; what that has
//! no name for stands under `pf`, named as in json.
//!
//! ```text
//! {"@timestamp":"2026-11-20T13:05:02.123456Z","ecs":{"version":"8.17.0"},"event":{"kind":"event",...}
//! ```

#![forbid(unsafe_code)]

use super::fields::{
    StateOptions, counted, duration_ns, write_age, write_bulk, write_counters_time, write_creator,
    write_gap, write_id, write_peers, write_rdomain, write_release, write_states, write_tdb,
};
use super::object::{
    Key, address, braces, flag, interface, ip, key, name_or_number, number, number_as_text, object,
    pair, text, time, word, write_key,
};
use super::packet::{write_ecs_own, write_ecs_packet, write_ecs_rule};
use super::write_ip;
use super::{Options, Pairs};
use crate::event::{Body, Event, EventKind, Told, Why};
use crate::line::Line;
use crate::state::{Address, Af, Direction, Endpoint, IfName, Nat, State, names};
use crate::time::Rfc3339;

/// The version of the schema whose names are used.
const ECS_VERSION: &str = "8.17.0";

/// Writes lines; remembers how the seconds of the last one are written.
#[derive(Debug, Clone, Default)]
pub struct Ecs {
    options: Options,
    pairs: Pairs<64>,
    options_text: StateOptions,
    time: Rfc3339,
    start: Rfc3339,
    other: Rfc3339,
}

impl Ecs {
    pub(super) fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// Appends the line of an event, without a line break.
    // Not into the loop over outputs: see `Text::write`.
    #[inline(never)]
    pub fn write(&mut self, out: &mut Line, event: &Event<'_>) {
        let told = match &event.body {
            Body::State(told) => Some(told),
            _ => None,
        };
        let state = told.and_then(|told| told.state);
        let nat = state.map(State::nat);
        // Whoever sums up packets and bytes asks for no other time: old ones stand under pf.
        let counted = state.filter(|_| told.is_some_and(|told| told.full));
        braces(out, |out| {
            time(out, key!("@timestamp"), &mut self.time, event.time);
            object(out, key!("ecs"), |out| word(out, key!("version"), ECS_VERSION));
            object(out, key!("event"), |out| self.event(out, event));
            if let Some(nat) = &nat {
                let sent = |at: usize| counted.map(|state| (state.packets[at], state.bytes[at]));
                let translated = nat.translated();
                let translation = |after| translated.then_some(after);
                object(out, key!("source"), |out| {
                    write_side(out, nat.src, translation(nat.nat_src));
                    write_sent(out, sent(0));
                });
                let no_dst = self.options.no_dst;
                if !no_dst || sent(1).is_some() {
                    object(out, key!("destination"), |out| {
                        if !no_dst {
                            write_side(out, nat.dst, translation(nat.nat_dst));
                        }
                        write_sent(out, sent(1));
                    });
                }
            }
            if let Some(state) = state {
                object(out, key!("network"), |out| write_network(out, state, counted));
            }
            let logged = match &event.body {
                Body::Packet(logged) => Some(*logged),
                _ => None,
            };
            if let Some(logged) = logged {
                write_ecs_packet(out, logged, self.options);
            }
            let on = match logged {
                Some(logged) => Some((logged.direction, logged.ifname)),
                None => state.map(|state| (state.direction, state.ifname)),
            };
            object(out, key!("observer"), |out| write_observer(out, event, on));
            if let Some(logged) = logged {
                write_ecs_rule(out, logged);
            }
            if let Some(rule) = state.and_then(|state| state.rule) {
                object(out, key!("rule"), |out| number_as_text(out, key!("id"), rule));
            }
            object(out, key!("pf"), |out| self.pf(out, event, nat.as_ref()));
        });
    }

    fn event(&mut self, out: &mut Line, event: &Event<'_>) {
        word(out, key!("kind"), "event");
        write_key(out, key!("category"));
        out.extend_from_slice(b"[\"network\"]");
        write_key(out, key!("type"));
        out.extend_from_slice(types(event).as_bytes());
        word(out, key!("action"), event.kind.name());
        match &event.body {
            Body::State(told) => {
                if let Some(reason) = told.reason {
                    word(out, key!("reason"), reason.word());
                }
                if let Some(start) = told.start {
                    time(out, key!("start"), &mut self.start, start);
                }
                if is_over(event.kind, told) {
                    time(out, key!("end"), &mut self.time, event.time);
                    if let Some(duration_ns) = duration_ns(event, told) {
                        number(out, key!("duration"), duration_ns);
                    }
                }
            }
            Body::Gap(gap) => {
                word(out, key!("reason"), gap.reason.word());
                time(out, key!("start"), &mut self.start, gap.from);
                time(out, key!("end"), &mut self.other, gap.to);
                let lasted_ns = gap.to.nanos_since(gap.from).max(0).cast_unsigned();
                number(out, key!("duration"), lasted_ns);
            }
            Body::Packet(logged) => {
                let reason = logged.reason;
                name_or_number(out, key!("reason"), reason.word(), reason.number);
            }
            Body::Clear { .. } | Body::Bulk { .. } | Body::Tdb(_) => {}
        }
    }

    /// What the schema has no name for.
    fn pf(&mut self, out: &mut Line, event: &Event<'_>, nat: Option<&Nat>) {
        if let Some(source) = event.source {
            text(out, key!("source"), source.as_bytes());
        }
        if let Some(action) = event.action_name() {
            word(out, key!("action"), action);
        }
        match &event.body {
            Body::State(told) => {
                self.pf_state(out, told, nat);
                write_release(out, event);
                write_peers(out, told);
            }
            Body::Clear { ifname, creatorid } => {
                write_creator(out, *creatorid);
                write_ifname(out, *ifname);
                write_release(out, event);
            }
            Body::Bulk { creatorid, endtime_s, status } => {
                write_creator(out, *creatorid);
                write_release(out, event);
                write_bulk(out, *status, *endtime_s);
            }
            Body::Packet(logged) => {
                write_release(out, event);
                write_ecs_own(out, logged);
            }
            Body::Tdb(tdb) => {
                write_rdomain(out, key!("rdomain"), tdb.rdomain.unwrap_or(0));
                write_release(out, event);
                write_tdb(out, tdb);
            }
            Body::Gap(gap) => {
                write_release(out, event);
                write_gap(out, gap);
            }
        }
    }

    fn pf_state(&mut self, out: &mut Line, told: &Told<'_>, nat: Option<&Nat>) {
        write_id(out, told.id);
        if let Some(state) = told.state.filter(|state| side(state.direction).is_none()) {
            write_ifname(out, state.ifname);
        }
        if let Some(nat) = nat {
            flag(out, key!("translated"), nat.translated());
            write_rdomain(out, key!("rdomain"), nat.src.rdomain);
            if nat.translated() || nat.nat_src.rdomain != nat.src.rdomain {
                write_nameless(out, key!("nat_src"), nat.nat_src.addr);
                write_nameless(out, key!("nat_dst"), nat.nat_dst.addr);
                write_rdomain(out, key!("nat_rdomain"), nat.nat_src.rdomain);
            }
        }
        write_states(out, told, &mut self.pairs);
        write_age(out, told);
        if let Some(state) = counted(told).filter(|_| !told.full) {
            pair(out, key!("packets"), state.packets);
            pair(out, key!("bytes"), state.bytes);
            write_counters_time(out, &mut self.other, told);
        }
        if let Some(anchor) = told.state.and_then(|state| state.anchor) {
            number(out, key!("anchor"), anchor);
        }
        if let Some(nat_rule) = told.state.and_then(|state| state.nat_rule) {
            number(out, key!("nat_rule"), nat_rule);
        }
        self.options_text.write(out, told);
        if told.unknown {
            flag(out, key!("known"), false);
        }
    }
}

/// Whether the state is gone with this event, as far as anybody can tell: not with a second delete,
/// and not because nothing was heard of it.
fn is_over(kind: EventKind, told: &Told<'_>) -> bool {
    let goes_on = matches!(told.reason, Some(Why::Duplicate | Why::Overdue));
    matches!(kind, EventKind::End | EventKind::Expire) && !goes_on
}

/// The schema's words for a kind of event.
fn types(event: &Event<'_>) -> &'static str {
    match &event.body {
        Body::State(told) if is_over(event.kind, told) => "[\"connection\",\"end\"]",
        Body::State(_) => match event.kind {
            EventKind::Start => "[\"connection\",\"start\"]",
            EventKind::Request | EventKind::Ack => "[\"info\"]",
            _ => "[\"connection\",\"info\"]",
        },
        Body::Packet(logged) if logged.action.is("pass") => "[\"connection\",\"allowed\"]",
        Body::Packet(logged) if logged.action.is("block") => "[\"connection\",\"denied\"]",
        Body::Packet(_) => "[\"connection\",\"info\"]",
        _ => "[\"info\"]",
    }
}

/// One side of a connection, before and after translation.
#[inline]
fn write_side(out: &mut Line, endpoint: Endpoint, translation: Option<Endpoint>) {
    // Only what is an IP address may stand under `ip`.
    let host = match endpoint.addr {
        Address::Ip(_) => key!("ip"),
        Address::Unknown(_) => key!("address"),
    };
    address(out, host, endpoint.addr);
    number(out, key!("port"), endpoint.port);
    if let Some(translation) = translation {
        object(out, key!("nat"), |out| {
            if let Address::Ip(addr) = translation.addr {
                ip(out, key!("ip"), addr);
            }
            number(out, key!("port"), translation.port);
        });
    }
}

/// Packets and bytes that a side sent.
#[inline]
fn write_sent(out: &mut Line, sent: Option<(u64, u64)>) {
    if let Some((packets, bytes)) = sent {
        number(out, key!("packets"), packets);
        number(out, key!("bytes"), bytes);
    }
}

/// An address that is no IP address, for which the schema has no place behind translation.
fn write_nameless(out: &mut Line, key: Key, addr: Address) {
    if addr.ip().is_none() {
        address(out, key, addr);
    }
}

#[inline]
fn write_network(out: &mut Line, state: &State, counted: Option<&State>) {
    let af = match state.direction {
        Direction::Out => state.stack.af,
        Direction::In | Direction::Other(_) => state.wire.af,
    };
    match af {
        Af::Inet => word(out, key!("type"), "ipv4"),
        Af::Inet6 => word(out, key!("type"), "ipv6"),
        Af::Other(_) => {}
    }
    if let Some(proto) = names::proto(state.proto) {
        word(out, key!("transport"), proto);
    }
    number_as_text(out, key!("iana_number"), state.proto);
    let direction = match state.direction {
        Direction::In => "inbound",
        Direction::Out => "outbound",
        Direction::Other(_) => "unknown",
    };
    word(out, key!("direction"), direction);
    if let Some(State { packets: [p0, p1], bytes: [b0, b1], .. }) = counted {
        number(out, key!("packets"), p0.saturating_add(*p1));
        number(out, key!("bytes"), b0.saturating_add(*b1));
    }
}

/// The firewall, as far as the frame tells of it.
#[inline]
fn write_observer(out: &mut Line, event: &Event<'_>, on: Option<(Direction, IfName)>) {
    word(out, key!("type"), "firewall");
    if let Some(sender) = event.sender {
        write_key(out, key!("ip"));
        out.extend_from_slice(b"[\"");
        write_ip(out, sender);
        out.extend_from_slice(b"\"]");
    }
    if let Some((direction, ifname)) = on
        && let Some(side) = side(direction)
    {
        object(out, side, |out| {
            object(out, key!("interface"), |out| {
                interface(out, key!("name"), ifname);
            });
        });
    }
}

/// The side of the firewall on which a state's interface is.
fn side(direction: Direction) -> Option<Key> {
    match direction {
        Direction::In => Some(key!("ingress")),
        Direction::Out => Some(key!("egress")),
        Direction::Other(_) => None,
    }
}

fn write_ifname(out: &mut Line, ifname: IfName) {
    if !ifname.is_empty() {
        interface(out, key!("ifname"), ifname);
    }
}
