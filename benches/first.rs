//! How soon a program is there, or done: what `misc/bench-start.sh` and `misc/bench-peers.sh` run.
//!
//! ```text
//! first out RUNS PROGRAM ARG...          to the first byte on standard output
//! first listening RUNS PROGRAM ARG...    to `listening on` on standard error; then it is stopped
//! first memory SECONDS PROGRAM ARG...    its worker's /proc/PID/status so long after `listening on`
//! first end RUNS PROGRAM ARG...          to its end, which has to be a success; output is dropped
//! ```
//! All but `memory` print microseconds from before fork and exec on, a line a run. A shell
//! cannot: its own processes take longer than what is measured.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words[..] {
        [what @ ("out" | "listening" | "end"), runs, program, ref args @ ..] => {
            let runs = runs.parse().expect("a number of runs");
            (0..runs).try_for_each(|_| {
                let took = match what {
                    "out" => out(program, args),
                    "listening" => listening(program, args),
                    _ => end(program, args),
                };
                took.map(|took| println!("{}", took.as_micros()))
            })
        }
        ["memory", seconds, program, ref args @ ..] => {
            memory(seconds.parse().expect("a number of seconds"), program, args)
        }
        // cargo bench gives it arguments of its own.
        [] | ["--bench"] => return println!("skipped: first is run by misc/bench-start.sh"),
        _ => panic!("what is asked for is in benches/first.rs"),
    };
    if let Err(error) = done {
        eprintln!("first: {error}");
        std::process::exit(1);
    }
}

fn out(program: &str, args: &[&str]) -> io::Result<Duration> {
    let start = Instant::now();
    let mut child = Command::new(program).args(args).stdout(Stdio::piped()).spawn()?;
    let mut out = child.stdout.take().expect("piped");
    out.read_exact(&mut [0])?;
    let took = start.elapsed();
    io::copy(&mut out, &mut io::sink())?;
    child.wait()?;
    Ok(took)
}

fn end(program: &str, args: &[&str]) -> io::Result<Duration> {
    let start = Instant::now();
    let ended = Command::new(program).args(args).stdout(Stdio::null()).status()?;
    let took = start.elapsed();
    if ended.success() { Ok(took) } else { Err(io::Error::other(ended.to_string())) }
}

fn listening(program: &str, args: &[&str]) -> io::Result<Duration> {
    let start = Instant::now();
    let mut child = listener(program, args)?;
    let took = start.elapsed();
    child.kill()?;
    child.wait()?;
    Ok(took)
}

fn memory(seconds: u64, program: &str, args: &[&str]) -> io::Result<()> {
    let mut child = listener(program, args)?;
    sleep(Duration::from_secs(seconds));
    // What captures is a child of what was started; the other one has less.
    let pid = child.id();
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    let worker = children.split(' ').next().filter(|worker| !worker.is_empty());
    let worker = worker.map_or(pid.to_string(), str::to_string);
    let status = std::fs::read_to_string(format!("/proc/{worker}/status"));
    child.kill()?;
    child.wait()?;
    print!("{}", status?);
    Ok(())
}

/// A program that has said that it listens.
fn listener(program: &str, args: &[&str]) -> io::Result<Child> {
    let mut command = Command::new(program);
    command.args(args).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let err = child.stderr.as_mut().expect("piped");
    let (mut said, mut byte) = (Vec::new(), [0]);
    while !said.ends_with(b"listening on") {
        err.read_exact(&mut byte)?;
        said.push(byte[0]);
    }
    Ok(child)
}
