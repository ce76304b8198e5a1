#include <x86/_types.h>
