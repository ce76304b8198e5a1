//! Prometheus' text format, version 0.0.4: each family with its help and type, always in the same order.

#![forbid(unsafe_code)]

use std::fmt::Display;
use std::io::Write;

use super::{Output, Queue, Snapshot, Source, TableSize};
use crate::event::{EventKind, Stats};
use crate::time::Time;
use crate::wire::{Action, Counter};

/// Appends a snapshot as text. No two samples have the same labels, whatever the names in it are: where two
/// interfaces or outputs are called alike, the second is `NAME (2)`.
pub fn write_text(snapshot: &Snapshot, out: &mut Vec<u8>) {
    let Snapshot { started, taken, stats, sender, table, sources, outputs } = snapshot;
    let mut text = Text { out };
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    text.gauge("build_info", "Always 1; the label says which version runs.", [(version, 1)]);
    text.gauge("start_time_seconds", "When it started, Unix time.", one(seconds(*started)));
    let help = "When these numbers were taken, Unix time: once a second, unless it hangs.";
    text.gauge("snapshot_timestamp_seconds", help, one(seconds(*taken)));
    write_stats(&mut text, stats);
    let sender = sender.map(|release| {
        ([("version", release.version().to_string()), ("release", release.to_string())], 1)
    });
    text.gauge("sender_info", "Always 1; as whose the last frame was read.", sender);
    if let Some(table) = table {
        write_table(&mut text, table);
    }
    write_sources(&mut text, sources);
    write_outputs(&mut text, outputs);
}

fn write_stats(text: &mut Text<'_>, stats: &Stats) {
    for (name, help, count) in [
        ("packets_total", "Captured packets that were looked at.", stats.packets),
        ("captured_bytes_total", "Bytes of these packets that were captured.", stats.bytes),
        ("not_pfsync_packets_total", "Packets that are not pfsync.", stats.not_pfsync),
        ("cut_packets_total", "Packets that the capture cut: see --snaplen.", stats.cut),
        ("fragments_total", "IP fragments, which are not decoded.", stats.fragments),
        ("bad_link_packets_total", "Malformed headers in front of a frame.", stats.bad_link),
        ("frames_total", "pfsync frames whose header is sound.", stats.frames),
        ("untold_frames_total", "Frames that do not tell their sender's release.", stats.untold),
        (
            "skipped_sections_total",
            "Sections of actions that are not decoded.",
            stats.skipped_sections,
        ),
        ("inferred_events_total", "Events that the table inferred.", stats.inferred),
    ] {
        text.counter(name, help, one(count));
    }
    // The kernel has no counter for a cut capture; it stands among the packets.
    let errors = Counter::ALL.into_iter().filter(|counter| *counter != Counter::Cut);
    let errors = errors.map(|counter| ([("counter", counter.name())], stats.errors_of(counter)));
    text.counter("errors_total", "Malformed frames, by the name of the kernel's counter.", errors);
    let actions = Action::ALL.into_iter().filter(|action| action.told() == *action);
    let messages = actions.map(|action| ([("action", action.name())], stats.messages_of(action)));
    text.counter("messages_total", "Messages, by action.", messages);
    for (name, help, count) in [
        ("logged_packets_total", "Packets that pf logged, with a sound header.", stats.logged),
        ("bad_pflog_packets_total", "Malformed headers of logged packets.", stats.bad_pflog),
        (
            "unread_packets_total",
            "Logged packets that could not be read, or not to their ports.",
            stats.unread_packets,
        ),
    ] {
        text.counter(name, help, one(count));
    }
    let actions = stats.packets_by_action().map(|(word, count)| ([("action", word)], count));
    text.counter("packet_actions_total", "Logged packets, by what was done with them.", actions);
    let reasons = stats.packets_by_reason().map(|(word, count)| ([("reason", word)], count));
    text.counter("packet_reasons_total", "Logged packets, by why.", reasons);
    let events = EventKind::ALL.map(|kind| ([("kind", kind.name())], stats.events_of(kind)));
    text.counter("events_total", "Events, by kind, shown or not.", events);
}

