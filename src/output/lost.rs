//! What was lost on the way, as numbers that can be added up.

#![forbid(unsafe_code)]

use std::fmt;

use crate::time::Time;

/// Lines that an output did not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// How many; where it is not certain, how many at most.
    pub lines: u64,
    /// Their bytes, line breaks included.
    pub bytes: u64,
    /// Time of the first.
    pub from: Time,
    /// Time of the last.
    pub to: Time,
    /// Whether they were lost for certain, or may have arrived.
    pub certain: bool,
}

impl Lost {
    /// One line of so many bytes at `time`, lost for certain.
    pub const fn line(time: Time, bytes: u64) -> Self {
        Self { lines: 1, bytes, from: time, to: time, certain: true }
    }

    /// Both together; for certain only if both are.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            lines: self.lines.saturating_add(other.lines),
            bytes: self.bytes.saturating_add(other.bytes),
            from: self.from.min(other.from),
            to: self.to.max(other.to),
            certain: self.certain && other.certain,
        }
    }

    /// This and what was lost before.
    #[must_use]
    pub fn after(self, before: Option<Self>) -> Self {
        before.map_or(self, |before| before.and(self))
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.certain {
            true => write!(f, "{} lines were lost", self.lines),
            false => write!(f, "up to {} lines may be lost", self.lines),
        }
    }
}

/// What was lost and is still to be told: that which is certain apart from that which is not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Owed {
    certain: Option<Lost>,
    uncertain: Option<Lost>,
}

impl Owed {
    /// This too.
    pub fn add(&mut self, lost: Lost) {
        let of = if lost.certain { &mut self.certain } else { &mut self.uncertain };
        *of = Some(lost.after(*of));
    }

    /// What is told next, which is owed no more.
    pub fn take(&mut self) -> Option<Lost> {
        self.certain.take().or_else(|| self.uncertain.take())
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.certain.is_none() && self.uncertain.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_certain_is_told_apart() {
        let at = |secs| Time::new(secs, 0);
        let mut owed = Owed::default();
        owed.add(Lost::line(at(5), 10));
        owed.add(Lost { certain: false, ..Lost::line(at(1), 7) });
        owed.add(Lost::line(at(3), 20));
        let certain = Lost { lines: 2, bytes: 30, from: at(3), to: at(5), certain: true };
        assert_eq!(owed.take(), Some(certain));
        let uncertain = owed.take().unwrap();
        assert_eq!((uncertain.lines, uncertain.certain), (1, false));
        assert!(owed.is_empty() && owed.take().is_none());
        assert_eq!(certain.to_string(), "2 lines were lost");
        assert_eq!(uncertain.to_string(), "up to 1 lines may be lost");
        assert!(!certain.and(uncertain).certain);
    }
}
