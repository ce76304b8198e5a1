//! The lines of `-f json`: each is held to the schema and to the order of the keys, and each message
//! of the corpus to its ground truth, by names that are written down here a second time.

mod common;

use std::collections::BTreeSet;

use common::{Captured, corpus, json as truths};
use pfstatelog::capture::{ByteOrder, LinkType};
use pfstatelog::event::{Event, Gap, Reason, Where};
use pfstatelog::format::{Format, Options};
use pfstatelog::fuzzing::schema::Schema;
use pfstatelog::time::Time;
use pfstatelog::wire::grammar::{Body as Section, Clr, Frame, Peer, State, StateId, UpdC};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

/// The keys, in the order that users are promised.
const ORDER: &str = "time sender source event action id creatorid ifname proto protonum direction af \
     src sport dst dport translated nat_af nat_src nat_sport nat_dst nat_dport rdomain nat_rdomain \
     src_state dst_state start start_err first age expires duration packets bytes counters_time rule \
     anchor nat_rule rt rt_addr rt_ifname timeout state_flags sync_flags log min_ttl set_tos set_prio max_mss \
     rtableid tag origif qid pqid dnpipe dnrpipe stack_proto reason known release src_peer dst_peer status endtime spi tdb_dst rpl \
     cur_bytes sproto from to lost where certain detail ruleset subrule tcp_flags icmp_type icmp_code length \
     frag_id frag_offset more_fragments uid pid rule_uid rule_pid ridentifier problem";

fn schema() -> Schema {
    let path = common::root().join("misc/event.schema.json");
    Schema::new(&std::fs::read_to_string(path).unwrap())
}

/// Holds a line to all that every line has to be.
fn hold(schema: &Schema, line: &str) -> Value {
    common::json::held(schema, ORDER, line)
}

#[test]
fn every_line_is_as_the_schema_says() {
    let schema = schema();
    let (mut lines, mut seen) = (0, BTreeSet::new());
    let captures = [common::all_captures(), common::pflog_captures()].concat();
    for path in &captures {
        let packets = common::read(path).0;
        let oldest = common::decoder(Some("openbsd-4.7"));
        let told = common::decoder(None);
        let small = common::decoder(None).with_table(2);
        for decoder in [oldest, told, common::decoder(None).with_table(1000), small] {
            for [line] in common::written(decoder, &packets, None, [Format::Json]) {
                let value = hold(&schema, &line);
                seen.extend(value.as_object().unwrap().keys().cloned());
                lines += 1;
            }
        }
    }
    // What is in the schema is printed, too. A source is there only with several interfaces.
    let known = schema.root["properties"].as_object().unwrap().keys();
    let never: Vec<_> = known.filter(|key| !seen.contains(*key)).collect();
    let corpus = common::shared_corpus().is_some();
    assert!(!corpus || never == ["source"], "{never:?} is never printed");
    let (at_least, of) = if corpus { (20_000, 800) } else { (1_000, 70) };
    assert!(captures.len() > of && lines > at_least, "{} captures, {lines} lines", captures.len());
    println!("{} captures, {lines} lines held to the schema", captures.len());
}

/// Without destinations as well: the schema then misses nothing that is left out on purpose.
#[test]
fn lines_without_destinations_are_as_the_schema_says() {
    let schema = schema();
    let mut lines = 0;
    let captures = [common::all_captures(), common::pflog_captures()].concat();
    for path in captures.iter().step_by(3) {
        let mut writer = Format::Json.writer(Options { no_dst: true });
        let mut decoder = common::decoder(None).with_table(1000);
        for packet in common::read(path).0 {
            decoder.packet(&packet.packet(), None, &mut |event| {
                let line = common::line_of(&mut writer, event);
                let value = hold(&schema, &line);
                assert!(value.get("dst").is_none() && value.get("nat_dport").is_none(), "{line}");
                lines += 1;
            });
        }
    }
    assert!(lines > 100, "{lines} lines");
}

