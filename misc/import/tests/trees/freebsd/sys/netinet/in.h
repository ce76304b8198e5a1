/* Made up. */
#ifndef MADE_UP_IN_H
#define MADE_UP_IN_H
#define AF_INET		2
#define AF_INET6	28
struct in_addr		{ uint32_t s_addr; };
struct in6_addr		{ uint8_t s6_addr[16]; };
struct sockaddr_in	{ uint8_t len; sa_family_t family; uint16_t port; struct in_addr addr; char zero[8]; };
struct sockaddr_in6	{ uint8_t len; sa_family_t family; uint16_t port; uint32_t flow; struct in6_addr addr;
			  uint32_t scope; };
union sockaddr_union	{ struct sockaddr_in sin; struct sockaddr_in6 sin6; };
#endif
