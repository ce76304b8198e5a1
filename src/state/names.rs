//! Names of the numbers that a state holds, as pfctl and pf.conf write them.

#![forbid(unsafe_code)]

use super::Route;
use crate::abi::consts::*;
use crate::abi::freebsd_15_0::consts::{
    PFSTATE_DN_IS_PIPE, PFSTATE_DN_IS_QUEUE, PFTM_SCTP_CLOSED, PFTM_SCTP_CLOSING,
    PFTM_SCTP_ESTABLISHED, PFTM_SCTP_FIRST_PACKET, PFTM_SCTP_OPENING,
};

/// ICMP.
pub const IPPROTO_ICMP: u8 = 1;
/// TCP.
pub const IPPROTO_TCP: u8 = 6;
/// UDP.
pub const IPPROTO_UDP: u8 = 17;
/// ICMP for IPv6.
pub const IPPROTO_ICMPV6: u8 = 58;
/// SCTP.
pub const IPPROTO_SCTP: u8 = 132;
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
        IPPROTO_SCTP => "sctp",
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

/// The name of a peer's SCTP state, of FreeBSD 14 and later (wire-others.md 3.6).
pub const fn sctp_state(number: u8) -> Option<&'static str> {
    Some(match number {
        0x00 => "CLOSED",
        0x02 => "COOKIE_WAIT",
        0x04 => "COOKIE_ECHOED",
        0x08 => "ESTABLISHED",
        0x10 => "SHUTDOWN_SENT",
        0x20 => "SHUTDOWN_RECEIVED",
        0x40 => "SHUTDOWN_ACK_SENT",
        0x80 => "SHUTDOWN_PENDING",
        _ => return None,
    })
}

/// What peers' states are the states of: how their numbers are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// TCP's, and the TCP proxy's.
    Tcp,
    /// SCTP's, which FreeBSD knows.
    Sctp,
    /// None: the numbers are what they are.
    Icmp,
    /// How many packets came.
    Other,
}

/// The machine of a protocol; `is_freebsd` is whose state it is.
pub const fn machine(proto: u8, is_freebsd: bool) -> Machine {
    match proto {
        IPPROTO_TCP => Machine::Tcp,
        IPPROTO_SCTP if is_freebsd => Machine::Sctp,
        IPPROTO_ICMP | IPPROTO_ICMPV6 => Machine::Icmp,
        _ => Machine::Other,
    }
}

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
pub const fn pair(machine: Machine, left: u8, right: u8) -> Pair {
    const SRC: u8 = PF_TCPS_PROXY_SRC as u8;
    const DST: u8 = PF_TCPS_PROXY_DST as u8;
    match machine {
        Machine::Tcp => match (tcp_state(left), tcp_state(right)) {
            (Some(l), Some(r)) => Pair::Names(l, r),
            _ if left == SRC || right == SRC => Pair::Proxy("PROXY:SRC"),
            _ if left == DST || right == DST => Pair::Proxy("PROXY:DST"),
            _ => Pair::Bad(left, right),
        },
        Machine::Sctp => {
            const fn name(number: u8) -> &'static str {
                match sctp_state(number) {
                    Some(name) => name,
                    None => "?",
                }
            }
            Pair::Names(name(left), name(right))
        }
        Machine::Icmp => Pair::Numbers(left, right),
        Machine::Other => match (other_state(left), other_state(right)) {
            (Some(l), Some(r)) => Pair::Names(l, r),
            _ => Pair::Numbers(left, right),
        },
    }
}

/// The name of one peer's state by itself, whatever the other's is; `None` where it has none, as
/// all states of ICMP.
pub const fn peer_state(machine: Machine, number: u8) -> Option<&'static str> {
    match machine {
        Machine::Tcp => match number as u32 {
            PF_TCPS_PROXY_SRC => Some("PROXY:SRC"),
            PF_TCPS_PROXY_DST => Some("PROXY:DST"),
            _ => tcp_state(number),
        },
        Machine::Sctp => sctp_state(number),
        Machine::Icmp => None,
        Machine::Other => other_state(number),
    }
}

/// How the states are named that are in this timeout class; `None` where the class does not tell.
pub const fn machine_of_timeout(number: u8) -> Option<Machine> {
    Some(match number as u32 {
        PFTM_TCP_FIRST_PACKET
        | PFTM_TCP_OPENING
        | PFTM_TCP_ESTABLISHED
        | PFTM_TCP_CLOSING
        | PFTM_TCP_FIN_WAIT
        | PFTM_TCP_CLOSED => Machine::Tcp,
        PFTM_UDP_FIRST_PACKET
        | PFTM_UDP_SINGLE
        | PFTM_UDP_MULTIPLE
        | PFTM_OTHER_FIRST_PACKET
        | PFTM_OTHER_SINGLE
        | PFTM_OTHER_MULTIPLE => Machine::Other,
        _ => return None,
    })
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

/// Bits of FreeBSD's `state_flags` (wire-others.md 3.4).
pub const FREEBSD_STATE_FLAGS: [(u32, &str); 12] = {
    let mut flags = [(0, ""); 12];
    let mut at = 0;
    // All but the last are OpenBSD's.
    while at < 10 {
        flags[at] = STATE_FLAGS[at];
        at += 1;
    }
    flags[10] = (PFSTATE_DN_IS_PIPE, "dn-pipe");
    flags[11] = (PFSTATE_DN_IS_QUEUE, "dn-queue");
    flags
};

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

/// The name of a routing option; `None` for none and for what has no name.
pub const fn route(route: Route) -> Option<&'static str> {
    Some(match route {
        Route::Fastroute => "fastroute",
        Route::RouteTo => "route-to",
        Route::DupTo => "dup-to",
        Route::ReplyTo => "reply-to",
        Route::No | Route::Other(_) => return None,
    })
}

/// The name of a timeout class, as pf.conf writes it; SCTP's are FreeBSD's alone, elsewhere their
/// numbers are no classes (wire-others.md 1.9).
pub const fn timeout(number: u8, machine: Machine) -> Option<&'static str> {
    let is_sctp = matches!(machine, Machine::Sctp);
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
        PFTM_SCTP_FIRST_PACKET if is_sctp => "sctp.first",
        PFTM_SCTP_OPENING if is_sctp => "sctp.opening",
        PFTM_SCTP_ESTABLISHED if is_sctp => "sctp.established",
        PFTM_SCTP_CLOSING if is_sctp => "sctp.closing",
        PFTM_SCTP_CLOSED if is_sctp => "sctp.closed",
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

#[cfg(test)]
mod tests {
    use super::*;

    /// wire-others.md 1.8: SCTP has states and timeout classes of its own, on FreeBSD alone; elsewhere these
    /// numbers have no name.
    #[test]
    fn sctp_has_names_of_its_own() {
        let states: Vec<_> = (0..=8).filter_map(|n| peer_state(Machine::Sctp, n)).collect();
        assert!(states.contains(&"CLOSED") && states.contains(&"COOKIE_WAIT"), "{states:?}");
        assert_eq!(peer_state(Machine::Sctp, 0), Some("CLOSED"));
        let classes =
            |machine| -> Vec<_> { (14..30).filter_map(|n| timeout(n, machine)).collect() };
        let sctp =
            ["sctp.first", "sctp.opening", "sctp.established", "sctp.closing", "sctp.closed"];
        let told: Vec<_> =
            classes(Machine::Sctp).into_iter().filter(|name| name.starts_with("sctp.")).collect();
        assert_eq!(told, sctp);
        assert!(!classes(Machine::Tcp).iter().any(|name| name.starts_with("sctp.")));
    }
}
