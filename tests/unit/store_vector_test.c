// SPDX-License-Identifier: Apache-2.0
/* The examples of docs/store.md, byte by byte: tests/vectors/store/records.txt. */
#include "store_support.h"

#include <stdio.h>
#include <stdlib.h>

#define LINE_MAX_ 4096

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
    FILE *file = fopen(GANTRY_SOURCE_DIR "/tests/vectors/store/records.txt", "r");

    assert_non_null(file);
    return file;
}

static void frames_are_as_written_down(void **state)
{
    char line[LINE_MAX_];
    char hex[LINE_MAX_];
    unsigned good = 0;
    unsigned bad = 0;
    FILE *file = vectors();

    (void)state;
    while (fgets(line, sizeof line, file) != NULL) {
        uint8_t bytes[STORE_RECORD_MAX];
        uint8_t again[STORE_RECORD_MAX];
        struct store_frame frame;
        unsigned type, key, sequence, flags, tail;
        uint32_t length;

        if (sscanf(line, "bad %s", hex) == 1) {
            length = unhex(hex, bytes, sizeof bytes);
            assert_false(store_frame_decode(bytes, length, 4, &frame));
            bad++;
            continue;
        }
        if (sscanf(line, "frame type=%u key=%x sequence=%u flags=%u tail=%u %s", &type, &key,
                   &sequence, &flags, &tail, hex) != 6) {
            continue;
        }
        length = unhex(hex, bytes, sizeof bytes);
        assert_true(store_frame_decode(bytes, length + tail + 8, 4, &frame));
        assert_int_equal(frame.type, type);
        assert_int_equal(frame.key, key);
        assert_int_equal(frame.sequence, sequence);
        assert_int_equal(frame.flags, flags);
        assert_int_equal(frame.tail, tail);
        assert_int_equal(frame.length + STORE_FRAME_SIZE, length);
        memcpy(again, bytes, length);
        memset(again, 0, STORE_FRAME_SIZE);
        store_frame_encode(again, &frame);
        assert_memory_equal(again, bytes, length);
        good++;
    }
    fclose(file);
    assert_true(good >= 4 && bad >= 3);
}

static void a_whole_half_is_read_as_written_down(void **state)
{
    char line[LINE_MAX_];
    char hex[LINE_MAX_];
    struct world world;
    struct store_app app;
    struct store_frame frame;
    unsigned offset;
    unsigned pieces = 0;
    FILE *file = vectors();

    (void)state;
    world_init(&world, &world_layouts[0]);
    while (fgets(line, sizeof line, file) != NULL) {
        uint8_t bytes[64];

        if (sscanf(line, "half %x %s", &offset, hex) == 2) {
            poke(&world, world.config.journal[0].address + offset, bytes,
                 unhex(hex, bytes, sizeof bytes));
            pieces++;
        }
    }
    fclose(file);
    assert_true(pieces > 10);
    assert_int_equal(world_mount(&world), 0);
    assert_false(store_is_damaged(&world.store));
    assert_int_equal(store_app_count(&world.store), 1);
    app = app_of(&world, 0x1D19E248);
    assert_int_equal(app.record.version, 3);
    assert_int_equal(app.record.flags, STORE_FLAG_ENABLED);
    assert_int_equal(store_find(&world.store, STORE_RECORD_ATTRIBUTE, 3, &frame), 0);
    assert_int_equal(bytes_get_u32(frame.body), 77);
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_as_written_down),
        cmocka_unit_test(a_whole_half_is_read_as_written_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