fn write_table(text: &mut Text<'_>, table: &TableSize) {
    let TableSize { states, max_states, tombstones } = *table;
    text.gauge("table_states", "States in the mirror of the state table.", one(states));
    text.gauge("table_states_limit", "States that it may hold: --max-states.", one(max_states));
    let help = "States that ended and are remembered for a while.";
    text.gauge("table_tombstones", help, one(tombstones));
}

fn write_sources(text: &mut Text<'_>, sources: &[Source]) {
    let names = told_apart(sources.iter().map(|source| source.interface.as_str()));
    let each = || names.iter().map(|name| [("interface", name.as_str())]).zip(sources);
    let up = each().map(|(labels, source)| (labels, u8::from(source.up)));
    text.gauge("capture_up", "Whether the interface is there and captured from.", up);
    let received = each().filter_map(|(labels, source)| Some((labels, source.received?)));
    let help = "Packets that the kernel passed to the capture.";
    text.counter("capture_received_packets_total", help, received);
    let dropped = each().flat_map(|([interface], source)| {
        let of = |place| [interface, ("place", place)];
        [(of("capture"), source.dropped_capture), (of("interface"), source.dropped_interface)]
    });
    let help = "Packets that were lost, in the capture buffer or at the interface.";
    text.counter("capture_dropped_packets_total", help, dropped);
}

type OfOutput = fn(&Output) -> u64;
type OfQueue = fn(Queue) -> u64;

fn write_outputs(text: &mut Text<'_>, outputs: &[Output]) {
    let names = told_apart(outputs.iter().map(|output| output.name.as_str()));
    let each = || names.iter().map(|name| [("output", name.as_str())]).zip(outputs);
    let up = each().map(|(labels, output)| (labels, u8::from(output.up)));
    text.gauge("output_up", "Whether the output takes lines.", up);
    let counters: [(_, _, OfOutput); 4] = [
        ("lines_total", "Lines that the output took.", |output| output.lines),
        ("dropped_lines_total", "Lines that were dropped.", |output| output.dropped_lines),
        (
            "uncertain_lines_total",
            "Lines that may have been lost when connections broke, at most.",
            |output| output.uncertain_lines,
        ),
        ("reconnects_total", "Times that it connected or opened again.", |output| {
            output.reconnects
        }),
    ];
    for (name, help, count) in counters {
        let counts = each().map(|(labels, output)| (labels, count(output)));
        text.counter(&format!("output_{name}"), help, counts);
    }
    let queues = || each().filter_map(|(labels, output)| Some((labels, output.queue?)));
    let depths: [(_, _, OfQueue); 3] = [
        ("lines", "Lines that wait for the output.", |queue| queue.lines),
        ("bytes", "Memory that these lines take.", |queue| queue.bytes),
        ("limit_bytes", "Memory that they may take: --queue.", |queue| queue.limit_bytes),
    ];
    for (name, help, depth) in depths {
        let depths = queues().map(|(labels, queue)| (labels, depth(queue)));
        text.gauge(&format!("output_queue_{name}"), help, depths);
    }
    let lags = queues().map(|(labels, queue)| (labels, queue.lag.as_secs_f64()));
    text.gauge("output_lag_seconds", "How long the line that waits longest is there.", lags);
}

/// A sample without labels.
fn one<V>(value: V) -> [([(&'static str, &'static str); 0], V); 1] {
    [([], value)]
}

/// Unix time, in seconds, exact to the microsecond.
fn seconds(time: Time) -> f64 {
    // Not from nanoseconds: of these a float of today has no room for all.
    time.secs() as f64 + f64::from(time.subsec_micros()) / 1e6
}

/// Names that are all different.
fn told_apart<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        let mut unique = name.to_string();
        let mut number = 1;
        while all.contains(&unique) {
            number += 1;
            unique = format!("{name} ({number})");
        }
        all.push(unique);
    }
    all
}

