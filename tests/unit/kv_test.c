// SPDX-License-Identifier: Apache-2.0
/* The key-value store: TicKV's bytes as written down, and what each operation does. */
#include "vault.h"

#include <base/bytes.h>
#include <base/crc32.h>
#include <kv/siphash.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LINE = 8192 };

static uint32_t unhex(const char *text, uint8_t *out, uint32_t room)
{
    uint32_t count = 0;
    unsigned byte;

    while (count < room && sscanf(text + 2 * count, "%2x", &byte) == 1) {
        out[count++] = (uint8_t)byte;
    }
    return count;
}

static FILE *vectors(void)
{
    FILE *file = fopen(GANTRY_SOURCE_DIR "/tests/vectors/kv/tickv.txt", "r");

    assert_non_null(file);
    return file;
}

/* The bytes of the vector that starts with a word. */
static uint32_t vector(const char *word, uint8_t *out, uint32_t room)
{
    static char line[LINE];
    FILE *file = vectors();
    uint32_t length = 0;

    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, word, strlen(word)) == 0 && line[strlen(word)] == ' ') {
            length = unhex(line + strlen(word) + 1, out, room);
        }
    }
    fclose(file);
    assert_true(length > 0);
    return length;
}

static void expect(struct vault *vault, const char *key, const char *value, uint32_t id)
{
    const uint8_t *data;
    uint32_t length;
    uint32_t write_id;

    assert_int_equal(vault_get(vault, key, &data, &length, &write_id), 0);
    assert_int_equal(length, strlen(value));
    assert_memory_equal(data, value, length);
    assert_int_equal(write_id, id);
}

static void expect_none(struct vault *vault, const char *key)
{
    const uint8_t *data;
    uint32_t length;
    uint32_t write_id;

    assert_int_equal(vault_get(vault, key, &data, &length, &write_id), KV_E_NOT_FOUND);
}

static int set(struct vault *vault, const char *key, const char *value, uint32_t id)
{
    return vault_set(vault, key, value, (uint32_t)strlen(value), id);
}

static void keys_are_hashed_as_written_down(void **state)
{
    static char line[LINE];
    FILE *file = vectors();
    char key[80];
    char hex[20];
    unsigned count = 0;

    (void)state;
    while (fgets(line, sizeof line, file) != NULL) {
        uint8_t wanted[SIPHASH_SIZE];
        uint8_t hash[SIPHASH_SIZE];

        if (sscanf(line, "hash %79s %19s", key, hex) == 2) {
            assert_int_equal(unhex(hex, wanted, sizeof wanted), SIPHASH_SIZE);
            siphash_zero_key(key, strlen(key), hash);
            assert_memory_equal(hash, wanted, sizeof hash);
            count++;
        }
    }
    fclose(file);
    assert_true(count >= 7);
}

static void check_sums_are_as_written_down(void **state)
{
    static char line[LINE];
    FILE *file = vectors();
    char hex[LINE];
    unsigned count = 0;

    (void)state;
    while (fgets(line, sizeof line, file) != NULL) {
        uint8_t bytes[256];
        uint32_t length;

        if (sscanf(line, "object %*s %*x %*s %8191s", hex) == 1) {
            length = unhex(hex, bytes, sizeof bytes);
            assert_int_equal(bytes_get_u32(bytes + length - 4), crc32_posix(bytes, length - 4));
            count++;
        }
    }
    fclose(file);
    assert_true(count >= 3);
    assert_int_equal(crc32_posix("123456789", 9), 0x765E7680);
}

