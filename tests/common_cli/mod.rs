//! What the tests of the program share: captures made here, a program under watch, and
//! namespaces of their own for those that need network or mounts.

// Each file of tests uses a part of it.
#![allow(dead_code)]
#![forbid(unsafe_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use pfstatelog::wire::grammar::{Body, Clr, Frame, Key, Peer, State, StateId};

/// How long anything is waited for. Nothing is expected to take it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How often a condition is looked at.
pub const LOOK: Duration = Duration::from_millis(20);

pub const CREATOR: u32 = 0x8a7b_6c5d;

// --- Frames ---

/// An outgoing TCP state behind NAT: 192.168.1.10 as 203.0.113.7 to 198.51.100.9:443.
pub fn state(id: u64) -> State {
    let v4 = |a, b, c, d| {
        let mut addr = [0; 16];
        addr[..4].copy_from_slice(&[a, b, c, d]);
        addr
    };
    let key = |addr, port| Key { addr, port, rdomain: 0, af: 2, pad: 0 };
    let there = v4(198, 51, 100, 9);
    let mut ifname = [0; 16];
    ifname[..3].copy_from_slice(b"em0");
    State {
        id,
        ifname,
        // Of an OUT state address 1 is the source.
        key: [
            key([there, v4(203, 0, 113, 7)], [443, 60_211]),
            key([there, v4(192, 168, 1, 10)], [443, 51_234]),
        ],
        src: Peer { state: 2, ..Peer::default() },
        rule: 12,
        anchor: u32::MAX,
        nat_rule: u32::MAX,
        expire: 30,
        creatorid: CREATOR,
        rtableid: [-1, -1],
        af: 2,
        proto: 6,
        direction: 2,
        ..State::default()
    }
}

/// INS of states with these ids.
pub fn ins(ids: &[u64]) -> Vec<u8> {
    Frame::build(vec![(13, Body::State(ids.iter().map(|id| state(*id)).collect()))])
}

/// INS of a state on an interface of any name.
pub fn ins_on(ifname: &[u8]) -> Vec<u8> {
    let mut state = state(1);
    state.ifname = [0; 16];
    state.ifname.iter_mut().zip(ifname).for_each(|(to, from)| *to = *from);
    Frame::build(vec![(13, Body::State(vec![state]))])
}

/// DEL_C of states with these ids.
pub fn del(ids: &[u64]) -> Vec<u8> {
    let gone = |id: &u64| StateId { id: *id, creatorid: CREATOR };
    Frame::build(vec![(7, Body::DelC(ids.iter().map(gone).collect()))])
}

/// INS_ACK: an event that is shown only when asked for.
pub fn ack(id: u64) -> Vec<u8> {
    Frame::build(vec![(2, Body::InsAck(vec![StateId { id, creatorid: CREATOR }]))])
}

/// CLR of an interface's states.
pub fn clr(ifname: &[u8]) -> Vec<u8> {
    let mut clr = Clr { ifname: [0; 16], creatorid: CREATOR };
    clr.ifname.iter_mut().zip(ifname).for_each(|(to, from)| *to = *from);
    Frame::build(vec![(0, Body::Clr(vec![clr]))])
}

/// What stands in a line for a state of this id.
pub fn id_words(id: u64) -> String {
    format!(" id {id:016x} creator {CREATOR:08x}")
}

/// A frame behind an IPv4 header, as the syncdev carries it; `proto` is 240 for pfsync.
pub fn ipv4(proto: u8, payload: &[u8]) -> Vec<u8> {
    let total = u16::try_from(20 + payload.len()).unwrap();
    let mut packet = vec![0x45, 0x10];
    packet.extend(total.to_be_bytes());
    packet.extend([0, 1, 0x40, 0, 255, proto, 0, 0, 10, 9, 9, 1, 224, 0, 0, 240]);
    let sum = packet.chunks(2).map(|two| u32::from(u16::from_be_bytes([two[0], two[1]]))).sum();
    let folded = |sum: u32| (sum & 0xffff) + (sum >> 16);
    let check = !u16::try_from(folded(folded(sum))).unwrap();
    packet[10..12].copy_from_slice(&check.to_be_bytes());
    packet.extend(payload);
    packet
}

/// The same on Ethernet, behind these VLAN tags.
pub fn ethernet(vlans: &[u16], proto: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![1, 0, 0x5e, 0, 0, 240, 2, 0, 0, 0, 0, 1];
    for vlan in vlans {
        frame.extend([0x81, 0x00]);
        frame.extend(vlan.to_be_bytes());
    }
    frame.extend([0x08, 0x00]);
    frame.extend(ipv4(proto, payload));
    frame
}

