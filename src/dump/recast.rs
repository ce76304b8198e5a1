//! States of one release as another has them: field by field, by name.
//!
//! What the other has no room for is left out and counted ([`Losses`]), but for padding; what it has and
//! this one has not is 0, or none. A state that it cannot have as what it is, is left out whole and named:
//! one of two families where a state has one alone, one whose timeout class has no number there.
//! Families and routes are translated from system to system, and the hosts of versions 2 and 3 become
//! keys as everywhere else. Keys never become hosts.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fmt;

use super::{check, text};
use crate::abi::record::{Key, StateRecord};
use crate::abi::{Dialect, Release, with_dialect};
use crate::pf::form::{Kind, Leaf, Shape};
use crate::pf::{Form, StateTable};
use crate::state::{Af, Route, StateId};

/// Fields that said something and have no room in the other release, and in how many states; and the
/// states that it cannot have at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Losses {
    fields: BTreeMap<String, u64>,
    left_out: Vec<LeftOut>,
    left_out_count: u64,
}

/// States that are named; those beyond are counted alone.
const MAX_NAMED: usize = 20;

/// A state that another release cannot have as what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Which.
    pub id: StateId,
    /// Its field that has no place there.
    pub field: String,
    /// What that field says, as the text has it.
    pub value: String,
    /// The release that cannot have it.
    pub to: Release,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id: StateId { id, creatorid }, field, value, to } = self;
        write!(
            f,
            "id {id:016x} creatorid {creatorid:08x}: no state of {to} can have {field}={value}"
        )
    }
}

impl Losses {
    /// Whether nothing was lost.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.left_out_count == 0
    }

    /// Those of others as well.
    pub(super) fn add(&mut self, other: &Self) {
        for (name, states) in &other.fields {
            *self.fields.entry(name.clone()).or_default() += states;
        }
        let room = MAX_NAMED.saturating_sub(self.left_out.len());
        self.left_out.extend(other.left_out.iter().take(room).cloned());
        self.left_out_count += other.left_out_count;
    }

    /// Field and states, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.fields.iter().map(|(name, states)| (&**name, *states))
    }

    /// The states that were left out whole, the first 20 of them.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// How many states were left out whole.
    pub const fn left_out_count(&self) -> u64 {
        self.left_out_count
    }

    fn field(&mut self, name: &str) {
        *self.fields.entry(name.to_string()).or_default() += 1;
    }

    fn leave_out(&mut self, left_out: impl FnOnce() -> LeftOut) {
        self.left_out_count += 1;
        if self.left_out.len() < MAX_NAMED {
            self.left_out.push(left_out());
        }
    }
}

impl fmt::Display for Losses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, states)) in self.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{name} of {states} states")?;
        }
        Ok(())
    }
}

/// States that cannot be had as a release has them: it knows hosts instead of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotRecast {
    /// Whose states they are.
    pub from: Form,
    /// Whose they were to be.
    pub to: Form,
}

impl fmt::Display for CannotRecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from.release(), self.to.release());
        write!(f, "states of {from} cannot be had as {to} has them; name another release")
    }
}

impl std::error::Error for CannotRecast {}

/// A table's states as another release has them, and what is lost by it; no table where they are the
/// same bytes already. States that the other release cannot have are not in it ([`Losses::left_out`]).
///
/// # Errors
/// `CannotRecast`
pub fn recast(table: &StateTable, to: Form) -> Result<(Option<StateTable>, Losses), CannotRecast> {
    if table.form() == to {
        return Ok((None, Losses::default()));
    }
    let mut recast = StateTable::new(to, table.time());
    let mut caster = Caster::new(table.form(), to)?;
    for (number, record) in table.records().enumerate() {
        if let Some(record) = caster.cast(record) {
            recast.push(record);
            recast.push_sight(table.sight(number));
        }
    }
    Ok((Some(recast), caster.losses))
}

/// Where a field goes.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// To a field of the same size and meaning.
    Copy(usize),
    /// To one whose numbers, or whose size, are others.
    Number(usize),
    /// Nowhere.
    Lost,
    /// Nowhere, but it is 0 or none as a rule.
    LostUnlessNone,
    /// To the one table of both sides, which the wire's is.
    OtherSide(usize),
    /// Nowhere where it says what this other field says.
    LostUnlessAs(usize),
}

