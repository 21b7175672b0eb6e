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
        h->kernel.board_id != crc32_posix(config->board, bytes_length(config->board)) ||
        h->kernel.slot_address != slot || h->app_start != config->vectors) {
        return IMAGE_BAD;
    }
    return IMAGE_GOOD;
}

/*
 * The word that image_verify() answers is computed from what trust_verify() answered, not chosen by
 * a branch: a skipped branch leaves a word that is not IMAGE_GOOD. The loop looks for the other
 * answer, so that the good one is in no register that could be taken for it.
 */
static uint32_t check_keys(const struct boot_config *config, const uint8_t *digest,
                           const uint8_t *signature)
{
    volatile uint32_t answer = TRUST_REFUSED;

    for (uint8_t i = 0; i < config->anchor->key_count && answer == TRUST_REFUSED; i++) {
        answer = trust_verify(config->anchor->keys[i].public_key, digest, signature);
    }
    return answer ^ TRUST_VERIFIED ^ IMAGE_GOOD;
}

/*
 * Any change of one word changes it. The rotation carries the top bits down again: multiplication
 * alone only moves bits up, and a data line that fails in two words would cancel itself out.
 */
static uint32_t sum_of(const uint8_t *bytes, uint32_t length)
{
    uint32_t sum = IMAGE_GOOD;

    for (uint32_t at = 0; at < length; at += 4) {
        sum = ((sum << 5 | sum >> 27) ^ bytes_get_u32(bytes + at)) * 16777619u;
    }
    return sum;
}

/* Whether a key signed what the board remembers of this kernel: then it need not be hashed. */
static bool is_unchanged(const struct boot_config *config, uint32_t slot, struct image *image,
                         const uint8_t *signature)
{
    if (boot_unchanged == NULL || !boot_unchanged->recall(config, slot, image)) {
        return false;
    }
    image->verdict = check_keys(config, image->digest, signature);
    return image->verdict == IMAGE_GOOD;
}

uint32_t image_verify(const struct boot_config *config, uint32_t slot, struct image *image)
{
    const uint8_t *bytes = bytes_of(config, slot);
    const uint8_t *signature;

    image->verdict = IMAGE_BAD;
    if (image_parse(config, slot, image) != IMAGE_GOOD) {
        return IMAGE_BAD;
    }
    signature = tbf_ecdsa_signature(bytes, &image->header, 0);
    if (signature == NULL) {
        return IMAGE_BAD;
    }
    image->sum = sum_of(bytes, image->header.total_size);
    if (!is_unchanged(config, slot, image, signature)) {
        trust_sha256(bytes, image->header.binary_end, image->digest);
        image->verdict = check_keys(config, image->digest, signature);
    }
    return image->verdict == IMAGE_GOOD ? IMAGE_GOOD : IMAGE_BAD;
}

uint32_t image_compare(const struct boot_config *config, uint32_t slot, const struct image *image,
                       uint32_t floor)
{
    static struct image again;
    uint8_t digest[32];
    uint32_t difference = image_parse(config, slot, &again) ^ IMAGE_GOOD;

    difference |= again.header.binary_end ^ image->header.binary_end;
    difference |= again.header.kernel.version < floor ? UINT32_MAX : 0;
    difference |= sum_of(bytes_of(config, slot), again.header.total_size) ^ image->sum;
    if (config->rehash) {
        trust_sha256(bytes_of(config, slot), image->header.binary_end, digest);
        for (uint32_t i = 0; i < sizeof digest; i++) {
            difference |= (uint32_t)(digest[i] ^ image->digest[i]);
        }
    }
    /* The same kernel leaves the verdict as it was; anything else spoils it. */
    return image->verdict ^ difference;
}
