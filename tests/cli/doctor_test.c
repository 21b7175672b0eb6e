// SPDX-License-Identifier: Apache-2.0
/* doctor: finds what is wrong with a computer and a device, says what to do, and nothing else. */
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
#include <unistd.h>

#include "fake.h"
#include "port.h"
#include "tool.h"

static const uint8_t no_key[64];
static struct tool_run run;
static struct fake fake;
static char root[128];
static char rules[256];  /* where the administrator's rules are in there */
static char vendor[256]; /* where a package's are */
static json_t *result;

static void look(const char *device, int code)
{
    tool_run(&run, device, (const char *const[]){"doctor", "--root", root, "--json", NULL});
    if (tool_fault(&run, code) != NULL) {
        tool_show(&run);
    }
    assert_null(tool_fault(&run, code));
    json_decref(result);
    result = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(result);
    assert_int_equal(json_integer_value(json_object_get(result, "exit")), code);
}

/* What was found under a name: the state that is asked for, and words in text or hint. */
static void assert_found(const char *name, const char *state, const char *words)
{
    bool found = false;
    json_t *check;
    size_t i;

    json_array_foreach(json_object_get(result, "checks"), i, check)
    {
        const char *hint = json_string_value(json_object_get(check, "hint"));

        found =
            found || (strcmp(json_string_value(json_object_get(check, "name")), name) == 0 &&
                      strcmp(json_string_value(json_object_get(check, "state")), state) == 0 &&
                      (strstr(json_string_value(json_object_get(check, "text")), words) != NULL ||
                       (hint != NULL && strstr(hint, words) != NULL)));
    }
    if (!found) {
        printf("no %s '%s' with '%s'\n", state, name, words);
        tool_show(&run);
    }
    assert_true(found);
}

static void put(const char *path, const char *text, const char *mode)
{
    FILE *file = fopen(path, mode);

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void install_rules(void)
{
    char folder[256];

    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(rules, '/') - rules), rules);
    unlink(rules);
    tool_run(&run, NULL,
             (const char *const[]){"install-udev", "--apply", "--folder", folder, NULL});
    assert_int_equal(run.code, 0);
}

static void missing_rules_are_a_problem_with_its_remedy(void **state)
{
    (void)state;
    look(NULL, 1);
    assert_found("udev rules", "problem", "sudo loader-cli install-udev --apply");
    assert_non_null(strstr(run.err, "1 problem: udev rules"));
}

static void rules_that_the_tool_writes_are_current_to_it(void **state)
{
    (void)state;
    install_rules();
    look(NULL, 0);
    assert_found("udev rules", "ok", rules);
    put(rules, "# one more line\n", "a");
    look(NULL, 0);
}

static void rules_without_a_board_are_outdated(void **state)
{
    char text[4096];
    char *last;
    FILE *file = fopen(rules, "r");

    (void)state;
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    last = strstr(text, "SUBSYSTEM==\"tty\"");
    assert_non_null(last);
    *last = '\0';
    put(rules, text, "w");
    look(NULL, 1);
    assert_found("udev rules", "problem", "older version");
}

/* A file in /etc comes before one of that name in /usr/lib, also when it is empty. */
static void rules_may_be_masked(void **state)
{
    (void)state;
    install_rules();
    assert_int_equal(rename(rules, vendor), 0);
    look(NULL, 0);
    assert_found("udev rules", "ok", vendor);
    put(rules, "", "w");
    look(NULL, 0);
    assert_found("udev rules", "warning", "not written by this tool");
    unlink(vendor);
}

static void modem_manager_is_a_problem_where_no_rule_keeps_it_off(void **state)
{
    char path[256];

    (void)state;
    snprintf(path, sizeof path, "%s/proc/77/comm", root);
    put(path, "ModemManager\n", "w");
    unlink(rules);
    look(NULL, 1);
    assert_found("ModemManager", "problem", "install-udev");
    install_rules();
    look(NULL, 0);
    assert_found("ModemManager", "ok", "runs, and the rules keep it off");
    unlink(path);
    look(NULL, 0);
    assert_found("ModemManager", "ok", "does not run");
}

static void versions_of_the_device_are_shown(void **state)
{
    const json_t *device;

    (void)state;
    look(fake.selector, 0);
    device = json_object_get(result, "target");
    assert_int_equal(json_integer_value(json_object_get(device, "protocol")), 1);
    assert_int_equal(json_integer_value(json_object_get(result, "protocol")), 1);
    assert_string_equal(json_string_value(json_object_get(device, "board")), "model");
}

static void silent_device_is_a_problem(void **state)
{
    (void)state;
    setenv("LOADER_PATIENCE_MS", "300", 1);
    fake_estrange(&fake, STRANGER_SILENT);
    look(fake.selector, 1);
    fake_estrange(&fake, STRANGER_NONE);
    unsetenv("LOADER_PATIENCE_MS");
    assert_found("device", "problem", "");
}

static void forbidden_port_is_a_problem_of_permission(void **state)
{
    const char *const words[] = {"doctor", "--root", root, NULL};

    (void)state;
    port_setup();
    (void)port_add(0);
    port_permit(0, false);
    assert_int_equal(chmod(root, 0755), 0);
    tool_end(&run, tool_begin(fake.selector, words, true));
    assert_null(tool_fault(&run, 1));
    assert_non_null(strstr(run.out, "/dev/ttyACM0 may not be used by"));
    port_permit(0, true);
    tool_end(&run, tool_begin(fake.selector, words, true));
    assert_null(tool_fault(&run, 0));
    assert_non_null(strstr(run.out, "all 1 on USB may be used"));
}

/* A folder and those above it, inside of root. */
static void make_folders(const char *path)
{
    char text[256];

    snprintf(text, sizeof text, "%s/%s", root, path);
    for (char *at = text + strlen(root) + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        (void)mkdir(text, 0755);
        *at = '/';
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_rules_are_a_problem_with_its_remedy),
        cmocka_unit_test(rules_that_the_tool_writes_are_current_to_it),
        cmocka_unit_test(rules_without_a_board_are_outdated),
        cmocka_unit_test(rules_may_be_masked),
        cmocka_unit_test(modem_manager_is_a_problem_where_no_rule_keeps_it_off),
        cmocka_unit_test(versions_of_the_device_are_shown),
        cmocka_unit_test(silent_device_is_a_problem),
        cmocka_unit_test(forbidden_port_is_a_problem_of_permission),
    };
    int failed;

    tool_setup();
    tool_path(root, sizeof root, "root");
    (void)mkdir(root, 0755);
    make_folders("etc/udev/rules.d/");
    make_folders("usr/lib/udev/rules.d/");
    make_folders("proc/77/");
    snprintf(rules, sizeof rules, "%s/etc/udev/rules.d/70-gantry.rules", root);
    snprintf(vendor, sizeof vendor, "%s/usr/lib/udev/rules.d/70-gantry.rules", root);
    fake_start(&fake, no_key);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    json_decref(result);
    fake_stop(&fake);
    return failed;
}
