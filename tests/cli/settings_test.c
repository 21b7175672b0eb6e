// SPDX-License-Identifier: Apache-2.0
/* Settings: option before environment before file; mistakes in the file are told by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

static struct tool_run run;
static struct package package;
static struct fake fake;
static char file[160];
static char closed[64]; /* a device that is not there */

static void settings(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void settings(const char *format, ...)
{
    FILE *f = fopen(file, "w");
    va_list arguments;

    assert_non_null(f);
    va_start(arguments, format);
    vfprintf(f, format, arguments);
    va_end(arguments);
    fclose(f);
}

static void check(const char *device, const char *const *words, int code, const char *text)
{
    const char *fault;

    tool_run(&run, device, words);
    fault = tool_fault(&run, code);
    if (fault != NULL || (strstr(run.out, text) == NULL && strstr(run.err, text) == NULL)) {
        printf("%s: wanted %d and '%s'\n", words[0], code, text);
        tool_show(&run);
    }
    assert_null(fault);
    assert_true(strstr(run.out, text) != NULL || strstr(run.err, text) != NULL);
}

static const char *const list[] = {"list", NULL};
static const char *const config[] = {"config", NULL};

static void device_of_the_file_is_taken(void **state)
{
    (void)state;
    settings("# mine\ndevice = \"%s\" # the only one\n", fake.selector);
    check(NULL, list, 0, "alpha");
    check(NULL, config, 0, "the file");
}

static void environment_comes_before_the_file(void **state)
{
    (void)state;
    settings("device = \"%s\"\n", closed);
    check(NULL, list, 4, closed);
    setenv("LOADER_DEVICE", fake.selector, 1);
    check(NULL, list, 0, "alpha");
    check(NULL, config, 0, "LOADER_DEVICE");
    unsetenv("LOADER_DEVICE");
}

static void option_comes_before_both(void **state)
{
    (void)state;
    settings("device = \"%s\"\n", closed);
    setenv("LOADER_DEVICE", closed, 1);
    check(fake.selector, list, 0, "alpha");
    unsetenv("LOADER_DEVICE");
}

/* A variable that is set to nothing counts: then there is no device, whatever the file says. */
static void empty_variable_comes_before_the_file(void **state)
{
    (void)state;
    settings("device = \"%s\"\n", fake.selector);
    setenv("LOADER_DEVICE", "", 1);
    check(NULL, list, 4, "there is no device");
    unsetenv("LOADER_DEVICE");
}

static void names_stand_for_devices(void **state)
{
    (void)state;
    settings("device = 'desk'\n[devices]\ndesk = \"%s\"\n\"the lab's\" = \"%s\"\n", fake.selector,
             closed);
    check(NULL, list, 0, "alpha");
    check("desk", list, 0, "alpha");
    check("the lab's", list, 4, closed);
    check("nobody's", list, 2, "nobody's");
    tool_run(&run, NULL, (const char *const[]){"complete", "--", "list", "-d", "", NULL});
    assert_non_null(strstr(run.out, "desk\ttcp:"));
    check(NULL, (const char *const[]){"complete", "--", "remove", "-d", "desk", "", NULL}, 0,
          "alpha");
}

static void patience_of_the_file_counts(void **state)
{
    (void)state;
    settings("patience_ms = 1_0\n");
    check(fake.selector, list, 2, "'10', not 50 to 60000");
    settings("patience_ms = 500\n");
    check(fake.selector, list, 0, "alpha");
}

/* The one that is wrong is the one that is named. */
static void variables_that_cannot_be_are_refused(void **state)
{
    static const struct {
        const char *name;
        const char *value;
    } wrong[] = {
        {"LOADER_RATE", "x"},
        {"LOADER_RATE", "-1"},
        {"LOADER_RATE", "0"},
        {"LOADER_RATE_MAX", "1x"},
        {"LOADER_RATE_MAX", "12000001"},
        {"LOADER_COLOR", "zz"},
        {"LOADER_PATIENCE_MS", "49"},
        {"LOADER_PATIENCE_MS", "2500ms"},
    };

    (void)state;
    settings("patience_ms = 500\n");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char said[80];

        setenv(wrong[i].name, wrong[i].value, 1);
        snprintf(said, sizeof said, "%s is '%s', not ", wrong[i].name, wrong[i].value);
        check(fake.selector, list, 2, said);
        snprintf(said, sizeof said, "hint: unset %s", wrong[i].name);
        check(fake.selector, list, 2, said);
        unsetenv(wrong[i].name);
    }
    setenv("LOADER_RATE", "", 1); /* as if it were not set anywhere */
    check(fake.selector, list, 0, "alpha");
    unsetenv("LOADER_RATE");
}

static void key_of_the_file_signs(void **state)
{
    const char *const sign[] = {"sign", package.tab, NULL};
    const char *const verify[] = {"verify", package.tab, NULL};

    (void)state;
    settings("\n");
    check(NULL, sign, 2, "--key");
    check(NULL, verify, 2, "--key");
    settings("key = '%s'\n", package.key);
    check(NULL, sign, 0, "signed");
    check(NULL, verify, 0, "signed by");
}

static void color_is_a_setting(void **state)
{
    const char *const monitor[] = {"monitor", "--lines", "1", "--for", "5", NULL};

    (void)state;
    fake.plan->crowd = 3; /* which print something */
    settings("color = \"always\"\n");
    tool_run(&run, fake.selector, monitor);
    assert_non_null(strstr(run.out, "\033["));
    setenv("NO_COLOR", "1", 1);
    tool_run(&run, fake.selector, monitor);
    assert_null(strchr(run.out, '\033'));
    unsetenv("NO_COLOR");
    setenv("LOADER_COLOR", "never", 1);
    tool_run(&run, fake.selector, monitor);
    assert_null(strchr(run.out, '\033'));
    unsetenv("LOADER_COLOR");
}

