//! What is done, step by step: read, compare, say, write.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};

use crate::args::Arguments;
use crate::bind;
use crate::compare::{Differences, Wanted, compare};
use crate::model::Model;
use crate::releases::{FILES, Headers, Release, Snapshot};
use crate::tree::Tree;
use crate::write;

/// A line on standard output. That nobody reads it any more is no reason to leave anything undone.
macro_rules! say {
    ($($words:tt)*) => {{
        let _ = writeln!(io::stdout(), $($words)*);
    }};
}

/// False where a known release disagrees with its snapshot.
pub fn import(arguments: &Arguments) -> Result<bool, String> {
    bind::libclang()
        .map_err(|e| format!("no libclang, and nothing can be read without it: {e}"))?;
    let release = &arguments.release;
    let folder = fs::canonicalize(&arguments.headers)
        .map_err(|e| format!("{}: {e}", arguments.headers.display()))?;
    let headers = Headers::read(&folder, &release.system)?;
    // A system without a snapshot is modelled on another's.
    let others = match headers.snapshots.is_empty() {
        true => headers.folders(&release_of_another(&headers)?.system)?,
        false => Vec::new(),
    };
    let mut known = headers.known_constants();
    known.extend(others.iter().flat_map(|s| &s.model.constants).map(|c| c.name.clone()));

    let mut tree =
        Tree::open(&arguments.sys, &release.system, &known, &headers.dir.join("base.h"))?;
    let (mut model, view) = tree.read(&known)?;
    let skipped = leave_out_what_is_no_message(&mut model, &headers)?;
    say!("{}: read {view}", arguments.sys.display());
    for note in &skipped {
        say!("note: {note}");
    }
    // A snapshot cannot say what base.h has, so with one it would be read wrongly.
    let differences = differs_from_base(&model, &headers, release);
    if !differences.is_empty() && !arguments.force {
        return Err(format!(
            "{}: change headers/base.h so that it is true of every release, or move what differs to \
             the snapshots",
            differences.join("; ")
        ));
    }

    let job = Job { arguments, headers: &headers, model: &model, known: &known };
    match headers.server(release) {
        Some(server) if headers.is_listed(release) || headers.has_folder(release) => {
            job.known_release(server)
        }
        _ => job.new_release(headers.snapshots.last().or(others.last())),
    }
}

/// Any release of a system that has snapshots.
fn release_of_another(headers: &Headers) -> Result<Release, String> {
    let entries = fs::read_dir(&headers.dir).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    // OpenBSD's before others'.
    names.sort_by_key(|name| (!name.starts_with("openbsd"), name.clone()));
    let found = names.iter().find_map(|name| Release::parse(name));
    found.ok_or_else(|| format!("{}: there is no snapshot to go by", headers.dir.display()))
}

/// Structs that point somewhere are not sent. What is sent must be such that a snapshot can say it.
fn leave_out_what_is_no_message(
    model: &mut Model,
    headers: &Headers,
) -> Result<Vec<String>, String> {
    let mut notes = Vec::new();
    let messages: Vec<String> = model.messages().map(|r| r.name.clone()).collect();
    for name in messages {
        if let Some((field, what)) = model.obstacle(&name, true) {
            if headers.snapshots.iter().any(|s| s.model.records.contains_key(&name)) {
                return Err(format!("struct {name} is no message any more: {field} is {what}"));
            }
            notes.push(format!("struct {name} is left out: {field} is {what}"));
            model.records.remove(&name);
        } else if let Some((field, what)) = model.obstacle(&name, false) {
            return Err(format!(
                "struct {name} cannot be written: {field} is {what}, which a snapshot cannot say"
            ));
        }
    }
    Ok(notes)
}

/// base.h is the same for all; where a kernel disagrees, a person has to look.
fn differs_from_base(model: &Model, headers: &Headers, release: &Release) -> Vec<String> {
    let base = headers.base();
    let mut notes = Vec::new();
    for constant in &base.constants {
        // Other systems have a number of their own for IPv6, and all of them are read.
        if constant.name.starts_with("AF_") && release.system.name() != "openbsd" {
            continue;
        }
        if let Some(value) = model.value(&constant.name).filter(|value| *value != constant.value) {
            notes.push(format!(
                "{} is {value}, and {} in headers/base.h",
                constant.name, constant.value
            ));
        }
    }
    for (name, record) in &base.records {
        if let Some(theirs) = model.records.get(name).filter(|r| r.size != record.size) {
            notes.push(format!(
                "{} {name} has {} bytes, and {} in headers/base.h",
                record.keyword(),
                theirs.size,
                record.size
            ));
        }
    }
    notes
}

