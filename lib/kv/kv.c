// SPDX-License-Identifier: Apache-2.0
/*
 * The step machine. Whatever removes an object rewrites its region without it (swap.h); whatever
 * adds one appends it, or rewrites a region with it.
 */
#include <kv/kv.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>

#include <string.h>

enum {
    VERSION = 1, /* first byte of an object */
    FLAG_VALID = 0x80,
    LENGTH_HIGH = 0x0F,
    OBJECT_FLAGS = 1,
    OBJECT_KEY = 3,
    OBJECT_VALUE = 11,
    CHECK_SIZE = 4,
    OBJECTS_PER_STEP = 48,
    PIECE = 128,
    COLLECT_MIN = 64 /* dead bytes that are worth an erasure */
};

#define NOWHERE UINT32_MAX

/* TicKV's main key: an area that holds it is initialised. */
static const uint8_t main_key[SWAP_MARK] = {0x7B, 0xC9, 0xF7, 0xFF, 0x4F, 0x76, 0xF2, 0x44};

enum stage {
    STAGE_IDLE,
    STAGE_MOUNT,
    STAGE_MOUNT_FIND,
    STAGE_FORMAT,
    STAGE_FORMAT_ADD,
    STAGE_FIND,
    STAGE_FIND_CHECK,
    STAGE_PLACE,
    STAGE_PLACED,
    STAGE_REWRITE,
    STAGE_NEXT,
    STAGE_CHECK,
    STAGE_COPY,
    STAGE_STREAM,
    STAGE_STREAMED,
    STAGE_CLEAN, /* the new object is in place: removes the old one */
    STAGE_SETTLE,
    STAGE_SETTLE_OTHER,
    STAGE_END,
    STAGE_COLLECT,
    STAGE_COLLECT_NEXT
};

/* An object as it lies in flash. */
struct object {
    const uint8_t *data;
    uint32_t length;
    bool valid;
};

static uint32_t page_size(const struct kv *kv)
{
    return kv->config->swap->page_size;
}

static uint32_t unit(const struct kv *kv)
{
    return kv->config->swap->config->flash->geometry->write_unit;
}

static uint32_t region_address(const struct kv *kv, uint32_t region)
{
    return kv->config->area + region * page_size(kv);
}

static const uint8_t *bytes_at(const struct kv *kv, uint32_t region, uint32_t offset,
                               uint32_t length)
{
    const struct hil_flash *flash = kv->config->swap->config->flash;

    return flash->map(flash, region_address(kv, region) + offset, length);
}

static uint32_t align(const struct kv *kv, uint32_t value)
{
    (void)ck_align_up(value, unit(kv), &value);
    return value;
}

/* The object at the cursor; false: the list of this region's objects ends there. */
static bool object_here(const struct kv *kv, struct object *object)
{
    uint32_t left = page_size(kv) - kv->cursor;

    if (left < KV_OVERHEAD) {
        return false;
    }
    object->data = bytes_at(kv, kv->region, kv->cursor, left);
    object->length =
        (uint32_t)(object->data[OBJECT_FLAGS] & LENGTH_HIGH) << 8 | object->data[OBJECT_FLAGS + 1];
    object->valid = (object->data[OBJECT_FLAGS] & FLAG_VALID) != 0;
    return object->data[0] == VERSION && object->length >= KV_OVERHEAD && object->length <= left;
}

static bool has_key(const struct kv *kv, const struct object *object)
{
    return memcmp(object->data + OBJECT_KEY, kv->key, SWAP_MARK) == 0;
}

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
        if (!object_here(kv, &object)) {
            return next_region(kv) ? KV_BUSY : searched(kv);
        }
        if (object.valid && has_key(kv, &object)) {
            kv->checked = 0;
            kv->crc = CRC32_POSIX_START;
            kv->stage = STAGE_FIND_CHECK;
            return KV_BUSY;
        }
        kv->cursor += object.length;
    }
    return KV_BUSY;
}

/* Takes the next piece of an object into the CRC; true when all of it is. */
static bool check_piece(struct kv *kv, const struct object *object)
{
    uint32_t end = object->length - CHECK_SIZE;
    uint32_t piece = ck_min(end - kv->checked, PIECE);

    kv->crc = crc32_posix_update(kv->crc, object->data + kv->checked, piece);
    kv->checked += piece;
    return kv->checked == end;
}

static bool check_holds(const struct kv *kv, const struct object *object)
{
    return bytes_get_u32(object->data + object->length - CHECK_SIZE) == kv->crc;
}

static int find_check(struct kv *kv)
{
    struct object object;

    if (!object_here(kv, &object)) {
        kv->stage = STAGE_FIND;
        return KV_BUSY;
    }
    if (!check_piece(kv, &object)) {
        return KV_BUSY;
    }
    if (!check_holds(kv, &object)) {
        kv->cursor += object.length;
        kv->stage = STAGE_FIND;
        return KV_BUSY;
    }
    kv->found = kv->region * page_size(kv) + kv->cursor;
    kv->found_length = object.length;
    kv->value = kv->config->area + kv->found + OBJECT_VALUE;
    kv->value_length = object.length - KV_OVERHEAD;
    return searched(kv);
}

