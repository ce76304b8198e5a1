//! Words for a person, on standard error.

#![forbid(unsafe_code)]

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use crate::progress;

/// Writes one line to standard error, `pfstatelog: ` first; takes what `format!` takes.
macro_rules! say {
    ($($words:tt)*) => { $crate::say::tell(format_args!($($words)*)) };
}
pub(crate) use say;

/// As the macro. Where standard error is closed or full there is nobody to tell, and that is no
/// reason to end: `eprintln!` would panic.
pub fn tell(words: fmt::Arguments<'_>) {
    let line = one_line(words);
    let _ = progress::beside(|| io::stderr().lock().write_all(line.as_bytes()));
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
