/* Made up: what a machine says of its numbers. */
#ifndef MADE_UP_MACHINE_TYPES_H
#define MADE_UP_MACHINE_TYPES_H

typedef unsigned char		__uint8_t;
typedef unsigned short		__uint16_t;
typedef signed int		__int32_t;
typedef unsigned int		__uint32_t;
typedef unsigned long long	__uint64_t;
typedef unsigned long		__size_t;

#endif
