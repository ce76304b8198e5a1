//! Dump, text, edit and restore of many states: what each step takes.
//!
//! `cargo bench --bench dump -- [STATES [CAPTURE]]`, 1,000,000 and the corpus' long capture unless said, or the
//! fixtures where there is no corpus. The states are those that the capture inserts, over and over with other ids and addresses. The kernel is
//! the fake of the tests. Each step says its seconds, how long it kept a core
//! busy, and the most memory that the process ever had.

#![forbid(unsafe_code)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use many::{Result, captures, inserted, many, restored, same};
use pfstatelog::dump::source::{self, Options};
use pfstatelog::dump::{self, Format, file};
use pfstatelog::pf::fake::FakeKernel;
use pfstatelog::pf::{Kernel, StateTable};

mod many;
#[path = "input/results.rs"]
mod results;

fn main() -> Result<()> {
    let mut args = env::args().skip(1).filter(|arg| !arg.starts_with("--"));
    let count = args.next().map_or(Ok(1_000_000), |count| count.parse())?;
    let captures = args.next().map_or_else(captures, |capture| Ok(vec![PathBuf::from(capture)]))?;
    let table = step("states made", || many(&inserted(&captures)?, count))?;
    let dir = tempfile::tempdir()?;
    let [binary, text, json] =
        ["states.pfs", "states.txt", "states.json"].map(|name| dir.path().join(name));
    let mut kernel = FakeKernel::with(&table);
    step("dump", || {
        let table = StateTable::of_kernel(&mut kernel)?;
        Ok(file::write(&binary, |out| dump::write(&table, Format::Binary, out))?)
    })?;
    drop(kernel);
    let convert = |to: &Path, format| {
        let opened = source::open(&binary, &Options::default())?;
        Ok(file::write(to, |out| dump::write(&opened.table, format, out))?)
    };
    step("binary to text", || convert(&text, Format::Text))?;
    step("binary to JSON", || convert(&json, Format::Json))?;
    step("restore of binary", || restored(&binary, count).map(drop))?;
    step("restore of JSON", || restored(&json, count).map(drop))?;
    step("sed renames an interface", || {
        let mut sed = Command::new("sed");
        let done = sed.args(["-i", "s/ ifname=em0 / ifname=vio0 /"]).arg(&text).status()?;
        Ok(done.success().then_some(()).ok_or("sed failed")?)
    })?;
    let mut kernel = step("restore of text", || restored(&text, count))?;
    let renamed = step("compare", || same(&table, &kernel.snapshot()?))?;
    println!("{renamed} states of {count} were renamed, and nothing else changed");
    for path in [binary, text, json] {
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
    results::add("dump", name, elapsed, "s", &format!("{busy:.2} s of a core, most memory {most}"));
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
