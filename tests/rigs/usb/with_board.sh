#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# with_board.sh COMMAND [ARGUMENT...]: an emulated board with an empty flash and its bootloader on USB, and COMMAND in
# front of it, which sees the device as Linux would show it. COMMAND finds the tool in its PATH, a folder of its own in
# WORK, the device in LOADER_DEVICE; `power_up` starts the board again after `loader-cli emu kill`.
set -eu
ROOT=$(cd "$(dirname "$0")/../../.." && pwd)
PATH=$ROOT/build/bin:$PATH
WORK=$(mktemp -d /tmp/gantry-usb.XXXXXX)
GANTRY_EMU_DIR=$WORK/emu
XDG_RUNTIME_DIR=$WORK
# The emulated controller is slow: its UART carries a byte a time.
LOADER_PATIENCE_MS=${LOADER_PATIENCE_MS:-15000}
LOADER_DEVICE=usb:1209:0001
ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0
BRIDGE=''
export ROOT PATH WORK GANTRY_EMU_DIR XDG_RUNTIME_DIR LOADER_PATIENCE_MS LOADER_DEVICE ASAN_OPTIONS

finish() {
    [ -z "$BRIDGE" ] || kill "$BRIDGE" 2>/dev/null || true
    loader-cli -q emu kill >/dev/null 2>&1 || true
    rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cat >"$WORK/power_up" <<TEXT
#!/bin/sh
exec loader-cli emu start --bootloader $ROOT/build/boards/mps2_an386/bootloader-usb.elf --qemu-options \
"-chardev socket,id=usb,path=$WORK/controller,server=on,wait=off -serial chardev:usb" "\$@"
TEXT
chmod +x "$WORK/power_up"
PATH=$WORK:$PATH
power_up --quiet --blank
"$ROOT/build/rigs/vudc_bridge" "$WORK/controller" "$WORK/usb" &
BRIDGE=$!
until [ -S "$WORK/usb" ]; do
    kill -0 "$BRIDGE"
    sleep 0.1
done
code=0
umockdev-wrapper "$ROOT/build/rigs/usb_host" "$WORK/usb" -- "$@" || code=$?
kill -0 "$BRIDGE" || {
    echo "the firmware broke the contract with the USB controller"
    exit 1
}
exit "$code"
