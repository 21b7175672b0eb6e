#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Apps that were made for Tock, by its tools, come over with two commands: sign, install.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

TOCK=$APPS/tock
KEY=$ROOT/build/keys/dev-app.pem

# word FILE OFFSET: 32 bits of a file, little-endian.
word() {
    od -An -tu4 -j "$2" -N 4 "$1" | tr -d ' '
}

# put FILE OFFSET VALUE: the other way round.
put() {
    # shellcheck disable=SC2059 # the format is what the inner printf makes
    printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $(($3 & 255)) $(($3 >> 8 & 255)) $(($3 >> 16 & 255)) $(($3 >> 24 & 255)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# seal FILE: puts in the header's checksum, the XOR of all words but its own.
seal() {
    size=$(($(word "$1" 0) >> 16))
    sum=0
    at=0
    while [ $at -lt $size ]; do
        [ $at -eq 12 ] || sum=$((sum ^ $(word "$1" $at)))
        at=$((at + 4))
    done
    put "$1" 12 $sum
}

# bundle NAME MEMBER=FILE...: WORK/NAME.tab, as elf2tab writes it.
bundle() {
    bundle=$1
    shift
    rm -rf "$WORK/bundle"
    mkdir "$WORK/bundle"
    cat >"$WORK/bundle/metadata.toml" <<TOML
tab-version = 1
name = "$bundle"
only-for-boards = ""
minimum-tock-kernel-version = "2.1"
build-date = 2026-01-02T03:04:05Z
TOML
    members=metadata.toml
    for member in "$@"; do
        cp "$TOCK/${member#*=}" "$WORK/bundle/${member%%=*}"
        seal "$WORK/bundle/${member%%=*}"
        members="$members ${member%%=*}"
    done
    # shellcheck disable=SC2086 # a list of words
    tar -C "$WORK/bundle" --format=ustar -cf "$WORK/$bundle.tab" $members
}

# runs NAME PATTERN: signed, installed, and the app says so on the console.
runs() {
    loader-cli monitor --until "$2" --for 20 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli sign "$WORK/$1.tab" --key "$KEY" && exits 0 loader-cli install "$WORK/$1.tab" || return 1
    wait "$monitor" || {
        cat "$WORK/monitor"
        return 1
    }
}

loader-cli -q emu start

bundle tock-rs cortex-m4.0x21100080.0x20100000.tbf=rs.tbf
check "an app in the manner of libtock-rs, of fixed addresses, runs" \
    runs tock-rs '^Hello from an app of fixed addresses: data in place'

# Where another app lies and runs now.
taken() {
    exits 0 loader-cli remove tock-rs && exits 0 loader-cli install "$APPS/counter.tab" || return 1
    exits 6 loader-cli install "$WORK/tock-rs.tab" && says 'linked for flash at 0x21100080 and RAM at 0x20100000' &&
        exits 0 loader-cli list && says 'counter  *running'
}
check "one whose place is taken is refused" taken

far() {
    bundle tock-rs cortex-m4.0x21100080.0x20100000.tbf=rs.tbf cortex-m4.0x21180080.0x20140000.tbf=rs-far.tbf
    runs tock-rs '^Hello from an app of fixed addresses: data in place' && exits 0 loader-cli list &&
        says 'tock-rs .*0x21180000' && exits 0 loader-cli reboot && exits 0 loader-cli ps && says 'tock-rs .*0x20140000'
}
check "of several addresses those that are free are taken, and found again after a restart" far

# All that libtock-c builds by default: four of Cortex-M, and fixed addresses of RISC-V.
bundle tock-c cortex-m0.tbf=c.tbf cortex-m3.tbf=c.tbf cortex-m4.tbf=c.tbf cortex-m7.tbf=c.tbf \
    rv32imac.0x20040080.0x80002800.tbf=rs.tbf rv32imac.0x40430080.0x80004000.tbf=rs.tbf \
    rv32imac.0x40440080.0x80007000.tbf=rs.tbf rv32imac.0x80100080.0x80300000.tbf=rs.tbf \
    rv32imac.0x80110080.0x80310000.tbf=rs.tbf rv32imac.0x80130080.0x80330000.tbf=rs.tbf \
    rv32imac.0x80180080.0x80380000.tbf=rs.tbf rv32imc.0x00080080.0x40008000.tbf=rs.tbf \
    rv32imc.0x20030080.0x10005000.tbf=rs.tbf rv32imc.0x20030880.0x10008000.tbf=rs.tbf \
    rv32imc.0x20032080.0x10008000.tbf=rs.tbf rv32imc.0x20034080.0x10008000.tbf=rs.tbf \
    rv32imc.0x20300080.0x20602000.tbf=rs.tbf rv32imc.0x403B0080.0x3FCA2000.tbf=rs.tbf \
    rv32imc.0x403C0080.0x3FCA8000.tbf=rs.tbf rv32imc.0x403D0080.0x3FCB0000.tbf=rs.tbf \
    rv32imc.0x41000080.0x42008000.tbf=rs.tbf
check "an app in the manner of libtock-c, with bundle and footers of Tock's tools, runs" \
    runs tock-c '^Hello from an app built for Tock: data in place'

bundle tock-old cortex-m4.tbf=old.tbf
check "an app of early Tock 2, without room for a signature, runs" \
    runs tock-old '^Hello from an app built for Tock: data in place'

unsigned() {
    bundle tock-c cortex-m4.tbf=c.tbf
    exits 0 loader-cli remove tock-c && exits 5 loader-cli install "$WORK/tock-c.tab" && says "is not signed"
}
check "without a signature it is refused" unsigned

# The same executables, packed as elf2tab would.
packed() {
    # shellcheck disable=SC2086 # no option, or one with its value
    exits 0 loader-cli pack "$ELF/tock_$1,$2" --package-name "tock-$1" --output-file "$WORK/tock-$1.tab" --layout elf2tab \
        --kernel-major 2 --kernel-minor 1 --minimum-footer-size 256 --sha256 $4 && runs "tock-$1" "$3"
}
ELF=$ROOT/build/obj/apps/tests/tock
loader-cli -q remove tock-rs
check "an executable that is linked for one place, packed as elf2tab does, runs there" \
    packed rs-far cortex-m4 '^Hello from an app of fixed addresses: data in place' '--ram-address 0x20140000'
check "a position-independent one, packed so, runs" \
    packed c cortex-m0 '^Hello from an app built for Tock: data in place' ''
finish
