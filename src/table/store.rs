//! Where slots lie, and how they are found: chunks that never move, an index in segments, so that
//! neither ever needs twice its memory to grow.

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasher;

use hashbrown::HashTable;

use super::Prepared;
use super::overdue::NEVER;
use super::slot::{Addresses, Packed, Shared, Slot};
use crate::state::{IfName, State, StateId, StatePeer};
use crate::time::Time;

/// Slots of a chunk. Large, so that large pages can back it; only what is used of it is touched.
const CHUNK: usize = 1 << 16;
const SEGMENTS: usize = 256;
/// Slots that are looked at together for those that are overdue.
const BLOCK: u32 = 256;

/// Slots by name.
#[derive(Debug)]
pub(super) struct Store {
    chunks: Vec<Vec<Option<Slot>>>,
    /// Of every [`BLOCK`] slots a second before which none of them is overdue.
    soonest: Vec<u32>,
    /// Slots that were ever used: the number of the next new one.
    used: u32,
    free: Vec<u32>,
    index: Vec<HashTable<u32>>,
    pool: Pool,
    /// States that no slot can hold.
    whole: HashMap<u32, Box<State>>,
    pub shared: Shared,
    hasher: foldhash::fast::RandomState,
    len: usize,
    /// How many states each creator has on each interface, by the number of its name: a flush of
    /// none need not look at all others.
    on: HashMap<(u32, u16), usize, foldhash::fast::RandomState>,
}

/// Addresses of states that are not all IPv4.
#[derive(Debug, Default)]
struct Pool {
    chunks: Vec<Vec<Addresses>>,
    free: Vec<u32>,
    len: u32,
}

impl Pool {
    fn put(&mut self, addresses: Addresses) -> u32 {
        let index = self.free.pop().unwrap_or_else(|| {
            self.len += 1;
            self.len - 1
        });
        put(&mut self.chunks, index, addresses);
        index
    }
}

/// Puts something where something was, or behind the last there is.
fn put<T>(chunks: &mut Vec<Vec<T>>, index: u32, value: T) {
    let (chunk, at) = split(index);
    if chunk == chunks.len() {
        chunks.push(room(chunk > 0));
    }
    match chunks[chunk].get_mut(at) {
        Some(place) => *place = value,
        None => chunks[chunk].push(value),
    }
}

/// Room for a chunk: on large pages where the system gives them, if there is much to come. A small
/// table has use for a few small pages only.
fn room<T>(large: bool) -> Vec<T> {
    #[allow(unused_mut)]
    let mut new = Vec::with_capacity(CHUNK);
    #[cfg(feature = "live")]
    if large {
        crate::sys::pages::prefer_large(&mut new);
    }
    #[cfg(not(feature = "live"))]
    let _ = large;
    new
}

fn split(index: u32) -> (usize, usize) {
    (index as usize / CHUNK, index as usize % CHUNK)
}

