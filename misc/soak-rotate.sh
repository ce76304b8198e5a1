#!/bin/sh
# Moves a log away again and again while it is written: sh misc/soak-rotate.sh [ROTATIONS]
#
# ROTATIONS (1000) times the file is renamed and the program is sent HUP or USR1, in the midst of lines. In
# the end all files together have to be, byte for byte, what the program writes to standard output of the
# same capture: each line in one file, none torn, none twice, in order. PFSTATELOG names a program that
# is built already, CAPTURE a capture; else both are made.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"
# shellcheck source=misc/bench-common.sh
. "$top/misc/bench-common.sh"

rotations=${1:-1000}
case $rotations in
'' | 0 | *[!0-9]*) die "$rotations is no number of rotations: sh misc/soak-rotate.sh [ROTATIONS]" ;;
esac
dir=$(mktemp -d)
writer=
# What is still running when this ends early is ended with it.
finish() {
	[ -z "$writer" ] || kill "$writer" 2>/dev/null || true
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

if [ -n "${PFSTATELOG:-}" ]; then
	program=$PFSTATELOG
else
	need_build
	build_program
fi
capture=${CAPTURE:-}
if [ -z "$capture" ]; then
	capture=$dir/capture.pcap
	build_bench generate
	"$bench" --events 1000000 -o "$capture" >&2
fi

log=$dir/pf.log
# A piece of the capture comes with each rotation, so that it is always at work.
piece=$(($(wc -c <"$capture") / rotations + 1))
mkfifo "$dir/feed"
"$program" -e all -o "$log" -r - <"$dir/feed" &
writer=$!
exec 3>"$dir/feed"

turn=0
while [ "$turn" -lt "$rotations" ]; do
	dd if="$capture" bs="$piece" skip="$turn" count=1 status=none >&3
	# The file is opened anew with the next line.
	looks=0
	while [ ! -e "$log" ]; do
		kill -0 "$writer" 2>/dev/null || die "the program ended after $turn rotations"
		looks=$((looks + 1))
		# A piece may hold no whole frame.
		[ "$looks" -lt 100 ] || break
		sleep 0.01
	done
	if [ -e "$log" ]; then
		mv "$log" "$log.$turn"
		if [ $((turn % 2)) -eq 0 ]; then signal=HUP; else signal=USR1; fi
		kill -"$signal" "$writer"
	fi
	turn=$((turn + 1))
done
dd if="$capture" bs="$piece" skip="$turn" status=none >&3
exec 3>&-
wait "$writer" || die "the program ended with $?"
writer=

moved=0
turn=0
while [ "$turn" -lt "$rotations" ]; do
	if [ -e "$log.$turn" ]; then
		cat "$log.$turn"
		moved=$((moved + 1))
	fi
	turn=$((turn + 1))
done >"$dir/all"
[ ! -e "$log" ] || cat "$log" >>"$dir/all"
"$program" -e all -r "$capture" >"$dir/expected"
cmp "$dir/all" "$dir/expected" || die "the files are not what was to be written"
torn=$(for file in "$log".*; do tail -c 1 "$file" | tr -d '\n'; done | wc -c)
[ "$torn" -eq 0 ] || die "$torn files end inside a line"
echo "soak-rotate: $moved rotations, $(wc -l <"$dir/all") lines: each in one file, in order"
