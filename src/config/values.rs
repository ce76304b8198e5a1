//! Values as words, on the command line and in a configuration file alike.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::plan::Printed;
use crate::output::QUEUE_LEAST;
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

/// The name of an interface, a user or a group.
pub(super) fn name(word: &str) -> Result<String, &'static str> {
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
    let bytes = sized(word).ok_or("a number of bytes is needed, as 512K or 64M")?;
    match u32::try_from(bytes) {
        Ok(0) => Err("0 bytes are too few".to_string()),
        Ok(bytes) if i32::try_from(bytes).is_ok() => Ok(bytes),
        _ => Err("more than 2G less one byte is not possible".to_string()),
    }
}

/// A number with an optional K, M or G (of 1024); `None` for what is none, or too large to say.
fn sized(word: &str) -> Option<u64> {
    const UNITS: [([char; 2], u64); 3] =
        [(['k', 'K'], 1 << 10), (['m', 'M'], 1 << 20), (['g', 'G'], 1 << 30)];
    let of_unit = |(letters, unit)| word.strip_suffix(letters).map(|digits| (digits, unit));
    let (digits, unit) = UNITS.into_iter().find_map(of_unit).unwrap_or((word, 1));
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

/// Bytes that an output may hold back.
pub(super) fn queue(word: &str) -> Result<u32, String> {
    bytes(word).and_then(|bytes| match bytes {
        QUEUE_LEAST.. => Ok(bytes),
        _ => Err(format!(
            "at least {}K are needed, since lines leave it many at a time",
            QUEUE_LEAST >> 10
        )),
    })
}

/// Bytes at which a file is full.
pub(super) fn file_size(word: &str) -> Result<u64, String> {
    const LEAST: u64 = 1 << 10;
    match sized(word) {
        Some(bytes @ LEAST..) => Ok(bytes),
        _ => Err("a number of bytes from 1K on is needed, as 500M or 2G".to_string()),
    }
}

/// Files that are kept.
pub(super) fn keep(word: &str) -> Result<u32, String> {
    let number = word.parse().ok().filter(|number| (1..=10_000).contains(number));
    number.ok_or_else(|| "a number from 1 to 10000 is needed".to_string())
}

/// Permissions, in octal digits.
pub(super) fn mode(word: &str) -> Result<u32, String> {
    let is_octal = word.bytes().all(|byte| byte.is_ascii_digit());
    let mode = u32::from_str_radix(word, 8).ok().filter(|mode| *mode <= 0o777 && is_octal);
    mode.ok_or_else(|| "an octal number up to 0777 is needed, as 0640".to_string())
}

/// A time in seconds, or with a unit: s, m or h; up to some 136 years, so that it can be added to
/// any time.
pub(super) fn duration(word: &str) -> Result<Duration, &'static str> {
    const UNITS: [(char, u32); 3] = [('s', 1), ('m', 60), ('h', 3600)];
    let of_unit = |(letter, unit)| word.strip_suffix(letter).map(|digits| (digits, unit));
    let (digits, unit) = UNITS.into_iter().find_map(of_unit).unwrap_or((word, 1));
    let secs = digits.parse::<u32>().ok().and_then(|number| number.checked_mul(unit));
    let secs = secs.ok_or("a number of seconds is needed, also as 10m or 1h")?;
    Ok(Duration::from_secs(secs.into()))
}

/// A time between two questions to pf, which locks its table for each.
pub(super) fn poll(word: &str) -> Result<Duration, &'static str> {
    let every = duration(word).ok().filter(|every| (30..=86_400).contains(&every.as_secs()));
    every.ok_or("a number of seconds from 30 to 86400 is needed, also as 10m or 1h")
}

/// Seconds between two looks, also as 0.5.
pub(super) fn interval(word: &str) -> Result<Duration, &'static str> {
    let secs = word.parse::<f64>().ok().filter(|secs| (0.1..=86400.0).contains(secs));
    secs.map(Duration::from_secs_f64).ok_or("a number of seconds from 0.1 to 86400 is needed")
}

/// The path of a file or a folder.
pub(super) fn path(word: &str) -> Result<PathBuf, &'static str> {
    name(word).map(PathBuf::from)
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
    #[test]
    fn files_have_sizes_and_permissions() {
        assert_eq!((file_size("1K"), file_size("3G")), (Ok(1 << 10), Ok(3 << 30)));
        assert_eq!(
            (queue("256k"), mode("0640"), mode("600")),
            (Ok(256 << 10), Ok(0o640), Ok(0o600))
        );
        assert!(queue("255k").is_err());
        for wrong in ["", "0", "1023", "99999999999G", "1T"] {
            assert!(file_size(wrong).is_err() && queue(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "0648", "1777", "+640", "rw-r-----"] {
            assert!(mode(wrong).is_err(), "{wrong}");
        }
        assert!(keep("0").is_err() && keep("10001").is_err());
    }

    #[test]
    fn times_have_units() {
        for (word, secs) in [("0", 0), ("90", 90), ("90s", 90), ("10m", 600), ("2h", 7200)] {
            assert_eq!(duration(word), Ok(Duration::from_secs(secs)), "{word}");
        }
        for wrong in ["", "m", "1d", "-1", "1.5", "4294967295m"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
