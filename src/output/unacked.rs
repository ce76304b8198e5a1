//! What a connection was given and may not have brought to the other end: told if it breaks.
//!
//! Three places can hold it.
//! - What the system here has not sent, or sent without an answer, it tells.
//! - What the other end's system took and its daemon did not read: of a Unix socket that is told as well.
//!   Of TCP it shows in the window that is offered, which narrows; but not every byte narrows it, so
//!   what was sent in the last minute counts too, as far back as a window reaches.
//! - What the daemon read and did not put away nobody tells: what was sent in the last second counts.
//!
//! That is an upper bound, unless a daemon hangs for more than a minute and is killed then with little
//! unread, or keeps what it read in its memory for longer than a second.

#![forbid(unsafe_code)]

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::Lost;

/// How long a daemon may have what it read in its own memory.
const IN_MEMORY: Duration = Duration::from_secs(1);

/// How long another host's system may have what its daemon does not read, with nothing to show for it.
const HIDDEN: Duration = Duration::from_secs(60);

/// Lines that are sent together are one record up to so many bytes,
const RECORD_BYTES: u64 = 4 << 10;
/// or more, so that there are at most so many records.
const RECORDS: usize = 4096;

/// Lines that were sent.
struct Record {
    /// Bytes sent up to their start and to their end.
    start: u64,
    end: u64,
    lost: Lost,
    at: Instant,
}

#[derive(Default)]
pub(super) struct Unacked {
    /// Behind a network.
    is_remote: bool,
    records: VecDeque<Record>,
    /// Bytes given to the system since the connection was made.
    sent: u64,
    /// Of these the first so many need no record any more.
    acked: u64,
    /// The widest window that was offered.
    widest: u64,
}

impl Unacked {
    /// Of a socket to another host, or of a local one.
    pub fn new(is_remote: bool) -> Self {
        Self { is_remote, ..Self::default() }
    }

    /// Whether the lines of a record may not have arrived.
    fn is_at_risk(&self, record: &Record, now: Instant) -> bool {
        let age = now.saturating_duration_since(record.at);
        let is_hidden = || {
            let reach = self.widest.saturating_mul(2);
            self.is_remote && age < HIDDEN && self.sent.saturating_sub(record.end) <= reach
        };
        record.end > self.acked || age < IN_MEMORY || is_hidden()
    }

    /// Bytes were given to the system, with which these lines are complete.
    pub fn sent(&mut self, bytes: u64, lines: Option<Lost>, now: Instant) {
        let start = self.records.back().map_or(self.acked.max(self.sent), |last| last.end);
        self.sent += bytes;
        let Some(lost) = lines else { return };
        let lost = Lost { certain: false, ..lost };
        let is_many = self.records.len() >= RECORDS;
        match self.records.back_mut() {
            Some(last)
                if is_many
                    || self.sent.saturating_sub(last.start) <= RECORD_BYTES
                        && now.saturating_duration_since(last.at) < IN_MEMORY / 100 =>
            {
                (last.end, last.at, last.lost) = (self.sent, now, last.lost.and(lost));
            }
            _ => self.records.push_back(Record { start, end: self.sent, lost, at: now }),
        }
    }

    /// What was found while the connection was sound: so many bytes are not acknowledged, and the other end
    /// offers such a window, where that is known.
    pub fn found(&mut self, unacknowledged: u64, window: Option<u64>, now: Instant) {
        let unread = window.map_or(0, |window| {
            self.widest = self.widest.max(window);
            match self.widest - window {
                0 => 0,
                // Its buffer may have grown meanwhile.
                narrower => narrower.saturating_add(self.widest),
            }
        });
        let held = unacknowledged.saturating_add(unread);
        self.acked = self.acked.max(self.sent.saturating_sub(held));
        while self.records.front().is_some_and(|record| !self.is_at_risk(record, now)) {
            self.records.pop_front();
        }
    }

