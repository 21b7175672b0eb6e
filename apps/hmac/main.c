// SPDX-License-Identifier: Apache-2.0
/* Makes the codes of RFC 4231, in all ways that there are, again and again. */
#include <gantry/hmac.h>

#include "../vectors.h"

#define QUESTION  "what do ya want for nothing?"
#define ANSWER    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
#define FIRST     "Test Using Larger Than Block-Size Key - Hash Key First"
#define LARGE_KEY "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
#define LONG_CODE "19cfbbc3ca949b188ac65b3bdd638dcd6c7c731d70e3d71769abedc74c9c4ed2"

static uint8_t text[LONG_TEXT];
static uint8_t key[131];
static struct told told;

static const char *check_whole(void)
{
    uint8_t code[HMAC_SHA256_SIZE];
    bool equal;

    if (hmac_sha256("Jefe", 4, QUESTION, strlen(QUESTION), code) != ABI_OK ||
        !is_hex(code, ANSWER)) {
        return "wrong code (RFC 4231, 4.3)";
    }
    if (hmac_sha256(key, sizeof key, FIRST, strlen(FIRST), code) != ABI_OK ||
        !is_hex(code, LARGE_KEY)) {
        return "wrong code (RFC 4231, 4.7)";
    }
    if (hmac_sha256_verify(key, sizeof key, FIRST, strlen(FIRST), code, &equal) != ABI_OK ||
        !equal) {
        return "right code refused";
    }
    code[0] ^= 0x80;
    if (hmac_sha256_verify(key, sizeof key, FIRST, strlen(FIRST), code, &equal) != ABI_OK ||
        equal) {
        return "wrong code taken";
    }
    return NULL;
}

static const char *check_parts(void)
{
    uint8_t code[HMAC_SHA256_SIZE];
    bool equal;

    if (hmac_sha256_begin("Jefe", 4, QUESTION, 5) != ABI_OK ||
        hmac_sha256_add(&QUESTION[5], strlen(QUESTION) - 5) != ABI_OK ||
        hmac_sha256_end(code) != ABI_OK || !is_hex(code, ANSWER)) {
        return "wrong code of parts";
    }
    if (hmac_sha256_end(code) != ABI_OFF) {
        return "ended twice";
    }
    if (hmac_sha256_begin("Jefe", 4, QUESTION, strlen(QUESTION)) != ABI_OK ||
        hmac_sha256_end_verify(code, &equal) != ABI_OK || !equal) {
        return "right code of parts refused";
    }
    return NULL;
}

/* Begins, takes key and data away in the middle, and is told so; then lets it end. */
static const char *check_begun(void)
{
    uint8_t code[HMAC_SHA256_SIZE];

    if (hmac_sha256_start(key, sizeof key, text, sizeof text, code, tell, &told) != ABI_OK) {
        return "not begun";
    }
    hmac_release();
    if (await(&told) != ABI_RESERVE) {
        return "not told that the data are gone";
    }
    if (hmac_sha256_start(key, sizeof key, text, sizeof text, code, tell, &told) != ABI_OK ||
        await(&told) != ABI_OK || !is_hex(code, LONG_CODE)) {
        return "wrong code of the long text";
    }
    hmac_release();
    return NULL;
}

static const char *check(void)
{
    const char *wrong = check_whole();

    wrong = wrong == NULL ? check_parts() : wrong;
    return wrong == NULL ? check_begun() : wrong;
}

int main(void)
{
    if (!hmac_exists()) {
        return ABI_NODEVICE;
    }
    fill(text);
    memset(key, 0xAA, sizeof key);
    rounds("hmac", check);
}
