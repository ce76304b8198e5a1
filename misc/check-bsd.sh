#!/bin/sh
# Type-checks the program for the BSDs: sh misc/check-bsd.sh [TARGET...]
#
# No BSD is needed, and nothing is linked: Debian's rustc-web with rust-web-src brings a compiler
# together with the source of the standard library, which is checked for the target first. libpcap
# is taken for 1.0.0, which is what OpenBSD's answers to. Where the packages cannot be had it says
# so and passes.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"

need_std_source check-bsd

log=$(mktemp)
trap 'rm -f "$log"' EXIT

[ $# -gt 0 ] || set -- x86_64-unknown-openbsd x86_64-unknown-freebsd x86_64-unknown-netbsd
for triple; do
	echo "check-bsd: $triple"
	if RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc PATH="/usr/bin:$PATH" LIBPCAP_VER=1.0.0 \
		/usr/bin/cargo check --locked --quiet -Zbuild-std=std,panic_abort --target "$triple" \
		--manifest-path "$top/Cargo.toml" --target-dir "$target/bsd" \
		>"$log" 2>&1; then
		continue
	fi
	cat "$log" >&2
	# The standard library has dependencies of its own, which have to come from somewhere.
	if grep -qE 'failed to (download|get|fetch)|Could not resolve' "$log"; then
		echo "skipped: check-bsd: the standard library's own dependencies could not be fetched"
		exit 0
	fi
	exit 1
done
