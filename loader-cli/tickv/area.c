// SPDX-License-Identifier: Apache-2.0
#include "area.h"

#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <base/checked.h>
#include <hil/error.h>

enum { VALUE_HEADER = 9, REGION_MIN = 64 };

const char *tickv_error_text(int error)
{
    switch (error) {
    case TICKV_E_PLACE:
        return "the regions are not whole pages inside the flash";
    case TICKV_E_FOREIGN:
        return "what is there is not a key-value store";
    case TICKV_E_EXISTS:
        return "the key has a value already";
    case TICKV_E_UNSAFE:
        return "a power cut while this is done would lose a region, for there are no spare pages";
    case TICKV_E_MEMORY:
        return "out of memory";
    default:
        return kv_error_text(error);
    }
}

/* Whether the regions begin and end on the device's pages. */
static bool is_on_pages(const struct hil_flash *flash, const struct tickv_place *place)
{
    const uint32_t base = flash->geometry->base;
    const uint32_t end = base + hil_flash_size(flash->geometry);
    uint32_t length;
    uint32_t start;
    uint32_t size;

    if (place->regions == 0 || place->region_size < REGION_MIN ||
        !ck_is_power_of_two(place->region_size) ||
        !ck_mul(place->region_size, place->regions, &length) ||
        !ck_range_in(place->address, length, base, end)) {
        return false;
    }
    for (uint32_t at = 0; at < length; at += size) {
        if (hil_flash_page(flash->geometry, place->address + at, &start, &size) != 0 ||
            start != place->address + at || size > place->region_size ||
            place->region_size % size != 0) {
            return false;
        }
    }
    return true;
}

static int open_swap(struct tickv_area *area)
{
    int result = swap_mount_begin(&area->swap, &area->swap_config);

    while (result == 0 || result == KV_BUSY) {
        result = swap_step(&area->swap);
        if (result == 0) {
            return 0;
        }
    }
    return result;
}

/* With spare pages everything is done on the device itself, else in a copy of the regions. */
static int choose_flash(struct tickv_area *area)
{
    const struct tickv_place *place = &area->place;

    if (place->spare_count > 0) {
        area->flash = area->device;
        area->start = place->address;
        area->swap_config = (struct swap_config){area->flash, place->spares, place->spare_count};
        return hil_flash_pages(area->device->geometry, place->address, place->regions) ==
                       place->region_size
                   ? 0
                   : (int)TICKV_E_PLACE;
    }
    if (!scratch_init(&area->scratch, area->device, place->address, place->region_size,
                      place->regions)) {
        return TICKV_E_MEMORY;
    }
    area->flash = &area->scratch.flash;
    area->start = scratch_page(&area->scratch, 0);
    area->swap_config =
        (struct swap_config){area->flash, area->scratch.geometry.base, SCRATCH_SPARES};
    return 0;
}

int tickv_open(struct tickv_area *area, const struct hil_flash *flash,
               const struct tickv_place *place, bool allowed)
{
    const uint32_t length = place->region_size * place->regions; /* counts once it is in place */
    const uint8_t *bytes;
    int error;

    memset(area, 0, sizeof *area);
    area->place = *place;
    area->device = flash;
    area->allowed = allowed;
    error = is_on_pages(flash, place) ? choose_flash(area) : (int)TICKV_E_PLACE;
    if (error == 0) {
        area->kv_config = (struct kv_config){&area->swap, area->start, place->regions};
        error = open_swap(area);
    }
    if (error == 0) {
        bytes = area->flash->map(area->flash, area->start, length);
        area->blank = bytes != NULL && bytes_all(bytes, length, flash->geometry->erase_value);
    } else {
        tickv_close(area);
    }
    return error;
}

void tickv_close(struct tickv_area *area)
{
    scratch_free(&area->scratch);
}

static int run(struct tickv_area *area)
{
    int result = KV_BUSY;

    while (result == KV_BUSY) {
        result = kv_step(&area->kv);
    }
    return result;
}

static bool has_main(const struct tickv_area *area)
{
    struct tickv_object object;
    uint32_t region = 0;
    uint32_t offset = 0;

    while (tickv_next(area, &region, &offset, &object)) {
        if (object.valid && object.sound && tickv_is_main(&object)) {
            return true;
        }
    }
    return false;
}

