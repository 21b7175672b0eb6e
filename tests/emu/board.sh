# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034
# Sourced by the whole-board tests: a fresh emulated board in a folder of its own, and checks.
set -eu
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$ROOT/build/bin:$PATH
WORK=$(mktemp -d /tmp/gantry-test.XXXXXX)
GANTRY_EMU_DIR=$WORK/emu
XDG_RUNTIME_DIR=$WORK
LOADER_DEVICE=emu:mps2_an386
LOADER_CONFIG=
export PATH GANTRY_EMU_DIR XDG_RUNTIME_DIR LOADER_DEVICE LOADER_CONFIG
APPS=$ROOT/build/apps
passed=0
failed=0

cleanup() {
    loader-cli -q emu kill >/dev/null 2>&1 || true
    rm -rf "$WORK"
}
trap cleanup EXIT INT TERM

# check NAME COMMAND...
check() {
    name=$1
    shift
    if "$@" >"$WORK/check" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL: $name"
        cat "$WORK/check"
    fi
}

# exits CODE COMMAND...: the command must end with this exit code. Output: $WORK/out.
exits() {
    wanted=$1
    shift
    code=0
    timeout 60 "$@" >"$WORK/out" 2>&1 || code=$?
    [ "$code" -eq "$wanted" ] || {
        echo "exit code $code instead of $wanted: $*"
        cat "$WORK/out"
        return 1
    }
}

# says PATTERN: the last command said this.
says() {
    grep -Eq "$1" "$WORK/out" || {
        echo "nothing matches '$1' in:"
        cat "$WORK/out"
        return 1
    }
}

# up: the kernel runs, and has looked through the list.
up() {
    for try in 1 2 3 4 5 6 7 8; do
        if loader-cli info 2>/dev/null | grep -q 'running.*kernel'; then
            exits 0 loader-cli list
            return
        fi
        sleep 0.5
    done
    echo "no kernel after $try tries"
    return 1
}

# settled: the kernel has been up for longer than a reset counts as an early one, by its own clock: a busy machine is slow.
# It has then noted that it counts: until then that may change the flash at any moment.
settled() {
    tries=0
    until [ "$(loader-cli --json ps -v 2>/dev/null | sed -n 's/.*"uptime_ms": \([0-9]*\).*/\1/p')" -ge 2500 ] 2>/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || {
            echo "no kernel has been up for long"
            return 1
        }
        sleep 0.3
    done
}

# Everything in flash but the front panel.
flash_digest() {
    head -c 16773120 "$GANTRY_EMU_DIR/mps2_an386/flash.img" | sha256sum
}

# finish: the result of the whole test.
finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
