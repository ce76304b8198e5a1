//! Configuration files that are wrong: each is told of in one line, with the place and what to do.

#![cfg(feature = "cli")]
#![forbid(unsafe_code)]

mod common_cli;

use std::fs;

use common_cli::*;

/// A file, and what is said of it behind its name.
const BROKEN: &[(&str, &str)] = &[
    // No TOML.
    ("nat", "1:4: key with no value, expected `=`"),
    ("nat = tru", "1:7: invalid boolean, expected `true`"),
    ("interface = \"pfsync0", "1:21: invalid basic string, expected `\"`"),
    ("nat = true\nstats = true\nnat = false", "3:1: duplicate key"),
    ("é = 1", "1:1: invalid unquoted key, expected letters, numbers, `-`, `_`"),
    // No option.
    ("evnts = 'all'", "1:1: no option is called \"evnts\": did you mean \"events\"?"),
    (
        "\n\n  max_states = 5",
        "3:3: no option is called \"max_states\": did you mean \"max-states\"?",
    ),
    ("x = 1", "1:1: no option is called \"x\": see --help"),
    ("[filter]\nnat = true", "1:2: no option is called \"filter\": options stand in no table"),
    ("config = 'other.toml'", "1:1: --config is for the command line alone"),
    ("help = true", "1:1: --help is for the command line alone"),
    // Another type.
    ("nat = 1", "1:7: nat: true or false is expected, not a number"),
    ("nat = 'yes'", "1:7: nat: true or false is expected, not a string"),
    ("verbose = true", "1:11: verbose: a number is expected, not true or false"),
    ("verbose = 256", "1:11: verbose: a number from 0 to 255 is expected"),
    ("jobs = 1.5", "1:8: jobs: a string or a number is expected, not a number with a fraction"),
    ("format = {a = 1}", "1:10: format: a string is expected, not a table"),
    ("format = ['text']", "1:10: format: a string is expected, not an array"),
    ("read = [['a']]", "1:9: read: a string is expected, not an array"),
    ("read = 5", "1:8: read: a string is expected, not a number"),
    ("proto = 1979-05-27", "1:9: proto: a string or a number is expected, not a date"),
    ("[port]\nfirst = 1", "1:1: port: an array is expected, not a table"),
    // Another value.
    ("jobs = 0", "1:8: jobs: \"0\": a number from 1 to 256 is needed"),
    ("count = -1", "1:9: count: \"-1\": a number of events is needed"),
    ("buffer = '5T'", "1:10: buffer: \"5T\": a number of bytes is needed, as 512K or 64M"),
    (
        "max-states = 0xfffffffff",
        "1:14: max-states: \"68719476735\": a number from 1 to 4294967295 \
      is needed",
    ),
    ("jobs = 0xfffffffffffffffff", "1:8: jobs: this number is too large"),
    ("interface = ''", "1:13: interface: \"\": a name is needed"),
    ("read = ''", "1:8: read: \"\": a value is needed"),
    (
        "format = 'xml'",
        "1:10: format: no format is called \"xml\"; there is text json ecs, and the \
      views pfctl tcpdump",
    ),
    (
        "events = ['start',\n  'stop']",
        "2:3: events: no event is called \"stop\": they are all, \
      start, update, end, expire, clear, bulk, request, ack, tdb, gap, packet",
    ),
    (
        "# hosts\nhost = ['192.0.2.1', '192.0.2/24']",
        "2:22: host: \"192.0.2/24\" is no address: IPv4 \
      or IPv6 is needed, as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32",
    ),
    (
        "port = [80, 70000]",
        "1:13: port: \"70000\" is no port: a number from 0 to 65535 or a range \
      as 1024-2047",
    ),
    (
        "mode = 640",
        "1:8: mode: a string as \"0640\", or a number as 0o640, is expected, not a number",
    ),
    ("mode = 0o1777", "1:8: mode: \"1777\": an octal number up to 0777 is needed, as 0640"),
    (
        "quiet-warn = '1d'",
        "1:14: quiet-warn: \"1d\": a number of seconds is needed, also as 10m or 1h",
    ),
    (
        "metrics = 'pf.prom'",
        "1:11: metrics: \"pf.prom\": a port (9100, on loopback), an address and a \
      port (192.0.2.1:9100, [::1]:9100) or the path of a file, with a slash in it, is needed",
    ),
    (
        "output = ['sylog']",
        "1:11: output: \"sylog\" is no destination: did you mean \"syslog\"? A file \
      is ./sylog",
    ),
    ("sync = 'sometimes'", "1:8: sync: \"sometimes\": there are always, interval and never"),
    // Not together.
    (
        "interface = 'em0'\nrotate-keep = 5",
        "2:1: --rotate-keep says how many files are kept of those \
      that --rotate-size makes: give that as well",
    ),
    ("read = 'a'\npidfile = '/run/p'", "2:1: pidfile cannot stand beside read, line 1"),
    ("interface = 'em0'\nread = 'a'", "2:1: read cannot stand beside interface, line 1"),
    ("no-table = true\nmax-states = 5", "2:1: max-states cannot stand beside no-table, line 1"),
    ("interface = ['em0', 'em0']", "1:1: interface em0 is named twice"),
    ("interface = 'em0'\njobs = 2", "2:1: --jobs is for captures: it goes with -r, --read"),
    ("read = ['-', '-']", "1:1: standard input can be read once: give -r - once"),
    (
        "read = 'a'\noutput = ['-', 'json=-']",
        "2:1: standard output is written once: give -o - once",
    ),
];

