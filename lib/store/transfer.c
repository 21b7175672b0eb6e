// SPDX-License-Identifier: Apache-2.0
/* The half-finished transfer: its record and its progress. write.c writes its bytes. */
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <tbf/format.h>

#include <string.h>

/* Offsets in a transfer's body. */
enum {
    TRANSFER_ADDRESS = 0,
    TRANSFER_SIZE = 4,
    TRANSFER_SPACE = 8,
    TRANSFER_HASHED = 12,
    TRANSFER_STRIDE = 16, /* pages per unit of progress */
    TRANSFER_GAP_START = 20,
    TRANSFER_GAP_END = 24,
    TRANSFER_DIGEST = 32
};

/* A share of a journal half that the progress of one transfer may take. */
#define PROGRESS_SHARE 8u

static bool page_start(const struct store *store, uint32_t address)
{
    uint32_t start;
    uint32_t size;

    return hil_flash_page(store->config->flash->geometry, address, &start, &size) == 0 &&
           start == address;
}

static bool in_slot(const struct store *store, uint32_t address, uint32_t space)
{
    const struct store_config *config = store->config;

    for (uint32_t i = 0; i < config->slot_count; i++) {
        if (ck_range_in(address, space, config->slots[i].address,
                        config->slots[i].address + config->slots[i].size)) {
            return true;
        }
    }
    return false;
}

bool store_transfer_valid(const struct store *store, const struct store_frame *frame)
{
    const struct store_extent *region = &store->config->apps;
    uint32_t address = bytes_get_u32(frame->body + TRANSFER_ADDRESS);
    uint32_t size = bytes_get_u32(frame->body + TRANSFER_SIZE);
    uint32_t space = bytes_get_u32(frame->body + TRANSFER_SPACE);
    uint32_t low = bytes_get_u32(frame->body + TRANSFER_GAP_START);
    uint32_t high = bytes_get_u32(frame->body + TRANSFER_GAP_END);
    uint32_t end;

    if (frame->length < STORE_TRANSFER_BODY || !ck_is_aligned(size, 4) || size < TBF_BASE_SIZE ||
        size > space || (space != size && space - size < TBF_BASE_SIZE) ||
        !ck_add(address, space, &end) || !page_start(store, address) ||
        bytes_get_u32(frame->body + TRANSFER_STRIDE) == 0 ||
        bytes_get_u32(frame->body + TRANSFER_HASHED) > size || frame->tail < store->unit) {
        return false;
    }
    if (in_slot(store, address, space)) {
        return low == address && high == end;
    }
    return low <= address && end <= high && page_start(store, low) &&
           ck_range_in(low, high - low, region->address, region->address + region->size);
}

uint32_t store_transfer_rotation(const struct store *store, uint32_t address, uint32_t size)
{
    uint32_t start;
    uint32_t page = 0;

    (void)hil_flash_page(store->config->flash->geometry, address, &start, &page);
    return page < size ? page : 0;
}

uint32_t store_transfer_address(const struct store *store)
{
    struct store_frame frame;

    store_record_at(store, store->stream.record, &frame);
    return bytes_get_u32(frame.body + TRANSFER_ADDRESS);
}

void store_transfer_decode(const struct store *store, struct store_transfer *transfer)
{
    struct store_frame frame;

    store_record_at(store, store->stream.record, &frame);
    transfer->address = bytes_get_u32(frame.body + TRANSFER_ADDRESS);
    transfer->size = bytes_get_u32(frame.body + TRANSFER_SIZE);
    transfer->space = bytes_get_u32(frame.body + TRANSFER_SPACE);
    transfer->hashed = bytes_get_u32(frame.body + TRANSFER_HASHED);
    transfer->digest = frame.body + TRANSFER_DIGEST;
    transfer->position = 0;
    transfer->rotate = transfer->hashed != 0
                           ? store_transfer_rotation(store, transfer->address, transfer->size)
                           : 0;
}

/*
 * Walks the pages in the order of the stream: until `pages` of them are passed, or one would end
 * behind `limit`. Answers how many were passed, and the position there.
 */
static uint32_t walk_pages(const struct store *store, const struct store_transfer *transfer,
                           uint32_t pages, uint32_t limit, uint32_t *position)
{
    uint32_t offset = transfer->rotate;
    uint32_t count = 0;

    *position = 0;
    while (count < pages && *position < transfer->size) {
        uint32_t start;
        uint32_t page;
        uint32_t end;

        if (offset < transfer->size && *position < transfer->size - transfer->rotate) {
            (void)hil_flash_page(store->config->flash->geometry, transfer->address + offset, &start,
                                 &page);
            offset = ck_min(start + page - transfer->address, transfer->size);
            end = offset - transfer->rotate;
        } else {
            end = transfer->size; /* the page with the header */
        }
        if (end > limit) {
            break;
        }
        *position = end;
        count++;
    }
    return count;
}

uint32_t store_pages_before(const struct store *store, const struct store_transfer *transfer,
                            uint32_t position)
{
    uint32_t reached;

    return walk_pages(store, transfer, UINT32_MAX, position, &reached);
}

