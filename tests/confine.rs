//! What is left to a process that was confined: each check runs in one of its own, which is forked, so
//! that this program has no harness and no threads.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use pfstatelog::sys::confine::{self, Confined, Reach, Worker};
use pfstatelog::sys::interface::Interface;
use pfstatelog::sys::process;

/// Its name, and what it does in a folder that is removed behind it.
type Check = (&'static str, fn(&Path));

const CHECKS: &[Check] = &[
    ("a_worker_opens_nothing", a_worker_opens_nothing),
    ("a_worker_connects_to_nothing", a_worker_connects_to_nothing),
    ("a_worker_runs_nothing", a_worker_runs_nothing),
    ("a_worker_uses_what_it_has", a_worker_uses_what_it_has),
    ("a_worker_writes_a_file_at_its_end_alone", a_worker_appends),
    ("a_worker_sends_nothing_by_what_it_captures_from", a_worker_sends_no_frames),
    ("a_worker_sends_to_nobody_it_is_not_connected_to", a_worker_sends_to_no_address),
    ("a_worker_starts_threads_which_are_confined_too", threads_are_confined_too),
    ("a_worker_that_connects_does_so_to_unix_sockets_alone", a_connecting_worker),
    ("a_reader_reads_and_writes_and_no_more", a_reader),
    ("an_opener_reaches_its_paths_alone", an_opener_reaches_its_paths_alone),
    ("an_opener_makes_readers_that_are_confined_further", an_opener_makes_readers),
];

fn main() {
    if !cfg!(target_os = "linux") {
        println!("skipped: confine: what is left is looked at on Linux alone");
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let mut failed = 0;
    for (name, check) in CHECKS {
        if !wanted.is_empty() && !wanted.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let dir = tempfile::tempdir().unwrap();
        // A panic is told by the child; 101 is its status.
        let child = process::fork_apart(&[], || {
            check(dir.path());
            0
        })
        .unwrap();
        let status = process::wait(child, true).unwrap().unwrap();
        let ok = status.success();
        println!("test {name} ... {}", if ok { "ok".to_string() } else { format!("{status}") });
        failed += i32::from(!ok);
    }
    assert_eq!(failed, 0, "checks failed");
}

/// What the machine cannot do is said, and what it does is held.
fn confined(done: io::Result<Confined>) -> Confined {
    let confined = done.unwrap();
    for lack in &confined.lacks {
        println!("skipped: confine: this machine has no {lack}");
    }
    confined
}

fn worker() -> Confined {
    confined(confine::worker(&Worker { receives: true, ..Worker::default() }))
}

fn has_seccomp(confined: &Confined) -> bool {
    confined.by.iter().any(|by| by == "seccomp")
}

#[track_caller]
fn is_refused<T>(done: io::Result<T>) {
    match done {
        Ok(_) => panic!("it was let through"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}"),
    }
}

fn a_worker_opens_nothing(dir: &Path) {
    let file = dir.join("file");
    fs::write(&file, "x").unwrap();
    if worker().by.is_empty() {
        return;
    }
    is_refused(File::open(&file));
    is_refused(File::create(dir.join("new")));
    is_refused(fs::rename(&file, dir.join("other")));
    is_refused(fs::remove_file(&file));
    is_refused(fs::create_dir(dir.join("folder")));
    is_refused(fs::read_dir("/"));
    is_refused(File::open("/etc/passwd"));
    is_refused(File::open("/proc/self/status"));
}

fn a_worker_connects_to_nothing(dir: &Path) {
    let path = dir.join("socket");
    let _there = UnixDatagram::bind(&path).unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = tcp.local_addr().unwrap();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    if !has_seccomp(&worker()) {
        return;
    }
    is_refused(TcpStream::connect(address));
    is_refused(TcpListener::bind("127.0.0.1:0"));
    is_refused(UdpSocket::bind("127.0.0.1:0"));
    is_refused(UnixDatagram::unbound());
    is_refused(UnixStream::connect(&path));
    // Not with a socket that was there before either.
    is_refused(udp.connect(address));
}

fn a_worker_runs_nothing(_: &Path) {
    if !has_seccomp(&worker()) {
        return;
    }
    is_refused(Command::new("/bin/true").status());
    is_refused(process::fork().map(drop).map_err(|error| match error.kind() {
        // Threads cannot be counted any more; fork(2) itself is what is asked.
        ErrorKind::Unsupported => panic!("{error}"),
        _ => error,
    }));
}

#[cfg(target_os = "linux")]
fn a_worker_appends(dir: &Path) {
    let file = File::options().append(true).create(true).open(dir.join("log")).unwrap();
    if !has_seccomp(&worker()) {
        return;
    }
    let no_flags = rustix::fs::OFlags::empty();
    is_refused(rustix::fs::fcntl_setfl(&file, no_flags).map_err(io::Error::from));
    // What it needs of it is had otherwise.
    let (reader, _writer) = io::pipe().unwrap();
    pfstatelog::sys::poll::set_nonblocking(reader.as_fd()).unwrap();
}

#[cfg(not(target_os = "linux"))]
fn a_worker_appends(_: &Path) {}

fn a_worker_uses_what_it_has(_: &Path) {
    let mut file = tempfile::tempfile().unwrap();
    let (mut reader, mut writer) = io::pipe().unwrap();
    let (one, two) = UnixDatagram::pair().unwrap();
    if worker().by.is_empty() {
        return;
    }
    file.write_all(b"line\n").unwrap();
    file.sync_data().unwrap();
    file.sync_all().unwrap();
    assert_eq!(file.metadata().unwrap().len(), 5);
    file.set_len(2).unwrap();
    writer.write_all(b"x").unwrap();
    let mut byte = [0];
    reader.read_exact(&mut byte).unwrap();
    one.send(b"datagram").unwrap();
    assert_eq!(two.recv(&mut [0; 16]).unwrap(), 8);
    two.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    assert!(two.recv(&mut byte).is_err());
    let copy = file.try_clone().unwrap();
    drop(copy);
    // Much memory, and back.
    let mut much = vec![1_u8; 64 << 20];
    much.truncate(1);
    much.shrink_to_fit();
    pfstatelog::sys::pages::prefer_large(&mut Vec::<u8>::with_capacity(4 << 20), 0);
    assert!(std::time::SystemTime::now() > std::time::UNIX_EPOCH);
    thread::sleep(Duration::from_millis(1));
    // Hash maps ask for seeds.
    std::collections::HashMap::<u8, u8>::new().insert(1, 2);
}

/// All that could write to `fd`, or give it another number.
#[cfg(target_os = "linux")]
fn cannot_be_written_to(fd: BorrowedFd<'_>, spare: OwnedFd) {
    use rustix::io as calls;
    use rustix::net::{self, SendAncillaryBuffer, SendFlags};
    // The standard library writes to sockets by more calls than one.
    let parts = [io::IoSlice::new(b"x")];
    is_refused(calls::write(fd, b"x").map_err(io::Error::from));
    is_refused(calls::writev(fd, &parts).map_err(io::Error::from));
    is_refused(calls::pwrite(fd, b"x", 0).map_err(io::Error::from));
    is_refused(calls::pwritev(fd, &parts, 0).map_err(io::Error::from));
    is_refused(net::send(fd, b"x", SendFlags::empty()).map_err(io::Error::from));
    let mut nothing = SendAncillaryBuffer::default();
    let sent = net::sendmsg(fd, &parts, &mut nothing, SendFlags::empty());
    is_refused(sent.map_err(io::Error::from));
    is_refused(calls::dup(fd).map_err(io::Error::from));
    is_refused(calls::fcntl_dupfd_cloexec(fd, 0).map_err(io::Error::from));
    let mut other = spare;
    is_refused(calls::dup2(fd, &mut other).map_err(io::Error::from));
    is_refused(calls::dup3(fd, &mut other, calls::DupFlags::CLOEXEC).map_err(io::Error::from));
    // Another way to an open descriptor.
    is_refused(File::open(format!("/proc/self/fd/{}", fd.as_raw_fd())));
}

#[cfg(not(target_os = "linux"))]
fn cannot_be_written_to(_: BorrowedFd<'_>, _: OwnedFd) {}

fn a_worker_sends_no_frames(_: &Path) {
    let (one, _there) = UnixDatagram::pair().unwrap();
    let (two, there) = UnixDatagram::pair().unwrap();
    let (mut reader, writer) = io::pipe().unwrap();
    let spare = OwnedFd::from(writer.try_clone().unwrap());
    // On loopback, and only if it is let through.
    let capture = pcap::Capture::from_device("lo").and_then(|lo| lo.open());
    if let Err(error) = &capture {
        println!("skipped: confine: nothing can be captured here: {error}");
    }
    let mut capture = capture.ok();
    let sockets = capture.iter().map(|capture| capture.as_fd());
    let captures = sockets.chain([one.as_fd()]).collect();
    let confined = confined(confine::worker(&Worker { captures, ..Worker::default() }));
    if !has_seccomp(&confined) {
        return;
    }
    cannot_be_written_to(one.as_fd(), spare);
    if let Some(capture) = &mut capture {
        let error = capture.sendpacket(&[0_u8; 64][..]).unwrap_err();
        assert!(error.to_string().contains("not permitted"), "{error}");
        capture.stats().unwrap();
    }
    // All others are as they were.
    assert_eq!(two.send(b"datagram").unwrap(), 8);
    assert_eq!(there.recv(&mut [0; 16]).unwrap(), 8);
    two.try_clone().unwrap().send(b"x").unwrap();
    let mut writer = writer;
    writer.write_all(b"x").unwrap();
    reader.read_exact(&mut [0]).unwrap();
    one.set_nonblocking(true).unwrap();
    assert_eq!(one.recv(&mut [0; 16]).unwrap_err().kind(), ErrorKind::WouldBlock);
}

fn a_worker_sends_to_no_address(dir: &Path) {
    let path = dir.join("socket");
    let unix = UnixDatagram::bind(&path).unwrap();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let (connected, there) =
        (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
    let address = there.local_addr().unwrap();
    connected.connect(address).unwrap();
    let (free, _) = UnixDatagram::pair().unwrap();
    if !has_seccomp(&worker()) {
        return;
    }
    is_refused(udp.send_to(b"x", address));
    is_refused(free.send_to(b"x", &path));
    // Connected or not.
    is_refused(connected.send_to(b"x", address));
    #[cfg(target_os = "linux")]
    {
        use rustix::net::{self, MMsgHdr, SendAncillaryBuffer, SendFlags};
        let parts = [io::IoSlice::new(b"x")];
        let (mut none, mut more) = (SendAncillaryBuffer::default(), SendAncillaryBuffer::default());
        let flags = SendFlags::empty();
        let sent = net::sendmsg_addr(&udp, &address, &parts, &mut none, flags);
        is_refused(sent.map_err(io::Error::from));
        let any = rustix::net::SocketAddrAny::from(address);
        let mut messages = [MMsgHdr::new_with_addr(&any, &parts, &mut more)];
        is_refused(net::sendmmsg(&udp, &mut messages, flags).map_err(io::Error::from));
    }
    assert_eq!(connected.send(b"datagram").unwrap(), 8);
    assert_eq!(there.recv(&mut [0; 16]).unwrap(), 8);
    drop(unix);
}

fn threads_are_confined_too(_: &Path) {
    if !has_seccomp(&worker()) {
        return;
    }
    let (to, from) = std::sync::mpsc::channel();
    let threads: Vec<_> = (0..8_u64)
        .map(|number| {
            let to = to.clone();
            let work = move || {
                is_refused(File::open("/etc/passwd"));
                is_refused(UnixDatagram::unbound());
                to.send(vec![number; 100_000].iter().sum::<u64>()).unwrap();
            };
            thread::Builder::new().name("queue".into()).spawn(work).unwrap()
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    drop(to);
    assert_eq!(from.iter().sum::<u64>(), 28 * 100_000);
}

fn a_connecting_worker(dir: &Path) {
    let path = dir.join("socket");
    let there = UnixDatagram::bind(&path).unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = tcp.local_addr().unwrap();
    if !has_seccomp(&confined(confine::worker(&Worker { connects: true, ..Worker::default() }))) {
        return;
    }
    let socket = UnixDatagram::unbound().unwrap();
    socket.connect(&path).unwrap();
    socket.send(b"x").unwrap();
    assert_eq!(there.recv(&mut [0; 16]).unwrap(), 1);
    is_refused(TcpStream::connect(address));
    is_refused(File::open("/etc/passwd"));
}

fn a_reader(_: &Path) {
    let (mut reader, mut writer) = io::pipe().unwrap();
    let spare = OwnedFd::from(writer.try_clone().unwrap());
    let (capture, _there) = UnixDatagram::pair().unwrap();
    if !has_seccomp(&confined(confine::reader(&[capture.as_fd()]))) {
        return;
    }
    cannot_be_written_to(capture.as_fd(), spare);
    writer.write_all(b"x").unwrap();
    reader.read_exact(&mut [0]).unwrap();
    is_refused(File::open("/etc/passwd"));
    is_refused(UnixDatagram::unbound());
    is_refused(Command::new("/bin/true").status());
    is_refused(thread::Builder::new().spawn(|| {}));
}

fn an_opener_reaches_its_paths_alone(dir: &Path) {
    let [logs, secrets] = ["logs", "secrets"].map(|name| dir.join(name));
    for folder in [&logs, &secrets] {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join("file"), "x").unwrap();
    }
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = tcp.local_addr().unwrap();
    let missing = Path::new("/no/such/folder");
    let reach = [Reach::write(&logs), Reach::read("/etc"), Reach::read(missing)];
    let confined = confined(confine::opener(&reach));
    if confined.by.iter().any(|by| by.starts_with("Landlock")) {
        is_refused(File::open(secrets.join("file")));
        is_refused(File::create(secrets.join("new")));
        is_refused(fs::remove_file(secrets.join("file")));
        is_refused(File::create("/etc/pfstatelog-test"));
    }
    let (log, old) = (logs.join("file"), logs.join("file.0"));
    fs::rename(&log, &old).unwrap();
    File::create(&log).unwrap().write_all(b"new").unwrap();
    fs::OpenOptions::new().append(true).open(&log).unwrap().set_len(0).unwrap();
    fs::remove_file(&old).unwrap();
    fs::read("/etc/passwd").unwrap();
    TcpStream::connect(address).unwrap();
    UdpSocket::bind("127.0.0.1:0").unwrap();
    assert!(Interface::named("lo").unwrap().is_some());
    if has_seccomp(&confined) {
        is_refused(Command::new("/bin/true").status());
    }
}

fn an_opener_makes_readers(_: &Path) {
    let reach = [Reach::read("/proc"), Reach::read("/etc")];
    let opener = confined(confine::opener(&reach));
    let child = process::fork_apart(&[], || {
        fs::read("/etc/passwd").unwrap();
        if has_seccomp(&confined(confine::reader(&[]))) && has_seccomp(&opener) {
            is_refused(File::open("/etc/passwd"));
            is_refused(UnixDatagram::unbound());
        }
        7
    });
    assert_eq!(process::wait(child.unwrap(), true).unwrap().unwrap().code(), Some(7));
}
