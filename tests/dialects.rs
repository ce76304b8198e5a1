//! Versions 2 to 5: frames built byte by byte from the tables of wire-others.md, so that nothing of
//! the decoder takes part, and what tells them apart.

mod common;

use std::net::IpAddr;

use pfstatelog::abi::Release;
use pfstatelog::capture::{ByteOrder, LinkType, Packet};
use pfstatelog::decode::Decoder;
use pfstatelog::event::{Body, Reason};
use pfstatelog::state::{Direction, State};
use pfstatelog::time::Time;

/// A record of so many bytes with these numbers in network order: (offset, bytes, value).
fn record(len: usize, fields: &[(usize, usize, u64)]) -> Vec<u8> {
    let mut bytes = vec![0; len];
    for (offset, size, value) in fields {
        bytes[*offset..offset + size].copy_from_slice(&value.to_be_bytes()[8 - size..]);
    }
    bytes
}

fn put(record: &mut [u8], offset: usize, bytes: &[u8]) {
    record[offset..offset + bytes.len()].copy_from_slice(bytes);
}

/// What stands where in a state of each format, as far as formats differ.
struct Places {
    len: usize,
    /// lan, gwy, ext; or of the two keys the addresses 0 and 1 of wire and stack.
    hosts: bool,
    counters: [(usize, usize); 4],
    creatorid: usize,
    /// af, proto, direction, log, state flags, timeout
    small: [usize; 6],
}

const V2: Places = Places {
    len: 224,
    hosts: true,
    counters: [(196, 4), (200, 4), (204, 4), (208, 4)],
    creatorid: 212,
    small: [216, 217, 218, 219, 220, 221],
};
const V3: Places = Places {
    len: 240,
    counters: [(196, 8), (204, 8), (212, 8), (220, 8)],
    creatorid: 228,
    small: [232, 233, 234, 235, 236, 237],
    ..V2
};
const V4: Places = Places { hosts: false, ..V3 };
/// FreeBSD 9 to 13.
const V5: Places = Places { len: 242, small: [232, 233, 234, 237, 238, 239], ..V4 };

/// A TCP connection from 10.0.0.7:1111 to 198.51.100.9:443 that left as 203.0.113.7:2222; inwards
/// one to 203.0.113.7:2222 that went to 10.0.0.7:1111. Of IPv6 with `::` and a number before them.
fn state(places: &Places, direction: u8, af: u8, id: u64) -> Vec<u8> {
    let [af_at, proto, direction_at, log, flags, timeout] = places.small;
    let mut state = record(
        places.len,
        &[
            (0, 8, id),
            (96 + 8, 4, 1000),
            (96 + 24, 1, 4),
            (128 + 24, 1, 2),
            (176, 4, 12),
            (180, 4, 0xffff_ffff),
            (184, 4, 7),
            (188, 4, 60),
            (192, 4, 86_400),
            (places.creatorid, 4, 0x8a7b_6c5d),
            (af_at, 1, u64::from(af)),
            (proto, 1, 6),
            (direction_at, 1, u64::from(direction)),
            (log, 1, 1),
            // In the flat formats the higher bits are the kernel's own.
            (flags, 1, if places.len == V5.len { 1 } else { 0x0d }),
            (timeout, 1, 2),
        ],
    );
    for ((offset, size), value) in places.counters.iter().zip([10_u64, 8, 1200, 9400]) {
        put(&mut state, *offset, &value.to_be_bytes()[8 - size..]);
    }
    put(&mut state, 8, b"em0");
    let host = |octets: [u8; 4]| {
        let mut addr = [0; 16];
        addr[if af == 2 { 0 } else { 12 }..][..4].copy_from_slice(&octets);
        addr
    };
    let hosts = [([10, 0, 0, 7], 1111_u16), ([203, 0, 113, 7], 2222), ([198, 51, 100, 9], 443)];
    let [lan, gwy, ext] = hosts.map(|(octets, port)| (host(octets), port));
    let mut place = |addr_at: usize, port_at: usize, (addr, port): ([u8; 16], u16)| {
        put(&mut state, addr_at, &addr);
        put(&mut state, port_at, &port.to_be_bytes());
    };
    if places.hosts {
        [(24, lan), (48, gwy), (72, ext)]
            .into_iter()
            .for_each(|(at, host)| place(at, at + 16, host));
    } else {
        // Wire and stack: the remote end at 0 and the near one at 1, whatever the direction.
        for (key, near) in [(24, gwy), (60, lan)] {
            place(key, key + 32, ext);
            place(key + 16, key + 34, near);
        }
    }
    state
}

