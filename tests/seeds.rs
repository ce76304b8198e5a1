//! The seeds of the fuzz targets: small inputs, named after what they are. They are made of the fixtures
//! and of what the grammar writes; `UPDATE_GOLDEN=1 cargo test --test seeds` writes them anew. Those of
//! version 5, which the fixtures lack, are the first frames of the corpus. Each, and each input that ever
//! failed, is held here to what its target holds it to; with `PFSTATELOG_CORPUS` those of that folder too,
//! which is how `misc/coverage.sh` has what the fuzzers found.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use common::{Captured, corpus};
use pfstatelog::abi::Release;
use pfstatelog::capture::{ByteOrder, LinkType};
use pfstatelog::dump::{self, Format, recast};
use pfstatelog::fuzzing::{TARGETS, frame, seen};
use pfstatelog::link::{self, Found};
use pfstatelog::pf::{Form, StateTable};
use pfstatelog::wire::grammar::{self, Body};

/// Seeds of one target, by name.
type Seeds = BTreeMap<String, Vec<u8>>;

/// A larger one costs the fuzzer more than it teaches it.
const MAX_SEED_BYTES: usize = 2048;

fn folder(kind: &str, target: &str) -> PathBuf {
    common::root().join("fuzz").join(kind).join(target)
}

/// The first packets of each fixture, with the name of where they are from.
fn packets() -> Vec<(String, Captured)> {
    let fixtures = common::root().join("fixtures");
    let mut packets = Vec::new();
    for (release, folder) in corpus::releases(&fixtures.join("corpus"))
        .into_iter()
        .chain([("malformed".to_string(), fixtures.join("malformed"))])
    {
        for (name, path) in corpus::entries(&folder) {
            if let Some(name) = name.strip_suffix(".pcap") {
                let (captured, _) = common::read(&path);
                let first = captured.into_iter().take(2).enumerate();
                packets.extend(first.map(|(n, packet)| (format!("{release}.{name}.{n}"), packet)));
            }
        }
    }
    for path in common::pflog_captures().iter().filter(|path| path.starts_with(&fixtures)) {
        let part = |path: Option<&std::ffi::OsStr>| path.unwrap().to_str().unwrap().to_string();
        let release = part(path.parent().and_then(|folder| folder.file_name()));
        let name = part(path.file_stem());
        let first = common::read_sound(path).into_iter().take(2).enumerate();
        packets.extend(first.map(|(n, packet)| (format!("pflog.{release}.{name}.{n}"), packet)));
    }
    packets
}

/// Releases of the corpus that the fixtures know nothing of.
const OTHERS: [&str; 6] = [
    "freebsd-12.1",
    "freebsd-15-msg1301",
    "freebsd-15-msg1400",
    "freebsd-15-msg1500",
    "openbsd-4.5",
    "openbsd-4.6",
];

/// A frame of each of their scenarios; nothing where the corpus is not at hand.
fn others() -> Vec<(String, Captured)> {
    let Some(corpus) = common::shared_corpus() else { return Vec::new() };
    let mut packets = Vec::new();
    for release in OTHERS {
        for (name, path) in corpus::entries(&corpus.join(release)) {
            if let Some(name) = name.strip_suffix(".wire.pcap") {
                let first = common::read(&path).0.into_iter().next();
                packets.extend(first.map(|packet| (format!("{release}.{name}"), packet)));
            }
        }
    }
    packets
}

/// Frames that the grammar writes: each action alone, and one of all.
fn written() -> Vec<(String, Vec<u8>)> {
    let named = grammar::StateId { id: 0x5f3a_1b2c_0000_0001, creatorid: seen::A };
    let bus = grammar::Bus { creatorid: seen::A, endtime: 60, status: 1, pad: [0; 3] };
    let tdb = grammar::Tdb { spi: 0x1000, rpl: 77, cur_bytes: 1 << 33, ..Default::default() };
    let otdb = grammar::OldTdb { spi: 0x1000, rpl: 77, ..Default::default() };
    let sections = [
        ("clr", seen::clr("em0", seen::A)),
        ("ins_ack", (2, Body::InsAck(vec![named; 2]))),
        ("upd_c", seen::upd_c(1, [4, 4], 2)),
        ("upd_req", (5, Body::UpdReq(vec![named]))),
        ("del", seen::del(seen::state(1))),
        ("del_c", (7, Body::DelC(vec![named; 3]))),
        ("bus", (10, Body::Bus(vec![bus]))),
        ("otdb", (11, Body::OldTdb(vec![otdb]))),
        ("eof", (12, Body::Skipped(vec![0; 4]))),
        ("ins", seen::ins(seen::udp(1))),
        ("upd", seen::upd(seen::state(2))),
        ("tdb", (15, Body::Tdb(vec![tdb]))),
        ("unknown", (99, Body::Skipped(vec![1; 20]))),
    ];
    let mut frames: Vec<_> = sections
        .iter()
        .map(|(name, section)| {
            (format!("written.{name}"), grammar::Frame::build(vec![section.clone()]))
        })
        .collect();
    let all = sections.into_iter().map(|(_, section)| section).collect();
    frames.push(("written.all".to_string(), grammar::Frame::build(all)));
    frames.push(("written.nothing".to_string(), grammar::Frame::build(Vec::new())));
    frames
}

