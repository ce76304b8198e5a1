/* Made up. */
#define IFNAMSIZ	16
