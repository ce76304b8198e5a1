//! Hostile and odd captures, line by line of their MANIFEST: what is told, what is counted, and that
//! nothing ends the program.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{Captured, Told, corpus};
use pfstatelog::abi::Release;
use pfstatelog::capture::CaptureError;
use pfstatelog::decode::Decoder;
use pfstatelog::event::{EventKind, Stats};
use pfstatelog::fuzzing::account;
use pfstatelog::link::{self, Found};
use pfstatelog::wire::{Counter, Frame};

/// File, what is told of it (a gap with its reason), what is counted (with what ends the file).
const ROWS: &[(&str, &str, &str)] = &[
    ("action_1", "gap:skipped-action", "skipped_sections=1"),
    ("action_12", "gap:skipped-action", "skipped_sections=1"),
    ("action_8", "gap:skipped-action", "skipped_sections=1"),
    ("action_99", "gap:skipped-action", "skipped_sections=1"),
    ("bus_status_9", "bulk", ""),
    ("clr_no_nul", "clear", ""),
    ("count_0", "gap:bad-length", "badlen=1"),
    ("count_0_alone", "", ""),
    ("count_65535_len_255", "gap:bad-length", "badlen=1"),
    ("delc_len_16", "end end", ""),
    ("delc_unknown_state", "end end end end end", ""),
    ("dup_ins", "start start", ""),
    ("eof_then_known", "gap:skipped-action start", "skipped_sections=1"),
    ("header_only", "", ""),
    ("ip_bad_checksum", "start", ""),
    ("ip_fragments", "gap:fragment gap:fragment", "fragments=2"),
    ("ip_fragments_reversed", "gap:fragment gap:fragment", "fragments=2"),
    ("ip_ihl_4", "gap:bad-ip-header", "bad_link=1"),
    ("ip_ihl_beyond", "gap:bad-ip-header", "bad_link=1"),
    ("ip_options", "start", ""),
    ("ip_options_60", "start", ""),
    ("ip_proto_241", "", "not_pfsync=1"),
    ("ip_totlen_long", "start", ""),
    ("ip_totlen_short", "gap:bad-length", "badlen=1"),
    ("ip_totlen_zero", "start", ""),
    ("ip_version_5", "gap:bad-ip-header", "bad_link=1"),
    ("ipv6_outer", "start", ""),
    ("ipv6_outer_hopbyhop", "start", ""),
    ("ipv6_outer_trunc", "gap:short-header", "hdrops=1"),
    ("len_field_19", "gap:bad-length", "badlen=1"),
    ("len_field_ffff", "gap:bad-length", "badlen=1"),
    ("len_field_longer", "gap:bad-length", "badlen=1"),
    ("linux_sll_113", "start", ""),
    ("null_0", "start", ""),
    ("pcap_big_endian", "start", ""),
    ("pcap_empty_file", "", "file=empty"),
    ("pcap_header_only", "", ""),
    ("pcap_linktype_fcs_bits", "start", ""),
    ("pcap_modified_kuznetzov", "start", ""),
    ("pcap_nanosecond", "start", ""),
    ("pcap_short_header", "", "file=cut-short"),
    ("pcap_snaplen_zero", "start", ""),
    ("pcap_trunc_record_body", "", "file=cut-short"),
    ("pcap_trunc_record_header", "start", "file=cut-short"),
    ("raw_ip_12", "start", ""),
    ("short_packet_001", "gap:short-header", "hdrops=1"),
    ("short_packet_022", "gap:bad-length", "badlen=1"),
    ("short_packet_023", "gap:bad-length", "badlen=1"),
    ("state_af_99", "start", ""),
    ("state_all_ff", "start", ""),
    ("state_direction_7", "start", ""),
    ("state_expire_ffffffff", "start", ""),
    ("state_ifname_binary", "start", ""),
    ("state_ifname_quotes", "start", ""),
    ("state_log_255", "start", ""),
    ("state_peer_state_200", "start", ""),
    ("state_proto_254", "start", ""),
    ("state_rt_200", "start", ""),
    ("state_rtableid_min", "start", ""),
    ("state_sync_flags_ff", "start", ""),
    ("state_timeout_255", "start", ""),
    ("sublen_0", "gap:bad-action", "badact=1"),
    ("sublen_longer_268", "start", ""),
    ("tap_ip_first_18", "start", ""),
    ("tap_ip_first_246", "start", ""),
    ("trailing_garbage", "start", ""),
    ("trunc_capture_001", "gap:cut", "cut=1"),
    ("trunc_capture_004", "gap:cut", "cut=1"),
    ("trunc_capture_020", "gap:cut", "cut=1"),
    ("trunc_capture_021", "gap:cut", "cut=1"),
    ("trunc_capture_023", "gap:cut", "cut=1"),
    ("trunc_capture_024", "gap:cut", "cut=1"),
    ("trunc_capture_025", "gap:cut", "cut=1"),
    ("trunc_capture_031", "gap:cut", "cut=1"),
    ("trunc_capture_040", "gap:cut", "cut=1"),
    ("trunc_capture_064", "gap:cut", "cut=1"),
    ("trunc_capture_127", "gap:cut", "cut=1"),
    ("trunc_capture_136", "gap:cut", "cut=1"),
    ("trunc_capture_168", "gap:cut", "cut=1"),
    ("trunc_capture_184", "gap:cut", "cut=1"),
    ("trunc_capture_216", "gap:cut", "cut=1"),
    ("trunc_capture_264", "gap:cut", "cut=1"),
    ("trunc_capture_280", "gap:cut", "cut=1"),
    ("trunc_capture_287", "gap:cut", "cut=1"),
    ("trunc_capture_multi_036", "ack gap:cut", "cut=1"),
    ("trunc_capture_multi_124", "ack update gap:cut", "cut=1"),
    ("updc_count_plus1", "gap:bad-length", "badlen=1"),
    ("updc_unknown_state", "update update update update", ""),
    ("v5_openbsd46", "start", ""),
    ("v5_openbsd46_multi", "start start ack update update update end request tdb", ""),
    ("v6_49_in_stream", "start start start", ""),
    ("version_1", "gap:bad-version", "badver=1"),
    ("version_2", "gap:bad-version", "badver=1"),
    ("version_3", "gap:bad-version", "badver=1"),
    ("version_5_with_v6_body", "gap:bad-version", "badver=1"),
    ("version_69", "gap:bad-version", "badver=1"),
    ("version_7", "gap:bad-version", "badver=1"),
    ("vlan_qinq", "start", ""),
];

