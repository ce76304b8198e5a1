#!/bin/sh
# Runs the tests under AddressSanitizer: sh misc/asan.sh [ARGS for cargo test]
#
# The program that tests start is built with it, too. Not run are the tests that measure memory or
# allocations, whose numbers are the sanitizer's then, and those that only read text, build headers or are about
# fail2ban. Nor are those that hold safe code to the corpus at length: other tests run that code as well, and so do
# the fuzz targets, which have the sanitizer, too.
# Needs nightly Rust, whose compiler has the sanitizer.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"

if ! rustc +nightly -V >/dev/null 2>&1; then
	echo "skipped: AddressSanitizer: there is no nightly Rust (rustup toolchain install nightly)"
	exit 0
fi
need_build
want_test_tools
host=$(rustc +nightly -vV | sed -n 's/^host: //p')

set -- --lib --bins "$@"
for file in "$top"/tests/*.rs; do
	name=$(basename "$file" .rs)
	case $name in
	allocations | table_memory | headers | layout | readme | generator) ;;
	man | completions | packaging | fail2ban) ;;
	json | ecs | views | filters | table_model | dump_many) ;;
	*) set -- --test "$name" "$@" ;;
	esac
done

# Leaks are not looked for: that takes ptrace(2), which a confined process may not call.
RUSTFLAGS="${RUSTFLAGS:-} -Zsanitizer=address" \
	ASAN_OPTIONS=${ASAN_OPTIONS:-abort_on_error=1:detect_stack_use_after_return=1:detect_leaks=0} \
	cargo +nightly test --locked --no-fail-fast --manifest-path "$top/Cargo.toml" \
	--target "$host" --target-dir "$target/asan" "$@"
