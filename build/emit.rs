//! Writes the generated modules: one file a snapshot, and `mod.rs` that ties them together.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Item;

use crate::layout::{self, Struct};
use crate::records;
use crate::snapshots::{Release, Snapshot};

/// A snapshot after both passes.
pub struct Bound<'a> {
    pub snapshot: &'a Snapshot,
    pub raw: syn::File,
    pub wire: syn::File,
    raw_structs: Vec<Struct>,
    wire_structs: Vec<Struct>,
    constants: Vec<(String, u32)>,
    actions: Vec<(u32, String)>,
}

impl<'a> Bound<'a> {
    pub fn new(snapshot: &'a Snapshot, raw: syn::File, wire: syn::File) -> Self {
        let (raw_structs, wire_structs) = (layout::structs(&raw), layout::structs(&wire));
        let constants = layout::constants(&raw);
        let actions = layout::actions(&constants);
        Self { snapshot, raw, wire, raw_structs, wire_structs, constants, actions }
    }

    fn constant(&self, name: &str) -> Option<u32> {
        self.constants.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// The protocol that it speaks.
    fn version(&self) -> Option<u32> {
        self.constant("PFSYNC_VERSION")
    }

    /// Fields, their types and with them their offsets and sizes, and the action numbers: what
    /// decides whether two snapshots can be served by one module.
    fn same_fingerprint(&self, other: &Self) -> bool {
        self.wire_structs == other.wire_structs
            && self.raw_structs == other.raw_structs
            && self.actions == other.actions
            && self.version() == other.version()
    }
}

/// The files to write: name and text.
pub fn files(
    releases: &[Release],
    bound: &[Bound<'_>],
    fingerprint: &str,
) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    // For each snapshot the first one with its fingerprint.
    let layouts: Vec<usize> = (0..bound.len())
        .map(|at| (0..at).find(|&b| bound[b].same_fingerprint(&bound[at])).unwrap_or(at))
        .collect();
    for (at, this) in bound.iter().enumerate() {
        let tokens = match layouts[at] {
            own if own == at => {
                layout_module(this).map_err(|e| format!("headers/{}: {e}", this.snapshot.name))?
            }
            other => {
                let other = format_ident!("{}", bound[other].snapshot.module());
                quote! { pub use super::#other::{ACTIONS, Dialect, raw, wire}; }
            }
        };
        let constants = constants(this);
        let name = &this.snapshot.name;
        files.push((
            format!("{}.rs", this.snapshot.module()),
            render(&format!("headers/{name}"), quote! { #tokens #constants })?,
        ));
    }
    files.push((
        "mod.rs".to_string(),
        format!("// headers {fingerprint}\n")
            + &render("headers", root(releases, bound, &layouts))?,
    ));
    Ok(files)
}

/// The raw and wire structs of a layout, the proof that they agree, and the accessors.
fn layout_module(this: &Bound<'_>) -> Result<TokenStream, String> {
    if this.raw_structs.len() != this.wire_structs.len() {
        return Err("the two passes found different structs".to_string());
    }
    let raw_items =
        this.raw.items.iter().filter(|item| !matches!(item, Item::Const(c) if c.ident != "_"));
    let wire_items = &this.wire.items;
    let (raw_fields, wire_fields) = (fields(&this.raw_structs), fields(&this.wire_structs));
    let agree = agreement(this)?;
    let actions = this.actions.iter().map(|(number, action)| {
        let number = *number as u8;
        quote!((#number, #action))
    });
    let version = this.version().ok_or("PFSYNC_VERSION is missing")?;
    let implementations = records::implementations(
        &this.wire_structs,
        this.constant("PF_ROUTETO"),
        version,
        this.snapshot.system() == "freebsd",
    )?;
    let types = records::dialect_types(&this.wire_structs)?;
    let version = version as u8;
    let layout = variant(&this.snapshot.name);
    let sockaddr = this.wire_structs.iter().any(|s| s.name == "pfsync_tdb").then(|| {
        quote! {
            const _: () = assert!(size_of::<raw::sockaddr_union>()
                == size_of::<crate::abi::types::wire::sockaddr_union>());
        }
    });
    Ok(quote! {
        /// The structs as C lays them out, host byte order.
        pub mod raw {
            use crate::abi::types::{Field, raw as ctypes};
            #(#raw_items)*
            #raw_fields
        }
        /// The structs as they are on the wire: byte order in the types, alignment 1.
        pub mod wire {
            use crate::abi::types::{Field, wire::*, wire as ctypes};
            #(#wire_items)*
            #wire_fields
        }
        /// The actions of this layout by number, without the prefix `PFSYNC_ACT_`.
        pub const ACTIONS: &[(u8, &str)] = &[#(#actions),*];
        #sockaddr
        const _: () =
            assert!(size_of::<raw::pf_addr>() == size_of::<crate::abi::types::wire::pf_addr>());
        #agree
        /// This layout, for code that is generic over layouts.
        #[derive(Debug, Clone, Copy)]
        pub struct Dialect;
        impl crate::abi::Dialect for Dialect {
            #types
            const VERSION: u8 = #version;
            const LAYOUT: crate::abi::Layout = crate::abi::Layout::#layout;
            const ACTIONS: &'static [(u8, &'static str)] = ACTIONS;
        }
        #implementations
    })
}

/// A compile-time assertion for each field, and for the end of each struct, that both passes agree.
fn agreement(this: &Bound<'_>) -> Result<TokenStream, String> {
    let name = &this.snapshot.name;
    let mut agree = TokenStream::new();
    let mut index = 0usize;
    for (raw, wire) in this.raw_structs.iter().zip(&this.wire_structs) {
        let ident = format_ident!("{}", raw.name);
        for ((field, _), (other, _)) in raw.fields.iter().zip(&wire.fields) {
            if field != other || raw.name != wire.name {
                return Err(format!("the two passes differ at {}.{field}", raw.name));
            }
            let text = format!(
                "{name}: {}.{field}: C lays it out at another offset or size than the wire has \
                 it; is a pad byte missing in the header?",
                raw.name
            );
            agree.extend(quote! {
                const _: () = assert!(raw::FIELDS[#index].offset == wire::FIELDS[#index].offset
                    && raw::FIELDS[#index].size == wire::FIELDS[#index].size, #text);
            });
            index += 1;
        }
        let last = raw.fields.last().map_or("", |(field, _)| field);
        let text = format!(
            "{name}: {0} ends elsewhere in C than on the wire, behind {0}.{last}; is a pad byte \
             missing in the header?",
            raw.name
        );
        agree.extend(quote! {
            const _: () = assert!(size_of::<raw::#ident>() == size_of::<wire::#ident>(), #text);
        });
    }
    Ok(agree)
}

/// `FIELDS`: every field of every struct with offset and size, as the module's own types have it.
fn fields(structs: &[Struct]) -> TokenStream {
    let rows = structs.iter().flat_map(|s| {
        let ident = format_ident!("{}", s.name);
        s.fields.iter().map(move |(field, ty)| {
            let text = format!("{}.{field}", s.name);
            let field = format_ident!("{field}");
            // The type was printed from tokens a moment ago.
            let ty: TokenStream = ty.parse().unwrap_or_default();
            quote!(Field {
                name: #text,
                offset: ::core::mem::offset_of!(#ident, #field),
                size: size_of::<#ty>(),
                struct_size: size_of::<#ident>(),
            })
        })
    });
    let count = structs.iter().map(|s| s.fields.len()).sum::<usize>();
    quote!(pub const FIELDS: [Field; #count] = [#(#rows),*];)
}

fn constants(this: &Bound<'_>) -> TokenStream {
    let each = this.constants.iter().map(|(name, value)| {
        let ident = format_ident!("{name}");
        quote!(pub const #ident: u32 = #value;)
    });
    let all = this.constants.iter().map(|(name, value)| quote!((#name, #value)));
    quote! {
        /// The constants of this snapshot.
        pub mod consts {
            #(#each)*
            /// All of them, by name.
            pub const ALL: &[(&str, u32)] = &[#(#all),*];
        }
    }
}

/// `mod.rs`: the modules, and what leads from a release to its layout.
fn root(releases: &[Release], bound: &[Bound<'_>], layouts: &[usize]) -> TokenStream {
    let modules = bound.iter().map(|b| {
        let module = format_ident!("{}", b.snapshot.module());
        let file = format!("/abi/{}.rs", b.snapshot.module());
        quote! {
            #[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
            pub mod #module { include!(concat!(env!("OUT_DIR"), #file)); }
        }
    });
    let newest = bound.last().map(|b| format_ident!("{}", b.snapshot.module()));
    let snapshot_names = bound.iter().map(|b| &b.snapshot.name);
    let snapshot_modules: Vec<_> =
        bound.iter().map(|b| format_ident!("{}", b.snapshot.module())).collect();
    let releases = release_enum(releases, bound, layouts);
    let layouts = layout_enum(bound, layouts);
    quote! {
        #(#modules)*
        /// The constants of the newest snapshot.
        pub use #newest::consts;

        #releases
        #layouts

        /// A snapshot's name, its fields and its constants: what tests compare with the record.
        pub const SNAPSHOTS: &[Snapshot] = &[#(Snapshot {
            name: #snapshot_names,
            fields: &#snapshot_modules::wire::FIELDS,
            constants: #snapshot_modules::consts::ALL,
        }),*];
    }
}

fn release_enum(releases: &[Release], bound: &[Bound<'_>], layouts: &[usize]) -> TokenStream {
    let ids: Vec<_> = releases.iter().map(|r| variant(&r.name)).collect();
    let docs = releases.iter().map(|r| format!("`{}`", r.name));
    let names = releases.iter().map(|r| &r.name);
    let snapshots = releases.iter().map(|r| &bound[r.snapshot].snapshot.name);
    let layouts = releases.iter().map(|r| variant(&bound[layouts[r.snapshot]].snapshot.name));
    let versions = releases.iter().map(|r| {
        let module = format_ident!("{}", bound[r.snapshot].snapshot.module());
        quote!(#module::consts::PFSYNC_VERSION as u8)
    });
    quote! {
        /// Every release that is known, by system, oldest first.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Release { #(#[doc = #docs] #ids),* }

        impl Release {
            /// All of them, by system, oldest first.
            pub const ALL: &'static [Self] = &[#(Self::#ids),*];
            /// `openbsd-7.9`
            pub const fn name(self) -> &'static str {
                match self { #(Self::#ids => #names),* }
            }
            /// The folder of `headers/` that serves this release.
            pub const fn snapshot(self) -> &'static str {
                match self { #(Self::#ids => #snapshots),* }
            }
            /// The layout of this release's frames.
            pub const fn layout(self) -> Layout {
                match self { #(Self::#ids => Layout::#layouts),* }
            }
            /// The pfsync protocol version that this release speaks.
            pub const fn version(self) -> u8 {
                match self { #(Self::#ids => #versions),* }
            }
        }
    }
}

fn layout_enum(bound: &[Bound<'_>], layouts: &[usize]) -> TokenStream {
    let own: Vec<&Bound<'_>> =
        layouts.iter().enumerate().filter(|(at, l)| at == *l).map(|(at, _)| &bound[at]).collect();
    let ids: Vec<_> = own.iter().map(|b| variant(&b.snapshot.name)).collect();
    let docs = own.iter().map(|b| format!("As `{}` has it.", b.snapshot.name));
    let modules: Vec<_> = own.iter().map(|b| format_ident!("{}", b.snapshot.module())).collect();
    quote! {
        /// The layouts: one for all snapshots of one fingerprint, named by the first.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Layout { #(#[doc = #docs] #ids),* }

        /// Calls a function that is generic over [`Dialect`] with the type for a [`Layout`]: the
        /// one match that leads from a value to a type.
        macro_rules! with_dialect {
            ($layout:expr, $dialect:ident => $body:expr) => {
                match $layout {
                    #($crate::abi::Layout::#ids => {
                        type $dialect = $crate::abi::#modules::Dialect;
                        $body
                    })*
                }
            };
        }
        pub(crate) use with_dialect;
    }
}

/// `openbsd-7.9` -> `OpenBsd7_9`
fn variant(name: &str) -> proc_macro2::Ident {
    let (os, release) = name.split_once('-').unwrap_or((name, ""));
    let os = match os {
        "openbsd" => "OpenBsd",
        "freebsd" => "FreeBsd",
        "netbsd" => "NetBsd",
        "dragonfly" => "DragonFly",
        other => other,
    };
    format_ident!("{os}{}", release.replace(['.', '-'], "_"))
}

fn render(from: &str, tokens: TokenStream) -> Result<String, String> {
    let file =
        syn::parse2(tokens).map_err(|e| format!("{from}: what was made is not Rust: {e}"))?;
    Ok(format!("// Made by build.rs from {from}; not to be edited.\n")
        + &prettyplease::unparse(&file))
}
