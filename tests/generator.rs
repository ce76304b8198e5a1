//! The captures that are measured with are what they are said to be: read back with the library.

#[path = "../benches/input/mod.rs"]
mod input;

use std::collections::HashMap;

use input::pcap::{self, Link, Written};
use input::traffic::{MTU_MIN, Settings, Traffic};
use pfstatelog::capture::{FileSource, Source};
use pfstatelog::decode::Decoder;
use pfstatelog::event::{Body, EventKind, Told};
use pfstatelog::link::{self, Found};
use pfstatelog::state::{Af, Direction, Nat, State, names};
use pfstatelog::wire::Action;
use pfstatelog::wire::grammar::Frame;

const LIVE: u32 = 20_000;
const EVENTS: u64 = 400_000;

fn capture(settings: &Settings, link: Link) -> (Vec<u8>, Written, Written) {
    let mut bytes = Vec::new();
    let mut traffic = Traffic::new(settings);
    let (fill, all) = pcap::write(&mut traffic, link, 1_000_000, &mut bytes).unwrap();
    assert_eq!(all.bytes, bytes.len() as u64);
    (bytes, fill, all)
}

/// What the library makes of a capture.
#[derive(Default)]
struct Read {
    states: Vec<State>,
    /// Of each class of timeouts, the pairs of peers' states that updates told.
    updates: HashMap<(u8, u8), u64>,
    /// Messages of states that the table does not know, or knows to be gone.
    unknown: u64,
    /// The largest and the smallest number of live states after the first `skip` messages.
    live: Option<(usize, usize)>,
    times: Vec<i128>,
    decoder: Option<Decoder>,
}

fn read(bytes: &[u8], skip: u64) -> Read {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let mut source = FileSource::open(file.path()).unwrap();
    let mut decoder = Decoder::new(None).with_table(1_000_000);
    let (mut read, mut messages) = (Read::default(), 0u64);
    while let Some(packet) = source.next_packet().unwrap() {
        read.times.push(i128::from(packet.time.nanos()));
        decoder.packet(&packet, None, &mut |event| {
            messages += 1;
            let Body::State(told) = &event.body else { panic!("{event:?}") };
            match (event.kind, told) {
                (EventKind::Start, Told { state: Some(state), .. }) => read.states.push(**state),
                (EventKind::Update, Told { update: Some(update), .. }) => {
                    let pair = (update.timeout, update.dst.state);
                    *read.updates.entry(pair).or_default() += 1;
                }
                (EventKind::End, _) => {}
                _ => panic!("{event:?}"),
            }
            read.unknown += u64::from(told.unknown || told.reason.is_some());
        });
        if messages > skip {
            let live = decoder.table().unwrap().len();
            let (least, most) = read.live.unwrap_or((live, live));
            read.live = Some((least.min(live), most.max(live)));
        }
    }
    read.decoder = Some(decoder);
    read
}

#[track_caller]
fn share(of: u64, all: u64, expected: f64) {
    let share = of as f64 / all as f64;
    assert!((share - expected).abs() < 0.01, "{of} of {all} is {share}, not {expected}");
}

#[test]
fn the_steady_state_is_steady_and_every_state_is_known() {
    let (bytes, fill, all) = capture(&Settings::new(LIVE, EVENTS, 1), Link::Pfsync);
    assert_eq!((fill.messages, all.messages), (u64::from(LIVE), u64::from(LIVE) + EVENTS));
    let read = read(&bytes, fill.messages);
    assert_eq!(read.unknown, 0);
    let stats = read.decoder.unwrap().stats;
    assert_eq!((stats.packets, stats.frames), (all.packets, all.packets));
    assert_eq!((stats.skipped_sections, stats.inferred, stats.not_pfsync), (0, 0, 0));
    share(stats.messages_of(Action::Ins) - fill.messages, EVENTS, 0.25);
    share(stats.messages_of(Action::UpdC), EVENTS, 0.5);
    share(stats.messages_of(Action::DelC), EVENTS, 0.25);
    let (least, most) = read.live.unwrap();
    assert!(least > 19_000 && most < 21_000, "{least} to {most} live states");
    assert!(read.times.is_sorted() && read.times[0] < read.times[read.times.len() - 1]);
}

