#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Trials of kernels that come to nothing: the old one comes back, whatever ends them.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/kernels.sh"

started() {
    exits 0 loader-cli emu start && exits 0 loader-cli install "$APPS/counter.tab" &&
        exits 0 loader-cli kernel update "$WORK/v2.img" && runs 2 $B
}
check "a device with a confirmed kernel in each slot" started

hangs() {
    exits 1 loader-cli kernel update "$WORK/hangs.img" && says 'did not confirm itself' && runs 2 $B &&
        loader-cli -q emu kill && exits 0 loader-cli emu start && runs 2 $B
}
check "the watchdog ends the trial of a kernel that hangs, for good" hangs

resets() {
    exits 1 loader-cli kernel update "$WORK/resets.img" && says 'did not confirm itself' && runs 2 $B
}
check "a kernel that restarts the board on its trial has had it" resets

# The trial begins about 3 s after the update and lasts 24.
cut_on_trial() {
    loader-cli -q kernel update "$WORK/hangs.img" >"$WORK/update" 2>&1 &
    update=$!
    sleep 5
    loader-cli -q emu kill
    kill $update
    wait $update || true
    exits 0 loader-cli emu start && runs 2 $B && exits 0 loader-cli list && says 'counter +running'
}
check "power goes while a kernel is on trial: the old one is back" cut_on_trial

after_all() {
    exits 0 loader-cli kernel update "$WORK/v3.img" && runs 3 $A
}
check "after bad ones a good kernel gets its trial" after_all

recovery_trial() {
    exits 1 loader-cli kernel install "$WORK/resets.img" && says 'did not confirm itself' && runs 3 $A
}
check "what is installed beside a good kernel stands trial" recovery_trial
finish
