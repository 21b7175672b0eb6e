// SPDX-License-Identifier: Apache-2.0
/*
 * Areas of values as other tools and accidents leave them: what is valid stays, what is not is
 * named, and nothing is made anew that was not asked for.
 */
#include "nor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <base/bytes.h>
#include <base/crc32.h>
#include <tickv/area.h>

enum { PAGE = 512, SPARES = 4, REGIONS = 4, BASE = 0x10000, AREA = BASE + SPARES * PAGE };
enum { AREA_BYTES = REGIONS * PAGE, LINE = 8192 };

static struct hil_flash_run flash_run = {PAGE, SPARES + REGIONS};
static struct hil_flash_geometry geometry = {.base = BASE,
                                             .runs = &flash_run,
                                             .run_count = 1,
                                             .write_unit = 4,
                                             .erase_value = 0xFF,
                                             .programs_per_unit = 1};
static struct nor nor;
static struct tickv_area area;
static const struct tickv_place safe = {AREA, PAGE, REGIONS, BASE, SPARES};
static const struct tickv_place bare = {AREA, PAGE, REGIONS, 0, 0};

static int set_up(void **state)
{
    (void)state;
    nor_init(&nor, &geometry);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_null(nor.violation);
    nor_free(&nor);
    return 0;
}

static const uint8_t *hash_of(const char *key)
{
    static uint8_t hash[SIPHASH_SIZE];

    siphash_zero_key(key, strlen(key), hash);
    return hash;
}

static int set(const char *key, const char *value, bool replace)
{
    return tickv_set(&area, hash_of(key), (const uint8_t *)value, (uint32_t)strlen(value), 9,
                     replace);
}

static void expect(const char *key, const char *value)
{
    struct tickv_object object;
    struct tickv_value found;

    if (value == NULL) {
        assert_int_equal(tickv_find(&area, hash_of(key), &object), KV_E_NOT_FOUND);
        return;
    }
    assert_int_equal(tickv_find(&area, hash_of(key), &object), 0);
    tickv_value_get(object.value, object.value_length, &found);
    assert_false(found.plain);
    assert_int_equal(found.length, strlen(value));
    assert_memory_equal(found.data, value, found.length);
}

/* Puts the area that Tock's host tool has left into the flash: tests/vectors/kv/tickv.txt. */
static void put_tocks_area(void)
{
    static char line[LINE];
    FILE *file = fopen(GANTRY_SOURCE_DIR "/tests/vectors/kv/tickv.txt", "r");
    uint32_t count = 0;
    unsigned byte;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "area ", 5) == 0) {
            for (; count < AREA_BYTES && sscanf(line + 5 + 2 * count, "%2x", &byte) == 1; count++) {
                nor_poke(&nor, AREA + count, (uint8_t)byte);
            }
        }
    }
    fclose(file);
    assert_int_equal(count, AREA_BYTES);
}

/* nor_poke() does not tell the model what is programmed: here nothing of the area may be again. */
static void seal(void)
{
    memset(nor.unit, 0, nor.size / geometry.write_unit);
    for (uint32_t i = 0; i < AREA_BYTES; i += geometry.write_unit) {
        nor.unit[(AREA - BASE + i) / geometry.write_unit] =
            bytes_all(nor_at(&nor, AREA + i), geometry.write_unit, 0xFF) ? 0 : 1;
    }
}

static void an_area_of_tocks_tool_is_listed(void **state)
{
    struct tickv_object object;
    unsigned valid = 0;
    unsigned deleted = 0;
    uint32_t region = 0;
    uint32_t offset = 0;

    (void)state;
    put_tocks_area();
    assert_int_equal(tickv_open(&area, &nor.hil, &bare, false), 0);
    assert_false(area.blank);
    while (tickv_next(&area, &region, &offset, &object)) {
        assert_true(object.sound);
        valid += object.valid ? 1 : 0;
        deleted += object.valid ? 0 : 1;
    }
    assert_int_equal(valid, 5); /* a, key, counter, big, and the main object */
    assert_int_equal(deleted, 2);
    expect("key", "hello");
    expect("counter", "0123456789abcdef");
    expect("bag", NULL);
    tickv_close(&area);
    assert_int_equal(nor.erasures, 0);
}

