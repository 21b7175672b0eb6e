// SPDX-License-Identifier: Apache-2.0
/* Rings in a target's RAM: found, read, filled, and not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <base/bytes.h>
#include <link/error.h>
#include <transport/rtt.h>

enum {
    START = 0x20000000,
    BYTES = 16 * 1024,
    PIECE = BYTES,
    RING = 64,
    BLOCK = 0x7F8, /* begins in one step of the search and ends in the next */
    UP = 0x1000,
    DOWN = 0x1100,
    NAME = 0x1200,
    HEAD = 24,
    DESCRIPTOR = 24
};

static uint8_t ram[BYTES];
static uint32_t end_of_ram;  /* behind it there is nothing */
static uint32_t written_low; /* what the client has written at all */
static uint32_t written_high;
static int questions;

static bool is_there(uint32_t address, uint32_t length)
{
    return address >= START && length <= end_of_ram && address - START <= end_of_ram - length;
}

static int read_ram(void *context, uint32_t address, uint8_t *data, uint32_t length)
{
    (void)context;
    questions++;
    assert_true(length > 0);
    if (!is_there(address, length)) {
        return LINK_E_IO;
    }
    memcpy(data, ram + (address - START), length);
    return 0;
}

static int write_ram(void *context, uint32_t address, const uint8_t *data, uint32_t length)
{
    (void)context;
    assert_true(length > 0 && is_there(address, length));
    memcpy(ram + (address - START), data, length);
    written_low = address - START < written_low ? address - START : written_low;
    written_high =
        address - START + length > written_high ? address - START + length : written_high;
    return 0;
}

static const struct rtt_memory memory = {read_ram, write_ram, NULL};

static void put(uint32_t at, uint32_t value)
{
    bytes_put_u32(ram + at, value);
}

static uint32_t get(uint32_t at)
{
    return bytes_get_u32(ram + at);
}

static void put_magic(uint32_t at)
{
    memset(ram + at, 0, 16);
    memcpy(ram + at, "SEGGER RTT", 10);
}

static void put_ring(uint32_t at, uint32_t bytes)
{
    put(at, START + NAME);
    put(at + 4, START + bytes);
    put(at + 8, RING);
    put(at + 12, 0);
    put(at + 16, 0);
    put(at + 20, 0);
}

static void ram_init(void)
{
    memset(ram, 0xA5, sizeof ram);
    end_of_ram = BYTES;
    written_low = BYTES;
    written_high = 0;
    questions = 0;
    put_magic(BLOCK);
    put(BLOCK + 16, 1);
    put(BLOCK + 20, 1);
    put_ring(BLOCK + HEAD, UP);
    put_ring(BLOCK + HEAD + DESCRIPTOR, DOWN);
    memcpy(ram + NAME, "Terminal", 9);
}

/* As the target does it. */
static void target_says(const char *text)
{
    uint32_t write = get(BLOCK + HEAD + 12);

    for (; *text != '\0' && (write + 1) % RING != get(BLOCK + HEAD + 16); text++) {
        ram[UP + write] = (uint8_t)*text;
        write = (write + 1) % RING;
    }
    put(BLOCK + HEAD + 12, write);
}

static struct rtt rtt;

static void find(void)
{
    rtt_init(&rtt, &memory, START, BYTES);
    assert_int_equal(rtt_search(&rtt, PIECE), 0);
    assert_true(rtt.found);
    assert_int_equal(rtt.block, START + BLOCK);
}

static void a_block_is_found_wherever_it_lies(void **state)
{
    (void)state;
    for (uint32_t at = 0; at + HEAD + 2 * DESCRIPTOR <= UP; at += 4) {
        ram_init();
        memmove(ram + at, ram + BLOCK, HEAD + 2 * DESCRIPTOR);
        if (at != BLOCK) {
            memset(ram + (at < BLOCK ? BLOCK + HEAD + 2 * DESCRIPTOR - 4 : BLOCK), 0xA5, 4);
        }
        rtt_init(&rtt, &memory, START, BYTES);
        assert_int_equal(rtt_search(&rtt, PIECE), 0);
        assert_true(rtt.found);
        assert_int_equal(rtt.block, START + at);
    }
}

static void what_only_begins_like_one_is_passed_over(void **state)
{
    (void)state;
    ram_init();
    put_magic(0x100); /* a copy of the text alone */
    put_magic(0x200);
    put(0x200 + 16, 0);
    put(0x200 + 20, 0); /* no rings */
    put_magic(0x300);
    put(0x300 + 16, 1);
    put(0x300 + 20, 0);
    memset(ram + 0x300 + HEAD, 0, DESCRIPTOR); /* one ring, without bytes */
    put_magic(BYTES - 16);                     /* the end of RAM cuts it */
    find();
    memset(ram + BLOCK, 0, 16);
    rtt_init(&rtt, &memory, START, BYTES);
    assert_int_equal(rtt_search(&rtt, PIECE), 0);
    assert_false(rtt.found);
}

