#!/bin/sh
# Counts the instructions of each stage and holds them to benches/instructions.golden:
# sh misc/instructions.sh [--update]
#
# Time on a machine that others use says little about a change; instructions an event say the same
# on every machine, to a hundredth of what a change is worth. A stage that differs by more than
# TOLERANCE per cent fails: more is a loss that has to be found, less is a gain that has to be
# recorded (--update), or it could be lost again unseen.
#
# Walk, text and json come out the same to the last instruction. The seeds of the table's hashes differ
# from process to process, and how often parts of its index have to grow with them: within half a per
# cent mostly, but one run in some tens takes 3 to 6 % more. So the least of RUNS is what counts.
set -eu

TOLERANCE=3
# Of the table. One run of the others says it.
RUNS=5
STAGES="walk table text json"

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"
# shellcheck source=misc/bench-common.sh
. "$top/misc/bench-common.sh"

update=
case $#:${1:-} in
0:) ;;
1:--update) update=yes ;;
*) die "usage: sh misc/instructions.sh [--update]" ;;
esac

skip() {
	echo "skipped: instructions: $*"
	exit 0
}

golden=$top/benches/instructions.golden
need_build
compiler=$("${RUSTC:-rustc}" -V)
host=$("${RUSTC:-rustc}" -vV | sed -n 's/^host: //p')

# recorded NAME: what the golden says.
recorded() {
	sed -n "s/^$1	//p" "$golden"
}

# Another compiler emits other code: that would be measured, not the change.
if [ -z "$update" ]; then
	[ "$(recorded rustc)" = "$compiler" ] ||
		skip "recorded for $(recorded rustc), and this is $compiler (--update records it)"
	[ "$(recorded host)" = "$host" ] ||
		skip "recorded for $(recorded host), and this is $host (--update records it)"
fi
have valgrind || want valgrind "valgrind (to count instructions)"
have valgrind || skip "there is no valgrind"

# Code that is made for this machine's own processor differs as well.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS CARGO_PROFILE_RELEASE_LTO \
	CARGO_PROFILE_BENCH_LTO CARGO_PROFILE_RELEASE_OPT_LEVEL CARGO_PROFILE_BENCH_OPT_LEVEL \
	CARGO_PROFILE_RELEASE_CODEGEN_UNITS CARGO_PROFILE_BENCH_CODEGEN_UNITS \
	CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS CARGO_PROFILE_BENCH_DEBUG_ASSERTIONS
build_bench instructions

# glibc takes its memcpy and others by what the processor has. Without these features it takes the
# ones for SSE2, which every x86-64 has; the names with _Usable are those before glibc 2.33. From
# so many bytes on memcpy goes past the cache, which depends on the cache's size otherwise.
without=
for feature in AVX AVX2 AVX512F AVX512VL AVX512BW AVX2_Usable AVX512F_Usable \
	AVX_Fast_Unaligned_Load BMI1 BMI2 LZCNT MOVBE ERMS FSRM RTM SSSE3 SSE4_1 SSE4_2; do
	without=$without${without:+,}-$feature
done
tunables=glibc.cpu.hwcaps=$without:glibc.cpu.x86_non_temporal_threshold=0xc0000

# What was counted stays there, for callgrind_annotate.
kept=$target/bench/callgrind
mkdir -p "$kept"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# count_once STAGE: sets `total` and `events`.
count_once() {
	# With an empty environment: nothing of the caller's reaches the loader or the allocator.
	env -i GLIBC_TUNABLES="$tunables" "$(command -v valgrind)" --tool=callgrind \
		--toggle-collect='*counted_*' --callgrind-out-file="$kept/$1.out" \
		"$bench" "$1" >"$dir/$1.said" 2>"$dir/$1.log" || {
		cat "$dir/$1.log" >&2
		skip "valgrind cannot run $1 on this machine"
	}
	total=$(sed -n 's/^totals: //p' "$kept/$1.out")
	events=$(sed -n 's/^events //p' "$dir/$1.said")
	if [ "${total:-0}" -eq 0 ] || [ "${events:-0}" -eq 0 ]; then
		die "nothing was counted of $1"
	fi
	by_processor=$(grep -oE \
		'[a-z0-9_]*_(avx|avx2|avx512|evex|ssse3|sse4_1|sse42|erms)(_[a-z0-9_]*)?$' \
		"$kept/$1.out" | sort -u | paste -s -d ' ' -) || true
	[ -z "$by_processor" ] ||
		skip "this C library takes functions by the processor: $by_processor"
}

# count STAGE: sets `count` to its instructions an event.
count() {
	least=
	runs=1
	[ "$1" != table ] || runs=$RUNS
	while [ "$runs" -gt 0 ]; do
		count_once "$1"
		if [ -z "$least" ] || [ "$total" -lt "$least" ]; then
			least=$total
		fi
		runs=$((runs - 1))
	done
	count=$(calc "$least / $events" %.1f)
}

failed=
printf '# Instructions an event of each stage; misc/instructions.sh --update writes it.\n' >"$dir/new"
printf 'rustc\t%s\nhost\t%s\n' "$compiler" "$host" >>"$dir/new"
for stage in $STAGES; do
	count "$stage"
	printf '%s\t%s\n' "$stage" "$count" >>"$dir/new"
	if [ -n "$update" ]; then
		result instructions "$stage" "$count" instr/event "$events events"
		continue
	fi
	was=$(recorded "$stage")
	percent=$(calc "($count / ${was:-0.1} - 1) * 100" %+.2f)
	result instructions "$stage" "$count" instr/event "$percent % of the recorded ${was:-nothing}"
	awk "BEGIN { p = $percent; exit !(p > $TOLERANCE) }" &&
		failed="$failed
instructions: $stage: $percent %: $was were recorded, $count are needed now"
	awk "BEGIN { p = $percent; exit !(p < -$TOLERANCE) }" &&
		failed="$failed
instructions: $stage: $percent %: better than the $was recorded: record it (--update)"
done

if [ -n "$update" ]; then
	cp "$dir/new" "$golden"
	echo "written: benches/instructions.golden"
elif [ -n "$failed" ]; then
	echo "$failed" >&2
	echo "instructions: where they went: callgrind_annotate $kept/STAGE.out" >&2
	exit 1
else
	echo "all stages within $TOLERANCE % of benches/instructions.golden"
fi
