//! The third opinion: the layout as `headers/layout.golden` records it, as compile-time assertions.
//! The two passes of bindgen read the same header, so a byte that is missing from a packed struct
//! is missing from both; the golden file is what knows that it was there.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Rust that fails to compile where a snapshot is not as recorded: its fields, its constants. A
/// snapshot of which the file says nothing is left to the test that compares them all.
pub fn assertions(golden: &Path) -> Result<String, String> {
    let text = match fs::read_to_string(golden) {
        Ok(text) => text,
        // Before its first line is written there is nothing to compare with.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Err(e) => return Err(format!("{}: {e}", golden.display())),
    };
    // For each snapshot the rows of its fields, and of its constants.
    let mut snapshots: BTreeMap<&str, [String; 2]> = BTreeMap::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let numbers = words.iter().skip(2).map(|word| word.parse::<u32>());
        let numbers: Vec<u32> = numbers.collect::<Result<_, _>>().unwrap_or_default();
        let ([snapshot, name, ..], [_, _] | [_]) = (&words[..], &numbers[..]) else {
            return Err(format!(
                "{}:{}: neither a field with offset and size nor a constant with its value",
                golden.display(),
                at + 1
            ));
        };
        let rows = snapshots.entry(snapshot).or_default();
        let _ = match numbers[..] {
            [offset, size] => writeln!(
                rows[0],
                "    ({name:?}, {offset}, {size}, \"{snapshot}: {name} is not where \
                 headers/layout.golden has it (offset {offset}, size {size}): a byte is missing \
                 from or added to the header before or in it; {IF_MEANT}\"),"
            ),
            _ => writeln!(
                rows[1],
                "    ({name:?}, {0}, \"{snapshot}: {name} is not {0} as headers/layout.golden has \
                 it, or a constant before it is new or gone; {IF_MEANT}\"),",
                numbers[0]
            ),
        };
    }
    let mut out = String::new();
    for (snapshot, [fields, constants]) in snapshots {
        let module = format!("super::generated::{}", snapshot.replace(['-', '.'], "_"));
        let _ = write!(
            out,
            "const _: () = crate::abi::types::as_recorded(&[\n{fields}], &{module}::wire::FIELDS);\n\
             const _: () = crate::abi::types::constants_as_recorded(\n    &[\n{constants}],\n    \
             {module}::consts::ALL,\n);\n"
        );
    }
    Ok(out)
}

const IF_MEANT: &str = "if that is meant, run `UPDATE_GOLDEN=1 cargo test --test layout`";
