//! pf's state table in a program's hands: what [`StateTable`] holds, and the kernel that has it.
//!
//! | module | what it holds |
//! |---|---|
//! | `form` | what records look like: the fields of each release's state, by name |
//! | `kernel` | the few things that are asked of a kernel, as a trait; /dev/pf behind it |
//! | [`fake`] | a kernel for tests |
//!
//! ```no_run
//! use pfstatelog::pf::StateTable;
//!
//! for state in &StateTable::from_dev_pf()? {
//!     let nat = state.nat();
//!     println!("{:016x} {:?} is {:?} outside", state.id.id, nat.src, nat.nat_src);
//! }
//! # Ok::<(), std::io::Error>(())
//! ```

#![forbid(unsafe_code)]

pub mod fake;
pub(crate) mod form;
mod kernel;

use std::fmt;
use std::io;

pub use form::Form;
#[cfg(feature = "live")]
pub use kernel::DevPf;
pub use kernel::Kernel;
pub(crate) use kernel::is_about_all;

use crate::state::State;
use crate::time::Time;

/// A state table at a moment: the records of a kernel as they are, 1 after the other.
///
/// ```
/// use pfstatelog::abi::Release;
/// use pfstatelog::pf::{Form, StateTable};
/// use pfstatelog::time::Time;
///
/// let form = Form::new(Release::OpenBsd7_9);
/// let mut record = vec![0; form.record_bytes()];
/// record[7] = 42; // the last byte of the id, which is in network order
/// let table = StateTable::from_records(form, Time::now(), record)?;
/// let state = table.states().next().expect("there is one");
/// assert_eq!((state.id.id, table.len()), (42, 1));
/// # Ok::<(), pfstatelog::pf::NotWhole>(())
/// ```
#[derive(Debug, Clone)]
pub struct StateTable {
    form: Form,
    time: Time,
    records: Vec<u8>,
    /// For each record, where it is from a capture; else none at all.
    sights: Vec<Sight>,
}

/// Tables are the same where their states are, wherever they were seen.
impl PartialEq for StateTable {
    fn eq(&self, other: &Self) -> bool {
        (self.form, self.time) == (other.form, other.time) && self.records == other.records
    }
}

impl Eq for StateTable {}

/// What a capture said of when a state was as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// When the last message came that had all of it: its counters are of then.
    pub full: Time,
    /// When it began: that time less the age it had then, so sure to a second.
    pub start: Time,
    /// Its expiry follows from what was said; else it is of a timeout class that it went to since, and no more
    /// than what `set optimization conservative` gives that.
    pub expiry_known: bool,
}

/// Bytes that are no whole number of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotWhole {
    /// Bytes that there are.
    pub bytes: usize,
    /// Bytes of a record.
    pub record_bytes: usize,
}

impl fmt::Display for NotWhole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, record_bytes } = self;
        write!(f, "{bytes} bytes are no whole number of states of {record_bytes} bytes")
    }
}

impl std::error::Error for NotWhole {}

impl StateTable {
    /// An empty table, whose states were as they are at `time`.
    pub const fn new(form: Form, time: Time) -> Self {
        Self { form, time, records: Vec::new(), sights: Vec::new() }
    }

    /// Of records that lie one behind the other, numbers in network order.
    ///
    /// # Errors
    /// [`NotWhole`]
    pub fn from_records(form: Form, time: Time, records: Vec<u8>) -> Result<Self, NotWhole> {
        let (bytes, record_bytes) = (records.len(), form.record_bytes());
        match bytes % record_bytes {
            0 => Ok(Self { form, time, records, sights: Vec::new() }),
            _ => Err(NotWhole { bytes, record_bytes }),
        }
    }

    /// What pf of this machine has now, by DIOCGETSTATES on /dev/pf. Needs root.
    ///
    /// # Errors
    /// What open(2) and ioctl(2) say; `Unsupported` on a system without pf, and where its kernel gives
    /// states in a form that is not known here.
    #[cfg(feature = "live")]
    pub fn from_dev_pf() -> io::Result<Self> {
        Self::of_kernel(&mut DevPf::open(false)?)
    }

    /// What a kernel has now.
    ///
    /// # Errors
    /// As the kernel's.
    pub fn of_kernel(kernel: &mut dyn Kernel) -> io::Result<Self> {
        let (form, time) = (kernel.form(), Time::now());
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        Self::from_records(form, time, kernel.snapshot()?).map_err(invalid)
    }

    /// What its records are.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// When its states were as they are: ages and expiries count from then.
    pub const fn time(&self) -> Time {
        self.time
    }

    /// States.
    pub fn len(&self) -> usize {
        self.records.len() / self.form.record_bytes()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The records, one behind the other.
    pub fn as_bytes(&self) -> &[u8] {
        &self.records
    }

    /// The records, each by itself.
    pub fn records(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.records.chunks_exact(self.form.record_bytes())
    }

    /// The records, to be changed.
    pub(crate) fn records_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.records.chunks_exact_mut(self.form.record_bytes())
    }

    /// The states, as values that are the same whatever release told them.
    pub fn states(&self) -> States<'_> {
        let record_bytes = self.form.record_bytes();
        States { records: self.records.chunks_exact(record_bytes), decode: self.form.decoder() }
    }

    /// The state of this number in the table's order, the first of which is 0.
    pub fn state(&self, number: usize) -> Option<State> {
        let record_bytes = self.form.record_bytes();
        let from = number.checked_mul(record_bytes)?;
        self.form.decoder()(self.records.get(from..from.checked_add(record_bytes)?)?)
    }

    /// What a capture said of when the state of this number was as it is; `None` where the table is from no
    /// capture.
    pub fn sight(&self, number: usize) -> Option<Sight> {
        self.sights.get(number).copied()
    }

    /// With what a capture said of each state.
    pub(crate) fn with_sights(self, sights: Vec<Sight>) -> Self {
        Self { sights, ..self }
    }

    /// Adds what a capture said of the last record.
    pub(crate) fn push_sight(&mut self, sight: Option<Sight>) {
        self.sights.extend(sight);
    }

    /// Adds a record, which has to be of the table's form; whether it has that many bytes.
    pub fn push(&mut self, record: &[u8]) -> bool {
        let fits = record.len() == self.form.record_bytes();
        if fits {
            self.records.extend_from_slice(record);
        }
        fits
    }

    /// Keeps the records of which `keep` says so, in their order. Moves them where they lie.
    pub fn retain(&mut self, mut keep: impl FnMut(&[u8]) -> bool) {
        let size = self.form.record_bytes();
        let mut kept = 0;
        for (number, from) in (0..self.records.len()).step_by(size).enumerate() {
            if self.records.get(from..from + size).is_some_and(&mut keep) {
                self.records.copy_within(from..from + size, kept);
                if number < self.sights.len() {
                    self.sights.swap(kept / size, number);
                }
                kept += size;
            }
        }
        self.records.truncate(kept);
        self.sights.truncate(kept / size);
    }
}

impl<'t> IntoIterator for &'t StateTable {
    type Item = State;
    type IntoIter = States<'t>;

    fn into_iter(self) -> States<'t> {
        self.states()
    }
}

/// The states of a [`StateTable`].
#[derive(Debug, Clone)]
pub struct States<'t> {
    records: std::slice::ChunksExact<'t, u8>,
    decode: fn(&[u8]) -> Option<State>,
}

impl Iterator for States<'_> {
    type Item = State;

    fn next(&mut self) -> Option<State> {
        (self.decode)(self.records.next()?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.records.size_hint()
    }
}

impl ExactSizeIterator for States<'_> {}
