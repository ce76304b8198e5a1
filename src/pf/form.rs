//! What the records of a state table look like: every field of one release's state, by name.
//!
//! The fields come from the headers ([`Snapshot::fields`]), structs within structs taken apart:
//! `pfsync_state.key` and `pfsync_state_key.addr` become `wire.addr0`, `wire.addr1`, `stack.addr0` and
//! `stack.addr1`. So whatever is said by field here holds for each layout, and for those to come.

#![forbid(unsafe_code)]

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::abi::types::Field;
use crate::abi::{Dialect, Release, SNAPSHOTS, Snapshot, with_dialect};
use crate::state::{State, StateId};

/// Which states a release has; FreeBSD 14 and 15 know older ones beside their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Generation {
    /// Its own.
    Own,
    /// Those of FreeBSD 14.
    Of1400,
    /// Those of FreeBSD 13 and earlier.
    Of1301,
}

/// What the records of a table are: states as a release has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Form {
    release: Release,
    generation: Generation,
}

impl Form {
    /// The states that a release itself sends and takes.
    pub const fn new(release: Release) -> Self {
        Self { release, generation: Generation::Own }
    }

    /// The states of a release that have so many bytes; `None` where it knows none.
    pub fn sized(release: Release, record_bytes: usize) -> Option<Self> {
        [Generation::Own, Generation::Of1400, Generation::Of1301]
            .into_iter()
            .map(|generation| Self { release, generation })
            .find(|form| form.record_bytes() == record_bytes)
    }

    /// The states that pf's ioctls take: on FreeBSD those of 13, whatever the release
    /// (wire-others.md 5.1).
    pub fn of_ioctls(release: Release) -> Self {
        let freebsd = release.system() == "freebsd" && release.version() == 5;
        let generation = if freebsd { Generation::Of1301 } else { Generation::Own };
        let form = Self { release, generation };
        // A release with states of one kind alone has them under its own name.
        Self::sized(release, form.record_bytes()).unwrap_or(form)
    }

    /// Whose states they are.
    pub const fn release(self) -> Release {
        self.release
    }

    /// Bytes of one record.
    pub fn record_bytes(self) -> usize {
        with_dialect!(self.release.layout(), D => match self.generation {
            Generation::Own => size_of::<<D as Dialect>::State>(),
            Generation::Of1400 => size_of::<<D as Dialect>::State1400>(),
            Generation::Of1301 => size_of::<<D as Dialect>::State1301>(),
        })
    }

    /// What makes a [`State`] of a record of this form; `None` for one that is too short.
    pub fn decoder(self) -> fn(&[u8]) -> Option<State> {
        with_dialect!(self.release.layout(), D => match self.generation {
            Generation::Own => decode::<<D as Dialect>::State>,
            Generation::Of1400 => decode::<<D as Dialect>::State1400>,
            Generation::Of1301 => decode::<<D as Dialect>::State1301>,
        })
    }

    /// Whether these states are FreeBSD's of version 5, whose SCTP has states of its own.
    pub fn is_freebsd(self) -> bool {
        self.release.system() == "freebsd" && self.release.version() == 5
    }

    /// The number of IPv6 in the states of this system (wire-others.md 1.8).
    pub fn inet6(self) -> u8 {
        match self.release.system() {
            "freebsd" | "dragonfly" => 28,
            _ => 24,
        }
    }

    /// `PF_ROUTETO` of this release.
    pub(crate) fn route_to(self) -> u8 {
        use crate::abi::record::StateRecord;
        with_dialect!(self.release.layout(), D => <<D as Dialect>::State as StateRecord>::ROUTE_TO)
    }
}

fn decode<S: crate::abi::record::StateRecord>(record: &[u8]) -> Option<State> {
    S::ref_from_prefix(record).ok().map(|(record, _)| State::from_record(record))
}

/// Which family an address is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The wire key's.
    Wire,
    /// The stack key's.
    Stack,
    /// That of the next hop.
    Hop,
}

/// A set of bits with names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bits {
    /// `state_flags`
    State,
    /// `sync_flags`
    Sync,
    /// `log`
    Log,
}

/// What the bytes of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number in hexadecimal with all its digits: id and creatorid.
    Name,
    /// A name that a NUL ends.
    Text,
    /// An address, or 16 bytes of whatever.
    Address(Side),
    /// An address family.
    Family,
    /// An IP protocol.
    Proto,
    /// In or out.
    Direction,
    /// A timeout class.
    Timeout,
    /// A peer's state.
    PeerState,
    /// Bits.
    Flags(Bits),
    /// `route-to` and the like.
    Route,
    /// A rule's number, or none.
    Rule,
    /// A number.
    Number,
    /// A number with a sign.
    Signed,
    /// A number in hexadecimal.
    Hex,
    /// Bytes that mean nothing.
    Padding,
}

