#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The conformance suite: apps that print PASS or FAIL for each check, on the whole board, and objects that
# the loader must take or leave. conformance/checks lists what has to come; a check that is not heard of has
# failed. docs/abi.md holds the table that results; with the argument `update` it is written there.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

SUITE=$ROOT/tests/emu/conformance
OUT=$ROOT/build/conformance
KEY=$ROOT/build/keys/dev-app.pem
FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img
APPS_OFFSET=256 # pages of 4 KiB from the start of flash to the apps
RESULTS=$WORK/results
LOG=$WORK/log
UPDATE=${1:-}
mkdir -p "$OUT"
: >"$RESULTS"

# verdict ID NAME COMMAND...: the line of a check that is made here.
verdict() {
    id=$1
    text=$2
    shift 2
    if "$@" >"$WORK/verdict" 2>&1; then
        echo "PASS $id $text" >>"$RESULTS"
    else
        echo "FAIL $id $text: $(tr '\n' ' ' <"$WORK/verdict" | cut -c -300)" >>"$RESULTS"
    fi
}

# wait_line PATTERN: until the monitor has shown such a line.
wait_line() {
    patience=600
    while ! grep -Eq "$1" "$LOG"; do
        patience=$((patience - 1))
        if [ $patience -eq 0 ]; then
            echo "no line matched '$1'; the last ones are:"
            tail -n 5 "$LOG"
            return 1
        fi
        sleep 0.1
    done
}

# number APP FIELD: a number that `ps` gives for an app.
number() {
    timeout 10 loader-cli ps --json | awk -v RS='}' -v name="\"name\": \"$1\"" -v field="\"$2\": " 'index($0, name) {
        split(substr($0, index($0, field) + length(field)), value, /[^0-9]/)
        print value[1]
    }'
}

# The apps.

# Everything of the three drivers that the supervisor may use: commands 0 to 63 of each.
all_commands() {
    printf '%s00000000ffffffffffffffff' "$1"
}
rights=0300$(all_commands 00000000)$(all_commands 01000000)$(all_commands 02000100)

apps() {
    "$OUT/conformance_forge" "$KEY" "$APPS/supervisor.tab" "$WORK/supervisor.tbf" "tlv=6:$rights"
    loader-cli -q emu start
    loader-cli monitor >"$LOG" 2>&1 &
    monitor=$!
    sleep 0.4
    # The floater computes all the time, so that the end of a slice means a change of process.
    exits 0 loader-cli install "$APPS/conformance.tab" "$APPS/floater.tab" && wait_line 'conformance: over' &&
        exits 0 loader-cli remove floater &&
        exits 0 loader-cli install "$APPS/victim.tab" "$WORK/supervisor.tbf" &&
        wait_line 'supervisor: over' &&
        exits 0 loader-cli install "$APPS/onlooker.tab" && wait_line 'onlooker: ready' &&
        exits 0 loader-cli install "$APPS/drivers.tab" && wait_line 'drivers: press' && buttons &&
        wait_line 'drivers: over'
}

buttons() {
    for button in 1 0; do
        sleep 0.2
        loader-cli -q emu press $button
        sleep 0.2
        loader-cli -q emu release $button
    done
}
check "the apps of the suite run to their end" apps
sed -n 's/^[a-z]* *| *\(PASS\|FAIL\) /\1 /p' "$LOG" >>"$RESULTS"

# What the kernel said of each fault, in words, beside what the scenarios expect.
reports() {
    sed -n 's/^supervisor *| REPORT [0-9a-z]* //p' "$LOG" >"$WORK/wanted"
    sed -n -e 's/^.*FAULT in victim .*: \(.*\)$/\1/p' "$LOG" |
        sed -e 's/^accessed .* outside its memory .*/ACCESSED/' -e 's/^accessed .* the kernel.s .*/BUS/' \
            -e 's/^jumped .*/JUMPED/' -e 's/^its stack .*/STACKED/' -e 's/^executed .*/EXECUTED/' \
            -e 's/^made system call 200,.*/CALLED/' -e 's/^was ended .*/REQUESTED/' >"$WORK/said"
    [ -s "$WORK/wanted" ] && diff "$WORK/wanted" "$WORK/said"
}
verdict 181 "the kernel says of each fault what it was" reports

