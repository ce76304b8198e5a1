/*
 * openbsd-8.0, reduced: the pfsync(4) frame, its sections and small messages.
 * Facts alone (names, types, order, numbers); see headers/README.md.
 */

#define PFSYNC_VERSION              6

/* what a section holds */
#define PFSYNC_ACT_CLR              0
#define PFSYNC_ACT_OINS             1
#define PFSYNC_ACT_INS_ACK          2
#define PFSYNC_ACT_OUPD             3
#define PFSYNC_ACT_UPD_C            4
#define PFSYNC_ACT_UPD_REQ          5
#define PFSYNC_ACT_DEL              6
#define PFSYNC_ACT_DEL_C            7
#define PFSYNC_ACT_INS_F            8
#define PFSYNC_ACT_DEL_F            9
#define PFSYNC_ACT_BUS              10
#define PFSYNC_ACT_OTDB             11
#define PFSYNC_ACT_EOF              12
#define PFSYNC_ACT_INS              13
#define PFSYNC_ACT_UPD              14
#define PFSYNC_ACT_TDB              15
#define PFSYNC_ACT_MADE_UP          16
#define PFSYNC_ACT_MAX              17

/* pfsync_bus.status */
#define PFSYNC_BUS_START            1
#define PFSYNC_BUS_END              2

/* 20 bytes */
struct pfsync_header {
	u_int8_t                    version;
	u_int8_t                    _pad;
	u_int16_t                   len;
	u_int8_t                    spare[16];
} __packed;

/* 4 bytes */
struct pfsync_subheader {
	u_int8_t                    action;
	u_int8_t                    len;
	u_int16_t                   count;
} __packed;

/* 20 bytes */
struct pfsync_clr {
	char                        ifname[IFNAMSIZ];
	u_int32_t                   creatorid;
} __packed;

/* 12 bytes */
struct pfsync_ins_ack {
	u_int64_t                   id;
	u_int32_t                   creatorid;
} __packed;

/* 84 bytes */
struct pfsync_upd_c {
	u_int64_t                   id;
	struct pfsync_state_peer    src;
	struct pfsync_state_peer    dst;
	u_int32_t                   creatorid;
	u_int32_t                   expire;
	u_int8_t                    timeout;
	u_int8_t                    state_flags;
	u_int8_t                    _pad[2];
} __packed;

/* 12 bytes */
struct pfsync_upd_req {
	u_int64_t                   id;
	u_int32_t                   creatorid;
} __packed;

/* 12 bytes */
struct pfsync_del_c {
	u_int64_t                   id;
	u_int32_t                   creatorid;
} __packed;

/* 12 bytes */
struct pfsync_bus {
	u_int32_t                   creatorid;
	u_int32_t                   endtime;
	u_int8_t                    status;
	u_int8_t                    _pad[3];
} __packed;

/* 52 bytes */
struct pfsync_tdb {
	u_int32_t                   spi;
	union sockaddr_union        dst;
	u_int64_t                   rpl;
	u_int64_t                   cur_bytes;
	u_int8_t                    sproto;
	u_int8_t                    updates;
	u_int16_t                   rdomain;
} __packed;

/* 3 bytes */
struct pfsync_made_up_src {
	u_int8_t                    state;
	u_int16_t                   wait;
} __packed;

/* 16 bytes */
struct pfsync_made_up {
	u_int64_t                   id;
	struct pfsync_made_up_src   src;
	struct pfsync_made_up_src   dst;
	u_int8_t                    pad[2];
} __packed;
