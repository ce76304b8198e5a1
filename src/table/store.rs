//! Where slots lie, and how they are found: chunks that never move, an index in segments, so that
//! neither ever needs twice its memory to grow.

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasher;

use super::Prepared;
use super::ended::{Ended, NUMBERS, Tombstones};
use super::index::Index;
use super::overdue::NEVER;
use super::slot::{Addresses, Packed, Scratch, Shared, Slot};
use crate::state::{IfName, State, StateId, StatePeer};
use crate::sys::prefetch;
use crate::time::Time;

/// Slots of a chunk. Large, so that large pages can back it; only what is used of it is touched. Four times
/// as many were no faster.
const CHUNK: usize = 1 << 16;
/// Bytes of the first chunk that are backed by small pages: a small table has use for a few only.
const SMALL_BYTES: usize = 8 << 20;
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
    /// States that are there, by the numbers of their slots, and those that ended, by [`ENDED`] and the
    /// numbers of their tombstones.
    index: Index,
    ended: Tombstones,
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

/// In the index, that a number is a tombstone's.
const ENDED: u32 = NUMBERS;

/// What is known of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// The slot of the state that has it.
    Live(u32),
    /// The tombstone of the state that had it.
    Ended(u32),
    /// Nothing.
    Not,
}

impl Known {
    fn of(number: Option<u32>) -> Self {
        match number {
            None => Self::Not,
            Some(number) if number & ENDED != 0 => Self::Ended(number & !ENDED),
            Some(number) => Self::Live(number),
        }
    }

    /// The slot of the state that has it.
    pub fn live(self) -> Option<u32> {
        match self {
            Self::Live(index) => Some(index),
            Self::Ended(_) | Self::Not => None,
        }
    }
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
        chunks.push(room(if chunk > 0 { 0 } else { SMALL_BYTES }));
    }
    match chunks[chunk].get_mut(at) {
        Some(place) => *place = value,
        None => chunks[chunk].push(value),
    }
}

/// Room for a chunk: behind its first `small_bytes` on large pages, where the system gives them.
fn room<T>(small_bytes: usize) -> Vec<T> {
    #[allow(unused_mut)]
    let mut new = Vec::with_capacity(CHUNK);
    #[cfg(feature = "live")]
    crate::sys::pages::prefer_large(&mut new, small_bytes);
    #[cfg(not(feature = "live"))]
    let _ = small_bytes;
    new
}

fn split(index: u32) -> (usize, usize) {
    (index as usize / CHUNK, index as usize % CHUNK)
}

#[inline]
fn slot_in(chunks: &[Vec<Option<Slot>>], index: u32) -> Option<&Slot> {
    let (chunk, at) = split(index);
    chunks.get(chunk)?.get(at)?.as_ref()
}

/// The name that a number of the index is there for.
#[inline]
fn name_of(number: u32, chunks: &[Vec<Option<Slot>>], ended: &Tombstones) -> Option<StateId> {
    match Known::of(Some(number)) {
        Known::Live(index) => slot_in(chunks, index).map(Slot::state_id),
        Known::Ended(number) => ended.get(number).map(Ended::state_id),
        Known::Not => None,
    }
}

#[inline]
fn hash_name(hasher: &foldhash::fast::RandomState, id: StateId) -> u64 {
    hasher.hash_one((id.id, id.creatorid))
}

