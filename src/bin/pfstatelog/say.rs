//! Words for a person, on standard error.

#![forbid(unsafe_code)]

use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, ErrorKind, Write as _};
use std::os::fd::AsFd;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pfstatelog::sys::poll;
use pfstatelog::sys::process::{self, Std};

use crate::progress;

/// Writes one line to standard error, `pfstatelog: ` first; takes what `format!` takes.
macro_rules! say {
    ($($words:tt)*) => { $crate::say::tell(format_args!($($words)*)) };
}
pub(crate) use say;

/// Lines that standard error did not take, not told yet. There it is a pipe that does not block: see `voice.rs`.
static LOST: AtomicU64 = AtomicU64::new(0);

/// Where words go once nobody reads that pipe.
static OUTSIDE: OnceLock<File> = OnceLock::new();

/// As the macro. Where standard error is closed or full there is nobody to tell, and that is no
/// reason to end: `eprintln!` would panic.
pub fn tell(words: fmt::Arguments<'_>) {
    let line = one_line(words);
    progress::beside(|| write(line.as_bytes()));
}

/// Writes lines as they are, which need no name before them.
pub fn write(lines: &[u8]) {
    let mut stderr = io::stderr().lock();
    let lost_before = LOST.swap(0, Ordering::Relaxed);
    let mut put = |bytes: &[u8]| match stderr.write_all(bytes) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe && is_outside() => {
            stderr.write_all(bytes)
        }
        done => done,
    };
    let told = if lost_before > 0 { put(lost(lost_before).as_bytes()) } else { Ok(()) };
    let done = if told.is_ok() { put(lines) } else { Ok(()) };
    let now = match (told, done) {
        (Err(error), _) if error.kind() == ErrorKind::WouldBlock => lost_before + 1,
        (Ok(()), Err(error)) if error.kind() == ErrorKind::WouldBlock => 1,
        _ => 0,
    };
    LOST.fetch_add(now, Ordering::Relaxed);
}

/// Words go there once nobody hands them on.
pub fn fall_back_on(outside: File) {
    // It is said once, at the start.
    let _ = OUTSIDE.set(outside);
}

/// Puts what is outside in the place of a pipe that nobody reads; whether it takes something now.
fn is_outside() -> bool {
    let Some(outside) = OUTSIDE.get() else { return false };
    poll::writable(outside.as_fd(), Duration::ZERO).unwrap_or(false)
        && process::redirect(outside.as_fd(), Std::Error).is_ok()
}

/// The line that tells of lines which nobody took.
pub fn lost(lines: u64) -> String {
    one_line(format_args!("{lines} lines were to be said before this one, and nobody took them"))
}

/// What is told may quote names of files and interfaces, which can hold anything: nothing in it
/// breaks the line in two or reaches the terminal as a command.
fn one_line(words: fmt::Arguments<'_>) -> String {
    let mut line = String::from("pfstatelog: ");
    for char in words.to_string().chars() {
        if char.is_control() {
            // Writing to a string cannot fail.
            let _ = write!(line, "{}", char.escape_default());
        } else {
            line.push(char);
        }
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_stays_on_its_line() {
        let told = one_line(format_args!("{}: gone\ttoo", "a\x1b[31mb\nc\u{9b}é"));
        assert_eq!(told, "pfstatelog: a\\u{1b}[31mb\\nc\\u{9b}é: gone\\ttoo\n");
    }
}