/// Files of many packets, which are held to what the kernel did with each.
const FUZZED: [&str; 2] = ["fuzz_mutated_400", "fuzz_random_v6_200"];

/// One line of a MANIFEST.
struct Line {
    name: String,
    /// What OpenBSD 7.9 did with the payload; `None` where it was not asked.
    verdict: Option<String>,
}

fn manifest(folder: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(folder.join("MANIFEST")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<_> = line.split(" | ").collect();
            let name = columns[0].strip_suffix(".pcap").unwrap().to_string();
            let verdict = columns.last().filter(|verdict| **verdict != "-");
            Line { name, verdict: verdict.map(|verdict| verdict.to_string()) }
        })
        .collect()
}

/// The whole collection where it is, and always the part of it that fixtures/ has.
fn folders() -> Vec<std::path::PathBuf> {
    let shared = common::shared_corpus().map(|corpus| corpus.join("malformed"));
    let fixtures = common::root().join("fixtures/malformed");
    shared.into_iter().chain([fixtures]).collect()
}

#[test]
fn every_line_of_the_manifest_has_a_row_and_every_row_a_line() {
    for folder in folders() {
        let lines: BTreeSet<_> = manifest(&folder).into_iter().map(|line| line.name).collect();
        let files: BTreeSet<_> = corpus::entries(&folder)
            .into_iter()
            .filter_map(|(name, _)| name.strip_suffix(".pcap").map(str::to_string))
            .collect();
        assert_eq!(lines, files, "{}: MANIFEST and files", folder.display());
        let rows: BTreeSet<_> = ROWS.iter().map(|(name, ..)| *name).chain(FUZZED).collect();
        assert_eq!(rows.len(), ROWS.len() + FUZZED.len(), "a file has one row");
        let part = folder.starts_with(common::root().join("fixtures"));
        for name in &lines {
            assert!(rows.contains(name.as_str()), "{name}.pcap has no row");
        }
        assert!(part || rows.len() == lines.len(), "a row without a line in MANIFEST");
        assert!(lines.len() > 20);
    }
}

/// `start`, or `gap:` and the reason.
fn word(told: &Told) -> String {
    match told.reason {
        Some(reason) => format!("{}:{reason}", told.kind.name()),
        None => told.kind.name().to_string(),
    }
}

