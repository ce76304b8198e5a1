//! The newest snapshot as a pattern for the next: how its numbers are grouped, and what its own
//! comments say. Only snapshots are read here, never a kernel's text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::releases::FILES;

/// Numbers that belong together.
#[derive(Debug, Clone)]
pub struct Group {
    pub comments: Vec<String>,
    pub is_enum: bool,
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
pub enum Entry {
    /// A name, and how its value is written; of an enum's member without `=`.
    Constant(String, String),
    /// An `#undef` and the like.
    Line(String),
}

/// What is said of a struct.
#[derive(Debug, Default, Clone)]
pub struct Pattern {
    pub file: usize,
    pub comments: Vec<String>,
    pub packed: bool,
    /// Field name to declarator: `ifname` to `ifname[IFNAMSIZ]`.
    pub declarators: BTreeMap<String, String>,
    pub text: String,
}

#[derive(Debug, Default)]
pub struct Template {
    /// A file each, as in [`FILES`].
    pub preambles: [String; 3],
    pub groups: [Vec<Group>; 3],
    pub structs: BTreeMap<String, Pattern>,
}

impl Template {
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut template = Self::default();
        for (at, file) in FILES.iter().enumerate() {
            let path = folder.join(file);
            let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            template.add(at, &text);
        }
        Ok(template)
    }

    fn add(&mut self, at: usize, text: &str) {
        let end = text.find("*/").map_or(0, |end| end + 2);
        self.preambles[at] = text[..end].to_string();
        let mut lines = text[end..].lines();
        let mut comments = Vec::new();
        // Whether the last line belongs to a group that can go on.
        let mut open = false;
        while let Some(line) = lines.next() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                [] => open = false,
                [first, ..] if first.starts_with("/*") => {
                    comments.push(line.to_string());
                    open = false;
                }
                ["enum", "{"] => {
                    let members = lines.by_ref().take_while(|line| !line.starts_with('}'));
                    let entries = members.filter_map(|line| {
                        let (name, value) = line.trim().trim_end_matches(',').split_once(" = ")?;
                        Some(Entry::Constant(name.to_string(), value.to_string()))
                    });
                    let entries = entries.collect();
                    let comments = std::mem::take(&mut comments);
                    self.groups[at].push(Group { comments, is_enum: true, entries });
                    open = false;
                }
                ["struct" | "union", name, "{"] => {
                    let comments = std::mem::take(&mut comments);
                    let pattern = Pattern { file: at, comments, ..Pattern::default() };
                    self.structs.insert(name.to_string(), pattern.read(line, &mut lines));
                    open = false;
                }
                _ => {
                    let entry = match words[..] {
                        ["#define", name, _, ..] => {
                            Entry::Constant(name.to_string(), words[2..].join(" "))
                        }
                        _ => Entry::Line(line.to_string()),
                    };
                    match self.groups[at].last_mut() {
                        Some(group) if open => group.entries.push(entry),
                        _ => {
                            let comments = std::mem::take(&mut comments);
                            let entries = vec![entry];
                            self.groups[at].push(Group { comments, is_enum: false, entries });
                        }
                    }
                    open = true;
                }
            }
        }
    }
}

impl Pattern {
    fn read<'a>(mut self, first: &str, lines: &mut impl Iterator<Item = &'a str>) -> Self {
        self.text = format!("{first}\n");
        for line in lines {
            self.text += &format!("{line}\n");
            if line.starts_with('}') {
                self.packed = line.contains("__packed");
                break;
            }
            let Some(declarator) = line.trim_end_matches(';').split_whitespace().last() else {
                continue;
            };
            let name = declarator.split('[').next().unwrap_or_default();
            self.declarators.insert(name.to_string(), declarator.to_string());
        }
        self
    }
}