static void a_search_is_broken_off_and_goes_on(void **state)
{
    (void)state;
    ram_init();
    rtt_init(&rtt, &memory, START, BYTES);
    assert_int_equal(rtt_search(&rtt, 1024), 0);
    assert_false(rtt.found);
    assert_int_equal(rtt_search(&rtt, 1024), 0);
    assert_true(rtt.found);
}

static void ram_ends_where_it_cannot_be_read(void **state)
{
    (void)state;
    ram_init();
    memset(ram + BLOCK, 0, 16);
    end_of_ram = 0x2000;
    rtt_init(&rtt, &memory, START, BYTES);
    assert_int_equal(rtt_search(&rtt, PIECE), 0);
    assert_int_equal(rtt.size, 0x2000);
    put_magic(BLOCK); /* the target starts only now */
    assert_int_equal(rtt_search(&rtt, PIECE), 0);
    assert_true(rtt.found);
    end_of_ram = 0;
    rtt_init(&rtt, &memory, START, BYTES);
    assert_int_equal(rtt_search(&rtt, PIECE), LINK_E_IO);
}

static void text_comes_whole_also_around_the_end(void **state)
{
    char expected[4096] = "";
    char found[4096] = "";
    size_t used = 0;

    (void)state;
    ram_init();
    find();
    for (int i = 0; i < 60; i++) {
        char text[64];
        uint8_t data[RING];
        int count;

        memset(text, 'a' + i % 26, sizeof text);
        text[1 + i % 40] = '\0';
        target_says(text);
        strcat(expected, text);
        assert_int_equal(rtt_look(&rtt), 0);
        /* In two bites, the first smaller than what there is. */
        count = rtt_take(&rtt, 0, data, 7);
        assert_true(count >= 0 && count <= 7);
        memcpy(found + used, data, (size_t)count);
        used += (size_t)count;
        assert_int_equal(rtt_look(&rtt), 0);
        count = rtt_take(&rtt, 0, data, sizeof data);
        assert_true(count >= 0);
        memcpy(found + used, data, (size_t)count);
        used += (size_t)count;
    }
    assert_string_equal(found, expected);
    assert_int_equal(get(BLOCK + HEAD + 16), get(BLOCK + HEAD + 12));
}

/* The client writes its own offsets and the down ring, and nothing else. */
static void a_look_that_finds_nothing_writes_nothing(void **state)
{
    uint8_t data[RING];
    uint8_t before[BYTES];

    (void)state;
    ram_init();
    find();
    memcpy(before, ram, sizeof before);
    questions = 0;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(rtt_look(&rtt), 0);
        assert_int_equal(rtt_take(&rtt, 0, data, sizeof data), 0);
    }
    assert_int_equal(questions, 10); /* one for each look */
    assert_memory_equal(ram, before, sizeof before);
    target_says("x");
    assert_int_equal(rtt_look(&rtt), 0);
    assert_int_equal(rtt_take(&rtt, 0, data, sizeof data), 1);
    assert_int_equal(written_low, BLOCK + HEAD + 16);
    assert_int_equal(written_high, BLOCK + HEAD + 20);
}

static void input_waits_for_room(void **state)
{
    static const uint8_t text[RING + 10] = "to the target";
    char got[2 * RING] = "";
    uint32_t given = 0;

    (void)state;
    ram_init();
    put(BLOCK + HEAD + DESCRIPTOR + 12, RING - 5);
    put(BLOCK + HEAD + DESCRIPTOR + 16, RING - 5);
    find();
    for (int i = 0; i < 4 && given < sizeof text; i++) {
        uint32_t read = get(BLOCK + HEAD + DESCRIPTOR + 16);
        int count;

        assert_int_equal(rtt_look(&rtt), 0);
        count = rtt_give(&rtt, 0, text + given, (uint32_t)sizeof text - given);
        assert_true(count >= 0 && count < RING);
        for (uint32_t j = 0; j < (uint32_t)count; j++) {
            got[given + j] = (char)ram[DOWN + (read + j) % RING];
        }
        given += (uint32_t)count;
        assert_int_equal(rtt_look(&rtt), 0);
        assert_int_equal(rtt_give(&rtt, 0, text, 1), given < sizeof text ? 0 : 1);
        put(BLOCK + HEAD + DESCRIPTOR + 16, get(BLOCK + HEAD + DESCRIPTOR + 12));
    }
    assert_int_equal(given, sizeof text);
    assert_memory_equal(got, text, sizeof text);
    assert_int_equal(rtt_give(&rtt, 1, text, 1), LINK_E_PROTOCOL);
}

