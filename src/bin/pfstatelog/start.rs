//! How a live capture starts: in one order, in one function.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, PipeWriter};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use pfstatelog::abi::Release;
use pfstatelog::capture::live::{LiveOptions, LiveSource};
use pfstatelog::config::{Input, Plan};
use pfstatelog::output::Hurry;
use pfstatelog::pf::{Form, StateTable};
use pfstatelog::sys::confine::{self, Worker};
use pfstatelog::sys::detach::{self, Detached, Start};
use pfstatelog::sys::host;
use pfstatelog::sys::notify::Notify;
use pfstatelog::sys::pidfile::PidFile;
use pfstatelog::sys::privsep::{self, Client, Request, Server};
use pfstatelog::sys::process::{self, Side};
use pfstatelog::sys::user::{self, User};

use crate::hint::First;
use crate::live::{Live, Tap};
use crate::metrics::Metrics;
use crate::opener::{Folder, Opener, channel, verb};
use crate::opening::Opening;
use crate::poll::{Polled, Poller};
use crate::prime;
use crate::run::{Fatal, Job};
use crate::say::say;
use crate::signals::Signals;
use crate::voice::Voice;

/// Who reads packets where nobody was named.
const OWN_USER: &str = "_pfstatelog";
const ANY_USER: &str = "nobody";

/// Starts a live capture and does it. The order:
///
/// 1. What others left open is closed. If the program runs already (`--pidfile`), that is it. Signals are caught.
/// 2. Interfaces are opened: if one is wrong, nothing else matters.
/// 3. Outputs are opened, and who is to be the worker is looked up. Whatever is wrong up to here is said
///    in the terminal, in one line.
/// 4. pf is asked for its states, where there is one: behind the captures, which have what changes from now
///    on, and before the privileges are gone.
/// 5. With `-D` the terminal is left behind; whoever waits there learns what the start comes to.
/// 6. The pidfile is written, with the number of what goes on.
/// 7. The process forks. No thread ran so far. The **opener** stays what it was, with its privileges and its
///    number; it is confined to the paths it names and does what the worker asks for by number.
/// 8. The **worker** takes what was opened, changes its root (`--chroot`), becomes the user, is confined, and
///    says that it is ready. It takes in and tells the states that pf had, and captures from then on.
pub fn live(plan: &Plan) -> Result<(), Fatal> {
    let Input::Live { interfaces, buffer_bytes, snaplen } = &plan.input else { return Ok(()) };
    let running = &plan.running;
    process::close_inherited();
    if let Some(path) = &running.pidfile {
        PidFile::look(path).map_err(failed(&format!("--pidfile {}", path.display())))?;
    }
    let mut signals = Signals::catch().map_err(|error| Fatal::Signals { error })?;

    let defaults = LiveOptions::default();
    let buffer_bytes = buffer_bytes.unwrap_or(defaults.buffer_bytes);
    let options = LiveOptions { buffer_bytes, snaplen: *snaplen };
    let taps = open_taps(interfaces, &options)?;

    let mut opening = Opening::of(plan, None, Hurry::when(signals.again()))?;
    let release = plan.release.or_else(|| own_release(interfaces));
    let mut job = Job::open(plan, &mut opening, release)?;
    job.decoder = job.decoder.cut_by("--snaplen");
    job.first = Some(First::default());
    let mut metrics = running.metrics.as_ref().map(Metrics::open).transpose()?;
    let becoming = Becoming::looked_up(running.user.as_deref())?;
    let poller = running.poll.map(Poller::open).transpose()?;
    let snapshot = prime::snapshot(plan.mirror, plan.debug);

    let (start, voice) = match running.daemon {
        true => match leave_terminal()? {
            Some((start, voice)) => (Some(start), voice),
            None => return Ok(()),
        },
        false => (None, Voice::here().map_err(failed("pipe"))?),
    };
    let notify = Notify::from_env().unwrap_or_else(|error| {
        say!("systemd is not told of anything: NOTIFY_SOCKET: {error}");
        None
    });
    let pidfile = running.pidfile.as_deref().map(hold_pidfile).transpose()?;

    let (mut clients, servers) = channels(opening.targets().len())?;
    let main_pid = std::process::id();
    match process::fork().map_err(failed("fork"))? {
        Side::Parent(worker) => {
            // These are the worker's now.
            drop((clients, taps, job, snapshot));
            signals.now_two();
            let pid_dir = running.pidfile.as_deref().and_then(Path::parent).map(Path::to_path_buf);
            let opener = Opener {
                servers,
                interfaces: interfaces.clone(),
                options,
                outputs: opening.targets().to_vec(),
                folders: opening.targets().iter().map(Folder::of).collect(),
                metrics: metrics.as_mut().and_then(Metrics::served),
                poller,
                user: becoming.user,
                notify,
                pidfile,
                pid_dir,
                drain_timeout: running.drain_timeout,
                start,
                voice,
                debug: plan.debug,
            };
            opener.run(worker, &signals)
        }
        Side::Child => {
            drop(servers);
            // It stays locked as long as one of the two processes lives, so that nobody starts beside the other.
            let _held = pidfile;
            signals.now_two();
            let alive_every = notify.and_then(|notify| notify.alive_every());
            let voice = voice.only_speak().map_err(failed("standard error"))?;
            let away = start.map(|start| Away::of(&start, voice)).transpose()?;
            job.metrics = metrics;
            opening.hand_over(clients.split_off(channel::OUTPUTS));
            // What asks pf is the opener's.
            let form = poller.map(|poller| poller.form());
            let begun = Begun { taps, snapshot, form };
            worker(plan, job, begun, becoming, (&clients, main_pid), away, (&signals, alive_every))
        }
    }
}

