//! The views against the grammar: the same frame read twice, compared record by record and field
//! by field.
//!
//! The input of the target is a frame, or a packet of pflog, with how many bytes of it were not captured
//! (16 bits, big-endian) in front.

#![forbid(unsafe_code)]

use crate::abi::record::{
    BusRecord, ClrRecord, IdRecord, Key, PeerRecord, Rtable, StateRecord, TdbRecord, UpdCRecord,
};
use crate::abi::{Dialect, Layout};
use crate::wire::grammar::{self, Body};
use crate::wire::{Frame, Message, Skipped, WireError};

use super::account::{self, in_every_layout};
use super::logged;

/// The target.
pub fn run(input: &[u8]) {
    let Some((missing, bytes)) = input.split_first_chunk() else { return };
    let wire_len = bytes.len() + usize::from(u16::from_be_bytes(*missing));
    compare_in_every_layout(bytes, wire_len);
    logged::both_orders(bytes, wire_len);
}

/// Reads `bytes`, of which `wire_len` were on the wire, both ways in every layout.
pub fn compare_in_every_layout(bytes: &[u8], wire_len: usize) {
    if bytes.first().is_some_and(|version| (2..6).contains(version)) {
        // The grammar declares version 6; the walk looks at the others too.
        if let Ok(frame) = Frame::parse(bytes, wire_len) {
            account::everywhere(&frame, "another version");
        }
        return;
    }
    in_every_layout!(layout, D => {
        if D::VERSION == 6 {
            compare::<D>(bytes, wire_len, layout);
        }
    });
}

/// Reads them both ways in one layout.
pub fn compare<D: Dialect>(bytes: &[u8], wire_len: usize, layout: Layout) {
    let read = grammar::Frame::read(bytes, wire_len, layout);
    let frame = match Frame::parse(bytes, wire_len) {
        Ok(frame) => frame,
        Err(error) => {
            assert_eq!(read.error, Some(error), "{layout:?}: error of the header");
            assert!(read.header.is_none() && read.sections.is_empty(), "{layout:?}");
            return;
        }
    };
    assert_eq!(read.header, frame.header(), "{layout:?}: header");
    account::account::<D>(&frame, layout, "both ways");

    let mut messages = frame.messages::<D>();
    for section in &read.sections {
        compare_section(&mut messages, section, layout);
    }
    let error: Option<WireError> = messages.next().map(|message| message.unwrap_err());
    assert_eq!(read.error, error, "{layout:?}: what ends the frame");
    assert!(messages.next().is_none(), "{layout:?}: it stays ended");

    let headers = frame.sections_of(layout).map_while(Result::ok).map(|section| section.header);
    assert!(headers.eq(read.sections.iter().map(|section| section.header)), "{layout:?}");
}

fn compare_section<'a, D: Dialect>(
    messages: &mut impl Iterator<Item = Result<Message<'a, D>, WireError>>,
    section: &grammar::Section,
    layout: Layout,
) {
    let mut next = || match messages.next() {
        Some(Ok(message)) => message,
        other => panic!("{layout:?}: {other:?} where the grammar has a record: {section:?}"),
    };
    let odd = |message: Message<'a, D>| panic!("{layout:?}: {message:?} for {section:?}");
    match &section.body {
        Body::Clr(records) => records.iter().for_each(|record| match next() {
            Message::Clr(view) => {
                assert_eq!((*view.ifname(), view.creatorid()), (record.ifname, record.creatorid));
            }
            other => odd(other),
        }),
        Body::InsAck(records) => records.iter().for_each(|record| match next() {
            Message::InsAck(view) => same_id(view, record),
            other => odd(other),
        }),
        Body::UpdReq(records) => records.iter().for_each(|record| match next() {
            Message::UpdReq(view) => same_id(view, record),
            other => odd(other),
        }),
        Body::DelC(records) => records.iter().for_each(|record| match next() {
            Message::DelC(view) => same_id(view, record),
            other => odd(other),
        }),
        Body::UpdC(records) => records.iter().for_each(|record| match next() {
            Message::UpdC(view) => same_update(view, record),
            other => odd(other),
        }),
        Body::Bus(records) => records.iter().for_each(|record| match next() {
            Message::Bus(view) => {
                let ours = (view.creatorid(), view.endtime(), view.status());
                assert_eq!(ours, (record.creatorid, record.endtime, record.status));
            }
            other => odd(other),
        }),
        Body::State(records) => records.iter().for_each(|record| match next() {
            Message::Del(view) => same_state(view, record, layout),
            Message::Ins(view) | Message::Upd(view) => {
                same_state(view, record, layout);
            }
            other => odd(other),
        }),
        Body::Tdb(records) => records.iter().for_each(|record| match next() {
            Message::Tdb(view) => same_tdb(view, record),
            other => odd(other),
        }),
        Body::OldTdb(records) => records.iter().for_each(|record| match next() {
            Message::Tdb(view) => same_old_tdb(view, record, layout),
            // The record that OTDB carries is that of 5.1, whatever the frame is read as.
            Message::Otdb(view) => same_old_tdb(view, record, Layout::OpenBsd5_1),
            other => odd(other),
        }),
        // One of count 0 tells nothing.
        Body::Skipped(_) if section.header.count == 0 => {}
        Body::Skipped(bytes) => match next() {
            Message::Skipped(Skipped { number, count, stride_bytes, bytes: ours, .. }) => {
                let header = section.header;
                let stride = usize::from(header.len) * 4;
                assert_eq!((number, count, stride_bytes), (header.action, header.count, stride));
                assert_eq!(ours, bytes.as_slice());
            }
            other => odd(other),
        },
    }
}