#[test]
fn the_lines_of_the_long_captures_are_as_the_schema_says() {
    let Some(folder) = common::shared_corpus() else { return };
    let (schema, mut lines) = (schema(), 0);
    for (_, folder) in corpus::releases(&folder) {
        for (name, path) in corpus::entries(&folder) {
            if !(name.starts_with("longmix.") && name.ends_with(".pcap")) {
                continue;
            }
            let decoder = common::decoder(None).with_table(100_000);
            let packets = common::read_sound(&path);
            // One in some: they are many, and much alike.
            for [line] in
                common::written(decoder, &packets, None, [Format::Json]).into_iter().step_by(41)
            {
                hold(&schema, &line);
                lines += 1;
            }
        }
    }
    assert!(lines > 5000, "{lines}");
    println!("{lines} lines held to the schema");
}

#[test]
fn the_schema_has_the_keys_that_are_promised() {
    let schema = schema();
    let known: BTreeSet<_> =
        schema.root["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let promised: BTreeSet<_> = ORDER.split_whitespace().collect();
    assert_eq!(known, promised);
    assert_eq!(schema.root["additionalProperties"], json!(false));
}

/// A check that nothing fails proves nothing.
#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema = schema();
    let packets = common::read_sound(&common::root().join("fixtures/nat.pcap"));
    let decoder = common::decoder(None).with_table(1000);
    let lines = common::written(decoder, &packets, None, [Format::Json]);
    let start: Value = serde_json::from_str(&lines[0][0]).unwrap();
    assert_eq!(schema.check(&start), Ok(()));
    let with = |key: &str, value: Value| {
        let mut line = start.clone();
        line[key] = value;
        line
    };
    let without = |key: &str| {
        let mut line = start.clone();
        line.as_object_mut().unwrap().remove(key).unwrap();
        line
    };
    for wrong in [
        with("colour", json!("red")),
        with("event", json!("begin")),
        with("time", json!("2024-10-27 06:16:41Z")),
        with("id", json!("65432100000000B7")),
        with("sport", json!(65_536)),
        with("sport", json!("80")),
        with("age", json!(-1)),
        with("age", json!(1.5)),
        with("ifname", json!("em0\n")),
        with("ifname", json!("em 0")),
        with("ifname", json!("\\x1")),
        with("src", json!("em0")),
        with("state_flags", json!(["ack", "ack"])),
        with("state_flags", json!(["0x3"])),
        with("packets", json!([1])),
        with("packets", json!([1, 2, 3])),
        with("first", json!(false)),
        with("duration", json!(1)),
        with("lost", json!(1)),
        with("reason", json!("because")),
        with("translated", json!(false)),
        with("detail", json!({})),
        with("src_peer", json!({"seqlo": 1})),
        without("start_err"),
        without("nat_dport"),
        without("proto"),
        without("creatorid"),
        without("time"),
        without("dst_peer"),
    ] {
        assert!(schema.check(&wrong).is_err(), "{wrong}");
    }
}

// --- The ground truth ---

const TIMEOUTS: [&str; 14] = [
    "tcp.first",
    "tcp.opening",
    "tcp.established",
    "tcp.closing",
    "tcp.finwait",
    "tcp.closed",
    "udp.first",
    "udp.single",
    "udp.multiple",
    "icmp.first",
    "icmp.error",
    "other.first",
    "other.single",
    "other.multiple",
];
const STATE_FLAGS: &str = "allow-opts sloppy pflow no-sync ack no-df set-tos random-id \
     reassemble-tcp set-prio inp-unlinked";
const FREEBSD_STATE_FLAGS: &str = "allow-opts sloppy pflow no-sync ack no-df set-tos random-id \
     reassemble-tcp set-prio 0x400 0x800 0x1000 0x2000 dn-pipe dn-queue";
const SYNC_FLAGS: &str = "0x1 0x2 source-track sticky-address";
const LOG: &str = "log all user force matches";
const TCP: &str = "CLOSED LISTEN SYN_SENT SYN_RCVD ESTABLISHED CLOSE_WAIT FIN_WAIT_1 CLOSING \
     LAST_ACK FIN_WAIT_2 TIME_WAIT PROXY:SRC PROXY:DST";