impl Store {
    pub fn new() -> Self {
        Self {
            chunks: Vec::new(),
            soonest: Vec::new(),
            used: 0,
            free: Vec::new(),
            index: (0..SEGMENTS).map(|_| HashTable::new()).collect(),
            pool: Pool::default(),
            whole: HashMap::new(),
            shared: Shared::default(),
            hasher: foldhash::fast::RandomState::default(),
            len: 0,
            on: HashMap::default(),
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// What hashes names.
    pub fn hasher(&self) -> foldhash::fast::RandomState {
        self.hasher.clone()
    }

    pub fn hash(&self, id: StateId) -> u64 {
        self.hasher.hash_one((id.id, id.creatorid))
    }

    pub fn find(&self, id: StateId, hash: u64) -> Option<u32> {
        let named = |index: &u32| self.slot(*index).is_some_and(|slot| slot.state_id() == id);
        self.index[segment(hash)].find(hash, named).copied()
    }

    /// Brings into the cache what looking for these states will need, and notes their likely slots.
    /// The loads of all of them are under way at once: first those of the index, by hash alone, then
    /// those of the slots, then those of addresses in the pool.
    pub fn touch(&self, prepared: &mut [Prepared]) {
        let mut new = 0;
        for Prepared { hash, index, .. } in &mut *prepared {
            *index = self.index[segment(*hash)].find(*hash, |_| true).copied();
            new += usize::from(index.is_none());
        }
        let found = || prepared.iter().filter_map(|prepared| prepared.index);
        // Where states are new, the slots that they will take.
        let places = found().chain(self.free.iter().rev().take(new).copied());
        let sum = places
            .fold(0, |sum, index| sum ^ self.slot(index).map_or(u64::from(index), Slot::touch));
        let pooled = found().filter_map(|index| self.slot(index)?.pooled());
        let sum = pooled.fold(sum, |sum, index| {
            let (chunk, at) = split(index);
            let addresses = self.pool.chunks.get(chunk).and_then(|chunk| chunk.get(at));
            sum ^ addresses.map_or(0, |addresses| u64::from(addresses.0[0][0]))
        });
        std::hint::black_box(sum);
    }

    pub fn slot(&self, index: u32) -> Option<&Slot> {
        let (chunk, at) = split(index);
        self.chunks.get(chunk)?.get(at)?.as_ref()
    }

    pub fn slot_mut(&mut self, index: u32) -> Option<&mut Slot> {
        let (chunk, at) = split(index);
        self.chunks.get_mut(chunk)?.get_mut(at)?.as_mut()
    }

    /// The state in a slot.
    pub fn state(&self, index: u32) -> Option<State> {
        let slot = self.slot(index)?;
        if slot.is_whole() {
            let mut state = **self.whole.get(&index)?;
            state.timeout = slot.timeout;
            (state.src.state, state.dst.state) = (slot.src_state, slot.dst_state);
            return Some(state);
        }
        let pooled = slot.pooled().map(|index| {
            let (chunk, at) = split(index);
            &self.pool.chunks[chunk][at]
        });
        Some(slot.unpack(pooled, &self.shared))
    }

    /// Puts a state that is not there yet.
    pub fn insert(&mut self, state: &State, time: Time, hash: u64) -> u32 {
        let index = self.free.pop().unwrap_or_else(|| {
            self.used += 1;
            self.used - 1
        });
        let slot = self.pack(state, time, index);
        put(&mut self.chunks, index, Some(slot));
        let (chunks, hasher) = (&self.chunks, &self.hasher);
        let rehash = |index: &u32| {
            let (chunk, at) = split(*index);
            let id = chunks[chunk][at].map(|slot| (slot.id, slot.creatorid)).unwrap_or_default();
            hasher.hash_one(id)
        };
        self.index[segment(hash)].insert_unique(hash, index, rehash);
        self.len += 1;
        *self.on.entry((state.id.creatorid, slot.ifname)).or_default() += 1;
        index
    }

    /// Puts what is known now of a state in the place of what was, keeping its beginning.
    pub fn replace(&mut self, index: u32, state: &State, time: Time) {
        let Some(before) = self.slot(index).copied() else { return };
        self.let_go(index, &before);
        let mut slot = self.pack(state, time, index);
        slot.start = before.start;
        if slot.ifname != before.ifname {
            self.one_less_on(before.creatorid, before.ifname);
            *self.on.entry((slot.creatorid, slot.ifname)).or_default() += 1;
        }
        if let Some(place) = self.slot_mut(index) {
            *place = slot;
        }
    }

    pub fn remove(&mut self, index: u32, hash: u64) {
        let (chunk, at) = split(index);
        let Some(slot) = self.chunks[chunk][at].take() else { return };
        self.let_go(index, &slot);
        if let Ok(entry) = self.index[segment(hash)].find_entry(hash, |i| *i == index) {
            entry.remove();
        }
        self.free.push(index);
        self.len -= 1;
        self.one_less_on(slot.creatorid, slot.ifname);
    }

    /// A state may be overdue from this second on, and not before.
    pub fn due_from(&mut self, index: u32, second: u32) {
        let block = (index / BLOCK) as usize;
        if self.soonest.len() <= block {
            self.soonest.resize(block + 1, NEVER);
        }
        self.soonest[block] = second.min(self.soonest[block]);
    }

    /// Looks through the blocks in which states may be overdue at `second`, by what `due_of` says of
    /// each (`None` where it was told already): `found` gets those that are.
    pub fn overdue(
        &mut self,
        second: u32,
        due_of: impl Fn(&Slot) -> Option<u32>,
        found: &mut Vec<u32>,
    ) {
        let Self { soonest, chunks, .. } = self;
        for (block, soonest) in (0u32..).zip(soonest).filter(|(_, soonest)| **soonest <= second) {
            *soonest = NEVER;
            let (chunk, at) = split(block * BLOCK);
            let slots = chunks.get(chunk).and_then(|chunk| chunk.get(at..)).unwrap_or_default();
            for (index, slot) in (block * BLOCK..).zip(slots.iter().take(BLOCK as usize)) {
                match slot.as_ref().and_then(&due_of) {
                    Some(due) if due <= second => found.push(index),
                    Some(due) => *soonest = due.min(*soonest),
                    None => {}
                }
            }
        }
    }

    /// Whether a creator may have a state on an interface, or with an empty name on any.
    pub fn may_have(&self, creatorid: u32, ifname: IfName) -> bool {
        if ifname.is_empty() || !self.whole.is_empty() {
            return self.on.keys().any(|(creator, _)| *creator == creatorid);
        }
        let number = self.shared.number_of(ifname);
        number.is_some_and(|number| self.on.contains_key(&(creatorid, number)))
    }

    /// Indices and slots of all states.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Slot)> {
        let slots = self.chunks.iter().flat_map(|chunk| chunk.iter());
        (0u32..).zip(slots).filter_map(|(index, slot)| Some((index, slot.as_ref()?)))
    }

    fn pack(&mut self, state: &State, time: Time, index: u32) -> Slot {
        match Slot::pack(state, time, &mut self.shared) {
            Packed::Slot(slot) => slot,
            Packed::Pooled(mut slot, addresses) => {
                slot.set_pooled(self.pool.put(addresses));
                slot
            }
            Packed::Whole(slot) => {
                self.whole.insert(index, Box::new(lasting(state)));
                slot
            }
        }
    }

    fn one_less_on(&mut self, creatorid: u32, ifname: u16) {
        if let Entry::Occupied(mut count) = self.on.entry((creatorid, ifname)) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }

    fn let_go(&mut self, index: u32, slot: &Slot) {
        if let Some(pooled) = slot.pooled() {
            self.pool.free.push(pooled);
        }
        if slot.is_whole() {
            self.whole.remove(&index);
        }
    }
}

/// A state without the parts that only its own message tells, as slots have it.
fn lasting(state: &State) -> State {
    let peer = |peer: &StatePeer| StatePeer { state: peer.state, ..StatePeer::default() };
    let (src, dst) = (peer(&state.src), peer(&state.dst));
    State { src, dst, age_s: 0, expire_s: 0, ..*state }
}

/// The segment of a hash, some of them twice as often as others, so that they grow one after the
/// other: were all alike, all would double at once, and be half empty at once.
///
/// hashbrown takes the low bits for the place and the top seven for the tag.
fn segment(hash: u64) -> usize {
    const ONE: usize = 1 << 16;
    let part = (hash >> 41) as usize % ONE;
    // Nearly log2(1 + part), which makes the sizes spread evenly between one and two.
    let bent = part + (part * (ONE - part) / ONE) * 11 / 32;
    bent * SEGMENTS / ONE % SEGMENTS
}
