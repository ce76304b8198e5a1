//! What two models differ in: a kernel's headers, and a snapshot of them.

use std::collections::BTreeSet;

use crate::model::{Constant, Field, Model, Record, Type, is_address};

/// What was found, in words.
#[derive(Debug, Default)]
pub struct Differences {
    /// A struct a paragraph: its name and size, then its fields.
    pub layout: Vec<String>,
    /// Structs that the snapshot does not have. That alone is no difference: a frame can only
    /// hold one if there is an action that says so.
    pub new_structs: Vec<String>,
    pub actions: Vec<String>,
    pub constants: Vec<String>,
    /// Nothing that a snapshot would have to follow.
    pub notes: Vec<String>,
    /// `PFSYNC_ACT_` names that the snapshot does not have.
    pub new_actions: Vec<String>,
}

impl Differences {
    pub fn none(&self) -> bool {
        self.same_layout() && self.constants.is_empty()
    }

    /// Structs and actions: what decides how a frame is read.
    pub fn same_layout(&self) -> bool {
        self.layout.is_empty() && self.actions.is_empty()
    }

    pub fn lines(&self) -> impl Iterator<Item = &String> {
        let structs = self.layout.iter().chain(&self.new_structs);
        structs.chain(&self.actions).chain(&self.constants)
    }
}

/// Which constants are asked for.
pub struct Wanted<'a> {
    /// Those that some snapshot of the system has.
    pub known: &'a BTreeSet<String>,
    /// Whether one that no snapshot has is a difference, or only worth a note. A release that is
    /// known was looked through when its snapshot was made.
    pub strict: bool,
}

/// Constants by the beginning of their names that are taken even though no snapshot has them yet,
/// provided that one has another of them.
const FAMILIES: [&str; 7] =
    ["PFSYNC_ACT_", "PFSYNC_BUS_", "PFSYNC_FLAG_", "PFSTATE_", "PFTM_", "PF_LOG", "PFRES_"];

/// Of these families, what is not about a state: limits, masks of several flags, source nodes.
fn is_no_flag(constant: &Constant) -> bool {
    let name = &constant.name;
    let flags = ["PFSTATE_", "PFSYNC_FLAG_", "PF_LOG"].iter().any(|f| name.starts_with(f));
    flags
        && (!constant.value.is_power_of_two()
            || name.ends_with("MASK")
            || ["PFSTATE_HIWAT", "PFSTATE_ADAPT_", "PFSTATE_SRC_NODE_"]
                .iter()
                .any(|n| name.starts_with(n)))
}

/// The family that a constant belongs to.
pub fn family(name: &str) -> Option<&'static str> {
    FAMILIES.into_iter().find(|f| name.starts_with(f))
}

/// The constants of a kernel's headers that belong in a snapshot, in the order of the headers.
pub fn wanted<'a>(tree: &'a Model, known: &BTreeSet<String>) -> Vec<&'a Constant> {
    // Members of an enum of which a snapshot has any.
    let enums: BTreeSet<&String> = tree
        .constants
        .iter()
        .filter(|c| known.contains(&c.name))
        .filter_map(|c| c.member_of.as_ref())
        .collect();
    let families: BTreeSet<&str> = known.iter().filter_map(|name| family(name)).collect();
    let is_wanted = |c: &&Constant| {
        known.contains(&c.name)
            || c.member_of.as_ref().is_some_and(|e| enums.contains(e))
            || family(&c.name).is_some_and(|f| {
                // Timeouts are members of an enum; macros of such names are how long they are.
                families.contains(f) && !is_no_flag(c) && (f != "PFTM_" || c.member_of.is_some())
            })
    };
    // What does not fit the numbers of the generated modules is no number of the wire.
    let is_small = |c: &&Constant| u32::try_from(c.value).is_ok();
    tree.constants.iter().filter(is_small).filter(is_wanted).collect()
}

pub fn compare(tree: &Model, snapshot: &Model, wanted_of: &Wanted<'_>) -> Differences {
    let mut found = Differences::default();
    structs(tree, snapshot, &mut found);
    constants(tree, snapshot, wanted_of, &mut found);
    found
}

fn structs(tree: &Model, snapshot: &Model, found: &mut Differences) {
    for record in in_order(tree) {
        match snapshot.records.get(&record.name) {
            Some(old) => {
                let fields = fields(tree, record, snapshot, old);
                if !fields.is_empty() || record.size != old.size {
                    let was = if record.size == old.size {
                        String::new()
                    } else {
                        format!(", was {}", old.size)
                    };
                    let name = &record.name;
                    let head = format!("{} {name}: {} bytes{was}", record.keyword(), record.size);
                    found.layout.push(head + &fields.concat());
                }
            }
            // What it is part of is compared down to the last number.
            None if tree.is_part(&record.name) => {}
            None => {
                found
                    .new_structs
                    .push(format!("new struct {}: {} bytes", record.name, record.size));
            }
        }
    }
    for old in in_order(snapshot) {
        if !tree.records.contains_key(&old.name) && !snapshot.is_part(&old.name) {
            found.layout.push(format!("struct {}: gone ({} bytes)", old.name, old.size));
        }
    }
}

