#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Which of several objects of one identity runs, apps that go to one address only, and what rights a header gives.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/board.sh"

FLASH=$GANTRY_EMU_DIR/mps2_an386/flash.img
ELF=$ROOT/build/obj/apps/apps/counter.elf
KEY=$ROOT/build/keys/dev-app.pem
APPS_AT=1048576 # of the app region, in the flash's file
PLACE=4096      # bytes of each object with --tock-layout

# object FILE OPTIONS...: a lone TBF as Tock's tools would place it.
object() {
    file=$1
    shift
    loader-cli -q pack "$ELF" --tock-layout --min-footer 1000 "$@" -o "$WORK/object.tab" &&
        tar -xOf "$WORK/object.tab" cortex-m3.tbf >"$file" && [ "$(wc -c <"$file")" -eq $PLACE ]
}

# placed FILE...: a new board with these objects in its flash, one behind the other, and no word of them in its
# journal: as a probe or a programmer leaves it.
placed() {
    loader-cli -q emu kill 2>/dev/null || true
    rm -rf "$GANTRY_EMU_DIR"
    loader-cli -q emu start && loader-cli -q emu kill || return 1
    at=$APPS_AT
    for file; do
        dd if="$file" of="$FLASH" bs=$PLACE seek=$((at / PLACE)) conv=notrunc 2>/dev/null
        at=$((at + PLACE))
    done
    exits 0 loader-cli emu start && exits 0 loader-cli list
}

# row NAME VERSION: the states of this app's objects.
row() {
    awk -v name="$1" -v version="$2" '$1 == name && $3 == version { print $2 }' "$WORK/out"
}

# refused COUNT: so many objects were found and not adopted: kept, not started, without a name that can be believed.
refused() {
    [ "$(grep -c ' damaged ' "$WORK/out")" -eq "$1" ]
}

higher_runs() {
    object "$WORK/1" --name hi --app-version 1 --key "$KEY" && object "$WORK/2" --name hi --app-version 2 --key "$KEY" &&
        object "$WORK/other" --name other --key "$KEY" || return 1
    placed "$WORK/1" "$WORK/2" "$WORK/other" && [ "$(row hi 2)" = running ] && [ "$(row other 0)" = running ] &&
        refused 1 || return 1
    placed "$WORK/2" "$WORK/1" && [ "$(row hi 2)" = running ] && refused 1
}
check "of two versions of one app the higher one runs, whichever comes first" higher_runs

stays_so() {
    loader-cli -q emu kill && exits 0 loader-cli emu start && exits 0 loader-cli list &&
        [ "$(row hi 2)" = running ] && refused 1
}
check "and after the next start" stays_so

untrusted_does_not_count() {
    loader-cli -q keygen "$WORK/stranger.pem" && object "$WORK/3" --name hi --app-version 3 --key "$WORK/stranger.pem" &&
        object "$WORK/4" --name hi --app-version 4 || return 1
    placed "$WORK/1" "$WORK/2" "$WORK/3" "$WORK/4" && [ "$(row hi 2)" = running ] && refused 3
}
check "a higher version that is signed by a stranger, or not at all, does not count" untrusted_does_not_count

first_of_equals() {
    object "$WORK/a" --name hi --app-version 2 --short-id 7 --key "$KEY" &&
        object "$WORK/b" --name ho --app-version 2 --short-id 7 --key "$KEY" || return 1
    placed "$WORK/a" "$WORK/b" && [ "$(row hi 2)" = running ] && refused 1
}
check "of equal versions of one ShortID the first one runs" first_of_equals

different_identities() {
    object "$WORK/b" --name hi --app-version 1 --short-id 8 --key "$KEY" || return 1
    placed "$WORK/a" "$WORK/b" && [ "$(row hi 2)" = running ] && [ "$(row hi 1)" = running ]
}
check "one name with two ShortIDs is two apps" different_identities

older_refused() {
    for version in 1 2; do
        loader-cli -q pack "$ELF" --name up --app-version $version --key "$KEY" -o "$WORK/up$version.tab"
    done
    exits 0 loader-cli install "$WORK/up1.tab" && exits 0 loader-cli install "$WORK/up2.tab" &&
        exits 5 loader-cli install "$WORK/up1.tab" && says 'version 1, the device accepts 2' &&
        exits 0 loader-cli list && [ "$(row up 2)" != '' ] && [ "$(row up 1)" = '' ]
}
check "over the line the higher version takes the place of the lower, which is refused then" older_refused

