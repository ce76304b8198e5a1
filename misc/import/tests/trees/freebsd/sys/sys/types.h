/* Made up: two names for each number. */
#ifndef MADE_UP_TYPES_H
#define MADE_UP_TYPES_H
#include <machine/_types.h>
#define __packed	__attribute__((__packed__))
typedef __uint8_t	u_int8_t;
typedef __uint16_t	u_int16_t;
typedef __uint32_t	u_int32_t;
typedef __uint64_t	u_int64_t;
typedef __uint8_t	uint8_t;
typedef __uint16_t	uint16_t;
typedef __uint32_t	uint32_t;
typedef __uint64_t	uint64_t;
typedef __int32_t	int32_t;
typedef __uint32_t	uid_t;
typedef __int32_t	pid_t;
typedef __uint8_t	sa_family_t;
#endif
