//! A line on its way out: bytes that are appended piece by piece.
//!
//! A vector would do, but for its price: most pieces of a line are a few bytes long, and a vector
//! asks the C library to copy each. Here the room behind the line is there already, so that a short
//! piece is one or two stores of a fixed size, of which the next piece may overwrite what was too
//! much. A text line is written in half the time.

#![forbid(unsafe_code)]

use std::fmt;

/// Bytes of room at the start; most lines need no more.
const START_BYTES: usize = 1024;

/// The bytes of one line, or of several.
#[derive(Clone, Default)]
pub struct Line {
    /// Room, of which the first `len` bytes are the line; the rest is stale.
    bytes: Vec<u8>,
    len: usize,
}

impl Line {
    /// An empty line. Room is made by the first piece.
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), len: 0 }
    }

    /// What was written.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// What was written, and nothing else.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.bytes.truncate(self.len);
        self.bytes
    }

    /// What was written, to be changed where it stands.
    #[inline]
    pub fn as_mut_bytes(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.len).unwrap_or_default()
    }

    /// Bytes written.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing was written.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The last byte.
    #[inline]
    pub fn last(&self) -> Option<u8> {
        self.bytes.get(self.len.checked_sub(1)?).copied()
    }

    /// Begins anew; the room stays.
    #[inline]
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Appends a byte.
    #[inline]
    pub fn push(&mut self, byte: u8) {
        self.put([byte], 1);
    }

    /// Appends the first `used` bytes of a piece, by copying all of it.
    #[inline(always)]
    pub fn put<const N: usize>(&mut self, piece: [u8; N], used: usize) {
        self.edit::<N>(|place| {
            *place = piece;
            used
        });
    }

    /// Gives the next `N` bytes of room to `write`, which says how many of them it used.
    #[inline(always)]
    pub fn edit<const N: usize>(&mut self, write: impl FnOnce(&mut [u8; N]) -> usize) {
        if self.bytes.len() - self.len < N {
            self.grow(N);
        }
        let place = self.bytes.get_mut(self.len..).and_then(|room| room.first_chunk_mut::<N>());
        if let Some(place) = place {
            let used = write(place);
            debug_assert!(used <= N, "{used} bytes of {N}");
            self.len += used.min(N);
        }
    }

    /// Appends a piece of any length.
    #[inline]
    pub fn extend_from_slice(&mut self, piece: &[u8]) {
        let n = piece.len();
        if self.bytes.len() - self.len < n {
            self.grow(n);
        }
        let Some(place) = self.bytes.get_mut(self.len..self.len + n) else { return };
        match n {
            // Two copies that overlap, each of a fixed size.
            17..=32 => halves::<16>(place, piece),
            8..=16 => halves::<8>(place, piece),
            4..=7 => halves::<4>(place, piece),
            2..=3 => halves::<2>(place, piece),
            _ => place.copy_from_slice(piece),
        }
        self.len += n;
    }

    /// Appends a number in decimal.
    #[inline]
    pub fn decimal(&mut self, number: impl Decimal) {
        let (is_negative, number) = number.parts();
        if is_negative {
            self.push(b'-');
        }
        // Most numbers of most lines.
        if number < 10 {
            return self.push(b'0' + number as u8);
        }
        if number < 100_000_000 {
            let (digits, zeros) = without_zeros(number as u32);
            return self.put(digits, 8 - zeros);
        }
        self.large_decimal(number);
    }

    /// Appends a number in decimal, with zeros up to eight digits; it has to be less than 10^8.
    #[inline]
    fn eight_digits(&mut self, number: u32) {
        debug_assert!(number < 100_000_000);
        self.put((eight(number) | ZEROS).to_le_bytes(), 8);
    }

    #[inline(never)]
    fn large_decimal(&mut self, number: u64) {
        let (high, low) = (number / 100_000_000, number % 100_000_000);
        self.decimal(high);
        self.eight_digits(low as u32);
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        let len = self.len.saturating_add(more).max(START_BYTES);
        self.bytes.resize(len.next_power_of_two(), 0);
    }
}

