// SPDX-License-Identifier: Apache-2.0
/*
 * An area of values, and its spare pages, of any content: no operation crashes, goes on for ever or
 * breaks a rule of the flash, and none loses a value that it was not asked to.
 *
 * Input: a byte that chooses the operation and the flash, then bytes of the area. An area would
 * hardly ever be one by chance, so objects are made of the bytes: those whose place says so get the
 * checksum that makes them valid.
 */
#include "nor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <base/crc32.h>
#include <tickv/area.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAGE = 256, SPARES = 3, REGIONS = 3, BASE = 0x10000, AREA = BASE + SPARES * PAGE };
enum { HASHES_MAX = 64, OVERHEAD = 15, KEY = 3, VALUE = 11 };

static struct hil_flash_run flash_run = {PAGE, SPARES + REGIONS};
static struct hil_flash_geometry geometry = {.base = BASE,
                                             .runs = &flash_run,
                                             .run_count = 1,
                                             .write_unit = 4,
                                             .erase_value = 0xFF,
                                             .programs_per_unit = 1};
static const uint8_t main_hash[SIPHASH_SIZE] = {0x7B, 0xC9, 0xF7, 0xFF, 0x4F, 0x76, 0xF2, 0x44};

/* Values that were there before. */
struct kept {
    uint8_t hash[SIPHASH_SIZE];
    uint8_t value[PAGE];
    uint32_t length;
};

static struct kept kept[HASHES_MAX];
static size_t kept_count;

static uint32_t put(uint8_t *region, uint32_t at, const uint8_t *hash, const uint8_t *value,
                    uint32_t length, bool valid, bool sound)
{
    uint8_t *o = region + at;
    const uint32_t end = VALUE + length;

    if (at + end + 4 > PAGE) {
        return at;
    }
    o[0] = 1;
    o[1] = (uint8_t)(0x80 | (end + 4) >> 8);
    o[2] = (uint8_t)(end + 4);
    memcpy(o + KEY, hash, SIPHASH_SIZE);
    memcpy(o + VALUE, value, length);
    bytes_put_u32(o + end, crc32_posix(o, end) ^ (sound ? 0u : 1u));
    o[1] = valid ? o[1] : (uint8_t)(o[1] & 0x0F);
    return at + end + 4;
}

/* Makes the flash of the input: objects of it, then its bytes as they are. */
static void fill(struct nor *nor, const uint8_t *data, size_t size)
{
    uint8_t bytes[(SPARES + REGIONS) * PAGE];
    size_t used = 0;

    memset(bytes, 0xFF, sizeof bytes);
    for (uint32_t r = 0; r < REGIONS; r++) {
        uint8_t *region = bytes + (SPARES + r) * PAGE;
        uint32_t at = 0;
        uint32_t count = used < size ? data[used++] % 8u : 0;

        if (r == 0 && count != 7) {
            at = put(region, at, main_hash, data, 0, true, true);
        }
        for (uint32_t i = 0; i < count && used + 4 < size; i++) {
            uint8_t hash[SIPHASH_SIZE] = {0, 0, 0, 0, 0, 0, 0, (uint8_t)(data[used] % 16)};
            uint32_t length = data[used + 1] % 32u;

            length = length < size - used - 4 ? length : (uint32_t)(size - used - 4);
            at = put(region, at, hash, data + used + 4, length, (data[used + 2] & 3) != 0,
                     (data[used + 2] & 12) != 0);
            used += 4 + length;
        }
        for (; used < size && at < PAGE && data[used] != 0; used++) {
            region[at++] = data[used]; /* garbage up to a zero */
        }
        used += used < size ? 1 : 0;
    }
    for (size_t i = 0; used < size && i < SPARES * PAGE; i++) {
        bytes[i] = data[used++];
    }
    for (uint32_t i = 0; i < sizeof bytes; i++) {
        nor_poke(nor, BASE + i, bytes[i]);
    }
    for (uint32_t i = 0; i < sizeof bytes; i += geometry.write_unit) {
        nor->unit[i / geometry.write_unit] =
            bytes_all(bytes + i, geometry.write_unit, 0xFF) ? 0 : 1;
    }
}

