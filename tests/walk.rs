//! Walking a frame, whatever its bytes are: views and grammar read the same, every byte is
//! accounted for, a cut gives every whole record and says so.

mod common;

use binrw::BinWrite;
use binrw::io::Cursor;
use common::{Captured, corpus};
use pfstatelog::abi::{Layout, Release};
use pfstatelog::event::EventKind;
use pfstatelog::fuzzing::structured::records;
use pfstatelog::fuzzing::{account, differential as differ};
use pfstatelog::link::{self, Found};
use pfstatelog::wire::grammar::{self, Body, SectionHeader};
use pfstatelog::wire::{Counter, Frame, Senders};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Actions of the newest layout, and bytes of their records.
const DECODED: [(u8, usize); 11] = [
    (0, 20),
    (2, 12),
    (4, 84),
    (5, 12),
    (6, 264),
    (7, 12),
    (10, 12),
    (11, 48),
    (13, 264),
    (14, 264),
    (15, 52),
];

fn decoded_section() -> impl Strategy<Value = (u8, Body)> {
    (select(&DECODED[..]), 0..4usize)
        .prop_flat_map(|(row, count)| (Just(row), vec(any::<u8>(), row.1 * count)))
        .prop_map(|((action, size), bytes)| (action, records(action, size, &bytes)))
}

/// A section that is skipped: a dead action, or one without a name.
fn skipped_section() -> impl Strategy<Value = (u8, Body)> {
    let action = prop_oneof![select(&[1u8, 3, 8, 9, 12][..]), 16..=255u8];
    (action, 1..30usize)
        .prop_flat_map(|(action, words)| (Just(action), vec(any::<u8>(), words * 4)))
        .prop_map(|(action, bytes)| (action, Body::Skipped(bytes)))
}

fn sections() -> impl Strategy<Value = Vec<(u8, Body)>> {
    vec(prop_oneof![4 => decoded_section(), 1 => skipped_section()], 0..6)
}

/// One way to damage a frame.
#[derive(Debug, Clone)]
enum Damage {
    Byte(Index, u8),
    Version(u8),
    Len(u16),
    /// Action, len, count at a place where a section header may stand.
    Section(Index, u8, u8, u16),
    /// The capture ends here.
    CutCapture(Index),
    /// The packet ends here.
    CutPacket(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, to)| Damage::Byte(at, to)),
        1 => any::<u8>().prop_map(Damage::Version),
        1 => prop_oneof![0..2000u16, any::<u16>()].prop_map(Damage::Len),
        3 => (any::<Index>(), 0..18u8, 0..70u8, 0..6u16)
            .prop_map(|(at, action, len, count)| Damage::Section(at, action, len, count)),
        2 => any::<Index>().prop_map(Damage::CutCapture),
        2 => any::<Index>().prop_map(Damage::CutPacket),
    ]
}

/// Where section headers stand in a sound frame.
fn section_offsets(bytes: &[u8]) -> Vec<usize> {
    let frame = Frame::parse(bytes, bytes.len()).unwrap();
    frame.sections_of(Release::NEWEST.layout()).map(|section| section.unwrap().offset).collect()
}