// --- Captures ---

/// Link type of a capture that begins with the pfsync header.
pub const PFSYNC: u32 = 246;

/// Header of a pcap file, little-endian, microseconds.
pub fn pcap_header(link: u32) -> Vec<u8> {
    let mut out = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    out.extend(65_535_u32.to_le_bytes());
    out.extend(link.to_le_bytes());
    out
}

/// A record of a packet that was captured whole.
pub fn pcap_record(secs: u32, packet: &[u8]) -> Vec<u8> {
    let len = u32::try_from(packet.len()).unwrap();
    let mut out = Vec::new();
    for field in [secs, 0, len, len] {
        out.extend(field.to_le_bytes());
    }
    out.extend(packet);
    out
}

/// A capture of pfsync frames at these seconds.
pub fn pcap(frames: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut out = pcap_header(PFSYNC);
    frames.iter().for_each(|(secs, frame)| out.extend(pcap_record(*secs, frame)));
    out
}

fn ng_block(kind: u32, body: &[u8]) -> Vec<u8> {
    let len = 12 + body.len().next_multiple_of(4);
    let mut out = kind.to_le_bytes().to_vec();
    out.extend(u32::try_from(len).unwrap().to_le_bytes());
    out.extend(body);
    out.resize(len - 4, 0);
    out.extend(u32::try_from(len).unwrap().to_le_bytes());
    out
}

/// Section header and one interface of a pcapng file.
pub fn pcapng_header(link: u16) -> Vec<u8> {
    let mut section = 0x1a2b_3c4d_u32.to_le_bytes().to_vec();
    section.extend([1, 0, 0, 0]);
    section.extend([0xff; 8]);
    let mut interface = link.to_le_bytes().to_vec();
    interface.extend([0; 6]);
    [ng_block(0x0a0d_0d0a, &section), ng_block(1, &interface)].concat()
}

/// An enhanced packet block, microseconds.
pub fn pcapng_record(secs: u32, packet: &[u8]) -> Vec<u8> {
    let micros = u64::from(secs) * 1_000_000;
    let len = u32::try_from(packet.len()).unwrap();
    let mut body = Vec::new();
    for field in [0, (micros >> 32) as u32, micros as u32, len, len] {
        body.extend(field.to_le_bytes());
    }
    body.extend(packet);
    ng_block(6, &body)
}

/// Interface statistics at a time in microseconds, with options of eight bytes.
pub fn pcapng_statistics(interface: u32, micros: u64, options: &[(u16, [u8; 8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for field in [interface, (micros >> 32) as u32, micros as u32] {
        body.extend(field.to_le_bytes());
    }
    for (code, value) in options {
        body.extend(code.to_le_bytes());
        body.extend([8, 0]);
        body.extend(value);
    }
    ng_block(5, &body)
}

/// The corpus beside the project, where it is there.
pub fn corpus() -> Option<&'static Path> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus"));
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no corpus at {}", path.display());
    None
}

// --- The program ---

/// The program that is tested.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_pfstatelog");

pub fn program(args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args).stdin(Stdio::null());
    command
}

/// What it said and how it ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn lines(&self) -> Vec<&str> {
        self.out.lines().collect()
    }

    /// The counters, which stand on the last line of standard error.
    pub fn stats(&self) -> serde_json::Value {
        let line = self.err.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// Runs it to its end.
pub fn run(args: &[&str]) -> Ended {
    Watched::spawn(&mut program(args)).ended()
}

/// Runs it on a file with these bytes.
pub fn run_on(capture: &[u8], args: &[&str]) -> Ended {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("capture");
    std::fs::write(&path, capture).unwrap();
    run(&[&["-r", path.to_str().unwrap()], args].concat())
}

/// A program that runs while it is looked at, and not longer than this value lives.
pub struct Watched {
    child: Child,
    out: Lines,
    err: Lines,
}

/// Lines as they come, and those that came.
struct Lines {
    coming: Receiver<String>,
    came: Vec<String>,
}

impl Lines {
    fn of(stream: Option<impl Read + Send + 'static>) -> Self {
        let (sender, coming) = mpsc::channel();
        if let Some(stream) = stream {
            thread::spawn(move || {
                let mut stream = BufReader::new(stream);
                loop {
                    let mut line = Vec::new();
                    match stream.read_until(b'\n', &mut line) {
                        Ok(1..) => {}
                        Ok(0) | Err(_) => return,
                    }
                    // Nobody listens after the test's end.
                    if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                        return;
                    }
                }
            });
        }
        Self { coming, came: Vec::new() }
    }

    /// Waits for a line with these words among all that came and come.
    fn wait_for(&mut self, words: &str) -> Option<&str> {
        let end = Instant::now() + PATIENCE;
        let mut at = 0;
        loop {
            while at < self.came.len() {
                if self.came[at].contains(words) {
                    return Some(&self.came[at]);
                }
                at += 1;
            }
            let left = end.saturating_duration_since(Instant::now());
            self.came.push(self.coming.recv_timeout(left).ok()?);
        }
    }

    /// All to the end of the stream.
    fn all(&mut self) -> String {
        let end = Instant::now() + PATIENCE;
        let left = || end.saturating_duration_since(Instant::now());
        while let Ok(line) = self.coming.recv_timeout(left()) {
            self.came.push(line);
        }
        self.came.concat()
    }
}

