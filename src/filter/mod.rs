//! Which events are kept: compiled once, asked for each event.
//!
//! What is asked for is a property of a *state*. Of one kind any has to match, of different kinds
//! all; hosts and ports match any of the four endpoints, each by itself: a host and a port that
//! were both asked for may be those of two endpoints.
//!
//! Events that have nothing to compare, once anything at all is asked for:
//!
//! | event | kept |
//! |---|---|
//! | of a state that is known, whatever happened to it | if the state matches |
//! | of a state that is not known (`known: false`; without a table every compressed message) | no: nobody can say that it matches |
//! | `packet` | if the packet matches: its protocol, interface, direction, and any of its endpoints |
//! | `gap` | always: what was lost may have been just this, and an answer rests on it |
//! | `clear` | always, but where interfaces are asked for: of one of these, or of all. It ends states that match |
//! | `bulk`, `request`, `ack`, `tdb` | no: pfsync's own business, of no state |
//!
//! Interfaces are compared by their names as lines show them; floating states, which pf makes
//! unless told otherwise, are on `all`. ICMP has no ports, but the id and the type of the request
//! stand in their place, here as in lines.

#![forbid(unsafe_code)]

mod parse;

pub use parse::{Choice, FilterError, Interface, Net, Ports, Proto, Way};

use crate::event::{Body, Event};
use crate::pflog::Logged;
use crate::state::{Address, Direction, IfName, State};
use parse::Bits;

/// What is kept.
///
/// ```
/// use pfstatelog::filter::{Choice, Filter};
///
/// let choice = Choice {
///     protos: vec!["tcp".parse()?, "udp".parse()?],
///     hosts: vec!["192.168.1.0/24".parse()?],
///     ..Choice::default()
/// };
/// assert!(!Filter::new(&choice).keeps_all());
/// assert!(Filter::new(&Choice::default()).keeps_all());
/// # Ok::<(), pfstatelog::filter::FilterError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    keeps_all: bool,
    nat: bool,
    /// A bit for each protocol.
    protos: [u64; 4],
    directions: Directions,
    hosts: Vec<Net>,
    ports: Vec<Ports>,
    ifnames: Vec<Interface>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Directions {
    Any,
    Only { inward: bool, outward: bool, forward: bool },
}

impl Default for Filter {
    fn default() -> Self {
        Self::new(&Choice::default())
    }
}

impl Filter {
    /// For what is asked for.
    pub fn new(choice: &Choice) -> Self {
        let mut protos = [0; 4];
        for Proto(number) in &choice.protos {
            if let Some(word) = protos.get_mut(usize::from(number >> 6)) {
                *word |= 1 << (number & 63);
            }
        }
        let goes = |direction| choice.directions.contains(&Way(direction));
        Self {
            keeps_all: *choice == Choice::default(),
            nat: choice.nat,
            protos: if choice.protos.is_empty() { [u64::MAX; 4] } else { protos },
            directions: match choice.directions.is_empty() {
                true => Directions::Any,
                false => Directions::Only {
                    inward: goes(Direction::In),
                    outward: goes(Direction::Out),
                    forward: goes(parse::FORWARD),
                },
            },
            hosts: choice.hosts.clone(),
            ports: choice.ports.clone(),
            ifnames: choice.ifnames.clone(),
        }
    }

    /// Whether nothing was asked for.
    pub fn keeps_all(&self) -> bool {
        self.keeps_all
    }

    /// Whether an event is kept. Allocates nothing.
    #[inline]
    pub fn keeps(&self, event: &Event<'_>) -> bool {
        self.keeps_all
            || match &event.body {
                Body::State(told) => told.state.is_some_and(|state| self.keeps_state(state)),
                Body::Packet(logged) => self.keeps_packet(logged),
                Body::Gap(_) => true,
                Body::Clear { ifname, .. } => {
                    self.ifnames.is_empty()
                        || ifname.is_empty()
                        || self.ifnames.iter().any(|Interface(name)| name == ifname)
                }
                Body::Bulk { .. } | Body::Tdb(_) => false,
            }
    }

    /// Whether a state matches.
    pub fn keeps_state(&self, state: &State) -> bool {
        // What costs least comes first.
        if !self.has_proto(state.proto) || !self.goes(state.direction) || !self.is_on(state.ifname)
        {
            return false;
        }
        if !self.nat && self.hosts.is_empty() && self.ports.is_empty() {
            return true;
        }
        let nat = state.nat();
        let endpoints = [nat.src, nat.dst, nat.nat_src, nat.nat_dst];
        let host = |addr: Bits| self.hosts.iter().any(|net| net.has(addr));
        (!self.nat || nat.translated())
            && (self.ports.is_empty()
                || endpoints.iter().any(|e| self.ports.iter().any(|ports| ports.has(e.port))))
            && (self.hosts.is_empty()
                || endpoints.iter().filter_map(|e| Bits::of(e.addr)).any(host))
    }

    /// Whether a logged packet matches; what could not be read of it is nothing that was asked for.
    pub fn keeps_packet(&self, logged: &Logged) -> bool {
        let all_protos = self.protos == [u64::MAX; 4];
        if !logged.inner.proto.map_or(all_protos, |proto| self.has_proto(proto))
            || !self.goes(logged.direction)
            || !self.is_on(logged.ifname)
        {
            return false;
        }
        if !self.nat && self.hosts.is_empty() && self.ports.is_empty() {
            return true;
        }
        let Some(who) = logged.who else { return false };
        let ends = [who.src, who.dst, who.nat_src, who.nat_dst];
        let port = |port: u16| self.ports.iter().any(|ports| ports.has(port));
        let host = |addr: Bits| self.hosts.iter().any(|net| net.has(addr));
        (!self.nat || who.translated == Some(true))
            && (self.ports.is_empty() || ends.iter().filter_map(|end| end.port).any(port))
            && (self.hosts.is_empty()
                || ends.iter().filter_map(|end| Bits::of(Address::Ip(end.addr))).any(host))
    }

    #[inline]
    fn has_proto(&self, proto: u8) -> bool {
        let word = self.protos.get(usize::from(proto >> 6));
        word.is_some_and(|word| word >> (proto & 63) & 1 == 1)
    }

    #[inline]
    fn goes(&self, direction: Direction) -> bool {
        match (self.directions, direction) {
            (Directions::Any, _) => true,
            (Directions::Only { inward, .. }, Direction::In) => inward,
            (Directions::Only { outward, .. }, Direction::Out) => outward,
            (Directions::Only { forward, .. }, way @ Direction::Other(_)) => {
                forward && way == parse::FORWARD
            }
        }
    }

    #[inline]
    fn is_on(&self, ifname: IfName) -> bool {
        self.ifnames.is_empty() || self.ifnames.iter().any(|Interface(name)| *name == ifname)
    }
}

#[cfg(test)]
mod tests;
