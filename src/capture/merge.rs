//! Several captures as one stream.

#![forbid(unsafe_code)]

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::path::Path;

use super::{CaptureError, FileSource, Lack, Packet, Source};
use crate::time::Time;

/// Packets of several sources in the order of their times.
///
/// At every step the source gives whose next packet is the oldest; of equal ones that which was
/// named first. The order inside one source is never changed, so a time that goes backwards
/// there goes backwards here.
pub struct Merge {
    sources: Vec<FileSource>,
    /// Time of the next packet and index of each source that has one.
    waiting: BinaryHeap<Reverse<(Time, usize)>>,
    /// Sources whose next packet is not known; the one to be asked first stands last.
    asking: Vec<usize>,
    /// What sources said that they lack.
    lacks: VecDeque<(usize, Lack)>,
}

impl Merge {
    /// Over `sources`, which are known by their index from here on.
    pub fn new(sources: Vec<FileSource>) -> Self {
        let asking = (0..sources.len()).rev().collect();
        Self { sources, waiting: BinaryHeap::new(), asking, lacks: VecDeque::new() }
    }

    /// The name of a source, by its index.
    pub fn name(&self, index: usize) -> Option<&Path> {
        self.sources.get(index).map(FileSource::name)
    }

    /// The next packet and the index of its source; `None` when all are at their end.
    ///
    /// Every source that is not at its end must have its next packet first: a pipe on which
    /// nothing comes holds up the others.
    ///
    /// # Errors
    /// A source's error and its index, once; the other sources go on. One that ends nothing
    /// ([`CaptureError::is_pause`]) leaves the source where it is.
    pub fn next_packet(&mut self) -> Result<Option<(usize, Packet<'_>)>, (usize, CaptureError)> {
        while let Some(index) = self.asking.pop() {
            let Some(source) = self.sources.get_mut(index) else { continue };
            let peeked = source.peek_time();
            self.lacks.extend(source.take_lack().map(|lack| (index, lack)));
            match peeked {
                Ok(Some(time)) => self.waiting.push(Reverse((time, index))),
                Ok(None) => {}
                Err(error) => {
                    if !source.is_ended() {
                        self.asking.push(index);
                    }
                    return Err((index, error));
                }
            }
        }
        let Some(Reverse((_, index))) = self.waiting.pop() else {
            return Ok(None);
        };
        self.asking.push(index);
        match self.sources.get_mut(index).map(FileSource::next_packet) {
            Some(Ok(packet)) => Ok(packet.map(|packet| (index, packet))),
            Some(Err(error)) => Err((index, error)),
            None => Ok(None),
        }
    }

    /// What a source, by its index, says that it lacks: as it is read, and each once.
    pub fn take_lack(&mut self) -> Option<(usize, Lack)> {
        self.lacks.pop_front()
    }

    /// Whether there is such.
    pub fn lacks(&self) -> bool {
        !self.lacks.is_empty()
    }

    /// True if the next call will not read (see [`Source::buffered`]).
    pub fn buffered(&self) -> bool {
        let ready = |index: &usize| self.sources.get(*index).is_some_and(FileSource::buffered);
        match self.asking.as_slice() {
            [] => !self.waiting.is_empty(),
            asking => asking.iter().all(ready),
        }
    }
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
