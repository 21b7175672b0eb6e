#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# linux_guest.sh CACHE SOCKET SCRIPT [PROGRAM...]: boots Debian's kernel with its real USB stack in an emulated PC, plugs
# the device behind SOCKET (usbredir) into its xHCI controller, and runs SCRIPT in it with these programs. Prints the
# guest's console. Exit code 77: a part is missing, and is named. The kernel is fetched once, with apt, into CACHE.
set -eu
CACHE=$1
SOCKET=$2
SCRIPT=$3
shift 3
HERE=$(cd "$(dirname "$0")" && pwd)
# In the order of their needs; the kernel of Debian has all of USB as modules.
MODULES='drivers/usb/common/usb-common drivers/usb/core/usbcore drivers/usb/host/xhci-hcd drivers/usb/host/xhci-pci
drivers/usb/class/cdc-acm'

skip() {
    echo "SKIPPED: $1" >&2
    exit 77
}

for tool in qemu-system-x86_64 busybox cpio xz dpkg-deb ldd; do
    command -v "$tool" >/dev/null || skip "$tool is not installed: ./dev setup"
done

# The kernel's package, unpacked: modules, and the kernel as ELF, which boots in half the time of a bzImage.
fetch_kernel() {
    command -v apt-get >/dev/null || skip "Debian's kernel is fetched with apt-get, and there is none"
    package=$(apt-cache depends linux-image-amd64 2>/dev/null |
        sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*-amd64\)$/\1/p' | head -n 1)
    [ -n "$package" ] || skip "apt knows no linux-image-amd64: apt-get update"
    part=$CACHE/kernel.part
    rm -rf "$part"
    mkdir -p "$part"
    (cd "$part" && apt-get download "$package" >fetch.log 2>&1) || skip "apt-get cannot download $package"
    (cd "$part" && dpkg-deb -x "$package"_*.deb tree && rm -f "$package"_*.deb)
    image=$(ls "$part"/tree/boot/vmlinuz-*)
    at=$(LC_ALL=C grep -abo "$(printf '\3757zXZ')" "$image" | head -n 1 | cut -d: -f1)
    [ -n "$at" ] || skip "$package is not packed with xz"
    tail -c "+$((at + 1))" "$image" | xz -dc --single-stream >"$part/vmlinux" 2>/dev/null || true
    [ "$(head -c 4 "$part/vmlinux" | tail -c 3)" = ELF ] || skip "$package cannot be unpacked"
    for module in $MODULES; do
        cp "$part"/tree/lib/modules/*/kernel/"$module".ko "$part/"
    done
    rm -rf "$part/tree"
    mv "$part" "$CACHE/kernel"
}

# copy FILE: a program with the libraries that it needs.
copy() {
    cp -L "$1" "$ROOT/bin/"
    ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
        mkdir -p "$ROOT$(dirname "$library")"
        cp -nL "$library" "$ROOT$library"
    done
}

mkdir -p "$CACHE"
[ -d "$CACHE/kernel" ] || fetch_kernel
ROOT=$(mktemp -d /tmp/gantry-guest.XXXXXX)
trap 'rm -rf "$ROOT" "$ROOT.cpio"' EXIT INT TERM
mkdir -p "$ROOT/bin" "$ROOT/sbin" "$ROOT/dev" "$ROOT/proc" "$ROOT/sys" "$ROOT/tmp" "$ROOT/modules"
cp "$(command -v busybox)" "$ROOT/bin/busybox"
for module in $MODULES; do
    cp "$CACHE/kernel/$(basename "$module").ko" "$ROOT/modules/"
    echo "$(basename "$module").ko" >>"$ROOT/modules/order"
done
for program in "$@"; do
    copy "$program"
done
cp "$SCRIPT" "$ROOT/script"
cp "$HERE/linux_init" "$ROOT/init"
chmod +x "$ROOT/init" "$ROOT/script"
(cd "$ROOT" && find . | cpio -o -H newc --quiet) >"$ROOT.cpio"
timeout "${LIMIT:-170}" qemu-system-x86_64 -accel tcg,thread=single -machine q35 -cpu qemu64 -m 256 -nodefaults \
    -no-reboot -display none -serial stdio -kernel "$CACHE/kernel/vmlinux" -initrd "$ROOT.cpio" \
    -append 'console=ttyS0 quiet panic=-1 cryptomgr.notests nokaslr mitigations=off' \
    -device qemu-xhci,id=usb -chardev "socket,id=device,path=$SOCKET" -device usb-redir,chardev=device,bus=usb.0 \
    </dev/null
