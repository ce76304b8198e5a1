#!/bin/sh
# How many frames a second are logged without a loss: sh misc/bench-live.sh [SECONDS]
#
# Frames go through a virtual cable in a network namespace of their own. One core sends (the
# kernel's part of receiving is its work too: on such a cable the sender pays for it), one core
# runs pfstatelog, with table, every event as text to /dev/null. Each step takes SECONDS (3) of
# sending. Two kinds of frames: five inserted states each, 1,378 bytes, all different (so that the
# table soon holds as many as it may); and the mix of inserts, updates and deletes.
#
# First 100,000 frames a second, which have to be logged without a drop, then the highest rate
# that has none. Nothing else should run: a core that is shared is one that drops, since the
# buffer (16 MiB) holds no more than a tenth of a second at these rates. Hence both go before others
# (nice -15) where that is allowed, a step passes if one of three tries does, and each tells how
# long pfstatelog had to wait for its core, and for how long the machine below took that away.
set -eu

RATE=100000
TRIES=3
HALVINGS=5

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"
# shellcheck source=misc/bench-common.sh
. "$top/misc/bench-common.sh"

seconds=${1:-3}

skip() {
	echo "skipped: bench-live: $*"
	exit 0
}

# Sets `listener` and `sender` to the first two cores that there are for this.
two_cores() {
	cores=$(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' |
		awk -F- '{ for (i = $1; i <= ($2 == "" ? $1 : $2); i++) print i }')
	listener=$(echo "$cores" | sed -n 1p)
	sender=$(echo "$cores" | sed -n 2p)
	[ -n "$sender" ] || skip "there is one core, and two are needed"
}

# Outside: builds, and runs itself once more in a namespace.
outside() {
	[ "$system" = Linux ] || skip "network namespaces are Linux's"
	want_test_tools
	for tool in ip unshare taskset; do
		have "$tool" || skip "there is no $tool"
	done
	need_build
	build_program
	build_bench send
	flags=-n
	[ "$(id -u)" -eq 0 ] || flags=-rn
	unshare "$flags" ip link add v0 type veth peer name v1 2>/dev/null ||
		skip "no namespace with a virtual cable can be made"
	PFSTATELOG_BENCH_INSIDE="$program $bench" exec unshare "$flags" sh "$0" "$seconds"
}

# The cable: nothing is said on it but what is sent.
cable() {
	ip link add v0 type veth peer name v1
	for end in v0 v1; do
		ip link set "$end" addrgenmode none
		ip link set "$end" arp off multicast off
		ip link set "$end" up
	done
}

# stolen: seconds that the listener's core was somebody else's: another guest's of the host.
stolen() {
	awk -v core="cpu$listener" -v hz="$(getconf CLK_TCK)" '$1 == core { print $9 / hz }' /proc/stat
}

# step KIND RATE: sends, and sets what came of it: sent captured decoded wanted dropped took cpu.
# True if nothing was lost.
step() {
	: >"$dir/said"
	away=$(stolen)
	# shellcheck disable=SC2086 # words are wanted
	$first taskset -c "$listener" "$program" -o - -e all --stats v1 >/dev/null 2>"$dir/said" &
	pid=$!
	waited=0
	until grep -q 'listening on' "$dir/said"; do
		kill -0 "$pid" 2>/dev/null || die "pfstatelog ended: $(cat "$dir/said")"
		[ "$waited" -lt 100 ] || die "pfstatelog does not listen"
		waited=$((waited + 1))
		sleep 0.1
	done
	# What captures is a child of what was started.
	worker=$(cut -d ' ' -f 1 "/proc/$pid/task/$pid/children")
	# shellcheck disable=SC2086
	$first taskset -c "$sender" "$bench" wire v0 "$1" "$2" "$seconds" >"$dir/sent"
	# What is in the buffer is read within this: it holds a tenth of a second's frames.
	sleep 1
	cpu=$(awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) / hz }' "/proc/${worker:-$pid}/stat")
	waited=$(awk '{ printf "%.2f", $2 / 1e9 }' "/proc/${worker:-$pid}/schedstat" 2>/dev/null || echo '?')
	away=$(calc "$(stolen) - $away" %.2f)
	memory=$(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/${worker:-$pid}/status")
	kill -TERM "$pid"
	wait "$pid" || die "pfstatelog failed: $(cat "$dir/said")"
	pid=
	grep '^{' "$dir/said" >"$dir/stats" || die "no counters: $(cat "$dir/said")"
	# shellcheck disable=SC2046 # words are wanted
	set -- "$1" "$2" $(cat "$dir/sent")
	sent=$4 wanted=$6 took=$8
	captured=$(counter packets "$dir/stats")
	decoded=$(messages "$dir/stats")
	dropped=$(($(counter dropped_capture "$dir/stats") + $(counter dropped_interface "$dir/stats")))
	rate=$(calc "$sent / $took" %.0f)
	lost=$((sent - captured - dropped))
	printf '  %-8s %8d frames/s: sent %d, captured %d, dropped %d, decoded %d of %d, ' \
		"$1" "$rate" "$sent" "$captured" "$dropped" "$decoded" "$wanted"
	printf '%s s of CPU (waited %s, stolen %s), %d MB\n' "$cpu" "$waited" "$away" "$memory"
	[ "$lost" -eq 0 ] || echo "  $lost frames are neither captured nor counted as dropped"
	[ "$dropped" -eq 0 ] && [ "$captured" -eq "$sent" ] && [ "$decoded" -eq "$wanted" ] || return 1
	# A sender that could not keep the rate has shown nothing about it.
	[ "$2" -eq 0 ] || awk "BEGIN { exit !($rate >= 0.98 * $2) }"
}

