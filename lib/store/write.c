// SPDX-License-Identifier: Apache-2.0
/*
 * Writing the blocks of a transfer: pages are erased as the stream reaches them, the page with the
 * header after everything else is in flash and the rest of the gap is padding.
 */
#include "internal.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <tbf/format.h>
#include <tbf/write.h>

#include <string.h>

/* Where the stream reaches the page with the header. */
static uint32_t header_at(const struct store_transfer *transfer)
{
    return transfer->rotate != 0 ? transfer->size - transfer->rotate : 0;
}

/* Object offset of a stream position. */
static uint32_t offset_of(const struct store_transfer *transfer, uint32_t position)
{
    uint32_t before = transfer->size - transfer->rotate;

    return position < before ? position + transfer->rotate : position - before;
}

/* Notes one more unit of progress; false when everything up to done_to is noted. */
static bool note(struct store *store, const struct store_transfer *transfer)
{
    uint32_t units;
    uint32_t stride;
    uint32_t marked = store_progress_marked(store, &units, &stride);
    uint32_t due = store_pages_before(store, transfer, store->stream.done_to) / stride;
    struct store_frame frame;

    if (store->stream.done_to == transfer->size) {
        due = units;
    }
    if (marked >= ck_min(due, units)) {
        return false;
    }
    store_record_at(store, store->stream.record, &frame);
    store_program_mark(store,
                       store_journal_address(store, store->stream.record +
                                                        store_frame_tail(&frame, store->unit) +
                                                        marked * store->unit));
    return true;
}

/* Queues padding over [low, high). */
static void pad(struct store *store, uint32_t low, uint32_t high)
{
    const struct hil_flash *flash = store->config->flash;
    uint32_t start;
    uint32_t page;

    if (high - low < TBF_BASE_SIZE || hil_flash_page(flash->geometry, low, &start, &page) != 0 ||
        start != low || page > high - low) {
        return;
    }
    store_erase(store, low, page);
    store_program_padding(store, low, high - low);
}

/* Makes what is left of the gap padding: first behind the object, then before it. */
static void pad_gap(struct store *store, const struct store_transfer *transfer)
{
    struct store_frame frame;
    uint32_t back = transfer->address + transfer->space;

    store_record_at(store, store->stream.record, &frame);
    if (store->stream.pads == 0) {
        pad(store, back, bytes_get_u32(frame.body + 24));
    } else {
        pad(store, bytes_get_u32(frame.body + 20), transfer->address);
    }
    store->stream.pads++;
}

int store_pad_stage(struct store *store)
{
    struct store_transfer transfer;

    if (store->stream.pads < 2) {
        store_transfer_decode(store, &transfer);
        pad_gap(store, &transfer);
    } else {
        store->stage = STAGE_FINISH;
    }
    return STORE_BUSY;
}

/* Queues the erasure of the page that the stream reaches next. */
static void erase_next(struct store *store, const struct store_transfer *transfer)
{
    struct store_stream *stream = &store->stream;
    uint32_t offset = offset_of(transfer, stream->erased_to);
    uint32_t start;
    uint32_t page;
    uint32_t end;

    (void)hil_flash_page(store->config->flash->geometry, transfer->address + offset, &start, &page);
    end = start + page - transfer->address;
    if (end >= transfer->size) {
        /* The last page, and one more where the padding header needs it. */
        stream->erased_to += transfer->size - offset;
        end = transfer->space;
    } else {
        stream->erased_to += end - offset;
    }
    store_erase(store, start, transfer->address + end - start);
}

/* Programs what is left of the object's last unit together with the padding of its slack. */
static void finish_object(struct store *store, const struct store_transfer *transfer)
{
    struct store_stream *stream = &store->stream;
    uint32_t slack = transfer->space - transfer->size;
    uint32_t unit = store->config->flash->geometry->write_unit;
    uint32_t length = stream->carry_length;

    memset(store->buffer, store->config->flash->geometry->erase_value, sizeof store->buffer);
    memcpy(store->buffer, stream->carry, stream->carry_length);
    if (slack != 0) {
        tbf_write_padding(store->buffer + length, slack);
        length += TBF_BASE_SIZE;
    }
    stream->ending = false;
    stream->carry_length = 0;
    if (length != 0) {
        store_program(store, transfer->address + transfer->size - (length - (slack ? 16u : 0u)),
                      store->buffer, (length + unit - 1) & ~(unit - 1));
    }
}

