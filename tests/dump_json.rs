//! States as JSON that was made or edited by other programs: each kind of mistake is told with its place, and
//! what those programs do to JSON without meaning anything by it changes nothing.

#![forbid(unsafe_code)]

use pfstatelog::dump::source::{self, Options, SourceError};
use pfstatelog::pf::StateTable;

const HEADER: &str =
    r#"{"format":"pfstatelog-states","version":1,"release":"openbsd-7.9","record":264}"#;
const STATE: &str = r#"{"id":"5f3a1b2c00000001","creatorid":"8a7b6c5d","ifname":"em0","direction":"out","proto":"tcp","af":"inet","wire.addr0":"198.51.100.9","wire.port0":443,"wire.addr1":"203.0.113.7","wire.port1":60211,"stack.addr0":"198.51.100.9","stack.port0":443,"stack.addr1":"192.168.1.10","stack.port1":51234,"src.state":"ESTABLISHED","dst.state":"ESTABLISHED","timeout":"tcp.established","expire":86400}"#;
const END: &str = r#"{"end":true}"#;

fn read(text: &str) -> Result<StateTable, SourceError> {
    let options = Options { strict: true, ..Options::default() };
    let reader = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    source::read(reader, "hand", &options).map(|opened| opened.table)
}

/// A file with one state, `from` in it made `to`.
fn with(from: &str, to: &str) -> String {
    let state = STATE.replace(from, to);
    assert_ne!(state, STATE, "{from}");
    format!("{HEADER}\n{state}\n{END}\n")
}

