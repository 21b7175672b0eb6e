// SPDX-License-Identifier: Apache-2.0
#include "rsa.h"

#include <string.h>

#include <mbedtls/rsa.h>

#include "key_error.h"
#include "key_file.h"
#include "key_random.h"

static bool is_rsa(const mbedtls_pk_context *pk, size_t size)
{
    return mbedtls_pk_get_type(pk) == MBEDTLS_PK_RSA && mbedtls_pk_get_bitlen(pk) == size * 8;
}

static int get_modulus(const mbedtls_pk_context *pk, size_t size, uint8_t *modulus)
{
    return mbedtls_rsa_export_raw(mbedtls_pk_rsa(*pk), modulus, size, NULL, 0, NULL, 0, NULL, 0,
                                  NULL, 0);
}

static int sign(mbedtls_pk_context *pk, size_t size, mbedtls_md_type_t hash, const uint8_t *data,
                size_t length, uint8_t *modulus, uint8_t *signature)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(hash);
    uint8_t digest[MBEDTLS_MD_MAX_SIZE];
    struct key_random random;
    size_t made = 0;
    int error = key_random_init(&random);

    error = error != 0 ? error : mbedtls_md(info, data, length, digest);
    error = error != 0 ? error
                       : mbedtls_pk_sign(pk, hash, digest, mbedtls_md_get_size(info), signature,
                                         size, &made, mbedtls_ctr_drbg_random, &random.drbg);
    key_random_free(&random);
    error = error != 0 || made == size ? error : MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
    error = error != 0 ? error : get_modulus(pk, size, modulus);
    return error != 0
               ? error
               : mbedtls_pk_verify(pk, hash, digest, mbedtls_md_get_size(info), signature, size);
}

int rsa_sign(struct cli *cli, const char *path, size_t size, mbedtls_md_type_t hash,
             const uint8_t *data, size_t length, uint8_t *modulus, uint8_t *signature)
{
    mbedtls_pk_context pk;
    bool has_private;
    int code = key_file_read(cli, path, &pk, &has_private);

    if (code == EXIT_DONE && !(has_private && is_rsa(&pk, size))) {
        code = cli_fail(cli, EXIT_FAILED, "openssl genrsa makes such keys",
                        "'%s' is no private RSA key of %zu bits", path, size * 8);
    } else if (code == EXIT_DONE) {
        int error = sign(&pk, size, hash, data, length, modulus, signature);

        code = error == 0 ? code : key_file_failed(cli, "cannot sign with", path, error);
    }
    mbedtls_pk_free(&pk);
    return code;
}

int rsa_bits(struct cli *cli, const char *path, size_t *bits)
{
    mbedtls_pk_context pk;
    bool has_private;
    int code = key_file_read(cli, path, &pk, &has_private);

    *bits = 0;
    if (code == EXIT_DONE && mbedtls_pk_get_type(&pk) == MBEDTLS_PK_RSA) {
        *bits = mbedtls_pk_get_bitlen(&pk);
    }
    mbedtls_pk_free(&pk);
    return code;
}

/* Takes leading zeros away. */
static size_t trim(uint8_t *bytes, size_t size)
{
    size_t zeros = 0;

    while (zeros + 1 < size && bytes[zeros] == 0) {
        zeros++;
    }
    memmove(bytes, bytes + zeros, size - zeros);
    return size - zeros;
}

int rsa_public(struct cli *cli, const char *path, uint8_t *modulus, size_t *modulus_size,
               uint8_t *exponent, size_t *exponent_size)
{
    mbedtls_pk_context pk;
    bool has_private;
    int error = MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
    int code = key_file_read(cli, path, &pk, &has_private);

    if (code == EXIT_DONE && mbedtls_pk_get_type(&pk) == MBEDTLS_PK_RSA &&
        mbedtls_pk_get_bitlen(&pk) <= 8 * (size_t)RSA_BYTES_MAX) {
        error = mbedtls_rsa_export_raw(mbedtls_pk_rsa(pk), modulus, RSA_BYTES_MAX, NULL, 0, NULL, 0,
                                       NULL, 0, exponent, RSA_EXPONENT_MAX);
    }
    mbedtls_pk_free(&pk);
    if (code != EXIT_DONE || error != 0) {
        return code != EXIT_DONE
                   ? code
                   : cli_fail(cli, EXIT_FAILED, "openssl genrsa makes such keys",
                              "'%s' is no RSA key of up to %d bits", path, 8 * RSA_BYTES_MAX);
    }
    *modulus_size = trim(modulus, RSA_BYTES_MAX);
    *exponent_size = trim(exponent, RSA_EXPONENT_MAX);
    return EXIT_DONE;
}

int rsa_verify(struct cli *cli, const char *path, size_t size, mbedtls_md_type_t hash,
               const uint8_t *data, size_t length, const uint8_t *modulus, const uint8_t *signature,
               bool *kind, bool *fits)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(hash);
    uint8_t digest[MBEDTLS_MD_MAX_SIZE];
    uint8_t own[RSA_BYTES_MAX];
    mbedtls_pk_context pk;
    bool has_private;
    int code = key_file_read(cli, path, &pk, &has_private);

    *kind = code == EXIT_DONE && is_rsa(&pk, size);
    *fits = *kind && get_modulus(&pk, size, own) == 0 &&
            (modulus == NULL || memcmp(own, modulus, size) == 0) &&
            mbedtls_md(info, data, length, digest) == 0 &&
            mbedtls_pk_verify(&pk, hash, digest, mbedtls_md_get_size(info), signature, size) == 0;
    mbedtls_pk_free(&pk);
    return code;
}
