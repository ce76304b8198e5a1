/*
 * openbsd-8.0, reduced: the state record that pfsync(4) carries, and the numbers in it.
 * Facts alone (names, types, order, numbers); see headers/README.md.
 */

/* direction */
enum {
	PF_INOUT = 0,
	PF_IN = 1,
	PF_OUT = 2,
	PF_FWD = 3,
};

/* index of pfsync_state.key */
enum {
	PF_SK_WIRE = 0,
	PF_SK_STACK = 1,
	PF_SK_BOTH = 2,
};

/* what a rule does */
enum {
	PF_PASS = 0,
	PF_DROP = 1,
	PF_SCRUB = 2,
	PF_NOSCRUB = 3,
	PF_NAT = 4,
	PF_NONAT = 5,
	PF_BINAT = 6,
	PF_NOBINAT = 7,
	PF_RDR = 8,
	PF_NORDR = 9,
	PF_SYNPROXY_DROP = 10,
	PF_DEFER = 11,
	PF_MATCH = 12,
	PF_DIVERT = 13,
	PF_RT = 14,
	PF_AFRT = 15,
};

/* where a rule routes to */
enum {
	PF_NOPFROUTE = 0,
	PF_ROUTETO = 1,
	PF_DUPTO = 2,
	PF_REPLYTO = 3,
};

/* timeout class */
enum {
	PFTM_TCP_FIRST_PACKET = 0,
	PFTM_TCP_OPENING = 1,
	PFTM_TCP_ESTABLISHED = 2,
	PFTM_TCP_CLOSING = 3,
	PFTM_TCP_FIN_WAIT = 4,
	PFTM_TCP_CLOSED = 5,
	PFTM_UDP_FIRST_PACKET = 6,
	PFTM_UDP_SINGLE = 7,
	PFTM_UDP_MULTIPLE = 8,
	PFTM_ICMP_FIRST_PACKET = 9,
	PFTM_ICMP_ERROR_REPLY = 10,
	PFTM_OTHER_FIRST_PACKET = 11,
	PFTM_OTHER_SINGLE = 12,
	PFTM_OTHER_MULTIPLE = 13,
	PFTM_FRAG = 14,
	PFTM_INTERVAL = 15,
	PFTM_ADAPTIVE_START = 16,
	PFTM_ADAPTIVE_END = 17,
	PFTM_SRC_NODE = 18,
	PFTM_TS_DIFF = 19,
	PFTM_MADE_UP = 20,
	PFTM_MAX = 21,
	PFTM_PURGE = 22,
	PFTM_UNLINKED = 23,
};

/* pfsync_state.log */
#define PF_LOG                      0x01
#define PF_LOG_ALL                  0x02
#define PF_LOG_USER                 0x04
#define PF_LOG_FORCE                0x08
#define PF_LOG_MATCHES              0x10

/* state flags */
#define PFSTATE_ALLOWOPTS           0x0001
#define PFSTATE_SLOPPY              0x0002
#define PFSTATE_PFLOW               0x0004
#define PFSTATE_NOSYNC              0x0008
#define PFSTATE_ACK                 0x0010
#define PFSTATE_NODF                0x0020
#define PFSTATE_SETTOS              0x0040
#define PFSTATE_RANDOMID            0x0080
#define PFSTATE_SCRUB_TCP           0x0100
#define PFSTATE_SETPRIO             0x0200
#define PFSTATE_INP_UNLINKED        0x0400
#define PFSTATE_MADE_UP             0x0800

/* pfsync_state.sync_flags */
#define PFSYNC_FLAG_SRCNODE         0x04
#define PFSYNC_FLAG_NATSRCNODE      0x08

/* pfsync_state_scrub.scrub_flag */
#define PFSYNC_SCRUB_FLAG_VALID     0x01

/* peer states of protocols without a state machine, and of the TCP proxy */
#define PFUDPS_NO_TRAFFIC           0
#define PFUDPS_SINGLE               1
#define PFUDPS_MULTIPLE             2
#define PFUDPS_NSTATES              3
#define PFOTHERS_NO_TRAFFIC         0
#define PFOTHERS_SINGLE             1
#define PFOTHERS_MULTIPLE           2
#define PFOTHERS_NSTATES            3
#define PF_TCPS_PROXY_SRC           (TCP_NSTATES + 0)
#define PF_TCPS_PROXY_DST           (TCP_NSTATES + 1)

/* why a packet was logged or dropped */
#define PFRES_MATCH                 0
#define PFRES_BADOFF                1
#define PFRES_FRAG                  2
#define PFRES_SHORT                 3
#define PFRES_NORM                  4
#define PFRES_MEMORY                5
#define PFRES_TS                    6
#define PFRES_CONGEST               7
#define PFRES_IPOPTIONS             8
#define PFRES_PROTCKSUM             9
#define PFRES_BADSTATE              10
#define PFRES_STATEINS              11
#define PFRES_MAXSTATES             12
#define PFRES_SRCLIMIT              13
#define PFRES_SYNPROXY              14
#define PFRES_TRANSLATE             15
#define PFRES_NOROUTE               16
#define PFRES_MAX                   17

/* 16 bytes, network order: an IPv4 address in the first four, an IPv6 address in all. */
struct pf_addr {
	union {
		struct in_addr		v4;
		struct in6_addr		v6;
		u_int8_t		addr8[16];
		u_int16_t		addr16[8];
		u_int32_t		addr32[4];
	} pfa;
};

/* 8 bytes */
struct pfsync_state_scrub {
	u_int16_t                   pfss_flags;
	u_int8_t                    pfss_ttl;
	u_int8_t                    scrub_flag;
	u_int32_t                   pfss_ts_mod;
} __packed;

/* 32 bytes */
struct pfsync_state_peer {
	struct pfsync_state_scrub   scrub;
	u_int32_t                   seqlo;
	u_int32_t                   seqhi;
	u_int32_t                   seqdiff;
	u_int16_t                   max_win;
	u_int16_t                   mss;
	u_int8_t                    state;
	u_int8_t                    wscale;
	u_int8_t                    pad[6];
} __packed;

/* 40 bytes */
struct pfsync_state_key {
	struct pf_addr              addr[2];
	u_int16_t                   port[2];
	u_int16_t                   rdomain;
	sa_family_t                 af;
	u_int8_t                    pad;
};

/* 272 bytes */
struct pfsync_state {
	u_int64_t                   id;
	char                        ifname[IFNAMSIZ];
	struct pfsync_state_key     key[2];
	struct pfsync_state_peer    src;
	struct pfsync_state_peer    dst;
	struct pf_addr              rt_addr;
	u_int32_t                   rule;
	u_int32_t                   anchor;
	u_int32_t                   nat_rule;
	u_int32_t                   creation;
	u_int32_t                   expire;
	u_int32_t                   packets[2][2];
	u_int32_t                   bytes[2][2];
	u_int32_t                   creatorid;
	u_int8_t                    made_up[8];
	int32_t                     rtableid[2];
	u_int16_t                   max_mss;
	sa_family_t                 af;
	u_int8_t                    proto;
	u_int8_t                    direction;
	u_int8_t                    log;
	u_int8_t                    rt;
	u_int8_t                    timeout;
	u_int8_t                    sync_flags;
	u_int8_t                    updates;
	u_int8_t                    min_ttl;
	u_int8_t                    set_tos;
	u_int16_t                   state_flags;
	u_int8_t                    set_prio[2];
} __packed;
