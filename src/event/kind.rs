//! The kinds of events, and sets of them.

#![forbid(unsafe_code)]

use std::fmt;
use std::str::FromStr;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// A state was made, or is seen for the first time.
    Start,
    /// A state went on.
    Update,
    /// A state is gone.
    End,
    /// A state is taken for gone, though nothing said so.
    Expire,
    /// The states of a creator were flushed.
    Clear,
    /// A bulk update starts or ends.
    Bulk,
    /// Somebody asks for an update.
    Request,
    /// Somebody acknowledges an insert.
    Ack,
    /// An IPsec SA.
    Tdb,
    /// Something was lost, or may have been.
    Gap,
    /// A packet that a rule logged.
    Packet,
}

impl EventKind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::Start,
        Self::Update,
        Self::End,
        Self::Expire,
        Self::Clear,
        Self::Bulk,
        Self::Request,
        Self::Ack,
        Self::Tdb,
        Self::Gap,
        Self::Packet,
    ];

    /// The name, in lines and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Update => "update",
            Self::End => "end",
            Self::Expire => "expire",
            Self::Clear => "clear",
            Self::Bulk => "bulk",
            Self::Request => "request",
            Self::Ack => "ack",
            Self::Tdb => "tdb",
            Self::Gap => "gap",
            Self::Packet => "packet",
        }
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventSet(u16);

impl EventSet {
    /// Every kind.
    pub const ALL: Self = Self((1 << EventKind::ALL.len()) - 1);

    /// What an admin reads: start, end, expire, clear, gap of pfsync, packet of pflog.
    pub const DEFAULT: Self = Self(0)
        .with(EventKind::Start)
        .with(EventKind::End)
        .with(EventKind::Expire)
        .with(EventKind::Clear)
        .with(EventKind::Gap)
        .with(EventKind::Packet);

    /// This set and one more kind.
    pub const fn with(self, kind: EventKind) -> Self {
        Self(self.0 | 1 << kind as u16)
    }

    /// Whether the set has this kind.
    pub const fn contains(self, kind: EventKind) -> bool {
        self.0 & 1 << kind as u16 != 0
    }
}

impl Default for EventSet {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A word that names no kind of event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEvent(String);

impl fmt::Display for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no event is called {:?}: they are all", self.0)?;
        EventKind::ALL.iter().try_for_each(|kind| write!(f, ", {}", kind.name()))
    }
}

impl std::error::Error for UnknownEvent {}

impl FromStr for EventSet {
    type Err = UnknownEvent;

    /// A list of names with commas between them; `all` is all of them.
    fn from_str(list: &str) -> Result<Self, Self::Err> {
        list.split(',').map(str::trim).try_fold(Self(0), |set, word| match word {
            "all" => Ok(Self::ALL),
            _ => EventKind::ALL
                .into_iter()
                .find(|kind| kind.name() == word)
                .map(|kind| set.with(kind))
                .ok_or_else(|| UnknownEvent(word.to_string())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_names_are_sets() {
        assert_eq!("start,end,expire,clear,gap,packet".parse(), Ok(EventSet::DEFAULT));
        assert_eq!("all".parse(), Ok(EventSet::ALL));
        let set: EventSet = "tdb, bulk".parse().unwrap();
        let named: Vec<_> = EventKind::ALL.into_iter().filter(|k| set.contains(*k)).collect();
        assert_eq!(named, [EventKind::Bulk, EventKind::Tdb]);
        assert!(EventKind::ALL.into_iter().all(|kind| EventSet::ALL.contains(kind)));
        assert!("start,stop".parse::<EventSet>().unwrap_err().to_string().contains("\"stop\""));
        assert!("".parse::<EventSet>().is_err());
        // all and more is still all, whatever the order
        assert_eq!("start,all,end".parse(), Ok(EventSet::ALL));
    }
}
