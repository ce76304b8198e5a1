//! Which events the options --nat, --proto, --host, --port, --ifname and --direction leave: held to
//! the lines that the program writes without them.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::path::{Path, PathBuf};

use common_cli::*;

/// Sound captures of the newest release.
fn captures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/corpus/openbsd-7.9");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "pcap")).collect();
    all.sort();
    assert!(all.len() > 5, "{all:?}");
    all
}

/// What a line without filters says, as far as filters ask for it.
struct Line<'a> {
    kind: &'a str,
    /// `None` of events that tell no state.
    state: Option<Told<'a>>,
    words: Vec<&'a str>,
}

struct Told<'a> {
    ifname: &'a str,
    proto: &'a str,
    /// Address and port of all endpoints that are shown.
    hosts: Vec<(&'a str, &'a str)>,
    translated: bool,
    inward: bool,
}

/// `192.0.2.1:80`, `2001:db8::1[80]`, or either without a port; in parentheses or not.
fn host(word: &str) -> (&str, &str) {
    let word = word.trim_matches(['(', ')']);
    match word.split_once('[') {
        Some((addr, port)) => (addr, port.trim_end_matches(']')),
        None if word.matches(':').count() > 1 => (word, "0"),
        None => word.split_once(':').unwrap_or((word, "0")),
    }
}

fn line(text: &str) -> Line<'_> {
    let words: Vec<&str> = text.split(' ').collect();
    let arrow = words.iter().position(|word| matches!(*word, "->" | "<-"));
    let state = arrow.map(|arrow| {
        // Behind the hosts stands the pair of states, whose names have no digits before the colon
        // or are two numbers.
        let is_host =
            |word: &&&str| word.trim_matches('(').contains(['.', '[']) || word.contains("::");
        let right = words[arrow + 1..].iter().take_while(is_host);
        let shown = words[4..arrow].iter().chain(right).filter(|word| !word.starts_with('{'));
        Told {
            ifname: words[2],
            proto: words[3],
            hosts: shown.clone().map(|word| host(word)).collect(),
            translated: shown.clone().any(|word| word.starts_with('(')),
            inward: words[arrow] == "<-",
        }
    });
    Line { kind: words[1], state, words }
}

