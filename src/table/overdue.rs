//! When a state of which nothing is heard is taken for gone.
//!
//! Time is counted in minutes here: nothing depends on being early, and two bytes a state are all
//! that it costs.

#![forbid(unsafe_code)]

use crate::abi::consts::*;
use crate::time::Time;

const MINUTE_S: i64 = 60;

/// Added to what a timeout class allows, beside a tenth of it.
const GRACE_S: i64 = 60;

/// Minutes go round in 65,536; half of that can be told from the other half.
const MAX_S: i64 = 20 * 24 * 3600;

/// What each timeout class allows: the longest expiry that was seen on the wire, or pf's
/// conservative value for the class where that is longer.
#[derive(Debug)]
pub(super) struct Allowed {
    seconds: [u32; 256],
}

impl Default for Allowed {
    fn default() -> Self {
        let mut seconds = [conservative(u32::MAX); 256];
        for (class, seconds) in (0u32..).zip(&mut seconds) {
            *seconds = conservative(class);
        }
        Self { seconds }
    }
}

impl Allowed {
    /// A message said that a state of this class has so many seconds left.
    pub fn saw(&mut self, class: u8, expire_s: u32) {
        let seconds = &mut self.seconds[usize::from(class)];
        *seconds = expire_s.max(*seconds);
    }

    /// The minute in which a state of this class is overdue, if it is heard of at `now` last.
    pub fn due(&self, class: u8, now: Time) -> u16 {
        let allowed = i64::from(self.seconds[usize::from(class)]);
        let after_s = (allowed + allowed / 10 + GRACE_S).min(MAX_S);
        // 0 means never.
        (minute(now.secs() + after_s) + 1).max(1)
    }
}

/// The minute of a second, going round.
fn minute(secs: i64) -> u16 {
    secs.div_euclid(MINUTE_S) as u16
}

/// The minute of a time, going round.
pub(super) fn minute_of(time: Time) -> u16 {
    minute(time.secs())
}

/// Whether `due` is at or before `now`.
pub(super) fn is_due(due: u16, now: u16) -> bool {
    due != 0 && (now.wrapping_sub(due) as i16) >= 0
}

/// Minutes from `now` to `due`, negative where it is past.
pub(super) fn until(due: u16, now: u16) -> i16 {
    due.wrapping_sub(now) as i16
}

/// `set optimization conservative` of pf.conf(5), in seconds.
const fn conservative(class: u32) -> u32 {
    match class {
        PFTM_TCP_FIRST_PACKET => 3600,
        PFTM_TCP_OPENING => 900,
        PFTM_TCP_ESTABLISHED => 5 * 24 * 3600,
        PFTM_TCP_CLOSING => 3600,
        PFTM_TCP_FIN_WAIT => 600,
        PFTM_TCP_CLOSED => 180,
        PFTM_UDP_SINGLE | PFTM_OTHER_SINGLE => 30,
        PFTM_UDP_FIRST_PACKET | PFTM_UDP_MULTIPLE => 60,
        PFTM_OTHER_FIRST_PACKET | PFTM_OTHER_MULTIPLE => 60,
        PFTM_ICMP_FIRST_PACKET => 20,
        PFTM_ICMP_ERROR_REPLY => 10,
        // Nothing is known of a class that has no name: as long as the longest.
        _ => 5 * 24 * 3600,
    }
}
