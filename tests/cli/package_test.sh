#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The Debian packages: what is in them, that they are complete and work where they are unpacked, the same bytes each time.
set -eu
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
command -v dpkg-shlibdeps >/dev/null || exit 77
[ -x "$ROOT/build/bin/loader-cli" ] || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LOADER_CONFIG='' XDG_RUNTIME_DIR=$work GANTRY_EMU_DIR=$work/emu
unset LOADER_DEVICE GANTRY_SDK GANTRY_BUILD
passed=0
failed=0

# check NAME COMMAND...: the command's parts are joined by &&, for `set -e` does not reach in there.
check() {
    name=$1
    shift
    if "$@" >"$work/check" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL: $name"
        cat "$work/check"
    fi
}

"$ROOT/scripts/package.sh" "$work/one" 2>"$work/log" || {
    cat "$work/log"
    exit 1
}
package=$(echo "$work"/one/loader-cli_*.deb)
runtime=$(echo "$work"/one/libgantry0_*.deb)
develop=$(echo "$work"/one/libgantry-dev_*.deb)
tree=$work/tree
dpkg-deb -x "$package" "$tree"
tool=$tree/usr/bin/loader-cli

same_again() {
    "$ROOT/scripts/package.sh" "$work/two" || return 1
    for one in "$package" "$runtime" "$develop"; do
        cmp "$one" "$work/two/$(basename "$one")" || return 1
    done
    [ "$(find "$work/two" -type f | wc -l)" -eq 3 ]
}
check "the same source gives the same bytes" same_again

fields() {
    version=$("$tool" --version | sed 's/.* //')
    [ "$(dpkg-deb -f "$package" Version)" = "$version" ] || return 1
    [ "$(dpkg-deb -f "$package" Architecture)" = "$(dpkg --print-architecture)" ] || return 1
    for library in libpopt0 libjansson4 libusb-1.0-0 libserialport0 libelf1 libarchive13; do
        dpkg-deb -f "$package" Depends | grep -q "$library" || {
            echo "it does not depend on $library"
            return 1
        }
    done
}
check "version, architecture and dependencies" fields

# Root's, closed to other writers, nothing but what is listed here.
contents() {
    dpkg-deb -c "$package" >"$work/list"
    if awk '$2 != "root/root" || $1 ~ /^.....w|^........w/ { print }' "$work/list" | grep .; then
        return 1
    fi
    ! awk '{ print $6 }' "$work/list" | grep -v '/$' | grep -Ev '^\./usr/(bin/loader-cli$|lib/udev/rules\.d/70-gantry\.rules$|share/(man/man1/loader-cli[a-z-]*\.1\.gz|bash-completion/completions/loader-cli|zsh/vendor-completions/_loader-cli|fish/vendor_completions\.d/loader-cli\.fish|doc/loader-cli/.*|gantry/(cmake|lib/app|lib/abi)/.*)$)'
}
check "owners, modes, and nothing else" contents
sums() { (cd "$tree" && dpkg-deb --ctrl-tarfile "$package" | tar -xO ./md5sums | md5sum --quiet -c); }
check "the sums are right" sums
no_traces() { ! grep -rlF "$ROOT" "$tree"; }
check "no path of the machine that built it" no_traces
no_keys() { ! grep -rlIE '^-----BEGIN (EC |ENCRYPTED )?PRIVATE KEY-----$' "$tree"; }
check "no keys" no_keys

pages() {
    [ "$(zcat "$tree/usr/share/man/man1/loader-cli.1.gz")" = "$("$tool" help --man)" ] || return 1
    count=0
    while IFS= read -r command; do
        # shellcheck disable=SC2086 # a name of two words
        [ "$(zcat "$tree/usr/share/man/man1/loader-cli-${command// /-}.1.gz")" = "$("$tool" help --man $command)" ] || {
            echo "the page of '$command' is missing or old"
            return 1
        }
        count=$((count + 1))
    done < <("$tool" help --json | sed -n 's/.*"name": "\(.*\)",*$/\1/p')
    [ "$count" -gt 40 ] && [ "$(find "$tree/usr/share/man" -name '*.gz' | wc -l)" -eq $((count + 1)) ]
}
check "a page for every command, and no other" pages

completions() {
    [ "$(cat "$tree/usr/share/bash-completion/completions/loader-cli")" = "$("$tool" completion bash)" ] &&
        [ "$(cat "$tree/usr/share/fish/vendor_completions.d/loader-cli.fish")" = "$("$tool" completion fish)" ] &&
        [ "$(cat "$tree/usr/share/zsh/vendor-completions/_loader-cli")" = "$("$tool" completion zsh)" ]
}
check "completions are the tool's own" completions
# As zsh does it: the file is the body of a function, read at its first use.
zsh_autoload() {
    command -v zsh >/dev/null || return 0
    # shellcheck disable=SC2016 # for zsh to expand
    PATH=$tree/usr/bin:$PATH zsh -f -c '
        fpath=($1/usr/share/zsh/vendor-completions)
        autoload -U _loader-cli
        compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -rl -- "$@" }
        words=(loader-cli mon)
        CURRENT=2
        _loader-cli' zsh "$tree" | grep -qx monitor
}
check "zsh loads its completion by name" zsh_autoload

