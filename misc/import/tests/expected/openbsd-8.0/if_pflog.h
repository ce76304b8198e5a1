/*
 * openbsd-8.0, reduced: the header that pflog(4) puts before a logged packet.
 * Facts alone (names, types, order, numbers); see headers/README.md.
 */

#define PFLOG_RULESET_NAME_SIZE     16

/* rulenr, subrulenr, ports and addresses are in network order; uids and pids in the order of the host. */
/* 100 bytes */
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
	u_int8_t                    rewritten;
	sa_family_t                 naf;
	u_int8_t                    pad[1];
	struct pf_addr              saddr;
	struct pf_addr              daddr;
	u_int16_t                   sport;
	u_int16_t                   dport;
};
