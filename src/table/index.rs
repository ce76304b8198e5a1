//! Where things are, by the hashes of their names: numbers, four bytes each, in buckets of one line of
//! the cache.
//!
//! A look-up at random waits for memory, and a general hash table waits twice, for its tags and for its
//! values. Here both lie in one line: 12 numbers, a tag of eight bits for each, and how many numbers had
//! to go on to a later bucket because this one was full. What is removed leaves nothing behind, so
//! nothing is ever cleaned up.

#![forbid(unsafe_code)]

use crate::sys::prefetch;

/// Parts of the index, each of which grows by itself: never does all of it have to be there twice.
const SEGMENTS: usize = 256;
/// Numbers in a bucket.
const PLACES: usize = 12;
/// Numbers for every two buckets from which on a segment doubles. Until then few buckets overflow.
const FULL: usize = 22;
/// Tags of the second word that belong to places.
const LAST_TAGS: u64 = 0xffff_ffff;
/// A bit in every byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// Numbers by hash.
#[derive(Debug)]
pub(super) struct Index {
    segments: Vec<Segment>,
}

#[derive(Debug, Default)]
struct Segment {
    /// None, or a power of two.
    buckets: Vec<Bucket>,
    len: usize,
}

/// One line of the cache.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C, align(64))]
struct Bucket {
    /// Of each place, 0 where it is empty.
    tags: [u8; PLACES],
    /// Numbers that would be here, or further back, if there had been room.
    passed: u32,
    numbers: [u32; PLACES],
}

const _: () = assert!(size_of::<Bucket>() == 64);

/// The tag of a hash, never 0. Neither the segment nor the bucket is told by these bits.
#[inline]
fn tag(hash: u64) -> u8 {
    ((hash >> 56) as u8).max(1)
}

impl Bucket {
    /// The places with this tag.
    #[inline]
    fn places(&self, tag: u8) -> impl Iterator<Item = usize> {
        let word = |at: usize| {
            self.tags
                .get(at..)
                .and_then(|tags| tags.first_chunk())
                .map_or(0, |tags| u32::from_le_bytes(*tags))
        };
        let first = u64::from(word(0)) | u64::from(word(4)) << 32;
        // The high bit of every byte that is 0, and of no other: what an empty place held is stale.
        let low = ONES * 0x7f;
        let zeros = |word: u64| !(((word & low) + low) | word | low);
        let tags = u64::from(tag) * ONES;
        let first = zeros(first ^ tags);
        let last = zeros(u64::from(word(8)) ^ tags) & LAST_TAGS;
        let at = |found: u64| found.trailing_zeros() as usize / 8;
        bits(first).map(at).chain(bits(last).map(move |found| at(found) + 8))
    }
}

/// Each bit of a word that is set, by itself.
#[inline]
fn bits(mut word: u64) -> impl Iterator<Item = u64> {
    std::iter::from_fn(move || {
        let bit = word & word.wrapping_neg();
        word ^= bit;
        (bit != 0).then_some(bit)
    })
}

impl Segment {
    fn mask(&self) -> usize {
        self.buckets.len().wrapping_sub(1)
    }

    /// The bucket and the place of the first number that `is` the one.
    #[inline]
    fn place_of(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<(usize, usize)> {
        let mut at = hash as usize & self.mask();
        for _ in 0..self.buckets.len() {
            let bucket = self.buckets.get(at)?;
            let place = bucket.places(tag(hash)).find(|place| is(bucket.numbers[*place]));
            if let Some(place) = place {
                return Some((at, place));
            }
            if bucket.passed == 0 {
                return None;
            }
            at = (at + 1) & self.mask();
        }
        None
    }

    /// Puts a number where there is room; the caller saw to it that there is.
    fn put(&mut self, hash: u64, number: u32) {
        let (mut at, mask) = (hash as usize & self.mask(), self.mask());
        for _ in 0..self.buckets.len() {
            let Some(bucket) = self.buckets.get_mut(at) else { return };
            if let Some(place) = bucket.tags.iter().position(|tag| *tag == 0) {
                bucket.tags[place] = tag(hash);
                bucket.numbers[place] = number;
                self.len += 1;
                return;
            }
            bucket.passed += 1;
            at = (at + 1) & mask;
        }
        debug_assert!(false, "segments grow before they are full");
    }

    fn grow(&mut self, hash_of: impl Fn(u32) -> u64) {
        let larger = vec![Bucket::default(); (2 * self.buckets.len()).max(1)];
        let smaller = std::mem::replace(&mut self.buckets, larger);
        self.len = 0;
        for bucket in smaller {
            let used = bucket.tags.iter().zip(bucket.numbers).filter(|(tag, _)| **tag != 0);
            used.for_each(|(_, number)| self.put(hash_of(number), number));
        }
    }
}

impl Index {
    pub fn new() -> Self {
        Self { segments: (0..SEGMENTS).map(|_| Segment::default()).collect() }
    }

