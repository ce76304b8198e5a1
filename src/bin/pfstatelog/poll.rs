//! Counters that are read again while a capture runs (`--poll`): pfsync tells few of them, and never the
//! last ones.
//!
//! The process with the privileges asks pf, since no confinement leaves that to the worker (of OpenBSD's
//! pledge the promise `pf` does not include it), and gives what pf says through a pipe, as it is:
//!
//! ```text
//! nanoseconds since 1970 8 | states 8 | records
//! ```
//!
//! It is the one that keeps to the bounds, whatever it is asked: pf walks its whole table under a lock.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use pfstatelog::config::Poll;
use pfstatelog::pf::{DevPf, Form, Kernel, StateTable};
use pfstatelog::sys::confine;
use pfstatelog::sys::privsep::{Answer, Client, Request};
use pfstatelog::sys::process::{self, Pid};
use pfstatelog::sys::user::User;
use pfstatelog::time::Time;

use crate::opener::verb;
use crate::run::{Fatal, Job};
use crate::say::say;

/// States from which on it takes `--poll-anyway`.
const MANY: usize = 200_000;
/// Of what time asking pf takes at most one part in so many.
const SHARE: u32 = 100;
/// States whose counters are taken in between two batches of packets.
const CHUNK: usize = 4096;
/// Bytes of what stands before the records.
const HEADER_BYTES: usize = 16;

/// The side that asks pf.
pub struct Poller {
    kernel: Box<dyn Kernel>,
    poll: Poll,
    /// When pf was asked last, and how long it took.
    last: Option<(Instant, Duration)>,
}

impl Poller {
    /// Opens /dev/pf, while that is allowed.
    pub fn open(poll: Poll) -> Result<Self, Fatal> {
        let pf = DevPf::open(false).map_err(|error| {
            let text = format!("--poll: /dev/pf: {error}; it works on the firewall itself");
            Fatal::Task(text)
        })?;
        Ok(Self::of(Box::new(pf), poll))
    }

    fn of(kernel: Box<dyn Kernel>, poll: Poll) -> Self {
        Self { kernel, poll, last: None }
    }

    /// What records look like.
    pub fn form(&self) -> Form {
        self.kernel.form()
    }

    /// What pf has now. `WouldBlock` where it was asked not long enough ago, `QuotaExceeded` where there are too
    /// many states.
    fn take(&mut self) -> io::Result<StateTable> {
        let begin = Instant::now();
        if let Some((at, took)) = self.last
            && begin.duration_since(at) < self.poll.every.max(took * SHARE)
        {
            return Err(io::Error::from_raw_os_error(libc::EAGAIN));
        }
        if !self.poll.anyway && self.kernel.count()? > MANY {
            return Err(io::Error::from_raw_os_error(libc::EDQUOT));
        }
        let table = StateTable::of_kernel(&mut *self.kernel);
        self.last = Some((begin, begin.elapsed()));
        table
    }

    /// Asks pf, and gives the pipe through which a process of its own hands on what that says.
    pub fn answer(&mut self, user: Option<&User>) -> io::Result<(Answer, Pid)> {
        let table = self.take()?;
        let (read, mut write) = io::pipe()?;
        let keep = [write.as_raw_fd()];
        let user = user.cloned();
        let child = process::fork_apart(&keep, move || {
            let dropped = user.map_or(Ok(()), |user| user.become_for_good());
            if dropped.and_then(|()| confine::reader(&[]).map(|_| ())).is_err() {
                return 1;
            }
            u8::from(write_table(&table, &mut write).is_err())
        })?;
        Ok((Answer::of(read.into()), child))
    }
}

fn write_table(table: &StateTable, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&table.time().nanos().to_ne_bytes())?;
    out.write_all(&(table.len() as u64).to_ne_bytes())?;
    out.write_all(table.as_bytes())
}

fn read_table(form: Form, from: &mut dyn Read) -> io::Result<StateTable> {
    let mut header = [0; HEADER_BYTES];
    from.read_exact(&mut header)?;
    let (Some(nanos), Some(count)) = (header.first_chunk(), header.last_chunk()) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let bytes = u64::from_ne_bytes(*count).saturating_mul(form.record_bytes() as u64);
    let mut records = Vec::new();
    from.take(bytes).read_to_end(&mut records)?;
    if records.len() as u64 != bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let time = Time::from_nanos(i64::from_ne_bytes(*nanos));
    let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
    StateTable::from_records(form, time, records).map_err(invalid)
}

