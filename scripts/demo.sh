#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The whole story on an emulated board, with plain loader-cli commands that are printed before they run.
# Every step is checked; the exit code is 0 only when all of them held.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh
. scripts/story.sh

PATH=$ROOT/build/bin:$PATH
WORK=$(mktemp -d /tmp/gantry-demo.XXXXXX)
GANTRY_EMU_DIR=$WORK/emu
XDG_RUNTIME_DIR=$WORK
LOADER_DEVICE=emu:mps2_an386
export PATH GANTRY_EMU_DIR LOADER_DEVICE XDG_RUNTIME_DIR
FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img
APPS=build/apps
MONITOR=''

finish() {
    [ -z "$MONITOR" ] || kill "$MONITOR" 2>/dev/null || true
    loader-cli -q emu kill >/dev/null 2>&1 || true
    rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Everything in flash but the front panel.
flash_digest() {
    head -c 16773120 "$FLASH" | sha256sum
}

monitor_start() {
    spell loader-cli monitor "$@"
    echo ' &'
    loader-cli monitor "$@" >"$WORK/monitor" 2>&1 &
    MONITOR=$!
    sleep 1
}

monitor_end() {
    kill "$MONITOR" 2>/dev/null || true
    wait "$MONITOR" 2>/dev/null || true
    MONITOR=''
}

# The numbers that the counter printed, as the monitor showed them, are consecutive.
counter_has_no_gap() {
    sed -n 's/^counter  *| \([0-9][0-9]*\)$/\1/p' "$WORK/monitor" |
        awk 'NR > 1 && $1 != last + 1 { bad = 1 } { last = $1 } END { exit !(NR > 5 && !bad) }'
}

column() { # column NAME-OF-APP NUMBER: a column of `list`
    loader-cli list | awk -v name="$1" -v n="$2" '$1 == name { print $n }'
}

ram_of() {
    loader-cli ps | awk -v name="$1" '$2 == name { print $9 }'
}

title "1. An emulated Cortex-M4 board, powered up for the first time"
run 0 loader-cli emu start
run 0 loader-cli info
check "the kernel says that it trusts a development key" grep -q 'development key' "$WORK/out"
run 0 loader-cli list
check "no app is installed" grep -q 'no apps' "$WORK/out"

title "2. Two apps"
run 0 loader-cli install $APPS/blink.tab $APPS/counter.tab
run 0 loader-cli list
check "both run" sh -c "[ \$(grep -c running '$WORK/out') -eq 2 ]"

title "3. A third one while the others run"
monitor_start
run 0 loader-cli install $APPS/hello.tab
sleep 2
monitor_end
cat "$WORK/monitor"
check "hello said hello, marked with its name" grep -q '^hello  *| Hello from Gantry!' "$WORK/monitor"
check "the counter counted on without a gap" counter_has_no_gap

title "4. What is not trusted is not written"
loader-cli -q keygen "$WORK/stranger.pem"
cp $APPS/rng.tab "$WORK/stranger.tab"
loader-cli -q sign "$WORK/stranger.tab" --key "$WORK/stranger.pem"
loader-cli -q pack build/obj/apps/apps/rng.elf --name rng -o "$WORK/unsigned.tab"
cp $APPS/rng.tab "$WORK/flipped.tab"
byte=$(od -An -tu1 -j 1700 -N 1 "$WORK/flipped.tab" | tr -d ' ')
# shellcheck disable=SC2059 # the octal number is the format
printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of="$WORK/flipped.tab" bs=1 seek=1700 conv=notrunc 2>/dev/null
before=$(flash_digest)
for package in unsigned stranger flipped; do
    run 5 loader-cli install "$WORK/$package.tab"
    check "there is a sentence and a hint" sh -c "grep -q ^error: '$WORK/out' && grep -q ^hint: '$WORK/out'"
    # The same without the tool's own checks: the device itself refuses.
    run 5 loader-cli install --unchecked "$WORK/$package.tab"
done
check "nothing in flash has changed" test "$before" = "$(flash_digest)"

title "5. An app that reads another app's memory"
monitor_start --until 'FAULT in spy' --for 10
run 0 loader-cli install $APPS/spy.tab
wait "$MONITOR" || die "no fault was reported"
MONITOR=''
grep FAULT "$WORK/monitor"
check "the report names app, address and cause" \
    grep -q 'FAULT in spy .*accessed 0x2010[0-9a-f]*, outside its memory' "$WORK/monitor"
check "it did not get what it wanted" sh -c "! grep -q ESCAPED '$WORK/monitor'"
run 0 loader-cli ps
check "the spy was stopped" grep -q 'spy  *faulted' "$WORK/out"
check "the others run on" sh -c "[ \$(grep -c waiting '$WORK/out') -ge 2 ]"

title "6. Enable, disable, start, stop, remove: at run time"
run 0 loader-cli remove spy hello
run 0 loader-cli stop counter
run 0 loader-cli ps
check "the counter has ended" grep -q 'counter  *ended' "$WORK/out"
run 0 loader-cli start counter
run 0 loader-cli disable blink
run 0 loader-cli list
check "blink is disabled, the counter runs" sh -c \
    "grep -q 'blink  *disabled' '$WORK/out' && grep -q 'counter  *running' '$WORK/out'"
run 0 loader-cli enable blink
place=$(column counter 8)
ram=$(ram_of counter)
run 0 loader-cli remove counter
run 0 loader-cli install $APPS/buttons.tab
check "the new app lies in the removed one's flash ($place)" test "$(column buttons 8)" = "$place"
check "and uses its RAM ($ram)" test "$(ram_of buttons)" = "$ram"
run 3 loader-cli install $APPS/buttons.tab
check "the same package again: nothing to do" grep -q 'installed already' "$WORK/out"

title "7. A power cut"
loader-cli list >"$WORK/before"
run 0 loader-cli emu kill
run 0 loader-cli emu start
run 0 loader-cli list
check "the same apps run again" diff "$WORK/before" "$WORK/out"

printf '\nAll %s steps held.\n' "$STEPS"
