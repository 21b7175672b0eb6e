// SPDX-License-Identifier: Apache-2.0
#include <kv/swap.h>

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

enum {
    LOGS = 2,
    PIECE = 256, /* bytes checked or copied in one step */
    UNIT_MAX = 32
};

enum stage {
    STAGE_IDLE,
    STAGE_OPEN, /* takes bytes */
    STAGE_SCAN,
    STAGE_SCAN_IMAGE,
    STAGE_FRESH_VOID,
    STAGE_FRESH_ERASE,
    STAGE_FRESH_HEAD,
    STAGE_FRESH_APPEND,
    STAGE_FRESH_SWAP,
    STAGE_FRESH_SEAL,
    STAGE_OLD_VOID,
    STAGE_FRESH_DONE,
    STAGE_IMAGE_ERASE,
    STAGE_ANNOUNCE,
    STAGE_FLUSH,
    STAGE_CHECK,
    STAGE_RECORD,
    STAGE_SEAL,
    STAGE_TARGET_ERASE,
    STAGE_COPY,
    STAGE_DONE,
    STAGE_SETTLED,
    STAGE_LAST
};

static const uint8_t *bytes_at(const struct swap *swap, uint32_t address, uint32_t length)
{
    return swap->config->flash->map(swap->config->flash, address, length);
}

static uint32_t write_unit(const struct swap *swap)
{
    return swap->config->flash->geometry->write_unit;
}

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

static uint32_t seal_of(const struct swap *swap, uint32_t entry)
{
    return entry + record_size(swap);
}

static uint32_t done_of(const struct swap *swap, uint32_t entry)
{
    return seal_of(swap, entry) + swap->unit;
}

static uint32_t log_page(const struct swap *swap, uint32_t index)
{
    return swap->config->area + index * swap->page_size;
}

static uint32_t page_of(const struct swap *swap, uint32_t address)
{
    return address - (address - swap->config->area) % swap->page_size;
}

static bool is_marked(const struct swap *swap, uint32_t address)
{
    const uint8_t *unit = bytes_at(swap, address, swap->unit);
    uint8_t marked = (uint8_t)~swap->config->flash->geometry->erase_value;

    for (uint32_t i = 0; i < swap->unit; i++) {
        if (unit[i] != marked) {
            return false;
        }
    }
    return true;
}

/* Starts programming; the operation's status is looked at by the next step. */
static int program(struct swap *swap, uint32_t address, const uint8_t *data, uint32_t length)
{
    const struct hil_flash *flash = swap->config->flash;
    int result = flash->program(flash, address, data, length);

    swap->running = result == 0;
    return result;
}

/* Drives a unit to its end: certain, whatever it held. */
static int mark(struct swap *swap, uint32_t address)
{
    uint8_t *unit = swap->buffer;

    memset(unit, (uint8_t)~swap->config->flash->geometry->erase_value, swap->unit);
    return program(swap, address, unit, swap->unit);
}

static int erase(struct swap *swap, uint32_t address)
{
    const struct hil_flash *flash = swap->config->flash;
    int result = flash->erase(flash, address);

    swap->running = result == 0;
    return result;
}

/* Goes to the next stage once an operation was started; the same stage again while flash is busy.
 */
static int then(struct swap *swap, int result, unsigned stage)
{
    if (result == 0) {
        swap->stage = (uint8_t)stage;
    }
    return result == 0 || result == HIL_E_BUSY ? KV_BUSY : result;
}

/* The record at an address; false when there is none that can be read. */
static bool read_record(const struct swap *swap, uint32_t address, const uint8_t **record)
{
    *record = bytes_at(swap, address, RECORD_SIZE);
    return *record != NULL &&
           bytes_get_u32(*record + RECORD_CRC) == crc32_update(CRC32_START, *record, RECORD_CRC);
}

static void write_record(struct swap *swap, uint32_t magic, uint32_t page, uint32_t other,
                         const uint8_t *mark_bytes)
{
    uint8_t *record = swap->buffer;

    memset(record, swap->config->flash->geometry->erase_value, UNIT_MAX);
    bytes_put_u32(record + RECORD_MAGIC, magic);
    bytes_put_u32(record + RECORD_PAGE, page);
    bytes_put_u32(record + RECORD_OTHER, other);
    memcpy(record + RECORD_MARK, mark_bytes, SWAP_MARK);
    bytes_put_u32(record + RECORD_CRC, crc32_update(CRC32_START, record, RECORD_CRC));
}

/* Whether a whole page of the storage's own, or of anybody's, lies at an address. */
static bool is_page(const struct swap *swap, uint32_t address)
{
    uint32_t start;
    uint32_t size;

    return hil_flash_page(swap->config->flash->geometry, address, &start, &size) == 0 &&
           start == address && size == swap->page_size;
}

