//! The destination `syslog:FACILITY`: a name and a number, without anything that sends.

#![forbid(unsafe_code)]

use std::str::FromStr;

/// What syslog.conf(5) sorts messages by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Facility(u8);

impl Facility {
    /// Its number in RFC 5424, 0 to 23. A message's priority is eight times this and the severity.
    pub const fn code(self) -> u8 {
        self.0
    }
}

/// `syslog` or `syslog:FACILITY`, as the command line has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyslogDest {
    facility: Facility,
    name: &'static str,
}

/// The facilities by their names in syslog.conf(5); the first is the default.
const FACILITIES: &[(&str, &str, u8)] = &[
    ("daemon", "syslog:daemon", 3),
    ("kern", "syslog:kern", 0),
    ("user", "syslog:user", 1),
    ("mail", "syslog:mail", 2),
    ("auth", "syslog:auth", 4),
    ("authpriv", "syslog:authpriv", 10),
    ("syslog", "syslog:syslog", 5),
    ("lpr", "syslog:lpr", 6),
    ("news", "syslog:news", 7),
    ("uucp", "syslog:uucp", 8),
    ("cron", "syslog:cron", 9),
    ("ftp", "syslog:ftp", 11),
    ("local0", "syslog:local0", 16),
    ("local1", "syslog:local1", 17),
    ("local2", "syslog:local2", 18),
    ("local3", "syslog:local3", 19),
    ("local4", "syslog:local4", 20),
    ("local5", "syslog:local5", 21),
    ("local6", "syslog:local6", 22),
    ("local7", "syslog:local7", 23),
];

impl SyslogDest {
    /// `syslog:daemon`
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Under which facility messages go.
    pub fn facility(&self) -> Facility {
        self.facility
    }
}

impl Default for SyslogDest {
    fn default() -> Self {
        let (_, name, code) = FACILITIES[0];
        Self { facility: Facility(code), name }
    }
}

impl FromStr for SyslogDest {
    type Err = String;

    /// The name of a facility.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = FACILITIES.iter().find(|(known, ..)| *known == word);
        known.map(|(_, name, code)| Self { facility: Facility(*code), name }).ok_or_else(|| {
            let all: Vec<_> = FACILITIES.iter().map(|(known, ..)| *known).collect();
            format!("no facility is called {word:?}; there are {}", all.join(" "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facilities_are_those_of_syslog_conf() {
        let local0: SyslogDest = "local0".parse().unwrap();
        assert_eq!((local0.name(), local0.facility().code()), ("syslog:local0", 16));
        let error = "lokal0".parse::<SyslogDest>().unwrap_err();
        assert!(error.contains("lokal0") && error.contains("local0"), "{error}");
        let default = SyslogDest::default();
        assert_eq!((default.name(), default.facility().code()), ("syslog:daemon", 3));
        for (word, name, _) in FACILITIES {
            assert_eq!(name.strip_prefix("syslog:"), Some(*word));
        }
    }
}