/// The side that wants to know: a thread asks and reads, and the loop takes in what came.
pub struct Polled {
    tables: Receiver<StateTable>,
    /// What is being taken in, and from which state on.
    table: Option<(StateTable, usize)>,
}

impl Polled {
    /// Asks every so often, for as long as somebody is there to take it.
    pub fn start(client: Arc<Client>, form: Form, poll: Poll) -> io::Result<Self> {
        let (give, tables) = sync_channel(1);
        let ask = move || keep_asking(&client, form, poll.every, &give);
        thread::Builder::new().name("poll".into()).spawn(ask)?;
        Ok(Self { tables, table: None })
    }

    /// Takes in some of what came.
    pub fn take_in(&mut self, job: &mut Job) {
        if self.table.is_none() {
            self.table = self.tables.try_recv().ok().map(|table| (table, 0));
        }
        let Some((table, from)) = &mut self.table else { return };
        let to = table.len().min(*from + CHUNK);
        for state in (*from..to).filter_map(|number| table.state(number)) {
            job.decoder.count_again(table.time(), &state);
        }
        *from = to;
        if to == table.len() {
            self.table = None;
        }
    }
}

fn keep_asking(client: &Client, form: Form, every: Duration, give: &SyncSender<StateTable>) {
    let mut told = false;
    loop {
        thread::sleep(every);
        let answer = client.ask(Request { verb: verb::POLL, index: 0 });
        let fd = answer.and_then(|answer| answer.fd.ok_or(io::ErrorKind::InvalidData.into()));
        let table = fd.and_then(|fd: OwnedFd| read_table(form, &mut File::from(fd)));
        match table {
            Ok(table) => {
                told = false;
                if give.send(table).is_err() {
                    return;
                }
            }
            // Its bounds are wider than what was asked for.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return,
            Err(error) if !told => {
                told = true;
                match error.raw_os_error() {
                    Some(libc::EDQUOT) => say!(
                        "--poll: pf has more than {MANY} states, and is not asked for all of them \
                         again and again: --poll-anyway does"
                    ),
                    _ => say!("--poll: counters cannot be read: {error}"),
                }
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use pfstatelog::pf::fake::FakeKernel;

    use super::*;
    use crate::viewer::tests::table;

    fn poller(states: u64, anyway: bool, every: Duration) -> Poller {
        let mut states_of = |id| (id, 10, 50, 10, 1000);
        let made: Vec<_> = (1..=states).map(&mut states_of).collect();
        let kernel = FakeKernel::with(&table(100, &made));
        Poller::of(Box::new(kernel), Poll { every, anyway })
    }

    #[test]
    fn pf_is_not_asked_too_often() {
        let mut poller = poller(3, false, Duration::from_secs(30));
        assert_eq!(poller.take().unwrap().len(), 3);
        assert_eq!(poller.take().unwrap_err().kind(), io::ErrorKind::WouldBlock);
        // One hundredth of the time, where it takes long.
        let begin = Instant::now() - Duration::from_secs(31);
        poller.last = Some((begin, Duration::from_secs(1)));
        assert_eq!(poller.take().unwrap_err().kind(), io::ErrorKind::WouldBlock);
        poller.last = Some((begin, Duration::from_millis(300)));
        assert!(poller.take().is_ok());
    }

    #[test]
    fn many_states_take_a_word() {
        let many = MANY as u64 + 1;
        let error = poller(many, false, Duration::ZERO).take().unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::EDQUOT));
        assert_eq!(poller(many, true, Duration::ZERO).take().unwrap().len(), MANY + 1);
        assert!(poller(MANY as u64, false, Duration::ZERO).take().is_ok());
    }

    #[test]
    fn a_table_goes_through_a_pipe_as_it_is() {
        let table = table(100, &[(1, 10, 50, 10, 1000), (2, 11, 50, 5, 500)]);
        let mut bytes = Vec::new();
        write_table(&table, &mut bytes).unwrap();
        assert_eq!(read_table(table.form(), &mut &*bytes).unwrap(), table);
        for len in [0, 15, 16, bytes.len() - 1] {
            assert!(read_table(table.form(), &mut &bytes[..len]).is_err(), "{len}");
        }
    }
}
