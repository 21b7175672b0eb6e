#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tock's serial protocol on the whole board: a host that behaves as tockloader does lists, installs, updates, moves,
# disables and removes apps; then the kernel starts, runs what is signed, and lists the same.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

BOARD=$GANTRY_EMU_DIR/mps2_an386
ELF=$ROOT/build/obj/apps/apps
KEY=$ROOT/build/keys/dev-app.pem

# object APP FILE OPTIONS...: an app's TBF alone, as a host takes it from a package.
object() {
    app=$1
    file=$2
    shift 2
    loader-cli -q pack "$ELF/$app.elf" --name "$app" --key "$KEY" "$@" -o "$WORK/object.tab"
    tar -xf "$WORK/object.tab" -C "$WORK" cortex-m3.tbf
    mv "$WORK/cortex-m3.tbf" "$WORK/$file.tbf"
}
for app in blink counter hello rng; do
    object $app $app --tock-layout --min-footer 200
done
object counter counter2 --tock-layout --min-footer 200 --app-version 2
object hello exact
cp "$WORK/hello.tbf" "$WORK/flipped.tbf"
printf '\377' | dd of="$WORK/flipped.tbf" bs=1 seek=300 conv=notrunc 2>/dev/null

# host COMMAND...: the board goes into its bootloader, and the host does one thing there. It ends with EXIT: the kernel
# starts.
host() {
    loader-cli -q reboot --bootloader && exits 0 "$HOST" "$BOARD/serial.sock" "$@"
}

# app NAME STATE: a line of the list.
app() {
    says "^$1 +$2 "
}

# silent PATTERN: the last command did not say this.
silent() {
    ! grep -Eq "$1" "$WORK/out"
}

loader-cli -q emu start
object buttons buttons --tock-layout --min-footer 200
loader-cli -q install "$WORK/object.tab"

first() {
    host list && says '^buttons 4096 enabled$' && up && app buttons running
}
check "a host lists what loader-cli installed" first

install() {
    host install "$WORK/blink.tbf" "$WORK/counter.tbf" && up && app counter running && app blink running &&
        app buttons running
}
check "a host installs two apps, and both run" install

agreed() {
    host list && says '^counter 4096 enabled$' && says '^blink 2048 enabled$' && says '^buttons 4096 enabled$' &&
        up && [ "$(grep -c development "$WORK/out")" -eq 3 ]
}
check "host and kernel see the same list" agreed

update() {
    host update "$WORK/counter2.tbf" && up && says '^counter +running +2 '
}
check "a host updates an app" update

older() {
    host update "$WORK/counter.tbf" && up && says ' (damaged|refused) ' && silent '^counter ' && host update "$WORK/counter2.tbf" &&
        up && says '^counter +running +2 '
}
check "an older version that a host writes does not run" older

disable() {
    host disable-app blink && up && app blink disabled && host list && says '^blink 2048 disabled$' && up &&
        host enable-app blink && up && app blink running
}
check "a host disables and enables an app" disable

last_word() {
    host disable-app blink && up && app blink disabled && exits 0 loader-cli enable blink &&
        loader-cli -q reboot && up && app blink running && host enable-app blink && up && app blink running
}
check "what loader-cli says after that stands" last_word

sticky() {
    host sticky-app counter && up && exits 0 loader-cli --json list && says '"sticky": ?true' &&
        host unsticky-app counter && up
}
check "a host makes an app sticky" sticky

moved() {
    exits 0 loader-cli disable blink && host uninstall buttons && up && host install "$WORK/rng.tbf" && up &&
        app blink disabled && app counter running && says '^rng ' && silent '^buttons ' &&
        exits 0 loader-cli enable blink
}
check "an app that a host moves keeps what the journal says of it" moved

moved_flipped() {
    host disable-app counter && up && app counter disabled && host uninstall rng && up &&
        host install "$WORK/hello.tbf" && up && app counter disabled && app hello '(running|ended)' &&
        host enable-app counter && up && app counter running
}
check "an app is moved with its flag flipped" moved_flipped

uninstall() {
    host uninstall blink && up && silent '^blink ' && app counter running && host list && silent '^blink' && up
}
check "a host removes an app" uninstall

