#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The unmodified dfu-util brings an emulated board with an empty flash a kernel; what is no good kernel is refused, by the
# device. The kernel then answers over both of its interfaces, one at a time, restarts, is sent back into its bootloader,
# is replaced and comes back over the same cable.
set -eu
cd "$(dirname "$0")/../../.."
if [ -z "${WORK:-}" ]; then
    command -v dfu-util >/dev/null || {
        echo "SKIPPED: dfu-util is not installed: ./dev setup"
        exit 77
    }
    tests/rigs/usb/with_board.sh tests/rigs/usb/board_test.sh
    exit
fi
IMG=build/boards/mps2_an386/kernel-usb.img
KEYS=build/keys

# says PATTERN COMMAND...: it ends with 0 and says so.
says() {
    pattern=$1
    shift
    if ! "$@" >"$WORK/out" 2>&1 || ! grep -Eq "$pattern" "$WORK/out"; then
        echo "FAIL: $*: nothing matches '$pattern' in:"
        cat "$WORK/out"
        exit 1
    fi
}

# refused STATUS FILE: dfu-util fails, with this status of the device.
refused() {
    if dfu-util -d 1209:0001 -D "$2" >"$WORK/out" 2>&1 || ! grep -qF "$1" "$WORK/out"; then
        echo "FAIL: $2 was not refused with '$1':"
        cat "$WORK/out"
        exit 1
    fi
}

# restarts WHAT COMMAND...: dfu-util's exit code is an error when the reset made the device go away, as it must: what it
# says counts, and what is up afterwards.
restarts() {
    what=$1
    shift
    "$@" >"$WORK/out" 2>&1 || true
    cp "$WORK/out" "$WORK/said"
    for _ in $(seq 1 60); do
        loader-cli info >"$WORK/out" 2>&1 && grep -q "running  *$what" "$WORK/out" && break
        sleep 0.5
    done
    says "running +$what" loader-cli info
}

# flipped OFFSET: the kernel with the lowest bit of one byte changed, its suffix made anew.
flipped() {
    cp "$WORK/kernel.dfu" "$WORK/flipped"
    dfu-suffix -D "$WORK/flipped" >"$WORK/out"
    byte=$(od -An -tu1 -j "$1" -N 1 "$WORK/flipped" | tr -d ' ')
    # shellcheck disable=SC2059 # the octal number is the format
    printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of="$WORK/flipped" bs=1 seek="$1" conv=notrunc status=none
    dfu-suffix -a "$WORK/flipped" -v 1209 -p 0001 >"$WORK/out"
}

says 'Found DFU: \[1209:0001\] .*intf=3.*name="kernel".*serial="[0-9A-F]{16}"' dfu-util -l
head -c 5000 /dev/urandom >"$WORK/noise"
refused 'status(2)' "$WORK/noise"
says 'written' loader-cli kernel dfu $IMG --key $KEYS/dev-kernel.pub.pem -o "$WORK/kernel.dfu"
# Of the first record: what says that it is one, the digest that was signed, the signature.
for offset in 0 90 120; do
    flipped $offset
    refused 'status(2)' "$WORK/flipped"
done
says 'running +bootloader' loader-cli info
restarts kernel dfu-util -d 1209:0001 -R -D "$WORK/kernel.dfu"
grep -q 'Done!' "$WORK/said"
says 'Found Runtime: \[1209:0001\]' dfu-util -l
says 'no apps' loader-cli list
tty=$(ls /dev/ttyACM*)
says 'running +kernel' loader-cli -d "serial:$tty" info
# While one host has a session, one on the other interface hears at once that it must wait.
loader-cli monitor --for 15 >"$WORK/monitor" 2>&1 &
monitor=$!
until grep -q 'has a session with another' "$WORK/busy" 2>/dev/null; do
    kill -0 $monitor || {
        cat "$WORK/busy" "$WORK/monitor"
        exit 1
    }
    loader-cli -d "serial:$tty" info >"$WORK/busy" 2>&1 || true
done
wait $monitor
# Closing the serial port at 1200 baud leads into the bootloader.
says 'running +kernel' loader-cli -d "serial:$tty:1200" info
for _ in $(seq 1 60); do
    loader-cli info >"$WORK/out" 2>&1 && grep -q 'running  *bootloader' "$WORK/out" && break
    sleep 0.5
done
says 'running +bootloader' loader-cli info
says 'is up: kernel' loader-cli reboot
says 'is up: bootloader' loader-cli reboot --bootloader
says 'is up: kernel' loader-cli reboot
says 'running from slot 0x21040000' loader-cli kernel update $IMG
says 'running from slot 0x21020000' loader-cli kernel revert
restarts bootloader dfu-util -d 1209:0001 -e
says 'Found DFU: \[1209:0001\]' dfu-util -l
says 'is up: kernel' loader-cli reboot
echo "dfu-util brought the board a kernel, and nothing else"