fn flat(version: u8, action: u8, count: u8, records: &[Vec<u8>]) -> Vec<u8> {
    let mut frame = vec![version, 0, action, count];
    frame.resize(if version == 2 { 4 } else { 20 }, 0xee);
    frame.extend(records.concat());
    frame
}

/// Sections of version 5, and what stands at the end.
fn sections(sections: &[(u8, &[Vec<u8>])], end: &[u8]) -> Vec<u8> {
    let mut frame = vec![5, 0, 0, 0];
    frame.resize(20, 0xc0);
    for (action, records) in sections {
        frame.extend([*action, 0, 0, records.len() as u8]);
        frame.extend(records.concat());
    }
    frame.extend(end);
    let len = (frame.len() as u16).to_be_bytes();
    frame[2..4].copy_from_slice(&len);
    frame
}

const EOF: [u8; 4] = [12, 0, 0, 1];

/// What is told of a frame: words, and the full states.
fn told(decoder: &mut Decoder, frame: &[u8], wire_len: usize) -> (Vec<String>, Vec<State>) {
    let packet = Packet {
        time: Time::new(1_800_000_000, 0),
        data: frame,
        wire_len: wire_len as u32,
        link: LinkType(246),
        order: ByteOrder::NATIVE,
    };
    let (mut words, mut states) = (Vec::new(), Vec::new());
    decoder.packet(&packet, None, &mut |event| {
        let release = event.release.map_or("", |release| release.name());
        let what = match (&event.body, event.action) {
            (Body::Gap(gap), _) => match gap.reason {
                Reason::Misread(_) => "misread".to_string(),
                ref reason => reason.word().to_string(),
            },
            (_, Some(action)) => action.name().to_string(),
            (_, None) => event.kind.name().to_string(),
        };
        words.push(format!("{what} {release}"));
        if let Body::State(told) = &event.body
            && told.full
        {
            states.extend(told.state);
        }
    });
    (words, states)
}

fn whole(release: Option<&str>, frame: &[u8]) -> (Vec<String>, Vec<State>) {
    told(&mut common::decoder(release), frame, frame.len())
}

#[track_caller]
fn assert_endpoints(state: &State, direction: Direction, v6: bool) {
    let ip = |octets: &str| -> IpAddr {
        if v6 { format!("::{octets}").parse().unwrap() } else { octets.parse().unwrap() }
    };
    let nat = state.nat();
    let of = |e: pfstatelog::state::Endpoint| (e.addr.ip().unwrap(), e.port);
    let (lan, gwy) = ((ip("10.0.0.7"), 1111), (ip("203.0.113.7"), 2222));
    let ext = (ip("198.51.100.9"), 443);
    assert_eq!(state.direction, direction);
    let ours = [of(nat.src), of(nat.dst), of(nat.nat_src), of(nat.nat_dst)];
    match direction {
        Direction::Out => assert_eq!(ours, [lan, ext, gwy, ext]),
        _ => assert_eq!(ours, [ext, gwy, ext, lan]),
    }
}

