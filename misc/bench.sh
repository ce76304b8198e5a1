#!/bin/sh
# Measures everything and writes BENCHMARKS.md and misc/benchmarks.svg: sh misc/bench.sh [--quick]
#
# Installs what is missing first (misc/deps.sh). It takes about ten minutes; leave the machine alone
# meanwhile. PFSTATELOG_BENCH_LARGE=1 measures 10 million live states as well, which needs 3 GB of
# memory. With --quick everything is small and the page is left in the build's folder, under bench/:
# to see that it works, not to quote. Captures go to a temporary folder (TMPDIR), which is removed.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"

quick=
case ${1:-} in
--quick) quick=1 ;;
'') ;;
*) die "$1 is no option: sh misc/bench.sh [--quick]" ;;
esac
if [ -n "$quick" ]; then
	sizes=20000
	events=400000
	rounds=2
	walk_rounds=2
	table_sizes="1000 100000"
	dump_states=20000
	page=$target/bench
else
	sizes="1000000${PFSTATELOG_BENCH_LARGE:+ 10000000}"
	events=20000000
	rounds=3
	walk_rounds=5
	# The bench's own.
	table_sizes=
	dump_states=1000000
	page=$top
fi

need_build
want_bench_tools

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
# Whatever a bench leaves is gone with the folder.
TMPDIR=$dir
results=$target/bench/results.tsv
PFSTATELOG_BENCH_RESULTS=$results
CRITERION_HOME=$target/bench/criterion
export TMPDIR PFSTATELOG_BENCH_RESULTS CRITERION_HOME
rm -rf "$results" "$CRITERION_HOME"
mkdir -p "$target/bench"

# result GROUP NAME VALUE UNIT NOTE: one measurement, for the report.
result() {
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" >>"$results"
}

# bench NAME ARGS...: runs one of benches/.
bench() {
	name=$1
	shift
	cargo bench --quiet --locked --manifest-path "$top/Cargo.toml" --target-dir "$target" \
		--bench "$name" -- "$@"
}

# ---- room ---------------------------------------------------------------------------------------

# 272 bytes of each inserted state in the capture and again in that of the fill alone, 116 of each
# event; the benches themselves write files of up to 1 GB.
need_room() {
	needed=$(for live in $sizes; do echo "$live"; done | sort -n | tail -n 1 |
		awk -v events="$events" '{ printf "%d", (2 * 272 * $1 + 116 * events + 1e9) / 1024 }')
	there=$(df -Pk "$dir" | awk 'NR == 2 { print $4 }')
	[ "$there" -ge "$needed" ] ||
		die "$dir has room for $((there / 1024)) MB, and $((needed / 1024)) MB are needed: set TMPDIR to a folder with more"
}

# ---- the machine --------------------------------------------------------------------------------

fact() {
	result machine "$1" "$2" "" ""
}

