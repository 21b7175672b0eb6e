// SPDX-License-Identifier: Apache-2.0
#include "flash.h"

#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <hil/error.h>

enum {
    CHUNK = 1024, /* bytes that are read at once */
    SWAP_LOGS = 2 /* docs/storage.md */
};

/* hil_flash's functions are given a constant; it is the first member of what is behind it. */
static struct offline_flash *self(const struct hil_flash *flash)
{
    return (struct offline_flash *)(uintptr_t)flash;
}

static uint32_t size_of(const struct offline_flash *f)
{
    return hil_flash_size(&f->board->geometry);
}

/* Where an address is in bytes[]. */
static uint32_t offset_of(const struct offline_flash *f, uint32_t address)
{
    return address - f->board->geometry.base;
}

static void failed(struct offline_flash *f, int error)
{
    if (f->error == 0) {
        f->error = error;
    }
}

/* Reads the chunks of a range that were not read yet, as many at once as follow each other. */
static void load(struct offline_flash *f, uint32_t offset, uint32_t length)
{
    const uint32_t end = (offset + length + CHUNK - 1) / CHUNK;

    for (uint32_t i = offset / CHUNK; f->error == 0 && i < end;) {
        uint32_t count = 0;
        uint32_t bytes;
        int error;

        while (i + count < end && f->present[i + count] == 0) {
            count++;
        }
        if (count == 0) {
            i++;
            continue;
        }
        bytes = ck_min(count * CHUNK, size_of(f) - i * CHUNK);
        error = f->memory.ops->read(f->memory.context, f->board->geometry.base + i * CHUNK,
                                    f->bytes + (size_t)i * CHUNK, bytes);
        if (error != 0) {
            memset(f->bytes + (size_t)i * CHUNK, 0, bytes);
            failed(f, error);
            return;
        }
        memset(f->present + i, 1, count);
        i += count;
    }
}

static bool is_inside(const struct offline_flash *f, uint32_t address, uint32_t length)
{
    const uint32_t base = f->board->geometry.base;

    return ck_range_in(address, length, base, base + size_of(f));
}

/* A failure shows in `error`: whoever uses the store looks there before it believes anything. */
static const uint8_t *map(const struct hil_flash *hil, uint32_t address, uint32_t length)
{
    struct offline_flash *f = self(hil);

    if (!is_inside(f, address, length)) {
        return NULL;
    }
    load(f, offset_of(f, address), length);
    return f->bytes + offset_of(f, address);
}

static bool is_in(const struct store_extent *extent, uint32_t address)
{
    return extent->size != 0 &&
           ck_range_in(address, 1, extent->address, extent->address + extent->size);
}

/* Of the store's journal, or of the log that the storage's first two spare pages are. */
static bool is_journal(const struct offline_flash *f, uint32_t address)
{
    const struct store_extent *spares = &f->board->spares;
    uint32_t start;
    uint32_t size;

    if (is_in(&f->board->journal[0], address) || is_in(&f->board->journal[1], address)) {
        return true;
    }
    return is_in(spares, address) &&
           hil_flash_page(&f->board->geometry, spares->address, &start, &size) == 0 &&
           (address - spares->address) / size < SWAP_LOGS;
}

/*
 * The journal speaks of what was done before, and what is done afterwards rests on it: nothing
 * passes a change of the journal, in either direction.
 */
static void order(struct offline_flash *f, uint32_t address)
{
    const bool journal = is_journal(f, address);

    if (f->changed && (journal || f->journal_last)) {
        int error = f->memory.ops->barrier(f->memory.context);

        if (error != 0) {
            failed(f, error);
        }
    }
    f->journal_last = journal;
    f->changed = true;
}

/* Whether a page is made of whole chunks: what was in it need not be read. */
static bool is_whole(const struct offline_flash *f, uint32_t address, uint32_t size)
{
    return size % CHUNK == 0 && offset_of(f, address) % CHUNK == 0;
}

static int erase(const struct hil_flash *hil, uint32_t address)
{
    struct offline_flash *f = self(hil);
    uint32_t start;
    uint32_t size;

    if (hil_flash_page(hil->geometry, address, &start, &size) != 0 || start != address) {
        return HIL_E_ADDRESS;
    }
    if (!is_whole(f, address, size)) {
        load(f, offset_of(f, address), size); /* a chunk holds other pages as well */
    }
    if (!f->shadow && f->error == 0) {
        order(f, address);
    }
    if (!f->shadow && f->error == 0) {
        failed(f, f->memory.ops->erase(f->memory.context, address, size));
    }
    if (f->error != 0) {
        return HIL_E_IO;
    }
    memset(f->bytes + offset_of(f, address), hil->geometry->erase_value, size);
    if (is_whole(f, address, size)) {
        memset(f->present + offset_of(f, address) / CHUNK, 1, size / CHUNK);
    }
    return 0;
}

