// SPDX-License-Identifier: Apache-2.0
#include "pages.h"

#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <hil/error.h>

/* Bytes that are copied at a time: a multiple of any write unit. */
enum { CHUNK = 64 };

void pages_init(struct pages *pages, const struct hil_flash *flash, uint32_t scratch)
{
    memset(pages, 0, sizeof *pages);
    pages->flash = flash;
    pages->scratch = scratch;
}

static int wait(const struct hil_flash *flash, int started)
{
    int status = started;

    if (started == 0) {
        do {
            status = flash->status(flash);
        } while (status == HIL_E_BUSY);
    }
    return status;
}

static bool is_blank(const struct hil_flash *flash, uint32_t address, uint32_t length)
{
    const uint8_t *bytes = flash->map(flash, address, length);

    return bytes != NULL && bytes_all(bytes, length, flash->geometry->erase_value);
}

/* Erases the page at an address unless it is blank. */
static int erase(const struct hil_flash *flash, uint32_t address, uint32_t size)
{
    return is_blank(flash, address, size) ? 0 : wait(flash, flash->erase(flash, address));
}

/* Copies bytes to where flash is blank, through RAM: not every part programs from itself. */
static int copy(const struct hil_flash *flash, uint32_t to, uint32_t from, uint32_t length)
{
    uint8_t chunk[CHUNK];
    int error = 0;

    for (uint32_t at = 0; at < length && error == 0; at += CHUNK) {
        memcpy(chunk, flash->map(flash, from + at, CHUNK), CHUNK);
        if (!bytes_all(chunk, CHUNK, flash->geometry->erase_value)) {
            error = wait(flash, flash->program(flash, to + at, chunk, CHUNK));
        }
    }
    return error;
}

static uint32_t *word_of(struct pages *pages, uint32_t address, uint32_t *bit)
{
    uint32_t part = (address - pages->start) / PAGES_PART;

    *bit = 1u << (part % 32);
    return &pages->written[part / 32];
}

/* Whether a part of the open page has been written. */
static bool is_written(struct pages *pages, uint32_t address)
{
    uint32_t bit;

    return (*word_of(pages, address, &bit) & bit) != 0;
}

int pages_settle(struct pages *pages)
{
    uint32_t size = pages->size;
    int error = 0;

    pages->size = 0;
    for (uint32_t at = 0; at < size && error == 0; at += PAGES_PART) {
        if (!is_written(pages, pages->start + at)) {
            error = copy(pages->flash, pages->start + at, pages->scratch + at, PAGES_PART);
        }
    }
    return error;
}

/* Erases a page whose bytes are in the scratch page then. */
static int open_page(struct pages *pages, uint32_t start, uint32_t size)
{
    const struct hil_flash *flash = pages->flash;
    uint32_t scratch_start;
    uint32_t scratch_size;
    int error = hil_flash_page(flash->geometry, pages->scratch, &scratch_start, &scratch_size);

    if (error != 0 || scratch_size < size || size > PAGES_PARTS_MAX * PAGES_PART) {
        return HIL_E_ADDRESS;
    }
    error = erase(flash, pages->scratch, scratch_size);
    if (error == 0) {
        error = copy(flash, pages->scratch, start, size);
    }
    if (error == 0) {
        error = wait(flash, flash->erase(flash, start));
    }
    if (error == 0) {
        memset(pages->written, 0, sizeof pages->written);
        pages->start = start;
        pages->size = size;
    }
    return error;
}

/* Pages that are no larger than a part need no copy. */
static int erase_small(const struct hil_flash *flash, uint32_t address, uint32_t size)
{
    int error = 0;

    for (uint32_t at = 0; at < PAGES_PART && error == 0; at += size) {
        error = erase(flash, address + at, size);
    }
    return error;
}

/* Makes a part blank. */
static int clear(struct pages *pages, uint32_t address, uint32_t start, uint32_t size)
{
    int error;

    if (size <= PAGES_PART) {
        return erase_small(pages->flash, address, size);
    }
    if (pages->size == 0 || pages->start != start || is_written(pages, address)) {
        error = pages_settle(pages);
        if (error != 0 || is_blank(pages->flash, address, PAGES_PART)) {
            return error;
        }
        error = open_page(pages, start, size);
        if (error != 0) {
            return error;
        }
    }
    if (pages->size != 0) {
        uint32_t bit;
        uint32_t *word = word_of(pages, address, &bit);

        *word |= bit;
    }
    return 0;
}

int pages_write(struct pages *pages, uint32_t address, const uint8_t *data)
{
    const struct hil_flash *flash = pages->flash;
    uint32_t start;
    uint32_t size;
    int error = hil_flash_page(flash->geometry, address, &start, &size);

    if (error == 0) {
        error = clear(pages, address, start, size);
    }
    for (uint32_t at = 0; data != NULL && at < PAGES_PART && error == 0;) {
        uint32_t length = ck_min(PAGES_PART, size);

        if (!bytes_all(data + at, length, flash->geometry->erase_value)) {
            error = wait(flash, flash->program(flash, address + at, data + at, length));
        }
        at += length;
    }
    return error;
}
