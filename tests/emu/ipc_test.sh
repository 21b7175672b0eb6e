#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Interprocess communication: works for several at once, and access ends when sharing does.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

loader-cli -q emu start

together() {
    loader-cli monitor --for 8 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli install "$APPS/sums.tab" "$APPS/sums2.tab" "$APPS/adder.tab" || return 1
    wait "$monitor" || true
    cp "$WORK/monitor" "$WORK/out"
    says '^sums .*sums: 5 of 5 are right' && says '^sums2 .*sums: 5 of 5 are right' &&
        exits 0 loader-cli remove sums sums2 adder
}
check "two clients share buffers with one service at the same time" together

# ends NUMBER: the peeper sees the word while it is shared, and faults at its next look afterwards.
ends() {
    loader-cli monitor --until 'FAULT in peeper ' --for 10 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli install "$APPS/peeper.tab" "$APPS/lender$1.tab" || return 1
    wait "$monitor" || {
        cat "$WORK/monitor"
        return 1
    }
    cp "$WORK/monitor" "$WORK/out"
    says 'peeper: sees 5ec0' && says 'FAULT in peeper .*accessed 0x.*outside its memory' || return 1
    # Nothing was seen after the lender said that it was enough.
    if sed '1,/lender: enough/d' "$WORK/monitor" | grep -q 'sees'; then
        cat "$WORK/monitor"
        return 1
    fi
    exits 0 loader-cli remove peeper "lender$1"
}
check "taking a buffer back ends the other's access at once" ends 1
check "a process that ends takes its shared memory with it" ends 2
check "a process that restarts takes its shared memory with it" ends 3

# The other place holds another word: the window moves, and the first place is out of reach.
check "sharing another buffer instead ends access to the first" ends 4

inexact() {
    loader-cli monitor --for 4 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli install "$APPS/peeper.tab" "$APPS/lender5.tab" || return 1
    wait "$monitor" || true
    cp "$WORK/monitor" "$WORK/out"
    says 'lender: 0' || return 1
    if grep -Eq 'sees|FAULT' "$WORK/out"; then
        cat "$WORK/out"
        return 1
    fi
    exits 0 loader-cli remove peeper lender5
}
check "what cannot be opened exactly is not opened at all" inexact
finish
