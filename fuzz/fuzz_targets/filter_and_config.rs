#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| pfstatelog::fuzzing::filter_and_config::run(input));
