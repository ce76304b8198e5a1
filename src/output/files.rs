//! What becomes of files that outputs write, as the command line says it: without anything that writes.

#![forbid(unsafe_code)]

use std::fmt;
use std::str::FromStr;

/// Rotation by size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotate {
    /// A file that has so many bytes is full; the line that fills it stays whole. At least 1024 where the
    /// command line says it.
    pub size: u64,
    /// Files that are kept beside the one that is written, 1 to 10,000: `NAME.0.gz` is the newest.
    pub keep: u32,
}

impl Rotate {
    /// Files that are kept where nobody says how many.
    pub const KEEP: u32 = 7;
}

/// When a file is brought to the disk by fdatasync(2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fsync {
    /// After each write.
    Always,
    /// Once a second at most, while there is something.
    Interval,
    /// When the system does it.
    #[default]
    Never,
}

impl Fsync {
    const ALL: [(&'static str, Self); 3] =
        [("always", Self::Always), ("interval", Self::Interval), ("never", Self::Never)];
}

impl fmt::Display for Fsync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, sync)| sync == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}

impl FromStr for Fsync {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().find(|(name, _)| *name == word);
        known
            .map(|(_, sync)| *sync)
            .ok_or_else(|| format!("{word:?}: there are always, interval and never"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_three_words_for_when() {
        for word in ["always", "interval", "never"] {
            assert_eq!(word.parse::<Fsync>().unwrap().to_string(), word);
        }
        assert!("often".parse::<Fsync>().is_err());
    }
}