/// What is changed, and what has to be said: where in what it is changed to, what is expected.
const IN_STATES: &[(&str, &str, &str, &str)] = &[
    (r#""id":"5f3a1b2c00000001""#, r#""id":5"#, "5", "16 hex digits is expected for id"),
    (r#""ifname":"em0""#, r#""ifname":"a-name-that-is-too-long""#, "\"a-", "at most 16 bytes"),
    (r#""ifname":"em0""#, r#""ifname":"""#, "\"\"", "name of an interface"),
    (r#""ifname":"em0""#, r#""ifname":"\\xg0""#, "\"\\", "two hex digits"),
    (r#""ifname":"em0""#, r#""ifname":"em0"#, "\"em0", "no JSON object"),
    (r#""ifname":"em0""#, r#""ifname":"\ud800""#, "\"\\ud", "hex escape"),
    (r#""ifname":"em0""#, r#""ifname":null"#, "null", "a string or a number"),
    (r#""ifname":"em0""#, r#""ifname":["em0"]"#, "[", "a string or a number"),
    (r#""wire.port0":443"#, r#""wire.port0":65536"#, "65536", "up to 65535"),
    (r#""wire.port0":443"#, r#""wire.port0":443.0"#, "443.0", "up to 65535"),
    (r#""wire.port0":443"#, r#""wire.port0":4.43e2"#, "4.43e2", "up to 65535"),
    (r#""wire.port0":443"#, r#""wire.port0":-1"#, "-1", "up to 65535"),
    (r#""wire.port0":443"#, r#""wire.port0":true"#, "true", "a string or a number"),
    (r#""wire.port0":443"#, r#""wire.port0":"#, ",", "no JSON object"),
    (r#""wire.addr0":"198.51.100.9""#, r#""wire.addr0":"::1""#, "\"::1", "family is inet"),
    (r#""proto":"tcp""#, r#""proto":"tpc""#, "\"tpc", "protocol by its name"),
    (r#""src.state":"ESTABLISHED""#, r#""src.state":13"#, "13", "up to 12"),
    (r#""expire":86400"#, r#""expires":86400"#, "\"expires", "states of openbsd-7.9 have"),
    (r#""expire":86400"#, r#""expire":86400,"expire":1"#, "\"expire\":1", "is said twice"),
    (r#""expire":86400"#, r#""expire":86400,"end":1"#, "\"end", "a field is expected"),
    (r#""expire":86400"#, r#""rule":"no""#, "\"no", "none, or a number"),
    (r#""id""#, r#""Id""#, "\"Id", "a field is expected"),
];

#[test]
fn mistakes_in_states_are_told_with_their_place() {
    for (from, to, word, expected) in IN_STATES {
        let text = with(from, to);
        let line = text.lines().nth(1).unwrap();
        // The last of it: a value rather than a name.
        let at = line.find(to).unwrap() + to.rfind(word).unwrap_or(to.len());
        let told = read(&text).err().unwrap_or_else(|| panic!("{to} is taken")).to_string();
        assert!(told.contains(expected), "{to}: {told}");
        // What is no JSON may be seen a little later.
        if !expected.starts_with("no JSON") {
            assert!(told.starts_with(&format!("2:{}: ", at + 1)), "{to}: {told} at {at}");
        } else {
            assert!(told.starts_with("2:"), "{to}: {told}");
        }
    }
}

#[test]
fn each_field_that_makes_a_state_is_missed() {
    let fields: Vec<&str> = STATE.trim_matches(['{', '}']).split(',').collect();
    for field in fields.iter().filter(|field| !field.starts_with("\"expire")) {
        let (name, _) = field.split_once(':').unwrap();
        let others: Vec<&str> = fields.iter().filter(|other| *other != field).copied().collect();
        let text = format!("{HEADER}\n{{{}}}\n{END}\n", others.join(","));
        let told = read(&text).unwrap_err().to_string();
        let expected = format!("2:1: this state has no {}, ", name.trim_matches('"'));
        assert!(told.starts_with(&expected), "{told}");
    }
}

#[test]
fn mistakes_in_the_frame_of_a_file_are_told_with_their_place() {
    let cases = [
        ("{\"time\":1}".to_string(), "1:1: {\"format\":\"pfstatelog-states\""),
        (format!("[{HEADER},{STATE},{END}]"), "a JSON array: objects one behind the other"),
        (
            HEADER.replace("\"version\"", "\"format\":\"pfstatelog-states\",\"version\""),
            "1:31: 'format' is said twice",
        ),
        (format!("{STATE}\n{END}\n"), "1:1: {\"format\":\"pfstatelog-states\""),
        ("{".to_string(), "1:1: no JSON object: EOF"),
        (format!("{HEADER}\n{STATE}\n"), "3:1: {\"end\":true} is expected last"),
        (format!("{HEADER}\n{END}\n{STATE}\n"), "3:1: nothing is expected behind"),
        (format!("{HEADER}\n{{\"end\":false}}\n"), "2:1: {\"end\":true} is expected"),
        (format!("{HEADER}\n{STATE}{STATE}\n{END}\n"), "2:390: no JSON object: trailing"),
        (format!("{HEADER}\n[1]\n{END}\n"), "2:1: no JSON object: invalid type: sequence"),
        (HEADER.replace(":1,", ":2,"), "1:41: '2': version 1"),
        (HEADER.replace("\"version\":1,", ""), "1:1: 'pfstatelog-states' has no version,"),
        (HEADER.replace("7.9", "9.9"), "1:53: 'openbsd-9.9': a release such as"),
        (HEADER.replace("264", "240"), "1:76: openbsd-7.9 has no states of 240 bytes"),
        (HEADER.replace("\"record\"", "\"count\""), "1:67: 'count': version, release"),
        (
            format!("{HEADER}\n{STATE}\n{STATE}\n{END}\n"),
            "3:1: state 5f3a1b2c00000001 of creator 8a7b6c5d stands on line 2 already",
        ),
        (
            format!("{HEADER}\n{{\"a\":\"{}\"}}\n{END}\n", "x".repeat(70_000)),
            "2:1: an object of more than 65536 bytes",
        ),
    ];
    for (text, expected) in cases {
        let told = read(&text).err().unwrap_or_else(|| panic!("{expected}: it is taken"));
        assert!(told.to_string().starts_with(expected), "{expected}: {told}");
    }
    // A mistake is one of its object alone.
    let text = format!("{HEADER}\n{{\"id\":1\n{STATE}\n{{\"id\":\n{END}\n{END}\n");
    let Err(SourceError::Mistakes(mistakes, _)) = read(&text) else { panic!() };
    let lines: Vec<u64> = mistakes.iter().map(|mistake| mistake.line).collect();
    assert_eq!(lines, [2, 4, 6], "{mistakes:?}");
}

/// Names in any order, escapes, lines broken and sorted as jq does without -c, numbers as strings.
#[test]
fn json_is_free_in_its_form() {
    let plain = read(&format!("{HEADER}\n{STATE}\n{END}\n")).unwrap();
    assert_eq!(plain.len(), 1);
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(STATE).unwrap();
    let pretty = serde_json::to_string_pretty(&object).unwrap();
    let other = STATE
        .replace("443", "\"443\"")
        .replace("60211", "\"0xeb33\"")
        .replace("\"em0\"", "\"\\u0065m\\\\x30\"")
        .replace("\"id\"", " \"\\u0069d\" ");
    for state in [pretty, other] {
        for end in ["\n", "\r\n", "\n\n  \n"] {
            let header = HEADER.replace(',', &format!(",{end}"));
            let text = format!("{header}{end}{}{end}{END}{end}", state.replace('\n', end));
            assert_eq!(read(&text).unwrap_or_else(|e| panic!("{text}: {e}")), plain);
        }
    }
    // What is no byte of a bare name is one of a name in JSON.
    let named = |name: &str| {
        let table = read(&with("\"em0\"", name)).unwrap();
        table.states().next().unwrap().ifname.as_bytes().to_vec()
    };
    assert_eq!(named(r##""a b#\"c\\\\""##), b"a b#\"c\\");
    assert_eq!(named("\"\u{e9}\""), "\u{e9}".as_bytes());
}

/// Where other programs have numbers as floating point, a counter is a string.
#[test]
fn no_number_is_rounded() {
    use pfstatelog::dump::{Format, write};
    for (counter, is_string) in [(1u64 << 53, false), ((1 << 53) + 1, true), (u64::MAX, true)] {
        let table = read(&with("\"expire\"", &format!("\"bytes0\":{counter},\"expire\""))).unwrap();
        assert_eq!(table.states().next().unwrap().bytes[0], counter);
        let mut json = Vec::new();
        write(&table, Format::Json, &mut json).unwrap();
        let line = String::from_utf8(json).unwrap().lines().nth(1).unwrap().to_string();
        let state: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(state["bytes0"].is_string(), is_string, "{line}");
    }
}