flipped() {
    host update "$WORK/flipped.tbf" && up && says ' (damaged|refused) ' && app counter running &&
        host uninstall hello && up && silent ' (damaged|refused) '
}
check "an app with one bit flipped is kept and not run" flipped

exact() {
    host install "$WORK/exact.tbf" && up && says ' (damaged|refused) ' && host uninstall hello && up
}
check "an app that the host had to round is not run" exact

# From here on the strap keeps the board in its bootloader: EXIT leads back into it.
loader-cli -q emu strap on
loader-cli -q reboot --bootloader

# tool COMMAND...: the host does one thing.
tool() {
    exits 0 "$HOST" "$BOARD/serial.sock" "$@"
}

attributes() {
    tool list-attributes && says '^00: board = mps2_an386$' && says '^01: arch = cortex-m4$' &&
        says '^02: appaddr = 0x21100000$' && says '^03:  = $' && tool set-attribute answer forty-two &&
        tool list-attributes && says '^03: answer = forty-two$' && loader-cli -q emu kill &&
        exits 0 loader-cli emu start && tool list-attributes && says '^03: answer = forty-two$' &&
        tool remove-attribute answer && tool list-attributes && says '^03:  = $'
}
check "attributes are there, and stay over a power cut" attributes

start_address() {
    tool info && says '"version":"gantry1","start_address":"0x21020200"' && tool set-start-address 0x12345678 &&
        tool info && says '"start_address":"0x12345678"'
}
check "the start address is stored and shown, and starts nothing" start_address

# refused COMMAND...: the host hears BADADDR, and not one byte of flash is changed by that.
refused() {
    exits 1 "$HOST" "$BOARD/serial.sock" "$@" && flash_digest | diff "$WORK/before" -
}
flash_digest >"$WORK/before"
for address in 0x400 0x21000000 0x21020000 0x210FF000 0x21200000 0xFFFFFE00; do
    check "a page at $address is not a host's to erase" refused erase $address
done
for range in '0x3FF 2' '0x9FF 2' '0x21000000 16' '0x21020000 16' '0x21FFF000 16' '0x20000000 16' '0x211FFFFF 2'; do
    # shellcheck disable=SC2086 # address and length
    check "$range is not a host's to read" refused read $range
done

# "TOCKBOOTLOADER", the version, zeros, the address of slot A's vectors; "board", 10, "mps2_an386".
flags() {
    tool read 0x400 36 &&
        says '^544f434b424f4f544c4f4144455267616e74727931000000000000000000000000020221$' &&
        tool read 0x600 19 && says '^626f6172640000000a6d7073325f616e333836$'
}
check "the flags are where Tock's bootloader has them" flags

rate() {
    tool --rate 460800 list && says '^counter 4096 enabled$'
}
check "a host changes the line's rate" rate

loader-cli -q emu strap off
"$HOST" "$BOARD/serial.sock" list >"$WORK/out"
check "without the strap EXIT starts the kernel" up


# Both protocols on one line: raw bytes, no EXIT.
beside() {
    loader-cli -q reboot --bootloader && exits 0 loader-cli info && says 'running +bootloader' &&
        tool raw FC01 && says '^fc11$' && exits 4 loader-cli info || return 1
    tool raw 00FC05FC01 && says '^fc11$' && tool raw FC22 && up
}
check "both protocols on one line, each where it belongs" beside

# Power goes while a host writes: the board starts, and takes whatever comes next.
cut() {
    loader-cli -q reboot --bootloader || return 1
    "$HOST" "$BOARD/serial.sock" install "$WORK/rng.tbf" "$WORK/blink.tbf" >/dev/null 2>&1 &
    writer=$!
    sleep "$1"
    loader-cli -q emu kill
    wait $writer || true
    exits 0 loader-cli emu start && up && host install "$WORK/rng.tbf" "$WORK/blink.tbf" && up && says '^rng ' &&
        app blink running
}
for after in 0.3 0.5; do
    check "power goes $after s after a host came" cut $after
done

erase_all() {
    host erase-apps && up && silent development && exits 0 loader-cli install "$APPS/echo.tab" &&
        host list && says '^echo ' && up && says '^echo '
}
check "a host erases all, and loader-cli installs again" erase_all
finish