static void mistakes_are_told_by_line(void **state)
{
    static const struct {
        const char *text;
        const char *wanted;
    } mistakes[] = {
        {"devise = 'x'", ":1: there is no such setting"},
        {"\n\n[devices]\ndesk = 'nothing'", ":4: a device is a selector"},
        {"[devices]\na = 'tcp:x:1'\na = 'tcp:x:2'", ":3: the name comes twice"},
        {"[device]\nrate = 1", ":2: there is no such setting"},
        {"rate = 1\nrate = 2", ":2: the setting comes twice"},
        {"rate = \"115200\"", ":1: the value must be a number"},
        {"device = 5", ":1: the value must be a string"},
        {"device = true", ":1: the value must be a string"},
        {"device = tcp:x:1", ":1: a value is a string in quotes"},
        {"device = 'x' y", ":1: there is something behind"},
        {"device = 'x", ":1: a string does not end"},
        {"device = \"x\\", ":1: of escapes"},
        {"device = \"\\q\"", ":1: of escapes"},
        {"device = '''x'''", ":1: strings of several lines"},
        {"device", ":1: '=' is missing"},
        {"device =", ":1: a value is"},
        {"= 'x'", ":1: a name is wanted"},
        {"[devices", ":1: ']' is missing"},
        {"[[devices]]", ":1: arrays of tables"},
        {"a.b = 1", ":1: names with dots"},
        {"rate = 0x10", ":1: a number begins with 0"},
        {"rate = 1.5", ":1: there is something behind"},
        {"rate = 1__0", ":1: a value is"},
        {"rate = -", ":1: a value is"},
        {"color = 'red'", ":1: color is 'red', not auto, always or never"},
        {"rate = -1", ":1: rate is '-1', not 1 to 12000000"},
        {"rate_max = 99999999", ":1: rate_max is '99999999', not 0 to"},
        {"patience_ms = 1", ":1: patience_ms is '1', not 50 to 60000"},
        {"# \033[2J", ":1: it is not plain text"},
        {"device = 'tcp:\177'", ":1: it is not plain text"},
        {"\n# \303\050", ":2: it is not plain text"},
        {"key = '\342\200\256mep.yek'", ":1: it is not plain text"},
        {"rate = 1\r\nrate\r = 2", ":2: it is not plain text"},
        {"[devices]\n'a\342\200\250' = 'tcp:x:1'", ":2: it is not plain text"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        settings("%s", mistakes[i].text);
        check(fake.selector, list, 2, mistakes[i].wanted);
    }
}

/* Who has to find the mistake can: help and doctor work, config shows what it understood. */
static void with_a_mistake_help_is_there(void **state)
{
    (void)state;
    settings("rate = 9600\noops\n");
    check(NULL, (const char *const[]){"help", NULL}, 0, "usage:");
    check(NULL, (const char *const[]){"list", "--help", NULL}, 0, "usage:");
    check(NULL, config, 2, ":2: '=' is missing");
    assert_non_null(strstr(run.out, "9600"));
    tool_run(&run, NULL, (const char *const[]){"doctor", NULL});
    assert_int_equal(run.code, 1);
    assert_non_null(strstr(run.err, "settings"));
}

static void file_may_be_another_or_none(void **state)
{
    char other[160];

    (void)state;
    settings("oops\n");
    setenv("LOADER_CONFIG", "", 1);
    check(fake.selector, list, 0, "alpha");
    tool_path(other, sizeof other, "missing.toml");
    setenv("LOADER_CONFIG", other, 1);
    check(fake.selector, list, 2, "missing.toml");
    setenv("LOADER_CONFIG", "/dev/zero", 1);
    check(fake.selector, list, 2, "is no file of settings");
    unsetenv("LOADER_CONFIG");
    unlink(file);
    check(fake.selector, list, 0, "alpha");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(device_of_the_file_is_taken),
        cmocka_unit_test(environment_comes_before_the_file),
        cmocka_unit_test(option_comes_before_both),
        cmocka_unit_test(empty_variable_comes_before_the_file),
        cmocka_unit_test(names_stand_for_devices),
        cmocka_unit_test(patience_of_the_file_counts),
        cmocka_unit_test(variables_that_cannot_be_are_refused),
        cmocka_unit_test(key_of_the_file_signs),
        cmocka_unit_test(color_is_a_setting),
        cmocka_unit_test(mistakes_are_told_by_line),
        cmocka_unit_test(with_a_mistake_help_is_there),
        cmocka_unit_test(file_may_be_another_or_none),
    };
    char folder[140];
    int failed;

    tool_setup();
    package_make(&package);
    tool_path(folder, sizeof folder, "settings");
    if (mkdir(folder, 0755) != 0) {
        return EXIT_FAILURE;
    }
    tool_path(folder, sizeof folder, "settings/gantry");
    if (mkdir(folder, 0755) != 0) {
        return EXIT_FAILURE;
    }
    snprintf(file, sizeof file, "%s/config.toml", folder);
    snprintf(closed, sizeof closed, "tcp:127.0.0.1:%d", fake_closed_port());
    fake_start(&fake, package.public_key);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    fake_stop(&fake);
    return failed;
}
