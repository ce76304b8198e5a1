//! Configuration files beside the command line: the same options, the same values, and who wins.

#![forbid(unsafe_code)]

use proptest::prelude::*;

use super::super::{Asked, Input, Mirror, Plan, Running, plan_with};
use super::*;

/// A value for each option that takes one.
fn sample(option: &str) -> &'static str {
    match option {
        "interface" | "ifname" => "em0",
        "read" => "monday.pcap",
        "format" => "json",
        "output" => "ecs=syslog:local1",
        "events" => "end,gap",
        "release" => "openbsd-7.4",
        "count" | "max-states" | "jobs" => "3",
        "buffer" | "snaplen" => "64K",
        "proto" => "tcp",
        "host" => "2001:db8::/32",
        "port" => "1024-2047",
        "direction" => "in",
        "queue" => "16M",
        "mode" => "0600",
        "group" | "user" => "wheel",
        "rotate-size" => "1G",
        "rotate-keep" => "30",
        "sync" => "interval",
        "drain-timeout" | "quiet-warn" | "poll" => "20m",
        "pidfile" | "chroot" => "/var/empty",
        "metrics" => "9100",
        other => panic!("{other} needs a sample"),
    }
}

/// What a command line comes to where the configuration file holds `text`.
fn asked(line: &str, text: &str) -> Result<Asked, UsageError> {
    let words = std::iter::once("pfstatelog").chain(line.split_whitespace());
    plan_with(words.map(OsString::from), &mut |_| Ok(text.as_bytes().to_vec()))
}

#[track_caller]
fn plan(line: &str, text: &str) -> Plan {
    match asked(line, text).unwrap() {
        Asked::Plan(plan) => *plan,
        other => panic!("{line}: {other:?}"),
    }
}

#[track_caller]
fn checked(line: &str, text: &str) -> String {
    match asked(&format!("--check {line}"), text).unwrap() {
        Asked::Check(_, page) => page,
        other => panic!("{line}: {other:?}"),
    }
}

/// An option with its sample, on the command line and in a file.
fn both(arg: &Arg) -> (String, String) {
    let long = arg.get_long().unwrap();
    match Takes::of(arg) {
        Takes::Flag => (format!("--{long}"), format!("{long} = true\n")),
        Takes::Count => (format!("--{long} --{long}"), format!("{long} = 2\n")),
        Takes::One => {
            (format!("--{long}={}", sample(long)), format!("{long} = '{}'\n", sample(long)))
        }
        Takes::Several | Takes::List => {
            let words: Vec<String> = sample(long).split(',').map(|w| format!("'{w}'")).collect();
            let value = words.join(", ");
            (format!("--{long}={}", sample(long)), format!("{long} = [{value}]\n"))
        }
    }
}

#[test]
fn every_option_of_the_command_line_means_the_same_in_a_file() {
    let mut command = Cli::command();
    command.build();
    let mut ours = 0;
    for arg in command.get_arguments().filter(|arg| !arg.is_positional()) {
        let long = arg.get_long().expect("every option has a long name");
        if ONLY_ON_COMMAND_LINE.contains(&long) {
            assert!(parse("x", &format!("{long} = true")).is_err());
            continue;
        }
        ours += 1;
        let (line, text) = both(arg);
        // Something is read, and what needs another option has it.
        let beside = match long {
            "interface" | "read" => "",
            "jobs" => "-r x",
            "rotate-keep" => "em9 --rotate-size 2M",
            "poll-anyway" => "em9 --poll 60",
            _ => "em9",
        };
        let there = plan(&format!("{line} {beside}"), "");
        assert_eq!(plan(&format!("-C x {beside}"), &text), there, "{long}");
        let without = if beside.is_empty() { "em9" } else { beside };
        assert_ne!(plan(without, ""), there, "{long} changes nothing");
    }
    assert_eq!(ours, options(&command).count());
}