/// What was counted besides messages, `name=count`, and what ended the file.
fn counted(stats: &Stats, error: Option<&CaptureError>) -> String {
    let kernel = Counter::ALL.into_iter().filter(|counter| *counter != Counter::Cut);
    let ours = [
        ("cut", stats.cut),
        ("fragments", stats.fragments),
        ("bad_link", stats.bad_link),
        ("skipped_sections", stats.skipped_sections),
        ("not_pfsync", stats.not_pfsync),
    ];
    let mut words: Vec<_> = kernel
        .map(|counter| (counter.name(), stats.errors_of(counter)))
        .chain(ours)
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{name}={count}"))
        .collect();
    words.extend(error.map(|error| match error {
        CaptureError::Empty => "file=empty".to_string(),
        CaptureError::CutShort { .. } => "file=cut-short".to_string(),
        other => format!("file={other:?}"),
    }));
    words.join(" ")
}

#[test]
fn every_file_tells_and_counts_what_its_row_says() {
    for folder in folders() {
        let mut files = 0;
        for line in manifest(&folder) {
            let Some((_, events, counters)) = ROWS.iter().find(|(name, ..)| *name == line.name)
            else {
                continue;
            };
            let path = folder.join(format!("{}.pcap", line.name));
            let (packets, error) = common::read(&path);
            let mut decoder = common::decoder(None);
            let told: Vec<Told> =
                packets.iter().flat_map(|packet| common::decode(&mut decoder, packet)).collect();
            let words: Vec<_> = told.iter().map(word).collect();
            assert_eq!(words.join(" "), *events, "{}: events", path.display());
            let counted = counted(&decoder.stats, error.as_ref());
            assert_eq!(counted, *counters, "{}: counters", path.display());
            if let Some(verdict) = &line.verdict {
                agree(verdict, &told, &decoder.stats, &path.display().to_string());
            }
            files += 1;
        }
        println!("{}: {files} files", folder.display());
    }
}

/// What we tell agrees with what OpenBSD 7.9 did:
///
/// - every state that it handed to pf, and every id that it looked up, is told, in that order;
/// - what we tell more of are full states that it refused for their values (badval): those are
///   told as they are;
/// - what it counts as hdrops, badver, badact or badlen, we count too.
fn agree(verdict: &str, told: &[Told], stats: &Stats, place: &str) {
    let (passed, rest) = verdict.split_once(';').unwrap_or((verdict, ""));
    let count_of = |name: &str| -> u64 {
        let mut words = rest.split([' ', ',', ';', ':']);
        words
            .find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
            .unwrap_or_default()
    };
    for counter in Counter::ALL {
        let (ours, kernels) = (stats.errors_of(counter), count_of(counter.name()));
        // A length below the header's own wraps in the kernel, which reads on; we stop.
        let wraps = counter == Counter::Badlen && below_header(told);
        assert!(ours == kernels || wraps, "{place}: {} {ours}, {verdict}", counter.name());
    }
    if below_header(told) {
        return;
    }
    let passed = passed.strip_prefix("passed to pf: ").unwrap();
    let mut passed: Vec<_> = passed.split(", ").filter(|id| *id != "nothing").collect();
    passed.reverse();
    let mut refused = 0;
    for told in told {
        let action = told.message["action"].as_str().unwrap_or_default();
        // An update is looked up, and imported where it is not found.
        let verbs = match action {
            "INS" => ["INS/UPD", ""],
            "UPD" => ["lookup", "INS/UPD"],
            "UPD_C" | "UPD_REQ" | "DEL" | "DEL_C" | "INS_ACK" => ["lookup", ""],
            _ => continue,
        };
        let text = |name: &str| told.message[name].as_str().unwrap();
        if action == "UPD_REQ" && u64::from_str_radix(text("id"), 16) == Ok(0) {
            continue; // asks for all
        }
        let id = format!("{}/{}", text("id"), text("creatorid"));
        for (at, verb) in verbs.into_iter().enumerate().filter(|(_, verb)| !verb.is_empty()) {
            if passed.pop_if(|last| *last == format!("{verb} {id}")).is_none() && at == 0 {
                refused += 1;
            }
        }
    }
    assert_eq!(passed, Vec::<&str>::new(), "{place}: not told, last first; {verdict}");
    assert!(refused <= count_of("badval"), "{place}: {refused} told too much, {verdict}");
}

/// Whether the frame was refused for a length below that of its header.
fn below_header(told: &[Told]) -> bool {
    told.iter().any(|told| told.detail.is_some_and(|(name, len)| name == "len" && len < 20))
}

#[test]
fn mutated_frames_are_told_as_the_kernel_took_them() {
    let Some(corpus) = common::shared_corpus() else { return };
    let folder = corpus.join("malformed");
    let verdicts = std::fs::read_to_string(folder.join("fuzz_mutated_400.kernel79.json")).unwrap();
    let verdicts: Vec<String> = serde_json::from_str(&verdicts).unwrap();
    let packets = common::read_sound(&folder.join("fuzz_mutated_400.pcap"));
    assert_eq!((packets.len(), verdicts.len()), (400, 400));
    for (at, (packet, verdict)) in packets.iter().zip(&verdicts).enumerate() {
        let mut decoder = Decoder::new(Some(Release::NEWEST));
        let told = common::decode(&mut decoder, packet);
        agree(verdict, &told, &decoder.stats, &format!("fuzz_mutated_400 packet {}", at + 1));
    }
}

