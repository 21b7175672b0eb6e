#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The line's rate on whole boards: kernel and bootloader take a higher one for a session and are back at the usual one
# afterwards; a kernel without that says so. The emulated line carries bytes at any rate, so this shows the exchange, and
# tests/bench/line/rate_test.c what happens on lines that have one.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"
BOARD=$ROOT/build/boards/mps2_an386
LOADER_RATE_MAX=921600
export LOADER_RATE_MAX

raised() {
    exits 0 loader-cli emu start --kernel "$BOARD/kernel-usb.img" && exits 0 loader-cli install "$APPS/hello.tab" &&
        exits 0 loader-cli install "$APPS/blink.tab" && exits 0 env LOADER_RATE_MAX=0 loader-cli list &&
        says '^hello' && says '^blink +running'
}
check "a kernel takes a higher rate for a session" raised

recovered() {
    exits 0 loader-cli reboot --bootloader && exits 0 loader-cli kernel install "$BOARD/kernel.img" && up &&
        says '^blink +running'
}
check "a bootloader takes a higher rate for a session" recovered

kept() { exits 0 loader-cli install "$APPS/counter.tab" && exits 0 loader-cli list && says '^counter +running'; }
check "a kernel that keeps its rate installs at that" kept
finish