impl Watched {
    /// Starts it. Streams that the command does not say are pipes to here; not so its input.
    pub fn spawn(command: &mut Command) -> Self {
        Self::spawn_to(command, Stdio::piped())
    }

    /// The same with another standard output.
    pub fn spawn_to(command: &mut Command, output: impl Into<Stdio>) -> Self {
        command.stdout(output).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
        let (out, err) = (Lines::of(child.stdout.take()), Lines::of(child.stderr.take()));
        Self { child, out, err }
    }

    /// Starts the program with a pipe as its input.
    pub fn fed(args: &[&str]) -> (Self, ChildStdin) {
        let mut this = Self::spawn(program(args).stdin(Stdio::piped()));
        let input = this.child.stdin.take().unwrap();
        (this, input)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its children: the worker first, then whoever hands on captures. Linux alone.
    pub fn children(&self) -> Vec<u32> {
        let path = format!("/proc/{0}/task/{0}/children", self.pid());
        let numbers = std::fs::read_to_string(path).unwrap_or_default();
        numbers.split_whitespace().map_while(|number| number.parse().ok()).collect()
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for a line on standard output with these words.
    pub fn wait_for(&mut self, words: &str) -> String {
        match self.out.wait_for(words) {
            Some(line) => line.trim_end().to_string(),
            None => panic!("{words:?} did not come; {:?} / {:?}", self.out.came, self.err.came),
        }
    }

    /// Whether a line with these words came so far on standard output.
    pub fn has_come(&mut self, words: &str) -> bool {
        self.out.came.extend(self.out.coming.try_iter());
        self.out.came.iter().any(|line| line.contains(words))
    }

    /// How many lines with these words came so far on standard output.
    pub fn count(&mut self, words: &str) -> usize {
        self.out.came.extend(self.out.coming.try_iter());
        self.out.came.iter().filter(|line| line.contains(words)).count()
    }

    /// The same on standard error.
    pub fn count_errors(&mut self, words: &str) -> usize {
        self.err.came.extend(self.err.coming.try_iter());
        self.err.came.iter().filter(|line| line.contains(words)).count()
    }

    /// Waits for a line on standard error with these words.
    pub fn wait_for_error(&mut self, words: &str) -> String {
        match self.err.wait_for(words) {
            Some(line) => line.trim_end().to_string(),
            None => panic!("{words:?} was not said; {:?} / {:?}", self.out.came, self.err.came),
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        assert!(kill(name, self.pid()));
    }

    /// Waits until it ended.
    pub fn ended(mut self) -> Ended {
        let status = wait(&mut self.child)
            .unwrap_or_else(|| panic!("hangs; {:?} / {:?}", self.out.all(), self.err.all()));
        Ended { code: status.code(), out: self.out.all(), err: self.err.all() }
    }
}

/// Sends a process a signal; false if there is none.
pub fn kill(name: &str, pid: u32) -> bool {
    let kill = format!("kill -{name} {pid}");
    Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status().unwrap().success()
}

/// Waits until something is so.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "not so: {what}");
        thread::sleep(LOOK);
    }
}

/// The signals that end what has nothing to open anew; HUP not where whoever runs the tests ignores it, as nohup(1)
/// does, since such a one wants it ignored.
pub fn ending_signals(test: &str) -> Vec<&'static str> {
    let ignored = pfstatelog::sys::process::is_ignored(1);
    if ignored {
        println!("skipped: {test}: HUP is ignored here");
    }
    ["TERM", "INT", "HUP"].into_iter().filter(|signal| !ignored || *signal != "HUP").collect()
}

/// What stands in /proc/PID/status under this name. Linux alone.
pub fn status_of(pid: u32, name: &str) -> Option<String> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(value.trim().to_string())
}

/// Whether a process is there and has not ended. Linux alone.
pub fn is_there(pid: u32) -> bool {
    status_of(pid, "State").is_some_and(|state| !state.starts_with('Z'))
}

