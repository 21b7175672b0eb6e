// SPDX-License-Identifier: Apache-2.0
/*
 * A region written anew: the objects that stay, then perhaps a new one. The new one may also be
 * appended; its bytes come from the caller.
 */
#include "internal.h"

#include <base/checked.h>
#include <base/crc32.h>

int kv_rewrite(struct kv *kv)
{
    kv->seen = false;
    (void)swap_open(kv->config->swap, kv_region_address(kv, kv->region));
    kv->stage = STAGE_NEXT;
    return KV_BUSY;
}

/* Looks for the next object of the region that stays. */
int kv_rewrite_next(struct kv *kv)
{
    struct object object;

    for (unsigned i = 0; i < OBJECTS_PER_STEP; i++) {
        if (!kv_object_here(kv, &object)) {
            kv->crc = CRC32_POSIX_START;
            kv->stage = kv->adding ? STAGE_STREAM : STAGE_STREAMED;
            return KV_BUSY;
        }
        if (object.valid && !(kv->dropping && kv_has_key(kv, &object))) {
            kv->checked = 0;
            kv->crc = CRC32_POSIX_START;
            kv->stage = STAGE_CHECK;
            return KV_BUSY;
        }
        kv->cursor += object.length;
    }
    return KV_BUSY;
}

int kv_rewrite_check(struct kv *kv)
{
    struct object object;

    if (!kv_object_here(kv, &object)) {
        kv->stage = STAGE_NEXT;
        return KV_BUSY;
    }
    if (!kv_check_piece(kv, &object)) {
        return KV_BUSY;
    }
    if (!kv_check_holds(kv, &object)) {
        kv->cursor += object.length; /* torn: it was never there */
        kv->stage = STAGE_NEXT;
        return KV_BUSY;
    }
    kv->seen = kv->seen || kv_has_key(kv, &object);
    kv->checked = 0;
    kv->stage = STAGE_COPY;
    return KV_BUSY;
}

int kv_rewrite_copy(struct kv *kv)
{
    struct object object;

    if (!kv_object_here(kv, &object)) {
        kv->stage = STAGE_NEXT;
        return KV_BUSY;
    }
    kv->checked +=
        swap_put(kv->config->swap, object.data + kv->checked, object.length - kv->checked);
    if (kv->checked == object.length) {
        kv->cursor += object.length;
        kv->stage = STAGE_NEXT;
    }
    return KV_BUSY;
}

/* A byte of the object being written, outside the caller's value. */
static uint8_t object_byte(const struct kv *kv, uint32_t at)
{
    if (at >= kv->length - CHECK_SIZE) {
        return (uint8_t)(kv->crc >> (8 * (at - (kv->length - CHECK_SIZE))));
    }
    if (at >= OBJECT_VALUE) {
        return 0;
    }
    if (at >= OBJECT_KEY) {
        return kv->filler ? 0 : kv->key[at - OBJECT_KEY];
    }
    if (at == OBJECT_FLAGS) {
        return (uint8_t)((kv->filler ? 0u : FLAG_VALID) | kv->length >> 8);
    }
    return at == 0 ? VERSION : (uint8_t)kv->length;
}

/* Puts what comes before or after the value into the stream. */
static void put_frame(struct kv *kv)
{
    uint32_t end = kv->put < OBJECT_VALUE ? OBJECT_VALUE : kv->length;

    while (kv->put < end) {
        uint8_t byte = object_byte(kv, kv->put);

        if (swap_put(kv->config->swap, &byte, 1) == 0) {
            return;
        }
        if (kv->put < kv->length - CHECK_SIZE) {
            kv->crc = crc32_posix_update(kv->crc, &byte, 1);
        }
        kv->put++;
    }
}

uint32_t kv_taken(const struct kv *kv)
{
    return ck_min(kv->put > OBJECT_VALUE ? kv->put - OBJECT_VALUE : 0, kv->bytes);
}

static bool wants_value(const struct kv *kv)
{
    return kv->stage == STAGE_STREAM && !kv->filler && kv->put >= OBJECT_VALUE &&
           kv_taken(kv) < kv->bytes;
}

uint32_t kv_put(struct kv *kv, const void *data, uint32_t length)
{
    uint32_t taken;

    if (!wants_value(kv)) {
        return 0;
    }
    taken = swap_put(kv->config->swap, data, ck_min(length, kv->bytes - kv_taken(kv)));
    kv->crc = crc32_posix_update(kv->crc, data, taken);
    kv->put += taken;
    return taken;
}

void kv_cancel(struct kv *kv)
{
    kv->cancelled = true;
}

/* Gives the new object up: a page that was opened is as before, one that was appended to is
 * rewritten. */
static int cancel(struct kv *kv)
{
    struct swap_doubt doubt;

    swap_drop(kv->config->swap);
    kv->cancelled = false;
    kv->verdict = KV_E_CANCELLED;
    kv->stage = swap_in_doubt(kv->config->swap, &doubt) ? STAGE_SETTLE : STAGE_END;
    return KV_BUSY;
}

int kv_stream(struct kv *kv)
{
    if (kv->cancelled && kv->adding && !kv->filler) {
        return cancel(kv);
    }
    if (wants_value(kv)) {
        return KV_MORE;
    }
    put_frame(kv);
    if (kv->put == kv->length) {
        kv->stage = STAGE_STREAMED;
    }
    return KV_BUSY;
}

/* Whether the stream goes behind the region's objects, rather than to an image of the region. */
static bool is_appending(const struct kv *kv)
{
    return kv->config->swap->stream == kv_region_address(kv, kv->region) + kv->cursor;
}

/* The next object starts on a unit: a dead one fills up to there, if it has room. */
static bool needs_filler(struct kv *kv)
{
    uint32_t position = kv->config->swap->position;
    uint32_t length = kv_align(kv, position + KV_OVERHEAD) - position;
    uint32_t room = kv_page_size(kv) - (is_appending(kv) ? kv->cursor : 0);

    if (kv_is_aligned(kv, position) || position + length > room) {
        return false;
    }
    kv->filler = true;
    kv->length = length;
    kv->put = 0;
    kv->crc = CRC32_POSIX_START;
    kv->stage = STAGE_STREAM;
    return true;
}

int kv_streamed(struct kv *kv)
{
    struct swap *swap = kv->config->swap;

    if (needs_filler(kv)) {
        return KV_BUSY;
    }
    if (is_appending(kv)) {
        swap_flush(swap);
    } else {
        swap_close(swap);
    }
    kv->stage = kv->after;
    return KV_BUSY;
}
