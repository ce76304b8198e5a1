#!/bin/sh
# What an output costs: sh misc/bench-outputs.sh [ROUNDS]
#
# The bench `outputs` writes the same lines by a bare loop and by the program's own output, in turn,
# to a file in TMPDIR (/tmp) and to /dev/null; the best of ROUNDS (9) of each counts.
set -eu

MORE_PERCENT=10
EVENT_NS=15

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"
# shellcheck source=misc/bench-common.sh
. "$top/misc/bench-common.sh"

need_build
build_bench outputs
said=$("$bench" "${1:-9}")
case $said in
skipped:*)
	echo "$said"
	exit 0
	;;
esac
note=$(printf '%s\n' "$said" | sed -n 1p)

# column NAME NUMBER: of the bench's table, nanoseconds a line.
column() {
	printf '%s\n' "$said" | awk -v name="$1" -v at="$2" '$1 == name { print $at }'
}

bare=$(column file 2)
stream=$(column file 3)
more=$(calc "($stream / $bare - 1) * 100" %.1f)
result outputs "file, bare loop" "$bare" ns/line "$note"
result outputs "file, Stream" "$stream" ns/line
result outputs "file, Stream over the bare loop" "$more" % "of the loop's CPU, user and system"
target_is "less than $MORE_PERCENT % more than a bare loop" "$more < $MORE_PERCENT"
event=$(column null 3)
result outputs "on the capture thread, Stream" "$event" ns/event "to /dev/null: the write itself is free"
target_is "less than $EVENT_NS ns an event on the capture thread" "$event < $EVENT_NS"
[ "$missed" -eq 0 ]
