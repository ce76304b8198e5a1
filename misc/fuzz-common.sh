# What fuzz.sh and fuzz-selftest.sh share: read with `.`, after deps.sh, never run by itself.
# shellcheck shell=sh
# `top` is the caller's.
# shellcheck disable=SC2154

targets=$(cd "$top/fuzz/fuzz_targets" && for file in *.rs; do printf '%s ' "${file%.rs}"; done)
targets=${targets% }
host=x86_64-unknown-linux-gnu

# What the targets need: nightly Rust, whose compiler has the sanitizers, and cargo-fuzz. Skips, with a
# word and status 0, where they cannot be had.
need_fuzz() {
	need_cc
	if ! rustc +nightly -V >/dev/null 2>&1; then
		echo "skipped: fuzzing: there is no nightly Rust (rustup toolchain install nightly)"
		exit 0
	fi
	host=$(rustc +nightly -vV | sed -n 's/^host: //p')
	if ! cargo fuzz --version >/dev/null 2>&1; then
		say "cargo-fuzz is missing: installing it"
		if ! timeout 1200 cargo install --locked cargo-fuzz >&2; then
			echo "skipped: fuzzing: cargo-fuzz could not be installed"
			exit 0
		fi
	fi
}

# build_targets FUZZ_DIR [TARGET [OPTION...]]: builds them, AddressSanitizer included unless an option
# says otherwise.
build_targets() {
	dir=$1
	shift
	(cd "$dir/.." && cargo +nightly fuzz build --fuzz-dir "$dir" "$@" >&2)
	built=$dir/target/$host/release
}

# run_target TARGET SECONDS [OPTION...]: prints executions, coverage and new entries of the corpus;
# fails, having said how it is replayed, where an input fails.
run_target() {
	name=$1 lasts=$2
	shift 2
	corpus=$top/fuzz/corpus/$name
	artifacts=$top/fuzz/artifacts/$name
	mkdir -p "$corpus" "$artifacts" "$top/fuzz/regressions/$name"
	before=$(entries "$corpus")
	log=$(mktemp)
	ended=0
	# Longer inputs than this say nothing new: a frame of the largest state has some 400 bytes.
	"$built/$name" "$corpus" "$top/fuzz/seeds/$name" "$top/fuzz/regressions/$name" \
		"-dict=$top/fuzz/pfsync.dict" "-max_total_time=$lasts" -max_len=4096 -timeout=25 \
		-rss_limit_mb=2048 -print_final_stats=1 "-artifact_prefix=$artifacts/" "$@" \
		>"$log" 2>&1 || ended=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p; s/^#\([0-9]*\): cov.*/\1/p' "$log" | tail -n 1)
	coverage=$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1)
	echo "fuzz: $name: ${runs:-0} executions in $lasts s, ${coverage:-cov: 0} edges," \
		"$(($(entries "$corpus") - before)) new entries in the corpus"
	if [ "$ended" -ne 0 ]; then
		grep -E -A 12 'panicked at|ERROR: |libFuzzer: (timeout|out-of-memory)' "$log" | head -n 60
		kept=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
		echo "fuzz: $name: FAILED; the input is ${kept:-not known (above is what was said)}"
		[ -z "$kept" ] || echo "fuzz: replay it: cargo +nightly fuzz run $name $kept"
	fi
	rm -f "$log"
	return "$ended"
}

# entries DIR: how many files it has.
entries() {
	find "$1" -type f | wc -l | tr -d ' '
}

# minimise TARGET: keeps of its corpus what its coverage needs.
minimise() {
	cargo +nightly fuzz cmin --fuzz-dir "$top/fuzz" "$1" -- -max_len=4096 >&2
}
