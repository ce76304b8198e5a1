#!/bin/sh
# Fuzzes: sh misc/fuzz.sh TARGET SECONDS | sh misc/fuzz.sh --all [SECONDS]
#
# TARGET is one of fuzz/fuzz_targets: as many jobs as there are cores (JOBS=N changes it) share a
# corpus in fuzz/corpus/TARGET for SECONDS; afterwards that is made as small as it can be with the same
# coverage. --all is what CI does: each target in turn, FUZZ_SECONDS or SECONDS each (20).
#
# An input that fails is kept in fuzz/artifacts/TARGET, and how it is replayed is said; the exit status
# is 1. It becomes fuzz/regressions/TARGET/WHAT-IT-SHOWED, which tests/seeds.rs replays for ever.
# Needs nightly Rust and cargo-fuzz, which is installed where it is missing.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"
# shellcheck source=misc/fuzz-common.sh
. "$top/misc/fuzz-common.sh"

usage() {
	die "usage: sh misc/fuzz.sh TARGET SECONDS | sh misc/fuzz.sh --all [SECONDS]; targets: $targets"
}

# number WORD OF: fails where it is none.
number() {
	case $1 in
	'' | *[!0-9]* | 0*) die "$1 is no number of $2" ;;
	esac
}

case $#:${1:-} in
1:--all | 2:--all)
	seconds=${2:-${FUZZ_SECONDS:-20}}
	number "$seconds" seconds
	need_fuzz
	build_targets "$top/fuzz"
	failed=
	for target in $targets; do
		run_target "$target" "$seconds" || failed="$failed $target"
	done
	[ -z "$failed" ] || die "failed:$failed"
	;;
2:*)
	target=$1 seconds=$2
	[ -f "$top/fuzz/fuzz_targets/$target.rs" ] || die "there is no target $target; there are: $targets"
	number "$seconds" seconds
	jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)}
	number "$jobs" jobs
	need_fuzz
	build_targets "$top/fuzz"
	# With -fork inputs that fail are left out at the beginning, and not told.
	run_target "$target" "$seconds" -runs=0
	status=0
	run_target "$target" "$seconds" "-fork=$jobs" -ignore_crashes=0 -ignore_timeouts=0 -ignore_ooms=0 ||
		status=$?
	say "making fuzz/corpus/$target small again"
	minimise "$target"
	exit "$status"
	;;
*) usage ;;
esac