impl Store {
    /// Which remembers at most so many states that ended.
    pub fn new(max_ended: usize) -> Self {
        Self {
            chunks: Vec::new(),
            soonest: Vec::new(),
            used: 0,
            free: Vec::new(),
            index: Index::new(),
            ended: Tombstones::new(max_ended),
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

    /// States that ended and are remembered.
    pub fn tombstones(&self) -> usize {
        self.ended.len()
    }

    pub fn hash(&self, id: StateId) -> u64 {
        hash_name(&self.hasher, id)
    }

    /// What is known of a name, by its hash.
    #[inline]
    pub fn find(&self, id: StateId, hash: u64) -> Known {
        Known::of(self.index.find(hash, |number| self.is_named(number, id)))
    }

    /// What is known of a name that was looked at ahead.
    pub fn find_prepared(&self, prepared: &Prepared) -> Known {
        let Prepared { id, hash, likely } = *prepared;
        // What was likely then is so if the slot says it. A tombstone does not: it keeps its name when
        // that is used anew.
        match Known::of(likely) {
            Known::Live(index) if self.is_named(index, id) => Known::Live(index),
            _ => self.find(id, hash),
        }
    }

    #[inline]
    fn is_named(&self, number: u32, id: StateId) -> bool {
        name_of(number, &self.chunks, &self.ended) == Some(id)
    }

    /// Begins to fetch where the index has a name: the first step of three, each of which needs what the
    /// one before fetched.
    #[inline]
    pub fn prefetch_index(&self, hash: u64) {
        self.index.prefetch(hash);
    }

    /// The same for tombstones that are forgotten next, where there are too many: as many as that.
    pub fn prefetch_forgotten(&self, count: usize) {
        for ended in self.ended.oldest().take(if self.ended.is_full() { count } else { 0 }) {
            self.index.prefetch(self.hash(ended.state_id()));
        }
    }

    /// The second: what the index likely has for a name is noted, and that is fetched.
    #[inline]
    pub fn prefetch_likely(&self, prepared: &mut Prepared) {
        prepared.likely = self.index.likely(prepared.hash);
        match Known::of(prepared.likely) {
            Known::Live(index) => {
                let (chunk, at) = split(index);
                if let Some(slot) = self.chunks.get(chunk).and_then(|chunk| chunk.get(at)) {
                    prefetch::read(slot);
                }
            }
            Known::Ended(number) => {
                if let Some(ended) = self.ended.get(number) {
                    prefetch::read(ended);
                }
            }
            Known::Not => {}
        }
    }

    /// The third: addresses in the pool.
    #[inline]
    pub fn prefetch_pooled(&self, prepared: &Prepared) {
        let Some(index) = Known::of(prepared.likely).live() else { return };
        let Some(pooled) = self.slot(index).and_then(Slot::pooled) else { return };
        let (chunk, at) = split(pooled);
        if let Some(addresses) = self.pool.chunks.get(chunk).and_then(|chunk| chunk.get(at)) {
            prefetch::read(addresses);
        }
    }

    #[inline]
    pub fn slot(&self, index: u32) -> Option<&Slot> {
        slot_in(&self.chunks, index)
    }

    pub fn slot_mut(&mut self, index: u32) -> Option<&mut Slot> {
        let (chunk, at) = split(index);
        self.chunks.get_mut(chunk)?.get_mut(at)?.as_mut()
    }

    /// The state in a slot, unpacked into `scratch`, and the slot.
    pub fn unpack(&self, index: u32, scratch: &mut Scratch) -> Option<&Slot> {
        let slot = self.slot(index)?;
        if slot.is_whole() {
            let mut state = **self.whole.get(&index)?;
            state.timeout = slot.timeout;
            (state.src.state, state.dst.state) = (slot.src_state, slot.dst_state);
            scratch.set(&state);
            return Some(slot);
        }
        let pooled = slot.pooled().map(|index| {
            let (chunk, at) = split(index);
            &self.pool.chunks[chunk][at]
        });
        slot.unpack(pooled, &self.shared, scratch);
        Some(slot)
    }

    /// Puts a state whose name is `known` not to be there.
    pub fn insert(&mut self, state: &State, time: Time, hash: u64, known: Known) -> u32 {
        let index = self.free.pop().unwrap_or_else(|| {
            self.used += 1;
            self.used - 1
        });
        let slot = self.pack(state, time, index);
        put(&mut self.chunks, index, Some(slot));
        self.enter(hash, known, index);
        self.len += 1;
        *self.on.entry((state.id.creatorid, slot.ifname)).or_default() += 1;
        index
    }

    /// Puts a number into the index, in the place of what is `known` by this name.
    fn enter(&mut self, hash: u64, known: Known, number: u32) {
        let before = match known {
            Known::Live(index) => index,
            Known::Ended(number) => number | ENDED,
            Known::Not => {
                let Self { index, chunks, ended, hasher, .. } = self;
                let hash_of = |number: u32| {
                    name_of(number, chunks, ended).map_or(0, |id| hash_name(hasher, id))
                };
                return index.insert(hash, number, hash_of);
            }
        };
        self.index.replace(hash, before, number);
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

    /// Lets a state go without a trace.
    pub fn remove(&mut self, index: u32, hash: u64) {
        self.index.remove(hash, index);
        self.clear_slot(index);
    }

    /// Remembers a state that ended, in the place of what is `known` by its name. A state that is there
    /// goes.
    pub fn bury(&mut self, ended: Ended, hash: u64, known: Known) {
        // A tombstone that goes may be the very one that is known.
        let mut known = known;
        while self.ended.is_full() {
            if self.forget_oldest() == known {
                known = Known::Not;
            }
        }
        let number = self.ended.put(ended);
        self.enter(hash, known, number | ENDED);
        if let Known::Live(index) = known {
            self.clear_slot(index);
        }
    }

    /// The tombstone with a number.
    pub fn tombstone(&self, number: u32) -> Option<&Ended> {
        self.ended.get(number)
    }

    /// Forgets what ended long enough ago.
    pub fn age(&mut self, now: Time) {
        while self.ended.oldest().next().is_some_and(|ended| !ended.is_kept(now)) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) -> Known {
        let Some((number, name)) = self.ended.forget_oldest() else { return Known::Not };
        // Where the name is used anew, the number is not there.
        self.index.remove(self.hash(name), number | ENDED);
        Known::Ended(number)
    }

    fn clear_slot(&mut self, index: u32) {
        let (chunk, at) = split(index);
        let Some(slot) = self.chunks[chunk][at].take() else { return };
        self.let_go(index, &slot);
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

    /// The interface of a state and its slot.
    pub fn bound_to(&self, index: u32, slot: &Slot) -> IfName {
        match slot.is_whole().then(|| self.whole.get(&index)).flatten() {
            Some(state) => state.ifname,
            None => slot.bound_to(&self.shared),
        }
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
