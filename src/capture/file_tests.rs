//! What a capture file gives, whole, cut and damaged.

#![forbid(unsafe_code)]

use std::io::{self, Read, Write};

use proptest::prelude::*;

use super::super::testing::*;
use super::super::{BLOCK_LIMIT, BadBlock, Codec, LinkType, PACKET_LIMIT};
use super::*;

/// Three packets in one of the variants.
fn three(v: Variant) -> Vec<u8> {
    let mut file = v.header(1, 65_535);
    file.extend(v.record(1_700_000_000, 123_456, 4, b"abcd"));
    file.extend(v.record(1_700_000_001, 5, 1500, b"efghij"));
    file.extend(v.record(1_700_000_002, 0, 0, b""));
    file
}

/// Two sections of opposite order, three interfaces, every kind of packet, and other blocks.
fn pcapng() -> Vec<u8> {
    let (le, be) = (Ng { big_endian: false }, Ng { big_endian: true });
    let mut file = le.section();
    file.extend(le.interface(1, 0, &[]));
    file.extend(le.block(0x0bad, b"unknown"));
    file.extend(le.interface(246, 0, &le.clock(9, -3600)));
    file.extend(le.enhanced(0, 1_700_000_000_123_456, 100, b"micro"));
    file.extend(le.enhanced(1, 1_700_003_600_000_000_789, 4, b"nano"));
    file.extend(be.section());
    file.extend(be.interface(101, 6, &be.clock(0x80 | 10, 1_700_000_000)));
    file.extend(be.enhanced(0, 512, 6, b"binary"));
    file.extend(be.simple(9, b"simple"));
    file.extend(be.obsolete(0, 1024, 8, b"obsolete"));
    file.extend(be.block(5, &[0; 12]));
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zstd frame of raw blocks (RFC 8878 3.1.1): a window of 1 KiB to 8 MiB is granted by the
/// descriptor, no content size, no checksum.
fn zstd_raw(bytes: &[u8], window: u8) -> Vec<u8> {
    let mut out = vec![0x28, 0xb5, 0x2f, 0xfd, 0, window];
    let mut blocks = bytes.chunks(1000).peekable();
    while let Some(block) = blocks.next() {
        let head = (block.len() as u32) << 3 | u32::from(blocks.peek().is_none());
        out.extend(&head.to_le_bytes()[..3]);
        out.extend(block);
    }
    out
}

/// `zstd -19` of [`three`] in the plain variant, with a checksum.
const ZSTD_THREE: &[u8] = &[
    0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x68, 0x15, 0x02, 0x00, 0xa2, 0x83, 0x0d, 0x16, 0xc0, 0xeb, 0xbb,
    0x2d, 0xb4, 0xa3, 0xfd, 0x56, 0x00, 0xfe, 0x5d, 0x92, 0xca, 0x92, 0xa0, 0xb7, 0xff, 0xef, 0x2d,
    0x6d, 0x93, 0x29, 0x6f, 0xa6, 0xa0, 0xb1, 0xa5, 0x52, 0xff, 0x42, 0xfe, 0x1f, 0xff, 0x45, 0x33,
    0x5d, 0x74, 0x4c, 0xf9, 0xc3, 0x77, 0x92, 0x66, 0xfa, 0xff, 0xfb, 0xd7, 0xfa, 0x70, 0xe0, 0x1e,
    0x8c, 0x01, 0x03, 0x00, 0xbb, 0xe6, 0xba, 0x37, 0x10, 0x20, 0x0e, 0x96, 0x5c, 0x6e, 0xb7,
];

#[test]
fn every_variant_gives_the_same_packets() {
    for v in variants() {
        let (packets, error) = read(&three(v));
        assert_eq!(error, None, "{v:?}");
        let unit = if v.nanos() { 1 } else { 1000 };
        assert_eq!(
            packets,
            [
                (1_700_000_000, 123_456 * unit, &b"abcd"[..], 4),
                (1_700_000_001, 5 * unit, b"efghij", 1500),
                (1_700_000_002, 0, b"", 0),
            ]
            .map(|(secs, nanos, data, wire_len)| Owned {
                time: Time::new(secs, nanos),
                data: data.to_vec(),
                wire_len,
                link: LinkType(1),
            }),
            "{v:?}"
        );
    }
}

#[test]
fn odd_headers_and_numbers_are_borne() {
    let v = Variant::PLAIN;
    let mut file = v.header(0x5400_0012, 0);
    file.extend(v.record(u32::MAX, u32::MAX, 0, b"long fraction, short wire length"));
    let (packets, error) = read(&file);
    assert_eq!(error, None);
    assert_eq!(packets[0].link, LinkType(18));
    assert_eq!(packets[0].wire_len, 32);
    assert_eq!(
        packets[0].time.nanos(),
        i64::from(u32::MAX) * 1_000_000_000 + i64::from(u32::MAX) * 1000
    );
}

#[test]
fn pcapng_sections_interfaces_and_clocks() {
    let (packets, error) = read(&pcapng());
    assert_eq!(error, None);
    let half = Time::new(1_700_000_000, 500_000_000);
    assert_eq!(
        packets,
        [
            (Time::new(1_700_000_000, 123_456_000), &b"micro"[..], 100, 1),
            (Time::new(1_700_000_000, 789), b"nano", 4, 246),
            (half, b"binary", 6, 101),
            // No time of its own, and cut by the snap length of 6.
            (half, b"simple", 9, 101),
            (Time::new(1_700_000_001, 0), b"obsolete", 8, 101),
        ]
        .map(|(time, data, wire_len, link)| Owned {
            time,
            data: data.to_vec(),
            wire_len,
            link: LinkType(link),
        })
    );
}

#[test]
fn pcapng_clocks_at_their_ends_saturate() {
    let ng = Ng { big_endian: false };
    for (resolution, offset_s, nanos) in [
        (0, 0, i64::MAX),
        (127, 0, 0),
        (0xff, 0, 0),
        (0xff, i64::MIN, i64::MIN),
        (6, i64::MAX, i64::MAX),
    ] {
        let mut file = ng.section();
        file.extend(ng.interface(1, 0, &ng.clock(resolution, offset_s)));
        file.extend(ng.enhanced(0, u64::MAX, 1, b"x"));
        let (packets, error) = read(&file);
        assert_eq!(error, None);
        assert_eq!(packets[0].time.nanos(), nanos, "{resolution} {offset_s}");
    }
}

#[test]
fn pcapng_damage_is_told_with_its_place() {
    let ng = Ng { big_endian: false };
    let mut good = ng.section();
    good.extend(ng.interface(1, 0, &[]));
    good.extend(ng.enhanced(0, 1, 1, b"x"));
    let offset = good.len() as u64;
    let check = |block: &[u8], kind: BadBlock| {
        let mut file = good.clone();
        file.extend(block);
        let (packets, error) = read(&file);
        assert_eq!(packets.len(), 1);
        assert_eq!(error, Some(CaptureError::BadBlock { offset, kind }));
    };
    check(&ng.enhanced(7, 1, 1, b"x"), BadBlock::NoInterface(7));
    check(&ng.block(6, &[0; 8]), BadBlock::Length(20));
    check(&[6, 0, 0, 0, 8, 0, 0, 0], BadBlock::Length(8));
    check(&[6, 0, 0, 0, 33, 0, 0, 0], BadBlock::Length(33));
    check(&ng.block(1, &[0; 4]), BadBlock::Header);

    let mut block = ng.enhanced(0, 1, 1, b"x");
    block[20] = 200;
    check(&block, BadBlock::Caplen { claimed: 200, had: 24 });

    let mut block = ng.enhanced(0, 1, 1, b"x");
    *block.last_mut().unwrap() = 1;
    let first = block.len() as u32;
    check(&block, BadBlock::LengthsDiffer { first, last: first | 1 << 24 });

    let mut block = ng.section();
    block[8] = 0;
    check(&block, BadBlock::ByteOrder([0, 0x3c, 0x2b, 0x1a]));
}

#[test]
fn what_is_no_capture_is_told() {
    assert_eq!(read(b"").1, Some(CaptureError::Empty));
    let unknown = |bytes: &[u8], first, had| {
        assert_eq!(read(bytes), (vec![], Some(CaptureError::UnknownFormat { first, had })));
    };
    unknown(b"\x0a\x0d", [0x0a, 0x0d, 0, 0], 2);
    unknown(b"#!/bin/sh\n", *b"#!/b", 4);
    unknown(&gzip(b"plain text"), *b"plai", 4);
    // Compressed twice is nobody's capture.
    unknown(&gzip(&gzip(&three(Variant::PLAIN))), [0x1f, 0x8b, 8, 0], 4);
    assert_eq!(read(&gzip(b"")).1, Some(CaptureError::Empty));

    let short = &Variant::PLAIN.header(1, 0)[..23];
    assert_eq!(read(short).1, Some(CaptureError::CutShort { offset: 0, needed: 24, had: 23 }));
}

#[test]
fn lengths_that_cannot_be_end_the_file() {
    for v in variants() {
        let mut file = three(v);
        let offset = file.len() as u64;
        let mut record = v.record(0, 0, 0, b"");
        record[8..12].copy_from_slice(&v.word(PACKET_LIMIT + 1));
        file.extend(&record);
        let too_long = |claimed| CaptureError::TooLong { offset, claimed, limit: PACKET_LIMIT };
        assert_eq!(read(&file).1, Some(too_long(u64::from(PACKET_LIMIT) + 1)), "{v:?}");
        // Nor does it help that the bytes are there.
        file.resize(file.len() + PACKET_LIMIT as usize + 1, 0);
        assert_eq!(read(&file).1, Some(too_long(u64::from(PACKET_LIMIT) + 1)), "{v:?}");

        let at = offset as usize + 8;
        file[at..at + 4].copy_from_slice(&v.word(u32::MAX));
        let (packets, error) = read(&file);
        assert_eq!(packets.len(), 3);
        assert_eq!(error, Some(too_long(u64::from(u32::MAX))), "{v:?}");
    }

    let ng = Ng { big_endian: true };
    let mut file = ng.section();
    let offset = file.len() as u64;
    file.extend(ng.u32(99));
    file.extend(ng.u32(u32::MAX - 3));
    let claimed = u64::from(u32::MAX - 3);
    assert_eq!(read(&file).1, Some(CaptureError::TooLong { offset, claimed, limit: BLOCK_LIMIT }));
}

#[test]
fn the_largest_packets_come_through() {
    let data: Vec<u8> = (0..PACKET_LIMIT).map(|n| n as u8).collect();
    for v in variants() {
        let mut file = v.header(1, 0);
        for _ in 0..3 {
            file.extend(v.record(1, 1, PACKET_LIMIT, &data));
            file.extend(v.record(1, 1, 3, b"abc"));
        }
        for mut source in [source(file.clone()), slow_source(file.clone(), 8191)] {
            let (packets, error) = drain(&mut source);
            assert_eq!(error, None);
            assert_eq!(packets.len(), 6);
            assert!(packets.iter().step_by(2).all(|p| p.data == data));
        }
    }
    let ng = Ng { big_endian: false };
    let mut file = ng.section();
    file.extend(ng.interface(1, 0, &[]));
    file.extend(ng.block(77, &vec![0; 3 << 20]));
    file.extend(ng.enhanced(0, 0, PACKET_LIMIT, &data));
    let (packets, error) = read(&file);
    assert_eq!((packets.len(), error), (1, None));
    assert_eq!(packets[0].data, data);
}

/// Cut at every length, each file gives what was whole, and says what was cut.
#[test]
fn a_cut_at_any_byte_costs_only_what_it_cuts() {
    let files = variants().into_iter().map(three).chain([pcapng()]);
    for file in files {
        let (whole, _) = read(&file);
        for len in 4..file.len() {
            let (packets, error) = read(&file[..len]);
            assert!(whole.starts_with(&packets), "at {len}");
            match error {
                Some(CaptureError::CutShort { offset, needed, had }) => {
                    assert_eq!(offset + had as u64, len as u64);
                    assert!(needed > had);
                }
                // Between two records.
                None => assert!(packets.len() < whole.len() || len + 24 == file.len()),
                other => panic!("{other:?} at {len}"),
            }
            assert_eq!(drain(&mut slow_source(file[..len].to_vec(), 1)), read(&file[..len]));
        }
        assert_eq!(drain(&mut slow_source(file.clone(), 3)), (whole, None));
    }
}

#[test]
fn compressed_captures_are_read_like_plain_ones() {
    let plain = three(Variant::PLAIN);
    let expected = read(&plain);
    let (front, back) = plain.split_at(50);
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let files = [
        gzip(&plain),
        [gzip(front), gzip(back)].concat(),
        // Padding of a tape, and what a mailer left, are no members.
        [gzip(&plain), vec![0; 512]].concat(),
        [gzip(front), gzip(back), b"garbage".to_vec()].concat(),
        zstd_raw(&plain, 0),
        [zstd_raw(front, 0), skippable, zstd_raw(back, 0)].concat(),
        ZSTD_THREE.to_vec(),
    ];
    for (n, file) in files.into_iter().enumerate() {
        assert_eq!(read(&file), expected, "file {n}");
        assert_eq!(drain(&mut slow_source(file, 1)), expected, "file {n}");
    }
}

#[test]
fn a_cut_compressed_capture_gives_what_was_whole() {
    let plain = pcapng();
    let (whole, _) = read(&plain);
    // A window far larger than the data: it must come out of there, too.
    for file in [gzip(&plain), zstd_raw(&plain, 0x50), ZSTD_THREE.to_vec()] {
        for len in 4..file.len() {
            let (packets, error) = read(&file[..len]);
            assert!(file == ZSTD_THREE || whole.starts_with(&packets));
            assert!(matches!(error, Some(CaptureError::CutShort { .. })), "{error:?} at {len}");
        }
    }
    // Behind the packets, inside a frame that is to be skipped.
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, b'a'];
    let (packets, error) = read(&[&zstd_raw(&plain, 0)[..], &skippable].concat());
    assert_eq!(packets, whole);
    let offset = plain.len() as u64;
    assert_eq!(error, Some(CaptureError::CutShort { offset, needed: 8, had: 0 }));
    // Two blocks of the frame, the second one cut: the first is there.
    let v = Variant::PLAIN;
    let mut file = v.header(1, 0);
    for _ in 0..10 {
        file.extend(v.record(0, 0, 184, &[7; 184]));
    }
    let cut = zstd_raw(&file, 0x50)[..6 + 1003 + 100].to_vec();
    assert_eq!(read(&cut).0.len(), 4);
}

