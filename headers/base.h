/*
 * What the snapshots take for granted from the rest of the system: C types of fixed size, the
 * lengths and numbers that are the same in every release, and the socket addresses that a
 * pfsync_tdb holds. Facts alone; see headers/README.md.
 */

typedef unsigned char u_int8_t;
typedef unsigned short u_int16_t;
typedef unsigned int u_int32_t;
typedef unsigned long long u_int64_t;
typedef int int32_t;
typedef u_int8_t sa_family_t;
typedef u_int32_t uid_t;
typedef int32_t pid_t;

#define __packed	__attribute__((__packed__))

#define IFNAMSIZ	16

/* address families: OpenBSD's numbers */
#define AF_INET		2
#define AF_INET6	24

/* TCP states, as pfsync_state_peer.state has them */
#define TCPS_CLOSED		0
#define TCPS_LISTEN		1
#define TCPS_SYN_SENT		2
#define TCPS_SYN_RECEIVED	3
#define TCPS_ESTABLISHED	4
#define TCPS_CLOSE_WAIT		5
#define TCPS_FIN_WAIT_1		6
#define TCPS_CLOSING		7
#define TCPS_LAST_ACK		8
#define TCPS_FIN_WAIT_2		9
#define TCPS_TIME_WAIT		10
#define TCP_NSTATES		11

struct in_addr {
	u_int32_t	s_addr;
};

struct in6_addr {
	u_int8_t	s6_addr[16];
};

struct sockaddr_in {
	u_int8_t	sin_len;
	sa_family_t	sin_family;
	u_int16_t	sin_port;
	struct in_addr	sin_addr;
	u_int8_t	sin_zero[8];
};

struct sockaddr_in6 {
	u_int8_t	sin6_len;
	sa_family_t	sin6_family;
	u_int16_t	sin6_port;
	u_int32_t	sin6_flowinfo;
	struct in6_addr	sin6_addr;
	u_int32_t	sin6_scope_id;
};

/* 28 bytes */
union sockaddr_union {
	struct sockaddr_in	sin;
	struct sockaddr_in6	sin6;
};
