# What the build needs and how each system's package manager calls it: read by run.sh, test.sh,
# bench.sh and headers-check.sh with `.`, never run by itself. POSIX sh, no bashisms: OpenBSD's sh reads it.
#
# The caller sets `top` (the project's folder) first. Everything said here goes to standard error,
# so that standard output stays that of the program which is run.
#
# need_* end the script where they fail; want_* go on with a word.
# shellcheck shell=sh
# `top` is the caller's; `target` is for the caller.
# shellcheck disable=SC2154,SC2034

say() {
	printf 'pfstatelog: %s\n' "$*" >&2
}

die() {
	say "$@"
	exit 1
}

have() {
	command -v "$1" >/dev/null 2>&1
}

system=$(uname -s)

# Debian keeps ip(8) and tcpdump(8) out of an ordinary user's PATH, and a shell that was open while
# rustup ran does not have cargo in its own yet.
# rustup's cargo comes first, as rustup itself puts it: a system's own may be an older one.
PATH=${CARGO_HOME:-${HOME:-}/.cargo}/bin:$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

# The pcap crate's build script asks libpcap for its version, in words that OpenBSD's does not
# use: told outright, it asks nothing. Nothing above 1.0.0 is called.
if [ "$system" = OpenBSD ]; then
	LIBPCAP_VER=1.0.0
	export LIBPCAP_VER
fi

# ---- the package manager ------------------------------------------------------------------------

# Prints which one this system has; nothing where it is none that is known here.
package_manager() {
	case $system in
	OpenBSD) echo pkg_add ;;
	FreeBSD | DragonFly) echo pkg ;;
	Darwin) ! have brew || echo brew ;;
	*)
		for pm in apt-get dnf apk; do
			if have "$pm"; then
				echo "$pm"
				return
			fi
		done
		;;
	esac
}

manager=$(package_manager)

# package THING: what the package manager calls it; nothing where the base system has it or it
# does not exist there.
package() {
	case $manager:$1 in
	apt-get:cc) echo gcc libc6-dev ;;
	apt-get:cxx) echo g++ ;;
	dnf:cxx) echo gcc-c++ ;;
	apk:cxx) echo g++ ;;
	apt-get:libpcap) echo libpcap-dev ;;
	apt-get:libclang) echo libclang-dev ;;
	apt-get:ip) echo iproute2 ;;
	dnf:cc) echo gcc ;;
	dnf:libpcap) echo libpcap-devel ;;
	dnf:libclang) echo clang-devel ;;
	dnf:ip) echo iproute ;;
	apk:cc) echo gcc musl-dev ;;
	apk:libpcap) echo libpcap-dev ;;
	apk:libclang) echo clang-dev ;;
	apk:ip) echo iproute2 ;;
	apt-get:time | dnf:time | apk:time) echo time ;;
	apt-get:tcpdump | dnf:tcpdump | apk:tcpdump) echo tcpdump ;;
	apt-get:mandoc | dnf:mandoc | apk:mandoc | brew:mandoc) echo mandoc ;;
	apt-get:shellcheck | apk:shellcheck | pkg_add:shellcheck | brew:shellcheck) echo shellcheck ;;
	dnf:shellcheck) echo ShellCheck ;;
	pkg:shellcheck) echo hs-ShellCheck ;;
	apt-get:valgrind | dnf:valgrind | apk:valgrind | pkg:valgrind) echo valgrind ;;
	apt-get:unshare | dnf:unshare | apk:unshare) echo util-linux ;;
	pkg:libpcap) echo libpcap ;;
	pkg_add:libclang | pkg:libclang | brew:libclang) echo llvm ;;
	esac
}

# install_command PACKAGE...: the command line that installs them, as root would type it.
install_command() {
	case $manager in
	apt-get) echo "apt-get install -y --no-install-recommends $*" ;;
	pkg_add) echo "pkg_add -I $*" ;;
	pkg) echo "pkg install -y $*" ;;
	dnf) echo "dnf install -y $*" ;;
	apk) echo "apk add $*" ;;
	brew) echo "brew install $*" ;;
	esac
}

# Sets `by` to what makes a command root's; fails, with a word, where nothing can. Homebrew refuses
# to run as root, so it is never asked to.
can_be_root() {
	by=
	[ "$(id -u)" -ne 0 ] && [ "$manager" != brew ] || return 0
	for by in sudo doas; do
		have "$by" && return 0
	done
	say "installing needs root, and there is neither sudo nor doas"
	return 1
}

# as_root COMMAND...: says the command, then runs it, by sudo or doas where can_be_root said so.
as_root() {
	say "running: ${by:+$by }$*"
	# A package manager that stops to ask is of no use here, and what it prints is not the
	# program's output.
	${by:+"$by"} env DEBIAN_FRONTEND=noninteractive "$@" >&2
}

