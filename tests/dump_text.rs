//! Text that was made or edited by hand: each kind of mistake is told with its place and what is
//! expected there, and then nothing is restored.

#![forbid(unsafe_code)]

use pfstatelog::dump::source::{self, Options, SourceError};

const HEADER: &str = "pfstatelog-states version=1 release=openbsd-7.9 record=264";
const STATE: &str = "state id=5f3a1b2c00000001 creatorid=8a7b6c5d ifname=em0 direction=out proto=tcp \
    af=inet wire.addr0=198.51.100.9 wire.port0=443 wire.addr1=203.0.113.7 wire.port1=60211 \
    stack.addr0=198.51.100.9 stack.port0=443 stack.addr1=192.168.1.10 stack.port1=51234 \
    src.state=ESTABLISHED dst.state=ESTABLISHED timeout=tcp.established expire=86400";

fn read(text: &str) -> Result<source::Opened, SourceError> {
    let options = Options { strict: true, ..Options::default() };
    source::read(Box::new(std::io::Cursor::new(text.as_bytes().to_vec())), "hand", &options)
}

/// A file with one state, `from` in it made `to`.
fn with(from: &str, to: &str) -> String {
    let state = STATE.replace(from, to);
    assert_ne!(state, STATE, "{from}");
    format!("{HEADER}\n{state}\nend\n")
}

/// What is changed, and what has to be said: line, the word where it is, what is expected.
const IN_STATES: &[(&str, &str, &str, &str)] = &[
    ("id=5f3a1b2c00000001", "id=5f3a1b2c0000000g", "5f3a1b2c0000000g", "16 hex digits"),
    ("id=5f3a1b2c00000001", "id=5f3a1b2c1", "5f3a1b2c1", "16 hex digits"),
    ("id=5f3a1b2c00000001", "id=0000000000000000", "0000000000000000", "not 0"),
    ("creatorid=8a7b6c5d", "creatorid=0x8a7b6c5d0", "0x8a7b6c5d0", "8 hex digits"),
    ("ifname=em0", "ifname=\"\"", "\"\"", "name of an interface"),
    ("ifname=em0", "ifname=a-name-that-is-too-long", "a-name", "at most 16 bytes"),
    ("ifname=em0", "ifname=\"em0", "\"em0", "\" is expected"),
    ("ifname=em0", "ifname=\"em\\q\"", "\"em\\q", "\\x and two hex digits"),
    ("ifname=em0", "ifname=\"em\\xfz\"", "\"em\\xfz", "two hex digits"),
    ("ifname=em0", "ifname=em\u{e9}", "em\u{e9}", "visible ASCII"),
    ("direction=out", "direction=outward", "outward", "in, out"),
    ("direction=out", "direction=0", "0", "in or out"),
    ("proto=tcp", "proto=tpc", "tpc", "protocol by its name"),
    ("proto=tcp", "proto=256", "256", "up to 255"),
    ("af=inet ", "af=inet4 ", "inet4", "inet, inet6"),
    ("af=inet ", "af=inet6 wire.af=inet stack.af=inet ", "inet6", "wire.af says"),
    ("af=inet ", "af=99 ", "99", "0x and 32 hex digits"),
    ("wire.addr0=198.51.100.9", "wire.addr0=198.51.100.999", "198.51.100.999", "IPv4 address"),
    ("wire.addr0=198.51.100.9", "wire.addr0=2001:db8::1", "2001:db8::1", "family is inet"),
    ("wire.addr0=198.51.100.9", "wire.addr0=0xc6336409", "0xc6336409", "32 hex digits"),
    ("wire.port0=443", "wire.port0=https", "https", "up to 65535"),
    ("wire.port0=443", "wire.port0=65536", "65536", "up to 65535"),
    ("wire.port0=443", "wire.port0=-1", "-1", "up to 65535"),
    ("wire.port0=443", "wire.port0=", "", "up to 65535"),
    ("src.state=ESTABLISHED", "src.state=ESTABLISHT", "ESTABLISHT", "SYN_SENT"),
    ("src.state=ESTABLISHED", "src.state=MULTIPLE", "MULTIPLE", "PROXY:SRC"),
    ("src.state=ESTABLISHED", "src.state=13", "13", "up to 12"),
    ("timeout=tcp.established", "timeout=established", "established", "tcp.established"),
    ("timeout=tcp.established", "timeout=sctp.first", "sctp.first", "tcp.established"),
    ("timeout=tcp.established", "timeout=20", "20", "timeout class"),
    ("timeout=tcp.established", "timeout=23", "23", "timeout class"),
    ("expire=86400", "expire=1d", "1d", "up to 4294967295"),
    ("expire=86400", "expires=86400", "expires=", "states of openbsd-7.9 have"),
    ("expire=86400", "expire=86400 expire=1", "expire=1", "twice"),
    ("expire=86400", "expire 86400", "expire 8", "NAME=VALUE"),
    ("expire=86400", "rule=no", "no", "none, or a number"),
    ("expire=86400", "rtableid0=-2147483649", "-2147483649", "-2147483648 to 2147483647"),
    ("expire=86400", "state_flags=no-df,slopy", "no-df,slopy", "sloppy"),
    ("expire=86400", "rt=route-two", "route-two", "route-to"),
    ("expire=86400", "src.pad=0x00", "0x00", "12 hex digits"),
    ("expire=86400", "min_ttl=0x100", "0x100", "up to 255"),
];

