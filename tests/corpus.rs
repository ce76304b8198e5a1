//! Every capture of the corpus against its ground truth: every message, every field, the four
//! endpoints; with the release given and with the release told from the bytes.

mod common;

use std::path::Path;

use common::corpus::{self, Capture, Scenario, Variant};
use common::{Captured, json};
use pfstatelog::abi::Release;
use pfstatelog::decode::Decoder;
use pfstatelog::link::{self, Found};
use pfstatelog::wire::Frame;
use serde_json::{Value, json};

/// What was compared, to be held against what there is.
#[derive(Default)]
struct Compared {
    captures: usize,
    packets: usize,
    messages: usize,
    fields: usize,
    translated: usize,
}

#[test]
fn every_capture_of_the_corpus_decodes_to_its_ground_truth() {
    if let Some(folder) = common::shared_corpus() {
        let compared = compare_corpus(&folder);
        assert!(compared.captures > 500 && compared.translated > 100);
    }
}

#[test]
fn every_capture_of_the_fixtures_decodes_to_its_ground_truth() {
    let compared = compare_corpus(&common::root().join("fixtures/corpus"));
    assert!(compared.captures > 30 && compared.translated > 10);
}

fn compare_corpus(folder: &Path) -> Compared {
    let index = corpus::index(folder);
    let scenarios = corpus::scenarios(folder);
    let mut compared = Compared::default();
    for scenario in &scenarios {
        let name = format!("{}/{}", scenario.folder, scenario.name);
        let (packets, messages) =
            *index.get(&name).unwrap_or_else(|| panic!("INDEX.tsv has no line for {name}"));
        for capture in &scenario.captures {
            let one = compare(scenario, capture);
            let counts = (one.packets, one.messages);
            assert_eq!(counts, (packets, messages), "{}: INDEX.tsv", capture.path.display());
            compared.captures += 1;
            compared.packets += one.packets;
            compared.messages += one.messages;
            compared.fields += one.fields;
            compared.translated += one.translated;
        }
    }
    assert_eq!(scenarios.len(), index.len(), "each line of INDEX.tsv has a ground truth");
    assert_eq!(compared.captures, corpus::capture_files(folder), "each capture was compared");
    println!(
        "{} scenarios, {} captures, {} packets, {} messages, {} fields, twice each; {} translated \
         states",
        scenarios.len(),
        compared.captures,
        compared.packets,
        compared.messages,
        compared.fields,
        compared.translated
    );
    compared
}

fn compare(scenario: &Scenario, capture: &Capture) -> Compared {
    let truth = &scenario.truth;
    let release: Release = scenario.release.parse().unwrap();
    assert_eq!(truth["pfsync_version"], release.version(), "{}", scenario.name);
    let captured = common::read_sound(&capture.path);
    let packets = truth["packets"].as_array().unwrap();
    assert_eq!(captured.len(), packets.len(), "{}: packets", capture.path.display());
    let mut compared = Compared { packets: packets.len(), ..Compared::default() };
    let mut given = common::decoder(Some(&scenario.release));
    let mut detecting = common::decoder(None);
    for (at, (packet, truth)) in captured.iter().zip(packets).enumerate() {
        let place = format!("{} packet {}", capture.path.display(), at + 1);
        assert_eq!(time(packet), truth["ts"], "{place}: ts");
        compare_frame(&scenario.truth, capture.variant, packet, truth, &place);
        for (decoder, how) in [(&mut given, How::Given), (&mut detecting, How::Detected)] {
            compare_messages(decoder, how, packet, truth, &place, &mut compared);
        }
    }
    // Counted for both decoders.
    compared.messages /= 2;
    compared.fields /= 2;
    compared.translated /= 2;
    compared
}

/// Seconds and microseconds, as the corpus writes them.
fn time(packet: &Captured) -> String {
    assert_eq!(packet.time.nanos() % 1_000, 0);
    format!("{}.{:06}", packet.time.secs(), packet.time.subsec_micros())
}

