//! Packets to events, as the program does it.

use pfstatelog::capture::Packet;
use pfstatelog::decode::{Ahead, Decoder};
use pfstatelog::event::Event;

/// Decodes all packets, several at a time: the table looks at all of them before the first of them is
/// applied. Copying them is part of it.
pub fn all<'p>(
    decoder: &mut Decoder,
    ahead: &mut Ahead,
    packets: impl Iterator<Item = Packet<'p>>,
    sink: &mut impl FnMut(&Event<'_>),
) {
    let mut packets = packets.peekable();
    while packets.peek().is_some() {
        ahead.batch.clear();
        while !ahead.batch.is_full()
            && let Some(packet) = packets.next()
        {
            ahead.batch.push(0, &packet);
        }
        decoder.look_ahead(ahead);
        for looked in ahead.packets() {
            decoder.decode(&looked, None, sink);
        }
    }
}
