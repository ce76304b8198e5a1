//! Frames behind every kind of header, whole, cut and damaged.

#![forbid(unsafe_code)]

use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::capture::{FileSource, Source};

/// What stands for a pfsync frame here; the layer does not look into it.
const FRAME: [u8; 24] = *b"\x06\x00\x00\x18a pfsync frame, here";
const SENDER: [u8; 4] = [10, 0, 99, 1];
const SENDER6: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);
const GROUP: [u8; 4] = [224, 0, 0, 240];
const GROUP6: Ipv6Addr = Ipv6Addr::new(0xff12, 0, 0, 0, 0, 0, 0, 0xf0);

/// Every link type and the header that a frame of it begins with, for IPv4 and for IPv6.
fn links() -> Vec<(u16, Vec<u8>, Vec<u8>)> {
    let ethernet = |tags: &[u16], ether_type: u16| {
        let mut out = vec![1, 0, 0x5e, 0, 0, 0xf0, 0x52, 0x54, 0, 0x12, 0x34, 1];
        for tag in tags {
            out.extend(tag.to_be_bytes());
            out.extend([0, 7]);
        }
        out.extend(ether_type.to_be_bytes());
        out
    };
    let cooked = |ether_type: u16| {
        let mut out = vec![0xff; 14];
        out.extend(ether_type.to_be_bytes());
        out
    };
    let cooked2 = |ether_type: u16| {
        let mut out = ether_type.to_be_bytes().to_vec();
        out.extend([0xff; 18]);
        out
    };
    let be = |family: u32, more: usize| {
        let mut out = family.to_be_bytes().to_vec();
        out.resize(4 + more, 0xff);
        out
    };
    let le = |family: u32, more: usize| {
        let mut out = family.to_le_bytes().to_vec();
        out.resize(4 + more, 0xff);
        out
    };
    let mut all = vec![(113, cooked(0x800), cooked(0x86dd))];
    for tags in [&[][..], &[0x8100], &[0x88a8, 0x8100], &[0x9100, 0x8100], &[0x8100; 5]] {
        all.push((1, ethernet(tags, 0x800), ethernet(tags, 0x86dd)));
    }
    for raw in [12, 14, 101] {
        all.push((raw, vec![], vec![]));
    }
    for family in [24, 28, 30, 10] {
        for link in [0, 108] {
            all.push((link, be(2, 0), be(family, 0)));
            all.push((link, le(2, 0), le(family, 0)));
        }
        all.push((12, be(2, 0), be(family, 0)));
        for link in [13, 109] {
            all.push((link, be(2, 8), be(family, 8)));
            all.push((link, le(2, 8), le(family, 8)));
        }
    }
    all.push((276, cooked2(0x800), cooked2(0x86dd)));
    // Tags of Linux cooked capture stand behind its header: control information, then the type.
    let tagged = |ether_type: u16| {
        let tags = [&[0, 7, 0x81, 0, 0, 8][..], &ether_type.to_be_bytes()].concat();
        [cooked2(0x88a8), tags].concat()
    };
    all.push((276, tagged(0x800), tagged(0x86dd)));
    for pfsync in [18, 121, 246] {
        all.push((pfsync, vec![], vec![]));
    }
    all
}

fn v4(options_len: usize, payload: &[u8]) -> Vec<u8> {
    let header_len = 20 + options_len;
    let mut out = vec![0x40 | (header_len / 4) as u8, 0x10];
    out.extend(((header_len + payload.len()) as u16).to_be_bytes());
    out.extend([0x12, 0x34, 0x40, 0, 255, 240, 0, 0]);
    out.extend(SENDER);
    out.extend(GROUP);
    out.resize(header_len, 1);
    out.extend(payload);
    out
}

fn v6(next: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0x60, 0, 0, 0];
    out.extend((payload.len() as u16).to_be_bytes());
    out.extend([next, 255]);
    out.extend(SENDER6.octets());
    out.extend(GROUP6.octets());
    out.extend(payload);
    out
}

fn found(link: u16, data: &[u8]) -> Result<Found<'_>, LinkError> {
    find(LinkType(link), data, data.len())
}

