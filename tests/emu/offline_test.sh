#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The board's flash is changed while it does not run, and through a debugger's server: the kernel agrees afterwards.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img
IMAGE=file:$FLASH
PORT=$((20000 + $$ % 20000))
PATH=$WORK:$PATH
# shorthand NAME WORDS: a command of this test that runs the tool with these words.
shorthand() {
    printf '#!/bin/sh\nexec loader-cli %s "$@"\n' "$2" >"$WORK/$1"
    chmod +x "$WORK/$1"
}
shorthand offline "-d $IMAGE"
shorthand probe "-d gdb:127.0.0.1:$PORT --board mps2_an386"

first() {
    exits 0 loader-cli emu start && up && exits 0 loader-cli install "$APPS/counter.tab" && loader-cli -q emu stop
}
check "a board with one app" first

looks() {
    flash_digest >"$WORK/before"
    exits 0 offline list && says 'counter +enabled.* development' && exits 0 offline info && says 'kernel +not running, version 1' &&
        exits 0 offline read 0x21000000 16 && says 'GTJ1' && exits 0 offline attribute list || return 1
    flash_digest | cmp - "$WORK/before"
}
check "looking at an image changes nothing" looks

changes() {
    exits 0 offline install "$APPS/hello.tab" && says 'installed hello' && exits 0 offline list && says 'hello +verify' &&
        exits 3 offline install "$APPS/hello.tab" && exits 0 offline disable counter &&
        exits 0 offline attribute set greeting hallo && exits 0 offline sticky hello && exits 0 offline list &&
        says 'sticky' && says 'counter +disabled'
}
check "apps are installed and set in the image" changes

agrees() {
    exits 0 loader-cli emu start && up && says 'counter +disabled' && says 'hello +(running|ended) .* development  sticky' ||
        return 1
    loader-cli monitor --until 'Hello from Gantry' --for 10 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.5
    loader-cli -q restart hello
    wait "$monitor" || {
        cat "$WORK/monitor"
        return 1
    }
}
check "the kernel agrees, and runs what was installed" agrees

busy() {
    exits 4 offline list && says 'another program uses the image'
}
check "the image of a board that runs is left alone" busy

# Adopted once, an app is as any other: what is said of it lasts.
lasts() {
    exits 0 loader-cli disable hello && loader-cli -q emu stop && exits 0 loader-cli emu start && up &&
        says 'hello +disabled' && loader-cli -q emu stop && exits 0 offline list && says 'hello +disabled'
}
check "an app that was adopted stays as it is told" lasts

updates() {
    exits 0 offline install "$APPS/wide-v1.tab" && exits 0 offline list && says 'wide-v1 +verify +1' || return 1
    exits 0 loader-cli emu start && up && loader-cli -q emu stop || return 1
    exits 0 offline update "$APPS/wide-v2.tab" && exits 0 offline list && says 'wide-v2 +verify +2' &&
        exits 0 offline remove counter || return 1
    exits 0 loader-cli emu start && up && says 'wide-v2 +(running|ended) +2' || return 1
    ! grep -q counter "$WORK/out" || return 1
    exits 5 loader-cli install "$APPS/wide-v1.tab" && loader-cli -q emu stop
}
check "an update in the image is taken over, its floor as well" updates

foreign() {
    loader-cli -q keygen "$WORK/other.pem" && cp "$APPS/blink.tab" "$WORK/foreign.tab" &&
        loader-cli -q sign "$WORK/foreign.tab" --key "$WORK/other.pem" &&
        exits 5 offline install "$WORK/foreign.tab" && says 'none of the keys'
}
check "what no trusted key has signed is not installed" foreign