#[test]
fn every_message_of_the_fixtures_is_told_as_the_kernel_had_it() {
    compare_corpus(&common::root().join("fixtures/corpus"), 50);
}

#[test]
fn every_message_of_the_corpus_is_told_as_the_kernel_had_it() {
    if let Some(folder) = common::shared_corpus() {
        compare_corpus(&folder, 2000);
    }
}

fn compare_corpus(folder: &std::path::Path, at_least: usize) {
    let (mut messages, mut fields) = (0, 0);
    for scenario in corpus::scenarios(folder) {
        for capture in &scenario.captures {
            let packets = common::read_sound(&capture.path);
            let decoder = common::decoder(Some(&scenario.release));
            let lines = common::written(decoder, &packets, None, [Format::Json]);
            let mut lines = lines.iter();
            for packet in scenario.truth["packets"].as_array().unwrap() {
                for message in packet["messages"].as_array().unwrap() {
                    let [line] = lines.next().expect("a line for each message");
                    let mut ours: Value = serde_json::from_str(line).unwrap();
                    // The wire's own, and not in the truth.
                    ours.as_object_mut().unwrap().remove("sender");
                    let place = format!("{} {}", capture.path.display(), message["id"]);
                    let expected = expected(&scenario.release, &packet["ts"], message);
                    let differences = truths::differences(&expected, &ours);
                    assert!(differences.is_empty(), "{place}: {differences:?}\n{line}");
                    messages += 1;
                    fields += expected.as_object().unwrap().len();
                }
            }
            assert_eq!(lines.next(), None, "{}", capture.path.display());
        }
    }
    assert!(messages > at_least, "{messages}");
    println!("{messages} messages compared, {fields} keys");
}

/// The line that a message should give, from what the kernel was asked to tell.
fn expected(release: &str, ts: &Value, message: &Value) -> Value {
    let mut line = json!({ "time": rfc3339(ts, 0), "release": release });
    for name in ["action", "id", "creatorid"] {
        line[name] = message[name].clone();
    }
    let event = match message["action"].as_str().unwrap() {
        "INS" => "start",
        "UPD" | "UPD_C" => "update",
        "DEL" | "DEL_C" => "end",
        "INS_ACK" => "ack",
        "UPD_REQ" => "request",
        "CLR" => "clear",
        "BUS" => "bulk",
        "TDB" => "tdb",
        other => panic!("{other}"),
    };
    line["event"] = json!(event);
    if let Some(state) = message.get("state") {
        expected_state(&mut line, state, ts, release.starts_with("freebsd"));
    }
    match event {
        "update" if message.get("state").is_none() => {
            let timeout = &message["timeout"];
            let class = number(timeout) as usize;
            let proto = if class < 6 { 6 } else { [17, 1][usize::from(class == 9 || class == 10)] };
            line["timeout"] = json!(TIMEOUTS[class]);
            for side in ["src", "dst"] {
                let state = number(&message[side]["state"]);
                line[format!("{side}_state")] = json!(level(proto, state));
            }
            line["expires"] = message["expire_on_wire"].clone();
            if line["expires"] == 0 {
                line["expires"] = Value::Null;
            }
        }
        "clear" if message["ifname"] != "" => line["ifname"] = escaped(&message["ifname"]),
        "bulk" => {
            line["status"] = message["status"].clone();
            line["endtime"] = message["endtime"].clone();
        }
        "tdb" => {
            line["spi"] = json!(format!("0x{}", message["spi"].as_str().unwrap()));
            line["tdb_dst"] = message["dst"].clone();
            line["rpl"] = message["rpl_on_wire"].clone();
            line["cur_bytes"] = message["cur_bytes"].clone();
            line["sproto"] = json!(proto_name(number(&message["sproto"])));
            line["rdomain"] = unless_zero(&message["rdomain"]);
        }
        _ => {}
    }
    known(line)
}

