//! What installs and starts the program asks for what it can do, and says the same everywhere.

#![cfg(feature = "config")]
#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pfstatelog::config::{self, Asked, Dest, Input, Plan, file};

/// The file of the process's number, where the system has no folder of its own for it.
const PIDFILE: &str = "/var/run/pfstatelog.pid";

/// The same of the process that logs packets from pflog.
const PFLOG_PIDFILE: &str = "/var/run/pfstatelog_pflog.pid";

/// Scripts that a shell reads.
const SCRIPTS: [&str; 6] = [
    "rc.d/openbsd/pfstatelog",
    "rc.d/openbsd/pfstatelog_pflog",
    "rc.d/freebsd/pfstatelog",
    "rc.d/freebsd/pfstatelog_pflog",
    "ports/openbsd/crates.sh",
    "ports/openbsd/pkg/pfstatelog.rc",
];

fn misc(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("misc").join(name)
}

fn read(name: &str) -> String {
    let path = misc(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a command line comes to, where the configuration file is the sample, or that for pflog.
fn plan(command: &str) -> Plan {
    let sample = if command.contains("_pflog.toml") { "pflog.toml" } else { "pfstatelog.toml" };
    let words = command.split_whitespace().map(OsString::from);
    let asked = config::plan_with(words, &mut |_| fs::read(misc(sample)));
    match asked.unwrap_or_else(|error| panic!("{command}: {error}")) {
        Asked::Plan(plan) => *plan,
        other => panic!("{command}: {other:?}"),
    }
}

/// Runs a program; says so where there is none of this name.
fn run(test: &str, command: &mut Command) -> Option<Output> {
    let ran = command.output();
    if ran.is_err() {
        println!("skipped: {test}: no {}", command.get_program().display());
    }
    ran.ok()
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}

/// The value of a line `KEY=VALUE`.
fn value(text: &str, key: &str) -> String {
    let mut values = text.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    let value = values.next().unwrap_or_else(|| panic!("no {key}"));
    assert_eq!(values.next(), None, "{key} twice");
    value.to_string()
}

// --- The sample configuration ---

#[test]
fn the_sample_is_accepted_and_is_a_service() {
    let sample = misc("pfstatelog.toml");
    let words = [OsString::from("pfstatelog"), "-C".into(), sample.into(), "--check".into()];
    let asked = config::plan(words).unwrap_or_else(|error| panic!("{error}"));
    assert!(matches!(asked, Asked::Check(..)), "{asked:?}");

    let plan = plan("pfstatelog -C FILE");
    assert!(matches!(plan.input, Input::Live { .. }), "{plan:?}");
    // Whatever starts it decides this, and a flag of a file cannot be taken back.
    assert!(!plan.running.daemon && plan.running.pidfile.is_none(), "{plan:?}");
}

/// The second process reads and writes what the first one does not.
#[test]
fn the_sample_for_pflog_stands_beside_it() {
    let (states, packets) = (plan("pfstatelog -C FILE"), plan("pfstatelog -C FILE_pflog.toml"));
    let Input::Live { interfaces, .. } = &packets.input else { panic!("{packets:?}") };
    assert_eq!(format!("{interfaces:?}"), "[\"pflog0\"]");
    assert_ne!(packets.input, states.input);
    assert!(!packets.running.daemon && packets.running.pidfile.is_none(), "{packets:?}");
    let (of_states, of_packets) = (logs("FILE"), logs("FILE_pflog.toml"));
    assert!(of_packets.iter().all(|log| !of_states.contains(log)), "{of_packets:?}");
    // One folder, which one pattern of logrotate names and either script makes.
    assert_eq!(of_packets[0].parent(), of_states[0].parent());

    let sample = read("pflog.toml");
    let settings = sample.lines().filter_map(|line| {
        let setting = line.strip_prefix('#').unwrap_or(line);
        setting.split_once(" = ").filter(|(key, _)| !key.contains(' ')).map(|_| setting)
    });
    for setting in settings {
        file::parse("sample", setting).unwrap_or_else(|error| panic!("{setting}: {error}"));
    }
}

/// What is commented out is as true as the rest, and nothing is missing.
#[test]
fn the_sample_shows_every_option_of_a_service() {
    /// For captures, for a terminal, or left to what starts it.
    const ELSEWHERE: [&str; 7] =
        ["read", "jobs", "count", "verbose", "no-stamp", "daemon", "pidfile"];
    const COMMAND_LINE: [&str; 5] = ["config", "check", "help", "version", "list-releases"];
    let sample = read("pfstatelog.toml");
    let is_key = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    let mut shown = Vec::new();
    for line in sample.lines() {
        let setting = line.strip_prefix('#').unwrap_or(line);
        let Some((key, _)) = setting.split_once(" = ").filter(|(key, _)| key.bytes().all(is_key))
        else {
            continue;
        };
        file::parse("sample", setting).unwrap_or_else(|error| panic!("{line}: {error}"));
        shown.push(key);
    }
    let command = config::command();
    let mut wanted = 0;
    for long in command.get_arguments().filter_map(|arg| arg.get_long()) {
        let elsewhere = ELSEWHERE.contains(&long) || COMMAND_LINE.contains(&long);
        assert_eq!(shown.contains(&long), !elsewhere, "{long}");
        wanted += usize::from(!elsewhere);
    }
    assert!(wanted > 25, "{wanted}");
}

// --- What starts it ---

#[test]
fn systemd_and_supervisor_start_it_in_the_foreground() {
    for (name, key, pidfile) in [
        ("systemd/pfstatelog.service", "ExecStart", "/run/pfstatelog/pfstatelog.pid"),
        ("supervisor.conf", "command", PIDFILE),
    ] {
        let plan = plan(&value(&read(name), key));
        assert!(!plan.running.daemon && matches!(plan.input, Input::Live { .. }), "{name}");
        assert_eq!(plan.running.pidfile.as_deref(), Some(Path::new(pidfile)), "{name}");
    }
}

/// Both wait for longer than the program may take to end.
#[test]
fn nobody_kills_it_while_it_drains() {
    let drain = plan("pfstatelog -C FILE").running.drain_timeout.as_secs();
    for (name, key) in
        [("systemd/pfstatelog.service", "TimeoutStopSec"), ("supervisor.conf", "stopwaitsecs")]
    {
        let secs: u64 = value(&read(name), key).parse().unwrap();
        assert!(secs > drain + 5, "{name}");
    }
}

/// What an rc script does for an action, with these in place of the system's functions: each command
/// that it runs, a line each.
fn rc_runs(script: &str, subr: (&str, &str), action: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).display().to_string();
    let text = read(script);
    assert!(text.contains(subr.0) && text.contains("/usr/local/bin/pfstatelog"), "{script}");
    let text =
        text.replace(subr.0, &at("subr")).replace("/usr/local/bin/pfstatelog", &at("pfstatelog"));
    fs::write(at("script"), text).unwrap();
    fs::write(at("subr"), subr.1).unwrap();
    // Made by another process, lest a test beside this one forks while they are open to be written.
    let stubs = "for name in install pfstatelog; do \
                 printf '#!/bin/sh\\necho \"%s $*\" >>\"%s/calls\"\\n' $name \"$1\" >\"$1/$name\" && \
                 chmod +x \"$1/$name\" || exit 1; done";
    let made = Command::new("sh").args(["-c", stubs, "sh"]).arg(dir.path()).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let path = format!("{}:{}", dir.path().display(), std::env::var("PATH").unwrap_or_default());
    let ran = Command::new("sh").args([&at("script"), action]).env("PATH", path).output().unwrap();
    assert!(ran.status.success() && said(&ran).is_empty(), "{script} {action}: {ran:?}");
    fs::read_to_string(at("calls")).unwrap().lines().map(String::from).collect()
}

fn starts_a_daemon(runs: &[String], pidfile: &str) {
    let [check, install, start] = runs else { panic!("{runs:?}") };
    assert_eq!(*check, format!("{start} --check"));
    assert_eq!(install, "install -d -o root -g wheel -m 750 /var/log/pfstatelog");
    let plan = plan(start);
    assert!(plan.running.daemon, "{start}");
    assert_eq!(plan.running.pidfile.as_deref(), Some(Path::new(pidfile)), "{start}");
}

#[test]
fn openbsd_starts_a_daemon() {
    let subr =
        "rc_cmd() { [ \"$1\" = start ] && rc_configtest && rc_pre && $daemon $daemon_flags; }";
    for (name, pidfile) in [("pfstatelog", PIDFILE), ("pfstatelog_pflog", PFLOG_PIDFILE)] {
        let script = format!("rc.d/openbsd/{name}");
        let runs = rc_runs(&script, ("/etc/rc.d/rc.subr", subr), "start");
        starts_a_daemon(&runs, pidfile);
        assert!(runs[2].ends_with(&format!("-C /etc/{name}.toml")), "{runs:?}");
    }
}

#[test]
fn freebsd_starts_a_daemon() {
    for (name, pidfile) in [("pfstatelog", PIDFILE), ("pfstatelog_pflog", PFLOG_PIDFILE)] {
        freebsd_starts(name, pidfile);
    }
}

fn freebsd_starts(name: &str, pidfile: &str) {
    // `rc.conf`, and what rc.subr does with what a script says.
    const SUBR: &str = "
        load_rc_config() { NAME_flags=--nat; }
        run_rc_command() {
            [ \"$rcvar\" = \"${name}_enable\" ] && [ \"$NAME_enable\" = NO ] || exit 1
            [ \"$required_files\" = /usr/local/etc/NAME.toml ] || exit 1
            [ \"$pidfile\" = /var/run/NAME.pid ] || exit 1
            case $1 in
            start) $start_precmd && $command $NAME_flags $command_args ;;
            reload) $reload_precmd ;;
            configtest) $configtest_cmd ;;
            esac
        }";
    let subr = SUBR.replace("NAME", name);
    let script = format!("rc.d/freebsd/{name}");
    let run = |action| rc_runs(&script, ("/etc/rc.subr", &subr), action);
    let (mut runs, check) = (run("configtest"), run("configtest"));
    assert_eq!(run("reload"), check);
    runs.extend(run("start"));
    starts_a_daemon(&runs, pidfile);
    assert!(runs[2].starts_with("pfstatelog --nat -D "), "{runs:?}");
}

/// What is told of one script is true of the other: they differ by names and by what is logged.
#[test]
fn the_scripts_for_pflog_are_the_same() {
    for system in ["openbsd", "freebsd"] {
        // Of a script the lines that are run, without what stands there for a person.
        let code = |name: &str| {
            let script = read(&format!("rc.d/{system}/{name}"));
            let lines =
                script.lines().filter(|line| !line.starts_with('#') && !line.contains("desc="));
            lines.map(|line| format!("{line}\n")).collect::<String>()
        };
        let ours = code("pfstatelog_pflog").replace("pfstatelog_pflog", "pfstatelog");
        assert_eq!(ours, code("pfstatelog"), "{system}");
    }
}

#[test]
fn shells_read_the_scripts() {
    for script in SCRIPTS {
        for shell in ["sh", "dash"] {
            let Some(ran) =
                run("shells_read_the_scripts", Command::new(shell).arg("-n").arg(misc(script)))
            else {
                continue;
            };
            assert!(ran.status.success() && said(&ran).is_empty(), "{script}: {}", said(&ran));
        }
    }
}

#[test]
fn shellcheck_finds_nothing_to_say() {
    for script in SCRIPTS {
        let mut command = Command::new("shellcheck");
        let Some(ran) = run("shellcheck_finds_nothing_to_say", command.arg(misc(script))) else {
            return;
        };
        assert!(ran.status.success(), "{}", said(&ran));
    }
}

// --- systemd ---

#[test]
fn systemd_knows_the_unit() {
    let dir = tempfile::tempdir().unwrap();
    let unit = dir.path().join("pfstatelog.service");
    // The program need not be installed here.
    let text = read("systemd/pfstatelog.service").replace("/usr/local/bin/pfstatelog", "/bin/sh");
    fs::write(&unit, text).unwrap();
    let mut command = Command::new("systemd-analyze");
    let Some(ran) = run("systemd_knows_the_unit", command.args(["verify", "--man=no"]).arg(&unit))
    else {
        return;
    };
    // Of other units, which it loads as well, it may say what it likes.
    let said = said(&ran);
    let of_ours: Vec<_> = said.lines().filter(|line| line.contains("pfstatelog")).collect();
    assert_eq!(of_ours, [""; 0]);
}

#[test]
fn the_unit_is_exposed_to_less_than_two_of_ten() {
    let mut command = Command::new("systemd-analyze");
    command.args(["security", "--offline=true", "--no-pager"]);
    let unit = misc("systemd/pfstatelog.service");
    let test = "the_unit_is_exposed_to_less_than_two_of_ten";
    let Some(ran) = run(test, command.arg(unit)) else { return };
    let said = said(&ran);
    if said.contains("unrecognized option") {
        println!("skipped: {test}: this systemd-analyze looks at running units alone");
        return;
    }
    let level = said
        .lines()
        .find_map(|line| line.split_once("Overall exposure level for ")?.1.split_once(": "));
    let level = level.and_then(|(_, rest)| rest.split(' ').next()?.parse::<f32>().ok());
    assert!(level.is_some_and(|level| level < 2.0), "{said}");
}

#[test]
fn the_unit_has_the_user_that_is_made_for_it() {
    let unit = read("systemd/pfstatelog.service");
    let (user, group) = (value(&unit, "User"), value(&unit, "Group"));
    let users = read("systemd/pfstatelog.sysusers");
    assert!(users.lines().any(|line| line.starts_with(&format!("u {user} "))), "{users}");
    assert!(read("logrotate").contains(&format!("su {user} {group}\n")));
    let mut command = Command::new("systemd-sysusers");
    let command = command.arg("--dry-run").arg(misc("systemd/pfstatelog.sysusers"));
    let Some(ran) = run("the_unit_has_the_user_that_is_made_for_it", command) else { return };
    assert!(ran.status.success(), "{}", said(&ran));
}

// --- Rotation ---

/// The files that a sample writes.
fn logs(sample: &str) -> Vec<PathBuf> {
    let outputs = plan(&format!("pfstatelog -C {sample}")).outputs.into_iter();
    let files = outputs.filter_map(|output| match output.dest {
        Dest::File(path) => Some(path),
        _ => None,
    });
    files.collect()
}

#[test]
fn newsyslog_rotates_what_the_sample_writes() {
    let text = read("newsyslog.conf");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut rotated = Vec::new();
    for line in lines {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [log, owner, mode, count, size, when, flags, pidfile] = fields[..] else {
            panic!("{line}")
        };
        rotated.push(PathBuf::from(log));
        assert_eq!(owner, "root:wheel");
        assert_eq!(u32::from_str_radix(mode, 8), Ok(plan("pfstatelog -C FILE").files.mode));
        assert!(count.parse::<u32>().is_ok() && size.parse::<u64>().is_ok(), "{line}");
        assert!(when.starts_with(['$', '@']), "{line}");
        // A line of newsyslog's own would be no event.
        assert!(flags.contains('B'), "{line}");
        let whose = if rotated.len() == 1 { PIDFILE } else { PFLOG_PIDFILE };
        assert_eq!(pidfile, whose);
    }
    assert_eq!(rotated, [logs("FILE"), logs("FILE_pflog.toml")].concat());
}

/// logrotate itself, on a folder of ours: the file goes, none takes its place, and then the program is told.
#[test]
fn logrotate_rotates_what_the_sample_writes() {
    let test = "logrotate_rotates_what_the_sample_writes";
    let logs = logs("FILE");
    let [log] = &logs[..] else { panic!("{logs:?}") };
    let pattern = Path::new("/var/log/pfstatelog/*.log");
    assert_eq!((log.parent(), log.extension()), (pattern.parent(), pattern.extension()));

    let id = |what| {
        let ran = Command::new("id").arg(what).output().unwrap();
        String::from_utf8(ran.stdout).unwrap().trim().to_string()
    };
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let text = read("logrotate");
    let reload = "! systemctl --quiet is-active pfstatelog || systemctl reload pfstatelog";
    assert!(text.contains(reload) && text.contains("/var/log/pfstatelog/*.log {"));
    let text = text
        .replace("/var/log/pfstatelog/", &format!("{}/", dir.path().display()))
        .replace("su _pfstatelog _pfstatelog", &format!("su {} {}", id("-un"), id("-gn")))
        .replace(reload, &format!("echo told >>{}", at("told").display()));
    fs::write(at("conf"), text).unwrap();
    fs::write(at("states.log"), "line\n").unwrap();
    let mut command = Command::new("logrotate");
    command.env("PATH", "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin");
    let Some(ran) = run(test, command.arg("-f").arg("-s").arg(at("state")).arg(at("conf"))) else {
        return;
    };
    // A word that it does not know it names, and goes on.
    assert!(ran.status.success() && said(&ran).is_empty(), "{}", said(&ran));
    assert_eq!(fs::read_to_string(at("states.log.1")).unwrap(), "line\n");
    assert!(!at("states.log").exists());
    assert_eq!(fs::read_to_string(at("told")).unwrap(), "told\n");
}

// --- The port ---

#[test]
fn the_ports_script_is_the_same() {
    let ours = read("rc.d/openbsd/pfstatelog");
    let (before, rest) = ours.split_once("# pfstatelog as a daemon").unwrap();
    let (_, after) = rest.split_once("rcctl start pfstatelog\n#\n").unwrap();
    let ours = format!("{before}{after}")
        .replace("/usr/local/bin/", "${TRUEPREFIX}/bin/")
        .replace("/etc/pfstatelog.toml", "${SYSCONFDIR}/pfstatelog.toml");
    assert_eq!(read("ports/openbsd/pkg/pfstatelog.rc"), ours);
}

#[test]
fn the_port_fetches_every_crate() {
    let ran = Command::new("sh").arg(misc("ports/openbsd/crates.sh")).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap();
    let packages = lock.split("[[package]]").skip(1).filter(|entry| entry.contains("\nsource = "));
    let field = |entry: &str, name: &str| {
        let (_, rest) = entry.split_once(&format!("\n{name} = \"")).unwrap();
        rest.split('"').next().unwrap().to_string()
    };
    let crates: Vec<_> = packages
        .map(|entry| {
            format!("MODCARGO_CRATES +=\t{}\t{}", field(entry, "name"), field(entry, "version"))
        })
        .collect();
    let out = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(out.lines().collect::<Vec<_>>(), crates);
    assert!(crates.len() > 100 && !out.contains("pfstatelog"));

    let no_lock = misc("ports/openbsd/Makefile");
    let ran =
        Command::new("sh").arg(misc("ports/openbsd/crates.sh")).arg(no_lock).output().unwrap();
    assert!(!ran.status.success() && said(&ran).contains("is this a Cargo.lock?"), "{ran:?}");
}

#[test]
fn the_port_installs_what_there_is() {
    let makefile = read("ports/openbsd/Makefile");
    let version = env!("CARGO_PKG_VERSION");
    assert!(makefile.contains(&format!("DISTNAME =\tpfstatelog-{version}\n")));

    let (_, listed) = makefile.split_once(".for file in ").unwrap();
    let examples: Vec<&str> = listed.lines().next().unwrap().split(' ').collect();
    let named = makefile.split("${WRKSRC}/misc/").skip(1);
    let named = named.map(|rest| rest.split_whitespace().next().unwrap());
    let named: Vec<&str> = named.filter(|name| !name.starts_with('$')).chain(examples).collect();
    assert!(named.len() >= 7 && named.iter().all(|name| misc(name).is_file()), "{named:?}");

    let list = read("ports/openbsd/pkg/PLIST");
    let files = list.lines().filter(|line| !line.ends_with('/'));
    let files = files.filter(|line| !line.starts_with('@') || line.starts_with("@man"));
    let files: Vec<&str> = files.map(|line| line.rsplit('/').next().unwrap()).collect();
    // bash's has another name there.
    let named = named.iter().map(|name| match name.rsplit('/').next().unwrap() {
        "pfstatelog.bash" => "pfstatelog",
        name => name,
    });
    let mut named: Vec<&str> = named.collect();
    named.sort_unstable();
    let mut files = files;
    files.sort_unstable();
    assert_eq!(files, named);
}
