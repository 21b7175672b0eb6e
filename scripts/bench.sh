#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Figures: sizes by part, the protocol on a virtual line, lateness of a running app's alarm during an install on
# the emulated board with counted instructions. Writes build/bench.json, prints a table, exits 1 when a limit is missed.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh

scripts/build.sh host firmware apps test
ROWS=build/bench.rows
: >$ROWS

# row BOARD NAME VALUE UNIT LIMIT HOW: one figure; limit 0: none.
row() {
    printf '{"board": "%s", "name": "%s", "value": %s, "unit": "%s", "limit": %s, "how": "%s"}\n' \
        "$1" "$2" "$3" "$4" "$5" "$6" >>$ROWS
}

# Sizes of an image: flash is text and data, RAM from the linker's symbols.
image() {
    elf=build/boards/mps2_an386/$1.elf
    row mps2_an386 "$1 flash" "$(arm-none-eabi-size "$elf" | awk 'NR == 2 { print $1 + $2 }')" bytes "$2" \
        "arm-none-eabi-size: text and data"
    ram=$(arm-none-eabi-nm "$elf" | sed -n 's/^\([0-9a-f]*\) . image_ram_end$/\1/p')
    row mps2_an386 "$1 RAM" $((0x$ram - 0x20000000)) bytes "$3" "linker: end of .bss, stack included"
}

