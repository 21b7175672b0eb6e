// SPDX-License-Identifier: Apache-2.0
/* What a device says reaches neither terminal nor JSON with control characters in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fake.h"
#include "tool.h"

static const char *const commands[][4] = {{"info"}, {"list"}, {"ps"}, {"monitor", "--lines", "2"}};

static const uint8_t no_key[64];
static struct fake fake;
static struct tool_run run;

static int set_up(void **state)
{
    (void)state;
    fake_start(&fake, no_key);
    fake.plan->evil = true;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_stop(&fake);
    return 0;
}

static void text_is_clean(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        tool_run(&run, fake.selector, commands[i]);
        if (tool_fault(&run, 0) != NULL) {
            tool_show(&run);
        }
        assert_null(tool_fault(&run, 0));
        assert_non_null(strstr(run.out, "?[31m?")); /* the text came, without its escapes */
    }
}

static void output_of_apps_is_clean(void **state)
{
    (void)state;
    tool_run(&run, fake.selector, commands[3]);
    assert_non_null(strstr(run.out, "?]0;owned?text"));
    assert_non_null(strstr(run.out, "FAULT in ?[31m?"));
}

/* Whether a string anywhere in a JSON value holds a control character; counts those with '?'. */
static bool has_control(const json_t *root, size_t *cleaned)
{
    static const json_t *waiting[256];
    size_t count = 1;

    waiting[0] = root;
    while (count > 0) {
        const json_t *value = waiting[--count];
        const char *key;
        const json_t *inner;
        size_t i;

        if (json_is_string(value)) {
            if (!tool_is_clean(json_string_value(value))) {
                return true;
            }
            *cleaned += strchr(json_string_value(value), '?') != NULL ? 1 : 0;
        }
        json_object_foreach((json_t *)(uintptr_t)value, key, inner)
        {
            waiting[count++] = inner;
        }
        json_array_foreach(value, i, inner)
        {
            waiting[count++] = inner;
        }
        assert_true(count < 200);
    }
    return false;
}

static void json_is_clean_and_whole(void **state)
{
    static const size_t least[] = {3, 4, 2, 3}; /* strings that must be there, cleaned */

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *word[6] = {"--json"};
        size_t cleaned = 0;
        json_t *root;

        memcpy(word + 1, commands[i], sizeof commands[i]);
        tool_run(&run, fake.selector, word);
        assert_int_equal(run.code, 0);
        root = json_loads(run.out, 0, NULL);
        assert_non_null(root);
        assert_false(has_control(root, &cleaned));
        if (cleaned < least[i]) {
            tool_show(&run);
        }
        assert_true(cleaned >= least[i]);
        json_decref(root);
    }
}

static void arguments_are_clean_in_errors(void **state)
{
    (void)state;
    tool_run(&run, fake.selector, (const char *const[]){"stop", "\033[2Jno\n\340\200\233", NULL});
    assert_null(tool_fault(&run, 1));
    tool_run(&run, NULL, (const char *const[]){"inspect", "\033[2Jno\nhint: no", NULL});
    assert_null(tool_fault(&run, 1));
}

/* A program that says something and ends, where the server of a probe is expected. */
static void tabulators_of_a_server_are_spaces(void **state)
{
    char path[160];
    FILE *file;

    (void)state;
    file = fopen(tool_path(path, sizeof path, "openocd"), "w");
    assert_non_null(file);
    fputs("#!/bin/sh\nprintf 'Warn :\\tno\\tprobe\\033[1m\\nthe\\tend\\n'\nexit 1\n", file);
    assert_int_equal(fchmod(fileno(file), 0700), 0);
    fclose(file);
    setenv("LOADER_OPENOCD", path, 1);
    tool_run(&run, NULL,
             (const char *const[]){"-d", "openocd:", "--board", "raspberry_pi_pico", "list", NULL});
    unsetenv("LOADER_OPENOCD");
    assert_int_equal(run.code, 4);
    assert_non_null(strstr(run.err, "| Warn : no probe?[1m\n| the end\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_clean, set_up, tear_down),
        cmocka_unit_test_setup_teardown(output_of_apps_is_clean, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_is_clean_and_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(arguments_are_clean_in_errors, set_up, tear_down),
        cmocka_unit_test(tabulators_of_a_server_are_spaces),
    };

    tool_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