/// The messages and what they are made of, addresses aside, as the headers have them.
pub fn in_order(model: &Model) -> Vec<&Record> {
    let parts: BTreeSet<String> = model.messages().flat_map(|r| model.parts(&r.name)).collect();
    let records = parts.iter().map(|name| &model.records[name]);
    let mut found: Vec<&Record> =
        records.filter(|r| !r.is_unnamed() && !is_address(&r.name)).collect();
    found.sort_by_key(|r| model.place(r));
    found
}

/// A line for each field that is not what it was.
fn fields(tree: &Model, new: &Record, snapshot: &Model, old: &Record) -> Vec<String> {
    let mut lines = Vec::new();
    let has = |record: &Record, name: &str| record.fields.iter().any(|f| f.name == name);
    let mut renamed = Vec::new();
    for field in &new.fields {
        let line = match old.fields.iter().find(|f| f.name == field.name) {
            Some(before) => change(tree, field, snapshot, before),
            None => {
                let before = old.fields.iter().find(|before| {
                    before.offset == field.offset
                        && !has(new, &before.name)
                        && tree.same(&field.ty, snapshot, &before.ty)
                });
                match before {
                    Some(before) => {
                        renamed.push(&before.name);
                        Some(("renamed", format!("{}, was {}", at(tree, field), before.name)))
                    }
                    None => Some(("new", at(tree, field))),
                }
            }
        };
        if let Some((what, words)) = line {
            lines.push(row(what, &field.name, &words));
        }
    }
    for before in &old.fields {
        if !has(new, &before.name) && !renamed.contains(&&before.name) {
            lines.push(row("gone", &before.name, &format!("was {}", at(snapshot, before))));
        }
    }
    lines
}

fn change(
    tree: &Model,
    new: &Field,
    snapshot: &Model,
    old: &Field,
) -> Option<(&'static str, String)> {
    let same = tree.same(&new.ty, snapshot, &old.ty);
    let same_words = tree.words(&new.ty) == snapshot.words(&old.ty);
    let same_size = tree.size(&new.ty) == snapshot.size(&old.ty);
    // A part of the same name is told of by itself.
    let told = matches!(new.ty.element(), Type::Record(part) if !tree.records[part].is_unnamed());
    if new.offset == old.offset && (same || (told && same_words && same_size)) {
        return None;
    }
    let what = match (new.offset == old.offset, same || same_words) {
        (false, _) => "moved",
        (true, true) => "resized",
        (true, false) => "retyped",
    };
    Some((what, format!("{}, was {}", at(tree, new), at(snapshot, old))))
}

/// `u_int32_t[2] at 260, 8 bytes`
fn at(model: &Model, field: &Field) -> String {
    let bytes = model.size(&field.ty);
    format!("{} at {}, {bytes} bytes", model.words(&field.ty), field.offset)
}

fn row(what: &str, name: &str, words: &str) -> String {
    format!("\n  {what:<8} {name:<16} {words}")
}

fn constants(tree: &Model, snapshot: &Model, wanted_of: &Wanted<'_>, found: &mut Differences) {
    let known = wanted_of.known;
    for new in wanted(tree, known) {
        let action = new.name.strip_prefix("PFSYNC_ACT_").filter(|name| *name != "MAX");
        let line = match snapshot.value(&new.name) {
            Some(old) if old == new.value => continue,
            Some(old) => format!("{} is {}, was {old}", new.name, new.value),
            None => {
                if let Some(action) = action {
                    found.new_actions.push(action.to_string());
                }
                let what = if action.is_some() { "action" } else { "constant" };
                format!("new {what} {} {}", new.name, new.value)
            }
        };
        let is_new = snapshot.value(&new.name).is_none() && !known.contains(&new.name);
        if action.is_some() {
            found.actions.push(line);
        } else if is_new && !wanted_of.strict {
            found
                .notes
                .push(format!("{} {} is in the tree and in no snapshot", new.name, new.value));
        } else {
            found.constants.push(line);
        }
    }
    for old in &snapshot.constants {
        if tree.value(&old.name).is_some() {
            continue;
        }
        let line = format!("{} is gone, was {}", old.name, old.value);
        if old.name.starts_with("PFSYNC_ACT_") {
            found.actions.push(line);
        } else if wanted_of.strict {
            found.constants.push(line);
        } else {
            found.notes.push(format!("{} was not found in the tree's headers", old.name));
        }
    }
}