static uint32_t found_region(const struct kv *kv)
{
    return kv->found == NOWHERE ? NOWHERE : kv->found / page_size(kv);
}

int kv_store_begin(struct kv *kv, uint32_t length)
{
    if (kv->stage != STAGE_IDLE) {
        return KV_E_BUSY;
    }
    if (length > KV_VALUE_MAX || KV_OVERHEAD + length > page_size(kv)) {
        return KV_E_SIZE;
    }
    kv->bytes = length;
    kv->length = align(kv, KV_OVERHEAD + length);
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
        if (!object_here(kv, &object)) {
            return true;
        }
        if (object.valid && !(kv->dropping && has_key(kv, &object))) {
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

    if (!ck_is_aligned(kv->cursor, unit(kv)) || page_size(kv) - kv->cursor < kv->length) {
        return false;
    }
    tail = bytes_at(kv, kv->region, kv->cursor, kv->length);
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
    if (align(kv, kv->live) + kv->length > page_size(kv)) {
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
    doubt.page = region_address(kv, kv->region);
    doubt.other = kv->other == NOWHERE ? SWAP_NONE : region_address(kv, kv->other);
    memcpy(doubt.mark, kv->key, SWAP_MARK);
    (void)swap_announce(kv->config->swap, &doubt);
    kv->stage = STAGE_PLACED;
    return KV_BUSY;
}

static int placed(struct kv *kv)
{
    kv->after = STAGE_CLEAN;
    if (can_append(kv)) {
        swap_append(kv->config->swap, region_address(kv, kv->region) + kv->cursor);
        kv->crc = CRC32_POSIX_START;
        kv->stage = STAGE_STREAM;
        return KV_BUSY;
    }
    enter(kv, kv->region);
    kv->stage = STAGE_REWRITE;
    return KV_BUSY;
}

static int rewrite(struct kv *kv)
{
    kv->seen = false;
    (void)swap_open(kv->config->swap, region_address(kv, kv->region));
    kv->stage = STAGE_NEXT;
    return KV_BUSY;
}

/* Looks for the next object of the region that stays. */
static int next_object(struct kv *kv)
{
    struct object object;

    for (unsigned i = 0; i < OBJECTS_PER_STEP; i++) {
        if (!object_here(kv, &object)) {
            kv->crc = CRC32_POSIX_START;
            kv->stage = kv->adding ? STAGE_STREAM : STAGE_STREAMED;
            return KV_BUSY;
        }
        if (object.valid && !(kv->dropping && has_key(kv, &object))) {
            kv->checked = 0;
            kv->crc = CRC32_POSIX_START;
            kv->stage = STAGE_CHECK;
            return KV_BUSY;
        }
        kv->cursor += object.length;
    }
    return KV_BUSY;
}

static int check(struct kv *kv)
{
    struct object object;

    if (!object_here(kv, &object)) {
        kv->stage = STAGE_NEXT;
        return KV_BUSY;
    }
    if (!check_piece(kv, &object)) {
        return KV_BUSY;
    }
    if (!check_holds(kv, &object)) {
        kv->cursor += object.length; /* torn: it was never there */
        kv->stage = STAGE_NEXT;
        return KV_BUSY;
    }
    kv->seen = kv->seen || has_key(kv, &object);
    kv->checked = 0;
    kv->stage = STAGE_COPY;
    return KV_BUSY;
}

static int copy(struct kv *kv)
{
    struct object object;

    if (!object_here(kv, &object)) {
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

static int stream(struct kv *kv)
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
    return kv->config->swap->stream == region_address(kv, kv->region) + kv->cursor;
}

/* The next object starts on a unit: a dead one fills up to there, if it has room. */
static bool needs_filler(struct kv *kv)
{
    uint32_t position = kv->config->swap->position;
    uint32_t length = align(kv, position + KV_OVERHEAD) - position;
    uint32_t room = page_size(kv) - (is_appending(kv) ? kv->cursor : 0);

    if (ck_is_aligned(position, unit(kv)) || position + length > room) {
        return false;
    }
    kv->filler = true;
    kv->length = length;
    kv->put = 0;
    kv->crc = CRC32_POSIX_START;
    kv->stage = STAGE_STREAM;
    return true;
}

static int streamed(struct kv *kv)
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
    enter(kv, (doubt.page - kv->config->area) / page_size(kv));
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
        uint32_t region = (doubt.other - kv->config->area) / page_size(kv);

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
        swap_erase(kv->config->swap, region_address(kv, kv->region));
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
        return stream(kv);
    case STAGE_REWRITE:
        return rewrite(kv);
    case STAGE_NEXT:
        return next_object(kv);
    case STAGE_CHECK:
        return check(kv);
    case STAGE_COPY:
        return copy(kv);
    case STAGE_STREAMED:
        return streamed(kv);
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