static void an_area_of_tocks_tool_is_read_and_changed(void **state)
{
    uint8_t area[VAULT_REGIONS * VAULT_PAGE];
    struct vault vault;
    char big[151];

    (void)state;
    assert_int_equal(vector("area", area, sizeof area), sizeof area);
    vault_init(&vault, 4, 0xFF);
    for (uint32_t i = 0; i < sizeof area; i++) {
        nor_poke(&vault.nor, VAULT_AREA + i, area[i]);
    }
    memset(vault.nor.unit, 1, vault.nor.size / 4); /* nothing here may be programmed again */
    memset(vault.nor.unit, 0, VAULT_SPARES * VAULT_PAGE / 4);
    assert_int_equal(vault_mount(&vault), 0);
    memset(big, 'B', 150);
    big[150] = '\0';
    expect(&vault, "a", "1", 1);
    expect(&vault, "key", "hello", 2);
    expect(&vault, "counter", "0123456789abcdef", 3);
    expect(&vault, "big", big, 4);
    expect_none(&vault, "bag");
    assert_int_equal(vault_delete(&vault, "key"), 0);
    expect_none(&vault, "key");
    assert_int_equal(vault_collect(&vault), 0);
    expect(&vault, "a", "1", 1);
    expect(&vault, "counter", "0123456789abcdef", 3);
    expect(&vault, "big", big, 4);
    assert_null(vault.nor.violation);
    nor_free(&vault.nor);
}

static void what_is_written_is_as_written_down(void **state)
{
    uint8_t area[VAULT_REGIONS * VAULT_PAGE];
    struct vault vault;

    (void)state;
    assert_int_equal(vector("written", area, sizeof area), sizeof area);
    vault_init(&vault, 4, 0xFF);
    assert_int_equal(vault_mount(&vault), 0);
    assert_int_equal(set(&vault, "a", "1", 1), 0);
    assert_int_equal(set(&vault, "counter", "0123456789abcdef", 3), 0);
    assert_memory_equal(nor_at(&vault.nor, VAULT_AREA), area, sizeof area);
    assert_null(vault.nor.violation);
    nor_free(&vault.nor);
}

static void values_are_set_replaced_and_deleted(void **state)
{
    static const uint8_t units[] = {1, 4, 8, 32};

    (void)state;
    for (unsigned u = 0; u < 8; u++) {
        struct vault vault;

        vault_init(&vault, units[u % 4], u < 4 ? 0xFF : 0x00);
        assert_int_equal(vault_mount(&vault), 0);
        expect_none(&vault, "one");
        assert_int_equal(vault_delete(&vault, "one"), KV_E_NOT_FOUND);
        assert_int_equal(set(&vault, "one", "", 7), 0);
        expect(&vault, "one", "", 7);
        assert_int_equal(set(&vault, "one", "a longer value than before", 8), 0);
        expect(&vault, "one", "a longer value than before", 8);
        assert_int_equal(set(&vault, "two", "2", 9), 0);
        assert_int_equal(vault_mount(&vault), 0);
        expect(&vault, "one", "a longer value than before", 8);
        expect(&vault, "two", "2", 9);
        assert_int_equal(vault_delete(&vault, "one"), 0);
        expect_none(&vault, "one");
        expect(&vault, "two", "2", 9);
        assert_null(vault.nor.violation);
        nor_free(&vault.nor);
    }
}

static void a_full_store_says_so_and_loses_nothing(void **state)
{
    struct vault vault;
    char value[101];
    char key[3] = "a0";
    unsigned stored = 0;

    (void)state;
    memset(value, 'v', 100);
    value[100] = '\0';
    vault_init(&vault, 4, 0xFF);
    assert_int_equal(vault_mount(&vault), 0);
    for (key[0] = 'a'; set(&vault, key, value, 1) == 0; key[0]++) {
        stored++;
    }
    assert_true(stored >= 14);
    assert_int_equal(set(&vault, "more", value, 1), KV_E_FULL);
    for (unsigned i = 0; i < stored; i++) {
        key[0] = (char)('a' + i);
        expect(&vault, key, value, 1);
        value[0] = (char)('0' + i % 10); /* another value of the same length fits in its place */
        assert_int_equal(set(&vault, key, value, 2), 0);
        expect(&vault, key, value, 2);
        value[0] = 'v';
    }
    assert_int_equal(vault_delete(&vault, "a0"), 0);
    assert_int_equal(set(&vault, "more", value, 3), 0);
    expect(&vault, "more", value, 3);
    assert_null(vault.nor.violation);
    nor_free(&vault.nor);
}

