//! The manual page is that of the program as it is: its options, events, reasons and examples.

#![cfg(feature = "config")]
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::{Arg, ArgAction};
use pfstatelog::config::{self, file};
use pfstatelog::event::EventKind;
use pfstatelog::format::Format;
use pfstatelog::view::View;

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("misc/pfstatelog.8")
}

fn page() -> String {
    fs::read_to_string(path()).unwrap()
}

/// The lines of a section, without its heading.
fn section<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let heading = format!(".Sh {name}");
    let lines = page.lines().skip_while(|line| *line != heading).skip(1);
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with(".Sh ")).collect();
    assert!(!lines.is_empty(), "the page has no {heading}");
    lines
}

/// A line of macros as a reader sees it.
fn shown(line: &str) -> String {
    let mut text = String::new();
    let mut tight = true;
    let mut add = |word: &str, before: bool, after: bool| {
        if before && !tight {
            text.push(' ');
        }
        text.push_str(word);
        tight = !after;
    };
    for word in line.split_whitespace() {
        match word {
            "Fl" => add("-", true, false),
            "Oo" => add("[", true, false),
            "Oc" => add("]", false, true),
            "Ns" => add("", false, false),
            "Ar" | "Cm" | "Sy" => {}
            "," => add(",", false, true),
            _ => add(word, true, true),
        }
    }
    text
}

/// What stands behind `.It` in these lines.
fn items(lines: &[&str]) -> Vec<String> {
    lines.iter().filter_map(|line| line.strip_prefix(".It ")).map(shown).collect()
}

/// Every option of the command line, in the order of `--help`.
fn options() -> Vec<Arg> {
    options_of(&mut config::command())
}

fn options_of(command: &mut clap::Command) -> Vec<Arg> {
    command.build();
    command.get_arguments().filter(|arg| !arg.is_positional()).cloned().collect()
}

/// The options of each subcommand, by its name.
fn subcommands() -> Vec<(String, Vec<Arg>)> {
    let mut command = config::command();
    let of = |command: &mut clap::Command| (command.get_name().to_string(), options_of(command));
    command.get_subcommands_mut().map(of).collect()
}

/// An option as the page has to have it: its names, each with the name of its value.
fn declared(arg: &Arg) -> String {
    let takes = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let value = match arg.get_value_names() {
        Some([name]) if takes => {
            let many =
                if arg.get_num_args().is_some_and(|n| n.max_values() > 1) { " ..." } else { "" };
            format!(" {}{many}", name.to_lowercase())
        }
        Some(names) if takes => panic!("{names:?}: one name is expected"),
        _ => String::new(),
    };
    let long = arg.get_long().map(|long| format!("--{long}{value}"));
    let short = arg.get_short().map(|short| format!("-{short}{value}"));
    short.into_iter().chain(long).collect::<Vec<_>>().join(", ")
}

#[test]
fn options_are_those_of_the_program_in_its_order() {
    let page = page();
    let declared: Vec<String> = options().iter().map(declared).collect();
    assert!(declared.len() > 40 && declared.contains(&"-i name, --interface name".to_string()));
    assert_eq!(items(&section(&page, "OPTIONS")), declared);
}

#[test]
fn options_of_subcommands_are_theirs_in_their_order() {
    let page = page();
    let lines = section(&page, "STATE TABLES");
    let subcommands = subcommands();
    assert_eq!(subcommands.len(), 4);
    for (name, options) in subcommands {
        let heading = format!(".Ss {name}");
        let own = lines.iter().skip_while(|line| **line != heading).skip(1);
        let own: Vec<&str> = own.take_while(|line| !line.starts_with(".Ss ")).copied().collect();
        let declared: Vec<String> = options.iter().map(declared).collect();
        assert_eq!(items(&own), declared, "{name}");
    }
}

#[test]
fn options_stand_under_the_headings_of_the_help() {
    let page = page();
    let mut declared: Vec<String> = Vec::new();
    for arg in options() {
        let heading = arg.get_help_heading().unwrap_or_default().to_string();
        if declared.last() != Some(&heading) {
            declared.push(heading);
        }
    }
    let lines = section(&page, "OPTIONS");
    let headings: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix(".Ss ")).collect();
    assert_eq!(headings, declared);
}

#[test]
fn defaults_are_those_of_the_help() {
    let page = page();
    let lines = section(&page, "OPTIONS");
    let mut checked = 0;
    for arg in options() {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('\n', " ");
        let default = help.split_once("[default: ").and_then(|(_, rest)| rest.split_once(']'));
        let Some((default, _)) = default.filter(|(text, _)| !text.contains(' ')) else { continue };
        let own = declared(&arg);
        let is_own = |line: &&&str| line.strip_prefix(".It ").is_some_and(|it| shown(it) == own);
        let about = lines.iter().skip_while(|line| !is_own(line)).skip(1);
        let about: Vec<&str> =
            about.take_while(|line| !line.starts_with(".It ")).copied().collect();
        assert!(about.join(" ").contains(default), "{own}: {default}: {about:?}");
        checked += 1;
    }
    assert!(checked >= 8, "{checked}");
}

