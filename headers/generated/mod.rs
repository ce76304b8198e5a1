// headers cd8c92d04f6cc460
// Made by build.rs from headers; not to be edited.
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod dragonfly_1_0 {
    include!(concat!(env!("OUT_DIR"), "/abi/dragonfly_1_0.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod dragonfly_2_8 {
    include!(concat!(env!("OUT_DIR"), "/abi/dragonfly_2_8.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod freebsd_5_3 {
    include!(concat!(env!("OUT_DIR"), "/abi/freebsd_5_3.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod freebsd_7_0 {
    include!(concat!(env!("OUT_DIR"), "/abi/freebsd_7_0.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod freebsd_8_0 {
    include!(concat!(env!("OUT_DIR"), "/abi/freebsd_8_0.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod freebsd_9_0 {
    include!(concat!(env!("OUT_DIR"), "/abi/freebsd_9_0.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod freebsd_12_1 {
    include!(concat!(env!("OUT_DIR"), "/abi/freebsd_12_1.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod freebsd_14_0 {
    include!(concat!(env!("OUT_DIR"), "/abi/freebsd_14_0.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod freebsd_15_0 {
    include!(concat!(env!("OUT_DIR"), "/abi/freebsd_15_0.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod netbsd_5_0 {
    include!(concat!(env!("OUT_DIR"), "/abi/netbsd_5_0.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_3_5 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_3_5.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_4_1 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_4_1.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_4_4 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_4_4.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_4_5 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_4_5.rs"));
}
#[allow(missing_docs, dead_code, non_camel_case_types, non_snake_case, clippy::all)]
pub mod openbsd_4_6 {
    include!(concat!(env!("OUT_DIR"), "/abi/openbsd_4_6.rs"));
}
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
/// Every release that is known, by system, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Release {
    ///`dragonfly-1.0`
    DragonFly1_0,
    ///`dragonfly-1.2`
    DragonFly1_2,
    ///`dragonfly-1.4`
    DragonFly1_4,
    ///`dragonfly-1.6`
    DragonFly1_6,
    ///`dragonfly-1.8`
    DragonFly1_8,
    ///`dragonfly-1.10`
    DragonFly1_10,
    ///`dragonfly-1.12`
    DragonFly1_12,
    ///`dragonfly-2.8`
    DragonFly2_8,
    ///`dragonfly-2.10`
    DragonFly2_10,
    ///`dragonfly-3.0`
    DragonFly3_0,
    ///`dragonfly-3.2`
    DragonFly3_2,
    ///`dragonfly-3.4`
    DragonFly3_4,
    ///`dragonfly-3.6`
    DragonFly3_6,
    ///`dragonfly-3.8`
    DragonFly3_8,
    ///`dragonfly-4.0`
    DragonFly4_0,
    ///`dragonfly-4.2`
    DragonFly4_2,
    ///`dragonfly-4.4`
    DragonFly4_4,
    ///`dragonfly-4.6`
    DragonFly4_6,
    ///`dragonfly-4.8`
    DragonFly4_8,
    ///`dragonfly-5.0`
    DragonFly5_0,
    ///`dragonfly-5.2`
    DragonFly5_2,
    ///`dragonfly-5.4`
    DragonFly5_4,
    ///`dragonfly-5.6`
    DragonFly5_6,
    ///`dragonfly-5.8`
    DragonFly5_8,
    ///`dragonfly-6.0`
    DragonFly6_0,
    ///`dragonfly-6.2`
    DragonFly6_2,
    ///`dragonfly-6.4`
    DragonFly6_4,
    ///`freebsd-5.3`
    FreeBsd5_3,
    ///`freebsd-5.4`
    FreeBsd5_4,
    ///`freebsd-5.5`
    FreeBsd5_5,
    ///`freebsd-6.0`
    FreeBsd6_0,
    ///`freebsd-6.1`
    FreeBsd6_1,
    ///`freebsd-6.2`
    FreeBsd6_2,
    ///`freebsd-6.3`
    FreeBsd6_3,
    ///`freebsd-6.4`
    FreeBsd6_4,
    ///`freebsd-7.0`
    FreeBsd7_0,
    ///`freebsd-7.1`
    FreeBsd7_1,
    ///`freebsd-7.2`
    FreeBsd7_2,
    ///`freebsd-7.3`
    FreeBsd7_3,
    ///`freebsd-7.4`
    FreeBsd7_4,
    ///`freebsd-8.0`
    FreeBsd8_0,
    ///`freebsd-8.1`
    FreeBsd8_1,
    ///`freebsd-8.2`
    FreeBsd8_2,
    ///`freebsd-8.3`
    FreeBsd8_3,
    ///`freebsd-8.4`
    FreeBsd8_4,
    ///`freebsd-9.0`
    FreeBsd9_0,
    ///`freebsd-9.1`
    FreeBsd9_1,
    ///`freebsd-9.2`
    FreeBsd9_2,
    ///`freebsd-9.3`
    FreeBsd9_3,
    ///`freebsd-10.0`
    FreeBsd10_0,
    ///`freebsd-10.1`
    FreeBsd10_1,
    ///`freebsd-10.2`
    FreeBsd10_2,
    ///`freebsd-10.3`
    FreeBsd10_3,
    ///`freebsd-10.4`
    FreeBsd10_4,
    ///`freebsd-11.0`
    FreeBsd11_0,
    ///`freebsd-11.1`
    FreeBsd11_1,
    ///`freebsd-11.2`
    FreeBsd11_2,
    ///`freebsd-11.3`
    FreeBsd11_3,
    ///`freebsd-11.4`
    FreeBsd11_4,
    ///`freebsd-12.0`
    FreeBsd12_0,
    ///`freebsd-12.1`
    FreeBsd12_1,
    ///`freebsd-12.2`
    FreeBsd12_2,
    ///`freebsd-12.3`
    FreeBsd12_3,
    ///`freebsd-12.4`
    FreeBsd12_4,
    ///`freebsd-13.0`
    FreeBsd13_0,
    ///`freebsd-13.1`
    FreeBsd13_1,
    ///`freebsd-13.2`
    FreeBsd13_2,
    ///`freebsd-13.3`
    FreeBsd13_3,
    ///`freebsd-13.4`
    FreeBsd13_4,
    ///`freebsd-13.5`
    FreeBsd13_5,
    ///`freebsd-14.0`
    FreeBsd14_0,
    ///`freebsd-14.1`
    FreeBsd14_1,
    ///`freebsd-14.2`
    FreeBsd14_2,
    ///`freebsd-14.3`
    FreeBsd14_3,
    ///`freebsd-15.0`
    FreeBsd15_0,
    ///`netbsd-5.0`
    NetBsd5_0,
    ///`netbsd-5.1`
    NetBsd5_1,
    ///`netbsd-5.2`
    NetBsd5_2,
    ///`netbsd-6.0`
    NetBsd6_0,
    ///`netbsd-6.1`
    NetBsd6_1,
    ///`netbsd-7.0`
    NetBsd7_0,
    ///`netbsd-7.1`
    NetBsd7_1,
    ///`netbsd-7.2`
    NetBsd7_2,
    ///`netbsd-8.0`
    NetBsd8_0,
    ///`netbsd-8.1`
    NetBsd8_1,
    ///`netbsd-8.2`
    NetBsd8_2,
    ///`netbsd-8.3`
    NetBsd8_3,
    ///`netbsd-9.0`
    NetBsd9_0,
    ///`netbsd-9.1`
    NetBsd9_1,
    ///`netbsd-9.2`
    NetBsd9_2,
    ///`netbsd-9.3`
    NetBsd9_3,
    ///`netbsd-9.4`
    NetBsd9_4,
    ///`netbsd-10.0`
    NetBsd10_0,
    ///`netbsd-10.1`
    NetBsd10_1,
    ///`openbsd-3.5`
    OpenBsd3_5,
    ///`openbsd-3.6`
    OpenBsd3_6,
    ///`openbsd-3.7`
    OpenBsd3_7,
    ///`openbsd-4.1`
    OpenBsd4_1,
    ///`openbsd-4.2`
    OpenBsd4_2,
    ///`openbsd-4.4`
    OpenBsd4_4,
    ///`openbsd-4.5`
    OpenBsd4_5,
    ///`openbsd-4.6`
    OpenBsd4_6,
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
    /// All of them, by system, oldest first.
    pub const ALL: &'static [Self] = &[
        Self::DragonFly1_0,
        Self::DragonFly1_2,
        Self::DragonFly1_4,
        Self::DragonFly1_6,
        Self::DragonFly1_8,
        Self::DragonFly1_10,
        Self::DragonFly1_12,
        Self::DragonFly2_8,
        Self::DragonFly2_10,
        Self::DragonFly3_0,
        Self::DragonFly3_2,
        Self::DragonFly3_4,
        Self::DragonFly3_6,
        Self::DragonFly3_8,
        Self::DragonFly4_0,
        Self::DragonFly4_2,
        Self::DragonFly4_4,
        Self::DragonFly4_6,
        Self::DragonFly4_8,
        Self::DragonFly5_0,
        Self::DragonFly5_2,
        Self::DragonFly5_4,
        Self::DragonFly5_6,
        Self::DragonFly5_8,
        Self::DragonFly6_0,
        Self::DragonFly6_2,
        Self::DragonFly6_4,
        Self::FreeBsd5_3,
        Self::FreeBsd5_4,
        Self::FreeBsd5_5,
        Self::FreeBsd6_0,
        Self::FreeBsd6_1,
        Self::FreeBsd6_2,
        Self::FreeBsd6_3,
        Self::FreeBsd6_4,
        Self::FreeBsd7_0,
        Self::FreeBsd7_1,
        Self::FreeBsd7_2,
        Self::FreeBsd7_3,
        Self::FreeBsd7_4,
        Self::FreeBsd8_0,
        Self::FreeBsd8_1,
        Self::FreeBsd8_2,
        Self::FreeBsd8_3,
        Self::FreeBsd8_4,
        Self::FreeBsd9_0,
        Self::FreeBsd9_1,
        Self::FreeBsd9_2,
        Self::FreeBsd9_3,
        Self::FreeBsd10_0,
        Self::FreeBsd10_1,
        Self::FreeBsd10_2,
        Self::FreeBsd10_3,
        Self::FreeBsd10_4,
        Self::FreeBsd11_0,
        Self::FreeBsd11_1,
        Self::FreeBsd11_2,
        Self::FreeBsd11_3,
        Self::FreeBsd11_4,
        Self::FreeBsd12_0,
        Self::FreeBsd12_1,
        Self::FreeBsd12_2,
        Self::FreeBsd12_3,
        Self::FreeBsd12_4,
        Self::FreeBsd13_0,
        Self::FreeBsd13_1,
        Self::FreeBsd13_2,
        Self::FreeBsd13_3,
        Self::FreeBsd13_4,
        Self::FreeBsd13_5,
        Self::FreeBsd14_0,
        Self::FreeBsd14_1,
        Self::FreeBsd14_2,
        Self::FreeBsd14_3,
        Self::FreeBsd15_0,
        Self::NetBsd5_0,
        Self::NetBsd5_1,
        Self::NetBsd5_2,
        Self::NetBsd6_0,
        Self::NetBsd6_1,
        Self::NetBsd7_0,
        Self::NetBsd7_1,
        Self::NetBsd7_2,
        Self::NetBsd8_0,
        Self::NetBsd8_1,
        Self::NetBsd8_2,
        Self::NetBsd8_3,
        Self::NetBsd9_0,
        Self::NetBsd9_1,
        Self::NetBsd9_2,
        Self::NetBsd9_3,
        Self::NetBsd9_4,
        Self::NetBsd10_0,
        Self::NetBsd10_1,
        Self::OpenBsd3_5,
        Self::OpenBsd3_6,
        Self::OpenBsd3_7,
        Self::OpenBsd4_1,
        Self::OpenBsd4_2,
        Self::OpenBsd4_4,
        Self::OpenBsd4_5,
        Self::OpenBsd4_6,
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
            Self::DragonFly1_0 => "dragonfly-1.0",
            Self::DragonFly1_2 => "dragonfly-1.2",
            Self::DragonFly1_4 => "dragonfly-1.4",
            Self::DragonFly1_6 => "dragonfly-1.6",
            Self::DragonFly1_8 => "dragonfly-1.8",
            Self::DragonFly1_10 => "dragonfly-1.10",
            Self::DragonFly1_12 => "dragonfly-1.12",
            Self::DragonFly2_8 => "dragonfly-2.8",
            Self::DragonFly2_10 => "dragonfly-2.10",
            Self::DragonFly3_0 => "dragonfly-3.0",
            Self::DragonFly3_2 => "dragonfly-3.2",
            Self::DragonFly3_4 => "dragonfly-3.4",
            Self::DragonFly3_6 => "dragonfly-3.6",
            Self::DragonFly3_8 => "dragonfly-3.8",
            Self::DragonFly4_0 => "dragonfly-4.0",
            Self::DragonFly4_2 => "dragonfly-4.2",
            Self::DragonFly4_4 => "dragonfly-4.4",
            Self::DragonFly4_6 => "dragonfly-4.6",
            Self::DragonFly4_8 => "dragonfly-4.8",
            Self::DragonFly5_0 => "dragonfly-5.0",
            Self::DragonFly5_2 => "dragonfly-5.2",
            Self::DragonFly5_4 => "dragonfly-5.4",
            Self::DragonFly5_6 => "dragonfly-5.6",
            Self::DragonFly5_8 => "dragonfly-5.8",
            Self::DragonFly6_0 => "dragonfly-6.0",
            Self::DragonFly6_2 => "dragonfly-6.2",
            Self::DragonFly6_4 => "dragonfly-6.4",
            Self::FreeBsd5_3 => "freebsd-5.3",
            Self::FreeBsd5_4 => "freebsd-5.4",
            Self::FreeBsd5_5 => "freebsd-5.5",
            Self::FreeBsd6_0 => "freebsd-6.0",
            Self::FreeBsd6_1 => "freebsd-6.1",
            Self::FreeBsd6_2 => "freebsd-6.2",
            Self::FreeBsd6_3 => "freebsd-6.3",
            Self::FreeBsd6_4 => "freebsd-6.4",
            Self::FreeBsd7_0 => "freebsd-7.0",
            Self::FreeBsd7_1 => "freebsd-7.1",
            Self::FreeBsd7_2 => "freebsd-7.2",
            Self::FreeBsd7_3 => "freebsd-7.3",
            Self::FreeBsd7_4 => "freebsd-7.4",
            Self::FreeBsd8_0 => "freebsd-8.0",
            Self::FreeBsd8_1 => "freebsd-8.1",
            Self::FreeBsd8_2 => "freebsd-8.2",
            Self::FreeBsd8_3 => "freebsd-8.3",
            Self::FreeBsd8_4 => "freebsd-8.4",
            Self::FreeBsd9_0 => "freebsd-9.0",
            Self::FreeBsd9_1 => "freebsd-9.1",
            Self::FreeBsd9_2 => "freebsd-9.2",
            Self::FreeBsd9_3 => "freebsd-9.3",
            Self::FreeBsd10_0 => "freebsd-10.0",
            Self::FreeBsd10_1 => "freebsd-10.1",
            Self::FreeBsd10_2 => "freebsd-10.2",
            Self::FreeBsd10_3 => "freebsd-10.3",
            Self::FreeBsd10_4 => "freebsd-10.4",
            Self::FreeBsd11_0 => "freebsd-11.0",
            Self::FreeBsd11_1 => "freebsd-11.1",
            Self::FreeBsd11_2 => "freebsd-11.2",
            Self::FreeBsd11_3 => "freebsd-11.3",
            Self::FreeBsd11_4 => "freebsd-11.4",
            Self::FreeBsd12_0 => "freebsd-12.0",
            Self::FreeBsd12_1 => "freebsd-12.1",
            Self::FreeBsd12_2 => "freebsd-12.2",
            Self::FreeBsd12_3 => "freebsd-12.3",
            Self::FreeBsd12_4 => "freebsd-12.4",
            Self::FreeBsd13_0 => "freebsd-13.0",
            Self::FreeBsd13_1 => "freebsd-13.1",
            Self::FreeBsd13_2 => "freebsd-13.2",
            Self::FreeBsd13_3 => "freebsd-13.3",
            Self::FreeBsd13_4 => "freebsd-13.4",
            Self::FreeBsd13_5 => "freebsd-13.5",
            Self::FreeBsd14_0 => "freebsd-14.0",
            Self::FreeBsd14_1 => "freebsd-14.1",
            Self::FreeBsd14_2 => "freebsd-14.2",
            Self::FreeBsd14_3 => "freebsd-14.3",
            Self::FreeBsd15_0 => "freebsd-15.0",
            Self::NetBsd5_0 => "netbsd-5.0",
            Self::NetBsd5_1 => "netbsd-5.1",
            Self::NetBsd5_2 => "netbsd-5.2",
            Self::NetBsd6_0 => "netbsd-6.0",
            Self::NetBsd6_1 => "netbsd-6.1",
            Self::NetBsd7_0 => "netbsd-7.0",
            Self::NetBsd7_1 => "netbsd-7.1",
            Self::NetBsd7_2 => "netbsd-7.2",
            Self::NetBsd8_0 => "netbsd-8.0",
            Self::NetBsd8_1 => "netbsd-8.1",
            Self::NetBsd8_2 => "netbsd-8.2",
            Self::NetBsd8_3 => "netbsd-8.3",
            Self::NetBsd9_0 => "netbsd-9.0",
            Self::NetBsd9_1 => "netbsd-9.1",
            Self::NetBsd9_2 => "netbsd-9.2",
            Self::NetBsd9_3 => "netbsd-9.3",
            Self::NetBsd9_4 => "netbsd-9.4",
            Self::NetBsd10_0 => "netbsd-10.0",
            Self::NetBsd10_1 => "netbsd-10.1",
            Self::OpenBsd3_5 => "openbsd-3.5",
            Self::OpenBsd3_6 => "openbsd-3.6",
            Self::OpenBsd3_7 => "openbsd-3.7",
            Self::OpenBsd4_1 => "openbsd-4.1",
            Self::OpenBsd4_2 => "openbsd-4.2",
            Self::OpenBsd4_4 => "openbsd-4.4",
            Self::OpenBsd4_5 => "openbsd-4.5",
            Self::OpenBsd4_6 => "openbsd-4.6",
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
            Self::DragonFly1_0 => "dragonfly-1.0",
            Self::DragonFly1_2 => "dragonfly-1.0",
            Self::DragonFly1_4 => "dragonfly-1.0",
            Self::DragonFly1_6 => "dragonfly-1.0",
            Self::DragonFly1_8 => "dragonfly-1.0",
            Self::DragonFly1_10 => "dragonfly-1.0",
            Self::DragonFly1_12 => "dragonfly-1.0",
            Self::DragonFly2_8 => "dragonfly-2.8",
            Self::DragonFly2_10 => "dragonfly-2.8",
            Self::DragonFly3_0 => "dragonfly-2.8",
            Self::DragonFly3_2 => "dragonfly-2.8",
            Self::DragonFly3_4 => "dragonfly-2.8",
            Self::DragonFly3_6 => "dragonfly-2.8",
            Self::DragonFly3_8 => "dragonfly-2.8",
            Self::DragonFly4_0 => "dragonfly-2.8",
            Self::DragonFly4_2 => "dragonfly-2.8",
            Self::DragonFly4_4 => "dragonfly-2.8",
            Self::DragonFly4_6 => "dragonfly-2.8",
            Self::DragonFly4_8 => "dragonfly-2.8",
            Self::DragonFly5_0 => "dragonfly-2.8",
            Self::DragonFly5_2 => "dragonfly-2.8",
            Self::DragonFly5_4 => "dragonfly-2.8",
            Self::DragonFly5_6 => "dragonfly-2.8",
            Self::DragonFly5_8 => "dragonfly-2.8",
            Self::DragonFly6_0 => "dragonfly-2.8",
            Self::DragonFly6_2 => "dragonfly-2.8",
            Self::DragonFly6_4 => "dragonfly-2.8",
            Self::FreeBsd5_3 => "freebsd-5.3",
            Self::FreeBsd5_4 => "freebsd-5.3",
            Self::FreeBsd5_5 => "freebsd-5.3",
            Self::FreeBsd6_0 => "freebsd-5.3",
            Self::FreeBsd6_1 => "freebsd-5.3",
            Self::FreeBsd6_2 => "freebsd-5.3",
            Self::FreeBsd6_3 => "freebsd-5.3",
            Self::FreeBsd6_4 => "freebsd-5.3",
            Self::FreeBsd7_0 => "freebsd-7.0",
            Self::FreeBsd7_1 => "freebsd-7.0",
            Self::FreeBsd7_2 => "freebsd-7.0",
            Self::FreeBsd7_3 => "freebsd-7.0",
            Self::FreeBsd7_4 => "freebsd-7.0",
            Self::FreeBsd8_0 => "freebsd-8.0",
            Self::FreeBsd8_1 => "freebsd-8.0",
            Self::FreeBsd8_2 => "freebsd-8.0",
            Self::FreeBsd8_3 => "freebsd-8.0",
            Self::FreeBsd8_4 => "freebsd-8.0",
            Self::FreeBsd9_0 => "freebsd-9.0",
            Self::FreeBsd9_1 => "freebsd-9.0",
            Self::FreeBsd9_2 => "freebsd-9.0",
            Self::FreeBsd9_3 => "freebsd-9.0",
            Self::FreeBsd10_0 => "freebsd-9.0",
            Self::FreeBsd10_1 => "freebsd-9.0",
            Self::FreeBsd10_2 => "freebsd-9.0",
            Self::FreeBsd10_3 => "freebsd-9.0",
            Self::FreeBsd10_4 => "freebsd-9.0",
            Self::FreeBsd11_0 => "freebsd-9.0",
            Self::FreeBsd11_1 => "freebsd-9.0",
            Self::FreeBsd11_2 => "freebsd-9.0",
            Self::FreeBsd11_3 => "freebsd-9.0",
            Self::FreeBsd11_4 => "freebsd-9.0",
            Self::FreeBsd12_0 => "freebsd-9.0",
            Self::FreeBsd12_1 => "freebsd-12.1",
            Self::FreeBsd12_2 => "freebsd-12.1",
            Self::FreeBsd12_3 => "freebsd-12.1",
            Self::FreeBsd12_4 => "freebsd-12.1",
            Self::FreeBsd13_0 => "freebsd-12.1",
            Self::FreeBsd13_1 => "freebsd-12.1",
            Self::FreeBsd13_2 => "freebsd-12.1",
            Self::FreeBsd13_3 => "freebsd-12.1",
            Self::FreeBsd13_4 => "freebsd-12.1",
            Self::FreeBsd13_5 => "freebsd-12.1",
            Self::FreeBsd14_0 => "freebsd-14.0",
            Self::FreeBsd14_1 => "freebsd-14.0",
            Self::FreeBsd14_2 => "freebsd-14.0",
            Self::FreeBsd14_3 => "freebsd-14.0",
            Self::FreeBsd15_0 => "freebsd-15.0",
            Self::NetBsd5_0 => "netbsd-5.0",
            Self::NetBsd5_1 => "netbsd-5.0",
            Self::NetBsd5_2 => "netbsd-5.0",
            Self::NetBsd6_0 => "netbsd-5.0",
            Self::NetBsd6_1 => "netbsd-5.0",
            Self::NetBsd7_0 => "netbsd-5.0",
            Self::NetBsd7_1 => "netbsd-5.0",
            Self::NetBsd7_2 => "netbsd-5.0",
            Self::NetBsd8_0 => "netbsd-5.0",
            Self::NetBsd8_1 => "netbsd-5.0",
            Self::NetBsd8_2 => "netbsd-5.0",
            Self::NetBsd8_3 => "netbsd-5.0",
            Self::NetBsd9_0 => "netbsd-5.0",
            Self::NetBsd9_1 => "netbsd-5.0",
            Self::NetBsd9_2 => "netbsd-5.0",
            Self::NetBsd9_3 => "netbsd-5.0",
            Self::NetBsd9_4 => "netbsd-5.0",
            Self::NetBsd10_0 => "netbsd-5.0",
            Self::NetBsd10_1 => "netbsd-5.0",
            Self::OpenBsd3_5 => "openbsd-3.5",
            Self::OpenBsd3_6 => "openbsd-3.5",
            Self::OpenBsd3_7 => "openbsd-3.5",
            Self::OpenBsd4_1 => "openbsd-4.1",
            Self::OpenBsd4_2 => "openbsd-4.1",
            Self::OpenBsd4_4 => "openbsd-4.4",
            Self::OpenBsd4_5 => "openbsd-4.5",
            Self::OpenBsd4_6 => "openbsd-4.6",
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
            Self::DragonFly1_0 => Layout::DragonFly1_0,
            Self::DragonFly1_2 => Layout::DragonFly1_0,
            Self::DragonFly1_4 => Layout::DragonFly1_0,
            Self::DragonFly1_6 => Layout::DragonFly1_0,
            Self::DragonFly1_8 => Layout::DragonFly1_0,
            Self::DragonFly1_10 => Layout::DragonFly1_0,
            Self::DragonFly1_12 => Layout::DragonFly1_0,
            Self::DragonFly2_8 => Layout::DragonFly2_8,
            Self::DragonFly2_10 => Layout::DragonFly2_8,
            Self::DragonFly3_0 => Layout::DragonFly2_8,
            Self::DragonFly3_2 => Layout::DragonFly2_8,
            Self::DragonFly3_4 => Layout::DragonFly2_8,
            Self::DragonFly3_6 => Layout::DragonFly2_8,
            Self::DragonFly3_8 => Layout::DragonFly2_8,
            Self::DragonFly4_0 => Layout::DragonFly2_8,
            Self::DragonFly4_2 => Layout::DragonFly2_8,
            Self::DragonFly4_4 => Layout::DragonFly2_8,
            Self::DragonFly4_6 => Layout::DragonFly2_8,
            Self::DragonFly4_8 => Layout::DragonFly2_8,
            Self::DragonFly5_0 => Layout::DragonFly2_8,
            Self::DragonFly5_2 => Layout::DragonFly2_8,
            Self::DragonFly5_4 => Layout::DragonFly2_8,
            Self::DragonFly5_6 => Layout::DragonFly2_8,
            Self::DragonFly5_8 => Layout::DragonFly2_8,
            Self::DragonFly6_0 => Layout::DragonFly2_8,
            Self::DragonFly6_2 => Layout::DragonFly2_8,
            Self::DragonFly6_4 => Layout::DragonFly2_8,
            Self::FreeBsd5_3 => Layout::DragonFly1_0,
            Self::FreeBsd5_4 => Layout::DragonFly1_0,
            Self::FreeBsd5_5 => Layout::DragonFly1_0,
            Self::FreeBsd6_0 => Layout::DragonFly1_0,
            Self::FreeBsd6_1 => Layout::DragonFly1_0,
            Self::FreeBsd6_2 => Layout::DragonFly1_0,
            Self::FreeBsd6_3 => Layout::DragonFly1_0,
            Self::FreeBsd6_4 => Layout::DragonFly1_0,
            Self::FreeBsd7_0 => Layout::FreeBsd7_0,
            Self::FreeBsd7_1 => Layout::FreeBsd7_0,
            Self::FreeBsd7_2 => Layout::FreeBsd7_0,
            Self::FreeBsd7_3 => Layout::FreeBsd7_0,
            Self::FreeBsd7_4 => Layout::FreeBsd7_0,
            Self::FreeBsd8_0 => Layout::FreeBsd8_0,
            Self::FreeBsd8_1 => Layout::FreeBsd8_0,
            Self::FreeBsd8_2 => Layout::FreeBsd8_0,
            Self::FreeBsd8_3 => Layout::FreeBsd8_0,
            Self::FreeBsd8_4 => Layout::FreeBsd8_0,
            Self::FreeBsd9_0 => Layout::FreeBsd9_0,
            Self::FreeBsd9_1 => Layout::FreeBsd9_0,
            Self::FreeBsd9_2 => Layout::FreeBsd9_0,
            Self::FreeBsd9_3 => Layout::FreeBsd9_0,
            Self::FreeBsd10_0 => Layout::FreeBsd9_0,
            Self::FreeBsd10_1 => Layout::FreeBsd9_0,
            Self::FreeBsd10_2 => Layout::FreeBsd9_0,
            Self::FreeBsd10_3 => Layout::FreeBsd9_0,
            Self::FreeBsd10_4 => Layout::FreeBsd9_0,
            Self::FreeBsd11_0 => Layout::FreeBsd9_0,
            Self::FreeBsd11_1 => Layout::FreeBsd9_0,
            Self::FreeBsd11_2 => Layout::FreeBsd9_0,
            Self::FreeBsd11_3 => Layout::FreeBsd9_0,
            Self::FreeBsd11_4 => Layout::FreeBsd9_0,
            Self::FreeBsd12_0 => Layout::FreeBsd9_0,
            Self::FreeBsd12_1 => Layout::FreeBsd9_0,
            Self::FreeBsd12_2 => Layout::FreeBsd9_0,
            Self::FreeBsd12_3 => Layout::FreeBsd9_0,
            Self::FreeBsd12_4 => Layout::FreeBsd9_0,
            Self::FreeBsd13_0 => Layout::FreeBsd9_0,
            Self::FreeBsd13_1 => Layout::FreeBsd9_0,
            Self::FreeBsd13_2 => Layout::FreeBsd9_0,
            Self::FreeBsd13_3 => Layout::FreeBsd9_0,
            Self::FreeBsd13_4 => Layout::FreeBsd9_0,
            Self::FreeBsd13_5 => Layout::FreeBsd9_0,
            Self::FreeBsd14_0 => Layout::FreeBsd14_0,
            Self::FreeBsd14_1 => Layout::FreeBsd14_0,
            Self::FreeBsd14_2 => Layout::FreeBsd14_0,
            Self::FreeBsd14_3 => Layout::FreeBsd14_0,
            Self::FreeBsd15_0 => Layout::FreeBsd15_0,
            Self::NetBsd5_0 => Layout::FreeBsd7_0,
            Self::NetBsd5_1 => Layout::FreeBsd7_0,
            Self::NetBsd5_2 => Layout::FreeBsd7_0,
            Self::NetBsd6_0 => Layout::FreeBsd7_0,
            Self::NetBsd6_1 => Layout::FreeBsd7_0,
            Self::NetBsd7_0 => Layout::FreeBsd7_0,
            Self::NetBsd7_1 => Layout::FreeBsd7_0,
            Self::NetBsd7_2 => Layout::FreeBsd7_0,
            Self::NetBsd8_0 => Layout::FreeBsd7_0,
            Self::NetBsd8_1 => Layout::FreeBsd7_0,
            Self::NetBsd8_2 => Layout::FreeBsd7_0,
            Self::NetBsd8_3 => Layout::FreeBsd7_0,
            Self::NetBsd9_0 => Layout::FreeBsd7_0,
            Self::NetBsd9_1 => Layout::FreeBsd7_0,
            Self::NetBsd9_2 => Layout::FreeBsd7_0,
            Self::NetBsd9_3 => Layout::FreeBsd7_0,
            Self::NetBsd9_4 => Layout::FreeBsd7_0,
            Self::NetBsd10_0 => Layout::FreeBsd7_0,
            Self::NetBsd10_1 => Layout::FreeBsd7_0,
            Self::OpenBsd3_5 => Layout::DragonFly1_0,
            Self::OpenBsd3_6 => Layout::DragonFly1_0,
            Self::OpenBsd3_7 => Layout::DragonFly1_0,
            Self::OpenBsd4_1 => Layout::FreeBsd7_0,
            Self::OpenBsd4_2 => Layout::FreeBsd7_0,
            Self::OpenBsd4_4 => Layout::DragonFly2_8,
            Self::OpenBsd4_5 => Layout::OpenBsd4_5,
            Self::OpenBsd4_6 => Layout::OpenBsd4_6,
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
            Self::DragonFly1_0 => dragonfly_1_0::consts::PFSYNC_VERSION as u8,
            Self::DragonFly1_2 => dragonfly_1_0::consts::PFSYNC_VERSION as u8,
            Self::DragonFly1_4 => dragonfly_1_0::consts::PFSYNC_VERSION as u8,
            Self::DragonFly1_6 => dragonfly_1_0::consts::PFSYNC_VERSION as u8,
            Self::DragonFly1_8 => dragonfly_1_0::consts::PFSYNC_VERSION as u8,
            Self::DragonFly1_10 => dragonfly_1_0::consts::PFSYNC_VERSION as u8,
            Self::DragonFly1_12 => dragonfly_1_0::consts::PFSYNC_VERSION as u8,
            Self::DragonFly2_8 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly2_10 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly3_0 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly3_2 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly3_4 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly3_6 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly3_8 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly4_0 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly4_2 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly4_4 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly4_6 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly4_8 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly5_0 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly5_2 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly5_4 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly5_6 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly5_8 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly6_0 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly6_2 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::DragonFly6_4 => dragonfly_2_8::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd5_3 => freebsd_5_3::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd5_4 => freebsd_5_3::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd5_5 => freebsd_5_3::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd6_0 => freebsd_5_3::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd6_1 => freebsd_5_3::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd6_2 => freebsd_5_3::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd6_3 => freebsd_5_3::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd6_4 => freebsd_5_3::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd7_0 => freebsd_7_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd7_1 => freebsd_7_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd7_2 => freebsd_7_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd7_3 => freebsd_7_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd7_4 => freebsd_7_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd8_0 => freebsd_8_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd8_1 => freebsd_8_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd8_2 => freebsd_8_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd8_3 => freebsd_8_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd8_4 => freebsd_8_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd9_0 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd9_1 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd9_2 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd9_3 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd10_0 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd10_1 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd10_2 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd10_3 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd10_4 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd11_0 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd11_1 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd11_2 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd11_3 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd11_4 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd12_0 => freebsd_9_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd12_1 => freebsd_12_1::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd12_2 => freebsd_12_1::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd12_3 => freebsd_12_1::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd12_4 => freebsd_12_1::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd13_0 => freebsd_12_1::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd13_1 => freebsd_12_1::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd13_2 => freebsd_12_1::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd13_3 => freebsd_12_1::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd13_4 => freebsd_12_1::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd13_5 => freebsd_12_1::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd14_0 => freebsd_14_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd14_1 => freebsd_14_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd14_2 => freebsd_14_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd14_3 => freebsd_14_0::consts::PFSYNC_VERSION as u8,
            Self::FreeBsd15_0 => freebsd_15_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd5_0 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd5_1 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd5_2 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd6_0 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd6_1 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd7_0 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd7_1 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd7_2 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd8_0 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd8_1 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd8_2 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd8_3 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd9_0 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd9_1 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd9_2 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd9_3 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd9_4 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd10_0 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::NetBsd10_1 => netbsd_5_0::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd3_5 => openbsd_3_5::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd3_6 => openbsd_3_5::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd3_7 => openbsd_3_5::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd4_1 => openbsd_4_1::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd4_2 => openbsd_4_1::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd4_4 => openbsd_4_4::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd4_5 => openbsd_4_5::consts::PFSYNC_VERSION as u8,
            Self::OpenBsd4_6 => openbsd_4_6::consts::PFSYNC_VERSION as u8,
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
    ///As `dragonfly-1.0` has it.
    DragonFly1_0,
    ///As `dragonfly-2.8` has it.
    DragonFly2_8,
    ///As `freebsd-7.0` has it.
    FreeBsd7_0,
    ///As `freebsd-8.0` has it.
    FreeBsd8_0,
    ///As `freebsd-9.0` has it.
    FreeBsd9_0,
    ///As `freebsd-14.0` has it.
    FreeBsd14_0,
    ///As `freebsd-15.0` has it.
    FreeBsd15_0,
    ///As `openbsd-4.5` has it.
    OpenBsd4_5,
    ///As `openbsd-4.6` has it.
    OpenBsd4_6,
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
        match $layout { $crate::abi::Layout::DragonFly1_0 => { type $dialect =
        $crate::abi::dragonfly_1_0::Dialect; $body } $crate::abi::Layout::DragonFly2_8 =>
        { type $dialect = $crate::abi::dragonfly_2_8::Dialect; $body }
        $crate::abi::Layout::FreeBsd7_0 => { type $dialect =
        $crate::abi::freebsd_7_0::Dialect; $body } $crate::abi::Layout::FreeBsd8_0 => {
        type $dialect = $crate::abi::freebsd_8_0::Dialect; $body }
        $crate::abi::Layout::FreeBsd9_0 => { type $dialect =
        $crate::abi::freebsd_9_0::Dialect; $body } $crate::abi::Layout::FreeBsd14_0 => {
        type $dialect = $crate::abi::freebsd_14_0::Dialect; $body }
        $crate::abi::Layout::FreeBsd15_0 => { type $dialect =
        $crate::abi::freebsd_15_0::Dialect; $body } $crate::abi::Layout::OpenBsd4_5 => {
        type $dialect = $crate::abi::openbsd_4_5::Dialect; $body }
        $crate::abi::Layout::OpenBsd4_6 => { type $dialect =
        $crate::abi::openbsd_4_6::Dialect; $body } $crate::abi::Layout::OpenBsd4_7 => {
        type $dialect = $crate::abi::openbsd_4_7::Dialect; $body }
        $crate::abi::Layout::OpenBsd4_8 => { type $dialect =
        $crate::abi::openbsd_4_8::Dialect; $body } $crate::abi::Layout::OpenBsd4_9 => {
        type $dialect = $crate::abi::openbsd_4_9::Dialect; $body }
        $crate::abi::Layout::OpenBsd5_0 => { type $dialect =
        $crate::abi::openbsd_5_0::Dialect; $body } $crate::abi::Layout::OpenBsd5_1 => {
        type $dialect = $crate::abi::openbsd_5_1::Dialect; $body }
        $crate::abi::Layout::OpenBsd5_2 => { type $dialect =
        $crate::abi::openbsd_5_2::Dialect; $body } $crate::abi::Layout::OpenBsd5_7 => {
        type $dialect = $crate::abi::openbsd_5_7::Dialect; $body }
        $crate::abi::Layout::OpenBsd6_9 => { type $dialect =
        $crate::abi::openbsd_6_9::Dialect; $body } $crate::abi::Layout::OpenBsd7_9 => {
        type $dialect = $crate::abi::openbsd_7_9::Dialect; $body } }
    };
}
pub(crate) use with_dialect;
/// A snapshot's name, its fields and its constants: what tests compare with the record.
pub const SNAPSHOTS: &[Snapshot] = &[
    Snapshot {
        name: "dragonfly-1.0",
        fields: &dragonfly_1_0::wire::FIELDS,
        constants: dragonfly_1_0::consts::ALL,
    },
    Snapshot {
        name: "dragonfly-2.8",
        fields: &dragonfly_2_8::wire::FIELDS,
        constants: dragonfly_2_8::consts::ALL,
    },
    Snapshot {
        name: "freebsd-5.3",
        fields: &freebsd_5_3::wire::FIELDS,
        constants: freebsd_5_3::consts::ALL,
    },
    Snapshot {
        name: "freebsd-7.0",
        fields: &freebsd_7_0::wire::FIELDS,
        constants: freebsd_7_0::consts::ALL,
    },
    Snapshot {
        name: "freebsd-8.0",
        fields: &freebsd_8_0::wire::FIELDS,
        constants: freebsd_8_0::consts::ALL,
    },
    Snapshot {
        name: "freebsd-9.0",
        fields: &freebsd_9_0::wire::FIELDS,
        constants: freebsd_9_0::consts::ALL,
    },
    Snapshot {
        name: "freebsd-12.1",
        fields: &freebsd_12_1::wire::FIELDS,
        constants: freebsd_12_1::consts::ALL,
    },
    Snapshot {
        name: "freebsd-14.0",
        fields: &freebsd_14_0::wire::FIELDS,
        constants: freebsd_14_0::consts::ALL,
    },
    Snapshot {
        name: "freebsd-15.0",
        fields: &freebsd_15_0::wire::FIELDS,
        constants: freebsd_15_0::consts::ALL,
    },
    Snapshot {
        name: "netbsd-5.0",
        fields: &netbsd_5_0::wire::FIELDS,
        constants: netbsd_5_0::consts::ALL,
    },
    Snapshot {
        name: "openbsd-3.5",
        fields: &openbsd_3_5::wire::FIELDS,
        constants: openbsd_3_5::consts::ALL,
    },
    Snapshot {
        name: "openbsd-4.1",
        fields: &openbsd_4_1::wire::FIELDS,
        constants: openbsd_4_1::consts::ALL,
    },
    Snapshot {
        name: "openbsd-4.4",
        fields: &openbsd_4_4::wire::FIELDS,
        constants: openbsd_4_4::consts::ALL,
    },
    Snapshot {
        name: "openbsd-4.5",
        fields: &openbsd_4_5::wire::FIELDS,
        constants: openbsd_4_5::consts::ALL,
    },
    Snapshot {
        name: "openbsd-4.6",
        fields: &openbsd_4_6::wire::FIELDS,
        constants: openbsd_4_6::consts::ALL,
    },
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