/// A whole number that can be written in decimal.
pub trait Decimal: Copy {
    /// Whether it is below zero, and how far it is from it.
    fn parts(self) -> (bool, u64);
}

macro_rules! decimal {
    ($($number:ty),*) => {
        $(impl Decimal for $number {
            #[inline(always)]
            fn parts(self) -> (bool, u64) {
                (false, self as u64)
            }
        })*
    };
}
decimal!(u8, u16, u32, u64, usize);

impl Decimal for i32 {
    #[inline(always)]
    fn parts(self) -> (bool, u64) {
        (self < 0, u64::from(self.unsigned_abs()))
    }
}

/// Copies what has between `N` and `2 * N` bytes.
#[inline(always)]
fn halves<const N: usize>(to: &mut [u8], from: &[u8]) {
    if let (Some(to), Some(from)) = (to.first_chunk_mut::<N>(), from.first_chunk::<N>()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (to.last_chunk_mut::<N>(), from.last_chunk::<N>()) {
        *to = *from;
    }
}

/// Eight times the character 0.
pub(crate) const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The eight digits of a number below 10^8, the first in the lowest byte: halves, quarters and
/// eighths of it side by side in one register, each divided by multiplication.
#[inline(always)]
pub(crate) const fn eight(number: u32) -> u64 {
    let (high, low) = ((number / 10_000) as u64, (number % 10_000) as u64);
    let fours = high | low << 32;
    // Of what is below 10,000 this is a hundredth, of what is below 100 a tenth.
    let hundreds = ((fours * 10_486) >> 20) & 0x7f_0000_007f;
    let twos = hundreds | (fours - 100 * hundreds) << 16;
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (twos - 10 * tens) << 8
}

/// The digits of a number below 10^8, leading zeros left out and unused bytes behind them, and how
/// many were left out.
#[inline(always)]
pub(crate) const fn without_zeros(number: u32) -> ([u8; 8], usize) {
    let digits = eight(number);
    // The last digit stays, whatever it is.
    let zeros = (digits | 1 << 56).trailing_zeros() / 8;
    (((digits | ZEROS) >> (8 * zeros)).to_le_bytes(), zeros as usize)
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

impl fmt::Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

impl Extend<u8> for Line {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        bytes.into_iter().for_each(|byte| self.push(byte));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_have_all_their_digits_and_no_more() {
        let around = |n: u64| [n.saturating_sub(1), n, n.saturating_add(1)];
        let powers = (0..20).map(|power| 10_u64.pow(power));
        let mut line = Line::new();
        [0, -1, i32::MIN, i32::MAX].iter().for_each(|number| line.decimal(*number));
        assert_eq!(line.as_bytes(), b"0-1-21474836482147483647");
        for number in powers.chain([0, 12_345_678, u64::MAX]).flat_map(around) {
            let mut line = Line::new();
            line.decimal(number);
            assert_eq!(line.as_bytes(), number.to_string().as_bytes());
        }
    }

    proptest! {
        #[test]
        fn every_number_reads_back(number: u64, shift in 0..64_u32) {
            let mut line = Line::new();
            line.decimal(number >> shift);
            prop_assert_eq!(line.into_bytes(), (number >> shift).to_string().into_bytes());
        }

        /// Whatever was copied too much never shows.
        #[test]
        fn pieces_follow_each_other(pieces: Vec<(Vec<u8>, bool)>) {
            let (mut line, mut expected) = (Line::new(), Vec::new());
            for (piece, fixed) in pieces {
                if fixed {
                    let mut eight = [b'?'; 8];
                    let used = piece.len().min(8);
                    eight[..used].copy_from_slice(&piece[..used]);
                    line.put(eight, used);
                    expected.extend_from_slice(&piece[..used]);
                } else {
                    line.extend_from_slice(&piece);
                    expected.extend_from_slice(&piece);
                }
                prop_assert_eq!(line.as_bytes(), &expected[..]);
                prop_assert_eq!(line.last(), expected.last().copied());
            }
        }
    }
}