#[test]
fn whatever_the_bytes_are_every_one_is_accounted_for_and_output_is_bounded() {
    let Some(corpus) = common::shared_corpus() else { return };
    let mut frames = 0;
    for (name, path) in corpus::entries(&corpus.join("malformed")) {
        if !name.ends_with(".pcap") {
            continue;
        }
        for (at, packet) in common::read(&path).0.iter().enumerate() {
            let place = format!("{name} packet {}", at + 1);
            bounded(packet, &place);
            let found = link::find(packet.link, &packet.data, packet.wire_len as usize);
            let Ok(Found::Pfsync(payload)) = found else { continue };
            if let Ok(frame) = Frame::parse(payload.bytes, payload.wire_len) {
                account::everywhere(&frame, &place);
                frames += 1;
            }
        }
    }
    assert!(frames > 400, "{frames} frames");
    println!("{frames} frames accounted for");
}

/// A message has 12 bytes at least, a skipped section 4 of header and 4 of body: no frame tells
/// more than that.
fn bounded(packet: &Captured, place: &str) {
    for release in [None, Some("openbsd-4.7"), Some("openbsd-5.1"), Some("openbsd-6.8")] {
        let mut decoder = common::decoder(release);
        let told = common::decode(&mut decoder, packet);
        let bound = packet.data.len() / 8 + 1;
        assert!(told.len() <= bound, "{place}: {} events, {bound} at most", told.len());
        let gaps = told.iter().filter(|told| told.kind == EventKind::Gap).count() as u64;
        assert_eq!(gaps, decoder.stats.events_of(EventKind::Gap), "{place}");
    }
}

#[cfg(feature = "cli")]
mod program {
    use super::*;
    use std::process::{Command, Output};

    fn run(path: &Path) -> Output {
        Command::new(env!("CARGO_BIN_EXE_pfstatelog"))
            // The table has tests of its own.
            .args(["-vv", "--no-table", "-r"])
            .arg(path)
            .output()
            .unwrap()
    }

    #[test]
    fn no_file_ends_the_program_in_any_other_way_than_it_should() {
        for folder in folders() {
            for line in manifest(&folder) {
                let path = folder.join(format!("{}.pcap", line.name));
                let place = path.display();
                let output = run(&path);
                let errors = String::from_utf8(output.stderr).unwrap();
                assert!(!errors.contains("panicked"), "{place}: {errors}");
                let row = ROWS.iter().find(|(name, ..)| *name == line.name);
                // What has not even a whole header is no capture.
                let no_capture = ["pcap_empty_file", "pcap_short_header"].contains(&&*line.name);
                let status = output.status.code();
                assert_eq!(status, Some(i32::from(no_capture)), "{place}: {errors}");
                let cut = row.is_some_and(|(.., counters)| counters.contains("file="));
                assert_eq!(errors.lines().count(), usize::from(cut), "{place}: {errors}");
                printable(&output.stdout, &place.to_string());
                if let Some((_, events, _)) = row {
                    let mut events: Vec<_> = events.split_whitespace().collect();
                    events.extend((cut && !no_capture).then_some("gap:file-cut"));
                    compare_lines(&output.stdout, &events, &place.to_string());
                }
            }
        }
    }

    fn printable(lines: &[u8], place: &str) {
        let odd = lines.iter().find(|b| !(**b == b'\n' || **b == b' ' || b.is_ascii_graphic()));
        assert_eq!(odd, None, "{place}: a byte that is not printable");
        assert!(lines.is_empty() || lines.ends_with(b"\n"), "{place}: an unfinished line");
    }

    /// One line an event, whatever the names in it are.
    fn compare_lines(lines: &[u8], events: &[&str], place: &str) {
        let lines = std::str::from_utf8(lines).unwrap();
        let words: Vec<String> = lines
            .lines()
            .map(|line| {
                let mut words = line.split(' ').skip(1);
                let kind = words.next().unwrap_or_default().to_string();
                match words.skip_while(|word| *word != "reason").nth(1) {
                    Some(reason) if kind == "gap" => format!("gap:{reason}"),
                    _ => kind,
                }
            })
            .collect();
        assert_eq!(words, events, "{place}: lines");
    }
}
