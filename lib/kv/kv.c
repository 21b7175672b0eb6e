// SPDX-License-Identifier: Apache-2.0
/*
 * The step machine. Whatever removes an object rewrites its region without it (swap.h); whatever
 * adds one appends it, or rewrites a region with it.
 */
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>

#include <string.h>

enum {
    COLLECT_MIN = 64 /* dead bytes that are worth an erasure */
};

#define NOWHERE UINT32_MAX

/* TicKV's main key: an area that holds it is initialised. */
static const uint8_t main_key[SWAP_MARK] = {0x7B, 0xC9, 0xF7, 0xFF, 0x4F, 0x76, 0xF2, 0x44};

static uint32_t home(const struct kv *kv)
{
    return ((uint32_t)kv->key[6] << 8 | kv->key[7]) % kv->config->regions;
}

static void enter(struct kv *kv, uint32_t region)
{
    kv->region = region;
    kv->cursor = 0;
    kv->live = 0;
}

/* The next region in TicKV's order: home, then one above, one below, two above ... */
static bool next_region(struct kv *kv)
{
    uint32_t start = home(kv);

    for (;;) {
        uint32_t distance;

        kv->reach = kv->reach > 0 ? -kv->reach : 1 - kv->reach;
        distance = (uint32_t)(kv->reach < 0 ? -kv->reach : kv->reach);
        if (distance >= kv->config->regions) {
            return false;
        }
        if (kv->reach > 0 ? start + distance < kv->config->regions : distance <= start) {
            enter(kv, kv->reach > 0 ? start + distance : start - distance);
            return true;
        }
    }
}

static void begin_search(struct kv *kv, unsigned stage)
{
    kv->reach = 0;
    kv->stage = (uint8_t)stage;
    enter(kv, home(kv));
}

static int finish(struct kv *kv, int result)
{
    kv->stage = STAGE_IDLE;
    return result;
}

void kv_mount_begin(struct kv *kv, const struct kv_config *config)
{
    memset(kv, 0, sizeof *kv);
    kv->config = config;
    kv->stage = STAGE_MOUNT;
}

int kv_find_begin(struct kv *kv, const uint8_t key[SWAP_MARK])
{
    if (kv->stage != STAGE_IDLE) {
        return KV_E_BUSY;
    }
    memcpy(kv->key, key, SWAP_MARK);
    kv->found = NOWHERE;
    kv->after = STAGE_END;
    kv->verdict = KV_E_NOT_FOUND;
    begin_search(kv, STAGE_FIND);
    return 0;
}

/* Goes on after a search: with what the key's object is, or with the knowledge that there is none.
 */
static int searched(struct kv *kv)
{
    if (kv->after != STAGE_END) {
        kv->stage = kv->after;
        return KV_BUSY;
    }
    return finish(kv, kv->found != NOWHERE ? 0 : KV_E_NOT_FOUND);
}

static int find(struct kv *kv)
{
    struct object object;

    for (unsigned i = 0; i < OBJECTS_PER_STEP; i++) {
        if (!kv_object_here(kv, &object)) {
            return next_region(kv) ? KV_BUSY : searched(kv);
        }
        if (object.valid && kv_has_key(kv, &object)) {
            kv->checked = 0;
            kv->crc = CRC32_POSIX_START;
            kv->stage = STAGE_FIND_CHECK;
            return KV_BUSY;
        }
        kv->cursor += object.length;
    }
    return KV_BUSY;
}

static int find_check(struct kv *kv)
{
    struct object object;

    if (!kv_object_here(kv, &object)) {
        kv->stage = STAGE_FIND;
        return KV_BUSY;
    }
    if (!kv_check_piece(kv, &object)) {
        return KV_BUSY;
    }
    if (!kv_check_holds(kv, &object)) {
        kv->cursor += object.length;
        kv->stage = STAGE_FIND;
        return KV_BUSY;
    }
    kv->found = kv->region * kv_page_size(kv) + kv->cursor;
    kv->found_length = object.length;
    kv->value = kv->config->area + kv->found + OBJECT_VALUE;
    kv->value_length = object.length - KV_OVERHEAD;
    return searched(kv);
}

static uint32_t found_region(const struct kv *kv)
{
    return kv->found == NOWHERE ? NOWHERE : kv->found / kv_page_size(kv);
}

int kv_store_begin(struct kv *kv, uint32_t length)
{
    if (kv->stage != STAGE_IDLE) {
        return KV_E_BUSY;
    }
    if (length > KV_VALUE_MAX || KV_OVERHEAD + length > kv_page_size(kv)) {
        return KV_E_SIZE;
    }
    kv->bytes = length;
    kv->length = kv_align(kv, KV_OVERHEAD + length);
    kv->other = found_region(kv);
    kv->put = 0;
    kv->filler = false;
    kv->cancelled = false;
    kv->verdict = 0;
    begin_search(kv, STAGE_PLACE);
    return 0;
}

