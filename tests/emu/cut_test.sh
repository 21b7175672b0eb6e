#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Power goes in the middle of a kernel update on the whole board: at words of the slot, and of each of the records that
# the kernel and the bootloader write until the new kernel has confirmed itself.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/kernels.sh"

CUT=$WORK/cut.so
"${CC:-cc}" -std=c11 -O2 -fPIC -shared -D_POSIX_C_SOURCE=200809L -o "$CUT" "$ROOT/tests/emu/kernels/cut.c"
JOURNAL=$((0x21000000))-$((0x21004000))
SLOTS=$((0x21020000))-$((0x21060000))

started() {
    exits 0 loader-cli emu start && exits 0 loader-cli install "$APPS/counter.tab" &&
        exits 0 loader-cli kernel update "$WORK/v2.img" && runs 2 $B && loader-cli -q emu stop
}
check "a device with two kernels" started

# cut WINDOW WORD: an update during which power goes; the device must then run a kernel and the app, without help.
cut() {
    exits 0 loader-cli emu start --qemu-options="-plugin $CUT,window=$1,at=$2" || return 1
    loader-cli -q kernel update "$WORK/v2.img" >"$WORK/update" 2>&1 &
    update=$!
    tries=0
    while exits 0 loader-cli emu status && [ $tries -lt 200 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill $update 2>/dev/null || true
    wait $update || true
    [ $tries -lt 200 ] || {
        echo "the board has not stored so many words"
        return 1
    }
    exits 0 loader-cli emu start && exits 0 loader-cli info && says 'running +kernel, version 2' &&
        exits 0 loader-cli list && says 'counter +running' && loader-cli -q emu stop
}
check "power goes in the middle of the slot" cut "$SLOTS" 20000
for word in 30 62 85 100 116 132; do
    check "power goes at word $word of the journal" cut "$JOURNAL" $word
done
afterwards() {
    exits 0 loader-cli emu start && exits 0 loader-cli kernel update "$WORK/v3.img" && says 'running from slot' &&
        exits 0 loader-cli list && says 'counter +running'
}
check "after all of that an update succeeds" afterwards
finish
