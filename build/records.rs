//! Accessors of the records: one implementation of each trait of `src/abi/record.rs` for each
//! layout, made from the fields that the layout has. A field that a release lacks is `None`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::layout::Struct;

/// What an accessor gives; the generator bridges from how a release declares the field.
#[derive(Clone, Copy)]
enum Gives {
    U8,
    U16,
    U32,
    U64,
    /// A pair of bytes.
    U8x2,
    /// A routing table, or one on each side.
    Rtable,
    /// A pair of ports.
    U16x2,
    /// A pair of counters: u64, or two u32 with the high word first.
    U64x2,
    /// A number in the order of the host that captured it: its bytes.
    Host32,
    /// A reference to the field as it is.
    Ref(&'static str),
}

/// (accessor, the fields that may hold it with the best first, what it gives, whether every
/// release must have it)
type Accessor = (&'static str, &'static [&'static str], Gives, bool);

const NAME: Gives = Gives::Ref("[u8; 16]");

/// (the structs that are such a record, its trait, its accessors)
#[rustfmt::skip]
const RECORDS: &[(&[&str], &str, &[Accessor])] = &[
    (&["pfsync_state_key"], "KeyRecord", &[
        ("addr", &["addr"], Gives::Ref("[[u8; 16]; 2]"), true),
        ("port", &["port"], Gives::U16x2, true),
        ("rdomain", &["rdomain"], Gives::U16, false),
        ("af", &["af"], Gives::U8, false),
    ]),
    (&PEERS, "PeerRecord", &[
        ("seqlo", &["seqlo"], Gives::U32, true),
        ("seqhi", &["seqhi"], Gives::U32, true),
        ("seqdiff", &["seqdiff"], Gives::U32, true),
        ("max_win", &["max_win"], Gives::U16, true),
        ("mss", &["mss"], Gives::U16, true),
        ("state", &["state"], Gives::U8, true),
        ("wscale", &["wscale"], Gives::U8, true),
    ]),
    (&STATES, "StateRecord", &[
        ("id", &["id"], Gives::U64, true),
        ("ifname", &["ifname"], NAME, true),
        ("src", &["src"], Gives::Ref("Self::Peer"), true),
        ("dst", &["dst"], Gives::Ref("Self::Peer"), true),
        ("rt_addr", &["rt_addr"], NAME, true),
        ("rule", &["rule"], Gives::U32, true),
        ("anchor", &["anchor"], Gives::U32, true),
        ("nat_rule", &["nat_rule"], Gives::U32, false),
        ("creation", &["creation"], Gives::U32, true),
        ("expire", &["expire"], Gives::U32, true),
        ("packets", &["packets"], Gives::U64x2, true),
        ("bytes", &["bytes"], Gives::U64x2, true),
        ("creatorid", &["creatorid"], Gives::U32, true),
        ("rtableid", &["rtableid"], Gives::Rtable, false),
        ("max_mss", &["max_mss"], Gives::U16, false),
        ("af", &["af", "wire_af"], Gives::U8, true),
        ("stack_af", &["stack_af"], Gives::U8, false),
        ("proto", &["proto", "wire_proto"], Gives::U8, true),
        ("stack_proto", &["stack_proto"], Gives::U8, false),
        ("direction", &["direction"], Gives::U8, true),
        ("log", &["log"], Gives::U8, true),
        ("state_flags", &["all_state_flags", "state_flags", "allow_opts"], Gives::U16, true),
        ("rt", &["rt"], Gives::U8, false),
        ("rt_af", &["rt_af"], Gives::U8, false),
        ("rt_ifname", &["rt_ifname"], NAME, false),
        ("timeout", &["timeout"], Gives::U8, true),
        ("sync_flags", &["sync_flags"], Gives::U8, false),
        ("min_ttl", &["min_ttl"], Gives::U8, false),
        ("set_tos", &["set_tos"], Gives::U8, false),
        ("set_prio", &["set_prio"], Gives::U8x2, false),
        ("tagname", &["tagname"], Gives::Ref("[u8; 64]"), false),
        ("orig_ifname", &["orig_ifname"], NAME, false),
        ("qid", &["qid"], Gives::U16, false),
        ("pqid", &["pqid"], Gives::U16, false),
        ("dnpipe", &["dnpipe"], Gives::U16, false),
        ("dnrpipe", &["dnrpipe"], Gives::U16, false),
    ]),
    (&CLRS, "ClrRecord", &[
        ("ifname", &["ifname"], NAME, true),
        ("creatorid", &["creatorid"], Gives::U32, true),
    ]),
    (&["pfsync_ins_ack"], "IdRecord", ID),
    (&UPD_REQS, "IdRecord", ID),
    (&DEL_CS, "IdRecord", ID),
    (&UPD_CS, "UpdCRecord", &[
        ("id", &["id"], Gives::U64, true),
        ("src", &["src"], Gives::Ref("Self::Peer"), true),
        ("dst", &["dst"], Gives::Ref("Self::Peer"), true),
        ("creatorid", &["creatorid"], Gives::U32, true),
        ("expire", &["expire"], Gives::U32, true),
        ("timeout", &["timeout"], Gives::U8, true),
    ]),
    (&BUSES, "BusRecord", &[
        ("creatorid", &["creatorid"], Gives::U32, true),
        ("endtime", &["endtime"], Gives::U32, true),
        ("status", &["status"], Gives::U8, true),
    ]),
    (&["pfsync_tdb"], "TdbRecord", &[
        ("spi", &["spi"], Gives::U32, true),
        ("dst", &["dst"], Gives::Ref("[u8; 28]"), true),
        ("rpl", &["rpl"], Gives::U64, true),
        ("cur_bytes", &["cur_bytes"], Gives::U64, true),
        ("sproto", &["sproto"], Gives::U8, true),
        ("rdomain", &["rdomain"], Gives::U16, false),
    ]),
    (&["pfloghdr"], "PflogRecord", &[
        ("length", &["length"], Gives::U8, true),
        ("af", &["af"], Gives::U8, true),
        ("action", &["action"], Gives::U8, true),
        ("reason", &["reason"], Gives::U8, true),
        ("ifname", &["ifname"], NAME, true),
        ("ruleset", &["ruleset"], NAME, true),
        ("rulenr", &["rulenr"], Gives::U32, true),
        ("subrulenr", &["subrulenr"], Gives::U32, true),
        ("uid", &["uid"], Gives::Host32, true),
        ("pid", &["pid"], Gives::Host32, true),
        ("rule_uid", &["rule_uid"], Gives::Host32, true),
        ("rule_pid", &["rule_pid"], Gives::Host32, true),
        ("dir", &["dir"], Gives::U8, true),
        ("rewritten", &["rewritten"], Gives::U8, false),
        ("naf", &["naf"], Gives::U8, false),
        ("saddr", &["saddr"], NAME, false),
        ("daddr", &["daddr"], NAME, false),
        ("sport", &["sport"], Gives::U16, false),
        ("dport", &["dport"], Gives::U16, false),
        ("ridentifier", &["ridentifier"], Gives::U32, false),
    ]),
];

/// What peers are called, and their scrub groups.
const PEERS: [&str; 2] = ["pfsync_state_peer", "pf_state_peer_export"];
const SCRUBS: [&str; 2] = ["pfsync_state_scrub", "pf_state_scrub_export"];
/// What states are called; of several that one release knows, the first is its own.
const STATES: [&str; 4] =
    ["pfsync_state", "pfsync_state_1500", "pfsync_state_1400", "pfsync_state_1301"];
/// Small messages: since version 5, and in the flat formats.
const UPD_CS: [&str; 2] = ["pfsync_upd_c", "pfsync_state_upd"];
const UPD_REQS: [&str; 2] = ["pfsync_upd_req", "pfsync_state_upd_req"];
const DEL_CS: [&str; 2] = ["pfsync_del_c", "pfsync_state_del"];
const CLRS: [&str; 2] = ["pfsync_clr", "pfsync_state_clr"];
const BUSES: [&str; 2] = ["pfsync_bus", "pfsync_state_bus"];

const ID: &[Accessor] =
    &[("id", &["id"], Gives::U64, true), ("creatorid", &["creatorid"], Gives::U32, true)];

fn find<'a>(structs: &'a [Struct], names: &[&str]) -> Option<&'a Struct> {
    names.iter().find_map(|name| structs.iter().find(|s| s.name == *name))
}

fn need<'a>(structs: &'a [Struct], names: &[&str]) -> Result<&'a Struct, String> {
    find(structs, names).ok_or_else(|| format!("struct {} is missing", names.join(" or ")))
}

