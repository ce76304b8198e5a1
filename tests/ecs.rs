//! The lines of `-f ecs`: every field has a name and a type of the Elastic Common Schema or stands
//! under `pf`, and says what the line of `-f json` says of the same event.

mod common;

use std::collections::BTreeSet;
use std::net::IpAddr;

use common::corpus;
use pfstatelog::event::{Body, Event, Gap, Reason, Where};
use pfstatelog::format::{Format, Options};
use pfstatelog::time::Time;
use serde_json::{Value, json};

/// A type of a field, by what the schema's documentation calls it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Type {
    Date,
    Ip,
    /// An array of them.
    Ips,
    Keyword,
    /// An array of words that the schema allows there.
    Words(&'static [&'static str]),
    /// A word that the schema allows there.
    Word(&'static [&'static str]),
    Long,
}
use Type::*;

/// Every field outside `pf` that is ever printed.
const FIELDS: [(&str, Type); 35] = [
    ("@timestamp", Date),
    ("ecs.version", Keyword),
    ("event.kind", Word(&["event"])),
    ("event.category", Words(&["network"])),
    // Those that the schema expects with the category network.
    ("event.type", Words(&["connection", "start", "end", "info"])),
    ("event.action", Keyword),
    ("event.reason", Keyword),
    ("event.start", Date),
    ("event.end", Date),
    ("event.duration", Long),
    ("source.ip", Ip),
    ("source.address", Keyword),
    ("source.port", Long),
    ("source.nat.ip", Ip),
    ("source.nat.port", Long),
    ("source.packets", Long),
    ("source.bytes", Long),
    ("destination.ip", Ip),
    ("destination.address", Keyword),
    ("destination.port", Long),
    ("destination.nat.ip", Ip),
    ("destination.nat.port", Long),
    ("destination.packets", Long),
    ("destination.bytes", Long),
    ("network.type", Word(&["ipv4", "ipv6"])),
    ("network.transport", Keyword),
    ("network.iana_number", Keyword),
    ("network.direction", Word(&["inbound", "outbound", "unknown"])),
    ("network.packets", Long),
    ("network.bytes", Long),
    ("observer.type", Word(&["firewall"])),
    ("observer.ip", Ips),
    ("observer.ingress.interface.name", Keyword),
    ("observer.egress.interface.name", Keyword),
    ("rule.id", Keyword),
];

fn is_of_type(value: &Value, wanted: Type) -> bool {
    let text = |value: &Value| value.as_str().map(str::to_string).unwrap_or_default();
    let is_date = |text: &str| {
        text.len() == 27 && text.ends_with('Z') && text.as_bytes()[10] == b'T' && text.is_ascii()
    };
    let is_ip = |value: &Value| text(value).parse::<IpAddr>().is_ok();
    match wanted {
        Date => is_date(&text(value)),
        Ip => is_ip(value),
        Ips => value.as_array().is_some_and(|ips| !ips.is_empty() && ips.iter().all(is_ip)),
        Keyword => value.is_string(),
        Words(known) => value
            .as_array()
            .is_some_and(|a| !a.is_empty() && a.iter().all(|w| known.contains(&text(w).as_str()))),
        Word(known) => known.contains(&text(value).as_str()),
        // Elastic's long is signed; counters beyond it are pf's, and do not happen.
        Long => value.is_u64(),
    }
}

/// Names with dots between, and values that are no objects.
fn flatten(path: &str, value: &Value, fields: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let dot = if path.is_empty() { "" } else { "." };
                flatten(&format!("{path}{dot}{name}"), value, fields);
            }
        }
        value => fields.push((path.to_string(), value.clone())),
    }
}

/// How many keys there are in a value and in what it holds.
fn keys(value: &Value) -> usize {
    value.as_object().map_or(0, |object| object.len() + object.values().map(keys).sum::<usize>())
}

