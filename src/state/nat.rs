//! Who is who: the four endpoints of a state.
//!
//! | name | meaning | OUT state | IN state |
//! |---|---|---|---|
//! | src | who opened it, before translation | stack, index 1 | wire, index 0 |
//! | dst | whom it was for, before translation | stack, index 0 | wire, index 1 |
//! | nat_src | src after translation | wire, index 1 | stack, index 0 |
//! | nat_dst | dst after translation | wire, index 0 | stack, index 1 |
//!
//! af-to swaps the indices of the translated key (wire-openbsd.md 4.1): nat_src and nat_dst are
//! what goes out in the other family.

#![forbid(unsafe_code)]

use super::names::{IPPROTO_ICMP, IPPROTO_ICMPV6};
use super::{Direction, Endpoint, State};

/// The four endpoints of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nat {
    /// Who opened it, before translation.
    pub src: Endpoint,
    /// Whom it was for, before translation.
    pub dst: Endpoint,
    /// `src` after translation.
    pub nat_src: Endpoint,
    /// `dst` after translation.
    pub nat_dst: Endpoint,
}

impl Nat {
    /// Of a state. A direction that is neither in nor out is taken for in, as pfctl does.
    pub fn of(state: &State) -> Self {
        // (key before translation, key after it, index of the source in the former)
        let (before, after, src) = match state.direction {
            Direction::Out => (&state.stack, &state.wire, 1),
            Direction::In | Direction::Other(_) => (&state.wire, &state.stack, 0),
        };
        let af_to = state.is_af_to();
        let nat_src = if af_to { 1 - src } else { src };
        let dst = before.endpoint(1 - src);
        let mut nat_dst = after.endpoint(1 - nat_src);
        if !af_to && matches!(state.proto, IPPROTO_ICMP | IPPROTO_ICMPV6) {
            // The type of the request is no port: only the id is ever translated.
            nat_dst.port = dst.port;
        }
        Self { src: before.endpoint(src), dst, nat_src: after.endpoint(nat_src), nat_dst }
    }

    /// Whether anything was translated: address, port or family. A routing domain is none of these.
    #[inline]
    pub fn translated(&self) -> bool {
        let same = |a: &Endpoint, b: &Endpoint| (a.addr, a.port) == (b.addr, b.port);
        !same(&self.nat_src, &self.src) || !same(&self.nat_dst, &self.dst)
    }
}