/// The associated types of `crate::abi::Dialect`: which struct is what.
pub fn dialect_types(structs: &[Struct]) -> Result<TokenStream, String> {
    let ident = |name: &str| format_ident!("{name}");
    let state = ident(&need(structs, &STATES)?.name);
    // Generations of FreeBSD that newer ones still read; where there are none nothing uses them.
    let older = |name: &str| find(structs, &[name]).map_or(state.clone(), |s| ident(&s.name));
    let (state_1400, state_1301) = (older("pfsync_state_1400"), older("pfsync_state_1301"));
    let small = |names: &[&str]| need(structs, names).map(|s| ident(&s.name));
    let (upd_c, upd_req) = (small(&UPD_CS)?, small(&UPD_REQS)?);
    let (del_c, clr, bus) = (small(&DEL_CS)?, small(&CLRS)?, small(&BUSES)?);
    let or_none = |name: &str| match find(structs, &[name]) {
        Some(s) => {
            let name = ident(&s.name);
            quote!(wire::#name)
        }
        None => quote!(crate::abi::record::NoRecord),
    };
    let (ins_ack, tdb) = (or_none("pfsync_ins_ack"), or_none("pfsync_tdb"));
    Ok(quote! {
        type State = wire::#state;
        type State1400 = wire::#state_1400;
        type State1301 = wire::#state_1301;
        type UpdC = wire::#upd_c;
        type InsAck = #ins_ack;
        type UpdReq = wire::#upd_req;
        type DelC = wire::#del_c;
        type Clr = wire::#clr;
        type Bus = wire::#bus;
        type Tdb = #tdb;
        type Pflog = wire::pfloghdr;
    })
}

/// The implementations for one layout; `route_to` is its `PF_ROUTETO`.
pub fn implementations(
    structs: &[Struct],
    route_to: Option<u32>,
    version: u32,
    is_freebsd: bool,
) -> Result<TokenStream, String> {
    let is_freebsd = is_freebsd && version >= 5;
    let has_af_to = find(structs, &["pfsync_state_1500"]).is_some();
    // Before version 5 allow-opts and sloppy alone are anybody else's business: what DragonFly has
    // behind them is its kernel's own (wire-others.md 2.5).
    let state_flags: u16 = if version >= 5 { u16::MAX } else { 0x0003 };
    let mut out = TokenStream::new();
    let peer = format_ident!("{}", need(structs, &PEERS)?.name);
    let peer = quote!(type Peer = wire::#peer;);
    for (names, record, accessors) in RECORDS {
        for wire in names.iter().filter_map(|name| find(structs, &[name])) {
            let methods =
                accessors.iter().map(|a| accessor(wire, a)).collect::<Result<Vec<_>, _>>()?;
            let more = match *record {
                "StateRecord" => {
                    let keys = keys(wire)?;
                    let route_to = route_to.ok_or("PF_ROUTETO is missing")? as u8;
                    quote! {
                        #peer
                        const ROUTE_TO: u8 = #route_to;
                        const IS_FREEBSD: bool = #is_freebsd;
                        const HAS_AF_TO: bool = #has_af_to;
                        const STATE_FLAGS: u16 = #state_flags;
                        #keys
                    }
                }
                "UpdCRecord" => peer.clone(),
                "PeerRecord" => scrub_accessor(structs)?,
                _ => TokenStream::new(),
            };
            let (name, record) = (format_ident!("{}", wire.name), format_ident!("{record}"));
            out.extend(quote! {
                impl crate::abi::record::#record for wire::#name { #more #(#methods)* }
            });
        }
    }
    Ok(out)
}

/// The keys of a state, which versions 2 and 3 spell as three hosts: the inner one, what it was
/// translated to, and the remote one (wire-others.md 2.5).
fn keys(state: &Struct) -> Result<TokenStream, String> {
    let key = |name: &str, value: TokenStream| {
        let name = format_ident!("{name}");
        quote! {
            #[inline(always)]
            fn #name(&self) -> crate::abi::record::Key { #value }
        }
    };
    let parts = quote!(crate::abi::record::KeyRecord::parts);
    if state.field("key") == Some("[pfsync_state_key;2usize]") {
        let (wire, stack) = (quote!(#parts(&self.key[0])), quote!(#parts(&self.key[1])));
        return Ok([key("wire_key", wire), key("stack_key", stack)].into_iter().collect());
    }
    if ["lan", "gwy", "ext"].iter().any(|host| state.field(host) != Some("pfsync_state_host")) {
        return Err(format!("struct {} has neither keys nor hosts", state.name));
    }
    let hosts = |near: &str| {
        let near = format_ident!("{near}");
        quote!(crate::abi::record::Key {
            addr: [self.ext.addr, self.#near.addr],
            port: [self.ext.port.get(), self.#near.port.get()],
            rdomain: None,
            af: None,
        })
    };
    Ok([key("wire_key", hosts("gwy")), key("stack_key", hosts("lan"))].into_iter().collect())
}

/// The scrub group lies in a struct of its own inside the peer.
fn scrub_accessor(structs: &[Struct]) -> Result<TokenStream, String> {
    let fields = ["pfss_flags", "pfss_ttl", "scrub_flag", "pfss_ts_mod"];
    let scrub = need(structs, &SCRUBS)?;
    if !fields.iter().all(|f| scrub.field(f).is_some()) {
        return Err(format!("struct {} needs the fields {fields:?}", scrub.name));
    }
    Ok(quote! {
        #[inline(always)]
        fn scrub(&self) -> crate::abi::record::Scrub {
            crate::abi::record::Scrub {
                flags: self.scrub.pfss_flags.get(),
                ttl: self.scrub.pfss_ttl,
                scrub_flag: self.scrub.scrub_flag,
                ts_mod: self.scrub.pfss_ts_mod.get(),
            }
        }
    })
}

fn accessor(
    wire: &Struct,
    (name, fields, gives, required): &Accessor,
) -> Result<TokenStream, String> {
    let method = format_ident!("{name}");
    let found = fields.iter().find_map(|f| Some((*f, wire.field(f)?)));
    let value = match found {
        Some((field, ty)) => {
            Some(value(*gives, &format_ident!("{field}"), ty).ok_or_else(|| {
                format!("{}.{field}: no accessor can be made from its type {ty}", wire.name)
            })?)
        }
        None if *required => return Err(format!("struct {} lacks {}", wire.name, fields[0])),
        None => None,
    };
    let ty = match gives {
        Gives::U8 => quote!(u8),
        Gives::U16 => quote!(u16),
        Gives::U32 => quote!(u32),
        Gives::U64 => quote!(u64),
        Gives::U8x2 => quote!([u8; 2]),
        Gives::Rtable => quote!(crate::abi::record::Rtable),
        Gives::U16x2 => quote!([u16; 2]),
        Gives::U64x2 => quote!([u64; 2]),
        Gives::Host32 => quote!([u8; 4]),
        Gives::Ref(ty) => {
            let ty: TokenStream = ty.parse().map_err(|_| format!("{ty}: not a type"))?;
            quote!(&#ty)
        }
    };
    let (ty, value) = match (required, value) {
        (true, value) => (ty, value.unwrap_or_default()),
        (false, Some(value)) => (quote!(Option<#ty>), quote!(Some(#value))),
        (false, None) => (quote!(Option<#ty>), quote!(None)),
    };
    Ok(quote! {
        #[inline(always)]
        fn #method(&self) -> #ty { #value }
    })
}

/// The expression for a field declared as `ty`; `None` where there is no lossless one.
fn value(gives: Gives, f: &proc_macro2::Ident, ty: &str) -> Option<TokenStream> {
    let pair = quote!(crate::abi::record::high_low);
    Some(match (gives, ty) {
        (Gives::U8, "u_int8_t" | "sa_family_t") => quote!(self.#f),
        (Gives::U16, "u_int8_t") => quote!(u16::from(self.#f)),
        (Gives::U16, "u_int16_t") => quote!(self.#f.get()),
        (Gives::U32, "u_int32_t") => quote!(self.#f.get()),
        (Gives::U64, "u_int32_t") => quote!(u64::from(self.#f.get())),
        (Gives::U64, "u_int64_t") => quote!(self.#f.get()),
        (Gives::U64, "[u_int32_t;2usize]") => quote!(#pair(self.#f)),
        (Gives::Host32, "uid_t" | "pid_t") => quote!(self.#f),
        (Gives::U8x2, "[u_int8_t;2usize]") => quote!(self.#f),
        (Gives::Rtable, "wire_int32_t") => {
            quote!(crate::abi::record::Rtable::One(self.#f.get()))
        }
        (Gives::Rtable, "[wire_int32_t;2usize]") => {
            quote!(crate::abi::record::Rtable::Sides(self.#f.map(|v| v.get())))
        }
        (Gives::U16x2, "[u_int16_t;2usize]") => quote!(self.#f.map(|v| v.get())),
        (Gives::U64x2, "[u_int32_t;2usize]") => quote!(self.#f.map(|v| u64::from(v.get()))),
        (Gives::U64x2, "[u_int64_t;2usize]") => quote!(self.#f.map(|v| v.get())),
        (Gives::U64x2, "[[u_int32_t;2usize];2usize]") => quote!(self.#f.map(#pair)),
        (Gives::Ref("[u8; 16]"), "pf_addr" | "[ctypes::c_char;16usize]") => quote!(&self.#f),
        (Gives::Ref("[[u8; 16]; 2]"), "[pf_addr;2usize]") => quote!(&self.#f),
        (Gives::Ref("[u8; 28]"), "sockaddr_union") => quote!(&self.#f),
        (Gives::Ref("Self::Peer"), "pfsync_state_peer" | "pf_state_peer_export") => {
            quote!(&self.#f)
        }
        (Gives::Ref("[u8; 64]"), "[ctypes::c_char;64usize]") => quote!(&self.#f),
        _ => return None,
    })
}
