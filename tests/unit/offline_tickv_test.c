// SPDX-License-Identifier: Apache-2.0
/*
 * Values changed in the flash of a device that does not run, through the whole offline engine:
 * looking changes nothing, and whatever a change is cut at, it happened wholly or not at all.
 */
#include "offline_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <hil/error.h>
#include <link/error.h>
#include <tickv/area.h>

enum { KEYS = 5 };

static struct ram_flash flash;
static struct ram_flash before;
static struct offline *offline;
static struct tickv_area area;

static const char *const keys[KEYS] = {"alpha", "beta", "gamma", "delta", "epsilon"};

/* What the keys hold; NULL: nothing. */
struct truth {
    const char *value[KEYS];
};

static const struct truth start_truth = {{"one", "two", "three", NULL, NULL}};

static const struct tickv_place *place(void)
{
    static struct tickv_place p;

    p = (struct tickv_place){small_board.values.address, FLASH_PAGE,
                             small_board.values.size / FLASH_PAGE, small_board.spares.address,
                             small_board.spares.size / FLASH_PAGE};
    return &p;
}

/* Opens the area; 0 or an error. */
static int begin(bool change)
{
    const struct memory memory = ram_flash_memory(&flash);
    const struct hil_flash *hil;
    int error;

    offline = offline_open(&small_board, &memory);
    assert_non_null(offline);
    hil = offline_hil(offline, change, &error);
    return hil != NULL ? tickv_open(&area, hil, place(), false) : error;
}

static int end(void)
{
    const int error = offline_settle(offline);

    tickv_close(&area);
    offline_close(offline);
    return error;
}

static int set(const char *key, const char *value)
{
    uint8_t hash[SIPHASH_SIZE];

    siphash_zero_key(key, strlen(key), hash);
    return tickv_set(&area, hash, (const uint8_t *)value, (uint32_t)strlen(value), 7, true);
}

/* Whether a key holds a value; NULL: it must hold none. */
static bool holds(const char *key, const char *value)
{
    uint8_t hash[SIPHASH_SIZE];
    struct tickv_object object;
    struct tickv_value found;
    int error;

    siphash_zero_key(key, strlen(key), hash);
    error = tickv_find(&area, hash, &object);
    if (value == NULL || error != 0) {
        return value == NULL && error == KV_E_NOT_FOUND;
    }
    tickv_value_get(object.value, object.value_length, &found);
    return !found.plain && found.write_id == 7 && found.length == strlen(value) &&
           memcmp(found.data, value, found.length) == 0;
}

static bool is(const struct truth *truth)
{
    for (size_t i = 0; i < KEYS; i++) {
        if (!holds(keys[i], truth->value[i])) {
            return false;
        }
    }
    return true;
}

static int group_setup(void **state)
{
    (void)state;
    ram_flash_init(&flash);
    for (size_t i = 0; i < KEYS; i++) {
        assert_int_equal(begin(true), 0);
        if (start_truth.value[i] != NULL) {
            assert_int_equal(set(keys[i], start_truth.value[i]), 0);
        }
        assert_int_equal(end(), 0);
    }
    assert_int_equal(flash.violations, 0);
    before = flash;
    return 0;
}

static void looking_changes_nothing(void **state)
{
    (void)state;
    flash = before;
    assert_int_equal(begin(false), 0);
    assert_true(is(&start_truth));
    assert_int_equal(set("alpha", "other"), 0); /* in the copy */
    assert_true(holds("alpha", "other"));
    assert_int_equal(end(), 0);
    assert_memory_equal(flash.bytes, before.bytes, sizeof flash.bytes);
    assert_int_equal(flash.changes, before.changes);
}

enum kind { SET, REMOVE, CLEAN };

struct step {
    enum kind kind;
    size_t key;
    const char *value;
};

static int apply(const struct step *step)
{
    uint8_t hash[SIPHASH_SIZE];
    uint32_t removed;

    siphash_zero_key(keys[step->key], strlen(keys[step->key]), hash);
    return step->kind == SET      ? set(keys[step->key], step->value)
           : step->kind == REMOVE ? tickv_remove(&area, hash, &removed)
                                  : tickv_clean(&area);
}

