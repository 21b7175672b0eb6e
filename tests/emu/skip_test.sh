#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Glitches: the bootloader, with one or two instructions left out wherever a kernel is judged and started, starts none
# that it has to refuse. What is inside the hash, the curve arithmetic and the memory functions is not tried.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/kernels.sh"
ROM=$BOARD/bootloader.elf
[ -n "${SKIP:-}" ] || {
    SKIP=$WORK/skip
    "${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -o "$SKIP" "$ROOT/tests/emu/skip.c"
}
JUDGES='boot_run main image_parse image_verify image_compare check_keys sum_of start try_slot verify choose
    store_kernel_is_candidate trust_verify tbf_header_parse tbf_ecdsa_signature start_image'

symbol() {
    arm-none-eabi-nm "$ROM" | awk -v name="$1" '{ plain = $3; sub(/\..*/, "", plain) } plain == name { print $1; exit }'
}

# Address and size of each instruction of these functions, whatever the linker has made of their names.
arm-none-eabi-objdump -d "$ROM" | awk -v judges="$JUDGES" '
    BEGIN { count = split(judges, list); for (i = 1; i <= count; i++) wanted[list[i]] = 1 }
    /^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name); sub(/\..*/, "", name); inside = name in wanted; next }
    inside && /^ *[0-9a-f]+:/ && !/\.word|\.short|\.byte/ {
        address = $1; sub(/:/, "", address)
        print address, (length($2) == 4 && $3 ~ /^[0-9a-f]+$/ && length($3) == 4) ? 4 : 2
    }' >"$WORK/instructions"

# Where the last slot has been judged: what follows belongs to recovery.
JUDGED=$(arm-none-eabi-objdump -d "$ROM" | awk '/^[0-9a-f]+ </ { inside = $2 ~ /<main/ } inside && last { address = $1; last = 0 }
    inside && /\tbl\t.*<try_slot/ { last = 1 } END { sub(/:/, "", address); print address }')

# faults ANSWER FILE: the device with this in slot A, and nothing in slot B; the curve arithmetic answers that.
faults() {
    cp "$WORK/flash" "$FLASH"
    dd if=/dev/zero of="$FLASH" bs=4096 seek=32 count=64 conv=notrunc 2>/dev/null
    dd if="$2" of="$FLASH" bs=4096 seek=32 conv=notrunc 2>/dev/null
    "$SKIP" "$WORK/stub" 203ff000 21000000,21002000,21020000 "$(symbol p256_ecdsa_verify)" "$1" "$(symbol start_image)" "$(symbol idle)" \
        "$(symbol reset)" "$JUDGED" -- qemu-system-arm -M mps2-an386,memory-backend=flash \
        -object "memory-backend-file,id=flash,mem-path=$FLASH,size=16M,share=off" -kernel "$ROM" -display none -monitor none \
        -serial null -chardev "socket,id=stub,path=$WORK/stub,server=on,wait=on" -gdb chardev:stub -S \
        <"$WORK/instructions" 2>"$WORK/emulator"
}

# variants NAME: a kernel's two, as NAME-a and NAME-b.
variants() {
    tar -xf "$WORK/$1.img" -C "$WORK"
    mv "$WORK"/*"$A.tbf" "$WORK/$1-a"
    mv "$WORK"/*"$B.tbf" "$WORK/$1-b"
}
stuck old 1 0
loader-cli -q pack --kernel --board other --name gantry --app-version 9 --key "$KEY" -o "$WORK/other.img" \
    "$WORK/hangs-$A.elf" "$WORK/hangs-$B.elf"
cp "$WORK/hangs.img" "$WORK/app_key.img"
loader-cli -q sign "$WORK/app_key.img" --key "$ROOT/build/keys/dev-app.pem"
for kernel in old other app_key hangs; do
    variants $kernel
done
loader-cli -q emu start
loader-cli -q kernel update "$WORK/v2.img" # from now on nothing older than 2
loader-cli -q emu kill
cp "$FLASH" "$WORK/flash"

VERIFIED=0
REFUSED=fffffffe
check "a kernel that is too old does not start" faults $VERIFIED "$WORK/old-a"
check "a kernel that an app key signed does not start" faults $REFUSED "$WORK/app_key-a"
check "a kernel for another board does not start" faults $VERIFIED "$WORK/other-a"
check "a kernel for the other slot does not start" faults $VERIFIED "$WORK/hangs-b"
finish
