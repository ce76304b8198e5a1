#!/bin/sh
# Holds Cargo.toml's rust-version against the dependencies: sh misc/msrv.sh
#
# Fails where a crate that Cargo.lock names, tests' and the build script's included, states a later
# Rust than this package does. That the code itself keeps to it is clippy's to say
# (incompatible_msrv).
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"

need_rust
host=$(rustc -vV | sed -n 's/^host: //p')
# A package's object begins with name, version and id; that of a dependency has no version of its
# own there. A line each is enough to read them without a JSON parser.
cargo metadata --locked --format-version 1 --all-features --filter-platform "$host" \
	--manifest-path "$top/Cargo.toml" |
	awk -v own="$wanted" '
	function later(a, b,  x, y) {
		split(a, x, "."); split(b, y, ".")
		return x[1] + 0 > y[1] + 0 || (x[1] + 0 == y[1] + 0 && x[2] + 0 > y[2] + 0)
	}
	{
		gsub(/\{"name":"[^"]*","version":"[^"]*","id":/, "\n&")
		n = split($0, package, "\n")
		for (i = 2; i <= n; i++) {
			split(package[i], word, "\"")
			if (word[4] == "pfstatelog") { ours = 1; continue }
			read++
			if (match(package[i], /"rust_version":"[0-9.]*"/)) {
				stated++
				rust = substr(package[i], RSTART + 16, RLENGTH - 17)
				if (later(rust, own)) {
					print word[4] " " word[8] " needs Rust " rust ", and rust-version is " own
					bad = 1
				}
			}
		}
	}
	END {
		# Were the output laid out otherwise one day, this would find nothing and say so.
		if (!ours || !stated) { print "cargo metadata was not understood"; exit 1 }
		if (!bad) print "rust-version " own " is enough for " read " crates (" stated " state theirs)"
		exit bad
	}'