static void without_spare_pages_only_what_adds_is_done(void **state)
{
    uint32_t removed;

    (void)state;
    assert_int_equal(tickv_open(&area, &nor.hil, &bare, false), 0);
    assert_true(area.blank);
    assert_int_equal(set("one", "1", false), 0);
    tickv_close(&area);
    assert_int_equal(tickv_open(&area, &nor.hil, &bare, false), 0);
    assert_int_equal(set("two", "22", false), 0);
    tickv_close(&area);
    assert_int_equal(nor.erasures, 0); /* nothing was replaced, so no cut can lose anything */
    assert_int_equal(tickv_open(&area, &nor.hil, &bare, false), 0);
    assert_int_equal(set("one", "new", true), TICKV_E_UNSAFE);
    tickv_close(&area);
    assert_int_equal(tickv_open(&area, &nor.hil, &bare, false), 0);
    expect("one", "1");
    assert_int_equal(tickv_remove(&area, hash_of("one"), &removed), TICKV_E_UNSAFE);
    tickv_close(&area);
    assert_int_equal(nor.erasures, 0);
    assert_int_equal(tickv_open(&area, &nor.hil, &bare, true), 0);
    assert_int_equal(tickv_remove(&area, hash_of("one"), &removed), 0);
    assert_int_equal(removed, 1);
    tickv_close(&area);
    assert_int_equal(tickv_open(&area, &nor.hil, &bare, false), 0);
    expect("one", NULL);
    expect("two", "22");
    tickv_close(&area);
    assert_true(nor.erasures > 0);
}

/* Power is cut at each operation of an addition to regions without spare pages. */
static void an_addition_that_is_cut_loses_nothing(void **state)
{
    struct nor saved;
    bool over = false;

    (void)state;
    assert_int_equal(tickv_open(&area, &nor.hil, &bare, false), 0);
    assert_int_equal(set("one", "1", false), 0);
    tickv_close(&area);
    nor_init(&saved, &geometry);
    nor_copy(&saved, &nor);
    for (uint32_t operation = 0; !over; operation++) {
        for (unsigned c = 0; c < NOR_CUTS && !over; c++) {
            nor_copy(&nor, &saved);
            nor_power_up(&nor, NOR_WEAK_ERASED, operation);
            nor_plan(&nor, operation, (enum nor_cut)c);
            assert_int_equal(tickv_open(&area, &nor.hil, &bare, false), 0);
            over = set("two", "a second value", false) == 0;
            tickv_close(&area);
            for (unsigned weak = 0; weak < NOR_WEAKS; weak++) {
                struct tickv_object object;
                int found;

                nor_power_up(&nor, (enum nor_weak)weak, operation);
                assert_int_equal(tickv_open(&area, &nor.hil, &bare, false), 0);
                expect("one", "1");
                found = tickv_find(&area, hash_of("two"), &object);
                assert_true(found == 0 || found == KV_E_NOT_FOUND);
                assert_true(!over || found == 0);
                tickv_close(&area);
            }
        }
        assert_true(operation < 50);
    }
    nor_free(&saved);
}

/* A value without the object that an area is known by: a kernel would make the area anew. */
static void what_is_not_an_area_is_left_alone(void **state)
{
    struct tickv_object object;
    uint32_t region = 0;
    uint32_t offset = 0;
    struct nor saved;

    (void)state;
    assert_int_equal(tickv_open(&area, &nor.hil, &safe, false), 0);
    assert_int_equal(set("one", "1", false), 0);
    while (tickv_next(&area, &region, &offset, &object) && !tickv_is_main(&object)) {
    }
    nor_poke(&nor, AREA + object.region * PAGE + object.offset + object.length - 1, 0x55);
    tickv_close(&area);
    nor_init(&saved, &geometry);
    nor_copy(&saved, &nor);
    for (unsigned i = 0; i < 2; i++) {
        uint32_t removed;

        assert_int_equal(tickv_open(&area, &nor.hil, i == 0 ? &safe : &bare, true), 0);
        assert_int_equal(tickv_find(&area, hash_of("one"), &object), TICKV_E_FOREIGN);
        assert_int_equal(set("two", "2", true), TICKV_E_FOREIGN);
        assert_int_equal(tickv_remove(&area, hash_of("one"), &removed), TICKV_E_FOREIGN);
        assert_int_equal(tickv_clean(&area), TICKV_E_FOREIGN);
        tickv_close(&area);
        assert_memory_equal(nor.view, saved.view, nor.size);
    }
    assert_int_equal(tickv_open(&area, &nor.hil, &safe, false), 0);
    assert_int_equal(tickv_reset(&area), 0);
    expect("one", NULL);
    assert_int_equal(set("one", "2", false), 0);
    expect("one", "2");
    tickv_close(&area);
    nor_free(&saved);
}

static void put_object(uint32_t address, const char *key, const char *value)
{
    uint8_t bytes[64] = {1, 0x80, 0};
    uint32_t length = 11 + (uint32_t)strlen(value);

    bytes[2] = (uint8_t)(length + 4);
    memcpy(bytes + 3, hash_of(key), SIPHASH_SIZE);
    memcpy(bytes + 11, value, strlen(value));
    bytes_put_u32(bytes + length, crc32_posix(bytes, length));
    for (uint32_t i = 0; i < length + 4; i++) {
        nor_poke(&nor, address + i, bytes[i]);
    }
}

