// SPDX-License-Identifier: Apache-2.0
/* The log: records, what they say at mount, and the switch from one page to the other. */
#include "swap_internal.h"

#include <base/bytes.h>
#include <base/checked.h>
#include <base/crc32.h>
#include <hil/error.h>

#include <string.h>

#define MAGIC_LOG    0x31574147u /* "GAW1": heads a log page; zeros: void */
#define MAGIC_SWAP   0x50415753u /* "SWAP" */
#define MAGIC_APPEND 0x4E505041u /* "APPN" */

/* Offsets in a record. */
enum {
    RECORD_MAGIC = 0,
    RECORD_PAGE = 4,
    RECORD_OTHER = 8, /* swap: the image; append: the page with what is replaced */
    RECORD_MARK = 12, /* swap: length, CRC-32 of the image; append: the mark */
    RECORD_CRC = 20,
    RECORD_SIZE = 24
};

/* A record, its seal and its mark of being done. */
static uint32_t record_size(const struct swap *swap)
{
    uint32_t size = RECORD_SIZE;

    (void)ck_align_up(RECORD_SIZE, swap->unit, &size);
    return size;
}

static uint32_t entry_size(const struct swap *swap)
{
    return record_size(swap) + 2 * swap->unit;
}

uint32_t swap_seal_of(const struct swap *swap, uint32_t entry)
{
    return entry + record_size(swap);
}

uint32_t swap_done_of(const struct swap *swap, uint32_t entry)
{
    return swap_seal_of(swap, entry) + swap->unit;
}

uint32_t swap_log_page(const struct swap *swap, uint32_t index)
{
    return swap->config->area + index * swap->page_size;
}

static uint32_t page_of(const struct swap *swap, uint32_t address)
{
    return address - (address - swap->config->area) % swap->page_size;
}

static bool is_marked(const struct swap *swap, uint32_t address)
{
    const uint8_t *unit = swap_bytes(swap, address, swap->unit);
    uint8_t marked = (uint8_t)~swap->config->flash->geometry->erase_value;

    for (uint32_t i = 0; i < swap->unit; i++) {
        if (unit[i] != marked) {
            return false;
        }
    }
    return true;
}

/* The record at an address; false when there is none that can be read. */
static bool read_record(const struct swap *swap, uint32_t address, const uint8_t **record)
{
    *record = swap_bytes(swap, address, RECORD_SIZE);
    return *record != NULL &&
           bytes_get_u32(*record + RECORD_CRC) == crc32_update(CRC32_START, *record, RECORD_CRC);
}

static void write_record(struct swap *swap, uint32_t magic, uint32_t page, uint32_t other,
                         const uint8_t *mark_bytes)
{
    uint8_t *record = swap->buffer;

    memset(record, swap->config->flash->geometry->erase_value, SWAP_UNIT_MAX);
    bytes_put_u32(record + RECORD_MAGIC, magic);
    bytes_put_u32(record + RECORD_PAGE, page);
    bytes_put_u32(record + RECORD_OTHER, other);
    memcpy(record + RECORD_MARK, mark_bytes, SWAP_MARK);
    bytes_put_u32(record + RECORD_CRC, crc32_update(CRC32_START, record, RECORD_CRC));
}

/* Whether a whole page of the storage's own, or of anybody's, lies at an address. */
bool swap_is_page(const struct swap *swap, uint32_t address)
{
    uint32_t start;
    uint32_t size;

    return hil_flash_page(swap->config->flash->geometry, address, &start, &size) == 0 &&
           start == address && size == swap->page_size;
}

/* Mount: goes on behind a record once the operation on it was started. */
static int scan_past(struct swap *swap, uint32_t entry, int result)
{
    if (result == 0) {
        swap->cursor = entry + entry_size(swap);
    }
    return swap_then(swap, result, STAGE_SCAN);
}

