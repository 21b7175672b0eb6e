#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The unmodified dfu-util in front of the real USB stack: it lists the device and downloads.
set -eu
RIGS=${RIGS:?the folder of usb_device and usb_host}
command -v dfu-util >/dev/null || {
    echo "SKIPPED: dfu-util is not installed: ./dev setup"
    exit 77
}
WORK=$(mktemp -d /tmp/gantry-dfu.XXXXXX)
export ASAN_OPTIONS=verify_asan_link_order=0

"$RIGS/usb_device" "$WORK/usb" RIG-DFU >"$WORK/device" 2>&1 &
DEVICE=$!
trap 'kill $DEVICE; rm -rf "$WORK"' EXIT INT TERM
until grep -q ready "$WORK/device"; do sleep 0.05; done

host() {
    umockdev-wrapper "$RIGS/usb_host" "$WORK/usb" -- "$@" >"$WORK/out" 2>&1 || {
        cat "$WORK/out" "$WORK/device"
        exit 1
    }
}
said() {
    grep -q "$1" "$WORK/out" || {
        echo "nothing matches '$1' in:"
        cat "$WORK/out"
        exit 1
    }
}

host dfu-util -l
said 'Found DFU: \[1209:0001\] .*serial="RIG-DFU"'
head -c 50000 /dev/urandom >"$WORK/image"
dfu-suffix -a "$WORK/image" -v 1209 -p 0001 >"$WORK/suffix" 2>&1
host dfu-util -S RIG-DFU -D "$WORK/image"
said '100%.* 50000 bytes'
said 'Done!'
# One for another product must not even be sent.
dfu-suffix -D "$WORK/image" >>"$WORK/suffix" 2>&1
dfu-suffix -a "$WORK/image" -v 1209 -p 0002 >>"$WORK/suffix" 2>&1
if umockdev-wrapper "$RIGS/usb_host" "$WORK/usb" -- dfu-util -d 1209:0001 -D "$WORK/image" >"$WORK/out" 2>&1; then
    echo "dfu-util sent an image for another product"
    exit 1
fi
said 'does not match device'
echo "dfu-util lists the device and downloads to it"
