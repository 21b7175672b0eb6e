// SPDX-License-Identifier: Apache-2.0
#include "swap_internal.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>
#include <hil/error.h>

#include <string.h>

int swap_mount_begin(struct swap *swap, const struct swap_config *config)
{
    const struct hil_flash_geometry *geometry = config->flash->geometry;

    memset(swap, 0, sizeof *swap);
    swap->config = config;
    swap->unit = ck_max(4, geometry->write_unit);
    swap->page_size = hil_flash_pages(geometry, config->area, config->pages);
    if (swap->page_size == 0 || config->pages <= SWAP_LOGS ||
        geometry->write_unit > SWAP_UNIT_MAX) {
        return KV_E_CONFIG;
    }
    swap->image = swap_log_page(swap, SWAP_LOGS);
    swap->stage = STAGE_SCAN;
    swap->cursor = swap_log_page(swap, 0);
    return 0;
}

int swap_open(struct swap *swap, uint32_t page)
{
    if (swap->stage != STAGE_IDLE) {
        return KV_E_BUSY;
    }
    swap->target = page;
    swap->image += swap->page_size;
    if (swap->image >= swap_log_page(swap, swap->config->pages)) {
        swap->image = swap_log_page(swap, SWAP_LOGS);
    }
    swap->stream = swap->image;
    swap->position = 0;
    swap->fill = 0;
    swap_need_log(swap, STAGE_IMAGE_ERASE);
    return 0;
}

uint32_t swap_put(struct swap *swap, const void *data, uint32_t length)
{
    uint32_t taken = ck_min(length, SWAP_CHUNK - swap->fill);

    if (swap->stage != STAGE_OPEN) {
        return 0;
    }
    memcpy(swap->buffer + swap->fill, data, taken);
    swap->fill = (uint8_t)(swap->fill + taken);
    swap->position += taken;
    return taken;
}

/* Programs what is in the buffer. */
static int flush(struct swap *swap, unsigned next)
{
    uint32_t length = 0;
    int result;

    if (swap->fill == 0) {
        swap->stage = (uint8_t)next;
        return KV_BUSY;
    }
    (void)ck_align_up(swap->fill, swap_write_unit(swap), &length);
    memset(swap->buffer + swap->fill, swap->config->flash->geometry->erase_value,
           length - swap->fill);
    result = swap_program(swap, swap->stream + swap->position - swap->fill, swap->buffer, length);
    if (result == 0) {
        swap->fill = 0;
    }
    return swap_then(swap, result, next);
}

void swap_close(struct swap *swap)
{
    swap->length = swap->position;
    swap->cursor = 0;
    swap->crc = CRC32_START;
    swap->stage = STAGE_CHECK;
}

void swap_drop(struct swap *swap)
{
    swap->stage = STAGE_IDLE;
}

int swap_announce(struct swap *swap, const struct swap_doubt *doubt)
{
    if (swap->stage != STAGE_IDLE || swap->doubt_open != 0) {
        return KV_E_BUSY;
    }
    swap->doubt = *doubt;
    swap_need_log(swap, STAGE_ANNOUNCE);
    return 0;
}

void swap_append(struct swap *swap, uint32_t address)
{
    swap->stream = address;
    swap->position = 0;
    swap->fill = 0;
    swap->stage = STAGE_OPEN;
}

void swap_flush(struct swap *swap)
{
    swap->stage = STAGE_FLUSH;
}

bool swap_in_doubt(const struct swap *swap, struct swap_doubt *doubt)
{
    if (swap->doubt_open == 0) {
        return false;
    }
    *doubt = swap->doubt;
    return true;
}

void swap_settle(struct swap *swap)
{
    swap->stage = STAGE_SETTLED;
}

void swap_erase(struct swap *swap, uint32_t page)
{
    swap->target = page;
    swap->length = 0;
    swap->entry = 0;
    swap->stage = STAGE_TARGET_ERASE;
}

bool swap_must_finish(const struct swap *swap)
{
    return swap->stage >= STAGE_CHECK && swap->stage <= STAGE_DONE;
}

/* What is left in the buffer, then the image's CRC. */
static int check(struct swap *swap)
{
    if (swap->fill != 0) {
        return flush(swap, STAGE_CHECK);
    }
    if (swap_check_piece(swap)) {
        swap->stage = STAGE_RECORD;
    }
    return KV_BUSY;
}

