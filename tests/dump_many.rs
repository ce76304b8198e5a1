//! A dump of many states, as an admin takes one to another machine: written, converted to text by the program, an
//! interface renamed with sed, checked, restored into a kernel, compared. `cargo bench --bench dump` does it with
//! a million.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;
#[path = "../benches/many/mod.rs"]
mod many;

use std::fs;
use std::process::Command;

use common_cli::*;
use many::{captures, inserted, restored, same};
use pfstatelog::dump::{self, Format, file};
use pfstatelog::pf::Kernel;

const STATES: usize = 20_000;

fn done(args: &[&str]) -> Ended {
    let ended = run(args);
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), ""), "{args:?}: {}", ended.err);
    ended
}

#[test]
fn many_states_come_through_sed_with_one_interface_renamed() {
    let records = inserted(&captures().unwrap()).unwrap();
    assert!(records.len() > 50, "{} states", records.len());
    let table = many::many(&records, STATES).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| dir.path().join(name);
    let (binary, text, json) = (file("a.pfs"), file("a.txt"), file("a.json"));
    file::write(&binary, |out| dump::write(&table, Format::Binary, out)).unwrap();
    // What nothing was done to is the same to the byte.
    for to in [&text, &json] {
        done(&["convert", utf8(&binary), utf8(to)]);
        done(&["convert", utf8(to), utf8(&file("again.pfs"))]);
        assert_eq!(fs::read(&binary).unwrap(), fs::read(file("again.pfs")).unwrap());
    }
    let edits =
        [(&text, "s/ ifname=em0 / ifname=vio0 /"), (&json, r#"s/"ifname":"em0"/"ifname":"vio0"/"#)];
    for (edited, rename) in edits {
        let sed = Command::new("sed").args(["-i", rename]).arg(edited).status();
        assert!(sed.unwrap().success());
        let sound = done(&["restore", "--dry-run", utf8(edited)]);
        let expected = format!("{STATES} of {STATES} states are sound for openbsd-7.9");
        assert!(sound.err.contains(&expected), "{sound:?}");
        let mut kernel = restored(edited, STATES).unwrap();
        let renamed = same(&table, &kernel.snapshot().unwrap()).unwrap();
        assert!(renamed > STATES / 10, "{renamed}");
    }
    // What is missing is seen, and what is another.
    same(&table, &[]).unwrap_err();
    let mut another = table.as_bytes().to_vec();
    another[264 * 100 + 200] ^= 1;
    same(&table, &another).unwrap_err();
}
