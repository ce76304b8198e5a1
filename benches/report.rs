//! Makes a page and a chart of what the other benches measured: `BENCHMARKS.md` and
//! `misc/benchmarks.svg` in FOLDER. `misc/bench.sh` runs it last.
//!
//! It reads criterion's samples (in `CRITERION_HOME`, else in `target/criterion`), of which the
//! fastest counts, and the lines that the others wrote (`input/results.rs` says where).
//!
//! `cargo bench --bench report -- FOLDER`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use serde_json::Value;

// Not beside this file, where it would be taken for a bench.
#[path = "report/chart.rs"]
mod chart;
#[path = "input/results.rs"]
#[allow(dead_code)]
mod results;

const PAGE: &str = "BENCHMARKS.md";
const CHART: &str = "misc/benchmarks.svg";

fn main() -> ExitCode {
    // Cargo adds an option of its own.
    let Some(folder) = std::env::args().skip(1).find(|arg| !arg.starts_with('-')) else {
        // `cargo bench` alone runs this with the others: no reason to fail.
        println!("report: name the folder that {PAGE} and {CHART} are to be written in");
        return ExitCode::SUCCESS;
    };
    match write(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("report: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> Result<(), String> {
    let stages = stages(&criterion_home().join("stages"))?;
    let path = results::path();
    let lines = fs::read_to_string(&path).map_err(|error| told(&path, &error))?;
    let results: Vec<Line<'_>> = lines.lines().filter_map(Line::parse).collect();
    let (page_path, chart_path) = (folder.join(PAGE), folder.join(CHART));
    if let Some(parent) = chart_path.parent() {
        fs::create_dir_all(parent).map_err(|error| told(parent, &error))?;
    }
    fs::write(&page_path, page(&stages, &results)).map_err(|error| told(&page_path, &error))?;
    let svg = chart::svg(&stages).map_err(|error| format!("{CHART}: {error}"))?;
    fs::write(&chart_path, svg).map_err(|error| told(&chart_path, &error))
}

fn told(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}

fn criterion_home() -> PathBuf {
    let default = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/criterion"));
    std::env::var_os("CRITERION_HOME").map_or_else(default, PathBuf::from)
}

/// What criterion measured of one stage.
pub struct Stage {
    /// Its name, without the number that it is sorted by.
    pub name: String,
    /// Of the fastest sample.
    pub ns_per_event: f64,
    gb_per_s: f64,
}

/// All stages that were measured, in their order.
fn stages(folder: &Path) -> Result<Vec<Stage>, String> {
    let entries = fs::read_dir(folder).map_err(|error| told(folder, &error))?;
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path().join("new")))
        .filter(|folder| folder.join("sample.json").is_file())
        .collect();
    folders.sort();
    folders.iter().map(|folder| Stage::read(folder)).collect()
}

impl Stage {
    fn read(folder: &Path) -> Result<Self, String> {
        let json = |name: &str| -> Result<Value, String> {
            let path = folder.join(name);
            let text = fs::read_to_string(&path).map_err(|error| told(&path, &error))?;
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
        };
        let (bench, sample) = (json("benchmark.json")?, json("sample.json")?);
        let numbers = |name: &str| sample[name].as_array().into_iter().flatten().map(Value::as_f64);
        let samples = numbers("times").zip(numbers("iters"));
        let fastest = samples.filter_map(|(time, iterations)| Some(time? / iterations?));
        let ns = fastest.min_by(f64::total_cmp);
        let both = &bench["throughput"]["ElementsAndBytes"];
        let (name, events, bytes) =
            (bench["function_id"].as_str(), both["elements"].as_f64(), both["bytes"].as_f64());
        match (name, ns, events, bytes) {
            (Some(name), Some(ns), Some(events), Some(bytes)) => Ok(Self {
                name: name.split_once(' ').map_or(name, |(_, name)| name).to_string(),
                ns_per_event: ns / events,
                gb_per_s: bytes / ns,
            }),
            _ => Err(format!("{}: not what is expected of criterion", folder.display())),
        }
    }
}

/// A measurement that criterion did not make.
struct Line<'a> {
    group: &'a str,
    name: &'a str,
    value: &'a str,
    unit: &'a str,
    note: &'a str,
}

impl<'a> Line<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.split('\t');
        let (group, name, value) = (fields.next()?, fields.next()?, fields.next()?);
        let (unit, note) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
        Some(Self { group, name, value, unit, note })
    }

    /// Three digits that count; what is no number as it is.
    fn value(&self) -> String {
        match self.value.parse::<f64>() {
            Ok(number) => digits(number),
            Err(_) => self.value.to_string(),
        }
    }
}

/// As many decimals as there are to three digits.
fn digits(number: f64) -> String {
    let decimals = match number.abs() {
        n if n >= 100.0 => 0,
        n if n >= 10.0 => 1,
        _ => 2,
    };
    format!("{number:.decimals$}")
}

/// What is measured where; a group that is not here follows under its own name.
const GROUPS: &[(&str, &str)] = &[
    ("walk", "Walking over 1 GiB of frames"),
    ("table", "The state table"),
    ("program", "The whole program, from a file to /dev/null"),
    (
        "dump",
        "A state table in files: dumped, converted, edited, restored into a kernel of the tests",
    ),
    ("live", "Live capture"),
    ("outputs", "Outputs"),
    ("peers", "Beside other programs"),
];

/// Where it was measured.
const MACHINE: &str = "machine";

fn page(stages: &[Stage], results: &[Line<'_>]) -> String {
    let mut page = String::from("# Benchmarks\n\nWritten by `misc/bench.sh`, not by hand.\n\n");
    let mut put = |line: &str| {
        page.push_str(line);
        page.push('\n');
    };
    put("| | |\n|---|---|");
    for line in results.iter().filter(|line| line.group == MACHINE) {
        put(&format!("| {} | {} |", line.name, line.value));
    }
    put("\n## Stages, from the frame to the line\n");
    put("One core, over the same frames in memory: 25 % INS, 50 % UPD_C, 25 % DEL_C, of 100,000");
    put(
        "live states. A stage does all that leads to it: a line is of an event that the table made,",
    );
    put("and that of a message. The fastest sample counts.\n");
    put(&format!("![Nanoseconds of an event, stage by stage]({CHART})\n"));
    put("| stage | ns/event | M events/s | GB/s | times the limit |\n|---|---|---|---|---|");
    let limit = stages.first().map_or(1.0, |stage| stage.ns_per_event);
    for Stage { name, ns_per_event: ns, gb_per_s } in stages {
        let numbers = [*ns, 1e3 / ns, *gb_per_s, ns / limit].map(digits).join(" | ");
        put(&format!("| {name} | {numbers} |"));
    }
    let mut groups: Vec<(&str, &str)> = GROUPS.to_vec();
    for line in results.iter().filter(|line| line.group != MACHINE) {
        if !groups.iter().any(|(group, _)| *group == line.group) {
            groups.push((line.group, line.group));
        }
    }
    for (group, title) in groups {
        page.push_str(&table(title, results.iter().filter(|line| line.group == group)));
    }
    page
}

fn table<'a>(title: &str, lines: impl Iterator<Item = &'a Line<'a>>) -> String {
    let mut table = String::new();
    for line in lines {
        if table.is_empty() {
            table = format!("\n## {title}\n\n| | | | |\n|---|---|---|---|\n");
        }
        let (name, value, unit, note) = (line.name, line.value(), line.unit, line.note);
        // A string takes all that is written to it.
        let _ = writeln!(table, "| {name} | {value} | {unit} | {note} |");
    }
    table
}
