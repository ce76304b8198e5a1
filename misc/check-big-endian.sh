#!/bin/sh
# Runs the library's tests as a big-endian machine would: sh misc/check-big-endian.sh
#
# s390x under qemu: Debian's rustc-web with rust-web-src brings a compiler and the source of the standard
# library, gcc-s390x-linux-gnu links, qemu-user runs. The unit tests, the walk of frames and the seeds of
# the fuzz targets are run; what reads the program's output needs no second byte order. Where the packages
# cannot be had it says so and passes.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
triple=s390x-unknown-linux-gnu
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"

need_std_source big-endian
has_all() {
	have s390x-linux-gnu-gcc && have qemu-s390x
}
if ! has_all && [ "$manager" = apt-get ]; then
	install_packages gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user || true
fi
if ! has_all; then
	echo "skipped: big-endian: no s390x-linux-gnu-gcc or no qemu-s390x (Debian: gcc-s390x-linux-gnu" \
		"libc6-dev-s390x-cross qemu-user)"
	exit 0
fi

# What qemu runs is worth being optimised a little. No debugger is going to look at it.
CARGO_PROFILE_DEV_OPT_LEVEL=1 CARGO_PROFILE_DEV_DEBUG=0 RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc PATH="/usr/bin:$PATH" \
	CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_LINKER=s390x-linux-gnu-gcc \
	CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_RUNNER="qemu-s390x -L /usr/s390x-linux-gnu" \
	/usr/bin/cargo test --locked --no-default-features --manifest-path "$top/Cargo.toml" \
	-Zbuild-std --target "$triple" --target-dir "$target/big-endian" \
	--lib --test seeds --test walk