/// A channel for each that asks: one that waits for an answer holds up nobody else.
fn channels(outputs: usize) -> Result<(Vec<Arc<Client>>, Vec<Server>), Fatal> {
    let (mut clients, mut servers) = (Vec::new(), Vec::new());
    for _ in 0..channel::OUTPUTS + outputs {
        let (client, server) = privsep::pair().map_err(failed("socketpair"))?;
        clients.push(Arc::new(client));
        servers.push(server);
    }
    Ok((clients, servers))
}

/// What was opened and read with privileges.
struct Begun {
    taps: Vec<Tap>,
    /// What pf had.
    snapshot: Option<StateTable>,
    /// What pf's records look like, where it is asked for them again.
    form: Option<Form>,
}

/// The worker, from its first moment on.
fn worker(
    plan: &Plan,
    mut job: Job,
    Begun { taps, snapshot, form }: Begun,
    becoming: Becoming,
    (clients, main_pid): (&[Arc<Client>], u32),
    away: Option<Away>,
    (signals, alive_every): (&Signals, Option<Duration>),
) -> Result<(), Fatal> {
    let [Some(client), Some(metrics_client), Some(poll_client)] =
        [channel::LOOP, channel::METRICS, channel::POLL].map(|at| clients.get(at))
    else {
        return Ok(());
    };
    if let Some(dir) = &plan.running.chroot {
        user::chroot(dir).map_err(failed(&format!("chroot to {}", dir.display())))?;
    }
    if let Some(user) = &becoming.user {
        user.become_for_good().map_err(failed(&format!("becoming {} (--user)", user.name)))?;
    }
    // Who becomes another user is safe from others by that; who was not started by root is not.
    if let Err(error) = process::keep_to_oneself() {
        say!("other processes of its user may look into the worker: {error}");
    }
    // Where it is not told, the loop sees it a tick later.
    if let Err(error) = process::end_with_parent() {
        say!("the worker is not told of the end of the other process: {error}");
    }
    let captures = taps.iter().filter_map(Tap::as_fd).collect();
    let confined = confine::worker(&Worker { captures, receives: true, connects: false })
        .map_err(failed("the worker cannot be confined"))?;
    if plan.debug {
        say!("worker: {confined}");
    }
    if !confined.lacks.is_empty() {
        say!("this system cannot confine it by {}: it goes on without", confined.lacks.join(", "));
    }
    // Threads that ran before would not be confined.
    job.start(main_pid)?;
    let mut live = Live::new(&mut job, taps, client, plan.running.quiet_warn, alive_every);
    live.say_what_it_does(&becoming.why);
    live.start_metrics(metrics_client)?;
    if let Some((form, poll)) = form.zip(plan.running.poll) {
        live.polled =
            Some(Polled::start(Arc::clone(poll_client), form, poll).map_err(failed("a thread"))?);
    }
    if let Some(away) = away {
        away.leave()?;
    }
    let ready = Request { verb: verb::READY, index: 0 };
    client.ask(ready).map_err(failed("the start cannot be told"))?;
    let primed = snapshot.map_or(Ok(()), |table| live.prime(table, signals));
    let done = primed.and_then(|()| live.run(signals));
    // What is captured from is closed last of all, or another descriptor could get its number, by which this process
    // is kept from writing to it.
    let _taps = live.into_taps();
    let ended = job.end(plan, done);
    drop(job);
    match ended {
        // It was asked to end, and has told what it could not write.
        Err(lost @ Fatal::Lost { .. }) if signals.stop.is_set() => {
            say!("{lost}");
            Ok(())
        }
        ended => ended,
    }
}

