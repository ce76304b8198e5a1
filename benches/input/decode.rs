//! Packets to events, as the program does it.

use pfstatelog::capture::{Batch, Packet};
use pfstatelog::decode::Decoder;
use pfstatelog::event::Event;

/// Decodes all packets, several at a time: the table looks at all of them before the first of them
/// is applied. Copying them is part of it.
pub fn all<'p>(
    decoder: &mut Decoder,
    batch: &mut Batch,
    packets: impl Iterator<Item = Packet<'p>>,
    sink: &mut impl FnMut(&Event<'_>),
) {
    let mut packets = packets.peekable();
    while let Some(packet) = packets.next() {
        batch.push(0, &packet);
        if batch.is_full() || packets.peek().is_none() {
            let ahead = decoder.look_ahead(batch.packets());
            for looked in ahead.packets() {
                decoder.decode(&looked, None, sink);
            }
            decoder.done_with(ahead);
            batch.clear();
        }
    }
}