impl Kind {
    /// Whether there are values of it that no kernel takes.
    fn is_checked(self) -> bool {
        use Kind::{Direction, Family, Name, PeerState, Text, Timeout};
        matches!(self, Name | Text | Direction | Family | PeerState | Timeout)
    }
}

/// A field of a record that is not a struct itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// `wire.addr0`
    pub name: String,
    /// From the start of the record, in bytes.
    pub offset: usize,
    /// In bytes.
    pub size: usize,
    pub kind: Kind,
    /// It has to be said; others are [`default`](Self::default_byte) where they are not.
    pub required: bool,
}

impl Leaf {
    /// The byte that all of a field is made of where nothing is said of it: no rule, else 0.
    pub fn default_byte(&self) -> u8 {
        if self.kind == Kind::Rule { 0xff } else { 0 }
    }

    /// Whether a record is written with it: it has to be, or is not what it is where nothing is said of it.
    pub fn is_said(&self, record: &[u8]) -> bool {
        let default = self.default_byte();
        self.required || self.of(record).iter().any(|byte| *byte != default)
    }

    /// Its bytes in a record.
    pub fn of<'r>(&self, record: &'r [u8]) -> &'r [u8] {
        record.get(self.offset..self.offset + self.size).unwrap_or_default()
    }

    /// Its place in a record.
    pub fn of_mut<'r>(&self, record: &'r mut [u8]) -> &'r mut [u8] {
        record.get_mut(self.offset..self.offset + self.size).unwrap_or_default()
    }

    /// Its value as a number in network order, where it has at most eight bytes.
    pub fn number(&self, record: &[u8]) -> u64 {
        self.of(record).iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Makes it this number; whether that fits.
    pub fn set_number(&self, record: &mut [u8], number: u64) -> bool {
        let bytes = number.to_be_bytes();
        let place = self.of_mut(record);
        let Some(skipped) = bytes.len().checked_sub(place.len()) else { return false };
        let (high, low) = bytes.split_at(skipped);
        place.copy_from_slice(low);
        high.iter().all(|byte| *byte == 0)
    }
}

/// All fields of the records of a form, what says who somebody is first.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub form: Form,
    pub record_bytes: usize,
    pub leaves: Vec<Leaf>,
    by_name: HashMap<String, usize, RandomState>,
    pub roles: Roles,
    /// The leaves that a kernel looks at before it takes a state: see `dump::check`.
    pub checked: Vec<usize>,
}

/// Where the fields are, among the leaves, that others depend on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Roles {
    pub id: usize,
    pub creatorid: usize,
    pub proto: usize,
    /// Of the state, or of its wire key.
    pub af: usize,
    pub stack_af: Option<usize>,
    pub rt_af: Option<usize>,
    /// The keys' own.
    pub key_afs: Option<[usize; 2]>,
    pub timeout: usize,
    pub creation: usize,
    pub expire: usize,
}

impl Shape {
    /// Of a form.
    pub fn of(form: Form) -> Self {
        let record_bytes = form.record_bytes();
        let mut leaves = Vec::new();
        let named = |s: &&Snapshot| s.name == form.release.snapshot();
        if let Some(snapshot) = SNAPSHOTS.iter().find(named) {
            let state = snapshot.fields.iter().find(|field| {
                field.struct_size == record_bytes && field.name.ends_with(".direction")
            });
            let state = state.and_then(|field| field.name.split_once('.')).map_or("", |(s, _)| s);
            expand(snapshot, state, "", 0, &mut leaves);
        }
        // Stable: what is required stands in front, everything else as in the kernel.
        leaves.sort_by_key(|leaf: &Leaf| rank(&leaf.name));
        let by_name = leaves.iter().enumerate().map(|(at, leaf)| (leaf.name.clone(), at)).collect();
        let checked = leaves.iter().enumerate().filter(|(_, leaf)| leaf.kind.is_checked());
        let checked = checked.map(|(at, _)| at).collect();
        let roles = Roles::default();
        let mut shape = Self { form, record_bytes, leaves, by_name, roles, checked };
        let at = |names: &[&str]| names.iter().find_map(|name| shape.find(name));
        shape.roles = Roles {
            id: at(&["id"]).unwrap_or_default(),
            creatorid: at(&["creatorid"]).unwrap_or_default(),
            proto: at(&["proto", "wire_proto"]).unwrap_or_default(),
            af: at(&["af", "wire_af"]).unwrap_or_default(),
            stack_af: at(&["stack_af"]),
            rt_af: at(&["rt_af"]),
            key_afs: at(&["wire.af"]).zip(at(&["stack.af"])).map(<[usize; 2]>::from),
            timeout: at(&["timeout"]).unwrap_or_default(),
            creation: at(&["creation"]).unwrap_or_default(),
            expire: at(&["expire"]).unwrap_or_default(),
        };
        shape
    }

