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

# parts IMAGE: flash by library, from the linker's map.
parts() {
    awk '
        /^Memory Configuration/ { on = 1 }
        on && /^ \.(text|rodata|data)/ { if (NF >= 4) { size = $3; file = $4 } else { getline; size = $2; file = $3 }
            if (size ~ /^0x/ && file != "") { n = split(file, p, "/"); part = p[n]; sub(/\(.*/, "", part)
                if (part !~ /\.a$/) part = "board"; print part, size } }
    ' "build/boards/mps2_an386/$1.map" | while read -r part size; do echo "$part $((size))"; done |
        awk '{ sum[$1] += $2 } END { for (part in sum) print part, sum[part] }' | sort | while read -r part size; do
        row mps2_an386 "$1: $part" "$size" bytes 0 "linker map"
    done
}

image kernel-a 49152 16384
image bootloader 16384 12288
parts kernel-a
parts bootloader
row mps2_an386 "hello.tab object" "$(build/bin/loader-cli inspect --json build/apps/hello.tab | sed -n 's/.*"size": \([0-9]*\).*/\1/p')" bytes 0 \
    "loader-cli inspect"

build/obj/test/tests/bench/line/line_bench >>$ROWS || say "the line bench missed a limit"

# An app with a 10 ms alarm, during a whole install, in emulated time: one instruction is 64 ns.
PATH=$ROOT/build/bin:$PATH
WORK=$(mktemp -d /tmp/gantry-bench.XXXXXX)
GANTRY_EMU_DIR=$WORK/emu
XDG_RUNTIME_DIR=$WORK
LOADER_DEVICE=emu:mps2_an386
export PATH GANTRY_EMU_DIR LOADER_DEVICE XDG_RUNTIME_DIR
trap 'loader-cli -q emu kill >/dev/null 2>&1 || true; rm -rf "$WORK"' EXIT INT TERM
# latest: the worst lateness while three apps are installed.
latest() {
    rm -rf "$GANTRY_EMU_DIR"
    loader-cli -q emu start --icount
    loader-cli -q install build/apps/alarm_latency.tab
    loader-cli monitor --for 12 >"$WORK/monitor" &
    monitor=$!
    sleep 2
    for app in hello counter malloc; do
        loader-cli -q install build/apps/$app.tab || say "install of $app failed"
    done
    wait $monitor
    loader-cli -q emu kill
    sed -n 's/.*latest \([0-9]*\) us.*/\1/p' "$WORK/monitor" | sort -n | tail -n 1
}
# While the board idles, the emulator's clock follows the host's, whose own delays then count as lateness.
row mps2_an386 "10 ms alarm, latest during three installs" "$(latest)" us 2000 \
    "alarm_latency, -icount shift=6,align=on; delays of the host while the board idles included"

# An idle board: what the emulator itself takes of a processor.
loader-cli -q emu start
pid=$(loader-cli --json emu status | sed -n 's/.*"pid": \([0-9]*\).*/\1/p')
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }
loader-cli -q disable alarm_latency counter >/dev/null 2>&1 || true
before=$(ticks)
sleep 5
row mps2_an386 "idle board, emulator's processor time" "$((($(ticks) - before) * 1000 / 5 / $(getconf CLK_TCK)))" "ms/s" 0 \
    "/proc/PID/stat over 5 s; near zero: WFI"

{ echo '['; sed '$!s/$/,/' $ROWS; echo ']'; } >build/bench.json
awk -F'"' '{ name = $8; split($0, v, "\"value\": "); split(v[2], x, ","); split($0, l, "\"limit\": "); split(l[2], y, ",")
    missed = (y[1] + 0 > 0 && x[1] + 0 > y[1] + 0); bad += missed
    printf("%-62s %12s %-6s %s%s\n", name, x[1], $14, (y[1] + 0 > 0 ? "limit " y[1] : ""), (missed ? "  MISSED" : "")) }
    END { exit (bad > 0) }' $ROWS
