#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each of the other schedulers in a kernel of its own: what it promises, and that installs go on under all of them.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

# board SCHEDULER: a fresh board whose kernel has that scheduler.
board() {
    loader-cli -q emu kill >/dev/null 2>&1 || true
    rm -rf "$GANTRY_EMU_DIR"
    loader-cli -q emu start --kernel "$ROOT/build/boards/mps2_an386/kernel-$1.img"
}

# counts, stands: whether the counter goes on within two seconds of output.
counted() {
    exits 0 loader-cli monitor --for 2 || return 1
    grep -c '^counter  *| [0-9]' "$WORK/out" || true
}
counts() {
    lines=$(counted)
    [ "$lines" -gt 5 ] || {
        echo "the counter said $lines lines"
        return 1
    }
}
stands() {
    exits 0 loader-cli monitor --for 1 || return 1 # what was said before
    lines=$(counted)
    [ "$lines" -eq 0 ] || {
        echo "the counter said $lines lines"
        return 1
    }
}
install() {
    exits 0 loader-cli install "$APPS/$1.tab"
}

cooperative() {
    board cooperative
    install counter && counts && install busy && stands && install hello && exits 0 loader-cli stop busy && counts &&
        says 'counter' && exits 0 loader-cli ps && says 'hello  *ended'
}
check "cooperative: who computes keeps the processor, installs go on, the others follow when it ends" cooperative

# Slots are taken in the order of installation.
priority() {
    board priority
    install counter && install busy && counts && exits 0 loader-cli remove counter && install counter &&
        exits 0 loader-cli stop busy && exits 0 loader-cli start busy && counts && board priority &&
        install busy && install counter && stands && install hello && exits 0 loader-cli stop busy && counts
}
check "priority: the lower slot goes first, whatever computes behind it" priority

feedback() {
    board mlfq
    install busy && install busy2 && install counter && counts && install hello && exits 0 loader-cli ps &&
        says 'hello  *ended' || return 1
    # Both that compute get on.
    one=$(loader-cli ps | awk '$2 == "busy" { print $5 }')
    two=$(loader-cli ps | awk '$2 == "busy2" { print $5 }')
    [ "$one" -gt 10 ] && [ "$two" -gt 10 ]
}
check "feedback queues: who waits often goes before those that compute, of whom none starves" feedback
finish
