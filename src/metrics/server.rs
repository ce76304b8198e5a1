//! Metrics by HTTP: a thread with a loop around poll(2), for a few clients at once.
//!
//! A client has two seconds for everything, whatever it does with them. Where more come than there is room
//! for, the one that is there longest goes: clients that hang keep nobody else waiting.

#![forbid(unsafe_code)]

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::http::{self, MAX_REQUEST_BYTES};
use super::{Published, Say, Service, Snapshot, write_text};
use crate::sys::poll::{self, Until};

/// How long a client may take, from its connection to its end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Clients at once.
const MAX_CLIENTS: usize = 16;

/// Steps of a client and clients that are taken, before others have their turn.
const TURN: usize = 16;

/// How long nobody is taken after that failed: without descriptors it fails at once, again and again.
const PAUSE: Duration = Duration::from_secs(1);

/// How long to wait where nothing is to be waited for.
const IDLE: Duration = Duration::from_secs(60);

/// Where connections come from.
pub trait Accept: Send {
    /// What can be read once somebody is there to be taken.
    fn listener(&self) -> BorrowedFd<'_>;

    /// Takes somebody who is there, without waiting; `None` where nobody is.
    ///
    /// # Errors
    /// What accept(2) says, but for who went away before.
    fn accept(&mut self) -> io::Result<Option<OwnedFd>>;
}

/// Accepts what comes to an address of this machine.
#[derive(Debug)]
pub struct Listener(TcpListener);