fn expected_state(line: &mut Value, state: &Value, ts: &Value, is_freebsd: bool) {
    let proto = number(&state["proto"]);
    let four = truths::endpoints_by_the_table(state);
    let af = |ip: std::net::IpAddr| if ip.is_ipv4() { "inet" } else { "inet6" };
    let mut side = |names: [&str; 2], host: Option<truths::Host>| {
        let (ip, port, _) = host.unwrap();
        // As inet_ntop(3), for every address that the corpus has.
        line[names[0]] = json!(ip.to_string());
        line[names[1]] = json!(port);
    };
    side(["src", "sport"], four.src);
    side(["dst", "dport"], four.dst);
    let (nat_ip, _, nat_rdomain) = four.nat_src.unwrap();
    if four.translated {
        side(["nat_src", "nat_sport"], four.nat_src);
        side(["nat_dst", "nat_dport"], four.nat_dst);
        line["nat_af"] = json!(af(nat_ip));
    }
    let (ip, _, rdomain) = four.src.unwrap();
    if four.translated || rdomain != nat_rdomain {
        line["nat_rdomain"] = unless_zero(&json!(nat_rdomain));
    }
    line["af"] = json!(af(ip));
    line["rdomain"] = unless_zero(&json!(rdomain));
    line["translated"] = json!(four.translated);
    line["proto"] = json!(proto_name(proto));
    line["protonum"] = json!(proto);
    line["ifname"] = escaped(&state["ifname"]);
    line["nat_rule"] = state["nat_rule_on_wire"].clone();
    for name in "direction age packets bytes rule anchor min_ttl set_tos set_prio max_mss \
                 rtableid"
        .split_whitespace()
    {
        line[name] = state[name].clone();
    }
    for side in ["src", "dst"] {
        let peer = &state[side];
        let names = if is_freebsd && proto == 132 { sctp } else { level };
        line[format!("{side}_state")] = json!(names(proto, number(&peer["state"])));
        let mut told = known(peer.clone());
        let told_fields = told.as_object_mut().unwrap();
        told_fields.remove("state");
        if let Some(scrub) = told_fields.get_mut("scrub").and_then(Value::as_object_mut) {
            scrub.remove("kernel_flags");
            let flags = scrub.remove("flags_on_wire").unwrap();
            scrub.insert("flags".to_string(), flags);
        }
        line[format!("{side}_peer")] = told;
    }
    line["start"] = rfc3339(ts, number(&state["age"]));
    line["start_err"] = json!(1);
    line["expires"] = state["expire"].clone();
    if line["event"] == "start" && number(&state["age"]) <= 2 {
        line["first"] = json!(true);
    }
    line["timeout"] = json!(TIMEOUTS[number(&state["timeout"]) as usize]);
    let flags = if is_freebsd { FREEBSD_STATE_FLAGS } else { STATE_FLAGS };
    line["state_flags"] = bits(&state["state_flags"], flags);
    line["sync_flags"] = bits(&state["sync_flags"], SYNC_FLAGS);
    line["log"] = bits(&state["log"], LOG);
    line["rt"] = match (state["rt"].as_u64(), is_freebsd) {
        (None | Some(0), _) => Value::Null,
        (Some(1), true) => json!("fastroute"),
        (Some(1), false) | (Some(2), true) => json!("route-to"),
        (Some(2), false) | (Some(3), true) => json!("dup-to"),
        (Some(3), false) | (Some(4), true) => json!("reply-to"),
        (Some(other), _) => json!(other.to_string()),
    };
    let inet = match state["rt_af"].as_str() {
        Some(af) => af == "inet",
        None => state["af"] == "inet",
    };
    line["rt_addr"] = hop(state["rt_addr"].as_str().unwrap(), inet);
    for (theirs, ours) in
        [("rt_ifname", "rt_ifname"), ("tagname", "tag"), ("orig_ifname", "origif")]
    {
        line[ours] = match &state[theirs] {
            Value::String(name) if !name.is_empty() => escaped(&state[theirs]),
            _ => Value::Null,
        };
    }
    for name in ["qid", "pqid", "dnpipe", "dnrpipe"] {
        line[name] = unless_zero(&state[name]);
    }
    if let Some(stack_proto) = state["stack_proto"].as_u64().filter(|stack| *stack != proto) {
        line["stack_proto"] = json!(proto_name(stack_proto));
    }
}