/// The frame that a packet was found to hold.
fn frame(link: u16, data: &[u8]) -> Payload<'_> {
    match found(link, data) {
        Ok(Found::Pfsync(payload)) => payload,
        other => panic!("{other:?} on {link}"),
    }
}

#[test]
fn the_frame_is_found_behind_every_header() {
    for (link, head4, head6) in links() {
        let on_pfsync = [18, 121, 246].contains(&link);
        let pair4 = (IpAddr::V4(SENDER.into()), IpAddr::V4(GROUP.into()));
        let pair6 = (IpAddr::V6(SENDER6), IpAddr::V6(GROUP6));
        for (head, packet, addresses) in [
            (&head4, v4(0, &FRAME), pair4),
            (&head4, v4(4, &FRAME), pair4),
            (&head4, v4(40, &FRAME), pair4),
            (&head6, v6(240, &FRAME), pair6),
        ] {
            let offset = head.len() + packet.len() - FRAME.len();
            let data = [head.as_slice(), &packet].concat();
            let expected = Payload {
                bytes: &FRAME,
                wire_len: FRAME.len(),
                offset,
                sender: Some(addresses.0),
                addresses: Some(addresses),
                ip_first_on_pfsync: on_pfsync,
            };
            assert_eq!(frame(link, &data), expected, "link type {link}");
            // Padding and check sequences are not the frame's.
            assert_eq!(frame(link, &[&data[..], &[0; 10]].concat()), expected);
        }
    }
    assert_eq!(frame(228, &v4(0, &FRAME)).bytes, FRAME);
    assert_eq!(frame(229, &v6(240, &FRAME)).bytes, FRAME);
}

#[test]
fn on_pfsync_what_is_no_ip_header_is_a_frame() {
    // Version 69 is 0x45, too; its body names no protocol 240.
    for version in [0, 2, 3, 4, 5, 6, 7, 64, 69, 79, 96, 255] {
        let mut data = FRAME;
        data[0] = version;
        let payload = frame(246, &data);
        assert_eq!((payload.bytes, payload.wire_len, payload.offset), (&data[..], 24, 0));
        assert_eq!((payload.sender, payload.ip_first_on_pfsync), (None, false));
    }
    // Too short to be an IP header.
    assert_eq!(frame(18, &[0x45; 9]).bytes, [0x45; 9]);
    assert_eq!(frame(18, &[0x60; 39]).bytes, [0x60; 39]);
    assert_eq!(frame(18, b"").bytes, b"");
    // An IPv6 header whose length cannot be.
    let mut packet = v6(240, &FRAME);
    packet[5] += 1;
    assert_eq!(frame(18, &packet).offset, 0);
    packet[5] = 0;
    assert_eq!(frame(18, &packet).offset, 0);
    // Cut before the protocol, on the wire long enough: IP, which only 0x45 can be here.
    let packet = v4(0, &FRAME);
    let cut = find(LinkType(18), &packet[..9], 44);
    assert!(matches!(cut, Err(LinkError { kind: LinkErrorKind::CaptureCut, .. })), "{cut:?}");
}

#[test]
fn senders_that_say_nothing_are_none() {
    let mut packet = v4(0, &FRAME);
    packet[12..16].fill(0);
    assert_eq!(frame(18, &packet).sender, None);
    let mut packet = v6(240, &FRAME);
    packet[8..24].fill(0);
    assert_eq!(frame(18, &packet).sender, None);
    assert_eq!(frame(18, &v4(0, &FRAME)).sender, Some(Ipv4Addr::from(SENDER).into()));
}