facts() {
	if [ -r /proc/cpuinfo ]; then
		cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
		memory=$(awk '/^MemTotal:/ { print $2 * 1024 }' /proc/meminfo)
	else
		cpu=$(sysctl -n hw.model 2>/dev/null)
		memory=$(sysctl -n hw.physmem 2>/dev/null || sysctl -n hw.memsize)
	fi
	commit=$(git -C "$top" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
	[ -z "$(git -C "$top" status --porcelain --untracked-files=no 2>/dev/null)" ] ||
		commit="$commit, changed since"
	fact processor "${cpu:-unknown}"
	fact cores "$(getconf _NPROCESSORS_ONLN 2>/dev/null || getconf NPROCESSORS_ONLN)"
	fact memory "$(echo "$memory" | awk '{ printf "%.1f GB", $1 / 1e9 }')"
	fact kernel "$(uname -srm)"
	fact commit "$commit"
	fact date "$(date -u +%Y-%m-%d)"
	fact rustc "$(rustc --version)"
	[ -z "$quick" ] || fact note "sizes are small, to see that it works: not to quote"
}

# ---- the whole program --------------------------------------------------------------------------

# timed COMMAND...: adds a line to $dir/times: seconds of wall clock, user and system, KB at the peak
# (0 where time(1) does not tell).
timed() {
	if /usr/bin/time -f %M -o /dev/null true 2>/dev/null; then
		/usr/bin/time -f '%e %U %S %M' -a -o "$dir/times" "$@" >/dev/null
	else
		/usr/bin/time -p "$@" 2>"$dir/time" >/dev/null
		awk '$1 == "real" { r = $2 } $1 == "user" { u = $2 } $1 == "sys" { s = $2 }
			END { print r, u, s, 0 }' "$dir/time" >>"$dir/times"
	fi
}

# measure FILE ARGS...: prints the best of the rounds: wall, user and system, KB at the peak.
measure() {
	file=$1
	shift
	: >"$dir/times"
	round=0
	while [ "$round" -lt "$rounds" ]; do
		timed "$pfstatelog" -r "$file" -e all "$@"
		round=$((round + 1))
	done
	awk 'NR == 1 || $1 < wall { wall = $1 }
		NR == 1 || $2 + $3 < cpu { cpu = $2 + $3 }
		$4 > peak { peak = $4 }
		END { print wall, cpu, peak }' "$dir/times"
}

# program NAME LIVE ARGS...: the file, and less what the fill alone takes, the steady state.
program() {
	what="$1, $2 live states"
	live=$2
	shift 2
	fill=$(measure "$dir/fill.pcap" "$@")
	all=$(measure "$dir/all.pcap" "$@")
	say "$what: $all s, s, KB; fill alone: $fill"
	echo "$fill $all" | awk -v what="$what" -v live="$live" -v events="$events" -v rounds="$rounds" '
	function tell(name, value, unit, note) {
		printf "program\t%s: %s\t%s\t%s\t%s\n", what, name, value, unit, note
	}
	{
		note = sprintf("wall %.2f s, user and system %.2f s, best of %d", $4, $5, rounds)
		tell("whole file", (live + events) / ($4 > 0 ? $4 : 0.01) / 1e6, "M events/s", note)
		wall = $4 - $1; cpu = $5 - $2
		# time(1) has hundredths of a second.
		if (wall >= 0.05) {
			note = sprintf("%.0f ns of user and system an event", cpu / events * 1e9)
			tell("steady state", events / wall / 1e6, "M events/s", note)
		}
		if ($6 > 0) tell("memory", $6 * 1024 / 1e6, "MB", "at the peak")
	}' >>"$results"
}

programs() {
	pfstatelog=$target/${CARGO_BUILD_TARGET:+$CARGO_BUILD_TARGET/}release/pfstatelog
	for live in $sizes; do
		say "writing captures of $live live states"
		bench generate --live "$live" --events 0 -o "$dir/fill.pcap"
		bench generate --live "$live" --events "$events" -o "$dir/all.pcap"
		room=$((live * 2))
		for jobs in 1 2; do
			for format in text json; do
				program "$format, -j $jobs" "$live" -o "$format=-" --max-states "$room" -j "$jobs"
			done
			program "text, no table, -j $jobs" "$live" -o text=- --no-table -j "$jobs"
		done
		rm "$dir/fill.pcap" "$dir/all.pcap"
	done
}

# -------------------------------------------------------------------------------------------------

need_room
facts
cargo build --release --locked --manifest-path "$top/Cargo.toml" --target-dir "$target" \
	--bin pfstatelog >&2
bench stages
bench walk "$walk_rounds"
# shellcheck disable=SC2086 # words are wanted
bench table $table_sizes
bench dump "$dump_states"
if [ -x /usr/bin/time ]; then
	programs
else
	say "the whole program is not measured: there is no /usr/bin/time"
fi
for script in start live outputs peers; do
	[ ! -e "$top/misc/bench-$script.sh" ] || sh "$top/misc/bench-$script.sh" ||
		say "misc/bench-$script.sh failed: what it measures is missing or not whole"
done
bench report "$page"
say "written: $page/BENCHMARKS.md and $page/misc/benchmarks.svg"
