//! Frames of states that come and go, without end: a ring of frames is made once, and in every lap
//! but the first their states get ids that were never seen before.
//!
//! To make a frame takes longer than to decode it; to give it other ids takes a few writes.

// Each bench uses what it needs.
#![allow(dead_code)]

use std::str::FromStr;

use super::input;

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
        let mut random = Random(frames | 1);
        let make = |at| {
            let frame = match kind {
                Kind::Inserts => input::inserts(id(LAP, at * INSERTS), INSERTS),
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
    input::mix(&updates, &deletes, &inserts, 5)
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

/// xorshift: the order need not be more than mixed up.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}
