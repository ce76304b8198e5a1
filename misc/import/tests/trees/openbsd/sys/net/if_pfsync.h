/*
 * Made up around the layout of openbsd-7.9, with what a later release might bring: an action with
 * its message.
 */
#ifndef MADE_UP_PFSYNC_H
#define MADE_UP_PFSYNC_H

#define PFSYNC_VERSION		6

#define PFSYNC_ACT_CLR		0
#define PFSYNC_ACT_OINS		1
#define PFSYNC_ACT_INS_ACK	2
#define PFSYNC_ACT_OUPD		3
#define PFSYNC_ACT_UPD_C	4
#define PFSYNC_ACT_UPD_REQ	5
#define PFSYNC_ACT_DEL		6
#define PFSYNC_ACT_DEL_C	7
#define PFSYNC_ACT_INS_F	8
#define PFSYNC_ACT_DEL_F	9
#define PFSYNC_ACT_BUS		10
#define PFSYNC_ACT_OTDB		11
#define PFSYNC_ACT_EOF		12
#define PFSYNC_ACT_INS		13
#define PFSYNC_ACT_UPD		14
#define PFSYNC_ACT_TDB		15
#define PFSYNC_ACT_MADE_UP	((u_int8_t)16)
#define PFSYNC_ACT_MAX		17

#define PFSYNC_ACTIONS		"a", "b", "c"
#define PFSYNC_HDRLEN		sizeof(struct pfsync_header)

struct pfsync_header {
	u_int8_t	version;
	u_int8_t	_pad;
	u_int16_t	len;
	u_int8_t	spare[16];
} __packed;

struct pfsync_subheader {
	u_int8_t	action;
	u_int8_t	len;
	u_int16_t	count;
} __packed;

struct pfsync_clr {
	char		ifname[IFNAMSIZ];
	u_int32_t	creatorid;
} __packed;

struct pfsync_ins_ack {
	u_int64_t	id;
	u_int32_t	creatorid;
} __packed;

struct pfsync_upd_c {
	u_int64_t	id;
	struct pfsync_state_peer src, dst;
	u_int32_t	creatorid, expire;
	u_int8_t	timeout, state_flags, _pad[2];
} __packed;

struct pfsync_upd_req {
	u_int64_t	id;
	u_int32_t	creatorid;
} __packed;

struct pfsync_del_c {
	u_int64_t	id;
	u_int32_t	creatorid;
} __packed;

struct pfsync_bus {
	u_int32_t	creatorid, endtime;
	u_int8_t	status;
#define PFSYNC_BUS_START	1
#define PFSYNC_BUS_END		2
	u_int8_t	_pad[3];
} __packed;

struct pfsync_tdb {
	u_int32_t	spi;
	union sockaddr_union dst;
	u_int64_t	rpl, cur_bytes;
	u_int8_t	sproto, updates;
	u_int16_t	rdomain;
} __packed;

struct pfsync_made_up {
	u_int64_t	id;
	struct {
		u_int8_t	state;
		u_int16_t	wait;
	} __packed	src, dst;
	u_int8_t	pad[2];
} __packed;

/* What programs ask the kernel with: in no frame. */
struct pfsyncreq {
	char		pfsyncr_syncdev[IFNAMSIZ];
	struct in_addr	pfsyncr_syncpeer;
	int		pfsyncr_made_up;
};

struct pfsync_asked {
	u_int32_t	 len;
	char		*buffer;
};

#ifdef _KERNEL
struct pfsync_softc {
	TAILQ_ENTRY(pfsync_softc) sc_entry;
	u_int		sc_a:1, sc_b:2;
};
#endif

#endif