#[test]
fn states_of_the_flat_formats_say_who_is_who() {
    let cases =
        [(2, V2, "freebsd-6.4", 28), (3, V3, "netbsd-10.1", 24), (4, V4, "dragonfly-6.4", 24)];
    for (version, places, release, inet6) in cases {
        for (direction, is) in [(1, Direction::In), (2, Direction::Out)] {
            for af in [2, inet6] {
                // INS, UPD, DEL
                for (action, name) in [(1, "INS"), (2, "UPD"), (3, "DEL")] {
                    let records = [state(&places, direction, af, 5), state(&places, 2, af, 6)];
                    let frame = flat(version, action, 2, &records);
                    let (words, states) = whole(None, &frame);
                    let place = format!("v{version} {name} {direction} {af}");
                    assert_eq!(words, vec![format!("{name} {release}"); 2], "{place}");
                    assert_endpoints(&states[0], is, af != 2);
                    let state = states[0];
                    assert_eq!((state.id.id, state.id.creatorid), (5, 0x8a7b_6c5d), "{place}");
                    assert_eq!((state.packets, state.bytes), ([10, 8], [1200, 9400]), "{place}");
                    // NetBSD never sets the last.
                    let nat_rule = (version != 3).then_some(7);
                    let rules = (state.rule, state.anchor, state.nat_rule);
                    assert_eq!(rules, (Some(12), None, nat_rule), "{place}");
                    assert_eq!((state.age_s, state.expire_s), (60, 86_400), "{place}");
                    assert_eq!((state.src.state, state.dst.state), (4, 2), "{place}");
                    assert_eq!(
                        (state.src.seqlo, state.timeout, state.log),
                        (1000, 2, 1),
                        "{place}"
                    );
                    assert_eq!(state.state_flags, 1, "{place}");
                    // What the format does not have.
                    assert_eq!((state.rt, state.rtableid, state.max_mss), (None, None, None));
                    assert_eq!((state.min_ttl, state.set_tos, state.set_prio), (None, None, None));
                    assert_eq!(state.freebsd, None);
                }
            }
        }
    }
    // Only the family of IPv6 tells FreeBSD's version 3.
    let (words, _) = whole(None, &flat(3, 1, 1, &[state(&V3, 2, 28, 5)]));
    assert_eq!(words, ["INS freebsd-8.4"]);
}

#[test]
fn small_messages_of_the_flat_formats_are_told() {
    let upd = record(
        88,
        &[(0, 8, 5), (8 + 24, 1, 4), (40 + 24, 1, 4), (72, 4, 9), (76, 4, 60), (80, 1, 2)],
    );
    let del = record(16, &[(0, 8, 5), (8, 4, 9)]);
    let mut clr = record(24, &[(16, 4, 9)]);
    put(&mut clr, 0, b"em1");
    let bus = record(16, &[(0, 4, 9), (4, 4, 3), (8, 1, 2)]);
    for (version, release) in [(2, "freebsd-6.4"), (3, "netbsd-10.1"), (4, "dragonfly-6.4")] {
        for (action, name, record) in [
            (0, "CLR", &clr),
            (4, "UPD_C", &upd),
            (5, "DEL_C", &del),
            (8, "UPD_REQ", &del),
            (9, "BUS", &bus),
        ] {
            let frame = flat(version, action, 3, &vec![record.clone(); 3]);
            let expected = vec![format!("{name} {release}"); 3];
            assert_eq!(whole(None, &frame).0, expected, "v{version} action {action}");
        }
        // Action 10 is TDB, but for version 2.
        let frame = flat(version, 10, 1, &[record(48, &[(0, 4, 1)])]);
        let name = if version == 2 { "misread" } else { "TDB" };
        assert_eq!(whole(None, &frame).0, [format!("{name} {release}")]);
        // INS_F was never sent, and nobody knows how long it is.
        assert_eq!(
            whole(None, &flat(version, 6, 1, &[vec![0; 16]])).0,
            [format!("misread {release}")]
        );
    }
}

