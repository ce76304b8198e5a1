#!/bin/sh
# Type-checks the program for the BSDs: sh misc/check-bsd.sh [TARGET...]
#
# No BSD is needed, and nothing is linked: Debian's rustc-web with rust-web-src brings a compiler
# together with the source of the standard library, which is checked for the target first. libpcap
# is taken for 1.0.0, which is what OpenBSD's answers to. Where the packages cannot be had it says
# so and passes.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
rustc=/usr/bin/rustc
cargo=/usr/bin/cargo

has_source() {
	[ -x "$rustc" ] && [ -x "$cargo" ] &&
		[ -d "$("$rustc" --print sysroot)/lib/rustlib/src/rust/library" ]
}

if ! has_source; then
	if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
		echo "check-bsd: installing rustc-web, cargo-web and rust-web-src"
		apt-get install -y -qq rustc-web cargo-web rust-web-src >/dev/null 2>&1 ||
			{ apt-get update -qq && apt-get install -y -qq rustc-web cargo-web rust-web-src; } \
				>/dev/null 2>&1 || true
	fi
	if ! has_source; then
		echo "skipped: check-bsd: no rustc with the source of its standard library (Debian:" \
			"rustc-web, cargo-web, rust-web-src)"
		exit 0
	fi
fi

wanted=$(sed -n 's/^rust-version *= *"1\.\([0-9]*\).*/\1/p' "$top/Cargo.toml")
had=$("$rustc" --version | sed -n 's/^rustc 1\.\([0-9]*\).*/\1/p')
if [ "${had:-0}" -lt "${wanted:-0}" ]; then
	echo "skipped: check-bsd: $rustc is 1.$had, and 1.$wanted is needed"
	exit 0
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

[ $# -gt 0 ] || set -- x86_64-unknown-openbsd x86_64-unknown-freebsd x86_64-unknown-netbsd
for target; do
	echo "check-bsd: $target"
	# rustc-web is a stable compiler; RUSTC_BOOTSTRAP lets it take -Zbuild-std.
	if RUSTC_BOOTSTRAP=1 RUSTC=$rustc PATH="/usr/bin:$PATH" LIBPCAP_VER=1.0.0 \
		"$cargo" check --locked --quiet -Zbuild-std=std,panic_abort --target "$target" \
		--manifest-path "$top/Cargo.toml" --target-dir "${CARGO_TARGET_DIR:-$top/target}/bsd" \
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
