//! A state table from wherever there is one: /dev/pf, a dump, its text, or a capture.

#![forbid(unsafe_code)]

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::named::Mistake;
use super::recast::Losses;
use super::replay::Replay;
use super::{Damage, binary, json, text};
use crate::abi::Release;
use crate::capture::{CaptureError, Codec, FileSource, Source as _};
use crate::pf::{Form, StateTable};
use crate::time::Time;

/// What a source is called that is no file, but pf of this machine.
pub const DEV_PF: &str = "/dev/pf";

/// What is asked of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Of a capture: whose frames they are; without one their bytes decide.
    pub release: Option<Release>,
    /// Of a capture: the table at this time, not at its end.
    pub at: Option<Time>,
    /// Of text and JSON: what no kernel would take is an error, and so are states that are there twice.
    pub strict: bool,
}

/// A table, and where it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The table, with what its records are.
    pub table: StateTable,
    /// What it was.
    pub kind: Kind,
    /// What was lost where states of several releases became those of one.
    pub losses: Losses,
    /// Frames of a capture that could not be read to their end.
    pub unread: u64,
}

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// pf of this machine.
    DevPf,
    /// A dump.
    Binary,
    /// A dump as text.
    Text,
    /// A dump as JSON.
    Json,
    /// A capture.
    Capture,
}

/// Why there is no table.
#[derive(Debug)]
#[non_exhaustive]
pub enum SourceError {
    /// Opening or reading it failed.
    Io(io::Error),
    /// The text, or the JSON, has mistakes, at least one; at most one a line. The first 20, and how many more.
    Mistakes(Vec<Mistake>, u64),
    /// The dump is not a whole one.
    Damage(Damage),
    /// It begins like no dump, and is no capture.
    Capture(CaptureError),
    /// It is compressed, and what comes out of that ends early (`is_cut`), or is damaged.
    Compressed {
        /// How it is compressed.
        codec: Codec,
        /// The compressed file has no end.
        is_cut: bool,
    },
    /// JSON that is one array of all states.
    Array,
    /// No packet of the capture is a frame of pfsync that could be read.
    NoStates,
    /// So many states cannot be had as the first one's release has them.
    Foreign(u64),
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Mistakes(mistakes, _) => {
                let first = mistakes.first().map_or_else(String::new, Mistake::to_string);
                f.write_str(&first)
            }
            Self::Damage(damage) => damage.fmt(f),
            Self::Capture(error) => write!(f, "no dump, no text of one and no capture: {error}"),
            Self::Compressed { codec, is_cut: true } => {
                write!(f, "{codec} data that was cut short: not all of it is there")
            }
            Self::Compressed { codec, is_cut: false } => {
                write!(f, "{codec} data that cannot be decompressed: `{codec} -t` says more")
            }
            Self::Array => f.write_str(
                "a JSON array: objects one behind the other are expected, as 'jq -c .[]' makes them of it",
            ),
            Self::NoStates => {
                f.write_str("no packet in it is a frame of pfsync that could be read")
            }
            Self::Foreign(states) => write!(
                f,
                "{states} states cannot be had as its first one's release has them: name one with -R"
            ),
        }
    }
}

impl std::error::Error for SourceError {}

impl From<io::Error> for SourceError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Opens and reads a source: [`DEV_PF`], a file that its first bytes tell, or standard input for `-`.
///
/// # Errors
/// See [`SourceError`].
pub fn open(path: &Path, options: &Options) -> Result<Opened, SourceError> {
    if path == Path::new("-") {
        return read(Box::new(io::stdin()), "standard input", options);
    }
    #[cfg(feature = "live")]
    if path == Path::new(DEV_PF) {
        let table = StateTable::from_dev_pf()?;
        return Ok(Opened { table, kind: Kind::DevPf, losses: Losses::default(), unread: 0 });
    }
    let file = File::open(path)?;
    let meta = file.metadata()?;
    if meta.is_dir() {
        return Err(SourceError::Io(io::ErrorKind::IsADirectory.into()));
    }
    let there = if meta.is_file() { meta.len() } else { 0 };
    read_known(Box::new(file), there, path, options)
}

/// Reads a table from whatever `reader` gives; `name` is what a capture is called.
///
/// # Errors
/// See [`SourceError`].
pub fn read(
    reader: Box<dyn Read + Send>,
    name: impl AsRef<Path>,
    options: &Options,
) -> Result<Opened, SourceError> {
    read_known(reader, 0, name.as_ref(), options)
}

