// SPDX-License-Identifier: Apache-2.0
/* Encrypts and decrypts published texts and messages, in all ways that there are, again and again.
 */
#include <gantry/aes.h>

#include "../vectors.h"

/* SP 800-38A, F.2.1 and F.5.1. */
#define STREAM_KEY "2b7e151628aed2a6abf7158809cf4f3c"
#define PLAIN      "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
#define CBC_IV     "000102030405060708090a0b0c0d0e0f"
#define CBC_TEXT   "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
#define CBC_LAST   "7ef66144d415e88db70c0aee923f3706" /* the last block of the long text */
#define CTR_IV     "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
#define CTR_TEXT   "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"

/* RFC 3610, packet vector 1; GCM specification, test case 2. */
#define CCM_KEY    "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
#define CCM_NONCE  "00000003020100a0a1a2a3a4a5"
#define CCM_TEXT   "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e"
#define CCM_SEALED "0001020304050607588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0"
#define GCM_SEALED "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"

static uint8_t text[LONG_TEXT];
static uint8_t other[LONG_TEXT];
static uint8_t key[AES_KEY_SIZE];
static uint8_t iv[AES_BLOCK_SIZE];
static struct told told;

static struct aes_setup with(enum abi_aes_algorithm algorithm, bool encrypt, const char *key_hex,
                             const char *iv_hex)
{
    from_hex(key_hex, key);
    return (struct aes_setup){.algorithm = algorithm,
                              .encrypt = encrypt,
                              .key = key,
                              .iv = iv,
                              .iv_length = from_hex(iv_hex, iv)};
}

/* In two calls, then back again in one, in place. */
static bool crypts(enum abi_aes_algorithm algorithm, const char *iv_hex, const char *encrypted)
{
    struct aes_setup setup = with(algorithm, true, STREAM_KEY, iv_hex);
    uint8_t plain[32];
    uint8_t out[32];

    from_hex(PLAIN, plain);
    if (aes_crypt(&setup, plain, 16, out, 16, NULL, NULL) != ABI_OK ||
        aes_next(plain + 16, out + 16, 16) != ABI_OK || aes_finish() != ABI_OK ||
        !is_hex(out, encrypted)) {
        return false;
    }
    setup = with(algorithm, false, STREAM_KEY, iv_hex);
    return aes_crypt(&setup, out, 32, out, 32, NULL, NULL) == ABI_OK && aes_finish() == ABI_OK &&
           is_hex(out, PLAIN);
}

/* Seals, opens, and is refused when a bit has changed. */
static bool seals(struct aes_setup *setup, const char *plain, const char *sealed)
{
    uint8_t in[48];
    uint8_t out[48];
    size_t length;
    size_t plain_length = from_hex(plain, in);
    size_t sealed_length = strlen(sealed) / 2;
    bool good;

    setup->encrypt = true;
    if (aes_crypt(setup, in, plain_length, out, sizeof out, &length, &good) != ABI_OK || !good ||
        length != sealed_length || !is_hex(out, sealed)) {
        return false;
    }
    setup->encrypt = false;
    if (aes_crypt(setup, out, sealed_length, in, sizeof in, &length, &good) != ABI_OK || !good ||
        length != plain_length || !is_hex(in, plain)) {
        return false;
    }
    out[setup->associated_length] ^= 1;
    return aes_crypt(setup, out, sealed_length, in, sizeof in, &length, &good) == ABI_OK && !good &&
           length == 0 && in[plain_length - 1] == 0 && aes_finish() == ABI_OK;
}

/* Begins, takes the text away in the middle, and is told so; then lets it end. */
static const char *check_begun(void)
{
    struct aes_setup setup = with(ABI_AES_CBC, true, STREAM_KEY, CBC_IV);

    if (aes_start(&setup, text, sizeof text, other, sizeof other, tell, &told) != ABI_OK) {
        return "not begun";
    }
    aes_release();
    if (await(&told) != ABI_RESERVE) {
        return "not told that the text is gone";
    }
    if (aes_start(&setup, text, sizeof text, other, sizeof other, tell, &told) != ABI_OK ||
        await(&told) != ABI_OK || told.argument[1] != sizeof text ||
        !is_hex(other + sizeof other - AES_BLOCK_SIZE, CBC_LAST)) {
        return "wrong long text";
    }
    aes_release();
    return aes_finish() == ABI_OK && aes_finish() == ABI_OFF ? NULL : "not finished";
}

static const char *check(void)
{
    struct aes_setup ccm;
    struct aes_setup gcm;

    if (!crypts(ABI_AES_CTR, CTR_IV, CTR_TEXT)) {
        return "wrong in mode CTR";
    }
    if (!crypts(ABI_AES_CBC, CBC_IV, CBC_TEXT)) {
        return "wrong in mode CBC";
    }
    ccm = with(ABI_AES_CCM, true, CCM_KEY, CCM_NONCE);
    ccm.associated_length = 8;
    ccm.tag_length = 8;
    if (!seals(&ccm, CCM_TEXT, CCM_SEALED)) {
        return "wrong in mode CCM";
    }
    gcm = with(ABI_AES_GCM, true, "00000000000000000000000000000000", "000000000000000000000000");
    if (!seals(&gcm, "00000000000000000000000000000000", GCM_SEALED)) {
        return "wrong in mode GCM";
    }
    return check_begun();
}

int main(void)
{
    if (!aes_exists()) {
        return ABI_NODEVICE;
    }
    fill(text);
    rounds("aes", check);
}