static void a_value_too_long_is_refused(void **state)
{
    uint8_t value[VAULT_PAGE] = {0};
    struct vault vault;

    (void)state;
    vault_init(&vault, 4, 0xFF);
    assert_int_equal(vault_mount(&vault), 0);
    assert_int_equal(vault_set(&vault, "k", value, VAULT_PAGE - KV_OVERHEAD - VAULT_HEADER, 1), 0);
    assert_int_equal(vault_set(&vault, "k", value, VAULT_PAGE - KV_OVERHEAD - VAULT_HEADER + 1, 1),
                     KV_E_SIZE);
    nor_free(&vault.nor);
}

/* Gives a store up after some bytes, again and again. */
static void a_store_given_up_changes_nothing(void **state)
{
    uint8_t hash[SIPHASH_SIZE];
    uint8_t value[100] = {0};
    struct vault vault;

    (void)state;
    vault_init(&vault, 4, 0xFF);
    assert_int_equal(vault_mount(&vault), 0);
    assert_int_equal(set(&vault, "key", "old", 1), 0);
    for (unsigned round = 0; round < 40; round++) {
        const char *key = round % 2 == 0 ? "key" : "new";
        int result;

        siphash_zero_key(key, strlen(key), hash);
        assert_int_equal(kv_find_begin(&vault.kv, hash), 0);
        do {
            result = kv_step(&vault.kv);
        } while (result == KV_BUSY);
        assert_int_equal(kv_store_begin(&vault.kv, sizeof value), 0);
        do {
            result = kv_step(&vault.kv);
            if (result == KV_MORE && kv_taken(&vault.kv) < 2 * round) {
                (void)kv_put(&vault.kv, value, 2 * round - kv_taken(&vault.kv));
            } else if (result == KV_MORE) {
                kv_cancel(&vault.kv);
            }
        } while (result == KV_BUSY || result == KV_MORE);
        assert_int_equal(result, KV_E_CANCELLED);
        expect(&vault, "key", "old", 1);
        expect_none(&vault, "new");
    }
    assert_int_equal(set(&vault, "new", "value", 1), 0);
    expect(&vault, "new", "value", 1);
    assert_null(vault.nor.violation);
    nor_free(&vault.nor);
}

static void an_object_that_rotted_is_passed_over(void **state)
{
    struct vault vault;

    (void)state;
    vault_init(&vault, 4, 0xFF);
    assert_int_equal(vault_mount(&vault), 0);
    assert_int_equal(set(&vault, "key", "value", 1), 0);
    nor_poke(&vault.nor, vault.kv_config.area + vault.kv.region * VAULT_PAGE + vault.kv.cursor, 1);
    assert_int_equal(vault_mount(&vault), 0);
    expect(&vault, "key", "value", 1);
    (void)set(&vault, "key", "value", 1);
    expect(&vault, "key", "value", 1);
    nor_poke(&vault.nor, vault.kv.value + VAULT_HEADER, 'V');
    expect_none(&vault, "key");
    nor_free(&vault.nor);
}

static void a_small_area_is_refused(void **state)
{
    struct vault vault;

    (void)state;
    vault_init(&vault, 4, 0xFF);
    vault.swap_config.pages = 2;
    assert_int_equal(vault_mount(&vault), KV_E_CONFIG);
    vault.swap_config.pages = VAULT_SPARES + VAULT_REGIONS + 1;
    assert_int_equal(vault_mount(&vault), KV_E_CONFIG);
    vault.swap_config.pages = VAULT_SPARES;
    vault.swap_config.area++;
    assert_int_equal(vault_mount(&vault), KV_E_CONFIG);
    nor_free(&vault.nor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_hashed_as_written_down),
        cmocka_unit_test(check_sums_are_as_written_down),
        cmocka_unit_test(an_area_of_tocks_tool_is_read_and_changed),
        cmocka_unit_test(what_is_written_is_as_written_down),
        cmocka_unit_test(values_are_set_replaced_and_deleted),
        cmocka_unit_test(a_full_store_says_so_and_loses_nothing),
        cmocka_unit_test(a_value_too_long_is_refused),
        cmocka_unit_test(a_store_given_up_changes_nothing),
        cmocka_unit_test(an_object_that_rotted_is_passed_over),
        cmocka_unit_test(a_small_area_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
