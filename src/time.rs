//! Capture time: nanoseconds since the epoch, and the one way in which it is written.
//!
//! Every time that leaves the program is RFC 3339, UTC, with microseconds. The calendar part
//! changes once a second, so [`Rfc3339`] keeps it and only writes the fraction anew.

use time::OffsetDateTime;

/// A point in time, in nanoseconds since 1970-01-01T00:00:00 UTC, leap seconds not counted.
///
/// Signed, so that an age subtracted from a capture time that makes no sense stays a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(i64);

const NANOS_PER_SEC: i64 = 1_000_000_000;
const DAY_S: i64 = 24 * 3600;

impl Time {
    /// From seconds and nanoseconds as a capture stores them; saturates at the ends of the range
    /// (years 1677 and 2262).
    pub const fn new(secs: i64, nanos: u32) -> Self {
        Self(secs.saturating_mul(NANOS_PER_SEC).saturating_add(nanos as i64))
    }

    /// From nanoseconds since the epoch.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// The clock of this machine.
    pub fn now() -> Self {
        match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
            Ok(d) => Self(i64::try_from(d.as_nanos()).unwrap_or(i64::MAX)),
            Err(e) => Self(i64::try_from(e.duration().as_nanos()).map_or(i64::MIN, |n| -n)),
        }
    }

    /// Nanoseconds since the epoch.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(NANOS_PER_SEC)
    }

    /// The part below a second, in microseconds, rounded down.
    pub const fn subsec_micros(self) -> u32 {
        (self.0.rem_euclid(NANOS_PER_SEC) / 1000) as u32
    }

    /// Nanoseconds from `earlier` to this time, negative where it is later; saturates.
    pub const fn nanos_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This time less `secs` seconds; saturates.
    pub const fn minus_secs(self, secs: u32) -> Self {
        Self(self.0.saturating_sub(secs as i64 * NANOS_PER_SEC))
    }
}

/// Writes times as `2026-11-20T13:05:02.123456Z`, remembering the calendar part of the last one.
#[derive(Debug, Clone)]
pub struct Rfc3339 {
    secs: i64,
    /// `2026-11-20T13:05:02`
    text: [u8; 19],
}

impl Default for Rfc3339 {
    fn default() -> Self {
        Self { secs: 0, text: *b"1970-01-01T00:00:00" }
    }
}

impl Rfc3339 {
    /// Appends `t` with microseconds.
    pub fn write_micros(&mut self, out: &mut Vec<u8>, t: Time) {
        out.extend_from_slice(self.calendar(t.secs()));
        let mut frac = *b".000000Z";
        put_decimal(&mut frac[1..7], t.subsec_micros());
        out.extend_from_slice(&frac);
    }

    /// Appends `t` to the second, rounded down: for times that are not sure to more than that.
    pub fn write_secs(&mut self, out: &mut Vec<u8>, t: Time) {
        out.extend_from_slice(self.calendar(t.secs()));
        out.push(b'Z');
    }

    fn calendar(&mut self, secs: i64) -> &[u8; 19] {
        if secs != self.secs {
            let day = secs.div_euclid(DAY_S);
            let second = secs.rem_euclid(DAY_S) as u32;
            let is_same_day = day == self.secs.div_euclid(DAY_S);
            self.secs = secs;
            put_decimal(&mut self.text[11..13], second / 3600);
            put_decimal(&mut self.text[14..16], second / 60 % 60);
            put_decimal(&mut self.text[17..19], second % 60);
            if is_same_day {
                return &self.text;
            }
            // Every i64 of nanoseconds lies within the calendar's years, so this cannot fail.
            let d = OffsetDateTime::from_unix_timestamp(secs).unwrap_or(OffsetDateTime::UNIX_EPOCH);
            let t = &mut self.text;
            put_decimal(&mut t[0..4], d.year().unsigned_abs());
            put_decimal(&mut t[5..7], u32::from(u8::from(d.month())));
            put_decimal(&mut t[8..10], u32::from(d.day()));
        }
        &self.text
    }
}

/// Fills `field` with the last digits of `n`, zeros first.
fn put_decimal(field: &mut [u8], mut n: u32) {
    for digit in field.iter_mut().rev() {
        *digit = b'0' + (n % 10) as u8;
        n /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(t: Time) -> String {
        let mut out = Vec::new();
        Rfc3339::default().write_micros(&mut out, t);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn times_are_utc_with_microseconds() {
        assert_eq!(text(Time::new(1_795_179_902, 123_456_999)), "2026-11-20T13:05:02.123456Z");
        assert_eq!(text(Time::default()), "1970-01-01T00:00:00.000000Z");
        assert_eq!(text(Time::new(951_782_400, 0)), "2000-02-29T00:00:00.000000Z");
    }

    #[test]
    fn times_before_the_epoch_and_at_the_ends_are_written() {
        assert_eq!(text(Time::new(-1, 999_999_000)), "1969-12-31T23:59:59.999999Z");
        assert_eq!(text(Time::new(i64::MAX, 0)), "2262-04-11T23:47:16.854775Z");
        assert_eq!(text(Time::from_nanos(i64::MIN)), "1677-09-21T00:12:43.145224Z");
    }

    #[test]
    fn differences_saturate() {
        let (first, last) = (Time::from_nanos(i64::MIN), Time::from_nanos(i64::MAX));
        assert_eq!(last.nanos_since(first), i64::MAX);
        assert_eq!(first.nanos_since(last), i64::MIN);
        assert_eq!(Time::new(5, 1).nanos_since(Time::new(7, 0)), -1_999_999_999);
    }

    #[test]
    fn the_kept_calendar_follows_the_second() {
        let mut w = Rfc3339::default();
        let mut out = Vec::new();
        for secs in [10, 10, 11, 86_400, 10] {
            w.write_secs(&mut out, Time::new(secs, 5));
            out.push(b' ');
        }
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "1970-01-01T00:00:10Z 1970-01-01T00:00:10Z 1970-01-01T00:00:11Z \
             1970-01-02T00:00:00Z 1970-01-01T00:00:10Z "
        );
    }
}