/// The next hops of the corpus, which has them in hex.
fn hop(hex: &str, inet: bool) -> Value {
    let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
    if hex.bytes().all(|digit| digit == b'0') {
        Value::Null
    } else if inet {
        json!(format!("{}.{}.{}.{}", byte(0), byte(1), byte(2), byte(3)))
    } else {
        let groups: [u16; 8] =
            std::array::from_fn(|at| u16::from_be_bytes([byte(2 * at), byte(2 * at + 1)]));
        json!(std::net::Ipv6Addr::from(groups).to_string())
    }
}

fn known(value: Value) -> Value {
    let Value::Object(fields) = value else { panic!("{value}") };
    Value::Object(fields.into_iter().filter(|(_, v)| !v.is_null()).collect::<Map<_, _>>())
}

/// The corpus has a byte as the character of that number.
fn escaped(name: &Value) -> Value {
    let word = |c: char| match c {
        '!'..='[' | ']'..='~' => c.to_string(),
        c => format!("\\x{:02x}", u32::from(c)),
    };
    name.as_str().unwrap().chars().map(word).collect::<String>().into()
}

fn unless_zero(number: &Value) -> Value {
    if *number == json!(0) { Value::Null } else { number.clone() }
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value}"))
}

fn level(proto: u64, state: u64) -> String {
    let names: Vec<_> = match proto {
        6 => TCP.split_whitespace().collect(),
        1 | 58 => Vec::new(),
        _ => vec!["NO_TRAFFIC", "SINGLE", "MULTIPLE"],
    };
    names.get(state as usize).map_or(state.to_string(), |name| name.to_string())
}

/// wire-others.md 3.6.
fn sctp(_proto: u64, state: u64) -> String {
    let names = [
        (0, "CLOSED"),
        (2, "COOKIE_WAIT"),
        (4, "COOKIE_ECHOED"),
        (8, "ESTABLISHED"),
        (16, "SHUTDOWN_SENT"),
        (32, "SHUTDOWN_RECEIVED"),
        (64, "SHUTDOWN_ACK_SENT"),
        (128, "SHUTDOWN_PENDING"),
    ];
    let name = names.iter().find(|(number, _)| *number == state);
    name.map_or(state.to_string(), |(_, name)| name.to_string())
}

fn proto_name(proto: u64) -> String {
    let names = [
        (0, "ip"),
        (1, "icmp"),
        (2, "igmp"),
        (4, "ipencap"),
        (6, "tcp"),
        (17, "udp"),
        (41, "ipv6"),
        (47, "gre"),
        (50, "esp"),
        (51, "ah"),
        (58, "ipv6-icmp"),
        (89, "ospf"),
        (103, "pim"),
        (112, "carp"),
        (132, "sctp"),
        (240, "pfsync"),
        (255, "reserved"),
    ];
    let named = names.iter().find(|(number, _)| *number == proto);
    named.map_or(proto.to_string(), |(_, name)| name.to_string())
}

fn bits(number: &Value, names: &str) -> Value {
    let Some(bits) = number.as_u64() else { return Value::Null };
    let names: Vec<_> = names.split_whitespace().collect();
    let name = |place: usize| {
        names.get(place).map_or(format!("0x{:x}", 1_u64 << place), |name| name.to_string())
    };
    (0..16).filter(|place| bits >> place & 1 == 1).map(name).collect()
}

/// `1730004000.250000`, less some seconds.
fn rfc3339(ts: &Value, less_s: u64) -> Value {
    let (secs, micros) = ts.as_str().unwrap().split_once('.').unwrap();
    let secs = secs.parse::<i64>().unwrap() - less_s as i64;
    let at = OffsetDateTime::from_unix_timestamp(secs).unwrap();
    let (date, time) = (at.date(), at.time());
    json!(format!("{date}T{:02}:{:02}:{:02}.{micros}Z", time.hour(), time.minute(), time.second()))
}

// --- What means no good ---