    /// The connection broke: what may be lost of what it was given. The next one begins with nothing.
    pub fn broken(&mut self, now: Instant) -> Option<Lost> {
        let this = std::mem::replace(self, Self::new(self.is_remote));
        let at_risk = this.records.iter().filter(|record| this.is_at_risk(record, now));
        let lost = at_risk.map(|record| record.lost);
        lost.reduce(Lost::and)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    fn line(secs: i64) -> Option<Lost> {
        Some(Lost::line(Time::new(secs, 0), 3000))
    }

    fn lost(unacked: &mut Unacked, now: Instant) -> Option<(u64, i64, i64)> {
        let lost = unacked.broken(now)?;
        assert!(!lost.certain);
        Some((lost.lines, lost.from.secs(), lost.to.secs()))
    }

    #[test]
    fn what_was_acknowledged_long_ago_is_not_lost() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut unacked = Unacked::default();
        let mut send = || {
            for n in 0..4 {
                unacked.sent(3000, line(n as i64), at(100 * n));
            }
            std::mem::take(&mut unacked)
        };
        let mut all = send();
        all.found(12_000, None, at(5000));
        assert_eq!(lost(&mut all, at(5000)), Some((4, 0, 3)));
        assert_eq!(lost(&mut all, at(5000)), None, "told twice");

        let mut some = send();
        some.found(3001, None, at(5000));
        assert_eq!(lost(&mut some, at(5000)), Some((2, 2, 3)));

        let mut fresh = send();
        fresh.found(0, None, at(1150));
        assert_eq!(lost(&mut fresh, at(1150)), Some((2, 2, 3)), "the last second");
        let mut none = send();
        none.found(0, None, at(5000));
        assert_eq!(lost(&mut none, at(5000)), None);
    }

    #[test]
    fn a_window_that_is_not_as_wide_as_ever_tells_of_what_nobody_read() {
        let start = Instant::now();
        let later = start + Duration::from_secs(9);
        let mut unacked = Unacked::default();
        unacked.found(0, Some(60_000), start);
        unacked.sent(3000, line(1), start);
        unacked.found(0, Some(57_000), later);
        assert_eq!(lost(&mut unacked, later), Some((1, 1, 1)));
        unacked.found(0, Some(60_000), start);
        unacked.sent(3000, line(1), start);
        unacked.found(0, Some(60_000), later);
        assert_eq!(lost(&mut unacked, later), None);
    }

    #[test]
    fn what_another_host_may_hold_unread_counts_for_a_minute_and_a_window() {
        let start = Instant::now();
        let at = |secs| start + Duration::from_secs(secs);
        let after = |secs: u64, bytes: u64| {
            let mut unacked = Unacked::new(true);
            unacked.found(0, Some(60_000), start);
            unacked.sent(3000, line(1), start);
            unacked.found(0, Some(60_000), start);
            unacked.sent(bytes, None, at(1));
            unacked.found(0, Some(60_000), at(secs));
            lost(&mut unacked, at(secs))
        };
        assert_eq!(after(59, 0), Some((1, 1, 1)));
        assert_eq!(after(59, 120_000), Some((1, 1, 1)));
        assert_eq!(after(59, 120_001), None);
        assert_eq!(after(60, 0), None);
    }

    #[test]
    fn a_line_of_which_a_part_was_sent_is_not_counted_before_it_is_whole() {
        let now = Instant::now();
        let mut unacked = Unacked::default();
        unacked.sent(1000, None, now);
        assert_eq!(unacked.broken(now), None);
        unacked.sent(1000, None, now);
        unacked.sent(2000, line(7), now);
        assert_eq!(unacked.broken(now).map(|lost| lost.lines), Some(1));
    }

    #[test]
    fn records_are_bounded_and_none_is_forgotten() {
        let start = Instant::now();
        let mut unacked = Unacked::default();
        for n in 0..20_000 {
            unacked.sent(3000, line(n), start + Duration::from_millis(20) * n as u32);
        }
        assert!(unacked.records.len() <= RECORDS);
        let end = start + Duration::from_secs(1000);
        assert_eq!(lost(&mut unacked, end), Some((20_000, 0, 19_999)));
    }
}
