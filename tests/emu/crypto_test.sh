#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the kernel computes for apps: two processes want the same of it at once, and both get the
# published answers.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

loader-cli -q emu start

# rounds APP: how many rounds the app reported as right in the last monitor's output.
rounds() {
    grep -Ec "^$1 +\| [a-z]+: round [0-9]+ right" "$WORK/out" || true
}

# both_are_right DRIVER: both processes report rounds, and none that went wrong.
both_are_right() {
    exits 0 loader-cli monitor --for 3 || return 1
    if [ "$(rounds "$1")" -lt 3 ] || [ "$(rounds "${1}2")" -lt 3 ] ||
        grep '| [a-z]*: round' "$WORK/out" | grep -qv 'right'; then
        echo "$1 and ${1}2 did not both go on being right:"
        cat "$WORK/out"
        return 1
    fi
}

# two_at_once DRIVER: also when one of them is restarted in the middle of what it asked for.
two_at_once() {
    exits 0 loader-cli install "$APPS/$1.tab" "$APPS/${1}2.tab" && both_are_right "$1" &&
        exits 0 loader-cli restart "$1" && both_are_right "$1" && exits 0 loader-cli remove "$1" "${1}2"
}
check "check values are right for two processes at once" two_at_once crc
check "digests are right for two processes at once" two_at_once sha
check "authentication codes are right for two processes at once" two_at_once hmac
check "AES in its modes is right for two processes at once" two_at_once aes

all_at_once() {
    exits 0 loader-cli install "$APPS/crc.tab" "$APPS/sha.tab" "$APPS/sha2.tab" "$APPS/hmac.tab" \
        "$APPS/aes.tab" "$APPS/aes2.tab" || return 1
    both_are_right sha && both_are_right aes && exits 0 loader-cli install "$APPS/hello.tab" &&
        exits 0 loader-cli remove crc sha sha2 hmac aes aes2 hello
}
check "all of it at once, and an install is done beside" all_at_once
finish
