// SPDX-License-Identifier: Apache-2.0
/* SHA-256 by mbedTLS, as a driver. */
#include <crypto/crypto.h>

#include <assert.h>

#include <hil/error.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/sha256.h>

static_assert(sizeof(struct hil_digest_state) >= sizeof(mbedtls_sha256_context),
              "struct hil_digest_state must hold mbedTLS's context");

static mbedtls_sha256_context *context(struct hil_digest_state *state)
{
    return (mbedtls_sha256_context *)(void *)state->inside;
}

static int start(const struct hil_digest *digest, struct hil_digest_state *state)
{
    (void)digest;
    mbedtls_sha256_init(context(state));
    return mbedtls_sha256_starts(context(state), 0) == 0 ? 0 : HIL_E_IO;
}

static int update(const struct hil_digest *digest, struct hil_digest_state *state,
                  const uint8_t *data, size_t length)
{
    (void)digest;
    return mbedtls_sha256_update(context(state), data, length) == 0 ? 0 : HIL_E_IO;
}

static void clear(const struct hil_digest *digest, struct hil_digest_state *state)
{
    (void)digest;
    mbedtls_platform_zeroize(state, sizeof *state);
}

static int finish(const struct hil_digest *digest, struct hil_digest_state *state, uint8_t *out)
{
    int result = mbedtls_sha256_finish(context(state), out);

    clear(digest, state);
    return result == 0 ? 0 : HIL_E_IO;
}

const struct hil_digest crypto_sha256 = {
    .piece = 64, /* 58 instructions per byte on a Cortex-M4 */
    .size = 32,
    .start = start,
    .update = update,
    .finish = finish,
    .clear = clear,
};
