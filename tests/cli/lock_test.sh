#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Locks are kept in a folder that is the user's alone: through another one, and through links, nothing is written.
#
#   lock_test.sh LOADER_CLI
set -eu
tool=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export ASAN_OPTIONS="${ASAN_OPTIONS:-}" LOADER_CONFIG='' GANTRY_EMU_DIR="$folder/emu" XDG_RUNTIME_DIR="$folder/run"
unset LOADER_DEVICE
failed=0

# refuses WHAT: the tool ends with 8 and says so, and the victim is as it was.
refuses() {
    code=0
    "$tool" -d tcp:127.0.0.1:1 list >"$folder/out" 2>&1 || code=$?
    if [ $code -ne 8 ] || ! grep -q "$2" "$folder/out" || [ "$(cat "$folder/victim")" != precious ]; then
        printf '%s: exit code %s, the victim holds "%s":\n' "$1" "$code" "$(cat "$folder/victim")"
        cat "$folder/out"
        failed=1
    fi
}

echo precious >"$folder/victim"
mkdir -m 700 "$folder/run"
# What the lock is called.
"$tool" -d tcp:127.0.0.1:1 list >"$folder/out" 2>&1 || true
lock=$(find "$folder/run/gantry" -name 'line-*')
[ -f "$lock" ] || {
    echo "there is no lock below $folder/run"
    exit 1
}

rm "$lock"
ln -s "$folder/victim" "$lock"
refuses 'a link in place of a lock' 'cannot make the lock file'
rm -r "$folder/run/gantry"

mkdir "$folder/theirs"
ln -s "$folder/theirs" "$folder/run/gantry"
refuses 'a link in place of the folder' 'is not yours alone'
rm "$folder/run/gantry"

mkdir -m 777 "$folder/run/gantry"
chmod 777 "$folder/run/gantry"
refuses 'a folder that others may write to' 'is not yours alone'
rm -r "$folder/run/gantry"

echo file >"$folder/run/gantry"
refuses 'a file in place of the folder' 'is not yours alone'
[ $failed -eq 0 ] && [ -z "$(ls "$folder/theirs")" ]
