//! What a kernel would refuse, found before it is asked.

#![forbid(unsafe_code)]

use crate::abi::Release;
use crate::abi::consts::{PF_IN, PF_OUT, PF_TCPS_PROXY_DST, PFTM_MAX};
use crate::abi::freebsd_15_0::consts::PFTM_MAX as PFTM_MAX_SCTP;
use crate::pf::form::{Kind, Leaf, Shape};
use crate::state::Af;

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The number of the field.
    pub leaf: usize,
    /// What is expected there.
    pub expected: &'static str,
}

/// The first field of a record that no kernel takes as it is (wire-openbsd.md 3, wire-others.md 1.9).
pub(crate) fn first(shape: &Shape, record: &[u8]) -> Option<Wrong> {
    let wrong = shape.checked.iter().find_map(|at| {
        let leaf = shape.leaves.get(*at)?;
        let expected = of_field(shape, leaf, leaf.of(record))?;
        Some(Wrong { leaf: *at, expected })
    });
    wrong.or_else(|| families(shape, record))
}

/// Whether pf was about to take this state away: of the classes behind the last that a kernel takes, purge and
/// unlinked.
pub(crate) fn is_dying(shape: &Shape, record: &[u8]) -> bool {
    is_dying_class(shape, shape.role(shape.roles.timeout, record))
}

fn is_dying_class(shape: &Shape, class: u64) -> bool {
    let behind = class.checked_sub(u64::from(timeouts(shape)));
    behind.is_some_and(|behind| (1..=2).contains(&behind))
}

/// Timeout classes that states may have.
fn timeouts(shape: &Shape) -> u32 {
    let form = shape.form;
    let sctp = form.is_freebsd() && form.release() >= Release::FreeBsd14_0;
    if sctp { PFTM_MAX_SCTP } else { PFTM_MAX }
}

/// A family of the state that is not its wire key's (wire-openbsd.md 3), where both are families and the key
/// says its own.
fn families(shape: &Shape, record: &[u8]) -> Option<Wrong> {
    let family = |role| Af::from_wire(shape.role(role, record) as u8);
    let [wire, _] = shape.roles.key_afs?;
    let (af, wire) = (family(shape.roles.af), family(wire));
    let known = |af: Af| matches!(af, Af::Inet | Af::Inet6);
    let disagree = known(af) && known(wire) && af != wire;
    disagree.then_some(Wrong { leaf: shape.roles.af, expected: "the family that wire.af says" })
}

fn of_field(shape: &Shape, leaf: &Leaf, bytes: &[u8]) -> Option<&'static str> {
    let byte = u32::from(bytes.first().copied().unwrap_or_default());
    let form = shape.form;
    let (is_wrong, expected) = match leaf.kind {
        Kind::Name => (bytes.iter().all(|byte| *byte == 0), "a number that is not 0"),
        Kind::Text if leaf.name == "ifname" => {
            (byte == 0 || !bytes.contains(&0), "the name of an interface, of 1 to 15 bytes")
        }
        Kind::Text => (!bytes.contains(&0), "a name that is shorter by a byte"),
        Kind::Direction => (byte != PF_IN && byte != PF_OUT, "in or out"),
        Kind::Family => {
            let known = byte == 2 || byte == u32::from(form.inet6());
            // Keys may leave it to the state, and not every state has a next hop.
            (!known && (leaf.required || byte != 0), "inet or inet6")
        }
        Kind::PeerState => (byte > PF_TCPS_PROXY_DST, "a state up to 12, which is PROXY:DST"),
        Kind::Timeout => {
            // What pf was about to take away is no mistake of anybody: restore leaves it out.
            let known = byte < timeouts(shape) || is_dying_class(shape, byte.into());
            (!known, "a timeout class, such as tcp.established")
        }
        _ => return None,
    };
    is_wrong.then_some(expected)
}