static int target_erase(struct swap *swap)
{
    swap->cursor = 0;
    return swap_then(swap, swap_erase_page(swap, swap->target),
                     swap->entry != 0 ? STAGE_COPY : STAGE_LAST);
}

static int copy(struct swap *swap)
{
    uint32_t length = swap->length;
    uint32_t piece;
    int result;

    (void)ck_align_up(length, swap_write_unit(swap), &length);
    piece = ck_min(length - swap->cursor, SWAP_PIECE);
    if (piece == 0) {
        swap->stage = STAGE_DONE;
        return KV_BUSY;
    }
    result = swap_program(swap, swap->target + swap->cursor,
                          swap_bytes(swap, swap->image + swap->cursor, piece), piece);
    if (result == 0) {
        swap->cursor += piece;
    }
    return swap_then(swap, result, STAGE_COPY);
}

static int done(struct swap *swap)
{
    int result = swap_mark(swap, swap_done_of(swap, swap->entry));

    if (result == 0) {
        swap->entry = 0;
        swap->carried = false;
    }
    return swap_then(swap, result, STAGE_LAST);
}

static int settled(struct swap *swap)
{
    int result;

    if (swap->doubt_open == 0) {
        swap->stage = STAGE_IDLE;
        return 0;
    }
    if (!swap->session) {
        swap_need_log(swap, STAGE_SETTLED);
        return KV_BUSY;
    }
    result = swap_mark(swap, swap_done_of(swap, swap->doubt_open));
    if (result == 0) {
        swap->doubt_open = 0;
    }
    return swap_then(swap, result, STAGE_LAST);
}

static int run_stage(struct swap *swap)
{
    switch (swap->stage) {
    case STAGE_OPEN:
        if (swap->fill < SWAP_CHUNK) {
            return 0;
        }
        return flush(swap, STAGE_OPEN);
    case STAGE_SCAN:
        return swap_scan(swap);
    case STAGE_SCAN_IMAGE:
        return swap_scan_image(swap);
    case STAGE_FRESH_VOID:
        return swap_then(swap, swap_mark(swap, swap->log), STAGE_FRESH_ERASE);
    case STAGE_FRESH_ERASE:
        return swap_then(swap, swap_erase_page(swap, swap->log), STAGE_FRESH_HEAD);
    case STAGE_FRESH_HEAD:
        return swap_fresh_head(swap);
    case STAGE_FRESH_APPEND:
        return swap_fresh_append(swap);
    case STAGE_FRESH_SWAP:
        return swap_fresh_swap(swap);
    case STAGE_FRESH_SEAL:
        return swap_then(swap, swap_mark(swap, swap_seal_of(swap, swap->entry)), STAGE_OLD_VOID);
    case STAGE_OLD_VOID:
        return swap_old_void(swap);
    case STAGE_FRESH_DONE:
        swap->session = true;
        swap->stage = swap->after;
        return KV_BUSY;
    case STAGE_IMAGE_ERASE:
        return swap_then(swap, swap_erase_page(swap, swap->image), STAGE_OPEN);
    case STAGE_ANNOUNCE:
        return swap_record_append(swap, STAGE_LAST);
    case STAGE_FLUSH:
        return flush(swap, STAGE_LAST);
    case STAGE_CHECK:
        return check(swap);
    case STAGE_RECORD:
        return swap_record_swap(swap, STAGE_SEAL);
    case STAGE_SEAL:
        return swap_then(swap, swap_mark(swap, swap_seal_of(swap, swap->entry)),
                         STAGE_TARGET_ERASE);
    case STAGE_TARGET_ERASE:
        return target_erase(swap);
    case STAGE_COPY:
        return copy(swap);
    case STAGE_DONE:
        return done(swap);
    case STAGE_SETTLED:
        return settled(swap);
    default:
        swap->stage = STAGE_IDLE;
        return 0;
    }
}

int swap_step(struct swap *swap)
{
    int result;

    if (swap->running) {
        result = swap->config->flash->status(swap->config->flash);
        if (result == HIL_E_BUSY) {
            return KV_BUSY;
        }
        swap->running = false;
        if (result < 0) {
            return result;
        }
    }
    return run_stage(swap);
}
