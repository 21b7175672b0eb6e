// SPDX-License-Identifier: Apache-2.0
/* Objects in flash that nobody announced: which trusted key has signed them? And their records. */
#include <string.h>

#include <kernel/verifier.h>
#include <tbf/footer.h>

#include "load.h"

struct load_verified load_verified;

static void try_key(void);

static void checked(void *context, const struct verifier_result *result)
{
    const struct trust_anchor *anchor = loader_config->anchor;

    (void)context;
    if (result->ok) {
        load_verified.next(0);
        return;
    }
    if (++load_verified.key == anchor->keys + anchor->key_count) {
        load_verified.key = anchor->keys;
        load_verified.credential++;
    }
    try_key();
}

/* Whether load_verified.key has made the credential: each of several, with each key. */
static void try_key(void)
{
    const struct hil_flash *flash = loader_config->store->flash;
    const uint8_t *object =
        flash->map(flash, load_verified.address, load_verified.header.total_size);
    const uint8_t *signature = object != NULL ? tbf_ecdsa_signature(object, &load_verified.header,
                                                                    load_verified.credential)
                                              : NULL;

    if (signature == NULL || loader_config->anchor->key_count == 0) {
        load_verified.next(load_verified.credential == 0 ? TRUST_E_UNSIGNED : TRUST_E_SIGNATURE);
    } else if (verifier_check(load_verified.key->public_key, load_verified.digest, signature,
                              checked, NULL) != 0) {
        load_verified.next(KERNEL_E_BUSY);
    }
}

static void hashed(void *context, const struct verifier_result *result)
{
    (void)context;
    if (!result->ok) {
        load_verified.next(KERNEL_E_FAULT);
        return;
    }
    memcpy(load_verified.digest, result->digest, sizeof load_verified.digest);
    try_key();
}

int load_verify(uint32_t address, uint32_t room, void (*next)(int error))
{
    int error = load_header(address, room, &load_verified.header);

    load_verified.key = loader_config->anchor->keys;
    load_verified.credential = 0;
    load_verified.address = address;
    load_verified.next = next;
    return error != 0 ? error
                      : verifier_hash(address, load_verified.header.binary_end, NULL, hashed, NULL);
}

void load_describe(struct store_app_record *record, uint32_t address,
                   const struct tbf_header *header, const struct trust_key *key,
                   const uint8_t digest[32])
{
    *record = (struct store_app_record){
        .address = address,
        .size = header->total_size,
        .hashed = header->binary_end,
        .short_id = tbf_short_id(header),
        .version = header->version,
        .owner = load_owner_number(&loader_config->anchor->owners[key->owner]),
        .header_flags = header->flags,
        .header_checksum = header->checksum,
        .status = STORE_ACCEPTED,
        .flags = (uint8_t)(header->flags & STORE_FLAG_ENABLED),
        .replaces = STORE_NONE,
    };
    memcpy(record->digest, digest, sizeof record->digest);
    memcpy(record->key, key->fingerprint, sizeof record->key);
}
