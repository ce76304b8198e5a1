//! Frames as a firewall sends them, written with the grammar.

// Each bench uses what it needs.
#![allow(dead_code)]

pub mod life;
pub mod pcap;
pub mod random;
pub mod record;
pub mod traffic;

use pfstatelog::wire::grammar::{Body, Frame, Key, Peer, State, StateId, UpdC};

/// `PFSYNC_ACT_INS`
const INS: u8 = 13;
/// `PFSYNC_ACT_UPD_C`
const UPD_C: u8 = 4;
/// `PFSYNC_ACT_DEL_C`
const DEL_C: u8 = 7;

const CREATORID: u32 = 0x8a7b_6c5d;

/// A frame of `count` inserted states with ids from `first` on.
pub fn inserts(first: u64, count: u64) -> Vec<u8> {
    Frame::build(vec![(INS, Body::State((first..first + count).map(state).collect()))])
}

/// A frame with inserts, twice as many updates and as many deletes: how states live.
pub fn mixed(first: u64, count: u64) -> Vec<u8> {
    let ids: Vec<u64> = (first..first + count).collect();
    mix(&[ids.as_slice(), &ids].concat(), &ids, &ids, 5)
}

/// A frame that updates, deletes and inserts the states of these ids, in that order; `v6_every` as
/// in [`dual_inserts`].
pub fn mix(updates: &[u64], deletes: &[u64], inserts: &[u64], v6_every: u64) -> Vec<u8> {
    let name = |id: &u64| StateId { id: *id, creatorid: CREATORID };
    let update = |id: &u64| UpdC {
        id: *id,
        src: Peer { state: 4, ..Peer::default() },
        dst: Peer { state: 4, ..Peer::default() },
        creatorid: CREATORID,
        timeout: 2,
        ..UpdC::default()
    };
    Frame::build(vec![
        (UPD_C, Body::UpdC(updates.iter().map(update).collect())),
        (DEL_C, Body::DelC(deletes.iter().map(name).collect())),
        (INS, Body::State(inserts.iter().map(|id| dual(*id, v6_every)).collect())),
    ])
}

/// A classic pcap of these frames, link type 246, a millisecond from one to the next.
pub fn old_pcap(frames: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 246] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    for (at, frame) in (0u32..).zip(frames) {
        let len = frame.len() as u32;
        for word in [1_795_179_902 + at / 1000, at % 1000 * 1000, len, len] {
            file.extend_from_slice(&word.to_le_bytes());
        }
        file.extend_from_slice(&frame);
    }
    file
}

/// As [`inserts`], one state in `v6_every` of IPv6; for 0 none.
pub fn dual_inserts(first: u64, count: u64, v6_every: u64) -> Vec<u8> {
    let states = (first..first + count).map(|id| dual(id, v6_every));
    Frame::build(vec![(INS, Body::State(states.collect()))])
}

/// Those of IPv6 are translated as well.
fn dual(id: u64, v6_every: u64) -> State {
    let mut state = state(id);
    if v6_every > 0 && id.is_multiple_of(v6_every) {
        for key in &mut state.key {
            key.af = 24;
            for addr in &mut key.addr {
                let low = u32::from_be_bytes([addr[0], addr[1], addr[2], addr[3]]);
                *addr = (0x2001_0db8_u128 << 96 | u128::from(low)).to_be_bytes();
            }
        }
        state.af = 24;
    }
    state
}

/// An outgoing TCP connection, translated.
fn state(id: u64) -> State {
    let v4 = |octets: [u8; 4]| {
        let mut addr = [0; 16];
        addr[..4].copy_from_slice(&octets);
        addr
    };
    let far = v4([198, 51, 100, id as u8]);
    let inside = (0x0a00_0000 | id as u32 & 0xff_ffff).to_be_bytes();
    let key = |near, port| Key { addr: [far, near], port: [443, port], rdomain: 0, af: 2, pad: 0 };
    let mut ifname = [0; 16];
    ifname[..3].copy_from_slice(b"em0");
    State {
        id,
        ifname,
        key: [key(v4([203, 0, 113, 7]), id as u16 | 1), key(v4(inside), !id as u16 | 1)],
        src: Peer { state: 2, ..Peer::default() },
        rule: id as u32 & 0xff,
        anchor: u32::MAX,
        nat_rule: u32::MAX,
        creation: id as u32 & 1,
        expire: 86_400,
        packets: [1, 0],
        bytes: [60, 0],
        creatorid: CREATORID,
        rtableid: [-1; 2],
        af: 2,
        proto: 6,
        direction: 2,
        ..State::default()
    }
}