/// A frame whose length is not that of its records is nobody's.
#[test]
fn flat_frames_that_do_not_fit_give_nothing() {
    for (version, places) in [(2, V2), (3, V3), (4, V4)] {
        let frame = flat(version, 1, 2, &[state(&places, 2, 2, 5), state(&places, 2, 2, 6)]);
        for len in 0..frame.len() {
            let (words, states) = whole(None, &frame[..len]);
            assert_eq!((words.len(), states.len()), (1, 0), "v{version} {len}: {words:?}");
            let word = words[0].split(' ').next().unwrap();
            assert!(["misread", "short-header"].contains(&word), "{words:?}");
            // Where the capture was cut the whole states come out, then that.
            let (words, states) = told(&mut common::decoder(None), &frame[..len], frame.len());
            let header = if version == 2 { 4 } else { 20 };
            let expected = len.saturating_sub(header) / places.len;
            assert_eq!((states.len(), words.len()), (expected, expected + 1), "{len}: {words:?}");
            assert!(words.last().unwrap().starts_with("cut"), "{words:?}");
        }
        let longer = [frame.clone(), vec![0; 3]].concat();
        assert!(whole(None, &longer).0[0].starts_with("misread"));
    }
}

#[test]
fn generations_of_version_5_are_told_by_their_actions_and_sizes() {
    let del = record(12, &[(0, 8, 5), (8, 4, 9)]);
    let small = (7, std::slice::from_ref(&del));
    let old = [state(&V5, 2, 2, 5)];
    let openbsd = [state(&V4, 2, 2, 5)];
    let (s1400, s1500) = ([record(277, &[(234, 1, 2)])], [record(360, &[(351, 1, 2)])]);
    for (frame, expected) in [
        (sections(&[(1, &old), small], &EOF), ["INS freebsd-13.5", "DEL_C freebsd-13.5"]),
        (sections(&[(13, &s1400), small], &EOF), ["INS freebsd-14.3", "DEL_C freebsd-14.3"]),
        (sections(&[(15, &s1500), small], &EOF), ["INS freebsd-15.0", "DEL_C freebsd-15.0"]),
        (sections(&[(1, &openbsd), small], &EOF), ["INS openbsd-4.6", "DEL_C openbsd-4.6"]),
        // 4.5 has 20 bytes behind its EOF.
        (
            sections(&[(1, &openbsd), small], &[EOF.as_slice(), &[0xdb; 20]].concat()),
            ["INS openbsd-4.5", "DEL_C openbsd-4.5"],
        ),
        // Without EOF, where it leads to the last byte.
        (sections(&[(1, &old), small], &[]), ["INS freebsd-13.5", "DEL_C freebsd-13.5"]),
        (sections(&[(1, &openbsd), small], &[]), ["INS openbsd-4.6", "DEL_C openbsd-4.6"]),
        // One frame may hold several of FreeBSD's.
        (sections(&[(1, &old), (15, &s1500)], &EOF), ["INS freebsd-15.0", "INS freebsd-15.0"]),
        (sections(&[(3, &old), (14, &s1400)], &EOF), ["UPD freebsd-14.3", "UPD freebsd-14.3"]),
    ] {
        assert_eq!(whole(None, &frame).0, expected);
    }
    let (_, states) = whole(None, &sections(&[(1, &old)], &EOF));
    assert_endpoints(&states[0], Direction::Out, false);
    assert_eq!((states[0].rt, states[0].rtableid, states[0].set_prio), (None, None, None));
    assert!(states[0].freebsd.is_some());
}

