#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Processes beside each other: whatever one asks of the kernel, the others go on.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

loader-cli -q emu start
check "the bystander is installed" exits 0 loader-cli install "$APPS/counter.tab"

# The counter counts on by some numbers, without a gap.
counts_on() {
    exits 0 loader-cli monitor --for 2 || return 1
    sed -n 's/^counter  *| \([0-9][0-9]*\)\r*$/\1/p' "$WORK/out" |
        awk 'NR > 1 && $1 != last + 1 { bad = 1 } { last = $1 } END { exit !(NR > 5 && !bad) }' || {
        echo "the counter did not count on:"
        cat "$WORK/out"
        return 1
    }
}

# number APP COLUMN: a number that `ps` gives for an app.
RESTARTS=4
SLICES=5
number() {
    loader-cli ps | awk -v app="$1" -v column="$2" '$2 == app { print $column }'
}

phoenix() {
    exits 0 loader-cli install "$APPS/phoenix.tab" && counts_on || return 1
    first=$(number phoenix $RESTARTS)
    counts_on || return 1
    second=$(number phoenix $RESTARTS)
    exits 0 loader-cli ps || return 1
    if [ "$second" -le "$first" ] || grep -q 'phoenix  *faulted' "$WORK/out"; then
        echo "restarts went from $first to $second"
        cat "$WORK/out"
        return 1
    fi
    exits 0 loader-cli remove phoenix
}
check "an app that restarts itself for ever does so, and the others go on" phoenix

hog() {
    loader-cli monitor --until 'hog: (refused|no|DIRTY)' --for 6 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli install "$APPS/hog.tab" || return 1
    if wait "$monitor" || [ "$(grep -c 'hog: clear' "$WORK/monitor")" -lt 3 ]; then
        cat "$WORK/monitor"
        return 1
    fi
    counts_on && exits 0 loader-cli remove hog
}
check "an app gets the heap that it was packed with, clear, and random bytes by the kilobyte" hog

assassin() {
    loader-cli monitor --until 'assassin: 5 tried, 5 refused' --for 10 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli install "$APPS/assassin.tab" || return 1
    wait "$monitor" || {
        cat "$WORK/monitor"
        return 1
    }
    counts_on && exits 0 loader-cli remove assassin
}
check "an app cannot stop others without an express right to" assassin

# Slices that both busy apps have used up, at one moment.
slices() {
    loader-cli ps | awk -v column=$SLICES '$2 == "busy" { one = $column } $2 == "busy2" { two = $column } END { print one, two }'
}

share() {
    exits 0 loader-cli install "$APPS/busy.tab" "$APPS/busy2.tab" || return 1
    first=$(slices)
    counts_on || return 1
    last=$(slices)
    one=$((${last% *} - ${first% *}))
    two=$((${last#* } - ${first#* }))
    # Slices used up by each of two that never yield: alike within a tenth and two.
    apart=$((one > two ? one - two : two - one))
    if [ "$one" -le 20 ] || [ $apart -gt $((one / 10 + 2)) ]; then
        echo "slices: $one and $two"
        return 1
    fi
}
check "two apps that never yield have the same share, and the others go on" share

beside_busy() {
    exits 0 loader-cli install "$APPS/hello.tab" && says 'installed hello' &&
        exits 0 loader-cli remove hello busy busy2
}
check "an install is done beside two apps that never yield" beside_busy

beside_random() {
    exits 0 loader-cli install "$APPS/random.tab" && exits 0 loader-cli install "$APPS/hello.tab" &&
        exits 0 loader-cli remove hello random
}
check "an install is done beside an app that has random bytes made without end" beside_random

# Time follows instructions: only then is the emulated processor slow enough for this.
beside_timers() {
    loader-cli -q emu stop
    loader-cli -q emu start --icount
    exits 0 loader-cli install "$APPS/timers.tab" && exits 0 loader-cli install "$APPS/hello.tab" &&
        exits 0 loader-cli remove hello timers
}
check "an install is done beside an app that lets alarms expire without end" beside_timers

update_wide() {
    exits 0 loader-cli remove counter || return 1
    exits 0 loader-cli install "$APPS/wide-v1.tab" && exits 0 loader-cli install "$APPS/wide-v2.tab" &&
        exits 0 loader-cli list && says 'wide-v2  *(running|ended)  *2' &&
        exits 0 loader-cli remove wide-v2
}
check "an app that takes most of the RAM can be updated" update_wide
finish
