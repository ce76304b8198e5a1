/*
 * freebsd-8.0, reduced: the pfsync(4) frame, its sections and small messages.
 * Facts alone (names, types, order, numbers); see headers/README.md.
 */

#define PFSYNC_VERSION              3

/* what a frame holds */
#define PFSYNC_ACT_CLR              0
#define PFSYNC_ACT_INS              1
#define PFSYNC_ACT_UPD              2
#define PFSYNC_ACT_DEL              3
#define PFSYNC_ACT_UPD_C            4
#define PFSYNC_ACT_DEL_C            5
#define PFSYNC_ACT_INS_F            6
#define PFSYNC_ACT_DEL_F            7
#define PFSYNC_ACT_UREQ             8
#define PFSYNC_ACT_BUS              9
#define PFSYNC_ACT_TDB_UPD          10
#define PFSYNC_ACT_MAX              11

/* pfsync_state_bus.status */
#define PFSYNC_BUS_START            1
#define PFSYNC_BUS_END              2

/* 20 bytes */
struct pfsync_header {
	u_int8_t                    version;
	u_int8_t                    af;
	u_int8_t                    action;
	u_int8_t                    count;
	u_int8_t                    pf_chksum[16];
} __packed;

/* 88 bytes */
struct pfsync_state_upd {
	u_int32_t                   id[2];
	struct pfsync_state_peer    src;
	struct pfsync_state_peer    dst;
	u_int32_t                   creatorid;
	u_int32_t                   expire;
	u_int8_t                    timeout;
	u_int8_t                    updates;
	u_int8_t                    pad[6];
} __packed;

/* 1 bytes */
struct pfsync_state_del_peer {
	u_int8_t                    state;
} __packed;

/* 16 bytes */
struct pfsync_state_del {
	u_int32_t                   id[2];
	u_int32_t                   creatorid;
	struct pfsync_state_del_peer src;
	struct pfsync_state_del_peer dst;
	u_int8_t                    pad[2];
} __packed;

/* 16 bytes */
struct pfsync_state_upd_req {
	u_int32_t                   id[2];
	u_int32_t                   creatorid;
	u_int32_t                   pad;
} __packed;

/* 24 bytes */
struct pfsync_state_clr {
	char                        ifname[IFNAMSIZ];
	u_int32_t                   creatorid;
	u_int32_t                   pad;
} __packed;

/* 16 bytes */
struct pfsync_state_bus {
	u_int32_t                   creatorid;
	u_int32_t                   endtime;
	u_int8_t                    status;
	u_int8_t                    pad[7];
} __packed;

/* 48 bytes */
struct pfsync_tdb {
	u_int32_t                   spi;
	union sockaddr_union        dst;
	u_int32_t                   rpl;
	u_int64_t                   cur_bytes;
	u_int8_t                    sproto;
	u_int8_t                    updates;
	u_int8_t                    pad[2];
} __packed;
