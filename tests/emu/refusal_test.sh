#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bad packages, files and hosts: the tool, or with its checks turned off the device itself, refuses each
# with the right exit code, a sentence and a hint; afterwards the list is as before.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

loader-cli -q emu start
loader-cli -q install "$APPS/counter.tab" "$APPS/hello-v1.tab"
loader-cli list >"$WORK/list"

unchanged() {
    loader-cli list >"$WORK/now" && diff "$WORK/list" "$WORK/now"
}

# refused CODE PATTERN COMMAND...
refused() {
    code_wanted=$1
    pattern=$2
    shift 2
    exits "$code_wanted" "$@" && says '^(error|note):' && says "$pattern" && unchanged
}

K=$ROOT/build/keys/dev-app.pem
ELF=$ROOT/build/obj/apps/apps
loader-cli -q keygen "$WORK/stranger.pem"
loader-cli -q pack "$ELF/rng.elf" --name rng -o "$WORK/unsigned.tab"
cp "$APPS/rng.tab" "$WORK/stranger.tab"
loader-cli -q sign "$WORK/stranger.tab" --key "$WORK/stranger.pem"
head -c 2000 "$APPS/rng.tab" >"$WORK/short.tab"
head -c 700 "$APPS/rng.tab" >"$WORK/shorter.tab"
: >"$WORK/empty.tab"
head -c 3000 /dev/urandom >"$WORK/noise.tab"
head -c 900 "$ELF/rng.elf" >"$WORK/short.elf"
head -c 100 "$K" >"$WORK/short.pem"

# flip OFFSET: a copy of the rng package with one bit flipped.
flip() {
    cp "$APPS/rng.tab" "$WORK/flip.tab"
    byte=$(od -An -tu1 -j "$1" -N 1 "$WORK/flip.tab" | tr -d ' ')
    # shellcheck disable=SC2059 # the octal number is the format
    printf "$(printf '\\%03o' $((byte ^ 1)))" |
        dd of="$WORK/flip.tab" bs=1 seek="$1" conv=notrunc 2>/dev/null
}

check "unsigned: tool" refused 5 'not signed' loader-cli install "$WORK/unsigned.tab"
check "unsigned: device" refused 5 'signature' loader-cli install --unchecked "$WORK/unsigned.tab"
check "unknown key: tool" refused 5 'another key' loader-cli install "$WORK/stranger.tab"
check "unknown key: device" refused 5 'signature' loader-cli install --unchecked "$WORK/stranger.tab"
for at in 1800 2100 2400; do
    flip $at
    check "bit flipped at $at: tool" refused 5 'changed' loader-cli install "$WORK/flip.tab"
    check "bit flipped at $at: device" refused 5 'signature' loader-cli install --unchecked "$WORK/flip.tab"
    # Announces the good package and sends the bad one.
    check "host that sends another byte than it announced, at $at" \
        refused 5 'digest' loader-cli install --send-instead "$WORK/flip.tab" "$APPS/rng.tab"
done
check "host that sends another app than it announced" \
    refused 5 'digest' loader-cli install --send-instead "$APPS/hello.tab" "$APPS/rng.tab"

check "truncated TAB" refused 1 'usable' loader-cli install "$WORK/short.tab"
check "TAB truncated in its metadata" refused 1 'usable' loader-cli install "$WORK/shorter.tab"
check "empty file" refused 1 'usable' loader-cli install "$WORK/empty.tab"
check "noise" refused 1 'usable' loader-cli install "$WORK/noise.tab"
check "no such file" refused 1 'cannot open' loader-cli install "$WORK/nothing.tab"
check "a kernel is no app" refused 1 'for the board|no code|is a kernel' \
    loader-cli install "$ROOT/build/boards/mps2_an386/kernel.img"
check "truncated ELF" refused 1 'cannot be packed' \
    loader-cli pack "$WORK/short.elf" --name x -o "$WORK/x.tab"
check "ELF for another machine" refused 1 'Arm' \
    loader-cli pack "$ROOT/build/bin/loader-cli" --name x -o "$WORK/x.tab"
check "truncated PEM" refused 1 'no usable' loader-cli sign "$WORK/unsigned.tab" --key "$WORK/short.pem"
check "more RAM than there is: tool" refused 6 'needs [0-9]+ bytes of RAM.*has [0-9]+' \
    loader-cli install "$APPS/greedy.tab"