struct Job<'a> {
    arguments: &'a Arguments,
    headers: &'a Headers,
    model: &'a Model,
    known: &'a BTreeSet<String>,
}

impl Job<'_> {
    fn compare(&self, snapshot: &Snapshot, strict: bool) -> Differences {
        compare(self.model, &snapshot.model, &Wanted { known: self.known, strict })
    }

    fn known_release(&self, server: &Snapshot) -> Result<bool, String> {
        let release = &self.arguments.release;
        let found = self.compare(server, false);
        notes(&found);
        if found.none() {
            say!("nothing changed: {} is as headers/{} has it", release.name, server.release.name);
            self.say_line();
            return Ok(true);
        }
        say!("{} is not as headers/{} has it:", release.name, server.release.name);
        found.lines().for_each(|line| say!("{line}"));
        if !self.arguments.force {
            say!("nothing was written; --force writes headers/{} anew", release.name);
            return Ok(false);
        }
        self.write(server, &found)?;
        Ok(true)
    }

    fn new_release(&self, newest: Option<&Snapshot>) -> Result<bool, String> {
        let release = &self.arguments.release;
        let server = self.headers.server(release);
        let equal = |snapshot: &&Snapshot| self.compare(snapshot, true).none();
        if let Some(server) = server.filter(equal) {
            say!("layout as {}: no new folder needed", server.release.name);
            let new_structs = self.compare(server, true).new_structs;
            new_structs.iter().for_each(|new| say!("note: {new}, which no action speaks of"));
            self.say_line();
            return Ok(true);
        }
        let reference = server.or(newest).ok_or("there is no snapshot to go by")?;
        let found = self.compare(reference, true);
        notes(&found);
        if reference.release.system == release.system {
            say!("against {}:", reference.release.name);
            found.lines().for_each(|line| say!("{line}"));
        } else {
            say!("the first snapshot of {}: nothing to compare it with", release.system.name());
        }
        if let Some(other) = self.headers.snapshots.iter().rev().find(equal) {
            say!(
                "layout as {}, but {} stands before {} in headers/releases and would serve it: \
                 a folder is needed",
                other.release.name,
                reference.release.name,
                release.name
            );
        } else if found.same_layout() {
            say!(
                "layout as {}, but constants differ, and they are part of a snapshot: a folder is \
                 needed",
                reference.release.name
            );
        }
        self.write(reference, &found)?;
        Ok(true)
    }

    /// Writes the folder, having proved that it says what the tree says.
    fn write(&self, like: &Snapshot, found: &Differences) -> Result<(), String> {
        let release = &self.arguments.release;
        let texts = write::texts(self.headers, release, self.model, self.known, like)?;
        let written = write::read_back(self.headers, &texts)
            .map_err(|e| format!("what was to be written cannot be read back: {e}"))?;
        let lost = compare(self.model, &written, &Wanted { known: self.known, strict: true });
        if let Some(line) = lost.lines().next() {
            // A new struct among them: it is in the tree and was not written.
            return Err(format!(
                "a snapshot cannot say this as the tree does, so nothing was written: {line}"
            ));
        }
        if self.arguments.dry_run {
            say!("would write headers/{}: {}", release.name, FILES.join(", "));
        } else {
            write::write(self.headers, release, &texts)?;
            say!("wrote headers/{}: {}", release.name, FILES.join(", "));
        }
        say!("next:");
        self.say_line();
        say!("  read headers/{}: its comments are those of {}", release.name, like.release.name);
        say!("  UPDATE_GENERATED=1 UPDATE_GOLDEN=1 cargo test --test layout");
        say!("  git diff headers/layout.golden, which is the review");
        for action in found.new_actions.iter().filter(|action| !self.program_knows(action)) {
            say!("  a row for {action} in src/wire/action.rs: it does not compile without one");
        }
        Ok(())
    }

    /// A release that is not listed is not known to the program.
    fn say_line(&self) {
        let release = &self.arguments.release;
        if self.headers.is_listed(release) {
            return;
        }
        let place = match self.headers.line_before(release) {
            Some(before) => format!(" behind {}", before.name),
            None => String::new(),
        };
        say!("  add the line {} to headers/releases{place}", release.name);
    }

    /// Whether the table of actions has this name. Beside another headers folder there is no table.
    fn program_knows(&self, action: &str) -> bool {
        let table = self.headers.dir.join("../src/wire/action.rs");
        fs::read_to_string(table).is_ok_and(|text| text.contains(&format!("\"{action}\"")))
    }
}

fn notes(found: &Differences) {
    found.notes.iter().for_each(|note| say!("note: {note}"));
}
