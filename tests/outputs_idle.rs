//! Connections over which nothing is sent: what becomes of one that breaks, with no further line to show it.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;
mod common_outputs;

use std::fs;
use std::io::Read;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use common_cli::inside_namespace;
use common_outputs::{PATIENCE, Tested, gap_in, text_of, until};
use pfstatelog::output::{Settings, Target};

/// How long a break may go unnoticed: a second for the look, the rest for a machine that is busy.
const NOTICED: Duration = Duration::from_secs(4);

fn tcp(listener: &TcpListener) -> Target {
    let port = listener.local_addr().unwrap().port();
    Target::Tcp { host: "127.0.0.1".into(), port }
}

/// What a message says, behind its header.
fn text(message: &[u8]) -> String {
    let message = String::from_utf8(message.to_vec()).unwrap();
    message.split_once("] ").unwrap().1.to_string()
}

/// Reads a message with its length before it.
fn counted(stream: &mut impl Read) -> String {
    let mut len = 0;
    loop {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        match byte {
            [b' '] => break,
            [digit] => len = 10 * len + usize::from(digit - b'0'),
        }
    }
    let mut message = vec![0; len];
    stream.read_exact(&mut message).unwrap();
    text(&message)
}

/// Reads a message that ends with its line.
fn line(stream: &mut impl Read) -> String {
    let mut message = Vec::new();
    loop {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        match byte {
            [b'\n'] => return text(&message),
            [byte] => message.push(byte),
        }
    }
}

#[test]
fn what_an_idle_connection_may_have_lost_is_told_with_no_further_line() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut tested = Tested::open(tcp(&listener), Settings::default());
    let (stream, _) = listener.accept().unwrap();
    tested.batch(5);
    until("they are sent", || tested.handle.stats().written_lines == 5);
    // It takes none of them from the system, and is gone: the other host answers with a reset.
    let broken = Instant::now();
    drop(stream);
    until("the others are told", || {
        tested.hear();
        tested.told[1] > 0
    });
    assert!(broken.elapsed() < NOTICED, "{:?}", broken.elapsed());
    assert_eq!(tested.told, [0, 5]);
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(gap_in(&counted(&mut stream)), Some((5, 0, 4, false)));
    assert_eq!(tested.handle.stats().reconnects, 1);
    assert!(tested.has_said("lines wait") && tested.has_said("takes lines again"));
    tested.end_well();
}

#[test]
fn an_idle_connection_that_lost_nothing_is_made_again_and_tells_no_gap() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let mut tested = Tested::open(Target::Unix { path }, Settings::default());
    let (mut stream, _) = listener.accept().unwrap();
    tested.batch(5);
    (0..5).for_each(|number| assert_eq!(line(&mut stream), text_of(number)));
    // Longer than a daemon may have it in its memory, and a look that finds it all read.
    thread::sleep(Duration::from_millis(2500));
    let broken = Instant::now();
    drop(stream);
    until("it is connected again", || tested.handle.stats().reconnects == 1);
    assert!(broken.elapsed() < NOTICED, "{:?}", broken.elapsed());
    let (mut stream, _) = listener.accept().unwrap();
    tested.batch(1);
    assert_eq!(line(&mut stream), text_of(5));
    tested.end_well();
    assert_eq!((tested.told, tested.handle.stats().uncertain_lines), ([0; 2], 0));
    assert!(tested.has_said("the other end closed: lines wait"), "{:?}", tested.said);
}

#[test]
fn that_nobody_is_there_any_more_shows_before_there_is_a_line_for_him() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut tested = Tested::open(tcp(&listener), Settings::default());
    let (stream, _) = listener.accept().unwrap();
    let broken = Instant::now();
    drop((stream, listener));
    until("it shows", || tested.handle.stats().suspended.is_some());
    assert!(broken.elapsed() < NOTICED, "{:?}", broken.elapsed());
    // Through several tries that are refused it is said once.
    thread::sleep(Duration::from_millis(2500));
    assert!(tested.handle.stats().suspended.is_some());
    let listener = TcpListener::bind(address).unwrap();
    until("it shows", || tested.handle.stats().suspended.is_none());
    let said = tested.said.lock().unwrap().clone();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("lines wait") && said[1].contains("takes lines again"), "{said:?}");
    tested.batch(1);
    let (mut stream, _) = listener.accept().unwrap();
    assert_eq!(counted(&mut stream), text_of(0));
    tested.end_well();
    assert_eq!(tested.told, [0; 2]);
}

#[test]
fn datagrams_go_to_the_address_that_a_host_has_when_outputs_are_opened_anew() {
    let name = "datagrams_go_to_the_address_that_a_host_has_when_outputs_are_opened_anew";
    if !inside_namespace(name, "mn", "mount --make-rprivate /\nip link set lo up") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let hosts = dir.path().join("hosts");
    fs::write(&hosts, "127.0.0.1 log.example\n").unwrap();
    let mut mount = Command::new("mount");
    mount.arg("--bind").arg(&hosts).arg("/etc/hosts");
    assert!(mount.status().unwrap().success());
    let before = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = before.local_addr().unwrap().port();
    let after = UdpSocket::bind(("127.0.0.2", port)).unwrap();
    let target = Target::Udp { host: "log.example".into(), port };
    let mut tested = Tested::open(target, Settings::default());
    let came = |socket: &UdpSocket| {
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut bytes = [0; 4096];
        let len = socket.recv(&mut bytes).unwrap();
        text(&bytes[..len])
    };
    tested.batch(1);
    assert_eq!(came(&before), text_of(0));
    fs::write(&hosts, "127.0.0.2 log.example\n").unwrap();
    // Without being asked it stays where it is.
    tested.batch(1);
    assert_eq!(came(&before), text_of(1));
    tested.handle.reopen();
    until("it is connected anew", || tested.handle.stats().reconnects == 1);
    tested.batch(1);
    assert_eq!(came(&after), text_of(2));
    // A host that has no address any more is better kept where it was.
    fs::write(&hosts, "").unwrap();
    tested.handle.reopen();
    until("it is said", || tested.has_said("cannot be looked up anew"));
    tested.batch(1);
    assert_eq!(came(&after), text_of(3));
    tested.end_well();
    assert_eq!(tested.handle.stats().reconnects, 1);
}