#[test]
fn mistakes_in_states_are_told_with_their_place() {
    for (from, to, word, expected) in IN_STATES {
        let text = with(from, to);
        let line = text.lines().nth(1).unwrap();
        // Where the change begins, and the word in it.
        let changed = line.find(&format!(" {to}")).unwrap() + 1;
        let column = match word.is_empty() {
            true => changed + to.len(),
            false => changed + line[changed..].find(word).unwrap(),
        } + 1;
        let Err(SourceError::Mistakes(mistakes, _)) = read(&text) else { panic!("{to} is taken") };
        let told = mistakes[0].to_string();
        // A family that has no name is told where the first address is.
        let place = if *to == "af=99 " { "2:".into() } else { format!("2:{column}:") };
        assert!(told.starts_with(&place), "{to}: {told} at {column}");
        assert!(told.contains(expected), "{to}: {told}");
        assert!(told.is_ascii() && !told.contains('\n'), "{told}");
    }
    assert!(IN_STATES.len() >= 30);
}

#[test]
fn each_field_that_makes_a_state_is_missed() {
    let fields: Vec<&str> = STATE.split(' ').skip(1).filter(|f| !f.starts_with("expire")).collect();
    for field in &fields {
        let Err(SourceError::Mistakes(mistakes, _)) = read(&with(&format!(" {field}"), "")) else {
            panic!("{field}")
        };
        let (name, _) = field.split_once('=').unwrap();
        assert!(mistakes[0].to_string().contains(&format!("no {name},")), "{mistakes:?}");
    }
    assert_eq!(fields.len(), 17);
}

#[test]
fn mistakes_in_the_frame_of_a_file_are_told_with_their_place() {
    let state = STATE;
    let cases = [
        ("".to_string(), "no dump"),
        ("# nothing\n".to_string(), "2:1: 'pfstatelog-states version=1"),
        (format!("{state}\nend\n"), "1:1: 'state': 'pfstatelog-states"),
        (format!("{HEADER}\n{state}\n"), "3:1: the last line 'end' is expected"),
        (format!("{HEADER}\nend\n{state}\n"), "3:1: 'state': nothing is expected behind"),
        (format!("{HEADER}\nend of it\n"), "2:5: nothing is expected behind 'end'"),
        (format!("{HEADER}\n{HEADER}\nend\n"), "2:1: 'pfstatelog-states': 'state' or 'end'"),
        (format!("{HEADER}\nstat id=1\nend\n"), "2:1: 'stat': 'state' or 'end' is expected"),
        (HEADER.replace("version=1", "version=2"), "1:27: '2': version 1"),
        (HEADER.replace("version=1 ", ""), "1:1: 'pfstatelog-states' has no version,"),
        (HEADER.replace("openbsd-7.9", "openbsd-9.9"), "1:37: 'openbsd-9.9': a release such as"),
        (
            HEADER.replace("record=264", "record=240"),
            "1:56: openbsd-7.9 has no states of 240 bytes",
        ),
        (
            HEADER.replace("record=264", "count=2"),
            "1:49: 'count': version, release, record or time",
        ),
        (
            format!("{HEADER} time=yesterday"),
            "1:65: 'yesterday': a time such as 2026-11-20T13:05:02Z",
        ),
        (
            format!("{HEADER}\n{state}\n{state}\nend\n"),
            "3:1: state 5f3a1b2c00000001 of creator 8a7b6c5d stands on line 2 already",
        ),
        (
            format!("{HEADER}\n{}\nend\n", "x".repeat(70_000)),
            "2:1: a line of more than 65536 bytes",
        ),
    ];
    for (text, expected) in cases {
        let told = read(&text).err().unwrap_or_else(|| panic!("{expected}: it is taken"));
        assert!(told.to_string().starts_with(expected), "{expected}: {told}");
    }
}

/// Several are told at once, in the order of the file, and no more than twenty.
#[test]
fn all_mistakes_of_a_file_are_told_together() {
    let text = format!(
        "{HEADER}\n{}\n{STATE}\n{}\nend\n",
        STATE.replace("tcp ", "tpc "),
        STATE.replace("443", "x")
    );
    let Err(SourceError::Mistakes(mistakes, _)) = read(&text) else { panic!() };
    let lines: Vec<u64> = mistakes.iter().map(|mistake| mistake.line).collect();
    assert_eq!(lines, [2, 4]);
    let text = format!("{HEADER}\n{}end\n", "state x\n".repeat(50));
    let Err(SourceError::Mistakes(mistakes, more)) = read(&text) else { panic!() };
    assert_eq!((mistakes.len(), more), (20, 30));
}
