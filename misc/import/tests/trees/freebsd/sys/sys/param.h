/* Made up. */
#include <sys/types.h>
#include <stdbool.h>
