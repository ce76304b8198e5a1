//! Logged packets, against their ground truth: what the kernels' own loggers were given. Each capture is
//! read with the release named and without, and each line is held to the schema.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{Captured, corpus};
use pfstatelog::decode::Decoder;
use pfstatelog::event::{Body, EventKind, EventSet};
use pfstatelog::format::{Format, Options};
use pfstatelog::fuzzing::logged;
use pfstatelog::fuzzing::schema::Schema;
use serde_json::{Value, json};

/// A scenario: its ground truth, and its captures.
struct Scenario {
    release: String,
    name: String,
    truth: Value,
    captures: Vec<PathBuf>,
}

/// Folders of captures: those of the package, and of the whole corpus where it is.
fn folders() -> Vec<PathBuf> {
    let shared = common::shared_corpus().map(|corpus| corpus.join("pflog"));
    let all = [Some(common::root().join("fixtures/pflog")), shared];
    all.into_iter().flatten().filter(|folder| folder.is_dir()).collect()
}

fn scenarios() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (folder, path) in folders().iter().flat_map(|folder| corpus::releases(folder)) {
        for (file, json) in corpus::entries(&path) {
            let Some(name) = file.strip_suffix(".json").filter(|name| *name != "scan") else {
                continue;
            };
            let text = std::fs::read_to_string(&json).unwrap();
            let captures =
                ["pcap", "big_endian.pcap"].map(|end| path.join(format!("{name}.{end}")));
            scenarios.push(Scenario {
                release: release(&folder),
                name: name.to_string(),
                truth: serde_json::from_str(&text).unwrap(),
                captures: captures.into_iter().filter(|path| path.is_file()).collect(),
            });
        }
    }
    scenarios
}

/// The release of a folder: `freebsd-15` has the headers of `freebsd-15.0`.
fn release(folder: &str) -> String {
    if folder.contains('.') { folder.to_string() } else { format!("{folder}.0") }
}

fn lines(decoder: Decoder, packets: &[Captured]) -> Vec<Value> {
    let schema = Schema::new(include_str!("../misc/event.schema.json"));
    let written = common::written(decoder, packets, None, [Format::Json]);
    let values = written.iter().map(|[line]| {
        let value: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        schema.check(&value).unwrap_or_else(|error| panic!("{error}\n{line}"));
        value
    });
    values.collect()
}

#[test]
fn every_logged_packet_is_told_as_the_kernel_had_it() {
    let (mut files, mut records, mut fields, mut gaps) = (0, 0, 0, 0);
    for Scenario { release, truth, captures, .. } in scenarios() {
        for capture in &captures {
            let packets = common::read_sound(capture);
            let truths = truth["packets"].as_array().unwrap();
            assert_eq!(packets.len(), truths.len(), "{}", capture.display());
            for asked in [Some(release.as_str()), None] {
                let lines = lines(common::decoder(asked), &packets);
                assert_eq!(lines.len(), truths.len(), "{}: one event a packet", capture.display());
                for (line, packet) in lines.iter().zip(truths) {
                    let place = format!("{} {} {asked:?}", capture.display(), packet["n"]);
                    match expected_gap(packet) {
                        Some(reason) => {
                            assert_eq!((&line["event"], &line["reason"]), (&json!("gap"), &reason));
                            gaps += 1;
                        }
                        None => fields += compare(line, packet, asked.is_some(), &place),
                    }
                    records += 1;
                }
            }
            files += 1;
        }
    }
    println!("{files} captures, {records} records compared, {fields} fields, {gaps} gaps");
    assert!(files >= 25 && records >= 500, "{files} captures, {records} records");
}

/// Bytes of a header that have a layout.
const KNOWN: [u64; 3] = [64, 72, 100];

fn expected_gap(packet: &Value) -> Option<Value> {
    let had = packet["caplen"].as_u64().unwrap();
    let length = packet["header"]["length"].as_u64().unwrap();
    let rounded = length.next_multiple_of(4);
    if had == 0 {
        return Some(json!("cut"));
    }
    if !KNOWN.contains(&rounded) {
        return Some(json!("bad-header-length"));
    }
    let cut = had < rounded;
    let wire_len = packet["len"].as_u64().unwrap();
    cut.then(|| json!(if rounded <= wire_len { "cut" } else { "short-header" }))
}