check "more RAM than there is: device" refused 6 'needs [0-9]+ bytes, largest free is [0-9]+' \
    loader-cli install --unchecked "$APPS/greedy.tab"
check "the same package again: nothing to do" refused 3 'already' \
    loader-cli install "$APPS/hello-v1.tab"

newer() {
    exits 0 loader-cli install "$APPS/hello-v2.tab" || return 1
    exits 0 loader-cli list && says 'hello-v2 .* 2 ' && ! grep -q hello-v1 "$WORK/out"
}
check "a newer version takes the place of the older one" newer
loader-cli list >"$WORK/list"
check "an older version is refused" refused 5 'older.*version 1.*2 and newer' \
    loader-cli install "$APPS/hello-v1.tab"
loader-cli -q remove hello-v2
loader-cli list >"$WORK/list"
check "an older version is refused also after removal" refused 5 'older' \
    loader-cli install "$APPS/hello-v1.tab"

check "unknown app" refused 1 "no app 'nobody'" loader-cli stop nobody
check "unknown command" refused 2 'no command' loader-cli frobnicate
check "unknown option" refused 2 'frob' loader-cli list --frob
check "missing argument" refused 2 'takes' loader-cli install
check "unknown device" exits 2 loader-cli -d nowhere list
check "no such serial port" exits 4 loader-cli -d serial:/dev/ttyNOTHING list
check "no such board" exits 4 loader-cli -d emu:nothing list
check "nobody at that address" exits 4 loader-cli -d tcp:127.0.0.1:1 list

second_tool() {
    loader-cli monitor --for 4 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.5
    exits 0 loader-cli info || return 1
    wait "$monitor"
}
check "another command works beside a monitor" second_tool

as_json() {
    exits 0 loader-cli list --json && says '"schema": 1' && says '"name": "counter"'
}
check "--json prints one object with its schema" as_json

twins() {
    for id in 0x10001 0x10002; do
        loader-cli -q pack "$ROOT/build/obj/apps/apps/hello.elf" --name twin --short-id $id \
            --key "$ROOT/build/keys/dev-app.pem" -o "$WORK/twin$id.tab"
        exits 0 loader-cli install "$WORK/twin$id.tab" || return 1
    done
    exits 2 loader-cli stop twin && says 'there are 2 apps' && says '^hint: .*NAME@0x' || return 1
    for address in $(loader-cli list | awk '$1 == "twin" { print $8 }'); do
        exits 0 loader-cli remove "twin@$address" || return 1
    done
    unchanged
}
check "of two apps with one name, each is told by its address" twins

power_cut() {
    loader-cli emu kill >/dev/null && loader-cli emu start >/dev/null && unchanged
}
check "a power cut changes nothing" power_cut

# cut_short VICTIM: an install of which a good part has arrived when VICTIM (tool or board) is killed. On a board
# whose free space is one gap, which the transfer has reserved.
cut_short() {
    : >"$WORK/cut" # here, not when the tool gets to run: what an earlier one said is not its progress
    loader-cli install "$APPS/huge.tab" >>"$WORK/cut" 2>&1 &
    tool=$!
    # However slow the computer is: until a third has arrived, or the tool has ended.
    while kill -0 $tool 2>/dev/null && ! grep -q ' [3-9]0 %' "$WORK/cut"; do
        sleep 0.01
    done
    if [ "$1" = board ]; then
        loader-cli emu kill >/dev/null
    fi
    kill -9 $tool 2>/dev/null || true
    wait $tool 2>/dev/null || true
    if [ "$1" = board ]; then
        loader-cli emu start >/dev/null
    fi
    unchanged || return 1
    if grep -q installed "$WORK/cut" || ! grep -q ' [3-9]0 %' "$WORK/cut"; then
        echo "the install was not cut short in the middle:"
        cat "$WORK/cut"
        return 1
    fi
}
resumed() {
    cut_short "$1" && exits 0 loader-cli install "$APPS/huge.tab" && says 'resumed at byte [1-9]' &&
        exits 0 loader-cli remove huge
}
check "an install whose tool was killed goes on where it stopped" resumed tool
check "an install whose board lost power goes on where it stopped" resumed board

given_up() {
    cut_short tool && exits 0 loader-cli install "$APPS/template.tab" && exits 0 loader-cli remove template
}
check "an install that was cut short does not keep others from the space" given_up
finish