int swap_mount_begin(struct swap *swap, const struct swap_config *config)
{
    const struct hil_flash_geometry *geometry = config->flash->geometry;
    uint32_t start;

    memset(swap, 0, sizeof *swap);
    swap->config = config;
    swap->unit = ck_max(4, geometry->write_unit);
    if (hil_flash_page(geometry, config->area, &start, &swap->page_size) != 0 ||
        start != config->area || config->pages <= LOGS || geometry->write_unit > UNIT_MAX) {
        return KV_E_CONFIG;
    }
    for (uint32_t i = 0; i < config->pages; i++) {
        if (!is_page(swap, config->area + i * swap->page_size)) {
            return KV_E_CONFIG;
        }
    }
    swap->image = log_page(swap, LOGS);
    swap->stage = STAGE_SCAN;
    swap->cursor = log_page(swap, 0);
    return 0;
}

/* Mount: goes on behind a record once the operation on it was started. */
static int scan_past(struct swap *swap, uint32_t entry, int result)
{
    if (result == 0) {
        swap->cursor = entry + entry_size(swap);
    }
    return then(swap, result, STAGE_SCAN);
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
    if (!is_marked(swap, seal_of(swap, entry)) || length > swap->page_size ||
        !is_page(swap, target) || !is_page(swap, image) ||
        !ck_range_in(image, swap->page_size, log_page(swap, LOGS),
                     log_page(swap, swap->config->pages))) {
        return scan_past(swap, entry, mark(swap, done_of(swap, entry)));
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
        magic = bytes_get_u32(bytes_at(swap, entry, 4));
    }
    if (magic != MAGIC_SWAP && magic != MAGIC_APPEND) {
        swap->cursor = page + swap->page_size;
        return KV_BUSY;
    }
    if (is_marked(swap, done_of(swap, entry))) {
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

static void fresh_log(struct swap *swap, uint32_t old, unsigned after);

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
static int scan(struct swap *swap)
{
    uint32_t page = page_of(swap, swap->cursor);

    if (page >= log_page(swap, LOGS)) {
        return scanned(swap);
    }
    if (swap->cursor == page) {
        swap->cursor +=
            bytes_get_u32(bytes_at(swap, page, 4)) == MAGIC_LOG ? swap->unit : swap->page_size;
        return KV_BUSY;
    }
    return scan_record(swap, page);
}

/* Takes the next piece of the image into the CRC; true when that was the last. */
static bool check_piece(struct swap *swap)
{
    uint32_t piece = ck_min(swap->length - swap->cursor, PIECE);

    swap->crc = crc32_update(swap->crc, bytes_at(swap, swap->image + swap->cursor, piece), piece);
    swap->cursor += piece;
    return swap->cursor == swap->length;
}

static int scan_image(struct swap *swap)
{
    const uint8_t *record;

    if (!check_piece(swap)) {
        return KV_BUSY;
    }
    if (read_record(swap, swap->entry, &record) &&
        bytes_get_u32(record + RECORD_MARK + 4) == swap->crc) {
        swap->carried = true;
        return scan_past(swap, swap->entry, 0);
    }
    return scan_past(swap, swap->entry, mark(swap, done_of(swap, swap->entry)));
}

/*
 * The log goes on in the other page: at the first change since mount, when nothing that looks
 * erased can be trusted, and when this page is full. A page that is left or taken is made void
 * first, so that an erasure which is cut cannot bring its records back.
 */
static void fresh_log(struct swap *swap, uint32_t old, unsigned after)
{
    swap->log = old == log_page(swap, 0) ? log_page(swap, 1) : log_page(swap, 0);
    swap->after = (uint8_t)after;
    swap->stage = STAGE_FRESH_VOID;
}

static void need_log(struct swap *swap, unsigned after)
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

static int fresh_head(struct swap *swap)
{
    int result;

    memset(swap->buffer, swap->config->flash->geometry->erase_value, swap->unit);
    bytes_put_u32(swap->buffer, MAGIC_LOG);
    result = program(swap, swap->log, swap->buffer, swap->unit);
    if (result == 0) {
        swap->log += swap->unit;
    }
    return then(swap, result, STAGE_FRESH_APPEND);
}

/* Programs a record and answers its place; the log goes on behind it. */
static int append_record(struct swap *swap, uint32_t *entry)
{
    int result = program(swap, swap->log, swap->buffer, record_size(swap));

    if (result == 0) {
        *entry = swap->log;
        swap->log += entry_size(swap);
    }
    return result;
}

static int record_append(struct swap *swap, unsigned next)
{
    write_record(swap, MAGIC_APPEND, swap->doubt.page, swap->doubt.other, swap->doubt.mark);
    return then(swap, append_record(swap, &swap->doubt_open), next);
}

static int record_swap(struct swap *swap, unsigned next)
{
    uint8_t mark_bytes[SWAP_MARK];

    bytes_put_u32(mark_bytes, swap->length);
    bytes_put_u32(mark_bytes + 4, swap->crc);
    write_record(swap, MAGIC_SWAP, swap->target, swap->image, mark_bytes);
    return then(swap, append_record(swap, &swap->entry), next);
}

/* What is open goes on in the fresh page. */
static int fresh_append(struct swap *swap)
{
    if (swap->doubt_open == 0) {
        swap->stage = STAGE_FRESH_SWAP;
        return KV_BUSY;
    }
    return record_append(swap, STAGE_FRESH_SWAP);
}

static int fresh_swap(struct swap *swap)
{
    if (!swap->carried) {
        swap->stage = STAGE_OLD_VOID;
        return KV_BUSY;
    }
    return record_swap(swap, STAGE_FRESH_SEAL);
}

static int old_void(struct swap *swap)
{
    uint32_t fresh = page_of(swap, swap->log - 1);
    uint32_t old = fresh == log_page(swap, 0) ? log_page(swap, 1) : log_page(swap, 0);

    return then(swap, mark(swap, old), STAGE_FRESH_DONE);
}

int swap_open(struct swap *swap, uint32_t page)
{
    if (swap->stage != STAGE_IDLE) {
        return KV_E_BUSY;
    }
    swap->target = page;
    swap->image += swap->page_size;
    if (swap->image >= log_page(swap, swap->config->pages)) {
        swap->image = log_page(swap, LOGS);
    }
    swap->stream = swap->image;
    swap->position = 0;
    swap->fill = 0;
    need_log(swap, STAGE_IMAGE_ERASE);
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
    (void)ck_align_up(swap->fill, write_unit(swap), &length);
    memset(swap->buffer + swap->fill, swap->config->flash->geometry->erase_value,
           length - swap->fill);
    result = program(swap, swap->stream + swap->position - swap->fill, swap->buffer, length);
    if (result == 0) {
        swap->fill = 0;
    }
    return then(swap, result, next);
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
    need_log(swap, STAGE_ANNOUNCE);
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
    if (check_piece(swap)) {
        swap->stage = STAGE_RECORD;
    }
    return KV_BUSY;
}

static int target_erase(struct swap *swap)
{
    swap->cursor = 0;
    return then(swap, erase(swap, swap->target), swap->entry != 0 ? STAGE_COPY : STAGE_LAST);
}

static int copy(struct swap *swap)
{
    uint32_t length = swap->length;
    uint32_t piece;
    int result;

    (void)ck_align_up(length, write_unit(swap), &length);
    piece = ck_min(length - swap->cursor, PIECE);
    if (piece == 0) {
        swap->stage = STAGE_DONE;
        return KV_BUSY;
    }
    result = program(swap, swap->target + swap->cursor,
                     bytes_at(swap, swap->image + swap->cursor, piece), piece);
    if (result == 0) {
        swap->cursor += piece;
    }
    return then(swap, result, STAGE_COPY);
}

static int done(struct swap *swap)
{
    int result = mark(swap, done_of(swap, swap->entry));

    if (result == 0) {
        swap->entry = 0;
        swap->carried = false;
    }
    return then(swap, result, STAGE_LAST);
}

static int settled(struct swap *swap)
{
    int result;

    if (swap->doubt_open == 0) {
        swap->stage = STAGE_IDLE;
        return 0;
    }
    if (!swap->session) {
        need_log(swap, STAGE_SETTLED);
        return KV_BUSY;
    }
    result = mark(swap, done_of(swap, swap->doubt_open));
    if (result == 0) {
        swap->doubt_open = 0;
    }
    return then(swap, result, STAGE_LAST);
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
        return scan(swap);
    case STAGE_SCAN_IMAGE:
        return scan_image(swap);
    case STAGE_FRESH_VOID:
        return then(swap, mark(swap, swap->log), STAGE_FRESH_ERASE);
    case STAGE_FRESH_ERASE:
        return then(swap, erase(swap, swap->log), STAGE_FRESH_HEAD);
    case STAGE_FRESH_HEAD:
        return fresh_head(swap);
    case STAGE_FRESH_APPEND:
        return fresh_append(swap);
    case STAGE_FRESH_SWAP:
        return fresh_swap(swap);
    case STAGE_FRESH_SEAL:
        return then(swap, mark(swap, seal_of(swap, swap->entry)), STAGE_OLD_VOID);
    case STAGE_OLD_VOID:
        return old_void(swap);
    case STAGE_FRESH_DONE:
        swap->session = true;
        swap->stage = swap->after;
        return KV_BUSY;
    case STAGE_IMAGE_ERASE:
        return then(swap, erase(swap, swap->image), STAGE_OPEN);
    case STAGE_ANNOUNCE:
        return record_append(swap, STAGE_LAST);
    case STAGE_FLUSH:
        return flush(swap, STAGE_LAST);
    case STAGE_CHECK:
        return check(swap);
    case STAGE_RECORD:
        return record_swap(swap, STAGE_SEAL);
    case STAGE_SEAL:
        return then(swap, mark(swap, seal_of(swap, swap->entry)), STAGE_TARGET_ERASE);
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
