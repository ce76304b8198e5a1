//! The table that a capture comes to: full states as they were sent, with what updates said since in
//! their places, without those that were deleted or flushed.
//!
//! Ages go on until the moment that is asked for, and what is left of states counts down from when they were
//! heard of last; of a timeout class that they went to since, what `set optimization conservative` gives it,
//! because updates do not say. Nothing is taken for gone without a word: what a capture does not say, it does
//! not say.

#![forbid(unsafe_code)]

use std::collections::HashMap;

use foldhash::fast::RandomState;
use zerocopy::IntoBytes;

use super::recast::{Caster, Losses};
use crate::abi::record::{ClrRecord, IdRecord, StateRecord, UpdCRecord};
use crate::abi::{Dialect, Release, with_dialect};
use crate::capture::Packet;
use crate::link::{self, Found};
use crate::pf::form::Shape;
use crate::pf::{Form, Sight, StateTable};
use crate::state::IfName;
use crate::table::conservative;
use crate::time::Time;
use crate::wire::{Frame, Message, Senders};

/// A table in the making.
pub(super) struct Replay {
    senders: Senders,
    /// What the records are: as the state has it that has most room of all that were seen.
    shape: Option<Shape>,
    /// What was lost before the records became what they are.
    losses: Losses,
    /// For states of other forms.
    casters: HashMap<Form, Option<Caster>, RandomState>,
    records: Vec<u8>,
    /// For each record, unless it is free.
    heard: Vec<Option<Heard>>,
    free: Vec<usize>,
    index: HashMap<(u64, u32), usize, RandomState>,
    latest: Time,
    /// Whose the last frame was.
    release: Option<Release>,
    /// Full states so far.
    seen: u64,
    /// Frames that could not be read to their end.
    pub unread: u64,
    /// States in a form that cannot be had as the others'.
    pub foreign: u64,
}

/// When something was said of a state.
#[derive(Debug, Clone, Copy)]
struct Heard {
    /// The how manieth state it was.
    number: u64,
    /// All of it, its age and expiry.
    full: Time,
    last: Time,
    /// The class that the expiry is of.
    class: u8,
    /// When it began.
    start: Time,
}

impl Replay {
    /// Of frames of this release, or whose their bytes tell.
    pub fn new(release: Option<Release>) -> Self {
        Self {
            senders: Senders::new(release),
            shape: None,
            losses: Losses::default(),
            casters: HashMap::default(),
            records: Vec::new(),
            heard: Vec::new(),
            free: Vec::new(),
            index: HashMap::default(),
            latest: Time::default(),
            release: None,
            seen: 0,
            unread: 0,
            foreign: 0,
        }
    }

    /// Looks whose frame a packet has that is later than the time that is asked for: where none came before,
    /// the table is an empty one of that release.
    pub fn peek(&mut self, packet: &Packet<'_>) {
        let wire_len = usize::try_from(packet.wire_len).unwrap_or(usize::MAX);
        if self.release.is_none()
            && let Ok(Found::Pfsync(payload)) = link::find(packet.link, packet.data, wire_len)
            && let Ok(frame) = Frame::parse(payload.bytes, payload.wire_len)
        {
            self.release = self.senders.of(&frame).ok().map(|sender| sender.release);
        }
    }

    /// Takes in what a packet says.
    pub fn packet(&mut self, packet: &Packet<'_>) {
        let wire_len = usize::try_from(packet.wire_len).unwrap_or(usize::MAX);
        self.latest = self.latest.max(packet.time);
        let Ok(found) = link::find(packet.link, packet.data, wire_len) else {
            self.unread += 1;
            return;
        };
        let Found::Pfsync(payload) = found else {
            self.unread += u64::from(matches!(found, Found::Fragment { .. }));
            return;
        };
        let frame = Frame::parse(payload.bytes, payload.wire_len).ok();
        let sender = frame.and_then(|frame| Some((frame, self.senders.of(&frame).ok()?)));
        let Some((frame, sender)) = sender else {
            self.unread += 1;
            return;
        };
        self.release = Some(sender.release);
        with_dialect!(sender.release.layout(), D => {
            for message in frame.messages::<D>() {
                match message {
                    Ok(message) => self.message::<D>(&message, sender.release, packet.time),
                    Err(_) => self.unread += 1,
                }
            }
        });
    }

    fn message<D: Dialect>(&mut self, message: &Message<'_, D>, release: Release, time: Time) {
        match message {
            Message::Ins(state) | Message::Upd(state) => self.full(*state, release, time),
            Message::Ins1400(state) | Message::Upd1400(state) => self.full(*state, release, time),
            Message::Ins1301(state) | Message::Upd1301(state) => self.full(*state, release, time),
            Message::Del(state) => self.gone((state.id(), state.creatorid())),
            Message::DelC(name) => self.gone((name.id(), name.creatorid())),
            Message::UpdC(update) => self.update(*update, time),
            Message::Clr(clear) => self.clear(&IfName::new(*clear.ifname()), clear.creatorid()),
            _ => {}
        }
    }

