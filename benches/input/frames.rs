//! Frames in memory, end to end.

use pfstatelog::capture::{ByteOrder, LinkType, Packet};
use pfstatelog::time::Time;

use super::traffic::{Settings, Traffic};

/// Messages a second, by the packets' times.
const RATE: u64 = 1_000_000;

/// Frames, and where each ends.
#[derive(Debug, Default)]
pub struct Frames {
    /// All of them.
    pub bytes: Vec<u8>,
    /// Messages in them.
    pub messages: u64,
    ends: Vec<(usize, Time)>,
}

impl Frames {
    /// The fill of so many live states, and so many messages of the steady state.
    pub fn new(live: u32, events: u64) -> (Self, Self) {
        let mut traffic = Traffic::new(&Settings::new(live, events, 1));
        let mut clock = Clock::default();
        let (mut fill, mut mix) = (Self::default(), Self::default());
        while traffic.is_filling() {
            fill.take(&mut traffic, &mut clock);
        }
        while mix.take(&mut traffic, &mut clock) {}
        (fill, mix)
    }

    /// With memory for so many messages, touched, so that it is there before memory is measured.
    pub fn with_room(messages: usize) -> Self {
        // Inserts need most.
        let (bytes, ends) = (vec![1; messages * 300], vec![(1, Time::default()); messages / 2]);
        let mut frames = Self { bytes, ends, messages: 0 };
        frames.clear();
        frames
    }

    /// Adds the next frame of `traffic`; `false` at its end.
    pub fn take(&mut self, traffic: &mut Traffic, clock: &mut Clock) -> bool {
        let messages = traffic.frame(&mut self.bytes);
        if messages > 0 {
            self.messages += u64::from(messages);
            self.ends.push((self.bytes.len(), clock.after(messages)));
        }
        messages > 0
    }

    /// Removes all; what it has of memory is kept.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.messages = 0;
    }

    /// Each frame.
    pub fn frames(&self) -> impl Iterator<Item = &[u8]> {
        self.packets().map(|packet| packet.data)
    }

    /// Each frame as captured.
    pub fn packets(&self) -> impl Iterator<Item = Packet<'_>> {
        let mut from = 0;
        self.ends.iter().map(move |(end, time)| {
            let data = &self.bytes[std::mem::replace(&mut from, *end)..*end];
            Packet {
                time: *time,
                data,
                wire_len: data.len() as u32,
                link: LinkType(246),
                order: ByteOrder::NATIVE,
            }
        })
    }
}

/// When frames are sent: when their last message is there.
#[derive(Debug, Default)]
pub struct Clock {
    messages: u64,
}

impl Clock {
    fn after(&mut self, messages: u32) -> Time {
        self.messages += u64::from(messages);
        let nanos = self.messages % RATE * (1_000_000_000 / RATE);
        Time::new(1_795_179_902 + (self.messages / RATE) as i64, nanos as u32)
    }
}