#[test]
fn damaged_compression_is_told() {
    let plain = three(Variant::PLAIN);
    let mut file = gzip(&plain);
    let crc = file.len() - 8;
    file[crc] ^= 1;
    let (packets, error) = read(&file);
    assert_eq!(packets.len(), 3);
    let offset = plain.len() as u64;
    assert_eq!(error, Some(CaptureError::Undecodable { codec: Codec::Gzip, offset }));

    let mut file = ZSTD_THREE.to_vec();
    *file.last_mut().unwrap() ^= 1;
    let (packets, error) = read(&file);
    assert_eq!(packets.len(), 3);
    assert_eq!(error, Some(CaptureError::Undecodable { codec: Codec::Zstd, offset }));

    let mut file = zstd_raw(&plain, 0);
    file.extend(b"rubbish");
    let (packets, error) = read(&file);
    assert_eq!(packets.len(), 3);
    assert_eq!(error, Some(CaptureError::Undecodable { codec: Codec::Zstd, offset }));
}

/// A pipe in which the writer holds back half a record.
#[test]
fn packets_of_a_pipe_come_as_soon_as_they_are_whole() {
    for (file, compress) in [
        (three(Variant::PLAIN), false),
        (pcapng(), false),
        (three(Variant { magic: 0xa1b2_cd34, big_endian: true }), false),
        (three(Variant::PLAIN), true),
    ] {
        let (whole, _) = read(&file);
        // Where each packet is whole: the shortest front that gives it.
        let ends: Vec<usize> = (1..=whole.len())
            .filter_map(|n| (4..=file.len()).find(|len| read(&file[..*len]).0.len() == n))
            .collect();
        assert_eq!(ends.len(), whole.len());

        let (reader, mut pipe) = io::pipe().unwrap();
        let mut source = FileSource::from_reader(Box::new(reader), "-");
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut write = |bytes: &[u8]| {
            if compress {
                encoder.write_all(bytes).unwrap();
                encoder.flush().unwrap();
                pipe.write_all(&std::mem::take(encoder.get_mut())).unwrap();
            } else {
                pipe.write_all(bytes).unwrap();
            }
        };
        let mut sent = 0;
        for (n, (end, packet)) in ends.iter().zip(&whole).enumerate() {
            // Up to the middle of the next record, which must not be waited for.
            let next = ends.get(n + 1).copied().unwrap_or(file.len());
            let until = end + (next - end) / 2;
            write(&file[sent..until]);
            sent = until;
            assert_eq!(source.next_packet().unwrap().map(Owned::from).as_ref(), Some(packet));
            assert!(!source.buffered(), "half a packet is none");
        }
        drop(pipe);
        let error = source.next_packet().map(|p| p.map(Owned::from));
        let cut = compress || sent < file.len() && !matches!(error, Ok(None));
        assert_eq!(error.is_err(), cut, "{error:?}");
    }
}

