/* Made up: reached from amd64's header of that name. */
#ifndef MADE_UP_X86_TYPES_H
#define MADE_UP_X86_TYPES_H
typedef unsigned char	__uint8_t;
typedef unsigned short	__uint16_t;
typedef signed int	__int32_t;
typedef unsigned int	__uint32_t;
typedef unsigned long	__uint64_t;
#endif