/// Who the worker becomes.
struct Becoming {
    /// `None` for staying who one is.
    user: Option<User>,
    /// Why it is not who one would think.
    why: String,
}

impl Becoming {
    /// Only root can become somebody else.
    fn looked_up(named: Option<&str>) -> Result<Self, Fatal> {
        match named {
            _ if user::is_root() => Self::of_root(named),
            Some(name) => Err(Fatal::Usage(format!("--user {name} takes root to start it"))),
            None => Ok(Self { user: None, why: String::new() }),
        }
    }

    /// Whom root becomes.
    fn of_root(named: Option<&str>) -> Result<Self, Fatal> {
        let stays = |why: &str| Ok(Self { user: None, why: why.into() });
        let find = |name: &str| User::named(name).map_err(failed(&format!("user {name}")));
        if let Some(name) = named {
            return match find(name)? {
                Some(user) if user.is_root() => stays(""),
                Some(user) => Ok(Self { user: Some(user), why: String::new() }),
                None => Err(Fatal::Usage(format!("there is no user {name} (--user)"))),
            };
        }
        let (user, why) = match find(OWN_USER)? {
            Some(user) => (Some(user), String::new()),
            None => (find(ANY_USER)?, format!(", as {ANY_USER}: there is no user {OWN_USER}")),
        };
        match user {
            Some(user) if user.is_mapped() => Ok(Self { user: Some(user), why }),
            // Root of a container that has no other users is no root outside.
            Some(_) => stays(", as root: there is nobody else here"),
            None => Err(Fatal::Usage(format!(
                "there is no user {OWN_USER} and no {ANY_USER}: make one, or say --user root"
            ))),
        }
    }
}

/// As whom packets would be read, for a person. That it takes root is no error here: who checks a service's
/// file need not be who starts the service.
pub fn reads_as(named: Option<&str>) -> Result<String, Fatal> {
    let Becoming { user, why } = Becoming::of_root(named)?;
    let name = user.map_or("root".to_string(), |user| user.name);
    let who =
        if why.is_empty() { format!("as {name}") } else { why.trim_start_matches(", ").into() };
    Ok(match (user::is_root(), named) {
        (true, _) => who,
        (false, Some(_)) => format!("{who}; it takes root to start it so"),
        (false, None) => format!("as whoever starts it; if that is root, {who}"),
    })
}

/// What a worker of a daemon leaves its terminal with.
struct Away {
    null: File,
    say: PipeWriter,
}

impl Away {
    fn of(start: &Start, say: PipeWriter) -> Result<Self, Fatal> {
        let null = start.null().map_err(failed("/dev/null"))?;
        Ok(Self { null, say })
    }

    fn leave(self) -> Result<(), Fatal> {
        detach::without_terminal(&self.null, &self.say).map_err(failed("leaving the terminal"))
    }
}

/// `None` in what stays in the terminal, once the start went well.
fn leave_terminal() -> Result<Option<(Start, Voice)>, Fatal> {
    let voice = Voice::of_daemon().map_err(failed("pipe"))?;
    match detach::detach().map_err(failed("leaving the terminal"))? {
        Detached::Daemon(start) => Ok(Some((start, voice))),
        Detached::Launcher(launcher) => match launcher.wait() {
            true => Ok(None),
            // It said why.
            false => Err(Fatal::Told),
        },
    }
}

fn hold_pidfile(path: &Path) -> Result<PidFile, Fatal> {
    PidFile::hold(path).map_err(failed(&format!("--pidfile {}", path.display())))
}

fn failed(doing: &str) -> impl FnOnce(io::Error) -> Fatal {
    let doing = doing.to_string();
    |error| Fatal::Start { doing, error }
}

fn open_taps(names: &[String], options: &LiveOptions) -> Result<Vec<Tap>, Fatal> {
    let open = |(index, name): (u16, &String)| -> Result<Tap, Fatal> {
        let source = LiveSource::open(name, options)
            .map_err(|error| Fatal::Capture { name: name.clone(), error })?;
        if source.mtu().is_none() && options.snaplen.is_none() {
            say!(
                "{name}: the MTU is not known, so {} bytes of each packet are captured (--snaplen \
                 says otherwise)",
                source.snaplen()
            );
        }
        Ok(Tap::new(index, source))
    };
    (0..).zip(names).map(open).collect()
}

/// On pfsync0 of a BSD nobody speaks but this host, whose release is known.
fn own_release(interfaces: &[String]) -> Option<Release> {
    if !interfaces.iter().all(|name| name.starts_with("pfsync")) {
        return None;
    }
    let (system, release) = host::system()?;
    Release::of_host(&system, &release)
}