int kv_remove_begin(struct kv *kv)
{
    if (kv->stage != STAGE_IDLE) {
        return KV_E_BUSY;
    }
    if (kv->found == NOWHERE) {
        return KV_E_NOT_FOUND;
    }
    enter(kv, found_region(kv));
    kv->found = NOWHERE;
    kv->verdict = 0;
    kv->adding = false;
    kv->dropping = true;
    kv->after = STAGE_END;
    kv->stage = STAGE_REWRITE;
    return 0;
}

int kv_collect_begin(struct kv *kv)
{
    if (kv->stage != STAGE_IDLE) {
        return KV_E_BUSY;
    }
    kv->verdict = 0;
    enter(kv, 0);
    kv->stage = STAGE_COLLECT;
    return 0;
}

/* Counts what of the region must stay; true when the cursor has reached the end of its objects. */
static bool measure(struct kv *kv)
{
    struct object object;

    for (unsigned i = 0; i < OBJECTS_PER_STEP; i++) {
        if (!kv_object_here(kv, &object)) {
            return true;
        }
        if (object.valid && !(kv->dropping && kv_has_key(kv, &object))) {
            kv->live += object.length;
        }
        kv->cursor += object.length;
    }
    return false;
}

/* Whether the new object can be programmed behind the others. */
static bool can_append(const struct kv *kv)
{
    uint8_t erased = kv->config->swap->config->flash->geometry->erase_value;
    const uint8_t *tail;

    if (!kv_is_aligned(kv, kv->cursor) || kv_page_size(kv) - kv->cursor < kv->length) {
        return false;
    }
    tail = kv_bytes(kv, kv->region, kv->cursor, kv->length);
    for (uint32_t i = 0; i < kv->length; i++) {
        if (tail[i] != erased) {
            return false;
        }
    }
    return true;
}

/* Finds the region that the new object goes to: the first with room, without what is dead. */
static int place(struct kv *kv)
{
    struct swap_doubt doubt;

    kv->dropping = kv->region == kv->other;
    if (!measure(kv)) {
        return KV_BUSY;
    }
    if (kv_align(kv, kv->live) + kv->length > kv_page_size(kv)) {
        return next_region(kv) ? KV_BUSY : finish(kv, KV_E_FULL);
    }
    kv->adding = true;
    if (kv->dropping) {
        kv->other = NOWHERE; /* one rewriting does both */
        kv->after = STAGE_END;
        enter(kv, kv->region);
        kv->stage = STAGE_REWRITE;
        return KV_BUSY;
    }
    doubt.page = kv_region_address(kv, kv->region);
    doubt.other = kv->other == NOWHERE ? SWAP_NONE : kv_region_address(kv, kv->other);
    memcpy(doubt.mark, kv->key, SWAP_MARK);
    (void)swap_announce(kv->config->swap, &doubt);
    kv->stage = STAGE_PLACED;
    return KV_BUSY;
}

static int placed(struct kv *kv)
{
    kv->after = STAGE_CLEAN;
    if (can_append(kv)) {
        swap_append(kv->config->swap, kv_region_address(kv, kv->region) + kv->cursor);
        kv->crc = CRC32_POSIX_START;
        kv->stage = STAGE_STREAM;
        return KV_BUSY;
    }
    enter(kv, kv->region);
    kv->stage = STAGE_REWRITE;
    return KV_BUSY;
}

/* The key's new object is certain. */
static int clean(struct kv *kv)
{
    if (kv->other != NOWHERE) {
        enter(kv, kv->other);
        kv->other = NOWHERE;
        kv->adding = false;
        kv->dropping = true;
        kv->after = STAGE_CLEAN;
        kv->stage = STAGE_REWRITE;
        return KV_BUSY;
    }
    swap_settle(kv->config->swap);
    kv->stage = STAGE_END;
    return KV_BUSY;
}

/* Settles an append that is in doubt: a rewritten region holds nothing that is torn. */
static int settle(struct kv *kv)
{
    struct swap_doubt doubt;

    if (!swap_in_doubt(kv->config->swap, &doubt)) {
        kv->stage = STAGE_END;
        return KV_BUSY;
    }
    memcpy(kv->key, doubt.mark, SWAP_MARK);
    enter(kv, (doubt.page - kv->config->area) / kv_page_size(kv));
    if (kv->region >= kv->config->regions) {
        swap_settle(kv->config->swap);
        kv->stage = STAGE_END;
        return KV_BUSY;
    }
    kv->adding = false;
    kv->dropping = false;
    kv->after = STAGE_SETTLE_OTHER;
    kv->stage = STAGE_REWRITE;
    return KV_BUSY;
}