#[test]
fn what_is_checked_reads_back_as_the_same() {
    let text = "interface = ['pfsync0']\nmax-states = 5_000\nstats = true\nbuffer = '64M'\n\
                events = ['start', 'gap']\nhost = ['192.0.2.1', '2001:db8::/32']\nport = 53";
    for line in [
        "-C x",
        "-C x -vv",
        "-C x em1 -i em2 -o text=syslog:local3 -o json=-",
        "-C x -r a.pcap -r b\\\"c -j 4 --no-table --summary",
        "-C x -f json --events all --count 0 --snaplen 00256 --proto tcp,17 --nat --no-dst",
        "-r - -f pfctl -v -R openbsd-5.3 -c 18446744073709551615",
        "pfsync0",
        "-i=--help",
        "-D -C x -o json=/var/log/pf.json -o tcp://[::1]:601 --pidfile /run/x --user 42 --metrics 9100",
        "-C x --queue 1g --mode 600 --group 5 --rotate-size 5g --rotate-keep 9 --sync always",
        "-C x --chroot var/empty -o unix:log --quiet-warn 0 --drain-timeout 1m --metrics ./m.prom",
    ] {
        let page = checked(line, text);
        assert_eq!(plan("-C x", &page), plan(line, text), "{line}:\n{page}");
        assert_eq!(checked("-C x", &page), page, "{line}");
        // Every option is told of, set or not.
        for option in options(&Cli::command()).filter_map(Arg::get_long) {
            let named = [format!("{option} = "), format!("# {option}: ")];
            let lines = page.lines().filter(|l| named.iter().any(|named| l.starts_with(named)));
            assert_eq!(lines.count(), 1, "{option}:\n{page}");
        }
    }
}

#[test]
fn the_command_line_wins() {
    let text = "interface = ['em0', 'em1']\noutput = ['json=-', 'syslog']\nmax-states = 7\n\
                host = ['192.0.2.1']\nstats = true\nverbose = 2";
    let of_file = plan("-C x", text);
    assert_eq!(of_file.mirror, Mirror::Of(7));
    assert_eq!(of_file.outputs.len(), 2);
    // A list takes the place of the list.
    let over = plan("-o syslog:local1 -C x -v --host 192.0.2.2", text);
    let dests: Vec<_> = over.outputs.iter().map(|output| output.dest.to_string()).collect();
    assert_eq!(dests, ["syslog:local1", "-"]);
    assert_eq!(over.filter, plan("em0 --host 192.0.2.2", "").filter);
    assert!(over.stats && over.mirror == Mirror::Of(7));
    let interfaces = |plan: Plan| match plan.input {
        Input::Live { interfaces, .. } => interfaces,
        Input::Files(files) => panic!("{files:?}"),
    };
    assert_eq!(interfaces(plan("-C x em2", text)), ["em2"]);
    assert_eq!(interfaces(plan("-C x -i em2", text)), ["em2"]);
    assert_eq!(interfaces(plan("-C x -- -em2", text)), ["-em2"]);
    // And so does what excludes it.
    assert_eq!(plan("-r a -C x", text).input, Input::Files(vec!["a".into()]));
    assert_eq!(plan("-C x em2", "read = 'a'"), plan("em2", ""));
    assert_eq!(plan("-C x --no-table", text).mirror, Mirror::None);
    assert_eq!(plan("-C x --max-states 9 em0", "no-table = true").mirror, Mirror::Of(9));
}

#[test]
fn a_service_can_be_tried_by_hand() {
    let text = "interface = ['pfsync0']\noutput = ['/var/log/pf']\ndaemon = true\nuser = 'nobody'\n\
                pidfile = 'run/pf.pid'\nmetrics = 9100\nquiet-warn = 60";
    assert!(plan("-C x", text).running.daemon);
    // Whoever wants to see something is at a terminal.
    for line in ["-C x -v", "-C x -o -", "-C x -o json=-"] {
        let running = plan(line, text).running;
        assert!(!running.daemon && running.metrics.is_some(), "{line}");
    }
    assert!(plan("-C x -o syslog", text).running.daemon);
    // Nothing of a service is left where a capture is read.
    assert_eq!(plan("-C x -r a", text).running, Running::default());
    // What the file itself says of both is wrong there.
    let both = asked("-C x em0", "daemon = true\noutput = '-'").unwrap_err().to_string();
    assert!(both.starts_with("x:1:1: with -D, --daemon nobody sees standard output"), "{both}");
}

