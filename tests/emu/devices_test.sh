#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The board's devices as apps see them: each app tests its driver and prints a line for each check.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

# watch FILE PATTERN: what the board prints, into FILE, until PATTERN comes; wait "$monitor".
watch() {
    loader-cli monitor --until "$2" --for 30 >"$1" 2>&1 &
    monitor=$!
    sleep 0.4
}

# printed FILE PATTERN...: each of the patterns stands in FILE.
printed() {
    file=$1
    shift
    for pattern in "$@"; do
        grep -Eq "$pattern" "$file" || {
            echo "nothing matches '$pattern' in:"
            cat "$file"
            return 1
        }
    done
}

# passes APP PATTERN...: the app finishes its checks, none has failed; patterns: what else it prints.
passes() {
    app=$1
    shift
    watch "$WORK/$app" "$app: [0-9]+ passed"
    exits 0 loader-cli install "$APPS/$app.tab" || return 1
    wait "$monitor" || true
    printed "$WORK/$app" "$app: [1-9][0-9]* passed, 0 failed" "$@"
}

loader-cli -q emu start
exits 0 loader-cli emu adc 0 1650

check "pins: levels, resistors, refusals" passes gpio
check "the listener is installed" exits 0 loader-cli install "$APPS/listener.tab"

shows_pin() {
    exits 0 loader-cli emu pin 0 && says 'pin 0  output  high' &&
        exits 0 loader-cli emu pin 1 && says 'pin 1  input   low' &&
        exits 0 loader-cli emu pin 1 1 && exits 0 loader-cli emu pin 1 && says 'pin 1  input   high' &&
        exits 0 loader-cli emu pin 1 open && exits 0 loader-cli emu pin 1 && says 'pin 1  input   low' &&
        exits 0 loader-cli emu pin 0 0 && exits 0 loader-cli emu pin 0 && says 'pin 0  output  high' &&
        exits 0 loader-cli --json emu pin 0 && says '"output": *true' && says '"high": *true'
}
check "the host sees what the board makes of a pin, and drives it" shows_pin

# edge PIN LEVEL APP WORD: the app must report that the pin is WORD.
edge() {
    watch "$WORK/edge" "^$3: pin $1 is $4"
    exits 0 loader-cli emu pin "$1" "$2" || return 1
    wait "$monitor" || {
        cat "$WORK/edge"
        return 1
    }
}
edges() {
    edge 3 1 gpio high && edge 3 0 listener low && edge 3 1 listener high && edge 4 1 gpio high || return 1
    # A falling edge of pin 4 nobody has asked for: the next that is heard of is that of pin 3.
    watch "$WORK/edges" '^gpio: pin 3 is low'
    exits 0 loader-cli emu pin 4 open && sleep 0.3 && exits 0 loader-cli emu pin 3 0 || return 1
    wait "$monitor" && printed "$WORK/edges" 'gpio: pin 3 is low' || return 1
    ! grep 'pin 4' "$WORK/edges"
}
check "edges reach the process that watches them, and the one that listens" edges

ends_watching() {
    exits 0 loader-cli remove gpio || return 1
    loader-cli monitor --for 1 >"$WORK/edge" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli emu pin 3 1 || return 1
    wait "$monitor" || true
    ! grep 'pin 3' "$WORK/edge"
}
check "nobody watches any more when the process that did is gone" ends_watching
check "the listener is removed" exits 0 loader-cli remove listener

check "converter: samples, buffers, refusals" passes adc 'adc: 4 channels, 12 bits, 3300 mV'

# A start of the board starts both at one moment.
beside() {
    exits 0 loader-cli install "$APPS/adc2.tab" || return 1
    loader-cli monitor --for 4 >"$WORK/beside" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli reboot || return 1
    wait "$monitor" || true
    printed "$WORK/beside" '^adc2 .*adc: [1-9][0-9]* passed, 0 failed' '^adc  .*adc: [1-9][0-9]* passed, 0 failed' ||
        return 1
    # Neither was done when the other began.
    awk '/two buffers begin/ { begun[$1] = NR } /passed/ { done[$1] = NR }
         END { exit !(begun["adc"] < done["adc2"] && begun["adc2"] < done["adc"]) }' "$WORK/beside" || {
        echo "one after the other:"
        cat "$WORK/beside"
        return 1
    }
}
check "two processes sample at once" beside
check "they are removed" exits 0 loader-cli remove adc adc2

check "date and time: not set at power-up, then set, and going on" \
    passes date_time 'date_time: OFF' 'date_time: 2026-03-01 00:00:0[0-9], day 0'
check "cycles are counted" passes cycle_count

absent() {
    for app in pwm buzzer temperature; do
        watch "$WORK/absent" "$app: "
        exits 0 loader-cli install "$APPS/$app.tab" || return 1
        wait "$monitor" || true
        printed "$WORK/absent" "$app: NODEVICE" || return 1
        exits 0 loader-cli remove "$app" || return 1
    done
}
check "what the board does not have answers NODEVICE" absent
# Time follows instructions: only then is the emulated processor slow enough for this.
beside_samplers() {
    exits 0 loader-cli remove date_time cycle_count || return 1
    loader-cli -q emu stop
    loader-cli -q emu start --icount
    exits 0 loader-cli install "$APPS/sampler.tab" "$APPS/sampler2.tab" "$APPS/sampler3.tab" "$APPS/sampler4.tab" &&
        exits 0 loader-cli install "$APPS/hello.tab" && exits 0 loader-cli ps &&
        says 'sampler4  *(waiting|running|yielded)' && exits 0 loader-cli remove hello
}
check "an install is done beside four processes that sample as fast as they may" beside_samplers
finish