fn put(seeds: &mut Seeds, name: &str, bytes: Vec<u8>) {
    let is_known = seeds.values().any(|known| *known == bytes);
    if bytes.len() <= MAX_SEED_BYTES && !is_known {
        seeds.insert(name.to_string(), bytes);
    }
}

/// All seeds, as they should be.
fn made() -> BTreeMap<&'static str, Seeds> {
    let mut all: BTreeMap<&str, Seeds> =
        TARGETS.iter().map(|target| (target.name, Seeds::new())).collect();
    let mut add = |target: &str, name: &str, bytes: Vec<u8>| {
        put(all.get_mut(target).expect("a target"), name, bytes);
    };
    let mut found = |name: &str, packet: &Captured| {
        if let Some(input) = frame::input(&packet.packet()) {
            add("frame", name, input);
        }
        let wire_len = packet.wire_len as usize;
        if let Ok(Found::Pfsync(payload)) = link::find(packet.link, &packet.data, wire_len) {
            let missing = (payload.wire_len - payload.bytes.len()) as u16;
            add("differential", name, [&missing.to_be_bytes(), payload.bytes].concat());
        }
        if packet.link == LinkType(117) {
            let missing = (packet.wire_len as usize - packet.data.len()) as u16;
            add("differential", name, [&missing.to_be_bytes(), &packet.data[..]].concat());
        }
        add("capture_file", &format!("{name}.pcap"), pcap(packet));
        if !OTHERS.iter().any(|other| name.starts_with(other)) {
            add("capture_file", &format!("{name}.pcapng"), pcapng(packet));
        }
    };
    for (name, packet) in packets().into_iter().chain(others()) {
        found(&name, &packet);
    }
    for (name, data) in written() {
        let (time, wire_len, link) = (seen::T0, data.len() as u32, LinkType(246));
        let order = ByteOrder::Little;
        found(&name, &Captured { time, data, wire_len, link, order });
    }
    // What these read is a plan, which has no form that could be written by hand: numbers of a
    // generator, of several lengths.
    for target in ["structured", "table", "filter_and_config"] {
        for len in [16, 64, 256, 1024] {
            let mut next = 0x2545_f491_4f6c_dd1du64 ^ len as u64;
            let bytes = std::iter::repeat_with(|| {
                next ^= next << 13;
                next ^= next >> 7;
                next ^= next << 17;
                (next >> 32) as u8
            });
            add(target, &format!("plan.{len}"), bytes.take(len).collect());
        }
    }
    for (name, bytes) in tables() {
        add("dump", &name, bytes);
    }
    all
}

/// A state as each kind of file has it, of releases that have little in common.
fn tables() -> Vec<(String, Vec<u8>)> {
    let frame = grammar::Frame::build(vec![seen::ins(seen::udp(1))]);
    let newest = Form::new(Release::NEWEST);
    // Behind the headers of frame and section.
    let record = frame.get(24..).unwrap().to_vec();
    let table = StateTable::from_records(newest, seen::T0, record).unwrap();
    let mut files = Vec::new();
    for release in [Release::NEWEST, Release::OpenBsd4_6, Release::FreeBsd15_0] {
        let recast = recast(&table, Form::new(release)).unwrap().0.unwrap_or_else(|| table.clone());
        for format in [Format::Binary, Format::Text, Format::Json, Format::Pcap] {
            let mut file = Vec::new();
            dump::write(&recast, format, &mut file).unwrap();
            files.push((format!("{release}.{format}"), file));
        }
    }
    let byhand =
        "# by hand\npfstatelog-states version=1 release=openbsd-7.9\nstate id=x \"#\nend\n";
    files.push(("mistakes.text".to_string(), byhand.as_bytes().to_vec()));
    let byhand = "{\n \"format\": \"pfstatelog-states\", \"version\": \"1\", \"release\": \"openbsd-7.9\"\n}\n\
        {\"id\":null}\n{\"i\\u0064\":\"\\ud800\"}\n{\"end\":true}\n";
    files.push(("mistakes.json".to_string(), byhand.as_bytes().to_vec()));
    files
}

