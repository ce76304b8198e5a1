//! `pfstatelog states --watch` in a terminal, which is tmux's: what it shows, and that the terminal is
//! as it was once it ends, whyever.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Instant;

use common_cli::{LOOK, PATIENCE, ending_signals, until};
use pfstatelog::wire::grammar::{Body, Frame};

/// A terminal of 100 columns with a program in it.
struct Terminal {
    /// Of a tmux of its own.
    socket: String,
}

impl Terminal {
    /// Runs a command of the shell; `None` where there is no tmux.
    fn run(dir: &Path, name: &str, command: &str) -> Option<Self> {
        let socket = dir.join(name).to_str().unwrap().to_string();
        let terminal = Self { socket };
        let begin = ["-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "12", command];
        let begun = terminal.tmux(&begin).output();
        match begun {
            Ok(ran) if ran.status.success() => Some(terminal),
            other => {
                println!("skipped: states_watch: no tmux: {other:?}");
                None
            }
        }
    }

    fn tmux(&self, args: &[&str]) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.env_remove("TMUX").env("LANG", "C.UTF-8").args(["-S", &self.socket]).args(args);
        tmux
    }

    fn keys(&self, keys: &[&str]) {
        assert!(self.tmux(&[&["send-keys"], keys].concat()).status().unwrap().success());
    }

    fn screen(&self) -> String {
        let shown = self.tmux(&["capture-pane", "-p"]).output().unwrap();
        String::from_utf8(shown.stdout).unwrap()
    }

    /// Waits until all these words are on the screen.
    fn until(&self, words: &[&str]) -> String {
        let begin = Instant::now();
        loop {
            let screen = self.screen();
            if words.iter().all(|word| screen.contains(word)) {
                return screen;
            }
            assert!(begin.elapsed() < PATIENCE, "{words:?} is not on the screen:\n{screen}");
            thread::sleep(LOOK);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux(&["kill-server"]).output();
    }
}

/// A capture of so many states, through each of which went so many bytes.
fn capture(path: &Path, secs: u32, states: u64, bytes: u64) {
    let state = |id| {
        let mut state = common_cli::state(id);
        (state.creation, state.bytes) = (60, [bytes * id, 0]);
        state
    };
    let frame = Frame::build(vec![(13, Body::State((1..=states).map(state).collect()))]);
    // Whole or not there, as a dump that is written again.
    let beside = path.with_extension("new");
    std::fs::write(&beside, common_cli::pcap(&[(secs, frame)])).unwrap();
    std::fs::rename(&beside, path).unwrap();
}

/// Shows what the terminal is set to before and after.
fn between(path: &Path) -> String {
    let program = env!("CARGO_BIN_EXE_pfstatelog");
    let path = path.display();
    format!(
        "before=$(stty -g); {program} states --watch --interval 0.2 {path}; code=$?; \
         [ \"$before\" = \"$(stty -g)\" ] && echo same settings, code $code; exec sleep 60"
    )
}

#[test]
fn a_file_is_watched_and_the_terminal_given_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("states.pcap");
    capture(&path, 1_795_179_902, 2, 1000);
    let Some(terminal) = Terminal::run(dir.path(), "quit", &between(&path)) else { return };
    terminal.until(&["2 states", "192.168.1.10:51234", "203.0.113.7:60211", "1-2 of 2 by bytes/s"]);
    // Ten seconds later.
    capture(&path, 1_795_179_912, 3, 11_000);
    let screen = terminal.until(&["3 states", "2.0k", "3.0k bytes/s", "2026-11-20T13:05:12Z"]);
    assert!(screen.contains("top talkers: 192.168.1.10 3.0k"), "{screen}");
    // What cannot be read leaves what was there.
    std::fs::remove_file(&path).unwrap();
    terminal.until(&["No such file", "3 states"]);
    terminal.keys(&["s"]);
    terminal.keys(&["/"]);
    terminal.keys(&["-l", "192.0.2.1"]);
    terminal.until(&["hosts, with commas between: 192.0.2.1_"]);
    terminal.keys(&["Enter"]);
    terminal.until(&["3 states (0 shown)"]);
    let resized = terminal.tmux(&["resize-window", "-x", "60", "-y", "8"]).status().unwrap();
    assert!(resized.success());
    terminal.keys(&["Escape"]);
    let screen = terminal.until(&["1-3 of 3 by packets/s"]);
    assert!(screen.lines().all(|line| line.len() <= 60), "{screen}");
    terminal.keys(&["q"]);
    let screen = terminal.until(&["same settings, code 0"]);
    assert!(!screen.contains("PROTO"), "{screen}");
}

