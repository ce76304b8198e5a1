//! The views against what the originals of each release printed: ../shared/corpus, where it is
//! present. Texts and captures are found by their names, so that a new release or scenario is
//! compared without a line of code.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use pfstatelog::abi::Release;
use pfstatelog::capture::{ByteOrder, FileSource, LinkType, Packet, Source};
use pfstatelog::time::Time;
use pfstatelog::view::{Detail, Printer, View};
use pfstatelog::wire::grammar;
use proptest::prelude::*;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus")
}

/// The folders of releases whose texts are in the notation of views: OpenBSD's, and of FreeBSD 15's
/// newest states those of pfctl.
fn releases() -> Vec<(Release, PathBuf)> {
    let openbsd = Release::ALL.iter().filter(|release| release.system() == "openbsd");
    let folders = openbsd.map(|release| (*release, corpus().join(release.name())));
    let freebsd = (Release::FreeBsd15_0, corpus().join("freebsd-15-msg1500"));
    folders.chain([freebsd]).filter(|(_, path)| path.is_dir()).collect()
}

/// Names of the files in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What a view prints of a capture.
fn printed(capture: &Path, view: View, detail: Detail, release: Option<Release>) -> Vec<u8> {
    let file = File::open(capture).unwrap_or_else(|e| panic!("{}: {e}", capture.display()));
    let mut source = FileSource::from_reader(Box::new(file), capture);
    let mut printer = Printer::new(view, detail, release);
    let mut text = Vec::new();
    // Malformed captures end in an error; what stands before it counts.
    while let Ok(Some(packet)) = source.next_packet() {
        printer.packet(&packet, &mut |item| {
            text.extend_from_slice(item);
            text.push(b'\n');
        });
    }
    text
}

/// A text of the corpus, packed or not.
fn text_of(path: &Path) -> Vec<u8> {
    let mut bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    if path.extension().is_some_and(|ending| ending == "gz") {
        let packed = std::mem::take(&mut bytes);
        GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    }
    bytes
}

/// What no view lets through, though originals did: bytes of names that are not printable ASCII,
/// as vis(3) writes them. A tab at the start of a line is tcpdump's own.
fn printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, byte) in text.iter().copied().enumerate() {
        let starts = at == 0 || text[at - 1] == b'\n';
        let word = match byte {
            b' '..=b'~' | b'\n' => char::from(byte).to_string(),
            b'\t' if starts => "\t".to_string(),
            0x7f => "\\^?".to_string(),
            0..0x20 => format!("\\^{}", char::from(byte + 0x40)),
            0x80..0xa0 => format!("\\M^{}", char::from(byte - 0x40)),
            0xa0 => "\\240".to_string(),
            0xff => "\\M^?".to_string(),
            _ => format!("\\M-{}", char::from(byte - 0x80)),
        };
        out.extend_from_slice(word.as_bytes());
    }
    out
}

