#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Values and apps in the image of a board that there is no device of: what the commands answer, what they refuse, and that a
# tool which is killed loses nothing. tickv_test.sh TOOL [APPS]
set -eu
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
TOOL=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LOADER_CONFIG='' XDG_RUNTIME_DIR="$work" GANTRY_EMU_DIR="$work/emu"
unset LOADER_DEVICE LOADER_BOARD
cd "$work"
passed=0
failed=0

# check NAME COMMAND...
check() {
    name=$1
    shift
    if "$@" >"$work/check" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL: $name"
        cat "$work/check"
    fi
}

# gives CODE WORDS...: the tool ends so; what it says is in out.
gives() {
    wanted=$1
    shift
    code=0
    "$TOOL" "$@" >out 2>&1 </dev/null || code=$?
    [ "$code" -eq "$wanted" ] || {
        echo "exit code $code instead of $wanted: $*"
        cat out
        return 1
    }
}

# on CODE WORDS...: the same, on the image.
on() {
    wanted=$1
    shift
    gives "$wanted" -d file:flash.img "$@"
}

says() {
    grep -Eq -- "$1" out || {
        echo "nothing matches '$1' in:"
        cat out
        return 1
    }
}

hex() {
    od -An -v -tx1 "$1" | tr -d ' \n'
}

new_image() {
    gives 2 image new flash.img && gives 0 image new flash.img --board raspberry_pi_pico && says 'raspberry_pi_pico' &&
        [ "$(wc -c <flash.img)" -eq 2097152 ] && gives 1 image new flash.img --board raspberry_pi_pico &&
        gives 0 image new flash.img --board raspberry_pi_pico --force && on 0 list && says 'no apps' &&
        on 0 list --map && says 'stored values' && says '0x10200000 \+-' && on 0 list --tree && says 'raspberry_pi_pico'
}
check "an image is made, and not made over another" new_image

hashes() {
    grep '^hash ' "$ROOT/tests/vectors/kv/tickv.txt" >vectors
    [ "$(wc -l <vectors)" -ge 7 ] || return 1
    while read -r _ key hash; do
        gives 0 tickv hash "$key" && says "^$hash\$" || return 1
    done <vectors
}
check "keys are hashed as written down" hashes

values() {
    on 1 tickv get one && on 3 tickv invalidate one && on 3 tickv cleanup && cp flash.img blank.img &&
        on 0 tickv dump && says 'all erased' && cmp flash.img blank.img || return 1
    on 0 tickv append one 1 --write-id 0x10 && on 0 tickv get one && says '1 bytes, of the app 0x00000010' &&
        on 1 tickv append one 2 && says 'replace' && on 0 tickv append one 22 --replace && on 0 tickv get one &&
        says '2 bytes, of the app 0x00000000' && printf 'a\000b' >value && on 0 tickv append two --value-file value &&
        on 0 tickv get two -o back && cmp value back && on 0 tickv get two --json && says '"value": "610062"' || return 1
    on 0 tickv dump two && says 'valid .*two' && says '\(main\)' && on 0 tickv get --hash "$("$TOOL" tickv hash two)" &&
        on 5 tickv invalidate --hash 7bc9f7ff4f76f244 && on 0 tickv invalidate two && on 1 tickv get two &&
        on 0 tickv cleanup && on 0 tickv get one || return 1
    head -c 2040 /dev/zero >value && on 6 tickv append big --value-file value && on 0 tickv get one || return 1
    head -c 2039 /dev/zero >value && on 0 tickv append big --value-file value && on 0 tickv get big && says '2039 bytes'
}
check "values are stored, replaced, shown and removed" values

full() {
    cp flash.img kept.img
    n=0
    while "$TOOL" -q -d file:flash.img tickv append "fill$n" --value-file value 2>out; do
        n=$((n + 1))
        [ $n -lt 100 ] || return 1
    done
    says 'store is full' && on 0 tickv get one && on 0 tickv get "fill$((n - 1))" && on 0 tickv get fill0 || return 1
    mv kept.img flash.img
}
check "a full store says so and keeps everything" full

reset() {
    on 2 tickv reset && on 0 tickv get one && on 0 tickv reset --yes && on 1 tickv get one && on 0 tickv append one 1
}
check "a reset has to be meant" reset