fn same_id(view: &impl IdRecord, record: &grammar::StateId) {
    assert_eq!((view.id(), view.creatorid()), (record.id, record.creatorid));
}

fn same_peer(view: &impl PeerRecord, record: &grammar::Peer) {
    let scrub = view.scrub();
    assert_eq!(scrub.flags, record.pfss_flags);
    assert_eq!(scrub.ttl, record.pfss_ttl);
    assert_eq!(scrub.scrub_flag, record.scrub_flag);
    assert_eq!(scrub.ts_mod, record.pfss_ts_mod);
    assert_eq!(view.seqlo(), record.seqlo);
    assert_eq!(view.seqhi(), record.seqhi);
    assert_eq!(view.seqdiff(), record.seqdiff);
    assert_eq!(view.max_win(), record.max_win);
    assert_eq!(view.mss(), record.mss);
    assert_eq!(view.state(), record.state);
    assert_eq!(view.wscale(), record.wscale);
}

fn same_update(view: &impl UpdCRecord, record: &grammar::UpdC) {
    assert_eq!((view.id(), view.creatorid()), (record.id, record.creatorid));
    same_peer(view.src(), &record.src);
    same_peer(view.dst(), &record.dst);
    assert_eq!((view.expire(), view.timeout()), (record.expire, record.timeout));
}

fn same_key(view: &Key, record: &grammar::Key, layout: Layout) {
    assert_eq!(view.addr, record.addr);
    assert_eq!(view.port, record.port);
    assert_eq!(view.rdomain, Some(record.rdomain));
    assert_eq!(view.af, (layout >= Layout::OpenBsd5_0).then_some(record.af));
}

fn same_state(view: &impl StateRecord, record: &grammar::State, layout: Layout) {
    assert_eq!((view.id(), view.creatorid()), (record.id, record.creatorid));
    assert_eq!(*view.ifname(), record.ifname);
    for (view, record) in [view.wire_key(), view.stack_key()].iter().zip(&record.key) {
        same_key(view, record, layout);
    }
    same_peer(view.src(), &record.src);
    same_peer(view.dst(), &record.dst);
    assert_eq!(*view.rt_addr(), record.rt_addr);
    assert_eq!(view.rule(), record.rule);
    assert_eq!(view.anchor(), record.anchor);
    assert_eq!(view.nat_rule(), Some(record.nat_rule));
    assert_eq!((view.creation(), view.expire()), (record.creation, record.expire));
    assert_eq!((view.packets(), view.bytes()), (record.packets, record.bytes));
    assert_eq!(view.rtableid(), Some(Rtable::Sides(record.rtableid)));
    assert_eq!(view.max_mss(), Some(record.max_mss));
    assert_eq!((view.af(), view.proto()), (record.af, record.proto));
    assert_eq!((view.direction(), view.log()), (record.direction, record.log));
    assert_eq!(view.timeout(), record.timeout);
    assert_eq!(view.sync_flags(), Some(record.sync_flags));
    assert_eq!((view.min_ttl(), view.set_tos()), (Some(record.min_ttl), Some(record.set_tos)));
    // What byte 254 and bytes 260 to 263 mean.
    let flags = match layout {
        Layout::OpenBsd4_7 | Layout::OpenBsd4_8 | Layout::OpenBsd4_9 => {
            u16::from(record.flags_or_rt)
        }
        _ => record.state_flags,
    };
    assert_eq!(view.state_flags(), flags, "{layout:?}");
    let rt = (layout >= Layout::OpenBsd6_9).then_some(record.flags_or_rt);
    assert_eq!(view.rt(), rt, "{layout:?}");
    let set_prio = (layout >= Layout::OpenBsd5_7).then_some(record.set_prio);
    assert_eq!(view.set_prio(), set_prio, "{layout:?}");
}

fn same_tdb(view: &impl TdbRecord, record: &grammar::Tdb) {
    assert_eq!((view.spi(), view.dst()), (record.spi, &record.dst.0));
    assert_eq!((view.rpl(), view.cur_bytes()), (record.rpl, record.cur_bytes));
    assert_eq!((view.sproto(), view.rdomain()), (record.sproto, Some(record.rdomain)));
}

fn same_old_tdb(view: &impl TdbRecord, record: &grammar::OldTdb, layout: Layout) {
    assert_eq!((view.spi(), view.dst()), (record.spi, &record.dst.0));
    assert_eq!((view.rpl(), view.cur_bytes()), (u64::from(record.rpl), record.cur_bytes));
    assert_eq!(view.sproto(), record.sproto);
    let rdomain = (layout >= Layout::OpenBsd4_8).then_some(record.rdomain);
    assert_eq!(view.rdomain(), rdomain, "{layout:?}");
}
