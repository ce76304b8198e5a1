//! The text of a snapshot, and how it gets into its folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::compare::{family, in_order, wanted};
use crate::model::{Constant, Field, Model, Record, Type};
use crate::releases::{FILES, Headers, Release, Snapshot};
use crate::scratch::Scratch;
use crate::template::{Entry, Group, Template};

/// Where names begin behind a type, and values behind a name.
const COLUMN: usize = 28;

/// Writes the folder of a release: whole, or not at all.
pub fn write(headers: &Headers, release: &Release, texts: &[String]) -> Result<(), String> {
    let target = headers.dir.join(&release.name);
    let failed = |e: std::io::Error| format!("{}: {e}", target.display());
    let scratch = Scratch::inside(&headers.dir, &release.name)?;
    let (new, old) = (scratch.path().join("new"), scratch.path().join("old"));
    fill(&new, texts).map_err(failed)?;
    if target.exists() {
        fs::rename(&target, &old).map_err(failed)?;
    }
    let renamed = fs::rename(&new, &target);
    if renamed.is_err() && old.exists() {
        fs::rename(&old, &target).map_err(failed)?;
    }
    renamed.map_err(failed)
}

fn fill(folder: &Path, texts: &[String]) -> std::io::Result<()> {
    fs::create_dir(folder)?;
    FILES.iter().zip(texts).try_for_each(|(name, text)| fs::write(folder.join(name), text))
}

/// Reads the texts as the build will read them.
pub fn read_back(headers: &Headers, texts: &[String]) -> Result<Model, String> {
    let scratch = Scratch::new()?;
    let folder = scratch.path().join("snapshot");
    fill(&folder, texts).map_err(|e| format!("{}: {e}", folder.display()))?;
    headers.snapshot(&folder)
}

/// The texts of a snapshot, in the order of [`FILES`].
pub fn texts(
    headers: &Headers,
    release: &Release,
    tree: &Model,
    known: &BTreeSet<String>,
    like: &Snapshot,
) -> Result<Vec<String>, String> {
    let template = Template::read(&headers.dir.join(&like.release.name))?;
    let writer = Writer { headers, tree, like, template, names: BTreeMap::new() };
    writer.texts(release, known)
}

struct Writer<'a> {
    headers: &'a Headers,
    tree: &'a Model,
    like: &'a Snapshot,
    template: Template,
    /// What unnamed structs of the tree are called in the snapshot.
    names: BTreeMap<String, String>,
}

