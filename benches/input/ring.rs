//! Frames of states that come and go, without end: a ring of frames is made once, and in every lap
//! but the first their states get ids that were never seen before.
//!
//! To make a frame takes longer than to decode it; to give it other ids takes a few writes.

use std::str::FromStr;

use pfstatelog::abi::consts::{PFSYNC_ACT_DEL_C, PFSYNC_ACT_INS, PFSYNC_ACT_UPD_C};
use pfstatelog::wire::grammar::{Body, Frame, Key, Peer, State, StateId, UpdC};

use super::random::Random;
use super::record::CREATORID;

/// The upper half of all ids of the first lap; no other bytes of a frame are these four. Each lap
/// adds one.
const LAP: u32 = 0x5f3a_91c7;

/// States that a frame of the mix inserts, and deletes; it updates twice as many.
const EACH: u64 = 3;

/// States that a frame of inserts has: as many as an Ethernet frame takes.
const INSERTS: u64 = 5;

/// What the frames say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Five states a frame are inserted, all different.
    Inserts,
    /// 25 % inserts, 50 % compressed updates, 25 % compressed deletes. A state lives for half a lap,
    /// and is updated about twice; one in five is of IPv6.
    Mixed,
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "inserts" => Ok(Self::Inserts),
            "mixed" => Ok(Self::Mixed),
            _ => Err(format!("{word:?} is neither inserts nor mixed")),
        }
    }
}

impl Kind {
    /// Messages in each of its frames.
    pub fn messages(self) -> u64 {
        match self {
            Self::Inserts => INSERTS,
            Self::Mixed => 4 * EACH,
        }
    }
}

/// What lies in front of the pfsync header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Nothing, link type 246.
    Pfsync,
    /// Ethernet and IPv4, link type 1: as on the syncdev.
    Ethernet,
}

/// The frames.
pub struct Traffic {
    ring: Vec<Framed>,
    at: usize,
    lap: u32,
}

struct Framed {
    bytes: Vec<u8>,
    /// Where the upper halves of ids stand.
    ids: Vec<usize>,
}

impl Traffic {
    /// A ring of so many frames, the same ones whenever this is called.
    pub fn new(kind: Kind, link: Link, frames: u64) -> Self {
        let mut random = Random::new(frames);
        let make = |at| {
            let frame = match kind {
                Kind::Inserts => inserts(id(LAP, at * INSERTS), INSERTS),
                Kind::Mixed => mixed(at, frames, &mut random),
            };
            let bytes = match link {
                Link::Pfsync => frame,
                Link::Ethernet => ethernet(&frame),
            };
            let ids: Vec<usize> = places(&bytes).collect();
            assert_eq!(ids.len() as u64, kind.messages(), "nothing but ids looks like one");
            Framed { bytes, ids }
        };
        Self { ring: (0..frames).map(make).collect(), at: 0, lap: 0 }
    }

    /// The next frame.
    pub fn next_frame(&mut self) -> &[u8] {
        if self.at == self.ring.len() {
            self.at = 0;
            self.lap += 1;
        }
        let Framed { bytes, ids } = &mut self.ring[self.at];
        self.at += 1;
        if self.lap > 0 {
            for place in ids {
                let half = &mut bytes[*place..*place + 4];
                let lap = u32::from_be_bytes(half.try_into().expect("four bytes"));
                half.copy_from_slice(&(lap + 1).to_be_bytes());
            }
        }
        bytes
    }
}

/// The id of a state in a lap.
fn id(lap: u32, number: u64) -> u64 {
    u64::from(lap) << 32 | number
}

/// Updates and deletes states of the half lap before this frame, and inserts others.
fn mixed(at: u64, frames: u64, random: &mut Random) -> Vec<u8> {
    let life = frames / 2;
    // Those that were inserted so many frames ago: in the lap before, if need be.
    let ago = |ago: u64, which: u64| match at.checked_sub(ago) {
        Some(then) => id(LAP, then * EACH + which),
        None => id(LAP - 1, (at + frames - ago) * EACH + which),
    };
    let updates: Vec<u64> =
        (0..2 * EACH).map(|which| ago(1 + random.below(life - 1), which % EACH)).collect();
    let deletes: Vec<u64> = (0..EACH).map(|which| ago(life, which)).collect();
    let inserts: Vec<u64> = (0..EACH).map(|which| ago(0, which)).collect();
    mix(&updates, &deletes, &inserts)
}

/// Where ids of the first lap, or the one before it, stand in a frame.
fn places(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let upper = [LAP.to_be_bytes(), (LAP - 1).to_be_bytes()];
    bytes
        .windows(4)
        .enumerate()
        .filter(move |(_, four)| upper.iter().any(|id| id == four))
        .map(|(place, _)| place)
}

/// A frame as a firewall sends it to the group of pfsync: Ethernet, IPv4, protocol 240.
pub fn ethernet(frame: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1, 0, 0x5e, 0, 0, 240, 2, 0, 0, 0, 0, 1, 8, 0];
    let len = u16::try_from(20 + frame.len()).expect("an Ethernet frame");
    let mut ip = [0x45, 0x10, 0, 0, 0, 0, 0x40, 0, 255, 240, 0, 0, 192, 0, 2, 1, 224, 0, 0, 240];
    ip[2..4].copy_from_slice(&len.to_be_bytes());
    let words = ip.as_chunks::<2>().0.iter();
    let sum: u32 = words.map(|word| u32::from(u16::from_be_bytes(*word))).sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    let folded = (folded & 0xffff) + (folded >> 16);
    ip[10..12].copy_from_slice(&(!folded as u16).to_be_bytes());
    bytes.extend_from_slice(&ip);
    bytes.extend_from_slice(frame);
    bytes
}

/// A frame of `count` inserted states with ids from `first` on.
fn inserts(first: u64, count: u64) -> Vec<u8> {
    Frame::build(vec![(
        PFSYNC_ACT_INS as u8,
        Body::State((first..first + count).map(state).collect()),
    )])
}

/// A frame that updates, deletes and inserts the states of these ids, in that order; one in five is of IPv6.
fn mix(updates: &[u64], deletes: &[u64], inserts: &[u64]) -> Vec<u8> {
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
        (PFSYNC_ACT_UPD_C as u8, Body::UpdC(updates.iter().map(update).collect())),
        (PFSYNC_ACT_DEL_C as u8, Body::DelC(deletes.iter().map(name).collect())),
        (PFSYNC_ACT_INS as u8, Body::State(inserts.iter().map(|id| dual(*id)).collect())),
    ])
}

/// Those of IPv6 are translated as well.
fn dual(id: u64) -> State {
    let mut state = state(id);
    if id.is_multiple_of(5) {
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
