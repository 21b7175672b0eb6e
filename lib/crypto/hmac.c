// SPDX-License-Identifier: Apache-2.0
/*
 * HMAC (RFC 2104) over a hash function. A key that is longer than a block is hashed as it comes in:
 * the state holds either its bytes or the hash of them, never both.
 */
#include <crypto/crypto.h>

#include <string.h>

#include <mbedtls/platform_util.h>

/* The steps that begin() and finish() take, two blocks of the hash function at most in each. */
enum { STEP_KEY, STEP_KEY_HASHED, STEP_MESSAGE, STEP_OUTER };

enum { INNER_PAD = 0x36, OUTER_PAD = 0x5C };

static const struct hil_digest *digest_of(const struct hil_hmac *hmac)
{
    return ((const struct crypto_hmac *)(const void *)hmac)->digest;
}

static int start(const struct hil_hmac *hmac, struct hil_hmac_state *state)
{
    (void)hmac;
    memset(state->key, 0, sizeof state->key);
    state->key_length = 0;
    state->step = STEP_KEY;
    return 0;
}

static int key(const struct hil_hmac *hmac, struct hil_hmac_state *state, const uint8_t *data,
               size_t length)
{
    const struct hil_digest *digest = digest_of(hmac);
    int result = 0;

    if (state->key_length <= sizeof state->key && length <= sizeof state->key - state->key_length) {
        memcpy(state->key + state->key_length, data, length);
        state->key_length += (uint32_t)length;
        return 0;
    }
    if (state->key_length <= sizeof state->key) {
        /* Too long from here on: hash what there is, a block at most, and then what comes. */
        result = digest->start(digest, &state->hash);
        if (result == 0) {
            result = digest->update(digest, &state->hash, state->key, state->key_length);
        }
        state->key_length = sizeof state->key + 1;
    }
    return result == 0 ? digest->update(digest, &state->hash, data, length) : result;
}

/* Starts a hash with the key's block, combined with a pad. */
static int start_padded(const struct hil_digest *digest, struct hil_hmac_state *state, uint8_t pad)
{
    uint8_t block[HIL_HMAC_BLOCK];
    int result = digest->start(digest, &state->hash);

    for (size_t i = 0; i < sizeof block; i++) {
        block[i] = state->key[i] ^ pad;
    }
    if (result == 0) {
        result = digest->update(digest, &state->hash, block, sizeof block);
    }
    mbedtls_platform_zeroize(block, sizeof block);
    return result;
}

static int begin(const struct hil_hmac *hmac, struct hil_hmac_state *state)
{
    const struct hil_digest *digest = digest_of(hmac);

    if (state->step == STEP_KEY && state->key_length > sizeof state->key) {
        int result = digest->finish(digest, &state->hash, state->key);

        memset(state->key + digest->size, 0, sizeof state->key - digest->size);
        state->step = STEP_KEY_HASHED;
        return result == 0 ? HIL_HMAC_MORE : result;
    }
    state->step = STEP_MESSAGE;
    return start_padded(digest, state, INNER_PAD);
}

static int update(const struct hil_hmac *hmac, struct hil_hmac_state *state, const uint8_t *data,
                  size_t length)
{
    const struct hil_digest *digest = digest_of(hmac);

    return digest->update(digest, &state->hash, data, length);
}

static void clear(const struct hil_hmac *hmac, struct hil_hmac_state *state)
{
    (void)hmac;
    mbedtls_platform_zeroize(state, sizeof *state);
}

/* Ends the inner hash; its digest stays where the hash was, which the outer one does not need yet.
 */
static int finish_inner(const struct hil_digest *digest, struct hil_hmac_state *state)
{
    uint8_t inner[HIL_DIGEST_SIZE_MAX];
    int result = digest->finish(digest, &state->hash, inner);

    memcpy(state->hash.inside, inner, digest->size);
    state->step = STEP_OUTER;
    return result == 0 ? HIL_HMAC_MORE : result;
}

static int finish(const struct hil_hmac *hmac, struct hil_hmac_state *state, uint8_t *out)
{
    const struct hil_digest *digest = digest_of(hmac);
    uint8_t inner[HIL_DIGEST_SIZE_MAX];
    int result;

    if (state->step != STEP_OUTER) {
        return finish_inner(digest, state);
    }
    memcpy(inner, state->hash.inside, digest->size);
    result = start_padded(digest, state, OUTER_PAD);
    if (result == 0) {
        result = digest->update(digest, &state->hash, inner, digest->size);
    }
    if (result == 0) {
        result = digest->finish(digest, &state->hash, out);
    }
    clear(hmac, state);
    return result;
}

const struct crypto_hmac crypto_hmac_sha256 = {
    .hmac =
        {
            .piece = 64,
            .size = 32,
            .start = start,
            .key = key,
            .begin = begin,
            .update = update,
            .finish = finish,
            .clear = clear,
        },
    .digest = &crypto_sha256,
};