/* ... and if it holds the new object, the old one goes. */
static int settle_other(struct kv *kv)
{
    struct swap_doubt doubt;

    kv->other = NOWHERE;
    if (swap_in_doubt(kv->config->swap, &doubt) && kv->seen) {
        uint32_t region = (doubt.other - kv->config->area) / kv_page_size(kv);

        kv->other = region < kv->config->regions ? region : NOWHERE;
    }
    kv->stage = STAGE_CLEAN;
    return KV_BUSY;
}

static int mount(struct kv *kv)
{
    struct swap_doubt doubt;

    if (swap_in_doubt(kv->config->swap, &doubt)) {
        return settle(kv);
    }
    memcpy(kv->key, main_key, SWAP_MARK);
    kv->found = NOWHERE;
    kv->after = STAGE_MOUNT_FIND;
    begin_search(kv, STAGE_FIND);
    return KV_BUSY;
}

static int mount_find(struct kv *kv)
{
    if (kv->found != NOWHERE || kv->formatted) {
        kv->mounted = kv->found != NOWHERE;
        return finish(kv, kv->mounted ? 0 : KV_E_CONFIG);
    }
    kv->formatted = true;
    enter(kv, 0);
    kv->stage = STAGE_FORMAT;
    return KV_BUSY;
}

static int format(struct kv *kv)
{
    if (kv->region < kv->config->regions) {
        swap_erase(kv->config->swap, kv_region_address(kv, kv->region));
        kv->region++;
        return KV_BUSY;
    }
    kv->found = NOWHERE;
    kv->stage = STAGE_IDLE;
    (void)kv_store_begin(kv, 0);
    kv->length = KV_OVERHEAD; /* exactly: Tock asks for no byte more */
    return KV_BUSY;
}

/* While mounting, settling and formatting are followed by another look. */
static int end(struct kv *kv)
{
    if (!kv->mounted) {
        kv->stage = STAGE_MOUNT;
        return KV_BUSY;
    }
    return finish(kv, kv->verdict);
}

/* Rewrites the regions in which enough is dead. */
static int collect(struct kv *kv)
{
    if (kv->region == kv->config->regions) {
        return finish(kv, 0);
    }
    kv->dropping = false;
    if (!measure(kv)) {
        return KV_BUSY;
    }
    if (kv->cursor - kv->live < COLLECT_MIN) {
        enter(kv, kv->region + 1);
        return KV_BUSY;
    }
    kv->adding = false;
    kv->after = STAGE_COLLECT_NEXT;
    enter(kv, kv->region);
    kv->stage = STAGE_REWRITE;
    return KV_BUSY;
}

static int run_stage(struct kv *kv)
{
    switch (kv->stage) {
    case STAGE_MOUNT:
        return mount(kv);
    case STAGE_MOUNT_FIND:
        return mount_find(kv);
    case STAGE_FORMAT:
        return format(kv);
    case STAGE_FIND:
        return find(kv);
    case STAGE_FIND_CHECK:
        return find_check(kv);
    case STAGE_PLACE:
        return place(kv);
    case STAGE_PLACED:
        return placed(kv);
    case STAGE_STREAM:
        return kv_stream(kv);
    case STAGE_REWRITE:
        return kv_rewrite(kv);
    case STAGE_NEXT:
        return kv_rewrite_next(kv);
    case STAGE_CHECK:
        return kv_rewrite_check(kv);
    case STAGE_COPY:
        return kv_rewrite_copy(kv);
    case STAGE_STREAMED:
        return kv_streamed(kv);
    case STAGE_CLEAN:
        return clean(kv);
    case STAGE_SETTLE:
        return settle(kv);
    case STAGE_SETTLE_OTHER:
        return settle_other(kv);
    case STAGE_COLLECT:
        return collect(kv);
    case STAGE_COLLECT_NEXT:
        enter(kv, kv->region + 1);
        kv->stage = STAGE_COLLECT;
        return KV_BUSY;
    default:
        return end(kv);
    }
}

int kv_step(struct kv *kv)
{
    int result;

    if (kv->stage == STAGE_IDLE) {
        return 0;
    }
    result = swap_step(kv->config->swap);
    if (result == 0) {
        result = run_stage(kv);
    }
    return result < 0 && kv->stage != STAGE_IDLE ? finish(kv, result) : result;
}
