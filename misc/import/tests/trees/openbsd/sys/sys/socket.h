/* Made up. */
#ifndef MADE_UP_SOCKET_H
#define MADE_UP_SOCKET_H

#include <sys/types.h>

typedef __sa_family_t	sa_family_t;

#define AF_UNSPEC	0
#define AF_INET		2
#define AF_INET6	24

struct sockaddr {
	__uint8_t	sa_len;
	sa_family_t	sa_family;
	char		sa_data[14];
};

#endif