/* Whether units may be programmed: each is erased, or gets all its bits programmed. */
static bool may_program(const struct hil_flash_geometry *g, const uint8_t *old, const uint8_t *data,
                        size_t length)
{
    for (size_t i = 0; i < length; i += g->write_unit) {
        if (!bytes_all(old + i, g->write_unit, g->erase_value) &&
            !bytes_all(data + i, g->write_unit, (uint8_t)~g->erase_value)) {
            return false;
        }
    }
    return true;
}

static int program(const struct hil_flash *hil, uint32_t address, const void *data, size_t length)
{
    struct offline_flash *f = self(hil);
    uint32_t start;
    uint32_t size;

    if (length == 0 || length > UINT32_MAX || length % hil->geometry->write_unit != 0 ||
        !ck_is_aligned(address, hil->geometry->write_unit) ||
        hil_flash_page(hil->geometry, address, &start, &size) != 0 ||
        !ck_range_in(address, (uint32_t)length, start, start + size)) {
        return HIL_E_ADDRESS;
    }
    load(f, offset_of(f, address), (uint32_t)length);
    if (f->error == 0 &&
        !may_program(hil->geometry, f->bytes + offset_of(f, address), data, length)) {
        return HIL_E_NOT_ERASED;
    }
    if (!f->shadow && f->error == 0) {
        order(f, address);
    }
    if (!f->shadow && f->error == 0) {
        failed(f, f->memory.ops->program(f->memory.context, address, data, (uint32_t)length));
    }
    if (f->error != 0) {
        return HIL_E_IO;
    }
    memcpy(f->bytes + offset_of(f, address), data, length);
    return 0;
}

static int status(const struct hil_flash *hil)
{
    (void)hil;
    return 0; /* operations are over when they return */
}

bool offline_flash_init(struct offline_flash *flash, const struct board *board,
                        const struct memory *memory)
{
    *flash = (struct offline_flash){
        .flash = {&board->geometry, erase, program, status, map},
        .board = board,
        .memory = *memory,
        .shadow = true,
    };
    flash->bytes = calloc(1, size_of(flash));
    flash->present = calloc(1, size_of(flash) / CHUNK + 1);
    return flash->bytes != NULL && flash->present != NULL;
}

void offline_flash_free(struct offline_flash *flash)
{
    if (flash->memory.ops != NULL) {
        flash->memory.ops->close(flash->memory.context);
    }
    free(flash->bytes);
    free(flash->present);
    *flash = (struct offline_flash){.bytes = NULL};
}

void offline_flash_go_live(struct offline_flash *flash)
{
    flash->shadow = false;
    memset(flash->present, 0, size_of(flash) / CHUNK + 1);
}

const uint8_t *offline_flash_read(struct offline_flash *flash, uint32_t address, uint32_t length)
{
    const uint8_t *bytes = map(&flash->flash, address, length);

    return flash->error == 0 ? bytes : NULL;
}

/* Erases a page and programs what its bytes are to be, but for units that stay erased. */
static int rewrite_page(struct offline_flash *f, uint32_t start, const uint8_t *bytes,
                        uint32_t size)
{
    const uint32_t unit = f->board->geometry.write_unit;
    int error = erase(&f->flash, start);

    for (uint32_t at = 0; error == 0 && at < size;) {
        uint32_t end = at;

        while (end < size && !bytes_all(bytes + end, unit, f->board->geometry.erase_value)) {
            end += unit;
        }
        error = end > at ? program(&f->flash, start + at, bytes + at, end - at) : 0;
        at = end > at ? end : at + unit;
    }
    return error;
}

int offline_flash_rewrite(struct offline_flash *flash, uint32_t address, const uint8_t *data,
                          uint32_t length)
{
    while (length > 0) {
        uint32_t start;
        uint32_t size;
        uint32_t part;
        const uint8_t *old;
        uint8_t *page;
        int error = hil_flash_page(&flash->board->geometry, address, &start, &size);

        if (error != 0) {
            return error;
        }
        old = offline_flash_read(flash, start, size);
        page = old != NULL ? malloc(size) : NULL;
        if (page == NULL) {
            return flash->error != 0 ? flash->error : (int)HIL_E_IO;
        }
        part = ck_min(length, start + size - address);
        memcpy(page, old, size);
        memcpy(page + (address - start), data, part);
        error = bytes_equal(page, old, size) ? 0 : rewrite_page(flash, start, page, size);
        free(page);
        if (error != 0) {
            return flash->error != 0 ? flash->error : error;
        }
        address += part;
        data += part;
        length -= part;
    }
    return 0;
}

int offline_flash_barrier(struct offline_flash *flash)
{
    if (flash->error == 0 && flash->changed) {
        failed(flash, flash->memory.ops->barrier(flash->memory.context));
    }
    return flash->error;
}
