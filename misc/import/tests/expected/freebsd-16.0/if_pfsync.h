/*
 * freebsd-16.0, reduced: the pfsync(4) frame, its sections and small messages.
 * Facts alone (names, types, order, numbers); see headers/README.md.
 */

#define PFSYNC_VERSION              5

/* what a section holds */
#define PFSYNC_ACT_CLR              0
#define PFSYNC_ACT_INS_1301         1
#define PFSYNC_ACT_INS_1400         13
#define PFSYNC_ACT_MAX              14

/* 20 bytes */
struct pfsync_header {
	u_int8_t                    version;
	u_int8_t                    _pad;
	u_int16_t                   len;
	u_int8_t                    pfcksum[16];
} __packed;

/* 4 bytes */
struct pfsync_subheader {
	u_int8_t                    action;
	u_int8_t                    _pad;
	u_int16_t                   count;
} __packed;

/* 20 bytes */
struct pfsync_clr {
	char                        ifname[IFNAMSIZ];
	u_int32_t                   creatorid;
} __packed;

/* 40 bytes */
struct pfsync_tdb {
	u_int32_t                   spi;
	union sockaddr_union        dst;
	u_int64_t                   cur_bytes;
} __packed;
