// SPDX-License-Identifier: Apache-2.0
#include "image.h"

#include <string.h>

#include <base/bytes.h>
#include <base/crc32.h>
#include <tbf/footer.h>
#include <trust/sha256.h>
#include <trust/verify.h>

static const uint8_t *bytes_of(const struct boot_config *config, uint32_t slot)
{
    return config->flash->map(config->flash, slot, config->slot_size);
}

uint32_t image_parse(const struct boot_config *config, uint32_t slot, struct image *image)
{
    const struct tbf_header *h = &image->header;
    const uint8_t *bytes = bytes_of(config, slot);

    if (bytes == NULL || tbf_header_parse(bytes, config->slot_size, &image->header) != 0 ||
        h->padding || !h->is_kernel ||
        h->kernel.board_id != crc32_posix(config->board, strlen(config->board)) ||
        h->kernel.slot_address != slot || h->app_start != config->vectors) {
        return IMAGE_BAD;
    }
    return IMAGE_GOOD;
}

uint32_t image_verify(const struct boot_config *config, uint32_t slot, struct image *image)
{
    volatile uint32_t verdict = IMAGE_BAD;
    const uint8_t *bytes = bytes_of(config, slot);
    const uint8_t *signature;

    if (image_parse(config, slot, image) != IMAGE_GOOD) {
        return IMAGE_BAD;
    }
    signature = tbf_ecdsa_signature(bytes, &image->header);
    if (signature == NULL) {
        return IMAGE_BAD;
    }
    trust_sha256(bytes, image->header.binary_end, image->digest);
    for (uint8_t i = 0; i < config->anchor->key_count; i++) {
        if (trust_verify(config->anchor->keys[i].public_key, image->digest, signature) ==
            TRUST_VERIFIED) {
            verdict = IMAGE_GOOD;
            break;
        }
    }
    return verdict;
}

uint32_t image_compare(const struct boot_config *config, uint32_t slot, const struct image *image)
{
    uint8_t digest[32];

    trust_sha256(bytes_of(config, slot), image->header.binary_end, digest);
    return bytes_equal(digest, image->digest, sizeof digest) ? IMAGE_GOOD : IMAGE_BAD;
}
