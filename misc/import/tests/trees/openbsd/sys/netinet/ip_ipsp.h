/* Made up: nobody includes it, and if_pfsync.h cannot do without. */
#ifndef MADE_UP_IPSP_H
#define MADE_UP_IPSP_H

union sockaddr_union {
	struct sockaddr		sa;
	struct sockaddr_in	sin;
	struct sockaddr_in6	sin6;
};

#endif