    fn full<S: StateRecord>(&mut self, state: &S, release: Release, time: Time) {
        let bytes = state.as_bytes();
        let Some(form) = Form::sized(release, bytes.len()) else { return };
        // Forms are compared once: what has less room has a caster from then on.
        let is_new = self.shape.as_ref().is_none_or(|shape| shape.form != form)
            && !self.casters.contains_key(&form);
        if is_new {
            let new = Shape::of(form);
            if self.shape.as_ref().is_none_or(|shape| richness(shape) < richness(&new)) {
                self.become_richer(new);
            }
        }
        let Some(shape) = &self.shape else { return };
        let record = if shape.form == form {
            bytes
        } else {
            let to = shape.form;
            let caster = self.casters.entry(form).or_insert_with(|| Caster::new(form, to).ok());
            let Some(caster) = caster else {
                self.foreign += 1;
                return;
            };
            let Some(record) = caster.cast(bytes) else {
                self.gone((state.id(), state.creatorid()));
                return;
            };
            record
        };
        let size = shape.record_bytes;
        let slot = match self.index.entry((state.id(), state.creatorid())) {
            std::collections::hash_map::Entry::Occupied(known) => *known.get(),
            std::collections::hash_map::Entry::Vacant(vacant) => {
                let slot = self.free.pop().unwrap_or_else(|| {
                    self.heard.push(None);
                    self.records.resize(self.records.len() + size, 0);
                    self.heard.len() - 1
                });
                *vacant.insert(slot)
            }
        };
        if let Some(place) = self.records.get_mut(slot * size..(slot + 1) * size) {
            place.copy_from_slice(record);
        }
        if let Some(heard) = self.heard.get_mut(slot) {
            let age = state.creation();
            let number = heard.map_or(self.seen, |heard| heard.number);
            self.seen += 1;
            let (start, class) = (time.minus_secs(age), state.timeout());
            *heard = Some(Heard { number, full: time, last: time, class, start });
        }
    }

    /// Makes all states those of a form that has more room.
    fn become_richer(&mut self, shape: Shape) {
        for (_, caster) in self.casters.drain() {
            caster.iter().for_each(|caster| self.losses.add(&caster.losses));
        }
        let Some(before) = self.shape.take() else {
            self.shape = Some(shape);
            return;
        };
        let mut records = vec![0; self.heard.len() * shape.record_bytes];
        let mut caster = Caster::new(before.form, shape.form).ok();
        let mut gone = Vec::new();
        let places = records.chunks_exact_mut(shape.record_bytes);
        let old = self.records.chunks_exact(before.record_bytes);
        for ((record, place), heard) in old.zip(places).zip(&self.heard) {
            if heard.is_none() {
                continue;
            }
            match caster.as_mut().and_then(|caster| caster.cast(record)) {
                Some(record) => place.copy_from_slice(record),
                None => gone.push(before.name(record)),
            }
        }
        self.records = records;
        match caster {
            Some(caster) => self.losses.add(&caster.losses),
            None => self.foreign += gone.len() as u64,
        }
        self.shape = Some(shape);
        gone.into_iter().for_each(|name| self.gone(name));
    }

    fn update<U: UpdCRecord>(&mut self, update: &U, time: Time) {
        let Some(shape) = &self.shape else { return };
        let Some(slot) = self.index.get(&(update.id(), update.creatorid())).copied() else {
            return;
        };
        let size = shape.record_bytes;
        let record = self.records.get_mut(slot * size..(slot + 1) * size);
        let heard = self.heard.get_mut(slot).and_then(Option::as_mut);
        let (Some(record), Some(heard)) = (record, heard) else { return };
        heard.last = heard.last.max(time);
        peer(shape, record, "src.", update.src().as_bytes());
        peer(shape, record, "dst.", update.dst().as_bytes());
        if let Some(leaf) = shape.leaf("timeout") {
            leaf.set_number(record, update.timeout().into());
        }
        // Where it is not filled it is 0.
        if update.expire() > 0
            && let Some(expire) = shape.leaves.get(shape.roles.expire)
        {
            heard.class = update.timeout();
            expire.set_number(record, update.expire().into());
        }
    }

    fn gone(&mut self, name: (u64, u32)) {
        if let Some(slot) = self.index.remove(&name) {
            if let Some(heard) = self.heard.get_mut(slot) {
                *heard = None;
            }
            self.free.push(slot);
        }
    }

