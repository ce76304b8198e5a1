//! Values that many states share, each kept once.

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::hash::Hash;

/// Values by number. A firewall has a few dozen names and rules; whoever sends forged frames can
/// invent more, so there is an end to it.
#[derive(Debug)]
pub(super) struct Interned<T> {
    values: Vec<T>,
    numbers: HashMap<T, u16, foldhash::fast::RandomState>,
    last: Option<(T, u16)>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: HashMap::default(), last: None }
    }
}

impl<T: Copy + Eq + Hash + Default> Interned<T> {
    /// The number of a value; `None` once there are too many.
    pub fn intern(&mut self, value: T) -> Option<u16> {
        // Most states are much like the one before.
        if let Some((last, number)) = self.last
            && last == value
        {
            return Some(number);
        }
        let number = match self.number_of(value) {
            Some(number) => number,
            None => {
                let number = u16::try_from(self.values.len()).ok()?;
                self.values.push(value);
                self.numbers.insert(value, number);
                number
            }
        };
        self.last = Some((value, number));
        Some(number)
    }

    /// The number of a value that has one.
    pub fn number_of(&self, value: T) -> Option<u16> {
        self.numbers.get(&value).copied()
    }

    /// The value of a number that was given.
    pub fn get(&self, number: u16) -> T {
        self.values.get(usize::from(number)).copied().unwrap_or_default()
    }
}
