//! What a process without privileges may ask of one that has them.
//!
//! A request is a verb and an index, nothing else: what it means stands in the configuration that both
//! have. An answer is a number of the system's errors, or success with a number and at most one
//! descriptor (SCM_RIGHTS).
//!
//! ```text
//! request   verb 1 | 0 1 | index 2
//! answer    error 4 | 0 4 | number 8   and a descriptor
//! ```

#![allow(unsafe_code)]

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::poll;

/// Bytes of a request.
const REQUEST_LEN: usize = 4;
/// Bytes of an answer.
const ANSWER_LEN: usize = 16;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// What is to be done, in numbers that both sides know.
    pub verb: u8,
    /// With which output or interface, counted from 0 as configured.
    pub index: u16,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Answer {
    /// A number; what it means depends on the verb.
    pub number: u64,
    /// What was opened.
    pub fd: Option<OwnedFd>,
}

impl Answer {
    /// A descriptor and no number.
    pub fn of(fd: OwnedFd) -> Self {
        Self { number: 0, fd: Some(fd) }
    }
}

/// The two ends. Messages keep their boundaries where the system has such sockets.
///
/// # Errors
/// What socketpair(2) says.
pub fn pair() -> io::Result<(Client, Server)> {
    // macOS has no other kind here. What is sent is of one size, so that it works there too.
    let kind = if cfg!(target_vendor = "apple") { libc::SOCK_STREAM } else { libc::SOCK_SEQPACKET };
    let mut fds = [-1; 2];
    // SAFETY: room for two descriptors, as socketpair wants it.
    if unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, fds.as_mut_ptr()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    let [client, server] = fds.map(|fd| {
        // SAFETY: both were just opened and nobody else has them.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        // SAFETY: numbers alone.
        unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC) };
        fd
    });
    Ok((Client(Mutex::new(client)), Server(server)))
}

/// The end that asks. Any number of threads may; each waits for its own answer.
#[derive(Debug)]
pub struct Client(Mutex<OwnedFd>);

impl Client {
    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// The other side's, by its number; `BrokenPipe` where there is no other side any more.
    pub fn ask(&self, request: Request) -> io::Result<Answer> {
        // Nobody can leave it half done: what panics here does so before or after a whole exchange.
        let socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        send_request(&socket, request)?;
        answer(&socket)
    }

    /// Whether the other side has ended. Does not wait.
    pub fn is_alone(&self) -> bool {
        // Somebody is asking just now and will learn it.
        let Ok(socket) = self.0.try_lock() else { return false };
        let mut byte = [0];
        loop {
            // SAFETY: room of one byte, borrowed for the call alone, which takes nothing away.
            let came = unsafe {
                let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
                libc::recv(socket.as_raw_fd(), byte.as_mut_ptr().cast(), 1, flags)
            };
            let error = io::Error::last_os_error();
            match came {
                // An answer that was not read yet.
                1.. => return false,
                0 => return true,
                _ if again(&error) => {}
                _ => return error.kind() != io::ErrorKind::WouldBlock,
            }
        }
    }
}

fn send_request(socket: &OwnedFd, request: Request) -> io::Result<()> {
    let [low, high] = request.index.to_ne_bytes();
    send(socket.as_fd(), &[request.verb, 0, low, high], None)
}

fn answer(socket: &OwnedFd) -> io::Result<Answer> {
    let mut bytes = [0; ANSWER_LEN];
    let (len, fd) = receive_with_fd(socket.as_fd(), &mut bytes)?;
    let (error, number) = match (len, bytes.first_chunk(), bytes.last_chunk()) {
        (0, ..) => return Err(io::ErrorKind::BrokenPipe.into()),
        (ANSWER_LEN, Some(error), Some(number)) => {
            (i32::from_ne_bytes(*error), u64::from_ne_bytes(*number))
        }
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    if error == 0 { Ok(Answer { number, fd }) } else { Err(io::Error::from_raw_os_error(error)) }
}

/// Asks without ever waiting for an answer: one request after the other, each once the one before was answered.
#[derive(Debug)]
pub struct Asker<'a> {
    client: &'a Client,
    /// What waits for its answer, if the other side has it.
    asked: Option<Request>,
    wanted: VecDeque<Request>,
}

impl<'a> Asker<'a> {
    /// Asks through a client by which nobody else asks meanwhile.
    pub fn new(client: &'a Client) -> Self {
        Self { client, asked: None, wanted: VecDeque::new() }
    }

