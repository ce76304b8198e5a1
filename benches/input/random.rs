//! Numbers that look random and are the same for the same seed, on any machine.

/// Steele's SplitMix: a counter, and a mix of its bits that is good enough for a hash too.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// One of the numbers below `end`, which is much smaller than 2^32.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        ((mix(self.0) >> 32) * end) >> 32
    }
}

/// Every bit of the result depends on every bit of `word`.
pub fn mix(word: u64) -> u64 {
    let word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}

/// Numbers that are as often as an exponential distribution of mean 1 has them, in parts of 65536:
/// drawing one of them needs no logarithm.
pub fn exponential() -> Vec<u32> {
    const COUNT: u32 = 4096;
    let quantile = |at: u32| -((f64::from(at) + 0.5) / f64::from(COUNT)).ln();
    let sum: f64 = (0..COUNT).map(quantile).sum();
    let one = 65536.0 * f64::from(COUNT) / sum;
    (0..COUNT).map(|at| (quantile(at) * one).round() as u32).collect()
}
