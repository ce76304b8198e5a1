//! Values as words, on the command line and in a configuration file alike.

#![forbid(unsafe_code)]

use std::str::FromStr;

use super::plan::{Dest, Printed};
use crate::output::SyslogDest;
use crate::view::View;

impl FromStr for Printed {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if let Some(view) = View::by_name(name) {
            return Ok(Self::View(view));
        }
        let views: Vec<&str> = View::ALL.iter().map(|(name, _)| *name).collect();
        let format = name.parse().map(Self::Events);
        format.map_err(|error| format!("{error}, and the views {}", views.join(" ")))
    }
}

impl FromStr for Dest {
    type Err = String;

    fn from_str(dest: &str) -> Result<Self, Self::Err> {
        match dest.split_once(':') {
            _ if dest == "-" => Ok(Self::Stdout),
            _ if dest == "syslog" => Ok(Self::Syslog(SyslogDest::default())),
            Some(("syslog", facility)) => facility.parse().map(Self::Syslog),
            _ => Err(format!(
                "{dest:?} is no destination of this version: there are -, syslog and \
                 syslog:FACILITY (for a file, redirect standard output)"
            )),
        }
    }
}

/// `[FORMAT=]DEST`
#[derive(Debug, Clone)]
pub(super) struct OutputArg {
    pub(super) format: Option<Printed>,
    pub(super) dest: Dest,
}

impl FromStr for OutputArg {
    type Err = String;

    fn from_str(arg: &str) -> Result<Self, Self::Err> {
        match arg.split_once('=') {
            Some((format, dest)) => Ok(Self { format: Some(format.parse()?), dest: dest.parse()? }),
            None => Ok(Self { format: None, dest: arg.parse()? }),
        }
    }
}

/// The one of the known words that `word` is most like, if it is like any: what was meant, maybe.
pub(super) fn closest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    /// Of 1; below it even words that share a letter or two are alike.
    const ALIKE: f64 = 0.75;
    // What is much longer than any word there is means none of them.
    let word: String = word.chars().take(64).collect();
    // Of one or two letters nobody can tell.
    if word.len() < 3 {
        return None;
    }
    let alike = known.map(|known| (strsim::jaro(&word, known), known));
    let best = alike.filter(|(alike, _)| *alike > ALIKE).max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.map(|(_, known)| known)
}

/// The name of an interface.
pub(super) fn interface(word: &str) -> Result<String, &'static str> {
    match word {
        "" => Err("a name is needed"),
        word if word.contains('\0') => Err("a name has no zero byte in it"),
        word => Ok(word.to_string()),
    }
}

/// A number of events.
pub(super) fn count(word: &str) -> Result<u64, &'static str> {
    word.parse().map_err(|_| "a number of events is needed")
}

/// A number of states that a table can hold: its indices have 32 bits.
pub(super) fn states(word: &str) -> Result<usize, String> {
    let number = word.parse::<u32>().ok().and_then(|number| usize::try_from(number).ok());
    match number {
        Some(number @ 1..) => Ok(number),
        _ => Err(format!("a number from 1 to {} is needed", u32::MAX)),
    }
}

/// More workers than there are cores gain nothing, so this is no bound for anybody.
const MAX_JOBS: usize = 256;

/// A number of workers.
pub(super) fn jobs(word: &str) -> Result<usize, String> {
    let number = word.parse().ok().filter(|number| (1..=MAX_JOBS).contains(number));
    number.ok_or_else(|| format!("a number from 1 to {MAX_JOBS} is needed"))
}

/// Bytes with an optional K, M or G (of 1024), 1 to 2G less one.
pub(super) fn bytes(word: &str) -> Result<u32, String> {
    const UNITS: [([char; 2], u32); 3] =
        [(['k', 'K'], 1 << 10), (['m', 'M'], 1 << 20), (['g', 'G'], 1 << 30)];
    let of_unit = |(letters, unit)| word.strip_suffix(letters).map(|digits| (digits, unit));
    let (digits, unit) = UNITS.into_iter().find_map(of_unit).unwrap_or((word, 1));
    let number: u32 = digits.parse().map_err(|_| "a number of bytes is needed, as 512K or 64M")?;
    let bytes = number.checked_mul(unit).filter(|bytes| i32::try_from(*bytes).is_ok());
    match bytes {
        Some(0) => Err("0 bytes are too few".to_string()),
        Some(bytes) => Ok(bytes),
        None => Err("more than 2G less one byte is not possible".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes("2048"), Ok(2048));
        assert_eq!(bytes("16M"), Ok(16 << 20));
        assert_eq!(bytes("1g"), Ok(1 << 30));
        for wrong in ["", "M", "0", "2G", "5T", "-1", "1MM", "99999999999"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
