//! Metrics of a live capture: where they are to be had.

#![forbid(unsafe_code)]

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pfstatelog::config;
use pfstatelog::metrics::{
    self, Accept, Listener, Published, Replaced, Service, Snapshot, Textfile,
};
use pfstatelog::sys::privsep::{Answer, Client, Request};
use pfstatelog::time::Time;

use crate::opener::verb;
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

    /// Starts the thread that hands out what is published, until this value is dropped. What needs privileges
    /// the other process does, which has the same place open.
    pub fn start(&mut self, client: &Arc<Client>) -> io::Result<()> {
        let published = Arc::clone(&self.published);
        let hear = Box::new(|words: std::fmt::Arguments<'_>| say!("{words}"));
        let client = Arc::clone(client);
        self.service = match self.place.take() {
            Some(Place::Http(listener)) => {
                say!("metrics are at http://{}/metrics", listener.address()?);
                Some(metrics::serve(Asking { listener, client }, published, hear)?)
            }
            Some(Place::File(_, path)) => {
                say!("metrics go to {}", path.display());
                Some(metrics::keep(Asked(client), published, hear)?)
            }
            None => None,
        };
        Ok(())
    }

    /// What the process with the privileges has of it.
    pub fn served(&mut self) -> Option<Served> {
        self.place.take().map(Served)
    }

    /// What is handed out from now on.
    pub fn publish(&self, snapshot: Snapshot) {
        self.published.publish(snapshot);
    }
}

/// Accepts through the other process; that somebody is there it sees itself.
struct Asking {
    listener: Listener,
    client: Arc<Client>,
}

impl Accept for Asking {
    fn listener(&self) -> BorrowedFd<'_> {
        self.listener.listener()
    }

    fn accept(&mut self) -> io::Result<Option<OwnedFd>> {
        self.client.ask(Request { verb: verb::ACCEPT, index: 0 }).map(|answer| answer.fd)
    }
}

/// Makes and renames the file through the other process.
struct Asked(Arc<Client>);

impl Textfile for Asked {
    fn create(&mut self) -> io::Result<OwnedFd> {
        let answer = self.0.ask(Request { verb: verb::METRICS_FILE, index: 0 })?;
        answer.fd.ok_or_else(|| io::Error::other("no descriptor came"))
    }

    fn commit(&mut self) -> io::Result<()> {
        self.0.ask(Request { verb: verb::METRICS_DONE, index: 0 }).map(drop)
    }
}

/// Does what the other two ask for.
pub struct Served(Place);

impl Served {
    /// Takes who is there.
    pub fn accept(&mut self) -> io::Result<Answer> {
        match &mut self.0 {
            Place::Http(listener) => Ok(Answer { number: 0, fd: listener.accept()? }),
            Place::File(..) => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    /// Makes the new file.
    pub fn create(&mut self) -> io::Result<Answer> {
        match &mut self.0 {
            Place::File(file, _) => file.create().map(Answer::of),
            Place::Http(_) => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    /// Puts it in its place.
    pub fn commit(&mut self) -> io::Result<Answer> {
        match &mut self.0 {
            Place::File(file, _) => file.commit().map(|()| Answer::default()),
            Place::Http(_) => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    /// The file, where it is one.
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Place::File(_, path) => Some(path),
            Place::Http(_) => None,
        }
    }
}