#[test]
fn the_total_length_is_believed_as_far_as_it_can_be_true() {
    let with_total = |total: u16| {
        let mut packet = v4(0, &FRAME);
        packet[2..4].copy_from_slice(&total.to_be_bytes());
        packet
    };
    // Shorter: the frame is that short, and was so on the wire.
    let packet = with_total(30);
    let payload = frame(101, &packet);
    assert_eq!((payload.bytes, payload.wire_len), (&FRAME[..10], 10));
    // Zero, or beyond the packet: the packet is as long as it is.
    for total in [0, 45, u16::MAX] {
        let packet = with_total(total);
        let payload = frame(101, &packet);
        assert_eq!((payload.bytes, payload.wire_len), (&FRAME[..], 24));
        // Longer on the wire than captured.
        let Ok(Found::Pfsync(payload)) = find(LinkType(101), &packet, 60) else { panic!() };
        assert_eq!(payload.bytes, FRAME);
        assert_eq!(payload.wire_len, if total == 45 { 25 } else { 40 });
    }
    // Shorter than its own header.
    let error = found(101, &with_total(19)).unwrap_err();
    let kind = LinkErrorKind::TotalLength;
    assert_eq!(error, LinkError { kind, layer: Layer::Ipv4, offset: 0, needed: 20, had: 19 });

    let mut packet = v6(240, &FRAME);
    packet[5] = 10;
    assert_eq!((frame(101, &packet).bytes, frame(101, &packet).wire_len), (&FRAME[..10], 10));
    packet[5] = 0;
    assert_eq!(frame(101, &packet).wire_len, 24);
    packet[4] = 200;
    assert_eq!(frame(101, &packet).wire_len, 24);
}

#[test]
fn a_cut_at_any_byte_is_told_from_a_short_packet() {
    for (link, head4, head6) in links() {
        for (head, packet, header_len) in
            [(&head4, v4(8, &FRAME), 28), (&head6, v6(240, &FRAME), 40)]
        {
            let data = [head.as_slice(), &packet].concat();
            for len in 0..data.len() {
                let (cut, short) =
                    (find(LinkType(link), &data[..len], data.len()), found(link, &data[..len]));
                if len < head.len() + header_len {
                    // On pfsync and DLT 12 the first bytes are needed to know what it is at all.
                    let known = match link {
                        18 | 121 | 246 => len > 0,
                        _ => true,
                    };
                    match cut {
                        Err(e) => {
                            assert_eq!(e.kind, LinkErrorKind::CaptureCut, "{link} {len}");
                            assert_eq!(e.offset + e.had, len, "{link} {len}");
                            assert!(e.needed > e.had);
                        }
                        Ok(_) => assert!(!known, "{link} {len} {cut:?}"),
                    }
                    match short {
                        Err(e) => assert_eq!(e.kind, LinkErrorKind::Short, "{link} {len}"),
                        Ok(Found::Pfsync(p)) => assert_eq!(p.offset, 0, "{link} {len}"),
                        Ok(other) => panic!("{other:?} {link} {len}"),
                    }
                } else {
                    let Ok(Found::Pfsync(payload)) = cut else { panic!("{cut:?} {link} {len}") };
                    assert_eq!(payload.bytes, &FRAME[..len - head.len() - header_len]);
                    assert_eq!(payload.wire_len, FRAME.len());
                    // On the wire it was cut, and an IPv6 length that is too long on pfsync
                    // makes it no IPv6.
                    if let Ok(Found::Pfsync(payload)) = short
                        && payload.offset > 0
                    {
                        assert_eq!(payload.wire_len, payload.bytes.len());
                    }
                }
            }
        }
    }
}

/// The header that is cut may be all that the packet has.
#[test]
fn a_cut_header_without_a_payload_is_a_cut() {
    let packet = v4(0, &[]);
    let error = find(LinkType(101), &packet[..19], 20).unwrap_err();
    let kind = LinkErrorKind::CaptureCut;
    assert_eq!(error, LinkError { kind, layer: Layer::Ipv4, offset: 0, needed: 20, had: 19 });
    let error = find(LinkType(101), &packet[..19], 19).unwrap_err();
    assert_eq!(error.kind, LinkErrorKind::Short);
}

#[test]
fn broken_ip_headers_are_told() {
    let mut packet = v4(0, &FRAME);
    packet[0] = 0x44;
    let kind = LinkErrorKind::HeaderLength(4);
    let expected = LinkError { kind, layer: Layer::Ipv4, offset: 0, needed: 20, had: 16 };
    assert_eq!(found(228, &packet), Err(expected));
    packet[0] = 0x55;
    for link in [101, 228] {
        let error = found(link, &packet).unwrap_err();
        assert_eq!((error.kind, error.offset), (LinkErrorKind::Version(5), 0));
    }
    let mut packet = v6(240, &FRAME);
    packet[0] = 0x40;
    assert_eq!(found(229, &packet).unwrap_err().kind, LinkErrorKind::Version(4));
    let error = found(127, &packet).unwrap_err();
    assert_eq!(error.kind, LinkErrorKind::UnknownLinkType(LinkType(127)));
}

