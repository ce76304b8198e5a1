//! When a state of which nothing is heard is taken for gone.
//!
//! Time is counted in whole seconds since the first message here, in 32 bits: 136 years, after
//! which nothing is overdue any more. Overdue states are looked for whenever another second begins.

#![forbid(unsafe_code)]

use crate::abi::consts::*;
use crate::time::Time;

/// Added to what a timeout class allows, beside a tenth of it.
const GRACE_S: u32 = 60;

/// No moment at all.
pub(super) const NEVER: u32 = u32::MAX;

/// The time of the table, which never goes backwards.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// The first moment and the latest.
    span: Option<(Time, Time)>,
    /// Where the second of the latest moment ends.
    next_second: Time,
}

impl Clock {
    /// Moves it on to `time`, if that is later; whether another second began by that.
    pub fn advance(&mut self, time: Time) -> bool {
        let Some((_, latest)) = &mut self.span else {
            self.span = Some((time, time));
            self.next_second = Time::new(time.secs().saturating_add(1), 0);
            return false;
        };
        if time <= *latest {
            return false;
        }
        *latest = time;
        if time < self.next_second {
            return false;
        }
        self.next_second = Time::new(time.secs().saturating_add(1), 0);
        true
    }

    /// The latest moment.
    pub fn latest(&self) -> Time {
        self.span.map_or(Time::default(), |(_, latest)| latest)
    }

    /// Seconds from the second of the first moment on, less than [`NEVER`].
    pub fn now_s(&self) -> u32 {
        let elapsed_s = self.span.map_or(0, |(first, latest)| latest.secs() - first.secs());
        u32::try_from(elapsed_s).unwrap_or(NEVER).min(NEVER - 1)
    }
}

/// How long a state of each timeout class may be silent: the longest expiry that was seen on the
/// wire, or pf's conservative value for the class where that is longer, and something on top.
#[derive(Debug)]
pub(super) struct Allowed {
    silence_s: [u32; 256],
}

impl Default for Allowed {
    fn default() -> Self {
        let mut silence_s = [0; 256];
        for (class, silence_s) in (0u32..).zip(&mut silence_s) {
            *silence_s = with_grace(conservative(class));
        }
        Self { silence_s }
    }
}

impl Allowed {
    /// A message said that a state of this class has so many seconds left.
    pub fn saw(&mut self, class: u8, expire_s: u32) {
        let silence_s = &mut self.silence_s[usize::from(class)];
        *silence_s = with_grace(expire_s).max(*silence_s);
    }

    /// The first second in which a state of this class is overdue, if it was heard of last in the
    /// second `heard_s`. What was seen since counts too, so this may become later, never earlier.
    pub fn due(&self, class: u8, heard_s: u32) -> u32 {
        // A second was begun already.
        heard_s.saturating_add(self.silence_s[usize::from(class)]).saturating_add(1)
    }
}

const fn with_grace(seconds: u32) -> u32 {
    seconds.saturating_add(seconds / 10).saturating_add(GRACE_S)
}

/// `set optimization conservative` of pf.conf(5), in seconds.
pub(crate) const fn conservative(class: u32) -> u32 {
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