impl Writer<'_> {
    fn texts(mut self, release: &Release, known: &BTreeSet<String>) -> Result<Vec<String>, String> {
        let mut texts: Vec<String> = Vec::new();
        let groups = self.groups(known);
        let (order, files) = self.structs();
        for (at, groups) in groups.iter().enumerate() {
            let preamble = &self.template.preambles[at];
            let preamble = preamble.replace(&self.like.release.name, &release.name);
            let mut blocks = vec![preamble + "\n"];
            blocks.extend(groups.iter().map(|group| self.group(group)));
            for name in order.iter().filter(|name| files[*name] == at) {
                blocks.push(self.record(&self.tree.records[name])?);
            }
            texts.push(blocks.join("\n"));
        }
        Ok(texts)
    }

    /// The template's groups with the tree's numbers.
    fn groups(&self, known: &BTreeSet<String>) -> [Vec<Group>; 3] {
        let wanted = wanted(self.tree, known);
        let mut groups = self.template.groups.clone();
        let all = groups.iter_mut().flatten();
        let mut placed: BTreeSet<String> = BTreeSet::new();
        let mut all: Vec<&mut Group> = all.collect();
        for group in &mut all {
            group.entries.retain(|entry| match entry {
                Entry::Constant(name, _) => wanted.iter().any(|c| c.name == *name),
                Entry::Line(_) => true,
            });
            placed.extend(group.names().map(String::from));
        }
        let mut others = Vec::new();
        for new in wanted.iter().filter(|c| !placed.contains(&c.name)) {
            let entry = Entry::Constant(new.name.clone(), String::new());
            let group = all.iter_mut().find(|group| {
                let names = group.names();
                let mut members = names.filter_map(|n| wanted.iter().find(|c| c.name == n));
                members.any(|other| is_like(new, other))
            });
            match group {
                Some(group) => group.entries.push(entry),
                None => others.push(entry),
            }
        }
        let at = |name: &str| wanted.iter().position(|c| c.name == name);
        for group in all {
            // In the kernel's order, unless there is something between them that has its place.
            if group.entries.iter().all(|e| matches!(e, Entry::Constant(..))) {
                group.entries.sort_by_key(|e| match e {
                    Entry::Constant(name, _) => at(name),
                    Entry::Line(_) => None,
                });
            }
        }
        if !others.is_empty() {
            let comments = vec!["/* other numbers */".to_string()];
            groups[0].push(Group { comments, is_enum: false, entries: others });
        }
        for in_file in &mut groups {
            in_file.retain(|g| g.names().next().is_some());
        }
        groups
    }

    fn group(&self, group: &Group) -> String {
        let mut text: String = group.comments.iter().map(|c| format!("{c}\n")).collect();
        if group.is_enum {
            let members = group.names().map(|n| format!("\t{n} = {},\n", self.value(n)));
            return format!("{text}enum {{\n{}}};\n", members.collect::<String>());
        }
        for entry in &group.entries {
            text += &match entry {
                Entry::Constant(name, literal) => {
                    format!("#define {name:<COLUMN$}{}\n", self.literal(group, name, literal))
                }
                Entry::Line(line) => format!("{line}\n"),
            };
        }
        text
    }

    fn value(&self, name: &str) -> u64 {
        self.tree.value(name).unwrap_or(0)
    }

    /// As the template writes it where the value is the same, else in the manner of its group.
    fn literal(&self, group: &Group, name: &str, literal: &str) -> String {
        let value = self.value(name);
        let nstates = self.tree.value("TCP_NSTATES") == self.headers.base().value("TCP_NSTATES");
        if self.like.model.value(name) == Some(value)
            && !literal.is_empty()
            && (nstates || !literal.contains("TCP_NSTATES"))
        {
            return literal.to_string();
        }
        let digits = group.entries.iter().find_map(|entry| match entry {
            Entry::Constant(_, literal) => literal.strip_prefix("0x").map(str::len),
            Entry::Line(_) => None,
        });
        match digits {
            Some(digits) => {
                let needed = format!("{value:x}").len().next_multiple_of(2).max(digits);
                format!("0x{value:0needed$x}")
            }
            None => value.to_string(),
        }
    }

    /// The structs in the order in which they are written, and the file of each. Unnamed ones are
    /// given a name: a snapshot has a name for everything that is a field of a message.
    fn structs(&mut self) -> (Vec<String>, BTreeMap<String, usize>) {
        let mut order: Vec<String> = Vec::new();
        let mut roots: Vec<&Record> = in_order(self.tree);
        roots.extend(self.tree.records.get("pf_addr"));
        roots.sort_by_key(|r| self.tree.place(r));
        let roots: Vec<String> = roots.iter().map(|r| r.name.clone()).collect();
        for name in &roots {
            self.add(name, &mut order);
        }
        let mut files: BTreeMap<String, usize> = BTreeMap::new();
        for name in &order {
            let file = match self.template.structs.get(self.name(name)) {
                Some(pattern) => pattern.file,
                None if self.tree.records[name].file.ends_with("if_pflog.h") => 2,
                None if self.tree.records[name].file.ends_with("if_pfsync.h") => 1,
                None => 0,
            };
            files.insert(name.clone(), file);
        }
        // What a struct is made of stands in its file or in one before it.
        for name in order.iter().rev() {
            let file = files[name];
            for part in self.tree.parts(name) {
                files.entry(part).and_modify(|f| *f = (*f).min(file));
            }
        }
        (order, files)
    }

    /// Parts first; each once. What base.h has is not written.
    fn add(&mut self, name: &str, order: &mut Vec<String>) {
        if order.iter().any(|n| n == name) || self.headers.base().records.contains_key(name) {
            return;
        }
        let record = &self.tree.records[name];
        // pf_addr is written as it always was.
        if name != "pf_addr" {
            for field in &record.fields {
                let Type::Record(part) = field.ty.element() else { continue };
                if self.tree.records[part].is_unnamed() {
                    if field.name.is_empty() {
                        continue;
                    }
                    if self.names.contains_key(part) {
                        continue;
                    }
                    let called = self.call(record, field, part);
                    let known = self.names.values().any(|n| *n == called);
                    self.names.insert(part.clone(), called);
                    if known {
                        continue;
                    }
                }
                self.add(part, order);
            }
        }
        order.push(name.to_string());
    }

    /// What the template calls the type of this field; an unnamed one is called after the field.
    fn call(&self, record: &Record, field: &Field, part: &str) -> String {
        let ty = Type::Record(part.to_string());
        let like = self.like.model.records.get(&record.name);
        let like = like.and_then(|r| r.fields.iter().find(|f| f.name == field.name));
        match like.map(|f| f.ty.element()) {
            Some(theirs @ Type::Record(name)) if self.tree.same(&ty, &self.like.model, theirs) => {
                name.clone()
            }
            _ => format!("{}_{}", record.name, field.name),
        }
    }

    fn name<'n>(&'n self, name: &'n str) -> &'n str {
        self.names.get(name).map_or(name, String::as_str)
    }

    fn record(&self, record: &Record) -> Result<String, String> {
        let name = self.name(&record.name);
        let pattern = self.template.structs.get(name);
        let mut text = String::new();
        let own = format!("/* {} bytes */", record.size);
        let comments = pattern.map(|p| p.comments.clone()).unwrap_or_default();

        for comment in &comments {
            text += &match is_size(comment) {
                true => sized(comment, record.size),
                false => comment.clone(),
            };
            text.push('\n');
        }
        if !comments.iter().any(|c| is_size(c)) {
            text += &format!("{own}\n");
        }
        let known = self.like.model.records.get(name);
        if let (Some(pattern), Some(known), "pf_addr") = (pattern, known, name)
            && known.size == record.size
        {
            return Ok(text + &pattern.text);
        }
        text += &format!("{} {name} {{\n", record.keyword());
        for field in &record.fields {
            text += &self.field(record, field, "\t")?;
        }
        let packed = record.packed || (pattern.is_some_and(|p| p.packed) && record.align == 1);
        Ok(text + if packed { "} __packed;\n" } else { "};\n" })
    }

    fn field(&self, record: &Record, field: &Field, indent: &str) -> Result<String, String> {
        let whose = format!("struct {}: field {}", record.name, field.name);
        let ty = match field.ty.element() {
            Type::Number(name @ ("int8_t" | "int16_t" | "int64_t")) => {
                return Err(format!(
                    "{whose} is {name}, which headers/base.h does not know: add it there and to \
                     the types that build/bind.rs replaces"
                ));
            }
            Type::Number(name) => (*name).to_string(),
            Type::Record(part) => {
                let part = &self.tree.records[part];
                if part.is_unnamed() && field.name.is_empty() {
                    let inner: Result<String, String> = part
                        .fields
                        .iter()
                        .map(|f| self.field(part, f, &format!("{indent}\t")))
                        .collect();
                    return Ok(format!("{indent}{} {{\n{}{indent}}};\n", part.keyword(), inner?));
                }
                format!("{} {}", part.keyword(), self.name(&part.name))
            }
            Type::Foreign(what) | Type::Unsayable(what) => {
                return Err(format!("{whose} is {what}, which a snapshot cannot say"));
            }
            Type::Array(..) => String::new(),
        };
        let space = if ty.len() < COLUMN { COLUMN - ty.len() } else { 1 };
        let declarator = self.declarator(record, field);
        Ok(format!("{indent}{ty}{:space$}{declarator};\n", ""))
    }

    /// `ifname[IFNAMSIZ]`: with the template's word for a length where it is the same.
    fn declarator(&self, record: &Record, field: &Field) -> String {
        let name = self.name(&record.name);
        let known = self.like.model.records.get(name);
        let known = known.and_then(|r| r.fields.iter().find(|f| f.name == field.name));
        let pattern = self.template.structs.get(name).and_then(|p| p.declarators.get(&field.name));
        if let (Some(known), Some(pattern)) = (known, pattern)
            && known.ty.lengths() == field.ty.lengths()
        {
            return pattern.clone();
        }
        let ifnamsiz = self.headers.base().value("IFNAMSIZ");
        match &field.ty {
            Type::Array(of, length)
                if **of == Type::Number("char")
                    && field.name.contains("ifname")
                    && ifnamsiz == Some(*length as u64) =>
            {
                format!("{}[IFNAMSIZ]", field.name)
            }
            ty => format!("{}{}", field.name, ty.lengths()),
        }
    }
}

impl Group {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Constant(name, _) => Some(name.as_str()),
            Entry::Line(_) => None,
        })
    }
}

/// Whether constants belong in one group: members of one enum, else macros of one family.
fn is_like(new: &Constant, other: &Constant) -> bool {
    match (&new.member_of, &other.member_of) {
        (Some(a), Some(b)) => a == b,
        (None, None) => family(&new.name).is_some_and(|f| Some(f) == family(&other.name)),
        _ => false,
    }
}

/// Whether a comment is a struct's size: `/* 16 bytes, network order */`
fn is_size(comment: &str) -> bool {
    let mut words = comment.split_whitespace().skip(1);
    let number = words.next().is_some_and(|w| w.bytes().all(|b| b.is_ascii_digit()));
    number && words.next().is_some_and(|w| w.starts_with("bytes"))
}

fn sized(comment: &str, size: usize) -> String {
    let rest = comment.find(" bytes").map_or("", |at| &comment[at..]);
    format!("/* {size}{rest}")
}
