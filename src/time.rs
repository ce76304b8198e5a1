//! Capture time: nanoseconds since the epoch, and the one way in which it is written.
//!
//! Every time that leaves the program is RFC 3339, UTC, with microseconds. The calendar part
//! changes once a second, so [`Rfc3339`] keeps it and only writes the fraction anew.

use crate::line::{Line, ZEROS, eight};
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

    /// From RFC 3339, with up to nine digits of a second or none: `2026-11-20T13:05:02Z`,
    /// `2026-11-20T14:05:02.5+01:00`. `None` for anything else, and outside of the years 1677 to 2262.
    pub fn parse(text: &str) -> Option<Self> {
        let (text, ahead_s) = without_zone(text)?;
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        let bytes = seconds.as_bytes();
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let sound =
            bytes.len() == 19 && marks.iter().all(|(at, byte)| bytes.get(*at) == Some(byte));
        if !sound || !digits(fraction) || !(1..=9).contains(&fraction.len()) {
            return None;
        }
        let number = |from: usize, to: usize| {
            seconds
                .get(from..to)
                .filter(|text| digits(text))
                .and_then(|text| text.parse::<u8>().ok())
        };
        let year: i32 = seconds.get(..4).filter(|text| digits(text))?.parse().ok()?;
        let month = time::Month::try_from(number(5, 7)?).ok()?;
        let date = time::Date::from_calendar_date(year, month, number(8, 10)?).ok()?;
        let clock = time::Time::from_hms(number(11, 13)?, number(14, 16)?, number(17, 19)?).ok()?;
        let seconds = OffsetDateTime::new_utc(date, clock).unix_timestamp();
        let nanos: u32 = format!("{fraction:0<9}").parse().ok()?;
        let seconds = i128::from(seconds - ahead_s);
        let nanos = seconds * i128::from(NANOS_PER_SEC) + i128::from(nanos);
        i64::try_from(nanos).ok().map(Self)
    }

    /// This time less `secs` seconds; saturates.
    pub const fn minus_secs(self, secs: u32) -> Self {
        Self(self.0.saturating_sub(secs as i64 * NANOS_PER_SEC))
    }
}

/// A time without its zone, and how many seconds that is ahead of UTC: `Z`, `+01:00`, `-02:30`.
fn without_zone(text: &str) -> Option<(&str, i64)> {
    if let Some(text) = text.strip_suffix('Z') {
        return Some((text, 0));
    }
    let (text, zone) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let &[sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] = zone.as_bytes() else { return None };
    let number = |tens: u8, ones: u8| {
        let both = [tens, ones].iter().all(u8::is_ascii_digit);
        both.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    };
    let (hours, minutes) = (number(h1, h2)?, number(m1, m2)?);
    let ahead_s = hours * 3600 + minutes * 60;
    (hours < 24 && minutes < 60).then_some((text, if sign == b'-' { -ahead_s } else { ahead_s }))
}

/// Writes times as `2026-11-20T13:05:02.123456Z`, remembering the calendar part of the last one.
#[derive(Debug, Clone)]
pub struct Rfc3339 {
    /// The nanosecond at which the last second began. That of the first second of all lies before
    /// the first nanosecond of all, and goes round, as the difference to it does.
    from: i64,
    day: i64,
    /// `2026-11-20T13:05:02.000000Z`, and room so that its size is a round one.
    text: [u8; 32],
}

/// Where the fraction begins in [`Rfc3339::text`].
const POINT: usize = 19;

impl Default for Rfc3339 {
    fn default() -> Self {
        Self { from: 0, day: 0, text: *b"1970-01-01T00:00:00.000000Z     " }
    }
}

impl Rfc3339 {
    /// Appends `t` with microseconds.
    #[inline]
    pub fn write_micros(&mut self, out: &mut Line, t: Time) {
        self.write(out, t, None);
    }

    /// Appends `t` with microseconds, and a byte.
    #[inline]
    pub(crate) fn write_micros_and(&mut self, out: &mut Line, t: Time, byte: u8) {
        self.write(out, t, Some(byte));
    }

