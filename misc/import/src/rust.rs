//! Reads what bindgen made of headers: Rust, with assertions that say what clang measured.

use std::collections::BTreeMap;

use syn::{
    Expr, ExprIndex, Fields, GenericArgument, Item, ItemConst, Lit, PathArguments, Stmt, UnOp,
};

use crate::bind::{Place, Places};
use crate::model::{Constant, Field, Model, Record, Type};

/// The model of a file of bindings.
pub fn model(file: &syn::File, places: &Places, files: &[String]) -> Model {
    let reader = Reader::new(file, places);
    let mut model = Model { files: files.to_vec(), ..Model::default() };
    for item in &file.items {
        let (name, fields, union, attributes) = match item {
            Item::Struct(s) => match &s.fields {
                Fields::Named(fields) => (s.ident.to_string(), fields, false, &s.attrs),
                _ => continue,
            },
            Item::Union(u) => (u.ident.to_string(), &u.fields, true, &u.attrs),
            Item::Const(c) if c.ident != "_" => {
                model.constants.extend(constant(c));
                continue;
            }
            _ => continue,
        };
        let packed = attributes.iter().any(is_packed);
        // bindgen's own helpers have no measured size.
        let Some(size) = reader.measured(&format!("Size of {name}")) else { continue };
        let align = reader.measured(&format!("Alignment of {name}")).unwrap_or(1);
        let Place { file, at, .. } = places.get(&name).cloned().unwrap_or_default();
        let fields = fields.named.iter().filter_map(|f| reader.field(&name, f)).collect();
        let (name, place) = (reader.own(&name), at);
        let record = Record { name, union, packed, size, align, fields, file, place };
        model.records.insert(record.name.clone(), record);
    }
    place_unnamed_parts(&mut model);
    model
}

/// bindgen asserts nothing of where an unnamed struct or union lies: behind what is before it, at
/// its own alignment.
fn place_unnamed_parts(model: &mut Model) {
    let sizes = model.clone();
    for record in model.records.values_mut().filter(|r| !r.union) {
        let mut end = 0usize;
        for field in &mut record.fields {
            if field.offset == usize::MAX {
                let align = match field.ty.element() {
                    Type::Record(part) if !record.packed => {
                        sizes.records.get(part).map_or(1, |r| r.align.max(1))
                    }
                    _ => 1,
                };
                field.offset = end.div_ceil(align) * align;
            }
            end = field.offset + sizes.size(&field.ty);
        }
    }
    for record in model.records.values_mut().filter(|r| r.union) {
        record.fields.iter_mut().for_each(|f| f.offset = 0);
    }
}

struct Reader<'a> {
    places: &'a Places,
    aliases: BTreeMap<String, &'a syn::Type>,
    records: Vec<String>,
    /// What clang measured, by bindgen's words for it.
    measured: BTreeMap<String, usize>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a syn::File, places: &'a Places) -> Self {
        let (mut aliases, mut records, mut measured) =
            (BTreeMap::new(), Vec::new(), BTreeMap::new());
        for item in &file.items {
            match item {
                Item::Type(alias) => {
                    aliases.insert(alias.ident.to_string(), &*alias.ty);
                }
                Item::Struct(s) => records.push(s.ident.to_string()),
                Item::Union(u) => records.push(u.ident.to_string()),
                Item::Const(c) if c.ident == "_" => assertions(c, &mut measured),
                _ => {}
            }
        }
        Self { places, aliases, records, measured }
    }

    /// What a struct is called here: by its name in C, for bindgen puts that of what it is declared
    /// in before it. OpenBSD 5.7 to 6.0 have another name for `sockaddr_union`.
    fn own(&self, name: &str) -> String {
        match self.places.get(name).map(|place| place.name.as_str()) {
            Some("pfsockaddr_union") => "sockaddr_union".to_string(),
            Some(in_c) if !in_c.is_empty() => in_c.to_string(),
            _ => name.to_string(),
        }
    }

    fn measured(&self, what: &str) -> Option<usize> {
        self.measured.get(what).copied()
    }

    fn field(&self, record: &str, field: &syn::Field) -> Option<Field> {
        let name = field.ident.as_ref()?.to_string();
        // What bindgen puts where C has nothing that is named.
        if name.starts_with("__bindgen_padding") || name.starts_with("_bitfield_align") {
            return None;
        }
        if name.starts_with("_bitfield_") {
            let ty = Type::Unsayable("bit fields".to_string());
            return Some(Field { name: "(bit fields)".to_string(), ty, offset: 0 });
        }
        let offset = self.measured(&format!("Offset of field: {record}::{name}"));
        let ty = self.c_type(&field.ty, 0);
        let name = match name.strip_prefix("__bindgen_anon_") {
            Some(_) => String::new(),
            None => c_name(&name),
        };
        Some(Field { name, ty, offset: offset.unwrap_or(usize::MAX) })
    }

    /// The C type that bindgen took for this one: the first name that a snapshot knows, on the way
    /// down to what clang measures.
    fn c_type(&self, ty: &syn::Type, depth: usize) -> Type {
        let path = match ty {
            syn::Type::Array(array) => {
                let of = Box::new(self.c_type(&array.elem, depth));
                return match number(&array.len) {
                    Some(length) => Type::Array(of, length as usize),
                    None => Type::Unsayable("an array of unknown length".to_string()),
                };
            }
            syn::Type::Path(path) => &path.path,
            syn::Type::Ptr(_) => return Type::Foreign("a pointer".to_string()),
            _ => return Type::Foreign("not data".to_string()),
        };
        let Some(last) = path.segments.last() else {
            return Type::Foreign("not data".to_string());
        };
        let name = last.ident.to_string();
        let inner = match &last.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.args.first(),
            _ => None,
        };
        match (name.as_str(), inner) {
            ("ManuallyDrop" | "__BindgenUnionField", Some(GenericArgument::Type(inner))) => {
                return self.c_type(inner, depth);
            }
            ("__IncompleteArrayField", _) => {
                return Type::Unsayable("an array without a length".to_string());
            }
            ("Option", _) => return Type::Foreign("a pointer to a function".to_string()),
            _ => {}
        }
        if let Some((bytes, signed)) = primitive(&name) {
            return Type::number_of(bytes, signed)
                .unwrap_or_else(|| Type::Unsayable(format!("a number of {bytes} bytes")));
        }
        if name == "c_char" {
            return Type::Number("char");
        }
        if self.records.contains(&name) {
            return match self.measured(&format!("Size of {name}")) {
                Some(_) => Type::Record(self.own(&name)),
                None => Type::Foreign(format!("struct {name}, of which nothing is known")),
            };
        }
        match self.aliases.get(&name) {
            // char is a name of its own; other aliases of known names are not asked further.
            Some(_) if Type::number(&name).is_some() && name != "char" => {
                Type::number(&name).unwrap_or(Type::Number("u_int8_t"))
            }
            Some(alias) if depth < 32 => self.c_type(alias, depth + 1),
            _ => Type::Foreign(name),
        }
    }
}

