#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Kernels in two slots: an update on a live device, what is refused, and how the bootloader is reached when nothing
# else helps.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/kernels.sh"

# The app counts on during the transfer: 2 lines in a second, and the update takes longer.
updated() {
    exits 0 loader-cli emu start && exits 0 loader-cli install "$APPS/counter.tab" || return 1
    exits 0 loader-cli kernel update "$WORK/v2.img" && says "running from slot $B" && runs 2 $B &&
        exits 0 loader-cli list && says 'counter +running'
}
check "a live device gets a new kernel, which confirms itself" updated

stays() {
    loader-cli -q emu kill && exits 0 loader-cli emu start && runs 2 $B && says 'apps +1'
}
check "a confirmed kernel outlives a power cut" stays

older() {
    before=$(flash_digest)
    exits 5 loader-cli kernel update "$BOARD/kernel.img" && says 'version 1, the device accepts 2' &&
        exits 5 loader-cli kernel revert && says 'version 1' && [ "$before" = "$(flash_digest)" ]
}
check "an older kernel is refused, and reverting to one" older

there_and_back() {
    exits 0 loader-cli kernel update "$WORK/v2.img" && runs 2 $A &&
        exits 0 loader-cli kernel revert && says "slot $B" && runs 2 $B
}
check "an equal version can be reverted" there_and_back

refused() {
    before=$(flash_digest)
    loader-cli -q pack --kernel --board other --name gantry --app-version 3 --key "$KEY" -o "$WORK/other.img" \
        "$BOARD/kernel-a.elf" "$BOARD/kernel-b.elf"
    cp "$WORK/v3.img" "$WORK/app_key.img"
    loader-cli -q sign "$WORK/app_key.img" --key "$ROOT/build/keys/dev-app.pem"
    head -c 40000 "$WORK/v3.img" >"$WORK/short.img"
    loader-cli -q pack --kernel --board mps2_an386 --name gantry --app-version 3 --key "$KEY" \
        -o "$WORK/same_slot.img" "$BOARD/kernel-b.elf"
    exits 5 loader-cli kernel update "$WORK/app_key.img" &&
        exits 5 loader-cli kernel update --unchecked "$WORK/app_key.img" && says 'signature' &&
        exits 1 loader-cli kernel update "$WORK/short.img" &&
        exits 1 loader-cli kernel update "$WORK/same_slot.img" && says 'no kernel for another slot' &&
        exits 1 loader-cli kernel update "$APPS/hello.tab" &&
        [ "$before" = "$(flash_digest)" ] &&
        exits 5 loader-cli kernel update "$WORK/other.img" && says 'another board' && runs 2 $B &&
        exits 0 loader-cli reboot && runs 2 $B
}
check "what is signed with an app key, truncated, for the running slot or another board is refused" refused

newer() {
    exits 0 loader-cli kernel update "$WORK/v3.img" && runs 3 $A
}
check "a newer kernel follows" newer

# up_for: how long the kernel has been up, in milliseconds of its clock.
up_for() {
    loader-cli --json ps -v | sed -n 's/.*"uptime_ms": \([0-9]*\).*/\1/p'
}

# What cannot become anything does not take a device down that runs.
unharmed() {
    settled || return 1
    before=$(up_for)
    cp "$WORK/v3.img" "$WORK/tampered.img"
    for at in 20000 100000; do # in the variants for both slots
        printf 'x' | dd of="$WORK/tampered.img" bs=1 seek=$at conv=notrunc 2>/dev/null
    done
    exits 1 loader-cli kernel install "$APPS/hello.tab" && says 'is no kernel' &&
        exits 5 loader-cli kernel install "$WORK/other.img" && says 'of another board than mps2_an386' &&
        exits 1 loader-cli kernel install "$WORK/short.img" &&
        exits 5 loader-cli kernel install "$WORK/tampered.img" && says 'made its signature' &&
        exits 5 loader-cli kernel install "$WORK/app_key.img" && says 'made its signature' &&
        exits 5 loader-cli kernel install "$WORK/v2.img" && says 'version 2, the device accepts 3' &&
        exits 1 loader-cli recover "$APPS/hello.tab" && exits 5 loader-cli recover "$WORK/tampered.img" && runs 3 $A &&
        [ "$(up_for)" -gt "$before" ]
}
check "a kernel that is refused anyway does not stop the one that runs" unharmed

# The bootloader has the last word; whoever was taken down for it starts again.
afterwards() {
    exits 5 loader-cli kernel install --unchecked "$WORK/app_key.img" && says 'runs its kernel again' && runs 3 $A &&
        exits 0 loader-cli list && says 'counter +running'
}
check "one that the bootloader refuses leaves the device with the kernel that ran" afterwards

twice() {
    for _ in 1 2 3; do
        settled || return 1
        loader-cli -q emu reset && loader-cli -q emu reset && sleep 1
        in_bootloader && break
    done
    in_bootloader && exits 0 loader-cli reboot && runs 3 $A
}
check "two resets in a row lead to the bootloader" twice

once() {
    settled && loader-cli -q emu reset && settled && runs 3 $A
}
check "one reset does not" once

bootloader_older() {
    exits 0 loader-cli reboot --bootloader && exits 5 loader-cli kernel install "$WORK/v2.img" &&
        says 'version 2, the device accepts 3' && exits 0 loader-cli reboot && runs 3 $A
}
check "the bootloader refuses an older kernel, too" bootloader_older

two_bad() {
    loader-cli -q emu kill && damage 140000 && damage 270000 && exits 0 loader-cli emu start &&
        in_bootloader && exits 0 loader-cli kernel install "$WORK/v3.img" && runs 3 $A &&
        exits 0 loader-cli list && says 'counter +running'
}
check "with two bad slots the bootloader waits, and brings a kernel back" two_bad

loops() {
    loader-cli -q emu kill && rm -f "$FLASH" && exits 0 loader-cli emu start --blank &&
        exits 1 loader-cli kernel install "$WORK/resets.img" && says 'waits in its bootloader' &&
        in_bootloader
}
check "an only kernel that restarts the board again and again ends in the bootloader" loops
finish
