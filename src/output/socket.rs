//! Lines to a syslog daemon, through a socket that somebody else connected: local or not, streams or
//! datagrams.
//!
//! The socket never blocks: a daemon that does not read holds up nobody, and what is written is known to
//! the byte. A stream that breaks in the middle of a line brings that line again, whole; of what it took
//! before, [`Unacked`] says how much may not have arrived.

#![forbid(unsafe_code)]

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixDatagram;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use socket2::{Socket, Type};
use syslog::{Logger, LoggerBackend};

use super::chunk::{Chunk, Cursor};
use super::rfc5424::{Framing, Messages, next_number};
use super::sink::{Put, Sink, Trouble};
use super::syslog::Tagged;
use super::target::{Opener, Verb};
use super::unacked::Unacked;
use super::{Facility, Lost, Owed, SyslogDest};
use crate::line::Line;
use crate::sys::{outq, poll};
use crate::time::Time;

/// Bytes of messages that are given to a stream at a time.
const BATCH_BYTES: usize = 64 << 10;

/// Datagrams that are sent before the thread looks up.
const BATCH_DATAGRAMS: usize = 256;

/// How long nothing must be refused before what was is told: before that nobody hears it.
const QUIET: Duration = Duration::from_secs(1);

/// How messages look.
#[derive(Debug, Clone, Copy)]
pub(super) enum Protocol {
    /// As syslog(3) sends them to the local daemon.
    Local(Facility),
    /// RFC 5424; octet counts on a stream if so, else line breaks.
    Rfc5424 { octets: bool },
}

/// What a descriptor turned out to be.
enum Link {
    /// The syslog crate's own way of sending to a local daemon, over our descriptor, and the same
    /// descriptor again, to wait and to ask.
    Crate(Logger<LoggerBackend, Tagged>, Socket),
    Datagrams(Socket),
    Stream(Socket),
}

impl Link {
    fn socket(&self) -> &Socket {
        match self {
            Self::Crate(_, socket) | Self::Datagrams(socket) | Self::Stream(socket) => socket,
        }
    }

    fn is_stream(&self) -> bool {
        matches!(self, Self::Stream(_))
    }
}

pub(super) struct SocketSink {
    opener: Arc<dyn Opener>,
    output: u16,
    protocol: Protocol,
    /// The other end is a host: TCP, UDP.
    is_remote: bool,
    link: Option<Link>,
    was_open: bool,
    messages: Messages,
    /// The process that messages name.
    pid: u32,
    /// Of the next message.
    number: u32,
    /// Messages for a stream, where each of their lines ends, and how much was sent.
    batch: Line,
    ends: Vec<usize>,
    sent: usize,
    unacked: Unacked,
    /// Bytes of datagrams that nobody has read, if the daemon is still there.
    unread: Option<u64>,
    owed: Owed,
    /// Datagrams that were refused, and when.
    refused: Option<(Lost, Instant)>,
    last_sent: Option<Lost>,
    /// How often it was asked to open anew, and how often it did.
    asked: Arc<AtomicU64>,
    done: u64,
    reopened: u64,
    notes: Vec<String>,
}

impl SocketSink {
    /// `asked` counts the requests to open it anew.
    pub fn new(
        opener: Arc<dyn Opener>,
        output: u16,
        (protocol, is_remote): (Protocol, bool),
        asked: Arc<AtomicU64>,
    ) -> Self {
        Self {
            opener,
            output,
            protocol,
            is_remote,
            link: None,
            was_open: false,
            messages: Messages::new(SyslogDest::default().facility(), std::process::id()),
            pid: std::process::id(),
            number: 1,
            batch: Line::new(),
            ends: Vec::new(),
            sent: 0,
            unacked: Unacked::new(is_remote),
            unread: None,
            owed: Owed::default(),
            refused: None,
            last_sent: None,
            done: asked.load(Ordering::Acquire),
            asked,
            reopened: 0,
            notes: Vec::new(),
        }
    }

