//! Connections that were seen, so that sequence numbers are told from where they began, as tcpdump does
//! unless it is given -S.

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::net::IpAddr;

/// Connections that are remembered; past that all are forgotten.
const MAX_FLOWS: usize = 65_536;

/// Where the numbers of both sides of connections began.
#[derive(Debug, Clone, Default)]
pub struct Flows {
    known: HashMap<(End, End), (u32, u32), foldhash::fast::RandomState>,
}

type End = (IpAddr, u16);

impl Flows {
    /// Sequence and acknowledgement number of a segment that has both, as they are printed: those that
    /// it has, if it begins a connection or is the first that is seen of it.
    pub fn relative(
        &mut self,
        [src, dst]: [End; 2],
        is_syn: bool,
        (seq, ack): (u32, u32),
    ) -> (u32, u32) {
        let is_reverse = src > dst;
        let name = if is_reverse { (dst, src) } else { (src, dst) };
        let began = self.known.get(&name).copied().filter(|_| !is_syn);
        match began {
            Some((near, far)) => {
                let (ours, theirs) = if is_reverse { (far, near) } else { (near, far) };
                (seq.wrapping_sub(ours), ack.wrapping_sub(theirs))
            }
            None => {
                if self.known.len() >= MAX_FLOWS {
                    self.known.clear();
                }
                let (ours, theirs) = (seq, ack.wrapping_sub(1));
                let began = if is_reverse { (theirs, ours) } else { (ours, theirs) };
                self.known.insert(name, began);
                (seq, ack)
            }
        }
    }
}