    #[inline(always)]
    fn write(&mut self, out: &mut Line, t: Time, byte: Option<u8>) {
        let nanos = self.nanos_of(t);
        let [_, _, micros @ ..] = (eight(nanos / 1000) | ZEROS).to_le_bytes();
        // The digits are put where the text stands by then: what was just written cannot be read again
        // at once in larger pieces.
        out.edit::<32>(|place| {
            *place = self.text;
            place[POINT + 1..POINT + 7].copy_from_slice(&micros);
            place[POINT + 8] = byte.unwrap_or_default();
            POINT + 8 + usize::from(byte.is_some())
        });
    }

    /// Appends `t` to the second, rounded down: for times that are not sure to more than that.
    #[inline]
    pub fn write_secs(&mut self, out: &mut Line, t: Time) {
        self.nanos_of(t);
        out.edit::<32>(|place| {
            *place = self.text;
            place[POINT] = b'Z';
            POINT + 1
        });
    }

    /// The part of `t` below a second, in nanoseconds; its second is the last one then.
    #[inline]
    fn nanos_of(&mut self, t: Time) -> u32 {
        let since = t.0.wrapping_sub(self.from);
        if (0..NANOS_PER_SEC).contains(&since) {
            return since as u32;
        }
        self.turn_to(t.secs());
        t.0.rem_euclid(NANOS_PER_SEC) as u32
    }

    #[inline(never)]
    fn turn_to(&mut self, secs: i64) {
        let day = secs.div_euclid(DAY_S);
        let second = secs.rem_euclid(DAY_S) as u32;
        let is_same_day = day == self.day;
        (self.from, self.day) = (secs.wrapping_mul(NANOS_PER_SEC), day);
        let t = &mut self.text;
        put_decimal(&mut t[11..13], second / 3600);
        put_decimal(&mut t[14..16], second / 60 % 60);
        put_decimal(&mut t[17..19], second % 60);
        if is_same_day {
            return;
        }
        // Every i64 of nanoseconds lies within the calendar's years, so this cannot fail.
        let d = OffsetDateTime::from_unix_timestamp(secs).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        put_decimal(&mut t[0..4], d.year().unsigned_abs());
        put_decimal(&mut t[5..7], u32::from(u8::from(d.month())));
        put_decimal(&mut t[8..10], u32::from(d.day()));
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
        let mut out = Line::new();
        Rfc3339::default().write_micros(&mut out, t);
        String::from_utf8(out.into_bytes()).unwrap()
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
        let mut first = Line::new();
        let mut writer = Rfc3339::default();
        (0..2).for_each(|_| writer.write_micros(&mut first, Time::from_nanos(i64::MIN)));
        assert_eq!(first.as_bytes(), b"1677-09-21T00:12:43.145224Z".repeat(2));
    }

    #[test]
    fn differences_saturate() {
        let (first, last) = (Time::from_nanos(i64::MIN), Time::from_nanos(i64::MAX));
        assert_eq!(last.nanos_since(first), i64::MAX);
        assert_eq!(first.nanos_since(last), i64::MIN);
        assert_eq!(Time::new(5, 1).nanos_since(Time::new(7, 0)), -1_999_999_999);
    }

    #[test]
    fn times_are_read_in_any_zone() {
        let utc = Time::parse("2026-11-20T13:05:02.5Z");
        assert_eq!(utc, Some(Time::new(1_795_179_902, 500_000_000)));
        for same in ["2026-11-20T14:05:02.5+01:00", "2026-11-20T10:35:02.500-02:30"] {
            assert_eq!(Time::parse(same), utc, "{same}");
        }
        for wrong in ["", "Z", "2026-11-20", "2026-11-20T13:05:02", "2026-11-20T13:05:02+0100"] {
            assert_eq!(Time::parse(wrong), None, "{wrong}");
        }
        for wrong in ["+24:00", "+01:60", "+1:000", "é:00", " 01:00", "Z+01:00"] {
            assert_eq!(Time::parse(&format!("2026-11-20T13:05:02{wrong}")), None, "{wrong}");
        }
    }

    #[test]
    fn the_kept_calendar_follows_the_second() {
        let mut w = Rfc3339::default();
        let mut out = Line::new();
        for secs in [10, 10, 11, 86_400, 10] {
            w.write_secs(&mut out, Time::new(secs, 5));
            out.push(b' ');
        }
        assert_eq!(
            String::from_utf8(out.into_bytes()).unwrap(),
            "1970-01-01T00:00:10Z 1970-01-01T00:00:10Z 1970-01-01T00:00:11Z \
             1970-01-02T00:00:00Z 1970-01-01T00:00:10Z "
        );
    }
}