struct Text<'o> {
    out: &'o mut Vec<u8>,
}

/// Writing to memory cannot fail.
macro_rules! put {
    ($text:expr, $($words:tt)*) => {{ let _ = write!($text.out, $($words)*); }};
}

impl Text<'_> {
    fn counter<const N: usize, L: AsRef<str>, V: Display>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = ([(&'static str, L); N], V)>,
    ) {
        self.family(name, "counter", help, samples);
    }

    fn gauge<const N: usize, L: AsRef<str>, V: Display>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = ([(&'static str, L); N], V)>,
    ) {
        self.family(name, "gauge", help, samples);
    }

    /// All samples of a name. Where there are none there is no family.
    fn family<const N: usize, L: AsRef<str>, V: Display>(
        &mut self,
        name: &str,
        kind: &str,
        help: &str,
        samples: impl IntoIterator<Item = ([(&'static str, L); N], V)>,
    ) {
        for (at, (labels, value)) in samples.into_iter().enumerate() {
            if at == 0 {
                put!(self, "# HELP pfstatelog_{name} {help}\n# TYPE pfstatelog_{name} {kind}\n");
            }
            put!(self, "pfstatelog_{name}");
            for (at, (label, value)) in labels.iter().enumerate() {
                put!(self, "{}{label}=\"", if at == 0 { '{' } else { ',' });
                self.escaped(value.as_ref());
                put!(self, "\"");
            }
            put!(self, "{} {value}\n", if N == 0 { "" } else { "}" });
        }
    }

    /// Names of interfaces and files can hold anything.
    fn escaped(&mut self, value: &str) {
        for byte in value.bytes() {
            match byte {
                b'\\' => self.out.extend_from_slice(br"\\"),
                b'"' => self.out.extend_from_slice(br#"\""#),
                b'\n' => self.out.extend_from_slice(br"\n"),
                byte => self.out.push(byte),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn text(snapshot: &Snapshot) -> String {
        let mut out = Vec::new();
        write_text(snapshot, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn names_are_escaped_and_told_apart() {
        let named = |name: &str| Output { name: name.into(), ..Output::default() };
        let outputs = ["/a\"b\\c\nd", "x", "x", "x (2)", "x"].map(named).to_vec();
        let text = text(&Snapshot { outputs, ..Snapshot::default() });
        let ups: Vec<_> =
            text.lines().filter(|line| line.starts_with("pfstatelog_output_up{")).collect();
        assert_eq!(
            ups,
            [
                r#"pfstatelog_output_up{output="/a\"b\\c\nd"} 0"#,
                r#"pfstatelog_output_up{output="x"} 0"#,
                r#"pfstatelog_output_up{output="x (2)"} 0"#,
                r#"pfstatelog_output_up{output="x (2) (2)"} 0"#,
                r#"pfstatelog_output_up{output="x (3)"} 0"#,
            ]
        );
    }

    #[test]
    fn what_is_not_there_has_no_family() {
        let text = text(&Snapshot::default());
        for absent in ["table", "capture_up", "output", "sender_info"] {
            assert!(!text.contains(&format!("pfstatelog_{absent}")), "{absent} in {text}");
        }
        assert!(text.contains("\npfstatelog_frames_total 0\n"), "{text}");
    }

    #[test]
    fn numbers_are_exact_and_times_are_seconds() {
        let queue = Queue { lag: Duration::from_millis(1250), ..Queue::default() };
        let output = Output { lines: u64::MAX, queue: Some(queue), ..Output::default() };
        let taken = Time::new(1_700_000_000, 500_000_000);
        let text = text(&Snapshot { taken, outputs: vec![output], ..Snapshot::default() });
        for line in [
            "pfstatelog_snapshot_timestamp_seconds 1700000000.5",
            "pfstatelog_output_lines_total{output=\"\"} 18446744073709551615",
            "pfstatelog_output_lag_seconds{output=\"\"} 1.25",
        ] {
            assert!(text.lines().any(|written| written == line), "{line} not in {text}");
        }
    }
}