static void a_target_that_starts_anew_is_noticed(void **state)
{
    uint8_t data[RING];

    (void)state;
    ram_init();
    find();
    memset(ram + BLOCK, 0, HEAD + 2 * DESCRIPTOR);
    assert_int_equal(rtt_look(&rtt), 0);
    assert_false(rtt.found);
    ram_init();
    rtt.next = 0;
    target_says("again");
    assert_int_equal(rtt_search(&rtt, PIECE), 0);
    assert_true(rtt.found);
    assert_int_equal(rtt_take(&rtt, 0, data, sizeof data), 5);
    assert_memory_equal(data, "again", 5);
}

static void rings_that_come_later_are_seen(void **state)
{
    uint8_t data[RING];

    (void)state;
    ram_init();
    find();
    put(BLOCK + 16, 2);
    put_ring(BLOCK + HEAD + DESCRIPTOR, DOWN); /* the second is up now */
    put(BLOCK + HEAD + DESCRIPTOR + 12, 3);
    memset(ram + BLOCK + HEAD + 2 * DESCRIPTOR, 0, DESCRIPTOR);
    assert_int_equal(rtt_look(&rtt), 0);
    assert_true(rtt.found);
    assert_int_equal(rtt.up_count, 2);
    assert_int_equal(rtt_take(&rtt, 1, data, sizeof data), 3);
}

static void names_are_read_where_they_can_be(void **state)
{
    char name[RTT_NAME_MAX + 1];

    (void)state;
    ram_init();
    find();
    rtt_name(&rtt, 0, name);
    assert_string_equal(name, "Terminal");
    memset(ram + NAME, 'n', 100);
    rtt_name(&rtt, 0, name);
    assert_int_equal(strlen(name), RTT_NAME_MAX);
    put(BLOCK + HEAD, 0xFFFFFFF0);
    assert_int_equal(rtt_look(&rtt), 0);
    rtt_name(&rtt, 0, name);
    assert_string_equal(name, "");
    put(BLOCK + HEAD, 4);
    assert_int_equal(rtt_look(&rtt), 0);
    rtt_name(&rtt, 0, name);
    assert_string_equal(name, "");
    rtt_name(&rtt, 7, name);
    assert_string_equal(name, "");
}

/* Every word of the block with every nasty value: nothing outside RAM is written, nothing is read
 * for ever, and no more comes than was asked for. */
static void hostile_ram_does_no_harm(void **state)
{
    static const uint32_t nasty[] = {0,
                                     1,
                                     2,
                                     RING - 1,
                                     RING,
                                     RING + 1,
                                     16,
                                     17,
                                     0x7FFFFFFF,
                                     0x80000000,
                                     0xFFFFFFFF,
                                     0xFFFFFFF0,
                                     START,
                                     START - 1,
                                     START + BYTES,
                                     START + BYTES - 1,
                                     START + BYTES - RING,
                                     START + BLOCK};
    const size_t count = sizeof nasty / sizeof nasty[0];

    (void)state;
    for (uint32_t word = 0; word < HEAD + 2 * DESCRIPTOR; word += 4) {
        for (size_t i = 0; i < count * count; i++) {
            uint8_t data[16];
            int taken;

            ram_init();
            target_says("some text that is there to be read");
            put(BLOCK + word, nasty[i % count]);
            put(BLOCK + HEAD + (word + 4) % (2 * DESCRIPTOR), nasty[i / count]);
            rtt_init(&rtt, &memory, START, BYTES);
            assert_int_equal(rtt_search(&rtt, PIECE), 0);
            if (!rtt.found) {
                continue;
            }
            questions = 0;
            for (uint32_t ring = 0; ring <= rtt.up_count; ring++) {
                taken = rtt_take(&rtt, ring, data, sizeof data);
                assert_true(taken <= (int)sizeof data);
                assert_true(taken >= 0 || taken == LINK_E_PROTOCOL || taken == LINK_E_IO);
            }
            for (uint32_t ring = 0; ring <= rtt.down_count; ring++) {
                taken = rtt_give(&rtt, ring, data, sizeof data);
                assert_true(taken <= (int)sizeof data);
            }
            assert_true(questions <= 2 * RTT_RINGS_MAX);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_found_wherever_it_lies),
        cmocka_unit_test(what_only_begins_like_one_is_passed_over),
        cmocka_unit_test(a_search_is_broken_off_and_goes_on),
        cmocka_unit_test(ram_ends_where_it_cannot_be_read),
        cmocka_unit_test(text_comes_whole_also_around_the_end),
        cmocka_unit_test(a_look_that_finds_nothing_writes_nothing),
        cmocka_unit_test(input_waits_for_room),
        cmocka_unit_test(a_target_that_starts_anew_is_noticed),
        cmocka_unit_test(rings_that_come_later_are_seen),
        cmocka_unit_test(names_are_read_where_they_can_be),
        cmocka_unit_test(hostile_ram_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
