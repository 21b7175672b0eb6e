// SPDX-License-Identifier: Apache-2.0
/* The random generator of key making: the system's entropy through CTR-DRBG. */
#ifndef PACKAGE_KEY_RANDOM_H
#define PACKAGE_KEY_RANDOM_H

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

struct key_random {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context drbg;
};

/** Seeds the generator; 0 or an mbedTLS error. key_random_free() is due in both cases. */
static inline int key_random_init(struct key_random *random)
{
    mbedtls_entropy_init(&random->entropy);
    mbedtls_ctr_drbg_init(&random->drbg);
    return mbedtls_ctr_drbg_seed(&random->drbg, mbedtls_entropy_func, &random->entropy,
                                 (const unsigned char *)"gantry", 6);
}

static inline void key_random_free(struct key_random *random)
{
    mbedtls_ctr_drbg_free(&random->drbg);
    mbedtls_entropy_free(&random->entropy);
}

#endif
