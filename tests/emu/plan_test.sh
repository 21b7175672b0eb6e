#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What install, update and compact say they would do is what they do; saying it changes nothing; the kernel agrees.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img
PATH=$WORK:$PATH
printf '#!/bin/sh\nexec loader-cli -d "file:%s" "$@"\n' "$FLASH" >"$WORK/offline"
chmod +x "$WORK/offline"
# Where the plan in $WORK/out says an app goes, and what it says is free then; where the list has one.
planned() {
    awk -v name="$1" '/: would / { found = index($0, " " name) } found && $1 == "flash" { sub(",", "", $2); print $2; exit }' "$WORK/plan"
}
listed() {
    loader-cli list | awk -v name="$1" '$1 == name { print $8 }'
}
names() {
    awk 'NR > 1 && $1 != "waste" && $1 != "compact" { print $1 }' | sort
}

says_where() {
    exits 0 loader-cli emu start && up && settled || return 1
    flash_digest >"$WORK/before"
    exits 0 loader-cli install --dry-run "$APPS/counter.tab" "$APPS/hello.tab" "$APPS/blink.tab" &&
        says 'would install blink, version 0' && says 'sent +[0-9]+ bytes; no other app is moved' || return 1
    cp "$WORK/out" "$WORK/plan"
    flash_digest | cmp - "$WORK/before" || return 1
    exits 0 loader-cli install "$APPS/counter.tab" "$APPS/hello.tab" "$APPS/blink.tab" || return 1
    for app in counter hello blink; do
        [ "$(planned $app)" = "$(listed $app)" ] || {
            echo "$app: planned $(planned $app), is at $(listed $app)"
            return 1
        }
    done
    loader-cli info | sed -n 's/^flash *\([0-9]*\) of .*, largest gap \([0-9]*\)$/\1 \2/p' >"$WORK/is"
    sed -n 's/.*; then \([0-9]*\) bytes are free, the largest gap has \([0-9]*\)$/\1 \2/p' "$WORK/plan" | tail -1 | cmp - "$WORK/is"
}
check "what is planned is what happens, and planning changes nothing" says_where

updates() {
    exits 0 loader-cli install "$APPS/hello-v1.tab" || return 1
    flash_digest >"$WORK/before"
    exits 0 loader-cli update --dry-run "$APPS/hello-v2.tab" && says 'would update' && says 'from version 1 to 2' || return 1
    cp "$WORK/out" "$WORK/plan"
    exits 3 loader-cli update --dry-run "$APPS/echo.tab" && says 'is not installed' &&
        exits 3 loader-cli install --dry-run "$APPS/hello-v1.tab" && says 'installed already' || return 1
    flash_digest | cmp - "$WORK/before" || return 1
    exits 0 loader-cli update "$APPS/hello-v2.tab" && [ "$(planned hello-v2)" = "$(listed hello-v2)" ] &&
        exits 5 loader-cli install --dry-run "$APPS/hello-v1.tab" && says 'version 1, the device accepts 2' || return 1
}
check "an update is planned beside the old version; an older one is refused" updates

gains() {
    exits 0 loader-cli remove counter && exits 0 loader-cli info && says 'waste +8192 bytes' &&
        says 'compact +would make the largest gap' || return 1
    flash_digest >"$WORK/before"
    exits 0 loader-cli compact --dry-run && says 'would move' && exits 1 loader-cli compact &&
        says 'compact --from FILE' && says 'emu stop && loader-cli -d file:' || return 1
    flash_digest | cmp - "$WORK/before" && loader-cli -q emu stop
}
check "what compacting would give back is said; without packages a board that runs is left alone" gains

