# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by scripts/bench.sh after calls.sh: instructions from the kernel's first to an app's first, without those
# of the hash, and from the bootloader's first to the kernel's. WORK, GANTRY_EMU_DIR, row() and die() come from there; COUNT, KERNEL and symbol() from calls.sh.

FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img
HALF=8192 # bytes of a half of the journal, which begins the flash (boards/mps2_an386/memory_map.h)

# functions ELF ARGUMENT PATTERN: ,ARGUMENT=LOW-HIGH for every function of the image whose name matches.
functions() {
    elf=$1
    shift
    arm-none-eabi-nm -S "$elf" | awk -v pattern="$2" 'NF == 4 && $3 ~ /[tT]/ && $4 ~ pattern { print $1, $2 }' |
        while read -r at size; do
            printf ',%s=%d-%d' "$1" $((0x$at & ~1)) $(((0x$at & ~1) + 0x$size))
        done
}

# generation HALF: of a half of the journal; 0: it has no header.
generation() {
    od -An -v -tu4 -j$(($1 * HALF)) -N12 "$FLASH" | awk '{ print $1 == 826954823 ? $3 : 0 }' # "GTJ1"
}

# tear: behind the journal's last record, what a power cut leaves of the next. The next start compacts the journal.
tear() {
    half=$(($(generation 1) > $(generation 0)))
    used=$(od -An -v -tu4 -w4 -j$((half * HALF)) -N$HALF "$FLASH" | awk '$1 != 4294967295 { last = NR } END { print 4 * last }')
    printf '\001' | dd of="$FLASH" bs=1 seek=$((half * HALF + used)) conv=notrunc 2>/dev/null
}

# counted ARGUMENTS: boots the board as its flash is, with nobody on its line, and counts. Emulated time counts
# instructions, so that the figure is the same each time.
counted() {
    rm -f "$WORK/serial" "$WORK/boot"
    qemu-system-arm -M mps2-an386,memory-backend=flash -display none -monitor none -icount shift=6,sleep=off \
        -object memory-backend-file,id=flash,mem-path="$FLASH",size=16M,share=on \
        -kernel "$BOOT" -serial file:"$WORK/serial" -plugin "$COUNT,out=$WORK/boot,$1" &
    board=$!
    tries=0
    while [ ! -s "$WORK/serial" ] && [ $tries -lt 600 ]; do # what is printed comes once the apps run
        sleep 0.1
        tries=$((tries + 1))
    done
    sleep 1
    kill $board
    wait $board || true
    instructions=$(awk '$1 == "boot" { print $3 }' "$WORK/boot")
    [ -n "$instructions" ] || die "nothing has started"
}

# booted NAME LIMIT
booted() {
    counted "app=$((0x21100000))-$((0x21200000)),boot=$(symbol "$KERNEL" reset_handler)$(
        functions "$KERNEL" skip 'sha256|zeroize')$(functions "$KERNEL" helper '^mem(set|cpy)$')"
    row mps2_an386 "$1" "$instructions" instructions "$2" "one app, silent line; hashing not counted"
}

# started: from reset to the kernel's first instruction, against what hashing and verifying the kernel takes.
started() {
    slots="app=$((0x21020000))-$((0x21060000)),boot=$(symbol "$BOOT" reset_handler)"
    counted "$slots"
    all=$instructions
    counted "$slots$(functions "$BOOT" skip 'sha256|zeroize|u256|u288|m256|p256|point_|scalar|ecdsa')$(
        functions "$BOOT" helper '^mem(set|cpy)$')"
    verified=$((all - instructions))
    row mps2_an386 "reset to the kernel's first instruction" "$all" instructions $((verified * 11 / 10)) \
        "$verified of them hash and verify the kernel, once"
}

BOOT=build/boards/mps2_an386/bootloader.elf
rm -rf "$GANTRY_EMU_DIR"
loader-cli -q emu start
loader-cli -q install build/apps/hello.tab
loader-cli -q emu stop
booted "kernel's first instruction to an app's first, fresh device" 0
tear
loader-cli -q emu start
loader-cli -q list >/dev/null # it is up
loader-cli -q emu stop
booted "kernel's first instruction to an app's first" 12000
started