/// Recasts one record after the other.
pub(super) struct Caster {
    from: Shape,
    to: Shape,
    /// For each leaf of `from` that is not skipped.
    steps: Vec<(usize, Step)>,
    /// The wire and stack keys, where they have to be made of hosts.
    keys: Option<KeysOf>,
    blank: Vec<u8>,
    record: Vec<u8>,
    pub losses: Losses,
}

impl Caster {
    /// From one form to another.
    ///
    /// # Errors
    /// [`CannotRecast`]
    pub fn new(from: Form, to: Form) -> Result<Self, CannotRecast> {
        let (from_shape, to_shape) = (Shape::of(from), Shape::of(to));
        let has_keys = |shape: &Shape| shape.find("wire.addr0").is_some();
        let keys = match (has_keys(&from_shape), has_keys(&to_shape)) {
            (true, false) => return Err(CannotRecast { from, to }),
            (false, true) => Some(keys_of(from)),
            _ => None,
        };
        let mut blank = vec![0; to_shape.record_bytes];
        for leaf in &to_shape.leaves {
            // A table that nobody named is none, which 0 is not.
            let byte = if is_rtable(leaf) { 0xff } else { leaf.default_byte() };
            leaf.of_mut(&mut blank).fill(byte);
        }
        let leaves = from_shape.leaves.iter().enumerate();
        let steps = leaves.filter_map(|(at, leaf)| Some((at, step(leaf, &from_shape, &to_shape)?)));
        let steps = steps.collect();
        let record = blank.clone();
        let losses = Losses::default();
        Ok(Self { from: from_shape, to: to_shape, steps, keys, blank, record, losses })
    }

    /// A record as the other form has it; `None` where it cannot have it, which is told then.
    pub fn cast(&mut self, record: &[u8]) -> Option<&[u8]> {
        let Self { from, to, steps, .. } = self;
        self.record.copy_from_slice(&self.blank);
        let mut lost = Vec::new();
        for (at, step) in steps {
            let Some(leaf) = from.leaves.get(*at) else { continue };
            let all = |default: u8| leaf.of(record).iter().all(|byte| *byte == default);
            let fits = match *step {
                Step::Copy(other) => {
                    if let Some(other) = to.leaves.get(other) {
                        other.of_mut(&mut self.record).copy_from_slice(leaf.of(record));
                    }
                    true
                }
                Step::Number(other) => to.leaves.get(other).is_some_and(|other| {
                    let number = translated(leaf, leaf.number(record), from.form, to.form);
                    other.set_number(&mut self.record, number)
                }),
                Step::Lost => all(leaf.default_byte()),
                Step::LostUnlessNone => all(0) || all(0xff),
                Step::OtherSide(other) => {
                    let wire = from.leaves.get(other).map(|wire| wire.of(record));
                    all(0) || all(0xff) || wire == Some(leaf.of(record))
                }
                Step::LostUnlessAs(other) => {
                    all(0)
                        || from.leaves.get(other).map(|name| name.of(record))
                            == Some(leaf.of(record))
                }
            };
            if !fits {
                lost.push(*at);
            }
        }
        // One table is that of both sides.
        if let (Some(one), Some(sides)) = (from.leaf("rtableid"), to.leaf("rtableid1")) {
            sides.set_number(&mut self.record, one.number(record));
        }
        let flags_lost = self.flags(record);
        if let Some([wire, stack]) = self.keys.and_then(|keys| keys(record)) {
            put_key(&self.to, &mut self.record, "wire", &wire);
            put_key(&self.to, &mut self.record, "stack", &stack);
        }
        if let Err([wire, stack]) = self.families(record) {
            let (id, to) = (self.from.id(record), self.to.form.release());
            self.losses.leave_out(|| LeftOut {
                id,
                field: "stack_af".to_string(),
                value: format!("{} beside {}", family(stack), family(wire)),
                to,
            });
            return None;
        }
        // What was sound, and is not there: it has no number for a value.
        let Self { from, to, losses, .. } = self;
        if let Some(wrong) = check::first(to, &self.record)
            && check::first(from, record).is_none()
        {
            let name = to.leaves.get(wrong.leaf).map_or("", |leaf| &leaf.name);
            let mut names = std::iter::once(name).chain(other_names(name).iter().copied());
            let own = names.find_map(|name| from.leaf(name));
            losses.leave_out(|| LeftOut {
                id: from.id(record),
                field: name.to_string(),
                value: own.map_or_else(String::new, |leaf| text::word(from, leaf, record)),
                to: to.form.release(),
            });
            return None;
        }
        for leaf in lost.into_iter().filter_map(|at| from.leaves.get(at)) {
            losses.field(&leaf.name);
        }
        if flags_lost {
            losses.field("state_flags");
        }
        Some(&self.record)
    }