/// Compares a line with what it should tell; gives the number of keys.
fn compare(line: &Value, packet: &Value, asked: bool, place: &str) -> usize {
    let header = &packet["header"];
    let named = |name: &Value, number: &Value| match name {
        Value::String(name) => json!(name),
        _ => json!(number.to_string()),
    };
    let mut expected: BTreeMap<&str, Value> = BTreeMap::new();
    expected.insert("event", json!("packet"));
    if asked {
        expected.insert("action", named(&header["action_name"], &header["action"]));
        expected.insert("reason", named(&header["reason_name"], &header["reason"]));
    }
    let way = match header["dir"].as_u64().unwrap() {
        1 => "in".to_string(),
        2 => "out".to_string(),
        3 => "fwd".to_string(),
        other => other.to_string(),
    };
    expected.insert("direction", json!(way));
    for (key, raw) in [("ifname", "ifname_raw"), ("ruleset", "ruleset_raw")] {
        let name = escaped(header[raw].as_str().unwrap());
        expected.insert(
            key,
            if key == "ruleset" && name.is_empty() { Value::Null } else { json!(name) },
        );
    }
    for (key, field) in
        [("rule", "rulenr"), ("subrule", "subrulenr"), ("uid", "uid"), ("pid", "pid")]
    {
        expected.insert(key, header[field].clone());
    }
    for key in ["rule_uid", "rule_pid"] {
        let number = header[key].as_i64().unwrap();
        expected.insert(key, json!(number));
    }
    // A length that another layout has puts the packet elsewhere.
    if header["length"].as_u64().unwrap().next_multiple_of(4) == packet["payload_offset"] {
        inner(&mut expected, packet);
        if let Some(ridentifier) = header.get("ridentifier") {
            expected.insert("ridentifier", ridentifier.clone());
        }
    }
    let count = expected.len();
    for (key, value) in expected {
        assert_eq!(line.get(key).unwrap_or(&Value::Null), &value, "{place}: {key} of {line}");
    }
    count
}

/// What the packet itself says, and who is who in it.
fn inner(expected: &mut BTreeMap<&str, Value>, packet: &Value) {
    let inner = &packet["inner"];
    let header = &packet["header"];
    if let Some(error) = inner.get("error") {
        // The ground truth takes the family from one byte of the header; here the packet's own version
        // decides, if the header has that family at all.
        let (af, naf) = (header["af"].as_u64(), header["naf"].as_u64());
        if error == "bad version" && af != naf && naf.is_some() {
            return;
        }
        expected.insert("problem", json!(error.as_str().unwrap().replace(' ', "-")));
        expected.insert("src", Value::Null);
        return;
    }
    let length = match inner["version"].as_u64() {
        Some(4) => inner["ip_len"].clone(),
        _ => json!(inner["payload_len"].as_u64().unwrap() + 40),
    };
    expected.insert("length", length);
    expected.insert("protonum", inner["proto"].clone());
    for key in ["tcp_flags", "icmp_type", "icmp_code"] {
        expected.insert(key, inner.get(key).cloned().unwrap_or(Value::Null));
    }
    let is_fragment = inner["more_fragments"] == true
        || inner.get("frag_id").is_some()
        || inner["frag_offset"].as_u64().is_some_and(|offset| offset > 0);
    for (key, field) in [("frag_offset", "frag_offset"), ("more_fragments", "more_fragments")] {
        expected.insert(key, if is_fragment { inner[field].clone() } else { Value::Null });
    }
    let says = packet["header_addresses_are"].as_str().unwrap_or("nothing");
    let has_ports = inner.get("sport").is_some();
    let port = |tuple: &Value, key: &str| match has_ports {
        true => tuple[key].clone(),
        false => Value::Null,
    };
    let mut own = |names: [&'static str; 4], tuple: &Value| {
        expected.insert(names[0], tuple["src"].clone());
        expected.insert(names[2], tuple["dst"].clone());
        // ICMP has its id there.
        if inner.get("icmp_type").is_none() && (has_ports || names[0] == "src") {
            expected.insert(names[1], port(tuple, "sport"));
            expected.insert(names[3], port(tuple, "dport"));
        }
    };
    let (before, after) =
        (["src", "sport", "dst", "dport"], ["nat_src", "nat_sport", "nat_dst", "nat_dport"]);
    if matches!(says, "translated" | "original") {
        own(before, &packet["received_tuple"]);
        own(after, &packet["translated_tuple"]);
        expected.insert("translated", json!(true));
    } else {
        own(before, inner);
        let known = packet["payload_is"] != "as given";
        expected.insert("translated", if known { json!(false) } else { Value::Null });
    }
}

