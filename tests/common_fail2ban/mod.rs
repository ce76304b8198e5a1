//! What tests of misc/fail2ban share: scans of the corpus with their truth, and a server of its own.

#![allow(dead_code)]

use super::common_cli::{LOOK, Watched, corpus, run, utf8};
use pfstatelog::line::Line;
use pfstatelog::time::{Rfc3339, Time};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long anything of fail2ban is waited for. Nothing is expected to take it.
pub const PATIENCE: Duration = Duration::from_secs(180);

pub const SCAN: &str = "pfstatelog-scan";
pub const BRUTE_FORCE: &str = "pfstatelog-bruteforce";
pub const JAILS: [&str; 2] = [SCAN, BRUTE_FORCE];

/// Ports where one logs in.
pub const LOGIN: [u64; 11] = [21, 22, 23, 110, 143, 465, 587, 993, 995, 3389, 5900];

pub fn misc() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("misc/fail2ban")
}

/// False, and a word, where there is no fail2ban.
pub fn is_here(test: &str) -> bool {
    for program in ["fail2ban-server", "fail2ban-client", "fail2ban-regex"] {
        let ran = Command::new(program).arg("--version").stdout(Stdio::null()).status();
        if !ran.is_ok_and(|status| status.success()) {
            println!("skipped: {test}: no {program}");
            return false;
        }
    }
    true
}

/// Waits until something is so.
#[track_caller]
pub fn until(what: &str, said: &dyn Fn() -> String, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "not so: {what}: {}", said());
        thread::sleep(LOOK);
    }
}

// --- The captures, and what is known of them ---

/// A packet of a capture as its ground truth has it.
pub struct Row {
    pub who: String,
    /// The jail that counts it.
    pub counts: Option<&'static str>,
    pub passed: bool,
}

impl Row {
    /// What is known of a packet that was captured behind a header of so many bytes.
    pub fn of(truth: &Value, header: u64) -> Self {
        let text = |key: &str| truth[key].as_str().unwrap_or_default();
        let incoming = text("dir") == "in";
        let ip = if truth["version"] == 6 { 40 } else { 20 };
        // They are in the 14th byte of TCP.
        let seen = truth["caplen"].as_u64().unwrap() >= header + ip + 14;
        let flags = seen.then(|| text("tcp_flags"));
        let high = truth["sport"].as_u64() >= Some(1024);
        let counts = match (text("action"), truth["proto"].as_u64()) {
            _ if !incoming => None,
            ("block", _) if !["match", "normalize"].contains(&text("reason")) => None,
            ("block", Some(6)) => {
                flags.map_or(high, |flags| !flags.contains(['A', 'R'])).then_some(SCAN)
            }
            ("block", Some(17)) => high.then_some(SCAN),
            ("pass", Some(6)) => {
                let login = truth["dport"].as_u64().is_some_and(|port| LOGIN.contains(&port));
                (login && flags.is_none_or(|flags| flags == "S")).then_some(BRUTE_FORCE)
            }
            _ => None,
        };
        Self { who: text("who").to_string(), counts, passed: text("action") == "pass" }
    }
}

/// Ten minutes of logged packets with scanners and brute-forcers among them.
pub struct Scan {
    pub folder: String,
    pub path: PathBuf,
    pub rows: Vec<Row>,
    /// Which of the jails has to ban whom: scanners, and those who were let in to try passwords.
    pub planted: BTreeSet<(String, String)>,
    /// Who sent the lines of an attack, for each jail: a scanner's packets, and of a brute-forcer those that a
    /// rule let in.
    pub planted_rows: BTreeMap<&'static str, BTreeSet<usize>>,
}

