// SPDX-License-Identifier: Apache-2.0
/* Objects as they lie in flash. */
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>

enum { PIECE = 128 };

static uint32_t unit(const struct kv *kv)
{
    return kv->config->swap->config->flash->geometry->write_unit;
}

const uint8_t *kv_bytes(const struct kv *kv, uint32_t region, uint32_t offset, uint32_t length)
{
    const struct hil_flash *flash = kv->config->swap->config->flash;

    return flash->map(flash, kv_region_address(kv, region) + offset, length);
}

uint32_t kv_align(const struct kv *kv, uint32_t value)
{
    (void)ck_align_up(value, unit(kv), &value);
    return value;
}

bool kv_object_here(const struct kv *kv, struct object *object)
{
    uint32_t left = kv_page_size(kv) - kv->cursor;

    if (left < KV_OVERHEAD) {
        return false;
    }
    object->data = kv_bytes(kv, kv->region, kv->cursor, left);
    object->length =
        (uint32_t)(object->data[OBJECT_FLAGS] & LENGTH_HIGH) << 8 | object->data[OBJECT_FLAGS + 1];
    object->valid = (object->data[OBJECT_FLAGS] & FLAG_VALID) != 0;
    return object->data[0] == VERSION && object->length >= KV_OVERHEAD && object->length <= left;
}

bool kv_has_key(const struct kv *kv, const struct object *object)
{
    return bytes_equal(object->data + OBJECT_KEY, kv->key, SWAP_MARK);
}

bool kv_check_piece(struct kv *kv, const struct object *object)
{
    uint32_t end = object->length - CHECK_SIZE;
    uint32_t piece = ck_min(end - kv->checked, PIECE);

    kv->crc = crc32_posix_update(kv->crc, object->data + kv->checked, piece);
    kv->checked += piece;
    return kv->checked == end;
}

bool kv_check_holds(const struct kv *kv, const struct object *object)
{
    return bytes_get_u32(object->data + object->length - CHECK_SIZE) == kv->crc;
}

bool kv_is_aligned(const struct kv *kv, uint32_t value)
{
    return ck_is_aligned(value, unit(kv));
}