/// What a frame without states does not tell, the one before it may have.
#[test]
fn frames_that_do_not_tell_are_taken_for_the_last_that_did() {
    let del = [record(12, &[(0, 8, 5), (8, 4, 9)])];
    let deleted = sections(&[(7, &del)], &EOF);
    let mut decoder = Decoder::new(None);
    let mut words = |frame: &[u8]| told(&mut decoder, frame, frame.len()).0.remove(0);
    assert_eq!(words(&deleted), "DEL_C freebsd-15.0");
    assert_eq!(words(&sections(&[(1, &[state(&V4, 2, 2, 5)])], &EOF)), "INS openbsd-4.6");
    assert_eq!(words(&deleted), "DEL_C openbsd-4.6");
    // Other versions have nothing to do with that.
    assert_eq!(words(&flat(3, 1, 1, &[state(&V3, 2, 24, 5)])), "INS netbsd-10.1");
    assert_eq!(words(&deleted), "DEL_C openbsd-4.6");
    assert_eq!(words(&sections(&[(1, &[state(&V5, 2, 2, 5)])], &EOF)), "INS freebsd-13.5");
    assert_eq!(words(&deleted), "DEL_C freebsd-13.5");
    assert_eq!(decoder.stats.untold, 5);
}

/// Read as whose it is not, a frame is an error that names whose, and never an address.
#[test]
fn a_frame_that_walks_wrongly_is_an_error_that_names_the_dialect() {
    let frames = [
        ("freebsd-12.1", sections(&[(1, &[state(&V5, 2, 2, 5)])], &EOF)),
        ("openbsd-4.6", sections(&[(1, &[state(&V4, 2, 2, 5)])], &EOF)),
        ("freebsd-14.0", sections(&[(13, &[record(277, &[(234, 1, 2)])])], &EOF)),
        ("freebsd-15.0", sections(&[(15, &[record(360, &[(351, 1, 2)])])], &EOF)),
        ("netbsd-5.0", flat(3, 1, 1, &[state(&V3, 2, 24, 5)])),
        ("freebsd-5.3", flat(2, 1, 1, &[state(&V2, 2, 2, 5)])),
    ];
    // FreeBSD's newer releases still read the older states.
    let reads = |release: &str, whose: &str| {
        let (system, version) = release.split_once('-').unwrap();
        let (their_system, their_version) = whose.split_once('-').unwrap();
        let number = |version: &str| version.split('.').next().unwrap().parse::<u32>().unwrap();
        release == whose
            || (system, their_system) == ("freebsd", "freebsd")
                && number(their_version) >= 9
                && number(version) >= number(their_version)
    };
    for (whose, frame) in &frames {
        for (release, _) in &frames {
            let (words, states) = whole(Some(release), frame);
            if reads(release, whose) {
                assert_eq!((words.len(), states.len()), (1, 1), "{whose} as {release}: {words:?}");
            } else {
                assert_eq!(words, [format!("misread {release}")], "{whose}");
                assert_eq!(states.len(), 0, "{whose} as {release}");
            }
        }
        let release = "openbsd-7.9";
        assert_eq!(whole(Some(release), frame).0, [format!("misread {release}")], "{whose}");
    }
}

#[test]
fn what_is_no_section_of_version_5_spoils_the_frame() {
    let old = [state(&V5, 2, 2, 5), state(&V5, 2, 2, 6)];
    let sound = sections(&[(1, &old)], &EOF);
    assert_eq!(whole(None, &sound).1.len(), 2);
    let spoiled = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut frame = sound.clone();
        change(&mut frame);
        let len = (frame.len() as u16).to_be_bytes();
        frame[2..4].copy_from_slice(&len);
        let (words, states) = whole(None, &frame);
        assert_eq!((words.len(), states.len()), (1, 0), "{words:?}");
        assert!(words[0].starts_with("misread "), "{words:?}");
    };
    // Padding, another action, one that nobody sends, other counts, bytes behind EOF, an end too soon.
    spoiled(&|frame| frame[21] = 1);
    spoiled(&|frame| frame[20] = 17);
    spoiled(&|frame| frame[20] = 8);
    spoiled(&|frame| frame[23] = 1);
    spoiled(&|frame| frame[23] = 3);
    spoiled(&|frame| frame[22] = 0xff);
    spoiled(&|frame| frame.push(0));
    spoiled(&|frame| frame.truncate(frame.len() - 2));
    spoiled(&|frame| frame.truncate(frame.len() - 100));
}

