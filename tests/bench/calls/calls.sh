# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# shellcheck disable=SC2154 # AT_... are set by eval, name by name
# Sourced by scripts/bench.sh: instructions from an app's trap to its next instruction. WORK, row() and a board
# of its own come from there.

COUNT=$WORK/count.so
"${CC:-cc}" -std=c11 -O2 -fPIC -shared -Wall -Wextra -Wconversion -Werror -o "$COUNT" tests/bench/calls/count.c ||
    die "the counting plugin does not build"
COUNTED="TCG plugin (tests/bench/calls), the usual count"

# symbol ELF NAME: its address, without the Thumb bit.
symbol() {
    value=$(arm-none-eabi-nm "$1" | awk -v name="$2" '$3 == name { print $1; exit }')
    [ -n "$value" ] || die "$1 has no symbol $2"
    echo $((0x$value & ~1))
}

KERNEL=build/boards/mps2_an386/kernel-a.elf
TICK=$(symbol $KERNEL arch_tick_handler)
ALARM=$(symbol $KERNEL mps2_alarm_interrupt)
UART=$(symbol $KERNEL board_uart_interrupt)

# field TAB BYTE SIZE: a number in the header of the object that a package has for this board.
field() {
    tar -xOf "$1" cortex-m3.tbf | od -An "-tu$3" "-j$2" "-N$3" | tr -d ' '
}

# placed APP SYMBOL: where it lies in flash; the app's first TLV is the one with the protected size.
placed() {
    at=$(loader-cli list | awk -v app="$1" '$1 == app { print $8 }')
    binary=$((at + $(field "build/apps/$1.tab" 2 2) + $(field "build/apps/$1.tab" 24 4)))
    echo $((binary + $(symbol "build/obj/apps/apps/$1.elf" "$2") - 0x80000000))
}

# count_calls OUT APP...: runs the apps under the plugin; the first is the one that measures.
count_calls() {
    result=$1
    shift
    rm -rf "$GANTRY_EMU_DIR"
    loader-cli -q emu start
    for app in "$@"; do
        loader-cli -q install "build/apps/$app.tab"
    done
    FROM=$(placed calls at_notify)
    TO=$(placed calls answered)
    NEXT=$(loader-cli list | awk '$1 == "calls2" { print $8 }')
    for name in command memory_start sbrk unsubscribe subscribe allow yield_nothing yield_one yield_wait; do
        eval "AT_$name=$(printf '0x%x' "$(placed calls at_$name)")"
    done
    UPCALL=$(printf '0x%x' "$(placed calls upcall)")
    loader-cli -q emu stop
    loader-cli -q emu start --qemu-options="-plugin $COUNT,app=$((0x21100000))-$((0x21200000)),out=$result,irq=$TICK,irq=$ALARM,irq=$UART,span=$FROM-$TO"
    loader-cli monitor --replay --until 'calls: done' --for 60 >/dev/null 2>&1 || true
    sleep 3
    loader-cli -q emu stop
    [ -s "$result" ] || die "the counting plugin wrote nothing"
}

# usual OUT FROM [TO]: the usual instructions of a call, without interrupts in between; TO: where it went on.
usual() {
    awk -v from="$2" -v to="${3:-}" '$1 == "call" && $2 == from && (to == "" || $3 == to) && $4 > times { times = $4; n = $7 }
        END { if (!times) exit 1; print n }' "$1" || die "no call at $2 was counted"
}

# waited OUT: yield-wait to the upcall, from the first instruction of the alarm's interrupt handler.
waited() {
    awk -v handler="$(printf '0x%x' "$ALARM")" -v from="$AT_yield_wait" -v to="$UPCALL" \
        '$1 == "irq" && $2 == handler && $3 == from && $4 == to { n = $8 } END { if (!n) exit 1; print n }' "$1" ||
        die "no alarm was counted"
}

OUT=$WORK/calls
count_calls "$OUT" calls
row mps2_an386 "command: alarm frequency" "$(usual "$OUT" "$AT_command")" instructions 150 "$COUNTED"
row mps2_an386 "memop: memory start" "$(usual "$OUT" "$AT_memory_start")" instructions 120 "$COUNTED"
row mps2_an386 "sbrk(0)" "$(usual "$OUT" "$AT_sbrk")" instructions 150 "$COUNTED"
row mps2_an386 "subscribe" "$(usual "$OUT" "$AT_subscribe")" instructions 150 "$COUNTED, with a grant"
row mps2_an386 "allow read-only" "$(usual "$OUT" "$AT_allow")" instructions 150 "$COUNTED, with a grant"
row mps2_an386 "yield-no-wait, nothing pending" "$(usual "$OUT" "$AT_yield_nothing")" instructions 120 "$COUNTED"
row mps2_an386 "yield-no-wait, one upcall pending" "$(usual "$OUT" "$AT_yield_one" "$UPCALL")" instructions 200 "$COUNTED"
row mps2_an386 "yield-wait, idle, alarm, upcall" "$(waited "$OUT")" instructions 600 "$COUNTED, from the handler's first"

# Two apps that compute: from the tick that ends a slice to the other app's next instruction.
count_calls "$OUT" calls calls2
row mps2_an386 "switch between two busy apps" "$(awk -v handler="$(printf '0x%x' "$TICK")" -v edge="$((NEXT))" '
    function number(hex,  n, i) { n = 0; for (i = 3; i <= length(hex); i++) n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1; return n }
    $1 == "irq" && $2 == handler && (number($3) < edge) != (number($4) < edge) && $5 > times { times = $5; n = $8 }
    END { if (times < 5) exit 1; print n }' "$OUT")" instructions 350 "$COUNTED, from the tick's first"

count_calls "$OUT" calls echo
row mps2_an386 "IPC notify there and back, kernel" "$(awk '$1 == "span" { print $5 }' "$OUT")" instructions 1500 "$COUNTED"

# The same wait with more and more processes that are idle.
for idle in 3 15; do
    set -- calls
    number=0
    while [ $number -lt $idle ]; do
        number=$((number + 1))
        loader-cli -q pack build/obj/apps/apps/echo.elf --name "idle$number" --key build/keys/dev-app.pem \
            -o "build/apps/idle$number.tab"
        set -- "$@" "idle$number"
    done
    count_calls "$OUT" "$@"
    row mps2_an386 "yield-wait to upcall, $((idle + 1)) processes" "$(waited "$OUT")" instructions 600 "$COUNTED"
done
rm -f build/apps/idle*.tab
