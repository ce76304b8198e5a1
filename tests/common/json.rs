//! Events in the shape of the corpus' JSON, its truths without what is not on the wire, and the
//! difference between the two.

use std::net::IpAddr;

use pfstatelog::abi::record::Rtable;
use pfstatelog::event::{Body, Event};
use pfstatelog::fuzzing::schema::Schema;
use pfstatelog::state::{
    Address, Af, Direction, Endpoint, IfName, Route, State, StateKey, StatePeer,
};
use serde_json::{Map, Value, json};

use super::keys;

/// The message that an event tells.
pub fn message(event: &Event<'_>) -> Value {
    let mut message = match &event.body {
        Body::State(told) => {
            let mut message =
                json!({ "id": hex64(told.id.id), "creatorid": hex32(told.id.creatorid) });
            if let Some(state) = told.state {
                message["state"] = self::state(state);
            } else if let Some(update) = told.update {
                message["src"] = peer(&update.src);
                message["dst"] = peer(&update.dst);
                message["timeout"] = json!(update.timeout);
                message["expire_on_wire"] = json!(update.expire_s.unwrap_or(0));
            }
            message
        }
        Body::Clear { ifname, creatorid } => {
            json!({ "ifname": self::ifname(ifname), "creatorid": hex32(*creatorid) })
        }
        Body::Bulk { creatorid, endtime_s, status } => json!({
            "creatorid": hex32(*creatorid),
            "endtime": endtime_s,
            "status": match status {
                1 => json!("start"),
                2 => json!("end"),
                other => json!(other),
            },
        }),
        Body::Tdb(tdb) => json!({
            "spi": hex32(tdb.spi),
            "dst": tdb.dst.map(|ip| ip.to_string()),
            "rpl_on_wire": tdb.rpl,
            "cur_bytes": tdb.cur_bytes,
            "sproto": tdb.sproto,
            "rdomain": tdb.rdomain,
        }),
        Body::Gap(gap) => json!({ "reason": gap.reason.word() }),
        // tests/pflog.rs has these.
        Body::Packet(_) => json!({}),
    };
    message["action"] = json!(event.action.map(|action| action.name()));
    message
}

/// A way to route as the sender's system numbers it.
fn route(route: Route, is_freebsd: bool) -> u8 {
    let route_to = if is_freebsd { 2 } else { 1 };
    match route {
        Route::No => 0,
        Route::Fastroute => 1,
        Route::RouteTo => route_to,
        Route::DupTo => route_to + 1,
        Route::ReplyTo => route_to + 2,
        Route::Other(number) => number,
    }
}

/// A full state, without what is not on the wire.
pub fn state(state: &State) -> Value {
    let mut value = common_state(state);
    if let Some(freebsd) = &state.freebsd {
        let text = |bytes: &[u8]| json!(bytes.iter().copied().map(char::from).collect::<String>());
        for (name, field) in [
            ("rt_ifname", text(freebsd.rt_ifname.as_bytes())),
            ("orig_ifname", text(freebsd.orig_ifname.as_bytes())),
            ("tagname", text(freebsd.tag.as_bytes())),
            ("qid", json!(freebsd.queues[0])),
            ("pqid", json!(freebsd.queues[1])),
            ("dnpipe", json!(freebsd.pipes[0])),
            ("dnrpipe", json!(freebsd.pipes[1])),
            ("stack_proto", json!(freebsd.stack_proto)),
            ("rt_af", freebsd.rt_af.map_or(Value::Null, af)),
        ] {
            value[name] = field;
        }
    }
    value
}

fn common_state(state: &State) -> Value {
    json!({
        "id": hex64(state.id.id),
        "creatorid": hex32(state.id.creatorid),
        "ifname": ifname(&state.ifname),
        "direction": match state.direction {
            Direction::In => json!("in"),
            Direction::Out => json!("out"),
            Direction::Other(number) => json!(number),
        },
        "proto": state.proto,
        "af": af(state.wire.af),
        "key": { "wire": key(&state.wire), "stack": key(&state.stack) },
        "src": peer(&state.src),
        "dst": peer(&state.dst),
        "rt_addr": state.rt_addr.iter().map(|b| format!("{b:02x}")).collect::<String>(),
        "rt": state.rt.map(|rt| route(rt, state.freebsd.is_some())),
        "rule": state.rule,
        "anchor": state.anchor,
        "nat_rule_on_wire": state.nat_rule,
        "age": state.age_s,
        "timeout": state.timeout,
        "expire": state.expire_s,
        "packets": state.packets,
        "bytes": state.bytes,
        "log": state.log,
        "state_flags": state.state_flags,
        "sync_flags": state.sync_flags,
        "rtableid": match state.rtableid {
            Some(Rtable::Sides(tables)) => json!(tables),
            Some(Rtable::One(table)) => json!(table),
            None => Value::Null,
        },
        "max_mss": state.max_mss,
        "min_ttl": state.min_ttl,
        "set_tos": state.set_tos,
        "set_prio": state.set_prio,
    })
}