impl Listener {
    /// Listens at an address; port 0 is any that is free.
    ///
    /// # Errors
    /// What socket(2), bind(2) and listen(2) say.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self(listener))
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What getsockname(2) says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Accept for Listener {
    fn listener(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }

    fn accept(&mut self) -> io::Result<Option<OwnedFd>> {
        use io::ErrorKind::{ConnectionAborted, Interrupted, WouldBlock};
        match self.0.accept() {
            Ok((stream, _)) => Ok(Some(stream.into())),
            Err(error) if matches!(error.kind(), ConnectionAborted | Interrupted | WouldBlock) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Starts a thread that serves what was published last to whoever `accept` gives. `say` is told what goes wrong,
/// once until it goes well again.
///
/// # Errors
/// No thread, or no pipe to wake it with.
pub fn serve(
    accept: impl Accept + 'static,
    published: Arc<Published>,
    say: Say,
) -> io::Result<Service> {
    let page = Page { published, of: None, text: Vec::new() };
    let mut server =
        Server { accept, page, clients: Vec::new(), paused: None, failing: false, say };
    Service::start(move |ended| while server.turn(ended.as_fd()) {})
}

struct Server<A> {
    accept: A,
    page: Page,
    /// The one that is there longest stands first.
    clients: Vec<Client>,
    /// Until when nobody is taken.
    paused: Option<Instant>,
    /// Whether that something goes wrong was told.
    failing: bool,
    say: Say,
}

impl<A: Accept> Server<A> {
    /// Waits for something to do, and does it. False once `ended` can be read.
    fn turn(&mut self, ended: BorrowedFd<'_>) -> bool {
        let now = Instant::now();
        self.paused = self.paused.filter(|until| *until > now);
        let next = self.clients.iter().map(|client| client.end).chain(self.paused).min();
        let timeout = next.map_or(IDLE, |next| next.saturating_duration_since(now));
        let mut waits = vec![(ended, Until::Readable)];
        waits.extend(self.clients.iter().map(Client::wait));
        if self.paused.is_none() {
            waits.push((self.accept.listener(), Until::Readable));
        }
        let ready = match poll::several(&waits, timeout) {
            Ok(ready) => ready,
            Err(error) => {
                self.failed("waiting for clients", &error);
                // Not through poll, which just failed; whoever ends the thread waits as long.
                std::thread::sleep(PAUSE);
                return true;
            }
        };
        let mut ready = ready.into_iter();
        if ready.next() == Some(true) {
            return false;
        }
        let (page, now) = (&mut self.page, Instant::now());
        self.clients.retain_mut(|client| {
            let stays = ready.next() != Some(true) || client.go(page);
            stays && now < client.end
        });
        if ready.next() == Some(true) {
            self.take();
        }
        true
    }

    /// Takes those who are there.
    fn take(&mut self) {
        for _ in 0..TURN {
            let client = match self.accept.accept() {
                Ok(Some(fd)) => Client::new(fd),
                Ok(None) => return,
                Err(error) => Err(error),
            };
            match client {
                // Most have asked already, and are gone with this.
                Ok(mut client) => {
                    self.failing = false;
                    if client.go(&mut self.page) {
                        if self.clients.len() >= MAX_CLIENTS {
                            self.clients.remove(0);
                        }
                        self.clients.push(client);
                    }
                }
                Err(error) => {
                    self.paused = Some(Instant::now() + PAUSE);
                    return self.failed("accepting a client", &error);
                }
            }
        }
    }

    fn failed(&mut self, doing: &str, error: &io::Error) {
        if !std::mem::replace(&mut self.failing, true) {
            (self.say)(format_args!("metrics: {doing}: {error}: trying again"));
        }
    }
}

/// The text of the last snapshot. It is made once for each: whoever asks more often costs no more.
struct Page {
    published: Arc<Published>,
    of: Option<Arc<Snapshot>>,
    text: Vec<u8>,
}

impl Page {
    fn text(&mut self) -> &[u8] {
        let last = self.published.last();
        if !self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &last)) {
            self.text.clear();
            write_text(&last, &mut self.text);
            self.of = Some(last);
        }
        &self.text
    }
}

struct Client {
    stream: TcpStream,
    /// When it is cut off.
    end: Instant,
    step: Step,
}

enum Step {
    /// It says what it wants: what came so far.
    Asks(Vec<u8>),
    /// It gets its answer: what is left of it.
    Gets(Vec<u8>, usize),
    /// It has it all. To close with something unread might take the answer back from it, so what else it
    /// says is read until it ends.
    Leaves,
}

impl Client {
    fn new(fd: OwnedFd) -> io::Result<Self> {
        let stream = TcpStream::from(fd);
        stream.set_nonblocking(true)?;
        Ok(Self { stream, end: Instant::now() + PATIENCE, step: Step::Asks(Vec::new()) })
    }

    fn wait(&self) -> (BorrowedFd<'_>, Until) {
        let until = match self.step {
            Step::Asks(_) | Step::Leaves => Until::Readable,
            Step::Gets(..) => Until::Writable,
        };
        (self.stream.as_fd(), until)
    }

    /// Goes on as far as that is possible at once; whether it stays.
    fn go(&mut self, page: &mut Page) -> bool {
        for _ in 0..TURN {
            match self.step(page) {
                Ok(true) => {}
                Ok(false) => return false,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
            }
        }
        true
    }

    /// One read or one write. False at the end.
    fn step(&mut self, page: &mut Page) -> io::Result<bool> {
        let mut room = [0; 4096];
        match &mut self.step {
            Step::Asks(bytes) => {
                let most = room.len().min(MAX_REQUEST_BYTES.saturating_sub(bytes.len()));
                let count = self.stream.read(room.get_mut(..most).unwrap_or_default())?;
                bytes.extend_from_slice(room.get(..count).unwrap_or_default());
                let answer = http::answer(bytes, |body| body.extend_from_slice(page.text()));
                match answer {
                    Some(answer) => self.step = Step::Gets(answer, 0),
                    None if count == 0 => return Ok(false),
                    None => {}
                }
            }
            Step::Gets(answer, written) => {
                let left = answer.get(*written..).unwrap_or_default();
                if left.is_empty() {
                    self.stream.shutdown(Shutdown::Write)?;
                    self.step = Step::Leaves;
                    return Ok(true);
                }
                match self.stream.write(left)? {
                    0 => return Ok(false),
                    count => *written += count,
                }
            }
            Step::Leaves => return Ok(self.stream.read(&mut room)? > 0),
        }
        Ok(true)
    }
}
