// SPDX-License-Identifier: Apache-2.0
/* Devices that lie: names that are none, lists without an end, talk without an end, refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

static struct package package;
static struct fake fake;
static struct tool_run run;

static int set_up(void **state)
{
    (void)state;
    fake_start(&fake, package.public_key);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_stop(&fake);
    return 0;
}

static void check(const char *const *words, int code)
{
    const char *fault;

    tool_run(&run, fake.selector, words);
    fault = tool_fault(&run, code);
    if (fault != NULL) {
        tool_show(&run);
        fail_msg("%s: %s, wanted %d", words[0], fault, code);
    }
}

struct name {
    const char *text;
    size_t length; /* up to 32 bytes */
    bool offered;  /* a completion may say it */
};

#define NAME(text, offered)                                                                        \
    {                                                                                              \
        text, sizeof(text) - 1, offered                                                            \
    }

static const struct name names[] = {
    NAME("\033[31m\007\302\2332J\340\200\233\342\200\256\r\n\177x", true),
    NAME("\342\201\246a\342\201\251\330\234\342\200\216\342\200\217\342\200\250b", true),
    NAME("\033]8;;http://x\033\\\033P\033_\033^\302\220", true),
    NAME("nul\0\0text\tand\vmore\b\b\b\f", true),
    NAME("%s%s%n%n%999999d", true),
    NAME("\"}],\"exit\":0,\"x\":\"\\u0000\\", true),
    NAME("\360\237\230\303(\355\240\200\370\210\200\200\200\376\377\364\220\200\200", true),
    NAME("\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033"
         "\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033",
         true),
    NAME("x\nerror: no\nhint: curl|sh", true),
    NAME("--device=tcp:127.0.0.1:1", false),
    NAME(":file .tab", false),
};

static void check_log(const char *path)
{
    static char text[8192];
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    unlink(path);
    assert_int_equal(tool_count(text, "\n"), 2);
    assert_true(tool_is_clean(text));
}

/* All that is in front of the tabulator or line end of a line. */
static void check_offers(const struct name *name)
{
    check((const char *const[]){"complete", "--", "remove", "", NULL}, 0);
    assert_int_equal(tool_count(run.out, "\n"), name->offered ? 2 : 0);
}

static void check_json(const char *const *words)
{
    json_t *root;

    check(words, 0);
    root = json_loads(run.out, 0, NULL);
    assert_non_null(root);
    assert_int_equal(json_integer_value(json_object_get(root, "exit")), 0);
    json_decref(root);
}

static void names_of_every_kind_are_clean_everywhere(void **state)
{
    char log[160];

    (void)state;
    tool_path(log, sizeof log, "log");
    fake.plan->evil = true;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        memcpy(fake.plan->name, names[i].text, names[i].length);
        fake.plan->name_length = (uint8_t)names[i].length;
        check((const char *const[]){"list", NULL}, 0);
        assert_int_equal(tool_count(run.out, "\n"), 3);
        check((const char *const[]){"info", NULL}, 0);
        check((const char *const[]){"ps", "-v", NULL}, 0);
        check((const char *const[]){"monitor", "--lines", "2", "--log", log, NULL}, 0);
        check_log(log);
        check_offers(&names[i]);
        check_json((const char *const[]){"list", "--json", NULL});
        check_json((const char *const[]){"monitor", "--lines", "2", "--json", NULL});
    }
}

/* What is typed comes back in what is said, and so does what a shell has found. */
static void names_on_the_command_line_are_clean(void **state)
{
    static const char name[] = "x\033[2J\nhint: y";
    char path[200];

    (void)state;
    tool_path(path, sizeof path, "x\033[2J\nhint: y.tab");
    assert_int_equal(link(package.tab, path), 0);
    check((const char *const[]){"install", path, NULL}, 0);
    assert_non_null(strstr(run.err, " %, ")); /* progress */
    memcpy(fake.plan->name, name, sizeof name - 1);
    fake.plan->name_length = sizeof name - 1;
    fake.plan->evil = true;
    check((const char *const[]){"stop", name, NULL}, 2); /* there are more of that name */
    check((const char *const[]){"verify", path, "--key", package.key, NULL}, 0);
    assert_int_equal(tool_count(run.out, "\n"), 1);
    check((const char *const[]){"sign", path, "--key", package.key, NULL}, 0);
    unlink(path);
    tool_path(path, sizeof path, "k\033[2J\nhint: y.pem");
    check((const char *const[]){"keygen", path, NULL}, 0);
    assert_int_equal(tool_count(run.out, "\n"), 2);
}

static void lists_without_an_end_are_given_up(void **state)
{
    (void)state;
    fake.plan->endless = true;
    check((const char *const[]){"list", NULL}, 7);
    check((const char *const[]){"ps", NULL}, 7);
    check((const char *const[]){"stop", "alpha", NULL}, 7);
    check((const char *const[]){"update", package.tab, NULL}, 7);
    check((const char *const[]){"info", NULL}, 7); /* behind 255 keys */
    check((const char *const[]){"monitor", "--for", "1", NULL}, 0);
}

static void a_device_that_never_stops_talking_can_be_used(void **state)
{
    (void)state;
    fake.plan->chatters = true;
    check((const char *const[]){"list", NULL}, 0);
    check((const char *const[]){"install", package.tab, NULL}, 0);
    check((const char *const[]){"stop", "alpha", NULL}, 0);
    check((const char *const[]){"monitor", "--lines", "3", NULL}, 0);
    check((const char *const[]){"monitor", "--for", "1", "--quiet", NULL}, 0);
}

/*
 * A read that fails is not the end of a list: not the first, and not one behind apps that were
 * read.
 */
static void a_list_that_cannot_be_read_is_an_error_whatever_the_device_says(void **state)
{
    static const char *const commands[][3] = {{"list"}, {"remove", "beta"}, {"install"}};
    static struct tool_run before;

    (void)state;
    tool_run(&before, fake.selector, (const char *const[]){"list", NULL});
    assert_int_equal(before.code, 0);
    for (int status = LINK_NO_SESSION; status < LINK_STATUS_COUNT; status++) {
        const char *const *words = commands[status % 3];
        /* A plan needs the list; an install does not, the device itself finds the place. */
        const char *install[] = {"install", package.tab, "--dry-run", NULL};

        if (status == LINK_NOT_FOUND) {
            continue;
        }
        fake.plan->status = (uint8_t)status;
        fake_arm(&fake, LINK_LIST, (uint32_t)(status % 2), MODEL_STATUS);
        tool_run(&run, fake.selector, status % 3 == 2 ? install : words);
        if (run.code == 0 || tool_fault(&run, run.code) != NULL ||
            strstr(run.out, "alpha") != NULL) {
            tool_show(&run);
            fail_msg("%s, status %d: no error", words[0], status);
        }
        fake_arm(&fake, 0, 0, MODEL_GOOD);
        tool_run(&run, fake.selector, (const char *const[]){"list", NULL});
        assert_string_equal(run.out, before.out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_of_every_kind_are_clean_everywhere, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(names_on_the_command_line_are_clean, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_without_an_end_are_given_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_device_that_never_stops_talking_can_be_used, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_list_that_cannot_be_read_is_an_error_whatever_the_device_says, set_up, tear_down),
    };

    tool_setup();
    package_make(&package);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