fn key(key: &StateKey) -> Value {
    let address = |index: usize| match key.endpoint(index).addr {
        Address::Ip(ip) => json!(ip.to_string()),
        Address::Unknown(bytes) => json!(bytes),
    };
    json!({
        "af": af(key.af),
        "addr": [address(0), address(1)],
        "port": key.port,
        "rdomain": key.rdomain,
    })
}

fn peer(peer: &StatePeer) -> Value {
    json!({
        "state": peer.state,
        "seqlo": peer.seqlo,
        "seqhi": peer.seqhi,
        "seqdiff": peer.seqdiff,
        "max_win": peer.max_win,
        "mss": peer.mss,
        "wscale": peer.wscale,
        "scrub": peer.scrub.map(|scrub| json!({
            "flags_on_wire": scrub.flags,
            "ttl": scrub.ttl,
            "ts_mod": scrub.ts_mod,
        })),
    })
}

fn af(af: Af) -> Value {
    match af {
        Af::Inet => json!("inet"),
        Af::Inet6 => json!("inet6"),
        Af::Other(number) => json!(number),
    }
}

/// The corpus writes a byte as the character of that number.
fn ifname(name: &IfName) -> String {
    name.as_bytes().iter().copied().map(char::from).collect()
}

fn hex32(number: u32) -> String {
    format!("{number:08x}")
}

fn hex64(number: u64) -> String {
    format!("{number:016x}")
}

/// A message of the corpus without what is not on the wire, its addresses as Rust writes them. A
/// key that nobody here knows stays, and so makes a difference.
pub fn on_the_wire(truth: &Value, is_freebsd: bool) -> Value {
    let mut message = truth.clone();
    let fields = message.as_object_mut().unwrap();
    // What the kernel had and what a person may want to know; rpl_on_wire is compared.
    for name in ["rpl", "output", "note"] {
        fields.remove(name);
    }
    let is_state = fields.contains_key("state");
    let peers = if is_state { &mut message["state"] } else { &mut message };
    for side in ["src", "dst"] {
        if let Some(Value::Object(scrub)) = peers.get_mut(side).and_then(|p| p.get_mut("scrub")) {
            scrub.remove("kernel_flags");
        }
    }
    if let Some(dst) = message.get_mut("dst").filter(|dst| dst.is_string()) {
        *dst = rewritten(dst);
    }
    if let Some(Value::Object(state)) = message.get_mut("state") {
        state.remove("kernel");
        state.remove("timeout_name");
        // What older generations do not say reads as none.
        if is_freebsd {
            for (name, none) in [
                ("rt_ifname", json!("")),
                ("orig_ifname", json!("")),
                ("tagname", json!("")),
                ("qid", json!(0)),
                ("pqid", json!(0)),
                ("dnpipe", json!(0)),
                ("dnrpipe", json!(0)),
                ("stack_proto", Value::Null),
                ("rt_af", Value::Null),
            ] {
                let field = state.entry(name).or_insert(Value::Null);
                if field.is_null() {
                    *field = none;
                }
            }
        }
        for side in ["wire", "stack"] {
            let rdomain = &mut state["key"][side]["rdomain"];
            if rdomain.is_null() {
                *rdomain = json!(0);
            }
            for address in state["key"][side]["addr"].as_array_mut().unwrap() {
                *address = rewritten(address);
            }
        }
    }
    message
}

fn rewritten(address: &Value) -> Value {
    json!(ip(address).to_string())
}

fn ip(address: &Value) -> IpAddr {
    address.as_str().unwrap().parse().unwrap()
}

/// Where two values differ: the path of the field, what it should be, what it is.
pub fn differences(truth: &Value, ours: &Value) -> Vec<(String, Value, Value)> {
    let mut found = Vec::new();
    walk("", truth, ours, &mut found);
    found
}

