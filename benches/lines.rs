//! From a capture file to lines of each format on /dev/null, everything between included.
//!
//! The mix is 25 % inserts, 50 % compressed updates, 25 % deletes, written to a file first; the
//! first stage is the inserts alone, whose lines are the longest. The best of some rounds counts.
//!
//! `cargo bench --bench lines [-- ROUNDS]`

use std::fs::{self, File};
use std::io::Write;
use std::time::{Duration, Instant};

use pfstatelog::capture::{FileSource, Source};
use pfstatelog::decode::Decoder;
use pfstatelog::format::{Format, Options};
use pfstatelog::output::{Output, Stream};

mod input;

const FRAMES: u64 = 200_000;

fn main() {
    let rounds = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(5);
    println!("{:<40}{:>12}{:>10}{:>12}{:>10}", "", "lines", "MB read", "M lines/s", "ns/line");
    for (name, format) in Format::ALL {
        let stage = |what: &str| format!("{name}: {what}");
        run(&stage("inserts, 5 a frame"), *format, rounds, |at| input::inserts(at * 5, 5));
        let mix = stage("25 % INS, 50 % UPD_C, 25 % DEL_C");
        run(&mix, *format, rounds, |at| input::mixed(at * 3, 3));
    }
}

fn run(name: &str, format: Format, rounds: u32, frame: impl Fn(u64) -> Vec<u8>) {
    let path = std::env::temp_dir().join(format!("pfstatelog-bench-{}.pcap", std::process::id()));
    let capture = input::old_pcap((0..FRAMES).map(frame));
    File::create(&path).and_then(|mut file| file.write_all(&capture)).expect("a temporary file");
    let mut best = Duration::MAX;
    let mut lines = 0;
    for _ in 0..rounds {
        let start = Instant::now();
        lines = to_null(&path, format);
        best = start.elapsed().min(best);
    }
    fs::remove_file(&path).expect("a temporary file");
    let secs = best.as_secs_f64();
    println!(
        "{name:<40}{lines:>12}{:>10.0}{:>12.2}{:>10.1}",
        capture.len() as f64 / 1e6,
        lines as f64 / secs / 1e6,
        secs * 1e9 / lines as f64,
    );
}

fn to_null(path: &std::path::Path, format: Format) -> u64 {
    let mut source = FileSource::open(path).expect("the file just written");
    let null = File::options().write(true).open("/dev/null").expect("/dev/null");
    let mut output = Stream::new("null", null);
    let mut decoder = Decoder::new(None);
    let mut writer = format.writer(Options::default());
    let (mut line, mut lines) = (Vec::new(), 0);
    while let Some(packet) = source.next_packet().expect("a sound capture") {
        decoder.packet(&packet, None, &mut |event| {
            line.clear();
            writer.write(&mut line, event);
            output.line(&line, event.time).expect("/dev/null takes all");
            lines += 1;
        });
    }
    output.flush().expect("/dev/null takes all");
    lines
}
