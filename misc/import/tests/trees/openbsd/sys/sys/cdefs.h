/* Made up. */
#ifndef MADE_UP_CDEFS_H
#define MADE_UP_CDEFS_H

#define __packed	__attribute__((__packed__))
#define __aligned(x)	__attribute__((__aligned__(x)))
#define MADE_UP_BIT(n)	(1U << (n))

#endif