# killed N: the tool is killed N hundredths of a second into an install, again and again until it is through.
killed() {
    cp "$FLASH" "$WORK/kept.img"
    for delay in 0.02 0.03 0.04 0.05 0.06 0.08 0.1; do
        cp "$WORK/kept.img" "$FLASH"
        timeout -s KILL $delay loader-cli -q -d "$IMAGE" install "$APPS/large.tab" >/dev/null 2>&1 || true
        exits 0 offline list && says 'wide-v2' && says 'hello' || return 1
        code=0
        offline install "$APPS/large.tab" >"$WORK/out" 2>&1 || code=$?
        [ $code -eq 0 ] || [ $code -eq 3 ] || {
            cat "$WORK/out"
            return 1
        }
    done
    exits 0 loader-cli emu start && up && says 'large +(running|ended)' && says 'wide-v2' && loader-cli -q emu stop
}
check "a tool that is killed leaves an image that it mends" killed

bad_images() {
    head -c 1000000 "$FLASH" >"$WORK/cut.img"
    exits 2 loader-cli -d "file:$WORK/cut.img" list && exits 1 loader-cli -d "file:$WORK/cut.img" --board mps2_an386 list &&
        says 'truncated' && exits 1 loader-cli -d "$IMAGE" --board raspberry_pi_pico list && says 'of another board' &&
        exits 4 loader-cli -d "file:$WORK/none.img" list && exits 4 loader-cli -d "file:$WORK" list &&
        exits 2 loader-cli -d "$IMAGE" --board nothing list || return 1
    # A pico's flash by its size, but a kernel of the other board in its place.
    head -c 2097152 /dev/zero | tr '\000' '\377' >"$WORK/pico.img"
    dd if="$FLASH" of="$WORK/pico.img" bs=4096 skip=32 seek=32 count=32 conv=notrunc 2>/dev/null
    exits 5 loader-cli -d "file:$WORK/pico.img" install "$APPS/hello.tab" && says 'board'
}
check "an image that is cut short, or another board's, is refused" bad_images

# Through the emulator's own debugger's server.
debugger() {
    exits 0 loader-cli emu start --qemu-options="-gdb tcp:127.0.0.1:$PORT" && up || return 1
    cp "$WORK/out" "$WORK/kernels_list"
    exits 0 probe list && says 'hello +disabled' && says 'wide-v2 +enabled' && exits 0 probe info &&
        says 'not running, version 1' && exits 0 probe read 0x21100000 4096 -o "$WORK/page" || return 1
    tail -c +1048577 "$FLASH" | head -c 4096 | cmp - "$WORK/page" || return 1
    exits 4 probe monitor --for 1 && says 'no kernel answers there' && says 'rtt' && exits 4 probe ps || return 1
    up && exits 2 loader-cli -d "gdb:127.0.0.1:$PORT" list && says '\-\-board' && loader-cli -q emu stop
}
check "a debugger's server shows what the kernel shows, and the board runs on" debugger

# A program's rings, put into RAM by the emulator: behind what kernel and apps use.
rings() {
    {
        printf 'SEGGER RTT\0\0\0\0\0\0\001\0\0\0\001\0\0\0'
        printf '\200\0\030\040\0\001\030\040\100\0\0\0\023\0\0\0\0\0\0\0\0\0\0\0'
        printf '\200\0\030\040\100\001\030\040\020\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
        head -c 56 /dev/zero
        printf 'by hand\0'
        head -c 120 /dev/zero
        printf 'hello through QEMU\n'
        head -c 109 /dev/zero
    } >"$WORK/rings.bin"
    exits 0 loader-cli emu start \
        --qemu-options="-gdb tcp:127.0.0.1:$PORT -device loader,file=$WORK/rings.bin,addr=0x20180000,force-raw=on" && up || return 1
    echo to you >"$WORK/input"
    timeout 60 probe monitor --rtt --input --lines 1 <"$WORK/input" >"$WORK/out" 2>&1 || {
        cat "$WORK/out"
        return 1
    }
    says 'control block at 0x20180000' && says 'by hand +\| hello through QEMU' && says 'is stopped for each look' && up &&
        loader-cli -q emu stop
}
check "rings in RAM are read through a debugger's server, and the board runs on" rings

nobody() {
    exits 4 probe list
}
check "no server is no device" nobody
finish
