#!/bin/sh
# Writes the crates that the port fetches, by names and versions: sh misc/ports/openbsd/crates.sh [LOCK]
#
# LOCK is a Cargo.lock, that of this project unless another one is named. What comes from no registry is
# this project itself.
set -eu

lock=${1:-$(cd "$(dirname "$0")/../../.." && pwd)/Cargo.lock}

awk '
	function flush() {
		if (name != "" && source ~ /^registry\+/) {
			printf "MODCARGO_CRATES +=\t%s\t%s\n", name, version
			count++
		}
		name = version = source = ""
	}
	function value(line) {
		sub(/^[a-z]+ = "/, "", line)
		sub(/"$/, "", line)
		return line
	}
	/^\[\[package\]\]/ { flush() }
	/^name = "/ { name = value($0) }
	/^version = "/ { version = value($0) }
	/^source = "/ { source = value($0) }
	END {
		flush()
		if (count == 0) {
			print "crates.sh: no crates: is this a Cargo.lock?" | "cat >&2"
			exit 1
		}
	}
' "$lock"
