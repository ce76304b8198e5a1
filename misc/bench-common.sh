# What the scripts that measure have in common: read by them with `.`, never run by itself, after
# misc/deps.sh. POSIX sh.
# shellcheck shell=sh
# `top` is the caller's, `target` comes from misc/deps.sh; `missed` is for the caller.
# shellcheck disable=SC2154,SC2034

# Every measurement is a line of this file, whoever made it: group, name, value, unit, note.
PFSTATELOG_BENCH_RESULTS=${PFSTATELOG_BENCH_RESULTS:-$target/bench/results.tsv}
export PFSTATELOG_BENCH_RESULTS
mkdir -p "$(dirname "$PFSTATELOG_BENCH_RESULTS")"

# Targets that were not met.
missed=0

# result GROUP NAME VALUE UNIT [NOTE]: notes a measurement and shows it.
result() {
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "${5:-}" >>"$PFSTATELOG_BENCH_RESULTS"
	printf '%-44s%14s %-10s%s\n' "$2" "$3" "$4" "${5:+ $5}"
}

# target_is WORDS EXPRESSION: says whether a target is met; the expression is awk's.
target_is() {
	if awk "BEGIN { exit !($2) }"; then
		echo "  target: $1: met"
	else
		echo "  target: $1: MISSED"
		missed=$((missed + 1))
	fi
}

# calc EXPRESSION [FORMAT]: awk's arithmetic.
calc() {
	awk "BEGIN { printf \"${2:-%.3f}\", $1 }"
}

# counter NAME FILE: a number of what --stats wrote.
counter() {
	sed -n 's/.*"'"$1"'":\([0-9]*\).*/\1/p' "$2"
}

# messages FILE: all messages of what --stats wrote.
messages() {
	sed -n 's/.*"messages":{\([^}]*\)}.*/\1/p' "$1" | tr ',' '\n' |
		awk -F: '{ sum += $2 } END { print sum + 0 }'
}

# build_program: sets `program` to the program as it is released.
build_program() {
	cargo build --release --locked --manifest-path "$top/Cargo.toml" --target-dir "$target" >&2 ||
		die "the program could not be built"
	program=$target/release/pfstatelog
}

# build_bench NAME: sets `bench` to the path of a bench target.
build_bench() {
	built=$(cargo bench --locked --no-run --color never --bench "$1" \
		--manifest-path "$top/Cargo.toml" --target-dir "$target" 2>&1) || {
		printf '%s\n' "$built" >&2
		die "the bench $1 could not be built"
	}
	bench=$(printf '%s\n' "$built" | sed -n 's/.*Executable .*(\(.*\))$/\1/p')
	# Cargo says it from the package's folder on.
	case $bench in
	/*) ;;
	*) bench=$top/$bench ;;
	esac
	[ -x "$bench" ] || die "cargo does not say where the bench $1 is"
}
