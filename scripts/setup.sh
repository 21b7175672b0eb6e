#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# setup.sh [rigs] [fuzz] [package] [pictures]: installs the packages that building and most tests need, when some are
# missing; with `rigs` those of the test rigs too, with `fuzz` those of fuzzing, with `package` those of making one, with
# `pictures` those of recording them. Quick when none are missing.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh

PACKAGES='gcc libc6-dev make cmake ninja-build pkg-config git ca-certificates
gcc-arm-none-eabi binutils-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
libpopt-dev libjansson-dev libarchive-dev libelf-dev libserialport-dev libusb-1.0-0-dev
libcmocka-dev valgrind umockdev libumockdev-dev libusbredirparser-dev spin clang-format clang-tidy cppcheck shellcheck'

missing() {
    for package in $PACKAGES; do
        dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' ||
            printf '%s ' "$package"
    done
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    for tool in cmake ninja pkg-config arm-none-eabi-gcc qemu-system-arm clang-format cppcheck; do
        command -v "$tool" >/dev/null ||
            die "$tool is not installed, and this system has no apt to install it with" \
                "install the equivalents of: $(echo "$PACKAGES" | tr '\n' ' ')"
    done
    exit 0
fi

# install: installs what is missing of PACKAGES.
install() {
    wanted=$(missing)
    [ -n "$wanted" ] || return 0
    say "installing: $wanted"
    if [ "$(id -u)" -eq 0 ]; then
        as_root=''
    elif command -v sudo >/dev/null; then
        as_root='sudo'
        sudo true || die "packages are missing, and sudo did not give root to install them" \
            "as root: apt-get install $wanted"
    else
        die "packages are missing and there is neither root nor sudo to install them" \
            "as root: apt-get install $wanted"
    fi
    # A fresh machine often updates itself in the background: wait for its lock.
    # shellcheck disable=SC2086 # both are lists of words
    $as_root env DEBIAN_FRONTEND=noninteractive sh -c '
        apt-get update -q >/dev/null
        apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >/dev/null
    ' apt $wanted || die "apt-get could not install: $wanted" \
        "is there a network? 'apt-get update' says what is wrong; on Ubuntu, 'universe' must be on"
    left=$(missing)
    [ -z "$left" ] || die "still missing after installation: $left"
}

# The emulator of the RP2040, by version and hash as package-lock.json has them. Without it its tests are skipped; a
# network that never answers must not hold the others up.
emulator() {
    rig=build/rigs/rp2040
    ! cmp -s tests/rigs/rp2040/package-lock.json $rig/node_modules/.installed || return 0
    say "installing rp2040js"
    mkdir -p $rig
    cp tests/rigs/rp2040/package.json tests/rigs/rp2040/package-lock.json $rig/
    if (cd $rig && timeout 180 npm ci --no-audit --no-fund --ignore-scripts >npm.log 2>&1); then
        cp tests/rigs/rp2040/package-lock.json $rig/node_modules/.installed
    else
        say "npm could not install rp2040js: the tests of raspberry_pi_pico will be skipped ($rig/npm.log)"
    fi
}

# Debian's kernel for the emulated PC. Without it the test there is skipped.
guest() {
    kernel=build/rigs/linux/kernel
    [ ! -d $kernel ] || return 0
    say "fetching Debian's kernel for the USB tests"
    mkdir -p build/rigs/linux
    tests/rigs/usb/linux_kernel.sh $kernel >build/rigs/linux/fetch.log 2>&1 ||
        say "the USB test on Linux will be skipped: $(tail -n 1 build/rigs/linux/fetch.log)"
}

install
case " $* " in
*' rigs '*)
    # An unmodified host tool, an emulated PC that runs Debian's kernel, shells and readers of manual pages,
    # a PKCS#11 token and its tool, a debug probe's server, a compiler for Windows (scripts/portable.sh).
    PACKAGES='dfu-util qemu-system-x86 busybox-static cpio xz-utils zsh fish mandoc groff-base dpkg-dev'
    PACKAGES="$PACKAGES python3-jsonschema openssl softhsm2 opensc openocd gcc-mingw-w64-x86-64-win32"
    # Node may have come from elsewhere, with an npm of its own.
    command -v node >/dev/null || PACKAGES="$PACKAGES nodejs"
    command -v npm >/dev/null || PACKAGES="$PACKAGES npm"
    install
    emulator
    guest
    ;;
esac
case " $* " in
*' package '*)
    PACKAGES='dpkg-dev'
    install
    ;;
esac
case " $* " in
*' pictures '*)
    PACKAGES='asciinema'
    command -v node >/dev/null || PACKAGES="$PACKAGES nodejs"
    command -v npm >/dev/null || PACKAGES="$PACKAGES npm"
    install
    ;;
esac
case " $* " in
*' fuzz '*)
    PACKAGES=clang
    install
    # The sanitizers' and libFuzzer's library is a package of its own, named after clang's version.
    PACKAGES=$(apt-cache depends clang | sed -n 's/.*Depends: clang-\([0-9]*\)$/libclang-rt-\1-dev/p')
    install
    ;;
esac