# parts IMAGE: flash by the folder that a symbol's source lies in; the images are linked as a whole, so that the map
# does not know. Texts without a symbol and what the linker adds are the rest.
parts() {
    elf=build/boards/mps2_an386/$1.elf
    arm-none-eabi-nm -S -l --defined-only "$elf" | awk 'NF >= 4 && $3 ~ /^[tTrRdD]$/ { print $2, $5 }' |
        while read -r size path; do
            path=${path#*obj/mps2_an386/}
            case $path in
            *third_party/*) part=${path#*third_party/} && part=third_party/${part%%[-/]*} ;;
            kernel/* | lib/* | boards/*) part=${path%/*} && part=${part%/include*} ;;
            bootloader/*) part=bootloader ;;
            *) part="the rest" ;;
            esac
            echo "$((0x$size)) $part"
        done | awk -v whole="$(arm-none-eabi-size "$elf" | awk 'NR == 2 { print $1 + $2 }')" '
            { size = $1; $1 = ""; sum[substr($0, 2)] += size; all += size }
            END { sum["the rest"] += whole - all; for (part in sum) print sum[part], part }' | sort -rn |
        while read -r size part; do
            row mps2_an386 "$1: $part" "$size" bytes 0 "symbols and their sources"
        done
}

image kernel-a 73728 18432
image kernel-small 49152 18432
image bootloader 22528 12288
image bootloader-usb 28672 12288
parts kernel-a
parts kernel-small
parts bootloader
row mps2_an386 "hello.tab object" "$(build/bin/loader-cli inspect --json build/apps/hello.tab | sed -n 's/.*"size": \([0-9]*\).*/\1/p' | head -n 1)" bytes 0 \
    "loader-cli inspect"

build/obj/test/tests/bench/line/line_bench >>$ROWS || say "the line bench missed a limit"

build/obj/test/tests/bench/line/command_bench >>$ROWS || say "a whole command missed a limit"

# The real tockloader, where there is one: on the emulated board, whose line has no rate, so its own waits remain.
if tests/rigs/tockloader.sh build/tockloader >build/tockloader.log 2>&1; then
    for name in list install; do
        row mps2_an386 "$name by the real tockloader" "$(cat build/tockloader/$name.seconds)" s 0 "tests/rigs/tockloader.sh"
    done
else
    say "the real tockloader was not measured: $(tail -n 1 build/tockloader.log)"
fi

# Started anew: by the host's clock, so it is shown and not judged; cli_start_test judges instructions.
started=$(date +%s%N)
count=0
while [ $count -lt 50 ]; do
    build/bin/loader-cli --version >/dev/null
    count=$((count + 1))
done
row host "loader-cli --version" "$((($(date +%s%N) - started) / 50000))" us 0 "mean of 50 starts, wall clock"

PATH=$ROOT/build/bin:$PATH
WORK=$(mktemp -d /tmp/gantry-bench.XXXXXX)
GANTRY_EMU_DIR=$WORK/emu
XDG_RUNTIME_DIR=$WORK
LOADER_DEVICE=emu:mps2_an386
export PATH GANTRY_EMU_DIR LOADER_DEVICE XDG_RUNTIME_DIR
trap 'loader-cli -q emu kill >/dev/null 2>&1 || true; rm -rf "$WORK"' EXIT INT TERM

# strangers COUNT: as many apps come and go, whose identities the board then remembers.
strangers() {
    number=0
    while [ $number -lt "$1" ]; do
        number=$((number + 1))
        loader-cli -q pack build/obj/apps/apps/hello.elf --name "stranger$number" --key build/keys/dev-app.pem \
            -o "$WORK/stranger.tab"
        loader-cli -q install "$WORK/stranger.tab"
        loader-cli -q remove "stranger$number"
    done
}

# An app with a 10 ms alarm, in emulated time: one instruction is 64 ns. The kernel is the board's, linked so that
# it does not sleep: asleep, the emulator's clock follows the host's, whose own delays would count as lateness.
# latest NAME LIMIT STRANGERS APP...: the worst lateness while apps are installed, updated and removed beside APP....
latest() {
    name=$1
    limit=$2
    strangers=$3
    shift 3
    rm -rf "$GANTRY_EMU_DIR"
    if [ "$strangers" -gt 0 ]; then
        loader-cli -q emu start --kernel build/boards/mps2_an386/kernel-awake.img
        strangers "$strangers"
        loader-cli -q emu stop
    fi
    loader-cli -q emu start --icount --kernel build/boards/mps2_an386/kernel-awake.img
    loader-cli -q install build/apps/alarm_latency.tab
    for app in "$@"; do
        loader-cli -q install "build/apps/$app.tab"
    done
    loader-cli monitor >"$WORK/monitor" &
    monitor=$!
    sleep 1
    # Small ones: between its turns this emulator sleeps, so that bytes trickle in.
    for app in hello-v1 hello-v2 blink; do
        loader-cli -q install build/apps/$app.tab || die "install of $app failed"
    done
    loader-cli -q remove blink
    loader-cli -q install build/apps/template.tab || die "install of template failed"
    sleep 2
    kill -INT $monitor
    wait $monitor || true
    loader-cli -q emu kill
    reports=$(grep -c 'latest [0-9]* us' "$WORK/monitor") || die "alarm_latency reported nothing"
    row mps2_an386 "$name" "$(sed -n 's/.*latest \([0-9]*\) us.*/\1/p' "$WORK/monitor" | sort -n | tail -n 1)" us "$limit" \
        "alarm_latency, $((reports * 100)) alarms, counted instructions (icount shift=6), kernel-awake"
}
latest "10 ms alarm, latest during three installs, an update and a removal" 2000 0
latest "the same on a board that remembers 18 more identities" 2000 18
latest "the same beside one app that never yields" 12000 0 busy
latest "the same beside two apps that never yield" 22000 0 busy busy2

. tests/bench/calls/calls.sh
. tests/bench/calls/boot.sh

# Share of an app that never yields, beside another: slices that each used up.
rm -rf "$GANTRY_EMU_DIR"
loader-cli -q emu start
loader-cli -q install build/apps/busy.tab build/apps/busy2.tab
slices() { loader-cli ps | awk -v app="$1" '$2 == app { print $5 }'; }
one=$(slices busy)
two=$(slices busy2)
sleep 5
one=$(($(slices busy) - one))
two=$(($(slices busy2) - two))
row mps2_an386 "two apps that never yield: the larger share" $((100 * (one > two ? one : two) / (one + two))) percent 52 \
    "ps: slices used up in 5 s"

# An idle board: what the emulator itself takes of a processor.
loader-cli -q remove busy busy2
pid=$(loader-cli --json emu status | sed -n 's/.*"pid": \([0-9]*\).*/\1/p')
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }
before=$(ticks)
sleep 5
row mps2_an386 "idle board, emulator's processor time" "$((($(ticks) - before) * 1000 / 5 / $(getconf CLK_TCK)))" "ms/s" 0 \
    "/proc/PID/stat over 5 s; near zero: WFI"

{ echo '['; sed '$!s/$/,/' $ROWS; echo ']'; } >build/bench.json
awk -F'"' '{ name = $8; split($0, v, "\"value\": "); split(v[2], x, ","); split($0, l, "\"limit\": "); split(l[2], y, ",")
    missed = (y[1] + 0 > 0 && x[1] + 0 > y[1] + 0); bad += missed
    printf("%-62s %12s %-6s %s%s\n", name, x[1], $14, (y[1] + 0 > 0 ? "limit " y[1] : ""), (missed ? "  MISSED" : "")) }
    END { exit (bad > 0) }' $ROWS
