/* Made up. */
#ifndef MADE_UP_IN_H
#define MADE_UP_IN_H

#include <sys/socket.h>

#define IPPROTO_PFSYNC	240

struct in_addr {
	in_addr_t	s_addr;
};

struct in6_addr {
	union {
		__uint8_t	bytes[16];
		__uint32_t	words[4];
	} u;
};

struct sockaddr_in {
	__uint8_t	sin_len;
	sa_family_t	sin_family;
	in_port_t	sin_port;
	struct in_addr	sin_addr;
	char		sin_zero[8];
};

struct sockaddr_in6 {
	__uint8_t	sin6_len;
	sa_family_t	sin6_family;
	in_port_t	sin6_port;
	__uint32_t	sin6_flowinfo;
	struct in6_addr	sin6_addr;
	__uint32_t	sin6_scope_id;
};

#endif
