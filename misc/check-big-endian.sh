#!/bin/sh
# Runs the library's tests as a big-endian machine would: sh misc/check-big-endian.sh
#
# s390x under qemu: Debian's rustc-web with rust-web-src brings a compiler and the source of the standard
# library, gcc-s390x-linux-gnu links, qemu-user runs. The unit tests, the walk of frames and the seeds of
# the fuzz targets are run. Not run are the readers of pcapng: sections in the other byte order are refused
# on such a machine, which is known and still to be mended; nor the seeds, among which are such files. What reads the program's output needs no second byte order. Where the
# packages cannot be had it says so and passes.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
triple=s390x-unknown-linux-gnu
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"

has_all() {
	[ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] && have s390x-linux-gnu-gcc && have qemu-s390x &&
		[ -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library" ]
}

if ! has_all && [ "$manager" = apt-get ]; then
	install_packages rustc-web cargo-web rust-web-src gcc-s390x-linux-gnu libc6-dev-s390x-cross \
		qemu-user || true
fi
if ! has_all; then
	echo "skipped: big-endian: there is no rustc with the source of its standard library, no" \
		"s390x-linux-gnu-gcc or no qemu-s390x (Debian: rustc-web cargo-web rust-web-src" \
		"gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user)"
	exit 0
fi
wanted=$(sed -n 's/^rust-version *= *"1\.\([0-9]*\).*/\1/p' "$top/Cargo.toml")
had=$(/usr/bin/rustc --version | sed -n 's/^rustc 1\.\([0-9]*\).*/\1/p')
if [ "${had:-0}" -lt "${wanted:-0}" ]; then
	echo "skipped: big-endian: /usr/bin/rustc is 1.$had, and 1.$wanted is needed"
	exit 0
fi

# rustc-web is a stable compiler; RUSTC_BOOTSTRAP lets it take -Zbuild-std. What qemu runs is worth being
# optimised a little.
CARGO_PROFILE_DEV_OPT_LEVEL=1 RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc PATH="/usr/bin:$PATH" \
	CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_LINKER=s390x-linux-gnu-gcc \
	CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_RUNNER="qemu-s390x -L /usr/s390x-linux-gnu" \
	/usr/bin/cargo test --locked --no-default-features --manifest-path "$top/Cargo.toml" \
	-Zbuild-std --target "$triple" --target-dir "$target/big-endian" \
	--lib --test seeds --test walk -- --skip capture::file --skip fuzzing::tests --skip seeds_hold
