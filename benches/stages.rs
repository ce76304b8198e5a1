//! What each stage costs on the way from a frame to a line: over the same frames in memory, from
//! reading their bytes at all, which is the limit, to lines in a file.
//!
//! The frames are the generator's steady state. A stage with a table begins with one that was filled
//! before, since the messages are of its states. Samples are few and long; `report` takes the fastest
//! of them, since these machines are noisy.
//!
//! `cargo bench --bench stages [-- NAME]`

use std::fs::File;
use std::hint::black_box;
use std::io::{Seek, Write};
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput};
use input::frames::Frames;
use input::{decode, walk};
use pfstatelog::capture::{FileSource, Packet, Source};
use pfstatelog::decode::{Ahead, Decoder};
use pfstatelog::format::{Format, Options};
use pfstatelog::line::Line;
use pfstatelog::output::{Output, Stream};
use pfstatelog::time::Time;

mod input;

const LIVE: u32 = 100_000;
const EVENTS: u64 = 1_000_000;

fn main() {
    let mut criterion = Criterion::default().without_plots().configure_from_args();
    let (fill, mix) = Frames::new(LIVE, EVENTS);
    let mut group = criterion.benchmark_group("stages");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    group.throughput(Throughput::ElementsAndBytes {
        elements: mix.messages,
        bytes: mix.bytes.len() as u64,
    });
    group.bench_function("01 sum of the bytes", |b| b.iter(|| walk::sum(black_box(&mix.bytes))));
    let each = |of: fn(&[u8]) -> u64| mix.frames().map(of).fold(0, u64::wrapping_add);
    group.bench_function("02 walk, ten fields", |b| b.iter(|| each(walk::touch)));
    group.bench_function("03 walk, owned values", |b| b.iter(|| each(walk::own)));
    group.bench_function("04 events, no table", |b| {
        b.iter(|| to_sink(&mut Decoder::new(None), &mix));
    });
    timed(
        &mut group,
        "05 events, table",
        |decoder| {
            let start = Instant::now();
            to_sink(decoder, &mix);
            start.elapsed()
        },
        &fill,
    );
    lines(&mut group, &fill, &mix);
    group.finish();
    logged(&mut criterion);
    criterion.final_summary();
}

fn to_sink(decoder: &mut Decoder, frames: &Frames) {
    decode::all(decoder, &mut Ahead::default(), frames.packets(), &mut |event| {
        black_box(event);
    });
}

/// A stage with a table, which is filled anew each time.
fn timed(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    mut stage: impl FnMut(&mut Decoder) -> Duration,
    fill: &Frames,
) {
    group.bench_function(name, |b| {
        b.iter_custom(|iterations| {
            let one = || {
                let mut decoder = Decoder::new(None).with_table(2 * LIVE as usize);
                to_sink(&mut decoder, fill);
                stage(&mut decoder)
            };
            std::iter::repeat_with(one).take(iterations as usize).sum()
        });
    });
}

/// Lines of each format, to memory and further.
fn lines(group: &mut BenchmarkGroup<'_, WallTime>, fill: &Frames, mix: &Frames) {
    let formats = [(0, "text", Format::Text), (1, "json", Format::Json)];
    for (at, name, format) in formats {
        let mut held = Line::new();
        timed(
            group,
            &format!("{:02} {name} to memory", 6 + at),
            |decoder| {
                let start = Instant::now();
                held.clear();
                formatted(decoder, mix, format, |_, write| {
                    // As much as an output gathers.
                    if held.len() > 256 * 1024 {
                        held.clear();
                    }
                    write(&mut held);
                });
                black_box(&held);
                start.elapsed()
            },
            fill,
        );
    }
    let null = File::options().write(true).open("/dev/null").expect("/dev/null");
    for (at, name, format) in formats {
        timed(
            group,
            &format!("{:02} {name} to /dev/null", 8 + at),
            |decoder| streamed(decoder, mix, format, &null),
            fill,
        );
    }
    let path = std::env::temp_dir().join(format!("pfstatelog-bench-{}", std::process::id()));
    let mut file = File::create(&path).expect("a temporary file");
    for (at, name, format) in formats {
        timed(
            group,
            &format!("{:02} {name} to a file", 10 + at),
            |decoder| {
                file.set_len(0).and_then(|()| file.rewind()).expect("a temporary file");
                streamed(decoder, mix, format, &file)
            },
            fill,
        );
    }
    std::fs::remove_file(&path).expect("a temporary file");
}

fn streamed(decoder: &mut Decoder, mix: &Frames, format: Format, to: impl Write) -> Duration {
    let start = Instant::now();
    let mut output = Stream::new("bench", to);
    formatted(decoder, mix, format, |time, write| {
        output.line(time, write).expect("room for lines");
    });
    output.flush().expect("room for lines");
    start.elapsed()
}

fn formatted(
    decoder: &mut Decoder,
    frames: &Frames,
    format: Format,
    mut each: impl FnMut(Time, &mut dyn FnMut(&mut Line)),
) {
    let mut writer = format.writer(Options::default());
    decode::all(decoder, &mut Ahead::default(), frames.packets(), &mut |event| {
        each(event.time, &mut |line| writer.write(line, event));
    });
}

/// Blocked packets, as pflog has them: a SYN from one of many, to events and to lines.
fn logged(criterion: &mut Criterion) {
    const PACKETS: usize = 200_000;
    const OFFSET: usize = 100;
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pflog/openbsd-7.9/block_tcp_syn.pcap");
    let mut source = FileSource::open(path.as_ref()).expect("a fixture");
    let first = source.next_packet().expect("it is sound").expect("it has packets");
    let (template, link, order) = (first.data.to_vec(), first.link, first.order);
    let packets: Vec<Vec<u8>> = (0..PACKETS as u32)
        .map(|n| {
            let mut data = template.clone();
            data[OFFSET + 12..OFFSET + 16]
                .copy_from_slice(&(0xc633_0000 | (n % 4096)).to_be_bytes());
            data[OFFSET + 20..OFFSET + 22].copy_from_slice(&(n as u16).to_be_bytes());
            data
        })
        .collect();
    let each = |decoder: &mut Decoder, sink: &mut dyn FnMut(&pfstatelog::event::Event<'_>)| {
        let mut ahead = Ahead::default();
        for batch in packets.chunks(32) {
            ahead.batch.clear();
            for (n, data) in batch.iter().enumerate() {
                let (time, wire_len) = (Time::new(1_800_000_000, n as u32), data.len() as u32);
                ahead.batch.push(0, &Packet { time, data, wire_len, link, order });
            }
            decoder.look_ahead(&mut ahead);
            ahead
                .packets()
                .for_each(|looked| decoder.decode(&looked, None, &mut |event| sink(event)));
        }
    };
    let mut group = criterion.benchmark_group("pflog");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    group.throughput(Throughput::Elements(PACKETS as u64));
    group.bench_function("events", |b| {
        b.iter(|| {
            each(&mut Decoder::new(None), &mut |event| {
                black_box(event.kind);
            })
        });
    });
    for (name, format) in Format::ALL {
        group.bench_function(format!("lines, {name}"), |b| {
            b.iter(|| {
                let (mut writer, mut line) = (format.writer(Options::default()), Line::new());
                each(&mut Decoder::new(None), &mut |event| {
                    line.clear();
                    writer.write(&mut line, event);
                    black_box(line.as_bytes());
                });
            });
        });
    }
    group.finish();
}
