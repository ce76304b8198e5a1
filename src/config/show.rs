//! What is in force, as a configuration file.

#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::fmt::Write as _;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use super::UsageError;
use super::file::{self, Numbers, Takes};
use super::plan::{Plan, PlannedOutput};

/// The settings of a command line, as a file that says the same; what nobody set is said in comments.
///
/// # Errors
/// A value that is no UTF-8, which a file cannot hold.
pub(super) fn toml(
    command: &Command,
    matches: &ArgMatches,
    plan: &Plan,
) -> Result<String, UsageError> {
    let mut text = format!(
        "# pfstatelog {}: what is in force; what nobody set stands in comments\n",
        env!("CARGO_PKG_VERSION")
    );
    let mut heading = None;
    for arg in file::options(command) {
        if arg.get_help_heading() != heading {
            heading = arg.get_help_heading();
            // Writing to a string cannot fail.
            let _ = write!(text, "\n# {}:\n", heading.unwrap_or("Options"));
        }
        let option = arg.get_long().unwrap_or_default();
        let _ = match value(command, matches, arg)? {
            Some(value) => writeln!(text, "{option} = {value}"),
            None => writeln!(text, "# {option}: {}", unset(option, plan)),
        };
    }
    Ok(text)
}

/// What was given for an option; `None` where nothing was.
fn value(command: &Command, matches: &ArgMatches, arg: &Arg) -> Result<Option<String>, UsageError> {
    // Interfaces may be named without their option.
    let positional = command.get_positionals().filter(|_| arg.get_long() == Some("interface"));
    let ids = positional.chain([arg]).map(|arg| arg.get_id().as_str());
    let given = ids.filter(|id| matches.value_source(id) == Some(ValueSource::CommandLine));
    let ids: Vec<&str> = given.collect();
    let [first, ..] = ids[..] else { return Ok(None) };
    let takes = Takes::of(arg);
    match takes {
        Takes::Flag => return Ok(Some("true".to_string())),
        Takes::Count => return Ok(Some(matches.get_count(first).to_string())),
        Takes::One | Takes::Several | Takes::List => {}
    }
    let mut words = Vec::new();
    for raw in ids.iter().filter_map(|id| matches.get_raw(id)).flatten() {
        words.push(word(arg, raw)?);
    }
    Ok(Some(match takes {
        Takes::Several => format!("[{}]", words.join(", ")),
        _ => words.pop().unwrap_or_default(),
    }))
}

/// A value as TOML has it.
fn word(arg: &Arg, raw: &OsStr) -> Result<String, UsageError> {
    let Some(text) = raw.to_str() else {
        let option = arg.get_long().unwrap_or_default();
        return Err(UsageError::new(format!(
            "--{option} {raw:?} is no UTF-8, which a configuration file is written in: it can be \
             given on the command line alone"
        )));
    };
    // A number is the same in quotes, but for what TOML has no numbers for.
    let is_plain = Numbers::of(arg) == Numbers::Decimal
        && text.len() <= 18
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
        && !text.is_empty();
    if is_plain {
        return Ok(text.to_string());
    }
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char if char.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(char));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    Ok(quoted)
}

/// What holds where an option was not given.
fn unset(option: &str, plan: &Plan) -> String {
    let output = |output: &PlannedOutput| format!("{}={}", output.format, output.dest);
    match option {
        "output" => plan.outputs.iter().map(output).collect::<Vec<_>>().join(" and "),
        "events" => {
            "start,end,expire,clear,gap,packet; with -vv all on standard output".to_string()
        }
        "format" => "text".to_string(),
        "release" => "as the frames tell, the newest where they do not".to_string(),
        "count" => "no end".to_string(),
        "max-states" => {
            "live twice what pf holds, where /dev/pf tells it; else 1000000".to_string()
        }
        "jobs" => "one for each core".to_string(),
        "buffer" => "16M".to_string(),
        "snaplen" => "what the interface's MTU can need".to_string(),
        "queue" => "8M".to_string(),
        "mode" => "0640".to_string(),
        "group" => "that of the process".to_string(),
        "rotate-keep" => "7, where files are rotated".to_string(),
        "sync" => plan.files.sync.to_string(),
        "drain-timeout" => "5".to_string(),
        "user" => "_pfstatelog, or nobody where there is none; for root alone".to_string(),
        "quiet-warn" => "10m".to_string(),
        "proto" | "host" | "port" | "ifname" | "direction" => "any".to_string(),
        _ => "no".to_string(),
    }
}
