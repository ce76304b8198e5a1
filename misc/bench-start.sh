#!/bin/sh
# What it takes to be there: sh misc/bench-start.sh [RUNS]
#
# From exec to the first byte on standard output, of a small capture file; from exec to
# `listening on`, on an interface of a network namespace; the memory of that pfstatelog after two
# seconds in which nothing came; the size of the program without its debug information. RUNS (30)
# times; the best and the median count.
set -eu

START_MS=20
SIZE_MB=6

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"
# shellcheck source=misc/bench-common.sh
. "$top/misc/bench-common.sh"

runs=${1:-30}
case $runs in
'' | 0 | *[!0-9]*) die "$runs is no number of runs: sh misc/bench-start.sh [RUNS]" ;;
esac
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

need_build
build_program
build_bench first

# best_and_median FILE: the best and the median of the lines of a file, in milliseconds.
best_and_median() {
	sort -n "$1" | awk '{ us[NR] = $1 } END {
		printf "%.2f %.2f", us[1] / 1000, us[int((NR + 1) / 2)] / 1000
	}'
}

# told NAME FILE: notes both, and holds the median to the target.
told() {
	# shellcheck disable=SC2046 # words are wanted
	set -- "$1" $(best_and_median "$2")
	result start "$1, best" "$2" ms "of $runs"
	result start "$1, median" "$3" ms "of $runs"
	target_is "$1 in less than $START_MS ms" "$3 < $START_MS"
}

capture=$top/fixtures/nat.pcap
"$bench" out "$runs" "$program" -r "$capture" -e all >"$dir/file"
told "exec to first line, -r nat.pcap" "$dir/file"

flags=-n
[ "$(id -u)" -eq 0 ] || flags=-rn
if ! have unshare || ! have ip || ! unshare "$flags" ip link set lo up 2>/dev/null; then
	echo "skipped: bench-start: live: no network namespace can be made"
else
	# shellcheck disable=SC2016 # for the shell inside
	unshare "$flags" sh -c 'ip link set lo up && exec "$@"' sh \
		"$bench" listening "$runs" "$program" -o - lo >"$dir/live"
	told "exec to listening, live" "$dir/live"
	# shellcheck disable=SC2016
	unshare "$flags" sh -c 'ip link set lo up && exec "$@"' sh \
		"$bench" memory 2 "$program" -o - lo >"$dir/memory"
	for what in VmRSS VmHWM RssAnon; do
		kib=$(sed -n "s/^$what:[^0-9]*\([0-9]*\).*/\1/p" "$dir/memory")
		case $what in
		VmRSS) note="after 2 s of nothing; the capture buffer of 16 MiB and shared libraries are in it" ;;
		VmHWM) note="the most that was resident" ;;
		*) note="of that no file's: heap and stacks" ;;
		esac
		[ -z "$kib" ] || result start "at rest, $what" "$(calc "$kib / 1024" %.1f)" MiB "$note"
	done
fi

if have strip; then
	cp "$program" "$dir/stripped"
	strip "$dir/stripped"
	bytes=$(wc -c <"$dir/stripped")
	result start "program, stripped" "$(calc "$bytes / 1e6" %.2f)" MB "$((bytes)) bytes"
	target_is "at most $SIZE_MB MB" "$bytes <= $SIZE_MB * 1e6"
else
	echo "skipped: bench-start: size: there is no strip"
fi
[ "$missed" -eq 0 ]
