//! The summary as a table and as JSON. All words in it are this program's own, or addresses:
//! nothing needs to be escaped.

#![forbid(unsafe_code)]

use std::fmt;
use std::io::{self, Write};
use std::net::IpAddr;

use super::{ActionAndReason, Gaps, MAX_HOSTS, Place, States, Summary, TOP_HOSTS};
use crate::event::EventKind;
use crate::format::{pfctl, write_ip};
use crate::line::Line;
use crate::time::{Rfc3339, Time};

/// What the writers of lines write, as a word of a column.
struct Text(Line);

impl Text {
    fn of(write: impl FnOnce(&mut Line)) -> Self {
        let mut text = Line::new();
        write(&mut text);
        Self(text)
    }

    fn ip(ip: IpAddr) -> Self {
        Self::of(|out| write_ip(out, ip))
    }

    fn proto(number: usize) -> Self {
        Self::of(|out| pfctl::write_proto(out, u8::try_from(number).unwrap_or(u8::MAX)))
    }

    fn time(time: Time) -> Self {
        Self::of(|out| Rfc3339::default().write_micros(out, time))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Columns want the width to be kept.
        f.pad(&String::from_utf8_lossy(self.0.as_bytes()))
    }
}

impl Place {
    const fn word(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Frame => "frame",
            Self::Output => "output",
        }
    }

    /// What is lost there.
    const fn unit(self) -> &'static str {
        match self {
            Self::Capture => "packets",
            Self::Frame => "messages",
            Self::Output => "lines",
        }
    }
}

impl Summary {
    fn events_of(&self, kind: EventKind) -> u64 {
        self.events.get(kind as usize).copied().unwrap_or(0)
    }

    /// Protocols that had states, those with more first.
    fn protos_seen(&self) -> Vec<(usize, States)> {
        let all = self.protos.iter().copied().enumerate();
        let mut seen: Vec<_> = all.filter(|(_, states)| states.all > 0).collect();
        seen.sort_by_key(|(_, states)| std::cmp::Reverse(states.all));
        seen
    }