/// Holds a line to the types, and adds the names of its fields to those that were seen.
fn hold(line: &str, seen: &mut BTreeSet<String>) -> Value {
    assert!(line.bytes().all(|byte| (b' '..127).contains(&byte)), "{line}");
    let value: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
    let mut fields = Vec::new();
    flatten("", &value, &mut fields);
    // A key that is there twice would be one in the value.
    assert_eq!(common::keys(line).len(), keys(&value), "{line}");
    for (name, value) in fields {
        if !name.starts_with("pf.") {
            let known = FIELDS.iter().find(|(known, _)| *known == name);
            let (_, wanted) = known.unwrap_or_else(|| panic!("{name} is no field: {line}"));
            assert!(is_of_type(&value, *wanted), "{name} is {value}, not {wanted:?}: {line}");
        }
        seen.insert(name);
    }
    for name in ["@timestamp", "ecs.version", "event.kind", "event.action", "observer.type"] {
        assert!(!at(&value, name).is_null(), "{name}: {line}");
    }
    value
}

/// A field by its name with dots.
fn at(value: &Value, name: &str) -> Value {
    name.split('.').fold(value, |value, name| &value[name]).clone()
}

/// Where json says the same thing: the name there, the name here.
const SAME: [(&str, &str); 22] = [
    ("time", "@timestamp"),
    ("event", "event.action"),
    ("reason", "event.reason"),
    ("sport", "source.port"),
    ("dport", "destination.port"),
    ("nat_src", "source.nat.ip"),
    ("nat_sport", "source.nat.port"),
    ("nat_dst", "destination.nat.ip"),
    ("nat_dport", "destination.nat.port"),
    ("action", "pf.action"),
    ("source", "pf.source"),
    ("id", "pf.id"),
    ("creatorid", "pf.creatorid"),
    ("src_state", "pf.src_state"),
    ("dst_state", "pf.dst_state"),
    ("first", "pf.first"),
    ("age", "pf.age"),
    ("expires", "pf.expires"),
    ("counters_time", "pf.counters_time"),
    ("src_peer", "pf.src_peer"),
    ("dst_peer", "pf.dst_peer"),
    ("detail", "pf.detail"),
];

/// Keys that have the same name under `pf`.
const UNDER_PF: &str = "translated rdomain nat_rdomain start_err anchor nat_rule rt rt_addr rt_ifname timeout \
     state_flags sync_flags log min_ttl set_tos set_prio max_mss rtableid tag origif qid pqid dnpipe \
     dnrpipe stack_proto known release status endtime spi \
     tdb_dst rpl cur_bytes sproto lost where certain";

