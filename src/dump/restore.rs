//! A table into a kernel: everything is checked first, and only then is anything applied.

#![forbid(unsafe_code)]

use std::collections::HashSet;
use std::fmt;
use std::io;

use foldhash::fast::RandomState;

use super::recast::{CannotRecast, Losses};
use super::{check, recast};
use crate::filter::Filter;
use crate::pf::form::Shape;
use crate::pf::{Form, Kernel, StateTable};
use crate::state::{IfName, StateId};
use crate::time::Time;

/// What is made of a table before it is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits {
    /// Only these states.
    pub only: Filter,
    /// Interfaces that have other names now: old and new.
    pub interfaces: Vec<(IfName, IfName)>,
    /// The time that it is: states are older by what went by since the dump, and those that ran out by
    /// then are left out.
    pub now: Option<Time>,
}

/// What edits came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edited {
    /// States that were not asked for.
    pub left_out: usize,
    /// States with an interface that was renamed.
    pub renamed: usize,
    /// Old names that no state had.
    pub unmatched: Vec<IfName>,
    /// States that ran out.
    pub expired: usize,
    /// States that pf was about to take away already, which no kernel takes.
    pub dying: usize,
    /// The dump is of a time that is to come, so nothing could be subtracted.
    pub is_future: bool,
}

/// Changes a table as it is asked for. The filter sees states as they were.
pub fn edit(table: &mut StateTable, edits: &Edits) -> Edited {
    let mut edited = Edited::default();
    let shape = Shape::of(table.form());
    if !edits.only.keeps_all() {
        let (before, decode) = (table.len(), table.form().decoder());
        table.retain(|record| decode(record).is_some_and(|state| edits.only.keeps_state(&state)));
        edited.left_out = before - table.len();
    }
    if !edits.interfaces.is_empty() {
        let mut matched = vec![false; edits.interfaces.len()];
        for record in table.records_mut() {
            edited.renamed += usize::from(rename(&shape, record, &edits.interfaces, &mut matched));
        }
        let unmatched = edits.interfaces.iter().zip(matched).filter(|(_, matched)| !matched);
        edited.unmatched = unmatched.map(|((old, _), _)| *old).collect();
    }
    if let Some(now) = edits.now {
        edited.is_future = now < table.time();
        let down_s = u64::try_from(now.nanos_since(table.time()) / 1_000_000_000).unwrap_or(0);
        table.records_mut().for_each(|record| grow_older(&shape, record, down_s));
        let before = table.len();
        table.retain(|record| edited.is_future || shape.role(shape.roles.expire, record) > 0);
        edited.expired = before - table.len();
    }
    edited
}

/// Gives interfaces of a state their new names; whether it had any of the old ones.
fn rename(
    shape: &Shape,
    record: &mut [u8],
    names: &[(IfName, IfName)],
    matched: &mut [bool],
) -> bool {
    let mut renamed = false;
    let fields = ["ifname", "rt_ifname", "orig_ifname"].iter().filter_map(|name| shape.leaf(name));
    for leaf in fields {
        let known = leaf.of(record).first_chunk::<16>().map(|name| IfName::new(*name));
        let new = names.iter().zip(&mut *matched).find(|((old, _), _)| Some(*old) == known);
        if let Some(((_, new), matched)) = new {
            *matched = true;
            leaf.of_mut(record).copy_from_slice(&new.padded());
            renamed = true;
        }
    }
    renamed
}

/// Lets so many seconds go by.
fn grow_older(shape: &Shape, record: &mut [u8], seconds: u64) {
    let most = u64::from(u32::MAX);
    for (role, older) in [(shape.roles.creation, true), (shape.roles.expire, false)] {
        let Some(leaf) = shape.leaves.get(role) else { continue };
        let number = leaf.number(record);
        let number = match older {
            true => number.saturating_add(seconds).min(most),
            false => number.saturating_sub(seconds),
        };
        leaf.set_number(record, number);
    }
}

/// Something in a table that no kernel takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The number of the state, from 1 on.
    pub number: usize,
    /// Which state.
    pub id: StateId,
    /// What is wrong, and what is expected.
    pub what: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StateId { id, creatorid } = self.id;
        let number = self.number;
        write!(f, "state {number} (id {id:016x} creatorid {creatorid:08x}): {}", self.what)
    }
}

/// Refusals that are told each by itself.
const MAX_TOLD: usize = 20;

