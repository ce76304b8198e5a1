//! What a header says, as data: records with their fields, and constants.

use std::collections::{BTreeMap, BTreeSet};

/// The C types of whole numbers that a snapshot may use: name, bytes, and the letter that two of
/// them must share to be the same on the wire (`c` for text).
const NUMBERS: [(&str, usize, char); 12] = [
    ("u_int8_t", 1, 'u'),
    ("u_int16_t", 2, 'u'),
    ("u_int32_t", 4, 'u'),
    ("u_int64_t", 8, 'u'),
    ("int8_t", 1, 'i'),
    ("int16_t", 2, 'i'),
    ("int32_t", 4, 'i'),
    ("int64_t", 8, 'i'),
    ("char", 1, 'c'),
    ("sa_family_t", 1, 'u'),
    ("uid_t", 4, 'u'),
    ("pid_t", 4, 'i'),
];

/// The type of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// By its name in [`NUMBERS`].
    Number(&'static str),
    /// A struct or union, by its name in [`Model::records`].
    Record(String),
    Array(Box<Type>, usize),
    /// Something that no frame can carry: a pointer and the like. What it is, in words.
    Foreign(String),
    /// Something that a frame could carry, but a snapshot cannot say.
    Unsayable(String),
}

impl Type {
    pub fn number(name: &str) -> Option<Self> {
        NUMBERS.iter().find(|n| n.0 == name).map(|n| Self::Number(n.0))
    }

    /// The whole number of so many bytes.
    pub fn number_of(bytes: usize, signed: bool) -> Option<Self> {
        let kind = if signed { 'i' } else { 'u' };
        NUMBERS.iter().find(|n| (n.1, n.2) == (bytes, kind)).map(|n| Self::Number(n.0))
    }

    fn kind(name: &str) -> (usize, char) {
        NUMBERS.iter().find(|n| n.0 == name).map_or((0, '?'), |n| (n.1, n.2))
    }

    /// The type without its array lengths.
    pub fn element(&self) -> &Self {
        match self {
            Self::Array(of, _) => of.element(),
            other => other,
        }
    }