#[test]
fn a_file_that_is_wrong_is_told_of_in_one_line_with_the_place() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pf.toml");
    for (text, said) in BROKEN {
        fs::write(&path, text).unwrap();
        for check in [&["--check"][..], &[]] {
            let ended = run(&[&["-C", utf8(&path)], check].concat());
            assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{text}: {ended:?}");
            assert_eq!(ended.err, format!("pfstatelog: {}:{said}\n", utf8(&path)), "{text}");
        }
    }
}

#[test]
fn a_file_says_what_is_read_and_how_and_the_command_line_wins() {
    let dir = tempfile::tempdir().unwrap();
    let capture = dir.path().join("life.pcap");
    fs::write(&capture, life()).unwrap();
    let config = dir.path().join("pf.toml");
    fs::write(&config, format!("read = {:?}\nevents = ['start', 'ack']", utf8(&capture))).unwrap();
    let kinds_of = |args: &[&str]| {
        let ended = run(&[&["-C", utf8(&config)], args].concat());
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{args:?}");
        kinds(&ended.out).into_iter().map(str::to_string).collect::<Vec<_>>()
    };
    assert_eq!(kinds_of(&[]), ["start", "start", "start", "ack"]);
    assert_eq!(kinds_of(&["-e", "ack"]), ["ack"]);
    assert_eq!(kinds_of(&["-c", "2"]), ["start", "start"]);
}

#[test]
fn what_is_in_force_is_printed_and_can_be_used_again() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("pf.toml");
    let ended = run(&["--check", "-r", "a b.pcap", "-e", "end", "--port", "53,1024-2047"]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    for line in ["read = [\"a b.pcap\"]", "events = \"end\"", "port = [53, \"1024-2047\"]"] {
        assert!(ended.out.lines().any(|there| there == line), "{line}: {}", ended.out);
    }
    fs::write(&config, &ended.out).unwrap();
    let again = run(&["--check", "-C", utf8(&config)]);
    assert_eq!((again.code, again.out), (Some(0), ended.out));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let ended = run(&["-C", "/nonexistent/pf.toml", "pfsync0"]);
    assert_eq!(ended.code, Some(2));
    assert_one_line(&ended, &["/nonexistent/pf.toml", "configuration file", "No such file"]);
}

#[test]
fn the_readmes_files_are_sound() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let blocks: Vec<&str> = readme.split("```toml\n").skip(1).collect();
    assert!(!blocks.is_empty());
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("pf.toml");
    for block in blocks {
        fs::write(&config, block.split("```").next().unwrap()).unwrap();
        let ended = run(&["--check", "-C", utf8(&config)]);
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{block}");
    }
}

#[test]
fn users_and_groups_are_looked_up_as_the_start_would() {
    // A name that is there, whoever runs this.
    for args in [
        &["--user", "no_such_user", "lo"][..],
        &["--group", "no_such_group", "lo"],
        &["--group", "no_such_group", "-r", "x", "-o", "./y"],
    ] {
        let checked = run(&[&["--check"], args].concat());
        assert_eq!((checked.code, checked.out.as_str()), (Some(2), ""), "{checked:?}");
        assert_one_line(&checked, &[args[0], args[1], "there is no"]);
    }
    let last = |args: &[&str]| {
        let ended = run(&[&["--check"], args].concat());
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
        ended.lines().last().unwrap().to_string()
    };
    assert!(
        last(&["--user", "nobody", "--group", "0", "em0"]).contains("# Packets are read as nobody")
    );
    assert!(last(&["--user", "root", "em0"]).contains(" as root"));
    let unsaid = last(&["em0"]);
    assert!(
        unsaid.contains("_pfstatelog") || unsaid.contains("as root: there is nobody else"),
        "{unsaid}"
    );
    assert!(!last(&["-r", "x"]).contains("Packets are read"));
}

#[test]
fn a_check_finds_what_the_start_finds() {
    let name = "a_check_finds_what_the_start_finds";
    if !inside_namespace(name, "n", CABLE) {
        return;
    }
    let words = |args: &[&str]| {
        let ended = run(args);
        (ended.code, ended.err)
    };
    for args in [&["--user", "no_such_user"][..], &["--group", "no_such_group"]] {
        let args = [args, &["-o", "-", "v1"]].concat();
        assert_eq!(words(&[&["--check"], &args[..]].concat()), words(&args), "{args:?}");
    }
}