    fn connect(&mut self) -> io::Result<()> {
        let fd = self.opener.ask(self.output, Verb::Open)?;
        let fd: OwnedFd = fd.ok_or_else(|| io::Error::other("no descriptor came"))?;
        let socket = Socket::from(fd);
        poll::set_nonblocking(socket.as_fd())?;
        let is_stream = socket.r#type()? == Type::STREAM;
        self.link = Some(match self.protocol {
            _ if is_stream => Link::Stream(socket),
            Protocol::Local(facility) => {
                let same = OwnedFd::from(socket.try_clone()?);
                let backend = LoggerBackend::Unix(UnixDatagram::from(same));
                Link::Crate(Logger::new(backend, Tagged::new(facility, self.pid)), socket)
            }
            Protocol::Rfc5424 { .. } => Link::Datagrams(socket),
        });
        self.reopened += u64::from(self.was_open);
        self.was_open = true;
        self.look();
        Ok(())
    }

    /// UDP tells of nobody's being there, and of nothing else.
    fn is_udp(&self) -> bool {
        self.is_remote && !self.link.as_ref().is_none_or(Link::is_stream)
    }

    /// Looks its host up anew where that was asked for. A stream does so whenever it breaks; datagrams go to the
    /// address that was found first, whoever has it by now.
    fn turn(&mut self) {
        let asked = self.asked.load(Ordering::Acquire);
        if std::mem::replace(&mut self.done, asked) == asked || !self.is_udp() {
            return;
        }
        let pending = self.link.as_ref().and_then(|link| link.socket().take_error().ok()?);
        if pending.is_some_and(|error| is_refusal(&error)) {
            self.was_refused();
        }
        if let Err(error) = self.connect() {
            self.notes.push(format!(
                "cannot be looked up anew: {error}: lines go on to the address that is known"
            ));
        }
    }

    /// The datagram before this one was refused, and maybe those before it.
    fn was_refused(&mut self) {
        let lost = self.last_sent.map(|lost| Lost { certain: false, ..lost });
        let before = self.refused.take().map(|(lost, _)| lost);
        let both = lost.map(|lost| lost.after(before)).or(before);
        self.refused = both.map(|lost| (lost, Instant::now()));
    }

    /// Asks what is on its way, and believes it if the connection is sound after that. Datagrams have none
    /// that could be asked: there the next one that is sent has to show it.
    fn look(&mut self) -> Option<io::Error> {
        let link = self.link.as_ref()?;
        if self.is_udp() {
            return None;
        }
        let socket = link.socket();
        // Where the system does not tell, its buffer is the bound.
        let unacknowledged = outq::unacknowledged(socket.as_fd())
            .or_else(|| socket.send_buffer_size().ok().map(|bytes| bytes as u64))
            .unwrap_or(u64::MAX);
        if !link.is_stream() {
            self.unread = Some(unacknowledged);
            return None;
        }
        let window = if self.is_remote { outq::peer_window(socket.as_fd()) } else { None };
        if let Some(error) = broken(link.socket()) {
            return Some(error);
        }
        self.unacked.found(unacknowledged, window, Instant::now());
        None
    }

    /// Gives the connection up. What is not sent whole is sent again, on the next.
    fn give_up(&mut self, error: io::Error) -> Trouble {
        Trouble::Passing(self.broken_by(error))
    }

    fn broken_by(&mut self, error: io::Error) -> io::Error {
        if let Some(lost) = self.unacked.broken(Instant::now()) {
            self.owed.add(lost);
        }
        (self.link, self.unread) = (None, None);
        self.sent = 0;
        self.batch.clear();
        self.ends.clear();
        error
    }

