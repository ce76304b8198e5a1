//! What bindgen made of a header, as data: structs with their fields, and constants.

use quote::ToTokens;
use syn::{Expr, Fields, Item, Lit};

/// A struct that travels on the wire.
#[derive(PartialEq)]
pub struct Struct {
    pub name: String,
    /// Name and Rust type of each field, in the kernel's order.
    pub fields: Vec<(String, String)>,
}

impl Struct {
    /// The type of `field` with white space folded away.
    pub fn field(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, ty)| ty.as_str())
    }
}

/// The wire structs of one pass, in the order of the headers.
pub fn structs(file: &syn::File) -> Vec<Struct> {
    let mut found = Vec::new();
    for item in &file.items {
        let Item::Struct(item) = item else { continue };
        let name = item.ident.to_string();
        let Fields::Named(fields) = &item.fields else { continue };
        let of_the_wire = ["pfsync_", "pf_state_"].iter().any(|prefix| name.starts_with(prefix));
        if !of_the_wire && name != "pfloghdr" {
            continue;
        }
        let fields = fields.named.iter().map(|field| {
            let ty = field.ty.to_token_stream().to_string().replace(' ', "");
            (field.ident.as_ref().map(ToString::to_string).unwrap_or_default(), ty)
        });
        found.push(Struct { name, fields: fields.collect() });
    }
    found
}

/// The integer constants of the raw pass, in the order of the headers.
pub fn constants(file: &syn::File) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    for item in &file.items {
        let Item::Const(item) = item else { continue };
        let Expr::Lit(value) = &*item.expr else { continue };
        let Lit::Int(value) = &value.lit else { continue };
        if let Ok(value) = value.base10_parse() {
            found.push((item.ident.to_string(), value));
        }
    }
    found
}

/// `PFSYNC_ACT_*` without the prefix, by number; `MAX` is no action.
pub fn actions(constants: &[(String, u32)]) -> Vec<(u32, String)> {
    let mut found: Vec<_> = constants
        .iter()
        .filter_map(|(name, value)| Some((*value, name.strip_prefix("PFSYNC_ACT_")?.to_string())))
        .filter(|(_, name)| name != "MAX")
        .collect();
    found.sort();
    found
}
