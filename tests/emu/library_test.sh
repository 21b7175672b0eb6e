#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What apps are written with: the full C library, C++, functions that do not wait.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

loader-cli -q emu start

# passes APP: the app checks itself, says how many checks failed, and ends with code 0.
passes() {
    loader-cli monitor --until "$1: [0-9]+ passed, [0-9]+ failed" --for 20 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli install "$APPS/$1.tab" || return 1
    wait "$monitor" || true
    cat "$WORK/monitor"
    grep -Eq "$1: [1-9][0-9]* passed, 0 failed" "$WORK/monitor" || return 1
    if grep -q FAULT "$WORK/monitor"; then return 1; fi
    exits 0 loader-cli ps && says "$1  *ended" && exits 0 loader-cli remove "$1"
}
check "the full C library is what ISO C says" passes libc
check "the same with floating-point instructions" passes libc_float
check "C++ has constructors, virtual functions, templates, new and delete" passes cxx
check "the kernel's memory functions do each length, alignment and overlap" passes memory
check "timers, random bytes and console work beside each other" passes async
finish
