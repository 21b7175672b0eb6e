#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A board that is dead, and a USB cable: an emulated board with an empty flash, then one whose kernels are destroyed, is
# brought back over USB with plain commands that are printed before they run. Every step is checked; the exit code is 0
# only when all of them held.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh
. scripts/story.sh

KERNEL=build/boards/mps2_an386/kernel-usb.img
APPS=build/apps
SLOTS_AT=32 # the two slots in the flash file, in pages of 4 KiB
SLOTS=64

# First this script alone, then with WORK set as the program in front of the board.
if [ -z "${WORK:-}" ]; then
    exec tests/rigs/usb/with_board.sh scripts/demo_recover.sh
fi

FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img

# Enumeration takes its time after power-up.
await_device() {
    for _ in $(seq 1 60); do
        loader-cli info >"$WORK/out" 2>&1 && return 0
        sleep 0.5
    done
    cat "$WORK/out" >&2
    die "the device does not show up on USB" "the demo has found a defect"
}

# Power off, noise over both slots, power on.
kill_kernels() {
    run 0 loader-cli emu kill
    head -c $((SLOTS * 4096)) /dev/urandom >"$WORK/noise"
    run 0 dd if="$WORK/noise" of="$FLASH" bs=4096 seek=$SLOTS_AT count=$SLOTS conv=notrunc status=none
    run 0 power_up
    check "there is no kernel that could be started" grep -q 'bootloader, no kernel' "$WORK/out"
    await_device
}

three_run() {
    loader-cli list >"$WORK/list"
    [ "$(grep -c running "$WORK/list")" -eq 3 ]
}

title "1. A board with an empty flash, on USB"
echo "(power_up is loader-cli emu start, with a bootloader and an emulated cable for USB)"
run 0 loader-cli info
check "its bootloader answers" grep -q 'running  *bootloader' "$WORK/out"
run 0 loader-cli recover $KERNEL $APPS/blink.tab $APPS/counter.tab $APPS/buttons.tab
run 0 loader-cli list
check "three apps run" three_run
run 0 loader-cli monitor --lines 3
check "and are heard over the same cable" grep -q '^counter' "$WORK/out"

title "2. Both kernels destroyed"
kill_kernels
run 0 loader-cli info
check "its bootloader shows up on USB" grep -q 'running  *bootloader' "$WORK/out"
run 1 loader-cli list
run 0 loader-cli recover $KERNEL
check "the same three apps run again" three_run

printf '\nAll %s steps held.\n' "$STEPS"