    fn clear(&mut self, ifname: &IfName, creatorid: u32) {
        let Some(shape) = &self.shape else { return };
        let size = shape.record_bytes;
        let of = |record: &[u8]| -> Option<IfName> {
            let name = shape.leaf("ifname")?.of(record).first_chunk::<16>()?;
            Some(IfName::new(*name))
        };
        let taken: Vec<(u64, u32)> = self
            .index
            .iter()
            .filter(|((_, creator), slot)| {
                let record = self.records.get(**slot * size..(**slot + 1) * size);
                let name = record.and_then(of);
                *creator == creatorid && (ifname.is_empty() || name.as_ref() == Some(ifname))
            })
            .map(|(name, _)| *name)
            .collect();
        taken.into_iter().for_each(|name| self.gone(name));
    }

    /// The table as it is at a time, or else at the last packet; what was lost with states of other
    /// forms. `None` where there was no frame that says whose it is.
    pub fn end(mut self, at: Option<Time>) -> (Option<StateTable>, Losses) {
        let mut losses = std::mem::take(&mut self.losses);
        for caster in self.casters.values().flatten() {
            losses.add(&caster.losses);
        }
        let at = at.unwrap_or(self.latest);
        let Some(shape) = self.shape.take() else {
            let form = self.release.map(Form::new);
            return (form.map(|form| StateTable::new(form, at)), losses);
        };
        let size = shape.record_bytes;
        let heard = self.heard.iter().enumerate();
        let mut order: Vec<(u64, usize)> =
            heard.filter_map(|(slot, heard)| Some(((*heard)?.number, slot))).collect();
        // In the order in which they came, also where places were used again.
        order.sort_unstable();
        if !order.is_sorted_by_key(|(_, slot)| *slot) {
            let records = order
                .iter()
                .filter_map(|(_, slot)| self.records.get(slot * size..(slot + 1) * size));
            let records = records.flatten().copied().collect();
            self.heard = order.iter().map(|(_, slot)| self.heard.get(*slot).copied()?).collect();
            self.records = records;
            order = (0..).zip(0..order.len()).collect();
        }
        let mut sights = Vec::with_capacity(order.len());
        for (kept, (_, slot)) in order.iter().enumerate() {
            let Some(heard) = self.heard.get(*slot).copied().flatten() else { continue };
            self.records.copy_within(slot * size..(slot + 1) * size, kept * size);
            let record = self.records.get_mut(kept * size..(kept + 1) * size);
            let expiry_known = record.is_some_and(|record| age(&shape, record, &heard, at));
            sights.push(Sight { full: heard.full, start: heard.start, expiry_known });
        }
        self.records.truncate(sights.len() * size);
        let table = StateTable::from_records(shape.form, at, self.records).ok();
        (table.map(|table| table.with_sights(sights)), losses)
    }
}

/// How much a form can say: keys rather than hosts, a family for each key, fields, newer ones.
fn richness(shape: &Shape) -> (bool, bool, usize, Release) {
    let roles = &shape.roles;
    let families = roles.key_afs.is_some() || roles.stack_af.is_some();
    let keys = shape.find("wire.addr0").is_some();
    (keys, families, shape.record_bytes, shape.form.release())
}

/// Puts a peer where the state has its own; the pads of version 2 are others than those of all else.
fn peer(shape: &Shape, record: &mut [u8], side: &str, bytes: &[u8]) {
    let leaves = shape.leaves.iter().filter(|leaf| leaf.name.starts_with(side));
    let begin = leaves.map(|leaf| leaf.offset).min();
    let place = begin.and_then(|begin| record.get_mut(begin..begin + bytes.len()));
    if let Some(place) = place {
        place.copy_from_slice(bytes);
    }
}

fn seconds(from: Time, to: Time) -> u32 {
    u32::try_from(to.nanos_since(from).max(0) / 1_000_000_000).unwrap_or(u32::MAX)
}

/// Lets a state grow older; whether its expiry follows from what was said.
fn age(shape: &Shape, record: &mut [u8], heard: &Heard, at: Time) -> bool {
    let leaf = |role: usize| shape.leaves.get(role);
    let since_full = seconds(heard.full, at);
    if let Some(creation) = leaf(shape.roles.creation) {
        let age = creation.number(record).saturating_add(since_full.into());
        creation.set_number(record, age.min(u32::MAX.into()));
    }
    let class = shape.leaf("timeout").map_or(0, |leaf| leaf.number(record) as u8);
    let Some(expire) = leaf(shape.roles.expire) else { return true };
    // Of a class that it went to since, the state's own expiry says nothing.
    let left = match class == heard.class {
        true => expire.number(record),
        false => conservative(class.into()).into(),
    };
    let silent = seconds(heard.last, at);
    expire.set_number(record, left.saturating_sub(silent.into()).min(u32::MAX.into()));
    class == heard.class
}