/* Takes bytes into the unit that is not whole yet; queues it once it is. */
static uint32_t carry(struct store *store, const struct store_transfer *transfer, uint32_t offset,
                      uint32_t length)
{
    struct store_stream *stream = &store->stream;
    uint32_t unit = store->config->flash->geometry->write_unit;
    uint32_t taken = ck_min(length, unit - stream->carry_length);

    if (stream->carry_length == 0) {
        stream->carry_at = offset;
    }
    memcpy(stream->carry + stream->carry_length, stream->data, taken);
    stream->carry_length = (uint8_t)(stream->carry_length + taken);
    if (stream->carry_length == unit) {
        memcpy(store->buffer, stream->carry, unit);
        store_program(store, transfer->address + stream->carry_at, store->buffer, unit);
        stream->carry_length = 0;
    }
    return taken;
}

/* Writes as much of the block as one program operation can. */
static void write_piece(struct store *store, const struct store_transfer *transfer)
{
    struct store_stream *stream = &store->stream;
    uint32_t unit = store->config->flash->geometry->write_unit;
    uint32_t before = transfer->size - transfer->rotate;
    uint32_t offset = offset_of(transfer, stream->position);
    uint32_t end = stream->position < before ? before : transfer->size;
    uint32_t length = ck_min(stream->left, end - stream->position);

    length = ck_min(length, stream->erased_to - stream->position);
    if (stream->carry_length == 0 && length >= unit) {
        length = ck_align_down(length, unit);
        store_program(store, transfer->address + offset, stream->data, length);
    } else {
        length = carry(store, transfer, offset, length);
    }
    stream->position += length;
    stream->left -= length;
    stream->data += length;
    stream->ending = offset + length == transfer->size;
}

int store_write_stage(struct store *store)
{
    struct store_stream *stream = &store->stream;
    struct store_transfer transfer;
    uint32_t header;

    if (!stream->settled) {
        store_compact_begin(store, STAGE_WRITE);
        return STORE_BUSY;
    }
    store_transfer_decode(store, &transfer);
    header = header_at(&transfer);
    if (stream->ending) {
        finish_object(store, &transfer);
        return STORE_BUSY;
    }
    if (stream->left == 0) {
        stream->done_to = ck_max(stream->done_to, stream->complete);
        return note(store, &transfer) ? STORE_BUSY : 0;
    }
    if (stream->position >= header) {
        stream->done_to = ck_max(stream->done_to, header);
        if (note(store, &transfer)) {
            return STORE_BUSY;
        }
    }
    if (stream->erased_to <= stream->position) {
        if (stream->erased_to == header && stream->pads < 2) {
            pad_gap(store, &transfer);
        } else {
            erase_next(store, &transfer);
        }
        return STORE_BUSY;
    }
    write_piece(store, &transfer);
    return STORE_BUSY;
}

/* Whether a block may come now. */
static int in_order(const struct store *store, const struct store_transfer *transfer,
                    uint32_t position, uint32_t length)
{
    const struct store_stream *stream = &store->stream;
    uint32_t header = header_at(transfer);
    uint32_t unit = store->config->flash->geometry->write_unit;
    uint32_t offset = offset_of(transfer, position);

    if (position < stream->done_to ||
        (position + length > header && stream->done_to < ck_min(position, header))) {
        return STORE_E_ORDER;
    }
    if (stream->carry_length != 0 ? offset != stream->carry_at + stream->carry_length
                                  : !ck_is_aligned(offset, unit)) {
        return STORE_E_ORDER;
    }
    return 0;
}

int store_transfer_write(struct store *store, uint32_t position, const void *data, uint32_t length,
                         uint32_t complete)
{
    struct store_stream *stream = &store->stream;
    struct store_transfer transfer;
    uint32_t end;
    int result = store_may_change(store);

    if (result < 0) {
        return result;
    }
    if (stream->record == 0) {
        return STORE_E_NOT_FOUND;
    }
    store_transfer_decode(store, &transfer);
    if (!ck_is_aligned(position, 4) || !ck_is_aligned(length, 4) || length == 0 ||
        !ck_add(position, length, &end) || end > transfer.size || complete > transfer.size) {
        return STORE_E_ARGUMENT;
    }
    if (end <= stream->done_to) {
        return 0; /* it is there already */
    }
    result = in_order(store, &transfer, position, length);
    if (result < 0) {
        return result;
    }
    stream->position = position;
    stream->data = data;
    stream->left = length;
    stream->complete = complete;
    store->committed = false;
    store->stage = STAGE_WRITE;
    return 0;
}
