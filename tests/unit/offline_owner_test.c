// SPDX-License-Identifier: Apache-2.0
/* Names of owners are found in the image of a kernel, and in nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <base/bytes.h>
#include <offline/keys.h>
#include <trust/sha256.h>

#include "offline_support.h"

enum {
    SIZE = 2048,
    BASE = 0x21020000,
    KEYS_AT = 301, /* keys are bytes, and lie anywhere */
    KEY = 97,
    OWNERS_AT = 800,
    OWNER = 24,
    NAMES_AT = 1003,
    ANCHOR_AT = 1200
};

static uint8_t image[SIZE];
static struct found_key found[KEYS_FOUND_MAX];

/* Two keys of two owners, and the anchor that leads to them; all as an Arm compiler lays it out. */
static int make_image(void **state)
{
    static const char names[] = "alice\0bob";

    (void)state;
    for (size_t i = 0; i < SIZE; i++) {
        image[i] = (uint8_t)(i * 31 + i / 7);
    }
    for (size_t i = 0; i < 2; i++) {
        uint8_t *key = image + KEYS_AT + i * KEY;

        memset(key, (int)(0x51 + i), 64);
        trust_sha256(key, 64, key + 64);
        key[96] = (uint8_t)(1 - i); /* the first is bob's */
        bytes_put_u32(image + OWNERS_AT + i * OWNER, BASE + NAMES_AT + (i == 0 ? 0 : 6));
    }
    memcpy(image + NAMES_AT, names, sizeof names);
    bytes_put_u32(image + ANCHOR_AT, BASE + KEYS_AT);
    bytes_put_u32(image + ANCHOR_AT + 4, BASE + OWNERS_AT);
    image[ANCHOR_AT + 8] = 2;
    image[ANCHOR_AT + 9] = 2;
    return 0;
}

/* On the heap, so that a look past the end is seen. */
static size_t look(uint32_t size, uint32_t address)
{
    uint8_t *copy = malloc(size);
    size_t count;

    assert_non_null(copy);
    memcpy(copy, image, size);
    count = keys_find(copy, size, found);
    keys_name_owners(copy, size, address, found, count);
    free(copy);
    return count;
}

static void owners_are_found_by_the_anchor(void **state)
{
    (void)state;
    assert_int_equal(look(SIZE, BASE), 2);
    assert_string_equal(found[0].owner, "bob");
    assert_string_equal(found[1].owner, "alice");
}

static void an_image_that_runs_elsewhere_has_no_names(void **state)
{
    (void)state;
    assert_int_equal(look(SIZE, BASE + 4), 2);
    assert_string_equal(found[0].owner, "");
    assert_int_equal(look(SIZE, UINT32_MAX - 100), 2);
    assert_string_equal(found[0].owner, "");
}

static void what_leads_outside_leads_to_no_name(void **state)
{
    static const uint32_t wrong[] = {0,           1,          BASE - 1,   BASE + SIZE - 1,
                                     BASE + SIZE, 0x7FFFFFFF, 0xFFFFFFFF, BASE + SIZE - 23};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        static const uint32_t places[] = {ANCHOR_AT, ANCHOR_AT + 4, OWNERS_AT + OWNER};

        for (size_t p = 0; p < 3; p++) {
            make_image(state);
            bytes_put_u32(image + places[p], wrong[i]);
            assert_int_equal(look(SIZE, BASE), 2);
            assert_string_equal(found[0].owner, "");
        }
    }
}

static void numbers_and_names_that_cannot_be_are_none(void **state)
{
    make_image(state);
    image[KEYS_AT + 96] = 2; /* there are two owners: 0 and 1 */
    look(SIZE, BASE);
    assert_string_equal(found[0].owner, "");
    assert_string_equal(found[1].owner, "alice");
    make_image(state);
    image[ANCHOR_AT + 8] = 1; /* the second key is not the anchor's */
    look(SIZE, BASE);
    assert_string_equal(found[0].owner, "bob");
    assert_string_equal(found[1].owner, "");
    make_image(state);
    image[NAMES_AT + 7] = 0x1B;
    look(SIZE, BASE);
    assert_string_equal(found[0].owner, "");
    make_image(state);
    memset(image + NAMES_AT, 'x', 64);
    look(SIZE, BASE);
    assert_string_equal(found[0].owner, "");
}

static void an_image_cut_short_anywhere_is_looked_at_inside(void **state)
{
    make_image(state);
    for (uint32_t size = 1; size < SIZE; size += 97) {
        (void)look(size, BASE);
    }
}

static void without_a_name_the_key_is_shown(void **state)
{
    static struct ram_flash flash;
    struct session session;
    struct link_entry entry;
    struct app app;
    char wanted[32] = "key ";

    (void)state;
    app_make(&app, "one", 5, 9000);
    ram_flash_init(&flash);
    session_open(&session, &flash);
    assert_int_equal(app_install(&session, &app, 0), 0);
    assert_true(app_find(&session, "one", &entry));
    session_close(&session);
    for (size_t i = 0; i < 4; i++) {
        static const char digit[] = "0123456789abcdef";

        wanted[4 + 2 * i] = digit[app.begin.fingerprint[i] >> 4];
        wanted[5 + 2 * i] = digit[app.begin.fingerprint[i] & 15];
    }
    assert_int_equal(entry.owner.length, 12);
    assert_memory_equal(entry.owner.text, wanted, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(owners_are_found_by_the_anchor, make_image),
        cmocka_unit_test_setup(an_image_that_runs_elsewhere_has_no_names, make_image),
        cmocka_unit_test(what_leads_outside_leads_to_no_name),
        cmocka_unit_test(numbers_and_names_that_cannot_be_are_none),
        cmocka_unit_test(an_image_cut_short_anywhere_is_looked_at_inside),
        cmocka_unit_test(without_a_name_the_key_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
