#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embedding_test.sh MODEL_DEVICE: a stranger's program: libgantry is installed into a folder, and the example of the
# documentation is compiled with what pkg-config says, as C, as C++ and with the static library, and installs an app.
set -eu
cd "$(dirname "$0")/../.."
ROOT=$(pwd)
. scripts/common.sh
model=$1
for program in cmake pkg-config nm c++; do
    command -v $program >/dev/null || {
        say "skipped: $program is not installed"
        exit 77
    }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# By another name than the one it is built for: what it says of where it lies must not be of the build.
cmake --install build/obj/host --component libgantry --prefix "$work/built" >"$work/log" || {
    cat "$work/log"
    die "libgantry cannot be installed" "scripts/build.sh host"
}
mv "$work/built" "$work/moved"
pc=$(find "$work/moved" -name gantry.pc)
lib=$(dirname "$(dirname "$pc")")
export PKG_CONFIG_PATH="${pc%/gantry.pc}"
export LD_LIBRARY_PATH="$lib"
[ "$(pkg-config --modversion gantry)" = "$(build/bin/loader-cli --version | sed 's/.* //')" ] ||
    die "gantry.pc has another version than the tool"

# What the headers declare is what the library gives out, and nothing else.
cat "$work"/moved/include/gantry/*.h | tr '\n' ' ' | grep -o 'GANTRY_API [^;]*;' |
    sed 's/.*[ *]\(gantry_[a-z_]*\)(.*/\1/; s/.*\(gantry_[a-z_]*\)(struct.*/\1/' | grep -x 'gantry_[a-z_]*' |
    sort -u >"$work/declared"
nm -D --defined-only "$lib/libgantry.so" | awk '$2 == "T" { sub("@.*", "", $3); print $3 }' | sort -u >"$work/given"
diff "$work/declared" "$work/given" || die "the headers and libgantry.map differ"
nm -g --defined-only "$lib/libgantry.a" | awk 'NF == 3 && $3 !~ /^gantry_/ { print; bad = 1 } END { exit bad }' ||
    die "the static library has names of its own insides"

# Handles share nothing, and nothing is printed: variables are two that nobody here writes, and what each thread has of its
# own. Whatever no public function reaches has been left out by the linker.
objdump -t "$lib/libgantry.so.0" | awk '$3 == "O" && $4 ~ /^\.(data|bss)$/ && $5 !~ /^0*$/ { print $NF }' |
    grep -vxE 'completed\.[0-9]*|interrupt_seen|mbedtls_platform_dev_random' && die "threads share these variables"
nm -D --undefined-only "$lib/libgantry.so" | sed 's/.* //; s/@.*//' |
    grep -xE 'std(in|out|err)|v?f?printf|puts|putchar|exit|abort|sigaction|strerror|strtok|localtime|gmtime|ctime|rand|setlocale|unsetenv|putenv|setenv|umask|chdir' &&
    die "that is not for a library"

# build WHAT COMPILER...: compiles the example and runs it.
build() {
    what=$1
    shift
    # shellcheck disable=SC2046,SC2086 # words
    "$@" -Wall -Wextra -Wconversion -Werror docs/examples/install.c $(pkg-config --cflags --libs gantry $others) \
        -o "$work/install" || die "$what: the example does not compile"
    "$model" "$work/install" DEVICE PACKAGE >"$work/out" 2>"$work/err" || {
        cat "$work/err"
        die "$what: the example failed"
    }
    grep -q '^gamma, version' "$work/out" || die "$what: the example did not install the app"
    grep -q 'app.tab: .* bytes' "$work/err" || die "$what: there was no progress"
}

others=
build "C" cc -std=c99 -pedantic
readelf -d "$work/install" | grep -q 'NEEDED.*libgantry\.so\.0' || die "it does not need libgantry.so.0"
build "C++" c++ -std=c++11 -x c++
# Without the shared one beside it the linker takes the static one, which needs what it is made with.
rm "$lib"/libgantry.so*
others=$(sed -n "s/^Requires.private: //p" "$pc")
build "static" cc -std=c11
readelf -d "$work/install" | grep -q 'NEEDED.*libgantry' && die "it needs a library that is gone"

# An error is a number and a sentence.
code=0
"$work/install" nowhere none.tab 2>"$work/err" || code=$?
[ $code = 2 ] || die "a mistake ends with $code"
grep -q "^usage: 'nowhere' does not name a device" "$work/err" || die "a mistake has other words"
say "libgantry $(pkg-config --modversion gantry): $(wc -l <"$work/declared") functions"
