//! Captures of bench input, and the same frames on a wire at a rate: what scripts in `misc/` run.
//!
//! ```text
//! send file FILE KIND LINK FRAMES           a capture file
//! send wire INTERFACE KIND RATE SECONDS     frames a second on an interface; 0: as many as go
//! ```
//! KIND is `inserts` (five states a frame, all different) or `mixed`; LINK is `pfsync` or
//! `ethernet`. `wire` prints what it sent: frames, messages, seconds, and the longest that it was
//! behind, in microseconds.

use std::fs::File;
use std::hint::spin_loop;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use pcap::{Active, Capture};

mod input;

use input::ring::{Kind, Link, Traffic};

/// Frames of the ring on a wire: of the mix 49,152 states are live.
const RING: u64 = 32_768;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["file", path, kind, link, frames] => file(path, kind, link, frames),
        ["wire", interface, kind, rate, seconds] => wire(interface, kind, rate, seconds),
        // cargo bench gives it arguments of its own.
        [] | ["--bench"] => {
            return println!("skipped: send is run by misc/bench-live.sh and others");
        }
        _ => Err("what is asked for is in benches/send.rs".into()),
    };
    if let Err(error) = done {
        eprintln!("send: {error}");
        std::process::exit(1);
    }
}

type Done = Result<(), Box<dyn std::error::Error>>;

/// Writes a classic pcap, 10 us from one frame to the next.
fn file(path: &str, kind: &str, link: &str, frames: &str) -> Done {
    let (link, number) = match link {
        "pfsync" => (Link::Pfsync, 246),
        "ethernet" => (Link::Ethernet, 1),
        _ => return Err(format!("{link:?} is neither pfsync nor ethernet").into()),
    };
    let frames: u32 = frames.parse()?;
    let mut traffic = Traffic::new(kind.parse()?, link, RING.min(u64::from(frames.max(2))));
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let words = |file: &mut BufWriter<File>, words: &[u32]| {
        words.iter().try_for_each(|word| file.write_all(&word.to_le_bytes()))
    };
    words(&mut file, &[0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, number])?;
    for at in 0..frames {
        let frame = traffic.next_frame();
        let len = u32::try_from(frame.len())?;
        words(&mut file, &[1_795_179_902 + at / 100_000, at % 100_000 * 10, len, len])?;
        file.write_all(frame)?;
    }
    Ok(file.flush()?)
}

/// Sends for so long, each frame when it is due. What could not be sent in time follows at once, so
/// that the mean holds; where the core cannot do it, the seconds tell.
fn wire(interface: &str, kind: &str, rate: &str, seconds: &str) -> Done {
    let kind: Kind = kind.parse()?;
    let (rate, seconds): (f64, f64) = (rate.parse()?, seconds.parse()?);
    let mut traffic = Traffic::new(kind, Link::Ethernet, RING);
    let mut to: Capture<Active> = Capture::from_device(interface)?.promisc(false).open()?;
    // What comes back is of no use: without this it would be copied to a buffer here as well.
    to.filter("less 1", true)?;

    let wanted = if rate > 0.0 { (rate * seconds) as u64 } else { u64::MAX };
    let end = if rate > 0.0 { f64::INFINITY } else { seconds };
    let (mut sent, mut behind) = (0u64, Duration::ZERO);
    let start = Instant::now();
    while sent < wanted {
        let now = start.elapsed();
        if now.as_secs_f64() >= end {
            break;
        }
        let due = if rate > 0.0 { Duration::from_secs_f64(sent as f64 / rate) } else { now };
        let Some(late) = now.checked_sub(due) else {
            spin_loop();
            continue;
        };
        behind = behind.max(late);
        to.sendpacket(traffic.next_frame())?;
        sent += 1;
    }
    println!(
        "frames {sent} messages {} seconds {:.3} behind_us {}",
        sent * kind.messages(),
        start.elapsed().as_secs_f64(),
        behind.as_micros()
    );
    Ok(())
}