/*
 * Mount: a sealed replacement that is not done goes on, if its image is what it was. One without a
 * seal has not begun, and is marked as done, lest a seal that was cut read otherwise next time.
 */
static int scan_swap(struct swap *swap, uint32_t entry, const uint8_t *record)
{
    uint32_t image = bytes_get_u32(record + RECORD_OTHER);
    uint32_t length = bytes_get_u32(record + RECORD_MARK);
    uint32_t target = bytes_get_u32(record + RECORD_PAGE);

    if (swap->carried) {
        return scan_past(swap, entry, 0);
    }
    if (!is_marked(swap, swap_seal_of(swap, entry)) || length > swap->page_size ||
        !swap_is_page(swap, target) || !swap_is_page(swap, image) ||
        !ck_range_in(image, swap->page_size, swap_log_page(swap, SWAP_LOGS),
                     swap_log_page(swap, swap->config->pages))) {
        return scan_past(swap, entry, swap_mark(swap, swap_done_of(swap, entry)));
    }
    swap->entry = entry;
    swap->image = image;
    swap->target = target;
    swap->length = length;
    swap->cursor = 0;
    swap->crc = CRC32_START;
    swap->stage = STAGE_SCAN_IMAGE;
    return KV_BUSY;
}

/* Mount: an append that was announced and is not done leaves its page in doubt. */
static void scan_append(struct swap *swap, uint32_t entry, const uint8_t *record)
{
    swap->doubt_open = entry;
    swap->doubt.page = bytes_get_u32(record + RECORD_PAGE);
    swap->doubt.other = bytes_get_u32(record + RECORD_OTHER);
    memcpy(swap->doubt.mark, record + RECORD_MARK, SWAP_MARK);
}

/* Mount: the record at the cursor. Those that are done, nearly all, are passed quickly. */
static int scan_record(struct swap *swap, uint32_t page)
{
    uint32_t entry = swap->cursor;
    uint32_t magic = 0;
    const uint8_t *record;

    if (page + swap->page_size - entry >= entry_size(swap)) {
        magic = bytes_get_u32(swap_bytes(swap, entry, 4));
    }
    if (magic != MAGIC_SWAP && magic != MAGIC_APPEND) {
        swap->cursor = page + swap->page_size;
        return KV_BUSY;
    }
    if (is_marked(swap, swap_done_of(swap, entry))) {
        return scan_past(swap, entry, 0);
    }
    if (!read_record(swap, entry, &record)) {
        swap->cursor = page + swap->page_size;
        return KV_BUSY;
    }
    if (magic == MAGIC_SWAP) {
        return scan_swap(swap, entry, record);
    }
    scan_append(swap, entry, record);
    return scan_past(swap, entry, 0);
}

/*
 * The log goes on in the other page: at the first change since mount, when nothing that looks
 * erased can be trusted, and when this page is full. A page that is left or taken is made void
 * first, so that an erasure which is cut cannot bring its records back.
 */
static void fresh_log(struct swap *swap, uint32_t old, unsigned after)
{
    swap->log = old == swap_log_page(swap, 0) ? swap_log_page(swap, 1) : swap_log_page(swap, 0);
    swap->after = (uint8_t)after;
    swap->stage = STAGE_FRESH_VOID;
}

void swap_need_log(struct swap *swap, unsigned after)
{
    uint32_t page = page_of(swap, swap->log - 1);

    if (!swap->session) {
        fresh_log(swap, page_of(swap, swap->doubt_open), after);
    } else if (page + swap->page_size - swap->log < entry_size(swap)) {
        fresh_log(swap, page, after);
    } else {
        swap->stage = (uint8_t)after;
    }
}

/*
 * Mount: everything was looked at. What has to be finished gets a record of its own in a fresh
 * page: power may have cut the mark of the old one being done, which would then read otherwise in
 * the middle of the next attempt.
 */
static int scanned(struct swap *swap)
{
    if (!swap->carried) {
        swap->stage = STAGE_IDLE;
        return 0;
    }
    fresh_log(swap, page_of(swap, swap->entry), STAGE_TARGET_ERASE);
    return KV_BUSY;
}

