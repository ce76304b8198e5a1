#!/bin/sh
# Builds pfstatelog and runs it: sh misc/run.sh [ARGS]
#
# Installs what is missing first (misc/deps.sh). ARGS go to pfstatelog as they are, and files in
# them are those of the folder that this is called from; without any, a capture that shows NAT is
# read. The exit status is pfstatelog's own.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"

need_build
cargo build --release --locked --manifest-path "$top/Cargo.toml" --target-dir "$target" \
	--bin pfstatelog >&2

if [ $# -eq 0 ]; then
	say "no arguments, so this shows the states of fixtures/nat.pcap: pfstatelog -v -r fixtures/nat.pcap"
	set -- -v -r "$top/fixtures/nat.pcap"
fi
exec "$target/${CARGO_BUILD_TARGET:+$CARGO_BUILD_TARGET/}release/pfstatelog" "$@"
