// SPDX-License-Identifier: Apache-2.0
#include "key_error.h"

#include <stdio.h>
#include <string.h>

#include <mbedtls/base64.h>
#include <mbedtls/error.h>
#include <mbedtls/platform_util.h>

enum { DER_OID = 0x06, CURVE_NAME_MAX = 12 };

/* How keys that are none of P-256 say what they are: object identifiers in their DER. */
static const struct {
    uint8_t size;
    uint8_t oid[9];
    char name[CURVE_NAME_MAX];
} kinds[] = {
    {5, {0x2B, 0x81, 0x04, 0x00, 0x22}, "P-384"},
    {5, {0x2B, 0x81, 0x04, 0x00, 0x23}, "P-521"},
    {5, {0x2B, 0x81, 0x04, 0x00, 0x21}, "P-224"},
    {5, {0x2B, 0x81, 0x04, 0x00, 0x0A}, "secp256k1"},
    {3, {0x2B, 0x65, 0x70}, "Ed25519"},
    {3, {0x2B, 0x65, 0x71}, "Ed448"},
    {3, {0x2B, 0x65, 0x6E}, "X25519"},
};

static const char other_hint[] = "loader-cli keygen makes a P-256 key";

int key_file_failed(struct cli *cli, const char *what, const char *path, int error)
{
    char text[128];

    mbedtls_strerror(error, text, sizeof text);
    return cli_fail(cli, EXIT_FAILED, NULL, "%s '%s': %s", what, path, text);
}

/* The name of what the first of these identifiers in a DER stands for; NULL: none is in it. */
static const char *kind_in(const uint8_t *der, size_t size)
{
    for (size_t at = 0; at + 2 < size; at++) {
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            if (der[at] == DER_OID && der[at + 1] == kinds[i].size &&
                size - at - 2 >= kinds[i].size &&
                memcmp(der + at + 2, kinds[i].oid, kinds[i].size) == 0) {
                return kinds[i].name;
            }
        }
    }
    return NULL;
}

/* The same of a text: of what is between the first two of its lines of dashes. */
static const char *kind_in_text(const struct bytes *file)
{
    uint8_t der[1024];
    size_t length = 0;
    const char *begin = strstr((const char *)file->data, "-----BEGIN ");
    const char *body = begin != NULL ? strchr(begin, '\n') : NULL;
    const char *end = body != NULL ? strstr(body, "-----END ") : NULL;

    const char *kind = NULL;

    if (end != NULL && mbedtls_base64_decode(der, sizeof der, &length, (const uint8_t *)body,
                                             (size_t)(end - body)) == 0) {
        kind = kind_in(der, length);
    }
    mbedtls_platform_zeroize(der, sizeof der); /* it may be a private key all the same */
    return kind;
}

int key_read_failed(struct cli *cli, const char *path, const struct bytes *file, int error)
{
    const bool text = file->size > 0 && file->data[file->size - 1] == '\0';
    const char *kind = text ? kind_in_text(file) : kind_in(file->data, file->size);

    if (error == MBEDTLS_ERR_PK_PASSWORD_MISMATCH) {
        return cli_fail(cli, EXIT_FAILED,
                        "LOADER_KEY_PASSWORD holds it, or the first line of the file that "
                        "LOADER_KEY_PASSWORD_FILE names",
                        "wrong password for the key in '%s'", path);
    }
    if (kind != NULL) {
        return cli_fail(cli, EXIT_FAILED, other_hint,
                        "no usable key in '%s': it is of the kind %s; P-256 is needed", path, kind);
    }
    if (error == MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE || error == MBEDTLS_ERR_PK_UNKNOWN_PK_ALG ||
        error == MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE) {
        return cli_fail(cli, EXIT_FAILED, other_hint,
                        "no usable key in '%s': its kind is not supported", path);
    }
    return cli_fail(cli, EXIT_FAILED, "a key is a PEM or DER file; loader-cli keygen makes one",
                    "no usable key in '%s': it is damaged, or no key at all", path);
}

int key_kind_failed(struct cli *cli, const char *path, const mbedtls_pk_context *pk)
{
    const bool rsa = mbedtls_pk_get_type(pk) == MBEDTLS_PK_RSA;

    return cli_fail(cli, EXIT_FAILED, other_hint,
                    "no usable key in '%s': it is %s; P-256 is needed", path,
                    rsa ? "an RSA key" : "on another curve");
}