# apt cannot find a package before its lists were fetched once, and fetches versions that are gone
# where they are old.
apt_lists_are_fresh() {
	[ -n "$(find /var/lib/apt/lists -name '*_Packages*' -mtime -2 2>/dev/null | head -n 1)" ]
}

# install_packages PACKAGE...: fails, having said why, where they could not be installed.
install_packages() {
	can_be_root || return 1
	if [ "$manager" = apt-get ]; then
		if apt_lists_are_fresh; then
			# shellcheck disable=SC2046 # words are wanted
			as_root $(install_command "$@") && return 0
		fi
		as_root apt-get update || return 1
	fi
	# shellcheck disable=SC2046 # words are wanted
	as_root $(install_command "$@")
}

# by_hand PACKAGE...: what to type, for a message.
by_hand() {
	if [ "$manager" = apt-get ]; then
		echo "apt-get update && $(install_command "$@")"
	else
		install_command "$@"
	fi
}

# ---- Rust ---------------------------------------------------------------------------------------

# Rust itself is not installed: whose it is to be, the system's or rustup's, is the owner's choice.
need_rust() {
	wanted=$(sed -n 's/^rust-version *= *"\([0-9.]*\)".*/\1/p' "$top/Cargo.toml")
	if ! have cargo || ! have rustc; then
		say "Rust $wanted or later is needed, and there is no cargo."
		how_to_get_rust
		exit 1
	fi
	found=$(rustc --version | sed -n 's/^rustc \([0-9]*\.[0-9]*\).*/\1/p')
	if [ -n "$found" ] && older "$found" "$wanted"; then
		say "Rust $wanted or later is needed, and this one ($(command -v rustc)) is $found."
		how_to_get_rust
		exit 1
	fi
}

# older A B: whether version A is below B, by their first two numbers.
older() {
	awk -v a="$1" -v b="$2" 'BEGIN {
		split(a, x, "."); split(b, y, ".")
		exit !(x[1] + 0 < y[1] + 0 || (x[1] + 0 == y[1] + 0 && x[2] + 0 < y[2] + 0))
	}'
}

how_to_get_rust() {
	case $manager in
	pkg_add) say "  from packages, as root:  pkg_add rust    (rustup has none for OpenBSD)" ;;
	pkg) say "  from packages, as root:  pkg install rust" ;;
	apk) say "  from packages, as root:  apk add cargo" ;;
	dnf) say "  from packages, as root:  dnf install cargo" ;;
	brew) say "  from packages:           brew install rust" ;;
	apt-get) say "  from packages, as root:  apt-get install cargo    (where \`apt-cache policy cargo\` has $wanted; Debian 13 has not)" ;;
	esac
	[ "$manager" = pkg_add ] || say "  by rustup, as yourself:  see https://rustup.rs"
}

# Debian's own compiler comes with the source of the standard library, from which it is made for systems
# that there is none for here.
has_std_source() {
	[ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] &&
		[ -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library" ]
}

# need_std_source CHECK: installs it; skips the check, with a word and status 0, where it cannot be had
# or is too old. It is a stable compiler: RUSTC_BOOTSTRAP lets it take -Zbuild-std.
need_std_source() {
	if ! has_std_source && [ "$manager" = apt-get ]; then
		install_packages rustc-web cargo-web rust-web-src || true
	fi
	if ! has_std_source; then
		echo "skipped: $1: no rustc with the source of its standard library (Debian:" \
			"rustc-web, cargo-web, rust-web-src)"
		exit 0
	fi
	wanted=$(sed -n 's/^rust-version *= *"\([0-9.]*\)".*/\1/p' "$top/Cargo.toml")
	found=$(/usr/bin/rustc --version | sed -n 's/^rustc \([0-9]*\.[0-9]*\).*/\1/p')
	if older "${found:-0.0}" "$wanted"; then
		echo "skipped: $1: /usr/bin/rustc is ${found:-unknown}, and $wanted is needed"
		exit 0
	fi
}

# ---- what the build links and loads ---------------------------------------------------------------

need_cc() {
	have cc && return
	need cc "a C compiler (Rust links with it)"
}

# A program that includes the header and links the library is the only question that means the
# same everywhere; where pkg-config answers, it is quicker.
have_libpcap() {
	have pkg-config && pkg-config --exists libpcap 2>/dev/null && return 0
	probe=$(mktemp -d) || die "cannot make a temporary folder"
	cat >"$probe/probe.c" <<-'C'
		#include <sys/types.h>
		#include <sys/time.h>
		#include <pcap.h>
		int main(void) { return pcap_lib_version() == 0; }
	C
	cc -o "$probe/probe" "$probe/probe.c" -lpcap >/dev/null 2>&1
	linked=$?
	rm -rf "$probe"
	return "$linked"
}

need_libpcap() {
	have_libpcap && return
	need libpcap "libpcap with its header"
	have_libpcap || die "libpcap was installed, and yet a C program cannot be linked with it: is there another one in the compiler's way?"
}

# need THING WORDS: installs it, or ends the script with the command that would.
need() {
	# shellcheck disable=SC2046 # words are wanted
	set -- "$2" $(package "$1")
	what=$1
	shift
	if [ $# -eq 0 ]; then
		case $system in
		OpenBSD) die "$what is missing: it is part of the comp set, which this machine was installed without" ;;
		Darwin) die "$what is missing: xcode-select --install brings it" ;;
		*) die "$what is missing, and no package of it is known here: install it, then run this again" ;;
		esac
	fi
	say "$what is missing: installing $*"
	install_packages "$@" || die "$what is missing and could not be installed; as root: $(by_hand "$@")"
}

