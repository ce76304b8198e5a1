/* Made up around the layouts of freebsd-14 and 15: several generations of one struct. */
#ifndef MADE_UP_PFVAR_H
#define MADE_UP_PFVAR_H
#include <netpfil/pf/pf.h>

struct pf_state_scrub_export {
	uint16_t	pfss_flags;
	uint8_t		pfss_ttl;
	uint8_t		scrub_flag;
	uint32_t	pfss_ts_mod;
};

struct pf_state_peer_export {
	struct pf_state_scrub_export scrub;
	uint32_t	seqlo, seqhi, seqdiff;
	uint16_t	max_win, mss;
	uint8_t		state, wscale;
	uint8_t		pad[6];
};

struct pfsync_state_key {
	struct pf_addr	addr[2];
	uint16_t	port[2];
};

struct pfsync_state_1301 {
	u_int64_t	id;
	char		ifname[IFNAMSIZ];
	struct pfsync_state_key	key[2];
	struct pf_state_peer_export src, dst;
	u_int32_t	creatorid;
	sa_family_t	af;
	u_int8_t	proto, direction;
} __packed;

struct pfsync_state_1400 {
	u_int64_t	id;
	char		ifname[IFNAMSIZ];
	struct pfsync_state_key	key[2];
	struct pf_state_peer_export src, dst;
	u_int32_t	creatorid;
	int32_t		rtableid;
	sa_family_t	af;
	u_int8_t	proto, direction, rt;
	bool		made_up;
	char		rt_ifname[IFNAMSIZ];
} __packed;

union pfsync_state_union {
	struct pfsync_state_1301 pfs_1301;
	struct pfsync_state_1400 pfs_1400;
};
#endif
