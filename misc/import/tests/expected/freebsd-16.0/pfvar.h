/*
 * freebsd-16.0, reduced: the state record that pfsync(4) carries, and the numbers in it.
 * Facts alone (names, types, order, numbers); see headers/README.md.
 */

/* direction */
enum {
	PF_INOUT = 0,
	PF_IN = 1,
	PF_OUT = 2,
};

/* timeout class */
enum {
	PFTM_TCP_FIRST_PACKET = 0,
	PFTM_TCP_OPENING = 1,
	PFTM_MAX = 2,
	PFTM_PURGE = 3,
	PFTM_UNLINKED = 4,
};

/* pfsync_state.log */
#define PF_LOG                      0x01
#define PF_LOG_ALL                  0x02

/* state flags */
#define PFSTATE_ALLOWOPTS           0x0001
#define PFSTATE_SETPRIO             0x0200

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
struct pf_state_scrub_export {
	u_int16_t                   pfss_flags;
	u_int8_t                    pfss_ttl;
	u_int8_t                    scrub_flag;
	u_int32_t                   pfss_ts_mod;
};

/* 32 bytes */
struct pf_state_peer_export {
	struct pf_state_scrub_export scrub;
	u_int32_t                   seqlo;
	u_int32_t                   seqhi;
	u_int32_t                   seqdiff;
	u_int16_t                   max_win;
	u_int16_t                   mss;
	u_int8_t                    state;
	u_int8_t                    wscale;
	u_int8_t                    pad[6];
};

/* 36 bytes */
struct pfsync_state_key {
	struct pf_addr              addr[2];
	u_int16_t                   port[2];
};

/* 167 bytes */
struct pfsync_state_1301 {
	u_int64_t                   id;
	char                        ifname[IFNAMSIZ];
	struct pfsync_state_key     key[2];
	struct pf_state_peer_export src;
	struct pf_state_peer_export dst;
	u_int32_t                   creatorid;
	sa_family_t                 af;
	u_int8_t                    proto;
	u_int8_t                    direction;
} __packed;

/* 189 bytes */
struct pfsync_state_1400 {
	u_int64_t                   id;
	char                        ifname[IFNAMSIZ];
	struct pfsync_state_key     key[2];
	struct pf_state_peer_export src;
	struct pf_state_peer_export dst;
	u_int32_t                   creatorid;
	int32_t                     rtableid;
	sa_family_t                 af;
	u_int8_t                    proto;
	u_int8_t                    direction;
	u_int8_t                    rt;
	u_int8_t                    made_up;
	char                        rt_ifname[IFNAMSIZ];
} __packed;
