#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# package.sh [FOLDER]: Debian packages into FOLDER (build/). loader-cli: the tool, its manual pages, completions for bash,
# zsh and fish, the rules of udev, the documentation, and what apps are built from. libgantry0 and libgantry-dev: the
# library, and what programs that use it are built with. The same source gives the same bytes.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh
sources_needed

name=loader-cli
tool=build/bin/loader-cli
library=build/lib/libgantry.so
out=${1:-build}
for file in $tool $library; do
    [ -e "$file" ] || die "$file is not built" "./dev package builds it"
done
for program in dpkg-deb dpkg-shlibdeps dpkg-architecture gzip strip cmake pkg-config; do
    command -v $program >/dev/null || die "$program is not installed" "scripts/setup.sh package"
done
version=$($tool --version | sed 's/.* //')
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
mkdir -p "$out"

# put MODE FILE PATH: a file of the package that is in the making.
put() {
    mkdir -p "$(dirname "$root/$3")"
    cp -P "$2" "$root/$3"
    [ -h "$root/$3" ] || chmod "$1" "$root/$3"
}

# begin PACKAGE: starts one, with what each of them has.
begin() {
    root=$work/$1
    cat >"$work/copyright" <<'TEXT'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Gantry

Files: *
Copyright: the authors of Gantry
License: Apache-2.0
 The full text is in /usr/share/common-licenses/Apache-2.0.
TEXT
    put 644 "$work/copyright" "usr/share/doc/$1/copyright"
    gzip -9nc CHANGELOG.md >"$work/changelog.gz"
    put 644 "$work/changelog.gz" "usr/share/doc/$1/changelog.gz"
    mkdir -p "$root/DEBIAN"
}

# needs PACKAGE FILE: the packages with the libraries that a file of it is linked to.
needs() {
    mkdir -p "$work/debian"
    printf 'Source: gantry\n\nPackage: %s\nArchitecture: any\n' "$1" >"$work/debian/control"
    depends=$(cd "$work" && dpkg-shlibdeps -O "$1/$2" 2>"$work/shlibdeps.log" | sed -n 's/^shlibs:Depends=//p')
    [ -n "$depends" ] || {
        cat "$work/shlibdeps.log" >&2
        die "the packages that $2 depends on could not be found"
    }
    echo "$depends"
}

# develops MODULE...: the packages with these modules of pkg-config.
develops() {
    for module in "$@"; do
        file=$(pkg-config --variable=pcfiledir "$module")/$module.pc
        found=$(dpkg -S "$file" 2>/dev/null | sed -n 's/:.*//p')
        [ -n "$found" ] || die "no package has $file"
        printf ', %s' "$found"
    done
}

# finish PACKAGE: makes it; the fields of its control file that are its own come from standard input.
finish() {
    size=$(du -k -s --apparent-size "$root" | cut -f 1)
    {
        printf 'Package: %s\nSource: gantry\nVersion: %s\nArchitecture: %s\n' "$1" "$version" "$architecture"
        printf 'Maintainer: the authors of Gantry <noreply@localhost>\nInstalled-Size: %s\nPriority: optional\n' "$size"
        cat
    } >"$root/DEBIAN/control"
    (cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
    find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    package=$out/${1}_${version}_$architecture.deb
    dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
    say "$package"
}

# page COMMAND...: the manual page of a command, or of the tool.
page() {
    $tool help --man "$@" >"$work/page"
    gzip -9n "$work/page"
    put 644 "$work/page.gz" "usr/share/man/man1/$(echo "$name $*" | sed 's/ *$//; s/ /-/g').1.gz"
    rm "$work/page.gz"
}

begin $name
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
depends=$(needs $name usr/bin/$name)
finish $name <<TEXT
Depends: $depends
Recommends: udev, cmake, ninja-build, gcc-arm-none-eabi
Suggests: qemu-system-arm
Section: devel
Description: puts signed apps onto microcontrollers that run Gantry
 Builds, signs, installs, lists, updates and removes apps while the device keeps running, over USB, serial ports, TCP and
 to emulated boards.
TEXT

# The library, as it is installed, in the folder of the architecture.
cmake --install build/obj/host --component libgantry --prefix "$work/installed" >"$work/install.log" || {
    cat "$work/install.log" >&2
    die "libgantry cannot be installed"
}
installed=$(dirname "$(find "$work/installed" -name libgantry.a)")
folder=usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$installed"/libgantry.so.*.*
strip --enable-deterministic-archives --strip-debug --remove-section=.comment "$installed/libgantry.a"

begin libgantry0
for file in "$installed"/libgantry.so.*; do
    put 644 "$file" "$folder/$(basename "$file")"
done
echo "libgantry 0 libgantry0 (>= $version)" >"$root/DEBIAN/shlibs"
echo 'activate-noawait ldconfig' >"$root/DEBIAN/triggers"
depends=$(needs libgantry0 "$folder/$(basename "$installed"/libgantry.so.*.*)")
finish libgantry0 <<TEXT
Depends: $depends
Section: libs
Multi-Arch: same
Description: puts signed apps onto microcontrollers that run Gantry: library
 Devices, packages and keys of Gantry for programs: what loader-cli is made of.
TEXT

begin libgantry-dev
put 777 "$installed/libgantry.so" "$folder/libgantry.so"
put 644 "$installed/libgantry.a" "$folder/libgantry.a"
# shellcheck disable=SC2016 # for pkg-config to expand
sed 's|^includedir=.*|includedir=${libdir}/../../include|' "$installed/pkgconfig/gantry.pc" >"$work/gantry.pc"
put 644 "$work/gantry.pc" "$folder/pkgconfig/gantry.pc"
for file in "$work"/installed/include/gantry/*; do
    put 644 "$file" "usr/include/gantry/$(basename "$file")"
done
put 644 docs/embedding.md usr/share/doc/libgantry-dev/embedding.md
put 644 docs/examples/install.c usr/share/doc/libgantry-dev/examples/install.c
# shellcheck disable=SC2046 # words
depends=$(develops $(sed -n 's/^Requires.private: //p' "$work/gantry.pc"))
finish libgantry-dev <<TEXT
Depends: libgantry0 (= $version)$depends
Section: libdevel
Multi-Arch: same
Description: puts signed apps onto microcontrollers that run Gantry: development
 Headers, the static library, and an example of a program that installs an app.
TEXT
