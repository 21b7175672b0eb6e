#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh [host] [firmware] [pico] [apps] [test] [demo] [recover]: builds these parts in the order of their needs; no part
# named: host, firmware, apps. A second run does nothing.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh

# preset NAME [TARGET...]: configures when needed, then builds all or these. The log is shown only when something fails.
preset() {
    dir=build/obj/$1
    if [ ! -f "$dir/build.ninja" ]; then
        say "building $1 for the first time"
        cmake --preset "$1" >"build/configure-$1.log" 2>&1 || {
            cat "build/configure-$1.log" >&2
            die "the build of '$1' could not be configured"
        }
    fi
    name=$1
    shift
    [ $# -eq 0 ] || set -- --target "$@"
    cmake --build "$dir" "$@" >"build/build-$name.log" 2>&1 || {
        cat "build/build-$name.log" >&2
        die "the build of '$name' failed"
    }
}

# Development keys are made on this machine, once, and never leave it.
keys() {
    mkdir -p build/keys
    for key in dev-app dev-kernel; do
        [ -f "build/keys/$key.pem" ] || build/bin/loader-cli --quiet keygen "build/keys/$key.pem"
    done
}

mkdir -p build
if [ ! -w build ] || [ -n "$(find build -maxdepth 3 ! -writable -print -quit)" ]; then
    die "build/ cannot be written: another user has built here" "as that user or root: rm -rf build"
fi
[ $# -gt 0 ] || set -- host firmware apps
for part in "$@"; do
    case $part in
    host) preset host ;;
    firmware) keys && preset mps2_an386 && preset raspberry_pi_pico ;;
    pico) keys && preset raspberry_pi_pico ;;
    apps) keys && preset apps ;;
    test) preset test ;;
    demo)
        preset host
        keys
        preset mps2_an386 bootloader kernel_image
        preset apps blink_tab buttons_tab counter_tab hello_tab rng_tab spy_tab
        ;;
    recover)
        preset host
        keys
        preset mps2_an386 bootloader-usb kernel_usb_image
        preset apps blink_tab buttons_tab counter_tab
        preset test usb_host vudc_bridge
        ;;
    *) die "there is no part '$part' to build" "host, firmware, pico, apps, test, demo, recover" ;;
    esac
done
# Editors look for the compilation database in the project's folder.
ln -sf build/obj/host/compile_commands.json compile_commands.json
