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
        says 'emu stop && loader-cli -d file:' || return 1
    flash_digest | cmp - "$WORK/before" && loader-cli -q emu stop
}
check "what compacting would give back is said; a board that runs is left alone" gains

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

finish
