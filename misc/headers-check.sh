#!/bin/sh
# Proves that generating headers/generated again changes nothing: sh misc/headers-check.sh
#
# The committed modules are taken away, build.rs writes them anew (UPDATE_GENERATED=1), and both are
# compared: so a module that nothing writes any more shows as well. The committed ones are put back
# whatever comes out. To commit new ones: UPDATE_GENERATED=1 cargo build.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=misc/deps.sh
. "$top/misc/deps.sh"

generated=$top/headers/generated
if ! have_libclang; then
	echo "skipped: no libclang, so headers/generated was not generated again"
	exit 0
fi
[ -d "$generated" ] || die "$generated is missing"
need_rust
need_cc
need_libpcap

dir=$(mktemp -d)
cp -Rp "$generated" "$dir/committed"
cp -p "$top/build.rs" "$dir/build.rs"
put_back() {
	touch -r "$dir/build.rs" "$top/build.rs"
	rm -rf "$generated"
	# With the times they had: nothing was changed, so nothing need be built again for them.
	cp -Rp "$dir/committed" "$generated"
	rm -rf "$dir"
}
trap put_back EXIT
trap 'exit 1' HUP INT TERM

find "$generated" -name '*.rs' -exec rm -f {} +
# Cargo then runs build.rs even where it did so for an earlier check.
touch "$top/build.rs"
UPDATE_GENERATED=1 cargo build --locked --manifest-path "$top/Cargo.toml" --target-dir "$target" \
	--lib >&2

if diff -r "$dir/committed" "$generated"; then
	echo "headers/generated is what build.rs generates"
else
	echo "headers/generated is not what build.rs generates (above: < committed, > generated)." >&2
	echo "After a change of headers/ or build.rs: UPDATE_GENERATED=1 cargo build, and commit it." >&2
	exit 1
fi
