#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The real USB stack of Linux in front of the real device stack: enumeration, serial port, vendor interface, DFU and a
# restart, and nothing that the kernel complains about. Skips loudly where its parts are missing.
set -eu
RIGS=${RIGS:?the folder of usb_device}
HERE=$(cd "$(dirname "$0")" && pwd)
BUILD=$(cd "$HERE/../../../build" && pwd)
WORK=$(mktemp -d /tmp/gantry-linux.XXXXXX)

"$RIGS/usb_device" "$WORK/usb" RIG-LINUX >"$WORK/device" 2>&1 &
DEVICE=$!
trap 'kill $DEVICE; rm -rf "$WORK"' EXIT INT TERM
until grep -q ready "$WORK/device"; do sleep 0.05; done
dfu=$(command -v dfu-util) || {
    echo "SKIPPED: dfu-util is not installed: ./dev setup"
    exit 77
}
code=0
"$HERE/linux_guest.sh" "$BUILD/rigs/linux/kernel" "$WORK/usb" "$HERE/linux_script" "$BUILD/bin/loader-cli" "$dfu" \
    >"$WORK/console" 2>&1 || code=$?
tr -d '\r' <"$WORK/console"
[ "$code" -ne 77 ] || exit 77
cat "$WORK/device"
[ "$code" -eq 0 ] || {
    echo "the guest ended with $code"
    exit 1
}
grep -q 'GUEST END' "$WORK/console"
[ "$(grep -c 'GUEST PASS' "$WORK/console")" -eq "$(grep -c '^check ' "$HERE/linux_script")" ]
! grep -q 'GUEST FAIL' "$WORK/console"
