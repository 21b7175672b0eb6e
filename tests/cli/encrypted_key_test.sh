#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A key that keygen encrypts: OpenSSL reads it with its password, a package is signed with it, and nothing of it works without.
#     encrypted_key_test.sh LOADER_CLI PACKAGE; exit 77 without openssl
set -eu
TOOL=$1
if ! command -v openssl >/dev/null; then
    echo "openssl is not installed: skipped"
    exit 77
fi
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
unset LOADER_KEY_PASSWORD LOADER_KEY_PASSWORD_FILE || :
export LOADER_CONFIG=

fail() {
    echo "FAILED: $1"
    exit 1
}

# exits CODE ARGUMENT...: how the tool has to end.
exits() {
    want=$1
    shift
    got=0
    "$TOOL" "$@" </dev/null >"$WORK/out" 2>&1 || got=$?
    [ "$got" -eq "$want" ] || {
        cat "$WORK/out"
        fail "$*: exit code $got, wanted $want"
    }
}

echo secret >"$WORK/word"
echo other >"$WORK/other"
cp "$2" "$WORK/app.tab"
exits 2 keygen --encrypt "$WORK/none.pem"
[ ! -e "$WORK/none.pem" ] || fail "a key without a password was written"
exits 0 keygen --password-file "$WORK/word" "$WORK/key.pem"
LOADER_KEY_PASSWORD=secret exits 0 keygen --encrypt "$WORK/second.pem"
for key in key second; do
    [ "$(stat -c %a "$WORK/$key.pem")" = 600 ] || fail "$key.pem can be read by others"
    head -1 "$WORK/$key.pem" | grep -q 'BEGIN ENCRYPTED PRIVATE' || fail "$key.pem is not encrypted"
    openssl pkey -in "$WORK/$key.pem" -passin "file:$WORK/word" -pubout -out "$WORK/$key.seen" || fail "openssl cannot read $key.pem"
    cmp "$WORK/$key.seen" "$WORK/$key.pub.pem" || fail "openssl sees another key than $key.pub.pem"
    ! openssl pkey -in "$WORK/$key.pem" -passin "file:$WORK/other" -noout 2>/dev/null || fail "$key.pem opens with any password"
done
openssl asn1parse -in "$WORK/key.pem" >"$WORK/parsed"
for what in PBES2 PBKDF2 hmacWithSHA256 aes-256-cbc :0927C0; do
    grep -q "$what" "$WORK/parsed" || fail "no $what in the key"
done
exits 1 sign "$WORK/app.tab" --key "$WORK/key.pem"
exits 1 sign "$WORK/app.tab" --key "$WORK/key.pem" --password-file "$WORK/other"
exits 0 sign "$WORK/app.tab" --key "$WORK/key.pem" --password-file "$WORK/word"
exits 0 verify "$WORK/app.tab" --key "$WORK/key.pub.pem"
exits 5 verify "$WORK/app.tab" --key "$WORK/second.pub.pem"
echo "encrypted, read and used"
