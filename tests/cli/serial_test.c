// SPDX-License-Identifier: Apache-2.0
/* Serial ports through libserialport: sessions, line rates, permission, ports that are none. */
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
#include "port.h"
#include "tool.h"

#define PORT "serial:/dev/ttyACM0"

static const char *const list[] = {"list", NULL};
static struct tool_run run;
static struct package package;
static struct fake fake;
static int master;

static void check(const char *device, const char *const *arguments, int code, const char *text)
{
    const char *fault;

    tool_run(&run, device, arguments);
    fault = tool_fault(&run, code);
    if (fault != NULL || (strstr(run.err, text) == NULL && strstr(run.out, text) == NULL)) {
        printf("%s on %s: %s\n", arguments[0], device, fault != NULL ? fault : "other words");
        tool_show(&run);
    }
    assert_null(fault);
    assert_true(strstr(run.err, text) != NULL || strstr(run.out, text) != NULL);
}

static void without_ports_there_is_no_device(void **state)
{
    (void)state;
    check(NULL, list, 4, "hint: loader-cli emu start");
}

static void session_works_over_a_port(void **state)
{
    const char *const install[] = {"install", package.tab, NULL};

    (void)state;
    master = port_add(0);
    fake_start_on(&fake, master, package.public_key);
    check(PORT, (const char *const[]){"info", NULL}, 0, "board      model");
    assert_int_equal(port_rate(master), 115200);
    check(PORT, list, 0, "alpha");
    check(PORT, install, 0, "installed gamma");
    check(PORT, list, 0, "gamma");
}

static void line_rate_is_set(void **state)
{
    (void)state;
    check(PORT ":230400", list, 0, "alpha");
    assert_int_equal(port_rate(master), 230400);
    check(PORT, list, 0, "alpha");
    assert_int_equal(port_rate(master), 115200);
}

static void the_only_port_is_taken(void **state)
{
    (void)state;
    check(NULL, list, 0, "alpha");
}

static void silent_device_on_a_port_is_reported(void **state)
{
    (void)state;
    setenv("LOADER_PATIENCE_MS", "500", 1);
    fake_arm(&fake, LINK_LIST, 0, MODEL_SILENT);
    check(PORT, list, 7, "the device does not answer");
    unsetenv("LOADER_PATIENCE_MS");
    check(PORT, list, 0, "alpha");
}

/* The same port with another rate is the same port. */
static void second_tool_is_told_who_holds_the_port(void **state)
{
    static struct tool_run first;
    char wanted[64];
    pid_t pid;

    (void)state;
    fake_arm(&fake, LINK_LIST, 0, MODEL_SILENT);
    pid = tool_begin(PORT, list, false);
    assert_true(fake_misbehaves(&fake));
    snprintf(wanted, sizeof wanted, "is in use by process %ld", (long)pid);
    check(PORT, list, 4, wanted);
    check(PORT ":230400", list, 4, wanted);
    tool_end(&first, pid);
    assert_null(tool_fault(&first, 7));
    check(PORT, list, 0, "alpha");
}

static void forbidden_port_is_a_matter_of_permission(void **state)
{
    const char *fault;

    (void)state;
    port_permit(0, false);
    tool_end(&run, tool_begin(PORT, list, true));
    port_permit(0, true);
    fault = tool_fault(&run, 8);
    if (fault != NULL) {
        tool_show(&run);
    }
    assert_null(fault);
    assert_non_null(strstr(run.err, "hint: sudo usermod -aG dialout"));
    check(PORT, list, 0, "alpha");
}

static void what_is_no_port_is_no_device(void **state)
{
    char selector[160] = "serial:";

    (void)state;
    check("serial:/dev/ttyACM7", list, 4, "there is no serial port '/dev/ttyACM7'");
    check("serial:/dev/null", list, 4, "cannot be used as a serial port");
    strcat(selector, package.tab);
    check(selector, list, 4, "cannot be used as a serial port");
}

static void among_two_ports_one_must_be_named(void **state)
{
    struct fake second;

    (void)state;
    fake_start_on(&second, port_add(1), package.public_key);
    check(NULL, list, 4, " serial:/dev/ttyACM0");
    check(NULL, list, 4, " serial:/dev/ttyACM1");
    check("serial:/dev/ttyACM1", list, 0, "beta");
    fake_stop(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_ports_there_is_no_device),
        cmocka_unit_test(session_works_over_a_port),
        cmocka_unit_test(line_rate_is_set),
        cmocka_unit_test(the_only_port_is_taken),
        cmocka_unit_test(silent_device_on_a_port_is_reported),
        cmocka_unit_test(second_tool_is_told_who_holds_the_port),
        cmocka_unit_test(forbidden_port_is_a_matter_of_permission),
        cmocka_unit_test(what_is_no_port_is_no_device),
        cmocka_unit_test(among_two_ports_one_must_be_named),
    };
    int failed;

    tool_setup();
    package_make(&package);
    port_setup();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (fake.plan != NULL) {
        fake_stop(&fake);
    }
    return failed;
}
