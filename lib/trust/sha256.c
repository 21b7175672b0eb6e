// SPDX-License-Identifier: Apache-2.0
#include <trust/sha256.h>

#include <assert.h>

#include <mbedtls/sha256.h>

static_assert(sizeof(struct trust_sha256) >= sizeof(mbedtls_sha256_context),
              "struct trust_sha256 must hold mbedTLS's context");

static mbedtls_sha256_context *context(struct trust_sha256 *hash)
{
    return (mbedtls_sha256_context *)(void *)hash->inside;
}

/* mbedTLS's software SHA-256 reports errors only for wrong use; these calls have none. */
void trust_sha256_init(struct trust_sha256 *hash)
{
    mbedtls_sha256_init(context(hash));
    (void)mbedtls_sha256_starts(context(hash), 0);
}

void trust_sha256_update(struct trust_sha256 *hash, const void *data, size_t length)
{
    (void)mbedtls_sha256_update(context(hash), data, length);
}

void trust_sha256_finish(struct trust_sha256 *hash, uint8_t digest[TRUST_DIGEST_SIZE])
{
    (void)mbedtls_sha256_finish(context(hash), digest);
    mbedtls_sha256_free(context(hash));
}

void trust_sha256(const void *data, size_t length, uint8_t digest[TRUST_DIGEST_SIZE])
{
    struct trust_sha256 hash;

    trust_sha256_init(&hash);
    trust_sha256_update(&hash, data, length);
    trust_sha256_finish(&hash, digest);
}
