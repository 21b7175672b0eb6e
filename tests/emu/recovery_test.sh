#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The bootloader: a board without a kernel gets one over the line, and apps through it; what is not a
# good kernel is not started.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

IMG=$ROOT/build/boards/mps2_an386/kernel.img
FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img

blank() {
    exits 0 loader-cli emu start --blank && says 'bootloader' || return 1
    exits 0 loader-cli info && says 'running +bootloader' && exits 1 loader-cli list &&
        says 'in its bootloader'
}
check "a blank board waits in its bootloader" blank
check "the bootloader takes no app" exits 1 loader-cli install --unchecked "$APPS/hello.tab"

install_kernel() {
    exits 0 loader-cli kernel install "$IMG" && says 'running from slot 0x21020000' &&
        exits 0 loader-cli install "$APPS/counter.tab"
}
check "a kernel is installed, and an app through it" install_kernel

# damage OFFSET: flips a bit in the flash of the board, which is off.
damage() {
    byte=$(od -An -tu1 -j "$1" -N 1 "$FLASH" | tr -d ' ')
    # shellcheck disable=SC2059 # the octal number is the format
    printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of="$FLASH" bs=1 seek="$1" conv=notrunc 2>/dev/null
}

damaged() {
    loader-cli -q emu kill && damage "$1" && exits 0 loader-cli emu start && says 'bootloader' &&
        loader-cli -q emu kill && damage "$1" && exits 0 loader-cli emu start && says 'up: kernel'
}
for at in 131076 131700 140000 170000; do
    check "a kernel with a bit flipped at $at is not started" damaged $at
done

on_request() {
    exits 0 loader-cli reboot --bootloader && exits 0 loader-cli info &&
        says 'running +bootloader' && exits 0 loader-cli reboot && sleep 1 &&
        exits 0 loader-cli info && says 'running +kernel'
}
check "the kernel goes into the bootloader on request, and back" on_request

strap() {
    exits 0 loader-cli emu strap on && loader-cli -q emu kill && exits 0 loader-cli emu start &&
        says 'bootloader' && exits 0 loader-cli emu strap off && loader-cli -q emu kill &&
        exits 0 loader-cli emu start && says 'up: kernel'
}
check "the strap keeps the bootloader" strap

app_key() {
    cp "$IMG" "$WORK/wrong.img" &&
        loader-cli -q sign "$WORK/wrong.img" --key "$ROOT/build/keys/dev-app.pem" &&
        exits 5 loader-cli kernel install --unchecked "$WORK/wrong.img"
    code=$?
    exits 0 loader-cli reboot || true
    sleep 1
    return $code
}
check "a kernel signed with an app key is refused" app_key

again() {
    exits 0 loader-cli kernel install "$IMG" && says 'running from slot 0x21040000' &&
        exits 0 loader-cli list && says 'counter'
}
check "a second kernel goes beside the first one, and the apps are still there" again
finish