    /// Asks, now or once the other side has answered what it was asked before; nothing that it is asked already.
    pub fn want(&mut self, request: Request) {
        if self.asked != Some(request) && !self.wanted.contains(&request) {
            self.wanted.push_back(request);
            self.ask_next();
        }
    }

    /// The next answer that is there.
    pub fn next_answer(&mut self) -> Option<(Request, io::Result<Answer>)> {
        let request = self.asked?;
        let socket = self.client.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !poll::readable(socket.as_fd(), Duration::ZERO).unwrap_or(true) {
            return None;
        }
        let answer = answer(&socket);
        drop(socket);
        self.asked = None;
        self.ask_next();
        Some((request, answer))
    }

    /// Whether the other side has ended.
    pub fn is_alone(&self) -> bool {
        self.client.is_alone()
    }

    fn ask_next(&mut self) {
        if self.asked.is_some() {
            return;
        }
        let Some(request) = self.wanted.pop_front() else { return };
        let socket = self.client.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Where nobody hears it that shows in `is_alone`. A few bytes never have to wait for room: the other side
        // has taken what was asked before.
        if send_request(&socket, request).is_ok() {
            self.asked = Some(request);
        }
    }
}

/// The end that answers.
#[derive(Debug)]
pub struct Server(OwnedFd);

/// What came from the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A request, to be answered.
    Request(Request),
    /// Bytes that are no request; they were answered with `EINVAL`.
    Garbage,
    /// Nobody asks any more.
    End,
}

impl Server {
    /// Waits for a request.
    ///
    /// # Errors
    /// What recv(2) says, other than that the other side is gone.
    pub fn next(&self) -> io::Result<Asked> {
        // One byte more than a request has, so that a longer one is seen as such. Descriptors that come
        // along are closed by the system, since no room is given for them.
        let mut bytes = [0; REQUEST_LEN + 1];
        let len = match receive(self.0.as_fd(), &mut bytes) {
            Ok(len) => len,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => 0,
            Err(error) => return Err(error),
        };
        match (len, bytes) {
            (0, _) => Ok(Asked::End),
            (REQUEST_LEN, [verb, 0, low, high, _]) => {
                Ok(Asked::Request(Request { verb, index: u16::from_ne_bytes([low, high]) }))
            }
            _ => {
                self.answer(Err(io::Error::from_raw_os_error(libc::EINVAL)));
                Ok(Asked::Garbage)
            }
        }
    }

    /// Answers. If nobody waits for it any more, the next call of [`next`](Self::next) says so.
    pub fn answer(&self, answer: io::Result<Answer>) {
        let (error, Answer { number, fd }) = match answer {
            Ok(answer) => (0, answer),
            Err(error) => (number_of(&error), Answer::default()),
        };
        let mut bytes = [0; ANSWER_LEN];
        let all = error.to_ne_bytes().into_iter().chain([0; 4]).chain(number.to_ne_bytes());
        bytes.iter_mut().zip(all).for_each(|(to, from)| *to = from);
        let _ = send(self.0.as_fd(), &bytes, fd.as_ref().map(AsFd::as_fd));
    }
}