#[test]
fn buffered_says_whether_a_packet_is_there() {
    for file in [three(Variant::PLAIN), pcapng()] {
        let (reader, mut pipe) = io::pipe().unwrap();
        let mut source = FileSource::from_reader(Box::new(reader), "-");
        assert!(!source.buffered(), "nothing was read yet");
        pipe.write_all(&file).unwrap();
        let whole = read(&file).0.len();
        let mut promised = 0;
        for _ in 0..whole {
            assert!(source.next_packet().unwrap().is_some());
            promised += usize::from(source.buffered());
        }
        // At the border of two sections it may say no, at the last packet it must.
        assert!(promised >= whole - 2 && promised < whole, "{promised} of {whole}");
    }
}

#[test]
fn a_reader_that_gives_the_thread_back_is_asked_again() {
    struct Fits(io::Cursor<Vec<u8>>, bool);
    impl Read for Fits {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.0.read(&mut out[..1])
        }
    }
    let plain = three(Variant::PLAIN);
    for file in [plain.clone(), gzip(&plain), zstd_raw(&plain, 0)] {
        let reader = Fits(io::Cursor::new(file), false);
        let mut source = FileSource::from_reader(Box::new(reader), "fits");
        let mut packets = Vec::new();
        loop {
            match source.next_packet() {
                Ok(Some(packet)) => packets.push(Owned::from(packet)),
                Ok(None) => break,
                Err(error) => assert!(error.is_pause(), "{error:?}"),
            }
        }
        assert_eq!(packets, read(&plain).0);
    }
}

