// SPDX-License-Identifier: Apache-2.0
/* The allocator of lib/app, in memory that a kernel of the test's gives. */
#include "app_kernel.h"

#include <string.h>

enum { HEAP = 4096, BLOCKS = 24 };

/*
 * The allocator keeps its list for the life of the program, so that all tests share one heap, which
 * each leaves free. It begins at an odd address.
 */
static int setup(void **state)
{
    (void)state;
    app_memory_reset(HEAP, 3);
    return 0;
}

/* The largest block that can be had now. */
static size_t largest(void)
{
    size_t low = 0;

    for (size_t step = HEAP; step > 0; step /= 2) {
        void *block = app_malloc(low + step);

        if (block != NULL) {
            low += step;
            app_free(block);
        }
    }
    return low;
}

static void blocks_are_aligned_inside_the_memory_and_apart(void **state)
{
    uint8_t *block[BLOCKS];

    (void)state;
    for (size_t i = 0; i < BLOCKS; i++) {
        block[i] = app_malloc(i + 1);
        assert_non_null(block[i]);
        assert_int_equal((uintptr_t)block[i] % 8, 0);
        assert_true(app_memory_holds(block[i], i + 1));
        memset(block[i], (int)i, i + 1);
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        for (size_t k = 0; k <= i; k++) {
            assert_int_equal(block[i][k], i);
        }
        app_free(block[i]);
    }
}

static void nothing_and_too_much_are_refused(void **state)
{
    static const size_t sizes[] = {0,
                                   HEAP,
                                   SIZE_MAX,
                                   SIZE_MAX - 7,
                                   SIZE_MAX - 8,
                                   SIZE_MAX / 2,
                                   SIZE_MAX / 2 + 1,
                                   SIZE_MAX / 2 - 64};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_null(app_malloc(sizes[i]));
    }
    app_free(NULL);
}

static void what_is_freed_in_any_order_becomes_one_block_again(void **state)
{
    size_t whole = largest();
    uint32_t seed = 1;

    (void)state;
    assert_in_range(whole, HEAP / 2, HEAP);
    for (int run = 0; run < 50; run++) {
        void *block[BLOCKS];
        size_t count = 0;

        while (count < BLOCKS && (block[count] = app_malloc(100)) != NULL) {
            count++;
        }
        assert_in_range(count, 20, BLOCKS);
        while (count > 0) {
            size_t which;

            seed = seed * 1664525u + 1013904223u;
            which = (seed >> 16) % count;
            app_free(block[which]);
            block[which] = block[--count];
        }
        assert_int_equal(largest(), whole);
    }
}

static void a_free_block_at_the_end_is_made_larger(void **state)
{
    size_t whole = largest();
    void *block;

    (void)state;
    /* All but the heads of blocks can be had at once, although it was had in parts before. */
    assert_in_range(whole, HEAP - 64, HEAP);
    block = app_malloc(whole);
    assert_non_null(block);
    app_free(block);
}

static void exhaustion_is_told_and_passes(void **state)
{
    void *block[HEAP / 16];
    size_t count = 0;

    (void)state;
    while ((block[count] = app_malloc(8)) != NULL) {
        count++;
    }
    assert_in_range(count, 50, HEAP / 16 - 1);
    assert_null(app_malloc(1));
    app_free(block[count / 2]);
    block[count / 2] = app_malloc(8);
    assert_non_null(block[count / 2]);
    while (count > 0) {
        app_free(block[--count]);
    }
}

static void calloc_clears_and_sees_products_that_overflow(void **state)
{
    uint8_t *block = app_malloc(64);

    (void)state;
    memset(block, 0xFF, 64);
    app_free(block);
    block = app_calloc(8, 8);
    assert_non_null(block);
    for (int i = 0; i < 64; i++) {
        assert_int_equal(block[i], 0);
    }
    app_free(block);
    assert_null(app_calloc(SIZE_MAX / 2 + 1, 2));
    assert_null(app_calloc(2, SIZE_MAX / 2 + 1));
    assert_null(app_calloc(SIZE_MAX / 8 + 2, 8)); /* 8 bytes, if it wrapped */
    assert_null(app_calloc((size_t)1 << (sizeof(size_t) * 4), (size_t)1 << (sizeof(size_t) * 4)));
    assert_null(app_calloc(0, 8));
    assert_null(app_calloc(8, 0));
}

static void realloc_keeps_the_bytes(void **state)
{
    uint8_t *block = app_realloc(NULL, 10);
    uint8_t *larger;

    (void)state;
    assert_non_null(block);
    memset(block, 0x5A, 10);
    assert_ptr_equal(app_realloc(block, 4), block);
    larger = app_realloc(block, 300);
    assert_non_null(larger);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(larger[i], 0x5A);
    }
    assert_null(app_realloc(larger, HEAP)); /* refused: the old block stays */
    assert_int_equal(larger[9], 0x5A);
    assert_null(app_realloc(larger, 0));
}

/* Blocks of every size come and go; each keeps its bytes until it goes. */
static void a_long_life_corrupts_nothing(void **state)
{
    uint8_t *block[BLOCKS] = {NULL};
    size_t size[BLOCKS] = {0};
    uint32_t seed = 5;
    size_t whole = largest();

    (void)state;
    for (int i = 0; i < 20000; i++) {
        size_t which;

        seed = seed * 1664525u + 1013904223u;
        which = (seed >> 8) % BLOCKS;
        if (block[which] != NULL) {
            for (size_t k = 0; k < size[which]; k++) {
                assert_int_equal(block[which][k], which);
            }
            app_free(block[which]);
            block[which] = NULL;
        } else {
            size[which] = 1 + (seed >> 16) % 300;
            block[which] = app_malloc(size[which]);
            if (block[which] != NULL) {
                assert_true(app_memory_holds(block[which], size[which]));
                memset(block[which], (int)which, size[which]);
            }
        }
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        app_free(block[i]);
    }
    assert_int_equal(largest(), whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_inside_the_memory_and_apart),
        cmocka_unit_test(nothing_and_too_much_are_refused),
        cmocka_unit_test(a_free_block_at_the_end_is_made_larger),
        cmocka_unit_test(what_is_freed_in_any_order_becomes_one_block_again),
        cmocka_unit_test(exhaustion_is_told_and_passes),
        cmocka_unit_test(calloc_clears_and_sees_products_that_overflow),
        cmocka_unit_test(realloc_keeps_the_bytes),
        cmocka_unit_test(a_long_life_corrupts_nothing),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