impl AsFd for Server {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// The system's number of an error; the standard library makes some without.
fn number_of(error: &io::Error) -> i32 {
    use io::ErrorKind as Kind;
    error.raw_os_error().filter(|number| *number > 0).unwrap_or_else(|| match error.kind() {
        Kind::NotFound => libc::ENOENT,
        Kind::PermissionDenied => libc::EACCES,
        Kind::InvalidInput | Kind::InvalidData => libc::EINVAL,
        Kind::TimedOut => libc::ETIMEDOUT,
        Kind::WouldBlock => libc::EAGAIN,
        Kind::AlreadyExists => libc::EEXIST,
        Kind::Unsupported => libc::EOPNOTSUPP,
        Kind::ConnectionRefused => libc::ECONNREFUSED,
        _ => libc::EIO,
    })
}

fn again(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Interrupted
}

/// Room for the control message that carries one descriptor, aligned as its header.
#[repr(C, align(8))]
struct Control([u8; 64]);

const FD_LEN: libc::c_uint = size_of::<libc::c_int>() as libc::c_uint;

fn message(bytes: &mut libc::iovec) -> libc::msghdr {
    // SAFETY: all zeros is a value of this struct of numbers and pointers.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    message.msg_iov = std::ptr::from_mut(bytes);
    message.msg_iovlen = 1;
    message
}

fn send(socket: BorrowedFd<'_>, bytes: &[u8], fd: Option<BorrowedFd<'_>>) -> io::Result<()> {
    let mut part = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    let mut control = Control([0; 64]);
    let mut message = message(&mut part);
    if let Some(fd) = &fd {
        // SAFETY: computes a number.
        let len = unsafe { libc::CMSG_SPACE(FD_LEN) };
        message.msg_control = control.0.as_mut_ptr().cast();
        message.msg_controllen = len as _;
        // SAFETY: the control buffer is ours, aligned for its header, and larger than CMSG_SPACE of one
        // descriptor on any of these systems, so that the first header and its data lie in it.
        unsafe {
            let header = libc::CMSG_FIRSTHDR(&raw const message);
            if header.is_null() {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            (*header).cmsg_level = libc::SOL_SOCKET;
            (*header).cmsg_type = libc::SCM_RIGHTS;
            (*header).cmsg_len = libc::CMSG_LEN(FD_LEN) as _;
            libc::CMSG_DATA(header).cast::<libc::c_int>().write_unaligned(fd.as_raw_fd());
        }
    }
    loop {
        let (to, flags) = (socket.as_raw_fd(), libc::MSG_NOSIGNAL);
        // SAFETY: the message points to `bytes` and `control`, which live until the call is over; either
        // call only reads them. Who has no descriptor to send may not have sendmsg(2).
        let sent = unsafe {
            match fd {
                Some(_) => libc::sendmsg(to, &raw const message, flags),
                None => libc::send(to, bytes.as_ptr().cast(), bytes.len(), flags),
            }
        };
        match usize::try_from(sent) {
            Ok(len) if len == bytes.len() => return Ok(()),
            Ok(_) => return Err(io::ErrorKind::WriteZero.into()),
            Err(_) => {
                let error = io::Error::last_os_error();
                if !again(&error) {
                    return Err(error);
                }
            }
        }
    }
}

fn receive(socket: BorrowedFd<'_>, bytes: &mut [u8]) -> io::Result<usize> {
    loop {
        // SAFETY: room of this very length, borrowed for the call alone.
        let came =
            unsafe { libc::recv(socket.as_raw_fd(), bytes.as_mut_ptr().cast(), bytes.len(), 0) };
        match usize::try_from(came) {
            Ok(len) => return Ok(len),
            Err(_) => {
                let error = io::Error::last_os_error();
                if !again(&error) {
                    return Err(error);
                }
            }
        }
    }
}

fn receive_with_fd(
    socket: BorrowedFd<'_>,
    bytes: &mut [u8],
) -> io::Result<(usize, Option<OwnedFd>)> {
    #[cfg(not(target_vendor = "apple"))]
    const FLAGS: libc::c_int = libc::MSG_CMSG_CLOEXEC;
    #[cfg(target_vendor = "apple")]
    const FLAGS: libc::c_int = 0;
    let mut part = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    let mut control = Control([0; 64]);
    let mut message = message(&mut part);
    // SAFETY: computes a number.
    let space = unsafe { libc::CMSG_SPACE(FD_LEN) };
    message.msg_control = control.0.as_mut_ptr().cast();
    message.msg_controllen = space as _;
    let len = loop {
        // SAFETY: the message points to `bytes` and `control`, which are ours and live until the call is
        // over, with their lengths.
        let came = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut message, FLAGS) };
        match usize::try_from(came) {
            Ok(len) => break len,
            Err(_) => {
                let error = io::Error::last_os_error();
                if error.kind() == io::ErrorKind::ConnectionReset {
                    return Ok((0, None));
                }
                if !again(&error) {
                    return Err(error);
                }
            }
        }
    };
    // SAFETY: the system filled the control buffer in and said how much of it; CMSG_FIRSTHDR gives a
    // header only where a whole one lies there, and its length is looked at before its data is read. The
    // descriptor was made for this process by this call, so nobody else has it.
    let fd = unsafe {
        let header = libc::CMSG_FIRSTHDR(&raw const message);
        let is_fd = !header.is_null()
            && (*header).cmsg_level == libc::SOL_SOCKET
            && (*header).cmsg_type == libc::SCM_RIGHTS
            && (*header).cmsg_len as usize == libc::CMSG_LEN(FD_LEN) as usize;
        is_fd.then(|| {
            let fd = libc::CMSG_DATA(header).cast::<libc::c_int>().read_unaligned();
            OwnedFd::from_raw_fd(fd)
        })
    };
    Ok((len, fd))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::thread;

    use super::*;

    fn answering(
        mut handler: impl FnMut(Request) -> io::Result<Answer> + Send + 'static,
    ) -> Client {
        let (client, server) = pair().unwrap();
        thread::spawn(move || {
            loop {
                match server.next().unwrap() {
                    Asked::Request(request) => server.answer(handler(request)),
                    Asked::Garbage => {}
                    Asked::End => return,
                }
            }
        });
        client
    }