/// Options, and what they ask of a state.
type Case<'a> = (&'a [&'a str], &'a dyn Fn(&Told<'_>) -> bool);

#[test]
fn what_is_left_is_what_the_unfiltered_lines_say() {
    let cases: &[Case<'_>] = &[
        (&["--nat"], &|t| t.translated),
        (&["--proto", "udp"], &|t| t.proto == "udp"),
        (&["--proto", "17", "--proto", "tcp"], &|t| matches!(t.proto, "udp" | "tcp")),
        (&["--proto", "icmp,icmp6"], &|t| matches!(t.proto, "icmp" | "ipv6-icmp")),
        (&["--host", "203.0.113.7"], &|t| t.hosts.iter().any(|h| h.0 == "203.0.113.7")),
        (&["--host", "::ffff:192.168.10.23"], &|t| t.hosts.iter().any(|h| h.0 == "192.168.10.23")),
        (&["--host", "10.0.0.0/8,2001:db8:1::/48"], &|t| {
            t.hosts.iter().any(|h| h.0.starts_with("10.") || h.0.starts_with("2001:db8:1::"))
        }),
        (&["--host", "::/0"], &|t| t.hosts.iter().any(|h| h.0.contains(':'))),
        (&["--port", "443"], &|t| t.hosts.iter().any(|h| h.1 == "443")),
        (&["--port", "50000-65535,80"], &|t| {
            t.hosts.iter().any(|h| matches!(h.1.parse().unwrap(), 80 | 50_000..=65_535))
        }),
        (&["--ifname", "em1"], &|t| t.ifname == "em1"),
        (&["--ifname", "all", "--ifname", "em1"], &|t| matches!(t.ifname, "em1" | "all")),
        (&["--direction", "in"], &|t| t.inward),
        (&["--direction", "out"], &|t| !t.inward),
        (&["--direction", "out,in"], &|_| true),
        (&["--nat", "--proto", "tcp", "--host", "192.168.0.0/16", "--port", "80"], &|t| {
            let host = t.hosts.iter().any(|h| h.0.starts_with("192.168."));
            t.translated && t.proto == "tcp" && host && t.hosts.iter().any(|h| h.1 == "80")
        }),
    ];
    let mut left = vec![0; cases.len()];
    for path in captures() {
        // Of these pfctl's arrow does not say the direction; of those routing domains stand in
        // parentheses as well.
        if utf8(&path).contains("afto") || utf8(&path).contains("rdomain") {
            continue;
        }
        let all = run(&["-e", "all", "-r", utf8(&path)]);
        assert_eq!(all.code, Some(0), "{all:?}");
        for ((options, asks), left) in cases.iter().zip(&mut left) {
            let filtered = run(&[&["-e", "all", "-r", utf8(&path)], *options].concat());
            assert_eq!((filtered.code, filtered.err.as_str()), (Some(0), ""), "{filtered:?}");
            let kept = all.lines().into_iter().filter(|text| {
                let Line { kind, state, words } = line(text);
                match (kind, state) {
                    (_, Some(told)) => asks(&told),
                    ("gap", _) => true,
                    ("clear", _) if options[0] == "--ifname" => {
                        words[2] == "creator" || options.contains(&words[2])
                    }
                    ("clear", _) => true,
                    _ => false,
                }
            });
            let kept: Vec<&str> = kept.collect();
            assert_eq!(filtered.lines(), kept, "{} {options:?}", path.display());
            *left += kept.iter().filter(|text| line(text).state.is_some()).count();
        }
    }
    // None of them is empty, or it would say nothing.
    for ((options, _), left) in cases.iter().zip(left) {
        assert!(left > 0, "{options:?}");
    }
}

#[test]
fn a_delete_is_kept_for_its_state_which_only_the_table_knows() {
    let host = ["--host", "192.168.1.10"];
    let ended = run_on(&life(), &host);
    assert_eq!(kinds(&ended.out), ["start", "start", "start", "end", "end", "end"]);
    let ended = run_on(&life(), &[&host[..], &["--no-table"]].concat());
    assert_eq!(kinds(&ended.out), ["start", "start", "start"]);
    assert_eq!(run_on(&life(), &["--host", "192.168.1.11"]).out, "");
}

#[test]
fn gaps_and_clears_pass_and_what_is_left_out_does_not_count() {
    let capture = [
        pcap(&[(1, ins_on(b"em0")), (2, clr(b"em1")), (3, clr(b"em0")), (4, clr(b""))]),
        pcap_record(5, &[6, 0, 0, 200, 0, 0, 0, 0]),
    ];
    let capture = capture.concat();
    let left = |options: &[&str]| {
        let ended = run_on(&capture, options);
        kinds(&ended.out).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(left(&[]), ["start", "clear", "clear", "end", "clear", "gap"]);
    assert_eq!(left(&["--proto", "udp"]), ["clear", "clear", "clear", "gap"]);
    assert_eq!(left(&["--ifname", "em1"]), ["clear", "clear", "gap"]);
    assert_eq!(left(&["--ifname", "em1", "-e", "start,end"]), [""; 0]);
    assert_eq!(left(&["--ifname", "em1", "-c", "2"]), ["clear", "clear"]);
}

#[test]
fn views_know_no_filters() {
    let shown = run_on(&life(), &["-f", "pfctl"]);
    assert_eq!(shown.lines().len(), 3);
    assert_eq!(run_on(&life(), &["-f", "pfctl", "--proto", "udp"]).out, shown.out);
}

#[test]
fn what_cannot_be_asked_for_is_a_line_and_exit_2() {
    let cases: &[(&str, &str, &str)] = &[
        ("--proto", "tpc", "a number from 0 to 255"),
        ("--proto", "tcp,", "no protocol is called \"\""),
        ("--proto", "256", "a number from 0 to 255"),
        ("--host", "fw.example.org", "192.0.2.0/24 or 2001:db8::/32"),
        ("--host", "192.0.2.0/33", "from 0 to 32"),
        ("--host", "2001:db8::/129", "from 0 to 128"),
        ("--port", "https", "from 0 to 65535"),
        ("--port", "2000-1000", "the lower port comes first"),
        ("--ifname", "an-interface-no-one-has", "1 to 16 bytes"),
        ("--direction", "inward", "there are in, out and fwd"),
    ];
    for (option, value, words) in cases {
        let ended = run(&["-r", "x", option, value]);
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{ended:?}");
        let word = if value.ends_with(',') { "''" } else { *value };
        assert_one_line(&ended, &[option, word, words]);
    }
}
