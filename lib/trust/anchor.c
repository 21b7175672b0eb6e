// SPDX-License-Identifier: Apache-2.0
#include <trust/anchor.h>

#include <string.h>

#include <base/bytes.h>

const struct trust_key *trust_find_key(const struct trust_anchor *anchor,
                                       const uint8_t fingerprint[TRUST_FINGERPRINT_SIZE])
{
    for (uint8_t i = 0; i < anchor->key_count; i++) {
        if (bytes_equal(anchor->keys[i].fingerprint, fingerprint, TRUST_FINGERPRINT_SIZE) &&
            anchor->keys[i].owner < anchor->owner_count) {
            return &anchor->keys[i];
        }
    }
    return NULL;
}

static bool name_is_listed(const struct trust_owner *owner, const uint8_t *name, uint32_t length)
{
    for (uint8_t i = 0; i < owner->app_name_count; i++) {
        if (bytes_length(owner->app_names[i]) == length &&
            bytes_equal(owner->app_names[i], name, length)) {
            return true;
        }
    }
    return owner->app_name_count == 0;
}

static bool short_id_is_listed(const struct trust_owner *owner, uint32_t short_id)
{
    for (uint8_t i = 0; i < owner->short_id_count; i++) {
        if (short_id >= owner->short_ids[i].first && short_id <= owner->short_ids[i].last) {
            return true;
        }
    }
    return owner->short_id_count == 0;
}

int trust_check_policy(const struct trust_owner *owner, const uint8_t *name, uint32_t name_length,
                       uint32_t short_id)
{
    if (!name_is_listed(owner, name, name_length)) {
        return TRUST_E_NAME;
    }
    return short_id_is_listed(owner, short_id) ? 0 : TRUST_E_SHORT_ID;
}

bool trust_driver_allowed(const struct trust_owner *owner, uint32_t driver)
{
    for (uint8_t i = 0; i < owner->driver_count; i++) {
        if (owner->drivers[i] == driver) {
            return true;
        }
    }
    return owner->driver_count == 0;
}

bool trust_is_development(const struct trust_anchor *anchor)
{
    for (uint8_t i = 0; i < anchor->owner_count; i++) {
        if (anchor->owners[i].development) {
            return true;
        }
    }
    return false;
}