#[test]
fn an_error_of_the_whole_names_the_place_only_where_the_file_has_it() {
    let said = |line: &str, text: &str| asked(line, text).unwrap_err().to_string();
    let error = "--jobs is for captures: it goes with -r, --read";
    assert_eq!(said("-C x em0", "# of cores\n jobs = 4"), format!("x:2:2: {error}"));
    assert_eq!(said("-C x em0 -j 2", "stats = true"), error);
    assert_eq!(plan("-C x -r a", "jobs = 4").jobs, Some(4));
}

#[test]
fn what_cannot_be_read_is_an_error_that_names_it() {
    let args = ["pfstatelog", "-C", "pf.toml", "em0"].map(OsString::from);
    let said = |bytes: std::io::Result<Vec<u8>>| {
        let mut bytes = Some(bytes);
        let read = plan_with(args.clone(), &mut |_| bytes.take().unwrap());
        read.unwrap_err().to_string()
    };
    let refused = std::io::Error::other("no\nsuch luck");
    assert_eq!(
        said(Err(refused)),
        "pf.toml: the configuration file cannot be read: no\\nsuch luck"
    );
    assert_eq!(
        said(Ok(b"nat = true\n# caf\xe9".to_vec())),
        "pf.toml:2:6: this is no UTF-8, which a configuration file is written in"
    );
    let large = vec![b'#'; (1 << 20) + 1];
    assert_eq!(said(Ok(large)), "pf.toml: more than 1048576 bytes are no configuration file");
}

proptest! {
    /// Whatever stands in a string, it is printed as TOML that says the same.
    #[test]
    fn any_name_reads_back(name in "[^\\x00]{1,20}") {
        let args = ["pfstatelog".into(), "--check".into(), format!("--interface={name}")];
        let page = match super::super::plan(args.map(OsString::from)) {
            Ok(Asked::Check(_, page)) => page,
            other => panic!("{name:?}: {other:?}"),
        };
        let Input::Live { interfaces, .. } = plan("-C x", &page).input else { panic!("{page}") };
        prop_assert_eq!(interfaces, [name]);
    }

    /// No text is more than an error, and that is one line.
    #[test]
    fn any_text_is_read_or_is_a_line(text in "(([a-z-]{1,12}|nat|read|port|events) ?= ?)?[^\\x00]{0,40}") {
        if let Err(error) = parse("x", &text) {
            let said = error.to_string();
            prop_assert!(said.starts_with("x:") && said.lines().count() == 1, "{said}");
        }
    }
    /// Whatever is on the command line and in the file, it is a plan, a page or a line; and what is in
    /// force reads back as it is.
    #[test]
    fn any_words_are_a_plan_a_page_or_a_line(
        words in prop::collection::vec(
            prop_oneof![
                "-{0,2}[a-zA-Z=,:/.0-9-]{0,12}",
                prop::sample::select(vec![
                    "em0", "-r", "-", "-C", "-v", "-D", "-o", "json=-", "./x", "tcp://[::1]:1", "-e",
                    "all", "--check", "--nat", "--port=1-2", "--rotate-size=2M", "--chroot=/", "--", "=",
                ]).prop_map(str::to_string),
            ],
            0..8,
        ),
        text in prop::sample::select(vec![
            "", "interface = 'em1'", "daemon = true\nuser = 'x'", "read = ['a', '-']", "nat = 3",
        ]),
    ) {
        let args = std::iter::once(OsString::from("pfstatelog")).chain(words.iter().map(OsString::from));
        match plan_with(args.clone(), &mut |_| Ok(text.as_bytes().to_vec())) {
            Err(error) => prop_assert_eq!(error.to_string().lines().count(), 1),
            Ok(Asked::Page(page) | Asked::Check(_, page)) => prop_assert!(page.ends_with('\n')),
            Ok(Asked::Task(task)) => panic!("{words:?}: {task:?}"),
            Ok(Asked::Plan(there)) => {
                // Before what may be the end of options.
                let mut args: Vec<OsString> = args.collect();
                args.insert(1, "--check".into());
                let page = match plan_with(args, &mut |_| Ok(text.as_bytes().to_vec())) {
                    Ok(Asked::Check(_, page)) => page,
                    Err(error) if error.to_string().contains("--check") => return Ok(()),
                    other => panic!("{words:?}: {other:?}"),
                };
                prop_assert_eq!(plan("-C x", &page), *there, "{}", page);
            }
        }
    }
}
