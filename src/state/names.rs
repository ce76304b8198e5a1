//! Names of the numbers that a state holds, as pfctl and pf.conf write them.

#![forbid(unsafe_code)]

use crate::abi::consts::*;

/// ICMP.
pub const IPPROTO_ICMP: u8 = 1;
/// TCP.
pub const IPPROTO_TCP: u8 = 6;
/// UDP.
pub const IPPROTO_UDP: u8 = 17;
/// ICMP for IPv6.
pub const IPPROTO_ICMPV6: u8 = 58;
/// pfsync's own protocol number (wire-openbsd.md 1.1).
pub const IPPROTO_PFSYNC: u8 = 240;

/// The name of an IP protocol, as /etc/protocols has it on OpenBSD; `None` where it has none.
pub const fn proto(number: u8) -> Option<&'static str> {
    Some(match number {
        0 => "ip",
        IPPROTO_ICMP => "icmp",
        2 => "igmp",
        3 => "ggp",
        4 => "ipencap",
        5 => "st",
        IPPROTO_TCP => "tcp",
        8 => "egp",
        9 => "igp",
        12 => "pup",
        IPPROTO_UDP => "udp",
        20 => "hmp",
        22 => "xns-idp",
        27 => "rdp",
        29 => "iso-tp4",
        33 => "dccp",
        36 => "xtp",
        37 => "ddp",
        39 => "idpr-cmtp",
        41 => "ipv6",
        43 => "ipv6-route",
        44 => "ipv6-frag",
        45 => "idrp",
        46 => "rsvp",
        47 => "gre",
        50 => "esp",
        51 => "ah",
        55 => "mobile",
        57 => "skip",
        IPPROTO_ICMPV6 => "ipv6-icmp",
        59 => "ipv6-nonxt",
        60 => "ipv6-opts",
        73 => "rspf",
        81 => "vmtp",
        88 => "eigrp",
        89 => "ospf",
        93 => "ax.25",
        94 => "ipip",
        97 => "etherip",
        98 => "encap",
        103 => "pim",
        108 => "ipcomp",
        112 => "carp",
        115 => "l2tp",
        124 => "isis",
        132 => "sctp",
        133 => "fc",
        136 => "udplite",
        137 => "mpls-in-ip",
        IPPROTO_PFSYNC => "pfsync",
        255 => "reserved",
        _ => return None,
    })
}

/// The name of a peer's TCP state (0 to 10).
pub const fn tcp_state(number: u8) -> Option<&'static str> {
    Some(match number as u32 {
        TCPS_CLOSED => "CLOSED",
        TCPS_LISTEN => "LISTEN",
        TCPS_SYN_SENT => "SYN_SENT",
        TCPS_SYN_RECEIVED => "SYN_RCVD",
        TCPS_ESTABLISHED => "ESTABLISHED",
        TCPS_CLOSE_WAIT => "CLOSE_WAIT",
        TCPS_FIN_WAIT_1 => "FIN_WAIT_1",
        TCPS_CLOSING => "CLOSING",
        TCPS_LAST_ACK => "LAST_ACK",
        TCPS_FIN_WAIT_2 => "FIN_WAIT_2",
        TCPS_TIME_WAIT => "TIME_WAIT",
        _ => return None,
    })
}

/// The name of a peer's state of UDP and of protocols without a state machine of their own.
pub const fn other_state(number: u8) -> Option<&'static str> {
    Some(match number as u32 {
        PFOTHERS_NO_TRAFFIC => "NO_TRAFFIC",
        PFOTHERS_SINGLE => "SINGLE",
        PFOTHERS_MULTIPLE => "MULTIPLE",
        _ => return None,
    })
}

// UDP and the rest share names and numbers; should that change, they need a table each.
const _: () = assert!(
    PFUDPS_NO_TRAFFIC == PFOTHERS_NO_TRAFFIC
        && PFUDPS_SINGLE == PFOTHERS_SINGLE
        && PFUDPS_MULTIPLE == PFOTHERS_MULTIPLE
        && PFUDPS_NSTATES == PFOTHERS_NSTATES
);

/// The two states of a connection, as `pfctl -ss` prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pair {
    /// `ESTABLISHED:ESTABLISHED`
    Names(&'static str, &'static str),
    /// Of the TCP proxy, for both sides.
    Proxy(&'static str),
    /// TCP states that cannot be.
    Bad(u8, u8),
    /// `0:0`
    Numbers(u8, u8),
}

/// The pair for the peers' states, in the order in which they are printed
/// (wire-openbsd.md 4.2, step 9).
pub const fn pair(proto: u8, left: u8, right: u8) -> Pair {
    const SRC: u8 = PF_TCPS_PROXY_SRC as u8;
    const DST: u8 = PF_TCPS_PROXY_DST as u8;
    if proto == IPPROTO_TCP {
        return match (tcp_state(left), tcp_state(right)) {
            (Some(l), Some(r)) => Pair::Names(l, r),
            _ if left == SRC || right == SRC => Pair::Proxy("PROXY:SRC"),
            _ if left == DST || right == DST => Pair::Proxy("PROXY:DST"),
            _ => Pair::Bad(left, right),
        };
    }
    match (other_state(left), other_state(right)) {
        (Some(l), Some(r)) if proto != IPPROTO_ICMP && proto != IPPROTO_ICMPV6 => Pair::Names(l, r),
        _ => Pair::Numbers(left, right),
    }
}

