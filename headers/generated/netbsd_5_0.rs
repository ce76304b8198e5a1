// Made by build.rs from headers/netbsd-5.0; not to be edited.
pub use super::freebsd_7_0::{ACTIONS, Dialect, raw, wire};
/// The constants of this snapshot.
pub mod consts {
    pub const IFNAMSIZ: u32 = 16u32;
    pub const AF_INET: u32 = 2u32;
    pub const AF_INET6: u32 = 24u32;
    pub const TCPS_CLOSED: u32 = 0u32;
    pub const TCPS_LISTEN: u32 = 1u32;
    pub const TCPS_SYN_SENT: u32 = 2u32;
    pub const TCPS_SYN_RECEIVED: u32 = 3u32;
    pub const TCPS_ESTABLISHED: u32 = 4u32;
    pub const TCPS_CLOSE_WAIT: u32 = 5u32;
    pub const TCPS_FIN_WAIT_1: u32 = 6u32;
    pub const TCPS_CLOSING: u32 = 7u32;
    pub const TCPS_LAST_ACK: u32 = 8u32;
    pub const TCPS_FIN_WAIT_2: u32 = 9u32;
    pub const TCPS_TIME_WAIT: u32 = 10u32;
    pub const TCP_NSTATES: u32 = 11u32;
    pub const PF_LOG: u32 = 1u32;
    pub const PF_LOG_ALL: u32 = 2u32;
    pub const PF_LOG_SOCKET_LOOKUP: u32 = 4u32;
    pub const PFSYNC_FLAG_COMPRESS: u32 = 1u32;
    pub const PFSYNC_FLAG_STALE: u32 = 2u32;
    pub const PFSYNC_FLAG_SRCNODE: u32 = 4u32;
    pub const PFSYNC_FLAG_NATSRCNODE: u32 = 8u32;
    pub const PFSYNC_SCRUB_FLAG_VALID: u32 = 1u32;
    pub const PFUDPS_NO_TRAFFIC: u32 = 0u32;
    pub const PFUDPS_SINGLE: u32 = 1u32;
    pub const PFUDPS_MULTIPLE: u32 = 2u32;
    pub const PFUDPS_NSTATES: u32 = 3u32;
    pub const PFOTHERS_NO_TRAFFIC: u32 = 0u32;
    pub const PFOTHERS_SINGLE: u32 = 1u32;
    pub const PFOTHERS_MULTIPLE: u32 = 2u32;
    pub const PFOTHERS_NSTATES: u32 = 3u32;
    pub const PF_TCPS_PROXY_SRC: u32 = 11u32;
    pub const PF_TCPS_PROXY_DST: u32 = 12u32;
    pub const PFRES_MATCH: u32 = 0u32;
    pub const PFRES_BADOFF: u32 = 1u32;
    pub const PFRES_FRAG: u32 = 2u32;
    pub const PFRES_SHORT: u32 = 3u32;
    pub const PFRES_NORM: u32 = 4u32;
    pub const PFRES_MEMORY: u32 = 5u32;
    pub const PFRES_TS: u32 = 6u32;
    pub const PFRES_CONGEST: u32 = 7u32;
    pub const PFRES_IPOPTIONS: u32 = 8u32;
    pub const PFRES_PROTCKSUM: u32 = 9u32;
    pub const PFRES_BADSTATE: u32 = 10u32;
    pub const PFRES_STATEINS: u32 = 11u32;
    pub const PFRES_MAXSTATES: u32 = 12u32;
    pub const PFRES_SRCLIMIT: u32 = 13u32;
    pub const PFRES_SYNPROXY: u32 = 14u32;
    pub const PFRES_MAX: u32 = 15u32;
    pub const PFSYNC_VERSION: u32 = 3u32;
    pub const PFSYNC_ACT_CLR: u32 = 0u32;
    pub const PFSYNC_ACT_INS: u32 = 1u32;
    pub const PFSYNC_ACT_UPD: u32 = 2u32;
    pub const PFSYNC_ACT_DEL: u32 = 3u32;
    pub const PFSYNC_ACT_UPD_C: u32 = 4u32;
    pub const PFSYNC_ACT_DEL_C: u32 = 5u32;
    pub const PFSYNC_ACT_INS_F: u32 = 6u32;
    pub const PFSYNC_ACT_DEL_F: u32 = 7u32;
    pub const PFSYNC_ACT_UREQ: u32 = 8u32;
    pub const PFSYNC_ACT_BUS: u32 = 9u32;
    pub const PFSYNC_ACT_TDB_UPD: u32 = 10u32;
    pub const PFSYNC_ACT_MAX: u32 = 11u32;
    pub const PFSYNC_BUS_START: u32 = 1u32;
    pub const PFSYNC_BUS_END: u32 = 2u32;
    pub const PFLOG_RULESET_NAME_SIZE: u32 = 16u32;
    pub const PF_INOUT: u32 = 0u32;
    pub const PF_IN: u32 = 1u32;
    pub const PF_OUT: u32 = 2u32;
    pub const PF_PASS: u32 = 0u32;
    pub const PF_DROP: u32 = 1u32;
    pub const PF_SCRUB: u32 = 2u32;
    pub const PF_NOSCRUB: u32 = 3u32;
    pub const PF_NAT: u32 = 4u32;
    pub const PF_NONAT: u32 = 5u32;
    pub const PF_BINAT: u32 = 6u32;
    pub const PF_NOBINAT: u32 = 7u32;
    pub const PF_RDR: u32 = 8u32;
    pub const PF_NORDR: u32 = 9u32;
    pub const PF_SYNPROXY_DROP: u32 = 10u32;
    pub const PF_NOPFROUTE: u32 = 0u32;
    pub const PF_FASTROUTE: u32 = 1u32;
    pub const PF_ROUTETO: u32 = 2u32;
    pub const PF_DUPTO: u32 = 3u32;
    pub const PF_REPLYTO: u32 = 4u32;
    pub const PFTM_TCP_FIRST_PACKET: u32 = 0u32;
    pub const PFTM_TCP_OPENING: u32 = 1u32;
    pub const PFTM_TCP_ESTABLISHED: u32 = 2u32;
    pub const PFTM_TCP_CLOSING: u32 = 3u32;
    pub const PFTM_TCP_FIN_WAIT: u32 = 4u32;
    pub const PFTM_TCP_CLOSED: u32 = 5u32;
    pub const PFTM_UDP_FIRST_PACKET: u32 = 6u32;
    pub const PFTM_UDP_SINGLE: u32 = 7u32;
    pub const PFTM_UDP_MULTIPLE: u32 = 8u32;
    pub const PFTM_ICMP_FIRST_PACKET: u32 = 9u32;
    pub const PFTM_ICMP_ERROR_REPLY: u32 = 10u32;
    pub const PFTM_OTHER_FIRST_PACKET: u32 = 11u32;
    pub const PFTM_OTHER_SINGLE: u32 = 12u32;
    pub const PFTM_OTHER_MULTIPLE: u32 = 13u32;
    pub const PFTM_FRAG: u32 = 14u32;
    pub const PFTM_INTERVAL: u32 = 15u32;
    pub const PFTM_ADAPTIVE_START: u32 = 16u32;
    pub const PFTM_ADAPTIVE_END: u32 = 17u32;
    pub const PFTM_SRC_NODE: u32 = 18u32;
    pub const PFTM_TS_DIFF: u32 = 19u32;
    pub const PFTM_MAX: u32 = 20u32;
    pub const PFTM_PURGE: u32 = 21u32;
    pub const PFTM_UNLINKED: u32 = 22u32;
    pub const PFTM_UNTIL_PACKET: u32 = 23u32;
    /// All of them, by name.
    pub const ALL: &[(&str, u32)] = &[
        ("IFNAMSIZ", 16u32),
        ("AF_INET", 2u32),
        ("AF_INET6", 24u32),
        ("TCPS_CLOSED", 0u32),
        ("TCPS_LISTEN", 1u32),
        ("TCPS_SYN_SENT", 2u32),
        ("TCPS_SYN_RECEIVED", 3u32),
        ("TCPS_ESTABLISHED", 4u32),
        ("TCPS_CLOSE_WAIT", 5u32),
        ("TCPS_FIN_WAIT_1", 6u32),
        ("TCPS_CLOSING", 7u32),
        ("TCPS_LAST_ACK", 8u32),
        ("TCPS_FIN_WAIT_2", 9u32),
        ("TCPS_TIME_WAIT", 10u32),
        ("TCP_NSTATES", 11u32),
        ("PF_LOG", 1u32),
        ("PF_LOG_ALL", 2u32),
        ("PF_LOG_SOCKET_LOOKUP", 4u32),
        ("PFSYNC_FLAG_COMPRESS", 1u32),
        ("PFSYNC_FLAG_STALE", 2u32),
        ("PFSYNC_FLAG_SRCNODE", 4u32),
        ("PFSYNC_FLAG_NATSRCNODE", 8u32),
        ("PFSYNC_SCRUB_FLAG_VALID", 1u32),
        ("PFUDPS_NO_TRAFFIC", 0u32),
        ("PFUDPS_SINGLE", 1u32),
        ("PFUDPS_MULTIPLE", 2u32),
        ("PFUDPS_NSTATES", 3u32),
        ("PFOTHERS_NO_TRAFFIC", 0u32),
        ("PFOTHERS_SINGLE", 1u32),
        ("PFOTHERS_MULTIPLE", 2u32),
        ("PFOTHERS_NSTATES", 3u32),
        ("PF_TCPS_PROXY_SRC", 11u32),
        ("PF_TCPS_PROXY_DST", 12u32),
        ("PFRES_MATCH", 0u32),
        ("PFRES_BADOFF", 1u32),
        ("PFRES_FRAG", 2u32),
        ("PFRES_SHORT", 3u32),
        ("PFRES_NORM", 4u32),
        ("PFRES_MEMORY", 5u32),
        ("PFRES_TS", 6u32),
        ("PFRES_CONGEST", 7u32),
        ("PFRES_IPOPTIONS", 8u32),
        ("PFRES_PROTCKSUM", 9u32),
        ("PFRES_BADSTATE", 10u32),
        ("PFRES_STATEINS", 11u32),
        ("PFRES_MAXSTATES", 12u32),
        ("PFRES_SRCLIMIT", 13u32),
        ("PFRES_SYNPROXY", 14u32),
        ("PFRES_MAX", 15u32),
        ("PFSYNC_VERSION", 3u32),
        ("PFSYNC_ACT_CLR", 0u32),
        ("PFSYNC_ACT_INS", 1u32),
        ("PFSYNC_ACT_UPD", 2u32),
        ("PFSYNC_ACT_DEL", 3u32),
        ("PFSYNC_ACT_UPD_C", 4u32),
        ("PFSYNC_ACT_DEL_C", 5u32),
        ("PFSYNC_ACT_INS_F", 6u32),
        ("PFSYNC_ACT_DEL_F", 7u32),
        ("PFSYNC_ACT_UREQ", 8u32),
        ("PFSYNC_ACT_BUS", 9u32),
        ("PFSYNC_ACT_TDB_UPD", 10u32),
        ("PFSYNC_ACT_MAX", 11u32),
        ("PFSYNC_BUS_START", 1u32),
        ("PFSYNC_BUS_END", 2u32),
        ("PFLOG_RULESET_NAME_SIZE", 16u32),
        ("PF_INOUT", 0u32),
        ("PF_IN", 1u32),
        ("PF_OUT", 2u32),
        ("PF_PASS", 0u32),
        ("PF_DROP", 1u32),
        ("PF_SCRUB", 2u32),
        ("PF_NOSCRUB", 3u32),
        ("PF_NAT", 4u32),
        ("PF_NONAT", 5u32),
        ("PF_BINAT", 6u32),
        ("PF_NOBINAT", 7u32),
        ("PF_RDR", 8u32),
        ("PF_NORDR", 9u32),
        ("PF_SYNPROXY_DROP", 10u32),
        ("PF_NOPFROUTE", 0u32),
        ("PF_FASTROUTE", 1u32),
        ("PF_ROUTETO", 2u32),
        ("PF_DUPTO", 3u32),
        ("PF_REPLYTO", 4u32),
        ("PFTM_TCP_FIRST_PACKET", 0u32),
        ("PFTM_TCP_OPENING", 1u32),
        ("PFTM_TCP_ESTABLISHED", 2u32),
        ("PFTM_TCP_CLOSING", 3u32),
        ("PFTM_TCP_FIN_WAIT", 4u32),
        ("PFTM_TCP_CLOSED", 5u32),
        ("PFTM_UDP_FIRST_PACKET", 6u32),
        ("PFTM_UDP_SINGLE", 7u32),
        ("PFTM_UDP_MULTIPLE", 8u32),
        ("PFTM_ICMP_FIRST_PACKET", 9u32),
        ("PFTM_ICMP_ERROR_REPLY", 10u32),
        ("PFTM_OTHER_FIRST_PACKET", 11u32),
        ("PFTM_OTHER_SINGLE", 12u32),
        ("PFTM_OTHER_MULTIPLE", 13u32),
        ("PFTM_FRAG", 14u32),
        ("PFTM_INTERVAL", 15u32),
        ("PFTM_ADAPTIVE_START", 16u32),
        ("PFTM_ADAPTIVE_END", 17u32),
        ("PFTM_SRC_NODE", 18u32),
        ("PFTM_TS_DIFF", 19u32),
        ("PFTM_MAX", 20u32),
        ("PFTM_PURGE", 21u32),
        ("PFTM_UNLINKED", 22u32),
        ("PFTM_UNTIL_PACKET", 23u32),
    ];
}