fn read_known(
    reader: Box<dyn Read + Send>,
    there: u64,
    name: &Path,
    options: &Options,
) -> Result<Opened, SourceError> {
    let (start, input) = match told(reader, there, options)? {
        Told::Table(opened) => return Ok(opened),
        Told::Not(start, input) => (start, input),
    };
    let mut source = FileSource::from_reader(Box::new(io::Cursor::new(start).chain(input)), name);
    match capture(&mut source, options) {
        Err(SourceError::Capture(error @ CaptureError::UnknownFormat { .. })) => {
            let Some((codec, inside)) = source.into_decompressed() else {
                return Err(SourceError::Capture(error));
            };
            match told(Box::new(inside), 0, options).map_err(|error| of_codec(codec, error))? {
                Told::Table(opened) => Ok(opened),
                Told::Not(..) => Err(SourceError::Capture(error)),
            }
        }
        // Nothing came out at all.
        Err(SourceError::Capture(error @ CaptureError::CutShort { offset: 0, .. })) => {
            match source.into_decompressed() {
                Some((codec, _)) => Err(SourceError::Compressed { codec, is_cut: true }),
                None => Err(SourceError::Capture(error)),
            }
        }
        captured => captured,
    }
}

/// An error that the decompressor made: it has no number of the system's.
fn of_codec(codec: Codec, error: SourceError) -> SourceError {
    match error {
        SourceError::Io(error) if error.raw_os_error().is_none() => {
            let is_cut = error.kind() == io::ErrorKind::UnexpectedEof;
            SourceError::Compressed { codec, is_cut }
        }
        error => error,
    }
}

/// What the first bytes say.
enum Told {
    /// One of our own.
    Table(Opened),
    /// Something else, perhaps a capture: those bytes, and the rest.
    Not(Vec<u8>, BufReader<Box<dyn Read + Send>>),
}

/// Reads a dump, as whatever it was written; `there` is how many bytes it has, or 0.
fn told(reader: Box<dyn Read + Send>, there: u64, options: &Options) -> Result<Told, SourceError> {
    /// What some editors put in front of text.
    const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
    let mut input = BufReader::with_capacity(256 << 10, reader);
    let opened =
        |table, kind| Ok(Told::Table(Opened { table, kind, losses: Losses::default(), unread: 0 }));
    let mut start = Vec::new();
    input.by_ref().take(binary::MAGIC.len() as u64).read_to_end(&mut start)?;
    if start == binary::MAGIC {
        let table = binary::read(&mut start.chain(input), there)?.map_err(SourceError::Damage)?;
        return opened(table, Kind::Binary);
    }
    if start.starts_with(BYTE_ORDER_MARK) {
        start.drain(..BYTE_ORDER_MARK.len());
    }
    if start.trim_ascii_start().starts_with(b"[") {
        return Err(SourceError::Array);
    }
    let kind = if is_json(&start) { Kind::Json } else { Kind::Text };
    if kind == Kind::Json || is_text(&start) {
        let read = if kind == Kind::Json { json::read } else { text::read };
        let read = read(&mut start.chain(input), options.strict)?;
        let read = read.map_err(|(mistakes, more)| SourceError::Mistakes(mistakes, more));
        return opened(read?, kind);
    }
    Ok(Told::Not(start, input))
}

/// Whether it begins as a JSON object does.
fn is_json(start: &[u8]) -> bool {
    start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// Captures and what compresses them begin with bytes that no text has.
fn is_text(start: &[u8]) -> bool {
    let visible = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    // A comment may be in any language.
    start.starts_with(b"#") || (!start.is_empty() && start.iter().all(visible))
}

/// The table that a capture comes to.
fn capture(source: &mut FileSource, options: &Options) -> Result<Opened, SourceError> {
    let mut replay = Replay::new(options.release);
    let mut packets = false;
    loop {
        match source.next_packet() {
            Ok(Some(packet)) if options.at.is_some_and(|at| packet.time > at) => {
                packets = true;
                replay.peek(&packet);
                break;
            }
            Ok(Some(packet)) => {
                packets = true;
                replay.packet(&packet);
            }
            Ok(None) => break,
            // What was captured until then is as it was.
            Err(CaptureError::CutShort { offset, .. }) if offset > 0 => {
                replay.unread += 1;
                break;
            }
            Err(error) => return Err(SourceError::Capture(error)),
        }
    }
    let (unread, foreign) = (replay.unread, replay.foreign);
    if foreign > 0 {
        return Err(SourceError::Foreign(foreign));
    }
    let (table, losses) = replay.end(options.at);
    // A capture of nothing is a table of nothing, as it is written.
    let form = Form::new(options.release.unwrap_or(Release::NEWEST));
    let nothing = || (!packets).then(|| StateTable::new(form, options.at.unwrap_or_default()));
    let table = table.or_else(nothing).ok_or(SourceError::NoStates)?;
    Ok(Opened { table, kind: Kind::Capture, losses, unread })
}
