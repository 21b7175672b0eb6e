#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A package is signed by a key that never leaves its PKCS#11 token: SoftHSM, through OpenSC's pkcs11-tool as the external
# signing command. Without these two the test is skipped.
#     softhsm_test.sh LOADER_CLI PACKAGE
set -eu
TOOL=$1
MODULE=
for path in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
    [ ! -f "$path" ] || MODULE=$path
done
if [ -z "$MODULE" ] || ! command -v softhsm2-util >/dev/null || ! command -v pkcs11-tool >/dev/null ||
    ! command -v openssl >/dev/null; then
    echo "softhsm2 and opensc are not installed: skipped"
    exit 77
fi

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir "$WORK/tokens"
echo "directories.tokendir = $WORK/tokens" >"$WORK/softhsm2.conf"
export SOFTHSM2_CONF="$WORK/softhsm2.conf" TOKEN_PIN=1234

fail() {
    echo "FAILED: $1"
    exit 1
}

# token ARGUMENT...: the tool of the token, logged in.
token() {
    pkcs11-tool --module "$MODULE" --token-label test --login --pin env:TOKEN_PIN "$@" 2>/dev/null
}

softhsm2-util --init-token --free --label test --so-pin 5678 --pin 1234 >/dev/null
token --keypairgen --key-type EC:prime256v1 --id 01 >/dev/null || fail "the token makes no key"
token --keypairgen --key-type EC:prime256v1 --id 02 >/dev/null
for id in 01 02; do
    token --read-object --type pubkey --id $id >"$WORK/$id.der"
    openssl pkey -pubin -inform DER -in "$WORK/$id.der" -out "$WORK/$id.pem"
done
cp "$2" "$WORK/app.tab"

sign="pkcs11-tool --module $MODULE --token-label test --login --pin env:TOKEN_PIN --sign --mechanism ECDSA"
"$TOOL" sign "$WORK/app.tab" --pubkey "$WORK/01.pem" --sign-command "$sign --id 01" || fail "it is not signed"
"$TOOL" verify "$WORK/app.tab" --key "$WORK/01.pem" || fail "the signature does not verify"

cp "$WORK/app.tab" "$WORK/before.tab"
code=0
"$TOOL" sign "$WORK/app.tab" --pubkey "$WORK/01.pem" --sign-command "$sign --id 02" || code=$?
[ "$code" -eq 5 ] || fail "a signature of another key of the token: exit code $code"
code=0
TOKEN_PIN=0000 "$TOOL" sign "$WORK/app.tab" --pubkey "$WORK/01.pem" --sign-command "$sign --id 01" || code=$?
[ "$code" -eq 1 ] || fail "a wrong PIN: exit code $code"
cmp "$WORK/before.tab" "$WORK/app.tab" || fail "a package that could not be signed was changed"
echo "signed by a token"
