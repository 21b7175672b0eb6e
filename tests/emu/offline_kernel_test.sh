#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Kernels installed into the flash of a board that does not run: the bootloader starts them by its rules.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/kernels.sh"

IMAGE=file:$FLASH
first() {
    exits 0 loader-cli emu start && exits 0 loader-cli install "$APPS/counter.tab" && runs 1 $A && loader-cli -q emu stop
}
check "a board with one kernel and one app" first

# As much is changed as a killed tool leaves: the old kernel still runs, and the same command ends it.
killed() {
    cp "$FLASH" "$WORK/kept.img"
    for delay in 0.02 0.04 0.08; do
        timeout -s KILL $delay loader-cli -q -d "$IMAGE" kernel install "$WORK/v2.img" >/dev/null 2>&1 || true
    done
    exits 0 loader-cli emu start && exits 0 loader-cli info && says 'running +kernel' && loader-cli -q emu stop &&
        cp "$WORK/kept.img" "$FLASH"
}
check "a tool that is killed leaves a board that starts" killed

beside() {
    exits 0 loader-cli -d "$IMAGE" kernel install "$WORK/v2.img" && says 'installed at 0x21040000, to be started on trial' &&
        exits 0 loader-cli emu start && runs 2 $B && exits 0 loader-cli list && says 'counter +(running|enabled)' || return 1
    # It has confirmed itself when it still runs after another start.
    sleep 3
    loader-cli -q emu kill && exits 0 loader-cli emu start && runs 2 $B && loader-cli -q emu stop
}
check "beside a good kernel it stands trial, and stays" beside

bad() {
    exits 0 loader-cli -d "$IMAGE" kernel install "$WORK/hangs.img" && says 'installed at 0x21020000' || return 1
    # It answers nobody before the watchdog has ended its trial.
    loader-cli -q emu start >/dev/null 2>&1 || true
    for _ in 1 2 3 4 5 6 7 8; do
        ! loader-cli info >"$WORK/out" 2>&1 || break
        sleep 4
    done
    says 'running +kernel, version 2' && loader-cli -q emu stop
}
check "one that comes to nothing has had its trial, and the old one is back" bad

refused() {
    flash_digest >"$WORK/before"
    exits 5 loader-cli -d "$IMAGE" kernel install "$BOARD/kernel.img" && says 'older than 2' || return 1
    loader-cli -q keygen "$WORK/other.pem" && cp "$WORK/v3.img" "$WORK/foreign.img" &&
        loader-cli -q sign "$WORK/foreign.img" --key "$WORK/other.pem" &&
        exits 5 loader-cli -d "$IMAGE" kernel install "$WORK/foreign.img" && says 'made its signature' || return 1
    exits 1 loader-cli -d "$IMAGE" kernel install "$APPS/hello.tab" && says 'no kernel for the slot' || return 1
    [ ! -f "$ROOT/build/boards/raspberry_pi_pico/kernel.img" ] ||
        exits 1 loader-cli -d "$IMAGE" kernel install "$ROOT/build/boards/raspberry_pi_pico/kernel.img" || return 1
    flash_digest | cmp - "$WORK/before"
}
check "older ones, foreign ones and what is none are refused, and nothing changes" refused

empty() {
    head -c 16777216 /dev/zero | tr '\000' '\377' >"$WORK/empty.img"
    exits 0 loader-cli -d "file:$WORK/empty.img" kernel install "$BOARD/kernel.img" &&
        says 'installed at 0x21020000, and it counts' && head -c 16773120 "$WORK/empty.img" >"$WORK/part" &&
        dd if="$WORK/part" of="$FLASH" bs=1M conv=notrunc 2>/dev/null && exits 0 loader-cli emu start && runs 1 $A
}
check "into an empty flash the first one counts at once" empty
finish