fn walk(path: &str, truth: &Value, ours: &Value, found: &mut Vec<(String, Value, Value)>) {
    match (truth, ours) {
        (Value::Object(t), Value::Object(o)) => {
            let none = Map::new();
            let (t, o) = if t.is_empty() { (&none, o) } else { (t, o) };
            let names = t.keys().chain(o.keys().filter(|name| !t.contains_key(*name)));
            for name in names {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                // A field that one side lacks is told as such, and is not the same as null.
                let lacks = json!("(no such field)");
                let (t, o) = (t.get(name).unwrap_or(&lacks), o.get(name).unwrap_or(&lacks));
                walk(&path, t, o, found);
            }
        }
        _ if truth == ours => {}
        _ => found.push((path.to_string(), truth.clone(), ours.clone())),
    }
}

/// Address, port and routing domain.
pub type Host = (IpAddr, u64, u64);

/// The four endpoints and whether they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    pub src: Option<Host>,
    pub dst: Option<Host>,
    pub nat_src: Option<Host>,
    pub nat_dst: Option<Host>,
    pub translated: bool,
}

/// As the library tells them.
pub fn endpoints_of(state: &State) -> Endpoints {
    let nat = state.nat();
    let host = |e: Endpoint| e.addr.ip().map(|ip| (ip, u64::from(e.port), u64::from(e.rdomain)));
    Endpoints {
        src: host(nat.src),
        dst: host(nat.dst),
        nat_src: host(nat.nat_src),
        nat_dst: host(nat.nat_dst),
        translated: nat.translated(),
    }
}

/// As they follow from the kernel's keys, by the table of who is who:
///
/// | | src | dst | nat_src | nat_dst |
/// |---|---|---|---|---|
/// | out | stack 1 | stack 0 | wire 1 | wire 0 |
/// | in | wire 0 | wire 1 | stack 0 | stack 1 |
///
/// The key after an af-to has its indices swapped. The type of an ICMP request is no port, so with
/// both keys of one family it does not count as translated.
pub fn endpoints_by_the_table(state: &Value) -> Endpoints {
    let key = &state["key"];
    let af_to = key["wire"]["af"] != key["stack"]["af"];
    let rows = match (state["direction"].as_str().unwrap(), af_to) {
        ("out", false) => [("stack", 1), ("stack", 0), ("wire", 1), ("wire", 0)],
        ("out", true) => [("stack", 1), ("stack", 0), ("wire", 0), ("wire", 1)],
        ("in", false) => [("wire", 0), ("wire", 1), ("stack", 0), ("stack", 1)],
        ("in", true) => [("wire", 0), ("wire", 1), ("stack", 1), ("stack", 0)],
        (other, _) => panic!("direction {other}"),
    };
    let host = |(side, index): (&str, usize)| {
        let key = &key[side];
        // Version 5 has no routing domains.
        let number = |value: &Value| value.as_u64().unwrap_or(0);
        (ip(&key["addr"][index]), number(&key["port"][index]), number(&key["rdomain"]))
    };
    let [src, dst, nat_src, mut nat_dst] = rows.map(host);
    let icmp = [1, 58].map(|proto| json!(proto)).contains(&state["proto"]);
    if icmp && !af_to {
        nat_dst.1 = dst.1;
    }
    Endpoints {
        src: Some(src),
        dst: Some(dst),
        nat_src: Some(nat_src),
        nat_dst: Some(nat_dst),
        // A routing domain is neither address nor port.
        translated: (src.0, src.1, dst.0, dst.1) != (nat_src.0, nat_src.1, nat_dst.0, nat_dst.1),
    }
}

/// Holds a line of JSON to its schema, to printable ASCII and to the order of its keys; gives what it says.
pub fn held(schema: &Schema, order: &str, line: &str) -> Value {
    assert!(line.bytes().all(|byte| (b' '..127).contains(&byte)), "{line}");
    let value: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
    schema.check(&value).unwrap_or_else(|error| panic!("{error}\n{line}"));
    let mut order = order.split_whitespace();
    for key in keys(line).into_iter().filter(|(depth, _)| *depth == 1).map(|(_, key)| key) {
        assert!(order.any(|next| next == key), "{key} is not at its place: {line}");
    }
    value
}