/// A file of one packet.
fn pcap(packet: &Captured) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(0xa1b2_c3d4u32.to_be_bytes());
    file.extend([0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]);
    file.extend(u32::from(packet.link.0).to_be_bytes());
    for word in [packet.time.secs() as u32, 0, packet.data.len() as u32, packet.wire_len] {
        file.extend(word.to_be_bytes());
    }
    file.extend(&packet.data);
    file
}

/// The same as pcapng, little-endian.
fn pcapng(packet: &Captured) -> Vec<u8> {
    let mut file = Vec::new();
    let mut block = |kind: u32, body: &[u8]| {
        let padded = body.len().next_multiple_of(4);
        let len = (padded + 12) as u32;
        file.extend(kind.to_le_bytes());
        file.extend(len.to_le_bytes());
        file.extend(body);
        file.resize(file.len() + padded - body.len(), 0);
        file.extend(len.to_le_bytes());
    };
    let section = [0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255];
    block(0x0a0d_0d0a, &section);
    let link = packet.link.0.to_le_bytes();
    block(1, &[link[0], link[1], 0, 0, 0, 0, 4, 0]);
    let micros = packet.time.nanos() as u64 / 1000;
    let mut body = 0u32.to_le_bytes().to_vec();
    for word in [(micros >> 32) as u32, micros as u32, packet.data.len() as u32, packet.wire_len] {
        body.extend(word.to_le_bytes());
    }
    body.extend(&packet.data);
    block(6, &body);
    file
}

fn files(folder: &PathBuf) -> Seeds {
    let Ok(entries) = fs::read_dir(folder) else { return Seeds::new() };
    let files = entries.map(|entry| entry.unwrap());
    files
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

#[test]
fn the_seeds_are_what_is_made_of_the_fixtures() {
    let has_corpus = common::shared_corpus().is_some();
    assert!(has_corpus || std::env::var_os("UPDATE_GOLDEN").is_none(), "it takes the corpus");
    for (target, seeds) in made() {
        let folder = folder("seeds", target);
        assert!(seeds.len() >= 4, "{target}: {} seeds", seeds.len());
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).unwrap();
            for (name, bytes) in &seeds {
                fs::write(folder.join(name), bytes).unwrap();
            }
        }
        let mut there = files(&folder);
        if !has_corpus {
            there.retain(|name, _| !OTHERS.iter().any(|other| name.starts_with(other)));
        }
        assert!(there == seeds, "{}: UPDATE_GOLDEN=1 writes them anew", folder.display());
    }
}

/// Each input in these folders, held to what its target says; gives how many there were.
fn replayed(kind: &str) -> usize {
    let mut replayed = 0;
    for target in TARGETS {
        for (name, bytes) in files(&folder(kind, target.name)) {
            println!("{kind}/{}/{name}", target.name);
            (target.run)(&bytes);
            replayed += 1;
        }
    }
    replayed
}

#[test]
fn seeds_hold() {
    let replayed = replayed("seeds");
    assert!(replayed > 100, "{replayed} seeds");
}

/// The name of the file says what it showed; a panic's last line before it names the file.
#[test]
fn what_once_failed_holds() {
    // None is ever deleted.
    let replayed = replayed("regressions");
    assert!(replayed >= 3, "{replayed} inputs");
}

#[test]
fn what_fuzzing_found_holds() {
    let Some(corpus) = std::env::var_os("PFSTATELOG_CORPUS").map(PathBuf::from) else { return };
    for target in TARGETS {
        let found = files(&corpus.join(target.name));
        found.values().for_each(|bytes| (target.run)(bytes));
        println!("{}: {} inputs", target.name, found.len());
    }
}

#[test]
fn each_target_is_a_line_of_its_own_in_the_workspace_of_fuzz() {
    let manifest = fs::read_to_string(common::root().join("fuzz/Cargo.toml")).unwrap();
    let targets = files(&common::root().join("fuzz/fuzz_targets"));
    let names: Vec<_> = TARGETS.iter().map(|target| format!("{}.rs", target.name)).collect();
    let mut expected: Vec<_> = names.clone();
    expected.sort();
    assert_eq!(targets.keys().cloned().collect::<Vec<_>>(), expected);
    for (target, name) in TARGETS.iter().zip(names) {
        assert!(manifest.contains(&format!("name = \"{}\"", target.name)), "{}", target.name);
        let text = String::from_utf8(targets[&name].clone()).unwrap();
        assert!(text.contains(&format!("fuzzing::{}::run", target.name)), "{text}");
    }
}