/// Compares both lines of an event; every key of json has its place in ecs.
fn compare(json: &Value, ecs: &Value) {
    for (key, told) in json.as_object().unwrap() {
        let is_known_v4_or_6 =
            |address: &Value| address.as_str().unwrap().parse::<IpAddr>().is_ok();
        let expect = |name: &str, value: Value| {
            assert_eq!(at(ecs, name), value, "{key} of {json} is {name} of {ecs}");
        };
        if let Some((_, name)) = SAME.iter().find(|(same, _)| same == key) {
            let name = match told.as_str() {
                Some(text) if name.ends_with("nat.ip") && text.starts_with("0x") => {
                    format!("pf.{key}")
                }
                _ => name.to_string(),
            };
            expect(&name, told.clone());
            continue;
        }
        if UNDER_PF.split_whitespace().any(|name| name == key) {
            expect(&format!("pf.{key}"), told.clone());
            continue;
        }
        match key.as_str() {
            "src" | "dst" => {
                let side = if key == "src" { "source" } else { "destination" };
                let name = if is_known_v4_or_6(told) { "ip" } else { "address" };
                expect(&format!("{side}.{name}"), told.clone());
            }
            "sender" => expect("observer.ip", json!([told])),
            "proto" => {
                let is_number = told.as_str().unwrap().parse::<u8>().is_ok();
                expect("network.transport", if is_number { Value::Null } else { told.clone() });
            }
            "protonum" => expect("network.iana_number", json!(told.to_string())),
            "direction" => {
                let word = match told.as_str().unwrap() {
                    "in" => "inbound",
                    "out" => "outbound",
                    _ => "unknown",
                };
                expect("network.direction", json!(word));
            }
            "ifname" => {
                let name = match json["direction"].as_str() {
                    Some("in") => "observer.ingress.interface.name",
                    Some("out") => "observer.egress.interface.name",
                    _ => "pf.ifname",
                };
                expect(name, told.clone());
            }
            "af" => {
                let word = match told.as_str().unwrap() {
                    "inet" => json!("ipv4"),
                    "inet6" => json!("ipv6"),
                    _ => Value::Null,
                };
                expect("network.type", word);
            }
            "nat_af" => {
                let ip = at(ecs, "source.nat.ip");
                let v4 = ip.as_str().map(|ip| !ip.contains(':'));
                let af = v4.map_or("", |v4| if v4 { "inet" } else { "inet6" });
                let has_name = ["inet", "inet6"].contains(&told.as_str().unwrap());
                assert!(if has_name { told == af } else { af.is_empty() }, "{json} {ecs}");
            }
            "start" | "from" => expect("event.start", told.clone()),
            "to" => expect("event.end", told.clone()),
            "duration" => {
                let goes_on = matches!(json["reason"].as_str(), Some("duplicate" | "overdue"));
                let ns = at(ecs, "event.duration").as_u64();
                let ns = ns.map(|ns| ns / 1000 * 1000);
                let secs = told.as_f64().unwrap();
                assert_eq!(ns.is_none(), goes_on, "{ecs}");
                assert!(ns.is_none_or(|ns| (ns as f64 / 1e9 - secs).abs() < 1e-6), "{ecs}");
            }
            "packets" | "bytes" if !json["counters_time"].is_null() => {
                expect(&format!("pf.{key}"), told.clone());
                for object in ["source", "destination", "network"] {
                    expect(&format!("{object}.{key}"), Value::Null);
                }
            }
            "packets" | "bytes" => {
                let [forth, back] = [0, 1].map(|at| told[at].as_u64().unwrap());
                expect(&format!("source.{key}"), json!(forth));
                expect(&format!("destination.{key}"), json!(back));
                expect(&format!("network.{key}"), json!(forth.saturating_add(back)));
            }
            "rule" => expect("rule.id", json!(told.to_string())),
            other => panic!("{other} has no place in ecs"),
        }
    }
    for side in ["ingress", "egress"] {
        let is_side = json["direction"] == if side == "ingress" { "in" } else { "out" };
        assert_eq!(ecs["observer"].get(side).is_some(), is_side, "{ecs}");
    }
    let is_over = matches!(json["event"].as_str(), Some("end" | "expire"))
        && !matches!(json["reason"].as_str(), Some("duplicate" | "overdue"));
    let expected = match json["event"].as_str().unwrap() {
        "start" => json!(["connection", "start"]),
        "end" | "expire" if is_over => json!(["connection", "end"]),
        "update" | "end" | "expire" => json!(["connection", "info"]),
        _ => json!(["info"]),
    };
    assert_eq!(at(ecs, "event.type"), expected, "{ecs}");
    let end = if is_over { json["time"].clone() } else { json["to"].clone() };
    assert_eq!(at(ecs, "event.end"), end, "{ecs}");
}

#[test]
fn every_line_has_the_names_and_types_of_the_schema_and_says_what_json_says() {
    let (mut lines, mut seen) = (0, BTreeSet::new());
    for path in common::all_captures() {
        let packets = common::read(&path).0;
        let small = common::decoder(None).with_table(2);
        for decoder in [common::decoder(None), common::decoder(None).with_table(1000), small] {
            let formats = [Format::Json, Format::Ecs];
            for [json, ecs] in common::written(decoder, &packets, Some("em0 \"\n"), formats) {
                compare(&serde_json::from_str(&json).unwrap(), &hold(&ecs, &mut seen));
                lines += 1;
            }
        }
    }
    let never: Vec<_> =
        FIELDS.iter().map(|(name, _)| *name).filter(|n| !seen.contains(*n)).collect();
    let corpus = common::shared_corpus().is_some();
    assert!(!corpus || never.is_empty(), "{never:?} is never printed");
    assert!(lines > if corpus { 15_000 } else { 800 }, "{lines}");
    println!("{lines} lines compared, {} fields", seen.len());
}

#[test]
fn the_long_captures_say_what_json_says() {
    let Some(folder) = common::shared_corpus() else { return };
    let (mut lines, mut over, mut seen) = (0, 0, BTreeSet::new());
    for (_, folder) in corpus::releases(&folder) {
        for (name, path) in corpus::entries(&folder) {
            if !(name.starts_with("longmix.") && name.ends_with(".pcap")) {
                continue;
            }
            let packets = common::read_sound(&path);
            let decoder = common::decoder(None).with_table(100_000);
            let all = common::written(decoder, &packets, None, [Format::Json, Format::Ecs]);
            // One in some: they are many, and much alike.
            for [json, ecs] in all.into_iter().step_by(43) {
                let ecs = hold(&ecs, &mut seen);
                over += usize::from(!at(&ecs, "event.duration").is_null());
                compare(&serde_json::from_str(&json).unwrap(), &ecs);
                lines += 1;
            }
        }
    }
    assert!(lines > 5000 && over > 500, "{lines} lines, {over} ends");
}