/// Each that the corpus has; none, and a word, where there is no corpus.
pub fn scans() -> Vec<Scan> {
    let Some(corpus) = corpus() else { return Vec::new() };
    let mut folders: Vec<_> =
        fs::read_dir(corpus.join("pflog")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let scans: Vec<_> = folders.iter().filter_map(|folder| scan(folder)).collect();
    assert!(scans.len() > 1, "{folders:?}");
    scans
}

pub fn scan(folder: &Path) -> Option<Scan> {
    let about = fs::read_to_string(folder.join("scan.json")).ok()?;
    let about: Value = serde_json::from_str(&about).unwrap();
    let truth = fs::File::open(folder.join("scan.truth.jsonl.gz")).unwrap();
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(truth).read_to_string(&mut text).unwrap();
    let header = about["header_length"].as_u64().unwrap();
    let rows = text.lines().map(|line| Row::of(&serde_json::from_str(line).unwrap(), header));
    let rows: Vec<Row> = rows.collect();
    assert_eq!(Some(rows.len() as u64), about["packets"].as_u64());

    let mut planted = BTreeSet::new();
    let mut planted_rows =
        BTreeMap::from([(SCAN, BTreeSet::new()), (BRUTE_FORCE, BTreeSet::new())]);
    for attack in about["planted"].as_array().unwrap() {
        let (name, kind) = (attack["name"].as_str().unwrap(), attack["kind"].as_str().unwrap());
        let jail = if kind.starts_with("port scan") { SCAN } else { BRUTE_FORCE };
        assert!(jail == SCAN || kind == "brute force", "{kind}");
        for source in attack["sources"].as_array().unwrap() {
            planted.insert((jail.to_string(), source.as_str().unwrap().to_string()));
        }
        let of_attack = rows.iter().enumerate().filter(|(_, row)| row.who == name);
        let of_attack = of_attack.filter(|(_, row)| jail == SCAN || row.passed);
        planted_rows.get_mut(jail).unwrap().extend(of_attack.map(|(number, _)| number));
    }
    Some(Scan {
        folder: folder.file_name().unwrap().to_str().unwrap().to_string(),
        path: folder.join("scan.pcap"),
        rows,
        planted,
        planted_rows,
    })
}

impl Scan {
    /// Its lines, one a packet.
    pub fn lines(&self, format: &str) -> Vec<String> {
        let ended = run(&["-r", utf8(&self.path), "-e", "packet", "-f", format]);
        let lines: Vec<_> = ended.out.lines().map(String::from).collect();
        assert_eq!(lines.len(), self.rows.len(), "{} {format}: {}", self.folder, ended.err);
        lines
    }

    /// The capture, as if its first packet had come so long ago: its header, and each record.
    pub fn begun(&self, ago: Duration) -> (Vec<u8>, Vec<Vec<u8>>) {
        let bytes = fs::read(&self.path).unwrap();
        assert_eq!(bytes[..4], [0xd4, 0xc3, 0xb2, 0xa1], "{}", self.path.display());
        let field = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let (mut records, mut at) = (Vec::new(), 24);
        while at < bytes.len() {
            let end = at + 16 + field(at + 8) as usize;
            records.push(bytes[at..end].to_vec());
            at = end;
        }
        let secs_of = |record: &[u8]| u32::from_le_bytes(record[..4].try_into().unwrap());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let first = u32::try_from((now - ago).as_secs()).unwrap();
        let later = first - secs_of(&records[0]);
        for record in &mut records {
            let secs = secs_of(record) + later;
            record[..4].copy_from_slice(&secs.to_le_bytes());
        }
        (bytes[..24].to_vec(), records)
    }
}

// --- The filters ---

/// fail2ban with the jails of misc/fail2ban, which reads one file and writes bans to another one.
pub struct Fail2ban {
    pub dir: tempfile::TempDir,
    // Dropped, and so ended, before the folder goes.
    pub running: Option<Watched>,
}

impl Fail2ban {
    /// A configuration of its own beside the jails as they are.
    pub fn prepare() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["filter.d", "action.d", "jail.d", "fail2ban.d"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
            for file in fs::read_dir(misc().join(folder)).into_iter().flatten() {
                let file = file.unwrap();
                if file.file_type().unwrap().is_file() {
                    fs::copy(file.path(), dir.path().join(folder).join(file.file_name())).unwrap();
                }
            }
        }
        let at = dir.path().display();
        let write = |name: &str, text: String| fs::write(dir.path().join(name), text).unwrap();
        write(
            "fail2ban.conf",
            format!(
                "[Definition]\nloglevel = INFO\nlogtarget = {at}/said\nsyslogsocket = auto\n\
                 allowipv6 = yes\nsocket = {at}/socket\npidfile = {at}/pid\ndbfile = None\n\
                 dbpurgeage = 1d\ndbmaxmatches = 10\n"
            ),
        );
        write("jail.conf", String::new());
        let jail = |name: &str| {
            format!("[{name}]\nbackend = polling\nlogpath = {at}/packets.log\nbanaction = record\n")
        };
        write("jail.local", JAILS.map(jail).concat());
        let record = format!(
            "[Definition]\nactionban = echo '<name>' '<ip>' >>'{at}/bans'\nactionunban =\n"
        );
        write("action.d/record.conf", record);
        Self { dir, running: None }
    }

    pub fn start(&mut self) {
        let mut command = self.command("fail2ban-server");
        command.args(["-f", "start"]).stdin(Stdio::null());
        self.running = Some(Watched::spawn(&mut command));
        for jail in JAILS {
            let words = format!("Jail '{jail}' started");
            until("the jail is there", &|| self.said(), || self.said().contains(&words));
        }
    }

    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.arg("-c").arg(self.dir.path());
        command.arg("-s").arg(self.path("socket")).arg("-p").arg(self.path("pid"));
        command
    }

    pub fn client(&self, words: &[&str]) -> String {
        let ran = self.command("fail2ban-client").args(words).output().unwrap();
        assert!(ran.status.success(), "{words:?}: {ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn log(&self) -> PathBuf {
        self.path("packets.log")
    }

    /// Writes lines as if these had just come.
    pub fn append(&self, made: &[Made]) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let mut time = Line::new();
        Rfc3339::default().write_micros(&mut time, Time::from_nanos(now.as_nanos() as i64));
        let time = String::from_utf8(time.into_bytes()).unwrap();
        let mut log = OpenOptions::new().create(true).append(true).open(self.log()).unwrap();
        for made in made {
            writeln!(log, "{}", made.text().replace(MADE_TIME, &time)).unwrap();
        }
    }

    /// What it logged.
    pub fn said(&self) -> String {
        fs::read_to_string(self.path("said")).unwrap_or_default()
    }

    /// Lines that a jail's filter took so far.
    pub fn found(&self, jail: &str) -> usize {
        let words = format!("[{jail}] Found ");
        self.said().lines().filter(|line| line.contains(&words)).count()
    }

    /// Waits until so many were found.
    #[track_caller]
    pub fn wait_for(&self, found: &BTreeMap<&str, usize>) {
        for (jail, count) in found {
            let said = || format!("{jail}: {} of {count}", self.found(jail));
            until("it read all of them", &said, || self.found(jail) >= *count);
        }
    }

    /// Who was banned by which jail, each once.
    pub fn bans(&self) -> BTreeSet<(String, String)> {
        let text = fs::read_to_string(self.path("bans")).unwrap_or_default();
        let bans: Vec<_> = text.lines().map(|line| line.split_once(' ').unwrap()).collect();
        let set: BTreeSet<_> =
            bans.iter().map(|(jail, ip)| ((*jail).to_string(), (*ip).to_string())).collect();
        assert_eq!(set.len(), bans.len(), "{bans:?}");
        set
    }

    /// It bans these, and after it came to rest nobody else.
    #[track_caller]
    pub fn banned_are(&mut self, planted: &BTreeSet<(String, String)>) {
        let said = || {
            let said = self.said();
            let said = said.lines().filter(|line| !line.contains("] Found "));
            format!("{:?}; {}", self.bans(), said.collect::<Vec<_>>().join("\n"))
        };
        until("all are banned", &said, || self.bans().len() >= planted.len());
        self.client(&["stop"]);
        self.running.take().unwrap().ended();
        assert_eq!(self.bans(), *planted);
        let said = self.said();
        let wrong: Vec<_> = said.lines().filter(|line| line.contains("ERROR")).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

pub const MADE_TIME: &str = "2026-11-20T13:05:02.123456Z";

/// A line of either format.
pub struct Made {
    pub proto: &'static str,
    pub src: (&'static str, Option<u16>),
    /// Before the translation, where there was one.
    pub dst: (&'static str, Option<u16>),
    pub nat_dst: Option<(&'static str, u16)>,
    pub action: &'static str,
    pub direction: &'static str,
    pub anchor: Option<&'static str>,
    pub reason: &'static str,
    pub flags: Option<&'static str>,
}

pub const MADE: Made = Made {
    proto: "tcp",
    src: ("192.0.2.1", Some(41_854)),
    dst: ("198.51.100.7", Some(22)),
    nat_dst: None,
    action: "block",
    direction: "in",
    anchor: None,
    reason: "match",
    flags: Some("S"),
};

pub const PASSED: Made = Made { action: "pass", ..MADE };

impl Made {
    pub fn text(&self) -> String {
        let end = |(addr, port): (&str, Option<u16>)| match port {
            Some(port) if addr.contains(':') => format!("{addr}[{port}]"),
            Some(port) => format!("{addr}:{port}"),
            None => addr.to_string(),
        };
        let dst = match self.nat_dst {
            Some((addr, port)) => format!("{} ({})", end((addr, Some(port))), end(self.dst)),
            None => end(self.dst),
        };
        let mut line = format!(
            "{MADE_TIME} packet em0 {} {} -> {dst} {} {} rule 3",
            self.proto,
            end(self.src),
            self.action,
            self.direction
        );
        if let Some(anchor) = self.anchor {
            line += &format!(" anchor {anchor} subrule 0");
        }
        line += &format!(" reason {}", self.reason);
        match self.flags {
            Some("") => line += " flags none",
            Some(flags) => line += &format!(" flags {flags}"),
            None => {}
        }
        line + " length 60"
    }

    pub fn json(&self) -> String {
        let mut line = format!(
            "{{\"time\":\"{MADE_TIME}\",\"event\":\"packet\",\"action\":\"{}\",\"ifname\":\"em0\",\
             \"proto\":\"{}\",\"protonum\":0,\"direction\":\"{}\",\"af\":\"inet\",\"src\":\"{}\"",
            self.action, self.proto, self.direction, self.src.0
        );
        let mut port = |key: &str, port: Option<u16>| {
            if let Some(port) = port {
                line += &format!(",\"{key}\":{port}");
            }
        };
        port("sport", self.src.1);
        line += &format!(",\"dst\":\"{}\"", self.dst.0);
        if let Some(port) = self.dst.1 {
            line += &format!(",\"dport\":{port}");
        }
        line += &format!(",\"translated\":{}", self.nat_dst.is_some());
        if let Some((addr, port)) = self.nat_dst {
            line += &format!(",\"nat_dst\":\"{addr}\",\"nat_dport\":{port}");
        }
        line += ",\"rule\":3";
        if let Some(anchor) = self.anchor {
            line += &format!(",\"ruleset\":{}", Value::from(anchor));
        }
        line += &format!(",\"reason\":\"{}\"", self.reason);
        if let Some(flags) = self.flags {
            line += &format!(",\"tcp_flags\":\"{flags}\"");
        }
        line + ",\"length\":60}"
    }
}
