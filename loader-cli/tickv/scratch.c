// SPDX-License-Identifier: Apache-2.0
#include "scratch.h"

#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <hil/error.h>

static struct scratch *self(const struct hil_flash *flash)
{
    return (struct scratch *)(uintptr_t)flash;
}

static uint32_t size_of(const struct scratch *s)
{
    return s->run.page_size * s->run.page_count;
}

static bool is_inside(const struct scratch *s, uint32_t address, size_t length)
{
    return length <= UINT32_MAX &&
           ck_range_in(address, (uint32_t)length, s->geometry.base, s->geometry.base + size_of(s));
}

static int erase(const struct hil_flash *hil, uint32_t address)
{
    struct scratch *s = self(hil);

    if (!is_inside(s, address, s->run.page_size) ||
        !ck_is_aligned(address - s->geometry.base, s->run.page_size)) {
        return HIL_E_ADDRESS;
    }
    memset(s->bytes + (address - s->geometry.base), s->geometry.erase_value, s->run.page_size);
    return 0;
}

static int program(const struct hil_flash *hil, uint32_t address, const void *data, size_t length)
{
    struct scratch *s = self(hil);

    if (length == 0 || !is_inside(s, address, length)) {
        return HIL_E_ADDRESS;
    }
    memcpy(s->bytes + (address - s->geometry.base), data, length);
    return 0;
}

static int status(const struct hil_flash *hil)
{
    (void)hil;
    return 0;
}

static const uint8_t *map(const struct hil_flash *hil, uint32_t address, uint32_t length)
{
    const struct scratch *s = self(hil);

    return is_inside(s, address, length) ? s->bytes + (address - s->geometry.base) : NULL;
}

uint32_t scratch_page(const struct scratch *scratch, uint32_t index)
{
    return scratch->geometry.base + (SCRATCH_SPARES + index) * scratch->run.page_size;
}

bool scratch_init(struct scratch *scratch, const struct hil_flash *device, uint32_t address,
                  uint32_t page_size, uint32_t pages)
{
    const uint32_t length = page_size * pages;
    const uint8_t *bytes = device->map(device, address, length);

    *scratch = (struct scratch){
        .flash = {&scratch->geometry, erase, program, status, map},
        .geometry = *device->geometry,
        .run = {page_size, SCRATCH_SPARES + pages},
    };
    scratch->geometry.base = page_size; /* not 0, which lib/kv takes for none */
    scratch->geometry.runs = &scratch->run;
    scratch->geometry.run_count = 1;
    scratch->bytes = bytes != NULL ? malloc(size_of(scratch)) : NULL;
    if (scratch->bytes == NULL) {
        return false;
    }
    memset(scratch->bytes, scratch->geometry.erase_value, size_of(scratch));
    memcpy(scratch->bytes + (size_t)SCRATCH_SPARES * page_size, bytes, length);
    return true;
}

void scratch_free(struct scratch *scratch)
{
    free(scratch->bytes);
    scratch->bytes = NULL;
}

int scratch_wait(const struct hil_flash *flash)
{
    int error;

    do {
        error = flash->status(flash);
    } while (error == HIL_E_BUSY);
    return error;
}

/* Whether bytes can become others by programming units that are erased, and nothing else. */
static bool only_adds(const struct hil_flash_geometry *g, const uint8_t *old, const uint8_t *wanted,
                      uint32_t length)
{
    for (uint32_t at = 0; at < length; at += g->write_unit) {
        if (!bytes_equal(old + at, wanted + at, g->write_unit) &&
            !bytes_all(old + at, g->write_unit, g->erase_value)) {
            return false;
        }
    }
    return true;
}

/* Programs the units of a device's page that differ from what they are to be. */
static int add(const struct hil_flash *device, uint32_t address, const uint8_t *wanted,
               uint32_t length)
{
    const uint32_t unit = device->geometry->write_unit;
    int error = 0;

    for (uint32_t at = 0; error == 0 && at < length;) {
        const uint8_t *old = device->map(device, address, length);
        uint32_t end = at;

        if (old == NULL) {
            return HIL_E_IO;
        }
        while (end < length && !bytes_equal(old + end, wanted + end, unit)) {
            end += unit;
        }
        error = end > at ? device->program(device, address + at, wanted + at, end - at) : 0;
        error = error == 0 && end > at ? scratch_wait(device) : error;
        at = end > at ? end : at + unit;
    }
    return error;
}

/* One page of the device: what differs is added, or the page is replaced. */
static int write_page(const struct hil_flash *device, uint32_t address, const uint8_t *wanted,
                      uint32_t size)
{
    const uint8_t *old = device->map(device, address, size);
    int error = 0;

    if (old == NULL) {
        return HIL_E_IO;
    }
    if (!only_adds(device->geometry, old, wanted, size)) {
        error = device->erase(device, address);
        error = error == 0 ? scratch_wait(device) : error;
    }
    return error == 0 ? add(device, address, wanted, size) : error;
}

/*
 * Looks for the pages of one kind that differ, those that only grow or those that must be replaced,
 * and writes them if asked to.
 */
static int each_page(const struct scratch *s, const struct hil_flash *device, uint32_t address,
                     bool growing, bool write, bool *found)
{
    const uint32_t length = s->run.page_size * (s->run.page_count - SCRATCH_SPARES);
    const uint8_t *wanted = s->bytes + (size_t)SCRATCH_SPARES * s->run.page_size;
    int error = 0;

    *found = false;
    for (uint32_t at = 0; error == 0 && at < length;) {
        uint32_t start;
        uint32_t size;
        const uint8_t *old;

        error = hil_flash_page(device->geometry, address + at, &start, &size);
        old = error == 0 ? device->map(device, start, size) : NULL;
        if (old == NULL) {
            return error != 0 ? error : (int)HIL_E_IO;
        }
        if (!bytes_equal(old, wanted + at, size) &&
            only_adds(device->geometry, old, wanted + at, size) == growing) {
            *found = true;
            error = write ? write_page(device, start, wanted + at, size) : 0;
        }
        at += size;
    }
    return error;
}

int scratch_write_back(const struct scratch *scratch, const struct hil_flash *device,
                       uint32_t address, bool replace, bool *unsafe)
{
    bool found;
    int error = each_page(scratch, device, address, false, false, &found);

    *unsafe = found && !replace;
    if (error == 0 && !*unsafe) {
        error = each_page(scratch, device, address, true, true, &found);
    }
    return error == 0 && !*unsafe ? each_page(scratch, device, address, false, true, &found)
                                  : error;
}
