//! What command lines come to.

#![forbid(unsafe_code)]

use super::*;
use crate::event::EventKind;
use crate::output::Rotate;
use crate::view::Detail;

fn asked(line: &str) -> Result<Asked, UsageError> {
    super::plan(std::iter::once("pfstatelog").chain(line.split_whitespace()).map(OsString::from))
}

fn plan(line: &str) -> Result<Plan, UsageError> {
    match asked(line)? {
        Asked::Plan(plan) => Ok(*plan),
        other => panic!("{line}: {other:?}"),
    }
}

/// Which outputs there are, and whether they get updates.
fn outputs(line: &str) -> Vec<(String, bool)> {
    let outputs = plan(line).unwrap().outputs;
    outputs.iter().map(|o| (o.dest.to_string(), o.events.contains(EventKind::Update))).collect()
}

#[test]
fn the_declaration_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn outputs_are_as_the_contract_says() {
    let (console, syslog) = ("-".to_string(), "syslog:daemon".to_string());
    assert_eq!(outputs("pfsync0"), [(syslog.clone(), false)]);
    assert_eq!(outputs("-v pfsync0"), [(syslog.clone(), false), (console.clone(), false)]);
    assert_eq!(outputs("-vv pfsync0"), [(syslog, false), (console.clone(), true)]);
    assert_eq!(outputs("-r x"), [(console.clone(), false)]);
    assert_eq!(outputs("-v -r x"), [(console.clone(), false)]);
    assert_eq!(outputs("-vv -r x -o text=-"), [(console.clone(), true)]);
    assert_eq!(outputs("-vv -e end -r x"), [(console.clone(), false)]);
    assert_eq!(
        outputs("-v -o syslog:local5 -e all pfsync0"),
        [("syslog:local5".to_string(), true), (console, true)]
    );
    assert!(plan("-r x -o - -o text=-").is_err());
    assert!(plan("").is_err());
    assert!(plan("-r - x -r -").is_err());
    assert!(plan("em0 em1 -i em0").is_err());
    assert!(plan("em0 em1 -i em2").is_ok());
}

#[test]
fn a_page_of_clap_becomes_a_line() {
    let said = |line: &str| asked(line).unwrap_err().to_string();
    assert_eq!(
        said("--verbos em0"),
        "unexpected argument '--verbos' found; a similar argument exists: '--verbose'; \
         see --help"
    );
    let conflict = said("em0 -i em1 -r x");
    assert!(conflict.contains("'[INTERFACE]...' cannot be used with"), "{conflict}");
    for line in ["--bogus", "-c x em0", "-e stop em0", "-r", "em0 -i em1 -r x"] {
        assert_eq!(said(line).lines().count(), 1, "{line}");
    }
}

#[test]
fn views_go_to_standard_output_and_v_is_their_detail() {
    let (console, syslog) = ("-".to_string(), "syslog:daemon".to_string());
    for line in ["-f pfctl pfsync0", "-f tcpdump -v pfsync0", "-r x -vv -o pfctl=-"] {
        let plan = plan(line).unwrap();
        assert!(plan.outputs.iter().all(|output| output.format.is_view()), "{line}");
        assert_eq!(outputs(line).len(), 1);
        assert_eq!(outputs(line)[0].0, console);
    }
    assert_eq!(plan("-f pfctl -v -r x").unwrap().detail, Detail::Verbose);
    assert_eq!(outputs("-v -o syslog -o pfctl=- pfsync0")[0], (syslog.clone(), false));
    assert_eq!(outputs("-f pfctl -v -o syslog pfsync0"), [(syslog, false)]);
    assert!(plan("-r x -o pfctl=- -o text=-").is_err());
    assert!(plan("-r x -f pfctl --no-dst").is_err());
    assert!(plan("em0 --no-dst -o tcpdump=-").is_err());
    assert!(plan("em0 --no-dst -v").unwrap().options.no_dst);
    assert!(plan("-f pfct -r x").is_err());
}