    /// `[2][16]`, or nothing.
    pub fn lengths(&self) -> String {
        match self {
            Self::Array(of, length) => format!("[{length}]{}", of.lengths()),
            _ => String::new(),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Field {
    /// Empty for an unnamed struct or union.
    pub name: String,
    pub ty: Type,
    pub offset: usize,
}

/// A struct or union.
#[derive(Debug, Clone)]
pub struct Record {
    pub name: String,
    pub union: bool,
    pub packed: bool,
    pub size: usize,
    pub align: usize,
    pub fields: Vec<Field>,
    /// The header that declares it, and where in it.
    pub file: String,
    pub place: usize,
}

impl Record {
    pub fn is_unnamed(&self) -> bool {
        self.name.contains("__bindgen_ty_")
    }

    pub fn keyword(&self) -> &'static str {
        if self.union { "union" } else { "struct" }
    }
}

#[derive(Debug, Clone)]
pub struct Constant {
    pub name: String,
    pub value: u64,
    /// The enum that it is a member of, by whatever name bindgen gave it; `None` for a macro.
    pub member_of: Option<String>,
}

/// Everything that is read out of a set of headers.
#[derive(Debug, Default, Clone)]
pub struct Model {
    pub records: BTreeMap<String, Record>,
    /// In the order in which the headers have them.
    pub constants: Vec<Constant>,
    /// The files that declare records, in the order in which they are met.
    pub files: Vec<String>,
}

/// Structs that go by the names of messages and are none: what programs ask the kernel with, and
/// what it keeps for itself.
pub const NO_MESSAGES: &str = "pfsync_softc|pfsync_kstatus|pfsync_state_union|pfsyncioc_.*";

impl Model {
    pub fn value(&self, name: &str) -> Option<u64> {
        self.constants.iter().find(|c| c.name == name).map(|c| c.value)
    }

    pub fn size(&self, ty: &Type) -> usize {
        match ty {
            Type::Number(name) => Type::kind(name).0,
            Type::Record(name) => self.records.get(name).map_or(0, |r| r.size),
            Type::Array(of, length) => self.size(of) * length,
            Type::Foreign(_) | Type::Unsayable(_) => 0,
        }
    }

    /// `u_int32_t[2]`, `struct pf_addr`
    pub fn words(&self, ty: &Type) -> String {
        let element = match ty.element() {
            Type::Record(name) => match self.records.get(name) {
                Some(record) if record.is_unnamed() => format!("unnamed {}", record.keyword()),
                Some(record) => format!("{} {name}", record.keyword()),
                None => name.clone(),
            },
            Type::Number(name) => (*name).to_string(),
            Type::Foreign(words) | Type::Unsayable(words) => words.clone(),
            Type::Array(..) => String::new(),
        };
        element + &ty.lengths()
    }

    /// What sorts records as the headers have them.
    pub fn place(&self, record: &Record) -> (Option<usize>, usize) {
        (self.files.iter().position(|f| *f == record.file), record.place)
    }

    /// The messages: what is or could be part of a frame, and pflog's header.
    pub fn messages(&self) -> impl Iterator<Item = &Record> {
        self.records
            .values()
            .filter(|r| (r.name.starts_with("pfsync_") && !r.is_unnamed()) || r.name == "pfloghdr")
    }

    /// Records that a record is made of, itself included; addresses as they are.
    pub fn parts(&self, name: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![name.to_string()];
        while let Some(name) = open.pop() {
            let Some(record) = self.records.get(&name) else { continue };
            if found.insert(name) && !is_address(&record.name) {
                open.extend(record.fields.iter().filter_map(|f| match f.ty.element() {
                    Type::Record(part) => Some(part.clone()),
                    _ => None,
                }));
            }
        }
        found
    }

    /// Whether another record is made of this one.
    pub fn is_part(&self, name: &str) -> bool {
        let uses = |f: &Field| matches!(f.ty.element(), Type::Record(part) if part == name);
        self.records.values().any(|r| r.fields.iter().any(uses))
    }

    /// The first thing in a record that cannot be part of a frame or of a snapshot: which field,
    /// and what it is.
    pub fn obstacle(&self, name: &str, foreign: bool) -> Option<(String, String)> {
        self.parts(name).iter().find_map(|part| {
            let record = &self.records[part];
            record.fields.iter().find_map(|field| match field.ty.element() {
                Type::Foreign(words) if foreign => Some((label(record, field), words.clone())),
                Type::Unsayable(words) if !foreign => Some((label(record, field), words.clone())),
                _ => None,
            })
        })
    }

    /// Whether a type here is, byte for byte, a type of another model. What a part is called does
    /// not matter, nor which of two names for the same number is used.
    pub fn same(&self, ty: &Type, other: &Self, theirs: &Type) -> bool {
        match (ty, theirs) {
            (Type::Number(a), Type::Number(b)) => Type::kind(a) == Type::kind(b),
            (Type::Array(a, n), Type::Array(b, m)) => n == m && self.same(a, other, b),
            (Type::Record(a), Type::Record(b)) => {
                let (Some(a), Some(b)) = (self.records.get(a), other.records.get(b)) else {
                    return false;
                };
                if is_address(&a.name) || is_address(&b.name) {
                    return is_address(&a.name) == is_address(&b.name) && a.size == b.size;
                }
                a.union == b.union && a.size == b.size && self.same_fields(a, other, b)
            }
            _ => false,
        }
    }

    fn same_fields(&self, record: &Record, other: &Self, theirs: &Record) -> bool {
        record.fields.len() == theirs.fields.len()
            && record.fields.iter().zip(&theirs.fields).all(|(a, b)| {
                (&a.name, a.offset) == (&b.name, b.offset) && self.same(&a.ty, other, &b.ty)
            })
    }
}

fn label(record: &Record, field: &Field) -> String {
    format!("{}.{}", record.name, field.name)
}

/// Addresses: so many bytes, whatever members a header reaches them by.
pub fn is_address(name: &str) -> bool {
    matches!(
        name,
        "pf_addr" | "in_addr" | "in6_addr" | "sockaddr_in" | "sockaddr_in6" | "sockaddr_union"
    )
}
