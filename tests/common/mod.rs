//! What several tests need: the corpus, packets that are owned, events as the corpus' JSON has them.

// Every test is a crate of its own and uses its own part of this.
#![allow(dead_code)]

pub mod corpus;
pub mod json;

use std::path::{Path, PathBuf};

use pfstatelog::abi::Release;
use pfstatelog::capture::{ByteOrder, CaptureError, FileSource, LinkType, Packet, Source};
use pfstatelog::decode::Decoder;
use pfstatelog::event::{Body, Event, EventKind};
use pfstatelog::format::{Format, Options};
use pfstatelog::time::Time;
use serde_json::Value;

/// The folder of the package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The whole corpus; `None`, and a line that says so, where it is not beside the package.
pub fn shared_corpus() -> Option<PathBuf> {
    let folder = root().join("../shared/corpus");
    if folder.join("INDEX.tsv").is_file() {
        return Some(folder);
    }
    println!("skipped: no ../shared/corpus beside the package");
    None
}

/// A captured packet, owned.
#[derive(Debug, Clone)]
pub struct Captured {
    pub time: Time,
    pub data: Vec<u8>,
    pub wire_len: u32,
    pub link: LinkType,
    pub order: ByteOrder,
}

impl Captured {
    pub fn packet(&self) -> Packet<'_> {
        let Self { time, wire_len, link, order, .. } = *self;
        Packet { time, data: &self.data, wire_len, link, order }
    }
}

/// All packets of a capture file, and what ended it before its end.
pub fn read(path: &Path) -> (Vec<Captured>, Option<CaptureError>) {
    let mut source = match FileSource::open(path) {
        Ok(source) => source,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let mut packets = Vec::new();
    loop {
        match source.next_packet() {
            Ok(Some(Packet { time, data, wire_len, link, order })) => {
                packets.push(Captured { time, data: data.to_vec(), wire_len, link, order });
            }
            Ok(None) => return (packets, None),
            Err(error) => return (packets, Some(error)),
        }
    }
}

/// All packets of a capture file that is sound.
pub fn read_sound(path: &Path) -> Vec<Captured> {
    let (packets, error) = read(path);
    assert_eq!(error, None, "{}", path.display());
    packets
}

/// An event of one packet, as the corpus' JSON would have its message.
pub struct Told {
    pub kind: EventKind,
    pub message: Value,
    /// The endpoints of a full state.
    pub endpoints: Option<json::Endpoints>,
    /// The word for the reason of a gap.
    pub reason: Option<&'static str>,
    /// The first name and number of that reason.
    pub detail: Option<(&'static str, u64)>,
}

/// What the decoder tells of one packet.
pub fn decode(decoder: &mut Decoder, packet: &Captured) -> Vec<Told> {
    let mut told = Vec::new();
    decoder.packet(&packet.packet(), None, &mut |event: &Event<'_>| {
        assert_eq!(event.time, packet.time, "an event has the time of its packet");
        let (mut endpoints, mut reason) = (None, None);
        match &event.body {
            Body::State(told) => endpoints = told.state.map(json::endpoints_of),
            Body::Gap(gap) => reason = Some(gap.reason),
            _ => {}
        }
        told.push(Told {
            kind: event.kind,
            message: json::message(event),
            endpoints,
            reason: reason.map(|reason| reason.word()),
            detail: reason.and_then(|reason| reason.details().next()),
        });
    });
    told
}

/// A decoder for a release, by its name, or for frames that speak for themselves.
pub fn decoder(release: Option<&str>) -> Decoder {
    let known = |name: &str| name.parse::<Release>().unwrap_or_else(|e| panic!("{e}"));
    Decoder::new(release.map(known))
}

/// Every event of these packets as a line of each format.
pub fn written<const N: usize>(
    mut decoder: Decoder,
    packets: &[Captured],
    source: Option<&str>,
    formats: [Format; N],
) -> Vec<[String; N]> {
    let mut writers = formats.map(|format| format.writer(Options::default()));
    let mut lines = Vec::new();
    for packet in packets {
        decoder.packet(&packet.packet(), source, &mut |event| {
            lines.push(writers.each_mut().map(|writer| line_of(writer, event)));
        });
    }
    lines
}

/// The line of one event.
pub fn line_of(writer: &mut pfstatelog::format::Writer, event: &Event<'_>) -> String {
    let mut line = pfstatelog::line::Line::new();
    line.extend_from_slice(b"before");
    writer.write(&mut line, event);
    let line = String::from_utf8(line.into_bytes()).unwrap();
    // Formats append, and what stands before is no part of the line.
    line.strip_prefix("before").unwrap().to_string()
}

/// Every capture there is of a v6 release and every malformed one: of the corpus where it is there,
/// and of the fixtures. The long ones are not among them.
pub fn all_captures() -> Vec<PathBuf> {
    let fixtures = root().join("fixtures");
    let corpora: Vec<_> =
        [Some(fixtures.join("corpus")), shared_corpus()].into_iter().flatten().collect();
    let releases =
        corpora.iter().flat_map(|corpus| corpus::releases(corpus)).map(|(_, folder)| folder);
    let malformed = corpora.iter().map(|corpus| corpus.join("malformed"));
    let folders = releases.chain(malformed).chain([fixtures.clone(), fixtures.join("malformed")]);
    folders
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| corpus::entries(&folder))
        .filter(|(name, _)| name.ends_with(".pcap") && !name.starts_with("longmix."))
        .map(|(_, path)| path)
        .collect()
}

/// Every capture of logged packets, but for the long ones.
pub fn pflog_captures() -> Vec<PathBuf> {
    let shared = shared_corpus().map(|corpus| corpus.join("pflog"));
    let folders = [Some(root().join("fixtures/pflog")), shared];
    let releases = folders
        .into_iter()
        .flatten()
        .flat_map(|folder| corpus::releases(&folder))
        .collect::<Vec<_>>();
    let files = releases.iter().flat_map(|(_, folder)| corpus::entries(folder));
    files
        .filter(|(name, _)| name.ends_with(".pcap") && name != "scan.pcap")
        .map(|(_, path)| path)
        .collect()
}

/// The keys of a JSON object as they stand in its line, with how deep they are: its own are at 1.
pub fn keys(line: &str) -> Vec<(usize, &str)> {
    let (mut depth, mut at, mut keys) = (0, 0, Vec::new());
    while let Some(byte) = line.as_bytes().get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => {
                let start = at + 1;
                at = start;
                while line.as_bytes()[at] != b'"' {
                    at += if line.as_bytes()[at] == b'\\' { 2 } else { 1 };
                }
                if line.as_bytes().get(at + 1) == Some(&b':') {
                    keys.push((depth, &line[start..at]));
                }
            }
            _ => {}
        }
        at += 1;
    }
    keys
}