#[test]
fn what_is_no_pfsync_is_other_however_broken() {
    let mut packet = v4(0, &FRAME);
    packet[9] = 17;
    assert_eq!(found(101, &packet), Ok(Found::Other));
    packet[0] = 0x41;
    packet[3] = 1;
    assert_eq!(found(228, &packet), Ok(Found::Other));
    assert_eq!(found(228, &packet[..10]), Ok(Found::Other));
    assert_eq!(found(101, &v6(58, &FRAME)), Ok(Found::Other));
    assert_eq!(found(101, &v6(58, &FRAME)[..7]), Ok(Found::Other));
    // ARP, a family that is none, and a length in place of an Ethernet type.
    let mut ethernet = vec![0; 60];
    for ether_type in [0x0806_u16, 0x0026] {
        ethernet[12..14].copy_from_slice(&ether_type.to_be_bytes());
        assert_eq!(found(1, &ethernet), Ok(Found::Other));
    }
    assert_eq!(found(0, &[7, 0, 0, 0, 1]), Ok(Found::Other));
}

#[test]
fn fragments_are_counted_not_decoded() {
    let fragment = |flags: u16| {
        let mut packet = v4(0, &FRAME);
        packet[6..8].copy_from_slice(&flags.to_be_bytes());
        packet
    };
    let sender = Some(IpAddr::V4(SENDER.into()));
    let expect = |first, fragment_offset| Ok(Found::Fragment { first, fragment_offset, sender });
    assert_eq!(found(18, &fragment(0x2000)), expect(true, 0));
    assert_eq!(found(101, &fragment(0x2001)), expect(false, 8));
    assert_eq!(found(101, &fragment(0x1fff)), expect(false, 65_528));

    let header = |flags: u16, next: u8| {
        let mut payload = vec![next, 0];
        payload.extend(flags.to_be_bytes());
        payload.extend([0, 0, 0, 1]);
        payload.extend(FRAME);
        v6(44, &payload)
    };
    let sender = Some(IpAddr::V6(SENDER6));
    let expect = |first, fragment_offset| Ok(Found::Fragment { first, fragment_offset, sender });
    assert_eq!(found(101, &header(1, 240)), expect(true, 0));
    assert_eq!(found(101, &header(8, 240)), expect(false, 8));
    assert_eq!(found(101, &header(9, 60)), Ok(Found::Other));
    // An atomic fragment is a whole packet.
    assert_eq!(frame(101, &header(0, 240)).bytes, FRAME);
}

#[test]
fn extension_headers_are_stepped_over() {
    let chain = [
        &[43, 0, 1, 4, 0, 0, 0, 0][..],                     // hop-by-hop
        &[60, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], // routing, 16 bytes
        &[51, 0, 1, 4, 0, 0, 0, 0],                         // destination options
        &[240, 4, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5], // AH
        &FRAME,
    ]
    .concat();
    let packet = v6(0, &chain);
    let payload = frame(101, &packet);
    assert_eq!((payload.bytes, payload.offset), (&FRAME[..], packet.len() - FRAME.len()));
    for len in 41..packet.len() - FRAME.len() {
        let cut = find(LinkType(101), &packet[..len], packet.len()).unwrap_err();
        assert_eq!((cut.kind, cut.layer), (LinkErrorKind::CaptureCut, Layer::Extension), "{len}");
        let short = found(101, &packet[..len]).unwrap_err();
        assert_eq!((short.kind, short.layer), (LinkErrorKind::Short, Layer::Extension), "{len}");
    }
    // Something else at the end of the chain.
    assert_eq!(found(101, &v6(0, &[6, 0, 1, 4, 0, 0, 0, 0])), Ok(Found::Other));
    // A chain that the IPv6 length ends.
    let mut packet = v6(0, &chain);
    packet[5] = 4;
    let error = found(101, &packet).unwrap_err();
    assert_eq!((error.kind, error.offset, error.had), (LinkErrorKind::Short, 40, 4));

    // IPv4 knows the authentication header, too.
    let mut packet = v4(0, &chain[32..]);
    packet[9] = 51;
    assert_eq!(frame(101, &packet).bytes, FRAME);
    packet[21] = 0;
    assert_eq!(found(101, &packet).unwrap_err().kind, LinkErrorKind::AuthLength);
}

