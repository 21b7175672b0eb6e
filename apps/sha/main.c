// SPDX-License-Identifier: Apache-2.0
/* Hashes what is known, in all ways that there are, again and again. */
#include <gantry/sha.h>

#include "../vectors.h"

#define ABC       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define LONG_HASH "7486da8f1e13943fae21a0b043f1e99640d7d8ebafb25266478b5cddae1272b5"

static uint8_t text[LONG_TEXT];
static struct told told;

/* Begins, takes the data away in the middle, and is told so; then begins again and lets it end. */
static const char *check_begun(void)
{
    uint8_t digest[SHA256_SIZE];

    if (sha256_start(text, sizeof text, digest, tell, &told) != ABI_OK) {
        return "not begun";
    }
    sha_release();
    if (await(&told) != ABI_RESERVE) {
        return "not told that the data are gone";
    }
    if (sha256_start(text, sizeof text, digest, tell, &told) != ABI_OK || await(&told) != ABI_OK ||
        !is_hex(digest, LONG_HASH)) {
        return "wrong digest of a begun hash";
    }
    sha_release();
    return NULL;
}

static const char *check(void)
{
    uint8_t digest[SHA256_SIZE];
    bool equal;

    if (sha256("abc", 3, digest) != ABI_OK || !is_hex(digest, ABC)) {
        return "wrong digest of abc";
    }
    if (sha256(NULL, 0, digest) != ABI_OK || !is_hex(digest, EMPTY)) {
        return "wrong digest of nothing";
    }
    if (sha256(text, sizeof text, digest) != ABI_OK || !is_hex(digest, LONG_HASH)) {
        return "wrong digest of the long text";
    }
    if (sha256_verify(text, sizeof text, digest, &equal) != ABI_OK || !equal) {
        return "right digest refused";
    }
    digest[31] ^= 1;
    if (sha256_verify(text, sizeof text, digest, &equal) != ABI_OK || equal) {
        return "wrong digest taken";
    }
    return check_begun();
}

int main(void)
{
    if (!sha_exists()) {
        return ABI_NODEVICE;
    }
    fill(text);
    rounds("sha", check);
}
