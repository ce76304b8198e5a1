//! The generated layouts against what is recorded of them: `headers/layout.golden`, and the facts
//! in `../shared/spec/layouts.json` where that file is present.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pfstatelog::abi::{Release, SNAPSHOTS, Snapshot};
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// snapshot -> struct.field offset size, and snapshot -> constant value.
fn recorded() -> String {
    let mut text = String::from(
        "# snapshot struct.field offset size, and snapshot constant value; made by\n\
         # UPDATE_GOLDEN=1 cargo test --test layout\n",
    );
    for snapshot in SNAPSHOTS {
        for field in snapshot.fields {
            writeln!(text, "{} {} {} {}", snapshot.name, field.name, field.offset, field.size)
                .unwrap();
        }
        for (name, value) in snapshot.constants {
            writeln!(text, "{} {name} {value}", snapshot.name).unwrap();
        }
    }
    text
}

#[test]
fn layouts_are_as_recorded() {
    let golden = root().join("headers/layout.golden");
    let now = recorded();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, now).unwrap();
        return;
    }
    let then = std::fs::read_to_string(&golden).expect("headers/layout.golden");
    for (at, (then, now)) in then.lines().zip(now.lines()).enumerate() {
        assert_eq!(then, now, "headers/layout.golden:{}: UPDATE_GOLDEN=1 if meant", at + 1);
    }
    assert_eq!(then.lines().count(), now.lines().count(), "UPDATE_GOLDEN=1 if meant");
}

#[test]
fn every_snapshot_serves_a_release_and_has_a_folder() {
    for snapshot in SNAPSHOTS {
        assert!(Release::ALL.iter().any(|r| r.snapshot() == snapshot.name), "{}", snapshot.name);
        for file in ["if_pfsync.h", "pfvar.h", "if_pflog.h"] {
            assert!(root().join("headers").join(snapshot.name).join(file).is_file());
        }
    }
    assert_eq!(Release::NEWEST.name(), "openbsd-7.9");
    let of = |version| Release::ALL.iter().filter(|r| r.version() == version).count();
    assert_eq!((of(6), of(5)), (33, 32));
    assert!(of(2) > 0 && of(3) > 0 && of(4) > 0);
}

/// The code reads most constants by their newest values; what has another value somewhere must be
/// known here, and must be read through the layout or not at all.
#[test]
fn constants_that_changed_their_value_are_known() {
    let mut values: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (name, value) in SNAPSHOTS.iter().flat_map(|s| s.constants) {
        let seen = values.entry(name).or_default();
        if !seen.contains(value) {
            seen.push(*value);
        }
    }
    let changed: Vec<_> = values.iter().filter(|(_, v)| v.len() > 1).map(|(n, _)| *n).collect();
    let expected = [
        "PFRES_MAX",        // a count, not read
        "PFSTATE_NOSYNC",   // of 4.4, where it is no flag of a state
        "PFSYNC_ACT_BUS",   // all actions are read through Dialect::ACTIONS
        "PFSYNC_ACT_DEL",   // likewise
        "PFSYNC_ACT_DEL_C", // likewise
        "PFSYNC_ACT_DEL_F", // likewise
        "PFSYNC_ACT_INS",   // likewise
        "PFSYNC_ACT_INS_F", // likewise
        "PFSYNC_ACT_MAX",   // a count, not read
        "PFSYNC_ACT_TDB",   // likewise an action
        "PFSYNC_ACT_UPD",   // likewise
        "PFSYNC_VERSION",   // read through Dialect::VERSION
        "PFTM_MAX",         // a count, not read
        "PFTM_PURGE",       // never on the wire
        "PFTM_UNLINKED",    // never on the wire
        "PF_AFRT",          // an action of rules, not of states
        "PF_DUPTO",         // read through StateRecord::ROUTE_TO
        "PF_REPLYTO",       // likewise
        "PF_ROUTETO",       // likewise
    ];
    assert_eq!(changed, expected);
}

/// `(first, last)` of a row of layouts.json as numbers that compare: 4.7 -> 47.
fn span(row: &Value) -> (u32, u32) {
    let number = |key: &str| release_number(row[key].as_str().unwrap());
    (number("first"), number("last"))
}

fn release_number(release: &str) -> u32 {
    release.replace('.', "").parse().unwrap()
}

fn row_for(rows: &Value, release: u32) -> Option<&Value> {
    rows.as_array()?.iter().find(|row| {
        let (first, last) = span(row);
        (first..=last).contains(&release)
    })
}

