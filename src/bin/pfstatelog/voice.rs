//! What a live capture has to say, and who hands it on: the standard error of all its processes is a pipe that
//! never blocks, and the opener passes on what comes out of it, to the standard error that the program was
//! started with or, of a daemon, to the system's log. Where that takes nothing, words are dropped, counted, and
//! told of once it takes some again: nothing waits for whoever should read them.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, PipeReader, PipeWriter, Read};
use std::os::fd::AsFd;
use std::time::Duration;

use pfstatelog::output::{SyslogDest, Target, Verb};
use pfstatelog::sys::process::{self, Std};
use pfstatelog::sys::{poll, stdio};
use socket2::{Socket, Type};

use crate::say;

/// Bytes of a line at most: a pipe takes as many at once.
const LINE_BYTES: usize = 4096;

/// Pieces of as many bytes that are read before something else has its turn. A pipe holds no more.
const PIECES: usize = 32;

/// How long a write may take to a standard error that said it would take something.
const MOMENT: Duration = Duration::from_millis(100);

/// The pipe, and what is at its other end.
pub struct Voice {
    said: PipeReader,
    pub say: PipeWriter,
    /// What came of a line so far.
    line: Vec<u8>,
    outside: Outside,
    /// Lines that nobody took, not told yet.
    lost: u64,
}

enum Outside {
    /// Standard error as it was, and what is left of a line of which it took a part.
    Stderr(File, Vec<u8>),
    Log(Log),
}

impl Voice {
    /// That of a program which stays in its terminal.
    pub fn here() -> io::Result<Self> {
        let stderr = io::stderr().as_fd().try_clone_to_owned()?;
        Self::to(Outside::Stderr(stderr.into(), Vec::new()))
    }

    /// That of a daemon. Its processes leave the terminal when they are started.
    pub fn of_daemon() -> io::Result<Self> {
        Self::to(Outside::Log(Log { socket: None }))
    }

    fn to(outside: Outside) -> io::Result<Self> {
        let (said, say) = io::pipe()?;
        poll::set_nonblocking(said.as_fd())?;
        poll::set_nonblocking(say.as_fd())?;
        Ok(Self { said, say, line: Vec::new(), outside, lost: 0 })
    }

    /// The end that is read.
    pub fn said(&self) -> &PipeReader {
        &self.said
    }

    /// Whether what is said reaches a terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(&self.outside, Outside::Stderr(stderr, _) if stderr.is_terminal())
    }

    /// From now on what this process says goes into the pipe, where there is a terminal that it does not leave.
    pub fn speak(&self) -> io::Result<()> {
        match self.outside {
            Outside::Stderr(..) => process::redirect(self.say.as_fd(), Std::Error),
            Outside::Log(_) => Ok(()),
        }
    }

    /// The same for a process that does not hand on: it has the pipe's other end no more. What it says once nobody
    /// reads that goes where it would have gone.
    pub fn only_speak(self) -> io::Result<PipeWriter> {
        self.speak()?;
        if let Outside::Stderr(stderr, _) = self.outside {
            say::fall_back_on(stderr);
        }
        Ok(self.say)
    }

    /// Hands on what was said. A line that is cut short by a process's end goes on with the next.
    pub fn hand_on(&mut self) {
        let mut bytes = [0; LINE_BYTES];
        for _ in 0..PIECES {
            let Ok(len @ 1..) = self.said.read(&mut bytes) else { break };
            for byte in bytes.iter().take(len) {
                self.line.push(*byte);
                if *byte == b'\n' || self.line.len() >= LINE_BYTES {
                    let line = std::mem::take(&mut self.line);
                    self.pass(&line);
                }
            }
        }
        if self.lost > 0 {
            self.tell_lost();
        }
    }

    fn pass(&mut self, line: &[u8]) {
        if self.lost > 0 {
            self.tell_lost();
        }
        // In order: what was lost before is told before.
        if self.lost > 0 || !self.outside.take(line) {
            self.lost += 1;
        }
    }

    fn tell_lost(&mut self) {
        if self.outside.take(say::lost(self.lost).as_bytes()) {
            self.lost = 0;
        }
    }

    /// Hands on the last words; what this process says after that it says itself.
    pub fn end(&mut self) {
        self.hand_on();
        if let Outside::Stderr(stderr, _) = &self.outside {
            // Where it cannot be had back nobody is told anything any more.
            let _ = process::redirect(stderr.as_fd(), Std::Error);
        }
    }
}

