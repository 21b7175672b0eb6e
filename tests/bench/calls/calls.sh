# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by scripts/bench.sh: instructions from an app's trap to its next instruction. WORK, row() and a board
# of its own come from there.

COUNT=$WORK/count.so
"${CC:-cc}" -std=c11 -O2 -fPIC -shared -Wall -Wextra -Wconversion -Werror -o "$COUNT" tests/bench/calls/count.c ||
    die "the counting plugin does not build"

# symbol ELF NAME: its address, without the Thumb bit.
symbol() {
    value=$(arm-none-eabi-nm "$1" | awk -v name="$2" '$3 == name { print $1; exit }')
    [ -n "$value" ] || die "$1 has no symbol $2"
    echo $((0x$value & ~1))
}

# hashes ELF: skip= arguments for every function of the hash.
hashes() {
    arm-none-eabi-nm -S "$1" | awk '$4 ~ /sha256/ { print $1, $2 }' | while read -r at size; do
        printf ',skip=%d-%d' $(((0x$at & ~1))) $(((0x$at & ~1) + 0x$size))
    done
}

KERNEL=build/boards/mps2_an386/kernel-a.elf
TICK=$(symbol $KERNEL arch_tick_handler)
ALARM=$(symbol $KERNEL mps2_alarm_interrupt)
APPS_AT=$((0x21100000))

# counted OUT: starts the board under the plugin.
counted() {
    loader-cli -q emu start --qemu-options="-plugin $COUNT,app=$APPS_AT-$((APPS_AT + 0x100000)),out=$1,irq=$TICK,irq=$ALARM,irq=$(
        symbol $KERNEL board_uart_interrupt),boot=$(symbol $KERNEL reset_handler)$(hashes $KERNEL)"
}

# placed APP ELF NAME: where a symbol of an installed app lies in flash.
placed() {
    at=$(loader-cli --json list | tr '{' '\n' | sed -n "s/.*\"name\": *\"$1\".*\"address\": *\"\{0,1\}\(0x[0-9a-f]*\|[0-9]*\).*/\1/p")
    start=$(loader-cli inspect --json "build/apps/$1.tab" | tr ',' '\n' | sed -n 's/.*"app_start": *\([0-9]*\).*/\1/p' | head -n 1)
    echo $((at + start + $(symbol "$2" "$3") - 0x80000000))
}
