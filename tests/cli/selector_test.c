// SPDX-License-Identifier: Apache-2.0
/* Devices that do not exist, and names that are none: exit code, sentence and hint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "package.h"
#include "tool.h"

static const char *const list[] = {"list", NULL};
static struct tool_run run;
static struct package package;

static void check(const char *selector, int code, const char *text)
{
    const char *fault;

    tool_run(&run, selector, list);
    fault = tool_fault(&run, code);
    if (fault != NULL || strstr(run.err, text) == NULL) {
        printf("-d %s: %s\n", selector, fault != NULL ? fault : "other words");
        tool_show(&run);
    }
    assert_null(fault);
    assert_non_null(strstr(run.err, text));
}

static void malformed_selectors_are_usage_errors(void **state)
{
    static const char *const selectors[] = {
        "nowhere",
        "emu",
        "tcp:",
        "tcp:127.0.0.1",
        "tcp:127.0.0.1:",
        "tcp::5000",
        "tcp:127.0.0.1:x",
        "tcp:127.0.0.1:0",
        "tcp:127.0.0.1:-1",
        "tcp:127.0.0.1:65536",
        "tcp:127.0.0.1:99999999999999999999",
        "serial:/dev/ttyNONE:fast",
        "serial:/dev/ttyNONE:0",
        "serial:/dev/ttyNONE:-9600",
        "serial:/dev/ttyNONE:115200x",
        "usb:1",
        ":",
        "\033[2J",
    };

    (void)state;
    for (size_t i = 0; i < sizeof selectors / sizeof selectors[0]; i++) {
        check(selectors[i], 2, "hint: ");
        setenv("LOADER_DEVICE", selectors[i], 1);
        check(NULL, 2, "hint: ");
        unsetenv("LOADER_DEVICE");
    }
}

static void missing_devices_are_reported(void **state)
{
    char selector[64];

    (void)state;
    snprintf(selector, sizeof selector, "tcp:127.0.0.1:%d", fake_closed_port());
    check(selector, 4, "nobody answers at tcp:127.0.0.1:");
    check("emu:nothing", 4, "hint: the emulated board is emu:mps2_an386");
    check("emu:mps2_an386", 4, "hint: loader-cli emu start");
    check("serial:/dev/ttyNONE", 4, "there is no serial port '/dev/ttyNONE'");
    check("serial:", 4, "there is no serial port ''");
    check("serial:/dev/null", 4, "'/dev/null' cannot be used as a serial port");
    check("serial:/dev", 4, "'/dev' cannot be used as a serial port");
}

static void other_commands_say_the_same(void **state)
{
    static const char *const commands[][3] = {
        {"info"}, {"install", "x"}, {"update", "x"}, {"remove", "x"},           {"stop", "x"},
        {"ps"},   {"monitor"},      {"reboot"},      {"kernel", "install", "x"}};

    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const char *word[4] = {NULL};

        memcpy(word, commands[i], sizeof commands[i]);
        tool_run(&run, "emu:mps2_an386", word);
        assert_null(tool_fault(&run, 4));
        assert_non_null(strstr(run.err, "hint: loader-cli emu start"));
    }
}

static void bad_patience_is_a_usage_error(void **state)
{
    static const char *const values[] = {
        "x", "-5", "0", "49", "60001", "500ms", "99999999999999999999999"};
    struct fake fake;

    (void)state;
    fake_start(&fake, package.public_key);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        setenv("LOADER_PATIENCE_MS", values[i], 1);
        check(fake.selector, 2, "LOADER_PATIENCE_MS");
    }
    unsetenv("LOADER_PATIENCE_MS");
    fake_stop(&fake);
}

static void second_tool_is_told_who_holds_the_line(void **state)
{
    static struct tool_run first;
    char wanted[64];
    struct fake fake;
    pid_t pid;

    (void)state;
    fake_start(&fake, package.public_key);
    fake_estrange(&fake, STRANGER_SILENT);
    pid = tool_begin(fake.selector, list, false);
    assert_true(fake_misbehaves(&fake));
    snprintf(wanted, sizeof wanted, "is in use by process %ld", (long)pid);
    check(fake.selector, 4, wanted);
    tool_end(&first, pid);
    assert_null(tool_fault(&first, 4));
    fake_stop(&fake);
}

static void install_resumes_and_then_has_nothing_to_do(void **state)
{
    const char *const install[] = {"install", package.tab, NULL};
    struct fake fake;

    (void)state;
    fake_start(&fake, package.public_key);
    fake_arm(&fake, MODEL_DATA, 10 * 1024, MODEL_CLOSED);
    tool_run(&run, fake.selector, install);
    assert_null(tool_fault(&run, 7));
    tool_run(&run, fake.selector, install);
    assert_null(tool_fault(&run, 0));
    assert_non_null(strstr(run.err, "resumed at byte 10240"));
    tool_run(&run, fake.selector, install);
    assert_null(tool_fault(&run, 3));
    tool_run(&run, fake.selector, list);
    assert_int_equal(tool_count(run.out, "gamma"), 1);
    fake_stop(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_selectors_are_usage_errors),
        cmocka_unit_test(missing_devices_are_reported),
        cmocka_unit_test(other_commands_say_the_same),
        cmocka_unit_test(bad_patience_is_a_usage_error),
        cmocka_unit_test(second_tool_is_told_who_holds_the_line),
        cmocka_unit_test(install_resumes_and_then_has_nothing_to_do),
    };

    tool_setup();
    package_make(&package);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
