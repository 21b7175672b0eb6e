// SPDX-License-Identifier: Apache-2.0
/*
 * Encrypted private keys: EncryptedPrivateKeyInfo (RFC 5958) with PBES2, PBKDF2 over HMAC-SHA-256
 * and AES-256-CBC (RFC 8018). DER is written from its end to its begin, as mbedTLS does it.
 */
#include <string.h>

#include <mbedtls/asn1write.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/platform_util.h>

#include "key_file.h"
#include "key_random.h"

enum {
    SALT_SIZE = 16,
    BLOCK_SIZE = 16, /* of AES */
    KEY_DER_MAX = 192,
    PARAMETERS_MAX = 128,
    FILE_DER_MAX = 384,
    SEQUENCE = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE
};

/* Puts the head of an element in front of its content; answers its whole length, or an error. */
static int close_element(unsigned char **at, unsigned char *start, int length, unsigned char tag)
{
    int ret;
    int len = length;

    MBEDTLS_ASN1_CHK_ADD(len, mbedtls_asn1_write_len(at, start, (size_t)length));
    MBEDTLS_ASN1_CHK_ADD(len, mbedtls_asn1_write_tag(at, start, tag));
    return len;
}

/* An AlgorithmIdentifier whose parameters, of that length, stand behind it already. */
static int put_algorithm(unsigned char **at, unsigned char *start, const char *oid,
                         size_t oid_length, int parameters)
{
    return parameters < 0 ? parameters
                          : mbedtls_asn1_write_algorithm_identifier(at, start, oid, oid_length,
                                                                    (size_t)parameters);
}

#define PUT_ALGORITHM(at, start, oid, parameters)                                                  \
    put_algorithm(at, start, oid, MBEDTLS_OID_SIZE(oid), parameters)

/* PrivateKeyInfo (RFC 5208) around the ECPrivateKey that mbedTLS writes. */
static int put_key(const mbedtls_pk_context *pk, unsigned char **at, unsigned char *start)
{
    int ret;
    int len = 0;

    MBEDTLS_ASN1_CHK_ADD(len, mbedtls_pk_write_key_der(pk, start, (size_t)(*at - start)));
    *at -= len;
    len = close_element(at, start, len, MBEDTLS_ASN1_OCTET_STRING);
    if (len < 0) {
        return len;
    }
    ret = mbedtls_asn1_write_oid(at, start, MBEDTLS_OID_EC_GRP_SECP256R1,
                                 MBEDTLS_OID_SIZE(MBEDTLS_OID_EC_GRP_SECP256R1));
    MBEDTLS_ASN1_CHK_ADD(len, PUT_ALGORITHM(at, start, MBEDTLS_OID_EC_ALG_UNRESTRICTED, ret));
    MBEDTLS_ASN1_CHK_ADD(len, mbedtls_asn1_write_int(at, start, 0));
    return close_element(at, start, len, SEQUENCE);
}

/* What is new in each file. */
struct work {
    uint8_t salt[SALT_SIZE];
    uint8_t first[BLOCK_SIZE]; /* the initialisation vector */
    uint32_t iterations;
};

/* PBES2-params: how the password becomes a key, and what is done with the key. */
static int put_parameters(const struct work *work, unsigned char **at, unsigned char *start)
{
    int ret = mbedtls_asn1_write_octet_string(at, start, work->first, sizeof work->first);
    int scheme = PUT_ALGORITHM(at, start, MBEDTLS_OID_AES_256_CBC, ret);
    int len = 0;

    if (scheme < 0) {
        return scheme;
    }
    MBEDTLS_ASN1_CHK_ADD(len, PUT_ALGORITHM(at, start, MBEDTLS_OID_HMAC_SHA256, 0));
    MBEDTLS_ASN1_CHK_ADD(len, mbedtls_asn1_write_int(at, start, (int)work->iterations));
    MBEDTLS_ASN1_CHK_ADD(len,
                         mbedtls_asn1_write_octet_string(at, start, work->salt, sizeof work->salt));
    len = close_element(at, start, len, SEQUENCE);
    len = PUT_ALGORITHM(at, start, MBEDTLS_OID_PKCS5_PBKDF2, len);
    return len < 0 ? len : close_element(at, start, len + scheme, SEQUENCE);
}

/* Encrypts a PrivateKeyInfo as the parameters say. */
static int encrypt(unsigned char *parameters, size_t size, const char *password,
                   const unsigned char *key, size_t key_size, unsigned char *out, size_t out_size,
                   size_t *used)
{
    mbedtls_asn1_buf content = {.tag = SEQUENCE};
    int error;

    content.p = parameters;
    error = mbedtls_asn1_get_tag(&content.p, parameters + size, &content.len, SEQUENCE);
    return error != 0 ? error
                      : mbedtls_pkcs5_pbes2_ext(&content, MBEDTLS_PKCS5_ENCRYPT,
                                                (const unsigned char *)password, strlen(password),
                                                key, key_size, out, out_size, used);
}

static int put_file(const mbedtls_pk_context *pk, const char *password, const struct work *work,
                    unsigned char **at, unsigned char *start)
{
    unsigned char key[KEY_DER_MAX];
    unsigned char secret[KEY_DER_MAX + BLOCK_SIZE];
    unsigned char parameters[PARAMETERS_MAX];
    unsigned char *key_at = key + sizeof key;
    unsigned char *parameters_at = parameters + sizeof parameters;
    int key_size = put_key(pk, &key_at, key);
    int size = put_parameters(work, &parameters_at, parameters);
    size_t used = 0;
    int ret = key_size < 0 ? key_size : size;
    int len = 0;

    if (ret >= 0) {
        ret = encrypt(parameters_at, (size_t)size, password, key_at, (size_t)key_size, secret,
                      sizeof secret, &used);
    }
    mbedtls_platform_zeroize(key, sizeof key);
    if (ret < 0) {
        return ret;
    }
    MBEDTLS_ASN1_CHK_ADD(len, mbedtls_asn1_write_octet_string(at, start, secret, used));
    ret = mbedtls_asn1_write_raw_buffer(at, start, parameters_at, (size_t)size);
    MBEDTLS_ASN1_CHK_ADD(len, PUT_ALGORITHM(at, start, MBEDTLS_OID_PKCS5_PBES2, ret));
    return close_element(at, start, len, SEQUENCE);
}

int key_encrypt(const mbedtls_pk_context *pk, const char *password, uint32_t iterations,
                unsigned char *pem, size_t size)
{
    struct work work = {.iterations = iterations};
    unsigned char file[FILE_DER_MAX];
    unsigned char *at = file + sizeof file;
    struct key_random random;
    size_t used;
    int error = key_random_init(&random);

    error = error != 0 ? error : mbedtls_ctr_drbg_random(&random.drbg, work.salt, sizeof work.salt);
    error =
        error != 0 ? error : mbedtls_ctr_drbg_random(&random.drbg, work.first, sizeof work.first);
    key_random_free(&random);
    error = error != 0 ? error : put_file(pk, password, &work, &at, file);
    return error < 0 ? error
                     : mbedtls_pem_write_buffer(KEY_ENCRYPTED_BEGIN "\n", KEY_ENCRYPTED_END "\n",
                                                at, (size_t)error, pem, size, &used);
}
