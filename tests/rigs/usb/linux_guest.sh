#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# linux_guest.sh KERNEL SOCKET SCRIPT [PROGRAM...]: boots Debian's kernel (linux_kernel.sh) with its real USB stack in an
# emulated PC, plugs the device behind SOCKET (usbredir) into its xHCI controller, and runs SCRIPT in it with these
# programs. Prints the guest's console. Exit code 77: a part is missing, and is named.
set -eu
KERNEL=$1
SOCKET=$2
SCRIPT=$3
shift 3
HERE=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "SKIPPED: $1" >&2
    exit 77
}

for tool in qemu-system-x86_64 busybox cpio ldd; do
    command -v "$tool" >/dev/null || skip "$tool is not installed: ./dev setup"
done

# copy FILE: a program with the libraries that it needs.
copy() {
    cp -L "$1" "$ROOT/bin/"
    ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
        mkdir -p "$ROOT$(dirname "$library")"
        cp -nL "$library" "$ROOT$library"
    done
}

[ -d "$KERNEL" ] || skip "the guest's kernel is not there: ./dev setup"
ROOT=$(mktemp -d /tmp/gantry-guest.XXXXXX)
trap 'rm -rf "$ROOT" "$ROOT.cpio"' EXIT INT TERM
mkdir -p "$ROOT/bin" "$ROOT/sbin" "$ROOT/dev" "$ROOT/proc" "$ROOT/sys" "$ROOT/tmp" "$ROOT/modules"
cp "$(command -v busybox)" "$ROOT/bin/busybox"
cp "$KERNEL"/*.ko "$KERNEL/order" "$ROOT/modules/"
for program in "$@"; do
    copy "$program"
done
cp "$SCRIPT" "$ROOT/script"
cp "$HERE/linux_init" "$ROOT/init"
chmod +x "$ROOT/init" "$ROOT/script"
(cd "$ROOT" && find . | cpio -o -H newc --quiet) >"$ROOT.cpio"
timeout "${LIMIT:-170}" qemu-system-x86_64 -accel tcg,thread=single -machine q35 -cpu qemu64 -m 256 -nodefaults \
    -no-reboot -display none -serial stdio -kernel "$KERNEL/vmlinux" -initrd "$ROOT.cpio" \
    -append 'console=ttyS0 quiet panic=-1 cryptomgr.notests nokaslr mitigations=off' \
    -device qemu-xhci,id=usb -chardev "socket,id=device,path=$SOCKET" -device usb-redir,chardev=device,bus=usb.0 \
    </dev/null
