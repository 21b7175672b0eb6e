#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An app installs an app: verified like any other, only by those who may, and whatever goes wrong on the
# way (bad requests, forged objects, a dead owner, power) every other app stays as it was.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img
FLASH_START=0x21000000
PAGE=4096
loader-cli -q emu start
loader-cli -q install "$APPS/counter.tab" "$APPS/template.tab" "$APPS/blink.tab"

# The bytes of the apps that have nothing to do with it, with the slack behind them.
neighbours() {
    loader-cli list | awk '$1 ~ /^(counter|template|blink)$/ { print $1, $8, $4 + $5 }' |
        while read -r name address space; do
            printf '%s %s ' "$name" "$address"
            dd if="$FLASH" bs=$PAGE skip=$(((address - FLASH_START) / PAGE)) \
                count=$(((space + PAGE - 1) / PAGE)) 2>/dev/null | sha256sum
        done
}
neighbours >"$WORK/neighbours"

unharmed() {
    neighbours >"$WORK/now" && [ "$(wc -l <"$WORK/now")" -eq 3 ] && diff "$WORK/neighbours" "$WORK/now"
}

# What of an upload was given up is padding again: behind the last app lies one free gap with its header.
given_back() {
    end=$(loader-cli list | awk 'NR > 1 { print $8, $4 + $5 }' | while read -r address space; do
        echo $((address - FLASH_START + space))
    done | sort -n | tail -n 1)
    header=$(od -An -tx4 -j "$end" -N 8 "$FLASH" | tr -d '\n')
    [ "$header" = "$(printf ' 00100002 %08x' $((0x200000 - end)))" ] || {
        echo "behind the last app, at $end, lies$header"
        return 1
    }
}

# hears PATTERN COMMAND...: while the command runs, or soon after, an app says this. Output: $WORK/heard.
hears() {
    loader-cli monitor --until "$1" --for 30 >"$WORK/heard" 2>&1 &
    monitor=$!
    sleep 0.5
    shift
    exits 0 "$@" || return 1
    wait "$monitor" || {
        grep -v '^counter' "$WORK/heard"
        return 1
    }
}
heard() {
    grep -Eq "$1" "$WORK/heard" || {
        echo "nobody said '$1':"
        grep -v '^counter' "$WORK/heard"
        return 1
    }
}

success() {
    hears 'Hello from Gantry!' loader-cli install "$APPS/installer.tab" && heard 'installer: done' &&
        heard '^hello ' && exits 0 loader-cli list && says '^hello ' && unharmed
}
check "an app installs an app, which runs and is listed" success

survives() {
    exits 0 loader-cli remove installer && loader-cli -q emu kill &&
        exits 0 loader-cli emu start && exits 0 loader-cli list && says '^hello ' &&
        exits 0 loader-cli ps && says ' hello  *ended' && unharmed
}
check "what an app installed is there and runs after a power cut" survives

# The tool is killed in the middle of an install: what it reserved is free for an app's.
after_a_host() {
    hears 'installer: FAIL' loader-cli install "$APPS/installer.tab" &&
        exits 0 loader-cli remove hello || return 1
    : >"$WORK/cut"
    loader-cli install "$APPS/huge.tab" >>"$WORK/cut" 2>&1 &
    tool=$!
    while kill -0 $tool 2>/dev/null && ! grep -q ' [3-9]0 %' "$WORK/cut"; do
        sleep 0.01
    done
    kill -9 $tool 2>/dev/null || true
    wait $tool 2>/dev/null || true
    hears 'installer: (done|[A-Z]+)' loader-cli start installer && heard 'installer: done' &&
        exits 0 loader-cli list && says '^hello ' && ! grep -q '^huge ' "$WORK/out" && given_back &&
        exits 0 loader-cli remove installer hello && unharmed
}
check "an install by a host that was cut short holds up no app's" after_a_host

bad_requests() {
    hears 'uploader: ' loader-cli install "$APPS/uploader.tab" &&
        heard 'uploader: [0-9]+ passed, 0 failed' && unharmed
}
check "bad requests and forged objects are refused, a good one is taken" bad_requests

unloaded() {
    exits 0 loader-cli list && says '^guest ' && exits 0 loader-cli ps && ! grep -q ' guest ' "$WORK/out" &&
        exits 0 loader-cli remove uploader && loader-cli -q emu kill && exits 0 loader-cli emu start &&
        exits 0 loader-cli ps && says ' guest  *ended' && exits 0 loader-cli remove guest && unharmed
}
check "an app that was unloaded stays installed and starts at the next boot" unloaded

# While one app has an upload open, hosts and other apps hear that; when it ends, at once no more.
squatter() {
    hears 'squatter: sits' loader-cli install "$APPS/squatter.tab" || return 1
    exits 4 loader-cli install "$APPS/rng.tab" && says 'busy' && exits 0 loader-cli list &&
        ! grep -q '^rng ' "$WORK/out" && exits 0 loader-cli stop squatter && given_back &&
        exits 0 loader-cli install "$APPS/rng.tab" && exits 0 loader-cli remove rng && unharmed || return 1
    hears 'squatter: sits' loader-cli start squatter && exits 0 loader-cli remove squatter &&
        exits 0 loader-cli install "$APPS/rng.tab" && exits 0 loader-cli remove rng && unharmed
}
check "one install at a time, and an owner that ends holds up nobody" squatter

# One that has something under way all the time can be stopped all the same.
hoarder() {
    hears 'hoarder: begins' loader-cli install "$APPS/hoarder.tab" && exits 0 loader-cli stop hoarder &&
        given_back && exits 0 loader-cli install "$APPS/rng.tab" && exits 0 loader-cli remove rng hoarder && unharmed
}
check "an app that never rests from installing is stopped" hoarder

# cut PATTERN: power goes when the installing app says this. Afterwards every other app is as it was.
cut() {
    hears "installer: $1" loader-cli start installer-slow && loader-cli -q emu kill && exits 0 loader-cli emu start && exits 0 loader-cli list &&
        ! grep -q '^guest ' "$WORK/out" && given_back && unharmed
}
# It runs only when it is told to. What it begins at once would keep the device busy.
only_when_told() {
    exits 0 loader-cli install "$APPS/installer-slow.tab" && exits 0 loader-cli stop installer-slow && given_back &&
        exits 0 loader-cli disable installer-slow
}
check "an app that installs is kept from starting by itself" only_when_told
for moment in 'set up' '0 of' '512 of' '3584 of' '4096 of' '8192 of' '15872 of' 'finalized'; do
    check "power cut at: $moment" cut "$moment"
done

at_last() {
    hears 'installer: (done|[A-Z]+)' loader-cli start installer-slow &&
        heard 'installer: done' && exits 0 loader-cli list && says '^guest ' && unharmed &&
        exits 0 loader-cli remove guest installer-slow
}
check "after all those cuts it is installed" at_last

# The same kernel, whose anchor does not name the driver.
without_right() {
    loader-cli -q emu stop
    rm -rf "$GANTRY_EMU_DIR"
    exits 0 loader-cli emu start --kernel "$ROOT/build/boards/mps2_an386/kernel-plain.img" &&
        exits 0 loader-cli info && says 'running +kernel' &&
        hears 'uploader: ' loader-cli install "$APPS/uploader.tab" && heard 'uploader: NODEVICE' &&
        exits 0 loader-cli list && ! grep -q '^guest ' "$WORK/out"
}
check "where the key may not, an app has no such driver" without_right
finish
