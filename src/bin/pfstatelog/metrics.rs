//! Metrics of a live capture: where they are to be had.

#![forbid(unsafe_code)]

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use pfstatelog::config;
use pfstatelog::metrics::{self, Listener, Published, Replaced, Service, Snapshot};
use pfstatelog::time::Time;

use crate::run::Fatal;
use crate::say::say;

/// Metrics that somebody asked for.
pub struct Metrics {
    /// When the program started.
    pub started: Time,
    published: Arc<Published>,
    /// What was opened, until a thread has it.
    place: Option<Place>,
    service: Option<Service>,
}

enum Place {
    Http(Listener),
    File(Replaced, PathBuf),
}

impl Metrics {
    /// Opens the place that is asked for, as long as that is allowed: no thread runs yet. A file is written for
    /// the first time, so that what is wrong with it is told at the start.
    pub fn open(at: &config::Metrics) -> Result<Self, Fatal> {
        let failed = |error: io::Error| Fatal::metrics(at, error);
        let started = Time::now();
        let place = match at {
            config::Metrics::Http(address) => {
                Place::Http(Listener::bind(*address).map_err(failed)?)
            }
            config::Metrics::File(path) => {
                let first = Snapshot { started, taken: started, ..Snapshot::default() };
                let mut file = Replaced::at(path).map_err(failed)?;
                metrics::write_file(&mut file, &first).map_err(failed)?;
                Place::File(file, path.clone())
            }
        };
        Ok(Self { started, published: Arc::default(), place: Some(place), service: None })
    }

    /// Starts the thread that hands out what is published, until this value is dropped.
    pub fn start(&mut self) -> io::Result<()> {
        let published = Arc::clone(&self.published);
        let hear = Box::new(|words: std::fmt::Arguments<'_>| say!("{words}"));
        self.service = match self.place.take() {
            Some(Place::Http(listener)) => {
                say!("metrics are at http://{}/metrics", listener.address()?);
                Some(metrics::serve(listener, published, hear)?)
            }
            Some(Place::File(file, path)) => {
                say!("metrics go to {}", path.display());
                Some(metrics::keep(file, published, hear)?)
            }
            None => None,
        };
        Ok(())
    }

    /// What is handed out from now on.
    pub fn publish(&self, snapshot: Snapshot) {
        self.published.publish(snapshot);
    }
}