    /// The number with this hash that `is` the one.
    #[inline]
    pub fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let segment = &self.segments[segment(hash)];
        let (at, place) = segment.place_of(hash, is)?;
        Some(segment.buckets[at].numbers[place])
    }

    /// The first number that can have this hash, and mostly does, if one has.
    #[inline]
    pub fn likely(&self, hash: u64) -> Option<u32> {
        self.find(hash, |_| true)
    }

    /// Begins to fetch the bucket in which this hash is looked for first.
    #[inline]
    pub fn prefetch(&self, hash: u64) {
        let segment = &self.segments[segment(hash)];
        if let Some(bucket) = segment.buckets.get(hash as usize & segment.mask()) {
            prefetch::read(bucket);
        }
    }

    /// Adds a number. `hash_of` gives the hash of any that was added before.
    pub fn insert(&mut self, hash: u64, number: u32, hash_of: impl Fn(u32) -> u64) {
        let segment = &mut self.segments[segment(hash)];
        if 2 * segment.len >= FULL * segment.buckets.len() {
            segment.grow(hash_of);
        }
        segment.put(hash, number);
    }

    /// Puts another number in the place of one that has this hash.
    pub fn replace(&mut self, hash: u64, number: u32, by: u32) {
        let segment = &mut self.segments[segment(hash)];
        let found = segment.place_of(hash, |known| known == number);
        debug_assert!(found.is_some(), "{number} was said to be there");
        if let Some((at, place)) = found {
            segment.buckets[at].numbers[place] = by;
        }
    }

    /// Removes a number that has this hash.
    pub fn remove(&mut self, hash: u64, number: u32) {
        let segment = &mut self.segments[segment(hash)];
        let Some((at, place)) = segment.place_of(hash, |known| known == number) else { return };
        segment.buckets[at].tags[place] = 0;
        segment.len -= 1;
        let (mut passed, mask) = (hash as usize & segment.mask(), segment.mask());
        while passed != at {
            segment.buckets[passed].passed -= 1;
            passed = (passed + 1) & mask;
        }
    }
}

/// The segment of a hash, some of them twice as often as others, so that they grow one after the
/// other: were all alike, all would double at once, and be half empty at once.
#[inline]
fn segment(hash: u64) -> usize {
    const ONE: usize = 1 << 16;
    let part = (hash >> 40) as usize % ONE;
    // Nearly log2(1 + part), which makes the sizes spread evenly between one and two.
    let bent = part + (part * (ONE - part) / ONE) * 11 / 32;
    bent * SEGMENTS / ONE % SEGMENTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// Hashes of which many have the same bucket and the same tag.
    fn crowded(number: u32) -> u64 {
        u64::from(number % 3) | u64::from(number % 5) << 56
    }

    fn check(steps: Vec<(u32, u8)>, hash_of: fn(u32) -> u64) -> Result<(), TestCaseError> {
        let (mut index, mut model) = (Index::new(), HashMap::new());
        for (number, step) in steps {
            let hash = hash_of(number);
            match (step % 4, model.contains_key(&number)) {
                (0 | 1, false) => {
                    index.insert(hash, number, hash_of);
                    model.insert(number, hash);
                }
                (2, true) => {
                    index.remove(hash, number);
                    model.remove(&number);
                }
                // Another number with the same hash.
                (3, true) if !model.contains_key(&(number + 15_000)) => {
                    index.replace(hash, number, number + 15_000);
                    model.remove(&number);
                    model.insert(number + 15_000, hash);
                }
                _ => {}
            }
            prop_assert_eq!(
                index.find(hash, |n| n == number).is_some(),
                model.contains_key(&number)
            );
        }
        for (number, hash) in &model {
            prop_assert_eq!(index.find(*hash, |n| n == *number), Some(*number));
        }
        prop_assert_eq!(index.segments.iter().map(|s| s.len).sum::<usize>(), model.len());
        let passed = index.segments.iter().flat_map(|s| &s.buckets).map(|b| b.passed).sum::<u32>();
        prop_assert!(!model.is_empty() || passed == 0, "nothing is left behind");
        Ok(())
    }

    proptest! {
        #[test]
        fn what_was_added_is_found_until_it_is_removed(steps: Vec<(u16, u8)>) {
            let steps = steps.into_iter().map(|(n, step)| (u32::from(n) % 200, step)).collect();
            check(steps, crowded)?;
        }

        #[test]
        fn many_are_found(steps in prop::collection::vec((0..15_000_u32, 0..4_u8), 20_000)) {
            let spread = |number: u32| {
                u64::from(number % 15_000).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31)
            };
            check(steps, spread)?;
        }
    }
}
