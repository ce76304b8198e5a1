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
    /// A pair of signed numbers.
    I32x2,
    /// A pair of ports.
    U16x2,
    /// A pair of counters: u64, or two u32 with the high word first.
    U64x2,
    /// A reference to the field as it is.
    Ref(&'static str),
}

/// (accessor, the fields that may hold it with the best first, what it gives, whether every
/// release must have it)
type Accessor = (&'static str, &'static [&'static str], Gives, bool);

const NAME: Gives = Gives::Ref("[u8; 16]");

#[rustfmt::skip]
const RECORDS: &[(&str, &str, &[Accessor])] = &[
    ("pfsync_state_key", "KeyRecord", &[
        ("addr", &["addr"], Gives::Ref("[[u8; 16]; 2]"), true),
        ("port", &["port"], Gives::U16x2, true),
        ("rdomain", &["rdomain"], Gives::U16, false),
        ("af", &["af"], Gives::U8, false),
    ]),
    ("pfsync_state_peer", "PeerRecord", &[
        ("seqlo", &["seqlo"], Gives::U32, true),
        ("seqhi", &["seqhi"], Gives::U32, true),
        ("seqdiff", &["seqdiff"], Gives::U32, true),
        ("max_win", &["max_win"], Gives::U16, true),
        ("mss", &["mss"], Gives::U16, true),
        ("state", &["state"], Gives::U8, true),
        ("wscale", &["wscale"], Gives::U8, true),
    ]),
    ("pfsync_state", "StateRecord", &[
        ("id", &["id"], Gives::U64, true),
        ("ifname", &["ifname"], NAME, true),
        ("key", &["key"], Gives::Ref("[Self::Key; 2]"), true),
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
        ("rtableid", &["rtableid"], Gives::I32x2, false),
        ("max_mss", &["max_mss"], Gives::U16, false),
        ("af", &["af"], Gives::U8, true),
        ("proto", &["proto"], Gives::U8, true),
        ("direction", &["direction"], Gives::U8, true),
        ("log", &["log"], Gives::U8, true),
        ("state_flags", &["all_state_flags", "state_flags"], Gives::U16, true),
        ("rt", &["rt"], Gives::U8, false),
        ("timeout", &["timeout"], Gives::U8, true),
        ("sync_flags", &["sync_flags"], Gives::U8, false),
        ("min_ttl", &["min_ttl"], Gives::U8, false),
        ("set_tos", &["set_tos"], Gives::U8, false),
        ("set_prio", &["set_prio"], Gives::U8x2, false),
    ]),
    ("pfsync_clr", "ClrRecord", &[
        ("ifname", &["ifname"], NAME, true),
        ("creatorid", &["creatorid"], Gives::U32, true),
    ]),
    ("pfsync_ins_ack", "IdRecord", ID),
    ("pfsync_upd_req", "IdRecord", ID),
    ("pfsync_del_c", "IdRecord", ID),
    ("pfsync_upd_c", "UpdCRecord", &[
        ("id", &["id"], Gives::U64, true),
        ("src", &["src"], Gives::Ref("Self::Peer"), true),
        ("dst", &["dst"], Gives::Ref("Self::Peer"), true),
        ("creatorid", &["creatorid"], Gives::U32, true),
        ("expire", &["expire"], Gives::U32, true),
        ("timeout", &["timeout"], Gives::U8, true),
    ]),
    ("pfsync_bus", "BusRecord", &[
        ("creatorid", &["creatorid"], Gives::U32, true),
        ("endtime", &["endtime"], Gives::U32, true),
        ("status", &["status"], Gives::U8, true),
    ]),
    ("pfsync_tdb", "TdbRecord", &[
        ("spi", &["spi"], Gives::U32, true),
        ("dst", &["dst"], Gives::Ref("[u8; 28]"), true),
        ("rpl", &["rpl"], Gives::U64, true),
        ("cur_bytes", &["cur_bytes"], Gives::U64, true),
        ("sproto", &["sproto"], Gives::U8, true),
        ("rdomain", &["rdomain"], Gives::U16, false),
    ]),
];

const ID: &[Accessor] =
    &[("id", &["id"], Gives::U64, true), ("creatorid", &["creatorid"], Gives::U32, true)];

/// The implementations for one layout.
pub fn implementations(structs: &[Struct]) -> Result<TokenStream, String> {
    let mut out = TokenStream::new();
    for (name, record, accessors) in RECORDS {
        let wire = structs
            .iter()
            .find(|s| s.name == *name)
            .ok_or_else(|| format!("struct {name} is missing"))?;
        let methods =
            accessors.iter().map(|a| accessor(wire, a)).collect::<Result<TokenStream, _>>()?;
        let associated = match *record {
            "StateRecord" => quote! {
                type Key = wire::pfsync_state_key;
                type Peer = wire::pfsync_state_peer;
            },
            "UpdCRecord" => quote!(
                type Peer = wire::pfsync_state_peer;
            ),
            "PeerRecord" => scrub_accessor(structs)?,
            _ => TokenStream::new(),
        };
        let (name, record) = (format_ident!("{name}"), format_ident!("{record}"));
        out.extend(quote! {
            impl crate::abi::record::#record for wire::#name { #associated #methods }
        });
    }
    Ok(out)
}

/// The scrub group lies in a struct of its own inside the peer.
fn scrub_accessor(structs: &[Struct]) -> Result<TokenStream, String> {
    let fields = ["pfss_flags", "pfss_ttl", "scrub_flag", "pfss_ts_mod"];
    let scrub = structs.iter().find(|s| s.name == "pfsync_state_scrub");
    if !scrub.is_some_and(|s| fields.iter().all(|f| s.field(f).is_some())) {
        return Err(format!("struct pfsync_state_scrub needs the fields {fields:?}"));
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
        Gives::I32x2 => quote!([i32; 2]),
        Gives::U16x2 => quote!([u16; 2]),
        Gives::U64x2 => quote!([u64; 2]),
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
        (Gives::U8x2, "[u_int8_t;2usize]") => quote!(self.#f),
        (Gives::I32x2, "[wire_int32_t;2usize]") => quote!(self.#f.map(|v| v.get())),
        (Gives::U16x2, "[u_int16_t;2usize]") => quote!(self.#f.map(|v| v.get())),
        (Gives::U64x2, "[u_int64_t;2usize]") => quote!(self.#f.map(|v| v.get())),
        (Gives::U64x2, "[[u_int32_t;2usize];2usize]") => quote!(self.#f.map(#pair)),
        (Gives::Ref("[u8; 16]"), "pf_addr" | "[ctypes::c_char;16usize]") => quote!(&self.#f),
        (Gives::Ref("[[u8; 16]; 2]"), "[pf_addr;2usize]") => quote!(&self.#f),
        (Gives::Ref("[u8; 28]"), "sockaddr_union") => quote!(&self.#f),
        (Gives::Ref("Self::Peer"), "pfsync_state_peer") => quote!(&self.#f),
        (Gives::Ref("[Self::Key; 2]"), "[pfsync_state_key;2usize]") => quote!(&self.#f),
        _ => return None,
    })
}