    /// The flags of a state, which are one set in however many fields they are, go to all that the other
    /// form has for them: the old one of eight bits beside its successor. Whether some went nowhere.
    fn flags(&mut self, record: &[u8]) -> bool {
        let allowed = |leaf: &Leaf, number: u64| match &*leaf.name {
            // Not a set, but yes or no to its first bit.
            "allow_opts" => number & 1,
            _ if leaf.size < 8 => number & ((1 << (8 * leaf.size)) - 1),
            _ => number,
        };
        let fields = FLAGS.iter().filter_map(|name| self.from.leaf(name));
        let flags = fields.fold(0, |flags, leaf| {
            let number = leaf.number(record);
            flags | if leaf.name == "allow_opts" { u64::from(number != 0) } else { number }
        });
        let mut told = 0;
        for leaf in FLAGS.iter().filter_map(|name| self.to.leaf(name)) {
            let number = allowed(leaf, flags);
            leaf.set_number(&mut self.record, number);
            told |= number;
        }
        told != flags
    }

    /// The families of both keys, and the protocol of the second, which each system keeps elsewhere.
    ///
    /// # Errors
    /// Both families, where they are two and the other form has one for both.
    fn families(&mut self, record: &[u8]) -> Result<(), [u8; 2]> {
        let Self { from, to, record: made, .. } = self;
        let byte = |role: usize| from.role(role, record) as u8;
        let af = byte(from.roles.af);
        let [wire, stack] = match (from.roles.key_afs, from.roles.stack_af) {
            (Some(afs), _) => afs.map(|role| if byte(role) == 0 { af } else { byte(role) }),
            (None, Some(role)) => [af, byte(role)],
            (None, None) => [af; 2],
        };
        let other = |af: u8| match Af::from_wire(af) {
            Af::Inet6 => to.form.inet6().into(),
            _ => u64::from(af),
        };
        let mut put = |role: Option<usize>, number: u64| {
            let leaf = role.and_then(|role| to.leaves.get(role));
            leaf.is_some_and(|leaf| leaf.set_number(made, number))
        };
        let wire_told = put(to.roles.key_afs.map(|afs| afs[0]), other(wire));
        let stack_told =
            put(to.roles.key_afs.map(|afs| afs[1]).or(to.roles.stack_af), other(stack));
        // OpenBSD 5.0 has places for them, and does not look there.
        let openbsd = to.form.release().system() == "openbsd";
        let told = stack_told || wire_told;
        let told = told && !(openbsd && to.form.release() < Release::OpenBsd5_1);
        if !told && Af::from_wire(stack) != Af::from_wire(wire) {
            return Err([wire, stack]);
        }
        let proto = from.find("stack_proto").unwrap_or(from.roles.proto);
        put(to.find("stack_proto"), byte(proto).into());
        Ok(())
    }
}

/// What flags of a state are in.
const FLAGS: [&str; 3] = ["state_flags", "all_state_flags", "allow_opts"];

fn is_rtable(leaf: &Leaf) -> bool {
    matches!(&*leaf.name, "rtableid" | "rtableid0" | "rtableid1")
}

/// A family as a person calls it.
fn family(af: u8) -> String {
    match Af::from_wire(af) {
        Af::Inet => "inet".to_string(),
        Af::Inet6 => "inet6".to_string(),
        Af::Other(af) => af.to_string(),
    }
}

