//! Constants that bindgen does not tell of: those that it cannot evaluate, and those behind an
//! #ifdef. Either way clang evaluates them; their definitions are lifted out of the headers, no
//! more than that.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::bind::{self, Source};
use crate::compare::family;
use crate::model::{Constant, Model};

pub const ASKED: &str = "pfstatelog_asks_for_";

/// C that makes clang tell the value of each of these macros, where it is one.
pub fn ask(names: &[String]) -> String {
    let each =
        names.iter().map(|n| format!("#ifdef {n}\nenum {{ {ASKED}{n} = ({n}) }};\n#endif\n"));
    each.collect()
}

/// Adds the answers to [`ask`].
pub fn answers(model: &mut Model, answered: &Model) {
    let mut found: Vec<(u64, &str)> = answered
        .constants
        .iter()
        .filter_map(|c| Some((c.value, c.name.strip_prefix(ASKED)?)))
        .collect();
    found.sort_unstable();
    for (value, name) in found {
        add(model, name, value);
    }
}

/// Where it is in the headers is not known: it goes by its value among its like.
fn add(model: &mut Model, name: &str, value: u64) {
    if model.value(name).is_some() {
        return;
    }
    let like = |c: &Constant| family(name).is_some() && family(&c.name) == family(name);
    let greater = model.constants.iter().position(|c| like(c) && c.value > value);
    let last = model.constants.iter().rposition(like).map(|last| last + 1);
    let at = greater.or(last).unwrap_or(model.constants.len());
    model.constants.insert(at, Constant { name: name.to_string(), value, member_of: None });
}

/// The headers among these files and in these folders.
pub fn headers(places: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for place in places {
        let entries = fs::read_dir(place).into_iter().flatten().flatten().map(|e| e.path());
        let mut in_it: Vec<_> =
            if place.is_file() { vec![place.clone()] } else { entries.collect() };
        in_it.retain(|path| path.extension().is_some_and(|e| e == "h") && path.is_file());
        in_it.sort();
        found.append(&mut in_it);
    }
    found
}

/// Macros that by their names and looks are numbers which a snapshot might want.
pub fn macros_of_families(files: &[PathBuf]) -> Vec<String> {
    let macros = Definitions::of(files).macros.into_iter();
    let is_number = |value: &str| !value.contains(['"', '{', '[']) && !value.contains("sizeof");
    let wanted = macros.filter(|(name, value)| family(name).is_some() && is_number(value));
    wanted.map(|(name, _)| name).collect()
}

/// Looks for these names in the text of the headers, whatever #ifdef they are behind.
/// What they take for granted is what base.h has.
pub fn lift(model: &mut Model, names: &[String], files: &[PathBuf], base: &Path) {
    let definitions = Definitions::of(files);
    let mut found = Vec::new();
    for name in names {
        let Some(text) = definitions.of_name(name, model) else { continue };
        let base = base.display();
        let asked = ask(std::slice::from_ref(name));
        let source = Source {
            text: format!("#include \"{base}\"\n{text}{asked}"),
            arguments: vec!["--target=x86_64-unknown-openbsd".to_string()],
            constants: format!("{name}|{ASKED}{name}"),
            types: String::from("^$"),
        };
        let Ok(read) = bind::read(&source) else { continue };
        let value = read.value(name).or(read.value(&format!("{ASKED}{name}")));
        found.extend(value.map(|value| (value, name)));
    }
    found.sort();
    for (value, name) in found {
        add(model, name, value);
    }
}

#[derive(Default)]
struct Definitions {
    /// Name and text of each macro that takes no arguments; the first of a name.
    macros: BTreeMap<String, String>,
    /// The braces of each enum.
    enums: Vec<String>,
}

impl Definitions {
    fn of(files: &[PathBuf]) -> Self {
        let mut found = Self::default();
        for text in files.iter().filter_map(|file| read_text(file)) {
            let text = without_comments(&text.replace("\\\n", " "));
            for line in text.lines() {
                let Some(line) = line.trim_start().strip_prefix('#') else { continue };
                let Some(rest) = line.trim_start().strip_prefix("define") else { continue };
                let rest = rest.trim_start();
                let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                let (name, value) = rest.split_at(end);
                if !value.starts_with('(') && !value.trim().is_empty() {
                    let value = value.trim().to_string();
                    found.macros.entry(name.to_string()).or_insert(value);
                }
            }
            let mut rest = text.as_str();
            while let Some(at) = rest.find("enum") {
                rest = &rest[at + 4..];
                let Some(open) = rest.find(|c: char| !(c.is_whitespace() || is_word(c))) else {
                    break;
                };
                if let (true, Some(close)) = (rest[open..].starts_with('{'), rest.find('}')) {
                    found.enums.push(rest[open..=close].to_string());
                }
            }
        }
        found
    }

    /// C in which this name has its value: with every macro that its text needs.
    fn of_name(&self, name: &str, model: &Model) -> Option<String> {
        let mut text = String::new();
        if let Some(members) = self.enums.iter().find(|members| words(members).any(|w| w == name)) {
            self.needs(members, model, &mut text, 0);
            return Some(format!("{text}enum {members};\n"));
        }
        let value = self.macros.get(name)?;
        self.needs(value, model, &mut text, 0);
        Some(format!("{text}#define {name} {value}\n"))
    }

    /// Defines what the words of a text stand for, as far as that is known.
    fn needs(&self, of: &str, model: &Model, text: &mut String, depth: usize) {
        // What an enum declares must not be replaced by its number.
        let declared = of.starts_with('{').then(|| of.split(',').filter_map(|m| words(m).next()));
        let declared: Vec<&str> = declared.into_iter().flatten().collect();
        for word in words(of) {
            let define = format!("#define {word} ");
            if depth > 8 || text.contains(&define) || declared.contains(&word) {
                continue;
            }
            if let Some(value) = model.value(word) {
                *text += &format!("{define}{value}\n");
            } else if let Some(value) = self.macros.get(word) {
                self.needs(value, model, text, depth + 1);
                *text += &format!("{define}{value}\n");
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_word(c)).filter(|w| w.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Old headers are not all UTF-8.
fn read_text(file: &Path) -> Option<String> {
    fs::read(file).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("/*") {
        out += &rest[..at];
        out.push(' ');
        let Some(end) = rest[at + 2..].find("*/") else { return out };
        rest = &rest[at + 2 + end + 2..];
    }
    out += rest;
    let uncommented = out.lines().map(|line| line.split("//").next().unwrap_or_default());
    uncommented.collect::<Vec<_>>().join("\n")
}
