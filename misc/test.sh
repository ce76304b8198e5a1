#!/bin/sh
# Runs every test: sh misc/test.sh [ARGS for cargo test]
#
# Installs what is missing first (misc/deps.sh). A test that cannot run on this machine passes and
# prints a line that begins with `skipped:`; these lines are shown again at the end. The exit status
# is that of the tests.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"

need_build
want_test_tools

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# The status goes through a file: a pipe has only that of its last command.
{
	status=0
	# --show-output: otherwise what a passing test prints, a skipped: among it, is not shown.
	cargo test --locked --no-fail-fast --manifest-path "$top/Cargo.toml" --target-dir "$target" "$@" \
		-- --show-output 2>&1 || status=$?
	[ "$status" -ne 0 ] || sh "$top/misc/headers-check.sh" 2>&1 || status=$?
	# misc/import-headers is a crate of its own, which a package of this one does not hold.
	if [ "$status" -eq 0 ] && [ -d "$top/misc/import" ]; then
		cargo test --locked --no-fail-fast --manifest-path "$top/misc/import/Cargo.toml" \
			--target-dir "$target/import" -- --show-output 2>&1 || status=$?
		! have_libclang || sh "$top/misc/import-headers" --help >/dev/null || status=$?
	fi
	echo "$status" >"$dir/status"
} | tee "$dir/log"

echo
if grep '^skipped:' "$dir/log" >"$dir/skipped"; then
	echo "what was skipped on this machine:"
	sort "$dir/skipped" | uniq -c
else
	echo "nothing was skipped"
fi
exit "$(cat "$dir/status")"