/// Rust's and bindgen's names of whole numbers: bytes, and whether signed. The targets are those
/// where a long has eight bytes.
fn primitive(name: &str) -> Option<(usize, bool)> {
    Some(match name {
        "u8" | "c_uchar" | "bool" => (1, false),
        "i8" | "c_schar" => (1, true),
        "u16" | "c_ushort" => (2, false),
        "i16" | "c_short" => (2, true),
        "u32" | "c_uint" => (4, false),
        "i32" | "c_int" => (4, true),
        "u64" | "c_ulonglong" | "c_ulong" | "usize" => (8, false),
        "i64" | "c_longlong" | "c_long" | "isize" => (8, true),
        "u128" => (16, false),
        "i128" => (16, true),
        _ => return None,
    })
}

/// A field whose C name is a word of Rust's has an underscore behind it.
fn c_name(name: &str) -> String {
    const WORDS: [&str; 18] = [
        "type", "match", "ref", "mod", "use", "in", "fn", "impl", "loop", "move", "mut", "pub",
        "let", "box", "final", "priv", "where", "yield",
    ];
    match name.strip_suffix('_') {
        Some(word) if WORDS.contains(&word) => word.to_string(),
        _ => name.to_string(),
    }
}

fn is_packed(attribute: &syn::Attribute) -> bool {
    let mut packed = false;
    if attribute.path().is_ident("repr") {
        let _ = attribute.parse_nested_meta(|meta| {
            packed |= meta.path.is_ident("packed");
            // packed(2): how much does not matter here, the sizes say it.
            if meta.input.peek(syn::token::Paren) {
                let inside;
                syn::parenthesized!(inside in meta.input);
                inside.parse::<Lit>()?;
            }
            Ok(())
        });
    }
    packed
}

/// `["Size of x"][size_of::<x>() - 8usize];` and its like: the words, and the number.
fn assertions(item: &ItemConst, measured: &mut BTreeMap<String, usize>) {
    let Expr::Block(block) = &*item.expr else { return };
    for statement in &block.block.stmts {
        let Stmt::Expr(Expr::Index(ExprIndex { expr, index, .. }), _) = statement else { continue };
        let (Expr::Array(words), Expr::Binary(difference)) = (&**expr, &**index) else { continue };
        let Some(Expr::Lit(words)) = words.elems.first() else { continue };
        if let (Lit::Str(words), Some(value)) = (&words.lit, number(&difference.right)) {
            measured.insert(words.value(), value as usize);
        }
    }
}

fn constant(item: &ItemConst) -> Option<Constant> {
    let value = number(&item.expr)?;
    let member_of = match &*item.ty {
        syn::Type::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
        _ => None,
    };
    let member_of = member_of.filter(|ty| primitive(ty).is_none());
    Some(Constant { name: item.ident.to_string(), value, member_of })
}

/// Negative numbers wrap, and so stay what they are in C's arithmetic of the wire.
fn number(expression: &Expr) -> Option<u64> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(value) => value.base10_parse().ok(),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            number(&unary.expr).map(u64::wrapping_neg)
        }
        _ => None,
    }
}