#[test]
fn the_systems_errors_are_passed_on() {
    let missing = FileSource::open(Path::new("/no/such/file")).map(|_| ());
    assert!(
        matches!(missing, Err(CaptureError::Io { kind: io::ErrorKind::NotFound, .. })),
        "{missing:?}"
    );
    let (packets, error) = drain(&mut FileSource::open(Path::new("/")).unwrap());
    assert!(packets.is_empty());
    assert!(matches!(error, Some(CaptureError::Io { os: Some(_), offset: 0, .. })), "{error:?}");
}

#[test]
fn the_malformed_captures_of_the_corpus() {
    let Some(corpus) = corpus() else { return };
    let open = |name: &str| {
        let path = corpus.join("malformed").join(name);
        drain(&mut FileSource::open(&path).unwrap())
    };
    for name in [
        "pcap_big_endian",
        "pcap_linktype_fcs_bits",
        "pcap_modified_kuznetzov",
        "pcap_nanosecond",
        "pcap_snaplen_zero",
    ] {
        let (packets, error) = open(&format!("{name}.pcap"));
        assert_eq!((packets.len(), error), (1, None), "{name}");
        assert_eq!(packets[0].link, LinkType(1), "{name}");
        assert_eq!(packets[0].data.len(), 322, "{name}");
        // A fraction of 250000 in all of them, whatever its unit.
        let nanos = if name == "pcap_nanosecond" { 250_000 } else { 250_000_000 };
        assert_eq!(packets[0].time, Time::new(1_730_001_400, nanos), "{name}");
    }
    assert_eq!(open("pcap_empty_file.pcap"), (vec![], Some(CaptureError::Empty)));
    assert_eq!(open("pcap_header_only.pcap"), (vec![], None));
    let cut = |offset, needed, had| Some(CaptureError::CutShort { offset, needed, had });
    assert_eq!(open("pcap_short_header.pcap"), (vec![], cut(0, 24, 23)));
    let (packets, error) = open("pcap_trunc_record_header.pcap");
    assert_eq!((packets.len(), error), (1, cut(24 + 16 + 322, 16, 6)));
    let (packets, error) = open("pcap_trunc_record_body.pcap");
    assert!(matches!(error, Some(CaptureError::CutShort { needed: 338, .. })), "{error:?}");
    assert!(packets.len() <= 1);
}

