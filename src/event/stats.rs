//! Counters: what was seen, what was told, what was lost.

#![forbid(unsafe_code)]

use std::io::{self, Write};

use super::EventKind;
use crate::pflog::Logged;
use crate::pflog::names::{ACTIONS, REASONS};
use crate::wire::{Action, Counter};

/// Counters since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Captured packets that were looked at.
    pub packets: u64,
    /// Their captured bytes.
    pub bytes: u64,
    /// Packets that are not pfsync.
    pub not_pfsync: u64,
    /// pfsync frames whose header is sound.
    pub frames: u64,
    /// Frames whose bytes do not tell the release that sent them, where none was asked for.
    pub untold: u64,
    /// IP fragments, which are not decoded.
    pub fragments: u64,
    /// Malformed headers in front of a frame.
    pub bad_link: u64,
    /// Sections of actions that are not decoded.
    pub skipped_sections: u64,
    /// Packets that pf logged, with a sound header.
    pub logged: u64,
    /// Malformed headers of logged packets.
    pub bad_pflog: u64,
    /// Logged packets that could not be read, or not to where their ports would be.
    pub unread_packets: u64,
    /// Packets that the capture cut.
    pub cut: u64,
    /// Packets that capture dropped because its buffer was full.
    pub dropped_capture: u64,
    /// Packets that the interface dropped.
    pub dropped_interface: u64,
    /// Lines that an output did not take.
    pub dropped_output: u64,
    /// Lines that were written, all outputs together.
    pub lines: u64,
    /// Events that no message told: the table inferred them.
    pub inferred: u64,
    errors: [u64; Counter::ALL.len()],
    messages: [u64; Action::ALL.len()],
    events: [u64; EventKind::ALL.len()],
    /// Logged packets by action and by reason; the last of each is what has no name.
    actions: [u64; ACTIONS.len() + 1],
    reasons: [u64; REASONS.len() + 1],
}

impl Stats {
    /// Adds what another one counted.
    pub fn add(&mut self, other: &Self) {
        // Taken apart, so that no counter is left out.
        let Self {
            packets,
            bytes,
            not_pfsync,
            frames,
            untold,
            fragments,
            bad_link,
            skipped_sections,
            logged,
            bad_pflog,
            unread_packets,
            cut,
            dropped_capture,
            dropped_interface,
            dropped_output,
            lines,
            inferred,
            errors,
            messages,
            events,
            actions,
            reasons,
        } = other;
        self.packets += packets;
        self.bytes += bytes;
        self.not_pfsync += not_pfsync;
        self.frames += frames;
        self.untold += untold;
        self.fragments += fragments;
        self.bad_link += bad_link;
        self.skipped_sections += skipped_sections;
        self.logged += logged;
        self.bad_pflog += bad_pflog;
        self.unread_packets += unread_packets;
        self.cut += cut;
        self.dropped_capture += dropped_capture;
        self.dropped_interface += dropped_interface;
        self.dropped_output += dropped_output;
        self.lines += lines;
        self.inferred += inferred;
        let add = |to: &mut [u64], from: &[u64]| {
            to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        };
        add(&mut self.errors, errors);
        add(&mut self.messages, messages);
        add(&mut self.events, events);
        add(&mut self.actions, actions);
        add(&mut self.reasons, reasons);
    }

    /// Counts an error of the wire layer under the kernel's name.
    pub fn error(&mut self, counter: Counter) {
        self.errors[counter as usize] += 1;
    }

    /// Counts messages of an action.
    pub fn messages(&mut self, action: Action, count: u64) {
        self.messages[action.told() as usize] += count;
    }

    /// Counts an event, told or not.
    pub fn event(&mut self, kind: EventKind) {
        self.events[kind as usize] += 1;
    }

    /// Counts a packet that a rule logged.
    #[inline]
    pub fn packet(&mut self, logged: &Logged) {
        self.logged += 1;
        self.unread_packets += u64::from(logged.inner.problem.is_some());
        for (counts, code) in
            [(&mut self.actions[..], logged.action), (&mut self.reasons[..], logged.reason)]
        {
            if let Some(count) = counts.get_mut(usize::from(code.place)) {
                *count += 1;
            }
        }
    }

