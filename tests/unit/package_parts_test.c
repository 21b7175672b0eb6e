// SPDX-License-Identifier: Apache-2.0
/* Intel HEX: read strictly, and written so that others read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <package/parts.h>

static struct parts parts;
static unsigned line;

static const char *parse(const char *text)
{
    parts_free(&parts);
    return hex_parse(text, strlen(text), &parts, &line);
}

#define END_RECORD ":00000001FF\n"

static void records_go_where_they_say(void **state)
{
    (void)state;
    /* The example of the specification's first record, and the two kinds of upper parts. */
    assert_null(parse(":10010000214601360121470136007EFE09D2190140\n"
                      ":020000021200EA\n:04000000DEADBEEFC4\n"
                      ":020000042110C9\r\n:02FFFE00AABB9C\n:0400000500000000F7\n" END_RECORD));
    assert_int_equal(parts.count, 3);
    assert_int_equal(parts.part[0].address, 0x100);
    assert_int_equal(parts.part[0].data.size, 16);
    assert_int_equal(parts.part[0].data.data[15], 0x01);
    assert_int_equal(parts.part[1].address, 0x12000);
    assert_int_equal(parts.part[1].data.data[3], 0xEF);
    assert_int_equal(parts.part[2].address, 0x2110FFFE);
}

static void records_that_follow_each_other_are_one_part(void **state)
{
    (void)state;
    assert_null(parse(":020000000102FB\n:020002000304F5\n:00000001FF"));
    assert_int_equal(parts.count, 1);
    assert_int_equal(parts.part[0].data.size, 4);
}

static void what_is_not_a_record_is_refused(void **state)
{
    static const struct {
        const char *text;
        unsigned line;
        const char *says;
    } wrong[] = {
        {"", 0, "missing"},
        {":020000000102FB\n", 0, "missing"},
        {":020000000102FB\n" END_RECORD ":020000000102FB\n", 3, "behind"},
        {":020000000102FC\n" END_RECORD, 1, "checksum"},
        {":030000000102FA\n" END_RECORD, 1, "as many"},
        {":010000000102FC\n" END_RECORD, 1, "as many"},
        {":0200000001 2FB\n" END_RECORD, 1, "digit"},
        {":020000000102F\n" END_RECORD, 1, "length"},
        {":00\n" END_RECORD, 1, "length"},
        {":\n" END_RECORD, 1, "length"},
        {"020000000102FB\n" END_RECORD, 1, "colon"},
        {"\n" END_RECORD, 1, "colon"},
        {":020000000102FB \n" END_RECORD, 1, "length"},
        {":020000060102F5\n" END_RECORD, 1, "type"},
        {":0100000401FA\n" END_RECORD, 1, "another length"},
        {":02FFFF000102FD\n" END_RECORD, 1, "end of its segment"},
        {":020000000102FB\n:020001000304F6\n" END_RECORD, 0, "twice"},
        {END_RECORD, 0, "no bytes"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *says = parse(wrong[i].text);

        if (says == NULL || strstr(says, wrong[i].says) == NULL || line != wrong[i].line) {
            fail_msg("'%s': line %u: %s", wrong[i].text, line, says != NULL ? says : "nothing");
        }
    }
}

/* Any single changed character is noticed, or changes nothing: digits have two cases. */
static void every_character_counts(void **state)
{
    static const char good[] =
        ":020000042110C9\n:10FFF000000102030405060708090A0B0C0D0E0F89\n" END_RECORD;
    uint8_t data[16];

    (void)state;
    assert_null(parse(good));
    memcpy(data, parts.part[0].data.data, sizeof data);
    for (size_t i = 0; i + 1 < sizeof good; i++) {
        for (int c = 1; c < 256; c++) {
            char text[sizeof good];

            memcpy(text, good, sizeof text);
            text[i] = (char)c;
            if (parse(text) == NULL) {
                assert_int_equal(parts.count, 1);
                assert_int_equal(parts.part[0].address, 0x2110FFF0);
                assert_memory_equal(parts.part[0].data.data, data, sizeof data);
            }
        }
    }
}

static void gaps_have_a_limit(void **state)
{
    static char text[PARTS_MAX * 40];

    (void)state;
    text[0] = '\0';
    for (unsigned i = 0; i <= PARTS_MAX; i++) {
        char one[32];

        snprintf(one, sizeof one, ":01%04X0000%02X\n", 2 * i,
                 (uint8_t)(0x100 - (1 + (2 * i >> 8) + 2 * i)));
        strcat(text, one);
    }
    assert_non_null(strstr(parse(text), "gaps"));
    assert_int_equal(line, PARTS_MAX + 1);
}

static void what_is_written_is_read(void **state)
{
    static const uint32_t starts[] = {0, 1, 15, 0xFFF0, 0xFFFF, 0x2110FFF3, 0xFFFFFE00};
    static uint8_t data[70000];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 31 + i / 256);
    }
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        static const uint32_t sizes[] = {1, 16, 17, 512, sizeof data};

        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            struct bytes text;

            if (starts[i] > UINT32_MAX - sizes[j]) {
                continue;
            }
            assert_true(hex_write(starts[i], data, sizes[j], &text));
            parts_free(&parts);
            assert_null(hex_parse((const char *)text.data, text.size, &parts, &line));
            assert_int_equal(parts.count, 1);
            assert_int_equal(parts.part[0].address, starts[i]);
            assert_int_equal(parts.part[0].data.size, sizes[j]);
            assert_memory_equal(parts.part[0].data.data, data, sizes[j]);
            bytes_free(&text);
        }
    }
}

static void damaged_elf_files_are_refused(void **state)
{
    uint8_t elf[200] = {0x7F, 'E', 'L', 'F', 1, 1, 1};
    struct bytes file = {elf, sizeof elf};

    (void)state;
    for (size_t size = 0; size <= sizeof elf; size++) {
        file.size = size;
        parts_free(&parts);
        assert_non_null(elf_parts(&file, &parts));
    }
    /* A header with one segment, which ends behind the file. */
    elf[16] = 2;
    elf[18] = 40;
    elf[20] = 1;
    elf[28] = 52;
    elf[40] = 52;
    elf[42] = 32;
    elf[44] = 1;
    elf[52] = 1;         /* PT_LOAD */
    elf[52 + 4] = 100;   /* offset */
    elf[52 + 12] = 0x40; /* address */
    elf[52 + 16] = 101;  /* bytes */
    elf[52 + 20] = 101;
    parts_free(&parts);
    assert_non_null(strstr(elf_parts(&file, &parts), "inside"));
    elf[52 + 16] = 100;
    parts_free(&parts);
    assert_null(elf_parts(&file, &parts));
    assert_int_equal(parts.part[0].address, 0x40);
    assert_int_equal(parts.part[0].data.size, 100);
    parts_free(&parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_go_where_they_say),
        cmocka_unit_test(records_that_follow_each_other_are_one_part),
        cmocka_unit_test(what_is_not_a_record_is_refused),
        cmocka_unit_test(every_character_counts),
        cmocka_unit_test(gaps_have_a_limit),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(damaged_elf_files_are_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    parts_free(&parts);
    return failed;
}