# libclang_in FOLDER: whether a libclang that can be loaded lies there.
libclang_in() {
	for lib in "$1"/libclang.so "$1"/libclang.so.* "$1"/libclang-*.so "$1"/libclang-*.so.* \
		"$1"/libclang.dylib; do
		case ${lib##*/} in
		*-cpp*) ;;
		*) [ -e "$lib" ] && return 0 ;;
		esac
	done
	return 1
}

# Looks where bindgen's loader looks, and where OpenBSD's packages and Homebrew put it, where the
# loader does not look: then LIBCLANG_PATH says so.
have_libclang() {
	if [ -n "${LIBCLANG_PATH:-}" ]; then
		[ -f "$LIBCLANG_PATH" ] || libclang_in "$LIBCLANG_PATH"
		return
	fi
	if have "${LLVM_CONFIG_PATH:-llvm-config}"; then
		prefix=$("${LLVM_CONFIG_PATH:-llvm-config}" --prefix 2>/dev/null)
		if [ -n "$prefix" ] && { libclang_in "$prefix/lib" || libclang_in "$prefix/lib64"; }; then
			return 0
		fi
	fi
	case $system in
	Linux | FreeBSD)
		for dir in /usr/local/llvm*/lib* /usr/local/lib* /usr/local/lib*/* /usr/lib* /usr/lib*/* \
			/usr/lib*/*/lib; do
			libclang_in "$dir" && return 0
		done
		return 1
		;;
	Darwin)
		for dir in /Library/Developer/CommandLineTools/usr/lib \
			"$(xcode-select --print-path 2>/dev/null)/Toolchains/XcodeDefault.xctoolchain/usr/lib"; do
			libclang_in "$dir" && return 0
		done
		;;
	esac
	for dir in /usr/local/llvm*/lib /usr/local/lib /opt/homebrew/opt/llvm/lib \
		/usr/local/opt/llvm/lib; do
		if libclang_in "$dir"; then
			LIBCLANG_PATH=$dir
			export LIBCLANG_PATH
			return 0
		fi
	done
	return 1
}

# Never an error: headers/generated holds what libclang would lead to. NO_LIBCLANG=1 says that it
# is not wanted (on a firewall LLVM is a lot to install for that).
want_libclang() {
	have_libclang && return
	if [ -n "${NO_LIBCLANG:-}" ]; then
		say "libclang is missing and NO_LIBCLANG is set: building from headers/generated"
		return
	fi
	want libclang "libclang"
	have_libclang || say "going on without libclang: building from headers/generated"
}

# Tests that need one of these skip, with a word, where it is missing. So do those of outputs and of
# misc/fail2ban without rsyslogd and fail2ban, whose packages start daemons: .ci/run alone installs these.
want_test_tools() {
	have tcpdump || want tcpdump "tcpdump (for tests alone)"
	have mandoc || want mandoc "mandoc (for tests alone)"
	have shellcheck || want shellcheck "shellcheck (for tests alone)"
	# Network namespaces are Linux's.
	[ "$system" = Linux ] || return 0
	have ip || want ip "ip(8) (for tests alone)"
	have unshare || want unshare "unshare(1) (for tests alone)"
}

# The shell's own time says nothing of memory.
want_bench_tools() {
	[ -x /usr/bin/time ] || want time "time(1) (for benches alone)"
}

# want THING WORDS: installs it where that is possible.
want() {
	# shellcheck disable=SC2046 # words are wanted
	set -- "$2" $(package "$1")
	what=$1
	shift
	if [ $# -eq 0 ]; then
		say "$what is missing, and no package of it is known here"
		return
	fi
	say "$what is missing: installing $*"
	install_packages "$@" || say "$what could not be installed; as root: $(by_hand "$@")"
}

# ---- the build ------------------------------------------------------------------------------------

# What both commands need before cargo can build.
need_build() {
	need_rust
	need_cc
	need_libpcap
	want_libclang
}

# Where cargo is told to put what it builds, so that it is found again whatever a configuration
# file of the caller's says.
target=${CARGO_TARGET_DIR:-$top/target}