/* lib/kv makes a new area where it finds none: here that must have been asked for. */
static int mount(struct tickv_area *area)
{
    int error;

    if (area->mounted) {
        return 0;
    }
    if (!area->blank && !has_main(area)) {
        return TICKV_E_FOREIGN;
    }
    kv_mount_begin(&area->kv, &area->kv_config);
    error = run(area);
    area->mounted = error == 0;
    return error;
}

/* Ends a change: without spare pages nothing is on the device yet. */
static int settle(struct tickv_area *area, int error)
{
    bool unsafe = false;

    if (error == 0 && area->scratch.bytes != NULL) {
        error = scratch_write_back(&area->scratch, area->device, area->place.address, area->allowed,
                                   &unsafe);
        error = unsafe ? (int)TICKV_E_UNSAFE : error;
    }
    area->blank = area->blank && error != 0;
    return error;
}

static int find(struct tickv_area *area, const uint8_t hash[SIPHASH_SIZE])
{
    int error = mount(area);

    error = error == 0 ? kv_find_begin(&area->kv, hash) : error;
    return error == 0 ? run(area) : error;
}

int tickv_find(struct tickv_area *area, const uint8_t hash[SIPHASH_SIZE],
               struct tickv_object *object)
{
    const struct kv *kv = &area->kv;
    uint32_t region;
    uint32_t offset;
    int error = find(area, hash);

    if (error != 0) {
        return error;
    }
    region = kv->found / area->place.region_size;
    offset = kv->found % area->place.region_size;
    return tickv_next(area, &region, &offset, object) ? 0 : (int)KV_E_NOT_FOUND;
}

int tickv_set(struct tickv_area *area, const uint8_t hash[SIPHASH_SIZE], const uint8_t *data,
              uint32_t length, uint32_t write_id, bool replace)
{
    uint8_t value[KV_VALUE_MAX] = {0};
    int error;

    if (length > sizeof value - VALUE_HEADER) {
        return KV_E_SIZE;
    }
    error = find(area, hash);
    if (error == 0 && !replace) {
        return TICKV_E_EXISTS;
    }
    if (error != 0 && error != KV_E_NOT_FOUND) {
        return error;
    }
    bytes_put_u32(value + 1, length);
    bytes_put_u32(value + 5, write_id);
    bytes_move(value + VALUE_HEADER, data, length);
    error = kv_store_begin(&area->kv, VALUE_HEADER + length);
    if (error != 0) {
        return error;
    }
    for (error = KV_MORE; error == KV_MORE;) {
        error = run(area);
        if (error == KV_MORE) {
            const uint32_t taken = kv_taken(&area->kv);

            (void)kv_put(&area->kv, value + taken, VALUE_HEADER + length - taken);
        }
    }
    return settle(area, error);
}

int tickv_remove(struct tickv_area *area, const uint8_t hash[SIPHASH_SIZE], uint32_t *removed)
{
    int error = find(area, hash);

    /* Tools that were cut off leave a key's older object behind: it must not come back. */
    for (*removed = 0; error == 0; *removed += error == 0 ? 1 : 0) {
        error = *removed == 0 ? 0 : find(area, hash);
        error = error == 0 ? kv_remove_begin(&area->kv) : error;
        error = error == 0 ? run(area) : error;
    }
    if (error != KV_E_NOT_FOUND || *removed == 0) {
        return error;
    }
    return settle(area, 0);
}

int tickv_clean(struct tickv_area *area)
{
    int error = mount(area);

    error = error == 0 ? kv_collect_begin(&area->kv) : error;
    error = error == 0 ? run(area) : error;
    return settle(area, error);
}

static int erase_region(struct tickv_area *area, uint32_t region)
{
    const uint32_t size = area->place.region_size;
    const uint32_t address = area->start + region * size;
    const uint8_t *bytes = area->flash->map(area->flash, address, size);
    int error;

    if (bytes == NULL) {
        return HIL_E_IO;
    }
    if (bytes_all(bytes, size, area->flash->geometry->erase_value)) {
        return 0;
    }
    error = area->flash->erase(area->flash, address);
    return error == 0 ? scratch_wait(area->flash) : error;
}

int tickv_reset(struct tickv_area *area)
{
    int error = 0;

    area->mounted = false;
    area->allowed = true; /* nothing is to be kept */
    for (uint32_t i = 0; error == 0 && i < area->place.regions; i++) {
        error = erase_region(area, i);
    }
    area->blank = area->blank || error == 0;
    return settle(area, error == 0 ? mount(area) : error);
}
