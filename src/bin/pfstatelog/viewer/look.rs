//! Looking at the source again and again, and what went through each state between two looks.

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::mpsc::SyncSender;
use std::thread;
use std::time::{Duration, Instant};

use foldhash::fast::RandomState;
use pfstatelog::config::tasks::From;
use pfstatelog::dump::source::{self, DEV_PF, Options};
use pfstatelog::pf::StateTable;
use pfstatelog::state::{Address, State, StateId};
use pfstatelog::time::Time;

/// Hosts that are named as top talkers at most.
const TALKERS: usize = 5;

/// What went through in a second.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rate {
    pub packets: f64,
    pub bytes: f64,
}

/// The table, and what went through it since the look before.
#[derive(Debug)]
pub struct Look {
    pub table: StateTable,
    /// For each state of the table; `None` where nobody knows.
    pub rates: Vec<Option<Rate>>,
    /// Of all states; `None` at the first look.
    pub total: Option<Rate>,
    /// Who opened the states that most bytes went through, and how many in a second.
    pub talkers: Vec<(Address, f64)>,
}

/// What is looked at.
pub struct Source {
    from: From,
    /// What the file was when it was read.
    seen: Option<Stamp>,
    before: Before,
}

/// What tells that a file changed: device, inode, bytes, seconds and nanoseconds of its last change.
type Stamp = (u64, u64, u64, i64, i64);

impl Source {
    /// From here.
    pub fn new(from: From) -> Self {
        Self { from, seen: None, before: Before::default() }
    }

    /// The table, where it changed; `None` where it did not.
    pub fn look(&mut self) -> Result<Option<Look>, String> {
        let From { path, release, at } = &self.from;
        if path != Path::new(DEV_PF) {
            let meta = fs::metadata(path).map_err(|error| error.to_string())?;
            let stamp = (meta.dev(), meta.ino(), meta.len(), meta.mtime(), meta.mtime_nsec());
            if self.seen == Some(stamp) {
                return Ok(None);
            }
            // Also where it cannot be read: a file that is being written changes once more.
            self.seen = Some(stamp);
        }
        let options = Options { release: *release, at: *at, strict: false };
        let opened = source::open(path, &options).map_err(|error| error.to_string())?;
        Ok(Some(self.before.look(opened.table)))
    }

    /// Looks every `interval` and gives what is new, until nobody takes it. A look that takes long is
    /// followed by a pause of the same length, so that half of a core is left to others.
    pub fn keep_looking(mut self, interval: Duration, give: &SyncSender<Result<Look, String>>) {
        let mut took = Duration::ZERO;
        loop {
            thread::sleep(interval.max(took));
            let begin = Instant::now();
            let look = self.look();
            took = begin.elapsed();
            let given = match look {
                Ok(None) => continue,
                Ok(Some(look)) => give.send(Ok(look)),
                Err(error) => give.send(Err(error)),
            };
            if given.is_err() {
                return;
            }
        }
    }
}

/// The counters of the look before.
#[derive(Debug, Default)]
struct Before {
    time: Option<Time>,
    /// Packets and bytes, both ways.
    counters: HashMap<StateId, [u64; 2], RandomState>,
}

fn counters(state: &State) -> [u64; 2] {
    [state.packets, state.bytes].map(|[forth, back]| forth.saturating_add(back))
}

impl Before {
    /// What went through since, with the counters kept for the next look.
    fn look(&mut self, table: StateTable) -> Look {
        let passed_s = self.time.map(|before| table.time().nanos_since(before) as f64 / 1e9);
        let passed_s = passed_s.filter(|passed_s| *passed_s > 0.0);
        let mut total = Rate::default();
        let mut talkers: HashMap<Address, f64, RandomState> = HashMap::default();
        let mut now = HashMap::with_capacity_and_hasher(table.len(), RandomState::default());
        let mut rates = Vec::with_capacity(table.len());
        for state in &table {
            let counted = counters(&state);
            let rate = passed_s.and_then(|passed_s| self.rate(&state, counted, passed_s));
            if let Some(rate) = rate.filter(|rate| rate.packets > 0.0 || rate.bytes > 0.0) {
                total.packets += rate.packets;
                total.bytes += rate.bytes;
                *talkers.entry(state.nat().src.addr).or_default() += rate.bytes;
            }
            rates.push(rate);
            now.insert(state.id, counted);
        }
        (self.time, self.counters) = (Some(table.time()), now);
        let mut talkers: Vec<_> = talkers.into_iter().collect();
        talkers.sort_unstable_by(|(_, a), (_, b)| b.total_cmp(a));
        talkers.truncate(TALKERS);
        Look { table, rates, total: passed_s.map(|_| total), talkers }
    }

