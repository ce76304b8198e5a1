//! Writes captures of any size: see `USAGE`. Not a measurement, but what others measure by.
//!
//! `cargo bench --bench generate -- --live 1000000 --events 20000000 --seed 1 -o FILE`

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::iter::Peekable;
use std::process::ExitCode;
use std::str::FromStr;

use input::pcap::{self, Link};
use input::traffic::{MTU_MIN, Settings, Traffic};

mod input;

const USAGE: &str = "\
Writes a capture of a firewall's pfsync frames: first an insert of each live state, then the steady
state, 25 % INS, 50 % UPD_C, 25 % DEL_C. The same options give the same bytes.

usage: cargo bench --bench generate -- [OPTIONS] -o FILE

  -o, --output FILE   where to; - is standard output
      --live N        states that are live [default: 100000]
      --events N      messages of the steady state, after the fill [default: 1000000]
      --seed N        another one, other states [default: 1]
      --rate N        messages a second, by the packets' times [default: 1000000]
      --link LINK     pfsync (the frames alone, link type 246) or ethernet (behind Ethernet and
                      IPv4) [default: pfsync]
      --mtu N         bytes of a packet from the IP header on [default: 1500]
      --no-fill       begin with an empty table: it fills as states are born, in some times N births
  -h, --help          this

What was written is told on standard error, the fill for itself.
";

fn main() -> ExitCode {
    // `cargo bench` alone runs this with the others, with nothing but a word of its own.
    let asked = std::env::args().skip(1).filter(|arg| arg != "--bench").peekable();
    match Options::parse(asked).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("generate: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    help: bool,
    output: Option<String>,
    settings: Settings,
    rate: u64,
    link: Link,
}

impl Options {
    fn parse(mut args: Peekable<impl Iterator<Item = String>>) -> Result<Self, String> {
        let mut options = Self {
            help: args.peek().is_none(),
            output: None,
            settings: Settings::new(100_000, 1_000_000, 1),
            rate: 1_000_000,
            link: Link::Pfsync,
        };
        while let Some(arg) = args.next() {
            // --name=value too.
            let (name, mut value) = match arg.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_string())),
                _ => (arg.as_str(), None),
            };
            let mut value = || {
                let value = value.take().or_else(|| args.next());
                value.ok_or_else(|| format!("{name} needs a value; see --help"))
            };
            let settings = &mut options.settings;
            match name {
                "-h" | "--help" => options.help = true,
                "-o" | "--output" => options.output = Some(value()?),
                "--live" => settings.live = number(name, &value()?, 0, LIVE_MAX)?,
                "--events" => settings.events = number(name, &value()?, 0, EVENTS_MAX)?,
                "--seed" => settings.seed = number(name, &value()?, 0, u64::MAX)?,
                "--rate" => options.rate = number(name, &value()?, 1, u64::MAX)?,
                "--mtu" => settings.mtu = number(name, &value()?, MTU_MIN, 65_535)?,
                "--link" => {
                    let link = value()?;
                    options.link = link.parse().map_err(|e| format!("{name} {link}: {e}"))?;
                }
                "--no-fill" => settings.fill = false,
                _ => return Err(format!("{arg} is no option; see --help")),
            }
        }
        Ok(options)
    }
}

/// A state is a slot of 32 bits, and so is its number: neither may be used up.
const LIVE_MAX: u32 = 1 << 30;
const EVENTS_MAX: u64 = 1 << 33;

fn number<T: FromStr + PartialOrd + std::fmt::Display>(
    name: &str,
    value: &str,
    min: T,
    max: T,
) -> Result<T, String> {
    match value.parse() {
        Ok(number) if (&min..=&max).contains(&&number) => Ok(number),
        _ => Err(format!("{name} {value}: a number from {min} to {max} is needed")),
    }
}

fn run(options: Options) -> Result<(), String> {
    if options.help {
        print!("{USAGE}");
        return Ok(());
    }
    let output = options.output.as_deref().ok_or("-o FILE is missing; see --help")?;
    let result = match output {
        "-" => write(&options, io::stdout().lock()),
        path => File::create(path).and_then(|file| write(&options, file)),
    };
    match result {
        // Whoever reads it has enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| format!("{output}: {error}")),
    }
}

fn write(options: &Options, out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, out);
    let mut traffic = Traffic::new(&options.settings);
    let (fill, all) = pcap::write(&mut traffic, options.link, options.rate, &mut out)?;
    for (name, part) in [("fill", fill), ("all", all)] {
        eprintln!(
            "{name}: {} bytes, {} packets, {} messages",
            part.bytes, part.packets, part.messages
        );
    }
    eprintln!("live at the end: {}", traffic.live());
    Ok(())
}