impl Outside {
    /// Whether it took the line. Never waits longer than a moment.
    fn take(&mut self, line: &[u8]) -> bool {
        match self {
            Self::Stderr(stderr, rest) => {
                if !rest.is_empty() {
                    write_some(stderr, rest);
                }
                if !rest.is_empty() {
                    return false;
                }
                rest.extend_from_slice(line);
                write_some(stderr, rest);
                if rest.len() < line.len() {
                    // What is left of it follows.
                    return true;
                }
                rest.clear();
                false
            }
            Self::Log(log) => {
                let line = String::from_utf8_lossy(line);
                let clean: String = line.chars().filter(|char| !char.is_control()).collect();
                log.send(clean.trim_start_matches("pfstatelog: "))
            }
        }
    }
}

/// Writes of `bytes` what is taken, and leaves the rest. Where nobody can ever read it, there is none.
fn write_some(to: &File, bytes: &mut Vec<u8>) {
    match stdio::write_within(to.as_fd(), bytes, MOMENT) {
        Ok(len) => drop(bytes.drain(..len.min(bytes.len()))),
        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
        Err(_) => bytes.clear(),
    }
}

/// The system's log, at daemon.notice; the daemon's socket is connected to when it is needed, and again where that
/// broke.
struct Log {
    socket: Option<Socket>,
}

impl Log {
    /// `LOG_DAEMON | LOG_NOTICE`.
    const PRIORITY: u8 = 3 << 3 | 5;

    /// Whether it was taken.
    fn send(&mut self, words: &str) -> bool {
        let message = format!("<{}>pfstatelog[{}]: {words}", Self::PRIORITY, std::process::id());
        if cfg!(target_os = "openbsd") {
            return self.send_by_system(message.as_bytes());
        }
        // A daemon that was started anew shows only when something is sent.
        self.try_send(&message).or_else(|_| self.try_send(&message)).unwrap_or(false)
    }

    #[cfg(target_os = "openbsd")]
    fn send_by_system(&self, message: &[u8]) -> bool {
        pfstatelog::sys::syslog::sendsyslog(message).is_ok()
    }

    #[cfg(not(target_os = "openbsd"))]
    fn send_by_system(&self, _message: &[u8]) -> bool {
        false
    }

    /// False if it is there and takes nothing now.
    fn try_send(&mut self, message: &str) -> io::Result<bool> {
        let socket = match self.socket.take() {
            Some(socket) => socket,
            None => {
                let log = Target::SyslogLocal { dest: SyslogDest::default(), path: None };
                let fd = log.perform(Verb::Open)?.ok_or(ErrorKind::NotFound)?;
                let socket = Socket::from(fd);
                poll::set_nonblocking(socket.as_fd())?;
                socket
            }
        };
        let is_stream = socket.r#type()? == Type::STREAM;
        // As syslog(3) ends a message in a stream.
        let message = if is_stream { format!("{message}\0") } else { message.to_string() };
        let taken = match socket.send(message.as_bytes()) {
            Ok(len) if len == message.len() => true,
            // A part of a message in a stream: the next one must not go on from there.
            Ok(_) => return Ok(false),
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => false,
            Err(error) => return Err(error),
        };
        self.socket = Some(socket);
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_nobody_takes_is_dropped_counted_and_told() {
        let (mut reader, writer) = io::pipe().unwrap();
        poll::set_nonblocking(reader.as_fd()).unwrap();
        let stderr = File::from(std::os::fd::OwnedFd::from(writer));
        let mut voice = Voice::to(Outside::Stderr(stderr, Vec::new())).unwrap();
        let mut say = voice.say.try_clone().unwrap();
        let line = format!("{}\n", "x".repeat(999));
        let before = std::time::Instant::now();
        for _ in 0..100 {
            say.write_all(line.as_bytes()).unwrap();
            voice.hand_on();
        }
        assert!(before.elapsed() < Duration::from_secs(5), "it waits for the reader");
        assert!(voice.lost > 0);
        let read = |reader: &mut PipeReader| {
            let mut all = String::new();
            // Until it would wait.
            let _ = reader.read_to_string(&mut all);
            all
        };
        let kept = read(&mut reader).lines().count() as u64;
        voice.hand_on();
        say.write_all(b"again\n").unwrap();
        voice.hand_on();
        let told = read(&mut reader);
        let lost = say::lost(100 - kept);
        // A line of which a part was taken came to its end first.
        assert!(told.ends_with(&format!("{lost}again\n")), "{kept} {told}");
    }
}