#[test]
fn a_signal_gives_the_terminal_back() {
    let dir = tempfile::tempdir().unwrap();
    for signal in ending_signals("a_signal_gives_the_terminal_back") {
        let path = dir.path().join(format!("{signal}.pcap"));
        capture(&path, 1_795_179_902, 1, 1);
        let Some(terminal) = Terminal::run(dir.path(), signal, &between(&path)) else { return };
        terminal.until(&["1 states"]);
        let pattern = format!("states --watch --interval 0.2 {}$", path.display());
        let found = Command::new("pgrep").args(["-f", &pattern]).output().unwrap();
        let found = String::from_utf8(found.stdout).unwrap();
        // The shell's own command line has more behind it.
        let pid = found.split_whitespace().next().expect("it runs");
        assert!(Command::new("kill").args(["-s", signal, pid]).status().unwrap().success());
        let screen = terminal.until(&["same settings, code 0"]);
        assert!(!screen.contains("PROTO"), "{screen}");
    }
}

/// A terminal of which the test is the other end, and the program in it.
#[cfg(target_os = "linux")]
fn in_terminal(path: &Path) -> (std::os::fd::OwnedFd, std::process::Child) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{Winsize, tcsetwinsize};
    let outer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&outer).unwrap();
    unlockpt(&outer).unwrap();
    let size = Winsize { ws_row: 200, ws_col: 300, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&outer, size).unwrap();
    let name = ptsname(&outer, Vec::new()).unwrap().into_string().unwrap();
    let inner = || std::fs::File::options().read(true).write(true).open(&name).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_pfstatelog"))
        .args(["states", "--watch", path.to_str().unwrap()])
        .stdin(inner())
        .stdout(inner())
        .stderr(inner())
        .env("TERM", "xterm")
        .spawn()
        .unwrap();
    (outer, child)
}

/// Waits for its end, which has to come.
#[cfg(target_os = "linux")]
fn ended(child: &mut std::process::Child) -> std::process::ExitStatus {
    let mut status = None;
    until("it ends", || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    status.unwrap()
}

/// Reads what is drawn until it is there.
#[cfg(target_os = "linux")]
fn drawn(outer: &std::os::fd::OwnedFd, word: &str) {
    use std::os::fd::AsFd as _;

    use pfstatelog::sys::poll::readable;
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains(word) {
        let mut bytes = [0; 4096];
        let shown = String::from_utf8_lossy(&seen);
        assert!(readable(outer.as_fd(), PATIENCE).unwrap(), "{word} is not drawn: {shown}");
        let count = rustix::io::read(outer, &mut bytes).unwrap();
        seen.extend_from_slice(&bytes[..count]);
    }
}

/// Without a word, and above all without a core: the table would be in it.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_that_hangs_up_ends_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("states.pcap");
    capture(&path, 1_795_179_902, 200, 1);
    let (outer, mut child) = in_terminal(&path);
    drawn(&outer, "200 states");
    drop(outer);
    assert_eq!(ended(&mut child).code(), Some(0));
}

/// One that takes nothing more, as behind a connection that stands still: a signal ends it nevertheless, and the
/// terminal's settings are what they were.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_that_stands_still_does_not_hold_it() {
    use rustix::termios::{LocalModes, tcgetattr};
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("states.pcap");
    capture(&path, 1_795_179_902, 200, 1);
    let (outer, mut child) = in_terminal(&path);
    drawn(&outer, "200 states");
    assert!(!tcgetattr(&outer).unwrap().local_modes.contains(LocalModes::ICANON));
    // Each draws all rows anew, and nobody reads them.
    rustix::io::write(&outer, &b"sr".repeat(50)).unwrap();
    thread::sleep(std::time::Duration::from_millis(500));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().unwrap().success());
    let status = ended(&mut child);
    assert!(status.code().is_some_and(|code| code <= 1), "{status:?}");
    assert!(tcgetattr(&outer).unwrap().local_modes.contains(LocalModes::ICANON));
}

/// Who is at a terminal that goes away leaves nothing behind that runs: by tmux's end, with or without a shell
/// in between.
#[test]
fn it_ends_with_its_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_pfstatelog");
    for (name, shell) in [("bare", "exec "), ("shell", "trap '' HUP; ")] {
        let path = dir.path().join(format!("{name}.pcap"));
        capture(&path, 1_795_179_902, 1, 1);
        let command = format!("{shell}{program} states --watch {}; true", path.display());
        let Some(terminal) = Terminal::run(dir.path(), name, &command) else { return };
        terminal.until(&["1 states"]);
        let pattern = format!("^{program} states --watch {}$", path.display());
        let runs =
            || Command::new("pgrep").args(["-f", &pattern]).output().unwrap().status.success();
        assert!(runs());
        drop(terminal);
        until("it ends without a terminal", || !runs());
    }
}
