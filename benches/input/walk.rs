//! What is done to frames without a decoder: reading their bytes at all, which is the limit, and
//! walking over their messages.

use std::hint::black_box;

use pfstatelog::abi::record::{IdRecord, PeerRecord, StateRecord, UpdCRecord};
use pfstatelog::abi::{Dialect, openbsd_7_9};
use pfstatelog::state::{State, StateId, Update};
use pfstatelog::wire::{Frame, Message};

type Newest = openbsd_7_9::Dialect;

/// The sum of the bytes, by words.
pub fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let words = words.iter().fold(0u64, |sum, word| sum.wrapping_add(u64::from_ne_bytes(*word)));
    rest.iter().fold(words, |sum, byte| sum.wrapping_add(u64::from(*byte)))
}

/// Walks over a frame and touches ten fields of each state, and those that the shorter records have
/// of them.
pub fn touch(bytes: &[u8]) -> u64 {
    fold(bytes, |message| match message {
        Message::Ins(state) => touch_state(state),
        Message::UpdC(update) => {
            let peers = u64::from(update.src().state()) + u64::from(update.dst().state());
            let name = update.id().wrapping_add(u64::from(update.creatorid()));
            name.wrapping_add(peers).wrapping_add(u64::from(update.timeout()))
        }
        Message::DelC(name) => name.id().wrapping_add(u64::from(name.creatorid())),
        _ => 0,
    })
}

/// Walks over a frame and makes an owned value of each record.
pub fn own(bytes: &[u8]) -> u64 {
    fold(bytes, |message| match message {
        Message::Ins(record) => black_box(State::from_record(record)).id.id,
        Message::UpdC(record) => black_box(Update::from_record(record)).id.id,
        Message::DelC(record) => black_box(StateId::from_record(record)).id,
        _ => 0,
    })
}

#[inline(always)]
fn fold(bytes: &[u8], of: impl Fn(Message<'_, Newest>) -> u64) -> u64 {
    let Ok(frame) = Frame::parse(bytes, bytes.len()) else { return 0 };
    let mut sum = 0u64;
    for message in frame.messages::<Newest>().flatten() {
        sum = sum.wrapping_add(of(message));
    }
    sum
}

/// Ten fields, from the first bytes of the record to the last.
#[inline(always)]
fn touch_state(state: &<Newest as Dialect>::State) -> u64 {
    let (wire, stack) = (state.wire_key(), state.stack_key());
    let fields = [
        state.id(),
        u64::from(state.creatorid()),
        u64::from(wire.addr[1][3]),
        u64::from(stack.addr[1][3]),
        u64::from(wire.port[1]),
        u64::from(stack.port[1]),
        u64::from(state.src().state()),
        u64::from(state.dst().state()),
        u64::from(state.creation()),
        u64::from(state.proto()),
    ];
    fields.into_iter().fold(0, u64::wrapping_add)
}
