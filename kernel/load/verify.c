// SPDX-License-Identifier: Apache-2.0
/* Objects in flash that nobody announced: which trusted key has signed them? */
#include <string.h>

#include <kernel/verifier.h>
#include <tbf/footer.h>

#include "load.h"

struct load_verified load_verified;

static void (*after)(int error);
static uint32_t at;
static uint8_t key_index;

static void try_key(void);

static void checked(void *context, const struct verifier_result *result)
{
    const struct trust_anchor *anchor = load.config->anchor;

    (void)context;
    if (result->ok) {
        load_verified.key = &anchor->keys[key_index];
        after(0);
    } else if (++key_index < anchor->key_count) {
        try_key();
    } else {
        after(TRUST_E_SIGNATURE);
    }
}

static void try_key(void)
{
    const struct hil_flash *flash = load.config->store->flash;
    const struct trust_anchor *anchor = load.config->anchor;
    const uint8_t *object = flash->map(flash, at, load_verified.header.total_size);
    const uint8_t *signature =
        object != NULL ? tbf_ecdsa_signature(object, &load_verified.header) : NULL;

    if (signature == NULL || key_index >= anchor->key_count) {
        after(TRUST_E_UNSIGNED);
    } else if (verifier_check(anchor->keys[key_index].public_key, load_verified.digest, signature,
                              checked, NULL) != 0) {
        after(KERNEL_E_BUSY);
    }
}

static void hashed(void *context, const struct verifier_result *result)
{
    (void)context;
    if (!result->ok) {
        after(KERNEL_E_FAULT);
        return;
    }
    memcpy(load_verified.digest, result->digest, sizeof load_verified.digest);
    key_index = 0;
    try_key();
}

int load_verify(uint32_t address, uint32_t room, void (*next)(int error))
{
    int error = load_header(address, room, &load_verified.header);

    at = address;
    after = next;
    return error != 0 ? error
                      : verifier_hash(address, load_verified.header.binary_end, NULL, hashed, NULL);
}
