//! What states have from the rule that made them. A firewall has few rules and many states, so each
//! combination is kept once and states have its number.

#![forbid(unsafe_code)]

use std::collections::HashMap;

use crate::abi::record::Rtable;
use crate::state::{FreeBsd, Route, State};

/// What all states of a rule share, but for its number and its anchor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Policy {
    pub rt_addr: [u8; 16],
    pub nat_rule: Option<u32>,
    pub rtableid: Option<Rtable>,
    pub max_mss: Option<u16>,
    pub set_prio: Option<[u8; 2]>,
    pub min_ttl: Option<u8>,
    pub set_tos: Option<u8>,
    pub sync_flags: Option<u8>,
    pub rt: Option<Route>,
    pub log: u8,
    pub freebsd: Option<FreeBsd>,
}

impl Policy {
    pub fn of(state: &State) -> Self {
        let State { rt_addr, nat_rule, rtableid, max_mss, set_prio, min_ttl, set_tos, .. } = *state;
        let State { sync_flags, rt, log, freebsd, .. } = *state;
        Self {
            rt_addr,
            nat_rule,
            rtableid,
            max_mss,
            set_prio,
            min_ttl,
            set_tos,
            sync_flags,
            rt,
            log,
            freebsd,
        }
    }
}

/// Policies by number. Whoever sends forged frames can invent many, so there is an end to it.
#[derive(Debug, Default)]
pub(super) struct Policies {
    policies: Vec<Policy>,
    numbers: HashMap<Policy, u16, foldhash::fast::RandomState>,
    last: Option<(Policy, u16)>,
}

impl Policies {
    /// The number of a policy; `None` once there are too many.
    pub fn intern(&mut self, policy: Policy) -> Option<u16> {
        // Most states are much like the one before.
        if let Some((last, number)) = self.last
            && last == policy
        {
            return Some(number);
        }
        let number = match self.numbers.get(&policy) {
            Some(number) => *number,
            None => {
                let number = u16::try_from(self.policies.len()).ok()?;
                self.policies.push(policy);
                self.numbers.insert(policy, number);
                number
            }
        };
        self.last = Some((policy, number));
        Some(number)
    }

    /// The policy of a number that was given.
    pub fn get(&self, number: u16) -> Policy {
        self.policies.get(usize::from(number)).copied().unwrap_or_default()
    }
}