/// The name of one peer's state by itself, whatever the other's is; `None` where it has none, as
/// all states of ICMP.
pub const fn peer_state(proto: u8, number: u8) -> Option<&'static str> {
    match proto {
        IPPROTO_TCP => match number as u32 {
            PF_TCPS_PROXY_SRC => Some("PROXY:SRC"),
            PF_TCPS_PROXY_DST => Some("PROXY:DST"),
            _ => tcp_state(number),
        },
        IPPROTO_ICMP | IPPROTO_ICMPV6 => None,
        _ => other_state(number),
    }
}

/// A protocol whose states have the names that those of this timeout class have; `None` where they
/// have none, and where the class does not tell.
pub const fn proto_of_timeout(number: u8) -> Option<u8> {
    match number as u32 {
        PFTM_TCP_FIRST_PACKET
        | PFTM_TCP_OPENING
        | PFTM_TCP_ESTABLISHED
        | PFTM_TCP_CLOSING
        | PFTM_TCP_FIN_WAIT
        | PFTM_TCP_CLOSED => Some(IPPROTO_TCP),
        PFTM_UDP_FIRST_PACKET
        | PFTM_UDP_SINGLE
        | PFTM_UDP_MULTIPLE
        | PFTM_OTHER_FIRST_PACKET
        | PFTM_OTHER_SINGLE
        | PFTM_OTHER_MULTIPLE => Some(IPPROTO_UDP),
        _ => None,
    }
}

/// Bits of `state_flags` (wire-openbsd.md 3), the same in every release that has them.
pub const STATE_FLAGS: [(u32, &str); 11] = [
    (PFSTATE_ALLOWOPTS, "allow-opts"),
    (PFSTATE_SLOPPY, "sloppy"),
    (PFSTATE_PFLOW, "pflow"),
    (PFSTATE_NOSYNC, "no-sync"),
    (PFSTATE_ACK, "ack"),
    (PFSTATE_NODF, "no-df"),
    (PFSTATE_SETTOS, "set-tos"),
    (PFSTATE_RANDOMID, "random-id"),
    (PFSTATE_SCRUB_TCP, "reassemble-tcp"),
    (PFSTATE_SETPRIO, "set-prio"),
    (PFSTATE_INP_UNLINKED, "inp-unlinked"),
];

/// Bits of `sync_flags` (wire-openbsd.md 3).
pub const SYNC_FLAGS: [(u32, &str); 2] =
    [(PFSYNC_FLAG_SRCNODE, "source-track"), (PFSYNC_FLAG_NATSRCNODE, "sticky-address")];

/// Bits of `log` (wire-openbsd.md 3).
pub const LOG: [(u32, &str); 5] = [
    (PF_LOG, "log"),
    (PF_LOG_ALL, "all"),
    (PF_LOG_USER, "user"),
    (PF_LOG_FORCE, "force"),
    (PF_LOG_MATCHES, "matches"),
];

/// The name of a routing option, in the numbers of OpenBSD 6.9 and later: no v6 sender before
/// that has it on the wire (wire-openbsd.md 3). 0 is none.
pub const fn route(number: u8) -> Option<&'static str> {
    Some(match number as u32 {
        PF_ROUTETO => "route-to",
        PF_DUPTO => "dup-to",
        PF_REPLYTO => "reply-to",
        _ => return None,
    })
}

/// The name of a timeout class, as pf.conf writes it.
pub const fn timeout(number: u8) -> Option<&'static str> {
    Some(match number as u32 {
        PFTM_TCP_FIRST_PACKET => "tcp.first",
        PFTM_TCP_OPENING => "tcp.opening",
        PFTM_TCP_ESTABLISHED => "tcp.established",
        PFTM_TCP_CLOSING => "tcp.closing",
        PFTM_TCP_FIN_WAIT => "tcp.finwait",
        PFTM_TCP_CLOSED => "tcp.closed",
        PFTM_UDP_FIRST_PACKET => "udp.first",
        PFTM_UDP_SINGLE => "udp.single",
        PFTM_UDP_MULTIPLE => "udp.multiple",
        PFTM_ICMP_FIRST_PACKET => "icmp.first",
        PFTM_ICMP_ERROR_REPLY => "icmp.error",
        PFTM_OTHER_FIRST_PACKET => "other.first",
        PFTM_OTHER_SINGLE => "other.single",
        PFTM_OTHER_MULTIPLE => "other.multiple",
        _ => return None,
    })
}

/// The status of a bulk update.
pub const fn bus_status(number: u8) -> Option<&'static str> {
    Some(match number as u32 {
        PFSYNC_BUS_START => "start",
        PFSYNC_BUS_END => "end",
        _ => return None,
    })
}