    /// The number of a leaf.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// A leaf.
    pub fn leaf(&self, name: &str) -> Option<&Leaf> {
        self.leaves.get(self.find(name)?)
    }

    /// The value of a role's leaf.
    pub fn role(&self, role: usize, record: &[u8]) -> u64 {
        self.leaves.get(role).map_or(0, |leaf| leaf.number(record))
    }

    /// Which state it is.
    pub fn id(&self, record: &[u8]) -> StateId {
        let (id, creatorid) = self.name(record);
        StateId { id, creatorid }
    }

    /// A state's name: id and creatorid.
    pub fn name(&self, record: &[u8]) -> (u64, u32) {
        let creatorid = self.role(self.roles.creatorid, record);
        (self.role(self.roles.id, record), creatorid as u32)
    }
}

/// In which order fields are written: what people look for, then the rest.
fn rank(name: &str) -> usize {
    const FIRST: [&str; 30] = [
        "id",
        "creatorid",
        "ifname",
        "orig_ifname",
        "direction",
        "proto",
        "wire_proto",
        "stack_proto",
        "af",
        "wire_af",
        "stack_af",
        "wire.addr0",
        "wire.port0",
        "wire.addr1",
        "wire.port1",
        "stack.addr0",
        "stack.port0",
        "stack.addr1",
        "stack.port1",
        "lan.addr",
        "lan.port",
        "gwy.addr",
        "gwy.port",
        "ext.addr",
        "ext.port",
        "src.state",
        "dst.state",
        "timeout",
        "creation",
        "expire",
    ];
    FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len())
}

/// The fields of a struct, those of structs in it included.
fn expand(snapshot: &Snapshot, name: &str, prefix: &str, base: usize, leaves: &mut Vec<Leaf>) {
    let fields = snapshot.fields.iter().filter_map(|field| {
        let (of, field_name) = field.name.split_once('.')?;
        (of == name).then_some((field, field_name))
    });
    for (field, field_name) in fields {
        let at = base + field.offset;
        let inner = |word: &str, size: usize| struct_with(snapshot, word, size);
        match (field_name, field.size) {
            ("key", size) => {
                if let Some(key) = inner("_key", size / 2) {
                    expand(snapshot, key, "wire.", at, leaves);
                    expand(snapshot, key, "stack.", at + size / 2, leaves);
                }
            }
            ("lan" | "gwy" | "ext", size) => {
                if let Some(host) = inner("_host", size) {
                    expand(snapshot, host, &format!("{field_name}."), at, leaves);
                }
            }
            ("src" | "dst", size) => {
                if let Some(peer) = inner("_peer", size) {
                    expand(snapshot, peer, &format!("{field_name}."), at, leaves);
                }
            }
            ("scrub", size) => {
                if let Some(scrub) = inner("_scrub", size) {
                    expand(snapshot, scrub, &format!("{prefix}scrub."), at, leaves);
                }
            }
            _ => split(field, field_name, prefix, at, leaves),
        }
    }
}

/// The struct of this size with such a word in its name.
fn struct_with(snapshot: &Snapshot, word: &str, size: usize) -> Option<&'static str> {
    let is = |field: &&Field| field.struct_size == size && field.name.contains(word);
    let field = snapshot.fields.iter().find(is)?;
    field.name.split_once('.').map(|(name, _)| name)
}

/// A field that is no struct, or the two of an array.
fn split(field: &Field, name: &str, prefix: &str, at: usize, leaves: &mut Vec<Leaf>) {
    let pair = matches!(
        (name, field.size),
        ("addr", 32) | ("port", 4) | ("rtableid", 8) | ("set_prio", 2) | ("packets" | "bytes", _)
    );
    let kind = kind(name, prefix);
    let mut add = |name: String, offset, size| {
        let required = is_required(&name);
        leaves.push(Leaf { name, offset, size, kind, required });
    };
    match pair {
        true => {
            let half = field.size / 2;
            add(format!("{prefix}{name}0"), at, half);
            add(format!("{prefix}{name}1"), at + half, half);
        }
        false => add(format!("{prefix}{name}"), at, field.size),
    }
}

