#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# recover: from an empty flash to running apps by one command, whatever happens meanwhile.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

IMG=$ROOT/build/boards/mps2_an386/kernel.img

# An empty flash, and power on.
blank() {
    loader-cli -q emu kill || true
    exits 0 loader-cli emu start --blank && says 'bootloader'
}

recover_all() {
    blank && exits 0 loader-cli recover "$IMG" "$APPS/blink.tab" "$APPS/counter.tab" "$APPS/buttons.tab" &&
        says 'recovered: the kernel runs, 3 apps installed' && exits 0 loader-cli list &&
        [ "$(grep -c running "$WORK/out")" -eq 3 ]
}
check "recover brings an empty flash a kernel, and three apps through it" recover_all

recover_with_power_cut() {
    blank || return 1
    loader-cli recover --wait 60 "$IMG" "$APPS/counter.tab" >"$WORK/recover" 2>&1 &
    recovery=$!
    until grep -q '[3-6][0-9] %' "$WORK/recover" || ! kill -0 $recovery 2>/dev/null; do sleep 0.1; done
    loader-cli -q emu kill && exits 0 loader-cli emu start
    wait $recovery || {
        cat "$WORK/recover"
        return 1
    }
    cp "$WORK/recover" "$WORK/out"
    says 'the connection broke' && says 'recovered: the kernel runs, 1 app installed'
}
check "a power cut in the middle of it is got over" recover_with_power_cut

recover_refused() {
    loader-cli -q keygen "$WORK/stranger.pem" && cp "$APPS/hello.tab" "$WORK/strange.tab" &&
        loader-cli -q sign "$WORK/strange.tab" --key "$WORK/stranger.pem" && blank &&
        exits 5 loader-cli recover "$IMG" "$WORK/strange.tab" "$APPS/counter.tab" &&
        exits 0 loader-cli list && says 'counter +running' && ! says strange >/dev/null
}
check "an app that is refused does not keep the others off, and tells in the exit code" recover_refused
finish