    /// Of a state that was there before, what its counters grew by; of one that was made since, all of
    /// them.
    fn rate(&self, state: &State, now: [u64; 2], passed_s: f64) -> Option<Rate> {
        let before = match self.counters.get(&state.id) {
            Some(before) => *before,
            None if f64::from(state.age_s) <= passed_s => [0; 2],
            None => return None,
        };
        // Counters that went back are another state's: the name was given again.
        let [packets, bytes] = [0, 1].map(|at| Some(now[at].checked_sub(before[at])? as f64));
        Some(Rate { packets: packets? / passed_s, bytes: bytes? / passed_s })
    }
}

#[cfg(test)]
pub mod tests {
    use binrw::BinWrite as _;
    use pfstatelog::abi::Release;
    use pfstatelog::pf::Form;
    use pfstatelog::wire::grammar::{self, Key, Peer};

    use super::*;

    /// A state's record: id, the last byte of its source, age in seconds, packets and bytes.
    pub type Made = (u64, u8, u32, u64, u64);

    /// A table of such states of OpenBSD 7.9, that go out behind NAT.
    pub fn table(secs: i64, states: &[Made]) -> StateTable {
        let mut table = StateTable::new(Form::new(Release::OpenBsd7_9), Time::new(secs, 0));
        let key = |addr: [[u8; 4]; 2], port| {
            let wide = |addr: [u8; 4]| std::array::from_fn(|at| *addr.get(at).unwrap_or(&0));
            Key { addr: addr.map(wide), port, af: 2, ..Key::default() }
        };
        for (id, host, age_s, packets, bytes) in states {
            let peer = Peer { state: 4, ..Peer::default() };
            let state = grammar::State {
                id: *id,
                ifname: *b"em0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                // Of a state that goes out, 1 is the source.
                key: [
                    key([[198, 51, 100, 9], [203, 0, 113, 7]], [443, 60_211]),
                    key([[198, 51, 100, 9], [192, 168, 1, *host]], [443, 51_234]),
                ],
                src: peer,
                dst: peer,
                creation: *age_s,
                expire: 86_400,
                packets: [*packets, 0],
                bytes: [*bytes, 0],
                af: 2,
                proto: 6,
                direction: 2,
                ..grammar::State::default()
            };
            let mut record = std::io::Cursor::new(Vec::new());
            state.write_be(&mut record).unwrap();
            table.push(&record.into_inner());
        }
        table
    }

    #[test]
    fn rates_are_what_went_through_between_two_looks() {
        let mut before = Before::default();
        let first = before.look(table(100, &[(1, 10, 50, 10, 1000), (2, 11, 50, 5, 500)]));
        assert_eq!((first.total, &*first.rates), (None, &[None, None][..]));
        // The first grew, the second did not, the third is new, the fourth was missed before, and the
        // fifth has a name that was another's.
        let states =
            [(1, 10, 60, 30, 3000), (2, 11, 60, 5, 500), (3, 10, 3, 10, 100), (4, 12, 70, 9, 9)];
        let second = before.look(table(110, &states));
        let rate = |packets, bytes| Some(Rate { packets, bytes });
        assert_eq!(second.rates, [rate(2.0, 200.0), rate(0.0, 0.0), rate(1.0, 10.0), None]);
        assert_eq!(second.total, rate(3.0, 210.0));
        let talkers: Vec<_> = second.talkers.iter().map(|(_, bytes)| *bytes).collect();
        assert_eq!(talkers, [210.0]);
        let third = before.look(table(120, &[(1, 10, 3, 1, 3)]));
        assert_eq!(third.rates, [None]);
        // A table that is no later than the one before tells nothing.
        assert_eq!(before.look(table(120, &[(1, 10, 3, 1, 4)])).total, None);
    }

    #[test]
    fn a_file_is_read_again_when_it_changes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dump");
        let put = |table: &StateTable| {
            let write = |out: &mut dyn std::io::Write| {
                pfstatelog::dump::write(table, pfstatelog::dump::Format::Binary, out)
            };
            pfstatelog::dump::file::write(&path, write).unwrap();
        };
        put(&table(100, &[(1, 10, 50, 10, 1000)]));
        let mut source = Source::new(From { path: path.clone(), release: None, at: None });
        assert_eq!(source.look().unwrap().unwrap().table.len(), 1);
        assert!(source.look().unwrap().is_none());
        put(&table(110, &[(1, 10, 50, 20, 1000), (2, 10, 50, 10, 1000)]));
        let again = source.look().unwrap().unwrap();
        assert_eq!((again.table.len(), again.total.unwrap().packets), (2, 1.0));
        fs::remove_file(&path).unwrap();
        assert!(source.look().is_err());
    }
}