/// Waits until a child ended; `None` if it does not.
pub fn wait(child: &mut Child) -> Option<ExitStatus> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        thread::sleep(LOOK);
    }
    // Whoever reads its streams shall come to their end.
    let _ = child.kill();
    None
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes all of it, at once.
pub fn feed(input: &mut ChildStdin, bytes: &[u8]) {
    input.write_all(bytes).and_then(|()| input.flush()).unwrap();
}

/// Three states begin and end, with acknowledgements between that are not shown by default.
pub fn life() -> Vec<u8> {
    pcap(&[(10, ins(&[1, 2, 3])), (11, ack(1)), (12, del(&[1, 2])), (13, del(&[3]))])
}

/// Second words of lines.
pub fn kinds(out: &str) -> Vec<&str> {
    out.lines().filter_map(|line| line.split(' ').nth(1)).collect()
}

/// A path as an argument.
pub fn utf8(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// One line of standard error, which names what it is about.
#[track_caller]
pub fn assert_one_line(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.err.lines().count(), 1, "{ended:?}");
    assert!(ended.err.starts_with("pfstatelog: "), "{ended:?}");
    for word in words {
        assert!(ended.err.contains(word), "{word:?} is not in {ended:?}");
    }
}

/// Waits until a program that was just started can be ended by a signal. On Linux /proc tells; elsewhere a while has to do.
pub fn wait_until_signals_are_caught(pid: u32) {
    let caught = |status: String| {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"))?.trim().to_string();
        // The last that the program asks for: HUP, signal 1 and the lowest bit, or INT before it where that is ignored.
        let last = if pfstatelog::sys::process::is_ignored(1) { 1 << 1 } else { 1 };
        Some(u64::from_str_radix(&mask, 16).ok()? & last == last)
    };
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        match std::fs::read_to_string(format!("/proc/{pid}/status")).ok().and_then(caught) {
            Some(true) => return,
            Some(false) => thread::sleep(LOOK),
            None => return thread::sleep(10 * LOOK),
        }
    }
    panic!("signals are not caught");
}

// --- Namespaces ---

/// Set where a test runs again, in a namespace of its own.
const INSIDE: &str = "PFSTATELOG_TEST_INSIDE";

/// True inside a new namespace of these kinds (`n` network, `m` mounts). Called by the test `name`
/// first of all; outside it runs that test once more, inside, after `setup` (sh), and is false.
pub fn inside_namespace(name: &str, kinds: &str, setup: &str) -> bool {
    if std::env::var_os(INSIDE).is_some_and(|inside| inside == *name) {
        return true;
    }
    let mut why = String::new();
    let mut works = |flag: &String| {
        let script = format!("set -e\n{setup}");
        let tried = Command::new("unshare").args([flag, "sh", "-c", &script]).output();
        match tried {
            Ok(tried) if tried.status.success() => return true,
            Ok(tried) => why = String::from_utf8_lossy(&tried.stderr).trim().replace('\n', "; "),
            Err(error) => why = format!("unshare: {error}"),
        }
        false
    };
    // Who is not root becomes it in a namespace of users.
    let Some(flag) = [format!("-{kinds}"), format!("-r{kinds}")].into_iter().find(&mut works)
    else {
        println!("skipped: {name}: no namespace of its own ({why})");
        return false;
    };
    let script = format!("set -e\n{setup}\nexec \"$@\"");
    let this = std::env::current_exe().unwrap();
    let ran = Command::new("unshare")
        .args([&flag, "sh", "-c", &script, "sh"])
        .arg(this)
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(INSIDE, name)
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    // What the test said about what it left out counts out here as well. The name of the test may
    // stand before it on its line.
    for skipped in out.lines().filter_map(|line| line.find("skipped: ").map(|at| &line[at..])) {
        println!("{skipped}");
    }
    assert!(ran.status.success() && out.contains("1 passed"), "inside: {out}{err}");
    false
}

/// A /dev without a log socket, and a /run without one: both are places where one is looked for.
pub const EMPTY_DEV: &str = "\
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir /run/dev
mount -t tmpfs tmpfs /run/dev
for device in null zero full random urandom; do
	: >/run/dev/$device
	mount --bind /dev/$device /run/dev/$device
done
mount --rbind /run/dev /dev";

/// A cable with two ends: what is sent on v0 arrives at v1.
pub const CABLE: &str = "\
ip link add v0 type veth peer name v1
ip link set lo up
ip link set v0 up
ip link set v1 up";

/// Runs ip(8); whether it did what it was told.
pub fn ip(words: &str) -> bool {
    let ran = Command::new("ip").args(words.split(' ')).output();
    ran.is_ok_and(|ran| ran.status.success())
}
