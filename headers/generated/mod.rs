// headers cfe94515b78a548e
// Made by build.rs from headers; not to be edited.
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_4_7 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_4_7.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_4_8 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_4_8.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_4_9 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_4_9.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_5_0 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_5_0.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_5_1 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_5_1.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_5_2 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_5_2.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_5_3 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_5_3.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_5_4 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_5_4.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_5_7 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_5_7.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_5_8 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_5_8.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_6_9 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_6_9.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_7_2 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_7_2.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_7_9 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_7_9.rs"));
}
/// The constants of the newest snapshot.
pub use openbsd_7_9::consts;
/// Every release that is known, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Release {
    ///`openbsd-4.7`
    OpenBsd4_7,
    ///`openbsd-4.8`
    OpenBsd4_8,
    ///`openbsd-4.9`
    OpenBsd4_9,
    ///`openbsd-5.0`
    OpenBsd5_0,
    ///`openbsd-5.1`
    OpenBsd5_1,
    ///`openbsd-5.2`
    OpenBsd5_2,
    ///`openbsd-5.3`
    OpenBsd5_3,
    ///`openbsd-5.4`
    OpenBsd5_4,
    ///`openbsd-5.5`
    OpenBsd5_5,
    ///`openbsd-5.6`
    OpenBsd5_6,
    ///`openbsd-5.7`
    OpenBsd5_7,
    ///`openbsd-5.8`
    OpenBsd5_8,
    ///`openbsd-5.9`
    OpenBsd5_9,
    ///`openbsd-6.0`
    OpenBsd6_0,
    ///`openbsd-6.1`
    OpenBsd6_1,
    ///`openbsd-6.2`
    OpenBsd6_2,
    ///`openbsd-6.3`
    OpenBsd6_3,
    ///`openbsd-6.4`
    OpenBsd6_4,
    ///`openbsd-6.5`
    OpenBsd6_5,
    ///`openbsd-6.6`
    OpenBsd6_6,
    ///`openbsd-6.7`
    OpenBsd6_7,
    ///`openbsd-6.8`
    OpenBsd6_8,
    ///`openbsd-6.9`
    OpenBsd6_9,
    ///`openbsd-7.0`
    OpenBsd7_0,
    ///`openbsd-7.1`
    OpenBsd7_1,
    ///`openbsd-7.2`
    OpenBsd7_2,
    ///`openbsd-7.3`
    OpenBsd7_3,
    ///`openbsd-7.4`
    OpenBsd7_4,
    ///`openbsd-7.5`
    OpenBsd7_5,
    ///`openbsd-7.6`
    OpenBsd7_6,
    ///`openbsd-7.7`
    OpenBsd7_7,
    ///`openbsd-7.8`
    OpenBsd7_8,
    ///`openbsd-7.9`
    OpenBsd7_9,
}
impl Release {
    /// All of them, oldest first.
    pub const ALL: &'static [Self] = &[
        Self::OpenBsd4_7,
        Self::OpenBsd4_8,
        Self::OpenBsd4_9,
        Self::OpenBsd5_0,
        Self::OpenBsd5_1,
        Self::OpenBsd5_2,
        Self::OpenBsd5_3,
        Self::OpenBsd5_4,
        Self::OpenBsd5_5,
        Self::OpenBsd5_6,
        Self::OpenBsd5_7,
        Self::OpenBsd5_8,
        Self::OpenBsd5_9,
        Self::OpenBsd6_0,
        Self::OpenBsd6_1,
        Self::OpenBsd6_2,
        Self::OpenBsd6_3,
        Self::OpenBsd6_4,
        Self::OpenBsd6_5,
        Self::OpenBsd6_6,
        Self::OpenBsd6_7,
        Self::OpenBsd6_8,
        Self::OpenBsd6_9,
        Self::OpenBsd7_0,
        Self::OpenBsd7_1,
        Self::OpenBsd7_2,
        Self::OpenBsd7_3,
        Self::OpenBsd7_4,
        Self::OpenBsd7_5,
        Self::OpenBsd7_6,
        Self::OpenBsd7_7,
        Self::OpenBsd7_8,
        Self::OpenBsd7_9,
    ];
    /// `openbsd-7.9`
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenBsd4_7 => "openbsd-4.7",
            Self::OpenBsd4_8 => "openbsd-4.8",
            Self::OpenBsd4_9 => "openbsd-4.9",
            Self::OpenBsd5_0 => "openbsd-5.0",
            Self::OpenBsd5_1 => "openbsd-5.1",
            Self::OpenBsd5_2 => "openbsd-5.2",
            Self::OpenBsd5_3 => "openbsd-5.3",
            Self::OpenBsd5_4 => "openbsd-5.4",
            Self::OpenBsd5_5 => "openbsd-5.5",
            Self::OpenBsd5_6 => "openbsd-5.6",
            Self::OpenBsd5_7 => "openbsd-5.7",
            Self::OpenBsd5_8 => "openbsd-5.8",
            Self::OpenBsd5_9 => "openbsd-5.9",
            Self::OpenBsd6_0 => "openbsd-6.0",
            Self::OpenBsd6_1 => "openbsd-6.1",
            Self::OpenBsd6_2 => "openbsd-6.2",
            Self::OpenBsd6_3 => "openbsd-6.3",
            Self::OpenBsd6_4 => "openbsd-6.4",
            Self::OpenBsd6_5 => "openbsd-6.5",
            Self::OpenBsd6_6 => "openbsd-6.6",
            Self::OpenBsd6_7 => "openbsd-6.7",
            Self::OpenBsd6_8 => "openbsd-6.8",
            Self::OpenBsd6_9 => "openbsd-6.9",
            Self::OpenBsd7_0 => "openbsd-7.0",
            Self::OpenBsd7_1 => "openbsd-7.1",
            Self::OpenBsd7_2 => "openbsd-7.2",
            Self::OpenBsd7_3 => "openbsd-7.3",
            Self::OpenBsd7_4 => "openbsd-7.4",
            Self::OpenBsd7_5 => "openbsd-7.5",
            Self::OpenBsd7_6 => "openbsd-7.6",
            Self::OpenBsd7_7 => "openbsd-7.7",
            Self::OpenBsd7_8 => "openbsd-7.8",
            Self::OpenBsd7_9 => "openbsd-7.9",
        }
    }
    /// The folder of `headers/` that serves this release.
    pub const fn snapshot(self) -> &'static str {
        match self {
            Self::OpenBsd4_7 => "openbsd-4.7",
            Self::OpenBsd4_8 => "openbsd-4.8",
            Self::OpenBsd4_9 => "openbsd-4.9",
            Self::OpenBsd5_0 => "openbsd-5.0",
            Self::OpenBsd5_1 => "openbsd-5.1",
            Self::OpenBsd5_2 => "openbsd-5.2",
            Self::OpenBsd5_3 => "openbsd-5.3",
            Self::OpenBsd5_4 => "openbsd-5.4",
            Self::OpenBsd5_5 => "openbsd-5.4",
            Self::OpenBsd5_6 => "openbsd-5.4",
            Self::OpenBsd5_7 => "openbsd-5.7",
            Self::OpenBsd5_8 => "openbsd-5.8",
            Self::OpenBsd5_9 => "openbsd-5.8",
            Self::OpenBsd6_0 => "openbsd-5.8",
            Self::OpenBsd6_1 => "openbsd-5.8",
            Self::OpenBsd6_2 => "openbsd-5.8",
            Self::OpenBsd6_3 => "openbsd-5.8",
            Self::OpenBsd6_4 => "openbsd-5.8",
            Self::OpenBsd6_5 => "openbsd-5.8",
            Self::OpenBsd6_6 => "openbsd-5.8",
            Self::OpenBsd6_7 => "openbsd-5.8",
            Self::OpenBsd6_8 => "openbsd-5.8",
            Self::OpenBsd6_9 => "openbsd-6.9",
            Self::OpenBsd7_0 => "openbsd-6.9",
            Self::OpenBsd7_1 => "openbsd-6.9",
            Self::OpenBsd7_2 => "openbsd-7.2",
            Self::OpenBsd7_3 => "openbsd-7.2",
            Self::OpenBsd7_4 => "openbsd-7.2",
            Self::OpenBsd7_5 => "openbsd-7.2",
            Self::OpenBsd7_6 => "openbsd-7.2",
            Self::OpenBsd7_7 => "openbsd-7.2",
            Self::OpenBsd7_8 => "openbsd-7.2",
            Self::OpenBsd7_9 => "openbsd-7.9",
        }
    }
    /// The layout of this release's frames.
    pub const fn layout(self) -> Layout {
        match self {
            Self::OpenBsd4_7 => Layout::OpenBsd4_7,
            Self::OpenBsd4_8 => Layout::OpenBsd4_8,
            Self::OpenBsd4_9 => Layout::OpenBsd4_9,
            Self::OpenBsd5_0 => Layout::OpenBsd5_0,
            Self::OpenBsd5_1 => Layout::OpenBsd5_1,
            Self::OpenBsd5_2 => Layout::OpenBsd5_2,
            Self::OpenBsd5_3 => Layout::OpenBsd5_2,
            Self::OpenBsd5_4 => Layout::OpenBsd5_2,
            Self::OpenBsd5_5 => Layout::OpenBsd5_2,
            Self::OpenBsd5_6 => Layout::OpenBsd5_2,
            Self::OpenBsd5_7 => Layout::OpenBsd5_7,
            Self::OpenBsd5_8 => Layout::OpenBsd5_7,
            Self::OpenBsd5_9 => Layout::OpenBsd5_7,
            Self::OpenBsd6_0 => Layout::OpenBsd5_7,
            Self::OpenBsd6_1 => Layout::OpenBsd5_7,
            Self::OpenBsd6_2 => Layout::OpenBsd5_7,
            Self::OpenBsd6_3 => Layout::OpenBsd5_7,
            Self::OpenBsd6_4 => Layout::OpenBsd5_7,
            Self::OpenBsd6_5 => Layout::OpenBsd5_7,
            Self::OpenBsd6_6 => Layout::OpenBsd5_7,
            Self::OpenBsd6_7 => Layout::OpenBsd5_7,
            Self::OpenBsd6_8 => Layout::OpenBsd5_7,
            Self::OpenBsd6_9 => Layout::OpenBsd6_9,
            Self::OpenBsd7_0 => Layout::OpenBsd6_9,
            Self::OpenBsd7_1 => Layout::OpenBsd6_9,
            Self::OpenBsd7_2 => Layout::OpenBsd6_9,
            Self::OpenBsd7_3 => Layout::OpenBsd6_9,
            Self::OpenBsd7_4 => Layout::OpenBsd6_9,
            Self::OpenBsd7_5 => Layout::OpenBsd6_9,
            Self::OpenBsd7_6 => Layout::OpenBsd6_9,
            Self::OpenBsd7_7 => Layout::OpenBsd6_9,
            Self::OpenBsd7_8 => Layout::OpenBsd6_9,
            Self::OpenBsd7_9 => Layout::OpenBsd7_9,
        }
    }
    /// The pfsync protocol version that this release speaks.
    pub const fn version(self) -> u8 {
        match self {
            Self::OpenBsd4_7 => openbsd_4_7::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd4_8 => openbsd_4_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd4_9 => openbsd_4_9::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd5_0 => openbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd5_1 => openbsd_5_1::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd5_2 => openbsd_5_2::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd5_3 => openbsd_5_3::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd5_4 => openbsd_5_4::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd5_5 => openbsd_5_4::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd5_6 => openbsd_5_4::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd5_7 => openbsd_5_7::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd5_8 => openbsd_5_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd5_9 => openbsd_5_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd6_0 => openbsd_5_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd6_1 => openbsd_5_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd6_2 => openbsd_5_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd6_3 => openbsd_5_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd6_4 => openbsd_5_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd6_5 => openbsd_5_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd6_6 => openbsd_5_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd6_7 => openbsd_5_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd6_8 => openbsd_5_8::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd6_9 => openbsd_6_9::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd7_0 => openbsd_6_9::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd7_1 => openbsd_6_9::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd7_2 => openbsd_7_2::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd7_3 => openbsd_7_2::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd7_4 => openbsd_7_2::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd7_5 => openbsd_7_2::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd7_6 => openbsd_7_2::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd7_7 => openbsd_7_2::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd7_8 => openbsd_7_2::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd7_9 => openbsd_7_9::consts::PFSYNC_VERSION as u8,
        }
    }
}
/// The layouts: one for all snapshots of one fingerprint, named by the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layout {
    ///As `openbsd-4.7` has it.
    OpenBsd4_7,
    ///As `openbsd-4.8` has it.
    OpenBsd4_8,
    ///As `openbsd-4.9` has it.
    OpenBsd4_9,
    ///As `openbsd-5.0` has it.
    OpenBsd5_0,
    ///As `openbsd-5.1` has it.
    OpenBsd5_1,
    ///As `openbsd-5.2` has it.
    OpenBsd5_2,
    ///As `openbsd-5.7` has it.
    OpenBsd5_7,
    ///As `openbsd-6.9` has it.
    OpenBsd6_9,
    ///As `openbsd-7.9` has it.
    OpenBsd7_9,
}
/// Calls a function that is generic over [`Dialect`] with the type for a [`Layout`]: the
/// one match that leads from a value to a type.
macro_rules! with_dialect {
    ($layout:expr, $dialect:ident => $body:expr) => {
        match $layout { $crate::abi::Layout::OpenBsd4_7 => { type $dialect =
        $crate::abi::openbsd_4_7::Dialect; $body } $crate::abi::Layout::OpenBsd4_8 => {
        type $dialect = $crate::abi::openbsd_4_8::Dialect; $body }
        $crate::abi::Layout::OpenBsd4_9 => { type $dialect =
        $crate::abi::openbsd_4_9::Dialect; $body } $crate::abi::Layout::OpenBsd5_0 => {
        type $dialect = $crate::abi::openbsd_5_0::Dialect; $body }
        $crate::abi::Layout::OpenBsd5_1 => { type $dialect =
        $crate::abi::openbsd_5_1::Dialect; $body } $crate::abi::Layout::OpenBsd5_2 => {
        type $dialect = $crate::abi::openbsd_5_2::Dialect; $body }
        $crate::abi::Layout::OpenBsd5_7 => { type $dialect =
        $crate::abi::openbsd_5_7::Dialect; $body } $crate::abi::Layout::OpenBsd6_9 => {
        type $dialect = $crate::abi::openbsd_6_9::Dialect; $body }
        $crate::abi::Layout::OpenBsd7_9 => { type $dialect =
        $crate::abi::openbsd_7_9::Dialect; $body } }
    };
}
pub(crate) use with_dialect;
/// A snapshot's name, its fields and its constants: what tests compare with the record.
pub const SNAPSHOTS: &[Snapshot] = &[
    Snapshot {
        name: "openbsd-4.7",
        fields: &openbsd_4_7::wire::FIELDS,
        constants: openbsd_4_7::consts::ALL,
    },
    Snapshot {
        name: "openbsd-4.8",
        fields: &openbsd_4_8::wire::FIELDS,
        constants: openbsd_4_8::consts::ALL,
    },
    Snapshot {
        name: "openbsd-4.9",
        fields: &openbsd_4_9::wire::FIELDS,
        constants: openbsd_4_9::consts::ALL,
    },
    Snapshot {
        name: "openbsd-5.0",
        fields: &openbsd_5_0::wire::FIELDS,
        constants: openbsd_5_0::consts::ALL,
    },
    Snapshot {
        name: "openbsd-5.1",
        fields: &openbsd_5_1::wire::FIELDS,
        constants: openbsd_5_1::consts::ALL,
    },
    Snapshot {
        name: "openbsd-5.2",
        fields: &openbsd_5_2::wire::FIELDS,
        constants: openbsd_5_2::consts::ALL,
    },
    Snapshot {
        name: "openbsd-5.3",
        fields: &openbsd_5_3::wire::FIELDS,
        constants: openbsd_5_3::consts::ALL,
    },
    Snapshot {
        name: "openbsd-5.4",
        fields: &openbsd_5_4::wire::FIELDS,
        constants: openbsd_5_4::consts::ALL,
    },
    Snapshot {
        name: "openbsd-5.7",
        fields: &openbsd_5_7::wire::FIELDS,
        constants: openbsd_5_7::consts::ALL,
    },
    Snapshot {
        name: "openbsd-5.8",
        fields: &openbsd_5_8::wire::FIELDS,
        constants: openbsd_5_8::consts::ALL,
    },
    Snapshot {
        name: "openbsd-6.9",
        fields: &openbsd_6_9::wire::FIELDS,
        constants: openbsd_6_9::consts::ALL,
    },
    Snapshot {
        name: "openbsd-7.2",
        fields: &openbsd_7_2::wire::FIELDS,
        constants: openbsd_7_2::consts::ALL,
    },
    Snapshot {
        name: "openbsd-7.9",
        fields: &openbsd_7_9::wire::FIELDS,
        constants: openbsd_7_9::consts::ALL,
    },
];
