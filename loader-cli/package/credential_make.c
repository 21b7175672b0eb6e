// SPDX-License-Identifier: Apache-2.0
/* What is in a credential: hashes, signatures, and whether they fit. */
#include <stdlib.h>
#include <string.h>

#include <mbedtls/constant_time.h>
#include <mbedtls/md.h>
#include <mbedtls/platform_util.h>

#include <base/bytes.h>
#include <trust/verify.h>

#include "credential.h"
#include "rsa.h"

enum { RSA4096_BYTES = 512, RSA2048_BYTES = 256, ECDSA_DATA = 64, HMAC_DATA = 32 };

static mbedtls_md_type_t hash_of(uint32_t format)
{
    switch (format) {
    case TBF_CREDENTIAL_SHA384:
        return MBEDTLS_MD_SHA384;
    case TBF_CREDENTIAL_SHA512:
    case TBF_CREDENTIAL_RSA4096:
        return MBEDTLS_MD_SHA512;
    default:
        return MBEDTLS_MD_SHA256;
    }
}

/* A wrong length of the object's part cannot be: the header has been parsed. */
static int make_hash(struct cli *cli, uint32_t format, const struct bytes *tbf,
                     const struct tbf_header *header, uint8_t *data)
{
    int error =
        mbedtls_md(mbedtls_md_info_from_type(hash_of(format)), tbf->data, header->binary_end, data);

    return error == 0 ? EXIT_DONE : cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
}

static int make_hmac(struct cli *cli, const char *path, const struct bytes *tbf,
                     const struct tbf_header *header, uint8_t *data)
{
    struct bytes key;
    int code = file_read(cli, path, &key);
    int error;

    if (code != EXIT_DONE) {
        return code;
    }
    error = mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), key.data, key.size,
                            tbf->data, header->binary_end, data);
    mbedtls_platform_zeroize(key.data, key.size);
    bytes_free(&key);
    return error == 0 ? EXIT_DONE : cli_fail(cli, EXIT_MEMORY, NULL, "out of memory");
}

static int make_ecdsa(struct cli *cli, const char *path, const struct bytes *tbf,
                      const struct tbf_header *header, uint8_t *data)
{
    struct key key;
    uint8_t digest[32];
    int code = key_read(cli, path, &key);

    package_digest(tbf, header, digest);
    if (code == EXIT_DONE && (!key.has_private || key_sign(&key, digest, data) != 0 ||
                              trust_verify(key.public_key, digest, data) != TRUST_VERIFIED)) {
        code = cli_fail(cli, EXIT_FAILED, "give the private key", "'%s' cannot sign", path);
    }
    mbedtls_platform_zeroize(&key, sizeof key);
    return code;
}

int credential_make(struct cli *cli, const struct credential_kind *kind, const struct bytes *tbf,
                    const struct tbf_header *header, const struct credential_secret *secret,
                    uint8_t data[CREDENTIAL_DATA_MAX])
{
    uint8_t modulus[RSA_BYTES_MAX];

    if (kind->source == CREDENTIAL_HASH) {
        return make_hash(cli, kind->format, tbf, header, data);
    }
    if (kind->source == CREDENTIAL_SIGNATURE && secret->key_path == NULL) {
        return cli_fail(cli, EXIT_USAGE, "--key FILE", "%s needs a key", kind->title);
    }
    switch (kind->format) {
    case TBF_CREDENTIAL_ECDSA_P256:
        return make_ecdsa(cli, secret->key_path, tbf, header, data);
    case TBF_CREDENTIAL_HMAC_SHA256:
        return make_hmac(cli, secret->key_path, tbf, header, data);
    case TBF_CREDENTIAL_RSA4096:
        return rsa_sign(cli, secret->key_path, RSA4096_BYTES, MBEDTLS_MD_SHA512, tbf->data,
                        header->binary_end, data, data + RSA4096_BYTES);
    case TBF_CREDENTIAL_RSA2048:
        return rsa_sign(cli, secret->key_path, RSA2048_BYTES, MBEDTLS_MD_SHA256, tbf->data,
                        header->binary_end, modulus, data);
    case TBF_CREDENTIAL_CLEARTEXT_ID:
        bytes_put_u32(data, (uint32_t)secret->id);
        bytes_put_u32(data + 4, (uint32_t)(secret->id >> 32));
        return EXIT_DONE;
    default:
        return cli_fail(cli, EXIT_USAGE,
                        "loader-cli tbf credential add --help lists those that are",
                        "credentials '%s' are not made", kind->name);
    }
}

static int check_rsa(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header,
                     const struct tbf_credential *credential, const char *key_path,
                     enum credential_verdict *verdict)
{
    bool large = credential->format == TBF_CREDENTIAL_RSA4096;
    size_t size = large ? RSA4096_BYTES : RSA2048_BYTES;
    bool kind;
    bool fits;
    int code = rsa_verify(cli, key_path, size, hash_of(credential->format), tbf->data,
                          header->binary_end, large ? credential->data : NULL,
                          credential->data + (large ? size : 0), &kind, &fits);

    if (code == EXIT_DONE && kind) {
        *verdict = fits ? CREDENTIAL_FITS : CREDENTIAL_WRONG;
    }
    return code;
}

static int check_ecdsa(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header,
                       const struct tbf_credential *credential, const char *key_path,
                       enum credential_verdict *verdict)
{
    size_t bits;
    struct key key;
    uint8_t digest[32];
    int code = rsa_bits(cli, key_path, &bits);

    if (code != EXIT_DONE || bits != 0) {
        return code; /* a key for another kind of credential */
    }
    code = key_read(cli, key_path, &key);
    if (code == EXIT_DONE) {
        package_digest(tbf, header, digest);
        *verdict = trust_verify(key.public_key, digest, credential->data) == TRUST_VERIFIED
                       ? CREDENTIAL_FITS
                       : CREDENTIAL_WRONG;
    }
    mbedtls_platform_zeroize(&key, sizeof key);
    return code;
}

int credential_check(struct cli *cli, const struct bytes *tbf, const struct tbf_header *header,
                     const struct tbf_credential *credential, const char *key_path,
                     enum credential_verdict *verdict)
{
    const struct credential_kind *kind = credential_of(credential->format);
    uint8_t data[MBEDTLS_MD_MAX_SIZE];
    int code;

    *verdict = CREDENTIAL_UNKNOWN;
    if (kind == NULL || credential->length != kind->length) {
        return EXIT_DONE;
    }
    if (kind->source == CREDENTIAL_HASH) {
        code = make_hash(cli, kind->format, tbf, header, data);
    } else if (key_path == NULL || kind->source != CREDENTIAL_SIGNATURE ||
               kind->format == TBF_CREDENTIAL_RSA3072) {
        return EXIT_DONE;
    } else if (kind->format == TBF_CREDENTIAL_HMAC_SHA256) {
        code = make_hmac(cli, key_path, tbf, header, data);
    } else if (kind->format == TBF_CREDENTIAL_ECDSA_P256) {
        return check_ecdsa(cli, tbf, header, credential, key_path, verdict);
    } else {
        return check_rsa(cli, tbf, header, credential, key_path, verdict);
    }
    if (code == EXIT_DONE && mbedtls_ct_memcmp(data, credential->data, kind->length) == 0) {
        *verdict = CREDENTIAL_FITS;
    } else if (code == EXIT_DONE && kind->source == CREDENTIAL_HASH) {
        *verdict = CREDENTIAL_WRONG; /* any file can be a key for HMAC: it may be another's */
    }
    return code;
}
