# What fuzz.sh and fuzz-selftest.sh share: read with `.`, after deps.sh, never run by itself.
# shellcheck shell=sh
# `top` is the caller's.
# shellcheck disable=SC2154,SC2034

targets=$(cd "$top/fuzz/fuzz_targets" && for file in *.rs; do printf '%s ' "${file%.rs}"; done)
targets=${targets% }
host=x86_64-unknown-linux-gnu

# What the targets need: nightly Rust, whose compiler has the sanitizers, a C++ compiler for libFuzzer, and
# cargo-fuzz. Skips, with a word and status 0, where they cannot be had; FUZZ_REQUIRED=1 makes that an error.
need_fuzz() {
	if ! rustc +nightly -V >/dev/null 2>&1; then
		skip_fuzzing "there is no nightly Rust (rustup toolchain install nightly)"
	fi
	host=$(rustc +nightly -vV | sed -n 's/^host: //p')
	need_cc
	have c++ || want cxx "a C++ compiler (libFuzzer is C++)"
	have c++ || skip_fuzzing "there is no C++ compiler, which libFuzzer is built with"
	if ! cargo fuzz --version >/dev/null 2>&1; then
		say "cargo-fuzz is missing: installing it"
		timeout 1200 cargo install --locked cargo-fuzz >&2 ||
			skip_fuzzing "cargo-fuzz could not be installed"
	fi
}

skip_fuzzing() {
	[ -z "${FUZZ_REQUIRED:-}" ] || die "fuzzing: $*"
	echo "skipped: fuzzing: $*"
	exit 0
}

# build_targets FUZZ_DIR [TARGET [OPTION...]]: builds them, AddressSanitizer included unless an option
# says otherwise. Wherever a configuration has cargo build, it is built there.
build_targets() {
	dir=$1
	shift
	(cd "$dir/.." && cargo +nightly fuzz build --fuzz-dir "$dir" --target-dir "$dir/target" \
		--target "$host" "$@" >&2)
	built=$dir/target/$host/release
}

# run_target TARGET SECONDS [OPTION...]: prints executions, coverage and new entries of the corpus;
# fails, having said how it is replayed, where an input fails.
run_target() {
	name=$1 lasts=$2
	shift 2
	corpus=$top/fuzz/corpus/$name
	mkdir -p "$corpus" "$top/fuzz/artifacts/$name" "$top/fuzz/regressions/$name"
	before=$(entries "$corpus")
	log=$(mktemp)
	ended=0
	# Relative paths: with -fork libFuzzer hands them to a shell as they are, blanks and all. Longer inputs
	# than these say nothing new: a frame of the largest state has some 400 bytes.
	(cd "$top/fuzz" && "target/$host/release/$name" "corpus/$name" "seeds/$name" "regressions/$name" \
		-dict=pfsync.dict "-max_total_time=$lasts" -max_len=4096 -timeout=25 -rss_limit_mb=2048 \
		-print_final_stats=1 "-artifact_prefix=artifacts/$name/" "$@") >"$log" 2>&1 || ended=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p; s/^#\([0-9]*\): cov.*/\1/p' "$log" | tail -n 1)
	coverage=$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1)
	echo "fuzz: $name: ${runs:-0} executions in $lasts s, ${coverage:-cov: 0} edges," \
		"$(($(entries "$corpus") - before)) new entries in the corpus"
	if [ "$ended" -ne 0 ]; then
		grep -E -A 12 'panicked at|ERROR: |libFuzzer: (timeout|out-of-memory)' "$log" >"$log.said" ||
			tail -n 20 "$log" >"$log.said"
		head -n 60 "$log.said"
		kept=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
		if [ -n "$kept" ]; then
			echo "fuzz: $name: FAILED; the input is $top/fuzz/$kept"
			echo "fuzz: replay it: (cd '$top' && cargo +nightly fuzz run $name 'fuzz/$kept')"
		else
			echo "fuzz: $name: FAILED with status $ended; above is what was said"
		fi
	fi
	rm -f "$log" "$log.said"
	return "$ended"
}

# entries DIR: how many files it has.
entries() {
	find "$1" -type f | wc -l | tr -d ' '
}

# minimise TARGET: keeps of its corpus what its coverage needs.
minimise() {
	(cd "$top" && cargo +nightly fuzz cmin --target-dir "$top/fuzz/target" --target "$host" "$1" -- \
		-max_len=4096 >&2)
}