    #[test]
    fn numbers_descriptors_and_errors_come_back() {
        let client = answering(|request| match request.verb {
            1 => Ok(Answer { number: u64::MAX - u64::from(request.index), fd: None }),
            2 => {
                let (reader, mut writer) = io::pipe()?;
                writer.write_all(&request.index.to_be_bytes())?;
                Ok(Answer::of(reader.into()))
            }
            3 => Err(io::Error::from_raw_os_error(libc::ENXIO)),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        });
        for index in [0, 7, u16::MAX] {
            let answer = client.ask(Request { verb: 1, index }).unwrap();
            assert_eq!((answer.number, answer.fd.is_none()), (u64::MAX - u64::from(index), true));
            let fd = client.ask(Request { verb: 2, index }).unwrap().fd.unwrap();
            let mut bytes = Vec::new();
            std::fs::File::from(fd).read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes, index.to_be_bytes());
        }
        let error = |verb| client.ask(Request { verb, index: 0 }).unwrap_err().raw_os_error();
        assert_eq!((error(3), error(4)), (Some(libc::ENXIO), Some(libc::EINVAL)));
        assert!(!client.is_alone());
    }

    #[test]
    fn who_does_not_wait_gets_each_answer_when_it_is_there() {
        let (client, server) = pair().unwrap();
        let mut asker = Asker::new(&client);
        let request = |index| Request { verb: 1, index };
        // The same again is one; the second waits for the answer to the first.
        [1, 1, 2, 2].into_iter().for_each(|index| asker.want(request(index)));
        assert!(asker.next_answer().is_none() && !asker.is_alone());
        assert_eq!(server.next().unwrap(), Asked::Request(request(1)));
        server.answer(Ok(Answer { number: 7, fd: None }));
        assert!(!asker.is_alone(), "an answer is no end");
        let (asked, answer) = asker.next_answer().unwrap();
        assert_eq!((asked, answer.unwrap().number), (request(1), 7));
        assert_eq!(server.next().unwrap(), Asked::Request(request(2)));
        assert!(asker.next_answer().is_none());
        server.answer(Err(io::Error::from_raw_os_error(libc::ENXIO)));
        let (asked, answer) = asker.next_answer().unwrap();
        assert_eq!((asked, answer.unwrap_err().raw_os_error()), (request(2), Some(libc::ENXIO)));
        asker.want(request(3));
        drop(server);
        assert!(asker.is_alone());
        assert!(asker.next_answer().unwrap().1.is_err());
    }

    #[test]
    fn each_thread_gets_its_own_answer() {
        let client = answering(|request| Ok(Answer { number: request.index.into(), fd: None }));
        thread::scope(|scope| {
            for start in 0..8 {
                let client = &client;
                scope.spawn(move || {
                    for index in (start..4000).step_by(8) {
                        let answer = client.ask(Request { verb: 0, index }).unwrap();
                        assert_eq!(answer.number, u64::from(index));
                    }
                });
            }
        });
    }

    #[test]
    fn garbage_is_refused_and_ends_nothing() {
        let (client, server) = pair().unwrap();
        let socket = client.0.lock().unwrap();
        let (spare, _) = pair().unwrap();
        let spare = spare.0.lock().unwrap();
        for bytes in [&[1][..], &[1, 2], &[1, 0, 2, 3, 4], &[0xff; 64], &[1, 9, 0, 0]] {
            send(socket.as_fd(), bytes, Some(spare.as_fd())).unwrap();
            assert_eq!(server.next().unwrap(), Asked::Garbage, "{bytes:?}");
            let mut answer = [0; ANSWER_LEN];
            assert_eq!(receive(socket.as_fd(), &mut answer).unwrap(), ANSWER_LEN);
            assert_eq!(answer[..4], libc::EINVAL.to_ne_bytes());
        }
        send(socket.as_fd(), &[7, 0, 1, 1], None).unwrap();
        let request = Request { verb: 7, index: 0x0101 };
        assert_eq!(server.next().unwrap(), Asked::Request(request));
        drop(socket);
        drop(client);
        assert_eq!(server.next().unwrap(), Asked::End);
    }

    #[test]
    fn who_is_left_alone_learns_it() {
        let (client, server) = pair().unwrap();
        assert!(!client.is_alone());
        drop(server);
        assert!(client.is_alone());
        let error = client.ask(Request { verb: 1, index: 1 }).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