static void fail(const char *what)
{
    fprintf(stderr, "tickv_area_fuzz: %s\n", what);
    abort();
}

static void remember(struct tickv_area *area, const uint8_t *but)
{
    struct tickv_object object;
    uint32_t region = 0;
    uint32_t offset = 0;

    kept_count = 0;
    while (tickv_next(area, &region, &offset, &object)) {
        struct tickv_object found;
        struct kept *k = &kept[kept_count];

        if (!object.valid || !object.sound || tickv_is_main(&object) ||
            bytes_equal(object.hash, but, SIPHASH_SIZE) || kept_count == HASHES_MAX) {
            continue;
        }
        /* Of several objects of a key the first that is found counts. */
        memcpy(k->hash, object.hash, SIPHASH_SIZE);
        if (tickv_find(area, k->hash, &found) != 0) {
            fail("a valid object is not found");
        }
        k->length = found.value_length;
        memcpy(k->value, found.value, k->length);
        kept_count++;
    }
}

static void check(struct tickv_area *area)
{
    for (size_t i = 0; i < kept_count; i++) {
        struct tickv_object found;

        if (tickv_find(area, kept[i].hash, &found) != 0 || found.value_length != kept[i].length ||
            !bytes_equal(found.value, kept[i].value, kept[i].length)) {
            fail("a value is lost");
        }
    }
}

static int change(struct tickv_area *area, unsigned kind, const uint8_t *hash)
{
    static const uint8_t value[40] = "a value that was not there before";
    struct tickv_object object;
    uint32_t removed;
    int error;

    switch (kind % 4) {
    case 0:
        error = tickv_set(area, hash, value, 1 + kind % 37, 5, true);
        if (error == 0 && tickv_find(area, hash, &object) != 0) {
            fail("what was set is not found");
        }
        return error;
    case 1:
        error = tickv_remove(area, hash, &removed);
        if (error == 0 && tickv_find(area, hash, &object) != KV_E_NOT_FOUND) {
            fail("what was removed is found");
        }
        return error;
    case 2:
        return tickv_clean(area);
    default:
        return 0;
    }
}

static void run(struct nor *nor, unsigned kind, bool spares)
{
    const uint8_t hash[SIPHASH_SIZE] = {0, 0, 0, 0, 0, 0, 0, (uint8_t)(kind / 8 % 16)};
    const struct tickv_place place = {AREA, PAGE, REGIONS, BASE, spares ? SPARES : 0};
    struct tickv_object object;
    struct tickv_area area;
    int error = tickv_open(&area, &nor->hil, &place, true);

    if (error != 0) {
        return;
    }
    error = tickv_find(&area, hash, &object);
    if (error == 0 || error == KV_E_NOT_FOUND) {
        remember(&area, hash);
        error = change(&area, kind, hash);
        if (error == 0 || error == KV_E_NOT_FOUND || error == KV_E_FULL || error == KV_E_SIZE) {
            if (spares || error == 0) {
                check(&area);
            }
            tickv_close(&area);
            if (tickv_open(&area, &nor->hil, &place, true) != 0) {
                fail("it does not open again");
            }
            check(&area);
        } else if (kind % 4 != 3) {
            fail("a change failed in an area that is one");
        }
    }
    tickv_close(&area);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nor nor;

    if (size < 2) {
        return 0;
    }
    nor_init(&nor, &geometry);
    fill(&nor, data + 1, size - 1);
    run(&nor, data[0], (data[0] & 4) != 0);
    if (nor.violation != NULL) {
        fail(nor.violation);
    }
    nor_free(&nor);
    return 0;
}
