/* Made up. */
#define TCP_NSTATES	11