/// FreeBSD's pfctl prints ids with their bytes swapped on little-endian machines.
fn with_ids_as_they_are(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(b"   id: ") {
            Some(rest) => {
                out.extend_from_slice(b"   id: ");
                rest[..16].chunks(2).rev().for_each(|digits| out.extend_from_slice(digits));
                out.extend_from_slice(&rest[16..]);
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// The text of a capture without IP headers: what stands before `PFSYNC` is the addresses.
fn without_addresses(text: &[u8]) -> Vec<u8> {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    let frame =
        |line: &[u8]| line.windows(9).position(|word| word == b": PFSYNCv").map(|at| at + 2);
    lines.flat_map(|line| line[frame(line).unwrap_or(0)..].to_vec()).collect()
}

/// Fails at the first line that differs.
fn assert_same(name: &str, expected: &[u8], ours: &[u8]) {
    if expected == ours {
        return;
    }
    let lines = |text: &[u8]| -> Vec<String> {
        text.split_inclusive(|byte| *byte == b'\n').map(|l| l.escape_ascii().to_string()).collect()
    };
    let (expected, ours) = (lines(expected), lines(ours));
    let at = expected.iter().zip(&ours).take_while(|(a, b)| a == b).count();
    let line = |text: &[String]| text.get(at).map_or("nothing".to_string(), String::clone);
    panic!("{name}:{}\nexpected {}\n    ours {}", at + 1, line(&expected), line(&ours));
}

/// What kind of text a name announces: of which capture, in which view and detail.
fn kind(name: &str) -> Option<(&str, &str, View, Detail)> {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let (scenario, kind) = name.strip_suffix(".txt")?.split_once('.')?;
    let (capture, kind) = match kind.strip_prefix("pfsync0.") {
        Some(kind) => ("pfsync0", kind),
        None => ("wire", kind),
    };
    let (view, detail) = match kind {
        "pfctl-ss" => (View::Pfctl, Detail::Plain),
        "pfctl-ss-v" => (View::Pfctl, Detail::Verbose),
        "pfctl-ss-vv" => (View::Pfctl, Detail::Full),
        "tcpdump-n" => (View::Tcpdump, Detail::Plain),
        "tcpdump-nv" => (View::Tcpdump, Detail::Verbose),
        "tcpdump-nvv" => (View::Tcpdump, Detail::Full),
        _ => return None,
    };
    Some((scenario, capture, view, detail))
}

#[test]
fn every_text_of_every_release_is_printed() {
    let releases = releases();
    if releases.is_empty() {
        println!("skipped: no ../shared/corpus");
        return;
    }
    for (release, folder) in releases {
        let names = names(&folder);
        let is_freebsd = release.system() == "freebsd";
        let is_text = |name: &&String| match is_freebsd {
            // Its tcpdump is no view; it reads these states wrongly anyway.
            true => name.contains(".pfctl-"),
            false => name.ends_with(".txt") || name.ends_with(".txt.gz"),
        };
        let texts: Vec<&String> = names.iter().filter(is_text).collect();
        let (mut compared, mut escaped) = (0, 0);
        for name in &texts {
            let Some((scenario, capture, view, detail)) = kind(name) else {
                panic!("{release}/{name}: no view prints such a text");
            };
            // The long captures of some releases were only taken on pfsync0.
            let of = |capture: &str| folder.join(format!("{scenario}.{capture}.pcap"));
            let capture = if of(capture).is_file() { of(capture) } else { of("pfsync0") };
            let mut expected = text_of(&folder.join(name));
            if !is_freebsd && release >= Release::OpenBsd7_4 && name.contains(".pfsync0.tcpdump") {
                // The original takes the IP header for one of pfsync.
                assert!(expected.starts_with(b"PFSYNCv69 len "), "{release}/{name}");
                let wire = folder.join(name.replace(".pfsync0", ""));
                expected = without_addresses(&text_of(&wire));
            }
            if is_freebsd {
                expected = with_ids_as_they_are(&expected);
            }
            let ours = printed(&capture, view, detail, Some(release));
            let shown = printable(&expected);
            assert_same(&format!("{release}/{name}"), &shown, &ours);
            compared += 1;
            escaped += usize::from(shown != expected);
        }
        assert_eq!(compared, texts.len());
        assert!(compared > 0, "{release}");
        println!("{release}: {compared} texts, {escaped} of them with names that are escaped here");
    }
}

/// A capture is the same, whether it was taken on the syncdev or on pfsync0, with an IP header in
/// front or without; -v lies between no -v and -vv.
#[test]
fn captures_of_one_scenario_print_alike() {
    let (mut compared, releases) = (0, releases());
    if releases.is_empty() {
        println!("skipped: no ../shared/corpus");
        return;
    }
    for (release, folder) in releases {
        for name in names(&folder) {
            let Some(scenario) = name.strip_suffix(".wire.pcap") else { continue };
            let wire = folder.join(&name);
            if wire.metadata().unwrap().len() > 1 << 20 {
                continue;
            }
            for other in ["pfsync0", "payload"] {
                let other = folder.join(format!("{scenario}.{other}.pcap"));
                if !other.is_file() {
                    continue;
                }
                let print = |path: &Path, view| printed(path, view, Detail::Verbose, Some(release));
                let name = format!("{release}/{scenario}");
                let expected = without_addresses(&print(&wire, View::Tcpdump));
                assert_same(&name, &expected, &print(&other, View::Tcpdump));
                let expected = print(&wire, View::Pfctl);
                assert_same(&name, &expected, &print(&other, View::Pfctl));
                compared += 1;
            }
        }
    }
    println!("{compared} pairs of captures");
    assert!(compared > 0);
}

/// Texts of malformed captures that differ, and why; the others are the original's byte for byte.
const DIFFERENT: &[(&str, &str)] = &[
    ("count_65535_len_255", "strides by its own record, not by the wire's 1020 bytes"),
    ("delc_len_16", "strides by its own record, not by the wire's 16 bytes"),
    ("eof_then_known", "stops at EOF, where the kernel goes on"),
    ("ip_fragments", "takes fragments for frames"),
    ("ip_fragments_reversed", "takes fragments for frames"),
    ("ip_ihl_4", "believes an IP header length that cannot be"),
    ("ip_ihl_beyond", "reads beyond the capture"),
    ("ip_totlen_short", "reads beyond the IP packet"),
    ("sublen_0", "strides by its own record, where the wire says 0 bytes"),
    ("sublen_longer_268", "strides by its own record, not by the wire's 268 bytes"),
    ("tap_ip_first_18", "takes the IP header for one of pfsync"),
    ("tap_ip_first_246", "takes the IP header for one of pfsync"),
    ("v5_openbsd46", "knows no version but 6"),
    ("v5_openbsd46_multi", "knows no version but 6"),
    ("v6_49_in_stream", "reads 4.9's states as 7.9 has them"),
];

#[test]
fn malformed_captures_print_as_the_original_does_unless_it_misreads_them() {
    let folder = corpus().join("malformed");
    if !folder.is_dir() {
        println!("skipped: no ../shared/corpus/malformed");
        return;
    }
    let (mut same, mut differ) = (0, Vec::new());
    for name in names(&folder) {
        let Some(scenario) = name.strip_suffix(".tcpdump-nvv.txt") else { continue };
        let capture = folder.join(format!("{scenario}.pcap"));
        let (expected, ours) =
            (text_of(&folder.join(&name)), printed(&capture, View::Tcpdump, Detail::Full, None));
        if DIFFERENT.iter().any(|(different, _)| *different == scenario) {
            assert_ne!(printable(&expected), ours, "{scenario} does not differ any more");
            differ.push(scenario.to_string());
        } else {
            assert_same(&name, &expected, &ours);
            same += 1;
        }
    }
    println!("malformed: {same} texts are the same, {} differ on purpose", differ.len());
    assert_eq!(differ, DIFFERENT.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}

fn assert_printable(text: &[u8]) {
    assert_eq!(printable(text).escape_ascii().to_string(), text.escape_ascii().to_string());
}

/// Whatever the packets are: no panic, and no control character.
#[test]
fn no_capture_upsets_a_view() {
    let folder = corpus().join("malformed");
    if !folder.is_dir() {
        println!("skipped: no ../shared/corpus/malformed");
        return;
    }
    let names = names(&folder);
    for name in names.iter().filter(|name| name.ends_with(".pcap")) {
        for (_, view) in View::ALL {
            for release in [None, Some(Release::OpenBsd4_7), Some(Release::OpenBsd5_2)] {
                assert_printable(&printed(&folder.join(name), *view, Detail::Full, release));
            }
        }
    }
}

/// The packet of one frame on pfsync0.
fn packet(frame: &[u8]) -> Packet<'_> {
    let wire_len = u32::try_from(frame.len()).unwrap();
    Packet {
        time: Time::default(),
        data: frame,
        wire_len,
        link: LinkType(246),
        order: ByteOrder::NATIVE,
    }
}

fn lines(view: View, release: Option<Release>, frame: &[u8]) -> Vec<String> {
    let mut text = Vec::new();
    Printer::new(view, Detail::Plain, release).packet(&packet(frame), &mut |item| {
        text.extend_from_slice(item);
    });
    assert_printable(&text);
    String::from_utf8(text).unwrap().lines().map(str::to_string).collect()
}

/// Interface names that would forge a line, drive a terminal or take up a room of their own.
#[test]
fn hostile_names_stay_on_their_line() {
    let hostile: [&[u8; 16]; 5] = [
        b"em0\nall tcp 1.2.",
        b"\x1b[2J\x1b]0;x\x07\x0d\x0a\x09\x0b\x0c!",
        b"\x80\x9b\xff\xa0\x7f\xe2\x80\xae\xc2\x85      ",
        b"\\\\n\\^J\"'`$();<>|",
        b"\x01\x02\x03\x04\x05\x06\x08\x0b\x0e\x0f\x10\x1a\x1c\x1d\x1e\x1f",
    ];
    for ifname in hostile {
        let state =
            grammar::State { ifname: *ifname, proto: 17, direction: 2, ..Default::default() };
        let clr = grammar::Clr { ifname: *ifname, creatorid: 1 };
        let frame = grammar::Frame::build(vec![
            (0, grammar::Body::Clr(vec![clr])),
            (13, grammar::Body::State(vec![state])),
        ]);
        let newer = Release::ALL.iter().copied().filter(|release| release.version() == 6);
        for release in newer.map(Some).chain([None]) {
            let pfctl = lines(View::Pfctl, release, &frame);
            assert_eq!(pfctl.len(), 1, "{pfctl:?}");
            assert!(pfctl[0].contains(" udp "), "{pfctl:?}");
            let tcpdump = lines(View::Tcpdump, release, &frame);
            assert_eq!(tcpdump.len(), 5, "{tcpdump:?}");
            assert!(tcpdump[2].starts_with("\tcreatorid: 00000001 interface: "), "{tcpdump:?}");
            assert!(tcpdump[4].contains(" 17 "), "{tcpdump:?}");
        }
    }
}

/// What no capture of the corpus shows: rules of wire-openbsd.md 4.2 and 4.3 for releases between.
#[test]
fn releases_between_follow_their_era() {
    let key = |rdomain| grammar::Key { rdomain, ..Default::default() };
    let state = grammar::State {
        ifname: *b"em 0\0\0\0\0\0\0\0\0\0\0\0\0",
        key: [key(1), key(1)],
        af: 2,
        proto: 17,
        direction: 2,
        rt_addr: [192, 0, 2, 254, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ..Default::default()
    };
    let frame = grammar::Frame::build(vec![(13, grammar::Body::State(vec![state]))]);
    let first = |release: &str, view| {
        let lines = lines(view, Some(release.parse().unwrap()), &frame);
        lines.last().unwrap().replace("       NO_TRAFFIC:NO_TRAFFIC", "")
    };
    let plain = "em 0 udp (1) 0.0.0.0 -> (1) 0.0.0.0";
    for (release, pfctl) in [
        ("openbsd-4.8", "em 0 udp (256) 0.0.0.0 -> (256) 0.0.0.0"),
        ("openbsd-5.1", plain),
        ("openbsd-5.4", plain),
        ("openbsd-6.1", plain),
        ("openbsd-6.5", "em 0 udp (1) 0.0.0.0 -> (1) 0.0.0.0 {192.0.2.254}"),
        ("openbsd-7.8", "em 0 udp (1) 0.0.0.0 -> (1) 0.0.0.0 {192.0.2.254}"),
    ] {
        assert_eq!(first(release, View::Pfctl), pfctl, "{release}");
    }
    for (release, tcpdump) in [
        ("openbsd-4.8", "em 0 17 (256) 0.0.0.0 -> (256) 0.0.0.0"),
        ("openbsd-6.1", "em 0 17 (1) 0.0.0.0 -> (1) 0.0.0.0"),
        ("openbsd-7.4", "em\\0400 17 (1) 0.0.0.0 -> (1) 0.0.0.0"),
    ] {
        assert_eq!(first(release, View::Tcpdump), tcpdump, "{release}");
    }
}

proptest! {
    /// Any bytes behind a sound header, as any release reads them.
    #[test]
    fn no_bytes_upset_a_view(
        sections in proptest::collection::vec((0..20u8, 0..70u8, 0..4u16, any::<u8>()), 0..4),
        cut in 0..400usize,
        more in 0..40u32,
        len_off in -3..4i32,
        release in 0..Release::ALL.len(),
    ) {
        let mut frame = vec![6, 0, 0, 0];
        frame.resize(20, 0);
        for (action, len, count, fill) in sections {
            frame.extend([action, len]);
            frame.extend(count.to_be_bytes());
            let bytes = usize::from(len) * 4 * usize::from(count);
            frame.extend((0..bytes).map(|at| fill.wrapping_mul(at as u8 | 1)));
        }
        let len = u16::try_from(frame.len() as i32 + len_off).unwrap();
        frame[2..4].copy_from_slice(&len.to_be_bytes());
        let wire_len = frame.len() as u32 + more;
        frame.truncate(frame.len() - cut.min(frame.len()));
        let packet = Packet { wire_len, ..packet(&frame) };
        for (_, view) in View::ALL {
            for release in [None, Some(Release::ALL[release])] {
                Printer::new(*view, Detail::Full, release)
                    .packet(&packet, &mut |item| assert_printable(item));
            }
        }
    }
}

/// The program itself: a view goes to standard output, -v is its detail, -c counts what it shows.
#[cfg(feature = "cli")]
#[test]
fn the_program_prints_views() {
    let run = |args: &[&str], input: &Path| -> (Vec<u8>, bool) {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_pfstatelog"));
        let output = program.args(args).arg("-r").arg(input).output().unwrap();
        (output.stdout, output.status.success())
    };
    let temp = tempfile::tempdir().unwrap();
    let capture = temp.path().join("two.pcap");
    let state = grammar::State { ifname: *b"em0\0\0\0\0\0\0\0\0\0\0\0\0\0", ..Default::default() };
    let frame = grammar::Frame::build(vec![(13, grammar::Body::State(vec![state; 3]))]);
    let mut bytes = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0002_0004, 0, 0, 65535, 246] {
        bytes.extend(word.to_be_bytes());
    }
    for _ in 0..2 {
        for word in [0, 0, frame.len() as u32, frame.len() as u32] {
            bytes.extend(word.to_be_bytes());
        }
        bytes.extend(&frame);
    }
    fs::write(&capture, bytes).unwrap();
    for (args, lines) in [
        (&["-f", "pfctl"][..], 6),
        (&["-f", "pfctl", "-c", "4"], 4),
        (&["-f", "pfctl", "-v", "-e", "end"], 12),
        (&["-o", "pfctl=-", "-vv", "-c", "1"], 3),
        (&["-f", "tcpdump"], 10),
        (&["-f", "tcpdump", "-c", "1"], 5),
    ] {
        let (text, done) = run(args, &capture);
        let count = text.iter().filter(|byte| **byte == b'\n').count();
        assert!(done && count == lines, "{args:?}: {}", text.escape_ascii());
    }
    assert!(!run(&["-f", "pfctl", "-o", "-", "-o", "text=-"], &capture).1);
    for (release, folder) in releases() {
        for (view, words) in [(View::Pfctl, ["-f", "pfctl"]), (View::Tcpdump, ["-f", "tcpdump"])] {
            let capture = folder.join("nat_out_tcp.wire.pcap");
            let (text, done) =
                run(&[&words[..], &["-vv", "-R", release.name()]].concat(), &capture);
            assert!(done);
            assert_same(
                release.name(),
                &printed(&capture, view, Detail::Full, Some(release)),
                &text,
            );
        }
    }
}
