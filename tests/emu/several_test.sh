#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Sixteen emulated boards at once: started, installed to, listed, restarted, one of them without power meanwhile; one report each.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"
COUNT=16
unset LOADER_DEVICE

boards=
for number in $(seq "$COUNT"); do
    boards="$boards -d emu:mps2_an386/$number"
done
# all CODE COMMAND...: on every board; it must end with this exit code. Output: $WORK/out.
all() {
    wanted=$1
    shift
    # shellcheck disable=SC2086 # words are meant to be split
    exits "$wanted" loader-cli $boards "$@"
}
cleanup() {
    all 0 -q emu kill >/dev/null 2>&1 || true
    rm -rf "$WORK"
}

# each CODE WORD COUNT: so many rows of the table have that exit code and word.
each() {
    rows=$(grep -Ec "^emu:mps2_an386/[0-9]+ +$1  $2" "$WORK/out" || true)
    [ "$rows" -eq "$3" ] || {
        echo "$rows rows with '$1 $2' instead of $3 in:"
        cat "$WORK/out"
        return 1
    }
}

starts() { all 0 emu start && each 0 'done' "$COUNT"; }
check "sixteen boards start" starts

installs() { all 0 install "$APPS/large.tab" && each 0 'done' "$COUNT" && says '/16: .*: 100 %'; }
check "an app is installed to all at once" installs

reports() {
    all 0 --json list && [ "$(grep -c '"name": "large"' "$WORK/out")" -eq "$COUNT" ] &&
        [ "$(grep -c '"device": "emu:' "$WORK/out")" -eq "$COUNT" ]
}
check "one object has the lists of all" reports

cut() {
    exits 0 loader-cli -d emu:mps2_an386/7 emu kill || return 1
    all 4 install "$APPS/blink.tab" && each 0 'done' "$((COUNT - 1))" && each 4 failed 1 || return 1
    exits 0 loader-cli -d emu:mps2_an386/7 emu start || return 1
    all 3 install "$APPS/blink.tab" && each 0 'done' 1 && each 3 'nothing to do' "$((COUNT - 1))"
}
check "a board without power fails alone, and the same command completes it" cut

restarts() { all 0 reboot && each 0 'done' "$COUNT" && all 0 -q list && [ ! -s "$WORK/out" ]; }
check "all restart" restarts

stranger() {
    exits 0 loader-cli -d emu:mps2_an386/2 emu stop && cp "$GANTRY_EMU_DIR/mps2_an386-1/pid" "$GANTRY_EMU_DIR/mps2_an386-2/pid" &&
        exits 3 loader-cli -d emu:mps2_an386/2 emu stop && exits 3 loader-cli -d emu:mps2_an386/2 emu kill &&
        exits 0 loader-cli -d emu:mps2_an386/1 emu status && exits 0 loader-cli -d emu:mps2_an386/2 emu start
}
check "a number of a process that is another board's by now stops nobody" stranger

stops() { exits 0 loader-cli -d all emu stop && each 0 'done' "$COUNT"; }
check "all that run are stopped" stops

finish