# The area that Tock's host tool has left, in pages of 512 bytes.
tocks() {
    sed -n 's/^area //p' "$ROOT/tests/vectors/kv/tickv.txt" | python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' >area
    [ "$(wc -c <area)" -eq 2048 ] || return 1
    cat >tock.json <<'JSON'
{"name": "tock", "architecture": "cortex-m4",
 "flash": {"base": 0, "write_unit": 1, "erase_value": 255, "runs": [{"page_size": 512, "page_count": 128}]},
 "journal": [{"address": 0, "size": 1024}, {"address": 1024, "size": 1024}], "slots": [],
 "apps": {"address": 32768, "size": 32768}, "app_ram": 65536, "identities": 4, "regions": true}
JSON
    tock() {
        wanted=$1
        shift
        gives "$wanted" -d file:tock.img --board tock.json "$@"
    }
    gives 0 image new tock.img --board tock.json && tock 0 write 16384 area && tock 2 tickv dump || return 1
    place='--start-address 0x4000 --region-size 512 --number-regions 4'
    # shellcheck disable=SC2086 # words
    tock 0 tickv get key $place && says 'hello' && tock 0 tickv get counter $place && says '16 bytes, of the app 0x00000003' &&
        tock 1 tickv get bag $place && tock 0 tickv dump $place && says deleted && tock 0 tickv append new value $place &&
        tock 0 tickv get new $place && tock 0 tickv get big $place && tock 5 tickv invalidate big $place && says 'spare pages' &&
        tock 0 tickv get big $place && tock 0 tickv invalidate big $place --force && tock 1 tickv get big $place &&
        tock 0 tickv get key $place || return 1
    # Not the store's: the journal, the apps, what is no page, what is outside.
    for bad in '0 512 1' '0x8000 512 4' '0x4001 512 1' '0x4000 512 4096' '0x4000 100 4' '0xfffffe00 512 4'; do
        # shellcheck disable=SC2086
        set -- $bad
        tock 2 tickv dump --start-address "$1" --region-size "$2" --number-regions "$3" || return 1
    done
    # Something that is no store is not made one.
    head -c 2048 /dev/urandom >noise && printf '\002' | dd of=noise bs=1 conv=notrunc 2>/dev/null &&
        tock 0 write 0x5000 noise && cp tock.img kept.img || return 1
    noise='--start-address 0x5000 --region-size 512 --number-regions 4'
    # shellcheck disable=SC2086
    tock 1 tickv append a b $noise --force && says 'not a key-value store' && tock 1 tickv get a $noise &&
        tock 1 tickv invalidate a $noise --force && tock 1 tickv cleanup $noise --force && tock 0 tickv dump $noise &&
        cmp tock.img kept.img && tock 0 tickv reset --yes $noise && tock 0 tickv append a b $noise && tock 0 tickv get a $noise
}
check "areas of others are read, and changed with care" tocks

rsa() {
    command -v openssl >/dev/null || return 0
    openssl genrsa -out rsa.pem 2048 2>/dev/null && on 0 tickv append-rsa-key rsa.pem && on 0 tickv get rsa2048-key-n -o n &&
        on 0 tickv get rsa2048-key-e -o e && [ "$(hex e)" = 010001 ] &&
        [ "$(openssl rsa -in rsa.pem -noout -modulus 2>/dev/null | sed 's/.*=//' | tr A-F a-f)" = "$(hex n)" ] &&
        on 1 tickv append-rsa-key rsa.pem && on 0 tickv append-rsa-key rsa.pem --replace && on 1 tickv append-rsa-key flash.img
}
check "an RSA key is stored as its two numbers" rsa

# What has no bytes, or other ones, is no image: nothing divides by a size that is not there.
no_images() {
    : >empty.img
    for command in 'reset --yes' dump 'append a b' cleanup 'get a'; do
        # shellcheck disable=SC2086
        gives 2 -d file:empty.img tickv $command && gives 1 -d file:empty.img --board mps2_an386 tickv $command &&
            says truncated || return 1
    done
    [ "$(wc -c <empty.img)" -eq 0 ]
}
check "an empty file is no image" no_images

# A tool that is killed while it changes a value: the image holds the old one or the new one, and the rest.
killed() {
    on 0 tickv append other stays --replace && on 0 tickv append value old --replace || return 1
    for delay in 0.003 0.006 0.01 0.014 0.02 0.04 0.06 0.1; do
        timeout -s KILL $delay "$TOOL" -q -d file:flash.img tickv append value new --replace >/dev/null 2>&1 || true
        on 0 tickv get value && says 'old|new' && on 0 tickv get other && says 'stays' &&
            on 0 tickv append value old --replace && on 0 tickv get value && says 'old' || return 1
    done
}
check "a tool that is killed leaves the old value or the new one" killed

boards() {
    gives 0 boards && says 'mps2_an386' && gives 0 boards raspberry_pi_pico --json &&
        python3 -c 'import json; json.dump(json.load(open("out"))["boards"][0], open("same.json", "w"))' &&
        gives 0 boards ./same.json && says 'spare pages +0x10060000' && gives 0 -d file:flash.img --board ./same.json tickv get value
}
check "a board that is shown as JSON can be given as a description" boards

start_address() {
    on 0 attribute start && says 'no start address' && on 0 attribute start 0x10020000 && on 0 attribute start &&
        says '^0x10020000$'
}
check "the start address is stored and shown" start_address

# Bytes with addresses: what objcopy makes of 5000 bytes, and one byte many times.
writes() {
    head -c 5000 /dev/urandom >raw
    on 0 write 0x10100100 raw && on 0 read 0x10100100 5000 -o back && cmp raw back &&
        on 0 write 0x10100000 --fill 0xA5 --length 256 && on 0 read 0x10100000 256 -o back &&
        [ "$(tr -d '\245' <back | wc -c)" -eq 0 ] && on 0 read 0x10100100 5000 -o back && cmp raw back &&
        on 5 write 0x1000C000 raw && says 'belong to the store' && on 2 write raw && says 'needs an address' &&
        on 2 write 0x101FFFFF raw && on 0 read 0x10100100 5000 -o back && cmp raw back || return 1
    command -v objcopy >/dev/null || return 0
    objcopy -I binary -O ihex --change-addresses 0x10110010 raw raw.hex && on 0 write raw.hex && says '5000 bytes .* 0x10110010' &&
        on 0 read 0x10110010 5000 -o back && cmp raw back && head -n 100 raw.hex >cut.hex && on 1 write cut.hex && says 'line 101' &&
        objcopy -I binary -O ihex --change-addresses 0x1000C010 raw bad.hex && on 5 write bad.hex
}
check "a binary, Intel HEX and a byte are written where they belong" writes

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
