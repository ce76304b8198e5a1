/* Made up: reached through <machine/param.h>, and asks for the machine by its own name. */
#include <amd64/_types.h>
#define MADE_UP_PAGE_SHIFT	12
