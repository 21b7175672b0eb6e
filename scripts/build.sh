#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh [host] [firmware] [apps] [test]: builds these parts in the order of their needs; no part
# named: host, firmware, apps. A second run does nothing.
set -eu
cd "$(dirname "$0")/.."
ROOT=$(pwd)
. scripts/common.sh

# preset NAME: configures when needed, then builds. The log is shown only when something fails.
preset() {
    dir=build/obj/$1
    if [ ! -f "$dir/build.ninja" ]; then
        say "configuring $1"
        cmake --preset "$1" >"build/configure-$1.log" 2>&1 || {
            cat "build/configure-$1.log" >&2
            die "the build of '$1' could not be configured"
        }
    fi
    cmake --build "$dir" >"build/build-$1.log" 2>&1 || {
        cat "build/build-$1.log" >&2
        die "the build of '$1' failed"
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
    firmware) keys && preset mps2_an386 ;;
    apps) keys && preset apps ;;
    test) preset test ;;
    *) die "there is no part '$part' to build" "host, firmware, apps, test" ;;
    esac
done
# Editors look for the compilation database in the project's folder.
ln -sf build/obj/host/compile_commands.json compile_commands.json
