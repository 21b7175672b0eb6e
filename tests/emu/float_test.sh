#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Floating point in apps: each has registers of its own, and none sees those of another.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

loader-cli -q emu start

# Whatever the spy says in two seconds is that its registers are clear, and it says so more than once.
spied() {
    exits 0 loader-cli monitor --for 2 || return 1
    if grep -q 'float_spy: DIRTY' "$WORK/out" || [ "$(grep -c 'float_spy: clear' "$WORK/out")" -lt 2 ]; then
        cat "$WORK/out"
        return 1
    fi
}

alone() {
    exits 0 loader-cli install "$APPS/float_spy.tab" && spied
}
check "the registers of an app are clear when it starts, also when it starts anew" alone

beside() {
    loader-cli monitor --for 30 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli install "$APPS/fp_a.tab" "$APPS/fp_b.tab" || return 1
    spied || return 1
    waited=0
    until [ "$(grep -Ec 'fp_[ab]: (PASS|FAIL)' "$WORK/monitor")" -ge 2 ] || [ $waited -ge 25 ]; do
        sleep 1
        waited=$((waited + 1))
    done
    kill "$monitor" 2>/dev/null || true
    wait "$monitor" 2>/dev/null || true
    for app in fp_a fp_b; do
        grep -Eq "$app: PASS: [1-9][0-9]+ rounds" "$WORK/monitor" || {
            cat "$WORK/monitor"
            return 1
        }
    done
    if grep -Eq 'FAIL|FAULT|DIRTY' "$WORK/monitor"; then
        cat "$WORK/monitor"
        return 1
    fi
    exits 0 loader-cli ps && says 'fp_a  *ended' && says 'fp_b  *ended'
}
check "two apps that compute beside each other keep their registers, and a third sees nothing of them" beside
finish
