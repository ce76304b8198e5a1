/* Made up. */
#ifndef MADE_UP_TYPES_H
#define MADE_UP_TYPES_H

#include <sys/cdefs.h>
#include <machine/_types.h>

typedef __uint8_t	u_int8_t;
typedef __uint16_t	u_int16_t;
typedef __uint32_t	u_int32_t;
typedef __uint64_t	u_int64_t;
typedef __uint8_t	uint8_t;
typedef __uint16_t	uint16_t;
typedef __uint32_t	uint32_t;
typedef __uint64_t	uint64_t;
typedef __int32_t	int32_t;
typedef unsigned int	u_int;
typedef __size_t	size_t;
typedef __uint32_t	__uid_t;
typedef __uid_t		uid_t;
typedef __int32_t	pid_t;
typedef __uint8_t	__sa_family_t;
typedef __uint32_t	in_addr_t;
typedef __uint16_t	in_port_t;

#endif
