/*
 * Made up around the layout of openbsd-7.9, with what a later release might bring: a field in the
 * middle of the state, a state flag, a timeout.
 */
#ifndef MADE_UP_PFVAR_H
#define MADE_UP_PFVAR_H

#include <sys/param.h>
#include <sys/queue.h>
#include <netinet/in.h>

struct pf_state;
struct pfsync_state;

enum	{ PF_INOUT, PF_IN, PF_OUT, PF_FWD };
enum	{ PF_PASS, PF_DROP, PF_SCRUB, PF_NOSCRUB, PF_NAT, PF_NONAT, PF_BINAT, PF_NOBINAT, PF_RDR,
	  PF_NORDR, PF_SYNPROXY_DROP, PF_DEFER, PF_MATCH, PF_DIVERT, PF_RT, PF_AFRT };
enum	{ PF_NOPFROUTE, PF_ROUTETO, PF_DUPTO, PF_REPLYTO };
enum	{ PFTM_TCP_FIRST_PACKET, PFTM_TCP_OPENING, PFTM_TCP_ESTABLISHED, PFTM_TCP_CLOSING,
	  PFTM_TCP_FIN_WAIT, PFTM_TCP_CLOSED, PFTM_UDP_FIRST_PACKET, PFTM_UDP_SINGLE,
	  PFTM_UDP_MULTIPLE, PFTM_ICMP_FIRST_PACKET, PFTM_ICMP_ERROR_REPLY,
	  PFTM_OTHER_FIRST_PACKET, PFTM_OTHER_SINGLE, PFTM_OTHER_MULTIPLE, PFTM_FRAG,
	  PFTM_INTERVAL, PFTM_ADAPTIVE_START, PFTM_ADAPTIVE_END, PFTM_SRC_NODE, PFTM_TS_DIFF,
	  PFTM_MADE_UP,
	  PFTM_MAX, PFTM_PURGE, PFTM_UNLINKED };

/* How long, in seconds: not what a frame says. */
#define PFTM_TCP_OPENING_VAL	30

enum	{ PF_LIMIT_MADE_UP, PF_LIMIT_MAX };

#ifdef _KERNEL
enum	{ PF_SK_WIRE, PF_SK_STACK, PF_SK_BOTH };
#endif

#define PF_LOG			0x01
#define PF_LOG_ALL		0x02
#define PF_LOG_USER		0x04
#define PF_LOG_FORCE		0x08
#define PF_LOG_MATCHES		0x10

#define PFSTATE_HIWAT		131072
#define PFSTATE_ALLOWOPTS	((u_int16_t)MADE_UP_BIT(0))
#define PFSTATE_SLOPPY		0x0002
#define PFSTATE_PFLOW		0x0004
#define PFSTATE_NOSYNC		0x0008
#define PFSTATE_ACK		0x0010
#define PFSTATE_NODF		0x0020
#define PFSTATE_SETTOS		0x0040
#define PFSTATE_RANDOMID	0x0080
#define PFSTATE_SCRUB_TCP	0x0100
#define PFSTATE_SETPRIO		0x0200
#define PFSTATE_INP_UNLINKED	0x0400
#define PFSTATE_MADE_UP		0x0800
#define PFSTATE_SCRUBMASK	(PFSTATE_NODF | PFSTATE_RANDOMID | PFSTATE_SCRUB_TCP)

#define PFSYNC_FLAG_SRCNODE	0x04
#define PFSYNC_FLAG_NATSRCNODE	0x08
#define PFSYNC_SCRUB_FLAG_VALID	0x01

#define PFUDPS_NO_TRAFFIC	0
#define PFUDPS_SINGLE		1
#define PFUDPS_MULTIPLE		2
#define PFUDPS_NSTATES		3
#define PFUDPS_NAMES		{ "a", "b", "c" }
#define PFOTHERS_NO_TRAFFIC	0
#define PFOTHERS_SINGLE		1
#define PFOTHERS_MULTIPLE	2
#define PFOTHERS_NSTATES	3
#define PF_TCPS_PROXY_SRC	((TCP_NSTATES)+0)
#define PF_TCPS_PROXY_DST	((TCP_NSTATES)+1)

#define PFRES_MATCH	0
#define PFRES_BADOFF	1
#define PFRES_FRAG	2
#define PFRES_SHORT	3
#define PFRES_NORM	4
#define PFRES_MEMORY	5
#define PFRES_TS	6
#define PFRES_CONGEST	7
#define PFRES_IPOPTIONS	8
#define PFRES_PROTCKSUM	9
#define PFRES_BADSTATE	10
#define PFRES_STATEINS	11
#define PFRES_MAXSTATES	12
#define PFRES_SRCLIMIT	13
#define PFRES_SYNPROXY	14
#define PFRES_TRANSLATE	15
#define PFRES_NOROUTE	16
#define PFRES_MAX	17

struct pf_addr {
	union {
		struct in_addr	v4;
		struct in6_addr	v6;
		uint8_t		addr8[16];
		uint32_t	addr32[MAXMADEUP];
	} pfa;
#define v4	pfa.v4
};
#undef v4

struct pfsync_state_scrub {
	u_int16_t	pfss_flags;
	u_int8_t	pfss_ttl;
	u_int8_t	scrub_flag;
	u_int32_t	pfss_ts_mod;
} __packed;

struct pfsync_state_peer {
	struct pfsync_state_scrub scrub;
	u_int32_t	seqlo, seqhi, seqdiff;
	u_int16_t	max_win, mss;
	u_int8_t	state, wscale;
	u_int8_t	pad[6];
} __packed;

struct pfsync_state_key {
	struct pf_addr	addr[2];
	u_int16_t	port[2];
	u_int16_t	rdomain;
	sa_family_t	af;
	u_int8_t	pad;
};

#define MADE_UP_TAGSZ	(2 * MAXMADEUP)

struct pfsync_state {
	u_int64_t	id;
	char		ifname[IFNAMSIZ];
	struct pfsync_state_key	key[2];
	struct pfsync_state_peer src, dst;
	struct pf_addr	rt_addr;
	u_int32_t	rule, anchor, nat_rule;
	u_int32_t	creation, expire;
	u_int32_t	packets[2][2];
	u_int32_t	bytes[2][2];
	u_int32_t	creatorid;
	uint8_t		made_up[MADE_UP_TAGSZ];		/* the new field */
	int32_t		rtableid[2];
	u_int16_t	max_mss;
	sa_family_t	af;
	u_int8_t	proto, direction, log, rt, timeout, sync_flags, updates, min_ttl, set_tos;
	u_int16_t	state_flags;
	u_int8_t	set_prio[2];
} __packed;

#ifdef _KERNEL
struct pf_state {
	TAILQ_ENTRY(pf_state)	 entry;
	struct pfsync_state	*sync;
};
#endif

#endif