    /// Fills the batch with the messages of the lines from `line` on.
    fn fill(&mut self, chunk: &Chunk, line: usize) {
        self.batch.clear();
        self.ends.clear();
        self.sent = 0;
        let mut number = self.number;
        for at in line..chunk.lines() {
            let Some((text, time)) = chunk.line(at) else { break };
            match self.protocol {
                Protocol::Local(facility) => {
                    Tagged::new(facility, self.pid).append(&mut self.batch, text);
                    // As syslog(3) does on a stream.
                    self.batch.push(0);
                }
                Protocol::Rfc5424 { octets } => {
                    let framing = if octets { Framing::Octets } else { Framing::Newline };
                    self.messages.append(&mut self.batch, framing, number, text, time);
                    number = next_number(number);
                }
            }
            self.ends.push(self.batch.len());
            if self.batch.len() >= BATCH_BYTES {
                break;
            }
        }
    }

    fn put_stream(&mut self, chunk: &Chunk, at: &mut Cursor) -> Result<Put, Trouble> {
        if self.sent >= self.batch.len() {
            self.fill(chunk, at.line);
        }
        let Some(Link::Stream(socket)) = &mut self.link else { return Ok(Put::Moved) };
        let rest = self.batch.as_bytes().get(self.sent..).unwrap_or_default();
        match socket.write(rest) {
            Ok(len) => {
                self.sent += len;
                let whole = self.ends.iter().take_while(|end| **end <= self.sent).count();
                // Those before were counted; what is left of the batch counts from here.
                let lines = chunk.lost(at.line, at.line + whole);
                self.unacked.sent(len as u64, lines.filter(|_| whole > 0), Instant::now());
                at.line += whole;
                self.ends.drain(..whole);
                (0..whole).for_each(|_| self.number = next_number(self.number));
                if self.sent >= self.batch.len() {
                    self.batch.clear();
                    self.sent = 0;
                }
                Ok(Put::Moved)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Put::Full),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(Put::Moved),
            Err(error) => Err(self.give_up(error)),
        }
    }

    fn put_datagrams(&mut self, chunk: &Chunk, at: &mut Cursor) -> Result<Put, Trouble> {
        for sent in 0..BATCH_DATAGRAMS {
            let Some((text, time)) = chunk.line(at.line) else { break };
            let lost = chunk.lost(at.line, at.line + 1);
            // A line that tells of a loss was told when it was sent: where nobody listens it would be told for ever.
            let counts = if chunk.stands_for.is_some() { None } else { lost };
            match self.send(text, time) {
                Ok(len) => {
                    if !self.is_udp() {
                        let now = Instant::now();
                        // It was taken, so the daemon was there when it was asked before.
                        if let Some(unread) = self.unread.take() {
                            self.unacked.found(unread, None, now);
                        }
                        self.unacked.sent(len as u64, lost, now);
                    }
                    self.last_sent = counts;
                }
                Err(error) => match self.unsent(error, lost, counts) {
                    Unsent::Again if sent == 0 => return Ok(Put::Full),
                    Unsent::Again => return Ok(Put::Moved),
                    Unsent::Never => {}
                    Unsent::Broken(trouble) => return Err(trouble),
                },
            }
            at.line += 1;
            self.number = next_number(self.number);
        }
        Ok(Put::Moved)
    }

    /// Sends a line as a datagram; gives its bytes.
    fn send(&mut self, text: &[u8], time: Time) -> io::Result<usize> {
        match &mut self.link {
            // Formats write ASCII; anything else would be a mistake of ours, not a reason to lose it.
            Some(Link::Crate(logger, _)) => logger
                .info(String::from_utf8_lossy(text))
                .map(|()| text.len())
                .map_err(super::syslog::io_error),
            Some(Link::Datagrams(socket)) => {
                self.batch.clear();
                let framing = Framing::Datagram;
                self.messages.append(&mut self.batch, framing, self.number, text, time);
                match socket.send(self.batch.as_bytes()) {
                    // The error is of the datagram before: this one was not tried.
                    Err(error) if is_refusal(&error) && self.is_remote => {
                        let again = socket.send(self.batch.as_bytes());
                        self.was_refused();
                        again
                    }
                    sent => sent,
                }
            }
            _ => Err(ErrorKind::NotConnected.into()),
        }
    }

