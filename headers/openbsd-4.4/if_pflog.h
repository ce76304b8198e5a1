/*
 * openbsd-4.4, reduced: the header that pflog(4) puts before a logged packet.
 * Facts alone (names, types, order, numbers); see headers/README.md.
 */

#define PFLOG_RULESET_NAME_SIZE     16

/* rulenr and subrulenr are in network order; uids and pids in the order of the host. */
/* 64 bytes */
struct pfloghdr {
	u_int8_t                    length;
	sa_family_t                 af;
	u_int8_t                    action;
	u_int8_t                    reason;
	char                        ifname[IFNAMSIZ];
	char                        ruleset[PFLOG_RULESET_NAME_SIZE];
	u_int32_t                   rulenr;
	u_int32_t                   subrulenr;
	uid_t                       uid;
	pid_t                       pid;
	uid_t                       rule_uid;
	pid_t                       rule_pid;
	u_int8_t                    dir;
	u_int8_t                    pad[3];
};
