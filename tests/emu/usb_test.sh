#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The emulated board on USB, with the unmodified dfu-util as its host: a kernel comes over DFU, what is
# not signed does not, and the running kernel goes back into DFU mode.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

BOARD=$ROOT/build/boards/mps2_an386
KEY=$ROOT/build/keys/dev-kernel.pem
RIGS=${RIGS:?the folder of vudc_bridge and usb_host}
export ASAN_OPTIONS=verify_asan_link_order=0

for tool in dfu-util umockdev-wrapper "$RIGS/vudc_bridge" "$RIGS/usb_host"; do
    command -v "$tool" >/dev/null || {
        echo "SKIPPED: there is no $tool"
        exit 77
    }
done

# on_usb COMMAND...: runs a host's program in front of the board.
on_usb() {
    timeout 150 umockdev-wrapper "$RIGS/usb_host" "$WORK/usb" -- "$@"
}

exits 0 loader-cli emu start --blank --bootloader "$BOARD/bootloader-usb.elf" --qemu-options \
    "-chardev socket,id=usb,path=$WORK/controller,server=on,wait=off -serial chardev:usb"
"$RIGS/vudc_bridge" "$WORK/controller" "$WORK/usb" 2>"$WORK/bridge" &
BRIDGE=$!
until [ -S "$WORK/usb" ]; do sleep 0.1; done

listed() {
    on_usb dfu-util -l >"$WORK/out" 2>&1 && says "Found $1: \\[1209:0001\\].*name=\"kernel\"" &&
        says 'serial="[0-9A-F]{16}"'
}
check "a blank board is in DFU mode, with a serial number" listed DFU

# One kernel, for the slot that a blank board fills first.
loader-cli -q pack --kernel --board mps2_an386 --name gantry --app-version 1 --key "$KEY" \
    -o "$WORK/kernel.img" "$BOARD/kernel-usb-a.elf"
loader-cli -q kernel dfu "$WORK/kernel.img" --key "$KEY" -o "$WORK/kernel.dfu"

# flip OFFSET: a bit of a copy; the suffix is made anew.
flip() {
    cp "$WORK/kernel.dfu" "$WORK/bad.dfu" && dfu-suffix -D "$WORK/bad.dfu" >/dev/null 2>&1 || return 1
    byte=$(od -An -tu1 -j "$1" -N 1 "$WORK/bad.dfu" | tr -d ' ')
    # shellcheck disable=SC2059 # the octal number is the format
    printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of="$WORK/bad.dfu" bs=1 seek="$1" conv=notrunc 2>/dev/null
    dfu-suffix -a "$WORK/bad.dfu" -v 1209 -p 0001 >/dev/null 2>&1
}

refused() {
    flip "$1" && ! on_usb dfu-util -d 1209:0001 -D "$WORK/bad.dfu" >"$WORK/out" 2>&1 && says "status\\($2\\)"
}
check "a digest that was not signed is refused before anything is written" refused 90 2
check "a file that is none is refused" refused 0 2

download() {
    on_usb dfu-util -d 1209:0001 -R -D "$WORK/kernel.dfu" >"$WORK/out" 2>&1 || true # the board restarts
    says 'Done!'
}
check "a signed kernel comes over DFU" download

in_kernel() {
    on_usb loader-cli -d usb:1209:0001 info >"$WORK/out" 2>&1 && says 'running +kernel' && listed Runtime
}
check "the kernel runs, and is on USB itself" in_kernel

back() {
    on_usb dfu-util -d 1209:0001 -e >"$WORK/out" 2>&1 || true # the board restarts
    sleep 1
    listed DFU
}
check "detaching leads back into DFU mode" back

kept() {
    kill -0 $BRIDGE 2>/dev/null || {
        cat "$WORK/bridge"
        return 1
    }
    kill $BRIDGE
}
check "the firmware kept the controller's contract" kept
finish