/// Cut at every byte: whole states, then that it was cut; never half a state, and never another
/// system's reading.
#[test]
fn frames_of_version_5_that_the_capture_cut_give_what_is_whole() {
    let systems = [("openbsd-4.6", &V4), ("freebsd-13.5", &V5)];
    for ((system, places), (other, _)) in [(systems[0], systems[1]), (systems[1], systems[0])] {
        // From eight on what the sizes differ by is room for a section, so one whole state alone
        // cannot tell, and -R is believed.
        for count in 1..8 {
            let states: Vec<_> = (0..count).map(|id| state(places, 2, 2, 1 + id)).collect();
            let frame = sections(&[(1, &states)], &EOF);
            for len in 20..frame.len() {
                let whole = len.saturating_sub(24) / places.len;
                let place = format!("{system}: {len} of {count} states");
                for release in [None, Some(system), Some(other)] {
                    let mut decoder = common::decoder(release);
                    let (words, states) = told(&mut decoder, &frame[..len], frame.len());
                    for (id, state) in (1..).zip(&states) {
                        assert_endpoints(state, Direction::Out, false);
                        assert_eq!((state.id.id, state.log, state.timeout), (id, 1, 2), "{place}");
                    }
                    let last = words.last().unwrap();
                    if release == Some(other) {
                        let told = last.starts_with("misread") || last.starts_with("cut");
                        assert!(told && states.is_empty(), "{place} as {other}: {words:?}");
                    } else {
                        assert!(last.starts_with("cut"), "{place}: {words:?}");
                        // Without -R the sizes of both may lead somewhere.
                        let given = states.len() == whole || release.is_none();
                        assert!(given, "{place} as {release:?}: {words:?}");
                    }
                }
                // After a frame that told, nothing is in doubt.
                let mut decoder = Decoder::new(None);
                told(&mut decoder, &frame, frame.len());
                let (words, again) = told(&mut decoder, &frame[..len], frame.len());
                assert_eq!(again.len(), whole, "{place}: {words:?}");
            }
        }
    }
}

/// DEL_C of one state, the shortest section there is.
#[test]
fn the_capture_may_have_cut_the_shortest_section() {
    let name = vec![7; 12];
    let frame = sections(&[(1, &[state(&V5, 2, 2, 5)]), (7, &[name])], &EOF);
    let whole = 24 + V5.len;
    for len in whole..frame.len() {
        let mut decoder = common::decoder(Some("freebsd-13.5"));
        let (words, states) = told(&mut decoder, &frame[..len], frame.len());
        assert_eq!(states.len(), 1, "{len}: {words:?}");
        assert!(words.last().unwrap().starts_with("cut"), "{len}: {words:?}");
    }
}

/// A state whose last bytes read as OpenBSD's EOF.
#[test]
fn states_that_make_no_sense_are_no_states_though_an_end_follows() {
    let first = state(&V5, 2, 2, 5);
    let mut second = state(&V5, 2, 2, 6);
    // state_flags, timeout, sync_flags, updates
    put(&mut second, 238, &[12, 0, 0, 0]);
    let frame = sections(&[(1, &[first, second])], &[]);
    let (words, states) = whole(None, &frame);
    assert_eq!(words, ["INS freebsd-13.5"; 2]);
    states.iter().for_each(|state| assert_endpoints(state, Direction::Out, false));
}

/// Every release's frames have one layout of that version.
#[test]
fn every_release_has_the_state_of_its_version() {
    for release in Release::ALL {
        let expected: &[usize] = match (release.version(), release.system()) {
            (2, _) => &[224],
            (3 | 4, _) | (5, "openbsd") => &[240],
            (5, _) => &[242, 277, 360],
            _ => &[264],
        };
        assert!(expected.contains(&release.state_bytes()), "{release}");
    }
}