/// The 16 bytes of a name as lines have them.
fn escaped(hex: &str) -> String {
    let bytes =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
    let mut text = String::new();
    for byte in bytes.take_while(|byte| *byte != 0) {
        match byte {
            b'\\' | 0..=b' ' | 127.. => text += &format!("\\x{byte:02x}"),
            byte => text.push(char::from(byte)),
        }
    }
    text
}

/// 20,000 packets each, against who sent them.
#[test]
fn the_scans_are_told_packet_by_packet() {
    let Some(folder) = common::shared_corpus().map(|corpus| corpus.join("pflog")) else { return };
    let mut compared = 0;
    for (_, folder) in corpus::releases(&folder) {
        let path = folder.join("scan.pcap");
        if !path.is_file() {
            continue;
        }
        let truth = gunzip(&folder.join("scan.truth.jsonl.gz"));
        let mut truths = truth.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut writer = Format::Json.writer(Options::default());
        let mut decoder = common::decoder(None);
        for packet in common::read_sound(&path) {
            let truth = truths.next().unwrap();
            decoder.packet(&packet.packet(), None, &mut |event| {
                let line = common::line_of(&mut writer, event);
                let told: Value = serde_json::from_str(&line).unwrap();
                for (ours, theirs) in [
                    ("action", "action"),
                    ("reason", "reason"),
                    ("direction", "dir"),
                    ("ifname", "ifname"),
                    ("rule", "rule"),
                    ("ruleset", "anchor"),
                    ("subrule", "subrule"),
                    ("src", "src"),
                    ("dst", "dst"),
                    ("protonum", "proto"),
                    ("tcp_flags", "tcp_flags"),
                    ("icmp_type", "icmp_type"),
                ] {
                    // Flags of TCP over IPv6 lie behind what FreeBSD's snap length keeps.
                    let told = told.get(ours).unwrap_or(&Value::Null);
                    if ours == "tcp_flags" && told.is_null() && line.contains("truncated") {
                        continue;
                    }
                    assert_eq!(told, &truth[theirs], "{}: {ours} of {line}", path.display());
                }
                if truth["icmp_type"].is_null() {
                    assert_eq!(
                        told.get("sport").unwrap_or(&Value::Null),
                        &truth["sport"],
                        "{line}"
                    );
                    assert_eq!(
                        told.get("dport").unwrap_or(&Value::Null),
                        &truth["dport"],
                        "{line}"
                    );
                }
                compared += 1;
            });
        }
        assert_eq!(truths.next(), None);
    }
    println!("{compared} packets compared");
    assert!(compared >= 20_000, "{compared}");
}