compacts() {
    sha256sum <"$FLASH" >"$WORK/before"
    exits 0 offline compact --dry-run && says 'would move' || return 1
    sha256sum <"$FLASH" | cmp - "$WORK/before" || return 1
    offline list | names >"$WORK/names"
    exits 0 offline compact && says 'the largest gap has' && exits 3 offline compact && says 'nothing to gain' || return 1
    offline list | names | cmp - "$WORK/names" && exits 0 offline list && says 'waste +0 bytes'
}
check "the image is compacted, and no app is missing" compacts

agrees() {
    exits 0 loader-cli emu start && up || return 1
    names <"$WORK/out" | cmp - "$WORK/names" || return 1
    ! grep -E 'damaged|verify|\(no name\)|\(not known\)' "$WORK/out" || return 1
    exits 5 loader-cli install "$APPS/hello-v1.tab" && exits 3 loader-cli install "$APPS/blink.tab"
}
check "the kernel takes the apps at their new places, with owner and floor" agrees

# --- On the board that runs ---

CUT=$WORK/cut.so
"${CC:-cc}" -std=c11 -O2 -fPIC -shared -D_POSIX_C_SOURCE=200809L -o "$CUT" "$ROOT/tests/emu/kernels/cut.c"
GAP=$((0x21100000))-$((0x21130000))
mkdir "$WORK/packages"
cp "$APPS/large.tab" "$APPS/kv1.tab" "$APPS/flash1.tab" "$APPS/hello-v1.tab" "$APPS/hello-v2.tab" "$WORK/packages"
echo 'no package' >"$WORK/packages/broken.tab"
# The number of an app's process.
running() {
    loader-cli ps | awk -v name="$1" '$2 == name { print $1 }'
}
# kv1 as it says itself: which start this is, and that it has found what it stored.
counted() {
    loader-cli monitor --until "kv1: start $1: .*, 0 failed" --for 30 >"$WORK/monitor" 2>&1 &
    monitor=$!
    sleep 0.4
    shift
    "$@" || return 1
    wait "$monitor" || {
        cat "$WORK/monitor"
        return 1
    }
}

# A gap below one without a package and one that writes its own flash, and behind them three that move.
scattered() {
    exits 0 loader-cli remove --all --yes --force &&
        exits 0 loader-cli install "$APPS/huge.tab" "$APPS/counter.tab" "$APPS/flash1.tab" "$APPS/large.tab" "$APPS/hello-v2.tab" || return 1
    counted 1 exits 0 loader-cli install "$APPS/kv1.tab" && exits 0 loader-cli disable large &&
        exits 0 loader-cli remove huge && loader-cli -q emu stop && exits 0 offline sticky kv1 && exits 0 loader-cli emu start && up &&
        settled
}
check "apps lie behind a gap" scattered

live_plan() {
    flash_digest >"$WORK/before"
    exits 0 loader-cli compact --dry-run --from "$WORK/packages" && says 'stays +counter at .*: its package is not among' &&
        says 'stays +flash1 at .*: may have written' && says 'would move large' && says 'would move kv1' && says 'would move hello-v2' &&
        says 'passed over: .*broken.tab' || return 1
    cp "$WORK/out" "$WORK/plan"
    exits 3 loader-cli compact --dry-run --from "$APPS/counter.tab" && says 'give the packages' || return 1
    exits 1 loader-cli compact --dry-run --from "$WORK/packages/broken.tab" || return 1
    flash_digest | cmp - "$WORK/before"
}
check "what would be moved is said, and what stays for want of its package" live_plan

