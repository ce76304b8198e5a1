#!/bin/sh
# Measures which lines of wire, link, state and table run: sh misc/coverage.sh
#
# By the tests that decode, the seeds, the inputs that once failed and what the fuzzers have found here
# (fuzz/corpus, where there is one). Unit tests' own lines do not count. Prints a line for each folder
# and each line that never ran; fails where wire or link have less than 95 % of their lines run.
# Needs llvm-profdata and llvm-cov of rustc's own LLVM, which Debian has as llvm-NN; skips without.
set -eu

AT_LEAST=95

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"

need_build
llvm=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')

# tool NAME: the one that reads what this compiler writes.
tool() {
	for found in "$1-$llvm" "/usr/lib/llvm-$llvm/bin/$1" "$(rustc --print target-libdir)/../bin/$1"; do
		if have "$found"; then
			echo "$found"
			return
		fi
	done
}

if [ -z "$(tool llvm-cov)" ] && [ "$manager" = apt-get ]; then
	install_packages "llvm-$llvm" || true
fi
profdata=$(tool llvm-profdata)
cov=$(tool llvm-cov)
if [ -z "$profdata" ] || [ -z "$cov" ]; then
	echo "skipped: coverage: there is no llvm-profdata and llvm-cov of LLVM $llvm (Debian: llvm-$llvm; rustup:" \
		"component llvm-tools)"
	exit 0
fi

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# build_and_run ARGS...: cargo test, with what ran written to $dir.
build_and_run() {
	RUSTFLAGS="${RUSTFLAGS:-} -Cinstrument-coverage" LLVM_PROFILE_FILE="$dir/%p-%m.profraw" \
		PFSTATELOG_CORPUS="$top/fuzz/corpus" \
		cargo test --locked --no-default-features --manifest-path "$top/Cargo.toml" \
		--target-dir "$target/coverage" \
		--lib --test seeds --test walk --test dialects --test detect --test malformed \
		--test corpus --test table --test table_time --test table_model --test views \
		--test nat "$@"
}

build_and_run --no-run --message-format=json >"$dir/built" 2>"$dir/log" || {
	tail -n 40 "$dir/log" >&2
	die "the tests do not build"
}
sed -n 's/.*"test":true.*"executable":"\([^"]*\)".*/\1/p' "$dir/built" | sort -u >"$dir/programs"
build_and_run >"$dir/log" 2>&1 || {
	tail -n 40 "$dir/log" >&2
	die "the tests fail"
}
find "$dir" -name '*.profraw' >"$dir/raw"
"$profdata" merge -sparse -f "$dir/raw" -o "$dir/all.profdata"
set --
while read -r program; do
	set -- "$@" -object "$program"
done <"$dir/programs"
shift
# Where a generic function has several instances a line ran if it ran in one.
"$cov" export -format=lcov -instr-profile "$dir/all.profdata" "$@" >"$dir/lcov" 2>"$dir/complaints" ||
	{
		cat "$dir/complaints" >&2
		die "llvm-cov could not read what the tests wrote"
	}

awk -v top="$top/src/" -v at_least="$AT_LEAST" '
function tests_begin(file,  line, at, before) {
	while ((getline line < file) > 0) {
		at++
		if (before ~ /^#\[cfg\(test\)\]/ && line ~ /^mod [a-z_]* \{/) { close(file); return at - 1 }
		before = line
	}
	close(file)
	return at + 1
}
/^SF:/ {
	path = substr($0, 4)
	name = substr(path, length(top) + 1)
	split(name, part, "/")
	folder = part[1]
	wanted = index(path, top) == 1 && folder ~ /^(wire|link|state|table)$/ && name !~ /tests\.rs$/
	if (wanted && !(name in end)) end[name] = tests_begin(path)
}
/^DA:/ && wanted {
	split(substr($0, 4), da, ",")
	if (da[1] + 0 >= end[name]) next
	key = name ":" da[1]
	if (!(key in ran)) { of[key] = folder; lines[folder]++; order[++n] = key }
	ran[key] += da[2]
}
END {
	for (i = 1; i <= n; i++) if (!ran[order[i]]) { missed[of[order[i]]]++; print "never ran: src/" order[i] }
	split("wire link state table", folders, " ")
	for (i = 1; i <= 4; i++) {
		f = folders[i]
		if (!lines[f]) { print "coverage: " f ": no lines were found"; bad = 1; continue }
		percent = 100 * (lines[f] - missed[f]) / lines[f]
		printf "coverage: %s: %.1f %% of %d lines\n", f, percent, lines[f]
		if (i <= 2 && percent < at_least) { printf "coverage: %s: %d %% are wanted\n", f, at_least; bad = 1 }
	}
	exit bad
}' "$dir/lcov"
