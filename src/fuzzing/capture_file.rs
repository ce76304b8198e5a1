//! Any bytes as a capture file, through the whole program but for its command line: the reader, the
//! decoder with its table, every format, every view.
//!
//! The input is the file as it is: pcap, pcapng, either of them compressed, or nothing of that kind.

#![forbid(unsafe_code)]

use std::io::{Cursor, Read};
use std::sync::LazyLock;

use super::frame::printable;
use super::schema::Schema;
use crate::capture::{FileSource, Source};
use crate::decode::Decoder;
use crate::event::Event;
use crate::filter::{Choice, Filter};
use crate::format::{Format, Options, Writer};
use crate::line::Line;
use crate::summary::Summary;
use crate::view::{Detail, Printer, View};

/// Packets that are read of a file, and bytes that it may have once it is unpacked: a few bytes of gzip
/// are as many zeros as one likes.
const MAX_PACKETS: usize = 2000;
const MAX_BYTES: u64 = 4 << 20;
/// States that the table holds, so that it is full in some.
const MAX_STATES: usize = 32;

static SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| Schema::new(include_str!("../../misc/event.schema.json")));

/// The target.
pub fn run(input: &[u8]) {
    let mut source = FileSource::from_reader(Box::new(Short(Cursor::new(input.to_vec()))), "input");
    let mut pipeline = Pipeline::new();
    let (mut packets, mut bytes) = (0, 0);
    let mut last = None;
    while packets < MAX_PACKETS && bytes < MAX_BYTES {
        match source.next_packet() {
            Ok(Some(packet)) => {
                assert!(packet.data.len() <= packet.wire_len as usize, "{packet:?}");
                packets += 1;
                bytes += packet.data.len() as u64 + 16;
                pipeline.packet(&packet);
            }
            Ok(None) => break,
            Err(error) => {
                last = Some(error);
                break;
            }
        }
    }
    if packets < MAX_PACKETS && bytes < MAX_BYTES {
        // It is told once why it ended, and it stays ended.
        assert_eq!(source.next_packet(), Ok(None), "after {last:?}");
        assert!(!source.buffered());
    }
    if let Some(error) = last {
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    pipeline.ends(packets as u64);
}

/// A reader that gives a few bytes at a time, as a pipe may.
struct Short(Cursor<Vec<u8>>);

impl Read for Short {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let few = buffer.len().min(1 + self.0.position() as usize % 611);
        self.0.read(&mut buffer[..few])
    }
}

/// What packets are held to.
struct Pipeline {
    decoder: Decoder,
    writers: Vec<(Format, Options, Writer)>,
    line: Line,
    printers: Vec<Printer>,
    filter: Filter,
    summary: Summary,
    events: u64,
}

impl Pipeline {
    fn new() -> Self {
        let options = [false, true].map(|no_dst| Options { no_dst });
        let writers = Format::ALL.iter().flat_map(|(_, format)| {
            options.map(|options| (*format, options, format.writer(options)))
        });
        Self {
            decoder: Decoder::new(None).with_table(MAX_STATES),
            writers: writers.collect(),
            line: Line::new(),
            printers: View::ALL
                .iter()
                .map(|(_, view)| Printer::new(*view, Detail::Full, None))
                .collect(),
            filter: Filter::new(&Choice { nat: true, ..Choice::default() }),
            summary: Summary::new(),
            events: 0,
        }
    }

    fn packet(&mut self, packet: &crate::capture::Packet<'_>) {
        for printer in &mut self.printers {
            printer.packet(packet, &mut printable);
        }
        self.summary.packet(packet.time);
        let Self { decoder, writers, line, filter, summary, events, .. } = self;
        decoder.packet(packet, Some("em0"), &mut |event| {
            *events += 1;
            if filter.keeps(event) {
                summary.event(event);
            }
            for (format, options, writer) in writers.iter_mut() {
                line.clear();
                writer.write(line, event);
                is_a_line(line.as_bytes(), *format, *options, event);
            }
        });
        let known = decoder.table().map_or(0, |table| table.len());
        assert!(known <= MAX_STATES, "{known} states");
    }

    fn ends(self, packets: u64) {
        let stats = &self.decoder.stats;
        assert_eq!(stats.packets, packets, "each packet is counted");
        let seen = stats.frames + stats.not_pfsync + stats.fragments + stats.bad_link + stats.cut;
        let seen = seen + stats.logged + stats.bad_pflog;
        assert!(seen <= packets + stats.cut, "{stats:?}");
        let mut json = Vec::new();
        stats.write_json(&mut json).expect("memory takes all");
        is_json(&json);
        let mut table = Vec::new();
        self.summary.write_table(&mut table).expect("memory takes all");
        printable(&table);
        let mut json = Vec::new();
        self.summary.write_json(&mut json).expect("memory takes all");
        is_json(&json);
    }
}

/// One line of printable ASCII; of JSON, an object, in JSON's own format as the schema says.
fn is_a_line(line: &[u8], format: Format, options: Options, event: &Event<'_>) {
    assert!(!line.is_empty() && !line.contains(&b'\n'), "{event:?}");
    printable(line);
    if format == Format::Text {
        return;
    }
    let value = is_json(line);
    assert!(value.is_object(), "{value}");
    if options.no_dst {
        // RFC 6888, REQ-12: whom it was for; how much went there may be said.
        let dst =
            ["/dst", "/dport", "/nat_dst", "/nat_dport", "/destination/ip", "/destination/port"];
        assert!(dst.iter().all(|key| value.pointer(key).is_none()), "{value}");
        assert!(value.pointer("/destination/nat").is_none(), "{value}");
    }
    if format == Format::Json && !options.no_dst {
        let text = || String::from_utf8_lossy(line);
        SCHEMA.check(&value).unwrap_or_else(|error| panic!("{error}\n{}", text()));
    }
}

fn is_json(text: &[u8]) -> serde_json::Value {
    let text = std::str::from_utf8(text).unwrap_or_else(|error| panic!("{error}: {text:?}"));
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