/* Mount: looks at one record, in one log page after the other. */
int swap_scan(struct swap *swap)
{
    uint32_t page = page_of(swap, swap->cursor);

    if (page >= swap_log_page(swap, SWAP_LOGS)) {
        return scanned(swap);
    }
    if (swap->cursor == page) {
        swap->cursor +=
            bytes_get_u32(swap_bytes(swap, page, 4)) == MAGIC_LOG ? swap->unit : swap->page_size;
        return KV_BUSY;
    }
    return scan_record(swap, page);
}

/* Takes the next piece of the image into the CRC; true when that was the last. */
bool swap_check_piece(struct swap *swap)
{
    uint32_t piece = ck_min(swap->length - swap->cursor, SWAP_PIECE);

    swap->crc = crc32_update(swap->crc, swap_bytes(swap, swap->image + swap->cursor, piece), piece);
    swap->cursor += piece;
    return swap->cursor == swap->length;
}

int swap_scan_image(struct swap *swap)
{
    const uint8_t *record;

    if (!swap_check_piece(swap)) {
        return KV_BUSY;
    }
    if (read_record(swap, swap->entry, &record) &&
        bytes_get_u32(record + RECORD_MARK + 4) == swap->crc) {
        swap->carried = true;
        return scan_past(swap, swap->entry, 0);
    }
    return scan_past(swap, swap->entry, swap_mark(swap, swap_done_of(swap, swap->entry)));
}

int swap_fresh_head(struct swap *swap)
{
    int result;

    memset(swap->buffer, swap->config->flash->geometry->erase_value, swap->unit);
    bytes_put_u32(swap->buffer, MAGIC_LOG);
    result = swap_program(swap, swap->log, swap->buffer, swap->unit);
    if (result == 0) {
        swap->log += swap->unit;
    }
    return swap_then(swap, result, STAGE_FRESH_APPEND);
}

/* Programs a record and answers its place; the log goes on behind it. */
static int append_record(struct swap *swap, uint32_t *entry)
{
    int result = swap_program(swap, swap->log, swap->buffer, record_size(swap));

    if (result == 0) {
        *entry = swap->log;
        swap->log += entry_size(swap);
    }
    return result;
}

int swap_record_append(struct swap *swap, unsigned next)
{
    write_record(swap, MAGIC_APPEND, swap->doubt.page, swap->doubt.other, swap->doubt.mark);
    return swap_then(swap, append_record(swap, &swap->doubt_open), next);
}

int swap_record_swap(struct swap *swap, unsigned next)
{
    uint8_t mark_bytes[SWAP_MARK];

    bytes_put_u32(mark_bytes, swap->length);
    bytes_put_u32(mark_bytes + 4, swap->crc);
    write_record(swap, MAGIC_SWAP, swap->target, swap->image, mark_bytes);
    return swap_then(swap, append_record(swap, &swap->entry), next);
}

/* What is open goes on in the fresh page. */
int swap_fresh_append(struct swap *swap)
{
    if (swap->doubt_open == 0) {
        swap->stage = STAGE_FRESH_SWAP;
        return KV_BUSY;
    }
    return swap_record_append(swap, STAGE_FRESH_SWAP);
}

int swap_fresh_swap(struct swap *swap)
{
    if (!swap->carried) {
        swap->stage = STAGE_OLD_VOID;
        return KV_BUSY;
    }
    return swap_record_swap(swap, STAGE_FRESH_SEAL);
}

int swap_old_void(struct swap *swap)
{
    uint32_t fresh = page_of(swap, swap->log - 1);
    uint32_t old =
        fresh == swap_log_page(swap, 0) ? swap_log_page(swap, 1) : swap_log_page(swap, 0);

    return swap_then(swap, swap_mark(swap, old), STAGE_FRESH_DONE);
}