second_signature() {
    object "$WORK/first" --name two --key "$WORK/stranger.pem" || return 1
    object "$WORK/second" --name two --key "$KEY" || return 1
    # The footers of both begin where the binaries end: one credential of 72 bytes each.
    end=$(loader-cli inspect "$WORK/first" --json | sed -n 's/.*"binary_end": \([0-9]*\).*/\1/p')
    cp "$WORK/first" "$WORK/both"
    dd if="$WORK/second" of="$WORK/both" bs=1 skip="$end" seek=$((end + 72)) count=72 conv=notrunc 2>/dev/null
    # What is behind them is filling again: a Reserved credential up to the end.
    left=$((PLACE - end - 144))
    printf '\200\000%b\000\000\000\000' "$(printf '\\%03o\\%03o' $(((left - 4) % 256)) $(((left - 4) / 256)))" |
        dd of="$WORK/both" bs=1 seek=$((end + 144)) conv=notrunc 2>/dev/null
    exits 0 loader-cli verify "$WORK/both" --key "$KEY" && exits 0 loader-cli verify "$WORK/both" --key "$WORK/stranger.pem" &&
        placed "$WORK/both" && [ "$(row two 0)" = running ] && exits 0 loader-cli remove two &&
        exits 0 loader-cli install "$WORK/both"
}
check "of several signatures any that is trusted will do" second_signature

# fixed NAME OPTIONS...
fixed() {
    loader-cli -q pack "$ELF" --name "$1" --key "$KEY" -o "$WORK/$1.tab" "$2" "$3" "$4" "$5"
}

one_place() {
    placed || return 1
    fixed here --flash-address 0x21108080 --ram-address 0x20110000 && exits 0 loader-cli install "$WORK/here.tab" &&
        exits 0 loader-cli list && says 'here .* 0x21108000' && exits 0 loader-cli ps && says 'here .* 0x20110000' ||
        return 1
    # Neither the same flash nor the same RAM goes to another one.
    fixed flash --flash-address 0x21108080 --ram-address 0x20120000 && exits 6 loader-cli install "$WORK/flash.tab" &&
        says 'the app at 0x[0-9a-f]{8} has some of them' && fixed ram --flash-address 0x21110080 --ram-address 0x20110000 &&
        exits 6 loader-cli install "$WORK/ram.tab" && says 'the RAM there is taken' || return 1
    # Where the board has nothing.
    fixed nowhere --flash-address 0x10020080 --ram-address 0x20120000 && exits 6 loader-cli install "$WORK/nowhere.tab"
}
check "an app that is linked for one place goes there, or is refused" one_place

choice() {
    # One TAB, two members: the second has its place.
    mkdir "$WORK/choice" && fixed pick --flash-address 0x21108080 --ram-address 0x20130000 &&
        tar -xf "$WORK/pick.tab" -C "$WORK/choice" &&
        mv "$WORK/choice/cortex-m3.tbf" "$WORK/choice/cortex-m4.0x21108080.0x20130000.tbf" &&
        fixed pick --flash-address 0x21120080 --ram-address 0x20130000 && tar -xf "$WORK/pick.tab" -C "$WORK/choice" &&
        mv "$WORK/choice/cortex-m3.tbf" "$WORK/choice/cortex-m4.0x21120080.0x20130000.tbf" || return 1
    (cd "$WORK/choice" && tar -cf ../choice.tab metadata.toml cortex-m4.0x2110*.tbf cortex-m4.0x2112*.tbf)
    exits 0 loader-cli install "$WORK/choice.tab" && exits 0 loader-cli list && says 'pick .* 0x21120000'
}
check "of several members of a package the one that has its place is taken" choice
# speaks NAME OPTIONS...: whether this app, which prints numbers, is heard.
speaks() {
    who=$1
    shift
    loader-cli -q pack "$ELF" --name "$who" --key "$KEY" -o "$WORK/$who.tab" "$@" &&
        exits 0 loader-cli install "$WORK/$who.tab" || return 2
    silence=0
    timeout 60 loader-cli monitor --for 2 >"$WORK/heard" 2>&1 || true
    grep -q "^$who  *| [0-9]" "$WORK/heard" || silence=1
    exits 0 loader-cli remove "$who" && return $silence
}

silent() {
    heard=0
    speaks "$@" || heard=$?
    [ $heard -eq 1 ]
}

permitted() {
    placed && speaks all && speaks both --permission 0 --permission 1 &&
        speaks exactly --permission 0 --permission 1:1 || return 1
    # Without the console, and without the command that writes.
    silent mute --permission 0 && silent hushed --permission 0 --permission 1:2,65
}
check "a header that names drivers and commands gives these and no others" permitted
finish