/// Every capture of the corpus, whole and as it comes out of a compressor.
#[test]
fn the_whole_corpus_is_read() {
    let Some(corpus) = corpus() else { return };
    let mut files = 0;
    for folder in std::fs::read_dir(corpus).unwrap() {
        let Ok(entries) = std::fs::read_dir(folder.unwrap().path()) else { continue };
        for path in entries.map(|e| e.unwrap().path()) {
            if path.extension().is_none_or(|e| e != "pcap")
                || path.components().any(|c| c.as_os_str() == "malformed")
            {
                continue;
            }
            let (packets, error) = drain(&mut FileSource::open(&path).unwrap());
            assert_eq!(error, None, "{}", path.display());
            assert!(!packets.is_empty(), "{}", path.display());
            let bytes = std::fs::read(&path).unwrap();
            assert_eq!(read(&gzip(&bytes)), (packets, None), "{}", path.display());
            files += 1;
        }
    }
    println!("{files} captures");
    assert!(files > 0);
}

proptest! {
    /// Whatever the bytes are, the source comes to an end and never gives more than it was fed.
    #[test]
    fn no_bytes_upset_it(
        magic in 0_usize..8,
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        step in 1_usize..64,
    ) {
        let mut file = match magic {
            0 => Ng { big_endian: false }.section(),
            1 => Ng { big_endian: true }.section(),
            n => variants()[n - 2].header(1, 0),
        };
        file.extend(&bytes);
        let result = drain(&mut slow_source(file.clone(), step));
        prop_assert_eq!(&result, &read(&file));
        prop_assert!(result.0.iter().map(|p| p.data.len()).sum::<usize>() <= bytes.len());
        prop_assert!(result.0.iter().all(|p| p.wire_len as usize >= p.data.len()));
    }

    /// Good files with bytes changed.
    #[test]
    fn no_damage_upsets_it(
        kind in 0_usize..9,
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut file = match kind {
            0 => pcapng(),
            1 => gzip(&pcapng()),
            2 => ZSTD_THREE.to_vec(),
            n => three(variants()[n - 3]),
        };
        for (place, byte) in places {
            let at = place.index(file.len());
            file[at] = byte;
        }
        let (packets, _) = read(&file);
        prop_assert!(packets.len() <= 64);
    }
}

#[test]
fn what_was_dropped_stands_in_interface_statistics() {
    for big_endian in [false, true] {
        let ng = Ng { big_endian };
        let number = |code, value: u64| ng.option(code, &ng.u64(value));
        let statistics = |options: &[u8]| ng.block(5, &[&[0; 12], options].concat());
        let mut file = ng.section();
        file.extend(ng.interface(246, 0, &[]));
        assert_eq!(source(file.clone()).dropped(), Dropped::default());
        // What is received comes first, a comment between, and what stands behind the end is not read.
        let end = ng.option(0, b"");
        let options = [number(4, 9), ng.option(1, b"why"), number(5, 1 << 40), number(7, 3)];
        file.extend(statistics(&[&options.concat()[..], &end, &number(7, 99)].concat()));
        // Damaged ones change nothing.
        file.extend(statistics(&ng.option(7, &[1, 2, 3, 4])));
        file.extend(statistics(&number(7, 5)[..8]));
        file.extend(statistics(&[7, 0]));
        file.extend(ng.enhanced(0, 1, 4, b"data"));
        let mut source = source(file);
        assert_eq!(drain(&mut source).0.len(), 1);
        assert_eq!(source.dropped(), Dropped { kernel: 3, interface: 1 << 40 });
    }
}
