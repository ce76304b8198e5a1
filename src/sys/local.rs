//! Local time: how far it is from UTC.

#![allow(unsafe_code)]

use crate::time::Time;

/// Reads what the system knows of the time zone, which a confined process may not; gives what tells how
/// many seconds local time is before UTC at a time.
pub fn prepare() -> fn(Time) -> i32 {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: no other thread runs that sets variables of the environment, which it reads.
    unsafe { tzset() };
    let _ = east(Time::now());
    east
}

/// Seconds by which local time is before UTC at a time; 0 where the system cannot tell.
fn east(time: Time) -> i32 {
    // A time_t may have 32 bits.
    #[allow(clippy::unnecessary_cast)]
    let secs = time.secs() as libc::time_t;
    // SAFETY: zeros are a struct tm of all systems: numbers, and a pointer that may be null.
    let mut broken_down: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: both point to what they are of, for as long as the call takes.
    let told = unsafe { libc::localtime_r(&raw const secs, &raw mut broken_down) };
    match told.is_null() {
        true => 0,
        false => i32::try_from(broken_down.tm_gmtoff).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_zone_is_further_than_a_day_away() {
        let local = prepare();
        for secs in [0, 1_700_000_000, i64::from(i32::MAX)] {
            assert!(local(Time::new(secs, 0)).abs() <= 24 * 3600);
        }
    }
}
