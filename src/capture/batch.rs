//! Several packets at once: what looks a few messages ahead needs them side by side.

#![forbid(unsafe_code)]

use super::{ByteOrder, LinkType, Packet};
use crate::time::Time;

/// Bytes from which on a batch is full: some 60 inserted states. Twice as many look-ups ahead gain
/// nothing more, and what they fetch has to stay in the nearest cache until it is used.
const FULL_BYTES: usize = 16 * 1024;

/// Packets from which on a batch is full.
const FULL_PACKETS: usize = 32;

/// Packets of one or several sources, copied, in the order in which they were pushed.
///
/// A source lends one packet at a time. The copy costs some 30 ns for a packet; what looking
/// ahead saves is ten times that.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    held: Vec<Held>,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    time: Time,
    wire_len: u32,
    link: LinkType,
    order: ByteOrder,
    /// Where its bytes begin and end.
    from: usize,
    to: usize,
    source: usize,
}

impl Batch {
    /// Copies a packet, which came from the source with this index.
    pub fn push(&mut self, source: usize, packet: &Packet<'_>) {
        let Packet { time, data, wire_len, link, order } = *packet;
        let from = self.bytes.len();
        self.bytes.extend_from_slice(data);
        let to = self.bytes.len();
        self.held.push(Held { time, wire_len, link, order, from, to, source });
    }

    /// Whether it is time to empty it.
    pub fn is_full(&self) -> bool {
        self.bytes.len() >= FULL_BYTES || self.held.len() >= FULL_PACKETS
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Empties it; what it has of memory is kept.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.held.clear();
    }

    /// The packets.
    pub fn packets(&self) -> impl Iterator<Item = Packet<'_>> {
        self.held.iter().map(|held| {
            let Held { time, wire_len, link, order, from, to, .. } = *held;
            let data = self.bytes.get(from..to).unwrap_or_default();
            Packet { time, data, wire_len, link, order }
        })
    }

    /// The index of the source of each packet.
    pub fn sources(&self) -> impl Iterator<Item = usize> {
        self.held.iter().map(|held| held.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_come_out_as_they_went_in() {
        let packet = |at: u32, data| Packet {
            time: Time::new(i64::from(at), 5),
            data,
            wire_len: 100 + at,
            link: LinkType(246),
            order: ByteOrder::Big,
        };
        let mut batch = Batch::default();
        for _ in 0..2 {
            assert!(batch.is_empty());
            batch.push(3, &packet(1, b"one"));
            batch.push(0, &packet(2, b""));
            batch.push(1, &packet(3, b"three"));
            let all: Vec<_> = batch.sources().zip(batch.packets()).collect();
            let expected = [(3, packet(1, b"one")), (0, packet(2, b"")), (1, packet(3, b"three"))];
            assert_eq!(all, expected);
            assert!(!batch.is_full());
            batch.clear();
        }
        batch.push(0, &packet(1, &[0; FULL_BYTES]));
        assert!(batch.is_full());
        batch.clear();
        (0..FULL_PACKETS).for_each(|_| batch.push(0, &packet(1, b"")));
        assert!(batch.is_full());
    }
}
