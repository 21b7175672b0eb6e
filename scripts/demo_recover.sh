#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A board that is dead, and a USB cable: an emulated board with an empty flash, then one whose kernels are destroyed, is
# brought back over USB with plain commands that are printed before they run. Every step is checked; the exit code is 0
# only when all of them held.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh

BOARD=build/boards/mps2_an386
KERNEL=$BOARD/kernel-usb.img
APPS=build/apps
SLOTS_AT=32 # the two slots in the flash file, in pages of 4 KiB
SLOTS=64

# First this script alone: a board, and the other end of its USB controller. Then, with WORK set, it once more as the
# program that sees the device as Linux would show it.
if [ -z "${WORK:-}" ]; then
    PATH=$ROOT/build/bin:$PATH
    WORK=$(mktemp -d /tmp/gantry-demo.XXXXXX)
    GANTRY_EMU_DIR=$WORK/emu
    XDG_RUNTIME_DIR=$WORK
    ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0
    export PATH WORK GANTRY_EMU_DIR XDG_RUNTIME_DIR ASAN_OPTIONS
    BRIDGE=''
    finish() {
        [ -z "$BRIDGE" ] || kill "$BRIDGE" 2>/dev/null || true
        loader-cli -q emu kill >/dev/null 2>&1 || true
        rm -rf "$WORK"
    }
    trap finish EXIT INT TERM
    loader-cli -q emu start --blank --bootloader $BOARD/bootloader-usb.elf \
        --qemu-options "-chardev socket,id=usb,path=$WORK/controller,server=on,wait=off -serial chardev:usb"
    build/rigs/vudc_bridge "$WORK/controller" "$WORK/usb" &
    BRIDGE=$!
    until [ -S "$WORK/usb" ]; do sleep 0.1; done
    umockdev-wrapper build/rigs/usb_host "$WORK/usb" -- "$0"
    exit
fi

# The emulated controller is slow: its UART carries a byte a time.
LOADER_PATIENCE_MS=15000
LOADER_DEVICE=usb:1209:0001
export LOADER_DEVICE LOADER_PATIENCE_MS
FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img
STEPS=0

title() {
    printf '\n\033[1m%s\033[0m\n' "$*"
}

# run EXIT-CODE COMMAND...: prints the command, runs it, checks its exit code. Output: $WORK/out.
run() {
    wanted=$1
    shift
    printf '\n$ %s\n' "$*"
    code=0
    "$@" >"$WORK/out" 2>&1 || code=$?
    cat "$WORK/out"
    [ "$code" -eq "$wanted" ] || die "the exit code was $code, it must be $wanted" "the demo has found a defect"
    STEPS=$((STEPS + 1))
}

# check WHAT COMMAND...: the command must succeed.
check() {
    what=$1
    shift
    "$@" >/dev/null 2>&1 || die "not so: $what" "the demo has found a defect"
    printf '  checked: %s\n' "$what"
    STEPS=$((STEPS + 1))
}

# Power off, noise over both slots, power on. The emulator is told over its socket, not over USB.
kill_kernels() {
    run 0 loader-cli emu kill
    head -c $((SLOTS * 4096)) /dev/urandom >"$WORK/noise"
    run 0 dd if="$WORK/noise" of="$FLASH" bs=4096 seek=$SLOTS_AT count=$SLOTS conv=notrunc status=none
    run 0 loader-cli emu start --bootloader $BOARD/bootloader-usb.elf \
        --qemu-options "-chardev socket,id=usb,path=$WORK/controller,server=on,wait=off -serial chardev:usb"
    check "there is no kernel that could be started" grep -q 'bootloader, no kernel' "$WORK/out"
}

three_run() {
    loader-cli list >"$WORK/list"
    [ "$(grep -c running "$WORK/list")" -eq 3 ]
}

title "1. A board with an empty flash, on USB"
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
