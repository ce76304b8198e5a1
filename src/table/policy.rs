//! What states have from the rule that made them. A firewall has few rules and many states, so each
//! combination is kept once and states have its number.

#![forbid(unsafe_code)]

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