fn gunzip(path: &Path) -> String {
    use std::io::Read;
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

/// A name from the wire is one word of a line, whatever is in it.
#[test]
fn no_name_can_forge_a_line() {
    let mut seen = 0;
    for Scenario { captures, .. } in scenarios().iter().filter(|s| s.name == "hostile_names") {
        for packet in captures.iter().flat_map(|path| common::read_sound(path)) {
            let mut decoder = common::decoder(None);
            let formats = [Format::Text, Format::Json, Format::Ecs];
            let mut writers = formats.map(|format| format.writer(Options::default()));
            decoder.packet(&packet.packet(), None, &mut |event| {
                let Body::Packet(logged) = &event.body else { panic!("{event:?}") };
                let [text, json, ecs] = writers.each_mut().map(|w| common::line_of(w, event));
                for line in [&text, &json, &ecs] {
                    assert!(line.bytes().all(|byte| (b' '..127).contains(&byte)), "{line}");
                }
                let words: Vec<_> = text.split(' ').collect();
                let [_, "packet", ifname, "tcp", _, "->", _, "block", "in", "rule", ..] = words[..]
                else {
                    panic!("{text}");
                };
                let hex = |name: &[u8]| name.iter().map(|b| format!("{b:02x}")).collect::<String>();
                let name = escaped(&hex(logged.ifname.as_bytes()));
                assert_eq!(ifname, if name.is_empty() { "-" } else { name.as_str() });
                let anchor = words.iter().position(|word| *word == "anchor");
                let ruleset = escaped(&hex(logged.ruleset.as_bytes()));
                assert_eq!(anchor.map_or("", |at| words[at + 1]), ruleset);
                seen += 1;
            });
        }
    }
    assert!(seen >= 25, "{seen}");
}

/// A packet and a state with the same endpoints have the same words for them.
#[test]
fn packets_and_states_meet() {
    let nat = common::read_sound(&common::root().join("fixtures/nat.pcap"));
    let states =
        common::written(common::decoder(None).with_table(1000), &nat, None, [Format::Json]);
    let state: Value = serde_json::from_str(&states[0][0]).unwrap();
    let path = common::root().join("fixtures/pflog/openbsd-7.9/rewritten_rdr_in.pcap");
    let packet = lines(common::decoder(None), &common::read_sound(&path)).remove(0);
    for key in ["src", "sport", "dst", "dport", "translated", "nat_src", "nat_sport", "nat_dst"] {
        let kinds = [&state, &packet].map(|line| std::mem::discriminant(&line[key]));
        assert_eq!(kinds[0], kinds[1], "{key}: {state} {packet}");
    }
    // An echo request has the keys that pf's state of it has.
    let path = common::root().join("fixtures/pflog/openbsd-7.9/icmp.pcap");
    let echo = lines(common::decoder(None), &common::read_sound(&path));
    assert_eq!((&echo[0]["sport"], &echo[0]["dport"]), (&json!(0x0c0d), &json!(8)));
    assert_eq!((&echo[1]["sport"], &echo[1]["dport"]), (&json!(8), &json!(0x0c0d)));
}

#[test]
fn packets_are_counted_by_action_and_reason() {
    let path = common::root().join("fixtures/pflog/openbsd-7.9/actions.pcap");
    let mut decoder = common::decoder(None);
    let packets = common::read_sound(&path);
    packets.iter().for_each(|packet| decoder.packet(&packet.packet(), None, &mut |_| {}));
    let of = |word: &str| {
        decoder.stats.packets_by_action().find(|(known, _)| *known == word).map(|(_, count)| count)
    };
    assert_eq!((of("block"), of("afrt"), of("other")), (Some(2), Some(2), Some(4)));
    assert_eq!(decoder.stats.events_of(EventKind::Packet), packets.len() as u64);
    assert_eq!(decoder.stats.logged, packets.len() as u64);
    assert!(EventSet::DEFAULT.contains(EventKind::Packet));
}

/// Captured packets of the fixtures with a few bytes changed, and cut anywhere.
#[test]
fn damaged_packets_hold_as_well() {
    let fixtures = common::root().join("fixtures");
    let paths = common::pflog_captures().into_iter().filter(|path| path.starts_with(&fixtures));
    let all: Vec<_> = paths.flat_map(|path| common::read_sound(&path)).collect();
    let mut next = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        next ^= next << 13;
        next ^= next >> 7;
        next ^= next << 17;
        (next >> 33) as usize % below.max(1)
    };
    for _ in 0..40_000 {
        let mut data = all[random(all.len())].data.clone();
        for _ in 0..random(4) {
            let at = random(data.len());
            if let Some(byte) = data.get_mut(at) {
                *byte = random(256) as u8;
            }
        }
        data.truncate(data.len() - random(3) * random(data.len() + 1) / 2);
        let missing = random(2) * random(200);
        logged::both_orders(&data, data.len() + missing);
    }
}
