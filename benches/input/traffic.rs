//! Frames as a firewall sends them: what its states say, as much in each as the MTU lets through.

use pfstatelog::abi::consts::{PFSYNC_ACT_DEL_C, PFSYNC_ACT_INS, PFSYNC_ACT_UPD_C};
use pfstatelog::abi::openbsd_7_9::wire::{
    pfsync_del_c, pfsync_header, pfsync_state, pfsync_subheader, pfsync_upd_c,
};
use zerocopy::{FromZeros, Immutable, IntoBytes};

use super::life::{Message, Population, Said};
use super::record::Records;

/// The IPv4 header that the MTU has to leave room for.
pub const IP_BYTES: usize = 20;

/// The smallest MTU: one inserted state in a frame.
pub const MTU_MIN: usize = IP_BYTES
    + size_of::<pfsync_header>()
    + size_of::<pfsync_subheader>()
    + size_of::<pfsync_state>();

/// What the frames are of.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// States that are live in the mean.
    pub live: u32,
    /// What everything follows from.
    pub seed: u64,
    /// Begin with an insert of each of them, beside what is asked for of events.
    pub fill: bool,
    /// Messages of the steady state, after the fill.
    pub events: u64,
    /// Bytes of a frame with the IP header.
    pub mtu: usize,
}

impl Settings {
    /// So many states, filled first, on Ethernet.
    pub fn new(live: u32, events: u64, seed: u64) -> Self {
        Self { live, seed, fill: true, events, mtu: 1500 }
    }
}

/// Frames, one after the other.
pub struct Traffic {
    population: Population,
    records: Records,
    sections: [Section; 3],
    /// What did not go into the frame before.
    held: Option<Message>,
    fill_left: u64,
    events_left: u64,
    frame: u32,
    mtu: usize,
}

impl Traffic {
    /// From the first frame on.
    pub fn new(settings: &Settings) -> Self {
        let Settings { live, seed, fill, events, mtu } = *settings;
        // The kernel's order: what it tells of old states before the new ones.
        let actions = [PFSYNC_ACT_UPD_C, PFSYNC_ACT_DEL_C, PFSYNC_ACT_INS];
        Self {
            population: Population::new(live, seed),
            records: Records::new(seed),
            sections: actions.map(|action| Section { action: action as u8, ..Section::default() }),
            held: None,
            fill_left: if fill { u64::from(live) } else { 0 },
            events_left: events,
            frame: 0,
            mtu,
        }
    }

    /// States that are live now.
    pub fn live(&self) -> usize {
        self.population.live()
    }

    /// Whether the next frame is one of the fill.
    pub fn is_filling(&self) -> bool {
        self.fill_left > 0
    }

    /// Puts the next frame behind what is in `out`, and says how many messages it has: 0 at the end.
    pub fn frame(&mut self, out: &mut Vec<u8>) -> u32 {
        let filling = self.is_filling();
        let mut room = self.mtu - IP_BYTES - size_of::<pfsync_header>();
        let mut messages = 0;
        while let Some(message) = self.message(filling) {
            let section = match message.said {
                Said::Update => &self.sections[0],
                Said::Delete => &self.sections[1],
                Said::Insert => &self.sections[2],
            };
            let needed = section.needed(message.said);
            // The kernel has each state in one place of a frame at most.
            if needed > room || message.last_frame == self.frame {
                self.held = Some(Message { last_frame: u32::MAX, ..message });
                break;
            }
            room -= needed;
            self.pack(&message);
            messages += 1;
            *(if filling { &mut self.fill_left } else { &mut self.events_left }) -= 1;
        }
        if messages > 0 {
            self.finish(out);
        }
        messages
    }

    /// The next message; none where the fill or the whole ends.
    fn message(&mut self, filling: bool) -> Option<Message> {
        let left = if filling { self.fill_left } else { self.events_left };
        match self.held.take() {
            _ if left == 0 => None,
            Some(held) => Some(held),
            None if filling => Some(self.population.found()),
            None => Some(self.population.message()),
        }
    }

    fn pack(&mut self, message: &Message) {
        match message.said {
            Said::Update => self.sections[0].push(&self.records.update(message)),
            // Its place may have gone to another state by now, and it says nothing more.
            Said::Delete => return self.sections[1].push(&self.records.delete(message)),
            Said::Insert => self.sections[2].push(&self.records.insert(message)),
        }
        self.population.packed(message, self.frame);
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        let sections = self.sections.iter().filter(|section| section.count > 0);
        let bytes: usize = sections.map(|s| size_of::<pfsync_subheader>() + s.records.len()).sum();
        let mut header = pfsync_header::new_zeroed();
        header.version = 6;
        header.len = ((size_of::<pfsync_header>() + bytes) as u16).into();
        out.extend_from_slice(header.as_bytes());
        for section in &mut self.sections {
            section.move_to(out);
        }
        self.frame = self.frame.wrapping_add(1);
    }
}

/// Messages of one kind in the frame that is being made.
#[derive(Default)]
struct Section {
    action: u8,
    count: u16,
    records: Vec<u8>,
}

impl Section {
    /// Bytes that one message more needs.
    fn needed(&self, said: Said) -> usize {
        let record = match said {
            Said::Insert => size_of::<pfsync_state>(),
            Said::Update => size_of::<pfsync_upd_c>(),
            Said::Delete => size_of::<pfsync_del_c>(),
        };
        record + if self.count == 0 { size_of::<pfsync_subheader>() } else { 0 }
    }

    fn push<R: IntoBytes + Immutable>(&mut self, record: &R) {
        self.count += 1;
        self.records.extend_from_slice(record.as_bytes());
    }

    fn move_to(&mut self, out: &mut Vec<u8>) {
        if self.count == 0 {
            return;
        }
        let words = self.records.len() / usize::from(self.count) / 4;
        let mut header = pfsync_subheader::new_zeroed();
        header.action = self.action;
        header.len = words as u8;
        header.count = self.count.into();
        out.extend_from_slice(header.as_bytes());
        out.append(&mut self.records);
        self.count = 0;
    }
}
