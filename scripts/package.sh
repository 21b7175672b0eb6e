#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# package.sh [FOLDER]: a Debian package of the host tool into FOLDER (build/): the tool, its manual pages, completions for
# bash, zsh and fish, the rules of udev, the documentation, and what apps are built from. The same source gives the same
# bytes.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh
sources_needed

name=loader-cli
tool=build/bin/loader-cli
out=${1:-build}
[ -x $tool ] || die "$tool is not built" "./dev package builds it"
for program in dpkg-deb dpkg-shlibdeps gzip strip; do
    command -v $program >/dev/null || die "$program is not installed" "scripts/setup.sh package"
done
version=$($tool --version | sed 's/.* //')
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
umask 022

# put MODE FILE PATH: a file of the package.
put() {
    mkdir -p "$(dirname "$root/$3")"
    cp "$2" "$root/$3"
    chmod "$1" "$root/$3"
}

# page COMMAND...: the manual page of a command, or of the tool.
page() {
    $tool help --man "$@" >"$work/page"
    gzip -9n "$work/page"
    put 644 "$work/page.gz" "usr/share/man/man1/$(echo "$name $*" | sed 's/ *$//; s/ /-/g').1.gz"
    rm "$work/page.gz"
}

put 755 $tool usr/bin/$name
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/$name"
page
$tool help --json | sed -n 's/.*"name": "\(.*\)",*$/\1/p' >"$work/commands"
while IFS= read -r command; do
    # shellcheck disable=SC2086 # a name of two words
    page $command
done <"$work/commands"
for file in bash:usr/share/bash-completion/completions/$name zsh:usr/share/zsh/vendor-completions/_$name \
    fish:usr/share/fish/vendor_completions.d/$name.fish; do
    $tool completion "${file%%:*}" >"$work/completion"
    put 644 "$work/completion" "${file#*:}"
done
$tool install-udev >"$work/rules" 2>/dev/null
put 644 "$work/rules" usr/lib/udev/rules.d/70-gantry.rules

# What apps are built from, as it lies in the tree.
sources lib/app lib/abi cmake/project.cmake cmake/library.cmake cmake/obtain.cmake cmake/picolibc.cmake \
    cmake/arm-none-eabi.cmake >"$work/sdk"
while IFS= read -r file; do
    put 644 "$file" "usr/share/gantry/$file"
done <"$work/sdk"

documents=usr/share/doc/$name
sources docs >"$work/docs"
while IFS= read -r file; do
    put 644 "$file" "$documents/${file#docs/}"
done <"$work/docs"
cat >"$work/copyright" <<'TEXT'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Gantry

Files: *
Copyright: the authors of Gantry
License: Apache-2.0
 The full text is in /usr/share/common-licenses/Apache-2.0.
TEXT
put 644 "$work/copyright" $documents/copyright
gzip -9nc CHANGELOG.md >"$work/changelog.gz"
put 644 "$work/changelog.gz" $documents/changelog.gz

mkdir -p "$root/DEBIAN" "$work/debian"
printf 'Source: gantry\n\nPackage: %s\nArchitecture: any\n' $name >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O "root/usr/bin/$name" 2>"$work/shlibdeps.log" | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || {
    cat "$work/shlibdeps.log" >&2
    die "the packages that the tool depends on could not be found"
}
size=$(du -k -s --apparent-size "$root" | cut -f 1)
cat >"$root/DEBIAN/control" <<TEXT
Package: $name
Source: gantry
Version: $version
Architecture: $architecture
Maintainer: the authors of Gantry <noreply@localhost>
Installed-Size: $size
Depends: $depends
Recommends: udev, cmake, ninja-build, gcc-arm-none-eabi
Suggests: qemu-system-arm
Section: devel
Priority: optional
Description: puts signed apps onto microcontrollers that run Gantry
 Builds, signs, installs, lists, updates and removes apps while the device keeps running, over USB, serial ports, TCP and
 to emulated boards.
TEXT
# Boards that are plugged in already get their rules at once.
cat >"$root/DEBIAN/postinst" <<'TEXT'
#!/bin/sh
set -e
if [ "$1" = configure ] && command -v udevadm >/dev/null; then
    udevadm control --reload || true
    udevadm trigger --subsystem-match=usb --subsystem-match=tty || true
fi
TEXT
chmod 755 "$root/DEBIAN/postinst"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$out"
package=$out/${name}_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
say "$package"
