//! States of one release as another has them: field by field, by name.
//!
//! What the other has no room for is left out and counted ([`Losses`]), but for padding; what it has and
//! this one has not is 0, or none. Families and routes are translated from system to system, and the hosts
//! of versions 2 and 3 become keys as everywhere else. Keys never become hosts.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fmt;

use crate::abi::record::{Key, StateRecord};
use crate::abi::{Dialect, with_dialect};
use crate::pf::form::{Kind, Leaf, Shape};
use crate::pf::{Form, StateTable};
use crate::state::{Af, Route};

/// Fields that said something and have no room in the other release, and in how many states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Losses(BTreeMap<String, u64>);

impl Losses {
    /// Whether nothing was lost.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those of others as well.
    pub(super) fn add(&mut self, other: &Self) {
        for (name, states) in &other.0 {
            *self.0.entry(name.clone()).or_default() += states;
        }
    }

    /// Field and states, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, states)| (&**name, *states))
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
/// same bytes already.
///
/// # Errors
/// `CannotRecast`
pub fn recast(table: &StateTable, to: Form) -> Result<(Option<StateTable>, Losses), CannotRecast> {
    if table.form() == to {
        return Ok((None, Losses::default()));
    }
    let mut recast = StateTable::new(to, table.time());
    let mut caster = Caster::new(table.form(), to)?;
    for record in table.records() {
        recast.push(caster.cast(record));
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
            leaf.of_mut(&mut blank).fill(leaf.default_byte());
        }
        let leaves = from_shape.leaves.iter().enumerate();
        let steps = leaves.filter_map(|(at, leaf)| Some((at, step(leaf, &from_shape, &to_shape)?)));
        let steps = steps.collect();
        let record = blank.clone();
        let losses = Losses::default();
        Ok(Self { from: from_shape, to: to_shape, steps, keys, blank, record, losses })
    }

    /// A record as the other form has it.
    pub fn cast(&mut self, record: &[u8]) -> &[u8] {
        let Self { from, to, steps, losses, .. } = self;
        self.record.copy_from_slice(&self.blank);
        for (at, step) in steps {
            let Some(leaf) = from.leaves.get(*at) else { continue };
            let fits = match *step {
                Step::Copy(other) => {
                    if let Some(other) = to.leaves.get(other) {
                        other.of_mut(&mut self.record).copy_from_slice(leaf.of(record));
                    }
                    true
                }
                Step::Number(other) => to.leaves.get(other).is_some_and(|other| {
                    let number = translated(leaf, leaf.number(record), from.form, to.form);
                    // Flags of two fields are one set (state_flags and all_state_flags).
                    let is_flags = matches!(leaf.kind, Kind::Flags(_));
                    let before = if is_flags { other.number(&self.record) } else { 0 };
                    other.set_number(&mut self.record, number | before)
                }),
                Step::Lost => leaf.of(record).iter().all(|byte| *byte == leaf.default_byte()),
            };
            if !fits {
                *losses.0.entry(leaf.name.clone()).or_default() += 1;
            }
        }
        if let Some([wire, stack]) = self.keys.and_then(|keys| keys(record)) {
            put_key(&self.to, &mut self.record, "wire", &wire);
            put_key(&self.to, &mut self.record, "stack", &stack);
        }
        self.families(record);
        &self.record
    }

    /// The families of both keys, and the protocol of the second, which each system keeps elsewhere.
    fn families(&mut self, record: &[u8]) {
        let Self { from, to, record: made, losses, .. } = self;
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
        if !stack_told && !wire_told && Af::from_wire(stack) != Af::from_wire(wire) {
            *losses.0.entry("stack_af".to_string()).or_default() += 1;
        }
        let proto = from.find("stack_proto").unwrap_or(from.roles.proto);
        put(to.find("stack_proto"), byte(proto).into());
    }
}

/// What a field is called in a form: names that changed.
fn other_names(name: &str) -> &'static [&'static str] {
    match name {
        "af" => &["wire_af"],
        "wire_af" => &["af"],
        "proto" => &["wire_proto"],
        "wire_proto" => &["proto"],
        "all_state_flags" | "allow_opts" => &["state_flags"],
        "state_flags" => &["all_state_flags", "allow_opts"],
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
    let Some(other) = names.find_map(|name| to.find(name)) else { return Some(Step::Lost) };
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
