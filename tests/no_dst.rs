//! What --no-dst leaves out: no line tells whom a state was for (RFC 6888, REQ-12), and each still
//! tells who made it.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common;
mod common_cli;

use std::path::Path;

use common_cli::*;
use pfstatelog::event::Body;
use pfstatelog::format::{Format, Options, Writer, write_address};
use pfstatelog::line::Line;
use pfstatelog::state::{Endpoint, State};

/// Every line of every sound capture, in every format, without destinations and with them.
fn every_line(mut look: impl FnMut(&State, &str, &str)) -> usize {
    let mut looked = 0;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders =
        ["openbsd-4.7", "openbsd-7.0", "openbsd-7.9"].map(|f| root.join("corpus").join(f));
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let captures = entries.map(|entry| entry.unwrap().path());
    for path in captures.chain([root.join("nat.pcap")]) {
        if path.extension().is_none_or(|ending| ending != "pcap") {
            continue;
        }
        for (_, format) in Format::ALL {
            let (mut with, mut without): (Writer, Writer) =
                (format.writer(Options::default()), format.writer(Options { no_dst: true }));
            let mut decoder = common::decoder(None).with_table(1000);
            for packet in common::read_sound(&path) {
                decoder.packet(&packet.packet(), None, &mut |event| {
                    let Body::State(told) = &event.body else { return };
                    let Some(state) = told.state else { return };
                    let (mut all, mut less) = (Line::new(), Line::new());
                    with.write(&mut all, event);
                    without.write(&mut less, event);
                    let [all, less] =
                        [all, less].map(|line| String::from_utf8(line.into_bytes()).unwrap());
                    look(state, &all, &less);
                    looked += 1;
                });
            }
        }
    }
    looked
}

fn address(endpoint: Endpoint) -> String {
    let mut text = Line::new();
    write_address(&mut text, endpoint.addr);
    String::from_utf8(text.into_bytes()).unwrap()
}

/// An address stands in a line, and not merely as a part of a longer word.
fn has(line: &str, address: &str) -> bool {
    let inside = |c: char| c.is_ascii_hexdigit() || c == '.' || c == ':';
    line.match_indices(address).any(|(at, found)| {
        let before = line[..at].chars().next_back().is_some_and(inside);
        let rest = &line[at + found.len()..];
        let port = rest.starts_with(':') && !found.contains(':');
        !before && (port || !rest.chars().next().is_some_and(inside))
    })
}

#[test]
fn no_format_tells_whom_a_state_was_for() {
    let looked = every_line(|state, all, less| {
        let nat = state.nat();
        let (src, nat_src) = (address(nat.src), address(nat.nat_src));
        for who in [&src, &nat_src] {
            assert!(has(all, who) && has(less, who), "{who} is not in {less}");
        }
        let hop = state.next_hop(state.wire.af).and_then(|hop| hop.ip());
        for whom in [nat.dst, nat.nat_dst] {
            let text = address(whom);
            assert!(has(all, &text), "{text} is not in {all}");
            // A state from an address to the same one tells it as its source.
            if ![&src, &nat_src].contains(&&text) && hop != whom.addr.ip() {
                assert!(!has(less, &text), "{text} is in {less}");
            }
        }
        // Where a line has keys, those of the responder are not among them.
        for key in ["dst", "dport", "nat_dst", "nat_dport"] {
            assert!(!less.contains(&format!("\"{key}\":")), "{less}");
        }
        assert!(less.len() < all.len(), "{less}");
    });
    assert!(looked > 100, "{looked}");
}

#[test]
fn a_star_stands_for_the_responder_in_text() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/corpus/openbsd-7.9");
    let hosts = |name: &str| {
        let ended = run(&["--no-dst", "-r", utf8(&root.join(name))]);
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
        let hosts = |line: &&str| {
            let words: Vec<&str> = line.split(' ').skip(4).collect();
            let is_pair = |word: &&str| word.starts_with(|c: char| c.is_ascii_uppercase());
            let pair = words.iter().position(is_pair).unwrap();
            words[..pair].join(" ")
        };
        ended.lines().iter().take(2).map(hosts).collect::<Vec<_>>()
    };
    assert_eq!(hosts("nat_out_tcp.wire.pcap")[0], "203.0.113.7:61022 (192.168.10.23:50123) -> *");
    assert_eq!(
        hosts("rdr_and_nat_in.pfsync0.pcap")[0],
        "* <- 192.168.10.1:60000 (192.168.10.5:40002)"
    );
    // af-to: pfctl's arrow and places, whoever they are.
    assert_eq!(
        hosts("afto_in_6to4.pfsync0.pcap")[0],
        "203.0.113.7:61055 (2001:db8:1::23[50123]) -> *"
    );
    assert_eq!(
        hosts("afto_out_keys.pfsync0.pcap")[0],
        "* -> 203.0.113.7:61055 (2001:db8:1::23[50123])"
    );
    // The next hop is no destination: it says which way, not whom.
    let [inward, outward] = [0, 1].map(|at| hosts("route_to.pfsync0.pcap")[at].clone());
    assert_eq!(inward, "* {192.0.2.254} <- 10.1.1.1:1111");
    assert_eq!(outward, "10.1.1.1:1112 -> * {192.0.2.253}");
}

#[test]
fn filters_still_know_the_destination_and_views_refuse() {
    let told = run_on(&life(), &["--no-dst", "--host", "198.51.100.9", "--port", "443"]);
    assert_eq!(told.lines().len(), 6);
    assert!(!told.out.contains("198.51.100.9") && !told.out.contains("443"), "{told:?}");
    for view in ["pfctl", "tcpdump"] {
        let ended = run_on(&life(), &["--no-dst", "-f", view]);
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""));
        assert_one_line(&ended, &["--no-dst", "views", "leave out"]);
    }
}
