// Made by build.rs from headers/dragonfly-2.8; not to be edited.
/// The structs as C lays them out, host byte order.
pub mod raw {
    use crate::abi::types::{Field, raw as ctypes};
    pub type u_int8_t = ctypes::c_uchar;
    pub type u_int16_t = ctypes::c_ushort;
    pub type u_int32_t = ctypes::c_uint;
    pub type u_int64_t = ctypes::c_ulonglong;
    pub type sa_family_t = u_int8_t;
    pub type uid_t = u_int32_t;
    pub type pid_t = i32;
    #[repr(C)]
    #[derive(Copy, Clone)]
    pub struct in_addr {
        pub s_addr: u_int32_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of in_addr"][::core::mem::size_of::<in_addr>() - 4usize];
        ["Alignment of in_addr"][::core::mem::align_of::<in_addr>() - 4usize];
        [
            "Offset of field: in_addr::s_addr",
        ][::core::mem::offset_of!(in_addr, s_addr) - 0usize];
    };
    #[repr(C)]
    #[derive(Copy, Clone)]
    pub struct in6_addr {
        pub s6_addr: [u_int8_t; 16usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of in6_addr"][::core::mem::size_of::<in6_addr>() - 16usize];
        ["Alignment of in6_addr"][::core::mem::align_of::<in6_addr>() - 1usize];
        [
            "Offset of field: in6_addr::s6_addr",
        ][::core::mem::offset_of!(in6_addr, s6_addr) - 0usize];
    };
    #[repr(C)]
    #[derive(Copy, Clone)]
    pub struct sockaddr_in {
        pub sin_len: u_int8_t,
        pub sin_family: sa_family_t,
        pub sin_port: u_int16_t,
        pub sin_addr: in_addr,
        pub sin_zero: [u_int8_t; 8usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of sockaddr_in"][::core::mem::size_of::<sockaddr_in>() - 16usize];
        ["Alignment of sockaddr_in"][::core::mem::align_of::<sockaddr_in>() - 4usize];
        [
            "Offset of field: sockaddr_in::sin_len",
        ][::core::mem::offset_of!(sockaddr_in, sin_len) - 0usize];
        [
            "Offset of field: sockaddr_in::sin_family",
        ][::core::mem::offset_of!(sockaddr_in, sin_family) - 1usize];
        [
            "Offset of field: sockaddr_in::sin_port",
        ][::core::mem::offset_of!(sockaddr_in, sin_port) - 2usize];
        [
            "Offset of field: sockaddr_in::sin_addr",
        ][::core::mem::offset_of!(sockaddr_in, sin_addr) - 4usize];
        [
            "Offset of field: sockaddr_in::sin_zero",
        ][::core::mem::offset_of!(sockaddr_in, sin_zero) - 8usize];
    };
    #[repr(C)]
    #[derive(Copy, Clone)]
    pub struct sockaddr_in6 {
        pub sin6_len: u_int8_t,
        pub sin6_family: sa_family_t,
        pub sin6_port: u_int16_t,
        pub sin6_flowinfo: u_int32_t,
        pub sin6_addr: in6_addr,
        pub sin6_scope_id: u_int32_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of sockaddr_in6"][::core::mem::size_of::<sockaddr_in6>() - 28usize];
        ["Alignment of sockaddr_in6"][::core::mem::align_of::<sockaddr_in6>() - 4usize];
        [
            "Offset of field: sockaddr_in6::sin6_len",
        ][::core::mem::offset_of!(sockaddr_in6, sin6_len) - 0usize];
        [
            "Offset of field: sockaddr_in6::sin6_family",
        ][::core::mem::offset_of!(sockaddr_in6, sin6_family) - 1usize];
        [
            "Offset of field: sockaddr_in6::sin6_port",
        ][::core::mem::offset_of!(sockaddr_in6, sin6_port) - 2usize];
        [
            "Offset of field: sockaddr_in6::sin6_flowinfo",
        ][::core::mem::offset_of!(sockaddr_in6, sin6_flowinfo) - 4usize];
        [
            "Offset of field: sockaddr_in6::sin6_addr",
        ][::core::mem::offset_of!(sockaddr_in6, sin6_addr) - 8usize];
        [
            "Offset of field: sockaddr_in6::sin6_scope_id",
        ][::core::mem::offset_of!(sockaddr_in6, sin6_scope_id) - 24usize];
    };
    #[repr(C)]
    #[derive(Copy, Clone)]
    pub union sockaddr_union {
        pub sin: sockaddr_in,
        pub sin6: sockaddr_in6,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of sockaddr_union"][::core::mem::size_of::<sockaddr_union>() - 28usize];
        [
            "Alignment of sockaddr_union",
        ][::core::mem::align_of::<sockaddr_union>() - 4usize];
        [
            "Offset of field: sockaddr_union::sin",
        ][::core::mem::offset_of!(sockaddr_union, sin) - 0usize];
        [
            "Offset of field: sockaddr_union::sin6",
        ][::core::mem::offset_of!(sockaddr_union, sin6) - 0usize];
    };
    pub type _bindgen_ty_1 = ctypes::c_uint;
    pub type _bindgen_ty_2 = ctypes::c_uint;
    pub type _bindgen_ty_3 = ctypes::c_uint;
    pub type _bindgen_ty_4 = ctypes::c_uint;
    pub type _bindgen_ty_5 = ctypes::c_uint;
    #[repr(C)]
    #[derive(Copy, Clone)]
    pub struct pf_addr {
        pub pfa: pf_addr__bindgen_ty_1,
    }
    #[repr(C)]
    #[derive(Copy, Clone)]
    pub union pf_addr__bindgen_ty_1 {
        pub v4: in_addr,
        pub v6: in6_addr,
        pub addr8: [u_int8_t; 16usize],
        pub addr16: [u_int16_t; 8usize],
        pub addr32: [u_int32_t; 4usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pf_addr__bindgen_ty_1",
        ][::core::mem::size_of::<pf_addr__bindgen_ty_1>() - 16usize];
        [
            "Alignment of pf_addr__bindgen_ty_1",
        ][::core::mem::align_of::<pf_addr__bindgen_ty_1>() - 4usize];
        [
            "Offset of field: pf_addr__bindgen_ty_1::v4",
        ][::core::mem::offset_of!(pf_addr__bindgen_ty_1, v4) - 0usize];
        [
            "Offset of field: pf_addr__bindgen_ty_1::v6",
        ][::core::mem::offset_of!(pf_addr__bindgen_ty_1, v6) - 0usize];
        [
            "Offset of field: pf_addr__bindgen_ty_1::addr8",
        ][::core::mem::offset_of!(pf_addr__bindgen_ty_1, addr8) - 0usize];
        [
            "Offset of field: pf_addr__bindgen_ty_1::addr16",
        ][::core::mem::offset_of!(pf_addr__bindgen_ty_1, addr16) - 0usize];
        [
            "Offset of field: pf_addr__bindgen_ty_1::addr32",
        ][::core::mem::offset_of!(pf_addr__bindgen_ty_1, addr32) - 0usize];
    };
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of pf_addr"][::core::mem::size_of::<pf_addr>() - 16usize];
        ["Alignment of pf_addr"][::core::mem::align_of::<pf_addr>() - 4usize];
        [
            "Offset of field: pf_addr::pfa",
        ][::core::mem::offset_of!(pf_addr, pfa) - 0usize];
    };
    #[repr(C, packed)]
    #[derive(Copy, Clone)]
    pub struct pfsync_state_scrub {
        pub pfss_flags: u_int16_t,
        pub pfss_ttl: u_int8_t,
        pub scrub_flag: u_int8_t,
        pub pfss_ts_mod: u_int32_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_scrub",
        ][::core::mem::size_of::<pfsync_state_scrub>() - 8usize];
        [
            "Alignment of pfsync_state_scrub",
        ][::core::mem::align_of::<pfsync_state_scrub>() - 1usize];
        [
            "Offset of field: pfsync_state_scrub::pfss_flags",
        ][::core::mem::offset_of!(pfsync_state_scrub, pfss_flags) - 0usize];
        [
            "Offset of field: pfsync_state_scrub::pfss_ttl",
        ][::core::mem::offset_of!(pfsync_state_scrub, pfss_ttl) - 2usize];
        [
            "Offset of field: pfsync_state_scrub::scrub_flag",
        ][::core::mem::offset_of!(pfsync_state_scrub, scrub_flag) - 3usize];
        [
            "Offset of field: pfsync_state_scrub::pfss_ts_mod",
        ][::core::mem::offset_of!(pfsync_state_scrub, pfss_ts_mod) - 4usize];
    };
    #[repr(C, packed)]
    #[derive(Copy, Clone)]
    pub struct pfsync_state_peer {
        pub scrub: pfsync_state_scrub,
        pub seqlo: u_int32_t,
        pub seqhi: u_int32_t,
        pub seqdiff: u_int32_t,
        pub max_win: u_int16_t,
        pub mss: u_int16_t,
        pub state: u_int8_t,
        pub wscale: u_int8_t,
        pub pad: [u_int8_t; 6usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_peer",
        ][::core::mem::size_of::<pfsync_state_peer>() - 32usize];
        [
            "Alignment of pfsync_state_peer",
        ][::core::mem::align_of::<pfsync_state_peer>() - 1usize];
        [
            "Offset of field: pfsync_state_peer::scrub",
        ][::core::mem::offset_of!(pfsync_state_peer, scrub) - 0usize];
        [
            "Offset of field: pfsync_state_peer::seqlo",
        ][::core::mem::offset_of!(pfsync_state_peer, seqlo) - 8usize];
        [
            "Offset of field: pfsync_state_peer::seqhi",
        ][::core::mem::offset_of!(pfsync_state_peer, seqhi) - 12usize];
        [
            "Offset of field: pfsync_state_peer::seqdiff",
        ][::core::mem::offset_of!(pfsync_state_peer, seqdiff) - 16usize];
        [
            "Offset of field: pfsync_state_peer::max_win",
        ][::core::mem::offset_of!(pfsync_state_peer, max_win) - 20usize];
        [
            "Offset of field: pfsync_state_peer::mss",
        ][::core::mem::offset_of!(pfsync_state_peer, mss) - 22usize];
        [
            "Offset of field: pfsync_state_peer::state",
        ][::core::mem::offset_of!(pfsync_state_peer, state) - 24usize];
        [
            "Offset of field: pfsync_state_peer::wscale",
        ][::core::mem::offset_of!(pfsync_state_peer, wscale) - 25usize];
        [
            "Offset of field: pfsync_state_peer::pad",
        ][::core::mem::offset_of!(pfsync_state_peer, pad) - 26usize];
    };
    #[repr(C)]
    #[derive(Copy, Clone)]
    pub struct pfsync_state_key {
        pub addr: [pf_addr; 2usize],
        pub port: [u_int16_t; 2usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_key",
        ][::core::mem::size_of::<pfsync_state_key>() - 36usize];
        [
            "Alignment of pfsync_state_key",
        ][::core::mem::align_of::<pfsync_state_key>() - 4usize];
        [
            "Offset of field: pfsync_state_key::addr",
        ][::core::mem::offset_of!(pfsync_state_key, addr) - 0usize];
        [
            "Offset of field: pfsync_state_key::port",
        ][::core::mem::offset_of!(pfsync_state_key, port) - 32usize];
    };
    #[repr(C, packed)]
    #[derive(Copy, Clone)]
    pub struct pfsync_state {
        pub id: [u_int32_t; 2usize],
        pub ifname: [ctypes::c_char; 16usize],
        pub key: [pfsync_state_key; 2usize],
        pub src: pfsync_state_peer,
        pub dst: pfsync_state_peer,
        pub rt_addr: pf_addr,
        pub rule: u_int32_t,
        pub anchor: u_int32_t,
        pub nat_rule: u_int32_t,
        pub creation: u_int32_t,
        pub expire: u_int32_t,
        pub packets: [[u_int32_t; 2usize]; 2usize],
        pub bytes: [[u_int32_t; 2usize]; 2usize],
        pub creatorid: u_int32_t,
        pub af: sa_family_t,
        pub proto: u_int8_t,
        pub direction: u_int8_t,
        pub log: u_int8_t,
        pub state_flags: u_int8_t,
        pub timeout: u_int8_t,
        pub sync_flags: u_int8_t,
        pub updates: u_int8_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of pfsync_state"][::core::mem::size_of::<pfsync_state>() - 240usize];
        ["Alignment of pfsync_state"][::core::mem::align_of::<pfsync_state>() - 1usize];
        [
            "Offset of field: pfsync_state::id",
        ][::core::mem::offset_of!(pfsync_state, id) - 0usize];
        [
            "Offset of field: pfsync_state::ifname",
        ][::core::mem::offset_of!(pfsync_state, ifname) - 8usize];
        [
            "Offset of field: pfsync_state::key",
        ][::core::mem::offset_of!(pfsync_state, key) - 24usize];
        [
            "Offset of field: pfsync_state::src",
        ][::core::mem::offset_of!(pfsync_state, src) - 96usize];
        [
            "Offset of field: pfsync_state::dst",
        ][::core::mem::offset_of!(pfsync_state, dst) - 128usize];
        [
            "Offset of field: pfsync_state::rt_addr",
        ][::core::mem::offset_of!(pfsync_state, rt_addr) - 160usize];
        [
            "Offset of field: pfsync_state::rule",
        ][::core::mem::offset_of!(pfsync_state, rule) - 176usize];
        [
            "Offset of field: pfsync_state::anchor",
        ][::core::mem::offset_of!(pfsync_state, anchor) - 180usize];
        [
            "Offset of field: pfsync_state::nat_rule",
        ][::core::mem::offset_of!(pfsync_state, nat_rule) - 184usize];
        [
            "Offset of field: pfsync_state::creation",
        ][::core::mem::offset_of!(pfsync_state, creation) - 188usize];
        [
            "Offset of field: pfsync_state::expire",
        ][::core::mem::offset_of!(pfsync_state, expire) - 192usize];
        [
            "Offset of field: pfsync_state::packets",
        ][::core::mem::offset_of!(pfsync_state, packets) - 196usize];
        [
            "Offset of field: pfsync_state::bytes",
        ][::core::mem::offset_of!(pfsync_state, bytes) - 212usize];
        [
            "Offset of field: pfsync_state::creatorid",
        ][::core::mem::offset_of!(pfsync_state, creatorid) - 228usize];
        [
            "Offset of field: pfsync_state::af",
        ][::core::mem::offset_of!(pfsync_state, af) - 232usize];
        [
            "Offset of field: pfsync_state::proto",
        ][::core::mem::offset_of!(pfsync_state, proto) - 233usize];
        [
            "Offset of field: pfsync_state::direction",
        ][::core::mem::offset_of!(pfsync_state, direction) - 234usize];
        [
            "Offset of field: pfsync_state::log",
        ][::core::mem::offset_of!(pfsync_state, log) - 235usize];
        [
            "Offset of field: pfsync_state::state_flags",
        ][::core::mem::offset_of!(pfsync_state, state_flags) - 236usize];
        [
            "Offset of field: pfsync_state::timeout",
        ][::core::mem::offset_of!(pfsync_state, timeout) - 237usize];
        [
            "Offset of field: pfsync_state::sync_flags",
        ][::core::mem::offset_of!(pfsync_state, sync_flags) - 238usize];
        [
            "Offset of field: pfsync_state::updates",
        ][::core::mem::offset_of!(pfsync_state, updates) - 239usize];
    };
    #[repr(C, packed)]
    #[derive(Copy, Clone)]
    pub struct pfsync_header {
        pub version: u_int8_t,
        pub af: u_int8_t,
        pub action: u_int8_t,
        pub count: u_int8_t,
        pub pf_chksum: [u_int8_t; 16usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of pfsync_header"][::core::mem::size_of::<pfsync_header>() - 20usize];
        [
            "Alignment of pfsync_header",
        ][::core::mem::align_of::<pfsync_header>() - 1usize];
        [
            "Offset of field: pfsync_header::version",
        ][::core::mem::offset_of!(pfsync_header, version) - 0usize];
        [
            "Offset of field: pfsync_header::af",
        ][::core::mem::offset_of!(pfsync_header, af) - 1usize];
        [
            "Offset of field: pfsync_header::action",
        ][::core::mem::offset_of!(pfsync_header, action) - 2usize];
        [
            "Offset of field: pfsync_header::count",
        ][::core::mem::offset_of!(pfsync_header, count) - 3usize];
        [
            "Offset of field: pfsync_header::pf_chksum",
        ][::core::mem::offset_of!(pfsync_header, pf_chksum) - 4usize];
    };
    #[repr(C, packed)]
    #[derive(Copy, Clone)]
    pub struct pfsync_state_upd {
        pub id: [u_int32_t; 2usize],
        pub src: pfsync_state_peer,
        pub dst: pfsync_state_peer,
        pub creatorid: u_int32_t,
        pub expire: u_int32_t,
        pub timeout: u_int8_t,
        pub updates: u_int8_t,
        pub pad: [u_int8_t; 6usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_upd",
        ][::core::mem::size_of::<pfsync_state_upd>() - 88usize];
        [
            "Alignment of pfsync_state_upd",
        ][::core::mem::align_of::<pfsync_state_upd>() - 1usize];
        [
            "Offset of field: pfsync_state_upd::id",
        ][::core::mem::offset_of!(pfsync_state_upd, id) - 0usize];
        [
            "Offset of field: pfsync_state_upd::src",
        ][::core::mem::offset_of!(pfsync_state_upd, src) - 8usize];
        [
            "Offset of field: pfsync_state_upd::dst",
        ][::core::mem::offset_of!(pfsync_state_upd, dst) - 40usize];
        [
            "Offset of field: pfsync_state_upd::creatorid",
        ][::core::mem::offset_of!(pfsync_state_upd, creatorid) - 72usize];
        [
            "Offset of field: pfsync_state_upd::expire",
        ][::core::mem::offset_of!(pfsync_state_upd, expire) - 76usize];
        [
            "Offset of field: pfsync_state_upd::timeout",
        ][::core::mem::offset_of!(pfsync_state_upd, timeout) - 80usize];
        [
            "Offset of field: pfsync_state_upd::updates",
        ][::core::mem::offset_of!(pfsync_state_upd, updates) - 81usize];
        [
            "Offset of field: pfsync_state_upd::pad",
        ][::core::mem::offset_of!(pfsync_state_upd, pad) - 82usize];
    };
    #[repr(C, packed)]
    #[derive(Copy, Clone)]
    pub struct pfsync_state_del_peer {
        pub state: u_int8_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_del_peer",
        ][::core::mem::size_of::<pfsync_state_del_peer>() - 1usize];
        [
            "Alignment of pfsync_state_del_peer",
        ][::core::mem::align_of::<pfsync_state_del_peer>() - 1usize];
        [
            "Offset of field: pfsync_state_del_peer::state",
        ][::core::mem::offset_of!(pfsync_state_del_peer, state) - 0usize];
    };
    #[repr(C, packed)]
    #[derive(Copy, Clone)]
    pub struct pfsync_state_del {
        pub id: [u_int32_t; 2usize],
        pub creatorid: u_int32_t,
        pub src: pfsync_state_del_peer,
        pub dst: pfsync_state_del_peer,
        pub pad: [u_int8_t; 2usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_del",
        ][::core::mem::size_of::<pfsync_state_del>() - 16usize];
        [
            "Alignment of pfsync_state_del",
        ][::core::mem::align_of::<pfsync_state_del>() - 1usize];
        [
            "Offset of field: pfsync_state_del::id",
        ][::core::mem::offset_of!(pfsync_state_del, id) - 0usize];
        [
            "Offset of field: pfsync_state_del::creatorid",
        ][::core::mem::offset_of!(pfsync_state_del, creatorid) - 8usize];
        [
            "Offset of field: pfsync_state_del::src",
        ][::core::mem::offset_of!(pfsync_state_del, src) - 12usize];
        [
            "Offset of field: pfsync_state_del::dst",
        ][::core::mem::offset_of!(pfsync_state_del, dst) - 13usize];
        [
            "Offset of field: pfsync_state_del::pad",
        ][::core::mem::offset_of!(pfsync_state_del, pad) - 14usize];
    };
    #[repr(C, packed)]
    #[derive(Copy, Clone)]
    pub struct pfsync_state_upd_req {
        pub id: [u_int32_t; 2usize],
        pub creatorid: u_int32_t,
        pub pad: u_int32_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_upd_req",
        ][::core::mem::size_of::<pfsync_state_upd_req>() - 16usize];
        [
            "Alignment of pfsync_state_upd_req",
        ][::core::mem::align_of::<pfsync_state_upd_req>() - 1usize];
        [
            "Offset of field: pfsync_state_upd_req::id",
        ][::core::mem::offset_of!(pfsync_state_upd_req, id) - 0usize];
        [
            "Offset of field: pfsync_state_upd_req::creatorid",
        ][::core::mem::offset_of!(pfsync_state_upd_req, creatorid) - 8usize];
        [
            "Offset of field: pfsync_state_upd_req::pad",
        ][::core::mem::offset_of!(pfsync_state_upd_req, pad) - 12usize];
    };
    #[repr(C, packed)]
    #[derive(Copy, Clone)]
    pub struct pfsync_state_clr {
        pub ifname: [ctypes::c_char; 16usize],
        pub creatorid: u_int32_t,
        pub pad: u_int32_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_clr",
        ][::core::mem::size_of::<pfsync_state_clr>() - 24usize];
        [
            "Alignment of pfsync_state_clr",
        ][::core::mem::align_of::<pfsync_state_clr>() - 1usize];
        [
            "Offset of field: pfsync_state_clr::ifname",
        ][::core::mem::offset_of!(pfsync_state_clr, ifname) - 0usize];
        [
            "Offset of field: pfsync_state_clr::creatorid",
        ][::core::mem::offset_of!(pfsync_state_clr, creatorid) - 16usize];
        [
            "Offset of field: pfsync_state_clr::pad",
        ][::core::mem::offset_of!(pfsync_state_clr, pad) - 20usize];
    };
    #[repr(C, packed)]
    #[derive(Copy, Clone)]
    pub struct pfsync_state_bus {
        pub creatorid: u_int32_t,
        pub endtime: u_int32_t,
        pub status: u_int8_t,
        pub pad: [u_int8_t; 7usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_bus",
        ][::core::mem::size_of::<pfsync_state_bus>() - 16usize];
        [
            "Alignment of pfsync_state_bus",
        ][::core::mem::align_of::<pfsync_state_bus>() - 1usize];
        [
            "Offset of field: pfsync_state_bus::creatorid",
        ][::core::mem::offset_of!(pfsync_state_bus, creatorid) - 0usize];
        [
            "Offset of field: pfsync_state_bus::endtime",
        ][::core::mem::offset_of!(pfsync_state_bus, endtime) - 4usize];
        [
            "Offset of field: pfsync_state_bus::status",
        ][::core::mem::offset_of!(pfsync_state_bus, status) - 8usize];
        [
            "Offset of field: pfsync_state_bus::pad",
        ][::core::mem::offset_of!(pfsync_state_bus, pad) - 9usize];
    };
    #[repr(C, packed)]
    #[derive(Copy, Clone)]
    pub struct pfsync_tdb {
        pub spi: u_int32_t,
        pub dst: sockaddr_union,
        pub rpl: u_int32_t,
        pub cur_bytes: u_int64_t,
        pub sproto: u_int8_t,
        pub updates: u_int8_t,
        pub pad: [u_int8_t; 2usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of pfsync_tdb"][::core::mem::size_of::<pfsync_tdb>() - 48usize];
        ["Alignment of pfsync_tdb"][::core::mem::align_of::<pfsync_tdb>() - 1usize];
        [
            "Offset of field: pfsync_tdb::spi",
        ][::core::mem::offset_of!(pfsync_tdb, spi) - 0usize];
        [
            "Offset of field: pfsync_tdb::dst",
        ][::core::mem::offset_of!(pfsync_tdb, dst) - 4usize];
        [
            "Offset of field: pfsync_tdb::rpl",
        ][::core::mem::offset_of!(pfsync_tdb, rpl) - 32usize];
        [
            "Offset of field: pfsync_tdb::cur_bytes",
        ][::core::mem::offset_of!(pfsync_tdb, cur_bytes) - 36usize];
        [
            "Offset of field: pfsync_tdb::sproto",
        ][::core::mem::offset_of!(pfsync_tdb, sproto) - 44usize];
        [
            "Offset of field: pfsync_tdb::updates",
        ][::core::mem::offset_of!(pfsync_tdb, updates) - 45usize];
        [
            "Offset of field: pfsync_tdb::pad",
        ][::core::mem::offset_of!(pfsync_tdb, pad) - 46usize];
    };
    #[repr(C)]
    #[derive(Copy, Clone)]
    pub struct pfloghdr {
        pub length: u_int8_t,
        pub af: sa_family_t,
        pub action: u_int8_t,
        pub reason: u_int8_t,
        pub ifname: [ctypes::c_char; 16usize],
        pub ruleset: [ctypes::c_char; 16usize],
        pub rulenr: u_int32_t,
        pub subrulenr: u_int32_t,
        pub uid: uid_t,
        pub pid: pid_t,
        pub rule_uid: uid_t,
        pub rule_pid: pid_t,
        pub dir: u_int8_t,
        pub pad: [u_int8_t; 3usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of pfloghdr"][::core::mem::size_of::<pfloghdr>() - 64usize];
        ["Alignment of pfloghdr"][::core::mem::align_of::<pfloghdr>() - 4usize];
        [
            "Offset of field: pfloghdr::length",
        ][::core::mem::offset_of!(pfloghdr, length) - 0usize];
        [
            "Offset of field: pfloghdr::af",
        ][::core::mem::offset_of!(pfloghdr, af) - 1usize];
        [
            "Offset of field: pfloghdr::action",
        ][::core::mem::offset_of!(pfloghdr, action) - 2usize];
        [
            "Offset of field: pfloghdr::reason",
        ][::core::mem::offset_of!(pfloghdr, reason) - 3usize];
        [
            "Offset of field: pfloghdr::ifname",
        ][::core::mem::offset_of!(pfloghdr, ifname) - 4usize];
        [
            "Offset of field: pfloghdr::ruleset",
        ][::core::mem::offset_of!(pfloghdr, ruleset) - 20usize];
        [
            "Offset of field: pfloghdr::rulenr",
        ][::core::mem::offset_of!(pfloghdr, rulenr) - 36usize];
        [
            "Offset of field: pfloghdr::subrulenr",
        ][::core::mem::offset_of!(pfloghdr, subrulenr) - 40usize];
        [
            "Offset of field: pfloghdr::uid",
        ][::core::mem::offset_of!(pfloghdr, uid) - 44usize];
        [
            "Offset of field: pfloghdr::pid",
        ][::core::mem::offset_of!(pfloghdr, pid) - 48usize];
        [
            "Offset of field: pfloghdr::rule_uid",
        ][::core::mem::offset_of!(pfloghdr, rule_uid) - 52usize];
        [
            "Offset of field: pfloghdr::rule_pid",
        ][::core::mem::offset_of!(pfloghdr, rule_pid) - 56usize];
        [
            "Offset of field: pfloghdr::dir",
        ][::core::mem::offset_of!(pfloghdr, dir) - 60usize];
        [
            "Offset of field: pfloghdr::pad",
        ][::core::mem::offset_of!(pfloghdr, pad) - 61usize];
    };
    pub const FIELDS: [Field; 87usize] = [
        Field {
            name: "pfsync_state_scrub.pfss_flags",
            offset: ::core::mem::offset_of!(pfsync_state_scrub, pfss_flags),
            size: size_of::<u_int16_t>(),
            struct_size: size_of::<pfsync_state_scrub>(),
        },
        Field {
            name: "pfsync_state_scrub.pfss_ttl",
            offset: ::core::mem::offset_of!(pfsync_state_scrub, pfss_ttl),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_scrub>(),
        },
        Field {
            name: "pfsync_state_scrub.scrub_flag",
            offset: ::core::mem::offset_of!(pfsync_state_scrub, scrub_flag),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_scrub>(),
        },
        Field {
            name: "pfsync_state_scrub.pfss_ts_mod",
            offset: ::core::mem::offset_of!(pfsync_state_scrub, pfss_ts_mod),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_scrub>(),
        },
        Field {
            name: "pfsync_state_peer.scrub",
            offset: ::core::mem::offset_of!(pfsync_state_peer, scrub),
            size: size_of::<pfsync_state_scrub>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.seqlo",
            offset: ::core::mem::offset_of!(pfsync_state_peer, seqlo),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.seqhi",
            offset: ::core::mem::offset_of!(pfsync_state_peer, seqhi),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.seqdiff",
            offset: ::core::mem::offset_of!(pfsync_state_peer, seqdiff),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.max_win",
            offset: ::core::mem::offset_of!(pfsync_state_peer, max_win),
            size: size_of::<u_int16_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.mss",
            offset: ::core::mem::offset_of!(pfsync_state_peer, mss),
            size: size_of::<u_int16_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.state",
            offset: ::core::mem::offset_of!(pfsync_state_peer, state),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.wscale",
            offset: ::core::mem::offset_of!(pfsync_state_peer, wscale),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.pad",
            offset: ::core::mem::offset_of!(pfsync_state_peer, pad),
            size: size_of::<[u_int8_t; 6usize]>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_key.addr",
            offset: ::core::mem::offset_of!(pfsync_state_key, addr),
            size: size_of::<[pf_addr; 2usize]>(),
            struct_size: size_of::<pfsync_state_key>(),
        },
        Field {
            name: "pfsync_state_key.port",
            offset: ::core::mem::offset_of!(pfsync_state_key, port),
            size: size_of::<[u_int16_t; 2usize]>(),
            struct_size: size_of::<pfsync_state_key>(),
        },
        Field {
            name: "pfsync_state.id",
            offset: ::core::mem::offset_of!(pfsync_state, id),
            size: size_of::<[u_int32_t; 2usize]>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.ifname",
            offset: ::core::mem::offset_of!(pfsync_state, ifname),
            size: size_of::<[ctypes::c_char; 16usize]>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.key",
            offset: ::core::mem::offset_of!(pfsync_state, key),
            size: size_of::<[pfsync_state_key; 2usize]>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.src",
            offset: ::core::mem::offset_of!(pfsync_state, src),
            size: size_of::<pfsync_state_peer>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.dst",
            offset: ::core::mem::offset_of!(pfsync_state, dst),
            size: size_of::<pfsync_state_peer>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.rt_addr",
            offset: ::core::mem::offset_of!(pfsync_state, rt_addr),
            size: size_of::<pf_addr>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.rule",
            offset: ::core::mem::offset_of!(pfsync_state, rule),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.anchor",
            offset: ::core::mem::offset_of!(pfsync_state, anchor),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.nat_rule",
            offset: ::core::mem::offset_of!(pfsync_state, nat_rule),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.creation",
            offset: ::core::mem::offset_of!(pfsync_state, creation),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.expire",
            offset: ::core::mem::offset_of!(pfsync_state, expire),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.packets",
            offset: ::core::mem::offset_of!(pfsync_state, packets),
            size: size_of::<[[u_int32_t; 2usize]; 2usize]>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.bytes",
            offset: ::core::mem::offset_of!(pfsync_state, bytes),
            size: size_of::<[[u_int32_t; 2usize]; 2usize]>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.af",
            offset: ::core::mem::offset_of!(pfsync_state, af),
            size: size_of::<sa_family_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.proto",
            offset: ::core::mem::offset_of!(pfsync_state, proto),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.direction",
            offset: ::core::mem::offset_of!(pfsync_state, direction),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.log",
            offset: ::core::mem::offset_of!(pfsync_state, log),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.state_flags",
            offset: ::core::mem::offset_of!(pfsync_state, state_flags),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.timeout",
            offset: ::core::mem::offset_of!(pfsync_state, timeout),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.sync_flags",
            offset: ::core::mem::offset_of!(pfsync_state, sync_flags),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.updates",
            offset: ::core::mem::offset_of!(pfsync_state, updates),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_header.version",
            offset: ::core::mem::offset_of!(pfsync_header, version),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_header>(),
        },
        Field {
            name: "pfsync_header.af",
            offset: ::core::mem::offset_of!(pfsync_header, af),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_header>(),
        },
        Field {
            name: "pfsync_header.action",
            offset: ::core::mem::offset_of!(pfsync_header, action),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_header>(),
        },
        Field {
            name: "pfsync_header.count",
            offset: ::core::mem::offset_of!(pfsync_header, count),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_header>(),
        },
        Field {
            name: "pfsync_header.pf_chksum",
            offset: ::core::mem::offset_of!(pfsync_header, pf_chksum),
            size: size_of::<[u_int8_t; 16usize]>(),
            struct_size: size_of::<pfsync_header>(),
        },
        Field {
            name: "pfsync_state_upd.id",
            offset: ::core::mem::offset_of!(pfsync_state_upd, id),
            size: size_of::<[u_int32_t; 2usize]>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.src",
            offset: ::core::mem::offset_of!(pfsync_state_upd, src),
            size: size_of::<pfsync_state_peer>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.dst",
            offset: ::core::mem::offset_of!(pfsync_state_upd, dst),
            size: size_of::<pfsync_state_peer>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state_upd, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.expire",
            offset: ::core::mem::offset_of!(pfsync_state_upd, expire),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.timeout",
            offset: ::core::mem::offset_of!(pfsync_state_upd, timeout),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.updates",
            offset: ::core::mem::offset_of!(pfsync_state_upd, updates),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.pad",
            offset: ::core::mem::offset_of!(pfsync_state_upd, pad),
            size: size_of::<[u_int8_t; 6usize]>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_del_peer.state",
            offset: ::core::mem::offset_of!(pfsync_state_del_peer, state),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_del_peer>(),
        },
        Field {
            name: "pfsync_state_del.id",
            offset: ::core::mem::offset_of!(pfsync_state_del, id),
            size: size_of::<[u_int32_t; 2usize]>(),
            struct_size: size_of::<pfsync_state_del>(),
        },
        Field {
            name: "pfsync_state_del.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state_del, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_del>(),
        },
        Field {
            name: "pfsync_state_del.src",
            offset: ::core::mem::offset_of!(pfsync_state_del, src),
            size: size_of::<pfsync_state_del_peer>(),
            struct_size: size_of::<pfsync_state_del>(),
        },
        Field {
            name: "pfsync_state_del.dst",
            offset: ::core::mem::offset_of!(pfsync_state_del, dst),
            size: size_of::<pfsync_state_del_peer>(),
            struct_size: size_of::<pfsync_state_del>(),
        },
        Field {
            name: "pfsync_state_del.pad",
            offset: ::core::mem::offset_of!(pfsync_state_del, pad),
            size: size_of::<[u_int8_t; 2usize]>(),
            struct_size: size_of::<pfsync_state_del>(),
        },
        Field {
            name: "pfsync_state_upd_req.id",
            offset: ::core::mem::offset_of!(pfsync_state_upd_req, id),
            size: size_of::<[u_int32_t; 2usize]>(),
            struct_size: size_of::<pfsync_state_upd_req>(),
        },
        Field {
            name: "pfsync_state_upd_req.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state_upd_req, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_upd_req>(),
        },
        Field {
            name: "pfsync_state_upd_req.pad",
            offset: ::core::mem::offset_of!(pfsync_state_upd_req, pad),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_upd_req>(),
        },
        Field {
            name: "pfsync_state_clr.ifname",
            offset: ::core::mem::offset_of!(pfsync_state_clr, ifname),
            size: size_of::<[ctypes::c_char; 16usize]>(),
            struct_size: size_of::<pfsync_state_clr>(),
        },
        Field {
            name: "pfsync_state_clr.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state_clr, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_clr>(),
        },
        Field {
            name: "pfsync_state_clr.pad",
            offset: ::core::mem::offset_of!(pfsync_state_clr, pad),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_clr>(),
        },
        Field {
            name: "pfsync_state_bus.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state_bus, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_bus>(),
        },
        Field {
            name: "pfsync_state_bus.endtime",
            offset: ::core::mem::offset_of!(pfsync_state_bus, endtime),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_bus>(),
        },
        Field {
            name: "pfsync_state_bus.status",
            offset: ::core::mem::offset_of!(pfsync_state_bus, status),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_bus>(),
        },
        Field {
            name: "pfsync_state_bus.pad",
            offset: ::core::mem::offset_of!(pfsync_state_bus, pad),
            size: size_of::<[u_int8_t; 7usize]>(),
            struct_size: size_of::<pfsync_state_bus>(),
        },
        Field {
            name: "pfsync_tdb.spi",
            offset: ::core::mem::offset_of!(pfsync_tdb, spi),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.dst",
            offset: ::core::mem::offset_of!(pfsync_tdb, dst),
            size: size_of::<sockaddr_union>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.rpl",
            offset: ::core::mem::offset_of!(pfsync_tdb, rpl),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.cur_bytes",
            offset: ::core::mem::offset_of!(pfsync_tdb, cur_bytes),
            size: size_of::<u_int64_t>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.sproto",
            offset: ::core::mem::offset_of!(pfsync_tdb, sproto),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.updates",
            offset: ::core::mem::offset_of!(pfsync_tdb, updates),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.pad",
            offset: ::core::mem::offset_of!(pfsync_tdb, pad),
            size: size_of::<[u_int8_t; 2usize]>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfloghdr.length",
            offset: ::core::mem::offset_of!(pfloghdr, length),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.af",
            offset: ::core::mem::offset_of!(pfloghdr, af),
            size: size_of::<sa_family_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.action",
            offset: ::core::mem::offset_of!(pfloghdr, action),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.reason",
            offset: ::core::mem::offset_of!(pfloghdr, reason),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.ifname",
            offset: ::core::mem::offset_of!(pfloghdr, ifname),
            size: size_of::<[ctypes::c_char; 16usize]>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.ruleset",
            offset: ::core::mem::offset_of!(pfloghdr, ruleset),
            size: size_of::<[ctypes::c_char; 16usize]>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.rulenr",
            offset: ::core::mem::offset_of!(pfloghdr, rulenr),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.subrulenr",
            offset: ::core::mem::offset_of!(pfloghdr, subrulenr),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.uid",
            offset: ::core::mem::offset_of!(pfloghdr, uid),
            size: size_of::<uid_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.pid",
            offset: ::core::mem::offset_of!(pfloghdr, pid),
            size: size_of::<pid_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.rule_uid",
            offset: ::core::mem::offset_of!(pfloghdr, rule_uid),
            size: size_of::<uid_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.rule_pid",
            offset: ::core::mem::offset_of!(pfloghdr, rule_pid),
            size: size_of::<pid_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.dir",
            offset: ::core::mem::offset_of!(pfloghdr, dir),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.pad",
            offset: ::core::mem::offset_of!(pfloghdr, pad),
            size: size_of::<[u_int8_t; 3usize]>(),
            struct_size: size_of::<pfloghdr>(),
        },
    ];
}
/// The structs as they are on the wire: byte order in the types, alignment 1.
pub mod wire {
    use crate::abi::types::{Field, wire::*, wire as ctypes};
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_state_scrub {
        pub pfss_flags: u_int16_t,
        pub pfss_ttl: u_int8_t,
        pub scrub_flag: u_int8_t,
        pub pfss_ts_mod: u_int32_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_scrub",
        ][::core::mem::size_of::<pfsync_state_scrub>() - 8usize];
        [
            "Alignment of pfsync_state_scrub",
        ][::core::mem::align_of::<pfsync_state_scrub>() - 1usize];
        [
            "Offset of field: pfsync_state_scrub::pfss_flags",
        ][::core::mem::offset_of!(pfsync_state_scrub, pfss_flags) - 0usize];
        [
            "Offset of field: pfsync_state_scrub::pfss_ttl",
        ][::core::mem::offset_of!(pfsync_state_scrub, pfss_ttl) - 2usize];
        [
            "Offset of field: pfsync_state_scrub::scrub_flag",
        ][::core::mem::offset_of!(pfsync_state_scrub, scrub_flag) - 3usize];
        [
            "Offset of field: pfsync_state_scrub::pfss_ts_mod",
        ][::core::mem::offset_of!(pfsync_state_scrub, pfss_ts_mod) - 4usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_state_peer {
        pub scrub: pfsync_state_scrub,
        pub seqlo: u_int32_t,
        pub seqhi: u_int32_t,
        pub seqdiff: u_int32_t,
        pub max_win: u_int16_t,
        pub mss: u_int16_t,
        pub state: u_int8_t,
        pub wscale: u_int8_t,
        pub pad: [u_int8_t; 6usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_peer",
        ][::core::mem::size_of::<pfsync_state_peer>() - 32usize];
        [
            "Alignment of pfsync_state_peer",
        ][::core::mem::align_of::<pfsync_state_peer>() - 1usize];
        [
            "Offset of field: pfsync_state_peer::scrub",
        ][::core::mem::offset_of!(pfsync_state_peer, scrub) - 0usize];
        [
            "Offset of field: pfsync_state_peer::seqlo",
        ][::core::mem::offset_of!(pfsync_state_peer, seqlo) - 8usize];
        [
            "Offset of field: pfsync_state_peer::seqhi",
        ][::core::mem::offset_of!(pfsync_state_peer, seqhi) - 12usize];
        [
            "Offset of field: pfsync_state_peer::seqdiff",
        ][::core::mem::offset_of!(pfsync_state_peer, seqdiff) - 16usize];
        [
            "Offset of field: pfsync_state_peer::max_win",
        ][::core::mem::offset_of!(pfsync_state_peer, max_win) - 20usize];
        [
            "Offset of field: pfsync_state_peer::mss",
        ][::core::mem::offset_of!(pfsync_state_peer, mss) - 22usize];
        [
            "Offset of field: pfsync_state_peer::state",
        ][::core::mem::offset_of!(pfsync_state_peer, state) - 24usize];
        [
            "Offset of field: pfsync_state_peer::wscale",
        ][::core::mem::offset_of!(pfsync_state_peer, wscale) - 25usize];
        [
            "Offset of field: pfsync_state_peer::pad",
        ][::core::mem::offset_of!(pfsync_state_peer, pad) - 26usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_state_key {
        pub addr: [pf_addr; 2usize],
        pub port: [u_int16_t; 2usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_key",
        ][::core::mem::size_of::<pfsync_state_key>() - 36usize];
        [
            "Alignment of pfsync_state_key",
        ][::core::mem::align_of::<pfsync_state_key>() - 1usize];
        [
            "Offset of field: pfsync_state_key::addr",
        ][::core::mem::offset_of!(pfsync_state_key, addr) - 0usize];
        [
            "Offset of field: pfsync_state_key::port",
        ][::core::mem::offset_of!(pfsync_state_key, port) - 32usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_state {
        pub id: [u_int32_t; 2usize],
        pub ifname: [ctypes::c_char; 16usize],
        pub key: [pfsync_state_key; 2usize],
        pub src: pfsync_state_peer,
        pub dst: pfsync_state_peer,
        pub rt_addr: pf_addr,
        pub rule: u_int32_t,
        pub anchor: u_int32_t,
        pub nat_rule: u_int32_t,
        pub creation: u_int32_t,
        pub expire: u_int32_t,
        pub packets: [[u_int32_t; 2usize]; 2usize],
        pub bytes: [[u_int32_t; 2usize]; 2usize],
        pub creatorid: u_int32_t,
        pub af: sa_family_t,
        pub proto: u_int8_t,
        pub direction: u_int8_t,
        pub log: u_int8_t,
        pub state_flags: u_int8_t,
        pub timeout: u_int8_t,
        pub sync_flags: u_int8_t,
        pub updates: u_int8_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of pfsync_state"][::core::mem::size_of::<pfsync_state>() - 240usize];
        ["Alignment of pfsync_state"][::core::mem::align_of::<pfsync_state>() - 1usize];
        [
            "Offset of field: pfsync_state::id",
        ][::core::mem::offset_of!(pfsync_state, id) - 0usize];
        [
            "Offset of field: pfsync_state::ifname",
        ][::core::mem::offset_of!(pfsync_state, ifname) - 8usize];
        [
            "Offset of field: pfsync_state::key",
        ][::core::mem::offset_of!(pfsync_state, key) - 24usize];
        [
            "Offset of field: pfsync_state::src",
        ][::core::mem::offset_of!(pfsync_state, src) - 96usize];
        [
            "Offset of field: pfsync_state::dst",
        ][::core::mem::offset_of!(pfsync_state, dst) - 128usize];
        [
            "Offset of field: pfsync_state::rt_addr",
        ][::core::mem::offset_of!(pfsync_state, rt_addr) - 160usize];
        [
            "Offset of field: pfsync_state::rule",
        ][::core::mem::offset_of!(pfsync_state, rule) - 176usize];
        [
            "Offset of field: pfsync_state::anchor",
        ][::core::mem::offset_of!(pfsync_state, anchor) - 180usize];
        [
            "Offset of field: pfsync_state::nat_rule",
        ][::core::mem::offset_of!(pfsync_state, nat_rule) - 184usize];
        [
            "Offset of field: pfsync_state::creation",
        ][::core::mem::offset_of!(pfsync_state, creation) - 188usize];
        [
            "Offset of field: pfsync_state::expire",
        ][::core::mem::offset_of!(pfsync_state, expire) - 192usize];
        [
            "Offset of field: pfsync_state::packets",
        ][::core::mem::offset_of!(pfsync_state, packets) - 196usize];
        [
            "Offset of field: pfsync_state::bytes",
        ][::core::mem::offset_of!(pfsync_state, bytes) - 212usize];
        [
            "Offset of field: pfsync_state::creatorid",
        ][::core::mem::offset_of!(pfsync_state, creatorid) - 228usize];
        [
            "Offset of field: pfsync_state::af",
        ][::core::mem::offset_of!(pfsync_state, af) - 232usize];
        [
            "Offset of field: pfsync_state::proto",
        ][::core::mem::offset_of!(pfsync_state, proto) - 233usize];
        [
            "Offset of field: pfsync_state::direction",
        ][::core::mem::offset_of!(pfsync_state, direction) - 234usize];
        [
            "Offset of field: pfsync_state::log",
        ][::core::mem::offset_of!(pfsync_state, log) - 235usize];
        [
            "Offset of field: pfsync_state::state_flags",
        ][::core::mem::offset_of!(pfsync_state, state_flags) - 236usize];
        [
            "Offset of field: pfsync_state::timeout",
        ][::core::mem::offset_of!(pfsync_state, timeout) - 237usize];
        [
            "Offset of field: pfsync_state::sync_flags",
        ][::core::mem::offset_of!(pfsync_state, sync_flags) - 238usize];
        [
            "Offset of field: pfsync_state::updates",
        ][::core::mem::offset_of!(pfsync_state, updates) - 239usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_header {
        pub version: u_int8_t,
        pub af: u_int8_t,
        pub action: u_int8_t,
        pub count: u_int8_t,
        pub pf_chksum: [u_int8_t; 16usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of pfsync_header"][::core::mem::size_of::<pfsync_header>() - 20usize];
        [
            "Alignment of pfsync_header",
        ][::core::mem::align_of::<pfsync_header>() - 1usize];
        [
            "Offset of field: pfsync_header::version",
        ][::core::mem::offset_of!(pfsync_header, version) - 0usize];
        [
            "Offset of field: pfsync_header::af",
        ][::core::mem::offset_of!(pfsync_header, af) - 1usize];
        [
            "Offset of field: pfsync_header::action",
        ][::core::mem::offset_of!(pfsync_header, action) - 2usize];
        [
            "Offset of field: pfsync_header::count",
        ][::core::mem::offset_of!(pfsync_header, count) - 3usize];
        [
            "Offset of field: pfsync_header::pf_chksum",
        ][::core::mem::offset_of!(pfsync_header, pf_chksum) - 4usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_state_upd {
        pub id: [u_int32_t; 2usize],
        pub src: pfsync_state_peer,
        pub dst: pfsync_state_peer,
        pub creatorid: u_int32_t,
        pub expire: u_int32_t,
        pub timeout: u_int8_t,
        pub updates: u_int8_t,
        pub pad: [u_int8_t; 6usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_upd",
        ][::core::mem::size_of::<pfsync_state_upd>() - 88usize];
        [
            "Alignment of pfsync_state_upd",
        ][::core::mem::align_of::<pfsync_state_upd>() - 1usize];
        [
            "Offset of field: pfsync_state_upd::id",
        ][::core::mem::offset_of!(pfsync_state_upd, id) - 0usize];
        [
            "Offset of field: pfsync_state_upd::src",
        ][::core::mem::offset_of!(pfsync_state_upd, src) - 8usize];
        [
            "Offset of field: pfsync_state_upd::dst",
        ][::core::mem::offset_of!(pfsync_state_upd, dst) - 40usize];
        [
            "Offset of field: pfsync_state_upd::creatorid",
        ][::core::mem::offset_of!(pfsync_state_upd, creatorid) - 72usize];
        [
            "Offset of field: pfsync_state_upd::expire",
        ][::core::mem::offset_of!(pfsync_state_upd, expire) - 76usize];
        [
            "Offset of field: pfsync_state_upd::timeout",
        ][::core::mem::offset_of!(pfsync_state_upd, timeout) - 80usize];
        [
            "Offset of field: pfsync_state_upd::updates",
        ][::core::mem::offset_of!(pfsync_state_upd, updates) - 81usize];
        [
            "Offset of field: pfsync_state_upd::pad",
        ][::core::mem::offset_of!(pfsync_state_upd, pad) - 82usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_state_del_peer {
        pub state: u_int8_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_del_peer",
        ][::core::mem::size_of::<pfsync_state_del_peer>() - 1usize];
        [
            "Alignment of pfsync_state_del_peer",
        ][::core::mem::align_of::<pfsync_state_del_peer>() - 1usize];
        [
            "Offset of field: pfsync_state_del_peer::state",
        ][::core::mem::offset_of!(pfsync_state_del_peer, state) - 0usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_state_del {
        pub id: [u_int32_t; 2usize],
        pub creatorid: u_int32_t,
        pub src: pfsync_state_del_peer,
        pub dst: pfsync_state_del_peer,
        pub pad: [u_int8_t; 2usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_del",
        ][::core::mem::size_of::<pfsync_state_del>() - 16usize];
        [
            "Alignment of pfsync_state_del",
        ][::core::mem::align_of::<pfsync_state_del>() - 1usize];
        [
            "Offset of field: pfsync_state_del::id",
        ][::core::mem::offset_of!(pfsync_state_del, id) - 0usize];
        [
            "Offset of field: pfsync_state_del::creatorid",
        ][::core::mem::offset_of!(pfsync_state_del, creatorid) - 8usize];
        [
            "Offset of field: pfsync_state_del::src",
        ][::core::mem::offset_of!(pfsync_state_del, src) - 12usize];
        [
            "Offset of field: pfsync_state_del::dst",
        ][::core::mem::offset_of!(pfsync_state_del, dst) - 13usize];
        [
            "Offset of field: pfsync_state_del::pad",
        ][::core::mem::offset_of!(pfsync_state_del, pad) - 14usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_state_upd_req {
        pub id: [u_int32_t; 2usize],
        pub creatorid: u_int32_t,
        pub pad: u_int32_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_upd_req",
        ][::core::mem::size_of::<pfsync_state_upd_req>() - 16usize];
        [
            "Alignment of pfsync_state_upd_req",
        ][::core::mem::align_of::<pfsync_state_upd_req>() - 1usize];
        [
            "Offset of field: pfsync_state_upd_req::id",
        ][::core::mem::offset_of!(pfsync_state_upd_req, id) - 0usize];
        [
            "Offset of field: pfsync_state_upd_req::creatorid",
        ][::core::mem::offset_of!(pfsync_state_upd_req, creatorid) - 8usize];
        [
            "Offset of field: pfsync_state_upd_req::pad",
        ][::core::mem::offset_of!(pfsync_state_upd_req, pad) - 12usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_state_clr {
        pub ifname: [ctypes::c_char; 16usize],
        pub creatorid: u_int32_t,
        pub pad: u_int32_t,
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_clr",
        ][::core::mem::size_of::<pfsync_state_clr>() - 24usize];
        [
            "Alignment of pfsync_state_clr",
        ][::core::mem::align_of::<pfsync_state_clr>() - 1usize];
        [
            "Offset of field: pfsync_state_clr::ifname",
        ][::core::mem::offset_of!(pfsync_state_clr, ifname) - 0usize];
        [
            "Offset of field: pfsync_state_clr::creatorid",
        ][::core::mem::offset_of!(pfsync_state_clr, creatorid) - 16usize];
        [
            "Offset of field: pfsync_state_clr::pad",
        ][::core::mem::offset_of!(pfsync_state_clr, pad) - 20usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_state_bus {
        pub creatorid: u_int32_t,
        pub endtime: u_int32_t,
        pub status: u_int8_t,
        pub pad: [u_int8_t; 7usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        [
            "Size of pfsync_state_bus",
        ][::core::mem::size_of::<pfsync_state_bus>() - 16usize];
        [
            "Alignment of pfsync_state_bus",
        ][::core::mem::align_of::<pfsync_state_bus>() - 1usize];
        [
            "Offset of field: pfsync_state_bus::creatorid",
        ][::core::mem::offset_of!(pfsync_state_bus, creatorid) - 0usize];
        [
            "Offset of field: pfsync_state_bus::endtime",
        ][::core::mem::offset_of!(pfsync_state_bus, endtime) - 4usize];
        [
            "Offset of field: pfsync_state_bus::status",
        ][::core::mem::offset_of!(pfsync_state_bus, status) - 8usize];
        [
            "Offset of field: pfsync_state_bus::pad",
        ][::core::mem::offset_of!(pfsync_state_bus, pad) - 9usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfsync_tdb {
        pub spi: u_int32_t,
        pub dst: sockaddr_union,
        pub rpl: u_int32_t,
        pub cur_bytes: u_int64_t,
        pub sproto: u_int8_t,
        pub updates: u_int8_t,
        pub pad: [u_int8_t; 2usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of pfsync_tdb"][::core::mem::size_of::<pfsync_tdb>() - 48usize];
        ["Alignment of pfsync_tdb"][::core::mem::align_of::<pfsync_tdb>() - 1usize];
        [
            "Offset of field: pfsync_tdb::spi",
        ][::core::mem::offset_of!(pfsync_tdb, spi) - 0usize];
        [
            "Offset of field: pfsync_tdb::dst",
        ][::core::mem::offset_of!(pfsync_tdb, dst) - 4usize];
        [
            "Offset of field: pfsync_tdb::rpl",
        ][::core::mem::offset_of!(pfsync_tdb, rpl) - 32usize];
        [
            "Offset of field: pfsync_tdb::cur_bytes",
        ][::core::mem::offset_of!(pfsync_tdb, cur_bytes) - 36usize];
        [
            "Offset of field: pfsync_tdb::sproto",
        ][::core::mem::offset_of!(pfsync_tdb, sproto) - 44usize];
        [
            "Offset of field: pfsync_tdb::updates",
        ][::core::mem::offset_of!(pfsync_tdb, updates) - 45usize];
        [
            "Offset of field: pfsync_tdb::pad",
        ][::core::mem::offset_of!(pfsync_tdb, pad) - 46usize];
    };
    #[repr(C, packed)]
    #[derive(
        Debug,
        Copy,
        Clone,
        zerocopy::FromBytes,
        zerocopy::IntoBytes,
        zerocopy::Immutable,
        zerocopy::KnownLayout,
        zerocopy::Unaligned
    )]
    pub struct pfloghdr {
        pub length: u_int8_t,
        pub af: sa_family_t,
        pub action: u_int8_t,
        pub reason: u_int8_t,
        pub ifname: [ctypes::c_char; 16usize],
        pub ruleset: [ctypes::c_char; 16usize],
        pub rulenr: u_int32_t,
        pub subrulenr: u_int32_t,
        pub uid: uid_t,
        pub pid: pid_t,
        pub rule_uid: uid_t,
        pub rule_pid: pid_t,
        pub dir: u_int8_t,
        pub pad: [u_int8_t; 3usize],
    }
    #[allow(clippy::unnecessary_operation, clippy::identity_op)]
    const _: () = {
        ["Size of pfloghdr"][::core::mem::size_of::<pfloghdr>() - 64usize];
        ["Alignment of pfloghdr"][::core::mem::align_of::<pfloghdr>() - 1usize];
        [
            "Offset of field: pfloghdr::length",
        ][::core::mem::offset_of!(pfloghdr, length) - 0usize];
        [
            "Offset of field: pfloghdr::af",
        ][::core::mem::offset_of!(pfloghdr, af) - 1usize];
        [
            "Offset of field: pfloghdr::action",
        ][::core::mem::offset_of!(pfloghdr, action) - 2usize];
        [
            "Offset of field: pfloghdr::reason",
        ][::core::mem::offset_of!(pfloghdr, reason) - 3usize];
        [
            "Offset of field: pfloghdr::ifname",
        ][::core::mem::offset_of!(pfloghdr, ifname) - 4usize];
        [
            "Offset of field: pfloghdr::ruleset",
        ][::core::mem::offset_of!(pfloghdr, ruleset) - 20usize];
        [
            "Offset of field: pfloghdr::rulenr",
        ][::core::mem::offset_of!(pfloghdr, rulenr) - 36usize];
        [
            "Offset of field: pfloghdr::subrulenr",
        ][::core::mem::offset_of!(pfloghdr, subrulenr) - 40usize];
        [
            "Offset of field: pfloghdr::uid",
        ][::core::mem::offset_of!(pfloghdr, uid) - 44usize];
        [
            "Offset of field: pfloghdr::pid",
        ][::core::mem::offset_of!(pfloghdr, pid) - 48usize];
        [
            "Offset of field: pfloghdr::rule_uid",
        ][::core::mem::offset_of!(pfloghdr, rule_uid) - 52usize];
        [
            "Offset of field: pfloghdr::rule_pid",
        ][::core::mem::offset_of!(pfloghdr, rule_pid) - 56usize];
        [
            "Offset of field: pfloghdr::dir",
        ][::core::mem::offset_of!(pfloghdr, dir) - 60usize];
        [
            "Offset of field: pfloghdr::pad",
        ][::core::mem::offset_of!(pfloghdr, pad) - 61usize];
    };
    pub const FIELDS: [Field; 87usize] = [
        Field {
            name: "pfsync_state_scrub.pfss_flags",
            offset: ::core::mem::offset_of!(pfsync_state_scrub, pfss_flags),
            size: size_of::<u_int16_t>(),
            struct_size: size_of::<pfsync_state_scrub>(),
        },
        Field {
            name: "pfsync_state_scrub.pfss_ttl",
            offset: ::core::mem::offset_of!(pfsync_state_scrub, pfss_ttl),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_scrub>(),
        },
        Field {
            name: "pfsync_state_scrub.scrub_flag",
            offset: ::core::mem::offset_of!(pfsync_state_scrub, scrub_flag),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_scrub>(),
        },
        Field {
            name: "pfsync_state_scrub.pfss_ts_mod",
            offset: ::core::mem::offset_of!(pfsync_state_scrub, pfss_ts_mod),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_scrub>(),
        },
        Field {
            name: "pfsync_state_peer.scrub",
            offset: ::core::mem::offset_of!(pfsync_state_peer, scrub),
            size: size_of::<pfsync_state_scrub>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.seqlo",
            offset: ::core::mem::offset_of!(pfsync_state_peer, seqlo),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.seqhi",
            offset: ::core::mem::offset_of!(pfsync_state_peer, seqhi),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.seqdiff",
            offset: ::core::mem::offset_of!(pfsync_state_peer, seqdiff),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.max_win",
            offset: ::core::mem::offset_of!(pfsync_state_peer, max_win),
            size: size_of::<u_int16_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.mss",
            offset: ::core::mem::offset_of!(pfsync_state_peer, mss),
            size: size_of::<u_int16_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.state",
            offset: ::core::mem::offset_of!(pfsync_state_peer, state),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.wscale",
            offset: ::core::mem::offset_of!(pfsync_state_peer, wscale),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_peer.pad",
            offset: ::core::mem::offset_of!(pfsync_state_peer, pad),
            size: size_of::<[u_int8_t; 6usize]>(),
            struct_size: size_of::<pfsync_state_peer>(),
        },
        Field {
            name: "pfsync_state_key.addr",
            offset: ::core::mem::offset_of!(pfsync_state_key, addr),
            size: size_of::<[pf_addr; 2usize]>(),
            struct_size: size_of::<pfsync_state_key>(),
        },
        Field {
            name: "pfsync_state_key.port",
            offset: ::core::mem::offset_of!(pfsync_state_key, port),
            size: size_of::<[u_int16_t; 2usize]>(),
            struct_size: size_of::<pfsync_state_key>(),
        },
        Field {
            name: "pfsync_state.id",
            offset: ::core::mem::offset_of!(pfsync_state, id),
            size: size_of::<[u_int32_t; 2usize]>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.ifname",
            offset: ::core::mem::offset_of!(pfsync_state, ifname),
            size: size_of::<[ctypes::c_char; 16usize]>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.key",
            offset: ::core::mem::offset_of!(pfsync_state, key),
            size: size_of::<[pfsync_state_key; 2usize]>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.src",
            offset: ::core::mem::offset_of!(pfsync_state, src),
            size: size_of::<pfsync_state_peer>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.dst",
            offset: ::core::mem::offset_of!(pfsync_state, dst),
            size: size_of::<pfsync_state_peer>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.rt_addr",
            offset: ::core::mem::offset_of!(pfsync_state, rt_addr),
            size: size_of::<pf_addr>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.rule",
            offset: ::core::mem::offset_of!(pfsync_state, rule),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.anchor",
            offset: ::core::mem::offset_of!(pfsync_state, anchor),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.nat_rule",
            offset: ::core::mem::offset_of!(pfsync_state, nat_rule),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.creation",
            offset: ::core::mem::offset_of!(pfsync_state, creation),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.expire",
            offset: ::core::mem::offset_of!(pfsync_state, expire),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.packets",
            offset: ::core::mem::offset_of!(pfsync_state, packets),
            size: size_of::<[[u_int32_t; 2usize]; 2usize]>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.bytes",
            offset: ::core::mem::offset_of!(pfsync_state, bytes),
            size: size_of::<[[u_int32_t; 2usize]; 2usize]>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.af",
            offset: ::core::mem::offset_of!(pfsync_state, af),
            size: size_of::<sa_family_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.proto",
            offset: ::core::mem::offset_of!(pfsync_state, proto),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.direction",
            offset: ::core::mem::offset_of!(pfsync_state, direction),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.log",
            offset: ::core::mem::offset_of!(pfsync_state, log),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.state_flags",
            offset: ::core::mem::offset_of!(pfsync_state, state_flags),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.timeout",
            offset: ::core::mem::offset_of!(pfsync_state, timeout),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.sync_flags",
            offset: ::core::mem::offset_of!(pfsync_state, sync_flags),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_state.updates",
            offset: ::core::mem::offset_of!(pfsync_state, updates),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state>(),
        },
        Field {
            name: "pfsync_header.version",
            offset: ::core::mem::offset_of!(pfsync_header, version),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_header>(),
        },
        Field {
            name: "pfsync_header.af",
            offset: ::core::mem::offset_of!(pfsync_header, af),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_header>(),
        },
        Field {
            name: "pfsync_header.action",
            offset: ::core::mem::offset_of!(pfsync_header, action),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_header>(),
        },
        Field {
            name: "pfsync_header.count",
            offset: ::core::mem::offset_of!(pfsync_header, count),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_header>(),
        },
        Field {
            name: "pfsync_header.pf_chksum",
            offset: ::core::mem::offset_of!(pfsync_header, pf_chksum),
            size: size_of::<[u_int8_t; 16usize]>(),
            struct_size: size_of::<pfsync_header>(),
        },
        Field {
            name: "pfsync_state_upd.id",
            offset: ::core::mem::offset_of!(pfsync_state_upd, id),
            size: size_of::<[u_int32_t; 2usize]>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.src",
            offset: ::core::mem::offset_of!(pfsync_state_upd, src),
            size: size_of::<pfsync_state_peer>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.dst",
            offset: ::core::mem::offset_of!(pfsync_state_upd, dst),
            size: size_of::<pfsync_state_peer>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state_upd, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.expire",
            offset: ::core::mem::offset_of!(pfsync_state_upd, expire),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.timeout",
            offset: ::core::mem::offset_of!(pfsync_state_upd, timeout),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.updates",
            offset: ::core::mem::offset_of!(pfsync_state_upd, updates),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_upd.pad",
            offset: ::core::mem::offset_of!(pfsync_state_upd, pad),
            size: size_of::<[u_int8_t; 6usize]>(),
            struct_size: size_of::<pfsync_state_upd>(),
        },
        Field {
            name: "pfsync_state_del_peer.state",
            offset: ::core::mem::offset_of!(pfsync_state_del_peer, state),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_del_peer>(),
        },
        Field {
            name: "pfsync_state_del.id",
            offset: ::core::mem::offset_of!(pfsync_state_del, id),
            size: size_of::<[u_int32_t; 2usize]>(),
            struct_size: size_of::<pfsync_state_del>(),
        },
        Field {
            name: "pfsync_state_del.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state_del, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_del>(),
        },
        Field {
            name: "pfsync_state_del.src",
            offset: ::core::mem::offset_of!(pfsync_state_del, src),
            size: size_of::<pfsync_state_del_peer>(),
            struct_size: size_of::<pfsync_state_del>(),
        },
        Field {
            name: "pfsync_state_del.dst",
            offset: ::core::mem::offset_of!(pfsync_state_del, dst),
            size: size_of::<pfsync_state_del_peer>(),
            struct_size: size_of::<pfsync_state_del>(),
        },
        Field {
            name: "pfsync_state_del.pad",
            offset: ::core::mem::offset_of!(pfsync_state_del, pad),
            size: size_of::<[u_int8_t; 2usize]>(),
            struct_size: size_of::<pfsync_state_del>(),
        },
        Field {
            name: "pfsync_state_upd_req.id",
            offset: ::core::mem::offset_of!(pfsync_state_upd_req, id),
            size: size_of::<[u_int32_t; 2usize]>(),
            struct_size: size_of::<pfsync_state_upd_req>(),
        },
        Field {
            name: "pfsync_state_upd_req.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state_upd_req, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_upd_req>(),
        },
        Field {
            name: "pfsync_state_upd_req.pad",
            offset: ::core::mem::offset_of!(pfsync_state_upd_req, pad),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_upd_req>(),
        },
        Field {
            name: "pfsync_state_clr.ifname",
            offset: ::core::mem::offset_of!(pfsync_state_clr, ifname),
            size: size_of::<[ctypes::c_char; 16usize]>(),
            struct_size: size_of::<pfsync_state_clr>(),
        },
        Field {
            name: "pfsync_state_clr.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state_clr, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_clr>(),
        },
        Field {
            name: "pfsync_state_clr.pad",
            offset: ::core::mem::offset_of!(pfsync_state_clr, pad),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_clr>(),
        },
        Field {
            name: "pfsync_state_bus.creatorid",
            offset: ::core::mem::offset_of!(pfsync_state_bus, creatorid),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_bus>(),
        },
        Field {
            name: "pfsync_state_bus.endtime",
            offset: ::core::mem::offset_of!(pfsync_state_bus, endtime),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_state_bus>(),
        },
        Field {
            name: "pfsync_state_bus.status",
            offset: ::core::mem::offset_of!(pfsync_state_bus, status),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_state_bus>(),
        },
        Field {
            name: "pfsync_state_bus.pad",
            offset: ::core::mem::offset_of!(pfsync_state_bus, pad),
            size: size_of::<[u_int8_t; 7usize]>(),
            struct_size: size_of::<pfsync_state_bus>(),
        },
        Field {
            name: "pfsync_tdb.spi",
            offset: ::core::mem::offset_of!(pfsync_tdb, spi),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.dst",
            offset: ::core::mem::offset_of!(pfsync_tdb, dst),
            size: size_of::<sockaddr_union>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.rpl",
            offset: ::core::mem::offset_of!(pfsync_tdb, rpl),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.cur_bytes",
            offset: ::core::mem::offset_of!(pfsync_tdb, cur_bytes),
            size: size_of::<u_int64_t>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.sproto",
            offset: ::core::mem::offset_of!(pfsync_tdb, sproto),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.updates",
            offset: ::core::mem::offset_of!(pfsync_tdb, updates),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfsync_tdb.pad",
            offset: ::core::mem::offset_of!(pfsync_tdb, pad),
            size: size_of::<[u_int8_t; 2usize]>(),
            struct_size: size_of::<pfsync_tdb>(),
        },
        Field {
            name: "pfloghdr.length",
            offset: ::core::mem::offset_of!(pfloghdr, length),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.af",
            offset: ::core::mem::offset_of!(pfloghdr, af),
            size: size_of::<sa_family_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.action",
            offset: ::core::mem::offset_of!(pfloghdr, action),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.reason",
            offset: ::core::mem::offset_of!(pfloghdr, reason),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.ifname",
            offset: ::core::mem::offset_of!(pfloghdr, ifname),
            size: size_of::<[ctypes::c_char; 16usize]>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.ruleset",
            offset: ::core::mem::offset_of!(pfloghdr, ruleset),
            size: size_of::<[ctypes::c_char; 16usize]>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.rulenr",
            offset: ::core::mem::offset_of!(pfloghdr, rulenr),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.subrulenr",
            offset: ::core::mem::offset_of!(pfloghdr, subrulenr),
            size: size_of::<u_int32_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.uid",
            offset: ::core::mem::offset_of!(pfloghdr, uid),
            size: size_of::<uid_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.pid",
            offset: ::core::mem::offset_of!(pfloghdr, pid),
            size: size_of::<pid_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.rule_uid",
            offset: ::core::mem::offset_of!(pfloghdr, rule_uid),
            size: size_of::<uid_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.rule_pid",
            offset: ::core::mem::offset_of!(pfloghdr, rule_pid),
            size: size_of::<pid_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.dir",
            offset: ::core::mem::offset_of!(pfloghdr, dir),
            size: size_of::<u_int8_t>(),
            struct_size: size_of::<pfloghdr>(),
        },
        Field {
            name: "pfloghdr.pad",
            offset: ::core::mem::offset_of!(pfloghdr, pad),
            size: size_of::<[u_int8_t; 3usize]>(),
            struct_size: size_of::<pfloghdr>(),
        },
    ];
}
/// The actions of this layout by number, without the prefix `PFSYNC_ACT_`.
pub const ACTIONS: &[(u8, &str)] = &[
    (0u8, "CLR"),
    (1u8, "INS"),
    (2u8, "UPD"),
    (3u8, "DEL"),
    (4u8, "UPD_C"),
    (5u8, "DEL_C"),
    (6u8, "INS_F"),
    (7u8, "DEL_F"),
    (8u8, "UREQ"),
    (9u8, "BUS"),
    (10u8, "TDB_UPD"),
];
const _: () = assert!(
    size_of:: < raw::sockaddr_union > () == size_of:: < crate
    ::abi::types::wire::sockaddr_union > ()
);
const _: () = assert!(
    size_of:: < raw::pf_addr > () == size_of:: < crate ::abi::types::wire::pf_addr > ()
);
const _: () = assert!(
    raw::FIELDS[0usize].offset == wire::FIELDS[0usize].offset && raw::FIELDS[0usize].size
    == wire::FIELDS[0usize].size,
    "dragonfly-2.8: pfsync_state_scrub.pfss_flags: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[1usize].offset == wire::FIELDS[1usize].offset && raw::FIELDS[1usize].size
    == wire::FIELDS[1usize].size,
    "dragonfly-2.8: pfsync_state_scrub.pfss_ttl: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[2usize].offset == wire::FIELDS[2usize].offset && raw::FIELDS[2usize].size
    == wire::FIELDS[2usize].size,
    "dragonfly-2.8: pfsync_state_scrub.scrub_flag: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[3usize].offset == wire::FIELDS[3usize].offset && raw::FIELDS[3usize].size
    == wire::FIELDS[3usize].size,
    "dragonfly-2.8: pfsync_state_scrub.pfss_ts_mod: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_state_scrub > () == size_of:: < wire::pfsync_state_scrub >
    (),
    "dragonfly-2.8: pfsync_state_scrub ends elsewhere in C than on the wire, behind pfsync_state_scrub.pfss_ts_mod; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[4usize].offset == wire::FIELDS[4usize].offset && raw::FIELDS[4usize].size
    == wire::FIELDS[4usize].size,
    "dragonfly-2.8: pfsync_state_peer.scrub: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[5usize].offset == wire::FIELDS[5usize].offset && raw::FIELDS[5usize].size
    == wire::FIELDS[5usize].size,
    "dragonfly-2.8: pfsync_state_peer.seqlo: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[6usize].offset == wire::FIELDS[6usize].offset && raw::FIELDS[6usize].size
    == wire::FIELDS[6usize].size,
    "dragonfly-2.8: pfsync_state_peer.seqhi: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[7usize].offset == wire::FIELDS[7usize].offset && raw::FIELDS[7usize].size
    == wire::FIELDS[7usize].size,
    "dragonfly-2.8: pfsync_state_peer.seqdiff: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[8usize].offset == wire::FIELDS[8usize].offset && raw::FIELDS[8usize].size
    == wire::FIELDS[8usize].size,
    "dragonfly-2.8: pfsync_state_peer.max_win: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[9usize].offset == wire::FIELDS[9usize].offset && raw::FIELDS[9usize].size
    == wire::FIELDS[9usize].size,
    "dragonfly-2.8: pfsync_state_peer.mss: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[10usize].offset == wire::FIELDS[10usize].offset && raw::FIELDS[10usize]
    .size == wire::FIELDS[10usize].size,
    "dragonfly-2.8: pfsync_state_peer.state: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[11usize].offset == wire::FIELDS[11usize].offset && raw::FIELDS[11usize]
    .size == wire::FIELDS[11usize].size,
    "dragonfly-2.8: pfsync_state_peer.wscale: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[12usize].offset == wire::FIELDS[12usize].offset && raw::FIELDS[12usize]
    .size == wire::FIELDS[12usize].size,
    "dragonfly-2.8: pfsync_state_peer.pad: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_state_peer > () == size_of:: < wire::pfsync_state_peer > (),
    "dragonfly-2.8: pfsync_state_peer ends elsewhere in C than on the wire, behind pfsync_state_peer.pad; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[13usize].offset == wire::FIELDS[13usize].offset && raw::FIELDS[13usize]
    .size == wire::FIELDS[13usize].size,
    "dragonfly-2.8: pfsync_state_key.addr: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[14usize].offset == wire::FIELDS[14usize].offset && raw::FIELDS[14usize]
    .size == wire::FIELDS[14usize].size,
    "dragonfly-2.8: pfsync_state_key.port: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_state_key > () == size_of:: < wire::pfsync_state_key > (),
    "dragonfly-2.8: pfsync_state_key ends elsewhere in C than on the wire, behind pfsync_state_key.port; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[15usize].offset == wire::FIELDS[15usize].offset && raw::FIELDS[15usize]
    .size == wire::FIELDS[15usize].size,
    "dragonfly-2.8: pfsync_state.id: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[16usize].offset == wire::FIELDS[16usize].offset && raw::FIELDS[16usize]
    .size == wire::FIELDS[16usize].size,
    "dragonfly-2.8: pfsync_state.ifname: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[17usize].offset == wire::FIELDS[17usize].offset && raw::FIELDS[17usize]
    .size == wire::FIELDS[17usize].size,
    "dragonfly-2.8: pfsync_state.key: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[18usize].offset == wire::FIELDS[18usize].offset && raw::FIELDS[18usize]
    .size == wire::FIELDS[18usize].size,
    "dragonfly-2.8: pfsync_state.src: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[19usize].offset == wire::FIELDS[19usize].offset && raw::FIELDS[19usize]
    .size == wire::FIELDS[19usize].size,
    "dragonfly-2.8: pfsync_state.dst: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[20usize].offset == wire::FIELDS[20usize].offset && raw::FIELDS[20usize]
    .size == wire::FIELDS[20usize].size,
    "dragonfly-2.8: pfsync_state.rt_addr: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[21usize].offset == wire::FIELDS[21usize].offset && raw::FIELDS[21usize]
    .size == wire::FIELDS[21usize].size,
    "dragonfly-2.8: pfsync_state.rule: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[22usize].offset == wire::FIELDS[22usize].offset && raw::FIELDS[22usize]
    .size == wire::FIELDS[22usize].size,
    "dragonfly-2.8: pfsync_state.anchor: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[23usize].offset == wire::FIELDS[23usize].offset && raw::FIELDS[23usize]
    .size == wire::FIELDS[23usize].size,
    "dragonfly-2.8: pfsync_state.nat_rule: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[24usize].offset == wire::FIELDS[24usize].offset && raw::FIELDS[24usize]
    .size == wire::FIELDS[24usize].size,
    "dragonfly-2.8: pfsync_state.creation: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[25usize].offset == wire::FIELDS[25usize].offset && raw::FIELDS[25usize]
    .size == wire::FIELDS[25usize].size,
    "dragonfly-2.8: pfsync_state.expire: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[26usize].offset == wire::FIELDS[26usize].offset && raw::FIELDS[26usize]
    .size == wire::FIELDS[26usize].size,
    "dragonfly-2.8: pfsync_state.packets: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[27usize].offset == wire::FIELDS[27usize].offset && raw::FIELDS[27usize]
    .size == wire::FIELDS[27usize].size,
    "dragonfly-2.8: pfsync_state.bytes: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[28usize].offset == wire::FIELDS[28usize].offset && raw::FIELDS[28usize]
    .size == wire::FIELDS[28usize].size,
    "dragonfly-2.8: pfsync_state.creatorid: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[29usize].offset == wire::FIELDS[29usize].offset && raw::FIELDS[29usize]
    .size == wire::FIELDS[29usize].size,
    "dragonfly-2.8: pfsync_state.af: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[30usize].offset == wire::FIELDS[30usize].offset && raw::FIELDS[30usize]
    .size == wire::FIELDS[30usize].size,
    "dragonfly-2.8: pfsync_state.proto: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[31usize].offset == wire::FIELDS[31usize].offset && raw::FIELDS[31usize]
    .size == wire::FIELDS[31usize].size,
    "dragonfly-2.8: pfsync_state.direction: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[32usize].offset == wire::FIELDS[32usize].offset && raw::FIELDS[32usize]
    .size == wire::FIELDS[32usize].size,
    "dragonfly-2.8: pfsync_state.log: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[33usize].offset == wire::FIELDS[33usize].offset && raw::FIELDS[33usize]
    .size == wire::FIELDS[33usize].size,
    "dragonfly-2.8: pfsync_state.state_flags: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[34usize].offset == wire::FIELDS[34usize].offset && raw::FIELDS[34usize]
    .size == wire::FIELDS[34usize].size,
    "dragonfly-2.8: pfsync_state.timeout: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[35usize].offset == wire::FIELDS[35usize].offset && raw::FIELDS[35usize]
    .size == wire::FIELDS[35usize].size,
    "dragonfly-2.8: pfsync_state.sync_flags: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[36usize].offset == wire::FIELDS[36usize].offset && raw::FIELDS[36usize]
    .size == wire::FIELDS[36usize].size,
    "dragonfly-2.8: pfsync_state.updates: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_state > () == size_of:: < wire::pfsync_state > (),
    "dragonfly-2.8: pfsync_state ends elsewhere in C than on the wire, behind pfsync_state.updates; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[37usize].offset == wire::FIELDS[37usize].offset && raw::FIELDS[37usize]
    .size == wire::FIELDS[37usize].size,
    "dragonfly-2.8: pfsync_header.version: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[38usize].offset == wire::FIELDS[38usize].offset && raw::FIELDS[38usize]
    .size == wire::FIELDS[38usize].size,
    "dragonfly-2.8: pfsync_header.af: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[39usize].offset == wire::FIELDS[39usize].offset && raw::FIELDS[39usize]
    .size == wire::FIELDS[39usize].size,
    "dragonfly-2.8: pfsync_header.action: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[40usize].offset == wire::FIELDS[40usize].offset && raw::FIELDS[40usize]
    .size == wire::FIELDS[40usize].size,
    "dragonfly-2.8: pfsync_header.count: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[41usize].offset == wire::FIELDS[41usize].offset && raw::FIELDS[41usize]
    .size == wire::FIELDS[41usize].size,
    "dragonfly-2.8: pfsync_header.pf_chksum: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_header > () == size_of:: < wire::pfsync_header > (),
    "dragonfly-2.8: pfsync_header ends elsewhere in C than on the wire, behind pfsync_header.pf_chksum; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[42usize].offset == wire::FIELDS[42usize].offset && raw::FIELDS[42usize]
    .size == wire::FIELDS[42usize].size,
    "dragonfly-2.8: pfsync_state_upd.id: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[43usize].offset == wire::FIELDS[43usize].offset && raw::FIELDS[43usize]
    .size == wire::FIELDS[43usize].size,
    "dragonfly-2.8: pfsync_state_upd.src: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[44usize].offset == wire::FIELDS[44usize].offset && raw::FIELDS[44usize]
    .size == wire::FIELDS[44usize].size,
    "dragonfly-2.8: pfsync_state_upd.dst: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[45usize].offset == wire::FIELDS[45usize].offset && raw::FIELDS[45usize]
    .size == wire::FIELDS[45usize].size,
    "dragonfly-2.8: pfsync_state_upd.creatorid: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[46usize].offset == wire::FIELDS[46usize].offset && raw::FIELDS[46usize]
    .size == wire::FIELDS[46usize].size,
    "dragonfly-2.8: pfsync_state_upd.expire: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[47usize].offset == wire::FIELDS[47usize].offset && raw::FIELDS[47usize]
    .size == wire::FIELDS[47usize].size,
    "dragonfly-2.8: pfsync_state_upd.timeout: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[48usize].offset == wire::FIELDS[48usize].offset && raw::FIELDS[48usize]
    .size == wire::FIELDS[48usize].size,
    "dragonfly-2.8: pfsync_state_upd.updates: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[49usize].offset == wire::FIELDS[49usize].offset && raw::FIELDS[49usize]
    .size == wire::FIELDS[49usize].size,
    "dragonfly-2.8: pfsync_state_upd.pad: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_state_upd > () == size_of:: < wire::pfsync_state_upd > (),
    "dragonfly-2.8: pfsync_state_upd ends elsewhere in C than on the wire, behind pfsync_state_upd.pad; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[50usize].offset == wire::FIELDS[50usize].offset && raw::FIELDS[50usize]
    .size == wire::FIELDS[50usize].size,
    "dragonfly-2.8: pfsync_state_del_peer.state: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_state_del_peer > () == size_of:: <
    wire::pfsync_state_del_peer > (),
    "dragonfly-2.8: pfsync_state_del_peer ends elsewhere in C than on the wire, behind pfsync_state_del_peer.state; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[51usize].offset == wire::FIELDS[51usize].offset && raw::FIELDS[51usize]
    .size == wire::FIELDS[51usize].size,
    "dragonfly-2.8: pfsync_state_del.id: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[52usize].offset == wire::FIELDS[52usize].offset && raw::FIELDS[52usize]
    .size == wire::FIELDS[52usize].size,
    "dragonfly-2.8: pfsync_state_del.creatorid: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[53usize].offset == wire::FIELDS[53usize].offset && raw::FIELDS[53usize]
    .size == wire::FIELDS[53usize].size,
    "dragonfly-2.8: pfsync_state_del.src: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[54usize].offset == wire::FIELDS[54usize].offset && raw::FIELDS[54usize]
    .size == wire::FIELDS[54usize].size,
    "dragonfly-2.8: pfsync_state_del.dst: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[55usize].offset == wire::FIELDS[55usize].offset && raw::FIELDS[55usize]
    .size == wire::FIELDS[55usize].size,
    "dragonfly-2.8: pfsync_state_del.pad: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_state_del > () == size_of:: < wire::pfsync_state_del > (),
    "dragonfly-2.8: pfsync_state_del ends elsewhere in C than on the wire, behind pfsync_state_del.pad; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[56usize].offset == wire::FIELDS[56usize].offset && raw::FIELDS[56usize]
    .size == wire::FIELDS[56usize].size,
    "dragonfly-2.8: pfsync_state_upd_req.id: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[57usize].offset == wire::FIELDS[57usize].offset && raw::FIELDS[57usize]
    .size == wire::FIELDS[57usize].size,
    "dragonfly-2.8: pfsync_state_upd_req.creatorid: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[58usize].offset == wire::FIELDS[58usize].offset && raw::FIELDS[58usize]
    .size == wire::FIELDS[58usize].size,
    "dragonfly-2.8: pfsync_state_upd_req.pad: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_state_upd_req > () == size_of:: < wire::pfsync_state_upd_req
    > (),
    "dragonfly-2.8: pfsync_state_upd_req ends elsewhere in C than on the wire, behind pfsync_state_upd_req.pad; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[59usize].offset == wire::FIELDS[59usize].offset && raw::FIELDS[59usize]
    .size == wire::FIELDS[59usize].size,
    "dragonfly-2.8: pfsync_state_clr.ifname: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[60usize].offset == wire::FIELDS[60usize].offset && raw::FIELDS[60usize]
    .size == wire::FIELDS[60usize].size,
    "dragonfly-2.8: pfsync_state_clr.creatorid: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[61usize].offset == wire::FIELDS[61usize].offset && raw::FIELDS[61usize]
    .size == wire::FIELDS[61usize].size,
    "dragonfly-2.8: pfsync_state_clr.pad: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_state_clr > () == size_of:: < wire::pfsync_state_clr > (),
    "dragonfly-2.8: pfsync_state_clr ends elsewhere in C than on the wire, behind pfsync_state_clr.pad; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[62usize].offset == wire::FIELDS[62usize].offset && raw::FIELDS[62usize]
    .size == wire::FIELDS[62usize].size,
    "dragonfly-2.8: pfsync_state_bus.creatorid: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[63usize].offset == wire::FIELDS[63usize].offset && raw::FIELDS[63usize]
    .size == wire::FIELDS[63usize].size,
    "dragonfly-2.8: pfsync_state_bus.endtime: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[64usize].offset == wire::FIELDS[64usize].offset && raw::FIELDS[64usize]
    .size == wire::FIELDS[64usize].size,
    "dragonfly-2.8: pfsync_state_bus.status: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[65usize].offset == wire::FIELDS[65usize].offset && raw::FIELDS[65usize]
    .size == wire::FIELDS[65usize].size,
    "dragonfly-2.8: pfsync_state_bus.pad: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_state_bus > () == size_of:: < wire::pfsync_state_bus > (),
    "dragonfly-2.8: pfsync_state_bus ends elsewhere in C than on the wire, behind pfsync_state_bus.pad; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[66usize].offset == wire::FIELDS[66usize].offset && raw::FIELDS[66usize]
    .size == wire::FIELDS[66usize].size,
    "dragonfly-2.8: pfsync_tdb.spi: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[67usize].offset == wire::FIELDS[67usize].offset && raw::FIELDS[67usize]
    .size == wire::FIELDS[67usize].size,
    "dragonfly-2.8: pfsync_tdb.dst: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[68usize].offset == wire::FIELDS[68usize].offset && raw::FIELDS[68usize]
    .size == wire::FIELDS[68usize].size,
    "dragonfly-2.8: pfsync_tdb.rpl: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[69usize].offset == wire::FIELDS[69usize].offset && raw::FIELDS[69usize]
    .size == wire::FIELDS[69usize].size,
    "dragonfly-2.8: pfsync_tdb.cur_bytes: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[70usize].offset == wire::FIELDS[70usize].offset && raw::FIELDS[70usize]
    .size == wire::FIELDS[70usize].size,
    "dragonfly-2.8: pfsync_tdb.sproto: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[71usize].offset == wire::FIELDS[71usize].offset && raw::FIELDS[71usize]
    .size == wire::FIELDS[71usize].size,
    "dragonfly-2.8: pfsync_tdb.updates: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[72usize].offset == wire::FIELDS[72usize].offset && raw::FIELDS[72usize]
    .size == wire::FIELDS[72usize].size,
    "dragonfly-2.8: pfsync_tdb.pad: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfsync_tdb > () == size_of:: < wire::pfsync_tdb > (),
    "dragonfly-2.8: pfsync_tdb ends elsewhere in C than on the wire, behind pfsync_tdb.pad; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[73usize].offset == wire::FIELDS[73usize].offset && raw::FIELDS[73usize]
    .size == wire::FIELDS[73usize].size,
    "dragonfly-2.8: pfloghdr.length: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[74usize].offset == wire::FIELDS[74usize].offset && raw::FIELDS[74usize]
    .size == wire::FIELDS[74usize].size,
    "dragonfly-2.8: pfloghdr.af: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[75usize].offset == wire::FIELDS[75usize].offset && raw::FIELDS[75usize]
    .size == wire::FIELDS[75usize].size,
    "dragonfly-2.8: pfloghdr.action: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[76usize].offset == wire::FIELDS[76usize].offset && raw::FIELDS[76usize]
    .size == wire::FIELDS[76usize].size,
    "dragonfly-2.8: pfloghdr.reason: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[77usize].offset == wire::FIELDS[77usize].offset && raw::FIELDS[77usize]
    .size == wire::FIELDS[77usize].size,
    "dragonfly-2.8: pfloghdr.ifname: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[78usize].offset == wire::FIELDS[78usize].offset && raw::FIELDS[78usize]
    .size == wire::FIELDS[78usize].size,
    "dragonfly-2.8: pfloghdr.ruleset: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[79usize].offset == wire::FIELDS[79usize].offset && raw::FIELDS[79usize]
    .size == wire::FIELDS[79usize].size,
    "dragonfly-2.8: pfloghdr.rulenr: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[80usize].offset == wire::FIELDS[80usize].offset && raw::FIELDS[80usize]
    .size == wire::FIELDS[80usize].size,
    "dragonfly-2.8: pfloghdr.subrulenr: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[81usize].offset == wire::FIELDS[81usize].offset && raw::FIELDS[81usize]
    .size == wire::FIELDS[81usize].size,
    "dragonfly-2.8: pfloghdr.uid: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[82usize].offset == wire::FIELDS[82usize].offset && raw::FIELDS[82usize]
    .size == wire::FIELDS[82usize].size,
    "dragonfly-2.8: pfloghdr.pid: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[83usize].offset == wire::FIELDS[83usize].offset && raw::FIELDS[83usize]
    .size == wire::FIELDS[83usize].size,
    "dragonfly-2.8: pfloghdr.rule_uid: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[84usize].offset == wire::FIELDS[84usize].offset && raw::FIELDS[84usize]
    .size == wire::FIELDS[84usize].size,
    "dragonfly-2.8: pfloghdr.rule_pid: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[85usize].offset == wire::FIELDS[85usize].offset && raw::FIELDS[85usize]
    .size == wire::FIELDS[85usize].size,
    "dragonfly-2.8: pfloghdr.dir: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    raw::FIELDS[86usize].offset == wire::FIELDS[86usize].offset && raw::FIELDS[86usize]
    .size == wire::FIELDS[86usize].size,
    "dragonfly-2.8: pfloghdr.pad: C lays it out at another offset or size than the wire has it; is a pad byte missing in the header?"
);
const _: () = assert!(
    size_of:: < raw::pfloghdr > () == size_of:: < wire::pfloghdr > (),
    "dragonfly-2.8: pfloghdr ends elsewhere in C than on the wire, behind pfloghdr.pad; is a pad byte missing in the header?"
);
/// This layout, for code that is generic over layouts.
#[derive(Debug, Clone, Copy)]
pub struct Dialect;
impl crate::abi::Dialect for Dialect {
    type State = wire::pfsync_state;
    type State1400 = wire::pfsync_state;
    type State1301 = wire::pfsync_state;
    type UpdC = wire::pfsync_state_upd;
    type InsAck = crate::abi::record::NoRecord;
    type UpdReq = wire::pfsync_state_upd_req;
    type DelC = wire::pfsync_state_del;
    type Clr = wire::pfsync_state_clr;
    type Bus = wire::pfsync_state_bus;
    type Tdb = wire::pfsync_tdb;
    type Pflog = wire::pfloghdr;
    const VERSION: u8 = 4u8;
    const LAYOUT: crate::abi::Layout = crate::abi::Layout::DragonFly2_8;
    const ACTIONS: &'static [(u8, &'static str)] = ACTIONS;
}
impl crate::abi::record::KeyRecord for wire::pfsync_state_key {
    #[inline(always)]
    fn addr(&self) -> &[[u8; 16]; 2] {
        &self.addr
    }
    #[inline(always)]
    fn port(&self) -> [u16; 2] {
        self.port.map(|v| v.get())
    }
    #[inline(always)]
    fn rdomain(&self) -> Option<u16> {
        None
    }
    #[inline(always)]
    fn af(&self) -> Option<u8> {
        None
    }
}
impl crate::abi::record::PeerRecord for wire::pfsync_state_peer {
    #[inline(always)]
    fn scrub(&self) -> crate::abi::record::Scrub {
        crate::abi::record::Scrub {
            flags: self.scrub.pfss_flags.get(),
            ttl: self.scrub.pfss_ttl,
            scrub_flag: self.scrub.scrub_flag,
            ts_mod: self.scrub.pfss_ts_mod.get(),
        }
    }
    #[inline(always)]
    fn seqlo(&self) -> u32 {
        self.seqlo.get()
    }
    #[inline(always)]
    fn seqhi(&self) -> u32 {
        self.seqhi.get()
    }
    #[inline(always)]
    fn seqdiff(&self) -> u32 {
        self.seqdiff.get()
    }
    #[inline(always)]
    fn max_win(&self) -> u16 {
        self.max_win.get()
    }
    #[inline(always)]
    fn mss(&self) -> u16 {
        self.mss.get()
    }
    #[inline(always)]
    fn state(&self) -> u8 {
        self.state
    }
    #[inline(always)]
    fn wscale(&self) -> u8 {
        self.wscale
    }
}
impl crate::abi::record::StateRecord for wire::pfsync_state {
    type Peer = wire::pfsync_state_peer;
    const ROUTE_TO: u8 = 2u8;
    const IS_FREEBSD: bool = false;
    const HAS_AF_TO: bool = false;
    const STATE_FLAGS: u16 = 3u16;
    #[inline(always)]
    fn wire_key(&self) -> crate::abi::record::Key {
        crate::abi::record::KeyRecord::parts(&self.key[0])
    }
    #[inline(always)]
    fn stack_key(&self) -> crate::abi::record::Key {
        crate::abi::record::KeyRecord::parts(&self.key[1])
    }
    #[inline(always)]
    fn id(&self) -> u64 {
        crate::abi::record::high_low(self.id)
    }
    #[inline(always)]
    fn ifname(&self) -> &[u8; 16] {
        &self.ifname
    }
    #[inline(always)]
    fn src(&self) -> &Self::Peer {
        &self.src
    }
    #[inline(always)]
    fn dst(&self) -> &Self::Peer {
        &self.dst
    }
    #[inline(always)]
    fn rt_addr(&self) -> &[u8; 16] {
        &self.rt_addr
    }
    #[inline(always)]
    fn rule(&self) -> u32 {
        self.rule.get()
    }
    #[inline(always)]
    fn anchor(&self) -> u32 {
        self.anchor.get()
    }
    #[inline(always)]
    fn nat_rule(&self) -> Option<u32> {
        Some(self.nat_rule.get())
    }
    #[inline(always)]
    fn creation(&self) -> u32 {
        self.creation.get()
    }
    #[inline(always)]
    fn expire(&self) -> u32 {
        self.expire.get()
    }
    #[inline(always)]
    fn packets(&self) -> [u64; 2] {
        self.packets.map(crate::abi::record::high_low)
    }
    #[inline(always)]
    fn bytes(&self) -> [u64; 2] {
        self.bytes.map(crate::abi::record::high_low)
    }
    #[inline(always)]
    fn creatorid(&self) -> u32 {
        self.creatorid.get()
    }
    #[inline(always)]
    fn rtableid(&self) -> Option<crate::abi::record::Rtable> {
        None
    }
    #[inline(always)]
    fn max_mss(&self) -> Option<u16> {
        None
    }
    #[inline(always)]
    fn af(&self) -> u8 {
        self.af
    }
    #[inline(always)]
    fn stack_af(&self) -> Option<u8> {
        None
    }
    #[inline(always)]
    fn proto(&self) -> u8 {
        self.proto
    }
    #[inline(always)]
    fn stack_proto(&self) -> Option<u8> {
        None
    }
    #[inline(always)]
    fn direction(&self) -> u8 {
        self.direction
    }
    #[inline(always)]
    fn log(&self) -> u8 {
        self.log
    }
    #[inline(always)]
    fn state_flags(&self) -> u16 {
        u16::from(self.state_flags)
    }
    #[inline(always)]
    fn rt(&self) -> Option<u8> {
        None
    }
    #[inline(always)]
    fn rt_af(&self) -> Option<u8> {
        None
    }
    #[inline(always)]
    fn rt_ifname(&self) -> Option<&[u8; 16]> {
        None
    }
    #[inline(always)]
    fn timeout(&self) -> u8 {
        self.timeout
    }
    #[inline(always)]
    fn sync_flags(&self) -> Option<u8> {
        Some(self.sync_flags)
    }
    #[inline(always)]
    fn min_ttl(&self) -> Option<u8> {
        None
    }
    #[inline(always)]
    fn set_tos(&self) -> Option<u8> {
        None
    }
    #[inline(always)]
    fn set_prio(&self) -> Option<[u8; 2]> {
        None
    }
    #[inline(always)]
    fn tagname(&self) -> Option<&[u8; 64]> {
        None
    }
    #[inline(always)]
    fn orig_ifname(&self) -> Option<&[u8; 16]> {
        None
    }
    #[inline(always)]
    fn qid(&self) -> Option<u16> {
        None
    }
    #[inline(always)]
    fn pqid(&self) -> Option<u16> {
        None
    }
    #[inline(always)]
    fn dnpipe(&self) -> Option<u16> {
        None
    }
    #[inline(always)]
    fn dnrpipe(&self) -> Option<u16> {
        None
    }
}
impl crate::abi::record::ClrRecord for wire::pfsync_state_clr {
    #[inline(always)]
    fn ifname(&self) -> &[u8; 16] {
        &self.ifname
    }
    #[inline(always)]
    fn creatorid(&self) -> u32 {
        self.creatorid.get()
    }
}
impl crate::abi::record::IdRecord for wire::pfsync_state_upd_req {
    #[inline(always)]
    fn id(&self) -> u64 {
        crate::abi::record::high_low(self.id)
    }
    #[inline(always)]
    fn creatorid(&self) -> u32 {
        self.creatorid.get()
    }
}
impl crate::abi::record::IdRecord for wire::pfsync_state_del {
    #[inline(always)]
    fn id(&self) -> u64 {
        crate::abi::record::high_low(self.id)
    }
    #[inline(always)]
    fn creatorid(&self) -> u32 {
        self.creatorid.get()
    }
}
impl crate::abi::record::UpdCRecord for wire::pfsync_state_upd {
    type Peer = wire::pfsync_state_peer;
    #[inline(always)]
    fn id(&self) -> u64 {
        crate::abi::record::high_low(self.id)
    }
    #[inline(always)]
    fn src(&self) -> &Self::Peer {
        &self.src
    }
    #[inline(always)]
    fn dst(&self) -> &Self::Peer {
        &self.dst
    }
    #[inline(always)]
    fn creatorid(&self) -> u32 {
        self.creatorid.get()
    }
    #[inline(always)]
    fn expire(&self) -> u32 {
        self.expire.get()
    }
    #[inline(always)]
    fn timeout(&self) -> u8 {
        self.timeout
    }
}
impl crate::abi::record::BusRecord for wire::pfsync_state_bus {
    #[inline(always)]
    fn creatorid(&self) -> u32 {
        self.creatorid.get()
    }
    #[inline(always)]
    fn endtime(&self) -> u32 {
        self.endtime.get()
    }
    #[inline(always)]
    fn status(&self) -> u8 {
        self.status
    }
}
impl crate::abi::record::TdbRecord for wire::pfsync_tdb {
    #[inline(always)]
    fn spi(&self) -> u32 {
        self.spi.get()
    }
    #[inline(always)]
    fn dst(&self) -> &[u8; 28] {
        &self.dst
    }
    #[inline(always)]
    fn rpl(&self) -> u64 {
        u64::from(self.rpl.get())
    }
    #[inline(always)]
    fn cur_bytes(&self) -> u64 {
        self.cur_bytes.get()
    }
    #[inline(always)]
    fn sproto(&self) -> u8 {
        self.sproto
    }
    #[inline(always)]
    fn rdomain(&self) -> Option<u16> {
        None
    }
}
impl crate::abi::record::PflogRecord for wire::pfloghdr {
    #[inline(always)]
    fn length(&self) -> u8 {
        self.length
    }
    #[inline(always)]
    fn af(&self) -> u8 {
        self.af
    }
    #[inline(always)]
    fn action(&self) -> u8 {
        self.action
    }
    #[inline(always)]
    fn reason(&self) -> u8 {
        self.reason
    }
    #[inline(always)]
    fn ifname(&self) -> &[u8; 16] {
        &self.ifname
    }
    #[inline(always)]
    fn ruleset(&self) -> &[u8; 16] {
        &self.ruleset
    }
    #[inline(always)]
    fn rulenr(&self) -> u32 {
        self.rulenr.get()
    }
    #[inline(always)]
    fn subrulenr(&self) -> u32 {
        self.subrulenr.get()
    }
    #[inline(always)]
    fn uid(&self) -> [u8; 4] {
        self.uid
    }
    #[inline(always)]
    fn pid(&self) -> [u8; 4] {
        self.pid
    }
    #[inline(always)]
    fn rule_uid(&self) -> [u8; 4] {
        self.rule_uid
    }
    #[inline(always)]
    fn rule_pid(&self) -> [u8; 4] {
        self.rule_pid
    }
    #[inline(always)]
    fn dir(&self) -> u8 {
        self.dir
    }
    #[inline(always)]
    fn rewritten(&self) -> Option<u8> {
        None
    }
    #[inline(always)]
    fn naf(&self) -> Option<u8> {
        None
    }
    #[inline(always)]
    fn saddr(&self) -> Option<&[u8; 16]> {
        None
    }
    #[inline(always)]
    fn daddr(&self) -> Option<&[u8; 16]> {
        None
    }
    #[inline(always)]
    fn sport(&self) -> Option<u16> {
        None
    }
    #[inline(always)]
    fn dport(&self) -> Option<u16> {
        None
    }
    #[inline(always)]
    fn ridentifier(&self) -> Option<u32> {
        None
    }
}
/// The constants of this snapshot.
pub mod consts {
    pub const IFNAMSIZ: u32 = 16u32;
    pub const AF_INET: u32 = 2u32;
    pub const AF_INET6: u32 = 24u32;
    pub const TCPS_CLOSED: u32 = 0u32;
    pub const TCPS_LISTEN: u32 = 1u32;
    pub const TCPS_SYN_SENT: u32 = 2u32;
    pub const TCPS_SYN_RECEIVED: u32 = 3u32;
    pub const TCPS_ESTABLISHED: u32 = 4u32;
    pub const TCPS_CLOSE_WAIT: u32 = 5u32;
    pub const TCPS_FIN_WAIT_1: u32 = 6u32;
    pub const TCPS_CLOSING: u32 = 7u32;
    pub const TCPS_LAST_ACK: u32 = 8u32;
    pub const TCPS_FIN_WAIT_2: u32 = 9u32;
    pub const TCPS_TIME_WAIT: u32 = 10u32;
    pub const TCP_NSTATES: u32 = 11u32;
    pub const PF_LOG: u32 = 1u32;
    pub const PF_LOG_ALL: u32 = 2u32;
    pub const PF_LOG_SOCKET_LOOKUP: u32 = 4u32;
    pub const PFSTATE_ALLOWOPTS: u32 = 1u32;
    pub const PFSTATE_SLOPPY: u32 = 2u32;
    pub const PFSYNC_FLAG_COMPRESS: u32 = 1u32;
    pub const PFSYNC_FLAG_STALE: u32 = 2u32;
    pub const PFSYNC_FLAG_SRCNODE: u32 = 4u32;
    pub const PFSYNC_FLAG_NATSRCNODE: u32 = 8u32;
    pub const PFSYNC_SCRUB_FLAG_VALID: u32 = 1u32;
    pub const PFUDPS_NO_TRAFFIC: u32 = 0u32;
    pub const PFUDPS_SINGLE: u32 = 1u32;
    pub const PFUDPS_MULTIPLE: u32 = 2u32;
    pub const PFUDPS_NSTATES: u32 = 3u32;
    pub const PFOTHERS_NO_TRAFFIC: u32 = 0u32;
    pub const PFOTHERS_SINGLE: u32 = 1u32;
    pub const PFOTHERS_MULTIPLE: u32 = 2u32;
    pub const PFOTHERS_NSTATES: u32 = 3u32;
    pub const PF_TCPS_PROXY_SRC: u32 = 11u32;
    pub const PF_TCPS_PROXY_DST: u32 = 12u32;
    pub const PFRES_MATCH: u32 = 0u32;
    pub const PFRES_BADOFF: u32 = 1u32;
    pub const PFRES_FRAG: u32 = 2u32;
    pub const PFRES_SHORT: u32 = 3u32;
    pub const PFRES_NORM: u32 = 4u32;
    pub const PFRES_MEMORY: u32 = 5u32;
    pub const PFRES_TS: u32 = 6u32;
    pub const PFRES_CONGEST: u32 = 7u32;
    pub const PFRES_IPOPTIONS: u32 = 8u32;
    pub const PFRES_PROTCKSUM: u32 = 9u32;
    pub const PFRES_BADSTATE: u32 = 10u32;
    pub const PFRES_STATEINS: u32 = 11u32;
    pub const PFRES_MAXSTATES: u32 = 12u32;
    pub const PFRES_SRCLIMIT: u32 = 13u32;
    pub const PFRES_SYNPROXY: u32 = 14u32;
    pub const PFRES_MAX: u32 = 15u32;
    pub const PFSYNC_VERSION: u32 = 4u32;
    pub const PFSYNC_ACT_CLR: u32 = 0u32;
    pub const PFSYNC_ACT_INS: u32 = 1u32;
    pub const PFSYNC_ACT_UPD: u32 = 2u32;
    pub const PFSYNC_ACT_DEL: u32 = 3u32;
    pub const PFSYNC_ACT_UPD_C: u32 = 4u32;
    pub const PFSYNC_ACT_DEL_C: u32 = 5u32;
    pub const PFSYNC_ACT_INS_F: u32 = 6u32;
    pub const PFSYNC_ACT_DEL_F: u32 = 7u32;
    pub const PFSYNC_ACT_UREQ: u32 = 8u32;
    pub const PFSYNC_ACT_BUS: u32 = 9u32;
    pub const PFSYNC_ACT_TDB_UPD: u32 = 10u32;
    pub const PFSYNC_ACT_MAX: u32 = 11u32;
    pub const PFSYNC_BUS_START: u32 = 1u32;
    pub const PFSYNC_BUS_END: u32 = 2u32;
    pub const PFLOG_RULESET_NAME_SIZE: u32 = 16u32;
    pub const PF_INOUT: u32 = 0u32;
    pub const PF_IN: u32 = 1u32;
    pub const PF_OUT: u32 = 2u32;
    pub const PF_SK_WIRE: u32 = 0u32;
    pub const PF_SK_STACK: u32 = 1u32;
    pub const PF_SK_BOTH: u32 = 2u32;
    pub const PF_PASS: u32 = 0u32;
    pub const PF_DROP: u32 = 1u32;
    pub const PF_SCRUB: u32 = 2u32;
    pub const PF_NOSCRUB: u32 = 3u32;
    pub const PF_NAT: u32 = 4u32;
    pub const PF_NONAT: u32 = 5u32;
    pub const PF_BINAT: u32 = 6u32;
    pub const PF_NOBINAT: u32 = 7u32;
    pub const PF_RDR: u32 = 8u32;
    pub const PF_NORDR: u32 = 9u32;
    pub const PF_SYNPROXY_DROP: u32 = 10u32;
    pub const PF_NOPFROUTE: u32 = 0u32;
    pub const PF_FASTROUTE: u32 = 1u32;
    pub const PF_ROUTETO: u32 = 2u32;
    pub const PF_DUPTO: u32 = 3u32;
    pub const PF_REPLYTO: u32 = 4u32;
    pub const PFTM_TCP_FIRST_PACKET: u32 = 0u32;
    pub const PFTM_TCP_OPENING: u32 = 1u32;
    pub const PFTM_TCP_ESTABLISHED: u32 = 2u32;
    pub const PFTM_TCP_CLOSING: u32 = 3u32;
    pub const PFTM_TCP_FIN_WAIT: u32 = 4u32;
    pub const PFTM_TCP_CLOSED: u32 = 5u32;
    pub const PFTM_UDP_FIRST_PACKET: u32 = 6u32;
    pub const PFTM_UDP_SINGLE: u32 = 7u32;
    pub const PFTM_UDP_MULTIPLE: u32 = 8u32;
    pub const PFTM_ICMP_FIRST_PACKET: u32 = 9u32;
    pub const PFTM_ICMP_ERROR_REPLY: u32 = 10u32;
    pub const PFTM_OTHER_FIRST_PACKET: u32 = 11u32;
    pub const PFTM_OTHER_SINGLE: u32 = 12u32;
    pub const PFTM_OTHER_MULTIPLE: u32 = 13u32;
    pub const PFTM_FRAG: u32 = 14u32;
    pub const PFTM_INTERVAL: u32 = 15u32;
    pub const PFTM_ADAPTIVE_START: u32 = 16u32;
    pub const PFTM_ADAPTIVE_END: u32 = 17u32;
    pub const PFTM_SRC_NODE: u32 = 18u32;
    pub const PFTM_TS_DIFF: u32 = 19u32;
    pub const PFTM_MAX: u32 = 20u32;
    pub const PFTM_PURGE: u32 = 21u32;
    pub const PFTM_UNLINKED: u32 = 22u32;
    pub const PFTM_UNTIL_PACKET: u32 = 23u32;
    /// All of them, by name.
    pub const ALL: &[(&str, u32)] = &[
        ("IFNAMSIZ", 16u32),
        ("AF_INET", 2u32),
        ("AF_INET6", 24u32),
        ("TCPS_CLOSED", 0u32),
        ("TCPS_LISTEN", 1u32),
        ("TCPS_SYN_SENT", 2u32),
        ("TCPS_SYN_RECEIVED", 3u32),
        ("TCPS_ESTABLISHED", 4u32),
        ("TCPS_CLOSE_WAIT", 5u32),
        ("TCPS_FIN_WAIT_1", 6u32),
        ("TCPS_CLOSING", 7u32),
        ("TCPS_LAST_ACK", 8u32),
        ("TCPS_FIN_WAIT_2", 9u32),
        ("TCPS_TIME_WAIT", 10u32),
        ("TCP_NSTATES", 11u32),
        ("PF_LOG", 1u32),
        ("PF_LOG_ALL", 2u32),
        ("PF_LOG_SOCKET_LOOKUP", 4u32),
        ("PFSTATE_ALLOWOPTS", 1u32),
        ("PFSTATE_SLOPPY", 2u32),
        ("PFSYNC_FLAG_COMPRESS", 1u32),
        ("PFSYNC_FLAG_STALE", 2u32),
        ("PFSYNC_FLAG_SRCNODE", 4u32),
        ("PFSYNC_FLAG_NATSRCNODE", 8u32),
        ("PFSYNC_SCRUB_FLAG_VALID", 1u32),
        ("PFUDPS_NO_TRAFFIC", 0u32),
        ("PFUDPS_SINGLE", 1u32),
        ("PFUDPS_MULTIPLE", 2u32),
        ("PFUDPS_NSTATES", 3u32),
        ("PFOTHERS_NO_TRAFFIC", 0u32),
        ("PFOTHERS_SINGLE", 1u32),
        ("PFOTHERS_MULTIPLE", 2u32),
        ("PFOTHERS_NSTATES", 3u32),
        ("PF_TCPS_PROXY_SRC", 11u32),
        ("PF_TCPS_PROXY_DST", 12u32),
        ("PFRES_MATCH", 0u32),
        ("PFRES_BADOFF", 1u32),
        ("PFRES_FRAG", 2u32),
        ("PFRES_SHORT", 3u32),
        ("PFRES_NORM", 4u32),
        ("PFRES_MEMORY", 5u32),
        ("PFRES_TS", 6u32),
        ("PFRES_CONGEST", 7u32),
        ("PFRES_IPOPTIONS", 8u32),
        ("PFRES_PROTCKSUM", 9u32),
        ("PFRES_BADSTATE", 10u32),
        ("PFRES_STATEINS", 11u32),
        ("PFRES_MAXSTATES", 12u32),
        ("PFRES_SRCLIMIT", 13u32),
        ("PFRES_SYNPROXY", 14u32),
        ("PFRES_MAX", 15u32),
        ("PFSYNC_VERSION", 4u32),
        ("PFSYNC_ACT_CLR", 0u32),
        ("PFSYNC_ACT_INS", 1u32),
        ("PFSYNC_ACT_UPD", 2u32),
        ("PFSYNC_ACT_DEL", 3u32),
        ("PFSYNC_ACT_UPD_C", 4u32),
        ("PFSYNC_ACT_DEL_C", 5u32),
        ("PFSYNC_ACT_INS_F", 6u32),
        ("PFSYNC_ACT_DEL_F", 7u32),
        ("PFSYNC_ACT_UREQ", 8u32),
        ("PFSYNC_ACT_BUS", 9u32),
        ("PFSYNC_ACT_TDB_UPD", 10u32),
        ("PFSYNC_ACT_MAX", 11u32),
        ("PFSYNC_BUS_START", 1u32),
        ("PFSYNC_BUS_END", 2u32),
        ("PFLOG_RULESET_NAME_SIZE", 16u32),
        ("PF_INOUT", 0u32),
        ("PF_IN", 1u32),
        ("PF_OUT", 2u32),
        ("PF_SK_WIRE", 0u32),
        ("PF_SK_STACK", 1u32),
        ("PF_SK_BOTH", 2u32),
        ("PF_PASS", 0u32),
        ("PF_DROP", 1u32),
        ("PF_SCRUB", 2u32),
        ("PF_NOSCRUB", 3u32),
        ("PF_NAT", 4u32),
        ("PF_NONAT", 5u32),
        ("PF_BINAT", 6u32),
        ("PF_NOBINAT", 7u32),
        ("PF_RDR", 8u32),
        ("PF_NORDR", 9u32),
        ("PF_SYNPROXY_DROP", 10u32),
        ("PF_NOPFROUTE", 0u32),
        ("PF_FASTROUTE", 1u32),
        ("PF_ROUTETO", 2u32),
        ("PF_DUPTO", 3u32),
        ("PF_REPLYTO", 4u32),
        ("PFTM_TCP_FIRST_PACKET", 0u32),
        ("PFTM_TCP_OPENING", 1u32),
        ("PFTM_TCP_ESTABLISHED", 2u32),
        ("PFTM_TCP_CLOSING", 3u32),
        ("PFTM_TCP_FIN_WAIT", 4u32),
        ("PFTM_TCP_CLOSED", 5u32),
        ("PFTM_UDP_FIRST_PACKET", 6u32),
        ("PFTM_UDP_SINGLE", 7u32),
        ("PFTM_UDP_MULTIPLE", 8u32),
        ("PFTM_ICMP_FIRST_PACKET", 9u32),
        ("PFTM_ICMP_ERROR_REPLY", 10u32),
        ("PFTM_OTHER_FIRST_PACKET", 11u32),
        ("PFTM_OTHER_SINGLE", 12u32),
        ("PFTM_OTHER_MULTIPLE", 13u32),
        ("PFTM_FRAG", 14u32),
        ("PFTM_INTERVAL", 15u32),
        ("PFTM_ADAPTIVE_START", 16u32),
        ("PFTM_ADAPTIVE_END", 17u32),
        ("PFTM_SRC_NODE", 18u32),
        ("PFTM_TS_DIFF", 19u32),
        ("PFTM_MAX", 20u32),
        ("PFTM_PURGE", 21u32),
        ("PFTM_UNLINKED", 22u32),
        ("PFTM_UNTIL_PACKET", 23u32),
    ];
}
