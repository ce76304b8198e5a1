//! The two passes of bindgen over a snapshot.

use std::path::Path;

use bindgen::callbacks::{DeriveInfo, DeriveTrait, ImplementsTrait, ParseCallbacks};
use bindgen::{Builder, CodegenConfig, EnumVariation};

use crate::snapshots::{HEADER_FILES, Snapshot};

/// The C types that the wire pass replaces; `crate::abi::types` has what stands for them.
const REPLACED: &str = "u_int8_t|u_int16_t|u_int32_t|u_int64_t|wire_int32_t|sa_family_t|uid_t|pid_t\
                        |pf_addr.*|sockaddr_.*|in6?_addr";

/// Whether a libclang can be loaded; if not, why.
pub fn libclang() -> Result<(), String> {
    clang_sys::load()
}

/// Layout as C has it, with bindgen's own assertions, and the constants.
pub fn raw(headers: &Path, snapshot: &Snapshot) -> Result<syn::File, String> {
    let builder = builder(headers, snapshot, "", "")
        .derive_debug(false)
        .allowlist_var("PF.*|AF_.*|TCPS_.*|TCP_NSTATES|IFNAMSIZ")
        .with_codegen_config(CodegenConfig::TYPES | CodegenConfig::VARS);
    run(builder, snapshot)
}

/// The same structs in the byte order of the wire, with alignment 1.
pub fn wire(headers: &Path, snapshot: &Snapshot) -> Result<syn::File, String> {
    // pfsync_state_key is not packed in C, so alignment 1 has to be asked for.
    let builder = builder(headers, snapshot, "#pragma pack(push, 1)\n", "#pragma pack(pop)\n")
        // Under its own name bindgen takes int32_t for Rust's i32, in the host's byte order.
        .clang_arg("-Dint32_t=wire_int32_t")
        .blocklist_type(REPLACED)
        .with_codegen_config(CodegenConfig::TYPES)
        .parse_callbacks(Box::new(WireTypes));
    run(builder, snapshot)
}

fn builder(headers: &Path, snapshot: &Snapshot, before: &str, after: &str) -> Builder {
    let mut includes = format!("#include \"{}\"\n{before}", headers.join("base.h").display());
    for file in HEADER_FILES {
        includes += &format!("#include \"{}\"\n", snapshot.dir.join(file).display());
    }
    includes += after;
    Builder::default()
        .header_contents("snapshot.h", &includes)
        // One target for every host: the wire does not depend on who builds.
        .clang_args(["--target=x86_64-unknown-openbsd", "-nostdinc", "-ffreestanding"])
        .allowlist_type("pfsync_.*|pfloghdr")
        .use_core()
        .ctypes_prefix("ctypes")
        .default_enum_style(EnumVariation::Consts)
        .prepend_enum_name(false)
        .derive_default(false)
        .generate_comments(false)
        .layout_tests(true)
        .merge_extern_blocks(true)
        .disable_header_comment()
        .formatter(bindgen::Formatter::None)
}

fn run(builder: Builder, snapshot: &Snapshot) -> Result<syn::File, String> {
    let text = builder
        .generate()
        .map_err(|e| format!("headers/{}: libclang cannot read it: {e}", snapshot.name))?
        .to_string();
    syn::parse_file(&text)
        .map_err(|e| format!("headers/{}: bindgen's output is not Rust: {e}", snapshot.name))
}

/// Says of the replaced types what bindgen cannot see, and adds the derives that make a cast safe.
#[derive(Debug)]
struct WireTypes;

impl ParseCallbacks for WireTypes {
    fn blocklisted_type_implements_trait(
        &self,
        _name: &str,
        derive: DeriveTrait,
    ) -> Option<ImplementsTrait> {
        matches!(derive, DeriveTrait::Copy | DeriveTrait::Debug).then_some(ImplementsTrait::Yes)
    }

    fn add_derives(&self, _info: &DeriveInfo<'_>) -> Vec<String> {
        ["FromBytes", "IntoBytes", "Immutable", "KnownLayout", "Unaligned"]
            .map(|name| format!("zerocopy::{name}"))
            .into()
    }
}
