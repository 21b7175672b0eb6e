// SPDX-License-Identifier: Apache-2.0
/*
 * How much work an encrypted key asks for, before it is done: PKCS#8 with PBES2 and PBKDF2
 * (RFC 8018, appendix A), the only scheme with a count that mbedTLS has here.
 */
#include "key_file.h"

#include <string.h>

#include <mbedtls/asn1.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>

enum { SEQUENCE = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE };

/* Enters a sequence: *at and *end become its content's. */
static bool enter(unsigned char **at, const unsigned char **end)
{
    size_t length;

    if (mbedtls_asn1_get_tag(at, *end, &length, SEQUENCE) != 0) {
        return false;
    }
    *end = *at + length;
    return true;
}

/* Enters the parameters of an algorithm that may or may not be the one looked for. */
static bool enter_algorithm(unsigned char **at, const unsigned char **end, const char *oid,
                            size_t oid_length)
{
    mbedtls_asn1_buf algorithm;
    mbedtls_asn1_buf parameters;

    if (mbedtls_asn1_get_alg(at, *end, &algorithm, &parameters) != 0 ||
        algorithm.len != oid_length || memcmp(algorithm.p, oid, oid_length) != 0 ||
        parameters.tag != SEQUENCE) {
        return false;
    }
    *at = parameters.p;
    *end = parameters.p + parameters.len;
    return true;
}

static bool asks_in_der(unsigned char *at, const unsigned char *end)
{
    size_t length;
    int count = 0;
    int error;

    /* EncryptedPrivateKeyInfo, PBES2-params, PBKDF2-params: salt, iterations */
    if (!enter(&at, &end) ||
        !enter_algorithm(&at, &end, MBEDTLS_OID_PKCS5_PBES2,
                         MBEDTLS_OID_SIZE(MBEDTLS_OID_PKCS5_PBES2)) ||
        !enter_algorithm(&at, &end, MBEDTLS_OID_PKCS5_PBKDF2,
                         MBEDTLS_OID_SIZE(MBEDTLS_OID_PKCS5_PBKDF2)) ||
        mbedtls_asn1_get_tag(&at, end, &length, MBEDTLS_ASN1_OCTET_STRING) != 0) {
        return false;
    }
    at += length;
    error = mbedtls_asn1_get_int(&at, end, &count);
    /* Not an int: negative, or of more than 31 bits. */
    return error == 0 ? count > KEY_ITERATIONS_MAX : error == MBEDTLS_ERR_ASN1_INVALID_LENGTH;
}

bool key_asks_too_much(const char *pem)
{
    mbedtls_pem_context context;
    size_t used;
    bool result = false;

    mbedtls_pem_init(&context);
    if (mbedtls_pem_read_buffer(&context, KEY_ENCRYPTED_BEGIN, KEY_ENCRYPTED_END,
                                (const unsigned char *)pem, NULL, 0, &used) == 0) {
        size_t length;
        const unsigned char *der = mbedtls_pem_get_buffer(&context, &length);

        result = asks_in_der((unsigned char *)(uintptr_t)der, der + length);
    }
    mbedtls_pem_free(&context);
    return result;
}