/// Finds what no kernel would take, and states that are there twice; 20 at most, and how many more there are.
pub fn check(table: &StateTable) -> (Vec<Refusal>, usize) {
    let shape = Shape::of(table.form());
    let mut names: HashSet<(u64, u32), RandomState> =
        HashSet::with_capacity_and_hasher(table.len(), RandomState::default());
    let (mut refusals, mut more) = (Vec::new(), 0);
    for (at, record) in table.records().enumerate() {
        let wrong = check::first(&shape, record);
        let is_new = names.insert(shape.name(record));
        let what = match wrong {
            None if is_new => continue,
            _ if refusals.len() >= MAX_TOLD => {
                more += 1;
                continue;
            }
            Some(wrong) => {
                let name = shape.leaves.get(wrong.leaf).map_or("", |leaf| &leaf.name);
                format!("{} is expected for {name}", wrong.expected)
            }
            None => "is there already: another id is expected".to_string(),
        };
        refusals.push(Refusal { number: at + 1, id: shape.id(record), what });
    }
    (refusals, more)
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// States that the kernel has now.
    pub added: usize,
    /// States that it refused, and why: each of them.
    pub refused: Vec<(StateId, io::Error)>,
    /// What was not tried, because the call itself failed, or a signal came.
    pub not_tried: usize,
    /// Why that was.
    pub failed: Option<io::Error>,
    /// States that were taken away again, because others were refused.
    pub taken_back: usize,
    /// States that could not be taken away again.
    pub stuck: usize,
}

impl Report {
    /// Whether all states are there now.
    pub fn is_complete(&self) -> bool {
        self.refused.is_empty() && self.failed.is_none()
    }
}

/// Adds all states of a table to a kernel, whose form it has to have ([`recast`]). With
/// `all_or_nothing` those that were added are taken away again once one is refused; pf itself has no
/// way to add several at once. Nothing is locked.
pub fn apply(table: &StateTable, kernel: &mut dyn Kernel, all_or_nothing: bool) -> Report {
    let shape = Shape::of(table.form());
    let mut report = Report::default();
    let mut last = 0;
    for (at, record) in table.records().enumerate() {
        last = at;
        let Err(error) = kernel.add(record) else {
            report.added += 1;
            continue;
        };
        if crate::pf::is_about_all(&error) {
            (report.failed, report.not_tried) = (Some(error), table.len() - at);
            break;
        }
        report.refused.push((shape.id(record), error));
        if all_or_nothing {
            report.not_tried = table.len() - at - 1;
            break;
        }
    }
    if all_or_nothing && !report.is_complete() {
        // Up to the one that ended it: all before it were taken.
        for record in table.records().take(last) {
            match kernel.kill(shape.id(record)) {
                Ok(1..) => report.taken_back += 1,
                Ok(0) | Err(_) => report.stuck += 1,
            }
        }
        report.added -= report.taken_back;
    }
    report
}

/// What a restore came to.
#[derive(Debug)]
pub struct Outcome {
    /// The table as it was, or would be, applied.
    pub table: StateTable,
    /// What edits made of it.
    pub edited: Edited,
    /// What the other release had no room for.
    pub losses: Losses,
    /// What the kernel said; `None` where none was asked.
    pub report: Option<Report>,
}

/// Why nothing was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestoreError {
    /// The states are those of a release that the kernel's cannot be made of.
    Recast(CannotRecast),
    /// No kernel takes these, at least one. The first 20, and how many more.
    Refusals(Vec<Refusal>, usize),
    /// Nobody says when the states were as they are, so nothing can be subtracted.
    NoTime,
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recast(error) => error.fmt(f),
            Self::Refusals(refusals, _) => {
                f.write_str(&refusals.first().map_or_else(String::new, Refusal::to_string))
            }
            Self::NoTime => f.write_str(
                "the downtime cannot be subtracted, since it says no time: add time= to its first line",
            ),
        }
    }
}

impl std::error::Error for RestoreError {}

/// Edits a table, makes it one of the form `to`, checks all of it, and only then gives it to the
/// kernel, if there is one: without, nothing happens (`--dry-run`).
///
/// # Errors
/// [`RestoreError`]; nothing was applied then.
pub fn restore(
    mut table: StateTable,
    edits: &Edits,
    to: Form,
    kernel: Option<&mut dyn Kernel>,
    all_or_nothing: bool,
) -> Result<Outcome, RestoreError> {
    if edits.now.is_some() && table.time() == Time::default() {
        return Err(RestoreError::NoTime);
    }
    let mut edited = edit(&mut table, edits);
    let (shape, before) = (Shape::of(table.form()), table.len());
    table.retain(|record| !check::is_dying(&shape, record));
    edited.dying = before - table.len();
    let (recast, losses) = recast(&table, to).map_err(RestoreError::Recast)?;
    let table = recast.unwrap_or(table);
    let (refusals, more) = check(&table);
    if !refusals.is_empty() {
        return Err(RestoreError::Refusals(refusals, more));
    }
    let report = kernel.map(|kernel| apply(&table, kernel, all_or_nothing));
    Ok(Outcome { table, edited, losses, report })
}

/// The kernel's word for an error, in words that say what to do where that is known.
pub fn what_to_do(error: &io::Error) -> &'static str {
    match error.raw_os_error() {
        Some(1 | 13) => "; restoring needs root",
        Some(12) => "; the table is full: see 'set limit states' of pf.conf(5)",
        Some(17) => "; the kernel has such a state already",
        Some(22) => "; the kernel takes no such state",
        _ => "",
    }
}
