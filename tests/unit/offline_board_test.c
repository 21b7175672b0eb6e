// SPDX-License-Identifier: Apache-2.0
/* Descriptions of boards: those built in hold, and a file that lacks or contradicts is refused. */
#include "package_support.h"

#include <offline/board.h>
#include <offline/protection.h>

#define GOOD_FLASH                                                                                 \
    "\"flash\": {\"base\": 134217728, \"write_unit\": 8, \"erase_value\": 255, "                   \
    "\"runs\": [{\"page_size\": 2048, \"page_count\": 256}]}"
#define GOOD_JOURNAL                                                                               \
    "\"journal\": [{\"address\": 134217728, \"size\": 4096}, "                                     \
    "{\"address\": 134221824, \"size\": 4096}]"
#define GOOD_APPS "\"apps\": {\"address\": 134479872, \"size\": 262144}"
#define GOOD_REST                                                                                  \
    "\"name\": \"nucleo\", \"architecture\": \"cortex-m4\", \"app_ram\": 65536, "                  \
    "\"identities\": 16, \"regions\": true"

static int find_text(const char *text, struct board *board)
{
    char name[80];
    int code;

    snprintf(name, sizeof name, "%s.json", path);
    {
        FILE *file = fopen(name, "w");

        assert_non_null(file);
        assert_true(fputs(text, file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    hush();
    code = speak(board_find(&cli, name, board));
    assert_int_equal(remove(name), 0);
    return code;
}

static void built_in_boards_hold(void **state)
{
    (void)state;
    for (size_t i = 0; boards[i] != NULL; i++) {
        struct board board;

        assert_int_equal(board_find(&cli, boards[i]->name, &board), 0);
        assert_ptr_equal(board.geometry.runs, board.run);
        assert_true(board.slot[0].size != 0);
    }
}

static void a_file_describes_a_board(void **state)
{
    struct board board;

    (void)state;
    assert_int_equal(
        find_text("{" GOOD_REST "," GOOD_FLASH "," GOOD_JOURNAL "," GOOD_APPS "}", &board), 0);
    assert_string_equal(board.name, "nucleo");
    assert_int_equal(hil_flash_size(&board.geometry), 512 * 1024);
    assert_int_equal(board.geometry.write_unit, 8);
    assert_int_equal(board.journal[1].address, 0x08001000);
    assert_int_equal(board.slot[0].size, 0);
    assert_non_null(protection_rules(&board));
}

static void a_description_may_say_where_values_are(void **state)
{
    static const char *const bad[] = {
        /* Without spare pages, over the journal, on no page, as text. */
        "{\"values\": {\"address\": 134275072, \"size\": 16384}}",
        "{\"values\": {\"address\": 134275072, \"size\": 16384}, "
        "\"spares\": {\"address\": 134217728, \"size\": 8192}}",
        "{\"values\": {\"address\": 134275073, \"size\": 16384}, "
        "\"spares\": {\"address\": 134266880, \"size\": 8192}}",
        "\"there\"",
    };
    struct board board;
    char text[1024];

    (void)state;
    assert_int_equal(find_text("{" GOOD_REST "," GOOD_FLASH "," GOOD_JOURNAL "," GOOD_APPS
                               ", \"storage\": {"
                               "\"values\": {\"address\": 134275072, \"size\": 16384}, "
                               "\"spares\": {\"address\": 134266880, \"size\": 8192}}}",
                               &board),
                     0);
    assert_int_equal(board.values.address, 0x0800E000);
    assert_int_equal(board.spares.size, 8192);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "{%s, \"storage\": %s}",
                 GOOD_REST "," GOOD_FLASH "," GOOD_JOURNAL "," GOOD_APPS, bad[i]);
        assert_int_not_equal(find_text(text, &board), 0);
    }
}

static void what_lacks_or_contradicts_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "{" GOOD_REST "," GOOD_FLASH "," GOOD_JOURNAL "}",
        "{" GOOD_REST "," GOOD_FLASH "," GOOD_APPS "}",
        "{" GOOD_REST "," GOOD_JOURNAL "," GOOD_APPS "}",
        "{" GOOD_FLASH "," GOOD_JOURNAL "," GOOD_APPS "}",
        /* Twice the same. */
        "{" GOOD_REST "," GOOD_FLASH "," GOOD_JOURNAL "," GOOD_APPS "," GOOD_APPS "}",
        /* Apps beyond the flash, on no page, over the journal, without an end. */
        "{" GOOD_REST "," GOOD_FLASH "," GOOD_JOURNAL
        ",\"apps\": {\"address\": 134479872, \"size\": 264192}}",
        "{" GOOD_REST "," GOOD_FLASH "," GOOD_JOURNAL
        ",\"apps\": {\"address\": 134479873, \"size\": 4096}}",
        "{" GOOD_REST "," GOOD_FLASH "," GOOD_JOURNAL
        ",\"apps\": {\"address\": 134221824, \"size\": 8192}}",
        "{" GOOD_REST "," GOOD_FLASH "," GOOD_JOURNAL
        ",\"apps\": {\"address\": 4294965248, \"size\": 4096}}",
        "{" GOOD_REST "," GOOD_FLASH "," GOOD_JOURNAL
        ",\"apps\": {\"address\": -2048, \"size\": 4096}}",
        /* Halves of two sizes. */
        "{" GOOD_REST "," GOOD_FLASH "," GOOD_APPS
        ",\"journal\": [{\"address\": 134217728, \"size\": 4096}, {\"address\": 134221824, "
        "\"size\": 2048}]}",
        /* Pages of no power of two; more flash than there is room; an odd unit. */
        "{" GOOD_REST "," GOOD_JOURNAL "," GOOD_APPS
        ",\"flash\": {\"base\": 134217728, \"write_unit\": 8, \"erase_value\": 255, \"runs\": "
        "[{\"page_size\": 2000, \"page_count\": 256}]}}",
        "{" GOOD_REST "," GOOD_JOURNAL "," GOOD_APPS
        ",\"flash\": {\"base\": 134217728, \"write_unit\": 8, \"erase_value\": 255, \"runs\": "
        "[{\"page_size\": 2048, \"page_count\": 4194304}]}}",
        "{" GOOD_REST "," GOOD_JOURNAL "," GOOD_APPS
        ",\"flash\": {\"base\": 134217728, \"write_unit\": 3, \"erase_value\": 255, \"runs\": "
        "[{\"page_size\": 2048, \"page_count\": 256}]}}",
    };
    struct board board;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (find_text(bad[i], &board) == 0) {
            fail_msg("description %zu is taken", i);
        }
    }
    hush();
    assert_int_equal(speak(board_find(&cli, "nothing", &board)), EXIT_USAGE);
}

static void an_app_goes_where_its_protection_can_be(void **state)
{
    const struct store_rules *rules;
    struct board board;

    (void)state;
    assert_int_equal(board_find(&cli, "mps2_an386", &board), 0);
    rules = protection_rules(&board);
    assert_true(rules->fits(rules->context, 0x21100000, 0x1000));
    assert_true(rules->fits(rules->context, 0x21101000, 0x3000));
    assert_false(rules->fits(rules->context, 0x21101000, 0x1F000 - 0x1000 + 0x20000));
    assert_false(rules->fits(rules->context, 0x21100000, 0));
    assert_false(rules->fits(rules->context, 0xFFFFF000, 0x2000));
    board.regions = false;
    assert_null(protection_rules(&board));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_boards_hold),
        cmocka_unit_test(a_file_describes_a_board),
        cmocka_unit_test(a_description_may_say_where_values_are),
        cmocka_unit_test(what_lacks_or_contradicts_is_refused),
        cmocka_unit_test(an_app_goes_where_its_protection_can_be),
    };

    return cmocka_run_group_tests(tests, package_setup, package_teardown);
}