# The faults of 47a to 47f and 112 happened inside the supervisor's block.
neighbour() {
    start=$(number supervisor ram_start)
    size=$(number supervisor ram_size)
    count=0
    for address in $(sed -n 's/^.*FAULT in victim .*: accessed \(0x[0-9a-f]*\)40, outside.*/\1/p' "$LOG"); do
        if [ $((address * 256)) -ge "$start" ] && [ $((address * 256)) -lt $((start + size)) ]; then
            count=$((count + 1))
        fi
    done
    [ $count -eq 7 ] || {
        echo "$count of 7 reads were inside $start + $size"
        return 1
    }
}
verdict 47 "all these reads were aimed at the other app's block" neighbour

no_escape() {
    ! grep -E 'ESCAPED|not so:|panic' "$LOG"
}
verdict 182 "nothing that was forbidden got through" no_escape

equals() {
    [ "$1" = "$2" ] || {
        echo "$1 instead of $2"
        return 1
    }
}
verdict 44a "the completion code is shown" equals "$(number victim completion)" 7
verdict 39a "dropped upcalls are counted" equals "$(number conformance dropped_upcalls)" 5
verdict 50a "and those of a process that never yields" \
    grep -Eq 'floater *[|] floater: 0 differences' "$LOG"
verdict 55a "a process that did not enable a button hears nothing of it" \
    equals "$(grep -c 'onlooker: heard' "$LOG")" 0

debug_lines() {
    grep -Eq 'drivers *\| LowLevelDebug: App 0x[0-9a-f]+ alert code 0x2 \(wrong location\)' "$LOG" &&
        grep -Eq 'drivers *\| LowLevelDebug: App 0x[0-9a-f]+ prints 0x5858$' "$LOG" &&
        grep -Eq 'drivers *\| LowLevelDebug: App 0x[0-9a-f]+ prints 0x58 0x85$' "$LOG"
}
verdict 58a "its lines are shown" debug_lines
kill "$monitor" 2>/dev/null || true # it may have ended, with the board
wait "$monitor" 2>/dev/null || true

# The loader. Each board begins with a list of objects in its flash that nobody has recorded.

loader-cli -q emu kill
rm -rf "$GANTRY_EMU_DIR"
loader-cli -q emu start
loader-cli -q emu kill
cp "$FLASH" "$WORK/fresh.img"

# object NAME [EDIT ...]: the next object of the list.
object() {
    object_name=$1
    shift
    "$OUT/conformance_forge" "$KEY" "$APPS/loaded.tab" "$WORK/object.tbf" "name=$object_name" size=4096 "$@" &&
        cat "$WORK/object.tbf" >>"$WORK/objects"
}

# boot: a board with these objects; $WORK/ps is what runs then.
boot() {
    loader-cli -q emu kill 2>/dev/null || true
    cp "$WORK/fresh.img" "$FLASH"
    dd if="$WORK/objects" of="$FLASH" bs=4096 seek=$APPS_OFFSET conv=notrunc 2>/dev/null
    rm "$WORK/objects"
    loader-cli -q emu start
    # It is busy until it has looked at all of them. Without an answer nothing runs, and every check says so.
    tries=5
    while ! timeout 10 loader-cli ps >"$WORK/ps" 2>&1 && [ $tries -gt 0 ]; do
        tries=$((tries - 1))
        sleep 0.2
    done
}

# only NAME...: exactly these apps run, in this order.
only() {
    printf '%s\n' "$@" >"$WORK/wanted"
    awk 'NR > 1 && ($3 == "waiting" || $3 == "running") { print $2 }' "$WORK/ps" >"$WORK/said"
    diff "$WORK/wanted" "$WORK/said"
}
runs() {
    grep -Eq "^ *[0-9]+ $1 +(waiting|running) " "$WORK/ps" || {
        echo "$1 does not run"
        return 1
    }
}
rests() {
    ! runs "$1" >/dev/null || {
        echo "$1 runs"
        return 1
    }
}
# apart RUNS RESTS...: of these, the first runs and the others do not.
apart() {
    runs "$1" || return 1
    shift
    for resting in "$@"; do
        rests "$resting" || return 1
    done
}
# shellcheck source=conformance/loader.sh
. "$SUITE/loader.sh"

# The table.

check "no check is reported twice" equals "$(awk '{ print $2 }' "$RESULTS" | sort | uniq -d)" ""
# shellcheck source=conformance/table.sh
. "$SUITE/table.sh"
finish