# passes KIND RATE: whether a step of some tries lost nothing; sets `tries`.
passes() {
	tries=0
	while [ "$tries" -lt "$TRIES" ]; do
		tries=$((tries + 1))
		! step "$1" "$2" || return 0
	done
	return 1
}

# The rate that has to be reached.
required() {
	if passes "$1" "$RATE"; then met=1; else met=0; fi
	result live "$1, captured at $RATE frames/s" "$captured" frames \
		"of $sent sent, try $tries; dropped $dropped, decoded $decoded of $wanted messages"
	result live "$1, CPU at $RATE frames/s" "$(calc "100 * $cpu / $took" %.0f)" % \
		"of one core, $(calc "1e9 * $cpu / $decoded" %.0f) ns a message, $memory MB at the peak"
	target_is "no drop at $RATE frames/s, $1" "$met"
}

# The highest rate without a drop, between the required one and all that the sender can
# (below the required one, where that had some).
highest() {
	if passes "$1" 0; then
		result live "$1, highest rate" "$rate" frames/s "all that the sending core can: no drop"
		return
	fi
	low=$((RATE * met)) high=$rate best=0 at=0
	[ "$met" -eq 1 ] || high=$RATE
	while [ "$at" -lt "$HALVINGS" ] && [ "$high" -gt "$low" ]; do
		at=$((at + 1))
		middle=$(((low + high) / 2))
		if passes "$1" "$middle"; then
			low=$middle best=$rate best_messages=$(calc "$decoded / $took / 1e6" %.2f)
		else
			high=$middle
		fi
	done
	if [ "$best" -eq 0 ]; then
		result live "$1, highest rate" "$low" frames/s "or little more: nothing above it passed"
	else
		result live "$1, highest rate" "$best" frames/s \
			"without a drop: $best_messages M messages/s; $high/s had drops"
	fi
}

two_cores
[ -n "${PFSTATELOG_BENCH_INSIDE:-}" ] || outside
program=${PFSTATELOG_BENCH_INSIDE% *} bench=${PFSTATELOG_BENCH_INSIDE##* }

pid=
dir=$(mktemp -d)
leave() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || true
	[ -z "$was" ] || echo "$was" >/proc/self/autogroup
	rm -rf "$dir"
}
was=
trap leave EXIT
trap 'exit 1' HUP INT TERM
cable
first=
# nice(1) goes on where it may not, with a word.
if [ -z "$(nice -n -15 true 2>&1)" ]; then
	first="nice -n -15"
	# Where sessions share the cores, as groups, nice(1) counts only within one's own.
	was=$(sed 's/.*nice //' /proc/self/autogroup 2>/dev/null) || was=
	[ -z "$was" ] || echo -15 >/proc/self/autogroup
fi
echo "live capture, pfstatelog on core $listener, sender on core $sender, $seconds s a step"
for kind in inserts mixed; do
	required "$kind"
	highest "$kind"
done
[ "$missed" -eq 0 ]
