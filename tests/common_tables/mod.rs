//! Tables, and captures of them, that are made by hand: what restores and conversions are tested with.

// Every test is a crate of its own and uses its own part of this.
#![allow(dead_code)]

use pfstatelog::abi::Release;
use pfstatelog::pf::{Form, StateTable};
use pfstatelog::state::{IfName, StateId};
use pfstatelog::time::Time;
use pfstatelog::wire::grammar::{Body, Frame};

pub fn form() -> Form {
    Form::new(Release::OpenBsd7_9)
}

pub const TIME: Time = Time::new(1_795_179_902, 0);

/// A capture of pfsync frames of a section each, by the second and so many microseconds.
pub fn captured(micros: u32, frames: impl IntoIterator<Item = (u32, (u8, Body))>) -> Vec<u8> {
    let mut pcap = Vec::new();
    for word in [0xa1b2_c3d4u32, 0x0002_0004, 0, 0, 65536, 246] {
        pcap.extend(word.to_be_bytes());
    }
    for (secs, section) in frames {
        let frame = Frame::build(vec![section]);
        for word in [secs, micros, frame.len() as u32, frame.len() as u32] {
            pcap.extend(u32::to_be_bytes(word));
        }
        pcap.extend(frame);
    }
    pcap
}

/// Sound states of these ids.
pub fn table(ids: &[u64]) -> StateTable {
    let mut table = StateTable::new(form(), TIME);
    for id in ids {
        let mut record = vec![0; 264];
        record[..8].copy_from_slice(&id.to_be_bytes());
        record[8..11].copy_from_slice(b"em0");
        record[24..28].copy_from_slice(&[192, 0, 2, 1]);
        record[184..196].fill(0xff);
        record[196..200].copy_from_slice(&30u32.to_be_bytes());
        record[200..204].copy_from_slice(&(*id as u32 * 100).to_be_bytes());
        record[236..240].copy_from_slice(&[0x8a, 0x7b, 0x6c, 0x5d]);
        record[250..253].copy_from_slice(&[2, 17, 2]);
        record[255] = 7;
        assert!(table.push(&record));
    }
    table
}

pub fn ids(table: &StateTable) -> Vec<u64> {
    table.states().map(|state| state.id.id).collect()
}

pub fn name(id: u64) -> StateId {
    StateId { id, creatorid: 0x8a7b_6c5d }
}

pub fn interface(name: &str) -> IfName {
    let mut wire = [0; 16];
    wire[..name.len()].copy_from_slice(name.as_bytes());
    IfName::new(wire)
}
