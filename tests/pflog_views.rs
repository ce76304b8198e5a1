//! Logged packets as the original tcpdumps of their releases print them, line for line: what stands
//! before the packet always, the packet where it is of the usual kinds.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::corpus;
use pfstatelog::abi::Release;
use pfstatelog::view::{Detail, Printer, View};

/// The lines of a capture.
fn printed(path: &Path, detail: Detail, release: Option<Release>) -> Vec<String> {
    let mut printer = Printer::new(View::Tcpdump, detail, release);
    let mut lines = Vec::new();
    for packet in common::read_sound(path) {
        printer.packet(&packet.packet(), &mut |text| {
            lines.push(String::from_utf8(text.to_vec()).unwrap());
        });
    }
    lines
}

/// What stands before the packet: up to the interface, and in brackets the socket's owner and the
/// other addresses.
fn prefix(line: &str) -> &str {
    let Some(on) = line.find(" on ") else { return line };
    let Some(colon) = line[on..].find(": ") else { return line };
    let mut end = on + colon + 2;
    for start in ["[uid ", "[rewritten: ", "[orig "] {
        if line[end..].starts_with(start) {
            end += line[end..].find("] ").unwrap() + 2;
        }
    }
    &line[..end]
}

/// A text as the lines of its packets: what an original breaks in two begins with white space, or with
/// nothing at all.
fn expected(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => {
                last.push('\n');
                last.push_str(line);
            }
            // 4.4 breaks the line behind "too big".
            Some(_) if line.is_empty() => {}
            _ => lines.push(line.to_string()),
        }
    }
    lines
}

fn texts() -> Vec<(String, PathBuf)> {
    let shared = common::shared_corpus().map(|corpus| corpus.join("pflog"));
    let folders = [Some(common::root().join("fixtures/pflog")), shared];
    let releases = folders.into_iter().flatten().flat_map(|folder| corpus::releases(&folder));
    releases
        .flat_map(|(release, folder)| {
            let entries = corpus::entries(&folder).into_iter();
            entries.map(move |(_, path)| (release.clone(), path))
        })
        .filter(|(_, path)| path.to_str().unwrap().contains(".tcpdump-ne"))
        .collect()
}

