//! What an event allocates once everything has its size: nothing. A segment of the index may still
//! grow now and then, for how many states fall into one goes up and down.

use pfstatelog::capture::{ByteOrder, LinkType, Packet};
use pfstatelog::decode::Decoder;
use pfstatelog::format::{Format, Options};
use pfstatelog::time::Time;
use pfstatelog::wire::grammar::{Body, Frame, Key, Peer, State, StateId, UpdC};

const CREATOR: u32 = 0x8a7b_6c5d;

/// Deletes, updates and inserts as they live: states come and go, as many as before.
fn frame(first: u64, live: u64) -> Vec<u8> {
    let name = |id| StateId { id, creatorid: CREATOR };
    let peer = Peer { state: 4, ..Peer::default() };
    let update =
        |id| UpdC { id, src: peer, dst: peer, creatorid: CREATOR, timeout: 2, ..UpdC::default() };
    let state = |id: u64| {
        let addr = |net: u8| {
            let mut addr = [0; 16];
            // Every other state is of IPv6.
            let at = if id.is_multiple_of(2) { 12 } else { 0 };
            addr[at..at + 4].copy_from_slice(&[net, (id >> 16) as u8, (id >> 8) as u8, id as u8]);
            addr
        };
        let af = if id.is_multiple_of(2) { 24 } else { 2 };
        let key = |net| Key {
            addr: [addr(198), addr(net)],
            port: [443, id as u16],
            af,
            ..Key::default()
        };
        State {
            id,
            ifname: *b"em0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            key: [key(203), key(10)],
            src: peer,
            dst: peer,
            rule: 12,
            anchor: u32::MAX,
            nat_rule: u32::MAX,
            creatorid: CREATOR,
            af,
            proto: 6,
            direction: 2,
            ..State::default()
        }
    };
    Frame::build(vec![
        (4, Body::UpdC((first - live / 2..first - live / 2 + 8).map(update).collect())),
        (7, Body::DelC((first - live..first - live + 4).map(name).collect())),
        (13, Body::State((first..first + 4).map(state).collect())),
    ])
}

#[test]
fn an_event_in_the_steady_state_allocates_nothing() {
    const LIVE: u64 = 4096;
    for (name, format) in Format::ALL {
        let mut decoder = Decoder::new(None).with_table(2 * LIVE as usize);
        let mut writer = format.writer(Options::default());
        let (mut line, mut lines) = (pfstatelog::line::Line::new(), 0u64);
        // Long enough for tombstones to be as many as they can be, and for every table to have
        // been put in order once.
        let frames: Vec<Vec<u8>> = (0..20_000).map(|at| frame((1 << 20) + at * 4, LIVE)).collect();
        let (before, after) = frames.split_at(16_000);
        let mut run = |frames: &[Vec<u8>]| {
            for (at, frame) in (0i64..).zip(frames) {
                let packet = Packet {
                    time: Time::new(1_800_000_000 + at / 100, 0),
                    data: frame,
                    wire_len: frame.len() as u32,
                    link: LinkType(246),
                    order: ByteOrder::NATIVE,
                };
                decoder.packet(&packet, None, &mut |event| {
                    line.clear();
                    writer.write(&mut line, event);
                    lines += 1;
                });
            }
        };
        run(before);
        let events = 16 * after.len() as u64;
        let allocated = allocation_counter::measure(|| run(after));
        assert!(lines >= 20_000 * 16, "{name}: {lines} lines");
        assert!(allocated.count_total * 1000 <= events, "{name}: {allocated:?} for {events}");
    }
}
