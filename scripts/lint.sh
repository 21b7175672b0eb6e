#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every rule of the house that a machine can check. Prints what is wrong, exits 1 when something is.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh
sources_needed

failed=0
# check NAME COMMAND...: runs one check; its output is its findings.
check() {
    name=$1
    shift
    if ! "$@" >"build/lint-$name.log" 2>&1; then
        say "lint: $name"
        cat "build/lint-$name.log" >&2
        failed=1
    fi
}

# Versions of clang-format differ in small things: only the one that the project formats with can fail.
FORMAT_VERSION=14
format() {
    sources '*.c' '*.cpp' '*.h' | xargs clang-format --dry-run -Werror && return 0
    clang-format --version | grep -q "version $FORMAT_VERSION\." && return 1
    say "format: some files differ, but the project formats with clang-format $FORMAT_VERSION: not counted" 2>&3
}

licences() {
    sources '*.c' '*.cpp' '*.h' '*.S' '*.sh' '*.cmake' '*CMakeLists.txt' '*.ld' '*.ld.in' dev .ci/run |
        while read -r file; do
            head -n 3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
                echo "$file: no SPDX line"
        done | grep . && return 1
    return 0
}

lengths() {
    sources '*.c' '*.cpp' '*.h' '*.S' '*.sh' | xargs wc -l | awk '$2 != "total" && $1 > 600 {
        print $2 ": " $1 " lines; a file has at most 600"; bad = 1 } END { exit bad }'
}

# What apps include is C in a C++ program too.
linkage() {
    bad=0
    for header in lib/app/include/gantry/*.h; do
        grep -q 'GANTRY_C_BEGIN' "$header" || {
            echo "$header: no GANTRY_C_BEGIN, GANTRY_C_END around its declarations"
            bad=1
        }
    done
    return "$bad"
}

# Not even a label of one: whoever looks for keys in the tree finds none. (The class keeps this line from being found.)
secrets() {
    found=0
    git grep --untracked -lE -e '-----BEGIN [A-Z ]*PRIVATE KEY[-]----' || found=$?
    [ "$found" -eq 1 ] # 0: there are some; others: it was not looked for
}

shells() {
    sources "*.sh" dev .ci/run | xargs shellcheck -x -e SC2317,SC2013
}

portable() {
    scripts/portable.sh || return 1
    command -v x86_64-w64-mingw32-gcc >/dev/null ||
        say "portable: for Windows nothing was compiled: gcc-mingw-w64-x86-64-win32 is not installed" 2>&3
}

# The page about the commands is what the tool says of itself.
commands() {
    build/bin/loader-cli help --markdown | diff -u docs/commands.md - ||
        die "docs/commands.md is not what the tool says" "build/bin/loader-cli help --markdown >docs/commands.md"
}

# tidy DIR EXTRA FILES: clang-tidy with the compilation database of one build.
tidy() {
    dir=$1
    pattern=$2
    shift 2
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$dir/CMakeCache.txt")
    files=$(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$dir/compile_commands.json" | sort -u |
        awk -v home="$home/" 'index($0, home) == 1 { print substr($0, length(home) + 1) }' |
        grep -E "^($pattern)/.*\.c$") || {
        echo "no file of $pattern is in $dir/compile_commands.json"
        return 1
    }
    # Without what GCC alone understands.
    database=build/tidy/$(basename "$dir")
    mkdir -p "$database"
    sed -E 's/ -f(no-)?(tree-[a-z-]+|schedule-insns2?|if-conversion|inline-small-functions|move-loop-invariants|partial-inlining|store-merging|reorder-blocks|thread-jumps|gcse-lm|guess-branch-probability)//g; s/ -ffat-lto-objects//g; s/ -Oz//g' \
        "$dir/compile_commands.json" >"$database/compile_commands.json"
    printf '%s\n' "$files" |
        xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p "$database" --warnings-as-errors='*' "$@"
}

analyse() {
    sources 'lib/*.c' 'kernel/*.c' 'bootloader/*.c' 'loader-cli/*.c' 'boards/*.c' |
        cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
            --suppress=missingInclude --suppress=normalCheckLevelMaxBranches --suppress=missingIncludeSystem --error-exitcode=1 \
            -j "$(nproc)" --file-list=- --library=posix --suppressions-list=scripts/cppcheck.txt \
            -I lib/base/include -I lib/tbf/include -I lib/hil/include -I lib/link/include \
            -I lib/store/include -I lib/trust/include -I lib/abi/include -I lib/crypto/include -I kernel/include
}

exec 3>&2
mkdir -p build
scripts/build.sh host firmware test
check format format
check licences licences
check lengths lengths
check linkage linkage
check secrets secrets
check layers scripts/layers.sh
check portable portable
check shells shells
check commands commands
check cppcheck analyse
check tidy-host tidy build/obj/test 'lib|loader-cli'
headers=$(echo '#include <string.h>' | arm-none-eabi-gcc -x c -M - | tr ' ' '\n' | grep '/string.h$' | head -n 1)
check tidy-firmware tidy build/obj/mps2_an386 'kernel|bootloader|boards' \
    --extra-arg=--target=arm-none-eabi --extra-arg=-isystem --extra-arg="$(dirname "$headers")" --extra-arg=-Wno-unknown-attributes
# What the other board has of its own; the rest is the same.
check tidy-pico tidy build/obj/raspberry_pi_pico 'kernel/arch|boards/raspberry_pi_pico' \
    --extra-arg=--target=arm-none-eabi --extra-arg=-isystem --extra-arg="$(dirname "$headers")" --extra-arg=-Wno-unknown-attributes
exit $failed