fn read(path: &Path) -> String {
    use std::io::Read;
    let bytes = std::fs::read(path).unwrap();
    let mut text = Vec::new();
    if path.extension().is_some_and(|end| end == "gz") {
        flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut text).unwrap();
    } else {
        text = bytes;
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn logged_packets_are_printed_as_the_originals_do() {
    let mut counts: BTreeMap<(String, bool), [usize; 3]> = BTreeMap::new();
    let show = std::env::var("SHOW_UNEQUAL").ok();
    for (release, path) in texts() {
        let name = path.file_name().unwrap().to_str().unwrap();
        // Names that break lines in the originals; they are held to be words elsewhere.
        if name.starts_with("hostile_names") {
            continue;
        }
        let (capture, kind) = name.split_once(".tcpdump-").unwrap();
        let verbose = kind.starts_with("nev");
        // The originals do not turn around uid and pid of a host of the other byte order.
        let text = path.with_file_name(name.replace(".big_endian", ""));
        let asked: Release = match release.contains('.') {
            true => release.parse().unwrap(),
            false => format!("{release}.0").parse().unwrap(),
        };
        let detail = if verbose { Detail::Verbose } else { Detail::Plain };
        let ours = printed(&path.with_file_name(format!("{capture}.pcap")), detail, Some(asked));
        let theirs = expected(&read(&text));
        if ours.len() != theirs.len() {
            println!("{}: {} lines of {}", path.display(), ours.len(), theirs.len());
            // It dumps in hex what it does not know, and says nothing of some headers.
            let odd = ["unknown_af", "header_length"].iter().any(|odd| name.starts_with(odd));
            assert!(odd && release.starts_with("freebsd"), "{name}");
            continue;
        }
        let [records, prefixes, whole] = counts.entry((release, verbose)).or_default();
        for (ours, theirs) in ours.iter().zip(&theirs) {
            *records += 1;
            *prefixes += usize::from(prefix(ours) == prefix(theirs));
            if prefix(ours) != prefix(theirs) {
                println!("{}\n  ours   {ours}\n  theirs {theirs}", path.display());
            }
            *whole += usize::from(ours == theirs);
            if ours != theirs
                && show.as_ref().is_some_and(|s| path.to_str().unwrap().contains(s.as_str()))
            {
                println!("{name}\n  ours   {ours}\n  theirs {theirs}");
            }
        }
    }
    for ((release, verbose), [records, prefixes, whole]) in counts {
        let kind = if verbose { "-nev" } else { "-ne" };
        println!(
            "{release} {kind}: {records} lines, {prefixes} prefixes equal, {whole} lines equal"
        );
        assert_eq!(prefixes, records, "{release} {kind}");
        let of_100 = if release.starts_with("openbsd") { 95 } else { 70 };
        assert!(whole * 100 >= records * of_100, "{release} {kind}: {whole} of {records}");
    }
}

/// The stamp is what `tcpdump -ttt` gives, in local time.
#[test]
fn the_time_stands_before_each_packet_unless_it_is_left_out() {
    let path = common::root().join("fixtures/pflog/openbsd-7.9/block_tcp_syn.pcap");
    let packets = common::read_sound(&path);
    let mut stamped = Printer::new(View::Tcpdump, Detail::Plain, None).with_stamps(|_| -4 * 3600);
    let bare = printed(&path, Detail::Plain, None);
    let mut lines = Vec::new();
    for packet in &packets {
        stamped.packet(&packet.packet(), &mut |text| {
            lines.push(String::from_utf8(text.to_vec()).unwrap());
        });
    }
    assert!(lines[0].starts_with("Oct 26 23:33:20.000000 rule 3/(match) block in on em0: "));
    assert!(lines[1].starts_with("Oct 26 23:33:20.250000 rule "));
    assert!(lines.iter().zip(&bare).all(|(stamped, bare)| stamped[23..] == **bare));
}

/// No name puts anything into a line that a terminal would obey, or that begins another.
#[test]
fn no_name_breaks_a_line() {
    let mut lines = 0;
    for (release, path) in texts() {
        if !path.to_str().unwrap().ends_with("hostile_names.tcpdump-ne.txt") {
            continue;
        }
        let capture = path.with_file_name("hostile_names.pcap");
        for line in printed(&capture, Detail::Plain, None) {
            assert!(line.bytes().all(|byte| (b' '..127).contains(&byte)), "{release}: {line}");
            lines += 1;
        }
    }
    assert!(lines >= 25, "{lines}");
}

/// IP may say that there is less of UDP than its header.
#[test]
fn a_packet_that_ends_inside_its_header_ends_nothing_else() {
    let path = common::root().join("fixtures/pflog/openbsd-7.9/block_tcp_syn.pcap");
    let mut packet = common::read_sound(&path).remove(0);
    packet.data.truncate(100 + 20);
    packet.data[100 + 9] = 17;
    packet.data.extend([0, 1, 0, 2, 0, 18, 0x12, 0x34, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    packet.wire_len = packet.data.len() as u32;
    for length in 20..=38 {
        packet.data[102..104].copy_from_slice(&(length as u16).to_be_bytes());
        for release in [None, Some("openbsd-5.3"), Some("freebsd-15.0")] {
            let release = release.map(|name| name.parse().unwrap());
            let mut printer = Printer::new(View::Tcpdump, Detail::Full, release);
            let mut printed = 0;
            printer.packet(&packet.packet(), &mut |_| printed += 1);
            assert_eq!(printed, 1, "{length} {release:?}");
        }
    }
}