#[test]
fn the_mirror_has_the_size_that_was_asked_for_or_pfs_own_twice() {
    let size = |line: &str| plan(line).unwrap().mirror.max_states(|| Some(100_000));
    assert_eq!(size("pfsync0"), Some(200_000));
    assert_eq!(size("--max-states 5 pfsync0"), Some(5));
    assert_eq!(size("--no-table pfsync0"), None);
    // pf's own limit says nothing of another host's states.
    assert_eq!(size("-r x"), Some(1_000_000));
    assert_eq!(plan("pfsync0").unwrap().mirror.max_states(|| None), Some(1_000_000));
}

#[test]
fn pages_are_given_and_not_printed() {
    let page = |line: &str| match asked(line).unwrap() {
        Asked::Page(page) => page,
        other => panic!("{line}: {other:?}"),
    };
    assert!(page("--help").contains("--events"));
    assert_eq!(page("-V"), concat!("pfstatelog ", env!("CARGO_PKG_VERSION"), "\n"));
    assert!(page("--list-releases").lines().count() > Release::ALL.len());
}

#[test]
fn a_service_is_planned_as_it_was_asked_for() {
    let plain = plan("pfsync0").unwrap();
    assert_eq!((plain.running, plain.files), (Running::default(), Files::default()));
    assert_eq!(plain.queue_bytes, 8 << 20);
    let asked = plan(
        "-D --pidfile run/pf.pid --user _pf --quiet-warn 0 --drain-timeout 1m --metrics pf/m.prom \
         -o json=log/pf -o unix:/dev/log -o udp://[::1]:514 --rotate-size 1G --mode 600 em0",
    );
    let asked = asked.unwrap();
    // A service has no folder that it was started in.
    let here = std::env::current_dir().unwrap();
    assert_eq!(asked.running.pidfile, Some(here.join("run/pf.pid")));
    assert_eq!(asked.running.metrics, Some(Metrics::File(here.join("pf/m.prom"))));
    assert_eq!(asked.outputs[0].dest, Dest::File(here.join("log/pf")));
    assert_eq!(asked.outputs[1].dest, Dest::Unix("/dev/log".into()));
    assert_eq!(asked.outputs[2].dest.to_string(), "udp://[::1]:514");
    assert_eq!(asked.running.user.as_deref(), Some("_pf"));
    assert_eq!(asked.running.quiet_warn.as_secs(), 0);
    assert_eq!(asked.running.drain_timeout.as_secs(), 60);
    let rotate = Some(Rotate { size: 1 << 30, keep: 7 });
    assert_eq!((asked.files.rotate, asked.files.mode), (rotate, 0o600));
    assert_eq!(plan("em0 --chroot x").unwrap().running.chroot, Some(here.join("x")));
    // In the foreground paths stay as they were given.
    assert_eq!(plan("em0 -o ./pf.log").unwrap().outputs[0].dest, Dest::File("./pf.log".into()));
}

#[test]
fn what_makes_no_service_is_an_error() {
    for (line, said) in [
        ("-D -o - em0", "nobody sees standard output"),
        ("-D -f pfctl em0", "nobody sees standard output"),
        ("-D -v em0", "'--daemon' cannot be used with '--verbose...'"),
        ("-D -r x", "cannot be used with"),
        ("--pidfile p -r x", "cannot be used with"),
        ("--user u -r x", "cannot be used with"),
        ("--chroot d -r x", "cannot be used with"),
        ("--quiet-warn 5 -r x", "cannot be used with"),
        ("--metrics 1 -r x", "cannot be used with"),
        ("--rotate-keep 5 em0", "give that as well"),
        ("-o ./a -o json=./a em0", "./a is written once"),
        ("-o sylog em0", "did you mean \"syslog\"?"),
        ("--mode 888 em0", "an octal number up to 0777"),
        ("--sync sometimes em0", "always, interval and never"),
        ("--queue 128K em0", "'128K' for '--queue <BYTES>': at least 256K are needed"),
    ] {
        let error = plan(line).unwrap_err().to_string();
        assert!(error.contains(said) && error.lines().count() == 1, "{line}: {error}");
    }
    assert!(plan("-D -o ./a -o json=./b em0").is_ok());
}
