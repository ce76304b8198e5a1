//! What is asked of a kernel that has a state table.

#![forbid(unsafe_code)]

use std::io;

use super::Form;
use crate::state::StateId;

/// A kernel with a state table: pf through /dev/pf, or [a fake](super::fake::FakeKernel). No call
/// locks anything.
pub trait Kernel {
    /// What its records are: those that it gives and those that it takes.
    fn form(&self) -> Form;

    /// How many states it has, roughly: they come and go.
    ///
    /// # Errors
    /// What the kernel says.
    fn count(&mut self) -> io::Result<usize>;

    /// All its states, records one behind the other.
    ///
    /// # Errors
    /// What the kernel says.
    fn snapshot(&mut self) -> io::Result<Vec<u8>>;

    /// Adds a state, a record of its [`form`](Self::form).
    ///
    /// # Errors
    /// What the kernel says: for a state that it refuses `EINVAL`, `EEXIST`, `ENOMEM` and the like; see
    /// `is_about_all` for what concerns every state.
    fn add(&mut self, record: &[u8]) -> io::Result<()>;

    /// A state by its name, `None` where there is none.
    ///
    /// # Errors
    /// What the kernel says.
    fn get(&mut self, id: StateId) -> io::Result<Option<Vec<u8>>>;

    /// Takes a state away by its name; how many that were.
    ///
    /// # Errors
    /// What the kernel says.
    fn kill(&mut self, id: StateId) -> io::Result<u32>;
}

/// Whether an error of [`Kernel::add`] would be the same for any state: the call itself is not
/// allowed or not there, or nothing more is to be added (`Interrupted`).
pub(crate) fn is_about_all(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, InvalidData, PermissionDenied, Unsupported};
    // ENXIO, EBADF, ENODEV, ENOTTY: the same numbers on all systems.
    let of_device = error.raw_os_error().is_some_and(|number| matches!(number, 6 | 9 | 19 | 25));
    of_device || matches!(error.kind(), PermissionDenied | Unsupported | InvalidData | Interrupted)
}

#[cfg(feature = "live")]
pub use dev_pf::DevPf;

#[cfg(feature = "live")]
mod dev_pf {
    use super::*;
    use crate::abi::Release;
    use crate::pf::form::Shape;
    use crate::sys::devpf::Device;
    use crate::sys::host;

    /// pf of this machine.
    #[derive(Debug)]
    pub struct DevPf {
        device: Device,
        shape: Shape,
    }

    impl DevPf {
        /// Opens /dev/pf, for changes if it is to be written. Needs root.
        ///
        /// # Errors
        /// What open(2) says; `Unsupported` on a system without pf, or whose states are not known.
        pub fn open(write: bool) -> io::Result<Self> {
            let system = host::system();
            let release =
                system.as_ref().and_then(|(name, release)| Release::of_host(name, release));
            let known = release.filter(|release| matches!(release.system(), "openbsd" | "freebsd"));
            let Some(release) = known else {
                let name = system.map_or_else(|| "another system".to_string(), |(name, _)| name);
                let text = format!("this is {name}, and states can be had of OpenBSD and FreeBSD");
                return Err(io::Error::new(io::ErrorKind::Unsupported, text));
            };
            let device = Device::open(write, release)?;
            Ok(Self { device, shape: Shape::of(Form::of_ioctls(release)) })
        }
    }

    impl Kernel for DevPf {
        fn form(&self) -> Form {
            self.shape.form
        }

        fn count(&mut self) -> io::Result<usize> {
            self.device.count(self.shape.record_bytes)
        }

        fn snapshot(&mut self) -> io::Result<Vec<u8>> {
            let told = self.device.states(self.shape.record_bytes);
            let new = self.shape.form.release() >= Release::FreeBsd14_0 && self.form().is_freebsd();
            told.map_err(|error| match is_about_all(&error) && new {
                // Their record of 384 bytes is not laid out in what this program was made from.
                true => io::Error::new(
                    io::ErrorKind::Unsupported,
                    "this kernel has no DIOCGETSTATES, and its newer ways (DIOCGETSTATESV2, netlink) \
                     are not known here: take the states from a capture of pfsync0",
                ),
                false => error,
            })
        }

        fn add(&mut self, record: &[u8]) -> io::Result<()> {
            self.device.add(&mut record.to_vec())
        }

        fn get(&mut self, id: StateId) -> io::Result<Option<Vec<u8>>> {
            let mut record = vec![0; self.shape.record_bytes];
            let [named, creatorid] = [self.shape.roles.id, self.shape.roles.creatorid];
            for (role, number) in [(named, id.id), (creatorid, id.creatorid.into())] {
                if let Some(leaf) = self.shape.leaves.get(role) {
                    leaf.set_number(&mut record, number);
                }
            }
            Ok(self.device.get(&mut record)?.then_some(record))
        }

        fn kill(&mut self, id: StateId) -> io::Result<u32> {
            self.device.kill(id.id, id.creatorid)
        }
    }
}
