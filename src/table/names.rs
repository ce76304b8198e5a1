//! Interface names, each kept once.

#![forbid(unsafe_code)]

use std::collections::HashMap;

use crate::state::IfName;

/// Names by number. A firewall has a few dozen; whoever sends forged frames can invent more, so
/// there is an end to it.
#[derive(Debug, Default)]
pub(super) struct Names {
    names: Vec<IfName>,
    numbers: HashMap<Box<[u8]>, u16>,
    last: Option<(IfName, u16)>,
}

impl Names {
    /// The number of a name; `None` once there are too many.
    pub fn intern(&mut self, name: IfName) -> Option<u16> {
        // Most states are on the interface of the one before.
        if let Some((last, number)) = self.last
            && last == name
        {
            return Some(number);
        }
        let number = match self.numbers.get(name.as_bytes()) {
            Some(number) => *number,
            None => {
                let number = u16::try_from(self.names.len()).ok()?;
                self.names.push(name);
                self.numbers.insert(name.as_bytes().into(), number);
                number
            }
        };
        self.last = Some((name, number));
        Some(number)
    }

    /// The number of a name that has one.
    pub fn number_of(&self, name: IfName) -> Option<u16> {
        self.numbers.get(name.as_bytes()).copied()
    }

    /// The name of a number.
    pub fn name(&self, number: u16) -> IfName {
        self.names.get(usize::from(number)).copied().unwrap_or_default()
    }
}
