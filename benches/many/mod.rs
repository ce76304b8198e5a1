//! Many states out of captures, and a restore of them into the fake kernel: for the bench and for tests.

// Each uses what it needs.
#![allow(dead_code)]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use pfstatelog::abi::Release;
use pfstatelog::abi::openbsd_7_9::Dialect;
use pfstatelog::abi::record::Record;
use pfstatelog::capture::{FileSource, Source};
use pfstatelog::dump::restore::{self, Edits};
use pfstatelog::dump::source::{self, Options};
use pfstatelog::link::{self, Found};
use pfstatelog::pf::fake::FakeKernel;
use pfstatelog::pf::{Form, StateTable};
use pfstatelog::time::Time;
use pfstatelog::wire::{Frame, Message};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Where the id begins in a record, and an address of which the last bytes are made others.
const ID: usize = 0;
const STACK_ADDR1: usize = 64 + 16;
/// Where the interface's name is.
const IFNAME: std::ops::Range<usize> = 8..24;

/// The long capture of the corpus, where that is beside the package, else those of the fixtures.
pub fn captures() -> Result<Vec<PathBuf>> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let long = top.join("../shared/corpus/openbsd-7.9/longmix.wire.pcap");
    if long.is_file() {
        return Ok(vec![long]);
    }
    let files = fs::read_dir(top.join("fixtures/corpus/openbsd-7.9"))?;
    let files: std::result::Result<Vec<_>, _> = files.map(|file| Ok(file?.path())).collect();
    let mut files: Vec<PathBuf> = files.map_err(|error: std::io::Error| error)?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "pcap"));
    files.sort();
    Ok(files)
}

/// The records that captures insert.
pub fn inserted(captures: &[PathBuf]) -> Result<Vec<Vec<u8>>> {
    let mut records = Vec::new();
    for capture in captures {
        inserted_by(capture, &mut records)?;
    }
    Ok(records)
}

fn inserted_by(capture: &Path, records: &mut Vec<Vec<u8>>) -> Result<()> {
    let mut source = FileSource::open(capture)?;
    while let Some(packet) = source.next_packet()? {
        let Ok(Found::Pfsync(found)) = link::find(packet.link, packet.data, packet.data.len())
        else {
            continue;
        };
        let Ok(frame) = Frame::parse(found.bytes, found.wire_len) else { continue };
        for message in frame.messages::<Dialect>() {
            if let Ok(Message::Ins(state)) = message {
                records.push(bytes(state));
            }
        }
    }
    Ok(())
}

fn bytes<R: Record>(record: &R) -> Vec<u8> {
    record.as_bytes().to_vec()
}

/// So many states, of which no two have the same id.
pub fn many(records: &[Vec<u8>], count: usize) -> Result<StateTable> {
    let mut table = StateTable::new(Form::new(Release::OpenBsd7_9), Time::now());
    for (number, record) in records.iter().cycle().take(count).enumerate() {
        let mut record = record.clone();
        record[ID..ID + 8].copy_from_slice(&(0x6543_2100_0000_0001 + number as u64).to_be_bytes());
        record[STACK_ADDR1 + 1..STACK_ADDR1 + 4]
            .copy_from_slice(&(number as u32).to_be_bytes()[1..]);
        table.push(&record);
    }
    (table.len() == count).then_some(table).ok_or_else(|| "the capture inserts no states".into())
}

/// A file into an empty kernel.
pub fn restored(path: &Path, count: usize) -> Result<FakeKernel> {
    let form = Form::new(Release::OpenBsd7_9);
    let mut kernel = FakeKernel::new(form);
    let opened = source::open(path, &Options { strict: true, ..Options::default() })?;
    let done = restore::restore(opened.table, &Edits::default(), form, Some(&mut kernel), false)?;
    let added = done.report.map(|report| report.added);
    (added == Some(count)).then_some(kernel).ok_or_else(|| format!("{added:?} of {count}").into())
}

/// All states are there, in their order, with nothing changed but em0, which is vio0 now; how
/// many were on it.
pub fn same(table: &StateTable, restored: &[u8]) -> Result<usize> {
    let mut renamed = 0;
    for (before, after) in table.records().zip(restored.chunks_exact(264)) {
        let mut expected = before.to_vec();
        if before[IFNAME].starts_with(b"em0\0") {
            expected[IFNAME][..5].copy_from_slice(b"vio0\0");
            renamed += 1;
        }
        if expected != after {
            return Err("a state is another".into());
        }
    }
    let complete = restored.len() == table.as_bytes().len() && renamed > 0;
    complete.then_some(renamed).ok_or_else(|| "states are missing".into())
}
