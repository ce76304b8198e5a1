#!/bin/sh
# Proves that the fuzz targets find: sh misc/fuzz-selftest.sh [NUMBER...] | --check
#
# fuzz/mutants has patches with one fault each, NUMBER-WHAT.TARGET.patch. Each is applied to a copy of the
# tree, TARGET is built, and has to find the fault within SELFTEST_SECONDS (60), from the seeds alone.
# --check only holds that each patch still applies, which takes no time. Needs what misc/fuzz.sh needs.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"
# shellcheck source=misc/fuzz-common.sh
. "$top/misc/fuzz-common.sh"

seconds=${SELFTEST_SECONDS:-60}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# apply PATCH TREE: fails where it does not apply.
apply() {
	(cd "$2" && git apply --recount "$1")
}

usage() {
	die "usage: sh misc/fuzz-selftest.sh [NUMBER...] | --check"
}

have git || die "patches are applied by git, which is missing"
if [ "${1:-}" = --check ]; then
	[ $# -eq 1 ] || usage
	for patch in "$top"/fuzz/mutants/*.patch; do
		(cd "$top" && git apply --recount --check "$patch") ||
			die "fuzz/mutants/$(basename "$patch") no longer applies: make it anew"
	done
	echo "all patches of fuzz/mutants apply"
	exit 0
fi

need_fuzz
kept=$target/fuzz-selftest
copy=$kept/tree
[ $# -gt 0 ] || set -- ""
count=$#
for number; do
	case $number in
	-*) usage ;;
	[1-9]) number=0$number ;;
	esac
	for patch in "$top"/fuzz/mutants/"$number"*.patch; do
		[ -e "$patch" ] || die "there is no mutant $number"
		set -- "$@" "$patch"
	done
done
shift "$count"

# The copy stays where it is from one run to the next, so that what did not change is not built again.
fresh_copy() {
	mkdir -p "$copy"
	(cd "$top" && git ls-files -co --exclude-standard -z | tar cf - --null -T -) |
		(cd "$copy" && tar xf -)
}

failed=
for patch; do
	name=$(basename "$patch" .patch)
	hunter=${name##*.}
	fresh_copy
	[ -d "$copy/.git" ] || git -C "$copy" init -q
	apply "$patch" "$copy" || die "$name no longer applies: make it anew"
	# All of these show as panics, so no sanitizer is needed; what is built often is better built fast.
	CARGO_INCREMENTAL=1 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
		build_targets "$copy/fuzz" "$hunter" --sanitizer none
	mkdir -p "$dir/$name"
	began=$(date +%s)
	status=0
	"$built/$hunter" "$dir/$name" "$top/fuzz/seeds/$hunter" "-dict=$top/fuzz/pfsync.dict" \
		"-max_total_time=$seconds" -max_len=4096 -timeout=25 -print_final_stats=1 \
		"-artifact_prefix=$dir/" >"$dir/log" 2>&1 || status=$?
	took=$(($(date +%s) - began))
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p; s/^#\([0-9]*\).*/\1/p' "$dir/log" | tail -n 1)
	if [ "$status" -ne 0 ] && grep -qE 'panicked at|ERROR: (AddressSanitizer|libFuzzer)' "$dir/log"; then
		echo "selftest: $name: found in $took s, ${runs:-0} executions:" \
			"$(grep -m 1 -A 1 'panicked at' "$dir/log" | tail -n 1 | cut -c 1-100)"
	else
		echo "selftest: $name: NOT found in $took s, ${runs:-0} executions"
		failed="$failed $name"
	fi
done
[ -z "$failed" ] || die "not found:$failed"
