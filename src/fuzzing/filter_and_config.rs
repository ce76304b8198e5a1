//! Command lines and configuration files: an error on one line, or a run.
//!
//! A plan that comes out is run over a capture of a few frames; the page that `--check` prints is a
//! configuration file again, which asks for the same.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use arbitrary::{Arbitrary, Result, Unstructured};

use super::frame::printable;
use super::seen::{A, after, clr, del_c, ins, state, udp, upd_c};
use crate::capture::{ByteOrder, LinkType, Packet};
use crate::config::{self, Asked, Plan, Printed};
use crate::decode::Decoder;
use crate::event::Body;
use crate::line::Line;
use crate::view::Printer;
use crate::wire::grammar::Frame;

/// The target.
pub fn run(input: &[u8]) {
    // Too few bytes are an input that says nothing.
    if let Ok((args, file)) = asked(&mut Unstructured::new(input)) {
        check(args, file);
    }
}

/// The words of a command line and the text of its configuration file.
fn asked(input: &mut Unstructured<'_>) -> Result<(Vec<OsString>, Vec<u8>)> {
    let mut args = vec![OsString::from("pfstatelog")];
    for _ in 0..input.int_in_range(0..=6)? {
        args.push(word(input)?);
    }
    // Mostly there is something to read.
    match input.int_in_range(0..=3u8)? {
        0 => {}
        1 => args.push("pfsync0".into()),
        _ => args.extend(["-r".into(), "x.pcap".into()]),
    }
    let mut file = Vec::new();
    if bool::arbitrary(input)? {
        args.extend(["-C".into(), "file".into()]);
        for _ in 0..input.int_in_range(0..=6)? {
            line(input, &mut file)?;
        }
        if input.ratio(1u8, 8u8)? {
            let rest = input.arbitrary_len::<u8>()?.min(200);
            file.extend_from_slice(input.bytes(rest)?);
        }
    }
    if input.ratio(1u8, 3u8)? {
        args.push("--check".into());
    }
    Ok((args, file))
}

/// Options and what they may have for values, good and bad.
const OPTIONS: [&str; 44] = [
    "interface",
    "read",
    "verbose",
    "debug",
    "format",
    "output",
    "events",
    "release",
    "count",
    "no-table",
    "no-dst",
    "max-states",
    "jobs",
    "buffer",
    "snaplen",
    "stats",
    "summary",
    "config",
    "check",
    "list-releases",
    "nat",
    "proto",
    "host",
    "port",
    "ifname",
    "direction",
    "queue",
    "mode",
    "group",
    "rotate-size",
    "rotate-keep",
    "sync",
    "drain-timeout",
    "daemon",
    "pidfile",
    "user",
    "chroot",
    "poll",
    "poll-anyway",
    "quiet-warn",
    "metrics",
    "help",
    "version",
    "verbos",
];

const VALUES: [&str; 44] = [
    "-",
    "pfsync0",
    "text",
    "json",
    "ecs",
    "pfctl",
    "tcpdump",
    "json=-",
    "syslog:local3",
    "syslog",
    "all",
    "start,end",
    "gap",
    "openbsd-7.9",
    "freebsd-15.0",
    "0",
    "1",
    "7",
    "4294967295",
    "18446744073709551616",
    "16M",
    "512K",
    "9G",
    "-1",
    "tcp",
    "udp,icmp",
    "255",
    "192.168.1.0/24",
    "203.0.113.7",
    "2001:db8::/32",
    "::1/129",
    "443",
    "1024-2047",
    "9-1",
    "65536",
    "em0",
    "in",
    "out",
    "udp://127.0.0.1:514",
    "tcp://[::1]:601",
    "unix:/dev/log",
    "/var/log/pf.log",
    "0640",
    "10m",
];

fn any_text(input: &mut Unstructured<'_>) -> Result<String> {
    let len = input.int_in_range(0..=24)?;
    Ok(String::from_utf8_lossy(input.bytes(len)?).into_owned())
}

fn value(input: &mut Unstructured<'_>) -> Result<String> {
    if input.ratio(1u8, 8u8)? {
        any_text(input)
    } else {
        input.choose(&VALUES).map(ToString::to_string)
    }
}