fn captured(secs: i64, sections: Vec<(u8, Section)>) -> Captured {
    let data = Frame::build(sections);
    let wire_len = u32::try_from(data.len()).unwrap();
    let order = ByteOrder::NATIVE;
    Captured { time: Time::new(secs, 0), wire_len, data, link: LinkType(246), order }
}

prop_compose! {
    /// A state with anything in it that is written by name, number or address.
    fn any_state()(
        id: u64, ifname: [u8; 16], numbers: [u8; 8], wide: [u32; 6], counters: [[u64; 2]; 2],
        ports: [u16; 6], addr: [[u8; 16]; 5], af in 0..4_u8,
    ) -> State {
        let mut state = State { id, ifname, ..State::default() };
        let af = [2, 24, 0, 77][usize::from(af)];
        for (side, key) in state.key.iter_mut().enumerate() {
            (key.addr, key.port) = ([addr[2 * side], addr[2 * side + 1]], [ports[0], ports[1]]);
            (key.rdomain, key.af) = (ports[2] & 1, af);
        }
        (state.src, state.dst) = (
            Peer { state: numbers[0], seqlo: wide[0], ..Peer::default() },
            Peer { state: numbers[1] % 14, seqhi: wide[1], ..Peer::default() },
        );
        state.rt_addr = addr[4];
        [state.rule, state.anchor, state.creation, state.expire] = [wide[2], wide[3], wide[4], wide[5]];
        [state.packets, state.bytes] = counters;
        (state.creatorid, state.rtableid) = (7, [-1, i32::from(numbers[2])]);
        (state.af, state.proto, state.direction) = (af, numbers[3] % 20, numbers[4] % 4);
        (state.log, state.timeout) = (numbers[5], numbers[6] % 24);
        (state.sync_flags, state.max_mss) = (numbers[7], ports[3]);
        state
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        // What fails is printed; it becomes a test of its own.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn no_state_and_no_name_breaks_a_line(
        state in any_state(), source: String, clear: [u8; 16], timeout: u8,
    ) {
        let schema = schema();
        let id = StateId { id: state.id, creatorid: 7 };
        let update = UpdC { id: state.id, creatorid: 7, timeout, ..UpdC::default() };
        let life = [
            captured(1, vec![(4, Section::UpdC(vec![update]))]),
            captured(9, vec![(13, Section::State(vec![state]))]),
            captured(10, vec![(4, Section::UpdC(vec![update]))]),
            captured(11, vec![(7, Section::DelC(vec![id, id]))]),
            captured(12, vec![(0, Section::Clr(vec![Clr { ifname: clear, creatorid: 7 }]))]),
        ];
        for decoder in [common::decoder(None), common::decoder(None).with_table(10)] {
            for [line] in common::written(decoder, &life, Some(&source), [Format::Json]) {
                hold(&schema, &line);
            }
        }
    }
}

#[test]
fn gaps_of_every_kind_are_as_the_schema_says() {
    let schema = schema();
    let mut writer = Format::Json.writer(Options::default());
    let (from, to) = (Time::new(10, 0), Time::new(12, 500_000_000));
    for (at, reason, place, detail) in [
        (Where::Capture, Reason::Dropped, "capture", None),
        (Where::Capture, Reason::FileCut { offset: 99 }, "capture", Some(json!({"offset": 99}))),
        (Where::Output("syslog"), Reason::Output, "output syslog", None),
        (Where::Output("a\" \n\\b"), Reason::Output, "output a\"\\x20\\x0a\\x5cb", None),
    ] {
        let gap = Gap { from, to, lost: Some(3), at, certain: true, reason };
        let event = Event::gap(gap);
        let value = hold(&schema, &common::line_of(&mut writer, &event));
        let expected = json!({
            "time": "1970-01-01T00:00:12.500000Z",
            "event": "gap",
            "reason": reason.word(),
            "from": "1970-01-01T00:00:10.000000Z",
            "to": "1970-01-01T00:00:12.500000Z",
            "lost": 3,
            "where": place,
            "certain": true,
            "detail": detail,
        });
        assert_eq!(value, known(expected));
    }
}