/// The damaged bytes, and how many of them were on the wire.
fn damaged(mut bytes: Vec<u8>, damages: &[Damage]) -> (Vec<u8>, usize) {
    let sections = section_offsets(&bytes);
    let mut wire_len = bytes.len();
    for damage in damages {
        match damage {
            Damage::Byte(at, to) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] = *to;
            }
            Damage::Version(version) if !bytes.is_empty() => bytes[0] = *version,
            Damage::Len(len) if bytes.len() >= 4 => {
                bytes[2..4].copy_from_slice(&len.to_be_bytes());
            }
            Damage::Section(at, action, len, count) if !sections.is_empty() => {
                let at = sections[at.index(sections.len())];
                if let Some(header) = bytes.get_mut(at..at + 4) {
                    header[0] = *action;
                    header[1] = *len;
                    header[2..].copy_from_slice(&count.to_be_bytes());
                }
            }
            Damage::CutCapture(at) => bytes.truncate(at.index(bytes.len() + 1)),
            Damage::CutPacket(at) => {
                bytes.truncate(at.index(bytes.len() + 1));
                wire_len = bytes.len();
            }
            _ => {}
        }
    }
    (bytes, wire_len)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        // What fails is printed; it becomes a test of its own.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes_read_the_same_both_ways(
        mut bytes in vec(any::<u8>(), 0..400),
        plausible in any::<bool>(),
        more in 0..40usize,
    ) {
        if plausible && bytes.len() >= 4 {
            let len = bytes.len() as u16;
            bytes[0] = 6;
            bytes[2..4].copy_from_slice(&len.to_be_bytes());
        }
        differ::compare_in_every_layout(&bytes, bytes.len() + more);
    }

    #[test]
    fn built_frames_read_the_same_both_ways_and_come_back(sections in sections()) {
        let bytes = grammar::Frame::build(sections.clone());
        differ::compare_in_every_layout(&bytes, bytes.len());
        let read = grammar::Frame::read(&bytes, bytes.len(), Release::NEWEST.layout());
        prop_assert_eq!(read.error, None);
        let bodies: Vec<_> = sections.into_iter().map(|(_, body)| body).collect();
        let ours: Vec<_> = read.sections.iter().map(|section| section.body.clone()).collect();
        prop_assert_eq!(ours, bodies);
        for release in Release::ALL.iter().filter(|release| release.version() == 6) {
            let read = grammar::Frame::read(&bytes, bytes.len(), release.layout());
            // Up to 5.1 there is no action 15: with records it is skipped, without it cannot be.
            let expected = if read.error.is_none() { bytes.len() } else { read.write().len() };
            prop_assert!(*release <= Release::OpenBsd5_1 || read.error.is_none());
            prop_assert_eq!(read.write(), bytes[..expected].to_vec(), "{}", release);
        }
    }

    #[test]
    fn damaged_frames_read_the_same_both_ways(
        sections in sections(),
        damages in vec(damage(), 1..5),
    ) {
        let (bytes, wire_len) = damaged(grammar::Frame::build(sections), &damages);
        differ::compare_in_every_layout(&bytes, wire_len);
    }

    /// A later kernel may make records longer: what is known of them comes first.
    #[test]
    fn longer_records_are_read_by_the_part_that_is_known(
        sections in vec(decoded_section(), 1..4),
        words in vec(1..40u8, 4),
        filler in any::<u8>(),
    ) {
        let bytes = grammar::Frame::build(sections.clone());
        let longer = lengthened(&bytes, &words, filler);
        let newest = Release::NEWEST.layout();
        let read = grammar::Frame::read(&longer, longer.len(), newest);
        prop_assert_eq!(read.error, None);
        let ours: Vec<_> = read.sections.into_iter().map(|section| section.body).collect();
        let bodies: Vec<_> = sections.into_iter().map(|(_, body)| body).collect();
        prop_assert_eq!(ours, bodies);
        differ::compare_in_every_layout(&longer, longer.len());
    }
}

/// The frame with each record of section `n` made longer by `words[n]`.
fn lengthened(bytes: &[u8], words: &[u8], filler: u8) -> Vec<u8> {
    let mut longer = bytes[..20].to_vec();
    let frame = Frame::parse(bytes, bytes.len()).unwrap();
    let sections = frame.sections_of(Release::NEWEST.layout()).map(Result::unwrap);
    for (section, words) in sections.zip(words) {
        let SectionHeader { action, len, count } = section.header;
        longer.extend_from_slice(&[action, len + words]);
        longer.extend_from_slice(&count.to_be_bytes());
        for record in section.body.chunks(section.stride_bytes) {
            longer.extend_from_slice(record);
            longer.extend(std::iter::repeat_n(filler, usize::from(*words) * 4));
        }
    }
    let len = longer.len() as u16;
    longer[2..4].copy_from_slice(&len.to_be_bytes());
    longer
}

