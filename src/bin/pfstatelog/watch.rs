//! Whether an interface can be heard: it goes down, goes away, comes back, or says nothing. Each change
//! is one line, with what to do.

#![forbid(unsafe_code)]

use std::io;
use std::time::{Duration, Instant};

use pfstatelog::event::{Gap, Reason, Where};
use pfstatelog::sys::interface::Interface;
use pfstatelog::time::Time;

use crate::say::say;

/// What is known of an interface that is listened on.
pub struct Watch {
    name: String,
    /// When it was last known to be heard.
    certain: Time,
    away: Option<Away>,
    /// Why it cannot be opened, as it was said last.
    refused: Option<i32>,
    heard: Instant,
    suspected: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Away {
    Down,
    Gone,
}

impl Watch {
    /// Of an interface that was just opened.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            certain: Time::now(),
            away: None,
            refused: None,
            heard: Instant::now(),
            suspected: false,
        }
    }

    /// Packets came.
    pub fn heard(&mut self) {
        self.heard = Instant::now();
        self.suspected = false;
    }

    /// What the system says of it, while it can be captured from. Gives a gap when it is up again.
    pub fn look(&mut self, interface: Interface) -> Option<Gap<'static>> {
        match (interface.up, self.away) {
            (true, None) => {
                self.certain = Time::now();
                None
            }
            (true, Some(_)) => {
                say!("{} is up again", self.name);
                self.back(Reason::InterfaceDown)
            }
            (false, None) => {
                self.away = Some(Away::Down);
                say!(
                    "{} went down: nothing is heard until it is up again (ifconfig {} up)",
                    self.name,
                    self.name
                );
                None
            }
            (false, Some(_)) => None,
        }
    }

    /// It cannot be captured from any more; `why` is what is not plain.
    pub fn lost(&mut self, why: Option<&dyn std::fmt::Display>) {
        if self.away != Some(Away::Gone) {
            self.away = Some(Away::Gone);
            let name = &self.name;
            match why {
                Some(why) => say!("{name}: {why}; opening it is tried once a second"),
                None => say!("{name} is gone: it is waited for until it is back"),
            }
        }
    }

    /// It is captured from again.
    pub fn found(&mut self) -> Option<Gap<'static>> {
        self.refused = None;
        say!("{} is back", self.name);
        self.back(Reason::InterfaceGone)
    }

    /// It is there and cannot be opened.
    pub fn refused(&mut self, error: &io::Error) {
        let number = error.raw_os_error();
        // That it is not there was said.
        if matches!(number, Some(libc::ENXIO | libc::ENODEV)) {
            self.refused = None;
        } else if self.refused != number {
            self.refused = number;
            say!("{} is there, but cannot be captured from yet: {error}", self.name);
        }
    }

    /// Nothing is captured any more; a gap where nothing was heard up to now.
    pub fn end(&mut self) -> Option<Gap<'static>> {
        match self.away? {
            Away::Down => self.back(Reason::InterfaceDown),
            Away::Gone => self.back(Reason::InterfaceGone),
        }
    }

    fn back(&mut self, reason: Reason) -> Option<Gap<'static>> {
        let (from, to) = (self.certain, Time::now());
        self.certain = to;
        self.away = None;
        self.heard = Instant::now();
        Some(Gap { from, to, lost: None, at: Where::Capture, certain: false, reason })
    }

    /// Says once that nothing was heard for this long, unless it is known why.
    pub fn suspect(&mut self, limit: Duration) {
        if self.suspected || self.away.is_some() || self.heard.elapsed() < limit || limit.is_zero()
        {
            return;
        }
        self.suspected = true;
        let (name, secs) = (&self.name, limit.as_secs());
        if name.starts_with("pfsync") {
            say!(
                "{name}: nothing came for {secs} s: from OpenBSD 7.4 on it needs a syncdev (ifconfig \
                 {name} syncdev em2), on FreeBSD 15 a syncdev or a syncpeer; without states there is \
                 nothing to say either"
            );
        } else {
            say!(
                "{name}: no pfsync came for {secs} s: is it the syncdev of the firewalls (ifconfig \
                 pfsync0 tells it)? Without states there is nothing to say either"
            );
        }
    }
}