/// What a field is called in a form: names that changed.
fn other_names(name: &str) -> &'static [&'static str] {
    match name {
        "af" => &["wire_af"],
        "wire_af" => &["af"],
        "proto" => &["wire_proto"],
        "wire_proto" => &["proto"],
        "rtableid" => &["rtableid0"],
        "rtableid0" => &["rtableid"],
        _ => &[],
    }
}

/// Where a field goes; `None` for those of which nothing is lost.
fn step(leaf: &Leaf, from: &Shape, to: &Shape) -> Option<Step> {
    // Padding, a field that no sender fills, and hosts, which become keys.
    let is_host = ["lan.", "gwy.", "ext."].iter().any(|host| leaf.name.starts_with(host));
    if leaf.kind == Kind::Padding
        || leaf.name == "updates"
        || FLAGS.contains(&&*leaf.name)
        || (is_host && to.find(&leaf.name).is_none())
    {
        return None;
    }
    // What the other form knows from elsewhere.
    if matches!(&*leaf.name, "stack_af" | "stack_proto") && to.find(&leaf.name).is_none() {
        return None;
    }
    if matches!(&*leaf.name, "wire.af" | "stack.af") && to.find(&leaf.name).is_none() {
        return None;
    }
    let mut names = std::iter::once(&*leaf.name).chain(other_names(&leaf.name).iter().copied());
    let Some(other) = names.find_map(|name| to.find(name)) else {
        return Some(match &*leaf.name {
            // Where there was one interface, both names are its.
            "orig_ifname" => from.find("ifname").map_or(Step::Lost, Step::LostUnlessAs),
            "rtableid1" if to.find("rtableid").is_some() => {
                from.find("rtableid0").map_or(Step::LostUnlessNone, Step::OtherSide)
            }
            _ if is_rtable(leaf) => Step::LostUnlessNone,
            _ => Step::Lost,
        });
    };
    let there = to.leaves.get(other)?;
    let same = there.size == leaf.size && there.kind == leaf.kind && there.name == leaf.name;
    let systems =
        from.form.inet6() != to.form.inet6() || from.form.route_to() != to.form.route_to();
    let translated = systems && matches!(leaf.kind, Kind::Family | Kind::Route);
    let wide = matches!(leaf.kind, Kind::Address(_) | Kind::Text);
    Some(if (same && !translated) || wide { Step::Copy(other) } else { Step::Number(other) })
}

/// A number as another system has it.
fn translated(leaf: &Leaf, number: u64, from: Form, to: Form) -> u64 {
    let byte = number as u8;
    match leaf.kind {
        Kind::Family if Af::from_wire(byte) == Af::Inet6 => to.inet6().into(),
        Kind::Route => {
            let first = u64::from(to.route_to());
            match Route::from_wire(byte, from.route_to()) {
                Route::No => 0,
                Route::Fastroute => 1,
                Route::RouteTo => first,
                Route::DupTo => first + 1,
                Route::ReplyTo => first + 2,
                Route::Other(_) => number,
            }
        }
        _ => number,
    }
}

/// What makes a wire and a stack key of the hosts of a record.
type KeysOf = fn(&[u8]) -> Option<[Key; 2]>;

fn keys_of(form: Form) -> KeysOf {
    fn keys<S: StateRecord>(record: &[u8]) -> Option<[Key; 2]> {
        let (record, _) = S::ref_from_prefix(record).ok()?;
        Some([record.wire_key(), record.stack_key()])
    }
    with_dialect!(form.release().layout(), D => keys::<<D as Dialect>::State>)
}

fn put_key(to: &Shape, record: &mut [u8], side: &str, key: &Key) {
    for index in [0, 1] {
        if let Some(leaf) = to.leaf(&format!("{side}.addr{index}")) {
            leaf.of_mut(record).copy_from_slice(&key.addr[index]);
        }
        if let Some(leaf) = to.leaf(&format!("{side}.port{index}")) {
            leaf.set_number(record, key.port[index].into());
        }
    }
}
