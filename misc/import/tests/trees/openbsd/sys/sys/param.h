/* Made up: a param.h that leads on to others, and more of them in the kernel. */
#ifndef MADE_UP_PARAM_H
#define MADE_UP_PARAM_H

#include <sys/types.h>
#include <machine/param.h>

#ifdef _KERNEL
#include "made_up_option.h"	/* config(8) would write it */
#include <sys/queue.h>
#endif

#define MAXMADEUP	4

#endif