    /// `counts` is what counts as lost where nobody listens.
    fn unsent(&mut self, error: io::Error, lost: Option<Lost>, counts: Option<Lost>) -> Unsent {
        match error.raw_os_error() {
            _ if error.kind() == ErrorKind::WouldBlock => Unsent::Again,
            _ if error.kind() == ErrorKind::Interrupted => Unsent::Again,
            Some(libc::ENOBUFS) => Unsent::Again,
            // No datagram can be so long: to send it again would not help.
            Some(libc::EMSGSIZE) => {
                if let Some(lost) = lost {
                    self.owed.add(lost);
                }
                Unsent::Never
            }
            // Refused twice in a row: it is not there, and UDP does not wait for it.
            _ if self.is_udp() && is_refusal(&error) => {
                self.last_sent = counts;
                Unsent::Never
            }
            _ => Unsent::Broken(self.give_up(error)),
        }
    }
}

/// What becomes of a datagram that was not sent.
enum Unsent {
    Again,
    Never,
    Broken(Trouble),
}

fn is_refusal(error: &io::Error) -> bool {
    error.kind() == ErrorKind::ConnectionRefused
}

/// Why a stream is not sound, if it is not. What the other end sends is of no interest.
fn broken(mut socket: &Socket) -> Option<io::Error> {
    match socket.take_error() {
        Ok(None) => {}
        Ok(Some(error)) | Err(error) => return Some(error),
    }
    let mut ignored = [0; 512];
    loop {
        match socket.read(&mut ignored) {
            Ok(0) => {
                return Some(io::Error::new(ErrorKind::ConnectionReset, "the other end closed"));
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return None,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Some(error),
        }
    }
}

impl Sink for SocketSink {
    fn begin(&mut self, pid: u32) {
        self.pid = pid;
        self.messages = Messages::new(SyslogDest::default().facility(), pid);
        if let (Some(Link::Crate(logger, _)), Protocol::Local(facility)) =
            (&mut self.link, self.protocol)
        {
            logger.formatter = Tagged::new(facility, pid);
        }
    }

    fn open(&mut self) -> io::Result<()> {
        self.connect()
    }

    fn put(&mut self, chunk: &Chunk, at: &mut Cursor) -> Result<Put, Trouble> {
        self.turn();
        if self.link.is_none() {
            self.connect().map_err(Trouble::Passing)?;
        }
        if let Some(error) = self.look() {
            return Err(self.give_up(error));
        }
        match self.link {
            Some(Link::Stream(_)) => self.put_stream(chunk, at),
            _ => self.put_datagrams(chunk, at),
        }
    }

    fn wait(&mut self, most: Duration) {
        let Some(link) = &self.link else { return std::thread::sleep(most) };
        // Who waits for a full datagram socket is woken by any room at all, and may find it too small.
        if poll::writable(link.socket().as_fd(), most).is_ok_and(|writable| writable)
            && !link.is_stream()
        {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn idle(&mut self) -> io::Result<()> {
        self.turn();
        if self.link.is_none() {
            self.connect()?;
        }
        match self.look() {
            // It is connected again for the line that tells what may be lost, or with the next look.
            Some(error) => Err(self.broken_by(error)),
            None => Ok(()),
        }
    }

    fn lost(&mut self) -> Option<Lost> {
        if self.refused.is_some_and(|(_, when)| when.elapsed() >= QUIET) {
            self.refused.take().into_iter().for_each(|(lost, _)| self.owed.add(lost));
        }
        self.owed.take()
    }

    fn reopened(&mut self) -> u64 {
        std::mem::take(&mut self.reopened)
    }

    fn notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }
}