/// The length at the tap, and what stands in front of the frame there.
fn compare_frame(
    scenario: &Value,
    variant: Variant,
    packet: &Captured,
    truth: &Value,
    place: &str,
) {
    let ip_at_tap = scenario["tap_starts_at"] == "ip";
    let tap_len = truth["tap_len"].as_u64().unwrap() as usize;
    let frame_len = if ip_at_tap { tap_len - 20 } else { tap_len };
    let at_hand = match variant {
        Variant::Pfsync0 => Some(tap_len),
        Variant::Payload => Some(frame_len),
        Variant::Wire => None,
    };
    assert_eq!(packet.wire_len as usize, packet.data.len(), "{place}: captured whole");
    assert!(at_hand.is_none_or(|len| packet.data.len() == len), "{place}: tap_len");
    let found = link::find(packet.link, &packet.data, packet.data.len());
    let Ok(Found::Pfsync(payload)) = found else {
        panic!("{place}: {found:?}");
    };
    assert_eq!(payload.wire_len, frame_len, "{place}: tap_len");
    assert_eq!(payload.bytes.len(), frame_len, "{place}: tap_len");
    let first = variant == Variant::Pfsync0 && ip_at_tap;
    assert_eq!(payload.ip_first_on_pfsync, first, "{place}: IP first");
    // The kernel taps before it fills in the source; on the syncdev it is there.
    assert_eq!(payload.sender.is_some(), variant == Variant::Wire, "{place}: sender");
    let frame = Frame::parse(payload.bytes, payload.wire_len);
    let header = frame.unwrap_or_else(|error| panic!("{place}: {error}")).header();
    assert_eq!(usize::from(header.unwrap().len), frame_len, "{place}: header.len");
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Given,
    Detected,
}

fn compare_messages(
    decoder: &mut Decoder,
    how: How,
    packet: &Captured,
    truth: &Value,
    place: &str,
    compared: &mut Compared,
) {
    let told = common::decode(decoder, packet);
    let truths = truth["messages"].as_array().unwrap();
    let actions: Vec<_> = told.iter().map(|told| told.message["action"].clone()).collect();
    let expected: Vec<_> = truths.iter().map(|truth| truth["action"].clone()).collect();
    assert_eq!(actions, expected, "{place}: actions, {how:?}");
    for (at, (told, truth)) in told.iter().zip(truths).enumerate() {
        let place = format!("{place} message {} ({})", at + 1, truth["action"]);
        let truth = json::on_the_wire(truth, told.message["state"].get("tagname").is_some());
        for (field, truth, ours) in json::differences(&truth, &told.message) {
            assert!(
                how == How::Detected && bytes_do_not_tell(&field, &truth, &ours),
                "{place}: {field} is {ours}, should be {truth} ({how:?}, read as {:?})",
                decoder.sender()
            );
        }
        compared.messages += 1;
        compared.fields += leaves(&told.message);
        assert_eq!(told.endpoints.is_some(), truth.get("state").is_some(), "{place}");
        if let Some(endpoints) = &told.endpoints {
            let expected = json::endpoints_by_the_table(&truth["state"]);
            assert_eq!(*endpoints, expected, "{place}: endpoints, {how:?}");
            compared.translated += usize::from(endpoints.translated);
        }
    }
}

/// Where a release told from the bytes may read another value than the sender's own: a field that
/// the sender's release does not have, read as 0 because a newer one has it and nothing in the
/// frame says that the sender is older.
///
/// - `rt`: byte 254 is 0 from 5.2 to 6.8, and before that where no flag is set
/// - `set_prio`: bytes 262 and 263 are padding before 5.7
/// - `rdomain` of a TDB: padding up to 4.7
///
/// Everything else is the same whatever the frame is taken for.
fn bytes_do_not_tell(field: &str, truth: &Value, ours: &Value) -> bool {
    let zero = match field {
        "state.rt" | "rdomain" => json!(0),
        "state.set_prio" => json!([0, 0]),
        _ => return false,
    };
    truth.is_null() && *ours == zero
}

/// Numbers, texts and nulls in a value.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields.values().map(leaves).sum(),
        Value::Array(values) => values.iter().map(leaves).sum(),
        _ => 1,
    }
}
