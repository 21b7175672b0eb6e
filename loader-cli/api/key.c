// SPDX-License-Identifier: Apache-2.0
/* Keys. */
#include <stdlib.h>

#include <mbedtls/platform_util.h>

#include "internal.h"

enum gantry_error gantry_key_generate(struct gantry *gantry, struct gantry_key **key)
{
    int code;

    *key = calloc(1, sizeof **key);
    if (*key == NULL) {
        return api_no_memory(gantry);
    }
    code = key_generate(&gantry->cli, &(*key)->key);
    if (code != EXIT_DONE) {
        gantry_key_free(*key);
        *key = NULL;
    }
    return api_end(gantry, code);
}

enum gantry_error gantry_key_read(struct gantry *gantry, const char *path, struct gantry_key **key)
{
    int code;

    *key = calloc(1, sizeof **key);
    if (*key == NULL) {
        return api_no_memory(gantry);
    }
    code = key_read(&gantry->cli, path, &(*key)->key);
    if (code != EXIT_DONE) {
        gantry_key_free(*key);
        *key = NULL;
    }
    return api_end(gantry, code);
}

enum gantry_error gantry_key_write(struct gantry *gantry, const struct gantry_key *key,
                                   const char *path)
{
    if (!key->key.has_private) {
        return api_usage(gantry, "a public key is not written");
    }
    return api_end(gantry, key_write(&gantry->cli, path, &key->key));
}

const uint8_t *gantry_key_public(const struct gantry_key *key)
{
    return key->key.public_key;
}

bool gantry_key_is_private(const struct gantry_key *key)
{
    return key->key.has_private;
}

void gantry_key_free(struct gantry_key *key)
{
    if (key != NULL) {
        mbedtls_platform_zeroize(key, sizeof *key);
        free(key);
    }
}
