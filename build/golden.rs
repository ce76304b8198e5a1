//! The third opinion: the layout as `headers/layout.golden` records it, as compile-time assertions.
//! The two passes of bindgen read the same header, so a byte that is missing from a packed struct
//! is missing from both; the golden file is what knows that it was there.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Rust that fails to compile where a snapshot is not laid out as recorded. A snapshot of which
/// the file says nothing is left to the test that compares them all.
pub fn assertions(golden: &Path) -> Result<String, String> {
    let text = match fs::read_to_string(golden) {
        Ok(text) => text,
        // Before its first line is written there is nothing to compare with.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Err(e) => return Err(format!("{}: {e}", golden.display())),
    };
    let mut out = String::new();
    let mut open: Option<String> = None;
    for (at, line) in text.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [snapshot, field, offset, size] = words[..] else { continue };
        if !field.contains('.') {
            continue;
        }
        let (Ok(offset), Ok(size)) = (offset.parse::<usize>(), size.parse::<usize>()) else {
            return Err(format!("{}:{}: not a field, offset and size", golden.display(), at + 1));
        };
        if open.as_deref() != Some(snapshot) {
            close(&mut out, open.take());
            let _ = writeln!(out, "const _: () = crate::abi::types::as_recorded(&[");
            open = Some(snapshot.to_string());
        }
        let _ = writeln!(
            out,
            "    ({field:?}, {offset}, {size}, \"{snapshot}: {field} is not where \
             headers/layout.golden has it (offset {offset}, size {size}): a byte is missing from \
             or added to the header before or in it; if that is meant, run \
             `UPDATE_GOLDEN=1 cargo test --test layout`\"),"
        );
    }
    close(&mut out, open);
    Ok(out)
}

fn close(out: &mut String, snapshot: Option<String>) {
    if let Some(snapshot) = snapshot {
        let module = snapshot.replace(['-', '.'], "_");
        let _ = writeln!(out, "], &super::generated::{module}::wire::FIELDS);");
    }
}