#[test]
fn an_end_is_written_so() {
    let packets = common::read_sound(&common::root().join("fixtures/nat.pcap"));
    let decoder = common::decoder(None).with_table(1000);
    let lines = common::written(decoder, &packets, None, [Format::Ecs]);
    let end = lines.iter().find(|[line]| line.contains("\"DEL_C\"")).unwrap();
    assert_eq!(
        end[0],
        "{\"@timestamp\":\"2024-10-27T06:18:15.000001Z\",\"ecs\":{\"version\":\"8.17.0\"},\
         \"event\":{\"kind\":\"event\",\"category\":[\"network\"],\"type\":[\"connection\",\"end\"],\
         \"action\":\"end\",\"start\":\"2024-10-27T06:16:40.120000Z\",\
         \"end\":\"2024-10-27T06:18:15.000001Z\",\"duration\":94880001000},\
         \"source\":{\"ip\":\"192.168.10.23\",\"port\":50124,\
         \"nat\":{\"ip\":\"203.0.113.7\",\"port\":61023}},\
         \"destination\":{\"ip\":\"9.9.9.9\",\"port\":53,\"nat\":{\"ip\":\"9.9.9.9\",\"port\":53}},\
         \"network\":{\"type\":\"ipv4\",\"transport\":\"udp\",\"iana_number\":\"17\",\
         \"direction\":\"outbound\"},\
         \"observer\":{\"type\":\"firewall\",\"ip\":[\"10.0.99.1\"],\
         \"egress\":{\"interface\":{\"name\":\"em0\"}}},\"rule\":{\"id\":\"12\"},\
         \"pf\":{\"action\":\"DEL_C\",\"id\":\"65432100000000b8\",\"creatorid\":\"1a2b3c4d\",\
         \"translated\":true,\"src_state\":\"MULTIPLE\",\"dst_state\":\"MULTIPLE\",\"start_err\":1,\
         \"packets\":[1,0],\"bytes\":[60,0],\"counters_time\":\"2024-10-27T06:16:41.120000Z\",\
         \"timeout\":\"udp.multiple\",\"state_flags\":[],\"sync_flags\":[],\"log\":[],\"min_ttl\":0,\
         \"set_tos\":0,\"set_prio\":[0,0],\"max_mss\":0,\"rtableid\":[-1,-1],\
         \"release\":\"openbsd-7.9\"}}"
    );
}

#[test]
fn a_gap_lasts_from_its_first_moment_to_its_last() {
    let mut writer = Format::Ecs.writer(Options::default());
    let (from, to) = (Time::new(10, 0), Time::new(12, 500_000_001));
    let at = Where::Output("a\" \n\\b");
    let gap = Gap { from, to, lost: Some(3), at, certain: true, reason: Reason::Output };
    let mut event = Event::gap(gap);
    assert_eq!(
        common::line_of(&mut writer, &event),
        "{\"@timestamp\":\"1970-01-01T00:00:12.500000Z\",\"ecs\":{\"version\":\"8.17.0\"},\
         \"event\":{\"kind\":\"event\",\"category\":[\"network\"],\"type\":[\"info\"],\
         \"action\":\"gap\",\"reason\":\"output\",\"start\":\"1970-01-01T00:00:10.000000Z\",\
         \"end\":\"1970-01-01T00:00:12.500000Z\",\"duration\":2500000001},\
         \"observer\":{\"type\":\"firewall\"},\
         \"pf\":{\"lost\":3,\"where\":\"output a\\\"\\\\x20\\\\x0a\\\\x5cb\",\"certain\":true}}"
    );
    // A clock that went backwards.
    event.body = Body::Gap(Gap { from: to, to: from, ..gap });
    assert!(common::line_of(&mut writer, &event).contains("\"duration\":0}"));
}
