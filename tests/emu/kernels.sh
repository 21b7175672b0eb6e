# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034
# Sourced after board.sh by the tests of kernels in two slots: kernels of several versions, and ones that come to
# nothing.
BOARD=$ROOT/build/boards/mps2_an386
KEY=$ROOT/build/keys/dev-kernel.pem
FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img
A=0x21020000
B=0x21040000

# pack NAME VERSION ELF...: a signed kernel.
pack() {
    name=$1
    version=$2
    shift 2
    loader-cli -q pack --kernel --board mps2_an386 --name gantry --app-version "$version" --key "$KEY" \
        -o "$WORK/$name.img" "$@"
}

# stuck NAME VERSION RESETS: a kernel for both slots that comes to nothing.
stuck() {
    for slot in $A $B; do
        arm-none-eabi-gcc -nostdlib -Wl,-n,-Ttext="$(printf 0x%x $((slot + 0x200)))",-e,entry,--build-id=none -DRESETS="$3" \
            -o "$WORK/$1-$slot.elf" "$ROOT/tests/emu/kernels/stuck.S"
    done
    pack "$1" "$2" "$WORK/$1-$A.elf" "$WORK/$1-$B.elf"
}

for version in 2 3; do
    pack v$version $version "$BOARD/kernel-a.elf" "$BOARD/kernel-b.elf"
done
stuck hangs 9 0
stuck resets 9 1

runs() {
    exits 0 loader-cli info && says "running +kernel, version $1, slot $2"
}
in_bootloader() {
    exits 0 loader-cli info && says 'running +bootloader'
}

# damage OFFSET: flips a bit in the flash of the board, which is off.
damage() {
    byte=$(od -An -tu1 -j "$1" -N 1 "$FLASH" | tr -d ' ')
    # shellcheck disable=SC2059 # the octal number is the format
    printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of="$FLASH" bs=1 seek="$1" conv=notrunc 2>/dev/null
}