uint32_t store_progress_marked(const struct store *store, uint32_t *units, uint32_t *stride)
{
    struct store_frame frame;
    uint32_t marked;

    store_record_at(store, store->stream.record, &frame);
    *units = frame.tail / store->unit;
    *stride = bytes_get_u32(frame.body + TRANSFER_STRIDE);
    marked = *units;
    /* The last mark counts: one before it may read as erased where power was cut. */
    while (marked > 0 && !store_tail_marked(store, store->stream.record, &frame, marked - 1)) {
        marked--;
    }
    return marked;
}

int store_transfer_find(const struct store *store, struct store_transfer *transfer)
{
    uint32_t units;
    uint32_t stride;
    uint32_t marked;

    if (store->stream.record == 0) {
        return STORE_E_NOT_FOUND;
    }
    store_transfer_decode(store, transfer);
    marked = store_progress_marked(store, &units, &stride);
    if (marked == units) {
        transfer->position = transfer->size;
    } else {
        uint32_t pages;

        if (!ck_mul(marked, stride, &pages)) {
            pages = 0;
        }
        (void)walk_pages(store, transfer, pages, transfer->size, &transfer->position);
    }
    return 0;
}

void store_stream_reset(struct store *store)
{
    struct store_stream *stream = &store->stream;
    struct store_transfer transfer;

    stream->left = 0;
    stream->carry_length = 0;
    stream->pads = 0;
    stream->ending = false;
    stream->erased_to = 0;
    stream->done_to = 0;
    if (store_transfer_find(store, &transfer) == 0) {
        stream->erased_to = transfer.position;
        stream->done_to = transfer.position;
    }
}

int store_transfer_begin(struct store *store, const struct store_place *place, uint32_t size,
                         uint32_t hashed, const uint8_t digest[STORE_DIGEST_SIZE])
{
    struct store_transfer transfer = {.address = place->address, .size = size, .hashed = hashed};
    struct store_frame frame = {.length = STORE_TRANSFER_BODY};
    uint32_t most = store_half_size(store, 0) / PROGRESS_SHARE / store->unit;
    uint32_t page = 0;
    uint32_t pages;
    uint32_t stride;
    uint32_t start;
    uint8_t *body;
    int result = store_may_change(store);

    if (result < 0) {
        return result;
    }
    if (store->stream.record != 0) {
        return STORE_E_TRANSFER;
    }
    (void)hil_flash_page(store->config->flash->geometry, place->address, &start, &page);
    transfer.rotate = hashed != 0 && page < size ? page : 0;
    pages = size != 0 && page != 0 ? store_pages_before(store, &transfer, size) : 1;
    stride = (pages + most - 1) / most;
    body = store_record_start(store, STORE_RECORD_TRANSFER, 0, 0, STORE_TRANSFER_BODY,
                              (pages + stride - 1) / stride * store->unit);
    bytes_put_u32(body + TRANSFER_ADDRESS, place->address);
    bytes_put_u32(body + TRANSFER_SIZE, size);
    bytes_put_u32(body + TRANSFER_SPACE, place->space);
    bytes_put_u32(body + TRANSFER_HASHED, hashed);
    bytes_put_u32(body + TRANSFER_STRIDE, stride);
    bytes_put_u32(body + TRANSFER_GAP_START, place->gap_start);
    bytes_put_u32(body + TRANSFER_GAP_END, place->gap_end);
    if (digest != NULL) {
        memcpy(body + TRANSFER_DIGEST, digest, STORE_DIGEST_SIZE);
    }
    frame.body = body;
    frame.tail = (uint16_t)store->unit;
    if (!store_transfer_valid(store, &frame) ||
        (!in_slot(store, place->address, place->space) &&
         !store_is_free(store, place->gap_start, place->gap_end - place->gap_start))) {
        return STORE_E_ARGUMENT;
    }
    (void)store_append_begin(store, store_reserve(store));
    store->after_append = STAGE_PAD; /* while nobody waits for the first block */
    return 0;
}

/* Ends the transfer; its gap becomes padding unless it lies in a slot or holds the object for good.
 */
static int end_transfer(struct store *store, bool keep)
{
    struct store_frame frame;
    uint32_t low;
    uint32_t high;
    uint8_t *body;

    store_record_at(store, store->stream.record, &frame);
    low = bytes_get_u32(frame.body + TRANSFER_GAP_START);
    high = bytes_get_u32(frame.body + TRANSFER_GAP_END);
    keep = keep || in_slot(store, low, high - low);
    body = store_record_start(store, STORE_RECORD_TRANSFER, STORE_FRAME_ENDS, 0, STORE_BODY_WRITTEN,
                              keep ? 0 : store->unit);
    bytes_put_u32(body, keep ? STORE_NONE : low);
    bytes_put_u32(body + 4, keep ? 0 : high - low);
    return store_append_begin(store, 0);
}

int store_transfer_discard(struct store *store)
{
    int result = store_may_change(store);

    if (result < 0) {
        return result;
    }
    return store->stream.record == 0 ? STORE_E_NOT_FOUND : end_transfer(store, false);
}

int store_transfer_finish(struct store *store)
{
    struct store_transfer transfer;
    int result = store_may_change(store);

    if (result < 0) {
        return result;
    }
    if (store_transfer_find(store, &transfer) != 0) {
        return STORE_E_NOT_FOUND;
    }
    if (transfer.position != transfer.size) {
        return STORE_E_ORDER;
    }
    if (!in_slot(store, transfer.address, transfer.space)) {
        return STORE_E_ARGUMENT;
    }
    return end_transfer(store, true);
}