/// Captured packets of a file of the corpus: link type, bytes, length on the wire.
fn packets(path: &Path) -> Vec<(LinkType, Vec<u8>, usize)> {
    let mut source = FileSource::open(path).unwrap();
    let mut out = Vec::new();
    while let Ok(Some(p)) = source.next_packet() {
        out.push((p.link, p.data.to_vec(), p.wire_len as usize));
    }
    out
}

fn corpus() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus"));
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no corpus at {}", path.display());
    None
}

#[test]
fn the_malformed_packets_of_the_corpus() {
    let Some(corpus) = corpus() else { return };
    let read = |name: &str| packets(&corpus.join("malformed").join(format!("{name}.pcap")));
    for name in [
        "ip_bad_checksum",
        "ip_options",
        "ip_options_60",
        "ip_totlen_long",
        "ip_totlen_zero",
        "ipv6_outer",
        "ipv6_outer_hopbyhop",
        "linux_sll_113",
        "null_0",
        "pcap_big_endian",
        "raw_ip_12",
        "tap_ip_first_18",
        "tap_ip_first_246",
        "vlan_qinq",
    ] {
        for (link, data, wire_len) in read(name) {
            let Ok(Found::Pfsync(p)) = find(link, &data, wire_len) else { panic!("{name}") };
            assert_eq!((p.bytes.len(), p.wire_len), (288, 288), "{name}");
            assert!(p.bytes.starts_with(&[6, 0, 1, 0x20]), "{name}");
            assert!(p.sender.is_some(), "{name}");
            assert_eq!(p.ip_first_on_pfsync, name.starts_with("tap"), "{name}");
        }
    }
    let one = |name: &str, kind| {
        for (link, data, wire_len) in read(name) {
            assert_eq!(find(link, &data, wire_len).unwrap_err().kind, kind, "{name}");
        }
    };
    one("ip_ihl_4", LinkErrorKind::HeaderLength(4));
    one("ip_ihl_beyond", LinkErrorKind::Short);
    one("ip_version_5", LinkErrorKind::Version(5));
    for (name, first) in [("ip_fragments", [true, false]), ("ip_fragments_reversed", [false, true])]
    {
        let seen: Vec<_> = read(name)
            .iter()
            .map(|(link, data, wire_len)| match find(*link, data, *wire_len) {
                Ok(Found::Fragment { first, .. }) => first,
                other => panic!("{name} {other:?}"),
            })
            .collect();
        assert_eq!(seen, first, "{name}");
    }
    let (link, data, wire_len) = read("ip_proto_241").remove(0);
    assert_eq!(find(link, &data, wire_len), Ok(Found::Other));
    let (link, data, wire_len) = read("ip_totlen_short").remove(0);
    let Ok(Found::Pfsync(p)) = find(link, &data, wire_len) else { panic!() };
    assert_eq!((p.bytes.len(), p.wire_len), (80, 80));
    let (link, data, wire_len) = read("ipv6_outer_trunc").remove(0);
    let Ok(Found::Pfsync(p)) = find(link, &data, wire_len) else { panic!() };
    assert_eq!((p.bytes.len(), p.wire_len), (10, 10));
    for (name, version) in [("version_69", 69), ("version_1", 1), ("version_7", 7)] {
        let (link, data, wire_len) = read(name).remove(0);
        let Ok(Found::Pfsync(p)) = find(link, &data, wire_len) else { panic!("{name}") };
        assert_eq!((p.offset, p.bytes.first()), (0, Some(&version)), "{name}");
    }
    let (link, data, wire_len) = read("trunc_capture_025").remove(0);
    let Ok(Found::Pfsync(p)) = find(link, &data, wire_len) else { panic!() };
    assert_eq!((p.bytes.len(), p.wire_len), (25, 288));
}

