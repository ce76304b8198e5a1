//! Dump, text, edit and restore of many states: what each step takes.
//!
//! `cargo bench --bench dump -- [STATES [CAPTURE]]`, 1,000,000 and the corpus' long capture unless said.
//! The states are those that the capture inserts, over and over with other ids and addresses. The kernel is
//! the fake of the tests. Each step says its seconds, how long it kept a core
//! busy, and the most memory that the process ever had.

#![forbid(unsafe_code)]

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use pfstatelog::abi::Release;
use pfstatelog::abi::openbsd_7_9::Dialect;
use pfstatelog::abi::record::Record;
use pfstatelog::capture::{FileSource, Source};
use pfstatelog::dump::restore::{self, Edits};
use pfstatelog::dump::source::{self, Options};
use pfstatelog::dump::{self, Format, file};
use pfstatelog::link::{self, Found};
use pfstatelog::pf::fake::FakeKernel;
use pfstatelog::pf::{Form, Kernel, StateTable};
use pfstatelog::time::Time;
use pfstatelog::wire::{Frame, Message};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Where the id begins in a record, and an address of which the last bytes are made others.
const ID: usize = 0;
const STACK_ADDR1: usize = 64 + 16;
/// Where the interface's name is.
const IFNAME: std::ops::Range<usize> = 8..24;

fn main() -> Result<()> {
    let mut args = env::args().skip(1).filter(|arg| !arg.starts_with("--"));
    let count = args.next().map_or(Ok(1_000_000), |count| count.parse())?;
    let corpus = "../shared/corpus/openbsd-7.9/longmix.wire.pcap";
    let capture = args
        .next()
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(corpus), PathBuf::from);
    if !capture.is_file() {
        println!("skipped: {} is not there", capture.display());
        return Ok(());
    }
    let table = step("states made", || many(&inserted(&capture)?, count))?;
    let dir = tempfile::tempdir()?;
    let [binary, text] = ["states.pfs", "states.txt"].map(|name| dir.path().join(name));
    let mut kernel = FakeKernel::with(&table);
    step("dump", || {
        let table = StateTable::of_kernel(&mut kernel)?;
        Ok(file::write(&binary, |out| dump::write(&table, Format::Binary, out))?)
    })?;
    drop(kernel);
    step("binary to text", || {
        let opened = source::open(&binary, &Options::default())?;
        Ok(file::write(&text, |out| dump::write(&opened.table, Format::Text, out))?)
    })?;
    step("restore of binary", || restored(&binary, count).map(drop))?;
    step("sed renames an interface", || {
        let mut sed = Command::new("sed");
        let done = sed.args(["-i", "s/ ifname=em0 / ifname=vio0 /"]).arg(&text).status()?;
        Ok(done.success().then_some(()).ok_or("sed failed")?)
    })?;
    let mut kernel = step("restore of text", || restored(&text, count))?;
    step("compare", || same(&table, &kernel.snapshot()?))?;
    for path in [binary, text] {
        println!("{:<26}{:>8.1} MB", path.display(), fs::metadata(&path)?.len() as f64 / 1e6);
    }
    Ok(())
}

fn step<T>(name: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    let (begin, busy) = (Instant::now(), cpu_s());
    let done = run()?;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let busy = cpu_s() - busy;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("").trim();
    let elapsed = begin.elapsed().as_secs_f64();
    println!("{name:<26}{elapsed:>8.2} s   {busy:>6.2} s of a core   most memory {most}");
    Ok(done)
}

/// Seconds that this process kept a core busy, in ticks of 10 ms: what counts on a machine that does other
/// things as well. Linux alone.
fn cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The second field may have blanks in it.
    let rest = stat.rsplit(')').next().unwrap_or("");
    let ticks =
        rest.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// The records that a capture inserts.
fn inserted(capture: &Path) -> Result<Vec<Vec<u8>>> {
    let mut source = FileSource::open(capture)?;
    let mut records = Vec::new();
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
    Ok(records)
}

fn bytes<R: Record>(record: &R) -> Vec<u8> {
    record.as_bytes().to_vec()
}

/// So many states, of which no two have the same id.
fn many(records: &[Vec<u8>], count: usize) -> Result<StateTable> {
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
fn restored(path: &Path, count: usize) -> Result<FakeKernel> {
    let form = Form::new(Release::OpenBsd7_9);
    let mut kernel = FakeKernel::new(form);
    let opened = source::open(path, &Options { strict: true, ..Options::default() })?;
    let done = restore::restore(opened.table, &Edits::default(), form, Some(&mut kernel), false)?;
    let added = done.report.map(|report| report.added);
    (added == Some(count)).then_some(kernel).ok_or_else(|| format!("{added:?} of {count}").into())
}

/// All states are there, in their order, with nothing changed but the interface.
fn same(table: &StateTable, restored: &[u8]) -> Result<()> {
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
    println!("{renamed} states of {} were renamed, and nothing else changed", table.len());
    complete.then_some(()).ok_or_else(|| "states are missing".into())
}
