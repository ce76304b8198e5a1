#!/bin/sh
# pfstatelog beside other programs that print a capture: sh misc/bench-peers.sh
#   [--rounds N] [--peer NAME=COMMAND]... [FILE...]
#
# The same file, in the same run, each in turn, the best of N (3) rounds, all to /dev/null. Peers are
# what is installed of tcpdump and tshark; --peer adds others, with {} for the file, such as
#   --peer 'openbsd=/usr/obj/tcpdump/tcpdump -nr {}'
# Who prints less does less: tcpdump and tshark of other systems know nothing of pfsync and print a
# line for an IP packet, which is no state. Without FILE one is made, on Ethernet, so that they can.
set -eu

FRAMES=100000

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"
# shellcheck source=misc/bench-common.sh
. "$top/misc/bench-common.sh"

usage() {
	die "usage: sh misc/bench-peers.sh [--rounds N] [--peer NAME=COMMAND]... [FILE...]"
}

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

rounds=3
: >"$dir/given"
while [ $# -gt 0 ]; do
	case $1 in
	--rounds | --peer)
		[ $# -gt 1 ] || usage
		case $1:$2 in
		--rounds:*[!0-9]* | --rounds: | --rounds:0) usage ;;
		--rounds:*) rounds=$2 ;;
		--peer:?*=?*) printf '%s\n' "$2" >>"$dir/given" ;;
		*) usage ;;
		esac
		shift 2
		;;
	--)
		shift
		break
		;;
	-*) usage ;;
	*) break ;;
	esac
done

need_build
build_program
build_bench first
timer=$bench
if [ $# -eq 0 ]; then
	build_bench send
	"$bench" file "$dir/mixed-ethernet.pcap" mixed ethernet "$FRAMES"
	set -- "$dir/mixed-ethernet.pcap"
fi

# Lines NAME=COMMAND, in the order in which they take their turn.
peers() {
	echo "pfstatelog, no table=$program --no-table -e all -o - -r {}"
	echo "pfstatelog, with table=$program -e all -o - -r {}"
	echo "pfstatelog -f tcpdump=$program -f tcpdump -r {}"
	! have tcpdump || echo "tcpdump -n=tcpdump -n -r {}"
	! have tshark || echo "tshark -n=tshark -n -r {}"
	cat "$dir/given"
	for peer in tcpdump tshark; do
		have "$peer" || echo "skipped: bench-peers: $peer is not installed" >&2
	done
}

# timed COMMAND FILE: prints the microseconds that it takes; what it said is in $dir/said.
timed() {
	# {} stands for "$1" of a shell, which every name of a file survives.
	# shellcheck disable=SC2016
	command=$(printf '%s\n' "$1" | sed 's/{}/"$1"/g')
	"$timer" end 1 sh -c "$command" sh "$2" 2>"$dir/said"
}

# compare FILE: every peer, in turn, and what came of it.
compare() {
	rm -f "$dir"/best.* "$dir"/why.*
	"$program" --no-table --stats -e all -o - -r "$1" >/dev/null 2>"$dir/said" || {
		echo "skipped: bench-peers: $1: $(head -n 1 "$dir/said")"
		return
	}
	grep '^{' "$dir/said" >"$dir/stats"
	messages=$(messages "$dir/stats")
	packets=$(counter packets "$dir/stats")
	echo "$1: $packets packets, $messages messages; best of $rounds"
	round=0
	while [ "$round" -lt "$rounds" ]; do
		round=$((round + 1))
		at=0
		while IFS= read -r peer; do
			at=$((at + 1))
			[ ! -e "$dir/why.$at" ] || continue
			if took=$(timed "${peer#*=}" "$1" </dev/null); then
				echo "$took" >>"$dir/best.$at"
			else
				# The last line is the timer's: how it ended. The one before says why, if any.
				tail -n 2 "$dir/said" | paste -s -d ';' - >"$dir/why.$at"
			fi
		done <"$dir/peers"
	done
	at=0 first=
	while IFS= read -r peer; do
		at=$((at + 1))
		show "${1##*/}: ${peer%%=*}" "$at"
	done <"$dir/peers"
}

# show NAME NUMBER: what came of a peer; all are compared with the first that could.
show() {
	if [ -e "$dir/why.$2" ]; then
		echo "skipped: bench-peers: $1: cannot read it: $(cat "$dir/why.$2")"
		return
	fi
	best=$(sort -n "$dir/best.$2" | head -n 1)
	best=$(calc "$best / 1e6" %.4f)
	first=${first:-$best}
	result peers "$1" "$best" s \
		"$(calc "$messages / $best / 1e6" %.2f) M messages/s, $(calc "$best / $first" %.2f) times as long as the first"
}

peers >"$dir/peers"
for file; do
	compare "$file"
done