/// What a field holds, by the kernel's name for it; one that is not known is a number, or bytes.
fn kind(name: &str, prefix: &str) -> Kind {
    match (name, prefix) {
        ("id" | "creatorid", _) => Kind::Name,
        ("ifname" | "rt_ifname" | "orig_ifname" | "tagname", _) => Kind::Text,
        ("addr", "stack.") => Kind::Address(Side::Stack),
        ("addr", _) => Kind::Address(Side::Wire),
        ("rt_addr", _) => Kind::Address(Side::Hop),
        ("af" | "wire_af" | "stack_af" | "rt_af", _) => Kind::Family,
        ("proto" | "wire_proto" | "stack_proto", _) => Kind::Proto,
        ("direction", _) => Kind::Direction,
        ("timeout", _) => Kind::Timeout,
        ("state", _) => Kind::PeerState,
        ("state_flags" | "all_state_flags", _) => Kind::Flags(Bits::State),
        ("sync_flags", _) => Kind::Flags(Bits::Sync),
        ("log", _) => Kind::Flags(Bits::Log),
        ("rt", _) => Kind::Route,
        ("rule" | "anchor" | "nat_rule", _) => Kind::Rule,
        ("rtableid", _) => Kind::Signed,
        ("pfss_flags" | "wscale", _) => Kind::Hex,
        ("pad" | "pad0" | "_pad" | "spare" | "__spare", _) => Kind::Padding,
        _ => Kind::Number,
    }
}

/// A state without these is none.
fn is_required(name: &str) -> bool {
    const OPTIONAL: [&str; 7] =
        ["wire.af", "stack.af", "rt_af", "orig_ifname", "creation", "expire", "stack_proto"];
    let first = rank(name) < rank("");
    first && !OPTIONAL.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms() -> Vec<Form> {
        let mut forms = Vec::new();
        for release in Release::ALL {
            for generation in [Generation::Own, Generation::Of1400, Generation::Of1301] {
                forms.push(Form { release: *release, generation });
            }
        }
        forms
    }

    /// Every byte of every record belongs to one field, and no two fields have the same name.
    #[test]
    fn fields_cover_each_record() {
        for form in forms() {
            let shape = Shape::of(form);
            let mut seen = vec![0; shape.record_bytes];
            for leaf in &shape.leaves {
                seen[leaf.offset..leaf.offset + leaf.size].iter_mut().for_each(|n| *n += 1);
                let wide = matches!(leaf.kind, Kind::Text | Kind::Padding | Kind::Address(_));
                assert!(wide || leaf.size <= 8, "{form:?} {}", leaf.name);
            }
            assert!(seen.iter().all(|n| *n == 1), "{form:?} {seen:?}");
            assert_eq!(shape.by_name.len(), shape.leaves.len(), "{form:?}");
            let known = shape.leaves.iter().filter(|leaf| leaf.required).count();
            assert!(known >= 15, "{form:?} {known}");
        }
    }

    #[test]
    fn names_are_the_kernels_with_structs_taken_apart() {
        let shape = Shape::of(Form::new(Release::OpenBsd7_9));
        for (name, offset, size) in [
            ("id", 0, 8),
            ("wire.addr1", 40, 16),
            ("stack.port0", 96, 2),
            ("stack.rdomain", 100, 2),
            ("src.scrub.pfss_ts_mod", 108, 4),
            ("dst.state", 160, 1),
            ("packets1", 212, 8),
            ("rtableid1", 244, 4),
            ("set_prio1", 263, 1),
        ] {
            let leaf = shape.leaf(name).unwrap();
            assert_eq!((leaf.offset, leaf.size), (offset, size), "{name}");
        }
        let shape = Shape::of(Form::sized(Release::FreeBsd15_0, 242).unwrap());
        assert!(shape.leaf("af").is_some() && shape.leaf("wire_af").is_none());
        assert_eq!(Form::of_ioctls(Release::FreeBsd15_0).record_bytes(), 242);
        assert_eq!(Form::of_ioctls(Release::FreeBsd13_0), Form::new(Release::FreeBsd13_0));
        assert_eq!(Form::of_ioctls(Release::OpenBsd4_6).record_bytes(), 240);
    }
}
