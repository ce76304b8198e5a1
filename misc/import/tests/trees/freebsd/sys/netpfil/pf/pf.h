/* Made up: the numbers are in a header of their own. */
#ifndef MADE_UP_PF_H
#define MADE_UP_PF_H
#include "opt_made_up.h"	/* config(8) would write it */
enum { PF_INOUT, PF_IN, PF_OUT };
enum { PFTM_TCP_FIRST_PACKET, PFTM_TCP_OPENING, PFTM_MAX, PFTM_PURGE, PFTM_UNLINKED };
#define PFSTATE_ALLOWOPTS	0x0001
#define PFSTATE_SRC_NODE_LIMIT	0x01
#define PFSTATE_SETPRIO		0x0200
#define PFSTATE_SETMASK		(PFSTATE_SETPRIO)
#define PF_LOG			0x01
#define PF_LOG_ALL		0x02
struct pf_addr {
	union {
		struct in_addr	v4;
		struct in6_addr	v6;
	};
};
#endif
