//! What has to hold of any input: the bodies of the fuzz targets.
//!
//! Each takes bytes, whatever they are, and panics if what it says of them does not hold. The targets
//! in `fuzz/` are one line each and call these; `tests/seeds.rs` replays with them, without any
//! fuzzer, each seed and each input that ever failed; tests with generators of their own use the same
//! checks.
//!
//! | module | what holds |
//! |---|---|
//! | [`account`] | every byte of a frame is accounted for, by work that its length bounds |
//! | [`differential`] | the views and the grammar read the same |
//! | [`logged`] | a logged packet gives one event or one gap, and is what a second reading of it says |
//! | [`naive`] | a state table as simple as can be, which tells the same events |
//! | [`told`] | a state is told as it was sent |
//! | [`schema`] | a line of JSON is as its schema says |
//!
//! Only with the feature `fuzzing`, which no program that is shipped has.

#![forbid(unsafe_code)]

pub mod account;
pub mod capture_file;
pub mod differential;
pub mod dump;
pub mod filter_and_config;
pub mod frame;
pub mod logged;
pub mod naive;
pub mod schema;
pub mod seen;
pub mod structured;
pub mod table;
pub mod told;

/// A fuzz target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, which is that of the file in `fuzz/fuzz_targets` and of the folders of its inputs.
    pub name: &'static str,
    /// What it holds its input to; panics where that does not hold.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "frame", run: frame::run },
    Target { name: "structured", run: structured::run },
    Target { name: "differential", run: differential::run },
    Target { name: "capture_file", run: capture_file::run },
    Target { name: "table", run: table::run },
    Target { name: "filter_and_config", run: filter_and_config::run },
    Target { name: "dump", run: dump::run },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    /// `tests/seeds.rs` names the one that fails; this makes what breaks the walk, the table or a format
    /// show among the unit tests as well, where mutants are looked for.
    #[test]
    fn every_seed_holds() {
        for target in TARGETS {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target.name);
            for seed in fs::read_dir(folder).unwrap() {
                (target.run)(&fs::read(seed.unwrap().path()).unwrap());
            }
        }
    }
}