/// What pfsync0 and the wire show of one scenario are the same frames.
#[test]
fn tap_and_wire_of_the_corpus_agree() {
    let Some(corpus) = corpus() else { return };
    let mut pairs = 0;
    for folder in std::fs::read_dir(corpus).unwrap() {
        let Ok(entries) = std::fs::read_dir(folder.unwrap().path()) else { continue };
        for tap in entries.map(|e| e.unwrap().path()) {
            let name = tap.to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(".pfsync0.pcap") else { continue };
            let wire = PathBuf::from(format!("{stem}.wire.pcap"));
            if !wire.is_file() {
                continue;
            }
            let frames = |path: &Path| -> Vec<Vec<u8>> {
                packets(path)
                    .iter()
                    .map(|(link, data, wire_len)| match find(*link, data, *wire_len) {
                        Ok(Found::Pfsync(p)) => {
                            assert_eq!(p.bytes.len(), p.wire_len, "{}", path.display());
                            p.bytes.to_vec()
                        }
                        other => panic!("{other:?} in {}", path.display()),
                    })
                    .collect()
            };
            let (tap, wire) = (frames(&tap), frames(&wire));
            assert_eq!(tap, wire, "{name}");
            assert!(!tap.is_empty(), "{name}");
            pairs += 1;
        }
    }
    println!("{pairs} pairs");
    assert!(pairs > 0);
}

proptest! {
    /// Whatever the bytes are: what is found lies inside the packet, on the wire and in the
    /// capture, and errors point into it.
    #[test]
    fn no_bytes_upset_it(
        link in 0_u16..300,
        mut data in proptest::collection::vec(any::<u8>(), 0..200),
        more in 0_usize..100,
        shape in 0_usize..40,
        protocol in prop::sample::select(vec![240_u8, 51, 0, 44, 60, 43, 17]),
    ) {
        // Most random bytes are no IP header: put a good start in front of half of them.
        let (mut link, wire_len) = (link, data.len() + more);
        if let Some((known, head, _)) = links().get(shape) {
            link = *known;
            data.splice(0..0, [head.clone(), vec![0x46, 0, 0, 0x50, 1, 2, 0, 0, 9, protocol]].concat());
        } else if shape < 36 {
            link = 101;
            data.splice(0..0, [0x60, 0, 0, 0, 0, 90, protocol, 1]);
        }
        let wire_len = wire_len.max(data.len());
        match find(LinkType(link), &data, wire_len) {
            Ok(Found::Pfsync(p)) => {
                prop_assert!(p.bytes.len() <= p.wire_len);
                prop_assert!(p.offset + p.wire_len <= wire_len);
                prop_assert_eq!(Some(p.bytes), data.get(p.offset..p.offset + p.bytes.len()));
            }
            Ok(_) => {}
            Err(e) => {
                prop_assert!(e.offset <= data.len());
                prop_assert!(!e.to_string().is_empty());
            }
        }
    }
}

#[test]
fn each_error_says_what_is_wrong_and_where() {
    use super::error::Layer;
    for (kind, words) in [
        (LinkErrorKind::CaptureCut, "the capture was cut inside the IPv4 header at byte 14"),
        (LinkErrorKind::Short, "the packet ends inside the IPv4 header"),
        (LinkErrorKind::Version(9), "has version 9"),
        (LinkErrorKind::HeaderLength(3), "3 words long"),
        (LinkErrorKind::TotalLength, "says the packet has 5 bytes"),
        (LinkErrorKind::AuthLength, "shorter than it can be"),
        (LinkErrorKind::UnknownLinkType(LinkType(147)), "147 carries no pfsync"),
    ] {
        let error = LinkError { kind, layer: Layer::Ipv4, offset: 14, needed: 20, had: 5 };
        assert!(error.to_string().contains(words), "{error}");
    }
    let names = [Layer::Link, Layer::Ipv6, Layer::Extension].map(|layer| layer.to_string());
    assert_eq!(names, ["link-layer header", "IPv6 header", "extension header"]);
}