    /// Logged packets by what was done with them: words and counts, what has no word last.
    pub fn packets_by_action(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        by_word(&ACTIONS, &self.actions)
    }

    /// Logged packets by why: words and counts, what has no word last.
    pub fn packets_by_reason(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        by_word(&REASONS, &self.reasons)
    }

    /// Messages of an action.
    pub fn messages_of(&self, action: Action) -> u64 {
        self.messages[action as usize]
    }

    /// Events of a kind.
    pub fn events_of(&self, kind: EventKind) -> u64 {
        self.events[kind as usize]
    }

    /// Errors under one of the kernel's names.
    pub fn errors_of(&self, counter: Counter) -> u64 {
        self.errors[counter as usize]
    }

    /// Writes all counters as one JSON object on one line.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        // The keys are this program's own words: nothing in them needs to be escaped.
        write!(out, "{{")?;
        for (name, count) in [
            ("packets", self.packets),
            ("bytes", self.bytes),
            ("not_pfsync", self.not_pfsync),
            ("frames", self.frames),
            ("untold", self.untold),
            ("fragments", self.fragments),
            ("bad_link", self.bad_link),
        ] {
            write!(out, "\"{name}\":{count},")?;
        }
        // The kernel has no counter for a cut capture; it stands with the losses below.
        for counter in Counter::ALL.into_iter().filter(|counter| *counter != Counter::Cut) {
            write!(out, "\"{}\":{},", counter.name(), self.errors_of(counter))?;
        }
        for (name, count) in [
            ("cut", self.cut),
            ("skipped_sections", self.skipped_sections),
            ("logged", self.logged),
            ("bad_pflog", self.bad_pflog),
            ("unread_packets", self.unread_packets),
            ("dropped_capture", self.dropped_capture),
            ("dropped_interface", self.dropped_interface),
            ("dropped_output", self.dropped_output),
            ("lines", self.lines),
            ("inferred", self.inferred),
        ] {
            write!(out, "\"{name}\":{count},")?;
        }
        write!(out, "\"messages\":{{")?;
        let told = Action::ALL.into_iter().filter(|action| action.told() == *action);
        for (at, action) in told.enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(out, "{comma}\"{}\":{}", action.name(), self.messages_of(action))?;
        }
        write!(out, "}},\"events\":{{")?;
        for (at, kind) in EventKind::ALL.into_iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(out, "{comma}\"{}\":{}", kind.name(), self.events_of(kind))?;
        }
        for (key, counts) in [
            ("packet_actions", &mut self.packets_by_action() as &mut dyn Iterator<Item = _>),
            ("packet_reasons", &mut self.packets_by_reason()),
        ] {
            write!(out, "}},\"{key}\":{{")?;
            // Few of them come up.
            for (at, (word, count)) in counts.filter(|(_, count)| *count > 0).enumerate() {
                let comma = if at == 0 { "" } else { "," };
                write!(out, "{comma}\"{word}\":{count}")?;
            }
        }
        writeln!(out, "}}}}")
    }
}

/// What stands for numbers that have no word.
const NO_WORD: &str = "other";

fn by_word<'a>(
    words: &'static [&'static str],
    counts: &'a [u64],
) -> impl Iterator<Item = (&'static str, u64)> + 'a {
    words.iter().copied().chain([NO_WORD]).zip(counts.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_come_out_as_one_json_object() {
        let mut stats = Stats { packets: 3, lines: 2, cut: 1, ..Stats::default() };
        stats.error(Counter::Badlen);
        stats.messages(Action::DelC, 2);
        stats.event(EventKind::Gap);
        let mut out = Vec::new();
        stats.write_json(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 1);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["packets"], 3);
        assert_eq!(json["lines"], 2);
        assert_eq!(json["cut"], 1);
        assert_eq!(json["badlen"], 1);
        assert_eq!(json["badver"], 0);
        assert_eq!(json["messages"]["DEL_C"], 2);
        assert_eq!(json["messages"].as_object().unwrap().len(), Action::ALL.len() - 4);
        assert_eq!(json["events"]["gap"], 1);
    }
}
