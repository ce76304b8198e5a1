//! What pf of this machine has when a live capture begins, so that states are known that began before.
//!
//! The order matters: captures are open first, then pf is asked, while there still are privileges, and
//! then what was captured meanwhile is decoded. So nothing falls between the two, and what is in both is
//! told once (see `Table::prime`).

#![forbid(unsafe_code)]

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use pfstatelog::config::Mirror;
use pfstatelog::dump::source::DEV_PF;
use pfstatelog::pf::{DevPf, Kernel, StateTable};

use crate::run::{Fatal, Job};
use crate::say::say;
use crate::signals::Stop;

/// States that are told between two looks at what outputs hold.
const CHUNK: usize = 256;
/// How long outputs are waited for at most: what is captured meanwhile has to have room.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks at them.
const LOOK: Duration = Duration::from_millis(5);

/// What pf has now, where there is a mirror to take it in and a pf to ask.
pub fn snapshot(mirror: Mirror, debug: bool) -> Option<StateTable> {
    if mirror == Mirror::None {
        return None;
    }
    match DevPf::open(false) {
        Ok(mut pf) => of_kernel(&mut pf),
        // A machine without pf captures what others say.
        Err(error) if is_no_pf(&error) => {
            if debug {
                say!("not primed: {DEV_PF}: {error}");
            }
            None
        }
        Err(error) => {
            tell(&error);
            None
        }
    }
}

fn is_no_pf(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::NotFound)
}

/// What a kernel has now. A capture goes on without.
fn of_kernel(kernel: &mut dyn Kernel) -> Option<StateTable> {
    StateTable::of_kernel(kernel).map_err(|error| tell(&error)).ok()
}

fn tell(error: &io::Error) {
    say!("{DEV_PF}: {error}: states that began before are told of when they are heard of");
}

impl Job {
    /// Takes in what pf had, and tells each state. Outputs are given time to write it.
    pub fn prime(&mut self, table: StateTable, stop: &Stop) -> Result<(), Fatal> {
        let begin = Instant::now();
        let (time, release) = (table.time(), table.form().release());
        for (number, state) in table.states().enumerate() {
            let outputs = &mut self.outputs;
            self.decoder.prime(time, release, &state, &mut |event| outputs.event(event));
            if number % CHUNK == CHUNK - 1 {
                self.flush()?;
                while self.outputs.are_busy() && begin.elapsed() < PATIENCE && !stop.is_set() {
                    thread::sleep(LOOK);
                }
                if stop.is_set() || self.is_done() {
                    break;
                }
            }
        }
        self.flush()
    }
}

#[cfg(test)]
mod tests {
    use pfstatelog::abi::Release;
    use pfstatelog::pf::Form;
    use pfstatelog::pf::fake::FakeKernel;

    use super::*;

    #[test]
    fn a_kernel_is_asked_and_a_machine_without_one_goes_on() {
        let mut kernel = FakeKernel::new(Form::new(Release::OpenBsd7_9));
        assert_eq!(of_kernel(&mut kernel).map(|table| table.len()), Some(0));
        assert_eq!(snapshot(Mirror::None, false), None);
        for (kind, is_none) in
            [(io::ErrorKind::NotFound, true), (io::ErrorKind::PermissionDenied, false)]
        {
            assert_eq!(is_no_pf(&kind.into()), is_none);
        }
    }
}