/// A frame of these section headers, each with these bytes behind it.
fn frame_of(sections: &[(SectionHeader, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0; 20];
    bytes[0] = 6;
    for (header, body) in sections {
        let mut out = Cursor::new(Vec::new());
        header.write(&mut out).unwrap();
        bytes.extend(out.into_inner());
        bytes.extend_from_slice(body);
    }
    let len = bytes.len() as u16;
    bytes[2..4].copy_from_slice(&len.to_be_bytes());
    bytes
}

fn header(action: u8, len: u8, count: u16) -> SectionHeader {
    SectionHeader { action, len, count }
}

/// What a frame gives in the newest layout: records, skipped sections, the error's counter.
fn given(bytes: &[u8]) -> (usize, usize, Option<Counter>) {
    differ::compare_in_every_layout(bytes, bytes.len());
    let frame = Frame::parse(bytes, bytes.len()).unwrap();
    type Newest = pfstatelog::abi::openbsd_7_9::Dialect;
    let account = account::account::<Newest>(&frame, Release::NEWEST.layout(), "given");
    (account.records, account.skipped, account.error.map(|error| error.counter()))
}

#[test]
fn sections_that_carry_nothing_are_passed_over_and_what_follows_is_read() {
    let del_c = (header(7, 3, 2), &[9u8; 24][..]);
    for (first, skipped) in [
        // no records of a known action
        ((header(13, 66, 0), &[][..]), 0),
        // an action without a name, dead ones, records that are too short
        ((header(99, 5, 3), &[1; 60][..]), 1),
        ((header(1, 66, 1), &[1; 264][..]), 1),
        ((header(12, 0, 1), &[][..]), 1),
        ((header(12, 5, 1), &[1; 20][..]), 1),
        ((header(13, 65, 2), &[1; 520][..]), 1),
    ] {
        let name = format!("{first:?}");
        assert_eq!(given(&frame_of(&[first, del_c])), (2, skipped, None), "{name}");
        assert_eq!(given(&frame_of(&[del_c, first, del_c])), (4, skipped, None), "{name}");
    }
}

#[test]
fn sections_that_cannot_be_passed_over_end_the_frame() {
    let del_c = (header(7, 3, 2), &[9u8; 24][..]);
    for (last, counter) in [
        ((header(99, 5, 0), &[1; 40][..]), Counter::Badact),
        ((header(99, 0, 3), &[1; 40][..]), Counter::Badact),
        ((header(13, 0, 1), &[1; 264][..]), Counter::Badact),
        ((header(13, 65, 0), &[][..]), Counter::Badact),
        // more records than the frame has room for
        ((header(7, 3, 9), &[1; 24][..]), Counter::Badlen),
        ((header(99, 255, 65535), &[1; 24][..]), Counter::Badlen),
    ] {
        let name = format!("{last:?}");
        let bytes = frame_of(&[del_c, last, del_c]);
        assert_eq!(given(&bytes), (2, 0, Some(counter)), "{name}");
    }
    // A rest that is too short for a section header.
    let mut bytes = frame_of(&[del_c]);
    bytes.extend([7, 3]);
    bytes[3] += 2;
    assert_eq!(given(&bytes), (2, 0, Some(Counter::Badlen)));
}

/// Every packet of every capture in fixtures/.
fn fixture_packets() -> Vec<(String, Captured)> {
    let fixtures = common::root().join("fixtures");
    let releases = corpus::releases(&fixtures.join("corpus"));
    let mut packets = Vec::new();
    for (_, folder) in releases.into_iter().chain([(String::new(), fixtures)]) {
        for (name, path) in corpus::entries(&folder) {
            if name.ends_with(".pcap") {
                let captured = common::read_sound(&path);
                packets.extend(captured.into_iter().map(|packet| (name.clone(), packet)));
            }
        }
    }
    assert!(packets.len() > 80, "{} packets", packets.len());
    packets
}

/// Where the records of a frame end, counted from its header.
fn record_ends(bytes: &[u8]) -> Vec<usize> {
    let frame = Frame::parse(bytes, bytes.len()).unwrap();
    let sender = Senders::new(None).of(&frame).unwrap();
    let sections = frame.sections_of(sender.release.layout()).map(Result::unwrap);
    sections
        .flat_map(|section| {
            let start = section.offset + 4;
            (1..=usize::from(section.header.count)).map(move |n| start + n * section.stride_bytes)
        })
        .collect()
}

#[test]
fn a_frame_that_the_capture_cut_gives_every_whole_record_then_says_so() {
    let mut cuts = 0;
    for (name, packet) in fixture_packets() {
        let wire_len = packet.data.len();
        let Ok(Found::Pfsync(payload)) = link::find(packet.link, &packet.data, wire_len) else {
            panic!("{name}: no frame");
        };
        let ends = record_ends(payload.bytes);
        for cut in 0..wire_len {
            let place = format!("{name} cut at {cut} of {wire_len}");
            let there = Captured { data: packet.data[..cut].to_vec(), ..packet.clone() };
            let whole = ends.iter().filter(|end| payload.offset + **end <= cut).count();
            let mut decoder = common::decoder(None);
            let mut events = Vec::new();
            decoder.packet(&there.packet(), None, &mut |event| events.push(event.kind));
            // What is cut is padding behind the frame, or the frame itself.
            let is_whole = cut >= payload.offset + payload.bytes.len();
            let gaps = usize::from(!is_whole);
            let tail = vec![EventKind::Gap; gaps];
            assert_eq!(events.len(), whole + gaps, "{place}: events {events:?}");
            assert_eq!(events[whole..], tail, "{place}: only the last tells of the cut");
            assert!(!events[..whole].contains(&EventKind::Gap), "{place}: {events:?}");
            assert_eq!(decoder.stats.cut, gaps as u64, "{place}: counted as cut");
            assert_eq!(decoder.stats.bad_link, 0, "{place}: nobody else is to blame");
            cuts += 1;
        }
    }
    println!("{cuts} cuts");
}

#[test]
fn cut_fixtures_read_the_same_both_ways() {
    type Oldest = pfstatelog::abi::openbsd_4_7::Dialect;
    type Newest = pfstatelog::abi::openbsd_7_9::Dialect;
    for (name, packet) in fixture_packets() {
        let found = link::find(packet.link, &packet.data, packet.data.len());
        let Ok(Found::Pfsync(payload)) = found else { panic!("{name}: no frame") };
        for cut in 0..=payload.bytes.len() {
            let bytes = &payload.bytes[..cut];
            for wire_len in [payload.wire_len, cut] {
                differ::compare::<Newest>(bytes, wire_len, Layout::OpenBsd7_9);
                differ::compare::<Oldest>(bytes, wire_len, Layout::OpenBsd4_7);
            }
            // The packet itself ends there: its own length is a lie, and nothing is told.
            if cut < payload.bytes.len() {
                let error = Frame::parse(bytes, cut).unwrap_err();
                let expected = if cut < 20 { Counter::Hdrops } else { Counter::Badlen };
                assert_eq!(error.counter(), expected, "{name} of {cut} bytes");
            }
        }
    }
}
