/* Made up. */
#ifndef MADE_UP_PFSYNC_H
#define MADE_UP_PFSYNC_H
#define PFSYNC_VERSION		5
#define PFSYNC_ACT_CLR		0
#define PFSYNC_ACT_INS_1301	1
#define PFSYNC_ACT_INS_1400	13
#define PFSYNC_ACT_MAX		14

struct pfsync_header {
	u_int8_t	version, _pad;
	u_int16_t	len;
	u_int8_t	pfcksum[16];
} __packed;

struct pfsync_subheader {
	u_int8_t	action, _pad;
	u_int16_t	count;
} __packed;

struct pfsync_clr {
	char		ifname[IFNAMSIZ];
	u_int32_t	creatorid;
} __packed;

#ifdef PFSYNC_TDB
struct pfsync_tdb {
	u_int32_t	spi;
	union sockaddr_union dst;
	u_int64_t	cur_bytes;
} __packed;
#endif

struct pfsync_kstatus {
	char		syncdev[IFNAMSIZ];
	int		maxupdates;
};
#endif
