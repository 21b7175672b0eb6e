#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Hostile apps on the whole board: each is stopped alone, and says nothing of success.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

PROBES=24
loader-cli -q emu start
check "the bystander is installed" exits 0 loader-cli install "$APPS/counter.tab"

# probe NUMBER: installs it and waits for its fault.
probe() {
    loader-cli monitor --until "FAULT in probe$1 " --for 10 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli install "$APPS/probe$1.tab" || {
        kill "$monitor"
        return 1
    }
    wait "$monitor" || {
        echo "no fault of probe$1 was reported:"
        cat "$WORK/monitor"
        return 1
    }
    if grep -q ESCAPED "$WORK/monitor"; then
        cat "$WORK/monitor"
        return 1
    fi
    exits 0 loader-cli ps
    says "probe$1  *faulted" && says 'counter  *(waiting|running)' && exits 0 loader-cli remove "probe$1"
}

number=1
while [ $number -le $PROBES ]; do
    check "probe $number faults, alone" probe $number
    number=$((number + 1))
done

forge() {
    loader-cli monitor --until '0 failed' --for 10 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli install "$APPS/forge.tab" || {
        kill "$monitor"
        return 1
    }
    wait "$monitor" || {
        cat "$WORK/monitor"
        return 1
    }
}
check "forged pointers and numbers are refused with the right codes" forge

flood() {
    exits 0 loader-cli install "$APPS/flood.tab" || return 1
    sleep 1
    # The flood never yields; the counter must go on, and the slices it takes are counted.
    exits 0 loader-cli monitor --until '^[0-9]+$' --for 5 || return 1
    exits 0 loader-cli ps && says 'flood  *running' || return 1
    # And so are the upcalls that found no place in its queue.
    if [ "$(awk '$2 == "flood" { print $7 }' "$WORK/out")" -le 50 ]; then
        cat "$WORK/out"
        return 1
    fi
    exits 0 loader-cli stop flood
}
check "an app that floods its queue and never yields does not stop the others" flood

install_beside_busy() {
    exits 0 loader-cli start flood && exits 0 loader-cli install "$APPS/hello.tab" && exits 0 loader-cli remove flood
}
check "an install works beside an app that never yields" install_beside_busy
finish
