// SPDX-License-Identifier: Apache-2.0
#include "keys.h"

#include <string.h>

#include <base/bytes.h>
#include <trust/sha256.h>
#include <trust/verify.h>

enum { KEY_SIZE = TRUST_PUBLIC_SIZE + TRUST_DIGEST_SIZE };

size_t keys_find(const uint8_t *image, uint32_t size, struct found_key *found)
{
    size_t count = 0;

    for (uint32_t at = 0; count < KEYS_FOUND_MAX && at + KEY_SIZE <= size; at++) {
        uint8_t digest[TRUST_DIGEST_SIZE];

        trust_sha256(image + at, TRUST_PUBLIC_SIZE, digest);
        if (bytes_equal(digest, image + at + TRUST_PUBLIC_SIZE, sizeof digest)) {
            memcpy(found[count].public_key, image + at, sizeof found[count].public_key);
            memcpy(found[count].fingerprint, digest, sizeof digest);
            found[count].offset = at;
            found[count].owner[0] = '\0';
            count++;
            at += KEY_SIZE - 1;
        }
    }
    return count;
}
