//! What a state is told as, against the record it was sent as: who is who in it, and its numbers.
//!
//! Written from the contract's table of endpoints alone, on the bytes of the record: were a key or an
//! index swapped on the way from the wire to the event, views and grammar would agree all the same.

#![forbid(unsafe_code)]

use std::net::IpAddr;

use crate::abi::{Layout, Release};
use crate::capture::{ByteOrder, LinkType, Packet};
use crate::decode::Decoder;
use crate::event::Body as Said;
use crate::state::{Endpoint, State, StatePeer};
use crate::time::Time;
use crate::wire::grammar::{self, Body};

/// Holds the events of a sound frame of these sections to what went into it.
pub fn as_sent(bytes: &[u8], sections: &[(u8, Body)], release: Release) {
    let packet = Packet {
        time: Time::new(1_800_000_000, 0),
        data: bytes,
        wire_len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        link: LinkType(246),
        order: ByteOrder::NATIVE,
    };
    let mut sent = sections.iter().flat_map(|(_, body)| match body {
        Body::State(records) => records.as_slice(),
        _ => &[],
    });
    Decoder::new(Some(release)).packet(&packet, None, &mut |event| {
        if let Said::State(told) = &event.body
            && let Some(state) = told.state
        {
            let record = sent.next().expect("no more states are told than were sent");
            is(state, record, release.layout());
            assert_eq!((told.id.id, told.id.creatorid), (record.id, record.creatorid));
        }
    });
    assert_eq!(sent.next(), None, "no fewer states are told than were sent");
}

fn is(state: &State, record: &grammar::State, layout: Layout) {
    endpoints(state, record, layout);
    let grammar::State { proto, timeout, log, creation, expire, .. } = *record;
    assert_eq!((state.proto, state.timeout, state.log), (proto, timeout, log));
    assert_eq!((state.age_s, state.expire_s), (creation, expire));
    assert_eq!((state.packets, state.bytes), (record.packets, record.bytes));
    let rule = (record.rule != u32::MAX).then_some(record.rule);
    let anchor = (record.anchor != u32::MAX).then_some(record.anchor);
    assert_eq!((state.rule, state.anchor), (rule, anchor));
    let name: Vec<u8> = record.ifname.iter().copied().take_while(|byte| *byte != 0).collect();
    assert_eq!(state.ifname.as_bytes(), name);
    peer(&state.src, &record.src);
    peer(&state.dst, &record.dst);
}

fn peer(told: &StatePeer, sent: &grammar::Peer) {
    assert_eq!((told.seqlo, told.seqhi, told.seqdiff), (sent.seqlo, sent.seqhi, sent.seqdiff));
    assert_eq!((told.max_win, told.mss), (sent.max_win, sent.mss));
    assert_eq!((told.state, told.wscale), (sent.state, sent.wscale));
}

/// formats.md, Who is who: keys are the wire's, then the stack's.
fn endpoints(state: &State, record: &grammar::State, layout: Layout) {
    let [wire, stack] = &record.key;
    let (before, after, src) = match record.direction {
        2 => (stack, wire, 1),
        _ => (wire, stack, 0),
    };
    // Keys have no family of their own up to 4.9, and 0 where a sender did not fill it in.
    let af = |key: &grammar::Key| match key.af {
        _ if layout < Layout::OpenBsd5_0 => record.af,
        0 => record.af,
        af => af,
    };
    // IPv6 has a number on each system.
    let family = |key| if matches!(af(key), 28 | 30) { 24 } else { af(key) };
    let af_to = family(before) != family(after);
    let nat_src = if af_to { 1 - src } else { src };
    let nat = state.nat();
    same(&nat.src, before, src, af(before));
    same(&nat.dst, before, 1 - src, af(before));
    same(&nat.nat_src, after, nat_src, af(after));
    let mut answered = *after;
    if !af_to && matches!(record.proto, 1 | 58) {
        // The type of ICMP's request is never translated.
        answered.port[1 - nat_src] = before.port[1 - src];
    }
    same(&nat.nat_dst, &answered, 1 - nat_src, af(after));
}

fn same(told: &Endpoint, sent: &grammar::Key, index: usize, af: u8) {
    let bytes = &sent.addr[index];
    let expected = match af {
        2 => Some(IpAddr::from([bytes[0], bytes[1], bytes[2], bytes[3]])),
        24 | 28 | 30 => Some(IpAddr::from(*bytes)),
        _ => None,
    };
    assert_eq!(told.addr.ip(), expected);
    assert_eq!((told.port, told.rdomain), (sent.port[index], sent.rdomain));
}