#[test]
fn layouts_are_those_of_the_facts() {
    let file: PathBuf = root().join("../shared/spec/layouts.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: no ../shared/spec/layouts.json");
        return;
    };
    let facts: Value = serde_json::from_str(&text).unwrap();
    let (mut fields, mut constants) = (0, 0);
    // The facts begin with 4.4; what went before they have in prose.
    for release in Release::ALL.iter().filter(|release| **release >= Release::OpenBsd4_4) {
        let number = release_number(release.name().strip_prefix("openbsd-").unwrap());
        let snapshot = SNAPSHOTS.iter().find(|s| s.name == release.snapshot()).unwrap();
        fields += compare_structs(&facts["openbsd"], release.name(), number, snapshot);
        constants += compare_constants(&facts["openbsd"], release.name(), number, snapshot);
    }
    assert!(fields > 36 * 80 && constants > 36 * 60, "{fields} fields, {constants} constants");
    // Of FreeBSD they have these releases.
    for (name, theirs) in
        [("freebsd-9.0", "10.4"), ("freebsd-12.1", "12.1"), ("freebsd-15.0", "15.x")]
    {
        let snapshot = SNAPSHOTS.iter().find(|s| s.name == name).unwrap();
        let facts = with_spans(&facts["freebsd"][theirs]);
        let fields = compare_structs(&facts, name, 0, snapshot);
        let constants = compare_constants(&facts, name, 0, snapshot);
        assert!(fields > 70 && constants > 60, "{name}: {fields} fields, {constants} constants");
    }
}

/// Facts of one release in the shape of those of many.
fn with_spans(facts: &Value) -> Value {
    let of = |kind: &str, name: &str| {
        let rows = facts[kind].as_object().unwrap().iter();
        let rows = rows.map(|(key, value)| {
            let row = serde_json::json!([{ "first": "0", "last": "0", name: value }]);
            (key.clone(), row)
        });
        Value::Object(rows.collect())
    };
    serde_json::json!({
        "structs": of("structs", "layout"),
        "constants": of("constants", "value"),
        "enums": of("enums", "value"),
    })
}

fn compare_structs(facts: &Value, release: &str, number: u32, snapshot: &Snapshot) -> usize {
    let mut structs: Vec<&str> =
        snapshot.fields.iter().map(|f| f.name.split_once('.').unwrap().0).collect();
    structs.dedup();
    let mut compared = 0;
    for name in structs {
        // These stand inside others, which are compared; the facts do not name them.
        if ["pfsync_state_del_peer", "pf_state_peer_export", "pf_state_scrub_export"]
            .contains(&name)
        {
            continue;
        }
        let layout = &row_for(&facts["structs"][name], number)
            .unwrap_or_else(|| panic!("{release}: no facts of {name}"))["layout"];
        let ours: Vec<_> = snapshot
            .fields
            .iter()
            .filter(|f| f.name.split_once('.').unwrap().0 == name)
            .map(|f| (f.name.split_once('.').unwrap().1, f.offset as u64, f.size as u64))
            .collect();
        let theirs: Vec<_> = layout["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| {
                let of = |key: &str| f[key].as_u64().unwrap();
                (f["name"].as_str().unwrap(), of("offset"), of("size"))
            })
            .collect();
        assert_eq!(ours, theirs, "{release}: {name}");
        let size =
            snapshot.fields.iter().find(|f| f.name.starts_with(&format!("{name}."))).unwrap();
        assert_eq!(size.struct_size as u64, layout["size"].as_u64().unwrap(), "{release}: {name}");
        compared += ours.len();
    }
    compared
}

fn compare_constants(facts: &Value, release: &str, number: u32, snapshot: &Snapshot) -> usize {
    let mut compared = 0;
    for (name, value) in snapshot.constants {
        let known = &facts["constants"][name];
        let known = if known.is_null() { &facts["enums"][name] } else { known };
        if known.is_null() {
            continue; // base.h's, and the key indices, which the facts have in prose
        }
        let theirs = row_for(known, number)
            .unwrap_or_else(|| panic!("{release}: the facts have no {name}"))["value"]
            .clone();
        let theirs = match &theirs {
            Value::Number(n) => n.as_u64(),
            Value::String(s) => match s.strip_prefix("0x") {
                Some(hex) => u64::from_str_radix(hex, 16).ok(),
                None => s.parse().ok(),
            },
            _ => None,
        };
        // What is an expression in the facts (PF_TCPS_PROXY_SRC) is not compared.
        if let Some(theirs) = theirs {
            assert_eq!(u64::from(*value), theirs, "{release}: {name}");
            compared += 1;
        }
    }
    compared
}
