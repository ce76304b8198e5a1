/* Made up. */
#ifndef MADE_UP_IF_H
#define MADE_UP_IF_H

#include <sys/socket.h>
#ifndef _KERNEL
#include <time.h>		/* the C library's, which no kernel has */
#endif

#define IF_NAMESIZE	16
#define IFNAMSIZ	IF_NAMESIZE

struct if_nameindex {
	unsigned int	 if_index;
	char		*if_name;
};

#endif
