/* Made up around the layout of openbsd-7.9. */
#ifndef MADE_UP_PFLOG_H
#define MADE_UP_PFLOG_H

#define PFLOG_RULESET_NAME_SIZE	16

struct pfloghdr {
	uint8_t		length;
	sa_family_t	af;
	uint8_t		action, reason;
	char		ifname[IFNAMSIZ];
	char		ruleset[PFLOG_RULESET_NAME_SIZE];
	uint32_t	rulenr, subrulenr;
	uid_t		uid;
	pid_t		pid;
	uid_t		rule_uid;
	pid_t		rule_pid;
	uint8_t		dir, rewritten;
	sa_family_t	naf;
	uint8_t		pad[1];
	struct pf_addr	saddr, daddr;
	uint16_t	sport, dport;
};

#ifdef _KERNEL
struct pflog_softc;
void	pflog_made_up(struct pflog_softc *);
#endif

#endif
