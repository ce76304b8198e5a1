//! Several live captures as one stream: what comes from them within a tick is put in the order of time.
//!
//! A packet is let go once its time is a tick ago, by which time the others have delivered what was
//! captured before it. One whose time is not of this clock (ahead of it) is let go at once, and none is
//! held back when all are.

#![forbid(unsafe_code)]

use std::collections::VecDeque;

use super::{Batch, ByteOrder, LinkType, Packet};
use crate::time::Time;

/// Bytes that are held back of one source at most; past that its packets leave, whatever their time.
const HELD_BYTES: usize = 4 << 20;

/// Packets of several sources, held back for at most a tick.
#[derive(Debug)]
pub struct Interleave {
    tick_ns: i64,
    sources: Vec<Held>,
}

/// What one source has that was not let go.
#[derive(Debug, Default)]
struct Held {
    packets: VecDeque<Owned>,
    bytes: usize,
}

#[derive(Debug)]
struct Owned {
    time: Time,
    data: Vec<u8>,
    wire_len: u32,
    link: LinkType,
    order: ByteOrder,
}

impl Interleave {
    /// Of so many sources.
    pub fn new(sources: usize, tick: std::time::Duration) -> Self {
        let tick_ns = i64::try_from(tick.as_nanos()).unwrap_or(i64::MAX);
        Self { tick_ns, sources: (0..sources).map(|_| Held::default()).collect() }
    }

    /// Takes a packet of a source.
    pub fn push(&mut self, source: usize, packet: &Packet<'_>) {
        let Packet { time, data, wire_len, link, order } = *packet;
        if let Some(held) = self.sources.get_mut(source) {
            held.bytes += data.len();
            held.packets.push_back(Owned { time, data: data.to_vec(), wire_len, link, order });
        }
    }

    /// Whether nothing is held back.
    pub fn is_empty(&self) -> bool {
        self.sources.iter().all(|held| held.packets.is_empty())
    }

    /// Fills a batch with packets that need not wait any more at the time `now`, the oldest first; with
    /// `all`, of all of them. Of one source the order is never changed.
    pub fn fill(&mut self, now: Time, all: bool, batch: &mut Batch) {
        batch.clear();
        while !batch.is_full() {
            let heads = self.sources.iter().enumerate();
            let oldest = heads
                .filter_map(|(at, held)| held.packets.front().map(|packet| (packet.time, at)))
                .min();
            let Some((time, at)) = oldest else { return };
            let Some(held) = self.sources.get_mut(at) else { return };
            let age_ns = now.nanos_since(time);
            let waits = (0..self.tick_ns).contains(&age_ns) && held.bytes <= HELD_BYTES;
            if waits && !all {
                return;
            }
            if let Some(Owned { time, data, wire_len, link, order }) = held.packets.pop_front() {
                held.bytes -= data.len();
                batch.push(at, &Packet { time, data: &data, wire_len, link, order });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const TICK: Duration = Duration::from_millis(100);

    fn packet(ms: i64) -> Packet<'static> {
        Packet {
            time: at(ms),
            data: b"packet",
            wire_len: 6,
            link: LinkType(117),
            order: ByteOrder::NATIVE,
        }
    }

    fn at(ms: i64) -> Time {
        Time::from_nanos(1_800_000_000_000_000_000 + ms * 1_000_000)
    }

    /// Sources and times that are let go, in milliseconds.
    fn let_go(interleave: &mut Interleave, now_ms: i64, all: bool) -> Vec<(usize, i64)> {
        let mut batch = Batch::default();
        let mut gone = Vec::new();
        loop {
            interleave.fill(at(now_ms), all, &mut batch);
            if batch.is_empty() {
                return gone;
            }
            let ms = |time: Time| time.nanos_since(at(0)) / 1_000_000;
            let times = batch.packets().map(|packet| ms(packet.time)).collect::<Vec<_>>();
            gone.extend(batch.sources().zip(times));
        }
    }

    #[test]
    fn packets_of_several_sources_come_out_in_the_order_of_time() {
        let mut interleave = Interleave::new(2, TICK);
        // pfsync0 delivers its buffer first, pflog0 some milliseconds later.
        [10, 30, 50].iter().for_each(|ms| interleave.push(0, &packet(*ms)));
        assert_eq!(let_go(&mut interleave, 60, false), []);
        [20, 40, 70].iter().for_each(|ms| interleave.push(1, &packet(*ms)));
        let first = [(0, 10), (1, 20), (0, 30), (1, 40), (0, 50)];
        assert_eq!(let_go(&mut interleave, 155, false), first);
        assert!(!interleave.is_empty());
        assert_eq!(let_go(&mut interleave, 170, false), [(1, 70)]);
        assert!(interleave.is_empty());
    }

    #[test]
    fn nothing_is_held_back_for_longer_than_a_tick_nor_at_the_end() {
        let mut interleave = Interleave::new(2, TICK);
        interleave.push(1, &packet(5));
        assert_eq!(let_go(&mut interleave, 104, false), []);
        assert_eq!(let_go(&mut interleave, 105, false), [(1, 5)]);
        interleave.push(0, &packet(200));
        interleave.push(1, &packet(190));
        assert_eq!(let_go(&mut interleave, 201, true), [(1, 190), (0, 200)]);
        // Of a clock that was put back, and of one source that goes backwards.
        [5000, 4000].iter().for_each(|ms| interleave.push(0, &packet(*ms)));
        assert_eq!(let_go(&mut interleave, 300, false), [(0, 5000), (0, 4000)]);
    }

    #[test]
    fn what_one_source_holds_back_is_bounded() {
        let mut interleave = Interleave::new(2, TICK);
        let large = Packet { data: &[7; 60_000], wire_len: 60_000, ..packet(1) };
        (0..100).for_each(|_| interleave.push(0, &large));
        let gone = let_go(&mut interleave, 2, false).len();
        assert!((29..100).contains(&gone), "{gone} left before their time");
    }
}
