#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# linux_kernel.sh FOLDER: fetches the package of Debian's kernel with apt and puts into FOLDER what a guest needs of it:
# the kernel as ELF (vmlinux), which boots in half the time of a bzImage, and the modules of USB (*.ko; order). Says in
# its last line why it cannot.
set -eu
FOLDER=$1
# In the order of their needs; the kernel of Debian has all of USB as modules.
MODULES='drivers/usb/common/usb-common drivers/usb/core/usbcore drivers/usb/host/xhci-hcd drivers/usb/host/xhci-pci
drivers/usb/class/cdc-acm'

fail() {
    echo "$1" >&2
    exit 1
}

# download: the package behind the one that always means the newest. Sets name.
download() {
    name=$(apt-cache depends linux-image-amd64 2>/dev/null |
        sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*-amd64\)$/\1/p' | head -n 1)
    [ -n "$name" ] && timeout 300 apt-get download -q "$name"
}

for tool in apt-get apt-cache dpkg-deb xz; do
    command -v "$tool" >/dev/null || fail "there is no $tool"
done
part=$FOLDER.part
rm -rf "$part"
mkdir -p "$part"
cd "$part"
# A machine on which nothing was missing may have no list of packages, or one that is out of date.
download || { [ "$(id -u)" -eq 0 ] && apt-get update -q && download; } || fail "apt-get cannot download ${name:-linux-image-amd64}"
dpkg-deb -x "$name"_*.deb tree
rm -f "$name"_*.deb
image=$(ls tree/boot/vmlinuz-*)
at=$(LC_ALL=C grep -abo "$(printf '\3757zXZ')" "$image" | head -n 1 | cut -d: -f1)
[ -n "$at" ] || fail "$name is not packed with xz"
tail -c "+$((at + 1))" "$image" | xz -dc --single-stream >vmlinux 2>/dev/null || true
[ "$(head -c 4 vmlinux | tail -c 3)" = ELF ] || fail "$name cannot be unpacked"
for module in $MODULES; do
    cp tree/lib/modules/*/kernel/"$module".ko .
    echo "$(basename "$module").ko" >>order
done
rm -rf tree
cd - >/dev/null
mv "$part" "$FOLDER"