rules() {
    mkdir -p "$tree/proc"
    "$tool" doctor --root "$tree" >"$work/doctor" 2>&1
    grep -q '^ok  *udev rules .*/usr/lib/udev/rules.d/70-gantry.rules is current' "$work/doctor" || {
        cat "$work/doctor"
        return 1
    }
}
check "its own doctor finds the rules current" rules

# What is installed builds an app, without the tree that it came from.
builds() {
    command -v arm-none-eabi-gcc >/dev/null || return 0
    cd "$work" && "$tool" keygen key.pem && "$tool" new built && cd built || return 1
    code=0
    "$tool" -d tcp:127.0.0.1:1 run --key ../key.pem --no-monitor || code=$?
    # Nobody listens there.
    [ "$code" -eq 4 ] && "$tool" verify build/built.tab --key ../key.pub.pem &&
        grep -q "GANTRY_SDK:[A-Z]*=$tree/usr/bin/../share/gantry" build/CMakeCache.txt
}
check "it builds an app with what is in it" builds
# The two of the library, unpacked together.
prefix=$work/prefix
dpkg-deb -x "$runtime" "$prefix"
dpkg-deb -x "$develop" "$prefix"
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
listed() {
    dpkg-deb -c "$runtime" >"$work/list" && dpkg-deb -c "$develop" >>"$work/list" || return 1
    if awk '$2 != "root/root" || ($1 !~ /^l/ && $1 ~ /^.....w|^........w/) { print }' "$work/list" | grep .; then
        return 1
    fi
    ! awk '{ print $6 }' "$work/list" | grep -v '/$' | grep -Ev '^\./usr/(lib/[a-z0-9_-]*/(libgantry\.(a|so[0-9.]*)|pkgconfig/gantry\.pc)|include/gantry/[a-z]*\.h|share/doc/libgantry(0|-dev)/(copyright|changelog\.gz|embedding\.md|examples/install\.c))$'
}
check "the library's packages: owners, modes, and nothing else" listed
tied() {
    [ "$(dpkg-deb -f "$develop" Version)" = "$(dpkg-deb -f "$package" Version)" ] || return 1
    for needed in 'libgantry0 (= ' libjansson-dev libarchive-dev libelf-dev libserialport-dev libusb-1.0-0-dev; do
        dpkg-deb -f "$develop" Depends | grep -qF "$needed" || return 1
    done
    dpkg-deb -f "$runtime" Depends | grep -q 'libusb-1.0-0' && ! dpkg-deb -f "$runtime" Depends | grep -q popt &&
        dpkg-deb --ctrl-tarfile "$runtime" | tar -xO ./shlibs | grep -qx 'libgantry 0 libgantry0 (>= .*)' &&
        dpkg-deb --ctrl-tarfile "$runtime" | tar -xO ./triggers | grep -qx 'activate-noawait ldconfig'
}
check "what they depend on" tied
clean() {
    ! grep -rlF "$ROOT" "$prefix" && ! grep -rlIE '^-----BEGIN (EC |ENCRYPTED )?PRIVATE KEY-----$' "$prefix"
}
check "the library's packages: no path of the machine, no keys" clean

# A program of others is built with what they install, and with nothing of the tree.
links() {
    export PKG_CONFIG_PATH=$prefix/usr/lib/$multiarch/pkgconfig
    example=$prefix/usr/share/doc/libgantry-dev/examples/install.c
    # shellcheck disable=SC2046,SC2086 # words
    (cd "$work" && cc -Wall -Werror "$example" $(pkg-config --cflags --libs gantry) -o shared &&
        cc -Wall -Werror "$example" $(pkg-config --cflags gantry) "$prefix/usr/lib/$multiarch/libgantry.a" \
            $(pkg-config --libs jansson libarchive libelf libserialport libusb-1.0) -o static) || return 1
    readelf -d "$work/shared" | grep -q 'NEEDED.*libgantry\.so\.0' || return 1
    ! readelf -d "$work/static" | grep -q 'NEEDED.*libgantry' || return 1
    for program in shared static; do
        code=0
        LD_LIBRARY_PATH=$prefix/usr/lib/$multiarch "$work/$program" nowhere none.tab 2>"$work/said" || code=$?
        [ "$code" -eq 2 ] && grep -q "^usage: 'nowhere' does not name a device" "$work/said" || return 1
    done
}
check "a program is compiled and linked with the library's packages" links
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
