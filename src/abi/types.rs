//! What the generated modules build on: the C types as they are in memory and on the wire, and
//! the compile-time comparison with the recorded layout.

#![forbid(unsafe_code)]

/// Where a field of a generated struct lies; all numbers in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// `pfsync_state.key`
    pub name: &'static str,
    /// From the start of the struct.
    pub offset: usize,
    /// Of the field.
    pub size: usize,
    /// Of the whole struct.
    pub struct_size: usize,
}

/// C's types as the raw pass uses them, in the host's byte order.
#[allow(non_camel_case_types, missing_docs)]
pub mod raw {
    pub type c_char = i8;
    pub type c_uchar = u8;
    pub type c_ushort = u16;
    pub type c_uint = u32;
    pub type c_ulonglong = u64;
}

/// C's types as the wire pass uses them: network byte order in the type, alignment 1.
#[allow(non_camel_case_types, missing_docs)]
pub mod wire {
    use zerocopy::big_endian::{I32, U16, U32, U64};

    pub type c_char = u8;
    pub type c_uint = u32;
    pub type u_int8_t = u8;
    pub type u_int16_t = U16;
    pub type u_int32_t = U32;
    pub type u_int64_t = U64;
    pub type wire_int32_t = I32;
    pub type sa_family_t = u8;
    /// In the byte order of the host that logged, which only the capture file knows.
    pub type uid_t = [u8; 4];
    /// In the byte order of the host that logged, which only the capture file knows.
    pub type pid_t = [u8; 4];
    /// An IPv4 address in the first four bytes, an IPv6 address in all.
    pub type pf_addr = [u8; 16];
    /// length u8, family u8, port u16; IPv4 address at 4, IPv6 address at 8.
    pub type sockaddr_union = [u8; 28];
}

/// Fails to compile, naming the field, where `fields` are not as `recorded` (name, offset, size,
/// what to say). Both are in the order of the headers.
#[cfg_attr(not(test), allow(dead_code))]
pub(super) const fn as_recorded(
    recorded: &[(&'static str, usize, usize, &'static str)],
    fields: &[Field],
) {
    let mut at = 0;
    while at < recorded.len() {
        let (name, offset, size, message) = recorded[at];
        if at >= fields.len() || !same(name, fields[at].name) {
            panic!("{}", message);
        }
        // A struct that ends early is its last field's fault: the bytes behind it are missing.
        let last = at + 1 == fields.len() || fields[at + 1].offset == 0;
        let ends = offset + size;
        if fields[at].offset != offset
            || fields[at].size != size
            || (last && fields[at].struct_size != ends)
        {
            panic!("{}", message);
        }
        at += 1;
    }
    if at < fields.len() {
        panic!("{}", fields[at].name);
    }
}

/// Fails to compile, naming it, where a constant is not as `recorded` (name, value, what to say).
#[cfg_attr(not(test), allow(dead_code))]
pub(super) const fn constants_as_recorded(
    recorded: &[(&'static str, u32, &'static str)],
    constants: &[(&'static str, u32)],
) {
    let mut at = 0;
    while at < recorded.len() {
        let (name, value, message) = recorded[at];
        if at >= constants.len() || !same(name, constants[at].0) || value != constants[at].1 {
            panic!("{}", message);
        }
        at += 1;
    }
    if at < constants.len() {
        panic!("{}", constants[at].0);
    }
}

/// Whether two strings are equal: `==` is no constant function.
pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Field; 2] = [
        Field { name: "s.a", offset: 0, size: 4, struct_size: 6 },
        Field { name: "s.b", offset: 4, size: 2, struct_size: 6 },
    ];

    #[test]
    fn the_recorded_layout_passes() {
        as_recorded(&[("s.a", 0, 4, "a"), ("s.b", 4, 2, "b")], &FIELDS);
    }

    #[test]
    #[should_panic(expected = "b moved")]
    fn a_moved_field_is_named() {
        as_recorded(&[("s.a", 0, 4, "a moved"), ("s.b", 5, 2, "b moved")], &FIELDS);
    }

    #[test]
    #[should_panic(expected = "b grew")]
    fn a_field_of_another_size_is_named() {
        as_recorded(&[("s.a", 0, 4, "a grew"), ("s.b", 4, 3, "b grew")], &FIELDS);
    }

    #[test]
    #[should_panic(expected = "B changed")]
    fn a_constant_of_another_value_is_named() {
        let constants = [("A", 1), ("B", 2)];
        constants_as_recorded(&[("A", 1, "A changed"), ("B", 2, "B changed")], &constants);
        constants_as_recorded(&[("A", 1, "A changed"), ("B", 3, "B changed")], &constants);
    }

    #[test]
    #[should_panic(expected = "A is gone")]
    fn a_recorded_constant_that_is_gone_is_named() {
        constants_as_recorded(&[("A", 1, "A is gone"), ("B", 2, "B is gone")], &[("B", 2)]);
    }

    #[test]
    #[should_panic(expected = "s.b")]
    fn a_field_that_is_not_recorded_is_named() {
        as_recorded(&[("s.a", 0, 4, "a")], &FIELDS);
    }

    #[test]
    #[should_panic(expected = "c is gone")]
    fn a_recorded_field_that_is_gone_is_named() {
        as_recorded(&[("s.a", 0, 4, "a"), ("s.b", 4, 2, "b"), ("s.c", 6, 1, "c is gone")], &FIELDS);
    }
}
