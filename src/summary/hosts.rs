//! Who made most translated states, in bounded memory.

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::net::IpAddr;

/// A host and the states that it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host {
    /// Its address before translation.
    pub src: IpAddr,
    /// States that were counted.
    pub states: u64,
    /// At most so many more were made while the host was not looked at.
    pub missed: u64,
    /// The first address that it was translated to.
    pub nat_src: IpAddr,
    /// There were others.
    pub several: bool,
}

/// Counts for at most so many hosts at a time.
///
/// When there is no room, that half leaves that made the fewest. What any of those can have made at
/// most is kept as one number, `floor`: a host that comes, or comes back, may have made as many
/// before. So each host made at least `states` and at most `states + missed`, and none that is not
/// there made more than `floor`.
#[derive(Debug)]
pub struct Hosts {
    hosts: HashMap<IpAddr, Counted, foldhash::fast::RandomState>,
    max_hosts: usize,
    floor: u64,
}

#[derive(Debug, Clone, Copy)]
struct Counted {
    states: u64,
    missed: u64,
    nat_src: IpAddr,
    several: bool,
}

impl Counted {
    /// What it can have made at most.
    const fn most(&self) -> u64 {
        self.states.saturating_add(self.missed)
    }
}

impl Hosts {
    /// For at most `max_hosts` hosts (at least one).
    pub fn new(max_hosts: usize) -> Self {
        Self { hosts: HashMap::default(), max_hosts: max_hosts.max(1), floor: 0 }
    }

    /// Counts a state of `src` that is translated to `nat_src`.
    pub fn add(&mut self, src: IpAddr, nat_src: IpAddr) {
        if let Some(host) = self.hosts.get_mut(&src) {
            host.states += 1;
            host.several |= host.nat_src != nat_src;
            return;
        }
        if self.hosts.len() >= self.max_hosts {
            self.make_room();
        }
        let counted = Counted { states: 1, missed: self.floor, nat_src, several: false };
        self.hosts.insert(src, counted);
    }

    /// Lets the half go that made the fewest states; at least one host.
    fn make_room(&mut self) {
        let mut most: Vec<u64> = self.hosts.values().map(Counted::most).collect();
        let leaving = most.len().div_ceil(2);
        let (_, bound, _) = most.select_nth_unstable(leaving.saturating_sub(1));
        let bound = *bound;
        // Of those at the bound itself only as many as it takes.
        let below = self.hosts.values().filter(|host| host.most() < bound).count();
        let mut at_bound = leaving.saturating_sub(below);
        self.hosts.retain(|_, host| {
            if host.most() == bound && at_bound > 0 {
                at_bound -= 1;
                return false;
            }
            host.most() >= bound
        });
        self.floor = self.floor.max(bound);
    }

    /// Hosts that are counted now.
    pub fn len(&self) -> usize {
        self.hosts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty()
    }

    /// Whether hosts had to leave: then there were more than are counted, and a host that is not
    /// among them made at most as many states as this says.
    pub fn floor(&self) -> Option<u64> {
        Some(self.floor).filter(|floor| *floor > 0)
    }

    /// The `number` hosts with the most states, those with more first, equal ones by address.
    pub fn top(&self, number: usize) -> Vec<Host> {
        let host = |(src, counted): (&IpAddr, &Counted)| {
            let Counted { states, missed, nat_src, several } = *counted;
            Host { src: *src, states, missed, nat_src, several }
        };
        let mut hosts: Vec<Host> = self.hosts.iter().map(host).collect();
        hosts.sort_unstable_by_key(|host| (std::cmp::Reverse(host.states), host.src));
        hosts.truncate(number);
        hosts
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn ip(number: u32) -> IpAddr {
        IpAddr::from(number.to_be_bytes())
    }

    #[test]
    fn those_with_the_most_come_first() {
        let mut hosts = Hosts::new(100);
        for (src, nat) in [(1, 9), (2, 9), (2, 9), (3, 9), (3, 8), (3, 9), (5, 7), (4, 7)] {
            hosts.add(ip(src), ip(nat));
        }
        let top: Vec<_> = hosts.top(4).iter().map(|h| (h.src, h.states, h.several)).collect();
        let expected = [(3, 3, true), (2, 2, false), (1, 1, false), (4, 1, false)]
            .map(|(h, n, s)| (ip(h), n, s));
        assert_eq!(top, expected);
        assert_eq!((hosts.len(), hosts.floor()), (5, None));
        assert_eq!(hosts.top(1)[0].nat_src, ip(9));
    }

    #[test]
    fn a_host_that_makes_many_stays_among_any_number_that_make_few() {
        let mut hosts = Hosts::new(64);
        for number in 0..100_000 {
            hosts.add(ip(number + 10), ip(1));
            if number % 10 == 0 {
                hosts.add(ip(2), ip(1));
            }
            assert!(hosts.len() <= 64);
        }
        let first = hosts.top(1)[0];
        assert_eq!((first.src, first.states, first.missed), (ip(2), 10_000, 0));
        // Each time that there was no room, 32 made room.
        assert!(hosts.floor().is_some_and(|floor| floor <= 100_000 / 32), "{:?}", hosts.floor());
    }

    proptest! {
        #[test]
        fn what_is_told_has_the_truth_within(
            srcs in prop::collection::vec(0_u32..40, 0..400),
            max_hosts in 0_usize..20,
        ) {
            let mut hosts = Hosts::new(max_hosts);
            let mut truth = BTreeMap::<IpAddr, u64>::new();
            for src in srcs {
                hosts.add(ip(src), ip(1));
                *truth.entry(ip(src)).or_default() += 1;
                prop_assert!(hosts.len() <= max_hosts.max(1));
            }
            let told = hosts.top(usize::MAX);
            for host in &told {
                let made = truth[&host.src];
                prop_assert!((host.states..=host.states + host.missed).contains(&made));
            }
            for (src, made) in &truth {
                let is_told = told.iter().any(|host| host.src == *src);
                prop_assert!(is_told || hosts.floor().is_some_and(|floor| *made <= floor));
            }
        }
    }
}
