// SPDX-License-Identifier: Apache-2.0
/*
 * The tables of lib/trust/include/trust/anchor.h, as they lie in an image for a processor of 32
 * bits. An image is whatever somebody has put there: every place is looked at only where it is
 * inside.
 */
#include <stdio.h>
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>

#include "keys.h"

/* struct trust_key: public key, fingerprint, number of its owner. */
enum { KEY_OWNER_AT = 96, KEY_SIZE = 97 };
/* struct trust_anchor: keys, owners, how many keys, how many owners. */
enum { ANCHOR_OWNERS_AT = 4, ANCHOR_KEYS_AT = 8, ANCHOR_OWNER_COUNT_AT = 9, ANCHOR_SIZE = 12 };
/* struct trust_owner: the name comes first. */
enum { OWNER_SIZE = 24 };

struct image {
    const uint8_t *bytes;
    uint32_t size;
    uint32_t address;
};

/* What lies at an address; NULL: so many bytes are not inside. */
static const uint8_t *look(const struct image *image, uint32_t address, uint32_t length)
{
    uint32_t at;

    return ck_sub(address, image->address, &at) && ck_range_in(at, length, 0, image->size)
               ? image->bytes + at
               : NULL;
}

static bool take_name(const struct image *image, uint32_t address, char name[KEY_NAME_MAX])
{
    for (uint32_t i = 0; i < KEY_NAME_MAX; i++) {
        uint32_t at;
        const uint8_t *c = ck_add(address, i, &at) ? look(image, at, 1) : NULL;

        if (c == NULL || (*c != '\0' && (*c < ' ' || *c > '~'))) {
            return false;
        }
        name[i] = (char)*c;
        if (*c == '\0') {
            return i > 0;
        }
    }
    return false;
}

/* Whether an anchor lies there that has the key, and a name for its owner. */
static bool ask_anchor(const struct image *image, const uint8_t *anchor, uint32_t key,
                       char name[KEY_NAME_MAX])
{
    const uint32_t keys = bytes_get_u32(anchor);
    const uint8_t *first = look(image, keys, anchor[ANCHOR_KEYS_AT] * (uint32_t)KEY_SIZE);
    const uint8_t *owners = look(image, bytes_get_u32(anchor + ANCHOR_OWNERS_AT),
                                 anchor[ANCHOR_OWNER_COUNT_AT] * (uint32_t)OWNER_SIZE);
    uint8_t owner;

    if (first == NULL || owners == NULL || key < keys || (key - keys) % KEY_SIZE != 0 ||
        (key - keys) / KEY_SIZE >= anchor[ANCHOR_KEYS_AT]) {
        return false;
    }
    owner = first[key - keys + KEY_OWNER_AT];
    return owner < anchor[ANCHOR_OWNER_COUNT_AT] &&
           take_name(image, bytes_get_u32(owners + owner * (size_t)OWNER_SIZE), name);
}

void keys_name_owners(const uint8_t *image, uint32_t size, uint32_t address,
                      struct found_key *found, size_t count)
{
    const struct image all = {image, size, address};

    for (size_t i = 0; i < count; i++) {
        char name[KEY_NAME_MAX];
        uint32_t key;

        found[i].owner[0] = '\0';
        if (!ck_add(address, found[i].offset, &key)) {
            continue;
        }
        for (uint32_t at = 0; size >= ANCHOR_SIZE && at <= size - ANCHOR_SIZE; at += 4) {
            if (ask_anchor(&all, image + at, key, name)) {
                snprintf(found[i].owner, sizeof found[i].owner, "%s", name);
                break;
            }
        }
    }
}
