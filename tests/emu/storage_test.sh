#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Storage: two apps of each kind side by side; what they store outlives updates, reboots and power
# cuts; what is another app's, or lies outside, is refused.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

# start_says APP PATTERN: installs an app and waits until it says this.
start_says() {
    loader-cli monitor --until "$2" --for 30 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    exits 0 loader-cli install "$APPS/$1.tab" || return 1
    wait "$monitor" || {
        cat "$WORK/monitor"
        return 1
    }
}

# counted APP NUMBER: in the latest output this start of the app ends without a failure.
counted() {
    grep -q "| $1: start $2: [0-9]* checks, 0 failed" "$WORK/monitor" || {
        echo "no good start $2 of $1 in:"
        cat "$WORK/monitor"
        return 1
    }
}

first_start() {
    start_says "$1" "$1: start 1: .* failed" && counted "$1" 1
}

loader-cli -q emu start
kinds='kv1 kv2 iso1 iso2 nvs1 nvs2 flash1 flash2'
for app in $kinds; do
    check "$app stores and is refused what it must be" first_start "$app"
done

# all_count NUMBER: started once more, each app finds what it stored. A monitor is shown the start before that, too.
all_count() {
    for app in $kinds; do
        loader-cli monitor --until "$app: start $1: .* failed" --for 30 >"$WORK/monitor" 2>&1 &
        monitor=$!
        sleep 0.4
        exits 0 loader-cli restart "$app" || return 1
        wait "$monitor"
        counted "$app" "$1" || return 1
    done
}

# All eight have used the storage at once, before they are started again one by one.
power_cut() {
    loader-cli -q emu kill
    loader-cli -q emu start
    sleep 3
    all_count 3
}
check "all of it outlives a power cut, also what apps wrote into themselves" power_cut

reboot() {
    exits 0 loader-cli reboot || return 1
    sleep 3
    all_count 5
}
check "and a reboot" reboot

# What an app cannot write is watched as ever: a byte of its code differs.
tampered() {
    address=$(loader-cli list | sed -n 's|^flash1 .*\(0x21[0-9a-f]*\) .*|\1|p')
    loader-cli -q emu kill
    printf UUUUUUUU | dd of="$GANTRY_EMU_DIR/mps2_an386/flash.img" bs=1 conv=notrunc 2>/dev/null \
        seek=$((address - 0x21000000 + 0x100))
    loader-cli -q emu start
    sleep 2
    exits 0 loader-cli list && says 'flash1 *damaged' && says 'flash2 *(running|ended)'
}
check "an app whose code changed is not taken for one that wrote its own flash" tampered

installed_again() {
    exits 0 loader-cli remove kv1 iso1 flash1 flash2 nvs1 nvs2 && start_says kv1 'kv1: start 7: .* failed' && counted kv1 7 &&
        start_says iso1 'iso1: start 7: .* failed' && counted iso1 7
}
check "an app that is installed again finds its values" installed_again

exits 0 loader-cli remove kv1 kv2 iso1 iso2 >/dev/null || true

# number APP WORD: from the app's last line.
number() {
    sed -n "s/^.*| $1: .*$2 \([0-9]*\), .*$/\1/p" "$WORK/monitor" | tail -1
}

storm() {
    start_says storm1 'storm1: .*wrote' && start_says storm2 'storm2: .*wrote' || return 1
    last1=0
    last2=0
    for pause in 0.31 0.52 0.17 0.44 0.63 0.29 0.08 0.71; do
        sleep $pause
        : >"$WORK/monitor"
        loader-cli -q emu kill
        loader-cli -q emu start
        for app in 1 2; do
            loader-cli monitor --until "storm$app: .*wrote" --for 20 >>"$WORK/monitor" 2>&1 || return 1
        done
        if grep -Eq 'FAIL|[1-9][0-9]* failed' "$WORK/monitor"; then
            cat "$WORK/monitor"
            return 1
        fi
        for app in 1 2; do
            found=$(number storm$app found)
            eval "last=\$last$app"
            # shellcheck disable=SC2154
            if [ -z "$found" ] || [ "$found" -lt "$last" ]; then
                echo "storm$app found '$found' after it had written $last:"
                cat "$WORK/monitor"
                return 1
            fi
            wrote=$(number storm$app wrote)
            eval "last$app=${wrote:-$found}"
        done
    done
    [ "$last1" -gt 10 ] && [ "$last2" -gt 10 ]
}
check "power cuts in the middle of writing leave every value old or new" storm

beside_storm() {
    exits 0 loader-cli install "$APPS/hello.tab" && exits 0 loader-cli remove hello storm1 storm2 &&
        exits 0 loader-cli list && ! grep -q damaged "$WORK/out"
}
check "apps are installed and removed beside apps that write without end" beside_storm
finish