    /// Writes a table for a person, at most 80 columns wide.
    pub fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.span {
            Some((from, to)) => {
                let secs = to.nanos().saturating_sub(from.nanos()) / 1_000_000_000;
                let (from, to) = (Text::time(from), Text::time(to));
                writeln!(out, "from {from} to {to}")?;
                writeln!(out, "{secs} s, {} packets", self.packets)?;
            }
            None => writeln!(out, "no packets")?,
        }
        writeln!(out, "\n{:<24}{:>12}", "EVENTS", "number")?;
        for kind in EventKind::ALL {
            let count = self.events_of(kind);
            if count > 0 {
                write!(out, "  {:<22}{count:>12}", kind.name())?;
                match (kind, self.duplicates) {
                    (EventKind::End, 1..) => {
                        writeln!(out, "  ({} of them second deletes)", self.duplicates)?;
                    }
                    _ => writeln!(out)?,
                }
            }
        }
        writeln!(out, "\n{:<24}{:>12}{:>12}", "STATES BEGUN", "all", "translated")?;
        for (number, States { all, translated }) in self.protos_seen() {
            writeln!(out, "  {:<22}{all:>12}{translated:>12}", Text::proto(number))?;
        }
        self.write_hosts(out)?;
        if !self.logged.is_empty() {
            writeln!(out, "\n{:<24}{:>12}", "LOGGED PACKETS", "number")?;
        }
        for ((action, reason), count) in self.logged_by_number() {
            let name = format!("{} {}", word(action), word(reason));
            writeln!(out, "  {name:<22}{count:>12}")?;
        }
        writeln!(out, "\n{:<24}{:>12}{:>12}", "GAPS", "number", "lost")?;
        for Gaps { at, reason, count, lost } in &self.gaps {
            let name = format!("{} {reason}", at.word());
            write!(out, "  {name:<22}{count:>12}")?;
            match lost {
                0 => writeln!(out, "{:>12}", "?")?,
                _ => writeln!(out, "{lost:>12} {}", at.unit())?,
            }
        }
        if self.gaps.is_empty() {
            writeln!(out, "  none")?;
        }
        Ok(())
    }

    fn write_hosts(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "\n{:<24}{:>12}  as", "TRANSLATED HOSTS", "states")?;
        for host in self.hosts.top(TOP_HOSTS) {
            let (src, nat_src) = (Text::ip(host.src), Text::ip(host.nat_src));
            let others = if host.several { " and others" } else { "" };
            writeln!(out, "  {src:<22}{:>12}  {nat_src}{others}", host.states)?;
        }
        match self.hosts.floor() {
            Some(floor) => writeln!(
                out,
                "  more than the {MAX_HOSTS} that can be counted at a time: those with few states\n  \
                 made room, so numbers may be too low, by {floor} at most"
            ),
            None if self.hosts.is_empty() => writeln!(out, "  none"),
            None if self.hosts.len() > TOP_HOSTS => {
                writeln!(out, "  and {} more", self.hosts.len() - TOP_HOSTS)
            }
            None => Ok(()),
        }
    }

    /// Writes the same as one JSON object on one line: all of it under `summary`, so that it is
    /// told from the counters.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\"summary\":{{")?;
        if let Some((from, to)) = self.span {
            write!(out, "\"from\":\"{}\",\"to\":\"{}\",", Text::time(from), Text::time(to))?;
        }
        write!(out, "\"packets\":{},\"events\":{{", self.packets)?;
        for (at, kind) in EventKind::ALL.into_iter().enumerate() {
            write!(out, "{}\"{}\":{}", comma(at), kind.name(), self.events_of(kind))?;
        }
        write!(out, "}},\"duplicates\":{},\"states\":{{", self.duplicates)?;
        for (at, (number, States { all, translated })) in self.protos_seen().iter().enumerate() {
            let (comma, proto) = (comma(at), Text::proto(*number));
            write!(out, "{comma}\"{proto}\":{{\"all\":{all},\"translated\":{translated}}}")?;
        }
        write!(out, "}},\"hosts\":[")?;
        for (at, host) in self.hosts.top(TOP_HOSTS).iter().enumerate() {
            let (comma, src, nat_src) = (comma(at), Text::ip(host.src), Text::ip(host.nat_src));
            write!(out, "{comma}{{\"src\":\"{src}\",\"states\":{},", host.states)?;
            write!(out, "\"missed\":{},\"nat_src\":\"{nat_src}\",", host.missed)?;
            write!(out, "\"several\":{}}}", host.several)?;
        }
        write!(out, "],\"hosts_counted\":{},", self.hosts.len())?;
        if let Some(floor) = self.hosts.floor() {
            write!(out, "\"hosts_missed\":{floor},")?;
        }
        write!(out, "\"gaps\":[")?;
        for (at, Gaps { at: place, reason, count, lost }) in self.gaps.iter().enumerate() {
            let (comma, place) = (comma(at), place.word());
            write!(out, "{comma}{{\"where\":\"{place}\",\"reason\":\"{reason}\",")?;
            write!(out, "\"count\":{count},\"lost\":{lost}}}")?;
        }
        write!(out, "],\"logged\":[")?;
        for (at, ((action, reason), count)) in self.logged_by_number().into_iter().enumerate() {
            let (comma, action, reason) = (comma(at), word(action), word(reason));
            write!(out, "{comma}{{\"action\":\"{action}\",\"reason\":\"{reason}\",")?;
            write!(out, "\"count\":{count}}}")?;
        }
        writeln!(out, "]}}}}")
    }

    /// Logged packets, the most first.
    fn logged_by_number(&self) -> Vec<(ActionAndReason, u64)> {
        let mut logged = self.logged.clone();
        logged.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        logged
    }
}

/// An action or a reason, or what stands for those without a name.
fn word(word: Option<&'static str>) -> &'static str {
    word.unwrap_or("other")
}

/// What stands before the element of a list.
const fn comma(at: usize) -> &'static str {
    if at == 0 { "" } else { "," }
}