/// Wherever the page names an option, there is one of that name.
#[test]
fn no_option_is_named_that_there_is_not() {
    let of_subcommands = subcommands().into_iter().flat_map(|(_, options)| options);
    let all: Vec<Arg> = options().into_iter().chain(of_subcommands).collect();
    let names: Vec<String> = all
        .iter()
        .flat_map(|arg| {
            let short = arg.get_short().map(String::from);
            short.into_iter().chain(arg.get_long().map(|long| format!("-{long}")))
        })
        .collect();
    let page = page();
    let macros = page.lines().filter(|line| line.starts_with('.'));
    let mut named = 0;
    for line in macros {
        let words: Vec<&str> = line.trim_start_matches('.').split_whitespace().collect();
        for pair in words.windows(2).filter(|pair| pair[0] == "Fl") {
            assert!(names.iter().any(|name| name == pair[1]), "{line}");
            named += 1;
        }
    }
    assert!(named > 100, "{named}");
}

#[test]
fn events_formats_and_views_are_all_there() {
    let page = page();
    let events = items(&section(&page, "EVENTS"));
    assert_eq!(events, EventKind::ALL.map(EventKind::name));
    let formats: Vec<_> = Format::ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(items(&section(&page, "FORMATS")), formats);
    let views: Vec<_> = View::ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(items(&section(&page, "VIEWS OF THE WIRE")), views);
    let outputs = items(&section(&page, "OUTPUTS")).join("\n");
    for dest in ["-", "path", "syslog, syslog: facility", "unix: path", "tcp:// host : port"] {
        let plain = |text: &str| text.replace(' ', "");
        assert!(plain(&outputs).lines().any(|item| item == plain(dest)), "{dest}: {outputs}");
    }
}

/// Every reason that a line may give, as the schema of lines has them.
#[test]
fn every_reason_is_explained() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("misc/event.schema.json");
    let schema: serde_json::Value = serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    let reasons = schema["properties"]["reason"]["anyOf"][0]["enum"].as_array().unwrap();
    let page = page();
    let of_gaps = items(&section(&page, "DIAGNOSTICS"));
    let of_states = section(&page, "EVENTS").join(" ");
    for reason in reasons.iter().map(|reason| reason.as_str().unwrap()) {
        let of_state = of_states.contains(&format!(".Ql {reason} "));
        assert!(of_state || of_gaps.iter().any(|gap| gap == reason), "{reason}");
    }
    assert!(reasons.len() > 15);
}

#[test]
fn the_program_takes_every_example() {
    let page = page();
    let mut tried = 0;
    for line in section(&page, "EXAMPLES").iter().filter_map(|line| line.strip_prefix(".Dl ")) {
        let command = line.rsplit("| ").next().unwrap().trim_start_matches(['#', '$', ' ']);
        let words: Vec<&str> = command.split(' ').collect();
        // What is done to a text between is another program's.
        if words.first() == Some(&"sed") {
            continue;
        }
        assert_eq!(words.first(), Some(&"pfstatelog"), "{line}");
        let sample = || Ok(b"interface = ['pfsync0']".to_vec());
        let plan = config::plan_with(words.iter().map(Into::into), &mut |_| sample());
        plan.unwrap_or_else(|error| panic!("{line}: {error}"));
        tried += 1;
    }
    assert!(tried >= 6, "{tried}");
    let lines = section(&page, "CONFIGURATION FILE");
    let literal = lines.iter().skip_while(|line| !line.starts_with(".Bd")).skip(1);
    let literal: Vec<_> = literal.take_while(|line| **line != ".Ed").copied().collect();
    assert!(literal.len() > 3);
    file::parse("the page", &literal.join("\n")).unwrap_or_else(|error| panic!("{error}"));
}

/// A name that the synopsis has for what is read.
#[test]
fn the_synopsis_names_what_is_read() {
    let page = page();
    let synopsis = section(&page, "SYNOPSIS").join("\n");
    assert!(synopsis.contains(".Ar interface ...") && synopsis.contains(".Fl r Ar"), "{synopsis}");
}

#[test]
fn mandoc_finds_nothing_to_say() {
    let ran = Command::new("mandoc").args(["-T", "lint", "-W", "style"]).arg(path()).output();
    let Ok(ran) = ran else {
        println!("skipped: mandoc_finds_nothing_to_say: no mandoc");
        return;
    };
    let said = String::from_utf8_lossy(&ran.stdout);
    // Whether pf(4) has a page depends on the system that this runs on, not on this page.
    let said: Vec<&str> =
        said.lines().filter(|line| !line.contains("referenced manual not found")).collect();
    assert_eq!(said, [""; 0]);
}
