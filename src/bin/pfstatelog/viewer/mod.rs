//! `pfstatelog states --watch`: the state table in the terminal, as it changes.
//!
//! Two threads: one looks at the source, which may take its time, the other draws and reads keys.
//!
//! | module | what it does |
//! |---|---|
//! | `look` | reads the source again where it changed; what went through each state since |
//! | `model` | what is shown of it: order, filter, place |
//! | `columns` | what stands in a row, and what of it has room |
//! | `draw` | the screen |

#![forbid(unsafe_code)]

mod columns;
mod draw;
mod look;
mod model;

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::Path;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

use pfstatelog::config::states::States;
use pfstatelog::dump::source::DEV_PF;
use pfstatelog::format::Options;
use pfstatelog::sys::poll::{self, Typed};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::crossterm::terminal::disable_raw_mode;

use crate::run::Fatal;
use crate::signals::Stop;
use crate::tasks;
use look::{Look, Source};
use model::{Does, Key, Model};

#[cfg(test)]
pub use look::tests;

/// How long a signal, or a new look, may wait to be seen.
const TICK: Duration = Duration::from_millis(100);
/// How long a signal may go unheeded by whoever draws.
const GRACE: Duration = Duration::from_secs(2);

/// Shows the table until somebody ends it.
pub fn run(asked: &States, interval: Duration, options: Options) -> Result<(), Fatal> {
    if !io::stdout().is_terminal() {
        let text = "--watch needs a terminal: leave it out where the table is to be printed once";
        return Err(Fatal::Task(text.into()));
    }
    if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        let text = "--watch draws all over a terminal, and TERM says that this one is dumb";
        return Err(Fatal::Task(text.into()));
    }
    let stop = Stop::on_signals(None).map_err(|error| Fatal::Signals { error })?;
    let path = &asked.from.path;
    let name = if path == Path::new(DEV_PF) { DEV_PF.to_string() } else { tasks::name(path) };
    // What is wrong with the source at the first look is said without a screen.
    let mut source = Source::new(asked.from.clone());
    let first = source.look().map_err(|error| Fatal::Task(format!("{name}: {error}")))?;
    let mut model = Model::new(name, asked.listing.clone(), options);
    if let Some(look) = first {
        model.take(look);
    }
    let (give, looks) = sync_channel(1);
    thread::Builder::new()
        .name("look".into())
        .spawn(move || source.keep_looking(interval, &give))
        .map_err(|error| Fatal::Start { doing: "a thread".into(), error })?;
    let keyboard = keyboard()
        .map_err(|error| Fatal::Task(format!("--watch has no keyboard: /dev/tty: {error}")))?;
    let asked = stop.clone();
    thread::Builder::new()
        .name("end".into())
        .spawn(move || end_at_last(&asked))
        .map_err(|error| Fatal::Start { doing: "a thread".into(), error })?;
    // From here on the terminal is given back whatever happens: ratatui's hook does it for a panic.
    let shown = ratatui::try_init().and_then(|mut terminal| {
        let shown = show(&mut terminal, &keyboard, &mut model, &looks, &stop);
        // At its end it shows the cursor, or tells standard error that it cannot: of a terminal that is gone
        // that would be a panic.
        if terminal.show_cursor().is_err() {
            std::mem::forget(terminal);
        }
        shown
    });
    let restored = ratatui::try_restore();
    match poll::typed(keyboard.as_fd(), Duration::ZERO) {
        // Nobody is left to hear of errors.
        Ok(Typed::HungUp) => Ok(()),
        _ => shown.and(restored).map_err(|error| Fatal::output("-", error)),
    }
}

/// The terminal that keys come from.
fn keyboard() -> io::Result<OwnedFd> {
    let stdin = io::stdin();
    match stdin.is_terminal() {
        true => stdin.as_fd().try_clone_to_owned(),
        false => Ok(File::open("/dev/tty")?.into()),
    }
}

/// Ends the program should a signal be of no avail: crossterm reads from a terminal that is gone without end, and one
/// that nobody reads takes no more of what is drawn.
fn end_at_last(stop: &Stop) {
    while !stop.is_set() {
        thread::sleep(TICK);
    }
    thread::sleep(GRACE);
    // The settings alone are given back at once; the screen where the terminal takes that.
    let _ = disable_raw_mode();
    let restored = thread::Builder::new().spawn(ratatui::restore);
    if restored.is_ok() {
        thread::sleep(TICK);
    }
    std::process::exit(1);
}

/// Draws whenever there is something new, and does what keys say.
fn show(
    terminal: &mut DefaultTerminal,
    keyboard: &OwnedFd,
    model: &mut Model,
    looks: &Receiver<Result<Look, String>>,
    stop: &Stop,
) -> io::Result<()> {
    let mut changed = true;
    while !stop.is_set() {
        match looks.try_recv() {
            Ok(Ok(look)) => {
                model.take(look);
                changed = true;
            }
            Ok(Err(error)) => {
                model.failed(error);
                changed = true;
            }
            Err(TryRecvError::Empty) => {}
            // It panicked, and the terminal is restored already.
            Err(TryRecvError::Disconnected) => return Ok(()),
        }
        if changed {
            terminal.draw(|frame| draw::draw(frame, model))?;
            changed = false;
        }
        // Waited for here, because crossterm does not see that a terminal is gone.
        if poll::typed(keyboard.as_fd(), TICK)? == Typed::HungUp {
            return Ok(());
        }
        // Also without a key there may be a new size.
        while event::poll(Duration::ZERO)? {
            match event::read()? {
                Event::Key(key) if key.kind != KeyEventKind::Release => {
                    if let Some(key) = meaning(key) {
                        changed = true;
                        if model.key(key) == Does::Quit {
                            return Ok(());
                        }
                    }
                }
                Event::Resize(..) => changed = true,
                _ => {}
            }
        }
    }
    Ok(())
}

/// What a key is to the model.
fn meaning(key: KeyEvent) -> Option<Key> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        // In raw mode no signal comes of it.
        KeyCode::Char('c') if control => Key::Quit,
        KeyCode::Char('l') if control => Key::Redraw,
        KeyCode::Char(_) if control => return None,
        KeyCode::Char(char) => Key::Char(char),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Back,
        KeyCode::Up => Key::Move(-1),
        KeyCode::Down => Key::Move(1),
        KeyCode::PageUp => Key::Page(-1),
        KeyCode::PageDown => Key::Page(1),
        KeyCode::Home => Key::First,
        KeyCode::End => Key::Last,
        _ => return None,
    })
}
