// SPDX-License-Identifier: Apache-2.0
/* trust_verify() on devices: mbedTLS's p256-m called directly. */
#include <trust/verify.h>

#include <stddef.h>

#include <p256-m.h>
#include <psa/crypto.h>

/*
 * p256-m asks for random numbers to make keys and signatures, which devices do not. Answering
 * failure here keeps a random generator out of the image.
 */
psa_status_t psa_generate_random(uint8_t *output, size_t output_size)
{
    (void)output;
    (void)output_size;
    return PSA_ERROR_NOT_SUPPORTED;
}

uint32_t trust_verify(const uint8_t public_key[TRUST_PUBLIC_SIZE], const uint8_t digest[32],
                      const uint8_t signature[TRUST_SIGNATURE_SIZE])
{
    volatile int result = P256_INVALID_SIGNATURE;
    volatile uint32_t verdict = TRUST_REFUSED;

    result = p256_ecdsa_verify(signature, public_key, digest, 32);
    if (result == P256_SUCCESS) {
        verdict = TRUST_VERIFIED;
    }
    /* Asked twice: p256-m's success is 0, which is also what a cleared register holds. */
    return result == P256_SUCCESS ? verdict : TRUST_REFUSED;
}