/* A tool that was cut off leaves two objects of a key, in two regions: both go. */
static void every_object_of_a_key_is_removed(void **state)
{
    const uint8_t *hash = hash_of("one");
    const uint32_t home = ((uint32_t)hash[6] << 8 | hash[7]) % REGIONS;
    const uint32_t other = (home + 1) % REGIONS;
    struct tickv_room room;
    uint32_t removed;

    (void)state;
    assert_int_equal(tickv_open(&area, &nor.hil, &safe, false), 0);
    assert_int_equal(set("one", "1", false), 0);
    tickv_room(&area, other, &room);
    tickv_close(&area);
    put_object(AREA + other * PAGE + (PAGE - room.free), "one", "old");
    seal();
    assert_int_equal(tickv_open(&area, &nor.hil, &safe, false), 0);
    assert_int_equal(tickv_remove(&area, hash_of("one"), &removed), 0);
    assert_int_equal(removed, 2);
    expect("one", NULL);
    tickv_close(&area);
}

/* Lengths that lie: of nothing, of less than a header, beyond the region. */
static void lengths_that_lie_end_a_region(void **state)
{
    static const uint16_t lies[] = {0, 1, 14, PAGE + 1, 0xFFF};

    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        struct tickv_object object;
        struct tickv_room room;
        uint32_t region = 0;
        uint32_t offset = 0;
        unsigned count = 0;

        nor_poke(&nor, AREA, 1);
        nor_poke(&nor, AREA + 1, (uint8_t)(0x80 | lies[i] >> 8));
        nor_poke(&nor, AREA + 2, (uint8_t)lies[i]);
        assert_int_equal(tickv_open(&area, &nor.hil, &bare, false), 0);
        while (tickv_next(&area, &region, &offset, &object)) {
            count++;
        }
        assert_int_equal(count, 0);
        tickv_room(&area, 0, &room);
        assert_int_equal(room.garbage, PAGE);
        tickv_close(&area);
    }
}

static void a_full_area_says_so_and_keeps_everything(void **state)
{
    char value[101];
    char key[4] = "k00";
    unsigned stored = 0;

    (void)state;
    memset(value, 'v', 100);
    value[100] = '\0';
    assert_int_equal(tickv_open(&area, &nor.hil, &safe, false), 0);
    for (int error = 0; error == 0; stored += error == 0 ? 1 : 0) {
        key[1] = (char)('0' + stored / 10);
        key[2] = (char)('0' + stored % 10);
        error = set(key, value, false);
        assert_true(error == 0 || error == KV_E_FULL);
    }
    assert_true(stored > 10);
    for (unsigned i = 0; i < stored; i++) {
        key[1] = (char)('0' + i / 10);
        key[2] = (char)('0' + i % 10);
        expect(key, value);
    }
    assert_int_equal(set("k00", "short", false), TICKV_E_EXISTS);
    assert_int_equal(set("k00", "short", true), 0);
    expect("k00", "short");
    assert_int_equal(tickv_clean(&area), 0);
    expect("k01", value);
    tickv_close(&area);
}

static void places_outside_the_flash_are_refused(void **state)
{
    static const struct tickv_place bad[] = {
        {AREA, PAGE, 0, 0, 0},
        {AREA, 0, REGIONS, 0, 0},
        {AREA + 4, PAGE, 1, 0, 0},
        {AREA, PAGE, REGIONS + 1, 0, 0},
        {AREA, PAGE / 2, 2, 0, 0},
        {AREA, 3 * PAGE, 1, 0, 0},
        {AREA, 0x80000000u, 2, 0, 0},
        {AREA, PAGE, 0x800000, 0, 0},
        {0xFFFFFE00u, PAGE, 2, 0, 0},
        {BASE - PAGE, PAGE, 1, 0, 0},
        {AREA, 2 * PAGE, 2, BASE, SPARES},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(tickv_open(&area, &nor.hil, &bad[i], true), TICKV_E_PLACE);
    }
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_area_of_tocks_tool_is_listed),
        TEST(without_spare_pages_only_what_adds_is_done),
        TEST(an_addition_that_is_cut_loses_nothing),
        TEST(what_is_not_an_area_is_left_alone),
        TEST(every_object_of_a_key_is_removed),
        TEST(lengths_that_lie_end_a_region),
        TEST(a_full_area_says_so_and_keeps_everything),
        TEST(places_outside_the_flash_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