fn word(input: &mut Unstructured<'_>) -> Result<OsString> {
    Ok(match input.int_in_range(0..=9u8)? {
        0 => {
            let len = input.int_in_range(0..=24)?;
            OsString::from_vec(input.bytes(len)?.to_vec())
        }
        1 => format!("-{}", char::from(input.int_in_range(b'A'..=b'z')?)).into(),
        2 => value(input)?.into(),
        3..=5 => format!("--{}", input.choose(&OPTIONS)?).into(),
        _ => format!("--{}={}", input.choose(&OPTIONS)?, value(input)?).into(),
    })
}

/// A line of TOML, mostly.
fn line(input: &mut Unstructured<'_>, file: &mut Vec<u8>) -> Result<()> {
    let option = *input.choose(&OPTIONS)?;
    let text = value(input)?;
    let line = match input.int_in_range(0..=7u8)? {
        0 => format!("{option} = true\n"),
        1 => format!("{option} = {text}\n"),
        2 => format!("{option} = ['{text}', \"{}\"]\n", value(input)?),
        3 => format!("# {text}\n"),
        4 => format!("{option} = \"{text}\"\n{option} = {{ a = 1 }}\n"),
        5 => format!("[{option}]\n"),
        6 => any_text(input)? + "\n",
        _ => format!("{option} = '{text}'\n"),
    };
    file.extend_from_slice(line.as_bytes());
    Ok(())
}

fn plan(args: &[OsString], file: &[u8]) -> std::result::Result<Asked, config::UsageError> {
    config::plan_with(args.iter().cloned(), &mut |_| Ok(file.to_vec()))
}

fn check(args: Vec<OsString>, file: Vec<u8>) {
    match plan(&args, &file) {
        Err(error) => {
            let error = error.to_string();
            assert!(!error.is_empty(), "{args:?} says why");
            assert!(
                !error.chars().any(char::is_control),
                "{args:?} is told on one line: {error:?}"
            );
        }
        Ok(Asked::Page(page)) => assert!(page.ends_with('\n'), "{page:?}"),
        Ok(Asked::Check(plan, page)) => {
            assert!(page.ends_with('\n'), "{page:?}");
            same_again(&args, &plan, &page);
        }
        Ok(Asked::Plan(plan)) => runs(&plan),
        // What subcommands do is the business of the target `dump`.
        Ok(Asked::Task(_)) => {}
    }
}

/// What `--check` printed asks for the same.
fn same_again(args: &[OsString], asked: &Plan, page: &str) {
    let again = ["pfstatelog", "-C", "file", "--check"].map(OsString::from);
    let again = plan(&again, page.as_bytes());
    let again = again.unwrap_or_else(|error| panic!("{error}: of {args:?}\n{page}"));
    assert_eq!(again, Asked::Check(Box::new(asked.clone()), page.to_string()), "of {args:?}");
}

/// A plan that was made can be done.
fn runs(plan: &Plan) {
    assert!(!plan.outputs.is_empty(), "lines go somewhere");
    let frames = [
        vec![ins(state(1)), ins(udp(2))],
        vec![upd_c(1, [4, 4], 2), upd_c(9, [1, 0], 0)],
        vec![del_c(1), clr("em0", A), (99, crate::wire::grammar::Body::Skipped(vec![0; 8]))],
    ];
    let mut decoder = Decoder::new(plan.release);
    if let Some(max_states) = plan.mirror.max_states(|| Some(100_000)) {
        decoder = decoder.with_table(max_states);
    }
    let mut lines = Line::new();
    for (at, sections) in frames.into_iter().enumerate() {
        let data = Frame::build(sections);
        let wire_len = u32::try_from(data.len()).unwrap_or(u32::MAX);
        let (time, link) = (after(1000 * at as i64), LinkType(246));
        let order = ByteOrder::NATIVE;
        let packet = Packet { time, data: &data, wire_len, link, order };
        for output in &plan.outputs {
            if let Printed::View(view) = output.format {
                Printer::new(view, plan.detail, plan.release).packet(&packet, &mut printable);
            }
        }
        decoder.packet(&packet, None, &mut |event| {
            let is_kept = plan.filter.keeps(event);
            // What was lost may have been just what is asked for.
            assert!(is_kept || !matches!(event.body, Body::Gap(_)), "a gap always passes");
            for output in plan.outputs.iter().filter(|_| is_kept) {
                if let Printed::Events(format) = output.format {
                    lines.clear();
                    format.writer(plan.options).write(&mut lines, event);
                    printable(lines.as_bytes());
                }
            }
        });
    }
}
