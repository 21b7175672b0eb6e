#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an app has stored is read and changed in the image of its board; the kernel and the app agree afterwards.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img
IMAGE=file:$FLASH
KEY=kv1.boots
PORT=$((20000 + $$ % 20000))

# counts NUMBER COMMAND...: the app counts so many starts once the command has been run.
counts() {
    number=$1
    shift
    loader-cli monitor --until "kv1: start .* failed" --for 30 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.5
    exits 0 "$@" || return 1
    wait "$monitor"
    grep -q "kv1: start $number: [0-9]* checks, 0 failed" "$WORK/monitor" || {
        cat "$WORK/monitor"
        return 1
    }
}

stored() {
    exits 0 loader-cli emu start && up && counts 1 loader-cli install "$APPS/kv1.tab" &&
        counts 2 loader-cli restart kv1 && exits 4 loader-cli tickv get $KEY && says 'does not give its flash out' &&
        loader-cli -q emu stop || return 1
    flash_digest >"$WORK/before"
    exits 0 loader-cli -d "$IMAGE" tickv get $KEY && says '02 00 00 00' && exits 0 loader-cli -d "$IMAGE" tickv dump $KEY &&
        says "valid .*$KEY" || return 1
    flash_digest | cmp - "$WORK/before"
}
check "what an app has stored is shown, and nothing is changed by that" stored

changed() {
    writer=$(loader-cli -d "$IMAGE" tickv get $KEY | sed -n 's/.*of the app \(0x[0-9a-f]*\).*/\1/p')
    printf '\051\000\000\000' >"$WORK/value"
    exits 0 loader-cli -d "$IMAGE" tickv append $KEY --value-file "$WORK/value" --write-id "$writer" --replace &&
        exits 0 loader-cli -d "$IMAGE" tickv append other 1 && exits 0 loader-cli -d "$IMAGE" tickv cleanup &&
        exits 0 loader-cli emu start && up && counts 43 loader-cli restart kv1
}
check "the app reads what was put there, and stores on" changed

removed() {
    loader-cli -q emu stop && exits 0 loader-cli -d "$IMAGE" tickv get other && exits 0 loader-cli -d "$IMAGE" tickv invalidate $KEY &&
        exits 1 loader-cli -d "$IMAGE" tickv get $KEY && exits 0 loader-cli emu start && up && counts 2 loader-cli restart kv1 &&
        loader-cli -q emu stop && exits 0 loader-cli -d "$IMAGE" tickv reset --yes && exits 0 loader-cli emu start && up &&
        counts 2 loader-cli restart kv1
}
check "the app begins anew when its value was removed, or all were" removed

# Through the emulator's own debugger's server, on a board that runs. QEMU's does not reset it: the kernel is to look anew.
probed() {
    wanted=$1
    shift
    exits "$wanted" loader-cli -d "gdb:127.0.0.1:$PORT" --board mps2_an386 "$@"
}

probe() {
    loader-cli -q emu stop && exits 0 loader-cli emu start --qemu-options="-gdb tcp:127.0.0.1:$PORT" && up &&
        probed 0 tickv get $KEY && says '03 00 00 00' && up &&
        probed 0 tickv append $KEY --value-file "$WORK/value" --write-id "$writer" --replace &&
        exits 0 loader-cli reboot && up && counts 43 loader-cli restart kv1
}
check "a debug probe shows and changes the values of a board that runs" probe

finish
