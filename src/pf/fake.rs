//! A kernel that is none: what restores and snapshots are tested with.

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::io;

use foldhash::fast::RandomState;

use super::form::Shape;
use super::{Form, Kernel, StateTable};
use crate::dump::check;
use crate::state::StateId;

/// A state table in memory that refuses what pf refuses: a state twice (`EEXIST`), one that cannot be
/// (`EINVAL`), one too many (`ENOMEM`).
///
/// ```
/// use pfstatelog::abi::Release;
/// use pfstatelog::pf::{Form, Kernel, StateTable, fake::FakeKernel};
///
/// let mut kernel = FakeKernel::new(Form::new(Release::OpenBsd7_9));
/// assert!(kernel.add(&[0; 264]).is_err());
/// assert!(StateTable::of_kernel(&mut kernel)?.is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct FakeKernel {
    shape: Shape,
    records: Vec<u8>,
    /// The number of each state's record.
    names: HashMap<(u64, u32), usize, RandomState>,
    /// States that it holds at most.
    pub limit: usize,
    /// Refuses this one, whatever it is, with this error's number.
    pub refuse: Option<(StateId, i32)>,
    /// Calls of [`Kernel::add`].
    pub added: usize,
}

const ENOENT: i32 = 2;
const ENOMEM: i32 = 12;
const EEXIST: i32 = 17;
const EINVAL: i32 = 22;

impl FakeKernel {
    /// One without states.
    pub fn new(form: Form) -> Self {
        Self {
            shape: Shape::of(form),
            records: Vec::new(),
            names: HashMap::default(),
            limit: usize::MAX,
            refuse: None,
            added: 0,
        }
    }

    /// One that has the states of a table already.
    pub fn with(table: &StateTable) -> Self {
        let mut kernel = Self::new(table.form());
        kernel.records = table.as_bytes().to_vec();
        let names = table.records().map(|record| kernel.shape.name(record));
        kernel.names = names.zip(0..).collect();
        kernel
    }

    /// States that it holds.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

impl Kernel for FakeKernel {
    fn form(&self) -> Form {
        self.shape.form
    }

    fn count(&mut self) -> io::Result<usize> {
        Ok(self.len())
    }

    fn snapshot(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.records.clone())
    }

    fn add(&mut self, record: &[u8]) -> io::Result<()> {
        let error = |number| Err(io::Error::from_raw_os_error(number));
        self.added += 1;
        let is_wrong = |record| {
            check::first(&self.shape, record).is_some() || check::is_dying(&self.shape, record)
        };
        if record.len() != self.shape.record_bytes || is_wrong(record) {
            return error(EINVAL);
        }
        let name = self.shape.name(record);
        if let Some((id, number)) = self.refuse
            && (id.id, id.creatorid) == name
        {
            return error(number);
        }
        if self.names.contains_key(&name) {
            return error(EEXIST);
        }
        if self.names.len() >= self.limit {
            return error(ENOMEM);
        }
        self.names.insert(name, self.records.len() / self.shape.record_bytes);
        self.records.extend_from_slice(record);
        Ok(())
    }

    fn get(&mut self, id: StateId) -> io::Result<Option<Vec<u8>>> {
        let size = self.shape.record_bytes;
        let at = self.names.get(&(id.id, id.creatorid)).copied();
        Ok(at.and_then(|at| self.records.get(at * size..(at + 1) * size)).map(<[u8]>::to_vec))
    }

    fn kill(&mut self, id: StateId) -> io::Result<u32> {
        let size = self.shape.record_bytes;
        let Some(at) = self.names.remove(&(id.id, id.creatorid)) else { return Ok(0) };
        // The last one takes its place.
        let last = self.records.len().checked_sub(size);
        let last = last.ok_or_else(|| io::Error::from_raw_os_error(ENOENT))?;
        self.records.copy_within(last.., at * size);
        self.records.truncate(last);
        if let Some(moved) = self.records.get(at * size..(at + 1) * size) {
            let name = self.shape.name(moved);
            self.names.insert(name, at);
        }
        Ok(1)
    }
}