/* Cuts a step at one operation; false: it has fewer. */
static bool cut(const struct step *step, int operation, bool torn, const struct truth *after)
{
    int error;

    flash = before;
    flash.changes = 0;
    flash.cut_after = operation;
    flash.torn = torn;
    error = begin(true);
    error = error == 0 ? apply(step) : error;
    error = end() != 0 ? (int)LINK_E_IO : error;
    if (flash.changes <= operation) {
        assert_int_equal(error, 0);
        assert_int_equal(flash.violations, 0);
        return false;
    }
    assert_int_not_equal(error, 0);
    flash.cut_after = NEVER;
    assert_int_equal(begin(false), 0);
    assert_true(is(&start_truth) || is(after));
    assert_int_equal(end(), 0);
    /* The same again ends what was begun. */
    assert_int_equal(begin(true), 0);
    error = apply(step);
    assert_true(error == 0 || (step->kind == REMOVE && error == KV_E_NOT_FOUND));
    assert_true(is(after));
    assert_int_equal(end(), 0);
    assert_int_equal(flash.violations, 0);
    return true;
}

static void a_change_that_is_cut_happened_or_did_not(void **state)
{
    static const struct step steps[] = {
        {SET, 3, "four"}, {SET, 0, "another value"}, {REMOVE, 1, NULL}, {CLEAN, 0, NULL}};
    int cuts = 0;

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct truth after = start_truth;

        if (steps[i].kind != CLEAN) {
            after.value[steps[i].key] = steps[i].value;
        }
        for (int torn = 0; torn < 2; torn++) {
            for (int operation = 0; cut(&steps[i], operation, torn != 0, &after); operation++) {
                cuts++;
            }
        }
    }
    assert_true(cuts > 40);
}

static void a_reset_that_is_cut_is_done_again(void **state)
{
    const struct truth nothing = {{NULL}};
    int error = LINK_E_IO;

    (void)state;
    for (int operation = 0; error != 0; operation++) {
        flash = before;
        flash.changes = 0;
        flash.cut_after = operation;
        error = begin(true);
        error = error == 0 ? tickv_reset(&area) : error;
        error = end() != 0 ? (int)LINK_E_IO : error;
        flash.cut_after = NEVER;
        assert_int_equal(begin(true), 0);
        assert_int_equal(tickv_reset(&area), 0);
        assert_true(is(&nothing));
        assert_int_equal(set("alpha", "again"), 0);
        assert_true(holds("alpha", "again"));
        assert_int_equal(end(), 0);
        assert_true(operation < 100);
    }
}

static void a_read_that_fails_is_an_error(void **state)
{
    uint8_t hash[SIPHASH_SIZE];
    struct tickv_object object;

    (void)state;
    siphash_zero_key("alpha", 5, hash);
    for (int fails = 0; fails < 12; fails++) {
        int error;

        flash = before;
        flash.changes = 0;
        flash.reads = 0;
        flash.read_fails = fails;
        error = begin(true);
        error = error == 0 ? tickv_find(&area, hash, &object) : error;
        error = error == 0 ? set("alpha", "new") : error;
        if (flash.reads > fails) {
            assert_int_not_equal(end(), 0);
        } else {
            assert_int_equal(error, 0);
            assert_int_equal(end(), 0);
        }
        flash.read_fails = NEVER;
        assert_int_equal(begin(false), 0);
        assert_true(holds("alpha", "one") || holds("alpha", "new"));
        assert_true(holds("beta", "two"));
        assert_int_equal(end(), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_changes_nothing),
        cmocka_unit_test(a_change_that_is_cut_happened_or_did_not),
        cmocka_unit_test(a_reset_that_is_cut_is_done_again),
        cmocka_unit_test(a_read_that_fails_is_an_error),
    };

    return cmocka_run_group_tests(tests, group_setup, NULL);
}
