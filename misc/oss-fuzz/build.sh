#!/bin/bash -eu
# What OSS-Fuzz runs in its container: every target, with its seeds and the dictionary.

cd "$SRC/pfstatelog"
cargo fuzz build -O
for source in fuzz/fuzz_targets/*.rs; do
	target=$(basename "$source" .rs)
	cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
	cp fuzz/pfsync.dict "$OUT/$target.dict"
	printf '[libfuzzer]\nmax_len = 4096\n' >"$OUT/$target.options"
	zip -q -j "$OUT/${target}_seed_corpus.zip" fuzz/seeds/"$target"/*
	if [ -d "fuzz/regressions/$target" ]; then
		find "fuzz/regressions/$target" -type f -exec zip -q -j "$OUT/${target}_seed_corpus.zip" {} +
	fi
done