# live_cut WORD: the power goes at a word of the first move; every app is there, whole.
live_cut() {
    loader-cli list | names >"$WORK/names"
    loader-cli -q emu stop && exits 0 loader-cli emu start --qemu-options="-plugin $CUT,window=$GAP,at=$1" && up && settled || return 1
    exits 7 loader-cli compact --from "$WORK/packages" || return 1
    tries=0
    while loader-cli emu status >/dev/null 2>&1 && [ $tries -lt 200 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    exits 0 loader-cli emu start && up && settled || return 1
    loader-cli list >"$WORK/out" && ! grep -E 'damaged|verify|\(no name\)' "$WORK/out" || return 1
    names <"$WORK/out" | cmp - "$WORK/names"
}
check "power goes in the middle of a move: nothing is lost" live_cut 3000

live() {
    before=$(running counter)
    counted 5 exits 0 loader-cli compact --from "$WORK/packages" || return 1
    [ "$(running counter)" = "$before" ] || {
        echo "counter was process $before, is $(running counter)"
        return 1
    }
    for app in large kv1 hello-v2; do
        to=$(sed -n "s/^would move $app, .* to \(0x[0-9a-f]*\)$/\1/p" "$WORK/plan")
        [ "$to" = "$(listed $app)" ] || {
            echo "$app: planned $to, is at $(listed $app)"
            return 1
        }
    done
    exits 0 loader-cli list && says 'large +disabled' && says 'counter +running' || return 1
    exits 3 loader-cli compact --from "$WORK/packages" && exits 5 loader-cli install "$APPS/hello-v1.tab" &&
        exits 3 loader-cli install "$APPS/large.tab"
}
check "on a board that runs apps are moved as planned, with what they store; the others run on" live

# What the tool does not ask for: the kernel moves what is installed and nothing else, and never takes it away first.
strict() {
    exits 0 loader-cli list && cp "$WORK/out" "$WORK/names" && flash_digest >"$WORK/before"
    exits 3 loader-cli install --flags 4 "$APPS/blink.tab" && exits 5 loader-cli install --flags 4 "$APPS/hello-v1.tab" &&
        exits 3 loader-cli install --flags 5 "$APPS/hello-v2.tab" && exits 3 loader-cli install --flags 5 "$APPS/blink.tab" ||
        return 1
    flash_digest | cmp - "$WORK/before" && exits 5 loader-cli install --flags 4 --send-instead "$APPS/hello.tab" "$APPS/hello-v2.tab" &&
        exits 0 loader-cli list && cmp "$WORK/out" "$WORK/names" || return 1
    from=$(listed hello-v2)
    exits 0 loader-cli install --flags 4 "$APPS/hello-v2.tab" && [ "$from" != "$(listed hello-v2)" ]
}
check "the kernel moves nothing but the very object that is installed" strict

lasts() {
    loader-cli list | names >"$WORK/names"
    loader-cli -q emu stop && exits 0 offline list -v && says 'sticky' && exits 0 loader-cli emu start && up || return 1
    loader-cli list | names | cmp - "$WORK/names" && exits 0 loader-cli list && says 'large +disabled'
}
check "after a start they are what they were" lasts

# Large ones that nearly fill the flash; without the two smaller of them no gap has what another large one needs.
helps() {
    loader-cli -q emu stop && exits 0 offline remove --all --yes --force || return 1
    for app in one two three four five; do
        layout=tock
        case $app in one | two) layout=exact ;; esac
        exits 0 loader-cli pack "$ROOT/build/obj/apps/apps/huge.elf" --name $app --layout $layout --key "$ROOT/build/keys/dev-app.pem" -o "$WORK/$app.tab" || return 1
    done
    exits 0 offline install "$WORK/one.tab" "$APPS/large.tab" "$APPS/hello.tab" "$WORK/two.tab" "$WORK/three.tab" "$WORK/four.tab" &&
        exits 0 offline remove one two && exits 0 loader-cli emu start && up && exits 6 loader-cli install "$WORK/five.tab" &&
        says 'needs 262144 bytes of flash, the largest free gap has' &&
        says "loader-cli -d $LOADER_DEVICE compact --from PACKAGES  makes a gap of at most [0-9]+ bytes" || return 1
    exits 0 loader-cli compact --from "$APPS" && exits 0 loader-cli install --dry-run "$WORK/five.tab" && says 'would install five'
}
check "an install that fails for want of a large gap names the command that makes one, and it does" helps

finish
