//! Lines to the local syslog daemon by a system call, where the system has one: no socket, no path, so
//! it works in a chroot and for a process that may do next to nothing.

#![forbid(unsafe_code)]

use std::io::{self, ErrorKind};
use std::time::Duration;

use super::chunk::{Chunk, Cursor};
use super::sink::{Put, Sink, Trouble};
use super::syslog::Tagged;
use super::{Facility, Lost, Owed};
use crate::line::Line;

/// Hands a message to the system, priority in front.
pub(super) type Send = fn(&[u8]) -> io::Result<()>;

/// OpenBSD's; other systems have nothing like it, and the daemon's socket is connected to instead.
#[cfg(target_os = "openbsd")]
pub(super) const SYSTEM: Option<Send> = Some(crate::sys::syslog::sendsyslog);
#[cfg(not(target_os = "openbsd"))]
pub(super) const SYSTEM: Option<Send> = None;

pub(super) struct SystemSink {
    send: Send,
    facility: Facility,
    tagged: Tagged,
    message: Line,
    owed: Owed,
}

impl SystemSink {
    pub fn new(send: Send, facility: Facility) -> Self {
        let tagged = Tagged::new(facility, std::process::id());
        Self { send, tagged, facility, message: Line::new(), owed: Owed::default() }
    }
}

impl Sink for SystemSink {
    fn begin(&mut self, pid: u32) {
        self.tagged = Tagged::new(self.facility, pid);
    }

    /// Whether a daemon is there shows with the first line.
    fn open(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn put(&mut self, chunk: &Chunk, at: &mut Cursor) -> Result<Put, Trouble> {
        let Some((text, _)) = chunk.line(at.line) else { return Ok(Put::Moved) };
        self.message.clear();
        self.tagged.append(&mut self.message, text);
        match (self.send)(self.message.as_bytes()) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(Put::Moved),
            Err(error) => match error.raw_os_error() {
                // The daemon reads too slowly.
                Some(libc::ENOBUFS | libc::EAGAIN) => return Ok(Put::Full),
                // No message can be so long: to send it again would not help.
                Some(libc::EMSGSIZE) => {
                    chunk
                        .lost(at.line, at.line + 1)
                        .into_iter()
                        .for_each(|lost| self.owed.add(lost));
                }
                _ => return Err(Trouble::Passing(error)),
            },
        }
        at.line += 1;
        Ok(Put::Moved)
    }

    fn wait(&mut self, most: Duration) {
        // Nothing tells when there is room.
        std::thread::sleep(most.min(Duration::from_millis(10)));
    }

    fn lost(&mut self) -> Option<Lost> {
        self.owed.take()
    }
}

#[cfg(test)]
mod tests {
    use super::super::SyslogDest;
    use super::*;
    use crate::time::Time;

    /// Takes messages, some of them not at once, and none that is too long.
    fn send(message: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(message);
        assert!(text.starts_with("<158>pfstatelog["), "{text}");
        let (_, line) = text.split_once("]: ").unwrap();
        match line {
            "full" => Err(io::Error::from_raw_os_error(libc::ENOBUFS)),
            "long" => Err(io::Error::from_raw_os_error(libc::EMSGSIZE)),
            "gone" => Err(io::Error::from_raw_os_error(libc::ENOTCONN)),
            _ => Ok(()),
        }
    }

    #[test]
    fn what_the_system_says_decides_what_becomes_of_a_line() {
        let mut sink = SystemSink::new(send, "local3".parse::<SyslogDest>().unwrap().facility());
        let mut put = |line: &str| {
            let (mut chunk, mut at) = (Chunk::default(), Cursor::default());
            chunk.push_line(Time::new(7, 0), line.as_bytes());
            let put = sink.put(&chunk, &mut at);
            (put.ok(), at.line, sink.lost().map(|lost| lost.lines))
        };
        assert_eq!(put("one"), (Some(Put::Moved), 1, None));
        assert_eq!(put("full"), (Some(Put::Full), 0, None));
        assert_eq!(put("long"), (Some(Put::Moved), 1, Some(1)));
        assert_eq!(put("gone"), (None, 0, None));
    }
}