#[test]
fn states_are_as_various_as_those_of_a_firewall() {
    let (bytes, fill, _) = capture(&Settings::new(LIVE, EVENTS, 2), Link::Pfsync);
    let read = read(&bytes, 0);
    // The fill for itself: there the long-lived ones prevail.
    let (found, born) = read.states.split_at(fill.messages as usize);
    for states in [found, born] {
        let count = |is: &dyn Fn(&State) -> bool| states.iter().filter(|s| is(s)).count() as u64;
        let all = states.len() as u64;
        share(count(&|state| Nat::of(state).translated()), all, 0.6);
        share(count(&|state| state.wire.af == Af::Inet6), all, 0.2);
        let out = count(&|state| state.direction == Direction::Out);
        assert!(out > all / 4 && out < all * 3 / 4, "{out} of {all} go out");
        assert_eq!(count(&|s| s.age_s != 0 || s.expire_s == 0 || s.packets[0] == 0), 0);
        assert_eq!(
            count(&|state| names::timeout(state.timeout, names::machine(state.proto, false))
                .is_none()),
            0
        );
        assert_eq!(count(&|state| state.is_af_to()), 0);
    }
    let protos = |proto| born.iter().filter(|s| s.proto == proto).count() as u64;
    let all = born.len() as u64;
    share(protos(names::IPPROTO_TCP), all, 0.54);
    share(protos(names::IPPROTO_UDP), all, 0.36);
    share(protos(names::IPPROTO_ICMP) + protos(names::IPPROTO_ICMPV6), all, 0.1);
    let distinct = |of: &dyn Fn(&State) -> String| {
        born.iter().map(of).collect::<std::collections::HashSet<_>>().len()
    };
    assert_eq!(distinct(&|state| format!("{:?}", state.ifname)), 6);
    assert_eq!(distinct(&|state| format!("{:?}", state.rule)), 48);
    // Connections come up, last and are closed, by pf's own numbers.
    for timeout in [1, 2, 3, 5, 7, 8, 10] {
        assert!(read.updates.keys().any(|(t, _)| *t == timeout), "{timeout}: {:?}", read.updates);
    }
    assert!(read.updates.contains_key(&(2, 4)) && read.updates.contains_key(&(5, 9)));
}

#[test]
fn the_seed_decides_every_byte() {
    let of = |seed| capture(&Settings::new(500, 20_000, seed), Link::Pfsync).0;
    assert!(of(7) == of(7));
    assert!(of(7) != of(8));
}

#[test]
fn few_states_and_none_and_an_empty_table_will_do() {
    for live in [0, 1, 2, 17] {
        for fill in [false, true] {
            let settings = Settings { fill, ..Settings::new(live, 5_000, 3) };
            let (bytes, filled, all) = capture(&settings, Link::Pfsync);
            assert_eq!(filled.messages, if fill { u64::from(live) } else { 0 });
            assert_eq!(all.messages, filled.messages + 5_000);
            let read = read(&bytes, 2_500);
            assert_eq!(read.unknown, 0, "{live}");
            let (_, most) = read.live.unwrap();
            assert!(most < 50, "{most} states are live, not {live}");
        }
    }
}

/// The grammar as a second opinion, on frames that are as long as the MTU lets them be.
#[test]
fn frames_keep_to_the_mtu_and_are_sound() {
    for (mtu, link) in [
        (1500, Link::Pfsync),
        (1500, Link::Ethernet),
        (MTU_MIN, Link::Ethernet),
        (9000, Link::Pfsync),
    ] {
        let settings = Settings { mtu, ..Settings::new(300, 10_000, 4) };
        let (bytes, ..) = capture(&settings, link);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        let mut source = FileSource::open(file.path()).unwrap();
        let mut longest = 0;
        while let Some(packet) = source.next_packet().unwrap() {
            let found = link::find(packet.link, packet.data, packet.wire_len as usize);
            let Ok(Found::Pfsync(payload)) = found else { panic!("{found:?}") };
            let layout = pfstatelog::abi::Release::NEWEST.layout();
            let frame = Frame::read(payload.bytes, payload.wire_len, layout);
            assert_eq!(frame.error, None);
            let actions: Vec<u8> = frame.sections.iter().map(|s| s.header.action).collect();
            let kernels: Vec<u8> = [4, 7, 13].into_iter().filter(|a| actions.contains(a)).collect();
            assert_eq!(actions, kernels);
            longest = longest.max(20 + payload.bytes.len());
            if link == Link::Ethernet {
                let ip = &packet.data[14..34];
                let words = ip.as_chunks::<2>().0.iter().map(|w| u32::from(u16::from_be_bytes(*w)));
                let sum: u32 = words.sum();
                assert_eq!((sum & 0xffff) + (sum >> 16), 0xffff, "{ip:?}");
            }
        }
        assert!(longest <= mtu && longest + 284 > mtu, "{longest} bytes of {mtu}");
    }
}
